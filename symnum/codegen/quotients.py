"""Quotients whose divisor is the same for all elements of a loop: one reciprocal serves them all.

A processor multiplies sixteen numbers or more while it divides one.  A product with the reciprocal alone would be off
by up to 1.5 units in the last place; with the reciprocal's own error as a second factor it is the quotient, as division
rounds it.  The reciprocal is rounded towards zero, and what it lacks is never zero: so both factors have one sign, and
zeros and infinities come out as from a division.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

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
    c=Text(f="sn_divided_{k}({0}, {1}, {2}, {3})"), cost=2.0,
    doc="x / y, given 1 / y rounded towards zero, and what this lacks to be exact; y is neither tiny nor huge.")
_DIVIDE = TABLE["true_divide"]
# Divisors below 2**-k or above 2**k are brought inside by a power of two, so that they have a reciprocal; bits of a
# number; and what counts as lacking where nothing does.
_SCALES = MappingProxyType({np.dtype(np.float64): (500, 53, 64), np.dtype(np.float32): (60, 24, 40)})


def shared_divisors(found: FlatNest, algebra: Algebra) -> FlatNest:
    """The same nest with one reciprocal in the place of divisions by what does not change along an inner axis."""
    roots = [store.value for store in found.stores]
    inner = {k for x in topological(roots) if x.op is FOLD for k in x.attr("axes")} | set(found.outer[-1:])

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is _DIVIDE and node.dtype in _SCALES and _is_shared(inputs, inner, algebra):
            return _quotient(*inputs)
        return rebuilt(node, inputs)

    new = rewrite(roots, step)
    return replace(found, stores=tuple(replace(s, value=x) for s, x in zip(found.stores, new, strict=True)))


def _is_shared(operands: Sequence[Node], inner: set[int], algebra: Algebra) -> bool:
    x, y = operands
    return x.op is not FOLD and not (algebra.dependence(x) - algebra.dependence(y)).isdisjoint(inner)


def _quotient(x: Node, y: Node) -> Node:
    bound, bits, nothing = _SCALES[y.dtype]
    huge, tiny, one, zero = (constant(k, y.dtype) for k in (2.0 ** bound, 2.0 ** -bound, 1.0, 0.0))
    size = _scalar("absolute", y)
    factor = _where(_scalar("less", size, tiny), huge, _where(_scalar("greater", size, huge), tiny, one))
    near = _scalar("multiply", y, factor)
    inverse = _scalar("true_divide", one, near)
    below = _scalar("multiply", inverse, constant(1 - 2.0 ** -bits, y.dtype))
    inverse = _where(_scalar("less", _lacking(inverse, near), zero), below, inverse)
    lacking = _lacking(inverse, near)
    lacking = _where(_scalar("greater", lacking, zero), lacking, constant(2.0 ** -nothing, y.dtype))
    operands = _scalar("multiply", x, factor), near, inverse, _scalar("multiply", lacking, inverse)
    return intern(DIVIDED, operands, (), x.dtype, ())


def _lacking(inverse: Node, near: Node) -> Node:
    """1 - inverse * near: exact for what is the reciprocal up to one unit, NaN for 0 and infinity."""
    return _scalar("fma", _scalar("negative", inverse), near, constant(1.0, near.dtype))


def _scalar(name: str, *operands: Node) -> Node:
    result = np.dtype(bool) if name in ("less", "greater") else operands[0].dtype
    return intern(TABLE[name], operands, (), result, ())


def _where(condition: Node, a: Node, b: Node) -> Node:
    return intern(TABLE["where"], (condition, a, b), (), a.dtype, ())
