"""Reductions of nodes over axes, with NumPy's arguments; ``tensor.functions`` makes them public."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Dim, Node
from ..shapes import normalize_axes, normalize_axis

Axis = int | tuple[int, ...] | None


def _reduce(name: str, x: Node, axis: Axis, keepdims: bool) -> Node:
    axes = normalize_axes(axis, x.ndim, name)
    return _kept(getattr(o, name)(x, axis=axes), axes, keepdims)


def _kept(result: Node, axes: tuple[int, ...], keepdims: bool) -> Node:
    return o.expand_dims(result, axis=axes) if keepdims and axes else result


def _as(x: Node, dtype: object) -> Node:
    return x if dtype is None else convert(x, dtypes.as_dtype(dtype))


def sum(x: Node, axis: Axis = None, *, dtype: object = None, keepdims: bool = False) -> Node:
    """Sum over axes; 0 over an empty axis.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.
        keepdims: leave the reduced axes in the shape, with length 1.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> from symnum import tensor as T
    >>> T.sum(T.imatrix("x"), axis=0)
    <Tensor: int64 (x.shape[1],)>
    """
    return _reduce("sum", _as(x, dtype), axis, keepdims)


def prod(x: Node, axis: Axis = None, *, dtype: object = None, keepdims: bool = False) -> Node:
    """Product over axes; 1 over an empty axis.  Arguments, dtypes and errors are those of :func:`sum`.

    >>> from symnum import tensor as T
    >>> T.prod(T.bvector("x"))
    <Tensor: int64 ()>
    """
    return _reduce("prod", _as(x, dtype), axis, keepdims)


def max(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Largest element over axes, NaN if there is one; the dtype is kept.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ArgumentValueError: an axis is empty; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.max(T.dmatrix("x"), axis=-1, keepdims=True)
    <Tensor: float64 (x.shape[0], 1)>
    """
    return _reduce("max", x, axis, keepdims)


def min(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Smallest element over axes, NaN if there is one.  Arguments and errors are those of :func:`max`.

    >>> from symnum import tensor as T
    >>> T.min(T.dmatrix("x"), axis=0)
    <Tensor: float64 (x.shape[1],)>
    """
    return _reduce("min", x, axis, keepdims)


def any(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Whether an element over axes is true (not 0; NaN is true), as bool; False over an empty axis.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> from symnum import tensor as T
    >>> T.any(T.dvector("x") > 0)
    <Tensor: bool ()>
    """
    return _reduce("any", x, axis, keepdims)


def all(x: Node, axis: Axis = None, *, keepdims: bool = False) -> Node:
    """Whether every element over axes is true (not 0; NaN is true), as bool; True over an empty axis.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> from symnum import tensor as T
    >>> T.all(T.dmatrix("x") > 0, axis=1)
    <Tensor: bool (x.shape[0],)>
    """
    return _reduce("all", x, axis, keepdims)


def argmax(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first largest element along one axis, or in C order over all; int64.  NaN is largest.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: more than one axis is given.
        ArgumentValueError: the axis is empty; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.argmax(T.dmatrix("x"), axis=1)
    <Tensor: int64 (x.shape[0],)>
    """
    return _reduce("argmax", x, _one_axis(x, axis, "argmax"), keepdims)


def argmin(x: Node, axis: int | None = None, *, keepdims: bool = False) -> Node:
    """Position of the first smallest element; arguments and errors are those of :func:`argmax`.

    >>> from symnum import tensor as T
    >>> T.argmin(T.dmatrix("x"))
    <Tensor: int64 ()>
    """
    return _reduce("argmin", x, _one_axis(x, axis, "argmin"), keepdims)


def _one_axis(x: Node, axis: int | None, name: str) -> int | None:
    return None if axis is None else normalize_axis(axis, x.ndim, name)


def mean(x: Node, axis: Axis = None, *, dtype: object = None, keepdims: bool = False) -> Node:
    """Arithmetic mean over axes, ``sum(x)/n``; NaN over an empty axis.

    floats keep their dtype, unless ``dtype`` says another; integers and bool are averaged in float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> from symnum import tensor as T
    >>> T.mean(T.ivector("x"))
    <Tensor: float64 ()>
    """
    x, axes = _inexact(_as(x, dtype)), normalize_axes(axis, x.ndim, "mean")
    return _kept(_mean(x, axes), axes, keepdims)


def var(x: Node, axis: Axis = None, *, dtype: object = None, ddof: int = 0, keepdims: bool = False) -> Node:
    """Variance over axes, ``sum((x - mean(x))**2)/(n - ddof)``, in two passes; the dtype is :func:`mean`'s.

    Where n is not above ``ddof`` the result is NaN or infinite, as in NumPy.

    Raises:
        AxisError: an axis is outside the rank, or named twice.

    >>> from symnum import tensor as T
    >>> T.var(T.fmatrix("x"), axis=0)
    <Tensor: float32 (x.shape[1],)>
    """
    x, axes = _inexact(_as(x, dtype)), normalize_axes(axis, x.ndim, "var")
    centred = o.subtract(x, _kept(_mean(x, axes), axes, True))
    count = dims.maximum(dims.subtract(_count(x, axes), ddof), 0)
    squares = o.sum(o.multiply(centred, centred), axis=axes)
    return _kept(o.true_divide(squares, _number(count, x)), axes, keepdims)


def std(x: Node, axis: Axis = None, *, dtype: object = None, ddof: int = 0, keepdims: bool = False) -> Node:
    """Standard deviation over axes: the square root of :func:`var`, whose arguments and errors it has.

    >>> from symnum import tensor as T
    >>> T.std(T.dmatrix("x"), axis=0, ddof=1)
    <Tensor: float64 (x.shape[1],)>
    """
    return o.sqrt(var(x, axis, dtype=dtype, ddof=ddof, keepdims=keepdims))  # type: ignore[no-any-return]


def _mean(x: Node, axes: tuple[int, ...]) -> Node:
    return o.true_divide(o.sum(x, axis=axes), _number(_count(x, axes), x))  # type: ignore[no-any-return]


def _inexact(x: Node) -> Node:
    return x if x.dtype.kind == "f" else convert(x, dtypes.FLOAT64)


def _count(x: Node, axes: tuple[int, ...]) -> Dim:
    return dims.product(x.shape[k] for k in axes)


def _number(length: Dim, like: Node) -> Any:
    return convert(length, like.dtype) if isinstance(length, Node) else float(length)
