"""Hypergeometric functions (DLMF chapters 13, 15 and 16)."""

from __future__ import annotations

from typing import Any

from .elementwise import composed
from .spec import Interval, OpSpec
from .special_limits import SERIES_LOWER
from .special_shared import BY_ORDER, COMPLEX, own

_PARAMETER = Interval(0.3, 3.0)

hyp0f1 = own(
    "hyp0f1", "Confluent limit hypergeometric function 0F1 of the parameter x at y (DLMF 16.2.1).",
    "hyp0f1", _PARAMETER, Interval(0.1, 9.0), arity=2,
    partials=lambda o, f, b, z: (BY_ORDER, o.hyp0f1(b + 1.0, z) / b),
    sympy=composed(lambda S, b, z: S.hyper((), (b,), z)), facts="", tol=512.0, cost=300.0, **COMPLEX)
hyp1f1 = own(
    "hyp1f1", "Confluent hypergeometric function 1F1 of the parameters x, y at z (DLMF 13.2.2): NaN for "
    "operands beyond 1e4 in size.", "hyp1f1", _PARAMETER, _PARAMETER, Interval(-9.0, 9.0), arity=3,
    partials=lambda o, f, a, b, z: (
        BY_ORDER, BY_ORDER, a / b * o.hyp1f1(a + 1.0, b + 1.0, z)),
    sympy=composed(lambda S, a, b, z: S.hyper((a,), (b,), z)), facts="", tol=512.0, cost=300.0, **COMPLEX)
hyp2f1 = own(
    "hyp2f1", "Gauss's hypergeometric function 2F1 of the parameters x, y, z at w (DLMF 15.2.1): NaN for w > 1 "
    "and for parameters beyond 1e5.", "hyp2f1", _PARAMETER, _PARAMETER, _PARAMETER, Interval(-3.0, 0.9),
    arity=4, partials=lambda o, f, a, b, c, z: (
        BY_ORDER, BY_ORDER, BY_ORDER, a * b / c * o.hyp2f1(a + 1.0, b + 1.0, c + 1.0, z)),
    sympy=composed(lambda S, a, b, c, z: S.hyper((a, b), (c,), z)), facts="commutative", tol=512.0, cost=300.0,
    **COMPLEX)



def _series(upper: int) -> OpSpec:
    """pFq with as many lower parameters as there are; those with fewer have 1 on both sides."""
    lower = SERIES_LOWER

    def partials(o: Any, f: Any, *given: Any) -> tuple[Any, ...]:
        *parameters, z = given
        above = below = 1.0
        for a in parameters[:upper]:
            above = above * a
        for b in parameters[upper:]:
            below = below * b
        slope = above / below * getattr(o, f"hyp{upper}f{lower}")(*(x + 1.0 for x in parameters), z)
        return (*(BY_ORDER for _ in parameters), slope)

    def to(S: Any, *given: Any) -> Any:
        return S.hyper(given[:upper], given[upper:-1], given[-1])

    domain = Interval(-0.9, 0.9) if upper > lower else Interval(-9.0, 9.0)
    return own(
        f"hyp{upper}f{lower}", f"Hypergeometric series of {upper} upper and {lower} lower parameters (DLMF 16.2.1): "
        "NaN where it has no sum, or terms are 1e15 times as large as it.",
        f"symnum.ops.hypergeometric_reference:hyp{upper}f{lower}", *[_PARAMETER] * (upper + lower), domain,
        arity=upper + lower + 1, partials=partials, sympy=composed(to), facts="" if upper == 1 else "commutative",
        tol=8.0, cost=5000.0)


ROWS: tuple[OpSpec, ...] = (hyp0f1, hyp1f1, hyp2f1)
INTERNAL: tuple[OpSpec, ...] = tuple(map(_series, range(SERIES_LOWER + 2)))
