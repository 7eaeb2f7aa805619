"""Elements along one axis, taken and put at places that differ from line to line."""

from __future__ import annotations

from typing import Any


def places(o: Any, x: Any, axis: int) -> Any:
    """The place of each element of x along an axis: int64, in the shape of x."""
    own = o.arange(o.dims.as_node(x.shape[axis]))
    others = tuple(k for k in range(x.ndim) if k != axis)
    return o.broadcast_to(o.expand_dims(own, axis=others) if others else own, shape=x.shape)


def _indices(o: Any, x: Any, along: Any, axis: int) -> tuple[Any, ...]:
    return tuple(along if k == axis else places(o, along, k) for k in range(x.ndim))


def take_along(o: Any, x: Any, along: Any, axis: int) -> Any:
    """``x[.., along[..], ..]``: elements at the places ``along``, whose other axes are those of x."""
    return o.gather(x, *_indices(o, x, along, axis), axes=tuple(range(x.ndim)))


def add_along(o: Any, like: Any, values: Any, along: Any, axis: int) -> Any:
    """Zeros in the shape of ``like`` with values added at the places ``along``: the transpose of take_along."""
    zeros = o.broadcast_to(o.constant(0, values.dtype), shape=like.shape)
    return o.scatter(zeros, values, *_indices(o, like, along, axis), axes=tuple(range(like.ndim)), combine="add")
