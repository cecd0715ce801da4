"""A small panel in memory: one respondent met three times, another once."""

from __future__ import annotations

import datetime as dt

from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    GuideTopic,
    Interview,
    Respondent,
    Role,
    StudyInfo,
    Summary,
    Text,
    Texts,
    Town,
    Turn,
    Wave,
)  # fmt: skip

#: six words of four letters: the word n stands at [5n, 5n + 4)
BODY = "aaaa bbbb cccc dddd eeee ffff"


def make_evidence(*, summaries: tuple[Summary, ...] = (), codings: tuple[Coding, ...] | None = None) -> Evidence:
    """Make the evidence; ids are short words."""
    texts = [Text(f"x{n}", BODY, (Turn(1, 0, 14, "question"), Turn(2, 15, 29, "answer"))) for n in (1, 2, 3, 4)]
    return Evidence(
        study=StudyInfo(name="Опыт"),
        towns=(Town(id="tA", key="A", name="Тальвинск"), Town(id="tB", key="B", name="Верхнеполье", position=1)),
        waves=tuple(
            Wave(id=f"w{n}", key=str(n), label="I" * n, start=dt.date(year, 1, 1), end=dt.date(year + 2, 1, 1), position=n)
            for n, year in ((1, 2013), (2, 2018), (3, 2021))
        ),
        roles=(Role(id="head", key="head", label_ru="Глава", label_en="Head"), Role(id="editor", key="editor", label_ru="Редактор", label_en="Editor")),
        topics=(
            GuideTopic(key="money", label_ru="Деньги", label_en="Money", codes=("PROB.FISC",)),
            GuideTopic(key="people", label_ru="Люди", label_en="People", codes=("PROB.DEMO", "GONE")),
        ),
        respondents=(Respondent(id="r1", key="R-1"), Respondent(id="r2", key="R-2"), Respondent(id="r3", key="R-3")),
        interviews=(
            _interview(3, "r1", "tB", "w3", dt.date(2021, 5, 1), role="editor"), _interview(1, "r1", "tA", "w1", dt.date(2013, 5, 1)),
            _interview(2, "r1", "tA", "w2", dt.date(2018, 5, 1), not_asked=("money",)), _interview(4, "r2", "tA", "w1", dt.date(2013, 6, 1)),
        ),
        documents=tuple(Document(id=f"d{n}", name=f"D{n}", text_id=f"x{n}", interview_id=f"i{n}") for n in (1, 2, 3, 4)),
        codes=(
            Code(id="PROB", key="PROB", kind="group", label_ru="Проблемы", label_en="Problems"),
            Code(id="FISC", key="PROB.FISC", parent_id="PROB", label_ru="Деньги", label_en="Money", position=1),
            Code(id="TAX", key="PROB.FISC.TAX", parent_id="FISC", label_en="Taxes", position=2),
            Code(id="DEMO", key="PROB.DEMO", parent_id="PROB", label_en="People leave", not_before=dt.date(2020, 1, 1), position=3),
            Code(id="DEAL", key="DEAL", label_en="Bargaining", position=4),
        ),
        coders=(Coder(id="c1", key="AK"), Coder(id="c2", key="MS"), Coder(id="m", key="machine", kind="suggestion")),
        codings=codings if codings is not None else CODINGS,
        summaries=summaries,
        texts=Texts(texts),
    )  # fmt: skip


def _interview(
    n: int, who: str, town: str, wave: str, day: dt.date, *, role: str = "head", not_asked: tuple[str, ...] = ()
) -> Interview:
    return Interview(
        id=f"i{n}",
        key=f"I{n}",
        town_id=town,
        wave_id=wave,
        respondent_id=who,
        role_id=role,
        date=day,
        not_asked=not_asked,
    )


def coding(
    id: str, n: int, start: int, end: int, code: str, *, coder: str = "c1", modality: str = "asserted"
) -> Coding:
    """Code a passage of interview n."""
    return Coding(
        id=id, document_id=f"d{n}", text_id=f"x{n}", start=start, end=end, code_id=code, coder_id=coder, modality=modality,  # type: ignore[arg-type]
    )  # fmt: skip


CODINGS = (
    coding("k1", 1, 0, 9, "FISC"), coding("k2", 1, 5, 14, "TAX", coder="c2"), coding("k3", 1, 20, 24, "DEAL", modality="denied"),
    coding("k4", 1, 0, 4, "DEMO", coder="m"), coding("k5", 2, 0, 4, "DEAL"), coding("k6", 2, 4, 9, "DEAL"),
    coding("k7", 3, 5, 9, "FISC"), coding("k8", 3, 15, 19, "DEMO"), coding("k9", 4, 25, 29, "TAX"),
)  # fmt: skip
