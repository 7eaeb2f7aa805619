"""Ops that make windows of an axis out of index arithmetic alone, shear and its transpose unshear; and what keeps
their operand in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from . import dtype_rules
from .spec import Absent, Interval, OpSpec, View

_LINEAR = Absent("linear: the op itself, applied to the tangents")
_STRUCTURAL = Absent("a structural op has vjp and jvp")
_NO_C = Absent("moves elements; lowering turns it into indices")
_NO_SYMPY = Absent("moves elements; SymPy sees the elements")


def _row(name: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": 1, "dtype": dtype_rules.same, "partials": _STRUCTURAL, "jvp": _LINEAR,
        "sympy": _NO_SYMPY, "c": _NO_C, "domain": (Interval(),), "facts": frozenset({"linear"}), "cost": 0.5}
    return OpSpec(name=name, **(default | columns))


def _places(length: int, step: int, width: int, dilation: int) -> tuple[Any, Any]:
    """The two indices of element (i, k): i·step + k·dilation, and k."""
    i, k = np.arange(length)[:, None], np.arange(width)[None]
    return i * step + k * dilation, k


def _shear(x: Any, axis: int, by: int, length: int, step: int, dilation: int) -> Any:
    front = np.moveaxis(x, (axis, by), (0, 1))
    return np.moveaxis(front[_places(length, step, front.shape[1], dilation)], (0, 1), (axis, by))


def _unshear(x: Any, axis: int, by: int, length: int, step: int, dilation: int) -> Any:
    front = np.moveaxis(x, (axis, by), (0, 1))
    out = np.zeros((length, *front.shape[1:]), x.dtype)
    out[_places(front.shape[0], step, front.shape[1], dilation)] = front
    return np.moveaxis(out, (0, 1), (axis, by))


def _replaced(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    return tuple(attrs["length"] if k == attrs["axis"] else n for k, n in enumerate(inputs[0].shape))


def _sheared(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    given, width, length = inputs[0].shape[attrs["axis"]], inputs[0].shape[attrs["by"]], attrs["length"]
    known = all(isinstance(n, int) for n in (given, width, length))
    if known and length and width and (length - 1) * attrs["step"] + (width - 1) * attrs["dilation"] >= given:
        raise ShapeError(f"shear: {length} windows of {width} elements do not fit into an axis of length {given} "
                         f"with step {attrs['step']} and dilation {attrs['dilation']}")
    return _replaced(dims, inputs, attrs)


def _others(o: Any, node: Any) -> dict[str, Any]:
    return {key: node.attr(key) for key in ("axis", "by", "step", "dilation")}


def _shear_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    axis = node.attr("axis")
    shift = low.multiply(index[node.attr("by")], node.attr("dilation"))
    place = low.add(low.multiply(index[axis], node.attr("step")), shift)
    return low.value(node.inputs[0], (*index[:axis], place, *index[axis + 1:]))


def _unshear_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    axis, step, x = node.attr("axis"), node.attr("step"), node.inputs[0]
    place = low.subtract(index[axis], low.multiply(index[node.attr("by")], node.attr("dilation")))
    i = low.floor_divide(place, step)
    inside = low.all(low.equal(low.multiply(i, step), place), low.less_equal(low.zero, i),
                     low.less(i, low.shape(x)[axis]))
    own = (*index[:axis], i, *index[axis + 1:])
    return low.where(inside, low.value(x, own, where=inside), low.zero_of(node.dtype))


shear = _row(
    "shear", attrs=("axis", "by", "length", "step", "dilation"), numpy=_shear, shape=_sheared, lower=_shear_pull,
    doc="Element i of ``axis`` for place k of the axis ``by`` is the operand's element i·step + k·dilation there; "
        "``length`` elements, all of which lie inside.  Sheared, an operand that repeats along ``by`` is its windows.",
    vjp=lambda o, node, g: (o.unshear(g, length=node.inputs[0].shape[node.attr("axis")], **_others(o, node)),))

unshear = _row(
    "unshear", attrs=("axis", "by", "length", "step", "dilation"), numpy=_unshear, shape=_replaced,
    lower=_unshear_pull, cost=2.0,
    doc="The operand's element i of ``axis`` for place k of ``by`` at i·step + k·dilation of an axis of ``length`` "
        "elements that is zero elsewhere: the transpose of shear.",
    vjp=lambda o, node, g: (o.shear(g, length=node.inputs[0].shape[node.attr("axis")], **_others(o, node)),))

stored = _row(
    "stored", shape=lambda dims, inputs, attrs: inputs[0].shape, numpy=lambda x: x, lower=View(), cost=0.0,
    doc="The operand, computed once and kept in memory, where it would otherwise be computed wherever it is used.",
    vjp=lambda o, node, g: (g,))

ROWS = (shear, unshear, stored)
