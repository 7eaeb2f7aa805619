"""Stages: a function with lengths that depend on data, as native programs with work of the host between them.

The lengths of a native program's results follow from those of its arguments, before it runs.  So a graph is cut at its
nodes of kind ``count`` and ``counted``: a first program computes what they need, NumPy computes them, and the next
program takes them as arguments, their lengths being dims like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .dtypes import INT64
from .errors import UnsupportedError
from .functiongraph import FunctionGraph
from .ir import build, dims, interpret
from .ir.node import Dim, Node
from .ir.walk import substitute, topological
from .records import dataclass
from .settings import Settings
from .specialise import leaf_dims

Array = np.ndarray[Any, Any]
_CUT = frozenset({"count", "counted"})
_MOVES = frozenset({"broadcast_to", "reshape", "transpose", "expand_dims", "squeeze", "slice", "fitting_mask"})


@dataclass(frozen=True, slots=True)
class Carried:
    """A dim of a stage: a length, or, where it may be negative, what of it (times ``sign``) is positive."""

    number: Node
    sign: int = 1

    def array(self, values: Mapping[Node, Array]) -> Array:
        """An array without elements whose first length is the dim."""
        return np.empty((max(0, self.sign * int(values[self.number])), 0), np.bool_)


@dataclass(frozen=True, slots=True)
class Native:
    """A program: arrays of ``taken``, and numbers ``carried`` by the lengths of arrays, to arrays of ``given``."""

    graph: FunctionGraph
    taken: tuple[Node, ...]
    carried: tuple[Carried, ...]
    given: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Host:
    """Nodes that NumPy computes from arrays of ``taken``; ``leaves`` and ``outputs`` are the graph of it."""

    taken: tuple[Node, ...]
    given: tuple[Node, ...]
    leaves: tuple[Node, ...]
    outputs: tuple[Node, ...]


Step = Native | Host


def has_stages(graph: FunctionGraph) -> bool:
    """Whether lengths in a graph depend on data."""
    return any(node.op.kind in _CUT for node in topological(graph.outputs))


# cutting ------------------------------------------------------------------------------------------------------

def staged(graph: FunctionGraph) -> tuple[Step, ...]:
    """The steps of a function, in order; it holds no derivatives."""
    order = topological(graph.outputs)
    levels, kept = _levels(order), _worth_keeping(order)
    last = max(levels.values(), default=0)
    hosts = [_host(_cut_at(order, levels, k)) for k in range(last + 1)]
    wanted: dict[Node, None] = dict.fromkeys((*graph.outputs, *(x for host in hosts for x in host.taken)))
    natives: list[Native | None] = []
    for level in range(last, -1, -1):  # what a stage takes from earlier ones is theirs to give
        earlier = {x for x in kept if levels[x] < level}
        native = _native([x for x in wanted if levels[x] == level and _is_computed(x)], earlier)
        natives.append(native)
        wanted.update(dict.fromkeys(native.taken if native else ()))
    steps = [step for pair in zip(hosts, reversed(natives), strict=True) for step in pair]
    return tuple(step for step in steps if step is not None and step.given)


def _levels(order: Iterable[Node]) -> dict[Node, int]:
    """How many times data must have been looked at before each node can be computed."""
    levels: dict[Node, int] = {}
    for node in order:
        levels[node] = max((levels[x] for x in node.inputs), default=0) + (node.op.kind in _CUT)
    return levels


def _worth_keeping(order: Iterable[Node]) -> list[Node]:
    """Values that later stages take from the one that computes them: not constants, lengths, or moved elements."""
    formulas: set[Node] = set()
    for node in order:
        if node.dtype == INT64 and not node.shape and node.op.name not in ("input", "shared") and (
                node.op.kind == "count" or all(x in formulas for x in node.inputs)):
            formulas.add(node)
    return [x for x in order if x.op.kind != "leaf" and x.op.name not in _MOVES and x not in formulas]


def _is_computed(node: Node) -> bool:
    """Whether a native program computes it; the others are at hand."""
    return node.op.kind not in _CUT and node.op.name not in ("input", "shared", "dim")


def _cut_at(order: Iterable[Node], levels: Mapping[Node, int], level: int) -> list[Node]:
    return [x for x in order if x.op.kind in _CUT and levels[x] == level]


def _host(nodes: Sequence[Node]) -> Host:
    """The step that computes ``nodes``; lengths that arrays among them show are read off those."""
    shown = {n for x in nodes if x.op.kind == "counted" for n in x.shape if isinstance(n, Node)}
    found = [x for x in nodes if x not in shown]
    inside = {*found, *(x for node in found for x in node.inputs if _is_check(x))}
    taken = tuple(x for x in topological(found, lambda x: x.inputs if x in inside else ()) if x not in inside)
    leaves = tuple(build.input_leaf(None, x.dtype, (None,) * x.ndim) for x in taken)
    return Host(taken, tuple(found), leaves, tuple(substitute(found, dict(zip(taken, leaves, strict=True)))))


def _is_check(node: Node) -> bool:
    """Whether a node just looks at the shape of an array that is at hand."""
    return node.op.name == "fitting_mask" and not any(map(_is_computed, node.inputs))


def _native(outputs: Sequence[Node], earlier: Container[Node]) -> Native | None:
    """The program that computes ``outputs`` from arguments, shared values and values that are at hand."""
    if not outputs:
        return None

    def below(node: Node) -> Sequence[Node]:
        return () if is_taken(node) else node.inputs

    def is_taken(node: Node) -> bool:
        return node in earlier or not _is_computed(node)

    order = topological(outputs, below)
    lengths = [x for x in order if x.op.kind == "count"]
    taken = tuple(x for x in order if is_taken(x) and not _is_length(x))
    carried: dict[Node, Carried] = {}
    limits = [dims.as_node(n) for node in taken for n in _limit(node)]
    places = {n: _place_of(n, carried) for n in _counts((*taken, *lengths, *limits))}
    leaves, replaced = _arguments(taken, places)
    roots = substitute(outputs, {**places, **replaced})
    known = set(leaf_dims(leaves))
    needed = [x for x in topological(roots) if x.op.name == "dim" and x not in known]
    carriers = [build.input_leaf(None, "bool", (n, 0)) for n in needed]
    inputs = (*leaves, *carriers)
    names = tuple(f"argument {k + 1}" for k in range(len(inputs)))
    inner = FunctionGraph(inputs, names, (), 0, tuple(roots), "list", ())
    return Native(inner, taken, tuple(carried.get(n) or Carried(n) for n in needed), tuple(outputs))


def _place_of(number: Node, carried: dict[Node, Carried]) -> Node:
    """What stands for a number that depends on data: a dim, or the difference of two where it may be negative."""
    if number.op.name != "whole":
        place = build.dim(dims.name_of(number))
        carried[place] = Carried(number)
        return place
    above, below = build.dim("a number above 0"), build.dim("a number below 0")
    carried.update({above: Carried(number), below: Carried(number, -1)})
    return dims.as_node(dims.subtract(above, below))


def _counts(nodes: Iterable[Node]) -> list[Node]:
    """The lengths that depend on data among ``nodes`` and in their shapes."""
    lengths = [x for node in nodes for x in (node, *node.shape) if isinstance(x, Node) and not x.shape]
    below = topological(lengths, lambda x: () if x.op.kind == "count" else x.inputs)
    return [x for x in below if x.op.kind == "count"]


def _arguments(taken: Sequence[Node], places: Mapping[Node, Node]) -> tuple[list[Node], dict[Node, Node]]:
    """A leaf for each value that is taken, and what stands for the value: the leaf in the value's own shape."""
    leaves, replaced = [], {}
    for k, node in enumerate(taken):
        shape = [_own_length(n, places) for n in node.shape]
        leaf = node if node.op.name == "input" else build.input_leaf(f"value {k + 1}", node.dtype, shape)
        leaves.append(leaf)
        if leaf is not node:
            wanted, limit = _substituted(node.shape, places), _substituted(_limit(node), places)
            same = all(map(dims.equal, wanted, leaf.shape))
            value = leaf if same else build.o.reshape(leaf, shape=wanted)
            replaced[node] = build.o.inside(value, length=limit[0]) if limit else value
    return leaves, replaced


def _substituted(lengths: Sequence[Dim], places: Mapping[Node, Node]) -> tuple[Dim, ...]:
    return tuple(map(dims.simple, substitute([dims.as_node(n) for n in lengths], places)))


def _limit(node: Node) -> tuple[Dim, ...]:
    """The length of the axis that all elements of a result are places of, if they are places."""
    if node.op.name == "flatnonzero":
        return (dims.product(node.inputs[0].shape),)
    is_places = node.op.name == "repeat_places" or (node.op.name == "unique" and node.attr("which") == 1)
    return node.inputs[0].shape[:1] if is_places else ()


def _own_length(length: Dim, places: Mapping[Node, Node]) -> Dim | None:
    """The length of a leaf: a number or a dim, and a new dim for a formula."""
    length = places.get(length, length) if isinstance(length, Node) else length
    return None if isinstance(length, Node) and length.op.name != "dim" else length


# running ------------------------------------------------------------------------------------------------------

class StagedProgram:
    """Runs the steps of a function on arrays of its inputs and shared values.

    ``make`` compiles the function of one step.
    """

    def __init__(self, graph: FunctionGraph, settings: Settings,
                 make: Callable[[FunctionGraph, Settings], Any]) -> None:
        self.graph = rewritten(graph, settings)
        self.leaves = (*graph.inputs, *graph.read)
        self.steps = staged(self.graph)
        self._runs: list[Any] = [
            make(step.graph, settings) if isinstance(step, Native) else interpret.evaluator(step.outputs)
            for step in self.steps]
        self._binds_dims = any(x.op.name == "dim" for x in (*self.graph.outputs, *_numbers_taken(self.steps)))
        self._unused = _last_uses(self.steps, (*self.leaves, *self.graph.outputs))

    def __call__(self, arrays: Sequence[Array]) -> list[Array]:
        """The outputs, for arguments whose dtypes and ranks have been checked."""
        values = dict(zip(self.leaves, arrays, strict=True))
        if self._binds_dims:
            values.update(interpret.bind_dims(self.leaves, arrays))
        for step, run, unused in zip(self.steps, self._runs, self._unused, strict=True):
            taken = [values[x] for x in step.taken]
            if isinstance(step, Native):
                found = run(*taken, *(number.array(values) for number in step.carried))
            else:
                found = run(dict(zip(step.leaves, taken, strict=True)))
            values.update(zip(step.given, found, strict=True))
            values.update(_shown(step, found))
            for node in unused:
                del values[node]
        return [values[x] for x in self.graph.outputs]


def _numbers_taken(steps: Iterable[Step]) -> Iterable[Node]:
    """The lengths that steps take."""
    for step in steps:
        yield from (x.number for x in step.carried) if isinstance(step, Native) else step.taken


def _shown(step: Step, found: Sequence[Array]) -> Iterable[tuple[Node, Array]]:
    """The lengths that depend on data, as the arrays of a step show them."""
    if isinstance(step, Host):
        for node, value in zip(step.given, found, strict=True):
            yield from ((n, np.asarray(m, np.int64)) for n, m in zip(node.shape, value.shape, strict=True)
                        if isinstance(n, Node) and n.op.kind == "count")


def _last_uses(steps: Sequence[Step], kept: Iterable[Node]) -> list[list[Node]]:
    """For each step the arrays that nothing needs after it."""
    seen, unused = set(kept), []
    for step in reversed(steps):
        now = dict.fromkeys(x for x in (*step.given, *step.taken) if x not in seen and not _is_length(x))
        seen.update(now)
        unused.append(list(now))
    return unused[::-1]


def _is_length(node: Node) -> bool:
    return node.op.kind == "count" or node.op.name == "dim"


def rewritten(graph: FunctionGraph, settings: Settings) -> FunctionGraph:
    """The same function with its derivatives expanded and made stable as a whole: rules do not look across a cut."""
    from .making import made_rewritten
    return replace(graph, outputs=made_rewritten(graph, settings).outputs)


# seeing -------------------------------------------------------------------------------------------------------

def headings(steps: Sequence[Step]) -> list[str]:
    """A line for each step: what is computed, and by whom.

    >>> from symnum import tensor as T
    >>> from symnum.functiongraph import function_graph
    >>> from symnum.tensor.symbolic import Tensor
    >>> x = T.dvector("x")
    >>> graph = function_graph([x], Tensor(build.o.flatnonzero((x > 0).node)), None, None, "raise")
    >>> headings(staged(graph))
    ['stage 1 of 2: native program', 'stage 2 of 2: NumPy computes flatnonzero']
    """
    texts = ["native program" if isinstance(step, Native)
             else f"NumPy computes {', '.join(dict.fromkeys(x.op.name for x in step.given))}" for step in steps]
    return [f"stage {k} of {len(steps)}: {text}" for k, text in enumerate(texts, 1)]


def refuse_export(graph: FunctionGraph, name: str) -> None:
    """Functions with stages need NumPy, so they cannot be exported.

    Raises:
        UnsupportedError: a length in the graph depends on data.
    """
    cut = next((node for node in topological(graph.outputs) if node.op.kind in _CUT), None)
    if cut is not None:
        raise UnsupportedError(f"export_c: {name} has lengths that depend on data ({cut.op.name}), which NumPy "
                               "computes between native programs; cure: export the parts before and after, or keep "
                               "the lengths fixed, as where(mask, x, 0) does")
