"""Which columns of a result the terminal shows."""

from __future__ import annotations

import pandas as pd
import pytest

from veche.cli.run_command import _print_frame
from veche.reports import cell_text

FRAME = pd.DataFrame({
    "town": ["A", "B"], "place": ["Тальвинск", "Брусянск"], "source": ["A.assembly", "B.assembly"],
    "source_name": ["Собрание депутатов", "Собрание депутатов"], "tone": [0.79, -0.16], "note": [None, None],
}).rename_axis("row")  # fmt: skip


def _shown(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    _print_frame(FRAME, 2)
    return capsys.readouterr().out


def test_where_all_fits_the_keys_are_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    out = _shown(120, monkeypatch, capsys)
    assert "A.assembly" in out and "Columns not shown" not in out


def test_where_not_all_fits_keys_make_room_for_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = _shown(50, monkeypatch, capsys)
    assert "A.assembly" not in out and "Собрание депутатов" in out and "0.79" in out
    assert "Columns not shown here: Town (key), Who (key) (" in out


def test_why_a_number_is_missing_is_told_where_its_column_has_no_room(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    reason = "fewer than three reporters in one of the waves, so nothing is said"
    _print_frame(FRAME.assign(reason=["", reason]), 2)
    out = capsys.readouterr().out
    assert f"\nБрусянск: {reason}" in out
    monkeypatch.setenv("COLUMNS", "160")
    _print_frame(FRAME.assign(reason=["", "too few reporters"]), 2)
    assert "Брусянск: too" not in capsys.readouterr().out


def test_rows_of_numbers_keep_their_labels(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _print_frame(pd.DataFrame({"tone": [0.25]}, index=pd.Index(["waiting · B"], name="row")), 1)
    out = capsys.readouterr().out
    assert "waiting · B" in out and "0.25" in out


def test_a_tiny_number_is_not_written_as_nothing() -> None:
    assert [cell_text(one) for one in (0.0, 0.0004, 0.0006, -0.0001, 0.5)] == [
        "0.00",
        "< 0.001",
        "0.001",
        "> −0.001",
        "0.50",
    ]


def test_a_key_stays_where_its_words_are_too_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    long = FRAME.assign(source_name="Собрание депутатов, избранное по одномандатным округам")
    _print_frame(long, 2)
    out = capsys.readouterr().out
    assert "A.assembly" in out and "Собрание" not in out
