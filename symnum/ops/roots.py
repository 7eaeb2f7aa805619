"""Rows that rules make, of roots, powers and logarithms: they say what is wanted, and leave to a target how."""

from __future__ import annotations

from . import dtype_rules
from .elementwise import LIBRARY, composed, row
from .reference import compound as power_beside_one
from .reference import compoundm1 as power_less_one
from .reference import discriminant_root as scaled_root
from .reference import log1mexp as log_beside_one
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

discriminant_root = row(
    "discriminant_root", "sqrt(b*b - a*c), which overflows only where the result does, and keeps the digits that "
    "cancel.", scaled_root, Interval(30.0, 50.0), Interval(-20.0, 20.0), Interval(-20.0, 20.0), arity=3,
    dtype=dtype_rules.floating,
    partials=lambda o, z, b, a, c: (b / z, -0.5 * (c / z), -0.5 * (a / z)),
    sympy=composed(lambda S, b, a, c: S.sqrt(b * b - a * c)), c=Text(f="sn_discriminant_root_{k}({0}, {1}, {2})"),
    facts="smooth zero_preserving", cost=20.0, tol=4.0)

log1mexp = row(
    "log1mexp", "log(1 - exp(x)), for x < 0: -inf at 0, NaN above.", log_beside_one, Interval(-3.0, -0.05), arity=1,
    dtype=dtype_rules.floating, partials=lambda o, z, x: (-1.0 / o.expm1(-x),),
    sympy=composed(lambda S, x: S.log(1 - S.exp(x))), c=Text(f="sn_log1mexp_{k}({0})"), facts="smooth", tol=LIBRARY,
    cost=50.0)

_GROWTH = (Interval(0.05, 8.0), Interval(-4.0, -1.0))

compound = row(
    "compound", "(1 + x)**y with the digits of x that 1 + x loses (IEEE 754 compound, for any y).", power_beside_one,
    *_GROWTH, arity=2, dtype=dtype_rules.floating, c=Text(f="sn_compound_{k}({0}, {1})"),
    partials=lambda o, z, x, y: (y * (z / (1.0 + x)), z * o.log1p(x)),
    sympy=composed(lambda S, x, y: (1 + x) ** y), facts="smooth", tol=64.0, cost=90.0)

compoundm1 = row(
    "compoundm1", "(1 + x)**y - 1 without cancellation.", power_less_one, *_GROWTH, arity=2, dtype=dtype_rules.floating,
    partials=lambda o, z, x, y: (y * (o.compound(x, y) / (1.0 + x)), o.compound(x, y) * o.log1p(x)),
    sympy=composed(lambda S, x, y: (1 + x) ** y - 1), c=Text(f="sn_compoundm1_{k}({0}, {1})"),
    facts="smooth zero_preserving", tol=64.0, cost=90.0)

ROWS: tuple[OpSpec, ...] = (rsqrt, rsqrt_cubed, square_term, discriminant_root, log1mexp, compound, compoundm1)
