"""Passages: what several coders or codes mark in the same words is shown once."""

from __future__ import annotations

import dataclasses

import pytest

from tests.analyses.small import example
from veche.study import Coder, Coding, Evidence
from veche.study.quotations import passages, quotations


@pytest.fixture
def doubled() -> Evidence:
    """The small study, in which M has coded as K did in one interview, once another code, and once the reverse."""
    whole = example()
    first, second = (one for one in whole.codings if one.document_id == "dA1-1")
    more: tuple[Coding, ...] = (
        dataclasses.replace(first, id="same", coder_id="m"),
        dataclasses.replace(first, id="other", coder_id="m", code_id="ROADS"),
        dataclasses.replace(second, id="reverse", coder_id="m", modality="denied"),
    )
    coders = (Coder(id="k", key="K", name="K"), Coder(id="m", key="M", name="M"))
    return dataclasses.replace(whole, coders=coders, codings=(*whole.codings, *more))


def test_a_passage_of_two_coders_is_one_with_all_its_marks(doubled: Evidence) -> None:
    ids = [one.id for one in doubled.codings if one.document_id == "dA1-1"]
    assert len(list(quotations(doubled, ids))) == 5
    shown, count = passages(doubled, ids)
    assert [(one.marks, one.coder, one.modality) for one in shown] == [
        (("P.MONEY", "P.ROADS"), "K, M", "asserted"), (("P.MONEY",), "K", "asserted"), (("P.MONEY",), "M", "denied"),
    ]  # fmt: skip
    assert count == 3
    assert shown[1].anchor == shown[2].anchor


@pytest.mark.parametrize("most", range(5))
def test_the_first_passages_and_the_number_of_all(doubled: Evidence, most: int) -> None:
    ids = [one.id for one in doubled.codings]
    whole, count = passages(doubled, ids)
    assert passages(doubled, ids, most) == (whole[:most], count)
    assert len(whole) == count == len({(one.anchor, one.modality) for one in quotations(doubled, ids)})
    assert passages(doubled, ["nothing"]) == ((), 0)
