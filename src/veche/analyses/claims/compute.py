"""The result of `claims`: verdicts, checks, what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.heads import Heads
from veche.analyses._shared.options import checked
from veche.analyses._shared.remarks import left_out
from veche.analyses._shared.sample import make_sample
from veche.analyses.claims.context import Context, Options, Shared
from veche.analyses.claims.found import SUPPORTED
from veche.analyses.claims.language import Claim, read_claims
from veche.analyses.claims.mistakes import mistakes
from veche.analyses.claims.own import PREFIX, find_kept
from veche.analyses.claims.run import Run, run_claims
from veche.analyses.claims.running import (
    MIXED,
    NOT_SUPPORTED,
    UNTESTED,
    VERDICTS,
    by_interval,
)
from veche.analyses.claims.support import Support
from veche.analyses.claims.tables import checks_table, claims_table, without_table
from veche.study.errors import InputProblem, NotFound
from veche.study.evidence import Evidence
from veche.study.result import Result
from veche.words import N_, _, ngettext, percent, say

if TYPE_CHECKING:
    from veche.analyses.claims import Params

#: largest file of claims, in bytes
LARGEST = 1_000_000


def shipped() -> str:
    """Text of the claims that come with the program."""
    return resources.files("veche.analyses.claims").joinpath("claims.yaml").read_text("utf-8")


def load_claims(file: str, only: Sequence[str] = (), evidence: Evidence | None = None) -> tuple[Claim, ...]:
    """Read the claims of a file, of the study, or those that come with the program, all or some by name.

    Raises
    ------
    InputProblem
        If the file cannot be read or holds a mistake.
    NotFound
        If a claim asked for is not in it.
    """
    claims = _read_claims(*_written(file, evidence))
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


def _read_claims(text: str, name: str) -> tuple[Claim, ...]:
    """Read claims; of several mistakes all are told, each with its line."""
    try:
        return read_claims(text, name)
    except InputProblem:
        found = mistakes(text, name)
        if len(found) < 2:
            raise
        listed = "\n".join(f"{one.line}: {one.message}" if one.line else one.message for one in found)
        raise InputProblem(
            N_("{file} has mistakes: {n}. Mend them by line, then run it again.\n{listed}"),
            file=name, n=len(found), listed=listed,
        ) from None  # fmt: skip


def _written(file: str, evidence: Evidence | None) -> tuple[str, str]:
    """Text of the claims, and its name for messages."""
    if not file:
        return shipped(), "claims.yaml"
    if file.startswith(PREFIX) and evidence is not None:
        kept = find_kept(evidence, file)
        return kept.text, kept.name
    return _read(file), Path(file).name


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


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``claims``, ``checks`` and ``without``.

    Raises
    ------
    InputProblem, NotFound
        If the file of claims cannot be used, or names a claim that is not in it.
    """
    chosen = checked(params)
    claims = load_claims(chosen.file, chosen.only, evidence)
    sample = make_sample(evidence)
    options = Options(chosen.confidence, chosen.minimum, chosen.resamples, chosen.seed)
    shared = Shared(sample, sample.weights(chosen.resamples, chosen.seed), Heads(evidence))
    ctx = Context(shared, options, np.ones(sample.size, dtype=bool))
    run = run_claims(ctx, claims, again=chosen.leave_out and sample.size > 0, respondents=chosen.each_respondent)
    tables = {"claims": claims_table(run), "checks": checks_table(run), "without": without_table(run)}
    return Result(
        tables=tables,
        sentence=sentence(run),
        highlights=_shown(run),
        evidence=evidence,
        support=Support(run, evidence),
        notes=_notes(run, evidence, ctx),
        seed=chosen.seed,
    )


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
