"""Ops whose results are as long as the data say, and those lengths themselves.

A length that depends on data is a node of kind ``count``, an int64 scalar, and stands in shapes like any other length.
Arrays of such lengths have kind ``counted``; both are computed by NumPy, between the stages of a native function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import ArgumentValueError, IndexBoundsError, ShapeError
from . import dtype_rules
from .spec import Absent, Interval, OpSpec

_NO_C = Absent("computed by the host, between two stages of a native function")
_NO_SYMPY = Absent("a number of elements that have a property; SymPy sees the elements")
_NO_PARTIALS = Absent("not elementwise")
_CONSTANT = Absent("places and numbers of elements are locally constant")
_LINEAR = Absent("linear: the op itself, applied to the tangents")
_WHOLE = (Interval(-3, 3, integer=True),)


def _places(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    """Of any dtype, complex ones too, giving int64."""
    return (*dtype_rules.same(name, operands, attrs)[:1], INT64)


def _row(name: str, kind: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": kind, "arity": 1, "dtype": _places, "partials": _NO_PARTIALS, "vjp": _CONSTANT,
        "jvp": _CONSTANT, "sympy": _NO_SYMPY, "c": _NO_C, "lower": _NO_C, "domain": _WHOLE,
        "facts": frozenset({"locally_constant"}), "cost": 10.0}
    if kind == "count":
        default["shape"] = lambda dims, inputs, attrs: ()
    return OpSpec(name=name, **(default | columns))


# lengths ------------------------------------------------------------------------------------------------------

def _length(n: Any) -> Any:
    if n < 0:
        raise ShapeError(f"a length must be at least 0; given {int(n)}")
    return n


def _bincount_length(x: Any, minlength: int) -> Any:
    if x.size and x.min() < 0:
        raise _negative(x)
    return max(int(x.max()) + 1 if x.size else 0, minlength)


def _negative(x: Any) -> ArgumentValueError:
    return ArgumentValueError(f"bincount: expected numbers of at least 0, given {int(x.min())}")


def _bincount(x: Any, minlength: int) -> Any:
    try:
        return np.bincount(x, minlength=minlength)
    except ValueError:  # NumPy looks for it anyway
        raise _negative(x) from None


def _repeat_count(counts: Any) -> Any:
    if (counts < 0).any():
        raise ArgumentValueError(f"repeat: expected counts of at least 0, given {int(counts.min())}")
    return counts.sum()


whole = _row("whole", "count", numpy=lambda n: n, dtype=dtype_rules.lengths,
             doc="A whole number computed from data, as a bound of a slice: it may be negative.")
length = _row("length", "count", numpy=_length, dtype=dtype_rules.lengths,
              doc="A whole number computed from data, as a length; a negative one is an error.")
nonzero_count = _row("nonzero_count", "count", numpy=np.count_nonzero, doc="How many elements are not zero.")
unique_count = _row("unique_count", "count", attrs=("equal_nan",), doc="How many different elements or rows there are.",
                    numpy=lambda x, equal_nan: len(np.unique(x, axis=_along(x), equal_nan=equal_nan)))
bincount_length = _row("bincount_length", "count", attrs=("minlength",), numpy=_bincount_length,
                       doc="The largest element and one more, at least ``minlength``; a negative element is an error.")
repeat_count = _row("repeat_count", "count", numpy=_repeat_count, doc="Sum of counts, none of which may be negative.")


# arrays of such lengths ---------------------------------------------------------------------------------------

flatnonzero = _row(
    "flatnonzero", "counted", numpy=np.flatnonzero, doc="Places, in C order, of the elements that are not zero.",
    shape=lambda dims, inputs, attrs: (dims.count("nonzero_count", inputs[0]),))


def _unique_dtype(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    given = dtype_rules.same(name, operands, attrs)
    return given if attrs["which"] == 0 else (given[0], INT64)


def _unique_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    x, which = inputs[0], attrs.get("which", 0)
    if which == 2:
        return (x.shape[0],)
    count = dims.count("unique_count", x, equal_nan=attrs["equal_nan"])
    return (count, *x.shape[1:]) if which == 0 else (count,)


def _along(x: Any) -> int | None:
    """NumPy looks at rows only if it is told so."""
    return 0 if x.ndim > 1 else None


def _unique(x: Any, equal_nan: bool) -> tuple[Any, ...]:
    return np.unique(x, return_index=True, return_inverse=True, return_counts=True, axis=_along(x), equal_nan=equal_nan)


def _first_places(o: Any, node: Any) -> Any:
    return o.unique(node.inputs[0], equal_nan=node.attr("equal_nan"), which=1)


def _unique_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    x = node.inputs[0]
    zeros = o.broadcast_to(o.constant(0, x.dtype), shape=x.shape)
    return (o.scatter(zeros, g, _first_places(o, node), axes=(0,), combine="add"),)


def _unique_jvp(o: Any, node: Any, tangents: Sequence[Any]) -> Any:
    return o.gather(tangents[0], _first_places(o, node), axes=(0,))


unique_values = _row(
    "unique_values", "counted", attrs=("equal_nan",), dtype=dtype_rules.same, shape=_unique_shape,
    numpy=lambda x, equal_nan: np.unique(x, axis=_along(x), equal_nan=equal_nan), facts=frozenset(),
    vjp=_unique_vjp, jvp=_unique_jvp,
    doc="The different elements of a vector, or rows of a matrix, sorted; the derivative of each goes to its first "
        "place.")
unique = _row(
    "unique", "counted", attrs=("equal_nan", "which"), results=4, dtype=_unique_dtype, shape=_unique_shape,
    numpy=_unique, vjp=_unique_vjp, jvp=_unique_jvp, facts=frozenset(),
    doc="The different elements of a vector, or rows of a matrix, sorted (0), the first place of each (1), for each "
        "element its number among the different ones (2), and how often each of those occurs (3).")
bincount = _row(
    "bincount", "counted", attrs=("minlength",), numpy=_bincount, domain=(Interval(0, 9, integer=True),),
    shape=lambda dims, inputs, attrs: (dims.count("bincount_length", inputs[0], minlength=attrs["minlength"]),),
    doc="How often each number from 0 up occurs in a vector of int64; at least ``minlength`` of them.")
repeat_places = _row(
    "repeat_places", "counted", numpy=lambda counts: np.repeat(np.arange(len(counts)), counts),
    doc="Each place of a vector of counts, as often as its count says.",
    shape=lambda dims, inputs, attrs: (dims.count("repeat_count", inputs[0]),))


# masks --------------------------------------------------------------------------------------------------------

def _mask_mismatch(mask: str, wanted: str) -> IndexBoundsError:
    return IndexBoundsError(f"a mask of shape {mask} does not fit axes of lengths {wanted}; they must be equal")


def _fitting_mask(x: Any, shape: tuple[int, ...]) -> Any:
    if x.shape != tuple(shape):
        raise _mask_mismatch(str(x.shape), str(tuple(shape)))
    return x


def _mask_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    given, wanted = inputs[0].shape, tuple(attrs["shape"])
    if len(given) != len(wanted) or not all(map(dims.may_equal, given, wanted)):
        raise _mask_mismatch(dims.text(given), dims.text(wanted))
    return wanted


fitting_mask = _row(
    "fitting_mask", "structural", attrs=("shape",), numpy=_fitting_mask, shape=_mask_shape, dtype=dtype_rules.same,
    doc="A mask that selects from axes of lengths ``shape``; other lengths are an IndexError.", cost=0.0,
    lower=Absent("resolved when a function is specialised"), c=Absent("resolved when a function is specialised"))

inside = _row(
    "inside", "structural", attrs=("length",), dtype=dtype_rules.lengths, numpy=lambda x, length: x,
    shape=lambda dims, inputs, attrs: inputs[0].shape, cost=0.0,
    lower=lambda low, node, index: low.value(node.inputs[0], index),
    doc="Integers of which all are known to be places of an axis of this length: no index needs a check.",
    c=Absent("the operand itself"))

ROWS = (whole, length, nonzero_count, unique_count, bincount_length, repeat_count, flatnonzero, unique_values, unique,
        bincount, repeat_places, fitting_mask, inside)
