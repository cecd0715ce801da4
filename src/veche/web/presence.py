"""Who else works on the study: in other programs on this machine, or on others of the team."""

from __future__ import annotations

import contextlib
import time

from veche.store import Store
from veche.store.presence import BEAT, Present
from veche.study import VecheError, new_id


class Elsewhere:
    """The other programs that hold the study open: who works there, and telling them who works here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._id = new_id()
        self._said: frozenset[Present] = frozenset()
        #: when it is to be said again that somebody is here
        self._due = 0.0
        self.present: frozenset[Present] = frozenset()

    def look(self, here: frozenset[Present]) -> bool:
        """Say who is here if that is new or due, and look who is elsewhere; returns whether that has changed."""
        before = self.present
        # a file that is busy, or may only be read: it is tried again when it is due
        with contextlib.suppress(VecheError):
            now = time.monotonic()
            if here != self._said or (here and now >= self._due):
                self._said, self._due = here, now + BEAT
                self._store.say_present(self._id, here)
            self.present = self._store.present_elsewhere(self._id)
        return self.present != before

    def leave(self) -> None:
        """Say that nobody is here any more."""
        if self._said:
            self.look(frozenset())
