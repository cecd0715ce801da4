"""Results that were computed once are kept, newest use last, within a bound of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from veche.study import Result

#: bytes that results and figures may take together
LIMIT = 256 * 2**20
#: bytes of one row of evidence, as measured with a margin
_ROW = 700


@dataclass(frozen=True, slots=True)
class ResultKey:
    """What a result depends on: the same key always gives the same result.

    `params` is the written form of the options, `digest` that of the evidence; the sentences are in `language`.
    """

    analysis: str
    version: str
    params: str
    digest: str
    language: str


@dataclass(frozen=True, slots=True)
class FigureKey:
    """A figure of a result: light or dark, as a drawing (svg) or as a specification (vega)."""

    result: ResultKey
    variant: str
    kind: str


class Cache:
    """Values by key; when they outgrow the bound, those not used for longest go. Safe to use from several threads.

    Parameters
    ----------
    limit
        Bound in bytes. A single value that is larger is not kept.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the values."""
        return len(self._held)

    @property
    def size(self) -> int:
        """Bytes taken."""
        return self._size

    def get(self, key: Hashable) -> Any:
        """Return the value, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of so many bytes."""
        with self._lock:
            old = self._held.pop(key, None)
            self._size -= old[1] if old is not None else 0
            if size > self._limit:
                return
            self._held[key] = (value, size)
            self._size += size
            while self._size > self._limit:
                _key, (_value, freed) = self._held.popitem(last=False)
                self._size -= freed


def size_of(result: Result) -> int:
    """Estimate the bytes that a result keeps in memory: its tables, and the evidence that it leads back to."""
    evidence = result.evidence
    rows = sum(map(len, (evidence.codings, evidence.statements, evidence.interviews, evidence.codes, evidence.memos)))
    tables = sum(int(frame.memory_usage(deep=True).sum()) for frame in result.tables.values())
    return tables + _ROW * rows
