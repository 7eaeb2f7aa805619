"""Ranges of numbers whose ends are rounded outwards, so that they hold real values and computed ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..records import dataclass

Number = int | float
_INF = math.inf


@dataclass(frozen=True, slots=True)
class Range:
    """All numbers from ``lower`` to ``upper``, without an end that is open.

    An infinite end that is open says that the value is finite on that side.
    """

    lower: Number = -_INF
    upper: Number = _INF
    lower_open: bool = False
    upper_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it."""
        if self.lower == self.upper:
            return self.lower_open or self.upper_open
        return not self.lower < self.upper

    @property
    def is_bounded(self) -> bool:
        """Whether no infinity lies in it."""
        return _INF not in self and -_INF not in self

    def __contains__(self, value: Number) -> bool:
        above = value > self.lower or (value == self.lower and not self.lower_open)
        below = value < self.upper or (value == self.upper and not self.upper_open)
        return above and below

    def __and__(self, other: Range) -> Range:
        low = max((self.lower, self.lower_open), (other.lower, other.lower_open))
        high = min((self.upper, not self.upper_open), (other.upper, not other.upper_open))
        return Range(low[0], high[0], low[1], not high[1])

    def __or__(self, other: Range) -> Range:
        low = min((self.lower, self.lower_open), (other.lower, other.lower_open))
        high = max((self.upper, not self.upper_open), (other.upper, not other.upper_open))
        return Range(low[0], high[0], low[1], not high[1])

    def __neg__(self) -> Range:
        return Range(-self.upper, -self.lower, self.upper_open, self.lower_open)

    def __add__(self, other: Range) -> Range:
        # A sum with something that is not below 0 is not below the other, whatever is rounded.
        low_open = (self.lower_open and other.lower == 0) or (other.lower_open and self.lower == 0)
        high_open = (self.upper_open and other.upper == 0) or (other.upper_open and self.upper == 0)
        low, high = sum_below(self.lower, other.lower), -sum_below(-self.upper, -other.upper)
        return Range(low, high, low_open and abs(low) != _INF, high_open and abs(high) != _INF)

    def __mul__(self, other: Range) -> Range:
        pairs = [(x, y) for x in (self.lower, self.upper) for y in (other.lower, other.upper)]
        return Range(min(product_below(x, y) for x, y in pairs), -min(product_below(-x, y) for x, y in pairs))

    def inverse(self) -> Range:
        """1 divided by the numbers, none of which may be 0 but at an end, which counts as its infinity."""
        low = -_INF if self.upper == 0 else _quotient_below(1, self.upper)
        high = _INF if self.lower == 0 else -_quotient_below(-1, self.lower)
        return Range(low, high)

    def magnitude(self) -> Range:
        """The sizes of the numbers."""
        if self.lower >= 0:
            return self
        return -self if self.upper <= 0 else Range(0, max(-self.lower, self.upper)) & Range(
            upper_open=self.is_bounded)


    def whole(self) -> Range:
        """The whole numbers among the numbers, and infinity.

        >>> Range(0, 2.5, lower_open=True).whole()
        Range(lower=1, upper=2, lower_open=False, upper_open=False)
        """
        low, high = self.lower, self.upper
        if abs(low) != _INF:
            low = math.floor(low) + 1 if self.lower_open else math.ceil(low)
        if abs(high) != _INF:
            high = math.ceil(high) - 1 if self.upper_open else math.floor(high)
        return Range(low, high, self.lower_open and abs(low) == _INF, self.upper_open and abs(high) == _INF)


EVERYTHING = Range()
POINTS = (Range(0, 0), Range(1, 1))


def sum_below(x: Number, y: Number) -> Number:
    """The sum of two numbers, rounded down; -inf if it is none."""
    if isinstance(x, int) and isinstance(y, int):
        return x + y
    total = float(x) + float(y)
    if not math.isfinite(total):
        return _INF if total == _INF == max(x, y) else -_INF if total != _INF else _LARGEST
    back = total - x
    return math.nextafter(total, -_INF) if (x - (total - back)) + (y - back) < 0 else total


def product_below(x: Number, y: Number) -> Number:
    """The product of two numbers, rounded down; 0 times infinity is 0."""
    if x == 0 or y == 0:
        return 0
    if isinstance(x, int) and isinstance(y, int):
        return x * y
    found = float(x) * float(y)
    if abs(x) == 1 or abs(y) == 1 or abs(x) == _INF or abs(y) == _INF:
        return found
    if abs(found) < _WHOLE and float(x).is_integer() and float(y).is_integer():
        return found
    if found == 0:
        return 0 if (x > 0) == (y > 0) else -_SMALLEST
    return math.nextafter(found, -_INF)


def _quotient_below(x: Number, y: Number) -> float:
    """The quotient of two numbers, rounded down."""
    found = x / y
    return found if abs(y) in (0.5, 1, 2, 4, _INF) else math.nextafter(found, -_INF)


_LARGEST = np.finfo(np.float64).max.item()
_SMALLEST = np.finfo(np.float64).smallest_subnormal.item()
_WHOLE = 2.0 ** 53


def outward(lower: Number, upper: Number, dtype: np.dtype[Any]) -> Range:
    """The closed range of a dtype's numbers that holds all from ``lower`` to ``upper``.

    >>> outward(0.1, 0.1, np.dtype("float32"))
    Range(lower=0.09999999403953552, upper=0.10000000149011612, lower_open=False, upper_open=False)
    """
    return Range(_rounded_down(lower, dtype), -_rounded_down(-upper, dtype))


def _rounded_down(value: Number, dtype: np.dtype[Any]) -> Number:
    """The largest number of a float dtype that is not above ``value``."""
    if value in (0, 1, -1, _INF, -_INF) or (isinstance(value, float) and dtype.itemsize == 8):
        return value
    with np.errstate(all="ignore"):
        near = dtype.type(_as_double(value))
        return float(near if float(near) <= value else np.nextafter(near, dtype.type(-np.inf)))


def _as_double(value: Number) -> float:
    try:
        return float(value)
    except OverflowError:
        return _INF if value > 0 else -_INF
