"""Constants as exact numbers, and exact numbers as constants."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from ..dtypes import part_of
from ..ir import build
from ..ir.node import Node

Exact = int | Fraction

# Ops that only move elements: an elementwise op may be applied before or after them.
MOVERS = frozenset({"broadcast_to", "expand_dims", "squeeze", "reshape", "transpose", "slice"})
_MOST_ELEMENTS = 256  # of a constant array that is looked at for equal elements


def scalar_of(node: Node) -> np.generic | None:
    """The one number that a constant node holds at every place, in its dtype; None if there is no such number.

    >>> scalar_of(build.o.broadcast_to(build.constant(2.0), shape=(3,)))
    np.float64(2.0)
    """
    while node.op.name in MOVERS:
        node = node.inputs[0]
    if node.op.name != "constant":
        return None
    array = node.attr("literal").array
    if array.ndim == 0:
        found: np.generic | None = array[()]
        return found
    if not 0 < array.size <= _MOST_ELEMENTS:
        return None
    bits = array.reshape(-1).view(f"V{array.itemsize}")
    return array.flat[0] if (bits == bits[0]).all() else None


def exact_of(node: Node) -> Exact | None:
    """The exact value of a constant node that holds one finite real number (bool excluded), else None."""
    found = scalar_of(node)
    if found is None or found.dtype.kind == "b":
        return None
    return exact(found) if found.dtype.kind != "c" else _exact_part(found)


def _exact_part(value: np.generic) -> Exact | None:
    """A complex number without imaginary part exactly."""
    return exact(value.real) if value.imag == 0 else None


def exact(value: np.generic) -> Exact | None:
    """A finite number exactly; None for infinities and NaN."""
    number = value.item()
    if isinstance(number, int):
        return number
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else Fraction(number)


def is_exactly(value: np.generic, wanted: bool | int | float) -> bool:
    """Whether a constant has this value; the sign of zero counts if ``wanted`` is a float zero.

    >>> is_exactly(np.float64(-0.0), 0), is_exactly(np.float64(-0.0), 0.0)
    (True, False)
    """
    if value.dtype.kind == "c":
        return value.imag == 0 and is_exactly(value.real, wanted)
    if value.dtype.kind == "b" or isinstance(wanted, bool):
        return value.dtype.kind == "b" and isinstance(wanted, bool) and bool(value) is wanted
    number = value.item()
    if number != wanted:
        return isinstance(wanted, float) and math.isnan(wanted) and number != number
    signed = isinstance(wanted, float) and wanted == 0 and isinstance(number, float)
    return not signed or math.copysign(1, number) == math.copysign(1, wanted)


def rounded(value: Exact, dtype: np.dtype[Any]) -> np.generic:
    """The nearest number of a dtype; integers wrap around."""
    if dtype.kind in "iu":
        bits = 8 * dtype.itemsize
        low = 0 if dtype.kind == "u" else -(1 << (bits - 1))
        made: np.generic = dtype.type((int(value) - low) % (1 << bits) + low)
        return made
    if dtype.kind == "c":
        whole: np.generic = dtype.type(rounded(value, part_of(dtype)))
        return whole
    near = _nearest_double(value)
    if dtype.itemsize == 8:
        return np.float64(near)
    with np.errstate(all="ignore"):
        found = dtype.type(near)
        ends = [found, np.nextafter(found, dtype.type(-np.inf)), np.nextafter(found, dtype.type(np.inf))]
    finite = [x for x in ends if np.isfinite(x)]
    even = [x.view(f"u{dtype.itemsize}") & 1 for x in finite]
    best = min(zip(finite, even, strict=True), key=lambda pair: (abs(Fraction(float(pair[0])) - value), pair[1]))
    nearest: np.generic = best[0] if math.isfinite(float(found)) else found
    return nearest


def _nearest_double(value: Exact) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def is_held(value: Exact, dtype: np.dtype[Any]) -> bool:
    """Whether a dtype holds a value without rounding; every whole number counts as held by integers (they wrap)."""
    if dtype.kind in "iu":
        return isinstance(value, int) or value.denominator == 1
    return exact(rounded(value, part_of(dtype))) == value


def is_normal(value: Exact, dtype: np.dtype[Any]) -> bool:
    """Whether a dtype holds a value with all its digits: not 0, subnormal or infinite; always true of integers."""
    if dtype.kind not in "fc":
        return True
    dtype = part_of(dtype)
    return bool(np.finfo(dtype).tiny <= abs(float(rounded(value, dtype))) <= np.finfo(dtype).max)


def wrapped(value: Exact, dtype: np.dtype[Any]) -> Exact:
    """A coefficient as integers of a dtype have it: modulo its size, and as small as possible.

    >>> wrapped(255, np.dtype("uint8"))
    -1
    """
    if dtype.kind in "fc":
        return value
    size = 1 << (8 * dtype.itemsize)
    return (int(value) + size // 2) % size - size // 2


def magnitude(value: Exact) -> Exact:
    """The size of an exact number.

    >>> magnitude(-3)
    3
    """
    return -value if value < 0 else value


def constant_like(value: Exact | np.generic | bool, node: Node) -> Node:
    """A constant of the dtype and shape of ``node``; exact numbers are rounded once."""
    number = rounded(value, node.dtype) if isinstance(value, int | Fraction) and not isinstance(value, bool) else value
    return build.broadcast_to(build.constant(number, node.dtype), node.shape)
