"""Choice between operands: extremes, where, clip, and the step function."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import complex_parts, dtype_rules
from .elementwise import composed, everywhere, head, one, row
from .spec import Interval, OpSpec, Text

_WIDE = Interval(-1e3, 1e3)
_EXTREME = "associative commutative exact idempotent increasing zero_preserving"


def _chosen(o: Any, x: Any, y: Any, wins: Any) -> Any:
    """1 where x is the result, 1/2 where the operands are equal."""
    return o.where(wins, one(o, x), o.where(o.equal(x, y), 0.5 * one(o, x), 0.0))


def _extreme_partials(beats: str) -> Any:
    def partials(o: Any, z: Any, x: Any, y: Any) -> tuple[Any, Any]:
        test = getattr(o, beats)
        return _chosen(o, x, y, test(x, y)), _chosen(o, y, x, test(y, x))
    return partials


def _extreme_number_partials(beats: str) -> Any:
    def partials(o: Any, z: Any, x: Any, y: Any) -> tuple[Any, Any]:
        def wins(u: Any, v: Any) -> Any:
            return o.logical_or(getattr(o, beats)(u, v), o.isnan(v))
        return _chosen(o, x, y, wins(x, y)), _chosen(o, y, x, wins(y, x))
    return partials


def _integers(sign: str) -> dict[str, str]:
    return dict.fromkeys("iu", f"({{R}})({{0}} {sign} {{1}} ? {{0}} : {{1}})")


# The condition selects the second operand: gcc turns chains of the other spelling into branches.
maximum = row(
    "maximum", "The larger operand, NaN if one is NaN, the second if they are equal (0.0 and -0.0 are).  "
    "The derivative is shared evenly between equal operands.",
    np.maximum, _WIDE, partials=_extreme_partials("greater"), sympy=head("Max"), facts=_EXTREME,
    c=Text(f="(({0} <= {1}) | ({1} != {1})) ? {1} : {0}", **_integers(">"), b="({R})({0} | {1})"))

minimum = row(
    "minimum", "The smaller operand, NaN if one is NaN, the second if they are equal (0.0 and -0.0 are).  "
    "The derivative is shared evenly between equal operands.",
    np.minimum, _WIDE, partials=_extreme_partials("less"), sympy=head("Min"), facts=_EXTREME,
    c=Text(f="(({0} >= {1}) | ({1} != {1})) ? {1} : {0}", **_integers("<"), b="({R})({0} & {1})"))

# NumPy's result for 0.0 and -0.0 depends on the length of the arrays.
fmax = row(
    "fmax", "The larger operand, or the one that is not NaN; of 0.0 and -0.0 the first.", np.fmax, _WIDE,
    partials=_extreme_number_partials("greater"), sympy=composed(lambda S, x, y: S.Max(x, y)), facts=_EXTREME,
    c=Text(f="(!({0} >= {1}) & ({1} == {1})) ? {1} : {0}", **_integers(">"), b="({R})({0} | {1})"))

fmin = row(
    "fmin", "The smaller operand, or the one that is not NaN; of 0.0 and -0.0 the first.", np.fmin, _WIDE,
    partials=_extreme_number_partials("less"), sympy=composed(lambda S, x, y: S.Min(x, y)), facts=_EXTREME,
    c=Text(f="(!({0} <= {1}) & ({1} == {1})) ? {1} : {0}", **_integers("<"), b="({R})({0} & {1})"))

where = row(
    "where", "The second operand where the first, a bool, is true; else the third.", np.where,
    Interval(0, 1, integer=True), _WIDE, _WIDE, arity=3, dtype=dtype_rules.selection,
    partials=lambda o, z, c, x, y: (None, o.where(c, one(o, x), 0.0), o.where(c, 0.0, one(o, y))),
    sympy=head("Piecewise", lambda S, c, x, y: S.Piecewise((x, c), (y, True))),
    c=everywhere("({R})({0} ? {1} : {2})"), facts="exact zero_preserving", complex=complex_parts.where)


def _clip_partials(o: Any, z: Any, x: Any, low: Any, high: Any) -> tuple[Any, Any, Any]:
    inside = o.logical_and(o.less_equal(low, x), o.less_equal(x, high))
    at_low = o.logical_and(o.less(x, low), o.less_equal(low, high))
    tests = (inside, at_low, o.greater(o.maximum(x, low), high))
    return tuple(o.where(test, one(o, x), 0.0) for test in tests)


clip = row(
    "clip", "minimum(maximum(x, low), high): high where low is above it; NaN if an operand is NaN.  "
    "The derivative at a bound goes to x.",
    np.clip, _WIDE, Interval(-500.0, 0.0), Interval(0.0, 500.0), arity=3, dtype=dtype_rules.ordered,
    partials=_clip_partials, sympy=composed(lambda S, x, low, high: S.Min(S.Max(x, low), high)),
    c=Text(**dict.fromkeys("fiu", "sn_clip_{k}({0}, {1}, {2})"), b="({R})(({0} | {1}) & {2})"),
    facts="exact increasing zero_preserving", cost=2.0)

heaviside = row(
    "heaviside", "0 for x < 0, y for x = 0, 1 for x > 0; NaN for NaN.", np.heaviside,
    Interval(-1e3, 1e3, avoid=(0.0,)), sympy=head("Heaviside"),
    partials=lambda o, z, x, y: (None, o.where(o.equal(x, 0.0), one(o, y), 0.0)),
    c=Text(f="{0} > 0 ? 1 : {0} < 0 ? 0 : {0} == 0 ? {1} : {0}"), facts="exact zero_preserving")

ROWS: tuple[OpSpec, ...] = (maximum, minimum, fmax, fmin, where, clip, heaviside)
