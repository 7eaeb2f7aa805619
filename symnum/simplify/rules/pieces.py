"""Pieces: arrays embedded beside each other in zeros, such as gradients by single elements."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.build import broadcast_to, constant, o
from ...ir.node import Node
from ...records import dataclass
from ..edits import Value, as_node, changed
from ..match import Match
from ..numbers import constant_like
from ..pattern import AnySum, p, wilds
from ..places import places_of
from ..rule import SPECIALIZE, Rule
from ..views import Term

_x, _y = wilds("x y")


@dataclass(frozen=True, slots=True)
class Piece:
    """A term of a sum that holds numbers from ``start`` on, below ``end``, along ``axis``, and zeros elsewhere."""

    term: Term
    axis: int
    start: int
    end: int


def side_by_side(m: Match) -> Node | None:
    """one concatenate, with zeros between"""
    found = _apart([piece for term in m.views.terms(m.node) if (piece := _piece(m, term)) is not None])
    if len(found) < 2:
        return None
    axis, place, parts = found[0].axis, 0, list[Node]()
    for piece in found:
        parts += [*_zeros(m.node, axis, piece.start - place), _scaled(piece.term)]
        place = piece.end
    length = m.node.shape[axis]
    assert isinstance(length, int)
    joined = o.concatenate(*parts, *_zeros(m.node, axis, length - place), axis=axis)
    first, *others = (piece.term.leaf for piece in found)
    view = m.views.sum(m.node)
    return as_node(changed(view, {first: Value(joined), **dict.fromkeys(others)}), view)


def _piece(m: Match, term: Term) -> Piece | None:
    x = term.key
    if not isinstance(x, Node) or x.op.name != "embed" or term.leaf.shared or term.leaf.moved or m.views.count(x) > 1:
        return None
    places = places_of(x)
    axes = [k for k, (r, n) in enumerate(zip(places, x.shape, strict=True)) if not r.is_all(n)]
    if len(axes) != 1 or not isinstance(x.shape[axes[0]], int):
        return None
    along = places[axes[0]]
    if along.step != 1 or not isinstance(along.start, int) or not isinstance(along.length, int):
        return None
    return Piece(term, axes[0], along.start, along.start + along.length)


def _apart(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces along one axis that do not overlap, in their order."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, piece.end)):
        if not found or (piece.axis == found[0].axis and piece.start >= found[-1].end):
            found.append(piece)
    return found


def _scaled(term: Term) -> Node:
    assert isinstance(term.key, Node)
    x, c = term.key.inputs[0], term.coefficient
    return x if c == 1 else o.negative(x) if c == -1 else o.multiply(constant_like(c, x), x)


def _zeros(like: Node, axis: int, length: int) -> list[Node]:
    shape = (*like.shape[:axis], length, *like.shape[axis + 1:])
    return [broadcast_to(constant(0, like.dtype), shape)] if length else []


# For operands of shape (3, 4).
_above = p.embed(_x, shape=(9, 4), starts=(1, 0), steps=(1, 1))
_below = p.embed(p.maximum(_y, 2), shape=(9, 4), starts=(4, 0), steps=(1, 1))
_across = p.embed(p.maximum(_y, 2), shape=(9, 4), starts=(3, 0), steps=(1, 1))

RULES = (
    Rule(name="side_by_side", phase=SPECIALIZE, lhs=AnySum(("embed",)), rhs=side_by_side, keeps="real", dtypes="fi",
         why="each element is written once",
         examples=lambda: ((p.add(_below, _above), None), (p.subtract(_above, p.multiply(2, _below)), None)),
         stays=lambda: (p.add(_above, _across), p.add(_above, p.embed(_y, shape=(9, 4), starts=(0, 0), steps=(3, 1))))),
)
