"""How the parts of the engine are compiled: division follows IEEE 754 (no exception inside a loop), nothing is reordered."""

from __future__ import annotations

from typing import Any

import numba

_njit: Any = numba.njit
#: a function of the compiled loop; without doors for Python and C, which takes a tenth off compiling, and without counting who holds an array: the
#: parts make none, and counting takes a tenth of a run
part = _njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)
#: a small one, written out where it is called
inlined = _njit(error_model="numpy", forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)
#: one that can be called from Python too
door = _njit(error_model="numpy", _nrt=False)
