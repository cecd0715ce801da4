"""Every example of every vector file of a known kind holds."""

from tests.conformance.registry import CHECKERS, Example


def test_vector(example: Example) -> None:
    CHECKERS[example.kind](example)
