"""Powers of numbers near 1: the digits of u that 1 + u loses decide over a large power."""

from __future__ import annotations

from ...ops.spec import Interval
from ..match import Match
from ..numbers import exact_of, magnitude
from ..pattern import p, wilds
from ..rule import STABILIZE, Rule

_FEW = 16  # so many equal factors bring no error worth the price

_x, _y = wilds("x y")
_ABOVE, _NEAR = {"x": Interval(-0.9, 1e300)}, {"x": Interval(-0.01, 0.01)}


def is_of_many(m: Match) -> bool:
    """Whether the exponent is no small number."""
    exponent = exact_of(m["y"])
    return exponent is None or magnitude(exponent) > _FEW


def is_no_product(m: Match) -> bool:
    """Whether the exponent is no whole number of which the power is a short product."""
    exponent = exact_of(m["y"])
    return exponent is None or not isinstance(exponent, int) or abs(exponent) > _FEW


RULES = (
    Rule(name="compound", phase=STABILIZE, lhs=p.power(1 + _x, _y), rhs=p.compound(_x, _y), when=is_of_many,
         why="1 + u is rounded before a power that magnifies the error", domain=_NEAR,
         stays=lambda: (p.power(1 + _x, 3), p.power(1 + _x, -0.5))),
    Rule(name="power_less_one", phase=STABILIZE, lhs=p.power(1 + _x, _y) - 1, rhs=p.compoundm1(_x, _y),
         when=is_no_product, why="the 1 swallows the digits of the power where that is near 1", domain=_ABOVE,
         examples=lambda: ((p.power(1 + _x, 0.3) - 1, p.compoundm1(_x, 0.3)),),
         stays=lambda: (p.power(1 + _x, 3) - 1,)),
    Rule(name="compound_less_one", phase=STABILIZE, lhs=p.compound(_x, _y) - 1, rhs=p.compoundm1(_x, _y),
         why="the 1 swallows the digits of the power where that is near 1", domain=_ABOVE),
    Rule(name="compound_over_growth", phase=STABILIZE, lhs=p.compound(_x, _y) / p.compoundm1(_x, _y),
         rhs=-1 / p.compoundm1(_x, -_y), why="both powers overflow where their quotient is an ordinary number",
         domain={"x": Interval(0.0, 1e300, avoid=(0.0,)), "y": Interval(0.0, 1e300, avoid=(0.0,))}),
)
