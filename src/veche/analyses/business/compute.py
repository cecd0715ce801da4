"""The result of `business`: tables, sentence, grounds, notes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.heads import Heads
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import listed, quoted, row_label
from veche.analyses._shared.remarks import left_out
from veche.analyses._shared.sample import Bools
from veche.analyses._shared.share_tables import CHANGE_COLUMNS, SHARE_COLUMNS, ShareTables, frame
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.business.votes import FEW, MIXED, SIDES, Votes, make_votes
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.study.result import Grounds, Result
from veche.words import N_, _, ngettext, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.business import Params

COLUMNS = ("code", "label", "town", "place", "wave", *SHARE_COLUMNS)
CHANGES = ("code", "label", *CHANGE_COLUMNS)
STAGES = (
    "town", "place", "wave", "model", "model_label", "interviews", "respondents", "alone", "firm_state", "owner", "director", "head",
    *(f"by_{side}" for side in SIDES), "reason",
)  # fmt: skip


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``stages``, ``models`` and ``changes``.

    Raises
    ------
    NotFound, InputProblem
        If a code or wave is not in the study.
    """
    chosen = checked(params)
    votes = make_votes(evidence, chosen.root)
    sample = votes.sample
    pairs, _spoken = compared_waves(sample.waves, sample.interviews, chosen.before, chosen.after)
    tables = ShareTables(sample, sample.weights(chosen.resamples, chosen.seed), chosen.confidence, chosen.minimum)
    names = {one.key: one.label for one in votes.models}
    labels, cells = tables.shares(votes.models)
    main = frame(
        [{"code": (key := label.split(" · ")[0]), "label": names[key], **cell} for label, cell in zip(labels, cells, strict=True)],
        COLUMNS, labels,
    )  # fmt: skip
    labels, keys, cells = tables.changes(votes.models, pairs)
    changes = frame(
        [{"code": key, "label": names[key], **cell} for key, cell in zip(keys, cells, strict=True)], CHANGES, labels
    )
    stages, inside = _stages(votes, chosen)

    def support(table: str, label: Hashable, column: str | None) -> Grounds:
        if table == "models":
            return tables.share_grounds(str(label), column)
        if table == "changes":
            return tables.change_grounds(str(label), column)
        return _stage_grounds(votes, str(stages["model"][str(label)]), inside[str(label)], column)

    return Result(
        tables={"stages": stages, "models": main, "changes": changes},
        sentence=sentence(stages, names, {wave.key: wave.label or wave.key for wave in sample.waves}),
        highlights=tuple(label for label, row in stages.iterrows() if row["model"] in names),
        evidence=evidence,
        support=support,
        notes=_notes(votes),
        seed=chosen.seed,
    )


def _stages(votes: Votes, params: Params) -> tuple[pd.DataFrame, dict[str, Bools]]:
    """Make the table of stages: the model of each town and wave, with what is known of firm and town."""
    import pandas as pd

    sample = votes.sample
    about = About(sample.evidence, params)
    rows, labels, inside = [], [], {}
    names = {one.key: one.label for one in votes.models} | {
        MIXED: _("mixed type"),
        FEW: _("too few respondents"),
        "": "",
    }
    told = np.asarray(~np.isnan(votes.table).any(axis=1), dtype=bool)
    sides = np.array(votes.sides)
    for t, town in enumerate(sample.towns):
        for w, wave in enumerate(sample.waves):
            here = sample.inside(t, w)
            if not here.any():
                continue
            label = row_label(town.key, wave.key)
            inside[label] = here
            model = votes.label(here, params.least_share, params.least_reporters)
            without = votes.labels_without_one(here, params.least_share, params.least_reporters)
            people = {one.respondent_id for i, one in enumerate(sample.interviews) if here[i] and told[i]}
            labels.append(label)
            rows.append(
                {
                    "town": town.key, "place": town.name, "wave": wave.key, "model": model, "model_label": names[model],
                    "interviews": int((here & told).sum()), "respondents": len(people),
                    "alone": ("yes" if all(one == model for one in without) else "no") if without else "",
                    **about.stage(town, wave),
                    **{f"by_{side}": names[votes.label(here & (sides == side), params.least_share, 2)] for side in SIDES},
                    "reason": _reason(model, params.least_reporters),
                }
            )  # fmt: skip
    made = pd.DataFrame(rows, columns=list(STAGES), index=pd.Index(labels, name="row", dtype=object))
    return made.astype({"interviews": "int64", "respondents": "int64"}), inside


def _reason(model: str, least_reporters: int) -> str:
    if model == FEW:
        return ngettext(
            "fewer than {n} respondent speaks of it", "fewer than {n} respondents speak of it", least_reporters
        ).format(n=least_reporters)
    return "" if model else _("nobody speaks of it")


class About:
    """What is recorded of the firm and the town in a wave."""

    def __init__(self, evidence: Evidence, params: Params) -> None:
        self.evidence, self.params = evidence, params
        self.heads, self.directors = Heads(evidence, params.office), Heads(evidence, params.director)

    def stage(self, town: Town, wave: Wave) -> dict[str, Any]:
        """State of the firm, last change of its owner, director and head in a wave."""
        return {
            "firm_state": self._state(town, wave),
            "owner": self._owner(town, wave),
            "director": self._holders(self.directors, town, wave),
            "head": self._holders(self.heads, town, wave),
        }

    def _state(self, town: Town, wave: Wave) -> str:
        found = {
            one.wave_id: one.value
            for one in self.evidence.attributes
            if one.target_id == town.id and one.name == self.params.state
        }
        return found.get(wave.id, found.get(None, ""))

    def _owner(self, town: Town, wave: Wave) -> str:
        changes = [
            one
            for one in self.evidence.events
            if one.kind == "change_of_owner" and one.town_id == town.id and one.start < wave.end
        ]
        last = max(changes, key=lambda one: one.start, default=None)
        return f"{last.start.isoformat()}: {last.title}" if last else _("no change recorded")

    def _holders(self, office: Heads, town: Town, wave: Wave) -> str:
        """Names of whoever held an office on the days of the interviews of a wave."""
        days = sorted(one.date for one in self.evidence.interviews if one.town_id == town.id and one.wave_id == wave.id)
        found = (office.on(town.id, day) for day in days)
        return ", ".join(dict.fromkeys(one.name for one in found if one is not None))


def _stage_grounds(votes: Votes, model: str, here: Bools, column: str | None) -> Grounds:
    """For the model: its codings for, those of other models against; if mixed or of a side, all that is told."""
    if column and column.startswith("by_"):
        here = here & (np.array(votes.sides) == column.removeprefix("by_"))
    for one in votes.models:
        if one.key == model and not (column or "").startswith("by_"):
            return one.scores.grounds(here)
    every = [one.scores.grounds(here).supporting for one in votes.models]
    return Grounds(tuple(dict.fromkeys(i for ids in every for i in ids)))


def sentence(stages: pd.DataFrame, names: dict[str, str], waves: dict[str, str]) -> str:
    """Say model by model which towns show it, and when."""
    if not len(stages):
        return _("There is no interview in this selection.")
    told = []
    for key, name in names.items():
        rows = stages[stages["model"] == key]
        if len(rows):
            places = [
                f"{place} ({listed([waves[str(one)] for one in of_town['wave']])})"
                for place, of_town in rows.groupby("place", sort=False)
            ]
            told.append(say(N_("{model} – {places}"), model=quoted(name), places=listed(places)))
    if not told:
        return _("No town and wave has a clear model of town hall and firm: mixed or not told of.")
    mixed = int((stages["model"] == MIXED).sum())
    if mixed:
        told.append(
            ngettext("of mixed type in {n} town and wave", "of mixed type in {n} towns and waves", mixed).format(
                n=mixed
            )
        )
    return "; ".join(told) + "."


def _notes(votes: Votes) -> tuple[str, ...]:
    notes = []
    if votes.aside:
        notes.append(say(N_("Codings about small business alone, left out: {n}."), n=votes.aside))
    return (*notes, *left_out(votes.sample.evidence, votes.sample.interviews))
