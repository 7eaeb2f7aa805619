"""Walks over loop IR: what statements read and make, what a body takes from outside, and validity for a target."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import is_not
from types import MappingProxyType
from typing import Any

from ..errors import GraphError
from ..ir.nest import AXIS
from ..ir.node import Node
from ..ir.walk import topological
from ..ops.table import TABLE
from .loops import (
    ELEMENT,
    INLINE,
    Accumulate,
    Apply,
    Assign,
    Barrier,
    Bind,
    Call,
    Collective,
    Declare,
    Function,
    If,
    Load,
    Loop,
    Memory,
    Parallel,
    Prefetch,
    Statement,
    Store,
)

_CONSTANT = TABLE["constant"]
# Tuples, as unions would be made anew wherever a statement is looked at.
_BLOCKS, _STORES, _OF_AXES, _OF_TARGETS = (Loop, If), (Store, Accumulate), (Bind, Loop), (Assign, Apply, Load)


def children(statement: Statement) -> tuple[Statement, ...]:
    """Statements inside a statement."""
    return statement.body if isinstance(statement, _BLOCKS) else ()


def statements(body: Sequence[Statement]) -> Iterator[Statement]:
    """All statements of a body, outer before inner, in order."""
    todo = list(reversed(body))
    while todo:
        statement = todo.pop()
        yield statement
        if isinstance(statement, _BLOCKS):
            todo.extend(reversed(statement.body))


def loads_masked_pairs(function: Function) -> bool:
    """Whether a loop reads elements under a mask and writes several elements of one memory side by side.

    gcc 12 makes wrong vector code of that: it swaps the lanes of masked loads without swapping the elements.
    """
    within = list(statements(function.body))
    if not any(isinstance(s, Load) and s.mask is not None for s in within):
        return False
    for block in (function.body, *(s.body for s in within if isinstance(s, Loop))):
        own = list(_of_one_loop(block))
        stored = [s.memory for s in own if isinstance(s, Store)]
        if len(set(stored)) < len(stored) and any(isinstance(s, Load) and s.mask is not None for s in own):
            return True
    return False


def _of_one_loop(block: Sequence[Statement]) -> Iterator[Statement]:
    for s in block:
        if isinstance(s, If):
            yield from _of_one_loop(s.body)
        else:
            yield s


def bound(statement: Statement) -> tuple[Node, ...]:
    """The nodes that a statement gives a value."""
    if isinstance(statement, _OF_AXES):
        return (statement.axis,)
    return (statement.target,) if isinstance(statement, _OF_TARGETS) else ()


def touched(statement: Statement) -> tuple[Memory, ...]:
    """The memories that a statement names, those of elements that it reads in place last."""
    roots = [x for x in values(statement) if x.op is ELEMENT]
    roots += [x for x in indices(statement) if x.inputs and _holds_element(x)]
    named = _NAMED.get(type(statement), _none)(statement)
    if not roots:
        return named
    inline = topological(roots, lambda x: x.inputs if x.op in INLINE else ())
    return (*named, *(x.attr("memory") for x in inline if x.op is ELEMENT))


def _holds_element(index: Node) -> bool:
    todo = [index]
    while todo:
        x = todo.pop()
        if x.op is ELEMENT:
            return True
        if x.op in INLINE:
            todo += x.inputs
    return False


def values(statement: Statement) -> tuple[Node, ...]:
    """Operands of a statement: variables, constants, and elements that are read in place."""
    return _VALUES.get(type(statement), _none)(statement)


def indices(statement: Statement) -> tuple[Node, ...]:
    """Index scalars of a statement, whose inline ops are printed in place."""
    return _INDICES.get(type(statement), _none)(statement)


# By kind of statement, since most of the time of these walks is telling kinds apart.
_Of = Mapping[type[Any], Callable[[Any], tuple[Any, ...]]]


def _none(statement: Any) -> tuple[Any, ...]:
    return ()


def _given(*values: Any) -> tuple[Any, ...]:
    return tuple(x for x in values if x is not None)


_NAMED: _Of = MappingProxyType({
    **dict.fromkeys((Load, Store, Declare, Prefetch), lambda s: (s.memory,)),
    **dict.fromkeys((Accumulate, Collective), lambda s: _given(s.memory, s.positions)),
    Call: lambda s: tuple([memory for memory, _ in s.pointers]),
    Parallel: lambda s: s.function.memories})
_VALUES: _Of = MappingProxyType({
    **dict.fromkeys((Assign, Apply), lambda s: s.target.operands),
    Load: lambda s: _given(s.mask),
    Store: lambda s: (s.value,),
    Accumulate: lambda s: _given(s.value, s.position),
    **dict.fromkeys((Call, Parallel), lambda s: s.function.scalars)})
_INDICES: _Of = MappingProxyType({
    Bind: lambda s: (s.value,),
    **dict.fromkeys((Load, Store, Accumulate, Prefetch), lambda s: (s.index,)),
    Loop: lambda s: _given(s.start, s.stop, s.step),
    If: lambda s: (s.left, s.right),
    Call: lambda s: (s.length, *[offset for _, offset in s.pointers]),
    Parallel: lambda s: (s.extent, s.grain, s.work, s.limit)})


def variables(statement: Statement, known: Container[Node] = ()) -> list[Node]:
    """The variables that a statement itself reads, in order of first use."""
    found: dict[Node, None] = {}
    for index in indices(statement):
        _note_atoms(found, index, known)
    for x in values(statement):
        if x.op is ELEMENT:
            _note_atoms(found, x, known)
        elif x.op is not _CONSTANT:
            found[x] = None
    return list(found)


def _note_atoms(found: dict[Node, None], index: Node, known: Container[Node]) -> None:
    """Add the variables that the text of an index scalar names."""
    todo = [index]
    while todo:
        x = todo.pop()
        if x in known or not (x.op in INLINE or x.op is _CONSTANT):
            found[x] = None
        elif x.inputs:
            todo += reversed(x.inputs)


def free(body: Sequence[Statement], given: Sequence[Node] = ()) -> tuple[tuple[Memory, ...], tuple[Node, ...]]:
    """Memories and variables that a body uses and does not make, by first use."""
    within = list(statements(body))
    memories = dict.fromkeys(m for s in within for m in touched(s))
    own = {s.memory for s in within if isinstance(s, Declare)}
    outside = tuple(m for m in memories if m not in own)
    # What is a variable in one place is not computed anew inside an index.
    operands = _free(within, given, lambda s, known: [x for x in values(s) if _is_variable(x)])
    return outside, (*operands, *_free(within, (*given, *operands), variables))


def _free(within: Sequence[Statement], given: Sequence[Node],
          read: Callable[[Statement, Container[Node]], Sequence[Node]]) -> tuple[Node, ...]:
    known, found = set(given), dict[Node, None]()
    for statement in within:
        for x in read(statement, known):
            if x not in known:
                found[x] = None
        known.update(bound(statement))
    return tuple(found)


def _is_variable(value: Node) -> bool:
    return value.op is not ELEMENT and value.op is not _CONSTANT


def pruned(body: Sequence[Statement]) -> tuple[Statement, ...]:
    """The same statements without axes that are bound and not used where they are."""
    return _pruned(body)[0]


def _pruned(body: Sequence[Statement]) -> tuple[tuple[Statement, ...], set[Node]]:
    """The statements of a block that are left, and the variables that they read from outside."""
    left, used = list[Statement](), set[Node]()
    for statement in reversed(body):
        if isinstance(statement, _BLOCKS):
            inner, needed = _pruned(statement.body)
            if len(inner) < len(statement.body) or any(map(is_not, inner, statement.body)):
                statement = replace(statement, body=inner)
            used |= needed
        elif isinstance(statement, Bind) and statement.axis not in used:
            continue
        used.difference_update(bound(statement))
        used.update(variables(statement))
        left.append(statement)
    return tuple(reversed(left)), used


# validity -------------------------------------------------------------------------------------------------------

LOOP_KINDS = {"cpu": frozenset(("serial", "vector", "lanes", "doubling")),
              "gpu": frozenset(("serial", "vector", "doubling", "grid", "block", "thread"))}
SCOPES = {"cpu": frozenset(("global", "local")), "gpu": frozenset(("global", "local", "shared"))}
_ONLY = {"cpu": (Apply, Call, Parallel), "gpu": (Barrier, Collective)}


def verify(functions: Sequence[Function], target: str) -> Sequence[Function]:
    """Check functions for a target (``"cpu"`` or ``"gpu"``) and return them.

    Raises:
        GraphError: a statement that the target does not have, or a value that is used before it is made.
    """
    for function in functions:
        _verify(function, function.body, set(function.scalars) | set(function.ranges), target)
    return functions


def _verify(function: Function, body: Sequence[Statement], known: set[Node], target: str) -> None:
    made: list[Node] = []
    for statement in body:
        _verify_statement(function, statement, target)
        inner = [x for x in bound(statement) if x not in known]
        if isinstance(statement, Loop):
            _verify_variables(function, statement, known)
            known.update(inner)
            _verify(function, statement.body, known, target)
            known.difference_update(inner)
            continue
        _verify_variables(function, statement, known)
        _verify(function, children(statement), known, target)
        known.update(inner)
        made += inner
    known.difference_update(made)


def _verify_variables(function: Function, statement: Statement, known: set[Node]) -> None:
    for x in variables(statement, known):
        if x not in known:
            raise GraphError(f"{function.name}: {type(statement).__name__} reads {x!r} before it is made")


def _verify_statement(function: Function, statement: Statement, target: str) -> None:
    if isinstance(statement, Loop) and statement.kind not in LOOP_KINDS[target]:
        raise GraphError(f"{function.name}: {statement.kind} loops do not exist on a {target}")
    other = "cpu" if target == "gpu" else "gpu"
    if isinstance(statement, _ONLY[other]):
        raise GraphError(f"{function.name}: {type(statement).__name__} does not exist on a {target}")
    for memory in touched(statement):
        if memory.scope not in SCOPES[target]:
            raise GraphError(f"{function.name}: memory of scope {memory.scope} does not exist on a {target}")
    if isinstance(statement, _STORES) and statement.memory.readonly:
        raise GraphError(f"{function.name}: a store to {statement.memory.name}, which is only read")
    if isinstance(statement, _OF_AXES) and statement.axis.op is not AXIS:
        raise GraphError(f"{function.name}: {statement.axis!r} is not an axis")
