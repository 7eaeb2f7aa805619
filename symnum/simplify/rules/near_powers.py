"""Powers and exponentials that cancel: beside 1, and of two arguments that hold the same terms."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed
from ..match import Match
from ..moves import term_below
from ..numbers import constant_like, exact_of, is_held, magnitude
from ..pattern import AnySum, number, p, wilds
from ..rule import STABILIZE, Rule
from ..views import Term
from .angles import near_difference

_MOST_TERMS = 6                 # of a sum in which all pairs are looked at
_SIMPLE = (1, 2, 4)             # denominators of exponents that products and roots make
_CANCELS = "the 1 swallows the digits of the power where that is near 1"
_NEAR = "two powers of near numbers cancel, and the sum below one of them is rounded"


# beside 1 -----------------------------------------------------------------------------------------------------

def number_less_one(m: Match) -> Node | None:
    """compoundm1(c - 1, x), from c**x - 1, if c - 1 is no rounded number"""
    base = exact_of(m["c"])
    if base is None or base <= 0 or base == 1 or not is_held(Fraction(base) - 1, m.node.dtype):
        return None
    return o.compoundm1(constant_like(Fraction(base) - 1, m.node), m["x"])


def is_general(m: Match) -> bool:
    """Whether a power is of no number, and its exponent none of which products and roots are made."""
    exponent = exact_of(m["y"])
    if m["y"].op.name == "where":   # what is made of it has a choice as exponent
        return False
    return exact_of(m["x"]) is None and (exponent is None or Fraction(exponent).denominator not in _SIMPLE)


# of near arguments --------------------------------------------------------------------------------------------

def difference_of_powers(m: Match) -> Node | None:
    """(x + d)**c - x**c by the difference d, beside the power that is larger"""
    for first, second in _pairs(m, "power", "compound"):
        (a, exponent), (b, other) = _base_and_exponent(first), _base_and_exponent(second)
        count = exact_of(exponent)
        if exponent is not other and (count is None or count != exact_of(other)):
            continue
        d = near_difference(m.views, a, b)
        if d is not None and m.views.facts(d).nonnegative:
            if count is not None:
                return _put(m, first, second, _beside_larger(a, b, d, exponent, below=count < 0))
            return _put(m, first, second, _of_any_exponent(a, b, d, exponent))
    return None


def _base_and_exponent(term: Term) -> tuple[Node, Node]:
    assert isinstance(term.key, Node)
    base, exponent = term.key.operands
    return (o.add(base, 1.0) if term.key.op.name == "compound" else base), exponent


def _of_any_exponent(a: Node, b: Node, d: Node, exponent: Node) -> Node:
    """a**c - b**c with a = b + d, for a c of either sign; as it is written where b is not positive."""
    below, positive = o.less(exponent, 0.0), o.greater(b, 0.0)
    growth = o.multiply(exponent, o.log1p(o.true_divide(d, o.where(positive, b, 1.0))))
    larger = o.power(o.where(below, b, a), exponent)
    found = o.multiply(larger, o.expm1(o.where(below, growth, o.negative(growth))))
    near = o.where(below, found, o.negative(found))
    return o.where(positive, near, o.subtract(larger, o.power(o.where(below, a, b), exponent)))


def _beside_larger(a: Node, b: Node, d: Node, exponent: Node, below: bool) -> Node:
    """a**c - b**c with a = b + d: (a / b)**c is a small number if it belongs to the smaller power."""
    growth = o.multiply(exponent, o.log1p(o.true_divide(d, b)))
    if below:
        return o.multiply(o.power(b, exponent), o.expm1(growth))
    return o.negative(o.multiply(o.power(a, exponent), o.expm1(o.negative(growth))))


def difference_of_exponentials(m: Match) -> Node | None:
    """exp(x + d) - exp(x) by the difference d, beside the exponential that is larger"""
    for first, second in _pairs(m, "exp"):
        assert isinstance(first.key, Node) and isinstance(second.key, Node)
        a, b = first.key.operands[0], second.key.operands[0]
        if len(m.views.terms(a)) <= len(m.views.terms(b)):
            continue
        d = near_difference(m.views, a, b)
        if d is not None and len(m.views.terms(a)) == len(m.views.terms(b)) + len(m.views.terms(d)):
            return _put(m, first, second, _of_exponentials(a, b, d))
    return None


def difference_of_sigmoids(m: Match) -> Node | None:
    """sigmoid(x)*sigmoid(-y)*(1 - exp(y - x)) of the larger argument x, from sigmoid(x) - sigmoid(y)"""
    for first, second, a, b in _opposite(m, "sigmoid"):
        below, d = o.less(a, b), _apart(a, b)
        found = o.multiply(o.sigmoid(o.where(below, b, a)), o.sigmoid(o.negative(o.where(below, a, b))))
        found = o.multiply(found, o.expm1(o.where(below, d, o.negative(d))))
        return _put(m, first, second, o.where(below, found, o.negative(found)))
    return None


def _opposite(m: Match, op: str) -> Iterator[tuple[Term, Term, Node, Node]]:
    """Two terms of opposite coefficients that are this op, the positive one first, and what they are of."""
    found = [(t._replace(coefficient=c), moves(key.operands[0])) for t in m.views.terms(m.node)
             for c, key, moves in (term_below(m.views, t),) if isinstance(key, Node) and key.op.name == op]
    for (first, a), (second, b) in permutations(found[:_MOST_TERMS], 2):
        if first.coefficient == -second.coefficient > 0:
            yield first, second, a, b


def _apart(a: Node, b: Node) -> Node:
    """a - b, and 0 where both are the same infinity."""
    return o.where(o.equal(a, b), 0.0, o.subtract(a, b))


def _of_exponentials(a: Node, b: Node, d: Node) -> Node:
    if exact_of(d) is not None:
        return o.multiply(o.exp(b), o.expm1(d))
    below = o.less(d, 0.0)    # not |d|, which has no slope at 0
    found = o.multiply(o.exp(o.where(below, b, a)), o.expm1(o.where(below, d, o.negative(d))))
    return o.where(below, found, o.negative(found))


def _pairs(m: Match, *ops: str) -> Iterator[tuple[Term, Term]]:
    """Two terms of opposite coefficients that are one of these ops."""
    found = [t for t in m.views.terms(m.node) if isinstance(t.key, Node) and t.key.op.name in ops]
    return (pair for pair in permutations(found[:_MOST_TERMS], 2) if pair[0].coefficient == -pair[1].coefficient)


def _put(m: Match, first: Term, second: Term, new: Node) -> Node:
    """The sum with two terms replaced by ``new`` times the coefficient of the first."""
    view, size = m.views.sum(m.node), magnitude(first.coefficient)
    scaled = new if size == 1 else o.multiply(constant_like(size, new), new)
    return as_node(changed(view, {second.leaf: None, first.leaf: Value(scaled, 1 if first.coefficient > 0 else -1)}), view)


_x, _y = wilds("x y")
_c = number("c")
_power, _exp, _expm1 = p.power, p.exp, p.expm1
_POSITIVE = Interval(0.0, 1e300, avoid=(0.0,))
_NEAR_ONE = {name: Interval(0.999, 1.001) for name in "xy"}
_log_of_power = p.multiply(_y, p.log(_x))
_is_near_one = p.less(p.absolute(_log_of_power), 0.5)

RULES = (
    Rule(name="number_to_power_less_one", phase=STABILIZE, lhs=_power(_c, _x) - 1, rhs=number_less_one, why=_CANCELS,
         examples=lambda: ((_power(2, _x) - 1, p.compoundm1(1, _x)), (_power(10, _x) - 1, p.compoundm1(9, _x))),
         stays=lambda: (_power(-2, _x) - 1, _power(_y, _x) + 1)),
    Rule(name="exp2_less_one", phase=STABILIZE, lhs=p.exp2(_x) - 1, rhs=p.compoundm1(1, _x), why=_CANCELS),
    Rule(name="any_power_less_one", phase=STABILIZE, lhs=_power(_x, _y) - 1, when=is_general,
         rhs=p.where(_is_near_one, _expm1(_log_of_power), _power(_x, p.where(_is_near_one, 1, _y)) - 1),
         why=_CANCELS, domain={"x": _POSITIVE}, stays=lambda: (_power(_x, 3) - 1, _power(_x, 1.5) - 1)),
    Rule(name="difference_of_powers", phase=STABILIZE, lhs=AnySum(("power", "compound")), rhs=difference_of_powers, why=_NEAR,
         domain={"x": _POSITIVE},
         examples=lambda: ((_power(_x + 1, 0.3) - _power(_x, 0.3), None), (_power(_x, -0.3) - _power(_x + 1, -0.3), None)),
         stays=lambda: (_power(_x, 0.3) - _power(_y, 0.3), _power(_x + 1, 0.3) + _power(_x, 0.3))),
    Rule(name="difference_of_exponentials", phase=STABILIZE, lhs=AnySum(("exp",)), rhs=difference_of_exponentials,
         why="the values of a function at two near arguments cancel, and the sum of the arguments is rounded",
         examples=lambda: ((_exp(_x + _y) - _exp(_x), None), (2 * _exp(_x) - 2 * _exp(_x + _y), None)),
         stays=lambda: (_exp(_x) - _exp(_y), _exp(_x + _y) + _exp(_x), _exp(_x - _c) - _exp(_y - _c))),
    Rule(name="difference_of_sigmoids", phase=STABILIZE, lhs=AnySum(("sigmoid",)), rhs=difference_of_sigmoids,
         why="two logistic functions of near arguments cancel", domain=_NEAR_ONE,
         examples=lambda: ((p.sigmoid(_x) - p.sigmoid(_y), None),), stays=lambda: (p.sigmoid(_x) + p.sigmoid(_y),)),
)
