"""Traits of sums and products that whole families of rules need: found once, so that rules are not tried in vain.

A rule names one in ``AnySum(having=...)`` or ``AnyProduct(having=...)``, beside the ops that stand there.
"""

from __future__ import annotations

from ..ir.node import Node
from .polynomial import opens
from .terms import PRODUCT, coefficient_of, is_transparent, power_of
from .views import Term, Views

NUMBERS = "several numbers"             # signs of a product are one of them
LIKE = "terms or factors alike"
SIGNS = "negatives to be gathered"
PRODUCTS = "several products"
OPENED = "a product or power of a sum"
OPPOSITE = "terms of both signs"
QUOTIENT = "sums above and below the line"
POWERS = "powers alone"


def in_sum(views: Views, node: Node) -> frozenset[str]:
    """The ops that stand in a sum, and its traits."""
    return views.trait(True, node, lambda: views.ops_of_sum(node) | _of_sum(views, node))


def in_product(views: Views, node: Node) -> frozenset[str]:
    """The ops that stand in a product, and its traits."""
    return views.trait(False, node, lambda: views.ops_of_product(node) | _of_product(views, node))


def _of_sum(views: Views, node: Node) -> set[str]:
    terms, found = views.terms(node), set[str]()
    if len(terms) == 1:
        return _of_term(views, node, terms[0])
    keys = [term.key for term in terms if term.key]
    products = [key for key in keys if not isinstance(key, Node)]
    if len(terms) - len(keys) > 1:
        found.add(NUMBERS)
    if len(set(keys)) < len(keys):
        found.add(LIKE)
    if sum([1 for term in terms if term.key and not (isinstance(term.key, Node) and abs(term.coefficient) == 1)]) > 1:
        found.add(PRODUCTS)
    if products and any(opens(*factor) for key in products for factor in key):
        found.add(OPENED)
    if len({term.coefficient > 0 for term in terms if term.coefficient}) > 1:
        found.add(OPPOSITE)
    if views.sum(node).negations or any(_is_negative(views, leaf.node) for leaf, _, _ in terms):
        found.add(SIGNS)
    return found


def _of_term(views: Views, node: Node, term: Term) -> set[str]:
    """The traits of a sum of one term, whose own negative is not gathered."""
    negations = views.sum(node).negations
    return {SIGNS} if negations > bool(term.key) or _is_negative(views, term.leaf.node) else set()


def _is_negative(views: Views, node: Node) -> bool:
    """Whether a node is a product with an odd number of negatives."""
    return node.op.name in PRODUCT and bool(views.product(node).negations % 2)


def _of_product(views: Views, node: Node) -> set[str]:
    view, found = views.product(node), set[str]()
    factors = [(*power_of(leaf.node), leaf.sign) for leaf in view.leaves if coefficient_of(leaf) is None]
    negations, exponents = view.negations, dict[Node, int]()
    for base, exponent, sign in factors:
        exponents[base] = exponents.get(base, 0) + sign * exponent
    if len(view.leaves) - len(factors) + bool(negations) > 1:
        found.add(NUMBERS)
    if negations > 1:
        found.add(SIGNS)
    if len(exponents) < len(factors):
        found.add(LIKE)
    if len({sign for base, exponent, sign in factors if opens(base, exponent)}) > 1:
        found.add(QUOTIENT)
    if all(abs(e) > 1 or not e or is_transparent(base) for base, e in exponents.items()):
        found.add(POWERS)
    return found
