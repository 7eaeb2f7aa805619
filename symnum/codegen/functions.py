"""Functions of loop IR as text: heads, parameters, and the structs that parallel tasks get theirs in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import GraphError
from ..ir.node import Node
from .dialects import Dialect
from .loop_walks import loads_masked_pairs, statements
from .loops import Accumulate, Call, Function, Memory, Parallel, Store
from .render import Printer, is_length
from .texts import key

_RANGES = {"task": ("begin", "end"), "span": ("length",), "cells": ("length",), "body": ("length",)}
_STORES = (Store, Accumulate)     # a union would be made anew for each statement


def is_parallel(function: Function) -> bool:
    """Whether a function hands work to several threads."""
    return any(isinstance(s, Parallel) for s in statements(function.body))


def pointer(dialect: Dialect, memory: Memory, restrict: bool = True) -> str:
    """The declaration of a pointer."""
    return dialect.pointer.format(
        const="const " if memory.readonly else "", type=dialect.types[key(memory.dtype)], name=memory.name,
        restrict=dialect.restrict if restrict and not memory.aliased else "")


def function_text(function: Function, dialect: Dialect, dims: Mapping[Node, str],
                  wrappers: dict[str, tuple[str, str]], runtime: str = "") -> str:
    """The text of a function.

    Args:
        function: what to print.
        dialect: in which language.
        dims: names of lengths.
        wrappers: gets the scalar functions that the text calls, in a dialect with wrapped texts.
        runtime: a parameter for functions with parallel work, such as ``const sn_rt *rt``.
    """
    printer = Printer(dialect, dims, wrappers)
    ranges = [_range(printer, x, name) for x, name in zip(function.ranges, _RANGES.get(function.kind, ()), strict=True)]
    values = [_value(printer, x) for x in function.scalars]
    restrict = function.kind in ("kernel", "task", "grid")
    memories = _with_readers(function) if dialect.context else function.memories
    pointers = [pointer(dialect, m, restrict) for m in memories]
    in_context = function.kind == "task" and bool(dialect.context)
    given = ranges if in_context else [*ranges, *pointers, *values]
    if runtime and function.kind == "kernel" and is_parallel(function):
        given.insert(0, runtime)
    result = dialect.types[key(function.result.dtype)] if function.result else ""
    head = dialect.heads[function.kind].format(name=function.name, parameters=", ".join(given) or dialect.nothing,
                                               result=result)
    if loads_masked_pairs(function):
        head = dialect.unpaired + head
    lines = _context(printer, function, memories, pointers, values) if in_context else []
    for statement in function.body:
        printer.statement(statement)
    last = dialect.tails.get(function.kind, "" if printer.lines else dialect.empty)
    if last:
        printer.line(last.format(result=function.result.name) if function.result else last)
    closing = [dialect.close] if dialect.close else []
    return "\n".join((*lines, head, *dialect.opening, *("  " + v for v in printer.variables), *printer.lines,
                      *closing, ""))


def _range(printer: Printer, node: Node, name: str) -> str:
    printer.names[node] = name
    return printer.dialect.value.format(type=printer.dialect.index, name=name)


def _value(printer: Printer, node: Node) -> str:
    if node not in printer.dims:
        printer.names[node] = printer.fresh("i" if is_length(node) else "t")
    return printer.dialect.value.format(type=printer.type(node), name=printer.name(node))


def _with_readers(function: Function) -> list[Memory]:
    """The memories of a function, those that it only reads marked as such: so functions for inputs and for values in
    between are the same text."""
    written = _written(function)
    own = function.kind in ("kernel", "task")
    return [replace(m, readonly=True) if own and m not in written else m for m in function.memories]


def _written(function: Function) -> set[Memory]:
    found = set[Memory]()
    for s in statements(function.body):
        if isinstance(s, _STORES):
            found.update(m for m in (s.memory, getattr(s, "positions", None)) if m)
        elif isinstance(s, Call):
            found.update(m for (m, _), own in zip(s.pointers, s.function.memories, strict=True) if not own.readonly)
        elif isinstance(s, Parallel):
            found |= _written(s.function)
    return found


def _context(printer: Printer, function: Function, memories: Sequence[Memory], pointers: Sequence[str],
             values: Sequence[str]) -> list[str]:
    """The lines of a task's struct; the task begins by opening it."""
    dialect, struct = printer.dialect, f"struct {function.name}_context"
    first, member, last = dialect.context
    members = [pointer(dialect, m, restrict=False) for m in memories]
    members += [text.removeprefix("const ") for text in values]
    if not members:
        raise GraphError(f"{function.name}: a task without parameters does nothing")
    printer.line(dialect.unpack.format(struct=struct))
    names = [m.name for m in function.memories] + [printer.name(x) for x in function.scalars]
    for declaration, name in zip((*pointers, *values), names, strict=True):
        printer.line(f"{declaration} = {dialect.member.format(name=name)};")
    return [first.format(struct=struct), *(member.format(type=m) for m in members), last.format()]
