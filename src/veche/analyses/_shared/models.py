"""Models of executive and assembly: what a town and wave belong to, and how far, from the votes of reporters.

Three published typologies are kept apart. That of 2014 goes by the prevailing technique. Those of 2015 and 2016 go
by a decision rule of four questions, asked in order: does the executive prevail; is there a lasting rival camp; are
outcomes settled before the session by who sits there; which technique prevails. Every answer is a degree in [0, 1],
and a type is the fuzzy AND (the least) of the answers it asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.branches import TECHNIQUES, Branches
from veche.analyses._shared.periods import MONTH
from veche.words import N_

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ModelType:
    """A type of a typology: its name, its code in the codebook, and which acts speak for it.

    `down` and `up` list the techniques of acts, from the executive to the assembly and back, that speak for the type.
    """

    key: str
    typology: str
    name: str
    code: str = ""
    down: tuple[str, ...] = ()
    up: tuple[str, ...] = ()


TYPOLOGIES = ("2014", "2015", "2016")
TYPES: tuple[ModelType, ...] = (
    ModelType("2014.exchange", "2014", N_("Bargaining or waiting"), "REL.T14.BARGWAIT", ("exchange",)),
    ModelType("2014.manipulation", "2014", N_("Hidden manipulation"), "REL.T14.HIDDEN", ("manipulation",)),
    ModelType("2014.placement", "2014", N_("Inside man in the right place"), "REL.T14.INSIDE", ("placement",)),
    ModelType("2014.pressure", "2014", N_("Direct pressure"), "REL.T14.PRESS", ("pressure",)),
    ModelType("2015.coercion", "2015", N_("Dominance by coercion"), "REL.T15.COERC", ("pressure",), ("compliance",)),
    ModelType("2015.covert", "2015", N_("Dominance by covert play"), "REL.T15.COVERT", ("manipulation",)),
    ModelType("2015.exchange", "2015", N_("Dominance by exchange"), "REL.T15.BARG", ("exchange",)),
    ModelType(
        "2015.confrontation", "2015", N_("Dominance under confrontation"), "REL.T15.CONF", (), ("opposition", "pressure")
    ),
    ModelType("2016.coercion", "2016", N_("Coercion"), "", ("pressure",), ("compliance",)),
    ModelType("2016.strength", "2016", N_("Bargaining from strength"), "REL.T16.STRENGTH", ("exchange",)),
    ModelType("2016.persuasion", "2016", N_("Persuasion"), "REL.T16.PERSUADE", ("reasons",)),
    ModelType("2016.confrontation", "2016", N_("Dominance, contested"), "", (), ("opposition", "pressure")),
    ModelType("2016.assembly", "2016", N_("The assembly has the upper hand"), "REL.T16.LEG", (), ("opposition", "pressure")),
    ModelType("2016.parity", "2016", N_("Parity for the time being"), "REL.T16.PARITY", (), ("opposition", "pressure")),
    ModelType("2016.alliance", "2016", N_("Alliance against outsiders"), "REL.T16.ALLY", ("reasons",), ("reasons",)),
)  # fmt: skip
TYPE_BY_KEY: Mapping[str, ModelType] = {one.key: one for one in TYPES}

#: question -> its words, in the order in which the rule asks them
QUESTIONS = {
    "prevails": N_("Does the executive prevail on contested issues?"),
    "camp": N_("Is there a lasting rival camp?"),
    "settled": N_("Are outcomes settled beforehand by who sits there?"),
    "exchange": N_("Does exchange prevail?"),
    "manipulation": N_("Does concealment prevail?"),
    "reasons": N_("Do reasons prevail?"),
    "pressure": N_("Do order and threat prevail?"),
}
#: what the answers are made of, shown beside them
PARTS = ("executive_success", "assembly_success", "threat", "one_sided", "allied")

NO_OUTCOME = N_("no outcome of a contested act is known")
NO_TECHNIQUE = N_("nobody tells how the executive deals with the assembly")
NO_BENEFIT = N_("nobody says who gained by the exchange")
NOBODY = N_("nobody speaks of the two branches")


@dataclass(frozen=True, eq=False)
class Cell:
    """What the reporters of a town and wave say of the two branches: one row a reporter.

    `down` and `up`: mass of what is told by technique (columns as `TECHNIQUES`); `contest`: how far the executive
    prevails in the contested acts told, in [0, 1] or NaN; `executive`: how far its own contested acts succeed,
    `assembly`: how far what the assembly does is to get its own way with success (to block counts 0); `camp`, `allied`: 1 if the
    reporter tells of a rival camp, of both branches against a third, else 0; `one_sided`: share of exchanges by which
    only the executive gains, or NaN.
    `camp_from`, `camp_to`: first and last day of the events of a rival camp that the reporter tells of, or NaN;
    `lasting`: how many days from the first of all to the last make it a lasting one.
    """

    reporters: Ints
    down: Floats
    up: Floats
    contest: Floats
    executive: Floats
    assembly: Floats
    camp: Floats
    allied: Floats
    one_sided: Floats
    camp_from: Floats
    camp_to: Floats
    lasting: float

    def __len__(self) -> int:
        return int(self.reporters.size)

    @property
    def span(self) -> float:
        """Days from the first to the last event told of a rival camp; 0 if there is none."""
        return float(self._spans(np.ones((1, len(self)), dtype=bool))[0])

    def _spans(self, taken: Bools) -> Floats:
        """Days from the first to the last event of a rival camp told by some reporters: one number for each row."""
        told = taken & ~np.isnan(self.camp_from)
        first = np.where(told, self.camp_from, np.inf).min(axis=1, initial=np.inf)
        last = np.where(told, self.camp_to, -np.inf).max(axis=1, initial=-np.inf)
        return np.where(
            told.any(axis=1), np.where(told.any(axis=1), last, 0) - np.where(told.any(axis=1), first, 0), 0.0
        )

    @cached_property
    def votes(self) -> Floats:
        """Votes of each reporter on the techniques of the executive; at most one in all."""
        total = np.maximum(1.0, self.down.sum(axis=1, keepdims=True))
        return np.asarray(self.down / total)

    @cached_property
    def _settling(self) -> Floats:
        """Votes on the techniques of the executive and, in its column, on the compliance of the assembly."""
        at = TECHNIQUES.index("compliance")
        mass = self.down.copy()
        mass[:, at] += self.up[:, at]
        return np.asarray(mass / np.maximum(1.0, mass.sum(axis=1, keepdims=True)))

    def degrees(self, weights: Floats | None = None) -> dict[str, Floats]:
        """Give answers, their parts and memberships, for one or many weightings of the reporters.

        Parameters
        ----------
        weights
            Shape (weightings, reporters), at least 0: ones give the value, zeros leave reporters out, bootstrap
            weights give draws. None: everybody once.

        Returns
        -------
        dict
            Name -> array of shape (weightings,), in [0, 1] or NaN where what is needed is not known.
        """
        w = np.ones((1, len(self))) if weights is None else np.asarray(weights, dtype=float)
        return self._degrees(w, np.full(len(w), self.span))

    def without_each(self) -> dict[str, Floats]:
        """Give the same without each reporter in turn: name -> array of shape (reporters,)."""
        w = 1.0 - np.eye(len(self))
        return self._degrees(w, self._spans(w > 0))

    def _degrees(self, w: Floats, spans: Floats) -> dict[str, Floats]:
        found = self._answers(w, spans)
        found |= _dominance(found)
        found |= _exceptions(found)
        return found

    def _answers(self, w: Floats, spans: Floats) -> dict[str, Floats]:
        votes = w @ self.votes
        settling = w @ self._settling
        at = {name: k for k, name in enumerate(TECHNIQUES)}
        techniques = [at[name] for name in ("exchange", "manipulation", "reasons", "pressure")]
        named = votes[:, techniques].sum(axis=1)
        lasts = np.ones(len(w)) if self.lasting <= 0 else np.minimum(1.0, spans / self.lasting)
        early = settling[:, at["placement"]] + settling[:, at["compliance"]]
        threat = settling[:, at["compliance"]] + settling[:, at["pressure"]]
        found = {
            "executive_success": _mean(w, self.executive),
            "assembly_success": _mean(w, self.assembly),
            "prevails": _mean(w, self.contest),
            "camp": _mean(w, self.camp) * lasts,
            "settled": _ratio(early, settling.sum(axis=1)),
            "threat": _ratio(threat, threat + settling[:, at["placement"]]),
            "one_sided": _mean(w, self.one_sided),
            "allied": _mean(w, self.allied),
        }
        for name in ("exchange", "manipulation", "reasons", "pressure"):
            found[name] = _ratio(votes[:, at[name]], named)
        total = votes.sum(axis=1)
        for name in ("exchange", "manipulation", "placement", "pressure"):
            found[f"2014.{name}"] = _ratio(votes[:, at[name]], total)
        return found


def _dominance(a: Mapping[str, Floats]) -> dict[str, Floats]:
    """Types in which the executive prevails: those of 2015, and the four variants of 2016."""
    calm, open_ = 1 - a["camp"], 1 - a["settled"]
    return {
        "2015.coercion": _least(a["prevails"], calm, a["settled"], a["threat"]),
        "2015.covert": _least(a["prevails"], calm, open_, a["manipulation"]),
        "2015.exchange": _least(a["prevails"], calm, open_, a["exchange"]),
        "2015.confrontation": _least(a["prevails"], a["camp"]),
        "2016.coercion": _least(a["prevails"], calm, np.fmax(a["pressure"], np.fmin(a["settled"], a["threat"]))),
        "2016.strength": _least(a["prevails"], calm, open_, a["exchange"], a["one_sided"]),
        "2016.persuasion": _least(a["prevails"], calm, open_, a["reasons"]),
        "2016.confrontation": _least(a["prevails"], a["camp"]),
    }


def _exceptions(a: Mapping[str, Floats]) -> dict[str, Floats]:
    """Types of 2016 in which the executive does not prevail: who does, nobody, or both against a third."""
    yields = 1 - a["prevails"]
    # who only blocks does not rule: where nobody tells of the assembly's own way, it has no upper hand
    upper = np.nan_to_num(a["assembly_success"])
    return {
        "2016.assembly": _least(yields, upper),
        "2016.parity": _least(yields, 1 - upper, a["camp"]),
        "2016.alliance": _least(yields, a["allied"]),
    }


def _least(*parts: Floats) -> Floats:
    """Fuzzy AND. A part that is 0 decides, whatever is not known beside it."""
    stack = np.stack(np.broadcast_arrays(*parts))
    zero = (stack == 0).any(axis=0)
    return np.where(zero, 0.0, stack.min(axis=0))


def _mean(w: Floats, values: Floats) -> Floats:
    known = ~np.isnan(values)
    return _ratio(w[:, known] @ values[known], w[:, known].sum(axis=1))


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 1e-12, np.clip(part / np.where(whole > 1e-12, whole, 1.0), 0.0, 1.0), np.nan)


def make_cell(held: Branches, acts: Bools, share: Floats, *, lasting: float = 12.0) -> Cell:
    """Gather what reporters say in some acts.

    Parameters
    ----------
    held
        All acts between the two branches.
    acts
        Which of them to take.
    share
        Their shares in the period, one for every act of `held`.
    lasting
        How many months of events make a rival camp a lasting one.
    """
    relations = held.relations
    taken = np.flatnonzero(acts)
    reporters, row = np.unique(relations.reporter[taken], return_inverse=True)
    n = reporters.size
    mass = share[taken]
    tables = []
    for direction in (held.down, held.up):
        table = np.zeros((n, len(TECHNIQUES)))
        np.add.at(table, (row, held.technique_number[taken]), mass * direction[taken])
        tables.append(table)
    worth = held.worth[taken]
    ours, theirs = held.contested
    camp = _stretches(row, n, relations.start[taken], relations.end[taken], held.assembly_acts[2][taken])
    ruling, blocking, hostile = (one[taken] for one in held.assembly_acts)
    return Cell(
        reporters=reporters, down=tables[0], up=tables[1],
        contest=_means(row, n, mass, np.where(ours[taken], worth, np.where(theirs[taken], 1 - worth, np.nan))),
        executive=_means(row, n, mass, np.where(ours[taken], worth, np.nan)),
        assembly=_means(row, n, mass, np.where(ruling, worth, np.where(blocking, 0.0, np.nan))),
        camp=_any(row, n, hostile), allied=_any(row, n, held.allied[taken]),
        one_sided=_means(row, n, mass, held.gains[taken]),
        camp_from=camp[0], camp_to=camp[1], lasting=lasting * MONTH,
    )  # fmt: skip


def _means(row: Ints, n: int, mass: Floats, values: Floats) -> Floats:
    known = ~np.isnan(values)
    total = np.bincount(row[known], mass[known], minlength=n).astype(float)
    said = np.bincount(row[known], (mass * np.nan_to_num(values))[known], minlength=n).astype(float)
    return _ratio(said, total)


def _any(row: Ints, n: int, true: Bools) -> Floats:
    return np.asarray(np.bincount(row, true, minlength=n) > 0, dtype=float)


def _stretches(row: Ints, n: int, starts: Floats, ends: Floats, taken: Bools) -> tuple[Floats, Floats]:
    """First start and last end of some acts by reporter; NaN for those who tell of none."""
    first, last = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(first, row[taken], starts[taken])
    np.maximum.at(last, row[taken], ends[taken])
    return np.where(np.isinf(first), np.nan, first), np.where(np.isinf(last), np.nan, last)


#: why a name of `Cell.degrees` is not known
REASONS: Mapping[str, str] = {
    "prevails": NO_OUTCOME, "executive_success": NO_OUTCOME, "assembly_success": NO_OUTCOME, "settled": NO_TECHNIQUE,
    "threat": NO_TECHNIQUE, "one_sided": NO_BENEFIT, "exchange": NO_TECHNIQUE, "manipulation": NO_TECHNIQUE,
    "reasons": NO_TECHNIQUE, "pressure": NO_TECHNIQUE,
}  # fmt: skip
_NEEDS: Mapping[str, tuple[str, ...]] = {
    **{one.key: ("settled",) for one in TYPES if one.typology == "2014"},
    **{one.key: ("prevails", "camp", "settled") for one in TYPES if one.typology != "2014"},
    "2015.confrontation": ("prevails", "camp"), "2016.confrontation": ("prevails", "camp"),
    "2016.strength": ("prevails", "settled", "one_sided"), "2016.assembly": ("prevails",),
    "2016.parity": ("prevails",), "2016.alliance": ("prevails",),
}  # fmt: skip


def why_missing(name: str, degrees: Mapping[str, Floats]) -> str:
    """Say, in English marked for translation, why a degree is not known."""
    for part in _NEEDS.get(name, (name,)):
        if np.isnan(degrees[part][0]):
            return REASONS.get(part, NOBODY)
    return NO_TECHNIQUE
