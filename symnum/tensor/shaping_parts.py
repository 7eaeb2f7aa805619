"""One node as several, along an axis; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from ..shapes import as_int, normalize_axis
from .convert import ArrayLike, as_node
from .indexing import index
from .lengths import node_of
from .shaping import part

Sections = int | Sequence[Any]


def split(ary: ArrayLike, indices_or_sections: Sections, axis: int = 0) -> list[Node]:
    """Parts of an axis: so many equal ones, or those between the given places.

    Args:
        ary: any dtype; rank 1 or more.
        indices_or_sections: the number of parts, or the places where a part ends and the next begins, which are used as
            bounds of slices are.
        axis: what is cut; a negative one counts from the back.

    Returns:
        A list of tensors of the dtype of ``ary``, whose lengths along the axis add up to its own.

    Raises:
        ShapeError: the parts would not be equal; known when the graph is built, or when it runs.
        AxisError: the axis is outside the rank.
        ArgumentValueError: the number of parts is not positive.
        DTypeError: ``ary`` is no array of numbers, or a place or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.split(T.tensor("x", shape=(6,)), 2)
    [<Tensor: float64 (3,)>, <Tensor: float64 (3,)>]
    """
    return _split(as_node(ary), indices_or_sections, axis, "split", _equal)


def array_split(ary: ArrayLike, indices_or_sections: Sections, axis: int = 0) -> list[Node]:
    """Parts of an axis as :func:`split` gives them, where the first parts may be longer by one.

    Args:
        ary: any dtype; rank 1 or more.
        indices_or_sections: the number of parts, or the places where a part ends and the next begins.
        axis: what is cut; a negative one counts from the back.

    Returns:
        A list of tensors of the dtype of ``ary``, whose lengths along the axis add up to its own.

    Raises:
        ArgumentValueError: the number of parts is not positive.
        AxisError: the axis is outside the rank.
        DTypeError: ``ary`` is no array of numbers, or a place or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.array_split(T.tensor("x", shape=(5,)), 2)
    [<Tensor: float64 (3,)>, <Tensor: float64 (2,)>]
    """
    return _split(as_node(ary), indices_or_sections, axis, "array_split", _nearly_equal)


def vsplit(ary: ArrayLike, indices_or_sections: Sections) -> list[Node]:
    """Parts of the first axis, as :func:`split` gives them.

    Args:
        ary: any dtype; rank 2 or more.
        indices_or_sections: the number of parts, or the places where a part ends and the next begins.

    Returns:
        A list of tensors of the dtype of ``ary``, whose lengths along the axis add up to its own.

    Raises:
        ShapeError: the operand has fewer than two axes, or the parts would not be equal; known at once, or when the
            graph runs.
        ArgumentValueError: the number of parts is not positive.
        DTypeError: ``ary`` is no array of numbers, or a place is no integer.

    >>> from symnum import tensor as T
    >>> T.vsplit(T.tensor("x", shape=(4, 3)), [1])
    [<Tensor: float64 (1, 3)>, <Tensor: float64 (3, 3)>]
    """
    return _split(_of_rank(ary, 2, "vsplit"), indices_or_sections, 0, "vsplit", _equal)


def hsplit(ary: ArrayLike, indices_or_sections: Sections) -> list[Node]:
    """Parts of the second axis, or of the only one, as :func:`split` gives them.

    Args:
        ary: any dtype; rank 1 or more.
        indices_or_sections: the number of parts, or the places where a part ends and the next begins.

    Returns:
        A list of tensors of the dtype of ``ary``, whose lengths along the axis add up to its own.

    Raises:
        ShapeError: the operand has no axis, or the parts would not be equal; known at once, or when the graph runs.
        ArgumentValueError: the number of parts is not positive.
        DTypeError: ``ary`` is no array of numbers, or a place is no integer.

    >>> from symnum import tensor as T
    >>> T.hsplit(T.tensor("x", shape=(2, 4)), 2)
    [<Tensor: float64 (2, 2)>, <Tensor: float64 (2, 2)>]
    """
    node = _of_rank(ary, 1, "hsplit")
    return _split(node, indices_or_sections, 1 if node.ndim > 1 else 0, "hsplit", _equal)


def dsplit(ary: ArrayLike, indices_or_sections: Sections) -> list[Node]:
    """Parts of the third axis, as :func:`split` gives them.

    Args:
        ary: any dtype; rank 3 or more.
        indices_or_sections: the number of parts, or the places where a part ends and the next begins.

    Returns:
        A list of tensors of the dtype of ``ary``, whose lengths along the axis add up to its own.

    Raises:
        ShapeError: the operand has fewer than three axes, or the parts would not be equal; known at once, or when the
            graph runs.
        ArgumentValueError: the number of parts is not positive.
        DTypeError: ``ary`` is no array of numbers, or a place is no integer.

    >>> from symnum import tensor as T
    >>> T.dsplit(T.tensor("x", shape=(2, 3, 4)), 2)
    [<Tensor: float64 (2, 3, 2)>, <Tensor: float64 (2, 3, 2)>]
    """
    return _split(_of_rank(ary, 3, "dsplit"), indices_or_sections, 2, "dsplit", _equal)


def unstack(x: ArrayLike, /, *, axis: int = 0) -> tuple[Node, ...]:
    """The parts of length 1 of an axis, without it.

    Args:
        x: any dtype; rank 1 or more, with a known length along the axis.
        axis: the axis; a negative one counts from the back.

    Returns:
        A tuple of tensors of the shape without the axis, in the dtype of ``x``.

    Raises:
        ShapeError: the length of the axis is not known.
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.unstack(T.tensor("x", shape=(2, 3)))
    (<Tensor: float64 (3,)>, <Tensor: float64 (3,)>)
    """
    node = as_node(x)
    k = normalize_axis(axis, node.ndim, "unstack")
    count = node.shape[k]
    if isinstance(count, Node):
        raise ShapeError(f"unstack: the length of axis {k} of shape {dims.text(node.shape)} is not known while a graph "
                         f"is built; give the input fixed lengths, as in tensor('x', shape=(3, None))")
    return tuple(o.squeeze(part(node, k, i, 1), axis=(k,)) for i in range(count))


def _of_rank(x: ArrayLike, rank: int, name: str) -> Node:
    node = as_node(x)
    if node.ndim < rank:
        raise ShapeError(f"{name} needs an operand of rank {rank} or more; given shape {dims.text(node.shape)}")
    return node


def _split(x: Node, sections: Sections, axis: int, name: str,
           cut: Callable[[Node, int, int, str], list[Node]]) -> list[Node]:
    k = normalize_axis(axis, x.ndim, name)
    if not isinstance(sections, Iterable) or node_of(sections) is not None:
        count = as_int(sections, f"number of parts of {name}")
        if count <= 0:
            raise ArgumentValueError(f"{name}: the number of parts must be positive; given {count}")
        return cut(x, k, count, name)
    bounds = [None, *sections, None]
    before = (slice(None),) * k
    return [index(x, (*before, slice(a, b))) for a, b in pairwise(bounds)]


def _equal(x: Node, axis: int, count: int, name: str) -> list[Node]:
    whole = x.shape[axis]
    length = dims.floor_divide(whole, count)
    if isinstance(whole, int) and whole % count:
        raise ShapeError(f"{name}: axis {axis} of shape {dims.text(x.shape)} cannot be cut into {count} equal parts; "
                         f"use array_split")
    if not dims.equal(dims.multiply(length, count), whole):  # the reshape checks it when the graph runs
        x = o.reshape(x, shape=(*x.shape[:axis], dims.multiply(length, count), *x.shape[axis + 1:]))
    return [part(x, axis, dims.multiply(length, i), length) for i in range(count)]


def _nearly_equal(x: Node, axis: int, count: int, name: str) -> list[Node]:
    parts: list[Node] = []
    start: Dim = 0
    for i in range(count):
        length = dims.floor_divide(dims.add(x.shape[axis], count - 1 - i), count)
        parts.append(part(x, axis, start, length))
        start = dims.add(start, length)
    return parts
