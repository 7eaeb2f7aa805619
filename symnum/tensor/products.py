"""Products of vectors, matrices and stacks of them; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Sequence

from .. import dtypes
from ..errors import AxisError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node, Shape
from ..ops import linalg_matrices as matrices
from ..shapes import as_int, normalize_axes, normalize_axis

Axes = int | Sequence[int]


def dot(a: Node, b: Node) -> Node:
    """Sum of products over the first operand's last axis and the second's last but one (or only) axis.

    An operand of rank 0 multiplies.  The result has the remaining axes of the first, then those of the
    second; all ranks come down to one product of two matrices.

    Args:
        a: any dtype and shape.
        b: any dtype; its last axis but one has the length of the last axis of ``a``.

    Returns:
        The common dtype.

    Raises:
        ShapeError: the lengths of the two axes differ; known when the graph is built, or when it runs.
        DTypeError: ``a`` or ``b`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.dot(T.tensor("a", shape=(2, 3)), T.tensor("b", shape=(3, 4)))
    <Tensor: float64 (2, 4)>
    """
    if a.ndim == 0 or b.ndim == 0:
        return o.multiply(a, b)
    if max(a.ndim, b.ndim) <= 2:
        return o.dot(a, b)
    last = b.ndim - 2 if b.ndim > 1 else 0
    return _contract(a, b, (a.ndim - 1,), (last,), "dot")


def matmul(a: Node, b: Node) -> Node:
    """Matrix product, ``a @ b``: axes before the last two are stacks, which broadcast.

    An operand of rank 1 is a row on the left and a column on the right.

    Args:
        a: (..., m, n), or (n,); any dtype.
        b: (..., n, k), or (n,); any dtype.

    Returns:
        (..., m, k), without m and k of vectors; the common dtype.

    Raises:
        ShapeError: an operand has rank 0, or lengths do not fit; known at once, or when the graph runs.
        DTypeError: ``a`` or ``b`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.matmul(T.tensor("a", shape=(5, 2, 3)), T.tensor("b", shape=(3, 4)))
    <Tensor: float64 (5, 2, 4)>
    """
    if a.ndim == 0 or b.ndim == 0:
        raise ShapeError("matmul: operands of rank 0 do not multiply as matrices; use *")
    if b.ndim <= 2:
        return dot(a, b)
    if a.ndim == 1:
        return o.squeeze(matmul(o.expand_dims(a, axis=(0,)), b), axis=(b.ndim - 2,))
    check_lengths(a, b, a.ndim - 1, b.ndim - 2, "matmul")
    common = dtypes.promote([a.dtype, b.dtype])
    a, b = convert(a, common), convert(b, common)
    if common.kind not in "fc" or _is_small(a, b):
        return _written_out(*same_length(a, b, a.ndim - 1, b.ndim - 2, "matmul"))
    first, second = stacked_alike(a, b, "matmul")
    product = dot(first, second) if second.ndim == 2 else matrices.product(o, first, second)
    return shaped(product, (*dims.broadcast_shapes([a.shape[:-2], b.shape[:-2]], "matmul"), *product.shape[-2:]))


# Products of at most so many multiplications are written out: they fuse with what is around them.
_SMALL = 64


def _is_small(a: Node, b: Node) -> bool:
    count = dims.product((a.shape[-2], a.shape[-1], b.shape[-1]))
    return isinstance(count, int) and count <= _SMALL


def stacked_alike(a: Node, b: Node, name: str) -> tuple[Node, Node]:
    """Two stacks of matrices under the stack that they broadcast to; one matrix alone stays alone.

    Raises:
        ShapeError: the stacks do not broadcast.
    """
    a, b = _alone(a), _alone(b)
    if 2 in (a.ndim, b.ndim):
        return a, b
    stack = dims.broadcast_shapes([a.shape[:-2], b.shape[:-2]], name)
    first, second = (broadcast_to(x, (*stack, *x.shape[-2:])) for x in (a, b))
    return first, second


def _alone(x: Node) -> Node:
    """A stack of known length 1 as one matrix."""
    return shaped(x, x.shape[-2:]) if all(isinstance(n, int) and n == 1 for n in x.shape[:-2]) else x


def _written_out(a: Node, b: Node) -> Node:
    """Two stacks of matrices: all products, then the sum over the common axis."""
    rows = o.expand_dims(a, axis=(a.ndim,))
    columns = o.expand_dims(b, axis=(b.ndim - 2,))
    products = o.multiply(rows, columns)
    return convert(o.sum(products, axis=(products.ndim - 2,)), products.dtype)


def check_lengths(a: Node, b: Node, axis: int, other: int, name: str) -> None:
    """Two axes can have one length.

    Raises:
        ShapeError: their lengths are known to differ.
    """
    n, m = a.shape[axis], b.shape[other]
    if not dims.may_equal(n, m):
        raise ShapeError(f"{name}: shapes {dims.text(a.shape)} and {dims.text(b.shape)} do not fit: axis "
                         f"{axis} of the first has length {dims.name_of(n)}, axis {other} of the second "
                         f"{dims.name_of(m)}")


def same_length(a: Node, b: Node, axis: int, other: int, name: str) -> tuple[Node, Node]:
    """Both operands with one length along the two axes, checked when the graph runs if it is not known.

    For what has no op of its own that demands it.
    """
    check_lengths(a, b, axis, other, name)
    n, m = a.shape[axis], b.shape[other]
    if dims.equal(n, m):
        return a, b
    if isinstance(n, int):
        return a, o.reshape(b, shape=(*b.shape[:other], n, *b.shape[other + 1:]))
    return o.reshape(a, shape=(*a.shape[:axis], m, *a.shape[axis + 1:])), b


def _contract(a: Node, b: Node, axes: tuple[int, ...], others: tuple[int, ...], name: str) -> Node:
    """Sum of products over pairs of axes, as one product of matrices."""
    for axis, other in zip(axes, others, strict=True):
        check_lengths(a, b, axis, other, name)
        if len(axes) > 1:       # one axis is looked at by the product itself
            a, b = same_length(a, b, axis, other, name)
    left = tuple(k for k in range(a.ndim) if k not in axes)
    right = tuple(k for k in range(b.ndim) if k not in others)
    common, alike = (tuple(x.shape[k] for k in ks) for x, ks in ((a, axes), (b, others)))
    kept_a, kept_b = tuple(a.shape[k] for k in left), tuple(b.shape[k] for k in right)
    product = o.dot(_as_matrix(_ordered(a, (*left, *axes)), kept_a, common),
                    _as_matrix(_ordered(b, (*others, *right)), alike, kept_b))
    return shaped(product, (*kept_a, *kept_b))


def _ordered(x: Node, axes: tuple[int, ...]) -> Node:
    return x if axes == tuple(range(x.ndim)) else o.transpose(x, axes=axes)


def _as_matrix(x: Node, first: Shape, second: Shape) -> Node:
    """Each group of axes as one axis; a group without axes stays away."""
    return shaped(x, tuple(dims.product(group) for group in (first, second) if group))


def shaped(x: Node, shape: Shape) -> Node:
    """The same elements in C order under a shape of nodes and numbers."""
    return x if x.shape == shape else o.reshape(x, shape=shape)


def outer(a: Node, b: Node) -> Node:
    """All products of an element of the first and an element of the second (each flattened).

    Args:
        a: any dtype and shape.
        b: any dtype and shape.

    Returns:
        Rank 2: one row for each element of ``a``, one column for each of ``b``; the common dtype.

    Raises:
        DTypeError: ``a`` or ``b`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.outer(T.tensor("a", shape=(2,)), T.tensor("b", shape=(3,)))
    <Tensor: float64 (2, 3)>
    """
    rows, columns = (shaped(x, (dims.product(x.shape),)) for x in (a, b))
    return o.multiply(o.expand_dims(rows, axis=(1,)), o.expand_dims(columns, axis=(0,)))


def tensordot(a: Node, b: Node, axes: int | tuple[Axes, Axes] = 2) -> Node:
    """Sum of products over several pairs of axes.

    Args:
        a: any dtype and shape.
        b: any dtype and shape.
        axes: how many of the last axes of ``a`` to pair with the first of ``b``, or two lists of axes.

    Returns:
        The lengths of ``a`` that are not paired, then those of ``b``; the common dtype.

    Raises:
        AxisError: an axis is outside the rank, or the two lists have different lengths.
        ShapeError: lengths of paired axes differ; known when the graph is built, or when it runs.
        DTypeError: ``a`` or ``b`` is no array of numbers, or ``axes`` are no integers.

    >>> from symnum import tensor as T
    >>> T.tensordot(T.tensor("a", shape=(2, 3, 4)), T.tensor("b", shape=(4, 3, 5)), axes=((1, 2), (1, 0)))
    <Tensor: float64 (2, 5)>
    """
    if isinstance(axes, tuple | list):
        if len(axes) != 2:
            raise AxisError(f"tensordot: axes must be a number or two lists; given {len(axes)} entries")
        first, second = (_listed(ks, x.ndim) for ks, x in zip(axes, (a, b), strict=True))
    else:
        count = as_int(axes, "axes of tensordot")
        first, second = tuple(range(a.ndim - count, a.ndim)), tuple(range(count))
    if len(first) != len(second):
        raise AxisError(f"tensordot: {len(first)} axes of the first are paired with {len(second)} axes")
    for ks, x in ((first, a), (second, b)):
        normalize_axes(ks, x.ndim, "tensordot")
    if not first:
        flat = outer(a, b)
        return shaped(flat, (*a.shape, *b.shape))
    return _contract(a, b, first, second, "tensordot")


def _listed(axes: Axes, ndim: int) -> tuple[int, ...]:
    given = axes if isinstance(axes, list | tuple) else (axes,)
    return tuple(normalize_axis(k, ndim, "tensordot") for k in given)
