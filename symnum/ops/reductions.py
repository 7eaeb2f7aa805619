"""Reductions: sum, prod, max, min, any, all, argmax, argmin over a set of axes, which vanish from the shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentValueError
from . import dtype_rules
from .elementwise import conjugated
from .spec import Absent, Interval, OpSpec, Reduce

_NO_C = Absent("lowered to a loop over its combining op")
_NO_SYMPY = Absent("SymPy sees the elements; Sum and Product come with the whole bridge")
_STRUCTURAL = Absent("a reduction has vjp and jvp")


def _reduced(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    return tuple(n for k, n in enumerate(inputs[0].shape) if k not in attrs["axis"])


def _not_empty(name: str) -> Any:
    def shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
        if any(inputs[0].shape[k] == 0 for k in attrs["axis"]):
            raise ArgumentValueError(f"{name} of an empty axis has no value: shape {dims.text(inputs[0].shape)}, "
                                     f"axis {attrs['axis']}")
        return _reduced(dims, inputs, attrs)
    return shape


def _spread(o: Any, node: Any, value: Any) -> Any:
    """A value of the reduction's shape, repeated along the axes that were reduced."""
    x = node.inputs[0]
    return o.broadcast_to(o.expand_dims(value, axis=node.attr("axis")), shape=x.shape)


def _at_extremes(o: Any, node: Any, beaten: Any, value: Any) -> Any:
    """``value`` at the extreme elements, divided evenly among those that are equal; NaN if there is a NaN."""
    x, axis = node.inputs[0], node.attr("axis")
    extreme = _spread(o, node, node)
    ties = o.cast(o.equal(x, extreme), dtype=x.dtype)
    share = o.true_divide(ties, _spread(o, node, o.sum(ties, axis=axis)))
    # A where, so that a masked cotangent stays masked: no infinite partial further on meets a zero of this one.
    return o.where(beaten(x, extreme), 0, o.multiply(value, share))


def _prod_partial(o: Any, node: Any) -> Any:
    """Product of all other elements, right also where elements are zero, and so is its own derivative."""
    x, axis = node.inputs[0], node.attr("axis")
    zero = o.equal(x, 0)
    count = _spread(o, node, o.sum(o.cast(zero, dtype=x.dtype), axis=axis))
    others = o.where(zero, 1, x)
    rest = o.true_divide(_spread(o, node, o.prod(others, axis=axis)), others)
    # The other zero, if there is one: a factor of value 0 and derivative 1.
    zeros = o.subtract(_spread(o, node, o.sum(o.where(zero, x, 0), axis=axis)), o.where(zero, x, 0))
    left = o.subtract(count, o.cast(zero, dtype=x.dtype))
    return o.where(o.equal(left, 0), rest, o.where(o.equal(left, 1), o.multiply(rest, zeros), 0))


def _row(name: str, combine: str, of_empty: bool, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "reduction", "arity": 1, "attrs": ("axis",), "numpy": getattr(np, name, None), "shape": _reduced,
        "partials": _STRUCTURAL, "sympy": _NO_SYMPY, "c": _NO_C, "lower": Reduce(combine, of_empty),
        "domain": (Interval(-10, 10),)}
    return OpSpec(name=name, **(default | columns))


def _position(name: str) -> Any:
    function = getattr(np, name)

    def reference(x: Any, axis: tuple[int, ...]) -> Any:
        kept = [k for k in range(x.ndim) if k not in axis]
        count = math.prod(x.shape[k] for k in axis)
        flat = np.transpose(x, (*kept, *axis)).reshape(*(x.shape[k] for k in kept), count)
        return function(flat, axis=-1)
    return reference


_ZERO = Absent("locally constant: the derivative is zero")

sum_ = _row(
    "sum", "add", True, dtype=dtype_rules.accumulated, tol=16.0,
    doc="Sum over axes; 0 over an empty axis.  bool and small integers are summed in 64 bits.",
    vjp=lambda o, node, g: (_spread(o, node, g),), facts=frozenset({"linear"}),
    jvp=Absent("linear: the op itself, applied to the tangents"))
prod = _row(
    "prod", "multiply", True, dtype=dtype_rules.accumulated, tol=64.0,
    doc="Product over axes; 1 over an empty axis.  bool and small integers are multiplied in 64 bits.  First and "
        "second derivatives are right also where elements are zero, higher ones where at most one is.",
    vjp=lambda o, node, g: (o.multiply(_spread(o, node, g), conjugated(o, _prod_partial(o, node))),),
    jvp=lambda o, node, t: o.sum(o.multiply(t[0], _prod_partial(o, node)), axis=node.attr("axis")))


def _extreme(name: str, combine: str, beaten: str) -> OpSpec:
    return _row(
        name, combine, False, dtype=dtype_rules.ordered, shape=_not_empty(name),
        doc=f"Largest element over axes (smallest for min), NaN if there is one; an empty axis is an error.  "
            f"The derivative of {name} is shared evenly among equal elements.",
        vjp=lambda o, node, g: (_at_extremes(o, node, getattr(o, beaten), _spread(o, node, g)),),
        jvp=lambda o, node, t: o.sum(_at_extremes(o, node, getattr(o, beaten), t[0]), axis=node.attr("axis")))


def _truth(name: str, combine: str, of_empty: bool) -> OpSpec:
    return _row(name, combine, True, dtype=dtype_rules.truth, vjp=_ZERO, jvp=_ZERO,
                facts=frozenset({"locally_constant"}),
                doc=f"Whether {name} of the elements over axes are true; {of_empty} over an empty axis.")


def _where_extreme(name: str) -> OpSpec:
    return _row(name, name, False, dtype=dtype_rules.position, shape=_not_empty(name), numpy=_position(name),
                vjp=_ZERO, jvp=_ZERO, facts=frozenset({"locally_constant"}),
                doc="Position of the first extreme element, in C order over the reduced axes; NaN counts as "
                    "extreme; an empty axis is an error.")


# Sums of exponentials are shifted by it: their value does not depend on the shift, so neither does a derivative.
peak = _row(
    "peak", "maximum", True, dtype=dtype_rules.floating,
    numpy=lambda x, axis: np.max(x, axis=axis, initial=-np.inf), facts=frozenset({"locally_constant"}),
    vjp=Absent("taken to be constant"), jvp=Absent("taken to be constant"),
    doc="Largest element of floats over axes, -inf over an empty axis, NaN if there is one; derivatives take it to "
        "be constant.")

ROWS = (sum_, prod, _extreme("max", "maximum", "less"), _extreme("min", "minimum", "greater"), peak,
        _truth("any", "logical_or", False), _truth("all", "logical_and", True),
        _where_extreme("argmax"), _where_extreme("argmin"))
