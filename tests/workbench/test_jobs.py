"""Work in the background: joined, not begun again at once when it failed."""

from __future__ import annotations

import threading

import pytest

from veche.study import Cancelled, InputProblem
from veche.workbench import jobs as module
from veche.workbench.jobs import Job, Jobs


def _fail(job: Job) -> None:
    raise InputProblem("There is no {what}. Add one.", what="moon")


def _crash(job: Job) -> None:
    raise ZeroDivisionError


def test_work_of_one_key_is_joined() -> None:
    let_go = threading.Event()
    held = Jobs()
    one = held.start("key", lambda job: let_go.wait(30))
    assert held.start("key", lambda job: None) is one and held.get(one.id) is one
    other = held.start("other", lambda job: 2)
    assert other.wait(30) and other.result() == 2
    let_go.set()
    assert one.wait(30) and one.state == "done"
    assert held.start("key", lambda job: None) is not one


@pytest.mark.parametrize(("work", "kind"), [(_fail, InputProblem), (_crash, ZeroDivisionError)])
def test_what_failed_is_not_begun_again_at_once(
    monkeypatch: pytest.MonkeyPatch, work: object, kind: type[Exception]
) -> None:
    # a page that asks for its result again and again must come to know the reason
    monkeypatch.setattr(module, "LATELY", 1e9)
    held = Jobs()
    one = held.start("key", work)  # type: ignore[arg-type]
    assert one.wait(30) and one.state == "failed"
    assert held.start("key", work) is one  # type: ignore[arg-type]
    with pytest.raises(kind):
        one.result()
    monkeypatch.setattr(module, "LATELY", 0.0)
    again = held.start("key", lambda job: 1)
    assert again is not one and again.wait(30) and again.result() == 1


def test_what_was_stopped_can_be_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LATELY", 1e9)
    held, begun = Jobs(), threading.Event()

    def work(job: Job) -> None:
        with job.computing():
            begun.set()
            while True:
                pass

    one = held.start("key", work)
    assert begun.wait(30)
    one.cancel()
    assert one.wait(30) and one.state == "cancelled"
    with pytest.raises(Cancelled):
        one.result()
    again = held.start("key", lambda job: 3)
    assert again is not one and again.wait(30) and again.result() == 3
