"""Logarithms of products and squares that overflow or underflow where the logarithm is an ordinary number."""

from __future__ import annotations

import math

import numpy as np

from ...ir.build import convert, o
from ...ir.node import Node
from ...ops.spec import Interval
from ..match import Match
from ..pattern import AnyNode, p, wilds
from ..rule import STABILIZE, Rule
from ..terms import coefficient_of, power_of
from .squares import is_large

_MOST_FACTORS = 8
_SCALED = ("frexp_mantissa", "inverse_scale")       # what this rule makes
_OUT_OF_RANGE = "the product overflows, or underflows to 0, where its logarithm is an ordinary number"


def log_of_factors(m: Match) -> Node | None:
    """log(m) + n*log(2) with x*y = m * 2**n and m near 1, from log(x*y)"""
    inside = m.node.inputs[0]
    view = m.views.product(inside)
    factors = [leaf for leaf in view.leaves if coefficient_of(leaf) is None]
    plain = len(factors) == 2 and factors[0].sign != factors[1].sign
    if not 1 < len(factors) <= _MOST_FACTORS or plain or len(factors) < len(view.leaves) or m.views.count(inside) > 1:
        return None
    if any(leaf.node.op.name in _SCALED or power_of(leaf.node)[1] != 1 for leaf in factors) or (
            sum(is_large(m.views, leaf.node) for leaf in factors) < 2):
        return None
    mantissa = exponent = None
    for leaf in factors:
        part, size = o.frexp_mantissa(leaf.node), o.frexp_exponent(leaf.node)
        if mantissa is None:
            mantissa, exponent = (part, size) if leaf.sign > 0 else (o.true_divide(1.0, part), o.negative(size))
        else:
            mantissa = (o.multiply if leaf.sign > 0 else o.true_divide)(mantissa, part)
            exponent = (o.add if leaf.sign > 0 else o.subtract)(exponent, size)
    assert mantissa is not None
    between = o.multiply(mantissa, math.sqrt(2.0))      # from 1/sqrt(2) to sqrt(2) logarithms are least
    whole = convert(o.add(exponent, o.subtract(o.frexp_exponent(between), 1)), m.node.dtype)
    return o.add(o.log(o.multiply(mantissa, o.inverse_scale(between))), o.multiply(whole, math.log(2.0)))


def log_of_square_and_one(m: Match) -> Node | None:
    """2*log1p(|x|), from log1p(x*x), where 1 is nothing beside x"""
    square = m.node.inputs[0]
    x, exponent = (square.operands[0], 2) if _is_square(square) else power_of(square)
    far = 2.0 ** (np.finfo(m.node.dtype).nmant + 8)
    known = m.views.facts(x).range
    if exponent != 2 or max(abs(known.lower), abs(known.upper)) < far:
        return None
    size = o.absolute(x)
    near = o.less(size, far)
    return o.multiply(o.where(near, 1.0, 2.0), o.log1p(o.where(near, o.multiply(x, o.minimum(o.maximum(x, -far), far)), size)))


def _is_square(node: Node) -> bool:
    return node.op.name == "multiply" and node.operands[0] is node.operands[1]


_x, _y, _z = wilds("x y z")
_POSITIVE = {name: Interval(0.0, 1e300, avoid=(0.0,)) for name in "xyz"}

RULES = (
    Rule(name="log_of_factors", phase=STABILIZE, lhs=AnyNode(("log",), having=("multiply", "true_divide")),
         rhs=log_of_factors, extreme=True, rounded=True, why=_OUT_OF_RANGE, domain=_POSITIVE,
         examples=lambda: ((p.log(_x * _y), None), (p.log(_x * _y / _z), None)),
         stays=lambda: (p.log(_x / _y), p.log(2 * _x), p.log(_x * p.sigmoid(_y)))),
    Rule(name="log_of_square_and_one", phase=STABILIZE, lhs=AnyNode(("log1p",), having=("multiply", "power", "square")),
         rhs=log_of_square_and_one, extreme=True,
         why="the square overflows where the logarithm is an ordinary number",
         examples=lambda: ((p.log1p(_x * _x), None),), stays=lambda: (p.log1p(_x * _y), p.log1p(p.sin(_x)**2))),
)
