"""The interview guide: its topics, and the interviews that name them as not asked."""

from __future__ import annotations

import dataclasses

from veche.store import Edit, Store
from veche.study import Interview


def rename_topic(store: Store, edit: Edit, key: str, new: str | None) -> int:
    """Write the new key of a topic into the interviews in which it was not asked; None takes it out.

    Returns
    -------
    int
        How many interviews were changed.
    """
    if key == new:
        return 0
    changed = 0
    for one in store.all(Interview):
        if key in one.not_asked:
            keys = dict.fromkeys(named for each in one.not_asked if (named := new if each == key else each) is not None)
            edit.replace(dataclasses.replace(one, not_asked=tuple(keys)))
            changed += 1
    return changed
