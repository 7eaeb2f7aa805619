"""Shapes of nodes: the same elements under other axes; ``tensor.functions`` makes them public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import AxisError, DTypeError, ShapeError
from ..ir import dims
from ..ir.build import o
from ..ir.node import Dim, Node, Shape
from ..shapes import as_int, normalize_axes, normalize_axis, normalize_permutation
from .convert import as_node, operand, stacked
from .lengths import ShapeLike, as_length, as_shape, node_of, parts_of

Axes = int | Sequence[int]


# the same elements in another shape -------------------------------------------------------------------------

def reshape(x: Node, shape: ShapeLike) -> Node:
    """The same elements, in C order, under another shape; one length may be -1 and follows from the others.

    Lengths are numbers, dims, or arithmetic of lengths such as ``x.shape[0]*2``.  Equal unknown lengths of
    both shapes cancel, so ``reshape(x, (x.shape[0], -1))`` flattens all axes but the first.

    Raises:
        ShapeError: the numbers of elements differ; known when the graph is built, or when it runs.
        DTypeError: a length is not an integer.

    >>> from symnum import tensor as T
    >>> x = T.tensor("x", shape=(None, 4, 6))
    >>> T.reshape(x, (x.shape[0], -1))
    <Tensor: float64 (x.shape[0], 24)>
    """
    parts = parts_of(shape)
    free = [k for k, part in enumerate(parts)
            if node_of(part) is None and as_int(part, "a length of the shape") == -1]
    if len(free) > 1:
        raise ShapeError(f"reshape: only one length may be -1; given {len(free)} of them")
    lengths = [1 if k in free else as_length(part) for k, part in enumerate(parts)]
    for k in free:
        lengths[k] = _remaining(x.shape, lengths)
    return _reshaped(x, tuple(lengths))


def _reshaped(x: Node, shape: Shape) -> Node:
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


def ravel(x: Node) -> Node:
    """All elements along one axis, in C order.

    >>> from symnum import tensor as T
    >>> T.ravel(T.tensor("x", shape=(2, 3)))
    <Tensor: float64 (6,)>
    """
    return _reshaped(x, (dims.product(x.shape),))


def squeeze(x: Node, axis: Axes | None = None) -> Node:
    """Without axes of length 1: those named, or all that are known to have length 1.

    A named axis of unknown length is checked when the graph runs.

    Raises:
        AxisError: an axis is outside the rank, or named twice.
        ShapeError: a named axis has another length; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.squeeze(T.drow("x"))
    <Tensor: float64 (x.shape[1],)>
    """
    if axis is None:
        axes = tuple(k for k, n in enumerate(x.shape) if isinstance(n, int) and n == 1)
    else:
        axes = normalize_axes(axis, x.ndim, "squeeze")
    if any(isinstance(x.shape[k], Node) for k in axes):
        return _reshaped(x, tuple(n for k, n in enumerate(x.shape) if k not in axes))
    return o.squeeze(x, axis=axes) if axes else x


def expand_dims(x: Node, axis: Axes) -> Node:
    """New axes of length 1 at the given places of the result.

    Raises:
        AxisError: a place is outside the rank of the result, or named twice.

    >>> from symnum import tensor as T
    >>> T.expand_dims(T.dvector("x"), -1)
    <Tensor: float64 (x.shape[0], 1)>
    """
    count = len(tuple(axis)) if isinstance(axis, Iterable) else 1
    axes = normalize_axes(axis, x.ndim + count, "expand_dims")
    return o.expand_dims(x, axis=axes) if axes else x


def broadcast_to(x: Node, shape: ShapeLike) -> Node:
    """Repeated along new leading axes and along axes of length 1, to a given shape.

    Raises:
        ShapeError: the shape does not fit; known when the graph is built, or when it runs.

    >>> from symnum import tensor as T
    >>> T.broadcast_to(T.dscalar("x"), (2, 3))
    <Tensor: float64 (2, 3)>
    """
    wanted = as_shape(shape)
    return x if x.shape == wanted else o.broadcast_to(x, shape=wanted)


# axes in another order --------------------------------------------------------------------------------------

def transpose(x: Node, axes: Sequence[int] | None = None) -> Node:
    """Axis k of the result is axis ``axes[k]`` of the operand; without ``axes`` their order is reversed.

    Raises:
        AxisError: ``axes`` does not name each axis once.

    >>> from symnum import tensor as T
    >>> T.transpose(T.tensor("x", shape=(2, 3, 4)), (1, 0, 2))
    <Tensor: float64 (3, 2, 4)>
    """
    order = normalize_permutation(axes, x.ndim, "transpose")
    return x if order == tuple(range(x.ndim)) else o.transpose(x, axes=order)


def swapaxes(x: Node, axis1: int, axis2: int) -> Node:
    """Two axes exchanged.

    Raises:
        AxisError: an axis is outside the rank.

    >>> from symnum import tensor as T
    >>> T.swapaxes(T.tensor("x", shape=(2, 3, 4)), 0, -1)
    <Tensor: float64 (4, 3, 2)>
    """
    a, b = (normalize_axis(k, x.ndim, "swapaxes") for k in (axis1, axis2))
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(x, order)


def moveaxis(x: Node, source: Axes, destination: Axes) -> Node:
    """Axes moved to other places; the others keep their order.

    Raises:
        AxisError: an axis is outside the rank or named twice, or the two lists have different lengths.

    >>> from symnum import tensor as T
    >>> T.moveaxis(T.tensor("x", shape=(2, 3, 4)), 0, -1)
    <Tensor: float64 (3, 4, 2)>
    """
    old, new = (_places(axes, x.ndim) for axes in (source, destination))
    if len(old) != len(new):
        raise AxisError(f"moveaxis: {len(old)} axes are moved to {len(new)} places")
    order = [k for k in range(x.ndim) if k not in old]
    for place, axis in sorted(zip(new, old, strict=True)):
        order.insert(place, axis)
    return transpose(x, order)


def _places(axes: Axes, ndim: int) -> tuple[int, ...]:
    normalize_axes(axes, ndim, "moveaxis")
    given = axes if isinstance(axes, Iterable) else (axes,)
    return tuple(normalize_axis(k, ndim, "moveaxis") for k in given)


# several operands -------------------------------------------------------------------------------------------

def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Node:
    """Operands one after the other along an axis (flattened first if it is None), in their common dtype.

    Raises:
        ShapeError: there are no operands, one has rank 0, or their other lengths differ.
        AxisError: the axis is outside the rank.

    >>> from symnum import tensor as T
    >>> T.concatenate([T.dvector("x"), [1.0, 2.0]])
    <Tensor: float64 (x.shape[0] + 2,)>
    """
    nodes = [as_node(x) for x in _listed(xs, "concatenate")]
    if axis is None:
        nodes, axis = [ravel(x) for x in nodes], 0
    if any(x.ndim == 0 for x in nodes):
        raise ShapeError("concatenate: an operand has rank 0 and no axis to join; use stack")
    return o.concatenate(*nodes, axis=normalize_axis(axis, nodes[0].ndim, "concatenate"))  # type: ignore[no-any-return]


def stack(xs: Sequence[Any], axis: int = 0) -> Node:
    """Operands of one shape along a new axis, in their common dtype (Python numbers are weak).

    Raises:
        ShapeError: there are no operands, or their shapes differ.
        AxisError: the axis is outside the rank of the result.

    >>> from symnum import tensor as T
    >>> T.stack([T.dscalar("a"), T.dscalar("b"), 1.0])
    <Tensor: float64 (3,)>
    """
    return stacked([operand(x) for x in _listed(xs, "stack")], axis)


def _listed(xs: Sequence[Any], name: str) -> list[Any]:
    if not isinstance(xs, Iterable):
        raise DTypeError(f"{name} takes a sequence of tensors; given {xs!r}")
    found = list(xs)
    if not found:
        raise ShapeError(f"{name} needs at least one operand")
    return found


def atleast_1d(x: Node) -> Node:
    """The operand with at least one axis.

    >>> from symnum import tensor as T
    >>> T.atleast_1d(T.dscalar("x"))
    <Tensor: float64 (1,)>
    """
    return x if x.ndim else o.expand_dims(x, axis=(0,))

