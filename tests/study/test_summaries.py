"""The print of a quotation under a summary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from veche.study import ground


def test_the_print_is_the_beginning_of_the_digest() -> None:
    # SHA-256 of "abc" as in FIPS 180-2, appendix B.1; that of the empty text begins with e3b0c44298fc
    assert ground("x", "abc") == "x:ba7816bf8f01"
    assert ground("x", "") == "x:e3b0c44298fc"


@given(st.uuids().map(str), st.text(st.characters()), st.text(st.characters()))
def test_other_words_give_another_print(one: str, first: str, second: str) -> None:
    assert (ground(one, first) == ground(one, second)) == (first == second)
    assert ground(one, first).partition(":")[0] == one
