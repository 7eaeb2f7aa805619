"""Orthogonal polynomials and Legendre functions (DLMF chapters 14 and 18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .elementwise import composed, head
from .spec import Interval, OpSpec
from .special_shared import BY_ORDER, WHOLE, own

_X, _PARAMETER = Interval(-0.95, 0.95), Interval(0.3, 3.0)


def _lower(derivative: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    """Derivative by the last operand as a polynomial of one degree less, which there is none of below degree 1."""
    def partials(o: Any, z: Any, n: Any, *rest: Any) -> tuple[Any, ...]:
        lowest = o.equal(n, 0.0)
        by_x = o.where(lowest, 0.0, derivative(o, o.where(lowest, 1.0, n), *rest))
        return (*[BY_ORDER] * len(rest), by_x)
    return partials


def _row(name: str, what: str, sympys: str, derivative: Callable[..., Any], *parameters: Interval,
         domain: Interval = _X) -> OpSpec:
    given = {1: "x at y", 2: "x, of parameter y, at z", 3: "x, of parameters y and z, at w"}[len(parameters) + 1]
    return own(name, f"{what} of degree {given}.", name, WHOLE, *parameters, domain, arity=2 + len(parameters),
               partials=_lower(derivative), sympy=head(sympys), facts="", tol=512.0, cost=60.0)


eval_legendre = _row("eval_legendre", "Legendre polynomial", "legendre",
                     lambda o, n, x: o.eval_gegenbauer(n - 1.0, 1.5, x), domain=Interval(-2.0, -1.05))
eval_chebyt = _row("eval_chebyt", "Chebyshev polynomial of the first kind", "chebyshevt",
                   lambda o, n, x: n * o.eval_chebyu(n - 1.0, x))
eval_chebyu = _row("eval_chebyu", "Chebyshev polynomial of the second kind", "chebyshevu",
                   lambda o, n, x: 2.0 * o.eval_gegenbauer(n - 1.0, 2.0, x))
eval_hermite = _row("eval_hermite", "Hermite polynomial, of weight exp(-x**2),", "hermite",
                    lambda o, n, x: 2.0 * n * o.eval_hermite(n - 1.0, x), domain=Interval(-4.0, 4.0))
eval_hermitenorm = _row("eval_hermitenorm", "Hermite polynomial, of weight exp(-x**2 / 2),", "hermite_prob",
                        lambda o, n, x: n * o.eval_hermitenorm(n - 1.0, x), domain=Interval(-4.0, 4.0))
eval_laguerre = _row("eval_laguerre", "Laguerre polynomial", "laguerre",
                     lambda o, n, x: -o.eval_genlaguerre(n - 1.0, 1.0, x), domain=Interval(0.1, 9.0))
eval_genlaguerre = _row(
    "eval_genlaguerre", "Associated Laguerre polynomial", "assoc_laguerre",
    lambda o, n, a, x: -o.eval_genlaguerre(n - 1.0, a + 1.0, x), _PARAMETER, domain=Interval(0.1, 9.0))
eval_gegenbauer = _row(
    "eval_gegenbauer", "Gegenbauer polynomial", "gegenbauer",
    lambda o, n, a, x: 2.0 * a * o.eval_gegenbauer(n - 1.0, a + 1.0, x), _PARAMETER)
eval_jacobi = _row(
    "eval_jacobi", "Jacobi polynomial", "jacobi",
    lambda o, n, a, b, x: 0.5 * (n + a + b + 1.0) * o.eval_jacobi(n - 1.0, a + 1.0, b + 1.0, x), _PARAMETER,
    _PARAMETER)


def _lpmv(o: Any, z: Any, m: Any, v: Any, x: Any) -> tuple[Any, ...]:
    """DLMF 14.10.5."""
    return BY_ORDER, BY_ORDER, (v * x * z - (v + m) * o.lpmv(m, v - 1.0, x)) / (x * x - 1.0)


lpmv = own("lpmv", "Legendre function of whole order x and degree y at z, with the phase (-1)**x: NaN outside [-1, 1].",
           "lpmv", Interval(0, 4, integer=True), Interval(4, 8, integer=True), Interval(0.05, 0.95), arity=3,
           partials=_lpmv, sympy=composed(lambda S, m, v, x: S.assoc_legendre(v, m, x)), facts="", tol=512.0,
           cost=200.0)

ROWS: tuple[OpSpec, ...] = (eval_legendre, eval_chebyt, eval_chebyu, eval_hermite, eval_hermitenorm, eval_laguerre,
                            eval_genlaguerre, eval_gegenbauer, eval_jacobi, lpmv)
