"""Basic indexing of nodes by whole numbers, slices, ``...`` and ``None``, for known and unknown lengths.

Bounds of a slice are clamped to the axis, as Python's are.  For an axis of unknown length n the clamping is
part of the formulas, which give equal lengths one node: ``x[1:-1]`` and ``x[2:]`` both have max(0, n - 2).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, IndexBoundsError, UnsupportedError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from .lengths import as_expression, node_of


@dataclass(frozen=True, slots=True)
class _Range:
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


def index(x: Node, key: object) -> Node:
    """``x[key]``; ``x`` itself if everything is taken.

    Raises:
        IndexBoundsError: a number lies outside its axis, there are too many, or a part is of no known kind.
        UnsupportedError: indexing by arrays, masks or values of inputs.
    """
    parts = _completed(key if isinstance(key, tuple) else (key,), x)
    axis, ranges = 0, list[_Range]()
    for part in parts:
        if part is not None:
            ranges.append(_range(part, x.shape[axis], axis))
            axis += 1
    return _new_axes(_taken(x, ranges), parts)


def _taken(x: Node, ranges: list[_Range]) -> Node:
    if not all(_whole(r, n) for r, n in zip(ranges, x.shape, strict=True)):
        x = o.slice(x, starts=tuple(r.start for r in ranges), lengths=tuple(r.length for r in ranges),
                    steps=tuple(r.step for r in ranges))
    dropped = tuple(k for k, r in enumerate(ranges) if r.drop)
    return o.squeeze(x, axis=dropped) if dropped else x


def _whole(r: _Range, n: Dim) -> bool:
    return r.step == 1 and isinstance(r.start, int) and r.start == 0 and dims.equal(r.length, n)


def _new_axes(x: Node, parts: list[Any]) -> Node:
    left = [part for part in parts if part is None or isinstance(part, slice)]
    places = tuple(k for k, part in enumerate(left) if part is None)
    return o.expand_dims(x, axis=places) if places else x


# the parts of a key -----------------------------------------------------------------------------------------

def _completed(key: tuple[Any, ...], x: Node) -> list[Any]:
    """Ints, length expressions and slices, one for each axis, with None for each new axis."""
    parts = [_part(part) for part in key]
    used = sum(part is not None and part is not Ellipsis for part in parts)
    if used > x.ndim:
        raise IndexBoundsError(f"too many indices: the operand has rank {x.ndim}, and {used} were given")
    gaps = [k for k, part in enumerate(parts) if part is Ellipsis]
    if len(gaps) > 1:
        raise IndexBoundsError("an index can have one ellipsis ('...') only")
    gap = gaps[0] if gaps else len(parts)
    return [*parts[:gap], *[slice(None)] * (x.ndim - used), *parts[gap + 1:]]


def _part(part: object) -> Any:
    if part is None or part is Ellipsis or isinstance(part, slice):
        return part
    node = node_of(part)
    if node is not None and node.dtype.kind in "iu" and not node.shape:
        return as_expression(part, "an index")
    if node is not None or isinstance(part, list | tuple | bool | np.bool_ | np.ndarray):
        if isinstance(part, np.ndarray) and part.ndim == 0 and part.dtype.kind in "iu":
            return int(part)
        raise UnsupportedError("indexing by arrays, lists and masks comes in a later version; this one takes "
                               "integers, slices, ... and None (select elements with where)")
    try:
        return operator.index(part)  # type: ignore[arg-type]
    except TypeError:
        raise IndexBoundsError(f"an index must be an integer, a slice, ... or None; given {part!r} of type "
                               f"{type(part).__name__}") from None


def _range(part: Any, n: Dim, axis: int) -> _Range:
    return _of_slice(part, n) if isinstance(part, slice) else _Range(_place(part, n, axis), 1, 1, drop=True)


def _place(i: Dim, n: Dim, axis: int) -> Dim:
    """The place of element ``i``, checked now where lengths are known, and when the graph runs where not."""
    if isinstance(i, int):
        if isinstance(n, int) and not -n <= i < n:
            raise IndexBoundsError(f"index {i} is out of bounds for axis {axis} with length {n}")
        if (dims.lower_bound(n) or 0) >= (i + 1 if i >= 0 else -i):
            return i if i >= 0 else dims.add(n, i)
    return o.checked_index(dims.as_node(i), dims.as_node(n))


# slices -----------------------------------------------------------------------------------------------------

def _of_slice(part: slice, n: Dim) -> _Range:
    step = 1 if part.step is None else as_expression(part.step, "the step of a slice")
    if not isinstance(step, int):
        raise UnsupportedError("the step of a slice must be a number in this version")
    if step == 0:
        raise ArgumentValueError("the step of a slice cannot be 0")
    start, stop = (None if b is None else as_expression(b, "a bound of a slice")
                   for b in (part.start, part.stop))
    if all(b is None or isinstance(b, int) for b in (start, stop, n)):
        taken = range(*slice(start, stop, step).indices(n))
        return _Range(taken.start, len(taken), step)
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


def _forward(low: _Bound | None, high: _Bound | None, n: Dim, step: int) -> _Range:
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
    return _Range(start, _steps(extent, step), step)


def _backward(low: _Bound | None, high: _Bound | None, n: Dim, step: int) -> _Range:
    """Elements from ``low`` down to above ``high``; -1 is the place before the first element."""
    low = low or _Bound(1, True)
    end = dims.subtract(n, 1)
    start = dims.subtract(n, low.offset) if low.back else dims.minimum(low.offset, end)
    if high is None:
        stop: Dim = -1
    else:
        stop = dims.maximum(dims.subtract(n, high.offset), -1) if high.back else high.offset
    return _Range(start, _steps(dims.subtract(start, stop), -step), step)


def _steps(extent: Dim, step: int) -> Dim:
    """How many steps begin inside an extent: ceil(max(0, extent) / step)."""
    inside = dims.maximum(extent, 0)
    return dims.floor_divide(dims.add(inside, step - 1), step) if step > 1 else inside
