"""veche: an open workbench for longitudinal, comparative studies of local power based on in-depth interviews.

>>> import veche
>>> study = veche.open_demo()                           # doctest: +SKIP
>>> result = study.problem_field(level="children")      # doctest: +SKIP
>>> result.figure, result.quotations(result.table.index[0])  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veche.workbench import Study, new, open, open_demo

__version__ = "0.1.0"
__all__ = ["Study", "__version__", "new", "open", "open_demo"]


def __getattr__(name: str) -> Any:
    if name in {"Study", "new", "open", "open_demo"}:
        from veche import workbench

        return getattr(workbench, name)
    raise AttributeError(f"module 'veche' has no attribute {name!r}")
