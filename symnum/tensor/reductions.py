"""Reductions of nodes over axes, with NumPy's arguments; ``tensor.functions`` makes them public."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node, Shape
from ..shapes import normalize_axes, normalize_axis
from .convert import ArrayLike, as_node, operand

Axis = int | tuple[int, ...] | None


def reduced(name: str, x: Node, axis: Axis, keepdims: bool) -> Node:
    """The row of that name over axes as users write them."""
    axes = normalize_axes(axis, x.ndim, name)
    return kept(getattr(o, name)(x, axis=axes), axes, keepdims)


def kept(result: Node, axes: tuple[int, ...], keepdims: bool) -> Node:
    """A reduction's result, with the reduced axes at length 1 if they are to be kept."""
    return o.expand_dims(result, axis=axes) if keepdims and axes else result


def cast(x: Node, dtype: object) -> Node:
    """``x`` in a dtype as users write it, or as it is."""
    return x if dtype is None else convert(x, dtypes.as_dtype(dtype))


def masked(x: Node, where: ArrayLike | None, other: Any, name: str) -> Node:
    """``x`` with ``other`` at the elements that a mask leaves out; the mask broadcasts to ``x``.

    Raises:
        ShapeError: the mask does not broadcast to the shape of ``x``.
    """
    return x if where is None else o.where(mask_of(x, where, name), x, other)


def mask_of(x: Node, where: ArrayLike, name: str) -> Node:
    """A mask in the shape of ``x``."""
    mask = as_node(where)
    if mask.dtype != dtypes.BOOL:
        mask = convert(mask, dtypes.BOOL)
    if not _fits(mask.shape, x.shape):
        raise ShapeError(f"{name}: where of shape {dims.text(mask.shape)} does not broadcast to {dims.text(x.shape)}")
    return broadcast_to(mask, x.shape)


def _fits(shape: Shape, wanted: Shape) -> bool:
    lead = len(wanted) - len(shape)
    return lead >= 0 and not [n for n, m in zip(shape, wanted[lead:], strict=True) if not dims.may_broadcast(n, m)]


def sum(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False, initial: ArrayLike | None = None,
        where: ArrayLike | None = None) -> Node:
    """Sum over axes; 0 over an empty axis.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.
        keepdims: leave the reduced axes in the shape, with length 1.
        initial: a number, or an array that broadcasts with the result, that is added to it.
        where: a mask of the elements that count, which broadcasts to ``x``.

    Returns:
        The shape without the axes; the dtype of ``x`` or ``dtype``, where that is no bool or small integer.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        DTypeError: ``x``, ``initial`` or ``where`` is no array of numbers, an axis is no integer, or ``dtype`` is not
            supported.

    >>> from symnum import tensor as T
    >>> T.sum(T.imatrix("x"), axis=0)
    <Tensor: int64 (x.shape[1],)>
    """
    total = reduced("sum", masked(cast(x, dtype), where, False, "sum"), axis, keepdims)
    return total if initial is None else o.add(total, _like(initial, total))


def prod(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False, initial: ArrayLike | None = None,
         where: ArrayLike | None = None) -> Node:
    """Product over axes; 1 over an empty axis.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, bool and small integers are multiplied in 64 bits.
        keepdims: leave the reduced axes in the shape, with length 1.
        initial: a number, or an array that broadcasts with the result, that is multiplied with it.
        where: a mask of the elements that count, which broadcasts to ``x``.

    Returns:
        The shape without the axes; the dtype of ``x`` or ``dtype``, where that is no bool or small integer.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        DTypeError: ``x``, ``initial`` or ``where`` is no array of numbers, an axis is no integer, or ``dtype`` is not
            supported.

    >>> from symnum import tensor as T
    >>> T.prod(T.bvector("x"))
    <Tensor: int64 ()>
    """
    total = reduced("prod", masked(cast(x, dtype), where, True, "prod"), axis, keepdims)
    return total if initial is None else o.multiply(total, _like(initial, total))


def _like(value: ArrayLike, x: Node) -> Any:
    found = operand(value)
    return convert(found, x.dtype) if isinstance(found, Node) else found


def max(x: Node, axis: Axis = None, *, keepdims: bool = False, initial: ArrayLike | None = None,
        where: ArrayLike | None = None) -> Node:
    """Largest element over axes, NaN if there is one.

    Args:
        x: any real dtype and any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.
        initial: one more element of each axis, which may then be empty; rank 0.
        where: a mask of the elements that count, which broadcasts to ``x``; it needs an ``initial``.

    Returns:
        The shape without the axes; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: an axis is empty; known when the graph is built, or when it runs.  A mask without
            ``initial``.
        ShapeError: ``initial`` or the mask does not broadcast.
        DTypeError: ``x`` is complex, or no array of numbers, as ``initial`` and ``where`` must be, or an axis is no
            integer.

    >>> from symnum import tensor as T
    >>> T.max(T.dmatrix("x"), axis=-1, keepdims=True)
    <Tensor: float64 (x.shape[0], 1)>
    """
    return _extreme("max", x, axis, keepdims, initial, where)


def min(x: Node, axis: Axis = None, *, keepdims: bool = False, initial: ArrayLike | None = None,
        where: ArrayLike | None = None) -> Node:
    """Smallest element over axes, NaN if there is one.

    Args:
        x: any real dtype and any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.
        initial: one more element of each axis, which may then be empty; rank 0.
        where: a mask of the elements that count, which broadcasts to ``x``; it needs an ``initial``.

    Returns:
        The shape without the axes; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: an axis is empty; known when the graph is built, or when it runs.  A mask without
            ``initial``.
        ShapeError: ``initial`` or the mask does not broadcast.
        DTypeError: ``x`` is complex, or no array of numbers, as ``initial`` and ``where`` must be, or an axis is no
            integer.

    >>> from symnum import tensor as T
    >>> T.min(T.dmatrix("x"), axis=0)
    <Tensor: float64 (x.shape[1],)>
    """
    return _extreme("min", x, axis, keepdims, initial, where)


def _extreme(name: str, x: Node, axis: Axis, keepdims: bool, initial: ArrayLike | None,
             where: ArrayLike | None) -> Node:
    if initial is None:
        if where is not None:
            raise ArgumentValueError(f"{name}: a mask needs initial, the value where no element counts")
        return reduced(name, x, axis, keepdims)
    first = convert(as_node(initial), x.dtype)
    x = masked(x, where, first, name)
    axes = normalize_axes(axis, x.ndim, name)
    # One more element, so that no axis is empty.
    for k in axes:
        one = broadcast_to(first, (*x.shape[:k], 1, *x.shape[k + 1:]))
        x = o.concatenate(x, one, axis=k) if dims.lower_bound(x.shape[k]) in (None, 0) else x
    combine = o.maximum if name == "max" else o.minimum
    return combine(reduced(name, x, axes, keepdims), first)


def any(x: Node, axis: Axis = None, *, keepdims: bool = False, where: ArrayLike | None = None) -> Node:
    """Whether an element over axes is true (not 0; NaN is true); False over an empty axis.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.
        where: a mask of the elements that count, which broadcasts to ``x``.

    Returns:
        bool, in the shape without the axes.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        DTypeError: ``x`` or ``where`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.any(T.dvector("x") > 0)
    <Tensor: bool ()>
    """
    return reduced("any", masked(x, where, False, "any"), axis, keepdims)


def all(x: Node, axis: Axis = None, *, keepdims: bool = False, where: ArrayLike | None = None) -> Node:
    """Whether every element over axes is true (not 0; NaN is true); True over an empty axis.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.
        where: a mask of the elements that count, which broadcasts to ``x``.

    Returns:
        bool, in the shape without the axes.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        DTypeError: ``x`` or ``where`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.all(T.dmatrix("x") > 0, axis=1)
    <Tensor: bool (x.shape[0],)>
    """
    return reduced("all", masked(x, where, True, "all"), axis, keepdims)


def count_nonzero(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """How many elements over axes are not 0 (NaN is not).

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        int64, in the shape without the axes.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.count_nonzero(T.dmatrix("x"), axis=0)
    <Tensor: int64 (x.shape[1],)>
    """
    return reduced("sum", convert(x, dtypes.BOOL), axis, keepdims)


def argmax(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first largest element along one axis, or in C order over all; NaN is largest.

    Args:
        x: any real dtype and any shape.
        axis: the axis, a negative one counts from the back; None for all.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        int64, in the shape without the axis.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is complex or no array of numbers, or more than one axis is given.
        ArgumentValueError: the axis is empty; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.argmax(T.dmatrix("x"), axis=1)
    <Tensor: int64 (x.shape[0],)>
    """
    return reduced("argmax", x, _one_axis(x, axis, "argmax"), keepdims)


def argmin(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first smallest element along one axis, or in C order over all; NaN is smallest.

    Args:
        x: any real dtype and any shape.
        axis: the axis, a negative one counts from the back; None for all.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        int64, in the shape without the axis.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is complex or no array of numbers, or more than one axis is given.
        ArgumentValueError: the axis is empty; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.argmin(T.dmatrix("x"))
    <Tensor: int64 ()>
    """
    return reduced("argmin", x, _one_axis(x, axis, "argmin"), keepdims)


def _one_axis(x: Node, axis: int | None, name: str) -> int | None:
    return None if axis is None else normalize_axis(axis, x.ndim, name)
