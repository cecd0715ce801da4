"""What all requests of one running workbench share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends
from starlette.requests import HTTPConnection

from veche.workbench import Study

if TYPE_CHECKING:
    from veche.web.live import Hub
    from veche.web.uploads import Uploads

T = TypeVar("T")


@dataclass
class Cache:
    """Values that stay true until the next entry of the journal; the newest of each name is kept."""

    _kept: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str, seq: int, make: Callable[[], T]) -> T:
        """Return the value made for this entry of the journal, or make it."""
        with self._lock:
            held = self._kept.get(name)
        if held is not None and held[0] == seq:
            return held[1]  # type: ignore[no-any-return]
        value = make()
        with self._lock:
            self._kept[name] = (seq, value)
        return value


@dataclass
class State:
    """The open study, who works, who listens, and what is kept between requests."""

    study: Study
    hub: Hub
    uploads: Uploads
    cache: Cache = field(default_factory=Cache)

    @property
    def who(self) -> str:
        """Key of the person who works."""
        return self.study.who

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """Return a value that depends on the study alone, made again only after a change."""
        return self.cache.get(name, self.study.store.last_entry(), make)


def state_of(connection: HTTPConnection) -> State:
    """Return the state of the running workbench."""
    found: State = connection.app.state.veche
    return found


def study_of(connection: HTTPConnection) -> Study:
    """Return the open study."""
    return state_of(connection).study


#: for the signatures of pages and of the interface for programs
TheState = Annotated[State, Depends(state_of)]
TheStudy = Annotated[Study, Depends(study_of)]
