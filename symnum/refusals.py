"""Refusals: conditions on the values of arguments under which a call fails, as nodes that a Program computes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .codegen.abi import Code
from .ir import dims
from .ir.build import o
from .ir.nest import Program, Refusal
from .ir.node import Dim, Node
from .ir.ranges import is_valid
from .ir.walk import topological
from .ops.indexing import NO_STRAY, operands_at
from .records import dataclass

# Nodes that hold just elements of their operand.
_MOVES = ("broadcast_to", "expand_dims", "squeeze", "reshape", "transpose")


@dataclass(frozen=True, slots=True)
class Condition:
    """A scalar that a Program computes, and the error if it is true, or not ``NO_STRAY``."""

    node: Node
    code: Code
    values: tuple[Dim, ...] = ()


def conditions(outputs: Sequence[Node]) -> tuple[Condition, ...]:
    """All conditions under which NumPy would refuse to compute ``outputs``."""
    order = topological(outputs)
    return (*_negative_powers(order), *_stray_indices(order))


def _negative_powers(order: Iterable[Node]) -> Iterable[Condition]:
    """For each power of integers whether any exponent is negative."""
    exponents = dict.fromkeys(x.inputs[1] for x in order
                              if x.op.name == "power" and x.dtype.kind == "i" and not _never_negative(x.inputs[1]))
    return (Condition(o.any(o.less(e, 0), axis=tuple(range(e.ndim))), Code.NEGATIVE_POWER) for e in exponents)


def _never_negative(exponent: Node) -> bool:
    exponent = _source(exponent)
    return exponent.op.name == "constant" and bool((exponent.attr("literal").array >= 0).all())


def _source(node: Node) -> Node:
    while node.op.name in _MOVES:
        node = node.inputs[0]
    return node


def _stray_indices(order: Sequence[Node]) -> Iterable[Condition]:
    """For each array of indices one that lies outside its axis.  Routines look themselves."""
    seen = {(index, length) for node in order if node.op.name == "scatter" for index, length, _ in operands_at(node)}
    found: dict[tuple[Node, Dim, Dim], int] = {}
    for node in order:
        for index, length, axis in operands_at(node) if node.op.name == "gather" else ():
            if (index, length) not in seen and not is_valid(index, length):
                found.setdefault((_source(index), length, _taken(index)), axis)
    return (Condition(_stray(index, length, taken), Code.INDEX, (length, axis + 1))
            for (index, length, taken), axis in found.items())


def _taken(index: Node) -> Dim:
    """How many elements are taken, or any other number if it is 0 only where there are no indices."""
    size = dims.product(index.shape)
    repeats = not dims.equal(size, dims.product(_source(index).shape))
    return size if repeats and (dims.lower_bound(size) or 0) < 1 else 1


def _stray(index: Node, length: Dim, taken: Dim) -> Node:
    n = dims.as_node(length)
    outside = o.logical_or(o.less(index, o.negative(n)), o.greater_equal(index, n))
    if taken != 1:  # nothing is taken, nothing is refused
        outside = o.logical_and(outside, o.not_equal(dims.as_node(taken), 0))
    seen = o.where(outside, o.maximum(index, NO_STRAY + 1), NO_STRAY)
    return o.stray(seen, axis=tuple(range(index.ndim)))


def refusing(program: Program, found: Sequence[Condition]) -> Program:
    """A Program whose last outputs are ``found``: they become refusals."""
    last = [b.number for b in program.of_role("output")][-len(found):] if found else []
    buffers = tuple(replace(b, role="workspace") if b.number in last else b for b in program.buffers)
    refusals = tuple(Refusal(k, x.code, x.values) for k, x in zip(last, found, strict=True))
    return replace(program, buffers=buffers, refusals=refusals)
