"""Places in C order, to and from indices of axes; open grids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ..dtypes import INT64
from ..errors import ArgumentValueError, DTypeError, IndexBoundsError, ShapeError
from ..ir.build import constant, convert, o
from ..ir.dims import as_node as length_node
from ..ir.dims import product, text
from ..ir.node import Dim, Node
from ..shapes import as_entries
from .convert import ArrayLike, as_node
from .lengths import ShapeLike, as_shape

Order = Literal["C", "F"]


def _open(x: Node, axis: int, rank: int) -> Node:
    rest = tuple(k for k in range(rank) if k != axis)
    return o.expand_dims(x, axis=rest) if rest else x


def ix_(*args: ArrayLike) -> tuple[Node, ...]:
    """Vectors as open grids: ``x[ix_(rows, columns)]`` takes each row at each column.  Known masks count as their
    places.

    Args:
        args: vectors of integers, or of bool that are known.

    Returns:
        A tuple of int64 tensors, each of length 1 along all axes but its own.

    Raises:
        ShapeError: an operand is not a vector.
        DTypeError: an operand is a mask whose elements are not known, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.dmatrix("x")[T.ix_([0, 2], [1, 3, 4])]
    <Tensor: float64 (2, 3)>
    """
    found = []
    for k, arg in enumerate(args):
        x = as_node(arg)
        if x.ndim != 1:
            raise ShapeError(f"ix_: operand {k} must be a vector; given shape {text(x.shape)}")
        if x.op.name == "constant":
            array = x.attr("literal").array
            empty = array.size == 0 and not isinstance(arg, np.ndarray)
            x = constant(array.astype(np.int64) if empty else np.flatnonzero(array) if array.dtype == bool else array)
        if x.dtype.kind == "b":
            raise DTypeError(f"ix_: operand {k} is a mask whose elements are not known; cure: flatnonzero(mask)")
        found.append(_open(x, k, len(args)))
    return tuple(found)


def ravel_multi_index(multi_index: Sequence[ArrayLike], dims: ShapeLike, mode: str | Sequence[str] = "raise",
                      order: Order = "C") -> Node:
    """Places in an array of some shape, from an array of indices for each axis.

    Args:
        multi_index: an array of integers for each axis; their shapes broadcast.
        dims: the lengths of the axes.
        mode: what is done with indices outside, one for all axes or one for each: "raise", "wrap" or "clip".
        order: "C", the last axis changes fastest, or "F".

    Returns:
        int64, in the common shape of the indices.

    Raises:
        IndexBoundsError: an index is outside in mode "raise"; negative ones are.
        ArgumentValueError: there are not as many arrays as axes, or another mode or order.
        DTypeError: the indices or lengths are not integers.
        ShapeError: a length is negative, or the arrays do not broadcast.

    >>> from symnum import tensor as T
    >>> T.ravel_multi_index(([0, 1], [2, 0]), (2, 3)).eval()
    array([2, 3])
    """
    shape, arrays = as_shape(dims), [_integers(x, "ravel_multi_index")
                                      for x in as_entries(multi_index, "multi_index")]
    modes = (mode,) * len(shape) if isinstance(mode, str) else as_entries(mode, "mode of ravel_multi_index")
    if len(arrays) != len(shape) or len(modes) != len(shape):
        raise ArgumentValueError(f"ravel_multi_index: {len(arrays)} arrays, {len(modes)} modes, {len(shape)} axes; "
                                 "there must be as many of each")
    places: Node = length_node(0)
    pairs = list(zip(arrays, shape, modes, strict=True))
    for x, n, how in pairs if _is_c(order) else reversed(pairs):
        places = o.add(o.multiply(places, length_node(n)), _moded(x, n, how))
    return places


def _is_c(order: str) -> bool:
    if order not in ("C", "F"):
        raise ArgumentValueError(f"order must be 'C' or 'F'; given {order!r}")
    return order == "C"


def _moded(x: Node, n: Dim, mode: str) -> Node:
    length = length_node(n)
    if mode == "wrap":
        return o.remainder(x, length)
    if mode == "clip":
        return o.maximum(o.minimum(x, o.subtract(length, 1)), 0)
    if mode != "raise":
        raise ArgumentValueError(f"mode must be 'raise', 'wrap' or 'clip'; given {mode!r}")
    return inside(x, n)


def inside(x: Node, n: Dim) -> Node:
    """The same numbers; one below 0 or from ``n`` on is an error, now if it is known, else when the graph runs."""
    if x.op.name == "constant" and isinstance(n, int):
        array = x.attr("literal").array
        stray = array[(array < 0) | (array >= n)]
        if stray.size:
            raise IndexBoundsError(f"index {int(stray.flat[0])} is out of bounds for length {n}")
        return x
    counted = o.where(o.less(x, 0), length_node(n), x)     # negative ones do not count from the end
    return o.gather(o.arange(length_node(n)), counted, axes=(0,))


def unravel_index(indices: ArrayLike, shape: ShapeLike, order: Order = "C") -> tuple[Node, ...]:
    """Indices for each axis of a shape, from places in it.

    Args:
        indices: integers of any shape.
        shape: the lengths of the axes.
        order: "C", the last axis changes fastest, or "F".

    Returns:
        A tuple of one int64 tensor for each axis, in the shape of ``indices``.

    Raises:
        IndexBoundsError: a place is outside.
        ShapeError: a length is negative.
        ArgumentValueError: another order.
        DTypeError: the indices or lengths are not integers.

    >>> from symnum import tensor as T
    >>> rows, columns = T.unravel_index([2, 3], (2, 3))
    >>> rows.eval(), columns.eval()
    (array([0, 1]), array([2, 0]))
    """
    lengths = as_shape(shape)
    rest = inside(_integers(indices, "unravel_index"), product(lengths))
    found: dict[int, Node] = {}
    axes = list(range(len(lengths)))
    *first, last = reversed(axes) if _is_c(order) else axes
    for k in first:
        found[k] = o.remainder(rest, length_node(lengths[k]))
        rest = o.floor_divide(rest, length_node(lengths[k]))
    found[last] = rest
    return tuple(found[k] for k in axes)


def _integers(x: ArrayLike, name: str) -> Node:
    node = as_node(x)
    if node.dtype.kind not in "iu":
        raise DTypeError(f"{name}: expected integers; given {node.dtype.name}")
    return constant(node.attr("literal").array, INT64) if node.op.name == "constant" else convert(node, INT64)
