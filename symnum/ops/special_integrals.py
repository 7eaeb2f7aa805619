"""Exponential, sine, cosine and Fresnel integrals, and Spence's function (DLMF chapters 6, 7 and 25)."""

from __future__ import annotations

import math
from typing import Any

from .elementwise import composed, head
from .spec import Interval, OpSpec
from .special_shared import BY_ORDER, COMPLEX, WHOLE, own, scipys

_X = Interval(0.1, 15.0)


def _quotient_at_zero(o: Any, above: Any, x: Any) -> Any:
    """above / x, and 1 at 0, for numerators like sin(x)."""
    zero = o.equal(x, 0.0)
    return o.where(zero, 1.0, above / o.where(zero, 1.0, x))


def _spence(o: Any, z: Any, x: Any) -> tuple[Any]:
    return (-_quotient_at_zero(o, o.log(x), x - 1.0),)


def _part(name: str, doc: str, sympys: str, domain: Interval, partials: Any, facts: str = "") -> OpSpec:
    return own(name, doc, name, domain, arity=1, partials=partials, sympy=head(sympys), facts=facts, tol=64.0,
               cost=120.0, **COMPLEX)


expi = scipys("expi", "Exponential integral Ei (DLMF 6.2.5), of any sign.", Interval(-15.0, -0.1),
              partials=lambda o, z, x: (o.exp(x) / x,), sympy=head("Ei"), facts="", tol=64.0, cost=120.0, **COMPLEX)
exp1 = scipys("exp1", "Exponential integral E_1 (DLMF 6.2.1): NaN below 0.", _X,
              partials=lambda o, z, x: (-o.exp(-x) / x,), sympy=composed(lambda S, x: S.expint(1, x)), cost=120.0,
              **COMPLEX)
expn = own("expn", "Exponential integral E_n of a whole order x at y (DLMF 8.19.2).", "expn", WHOLE, _X, arity=2,
           partials=lambda o, z, n, x: (BY_ORDER, -o.expint(n - 1.0, x)),
           sympy=composed(lambda S, n, x: S.expint(n, x)), facts="", tol=64.0, cost=200.0)
expint = own("expint", "Exponential integral E_p of any real order x at y > 0 (DLMF 8.19.2).", "expint",
             Interval(-3.0, 0.9), _X, arity=2, partials=lambda o, z, n, x: (BY_ORDER, -o.expint(n - 1.0, x)),
             sympy=head("expint"), facts="", tol=256.0, cost=600.0)
sine_integral = _part(
    "sine_integral", "Sine integral Si (DLMF 6.2.9).", "Si", Interval(-20.0, 20.0),
    lambda o, z, x: (o.sinc(x * (1.0 / math.pi)),), "odd zero_preserving")
cosine_integral = _part("cosine_integral", "Cosine integral Ci (DLMF 6.2.11): NaN below 0.", "Ci", _X,
                        lambda o, z, x: (o.cos(x) / x,))
sinh_integral = _part(
    "sinh_integral", "Hyperbolic sine integral Shi (DLMF 6.2.15).", "Shi", Interval(-20.0, 20.0),
    lambda o, z, x: (_quotient_at_zero(o, o.sinh(x), x),), "increasing odd zero_preserving")
cosh_integral = _part("cosh_integral", "Hyperbolic cosine integral Chi (DLMF 6.2.16): NaN below 0.", "Chi", _X,
                      lambda o, z, x: (o.cosh(x) / x,), "increasing")
fresnel_s = _part("fresnel_s", "Fresnel integral S (DLMF 7.2.8).", "fresnels", Interval(-5.0, 5.0),
                  lambda o, z, x: (o.sin(math.pi / 2 * x * x),), "odd zero_preserving")
fresnel_c = _part("fresnel_c", "Fresnel integral C (DLMF 7.2.7).", "fresnelc", Interval(-5.0, 5.0),
                  lambda o, z, x: (o.cos(math.pi / 2 * x * x),), "odd zero_preserving")
spence = scipys("spence", "Spence's function, the dilogarithm of 1 - x (DLMF 25.12): NaN below 0.",
                Interval(0.01, 0.95), partials=_spence, sympy=composed(lambda S, x: S.polylog(2, 1 - x)), facts="",
                tol=64.0, cost=60.0, **COMPLEX)

ROWS: tuple[OpSpec, ...] = (expi, exp1, expn, spence)
INTERNAL: tuple[OpSpec, ...] = (expint, sine_integral, cosine_integral, sinh_integral, cosh_integral, fresnel_s,
                                fresnel_c)
