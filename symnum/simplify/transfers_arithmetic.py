"""How facts pass through arithmetic, choices of the larger operand, and casts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from ..ir.node import Node
from .facts import Facts, Transfer, of_dtype
from .intervals import EVERYTHING, POINTS, Range
from .transfers_functions import HALF_TURN, SLACK, with_room
from .transfers_truth import decided

_INF = math.inf
_NOT_NEGATIVE = Range(0, _INF)


# choices ------------------------------------------------------------------------------------------------------

def _maximum(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    low = max((a.range.lower, a.range.lower_open), (b.range.lower, b.range.lower_open))
    high = a.range | b.range
    found = Range(low[0], high.upper, low[1], high.upper_open)
    other = node.op.name == "fmax"  # a NaN leaves the other operand, wherever that is
    return Facts(high if other and (a.nan or b.nan) else found, a.nan and b.nan if other else a.nan or b.nan,
                 not ((a.nonzero and b.nonzero) or (not other and (a.positive or b.positive))),
                 a.integer and b.integer, a.minus_zero or b.minus_zero)


def _minimum(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    high = min((a.range.upper, not a.range.upper_open), (b.range.upper, not b.range.upper_open))
    low = a.range | b.range
    found = Range(low.lower, high[0], low.lower_open, not high[1])
    other = node.op.name == "fmin"
    return Facts(low if other and (a.nan or b.nan) else found, a.nan and b.nan if other else a.nan or b.nan,
                 not ((a.nonzero and b.nonzero) or (not other and (a.negative or b.negative))),
                 a.integer and b.integer, a.minus_zero or b.minus_zero)


def _clip(node: Node, operands: Sequence[Facts]) -> Facts:
    x, low, high = operands
    return _minimum(node, (_maximum(node, (x, low)), high))


# arithmetic ---------------------------------------------------------------------------------------------------

def _add(node: Node, operands: Sequence[Facts]) -> Facts:
    return added(*operands)


def added(a: Facts, b: Facts) -> Facts:
    """Facts of a sum of two."""
    opposite = (_INF in a.range and -_INF in b.range) or (-_INF in a.range and _INF in b.range)
    one_sided = (a.nonnegative and b.nonnegative) or (a.nonpositive and b.nonpositive)
    zero = not (one_sided and (a.nonzero or b.nonzero))
    return Facts(a.range + b.range, a.nan or b.nan or opposite, zero, a.integer and b.integer,
                 a.minus_zero and b.minus_zero)


def _subtract(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    if node.operands[0] is node.operands[1]:
        return Facts(POINTS[0], a.nan or not a.bounded, integer=True, minus_zero=False)
    found = added(a, opposite(b))
    return Facts(found.range, found.nan, found.zero, found.integer, a.minus_zero)


def _negative(node: Node, operands: Sequence[Facts]) -> Facts:
    return opposite(operands[0])


def opposite(x: Facts) -> Facts:
    """Facts of a negative."""
    return Facts(-x.range, x.nan, x.zero, x.integer, 0 in x.range)


def _absolute(node: Node, operands: Sequence[Facts]) -> Facts:
    x = operands[0]
    return Facts(x.range.magnitude(), x.nan, x.zero, x.integer, False)


def _square(node: Node, operands: Sequence[Facts]) -> Facts:
    x = operands[0]
    size = x.range.magnitude()
    return Facts(size * size, x.nan, x.zero, x.integer, False)


def _multiply(node: Node, operands: Sequence[Facts]) -> Facts:
    if node.operands[0] is node.operands[1]:
        return _square(node, operands)
    return times(*operands)


def times(a: Facts, b: Facts) -> Facts:
    """Facts of a product of two."""
    undefined = (0 in a.range and not b.bounded) or (0 in b.range and not a.bounded)
    minus = not (a.nonnegative and b.nonnegative) or a.minus_zero or b.minus_zero
    return Facts(a.range * b.range, a.nan or b.nan or undefined, not (a.nonzero and b.nonzero),
                 a.integer and b.integer, minus)


def _true_divide(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    undefined = (0 in a.range and 0 in b.range) or not (a.bounded or b.bounded)
    by = _inverse(b)
    return Facts(a.range * by.range, a.nan or b.nan or undefined, not a.nonzero, False,
                 not (a.nonnegative and b.nonnegative) or a.minus_zero or b.minus_zero)


def _reciprocal(node: Node, operands: Sequence[Facts]) -> Facts:
    return _inverse(operands[0]) if node.dtype.kind == "f" else of_dtype(node.dtype)


def _inverse(x: Facts) -> Facts:
    return Facts(EVERYTHING if _has_two_poles(x) else x.range.inverse(), x.nan, False, False,
                 not x.nonnegative or x.minus_zero)


def _has_two_poles(x: Facts) -> bool:
    """Whether 1/x may be inf as well as -inf: 0 is among the numbers, and has either sign or lies inside."""
    return x.lower < 0 < x.upper or (0 in x.range and (x.minus_zero or not x.nonnegative))


def _rsqrt(node: Node, operands: Sequence[Facts]) -> Facts:
    x = operands[0]
    inside = x.range & _NOT_NEGATIVE
    outside = inside.is_empty or (0 in x.range and x.minus_zero)
    return Facts(EVERYTHING if outside else _NOT_NEGATIVE, x.nan or not x.nonnegative, False, False, outside)


def _fma(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b, c = operands
    return added(_square(node, operands) if node.operands[0] is node.operands[1] else times(a, b), c)


def _power(node: Node, operands: Sequence[Facts]) -> Facts:
    x, e = operands
    whole = int(e.lower) if e.integer and e.lower == e.upper and abs(e.lower) < _MOST else None
    if whole is not None and node.dtype.kind == "f" and not e.nan:
        return _whole_power(node, x, whole)
    if node.dtype.kind != "f" or not x.nonnegative or (x.minus_zero and not e.nonnegative):
        return Facts(integer=x.integer and e.integer and e.nonnegative)
    return Facts(_NOT_NEGATIVE, x.nan or e.nan, not (x.positive and x.bounded and e.bounded), False, x.minus_zero)


_MOST = 1000


def _whole_power(node: Node, x: Facts, exponent: int) -> Facts:
    """Facts of a power with a whole number as exponent."""
    if exponent == 0:
        return Facts(POINTS[1], nan=False, zero=False, integer=True, minus_zero=False)
    even = exponent % 2 == 0
    base = _absolute(node, (x,)) if even else x
    if exponent < 0:
        found = EVERYTHING if _has_two_poles(base) else _NOT_NEGATIVE if base.nonnegative else -_NOT_NEGATIVE
        return Facts(found, x.nan, False, False, not base.nonnegative or base.minus_zero)
    minus = base.minus_zero or not base.nonnegative
    return Facts(_powered(base.range, exponent, node), x.nan, x.zero, x.integer, minus)


def _powered(x: Range, exponent: int, node: Node) -> Range:
    with np.errstate(all="ignore"):
        low, high = (float(np.power(np.float64(end), exponent)) for end in (x.lower, x.upper))
    room = SLACK * node.op.tol * float(np.finfo(node.dtype).eps)
    return Range(with_room(low, -room), with_room(high, room))


def _hypot(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    return Facts(_NOT_NEGATIVE, a.nan or b.nan, not (a.nonzero or b.nonzero), False, False)


def _sqrt_product(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    return Facts(_NOT_NEGATIVE, True, not (a.nonzero and b.nonzero), False, True)


def _remainder(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    nan = a.nan or b.nan or not a.bounded or 0 in b.range
    if b.lower < 0:
        return Facts(nan=nan, integer=a.integer and b.integer)
    below = int(b.upper) - 1 if node.dtype.kind in "iu" and b.upper > 0 else b.upper
    return Facts(Range(0, below), nan, True, a.integer and b.integer, b.minus_zero or 0 in b.range)


def _fmod(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    nan = a.nan or b.nan or not a.bounded or 0 in b.range
    ends = a.range | POINTS[0]
    return Facts(Range(ends.lower, ends.upper), nan, True, a.integer and b.integer, not a.nonnegative or a.minus_zero)


def _floor_divide(node: Node, operands: Sequence[Facts]) -> Facts:
    a, b = operands
    nan = a.nan or b.nan or not a.bounded or not b.bounded or 0 in b.range
    found = Range(0, max(a.upper, 0)) if a.nonnegative and b.lower >= 1 else EVERYTHING
    return Facts(found, nan, True, True, not (a.nonnegative and b.positive) or a.minus_zero or b.minus_zero)


def _copysign(node: Node, operands: Sequence[Facts]) -> Facts:
    size = operands[0].range.magnitude()
    return Facts(size | -size, operands[0].nan, operands[0].zero, operands[0].integer)


def _arctan2(node: Node, operands: Sequence[Facts]) -> Facts:
    y, x = operands
    low = 0 if y.nonnegative and not y.minus_zero else -HALF_TURN
    return Facts(Range(low, HALF_TURN), y.nan or x.nan)


def _heaviside(node: Node, operands: Sequence[Facts]) -> Facts:
    x, y = operands
    return Facts(Range(0, 1) | y.range, x.nan or y.nan)


def _cast(node: Node, operands: Sequence[Facts]) -> Facts:
    x, given, wanted = operands[0], node.operands[0].dtype, node.dtype
    if wanted.kind == "b":
        return decided(False if x.lower == x.upper == 0 and not x.nan else True if 0 not in x.range else None)
    if wanted.kind == "f":
        narrower = given.kind == "f" and given.itemsize > wanted.itemsize    # numbers may become infinite, or 0
        ends = Range(x.lower, x.upper) if narrower else x.range
        return Facts(ends, x.nan, x.zero, x.integer, x.minus_zero or (narrower and not x.nonnegative))
    if given.kind == "f":
        if x.nan or not x.bounded or math.isinf(x.lower) or math.isinf(x.upper):
            return of_dtype(wanted)
        return Facts(Range(math.trunc(x.lower), math.trunc(x.upper)))
    return x


ARITHMETIC: Mapping[str, Transfer] = MappingProxyType({
    **dict.fromkeys(("maximum", "fmax"), _maximum), **dict.fromkeys(("minimum", "fmin"), _minimum), "clip": _clip,
    "add": _add, "subtract": _subtract, "negative": _negative, "absolute": _absolute, "multiply": _multiply,
    "square": _square, "square_term": _square, "true_divide": _true_divide, "reciprocal": _reciprocal,
    "rsqrt": _rsqrt, "rsqrt_cubed": _rsqrt, "fma": _fma, "power": _power, "hypot": _hypot,
    "sqrt_product": _sqrt_product, "remainder": _remainder,
    "fmod": _fmod, "floor_divide": _floor_divide, "copysign": _copysign, "arctan2": _arctan2,
    "heaviside": _heaviside, "cast": _cast})
