"""Powers of numbers that are not negative: exponents meet, whatever they are."""

from __future__ import annotations

from fractions import Fraction

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed, price
from ..match import Match
from ..moves import below_moves
from ..numbers import Exact, constant_like, exact_of, is_held
from ..pattern import AnyNode, AnyProduct, p, wilds
from ..rule import CANONICALIZE, STABILIZE, Rule
from ..terms import Leaf, power_of
from .assumptions import assumed
from .signs import is_positive

_x, _y, _z = wilds("x y z")
_POSITIVE = Interval(0.0, 1e300, avoid=(0.0,))
# A base, and its exponent in a product.
Power = tuple[Node, Exact]


# products -----------------------------------------------------------------------------------------------------

def fractional_powers(m: Match) -> Node | None:
    """x**(a + b), from x**a * x**b with numbers a and b that are not all whole"""
    view = m.views.product(m.node)
    groups: dict[Node, list[tuple[Leaf, Exact]]] = {}
    for leaf in view.leaves:
        base, exponent = _power(leaf)
        groups.setdefault(base, []).append((leaf, exponent))
    changes: dict[Leaf, Value | None] = {}
    for base, group in groups.items():
        total = sum((Fraction(exponent) for _, exponent in group), Fraction(0))
        if len(group) > 1 and _is_allowed(m, base, [e for _, e in group]) and is_held(total, base.dtype):
            power = _powered(base, total)
            before = sum(1 + (0.0 if leaf.shared or leaf.kept else price(leaf.node)) for leaf, _ in group)
            if power is None or 1 + price(power.node) * (power.node is not base) < before:
                changes |= {**{leaf: None for leaf, _ in group}, group[0][0]: power}
    return as_node(changed(view, changes), view) if changes else None


def _power(leaf: Leaf) -> Power:
    """A factor as a base to a number."""
    base, whole = power_of(leaf.node)
    inner, moves = below_moves(base)
    exponent = Fraction(1, 2) if inner.op.name == "sqrt" else (
        exact_of(inner.inputs[1]) if inner.op.name == "power" else None)
    if exponent is None:
        return base, leaf.sign * whole
    return moves(inner.inputs[0]), leaf.sign * whole * exponent


def _is_allowed(m: Match, base: Node, exponents: list[Exact]) -> bool:
    """Whether exponents of a base may be added: it is above 0, or 0 with exponents that are all above 0."""
    fractions = any(Fraction(e).denominator > 1 for e in exponents)
    facts = m.views.facts(base)
    return fractions and (facts.positive or (facts.nonnegative and min(exponents) > 0))


def _powered(base: Node, exponent: Fraction) -> Value | None:
    if exponent == 0:
        return None
    size = abs(exponent)
    if size == 1:
        return Value(base, inverse=exponent < 0)
    inner, moves = below_moves(base)
    if size == Fraction(1, 2):
        return Value(moves(o.sqrt(inner)), inverse=exponent < 0)
    return Value(moves(o.power(inner, constant_like(exponent, inner))))


# powers -------------------------------------------------------------------------------------------------------

def root_of_positive(m: Match) -> Node | None:
    """x**(y/2), from sqrt(x**y) with x above 0"""
    inner, moves = below_moves(m.node.inputs[0])
    if inner.op.name != "power" or not m.views.facts(inner.inputs[0]).positive:
        return None
    x, y = map(moves, inner.inputs)
    return o.power(x, o.multiply(constant_like(Fraction(1, 2), y), y))


def is_base_of_logarithm(m: Match) -> bool:
    """Whether x is not negative, or y no whole number, so that x**y is NaN below 0 as the logarithm is."""
    y = exact_of(m["y"])
    return m.views.facts(m["x"]).nonnegative or (y is not None and Fraction(y).denominator > 1)


RULES = (
    Rule(name="fractional_powers", phase=CANONICALIZE, lhs=AnyProduct(having=("power", "sqrt")), rhs=fractional_powers,
         why="one power instead of several", domain={"x": _POSITIVE},
         examples=lambda: ((p.power(assumed(_x, "positive"), 0.25) * p.power(assumed(_x, "positive"), 0.75),
                            assumed(_x, "positive")),
                           (_y * p.power(assumed(_x, "positive"), 2.75) / p.power(assumed(_x, "positive"), 0.25),
                            _y * p.power(assumed(_x, "positive"), 2.5)),
                           (p.power(assumed(_x, "nonnegative"), 0.25) * p.sqrt(assumed(_x, "nonnegative")),
                            p.power(assumed(_x, "nonnegative"), 0.75))),
         stays=lambda: (p.power(_x, 0.25) * p.power(_x, 0.75), p.power(assumed(_x, "nonnegative"), 0.75)
                        * p.power(assumed(_x, "nonnegative"), -0.25), _y * p.sqrt(assumed(_x, "positive")))),
    Rule(name="power_of_power_of_positive", phase=CANONICALIZE, lhs=p.power(p.power(_x, _y), _z),
         rhs=p.power(_x, p.multiply(_y, _z)), when=is_positive, why="one power instead of two",
         domain={"x": _POSITIVE},
         examples=lambda: ((p.power(p.power(assumed(_x, "positive"), _y), _z), p.power(assumed(_x, "positive"), _y * _z)),),
         stays=lambda: (p.power(p.power(_x, _y), _z), p.power(p.power(assumed(_x, "nonnegative"), _y), _z))),
    Rule(name="root_of_power_of_positive", phase=CANONICALIZE, lhs=AnyNode(("sqrt",), having=("power",)),
         rhs=root_of_positive, why="a power that overflows less, and no root", domain={"x": _POSITIVE},
         examples=lambda: ((p.sqrt(p.power(assumed(_x, "positive"), _y)), p.power(assumed(_x, "positive"), 0.5 * _y)),),
         stays=lambda: (p.sqrt(p.power(_x, _y)),)),
    Rule(name="exp_of_scaled_log", phase=STABILIZE, lhs=p.exp(p.multiply(_y, p.log(_x))), rhs=p.power(_x, _y),
         when=is_base_of_logarithm, why="the error of a large logarithm is many units of its exponential",
         domain={"x": _POSITIVE},
         examples=lambda: ((p.exp(p.multiply(_y, p.log(assumed(_x, "positive")))), p.power(assumed(_x, "positive"), _y)),
                           (p.exp(p.multiply(0.75, p.log(_x))), p.power(_x, 0.75))),
         stays=lambda: (p.exp(p.multiply(_y, p.log(_x))), p.exp(p.multiply(2, p.log(_x))))),
)
