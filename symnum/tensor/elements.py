"""Elementwise functions of nodes that are more than one row: conversion, clipping, rounding."""

from __future__ import annotations

from .. import dtypes
from ..ir.build import convert, o
from ..ir.node import Node
from ..shapes import as_int
from .convert import ArrayLike, operand


def astype(x: Node, dtype: object) -> Node:
    """Convert to another dtype, as NumPy does: floats are cut to whole numbers, whole numbers wrap around.

    Raises:
        DTypeError: not a dtype, or one that is not supported.

    >>> from symnum import tensor as T
    >>> T.astype(T.dvector("x"), "float32")
    <Tensor: float32 (x.shape[0],)>
    """
    return convert(x, dtypes.as_dtype(dtype))


def clip(x: Node, a_min: ArrayLike | None = None, a_max: ArrayLike | None = None) -> Node:
    """Elements below ``a_min`` become it, those above ``a_max`` become that; None is no bound.

    Raises:
        ShapeError: the shapes do not broadcast.
        DTypeError: there is no common dtype.

    >>> from symnum import tensor as T
    >>> T.clip(T.fvector("x"), 0, 1)
    <Tensor: float32 (x.shape[0],)>
    """
    if a_min is None and a_max is None:
        return x
    if a_min is None:
        return o.minimum(x, operand(a_max))  # type: ignore[no-any-return]
    if a_max is None:
        return o.maximum(x, operand(a_min))  # type: ignore[no-any-return]
    return o.clip(x, operand(a_min), operand(a_max))  # type: ignore[no-any-return]


def round(x: Node, decimals: int = 0) -> Node:
    """To the nearest number with so many decimals, halves to the even digit; the dtype is kept.

    For ``decimals`` other than 0 it is ``rint(x*10**decimals)/10**decimals``, as in NumPy.

    Raises:
        DTypeError: the operand is bool, or ``decimals`` is not an integer.

    >>> from symnum import tensor as T
    >>> T.round(T.dscalar("x"), 2)
    <Tensor: float64 ()>
    """
    digits = as_int(decimals, "decimals of round")
    if x.dtype.kind in "iu" and digits >= 0:
        return x
    if digits == 0:
        return o.rint(x)  # type: ignore[no-any-return]
    scale = 10.0 ** abs(digits)
    if digits > 0:
        return o.true_divide(o.rint(o.multiply(x, scale)), scale)  # type: ignore[no-any-return]
    return convert(o.multiply(o.rint(o.true_divide(x, scale)), scale), x.dtype)
