"""``FunctionGraph``: what ``function`` was asked for, checked, as plain nodes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .arguments import Casting
from .declared import as_declared, declarations
from .errors import GraphError, MissingInputError, UnusedInputError
from .givens import Expand, Givens, with_givens
from .in_out import In, Out, Parameter, as_inputs, parameter, state_leaf
from .ir import dims
from .ir.build import constant, shared_leaf
from .ir.inline import inlined
from .ir.node import Node, dependencies, flatten_at, unflatten
from .ir.state import SharedState
from .ir.walk import substitute, topological
from .records import dataclass
from .replacements import fitting
from .specialise import leaf_dims
from .structures import Structure, paths, unpack
from .tensor.convert import is_sympy
from .tensor.creation import as_tensor
from .tensor.handle import describe
from .tensor.symbolic import Tensor
from .updates import NoDefaults, Updates, checked_updates, with_defaults

LARGE_CONSTANT = 4096  # bytes; larger ones are handed to a Program by address instead of being in its text


@dataclass(frozen=True, slots=True, eq=False)
class FunctionGraph:
    """Inputs, shared values and outputs of a function.

    ``states`` are the shared leaves that are read, then those that are only updated; ``outputs`` are the results in
    the order of ``structure``, then the new values of ``updated`` (positions in ``states``).  ``defaults`` and
    ``castings`` are those of the inputs, if any input has one; ``hidden`` are positions in ``states`` that are no
    shared values of the user: large constants, and the states of inputs with an update.
    """

    inputs: tuple[Node, ...]
    input_names: tuple[str, ...]
    states: tuple[Node, ...]
    n_read: int
    outputs: tuple[Node, ...]
    structure: Structure
    updated: tuple[int, ...]
    defaults: tuple[np.ndarray[Any, Any] | SharedState | None, ...] = ()
    castings: tuple[Casting | None, ...] = ()
    hidden: tuple[int, ...] = ()

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

    @property
    def shared(self) -> tuple[Node, ...]:
        """The leaves of the user's own shared values."""
        return tuple(leaf for k, leaf in enumerate(self.states) if k not in self.hidden)

    @property
    def written(self) -> tuple[Node, ...]:
        """``outputs`` with large constants as constants."""
        large = [self.states[k] for k in self.hidden if k < self.n_read and k not in self.updated]
        return tuple(substitute(self.outputs, {x: constant(x.attr("state").value) for x in large}))

    def __reduce__(self) -> tuple[Any, ...]:
        # All nodes in one flat form: nodes pickled one by one would each bring the whole graph below them.
        flat, places = flatten_at((*self.inputs, *self.states, *self.outputs))
        rest = (self.input_names, self.n_read, self.structure, self.updated, self.defaults, self.castings, self.hidden)
        return _restored, (flat, places, len(self.inputs), len(self.states), *rest)


def _restored(flat: Any, places: Sequence[int], n_inputs: int, n_states: int, names: Any, n_read: int, structure: Any,
              *rest: Any) -> FunctionGraph:
    nodes = unflatten(flat)
    found = tuple(nodes[k] for k in places)
    ends = n_inputs, n_inputs + n_states
    return FunctionGraph(found[:ends[0]], names, found[ends[0]:ends[1]], n_read, found[ends[1]:], structure, *rest)


def function_graph(inputs: Sequence[Tensor | In], outputs: Any, updates: Updates | None, givens: Givens | None,
                   on_unused_input: str, *, no_default_updates: NoDefaults = False,
                   expand: Expand = list) -> FunctionGraph:
    """Check what was asked for, and gather it.  ``expand`` writes derivatives out, where givens meet them.

    Raises:
        GraphError: an input is no leaf or occurs twice; a shared value is updated twice; a given does not fit.
        MissingInputError: the graph needs a leaf or a length that no input brings.
        UnusedInputError: an input that nothing depends on (unless ``on_unused_input`` is "warn" or "ignore").
        DTypeError, ShapeError: an update or a default value does not fit.
    """
    given = as_inputs(inputs)
    parameters = tuple(parameter(one, k) for k, one in enumerate(given))
    symbols = declarations([one.variable.node for one in given])
    structure, results = _structured(outputs, symbols)
    changes = with_defaults(checked_updates(updates), results, no_default_updates)
    own = _own_states(given, parameters)
    nodes = with_givens(inlined([*results, *changes.values(), *own.values()]), givens, expand)
    nodes = as_declared(nodes, symbols)
    constants = _large_constants(nodes)
    nodes = substitute(nodes, constants)
    order = topological(nodes)
    written = (*changes, *own)
    # An update that must keep known lengths is checked like a value that is read.
    fixed = (leaf for leaf in written if any(isinstance(n, int) for n in leaf.shape))
    read = tuple(dict.fromkeys((*(x for x in order if x.op.name == "shared"), *fixed)))
    states = (*read, *(leaf for leaf in written if leaf not in read))
    leaves = tuple(one.variable.node for one in given)
    _check_leaves(order, leaves, read)
    _check_used([one.variable for one in given], order, on_unused_input)
    hidden = {*constants.values(), *own}
    return FunctionGraph(
        leaves, tuple(p.name for p in parameters), states, len(read), tuple(nodes), structure,
        tuple(states.index(leaf) for leaf in written), _if_any(p.default for p in parameters),
        _if_any(p.casting for p in parameters), tuple(k for k, leaf in enumerate(states) if leaf in hidden))


def _if_any(values: Iterable[Any]) -> tuple[Any, ...]:
    found = tuple(values)
    return found if any(value is not None for value in found) else ()


def _structured(outputs: Any, symbols: Mapping[str, Node]) -> tuple[Structure, list[Node]]:
    structure, leaves = unpack(outputs)
    names = ["the output"] if structure == "one" else paths(structure, len(leaves))
    return structure, [_output(x, name, symbols) for name, (_, x) in zip(names, leaves, strict=True)]


def _output(value: Any, what: str, symbols: Mapping[str, Node]) -> Node:
    x = value.variable if isinstance(value, Out) else value
    try:
        if is_sympy(x):
            from .operands import of_sympy
            x = of_sympy(x, symbols)
        return x if isinstance(x, Node) else as_tensor(x).node
    except (TypeError, ValueError) as error:
        raise GraphError(f"function: {what} must be a tensor, number or array: {error}") from None


def _own_states(given: Sequence[In], parameters: Sequence[Parameter]) -> dict[Node, Node]:
    """The new value of the state behind each input that has an update."""
    return {state_leaf(one, p.default): fitting(one.variable, one.update, f"update of input {describe(one.variable)}")
            for one, p in zip(given, parameters, strict=True) if isinstance(p.default, SharedState)}


def _check_leaves(order: Sequence[Node], inputs: Sequence[Node], states: Sequence[Node]) -> None:
    known = {*inputs, *leaf_dims((*inputs, *states))}
    missing = [node for node in order if node.op.name in ("input", "dim") and node not in known]
    for node in sorted(missing, key=lambda node: node.op.name == "dim"):
        if node.op.name == "input":
            raise MissingInputError(f"function: the outputs depend on {describe(Tensor(node))}, which is not in "
                                    "inputs; cure: add it to inputs, or give it a value in givens")
        raise MissingInputError(f"function: the outputs depend on the length {dims.name_of(node)!r}, which no "
                                "input or shared value has; cure: add a tensor with that length to inputs, or let an "
                                "output use the shared value whose length it is")


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
