"""What the numbers say, in words: the finding, and the core of the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import ALL, listed, quoted
from veche.analyses.problem_field.persistence import TOP
from veche.words import N_, _, ngettext, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: most problems named in one sentence
NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What changed, and what the core is: each a sentence; and the title of a figure."""

    change: str
    core: str
    title: str
    #: codes spoken of
    codes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Both together."""
        return " ".join(part for part in (self.core, self.change) if part)


def finding(
    main: pd.DataFrame,
    changes: pd.DataFrame,
    pair: tuple[str, str] | None,
    labels: dict[str, str],
    waves: dict[str, str],
) -> Finding:
    """Say what the tables carry, for all towns together.

    Parameters
    ----------
    main, changes
        The tables of shares and of changes.
    pair
        Keys of the waves to speak of; None if there is only one wave or none.
    labels, waves
        Names of problems and waves by key, in the language in use.
    """
    if pair is None:
        return _one_wave(main, labels, waves)
    rows = changes[(changes["town"] == ALL) & (changes["before"] == pair[0]) & (changes["after"] == pair[1])]
    before, after = (waves[key] for key in pair)
    kinds = _kinds(rows)
    unchanged = _unchanged(rows, before, after)
    later = _possible_later(changes, pair, labels, waves)
    return Finding(
        change=" ".join([_changed(kinds, lambda row: _moved(row, labels), unchanged), *later]),
        core=_core(rows, labels, before, after),
        title=_changed(kinds, lambda row: quoted(labels[str(row["code"])]), unchanged),
        codes=tuple(
            dict.fromkeys([*core_codes(rows)[:NAMED], *(code for one in kinds.values() for code in one["code"])])
        ),
    )


def core_codes(rows: pd.DataFrame) -> list[str]:
    """List the codes of the core: surely named in both waves and among the first five of both, by the later share."""
    stays = rows[rows["verdict"].isin(["lasting", "risen", "fallen"])]
    for column in ("share_before", "share_after"):
        known = rows[rows[column] > 0]
        top = known[known[column].rank(ascending=False, method="min") <= TOP]
        stays = stays[stays["code"].isin(top["code"])]
    return stays.sort_values(["share_after", "share_before", "code"], ascending=[False, False, True])["code"].tolist()


def _core(rows: pd.DataFrame, labels: dict[str, str], before: str, after: str) -> str:
    core = [quoted(labels[code]) for code in core_codes(rows)[:NAMED]]
    if not core:
        return say(
            N_("No problem is surely among the five most named of both waves ({before} and {after})."),
            before=before,
            after=after,
        )
    return ngettext(
        "The core of the field in both waves ({before} and {after}): {names}.",
        "The core of the field in both waves ({before} and {after}): {names}.",
        len(core),
    ).format(before=before, after=after, names=listed(core))


def _kinds(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the changed problems by kind, the largest change first; what was not possible before apart."""
    found = {}
    kinds = rows["verdict"].mask((rows["verdict"] == "new") & rows["share_before"].isna(), "possible")
    for kind in _KINDS:
        of_kind = rows[kinds == kind]
        size = of_kind["difference"].fillna(of_kind["share_after"]).abs()
        if len(of_kind):
            found[kind] = of_kind.assign(size=size).sort_values(["size", "code"], ascending=[False, True])
    return found


def _changed(kinds: dict[str, pd.DataFrame], name: Callable[[pd.Series[Any]], str], unchanged: str) -> str:
    """Name the changed problems kind by kind; `unchanged` says that nothing else changed."""
    parts = []
    for kind, of_kind in kinds.items():
        named = [name(row) for _index, row in of_kind.head(NAMED).iterrows()]
        more = len(of_kind) - NAMED
        if more > 0:
            named.append(ngettext("{n} more", "{n} more", more).format(n=more))
        parts.append(say(_KINDS[kind], names=listed(named)))
    said = "; ".join(parts)
    said = said[:1].upper() + said[1:] + "." if said else ""
    return said if set(kinds) - {"possible"} else " ".join(part for part in (said, unchanged) if part)


def _possible_later(
    changes: pd.DataFrame, pair: tuple[str, str], labels: dict[str, str], waves: dict[str, str]
) -> list[str]:
    """Name what became possible between other waves and is surely named since: a fact of the calendar, not a change."""
    rows = changes[(changes["town"] == ALL) & (changes["verdict"] == "new") & changes["share_before"].isna()]
    rows = rows[(rows["before"] != pair[0]) | (rows["after"] != pair[1])]
    told = []
    for wave, of_wave in rows.groupby("after", sort=False):
        names = [_moved(row, labels) for _index, row in of_wave.iterrows()]
        told.append(say(N_("Possible only from {wave} on: {names}."), wave=waves[str(wave)], names=listed(names)))
    return told


def _unchanged(rows: pd.DataFrame, before: str, after: str) -> str:
    if not rows["p_adjusted"].notna().any():
        message = N_("Nothing can be said of change between {before} and {after}: too few interviews.")
    else:
        message = N_("No problem changed its share between {before} and {after} by more than chance may do.")
    return say(message, before=before, after=after)


_KINDS = {
    "new": N_("new: {names}"),
    "risen": N_("risen: {names}"),
    "fallen": N_("fallen: {names}"),
    "vanished": N_("vanished: {names}"),
    "possible": N_("possible only now: {names}"),
}


def _moved(row: pd.Series[Any], labels: dict[str, str]) -> str:
    name = quoted(labels[str(row["code"])])
    before, after = float(row["share_before"]), float(row["share_after"])
    if before != before:
        return f"{name} ({percent(after)})"
    return say(N_("{name} (from {before} to {after})"), name=name, before=percent(before), after=percent(after))


def _one_wave(main: pd.DataFrame, labels: dict[str, str], waves: dict[str, str]) -> Finding:
    rows = main[(main["town"] == ALL) & (main["mentions"] > 0)]
    if not len(main):
        text = _("There is no interview in this selection.")
        return Finding("", text, text)
    wave = waves[str(main["wave"].iloc[0])]
    if not len(rows):
        text = say(N_("In {wave} no interview names any of these problems."), wave=wave)
        return Finding("", text, text)
    top = rows.sort_values(["share", "code"], ascending=[False, True]).head(3)
    names = [f"{quoted(labels[row['code']])} ({percent(row['share'])})" for _index, row in top.iterrows()]
    text = say(N_("Most named in {wave}: {names}."), wave=wave, names=listed(names))
    return Finding("", text, text, tuple(top["code"]))
