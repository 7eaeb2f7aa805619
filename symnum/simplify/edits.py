"""Changes of sums and products: what is left keeps the order and grouping in which the user wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ir.build import o
from ..ir.node import Node
from ..records import dataclass
from .cost import elements
from .cost import price as price_of
from .numbers import Exact, constant_like, exact_of, magnitude
from .terms import SUM, Chain, Leaf, coefficient_of, is_transparent, moved, power_of
from .views import Views


@dataclass(frozen=True, slots=True)
class Value:
    """``sign * node`` or, if ``inverse``, ``sign / node``: what a part of a chain is worth."""

    node: Node
    sign: int = 1
    inverse: bool = False


def edited(view: Chain, edits: Mapping[int, Value | None], loose: bool = False) -> Value | None:
    """The chain with leaves (by place) replaced by values, or dropped where None; None if nothing is left.

    A value counts in place of the leaf's node.  All else keeps its order and grouping; if ``loose``, negatives
    are also gathered into subtractions and into the sign of the result.
    """
    found: dict[int, Value | None] = {}
    changed, lost_signs = set(edits), 0
    if loose:
        changed.update(k for k, part in enumerate(view.parts) if part.node.op.name == "negative" and part.below)
    for place in range(len(view.parts) - 1, -1, -1):
        node, below = view.parts[place].node, view.parts[place].below
        if place in edits:
            found[place] = edits[place]
        elif not below or not (place in changed or any(k in changed for k in below)):
            found[place] = Value(node)
        else:
            changed.add(place)
            found[place] = _joined(node, [found[k] for k in below], loose)
            lost_signs += node.op.name == "negative" and found[place] is None
    if view.kind is SUM or lost_signs % 2 == 0:
        return found[0]
    return _negated(found[0] or Value(constant_like(1, view.root)))


def _negated(value: Value) -> Value:
    return Value(value.node, -value.sign, value.inverse)


def _joined(node: Node, values: Sequence[Value | None], loose: bool) -> Value | None:
    if len(values) == 1:
        return _changed(node, values[0])
    a, b = values
    if node.op.name == "subtract" and b is not None:
        b = _negated(b)
    if node.op.name == "true_divide" and b is not None:
        b = Value(b.node, b.sign, not b.inverse)
    if a is None or b is None:
        return b if a is None else a
    return plus(a, b, loose) if node.op.name in SUM else times(a, b)


def _changed(node: Node, value: Value | None) -> Value | None:
    if value is None:
        return None
    if node.op.name == "negative":
        return _negated(value)
    if node.op.name == "assume":    # what was stated held of the whole
        return value
    if node.op.name == "reciprocal":
        return Value(value.node if value.inverse else o.reciprocal(value.node), value.sign)
    return Value(moved(value.node, (node,)), value.sign, value.inverse)


def plus(a: Value, b: Value, loose: bool = False) -> Value:
    """The sum of two parts of a sum; its sign goes outside only if ``loose``, because that turns 0 into -0."""
    if a.sign == b.sign:
        if a.sign > 0 or loose:
            return Value(o.add(a.node, b.node), a.sign)
        return Value(o.subtract(_opposite(a.node), b.node))
    return Value(o.subtract(a.node, b.node) if a.sign > 0 else o.subtract(b.node, a.node))


def _opposite(node: Node) -> Node:
    number = exact_of(node)
    return constant_like(-number, node) if number else o.negative(node)


def times(a: Value, b: Value) -> Value:
    """The product of two parts of a product."""
    sign = a.sign * b.sign
    if not a.inverse and is_one(a.node):
        return Value(b.node, sign, b.inverse)
    if a.inverse == b.inverse:
        return Value(o.multiply(a.node, b.node), sign, a.inverse)
    top, bottom = (a, b) if b.inverse else (b, a)
    return Value(o.true_divide(top.node, bottom.node), sign)


def is_one(node: Node) -> bool:
    """Whether a node is the number 1."""
    return exact_of(node) == 1


def changed(view: Chain, changes: Mapping[Leaf, Value | None], loose: bool = False) -> Value | None:
    """The chain with some leaves' contributions replaced, or dropped where None; None if nothing is left.

    ``loose`` is as in :func:`edited`.
    """
    edits = {leaf.place: None if value is None or leaf.moved else _at(view, leaf, value)
             for leaf, value in changes.items()}
    result = edited(view, edits, loose)
    for leaf, value in changes.items():
        if leaf.moved and value is not None:
            join = plus if view.kind is SUM else times
            result = value if result is None else join(result, value)
    return result


def _at(view: Chain, leaf: Leaf, value: Value) -> Value:
    """A contribution to the chain as a value at the place of a leaf."""
    if view.kind is SUM:
        return Value(value.node, value.sign * leaf.sign)
    return Value(value.node, value.sign, value.inverse != (leaf.sign < 0))


def is_difference(value: Value, view: Chain) -> bool:
    """Whether a changed sum is a difference, so that its negative costs nothing."""
    return view.kind is SUM and value.node is not view.root and value.node.op.name == "subtract"


def as_node(value: Value | None, view: Chain) -> Node:
    """The node of a changed chain; nothing left of a sum is 0, of a product 1."""
    if value is None:
        return constant_like(0 if view.kind is SUM else 1, view.root)
    node = value.node
    if value.sign < 0 and is_difference(value, view):
        return o.subtract(*node.inputs[::-1])
    if value.inverse:
        node = o.true_divide(constant_like(1, node), node)
    return _opposite(node) if value.sign < 0 else node


def scaled(coefficient: Exact, node: Node) -> Value:
    """``coefficient * node`` with the sign apart."""
    sign = -1 if coefficient < 0 else 1
    if abs(coefficient) == 1:
        return Value(node, sign)
    return Value(o.multiply(constant_like(magnitude(coefficient), node), node), sign)


def powered(base: Node, exponent: int) -> Value | None:
    """``base ** exponent`` as a part of a product; None if that is 1."""
    if exponent == 0:
        return None
    if exponent in (1, -1):
        return Value(base, inverse=exponent < 0)
    if exponent not in (2, 3):
        return Value(o.power(base, exponent))
    square = o.multiply(base, base)
    return Value(square if exponent == 2 else o.multiply(square, base))


def by_squares(x: Node, n: int) -> Node:
    """x to the power n > 0, by products."""
    square, found = x, x if n % 2 else None
    while n := n // 2:
        square = o.multiply(square, square)
        if n % 2:
            found = square if found is None else o.multiply(square, found)
    assert found is not None
    return found


def core(view: Views, node: Node) -> Node:
    """A term without its coefficient."""
    product = view.product(node)
    dropped = {leaf.place: None for leaf in product.leaves if coefficient_of(leaf) is not None}
    if not dropped and not product.negations:
        return node
    value = edited(product, dropped, loose=True)
    return as_node(None if value is None else Value(value.node, 1, value.inverse), product)


# cost ---------------------------------------------------------------------------------------------------------

def is_cheaper(views: Views, new: Node, view: Chain) -> bool:
    """Whether a node costs less than the chain whose place it takes; parts that others need cost nothing."""
    ends, inner = _ends_and_inner(views, view)
    limit = sum(cost_beside(view.root, node) for node in inner)
    total, todo, seen = 0.0, [new], set(ends)
    while todo and total < limit:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            total += cost_beside(view.root, node)
            todo += node.operands
    return total < limit


def cost_beside(root: Node, node: Node) -> float:
    """The cost of an op for each element of ``root``: nearly nothing if it has fewer, and is broadcast later."""
    return 0.0 if is_transparent(node) else price_of(node) / max(1, elements(root))


def cost_of(node: Node) -> float:
    """The cost of one op; leaves and moves of elements cost nothing."""
    return node.op.cost if node.operands and not is_transparent(node) else 0.0


def _ends_and_inner(views: Views, view: Chain) -> tuple[set[Node], set[Node]]:
    """The nodes at which a chain and its terms end, and those above them that nobody else needs."""
    ends = {part.node for part in view.parts if part.shared}
    inner = {part.node for part in view.parts if part.below and not part.shared}
    for leaf in view.leaves:
        own = view.parts[leaf.place].node
        for node in dict.fromkeys((own, leaf.node)):
            below, above = _at_leaf(views, view, node)
            ends |= below
            inner |= above if node is own and not leaf.shared else set()
    return ends, inner


def _at_leaf(views: Views, view: Chain, node: Node) -> tuple[set[Node], set[Node]]:
    if view.kind is SUM:
        return _ends_and_inner(views, views.product(node))
    base = power_of(node)[0]
    return {base}, set() if base is node else {_unmoved(node)}


def _unmoved(node: Node) -> Node:
    while is_transparent(node):
        node = node.inputs[0]
    return node


def price(node: Node) -> float:
    """The cost of the op below moves and casts."""
    return cost_of(_unmoved(node))
