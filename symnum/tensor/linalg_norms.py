"""Norms, condition numbers and ranks, with NumPy's orders; ``tensor.linalg`` makes them public."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .. import dtypes
from ..errors import ArgumentValueError, LinAlgError, ShapeError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from ..ops.linalg_shapes import check_square
from ..shapes import as_float, normalize_axes, normalize_axis
from .convert import as_node
from .linalg_systems import rank_of
from .statistics import root, squared_modulus

Order = int | float | str | None
Axes = tuple[int, ...]


def norm(x: Node, ord: Order = None, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Node:
    """A norm of vectors or matrices, with NumPy's orders.

    Without ``ord`` and ``axis`` it is the square root of the sum of all squares.  At 0, where a norm has a corner, its
    derivatives of all orders are 0; those of vectors are finite elsewhere as :func:`vector_norm` says.

    Args:
        x: any shape; integers and bool are computed in float64.
        ord: of vectors inf, -inf, 0 or another number; of matrices "fro", "nuc", inf, -inf, 1, -1, 2, -2.
        axis: one axis for vectors, two for matrices; None for all (rank 1 or 2, unless ``ord`` is None).
        keepdims: leave the axes in the shape, with length 1.

    Returns:
        The shape without the axes; real: floats keep their dtype, integers and bool give float64.

    Raises:
        ArgumentValueError: there is no such order, or neither one nor two axes.
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import linalg, tensor as T
    >>> linalg.norm([3.0, 4.0]).eval()
    array(5.)
    """
    x = _inexact(x)
    if axis is None and (ord is None or (ord in ("f", "fro") and x.ndim == 2) or (ord == 2 and x.ndim == 1)):
        return _kept(_root_of_squares(x, tuple(range(x.ndim))), tuple(range(x.ndim)), keepdims)
    axes = tuple(range(x.ndim)) if axis is None else _axes(axis, x.ndim)
    if len(axes) == 1:
        return _kept(_vector_norm(x, ord, axes), axes, keepdims)
    if len(axes) != 2:
        raise ArgumentValueError(f"norm: expected one axis for vectors or two for matrices; given {len(axes)} axes")
    return _matrix_norm(x, ord, axes, keepdims)


def vector_norm(x: Node, *, axis: int | Sequence[int] | None = None, keepdims: bool = False,
                ord: int | float = 2) -> Node:
    """A norm of vectors that lie along one axis, several, or all (None) taken as one.

    At 0, where a norm has a corner, its derivatives of all orders are 0.  By an element that is 0 in another vector the
    derivative is NaN for orders p below 1, and the second derivative for those between 1 and 2: both are infinite.

    Args:
        x: any shape; integers and bool are computed in float64.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the axes in the shape, with length 1.
        ord: inf, -inf, 0 (how many are not 0) or another number p: the p-th root of the sum of p-th powers.

    Returns:
        The shape without the axes; real: floats keep their dtype, integers and bool give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: there is no such order.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import linalg, tensor as T
    >>> linalg.vector_norm(T.tensor("x", shape=(2, 3, 4)), axis=(0, 2))
    <Tensor: float64 (3,)>
    """
    x = _inexact(x)
    axes = tuple(range(x.ndim)) if axis is None else _axes(axis, x.ndim)
    return _kept(_vector_norm(x, ord, axes), axes, keepdims)


def matrix_norm(x: Node, *, keepdims: bool = False, ord: Order = "fro") -> Node:
    """A norm of the matrices on the last two axes.

    Args:
        x: (..., m, n), of any dtype.
        keepdims: leave the axes in the shape, with length 1.
        ord: "fro", "nuc", inf, -inf, 1, -1, 2 or -2.

    Returns:
        (...), or (..., 1, 1); real: floats keep their dtype, integers and bool give float64.

    Raises:
        ShapeError: the rank is below 2.
        ArgumentValueError: there is no such order.
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.matrix_norm(T.tensor("x", shape=(5, 3, 4)), ord=2)
    <Tensor: float64 (5,)>
    """
    if x.ndim < 2:
        raise ShapeError(f"matrix_norm: expected at least two axes; given shape {dims.text(x.shape)}")
    return _matrix_norm(_inexact(x), ord, (x.ndim - 2, x.ndim - 1), keepdims)


def _inexact(x: Node) -> Node:
    return x if x.dtype.kind in "fc" else convert(x, dtypes.FLOAT64)


def _axes(axis: int | Sequence[int], ndim: int) -> Axes:
    """Axes in the order given: rows, then columns."""
    given = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    normalize_axes(given, ndim, "norm")
    return tuple(normalize_axis(k, ndim, "norm") for k in given)


def _kept(x: Node, axes: Axes, keepdims: bool) -> Node:
    return o.expand_dims(x, axis=tuple(sorted(axes))) if keepdims and axes else x


def _root_of_squares(x: Node, axes: Axes) -> Node:
    return root(o.sum(squared_modulus(x), axis=tuple(sorted(axes))))


# vectors ------------------------------------------------------------------------------------------------------

def _vector_norm(x: Node, order: Order, axes: Axes) -> Node:
    places = tuple(sorted(axes))
    if isinstance(order, str):
        raise ArgumentValueError(f"norm: order {order!r} is none of vectors; expected inf, -inf or another number")
    if order is None or order == 2:
        return _root_of_squares(x, places)
    size, order = o.absolute(x), as_float(order, "order of a norm")
    if math.isinf(order):
        return (o.max if order > 0 else o.min)(size, axis=places)
    if order == 0:
        return o.sum(o.cast(o.not_equal(x, 0), dtype=size.dtype), axis=places)
    if order == 1:
        return o.sum(size, axis=places)
    total = o.sum(o.power(size, order), axis=places)
    return root(total, order)


# matrices -----------------------------------------------------------------------------------------------------

def _matrix_norm(x: Node, order: Order, axes: Axes, keepdims: bool) -> Node:
    rows, columns = axes
    if order in (None, "fro", "f"):
        found = _root_of_squares(x, axes)
    elif order in ("nuc", 2, -2):
        found = _of_singular_values(x, order, axes)
    elif order in (1, -1):
        found = _of_sums(x, rows, columns, order == 1)
    elif order in (math.inf, -math.inf):
        found = _of_sums(x, columns, rows, order == math.inf)
    else:
        raise ArgumentValueError(f"norm: order {order!r} is none of matrices; expected 'fro', 'nuc', inf, -inf, 1, -1, "
                                 "2 or -2")
    return _kept(found, axes, keepdims)


def _of_singular_values(x: Node, order: Order, axes: Axes) -> Node:
    rest = tuple(k for k in range(x.ndim) if k not in axes)
    values = o.svdvals(o.transpose(x, axes=(*rest, *axes)))
    reduce = {"nuc": o.sum, 2: o.max, -2: o.min}[order]
    return reduce(values, axis=(values.ndim - 1,))


def _of_sums(x: Node, summed: int, other: int, largest: bool) -> Node:
    """The largest or smallest sum of absolute values along one of two axes."""
    sums = o.sum(o.absolute(x), axis=(summed,))
    return (o.max if largest else o.min)(sums, axis=(other - (other > summed),))


# what norms and singular values tell ---------------------------------------------------------------------------

def cond(x: Node, p: Order = None) -> Node:
    """The condition number of each matrix: the norm of order ``p`` times that of the inverse.

    Of singular matrices it is inf.

    Args:
        x: (..., m, n), square unless p is None, 2 or -2: then it is the quotient of singular values.
        p: None (as 2) or an order of :func:`matrix_norm`.

    Returns:
        (...), real; floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: the rank is below 2, the matrix is empty, or not square where it must be.
        ArgumentValueError: there is no such order.
        DTypeError: ``x`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.cond([[1.0, 0.0], [0.0, 4.0]]).eval()
    array(4.)
    """
    x = _inexact(x)
    if x.ndim < 2 or 0 in x.shape[-2:]:
        raise LinAlgError(f"cond: expected matrices with elements; given shape {dims.text(x.shape)}")
    if p in (None, 2, -2):
        values = o.svdvals(x)
        ends = [reduce(values, axis=(values.ndim - 1,)) for reduce in (o.max, o.min)]
        found = o.true_divide(*(ends[::-1] if p == -2 else ends))
    else:
        check_square("cond", dims, x.shape)
        norms = [matrix_norm(y, ord=p) for y in (x, o.inv(x, singular="nan"))]
        found = o.multiply(*norms)
    known = o.logical_not(o.any(o.isnan(x), axis=(x.ndim - 2, x.ndim - 1)))
    return o.where(o.logical_and(o.isnan(found), known), math.inf, found)


def matrix_rank(A: Node, tol: Any = None, hermitian: bool = False, *, rtol: float | None = None) -> Node:
    """How many singular values exceed a tolerance; of a vector whether any element is not 0.

    Args:
        A: (..., m, n), or a vector, of any dtype.
        tol: (...): the tolerance.
        hermitian: the matrices are symmetric: their eigenvalues are faster to get.
        rtol: the tolerance relative to the largest singular value, without ``tol``; eps * max(m, n) by default.

    Returns:
        int64, (...).

    Raises:
        ArgumentValueError: both tolerances are given.
        LinAlgError: a hermitian matrix is not square.
        DTypeError: ``A`` is no array of numbers, or a tolerance is no number.

    >>> from symnum import linalg, tensor as T
    >>> linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]]).eval()
    array(1)
    """
    if tol is not None and rtol is not None:
        raise ArgumentValueError("matrix_rank: give either tol or rtol")
    if A.ndim < 2:
        return o.cast(o.any(A, axis=tuple(range(A.ndim))), dtype=dtypes.INT64)
    x = _inexact(A)
    values = o.absolute(o.eigvalsh(x, uplo="L")) if hermitian else o.svdvals(x)
    if tol is None:
        return rank_of(values, x, rtol)
    limit = as_node(tol)
    above = o.greater(values, o.expand_dims(limit, axis=(limit.ndim,)))
    return o.sum(above, axis=(values.ndim - 1,))
