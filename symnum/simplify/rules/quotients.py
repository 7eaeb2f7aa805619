"""Quotients of quotients, and products with sums of quotients: divisions that cancel or become multiplications."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed, cost_beside, plus
from ..match import Match
from ..moves import below_moves
from ..numbers import exact_of
from ..pattern import AnyNode, AnyProduct, p, wilds
from ..rule import CANONICALIZE, Rule
from ..terms import Chain, Leaf, coefficient_of
from ..views import Views

_a, _b, _x, _y, _z = wilds("a b x y z")
_SUMS = ("add", "subtract")
_NOT_ZERO = Interval(-1e150, 1e150, avoid=(0.0,))


def turned(m: Match) -> Node | None:
    """x * (z/y), from x / (y/z)"""
    x, below = m.node.inputs
    inner, moves = below_moves(below)
    if inner.op.name != "true_divide" or m.views.count(inner) > 1:
        return None
    y, z = inner.inputs
    return o.multiply(x, moves(o.true_divide(z, y)))


def divided(m: Match) -> Node | None:
    """x / y, from x * (1/y)"""
    for x, inverse in (m.node.inputs, m.node.inputs[::-1]):
        if inverse.op.name == "true_divide" and exact_of(inverse.inputs[0]) == 1 and m.views.count(inverse) == 1:
            return o.true_divide(x, inverse.inputs[1])
    return None


# products with sums -------------------------------------------------------------------------------------------

def distributed(m: Match) -> Node | None:
    """a + b*x, from (a/x + b) * x"""
    view, beside = m.views.product(m.node), dict[tuple[Node, int], list[Leaf]]()
    for leaf in view.leaves:
        if not leaf.moved:
            beside.setdefault((leaf.node, leaf.sign), []).append(leaf)
    for total in view.leaves:
        if total.node.op.name not in _SUMS or total.shared or total.kept or total.moved or total.sign < 0:
            continue
        inside = {(leaf.node, -leaf.sign) for term in m.views.sum(total.node).leaves
                  for leaf in m.views.product(term.node).leaves}
        met = [factor for key in inside for factor in beside.get(key, ()) if factor is not total]
        for factor in sorted(met, key=lambda leaf: leaf.place):
            new = _multiplied(m.views, view, total, factor)
            if new is not None:
                return new
    return None


def _multiplied(views: Views, view: Chain, total: Leaf, factor: Leaf) -> Node | None:
    """The product with a factor inside a sum instead of beside it, if it cancels there and that costs less."""
    terms = views.sum(total.node)
    if coefficient_of(factor) is not None or any(leaf.moved or leaf.kept for leaf in terms.leaves):
        return None
    parts, met, ends = list[Value](), 0, {leaf.node for leaf in view.leaves if leaf is not total}
    for term in terms.leaves:
        inside = views.product(term.node)
        cancelled = next((leaf for leaf in inside.leaves if leaf.node is factor.node and leaf.sign != factor.sign), None)
        met += cancelled is not None
        ends |= {leaf.node for leaf in inside.leaves}
        parts.append(_term(inside, term, cancelled, factor))
    if not met:
        return None
    value = parts[0]
    for part in parts[1:]:
        value = plus(value, part)
    new = as_node(changed(view, {total: value, factor: None}), view)
    return new if _cost(view.root, new, ends) < _cost(view.root, view.root, ends) else None


def _term(inside: Chain, term: Leaf, cancelled: Leaf | None, factor: Leaf) -> Value:
    """One term times the factor."""
    if cancelled is not None:
        value = changed(inside, {cancelled: None})
        sign = 1 if value is None else value.sign
        return Value(as_node(None if value is None else Value(value.node, 1, value.inverse), inside), sign * term.sign)
    join = o.multiply if factor.sign > 0 else o.true_divide
    return Value(join(term.node, factor.node), term.sign)


def _cost(root: Node, node: Node, ends: set[Node] | Sequence[Node]) -> float:
    """The cost of what stands above some nodes."""
    total, todo, seen = 0.0, [node], set(ends)
    while todo:
        part = todo.pop()
        if part not in seen:
            seen.add(part)
            total += cost_beside(root, part)
            todo += part.operands
    return total


RULES = (
    Rule(name="quotient_below", phase=CANONICALIZE, lhs=AnyNode(("true_divide",), among_others=True, having=("true_divide",)),
         rhs=turned, why="one division instead of two", domain={"x": _NOT_ZERO, "y": _NOT_ZERO, "z": _NOT_ZERO},
         examples=lambda: ((_x / (_y / _z), _x * (_z / _y)), (1 / (_y / _z), _z / _y)),
         stays=lambda: (_x / _y / _z, _x / (_y * _z))),
    Rule(name="reciprocal", phase=CANONICALIZE, lhs=p.reciprocal(_x), rhs=p.true_divide(1, _x), keeps="bits",
         why="one name for the inverse"),
    Rule(name="times_inverse", phase=CANONICALIZE, lhs=AnyNode(("multiply",), among_others=True, having=("true_divide",)),
         rhs=divided, why="one operation instead of two, and one rounding", shapes={"x": (3, 4), "y": (3, 4)}, domain={"x": _NOT_ZERO, "y": _NOT_ZERO},
         examples=lambda: ((p.multiply(_x, 1 / _y), _x / _y), (p.multiply(1 / _y, _x), _x / _y)),
         stays=lambda: (p.multiply(_x, 2 / _y), p.multiply(_x, _y))),
    Rule(name="distributed", phase=CANONICALIZE, lhs=AnyProduct(having=_SUMS), sight=0, rhs=distributed,
         why="a division that cancels", domain=dict.fromkeys("abxy", _NOT_ZERO),
         examples=lambda: (((_a / _x + _b) * _x, _a + _b * _x), ((_a / _x - _b / _x) * _x, _a - _b),
                           ((_a / _x + _b / _y) * _x * _y, None), ((_a * _x + _b) / _x, None)),
         stays=lambda: ((_a + _b) * _x, (_a / _y + _b) * _x)),
)
