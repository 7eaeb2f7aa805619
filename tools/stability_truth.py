"""Exact values of formulas, by numbers with a bound of their error that are computed with ever more digits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np

from symnum.sympy_engine.floats import Values
from tools.stability_problems import Points, Problem, candidates, value

CACHE = Path(__file__).resolve().parent.parent / "benchmarks" / "results" / "stability"
_BITS = (256, 1200, 2400, 4800, 9600, 24000)
_VAST = mp.mpf(2) ** 1100          # no float is as large; the digits of an exponential of it would be too many
_VAST_ERROR = 1 << 12              # what erfc leaves beyond is less than 2**-_VAST_ERROR
_MOST_REFUSED = 60                 # points without a value, for each that has one


class NoValueError(ArithmeticError):
    """A formula has no real value at a point."""


class NotYetError(ArithmeticError):
    """The digits do not suffice."""


@dataclass(frozen=True)
class Ball:
    """A real number: no further from ``middle`` than ``radius``."""

    middle: Any
    radius: Any

    def __add__(self, other: Ball) -> Ball:
        return _ball(self.middle + other.middle, self.radius + other.radius)

    def __sub__(self, other: Ball) -> Ball:
        return _ball(self.middle - other.middle, self.radius + other.radius)

    def __neg__(self) -> Ball:
        return Ball(-self.middle, self.radius)

    def __mul__(self, other: Ball) -> Ball:
        a, b = abs(self.middle), abs(other.middle)
        return _ball(self.middle * other.middle, a * other.radius + b * self.radius + self.radius * other.radius)

    def __truediv__(self, other: Ball) -> Ball:
        a, b = abs(self.middle), abs(other.middle)
        if not b:
            raise NoValueError("division by zero") if not other.radius else NotYetError
        if b <= other.radius:
            raise NotYetError
        return _ball(self.middle / other.middle, (a * other.radius + b * self.radius) / (b * (b - other.radius)))

    def __pow__(self, other: Ball) -> Ball:
        whole = not other.radius and other.middle == mp.floor(other.middle)
        if whole and 0 <= other.middle <= 64:
            found = Ball(mp.mpf(1), mp.mpf(0))
            for _ in range(int(other.middle)):
                found = found * self
            return found
        if whole and -64 <= other.middle < 0:
            return Ball(mp.mpf(1), mp.mpf(0)) / self ** -other
        if not self.middle and not self.radius and other.middle > other.radius:
            return self
        if abs(self.middle) <= self.radius:
            raise NotYetError
        if self.middle < 0 and not whole:
            raise NoValueError("a power of a negative number")
        found = _exp(_log(Ball(abs(self.middle), self.radius)) * other)
        return -found if self.middle < 0 and other.middle % 2 else found


def _ball(middle: Any, radius: Any) -> Ball:
    return Ball(middle, (radius + abs(middle) * mp.ldexp(1, -mp.mp.prec)) * (1 + mp.ldexp(1, -40)))


def _increasing(function: Callable[[Any], Any], low: Any = -mp.inf, high: Any = mp.inf) -> Callable[[Ball], Ball]:
    """An increasing function that has values from ``low`` to ``high``."""
    def found(x: Ball) -> Ball:
        ends = [x.middle - x.radius, x.middle + x.radius] if x.radius else [x.middle]
        if ends[-1] < low or ends[0] > high:
            raise NoValueError("outside of what a function is defined for")
        if ends[0] < low or ends[-1] > high:
            raise NotYetError
        values = [function(end) for end in ends]
        if not all(map(mp.isfinite, values)):
            raise NoValueError("infinite") if not x.radius else NotYetError
        middle = (values[0] + values[-1]) / 2
        return _ball(middle, (values[-1] - values[0]) / 2 + abs(middle) * mp.ldexp(1, 4 - mp.mp.prec))
    return found


def _wave(function: Callable[[Any], Any]) -> Callable[[Ball], Ball]:
    return lambda x: _ball(function(x.middle), x.radius)


def _cbrt(x: Any) -> Any:
    return mp.sign(x) * mp.cbrt(abs(x))


_exponential = _increasing(mp.exp)
_log = _increasing(lambda x: mp.log(x) if x else -mp.inf, 0)
_sqrt = _increasing(mp.sqrt, 0)
_sin, _cos = _wave(mp.sin), _wave(mp.cos)


def _exp(x: Ball) -> Ball:
    if abs(x.middle) > _VAST:
        raise NoValueError("too large") if x.middle > 0 else NotYetError
    if x.radius > 1:
        raise NotYetError
    return _exponential(x)


def _erfc(x: Ball) -> Ball:
    if abs(x.middle) > _VAST_ERROR:
        return Ball(mp.mpf(0 if x.middle > 0 else 2), mp.ldexp(1, -_VAST_ERROR))
    return -_increasing(lambda v: -mp.erfc(v))(x)


def _whole(value: int) -> Ball:
    return Ball(mp.mpf(value), mp.mpf(0))


def _tanh(x: Ball) -> Ball:
    return _increasing(mp.tanh)(x)


def _arctan2(y: Ball, x: Ball) -> Ball:
    if not (y.radius or x.radius):
        if not y.middle and not x.middle:
            raise NoValueError("the angle of 0")
        return _ball(mp.atan2(y.middle, x.middle), mp.mpf(0))
    distance = mp.hypot(x.middle, y.middle) - x.radius - y.radius
    if distance <= 0 or (x.middle <= x.radius and abs(y.middle) <= y.radius and y.radius):
        raise NotYetError
    return _ball(mp.atan2(y.middle, x.middle), (x.radius + y.radius) / distance)


def _fmod(x: Ball, y: Ball) -> Ball:
    if not y.middle and not y.radius:
        raise NoValueError("remainder of a division by zero")
    ratio = x / y
    ends = [mp.sign(e) * mp.floor(abs(e)) for e in (ratio.middle - ratio.radius, ratio.middle + ratio.radius)]
    if ends[0] != ends[1] or ratio.radius > 1:
        raise NotYetError
    return x - y * Ball(ends[0], mp.mpf(0))


def _copysign(x: Ball, y: Ball) -> Ball:
    if abs(y.middle) <= y.radius:
        raise NotYetError
    return Ball(mp.sign(y.middle) * abs(x.middle), x.radius)


_FUNCTIONS: Mapping[str, Callable[..., Ball]] = {
    "exp": _exp, "log": _log, "sqrt": _sqrt, "sin": _sin, "cos": _cos, "tan": lambda x: _sin(x) / _cos(x),
    "cbrt": _increasing(_cbrt), "abs": lambda x: Ball(abs(x.middle), x.radius), "arctan": _increasing(mp.atan),
    "arccos": lambda x: -_increasing(lambda v: -mp.acos(v), -1, 1)(x), "arcsin": _increasing(mp.asin, -1, 1),
    "arctan2": _arctan2, "fmod": _fmod, "copysign": _copysign, "tanh": _tanh,
    "hypot": lambda x, y: _sqrt(x * x + y * y), "log1p": lambda x: _log(_whole(1) + x),
    "expm1": lambda x: _exp(x) - _whole(1), "sinh": _increasing(mp.sinh), "square": lambda x: x * x,
    "maximum": lambda x, y: x if (x - y).middle > 0 else y, "minimum": lambda x, y: y if (x - y).middle > 0 else x,
    "cosh": lambda x: (_exp(x) + _exp(-x)) / _whole(2), "erf": _increasing(mp.erf),
    "erfc": _erfc}


@dataclass(frozen=True)
class Exactly:
    """Real numbers, at one point."""

    point: Mapping[str, Any]

    def number(self, value: int | float, text: str) -> Ball:
        """As in ``tools.stability_problems.Algebra``."""
        if isinstance(value, int):
            return _whole(value)
        exact = Fraction(text)
        return _whole(exact.numerator) / _whole(exact.denominator)

    def name(self, name: str) -> Ball:
        """As in ``tools.stability_problems.Algebra``."""
        if name == "pi":
            return _ball(+mp.pi, mp.mpf(0))
        return Ball(mp.mpf(float(self.point[name])), mp.mpf(0))

    def call(self, name: str, arguments: Sequence[Ball]) -> Ball:
        """As in ``tools.stability_problems.Algebra``."""
        return _FUNCTIONS[name](*arguments)


def truth(problem: Problem, point: Mapping[str, Any], dtype: np.dtype[Any]) -> float | None:
    """The value of a formula at a point, rounded once; None if there is none that is finite, or none is found."""
    tree = problem.tree
    return converged(lambda: value(tree, Exactly(point), problem.formula), dtype)


def converged(make: Callable[[], Ball], dtype: np.dtype[Any]) -> float | None:
    """What is made with as many digits as it takes, rounded once; None if it is not finite, or takes too many."""
    for bits in _BITS:
        with mp.workprec(bits):
            try:
                found = _rounded(make(), dtype)
            except NoValueError:
                return None
            except NotYetError:
                continue
            if found is not None:
                return found if np.isfinite(found) else None
    return None


def _rounded(found: Ball, dtype: np.dtype[Any]) -> float | None:
    """The nearest float, if the error is too small to matter."""
    ends = [_nearest(found.middle + sign * found.radius, dtype) for sign in (-1, 1)]
    tiny = found.radius <= abs(found.middle) * mp.ldexp(1, -150)      # at most halfway between two floats
    return _nearest(found.middle, dtype) if ends[0] == ends[1] or tiny else None


def _nearest(number: Any, dtype: np.dtype[Any]) -> float:
    mantissa, exponent = mp.frexp(number)
    info = np.finfo(dtype)
    if not mantissa or exponent < info.minexp - info.nmant - 2:
        return 0.0
    if exponent > info.maxexp + 1:
        return float(np.copysign(np.inf, float(mantissa)))
    digits = min(info.nmant + 1, exponent - info.minexp + info.nmant)
    whole = mp.nint(mp.ldexp(mantissa, digits)) if digits >= 0 else mp.mpf(0)
    with np.errstate(over="ignore"):
        return float(dtype.type(np.ldexp(float(whole), int(exponent - digits))))


def known(problem: Problem, count: int, dtype: str = "float64") -> tuple[Points, Values]:
    """At most ``count`` points of the domain at which the formula has a finite value, and these values."""
    key = hashlib.blake2b(f"{problem.formula}|{problem.domain}|{dtype}|{count}|1".encode(), digest_size=12).hexdigest()
    path = CACHE / f"{problem.name}-{key}.npz"
    if path.exists():
        with np.load(path) as found:
            return {name: found[f"x_{name}"] for name in problem.variables}, found["truth"]
    points, values = computed(problem, count, np.dtype(dtype))
    CACHE.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {"truth": values, **{f"x_{name}": x for name, x in points.items()}}
    np.savez_compressed(path, **arrays)
    return points, values


def computed(problem: Problem, count: int, dtype: np.dtype[Any]) -> tuple[Points, Values]:
    """As :func:`known`, without files."""
    rows: list[tuple[Any, ...]] = []
    values: list[float] = []
    for tried, row in enumerate(_rows(problem, dtype)):
        if len(values) == count or tried > _MOST_REFUSED * count:
            break
        found = truth(problem, dict(zip(problem.variables, row, strict=True)), dtype)
        if found is not None:
            rows.append(row)
            values.append(found)
    return {name: np.array([row[k] for row in rows], dtype) for k, name in enumerate(problem.variables)}, np.array(
        values, dtype)


def _rows(problem: Problem, dtype: np.dtype[Any]) -> Iterator[tuple[Any, ...]]:
    if not problem.variables:
        yield ()
        return
    for points in candidates(problem, dtype):
        yield from zip(*points.values(), strict=True)
