"""Agreement between coders: arrays or spans in, results with their reasons and intervals out.

Four designs, never mixed in one figure:

- *given units* (turns, paragraphs, segments fixed beforehand), or whole *documents*: `given_units`, `given_sets`,
  `presence`, then any coefficient; many at once with `summary`;
- *free segments*: `given_spans`, then `unitizing_alpha` (codes that exclude one another), `gamma` (any),
  `segment_agreement`, `boundary_similarity`;
- *characters*: `given_spans`, then `overlap`.
"""

from veche.measures.agreement._alignment import Alignment, align, pair_dissimilarity
from veche.measures.agreement._alpha import alpha_by_category, krippendorff_alpha
from veche.measures.agreement._boundaries import (
    BoundaryEdits,
    boundaries_of_masses,
    boundary_edits,
    boundary_similarity,
)
from veche.measures.agreement._code_use import code_frequency, code_in_document
from veche.measures.agreement._dissimilarity import Dissimilarity
from veche.measures.agreement._gamma import Gamma, gamma
from veche.measures.agreement._gwet import gwet_ac1, gwet_ac2
from veche.measures.agreement._kappa import cohen_kappa, conger_kappa, fleiss_kappa, light_kappa, scott_pi
from veche.measures.agreement._means import mean_over_interviews
from veche.measures.agreement._overlap import Overlap, over_documents, overlap
from veche.measures.agreement._percent import bennett_s, brennan_prediger, holsti, percent, randolph_kappa
from veche.measures.agreement._presence import presence
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement, Design, Interval, Undefined, side_by_side
from veche.measures.agreement._segments import SegmentAgreement, segment_agreement
from veche.measures.agreement._sets import given_sets, mean_dice, set_distances, share_with_common_code
from veche.measures.agreement._spans import Spans, given_spans
from veche.measures.agreement._summary import COEFFICIENTS, coefficient, summary
from veche.measures.agreement._unitizing import Unitizing, unitizing_alpha
from veche.measures.agreement._unitizing_2004 import Unitizing2004, unitizing_alpha_2004
from veche.measures.agreement._units import Units, given_units

__all__ = [
    "COEFFICIENTS",
    "Agreement",
    "Alignment",
    "BoundaryEdits",
    "Design",
    "Dissimilarity",
    "Gamma",
    "Interval",
    "Overlap",
    "Resampling",
    "SegmentAgreement",
    "Spans",
    "Undefined",
    "Unitizing",
    "Unitizing2004",
    "Units",
    "align",
    "alpha_by_category",
    "bennett_s",
    "boundaries_of_masses",
    "boundary_edits",
    "boundary_similarity",
    "brennan_prediger",
    "code_frequency",
    "code_in_document",
    "coefficient",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gamma",
    "given_sets",
    "given_spans",
    "given_units",
    "gwet_ac1",
    "gwet_ac2",
    "holsti",
    "krippendorff_alpha",
    "light_kappa",
    "mean_dice",
    "mean_over_interviews",
    "over_documents",
    "overlap",
    "pair_dissimilarity",
    "percent",
    "presence",
    "randolph_kappa",
    "scott_pi",
    "segment_agreement",
    "set_distances",
    "share_with_common_code",
    "side_by_side",
    "summary",
    "unitizing_alpha",
    "unitizing_alpha_2004",
]
