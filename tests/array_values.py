"""Values of random array programs, with a bound of the rounding error of each.

Inputs are small whole numbers, so that sums, products and comparisons of them are exact: whatever the order in which
native code adds, its results are those of NumPy, element by element.  A value that was rounded carries its greatest
error, in units of the dtype's precision; nothing that jumps is made of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import symnum as sn

T = sn.tensor
Labels = tuple[str, ...]
LARGEST = 3                   # of the inputs
MOST = 1 << 11                # of any value: whole numbers up to here are exact in float16
EXACT = {"float16": 2.0 ** 11, "float32": 2.0 ** 24, "float64": 2.0 ** 53, "complex64": 2.0 ** 24,
         "complex128": 2.0 ** 53, "int64": 2.0 ** 62, "int32": 2.0 ** 31, "int8": 2.0 ** 7, "uint8": 2.0 ** 8}


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor, the names of its lengths, its greatest size and error, and whether zeros have their sign."""

    tensor: Any
    labels: Labels
    size: float
    error: float = 0.0
    signed: bool = True

    @property
    def kind(self) -> str:
        return np.dtype(self.tensor.dtype).kind

    @property
    def name(self) -> str:
        return str(self.tensor.dtype)


@dataclass(slots=True)
class Pool:
    """The values that later steps can use."""

    values: list[Value]
    indices: list[Value]
    longest: int              # an axis
    whole: int                # elements

    def any(self, draw: random.Random, least: int = 0, kinds: str = "fiubc") -> Value | None:
        """One of the values, rather a late one."""
        fit = [v for v in self.values if len(v.labels) >= least and v.kind in kinds]
        return fit[-1 - min(int(draw.expovariate(0.5)), len(fit) - 1)] if fit else None

    def partner(self, draw: random.Random, value: Value) -> Value | None:
        """A value of the same dtype that broadcasts with another."""
        fit = [v for v in self.values if v.name == value.name and broadcasts(v.labels, value.labels)]
        return draw.choice(fit) if fit else None


def broadcasts(a: Labels, b: Labels) -> bool:
    return all(x == y or "1" in (x, y) for x, y in zip(reversed(a), reversed(b), strict=False))


def joined(a: Labels, b: Labels) -> Labels:
    """The lengths of two values broadcast."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    tail = long[len(long) - len(short):]
    return long[:len(long) - len(short)] + tuple(y if x == "1" else x for x, y in zip(tail, short, strict=True))


def settled(value: Value) -> Value:
    """The value, made small again where the next step could round."""
    limit = min(MOST, EXACT.get(value.name, MOST))
    if value.kind == "b" or value.size < limit ** 0.5:
        return value
    if value.error == 0 and value.kind in "fiu" and value.size < EXACT[value.name]:
        low = 0 if value.kind == "u" else -LARGEST
        return replace(value, tensor=T.clip(value.tensor, low, LARGEST), size=LARGEST, signed=False)
    if value.kind == "f":
        small = value.tensor / (1 + abs(value.tensor))
        return replace(value, tensor=small, size=1.0, error=value.error + 4, signed=False)
    return replace(value, tensor=T.where(abs(value.tensor) <= LARGEST, value.tensor, 1), size=LARGEST)


def rounded(error: float, size: float) -> float:
    """An error with that of one more rounding, of a value that is no whole number."""
    return error + size if error else 0.0
