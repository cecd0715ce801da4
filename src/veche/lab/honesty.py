"""What the lab can show and what not: said on its page and in everything that leaves it."""

from __future__ import annotations

from veche.study.errors import N_

STATEMENTS: tuple[str, ...] = (
    N_("The model shows that a mechanism is possible or robust, never that it happened."),
    N_("Shares of types over the box of conditions are not frequencies of towns."),
    N_("Its actors are boundedly rational: they look one step ahead and learn from averages."),
    N_("Policy has one dimension."),
)
