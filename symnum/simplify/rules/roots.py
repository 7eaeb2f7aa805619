"""Inverse roots, and squares that are added: forms that leave a processor its own instructions for them."""

from __future__ import annotations

from functools import reduce

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed
from ..match import Match
from ..numbers import MOVERS, exact_of
from ..pattern import AnySum, Attr, p, wilds
from ..rule import SPECIALIZE, Rule
from ..terms import Leaf

_x, _y = wilds("x y")
_POSITIVE = Interval(0.0, 1e200, avoid=(0.0,))
_NEITHER = "neither a root nor a division, where a processor can"
_ONE_ROUNDING = "a multiplication and an addition with one rounding: no cancellation is lost, as nothing cancels"


def is_sole_root(m: Match) -> bool:
    """Whether nothing else needs the root, or the quotient has more elements: else a division is the least that is left."""
    root = m.node.operands[1]
    return root.op.name != "sqrt" or m.views.count(root) < 2


def sum_of_squares(m: Match) -> Node | None:
    """the squares of a sum are added as they are multiplied, to its numbers"""
    view = m.views.sum(m.node)
    squares = [leaf for leaf in view.leaves if leaf.node.op.name == "multiply" and _is_square(leaf)]
    others = (leaf for leaf in view.leaves if leaf not in squares)
    if not squares or len(view.leaves) < 2 or not all(map(_is_positive, others)):
        return None
    made = {leaf: Value(o.square_term(leaf.node.operands[0])) for leaf in squares}
    numbers = [leaf.node for leaf in view.leaves if exact_of(leaf.node) is not None]
    if numbers and not any(leaf.kept for leaf in view.leaves):
        terms = [leaf.node for leaf in view.leaves if leaf not in made and leaf.node not in numbers]
        return reduce(o.add, [*numbers, *(value.node for value in made.values()), *terms])
    return as_node(changed(view, made), view)


def _is_square(leaf: Leaf) -> bool:
    """Whether a term is a square that nobody else needs."""
    return _is_product(leaf.node) and leaf.sign > 0 and not (leaf.moved or leaf.shared)


def _is_positive(leaf: Leaf) -> bool:
    """Whether a term cannot be negative: a square, or a number."""
    value, node = exact_of(leaf.node), leaf.node
    while node.op.name in MOVERS:
        node = node.inputs[0]
    is_square = node.op.name == "square_term" or _is_product(node)
    return leaf.sign > 0 and (is_square if value is None else value >= 0)


def _is_product(node: Node) -> bool:
    return node.op.name == "multiply" and node.operands[0] is node.operands[1]


RULES = (
    Rule(name="inverse_root", phase=SPECIALIZE, lhs=p.true_divide(1, p.sqrt(_x)), rhs=p.rsqrt(_x), keeps="specials",
         domain={"x": _POSITIVE}, why="processors estimate an inverse root, and a few multiplications correct it"),
    Rule(name="inverse_root_cubed", phase=SPECIALIZE, lhs=p.true_divide(1, p.multiply(_x, p.sqrt(_x))),
         rhs=p.rsqrt_cubed(_x), domain={"x": _POSITIVE}, why=_NEITHER),
    Rule(name="divided_by_root", phase=SPECIALIZE, lhs=p.true_divide(_y, p.sqrt(_x)),
         rhs=p.multiply(_y, p.rsqrt(_x)), when=is_sole_root, domain={"x": _POSITIVE}, why=_NEITHER,
         stays=lambda: (p.sqrt(_x) + _y / p.sqrt(_x),)),
    Rule(name="divided_by_root_cubed", phase=SPECIALIZE, lhs=p.true_divide(_y, p.multiply(_x, p.sqrt(_x))),
         rhs=p.multiply(_y, p.rsqrt_cubed(_x)), domain={"x": _POSITIVE}, why=_NEITHER),
    Rule(name="sum_of_squares", phase=SPECIALIZE, lhs=AnySum(), sight=0, rhs=sum_of_squares, keeps="specials",
         why=_ONE_ROUNDING,
         examples=lambda: ((_x * _x + _y * _y, p.add(p.square_term(_x), p.square_term(_y))),
                           (_x * _x + 1, p.add(1, p.square_term(_x)))),
         stays=lambda: (_x * _x - _y * _y, _x * _x - 1, _x * _x + _y)),
    Rule(name="squares_summed", phase=SPECIALIZE, lhs=p.sum(p.multiply(_x, _x), axis=Attr("axis")),
         rhs=p.sum(p.square_term(_x), axis=Attr("axis")), keeps="specials",
         why=_ONE_ROUNDING),
)
