"""Scans along an axis: cumulative sum, product, extremes and logsumexp, and the linear recurrence behind their
derivatives.

Elements are combined one after the other, as NumPy's ``accumulate`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ShapeError
from . import dtype_rules
from .along import add_along, places, take_along
from .elementwise import conjugated
from .spec import Absent, Interval, OpSpec, Routine

_NO_C = Absent("a routine along an axis")
_NO_SYMPY = Absent("SymPy sees the elements")
_STRUCTURAL = Absent("a scan has vjp and jvp")


def _row(name: str, routine: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": 1, "attrs": ("axis",), "shape": lambda dims, inputs, attrs: inputs[0].shape,
        "partials": _STRUCTURAL, "sympy": _NO_SYMPY, "c": _NO_C, "lower": Routine(routine),
        "domain": (Interval(-3, 3),), "cost": 4.0}
    return OpSpec(name=name, **(default | columns))


# parts of operands ------------------------------------------------------------------------------------------------

def flipped(o: Any, x: Any, axis: int) -> Any:
    """x with the order along an axis reversed."""
    last = o.dims.subtract(x.shape[axis], 1)
    starts = tuple(last if k == axis else 0 for k in range(x.ndim))
    return o.slice(x, starts=starts, lengths=x.shape, steps=tuple(-1 if k == axis else 1 for k in range(x.ndim)))


def _edge(o: Any, x: Any, axis: int) -> Any:
    """The first element along an axis, or none where the axis is empty."""
    length = o.dims.minimum(x.shape[axis], 1)
    return o.slice(x, starts=(0,) * x.ndim, lengths=tuple(length if k == axis else n for k, n in enumerate(x.shape)),
                   steps=(1,) * x.ndim)


def _shifted(o: Any, x: Any, axis: int, first: Any) -> Any:
    """The element before each one along an axis; before the first a number, or for None that element itself."""
    rest = o.dims.maximum(o.dims.subtract(x.shape[axis], 1), 0)
    before = o.slice(x, starts=(0,) * x.ndim, lengths=tuple(rest if k == axis else n for k, n in enumerate(x.shape)),
                     steps=(1,) * x.ndim)
    edge = _edge(o, x, axis)
    if first is not None:
        edge = o.broadcast_to(o.constant(first, x.dtype), shape=edge.shape)
    return o.concatenate(edge, before, axis=axis)


def _backwards(o: Any, factors: Any, terms: Any, axis: int) -> Any:
    """``t[i] = terms[i] + factors[i + 1] * t[i + 1]``: the recurrence from the last element to the first."""
    after = _shifted(o, flipped(o, factors, axis), axis, 0.0)
    return flipped(o, o.recurrence(after, flipped(o, terms, axis), axis=axis), axis)


# sums and products ------------------------------------------------------------------------------------------------

def _accumulated(ufunc: np.ufunc) -> Callable[..., Any]:
    def reference(x: Any, axis: int) -> Any:
        return ufunc.accumulate(x, axis, dtype=np.asarray(x).dtype)
    return reference


cumsum = _row(
    "cumsum", "scan_add", numpy=_accumulated(np.add), dtype=dtype_rules.accumulated, facts=frozenset({"linear"}),
    doc="Sums of the first elements along an axis.  bool and small integers are summed in 64 bits.",
    vjp=lambda o, node, g: (flipped(o, o.cumsum(flipped(o, g, node.attr("axis")), axis=node.attr("axis")),
                                    node.attr("axis")),),
    jvp=Absent("linear: the op itself, applied to the tangents"))


def _cumprod_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """Without divisions, so that it is right where elements are zero: what is before times what comes after."""
    x, axis = node.inputs[0], node.attr("axis")
    return (o.multiply(_shifted(o, conjugated(o, node), axis, 1.0), _backwards(o, conjugated(o, x), g, axis)),)


def _cumprod_jvp(o: Any, node: Any, tangents: Any) -> Any:
    x, axis = node.inputs[0], node.attr("axis")
    return o.recurrence(x, o.multiply(tangents[0], _shifted(o, node, axis, 1.0)), axis=axis)


cumprod = _row(
    "cumprod", "scan_multiply", numpy=_accumulated(np.multiply), dtype=dtype_rules.accumulated,
    doc="Products of the first elements along an axis.  bool and small integers are multiplied in 64 bits.",
    vjp=_cumprod_vjp, jvp=_cumprod_jvp)


# recurrence -------------------------------------------------------------------------------------------------------

def _recurrence(factors: Any, terms: Any, axis: int) -> Any:
    a, b = np.moveaxis(factors, axis, 0), np.moveaxis(terms, axis, 0)
    out = np.array(b)
    for i in range(1, len(out)):
        out[i] = a[i] * out[i - 1] + b[i]
    return np.moveaxis(out, 0, axis)


def _recurrence_shape(dims: Any, inputs: Any, attrs: Any) -> tuple[Any, ...]:
    a, b = (x.shape for x in inputs)
    if len(a) != len(b) or not all(map(dims.may_equal, a, b)):
        raise ShapeError(f"recurrence: factors of shape {dims.text(a)} and terms of shape {dims.text(b)} differ")
    return tuple(b)


def _recurrence_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    axis = node.attr("axis")
    by_terms = _backwards(o, conjugated(o, node.inputs[0]), g, axis)
    return o.multiply(by_terms, _shifted(o, conjugated(o, node), axis, 0.0)), by_terms


def _recurrence_jvp(o: Any, node: Any, tangents: Any) -> Any:
    factors, axis = node.inputs[0], node.attr("axis")
    da, db = tangents
    terms = [] if da is None else [o.multiply(da, _shifted(o, node, axis, 0.0))]
    terms += [] if db is None else [db]
    return o.recurrence(factors, terms[0] if len(terms) == 1 else o.add(*terms), axis=axis)


recurrence = _row(
    "recurrence", "recurrence", arity=2, numpy=_recurrence, dtype=dtype_rules.numeric, shape=_recurrence_shape,
    doc="``t[i] = x[i] * t[i - 1] + y[i]`` along an axis, beginning with ``t[0] = y[0]``; x[0] is not used.",
    vjp=_recurrence_vjp, jvp=_recurrence_jvp, domain=(Interval(-1, 1), Interval(-3, 3)))


# extremes ---------------------------------------------------------------------------------------------------------

def _records(o: Any, node: Any, beaten: Callable[..., Any]) -> Any:
    """Where the element lies that each result is: the first of equal ones, or the first NaN."""
    x, axis = node.inputs[0], node.attr("axis")
    before = _shifted(o, node, axis, 0)
    is_record = o.logical_and(o.logical_not(beaten(x, before)), o.equal(before, before))
    return o.cummax(o.where(is_record, places(o, x, axis), 0), axis=axis)


def _extreme(name: str, routine: str, word: str, ufunc: np.ufunc, beaten: str) -> OpSpec:
    def vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
        return (add_along(o, node, g, _records(o, node, getattr(o, beaten)), node.attr("axis")),)

    def jvp(o: Any, node: Any, tangents: Any) -> Any:
        return take_along(o, tangents[0], _records(o, node, getattr(o, beaten)), node.attr("axis"))

    return _row(name, routine, numpy=_accumulated(ufunc), dtype=dtype_rules.same, vjp=vjp, jvp=jvp,
                doc=f"{word} of the first elements along an axis, NaN from the first NaN on.  The derivative is that "
                    "of the first of equal elements.")


cummax = _extreme("cummax", "scan_maximum", "Largest", np.maximum, "less_equal")
cummin = _extreme("cummin", "scan_minimum", "Smallest", np.minimum, "greater_equal")


# logcumsumexp -----------------------------------------------------------------------------------------------------

def _ratio(o: Any, a: Any, b: Any) -> Any:
    """exp(a - b) for a <= b, which is 1 also where both are infinite."""
    return o.where(o.equal(a, b), 1, o.exp(o.subtract(a, b)))


def _logcumsumexp_factors(o: Any, node: Any) -> tuple[Any, Any]:
    """exp(z[i - 1] - z[i]) and exp(x[i] - z[i]), none of which is above 1."""
    axis = node.attr("axis")
    return _ratio(o, _shifted(o, node, axis, None), node), _ratio(o, node.inputs[0], node)


def _logcumsumexp_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    before, own = _logcumsumexp_factors(o, node)
    return (o.multiply(own, _backwards(o, before, g, node.attr("axis"))),)


def _logcumsumexp_jvp(o: Any, node: Any, tangents: Any) -> Any:
    before, own = _logcumsumexp_factors(o, node)
    return o.recurrence(before, o.multiply(own, tangents[0]), axis=node.attr("axis"))


logcumsumexp = _row(
    "logcumsumexp", "scan_logaddexp", numpy=_accumulated(np.logaddexp), dtype=dtype_rules.floating, tol=16.0,
    doc="Logarithms of the sums of the exponentials of the first elements along an axis, without overflow.",
    vjp=_logcumsumexp_vjp, jvp=_logcumsumexp_jvp, cost=40.0)

ROWS = (cumsum, cumprod, recurrence, cummax, cummin, logcumsumexp)
