"""Many runs at once: the same bytes whoever computes what, checked values, a kernel that is kept or made anew."""

from __future__ import annotations

import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from veche.lab import _compiled, make_scenario, run_points, simulate, tell
from veche.lab._state import make_work
from veche.lab.batch import run_story
from veche.lab.observables import MONTH, OBSERVED, SEEN
from veche.lab.parameters import INDEX, TABLE, make_parameters
from veche.study import InputProblem
from veche.words import using

DEFAULTS = make_parameters().values


def table(points: int) -> np.ndarray:
    """Points of the condition box, with assemblies of different size."""
    rng = np.random.default_rng(2)
    found = np.tile(DEFAULTS, (points, 1))
    for at, one in enumerate(TABLE):
        if one.box is not None:
            found[:, at] = rng.uniform(*one.box, points)
    found[:, INDEX["N"]] = rng.integers(10, 36, points)
    found[:, INDEX["T"]] = 40
    return found


def test_any_part_of_a_design_has_the_same_bytes() -> None:
    points = table(6)
    whole = run_points(points, runs=8, seed=5)
    assert whole.shape == (6, 8, len(OBSERVED))
    assert run_points(points[2:4], runs=3, seed=5, first_point=2, first_run=4).tobytes() == whole[2:4, 4:7].tobytes()
    backwards = [run_points(points[k : k + 1], runs=8, seed=5, first_point=k)[0] for k in reversed(range(6))]
    assert np.array(backwards[::-1]).tobytes() == whole.tobytes()
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda k: run_points(points[k : k + 1], runs=8, seed=5, first_point=k)[0], range(6)))
    assert np.array(parts).tobytes() == whole.tobytes()
    assert run_points(points, runs=8, seed=6).tobytes() != whole.tobytes()


def test_another_process_has_the_same_bytes() -> None:
    code = (
        "import hashlib, numpy as np; from veche.lab import make_parameters, run_points;"
        "print(hashlib.sha256(run_points(make_parameters({'T': 50}).values[None], runs=20, seed=9).tobytes()).hexdigest())"
    )
    import hashlib

    here = run_points(make_parameters({"T": 50}).values[None], runs=20, seed=9)
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert there.stdout.strip() == hashlib.sha256(here.tobytes()).hexdigest()


def test_what_came_before_leaves_no_trace() -> None:
    points = table(3)
    points[:, INDEX["N"]] = [35, 10, 21]
    alone = run_points(points[1:2], runs=4, seed=1, first_point=1)
    assert run_points(points, runs=4, seed=1)[1].tobytes() == alone[0].tobytes()


def test_a_story_is_one_of_the_runs() -> None:
    scenario = make_scenario(T=50, F_t=20, F_dur=5, F_delta=0.2)
    seen, months = run_story(scenario.parameters.values, seed=3, point=2, replicate=7)
    rows = simulate(scenario, runs=8, seed=3, point=2)
    assert np.array_equal(rows.iloc[7].to_numpy(), seen, equal_nan=True)
    assert months.shape == (50, len(MONTH))
    story = tell(scenario, seed=3, point=2, replicate=7)
    assert story.observed["control"] == pytest.approx(story.months.policy[12:].mean() / 1.0)
    assert story.observed["proposed"] == story.months.proposed.sum()
    assert story.observed["adopted"] == story.months.adopted.sum()
    assert story.observed["coalition_share"] == pytest.approx(story.months.in_force.mean())
    assert story.observed["spell_months"] == story.months.links.sum()
    assert story.observed["yes_share"] == pytest.approx(story.months.yes.mean())
    assert story.observed["growth"] == pytest.approx(12 * story.months.development.iloc[-1] / 50)


def test_a_run_lives_in_less_than_sixteen_kibibytes() -> None:
    largest = max(one.box[1] if one.box else one.default for one in TABLE if one.name == "N")
    assert largest <= 35
    assert sum(one.nbytes for one in make_work(35, 120)) < 16 * 1024


def test_ratios_of_nothing_are_missing() -> None:
    quiet = run_points(make_parameters({"alpha": 0, "T": 10}).values[None], runs=1, seed=1)[0, 0]
    assert quiet[SEEN["proposed"]] == 0
    missing = {
        "control",
        "adoption",
        "yes_share",
        "tone",
        "temporising",
        "votes_paid",
        "turbulence",
        "reversals",
        "l_kurtosis",
        "partner_back",
        "opposition",
    }
    assert all(np.isnan(quiet[SEEN[name]]) for name in missing)
    assert np.isfinite(quiet[SEEN["growth"]])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("eta", np.nan, "In point 1, eta is nan. It is the noise of votes; give 0 to 0.5"),
        ("sel", 1.2, "In point 1, sel is 1.2"),
        ("S", np.inf, "In point 1, S is inf"),
        ("N", 20.5, "In point 1, N is 20.5"),
        ("N", 36, "give 3 to 35"),
    ],
)
def test_a_table_with_values_out_of_range_is_refused(name: str, value: float, message: str) -> None:
    points = np.tile(DEFAULTS, (2, 1))
    points[1, INDEX[name]] = value
    with pytest.raises(InputProblem, match=message):
        run_points(points, runs=1, seed=1)


def test_tables_and_numbers_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputProblem, match="has shape 3 × 2. Give one row per point and 84 columns"):
        run_points(np.zeros((3, 2)), runs=1, seed=1)
    for given, message in (
        ({"runs": 0}, "runs is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"first_run": 2**62}, "first_run is"),
    ):
        with pytest.raises(InputProblem, match=message):
            run_points(DEFAULTS[None], **{"runs": 1, "seed": 1, **given})
    assert run_points(DEFAULTS[None][:0], runs=2, seed=1).shape == (0, 2, len(OBSERVED))


def test_the_loop_is_made_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a thread beside others it is compiled by another process, unless it is kept; who asks meanwhile gets the same."""
    from concurrent.futures import ThreadPoolExecutor

    from veche.lab import batch

    real, beside = batch.ready(), []
    monkeypatch.setattr(batch, "compiled", lambda _function: real)
    monkeypatch.setattr(batch, "compile_beside", beside.append)
    for known, calls in ((False, 1), (True, 0)):
        beside.clear()
        batch._loop.cache_clear()
        monkeypatch.setattr(batch, "kept", lambda _loop, known=known: known)
        assert not batch.is_ready()
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _at: batch.ready(), range(8)))
        assert batch.is_ready() and all(one is real for one in found)
        assert len(beside) == calls and all("ready()" in one for one in beside)
    # where nothing else waits, this process compiles
    batch._loop.cache_clear()
    monkeypatch.setattr(batch, "kept", lambda _loop: False)
    assert batch.ready() is real and not beside


def test_work_is_done_in_another_process_and_a_missing_one_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    _compiled.compile_beside(f"import pathlib; pathlib.Path({str(mark)!r}).write_text('here')")
    assert mark.read_text() == "here"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    _compiled.compile_beside("raise SystemExit(1)")


# -- the kept compilation -------------------------------------------------------------------------------------------------------------------


def _compiled_like(folder: Path | None) -> Any:
    def loop() -> None: ...

    return types.SimpleNamespace(
        stats=types.SimpleNamespace(cache_path=None if folder is None else str(folder)), py_func=loop
    )


def test_compiling_is_announced_once_in_the_language_of_the_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import time

    with using("ru"), _compiled.announced(_compiled_like(tmp_path)):
        for _wait in range(6000):
            time.sleep(0.01)
            said = capsys.readouterr().err
            if said:
                break
    assert said == "Модель компилируется; это делается один раз и занимает до полуминуты.\n"
    kept = _compiled_like(tmp_path)
    name = kept.py_func.__qualname__.replace("<locals>", "locals")
    (tmp_path / f"_kernel.{name}-1.py311.nbi").write_bytes(b"")
    with _compiled.announced(kept):
        pass
    assert capsys.readouterr().err == ""
    assert _compiled.kept(kept) and not _compiled.kept(_compiled_like(None))


def test_without_a_folder_to_keep_it_the_engine_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    true = numba.njit

    def refusing(*given: Any, **options: Any) -> Any:
        if options.get("cache") and options.get("nogil"):
            raise RuntimeError("cannot cache function: no locator available")
        return true(*given, **options)

    monkeypatch.setattr(numba, "njit", refusing)

    def add(a: float, b: float) -> float:
        return a + b

    assert _compiled.compiled(add)(2.0, 3.0) == 5.0


def test_the_stamp_follows_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _compiled.source_stamp()
    assert 0 <= before < 2**62
    folder = Path(_compiled.__file__).parent
    engine = {path.name for path in folder.glob("_*.py") if "_part import" in path.read_text(encoding="utf-8")}
    assert engine <= set(_compiled.SOURCES)
    for name in _compiled.SOURCES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    monkeypatch.setattr(_compiled, "__file__", str(tmp_path / "_compiled.py"))
    assert _compiled.source_stamp() == before
    with (tmp_path / _compiled.SOURCES[-1]).open("ab") as file:
        file.write(b"\n")
    assert _compiled.source_stamp() != before
