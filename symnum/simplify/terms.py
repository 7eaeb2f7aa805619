"""Sums and products as the matcher sees them: flat, with exact coefficients, whatever their order and grouping.

A chain is a view of a node; the stored graph stays binary.  The view remembers the tree it was made from, so that
a change of some terms leaves the order and grouping of all others as the user wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from types import MappingProxyType

from ..ir.build import rebuild
from ..ir.node import Node
from ..records import dataclass
from .numbers import MOVERS, Exact, exact_of

# What each op of a chain does to its operands: the sign (sums) or exponent (products) that they enter with.
SUM: Mapping[str, tuple[int, ...]] = MappingProxyType({"add": (1, 1), "subtract": (1, -1), "negative": (-1,)})
PRODUCT: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"multiply": (1, 1), "true_divide": (1, -1), "negative": (1,), "reciprocal": (-1,)})
_LOOK_THROUGH = 8  # shared or moved parts of a chain that are opened
_ONE: frozenset[tuple[Node, int]] = frozenset()

Key = Node | frozenset[tuple[Node, int]]


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
    parts: list[tuple[Node, list[int], int]] = []
    leaves: list[tuple[Node, int, int, bool]] = []
    todo: list[tuple[Node, int, tuple[Node, ...], bool, int]] = [(root, 1, (), False, 0)]
    budget, opened = _LOOK_THROUGH, False
    while todo:
        node, sign, movers, kept, parent = todo.pop()
        place, name = len(parts), node.op.name
        if place:
            parts[parent][1].append(place)
            kept = kept or uses.get(node, 1) > 1
        parts.append((node, [], parent))
        if name in kind and is_joined(node, kind) and (budget > 0 or not (kept or movers)):
            budget -= kept or bool(movers)
            opened = opened or kept
            todo += [(x, sign * s, movers, kept, place)
                     for x, s in zip(node.inputs[::-1], kind[name][::-1], strict=True)]
        elif (name in MOVERS or name == "cast") and budget > 0 and _hides(node, kind):
            budget -= 1
            todo.append((node.inputs[0], sign, (*movers, node), kept, place))
        else:
            leaves.append((moved(node, movers), sign, place, bool(movers)))
    shared = _shared(parts, uses, opened)
    made = [Part(node, tuple(below), above, flag) for (node, below, above), flag in zip(parts, shared, strict=True)]
    return Chain(root, kind, tuple(made), tuple(
        Leaf(node, sign, place, far, shared[made[place].above], shared[place]) for node, sign, place, far in leaves))


def _shared(parts: Sequence[tuple[Node, list[int], int]], uses: Mapping[Node, int], opened: bool) -> list[bool]:
    """Which parts, or parts above them, have consumers outside the chain (``opened``: some have several)."""
    inside: dict[Node, set[tuple[Node, int]]] = {}
    if opened:
        for node, below, _ in parts:
            for k, place in enumerate(below):
                inside.setdefault(parts[place][0], set()).add((node, k))
    shared = [False]
    for node, _, above in parts[1:]:
        shared.append(shared[above] or uses.get(node, 1) > max(1, len(inside.get(node, ()))))
    return shared


def _hides(node: Node, kind: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a sum or product stands below moves and casts, and should be opened.

    Factors below a broadcast have fewer elements, and cost less there; only their signs and numbers matter above.
    """
    repeated = False
    for _ in range(_LOOK_THROUGH):
        if not is_transparent(node):
            return is_joined(node, kind) and (kind is SUM or not repeated or _has_number(node))
        repeated = repeated or node.op.name == "broadcast_to"
        node = node.inputs[0]
    return False


def _has_number(node: Node) -> bool:
    return node.op.name == "negative" or any(exact_of(x) not in (None, 1) for x in node.inputs)


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
