"""Ops of loops that exist because processors have instructions for them.

No compiler makes vector code of a scalar estimate, or of a product with a power of two, so that these are taken of
whole vectors: a loop over lanes stores the operand in a local array, ``sn_estimate`` goes over it vector by vector, and
another loop over the same lanes goes on.  Compilers keep such arrays in registers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ..ir import dims
from ..ir.node import Node
from ..ops.scalars import C_TYPES
from ..ops.spec import Absent, OpSpec, Text
from ..ops.table import TABLE
from .loops import Call, Function, Memory, number

_WHY = Absent("exists in loops only")
ADD_SQUARE = OpSpec(
    name="add_square", kind="elementwise", arity=2, numpy=_WHY, dtype=_WHY, partials=_WHY, sympy=_WHY, domain=_WHY,
    c=Text(f="sn_add_square_{k}({0}, {1})"), doc="x + y*y, rounded once where processors do that.")
ESTIMATE = OpSpec(
    name="estimate", kind="elementwise", arity=1, numpy=_WHY, dtype=_WHY, partials=_WHY, sympy=_WHY, domain=_WHY,
    c=Text(f="1 / sqrt{s}({0})"), cost=2.0,
    doc="1/sqrt(x) with a relative error below 2**-14; zeros, infinities and NaN are right.")
EXPONENTIAL = OpSpec(
    name="exponential", kind="elementwise", arity=1, numpy=_WHY, dtype=_WHY, partials=_WHY, sympy=_WHY, domain=_WHY,
    c=Text(f="exp{s}({0})"), cost=TABLE["exp"].cost,
    doc="exp of float32, by an instruction that scales where whole vectors are at hand; the bits are the same.")

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
# The first instruction takes the other operand where one is NaN.
_EXP = """\
static inline __attribute__((always_inline)) void sn_exponential_floats(const sn_i64 lanes, const float *x, float *y) {
#ifdef __AVX512F__
  if (lanes == 16) {
    float a __attribute__((vector_size(64))), b __attribute__((vector_size(64))), c[16], rest[16], power[16];
    float least __attribute__((vector_size(64))) = {0};
    least -= 104;
    __builtin_memcpy(&a, x, 64);
    __asm__("vmaxps %1, %2, %0" : "=v"(b) : "v"(a), "v"(least));
    __builtin_memcpy(c, &b, 64);
    for (int i = 0; i < 16; i++) {
      const float k = snm_float(snm_single_half(c[i])) - (0x1.8p23f + 127);
      rest[i] = snm_single_rest(c[i], k);
      power[i] = k + k;
    }
    __builtin_memcpy(&a, rest, 64);
    __builtin_memcpy(&b, power, 64);
    __asm__("vscalefps %1, %0, %0" : "+v"(a) : "v"(b));
    __builtin_memcpy(y, &a, 64);
    return;
  }
#endif
  for (sn_i64 i = 0; i < lanes; i++) y[i] = expf(x[i]);
}
"""
TEXTS: Mapping[str, str] = MappingProxyType({
    **{f"sn_estimate_{t}s": _ROOT.format(T=t, p=p, s=s) for t, p, s in (("float", "ps", "f"), ("double", "pd", ""))},
    "sn_exponential_floats": _EXP})


def is_of_vectors(node: Node) -> bool:
    """Whether a node is computed for whole vectors where these are at hand.

    >>> is_of_vectors(number(1))
    False
    """
    return node.op in (ESTIMATE, EXPONENTIAL)


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


def of_vectors(node: Node, source: Memory, target: Memory) -> list[Call]:
    """Calls that compute a node for all of a local array, a multiple of a vector, into another one."""
    lanes = lanes_of(source.dtype)
    name = C_TYPES[f"f{8 * source.dtype.itemsize}"]
    function = Function(f"sn_{node.op.name}_{name}s", "span", (source, target), (), (), ())
    return [Call(function, number(lanes), ((source, dims.as_node(k)), (target, dims.as_node(k))))
            for k in range(0, source.size, lanes)]
