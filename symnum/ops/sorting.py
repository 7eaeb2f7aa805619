"""Sorting along an axis, elements by rank, and places in a sorted array."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import ShapeError
from . import dtype_rules
from .along import add_along, take_along
from .spec import Absent, Interval, OpSpec, Routine

_NO_SYMPY = Absent("SymPy sees the elements")
_STRUCTURAL = Absent("a sort has vjp and jvp")
_CONSTANT = Absent("locally constant: the derivative is zero")


def _row(name: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": 1, "attrs": ("axis",), "dtype": dtype_rules.same, "partials": _STRUCTURAL,
        "shape": lambda dims, inputs, attrs: inputs[0].shape, "sympy": _NO_SYMPY,
        "c": Absent("a Program step of its own"), "lower": Routine("host"), "domain": (Interval(),), "cost": 50.0}
    return OpSpec(name=name, **(default | columns))


# Elements from which on several threads sort.
_WORTH_THREADS = 1 << 17


# sort -------------------------------------------------------------------------------------------------------------

def _sort_into(results: Sequence[Any], threads: int, x: Any, axis: int) -> None:
    target = results[0]
    target[...] = x
    if threads == 1 or x.size < _WORTH_THREADS:
        target.sort(axis)
        return
    first, *others = _parts(target, threads, axis)
    # NumPy sorts without the interpreter lock.
    workers = [threading.Thread(target=part.sort, args=(axis,)) for part in others]
    for worker in workers:
        worker.start()
    first.sort(axis)
    for worker in workers:
        worker.join()


def _parts(x: Any, threads: int, axis: int) -> list[Any]:
    """Parts that are sorted one by one: of the other axes, or of a vector whose elements are moved to their part."""
    across = max((k for k in range(x.ndim) if k != axis), key=lambda k: x.shape[k], default=axis)
    if across != axis and x.shape[across] >= threads:
        return np.array_split(x, threads, across)
    if x.ndim > 1 or _has_negative_zero(x):
        return [x]
    cuts = [len(x) * k // threads for k in range(1, threads)]
    x.partition(cuts)
    return np.split(x, cuts)


def _has_negative_zero(x: Any) -> bool:
    """Whether equal elements may differ in bits, whose order must not depend on the number of threads."""
    if x.dtype.kind not in "fc":
        return False
    bits = np.dtype(f"i{x.real.itemsize}")
    # Its bits are those of the least integer.
    return bool(x.view(bits).min() == np.iinfo(bits).min)


def _order(o: Any, node: Any) -> Any:
    return o.argsort(node.inputs[0], axis=node.attr("axis"))


sort = _row(
    "sort", numpy=lambda x, axis: np.sort(x, axis), lower=Routine("host", into=_sort_into),
    doc="Elements along an axis in ascending order, NaN last.",
    vjp=lambda o, node, g: (add_along(o, node, g, _order(o, node), node.attr("axis")),),
    jvp=lambda o, node, t: take_along(o, t[0], _order(o, node), node.attr("axis")))

def _places_dtype(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    return (dtype_rules.same(name, operands, attrs)[0], INT64)


argsort = _row(
    "argsort", dtype=_places_dtype, numpy=lambda x, axis: np.argsort(x, axis, kind="stable"),
    lower=Routine("argsort"),
    doc="Places that elements along an axis have before they are sorted, equal ones in their order; NaN is last.",
    vjp=_CONSTANT, jvp=_CONSTANT, facts=frozenset({"locally_constant"}))


# elements by rank -------------------------------------------------------------------------------------------------

def _ranked(x: Any, ranks: Any, axis: int) -> Any:
    if x.shape[axis] == 0 and x.dtype.kind == "f":
        return np.full((*x.shape[:axis], len(ranks), *x.shape[axis + 1:]), np.nan, x.dtype)
    return np.take(np.partition(x, np.unique(ranks), axis) if ranks.size else x, ranks, axis)


def _ranked_dtype(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    found = dtype_rules.same(name, operands[:1], attrs)[0]
    return (found, INT64, found)


def _ranked_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    x, ranks = inputs
    if len(ranks.shape) != 1:
        raise ShapeError(f"ranked: ranks of shape {dims.text(ranks.shape)}; expected rank 1")
    return tuple(ranks.shape[0] if k == attrs["axis"] else n for k, n in enumerate(x.shape))


def _ranked_places(o: Any, node: Any) -> Any:
    """Where in the operand each result is from."""
    x, ranks = node.inputs
    axis = node.attr("axis")
    others = tuple(k for k in range(x.ndim) if k != axis)
    spread = o.broadcast_to(o.expand_dims(ranks, axis=others) if others else ranks, shape=node.shape)
    return take_along(o, o.argsort(x, axis=axis), spread, axis)


ranked = _row(
    "ranked", arity=2, numpy=_ranked, dtype=_ranked_dtype, shape=_ranked_shape,
    doc="The elements that sorting along an axis would put at the places in the second operand, a vector of int64 "
        "that lie inside the axis; NaN of an empty one.",
    vjp=lambda o, node, g: (add_along(o, node.inputs[0], g, _ranked_places(o, node), node.attr("axis")), None),
    jvp=lambda o, node, t: take_along(o, t[0], _ranked_places(o, node), node.attr("axis")),
    domain=Absent("the second operand has places inside the axis; tested with the quantiles"))


# places in a sorted array -----------------------------------------------------------------------------------------

def _searched_dtype(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    common = dtype_rules.numeric(name, operands, attrs)[0]
    return (common, common, INT64)


def _searched_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    if len(inputs[0].shape) != 1:
        raise ShapeError(f"searchsorted: the sorted array has shape {dims.text(inputs[0].shape)}; expected rank 1")
    return tuple(inputs[1].shape)


searchsorted = _row(
    "searchsorted", arity=2, attrs=("side",), dtype=_searched_dtype, shape=_searched_shape,
    numpy=lambda a, v, side: np.searchsorted(a, v, side), lower=Routine("searchsorted"),
    doc="Where elements of the second operand belong in the first, a vector in ascending order: before equal ones "
        "(side left) or behind them (right).",
    vjp=_CONSTANT, jvp=_CONSTANT, facts=frozenset({"locally_constant"}),
    domain=Absent("the first operand must be sorted; tested by name"))

ROWS = (sort, argsort, ranked, searchsorted)
