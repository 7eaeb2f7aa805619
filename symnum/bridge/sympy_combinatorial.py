"""``COMBINATORIAL``: factorials and sequences of numbers, continued to real indices where SymPy does so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sympy

from ..ir.node import Node
from .sympy_builder import Builder
from .sympy_formulas import Term, apply, formula, op

_where, _equal, _less, _gamma = op("where"), op("equal"), op("less"), op("gamma")
_HALF, _GOLDEN = sympy.S.Half, sympy.GoldenRatio


def _whole(n: Term, value: Term) -> Term:
    """The value where n is a whole number from 0 on, else NaN."""
    known = apply("logical_and", _equal(apply("floor", n), n), apply("less_equal", 0, n))
    return _where(known, value, sympy.nan)


def _factorial2(n: Term) -> Term:
    """SymPy's form for n that is no number, right for even and odd n."""
    odd = (1 - apply("cospi", n)) / 4
    found: Term = (2 / sympy.pi) ** odd * apply("exp2", n / 2) * _gamma(n / 2 + 1)
    return found


def _subfactorial(n: Term) -> Term:
    """n!/e rounded; exactly 1 at 0."""
    return _whole(n, _where(_equal(n, 0), 1, apply("rint", _gamma(n + 1) / sympy.E)))


def _falling(x: Term, k: Term) -> Term:
    return apply("poch", x - k + 1, k)


def _harmonic(n: Term, order: Term | None = None) -> Term:
    """Harmonic numbers by digamma (DLMF 5.4.14), generalized ones by the zeta function."""
    first: Term = apply("digamma", n + 1.0) + sympy.EulerGamma
    if order is None or order.number == 1:
        return first
    found = apply("riemann_zeta", order) - apply("hurwitz_zeta", order, n + 1)
    return found if order.number is not None else _where(_equal(order, 1), first, found)


def _bernoulli(n: Term, x: Term | None = None) -> Term:
    """DLMF 25.6.2 and 25.11.14; 1 at n = 0, 1/2 at n = 1 as in SymPy."""
    zeta = apply("riemann_zeta", 1 - n) if x is None else apply("hurwitz_zeta", 1 - n, x)
    return _where(_equal(n, 0), 1, -n * zeta)


def _euler(n: Term, x: Term | None = None) -> Term:
    """By differences of zeta functions of quarters (DLMF 24.8.2) and of halves (DLMF 25.11.14)."""
    if x is not None:
        doubled = apply("exp2", n + 1) * apply("hurwitz_zeta", -n, x / 2)
        return 2 * (doubled - apply("hurwitz_zeta", -n, x))
    s = n + 1
    beta = (apply("hurwitz_zeta", s, sympy.Rational(1, 4)) - apply("hurwitz_zeta", s, sympy.Rational(3, 4)))
    found = 2 * apply("cospi", n / 2) * _gamma(s) * (1 / (2 * sympy.pi)) ** s * beta
    return _where(_equal(n, 0), 1, found)


def _fibonacci(n: Term, x: Term | None = None) -> Term:
    """Binet's formula; NaN for n that is no whole number, where SymPy's value is complex."""
    if x is None:
        return apply("true_divide", _GOLDEN ** n - (1 - _GOLDEN) ** n, sympy.sqrt(5))
    root = apply("sqrt", x * x + 4)
    return ((x + root) / 2) ** n / root - ((x - root) / 2) ** n / root


def _lucas(n: Term) -> Term:
    return apply("add", _GOLDEN ** n, (1 - _GOLDEN) ** n)


def _genocchi(n: Term) -> Term:
    return -2 * apply("expm1", n * sympy.log(2)) * _bernoulli(n)


COMBINATORIAL: Mapping[type, Callable[[Builder, Any], Node]] = MappingProxyType({
    sympy.factorial2: formula(_factorial2),
    sympy.subfactorial: formula(_subfactorial),
    sympy.FallingFactorial: formula(_falling),
    sympy.harmonic: formula(_harmonic),
    sympy.bernoulli: formula(_bernoulli),
    sympy.euler: formula(_euler),
    sympy.fibonacci: formula(_fibonacci),
    sympy.lucas: formula(_lucas),
    sympy.genocchi: formula(_genocchi),
    sympy.catalan: formula(lambda n: apply("binom", 2 * n, n) / (n + 1)),
})
