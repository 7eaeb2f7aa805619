"""Piecewise linear interpolation; ``tensor.functions`` makes them public."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from .convert import ArrayLike, as_node, operand
from .lengths import node_of
from .shaping import part
from .sorting import argsort, searchsorted


def interp(x: ArrayLike, xp: ArrayLike, fp: ArrayLike, left: ArrayLike | None = None, right: ArrayLike | None = None,
           period: ArrayLike | None = None) -> Node:
    """Values at ``x`` of the piecewise linear function through the points (``xp``, ``fp``).

    It is differentiable by ``x``, ``xp`` and ``fp``.

    Args:
        x: real numbers; any shape, which the result has.
        xp: a vector of at least one real number, which increase unless a period is given.
        fp: a vector of as many numbers, real or complex.
        left: the value below the first point, of rank 0; without it, that point's.
        right: the value above the last point, of rank 0; without it, that point's.
        period: of the function, of rank 0; ``left`` and ``right`` have no meaning then.

    Returns:
        The shape of ``x``; float64, or complex128 of complex ``fp``.

    Raises:
        ShapeError: ``xp`` and ``fp`` are no vectors of one length.
        ArgumentValueError: there are no points, or the period is 0.
        DTypeError: ``x`` or ``xp`` is complex, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.interp([0.5, 3.0], [0, 1, 2], [0, 10, 40]).eval()
    array([ 5., 40.])
    """
    at, points, values = (_double(as_node(v)) for v in (x, xp, fp))
    _check(points, values)
    if period is not None:
        return _periodic(at, points, values, period)
    first, last = (_element(values, k) for k in (0, -1))
    found = _inside(at, points, values)
    found = o.where(o.less(at, _element(points, 0)), _given(left, first), found)
    return o.where(o.greater(at, _element(points, -1)), _given(right, last), found)


def _double(x: Node) -> Node:
    return x if dtypes.is_complex(x.dtype) else convert(x, dtypes.FLOAT64)


def _given(value: ArrayLike | None, default: Node) -> Any:
    return default if value is None else operand(value)


def _check(points: Node, values: Node) -> None:
    if points.ndim != 1 or values.ndim != 1 or not dims.may_equal(points.shape[0], values.shape[0]):
        raise ShapeError(f"interp: xp of shape {dims.text(points.shape)} and fp of shape {dims.text(values.shape)}; "
                         f"expected vectors of one length")
    if isinstance(points.shape[0], int) and points.shape[0] == 0:
        raise ArgumentValueError("interp: there are no points")


def _element(x: Node, k: int) -> Node:
    """The first or the last element of a vector; an error if it is empty."""
    length = x.shape[0]
    place = k % length if isinstance(length, int) else o.checked_index(dims.as_node(k), dims.as_node(length))
    return o.squeeze(part(x, 0, place, 1), axis=(0,))


def _inside(at: Node, points: Node, values: Node) -> Node:
    """On the line through the points around ``at``, or through the first or last two."""
    count = points.shape[0]
    if isinstance(count, int) and count == 1:
        return o.where(o.isnan(at), at, _element(values, 0))
    below = o.subtract(searchsorted(points, at, side="right"), 1)
    # Of a single point there is no other: both ends are that point, and the slope is not looked at.
    place = o.maximum(o.minimum(below, dims.as_node(dims.subtract(count, 2))), 0)
    after = o.minimum(o.add(place, 1), dims.as_node(dims.subtract(count, 1)))
    x0, x1 = (o.gather(points, i, axes=(0,)) for i in (place, after))
    y0, y1 = (o.gather(values, i, axes=(0,)) for i in (place, after))
    slope = o.true_divide(o.subtract(y1, y0), o.subtract(x1, x0))
    from_left, from_right = (o.add(o.multiply(slope, o.subtract(at, a)), b) for a, b in ((x0, y0), (x1, y1)))
    # Exact at the last point, and where the other end is infinite.
    better = o.logical_or(o.equal(at, x1), o.isnan(from_left))
    return o.where(better, from_right, from_left)


def _periodic(at: Node, points: Node, values: Node, period: ArrayLike) -> Node:
    node = node_of(period)
    if node is None and period == 0:
        raise ArgumentValueError("interp: the period must not be 0")
    length = o.absolute(convert(as_node(period), dtypes.FLOAT64))
    at, points = o.remainder(at, length), o.remainder(points, length)
    order = argsort(points, kind="stable")
    points, values = (o.gather(v, order, axes=(0,)) for v in (points, values))
    ends = [o.expand_dims(_element(v, k), axis=(0,)) for v in (points, values) for k in (-1, 0)]
    points = o.concatenate(o.subtract(ends[0], length), points, o.add(ends[1], length), axis=0)
    values = o.concatenate(ends[2], values, ends[3], axis=0)
    return _inside(at, points, values)
