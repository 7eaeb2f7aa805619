"""What a key does, in steps: slices, then new and dropped axes, then elements at places, then axes in their order.

A step can be taken (``x[key]``) and undone (``x`` with other values at the key), so that reading and writing share the
rules of keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import IndexBoundsError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, constant, o
from ..ir.node import Dim, Node
from ..records import dataclass
from .counting import fitting
from .indexing_keys import Gap, Mask, Part, Places, Truth, parts_of
from .indexing_slices import Range, range_of


@dataclass(frozen=True, slots=True)
class Slices:
    """A range of each axis; axes are kept, with length 1 where one element is taken."""

    ranges: tuple[Range, ...]

    def take(self, x: Node) -> Node:
        """The elements."""
        return o.slice(x, starts=self._starts, lengths=self.lengths, steps=self._steps)

    def embed(self, x: Node, values: Node) -> Node:
        """Values at their places in the shape of ``x``, zeros elsewhere."""
        return o.embed(values, shape=x.shape, starts=self._starts, steps=self._steps)

    def inside(self, x: Node) -> Node:
        """Which elements of ``x`` are taken."""
        return self.embed(x, broadcast_to(constant(True), self.lengths))

    def put(self, x: Node, values: Node) -> Node:
        """``x`` with other values in their place."""
        return o.where(self.inside(x), self.embed(x, values), x)

    @property
    def lengths(self) -> tuple[Dim, ...]:
        """Lengths of the result."""
        return tuple(r.length for r in self.ranges)

    @property
    def _starts(self) -> tuple[Dim, ...]:
        return tuple(r.start for r in self.ranges)

    @property
    def _steps(self) -> tuple[int, ...]:
        return tuple(r.step for r in self.ranges)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Axes of length 1 taken away."""

    axes: tuple[int, ...]

    def take(self, x: Node) -> Node:
        """Without the axes."""
        return o.squeeze(x, axis=self.axes)

    def put(self, x: Node, values: Node) -> Node:
        """With them again."""
        return o.expand_dims(values, axis=self.axes)


@dataclass(frozen=True, slots=True)
class Added:
    """New axes of length 1, at places of the result."""

    axes: tuple[int, ...]

    def take(self, x: Node) -> Node:
        """With the axes."""
        return o.expand_dims(x, axis=self.axes)

    def put(self, x: Node, values: Node) -> Node:
        """Without them again."""
        return o.squeeze(values, axis=self.axes)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Elements at indices of one shape along some axes: that shape, then the other axes."""

    indices: tuple[Node, ...]
    axes: tuple[int, ...]

    def take(self, x: Node) -> Node:
        """The elements."""
        return o.gather(x, *self.indices, axes=self.axes)

    def put(self, x: Node, values: Node, combine: str = "set") -> Node:
        """``x`` with values combined with, or in the place of, its elements."""
        return o.scatter(x, values, *self.indices, axes=self.axes, combine=combine)


@dataclass(frozen=True, slots=True)
class Moved:
    """Axes in another order."""

    order: tuple[int, ...]

    def take(self, x: Node) -> Node:
        """In that order."""
        return o.transpose(x, axes=self.order)

    def put(self, x: Node, values: Node) -> Node:
        """In the order before."""
        return o.transpose(values, axes=tuple(int(k) for k in np.argsort(self.order)))


@dataclass(frozen=True, slots=True)
class Joined:
    """Axes under a mask made one, so that one index names an element."""

    shape: tuple[Dim, ...]

    def take(self, x: Node) -> Node:
        """In that shape."""
        return o.reshape(x, shape=self.shape)

    def put(self, x: Node, values: Node) -> Node:
        """In the shape before."""
        return o.reshape(values, shape=x.shape)


Step = Slices | Dropped | Added | Gathered | Moved | Joined


def steps_of(x: Node, key: object) -> list[Step]:
    """The steps of ``x[key]``; none if everything is taken as it is.

    Raises:
        IndexBoundsError: a place is known to lie outside, there are too many, or a part is of no kind that indexes.
    """
    given, joined = _with_places(parts_of(key, x.shape), x)
    found: list[Step] = [joined] if joined else []
    x = joined.take(x) if joined else x
    parts = _as_slices(given, x)
    fancy = any(isinstance(part, Places | Truth) for part in parts)
    ranges = _ranges(parts, x, fancy)
    if not all(_is_whole(r, n) for r, n in zip(ranges, x.shape, strict=True)):
        found.append(Slices(ranges))
    return found + (_gathering(parts, x) if fancy else _basic(parts, ranges))


def _ranges(parts: Sequence[Part], x: Node, fancy: bool) -> tuple[Range, ...]:
    """What is taken of each axis before places are looked at."""
    found: list[Range] = []
    for part in parts:
        axis = len(found)
        if isinstance(part, Gap):
            found += [Range(0, n, 1) for n in x.shape[axis:axis + part.count]]
        elif isinstance(part, slice) or (isinstance(part, int | Node) and not fancy):
            found.append(range_of(part, x.shape[axis], axis))
        elif isinstance(part, int | Node | Places):
            found.append(Range(0, x.shape[axis], 1))
    return tuple(found)


def _is_whole(r: Range, n: Dim) -> bool:
    return r.step == 1 and isinstance(r.start, int) and r.start == 0 and dims.equal(r.length, n)


def _basic(parts: Sequence[Part], ranges: Sequence[Range]) -> list[Step]:
    dropped = tuple(k for k, r in enumerate(ranges) if r.drop)
    left: list[bool] = []   # whether an axis of the result is new
    for part in parts:
        if not isinstance(part, int | Node):
            left += [part is None] * (part.count if isinstance(part, Gap) else 1)
    added = tuple(k for k, is_new in enumerate(left) if is_new)
    return [*([Dropped(dropped)] if dropped else []), *([Added(added)] if added else [])]


# places -------------------------------------------------------------------------------------------------------

def _with_places(parts: Sequence[Part], x: Node) -> tuple[list[Part], Joined | None]:
    """Masks whose elements are not known as the places of their true elements, along one axis each."""
    found, shape = list[Part](), list[Dim]()
    axis = 0
    for part in parts:
        count = part.node.ndim if isinstance(part, Mask) else part.count if isinstance(part, Gap) else \
            int(isinstance(part, int | Node | slice | Places))
        lengths = x.shape[axis:axis + count]
        if isinstance(part, Mask):
            found.append(Places(o.flatnonzero(fitting(part.node, lengths))))
            shape.append(dims.product(lengths))
        else:
            found.append(part)
            shape += lengths
        axis += count
    shape += x.shape[axis:]
    return found, None if len(shape) == x.ndim else Joined(tuple(shape))


def _as_slices(parts: list[Part], x: Node) -> list[Part]:
    """A single vector of evenly spaced known places as a slice, which stays affine."""
    fancy = [k for k, part in enumerate(parts) if isinstance(part, int | Node | Places | Truth)]
    part = parts[fancy[0]] if len(fancy) == 1 else None
    if not isinstance(part, Places) or part.node.op.name != "constant" or part.node.ndim != 1:
        return parts
    axis = sum(p.count if isinstance(p, Gap) else p is not None for p in parts[:fancy[0]])
    if not isinstance(x.shape[axis], int):
        return parts
    places = _from_front(part.node, x.shape[axis], axis)
    jumps = np.unique(np.diff(places))
    if not places.size or jumps.size > 1 or 0 in jumps:
        return parts
    first, last, step = int(places[0]), int(places[-1]), int(jumps[0]) if jumps.size else 1
    stop = last + (1 if step > 0 else -1)
    return [*parts[:fancy[0]], slice(first, None if stop < 0 else stop, step), *parts[fancy[0] + 1:]]


def _gathering(parts: Sequence[Part], x: Node) -> list[Step]:
    """Elements at places, and the order of axes that NumPy gives: places that stand side by side stay there, others
    come first."""
    found, opened = dict[int, _Indices](), list[int]()
    beside: list[bool] = []     # of the axes beside places: whether each is new
    stands: list[int] = []      # how many of those stand before each places
    axis = 0
    for part in parts:
        if isinstance(part, int | Node | Places | Truth):
            found[axis] = _indices_of(part, x, axis - len(opened))
            opened += [axis] if isinstance(part, Truth) else []
            stands.append(len(beside))
            axis += 1
        else:
            count = part.count if isinstance(part, Gap) else 1
            beside += [part is None] * count
            axis += 0 if part is None else count
    shape = _common_shape([place.node for place in found.values()])
    # Where nothing is taken, nothing is refused.
    indices = [place.node if 0 in shape else place.fitted() for place in found.values()]
    gathered = Gathered(tuple(broadcast_to(node, shape) for node in indices), tuple(found))
    first = stands[0] if _side_by_side(parts) else 0
    before, count, others = beside[:first].count(False), len(shape), beside.count(False)
    order = (*range(count, count + before), *range(count), *range(count + before, count + others))
    moved = [Moved(order)] if order != tuple(range(count + others)) else []
    layout = [*beside[:first], *[False] * count, *beside[first:]]
    return [*_added(opened), gathered, *moved, *_added([k for k, is_new in enumerate(layout) if is_new])]


def _side_by_side(parts: Sequence[Part]) -> bool:
    fancy = [k for k, part in enumerate(parts) if isinstance(part, int | Node | Places | Truth)]
    return fancy[-1] - fancy[0] + 1 == len(fancy)


def _added(axes: Sequence[int]) -> list[Added]:
    return [Added(tuple(axes))] if axes else []


@dataclass(frozen=True, slots=True)
class _Indices:
    """Indices of an axis, with its length and its number in the operand."""

    node: Node
    length: Dim
    axis: int

    def fitted(self) -> Node:
        """Checked and counted from the front as far as they are known."""
        if self.node.op.name == "constant" and isinstance(self.length, int):
            return constant(_from_front(self.node, self.length, self.axis))
        return self.node


def _indices_of(part: int | Node | Places | Truth, x: Node, axis: int) -> _Indices:
    if isinstance(part, Truth):
        return _Indices(constant(np.zeros(int(part.value), np.int64)), 1, axis)
    if isinstance(part, Places):
        return _Indices(part.node, x.shape[axis], axis)
    return _Indices(dims.as_node(range_of(part, x.shape[axis], axis).start), x.shape[axis], axis)


def _from_front(node: Node, length: int, axis: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    places: np.ndarray[tuple[int, ...], np.dtype[np.int64]] = node.attr("literal").array
    stray = places[(places < -length) | (places >= length)]
    if stray.size:
        raise IndexBoundsError(f"index {int(stray.flat[0])} is out of bounds for axis {axis} with length {length}")
    return np.asarray(np.where(places < 0, places + length, places))


def _common_shape(indices: Sequence[Node]) -> tuple[Dim, ...]:
    try:
        return dims.broadcast_shapes([x.shape for x in indices], "index")
    except ShapeError:
        shapes = ", ".join(dims.text(x.shape) for x in indices)
        raise IndexBoundsError(f"arrays that index must broadcast together; their shapes are {shapes}") from None
