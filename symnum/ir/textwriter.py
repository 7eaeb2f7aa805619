"""Graphs as text that reads back: one line for each node, leaves first; ``textreader`` reads it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ops.spec import Slot
from ..ops.table import TABLE
from ..records import dataclass
from .literal import Literal
from .node import Node, dependencies
from .state import SharedState
from .walk import topological

HEADER = "symnum-graph"
VERSION = 1
_WRITTEN_OUT = 16  # elements of an array that are written as numbers; more are written as bytes


@dataclass(slots=True)
class Writer:
    """The lines of a graph, and where its nodes and states stand in them."""

    tokens: bool
    lines: list[str] = field(default_factory=list)
    nodes: dict[Node, int] = field(default_factory=dict)
    states: dict[SharedState, int] = field(default_factory=dict)

    def text(self, value: Any) -> str:
        """A value, in which nodes and states are named by their numbers."""
        return written(value, self._reference)

    def _reference(self, value: Any) -> str | None:
        if isinstance(value, Node):
            return f"%{self.nodes[value]}"
        if isinstance(value, Slot):
            return f"${value.index}"
        return f"&{self.states[value]}" if isinstance(value, SharedState) else None

    def add(self, node: Node) -> None:
        """Write the line of a node whose inputs are written."""
        attrs = [(key, value) for key, value in node.attrs if key != "token" or self.tokens]
        for _, value in attrs:
            if isinstance(value, SharedState):
                self.add_state(value)
        try:
            told = "".join(f" {key}={self.text(value.array if isinstance(value, Literal) else value)}"
                           for key, value in attrs)
        except UnsupportedError as error:
            raise UnsupportedError(f"dumps: op {node.op.name}: {error}") from None
        operands = f"({', '.join(f'%{self.nodes[x]}' for x in node.inputs)})" if node.inputs else ""
        self.lines.append(f"%{len(self.nodes)} = {node.op.name}{operands}{told}")
        self.nodes[node] = len(self.nodes)

    def add_state(self, state: SharedState) -> None:
        """Write the line of a state, once."""
        if state in self.states:
            return
        with state.lock:
            value = state.value.copy()
        token = f" token={self.text(state.token)}" if self.tokens else ""
        self.lines.append(f"&{len(self.states)} = state{token} name={self.text(state.name)} value={self.text(value)}")
        self.states[state] = len(self.states)


def writer(roots: Sequence[Node], tokens: bool = True) -> Writer:
    r"""The lines of all nodes below ``roots``, and of the default updates of their shared values.

    Without ``tokens`` equal graphs give equal lines in every process; with them leaves are those they were.

    >>> from symnum.ir import build
    >>> x = build.input_leaf("x", "float64", (2,))
    >>> print(*writer([build.o.sum(x, axis=(0,))], tokens=False).lines, sep="\n")
    symnum-graph 1
    %0 = input name="x" dtype=float64 shape=(2,)
    %1 = sum(%0) axis=(0,)

    Raises:
        UnsupportedError: an op that is not in the table, or an attribute of a kind that text does not hold.
    """
    found = Writer(tokens, [f"{HEADER} {VERSION}"])
    defaults: dict[Node, Node] = {}
    todo = list(roots)
    while todo:
        later: list[Node] = []
        for node in topological(todo, dependencies):
            if node in found.nodes:
                continue
            if TABLE.get(node.op.name) is not node.op:
                raise UnsupportedError(f"dumps: op {node.op.name} is not in symnum's table; cure: pickle the graph")
            found.add(node)
            if node.op.name == "shared" and node.attr("state").default_update is not None:
                defaults[node] = node.attr("state").default_update
                later.append(defaults[node])
        todo = later
    found.lines += [f"default_update %{found.nodes[a]} %{found.nodes[b]}" for a, b in defaults.items()]
    return found


# values --------------------------------------------------------------------------------------------------------

def written(value: Any, reference: Callable[[Any], str | None] = lambda value: None) -> str:
    """A value as text; ``reference`` names nodes and states.

    >>> written((1, 0.1, None, "x", np.dtype("int8"))), written(np.array([0.5, np.inf]))
    ('(1, 0x1.999999999999ap-4, none, "x", int8)', 'float64(2,)[0x1.0p-1, inf]')

    Raises:
        UnsupportedError: a value of another kind.
    """
    named = reference(value)
    if named is not None:
        return named
    if value is None or isinstance(value, bool | np.bool_):
        return {None: "none", True: "true", False: "false"}[None if value is None else bool(value)]
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float):
        return _float(np.float64(value))
    if isinstance(value, complex):
        return f"complex({_float(np.float64(value.real))}, {_float(np.float64(value.imag))})"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, tuple | list):
        inner = ", ".join(written(v, reference) for v in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(k, reference)}: {written(v, reference)}' for k, v in value.items())}}}"
    if isinstance(value, np.dtype):
        return str(value.name)
    if isinstance(value, np.ndarray):
        return _array(value)
    raise UnsupportedError(f"text does not hold values of type {type(value).__name__}; cure: pickle it")


def _float(value: Any) -> str:
    """A NumPy float to its last bit: hexadecimal, and of a NaN all bits."""
    if np.isnan(value):
        bits = value.view(f"u{value.dtype.itemsize}")
        return f"nan({int(bits):x})"
    digits, p, exponent = float(value).hex().partition("p")
    return digits if not p else f"{digits.rstrip('0').ljust(digits.index('.') + 2, '0')}p{exponent}"


def _element(value: Any) -> str:
    if value.dtype.kind == "c":
        return f"complex({_float(value.real)}, {_float(value.imag)})"
    if value.dtype.kind == "f":
        return _float(value)
    return str(value.item()).lower()


def _array(array: np.ndarray[Any, Any]) -> str:
    shape = written(array.shape)
    if array.size <= _WRITTEN_OUT:
        return f"{array.dtype.name}{shape}[{', '.join(_element(x) for x in array.ravel())}]"
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return f'{array.dtype.name}{shape}"{base64.b64encode(data).decode()}"'
