"""Beta function, factorial powers, and incomplete gamma and beta functions."""

from __future__ import annotations

from typing import Any

from .elementwise import composed, head
from .spec import Absent, Interval, OpSpec
from .special_shared import BY_ORDER, COMPLEX, COMPLEX_ONLY, own, scipys

_POSITIVE = Interval(0.1, 30.0)


def _beta(o: Any, z: Any, a: Any, b: Any) -> tuple[Any, ...]:
    both = o.digamma(a + b)
    return z * (o.digamma(a) - both), z * (o.digamma(b) - both)


def _logarithm(o: Any, z: Any, a: Any, b: Any) -> tuple[Any, ...]:
    both = o.digamma(a + b)
    return o.digamma(a) - both, o.digamma(b) - both


def _binom(o: Any, z: Any, n: Any, k: Any) -> tuple[Any, ...]:
    rest = o.digamma(n - k + 1.0)
    return z * (o.digamma(n + 1.0) - rest), z * (rest - o.digamma(k + 1.0))


def _poch(o: Any, z: Any, x: Any, m: Any) -> tuple[Any, ...]:
    above = o.digamma(x + m)
    return z * (above - o.digamma(x)), z * above


def _density(o: Any, a: Any, x: Any) -> Any:
    """x**(a - 1) exp(-x) / gamma(a)."""
    return o.exp((a - 1.0) * o.log(x) - x - o.lgamma(a))


def _unscaled(o: Any, a: Any, x: Any) -> Any:
    return o.exp((a - 1.0) * o.log(x) - x)


def _by_end(o: Any, z: Any, a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    return BY_ORDER, BY_ORDER, o.exp((a - 1.0) * o.log(x) + (b - 1.0) * o.log1p(-x) - o.betaln(a, b))


beta = scipys(
    "beta", "Beta function, gamma(x) gamma(y) / gamma(x + y) (DLMF 5.12.1).", _POSITIVE, _POSITIVE, partials=_beta,
    sympy=head("beta", lambda S, x, y: S.beta(x, y)), facts="commutative", tol=64.0, cost=150.0)
betaln = scipys(
    "betaln", "Logarithm of |beta(x, y)|.", _POSITIVE, _POSITIVE, partials=_logarithm,
    sympy=composed(lambda S, x, y: S.log(S.Abs(S.gamma(x) * S.gamma(y) / S.gamma(x + y)))), facts="commutative",
    tol=512.0, cost=200.0)
binom = scipys(
    "binom", "Binomial coefficient of real numbers, gamma(x + 1) / (gamma(y + 1) gamma(x - y + 1)).",
    Interval(6.0, 30.0), Interval(0.1, 5.0), partials=_binom, sympy=head("binomial"), facts="", tol=64.0, cost=150.0)
poch = scipys(
    "poch", "Rising factorial (Pochhammer's symbol), gamma(x + y) / gamma(x).", _POSITIVE, Interval(0.1, 20.0),
    partials=_poch, sympy=head("RisingFactorial"), facts="", tol=512.0, cost=150.0)
rgamma = scipys(
    "rgamma", "1/gamma(x): 0 at 0 and at negative whole numbers.", Interval(0.1, 100.0),
    partials=lambda o, z, x: (-z * o.digamma(x),), sympy=composed(lambda S, x: 1 / S.gamma(x)),
    facts="smooth zero_preserving", cost=60.0, **COMPLEX)
loggamma = own(
    "loggamma", "Logarithm of gamma(x) of a complex number, cut along the negative real axis (DLMF 5.11.1).",
    "scipy.special:loggamma", Interval(0.3, 30.0), arity=1, partials=lambda o, z, x: (o.digamma(x),),
    sympy=composed(lambda S, x: S.loggamma(x)), facts="", cost=200.0, **COMPLEX_ONLY)
gammainc = scipys(
    "gammainc", "Lower incomplete gamma function over gamma(x) (DLMF 8.2.4), from 0 to 1.", Interval(0.2, 20.0),
    Interval(0.1, 20.0), partials=lambda o, z, a, x: (BY_ORDER, _density(o, a, x)),
    sympy=composed(lambda S, a, x: S.lowergamma(a, x) / S.gamma(a)), facts="", tol=64.0, cost=250.0)
gammaincc = scipys(
    "gammaincc", "1 - gammainc(x, y) without cancellation.", Interval(0.2, 20.0), Interval(0.1, 20.0),
    partials=lambda o, z, a, x: (BY_ORDER, -_density(o, a, x)),
    sympy=composed(lambda S, a, x: S.uppergamma(a, x) / S.gamma(a)), facts="", tol=64.0, cost=250.0)
lower_gamma = own(
    "lower_gamma", "Lower incomplete gamma function (DLMF 8.2.1).", "lower_gamma", Interval(0.2, 20.0),
    Interval(0.1, 20.0), arity=2, partials=lambda o, z, a, x: (BY_ORDER, _unscaled(o, a, x)),
    sympy=head("lowergamma"), facts="", tol=64.0, cost=400.0)
upper_gamma = own(
    "upper_gamma", "Upper incomplete gamma function (DLMF 8.2.2), of first operands below 0 too.", "upper_gamma",
    Interval(0.2, 20.0), Interval(0.1, 20.0), arity=2, partials=lambda o, z, a, x: (BY_ORDER, -_unscaled(o, a, x)),
    sympy=head("uppergamma"), facts="", tol=64.0, cost=400.0)
betainc = scipys(
    "betainc", "Regularized incomplete beta function of x, y at z (DLMF 8.17.2), from 0 to 1.", Interval(0.5, 9.0),
    Interval(0.5, 9.0), Interval(0.01, 0.99), partials=_by_end, facts="", tol=256.0, cost=500.0,
    sympy=composed(lambda S, a, b, x: S.betainc_regularized(a, b, 0, x)))
chndtr = own(
    "chndtr", "Distribution function of the noncentral chi-square distribution at x, of y degrees of freedom, "
    "decentred by z: NaN for y or z beyond 1e9.", "chndtr", Interval(0.5, 9.0), Interval(2.0, 9.0),
    Interval(0.5, 9.0), arity=3,
    partials=Absent("derivatives of this distribution are not in the table"), facts="", tol=1e5, cost=2000.0,
    sympy=Absent("SymPy's marcumq, which is made of it, has no numbers"))

ROWS: tuple[OpSpec, ...] = (beta, betaln, binom, poch, rgamma, gammainc, gammaincc, betainc, chndtr)
INTERNAL: tuple[OpSpec, ...] = (loggamma, lower_gamma, upper_gamma)
