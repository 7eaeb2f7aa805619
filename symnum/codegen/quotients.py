"""Quotients whose divisor is the same for all elements of a loop: one reciprocal serves them all.

A processor multiplies sixteen numbers or more while it divides one.  A product with the reciprocal alone would be off
by up to 1.5 units in the last place; with the reciprocal's own error as a second factor it is the quotient, as division
rounds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..ir.build import constant
from ..ir.nest import FOLD
from ..ir.node import Node, intern
from ..ir.walk import topological
from ..ops.spec import Absent, OpSpec, Text
from ..ops.table import TABLE
from .normal import FlatNest, rebuilt, rewrite
from .strides import Algebra

_WHY = Absent("exists in loops only")
DIVIDED = OpSpec(
    name="divided", kind="elementwise", arity=4, numpy=_WHY, dtype=_WHY, partials=_WHY, sympy=_WHY, domain=_WHY,
    c=Text(f="sn_divided_{k}({0}, {1}, {2}, {3})"), cost=5.0,
    doc="x / y, given 1 / y, and what this lacks to be exact; y is neither tiny nor huge.")
_DIVIDE = TABLE["true_divide"]
# Divisors outside these bounds are brought inside by a power of two, so that they have a reciprocal.
_TINY, _HUGE, _FACTOR = 2.0 ** -900, 2.0 ** 900, 2.0 ** 600


def shared_divisors(found: FlatNest, algebra: Algebra) -> FlatNest:
    """The same nest with one reciprocal in the place of divisions by what does not change along an inner axis."""
    roots = [store.value for store in found.stores]
    inner = {k for x in topological(roots) if x.op is FOLD for k in x.attr("axes")} | set(found.outer[-1:])

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is _DIVIDE and node.dtype == np.float64 and _is_shared(inputs, inner, algebra):
            return _quotient(*inputs)
        return rebuilt(node, inputs)

    new = rewrite(roots, step)
    return replace(found, stores=tuple(replace(s, value=x) for s, x in zip(found.stores, new, strict=True)))


def _is_shared(operands: Sequence[Node], inner: set[int], algebra: Algebra) -> bool:
    x, y = operands
    return x.op is not FOLD and not (algebra.dependence(x) - algebra.dependence(y)).isdisjoint(inner)


def _quotient(x: Node, y: Node) -> Node:
    size, one = _scalar("absolute", y), constant(1.0)
    large = _where(_scalar("greater", size, constant(_HUGE)), constant(1 / _FACTOR), one)
    factor = _where(_scalar("less", size, constant(_TINY)), constant(_FACTOR), large)
    near = _scalar("multiply", y, factor)
    inverse = _scalar("true_divide", one, near)
    lacking = _scalar("multiply", _scalar("fma", _scalar("negative", inverse), near, one), inverse)
    return _scalar("multiply", intern(DIVIDED, (x, near, inverse, lacking), (), x.dtype, ()), factor)


def _scalar(name: str, *operands: Node) -> Node:
    result = np.dtype(bool) if name in ("less", "greater") else operands[0].dtype
    return intern(TABLE[name], operands, (), result, ())


def _where(condition: Node, a: Node, b: Node) -> Node:
    return intern(TABLE["where"], (condition, a, b), (), a.dtype, ())
