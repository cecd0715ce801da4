"""From what is coded to ordinal evidence: one judgement per town, wave, indicator and coder."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.lab.indicators import BY_KEY, INDICATORS, KEYS, LEVELS, Indicator
from veche.lab.measurement import Measured, Ratings, measure
from veche.study.errors import N_, InputProblem
from veche.words import _, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.study.evidence import Evidence

COLUMNS = ("town", "wave", "indicator", "coder", "value")
#: a share of interviews that name a thing, to steps of the scale: none, under a tenth, under a quarter, under a half, more
SHARE_STEPS = (1e-9, 0.10, 0.25, 0.50)
#: a mean of judgements, to steps of the scale
MEAN_STEPS = (0.125, 0.375, 0.625, 0.875)


@dataclass(frozen=True)
class Coded:
    """Ordinal evidence: a table with the columns `COLUMNS`, values 0 to 4; and what should be known about it."""

    table: pd.DataFrame
    remarks: tuple[str, ...] = ()

    @cached_property
    def cases(self) -> tuple[tuple[str, str], ...]:
        """Towns and waves judged, in order of wave and town."""
        found = set(zip(self.table["town"], self.table["wave"], strict=True))
        return tuple(sorted(found, key=lambda one: (one[1], one[0])))

    @cached_property
    def coders(self) -> tuple[str, ...]:
        """Those who judged."""
        return tuple(sorted(set(self.table["coder"])))

    def ratings(self) -> Ratings:
        """Judgements as numbers, for the measurement model; indicators in the order of `INDICATORS`."""
        case_at = {one: at for at, one in enumerate(self.cases)}
        coder_at = {one: at for at, one in enumerate(self.coders)}
        key_at = {one: at for at, one in enumerate(KEYS)}
        rows = self.table
        return Ratings(
            rows["value"].to_numpy(dtype=np.int64),
            np.array([case_at[one] for one in zip(rows["town"], rows["wave"], strict=True)], dtype=np.int64),
            np.array([key_at[one] for one in rows["indicator"]], dtype=np.int64),
            np.array([coder_at[one] for one in rows["coder"]], dtype=np.int64),
            LEVELS, len(self.cases), len(INDICATORS), len(self.coders),
        )  # fmt: skip

    def measure(self, *, draws: int = 250, seed: int = 1) -> Measured:
        """Fit the measurement model (`veche.lab.measurement`) to the judgements."""
        return measure(self.ratings(), draws=draws, seed=seed)


def read_evidence(frame: pd.DataFrame, *, scale: str = "auto") -> Coded:
    """Check a table of judgements.

    Parameters
    ----------
    frame
        Columns town, wave, indicator (a key of `INDICATORS`), coder, value; rows without value are passed over.
    scale
        `steps`: whole numbers 0 to 4; `membership`: degrees from 0 to 1, brought to the nearest of five steps; `auto`: memberships if any value is
        a fraction or none is above 1.

    Raises
    ------
    InputProblem
        If a column is missing, an indicator unknown (the nearest are named), a value off the scale, or a judgement stands twice.
    """
    import pandas as pd

    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InputProblem(
            N_("The table of judgements has no column {missing}. It has {found}. Give town, wave, indicator, coder and value."),
            missing=", ".join(missing), found=", ".join(map(str, frame.columns)) or "–",
        )  # fmt: skip
    frame = frame.reset_index(drop=True)
    rows = frame.loc[:, list(COLUMNS)].copy()
    numbers = pd.to_numeric(rows["value"], errors="coerce")
    unread = rows["value"].notna() & numbers.isna()
    if unread.any():
        raise _bad_value(rows[unread].iloc[0], frame.loc[unread, "value"].iloc[0])
    rows = rows.assign(value=numbers).dropna(subset=["value"])
    for name in COLUMNS[:4]:
        rows[name] = rows[name].map(_plain)
        if (rows[name] == "").any():
            line = int(rows.index[rows[name] == ""][0]) + 1
            raise InputProblem(
                N_("Judgement {row} of the table has no {column}. Fill it in, or leave its value empty."),
                row=line,
                column=name,
            )
    if not len(rows):
        raise InputProblem(
            N_("There is no judgement of any indicator. Code interviews first, or give a table of judgements.")
        )
    for key in rows["indicator"].unique():
        _known(key)
    rows["value"] = _steps(rows, scale)
    twice = rows.duplicated(["town", "wave", "indicator", "coder"])
    if twice.any():
        one = rows[twice].iloc[0]
        raise InputProblem(
            N_("{coder} judges {indicator} of town {town}, wave {wave} twice. Leave one judgement of each coder."),
            coder=one["coder"], indicator=one["indicator"], town=one["town"], wave=one["wave"],
        )  # fmt: skip
    coded = Coded(rows.reset_index(drop=True))
    return Coded(coded.table, _remarks(coded))


def _plain(value: Any) -> str:
    """Keys of towns and waves as words; a wave read as 2.0 is 2, a missing one is empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _known(key: str) -> Indicator:
    if key not in BY_KEY:
        near = difflib.get_close_matches(key, KEYS, 3, 0.4)
        raise InputProblem(
            N_("There is no indicator {indicator}. Nearest: {near}. All: {known}."),
            indicator=key, near=", ".join(near) or "–", known=", ".join(KEYS),
        )  # fmt: skip
    return BY_KEY[key]


def _bad_value(row: Any, value: Any) -> InputProblem:
    return InputProblem(
        N_("{coder} gives {indicator} of town {town}, wave {wave} the value {value}. Give 0 to 4, or a membership from 0 to 1."),
        coder=row["coder"], indicator=row["indicator"], town=row["town"], wave=row["wave"],
        value=f"{value:g}" if isinstance(value, float) else value,
    )  # fmt: skip


def _steps(rows: pd.DataFrame, scale: str) -> Any:
    if scale not in ("auto", "steps", "membership"):
        raise InputProblem(
            N_("There is no scale {scale}. Choose one of: {known}."), scale=scale, known="auto, steps, membership"
        )
    values = rows["value"]
    memberships = scale == "membership" or (scale == "auto" and bool((values % 1 != 0).any() or values.max() <= 1))
    top = 1 if memberships else LEVELS - 1
    wrong = ~values.between(0, top) | (not memberships) & (values % 1 != 0)
    if wrong.any():
        raise _bad_value(rows[wrong].iloc[0], float(values[wrong].iloc[0]))
    return (np.floor(values * (LEVELS - 1) + 0.5) if memberships else values).astype("int64")


def _remarks(coded: Coded) -> tuple[str, ...]:
    found = []
    if len(coded.coders) == 1:
        found.append(say(_("Only {coder} has coded: how high or low a coder judges is then assumed, not measured. A second coder would tell."),
                         coder=coded.coders[0]))  # fmt: skip
    unseen = [one for one in INDICATORS if one.key not in set(coded.table["indicator"])]
    if unseen:
        found.append(say(_("Not judged anywhere: {indicators}. Conditions that only they tell of stay as wide as before."),
                         indicators=", ".join(_(one.label) for one in unseen)))  # fmt: skip
    towns, waves = sorted({town for town, _w in coded.cases}), sorted({wave for _t, wave in coded.cases})
    gaps = [f"{town} {wave}" for wave in waves for town in towns if (town, wave) not in coded.cases]
    if gaps:
        found.append(say(_("No judgement of: {cases}. Nothing is said of them."), cases=", ".join(gaps)))
    return tuple(found)


def judge(evidence: Evidence) -> Coded:
    """Bring a study's codings to ordinal judgements.

    Each coder's interviews of a town in a wave give a level per indicator: the mean of what their codings say (`Indicator.says`), brought to five
    steps; of indicators that are named or not named, the share of interviews that name it among those that speak of such matters. Denied codings
    of what would raise the level count as 0; hypothetical ones are passed over. A level rests on one interview or more.

    Raises
    ------
    InputProblem
        If the study holds no coding of any indicator.
    """
    import pandas as pd

    by_code = _codes(evidence)
    #: (town, wave, coder) -> interview -> indicator -> what its codings say; None: spoke of such matters
    heard: dict[tuple[str, str, str], dict[str, dict[str, list[float]]]] = {}
    towns, waves = evidence.town_by_id, evidence.wave_by_id
    coders = {one.id: one.key for one in evidence.coders}
    for coding, interview in evidence.counted():
        town, wave = towns.get(interview.town_id or ""), waves.get(interview.wave_id or "")
        marks = by_code.get(coding.code_id)
        if marks is None or town is None or wave is None or coding.modality == "hypothetical":
            continue
        place = heard.setdefault((town.key, wave.key, coders.get(coding.coder_id, coding.coder_id)), {})
        said = place.setdefault(interview.id, {})
        for key, value in marks.items():
            voices = said.setdefault(key, [])
            if value is not None:
                voices.append(0.0 if coding.modality == "denied" else value)
    rows = [
        {"town": town, "wave": wave, "coder": coder, "indicator": one.key, "value": level}
        for (town, wave, coder), interviews in sorted(heard.items())
        for one in INDICATORS
        if (level := _level(one, interviews.values())) is not None
    ]
    return read_evidence(pd.DataFrame(rows, columns=list(COLUMNS)), scale="steps")


def _codes(evidence: Evidence) -> dict[str, dict[str, float | None]]:
    """What each code says of each indicator; None: it only speaks of such matters."""
    by_key, book = evidence.codebook.by_key, evidence.codebook
    found: dict[str, dict[str, float | None]] = {}
    for one in INDICATORS:
        roots: list[tuple[str, float | None]] = [(root, None) for root in one.among]
        roots += sorted(one.says.items())
        for root, value in roots:
            # a top group such as TECH or REL may be missing from a codebook that has its codes
            tops = [by_key[root]] if root in by_key else [c for key, c in by_key.items() if key.startswith(f"{root}.")]
            for code in {below.id for top in tops for below in book.below(top)}:
                found.setdefault(code, {})[one.key] = value
    return found


def _level(one: Indicator, interviews: Iterable[Mapping[str, list[float]]]) -> int | None:
    values = []
    for said in interviews:
        if one.key not in said:
            continue
        voices = said[one.key]
        if one.shares:
            values.append(max(voices, default=0.0))
        elif voices:
            values.append(sum(voices) / len(voices))
    if not values:
        return None
    steps = SHARE_STEPS if one.shares else MEAN_STEPS
    return int(np.searchsorted(steps, sum(values) / len(values), side="right"))
