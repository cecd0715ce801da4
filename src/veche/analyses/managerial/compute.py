"""The result of `managerial`: tables, sentence, grounds, notes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.codes import CodeRow, row, rows_under
from veche.analyses._shared.heads import UNKNOWN, Heads
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import ALL, listed, quoted, row_label
from veche.analyses._shared.remarks import left_out, why_missing
from veche.analyses._shared.sample import Bools, Floats, Sample, make_sample
from veche.analyses._shared.scores import Groups, Scores, means, mention_scores
from veche.analyses._shared.share_tables import CHANGE_COLUMNS, SHARE_COLUMNS, NamedScores, ShareTables, frame
from veche.analyses._shared.wave_pairs import Pair, compared_waves
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.managerial import Params

#: most difficulties named in the sentence
NAMED = 4
COLUMNS = ("code", "label", "town", "place", "wave", "attached_kind", "attached", *SHARE_COLUMNS)
CHANGES = ("code", "label", *CHANGE_COLUMNS)
HEADS = ("code", "label", "town", "place", "wave", "head", "asked", "mentions", "share", "low", "high", "reason")


@dataclass(frozen=True)
class Difficulties:
    """Rows of the analysis: any difficulty first, then each; and which are said of persons."""

    sample: Sample
    heads: Heads
    rows: tuple[NamedScores, ...]
    persons: frozenset[str]

    def attached(self, key: str, here: Bools) -> tuple[str, str]:
        """Say what a difficulty is attached to in some interviews: kind (tenure, body) and names."""
        if key in self.persons:
            found = [self.heads.of(self.sample.interviews[i]) for i in np.flatnonzero(here)]
            return "tenure", ", ".join(dict.fromkeys(one.name for one in found if one is not None))
        towns = {self.sample.interviews[i].town_id for i in np.flatnonzero(here)}
        bodies = [
            one.name
            for one in sorted(self.heads.evidence.actors, key=lambda one: one.key)
            if one.kind == "body" and one.branch == "executive" and one.town_id in towns and not one.merged_into_id
        ]
        return "body", ", ".join(bodies) if len(towns) == 1 and bodies else _("town hall")


def difficulties(evidence: Evidence, root: str, persons: tuple[str, ...], office: str) -> Difficulties:
    """Arrange the difficulties below a root code.

    Raises
    ------
    NotFound, InputProblem
        If a code is not in the codebook, or the root has nothing below it.
    """
    sample = make_sample(evidence)
    single = rows_under(evidence, root, "leaves")
    whole = CodeRow(evidence.code(root), frozenset().union(*(one.ids for one in single)))
    book = evidence.codebook
    named = frozenset(below.key for key in persons for below in book.below(evidence.code(key)))
    rows = [NamedScores(root, _("Any difficulty"), mention_scores(sample, whole))] if len(single) > 1 else []
    rows += [NamedScores(one.key, one.label, mention_scores(sample, row(book, one.code))) for one in single]
    return Difficulties(sample, Heads(evidence, office), tuple(rows), named)


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``difficulties``, ``changes`` and ``by_head``.

    Raises
    ------
    NotFound, InputProblem
        If a code or wave is not in the study.
    """
    chosen = checked(params)
    found = difficulties(evidence, chosen.root, chosen.persons, chosen.office)
    sample = found.sample
    pairs, spoken = compared_waves(sample.waves, sample.interviews, chosen.before, chosen.after)
    weights = sample.weights(chosen.resamples, chosen.seed)
    tables = ShareTables(sample, weights, chosen.confidence, chosen.minimum)
    main = _main(found, tables, chosen.root)
    labels, keys, cells = tables.changes(found.rows, pairs)
    names = {one.key: one.label for one in found.rows}
    changes = frame(
        [{"code": key, "label": names[key], **cell} for key, cell in zip(keys, cells, strict=True)], CHANGES, labels
    )
    by_head, head_cells = _by_head(found, weights, chosen)

    def support(table: str, label: Hashable, column: str | None) -> Grounds:
        if table == "changes":
            return tables.change_grounds(str(label), column)
        if table == "by_head":
            scores, here = head_cells[str(label)]
            return scores.grounds(here)
        return tables.share_grounds(str(label), column)

    grown = _moved(changes, sample, spoken)
    return Result(
        tables={"difficulties": main, "changes": changes, "by_head": by_head},
        sentence=sentence(changes, sample, spoken, chosen.root),
        highlights=tuple(one for one in grown if one in main.index),
        evidence=evidence,
        support=support,
        notes=_notes(found, changes),
        seed=chosen.seed,
    )


def _main(found: Difficulties, tables: ShareTables, root: str) -> pd.DataFrame:
    labels, cells = tables.shares(found.rows)
    names = {one.key: one.label for one in found.rows}
    rows = []
    for label, cell in zip(labels, cells, strict=True):
        key = label.split(" · ")[0]
        kind, who = found.attached(key, tables.cells[label][1])
        if cell["town"] == ALL:
            who = ""
        if key == root and len(found.rows) > 1:
            kind, who = "", ""
        rows.append({"code": key, "label": names[key], "attached_kind": kind, "attached": who, **cell})
    made: pd.DataFrame = frame(rows, COLUMNS, labels)
    return made


def _by_head(
    found: Difficulties, weights: Floats, params: Params
) -> tuple[pd.DataFrame, dict[str, tuple[Scores, Bools]]]:
    """Difficulties of persons by head: one row per difficulty, wave and head."""
    sample = found.sample
    heads = [found.heads.of(one) for one in sample.interviews]
    keys = [one.id if one else UNKNOWN for one in heads]
    order = list(dict.fromkeys(keys))
    names = {one.id: one.name for one in heads if one is not None} | {UNKNOWN: "?"}
    head_of = np.array([order.index(one) for one in keys], dtype=np.int64)
    groups = Groups(sample.wave_of * len(order) + head_of, len(sample.waves) * len(order))
    labels, rows, cells = [], [], {}
    for one in found.rows:
        if one.key not in found.persons:
            continue
        every = means(one.scores, weights=weights, confidence=params.confidence, minimum=params.minimum, by=groups)
        told = one.scores.known
        there = dict.fromkeys(zip(*(x[told].tolist() for x in (sample.town_of, sample.wave_of, head_of)), strict=True))
        for town, wave, head in there:
            here = sample.inside(town, wave) & (head_of == head)
            label = row_label(one.key, sample.towns[town].key, sample.waves[wave].key, names[order[head]])
            cells[label] = (one.scores, here)
            group = wave * len(order) + head
            asked, low = int(every.interviews[town, group]), every.low[town, group]
            reason = why_missing(asked, int(every.respondents[town, group]), params.minimum)
            if order[head] == UNKNOWN:
                reason = "; ".join(filter(None, (reason, _("who was head that day is not recorded"))))
            labels.append(label)
            rows.append(
                {
                    "code": one.key, "label": one.label, "town": sample.towns[town].key, "place": sample.towns[town].name,
                    "wave": sample.waves[wave].key, "head": names[order[head]], "asked": asked,
                    "mentions": int(np.nansum(one.scores.values[here])), "share": every.told[town, group], "low": low,
                    "high": every.high[town, group], "reason": reason,
                }
            )  # fmt: skip
    return frame(rows, HEADS, labels), cells


def _moved(changes: pd.DataFrame, sample: Sample, spoken: Pair | None) -> list[str]:
    if spoken is None:
        return []
    rows = _spoken(changes, sample, spoken)
    proven = rows[rows["verdict"].isin(["risen", "fallen"])]
    return [row_label(row["code"], row["town"], row["after"]) for _label, row in proven.iterrows()]


def _spoken(changes: pd.DataFrame, sample: Sample, spoken: Pair) -> pd.DataFrame:
    before, after = (sample.waves[at].key for at in spoken)
    return changes[(changes["before"] == before) & (changes["after"] == after)]


def sentence(changes: pd.DataFrame, sample: Sample, spoken: Pair | None, root: str, *, brief: bool = False) -> str:
    """Say which difficulties grew or shrank over all towns, and in which towns; `brief` names no towns."""
    if not sample.size:
        return _("There is no interview in this selection.")
    if spoken is None:
        return _("One wave only: nothing can be said of change.")
    rows = _spoken(changes, sample, spoken)
    names = [sample.waves[at].label or sample.waves[at].key for at in spoken]
    if not rows["low"].notna().any():
        return say(N_("Too few interviews to compare {before} and {after}."), before=names[0], after=names[1])
    told = []
    for kind, template in _KINDS.items():
        whole = rows[(rows["verdict"] == kind) & (rows["town"] == ALL) & (rows["code"] != root)]
        whole = whole.assign(size=whole["difference"].abs()).sort_values(["size", "code"], ascending=[False, True])
        words = [
            say(
                N_("{name} (from {before} to {after})"), name=quoted(str(row["label"])),
                before=percent(row["share_before"]), after=percent(row["share_after"]),
            )
            for _label, row in whole.head(NAMED).iterrows()
        ]  # fmt: skip
        if words:
            told.append(say(template, names=listed(words)))
    towns = [] if brief else _towns(rows)
    if not told and not towns:
        return say(
            N_("No difficulty of governing changed its share between {before} and {after} by more than chance may do."),
            before=names[0], after=names[1],
        )  # fmt: skip
    lead = "; ".join(told) or _("no difficulty changed over all towns")
    return "; ".join([lead[:1].upper() + lead[1:], *towns]) + "."


def _towns(rows: pd.DataFrame) -> list[str]:
    told = []
    single = rows[(rows["town"] != ALL) & rows["verdict"].isin(["risen", "fallen"])]
    for (town, verdict), of_town in single.groupby(["place", "verdict"], sort=False):
        words = N_("in {town} risen: {names}") if verdict == "risen" else N_("in {town} fallen: {names}")
        told.append(say(words, town=town, names=listed([quoted(str(one)) for one in of_town["label"]])))
    return told


_KINDS: dict[str, str] = {"risen": N_("risen: {names}"), "fallen": N_("fallen: {names}")}


def _notes(found: Difficulties, changes: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        _(
            "Difficulties of the town hall and lack of specialists in the town are two things; the latter stands in the problem field."
        ),
    ]
    if not found.persons:
        notes.append(_("No difficulty is attached to persons: name codes with the option persons."))
    tests = int(changes["p_exchange"].notna().sum())
    if tests:
        notes.append(say(N_("Exact tests made: {n}; p-values adjusted by Holm within each comparison."), n=tests))
    return (*notes, *left_out(found.sample.evidence, found.sample.interviews))
