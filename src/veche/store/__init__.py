"""The store: records in SQLite or PostgreSQL, a journal of every change, texts, and the full-text index."""

from veche.store.journal import Change, Edit, Entry, Taken
from veche.store.search import Hit, Hits
from veche.store.store import Store

__all__ = ["Change", "Edit", "Entry", "Hit", "Hits", "Store", "Taken"]
