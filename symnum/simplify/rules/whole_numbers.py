"""Division with remainder by powers of 2, integers cast twice, and functions with a whole parameter."""

from __future__ import annotations

from fractions import Fraction

from ...dtypes import FLOAT64, INT8, INT32, INT64
from ...ir.build import o
from ...ir.node import Node
from ...ir.walk import topological
from ...ops.spec import Interval
from ..match import Match
from ..numbers import Exact, constant_like, exact_of, is_normal
from ..pattern import AnyNode, number, p, wild
from ..rule import CANONICALIZE, SPECIALIZE, Rule

_x, _c = wild("x"), number("c")
_POSITIVE, _FINITE = Interval(0.1, 1e300), Interval(-1e15, 1e15)
_CHEAPER = "a division by a power of 2 needs no division"


def _power_of_two(value: Exact | None) -> int | None:
    """k if the value is 2**k, for whole k >= 0."""
    exact = isinstance(value, int) and value > 0 and value & (value - 1) == 0
    return value.bit_length() - 1 if exact and isinstance(value, int) else None


def is_no_length(m: Match) -> bool:
    """Whether x is no formula of lengths, which have one spelling."""
    leaves = (x.op.name for x in topological([m["x"]]) if not x.operands) if m["x"].shape == () else ("input",)
    return any(name not in ("dim", "constant") for name in leaves)


def by_shift(m: Match) -> Node | None:
    """x >> k, from x // 2**k"""
    shift = _power_of_two(exact_of(m["c"]))
    return None if shift is None else o.right_shift(m["x"], constant_like(shift, m["x"]))


def by_mask(m: Match) -> Node | None:
    """x & (2**k - 1), from x % 2**k"""
    shift = _power_of_two(exact_of(m["c"]))
    return None if shift is None else o.bitwise_and(m["x"], constant_like((1 << shift) - 1, m["x"]))


def by_floor(m: Match) -> Node | None:
    """floor(x / c), from x // c"""
    whole = _floor(m)
    return whole and whole[0]


def by_rest(m: Match) -> Node | None:
    """x - c * floor(x / c), from x % c"""
    whole = _floor(m)
    return None if whole is None else o.subtract(m["x"], o.multiply(constant_like(whole[1], m["x"]), whole[0]))


def _floor(m: Match) -> tuple[Node, Exact] | None:
    """floor(x / c), and c, if the quotient needs no rounding."""
    value = exact_of(m["c"])
    if not value or value < 0 or not is_normal(Fraction(1) / value, m.node.dtype):
        return None
    top, bottom = value.as_integer_ratio()
    if top & (top - 1) or bottom & (bottom - 1):
        return None
    return o.floor(o.true_divide(m["x"], constant_like(value, m["x"]))), value


def cast_once(m: Match) -> Node | None:
    """cast(x, dtype), where the integers between hold as many of the last bits"""
    inner = m.node.inputs[0]
    if inner.op.name != "cast":
        return None
    sizes = [inner.inputs[0].dtype, inner.dtype, m.node.dtype]
    if any(dtype.kind not in "iu" for dtype in sizes) or m.node.dtype.itemsize > inner.dtype.itemsize:
        return None
    x = inner.inputs[0]
    return x if x.dtype == m.node.dtype else o.cast(x, dtype=m.node.dtype)


RULES = (
    Rule(name="shifted_quotient", phase=SPECIALIZE, lhs=p.floor_divide(_x, _c), rhs=by_shift, keeps="bits", dtypes="iu",
         when=is_no_length,
         why=_CHEAPER, examples=lambda: ((p.floor_divide(_x, 4), p.right_shift(_x, 2)),),
         stays=lambda: (p.floor_divide(_x, 3), p.floor_divide(_x, 0))),
    Rule(name="masked_remainder", phase=SPECIALIZE, lhs=p.remainder(_x, _c), rhs=by_mask, keeps="bits", dtypes="iu",
         when=is_no_length,
         why=_CHEAPER, examples=lambda: ((p.remainder(_x, 4), p.bitwise_and(_x, 3)),),
         stays=lambda: (p.remainder(_x, 3), p.remainder(_x, 0))),
    Rule(name="floor_of_quotient", phase=CANONICALIZE, lhs=p.floor_divide(_x, _c), rhs=by_floor, why=_CHEAPER,
         domain={"x": _FINITE}, examples=lambda: ((p.floor_divide(_x, 4), p.floor(_x / 4)),
                                                  (p.floor_divide(_x, 1), p.floor(_x))),
         stays=lambda: (p.floor_divide(_x, 3), p.floor_divide(_x, -2))),
    Rule(name="rest_of_quotient", phase=SPECIALIZE, lhs=p.remainder(_x, _c), rhs=by_rest, why=_CHEAPER,
         domain={"x": _FINITE}, examples=lambda: ((p.remainder(_x, 4), _x - 4 * p.floor(_x * 0.25)),
                                                  (p.remainder(_x, 0.5), _x - 0.5 * p.floor(_x * 2))),
         stays=lambda: (p.remainder(_x, 3), p.remainder(_x, -2))),
    Rule(name="cast_integer_twice", phase=CANONICALIZE, lhs=AnyNode(("cast",), having=("cast",)), rhs=cast_once,
         keeps="bits", dtypes="i", why="one operation instead of two",
         examples=lambda: ((p.cast(p.cast(p.cast(_x, dtype=INT64), dtype=INT32), dtype=INT8), None),),
         stays=lambda: (p.cast(p.cast(_x, dtype=FLOAT64), dtype=INT64),)),
    Rule(name="digamma", phase=CANONICALIZE, lhs=p.polygamma(0, _x), rhs=p.digamma(_x), domain={"x": _POSITIVE},
         why="a function of its own costs less"),
    Rule(name="trigamma", phase=CANONICALIZE, lhs=p.polygamma(1, _x), rhs=p.trigamma(_x), domain={"x": _POSITIVE},
         why="a function of its own costs less"),
)
