"""Checks of what ``assume`` states, on the values of a call: mode ``"debug"`` runs them before all else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from .errors import ArgumentValueError
from .ir import interpret
from .ir.node import Node
from .ir.text import formula
from .ir.walk import topological
from .records import dataclass

Array = np.ndarray[Any, Any]
_MATRIX_TOLERANCE = 1e3     # units in the last place of the largest element
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that a value contradicts, the first element that does (None: a whole matrix), and its place."""

    fact: str
    value: Any
    place: tuple[int, ...]


def broken(node: Node, array: Array) -> Broken | None:
    """The first statement of an ``assume`` node that its operand's value contradicts, if there is one.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = o.assume(input_leaf("x", "float64", (2,)), facts=("positive",), lower=None, upper=9)
    >>> broken(x, np.array([1.0, 0.0]))
    Broken(fact='positive', value=0.0, place=(1,))
    """
    bounds = [(name, node.attr(name)) for name in ("lower", "upper") if node.attr(name) is not None]
    with np.errstate(all="ignore"):
        tests = [*((fact, _TESTS[fact](array)) for fact in node.attr("facts")),
                 *((f"{_WORDS[name]} {bound}", _BOUNDS[name](array, bound)) for name, bound in bounds)]
    for fact, fails in tests:
        if fails.any():
            place = tuple(int(k) for k in np.argwhere(fails)[0])
            return Broken(fact, array[place].item() if fails.shape == array.shape else None, place)
    return None


def checks(outputs: Sequence[Node],
           expand: Callable[[Sequence[Node]], Sequence[Node]]) -> Callable[[Mapping[Node, Array]], None]:
    """A function of the values of all leaves that raises if a statement in ``outputs`` is wrong.

    ``expand`` writes out derivatives.
    """
    nodes = [x for x in topological(outputs) if x.op.name == "assume"]
    expanded = expand([x.inputs[0] for x in nodes]) if nodes else []
    evaluated = interpret.evaluator(expanded)

    def check(values: Mapping[Node, Array]) -> None:
        for node, array in zip(nodes, evaluated(values) if nodes else (), strict=True):
            found = broken(node, array)
            if found is not None:
                raise ArgumentValueError(_message(node, found))
    return check


def _message(node: Node, found: Broken) -> str:
    operand = node.inputs[0]
    is_leaf = operand.op.name in ("input", "shared")
    name = interpret.leaf_name(operand) if is_leaf else formula([operand]).splitlines()[-1]
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
    part = "matrix" if found.value is None else "element"
    where = f"{part} [{', '.join(map(str, found.place))}] of " if found.place else ""
    what = "is not" if found.value is None else f"is {found.value!r}"
    return (f"assume: {where}{shown} is stated to be {found.fact.replace('_', ' ')}, but {what}; cure: state what "
            "holds of all values")


# each tells where a statement fails -----------------------------------------------------------------------------

def _fails_diagonal(x: Array) -> Array:
    return np.asarray(((np.triu(x, 1) != 0) | (np.tril(x, -1) != 0)).any(axis=(-2, -1)))


def _fails_symmetric(x: Array) -> Array:
    return _differ(x, np.swapaxes(x, -1, -2), np.abs(x))


def _fails_positive_definite(x: Array) -> Array:
    least = np.asarray(np.linalg.eigvalsh(np.where(np.isfinite(x), x, 0))).min(axis=-1, initial=np.inf)
    found: Array = _fails_symmetric(x) | (least <= 0)
    return found


def _fails_orthogonal(x: Array) -> Array:
    unit = np.broadcast_to(np.eye(x.shape[-1]), x.shape)
    return _differ(np.swapaxes(x, -1, -2) @ x, unit, x.shape[-1] * np.ones_like(x))


def _differ(a: Array, b: Array, size: Array) -> Array:
    """Which matrices differ by more than rounding, for elements of this size."""
    room = 0.0 if a.dtype.kind != "f" else _MATRIX_TOLERANCE * float(np.finfo(a.dtype).eps)
    found: Array = (np.abs(a - b) > room * size.max(axis=(-2, -1), keepdims=True, initial=0)).any(axis=(-2, -1))
    return found


_TESTS: Mapping[str, Callable[[Array], Array]] = MappingProxyType({
    "positive": lambda x: x <= 0, "nonnegative": lambda x: x < 0, "negative": lambda x: x >= 0,
    "nonpositive": lambda x: x > 0, "nonzero": lambda x: x == 0, "finite": lambda x: ~np.isfinite(x),
    "integer": lambda x: np.isfinite(x) & (np.trunc(x) != x),
    "symmetric": _fails_symmetric, "positive_definite": _fails_positive_definite, "diagonal": _fails_diagonal,
    "lower_triangular": lambda x: (np.triu(x, 1) != 0).any(axis=(-2, -1)),
    "upper_triangular": lambda x: (np.tril(x, -1) != 0).any(axis=(-2, -1)), "orthogonal": _fails_orthogonal})
_WORDS = MappingProxyType({"lower": "at least", "upper": "at most"})
_BOUNDS: Mapping[str, Callable[[Array, Any], Array]] = MappingProxyType({
    "lower": lambda x, bound: x < bound, "upper": lambda x, bound: x > bound})
