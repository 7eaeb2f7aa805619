"""``ZETA``: zeta functions and polylogarithms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sympy

from ..ir.node import Node
from .sympy_builder import Builder
from .sympy_formulas import Term, apply, formula, op

_where, _equal, _less, _exp2 = op("where"), op("equal"), op("less"), op("exp2")


def _zeta(s: Term, a: Term | None = None) -> Term:
    return apply("riemann_zeta", s) if a is None or a.number == 1 else apply("hurwitz_zeta", s, a)


def _eta(s: Term, a: Term | None = None) -> Term:
    """DLMF 25.2.3; log(2) at s = 1, where zeta is infinite."""
    if a is not None and a.number != 1:
        return _exp2(-s) * (apply("hurwitz_zeta", s, a / 2) - apply("hurwitz_zeta", s, (a + 1) / 2))
    factor = -apply("expm1", (1 - s) * sympy.log(2))
    return _where(_equal(s, 1), sympy.log(2), factor * apply("riemann_zeta", s))


def _xi(s: Term) -> Term:
    """DLMF 25.4.4."""
    half = s / 2
    found: Term = half * (s - 1) * sympy.pi ** -half * apply("gamma", half) * apply("riemann_zeta", s)
    return found


def _polylog(s: Term, z: Term) -> Term:
    if s.number == 2:
        return apply("spence", 1 - z)
    if s.number == 1 and z.is_complex:      # on the cut log1p would take the other side
        near = _less(apply("absolute", z), sympy.S.Half)
        return -_where(near, apply("log1p", -z), apply("log", 1 - z))
    if s.number == 1:
        return -apply("log1p", -z)
    return apply("polylog", s, z)


ZETA: Mapping[type, Callable[[Builder, Any], Node]] = MappingProxyType({
    sympy.zeta: formula(_zeta),
    sympy.dirichlet_eta: formula(_eta),
    sympy.riemann_xi: formula(_xi),
    sympy.polylog: formula(_polylog),
    sympy.lerchphi: formula(op("lerch")),
})
