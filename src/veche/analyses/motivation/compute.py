"""The result of `motivation`: tables, sentence, grounds, notes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from veche.analyses._shared.options import checked
from veche.analyses._shared.remarks import left_out
from veche.analyses._shared.sample import make_sample
from veche.analyses._shared.wave_pairs import Pair, compared_waves
from veche.analyses.motivation.changes import Changes, sentence
from veche.analyses.motivation.judged import Judged, make_judged
from veche.analyses.motivation.tables import Tables
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, ngettext, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.motivation import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``levels``, ``split``, ``tenures``, ``speakers``, ``profile`` and ``demand``.

    Raises
    ------
    NotFound, InputProblem
        If a wave is not in the selection, or the codebook has no levels.
    """
    chosen = checked(params)
    sample = make_sample(evidence)
    pairs, spoken = compared_waves(sample.waves, sample.interviews, chosen.before, chosen.after)
    judged = make_judged(
        sample,
        holder=chosen.holder,
        office=chosen.office,
        roots={"motivation": chosen.motives, "efficiency": chosen.efficiency, "demand": chosen.demand},
    )
    weights = sample.weights(chosen.resamples, chosen.seed)
    tables, changes = Tables(judged, weights, chosen), Changes(judged, weights, chosen)
    split = changes.table(pairs)
    frames = {
        "levels": tables.levels(), "split": split, "tenures": tables.tenures(), "speakers": tables.speakers(),
        "profile": tables.profile(), "demand": tables.demand(),
    }  # fmt: skip

    def support(table: str, label: Hashable, column: str | None) -> Grounds:
        if table == "split":
            return changes.grounds(str(label), column, split)
        return tables.grounds(table, str(label), column)

    return Result(
        tables=frames,
        sentence=_sentence(judged, frames["levels"], split, spoken),
        highlights=_highlights(frames["levels"], split),
        evidence=evidence,
        support=support,
        notes=_notes(judged, split),
        seed=chosen.seed,
    )


def _sentence(judged: Judged, levels: pd.DataFrame, split: pd.DataFrame, spoken: Pair | None) -> str:
    sample = judged.sample
    if not sample.size:
        return _("There is no interview in this selection.")
    names = {wave.key: wave.label or wave.key for wave in sample.waves}
    if spoken is not None:
        before, after = (sample.waves[at].key for at in spoken)
        told = [sentence(split, one, before, after, names) for one in judged.compared]
        if any(told):
            return " ".join(one for one in told if one)
    rows = levels[(levels["town"] == "*") & (levels["interviews"] > 0)]
    told = [
        say(N_("{measure}: {mean} on the scale from 0 (low) to 1 (high), mean of the towns, {wave}."),
            measure=str(row["measure"]).capitalize(), mean=number(row["mean"]), wave=names[row["wave"]])
        for _label, row in rows.iterrows()
    ]  # fmt: skip
    return " ".join(told) or _("Nobody judges motivation or efficiency in this selection.")


def _highlights(levels: pd.DataFrame, split: pd.DataFrame) -> tuple[Hashable, ...]:
    """Rows of the main table on which the sentence rests: the later levels of towns with a proven change."""
    proven = split[split["verdict"].isin(["risen", "fallen"]) & (split["town"] != "*")]
    named = [f"{str(label).split(' · ')[0]} · {row['town']} · {row['after']}" for label, row in proven.iterrows()]
    return tuple(one for one in named if one in levels.index)


def _notes(judged: Judged, split: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        _(
            "A judgement counts for whoever was head on the day of the interview; talk of an earlier head is not told apart."
        ),
        _("Leaders may speak better of themselves than others do: compare the table by speaker."),
    ]
    missing = [root for root in judged.roots.values() if root not in judged.evidence.codebook.by_key]
    if missing:
        notes.append(say(N_("The codebook has no code {codes}: left out."), codes=", ".join(missing)))
    unknown = sum(key == "?" for key in judged.head_keys)
    if unknown:
        notes.append(
            ngettext(
                "{n} interview falls on a day on which the head is not recorded.",
                "{n} interviews fall on days on which the head is not recorded.",
                unknown,
            ).format(n=unknown)
        )
    tests = int(split["p_exchange"].notna().sum())
    if tests:
        notes.append(say(N_("Exact tests made: {n}; p-values adjusted by Holm within each comparison."), n=tests))
    return (*notes, *left_out(judged.evidence, judged.sample.interviews))
