"""Shapes of nodes: the same elements under other lengths; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from ..errors import ArgumentValueError, ShapeError, UnsupportedError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node, Shape
from ..shapes import as_int, normalize_axes
from .convert import as_node
from .lengths import ShapeLike, as_length, as_shape, node_of, parts_of
from .shaping_axes import Axes, transpose

Order = Literal["C", "F", "A", "K"]


# the same elements in another shape -------------------------------------------------------------------------

def reshape(x: Node, shape: ShapeLike, order: Order = "C", *, copy: bool | None = None) -> Node:
    """The same elements under another shape; one length may be -1 and follows from the others.

    Lengths are numbers, dims, or arithmetic of lengths such as ``x.shape[0]*2``.  Equal unknown lengths of
    both shapes cancel, so ``reshape(x, (x.shape[0], -1))`` flattens all axes but the first.

    Args:
        x: any dtype and shape.
        shape: the lengths of the result, one of which may be -1.
        order: the elements are read and placed with the last axis changing fastest (``"C"``, and ``"A"``) or the first
            (``"F"``).
        copy: has no effect: tensors are values, which nothing changes.

    Returns:
        The new shape; the dtype of ``x``.

    Raises:
        ShapeError: the numbers of elements differ; known when the graph is built, or when it runs.
        DTypeError: a length is not an integer, or ``x`` is no array of numbers.
        ArgumentValueError: another order.

    >>> from symnum import tensor as T
    >>> x = T.tensor("x", shape=(None, 4, 6))
    >>> T.reshape(x, (x.shape[0], -1))
    <Tensor: float64 (x.shape[0], 24)>
    """
    parts = parts_of(shape)
    if _is_fortran(order, "reshape", "CFA"):
        return transpose(reshape(transpose(x), parts[::-1]))
    free = [k for k, part in enumerate(parts)
            if node_of(part) is None and as_int(part, "a length of the shape") == -1]
    if len(free) > 1:
        raise ShapeError(f"reshape: only one length may be -1; given {len(free)} of them")
    lengths = [1 if k in free else as_length(part) for k, part in enumerate(parts)]
    for k in free:
        lengths[k] = _remaining(x.shape, lengths)
    return reshaped(x, tuple(lengths))


def _is_fortran(order: object, name: str, known: str) -> bool:
    if not isinstance(order, str) or order not in known:
        raise ArgumentValueError(f"{name}: order must be one of {', '.join(map(repr, known))}; given {order!r}")
    return order == "F"


def reshaped(x: Node, shape: Shape) -> Node:
    """``x`` in C order under a shape of lengths; ``x`` itself if it has it already."""
    return x if x.shape == shape else o.reshape(x, shape=shape)


def _remaining(given: Shape, wanted: Sequence[Dim]) -> Dim:
    """product(given) / product(wanted), equal lengths cancelled first."""
    above, below = list(given), []
    for length in wanted:
        same = next((k for k, n in enumerate(above) if dims.equal(n, length)), None)
        if same is None:
            below.append(length)
        else:
            del above[same]
    whole, divisor = dims.product(above), dims.product(below)
    if isinstance(divisor, Node):
        return o.floor_divide(dims.as_node(whole), divisor)
    if divisor == 0 or (isinstance(whole, int) and whole % divisor):
        raise ShapeError(f"reshape: no length fits in place of -1 for shape {dims.text(given)}: "
                         f"{dims.name_of(whole)} elements are not a multiple of {divisor}")
    return dims.floor_divide(whole, divisor)


def ravel(x: Node, order: Order = "C") -> Node:
    """All elements along one axis, in C order, or with the first axis changing fastest.

    Args:
        x: any dtype and shape.
        order: ``"C"`` (``"A"`` and ``"K"`` are the same), or ``"F"``: the first axis changes fastest.

    Returns:
        Rank 1; the dtype of ``x``.

    Raises:
        ArgumentValueError: ``order`` is not one of "C", "F", "A", "K".
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.ravel(T.tensor("x", shape=(2, 3)))
    <Tensor: float64 (6,)>
    """
    kept = transpose(x) if _is_fortran(order, "ravel", "CFAK") else x
    return reshaped(kept, (dims.product(kept.shape),))


def resize(x: Node, new_shape: ShapeLike) -> Node:
    """The elements in C order, again from the first when they are used up, in a new shape; zeros if there are none.

    Args:
        x: any dtype and shape; its lengths are known.
        new_shape: the lengths of the result, which are known.

    Returns:
        The new shape; the dtype of ``x``.

    Raises:
        ShapeError: a length is negative.
        UnsupportedError: a length of the operand or of the result is not known.
        DTypeError: a length is not an integer, or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.resize(T.tensor("x", shape=(4,)), (2, 3))
    <Tensor: float64 (2, 3)>
    """
    wanted = as_shape(new_shape)
    flat, total = ravel(x), dims.product(wanted)
    given = flat.shape[0]
    if isinstance(given, Node) or isinstance(total, Node):
        raise UnsupportedError(f"resize of shape {dims.text(x.shape)} to {dims.text(wanted)} needs known lengths; "
                               f"use reshape, or give the input fixed lengths, as in tensor('x', shape=(3, 4))")
    if given == 0:
        return o.broadcast_to(o.constant(0, x.dtype), shape=wanted)
    rows = o.broadcast_to(flat, shape=(-(-total // given), given))
    return reshaped(part(reshaped(rows, (dims.product(rows.shape),)), 0, 0, total), wanted)


def part(x: Node, axis: int, start: Dim, length: Dim) -> Node:
    """``length`` elements along an axis from element ``start`` on; all of them lie inside."""
    if dims.equal(start, 0) and dims.equal(length, x.shape[axis]):
        return x
    starts = tuple(start if k == axis else 0 for k in range(x.ndim))
    lengths = tuple(length if k == axis else n for k, n in enumerate(x.shape))
    return o.slice(x, starts=starts, lengths=lengths, steps=(1,) * x.ndim)


# axes of length 1 -------------------------------------------------------------------------------------------

def squeeze(x: Node, axis: Axes | None = None) -> Node:
    """Without axes of length 1: those named, or all that are known to have length 1.

    A named axis of unknown length is checked when the graph runs.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all that are known to have length 1; negative ones count from the back.

    Returns:
        The shape without the axes; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: a named axis has another length; known when the graph is built, or when it runs.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.squeeze(T.drow("x"))
    <Tensor: float64 (x.shape[1],)>
    """
    if axis is None:
        axes = tuple(k for k, n in enumerate(x.shape) if isinstance(n, int) and n == 1)
    else:
        axes = normalize_axes(axis, x.ndim, "squeeze")
    if any(isinstance(x.shape[k], Node) for k in axes):
        return reshaped(x, tuple(n for k, n in enumerate(x.shape) if k not in axes))
    return o.squeeze(x, axis=axes) if axes else x


def expand_dims(x: Node, axis: Axes) -> Node:
    """New axes of length 1 at the given places of the result.

    Args:
        x: any dtype and shape.
        axis: a place in the result, or several; negative ones count from its back.

    Returns:
        The shape with the new axes; the dtype of ``x``.

    Raises:
        AxisError: a place is outside the rank of the result, or named twice.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> from symnum import tensor as T
    >>> T.expand_dims(T.dvector("x"), -1)
    <Tensor: float64 (x.shape[0], 1)>
    """
    count = len(tuple(axis)) if isinstance(axis, Iterable) else 1
    axes = normalize_axes(axis, x.ndim + count, "expand_dims")
    return o.expand_dims(x, axis=axes) if axes else x


def atleast_1d(*xs: Any) -> Node | tuple[Node, ...]:
    """The operand with at least one axis; a tuple for several operands.

    Args:
        xs: any dtype and shape.

    Returns:
        The shape with a new axis if there was none; the dtype is kept.

    Raises:
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.atleast_1d(T.dscalar("x"))
    <Tensor: float64 (1,)>
    """
    return _each(xs, ((0,),))


def atleast_2d(*xs: Any) -> Node | tuple[Node, ...]:
    """The operand with at least two axes, a vector as a row; a tuple for several operands.

    Args:
        xs: any dtype and shape.

    Returns:
        The shape with new axes up to rank 2; the dtype is kept.

    Raises:
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.atleast_2d(T.dvector("x"))
    <Tensor: float64 (1, x.shape[0])>
    """
    return _each(xs, ((0, 1), (0,)))


def atleast_3d(*xs: Any) -> Node | tuple[Node, ...]:
    """The operand with at least three axes, a vector along the second and a matrix along the first two; a tuple for
    several operands.

    Args:
        xs: any dtype and shape.

    Returns:
        The shape with new axes up to rank 3; the dtype is kept.

    Raises:
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.atleast_3d(T.tensor("x", shape=(2, 3)), 1.0)
    (<Tensor: float64 (2, 3, 1)>, <Tensor: float64 (1, 1, 1)>)
    """
    return _each(xs, ((0, 1, 2), (0, 2), (2,)))


def _each(xs: Sequence[Any], places: Sequence[tuple[int, ...]]) -> Node | tuple[Node, ...]:
    """Each operand with new axes, at the places that are given for its rank."""
    nodes = tuple(o.expand_dims(x, axis=places[x.ndim]) if x.ndim < len(places) else x for x in map(as_node, xs))
    return nodes[0] if len(nodes) == 1 else nodes


# broadcasting -----------------------------------------------------------------------------------------------

def broadcast_to(x: Node, shape: ShapeLike) -> Node:
    """Repeated along new leading axes and along axes of length 1, to a given shape.

    Args:
        x: any dtype and shape.
        shape: the lengths of the result.

    Returns:
        That shape; the dtype of ``x``.

    Raises:
        ShapeError: the shape does not fit (known when the graph is built, or when it runs), or a length is negative.
        DTypeError: a length is not an integer, or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.broadcast_to(T.dscalar("x"), (2, 3))
    <Tensor: float64 (2, 3)>
    """
    wanted = as_shape(shape)
    return x if x.shape == wanted else o.broadcast_to(x, shape=wanted)


def broadcast_arrays(*xs: Any) -> tuple[Node, ...]:
    """All operands repeated to the shape that they have in common.

    Args:
        xs: arrays of any dtypes; their shapes broadcast.

    Returns:
        A tuple of tensors of the common shape, each in its own dtype.

    Raises:
        ShapeError: the shapes do not broadcast; known when the graph is built, or when it runs.
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.broadcast_arrays(T.tensor("x", shape=(2, 1)), [1, 2, 3])
    (<Tensor: float64 (2, 3)>, <Tensor: int64 (2, 3)>)
    """
    nodes = [as_node(x) for x in xs]
    shape = dims.broadcast_shapes([x.shape for x in nodes], "broadcast_arrays")
    return tuple(broadcast_to(x, shape) for x in nodes)
