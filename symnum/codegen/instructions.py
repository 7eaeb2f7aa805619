"""Ops of loops that exist because processors have instructions for them.

No compiler makes vector code of a scalar estimate, so that an estimate is taken of whole vectors: a loop over lanes
stores what to estimate in a local array, ``sn_estimate`` takes it vector by vector, and another loop over the same
lanes goes on.  Compilers keep such arrays in registers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ..ir import dims
from ..ir.node import Node
from ..ops.scalars import C_TYPES
from ..ops.spec import Absent, OpSpec, Text
from .loops import Call, Function, Memory, number

_WHY = Absent("exists in loops only")
ADD_SQUARE = OpSpec(
    name="add_square", kind="elementwise", arity=2, numpy=_WHY, dtype=_WHY, partials=_WHY, sympy=_WHY, domain=_WHY,
    c=Text(f="sn_add_square_{k}({0}, {1})"), doc="x + y*y, rounded once where processors do that.")
ESTIMATE = OpSpec(
    name="estimate", kind="elementwise", arity=1, numpy=_WHY, dtype=_WHY, partials=_WHY, sympy=_WHY, domain=_WHY,
    c=Text(f="1 / sqrt{s}({0})"), cost=2.0,
    doc="1/sqrt(x) with a relative error below 2**-14; zeros, infinities and NaN are right.")

# What stands among the names of vector functions where processors have the instruction.
ESTIMATES = "sn_estimate"
WIDEST = 64   # bytes of the widest vector
_ROOT = """\
static inline __attribute__((always_inline)) void sn_estimate_{T}s(const sn_i64 lanes, const {T} *x, {T} *y) {{
#ifdef __AVX512F__
  {T} a __attribute__((vector_size(64))), b __attribute__((vector_size(64)));
  (void)lanes;
  __builtin_memcpy(&a, x, 64);
  __asm__("vrsqrt14{p} %1, %0" : "=v"(b) : "v"(a));
  __builtin_memcpy(y, &b, 64);
#else
  for (sn_i64 i = 0; i < lanes; i++) y[i] = 1 / __builtin_sqrt{s}(x[i]);
#endif
}}
"""
TEXTS: Mapping[str, str] = MappingProxyType({
    f"sn_estimate_{t}s": _ROOT.format(T=t, p=p, s=s) for t, p, s in (("float", "ps", "f"), ("double", "pd", ""))})


def is_estimate(node: Node) -> bool:
    """Whether a node is an estimate.

    >>> is_estimate(number(1))
    False
    """
    return node.op is ESTIMATE


def lanes_of(dtype: np.dtype[np.generic]) -> int:
    """Elements of one vector.

    >>> lanes_of(np.dtype("float32"))
    16
    """
    return WIDEST // dtype.itemsize


def estimated(source: Memory, target: Memory) -> list[Call]:
    """Calls that estimate all of a local array, a multiple of a vector, into another one."""
    lanes = lanes_of(source.dtype)
    name = C_TYPES[f"f{8 * source.dtype.itemsize}"]
    function = Function(f"sn_estimate_{name}s", "span", (source, target), (), (), ())
    return [Call(function, number(lanes), ((source, dims.as_node(k)), (target, dims.as_node(k))))
            for k in range(0, source.size, lanes)]
