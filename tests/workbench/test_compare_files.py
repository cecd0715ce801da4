"""Codings of several files on the same texts brought together."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.workbench._double import BODY, records
from veche.analyses.agreement import agreement
from veche.importers.foreign import ForeignStudy
from veche.study import Code, Coder, Coding, Document, InputProblem, Interview, Record, Text
from veche.workbench.compare_files import Source, join, source_of


def half(coder: str, *, prefix: str, interviews: bool = True, body: str = BODY) -> ForeignStudy:
    """What one of the two coders did, in a file of its own, with ids of its own."""
    found, texts = records()
    kinds = (Code, Document, *([Interview] if interviews else []))
    own: list[Record] = [one for one in found if isinstance(one, kinds)]
    own += [one for one in found if isinstance(one, Coder) and one.id == f"k{coder}"]
    own += [one for one in found if isinstance(one, Coding) and one.coder_id == f"k{coder}"]
    pointers = ("document_id", "text_id", "code_id", "coder_id", "parent_id", "interview_id")

    def renamed(one: Any) -> Any:
        values = {"id": prefix + one.id}
        for name in pointers:
            if getattr(one, name, None):
                values[name] = prefix + getattr(one, name)
        if not interviews and isinstance(one, Document):
            values["interview_id"] = None
        return dataclasses.replace(one, **values)

    return ForeignStudy(
        "x",
        tuple(map(renamed, own)),
        tuple(Text(prefix + one.id, body if one.id == "tI1" else one.body + f" {one.id}", one.turns) for one in texts),
    )


def joined(**options: Any) -> Any:
    return join([source_of("a.qdpx", half("a", prefix="a-", **options)), source_of("b.qdpx", half("b", prefix="b-"))])


def test_two_files_of_one_study() -> None:
    found = joined()
    assert (found.matched, found.alone, found.differing) == (3, (), ())
    result = agreement(found.evidence, resamples=0)
    assert list(result.tables["coders"].index) == ["anna", "boris"]
    assert dict(result.table["disagreements"]) == {"P.MONEY": 2, "P.ROADS": 2, "P.SECRET": 2}


def test_documents_without_interviews_are_compared_too() -> None:
    found = joined(interviews=False)
    assert found.matched == 3
    assert dict(agreement(found.evidence, resamples=0).table["disagreements"]) == {
        "P.MONEY": 2,
        "P.ROADS": 2,
        "P.SECRET": 2,
    }


def test_each_file_with_one_coder_is_a_coder_of_its_own() -> None:
    same = half("a", prefix="a-")
    again = dataclasses.replace(same, records=same.records)
    found = join([source_of("a.qdpx", same), source_of("b.qdpx", again)])
    assert sorted(one.key for one in found.evidence.coders) == ["anna", "anna (b.qdpx)"]
    table = agreement(found.evidence, resamples=0).table
    assert not table["disagreements"].any() and table["agreement"].tolist() == [1.0, 1.0]


def test_copies_that_hold_both_coders_are_not_counted_twice() -> None:
    found, texts = records()
    whole = Source("a.veche", tuple(found), {one.id: one for one in texts})
    twice = join([whole, dataclasses.replace(whole, name="b.veche")])
    assert len(twice.evidence.codings) == sum(isinstance(one, Coding) for one in found)
    assert sorted(one.key for one in twice.evidence.coders) == ["anna", "boris"]


def test_texts_that_differ_are_left_out_or_placed_anew() -> None:
    first = source_of("a.qdpx", half("a", prefix="a-"))
    second = source_of("b.qdpx", half("b", prefix="b-", body="Ещё слово. " + BODY))
    found = join([first, second])
    assert (found.matched, found.differing) == (2, ("I1",))
    placed = join([first, second], place_anew=True)
    assert (placed.matched, placed.differing, placed.moved, placed.lost) == (3, (), 2, 0)
    spans = {(one.start, one.end) for one in placed.evidence.codings if one.document_id == "a-dI1"}
    # the second of his lies where the first of hers does: the text is eleven characters longer
    assert spans == {(0, 10), (11, 21), (22, 32)}


def test_nothing_in_common_is_said() -> None:
    other = ForeignStudy(
        "x", (Document(name="Z", text_id="z"), Coder(id="k", key="vera")), (Text("z", "Совсем другой текст.", ()),)
    )
    with pytest.raises(InputProblem, match="share no document"):
        join([source_of("a.qdpx", half("a", prefix="a-")), source_of("z.qdpx", other)])
    with pytest.raises(InputProblem, match="No file"):
        join([])
    renamed = ForeignStudy("x", (Document(name="I1", text_id="z"),), (Text("z", "Совсем другой текст.", ()),))
    with pytest.raises(InputProblem, match="--reanchor"):
        join([source_of("a.qdpx", half("a", prefix="a-")), source_of("z.qdpx", renamed)])
