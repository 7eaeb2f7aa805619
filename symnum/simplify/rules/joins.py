"""Joined arrays: neighbours that are parts of one array, joined arrays inside others, and parts without elements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...ir import dims
from ...ir.build import broadcast_to, constant, o
from ...ir.node import Dim, Node
from ..match import Match
from ..numbers import scalar_of
from ..pattern import AnyNode, Pattern, number, p, wilds
from ..places import Range, ranges_of, taken, whole
from ..rule import CANONICALIZE, EVERY_DTYPE, Rule

_x, _y, _z = wilds("x y z")
_c = number("c")
_MOST_ELEMENTS = 4096  # of constants that are joined before the function runs


def flattened(m: Match) -> Node | None:
    """one concatenate, of parts that have elements"""
    node, axis = m.node, m.node.attr("axis")
    parts: list[Node] = []
    for x in node.operands:
        inside = x.op.name == "concatenate" and x.attr("axis") == axis
        parts += [y for y in (x.operands if inside else (x,)) if y.shape[axis] != 0]
    return None if len(parts) == len(node.operands) and all(map(_is, parts, node.operands)) else _joined(parts, node)


def merged(m: Match) -> Node | None:
    """neighbours made one"""
    node, axis = m.node, m.node.attr("axis")
    parts = [node.operands[0]]
    for x in node.operands[1:]:
        both = _both(parts[-1], x, axis)
        parts = [*parts[:-1], both] if both is not None else [*parts, x]
    return None if len(parts) == len(node.operands) else _joined(parts, node)


def _is(a: Node, b: Node) -> bool:
    return a is b


def _joined(parts: Sequence[Node], like: Node) -> Node | None:
    if len(parts) > 1:
        return o.concatenate(*parts, axis=like.attr("axis"))
    return parts[0] if parts else None


def _both(a: Node, b: Node, axis: int) -> Node | None:
    """Two neighbours as one node; None if they have nothing to do with each other."""
    length = dims.add(a.shape[axis], b.shape[axis])
    return _repeated(a, b, length, axis) or _constants(a, b, axis) or _slices(a, b, length, axis)


def _repeated(a: Node, b: Node, length: Dim, axis: int) -> Node | None:
    """Of one number, or of one array of length 1 along the axis."""
    shape = (*a.shape[:axis], length, *a.shape[axis + 1:])
    number, other = scalar_of(a), scalar_of(b)
    if number is not None and other is not None:
        return broadcast_to(constant(number), shape) if number.tobytes() == other.tobytes() else None
    x, y = _source(a, axis), _source(b, axis)
    return broadcast_to(x, shape) if x is y and x is not None else None


def _source(x: Node, axis: int) -> Node | None:
    """What an array repeats along an axis."""
    if x.shape[axis] == 1:
        return x
    if x.op.name != "broadcast_to":
        return None
    inner = x.inputs[0]
    own = axis - x.ndim + inner.ndim
    return inner if own < 0 or inner.shape[own] == 1 else None


def _constants(a: Node, b: Node, axis: int) -> Node | None:
    if not all(x.op.name == "constant" for x in (a, b)):
        return None
    arrays = [x.attr("literal").array for x in (a, b)]
    return constant(np.concatenate(arrays, axis), a.dtype) if sum(x.size for x in arrays) <= _MOST_ELEMENTS else None


def _slices(a: Node, b: Node, length: Dim, axis: int) -> Node | None:
    """Of an array's places that follow on each other."""
    x = a.inputs[0] if a.op.name == "slice" else b.inputs[0] if b.op.name == "slice" else None
    first, second = (_ranges(part, x) for part in (a, b))
    if x is None or first is None or second is None:
        return None
    if any(r != s for k, (r, s) in enumerate(zip(first, second, strict=True)) if k != axis):
        return None
    along = _following(first[axis], second[axis], length, x.shape[axis])
    return None if along is None else taken(x, (*first[:axis], along, *first[axis + 1:]))


def _ranges(part: Node, x: Node | None) -> tuple[Range, ...] | None:
    if part is x:
        return tuple(map(whole, part.shape))
    return ranges_of(part) if part.op.name == "slice" and part.inputs[0] is x else None


def _following(a: Range, b: Range, length: Dim, n: Dim) -> Range | None:
    """Two ranges as one, if the second begins where the first ends; a single place has any step."""
    if a.length == 1 and b.length == 1:
        gap = dims.subtract(b.start, a.start)
        return Range(a.start, length, gap) if isinstance(gap, int) and gap else None
    step = b.step if a.length == 1 else a.step
    same = step == b.step or b.length == 1
    end = dims.add(a.start, dims.multiply(a.length, step))
    # A range that begins behind the axis is empty.
    follows = dims.equal(end, b.start) or (step == 1 and dims.equal(end, dims.minimum(b.start, n)))
    return Range(a.start, length, step) if same and follows else None


def _part(x: Pattern, start: int, length: int, step: int = 1) -> Pattern:
    return p.slice(x, starts=(0, start), lengths=(3, length), steps=(1, step))


_both_of = p.concatenate(_x, _y, axis=0)

RULES = (
    Rule(name="join_of_joined", phase=CANONICALIZE, lhs=AnyNode(("concatenate",)), rhs=flattened, keeps="bits", dtypes=EVERY_DTYPE,
         why="each element is copied once",
         examples=lambda: ((p.concatenate(_both_of, _z, axis=0), p.concatenate(_x, _y, _z, axis=0)),
                           (p.concatenate(p.slice(_x, starts=(0, 0), lengths=(0, 4), steps=(1, 1)), _y, axis=0), _y),
                   (p.concatenate(_y, p.concatenate(_z, _x, axis=1), axis=1), p.concatenate(_y, _z, _x, axis=1))),
         stays=lambda: (_both_of, p.concatenate(_both_of, _both_of, axis=1))),
    Rule(name="join_of_neighbours", phase=CANONICALIZE, lhs=AnyNode(("concatenate",)), rhs=merged, keeps="bits", dtypes=EVERY_DTYPE,
         why="one part instead of two",
         examples=lambda: ((p.concatenate(_part(_x, 0, 2), _part(_x, 2, 1), axis=1), _part(_x, 0, 3)),
                           (p.concatenate(_part(_x, 0, 1), _part(_x, 1, 3), axis=1), _x),
                           (p.concatenate(_part(_x, 3, 1), _part(_x, 2, 1), _y, axis=1),
                            p.concatenate(_part(_x, 3, 2, -1), _y, axis=1)),
                   (p.concatenate(p.broadcast_to(_c, shape=(3, 2)), p.broadcast_to(_c, shape=(3, 4)), _x, axis=1),
                            p.concatenate(p.broadcast_to(_c, shape=(3, 6)), _x, axis=1)),
                   (p.concatenate(_part(_x, 1, 1), _part(_x, 1, 1), axis=1), p.broadcast_to(_part(_x, 1, 1), shape=(3, 2)))),
         stays=lambda: (_both_of, p.concatenate(_part(_x, 0, 2), _part(_x, 3, 1), axis=1),
                        p.concatenate(_part(_x, 0, 2), _part(_y, 2, 1), axis=1),
                        p.concatenate(_part(_x, 0, 2), _part(_x, 1, 2), axis=0))),
)
