"""Rows that rules make of linear algebra: factors that several nodes share, and a check of pivots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..dtypes import INT64, Operand
from . import linalg_reference as reference
from . import linalg_shapes as shapes
from .spec import Absent, Interval, OpSpec, Routine

_STRUCTURAL = Absent("a structural op has vjp and jvp")
_NO_SYMPY = Absent("a matrix of elements; SymPy sees the elements")
_NO_C = Absent("a routine of its own")
_AFTER = Absent("made when all derivatives have been taken")
_ANY = (Interval(-2, 2),)


def _dtype(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> tuple[np.dtype[Any], ...]:
    found = shapes.common(name, operands)
    return found, INT64 if attrs["which"] in (1, 2) else found


def _shape(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[Any, ...]:
    shape = tuple(inputs[0].shape)
    shapes.check_square("lu_factor", dims, shape)
    return (shape, shape[:-1], shape[:-1], shape[:-2])[attrs["which"]]


def _row(name: str, doc: str, function: Callable[..., Any] | str, **columns: Any) -> OpSpec:
    return OpSpec(name=name, doc=doc, numpy=function, kind="structural", arity=1, partials=_STRUCTURAL, sympy=_NO_SYMPY,
                  c=_NO_C, domain=_ANY, **columns)


lu_factor = _row(
    "lu_factor", "u.T over the strict triangle of l.T, for x[order] = l @ u; order; its inverse; its sign.  No "
    "error if a matrix is singular.", "symnum.ops.linalg_scipy:lu_factor", attrs=("which",), results=4, dtype=_dtype,
    shape=_shape, lower=Routine("lu_factor"), vjp=_AFTER, jvp=_AFTER, cost=1000.0, tol=1e4)

pivots = _row(
    "pivots", "The operand; an error if an element of a vector, a pivot of its matrix, is 0.", reference.pivots,
    dtype=shapes.inexact, shape=lambda dims, inputs, attrs: tuple(inputs[0].shape), lower=Routine("pivots", over=0),
    vjp=lambda o, node, g: (g,), jvp=lambda o, node, tangents: tangents[0], cost=1.0, tol=0.0)

ROWS: Sequence[OpSpec] = (lu_factor, pivots)
