"""Special functions: relatives of the error and gamma functions, of Bessel's, elliptic integrals, zeta, polynomials."""

from __future__ import annotations

from typing import Any

import mpmath  # type: ignore[import-untyped]
import sympy
from sympy import S

from tests.sympy_classes import Refused, Row, m, n, x, y, z

_REAL, _UNIT, _ABOVE = (-6.0, 6.0), (-0.95, 0.95), (0.1, 15.0)
_PLANE, _SMALL = ((-4.0, 4.0), (-4.0, 4.0)), ((-2.0, 2.0), (-2.0, 2.0))
_ORDER, _PARAMETER, _M = (-2.0, 6.0), (0.3, 3.0), (-9.0, 0.9)
_DEGREE, _WHOLE = (0, 9), (0, 20)
_SERIES = "NaN where terms are 1e15 times the sum: for large negative x"
# Of int64 beside float32 NumPy makes float64.
_WIDE, _PROMOTED = ("float64",), "orders that are int64 make the result float64"


def _high(function: Any) -> Any:
    """mpmath's value, where ``evalf`` of SymPy has none or another one."""
    def value(*given: Any) -> Any:
        with mpmath.workdps(50):
            found = function(*(mpmath.mpf(a.p) / a.q for a in given))
            return sympy.Float(mpmath.re(found), 50) if mpmath.isfinite(found) else float(found)
    return value


def _marcum(order: Any, a: Any, b: Any) -> Any:
    """The integral of x (x/a)**(m-1) exp(-(x**2 + a**2)/2) I(m-1, a x) from b on."""
    return mpmath.quad(lambda t: t * (t / a) ** (order - 1) * mpmath.exp(-(t * t + a * a) / 2)
                       * mpmath.besseli(order - 1, a * t), [b, b + 2, b + 5, b + 20])


_ERRORS: tuple[Row, ...] = (
    Row("erf", sympy.erf(x), (_REAL,), plane=_PLANE, tol_plane=64),
    Row("erfc", sympy.erfc(x), ((-6.0, 9.0),), plane=_PLANE, tol_plane=64),
    Row("erfi", sympy.erfi(x), ((-5.0, 5.0),), tol=8, plane=_PLANE, tol_plane=64),
    Row("erf2", sympy.erf2(x, y), (_REAL, _REAL), floor=4,
        want=_high(lambda a, t: mpmath.erf(t) - mpmath.erf(a))),
    Row("erfinv", sympy.erfinv(x), (_UNIT,), tol=8),
    Row("erfcinv", sympy.erfcinv(x), ((0.05, 0.95),), want=_high(lambda t: mpmath.erfinv(1 - t)), tol=8),
    Row("erf2inv", sympy.erf2inv(x, y), ((-1.0, 1.0), (-0.1, 0.1)), tol=16, floor=4,
        want=_high(lambda a, t: mpmath.erfinv(mpmath.erf(a) + t))),
    Row("fresnels", sympy.fresnels(x), ((-5.0, 5.0),), tol=32, plane=_SMALL, tol_plane=128),
    Row("fresnelc", sympy.fresnelc(x), ((-5.0, 5.0),), tol=32, plane=_SMALL, tol_plane=128),
)
_INTEGRALS: tuple[Row, ...] = (
    Row("Ei", sympy.Ei(x), (_ABOVE,), tol=8, floor=1, plane=_PLANE, tol_plane=64),
    Row("Ei below 0", sympy.Ei(x), ((-15.0, -0.1),), tol=16),
    Row("E1", sympy.E1(x), (_ABOVE,), tol=16, plane=_PLANE, tol_plane=2048),
    Row("expint", sympy.expint(n, x), ((0, 9), _ABOVE), tol=16, dtypes=_WIDE, note=_PROMOTED),
    Row("expint of real order", sympy.expint(y, x), (_ABOVE, (-3.2, 5.3)), tol=256, tol32=16,
        want=_high(lambda t, p: mpmath.expint(p, t)),
        note="digits are lost where the order lies close above a whole one"),
    Row("li", sympy.li(x), ((1.6, 30.0),), tol=16, plane=_PLANE, tol_plane=64),
    Row("Li", sympy.Li(x), ((2.5, 30.0),), tol=32),
    Row("Si", sympy.Si(x), ((-20.0, 20.0),), tol=8, plane=_PLANE),
    Row("Ci", sympy.Ci(x), (_ABOVE,), tol=8, floor=1, plane=_PLANE, tol_plane=64),
    Row("Shi", sympy.Shi(x), ((-12.0, 12.0),), tol=8, plane=_PLANE),
    Row("Chi", sympy.Chi(x), ((0.6, 12.0),), tol=16, floor=1, plane=_PLANE, tol_plane=64),
)
_GAMMAS: tuple[Row, ...] = (
    Row("gamma", sympy.gamma(x), ((0.1, 30.0),), tol=16, plane=_PLANE, tol_plane=64),
    Row("loggamma", sympy.loggamma(x), ((0.1, 30.0),), floor=4,
        note="NaN below 0, where SymPy's is complex", plane=_PLANE, tol_plane=64),
    Row("digamma", sympy.digamma(x), ((0.1, 30.0),), tol=8, floor=4, plane=_PLANE, tol_plane=64),
    Row("trigamma", sympy.trigamma(x), ((0.1, 30.0),), tol=8, plane=_PLANE, tol_plane=64),
    Row("polygamma", sympy.polygamma(n, x), ((0, 6), (0.1, 30.0)), tol=32, floor=4, dtypes=_WIDE, note=_PROMOTED),
    Row("polygamma of order 3", sympy.polygamma(3, x), ((0.1, 30.0),), tol=32, floor=4, plane=_PLANE, tol_plane=128),
    Row("lowergamma", sympy.lowergamma(x, y), ((0.2, 12.0), _ABOVE), tol=64, tol32=8),
    Row("uppergamma", sympy.uppergamma(x, y), ((0.2, 12.0), _ABOVE), tol=64, tol32=8),
    Row("uppergamma below 0", sympy.uppergamma(x, y), ((-3.3, -0.2), _ABOVE), tol=256, tol32=16),
    Row("beta", sympy.beta(x, y), (_ABOVE, _ABOVE), tol=64, tol32=8),
    Row("betainc", sympy.betainc(x, y, 0, z), (_PARAMETER, _PARAMETER, (0.05, 0.95)), tol=64, tol32=8),
    Row("betainc_regularized", sympy.betainc_regularized(x, y, z / 2, z), (_PARAMETER, _PARAMETER, (0.05, 0.95)),
        tol=64, floor=16),
    Row("multigamma", sympy.multigamma(x, 3), ((2.0, 12.0),), tol=64),
    Row("factorial", sympy.factorial(x), ((0.0, 30.0),), tol=16, plane=_PLANE, tol_plane=64),
    Row("factorial2", sympy.factorial2(n), (_WHOLE,), tol=64, dtypes=_WIDE),
    Row("subfactorial", sympy.subfactorial(n), (_WHOLE,), tol=64, dtypes=_WIDE),
    Row("binomial", sympy.binomial(x, y), ((6.0, 20.0), (0.1, 5.0)), tol=64, tol32=8),
    Row("RisingFactorial", sympy.RisingFactorial(x, y), (_ABOVE, (0.1, 9.0)), tol=128, tol32=8),
    Row("FallingFactorial", sympy.FallingFactorial(x, y), ((9.0, 20.0), (0.1, 5.0)), tol=128, tol32=16),
    Row("harmonic", sympy.harmonic(x), ((0.3, 30.0),), tol=16, want=_high(lambda t: mpmath.harmonic(t))),
    Row("harmonic of an order", sympy.harmonic(n, m), ((2, 5), (1, 20)), tol=64, dtypes=_WIDE),
)
_NUMBERS: tuple[Row, ...] = (
    Row("bernoulli", sympy.bernoulli(n), (_WHOLE,), tol=64, dtypes=_WIDE),
    Row("bernoulli polynomial", sympy.bernoulli(n, x), ((0, 8), (0.1, 3.0)), tol=64, floor=512, dtypes=_WIDE,
        note=_PROMOTED),
    Row("euler", sympy.euler(n), (_WHOLE,), tol=64, dtypes=_WIDE),
    Row("genocchi", sympy.genocchi(n), (_WHOLE,), tol=64, dtypes=_WIDE),
    Row("fibonacci", sympy.fibonacci(n), (_WHOLE,), tol=32, floor=4, dtypes=_WIDE),
    Row("fibonacci polynomial", sympy.fibonacci(n, x), ((1, 9), (0.3, 3.0)), tol=64, floor=16,
        dtypes=_WIDE, note=_PROMOTED),
    Row("lucas", sympy.lucas(n), (_WHOLE,), tol=32, dtypes=_WIDE),
    Row("catalan", sympy.catalan(x), ((0.5, 20.0),), tol=64, tol32=16),
    Row("KroneckerDelta", sympy.KroneckerDelta(n, m), ((0, 3), (0, 3)), tol=0),
    Row("LeviCivita", sympy.LeviCivita(n, m, 2), ((0, 2), (0, 2)), tol=0),
)
_BESSEL: tuple[Row, ...] = (
    *(Row(cls.__name__, cls(y, x), (_ABOVE, _ORDER), tol=64, tol32=16, floor=16)
      for cls in (sympy.besselj, sympy.bessely, sympy.besseli, sympy.besselk)),
    *(Row(f"{cls.__name__} of order {order}", cls(order, x), (_ABOVE,), tol=16, floor=4, plane=_PLANE)
      for cls in (sympy.besselj, sympy.bessely, sympy.besseli, sympy.besselk) for order in (0, 1)),
    *(Row(cls.__name__, cls(y, x), (_ABOVE, _ORDER), tol=64, tol32=16, floor=16, note="complex")
      for cls in (sympy.hankel1, sympy.hankel2)),
    *(Row(f"{cls.__name__} of order 1/3", cls(S(1) / 3, x), (_ABOVE,), tol=128, tol32=16, floor=16, plane=_PLANE,
          tol_plane=256)
      for cls in (sympy.besselj, sympy.bessely, sympy.besseli, sympy.besselk, sympy.hankel1, sympy.hankel2)),
    *(Row(f"{cls.__name__} of order 2", cls(2, x), (_ABOVE,), tol=64, floor=16, plane=_PLANE, tol_plane=256)
      for cls in (sympy.jn, sympy.yn, sympy.hn1, sympy.hn2)),
    Row("jn", sympy.jn(n, x), ((0, 6), _ABOVE), tol=64, floor=16, dtypes=_WIDE, want=_high(lambda k, t: (
        mpmath.sqrt(mpmath.pi / 2 / t) * mpmath.besselj(k + 0.5, t))), note="the spherical function"),
    Row("yn", sympy.yn(n, x), ((0, 6), _ABOVE), tol=64, floor=16, dtypes=_WIDE, want=_high(lambda k, t: (
        mpmath.sqrt(mpmath.pi / 2 / t) * mpmath.bessely(k + 0.5, t))), note="the spherical function"),
    *(Row(cls.__name__, cls(n, x), ((0, 6), _ABOVE), tol=64, floor=16, dtypes=_WIDE, note="complex")
      for cls in (sympy.hn1, sympy.hn2)),
    *(Row(cls.__name__, cls(x), (_REAL,), tol=64, tol32=16, floor=16, plane=_PLANE, tol_plane=1024)
      for cls in (sympy.airyai, sympy.airybi, sympy.airyaiprime, sympy.airybiprime)),
)
_ELLIPTIC: tuple[Row, ...] = (
    Row("elliptic_k", sympy.elliptic_k(x), (_M,), tol=8, plane=_PLANE),
    Row("elliptic_e", sympy.elliptic_e(x), (_M,), tol=8, plane=_PLANE),
    Row("elliptic_f", sympy.elliptic_f(x, y), ((-3.0, 3.0), _M), tol=32, plane=_PLANE),
    Row("elliptic_e of an amplitude", sympy.elliptic_e(x, y), ((-3.0, 3.0), _M), tol=32, plane=_PLANE),
    Row("elliptic_pi", sympy.elliptic_pi(x, y), ((-3.0, 0.9), _M), tol=64,
        note="NaN above 1, and for some complex parameters, of which Carlson's form is not known"),
    Row("elliptic_pi of an amplitude", sympy.elliptic_pi(x, y, z), ((-3.0, 0.9), (-4.0, 4.0), _M), tol=128),
)
_ZETA: tuple[Row, ...] = (
    Row("zeta", sympy.zeta(x), ((1.1, 20.0),), tol=16, plane=((-3.0, 6.0), (-9.0, 9.0)), tol_plane=64),
    Row("zeta below 1", sympy.zeta(x), ((-9.5, 0.9),), tol=256, floor=16, tol32=16),
    Row("zeta of two numbers", sympy.zeta(x, y), ((1.1, 12.0), (0.3, 9.0)), tol=64, tol32=16),
    Row("dirichlet_eta", sympy.dirichlet_eta(x), ((0.1, 20.0),), tol=32,
        plane=((-3.0, 6.0), (-9.0, 9.0)), tol_plane=64),
    Row("riemann_xi", sympy.riemann_xi(x), ((1.2, 9.0),), tol=64, want=_high(
        lambda s: s * (s - 1) / 2 * mpmath.pi ** (-s / 2) * mpmath.gamma(s / 2) * mpmath.zeta(s))),
    Row("polylog", sympy.polylog(y, x), ((-0.95, 0.95), (0.3, 4.7)), tol=4096, tol32=64,
        want=_high(lambda t, s: mpmath.polylog(s, t)), note="digits are lost near whole orders"),
    Row("polylog of order 1", sympy.polylog(1, x), ((-9.0, 0.95),), tol=8, plane=_PLANE),
    Row("polylog of order 2", sympy.polylog(2, x), ((-9.0, 0.95),), tol=32, floor=4, plane=_PLANE),
    Row("polylog of order 3", sympy.polylog(3, x), ((-9.0, 0.95),), tol=64, floor=4),
    Row("lerchphi", sympy.lerchphi(x, y, z), ((-0.95, 0.95), (0.3, 4.7), (0.3, 4.0)), tol=4096, tol32=64,
        note="for |x| <= 1 and z > 0; digits are lost near whole orders"),
    Row("LambertW", sympy.LambertW(x), ((-0.35, 30.0),), tol=32, floor=4, plane=_PLANE),
    Row("LambertW of branch -1", sympy.LambertW(x, -1), ((-0.35, -0.01),), tol=32, plane=_PLANE),
)
_POLYNOMIALS: tuple[Row, ...] = (
    *(Row(cls.__name__, cls(n, x), (_DEGREE, _UNIT), tol=128, floor=64, dtypes=_WIDE)
      for cls in (sympy.legendre, sympy.chebyshevt, sympy.chebyshevu)),
    *(Row(cls.__name__, cls(n, x), (_DEGREE, (0.3, 4.0)), tol=4096, dtypes=_WIDE)
      for cls in (sympy.hermite, sympy.hermite_prob)),
    Row("laguerre", sympy.laguerre(n, x), (_DEGREE, (0.1, 6.0)), tol=1024, floor=64, dtypes=_WIDE),
    Row("assoc_laguerre", sympy.assoc_laguerre(n, y, x), (_DEGREE, (0.1, 6.0), _PARAMETER), tol=1024, floor=256,
        dtypes=_WIDE),
    Row("gegenbauer", sympy.gegenbauer(n, y, x), (_DEGREE, _UNIT, _PARAMETER), tol=1024, floor=256,
        dtypes=_WIDE),
    Row("jacobi", sympy.jacobi(n, y, z, x), (_DEGREE, _UNIT, _PARAMETER, _PARAMETER), tol=1024, floor=256,
        dtypes=_WIDE),
    Row("assoc_legendre", sympy.assoc_legendre(n, m, x), ((0, 3), (3, 7), _UNIT), tol=1024, floor=256,
        dtypes=_WIDE),
    *(Row(f"{cls.__name__} of degree 5", cls(5, x, evaluate=False), ((0.3, 0.9),), tol=64, floor=64,
          note="a recurrence")
      for cls in (sympy.legendre, sympy.chebyshevt, sympy.chebyshevu, sympy.hermite, sympy.hermite_prob,
                  sympy.laguerre)),
    Row("gegenbauer of degree 5", sympy.gegenbauer(5, y, x, evaluate=False), (_UNIT, _PARAMETER), tol=64, floor=64),
    Row("assoc_laguerre of degree 5", sympy.assoc_laguerre(5, y, x, evaluate=False), ((0.1, 6.0), _PARAMETER), tol=64,
        floor=64),
    Row("chebyshevt_root", sympy.chebyshevt_root(n, m, evaluate=False), ((0, 3), (4, 9)), floor=4, dtypes=_WIDE,
        want=_high(lambda k, d: mpmath.cos(mpmath.pi * (2 * k + 1) / (2 * d)))),
    Row("chebyshevu_root", sympy.chebyshevu_root(n, m, evaluate=False), ((0, 3), (4, 9)), floor=4, dtypes=_WIDE,
        want=_high(lambda k, d: mpmath.cos(mpmath.pi * (k + 1) / (d + 1)))),
    Row("Ynm", sympy.Ynm(n, m, x, y), ((0, 3), (3, 6), (0.2, 2.9), _REAL), tol=1024, floor=64, dtypes=_WIDE,
        note="complex"),
    Row("Znm", sympy.Znm(n, m, x, y, evaluate=False), ((1, 3), (3, 6), (0.2, 2.9), _REAL), tol=1024, floor=64,
        dtypes=_WIDE, want=_high(lambda k, d, t, a: mpmath.sqrt(2) * mpmath.re(mpmath.spherharm(d, k, t, a)))),
)
_HYPERGEOMETRIC: tuple[Row, ...] = (
    Row("hyper 0F0", sympy.hyper((), (), x), (_REAL,), plane=_PLANE),
    Row("hyper 1F0", sympy.hyper((y,), (), x), (_UNIT, _PARAMETER), tol=16),
    Row("hyper 0F1", sympy.hyper((), (y,), x), ((-6.0, 9.0), _PARAMETER), tol=256, floor=256),
    Row("hyper 1F1", sympy.hyper((S.Half,), (y,), x), (_REAL, _PARAMETER), tol=256, floor=16),
    Row("hyper 2F1", sympy.hyper((S.Half, y), (z,), x), ((-3.0, 0.9), _PARAMETER, _PARAMETER), tol=256, floor=16),
    *(Row(f"hyper {len(a)}F1 of numbers", sympy.hyper(a, (S(1) / 3,), x), (_UNIT,), tol=256, floor=16, plane=_PLANE)
      for a in ((), (S.Half,), (S.Half, 1))),
    Row("hyper 0F2", sympy.hyper((), (y, S(3) / 2), x), ((-900.0, 900.0), _PARAMETER), tol=4, floor=4),
    Row("hyper 1F2", sympy.hyper((y,), (z, S(3) / 2), x), ((-200.0, 900.0), _PARAMETER, _PARAMETER), tol=4, floor=4,
        note=_SERIES),
    Row("hyper 2F2", sympy.hyper((S.Half, y), (z, 2), x), ((-20.0, 600.0), _PARAMETER, _PARAMETER), tol=4,
        dtypes=_WIDE, note=_SERIES),
    Row("hyper 2F2 of equal parameters", sympy.hyper((1, 1), (2, 2), x), ((-25.0, 40.0),), tol=4, note=_SERIES),
    Row("hyper 3F2", sympy.hyper((1, y, z), (y + 1, S(5) / 2), x), ((-0.95, 0.95), _PARAMETER, _PARAMETER), tol=4,
        note="NaN from |x| = 0.995 on, unless its parameters end the series"),
    Row("hyper 3F2 of a polynomial", sympy.hyper((-4, y, z), (2, S.Half), x), ((-9.0, 9.0), _PARAMETER, _PARAMETER),
        tol=4, floor=64),
    Row("hyper 2F3", sympy.hyper((1, y), (z, 2, S.Half), x), ((-100.0, 400.0), _PARAMETER, _PARAMETER), tol=4, floor=4),
    Row("hyper 5F4", sympy.hyper((y,) * 5, (z,) * 4, x), ((-0.9, 0.9), (0.3, 1.5), (0.5, 3.0)), tol=4),
    Row("hyper 2F0 of a polynomial", sympy.hyper((-4, y), (), x), (_UNIT, _PARAMETER), tol=64, floor=64),
    Row("meijerg", sympy.meijerg([[S.Half], [2]], [[y], []], x), ((0.1, 9.0), _PARAMETER), tol=256),
    Row("meijerg by a Bessel function", sympy.meijerg([[], []], [[y, z], []], x), (
        (0.1, 9.0), _PARAMETER, _PARAMETER), tol=128),
    Row("meijerg by a gamma function", sympy.meijerg([[], [1]], [[0, y], []], x), ((0.1, 9.0), _PARAMETER), tol=128),
    Row("meijerg in closed form", sympy.meijerg([[1, 1], []], [[1], [0]], x), (_ABOVE,), tol=8),
    Row("meijerg inside and outside", sympy.meijerg([[z], [y]], [[0], [S(1) / 3]], x), (
        (0.3, 3.0), (0.3, 0.7), (0.1, 0.2)), tol=256, floor=16),
    Row("meijerg of two series", sympy.meijerg([[S.Half], []], [[0, y], []], x), ((0.1, 4.0), (0.3, 0.7)), tol=2048,
        dtypes=_WIDE, note="NaN for float64 where series cancel by more than 20 bits, for float32 by 8"),
    Row("marcumq", sympy.marcumq(m, x, y), ((1, 4), (0.3, 3.0), (0.3, 3.0)), tol=64, floor=64, dtypes=_WIDE,
        want=_high(_marcum)),
)

ROWS: tuple[Row, ...] = (*_ERRORS, *_INTEGRALS, *_GAMMAS, *_NUMBERS, *_BESSEL, *_ELLIPTIC, *_ZETA, *_POLYNOMIALS,
                         *_HYPERGEOMETRIC)

REFUSED: tuple[Refused, ...] = (
    Refused("meijerg", sympy.meijerg([[], [1, 1]], [[0, 0, 0], []], x),
            "lower parameters that differ by whole numbers, and no closed form"),
    Refused("appellf1", sympy.appellf1(1, 2, 3, 4, x, y), "neither SciPy nor a closed form computes it"),
    Refused("hyper", sympy.hyper((1, 2, x), (), y), "it has no sum"),
    Refused("hyper", sympy.hyper((1, 2, x), (3, 4, 5, 6, 7), y), "more than four lower parameters"),
    Refused("stieltjes", sympy.stieltjes(n), "neither SciPy nor a closed form computes it"),
    Refused("LambertW", sympy.LambertW(x, 1), "its other branches are complex"),
    Refused("mathieuc", sympy.mathieuc(x, y, z), "SciPy's takes an order, SymPy's a characteristic value"),
    Refused("bell", sympy.bell(n), "neither SciPy nor a closed form computes it"),
    Refused("KroneckerDelta", sympy.KroneckerDelta(n, m, (1, 3)), "ranges of indices are not read"),
)
