"""Reference functions made from SciPy's; imported by name when one of them first runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special


def polygamma(n: Any, x: Any) -> Any:
    """Derivative number ``n`` of digamma, as ``scipy.special.polygamma`` but in the dtype of ``x``.

    Below 0, where SciPy sums one term for each unit, the sum is taken as a difference of zeta functions.

    >>> bool(np.isclose(polygamma(1.0, np.float64(1.0)), np.pi**2 / 6))
    True
    """
    n, x = np.broadcast_arrays(n, x)
    with np.errstate(all="ignore"):
        s, low, whole = n + 1.0, np.floor(x), (x <= 0) & (x == np.floor(x))
        sign = np.where(n % 2 == 0, -1.0, 1.0)
        zeta = special.zeta(s, np.where(x > 0, x, np.where(whole, 0, x - low)))
        below = special.zeta(s, np.ceil(x) - x) - special.zeta(s, np.maximum(1 - x, 1))
        result = sign * special.gamma(s) * np.where((x < 0) & ~whole, zeta + sign * below, zeta)
        valid = np.where((n > 0) & (n == np.floor(n)) & np.isfinite(n), result, np.nan)
        return np.where(n == 0, special.psi(x), valid).astype(x.dtype)[()]


def trigamma(x: Any) -> Any:
    """Derivative of digamma, as ``scipy.special.polygamma(1, x)`` but in the dtype of ``x``.

    >>> bool(np.isclose(trigamma(np.float64(0.5)), np.pi**2 / 2))
    True
    """
    return polygamma(np.ones_like(x), x)
