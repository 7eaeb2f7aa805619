"""Circular functions of multiples of pi: the multiple is an angle in half turns, and pi needs no rounding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...ir.build import o
from ...ir.node import Node
from ...ops.spec import Interval
from ..edits import Value, as_node, changed, core
from ..match import Match
from ..numbers import Exact, constant_like, magnitude
from ..pattern import AnyNode, AnySum, p, wilds
from ..rule import STABILIZE, Rule

_x, _y = wilds("x y")
_PI = Fraction(31415926535897932384626433832795028841971693993751, 10 ** 49)
_POWERS = (1, 2, 4, 8, 16)      # of two: a rounded product would be as bad as that with pi
_HALF_TURN = 3.141592653589793


def half_turns(number: Exact, node: Node) -> Fraction | None:
    """The number by which pi was multiplied, and rounded to the dtype of ``node``, if no product by it is rounded."""
    found = (Fraction(number) / _PI).limit_denominator(_POWERS[-1])
    near = magnitude(found * _PI - number) <= Fraction(float(np.finfo(node.dtype).eps)) * magnitude(number)
    return found if near and abs(found.numerator) in _POWERS and found.denominator in _POWERS else None


def in_half_turns(m: Match) -> Node | None:
    """sinpi, cospi or their quotient, of x where the argument is pi*x"""
    x = m.node.operands[0]
    number, key = m.views.monomial(x)
    turns = half_turns(number, x) if key != frozenset() else None
    if turns is None:
        return None
    angle = core(m.views, x)
    if turns != 1:
        angle = o.multiply(angle, constant_like(turns, angle))
    if m.node.op.name == "tan":
        return o.true_divide(o.sinpi(angle), o.cospi(angle))
    return o.sinpi(angle) if m.node.op.name == "sin" else o.cospi(angle)


def complement(m: Match) -> Node | None:
    """arctan2(1, x), from pi/2 - arctan(x), and so for arcsin and arccos"""
    terms = m.views.terms(m.node)
    numbers = [t for t in terms if t.key == frozenset()]
    if len(numbers) != 1:
        return None
    for term in terms:
        if isinstance(term.key, Node) and term.key.op.name in _COMPLEMENTS:
            turns = half_turns(Fraction(numbers[0].coefficient) / Fraction(term.coefficient), m.node)
            new = None if turns is None else _complement(term.key, turns)
            if new is not None:
                scaled = Value(new.node, 1 if term.coefficient > 0 else -1)
                size = magnitude(term.coefficient)
                if size != 1:
                    scaled = Value(o.multiply(constant_like(size, new.node), new.node), scaled.sign)
                view = m.views.sum(m.node)
                whole = Value(scaled.node, scaled.sign * new.sign)
                return as_node(changed(view, {term.leaf: whole, numbers[0].leaf: None}), view)
    return None


def _complement(angle: Node, turns: Fraction) -> Value | None:
    """An angle plus so many half turns; None if that is no angle of its own."""
    x, name = angle.operands[0], angle.op.name
    towards = o.negative(x) if turns > 0 else x
    sign = 1 if turns > 0 else -1
    if name == "arctan":
        return Value(o.arctan2(1.0, towards), sign) if magnitude(turns) == Fraction(1, 2) else None
    if name == "arcsin":
        return Value(o.arccos(towards), sign) if magnitude(turns) == Fraction(1, 2) else None
    if name == "arctan2":       # of sides that are not negative
        return Value(o.arctan2(angle.operands[1], x), -1) if turns == Fraction(-1, 2) and _are_lengths(angle) else None
    if turns == Fraction(-1, 2):
        return Value(o.arcsin(x), -1)
    return Value(o.arccos(o.negative(x)), -1) if turns == -1 else None


def _are_lengths(angle: Node) -> bool:
    return all(x.op.name in ("sqrt", "absolute", "hypot", "sqrt_product") for x in angle.operands)


_COMPLEMENTS = ("arctan", "arcsin", "arccos", "arctan2")
_pi_x = p.multiply(_HALF_TURN, _x)

RULES = (
    Rule(name="half_turns", phase=STABILIZE,
         lhs=AnyNode(("sin", "cos", "tan"), having=("multiply", "true_divide", "negative")), rhs=in_half_turns,
         why="the rounded product pi*x is far from the real one where it is large, or near a multiple of pi",
         domain={"x": Interval(-1e300, 1e300, avoid=(0.0,))},
         examples=lambda: ((p.sin(_pi_x), p.sinpi(_x)), (p.cos(2 * _HALF_TURN * _x), p.cospi(p.multiply(_x, 2.0))),
                           (p.tan(_pi_x), p.sinpi(_x) / p.cospi(_x)), (p.sin(_HALF_TURN * (_x / 2)), None)),
         stays=lambda: (p.sin(_HALF_TURN * (_x / 180)), p.sin(3 * _x), p.cos(_x * _y), p.sin(3.14159 * _x))),
    Rule(name="complement", phase=STABILIZE, lhs=AnySum(_COMPLEMENTS), rhs=complement, rounded=True, extreme=True,
         why="the angle is near pi/2, and all of its digits but the last cancel",
         domain={"x": Interval(-1.0, 1.0)},
         examples=lambda: ((_HALF_TURN / 2 - p.arccos(_x), p.arcsin(_x)), (_HALF_TURN - p.arccos(_x), p.arccos(-_x)),
                           (_HALF_TURN / 2 - p.arctan(_x), p.arctan2(1, _x)), (_HALF_TURN / 2 - p.arcsin(_x), p.arccos(_x))),
         stays=lambda: (p.arctan(_x) - 1.5, _HALF_TURN - p.arctan(_x), p.arccos(_x) + _HALF_TURN)),
)
