"""Bessel, spherical Bessel and Airy functions (DLMF chapters 9 and 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .elementwise import composed, head
from .spec import Interval, OpSpec
from .special_shared import BY_ORDER, COMPLEX, COMPLEX_ONLY, WHOLE, own, scipys

_X, _ORDER = Interval(0.3, 20.0), Interval(-2.0, 8.0)
Partials = Callable[..., tuple[Any, ...]]


def _neighbours(name: str, below: float, above: float) -> Partials:
    """Derivative by neighbouring orders, below f(v - 1, x) + above f(v + 1, x) (DLMF 10.6.1 and 10.29.1)."""
    def partials(o: Any, z: Any, v: Any, x: Any) -> tuple[Any, ...]:
        f = getattr(o, name)
        return BY_ORDER, below * f(v - 1.0, x) + above * f(v + 1.0, x)
    return partials


def _spherical(name: str) -> Partials:
    """DLMF 10.51.2."""
    def partials(o: Any, z: Any, n: Any, x: Any) -> tuple[Any, ...]:
        f = getattr(o, name)
        return BY_ORDER, (n * f(n - 1.0, x) - (n + 1.0) * f(n + 1.0, x)) / (2.0 * n + 1.0)
    return partials


def _ive(o: Any, z: Any, v: Any, x: Any) -> tuple[Any, ...]:
    return BY_ORDER, 0.5 * (o.ive(v - 1.0, x) + o.ive(v + 1.0, x)) - o.sign(x) * z


def _kve(o: Any, z: Any, v: Any, x: Any) -> tuple[Any, ...]:
    return BY_ORDER, z - 0.5 * (o.kve(v - 1.0, x) + o.kve(v + 1.0, x))


def _of_order(name: str, doc: str, sympys: str, partials: Any, **columns: Any) -> OpSpec:
    return scipys(name, f"{doc}, of order x at y.", _ORDER, _X, partials=partials, sympy=head(sympys), facts="",
                  **{"tol": 64.0, "cost": 800.0, **columns})


def _fixed(name: str, doc: str, sympys: str, order: int, partials: Any, domain: Interval = _X,
           facts: str = "") -> OpSpec:
    """Tests draw between roots, near which SciPy has few digits."""
    return scipys(name, f"{doc}, of order {order}.", domain, partials=partials,
                  sympy=composed(lambda S, x: getattr(S, sympys)(order, x)), facts=facts, cost=60.0)


jv = _of_order("jv", "Bessel function of the first kind", "besselj", _neighbours("jv", 0.5, -0.5), **COMPLEX)
yv = own("yv", "Bessel function of the second kind, of order x at y: NaN for orders beyond 1e6.", "yv", _ORDER, _X,
         arity=2, partials=_neighbours("yv", 0.5, -0.5), sympy=head("bessely"), facts="", tol=64.0, cost=800.0,
         **COMPLEX)
iv = _of_order("iv", "Modified Bessel function of the first kind", "besseli", _neighbours("iv", 0.5, 0.5), **COMPLEX)
kv = _of_order("kv", "Modified Bessel function of the second kind", "besselk", _neighbours("kv", -0.5, -0.5), **COMPLEX)
ive = scipys(
    "ive", "exp(-|y|) iv(x, y), which does not overflow.", _ORDER, _X, partials=_ive, facts="", tol=64.0, cost=800.0,
    sympy=composed(lambda S, v, x: S.exp(-S.Abs(x)) * S.besseli(v, x)))
kve = scipys(
    "kve", "exp(y) kv(x, y), which does not vanish for large y.", _ORDER, _X, partials=_kve, facts="", tol=64.0,
    cost=800.0, sympy=composed(lambda S, v, x: S.exp(x) * S.besselk(v, x)))

_FIRST, _SECOND = "Bessel function of the first kind", "Bessel function of the second kind"
j0 = _fixed("j0", _FIRST, "besselj", 0, lambda o, z, x: (-o.j1(x),), Interval(-2.2, 2.2), "even")
j1 = _fixed("j1", _FIRST, "besselj", 1, lambda o, z, x: (0.5 * (o.j0(x) - o.jv(2.0, x)),),
            Interval(-3.6, 3.6), "odd zero_preserving")
y0 = _fixed("y0", _SECOND, "bessely", 0, lambda o, z, x: (-o.y1(x),), Interval(1.1, 3.7))
y1 = _fixed("y1", _SECOND, "bessely", 1, lambda o, z, x: (o.y0(x) - z / x,), Interval(2.5, 5.2))
i0 = _fixed("i0", f"Modified {_FIRST}", "besseli", 0, lambda o, z, x: (o.i1(x),), Interval(-9.0, 9.0), "even")
i1 = _fixed("i1", f"Modified {_FIRST}", "besseli", 1, lambda o, z, x: (0.5 * (o.iv(0.0, x) + o.iv(2.0, x)),),
            Interval(-9.0, 9.0), "increasing odd zero_preserving")
k0 = _fixed("k0", f"Modified {_SECOND}", "besselk", 0, lambda o, z, x: (-o.k1(x),))
k1 = _fixed("k1", f"Modified {_SECOND}", "besselk", 1, lambda o, z, x: (-o.k0(x) - z / x,))

spherical_jn = own(
    "spherical_jn", "Spherical Bessel function of the first kind, of order x at y (DLMF 10.47.3).",
    "spherical_jn", WHOLE, _X, arity=2, partials=_spherical("spherical_jn"), sympy=head("jn"), facts="", tol=64.0,
    cost=300.0, **COMPLEX)
spherical_yn = own(
    "spherical_yn", "Spherical Bessel function of the second kind, of order x at y (DLMF 10.47.4).",
    "spherical_yn", WHOLE, _X, arity=2, partials=_spherical("spherical_yn"), sympy=head("yn"), facts="", tol=64.0,
    cost=300.0, **COMPLEX)


def _hankel(name: str) -> OpSpec:
    return own(name, f"Hankel function {name} of order x at the complex number y (DLMF 10.2.5 and 10.2.6).",
               f"scipy.special:{name}", _ORDER, _X, arity=2, partials=_neighbours(name, 0.5, -0.5), sympy=head(name),
               facts="", tol=64.0, cost=800.0, **COMPLEX_ONLY)


hankel1, hankel2 = _hankel("hankel1"), _hankel("hankel2")


def _airy(name: str, doc: str, partials: Any) -> OpSpec:
    return own(name, f"{doc} (DLMF 9.2).", name, Interval(-6.0, 6.0), arity=1, partials=partials, sympy=head(name),
               facts="", tol=64.0, cost=200.0, **COMPLEX)


airyai = _airy("airyai", "Airy function Ai", lambda o, z, x: (o.airyaiprime(x),))
airybi = _airy("airybi", "Airy function Bi", lambda o, z, x: (o.airybiprime(x),))
airyaiprime = _airy("airyaiprime", "Derivative of the Airy function Ai", lambda o, z, x: (x * o.airyai(x),))
airybiprime = _airy("airybiprime", "Derivative of the Airy function Bi", lambda o, z, x: (x * o.airybi(x),))

ROWS: tuple[OpSpec, ...] = (jv, yv, iv, kv, ive, kve, j0, j1, y0, y1, i0, i1, k0, k1, spherical_jn, spherical_yn)
INTERNAL: tuple[OpSpec, ...] = (hankel1, hankel2, airyai, airybi, airyaiprime, airybiprime)
