"""Which columns of a result the terminal shows."""

from __future__ import annotations

import pandas as pd
import pytest

from veche.cli.run_command import _print_frame

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


def test_a_key_stays_where_its_words_are_too_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    long = FRAME.assign(source_name="Собрание депутатов, избранное по одномандатным округам")
    _print_frame(long, 2)
    out = capsys.readouterr().out
    assert "A.assembly" in out and "Собрание" not in out
