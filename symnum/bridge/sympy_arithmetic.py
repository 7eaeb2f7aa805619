"""SymPy's sums, products and powers as the differences, quotients and roots that a person would write."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy

from ..ir.node import Node
from .sympy_builder import Builder, Value, is_number
from .sympy_numbers import exact

_LOGARITHMS = ((2, "log2"), (10, "log10"))


# sums -------------------------------------------------------------------------------------------------------

def add(b: Builder, args: Sequence[Any]) -> Value:
    """Σ args: terms with a negative coefficient are subtracted, numbers are summed exactly and come last."""
    plus, minus = [], []
    number = sympy.Add(*(b.of(a) for a in args if is_number(b.of(a))))
    for a in args:
        if is_number(b.of(a)):
            continue
        coefficient = _coefficient(b, a)
        if _is_negative(coefficient):
            minus.append(multiply(b, [-coefficient, *_factors(b, a)]))
        else:
            plus.append(b.of(a))
    if not number.is_zero:
        if _is_negative(number):
            minus.append(-number)
        else:
            plus.insert(0 if not plus else len(plus), number)
    if not plus:
        plus.append(b.apply("negative", minus.pop(0)))
    total = reduce(lambda x, y: b.apply("add", x, y), plus)
    return reduce(lambda x, y: b.apply("subtract", x, y), minus, total)


def _coefficient(b: Builder, e: Any) -> Any:
    """The product of the numbers in a term."""
    return sympy.Mul(*(b.of(a) for a in e.args if is_number(b.of(a)))) if isinstance(e, sympy.Mul) else sympy.S.One


def _factors(b: Builder, e: Any) -> list[Any]:
    """The other factors of a term."""
    return [a for a in e.args if not is_number(b.of(a))]


def _is_negative(number: Any) -> bool:
    return bool(number.is_extended_negative)


# products ---------------------------------------------------------------------------------------------------

def multiply(b: Builder, args: Sequence[Any]) -> Value:
    """Π args: factors with a negative power are divided by, and so is the denominator of the coefficient."""
    number = sympy.Mul(*(b.values.get(id(a), a) for a in args if _is_known(b, a)))
    factors = [a for a in args if not _is_known(b, a)]
    below = [power(b, a.base, -b.of(a.exp)) for a in factors if _is_divisor(b, a)]
    number, above = _logarithms(b, number, [a for a in factors if not _is_divisor(b, a)])
    return _quotient(b, number, above, below)


def _is_known(b: Builder, a: Any) -> bool:
    """Whether a factor is a number; one that was just computed has no value yet."""
    return is_number(b.values.get(id(a), a))


def _is_divisor(b: Builder, a: Any) -> bool:
    return isinstance(a, sympy.Pow) and is_number(b.of(a.exp)) and _is_negative(b.of(a.exp))


def _logarithms(b: Builder, number: Any, factors: Sequence[Any]) -> tuple[Any, list[Value]]:
    """The values of factors; log(x)/log(2), as SymPy writes the logarithm to base 2, is one of them."""
    values = [b.of(a) for a in factors]
    places = [k for k, a in enumerate(factors) if isinstance(a, sympy.log)]
    for base, name in _LOGARITHMS if places and number.has(sympy.log) else ():
        rest = number * sympy.log(base)
        if rest.is_Rational:
            values[places[0]] = b.apply(name, b.of(factors[places[0]].args[0]))
            return rest, values
    return number, values


def _quotient(b: Builder, number: Any, above: list[Value], below: list[Value]) -> Value:
    """number · Π above / Π below; a fraction with a power of two below is exact, others are divided."""
    value = exact(number)
    if value is None:
        value, above = Fraction(1), [number, *above]
    size, divisor = abs(value), 1
    if size.denominator & (size.denominator - 1):
        size, divisor = Fraction(size.numerator), size.denominator
    if size != 1 or not above:
        above = [sympy.Rational(size.numerator, size.denominator), *above]
    if divisor != 1:
        below = [*below, sympy.Integer(divisor)]
    result = _product(b, above)
    if below:
        result = b.apply("true_divide", result, _product(b, below))
    return b.apply("negative", result) if value < 0 else result


def of_number(b: Builder, number: Any, value: Value) -> Value:
    """A number times a value."""
    return _quotient(b, number, [value], [])


def _product(b: Builder, values: Sequence[Value]) -> Value:
    return reduce(lambda x, y: b.apply("multiply", x, y), values)


# powers and logarithms ----------------------------------------------------------------------------------------

def power(b: Builder, base: Any, exponent: Any) -> Value:
    """base**exponent, by square roots, cube roots, squares and quotients where it is one."""
    x, y = b.of(base), b.values.get(id(exponent), exponent)
    if isinstance(y, Node):
        own = {sympy.S.Exp1: "exp", sympy.S(2): "exp2"}.get(x)
        return b.apply(own, y) if own else b.apply("power", x, y)
    value = exact(y)
    if value is not None and value < 0 and value.denominator <= 2:
        return b.apply("true_divide", sympy.S.One, power(b, base, -y))
    if value == 1:
        return x
    if value == 2:
        return b.apply("square", x)
    if value == Fraction(1, 2):
        return b.apply("sqrt", x)
    if value == Fraction(1, 3) and x.dtype.kind != "c":
        return _cube_root(b, base, x)
    return b.apply("power", x, y)


def _cube_root(b: Builder, base: Any, x: Value) -> Value:
    """SymPy's root of a negative number is complex; here it is NaN, as powers with fractions are."""
    root = b.apply("cbrt", x)
    if isinstance(base, sympy.Abs):
        return root
    return b.apply("where", b.apply("less", x, sympy.S.Zero), sympy.nan, root)


def logarithm(b: Builder, e: Any) -> Value:
    """log(x); of |gamma(x)| without overflow in between."""
    inner = e.args[0]
    if isinstance(inner, sympy.Abs) and isinstance(inner.args[0], sympy.gamma):
        return b.apply("lgamma", b.of(inner.args[0].args[0]))
    if isinstance(inner, sympy.gamma) and inner.args[0].is_positive:
        return b.apply("lgamma", b.of(inner.args[0]))
    return b.apply("log", b.of(inner))
