"""What a user chose for suggestions, in a file of his or her own; and the log of what was suggested."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import ipaddress
import json
import os
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from veche.study import InputProblem
from veche.study.errors import N_

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A language model that the user runs or rents: address of an interface compatible with OpenAI's, and name of the model.

    An empty address: none is asked.
    """

    address: str = ""
    model: str = ""

    @property
    def local(self) -> bool:
        """Does the address lead to this machine?"""
        return is_local(self.address)


@dataclass(frozen=True, slots=True)
class Settings:
    """Ids of the studies in which suggestions are switched off, and the model asked, if any."""

    off: frozenset[str] = frozenset()
    endpoint: Endpoint = Endpoint()


def settings_path() -> Path:
    """Return the user's settings file: VECHE_SETTINGS, else veche/settings.json in the folder for settings of the account."""
    if named := os.environ.get("VECHE_SETTINGS"):
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "veche" / "settings.json"


def load_settings() -> Settings:
    """Read the settings; a file that is missing or damaged gives the defaults."""
    given = _read().get("suggestions")
    if not isinstance(given, dict):
        return Settings()
    off, endpoint = given.get("off"), given.get("endpoint")
    off = off if isinstance(off, list) else []
    endpoint = endpoint if isinstance(endpoint, dict) else {}
    try:
        known = check_endpoint(str(endpoint.get("address") or ""), str(endpoint.get("model") or ""))
    except InputProblem:
        known = Endpoint()
    return Settings(frozenset(str(one) for one in off), known)


def save_settings(settings: Settings) -> None:
    """Write the settings; what else stands in the file stays.

    Raises
    ------
    InputProblem
        If the file cannot be written.
    """
    path = settings_path()
    with _lock:
        held = _read() | {
            "suggestions": {"off": sorted(settings.off), "endpoint": dataclasses.asdict(settings.endpoint)}
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(path.name + ".new")
            fresh.write_text(json.dumps(held, ensure_ascii=False, indent=1), encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            raise InputProblem(
                N_("The settings cannot be written to {name} ({cause}). Set VECHE_SETTINGS to a file that can be."),
                name=path, cause=error.strerror or "",
            ) from None  # fmt: skip


def _read() -> dict[str, Any]:
    try:
        held = json.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def check_endpoint(address: str, model: str) -> Endpoint:
    """Check the address of a model.

    Raises
    ------
    InputProblem
        If it is no http or https address, or the model has no name.
    """
    address, model = address.strip().rstrip("/"), model.strip()
    if not address:
        return Endpoint()
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        good = False
    if (
        not good
        or not address.isascii()
        or not address.isprintable()
        or " " in address
        or parts.query
        or parts.fragment
    ):
        raise InputProblem(
            N_(
                "The address {address} cannot be asked. Give one such as http://127.0.0.1:11434/v1, without a password."
            ),
            address=address,
        )
    if not model:
        raise InputProblem(
            N_("The model at {address} has no name. Give the name under which it is served."), address=address
        )
    return Endpoint(address, model)


def is_local(address: str) -> bool:
    """Does an address lead to this machine, by its loopback name or number?"""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Log:
    """What was suggested, accepted and refused, and what a model was asked: one line of JSON each, in a file of this user.

    No words of transcripts stand in it, only places. It tells later how many codings began as suggestions, which two coders who saw the same
    ones would otherwise take for agreement.
    """

    def __init__(self, study_id: str) -> None:
        base = os.environ.get("XDG_STATE_HOME")
        self.path = (
            (Path(base) if base else Path.home() / ".local" / "state") / "veche" / "suggestions" / f"{study_id}.jsonl"
        )
        self._seen: set[str] | None = None

    def counts(self) -> Mapping[str, int]:
        """Return how many suggestions were shown, accepted, refused, and how often a model was asked."""
        return Counter(str(one.get("event")) for one in self.read())

    def read(self) -> list[dict[str, Any]]:
        """Return all lines that can be read."""
        found = []
        with contextlib.suppress(OSError), self.path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                with contextlib.suppress(ValueError, RecursionError):
                    if isinstance(one := json.loads(line), dict):
                        found.append(one)
        return found

    def shown(self, who: str, places: list[dict[str, Any]]) -> None:
        """Write down what is shown for the first time."""
        with _lock:
            if self._seen is None:
                self._seen = {_key(one) for one in self.read() if one.get("event") == "shown"}
            fresh = [one for one in places if _key(one | {"who": who}) not in self._seen]
            self._seen.update(_key(one | {"who": who}) for one in fresh)
        self.write(who, "shown", *fresh)

    def write(self, who: str, event: str, *lines: Mapping[str, Any]) -> None:
        """Add lines; a log that cannot be written does not stop the work."""
        if not lines:
            return
        at = dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds")
        text = "".join(
            json.dumps({"at": at, "who": who, "event": event} | dict(one), ensure_ascii=False) + "\n" for one in lines
        )
        with _lock, contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # it tells where confidential talk is about what: for this user's eyes
            with open(self.path, "a", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(text)


def _key(one: Mapping[str, Any]) -> str:
    return "|".join(str(one.get(name)) for name in ("who", "text", "start", "end", "code", "basis"))
