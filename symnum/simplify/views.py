"""``Views``: sums, products and facts of the nodes of one graph as the matcher sees them, with exact coefficients."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple, TypeVar

from ..ir.node import Node
from ..records import dataclass
from .facts import Facts
from .matrix_facts import MatrixFacts
from .numbers import MOVERS, Exact, exact_of
from .terms import (
    FACTORED,
    OPENED,
    POWERS,
    PRODUCT,
    SUM,
    Chain,
    Leaf,
    below_moves,
    chain,
    coefficient_of,
    constant_factor,
    is_joined,
    power_of,
    unassumed,
)
from .transfers import facts_of, matrix_facts_of

T = TypeVar("T")
Key = Node | frozenset[tuple[Node, int]]


class Factors(frozenset[tuple[Node, int]]):
    """Bases with exponents: a set, but in the order in which they stand, so that no result depends on addresses."""

    __slots__ = ("_order",)
    _order: tuple[tuple[Node, int], ...]

    def __new__(cls, factors: Sequence[tuple[Node, int]]) -> Factors:
        """The set of ``factors``, in their order."""
        self = super().__new__(cls, factors)
        self._order = tuple(factors)
        return self

    def __iter__(self) -> Iterator[tuple[Node, int]]:
        return iter(self._order)


_ONE: frozenset[tuple[Node, int]] = frozenset()


class Term(NamedTuple):
    """A term of a sum as coefficient times monomial; terms with equal ``key`` can be added."""

    leaf: Leaf
    coefficient: Exact
    key: Key


@dataclass(slots=True)
class Views:
    """Chains and facts of the nodes of one graph, each computed once.

    ``uses`` counts the consumers of nodes.  Whoever asks for a chain leaves its node in ``asked``, and whoever asks for
    a count the node in a tuple: the answers may be others when the counts are.
    """

    uses: dict[Node, int]
    _facts: dict[Node, Facts] = field(default_factory=dict)
    _matrices: dict[Node, MatrixFacts] = field(default_factory=dict)
    _chains: dict[tuple[bool, Node], Chain] = field(default_factory=dict)
    _terms: dict[Node, tuple[Term, ...]] = field(default_factory=dict)
    _monomials: dict[Node, tuple[Exact, Key]] = field(default_factory=dict)
    _ops: dict[tuple[bool, Node], frozenset[str]] = field(default_factory=dict)
    _traits: dict[tuple[bool, Node], frozenset[str]] = field(default_factory=dict)
    _orders: dict[object, Node] = field(default_factory=dict)
    _remembered: dict[object, tuple[Any, set[object]]] = field(default_factory=dict)
    asked: set[object] = field(default_factory=set)
    _heirs: dict[Node, Node] = field(default_factory=dict)
    _origins: dict[Node, Node] = field(default_factory=dict)
    _by_op: dict[str, list[Node]] = field(default_factory=dict)
    _sorted: int = 0

    def facts(self, node: Node) -> Facts:
        """What is known of the elements of a node."""
        return self._facts.get(node) or facts_of(node, self._facts)

    def follow(self, node: Node, made: Node) -> bool:
        """Whether the same is known of a node and the same op of other operands; taken over where it must be."""
        known = self._facts
        if made.op is not node.op or node in self._matrices:
            return False
        if node not in known:
            return True
        if made not in known and node.op.name != "where" and self._are_alike(node.operands, made.operands):
            known[made] = known[node]
            return True
        return self.facts(made) == known[node]

    def _are_alike(self, before: Sequence[Node], after: Sequence[Node]) -> bool:
        """Whether the same is known of operands, and as many of them are the same node."""
        known = self._facts
        for a, b in zip(before, after, strict=True):
            if a is not b and known[a] is not self.facts(b) and known[a] != known[b]:
                return False
        return len(set(after)) == len(set(before))

    def inherit(self, node: Node, made: Node) -> None:
        """Take over what stands in a sum and a product for a node like it, which is made of other nodes far below."""
        self._heirs[node], self._origins[made] = made, node
        for table in (self._ops, self._traits):
            for of_sum in (True, False):
                known = table.get((of_sum, node))
                if known is not None:
                    table.setdefault((of_sum, made), known)

    def matrix(self, node: Node) -> MatrixFacts:
        """What is known of a matrix, by name: see ``ops.assumptions.MATRIX_FACTS``."""
        found = self._matrices.get(node)
        return matrix_facts_of(node, self._matrices, self.facts) if found is None else found

    def twin(self, node: Node) -> Node | None:
        """The node met before this one that is the same op on the same two operands in the other order."""
        a, b = node.inputs
        return self.first((node.op, frozenset((a, b))), node)

    def first(self, key: object, node: Node) -> Node:
        """The node of equal value, as ``key`` says, that was met before this one; else this one."""
        return self._orders.setdefault(key, node)

    def count(self, node: Node) -> int:
        """How many consumers a node has."""
        self.asked.add((node,))
        return self.uses.get(node, 1)

    def of_op(self, name: str) -> list[Node]:
        """The nodes of an op that the graph holds now."""
        if len(self.uses) != self._sorted:
            for node in itertools.islice(self.uses, self._sorted, None):
                self._by_op.setdefault(node.op.name, []).append(node)
            self._sorted = len(self.uses)
        return [node for node in self._by_op.get(name, ()) if self.uses[node] > 0]

    def sum(self, node: Node) -> Chain:
        """The sum that a node is; of one term, if it is none."""
        return self._chain(node, SUM)

    def product(self, node: Node) -> Chain:
        """The product that a node is; of one factor, if it is none."""
        return self._chain(node, PRODUCT)

    def _chain(self, node: Node, kind: Mapping[str, tuple[int, ...]]) -> Chain:
        self.asked.add(node)
        found = self._chains.get((kind is SUM, node))
        if found is None:
            found = self._chains[kind is SUM, node] = chain(node, kind, self.uses)
        return found

    def terms(self, node: Node) -> tuple[Term, ...]:
        """The terms of a sum."""
        self.asked.add(node)
        found = self._terms.get(node)
        if found is None:
            found = self._terms[node] = tuple(self._term(leaf) for leaf in self.sum(node).leaves)
        return found

    def _term(self, leaf: Leaf) -> Term:
        coefficient, key = self.monomial(leaf.node)
        return Term(leaf, leaf.sign * coefficient, key)

    def ops_of_sum(self, node: Node) -> frozenset[str]:
        """The ops that stand in a sum: they join its terms or their factors, or are the terms and factors."""
        self.asked.add(node)
        found = self._ops.get((True, node))
        if found is None:
            names: set[str] = set()
            for part in self.sum(node).parts:
                names.add(part.node.op.name)
                if not part.below:
                    end = below_moves(part.node, names)
                    if end.op.name in FACTORED:
                        names |= self.ops_of_product(end)
            found = self._ops[True, node] = frozenset(names)
        return found

    def ops_of_product(self, node: Node) -> frozenset[str]:
        """The ops that stand in a product: they join its factors, or are the factors and the bases of their powers."""
        self.asked.add(node)
        found = self._ops.get((False, node))
        if found is None:
            names: set[str] = set()
            for part in self.product(node).parts:
                names.add(part.node.op.name)
                if not part.below:
                    end = below_moves(part.node, names)
                    if end.op.name in POWERS:
                        below_moves(end.inputs[0], names)
            found = self._ops[False, node] = frozenset(names)
        return found

    def trait(self, of_sum: bool, node: Node, make: Callable[[], frozenset[str]]) -> frozenset[str]:
        """What ``make`` gives of a sum, or of a product, and of the products in it; made once for each."""
        self.asked.add(node)
        found = self._traits.get((of_sum, node))
        if found is None:
            found = self._traits[of_sum, node] = make()
        return found

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` gives from these views, made once for each ``key``."""
        found = self._remembered.get(key)
        if found is None:
            outside, self.asked = self.asked, set()
            found = self._remembered[key] = make(), self.asked
            self.asked = outside
        self.asked |= found[1]
        return found[0]

    def recounted(self, uses: dict[Node, int], changed: Mapping[Node, bool]) -> tuple[Views, set[object]]:
        """Views under other ``uses``, which take over from these; what of all that can be asked may have other answers.

        The counts of some nodes have ``changed``: True, if they were 1 and are more, or the other way round.
        """
        changed = _with_all_before(changed, self._origins)
        stale = {key[1] for key, value in self._chains.items() if _depends(value, changed)}
        _add_heirs(stale, self._heirs)
        for node in self._terms:
            if node not in stale and any(leaf.node in stale for leaf in self._chains[True, node].leaves):
                stale.add(node)
        _add_heirs(stale, self._heirs)
        for node in stale:
            self._terms.pop(node, None)
            self._monomials.pop(node, None)
            for key in ((True, node), (False, node)):
                self._chains.pop(key, None)
                self._ops.pop(key, None)
                self._traits.pop(key, None)
        every = {*stale, *((node,) for node in changed)}
        remembered = {key: value for key, value in self._remembered.items() if value[1].isdisjoint(every)}
        return Views(uses, self._facts, self._matrices, self._chains, self._terms, self._monomials, self._ops,
                     self._traits, _remembered=remembered, _heirs=self._heirs, _origins=self._origins), every

    def monomial(self, node: Node) -> tuple[Exact, Key]:
        """A node as coefficient and what it multiplies: a node, or a set of (base, exponent)."""
        self.asked.add(node)
        found = self._monomials.get(node)
        if found is None:
            found = self._monomials[node] = self._monomial(node)
        return found

    def _monomial(self, node: Node) -> tuple[Exact, Key]:
        name = node.op.name
        number = exact_of(node) if (name == "constant" or name in MOVERS) and node.dtype.kind != "b" else None
        if number is not None:
            return number, _ONE
        if name not in FACTORED and name not in OPENED:
            return 1, node
        if not is_joined(unassumed(node), PRODUCT) and power_of(node)[1] == 1:
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
        return coefficient, Factors(left)


def _with_all_before(changed: Mapping[Node, bool], origins: Mapping[Node, Node]) -> dict[Node, bool]:
    """What is said of nodes, said of those too that they were made from."""
    found = dict(changed)
    for made, value in changed.items():
        node = origins.get(made)
        while node is not None and not (node in found and found[node] >= value):
            found[node] = value
            node = origins.get(node)
    return found


def _add_heirs(nodes: set[Node], heirs: Mapping[Node, Node]) -> None:
    """Add what became of nodes that are other ones by now."""
    for node in tuple(nodes):
        made = heirs.get(node)
        while made is not None and made not in nodes:
            nodes.add(made)
            made = heirs.get(made)


def _depends(chain: Chain, changed: Mapping[Node, bool]) -> bool:
    """Whether a chain may be another under changed counts: of one part, or exactly of one that it holds twice."""
    parts = chain.parts
    if len(parts) == 1:
        return changed.get(chain.root, False)
    met = [part[0] for part in parts if part[0] in changed]
    if not met:
        return False
    return any(changed[node] for node in met) or len(set(met)) < len(met)


