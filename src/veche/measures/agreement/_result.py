"""What every coefficient of agreement answers with: a value or the reason why there is none, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from veche.study.errors import N_, InputProblem

#: what was compared; figures of two designs say nothing about each other
Design = Literal["given units", "free segments", "documents", "characters"]

#: kinds of reasons for no value
Lack = Literal["nothing comparable", "no variation", "no chance level", "no interval"]


@dataclass(frozen=True, slots=True)
class Undefined:
    """Why there is no number: a kind for programs, a message (template and fields) for people."""

    kind: Lack
    template: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def message(self, translate: Callable[[str], str] = str) -> str:
        """Return the reason in the language of `translate`."""
        filled = {
            name: value.message(translate) if isinstance(value, Undefined) else value
            for name, value in self.fields.items()
        }
        return translate(self.template).format(**filled)

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval and how it was made.

    Parameters
    ----------
    low, high
        Bounds; None with `reason` if there are none.
    level
        Confidence, in (0, 1).
    method
        What was drawn: clusters (interviews), units, or pairs of values.
    resamples, undefined
        Draws made, and how many of them gave no value and were left out.
    seed
        Of the draws.
    below
        Per threshold the share of draws under it, q(value < threshold).
    """

    low: float | None
    high: float | None
    level: float
    method: Literal["clusters", "units", "pairs"]
    resamples: int
    undefined: int
    seed: int
    below: Mapping[float, float]
    reason: Undefined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One coefficient with all that is needed to read it.

    Parameters
    ----------
    coefficient
        Name, such as ``krippendorff_alpha``.
    value, reason
        The number, at most 1; or None and why.
    observed, expected
        What the coefficient is made of, shares of agreement or amounts of disagreement as `parts` says; None where it
        is not a ratio of two parts.
    design
        What was compared.
    metric
        Weights or distances between values; None if values are only equal or not.
    units, coders
        Pairable units (or segments, documents, characters, as the design says), and coders given.
    silent
        Names of coders who gave no value at all.
    share_missing
        Share of missing values among units x coders, in [0, 1]; None where nothing can be missing.
    prevalence
        Share of each value among the values compared; with rare values chance-corrected coefficients fall.
    coverage
        Share of the length (of the values) the coefficient speaks about, where it leaves some out.
    interval
        If one was asked for.
    """

    coefficient: str
    value: float | None
    reason: Undefined | None = None
    observed: float | None = None
    expected: float | None = None
    parts: Literal["agreement", "disagreement"] = "agreement"
    design: Design
    metric: str | None = None
    units: int
    coders: int
    silent: tuple[str, ...] = ()
    share_missing: float | None = None
    prevalence: Mapping[Hashable, float] = field(default_factory=dict)
    coverage: float | None = None
    interval: Interval | None = None


def side_by_side(results: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """Return results that may stand in one table or figure: all of one unit design.

    Raises
    ------
    InputProblem
        If two designs are mixed.

    Examples
    --------
    >>> one = Agreement(coefficient="percent", value=0.5, design="given units", units=2, coders=2)
    >>> two = Agreement(coefficient="jaccard", value=0.5, design="characters", units=90, coders=2)
    >>> side_by_side([one, two])
    Traceback (most recent call last):
        ...
    veche.study.errors.InputProblem: Results of two designs stand together: percent on given units and jaccard on \
characters. Show them in tables of their own.
    """
    found = tuple(results)
    for other in found[1:]:
        if other.design != found[0].design:
            raise InputProblem(
                N_(
                    "Results of two designs stand together: {one} on {design} and {second} on {second_design}. "
                    "Show them in tables of their own."
                ),
                one=found[0].coefficient,
                design=found[0].design,
                second=other.coefficient,
                second_design=other.design,
            )
    return found
