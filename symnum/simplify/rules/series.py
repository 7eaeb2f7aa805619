"""Sums of functions of one argument that cancel where it is near 0: a power series there, as written elsewhere."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ...ir.build import o
from ...ir.node import Node
from ...ir.walk import substitute
from ...ops.spec import Interval
from ...records import dataclass
from ..edits import Value, as_node, changed
from ..laurent import SERIES, Series, number, polynomial
from ..match import Match
from ..numbers import constant_like
from ..pattern import AnySum, p, wilds
from ..rule import STABILIZE, Rule
from ..terms import Leaf
from ..views import Key, Term, Views

_x, _y = wilds("x y")
_FIRST = 6                              # coefficients that tell whether terms cancel
_ALL = 56                               # coefficients from which polynomials are cut
_RADII = (2.0, 1.0, 0.5, 0.25, 0.125)   # powers of two; up to which a polynomial may stand for the sum
_MOST_TERMS = 20                        # of the polynomial
_MOST_DEGREE = 4                        # of a factor that is a sum


@dataclass(frozen=True, slots=True)
class Factor:
    """A function (by its name) of a multiple of the argument, or a polynomial in it (by its coefficients)."""

    name: str
    numbers: tuple[Fraction, ...]       # the multiple, or the coefficients

    def series(self, count: int) -> Series:
        """The factor as a series."""
        return SERIES[self.name](count).stretched(self.numbers[0]) if self.name else polynomial(self.numbers, count)


_X = Factor("", (Fraction(), Fraction(1)))


@dataclass(frozen=True, slots=True)
class Powers:
    """A term as number times powers of the argument and of functions of it."""

    coefficient: Fraction
    powers: tuple[tuple[Factor, int], ...]

    def series(self, count: int) -> Series:
        """The term as a series."""
        found = number(self.coefficient, count)
        for factor, exponent in self.powers:
            found = found * factor.series(count).power(exponent)
        return found


def near_zero(m: Match) -> Node | None:
    """where(|x| < r, the series, the sum), where terms in x cancel"""
    terms = m.views.terms(m.node)
    for x in _arguments(m.views, terms):
        found = [(t, part) for t in terms if (part := _in_powers(m.views, t, x)) is not None]
        polynomial = _polynomial(tuple(part for _, part in found), m.node.dtype) if len(found) > 1 else None
        if polynomial is not None:
            return _selected(m, x, [t for t, _ in found], *polynomial)
    return None


def _arguments(views: Views, terms: Sequence[Term]) -> Iterator[Node]:
    """Arguments of functions that occur in two terms or more, a number being one of them."""
    shares: Counter[object] = Counter()
    functions: dict[Node, None] = {}
    for term in terms:
        bases = (term.key,) if isinstance(term.key, Node) else [base for base, _ in term.key] or (None,)
        found = [base.operands[0] if base is not None and base.op.name in SERIES else base for base in bases]
        shares.update({*found, term.key})
        functions.update(dict.fromkeys(x for x, base in zip(found, bases, strict=True) if x is not None and x is not base))
    for x in functions:
        key = views.monomial(x)[1]
        if shares[None] + shares[x] + (shares[key] if key is not x else 0) > 1 and not _is_far(views, x):
            yield x


def _is_far(views: Views, x: Node) -> bool:
    """Whether an argument is never near 0, as is what this rule puts in the place of one that may be."""
    if x.op.name == "copysign" and views.facts(x.inputs[0]).lower >= _RADII[-1]:
        return True
    found = views.facts(x).range
    return found.lower >= _RADII[-1] or found.upper <= -_RADII[-1]


def _in_powers(views: Views, term: Term, x: Node) -> Powers | None:
    """A term as powers of x and of functions of it; None if it is something else."""
    scale, key = views.monomial(x)
    if not scale:
        return None
    if term.key == key:
        return Powers(Fraction(term.coefficient) / scale, ((_X, 1),))
    coefficient, powers = Fraction(term.coefficient), list[tuple[Factor, int]]()
    for base, exponent in [(term.key, 1)] if isinstance(term.key, Node) else sorted(term.key, key=_by_name):
        factor = _factor(views, base, x, Fraction(scale), key)
        if factor is None:
            return None
        powers.append((factor, exponent))
    return Powers(coefficient, tuple(powers))


def _factor(views: Views, base: Node, x: Node, scale: Fraction, key: Key) -> Factor | None:
    """A factor in terms of x, which is ``scale`` times ``key``."""
    if base is x:
        return _X
    if base is key:
        return Factor("", (Fraction(), 1 / scale))
    if base.op.name in SERIES:
        number, inner = views.monomial(base.operands[0])
        return Factor(base.op.name, (Fraction(number) / scale,)) if inner == key and number else None
    if base.op.name not in ("add", "subtract"):
        return None
    coefficients = [Fraction()] * (_MOST_DEGREE + 1)
    for term in views.terms(base):
        degree = _degree(term.key, key)
        if degree is None:
            return None
        coefficients[degree] += Fraction(term.coefficient) / scale ** degree
    return Factor("", tuple(coefficients))


def _degree(of: Key, key: Key) -> int | None:
    """The power of ``key`` that a monomial is; None if it is none, or one too high."""
    if of == frozenset():
        return 0
    if of == key:
        return 1
    (base, degree), *others = of if not isinstance(of, Node) else [(of, 0)]
    return degree if base is key and not others and 0 < degree <= _MOST_DEGREE else None


def _by_name(power: tuple[Node, int]) -> tuple[str, int]:
    return power[0].op.name, power[1]


def _total(parts: Sequence[Powers], count: int) -> Series:
    first, *others = (part.series(count) for part in parts)
    for each in others:
        first = first + each
    return first


@lru_cache(256)
def _polynomial(parts: tuple[Powers, ...], dtype: np.dtype[Any]) -> tuple[float, Series] | None:
    """The radius and the polynomial that stands for a sum inside; None if the terms do not cancel at 0."""
    if not any(factor.name for part in parts for factor, _ in part.powers):
        return None
    rough = _total(parts, _FIRST)
    if rough.start <= min(part.series(1).start for part in parts) and any(rough.c):
        return None
    return _cut(_total(parts, _ALL), np.finfo(dtype).eps)


def _cut(series: Series, epsilon: float) -> tuple[float, Series] | None:
    """The largest radius for which few terms give all digits, and no terms cancel in turn."""
    if not any(series.c):
        return None
    for radius in _RADII:
        sizes = [abs(float(c)) * radius ** k for k, c in enumerate(series.c)]
        least = min(abs(math.fsum(float(c) * (s * radius) ** k for k, c in enumerate(series.c))) for s in (1, -1))
        if sizes[-1] + sizes[-2] > epsilon * least / 16 or sum(sizes) > 8 * least:
            continue
        count = next(k for k in range(len(sizes)) if sum(sizes[k:]) < epsilon * least / 4)
        kept = series.c[:count]
        if sum(map(bool, kept)) <= _MOST_TERMS:
            return radius, Series(series.start, kept)
    return None


# building -----------------------------------------------------------------------------------------------------

def _selected(m: Match, x: Node, terms: Sequence[Term], radius: float, series: Series) -> Node:
    """The sum, with its terms in x replaced by the polynomial near 0."""
    view = m.views.sum(m.node)
    size = o.absolute(x)
    inside, outer = o.less(size, radius), o.copysign(o.maximum(size, constant_like(Fraction(radius), x)), x)
    own = as_node(changed(view, {t.leaf: None for t in m.views.terms(m.node) if t not in terms}), view)
    far, = substitute([own], {x: outer})
    changes: dict[Leaf, Value | None] = dict.fromkeys(t.leaf for t in terms)
    changes[terms[0].leaf] = Value(o.where(inside, _horner(series, x), far))
    return as_node(changed(view, changes), view)


def _horner(series: Series, x: Node) -> Node:
    step = 2 if not any(series.c[1::2]) else 1
    argument = o.multiply(x, x) if step == 2 else x
    *lower, value = (constant_like(c, x) for c in series.c[::step])
    for c in reversed(lower):
        value = o.add(o.multiply(value, argument), c)
    for _ in range(abs(series.start)):
        value = o.multiply(value, x) if series.start > 0 else o.true_divide(value, x)
    return value


_WHY = "the first terms of the functions' power series cancel, and rounding leaves nothing of the next one"

RULES = (
    Rule(name="series_near_zero", phase=STABILIZE, lhs=AnySum(having=tuple(SERIES)), rhs=near_zero, why=_WHY, rounded=True,
         domain={"x": Interval(-0.99, 0.99, avoid=(0.0,))},
         examples=lambda: ((_x - p.sin(_x), None), (p.expm1(_x) - _x, None), (p.tan(_x) - _x, None),
                   (1 / _x - 1 / p.tan(_x), None), (_x * p.cos(_x) - p.sin(_x), None), (p.arctan(_x) - _x + _y, None),
                           (p.sinh(2 * _x) - 2 * _x, None), (1 / p.expm1(_x) - 0.25 * _x / p.sinh(0.5 * _x)**2, None),
                           (1 / (_x * (1 + _x)) - p.log1p(_x) / _x**2, None), (p.cos(_x) - 1 + _x**2 / 2, None)),
         stays=lambda: (p.sin(_x) + _x, p.sin(_x) - _y, p.sin(_x) - 2 * _x, p.sin(_x) + p.cos(_x), p.exp(_x) + _x)),
)
