"""Experiments: the same bytes again, whatever happened on the way; files that say what is wrong with them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from veche import lab
from veche.lab import experiments, results
from veche.lab.batch import run_points
from veche.lab.observables import OBSERVED
from veche.study import Cancelled, InputProblem

DESIGN = lab.latin_hypercube(12, seed=5, ranges={"R": (0, 0.6), "S": (0, 1.5)}, base=lab.make_parameters({"T": 24}))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> lab.Experiment:
    """An experiment of six batches."""
    monkeypatch.setattr(experiments, "BATCH", 10)
    return lab.Experiment(DESIGN, runs=5, seed=9)


def test_rows_are_the_runs_of_their_points(small: lab.Experiment, tmp_path: Path) -> None:
    found = lab.run_experiment(small, tmp_path / "a.parquet")
    frame = found.frame()
    expected = run_points(DESIGN.values(), runs=5, seed=9)
    assert list(frame.columns) == ["point", "run", "R", "S", *OBSERVED]
    assert frame["point"].tolist() == [p for p in range(12) for _ in range(5)]
    assert frame["run"].tolist() == list(range(5)) * 12
    np.testing.assert_array_equal(frame[list(OBSERVED)].to_numpy(), expected.reshape(60, -1))
    np.testing.assert_array_equal(frame[["R", "S"]].to_numpy()[::5], DESIGN.points)
    assert found.header["seed"] == 9 and found.header["base"]["T"] == 24 and found.points == 12
    assert not (tmp_path / "a.parquet.parts").exists()


def test_common_draws_are_those_of_one_point(tmp_path: Path) -> None:
    design = lab.grid({"R": [0.1, 0.1000001]}, base=lab.make_parameters({"T": 24}))
    frame = lab.run_experiment(lab.Experiment(design, runs=4, seed=1), tmp_path / "a.parquet").frame()
    twice = run_points(design.values()[:1], runs=4, seed=1)[0]
    np.testing.assert_array_equal(frame[list(OBSERVED)].to_numpy()[:4], twice)
    # nearly the same conditions with the same draws: nearly the same towns
    assert np.abs(frame["control"][:4].to_numpy() - frame["control"][4:].to_numpy()).max() < 0.05


def test_a_replay_gives_the_same_bytes_with_any_workers_and_any_batches(
    small: lab.Experiment, tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    one = lab.run_experiment(small, tmp_path / "one.parquet", workers=1).path.read_bytes()
    many = lab.run_experiment(
        lab.Experiment(DESIGN, runs=5, seed=9), tmp_path / "many.parquet", workers=3
    ).path.read_bytes()
    assert one == many
    monkeypatch.setattr(experiments, "BATCH", 3)  # a point is split
    split = lab.run_experiment(lab.Experiment(DESIGN, runs=5, seed=9), tmp_path / "split.parquet")
    np.testing.assert_array_equal(
        split.frame().to_numpy(), lab.read_results(tmp_path / "one.parquet").frame().to_numpy()
    )


def test_a_stopped_experiment_goes_on_and_gives_the_same_bytes(
    small: lab.Experiment, tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    whole = lab.run_experiment(small, tmp_path / "whole.parquet").path.read_bytes()
    path, seen = tmp_path / "stopped.parquet", []
    with pytest.raises(Cancelled, match="start it again"):
        lab.run_experiment(
            small, path, workers=1, progress=lambda done, total: seen.append((done, total)), stop=lambda: len(seen) > 3
        )
    assert not path.exists() and seen[0] == (0, 6) and seen[-1] == (3, 6)
    computed: list[int] = []
    monkeypatch.setattr(experiments.Batch, "compute", _counting(experiments.Batch.compute, computed))
    again: list[tuple[int, int]] = []
    lab.run_experiment(small, path, workers=1, progress=lambda done, total: again.append((done, total)))
    assert sorted(computed) == [3, 4, 5] and again[0] == (3, 6) and again[-1] == (6, 6)
    assert path.read_bytes() == whole


def _counting(compute, computed: list[int]):  # type: ignore[no-untyped-def]
    def counted(batch):  # type: ignore[no-untyped-def]
        computed.append(batch.number)
        return compute(batch)

    return counted


def test_batches_that_were_lost_or_damaged_are_done_again(small: lab.Experiment, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    whole = lab.run_experiment(small, tmp_path / "whole.parquet").path.read_bytes()
    path = tmp_path / "lost.parquet"
    seen: list[int] = []
    with pytest.raises(Cancelled):
        lab.run_experiment(
            small, path, workers=1, progress=lambda done, _: seen.append(done), stop=lambda: len(seen) > 5
        )
    parts = sorted((tmp_path / "lost.parquet.parts").iterdir())
    assert len(parts) == 5
    parts[0].write_bytes(parts[0].read_bytes()[:100])
    parts[1].write_bytes(b"nonsense")
    parts[2].unlink()
    other = lab.Experiment(DESIGN, runs=5, seed=10)
    np.savez(parts[3], seen=np.zeros((2, 5, len(OBSERVED))), experiment=np.array(other.digest))
    computed: list[int] = []
    monkeypatch.setattr(experiments.Batch, "compute", _counting(experiments.Batch.compute, computed))
    lab.run_experiment(small, path, workers=1)
    assert sorted(computed) == [0, 1, 2, 3, 5]
    assert path.read_bytes() == whole


def test_a_worker_that_fails_once_is_asked_again_and_one_that_always_fails_is_reported(
    small: lab.Experiment, tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    compute, failed = experiments.Batch.compute, []

    def failing(batch):  # type: ignore[no-untyped-def]
        if batch.number == 2 and not failed:
            failed.append(1)
            raise OSError("the machine went away")
        return compute(batch)

    monkeypatch.setattr(experiments.Batch, "compute", failing)
    assert lab.run_experiment(small, tmp_path / "a.parquet", workers=1).points == 12 and failed

    def broken(batch):  # type: ignore[no-untyped-def]
        if batch.number == 2:
            raise OSError("the machine went away")
        return compute(batch)

    monkeypatch.setattr(experiments.Batch, "compute", broken)
    with pytest.raises(OSError, match="went away"):
        lab.run_experiment(small, tmp_path / "b.parquet", workers=1)
    # what was finished is kept
    assert len(list((tmp_path / "b.parquet.parts").iterdir())) == 5


KILLED = """
    import sys
    from pathlib import Path
    from veche import lab
    from veche.lab import experiments

    experiments.BATCH = 10
    design = lab.latin_hypercube(40, seed=5, ranges={"R": (0, 0.6)}, base=lab.make_parameters({"T": 24}))

    def told(done, total):
        print(done, flush=True)
        if done == 3:
            import time
            time.sleep(60)

    lab.run_experiment(lab.Experiment(design, runs=5, seed=9), Path(sys.argv[1]), workers=1, progress=told)
"""


def test_an_experiment_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "killed.parquet"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "3":
                break
        process.send_signal(signal.SIGKILL)
    assert not path.exists() and len(list((tmp_path / "killed.parquet.parts").iterdir())) >= 3
    monkeypatch.setattr(experiments, "BATCH", 10)
    design = lab.latin_hypercube(40, seed=5, ranges={"R": (0, 0.6)}, base=lab.make_parameters({"T": 24}))
    experiment = lab.Experiment(design, runs=5, seed=9)
    seen: list[int] = []
    lab.run_experiment(experiment, path, workers=1, progress=lambda done, _: seen.append(done))
    assert seen[0] >= 3
    assert path.read_bytes() == lab.run_experiment(experiment, tmp_path / "whole.parquet").path.read_bytes()


def test_means_are_streamed_and_right(small: lab.Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "BATCH", 3)  # batches that hold a part of a point
    found = lab.run_experiment(lab.Experiment(DESIGN, runs=5, seed=9), tmp_path / "a.parquet")
    means, frame = found.means(), found.frame()
    by_point = frame.groupby("point")
    for name in OBSERVED:
        np.testing.assert_allclose(means[name], by_point[name].mean(), rtol=1e-12)
        counts = by_point[name].count()
        np.testing.assert_array_equal(means[f"{name}_runs"], counts)
        np.testing.assert_allclose(
            means[f"{name}_error"],
            by_point[name].std(ddof=1) / np.sqrt(counts.where(counts > 1)),
            rtol=1e-9,
            atol=1e-12,
        )
    np.testing.assert_array_equal(means[["R", "S"]].to_numpy(), DESIGN.points)


def test_a_finished_file_is_read_and_another_experiment_is_refused(
    small: lab.Experiment, tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.parquet"
    first = lab.run_experiment(small, path)
    monkeypatch.setattr(experiments.Batch, "compute", None)
    assert lab.run_experiment(small, path) == first
    with pytest.raises(InputProblem, match=r"a.parquet holds another experiment"):
        lab.run_experiment(lab.Experiment(DESIGN, runs=5, seed=10), path)


def test_files_of_another_version_or_with_changed_content_get_a_clear_line(
    small: lab.Experiment, tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    lab.run_experiment(small, path)
    table = pq.read_table(path)
    header = json.loads(pq.ParquetFile(path).metadata.metadata[results.KEY])

    def rewritten(name: str, changed: pa.Table, **more: object) -> Path:
        target = tmp_path / name
        metadata = {results.KEY: json.dumps(header | more, sort_keys=True, ensure_ascii=False).encode()}
        pq.write_table(changed.replace_schema_metadata(metadata), target, row_group_size=10)
        return target

    assert lab.read_results(rewritten("same.parquet", table)).points == 12
    control = table["control"].to_numpy().copy()
    control[7] += 1e-12
    changed = table.set_column(table.schema.get_field_index("control"), "control", pa.array(control))
    for made in (rewritten("changed.parquet", changed), rewritten("seed.parquet", table, seed=8)):
        with pytest.raises(InputProblem, match="its hash is another"):
            lab.read_results(made)
    with pytest.raises(InputProblem, match=r"version 7 of the model; this is version 1"):
        lab.read_results(rewritten("old.parquet", table, model=7))
    with pytest.raises(InputProblem, match="no file of results"):
        lab.read_results(_plain(tmp_path))
    short = tmp_path / "short.parquet"
    short.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputProblem, match="no file of results"):
        lab.read_results(short)
    with pytest.raises(InputProblem, match="cannot be read"):
        lab.read_results(tmp_path / "nowhere.parquet")
    lacking = rewritten("lacking.parquet", table.drop_columns(["control"]))
    with pytest.raises(InputProblem, match="its hash is another"):
        lab.read_results(lacking)


def _plain(tmp_path: Path) -> Path:
    import pandas as pd

    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "plain.parquet")
    return tmp_path / "plain.parquet"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: lab.Experiment(DESIGN, runs=0), "runs is 0"),
        (lambda path: lab.Experiment(DESIGN, runs=1, seed=-1), "seed is -1"),
        (lambda path: lab.run_experiment(lab.Experiment(DESIGN, runs=1), path / "a.csv"), "ends in .parquet"),
        (
            lambda path: lab.run_experiment(lab.Experiment(DESIGN, runs=1), path / "file" / "a.parquet"),
            "cannot be written",
        ),
    ],
)
def test_bad_experiments_get_a_clear_line(make, words: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_text("")
    with pytest.raises(InputProblem) as problem:
        make(tmp_path)
    assert words in str(problem.value)


def test_the_same_call_runs_on_a_cluster(small: lab.Experiment, tmp_path: Path) -> None:
    import distributed
    import joblib

    whole = lab.run_experiment(small, tmp_path / "here.parquet").path.read_bytes()
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        there = lab.run_experiment(small, tmp_path / "there.parquet").path.read_bytes()
    assert whole == there


def test_batches_of_a_large_design_are_made_when_they_are_wanted() -> None:
    experiment = lab.Experiment(lab.latin_hypercube(20_000, seed=1, ranges={"R": (0, 0.6)}), runs=50)
    tasks = experiments._Tasks(experiment, list(range(len(experiment.batches))))
    points = experiments.BATCH // 50
    assert len(tasks) == -(-20_000 // points)
    assert tasks[3].values.shape[0] == points and tasks[3].first_point == 3 * points
    assert sum(count for _first, count, _run, _runs in experiment.batches) == 20_000
