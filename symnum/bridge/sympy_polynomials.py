"""``POLYNOMIALS``: orthogonal polynomials and spherical harmonics; small degrees become recurrences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sympy

from ..ir.node import Node
from .sympy_builder import Builder
from .sympy_formulas import Term, apply, formula, op

Head = Callable[[Builder, Any], Node]
# (k, polynomials of degrees k and k - 1, parameters and argument) -> that of degree k + 1; DLMF 18.9.
Step = Callable[..., Term]

_where, _less, _sqrt, _cos, _sin = op("where"), op("less"), op("sqrt"), op("cos"), op("sin")
# SciPy's functions take any degree; a recurrence of so few steps is faster, and fuses.
_MOST = 12


def _polynomial(name: str, step: Step) -> Head:
    def value(degree: Term, *given: Term) -> Term:
        n = degree.number
        if n is None or not n.is_Integer or not 1 <= n <= _MOST:
            return apply(name, degree, *given)
        before, now = Term(degree.builder, sympy.S.Zero), Term(degree.builder, sympy.S.One)
        for k in range(int(n)):
            before, now = now, step(k, now, before, *given)
        return now
    return formula(value)


def _chebyshev(first: int) -> Step:
    """T and U differ in their first step."""
    return lambda k, p, q, x: first * x * p if k == 0 else 2 * x * p - q


def _assoc_legendre(n: Term, m: Term, x: Term) -> Term:
    """SciPy's operands are in another order; the phase is the same."""
    return apply("lpmv", m, n, x)


def _size(n: Term, m: Term, theta: Term) -> Term:
    """The absolute value of a spherical harmonic, but for signs (DLMF 14.30.1)."""
    ratio = (2 * n + 1) / (4 * sympy.pi) / apply("poch", n - m + 1, 2 * m)
    return _sqrt(ratio) * apply("lpmv", m, n, _cos(theta))


def _complex_harmonic(n: Term, m: Term, theta: Term, phi: Term) -> Term:
    size, angle = _size(n, m, theta), m * phi
    return apply("make_complex", size * _cos(angle), size * _sin(angle))


def _real_harmonic(n: Term, m: Term, theta: Term, phi: Term) -> Term:
    """SymPy's: sqrt(2) times the real part for m > 0, and times the imaginary part for m < 0."""
    size, angle = _size(n, m, theta), m * phi
    double = sympy.sqrt(2) * size
    return _where(_less(0, m), double * _cos(angle), _where(_less(m, 0), double * _sin(angle), size))


POLYNOMIALS: Mapping[type, Head] = MappingProxyType({
    sympy.chebyshevt: _polynomial("eval_chebyt", _chebyshev(1)),
    sympy.chebyshevu: _polynomial("eval_chebyu", _chebyshev(2)),
    sympy.legendre: _polynomial("eval_legendre", lambda k, p, q, x: ((2 * k + 1) * x * p - k * q) / (k + 1)),
    sympy.hermite: _polynomial("eval_hermite", lambda k, p, q, x: 2 * x * p - 2 * k * q),
    sympy.hermite_prob: _polynomial("eval_hermitenorm", lambda k, p, q, x: x * p - k * q),
    sympy.laguerre: _polynomial("eval_laguerre", lambda k, p, q, x: ((2 * k + 1 - x) * p - k * q) / (k + 1)),
    sympy.assoc_laguerre: _polynomial(
        "eval_genlaguerre", lambda k, p, q, a, x: ((2 * k + 1 + a - x) * p - (k + a) * q) / (k + 1)),
    sympy.gegenbauer: _polynomial(
        "eval_gegenbauer", lambda k, p, q, a, x: (2 * (k + a) * x * p - (k - 1 + 2 * a) * q) / (k + 1)),
    sympy.assoc_legendre: formula(_assoc_legendre),
    sympy.chebyshevt_root: formula(lambda n, k: _cos(sympy.pi * (2 * k + 1) / (2 * n))),
    sympy.chebyshevu_root: formula(lambda n, k: _cos(sympy.pi * (k + 1) / (n + 1))),
    sympy.Ynm: formula(_complex_harmonic),
    sympy.Znm: formula(_real_harmonic),
})
