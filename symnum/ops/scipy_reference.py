"""Reference functions made from SciPy's; imported by name when one of them first runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from scipy import special

from . import special_limits as limits


def polygamma(n: Any, x: Any) -> Any:
    """Derivative number ``n`` of digamma, as ``scipy.special.polygamma`` but in the dtype of ``x``.

    Below 0, where SciPy sums one term for each unit, the sum is taken as a difference of zeta functions.

    >>> bool(np.isclose(polygamma(1.0, np.float64(1.0)), np.pi**2 / 6))
    True
    """
    n, x = np.broadcast_arrays(n, x)
    if x.dtype.kind == "c":
        return _polygamma_of_complex(n.astype(float), x)
    with np.errstate(all="ignore"):
        s, low, whole = n + 1.0, np.floor(x), (x <= 0) & (x == np.floor(x))
        sign = np.where(n % 2 == 0, -1.0, 1.0)
        zeta = special.zeta(s, np.where(x > 0, x, np.where(whole, 0, x - low)))
        below = special.zeta(s, np.ceil(x) - x) - special.zeta(s, np.maximum(1 - x, 1))
        result = sign * special.gamma(s) * np.where((x < 0) & ~whole, zeta + sign * below, zeta)
        valid = np.where((n > 0) & (n == np.floor(n)) & np.isfinite(n), result, np.nan)
        return np.where(n == 0, special.psi(x), valid).astype(x.dtype)[()]


def _polygamma_of_complex(n: Any, x: Any) -> Any:
    """By Euler's and Maclaurin's formula (DLMF 5.11.9) from a real part of 20 on, and term by term below."""
    z, s = x.astype(np.complex128), n + 1.0
    with np.errstate(all="ignore"):
        valid = (n > 0) & (n == np.floor(n)) & (n <= limits.POLYGAMMA_ORDER) & (np.abs(z) < limits.POLYGAMMA_OPERAND)
        z, steps = np.where(valid, z, 1), np.where(valid, np.ceil(np.maximum(20 - z.real, 0)), 0)
        total = np.zeros_like(z)
        for k in range(int(np.max(steps, initial=0))):
            total = total + np.where(k < steps, (z + k) ** -s, 0)
        y = z + steps
        rising = y ** -s * s / y
        total = total + y ** (1 - s) / n + y ** -s / 2
        for j, bernoulli in enumerate(special.bernoulli(24)[2::2]):
            total = total + bernoulli / special.factorial(2 * j + 2) * rising
            rising = rising * (s + 2 * j + 1) * (s + 2 * j + 2) / y**2
        found = np.where(n % 2 == 0, -1, 1) * special.gamma(s) * total
        return np.where(n == 0, special.psi(x), np.where(valid, found, np.nan)).astype(x.dtype)[()]


def trigamma(x: Any) -> Any:
    """Derivative of digamma, as ``scipy.special.polygamma(1, x)`` but in the dtype of ``x``.

    >>> bool(np.isclose(trigamma(np.float64(0.5)), np.pi**2 / 2))
    True
    """
    return polygamma(np.ones_like(x, dtype=float), x)


# Orders and degrees that are whole numbers ------------------------------------------------------------------

def _whole(n: Any) -> Any:
    return (n >= 0) & (n <= limits.MOST_ORDER) & (n == np.floor(n))


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` without warnings, on arrays of one shape, in the dtype of the last operand; computed in double."""
    @wraps(function)
    def call(*operands: Any) -> Any:
        arrays = np.broadcast_arrays(*operands)
        double = [x.astype(np.complex128 if x.dtype.kind == "c" else np.float64) for x in arrays]
        with np.errstate(all="ignore"):
            return np.asarray(function(*double)).astype(arrays[-1].dtype)[()]
    return call


def _of_order(function: Callable[..., Any], otherwise: Callable[..., Any] | None = None,
              most: float = limits.POLYNOMIAL_OPERAND) -> Any:
    """``function`` of whole orders; ``otherwise`` of others where no operand exceeds ``most``; or NaN."""
    def call(n: Any, *rest: Any) -> Any:
        whole = _whole(n)
        found = function(np.where(whole, n, 0).astype(int), *rest)
        if otherwise is None:
            return np.where(whole, found, np.nan)
        fits = ~whole & (np.max(np.abs([n, *rest]), axis=0) <= most)
        others = otherwise(np.where(fits, n, 0.5), *(np.where(fits, x, 0.5) for x in rest))
        return np.where(whole, found, np.where(fits, others, np.nan))
    return _quiet(call)


def _spherical(bessel: Callable[..., Any]) -> Callable[..., Any]:
    return lambda n, x: np.sqrt(np.pi / 2 / x) * bessel(n + 0.5, x)


def _spherical_jn(n: Any, x: Any) -> Any:
    """At -inf SciPy gives zeros of both signs."""
    return np.where(np.isinf(x), 0.0, special.spherical_jn(n, x))


expn = _of_order(special.expn)
eval_hermite, eval_hermitenorm = _of_order(special.eval_hermite), _of_order(special.eval_hermitenorm)
spherical_jn = _of_order(_spherical_jn, _spherical(special.jv), np.inf)
spherical_yn = _of_order(special.spherical_yn, _spherical(special.yv), np.inf)
eval_chebyt = _of_order(special.eval_chebyt, special.eval_chebyt)
eval_chebyu = _of_order(special.eval_chebyu, special.eval_chebyu)
eval_laguerre = _of_order(special.eval_laguerre, special.eval_laguerre)
eval_legendre = _of_order(special.eval_legendre, special.eval_legendre)
eval_gegenbauer = _of_order(special.eval_gegenbauer, special.eval_gegenbauer)
eval_genlaguerre = _of_order(special.eval_genlaguerre, special.eval_genlaguerre)
eval_jacobi = _of_order(special.eval_jacobi, special.eval_jacobi)


# Computed in float64 for float32 too, where SciPy has loops with larger errors.
betainc, erfinv = _quiet(special.betainc), _quiet(special.erfinv)


@_quiet
def ellipk(m: Any) -> Any:
    """``scipy.special.ellipk``, and of complex numbers Carlson's form (DLMF 19.25.1), which is cut beyond 1.

    >>> complex(ellipk(np.complex128(2)).round(6))
    (1.311029-1.311029j)
    """
    if m.dtype.kind != "c":
        return special.ellipk(m)
    cut = (m.imag == 0) & (m.real > 1)
    turned = 1 / np.where(cut, m.real, 2)     # DLMF 19.7.3, below the cut
    below = np.sqrt(turned) * (special.ellipk(turned) - 1j * special.ellipkm1(turned))
    return np.where(cut, below, special.elliprf(0, np.where(cut, 1, 1 - m), 1))


@_quiet
def ellipe(m: Any) -> Any:
    """``scipy.special.ellipe``, and of complex numbers Carlson's form (DLMF 19.25.1)."""
    return special.ellipe(m) if m.dtype.kind != "c" else 2 * special.elliprg(0, 1 - m, 1)


def _of_amplitude(phi: Any, m: Any, complete: Any, carlson: Callable[..., Any]) -> Any:
    """An incomplete integral, by that of an amplitude within a quarter of a turn (DLMF 19.2.10)."""
    half_turns = np.rint(phi.real / np.pi)
    s, c = np.sin(phi - half_turns * np.pi), np.cos(phi - half_turns * np.pi)
    within = carlson(s, c * c, 1 - m * s * s)
    return within + np.where(half_turns == 0, 0, 2 * half_turns * complete(np.where(half_turns == 0, 0, m)))


@_quiet
def ellipkinc(phi: Any, m: Any) -> Any:
    """``scipy.special.ellipkinc``, and of complex numbers Carlson's form (DLMF 19.25.5)."""
    if m.dtype.kind != "c":
        return special.ellipkinc(phi, m)
    return _of_amplitude(phi, m, ellipk, lambda s, cc, d: s * special.elliprf(cc, d, 1))


@_quiet
def ellipeinc(phi: Any, m: Any) -> Any:
    """``scipy.special.ellipeinc``, and of complex numbers Carlson's forms (DLMF 19.25.9)."""
    if m.dtype.kind != "c":
        return special.ellipeinc(phi, m)
    return _of_amplitude(phi, m, ellipe, lambda s, cc, d: (
        s * special.elliprf(cc, d, 1) - m * s**3 / 3 * special.elliprd(cc, d, 1)))


def _within(most: float, *operands: Any) -> Any:
    """Where operands are at most so large, and no NaN."""
    return np.max(np.abs(operands), axis=0) <= most


def _where(fits: Any, function: Callable[..., Any], *operands: Any) -> Any:
    """``function`` where its operands fit, else NaN."""
    return np.where(fits, function(*(np.where(fits, x, 1) for x in operands)), np.nan)


@_quiet
def yv(v: Any, x: Any) -> Any:
    """``scipy.special.yv`` of orders that do not take it a time without end, NaN of others."""
    return _where(_within(limits.BESSEL_ORDER, v), special.yv, v, x)


@_quiet
def chndtr(x: Any, df: Any, nc: Any) -> Any:
    """``scipy.special.chndtr`` of parameters that do not take it a time without end, NaN of others."""
    return _where(_within(limits.CHI_SQUARE_PARAMETER, df, nc), special.chndtr, x, df, nc)


@_quiet
def lpmv(m: Any, v: Any, x: Any) -> Any:
    """``scipy.special.lpmv`` of orders and degrees that it serves, NaN of others."""
    fits = _within(limits.LEGENDRE_ORDER, m) & _within(limits.MOST_ORDER, v) & _within(1, x) & (m == np.floor(m))
    return _where(fits, special.lpmv, m, v, x)


@_quiet
def hyp1f1(a: Any, b: Any, z: Any) -> Any:
    """``scipy.special.hyp1f1`` of operands that do not take it a time without end, NaN of others."""
    return _where(_within(limits.CONFLUENT_OPERAND, a, b, z), special.hyp1f1, a, b, z)


@_quiet
def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    """``scipy.special.hyp2f1`` where it is real, of parameters that do not overflow its stack; NaN of others.

    On their cut complex values are those below it, as in mpmath; SciPy's are those above.
    """
    fits = _within(limits.GAUSS_PARAMETER, a, b, c)
    found = _where(fits if z.dtype.kind == "c" else fits & (z <= 1), special.hyp2f1, a, b, c, z)
    return np.where((z.imag == 0) & (z.real > 1), np.conj(found), found)


@_quiet
def hyp0f1(v: Any, z: Any) -> Any:
    """0F1 by Bessel functions (DLMF 10.16.9, 10.39.9), by its series for small z; SciPy's prints errors.

    >>> bool(np.isclose(hyp0f1(0.5, np.float64(1.0)), np.cosh(2.0)))
    True
    """
    if z.dtype.kind == "c":
        return special.hyp0f1(v, z)
    root = np.sqrt(np.abs(z))
    bessel = np.where(z > 0, special.iv(v - 1, 2 * root), special.jv(v - 1, 2 * root))
    scaled = root ** ((1 - v) / 2) * special.gamma(v) * root ** ((1 - v) / 2) * bessel
    small, term, total = np.abs(z) < 0.25 * (1 + np.abs(v)), np.ones_like(z), np.ones_like(z)
    for k in range(200):
        term = term * z / ((v + k) * (k + 1))
        total = total + np.where(np.isfinite(term), term, np.nan)
    found = np.where(small, total, scaled)
    return np.where((v <= 0) & (v == np.floor(v)), np.nan, np.where(z == 0, 1, found))


# One result of several --------------------------------------------------------------------------------------

def _result(function: Callable[..., Any], place: int) -> Callable[..., Any]:
    return _quiet(lambda x: function(x)[place])


airyai, airyaiprime, airybi, airybiprime = (_result(special.airy, k) for k in range(4))
sine_integral, cosine_integral = (_result(special.sici, k) for k in range(2))
sinh_integral, cosh_integral = (_result(special.shichi, k) for k in range(2))
fresnel_s, fresnel_c = (_result(special.fresnel, k) for k in range(2))


# Functions that SciPy has not -------------------------------------------------------------------------------

@_quiet
def hurwitz_zeta(s: Any, x: Any) -> Any:
    """``scipy.special.zeta``, and for s < 1 its continuation by Euler's and Maclaurin's formula.

    >>> float(hurwitz_zeta(-1.0, np.float64(1.0)).round(15))
    -0.083333333333333
    """
    least = np.where(s >= 0, 10, np.where((s == np.floor(s)) & (s > -23), 0, 4))
    n = np.clip(np.ceil(least - x), 0, 10)
    y = x + n
    below = sum(np.where(k < n, (x + k) ** -s, 0) for k in range(10))
    rising, tail = y ** -s * s / y, 0.0
    for j, bernoulli in enumerate(special.bernoulli(24)[2::2]):
        tail = tail + bernoulli / special.factorial(2 * j + 2) * rising
        rising = rising * (s + 2 * j + 1) * (s + 2 * j + 2) / y**2
    continued = np.where(x > 0, below + y ** (1 - s) / (s - 1) + y ** -s / 2 + tail, np.nan)
    known = np.where((x >= 0) | np.isnan(x), special.zeta(s, np.where(x < 0, 1, x)), np.nan)
    infinite = np.where(s > 0, np.where(x > 0, x ** -s, known), np.nan)
    return np.where(~np.isfinite(s), infinite, np.where(s < 1, continued, np.where((s == 1) & (x > 0), np.inf, known)))


@_quiet
def riemann_zeta(s: Any) -> Any:
    """``scipy.special.zeta`` of one number."""
    return special.zeta(s)


@_quiet
def lambertw(x: Any) -> Any:
    """``scipy.special.lambertw``; of real numbers its real values, NaN where they are complex; branch 0."""
    if x.dtype.kind == "c":
        return special.lambertw(x)
    return np.where(np.isinf(x) & (x > 0), np.inf, _real(special.lambertw(x)))


@_quiet
def lambertw_lower(x: Any) -> Any:
    """Branch -1 of ``scipy.special.lambertw``; of real numbers its real values, NaN where they are complex."""
    if x.dtype.kind == "c":
        return special.lambertw(x, -1)
    return np.where(x == 0, -np.inf, _real(special.lambertw(x, -1)))


def lambertw_branch(k: Any, x: Any) -> Any:
    """``scipy.special.lambertw`` of any branch, NaN of what is none.

    >>> float(lambertw_branch(0.0, np.complex128(-np.pi / 2)).imag.round(12))
    1.570796326795
    """
    with np.errstate(all="ignore"):
        whole = (np.abs(k) <= limits.MOST_ORDER) & (k == np.floor(k))
        found = np.where(whole, special.lambertw(x, np.where(whole, k, 0).astype(int)), np.nan)
        return found.astype(np.result_type(x, np.complex64))[()]


def _real(z: Any) -> Any:
    return np.where(z.imag == 0, z.real, np.nan)


def _expint_fraction(p: Any, x: Any) -> Any:
    """DLMF 8.19.17, its even part from the inside out."""
    found = x + p + 2 * 300
    for k in range(300, 0, -1):
        found = x + p + 2 * (k - 1) - k * (p - 1 + k) / found
    return np.exp(-x) / found


@_quiet
def expint(p: Any, x: Any) -> Any:
    """Exponential integral of any real order: of whole ones SciPy's, of others by the incomplete gamma function.

    >>> float(expint(0.5, np.float64(1.0)).round(12))
    0.278805585281
    """
    q = np.where(p < 1, p, p - np.floor(p))
    large = (x > 1) & (p >= 1)
    found = x ** (q - 1) * special.gamma(1 - q) * special.gammaincc(1 - q, x)
    for k in range(int(np.nanmax(np.where(np.isfinite(p), np.clip(p, 0, 1000), 0), initial=0))):
        found = np.where(q + k + 0.5 < p, (np.exp(-x) - x * found) / (q + k), found)
    found = np.where(large, _expint_fraction(p, np.where(large, x, 1)), found)
    found = np.where(x == 0, np.where(p < 1, np.inf, 1 / (p - 1)), found)
    return np.where(_whole(p), special.expn(np.where(_whole(p), p, 0).astype(int), x), found)


@_quiet
def upper_gamma(a: Any, x: Any) -> Any:
    """Upper incomplete gamma function."""
    return np.where(a > 0, special.gamma(a) * special.gammaincc(a, x), x**a * expint(1 - a, x))


@_quiet
def lower_gamma(a: Any, x: Any) -> Any:
    """Lower incomplete gamma function."""
    return np.where(a > 0, special.gamma(a) * special.gammainc(a, x), special.gamma(a) - upper_gamma(a, x))
