"""Measures: arrays in, numbers out, each with its formula and its source."""
