"""From evidence to agreement: which codes, which coders, which design; each design computed in a module of its own."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice
from typing import TYPE_CHECKING

from veche.analyses._shared.codes import CodeRow, row, rows_named
from veche.analyses._shared.double_coding import DoubleCoded, double_coded
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import listed, quoted
from veche.analyses.agreement.given import given
from veche.analyses.agreement.parts import NAMES, Found, Support, check_rows, design_words, main_coefficient
from veche.analyses.agreement.spans import over_characters, over_segments
from veche.study.evidence import Evidence
from veche.study.result import Result
from veche.words import N_, _, ngettext, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.agreement import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``codes``, ``overall``, ``coders``, ``disagreements`` and ``confusions`` (and ``gamma`` if wanted).

    Raises
    ------
    NotFound
        If a code is not in the codebook.
    InputProblem
        If an option does not fit, less than two coders remain, a named coder coded nothing, or a coding lies outside its text.
    """
    chosen = checked(params)
    main = main_coefficient(chosen)
    double = double_coded(evidence)
    rows = check_rows(_rows(evidence, chosen, double))
    if chosen.unit == "segment":
        found = over_segments(evidence, double, rows, chosen, main)
    elif chosen.unit == "character":
        found = over_characters(evidence, double, rows, chosen, main)
    else:
        found = given(evidence, double, rows, chosen, main)
    codes = found.tables["codes"]
    return Result(
        tables=found.tables,
        sentence=_sentence(codes, double, main, chosen.unit),
        evidence=evidence,
        support=found.support,
        highlights=_telling(codes, found.support),
        notes=_notes(double, found, chosen),
        seed=chosen.seed if chosen.resamples else None,
    )


def _rows(evidence: Evidence, params: Params, double: DoubleCoded) -> tuple[CodeRow, ...]:
    """Return the codes to compare: those named, else all that one of these coders used on these interviews."""
    if params.codes:
        return rows_named(evidence, params.codes, below=params.below)
    used = {coding.code_id for coding, _coder, _document in double.codings}
    book = evidence.codebook
    if params.below:
        found = (row(book, code) for code in book.children(None))
    else:
        found = (row(book, code, below=False) for _depth, code in book.tree())
    return tuple(one for one in found if one.ids & used)


def _sentence(codes: pd.DataFrame, double: DoubleCoded, main: str, unit: str) -> str:
    if not double.documents:
        return _("No interview was coded by two of the coders, so there is nothing to compare.")
    known = codes[codes["agreement"].notna()]
    if not len(known):
        return _("No code has a coefficient here; the table says why.")
    lowest = known.sort_values("agreement", kind="stable").iloc[0]
    fields = {
        "coders": listed(double.names), "codes": len(known), "middle": _two(float(known["agreement"].median())),
        "sure": int((known["agreement"] >= 0.8).sum()), "eight": number(0.8, 1), "code": quoted(lowest["label"]),
        "low": _two(float(lowest["agreement"])), "name": _(NAMES[main]), "unit": design_words(unit),
    }  # fmt: skip
    if len(known) == 1:
        return say(N_("{coders} agree on {code}: {name} {low} ({unit})."), **fields)
    return say(
        N_(
            "Agreement of {coders} on {codes} codes: median {middle} ({name}, {unit}); {eight} or more for {sure} of them; "
            "lowest for {code}, {low}."
        ),
        **fields,
    )


def _two(value: float) -> str:
    """Write a coefficient with two digits, without the sign of a zero."""
    return number(round(value, 2) + 0.0)


def _notes(double: DoubleCoded, found: Found, params: Params) -> tuple[str, ...]:
    notes = [
        say(N_("Design: {unit}. Figures of another design say nothing about these."), unit=design_words(params.unit)),
        say(
            N_("Coders: {coders}. Interviews coded by several: {n}; by one only, left out: {alone}."),
            coders=listed(double.names),
            n=len(double.interviews),
            alone=double.alone,
        ),
    ]
    if double.waiting:
        notes.append(
            ngettext(
                "{n} interview is left out: a coder it is assigned to has not finished.",
                "{n} interviews are left out: a coder they are assigned to has not finished.",
                double.waiting,
            ).format(n=double.waiting)
        )
    notes += found.notes
    if params.resamples and params.unit != "character":
        drawn = (
            N_("Intervals ({level}): {draws} draws of interviews, all computed anew for each; start {seed}.")
            if params.by == "interviews"
            else N_("Intervals ({level}): {draws} draws of units, all computed anew for each; start {seed}.")
        )
        notes.append(say(drawn, level=percent(params.confidence), draws=params.resamples, seed=params.seed))
        if params.by == "interviews" and 2 <= len(double.interviews) < 10:
            notes.append(
                _("With fewer than ten interviews the intervals are too narrow, as those of any resampling of so few.")
            )
    notes.append(
        _(
            "There are no thresholds for all purposes; 0.8 and 0.667 are often quoted for alpha. With rare codes the "
            "coefficients that take chance out fall while percentages stay high: read them beside the prevalence."
        )
    )
    return tuple(notes)


def _telling(codes: pd.DataFrame, support: Support) -> tuple[Hashable, ...]:
    """Choose the codes with the lowest agreement that have passages to show."""
    order = codes["agreement"].dropna().sort_values(kind="stable").index
    shown = (label for label in order if len(support("codes", label, None)))
    return tuple(islice(shown, 3))
