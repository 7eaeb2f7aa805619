"""Rows that rules make of roots, quotients and squares: they say what is wanted, and leave to a target how."""

from __future__ import annotations

from . import dtype_rules
from .elementwise import composed, row
from .reference import rsqrt as inverse_root
from .reference import rsqrt_cubed as inverse_root_cubed
from .reference import square
from .spec import Interval, OpSpec, Text

_POSITIVE = Interval(0.0, 1e6, avoid=(0.0,))

rsqrt = row(
    "rsqrt", "1/sqrt(x): NaN below 0, an infinity with the sign of a zero.", inverse_root, _POSITIVE, arity=1,
    dtype=dtype_rules.floating, partials=lambda o, z, x: (-0.5 * o.rsqrt_cubed(x),),
    sympy=composed(lambda S, x: 1 / S.sqrt(x)), c=Text(f="1 / sqrt{s}({0})"), facts="smooth", cost=8.0, tol=2.0)

rsqrt_cubed = row(
    "rsqrt_cubed", "1/(x*sqrt(x)): NaN below 0, infinity at both zeros.", inverse_root_cubed, _POSITIVE, arity=1,
    dtype=dtype_rules.floating, partials=lambda o, z, x: (-1.5 * z / x,),
    sympy=composed(lambda S, x: 1 / (x * S.sqrt(x))), c=Text(f="1 / ({0} * sqrt{s}({0}))"), facts="smooth", cost=9.0,
    tol=4.0)

square_term = row(
    "square_term", "x * x as a term of a sum of squares: what adds it may round once.", square, Interval(),
    arity=1, dtype=dtype_rules.floating, partials=lambda o, z, x: (2.0 * x,), sympy=composed(lambda S, x: x ** 2),
    c=Text(f="{0} * {0}"), facts="even exact smooth zero_preserving", cost=0.5)

ROWS: tuple[OpSpec, ...] = (rsqrt, rsqrt_cubed, square_term)
