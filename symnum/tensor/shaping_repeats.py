"""Nodes repeated, as a whole or each element; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import DTypeError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, o
from ..ir.node import Dim, Node
from ..shapes import normalize_axis
from .convert import as_array, as_node
from .counting import repeated
from .lengths import Length, as_length, node_of, parts_of
from .shaping import ravel, reshaped
from .shaping_places import selected


def tile(x: Node, reps: Length | Sequence[Length]) -> Node:
    """The whole operand so many times along each axis; missing axes and missing numbers count as 1 in front.

    Args:
        x: any dtype and shape.
        reps: a number, or one for each axis of the result; lengths such as ``x.shape[0]`` are numbers too.

    Returns:
        The lengths multiplied by the numbers; the dtype of ``x``.

    Raises:
        ShapeError: a number is negative.
        DTypeError: ``x`` is no array of numbers, or a number is no integer.

    >>> from symnum import tensor as T
    >>> T.tile(T.tensor("x", shape=(2, 3)), (2, 1, 2))
    <Tensor: float64 (2, 2, 6)>
    """
    counts = [as_length(n, "a number of repetitions of tile") for n in parts_of(reps)]
    rank = max(x.ndim, len(counts))
    shape = (1,) * (rank - x.ndim) + x.shape
    counts = [1] * (rank - len(counts)) + counts
    blocks = tuple(n for pair in zip(counts, shape, strict=True) for n in pair)
    apart = o.expand_dims(reshaped(x, shape), axis=tuple(range(0, 2 * rank, 2))) if rank else x
    return reshaped(broadcast_to(apart, blocks), tuple(map(dims.multiply, counts, shape)))


def repeat(x: Node, repeats: Length | Sequence[int], axis: int | None = None) -> Node:
    """Each element so many times, along an axis (of the flattened operand without one).

    Args:
        x: any dtype and shape.
        repeats: one number for all elements, or one for each of them; they may be values of inputs.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape with a longer axis; the dtype of ``x``.

    Raises:
        AxisError: the axis is outside the rank.
        ShapeError: there are more or fewer numbers than elements, or a number is negative.
        DTypeError: the numbers or the axis are not integers, or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.repeat(T.dvector("x"), 2), T.repeat(T.tensor("y", shape=(3,)), [1, 0, 4])
    (<Tensor: float64 (2*x.shape[0],)>, <Tensor: float64 (5,)>)
    """
    x = ravel(x) if axis is None else x
    k = normalize_axis(0 if axis is None else axis, x.ndim, "repeat")
    node = node_of(repeats)
    if (node is not None and not node.shape) or (node is None and not np.asarray(repeats).ndim):
        return _each(x, k, as_length(repeats, "the number of repeats"))
    length = x.shape[k]
    if node is not None or isinstance(length, Node):
        return repeated(x, as_node(repeats), k)
    counts = _numbers(repeats)
    if counts.size == 1:
        return _each(x, k, int(counts[0]))
    if counts.size != length:
        raise ShapeError(f"repeat: {counts.size} numbers of repeats for {length} elements along axis {k}")
    return selected(x, k, np.repeat(np.arange(length), counts).tolist())


def _numbers(repeats: object) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    counts = as_array(repeats)
    if counts.ndim != 1 or counts.dtype.kind not in "iu":
        raise DTypeError(f"repeat: expected an integer or a list of them; given {repeats!r}")
    if (counts < 0).any():
        raise ShapeError("repeat: a number of repeats is negative")
    return counts.astype(np.int64)


def _each(x: Node, axis: int, count: Dim) -> Node:
    if dims.equal(count, 1):
        return x
    shape = (*x.shape[:axis + 1], count, *x.shape[axis + 1:])
    apart = broadcast_to(o.expand_dims(x, axis=(axis + 1,)), shape)
    return reshaped(apart, (*x.shape[:axis], dims.multiply(x.shape[axis], count), *x.shape[axis + 1:]))
