"""Tables of results in words and numbers for people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from veche.analyses._headings import HEADINGS, TABLES, VALUES
from veche.words import _, number


def heading(name: Any) -> str:
    """Return the heading of a column in the language in use; an unknown one as it is, with spaces."""
    text = str(name)
    return _(HEADINGS[text]) if text in HEADINGS else text.replace("_", " ")


def is_key(name: Any) -> bool:
    """Whether a column holds keys whose words stand in another column of the table."""
    return HEADINGS.get(str(name), "").endswith("(key)")


def table_title(name: str) -> str:
    """Return the title of a table in the language in use; an unknown one as it is."""
    return _(TABLES[name]) if name in TABLES else name


def cell_text(value: Any) -> str:
    """Write one cell: numbers with the decimal sign of the language, missing values as an en dash, tiny ones never as 0."""
    if value is None or value != value:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    if isinstance(value, float) or (hasattr(value, "dtype") and value.dtype.kind == "f"):
        if 0 < abs(float(value)) < 0.0005:
            return f"< {number(0.001, 3)}" if value > 0 else f"> {number(-0.001, 3)}"
        whole = float(value).is_integer() and abs(float(value)) >= 2
        return number(float(value), 0 if whole else 2 if abs(float(value)) >= 0.01 or value == 0 else 3)
    text = str(value)
    return _(VALUES[text]) if text in VALUES else text
