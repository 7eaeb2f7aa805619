"""The error function and the gamma family; SciPy says what they mean, and is loaded when first asked."""

from __future__ import annotations

import math
from typing import Any

from . import dtype_rules
from .elementwise import LIBRARY, composed, head, row
from .reference import erfc as accurate_erfc
from .spec import Absent, Interval, OpSpec, Text
from .special_shared import COMPLEX

_NO_ORDER = Absent("polygamma is defined for whole orders only")


def _row(name: str, doc: str, reference: Any, *domain: Interval, arity: int = 1, **columns: Any) -> OpSpec:
    return row(name, doc, reference, *domain, arity=arity, **{"dtype": dtype_rules.inexact, **columns})


def _bell(o: Any, x: Any) -> Any:
    """2/sqrt(pi) exp(-x**2) (DLMF 7.2.1)."""
    return 2.0 / math.sqrt(math.pi) * o.exp(-(x * x))


erf = _row(
    "erf", "Error function (DLMF 7.2.1), from -1 to 1.", "scipy.special:erf", Interval(-6.0, 6.0),
    partials=lambda o, z, x: (_bell(o, x),), sympy=head("erf"), c=Text(f="erf{s}({0})"),
    facts="increasing odd smooth zero_preserving", tol=LIBRARY, cost=23.0, **COMPLEX)

erfc = _row(
    "erfc", "1 - erf(x) without cancellation for large x (DLMF 7.2.2), from 2 to 0.", accurate_erfc,
    Interval(-6.0, 26.0), partials=lambda o, z, x: (-_bell(o, x),), sympy=head("erfc"),
    c=Text(f="erfc{s}({0})"), facts="smooth", tol=LIBRARY, cost=31.0, **COMPLEX)

gamma = _row(
    "gamma", "Gamma function (DLMF 5.2.1): inf at 0.0, -inf at -0.0, NaN at negative whole numbers.",
    "scipy.special:gamma", Interval(0.01, 100.0), partials=lambda o, z, x: (z * o.digamma(x),),
    sympy=head("gamma"), c=Text(f="tgamma{s}({0})"), facts="smooth", tol=16.0, cost=1600.0,
    **COMPLEX)

# The C library notes the sign of gamma(x) in a variable that nothing here reads.
lgamma = _row(
    "lgamma", "Logarithm of |gamma(x)|: inf at 0 and at negative whole numbers, -inf at -inf as in SciPy.",
    "scipy.special:gammaln", Interval(2.5, 1e6), partials=lambda o, z, x: (o.digamma(x),),
    sympy=head("loggamma", lambda S, x: S.log(S.Abs(S.gamma(x)))),
    c=Text(f="{0} - {0} == 0 ? lgamma{s}({0}) : {0}"), facts="smooth", tol=16.0, cost=180.0,
    aliases=("gammaln",))

digamma = _row(
    "digamma", "Derivative of lgamma (DLMF 5.2.2): -inf at 0.0, inf at -0.0, NaN at negative whole numbers.  "
    "By recurrence, asymptotic series and reflection (DLMF 5.5, 5.11).",
    "scipy.special:psi", Interval(0.01, 1e6), partials=lambda o, z, x: (o.trigamma(x),),
    sympy=composed(lambda S, x: S.polygamma(0, x)), c=Text(f="sn_digamma_{k}({0})"), facts="smooth", tol=16.0,
    cost=150.0, aliases=("psi",), **COMPLEX)

trigamma = _row(
    "trigamma", "Derivative of digamma: inf at 0 and at negative whole numbers.  By recurrence, asymptotic "
    "series and reflection (DLMF 5.15).",
    "symnum.ops.scipy_reference:trigamma", Interval(0.01, 1e6),
    partials=lambda o, z, x: (o.polygamma(2.0, x),), sympy=composed(lambda S, x: S.polygamma(1, x)),
    c=Text(f="sn_trigamma_{k}({0})"), facts="smooth", tol=16.0, cost=90.0, **COMPLEX)

polygamma = _row(
    "polygamma", "Derivative number n of digamma, for whole n >= 0; NaN for other n; infinite at 0 and at "
    "negative whole numbers.  By the Hurwitz zeta function (DLMF 25.11.12).",
    "symnum.ops.scipy_reference:polygamma", Interval(0, 10, integer=True), Interval(0.01, 1e3), arity=2,
    partials=lambda o, z, n, x: (_NO_ORDER, o.polygamma(n + 1.0, x)), sympy=head("polygamma"),
    c=Text(f="sn_polygamma_{k}({0}, {1})"), facts="smooth", tol=16.0, cost=5000.0, **COMPLEX)

ROWS: tuple[OpSpec, ...] = (erf, erfc, gamma, lgamma, digamma, trigamma, polygamma)
