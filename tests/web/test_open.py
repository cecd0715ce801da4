"""``veche open``."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from veche.cli.open_command import open_


def test_options_reach_the_server(monkeypatch: pytest.MonkeyPatch, study_path: Path) -> None:
    seen: dict[str, Any] = {}

    def serve(target: Any, **given: Any) -> None:
        seen.update(given, target=target)
        given["say"]("http://127.0.0.1:8400/?token=x")

    monkeypatch.setattr("veche.web.serve.serve", serve)
    done = CliRunner().invoke(open_, [str(study_path), "--port", "8400", "--no-browser", "--who", "МС"])
    assert done.exit_code == 0, done.output
    assert (seen["target"], seen["port"], seen["open_browser"], seen["who"]) == (str(study_path), 8400, False, "МС")
    assert "http://127.0.0.1:8400/?token=x" in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl C is sent otherwise there")
def test_the_address_that_is_said_opens_the_study(
    study_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    code = "import sys; from veche.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "--lang", "ru", "open", str(study_path), "--port", "0", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        label, address = process.stdout.readline().strip().split(": ")
        assert label == "Рабочее место"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", address)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(address, timeout=20) as answer:
            page = answer.read().decode()
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Власть в трёх городах" in page
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert "Traceback" not in process.stderr.read()
        assert process.returncode == 0
