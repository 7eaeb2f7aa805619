"""Parts of complex numbers, and complex numbers made of parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import part_of, promote, with_parts
from . import dtype_rules
from .elementwise import composed, head, row
from .spec import Absent, Interval, OpSpec, Parts, Text, View

_WIDE = Interval(-1e3, 1e3)
_PAIRS = Absent("complex numbers are lowered as pairs of real ones")


def _join(re: Any, im: Any) -> Any:
    """The complex array of two parts, each with its own infinities, NaN and signed zeros."""
    made = np.empty(np.broadcast_shapes(np.shape(re), np.shape(im)), np.result_type(re, np.complex64))
    made.real, made.imag = re, im
    return made


real = row(
    "real", "Real part.", np.real, _WIDE, arity=1, dtype=dtype_rules.parts, partials=lambda o, z, x: (1.0,),
    sympy=head("re"), c=_PAIRS, complex=lambda o, node, z: z.re, facts="exact zero_preserving", cost=0.0)

imag = row(
    "imag", "Imaginary part.", np.imag, _WIDE, arity=1, dtype=dtype_rules.parts, partials=lambda o, z, x: (-1j,),
    sympy=head("im"), c=_PAIRS, complex=lambda o, node, z: z.im, facts="exact zero_preserving", cost=0.0)

conjugate = row(
    "conjugate", "The number with the other sign of the imaginary part; real numbers are left as they are.",
    np.conjugate, _WIDE, partials=lambda o, z, x: (1.0,), vjp=lambda o, node, g: (o.conjugate(g),),
    jvp=lambda o, node, t: o.conjugate(t[0]), sympy=composed(lambda S, x: S.conjugate(x)),
    c=Text(f="{0}", i="{0}", u="{0}"), complex=lambda o, node, z: Parts(z.re, -z.im), cost=1.0, aliases=("conj",),
    facts="exact idempotent increasing linear odd smooth zero_preserving")

make_complex = row(
    "make_complex", "The complex number x + iy of two floats, whatever these are: no part changes the other.",
    _join, _WIDE, arity=2, dtype=dtype_rules.joined, partials=lambda o, z, x, y: (1.0, 1j),
    sympy=composed(lambda S, x, y: x + S.I * y), c=_PAIRS, complex=lambda o, node, x, y: Parts(x, y),
    facts="exact zero_preserving", cost=0.0)


# memory ---------------------------------------------------------------------------------------------------------

_LOWERED = Absent("made when a graph is lowered, after derivatives and rewriting")


def _memory(name: str, doc: str, numpy: Any, dtype: Any, shape: Any, lower: Any, arity: int = 1) -> OpSpec:
    return OpSpec(
        name=name, kind="structural", arity=arity, doc=doc, numpy=numpy, dtype=dtype, shape=shape, partials=_LOWERED,
        vjp=_LOWERED, jvp=_LOWERED, sympy=_LOWERED, c=Absent("moves elements"), lower=lower, domain=_LOWERED, cost=0.0)


def _interleave_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    x, y = (low.value(part, index[:-1]) for part in node.inputs)
    return low.where(low.equal(index[-1], low.zero), x, y)


def _viewed(name: str, operands: Any, attrs: Any) -> tuple[np.dtype[Any], ...]:
    given = promote(operands)
    return (given, part_of(given) if name == "as_pairs" else with_parts(given))


as_pairs = _memory(
    "as_pairs", "The memory of complex numbers as real ones, with a last axis of length 2 for the two parts.",
    lambda x: np.stack((np.real(x), np.imag(x)), axis=-1), _viewed, lambda dims, inputs, attrs: (*inputs[0].shape, 2),
    View())

as_complex = _memory(
    "as_complex", "The memory of real numbers with a last axis of length 2 as complex ones.",
    lambda x: _join(x[..., 0], x[..., 1]), _viewed, lambda dims, inputs, attrs: inputs[0].shape[:-1], View())

interleave = _memory(
    "interleave", "Two arrays along a new last axis of length 2; a nest stores both of them.",
    lambda x, y: np.stack((x, y), axis=-1), dtype_rules.numeric, lambda dims, inputs, attrs: (*inputs[0].shape, 2),
    _interleave_pull, arity=2)

ROWS: tuple[OpSpec, ...] = (real, imag, conjugate, make_complex, as_pairs, as_complex, interleave)
