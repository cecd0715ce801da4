"""From evidence to the tables of ties, and from every cell back to its statements."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, listed, row_label
from veche.analyses._shared.relations import Relations, left_out_notes
from veche.analyses._shared.remarks import left_out
from veche.analyses.ties import change, tables
from veche.analyses.ties.fields import Bools, TownTies, town_ties
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, ngettext, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.ties import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``ties``, ``windows`` and ``tie_change``.

    Raises
    ------
    InputProblem
        If an option does not fit.
    """
    chosen = checked(params)
    fields, relations = town_ties(evidence, chosen)
    found = {
        "ties": tables.tie_table(fields, chosen),
        "windows": tables.window_table(fields, chosen),
        "tie_change": change.table(fields, chosen),
    }
    return Result(
        tables=found,
        sentence=_sentence(found),
        evidence=evidence,
        support=support(fields),
        highlights=_highlights(found["ties"]),
        notes=(*left_out(evidence, known_interviews(evidence)), *_notes(fields, relations)),
        seed=chosen.seed,
    )


def _notes(fields: tuple[TownTies, ...], relations: Relations) -> list[str]:
    notes = left_out_notes(relations)
    outside = sum(one.relations.count(~(one.in_period > 0).any(axis=1)) for one in fields)
    if outside:
        notes.append(
            say(
                N_("Statements on events outside all windows, also before the first visit to the town: {n}."), n=outside
            )
        )
    return notes


def _sentence(found: dict[str, pd.DataFrame]) -> str:
    ties, moved = found["ties"], found["tie_change"]
    known = ties[ties["tone"].notna()]
    if not len(known):
        return _("No tie is told of by enough reporters.")
    parts = [
        ngettext(
            "{n} tie is told of by enough reporters.", "{n} ties are told of by enough reporters.", len(known)
        ).format(n=len(known))
    ]
    hostile = known.sort_values(["high", "reporters"], ascending=[True, False]).head(1)
    warm = known.sort_values(["low", "reporters"], ascending=[False, False]).head(1)
    for words, frame, sign in ((N_("Most hostile: {tie}."), hostile, -1), (N_("Warmest: {tie}."), warm, 1)):
        if sign * float(frame["tone"].iloc[0]) > 0:
            parts.append(say(words, tie=_told(frame)))
    for verdict, words in (("colder", N_("Surely colder: {ties}.")), ("warmer", N_("Surely warmer: {ties}."))):
        rows = moved[moved["verdict"] == verdict]
        if len(rows):
            parts.append(say(words, ties=listed([_pair(rows.iloc[[k]]) for k in range(min(4, len(rows)))])))
    if len(moved) and not moved["verdict"].isin(["colder", "warmer"]).any():
        parts.append(_("No tie changed between windows by more than chance may do."))
    return " ".join(parts)


def _pair(frame: pd.DataFrame) -> str:
    row = frame.iloc[0]
    return f"{row['source_name']} → {row['target_name']} ({row['place']})"


def _told(frame: pd.DataFrame) -> str:
    row = frame.iloc[0]
    return f"{_pair(frame)}, {row['period_label']}, {number(float(row['tone']))}"


def _highlights(ties: pd.DataFrame) -> tuple[str, ...]:
    known = ties[ties["tone"].notna()]
    strong = known.reindex(known["tone_for_decisions"].abs().sort_values(ascending=False, kind="stable").index)
    return tuple(str(label) for label in strong.index[:3])


def support(fields: tuple[TownTies, ...]) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back from a cell to its statements."""
    by_key = {one.town.key: one for one in fields}

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        parts = str(row).split(" · ")
        field = by_key[parts[0]]
        actors = {one.key: k for k, one in enumerate(field.relations.actors)}
        windows = {one.key: k for k, one in enumerate(field.periods)}
        if table == "windows":
            return Grounds(field.relations.ids(field.in_period[:, windows[parts[1]]] > 0))
        pair = actors[parts[2]], actors[parts[3]]
        if table == "ties":
            return _tie(field, windows[parts[1]], pair, column)
        before, after = parts[1].split("→")
        wanted = {
            "tone_before": (before,), "reporters_before": (before,), "tone_after": (after,), "reporters_after": (after,),
        }.get(column or "", (before, after))  # fmt: skip
        acts = np.zeros(len(field.relations), dtype=bool)
        for key in wanted:
            acts |= field.acts(windows[key], *pair)
        return Grounds(field.relations.ids(acts))

    return grounds


def _tie(field: TownTies, window: int, pair: tuple[int, int], column: str | None) -> Grounds:
    """Statements that make a tie; those whose valence lies on the other side of its tone stand against it."""
    acts = field.acts(window, *pair)
    if column == "mutual":
        acts = acts | field.acts(window, *pair[::-1])
    if column in ("votes", "mass", "reporters", "statements", "dispersion"):
        return Grounds(field.relations.ids(acts))
    ties = field.ties
    at = (ties.window == window) & (ties.source == pair[0]) & (ties.target == pair[1])
    tone = float(ties.tone[at][0])
    other: Bools = acts & (field.relations.valence * tone < 0)
    against = (*field.relations.ids(other), *field.denied_ids(window, *pair))
    mine = field.relations.ids(acts & ~other)
    return Grounds(mine, tuple(one for one in dict.fromkeys(against) if one not in set(mine)))


__all__ = ["compute", "row_label", "support"]
