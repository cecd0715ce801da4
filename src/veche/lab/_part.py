"""How the parts of the engine are compiled: division follows IEEE 754 (no exception inside a loop), nothing is reordered."""

from __future__ import annotations

import numba as nb

#: a function called by the compiled loop
part = nb.njit(error_model="numpy")
#: a small one, written out where it is called
inlined = nb.njit(error_model="numpy", forceinline=True)
