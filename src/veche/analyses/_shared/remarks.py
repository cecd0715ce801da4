"""Why a number is missing, and what was left out, in words."""

from __future__ import annotations

from collections.abc import Sequence

from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.words import N_, _, ngettext, say


def few_interviews(minimum: int) -> str:
    """Say that a cell is too small for an interval."""
    return ngettext("fewer than {n} interview: no interval", "fewer than {n} interviews: no interval", minimum).format(
        n=minimum
    )


def why_nobody(*, possible: bool) -> str:
    """Say why nobody stands in a denominator: not asked, or not possible."""
    return _("not asked in any interview") if possible else _("not possible: outside the exposure window")


def left_out(evidence: Evidence, interviews: Sequence[Interview]) -> list[str]:
    """Say how many interviews have no known town or wave, if any."""
    lost = len(evidence.interviews) - len(interviews)
    return [say(N_("Interviews without a known town or wave, left out: {n}."), n=lost)] if lost else []
