"""Graphs in high precision, and how many bits of a result are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import mpmath as mp
import numpy as np
from exact_linalg import FUNCTIONS as LINEAR

from symnum.ir.interpret import fill_numbers
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.sympy_engine.real_functions import FUNCTIONS, TESTS, guarded, meant

Array = np.ndarray[Any, Any]
DIGITS = 200


def exactly(array: Array) -> Array:
    """The numbers of an array in high precision, as an array of objects; bools stay."""
    if array.dtype.kind == "b":
        return array
    out = np.empty(array.shape, object)
    for place in np.ndindex(array.shape):
        out[place] = mp.mpf(array[place].item())
    return out


def evaluate(outputs: Sequence[Node], values: Mapping[Node, Array]) -> list[Array]:
    """``outputs`` computed with real numbers; NaN where a formula has no value."""
    found: dict[Node, Array] = {}
    with mp.workdps(DIGITS):
        for node in topological(outputs):
            found[node] = _value(node, found, values)
    return [found[x] for x in outputs]


def _value(node: Node, found: Mapping[Node, Array], values: Mapping[Node, Array]) -> Array:
    if node in values:
        return exactly(values[node])
    if node.op.name == "constant":
        return _constant(node.attr("literal").array)
    operands, name = [found[x] for x in node.operands], node.op.name
    if name == "where":
        return np.where(operands[0].astype(bool), operands[1], operands[2])
    if name == "cast":
        return operands[0] if node.inputs[0].dtype.kind != "b" else exactly(operands[0].astype(np.int64))
    function = FUNCTIONS.get(name)
    if function is not None:
        return np.asarray(np.frompyfunc(guarded(function), len(operands), 1)(*operands), dtype=object)
    if name in TESTS:
        return np.asarray(np.frompyfunc(TESTS[name], len(operands), 1)(*operands), dtype=bool)
    attrs = {key: fill_numbers(value, node, found) for key, value in node.attrs}
    if name in ("gather", "scatter"):
        first = 1 + (name == "scatter")
        operands[first:] = [index.astype(np.int64) for index in operands[first:]]
    if name in LINEAR:
        return LINEAR[name](*operands, **attrs)
    found_value = node.op.reference()(*operands, **attrs)
    return np.asarray(found_value, dtype=np.int64 if name in ("argmax", "argmin") else object)


def _constant(array: Array) -> Array:
    """The numbers of a constant; pi in any dtype, doubled or halved any number of times, stands for pi."""
    found = exactly(array)
    if array.dtype.kind == "f":
        for place in np.ndindex(array.shape):
            found[place] = meant(array[place])
    return found


def close(a: Array, b: Array, dtype: np.dtype[Any]) -> bool:
    """Whether two results differ by less than half a unit in the last place of a dtype, or have no value both."""
    half = mp.mpf(float(np.finfo(dtype).eps)) / 2
    pairs = list(zip(a.flat, b.flat, strict=True))
    return a.shape == b.shape and all(
        abs(x - y) <= half * abs(x) if mp.isfinite(x) and mp.isfinite(y) else _agree(x, y, 0) for x, y in pairs)


def agree(a: Array, b: Array, digits: int = 50) -> bool:
    """Whether two results are equal to so many digits, or have no value both."""
    return a.shape == b.shape and all(_agree(x, y, digits) for x, y in zip(a.flat, b.flat, strict=True))


def _agree(x: Any, y: Any, digits: int) -> bool:
    if isinstance(x, bool | np.bool_):
        return bool(x) == bool(y)
    if not (mp.isfinite(x) and mp.isfinite(y)):
        return bool(mp.isnan(x) and mp.isnan(y)) or bool(x == y)
    return bool(abs(x - y) <= mp.mpf(10) ** -digits * (1 + abs(x) + abs(y)))


def wrong_bits(result: Array, truth: Array) -> float:
    """Mean over elements of log2(1 + distance to the truth in units in the last place), at most 64; NaN counts 64."""
    return float(np.mean([_wrong(r, t, result.dtype) for r, t in zip(result.flat, truth.flat, strict=True)] or [0.0]))


def _wrong(value: Any, truth: Any, dtype: np.dtype[Any]) -> float:
    if not mp.isfinite(truth):
        return 0.0
    with np.errstate(all="ignore"):
        near = dtype.type(float(truth))
    if not math.isfinite(near) or value == near:
        return 0.0
    if not math.isfinite(value):
        return 64.0
    unit = float(np.spacing(np.abs(near)))
    return min(64.0, math.log2(1 + float(abs(mp.mpf(float(value)) - truth) / mp.mpf(unit))))
