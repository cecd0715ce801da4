"""Starting the workbench on this machine and opening it in the browser."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from veche.study.errors import N_, InputProblem

#: the port tried first, so that an open tab finds the workbench again after a restart
PORT = 8331
TRIED = 20


def folder_of_user() -> Path:
    """Return the folder in which this program may keep things for its user."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "veche"


def kept_secret(target: str | Path) -> bytes:
    """Return the secret of a study's sessions, readable by this user alone; where it cannot be kept, a fresh one.

    It lets open tabs go on after a restart. It opens nothing but the workbench on this machine while it runs.
    """
    name = hashlib.sha256(_whole(target).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    path = folder_of_user() / f"session-{name}"
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
        if len(kept := path.read_bytes()) == 32:
            return kept
    return secrets.token_bytes(32)


def _whole(target: str | Path) -> str:
    return str(target) if "://" in str(target) else str(Path(target).resolve())


def take_port(port: int | None, host: str = "127.0.0.1") -> socket.socket:
    """Bind a socket: the given port (0: any free one), or by default 8331 or one of the next that is free.

    Raises
    ------
    InputProblem
        If the given port is taken, or none is free.
    """
    wanted = range(PORT, PORT + TRIED) if port is None else (port,)
    for one in wanted:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, one))
            made.listen(128)
        except (OSError, OverflowError):
            made.close()
        else:
            return made
    raise InputProblem(
        N_("Port {port} is in use. Close the program there, or give another one with `--port`."),
        port=port if port is not None else f"{PORT}–{PORT + TRIED - 1}",
    )


def serve(
    target: str | Path,
    *,
    who: str | None = None,
    port: int | None = None,
    language: str | None = None,
    open_browser: bool = True,
    say: Callable[[str], None] | None = None,
) -> None:
    """Run the workbench until it is stopped (Ctrl C).

    Parameters
    ----------
    target
        Path of a .veche file, or the address of a PostgreSQL database.
    who
        Key of the person who works.
    port
        Port of 127.0.0.1; by default 8331 or the next that is free, 0 for any free one.
    language
        ru or en for all pages; by default as the browser asks.
    open_browser
        Open the workbench in the user's browser.
    say
        Called with the address once the workbench answers.

    Raises
    ------
    NotFound, StudyFileProblem
        If the study cannot be opened.
    InputProblem
        If the port is taken.
    """
    import threading
    import webbrowser

    import uvicorn

    from veche.web.app import make_app

    app = make_app(target, who=who, language=language, secret=kept_secret(target))
    bound = take_port(port)
    address = f"http://127.0.0.1:{bound.getsockname()[1]}/?token={app.state.keys.token}"
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2, ws="websockets-sansio",
    )  # fmt: skip
    server = uvicorn.Server(config)

    def when_ready() -> None:
        import time

        while not server.started and not server.should_exit:
            time.sleep(0.02)
        if server.started:
            if say is not None:
                say(address)
            if open_browser:
                webbrowser.open(address)

    threading.Thread(target=when_ready, daemon=True).start()
    try:
        # Ctrl C is how it ends; the server closes everything first and then passes it on
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
    finally:
        server.should_exit = True
        bound.close()
