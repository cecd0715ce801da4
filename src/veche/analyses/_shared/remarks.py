"""Why a number is missing, and what was left out, in words."""

from __future__ import annotations

from collections.abc import Sequence

from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.words import N_, _, ngettext, say

#: of one person nothing is said in general: his word stays readable, and no number is made of it
ONE_REPORTER = N_("one reporter only")
ONE_OF_PANEL = N_("one reporter only was asked in both waves: no panel")


def few_interviews(minimum: int) -> str:
    """Say that a cell is too small for an interval."""
    return ngettext("fewer than {n} interview: no interval", "fewer than {n} interviews: no interval", minimum).format(
        n=minimum
    )


def why_missing(interviews: int, respondents: int, minimum: int) -> str:
    """Say why a mean, or its interval, is missing: one reporter only, or too few interviews for an interval; else nothing."""
    if respondents < 2:
        return _(ONE_REPORTER)
    return few_interviews(minimum) if interviews < minimum else ""


def why_nobody(*, possible: bool) -> str:
    """Say why nobody stands in a denominator: not asked, or not possible."""
    return _("not asked in any interview") if possible else _("not possible: outside the exposure window")


def left_out(evidence: Evidence, interviews: Sequence[Interview]) -> list[str]:
    """Say how many interviews have no known town or wave, if any."""
    lost = len(evidence.interviews) - len(interviews)
    return [say(N_("Interviews without a known town or wave, left out: {n}."), n=lost)] if lost else []
