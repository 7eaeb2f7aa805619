"""Description: the steps of a Program as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..ir import dims
from ..ir.nest import FOLD, Buffer, Call, Chain, Nest, Product, Program, RowPass, Step
from ..ir.walk import topological
from .memory import accesses


def describe(program: Program) -> list[str]:
    """One line for each step: what it runs over, what it folds, reads and writes.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (3, 4))
    >>> describe(lower("f", [x], [o.max(o.exp(x), axis=(1,))]))
    ['kernel over 3: folds maximum over 4; reads x; writes output 0']
    """
    names = _names(program)
    return [_line(step, names) for step in program.steps]


def _names(program: Program) -> dict[int, str]:
    first = min((b.number for b in program.of_role("output")), default=0)
    names = {b.number: _name(b, first) for b in program.buffers}
    return {b.number: names[b.number] if b.base is None else f"{names[b.base]} as {dims.text(b.shape)}"
            for b in program.buffers}


def _name(buffer: Buffer, first_output: int) -> str:
    if buffer.role in ("input", "state"):
        return buffer.name or f"{buffer.role} {buffer.number}"
    return f"{buffer.role} {buffer.number - first_output}" if buffer.role == "output" else \
        f"{buffer.role} {buffer.number}"


def _line(step: Step, names: Mapping[int, str]) -> str:
    if isinstance(step, Product):
        a, b = (names[k] + ".T" * flip for k, flip in ((step.a, step.transpose_a), (step.b, step.transpose_b)))
        lengths = ", ".join(map(dims.name_of, (step.m, step.n, step.k)))
        return f"product of m, n, k = {lengths}: {a} @ {b}; writes {names[step.c]}"
    reads, writes = accesses(step)
    if isinstance(step, Call):
        over = ", ".join(dims.text(place.shape) for place in step.operands) or "nothing"
        return f"{step.op.name} of {over}: {_list('reads', reads, names)}; {_list('writes', writes, names)}"
    if isinstance(step, RowPass):
        kind = "two products" if step.nest is None else "two products and a kernel"
        parts = [_list("reads", reads, names), _list("writes", writes, names)]
        rows = dims.name_of(dims.multiply(step.first.m, step.first.n))
        return f"{kind} in one pass over {rows} rows: {'; '.join(parts)}"
    if isinstance(step, Chain):
        parts = [_list("reads", reads, names), _list("writes", writes, names)]
        over = " x ".join(dims.name_of(a.extent) for a in step.nests[-1].axes)
        return f"{len(step.nests)} kernels in tiles over {over}: {'; '.join(p for p in parts if p)}"
    parts = [_folds(step.nest), _list("reads", reads, names), _list("writes", writes, names)]
    over = " x ".join(dims.name_of(a.extent) for a in step.nest.axes if not a.reduce) or "one element"
    return f"kernel over {over}: {'; '.join(p for p in parts if p)}"


def _list(verb: str, numbers: Iterable[int], names: Mapping[int, str]) -> str:
    listed = ", ".join(names[k] for k in numbers)
    return listed and f"{verb} {listed}"


def _folds(nest: Nest) -> str:
    folds = [x for x in topological(s.value for s in nest.stores) if x.op is FOLD]
    listed = ", ".join(f"{x.attr('combine')} over {_extents(nest, x.attr('axes'))}" for x in folds)
    return listed and f"folds {listed}"


def _extents(nest: Nest, axes: Iterable[int]) -> str:
    return " x ".join(dims.name_of(nest.axis(k).extent) for k in axes)
