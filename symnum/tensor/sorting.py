"""Nodes that are sorted along an axis, and places in sorted vectors."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from ..dtypes import INT64
from ..errors import ArgumentValueError, DTypeError, ShapeError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from ..ops.along import take_along
from ..ops.scans import flipped
from ..shapes import as_int, normalize_axis
from .convert import ArrayLike, as_node
from .shaping import ravel

Side = Literal["left", "right"]


def sort(x: Node, axis: int | None = -1, kind: str | None = None, *, stable: bool | None = None,
         descending: bool = False) -> Node:
    """Elements in ascending order along an axis, NaN last.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        kind, stable: have no effect on the result: equal elements cannot be told apart.
        descending: from the largest to the smallest, NaN first.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x``.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.sort([[3, 1, 2], [9, 7, 8]]).eval()
    array([[1, 2, 3],
           [7, 8, 9]])
    """
    x, axis = _line(x, axis, "sort")
    found: Node = o.sort(x, axis=axis)
    return flipped(o, found, axis) if descending else found


def argsort(x: Node, axis: int | None = -1, kind: str | None = None, *, stable: bool | None = None,
            descending: bool = False) -> Node:
    """Where the elements of :func:`sort` are along the axis; equal ones keep their order.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        kind, stable: have no effect: the order is stable in any case.
        descending: from the largest to the smallest, NaN first; equal elements keep their order.

    Returns:
        int64, in the shape of ``x``, or of rank 1 without an axis.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.argsort([3, 1, 2]).eval()
    array([1, 2, 0])
    """
    x, axis = _line(x, axis, "argsort")
    if not descending:
        return o.argsort(x, axis=axis)
    # Both reversals together keep the order of equal elements.
    last = dims.subtract(x.shape[axis], 1)
    found: Node = flipped(o, o.subtract(last, o.argsort(flipped(o, x, axis), axis=axis)), axis)
    return found


def _line(x: Node, axis: int | None, name: str) -> tuple[Node, int]:
    return (ravel(x), 0) if axis is None else (x, normalize_axis(axis, x.ndim, name))


class TopK(NamedTuple):
    """The result of :func:`topk`."""

    values: Node
    indices: Node


def topk(x: ArrayLike, k: int, axis: int = -1, *, largest: bool = True) -> TopK:
    """The k largest elements along an axis in descending order, and where they are; of equal ones the first.

    Args:
        x: any dtype, of rank 1 at least.
        k: how many.
        axis: the axis; a negative one counts from the back.
        largest: False for the smallest elements, in ascending order.  NaN is above all numbers.

    Returns:
        ``values``, in the dtype of ``x``, and ``indices``, int64; both in the shape of ``x`` with length k along the
        axis.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: ``k`` is negative, or above the length of the axis.
        DTypeError: ``x`` is no array of numbers, or ``k`` or the axis is no integer.

    >>> from symnum import tensor as T
    >>> values, indices = T.topk([3, 9, 4, 9], 2)
    >>> values.eval(), indices.eval()
    (array([9, 9]), array([1, 3]))
    """
    node, count = as_node(x), as_int(k, "k of topk")
    axis = normalize_axis(axis, node.ndim, "topk")
    length = node.shape[axis]
    if count < 0 or (isinstance(length, int) and count > length):
        raise ArgumentValueError(f"topk: k must be from 0 to the length {dims.name_of(length)} of axis {axis}; "
                                 f"given {count}")
    order = argsort(node, axis, descending=largest)
    first = o.slice(order, starts=(0,) * node.ndim, steps=(1,) * node.ndim,
                    lengths=tuple(count if j == axis else n for j, n in enumerate(node.shape)))
    return TopK(take_along(o, node, first, axis), first)


def lexsort(keys: ArrayLike, axis: int = -1) -> Node:
    """Places that sort by several keys, the last one first; stable.

    Args:
        keys: arrays of one shape and any dtypes, as a list or as an array whose first axis numbers them.
        axis: the axis to sort along.

    Returns:
        int64, in the shape of a key.

    Raises:
        AxisError: the axis is outside the rank of a key.
        DTypeError: there are no keys, one is no array of numbers, or the axis is no integer.
        ShapeError: the keys have different shapes.

    >>> from symnum import tensor as T
    >>> T.lexsort([[9, 4, 0, 4], [1, 5, 1, 4]]).eval()
    array([2, 0, 3, 1])
    """
    nodes = [as_node(k) for k in keys] if isinstance(keys, list | tuple) else _rows(as_node(keys))
    if not nodes:
        raise DTypeError("lexsort: expected one key at least; given none")
    axis = normalize_axis(axis, nodes[0].ndim, "lexsort")
    order: Node = o.argsort(nodes[0], axis=axis)
    for key in nodes[1:]:
        order = take_along(o, order, o.argsort(take_along(o, key, order, axis), axis=axis), axis)
    return order


def _rows(keys: Node) -> list[Node]:
    if keys.ndim == 0 or not isinstance(keys.shape[0], int):
        raise ShapeError(f"lexsort: the number of keys is not known; given shape {dims.text(keys.shape)}")
    rest = (0,) * (keys.ndim - 1)
    return [o.squeeze(o.slice(keys, starts=(k, *rest), lengths=(1, *keys.shape[1:]), steps=(1,) * keys.ndim), axis=(0,))
            for k in range(keys.shape[0])]


# places in sorted vectors -----------------------------------------------------------------------------------

def searchsorted(a: Node, v: Node, side: Side = "left", sorter: ArrayLike | None = None) -> Node:
    """Where elements belong in a sorted vector, so that it stays sorted.

    Args:
        a: a vector of any dtype in ascending order (NaN last), or in any order with ``sorter``.
        v: what to look for, of any shape.
        side: "left" gives the place before equal elements, "right" the one behind them.
        sorter: a vector of places that sort ``a``, as :func:`argsort` gives them.

    Returns:
        int64, in the shape of ``v``.

    Raises:
        ShapeError: ``a`` is no vector, or ``sorter`` does not fit it.
        ArgumentValueError: another side.
        DTypeError: ``a`` or ``v`` is no array of numbers, or ``sorter`` is none of integers.

    >>> from symnum import tensor as T
    >>> T.searchsorted([11, 12, 13, 14], [13, -20, 20]).eval()
    array([2, 0, 4])
    """
    if side not in ("left", "right"):
        raise ArgumentValueError(f"searchsorted: side must be 'left' or 'right'; given {side!r}")
    if a.ndim != 1:
        raise ShapeError(f"searchsorted: expected a sorted vector; given shape {dims.text(a.shape)}")
    if sorter is not None:
        order = as_node(sorter)
        if order.dtype.kind not in "iu":
            raise DTypeError(f"searchsorted: sorter must be integers; given {order.dtype.name}")
        a = o.gather(a, convert(order, INT64), axes=(0,))
    return o.searchsorted(a, v, side=side)


def digitize(x: Node, bins: Node, right: bool = False) -> Node:
    """The number of the bin that each element lies in: 0 below the first edge, ``len(bins)`` above the last.

    Args:
        x: what to look for, of any shape; real numbers.
        bins: the edges, a vector of real numbers that rises or falls; which of both is seen from its ends.
        right: whether a bin holds its right edge instead of its left one.

    Returns:
        int64, in the shape of ``x``.

    Raises:
        ShapeError: ``bins`` is no vector.
        DTypeError: ``x`` or ``bins`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.digitize([0.2, 6.4, 3.0, 1.6], [0.0, 1.0, 2.5, 4.0, 10.0]).eval()
    array([1, 4, 3, 2])
    """
    if bins.ndim != 1:
        raise ShapeError(f"digitize: expected a vector of edges; given shape {dims.text(bins.shape)}")
    side: Side = "left" if right else "right"
    length = bins.shape[0]
    if isinstance(length, int) and length < 2:
        return searchsorted(bins, x, side)
    backwards = flipped(o, bins, 0)
    rises = o.less_equal(o.min(_first(bins), axis=(0,)), o.min(_first(backwards), axis=(0,)))
    found = o.searchsorted(o.where(rises, bins, backwards), x, side=side)
    return o.where(rises, found, o.subtract(length, found))


def _first(x: Node) -> Any:
    return o.slice(x, starts=(0,), lengths=(1,), steps=(1,))
