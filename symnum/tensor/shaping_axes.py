"""Axes of nodes in another order; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import AxisError
from ..ir.build import o
from ..ir.node import Node
from ..shapes import as_int, normalize_axes, normalize_axis, normalize_permutation

Axes = int | Sequence[int]


def transpose(x: Node, axes: Sequence[int] | None = None) -> Node:
    """Axis k of the result is axis ``axes[k]`` of the operand; without ``axes`` their order is reversed.

    Args:
        x: any dtype and shape.
        axes: the number of each axis, once; None reverses them.

    Returns:
        The lengths in the new order; the dtype of ``x``.

    Raises:
        AxisError: ``axes`` does not name each axis once.
        DTypeError: ``x`` is no array of numbers, or ``axes`` is no list of integers.

    >>> from symnum import tensor as T
    >>> T.transpose(T.tensor("x", shape=(2, 3, 4)), (1, 0, 2))
    <Tensor: float64 (3, 2, 4)>
    """
    order = normalize_permutation(axes, x.ndim, "transpose")
    return x if order == tuple(range(x.ndim)) else o.transpose(x, axes=order)


def matrix_transpose(x: Node) -> Node:
    """The last two axes exchanged.

    Args:
        x: (..., m, n), of any dtype.

    Returns:
        (..., n, m), in the dtype of ``x``.

    Raises:
        AxisError: the operand has fewer than two axes.
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.matrix_transpose(T.tensor("x", shape=(2, 3, 4)))
    <Tensor: float64 (2, 4, 3)>
    """
    if x.ndim < 2:
        raise AxisError(f"matrix_transpose: an operand of rank {x.ndim} is no stack of matrices; expected rank 2 or "
                        f"more")
    return swapaxes(x, -1, -2)


def swapaxes(x: Node, axis1: int, axis2: int) -> Node:
    """Two axes exchanged.

    Args:
        x: any dtype and shape.
        axis1: the axis; a negative one counts from the back.
        axis2: the other one.

    Returns:
        The lengths in the new order; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.swapaxes(T.tensor("x", shape=(2, 3, 4)), 0, -1)
    <Tensor: float64 (4, 3, 2)>
    """
    a, b = (normalize_axis(k, x.ndim, "swapaxes") for k in (axis1, axis2))
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(x, order)


def moveaxis(x: Node, source: Axes, destination: Axes) -> Node:
    """Axes moved to other places; the others keep their order.

    Args:
        x: any dtype and shape.
        source: an axis, or several; negative ones count from the back.
        destination: as many places in the result.

    Returns:
        The lengths in the new order; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank or named twice, or the two lists have different lengths.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.moveaxis(T.tensor("x", shape=(2, 3, 4)), 0, -1)
    <Tensor: float64 (3, 4, 2)>
    """
    old, new = (_places(axes, x.ndim) for axes in (source, destination))
    if len(old) != len(new):
        raise AxisError(f"moveaxis: {len(old)} axes are moved to {len(new)} places")
    order = [k for k in range(x.ndim) if k not in old]
    for place, axis in sorted(zip(new, old, strict=True)):
        order.insert(place, axis)
    return transpose(x, order)


def _places(axes: Axes, ndim: int) -> tuple[int, ...]:
    normalize_axes(axes, ndim, "moveaxis")
    given = axes if isinstance(axes, Iterable) else (axes,)
    return tuple(normalize_axis(k, ndim, "moveaxis") for k in given)


def rollaxis(x: Node, axis: int, start: int = 0) -> Node:
    """One axis moved before axis number ``start``; :func:`moveaxis` says the same more plainly.

    Args:
        x: any dtype and shape.
        axis: the axis; a negative one counts from the back.
        start: a place from 0 to the rank; a negative one counts from the back.

    Returns:
        The lengths in the new order; the dtype of ``x``.

    Raises:
        AxisError: ``axis`` is outside the rank, or ``start`` is outside the places 0 to rank.
        DTypeError: ``x`` is no array of numbers, or a number is no integer.

    >>> from symnum import tensor as T
    >>> T.rollaxis(T.tensor("x", shape=(2, 3, 4)), 2)
    <Tensor: float64 (4, 2, 3)>
    """
    old, place = normalize_axis(axis, x.ndim, "rollaxis"), as_int(start, "start of rollaxis")
    if not -x.ndim <= place <= x.ndim:
        raise AxisError(f"rollaxis: start {place} is out of bounds for an operand of rank {x.ndim}")
    place += x.ndim if place < 0 else 0
    return moveaxis(x, old, place - 1 if old < place else place)
