"""Reductions and statistics that pass over NaN; ``tensor.functions`` makes them public."""

from __future__ import annotations

from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node
from ..shapes import normalize_axes
from .convert import ArrayLike
from .elements import inexact
from .reductions import Axis, cast, kept
from .reductions import argmax as plain_argmax
from .reductions import argmin as plain_argmin
from .reductions import max as plain_max
from .reductions import min as plain_min
from .reductions import prod as plain_prod
from .reductions import sum as plain_sum
from .statistics import count, freedom_of, masked_sum, number, root, squared_modulus

INFINITY = float("inf")


def nansum(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False,
           initial: ArrayLike | None = None, where: ArrayLike | None = None) -> Node:
    """Sum over axes with NaN as 0.

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
    >>> T.nansum(T.dmatrix("x"), axis=0)
    <Tensor: float64 (x.shape[1],)>
    """
    return plain_sum(_filled(x, 0.0), axis, dtype, keepdims=keepdims, initial=initial, where=where)


def nanprod(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False,
            initial: ArrayLike | None = None, where: ArrayLike | None = None) -> Node:
    """Product over axes with NaN as 1.

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
    >>> T.nanprod(T.dvector("x"))
    <Tensor: float64 ()>
    """
    return plain_prod(_filled(x, 1.0), axis, dtype, keepdims=keepdims, initial=initial, where=where)


def nanmax(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Largest element over axes that is not NaN, or NaN if there is none.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: an axis is empty; known when the graph is built, or when it runs.
        DTypeError: ``x`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.nanmax(T.dmatrix("x"), axis=1)
    <Tensor: float64 (x.shape[0],)>
    """
    return _without_nan(x, plain_max(_filled(x, -INFINITY), axis, keepdims=keepdims), axis, keepdims, "nanmax")


def nanmin(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Smallest element over axes that is not NaN, or NaN if there is none.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: an axis is empty; known when the graph is built, or when it runs.
        DTypeError: ``x`` is complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.nanmin(T.dmatrix("x"))
    <Tensor: float64 ()>
    """
    return _without_nan(x, plain_min(_filled(x, INFINITY), axis, keepdims=keepdims), axis, keepdims, "nanmin")


def nanargmax(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first largest element that is not NaN, along one axis or in C order over all.

    Where all are NaN (an error in NumPy) it is 0.

    Args:
        x: real numbers of any shape.
        axis: the axis, a negative one counts from the back; None for all.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        int64, in the shape without the axis.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: the axis is empty; known when the graph is built, or when it runs.
        DTypeError: ``x`` is complex or no array of numbers, or more than one axis is given.

    >>> from symnum import tensor as T
    >>> T.nanargmax(T.dmatrix("x"), axis=1)
    <Tensor: int64 (x.shape[0],)>
    """
    return plain_argmax(_filled(x, -INFINITY), axis, keepdims=keepdims)


def nanargmin(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first smallest element that is not NaN, along one axis or in C order over all.

    Where all are NaN (an error in NumPy) it is 0.

    Args:
        x: real numbers of any shape.
        axis: the axis, a negative one counts from the back; None for all.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        int64, in the shape without the axis.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: the axis is empty; known when the graph is built, or when it runs.
        DTypeError: ``x`` is complex or no array of numbers, or more than one axis is given.

    >>> from symnum import tensor as T
    >>> T.nanargmin(T.dvector("x"))
    <Tensor: int64 ()>
    """
    return plain_argmin(_filled(x, INFINITY), axis, keepdims=keepdims)


def nanmean(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Node:
    """Mean over axes of the elements that are not NaN; NaN if there is none.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, integers and bool are taken as float64.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; floats keep their dtype, unless ``dtype`` says another, integers and bool give
        float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is no array of numbers, an axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.nanmean(T.dmatrix("x"), axis=0)
    <Tensor: float64 (x.shape[1],)>
    """
    x = inexact(cast(x, dtype))
    axes = normalize_axes(axis, x.ndim, "nanmean")
    mask = o.logical_not(o.isnan(x))
    return kept(_mean(x, axes, mask), axes, keepdims)


def nanvar(x: Node, axis: Axis = None, dtype: object = None, *, ddof: float = 0, keepdims: bool = False,
           correction: float | None = None) -> Node:
    """Variance over axes of the n elements that are not NaN, divided by ``n - ddof``; NaN if that is not positive.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, integers and bool are taken as float64.
        ddof: what is taken from the number n of elements that are not NaN.
        keepdims: leave the reduced axes in the shape, with length 1.
        correction: another name of ``ddof``.

    Returns:
        The shape without the axes; the dtype of :func:`mean`, real also of complex numbers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentError: both ``ddof`` and ``correction`` are given.
        DTypeError: ``x`` is no array of numbers, an axis is no integer, ``ddof`` is no number, or ``dtype`` is not
            supported.

    >>> from symnum import tensor as T
    >>> T.nanvar(T.dmatrix("x"), axis=0, ddof=1)
    <Tensor: float64 (x.shape[1],)>
    """
    correction = freedom_of(ddof, correction, "nanvar")
    x = inexact(cast(x, dtype))
    axes = normalize_axes(axis, x.ndim, "nanvar")
    mask = o.logical_not(o.isnan(x))
    mean = broadcast_to(kept(_mean(x, axes, mask), axes, True), x.shape)
    squares = squared_modulus(o.subtract(x, mean))
    freedom = o.subtract(number(count(x, axes, mask), squares), correction)
    found = o.true_divide(masked_sum(squares, axes, mask), freedom)
    return kept(o.where(o.greater(freedom, 0.0), found, float("nan")), axes, keepdims)


def nanstd(x: Node, axis: Axis = None, dtype: object = None, *, ddof: float = 0, keepdims: bool = False,
           correction: float | None = None) -> Node:
    """Standard deviation over axes of the elements that are not NaN: the square root of :func:`nanvar`.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, integers and bool are taken as float64.
        ddof: what is taken from the number n of elements that are not NaN.
        keepdims: leave the reduced axes in the shape, with length 1.
        correction: another name of ``ddof``.

    Returns:
        The shape without the axes; the dtype of :func:`mean`, real also of complex numbers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentError: both ``ddof`` and ``correction`` are given.
        DTypeError: ``x`` is no array of numbers, an axis is no integer, ``ddof`` is no number, or ``dtype`` is not
            supported.

    >>> from symnum import tensor as T
    >>> T.nanstd(T.dvector("x"))
    <Tensor: float64 ()>
    """
    return root(nanvar(x, axis, dtype, ddof=ddof, keepdims=keepdims, correction=correction))


def _filled(x: Node, value: float) -> Node:
    """``x`` with a value in place of NaN."""
    if x.dtype.kind not in "fc":
        return x
    return o.where(o.isnan(x), convert(value, x.dtype), x)


def _without_nan(x: Node, found: Node, axis: Axis, keepdims: bool, name: str) -> Node:
    """``found``, or NaN where all elements are NaN."""
    if x.dtype.kind not in "fc":
        return found
    axes = normalize_axes(axis, x.ndim, name)
    none = kept(o.all(o.isnan(x), axis=axes), axes, keepdims)
    return o.where(none, convert(float("nan"), x.dtype), found)


def _mean(x: Node, axes: tuple[int, ...], mask: Node) -> Node:
    return o.true_divide(masked_sum(x, axes, mask), number(count(x, axes, mask), x))
