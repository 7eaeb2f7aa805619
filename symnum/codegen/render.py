"""The renderer: functions of loop IR as text, in any dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from ..errors import GraphError
from ..ir.nest import AXIS
from ..ir.node import Node
from ..ops.table import TABLE
from ..records import dataclass
from .dialects import Dialect
from .literals import index_literal, literal
from .loops import (
    ELEMENT,
    INLINE,
    QUOTIENT,
    Accumulate,
    Apply,
    Assign,
    Barrier,
    Bind,
    Call,
    Collective,
    Declare,
    If,
    Load,
    Loop,
    Memory,
    Parallel,
    Prefetch,
    Statement,
    Store,
)
from .texts import POSITIONS, combine_text, key, scalar_text

_INFIX = {TABLE["add"]: ("+", 4), TABLE["subtract"]: ("-", 4), TABLE["multiply"]: ("*", 6)}
_HELPERS = {TABLE["minimum"]: "sn_least", TABLE["maximum"]: "sn_most", TABLE["floor_divide"]: "sn_floored"}
_AND, _ATOM = TABLE["bitwise_and"], 9


@dataclass(slots=True)
class Printer:
    """One function on its way to text.

    ``dims`` names the lengths; ``lines`` are finished lines, ``variables`` the declarations that a dialect with
    hoisted variables puts first, ``wrappers`` the scalar functions that a dialect with wrapped texts calls.
    """

    dialect: Dialect
    dims: Mapping[Node, str]
    wrappers: dict[str, tuple[str, str]]
    names: dict[Node, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    depth: int = 1

    # names ------------------------------------------------------------------------------------------------------

    def fresh(self, letter: str) -> str:
        """A new variable's name."""
        self.counts[letter] = self.counts.get(letter, -1) + 1
        return f"{letter}{self.counts[letter]}"

    def type(self, node: Node) -> str:
        """The type of a variable."""
        return self.dialect.index if is_length(node) else self.dialect.types[key(node.dtype)]

    def name(self, node: Node) -> str:
        """The variable of a node."""
        found = self.names.get(node) or self.dims.get(node)
        if found is None:
            raise GraphError(f"{node!r} has no variable")
        return found

    def operand(self, node: Node) -> str:
        """A variable, a literal, or an element."""
        if node in self.names:
            return self.names[node]
        if node.op.name == "constant":
            return literal(node.attr("literal").array[()], self.dialect)
        return self.element(node) if node.op is ELEMENT else self.name(node)

    def element(self, node: Node) -> str:
        """An element of memory."""
        return f"{node.attr('memory').name}[{self.index(node.inputs[0])}]"

    def index(self, node: Node) -> str:
        """An index scalar."""
        return self._index(node)[0]

    def _index(self, node: Node) -> tuple[str, int]:
        if node in self.names or node.op.name == "dim":
            return self.name(node), _ATOM
        if node.op.name == "constant":
            return index_literal(int(node.attr("literal").array)), _ATOM
        if node.op not in INLINE:
            return self.name(node), _ATOM
        if node.op is ELEMENT:
            return self.element(node), _ATOM
        parts = [self._index(x) for x in node.inputs]
        if node.op in _HELPERS:
            return f"{_HELPERS[node.op]}({', '.join(text for text, _ in parts)})", _ATOM
        if node.op is QUOTIENT:
            a, b = (f"({text})" if level < _ATOM else text for text, level in parts)
            return self.dialect.quotient.format(a=a, b=b), 5
        if node.op is _AND:
            return f"({' & '.join(text if level == _ATOM else f'({text})' for text, level in parts)})", _ATOM
        sign, level = _INFIX[node.op]
        (a, i), (b, j) = parts
        left = a if i >= level else f"({a})"
        right = b if j > level or (j == level and sign in "+*") else f"({b})"
        return f"{left} {sign} {right}", level

    # statements -------------------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        """A line at the current depth."""
        self.lines.append("  " * self.depth + text if not text.startswith("#") else text)

    def variable(self, name: str, type_: str, value: str) -> None:
        """A variable that gets its only value here."""
        if self.dialect.hoisted:
            self.variables.append(f"cdef {type_} {name}")
        self.line(self.dialect.variable.format(type=type_, name=name, value=value))

    def define(self, node: Node, letter: str, value: str) -> None:
        """The variable of a node."""
        name = self.fresh(letter)
        self.variable(name, self.type(node), value)
        self.names[node] = name

    def block(self, body: Sequence[Statement], last: str = "") -> None:
        """Statements one level deeper."""
        self.depth += 1
        known = dict(self.names)
        for statement in body:
            self.statement(statement)
        if last or (self.dialect.empty and not body):
            self.line(last or self.dialect.empty)
        self.names = known
        self.depth -= 1
        if self.dialect.close:
            self.line(self.dialect.close)

    def statement(self, statement: Statement) -> None:
        """One statement."""
        match statement:
            case Bind(axis, value):
                self.define(axis, "i", self.index(value))
            case Assign(target):
                self.define(target, "t", self.text(target))
            case Apply(target, function):
                self.define(target, "t", f"{function.name}({', '.join(map(self.operand, target.operands))})")
            case Load(target, memory, index, mask):
                self.define(target, "t", self.read(target, memory, index, mask))
            case Store(memory, index, value):
                self.store(memory, self.index(index), self.operand(value))
            case Accumulate():
                self.accumulate(statement)
            case Declare(memory):
                self.declare(memory)
            case Loop():
                self.loop(statement)
            case If(left, right, body):
                self.line(self.dialect.condition.format(left=self.index(left), right=self.index(right)))
                self.block(body)
            case Call(function, length, pointers):
                given = [self.offset(memory, index) for memory, index in pointers]
                ranges = [] if function.kind == "piece" else [self.index(length)]
                arguments = [*ranges, *given, *map(self.operand, function.scalars)]
                self.line(self.dialect.call.format(function=function.name, arguments=", ".join(arguments)))
            case Parallel():
                self.parallel(statement)
            case Prefetch(memory, index):
                if self.dialect.prefetch:
                    self.line(self.dialect.prefetch.format(address=self.offset(memory, index)))
            case Barrier():
                self.line(self.dialect.barrier)
            case Collective():
                self.collective(statement)

    def text(self, node: Node) -> str:
        """The value of an op."""
        operands = node.operands
        names = list(map(self.operand, operands))
        dtypes = [x.dtype for x in operands]
        if not self.dialect.wrapped:
            return scalar_text(node.op, node.dtype, dtypes, names, self.dialect.truth, self.dialect.column)
        letters = [f"x{k}" for k in range(len(operands))]
        label = "_".join((node.op.name, *map(key, (*dtypes, node.dtype))))
        text = scalar_text(node.op, node.dtype, dtypes, letters, self.dialect.truth, self.dialect.column)
        return self.wrapped(f"op_{label}", text, key(node.dtype), [key(d) for d in dtypes], names)

    def wrapped(self, name: str, text: str, result: str, operands: Sequence[str], names: Sequence[str]) -> str:
        """A call of the scalar function ``name``, which returns ``text``."""
        types = self.dialect.types
        parameters = ", ".join(f"{types[k]} x{i}" for i, k in enumerate(operands))
        self.wrappers[name] = f"{types[result]} {name}({parameters})", text
        return f"{name}({', '.join(names)})"

    def read(self, target: Node, memory: Memory, index: Node, mask: Node | None) -> str:
        """An element, or 0 where a mask is false."""
        value = f"{memory.name}[{self.index(index)}]"
        if mask is None:
            return value
        zero = literal(target.dtype.type(0), self.dialect)
        return self.dialect.choice.format(mask=self.operand(mask), value=value, other=zero)

    def store(self, memory: Memory, index: str, value: str) -> None:
        """A store of text."""
        self.line(self.dialect.store.format(memory=memory.name, index=index, value=value))

    def accumulate(self, step: Accumulate) -> None:
        """One step of a fold."""
        values = [self.operand(x) for x in (step.value, step.position) if x is not None]
        self.merge(step.memory, step.positions, step.combine, self.index(step.index), values)

    def merge(self, memory: Memory, positions: Memory | None, combine: str, index: str, values: Sequence[str]) -> None:
        """Combine the element at ``index`` with a value, or with a value and its position."""
        place = f"{memory.name}[{index}]"
        if positions is None:
            self.store(memory, index, self.combined(combine, memory.dtype, [place, *values]))
            return
        old, wins = (place, f"{positions.name}[{index}]"), self.fresh("w")
        self.variable(wins, "int", self.combined(combine, memory.dtype, [*values, *old]))
        for target, new, before in zip((memory, positions), values, old, strict=True):
            self.store(target, index, self.dialect.choice.format(mask=wins, value=new, other=before))

    def combined(self, combine: str, dtype: np.dtype[Any], names: Sequence[str]) -> str:
        """The combining op of a fold, or whether one pair beats another."""
        if not self.dialect.wrapped:
            return combine_text(combine, dtype, names, self.dialect.truth, self.dialect.column)
        k = key(dtype)
        operands = [k, "i64", k, "i64"] if combine in POSITIONS else [k, k]
        letters = [f"x{i}" for i in range(len(operands))]
        text = combine_text(combine, dtype, letters, self.dialect.truth, self.dialect.column)
        return self.wrapped(f"fold_{combine}_{k}", text, "i32" if combine in POSITIONS else k, operands, names)

    def declare(self, memory: Memory) -> None:
        """A local or shared array."""
        template = self.dialect.shared if memory.scope == "shared" else self.dialect.array
        text = template.format(type=self.dialect.types[key(memory.dtype)], name=memory.name, size=memory.size)
        if self.dialect.hoisted:
            self.variables.append(text)
        else:
            self.line(text)

    def loop(self, loop: Loop) -> None:
        """A loop over an axis."""
        axis = self.fresh("i")
        if self.dialect.hoisted:
            self.variables.append(f"cdef {self.dialect.index} {axis}")
        start, step = self.index(loop.start), "" if loop.step is None else self.index(loop.step)
        if loop.kind in self.dialect.starts:
            first, step = self.dialect.starts[loop.kind]
            start = first if start == "0" else f"{start} + {first}"
        stop = self.index(loop.stop)
        kind = "doubling" if loop.kind == "doubling" else "step" if step else "one"
        following = self.dialect.increments[kind].format(axis=axis, step=step)
        for text in self.dialect.loops.get(loop.kind, ()):
            self.line(text)
        for template in self.dialect.loop:
            self.line(template.format(type=self.dialect.index, axis=axis, start=start, stop=stop, next=following))
        known = self.names.get(loop.axis)
        self.names[loop.axis] = axis
        self.block(loop.body, self.dialect.again.format(next=following))
        if known is None:
            del self.names[loop.axis]
        else:
            self.names[loop.axis] = known

    def offset(self, memory: Memory, index: Node) -> str:
        """A pointer into memory."""
        text = self.index(index)
        return memory.name if text == "0" else f"{memory.name} + {text}"

    def parallel(self, step: Parallel) -> None:
        """A call of a task."""
        function = step.function
        arguments = [m.name for m in function.memories] + list(map(self.operand, function.scalars))
        known = {"struct": f"struct {function.name}_context", "arguments": ", ".join(arguments),
                 "function": function.name, "extent": self.index(step.extent), "grain": self.index(step.grain),
                 "work": self.index(step.work), "limit": self.index(step.limit)}
        for template in self.dialect.task:
            self.line(template.format(**known))

    def collective(self, step: Collective) -> None:
        """Combine the values of a warp, in halves."""
        distance, memories = self.fresh("d"), [m for m in (step.memory, step.positions) if m]
        self.line(self.dialect.halving.format(distance=distance))
        self.depth += 1
        others = []
        for memory in memories:
            others.append(self.fresh("v"))
            value = self.dialect.shuffle.format(value=f"{memory.name}[0]", distance=distance)
            self.variable(others[-1], self.dialect.types[key(memory.dtype)], value)
        self.merge(step.memory, step.positions, step.combine, "0", others)
        self.depth -= 1
        self.line(self.dialect.close)


def is_length(node: Node) -> bool:
    """Whether a variable has the index type: axes and lengths.

    >>> from symnum.ir.nest import axis
    >>> is_length(axis(0))
    True
    """
    return node.op is AXIS or node.op.name == "dim" or node.op is QUOTIENT
