"""Products beside ``products``: of vectors along axes, of all pairs of elements, and traces."""

from __future__ import annotations

from .. import dtypes
from ..errors import AxisError, ShapeError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from ..shapes import as_int, normalize_axis
from .products import dot, same_length, shaped, tensordot
from .shaping import ravel
from .shaping_axes import moveaxis


def conjugate(x: Node) -> Node:
    """The complex conjugate, which a real operand is itself."""
    return o.conjugate(x) if x.dtype.kind == "c" else x


# products of vectors ----------------------------------------------------------------------------------------

def vdot(a: Node, b: Node) -> Node:
    """Sum of products of all elements in C order; the first operand is conjugated if it is complex.

    Args:
        a: any dtype and shape.
        b: any dtype; as many elements.

    Returns:
        Rank 0; the common dtype.

    Raises:
        ShapeError: the numbers of elements differ; known when the graph is built, or when it runs.
        DTypeError: ``a`` or ``b`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.vdot(T.tensor("a", shape=(2, 3)), T.tensor("b", shape=(3, 2)))
    <Tensor: float64 ()>
    """
    first, second = same_length(conjugate(ravel(a)), ravel(b), 0, 0, "vdot")
    return dot(first, second)


def inner(a: Node, b: Node) -> Node:
    """Sum of products over the last axes; the result has the other axes of the first, then of the second.

    An operand of rank 0 multiplies.

    Args:
        a: any dtype and shape.
        b: any dtype; its last length is that of ``a``.

    Returns:
        The common dtype.

    Raises:
        ShapeError: the last lengths differ; known when the graph is built, or when it runs.
        DTypeError: ``a`` or ``b`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.inner(T.tensor("a", shape=(2, 3)), T.tensor("b", shape=(4, 3)))
    <Tensor: float64 (2, 4)>
    """
    if a.ndim == 0 or b.ndim == 0:
        return o.multiply(a, b)
    return tensordot(a, b, ((-1,), (-1,)))


def vecdot(a: Node, b: Node, *, axis: int = -1) -> Node:
    """Sum of products along one axis; the others broadcast.  The first operand is conjugated if it is complex.

    Args:
        a: any dtype and shape.
        b: any dtype; the same length along ``axis``.
        axis: counted in both operands; a negative one from the back.

    Returns:
        The common shape without the axis; the common dtype.

    Raises:
        AxisError: the axis is outside the rank of an operand.
        ShapeError: the lengths differ or the shapes do not broadcast; known at once, or when the graph runs.
        DTypeError: ``a`` or ``b`` is no array of numbers, or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.vecdot(T.tensor("a", shape=(5, 3)), T.tensor("b", shape=(3,)))
    <Tensor: float64 (5,)>
    """
    a, b = (moveaxis(x, normalize_axis(axis, x.ndim, "vecdot"), -1) for x in (a, b))
    a, b = same_length(a, b, a.ndim - 1, b.ndim - 1, "vecdot")
    products = o.multiply(conjugate(a), b)
    return convert(o.sum(products, axis=(products.ndim - 1,)), products.dtype)


def cross(a: Node, b: Node, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Node:
    """Cross product of vectors of three elements; their other axes broadcast.

    Args:
        a: vectors along ``axisa``; any dtype.
        b: vectors along ``axisb``; any dtype.
        axisa: an axis of length 3.
        axisb: an axis of length 3.
        axisc: where the vectors of the result lie.
        axis: all three of them, if it is given.

    Returns:
        The common shape, with the vectors along ``axisc``; the common dtype.

    Raises:
        AxisError: an axis is outside the rank.
        ShapeError: vectors do not have three elements, or the shapes do not broadcast.
        DTypeError: an operand is bool or no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.cross(T.tensor("a", shape=(5, 3)), [0.0, 0.0, 1.0])
    <Tensor: float64 (5, 3)>
    """
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    a, b = (_three(x, k) for x, k in ((a, axisa), (b, axisb)))
    (a0, a1, a2), (b0, b1, b2) = ([_element(x, k) for k in range(3)] for x in (a, b))
    pairs = ((a1, b2, a2, b1), (a2, b0, a0, b2), (a0, b1, a1, b0))
    parts = [o.subtract(o.multiply(p, q), o.multiply(r, s)) for p, q, r, s in pairs]
    last = parts[0].ndim
    joined = o.concatenate(*(o.expand_dims(part, axis=(last,)) for part in parts), axis=last)
    return moveaxis(joined, -1, normalize_axis(axisc, joined.ndim, "cross"))


def _three(x: Node, axis: int) -> Node:
    moved = moveaxis(x, normalize_axis(axis, x.ndim, "cross"), -1)
    if not dims.may_equal(moved.shape[-1], 3):
        raise ShapeError(f"cross: vectors must have 3 elements; given shape {dims.text(x.shape)} and axis {axis} "
                         f"(of vectors with 2 elements the product is a[0]*b[1] - a[1]*b[0])")
    return shaped(moved, (*moved.shape[:-1], 3))


def _element(x: Node, k: int) -> Node:
    last = x.ndim - 1
    part = o.slice(x, starts=(0,) * last + (k,), lengths=(*x.shape[:-1], 1), steps=(1,) * x.ndim)
    return o.squeeze(part, axis=(last,))


# all pairs ----------------------------------------------------------------------------------------------------

def kron(a: Node, b: Node) -> Node:
    """The Kronecker product: each element of the first times the whole second, as blocks.

    The operand of lower rank gets leading axes of length 1; lengths multiply axis by axis.

    Args:
        a: any dtype and shape.
        b: any dtype and shape.

    Returns:
        The lengths multiplied; the common dtype.

    Raises:
        DTypeError: ``a`` or ``b`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.kron(T.tensor("a", shape=(2, 3)), T.tensor("b", shape=(4, 5)))
    <Tensor: float64 (8, 15)>
    """
    rank = max(a.ndim, b.ndim)
    first, second = ((1,) * (rank - x.ndim) + x.shape for x in (a, b))
    a = shaped(a, tuple(n for length in first for n in (length, 1)))
    b = shaped(b, tuple(n for length in second for n in (1, length)))
    return shaped(o.multiply(a, b), tuple(map(dims.multiply, first, second)))


# traces -------------------------------------------------------------------------------------------------------

def diagonal(x: Node, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Node:
    """The diagonal of two axes, as the last axis of the result; the other axes keep their order.

    Args:
        x: at least two axes; any dtype.
        offset: 0 for the main diagonal, k for the k-th above it, -k below.
        axis1: the axis of rows.
        axis2: the axis of columns.

    Returns:
        The dtype of ``x``; the diagonal lies along the last axis.

    Raises:
        AxisError: an axis is outside the rank, or both are one.
        ShapeError: the rank is below 2.
        DTypeError: ``x`` is no array of numbers, or a number is no integer.

    >>> from symnum import tensor as T
    >>> T.diagonal(T.tensor("x", shape=(3, 4)), 1)
    <Tensor: float64 (3,)>
    """
    if x.ndim < 2:
        raise ShapeError(f"diagonal: expected at least two axes; given shape {dims.text(x.shape)}")
    first, second = (normalize_axis(k, x.ndim, "diagonal") for k in (axis1, axis2))
    if first == second:
        raise AxisError(f"diagonal: axis1 and axis2 are both axis {first}")
    x = moveaxis(x, (first, second), (-2, -1))
    k = as_int(offset, "offset of diagonal")
    if k:
        starts = (max(-k, 0), max(k, 0))
        x = o.slice(x, starts=(*(0,) * (x.ndim - 2), *starts), steps=(1,) * x.ndim, lengths=(
            *x.shape[:-2], *(dims.maximum(dims.subtract(n, s), 0) for n, s in zip(x.shape[-2:], starts, strict=True))))
    return o.diagonal(x)


def trace(x: Node, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: object = None) -> Node:
    """The sum of a diagonal of two axes.

    Args:
        x: at least two axes; any dtype.
        offset: 0 for the main diagonal, k for the k-th above it, -k below.
        axis1: the axis of rows.
        axis2: the axis of columns.
        dtype: what to convert to first; without it, bool and small integers are summed in 64 bits.

    Returns:
        The shape without the two axes; the dtype of ``x`` or ``dtype``, where that is no bool or small integer.

    Raises:
        AxisError: an axis is outside the rank, or both are one.
        ShapeError: the rank is below 2.
        DTypeError: ``x`` is no array of numbers, a number is no integer, or ``dtype`` is not supported.

    >>> from symnum import tensor as T
    >>> T.trace(T.imatrix("x"))
    <Tensor: int64 ()>
    """
    elements = diagonal(x, offset, axis1, axis2)
    if dtype is not None:
        elements = convert(elements, dtypes.as_dtype(dtype))
    return o.sum(elements, axis=(elements.ndim - 1,))
