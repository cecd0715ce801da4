"""Analyses: one folder each, declared through the public registry. None imports another."""
