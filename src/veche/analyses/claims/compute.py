"""The result of `claims`: verdicts, checks, what they rest on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.heads import Heads
from veche.analyses._shared.options import checked
from veche.analyses._shared.remarks import left_out
from veche.analyses._shared.sample import make_sample
from veche.analyses.claims.context import Context, Options, Shared
from veche.analyses.claims.describe import describe, expected
from veche.analyses.claims.found import SUPPORTED
from veche.analyses.claims.language import Claim, read_claims
from veche.analyses.claims.running import (
    MIXED,
    NOT_SUPPORTED,
    UNTESTED,
    VERDICTS,
    Judged,
    WithoutOne,
    by_interval,
    claim_verdict,
    judge,
    without_respondents,
)
from veche.study.errors import InputProblem, NotFound
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, ngettext, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.claims import Params

#: largest file of claims, in bytes
LARGEST = 1_000_000
CLAIMS = (
    "claim_id", "claim", "verdict", "held", "speak_against", "checked", "p_adjusted", "over_all", "panel_verdict",
    "without_town", "without_respondent", "taken_from", "evidence_asked", "counts_against", "reason",
)  # fmt: skip
CHECKS = (
    "claim_id", "check", "expected", "interviews", "cases", "estimate", "low", "high", "p", "p_adjusted", "p_over_all", "verdict", "over_all",
    "panel_estimate", "panel_verdict", "without_town", "least_without", "most_without", "moved_most_by", "reason",
)  # fmt: skip


def shipped() -> str:
    """Text of the claims that come with the program."""
    return resources.files("veche.analyses.claims").joinpath("claims.yaml").read_text("utf-8")


def load_claims(file: str, only: Sequence[str] = ()) -> tuple[Claim, ...]:
    """Read the claims of a file, or those that come with the program, all or some by name.

    Raises
    ------
    InputProblem
        If the file cannot be read or holds a mistake.
    NotFound
        If a claim asked for is not in it.
    """
    claims = read_claims(_read(file), Path(file).name) if file else read_claims(shipped(), "claims.yaml")
    known = {one.id: one for one in claims}
    for one in only:
        if one not in known:
            import difflib

            near = difflib.get_close_matches(one, list(known), 3, 0.3)
            raise NotFound(
                N_("There is no claim {id}. Nearest: {near}. Claims here: {known}."),
                id=one,
                near=", ".join(near) or "–",
                known=", ".join(known),
            )
    return tuple(known[one] for one in dict.fromkeys(only)) if only else claims


def _read(file: str) -> str:
    path = Path(file)
    if path.suffix.lower() not in {".yaml", ".yml"}:
        raise InputProblem(
            N_("Claims are read from YAML files, and {file} is none. Give a file that ends in .yaml or .yml."),
            file=path.name,
        )
    try:
        if path.stat().st_size > LARGEST:
            raise InputProblem(
                N_("{file} is larger than a file of claims can be (1 MB). Give the file with claims."), file=path.name
            )
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise InputProblem(
            N_("The file of claims {file} cannot be read: {cause}. Check its name and that it is text in UTF-8."),
            file=path.name, cause=getattr(error, "strerror", None) or type(error).__name__,
        ) from None  # fmt: skip


@dataclass(frozen=True)
class Run:
    """Everything that was judged: the main run and the runs it is compared with."""

    claims: tuple[Claim, ...]
    main: list[list[Judged]]
    panel: list[list[Judged]] | None
    #: by key of the town left out
    towns: dict[str, list[list[Judged]]]
    respondents: list[list[WithoutOne | None]] | None

    def verdict(self, at: int) -> str:
        """Verdict of a claim."""
        return claim_verdict(self.claims[at], self.main[at])


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``claims`` and ``checks``.

    Raises
    ------
    InputProblem, NotFound
        If the file of claims cannot be used, or names a claim that is not in it.
    """
    chosen = checked(params)
    claims = load_claims(chosen.file, chosen.only)
    sample = make_sample(evidence)
    options = Options(chosen.confidence, chosen.minimum, chosen.resamples, chosen.seed)
    shared = Shared(sample, sample.weights(chosen.resamples, chosen.seed), Heads(evidence))
    ctx = Context(shared, options, np.ones(sample.size, dtype=bool))
    run = _run(ctx, claims, again=chosen.leave_out and sample.size > 0)
    tables = {"claims": _claims(run), "checks": _checks(run)}
    return Result(
        tables=tables,
        sentence=sentence(run),
        highlights=_shown(run),
        evidence=evidence,
        support=_Support(run, evidence),
        notes=_notes(run, evidence, ctx),
        seed=chosen.seed,
    )


def _run(ctx: Context, claims: tuple[Claim, ...], *, again: bool) -> Run:
    main = judge(ctx, claims)
    if not again:
        return Run(claims, main, None, {}, None)
    towns = {}
    for at, town in enumerate(ctx.sample.towns):
        kept = ctx.sample.town_of != at
        towns[town.key] = judge(ctx.only(kept, bare=True), claims) if kept.any() else []
    return Run(
        claims, main, judge(ctx.only(ctx.sample.panel, bare=True), claims), {key: one for key, one in towns.items() if one},
        without_respondents(ctx, claims, main),
    )  # fmt: skip


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...], labels: list[str]) -> pd.DataFrame:
    import pandas as pd

    made = pd.DataFrame(rows, columns=list(columns), index=pd.Index(labels, name="row", dtype=object))
    whole = {name: "int64" for name in ("held", "speak_against", "checked", "interviews", "cases") if name in columns}
    real = (
        "estimate",
        "low",
        "high",
        "p",
        "p_adjusted",
        "p_over_all",
        "panel_estimate",
        "least_without",
        "most_without",
    )
    return made.astype(whole | {name: "float64" for name in real if name in columns})


def _claims(run: Run) -> pd.DataFrame:
    rows = []
    for at, (claim, judged) in enumerate(zip(run.claims, run.main, strict=True)):
        made = [one for one in judged if one.verdict != "cannot"]
        ps = [one.p_adjusted for one in judged if one.p_adjusted == one.p_adjusted]
        rows.append(
            {
                "claim_id": claim.id, "claim": claim.words("says"), "verdict": run.verdict(at),
                "held": sum(one.verdict == SUPPORTED for one in judged),
                "speak_against": sum(one.verdict == "against" for one in judged), "checked": len(made), "p_adjusted": max(ps) if ps else math.nan,
                "over_all": claim_verdict(claim, judged, over_all=True),
                "panel_verdict": claim_verdict(claim, run.panel[at]) if run.panel else "",
                "without_town": _town_verdicts(run, at), "without_respondent": _respondent_verdict(run, at),
                "taken_from": claim.source, "evidence_asked": claim.words("evidence"), "counts_against": claim.words("against"),
                "reason": "; ".join(dict.fromkeys(one.found.note for one in judged if one.verdict == "cannot" and one.found.note)),
            }
        )  # fmt: skip
    return _frame(rows, CLAIMS, [one.id for one in run.claims])


def _town_verdicts(run: Run, at: int) -> str:
    """Which verdicts come out without a town, if other ones; else that it stands."""
    if not run.towns:
        return ""
    own = run.verdict(at)
    other: dict[str, list[str]] = {}
    for key, judged in run.towns.items():
        if (verdict := claim_verdict(run.claims[at], judged[at])) != own:
            other.setdefault(verdict, []).append(key)
    from veche.analyses._headings import VALUES

    told = [
        say(N_("{verdict} without {towns}"), verdict=_(VALUES[one]), towns=", ".join(keys))
        for one, keys in other.items()
    ]
    return "; ".join(told) or _("the same without any town")


def _respondent_verdict(run: Run, at: int) -> str:
    """Do the estimates that hold stay on their side without any one respondent?"""
    if run.respondents is None:
        return ""
    told = [
        one
        for one, row in zip(run.respondents[at], run.main[at], strict=True)
        if one is not None and row.verdict == SUPPORTED
    ]
    if not told:
        return ""
    lost = [one.who for one in told if not one.holds]
    return say(N_("not without {who}"), who=", ".join(lost)) if lost else _("the same without any one")


def _checks(run: Run) -> pd.DataFrame:
    rows, labels = [], []
    for at, (claim, judged) in enumerate(zip(run.claims, run.main, strict=True)):
        for k, one in enumerate(judged):
            labels.append(f"{claim.id} · {k + 1}")
            panel = run.panel[at][k] if run.panel else None
            without = run.respondents[at][k] if run.respondents else None
            flips = [key for key, other in run.towns.items() if other[at][k].verdict != one.verdict]
            rows.append(
                {
                    "claim_id": claim.id, "check": describe(one.check), "expected": expected(one.check),
                    "interviews": one.found.interviews, "cases": one.found.cases, "estimate": one.found.estimate, "low": one.low,
                    "high": one.high, "p": one.found.p, "p_adjusted": one.p_adjusted, "p_over_all": one.p_over_all,
                    "verdict": one.verdict, "over_all": one.over_all,
                    "panel_estimate": panel.found.estimate if panel else math.nan, "panel_verdict": panel.verdict if panel else "",
                    "without_town": ", ".join(flips), "least_without": without.least if without else math.nan,
                    "most_without": without.most if without else math.nan, "moved_most_by": without.who if without else "",
                    "reason": _note(one),
                }
            )  # fmt: skip
    return _frame(rows, CHECKS, labels)


def _note(one: Judged) -> str:
    note = one.found.note
    if note.startswith("! "):
        return say(N_("contradicting cases: {cases}"), cases=note[2:])
    return _(note) if note else ""


class _Support:
    """What the verdicts rest on: the grounds of a check, or of all checks of a claim."""

    def __init__(self, run: Run, evidence: Evidence) -> None:
        self.evidence = evidence
        self.of: dict[str, list[Judged]] = {}
        for claim, judged in zip(run.claims, run.main, strict=True):
            self.of[claim.id] = list(judged)
            for k, one in enumerate(judged):
                self.of[f"{claim.id} · {k + 1}"] = [one]

    def __call__(self, table: str, label: Hashable, column: str | None) -> Grounds:
        sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
        for one in self.of[str(label)]:
            for side, ids in zip(sides, (one.found.grounds.supporting, one.found.grounds.opposing), strict=True):
                side.update(dict.fromkeys(ids))
        # one passage may hold two statements that speak for different sides: it is shown on the side of the claim
        taken = {place for one in sides[0] for place in self._places(one)}
        places = {one: set(self._places(one)) for one in sides[1] if one not in sides[0]}
        against = (one for one, at in places.items() if not at or not at <= taken)
        return Grounds(tuple(sides[0]), tuple(against))

    def _places(self, source_id: str) -> list[tuple[str, int, int]]:
        """Where the words of a coding or statement stand."""
        coding = self.evidence.coding_by_id.get(source_id)
        if coding is not None:
            return [(coding.document_id, coding.start, coding.end)]
        statement = self.evidence.statement_by_id.get(source_id)
        return [(one.document_id, one.start, one.end) for one in statement.quotes] if statement else []


def sentence(run: Run) -> str:
    """Say how many claims have which verdict, and which."""
    counts = Counter(run.verdict(at) for at in range(len(run.claims)))
    told = []
    for verdict in VERDICTS:
        if counts[verdict]:
            names = ", ".join(one.id for at, one in enumerate(run.claims) if run.verdict(at) == verdict)
            told.append(say(_TOLD[verdict], n=counts[verdict], names=names))
    lead = ngettext("Of {n} claim: {told}.", "Of {n} claims: {told}.", len(run.claims))
    return lead.format(n=len(run.claims), told="; ".join(told))


_TOLD = {
    SUPPORTED: N_("supported by the material {n} ({names})"),
    MIXED: N_("mixed {n} ({names})"),
    NOT_SUPPORTED: N_("not supported {n} ({names})"),
    UNTESTED: N_("cannot be tested here {n} ({names})"),
}


def _shown(run: Run) -> tuple[str, ...]:
    """Claim whose sentences are shown first: the first that is supported, else the first; of several they would mix."""
    supported = [one.id for at, one in enumerate(run.claims) if run.verdict(at) == SUPPORTED]
    return tuple((supported or [one.id for one in run.claims])[:1])


def _notes(run: Run, evidence: Evidence, ctx: Context) -> tuple[str, ...]:
    flat = [one for rows in run.main for one in rows]
    tests = sum(one.p_over_all == one.p_over_all for one in flat)
    intervals = sum(by_interval(one.found) for one in flat)
    notes = [
        say(
            N_(
                "Checks: {n}, of them exact or exchange tests: {tests}, by interval: {intervals}. The level of {level} "
                "holds for each claim: Holm and Bonferroni over its checks."
            ),
            n=len(flat), tests=tests, intervals=intervals, level=percent(ctx.options.confidence),
        ),
        _("Supported means: by this material, and only as far as the checks say it; what speaks against stands beside it."),
        _("Nothing here shows a cause: before and after, together and apart are said, not why."),
    ]  # fmt: skip
    if len(run.claims) > 1:
        notes.insert(
            1,
            say(
                N_(
                    "With {claims} claims some may be supported by chance; the column for all claims at once shows which "
                    "verdicts stand if the level is to hold for the whole run."
                ),
                claims=len(run.claims),
            ),
        )
        shown = N_("The sentences shown first are those of {id}; those of another claim: its row, or the option only.")
        notes += [say(shown, id=one) for one in _shown(run)]
    return (*notes, *left_out(evidence, ctx.sample.interviews))
