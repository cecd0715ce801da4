"""What the tables say, in words: the models of the towns, whether pressure is enough, and how the tone moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.branches import TECHNIQUE_NAMES
from veche.analyses._shared.models import TYPE_BY_KEY
from veche.analyses._shared.places import ALL, listed, row_label
from veche.analyses.interaction_models.cases import Cases
from veche.analyses.interaction_models.tables import model_name
from veche.words import N_, _, ngettext, percent, say

if TYPE_CHECKING:
    import pandas as pd


def sentence(cases: Cases, tables: dict[str, pd.DataFrame]) -> str:
    """Say what was found."""
    if not cases.cases:
        return _("There is no interview in this selection.")
    if not any(len(one.cell) for one in cases):
        return _("Nobody speaks of the executive and the assembly.")
    parts = [_models(cases, tables["labels"]), pressure_words(tables["techniques"]), _changes(tables["change"])]
    return " ".join(part for part in parts if part)


def title(cases: Cases, tables: dict[str, pd.DataFrame]) -> str:
    """Say in one sentence what stands above the figure."""
    return pressure_words(tables["techniques"]) or _models(cases, tables["labels"]) or _("Models of interaction")


def _models(cases: Cases, labels: pd.DataFrame) -> str:
    """Name the towns of each model of 2014, by what holds in every wave of a town."""
    of_type: dict[str, list[str]] = {}
    other = 0
    for town in cases.towns:
        here = labels[(labels["town"] == town.key) & (labels["typology"] == "2014")]
        kinds = set(here["type"])
        if len(kinds) == 1 and (kind := kinds.pop()) in TYPE_BY_KEY:
            of_type.setdefault(kind, []).append(town.name)
        elif kinds - {""}:
            other += 1
    if not of_type:
        return _("No town belongs to one model of 2014 in all its waves.")
    named = [
        f"{model_name(kind)[:1].lower()}{model_name(kind)[1:]} ({listed(towns)})" for kind, towns in of_type.items()
    ]
    text = say(N_("One model in all waves: {models}."), models="; ".join(named))
    if other:
        text += " " + ngettext("Mixed or changing: {n} town.", "Mixed or changing: {n} towns.", other).format(n=other)
    return text


def pressure_words(techniques: pd.DataFrame) -> str:
    """Say whether direct pressure is enough."""
    label = row_label(ALL, ALL, "pressure")
    if label not in techniques.index:
        return ""
    row: dict[str, Any] = {str(name): value for name, value in techniques.loc[label].items()}
    if not row["tried"]:
        return _("Nobody tells of direct pressure.")
    counts = ngettext(
        "{n} statement tells of direct pressure of the executive, {won} of success",
        "{n} statements tell of direct pressure of the executive, {won} of success",
        int(row["tried"]),
    ).format(n=int(row["tried"]), won=int(row["achieved"]))
    others = techniques[
        (techniques["town"] == ALL) & (techniques["wave"] == ALL)
        & ~techniques["technique"].isin(["pressure", "opposition"]) & techniques["success"].notna()
    ]  # fmt: skip
    better = others[others["low"] > row["high"]].sort_values(["low", "technique"], ascending=[False, True])
    if row["verdict"] != "not_enough" or not len(better):
        return counts + "."
    best = better.iloc[0]
    return counts + say(
        N_("; it works less often ({share}) than {other} ({other_share})."),
        share=percent(row["success"]), other=_(TECHNIQUE_NAMES[str(best["technique"])]),
        other_share=percent(float(best["success"])),
    )  # fmt: skip


def _changes(change: pd.DataFrame) -> str:
    if not change["p_adjusted"].notna().any():
        return ""
    moved = change[(change["verdict"] == "changed") & (change["compared"] == "tone")]
    named = [f"{row['place']} ({_step(row)})" for _label, row in moved.iterrows()]
    parts = [say(N_("The tone changed in {towns}."), towns=listed(named))] if named else []
    ways = change[(change["verdict"] == "changed") & (change["compared"] == "models")]
    if len(ways):
        parts.append(
            say(N_("The ways of the executive changed in {towns}."), towns=listed(list(dict.fromkeys(ways["place"]))))
        )
    return " ".join(parts) or _("Neither tone nor model changed between waves by more than chance may do.")


def _step(row: pd.Series[Any]) -> str:
    if row["was"] == row["became"] or not row["was"] or not row["became"]:
        return _("sharper") if row["difference"] > 0 else _("milder")
    return f"{row['was']}\u00a0→\u00a0{row['became']}"


def highlights(cases: Cases, tables: dict[str, pd.DataFrame]) -> tuple[str, ...]:
    """Rows of the main table on which the sentence rests: the models given, with the highest memberships."""
    labels = tables["labels"]
    given = labels[(labels["typology"] == "2014") & labels["type"].isin(list(TYPE_BY_KEY))]
    given = given[np.asarray(given["membership"].notna())]
    return tuple(row_label(row["town"], row["wave"], row["type"]) for _label, row in given.iterrows())
