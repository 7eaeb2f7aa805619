"""``FunctionGraph``: what ``function`` was asked for, checked, as plain nodes."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import (
    DTypeError,
    GraphError,
    MissingInputError,
    ShapeError,
    UnusedInputError,
)
from .ir import dims
from .ir.build import shared_leaf
from .ir.node import Node, dependencies
from .ir.state import SharedState
from .ir.walk import substitute, topological
from .specialise import leaf_dims
from .tensor.creation import as_tensor
from .tensor.handle import describe
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor

LARGE_CONSTANT = 4096  # bytes; larger ones are handed to a Program by address instead of being in its text
Structure = Any  # "one", "list", "tuple", "none", or the keys of a dict
Updates = Mapping[SharedTensor, Any] | Iterable[tuple[SharedTensor, Any]]


@dataclass(frozen=True, slots=True)
class FunctionGraph:
    """Inputs, shared values and outputs of a function.

    ``states`` are the shared leaves that are read, then those that are only updated; ``outputs`` are the results in
    the order of ``structure``, then the new values of ``updated`` (positions in ``states``).
    """

    inputs: tuple[Node, ...]
    input_names: tuple[str, ...]
    states: tuple[Node, ...]
    n_read: int
    outputs: tuple[Node, ...]
    structure: Structure
    updated: tuple[int, ...]

    @property
    def n_results(self) -> int:
        """Number of outputs that are handed to the caller."""
        return len(self.outputs) - len(self.updated)

    @property
    def read(self) -> tuple[Node, ...]:
        """Leaves of the shared values that the graph depends on."""
        return self.states[:self.n_read]

    @property
    def state_values(self) -> tuple[SharedState, ...]:
        """The containers of all shared values, in the order of ``states``."""
        return tuple(leaf.attr("state") for leaf in self.states)


def function_graph(inputs: Sequence[Tensor], outputs: Any, updates: Updates | None,
                   givens: Mapping[Tensor, Any] | Iterable[tuple[Tensor, Any]] | None,
                   on_unused_input: str) -> FunctionGraph:
    """Check what was asked for, and gather it.

    Raises:
        GraphError: an input is no leaf or occurs twice; a shared value is updated twice; a given does not fit.
        MissingInputError: the graph needs a leaf or a length that no input brings.
        UnusedInputError: an input that nothing depends on (unless ``on_unused_input`` is "warn" or "ignore").
        DTypeError, ShapeError: an update does not fit its shared value.
    """
    leaves = _checked_inputs(inputs)
    structure, results = _structured(outputs)
    changes = _checked_updates(updates)
    nodes = [r.node for r in results] + [value.node for _, value in changes]
    nodes = _with_givens(nodes, givens)
    nodes = substitute(nodes, _large_constants(nodes))
    order = topological(nodes)
    # An update that must keep known lengths is checked like a value that is read.
    fixed = (s.node for s, _ in changes if any(isinstance(n, int) for n in s.node.shape))
    read = tuple(dict.fromkeys((*(x for x in order if x.op.name == "shared"), *fixed)))
    only_written = tuple(s.node for s, _ in changes if s.node not in read)
    states = (*read, *only_written)
    _check_leaves(order, leaves, read)
    _check_used(inputs, order, on_unused_input)
    names = tuple(t.name or f"argument {k + 1}" for k, t in enumerate(inputs))
    return FunctionGraph(leaves, names, states, len(read), tuple(nodes), structure,
                         tuple(states.index(s.node) for s, _ in changes))


def _checked_inputs(inputs: Sequence[Tensor]) -> tuple[Node, ...]:
    if not isinstance(inputs, list | tuple):
        raise GraphError(f"function: inputs must be a list of tensors; given {type(inputs).__name__}; cure: [x]")
    seen: dict[Node, int] = {}
    for k, x in enumerate(inputs):
        if not isinstance(x, Tensor):
            raise GraphError(f"function: input {k + 1} must be a tensor; given {x!r} of type {type(x).__name__}")
        if x.node.op.name == "shared":
            raise GraphError(f"function: input {k + 1}, {describe(x)}, is a shared value: functions find those "
                             "by themselves; cure: leave it out, or use updates to change it")
        if x.node.op.name != "input":
            raise GraphError(f"function: input {k + 1}, {describe(x)}, is the result of {x.node.op.name}; only "
                             "leaves, made by constructors such as dvector, can be inputs; cure: use givens")
        if x.node in seen:
            raise GraphError(f"function: {describe(x)} is input {seen[x.node] + 1} and input {k + 1}")
        seen[x.node] = k
    return tuple(seen)


def _structured(outputs: Any) -> tuple[Structure, list[Tensor]]:
    if outputs is None:
        return "none", []
    if isinstance(outputs, dict):
        keys: tuple[Hashable, ...] = tuple(outputs)
        return keys, [_output(outputs[k], f"output {k!r}") for k in keys]
    if isinstance(outputs, list | tuple):
        found = [_output(x, f"output {k + 1}") for k, x in enumerate(outputs)]
        return ("list" if isinstance(outputs, list) else "tuple"), found
    return "one", [_output(outputs, "the output")]


def _output(value: Any, what: str) -> Tensor:
    try:
        return as_tensor(value)
    except (TypeError, ValueError) as error:
        raise GraphError(f"function: {what} must be a tensor, number or array: {error}") from None


def _checked_updates(updates: Updates | None) -> list[tuple[SharedTensor, Tensor]]:
    pairs = list(updates.items() if isinstance(updates, Mapping) else updates or ())
    found: dict[Node, tuple[SharedTensor, Tensor]] = {}
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], SharedTensor):
            raise GraphError(f"function: an update must be a pair (shared value, new value); given {pair!r}")
        state, value = pair[0], _output(pair[1], f"the update of {describe(pair[0])}")
        if state.node in found:
            raise GraphError(f"function: {describe(state)} is updated twice")
        found[state.node] = (state, _fitting_update(state, value))
    return list(found.values())


def _fitting_update(state: SharedTensor, value: Tensor) -> Tensor:
    if value.dtype != state.dtype:
        raise DTypeError(f"function: update of {describe(state)} has dtype {value.dtype.name}; expected "
                         f"{state.dtype.name}; cure: .astype({state.dtype.name!r})")
    own, new = state.node.shape, value.node.shape
    if len(own) != len(new) or any(isinstance(a, int) and not dims.may_equal(a, b)
                                   for a, b in zip(own, new, strict=True)):
        raise ShapeError(f"function: update of {describe(state)} has shape {dims.text(new)}; expected "
                         f"{dims.text(own)}")
    return value


def _with_givens(nodes: list[Node], givens: Any) -> list[Node]:
    if not givens:
        return nodes
    replaced: dict[Node, Node] = {}
    for old, value in givens.items() if isinstance(givens, Mapping) else givens:
        new = _output(value, f"the given of {describe(old)}")
        if new.dtype != old.dtype:
            raise DTypeError(f"function: given of {describe(old)} has dtype {new.dtype.name}; cure: "
                             f".astype({old.dtype.name!r})")
        fits = len(old.node.shape) == len(new.node.shape) and all(
            map(dims.may_equal, old.node.shape, new.node.shape))
        if not fits:
            raise ShapeError(f"function: given of {describe(old)} has shape {dims.text(new.node.shape)}")
        replaced[old.node] = new.node
    return substitute(nodes, replaced)


def _check_leaves(order: Sequence[Node], inputs: Sequence[Node], states: Sequence[Node]) -> None:
    known = {*inputs, *leaf_dims((*inputs, *states))}
    missing = [node for node in order if node.op.name in ("input", "dim") and node not in known]
    for node in sorted(missing, key=lambda node: node.op.name == "dim"):
        if node.op.name == "input":
            raise MissingInputError(f"function: the outputs depend on {describe(Tensor(node))}, which is not in "
                                    "inputs; cure: add it to inputs, or give it a value in givens")
        raise MissingInputError(f"function: the outputs depend on the length {dims.name_of(node)!r}, which no "
                                "input or shared value has; cure: add a tensor with that length to inputs")


def _check_used(inputs: Sequence[Tensor], order: Sequence[Node], policy: str) -> None:
    used = set(order)
    for k, x in enumerate(inputs):
        if x.node in used or any(d in used for d in dependencies(x.node)):
            continue
        message = (f"function: input {k + 1}, {describe(x)}, is not used by any output or update; cure: leave it "
                   "out, or pass on_unused_input='ignore'")
        if policy == "raise":
            raise UnusedInputError(message)
        if policy == "warn":
            warnings.warn(message, stacklevel=4)


def _large_constants(nodes: Sequence[Node]) -> dict[Node, Node]:
    """Constant arrays that a Program gets by address, each with the leaf that stands for it."""
    found = {}
    for node in topological(nodes):
        if node.op.name == "constant" and node.attr("literal").array.nbytes > LARGE_CONSTANT:
            array = node.attr("literal").array
            found[node] = shared_leaf(SharedState(np.array(array), "a constant array"), array.dtype, array.shape)
    return found
