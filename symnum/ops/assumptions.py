"""``assume``: what a user states about a value, as an op; the only carrier of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import DTypeError, ShapeError
from . import dtype_rules
from .spec import Absent, Interval, OpSpec

# Of each element; a NaN contradicts `finite` alone.
ELEMENT_FACTS = ("positive", "nonnegative", "negative", "nonpositive", "nonzero", "integer", "finite")
# Of each matrix of the last two axes.
MATRIX_FACTS = ("symmetric", "positive_definite", "diagonal", "lower_triangular", "upper_triangular", "orthogonal")
# What can be said of complex numbers, and what of matrices that are not square.
_OF_COMPLEX = frozenset({"nonzero", "finite", "diagonal", "lower_triangular", "upper_triangular"})
_OF_ANY_SHAPE = frozenset({"diagonal", "lower_triangular", "upper_triangular"})


def arguments(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """What an ``assume`` node states, as the arguments of the public function.

    >>> arguments({"facts": ("positive",), "lower": None, "upper": 9})
    {'positive': True, 'upper': 9}
    """
    bounds = {name: attrs[name] for name in ("lower", "upper") if attrs[name] is not None}
    return {**dict.fromkeys(attrs["facts"], True), **bounds}


def _dtype(name: str, operands: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[Any, ...]:
    found = dtype_rules.same(name, operands, attrs)
    numbers = attrs["lower"] is not None or attrs["upper"] is not None
    if found[0].kind == "b" and (numbers or attrs["facts"]):
        raise DTypeError("assume: a bool has no facts; cure: state them of a number, as in x.astype('int8')")
    refused = [f for f in attrs["facts"] if f not in _OF_COMPLEX] + ["a bound"] * numbers
    if found[0].kind == "c" and refused:
        raise DTypeError(f"assume: {refused[0]} cannot be said of {found[0].name}; cure: state it of x.real or abs(x)")
    return found


def _shape(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[Any, ...]:
    shape = tuple(inputs[0].shape)
    for fact in attrs["facts"]:
        if fact in MATRIX_FACTS and len(shape) < 2:
            raise ShapeError(f"assume: {fact} is said of a matrix; given shape {dims.text(shape)}")
        if fact in MATRIX_FACTS and fact not in _OF_ANY_SHAPE and not dims.may_equal(*shape[-2:]):
            raise ShapeError(f"assume: {fact} is said of a square matrix; given shape {dims.text(shape)}")
    return shape


assume = OpSpec(
    name="assume", kind="structural", arity=1, attrs=("facts", "lower", "upper"), numpy=lambda x, **stated: x,
    doc="The operand, of which is stated that every element lies in [lower, upper] (None: no bound), and ``facts``.",
    dtype=_dtype, shape=_shape, partials=Absent("a structural op has vjp and jvp"),
    vjp=lambda o, node, g: (g,), jvp=lambda o, node, tangents: tangents[0],
    sympy=Absent("a symbol carries assumptions in SymPy"), c=Absent("removed before lowering"),
    lower=lambda low, node, index: low.value(node.inputs[0], index), domain=(Interval(),),
    facts=frozenset({"exact", "linear"}), cost=0.0)

ROWS: tuple[OpSpec, ...] = (assume,)
