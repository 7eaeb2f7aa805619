"""Several nodes as one: along an axis that they have, or a new one; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .. import dtypes
from ..errors import DTypeError, ShapeError
from ..ir.build import convert, o
from ..ir.node import Node
from ..shapes import normalize_axis
from .convert import as_node, operand, stacked
from .shaping import atleast_1d, atleast_2d, atleast_3d, expand_dims, ravel


def concatenate(arrays: Sequence[Any], axis: int | None = 0, *, dtype: object = None) -> Node:
    """Operands one after the other along an axis (flattened first if it is None), in their common dtype.

    Args:
        arrays: tensors, arrays or lists, whose lengths along the other axes are equal.
        axis: where they are joined, a negative one counts from the back; None joins all elements in C order, as
            vectors.
        dtype: what to convert the operands to.

    Returns:
        The shape with the lengths along the axis added; ``dtype``, or the common dtype.

    Raises:
        ShapeError: there are no operands, one has rank 0, or their other lengths differ.
        AxisError: the axis is outside the rank.
        DTypeError: an operand is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.concatenate([T.dvector("x"), [1.0, 2.0]])
    <Tensor: float64 (x.shape[0] + 2,)>
    """
    nodes = _converted([as_node(x) for x in _listed(arrays, "concatenate")], dtype)
    if axis is None:
        nodes, axis = [ravel(x) for x in nodes], 0
    return joined(nodes, axis, "concatenate")


def joined(nodes: Sequence[Node], axis: int, name: str) -> Node:
    """Nodes of equal rank one after the other along an axis."""
    if any(x.ndim == 0 for x in nodes):
        raise ShapeError(f"{name}: an operand has rank 0 and no axis to join; use stack")
    return o.concatenate(*nodes, axis=normalize_axis(axis, nodes[0].ndim, name))


def stack(arrays: Sequence[Any], axis: int = 0, *, dtype: object = None) -> Node:
    """Operands of one shape along a new axis, in their common dtype (Python numbers are weak).

    Args:
        arrays: the operands, tensors, arrays or lists of any dtypes, all of one shape.
        axis: the place of the new axis in the result; a negative one counts from its back.
        dtype: what to convert the operands to.

    Returns:
        The shape with the new axis; ``dtype``, or the common dtype.

    Raises:
        ShapeError: there are no operands, or their shapes differ.
        AxisError: the axis is outside the rank of the result.
        DTypeError: an operand is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.stack([T.dscalar("a"), T.dscalar("b"), 1.0])
    <Tensor: float64 (3,)>
    """
    found = _listed(arrays, "stack")
    if dtype is not None:
        return stacked(_converted([as_node(x) for x in found], dtype), axis)
    return stacked([operand(x) for x in found], axis)


def vstack(tup: Sequence[Any], *, dtype: object = None) -> Node:
    """Operands below each other: joined along the first axis, vectors as rows.

    Args:
        tup: the operands, tensors, arrays or lists of any dtypes; their lengths beyond the first axis are equal.
        dtype: what to convert the operands to.

    Returns:
        Rank 2 at least; ``dtype``, or the common dtype.

    Raises:
        ShapeError: there are no operands, or their other lengths differ.
        DTypeError: an operand is no array of numbers, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.vstack([[1, 2, 3], T.lmatrix("x")])
    <Tensor: int64 (x.shape[0] + 1, 3)>
    """
    return joined(_converted(_all(atleast_2d, tup, "vstack"), dtype), 0, "vstack")


def hstack(tup: Sequence[Any], *, dtype: object = None) -> Node:
    """Operands beside each other: joined along the second axis, vectors along the first.

    Args:
        tup: the operands, tensors, arrays or lists of any dtypes; their lengths beside the second axis are equal.
        dtype: what to convert the operands to.

    Returns:
        The rank of the operands, 1 at least; ``dtype``, or the common dtype.

    Raises:
        ShapeError: there are no operands, or their other lengths differ.
        DTypeError: an operand is no array of numbers, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.hstack([T.dvector("x"), 0.0])
    <Tensor: float64 (x.shape[0] + 1,)>
    """
    nodes = _converted(_all(atleast_1d, tup, "hstack"), dtype)
    return joined(nodes, 0 if nodes[0].ndim == 1 else 1, "hstack")


def dstack(tup: Sequence[Any]) -> Node:
    """Operands behind each other: joined along the third axis, which vectors and matrices get first.

    Args:
        tup: the operands, tensors, arrays or lists of any dtypes; their lengths beside the third axis are equal.

    Returns:
        Rank 3 at least; the common dtype.

    Raises:
        ShapeError: there are no operands, or their other lengths differ.
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.dstack([T.tensor("x", shape=(2, 3)), T.tensor("y", shape=(2, 3))])
    <Tensor: float64 (2, 3, 2)>
    """
    return joined(_all(atleast_3d, tup, "dstack"), 2, "dstack")


def column_stack(tup: Sequence[Any]) -> Node:
    """Vectors as columns, and matrices, beside each other.

    Args:
        tup: the operands, tensors, arrays or lists of any dtypes, vectors or matrices of as many rows.

    Returns:
        A matrix; the common dtype.

    Raises:
        ShapeError: there are no operands, or their lengths differ.
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.column_stack([T.tensor("x", shape=(3,)), T.tensor("y", shape=(3, 2))])
    <Tensor: float64 (3, 3)>
    """
    nodes = _all(atleast_1d, tup, "column_stack")
    return joined([expand_dims(x, 1) if x.ndim == 1 else x for x in nodes], 1, "column_stack")


def append(x: Node, values: Any, axis: int | None = None) -> Node:
    """The operand, then ``values``, along an axis, or both flattened without one.

    Args:
        x: any dtype and shape.
        values: any dtype; the rank and other lengths of ``x``, unless both are flattened.
        axis: where they are joined, a negative one counts from the back; None joins all elements in C order.

    Returns:
        The shape with the lengths along the axis added; the common dtype.

    Raises:
        ShapeError: their other lengths or ranks differ.
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` or ``values`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.append(T.dvector("x"), 1.0)
    <Tensor: float64 (x.shape[0] + 1,)>
    """
    nodes = [x, as_node(values)]
    return joined([ravel(n) for n in nodes] if axis is None else nodes, axis or 0, "append")


def block(arrays: Any) -> Node:
    """Nested lists of blocks as one array: the innermost lists are joined along the last axis, those around them
    along the last but one, and so on.

    Args:
        arrays: an array, or lists of arrays (of any dtypes), or lists of such lists.

    Returns:
        The joined shape; the common dtype.

    Raises:
        ShapeError: a list is empty, lists are nested unevenly, or lengths do not fit.
        DTypeError: a block is no array of numbers.

    >>> from symnum import tensor as T
    >>> x = T.tensor("x", shape=(2, 2))
    >>> T.block([[x, x], [x, x]])
    <Tensor: float64 (4, 4)>
    """
    depth = _depth(arrays)
    leaves: list[Node] = []
    rank = max(depth, max(x.ndim for x in _leaves(arrays, depth, leaves)))
    return _blocked(arrays, depth, rank)


def _depth(arrays: Any) -> int:
    depth = 0
    while isinstance(arrays, list):
        if not arrays:
            raise ShapeError("block: a list is empty")
        depth, arrays = depth + 1, arrays[0]
    return depth


def _leaves(arrays: Any, depth: int, found: list[Node]) -> list[Node]:
    if isinstance(arrays, list) != (depth > 0) or (depth and not arrays):
        raise ShapeError("block: all blocks must be nested equally deep, in lists that are not empty")
    if depth == 0:
        found.append(as_node(arrays))
    for part in arrays if depth else ():
        _leaves(part, depth - 1, found)
    return found


def _blocked(arrays: Any, depth: int, rank: int) -> Node:
    if depth == 0:
        x = as_node(arrays)
        return expand_dims(x, tuple(range(rank - x.ndim)))
    return joined([_blocked(part, depth - 1, rank) for part in arrays], -depth, "block")


def _all(function: Any, xs: Any, name: str) -> list[Node]:
    return [function(x) for x in _listed(xs, name)]


def _converted(nodes: Sequence[Node], dtype: object) -> list[Node]:
    return list(nodes) if dtype is None else [convert(x, dtypes.as_dtype(dtype)) for x in nodes]


def _listed(xs: Sequence[Any], name: str) -> list[Any]:
    if not isinstance(xs, Iterable):
        raise DTypeError(f"{name} takes a sequence of tensors; given {xs!r}")
    found = list(xs)
    if not found:
        raise ShapeError(f"{name} needs at least one operand")
    return found
