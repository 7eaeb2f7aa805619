"""Means, variances and what is made of them, over axes; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import dtypes
from ..errors import ArgumentError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Dim, Node
from ..shapes import as_entries, as_float, as_int, normalize_axes
from .convert import ArrayLike, as_node
from .elements import inexact
from .reductions import Axis, cast, kept, mask_of, reduced
from .shaping_axes import transpose


def mean(x: Node, axis: Axis = None, dtype: object = None, *, keepdims: bool = False,
         where: ArrayLike | None = None) -> Node:
    """Arithmetic mean over axes, ``sum(x)/n``; NaN over an empty axis.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, integers and bool are taken as float64.
        keepdims: leave the reduced axes in the shape, with length 1.
        where: a mask of the elements that count, which broadcasts to ``x``.

    Returns:
        The shape without the axes; floats keep their dtype, unless ``dtype`` says another, integers and bool give
        float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        DTypeError: ``x`` or ``where`` is no array of numbers, an axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.mean(T.ivector("x"))
    <Tensor: float64 ()>
    """
    x, axes = inexact(cast(x, dtype)), normalize_axes(axis, x.ndim, "mean")
    mask = None if where is None else mask_of(x, where, "mean")
    return kept(_mean(x, axes, mask), axes, keepdims)


def var(x: Node, axis: Axis = None, dtype: object = None, *, ddof: float = 0, keepdims: bool = False,
        where: ArrayLike | None = None, correction: float | None = None) -> Node:
    """Variance over axes, ``sum((x - mean(x))**2)/(n - ddof)``, in two passes.

    Where n is not above ``ddof`` the result is NaN or infinite, as in NumPy.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, integers and bool are taken as float64.
        ddof: what is taken from the number n of elements.
        keepdims: leave the reduced axes in the shape, with length 1.
        where: a mask of the elements that count, which broadcasts to ``x``.
        correction: another name of ``ddof``.

    Returns:
        The shape without the axes; the dtype of :func:`mean`, real also of complex numbers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        ArgumentError: both ``ddof`` and ``correction`` are given.
        DTypeError: ``x`` or ``where`` is no array of numbers, an axis is no integer, ``ddof`` is no number, or
            ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.var(T.fmatrix("x"), axis=0)
    <Tensor: float32 (x.shape[1],)>
    """
    freedom = freedom_of(ddof, correction, "var")
    x, axes = inexact(cast(x, dtype)), normalize_axes(axis, x.ndim, "var")
    mask = None if where is None else mask_of(x, where, "var")
    return kept(_var(x, axes, mask, freedom), axes, keepdims)


def std(x: Node, axis: Axis = None, dtype: object = None, *, ddof: float = 0, keepdims: bool = False,
        where: ArrayLike | None = None, correction: float | None = None) -> Node:
    """Standard deviation over axes: the square root of :func:`var`.

    Where all elements are equal its derivatives of all orders are 0.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, integers and bool are taken as float64.
        ddof: what is taken from the number n of elements.
        keepdims: leave the reduced axes in the shape, with length 1.
        where: a mask of the elements that count, which broadcasts to ``x``.
        correction: another name of ``ddof``.

    Returns:
        The shape without the axes; the dtype of :func:`mean`, real also of complex numbers.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the mask does not broadcast.
        ArgumentError: both ``ddof`` and ``correction`` are given.
        DTypeError: ``x`` or ``where`` is no array of numbers, an axis is no integer, ``ddof`` is no number, or
            ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.std(T.dmatrix("x"), axis=0, ddof=1)
    <Tensor: float64 (x.shape[1],)>
    """
    return root(var(x, axis, dtype, ddof=ddof, keepdims=keepdims, where=where, correction=correction))


def freedom_of(ddof: float, correction: float | None, name: str) -> float:
    """What is taken from the number of elements, under either of its names.

    Raises:
        ArgumentError: it is given under both.
        DTypeError: it is no number.
    """
    if correction is not None and ddof != 0:
        raise ArgumentError(f"{name}: ddof and correction are the same thing; give one of them")
    found = as_float(ddof if correction is None else correction, f"ddof of {name}")
    return int(found) if found.is_integer() else found


def masked_sum(x: Node, axes: tuple[int, ...], mask: Node | None) -> Node:
    """The sum of the elements that count."""
    return o.sum(x if mask is None else o.where(mask, x, False), axis=axes)


def count(x: Node, axes: tuple[int, ...], mask: Node | None) -> Dim:
    """How many elements count, as a length or (under a mask) an array of int64."""
    return dims.product(x.shape[k] for k in axes) if mask is None else o.sum(mask, axis=axes)


def number(value: Dim, like: Node) -> Any:
    """A count as a factor for ``like``."""
    return convert(value, dtypes.part_of(like.dtype)) if isinstance(value, Node) else float(value)


def _mean(x: Node, axes: tuple[int, ...], mask: Node | None) -> Node:
    return o.true_divide(masked_sum(x, axes, mask), number(count(x, axes, mask), x))


def _var(x: Node, axes: tuple[int, ...], mask: Node | None, ddof: float) -> Node:
    """The variance of the elements that count."""
    squares = squared_modulus(o.subtract(x, kept(_mean(x, axes, mask), axes, True)))
    found = count(x, axes, mask)
    if mask is None and isinstance(ddof, int):
        freedom = number(dims.maximum(dims.subtract(found, ddof), 0), squares)
    else:
        freedom = o.maximum(o.subtract(number(found, squares), float(ddof)), 0.0)
    return o.true_divide(masked_sum(squares, axes, mask), freedom)


def squared_modulus(x: Node) -> Node:
    """|x|², real also of complex numbers."""
    if not dtypes.is_complex(x.dtype):
        return o.multiply(x, x)
    return o.add(o.square(o.real(x)), o.square(o.imag(x)))


def root(x: Node, degree: float = 2.0) -> Node:
    """The root of a sum of powers of sizes, whose derivatives of each order are 0 where the sum is.

    The root itself has an infinite derivative there, which a chain rule multiplies by 0.
    """
    found = o.sqrt(x) if degree == 2.0 else o.power(x, 1.0 / degree)
    return o.where(o.equal(x, 0.0), convert(0.0, x.dtype), found)


def ptp(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Largest minus smallest element over axes.

    Args:
        x: real numbers of any shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: an axis is empty; known when the graph is built, or when it runs.
        DTypeError: ``x`` is bool, complex or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.ptp(T.dmatrix("x"), axis=0)
    <Tensor: float64 (x.shape[1],)>
    """
    return o.subtract(reduced("max", x, axis, keepdims), reduced("min", x, axis, keepdims))


# weighted ---------------------------------------------------------------------------------------------------

def average(a: ArrayLike, axis: Axis = None, weights: ArrayLike | None = None, returned: bool = False, *,
            keepdims: bool = False) -> Node | tuple[Node, ...]:
    """Weighted mean over axes, ``sum(x*weights)/sum(weights)``; a plain mean without weights.

    Args:
        a: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        weights: of the shape of ``a``, or of the lengths of the axes that are averaged.
        returned: give the sum of the weights too, in the shape of the mean.
        keepdims: leave the reduced axes in the shape, with length 1.

    Returns:
        The shape without the axes; the common dtype with the weights, float64 of integers.  With ``returned`` a pair of
        them.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: the weights have another shape.
        ArgumentError: the weights have another shape than ``a``, and no axis is given.
        DTypeError: ``a`` or ``weights`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.average(T.dmatrix("x"), axis=1, weights=[1, 2, 3])
    <Tensor: float64 (x.shape[0],)>
    """
    node = as_node(a)
    axes = normalize_axes(axis, node.ndim, "average")
    if weights is None:
        mean_ = mean(node, axis, keepdims=keepdims)
        total = broadcast_to(convert(_length(count(node, axes, None)), mean_.dtype), mean_.shape)
        return (mean_, total) if returned else mean_
    factors = _weights(node, as_node(weights), axes, axis)
    common = dtypes.promote([node.dtype, factors.dtype] + ([dtypes.FLOAT64] if node.dtype.kind in "biu" else []))
    scale = kept(o.sum(convert(factors, common), axis=axes), axes, keepdims)
    products = o.multiply(convert(node, common), convert(factors, common))
    found = o.true_divide(kept(o.sum(products, axis=axes), axes, keepdims), scale)
    return (found, scale) if returned else found


def _length(n: Dim) -> Node:
    return n if isinstance(n, Node) else constant(float(n))


def _weights(x: Node, weights: Node, axes: tuple[int, ...], axis: Axis) -> Node:
    """Weights in the shape of ``x``."""
    if weights.ndim == x.ndim:
        if not _all_may_equal(weights.shape, x.shape):
            raise ShapeError(f"average: weights of shape {dims.text(weights.shape)} for an operand of shape "
                             f"{dims.text(x.shape)}")
        return broadcast_to(weights, x.shape)
    if axis is None:
        raise ArgumentError(f"average: weights of shape {dims.text(weights.shape)} for an operand of shape "
                            f"{dims.text(x.shape)} need the axis that they belong to")
    given = as_entries(axis, "axis of average") if isinstance(axis, Iterable) else (axis,)
    order = [k % x.ndim for k in given]
    if weights.ndim != len(order) or not _all_may_equal(weights.shape, tuple(x.shape[k] for k in order)):
        raise ShapeError(f"average: weights of shape {dims.text(weights.shape)} do not have the lengths of axes "
                         f"{given} of shape {dims.text(x.shape)}")
    places = sorted(range(len(order)), key=order.__getitem__)
    sorted_ = transpose(weights, places)
    others = tuple(k for k in range(x.ndim) if k not in axes)
    return broadcast_to(o.expand_dims(sorted_, axis=others) if others else sorted_, x.shape)


def _all_may_equal(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> bool:
    return len(a) == len(b) and not [n for n, m in zip(a, b, strict=True) if not dims.may_equal(n, m)]


# several variables ------------------------------------------------------------------------------------------

def cov(m: Node, y: ArrayLike | None = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
        fweights: ArrayLike | None = None, aweights: ArrayLike | None = None, *, dtype: object = None) -> Node:
    """Covariance of variables that the rows of a matrix hold (its columns, unless ``rowvar``), or of one vector.

    Args:
        m: observations of any dtype; rank 2 or less.
        y: more variables, of as many observations; rank 2 or less.
        rowvar: whether each row is a variable.
        bias: divide by the number n of observations, and not by n - 1.
        ddof: divide by n - ddof instead.
        fweights: how often each observation is to be counted; a vector of integers.
        aweights: how much each observation counts; a vector.
        dtype: of the result; float64 at least, without it.

    Returns:
        A matrix of one row and one column for each variable, or rank 0 for one variable.

    Raises:
        ShapeError: the rank is above 2, the numbers of observations differ, or weights have another shape.
        DTypeError: ``ddof`` is no integer, ``m`` or ``y`` is no array of numbers, or ``dtype`` is not supported.
        ArgumentError: ``fweights`` are not integers, or ``aweights`` are not real.

    >>> from symnum import tensor as T
    >>> T.cov(T.dmatrix("x"))
    <Tensor: float64 (x.shape[0], x.shape[0])>
    """
    rows = _variables(m, rowvar, "cov")
    if y is not None:
        rows = o.concatenate(rows, _variables(as_node(y), rowvar, "cov"), axis=0)
    rows = cast(convert(rows, dtypes.promote([rows.dtype, dtypes.FLOAT64])) if dtype is None else rows, dtype)
    freedom = (0 if bias else 1) if ddof is None else as_int(ddof, "ddof of cov")
    weights, given = _observation_weights(rows, fweights, aweights)
    if weights is None:
        found = rows.shape[1]
        centred = o.subtract(rows, kept(_mean(rows, (1,), None), (1,), True))
        left, scale = centred, number(dims.maximum(dims.subtract(found, freedom), 0), rows)
    else:
        total = o.sum(weights, axis=(0,))
        row = o.expand_dims(weights, axis=(0,))
        centre = o.true_divide(o.sum(o.multiply(rows, row), axis=(1,)), total)
        centred = o.subtract(rows, o.expand_dims(centre, axis=(1,)))
        left, scale = o.multiply(centred, row), _weighted_freedom(weights, total, given, freedom)
    product: Node = o.true_divide(o.dot(left, transpose(_conjugated(centred))), scale)
    return o.reshape(product, shape=()) if m.ndim < 2 and y is None else product


def _conjugated(x: Node) -> Node:
    return o.conjugate(x) if dtypes.is_complex(x.dtype) else x


def _variables(x: Node, rowvar: bool, name: str) -> Node:
    if x.ndim > 2:
        raise ShapeError(f"{name} takes rank 2 or less; given shape {dims.text(x.shape)}")
    if x.ndim < 2:
        return o.expand_dims(x, axis=tuple(range(2 - x.ndim)))
    return x if rowvar or (isinstance(x.shape[0], int) and x.shape[0] == 1) else transpose(x)


def _observation_weights(rows: Node, fweights: ArrayLike | None,
                         aweights: ArrayLike | None) -> tuple[Node | None, Node | None]:
    """The product of both weights, and the second ones."""
    found = []
    for name, given, kinds in (("fweights", fweights, "iu"), ("aweights", aweights, "iuf")):
        node = None if given is None else as_node(given)
        if node is not None and node.ndim != 1:
            raise ShapeError(f"cov: {name} must be a vector; given shape {dims.text(node.shape)}")
        if node is not None and node.dtype.kind not in kinds:
            raise ArgumentError(f"cov: {name} must be {'integers' if kinds == 'iu' else 'real'}; given "
                                f"{node.dtype.name}")
        found.append(None if node is None else convert(node, rows.dtype))
    factors = found[1]
    both = [x for x in found if x is not None]
    return (o.multiply(*both) if len(both) == 2 else both[0] if both else None), factors


def _weighted_freedom(weights: Node, total: Node, factors: Node | None, freedom: int) -> Node:
    if freedom == 0:
        return total
    if factors is None:
        return o.subtract(total, float(freedom))
    correction = o.true_divide(o.sum(o.multiply(weights, factors), axis=(0,)), total)
    return o.subtract(total, o.multiply(float(freedom), correction))


def corrcoef(x: Node, y: ArrayLike | None = None, rowvar: bool = True, *, dtype: object = None) -> Node:
    """Correlation coefficients of variables, ``C[i, j]/sqrt(C[i, i]*C[j, j])`` with C = :func:`cov`, within -1 and 1.

    Args:
        x: observations of any dtype; rank 2 or less.
        y: more variables, of as many observations; rank 2 or less.
        rowvar: whether each row is a variable.
        dtype: of the result; float64 at least, without it.

    Returns:
        A matrix of one row and one column for each variable, or rank 0 for one variable.

    Raises:
        ShapeError: the rank is above 2, or the numbers of observations differ.
        DTypeError: ``x`` or ``y`` is no array of numbers, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.corrcoef(T.dmatrix("x"))
    <Tensor: float64 (x.shape[0], x.shape[0])>
    """
    covariance = cov(x, y, rowvar, dtype=dtype)
    if covariance.ndim == 0:
        return o.true_divide(covariance, covariance)
    places = o.arange(dims.as_node(covariance.shape[0]))
    on_diagonal = o.equal(o.expand_dims(places, axis=(0,)), o.expand_dims(places, axis=(1,)))
    deviation = o.sqrt(o.sum(o.where(on_diagonal, _real(covariance), 0.0), axis=(0,)))
    found: Node = o.true_divide(o.true_divide(covariance, o.expand_dims(deviation, axis=(1,))),
                          o.expand_dims(deviation, axis=(0,)))
    return found if dtypes.is_complex(found.dtype) else o.clip(found, -1.0, 1.0)


def _real(x: Node) -> Node:
    return o.real(x) if dtypes.is_complex(x.dtype) else x
