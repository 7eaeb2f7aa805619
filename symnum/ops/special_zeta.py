"""Zeta functions, polylogarithms and Lambert's function, for which SciPy exports no function of real numbers."""

from __future__ import annotations

from typing import Any

from .elementwise import composed, head
from .spec import Interval, OpSpec
from .special_shared import BY_ORDER, COMPLEX, COMPLEX_ONLY, own


def _lambert(o: Any, z: Any, x: Any) -> tuple[Any]:
    return (o.exp(-z) / (1.0 + z),)


hurwitz_zeta = own(
    "hurwitz_zeta", "Zeta function of two numbers, the sum of (k + y)**-x (DLMF 25.11.1) and its continuation to "
    "real x: infinite at x = 1, NaN for y < 0.", "hurwitz_zeta", Interval(1.1, 20.0), Interval(0.3, 20.0), arity=2,
    partials=lambda o, z, s, a: (BY_ORDER, -s * o.hurwitz_zeta(s + 1.0, a)),
    sympy=composed(lambda S, s, a: S.zeta(s, a)), facts="", tol=64.0, cost=2000.0)
riemann_zeta = own(
    "riemann_zeta", "Riemann's zeta function of a real number (DLMF 25.2.1, 25.4.1): infinite at 1.", "riemann_zeta",
    Interval(1.1, 30.0), arity=1, partials=BY_ORDER, sympy=composed(lambda S, s: S.zeta(s)),
    facts="", tol=64.0, cost=2000.0, **COMPLEX)
lambertw = own(
    "lambertw", "Real branch 0 of Lambert's function, the inverse of w exp(w) (DLMF 4.13): NaN below -1/e.",
    "lambertw", Interval(-0.36, 20.0), arity=1, partials=_lambert, sympy=head("LambertW"),
    facts="increasing zero_preserving", tol=64.0, cost=150.0, **COMPLEX)
lambertw_lower = own(
    "lambertw_lower", "Real branch -1 of Lambert's function, from -1/e to 0 (DLMF 4.13).", "lambertw_lower",
    Interval(-0.36, -1e-3), arity=1, partials=_lambert, sympy=composed(lambda S, x: S.LambertW(x, -1)), facts="",
    tol=64.0, cost=250.0, **COMPLEX)
lambertw_branch = own(
    "lambertw_branch", "Branch x of Lambert's function at the complex number y (DLMF 4.13).", "lambertw_branch",
    Interval(-3, 3, integer=True), Interval(-0.3, 20.0), arity=2,
    partials=lambda o, z, k, x: (BY_ORDER, *_lambert(o, z, x)), sympy=composed(lambda S, k, x: S.LambertW(x, k)),
    facts="", tol=64.0, cost=300.0, **COMPLEX_ONLY)

polylog = own(
    "polylog", "Polylogarithm of order x at y (DLMF 25.12.10): NaN for y > 1 and for orders beyond 100; unless x is "
    "whole, also for y < -exp(2), and for y < 0 with x < -2.",
    "symnum.ops.mpmath_reference:polylog", Interval(-2.0, 5.0), Interval(0.1, 0.95), arity=2,
    partials=lambda o, z, s, x: (BY_ORDER, o.polylog(s - 1.0, x) / x), sympy=head("polylog"), facts="zero_preserving",
    tol=4096.0, cost=5000.0)
lerch = own(
    "lerch", "Lerch's function, the sum of x**k / (k + z)**y, for |x| <= 1 and z > 0 (DLMF 25.14.1), else NaN; NaN "
    "too for orders beyond 100, for x < 0 with y < -2, "
    "and next to x = 1 for large z.",
    "symnum.ops.mpmath_reference:lerch", Interval(0.1, 0.95), Interval(-2.0, 5.0), Interval(0.3, 5.0), arity=3,
    partials=lambda o, f, z, s, a: ((o.lerch(z, s - 1.0, a) - a * f) / z, BY_ORDER, -s * o.lerch(z, s + 1.0, a)),
    sympy=head("lerchphi"), facts="", tol=4096.0, cost=5000.0)

INTERNAL: tuple[OpSpec, ...] = (hurwitz_zeta, riemann_zeta, lambertw, lambertw_lower, lambertw_branch,
                                polylog, lerch)
