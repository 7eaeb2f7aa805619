"""Exponentials beside each other: quotients of their sums, and logarithms of multiples, shifted to stay in range."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

from ...ir.build import o
from ...ir.node import Node
from ..edits import Value, as_node, changed
from ..match import Match, Moves
from ..moves import below_moves, term_below
from ..numbers import Exact, constant_like, exact_of
from ..pattern import AnyNode, AnyProduct, p, wilds
from ..rule import STABILIZE, Rule
from ..terms import Leaf, is_transparent
from ..traits import QUOTIENT
from ..views import Term, Views

_MOST_TERMS = 8     # of a sum of exponentials
_FAR = 40.0         # exponents up to here overflow in no dtype, nor do products of a few
_LARGEST = ("maximum", "peak", "where")
_HALF = Fraction(1, 2)
_NO_OVERFLOW = "exp overflows, or all terms underflow to 0, where the result is an ordinary number"


# quotients ----------------------------------------------------------------------------------------------------

def quotient_of_exponentials(m: Match) -> Node | None:
    """exp(a - s)*x / (exp(a - s) + exp(b - s)) with s = max(a, b), from exp(a)*x / (exp(a) + exp(b))"""
    view = m.views.product(m.node)
    for below in view.leaves:
        exponents = _exponents(m.views, below) if below.sign < 0 else []
        if len(exponents) < 2:
            continue
        shift = reduce(o.maximum, exponents)
        for above in view.leaves:
            new = _shifted(m.views, above.node, shift) if above.sign > 0 else None
            if new is not None:
                bottom = _shifted(m.views, below.node, shift)
                assert bottom is not None
                return as_node(changed(view, {above: Value(new), below: Value(bottom, inverse=True)}), view)
    return None


def _exponents(views: Views, below: Leaf) -> list[Node]:
    """The exponents of a sum of positive multiples of exponentials, 0 for a number; none of sums that stay in range."""
    terms = views.terms(below.node)
    if not 1 < len(terms) <= _MOST_TERMS:
        return []
    found = [_exponent(views, term) for term in terms]
    exponents = [x[1] for x in found if x is not None]
    if len(exponents) < len(terms) or any(_is_shifted(views, x) for x in exponents) or _is_safe(views, exponents):
        return []
    return exponents


def _exponent(views: Views, term: Term) -> tuple[Exact, Node] | None:
    """c and x of c*exp(x), x being y*log(2) of 2**y and so for other powers of a number, and 0 of a number."""
    number, key, moves = term_below(views, term)
    if number <= 0:
        return None
    if key == frozenset():
        return number, constant_like(0, term.leaf.node)
    if not isinstance(key, Node):
        return None
    if key.op.name == "exp":
        return number, moves(key.operands[0])
    base = exact_of(key.operands[0]) if key.op.name == "power" else 2 if key.op.name == "exp2" else None
    if base is None or base <= 1:
        return None
    x = moves(key.operands[-1])
    return number, o.multiply(x, _log(base, x))


def _log(number: Exact, like: Node) -> Node:
    return o.log(constant_like(number, like))


def _is_shifted(views: Views, x: Node) -> bool:
    """Whether the largest of several exponents has been taken off."""
    return any(t.coefficient < 0 and isinstance(t.key, Node) and below_moves(t.key)[0].op.name in _LARGEST
               for t in views.terms(x))


def _is_safe(views: Views, exponents: Sequence[Node]) -> bool:
    """Whether facts say that no exponential overflows, and that one does not underflow."""
    known = [views.facts(x).range for x in exponents]
    return all(x.upper <= _FAR for x in known) and any(x.lower >= -_FAR for x in known)


def _shifted(views: Views, node: Node, shift: Node) -> Node | None:
    """A sum, each term of which has one factor exp(x) or is a number, times exp(-shift); None if it is none."""
    terms, view = views.terms(node), views.sum(node)
    if len(terms) > _MOST_TERMS or all(term.key == frozenset() for term in terms):
        return None
    changes: dict[Leaf, Value | None] = {}
    for term in terms:
        new = _shifted_term(views, term.leaf.node, shift)
        if new is None:
            return None
        changes[term.leaf] = Value(new, term.leaf.sign)
    return as_node(changed(view, changes), view) if len(terms) > 1 else new


def _shifted_term(views: Views, node: Node, shift: Node) -> Node | None:
    if exact_of(node) is not None:
        return o.multiply(node, o.exp(o.negative(shift)))
    movers = list[Node]()
    while is_transparent(node):
        movers.append(node)
        node = node.inputs[0]
    moves, view = Moves(tuple(movers)), views.product(node)
    found = [(leaf, each(inner.operands[0])) for leaf in view.leaves if leaf.sign > 0
             for inner, each in (below_moves(leaf.node),) if inner.op.name == "exp"]
    if len(found) != 1:
        return None
    (leaf, x), = found
    new = o.exp(o.subtract(moves(x), shift))
    rest = changed(view, {leaf: None})
    return new if rest is None else o.multiply(moves(as_node(rest, view)), new)


# logarithms ---------------------------------------------------------------------------------------------------

def log_of_multiples(m: Match) -> Node | None:
    """logaddexp(x + log(a), y + log(b)), from log(a*exp(x) + b*exp(y)) of numbers a and b that are positive"""
    number, key = m.views.monomial(m.node.inputs[0])
    terms = m.views.terms(key) if isinstance(key, Node) else ()
    if not 1 < len(terms) <= _MOST_TERMS:
        return None
    parts = [_exponent(m.views, term) for term in terms]
    found = [(part[0] * number, part[1]) for part in parts if part is not None]
    if len(found) < len(terms) or sum(exact_of(x) is None for _, x in found) < 2 or number <= 0:
        return None
    if all(c == 1 or exact_of(x) is not None for c, x in found) and not any(map(_is_power, terms)):
        return None         # others make logaddexp of the exponents
    if [c for c, _ in found] == [_HALF, _HALF]:
        return _log_of_mean(*(x for _, x in found))
    return reduce(o.logaddexp, (_plus_log(*part) for part in found))


def _is_power(term: Term) -> bool:
    return isinstance(term.key, Node) and below_moves(term.key)[0].op.name != "exp"


def _plus_log(coefficient: Exact, x: Node) -> Node:
    number = _log(coefficient, x)
    return x if coefficient == 1 else number if exact_of(x) == 0 else o.add(x, number)


def _log_of_mean(a: Node, b: Node) -> Node:
    """log((exp(a) + exp(b))/2), which is near 0 where a and b are."""
    apart = o.absolute(o.where(o.equal(a, b), 0.0, o.subtract(a, b)))
    return o.add(o.maximum(a, b), o.log1p(o.multiply(0.5, o.expm1(o.negative(apart)))))


_a, _b, _x, _y = wilds("a b x y")
_exp = p.exp

RULES = (
    Rule(name="sigmoid_of_difference", phase=STABILIZE, lhs=_exp(_a) / (_exp(_a) + _exp(_b)), rhs=p.sigmoid(_a - _b),
         why=_NO_OVERFLOW),
    Rule(name="quotient_of_exponentials", phase=STABILIZE, lhs=AnyProduct(("exp", QUOTIENT, "broadcast_to")),
         rhs=quotient_of_exponentials, why=_NO_OVERFLOW,
         examples=lambda: ((_exp(_a) / (_exp(_a) + _exp(_b) + _exp(_x)), None),
                           ((_x * _exp(_a) + _y * _exp(_b)) / (_exp(_a) + _exp(_b)), None)),
         stays=lambda: (_x / (_exp(_a) + _exp(_b)), _exp(_a) / (_exp(_b) + _x))),
    Rule(name="log_of_multiples", phase=STABILIZE, lhs=AnyNode(("log",), having=("add", "multiply", "true_divide")),
         rhs=log_of_multiples, why=_NO_OVERFLOW,
         examples=lambda: ((p.log(2 * _exp(_x) + 3 * _exp(_y)), None), (p.log((_exp(_x) + _exp(_y)) / 2), None),
                           (p.log(p.power(2, _x) + p.power(2, _y)), None)),
         stays=lambda: (p.log(2 * _exp(_x) + _y), p.log(2 * _exp(_x) - _exp(_y)),p.log(2 * (_x + _y)))),
)
