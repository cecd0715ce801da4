"""Small random studies for property tests: everything that makes counting hard, in a few records."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from veche.study import (
    Attribute,
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    GuideTopic,
    Interview,
    Region,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
)

#: for tests that draw and analyse a whole study each time: a sixth of the examples of the profile in use
FEW = settings(max_examples=max(settings().max_examples // 6, 5))

BODY = "Что у вас с дорогами? Дорог нет, ёлки-палки. А люди? Люди уезжают, кто-то остался, 12 семей. Всё."
CUTS = (0, 22, 45, 53, len(BODY))

#: a tree with a group, a code that is both leaf-like and parent, windows, and codes outside the problem field
CODES = (
    ("PROB", None, "group", None, None),
    ("PROB.A", "PROB", "problem", None, None),
    ("PROB.A.1", "PROB.A", "problem", None, None),
    ("PROB.A.2", "PROB.A", "problem", dt.date(2019, 1, 1), None),
    ("PROB.B", "PROB", "problem", None, None),
    ("PROB.C", "PROB", "problem", dt.date(2020, 3, 1), None),
    ("PROB.D", "PROB", "group", None, None),
    ("PROB.D.1", "PROB.D", "problem", None, dt.date(2014, 1, 1)),
    ("TECH", None, "group", None, None),
    ("TECH.X", "TECH", "technique", None, None),
)
TOPICS = (("G1", ("PROB",)), ("G2", ("PROB.A.1", "PROB.B")), ("G3", ("TECH",)), ("G4", ("GONE",)))
WAVES = (
    ("1", dt.date(2012, 1, 1), dt.date(2016, 1, 1)),
    ("2", dt.date(2018, 1, 1), dt.date(2021, 1, 1)),
    ("3", dt.date(2023, 1, 1), dt.date(2024, 1, 1)),
)
ROLES = (("head", "executive"), ("deputy", "legislative"), ("boss", "business"), ("expert", "expert"))
CODERS = (("anna", "human"), ("boris", "human"), ("agreed", "agreed"), ("machine", "suggestion"))


@st.composite
def evidences(draw: st.DrawFn, *, least: int = 0, most: int = 8) -> Evidence:
    """Draw a study of up to three towns and waves, with panels, coders, overlaps, denials, windows and gaps.

    Parameters
    ----------
    draw
        Given by hypothesis.
    least, most
        Bounds of the number of interviews.
    """
    towns = [Town(id=f"t{i}", key="ABC"[i], name="ABC"[i], region_id=f"g{i % 2}", position=i) for i in range(3)]
    waves = [
        Wave(id=f"w{i}", key=key, label=f"wave {key}", start=start, end=end, position=i)
        for i, (key, start, end) in enumerate(WAVES)
    ]
    roles = [
        Role(id=f"r{i}", key=key, label_ru=key, label_en=key, branch=branch, position=i)  # type: ignore[arg-type]
        for i, (key, branch) in enumerate(ROLES)
    ]
    people = [Respondent(id=f"p{i}", key=f"R-{i}") for i in range(5)]
    interviews = [_interview(draw, i) for i in range(draw(st.integers(least, most)))]
    documents, texts = _documents(draw, len(interviews))
    codes = _codes()
    codings = _codings(draw, documents, codes)
    return Evidence(
        study=StudyInfo(id="s", name="s"),
        regions=(Region(id="g0", key="north", name="North"), Region(id="g1", key="south", name="South")),
        towns=tuple(towns),
        waves=tuple(waves),
        roles=tuple(roles),
        topics=tuple(GuideTopic(id=f"q{key}", key=key, label_ru=key, label_en=key, codes=keys) for key, keys in TOPICS),
        respondents=tuple(people),
        interviews=tuple(interviews),
        documents=tuple(documents),
        codes=codes,
        coders=tuple(Coder(id=f"k{i}", key=key, kind=kind) for i, (key, kind) in enumerate(CODERS)),  # type: ignore[arg-type]
        codings=tuple(codings),
        attributes=_attributes(draw, len(interviews)),
        texts=texts,
    )


def _interview(draw: st.DrawFn, at: int) -> Interview:
    wave = draw(st.integers(0, 2))
    _key, start, end = WAVES[wave]
    return Interview(
        id=f"i{at}",
        key=f"I{at}",
        town_id=f"t{draw(st.integers(0, 2))}",
        wave_id=f"w{wave}",
        respondent_id=f"p{draw(st.integers(0, 4))}",
        role_id=f"r{draw(st.integers(0, 3))}",
        date=draw(st.dates(start, end - dt.timedelta(days=1))),
        post=draw(st.sampled_from(["", "", "mayor", " Mayor ", "director"])),
        not_asked=tuple(draw(st.lists(st.sampled_from(["G1", "G2", "G3"]), unique=True, max_size=3))),
        standing=draw(st.sampled_from(["leader", "member", "unknown"])),
    )


def _documents(draw: st.DrawFn, interviews: int) -> tuple[list[Document], dict[str, Text]]:
    """Mostly one document per interview; now and then none, two, one without turns, and one without interview."""
    turns = tuple(
        Turn(i + 1, start, end, "question" if i % 2 == 0 else "answer") for i, (start, end) in enumerate(pairwise(CUTS))
    )
    documents, texts = [], {}
    owners: list[str | None] = [None]
    for i in range(interviews):
        owners += [f"i{i}"] * draw(st.sampled_from([1, 1, 1, 0, 2]))
    for i, owner in enumerate(owners):
        texts[f"x{i}"] = Text(f"x{i}", BODY, () if draw(st.integers(0, 5)) == 0 else turns)
        documents.append(Document(id=f"d{i}", name=f"d{i}", text_id=f"x{i}", interview_id=owner))
    return documents, texts


def _codes() -> tuple[Code, ...]:
    return tuple(
        Code(
            id=f"c{key}",
            key=key,
            parent_id=f"c{parent}" if parent else None,
            kind=kind,  # type: ignore[arg-type]
            label_en=f"label {key}",
            label_ru=f"имя {key}",
            not_before=since,
            not_after=until,
            position=i,
        )
        for i, (key, parent, kind, since, until) in enumerate(CODES)
    )


def _codings(draw: st.DrawFn, documents: list[Document], codes: tuple[Code, ...]) -> list[Coding]:
    codable = [code.id for code in codes if code.codable]

    def one(at: int, values: tuple[Any, ...]) -> Coding:
        document, start, length, code, coder, modality, stale = values
        owner = documents[document % len(documents)]
        return Coding(
            id=f"z{at}",
            document_id=owner.id,
            text_id="old" if stale == 0 else owner.text_id,
            start=start,
            end=min(start + length, len(BODY)),
            code_id=codable[code],
            coder_id=f"k{coder}",
            modality=modality,
        )

    fields = st.tuples(
        st.integers(0, 30),
        st.integers(0, len(BODY) - 2),
        st.integers(1, 40),
        st.integers(0, len(codable) - 1),
        st.sampled_from([0, 0, 1, 2, 3]),
        st.sampled_from(["asserted", "asserted", "asserted", "denied", "hypothetical"]),
        st.integers(0, 9),
    )
    return [one(at, values) for at, values in enumerate(draw(st.lists(fields, max_size=20)))]


def _attributes(draw: st.DrawFn, interviews: int) -> tuple[Attribute, ...]:
    """An attribute `size` at several levels, some of them for one wave only."""
    targets = ["t0", "t1", "p0", "g1", "d1", *(f"i{i}" for i in range(min(interviews, 3)))]
    found = draw(
        st.lists(
            st.tuples(
                st.sampled_from(targets), st.sampled_from(["small", "large"]), st.sampled_from([None, "w0", "w1"])
            ),
            max_size=6,
            unique_by=lambda one: (one[0], one[2]),
        )
    )
    return tuple(
        Attribute(id=f"a{i}", target_id=target, name="size", value=value, wave_id=wave)
        for i, (target, value, wave) in enumerate(found)
    )
