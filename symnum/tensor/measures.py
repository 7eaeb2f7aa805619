"""Ranks, shapes and sizes of all that is array-like: numbers, or tensors where lengths are not known."""

from __future__ import annotations

from typing import Any

from ..errors import SymnumError
from ..ir import dims
from ..ir.node import Node
from ..shapes import normalize_axes
from .convert import ArrayLike, as_node
from .handle import located
from .lengths import ShapeLike, as_shape
from .symbolic import Tensor


def ndim(a: ArrayLike) -> int:
    """How many axes an array has.

    Args:
        a: any dtype and shape.

    Raises:
        DTypeError: ``a`` is no array of numbers.

    >>> ndim([[1, 2], [3, 4]])
    2
    """
    return as_node(a).ndim


def shape(a: ArrayLike) -> tuple[Any, ...]:
    """The lengths of an operand: ints, and int64 tensors of rank 0 where they are not known.

    Args:
        a: any dtype and shape.

    Raises:
        DTypeError: ``a`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> shape(T.tensor("x", shape=(2, None)))
    (2, <Tensor x.shape[1]: int64 ()>)
    """
    return tuple(map(_length, as_node(a).shape))


def size(a: ArrayLike, axis: int | tuple[int, ...] | None = None) -> Any:
    """How many elements an operand has, in all or along some axes: an int, or an int64 tensor of rank 0.

    Args:
        a: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``a`` is no array of numbers, or an axis is no integer.

    >>> size([[1, 2, 3], [4, 5, 6]]), size([[1, 2, 3], [4, 5, 6]], axis=1)
    (6, 3)
    """
    node = as_node(a)
    try:
        axes = normalize_axes(axis, node.ndim, "size")
    except SymnumError as error:
        raise located(error, "size", (a,)) from None
    return _length(dims.product(node.shape[k] for k in axes))


def broadcast_shapes(*shapes: ShapeLike) -> tuple[Any, ...]:
    """The shape that operands of some shapes have in common.

    Args:
        shapes: lengths, or sequences of lengths: ints, and int64 tensors of rank 0 such as ``x.shape[0]``.

    Returns:
        A tuple of ints, and of tensors where lengths are not known.

    Raises:
        ShapeError: the shapes do not broadcast, or a length is negative.
        DTypeError: a length is no integer.

    >>> broadcast_shapes((2, 1), (3,), 1)
    (2, 3)
    """
    try:
        found = [as_shape(s) for s in shapes]
        return tuple(map(_length, dims.broadcast_shapes(found, "broadcast_shapes")))
    except SymnumError as error:
        raise located(error, "broadcast_shapes", ()) from None


def copy(a: ArrayLike) -> Tensor:
    """The operand as a tensor; tensors are values, which nothing changes, so that a tensor is its own copy.

    Args:
        a: any dtype and shape.

    Returns:
        A tensor of the same shape and dtype.

    Raises:
        DTypeError: ``a`` is no array of numbers.

    >>> copy([1, 2])
    <Tensor: int64 (2,)>
    """
    return a if isinstance(a, Tensor) else Tensor(as_node(a))


def _length(n: int | Node | None) -> Any:
    return Tensor(n) if isinstance(n, Node) else n
