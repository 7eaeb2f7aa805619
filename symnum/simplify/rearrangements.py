"""Rearrangements for a search: other spellings of sums and products, none of which has a larger error.

Rules make one spelling of a formula; a search compares several.  What is left out on purpose is whatever loses digits:
multiplying out, and grouping the terms of a sum in another way, unless none of them is negative.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..ir.build import broadcast_to, o
from ..ir.node import Node
from ..records import dataclass
from .edits import Value, as_node, changed
from .egraph import EGraph
from .numbers import exact_of
from .terms import Chain, Leaf
from .views import Views

_MOST = 12  # leaves of a chain that are taken in pairs
Pair = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Search:
    """What rearrangements look at: the classes, the chains of nodes, and in how many classes each pair stands."""

    graph: EGraph
    views: Views
    pairs: Counter[Pair]


class Rearrangement(NamedTuple):
    """Ways to spell a node: their name, the ops of the nodes, and what makes them."""

    name: str
    ops: tuple[str, ...]
    spellings: Callable[[Search, Node], Iterator[Node]]
    why: str


def _class(search: Search, node: Node) -> int:
    return search.graph.add(node)


def _product(search: Search, node: Node) -> Chain | None:
    """A product that may be grouped in other ways; a divisor that stands twice is a scale against overflow."""
    view = search.views.product(node)
    divisors = [_class(search, leaf.node) for leaf in view.leaves if leaf.sign < 0]
    if len(view.leaves) > _MOST or len(set(divisors)) < len(divisors):
        return None
    return view


# quotients ----------------------------------------------------------------------------------------------------

def one_division(search: Search, node: Node) -> Iterator[Node]:
    """A product of several quotients as one quotient."""
    view = _product(search, node) if node.dtype.kind == "f" else None
    if view is None or sum(leaf.sign < 0 for leaf in view.leaves) < 2:
        return
    tops = [leaf.node for leaf in view.leaves if leaf.sign > 0 and not _is_one(leaf)]
    bottom = _multiplied([leaf.node for leaf in view.leaves if leaf.sign < 0])
    made = o.true_divide(_multiplied(tops) if tops else 1.0, bottom)
    yield o.negative(made) if view.negations % 2 else made


def _is_one(leaf: Leaf) -> bool:
    return exact_of(leaf.node) == 1


def _multiplied(nodes: Sequence[Node]) -> Node:
    return functools.reduce(o.multiply, nodes)


# the same operands in several chains --------------------------------------------------------------------------

def pairs_of(search: Search, node: Node) -> Iterator[tuple[Pair, Leaf, Leaf]]:
    """Pairs of factors, or of terms that are not negative, which may be computed first."""
    product = _product(search, node) if node.op.name in ("multiply", "true_divide") else None
    chains = [("multiply", product)] if product is not None else []
    if node.op.name == "add" and (view := _positive_sum(search, node)) is not None:
        chains.append(("add", view))
    for op, view in chains:
        for a, b in itertools.combinations(view.leaves, 2):
            if a.sign == b.sign and not (a.moved or b.moved):
                first, second = sorted((_class(search, a.node), _class(search, b.node)))
                yield (op, first, second), a, b


def _positive_sum(search: Search, node: Node) -> Chain | None:
    view = search.views.sum(node)
    positive = all(leaf.sign > 0 and search.views.facts(leaf.node).nonnegative for leaf in view.leaves)
    return view if positive and len(view.leaves) <= _MOST else None


def shared_pairs(search: Search, node: Node) -> Iterator[Node]:
    """A product, or a sum of terms that are not negative, with two operands first that another one has as well."""
    for pair, a, b in pairs_of(search, node):
        if search.pairs[pair] > 1:
            product = pair[0] == "multiply"
            view = search.views.product(node) if product else search.views.sum(node)
            joined = o.multiply(a.node, b.node) if product else o.add(a.node, b.node)
            yield as_node(changed(view, {a: Value(joined, inverse=product and a.sign < 0), b: None}), view)


# common factors -----------------------------------------------------------------------------------------------

class Factor(NamedTuple):
    """A factor of a term: its class, exponent 1 or -1, a sign, the node, and the rest of the term (None: 1)."""

    number: int
    exponent: int
    sign: int
    node: Node
    rest: Node | None


def factored(search: Search, node: Node) -> Iterator[Node]:
    """A sum with a factor taken out of two of its terms."""
    view = search.views.sum(node)
    if not 2 <= len(view.leaves) <= _MOST or any(leaf.moved for leaf in view.leaves):
        return
    found = [list(_factors(search, leaf.node)) for leaf in view.leaves]
    for (a, above), (b, below) in itertools.combinations(zip(view.leaves, found, strict=True), 2):
        for f, g in itertools.product(above, below):
            if f[:2] == g[:2] and not (f.rest is None and g.rest is None):
                yield as_node(changed(view, {a: _out(f, g, a.sign, b.sign), b: None}), view)


def _out(f: Factor, g: Factor, first: int, second: int) -> Value:
    """``f*r + f*s``, with a sign before each, as a product or quotient with the sum of r and s."""
    one = broadcast_to(o.constant(1, f.node.dtype), f.node.shape)
    r, s = (one if x is None else x for x in (f.rest, g.rest))
    total = (o.add if first * f.sign == second * g.sign else o.subtract)(r, s)
    made = o.multiply(f.node, total) if f.exponent > 0 else o.true_divide(total, f.node)
    return Value(made, first * f.sign)


def _factors(search: Search, term: Node) -> Iterator[Factor]:
    """What may be taken out of a term, in every spelling of it."""
    number = _class(search, term)
    yield Factor(number, 1, 1, term, None)
    spellings = [search.graph.written[x] for x in search.graph.members[search.graph.find(number)]]
    for node in spellings:
        if node.op.name not in ("multiply", "true_divide"):
            continue
        a, b = node.operands
        pairs = [(a, b, 1), (b, a, 1)] if node.op.name == "multiply" else [(b, a, -1)]
        for factor, rest, exponent in pairs:
            if exact_of(factor) is None:
                yield Factor(_class(search, factor), exponent, 1, factor, rest)
                yield from _turned(search, factor, rest, exponent)


def _turned(search: Search, factor: Node, rest: Node, exponent: int) -> Iterator[Factor]:
    """A difference as minus the difference in the other order, where the graph holds that."""
    if factor.op.name == "subtract":
        other = o.subtract(*factor.operands[::-1])
        if other in search.graph.classes:
            yield Factor(_class(search, other), exponent, -1, other, rest)


REARRANGEMENTS = (
    Rearrangement("one_division", ("true_divide", "multiply"), one_division, "one division instead of several"),
    Rearrangement("shared_pairs", ("multiply", "true_divide", "add"), shared_pairs, "what two need is computed once"),
    Rearrangement("factored", ("add", "subtract"), factored, "a factor of two terms is applied once"),
)
