"""Tests of the set-theoretic engine."""
