"""What is kept for the next evidence: after any change, evidence is what a newly opened store would give."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest

from tests.web._study import make_study
from veche.store import Store, snapshot
from veche.study import Code, Coder, Coding, Evidence, Interview, Memo, Refused, Town, Where, new_id

WHERE = (
    Where(),
    Where(towns=("A",)),
    Where(codes=("PROB",)),
    Where(coders=("АК",), waves=("1", "2")),
    Where(panel=True),
)


def content(evidence: Evidence) -> dict[str, object]:
    """Everything but the texts, which are read when they are asked for."""
    return {one.name: getattr(evidence, one.name) for one in dataclasses.fields(evidence) if one.name != "texts"}


def act(store: Store, random_: random.Random, n: int) -> None:
    """Do one act of the kind that researchers do."""
    codings, towns = store.all(Coding), store.all(Town)
    one = random_.choice(codings)
    with store.edit("АК", "edit") as edit:
        match random_.randrange(6):
            case 0:
                edit.add(dataclasses.replace(one, id=new_id(), rev=0, end=one.end + 1))
            case 1:
                edit.remove(Coding, one.id)
            case 2:
                edit.replace(dataclasses.replace(one, modality="denied", start=one.start + 1))
            case 3:
                edit.replace(dataclasses.replace(random_.choice(towns), note=str(n)))
            case 4:
                edit.add(Memo(target_id=one.id, text=str(n)), Code(key=f"NEW.{new_id()}"))
            case _:
                interview = random_.choice(store.all(Interview))
                edit.replace(dataclasses.replace(interview, town_id=random_.choice(towns).id))


@pytest.mark.parametrize("few", [3, 400])
def test_evidence_is_that_of_a_store_opened_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(snapshot, "FEW_CHANGES", few)
    path = tmp_path / "study.veche"
    kept, random_ = make_study(path), random.Random(7)
    other = Store.open(path)
    for n in range(40):
        step = random_.randrange(8)
        try:
            if step < 5:
                # now in this program, now in another, and several acts between two looks
                for _ in range(random_.randrange(1, 4)):
                    act(kept if step < 3 else other, random_, n)
            elif step < 7:
                acts = [one for one in kept.history(limit=100) if one.kind == "edit" and not one.undone and one.seq > 2]
                if acts:
                    (kept if step == 5 else other).undo("АК")
            else:
                kept.redo("АК")
        except Refused:
            continue
        where = WHERE[n % len(WHERE)]
        with Store.open(path) as fresh:
            assert content(kept.evidence(where)) == content(fresh.evidence(where))
            assert kept.evidence(where).digest == fresh.evidence(where).digest
    kept.close()
    other.close()


def test_codings_are_counted_as_they_are(tmp_path: Path) -> None:
    store = make_study(tmp_path / "study.veche")
    one, two, *_others = store.all(Coding)
    with store.edit("АК", "edit") as edit:
        edit.remove(Coding, one.id)
        edit.replace(dataclasses.replace(two, coder_id=store.having(Coder, "key", ["МС"])[0].id))
    counted: dict[tuple[str, ...], int] = {}
    for coding in store.all(Coding):
        place = (coding.document_id, coding.text_id, coding.coder_id, coding.code_id)
        counted[place] = counted.get(place, 0) + 1
    found = store.coding_counts()
    assert {(c.document_id, c.text_id, c.coder_id, c.code_id): c.count for c in found} == counted
    assert sum(c.count for c in found) == len(store.all(Coding)) == 38
    store.close()
