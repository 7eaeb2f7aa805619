"""Nodes and weights of double exponential quadrature, and integrals over them that know whether they converged.

Takahasi and Mori, "Double exponential formulas for numerical integration" (1974): with x = φ(u) the trapezoidal rule in
u converges like exp(-c·n/log n), also where the integrand has a singularity at an end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import part_of
from ..ir import build
from ..ir.build import o
from ..ir.node import Node
from ..records import dataclass

Array = np.ndarray[Any, Any]
NODES = 257                 # one more than a multiple of 4, so that every second and every fourth node is a rule too
TOLERANCE = 1e-10
# Closer to an end, or further out, parts of an integrand may be infinite or NaN where the integrand itself is small.
_NEAR, _FAR = 1e-6, 1e2


@dataclass(frozen=True, slots=True)
class Rule:
    """Nodes and weights; of a finite interval the nodes are distances from the nearer end, on an interval of length 1.

    ``left`` says which nodes are counted from the lower end.
    """

    nodes: Array
    weights: Array
    left: Array | None = None

    @property
    def edge(self) -> Array:
        """Nodes whose terms count only if they are finite."""
        found: Array = (np.abs(self.nodes) > _FAR) | (np.abs(self.nodes) < _NEAR)
        return found


def finite(count: int, dtype: np.dtype[Any], exact_ends: tuple[bool, bool]) -> Rule:
    """Nodes between two numbers, close to an end only as far as a distance from it is exact: that from 0 always is."""
    least = {True: _least(dtype) ** 8, False: 4 * float(np.finfo(dtype).eps)}
    ends = [math.asinh(math.log(1 / least[is_exact] - 1) / math.pi) for is_exact in exact_ends]
    u, step = np.linspace(-ends[0], ends[1], count, retstep=True)
    distance = 1 / (1 + np.exp(math.pi * np.sinh(np.abs(u))))
    weights = step * math.pi * np.cosh(u) * distance * (1 - distance)
    return Rule(distance, weights, u < 0)


def half_infinite(count: int, dtype: np.dtype[Any]) -> Rule:
    """Nodes between 0 and infinity."""
    last = -math.log(_least(dtype))
    near = 8 if dtype.itemsize == 8 else 4      # distances from the end are exact
    u, step = np.linspace(-math.asinh(near * last * 2 / math.pi), math.asinh(last * 2 / math.pi), count, retstep=True)
    nodes = np.exp(math.pi / 2 * np.sinh(u))
    return Rule(nodes, step * math.pi / 2 * np.cosh(u) * nodes)


def infinite(count: int, dtype: np.dtype[Any]) -> Rule:
    """Nodes on the whole line."""
    end = math.asinh(-math.log(_least(dtype)) * 2 / math.pi)
    u, step = np.linspace(-end, end, count, retstep=True)
    inner = math.pi / 2 * np.sinh(u)
    return Rule(np.sinh(inner), step * math.pi / 2 * np.cosh(u) * np.cosh(inner))


def _least(dtype: np.dtype[Any]) -> float:
    """The smallest distance from an end, and the inverse of the largest number, of which powers are still numbers."""
    return 1e-34 if dtype.itemsize == 8 else 1e-9


def integrated(body: Node, rule: Rule, axis: int, tolerance: float, place: Callable[[Array], Node]) -> Node:
    """The integral of values at the nodes, along an axis; NaN where it is not known within the tolerance.

    ``place`` makes a constant that lies along the axis.  The rules with every second and every fourth node tell how
    fast the sums converge: with differences d and D between them, the error is taken to be d²/D.
    """
    weights = place(rule.weights)
    terms = o.multiply(body, build.convert(weights, body.dtype))
    edge = o.logical_and(place(rule.edge), o.logical_not(o.isfinite(terms)))
    terms = o.where(edge, build.convert(0, terms.dtype), terms)
    steps = np.arange(len(rule.weights))
    sums = [_sum(o.multiply(terms, build.convert(place(k * (steps % k == 0.0)), terms.dtype)), axis) for k in (2, 4)]
    total, size = _sum(terms, axis), _sum(o.absolute(terms), axis)
    first, second = o.absolute(o.subtract(total, sums[0])), o.absolute(o.subtract(sums[0], sums[1]))
    real = part_of(body.dtype)
    allowed = max(tolerance, 1e3 * float(np.finfo(real).eps))
    known = o.less_equal(o.multiply(first, o.minimum(first, second)),
                         o.multiply(o.multiply(size, build.convert(allowed, real)), second))
    return o.where(o.logical_or(known, o.equal(first, 0.0)), total, build.convert(math.nan, total.dtype))


def _sum(x: Node, axis: int) -> Node:
    return build.convert(o.sum(x, axis=(axis,)), x.dtype)
