"""Slices of an axis: first element, length and step, for known and for unknown lengths.

Bounds of a slice are clamped to the axis, as Python's are.  For an axis of unknown length n the clamping is
part of the formulas, which give equal lengths one node: ``x[1:-1]`` and ``x[2:]`` both have max(0, n - 2).
"""

from __future__ import annotations

from ..errors import ArgumentValueError, IndexBoundsError, UnsupportedError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim
from ..records import dataclass
from .lengths import as_expression


@dataclass(frozen=True, slots=True)
class Range:
    """Elements ``start + i*step`` of an axis, for each i below ``length``; ``drop`` takes the axis away."""

    start: Dim
    length: Dim
    step: int
    drop: bool = False


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound of a slice: ``offset`` elements from the front, or from the back."""

    offset: Dim
    back: bool


def range_of(part: slice | Dim, n: Dim, axis: int) -> Range:
    """What a slice, or a number, takes of axis ``axis`` with length ``n``.

    Raises:
        IndexBoundsError: a number is known to lie outside.
        ArgumentValueError: the step of a slice is 0.
        UnsupportedError: the step of a slice is not a number.
    """
    return _of_slice(part, n) if isinstance(part, slice) else Range(_place(part, n, axis), 1, 1, drop=True)


def _place(i: Dim, n: Dim, axis: int) -> Dim:
    """The place of element ``i``, checked now where lengths are known, and when the graph runs where not."""
    if isinstance(i, int):
        if isinstance(n, int) and not -n <= i < n:
            raise IndexBoundsError(f"index {i} is out of bounds for axis {axis} with length {n}")
        if (dims.lower_bound(n) or 0) >= (i + 1 if i >= 0 else -i):
            return i if i >= 0 else dims.add(n, i)
    return o.checked_index(dims.as_node(i), dims.as_node(n))


def _of_slice(part: slice, n: Dim) -> Range:
    step = 1 if part.step is None else as_expression(part.step, "the step of a slice")
    if not isinstance(step, int):
        raise UnsupportedError("the step of a slice must be a number in this version")
    if step == 0:
        raise ArgumentValueError("the step of a slice cannot be 0")
    start, stop = (None if b is None else as_expression(b, "a bound of a slice")
                   for b in (part.start, part.stop))
    if all(b is None or isinstance(b, int) for b in (start, stop, n)):
        taken = range(*slice(start, stop, step).indices(n))
        return Range(taken.start, len(taken), step)
    low, high = (None if b is None else _bound(b, n, 0 if step > 0 else -1) for b in (start, stop))
    return _forward(low, high, n, step) if step > 0 else _backward(low, high, n, step)


def _bound(b: Dim, n: Dim, lowest: int) -> _Bound:
    """A bound; one of unknown sign counts from the back where it is negative, down to ``lowest``."""
    if isinstance(b, int):
        return _Bound(b, False) if b >= 0 else _Bound(-b, True)
    from_back = dims.subtract(n, b)
    if isinstance(from_back, int) and from_back in (0, 1):  # n, or n - 1, which is -1 for n = 0 too
        return _Bound(from_back, True)
    opposite = dims.subtract(0, b)
    if _at_least(b, 0):
        return _Bound(b, False)
    if _at_least(opposite, 1):
        return _Bound(opposite, True)
    negative = dims.minimum(dims.maximum(opposite, 0), 1)
    return _Bound(dims.maximum(dims.add(b, dims.multiply(n, negative)), lowest), False)


def _at_least(length: Dim, number: int) -> bool:
    bound = dims.lower_bound(length)
    return bound is not None and bound >= number


def _forward(low: _Bound | None, high: _Bound | None, n: Dim, step: int) -> Range:
    """Elements from ``low`` up.  A start beyond the end needs no clamping: the length is 0 then."""
    low, high = low or _Bound(0, False), high or _Bound(0, True)
    start = dims.maximum(dims.subtract(n, low.offset), 0) if low.back else low.offset
    if low.back and high.back:
        extent = dims.minimum(dims.subtract(low.offset, high.offset), dims.subtract(n, high.offset))
    elif low.back:
        extent = dims.subtract(dims.minimum(high.offset, n), start)
    elif high.back:
        extent = dims.subtract(dims.subtract(n, high.offset), start)
    else:
        extent = dims.minimum(dims.subtract(high.offset, start), dims.subtract(n, start))
    return Range(start, _steps(extent, step), step)


def _backward(low: _Bound | None, high: _Bound | None, n: Dim, step: int) -> Range:
    """Elements from ``low`` down to above ``high``; -1 is the place before the first element."""
    low = low or _Bound(1, True)
    end = dims.subtract(n, 1)
    start = dims.subtract(n, low.offset) if low.back else dims.minimum(low.offset, end)
    if high is None:
        stop: Dim = -1
    else:
        stop = dims.maximum(dims.subtract(n, high.offset), -1) if high.back else high.offset
    return Range(start, _steps(dims.subtract(start, stop), -step), step)


def _steps(extent: Dim, step: int) -> Dim:
    """How many steps begin inside an extent: ceil(max(0, extent) / step)."""
    inside = dims.maximum(extent, 0)
    return dims.floor_divide(dims.add(inside, step - 1), step) if step > 1 else inside
