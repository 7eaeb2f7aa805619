"""Nodes from the text of a graph, which ``textwriter`` wrote.

Reading builds nodes and nothing else: it evaluates and imports nothing, and what it cannot read it refuses with the
line and what was expected there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import SymnumError, TextError, unknown_name
from ..ops.spec import OpSpec, Slot
from ..ops.table import TABLE
from ..records import dataclass
from . import build
from .node import Node
from .state import SharedState
from .textcursor import Cursor, Reference
from .textwriter import HEADER, VERSION

_FRESH = ("dim", "input")  # leaves with a token
_FORMULAS = ("add", "subtract", "multiply", "maximum", "minimum", "floor_divide", "bdim")
_MOST_PARTS = 10_000  # of the formula of a length


@dataclass(slots=True)
class Reader:
    """Nodes and states, as lines are read.  ``known`` are states by token, to be used instead of new ones."""

    fresh: bool = False
    known: Mapping[str, SharedState] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    states: list[SharedState] = field(default_factory=list)
    _parts: dict[Node, int] = field(default_factory=dict)  # of formulas of lengths, written out as trees

    def begin(self, line: Cursor) -> None:
        """Read the header.

        Raises:
            TextError: it is none, or of a version that is not read here.
        """
        if line.rest().split(" ")[0] != HEADER:
            raise line.error(f"the header '{HEADER} {VERSION}'")
        number = line.rest()[len(HEADER):].strip()
        if number != str(VERSION):
            raise TextError(f"line 1: this text is of version {number[:20] or '?'} of {HEADER}; this symnum reads "
                            f"version {VERSION}; cure: write it again by dumps of this version")

    def definition(self, line: Cursor) -> bool:
        """Read a line if it defines a node, a state, or a default update; whether it did."""
        start = line.peek()
        if start.startswith("%"):
            self._node(line)
        elif start.startswith("&"):
            self._state(line)
        elif start == "default_update":
            line.word()
            self._default_update(line)
        else:
            return False
        line.end()
        return True

    def resolve(self, line: Cursor, value: Any) -> Any:
        """``value`` with nodes and states in the place of references to them."""
        if isinstance(value, Reference):
            if value.kind == "$":
                return value
            table: Sequence[Any] = self.nodes if value.kind == "%" else self.states
            if value.number >= len(table):
                raise line.error(f"a number below {len(table)} after {value.kind}")
            return table[value.number]
        if isinstance(value, tuple | list):
            return type(value)(self.resolve(line, x) for x in value)
        return {key: self.resolve(line, x) for key, x in value.items()} if isinstance(value, dict) else value

    def node(self, line: Cursor) -> Node:
        """The next value, which must be a node."""
        found = self.resolve(line, line.value())
        if not isinstance(found, Node):
            raise line.error("a node such as %0")
        return found

    def _node(self, line: Cursor) -> None:
        line.reference("%", len(self.nodes))
        line.sign("=")
        name = line.word()
        if name not in TABLE:
            raise line.wrong(str(unknown_name("op", name, TABLE)))
        op = TABLE[name]
        inputs = line.value() if line.peek() == "(" else ()
        attrs = self._attributes(line, op.attrs)
        operands = self.resolve(line, inputs)
        if not isinstance(operands, tuple) or not all(isinstance(x, Node) for x in operands):
            raise line.error("nodes in the parentheses")
        node = _guarded(line, lambda: self._made(line, op, operands, attrs))
        self.nodes.append(node)
        if name in _FORMULAS and node.dtype == INT64 and not node.shape:
            self._parts[node] = min(1 + sum(self._parts.get(x, 1) for x in node.inputs), _MOST_PARTS + 1)

    def _attributes(self, line: Cursor, names: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while line.peek():
            key = line.word()
            if key not in names or key in found:
                raise line.error(f"each of the attributes {', '.join(names) or '(none)'} once; {key!r} is not one")
            line.sign("=")
            found[key] = self.resolve(line, line.value())
        return found

    def _made(self, line: Cursor, op: OpSpec, operands: tuple[Node, ...], attrs: dict[str, Any]) -> Node:
        missing = [key for key in op.attrs if key not in attrs and not (key == "token" and op.name in _FRESH)]
        if missing:
            raise line.error(f"the attributes {', '.join(missing)} of {op.name}")
        if op.kind == "leaf":
            return self._leaf(line, op.name, attrs)
        count = len(operands) if op.arity is None else op.arity
        if len(operands) < max(count, 1):
            raise line.error(f"{count or 1} operands of {op.name}")
        filled = {key: self._filled(line, operands, count, value) for key, value in attrs.items()}
        made = build.make(op, operands[:count], filled)
        if made.inputs != operands:
            raise line.error("each length that is no number once among the operands, in the order of their use")
        problem = _problem(made)
        if problem:
            raise line.error(problem)
        return made

    def _leaf(self, line: Cursor, kind: str, attrs: dict[str, Any]) -> Node:
        if kind == "constant":
            return build.constant(_of(line, attrs["literal"], np.ndarray, "an array"))
        if kind == "dim":
            return build.dim(_name(line, attrs["name"]), self._token(line, attrs))
        shape, dtype = _of(line, attrs["shape"], tuple, "a shape"), _of(line, attrs["dtype"], np.dtype, "a dtype")
        for n in shape:
            if not (_is_length(n) if isinstance(n, int) else isinstance(n, Node) and self._can_be_length(line, n)):
                raise line.error("lengths from 0, or int64 nodes of rank 0, in the shape")
        if kind == "input":
            return build.input_leaf(_name(line, attrs["name"]), dtype, shape, self._token(line, attrs))
        state = _of(line, attrs["state"], SharedState, "a state such as &0")
        same = len(shape) == state.value.ndim and all(
            isinstance(n, Node) or n == m for n, m in zip(shape, state.value.shape, strict=True))
        if state.value.dtype != dtype or not same:
            raise line.error(f"the state's dtype {state.value.dtype.name} and shape {state.value.shape}")
        return build.shared_leaf(state, dtype, shape)

    def _filled(self, line: Cursor, operands: Sequence[Node], count: int, value: Any) -> Any:
        """An attribute with nodes for the references to operands that are lengths."""
        if isinstance(value, Reference):
            if not count <= value.number < len(operands):
                raise line.error(f"${count} to ${len(operands) - 1} for the lengths among the operands")
            if not self._can_be_length(line, operands[value.number]):
                raise line.error("an int64 node of rank 0 as a length")
            return operands[value.number]
        return tuple(self._filled(line, operands, count, v) for v in value) if isinstance(value, tuple) else value

    def _can_be_length(self, line: Cursor, node: Node) -> bool:
        # Arithmetic of lengths walks their formulas as trees, which a short text could make endless.
        if self._parts.get(node, 1) > _MOST_PARTS:
            raise line.error(f"a length of at most {_MOST_PARTS} parts")
        return node.dtype == INT64 and not node.shape

    def _token(self, line: Cursor, attrs: Mapping[str, Any]) -> str:
        token = attrs.get("token")
        if token is None or self.fresh:
            return secrets.token_hex(16)
        return _checked_token(line, token)

    def _state(self, line: Cursor) -> None:
        line.reference("&", len(self.states))
        line.sign("=")
        if line.word() != "state":
            raise line.error("the word state")
        attrs = self._attributes(line, ("token", "name", "value"))
        if "name" not in attrs or "value" not in attrs:
            raise line.error("name= and value=")
        token = None if "token" not in attrs else _checked_token(line, attrs["token"])
        found = self.known.get(token or "")
        value = _of(line, attrs["value"], np.ndarray, "an array")
        if found is None:
            found = SharedState(np.array(value), _name(line, attrs["name"]), None if self.fresh else token)
        elif found.value.dtype != value.dtype or found.value.ndim != value.ndim:
            raise line.error(f"the dtype and rank of the shared value {found.name!r} that was handed in")
        self.states.append(found)

    def _default_update(self, line: Cursor) -> None:
        leaf, value = self.node(line), self.node(line)
        if leaf.op.name != "shared" or value.dtype != leaf.dtype or value.ndim != leaf.ndim:
            raise line.error("a shared value, and a node of its dtype and rank")
        state = leaf.attr("state")
        if state not in self.known.values():
            state.default_update = value


# checks -------------------------------------------------------------------------------------------------------

def _guarded(line: Cursor, make: Callable[[], Node]) -> Node:
    try:
        return make()
    except TextError:
        raise
    except SymnumError as error:
        raise line.wrong(str(error)) from None
    except Exception as error:  # noqa: BLE001  (rows trust their attributes; a text cannot be trusted)
        raise line.wrong(f"operands or attributes do not fit the op ({type(error).__name__}: {error})") from None


def _of(line: Cursor, value: Any, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        raise line.error(what)
    return value


def _name(line: Cursor, name: Any) -> str | None:
    if name is not None and not isinstance(name, str):
        raise line.error('a name such as "x", or none')
    return name


def _checked_token(line: Cursor, token: Any) -> str:
    if not isinstance(token, str) or not 1 <= len(token) <= 64 or not token.isalnum():
        raise line.error("a token of at most 64 letters and digits")
    return token


def _is_length(n: Any) -> bool:
    return isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**63


def _problem(node: Node) -> str:
    """What is wrong with a node that the rule of its row does not look at; code relies on these attributes."""
    for key, value in node.attrs:
        axes = value if isinstance(value, tuple) else (value,)
        if key in ("axis", "axes") and value is not None:
            rank = max(node.ndim, *(x.ndim for x in node.operands))
            if not all(_is_length(k) and k < rank for k in axes) or len(set(axes)) < len(axes):
                return f"different axes from 0, below {rank}"
        if key == "dtype" and not isinstance(value, np.dtype):
            return "a dtype"
        if key in ("shape", "lengths") and not all(isinstance(n, Slot) or _is_length(n) for n in axes):
            return "lengths from 0"
    if node.op.results > 1 and node.attr("which") not in range(node.op.results):
        return f"which= below {node.op.results}"
    check = _CHECKS.get(node.op.name)
    return check(node) if check else ""


def _places_problem(node: Node, whole: Sequence[Any], lengths: Sequence[Any]) -> str:
    starts, steps = build.filled_attrs(node)["starts"], node.attr("steps")
    if not len(starts) == len(steps) == len(lengths) == len(whole):
        return "a start, a length and a step for each axis"
    for start, length, step, n in zip(starts, lengths, steps, whole, strict=True):
        if not isinstance(step, int) or step == 0:
            return "steps that are not 0"
        known = all(isinstance(k, int) for k in (start, length, n)) and length > 0
        if known and not (0 <= start < n and 0 <= start + (length - 1) * step < n):
            return f"elements inside the axis of length {n}"
    return ""


def _derivative_problem(node: Node) -> str:
    numbers = [node.attr(key) for key in ("which", "n_wrt", "n_constant", "n_known")]
    which, n_wrt, n_constant, n_known = numbers
    fits = all(map(_is_length, numbers)) and which < n_wrt and len(node.inputs) == 1 + n_wrt + n_constant + 2 * n_known
    return "" if fits and not node.inputs[0].shape else "a scalar cost, and as many operands as the attributes say"


_CHECKS: Mapping[str, Callable[[Node], str]] = {
    "slice": lambda x: _places_problem(x, x.operands[0].shape, build.filled_attrs(x)["lengths"]),
    "embed": lambda x: _places_problem(x, x.shape, x.operands[0].shape),
    "transpose": lambda x: "" if sorted(x.attr("axes")) == list(range(x.ndim)) else "each axis once",
    "derivative": _derivative_problem,
}
