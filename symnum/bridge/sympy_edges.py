"""Where integrands are not smooth: zeros of what stands below roots, in logarithms, magnitudes and conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy.core.relational import Relational

from ..records import dataclass

_MOST = 4       # points at which an integral is split
_ENDS = (0, sympy.zoo, sympy.oo, -sympy.oo)
_SINGULAR = (sympy.log, sympy.Abs, sympy.sign, sympy.Heaviside)


@dataclass(frozen=True, slots=True)
class Edges:
    """Expressions of a variable whose zeros are singularities or kinks, and their zeros where they are known."""

    variable: Any
    zeros_of: tuple[Any, ...]
    points: tuple[Any, ...]

    def vanish_at(self, end: Any) -> bool:
        """Whether one of the expressions is zero at an end that is not the number 0, from which distances are exact."""
        return not end.is_zero and any(_at(p, self.variable, end) in _ENDS for p in self.zeros_of)

    def around(self, body: Any, end: Any, sign: int, distance: Any) -> tuple[Any, dict[Any, Any]]:
        """A body at a distance from an end; what vanishes there becomes a polynomial of the distance.

        The second result is what new symbols in it stand for: values at the end, which must be found first, because
        they are 0 where the expression vanishes, and only before a distance is added.
        """
        moved, rests = end + sign * distance, dict[Any, Any]()
        near = {p: _near(p, self.variable, moved, distance, rests) for p in self.zeros_of}
        return body.xreplace(near).xreplace({self.variable: moved}), rests


def edges_of(body: Any, variable: Any) -> Edges:
    """What is known about where a body is not smooth; nothing of bodies that bind variables themselves."""
    if isinstance(body, sympy.Integral | sympy.Sum | sympy.Product) or not isinstance(body, sympy.Expr):
        return Edges(variable, (), ())
    singular = dict.fromkeys(p for x in _dependent(body, variable) for p in _inside(x, variable))
    kinks = dict.fromkeys(p for x in _dependent(body, variable) for p in _of_conditions(x))
    points = dict.fromkeys(point for p in (*singular, *kinks) for point in _zeros(p, variable))
    inner = [x for x in points if x.is_extended_real is not False]
    return Edges(variable, tuple(singular), tuple(inner) if len(inner) <= _MOST else ())


def _dependent(body: Any, variable: Any) -> Iterator[Any]:
    """The parts of a body that depend on the variable, outside of others that bind variables."""
    todo, seen = [body], set[Any]()
    while todo:
        x = todo.pop()
        if x in seen or not getattr(x, "free_symbols", None) or variable not in x.free_symbols:
            continue
        seen.add(x)
        yield x
        if not isinstance(x, sympy.Integral | sympy.Sum | sympy.Product | sympy.Subs | sympy.Derivative):
            todo.extend(x.args)


def _inside(x: Any, variable: Any) -> Iterator[Any]:
    """What a function is not smooth at the zeros of: of its argument, or of polynomials in that."""
    is_root = isinstance(x, sympy.Pow) and not x.exp.is_integer and not x.exp.has(variable)
    if is_root or isinstance(x, _SINGULAR):
        sums = [part for part in _dependent(x.args[0], variable) if part.is_Add]
        yield from sums or [x.args[0]]


def _of_conditions(x: Any) -> Iterator[Any]:
    """Differences at whose zeros another branch begins."""
    if isinstance(x, Relational):
        yield x.lhs - x.rhs
    elif isinstance(x, sympy.Max | sympy.Min):
        yield from (a - b for k, a in enumerate(x.args) for b in x.args[:k])


def _zeros(p: Any, variable: Any) -> Iterator[Any]:
    """The zeros of a polynomial of first degree, or of second degree in numbers."""
    if not p.is_polynomial(variable):
        return
    c = sympy.Poly(p, variable).all_coeffs()
    if len(c) == 2:
        yield -c[1] / c[0]
    elif len(c) == 3 and all(x.is_Rational for x in c):
        yield from sympy.roots(p, variable)


def _at(p: Any, variable: Any, value: Any) -> Any:
    return sympy.expand(p.xreplace({variable: value}))


def _near(p: Any, variable: Any, moved: Any, distance: Any, rests: dict[Any, Any]) -> Any:
    """An expression at ``moved``; of a polynomial in powers of the distance, with its value at the end in ``rests``."""
    found = p.xreplace({variable: moved})
    if not p.is_polynomial(variable):
        return found.doit(deep=False)
    *others, rest = map(sympy.expand, sympy.Poly(found, distance).all_coeffs())
    powers = sum((c * distance**k for k, c in enumerate(reversed(others), 1)), sympy.S.Zero)
    if rest.is_number:
        return powers + rest
    name = sympy.Dummy("rest")
    rests[name] = rest
    return powers + name
