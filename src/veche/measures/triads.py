"""Balance seen locally: triangles with an even number of negative ties, and closed walks of all lengths."""

from __future__ import annotations

import numpy as np

from veche.measures import _start
from veche.measures.missing import Measured, missing
from veche.measures.signed import SignedTies
from veche.study.errors import N_


def balanced_triangles(ties: SignedTies) -> Measured:
    """Give the share of triangles with an even number of negative ties, in [0, 1]; missing without triangles.

    A pair with contradictory weights counts with the sign of their sum.

    References
    ----------
    Cartwright and Harary 1956, Psychological Review 63:277-293.
    """
    sign = np.sign(np.asarray(_start.adjacency(ties).todense()))
    tied = np.abs(sign)
    signed, all_of_them = float(((sign @ sign) * sign).sum()), float(((tied @ tied) * tied).sum())
    if not all_of_them:
        return missing(N_("no triangles"))
    return Measured((1 + signed / all_of_them) / 2)


def walk_balance(ties: SignedTies) -> Measured:
    r"""Give the balance of closed walks, short ones counting most: :math:`\mathrm{tr}\,e^{A} / \mathrm{tr}\,e^{|A|}`.

    Returns
    -------
    Measured
        In (0, 1], 1 if and only if there is no frustration; missing without actors.

    References
    ----------
    Estrada and Benzi 2014, Physical Review E 90:042802.
    """
    if not ties.actors:
        return missing(N_("no actors"))
    matrix = np.asarray(_start.adjacency(ties).todense())
    plain, absolute = np.linalg.eigvalsh(matrix), np.linalg.eigvalsh(np.abs(matrix))
    # a common factor keeps the exponentials finite
    top = float(absolute.max())
    return Measured(min(1.0, float(np.exp(plain - top).sum() / np.exp(absolute - top).sum())))
