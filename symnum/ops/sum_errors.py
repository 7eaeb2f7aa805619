"""What a sum loses by rounding, as a number of its own: for rules that put it back further on."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtype_rules
from .elementwise import NOT_REAL, locally_constant, row
from .spec import Interval, OpSpec, Text

# Knuth, The Art of Computer Programming, volume 2, section 4.2.2, theorem B.
_LOST = "({0} - (({0} + {1}) - (({0} + {1}) - {0}))) + ({1} - (({0} + {1}) - {0}))"


def lost(x: Any, y: Any) -> Any:
    """What x + y loses by rounding; 0 where the sum is not finite.

    >>> float(lost(np.float64(1.0), np.float64(1e-20)))
    1e-20
    """
    dtype = np.exp(np.zeros((), np.result_type(x, y))).dtype
    a, b = np.asarray(x).astype(dtype), np.asarray(y).astype(dtype)
    with np.errstate(all="ignore"):
        total = a + b
        second = total - a
        return np.where(np.isfinite(total), (a - (total - second)) + (b - second), dtype.type(0))


sum_error = row(
    "sum_error", "What x + y loses by rounding, exactly; 0 where the sum is not finite.", lost,
    Interval(), arity=2, dtype=dtype_rules.floating, partials=locally_constant, sympy=NOT_REAL,
    c=Text(f=f"({{0}} + {{1}}) - ({{0}} + {{1}}) == 0 ? {_LOST} : 0"),
    facts="exact commutative locally_constant zero_preserving", cost=4.0)

ROWS: tuple[OpSpec, ...] = (sum_error,)
