"""Elements at indices: rows of places are slices, and what was written is read back."""

from __future__ import annotations

import numpy as np

from ...ir.build import broadcast_to, o
from ...ir.node import Node
from ...ir.ranges import is_valid
from ...ops.indexing import operands_at
from ..match import Match
from ..numbers import exact_of
from ..pattern import AnyNode, p, wilds
from ..places import Range, lies_inside, row_of_places, taken, whole
from ..rule import CANONICALIZE, Build, Example, Rule, Stays

(_x,) = wilds("x")


# rows of places -----------------------------------------------------------------------------------------------

def gather_of_row(m: Match) -> Node | None:
    """a slice, or the diagonal of one"""
    x, *indices = m.node.operands
    axes = m.node.attr("axes")
    if indices[0].ndim != 1 or (len(axes) == 2 and axes != (x.ndim - 2, x.ndim - 1)) or len(axes) > 2:
        return None
    rows = [row_of_places(index) for index in indices]
    ranges = list(map(whole, x.shape))
    for row, axis in zip(rows, axes, strict=True):
        if row is None or not lies_inside(row, x.shape[axis]):
            return None
        ranges[axis] = row
    part = taken(x, tuple(ranges))
    part = o.diagonal(part) if len(axes) == 2 else part
    first = min(axes)
    order = (first, *(k for k in range(part.ndim) if k != first))
    return part if first == 0 else o.transpose(part, axes=order)


def gather_of_place(m: Match) -> Node | None:
    """elements at the other indices, of the slice at a place that is known"""
    x, *indices = m.node.operands
    known: dict[int, int] = {}
    for index, n, axis in operands_at(m.node):
        number = exact_of(index)
        if number is not None and isinstance(n, int) and -n <= number < n:
            known[axis] = int(number) % n
    if not known:
        return None
    part = taken(x, tuple(Range(known[k], 1, 1) if k in known else whole(n) for k, n in enumerate(x.shape)))
    part = o.squeeze(part, axis=tuple(sorted(known)))
    left = [(index, axis) for index, axis in zip(indices, m.node.attr("axes"), strict=True) if axis not in known]
    if not left:
        return broadcast_to(part, m.node.shape)
    axes = tuple(axis - sum(k < axis for k in known) for _, axis in left)
    return o.gather(part, *(index for index, _ in left), axes=axes)


# what was written ---------------------------------------------------------------------------------------------

def read_back(m: Match) -> Node | None:
    """the values that were set there, where no place was written twice"""
    x, *indices = m.node.operands
    same = (x.op.name == "scatter" and x.attr("combine") == "set" and x.attr("axes") == m.node.attr("axes")
            and list(x.operands[2:]) == indices)
    return x.operands[1] if same and _is_distinct(m.node) else None


def _is_distinct(node: Node) -> bool:
    """Whether all indices are known to be valid, and to name each place once."""
    found = list(operands_at(node))
    if not all(is_valid(index, n) for index, n, _ in found):
        return False
    if all(n == 1 for n in found[0][0].shape):
        return True
    if not all(index.op.name == "constant" and isinstance(n, int) for index, n, _ in found):
        return found[0][0].ndim == 1 and any(row_of_places(index) is not None for index, _, _ in found)
    places = np.stack([index.attr("literal").array.ravel() % n for index, n, _ in found])
    return bool(np.unique(places, axis=1).shape[1] == places.shape[1])


def _rule(name: str, rhs: Build, why: str, *examples: Example, stays: Stays) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=AnyNode(("gather",)), rhs=rhs, why=why, keeps="bits", dtypes="i",
                examples=lambda: examples, stays=stays)


# For operands of shape (3, 4), whatever their dtype: "i" is that of the indices.
_three, _unknown = p.arange(3), p.argmax(_x, axis=(0,))
_column, _other = p.max(_x, axis=(1,)), p.min(_x, axis=(1,))
_row = p.max(_x, axis=(0,))

RULES = (
    _rule("read_back", read_back, "what was written is at hand",
          (p.gather(p.scatter(_column, _other, _three, axes=(0,), combine="set"), _three, axes=(0,)), _other),
          stays=lambda: (p.gather(p.scatter(_row, _row, _unknown, axes=(0,), combine="set"), _unknown, axes=(0,)),
                         p.gather(p.scatter(_column, _other, _three, axes=(0,), combine="add"), _three, axes=(0,)))),
    _rule("gather_of_row", gather_of_row, "a slice needs no indices in memory, and no look at them",
          (p.gather(_x, p.subtract(2, _three), axes=(0,)), p.slice(_x, starts=(2, 0), lengths=(3, 4), steps=(-1, 1))),
          (p.gather(_x, p.add(_three, 1), axes=(1,)),
           p.transpose(p.slice(_x, starts=(0, 1), lengths=(3, 3), steps=(1, 1)), axes=(1, 0))),
          (p.gather(_x, _three, p.add(_three, 1), axes=(0, 1)),
           p.diagonal(p.slice(_x, starts=(0, 1), lengths=(3, 3), steps=(1, 1)))),
          stays=lambda: (p.gather(_x, _unknown, axes=(0,)), p.gather(_x, p.add(_three, 1), axes=(0,)),
                 p.gather(_x, p.subtract(_three, 1), axes=(1,)), p.gather(_x, p.multiply(_three, 0), axes=(1,)))),
    _rule("gather_of_place", gather_of_place, "one index less to look at",
          (p.gather(_x, p.broadcast_to(-1, shape=(4,)), axes=(0,)),
           p.broadcast_to(p.squeeze(p.slice(_x, starts=(2, 0), lengths=(1, 4), steps=(1, 1)), axis=(0,)), shape=(4, 4))),
          (p.gather(_x, _unknown, p.broadcast_to(1, shape=(4,)), axes=(0, 1)),
           p.gather(p.squeeze(p.slice(_x, starts=(0, 1), lengths=(3, 1), steps=(1, 1)), axis=(1,)), _unknown, axes=(0,))),
          stays=lambda: (p.gather(_x, _unknown, axes=(0,)), p.gather(_x, p.broadcast_to(3, shape=(4,)), axes=(0,)))),
)
