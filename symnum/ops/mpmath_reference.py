"""References of functions that SciPy has not: mpmath's, one element after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

_MOST_ORDER, _MOST_LOG = 100, 2
_DIRECT = 0.95  # up to here a thousand terms are all that count


def _elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    """In double precision, on arrays of one shape, in the dtype of the last operand."""
    call = np.vectorize(function, otypes=[np.float64])

    def on_arrays(*operands: Any) -> Any:
        arrays = np.broadcast_arrays(*operands)
        found = call(*arrays) if arrays[0].size else np.empty(arrays[0].shape)
        with np.errstate(over="ignore"):
            return np.asarray(found).astype(arrays[-1].dtype)[()]
    return on_arrays


def _real(value: Any) -> float:
    return float(mpmath.re(value))


@_elementwise
def polylog(s: float, z: float) -> float:
    """Polylogarithm, NaN where it is complex or where the row has no formula for it.

    >>> float(polylog(2.0, np.float64(1.0)).round(12))
    1.644934066848
    """
    if not (z <= 1 and abs(s) < _MOST_ORDER) or z < -1e300:
        return math.nan
    if z < -1 and s != math.floor(s) and math.log(-z) > _MOST_LOG:
        return math.nan
    return z if z == 0 else math.inf if z == 1 and s <= 1 else _real(mpmath.polylog(s, z))


@_elementwise
def lerch(z: float, s: float, x: float) -> float:
    """Lerch's function for |z| <= 1 and x > 0, else NaN.

    >>> float(lerch(0.5, 1.0, np.float64(1.0)).round(12))
    1.38629436112
    """
    if not (0 < x < 1e300 and abs(z) <= 1 and abs(s) < _MOST_ORDER):
        return math.nan
    if abs(z) <= _DIRECT:
        k = np.arange(1000.0)
        return float(np.sum(z**k * (k + x) ** -s))
    return math.inf if z == 1 and s <= 1 else _real(mpmath.lerchphi(z, s, x))
