"""Keys of ``x[key]``: what each part of one is, by NumPy's rules."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import DTypeError, IndexBoundsError, ShapeError, UnsupportedError
from ..ir import dims
from ..ir.build import constant, convert, o
from ..ir.node import Dim, Node, Shape
from ..records import dataclass
from .convert import as_node
from .lengths import as_expression, needs_data, node_of

_INT64_MOST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Gap:
    """An ellipsis, for ``count`` whole axes."""

    count: int


@dataclass(frozen=True, slots=True)
class Places:
    """Indices into one axis: an int64 node of any shape, negative ones from the end."""

    node: Node


@dataclass(frozen=True, slots=True)
class Mask:
    """A bool node whose elements are not known: it selects from as many axes as it has."""

    node: Node


@dataclass(frozen=True, slots=True)
class Truth:
    """True or False alone: a new axis of length 1 or 0."""

    value: bool


Part = int | Node | slice | None | Gap | Places | Mask | Truth


def parts_of(key: object, shape: Shape) -> list[Part]:
    """The parts of a key for an operand of some shape: a gap, given or at the end, stands for all axes not named.

    Whole numbers and lengths stay as they are, known masks become places.

    Raises:
        IndexBoundsError: there are too many parts or ellipses, a part is of no kind that indexes, or a mask does not
            fit its axes.
    """
    given = [_parts(part) for part in (key if isinstance(key, tuple) else (key,))]
    used = sum(map(_axes, given))
    if used > len(shape):
        raise IndexBoundsError(f"too many indices: the operand has rank {len(shape)}, and {used} were given")
    gaps = sum(part is Ellipsis for part in given)
    if gaps > 1:
        raise IndexBoundsError("an index can have one ellipsis ('...') only")
    found: list[Part] = []
    axis = 0
    for part in (*given, *([Ellipsis] if not gaps and used < len(shape) else ())):
        count = len(shape) - used if part is Ellipsis else _axes(part)
        if part is Ellipsis:
            found.append(Gap(count))
        elif isinstance(part, np.ndarray):
            found += _unmasked(part, shape[axis:axis + count], axis)
        else:
            found.append(part)
        axis += count
    return found


def _axes(part: Any) -> int:
    """How many axes a part takes."""
    if isinstance(part, np.ndarray):
        return part.ndim
    if isinstance(part, Mask):
        return part.node.ndim
    return 0 if part is None or part is Ellipsis or isinstance(part, Truth) else 1


def _parts(part: object) -> Any:
    """A part, known masks as arrays."""
    if part is None or part is Ellipsis or isinstance(part, slice):
        return part
    if isinstance(part, bool | np.bool_):
        return Truth(bool(part))
    node = node_of(part)
    if node is None and not isinstance(part, list | tuple | np.ndarray):
        return _whole_number(part)
    if node is None:
        node = _listed(part)
    if not node.shape and node.dtype.kind in "iu" and not needs_data(node):
        return as_expression(node, "an index")
    return _of_node(node)


def _whole_number(part: Any) -> int:
    try:
        return operator.index(part)
    except TypeError:
        raise IndexBoundsError(f"an index must be an integer, a slice, ..., None, or an array of integers or bools; "
                               f"given {part!r} of type {type(part).__name__}") from None


def _listed(part: Any) -> Node:
    try:
        node = as_node(part)
    except (DTypeError, ShapeError) as error:
        raise IndexBoundsError(f"a list that indexes must hold integers or bools: {error}") from None
    empty = not isinstance(part, np.ndarray) and node.op.name == "constant" and 0 in node.shape
    return constant(np.zeros(node.shape, np.int64)) if empty else node


def _of_node(node: Node) -> Any:
    if node.dtype.kind == "b":
        if node.op.name == "constant":
            array = node.attr("literal").array
            return array if array.ndim else Truth(bool(array))
        if not node.shape:
            raise UnsupportedError("indexing by a bool of rank 0 that is not known while a graph is built; "
                                   "cure: where(condition, x, y), or expand_dims(condition, 0) as a mask of one axis")
        return Mask(node)
    if node.dtype.kind not in "iu":
        raise IndexBoundsError(f"arrays that index must be of integers or bools; given {node.dtype.name}")
    if node.dtype.kind == "u" and node.dtype.itemsize == 8:
        node = o.minimum(node, node.dtype.type(_INT64_MOST))
    return Places(convert(node, INT64) if node.op.name != "constant" else
                  constant(node.attr("literal").array.astype(np.int64)))


def _unmasked(mask: np.ndarray[Any, Any], lengths: Sequence[Dim], axis: int) -> list[Part]:
    """A known mask as the places of its true elements, one array for each of its axes."""
    for k, (given, wanted) in enumerate(zip(mask.shape, lengths, strict=True)):
        if not dims.may_equal(given, wanted):
            raise IndexBoundsError(f"a mask of shape {mask.shape} does not fit: axis {axis + k} has length "
                                   f"{dims.name_of(wanted)}, the mask {given}")
    return [Places(_checked(constant(places), given, wanted))
            for places, given, wanted in zip(np.nonzero(mask), mask.shape, lengths, strict=True)]


def _checked(places: Node, given: int, wanted: Dim) -> Node:
    """Places in an axis that must have a given length: whether it has is seen when the graph runs."""
    if isinstance(wanted, int):
        return places
    all_places = o.fitting_mask(constant(np.arange(given)), shape=(wanted,))
    return o.gather(all_places, places, axes=(0,))
