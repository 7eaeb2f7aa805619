"""Bits and divisors of integers."""

from __future__ import annotations

import numpy as np

from .elementwise import INTEGERS_ONLY, composed, integers, row
from .spec import Absent, Interval, OpSpec, Text

_ANY = Interval(-1000, 1000, integer=True)
_NOT_NEGATIVE, _COUNT = Interval(0, 1000, integer=True), Interval(0, 7, integer=True)
_NO_BITS = Absent("SymPy has no functions of the bits of integers")
_NO_DIVISORS = Absent("SymPy's gcd and lcm are of polynomials: of two symbols they are 1 and the product")


def _bitwise(name: str, ufunc: np.ufunc, sign: str, facts: str) -> OpSpec:
    return row(name, f"Each bit of x {name.removeprefix('bitwise_')} that of y; of bools too.", ufunc, _ANY,
               partials=INTEGERS_ONLY, sympy=_NO_BITS, facts=f"associative commutative exact {facts}",
               c=integers(f"({{R}})({{0}} {sign} {{1}})", b=f"({{R}})({{0}} {sign} {{1}})"))


bitwise_and = _bitwise("bitwise_and", np.bitwise_and, "&", "idempotent zero_preserving")
bitwise_or = _bitwise("bitwise_or", np.bitwise_or, "|", "idempotent zero_preserving")
bitwise_xor = _bitwise("bitwise_xor", np.bitwise_xor, "^", "zero_preserving")

invert = row(
    "invert", "Each bit the other way: -x - 1 of signed integers, ``not`` of bools.", np.invert, _ANY,
    partials=INTEGERS_ONLY, sympy=_NO_BITS, c=integers("({R})~{0}", b="{0} == 0"), facts="exact",
    aliases=("bitwise_not", "bitwise_invert"))

# A negative count is large when read as unsigned, as in NumPy.
left_shift = row(
    "left_shift", "x * 2**n modulo the width; 0 if n is negative or not below the width.", np.left_shift,
    Interval(-100, 100, integer=True), _COUNT, partials=INTEGERS_ONLY,
    sympy=composed(lambda S, x, n: x * S.Integer(2) ** n), aliases=("bitwise_left_shift",),
    c=integers("({R})(({U}){1} < {n} ? (1u * ({U}){0}) << (({U}){1} & ({n} - 1)) : 0)"),
    facts="exact zero_preserving")

right_shift = row(
    "right_shift", "floor(x / 2**n); if n is negative or not below the width 0, or -1 of negative x.",
    np.right_shift, _ANY, _COUNT, partials=INTEGERS_ONLY,
    sympy=composed(lambda S, x, n: S.floor(x / S.Integer(2) ** n)), aliases=("bitwise_right_shift",),
    c=Text(i="({R})({0} >> (({U}){1} < {n} ? {1} : {n} - 1))",
           u="({R})({1} < {n} ? {0} >> ({1} & ({n} - 1)) : 0)"),
    facts="exact zero_preserving")

bitwise_count = row(
    "bitwise_count", "Number of 1 bits in the absolute value, as uint8.", np.bitwise_count, _ANY,
    partials=INTEGERS_ONLY, sympy=_NO_BITS, c=integers("sn_bitwise_count_{k}({0})"),
    facts="even exact zero_preserving", cost=6.0)

gcd = row(
    "gcd", "Greatest common divisor, not negative (but the least integer is its own); gcd(0, 0) = 0.",
    np.gcd, _ANY, partials=INTEGERS_ONLY, sympy=_NO_DIVISORS, c=integers("sn_gcd_{k}({0}, {1})"),
    facts="associative commutative exact zero_preserving", cost=500.0)

lcm = row(
    "lcm", "Least common multiple of the absolute values; 0 if an operand is 0.  It wraps around.", np.lcm,
    Interval(-100, 100, integer=True), partials=INTEGERS_ONLY, sympy=_NO_DIVISORS,
    c=integers("sn_lcm_{k}({0}, {1})"), facts="associative commutative exact zero_preserving", cost=500.0)

ROWS: tuple[OpSpec, ...] = (
    bitwise_and, bitwise_or, bitwise_xor, invert, left_shift, right_shift, bitwise_count, gcd, lcm)
