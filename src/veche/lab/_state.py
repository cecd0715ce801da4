"""The state of one town: which number stands where.

Deputies are columns of one table (`seat`), the town is a row of numbers (`town`), the record another (`tally`). Together they stay within a few
kilobytes, so that a run lives in the fastest memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veche.lab._draws import DRAWN

# columns of a parameter row, as `parameters.TABLE` has them
(
    I_N, I_T, I_TERM, I_THETA_SD, I_THETA_H, I_POL, I_LAM_FREE, I_LAM_SD, I_SIG, I_RHO, I_ETA, I_OMEGA, I_KAPPA, I_CHI, I_DZ, I_BAND, I_V, I_R,
    I_BCAP, I_S, I_PHI, I_CP, I_RHOP, I_IOTA, I_CM, I_PIE, I_LOSS, I_REC, I_SEL, I_CSEL, I_NCAND, I_CORR, I_DELTA0, I_H0, I_HCONF, I_FORE, I_ALPHA,
    I_SURV, I_EROSION, I_PIH, I_VETO, I_REJ, I_CHAIR, I_PSI, I_LINKK, I_PLATFORM, I_REELECT, I_FIRM, I_PHIF, I_THETAF, I_LAMF, I_RPART, I_GTEMPT,
    I_GSD, I_R0, I_R1, I_KUP, I_KDN, I_INIT, I_K0, I_DELTAF, I_DRIFT, I_GPART, I_GSTAB, I_GCOMP, I_GSDV, I_FT, I_FDUR, I_FDELTA, I_FH, I_FG, I_FR,
    I_FS, I_PANT, I_PANDUR, I_PANR, I_PANEPS, U_PAY, U_PRESS, U_MANIP, U_LINK, U_WAIT, U_SEL, U_CHAIR,
) = range(84)  # fmt: skip

# rows of `seat`, one column per deputy: who he is, what he holds against the head, what binds him, what tempts him
THETA, EPS, LAM, OM, KAP, COMP, GROUP, Z, LINK, TOL, RENT, TM, TQ, COOL = range(14)
# what counts this month: momentary ideal, loyalty, shadow of sanction, need without policy in the open and under contract, room for pressure,
# effect of manipulation; then need, chance of a yes, price, how the vote is secured, how it was cast
IDEAL, LOYAL, SHADOW, SPOT, BOUND, ROOM, LOW, NEED, CHANCE, PRICE, HOW, YES = range(14, 26)
# work: random draws, a membership under trial
DRAW, CHOSEN, NEW_TOL, NEW_RENT, ACCEPT, KEY = range(26, 32)
# his record: decisions, votes against, utility and months as a member in force and in other months
VOTED, AGAINST, GAIN_IN, MONTHS_IN, GAIN_OUT, MONTHS_OUT = range(32, 38)
SEAT_ROWS = 38

# numbers of the town: lasting
(
    POLICY, BUDGET, WAIT, TAU, CAPITAL, ABAR, TONE, U_TAC, U_STR, N_TAC, N_STR, NEED_AVERAGE, DELTA_H, PENDING, CHAIR, PARTNER, EPS_H, EPS_F, GROWTH,
    LAST_CHANGE,
) = range(20)  # fmt: skip
# and of the month
(
    QUO, GOAL, INCOME, RENTS, COST, SANCTION, IN_FORCE, X_C, Q_C, MONTH_PROPOSED, MONTH_ADOPTED, MONTH_YES, MONTH_TONE, REMOVED, INTERVENED, ILL,
) = range(20, 36)  # fmt: skip
# the best proposal found: worth, place, chance, number of votes bought, whether with manipulation, how many pressed, at which step of the search
NET, PLACE, PASS, BOUGHT, FRAMED, PRESSINGS, FOUND = range(36, 43)
TOWN_NUMBERS = 43

# sums for the record
(
    S_CONTROL, S_YES, S_TONE, S_PROPOSED, S_ADOPTED, S_EVALUATED, S_WAITED, S_BLOCKED, S_PRESSED, S_COALITION, S_PARTNER, S_CHAIR, S_HEADS, S_BEGUN,
    S_LINKED, S_ENDED, S_REVERSED, S_COMPARED, S_COUNTED, S_CHANGE, S_CHANGE2, S_COMPETENCE, S_GAIN, S_GAIN_WEIGHT, S_JUDGED, S_OPPOSED,
) = range(26)  # fmt: skip
#: votes by first sufficient cause: loyalty of nominees, dependence, link, payment, pressure, manipulation
CAUSE = 26
#: the head's monthly flows
S_FLOW = 32
TALLY_NUMBERS = 33

#: how a vote is secured
FREE, PAID, PRESSED = 0.0, 1.0, 2.0
#: margin, in units of vote noise, at which a vote counts as secured (p = 0.9526)
SECURE = 3.0
#: months of cooling off after a broken contract
COOLING = 12.0

Floats = NDArray[np.float64]
Work = tuple[Floats, Floats, Floats, Floats, NDArray[np.int64], Floats]


def width(deputies: int) -> int:
    """Give the number of columns for so many deputies: a multiple of eight, as processors take up to eight numbers at once."""
    return (deputies + 7) // 8 * 8


def make_work(deputies: int, months: int) -> Work:
    """Make the arrays of a run: `seat` (flat), `town`, `tally`, monthly changes, an order of deputies, the draws of a month."""
    return (
        np.zeros(SEAT_ROWS * width(deputies)),
        np.zeros(TOWN_NUMBERS),
        np.zeros(TALLY_NUMBERS),
        np.zeros(months),
        np.zeros(width(deputies), dtype=np.int64),
        np.zeros(DRAWN),
    )
