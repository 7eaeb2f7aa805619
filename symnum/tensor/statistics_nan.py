"""Reductions and statistics that pass over NaN; ``tensor.functions`` makes them public."""

from __future__ import annotations

from ..errors import ArgumentError
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node
from ..shapes import normalize_axes
from .convert import ArrayLike
from .reductions import Axis, cast, kept
from .reductions import argmax as plain_argmax
from .reductions import argmin as plain_argmin
from .reductions import max as plain_max
from .reductions import min as plain_min
from .reductions import prod as plain_prod
from .reductions import sum as plain_sum
from .statistics import count, inexact, masked_sum, number, squared_modulus

INFINITY = float("inf")


def nansum(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False,
           initial: ArrayLike | None = None, where: ArrayLike | None = None) -> Node:
    """Sum over axes with NaN as 0.  Arguments, dtypes and errors are those of :func:`sum`.

    >>> from symnum import tensor as T
    >>> T.nansum(T.dmatrix("x"), axis=0)
    <Tensor: float64 (x.shape[1],)>
    """
    return plain_sum(_filled(x, 0.0), axis, dtype, keepdims=keepdims, initial=initial, where=where)


def nanprod(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False,
            initial: ArrayLike | None = None, where: ArrayLike | None = None) -> Node:
    """Product over axes with NaN as 1.  Arguments, dtypes and errors are those of :func:`sum`.

    >>> from symnum import tensor as T
    >>> T.nanprod(T.dvector("x"))
    <Tensor: float64 ()>
    """
    return plain_prod(_filled(x, 1.0), axis, dtype, keepdims=keepdims, initial=initial, where=where)


def nanmax(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Largest element over axes that is not NaN, or NaN if there is none.  Errors are those of :func:`max`.

    >>> from symnum import tensor as T
    >>> T.nanmax(T.dmatrix("x"), axis=1)
    <Tensor: float64 (x.shape[0],)>
    """
    return _without_nan(x, plain_max(_filled(x, -INFINITY), axis, keepdims=keepdims), axis, keepdims, "nanmax")


def nanmin(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Smallest element over axes that is not NaN, or NaN if there is none.  Errors are those of :func:`max`.

    >>> from symnum import tensor as T
    >>> T.nanmin(T.dmatrix("x"))
    <Tensor: float64 ()>
    """
    return _without_nan(x, plain_min(_filled(x, INFINITY), axis, keepdims=keepdims), axis, keepdims, "nanmin")


def nanargmax(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first largest element that is not NaN, along one axis or in C order over all; int64.

    Where all are NaN (an error in NumPy) it is 0.  Errors are those of :func:`argmax`.

    >>> from symnum import tensor as T
    >>> T.nanargmax(T.dmatrix("x"), axis=1)
    <Tensor: int64 (x.shape[0],)>
    """
    return plain_argmax(_filled(x, -INFINITY), axis, keepdims=keepdims)


def nanargmin(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first smallest element that is not NaN; all else is as in :func:`nanargmax`.

    >>> from symnum import tensor as T
    >>> T.nanargmin(T.dvector("x"))
    <Tensor: int64 ()>
    """
    return plain_argmin(_filled(x, INFINITY), axis, keepdims=keepdims)


def nanmean(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Node:
    """Mean over axes of the elements that are not NaN; NaN if there is none.  Dtypes are those of :func:`mean`.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

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

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentError: both ``ddof`` and ``correction``, which is the same, are given.

    >>> from symnum import tensor as T
    >>> T.nanvar(T.dmatrix("x"), axis=0, ddof=1)
    <Tensor: float64 (x.shape[1],)>
    """
    if correction is not None and ddof != 0:
        raise ArgumentError("nanvar: ddof and correction are the same thing; give one of them")
    x = inexact(cast(x, dtype))
    axes = normalize_axes(axis, x.ndim, "nanvar")
    mask = o.logical_not(o.isnan(x))
    mean = broadcast_to(kept(_mean(x, axes, mask), axes, True), x.shape)
    squares = squared_modulus(o.subtract(x, mean))
    freedom = o.subtract(number(count(x, axes, mask), squares), float(ddof if correction is None else correction))
    found = o.true_divide(masked_sum(squares, axes, mask), freedom)
    return kept(o.where(o.greater(freedom, 0.0), found, float("nan")), axes, keepdims)


def nanstd(x: Node, axis: Axis = None, dtype: object = None, *, ddof: float = 0, keepdims: bool = False,
           correction: float | None = None) -> Node:
    """Standard deviation over axes of the elements that are not NaN: the square root of :func:`nanvar`.

    >>> from symnum import tensor as T
    >>> T.nanstd(T.dvector("x"))
    <Tensor: float64 ()>
    """
    return o.sqrt(nanvar(x, axis, dtype, ddof=ddof, keepdims=keepdims,  # type: ignore[no-any-return]
                         correction=correction))


def _filled(x: Node, value: float) -> Node:
    """``x`` with a value in place of NaN."""
    if x.dtype.kind not in "fc":
        return x
    return o.where(o.isnan(x), convert(value, x.dtype), x)  # type: ignore[no-any-return]


def _without_nan(x: Node, found: Node, axis: Axis, keepdims: bool, name: str) -> Node:
    """``found``, or NaN where all elements are NaN."""
    if x.dtype.kind not in "fc":
        return found
    axes = normalize_axes(axis, x.ndim, name)
    none = kept(o.all(o.isnan(x), axis=axes), axes, keepdims)
    return o.where(none, convert(float("nan"), x.dtype), found)  # type: ignore[no-any-return]


def _mean(x: Node, axes: tuple[int, ...], mask: Node) -> Node:
    return o.true_divide(masked_sum(x, axes, mask), number(count(x, axes, mask), x))  # type: ignore[no-any-return]
