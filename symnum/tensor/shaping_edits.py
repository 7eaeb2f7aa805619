"""Elements put into an axis or left out of it, at places known when the graph is built."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentValueError, DTypeError, IndexBoundsError, ShapeError, UnsupportedError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Dim, Node
from ..shapes import normalize_axis
from .convert import as_array, as_node
from .lengths import node_of
from .shaping import part, ravel
from .shaping_places import selected

Array = np.ndarray[Any, Any]


def delete(x: Node, obj: Any, axis: int | None = None) -> Node:
    """The operand without some parts of an axis (of the flattened operand if ``axis`` is None).

    Args:
        x: any dtype and shape.
        obj: the parts, by an integer, a slice, a list of integers, or a list of bools, known when the graph is built.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape with a shorter axis; the dtype of ``x``.

    Raises:
        IndexBoundsError: an integer is outside the axis.
        AxisError: the axis is outside the rank.
        UnsupportedError: the axis has no known length, which all but an integer need.
        DTypeError: ``x`` is no array of numbers, or ``obj`` or the axis is of another kind.

    >>> from symnum import tensor as T
    >>> T.delete(T.dmatrix("x"), 0, axis=1)
    <Tensor: float64 (x.shape[0], x.shape[1] - 1)>
    """
    x, k = _flat(x, axis, "delete")
    places, length = _places(obj, x.shape[k], "delete"), x.shape[k]
    if places.size == 0:
        return x
    if isinstance(length, Node):
        place = o.checked_index(int(places), dims.as_node(length))
        first, rest = part(x, k, 0, place), dims.add(place, 1)
        return o.concatenate(first, part(x, k, rest, dims.subtract(length, rest)), axis=k)
    kept = np.ones(length, np.bool_)
    kept[_inside(places, length, length - 1, "delete")] = False
    return selected(x, k, np.flatnonzero(kept).tolist())


def insert(x: Node, obj: Any, values: Any, axis: int | None = None) -> Node:
    """The operand with ``values`` put before some places of an axis (of the flattened operand if it is None).

    Args:
        x: any dtype and shape.
        obj: the places, by an integer, a slice or a list of integers, known when the graph is built.
        values: converted to the dtype of ``x``, and broadcast to the parts that are put in; all of them go to one place
            if ``obj`` is an integer.
        axis: the axis, a negative one counts from the back; None takes all elements in C order, as a vector.

    Returns:
        The shape with a longer axis; the dtype of ``x``.

    Raises:
        IndexBoundsError: a place is outside the axis.
        ShapeError: the values do not broadcast.
        AxisError: the axis is outside the rank.
        UnsupportedError: the axis has no known length, which all but an integer need.
        DTypeError: ``x`` or ``values`` is no array of numbers, or ``obj`` or the axis is of another kind.

    >>> from symnum import tensor as T
    >>> T.insert(T.dvector("x"), 0, [1, 2])
    <Tensor: float64 (x.shape[0] + 2,)>
    """
    x, k = _flat(x, axis, "insert")
    places, length = _places(obj, x.shape[k], "insert"), x.shape[k]
    if places.size == 0:
        return x
    if places.size == 1:
        return _inserted(x, k, places, values)
    assert isinstance(length, int)
    inside = _inside(places, length, length, "insert")
    new = broadcast_to(convert(as_node(values), x.dtype), (*x.shape[:k], places.size, *x.shape[k + 1:]))
    both = o.concatenate(x, new, axis=k)
    layout = np.insert(np.arange(length), inside, np.arange(length, length + inside.size))
    return selected(both, k, layout.tolist())


def _inserted(x: Node, axis: int, places: Array, values: Any) -> Node:
    """All values at one place; those for an integer have the axis in front, as in numpy."""
    node, length = convert(as_node(values), x.dtype), x.shape[axis]
    if node.ndim < x.ndim:
        node = o.expand_dims(node, axis=tuple(range(x.ndim - node.ndim)))
    if places.ndim == 0:
        order = list(range(1, node.ndim))
        order.insert(axis, 0)
        node = o.transpose(node, axes=tuple(order)) if axis else node
    if node.ndim != x.ndim:
        raise ShapeError(f"insert: values of shape {dims.text(node.shape)} do not fit into {dims.text(x.shape)}")
    count = node.shape[axis]
    new = broadcast_to(node, (*x.shape[:axis], count, *x.shape[axis + 1:]))
    place: Dim
    if isinstance(length, Node):
        at = int(places.reshape(()))
        place = o.checked_index(at, dims.as_node(dims.add(length, 1 if at >= 0 else 0)))
        place = 0 if at == 0 else place
    else:
        place = int(_inside(places, length, length, "insert").reshape(()))
    return o.concatenate(part(x, axis, 0, place), new, part(x, axis, place, dims.subtract(length, place)),
                         axis=axis)


def _flat(x: Node, axis: int | None, name: str) -> tuple[Node, int]:
    return (ravel(x), 0) if axis is None else (x, normalize_axis(axis, x.ndim, name))


def _places(obj: Any, length: Dim, name: str) -> Array:
    """The places that are named, as NumPy reads them; rank 0 for an integer."""
    if node_of(obj) is not None:
        raise UnsupportedError(f"{name}: places that are values of inputs are not supported; give them as numbers")
    if isinstance(obj, slice):
        return np.arange(*obj.indices(_known(length, name)))
    places = np.asarray(obj) if np.size(obj) == 0 else as_array(obj)
    if places.dtype == np.bool_ and places.ndim == 1:
        if places.size != _known(length, name):
            raise ArgumentValueError(f"{name}: a list of {places.size} bools for an axis of length {length}")
        return np.flatnonzero(places)
    if places.size == 0:
        return places.astype(np.int64)
    if places.dtype.kind not in "iu" or places.ndim > 1:
        raise DTypeError(f"{name}: places must be an integer, a slice or a list of them; given {obj!r}")
    if places.ndim:
        _known(length, name)
    return places


def _known(length: Dim, name: str) -> int:
    if isinstance(length, Node):
        raise UnsupportedError(f"{name}: more than one place of an axis of unknown length is not supported; give the "
                               f"input fixed lengths, as in tensor('x', shape=(3, None))")
    return int(length)


def _inside(places: Array, length: int, last: int, name: str) -> Array:
    """The places counted from the front."""
    wrong = places[(places < -length) | (places > last)]
    if wrong.size:
        raise IndexBoundsError(f"{name}: index {wrong.reshape(-1)[0]} is out of bounds for an axis of length {length}")
    return np.where(places < 0, places + length, places)
