"""Figures of set-theoretic comparison: cases against the outcome, truth table, solutions, ambiguity, stability."""

from veche.figures.sets._ambiguity import ambiguity
from veche.figures.sets._heat import WIDE, Tile, draw_heat, stability_map, term_map
from veche.figures.sets._parts import cluster_map, score_map, survival_map
from veche.figures.sets._solutions import solution_chart
from veche.figures.sets._terms import term_flow
from veche.figures.sets._truth import truth_table
from veche.figures.sets._types import type_map
from veche.figures.sets._xy import LEFT, SIDE, TOP, Dot, draw_xy, xy_plot

__all__ = [
    "LEFT", "SIDE", "TOP", "WIDE", "Dot", "Tile", "ambiguity", "cluster_map", "draw_heat", "draw_xy", "score_map",
    "solution_chart", "stability_map", "survival_map", "term_flow", "term_map", "truth_table", "type_map", "xy_plot",
]  # fmt: skip
