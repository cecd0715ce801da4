"""Are the most named codes the same in two waves? The overlap of the first so many of both."""

from __future__ import annotations

import dataclasses

import numpy as np

from veche.analyses._shared.codes import rows_under
from veche.analyses._shared.sample import Bools, Floats
from veche.analyses.claims.checks import pair_of, region
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import bounds_of, cell_sums, people
from veche.analyses.claims.found import Found
from veche.analyses.claims.language import Check
from veche.measures.divergence import top_overlaps
from veche.measures.resampling import ratios
from veche.study.result import Grounds
from veche.words import N_


@dataclasses.dataclass(frozen=True)
class Ranking:
    """Codes that could be named in both waves, with what clusters of the towns with both waves say of them.

    `said` and `asked` have the shape (clusters, codes, 2); clusters of other towns are left out.
    """

    codes: tuple[str, ...]
    towns: tuple[int, ...]
    clusters: Bools
    said: Floats
    asked: Floats
    top: int

    def overlaps(self, weights: Floats) -> Floats:
        """Overlap of the first codes of the two waves for each row of weights of clusters."""
        taken = weights[:, self.clusters]
        return self.overlaps_of(*(np.tensordot(taken, one, axes=1) for one in (self.said, self.asked)))

    def overlaps_of(self, said: Floats, asked: Floats) -> Floats:
        """Give the same from sums over clusters: shape (rows, codes, 2)."""
        shares = np.asarray(ratios(said, asked))
        return top_overlaps(shares[:, :, 0], shares[:, :, 1], self.top)


#: draws of the overlap of rankings
RANKINGS = 400


def ranked_codes(ctx: Context, check: Check) -> list[str]:
    """List the keys of the codes below the root of a check."""
    return [row.key for row in rows_under(ctx.evidence, str(check.get("root")), "leaves")]


def ranking(ctx: Context, check: Check) -> Ranking:
    """Prepare the ranks of two waves.

    Raises
    ------
    Untestable
        If too few codes could be named in both waves.
    """
    pair, sample = pair_of(ctx, check), ctx.sample
    top = max(1, int(check.get("top", 5)))
    keys = ranked_codes(ctx, check)
    scores = {key: ctx.scores({"codes": [key]}) for key in keys}
    # only what could be named in both waves is ranked
    least = ctx.options.minimum
    open_ = [k for k in keys if all((scores[k].known & (sample.wave_of == wave)).sum() >= least for wave in pair)]
    if len(open_) <= top:
        raise Untestable(N_("too few codes could be named in both waves"))
    towns = [t for t in range(len(sample.towns)) if all((ctx.kept & sample.inside(t, w)).any() for w in pair)]
    inside = np.isin(sample.cluster_town, towns)
    sums = [cell_sums(scores[key], sample.wave_of, len(sample.waves)) for key in open_]
    said, asked = (np.stack([one[side][inside][:, list(pair)] for one in sums], axis=1) for side in (0, 1))
    return Ranking(tuple(open_), tuple(towns), inside, said, asked, top)


def ranks(ctx: Context, check: Check) -> Found:
    """Check that the most named codes below a root are the same in two waves: the overlap of the first so many."""
    held, sample = ranking(ctx, check), ctx.sample
    estimate = float(held.overlaps(np.ones((1, held.clusters.size)))[0])
    if estimate != estimate:
        raise Untestable(N_("named in neither wave"))
    used = np.isin(sample.wave_of, pair_of(ctx, check))
    scores = [ctx.scores({"codes": [key]}) for key in held.codes]
    ids = [one.grounds(used) for one in scores]
    found = Found(
        estimate, inside=region(check), interviews=int((ctx.kept & used).sum()), cases=len(held.towns),
        grounds=Grounds(tuple(i for one in ids for i in one.supporting), tuple(i for one in ids for i in one.opposing)),
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = held.overlaps(ctx.shared.weights[:RANKINGS])
    return dataclasses.replace(found, bounds=bounds_of(draws, estimate, people(scores[0], used)))
