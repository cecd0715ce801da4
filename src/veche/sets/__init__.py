"""Set-theoretic comparison (QCA) of few cases: crisp, fuzzy, multi-value and temporal; usable without a study.

>>> from veche import sets
>>> data = {"case": ["a", "b", "c", "d"], "HEAD": [1, 1, 0, 0], "FIRM": [1, 0, 1, 0], "STABLE": [1, 1, 1, 0]}
>>> table = sets.truth_table(data, "STABLE", ["HEAD", "FIRM"], cases="case", incl_cut=1)
>>> sets.minimize(table, "parsimonious").solution.write()
'FIRM + HEAD'

Calibrate first (`calibrate`, `crisp`, `verbal`, `skew`), look for necessary conditions (`necessity`), build the truth table
(`truth_table`), minimise it (`minimize`:
all smallest models, counted, with their core), then doubt the result (`enhanced`, `contradictory`, `robustness`, `stability`,
`sensitivity`, `permuted`, `cluster`) and go
back to cases (`select_cases`, `theory`).
"""

from veche.sets._frame import make_frame, read_memberships
from veche.sets._terms import Frame
from veche.sets.calibration import Skew, calibrate, crisp, indirect, skew, verbal
from veche.sets.cases import Selection, select_cases
from veche.sets.counterfactuals import contradictory, enhanced
from veche.sets.fit import ModelFit, Necessity, Sufficiency, fit_model, necessity_of, sufficiency
from veche.sets.ideal_types import IdealTypes, ideal_types
from veche.sets.minimization import Result, Solution, minimize
from veche.sets.necessity import NecessityResult, necessity
from veche.sets.panel import Cluster, cluster, differenced
from veche.sets.redundancy import Chains, redundancy_free
from veche.sets.robustness import (
    Permuted,
    Robustness,
    Stability,
    permuted,
    robustness,
    sensitivity,
    stability,
    term_shares,
)
from veche.sets.standard import Side, Standard, negated, standard
from veche.sets.theory import Area, theory
from veche.sets.truth_table import Row, TruthTable, truth_table

__all__ = [
    "Area", "Chains", "Cluster", "Frame", "IdealTypes", "ModelFit", "Necessity", "NecessityResult", "Permuted",
    "Result", "Robustness", "Row", "Selection", "Side", "Skew", "Solution", "Stability", "Standard", "Sufficiency", "TruthTable",
    "calibrate", "cluster", "contradictory", "crisp", "differenced", "enhanced", "fit_model", "ideal_types", "indirect",
    "make_frame", "minimize", "necessity", "necessity_of", "negated", "permuted", "read_memberships", "redundancy_free",
    "robustness", "select_cases", "sensitivity", "skew", "stability", "standard", "sufficiency", "term_shares", "theory",
    "truth_table", "verbal",
]  # fmt: skip
