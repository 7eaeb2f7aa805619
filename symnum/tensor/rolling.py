"""Axes turned around and shifted: flip, roll, rot90."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node
from ..shapes import as_entries, as_int, normalize_axes, normalize_axis
from .indexing import index
from .lengths import Length, as_expression, needs_data, node_of
from .shaping import ravel, reshape
from .shaping_axes import transpose


def flip(x: Node, axis: int | Sequence[int] | None = None) -> Node:
    """Elements in reverse order along an axis, several, or all of them.

    Args:
        x: any dtype and shape.
        axis: an axis, several, or None for all; negative ones count from the back.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: ``x`` is no array of numbers, or an axis is no integer.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.flip(x).eval({x: [1, 2, 3]})
    array([3., 2., 1.])
    """
    axes = normalize_axes(axis, x.ndim, "flip")
    return index(x, tuple(slice(None, None, -1) if k in axes else slice(None) for k in range(x.ndim)))


def fliplr(x: Node) -> Node:
    """Columns in reverse order.

    Args:
        x: any dtype; rank 2 or more.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        ShapeError: the rank is less than 2.
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.fliplr(T.dmatrix("x"))
    <Tensor: float64 (x.shape[0], x.shape[1])>
    """
    return flip(_of_rank(x, 2, "fliplr"), 1)


def flipud(x: Node) -> Node:
    """Rows in reverse order.

    Args:
        x: any dtype; rank 1 or more.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        ShapeError: the rank is 0.
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.flipud(T.dvector("x"))
    <Tensor: float64 (x.shape[0],)>
    """
    return flip(_of_rank(x, 1, "flipud"), 0)


def _of_rank(x: Node, rank: int, name: str) -> Node:
    if x.ndim < rank:
        raise ShapeError(f"{name} needs rank {rank} at least; given shape {dims.text(x.shape)}")
    return x


def rot90(x: Node, k: int = 1, axes: Sequence[int] = (0, 1)) -> Node:
    """Turned by 90 degrees k times, from the first of two axes towards the second.

    Args:
        x: any dtype; rank 2 or more.
        k: how often; negative numbers turn the other way.
        axes: two axes; negative ones count from the back.

    Returns:
        The shape, with the two lengths exchanged if k is odd; the dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank, or both are one.
        ArgumentValueError: there are not two axes.
        DTypeError: ``x`` is no array of numbers, or ``k`` or an axis is no integer.

    >>> import symnum as sn
    >>> x = sn.tensor.dmatrix("x")
    >>> sn.tensor.rot90(x).eval({x: [[1, 2], [3, 4]]})
    array([[2., 4.],
           [1., 3.]])
    """
    if len(axes := as_entries(axes, "axes of rot90")) != 2:
        raise ArgumentValueError(f"rot90: there must be two axes; given {axes}")
    normalize_axes(axes, x.ndim, "rot90")
    a, b = (normalize_axis(axis, x.ndim, "rot90") for axis in axes)
    turns = as_int(k, "k of rot90") % 4
    if turns % 2 == 0:
        return flip(x, (a, b)) if turns else x
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(flip(x, b), order) if turns == 1 else flip(transpose(x, order), b)


def roll(x: Node, shift: Length | Sequence[Length], axis: int | Sequence[int] | None = None) -> Node:
    """Elements shifted along axes; those that leave at the end come in at the front.

    Without an axis all elements are shifted in C order.  Several shifts and axes broadcast; the shifts of an axis that
    is named twice add up.  A shift may be computed from data.

    Args:
        x: any dtype and shape.
        shift: how far, a number or several; negative ones shift to the front.
        axis: an axis, or several; negative ones count from the back.  None shifts in C order.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        AxisError: an axis is outside the rank.
        ArgumentValueError: there are neither as many shifts as axes, nor one of either.
        DTypeError: ``x`` is no array of numbers, or a shift or an axis is no integer.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.roll(x, 1).eval({x: [1, 2, 3]})
    array([3., 1., 2.])
    """
    if axis is None:
        return reshape(roll(ravel(x), shift, 0), x.shape) if x.ndim != 1 else roll(x, shift, 0)
    shifts = list(shift) if isinstance(shift, Iterable) and node_of(shift) is None else [shift]
    axes = [normalize_axis(a, x.ndim, "roll") for a in (axis if isinstance(axis, Iterable) else (axis,))]
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        raise ArgumentValueError(f"roll: {len(shifts)} shifts for {len(axes)} axes; there must be as many, or one")
    count = max(len(shifts), len(axes)) if shifts and axes else 0
    totals: dict[int, list[object]] = {}
    for k in range(count):
        totals.setdefault(axes[k % len(axes)], []).append(shifts[k % len(shifts)])
    for place, parts in totals.items():
        x = _rolled(x, parts, place)
    return x


def _rolled(x: Node, shifts: Sequence[object], axis: int) -> Node:
    n, nodes = x.shape[axis], [node_of(s) for s in shifts]
    if any(s is not None and needs_data(s) for s in nodes):
        total = nodes[0] if nodes[0] is not None else dims.as_node(as_int(shifts[0], "a shift"))
        for s, node in zip(shifts[1:], nodes[1:], strict=True):
            total = o.add(total, node if node is not None else as_int(s, "a shift"))
        places = o.remainder(o.subtract(o.arange(dims.as_node(n)), o.cast(total, dtype=dims.as_node(0).dtype)),
                             dims.as_node(n))
        return index(x, (*[slice(None)] * axis, places))
    total_shift = dims.total(as_expression(s, "a shift") for s in shifts)
    front = _remainder(total_shift, n)
    if isinstance(front, int) and front == 0:
        return x
    parts = (_part(x, axis, dims.subtract(n, front), front), _part(x, axis, 0, dims.subtract(n, front)))
    return o.concatenate(*parts, axis=axis)


def _remainder(a: Dim, n: Dim) -> Dim:
    """a modulo n, from 0 on; 0 if n is 0."""
    if isinstance(a, int) and isinstance(n, int):
        return a % n if n else 0
    turns = o.floor_divide(dims.as_node(a), dims.as_node(dims.maximum(n, 1)))
    return dims.maximum(dims.minimum(dims.subtract(a, dims.multiply(turns, n)), n), 0)


def _part(x: Node, axis: int, start: Dim, length: Dim) -> Node:
    starts = tuple(start if k == axis else 0 for k in range(x.ndim))
    lengths = tuple(length if k == axis else m for k, m in enumerate(x.shape))
    return o.slice(x, starts=starts, lengths=lengths, steps=(1,) * x.ndim)
