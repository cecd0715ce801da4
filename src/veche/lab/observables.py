"""What a run is observed by: names in order, what each says, and when it is missing."""

from __future__ import annotations

from collections.abc import Mapping

from veche.study.errors import N_

#: what a run records, in order: name and meaning; a ratio is missing where nothing of its kind happened
OBSERVABLES: tuple[tuple[str, str], ...] = (
    ("control", N_("mean policy in relation to the head's ideal")),
    ("adoption", N_("share of the head's proposals that were adopted")),
    ("yes_share", N_("mean share of yes votes")),
    ("tone", N_("mean tone of decisions: 1 obedience, −1 antagonism")),
    ("temporising", N_("share of months in which the head held back or found nothing to gain")),
    ("waiting", N_("share of months in which the head held back a profitable proposal")),
    ("blocked", N_("share of months in which no proposal was profitable")),
    ("proposed", N_("proposals of the head")),
    ("adopted", N_("adopted proposals of the head")),
    ("votes_nominee", N_("share of won votes that rest on loyalty of nominees")),
    ("votes_dependence", N_("share of won votes that rest on dependence")),
    ("votes_link", N_("share of won votes that rest on a link")),
    ("votes_paid", N_("share of won votes that rest on payment")),
    ("votes_pressed", N_("share of won votes that rest on pressure")),
    ("votes_manipulated", N_("share of won votes that rest on manipulation")),
    ("pressed_decisions", N_("share of decisions with pressure on somebody")),
    ("coalition_share", N_("share of months with a strategic coalition in force")),
    ("spells", N_("links begun")),
    ("spell_months", N_("months under links, summed over deputies")),
    ("spells_ended", N_("links ended")),
    ("coalition_benefit", N_("mean utility of members in force minus theirs in other months")),
    ("turbulence", N_("standard deviation of the monthly change of policy")),
    ("reversals", N_("share of reversals among successive changes above 0.05")),
    ("l_kurtosis", N_("L-kurtosis of monthly changes")),
    ("growth", N_("development per year")),
    ("partnership_share", N_("share of months in partnership")),
    ("partner_end", N_("partnership in the last month")),
    ("partner_back", N_("partnership in the last month, a year or more after the intervention")),
    ("opposition", N_("share of deputies who voted no in more than 60 % of their decisions (of three or more)")),
    ("competence", N_("mean competence of the assembly")),
    ("chair_share", N_("share of months in which the head held the chair")),
    ("heads", N_("removals of the head")),
    ("head_flow", N_("mean monthly gain of the head: policy near his interest, less costs")),
)
OBSERVED: tuple[str, ...] = tuple(name for name, _meaning in OBSERVABLES)
SEEN: Mapping[str, int] = {name: at for at, name in enumerate(OBSERVED)}
#: what a month's trace holds, in order
MONTH: tuple[str, ...] = (
    "policy", "partnership", "capital", "means", "credulity", "resentment", "links", "chair", "proposed", "adopted", "yes", "tone", "development",
    "head_removed", "intervention", "in_force", "pending",
)  # fmt: skip
#: months before the statistics of policy begin
BURN_IN = 12
#: monthly change of policy that counts as one
CHANGE = 0.05
