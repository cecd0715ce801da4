"""Evidence: which codings count, all of them or those of some codes."""

from __future__ import annotations

from tests.analyses import brute
from tests.analyses.fictional import planted


def test_codings_that_count_are_those_of_plain_loops_in_their_order() -> None:
    evidence = planted()
    expected = [(coding.id, talk.id) for coding, talk in brute.counted(evidence)]
    assert len(expected) > 1000
    assert [(coding.id, talk.id) for coding, talk in evidence.counted()] == expected
    assert [(coding.id, talk.id) for coding, talk in evidence.counted()] == expected


def test_codings_of_some_codes_are_those_of_a_filter_in_the_same_order() -> None:
    evidence = planted()
    wanted = {code.id for code in evidence.codes if code.key.startswith(("MAN", "MOT.LEVEL"))} | {"gone"}
    expected = [coding.id for coding, _talk in evidence.counted() if coding.code_id in wanted]
    assert len(expected) > 100
    assert [coding.id for coding, _talk in evidence.counted_of(wanted)] == expected
    assert not list(evidence.counted_of([])) and not list(evidence.counted_of(["gone"]))
