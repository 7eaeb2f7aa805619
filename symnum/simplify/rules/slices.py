"""Slices: of slices, of other moves, of joined and of embedded arrays."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir import dims
from ...ir.build import broadcast_to, constant, o
from ...ir.node import Dim, Node
from ..match import Match
from ..pattern import AnyNode, p, wilds
from ..places import Range, below, embedded, is_smaller, met, part, places_of, ranges_of, taken
from ..rule import CANONICALIZE, EVERY_DTYPE, Build, Example, Rule, Stays

_x, _y = wilds("x y")
_MOVES = ("slice", "broadcast_to", "expand_dims", "squeeze", "transpose")


def _rule(name: str, rhs: Build, why: str, *examples: Example, inner: Sequence[str], stays: Stays) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=AnyNode(("slice",), having=tuple(inner)), rhs=rhs, why=why, keeps="bits",
                dtypes=EVERY_DTYPE, examples=lambda: examples, stays=stays)


# moves --------------------------------------------------------------------------------------------------------

def slice_of_move(m: Match) -> Node | None:
    """move(slice(x)); of slices one slice"""
    inner = m.node.inputs[0]
    ranges = ranges_of(m.node)
    own = below(inner, ranges) if inner.op.name in _MOVES else None
    if own is None:
        return None
    return part(inner, ranges, [taken(inner.inputs[0], own[0])])


# joined arrays ------------------------------------------------------------------------------------------------

def slice_of_joined(m: Match) -> Node | None:
    """the slices of the parts that it reaches, joined"""
    inner = m.node.inputs[0]
    if inner.op.name != "concatenate" or not is_smaller(m.node.shape, inner.shape):
        return None
    axis, ranges = inner.attr("axis"), ranges_of(m.node)
    begin: Dim = 0
    found: list[Node] = []
    for x in inner.operands:
        own = met(ranges[axis], Range(begin, x.shape[axis], 1))
        if own is None:
            return None
        begin = dims.add(begin, x.shape[axis])
        if own[1].length != 0:
            found.append(taken(x, (*ranges[:axis], own[1], *ranges[axis + 1:])))
    if not found:
        return None
    return _joined(found if ranges[axis].step > 0 else found[::-1], axis)


def _joined(parts: Sequence[Node], axis: int) -> Node:
    return parts[0] if len(parts) == 1 else o.concatenate(*parts, axis=axis)


# embedded arrays ----------------------------------------------------------------------------------------------

def slice_of_embedded(m: Match) -> Node | None:
    """a part of x, embedded where the slice holds zeros too"""
    inner, node = m.node.inputs[0], m.node
    if inner.op.name != "embed":
        return None
    x = inner.inputs[0]
    found = [met(a, b) for a, b in zip(ranges_of(node), places_of(inner), strict=True)]
    pairs = [pair for pair in found if pair is not None]
    if len(pairs) < len(found):
        return None
    if any(own.length == 0 for _, own in pairs):
        return broadcast_to(constant(0, x.dtype), node.shape)
    return embedded(taken(x, tuple(own for _, own in pairs)), tuple(r for r, _ in pairs), node.shape)


_part = {"starts": (2, 0), "lengths": (2, 2), "steps": (-1, 2)}
_one_of_three = p.slice(_x, starts=(1, 0), lengths=(1, 4), steps=(1, 1))
_nine = p.embed(_x, shape=(9, 9), starts=(1, 2), steps=(2, 1))
_both = p.concatenate(_x, _y, axis=0)

RULES = (
    _rule("slice_of_move", slice_of_move, "one slice instead of two, and moves of fewer elements",
          (p.slice(p.slice(_x, **_part), starts=(1, 0), lengths=(1, 2), steps=(1, 1)),
           p.slice(_x, starts=(1, 0), lengths=(1, 2), steps=(1, 2))),
          (p.slice(p.slice(_x, **_part), starts=(1, 1), lengths=(2, 2), steps=(-1, -1)),
           p.slice(_x, starts=(1, 2), lengths=(2, 2), steps=(1, -2))),
          (p.slice(p.transpose(_x, axes=(1, 0)), starts=(0, 1), lengths=(4, 2), steps=(1, 1)),
           p.transpose(p.slice(_x, starts=(1, 0), lengths=(2, 4), steps=(1, 1)), axes=(1, 0))),
          (p.slice(p.broadcast_to(_x, shape=(2, 3, 4)), starts=(0, 1, 0), lengths=(2, 1, 4), steps=(1, 1, 1)),
           p.broadcast_to(_one_of_three, shape=(2, 1, 4))),
          (p.slice(p.expand_dims(_x, axis=(0,)), starts=(0, 1, 0), lengths=(1, 1, 4), steps=(1, 1, 1)),
           p.expand_dims(_one_of_three, axis=(0,))),
          inner=_MOVES, stays=lambda: (p.slice(_x, **_part), p.slice(p.absolute(_x), **_part))),
    _rule("slice_of_joined", slice_of_joined, "only what is needed is joined",
          (p.slice(_both, starts=(4, 0), lengths=(1, 4), steps=(1, 1)), p.slice(_y, starts=(1, 0), lengths=(1, 4), steps=(1, 1))),
          (p.slice(_both, starts=(0, 1), lengths=(6, 1), steps=(1, 1)),
           p.concatenate(*(p.slice(a, starts=(0, 1), lengths=(3, 1), steps=(1, 1)) for a in (_x, _y)), axis=0)),
          (p.slice(_both, starts=(4, 0), lengths=(2, 4), steps=(-3, 1)),
           p.concatenate(*(p.slice(a, starts=(1, 0), lengths=(1, 4), steps=(1, 1)) for a in (_y, _x)), axis=0)),
          inner=("concatenate",), stays=lambda: (p.slice(_both, starts=(5, 0), lengths=(6, 4), steps=(-1, 1)),
                                                 p.slice(_x, **_part))),
    _rule("slice_of_embedded", slice_of_embedded, "zeros that nobody looks at are not written",
          (p.slice(_nine, starts=(1, 2), lengths=(3, 4), steps=(2, 1)), _x),
          (p.slice(_nine, starts=(1, 1), lengths=(3, 4), steps=(2, 1)),
           p.embed(p.slice(_x, starts=(0, 0), lengths=(3, 3), steps=(1, 1)), shape=(3, 4), starts=(0, 1), steps=(1, 1))),
          (p.slice(_nine, starts=(5, 2), lengths=(5, 4), steps=(-1, 1)),
           p.embed(p.slice(_x, starts=(2, 0), lengths=(3, 4), steps=(-1, 1)), shape=(5, 4), starts=(0, 0), steps=(2, 1))),
          inner=("embed",), stays=lambda: (p.slice(_x, **_part),)),
)
