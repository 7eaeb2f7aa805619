"""The NumPy interpreter: the meaning of a graph, and the engine of ``mode="numpy"``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, LinAlgError, MissingInputError, ShapeError, SymnumError
from ..ops.spec import OpSpec, Slot
from ..records import dataclass
from . import dims
from .node import Node, Shape
from .walk import topological

Array = np.ndarray[Any, Any]


def bind_dims(leaves: Sequence[Node], values: Sequence[Array]) -> dict[Node, Array]:
    """The values of all dims that leaves carry, from the leaves' arrays.

    Raises:
        ShapeError: an array's shape does not fit its leaf, or two leaves that share a dim differ.
    """
    bound: dict[Node, Array] = {}
    formulas: list[tuple[Node, int, Node]] = []
    for leaf, value in zip(leaves, values, strict=True):
        if len(leaf.shape) != value.ndim:
            raise ShapeError(f"{leaf_name(leaf)}: expected rank {len(leaf.shape)}, given shape {value.shape}")
        for length, given in zip(leaf.shape, value.shape, strict=True):
            if not isinstance(length, Node):
                _check_length(leaf, length, given, value.shape)
            elif length.op.name == "dim":
                found = bound.setdefault(length, np.asarray(given, np.int64))
                _check_length(leaf, int(found), given, value.shape)
            else:
                formulas.append((length, given, leaf))
    for length, given, leaf in formulas:
        _check_length(leaf, int(evaluate([length], bound)[0]), given, leaf.shape)
    return bound


def leaf_name(leaf: Node) -> str:
    """A leaf's name for messages."""
    named = leaf.attr("state").name if leaf.op.name == "shared" else leaf.attr("name")
    return str(named or "an unnamed input")


def _check_length(leaf: Node, expected: int, given: int, shape: Shape) -> None:
    if expected != given:
        raise ShapeError(f"{leaf_name(leaf)}: expected shape {dims.text(leaf.shape)} with length {expected}, "
                         f"given {given} in shape {dims.text(shape)}")


def evaluate(outputs: Sequence[Node], values: Mapping[Node, Array]) -> list[Array]:
    """The arrays of ``outputs``, given the arrays of all leaves (dims too; see :func:`bind_dims`).

    Runs each op's reference function once, in order, and drops each array after its last use.

    Raises:
        MissingInputError: a leaf has no value.
        ShapeError: run-time lengths do not fit.
    """
    return _evaluated(_plan(outputs), values)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Nodes in order, each with those that nothing needs after it; results that are computed together; and lengths
    that depend on data, each with a node whose first axis has it."""

    outputs: tuple[Node, ...]
    steps: tuple[tuple[Node, tuple[Node, ...]], ...]
    together: Mapping[tuple[Any, ...], Sequence[Node]]
    shown: Mapping[Node, Node]


def _plan(outputs: Sequence[Node]) -> _Plan:
    order = topological(outputs)
    last = {x: node for node in order for x in node.inputs}
    keep = set(outputs)
    steps = ((node, tuple(x for x in dict.fromkeys(node.inputs) if last[x] is node and x not in keep))
             for node in order)
    shown = {x.shape[0]: x for x in order if _shows_count(x)}
    return _Plan(tuple(outputs), tuple(steps), _together(order), shown)


def _shows_count(node: Node) -> bool:
    """Whether the first length of a result is a count of the same operands."""
    if node.op.kind != "counted" or not isinstance(node.shape[0], Node):
        return False
    return node.shape[0].op.kind == "count" and node.shape[0].inputs == node.inputs


def _evaluated(plan: _Plan, values: Mapping[Node, Array]) -> list[Array]:
    found: dict[Node, Array] = {}
    with np.errstate(all="ignore"):
        for node, unused in plan.steps:
            if node not in found:
                source = node if node in values else plan.shown.get(node, node)
                for other, value in _values(source, plan.together, found, values):
                    found[other] = value
                    if _shows_count(other):
                        found[other.shape[0]] = np.asarray(len(value), np.int64)
            for x in unused:
                found.pop(x, None)
    return [found[x] for x in plan.outputs]


def application(node: Node) -> tuple[Any, ...]:
    """What the results of one application have in common: all but the attribute ``which``."""
    return node.op, node.inputs, tuple(pair for pair in node.attrs if pair[0] != "which")


def _together(order: Sequence[Node]) -> dict[tuple[Any, ...], list[Node]]:
    """The results that a graph holds of each application of an op with several results."""
    together: dict[tuple[Any, ...], list[Node]] = {}
    for node in order:
        if node.op.results > 1:
            together.setdefault(application(node), []).append(node)
    return together


def _values(node: Node, together: Mapping[tuple[Any, ...], Sequence[Node]], found: Mapping[Node, Array],
            values: Mapping[Node, Array]) -> list[tuple[Node, Array]]:
    """The value of a node, and of others that are computed with it."""
    if node.op.results == 1 or node in values:
        return [(node, np.asarray(_value(node, found, values), dtype=node.dtype))]
    all_results = _value(node, found, values)
    return [(x, np.asarray(all_results[x.attr("which")], dtype=x.dtype)) for x in together[application(node)]]


def _value(node: Node, found: Mapping[Node, Array], values: Mapping[Node, Array]) -> Any:
    if node in values:
        return values[node]
    if node.op.name == "constant":
        return node.attr("literal").array
    if node.op.kind == "leaf":
        raise MissingInputError(f"no value for {node!r}")
    attrs = {key: fill_numbers(value, node, found) for key, value in node.attrs
             if key != "which" or node.op.results == 1}
    operands = [found[x] for x in node.operands]
    try:
        return node.op.reference()(*operands, **attrs)
    except ValueError as error:
        raise reference_error(node.op, operands, error) from None


def fill_numbers(value: Any, node: Node, found: Mapping[Node, Array]) -> Any:
    """An attribute with each slot replaced by its length's value."""
    if isinstance(value, Slot):
        return int(found[node.inputs[value.index]])
    return tuple(fill_numbers(v, node, found) for v in value) if isinstance(value, tuple) else value


def reference_error(op: OpSpec, operands: Sequence[Array], error: ValueError) -> ValueError:
    """What a reference function raised, with the op and the shapes of its operands."""
    shapes = ", ".join(str(np.shape(x)) for x in operands)
    if isinstance(error, SymnumError):
        return error
    if isinstance(error, np.linalg.LinAlgError):
        return LinAlgError(f"{op.name} of shapes {shapes}: {error}")
    kind = ShapeError if re.search("broadcast|reshape|align|dimension", str(error)) else ArgumentValueError
    return kind(f"{op.name} of shapes {shapes}: {error}")


def evaluator(outputs: Sequence[Node]) -> Callable[[Mapping[Node, Array]], list[Array]]:
    """A function from the arrays of all leaves to those of ``outputs``, as :func:`evaluate`."""
    plan = _plan(outputs)
    return lambda values: _evaluated(plan, values)


def function(inputs: Sequence[Node], outputs: Sequence[Node]) -> Callable[[Sequence[Array]], list[Array]]:
    """A Python function from the arrays of ``inputs`` (leaves) to those of ``outputs``."""
    evaluated = evaluator(outputs)

    def run(arrays: Sequence[Array]) -> list[Array]:
        values: dict[Node, Array] = dict(zip(inputs, arrays, strict=True))
        values.update(bind_dims(inputs, arrays))
        return evaluated(values)
    return run
