"""``Builder``: functions of loop IR under construction, in which each value is computed as far out as it can be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import GraphError
from ..ir import nest
from ..ir.nest import AXIS, FOLD, LOAD
from ..ir.node import Dim, Node
from ..records import dataclass
from .loop_walks import free, pruned
from .loops import INLINE, Assign, Bind, Function, If, Load, Loop, Memory, Statement, number
from .strides import Algebra

# Numbers of axes and memories that a schedule makes itself.
FIRST = 100_000


@dataclass(slots=True)
class Scope:
    """One open body: its statements, the variables that it makes, and values that lie in memory.

    In a ``vector`` scope approximated functions may be called: it is inside a function of kind ``body``.  A ``single``
    scope computes one element of a long expression: what is long is for functions that it calls.
    """

    statements: list[Statement] = field(default_factory=list)
    names: dict[Node, None] = field(default_factory=dict)
    stored: dict[Node, tuple[Memory, Node]] = field(default_factory=dict)
    vector: bool = False
    single: bool = False


# Emits the statements of a fold, or of an approximated value, into the innermost scope and gives it a name there.
Emit = Callable[["Builder", Node], None]


def _no_axes(axes: Sequence[int]) -> Sequence[tuple[Node, Dim]]:
    raise GraphError(f"axes {tuple(axes)} have no extents here")


@dataclass(slots=True)
class Builder:
    """Open scopes, outermost first, and the functions that are finished.

    ``need(x)`` makes ``x`` a variable: every value below it is assigned in the outermost scope that has its axes.
    ``fold`` and ``approximate`` emit what takes more than one statement; ``is_approximate`` tells which values come
    out of vector functions, ``is_serial`` which are never vector code, ``is_long`` which are much text; ``span_of``
    gives the nest's axes their extents.
    While elements of a ``row`` are computed that are at hand, bodies fetch those of the next.  Functions that several
    places call are ``shared``.
    """

    prefix: str
    memories: dict[int, Memory]
    algebra: Algebra
    fold: Emit
    approximate: Emit
    is_approximate: Callable[[Node], bool]
    is_serial: Callable[[Node], bool]
    count: int = FIRST
    functions: list[Function] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    span_of: Callable[[Sequence[int]], Sequence[tuple[Node, Dim]]] = field(default=_no_axes, kw_only=True)
    row: Node | None = None
    is_long: Callable[[Node], bool] = field(default=lambda node: False, kw_only=True)
    shared: dict[Hashable, Function] = field(default_factory=dict)

    # names ------------------------------------------------------------------------------------------------------

    def axis(self) -> Node:
        """A new axis."""
        self.count += 1
        return nest.axis(self.count)

    def memory(self, name: str, dtype: np.dtype[Any], size: int = 0, scope: str = "local",
               readonly: bool = False) -> Memory:
        """A new memory; its name gets a number."""
        self.count += 1
        return Memory(self.count, self.unique(name), dtype, scope, size, readonly)

    def unique(self, name: str) -> str:
        """``name`` with the next number that it has not had."""
        self.names[name] = self.names.get(name, -1) + 1
        return f"{name}{self.names[name]}"

    # scopes -----------------------------------------------------------------------------------------------------

    def add(self, *statements: Statement) -> None:
        """Append statements to the innermost scope."""
        self.scopes[-1].statements.extend(statements)

    @contextmanager
    def scope(self, *names: Node, vector: bool | None = None) -> Iterator[Scope]:
        """A scope inside the innermost one, in which ``names`` are variables."""
        opened = Scope(names=dict.fromkeys(names), vector=self.scopes[-1].vector if vector is None else vector)
        self.scopes.append(opened)
        try:
            yield opened
        finally:
            self.scopes.pop()

    @contextmanager
    def loop(self, axis: Node, start: Dim, stop: Dim, kind: str = "serial", step: Dim = 1) -> Iterator[Scope]:
        """A loop, left out if nothing is in it."""
        first, last = self.need_index(start), self.need_index(stop)
        stride = None if isinstance(step, int) and step == 1 else self.need_index(step)
        with self.scope(axis) as inner:
            yield inner
        if inner.statements:
            self.add(Loop(axis, first, last, tuple(inner.statements), kind, stride))

    @contextmanager
    def when(self, left: Dim, right: Dim) -> Iterator[Scope]:
        """Statements where left < right."""
        with self.scope() as inner:
            yield inner
        self.add(If(self.need_index(left), self.need_index(right), tuple(inner.statements)))

    @contextmanager
    def function(self, name: str, kind: str, ranges: Sequence[Node],
                 memories: Sequence[Memory] | None = None, result: Memory | None = None) -> Iterator[list[Function]]:
        """A function beside the open ones; when it ends it is in the list that is given.

        Its parameters are what it uses and does not make; ``memories`` names the pointers in another order.
        """
        made: list[Function] = []
        with self.scope(*ranges, vector=kind == "body") as inner:
            yield made
        body = pruned(inner.statements)
        pointers, scalars = free(body, ranges)
        given = pointers if memories is None else tuple(memories)
        made.append(Function(name, kind, given, scalars, tuple(ranges), body, result))
        self.functions.append(made[0])

    @contextmanager
    def at(self, depth: int) -> Iterator[None]:
        """Make the scope at ``depth`` the innermost one for a while."""
        all_scopes = self.scopes
        self.scopes = all_scopes[:depth + 1]
        try:
            yield
        finally:
            self.scopes = all_scopes

    def bind(self, axis: Node, value: Dim) -> None:
        """Give an axis a value in the innermost scope."""
        self.add(Bind(axis, self.need_index(value)))
        self.scopes[-1].names[axis] = None

    def load(self, target: Node, memory: Memory, index: Dim) -> None:
        """Read the value of a node in the innermost scope."""
        self.add(Load(target, memory, self.need_index(index)))
        self.scopes[-1].names[target] = None

    # values -----------------------------------------------------------------------------------------------------

    def depth(self, node: Node) -> int | None:
        """The scope in which a node is a variable (0 for constants and lengths), or None.

        Where it lies in memory further in, it is to be read from there.
        """
        depth = len(self.scopes)
        for scope in reversed(self.scopes):
            depth -= 1
            if node in scope.names:
                return depth
            if node in scope.stored:
                return None
        return 0 if node.op.name in ("constant", "dim") else None

    def place(self, node: Node) -> tuple[int, Memory, Node] | None:
        """The scope that knows where in memory a node lies, that memory, and the index; or None."""
        depth = len(self.scopes)
        for scope in reversed(self.scopes):
            depth -= 1
            found = scope.stored.get(node)
            if found:
                return depth, *found
        return None

    def need(self, *nodes: Node) -> None:
        """Make nodes variables, with all that they depend on."""
        todo = list(reversed(nodes))
        while todo:
            node = todo[-1]
            if self.depth(node) is not None:
                todo.pop()
                continue
            place = self.place(node)
            below = self._below(node, place)
            depths = list(map(self.depth, below))
            missing = [x for x, depth in zip(below, depths, strict=True) if depth is None]
            if missing:
                todo += reversed(missing)
            else:
                self._make(node, place, max((depth for depth in depths if depth), default=0))
                todo.pop()

    def need_index(self, index: Dim) -> Node:
        """An index scalar whose variables all exist."""
        node = number(index)
        self.need(*self._atoms(node))
        return node

    def _atoms(self, index: Node) -> list[Node]:
        found: list[Node] = []
        todo = [index]
        while todo:
            x = todo.pop()
            if self.depth(x) is None and x.op in INLINE and x.dtype == INT64 and x not in found:
                todo.extend(reversed(x.inputs))
            else:
                found.append(x)
        return found

    def _below(self, node: Node, place: tuple[int, Memory, Node] | None) -> Sequence[Node]:
        if place:
            return self._atoms(place[2])
        if node.op is LOAD:
            index, *mask = node.inputs
            return [*self._atoms(index), *mask]
        if node.op is FOLD:
            return [nest.axis(k) for k in sorted(self.algebra.dependence(node))]
        if node.op is AXIS:
            raise GraphError(f"axis {node.attr('number')} is used outside its loop")
        return node.operands

    def _make(self, node: Node, place: tuple[int, Memory, Node] | None, depth: int) -> None:
        """Give a node its value where all that it depends on has one: at ``depth``, or where its ``place`` is known."""
        with self.at(max(depth, place[0]) if place else depth):
            if place:
                self.load(node, place[1], place[2])
            elif node.op is FOLD:
                self.fold(self, node)
            elif node.op is LOAD:
                index, *mask = node.inputs
                self.add(Load(node, self.memories[node.attr("buffer")], index, mask[0] if mask else None))
            elif not self.scopes[-1].vector and (
                    self.is_approximate(node) or (self.scopes[-1].single and self.is_long(node))):
                self.approximate(self, node)
            else:
                self.add(Assign(node))
            self.scopes[-1].names[node] = None
