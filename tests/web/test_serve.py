"""Starting the workbench."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from veche.study import InputProblem
from veche.web.serve import PORT, TRIED, kept_secret, take_port


def test_the_secret_is_kept_for_each_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    first = kept_secret(tmp_path / "a.veche")
    assert len(first) == 32
    assert kept_secret(tmp_path / "a.veche") == first
    assert kept_secret(tmp_path / "b.veche") != first
    assert {oct(one.stat().st_mode & 0o777) for one in (tmp_path / "veche").iterdir()} == {"0o600"}


def test_without_a_place_to_keep_it_the_secret_is_fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("sys.platform", "linux")
    assert kept_secret("a") != kept_secret("a")


def test_a_taken_port_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputProblem, match=str(port)):
            take_port(port)
    with take_port(0) as free:
        assert free.getsockname()[0] == "127.0.0.1"


def test_the_next_free_port_is_taken() -> None:
    with take_port(None) as first, take_port(None) as second:
        ports = {first.getsockname()[1], second.getsockname()[1]}
    assert len(ports) == 2
    assert all(PORT <= port < PORT + TRIED for port in ports)
