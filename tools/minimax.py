"""Finds the coefficients of ``symnum/codegen/mathematics/coefficients.py`` by the exchange algorithm of Remez.

``python tools/minimax.py`` writes the file again, in a minute; with names as arguments it prints those polynomials.
All is computed with 60 digits; the error that is noted is that of the coefficients as rounded to float64.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from mpmath import mp, mpf

FILE = Path(__file__).resolve().parent.parent / "symnum" / "codegen" / "mathematics" / "coefficients.py"
_DIGITS = 60
_ROUNDS, _SAMPLES = 12, 24  # exchanges at most, and points looked at between two extremes
_HEAD = '''"""Coefficients of the polynomials in the own vector mathematics; written by ``tools/minimax.py``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .polynomial import Polynomial

POLYNOMIALS: Mapping[str, Polynomial] = MappingProxyType({
'''


@dataclass(frozen=True, slots=True)
class Problem:
    """A function to be approximated on an interval, with the weight of its error."""

    name: str
    degree: int
    interval: tuple[Any, Any]
    value: Callable[[Any], Any]
    weight: Callable[[Any], Any]


def remez(problem: Problem) -> list[Any]:
    """The coefficients of the polynomial of least greatest weighted error, lowest first."""
    low, high = map(mpf, problem.interval)
    n = problem.degree + 2
    nodes = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * k / (n - 1)) for k in range(n)]
    known: dict[Any, tuple[Any, Any]] = {}

    def at(x: Any) -> tuple[Any, Any]:
        if x not in known:
            known[x] = problem.value(x), problem.weight(x)
        return known[x]
    found: list[Any] = []
    for _ in range(_ROUNDS):
        rows = [[*(x ** k for k in range(n - 1)), (-1) ** i / at(x)[1]] for i, x in enumerate(nodes)]
        *found, level = mp.lu_solve(mp.matrix(rows), mp.matrix([at(x)[0] for x in nodes]))
        nodes, greatest = _extremes(partial(_error, at, found), nodes, low, high)
        if greatest < abs(level) * mpf("1.005"):
            break
    return found


def _error(at: Callable[[Any], tuple[Any, Any]], coefficients: Sequence[Any], x: Any) -> Any:
    value, weight = at(x)
    return (_horner(coefficients, x) - value) * weight


def _extremes(error: Callable[[Any], Any], nodes: Sequence[Any], low: Any, high: Any) -> tuple[list[Any], Any]:
    """One point of greatest error in each stretch of one sign, and the greatest error of all."""
    edges = [low, *nodes, high]
    points = [a + (b - a) * k / _SAMPLES for a, b in pairwise(edges) if b > a
              for k in range(_SAMPLES)] + [high]
    best: list[tuple[Any, Any]] = []
    for x in points:
        e = error(x)
        if best and (best[-1][1] > 0) == (e > 0):
            best[-1] = max(best[-1], (x, e), key=lambda pair: abs(pair[1]))
        else:
            best.append((x, e))
    while len(best) > len(nodes):
        best = best[1:] if abs(best[0][1]) < abs(best[-1][1]) else best[:-1]
    greatest = max(abs(e) for _, e in best)
    return ([x for x, _ in best] if len(best) == len(nodes) else list(nodes)), greatest


def _horner(coefficients: Sequence[Any], x: Any) -> Any:
    result = mpf(0)
    for c in reversed(coefficients):
        result = result * x + c
    return result


def text(problem: Problem) -> str:
    """The line of the table for a problem."""
    with mp.workdps(_DIGITS):
        return _text(problem)


def _text(problem: Problem) -> str:
    exact = remez(problem)
    rounded = [float(c) for c in exact]
    tail = float(exact[0] - mpf(rounded[0]))
    low, high = map(mpf, problem.interval)
    used = [exact[0], *map(mpf, rounded[1:])]
    points = [low + (high - low) * (k + mpf(1) / 3) / 400 for k in range(400)]
    error = max(abs((_horner(used, x) - problem.value(x)) * problem.weight(x)) for x in points)
    listed = "".join(f"\n        {c.hex()!r}," for c in rounded).replace("'", '"')
    return (f'    "{problem.name}": Polynomial(({float(low)!r}, {float(high)!r}), {float(mp.log(error, 2)):.1f}, '
            f'({listed}\n    ), "{tail.hex()}"),\n')


# the problems -----------------------------------------------------------------------------------------------------

def _away(value: Callable[[Any], Any], at_zero: Any) -> Callable[[Any], Any]:
    """A quotient with its limit at 0, near which working with more digits keeps what cancels."""
    def function(x: Any) -> Any:
        if x == 0:
            return mpf(at_zero)
        with mp.workdps(160):
            return +value(x)
    return function


def _one(x: Any) -> Any:
    return mpf(1)


def _piece(name: str, center: float, degree: int) -> Problem:
    """(x + 2) exp(x**2) erfc(x) in a quarter of t = (x - 2)/(x + 2), about its center."""
    def value(d: Any) -> Any:
        t = center + d
        x = 2 * (1 + t) / (1 - t)
        return (x + 2) * mp.exp(x * x) * mp.erfc(x)
    end = mpf("0.1875") if center > 0.5 else mpf("0.25")
    return Problem(name, degree, (mpf("-0.25"), end), value, lambda d: 1 / value(d))


def problems() -> list[Problem]:
    """All polynomials, in the order of the file."""
    with mp.workdps(_DIGITS):
        return _problems()


def _problems() -> list[Problem]:
    third, limit = mpf(2) / 3, mpf("0.3477")
    low, high = mp.sqrt(mpf("0.5")) - 1, mp.sqrt(2) - 1
    root, quarter = 3 - 2 * mp.sqrt(2), (mp.pi / 4 + mpf("0.001")) ** 2
    eighth = mp.tan(mp.pi / 8) ** 2 + mpf("0.0001")

    def logarithm(z: Any) -> Any:
        s = mp.sqrt(z)
        return ((2 * mp.atanh(s) - 2 * s) / s ** 3 - third) / z

    def odd(f: Callable[[Any], Any], sign: int = 1) -> Callable[[Any], Any]:
        def value(z: Any) -> Any:
            x = mp.sqrt(z)
            return (f(x) - x) / (x * z)
        return _away(value, mpf(sign) / 3)

    pairs: list[tuple[str, int, int, tuple[Any, Any], Any, Callable[[Any], Any]]] = [
        ("exp", 9, 0, (-limit, limit), _away(lambda r: (mp.expm1(r) - r - r * r / 2) / r ** 3, mpf(1) / 6),
         lambda r: r * r * mp.exp(-r) + mpf("1e-9")),
        ("exps", 0, 5, (-limit, limit), _away(lambda r: (mp.expm1(r) - r) / r ** 2, mpf(1) / 2),
         lambda r: abs(r) * mp.exp(-r) + mpf("1e-9")),
        ("exp_single", 5, 0, (-mpf("0.6934"), mpf("0.6934")), _away(lambda r: (mp.expm1(r) - r) / r ** 2, mpf(1) / 2),
         lambda r: r * r * mp.exp(-r) + mpf("1e-9")),
        ("log", 7, 0, (0, root ** 2 + mpf("1e-5")), _away(logarithm, mpf(2) / 5), lambda z: z * z / 2 + mpf("1e-12")),
        ("log_short", 12, 0, (low, high), _away(lambda f: (mp.log1p(f) - f) / f ** 2, -mpf(1) / 2),
         lambda f: abs(f) + mpf("1e-9")),
        ("sin", 6, 3, (0, quarter), _away(lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, -mpf(1) / 6),
         lambda z: z + mpf("1e-12")),
        ("cos", 6, 3, (0, quarter), _away(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z ** 2, mpf(1) / 24),
         lambda z: z * z + mpf("1e-12")),
        ("atan", 11, 4, (0, eighth), odd(mp.atan, -1), lambda z: z + mpf("1e-12")),
        ("asin", 12, 5, (0, mpf("0.2501")), _away(lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, mpf(1) / 6),
         lambda z: z + mpf("1e-12")),
        ("erf", 14, 6, (0, mpf("0.77")), _away(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z), 2 / mp.sqrt(mp.pi)), _one),
        *((f"erfcx{k}", 15, 7, (-1, 1), center, _one) for k, center in enumerate((-0.75, -0.25, 0.25, 0.75))),
        ("cbrt", 5, 0, (1, 2), lambda z: 1 / mp.cbrt(z), mp.cbrt),
    ]
    found = []
    for name, degree, short, interval, value, weight in pairs:
        for label, size in ((name, degree), (f"{name}_short", short)):
            if size and isinstance(value, float):
                found.append(_piece(label, value, size))
            elif size:
                found.append(Problem(label.replace("exps", "exp"), size, interval, value, weight))
    return found


# 2/pi for all exponents -------------------------------------------------------------------------------------------

def turns(parts: int, stride: int, rows: int) -> str:
    """2/pi times powers of 2**stride, modulo 8: each a sum of doubles, one column for each."""
    columns: list[list[str]] = [[] for _ in range(parts)]
    with mp.workdps(500):
        for row in range(rows):
            rest = 2 / mp.pi * mpf(2) ** (stride * row)
            rest -= 8 * mp.floor(rest / 8)
            for column in columns:
                column.append(f'\n        "{float(rest).hex()}",')
                rest -= mpf(float(rest))
    return "".join(f"    ({''.join(column)}\n    ),\n" for column in columns)


def tables() -> str:
    """The tables of the file, behind its polynomials."""
    return (f"\n# 2/pi times 2**(32 row), and times 2**(16 row), modulo 8: as sums of four and of two parts.\n"
            f"TURNS: tuple[tuple[str, ...], ...] = (\n{turns(4, 32, 31)})\n"
            f"TURNS_SHORT: tuple[tuple[str, ...], ...] = (\n{turns(2, 16, 7)})\n")


def main(names: Sequence[str]) -> None:
    """Write the file, or print the polynomials of these names."""
    if names:
        print("".join(text(p) for p in problems() if p.name in names), end="")
        return
    FILE.write_text(_HEAD + "".join(map(text, problems())) + "})\n" + tables(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
