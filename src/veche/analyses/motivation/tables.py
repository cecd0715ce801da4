"""Tables of levels: by town and wave, by head, by speaker; and of what else is said, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.codes import CodeRow, row
from veche.analyses._shared.heads import HOLDERS, SPEAKERS, UNKNOWN
from veche.analyses._shared.places import ALL, place_name, row_label
from veche.analyses._shared.remarks import why_missing
from veche.analyses._shared.sample import Bools, Floats, Ints
from veche.analyses._shared.scores import Groups, Means, Scores, means, mention_scores
from veche.analyses.motivation.judged import MEASURES, ORIENTATIONS, Judged
from veche.study.codings import Coding
from veche.study.result import Grounds
from veche.words import N_, _, language

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.motivation import Params

#: ids behind a cell: scores, and the interviews of the cell
Cells = dict[tuple[str, str], tuple[Scores, Bools]]

LEVELS = (
    "measure", "town", "place", "wave", "head", "interviews", "respondents", "level_high", "level_mid", "level_low",
    "mean", "low", "high", "reason",
)  # fmt: skip
SPEAKING = (
    "measure", "town", "place", "wave", "speaker", "interviews", "respondents", "mean", "low", "high", "gap",
    "gap_low", "gap_high", "reason",
)  # fmt: skip
PROFILE = (
    "dimension", "value", "value_label", "town", "place", "wave", "head", "holder", "speaker", "asked", "mentions",
    "share", "low", "high", "reason",
)  # fmt: skip


@dataclass
class Tables:
    """Makes the tables of one run; `cells` remembers what each row rests on."""

    judged: Judged
    weights: Floats
    params: Params
    cells: Cells = field(default_factory=dict)

    @property
    def places(self) -> tuple[str, ...]:
        """Keys of the places: all towns, then each."""
        return (ALL, *(town.key for town in self.judged.sample.towns))

    def place(self, at: int) -> tuple[int, Bools]:
        """Place of a town in the arrays of `means`, and its interviews; 0 is all towns."""
        sample = self.judged.sample
        if at == 0:
            return len(sample.towns), np.ones(sample.size, dtype=bool)
        return at - 1, np.asarray(sample.town_of == at - 1)

    def _visited(self) -> Iterator[tuple[str, int, int, Bools]]:
        """Go over places and waves with interviews: key of the place, its number in `means`, number of the wave, the interviews."""
        for at, key in enumerate(self.places):
            place, here = self.place(at)
            for w in range(len(self.judged.sample.waves)):
                inside = here & (self.judged.sample.wave_of == w)
                if inside.any():
                    yield key, place, w, inside

    def means(self, scores: Scores, by: Groups | None = None) -> Means:
        """Average scores with the options of the run."""
        return means(
            scores, weights=self.weights, confidence=self.params.confidence, minimum=self.params.minimum, by=by
        )

    def frame(self, rows: Sequence[dict[str, Any]], columns: Sequence[str], labels: Sequence[str]) -> pd.DataFrame:
        """Make a table of rows with these columns."""
        import pandas as pd

        frame = pd.DataFrame(rows, columns=list(columns), index=pd.Index(list(labels), name="row", dtype=object))
        whole = {name: "int64" for name in columns if name in _COUNTS}
        real = {name: "float64" for name in columns if name in _NUMBERS}
        return frame.astype(whole | real)

    def levels(self) -> pd.DataFrame:
        """Make the main table: one row per measure, place and wave that was visited."""
        sample = self.judged.sample
        rows, labels = [], []
        for measure, scores in self.judged.levels.items():
            found = self.means(scores)
            for key, place, w, inside in self._visited():
                wave = sample.waves[w].key
                label = row_label(measure, key, wave)
                self.cells["levels", label] = (scores, inside)
                labels.append(label)
                rows.append(
                    {
                        "measure": _(MEASURES[measure]), "town": key, "place": place_name(sample.towns, key), "wave": wave,
                        "head": "" if key == ALL else self.judged.names(inside & scores.known),
                        **self._cell(scores, found, place, w, inside),
                    }
                )  # fmt: skip
        return self.frame(rows, LEVELS, labels)

    def _cell(self, scores: Scores, found: Means, place: int, group: int, inside: Bools) -> dict[str, Any]:
        known = scores.values[inside & scores.known]
        count = int(found.interviews[place, group])
        shares = (known > 2 / 3, (known >= 1 / 3) & (known <= 2 / 3), known < 1 / 3)
        people = int(found.respondents[place, group])
        high, middle, low = (float(one.mean()) if people > 1 else np.nan for one in shares)
        return {
            "interviews": count, "respondents": people,
            "level_high": high, "level_mid": middle, "level_low": low, "mean": found.told[place, group],
            "low": found.low[place, group], "high": found.high[place, group],
            "reason": self._why(count, people),
        }  # fmt: skip

    def _why(self, count: int, people: int) -> str:
        return why_missing(count, people, self.params.minimum) if count else _("nobody judges it")

    def tenures(self) -> pd.DataFrame:
        """Make the table by head: one row per measure, town, wave and head judged."""
        judged, sample = self.judged, self.judged.sample
        groups = _crossed(sample.wave_of, len(sample.waves), judged.head_of, len(judged.head_list))
        rows, labels = [], []
        for measure, scores in judged.levels.items():
            found = self.means(scores, groups)
            for town, wave, head in _there(sample.town_of, sample.wave_of, judged.head_of, scores.known):
                inside = sample.inside(town, wave) & (judged.head_of == head)
                unknown = judged.head_list[head] == UNKNOWN
                label = row_label(measure, sample.towns[town].key, sample.waves[wave].key, judged.head_name(head))
                self.cells["tenures", label] = (scores, inside)
                labels.append(label)
                cell = self._cell(scores, found, town, wave * len(judged.head_list) + head, inside)
                if unknown:
                    cell["reason"] = "; ".join(
                        filter(None, (cell["reason"], _("who was head that day is not recorded")))
                    )
                rows.append(
                    {
                        "measure": _(MEASURES[measure]), "town": sample.towns[town].key,
                        "place": sample.towns[town].name, "wave": sample.waves[wave].key,
                        "head": judged.head_name(head), **cell,
                    }
                )  # fmt: skip
        return self.frame(rows, LEVELS, labels)

    def speakers(self) -> pd.DataFrame:
        """Make the table by speaker, with the gap to the outsiders of the same place and wave."""
        judged, sample = self.judged, self.judged.sample
        names = list(SPEAKERS)
        groups = _crossed(sample.wave_of, len(sample.waves), _numbers(judged.speakers, names), len(names))
        rows, labels = [], []
        for measure, scores in judged.levels.items():
            found = self.means(scores, groups)
            for at, key in enumerate(self.places):
                place, here = self.place(at)
                for w, wave in enumerate(sample.waves):
                    outside = w * len(names) + names.index("outsider")
                    for s, speaker in enumerate(names):
                        group = w * len(names) + s
                        if not found.interviews[place, group]:
                            continue
                        label = row_label(measure, key, wave.key, speaker)
                        self.cells["speakers", label] = (scores, here & (groups.of == group))
                        labels.append(label)
                        rows.append(
                            {
                                "measure": _(MEASURES[measure]), "town": key, "place": place_name(sample.towns, key),
                                "wave": wave.key, "speaker": _(SPEAKERS[speaker]),
                                **self._spoken(found, place, group, outside, alone=speaker == OWN),
                            }
                        )  # fmt: skip
        return self.frame(rows, SPEAKING, labels)

    def _spoken(self, found: Means, place: int, group: int, outside: int, *, alone: bool) -> dict[str, Any]:
        """Cells of a group of speakers; `alone`: of one of them too, for what a head says of himself only he can say."""
        count, people = int(found.interviews[place, group]), int(found.respondents[place, group])
        mean = found.mean[place, group] if alone else found.told[place, group]
        gap = mean - found.told[place, outside]
        bounds = [np.nan, np.nan]
        enough = (
            found.low[place, group] == found.low[place, group]
            and found.low[place, outside] == found.low[place, outside]
        )
        why = _(HIMSELF) if alone and people == 1 else self._why(count, people)
        if group == outside:
            gap = np.nan
        elif enough:
            draws = found.draws[:, place, group] - found.draws[:, place, outside]
            tail = 50 * (1 - self.params.confidence)
            bounds = np.nanpercentile(draws, [tail, 100 - tail]).tolist()
        elif not why:
            why = _("too few outsiders: no interval of the gap")
        return {
            "interviews": count, "respondents": people,
            "mean": mean, "low": found.low[place, group], "high": found.high[place, group],
            "gap": gap, "gap_low": bounds[0], "gap_high": bounds[1], "reason": why,
        }  # fmt: skip

    def profile(self) -> pd.DataFrame:
        """Make the table of everything said: dimension and value by town, wave and speaker."""
        judged, sample = self.judged, self.judged.sample
        names = list(SPEAKERS)
        speaker_of = _numbers(judged.speakers, names)
        by_speaker = _crossed(sample.wave_of, len(sample.waves), speaker_of, len(names))
        rows: list[dict[str, Any]] = []
        labels: list[str] = []
        for dimension, value, name, scores in self._values():
            whole, parts = self.means(scores), self.means(scores, by_speaker)
            for town in range(len(sample.towns)):
                for w, wave in enumerate(sample.waves):
                    for s in range(-1, len(names)):
                        found, group = (whole, w) if s < 0 else (parts, w * len(names) + s)
                        asked = int(found.interviews[town, group])
                        if not asked:
                            continue
                        inside = sample.inside(town, w) & (
                            np.ones(sample.size, dtype=bool) if s < 0 else speaker_of == s
                        )
                        speaker = ALL if s < 0 else names[s]
                        people = int(found.respondents[town, group])
                        alone = speaker == OWN and people == 1
                        label = row_label(dimension, value, sample.towns[town].key, wave.key, speaker)
                        self.cells["profile", label] = (scores, inside)
                        labels.append(label)
                        rows.append(
                            {
                                "dimension": _(DIMENSIONS[dimension]), "value": value, "value_label": name,
                                "town": sample.towns[town].key, "place": sample.towns[town].name, "wave": wave.key,
                                "head": judged.names(inside & scores.known), "holder": _(HOLDERS[judged.holder]),
                                "speaker": _("everybody") if s < 0 else _(SPEAKERS[speaker]), "asked": asked,
                                "mentions": int(np.nansum(scores.values[inside])),
                                "share": (found.mean if alone else found.told)[town, group], "low": found.low[town, group],
                                "high": found.high[town, group], "reason": _(HIMSELF) if alone else self._why(asked, people),
                            }
                        )  # fmt: skip
        return self.frame(rows, PROFILE, labels)

    def _values(self) -> Iterator[tuple[str, str, str, Scores]]:
        """Dimensions with their values, names and scores."""
        judged = self.judged
        book, root = judged.evidence.codebook, judged.roots["motivation"]
        rows: list[tuple[str, str, str, CodeRow]] = []
        top = book.by_key.get(root)
        if top is not None:
            motives = [one for one in book.children(top) if one.kind == "motive"]
            rows += [("motive", one.key, one.label(language()), row(book, one)) for one in motives]
            for key, (name, ends) in ORIENTATIONS.items():
                ids = frozenset(one.id for one in motives if one.key.rpartition(".")[2] in ends)
                if ids:
                    rows.append(
                        ("orientation", key, _(name), CodeRow(next(one for one in motives if one.id in ids), ids))
                    )
        for dimension, stem in (("strength", f"{root}.LEVEL."), ("change", f"{root}.CHANGE.")):
            rows += [
                (dimension, one.key, one.label(language()), row(book, one))
                for one in book.codes
                if one.key.startswith(stem)
            ]
        eff = judged.roots["efficiency"]
        efficiency = book.below(book.by_key[eff]) if eff in book.by_key else ()
        rows += [("efficiency", one.key, one.label(language()), row(book, one)) for one in efficiency if one.codable]
        for dimension, value, name, one in rows:
            yield dimension, value, name, self._of_holder(one)

    def _of_holder(self, one: CodeRow) -> Scores:
        """Score mentions of codings about the wanted holder."""
        sample, taken = self.judged.sample, self.judged.taken

        def about(coding: Coding) -> bool:
            return coding.id in taken

        return mention_scores(sample, one, about)

    def demand(self) -> pd.DataFrame:
        """Make the table of demand: one row per expectation, place and wave."""
        judged, sample = self.judged, self.judged.sample
        rows, labels = [], []
        for nth, one in enumerate(judged.demand_rows):
            scores = judged.demands[one.key]
            found = self.means(scores)
            for key, place, w, inside in self._visited():
                wave = sample.waves[w].key
                label = row_label(one.key, key, wave)
                self.cells["demand", label] = (scores, inside)
                asked = int(found.interviews[place, w])
                labels.append(label)
                rows.append(
                    {
                        "code": one.key, "label": _("Any expectation") if nth == 0 else one.code.label(language()),
                        "town": key, "place": place_name(sample.towns, key), "wave": wave, "asked": asked,
                        "mentions": int(np.nansum(scores.values[inside])) if asked else 0,
                        "share": found.told[place, w], "low": found.low[place, w], "high": found.high[place, w],
                        "reason": self._why(asked, int(found.respondents[place, w])) if asked else _("not asked in any interview"),
                    }
                )  # fmt: skip
        return self.frame(
            rows,
            ("code", "label", "town", "place", "wave", "asked", "mentions", "share", "low", "high", "reason"),
            labels,
        )

    def grounds(self, table: str, label: str, column: str | None) -> Grounds:
        """Return what a row rests on; of a share of one level only its codings."""
        scores, inside = self.cells[table, label]
        if column in _ONE_LEVEL:
            low, high = _ONE_LEVEL[column]
            inside = inside & (scores.values >= low) & (scores.values <= high)
            found = scores.grounds(inside)
            ids = (*found.supporting, *found.opposing)
            rest = scores.grounds(self.cells[table, label][1] & ~inside)
            return Grounds(ids, (*rest.supporting, *rest.opposing))
        return scores.grounds(inside)


#: speakers of whom one is enough: what a head says of himself nobody else can say
OWN = "self"
HIMSELF = N_("what one head says of himself: no interval")
#: how a level is read off the score of an interview
_ONE_LEVEL = {"level_high": (2 / 3 + 1e-9, 1.0), "level_mid": (1 / 3, 2 / 3), "level_low": (0.0, 1 / 3 - 1e-9)}
_COUNTS = frozenset({"interviews", "respondents", "asked", "mentions"})
_NUMBERS = frozenset(
    {"level_high", "level_mid", "level_low", "mean", "low", "high", "gap", "gap_low", "gap_high", "share"}
)
DIMENSIONS = {
    "motive": N_("motive"),
    "orientation": N_("orientation"),
    "strength": N_("strength"),
    "change": N_("change, as told"),
    "efficiency": N_("efficiency"),
}


def _crossed(first: Ints, firsts: int, second: Ints, seconds: int) -> Groups:
    """Cross two groupings."""
    return Groups(first * seconds + second, firsts * seconds)


def _numbers(values: Sequence[str], names: Sequence[str]) -> Ints:
    return np.array([names.index(one) for one in values], dtype=np.int64)


def _there(*columns: Any) -> list[tuple[int, int, int]]:
    """Combinations of town, wave and head that occur with a score, in order of first occurrence."""
    *keys, known = columns
    found = dict.fromkeys(zip(*(one[known].tolist() for one in keys), strict=True))
    return list(found)
