"""Leaves of a graph, arithmetic of lengths, and the derivative that the pipeline expands."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import IndexBoundsError
from . import dtype_rules
from .spec import Absent, OpSpec

_LEAF = Absent("a leaf has no operands")
_NO_TESTS = Absent("leaves and lengths are tested with the graphs that hold them")
_ZERO = Absent("lengths are not differentiated")


def _leaf(name: str, attrs: tuple[str, ...], doc: str) -> OpSpec:
    return OpSpec(name=name, kind="leaf", arity=0, doc=doc, attrs=attrs, numpy=_LEAF, dtype=_LEAF,
                  shape=_LEAF, partials=_LEAF, sympy=Absent("a symbol or a number"), c=_LEAF, lower=_LEAF,
                  domain=_NO_TESTS)


def _broadcast_length(*lengths: Any) -> Any:
    """The length that lengths have in common under NumPy's broadcasting: the one that is not 1."""
    other = [n for n in lengths if n != 1]
    if any(n != other[0] for n in other):
        raise ValueError(f"lengths {', '.join(str(int(n)) for n in lengths)} do not broadcast")
    return np.int64(other[0] if other else 1)


input_ = _leaf("input", ("token", "name", "dtype", "shape"), "An argument of a function.")
shared = _leaf("shared", ("state", "dtype", "shape"), "A value that a function keeps between calls.")
constant = _leaf("constant", ("literal",), "An array or number known when the graph is built.")
dim = _leaf("dim", ("token", "name"), "An unknown length of an input: an int64 scalar, at least 0.")

bdim = OpSpec(
    name="bdim", kind="dim", arity=None, numpy=_broadcast_length,
    doc="The common length of axes that meet in broadcasting: all that are not 1 must be equal.",
    dtype=dtype_rules.lengths, shape=lambda dims, inputs, attrs: (), partials=_ZERO,
    sympy=Absent("lengths stay outside SymPy"), c=Absent("resolved when a function is specialised"),
    lower=Absent("resolved when a function is specialised"), domain=_NO_TESTS,
    facts=frozenset({"commutative"}))


def _checked_index(i: Any, n: Any) -> Any:
    """The place of element ``i`` of an axis of length ``n``; negative numbers count from the back."""
    if not -n <= i < n:
        raise IndexBoundsError(f"index {int(i)} is out of bounds for an axis of length {int(n)}")
    return i + n if i < 0 else i


checked_index = OpSpec(
    name="checked_index", kind="dim", arity=2, numpy=_checked_index,
    doc="The place of element i of an axis of length n, from 0; an error unless -n <= i < n.",
    dtype=dtype_rules.lengths, shape=lambda dims, inputs, attrs: (), partials=_ZERO,
    sympy=Absent("lengths stay outside SymPy"), c=Absent("a check of the Program, then a number"),
    lower=Absent("a check of the Program, then a number"), domain=_NO_TESTS)


def _derivative_dtype(name: str, operands: Any, attrs: Any) -> tuple[np.dtype[Any], ...]:
    return (*operands, operands[1 + attrs["which"]])


derivative = OpSpec(
    name="derivative", kind="derivative", arity=None,
    attrs=("which", "n_wrt", "n_constant", "n_known"),
    doc="Derivative of a scalar cost by one node: operands are the cost, then all nodes that the same sweep "
        "differentiates by, nodes held constant, nodes with known cotangents, and those cotangents.",
    numpy=Absent("expanded before a graph runs"), dtype=_derivative_dtype,
    shape=lambda dims, inputs, attrs: inputs[1 + attrs["which"]].shape,
    partials=Absent("expanded before it is differentiated"), sympy=Absent("expanded before conversion"),
    c=Absent("expanded before lowering"), lower=Absent("expanded before lowering"), domain=_NO_TESTS)

ROWS = (input_, shared, constant, dim, bdim, checked_index, derivative)
