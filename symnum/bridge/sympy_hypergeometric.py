"""``HYPERGEOMETRIC``: hypergeometric functions, and Meijer's G-function as a sum of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy

from ..dtypes import part_of
from ..errors import UnsupportedError
from ..ir.node import Node
from ..ops.special_limits import SERIES_LOWER
from .sympy_builder import Builder, Value
from .sympy_formulas import Term, apply, op

_where, _less, _exp = op("where"), op("less"), op("exp")
_OWN = {(0, 1): "hyp0f1", (1, 1): "hyp1f1", (2, 1): "hyp2f1"}
_MOST_TERMS = 64            # of a polynomial that is written out
# The part of the largest term that must be left of a sum of several series, by the width of the dtype.
_LEFT = {4: 2.0**-8, 8: 2.0**-20}


def hyper_parts(e: Any) -> tuple[Any, ...]:
    """The parameters of a hypergeometric function and its argument."""
    return (*e.ap, *e.bq, e.argument)


def meijer_parts(e: Any) -> tuple[Any, ...]:
    """The parameters of Meijer's function and its argument."""
    return (*e.an, *e.aother, *e.bm, *e.bother, e.argument)


# pFq --------------------------------------------------------------------------------------------------------

def _hyper(b: Builder, e: Any) -> Node:
    upper, lower = ([Term(b, b.of(x)) for x in xs] for xs in (e.ap, e.bq))
    return b.operand(_series(upper, lower, Term(b, b.of(e.argument))).value, [])


def _series(upper: list[Term], lower: list[Term], z: Term) -> Term:
    """By a row of as many parameters, or of more: a 1 on both sides changes nothing."""
    p, q = len(upper), len(lower)
    if not q and p < 2:
        return (1 - z) ** -upper[0] if p else _exp(z)
    if (p, q) in _OWN:
        return apply(_OWN[p, q], *upper, *lower, z)
    if p <= q + 1 and q <= SERIES_LOWER:
        ones = [Term(z.builder, sympy.S.One)] * (SERIES_LOWER - q)
        return apply(f"hyp{p + len(ones)}f{SERIES_LOWER}", *upper, *ones, *lower, *ones, z)
    degrees = [-int(x.number) for x in upper if x.number is not None and x.number.is_Integer and x.number <= 0]
    if degrees and min(degrees) <= _MOST_TERMS:
        return _polynomial(upper, lower, z, min(degrees))
    why = "has no sum, unless an upper one is a whole number up to 0" if p > q + 1 else (
        f"is not among those with up to {SERIES_LOWER} lower ones")
    raise UnsupportedError(f"hyper with {p} upper and {q} lower parameters {why}; cure: simplify it with "
                           "sympy.hyperexpand, or write the terms that matter with sympy.Sum")


def _polynomial(upper: Sequence[Term], lower: Sequence[Term], z: Term, degree: int) -> Term:
    """A series that ends, by Horner's rule."""
    found = Term(z.builder, sympy.S.One)
    for k in reversed(range(degree)):
        above, below = (reduce(lambda x, y: x * y, [x + k for x in xs], first)
                        for xs, first in ((upper, Term(z.builder, sympy.S.One)),
                                          (lower, Term(z.builder, sympy.Integer(k + 1)))))
        found = 1 + above / below * z * found
    return found


# Meijer's function ------------------------------------------------------------------------------------------

def _meijer(b: Builder, e: Any) -> Node:
    """Slater's sums (DLMF 16.17.2) on each side of the unit circle, where poles are simple; or a closed form."""
    known = _known(e)
    if known is not None:
        return b.operand(_value(b, known), [])
    inside, outside = _slater(e), _slater(_turned(e))
    p, q = len(e.ap), len(e.bq)
    wanted = [inside] if p < q else [outside] if p > q else [inside, outside]
    if any(terms is None or len(terms) > 1 for terms in wanted) and (closed := _closed(e)) is not None:
        z = Term(b, b.of(e.argument))
        return b.operand(_where(_less(0, z), Term(b, _value(b, closed)), sympy.nan).value, [])
    found = [_guarded(b, terms) for terms in wanted if terms is not None]
    if len(found) < len(wanted):
        raise b.refusal(e, "two of its poles may be one, and SymPy knows no closed form of it",
                        "rewrite it with sympy.hyperexpand, or give parameters that differ by no whole number")
    if len(found) == 1:
        return b.operand(found[0].value, [])
    z = Term(b, b.of(e.argument))
    size = apply("absolute", z)
    return b.operand(_where(apply("less_equal", size, 1), found[0], found[1]).value, [])


def _known(e: Any) -> Any:
    """Two lower parameters that may give double poles: DLMF 10.32.13 and 8.6.11 say what their integrals are."""
    z = e.argument
    if len(e.bm) != 2 or e.bother or e.an or len(e.aother) > 1:
        return None
    b, c = e.bm
    if not e.aother:
        return 2 * z ** ((b + c) / 2) * sympy.besselk(b - c, 2 * sympy.sqrt(z))
    a = e.aother[0]
    first = next((x for x in (b, c) if x + 1 == a), None)
    return None if first is None else z**first * sympy.uppergamma(b + c - 2 * first, z)


def _turned(e: Any) -> Any:
    """The same function by its reciprocal argument (DLMF 16.19.1)."""
    (an, aother), (bm, bother) = ([[1 - x for x in xs] for xs in pair] for pair in (
        (e.bm, e.bother), (e.an, e.aother)))
    return sympy.meijerg([an, aother], [bm, bother], 1 / e.argument)


def _slater(e: Any) -> list[Any] | None:
    """The residues' series at the poles of the first lower parameters; None if two of them differ by a whole number."""
    z, found = e.argument, []
    sign = (-1) ** (len(e.ap) - len(e.bm) - len(e.an))
    for k, b in enumerate(e.bm):
        others = [*e.bm[:k], *e.bm[k + 1:]]
        if any(c == b or (c - b).is_integer for c in others):
            return None
        above = [sympy.gamma(c - b) for c in others] + [sympy.gamma(1 + b - a) for a in e.an]
        below = [sympy.gamma(1 + b - c) for c in e.bother] + [sympy.gamma(a - b) for a in e.aother]
        if any(x is sympy.zoo for x in above):      # poles of both kinds that coincide: it is not defined
            return None
        if any(x is sympy.zoo for x in below):
            continue
        series = sympy.hyper([1 + b - a for a in e.ap], [1 + b - c for c in (*others, *e.bother)], sign * z)
        found.append(sympy.Mul(*above, z**b, series) / sympy.Mul(*below))
    return found


def _closed(e: Any) -> Any:
    """SymPy's closed form for positive arguments, if it has no terms that may cancel; otherwise None."""
    z = sympy.Dummy(positive=True)
    found = sympy.hyperexpand(e.func(e.args[0], e.args[1], z))
    if isinstance(found, sympy.Add) or found.has(
            sympy.meijerg, sympy.hyper, sympy.exp_polar, sympy.polar_lift, sympy.zoo, sympy.nan, sympy.I,
            sympy.Integral, sympy.Piecewise):
        return None
    return found.subs(z, e.argument)


def _guarded(b: Builder, terms: Sequence[Any]) -> Term:
    """The sum of terms, NaN where they cancel so far that few digits are left."""
    values = [Term(b, _value(b, x)) for x in terms]
    if not values:
        return Term(b, sympy.S.Zero)
    total = reduce(lambda x, y: x + y, values)
    if len(values) == 1:
        return total
    size = reduce(lambda x, y: x + y, [apply("absolute", x) for x in values])
    left = _LEFT[part_of(size.value.dtype).itemsize]
    return _where(_less(apply("absolute", total), sympy.Float(left) * size), sympy.nan, total)


def _value(b: Builder, e: Any) -> Value:
    return b.of(b.visit(e))


HYPERGEOMETRIC: Mapping[type, Callable[[Builder, Any], Node]] = MappingProxyType({
    sympy.hyper: _hyper,
    sympy.meijerg: _meijer,
})
HYPERGEOMETRIC_PARTS: Mapping[type, Callable[[Any], tuple[Any, ...]]] = MappingProxyType({
    sympy.hyper: hyper_parts, sympy.meijerg: meijer_parts})
