"""Comparisons of arrays as wholes, and up to rounding; ``tensor.functions`` makes them public."""

from __future__ import annotations

from .. import dtypes
from ..ir import dims
from ..ir.build import constant, convert, o
from ..ir.node import Node, Shape
from .convert import ArrayLike, as_node, operand


def isclose(a: ArrayLike, b: ArrayLike, rtol: ArrayLike = 1e-05, atol: ArrayLike = 1e-08,
            equal_nan: bool = False) -> Node:
    """Whether elements are equal up to rounding, ``|a - b| <= atol + rtol*|b|``, or both infinite and equal.

    Args:
        a: any dtype; the shapes of all four broadcast.
        b: what ``a`` is compared with, of any dtype; a number or an array.
        rtol: the difference that is allowed, relative to ``b``; a number or an array.
        atol: the difference that is allowed in any case; a number or an array.
        equal_nan: whether NaN is equal to NaN.

    Returns:
        bool, in the common shape.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: ``a``, ``b``, ``rtol`` or ``atol`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.isclose(T.dvector("x"), 1.0)
    <Tensor: bool (x.shape[0],)>
    """
    x, y = as_node(a), as_node(b)
    if y.dtype.kind in "biu":
        y = convert(y, dtypes.promote([y.dtype, float]))
    allowed = o.add(operand(atol), o.multiply(operand(rtol), o.absolute(y)))
    near = o.logical_and(o.less_equal(o.absolute(o.subtract(x, y)), allowed), o.isfinite(y))
    found = o.logical_or(near, o.equal(x, y))
    return o.logical_or(found, o.logical_and(_isnan(x), _isnan(y))) if equal_nan else found


def _isnan(x: Node) -> Node:
    return o.isnan(x) if x.dtype.kind in "fc" else convert(o.not_equal(x, x), dtypes.BOOL)


def allclose(a: ArrayLike, b: ArrayLike, rtol: ArrayLike = 1e-05, atol: ArrayLike = 1e-08,
             equal_nan: bool = False) -> Node:
    """Whether all elements are equal up to rounding, as :func:`isclose` says of each.

    Args:
        a: any dtype; the shapes of all four broadcast.
        b: what ``a`` is compared with, of any dtype; a number or an array.
        rtol: the difference that is allowed, relative to ``b``; a number or an array.
        atol: the difference that is allowed in any case; a number or an array.
        equal_nan: whether NaN is equal to NaN.

    Returns:
        bool, of rank 0.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: ``a``, ``b``, ``rtol`` or ``atol`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.allclose(T.dvector("x"), 1.0)
    <Tensor: bool ()>
    """
    found = isclose(a, b, rtol, atol, equal_nan)
    return o.all(found, axis=tuple(range(found.ndim)))


def array_equal(a1: ArrayLike, a2: ArrayLike, equal_nan: bool = False) -> Node:
    """Whether two arrays have the same shape and equal elements.

    Unknown lengths must fit when the graph runs: then shapes that differ are an error, and not False.

    Args:
        a1: any dtype and shape.
        a2: any dtype and shape.
        equal_nan: whether NaN is equal to NaN.

    Returns:
        bool, of rank 0.

    Raises:
        ShapeError: lengths that were not known differ when the graph runs.
        DTypeError: ``a1`` or ``a2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.array_equal(T.tensor("x", shape=(2,)), [1, 2, 3]).eval()
    array(False)
    """
    x, y = as_node(a1), as_node(a2)
    same = x.ndim == y.ndim and all(map(dims.may_equal, x.shape, y.shape))
    return _all_equal(x, y, equal_nan) if same else constant(False)


def array_equiv(a1: ArrayLike, a2: ArrayLike) -> Node:
    """Whether two arrays have shapes that broadcast and elements that are equal then.

    Unknown lengths must fit when the graph runs: then shapes that do not broadcast are an error, and not False.

    Args:
        a1: any dtype and shape.
        a2: any dtype and shape.

    Returns:
        bool, of rank 0.

    Raises:
        ShapeError: lengths that were not known do not broadcast when the graph runs.
        DTypeError: ``a1`` or ``a2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.array_equiv([[1, 1], [1, 1]], 1).eval()
    array(True)
    """
    x, y = as_node(a1), as_node(a2)
    return _all_equal(x, y, False) if _broadcast(x.shape, y.shape) else constant(False)


def _broadcast(a: Shape, b: Shape) -> bool:
    pairs = zip(reversed(a), reversed(b), strict=False)
    return all(dims.may_broadcast(n, m) or dims.may_broadcast(m, n) for n, m in pairs)


def _all_equal(x: Node, y: Node, equal_nan: bool) -> Node:
    found = o.equal(x, y)
    if equal_nan and x.dtype.kind in "fc" and y.dtype.kind in "fc":
        found = o.logical_or(found, o.logical_and(o.isnan(x), o.isnan(y)))
    return o.all(found, axis=tuple(range(found.ndim)))
