"""Arithmetic: sums, products, quotients and their remainders, signs, roots and powers."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import complex_parts, dtype_rules
from .elementwise import LIBRARY, composed, conjugated, head, locally_constant, row
from .reference import fma as exact_fma
from .spec import Interval, OpSpec, Text

_WIDE = Interval(-1e3, 1e3)
_NOT_ZERO = Interval(-1e3, 1e3, avoid=(0.0,))
_DIVIDEND, _DIVISOR = Interval(-90.0, 90.0), Interval(0.5, 30.0)
_OWN = "sn_%s_{k}({0}, {1})"


def _own(name: str) -> dict[str, str]:
    return dict.fromkeys("iu", _OWN % name)


add = row(
    "add", "Sum.  Integers wrap around; of bools it is ``or``.", np.add, _WIDE,
    partials=lambda o, z, x, y: (1.0, 1.0), sympy=head("Add"),
    c=Text(f="{0} + {1}", **dict.fromkeys("iu", "({R})(({U}){0} + ({U}){1})"), b="({R})({0} | {1})"),
    facts="associative commutative exact increasing linear smooth zero_preserving")

subtract = row(
    "subtract", "Difference.  Integers wrap around; not defined on bool, as in NumPy.", np.subtract, _WIDE,
    partials=lambda o, z, x, y: (1.0, -1.0), sympy=composed(lambda S, x, y: x - y),
    c=Text(f="{0} - {1}", **dict.fromkeys("iu", "({R})(({U}){0} - ({U}){1})")),
    facts="exact linear smooth zero_preserving")

multiply = row(
    "multiply", "Product.  Integers wrap around; of bools it is ``and``.", np.multiply, _WIDE,
    partials=lambda o, z, x, y: (y, x), sympy=head("Mul"),
    # 1u lifts small unsigned operands, whose product could overflow an int, to unsigned.
    c=Text(f="{0} * {1}", **dict.fromkeys("iu", "({R})(1u * ({U}){0} * ({U}){1})"), b="({R})({0} & {1})"),
    facts="associative bilinear commutative exact smooth zero_preserving")

true_divide = row(
    "true_divide", "Quotient, always a float.  x/0 is an infinity, 0/0 is NaN.",
    np.true_divide, _WIDE, _NOT_ZERO, partials=lambda o, z, x, y: (o.reciprocal(y), -z / y),
    sympy=composed(lambda S, x, y: x / y), c=Text(f="{0} / {1}"), facts="exact smooth", cost=8.0,
    aliases=("divide",), complex=complex_parts.true_divide)

floor_divide = row(
    "floor_divide", "Floor of the quotient, as Python's ``//``.  Integers by 0 give 0, the least integer by "
    "-1 itself; floats follow the exact remainder, so that x == y * (x // y) + x % y up to rounding.",
    np.floor_divide, _DIVIDEND, _DIVISOR, partials=locally_constant,
    sympy=composed(lambda S, x, y: S.floor(x / y)), c=Text(f=_OWN % "floor_divide", **_own("floor_divide")),
    facts="exact locally_constant", cost=400.0)

remainder = row(
    "remainder", "Remainder with the divisor's sign, as Python's ``%``.  Integers by 0 give 0, floats NaN.",
    np.remainder, _DIVIDEND, _DIVISOR, partials=lambda o, z, x, y: (1.0, -o.floor_divide(x, y)),
    sympy=head("Mod"), c=Text(f=_OWN % "remainder", **_own("remainder")),
    facts="exact", cost=400.0, aliases=("mod",))

fmod = row(
    "fmod", "Remainder with the dividend's sign, as C's ``fmod``.  Integers by 0 give 0, floats NaN.",
    np.fmod, _DIVIDEND, _DIVISOR, partials=lambda o, z, x, y: (1.0, -o.trunc(x / y)),
    sympy=composed(lambda S, x, y: S.sign(x) * S.Mod(S.Abs(x), S.Abs(y))),
    c=Text(f="fmod{s}({0}, {1})", **_own("fmod")), facts="exact", cost=300.0)

negative = row(
    "negative", "The operand with the other sign.  The least integer is its own negative.",
    np.negative, _WIDE, partials=lambda o, z, x: (-1.0,), sympy=composed(lambda S, x: -x),
    c=Text(f="-({0})", **dict.fromkeys("iu", "({R})(0u - ({U}){0})")),
    facts="exact linear odd smooth zero_preserving")

positive = row(
    "positive", "The operand itself.", np.positive, _WIDE, partials=lambda o, z, x: (1.0,),
    sympy=composed(lambda S, x: x), c=Text(f="{0}", i="{0}", u="{0}"), cost=0.0,
    facts="exact idempotent increasing linear odd smooth zero_preserving")

absolute = row(
    "absolute", "Absolute value, of complex numbers the modulus.  The least integer is its own; the derivative at 0 is "
    "taken to be 0.",
    np.absolute, _NOT_ZERO, partials=lambda o, z, x: (conjugated(o, o.sign(x)),), sympy=head("Abs"),
    c=Text(f="fabs{s}({0})", i="({R})({0} < 0 ? 0u - ({U}){0} : ({U}){0})", u="{0}", b="{0}"),
    facts="even exact idempotent zero_preserving", aliases=("abs",), complex=complex_parts.absolute)

def _turned(o: Any, node: Any, t: Any) -> Any:
    """The part of t across the direction s of z, over |z|: 0 at 0.  It is its own transpose."""
    s, size = node, o.absolute(node.operands[0])
    across = o.subtract(t, o.multiply(s, o.real(o.multiply(o.conjugate(s), t))))
    return o.where(o.equal(size, 0), 0, o.true_divide(across, size))


sign = row(
    "sign", "-1, 0 or 1 as the operand is negative, zero or positive; NaN for NaN.  Of complex numbers z/|z|.",
    np.sign, _NOT_ZERO, vjp=lambda o, node, g: (_turned(o, node, g),), jvp=lambda o, node, t: _turned(o, node, t[0]),
    partials=locally_constant, sympy=head("sign"),
    c=Text(f="{0} > 0 ? 1 : {0} < 0 ? -1 : {0} == 0 ? 0 : {0}", i="({R})(({0} > 0) - ({0} < 0))",
           u="({R})({0} > 0)"),
    facts="exact idempotent increasing locally_constant odd zero_preserving", complex=complex_parts.sign)

reciprocal = row(
    "reciprocal", "1/x.  Of integers it is 1, -1 or 0; of the integer 0 it is 0, or from 32 bits the least "
    "integer.",
    np.reciprocal, _NOT_ZERO, partials=lambda o, z, x: (-z * z,), sympy=composed(lambda S, x: 1 / x),
    c=Text(f="1 / {0}", u="({R})({0} == 1)",
           i="({R})({0} == 1 ? 1 : {0} == -1 ? -1 : (({0} == 0) & ({n} >= 32)) ? {MIN} : 0)"),
    facts="exact odd smooth", cost=8.0, complex=complex_parts.reciprocal)

square = row(
    "square", "x * x.", np.square, _WIDE, partials=lambda o, z, x: (2.0 * x,),
    sympy=composed(lambda S, x: x ** 2),
    c=Text(f="{0} * {0}", **dict.fromkeys("iu", "({R})(1u * ({U}){0} * ({U}){0})")),
    facts="even exact smooth zero_preserving", complex=complex_parts.square)

sqrt = row(
    "sqrt", "Square root, NaN below 0, -0.0 of -0.0.", np.sqrt, Interval(0.0, 1e6, avoid=(0.0,)),
    partials=lambda o, z, x: (0.5 / z,), sympy=composed(lambda S, x: S.sqrt(x)), c=Text(f="sqrt{s}({0})"),
    facts="exact increasing smooth zero_preserving", cost=14.0, complex=complex_parts.sqrt)

cbrt = row(
    "cbrt", "Real cube root, negative below 0.", np.cbrt, _NOT_ZERO,
    partials=lambda o, z, x: (o.reciprocal(3.0 * z * z),), c=Text(f="cbrt{s}({0})"), tol=LIBRARY, cost=18.0,
    sympy=composed(lambda S, x: S.sign(x) * S.Abs(x) ** S.Rational(1, 3)),
    facts="increasing odd smooth zero_preserving")


def _power_partials(o: Any, z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    by_base = o.where(o.not_equal(y, 0.0), y * x ** (y - 1.0), 0.0)
    # 0**y stays 0 (or an infinity) when y moves a little, although log(0) is infinite.
    moves = o.logical_and(o.not_equal(x, 0.0), o.not_equal(z, 0.0))
    return by_base, o.where(moves, z * o.log(x), 0.0)


power = row(
    "power", "x to the power y, with C's special values: x**0 and 1**y are 1 even for NaN.  Integers wrap "
    "around; a negative integer exponent is a ValueError.  The derivative by y is 0 at x = 0, NaN below.",
    np.power, Interval(0.05, 20.0), Interval(-5.0, 5.0), partials=_power_partials, sympy=head("Pow"),
    c=Text(f="pow{s}({0}, {1})", **_own("power")), facts="may_raise smooth", tol=LIBRARY, cost=55.0,
    aliases=("pow",), complex=complex_parts.power)

fma = row(
    "fma", "x * y + z of floats, rounded once (IEEE 754 fusedMultiplyAdd).", exact_fma, _WIDE, arity=3,
    dtype=dtype_rules.floating, partials=lambda o, z, x, y, w: (y, x, 1.0),
    sympy=composed(lambda S, x, y, w: x * y + w), c=Text(f="fma{s}({0}, {1}, {2})"),
    facts="commutative exact smooth zero_preserving")

hypot = row(
    "hypot", "sqrt(x*x + y*y) without overflow in between; infinite if an operand is, even beside NaN.  "
    "Both derivatives at the origin are taken to be 0.",
    np.hypot, _NOT_ZERO, c=Text(f="hypot{s}({0}, {1})"), tol=LIBRARY, cost=8.0,
    partials=lambda o, z, x, y: tuple(o.where(o.not_equal(z, 0.0), u / z, 0.0) for u in (x, y)),
    sympy=composed(lambda S, x, y: S.sqrt(x ** 2 + y ** 2)),
    facts="associative commutative smooth zero_preserving")

ROWS: tuple[OpSpec, ...] = (
    add, subtract, multiply, true_divide, floor_divide, remainder, fmod, negative, positive, absolute, sign,
    reciprocal, square, sqrt, cbrt, power, fma, hypot)
