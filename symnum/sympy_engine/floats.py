"""Floats in order: their places, how far a result is from the truth, and draws evenly over floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]
MOST_BITS = 64.0    # of a result that is NaN


def ordinal(values: Values) -> NDArray[np.int64]:
    """The places of floats in order; both zeros are 0.

    >>> ordinal(np.array([-5e-324, -0.0, 0.0, 5e-324])).tolist()
    [-1, 0, 0, 1]
    """
    bits = values.view(f"i{values.dtype.itemsize}").astype(np.int64)
    return np.where(bits < 0, np.iinfo(f"i{values.dtype.itemsize}").min - bits, bits)


def from_ordinal(places: NDArray[np.int64], dtype: np.dtype[Any]) -> Values:
    """The floats at places."""
    least = np.iinfo(f"i{dtype.itemsize}").min
    return np.where(places < 0, least - places, places).astype(f"i{dtype.itemsize}").view(dtype)


def wrong_bits(found: Values, truth: Values) -> Values:
    """log2(1 + distance) of each result, where distance is the number of floats to the truth; 64 of a NaN.

    >>> wrong_bits(np.array([1.0, np.nan]), np.array([1.0, 1.0])).tolist()
    [0.0, 64.0]
    """
    a, b = ordinal(np.ascontiguousarray(found)), ordinal(np.ascontiguousarray(truth))
    distance = np.maximum(a, b).astype(np.uint64) - np.minimum(a, b).astype(np.uint64)     # may take all 64 bits
    return np.where(np.isnan(found), MOST_BITS, np.minimum(MOST_BITS, np.log2(1 + distance.astype(float))))


def drawn(rng: np.random.Generator, lower: float, upper: float, count: int, dtype: np.dtype[Any]) -> Values:
    """Finite floats between two, each equally likely, so that magnitudes run evenly over all exponents.

    >>> x = drawn(np.random.default_rng(0), 1e-300, 1e300, 1000, np.dtype("float64"))
    >>> bool(0.4 < np.mean(x < 1) < 0.6)
    True
    """
    largest = np.finfo(dtype).max
    low, high = (int(ordinal(np.array(np.clip(x, -largest, largest), dtype))) for x in (lower, upper))
    return from_ordinal(rng.integers(low, high, count, np.int64, endpoint=True), dtype)
