"""Tests of the mechanism lab."""
