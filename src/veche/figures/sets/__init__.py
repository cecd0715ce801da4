"""Figures of set-theoretic comparison: cases against the outcome, truth table, Venn diagram, solutions, ambiguity, stability."""

from veche.figures.sets._ambiguity import ambiguity
from veche.figures.sets._chains import chain_chart
from veche.figures.sets._chance import permuted_chart, range_chart, skew_chart
from veche.figures.sets._chosen import robustness_map, selection_chart
from veche.figures.sets._heat import WIDE, Tile, draw_heat, stability_map, term_map
from veche.figures.sets._parts import cluster_map, score_map, survival_map, way_map
from veche.figures.sets._solutions import solution_chart
from veche.figures.sets._terms import term_flow
from veche.figures.sets._truth import truth_table
from veche.figures.sets._types import type_map
from veche.figures.sets._venn import can_draw, term_venn, theory_venn, venn
from veche.figures.sets._xy import LEFT, SIDE, TOP, Dot, draw_xy, xy_plot

__all__ = [
    "LEFT", "SIDE", "TOP", "WIDE", "Dot", "Tile", "ambiguity", "can_draw", "chain_chart", "cluster_map", "draw_heat", "draw_xy",
    "permuted_chart", "range_chart", "robustness_map", "score_map", "selection_chart", "skew_chart", "solution_chart",
    "stability_map", "survival_map", "term_flow", "term_map", "term_venn", "theory_venn", "truth_table", "type_map", "venn",
    "way_map", "xy_plot",
]  # fmt: skip
