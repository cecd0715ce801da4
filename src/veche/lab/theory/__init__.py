"""Closed forms of the theory behind the mechanism model: pure functions with their sources, usable on their own.

Agenda setting and vetoes (`agenda`), prices of votes (`votes`), bargaining (`bargaining`), waiting (`waiting`), selection (`selection`),
self-enforcing cooperation (`cooperation`), coalitions (`coalitions`), common agency (`agency`), and the statistics that go with them (`statistics`).
"""

from veche.lab.theory.agency import Agency, common_agency
from veche.lab.theory.agenda import agenda_setter, gatekeeper, win_set
from veche.lab.theory.bargaining import Attrition, Shares, baron_ferejohn, rubinstein, war_of_attrition
from veche.lab.theory.coalitions import hazard_estimate, landscape_energy, mean_spell, ruling_coalition
from veche.lab.theory.cooperation import (
    Length,
    capital_from_initiative,
    critical_capital,
    critical_length,
    delta_star_coalition,
    delta_star_trigger,
    min_rent,
    tolerance,
)
from veche.lab.theory.selection import best_of_n, expected_shortfall, selected_competence, selection_effort
from veche.lab.theory.statistics import LMoments, l_kurtosis_theory, l_moments, poisson_binomial_tail, shapley_shubik
from veche.lab.theory.votes import (
    Levelling,
    PivotOffer,
    Purchase,
    dal_bo,
    groseclose_snyder,
    majority,
    majority_price,
    optimal_purchase,
)
from veche.lab.theory.waiting import Renewal, waiting_renewal, waiting_single

__all__ = [
    "Agency", "Attrition", "LMoments", "Length", "Levelling", "PivotOffer", "Purchase", "Renewal", "Shares",
    "agenda_setter", "baron_ferejohn", "best_of_n", "capital_from_initiative", "common_agency", "critical_capital",
    "critical_length", "dal_bo", "delta_star_coalition", "delta_star_trigger", "expected_shortfall", "gatekeeper",
    "groseclose_snyder", "hazard_estimate", "l_kurtosis_theory", "l_moments", "landscape_energy", "majority",
    "majority_price", "mean_spell", "min_rent", "optimal_purchase", "poisson_binomial_tail", "rubinstein",
    "ruling_coalition", "selected_competence", "selection_effort", "shapley_shubik", "tolerance", "waiting_renewal",
    "waiting_single", "war_of_attrition", "win_set",
]  # fmt: skip
