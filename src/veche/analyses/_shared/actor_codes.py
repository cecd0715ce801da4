"""Which office or actor of a town a code of an actor means."""

from __future__ import annotations

#: code of an actor -> last word of the key of the office, else of the actor, that it means in the town
NAMES = (
    "ACT.HEAD=head", "ACT.CITYMAN=manager", "ACT.DISTRICT=district_head", "ACT.SPEAKER=chair",
    "ACT.DEP.BUDGET=deputies_budget", "ACT.DEP.FIRM=deputies_firm", "ACT.DEP.OPP=deputies_opposition",
    "ACT.FIRM=director", "ACT.OWNER=owner", "ACT.SME=sme", "ACT.REGION=governor", "ACT.FED=federal",
    "ACT.PARTY=party", "ACT.CIVIC=civic",
)  # fmt: skip
