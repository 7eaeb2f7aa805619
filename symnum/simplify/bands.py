"""Bands: which diagonals of a matrix a mask leaves, where the mask compares the numbers of rows and columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..ir.node import Node
from ..records import dataclass
from .numbers import exact_of

_MOST_ELEMENTS = 4096  # of a mask that is a constant
_MOST_STEPS = 64  # nodes of a mask that are looked at
_LENGTH_ONE = "1"  # an axis on which nothing depends
# a - b compared with 0 -> the signs of differences that are true.
_COMPARISONS: Mapping[str, tuple[bool, bool, bool]] = MappingProxyType({
    "less": (True, False, False), "less_equal": (True, True, False), "equal": (False, True, False),
    "greater_equal": (False, True, True), "greater": (False, False, True)})


@dataclass(frozen=True, slots=True)
class Band:
    """The places (i, j) of a matrix with ``low <= j - i <= high``."""

    low: float = -math.inf
    high: float = math.inf

    def __and__(self, other: Band) -> Band:
        return Band(max(self.low, other.low), min(self.high, other.high))

    @property
    def facts(self) -> frozenset[str]:
        """What is known of a matrix with zeros outside of the band."""
        names = {"lower_triangular": self.high <= 0, "upper_triangular": self.low >= 0}
        return frozenset(name for name, holds in names.items() if holds)

    @property
    def is_symmetric(self) -> bool:
        """Whether the band lies on both sides of the main diagonal alike."""
        return self.low == -self.high

    @property
    def has_diagonal(self) -> bool:
        """Whether the main diagonal lies in the band."""
        return self.low <= 0 <= self.high


def band_of(mask: Node) -> Band | None:
    """The places where a mask of two axes or more is true, if they are a band; None if nobody can say.

    >>> from symnum.ir.build import o, constant
    >>> rows, columns = o.expand_dims(o.arange(constant(3)), axis=(1,)), o.arange(constant(3))
    >>> band_of(o.greater_equal(rows, columns))
    Band(low=-inf, high=0)
    """
    if len(mask.shape) < 2:
        return None
    found, todo = Band(), [mask]
    while todo:
        part = todo.pop()
        while part.op.name == "broadcast_to" and len(part.inputs[0].shape) >= 2:
            part = part.inputs[0]
        if part.op.name in ("logical_and", "bitwise_and"):
            todo += part.operands
            continue
        one = _seen(part.attr("literal").array) if part.op.name == "constant" else _compared(part)
        if one is None:
            return None
        found = found & one
    return found


def _seen(mask: np.ndarray[Any, Any]) -> Band | None:
    """The band of a mask that is known."""
    if mask.ndim != 2 or not 0 < mask.size <= _MOST_ELEMENTS or mask.dtype.kind != "b" or not mask.any():
        return None
    rows, columns = mask.shape
    places = np.arange(columns) - np.arange(rows)[:, np.newaxis]
    low, high = int(places[mask].min()), int(places[mask].max())
    if not np.array_equal(mask, (low <= places) & (places <= high)):
        return None
    return Band(-math.inf if low == 1 - rows else low, math.inf if high == columns - 1 else high)


def _compared(node: Node) -> Band | None:
    signs = _COMPARISONS.get(node.op.name)
    if signs is None or any(x.dtype.kind not in "iu" for x in node.operands):
        return None
    difference = _linear(*node.operands)
    if difference is None or abs(difference[0]) != 1 or difference[0] != -difference[1]:
        return None
    _, by_column, constant = difference
    below, equal, above = signs if by_column > 0 else signs[::-1]
    center = -constant * by_column  # j - i where both sides are equal
    low = center if equal else center + 1
    high = center if equal else center - 1
    return Band(-math.inf if below else low, math.inf if above else high)


def _linear(a: Node, b: Node) -> tuple[int, int, int] | None:
    """``a - b`` as (coefficient of the row's number, coefficient of the column's number, constant)."""
    rank = len(a.shape)
    axes = tuple("ij"[k - rank + 2] if k >= rank - 2 else "" for k in range(rank))
    found, todo = {"i": 0, "j": 0, "": 0}, [(a, axes, 1), (b, axes, -1)]
    for _ in range(_MOST_STEPS):
        if not todo:
            return found["i"], found["j"], found[""]
        node, axes, factor = todo.pop()
        name, number = node.op.name, exact_of(node)
        if isinstance(number, int):
            found[""] += factor * number
        elif name in ("add", "subtract"):
            first, second = node.operands
            todo += [(first, axes, factor), (second, axes, factor if name == "add" else -factor)]
        elif name == "arange" and axes[0] in ("i", "j"):
            found[axes[0]] += factor
        elif name == "constant":
            steps = _steps(node.attr("literal").array, axes)
            if steps is None:
                return None
            found[steps[0]] += factor * steps[1]
            found[""] += factor * steps[2]
        elif name in ("expand_dims", "broadcast_to"):
            todo.append((node.inputs[0], _below(node, axes), factor))
        elif name != "arange" or axes[0] != _LENGTH_ONE:
            return None
    return None


def _steps(array: np.ndarray[Any, Any], axes: tuple[str, ...]) -> tuple[str, int, int] | None:
    """Numbers in equal steps along one axis: the axis, the step, and the first number."""
    long = [k for k, n in enumerate(array.shape) if n != 1]
    if len(long) != 1 or axes[long[0]] not in ("i", "j") or not array.size:
        return None
    numbers = array.reshape(-1)
    steps = numbers[1:] - numbers[:-1]
    return (axes[long[0]], int(steps[0]), int(numbers[0])) if (steps == steps[0]).all() else None


def _below(node: Node, axes: tuple[str, ...]) -> tuple[str, ...]:
    """What the axes of the operand of a move are."""
    if node.op.name == "expand_dims":
        return tuple(name for k, name in enumerate(axes) if k not in node.attr("axis"))
    x = node.inputs[0]
    last = axes[len(axes) - len(x.shape):]
    ends = node.shape[len(axes) - len(x.shape):]
    return tuple(name if n is m or n == m else _LENGTH_ONE for name, n, m in zip(last, x.shape, ends, strict=True))
