"""Sums and products as the matcher sees them: flat, with exact coefficients, whatever their order and grouping.

A chain is a view of a node; the stored graph stays binary.  The view remembers the tree it was made from, so that
a change of some terms leaves the order and grouping of all others as the user wrote them.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from ..ir.build import o, rebuild
from ..ir.node import Node
from ..ops.table import TABLE
from .numbers import MOVERS, Exact, constant_like, exact_of

# What each op of a chain does to its operands: the sign (sums) or exponent (products) that they enter with.
SUM: Mapping[str, tuple[int, ...]] = MappingProxyType({"add": (1, 1), "subtract": (1, -1), "negative": (-1,)})
PRODUCT: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"multiply": (1, 1), "true_divide": (1, -1), "negative": (1,), "reciprocal": (-1,)})
_LOOK_THROUGH = 8  # shared or moved parts of a chain that are opened
_ONE: frozenset[tuple[Node, int]] = frozenset()

Key = Node | frozenset[tuple[Node, int]]


@dataclass(frozen=True, slots=True)
class Value:
    """``sign * node`` or, if ``inverse``, ``sign / node``: what a part of a chain is worth."""

    node: Node
    sign: int = 1
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One term or factor: it enters with ``sign`` (sums) or exponent ``sign`` (products).

    ``node`` has the dtype and shape of the whole chain; ``moved`` if it stands below moves or casts of the chain;
    ``kept`` if it stands inside a part of the chain that others need too, ``shared`` if they need it itself.
    """

    node: Node
    sign: int
    place: int
    moved: bool
    kept: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One vertex of a chain's tree: a node, whether others need it, and where its operands and its consumer stand.

    A leaf has no operands; the root stands above itself.
    """

    node: Node
    below: tuple[int, ...]
    above: int
    shared: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """A sum or product: its tree (``parts``, each before its operands) and its leaves from left to right."""

    root: Node
    kind: Mapping[str, tuple[int, ...]]
    parts: tuple[Part, ...]
    leaves: tuple[Leaf, ...]

    @property
    def negations(self) -> int:
        """How many ``negative`` ops the tree holds."""
        return sum(part.node.op.name == "negative" and bool(part.below) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a sum as coefficient times monomial; terms with equal ``key`` can be added."""

    leaf: Leaf
    coefficient: Exact
    key: Key


@dataclass(slots=True)
class Views:
    """Chains of the nodes of one graph, each computed once.  ``uses`` counts the consumers of nodes."""

    uses: dict[Node, int]
    _chains: dict[tuple[bool, Node], Chain] = field(default_factory=dict)
    _terms: dict[Node, tuple[Term, ...]] = field(default_factory=dict)
    _monomials: dict[Node, tuple[Exact, Key]] = field(default_factory=dict)
    _orders: dict[object, Node] = field(default_factory=dict)

    def twin(self, node: Node) -> Node | None:
        """The node met before this one that is the same op on the same two operands in the other order."""
        a, b = node.inputs
        return self._orders.setdefault((node.op, frozenset((a, b))), node)

    def sum(self, node: Node) -> Chain:
        """The sum that a node is; of one term, if it is none."""
        return self._chain(node, SUM)

    def product(self, node: Node) -> Chain:
        """The product that a node is; of one factor, if it is none."""
        return self._chain(node, PRODUCT)

    def _chain(self, node: Node, kind: Mapping[str, tuple[int, ...]]) -> Chain:
        found = self._chains.get((kind is SUM, node))
        if found is None:
            found = self._chains[kind is SUM, node] = chain(node, kind, self.uses)
        return found

    def terms(self, node: Node) -> tuple[Term, ...]:
        """The terms of a sum."""
        found = self._terms.get(node)
        if found is None:
            found = self._terms[node] = tuple(self._term(leaf) for leaf in self.sum(node).leaves)
        return found

    def _term(self, leaf: Leaf) -> Term:
        coefficient, key = self.monomial(leaf.node)
        return Term(leaf, leaf.sign * coefficient, key)

    def monomial(self, node: Node) -> tuple[Exact, Key]:
        """A node as coefficient and what it multiplies: a node, or a set of (base, exponent)."""
        found = self._monomials.get(node)
        if found is None:
            found = self._monomials[node] = self._monomial(node)
        return found

    def _monomial(self, node: Node) -> tuple[Exact, Key]:
        number = exact_of(node) if node.dtype.kind != "b" else None
        if number is not None:
            return number, _ONE
        if not is_joined(node, PRODUCT) and power_of(node)[1] == 1:
            return 1, node
        product = self.product(node)
        coefficient = constant_factor(product)
        exponents: dict[Node, int] = {}
        for leaf in product.leaves:
            if coefficient_of(leaf) is None:
                base, exponent = power_of(leaf.node)
                exponents[base] = exponents.get(base, 0) + leaf.sign * exponent
        left = [(base, e) for base, e in exponents.items() if e]
        if len(left) == 1 and left[0][1] == 1:
            return coefficient, left[0][0]
        return coefficient, frozenset(left)


# building -----------------------------------------------------------------------------------------------------

def is_joined(node: Node, kind: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a node is a sum (or product) of others; on bool, ``add`` is no sum, and integers have no quotients."""
    name, dtype = node.op.name, node.dtype.kind
    return name in kind and (dtype == "f" or (dtype in "iu" and name != "reciprocal"))


def is_widening(node: Node) -> bool:
    """Whether a node is a cast from one float dtype to a wider one, which changes no value."""
    return node.op.name == "cast" and node.dtype.kind == "f" and node.inputs[0].dtype.kind == "f" and (
        node.inputs[0].dtype.itemsize < node.dtype.itemsize)


def is_transparent(node: Node) -> bool:
    """Whether an elementwise op may be applied below a node as well as above it."""
    return node.op.name in MOVERS or is_widening(node)


def moved(node: Node, movers: Sequence[Node]) -> Node:
    """A node under ``movers`` (the outermost first)."""
    for mover in reversed(movers):
        node = rebuild(mover, (node, *mover.inputs[1:]))
    return node


def chain(root: Node, kind: Mapping[str, tuple[int, ...]], uses: Mapping[Node, int]) -> Chain:
    """The chain at ``root``: opened as far as parts have one consumer, and a little further."""
    parts: list[tuple[Node, list[int], int, bool]] = []
    leaves: list[Leaf] = []
    todo: list[tuple[Node, int, tuple[Node, ...], bool, int]] = [(root, 1, (), False, 0)]
    budget = _LOOK_THROUGH
    while todo:
        node, sign, movers, kept, parent = todo.pop()
        place = len(parts)
        shared = kept or (place > 0 and uses.get(node, 1) > 1)
        if place:
            parts[parent][1].append(place)
        parts.append((node, [], parent, shared))
        closed = shared or bool(movers)
        name = node.op.name
        if name in kind and is_joined(node, kind) and (not closed or budget > 0):
            budget -= closed
            todo += [(x, sign * s, movers, shared, place)
                     for x, s in zip(node.inputs[::-1], kind[name][::-1], strict=True)]
        elif (name in MOVERS or name == "cast") and budget > 0 and is_transparent(node) and _hides(node, kind):
            budget -= 1
            todo.append((node.inputs[0], sign, (*movers, node), shared, place))
        else:
            leaves.append(Leaf(moved(node, movers), sign, place, bool(movers), kept, shared))
    made = [Part(node, tuple(below), above, shared) for node, below, above, shared in parts]
    return Chain(root, kind, tuple(made), tuple(leaves))


def _hides(node: Node, kind: Mapping[str, tuple[int, ...]]) -> bool:
    for _ in range(_LOOK_THROUGH):
        node = node.inputs[0]
        if not is_transparent(node):
            return is_joined(node, kind)
    return False


def coefficient_of(leaf: Leaf) -> Exact | None:
    """The exact number by which a factor multiplies, None if it is no constant other than zero."""
    number = exact_of(leaf.node)
    if not number:
        return None
    return number if leaf.sign > 0 else Fraction(1, 1) / number


def constant_factor(product: Chain) -> Exact:
    """The product of all constants and signs of a product."""
    result: Exact = -1 if product.negations % 2 else 1
    for leaf in product.leaves:
        number = coefficient_of(leaf)
        if number is not None:
            result = result * number
    return int(result) if isinstance(result, Fraction) and result.denominator == 1 else result


def power_of(node: Node) -> tuple[Node, int]:
    """A factor as base and whole exponent."""
    movers: list[Node] = []
    inner = node
    while inner.op.name in MOVERS:
        movers.append(inner)
        inner = inner.inputs[0]
    exponent = _exponent(inner)
    return (node, 1) if exponent is None else (moved(inner.inputs[0], movers), exponent)


def _exponent(node: Node) -> int | None:
    """The exponent of a whole power, None if the node is none."""
    if node.op.name == "square" and node.dtype.kind != "b":
        return 2
    if node.op.name == "power" and node.dtype.kind != "b":
        exponent = exact_of(node.inputs[1])
        if isinstance(exponent, int) and (exponent >= 0 or node.dtype.kind == "f"):
            return exponent
    return None


# changing -----------------------------------------------------------------------------------------------------

def edited(view: Chain, edits: Mapping[int, Value | None], loose: bool = False) -> Value | None:
    """The chain with leaves (by place) replaced by values, or dropped where None; None if nothing is left.

    A value counts in place of the leaf's node.  All else keeps its order and grouping; if ``loose``, negatives
    are also gathered into subtractions and into the sign of the result.
    """
    found: dict[int, Value | None] = {}
    changed = set(edits)
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
    return found[0]


def _joined(node: Node, values: Sequence[Value | None], loose: bool) -> Value | None:
    if len(values) == 1:
        return _changed(node, values[0])
    a, b = values
    if node.op.name == "subtract" and b is not None:
        b = Value(b.node, -b.sign, b.inverse)
    if node.op.name == "true_divide" and b is not None:
        b = Value(b.node, b.sign, not b.inverse)
    if a is None or b is None:
        return b if a is None else a
    return plus(a, b, loose) if node.op.name in SUM else times(a, b)


def _changed(node: Node, value: Value | None) -> Value | None:
    if value is None:
        return None
    if node.op.name == "negative":
        return Value(value.node, -value.sign, value.inverse)
    if node.op.name == "reciprocal":
        return Value(value.node if value.inverse else o.reciprocal(value.node), value.sign)
    return Value(moved(value.node, (node,)), value.sign, value.inverse)


def plus(a: Value, b: Value, loose: bool = False) -> Value:
    """The sum of two parts of a sum; its sign goes outside only if ``loose``, because that turns 0 into -0."""
    if a.sign == b.sign:
        if a.sign > 0 or loose:
            return Value(o.add(a.node, b.node), a.sign)
        return Value(o.subtract(o.negative(a.node), b.node))
    return Value(o.subtract(a.node, b.node) if a.sign > 0 else o.subtract(b.node, a.node))


def times(a: Value, b: Value) -> Value:
    """The product of two parts of a product."""
    sign = a.sign * b.sign
    if not a.inverse and is_one(a.node):
        return Value(b.node, sign, b.inverse)
    if a.inverse == b.inverse:
        return Value(o.multiply(a.node, b.node), sign, a.inverse)
    top, bottom = (a, b) if b.inverse else (b, a)
    return Value(o.true_divide(top.node, bottom.node), sign)


def saved(view: Chain, changes: Mapping[Leaf, Value | None]) -> float:
    """The cost of the ops of a chain that ``changed`` makes superfluous; leaves do not count.

    What others need too is not saved, and a copy of it without some leaves costs again.
    """
    gone: dict[int, bool] = {leaf.place: value is None or leaf.moved for leaf, value in changes.items()}
    todo = [-view.parts[place].above for place in gone]
    heapq.heapify(todo)
    total = 0.0
    while todo:
        place = -heapq.heappop(todo)
        part = view.parts[place]
        if place in gone:
            continue
        left = sum(not gone.get(k, False) for k in part.below)
        gone[place] = not left
        copied = left == len(part.below)
        cost = 0.0 if is_transparent(part.node) else part.node.op.cost
        total += cost * ((not part.shared) - copied)
        if part.shared or not copied:
            heapq.heappush(todo, -part.above)
    appended = sum(leaf.moved and value is not None for leaf, value in changes.items())
    return total - appended * TABLE["add"].cost


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
        return o.subtract(*node.inputs[::-1])  # type: ignore[no-any-return]
    if value.inverse:
        node = o.true_divide(constant_like(1, node), node)
    return o.negative(node) if value.sign < 0 else node


def scaled(coefficient: Exact, node: Node) -> Value:
    """``coefficient * node`` with the sign apart."""
    sign = -1 if coefficient < 0 else 1
    if abs(coefficient) == 1:
        return Value(node, sign)
    return Value(o.multiply(constant_like(abs(coefficient), node), node), sign)


def powered(base: Node, exponent: int) -> Value | None:
    """``base ** exponent`` as a part of a product; None if that is 1."""
    size = abs(exponent)
    if size == 0:
        return None
    node = base if size == 1 else o.power(base, size) if size > 3 else o.multiply(base, base)
    return Value(o.multiply(node, base) if size == 3 else node, inverse=exponent < 0)


def core(view: Views, node: Node) -> Node:
    """A term without its coefficient."""
    product = view.product(node)
    dropped = {leaf.place: None for leaf in product.leaves if coefficient_of(leaf) is not None}
    if not dropped and not product.negations:
        return node
    value = edited(product, dropped, loose=True)
    return as_node(None if value is None else Value(value.node, 1, value.inverse), product)
