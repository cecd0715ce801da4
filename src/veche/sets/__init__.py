"""Set-theoretic comparison (QCA) of few cases: crisp, fuzzy, multi-value and temporal; usable without a study.

>>> from veche import sets
>>> data = {"case": ["a", "b", "c", "d"], "HEAD": [1, 1, 0, 0], "FIRM": [1, 0, 1, 0], "STABLE": [1, 1, 1, 0]}
>>> table = sets.truth_table(data, "STABLE", ["HEAD", "FIRM"], cases="case", incl_cut=1)
>>> sets.minimize(table, "parsimonious").solution.write()
'FIRM + HEAD'

Calibrate first (`calibrate`, `indirect`, `crisp`, `verbal`, `skew`; for time `differenced`, `before`, `stages`), look for necessary
conditions (`necessity`), build the truth table (`truth_table`), minimise it (`minimize`: all smallest models, counted, with their core; or
`standard`: three solutions, for the outcome and for its negation), then doubt the result (`enhanced`, `simultaneous`, `contradictory`,
`robustness`, `stability`, `cut_map`, `sensitivity`, `left_out`, `drawn`, `drawn_within`, `permuted`, `cluster`, `by_cluster`) and go back to cases
(`select_cases`, `theory`, `trajectories`). `record` keeps what was run on what; results draw themselves with `.figure()`.
"""

from veche.sets._frame import make_frame, read_memberships
from veche.sets._terms import Frame
from veche.sets.calibration import Skew, calibrate, crisp, indirect, skew, verbal
from veche.sets.cases import Selection, select_cases
from veche.sets.chance import Permuted, permuted
from veche.sets.counterfactuals import contradictory, enhanced, simultaneous
from veche.sets.cut_offs import CutMap, cut_map
from veche.sets.fit import Fits, ModelFit, Necessity, Sufficiency, fit_model, fit_models, necessity_of, sufficiency
from veche.sets.ideal_types import IdealTypes, ideal_types
from veche.sets.minimization import Done, Result, Solution, minimize
from veche.sets.necessity import NecessityResult, necessity
from veche.sets.panel import Cluster, cluster, differenced
from veche.sets.record import Record, data_digest, read_record, record
from veche.sets.redundancy import Chains, redundancy_free
from veche.sets.robustness import Robustness, Stability, robustness, stability, term_shares
from veche.sets.sensitivity import Range, sensitivity
from veche.sets.standard import Settings, Side, Standard, negated, standard
from veche.sets.survival import Survival, drawn, drawn_within, left_out, solver
from veche.sets.theory import Area, Theory, theory
from veche.sets.timing import ByCluster, Trajectories, Trajectory, before, by_cluster, stages, trajectories
from veche.sets.truth_table import Row, TruthTable, truth_table

__all__ = [
    "Area", "ByCluster", "Chains", "Cluster", "CutMap", "Done", "Fits", "Frame", "IdealTypes", "ModelFit", "Necessity", "NecessityResult",
    "Permuted", "Range", "Record", "Result", "Robustness", "Row", "Selection", "Settings", "Side", "Skew", "Solution", "Stability",
    "Standard", "Sufficiency", "Survival", "Theory", "Trajectories", "Trajectory", "TruthTable", "before", "by_cluster", "calibrate", "cluster",
    "contradictory", "crisp", "cut_map", "data_digest", "differenced", "drawn", "drawn_within", "enhanced", "fit_model", "fit_models", "ideal_types",
    "indirect", "left_out", "make_frame", "minimize", "necessity", "necessity_of", "negated", "permuted", "read_memberships",
    "read_record", "record", "redundancy_free", "robustness", "select_cases", "sensitivity", "simultaneous", "skew", "solver",
    "stability", "stages", "standard", "sufficiency", "term_shares", "theory", "trajectories", "truth_table", "verbal",
]  # fmt: skip
