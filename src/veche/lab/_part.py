"""How the parts of the engine are compiled: division follows IEEE 754 (no exception inside a loop), nothing is reordered."""

from __future__ import annotations

from typing import Any

import numba
from numba.core import options

_njit: Any = numba.njit
#: nobody counts who holds an array, which takes a tenth of a run: the parts make none. The option is not documented, so it is left out where Numba
#: does not know it
_BARE: dict[str, Any] = {"error_model": "numpy"} | (
    {"_nrt": False} if hasattr(getattr(options, "DefaultOptions", None), "_nrt") else {}
)
#: without doors for Python and C, which takes a tenth off compiling
_INNER = _BARE | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
#: a function of the compiled loop
part = _njit(**_INNER)
#: a small one, written out where it is called
inlined = _njit(forceinline=True, **_INNER)
#: one that can be called from Python too
door = _njit(**_BARE)
