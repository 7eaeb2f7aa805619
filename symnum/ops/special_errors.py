"""Relatives of the error function, and its inverses."""

from __future__ import annotations

import math
from typing import Any

from .elementwise import composed, head
from .spec import Interval, OpSpec
from .special_shared import COMPLEX, own, scipys

_ROOT = math.sqrt(math.pi)


def _of_scaled(S: Any, x: Any) -> Any:
    return S.exp(x**2) * S.erfc(x)


erfi = scipys(
    "erfi", "Imaginary error function, -i erf(i x).", Interval(-5.0, 5.0),
    partials=lambda o, z, x: (2.0 / _ROOT * o.exp(x * x),), sympy=head("erfi"),
    facts="increasing odd smooth zero_preserving", cost=40.0, **COMPLEX)
erfinv = scipys(
    "erfinv", "Inverse of erf: infinite at -1 and 1, NaN beyond.", Interval(-0.999, 0.999),
    partials=lambda o, z, x: (_ROOT / 2 * o.exp(z * z),), sympy=head("erfinv"),
    facts="increasing odd smooth zero_preserving", cost=60.0)
erfcinv = scipys(
    "erfcinv", "Inverse of erfc: infinite at 0 and 2, NaN beyond.", Interval(1e-3, 1.999, avoid=(1.0,)),
    partials=lambda o, z, x: (-_ROOT / 2 * o.exp(z * z),), cost=60.0,
    sympy=composed(lambda S, x: S.erfinv(1 - x)))
erfcx = own(
    "erfcx", "exp(x**2) erfc(x), which neither overflows nor vanishes for large x.", "scipy.special:erfcx",
    Interval(-5.0, 20.0), arity=1, partials=lambda o, z, x: (2.0 * x * z - 2.0 / _ROOT,), cuda=None,
    sympy=composed(_of_scaled), facts="", cost=60.0, **COMPLEX)
dawsn = scipys(
    "dawsn", "Dawson's integral, sqrt(pi)/2 exp(-x**2) erfi(x) (DLMF 7.2.5).", Interval(-5.0, 5.0),
    partials=lambda o, z, x: (1.0 - 2.0 * x * z,), facts="odd zero_preserving",
    sympy=composed(lambda S, x: S.sqrt(S.pi) / 2 * S.exp(-x**2) * S.erfi(x)), cost=30.0, **COMPLEX)

ROWS: tuple[OpSpec, ...] = (erfi, erfinv, erfcinv, erfcx, dawsn)
