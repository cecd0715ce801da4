"""Set-theoretic comparison (QCA) of towns and waves: which combinations of conditions go with an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.study.registry import analysis, option
from veche.words import N_

if TYPE_CHECKING:
    from veche.study.evidence import Evidence
    from veche.study.result import Result

#: a rule on codes of the codebook that ships with the program
RULE = (
    "EFFECT = EFF.LOW EFF.MID EFF.HIGH; MOTIVE = MOT.LEVEL.LOW MOT.LEVEL.MID MOT.LEVEL.HIGH; "
    "TEAM = LEAD.TEAM.WEAK LEAD.TEAM.STRONG; MONO = LEAD.POLY LEAD.MONO"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Options of `qca`."""

    rule: str = option(
        RULE,
        N_(
            "How codes become memberships, sets with ; between: NAME = codes from out to in, each with its membership (CODE:0.4) or with the "
            "usual ones; or NAME = share CODE out cross in, by the share of interviews that mention the code; or NAME = indirect CODE and codes that "
            "judge it; or NAME = values CODE 0.3 0.6, several values by thresholds of the share; or NAME = before FIRST SECOND (codes, kinds of "
            "events or of statements)."
        ),
    )
    file: str = option("", N_("YAML file with the rule; empty: the rule above."))
    outcome: str = option("EFFECT", N_("Set that is to be explained; all others are conditions."))
    incl: float = option(0.8, N_("Consistency from which a row is positive."), low=0, high=1)
    incl0: float = option(
        0.0, N_("Second, lower consistency: rows between the two are contradictions (C); 0: none."), low=0, high=1
    )
    n: int = option(1, N_("Fewest cases of a row that counts."), low=1, high=1000)
    pri: float = option(0.5, N_("Least PRI of a positive row."), low=0, high=1)
    necessity: float = option(0.9, N_("Least inclusion of a necessary condition."), low=0, high=1)
    expect: str = option("", N_("What is expected to contribute, for the intermediate solution: A,~B,C*D."))
    necessary: str = option(
        "", N_("Held necessary for the outcome: combinations without it are never taken for positive. A; B + C.")
    )
    untenable: str = option("", N_("Impossible or untenable combinations, never taken for positive: A*B; ~C*D."))
    view: str = option(
        "cases",
        N_(
            "What the figure shows: cases in the solution beside cut-offs; solutions side by side; the truth table; its rows as areas; which terms "
            "stand in which models; cases, terms, outcome."
        ),
        choices=("cases", "solutions", "truth", "venn", "ambiguity", "flow"),
    )
    theory: str = option("", N_("What theory expects, to be compared with the solution: A*~B + C."))
    draws: int = option(
        100,
        N_("Draws of the memberships within their error, and shuffles of the outcome; 0: leave these tests out."),
        low=0,
        high=5000,
    )
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "qca",
    title=N_("Set-theoretic comparison"),
    question=N_("Which combinations of conditions go with the outcome, and how far can one trust it?"),
    method=N_(
        "Cases are towns in waves. Each interview's codes become its membership by the rule; that of a case is the mean over interviews, its "
        "error the standard error of that mean. Truth table, necessity and all smallest models of three solutions (Ragin 2008), for the "
        "outcome and its negation. Doubts: consistency by wave and within towns, other cut-offs, towns left out one by one, memberships "
        "drawn within their error, outcome shuffled over cases."
    ),
)
def qca(evidence: Evidence, params: Params) -> Result:
    """Calibrate codes, compare the cases, and doubt the result."""
    from veche.analyses.qca.compute import compute

    return compute(evidence, params)


@qca.figure
def draw(result: Result) -> Any:
    """Draw the cases by their membership in the solution and in the outcome."""
    from veche.analyses.qca.figure import figure

    return figure(result)
