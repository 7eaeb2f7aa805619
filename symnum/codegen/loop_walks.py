"""Walks over loop IR: what statements read and make, what a body takes from outside, and validity for a target."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace

from ..errors import GraphError
from ..ir.nest import AXIS
from ..ir.node import Node
from ..ir.walk import topological
from .loops import (
    ELEMENT,
    INLINE,
    Accumulate,
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


def children(statement: Statement) -> tuple[Statement, ...]:
    """Statements inside a statement."""
    return statement.body if isinstance(statement, Loop | If) else ()


def statements(body: Sequence[Statement]) -> Iterator[Statement]:
    """All statements of a body, outer before inner, in order."""
    todo = list(reversed(body))
    while todo:
        statement = todo.pop()
        yield statement
        todo.extend(reversed(children(statement)))


def loads_masked_pairs(function: Function) -> bool:
    """Whether a loop reads elements under a mask and writes several elements of one memory side by side.

    gcc 12 makes wrong vector code of that: it swaps the lanes of masked loads without swapping the elements.
    """
    for block in (function.body, *(s.body for s in statements(function.body) if isinstance(s, Loop))):
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
    if isinstance(statement, Bind | Loop):
        return (statement.axis,)
    return (statement.target,) if isinstance(statement, Assign | Load) else ()


def touched(statement: Statement) -> tuple[Memory, ...]:
    """The memories that a statement names, those of elements that it reads in place last."""
    roots = [*(x for x in values(statement) if x.op is ELEMENT), *indices(statement)]
    inline = topological(roots, lambda x: x.inputs if x.op in INLINE else ())
    return (*_named(statement), *(x.attr("memory") for x in inline if x.op is ELEMENT))


def _named(statement: Statement) -> tuple[Memory, ...]:
    if isinstance(statement, Load | Store | Declare | Prefetch):
        return (statement.memory,)
    if isinstance(statement, Accumulate | Collective):
        return (statement.memory,) if statement.positions is None else (statement.memory, statement.positions)
    if isinstance(statement, Call):
        return tuple(memory for memory, _ in statement.pointers)
    return statement.function.memories if isinstance(statement, Parallel) else ()


def values(statement: Statement) -> tuple[Node, ...]:
    """Operands of a statement: variables, constants, and elements that are read in place."""
    match statement:
        case Assign():
            return statement.target.operands
        case Load():
            return () if statement.mask is None else (statement.mask,)
        case Store():
            return (statement.value,)
        case Accumulate():
            return (statement.value,) if statement.position is None else (statement.value, statement.position)
        case Call() | Parallel():
            return statement.function.scalars
    return ()


def indices(statement: Statement) -> tuple[Node, ...]:
    """Index scalars of a statement, whose inline ops are printed in place."""
    match statement:
        case Bind():
            return (statement.value,)
        case Load() | Store() | Accumulate() | Prefetch():
            return (statement.index,)
        case Loop():
            return tuple(x for x in (statement.start, statement.stop, statement.step) if x is not None)
        case If():
            return (statement.left, statement.right)
        case Call():
            return (statement.length, *(offset for _, offset in statement.pointers))
        case Parallel():
            return (statement.extent, statement.grain, statement.work, statement.limit)
    return ()


def atoms(index: Node, known: Container[Node] = ()) -> list[Node]:
    """The variables that the text of an index scalar names, in order of first use."""
    found: dict[Node, None] = {}
    todo = [index]
    while todo:
        x = todo.pop()
        if x in known or not (x.op in INLINE or x.op.name == "constant"):
            found[x] = None
        else:
            todo.extend(reversed(x.inputs))
    return list(found)


def variables(statement: Statement, known: Container[Node] = ()) -> list[Node]:
    """The variables that a statement itself reads, in order of first use."""
    found = [x for index in indices(statement) for x in atoms(index, known)]
    for x in values(statement):
        found.extend(atoms(x, known) if x.op is ELEMENT else () if x.op.name == "constant" else (x,))
    return list(dict.fromkeys(found))


def free(body: Sequence[Statement], given: Sequence[Node] = ()) -> tuple[tuple[Memory, ...], tuple[Node, ...]]:
    """Memories and variables that a body uses and does not make, by first use."""
    memories = dict.fromkeys(m for s in statements(body) for m in touched(s))
    own = {s.memory for s in statements(body) if isinstance(s, Declare)}
    outside = tuple(m for m in memories if m not in own)
    # What is a variable in one place is not computed anew inside an index.
    operands = _free(body, given, lambda s, known: [x for x in values(s) if _is_variable(x)])
    return outside, (*operands, *_free(body, (*given, *operands), variables))


def _free(body: Sequence[Statement], given: Sequence[Node],
          read: Callable[[Statement, Container[Node]], Sequence[Node]]) -> tuple[Node, ...]:
    known, found = set(given), dict[Node, None]()
    for statement in statements(body):
        found.update(dict.fromkeys(x for x in read(statement, known) if x not in known))
        known.update(bound(statement))
    return tuple(found)


def _is_variable(value: Node) -> bool:
    return value.op is not ELEMENT and value.op.name != "constant"


def pruned(body: Sequence[Statement]) -> tuple[Statement, ...]:
    """The same statements without axes that are bound and never used."""
    while True:
        wanted = {x for s in statements(body) for x in variables(s)} | {
            x for s in statements(body) for index in indices(s) for x in atoms(index)}
        dead = [s for s in statements(body) if isinstance(s, Bind) and s.axis not in wanted]
        if not dead:
            return tuple(body)
        body = _without(body, set(map(id, dead)))


def _without(body: Sequence[Statement], dead: set[int]) -> tuple[Statement, ...]:
    return tuple(replace(s, body=_without(s.body, dead)) if isinstance(s, Loop | If) else s
                 for s in body if id(s) not in dead)


# validity -------------------------------------------------------------------------------------------------------

LOOP_KINDS = {"cpu": frozenset(("serial", "vector", "lanes", "doubling")),
              "gpu": frozenset(("serial", "vector", "doubling", "grid", "block", "thread"))}
SCOPES = {"cpu": frozenset(("global", "local")), "gpu": frozenset(("global", "local", "shared"))}
_ONLY = {"cpu": (Call, Parallel), "gpu": (Barrier, Collective)}


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
    if isinstance(statement, Store | Accumulate) and statement.memory.readonly:
        raise GraphError(f"{function.name}: a store to {statement.memory.name}, which is only read")
    if isinstance(statement, Bind | Loop) and statement.axis.op is not AXIS:
        raise GraphError(f"{function.name}: {statement.axis!r} is not an axis")
