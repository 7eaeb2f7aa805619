"""Elementwise functions of nodes that are more than one row: conversion, clipping, rounding, parts of numbers."""

from __future__ import annotations

import numpy as np

from .. import dtypes
from ..docstrings import told
from ..errors import ArgumentError, DTypeError
from ..ir.build import convert, o
from ..ir.node import Node
from ..shapes import as_int
from .convert import ArrayLike, as_node, operand

# What the docstrings of functions of real numbers have in common.
OF_REALS = {"of_reals": """Args:
        x: real numbers of any shape.

    Returns:
        The shape of ``x``; floats keep their dtype, integers give float64.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers."""}


def astype(x: Node, dtype: object, *, copy: bool = True) -> Node:
    """Convert to another dtype, as NumPy does: floats are cut to whole numbers, whole numbers wrap around.

    Complex numbers become bool by whether they are not 0; to other real dtypes they have no conversion.

    Args:
        x: any dtype and shape.
        dtype: a dtype or its name.
        copy: has no effect: tensors are values, which nothing changes.

    Returns:
        The shape of ``x``, in that dtype.

    Raises:
        DTypeError: not a dtype, one that is not supported, or complex numbers would lose their imaginary part; ``x`` is
            no array of numbers.

    >>> from symnum import tensor as T
    >>> T.astype(T.dvector("x"), "float32")
    <Tensor: float32 (x.shape[0],)>
    """
    wanted = dtypes.as_dtype(dtype)
    if dtypes.is_complex(x.dtype) and wanted.kind not in "bc":
        raise DTypeError(f"converting {x.dtype.name} to {wanted.name} would lose the imaginary part; cure: take "
                         f"x.real or abs(x) first")
    return convert(x, wanted)


def clip(x: Node, a_min: ArrayLike | None = None, a_max: ArrayLike | None = None, *, min: ArrayLike | None = None,
         max: ArrayLike | None = None) -> Node:
    """Elements below ``a_min`` become it, those above ``a_max`` become that; None is no bound.

    Args:
        x: any real dtype; the shapes of all three broadcast.
        a_min: a number or array of lower bounds, or None.
        a_max: a number or array of upper bounds, or None.
        min: another name of ``a_min``: a number or an array.
        max: another name of ``a_max``: a number or an array.

    Returns:
        The common shape and dtype; Python numbers are weak.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: there is no common dtype, or one is no array of real numbers.
        ArgumentError: a bound is given under both names.

    >>> from symnum import tensor as T
    >>> T.clip(T.fvector("x"), 0, 1)
    <Tensor: float32 (x.shape[0],)>
    """
    low, high = _one_of(a_min, min, "a_min and min"), _one_of(a_max, max, "a_max and max")
    if low is None and high is None:
        return x
    if low is None:
        return o.minimum(x, operand(high))
    if high is None:
        return o.maximum(x, operand(low))
    return o.clip(x, operand(low), operand(high))


def _one_of(a: ArrayLike | None, b: ArrayLike | None, names: str) -> ArrayLike | None:
    if a is not None and b is not None:
        raise ArgumentError(f"clip: {names} are the same thing; give one of them")
    return b if a is None else a


def round(x: Node, decimals: int = 0) -> Node:
    """To the nearest number with so many decimals, halves to the even digit.

    For ``decimals`` other than 0 it is ``rint(x*10**decimals)/10**decimals``, as in NumPy.

    Args:
        x: any dtype but bool; any shape.
        decimals: how many digits; a negative number rounds to tens, hundreds and so on.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        DTypeError: the operand is bool or no array of numbers, or ``decimals`` is not an integer.

    >>> from symnum import tensor as T
    >>> T.round(T.dscalar("x"), 2)
    <Tensor: float64 ()>
    """
    digits = as_int(decimals, "decimals of round")
    if x.dtype.kind == "b":
        raise DTypeError("round: bool has no decimals; cure: x.astype('int8')")
    if x.dtype.kind in "iu" and digits >= 0:
        return x
    if digits == 0:
        return o.rint(x)
    scale = 10.0 ** abs(digits)
    if digits > 0:
        return o.true_divide(o.rint(o.multiply(x, scale)), scale)
    return convert(o.multiply(o.rint(o.true_divide(x, scale)), scale), x.dtype)


@told(OF_REALS)
def fabs(x: Node) -> Node:
    """Magnitude of real numbers as floats: integers become float64.

    {of_reals}

    >>> from symnum import tensor as T
    >>> T.fabs(T.lvector("x"))
    <Tensor: float64 (x.shape[0],)>
    """
    return o.absolute(inexact(_real_numbers(x, "fabs")))


def float_power(x: ArrayLike, y: ArrayLike) -> Node:
    """``x`` to the power of ``y`` in double precision at least, so that integers may have negative powers.

    Args:
        x: any dtype; the shapes of both broadcast.
        y: exponents, of any dtype; a number or an array.

    Returns:
        The common shape; float64, or complex128 if one is complex.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: ``x`` or ``y`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.float_power(T.lvector("x"), -1)
    <Tensor: float64 (x.shape[0],)>
    """
    a, b = as_node(x), as_node(y)
    wide = dtypes.promote([a.dtype, b.dtype, dtypes.FLOAT64])
    return o.power(convert(a, wide), convert(b, wide))


def nan_to_num(x: Node, copy: bool = True, nan: ArrayLike = 0.0, posinf: ArrayLike | None = None,
               neginf: ArrayLike | None = None) -> Node:
    """The operand with numbers in place of NaN and the infinities: 0, and the largest and smallest of the dtype,
    unless others are given.

    Args:
        x: any dtype and shape.
        copy: has no effect: tensors are values, which nothing changes.
        nan: a number or array, which broadcasts with ``x``, in place of NaN.
        posinf: a number or array in place of infinity; None: the largest number of the dtype.
        neginf: a number or array in place of minus infinity; None: the smallest number of the dtype.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: ``x``, ``nan``, ``posinf`` or ``neginf`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.nan_to_num([float("nan"), 1.5]).eval()
    array([0. , 1.5])
    """
    if x.dtype.kind != "f":
        return x
    ends = np.finfo(x.dtype)
    high = float(ends.max) if posinf is None else posinf
    low = float(ends.min) if neginf is None else neginf
    found = o.where(o.isnan(x), _as_dtype_of(x, nan), x)
    found = o.where(o.equal(x, float("inf")), _as_dtype_of(x, high), found)
    return o.where(o.equal(x, float("-inf")), _as_dtype_of(x, low), found)


def _as_dtype_of(x: Node, value: ArrayLike) -> Node:
    return convert(as_node(value), x.dtype)


def isposinf(x: Node) -> Node:
    """Whether elements are infinite and positive.

    Args:
        x: real numbers of any shape.

    Returns:
        bool, in the shape of ``x``.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.isposinf(T.dvector("x"))
    <Tensor: bool (x.shape[0],)>
    """
    return o.equal(_real_numbers(x, "isposinf"), float("inf"))


def isneginf(x: Node) -> Node:
    """Whether elements are infinite and negative.

    Args:
        x: real numbers of any shape.

    Returns:
        bool, in the shape of ``x``.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.isneginf(T.dvector("x"))
    <Tensor: bool (x.shape[0],)>
    """
    return o.equal(_real_numbers(x, "isneginf"), float("-inf"))


def _real_numbers(x: Node, name: str) -> Node:
    if x.dtype.kind == "c":
        raise DTypeError(f"{name} is not defined for {x.dtype.name}; cure: x.real, x.imag or absolute(x)")
    return x


# two results ------------------------------------------------------------------------------------------------

def divmod(x: ArrayLike, y: ArrayLike) -> tuple[Node, ...]:
    """Quotient rounded down, and remainder with the sign of the divisor: ``floor_divide`` and ``remainder``.

    Args:
        x: real numbers; the shapes of both broadcast.
        y: the divisors, a number or an array.

    Returns:
        Two tensors of the common shape and dtype.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: there is no common dtype, or one is no array of real numbers.

    >>> from symnum import tensor as T
    >>> T.divmod(T.lvector("x"), 3)
    (<Tensor: int64 (x.shape[0],)>, <Tensor: int64 (x.shape[0],)>)
    """
    a, b = operand(x), operand(y)
    return o.floor_divide(a, b), o.remainder(a, b)


def modf(x: ArrayLike) -> tuple[Node, ...]:
    """Fraction and whole part, both with the sign of the operand.

    Args:
        x: real numbers of any shape.

    Returns:
        Two tensors of that shape; floats keep their dtype, integers give float64.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.modf([-1.25, 3.5])[0].eval()
    array([-0.25,  0.5 ])
    """
    node = inexact(as_node(x))
    whole = o.trunc(node)
    rest = o.where(o.isinf(node), 0.0, o.subtract(node, whole))
    return o.copysign(rest, node), whole


def frexp(x: ArrayLike) -> tuple[Node, ...]:
    """Mantissa between 0.5 and 1 (with the sign of the operand) and exponent: ``x = mantissa*2**exponent``.

    Args:
        x: real numbers of any shape.

    Returns:
        The mantissa (floats keep their dtype, integers give float64) and the exponent (int32), in the shape of ``x``.

    Raises:
        DTypeError: ``x`` is complex, or no array of numbers.

    >>> from symnum import tensor as T
    >>> T.frexp(T.dvector("x"))
    (<Tensor: float64 (x.shape[0],)>, <Tensor: int32 (x.shape[0],)>)
    """
    node = inexact(as_node(x))
    return o.frexp_mantissa(node), o.frexp_exponent(node)


def inexact(x: Node) -> Node:
    """Floats and complex numbers as they are, other numbers as float64."""
    return x if x.dtype.kind in "fc" else convert(x, dtypes.FLOAT64)
