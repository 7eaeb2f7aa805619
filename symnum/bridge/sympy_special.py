"""``SPECIAL``: special functions of SymPy that no row has as its head, by ops of rows.

SymPy's conventions differ from SciPy's where it says so.  What SymPy defines as a complex number is NaN here for real
operands, as the logarithm of a negative number is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from sympy.codegen import scipy_nodes
from sympy.functions.special import hyper as hypergeometric

from ..errors import UnsupportedError
from ..ir.node import Node
from .sympy_builder import Builder
from .sympy_combinatorial import COMBINATORIAL
from .sympy_formulas import Term, apply, formula, op
from .sympy_hypergeometric import HYPERGEOMETRIC, HYPERGEOMETRIC_PARTS
from .sympy_polynomials import POLYNOMIALS
from .sympy_zeta import ZETA

Head = Callable[[Builder, Any], Node]

_where, _equal, _less = op("where"), op("equal"), op("less")
_sin, _cos, _log, _sqrt = (op(name) for name in ("sin", "cos", "log", "sqrt"))
_BRANCHES = {0: "lambertw", -1: "lambertw_lower"}


# Error functions, gamma functions and integrals -------------------------------------------------------------

def _loggamma(b: Builder, e: Any) -> Node:
    """SymPy's is complex below 0, where ``lgamma`` is the logarithm of an absolute value."""
    x = b.of(e.args[0])
    if Term(b, x).is_complex:
        return b.apply("loggamma", x)
    found = b.apply("lgamma", x)
    return found if e.args[0].is_nonnegative else b.apply(
        "where", b.apply("less", x, sympy.S.Zero), sympy.nan, found)


def _polygamma(order: Term, x: Term) -> Term:
    name = {0: "digamma", 1: "trigamma"}.get(order.number)
    return apply(name, x) if name else apply("polygamma", order, x)


def _expint(order: Term, x: Term) -> Term:
    if order.number is not None and order.number.is_Integer and order.number >= 0:
        return apply("exp1", x) if order.number == 1 else apply("expn", order, x)
    return apply("expint", order, x)


def _li(x: Term) -> Term:
    return apply("expi", _log(x))


def _incomplete_beta(a: Term, b: Term, low: Term, high: Term) -> Term:
    """Between two ends; SciPy's has 0 as its lower one."""
    upper = apply("betainc", a, b, high)
    return upper if low.number == 0 else upper - apply("betainc", a, b, low)


_GAMMAS: Mapping[type, Head] = MappingProxyType({
    sympy.loggamma: _loggamma,
    sympy.polygamma: formula(_polygamma),
    sympy.digamma: formula(op("digamma")),
    sympy.trigamma: formula(op("trigamma")),
    sympy.betainc_regularized: formula(_incomplete_beta),
    sympy.betainc: formula(lambda a, b, low, high: apply("beta", a, b) * _incomplete_beta(a, b, low, high)),
    sympy.erf2inv: formula(lambda x, y: apply("erfinv", apply("erf", x) + y)),
    sympy.erfcinv: formula(op("erfcinv")),
    sympy.expint: formula(_expint),
    sympy.li: formula(_li),
    sympy.Li: formula(lambda x: _li(x) - sympy.li(2)),
    scipy_nodes.cosm1: formula(lambda x: -2 * apply("square", _sin(x / 2))),
    scipy_nodes.powm1: formula(lambda x, y: apply("expm1", y * _log(x))),
    sympy.LambertW: formula(lambda x, k=None: _lambert(x, k)),
})


def _lambert(x: Term, branch: Term | None) -> Term:
    if x.is_complex:
        return apply("lambertw", x) if branch is None else apply("lambertw_branch", branch, x)
    name = "lambertw" if branch is None else _BRANCHES.get(branch.number)
    if name is None:
        raise UnsupportedError("LambertW has real values on the branches 0 and -1 only, and the branch must be a "
                               "number; cure: take one of these branches, or a complex argument")
    return apply(name, x)


# Bessel functions -------------------------------------------------------------------------------------------

def _bessel(name: str, fixed: Mapping[int, str]) -> Head:
    """Orders 0 and 1 have functions of their own of real numbers, which are faster."""
    def value(order: Term, x: Term) -> Term:
        found = None if x.is_complex else fixed.get(order.number)
        return apply(found, x) if found else apply(name, order, x)
    return formula(value)


def _hankel(name: str, sign: int) -> Head:
    """J + sign i Y; of complex numbers these two may be large where their sum is small."""
    def value(order: Term, x: Term) -> Term:
        if x.is_complex:
            return apply(name, order, x)
        return apply("make_complex", apply("jv", order, x), sign * apply("yv", order, x))
    return formula(value)


def _spherical_hankel(name: str, sign: int) -> Head:
    """DLMF 10.47.5 and 10.47.6."""
    def value(order: Term, x: Term) -> Term:
        if x.is_complex:
            found: Term = apply(name, order + sympy.S.Half, x) / _sqrt(x) * sympy.sqrt(sympy.pi / 2)
            return found
        return apply("make_complex", apply("spherical_jn", order, x), sign * apply("spherical_yn", order, x))
    return formula(value)


_BESSEL: Mapping[type, Head] = MappingProxyType({
    sympy.besselj: _bessel("jv", {0: "j0", 1: "j1"}),
    sympy.bessely: _bessel("yv", {0: "y0", 1: "y1"}),
    sympy.besseli: _bessel("iv", {0: "i0", 1: "i1"}),
    sympy.besselk: _bessel("kv", {0: "k0", 1: "k1"}),
    sympy.hankel1: _hankel("hankel1", 1),
    sympy.hankel2: _hankel("hankel2", -1),
    sympy.hn1: _spherical_hankel("hankel1", 1),
    sympy.hn2: _spherical_hankel("hankel2", -1),
    sympy.marcumq: formula(lambda m, a, b: 1 - apply("chndtr", b * b, 2 * m, a * a)),
})


# Elliptic integrals: SymPy's parameter is m = k**2, as SciPy's ----------------------------------------------

def _elliptic_e(first: Term, m: Term | None = None) -> Term:
    return apply("ellipe", first) if m is None else apply("ellipeinc", first, m)


def _elliptic_pi(n: Term, second: Term, third: Term | None = None) -> Term:
    return _complete_pi(n, second) if third is None else _incomplete_pi(n, second, third)


def _third(x: Term | int, y: Term, p: Term) -> Term:
    """R_J(x, y, 1, p); for p below 0 SciPy has Cauchy's principal value, and SymPy a complex number."""
    if p.is_complex:
        on_cut = apply("logical_and", _equal(apply("imag", p), 0), _less(apply("real", p), 0))
    else:
        on_cut = _less(p, 0)
    return _where(on_cut, sympy.nan, apply("elliprj", x, y, 1, p))


def _complete_pi(n: Term, m: Term) -> Term:
    """DLMF 19.25.2."""
    return apply("ellipk", m) + n / 3 * _third(0, 1 - m, 1 - n)


def _incomplete_pi(n: Term, phi: Term, m: Term) -> Term:
    """DLMF 19.25.14, and 19.2.10 beyond a quarter of a turn."""
    half_turns = apply("rint", (apply("real", phi) if phi.is_complex else phi) / sympy.pi)
    rest = phi - half_turns * sympy.pi
    s, c = _sin(rest), _cos(rest)
    ss, cc = s * s, c * c
    within = s * (apply("elliprf", cc, 1 - m * ss, 1)
                  + n * ss / 3 * _third(cc, 1 - m * ss, 1 - n * ss))
    return _where(_equal(half_turns, 0), within, within + 2 * half_turns * _complete_pi(n, m))


_ELLIPTIC: Mapping[type, Head] = MappingProxyType({
    sympy.elliptic_e: formula(_elliptic_e),
    sympy.elliptic_pi: formula(_elliptic_pi),
})


# Tensors and steps ------------------------------------------------------------------------------------------

def _kronecker(b: Builder, e: Any) -> Node:
    if len(e.args) > 2:
        raise UnsupportedError("KroneckerDelta with a range is not known; cure: leave the range out")
    return b.apply("where", b.apply("equal", b.of(e.args[0]), b.of(e.args[1])), sympy.S.One, sympy.S.Zero)


def _levi_civita(*indices: Term) -> Term:
    """The product of all differences, over the product of those of 0, 1, 2, ...: exact for integers."""
    differences = [b - a for k, a in enumerate(indices) for b in indices[k + 1:]]
    scale = sympy.prod(sympy.factorial(k) for k in range(len(indices)))
    return apply("floor_divide", reduce(lambda x, y: x * y, differences), scale) if scale != 1 else differences[0]


def _singularity(x: Term, start: Term, power: Term) -> Term:
    if power.number is None or power.number < 0:
        raise UnsupportedError("SingularityFunction needs a number from 0 on as its power; those below are "
                               "distributions; cure: integrate them in SymPy first")
    shift = x - start
    return _where(_less(shift, 0), 0, shift ** power if power.number else 1)


_OTHERS: Mapping[type, Head] = MappingProxyType({
    sympy.KroneckerDelta: _kronecker,
    sympy.LeviCivita: formula(_levi_civita),
    sympy.SingularityFunction: formula(_singularity),
})

SPECIAL: Mapping[type, Head] = MappingProxyType({
    **_GAMMAS, **_BESSEL, **_ELLIPTIC, **_OTHERS, **HYPERGEOMETRIC, **COMBINATORIAL, **POLYNOMIALS, **ZETA})

# What values are made of, where that is not the arguments.
SPECIAL_PARTS: Mapping[type, Callable[[Any], tuple[Any, ...]]] = MappingProxyType({
    **HYPERGEOMETRIC_PARTS, sympy.KroneckerDelta: lambda e: tuple(e.args[:2])})

# What helps with classes that have no head.
CURES: Mapping[type, str] = MappingProxyType({
    hypergeometric.appellf1: "expand it as a sympy.Sum of terms, which is compiled",
    sympy.stieltjes: "give its index as a number, and take its value with .evalf()",
    sympy.mathieuc: "SciPy's Mathieu functions take an order where SymPy's take the characteristic value; use "
                    "scipy.special.mathieu_cem outside",
    sympy.mathieus: "SciPy's Mathieu functions take an order where SymPy's take the characteristic value; use "
                    "scipy.special.mathieu_sem outside",
    sympy.mathieucprime: "use scipy.special.mathieu_cem outside",
    sympy.mathieusprime: "use scipy.special.mathieu_sem outside",
    sympy.bell: "give its index as a number",
    sympy.partition: "give its index as a number",
    sympy.tribonacci: "give its index as a number",
    sympy.multigamma: "give its order as a number; SymPy then writes it with gamma",
})
