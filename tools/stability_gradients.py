"""Gradients of the formulas of ``tools/stability.py``: their exact values, and what symnum computes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np

import symnum as sn
from symnum import options
from symnum.ir.interpret import evaluate
from symnum.ir.node import Node
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.rule import RuleSet
from symnum.sympy_engine.floats import Values, wrong_bits
from tools.stability_problems import Points, Problem, value
from tools.stability_systems import graph
from tools.stability_truth import CACHE, Ball, Exactly, NoValueError, converged, known

_ZERO, _ONE, _TWO, _THREE = (Ball(mp.mpf(k), mp.mpf(0)) for k in range(4))
Slopes = dict[str, Values]      # by variable


# exact values -------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Dual:
    """A number, and its derivative by one variable."""

    value: Ball
    slope: Ball

    @property
    def is_constant(self) -> bool:
        """Whether the derivative is exactly 0."""
        return not (self.slope.middle or self.slope.radius)

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Dual) -> Dual:
        return Dual(self.value - other.value, self.slope - other.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Dual) -> Dual:
        found = self.value / other.value
        return Dual(found, (self.slope - found * other.slope) / other.value)

    def __pow__(self, other: Dual) -> Dual:
        found = self.value ** other.value
        if other.is_constant:
            less = Ball(other.value.middle - 1, other.value.radius)
            rest = _ZERO if self.is_constant else other.value * self.value ** less * self.slope
            return Dual(found, rest)
        by_base = _ZERO if self.is_constant else other.value * self.slope / self.value
        return Dual(found, found * (other.slope * _of("log", self.value) + by_base))


def _of(name: str, *arguments: Ball) -> Ball:
    return Exactly({}).call(name, arguments)


def _over_root(sign: int) -> Callable[[Ball], Ball]:
    return lambda x: Ball(mp.mpf(sign), mp.mpf(0)) / _of("sqrt", _ONE - x * x)


def _bell(x: Ball) -> Ball:
    return _TWO * _of("exp", -(x * x)) / _of("sqrt", Exactly({}).name("pi"))


# Function of one argument -> its derivative.
_DERIVATIVES: Mapping[str, Callable[[Ball], Ball]] = {
    "exp": lambda x: _of("exp", x), "log": lambda x: _ONE / x, "sqrt": lambda x: _ONE / (_TWO * _of("sqrt", x)),
    "sin": lambda x: _of("cos", x), "cos": lambda x: -_of("sin", x),
    "tan": lambda x: _ONE + _of("tan", x) * _of("tan", x),
    "cbrt": lambda x: _ONE / (_THREE * _of("cbrt", x) * _of("cbrt", x)), "abs": lambda x: _of("copysign", _ONE, x),
    "arctan": lambda x: _ONE / (_ONE + x * x), "arcsin": _over_root(1), "arccos": _over_root(-1),
    "log1p": lambda x: _ONE / (_ONE + x), "expm1": lambda x: _of("exp", x), "sinh": lambda x: _of("cosh", x),
    "cosh": lambda x: _of("sinh", x), "tanh": lambda x: _ONE / (_of("cosh", x) * _of("cosh", x)),
    "erf": _bell, "erfc": lambda x: -_bell(x)}


def _called(name: str, arguments: Sequence[Dual]) -> Ball:
    """The derivative of a function of several numbers."""
    x, *others = arguments
    if not others:
        return _DERIVATIVES[name](x.value) * x.slope
    y = others[0]
    if name == "arctan2":
        return (y.value * x.slope - x.value * y.slope) / (x.value * x.value + y.value * y.value)
    if name == "hypot":
        return (x.value * x.slope + y.value * y.slope) / _of("hypot", x.value, y.value)
    if name == "copysign":
        return _of("copysign", _ONE, x.value) * _of("copysign", _ONE, y.value) * x.slope
    raise NoValueError(f"the derivative of {name} is not known here")


@dataclass(frozen=True)
class _Along:
    """Real numbers at one point, with their derivatives by one variable."""

    point: Mapping[str, Any]
    variable: str

    def number(self, value: int | float, text: str) -> Dual:
        """As in ``tools.stability_problems.Algebra``."""
        return Dual(Exactly(self.point).number(value, text), _ZERO)

    def name(self, name: str) -> Dual:
        """As in ``tools.stability_problems.Algebra``."""
        return Dual(Exactly(self.point).name(name), _ONE if name == self.variable else _ZERO)

    def call(self, name: str, arguments: Sequence[Dual]) -> Dual:
        """As in ``tools.stability_problems.Algebra``."""
        found = Exactly(self.point).call(name, [x.value for x in arguments])
        return Dual(found, _ZERO if all(x.is_constant for x in arguments) else _called(name, arguments))


def slope(problem: Problem, point: Mapping[str, Any], variable: str, dtype: np.dtype[Any]) -> float:
    """The derivative at a point, rounded once; NaN if there is none that is finite."""
    found = converged(lambda: value(problem.tree, _Along(point, variable), problem.formula).slope, dtype)
    return float("nan") if found is None else found


def slopes(problem: Problem, count: int, dtype: str = "float64") -> tuple[Points, Slopes]:
    """The points at which the formula is scored, and its derivatives there."""
    points, _ = known(problem, count, dtype)
    key = f"{problem.formula}|{problem.domain}|{dtype}|{count}|slopes".encode()
    path = CACHE / f"{problem.name}-{hashlib.blake2b(key, digest_size=12).hexdigest()}.npz"
    if path.exists():
        with np.load(path) as found:
            return points, dict(found)
    rows = [dict(zip(points, row, strict=True)) for row in zip(*points.values(), strict=True)]
    made = {name: np.array([slope(problem, row, name, np.dtype(dtype)) for row in rows], dtype) for name in points}
    np.savez_compressed(path, **made)   # type: ignore[arg-type]
    return points, made


# symnum -------------------------------------------------------------------------------------------------------

def computed_slopes(problem: Problem, points: Points, dtype: str, rules: RuleSet) -> Slopes:
    """The derivatives that symnum computes under some rules, by the interpreter."""
    count = len(next(iter(points.values())))
    names, result = graph(problem, dtype, count)
    gradient = [x.node for x in sn.grad(sn.sum(result), list(names.values()), disconnected_inputs="ignore")]
    values: dict[Node, Values] = {x.node: points[name] for name, x in names.items()}
    with np.errstate(all="ignore"):
        found = evaluate(optimise(gradient, rules, options.current()).outputs, values)
    return dict(zip(names, found, strict=True))


def scores_of_slopes(chosen: Mapping[str, Problem], count: int, dtype: str = "float64") -> dict[str, dict[str, float]]:
    """As ``tools.stability.scores``, of derivatives: the mean over variables, as written and as symnum computes it."""
    found: dict[str, dict[str, float]] = {"written": {}, "symnum": {}}
    for name, problem in chosen.items():
        points, truth = slopes(problem, count, dtype) if problem.variables else ({}, {})
        for column, rules in (("written", RuleSet()), ("symnum", RULES)):
            made = computed_slopes(problem, points, dtype, rules) if points else {}
            wrong = [wrong_bits(made[x][kept], truth[x][kept]) for x in points if (kept := np.isfinite(truth[x])).any()]
            found[column][name] = float(np.mean([each.mean() for each in wrong])) if wrong else 0.0
    return found
