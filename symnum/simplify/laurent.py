"""Power series at 0 with exact coefficients, of elementary functions and of what is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from ..records import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """``x**start * (c[0] + c[1]*x + ...)``, cut after the last coefficient; c[0] is not 0 unless all are."""

    start: int
    c: tuple[Fraction, ...]

    def __add__(self, other: Series) -> Series:
        low, high = min(self.start, other.start), min(s.start + len(s.c) for s in (self, other))
        return _series(low, [self.at(k) + other.at(k) for k in range(low, high)])

    def __mul__(self, other: Series) -> Series:
        count = min(len(self.c), len(other.c))
        return _series(self.start + other.start, [
            sum((self.c[j] * other.c[k - j] for j in range(k + 1)), Fraction()) for k in range(count)])

    def inverse(self) -> Series:
        """1 over the series."""
        found: list[Fraction] = []
        for k in range(len(self.c)):
            known = sum((self.c[k - j] * found[j] for j in range(k)), Fraction(-(k == 0)))
            found.append(-known / self.c[0])
        return _series(-self.start, found)

    def power(self, exponent: int) -> Series:
        """A whole power."""
        base = self.inverse() if exponent < 0 else self
        found = number(Fraction(1), len(self.c))
        for _ in range(abs(exponent)):
            found = found * base
        return found

    def stretched(self, factor: Fraction) -> Series:
        """The series of f(factor * x)."""
        return Series(self.start, tuple(c * factor ** (self.start + k) for k, c in enumerate(self.c)))

    def at(self, exponent: int) -> Fraction:
        """The coefficient of a power of x."""
        place = exponent - self.start
        return self.c[place] if 0 <= place < len(self.c) else Fraction()


def _series(start: int, c: list[Fraction]) -> Series:
    zeros = next((k for k, x in enumerate(c) if x), 0)
    return Series(start + zeros, tuple(c[zeros:]))


def number(value: Fraction, count: int) -> Series:
    """A constant."""
    return Series(0, (value, *[Fraction()] * (count - 1)))


def polynomial(coefficients: tuple[Fraction, ...], count: int) -> Series:
    """A polynomial, by its coefficients from that of 1 on."""
    start = next(k for k, c in enumerate(coefficients) if c)
    kept = coefficients[start:start + count]
    return Series(start, (*kept, *[Fraction()] * (count - len(kept))))


def _made(rule: Callable[[int], Fraction]) -> Callable[[int], Series]:
    return lambda count: _series(0, [rule(k) for k in range(count + 1)])


def _circular(k: int, odd: bool, sign: int) -> Fraction:
    return Fraction(sign ** (k // 2), math.factorial(k)) if k % 2 == odd else Fraction()


def _inverse_tangent(k: int, sign: int) -> Fraction:
    return Fraction(sign ** (k // 2), k) if k % 2 else Fraction()


def _inverse_sine(k: int, sign: int) -> Fraction:
    return Fraction(sign ** (k // 2) * math.comb(k - 1, k // 2), 4 ** (k // 2) * k) if k % 2 else Fraction()


_SIN, _COS = _made(lambda k: _circular(k, True, -1)), _made(lambda k: _circular(k, False, -1))
_SINH, _COSH = _made(lambda k: _circular(k, True, 1)), _made(lambda k: _circular(k, False, 1))

# Op -> its series with so many coefficients.
SERIES: Mapping[str, Callable[[int], Series]] = MappingProxyType({
    "sin": _SIN, "cos": _COS, "sinh": _SINH, "cosh": _COSH,
    "tan": lambda count: _SIN(count) * _COS(count).inverse(),
    "tanh": lambda count: _SINH(count) * _COSH(count).inverse(),
    "arcsin": _made(lambda k: _inverse_sine(k, 1)), "arcsinh": _made(lambda k: _inverse_sine(k, -1)),
    "arctan": _made(lambda k: _inverse_tangent(k, -1)), "arctanh": _made(lambda k: _inverse_tangent(k, 1)),
    "exp": _made(lambda k: Fraction(1, math.factorial(k))),
    "expm1": _made(lambda k: Fraction(k > 0, math.factorial(k))),
    "log1p": _made(lambda k: Fraction((-1) ** (k + 1), k) if k else Fraction())})
