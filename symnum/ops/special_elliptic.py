"""Elliptic integrals, of the parameter m = k**2, and Carlson's symmetric forms (DLMF chapter 19)."""

from __future__ import annotations

import math
from typing import Any

from .elementwise import composed, head
from .spec import Absent, Interval, OpSpec
from .special_shared import COMPLEX, COMPLEX_IN_ALL, scipys

_M, _POSITIVE = Interval(-9.0, 0.95), Interval(0.1, 9.0)
_CARLSON = Absent("SymPy has no class for Carlson's forms")
_NOT_HERE = Absent("derivatives of this form are not in the table")


def _complete_d(o: Any, m: Any) -> Any:
    """(K - E)/m without cancellation (DLMF 19.25.1)."""
    return o.elliprd(0.0, 1.0 - m, 1.0) / 3.0


def _parts(o: Any, phi: Any) -> tuple[Any, Any, Any]:
    """sin and cos of phi less a multiple of pi, and that multiple."""
    half_turns = o.rint((o.real(phi) if phi.dtype.kind == "c" else phi) * (1.0 / math.pi))
    rest = phi - half_turns * math.pi
    return o.sin(rest), o.cos(rest), half_turns


def _ellipk(o: Any, z: Any, m: Any) -> tuple[Any]:
    return ((z - _complete_d(o, m)) / (2.0 * (1.0 - m)),)


def _ellipe(o: Any, z: Any, m: Any) -> tuple[Any]:
    return (-0.5 * _complete_d(o, m),)


def _ellipkinc(o: Any, z: Any, phi: Any, m: Any) -> tuple[Any, Any]:
    """DLMF 19.25.5 with 19.18.1."""
    s, c, n = _parts(o, phi)
    d = 1.0 - m * s * s
    whole = (o.ellipk(m) - _complete_d(o, m)) / (2.0 * (1.0 - m))
    return 1.0 / o.sqrt(d), s * s * s / 6.0 * o.elliprd(c * c, 1.0, d) + 2.0 * n * whole


def _ellipeinc(o: Any, z: Any, phi: Any, m: Any) -> tuple[Any, Any]:
    s, c, n = _parts(o, phi)
    d = 1.0 - m * s * s
    return o.sqrt(d), -s * s * s / 6.0 * o.elliprd(c * c, d, 1.0) - n * _complete_d(o, m)


def _rf(o: Any, f: Any, x: Any, y: Any, z: Any) -> tuple[Any, ...]:
    return tuple(o.elliprd(a, b, c) * (-1.0 / 6.0) for a, b, c in ((y, z, x), (x, z, y), (x, y, z)))


ellipk = scipys("ellipk", "Complete elliptic integral K of the parameter x = k**2: NaN above 1.", _M,
                partials=_ellipk, sympy=head("elliptic_k"), facts="increasing", cost=80.0, **COMPLEX)
ellipe = scipys("ellipe", "Complete elliptic integral E of the parameter x = k**2: NaN above 1.", _M,
                partials=_ellipe, sympy=composed(lambda S, m: S.elliptic_e(m)), facts="", cost=80.0, **COMPLEX)
ellipkinc = scipys("ellipkinc", "Incomplete elliptic integral F of the amplitude x and the parameter y = k**2.",
                   Interval(-3.0, 3.0), _M, partials=_ellipkinc, sympy=head("elliptic_f"),
                   facts="zero_preserving", tol=64.0, cost=200.0, **COMPLEX_IN_ALL)
ellipeinc = scipys("ellipeinc", "Incomplete elliptic integral E of the amplitude x and the parameter y = k**2.",
                   Interval(-3.0, 3.0), _M, partials=_ellipeinc, sympy=composed(lambda S, p, m: S.elliptic_e(p, m)),
                   facts="zero_preserving", tol=64.0, cost=200.0, **COMPLEX_IN_ALL)
elliprf = scipys("elliprf", "Carlson's elliptic integral R_F (DLMF 19.16.1).", *[_POSITIVE] * 3, partials=_rf,
                 sympy=_CARLSON, facts="commutative", cost=150.0, **COMPLEX_IN_ALL)
elliprd = scipys("elliprd", "Carlson's elliptic integral R_D (DLMF 19.16.5).", *[_POSITIVE] * 3, sympy=_CARLSON,
                 partials=_NOT_HERE, facts="commutative", cost=200.0, **COMPLEX_IN_ALL)
elliprj = scipys("elliprj", "Carlson's elliptic integral R_J (DLMF 19.16.2).", *[_POSITIVE] * 4, sympy=_CARLSON,
                 partials=_NOT_HERE, facts="commutative", tol=64.0, cost=500.0, **COMPLEX_IN_ALL)
elliprc = scipys("elliprc", "Carlson's elliptic integral R_C (DLMF 19.2.17).", *[_POSITIVE] * 2, sympy=_CARLSON,
                 partials=_NOT_HERE, facts="", cost=60.0, **COMPLEX_IN_ALL)
elliprg = scipys("elliprg", "Carlson's elliptic integral R_G (DLMF 19.16.3).", *[_POSITIVE] * 3, sympy=_CARLSON,
                 partials=_NOT_HERE, facts="commutative increasing zero_preserving", cost=200.0, **COMPLEX_IN_ALL)

ROWS: tuple[OpSpec, ...] = (ellipk, ellipe, ellipkinc, ellipeinc, elliprf, elliprd, elliprj, elliprc, elliprg)
