"""Nodes along an axis: cumulative sums, products and extremes, integrals by trapezoids."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Node
from ..shapes import normalize_axis
from .convert import ArrayLike, as_node
from .differences import diff
from .shaping import ravel


def cumsum(x: Node, axis: int | None = None, dtype: object = None) -> Node:
    """Sums of the first elements along an axis, one after the other from the first on.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x`` or ``dtype``, where that is no bool or small
        integer.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.cumsum([[1, 2, 3], [4, 5, 6]], axis=1).eval()
    array([[ 1,  3,  6],
           [ 4,  9, 15]])
    """
    return _scan("cumsum", x, axis, dtype)


def cumprod(x: Node, axis: int | None = None, dtype: object = None) -> Node:
    """Products of the first elements along an axis, one after the other from the first on.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        dtype: what to convert to first; without it, bool and small integers are multiplied in 64 bits.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x`` or ``dtype``, where that is no bool or small
        integer.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.cumprod([2.0, 3.0, 4.0]).eval()
    array([ 2.,  6., 24.])
    """
    return _scan("cumprod", x, axis, dtype)


def cummax(x: Node, axis: int | None = None) -> Node:
    """Largest of the first elements along an axis, NaN from the first NaN on.

    Its derivative is that of the first of equal elements.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x``.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.cummax([2, 1, 3, 2]).eval()
    array([2, 2, 3, 3])
    """
    return _scan("cummax", x, axis)


def cummin(x: Node, axis: int | None = None) -> Node:
    """Smallest of the first elements along an axis, NaN from the first NaN on.

    Its derivative is that of the first of equal elements.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x``.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.cummin([2, 1, 3, 0]).eval()
    array([2, 1, 1, 0])
    """
    return _scan("cummin", x, axis)


def logcumsumexp(x: Node, axis: int | None = None) -> Node:
    """Logarithms of the sums of the exponentials of the first elements along an axis, without overflow.

    Its derivatives are stable too.

    Args:
        x: real numbers of any shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape of ``x``, or rank 1 without an axis; floats keep their dtype, integers give that of :func:`exp`.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is complex or no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.logcumsumexp([1000.0, 1000.0, 0.0]).eval()
    array([1000.        , 1000.69314718, 1000.69314718])
    """
    return _scan("logcumsumexp", x, axis)


def nancumsum(x: Node, axis: int | None = None, dtype: object = None) -> Node:
    """Sums of the first elements along an axis with NaN as 0.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x`` or ``dtype``, where that is no bool or small
        integer.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.nancumsum([1.0, float("nan"), 2.0]).eval()
    array([1., 1., 3.])
    """
    return _scan("cumsum", _filled(x, 0), axis, dtype)


def nancumprod(x: Node, axis: int | None = None, dtype: object = None) -> Node:
    """Products of the first elements along an axis with NaN as 1.

    Args:
        x: any dtype and shape.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.
        dtype: what to convert to first; without it, bool and small integers are multiplied in 64 bits.

    Returns:
        The shape of ``x``, or rank 1 without an axis; the dtype of ``x`` or ``dtype``, where that is no bool or small
        integer.

    Raises:
        AxisError: the axis is outside the rank.
        DTypeError: ``x`` is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.nancumprod([2.0, float("nan"), 3.0]).eval()
    array([2., 2., 6.])
    """
    return _scan("cumprod", _filled(x, 1), axis, dtype)


def cumulative_sum(x: Node, /, *, axis: int | None = None, dtype: object = None, include_initial: bool = False) -> Node:
    """:func:`cumsum` under the name and with the arguments of the array API standard.

    Args:
        x: any dtype; rank 1 if no axis is given.
        axis: the axis, a negative one counts from the back; needed unless the rank is 1.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.
        include_initial: put a 0 before the first sum, so that the result is longer by 1.

    Returns:
        The shape of ``x``, longer by 1 along the axis with ``include_initial``; the dtype of ``x`` or ``dtype``, where
        that is no bool or small integer.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: no axis is given, and the rank is not 1.
        DTypeError: ``x`` is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.cumulative_sum([1, 2, 3], include_initial=True).eval()
    array([0, 1, 3, 6])
    """
    return _cumulative("cumsum", x, axis, dtype, 0 if include_initial else None)


def cumulative_prod(x: Node, /, *, axis: int | None = None, dtype: object = None, include_initial: bool = False
                    ) -> Node:
    """:func:`cumprod` under the name and with the arguments of the array API standard.

    Args:
        x: any dtype; rank 1 if no axis is given.
        axis: the axis, a negative one counts from the back; needed unless the rank is 1.
        dtype: what to convert to first; without it, bool and small integers are multiplied in 64 bits.
        include_initial: put a 1 before the first product, so that the result is longer by 1.

    Returns:
        The shape of ``x``, longer by 1 along the axis with ``include_initial``; the dtype of ``x`` or ``dtype``, where
        that is no bool or small integer.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: no axis is given, and the rank is not 1.
        DTypeError: ``x`` is no array of numbers, the axis is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.cumulative_prod([1, 2, 3], include_initial=True).eval()
    array([1, 1, 2, 6])
    """
    return _cumulative("cumprod", x, axis, dtype, 1 if include_initial else None)


def _scan(name: str, x: Node, axis: int | None, dtype: object = None) -> Node:
    if dtype is not None:
        x = convert(x, dtypes.as_dtype(dtype))
    if axis is None:
        x, axis = ravel(x), 0
    found: Node = getattr(o, name)(x, axis=normalize_axis(axis, x.ndim, name))
    return found if dtype is None else convert(found, dtypes.as_dtype(dtype))


def _filled(x: Node, number: int) -> Node:
    return o.where(o.isnan(x), number, x) if x.dtype.kind in "fc" else x


def _cumulative(name: str, x: Node, axis: int | None, dtype: object, initial: int | None) -> Node:
    if axis is None and x.ndim != 1:
        raise ArgumentValueError(f"{name}: an operand of shape {dims.text(x.shape)} needs an axis; cure: axis=")
    axis = 0 if axis is None else normalize_axis(axis, x.ndim, name)
    found = _scan(name, x, axis, dtype)
    if initial is None:
        return found
    edge = tuple(1 if k == axis else n for k, n in enumerate(x.shape))
    return o.concatenate(broadcast_to(constant(initial, found.dtype), edge), found,
                         axis=axis)


# integrals --------------------------------------------------------------------------------------------------

def trapezoid(y: Node, x: ArrayLike | None = None, dx: ArrayLike = 1.0, axis: int = -1) -> Node:
    """Integral along an axis by the trapezoidal rule: the sum of ``(y[i] + y[i + 1])/2 * (x[i + 1] - x[i])``.

    Args:
        y: values of any dtype, of rank 1 at least.
        x: where the values are: a vector, or an array that broadcasts to ``y``; None: spaced by ``dx``.
        dx: the distance of neighbours, a number or array, where ``x`` is not given.
        axis: the axis to integrate over; a negative one counts from the back.

    Returns:
        The shape of ``y`` without the axis; the common dtype, float64 of integers.

    Raises:
        AxisError: the axis is outside the rank.
        ShapeError: ``x`` does not fit ``y``.
        DTypeError: ``y``, ``x`` or ``dx`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.trapezoid([1.0, 2.0, 3.0], x=[4.0, 6.0, 8.0]).eval()
    array(8.)
    """
    axis = normalize_axis(axis, y.ndim, "trapezoid")
    steps: Any = dx if x is None else _steps(as_node(x), y, axis)
    if x is None:
        node = as_node(dx)
        steps = node if node.ndim else (dx if isinstance(dx, int | float) else node)
    before, after = _neighbours(y, axis)
    areas = o.true_divide(o.multiply(steps, o.add(after, before)), 2.0)
    return o.sum(areas, axis=(axis,))


def _steps(x: Node, y: Node, axis: int) -> Node:
    if x.ndim != 1:
        return diff(x, axis=axis - y.ndim)
    if not dims.may_equal(x.shape[0], y.shape[axis]):
        raise ShapeError(f"trapezoid: {dims.name_of(x.shape[0])} places for {dims.name_of(y.shape[axis])} values")
    others = tuple(k for k in range(y.ndim) if k != axis)
    step = diff(x)
    return o.expand_dims(step, axis=others) if others else step


def _neighbours(y: Node, axis: int) -> tuple[Node, Node]:
    """All elements but the last, and all but the first, along an axis."""
    rest = dims.maximum(dims.subtract(y.shape[axis], 1), 0)
    lengths = tuple(rest if k == axis else n for k, n in enumerate(y.shape))
    ones, start = (1,) * y.ndim, tuple(int(k == axis) for k in range(y.ndim))
    return (o.slice(y, starts=(0,) * y.ndim, lengths=lengths, steps=ones),
            o.slice(y, starts=start, lengths=lengths, steps=ones))
