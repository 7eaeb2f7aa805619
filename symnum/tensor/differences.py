"""Nodes of differences along an axis: between neighbours, and as estimates of derivatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..dtypes import BOOL, FLOAT64
from ..errors import ArgumentValueError, DTypeError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, constant, convert, o
from ..ir.node import Dim, Node
from ..shapes import as_int, normalize_axes, normalize_axis
from .convert import ArrayLike, as_node
from .shaping import ravel


def diff(x: Node, n: int = 1, axis: int = -1, prepend: ArrayLike | None = None, append: ArrayLike | None = None
         ) -> Node:
    """Differences of neighbours along an axis, ``x[i + 1] - x[i]``, taken ``n`` times; of bools whether they differ.

    Args:
        x: any dtype, of rank 1 at least; unsigned integers wrap around.
        n: how often; the axis gets shorter by 1 each time.
        axis: the axis; a negative one counts from the back.
        prepend: what is put before the first element first: a number, or an array that has ``x``'s other lengths.
        append: what is put behind the last element first: a number, or such an array.

    Returns:
        The shape with an axis that is shorter by ``n``; the dtype of ``x``, the common one with what is put before and
        behind.

    Raises:
        AxisError: the axis is outside the rank.
        ArgumentValueError: ``n`` is negative.
        ShapeError: ``x`` has rank 0, or what is put before or behind it does not fit.
        DTypeError: ``x``, ``prepend`` or ``append`` is no array of numbers, or ``n`` or the axis is no integer.

    >>> from symnum import tensor as T
    >>> T.diff([1, 2, 4, 7, 0]).eval(), T.diff([1, 2, 4, 7, 0], n=2).eval()
    (array([ 1,  2,  3, -7]), array([  1,   1, -10]))
    """
    count = as_int(n, "n of diff")
    if count < 0:
        raise ArgumentValueError(f"diff: n must be at least 0; given {count}")
    if x.ndim == 0:
        raise ShapeError("diff: expected rank 1 at least; given a scalar")
    axis = normalize_axis(axis, x.ndim, "diff")
    if count == 0:
        return x
    parts = [_edge(x, prepend, axis), x, _edge(x, append, axis)]
    given = [part for part in parts if part is not None]
    x = given[0] if len(given) == 1 else o.concatenate(*given, axis=axis)
    operation = o.not_equal if x.dtype == BOOL else o.subtract
    for _ in range(count):
        x = operation(along(x, axis, 1, None), along(x, axis, 0, -1))
    return x


def _edge(x: Node, value: ArrayLike | None, axis: int) -> Node | None:
    """What stands before or behind x: a number for each line along the axis, or an array."""
    if value is None:
        return None
    node = as_node(value)
    return node if node.ndim else broadcast_to(node, tuple(1 if k == axis else n for k, n in enumerate(x.shape)))


def along(x: Node, axis: int, start: int, end: int | None, step: int = 1) -> Node:
    """``x[start:end:step]`` along an axis; the end is None or negative, the start at least 0, the step above 0."""
    length = dims.maximum(dims.subtract(x.shape[axis], start - (end or 0)), 0)
    if step > 1:
        length = dims.floor_divide(dims.add(length, step - 1), step)
    return o.slice(x, starts=tuple(start if k == axis else 0 for k in range(x.ndim)),
                   lengths=tuple(length if k == axis else n for k, n in enumerate(x.shape)),
                   steps=tuple(step if k == axis else 1 for k in range(x.ndim)))


def ediff1d(x: Node, to_end: ArrayLike | None = None, to_begin: ArrayLike | None = None) -> Node:
    """Differences of neighbours of all elements in C order, as a vector.

    Args:
        x: any dtype and shape.
        to_end: numbers that are put behind the differences, flattened if they have any other shape.
        to_begin: numbers that are put before them, of any shape too.

    Returns:
        A vector of the dtype of ``x``.

    Raises:
        DTypeError: numbers that are put there do not fit the dtype of ``x``, or an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.ediff1d([1, 2, 4], to_begin=-99, to_end=[88, 99]).eval()
    array([-99,   1,   2,  88,  99])
    """
    flat = ravel(x)
    parts = [_fitting(x, to_begin, "to_begin"), diff(flat), _fitting(x, to_end, "to_end")]
    given = [part for part in parts if part is not None]
    return given[0] if len(given) == 1 else o.concatenate(*given, axis=0)


def _fitting(x: Node, value: ArrayLike | None, name: str) -> Node | None:
    if value is None:
        return None
    node = ravel(as_node(value))
    if not _same_kind(node, x):
        raise DTypeError(f"ediff1d: {name} of dtype {node.dtype.name} does not fit {x.dtype.name}")
    return convert(node, x.dtype)


def _same_kind(value: Node, x: Node) -> bool:
    order = "buifc"
    return order.index(value.dtype.kind) <= order.index(x.dtype.kind) or {value.dtype.kind, x.dtype.kind} == {"u", "i"}


# gradient ---------------------------------------------------------------------------------------------------

def gradient(f: ArrayLike, *varargs: ArrayLike, axis: int | Sequence[int] | None = None, edge_order: int = 1
             ) -> Node | tuple[Node, ...]:
    """Estimates of the derivative of sampled values along each axis, by central differences.

    At the ends of an axis they are one-sided.

    Args:
        f: values of any shape and dtype.
        varargs: the distance of neighbours: one number for all axes, or for each axis a number or the vector of its
            coordinates; 1 if nothing is given.
        axis: an axis, several, or None for all.
        edge_order: 1 or 2, the order of the estimates at the ends.

    Returns:
        A tensor of ``f``'s shape for one axis, else a tuple of them; floats keep their dtype, integers give float64.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        DTypeError: the number of distances is not that of the axes, an axis is no integer, or an operand is no array of
            numbers.
        ArgumentValueError: another ``edge_order``, or an axis that is too short for it.
        ShapeError: coordinates do not fit their axis.

    >>> from symnum import tensor as T
    >>> T.gradient([1.0, 2.0, 4.0, 7.0]).eval()
    array([1. , 1.5, 2.5, 3. ])
    """
    node = as_node(f)
    axes = _axes(axis, node)
    if edge_order not in (1, 2):
        raise ArgumentValueError(f"gradient: edge_order must be 1 or 2; given {edge_order!r}")
    if node.dtype.kind not in "fc":
        node = convert(node, FLOAT64)
    spacings = [_spacing(value, node, k) for value, k in zip(_distances(varargs, axes), axes, strict=True)]
    for k in axes:
        if isinstance(node.shape[k], int) and node.shape[k] < edge_order + 1:
            raise ArgumentValueError(f"gradient: axis {k} has length {node.shape[k]}; expected {edge_order + 1} at "
                                     f"least for edge_order {edge_order}")
    found = tuple(_gradient(node, spacing, k, edge_order) for spacing, k in zip(spacings, axes, strict=True))
    return found[0] if len(found) == 1 else found


def _axes(axis: int | Sequence[int] | None, f: Node) -> tuple[int, ...]:
    if isinstance(axis, Iterable):
        normalize_axes(axis, f.ndim, "gradient")
        return tuple(normalize_axis(k, f.ndim, "gradient") for k in axis)
    return normalize_axes(axis, f.ndim, "gradient")


def _distances(given: Sequence[ArrayLike], axes: Sequence[int]) -> Sequence[ArrayLike]:
    if not given:
        return (1.0,) * len(axes)
    if len(given) == 1 and as_node(given[0]).ndim == 0:
        return tuple(given) * len(axes)
    if len(given) != len(axes):
        raise DTypeError(f"gradient: {len(given)} distances for {len(axes)} axes; cure: one for each, or one number")
    return given


def _spacing(value: ArrayLike, f: Node, axis: int) -> Node:
    """The distance of neighbours: a scalar, or the differences of coordinates in the shape in which they meet f."""
    node = as_node(value)
    if node.ndim == 0:
        return constant(value, f.dtype) if isinstance(value, bool | int | float) else node
    if node.ndim != 1 or not dims.may_equal(node.shape[0], f.shape[axis]):
        raise ShapeError(f"gradient: coordinates of shape {dims.text(node.shape)} for axis {axis} of shape "
                         f"{dims.text(f.shape)}; expected a vector as long as the axis")
    if node.dtype.kind not in "fc":
        node = convert(node, FLOAT64)
    steps, others = diff(node), tuple(k for k in range(f.ndim) if k != axis)
    return o.expand_dims(steps, axis=others) if others else steps


def _gradient(f: Node, spacing: Node, axis: int, edge_order: int) -> Node:
    if spacing.ndim:
        inner = _by_coordinates(f, spacing, axis)
    else:
        inner = o.true_divide(o.subtract(along(f, axis, 2, None), along(f, axis, 0, -2)), o.multiply(2.0, spacing))
    first, last = (_end(f, spacing, axis, edge_order, last) for last in (False, True))
    return convert(o.concatenate(first, inner, last, axis=axis), f.dtype)


def _by_coordinates(f: Node, steps: Node, axis: int) -> Node:
    """The derivative at the middle of three points of the parabola through them."""
    before, after = along(steps, axis, 0, -1), along(steps, axis, 1, None)
    both = o.add(before, after)
    a = o.true_divide(o.negative(after), o.multiply(before, both))
    b = o.true_divide(o.subtract(after, before), o.multiply(before, after))
    c = o.true_divide(before, o.multiply(after, both))
    parts = (o.multiply(a, along(f, axis, 0, -2)), o.multiply(b, along(f, axis, 1, -1)),
             o.multiply(c, along(f, axis, 2, None)))
    return o.add(o.add(parts[0], parts[1]), parts[2])


def _end(f: Node, spacing: Node, axis: int, edge_order: int, last: bool) -> Node:
    """The estimate at the first or last element, with 1 as its length along the axis."""
    def point(x: Node, k: int) -> Node:
        """Element k from the end in question."""
        start: Dim = dims.subtract(x.shape[axis], k + 1) if last else k
        return o.slice(x, starts=tuple(start if j == axis else 0 for j in range(x.ndim)),
                       lengths=tuple(1 if j == axis else n for j, n in enumerate(x.shape)), steps=(1,) * x.ndim)

    near = point(spacing, 0) if spacing.ndim else spacing
    if edge_order == 1:
        pair = (point(f, 0), point(f, 1)) if last else (point(f, 1), point(f, 0))
        return o.true_divide(o.subtract(*pair), near)
    next_ = point(spacing, 1) if spacing.ndim else spacing
    both = o.add(near, next_)
    # The derivative at an outer point of three of the parabola through them; its sign turns with the direction.
    a = o.true_divide(o.negative(o.add(o.add(near, near), next_)), o.multiply(near, both))
    b = o.true_divide(both, o.multiply(near, next_))
    c = o.true_divide(o.negative(near), o.multiply(next_, both))
    found = o.add(o.add(o.multiply(a, point(f, 0)), o.multiply(b, point(f, 1))), o.multiply(c, point(f, 2)))
    return o.negative(found) if last else found
