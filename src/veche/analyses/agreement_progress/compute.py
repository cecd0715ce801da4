"""Passages alike and different, by pair of coders and interview, by round, by code and cause."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.codes import rows_named, rows_used
from veche.analyses._shared.differences import Compared, compare
from veche.analyses._shared.double_coding import DoubleCoded, double_coded
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import quoted, row_label
from veche.study.codings import Coding
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.agreement_progress import Params

#: why coders differed, as a decision names it
CAUSES = {
    "definition": N_("the definition is unclear"),
    "overlooked": N_("overlooked"),
    "boundaries": N_("other boundaries"),
    "reading": N_("read differently"),
    "mistake": N_("a mistake"),
    "unknown": N_("not said"),
}


@dataclass(frozen=True)
class Step:
    """One interview coded by one pair of coders."""

    pair: tuple[int, int]
    interview: Interview
    when: dt.datetime | None
    round: str
    compared: tuple[Compared, ...]

    @property
    def same(self) -> int:
        """Passages on which both have the same code."""
        return sum(len(one.same) for one in self.compared)

    @property
    def apart(self) -> int:
        """Disagreements."""
        return sum(len(one.differences) for one in self.compared)


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``progress``, ``rounds``, ``definitions`` and ``causes``.

    Raises
    ------
    NotFound
        If a code is not in the codebook.
    InputProblem
        If an option does not fit or less than two coders remain.
    """
    chosen = checked(params)
    double = double_coded(evidence)
    rows = rows_named(evidence, chosen.codes, below=True) if chosen.codes else rows_used(evidence, below=False)
    wanted = {code_id for one in rows for code_id in one.ids}
    steps = steps_of(evidence, double, wanted, chosen.alike)
    progress = _progress(double, steps, chosen.window)
    definitions, behind = _definitions(evidence, steps)
    return Result(
        tables={
            "progress": progress,
            "rounds": _rounds(double, steps),
            "definitions": definitions,
            "causes": _causes(evidence, wanted),
        },
        sentence=_sentence(progress, definitions),
        evidence=evidence,
        support=lambda table, label, column: _grounds(table, label, double, steps, behind),
        notes=(
            _("Design: free segments. Figures of another design say nothing about these."),
            _(
                "Interviews stand in the order in which both coders had finished them; without assignments, by their last coding."
            ),
        ),
    )


def steps_of(evidence: Evidence, double: DoubleCoded, wanted: set[str], alike: float) -> list[Step]:
    """Return what each pair of coders did on each interview, in order of time."""
    finished = {(one.interview_id, one.coder_id): one for one in evidence.assignments if one.finished is not None}
    codings: dict[int, list[Coding]] = {}
    for coding, _coder, document in double.codings:
        if coding.code_id in wanted:
            codings.setdefault(document, []).append(coding)
    found: list[Step] = []
    for pair in combinations(range(len(double.coders)), 2):
        ids = [double.coders[at].id for at in pair]
        documents: dict[str, list[int]] = {}
        for at, ((_document, interview), who) in enumerate(zip(double.documents, double.worked, strict=True)):
            if set(pair) <= who:
                documents.setdefault(interview.id, []).append(at)
        for interview_id, places in documents.items():
            own = [[one for one in codings.get(at, ()) if one.coder_id in ids] for at in places]
            assigned = [finished[interview_id, one] for one in ids if (interview_id, one) in finished]
            times = [one.finished for one in assigned] if len(assigned) == 2 else [c.made for some in own for c in some]
            known = [one for one in times if one is not None]
            found.append(
                Step(
                    (pair[0], pair[1]),
                    double.documents[places[0]][1],
                    max(known) if known else None,
                    next((one.round for one in assigned if one.round), ""),
                    tuple(compare(some, ids, alike=alike) for some in own),
                )
            )
    return sorted(found, key=lambda one: (one.pair, one.when or dt.datetime.min, one.interview.date, one.interview.key))


def _share(steps: Sequence[Step]) -> float:
    same, apart = sum(one.same for one in steps), sum(one.apart for one in steps)
    return same / (same + apart) if same + apart else float("nan")


def pair_name(double: DoubleCoded, pair: tuple[int, int]) -> str:
    """Name a pair of coders."""
    return " · ".join(double.names[at] for at in pair)


def _progress(double: DoubleCoded, steps: Sequence[Step], window: int) -> pd.DataFrame:
    import pandas as pd

    made: list[dict[str, Any]] = []
    by_pair: dict[tuple[int, int], list[Step]] = {}
    for one in steps:
        by_pair.setdefault(one.pair, []).append(one)
    for pair, own in by_pair.items():
        for at, one in enumerate(own):
            share = _share([one])
            made.append(
                {
                    "pair": pair_name(double, pair),
                    "interview": one.interview.key,
                    "number": at + 1,
                    "finished": one.when.date().isoformat() if one.when is not None else "",
                    "round": one.round,
                    "same": one.same,
                    "disagreements": one.apart,
                    "share": share,
                    "share_of_some": _share(own[max(0, at + 1 - window) : at + 1]),
                    "reason": "" if share == share else _("Neither coded a passage here."),
                }
            )
    names = [
        "pair",
        "interview",
        "number",
        "finished",
        "round",
        "same",
        "disagreements",
        "share",
        "share_of_some",
        "reason",
    ]
    frame = pd.DataFrame(made, columns=names)
    frame[["share", "share_of_some"]] = frame[["share", "share_of_some"]].astype(float)
    labels = [row_label(one["pair"], one["interview"]) for one in made]
    frame.index = pd.Index(labels, name="row", dtype=object)
    return frame


def _rounds(double: DoubleCoded, steps: Sequence[Step]) -> pd.DataFrame:
    import pandas as pd

    grouped: dict[tuple[tuple[int, int], str], list[Step]] = {}
    for one in steps:
        grouped.setdefault((one.pair, one.round), []).append(one)
    made = [
        (
            pair_name(double, pair), name, len(own), sum(one.same for one in own), sum(one.apart for one in own), _share(own)
        )
        for (pair, name), own in grouped.items()
    ]  # fmt: skip
    frame = pd.DataFrame(made, columns=["pair", "round", "interviews", "same", "disagreements", "share"])
    frame["share"] = frame["share"].astype(float)
    frame.index = pd.Index([row_label(one[0], one[1] or "–") for one in made], name="row", dtype=object)
    return frame


Behind = dict[str, tuple[list[str], list[str]]]


def _definitions(evidence: Evidence, steps: Sequence[Step]) -> tuple[pd.DataFrame, Behind]:
    """Return for each code how often pairs agree and differ, and what stands in its place; the worst first."""
    import pandas as pd

    from veche.words import language

    same: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    instead: dict[str, Counter[str]] = {}
    behind: dict[str, tuple[list[str], list[str]]] = {}
    for step in steps:
        for compared in step.compared:
            for passage in compared.same:
                same[passage.code_id] += 1
                behind.setdefault(passage.code_id, ([], []))[0].extend(one.id for one in passage.codings)
            for one in compared.differences:
                for code_id in one.codes:
                    apart[code_id] += 1
                    instead.setdefault(code_id, Counter()).update(other for other in one.codes if other != code_id)
                    behind.setdefault(code_id, ([], []))[1].extend(c.id for c in one.codings if c.code_id == code_id)
    caused = Counter(
        code
        for one in evidence.decisions
        if one.cause == "definition"
        for code in {evidence.coding_by_id[c].code_id for c in one.compared if c in evidence.coding_by_id}
    )
    by_id = evidence.codebook.by_id
    codes = [one for one in evidence.codebook.codes if same[one.id] or apart[one.id]]
    codes.sort(key=lambda one: (-apart[one.id], same[one.id], one.key))
    made = []
    for code in codes:
        others = instead.get(code.id, Counter()).most_common(2)
        made.append(
            (
                code.label(language()), same[code.id], apart[code.id], same[code.id] / (same[code.id] + apart[code.id]),
                ", ".join(f"{by_id[other].label(language())} ({n})" for other, n in others if other in by_id), caused[code.id],
            )
        )  # fmt: skip
    frame = pd.DataFrame(made, columns=["label", "same", "disagreements", "share", "instead", "definition"])
    frame.index = pd.Index([one.key for one in codes], name="code", dtype=object)
    return frame, {by_id[code].key: found for code, found in behind.items() if code in by_id}


def _causes(evidence: Evidence, wanted: set[str]) -> pd.DataFrame:
    """Return how often each cause was named in the decisions."""
    import pandas as pd

    counted: Counter[str] = Counter()
    for one in evidence.decisions:
        codes = {evidence.coding_by_id[c].code_id for c in one.compared if c in evidence.coding_by_id}
        if codes & wanted:
            counted[one.cause] += 1
    names = [cause for cause, _n in counted.most_common()]
    frame = pd.DataFrame(
        {"cause": [_(CAUSES[one]) for one in names], "decisions": [counted[one] for one in names]},
        index=pd.Index(names, name="key", dtype=object),
    )
    frame["decisions"] = frame["decisions"].astype(int)
    return frame


def _grounds(table: str, label: Hashable, double: DoubleCoded, steps: Sequence[Step], behind: Behind) -> Grounds:
    if table == "definitions":
        found = behind.get(str(label), ([], []))
        return Grounds(tuple(dict.fromkeys(found[0])), tuple(dict.fromkeys(found[1])))
    if table not in ("progress", "rounds"):
        return Grounds()
    same: list[str] = []
    apart: list[str] = []
    for one in steps:
        last = one.interview.key if table == "progress" else one.round or "–"
        if row_label(pair_name(double, one.pair), last) == label:
            same += [c.id for compared in one.compared for passage in compared.same for c in passage.codings]
            apart += [
                c.id for compared in one.compared for difference in compared.differences for c in difference.codings
            ]
    return Grounds(tuple(dict.fromkeys(same)), tuple(dict.fromkeys(apart)))


def _sentence(progress: pd.DataFrame, definitions: pd.DataFrame) -> str:
    known = progress[progress["share"].notna()]
    if not len(known):
        return _("No passage was coded by a pair of coders yet, so there is no progress to see.")
    half = max(1, len(known) // 2)
    first, last = (_pooled(part) for part in (known.head(half), known.tail(half)))
    worst = definitions.iloc[0]
    fields = {
        "first": percent(first),
        "last": percent(last),
        "code": quoted(worst["label"]),
        "n": int(worst["disagreements"]),
    }
    if len(known) < 2:
        return say(
            N_("The coders have the same code on {last} of the passages; most disagreements: {code} ({n})."), **fields
        )
    return say(
        N_(
            "The coders have the same code on {first} of the passages in the first half of the interviews and on {last} in the "
            "second; most disagreements: {code} ({n})."
        ),
        **fields,
    )


def _pooled(part: pd.DataFrame) -> float:
    total = float(part["same"].sum() + part["disagreements"].sum())
    return float(part["same"].sum()) / total if total else float("nan")
