"""A slow executor of Programs: NumPy arrays over all axes of a nest, every index checked against its buffer.

It shares no code with the renderers: where a kernel and it differ, one of them is wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symnum.codegen.description import describe
from symnum.codegen.memory import MemoryPlan, accesses
from symnum.ir import dims
from symnum.ir.interpret import bind_dims, evaluate
from symnum.ir.nest import AXIS, FOLD, LOAD, Call, Kernel, Nest, Product, Program
from symnum.ir.node import Dim, Node
from symnum.ir.walk import topological
from symnum.ops.table import TABLE

Array = np.ndarray[Any, Any]
Lengths = Mapping[Node, Array]
UFUNCS = {"add": np.add, "multiply": np.multiply, "maximum": np.maximum, "minimum": np.minimum,
          "logical_or": np.logical_or, "logical_and": np.logical_and}


class CheckFailed(ValueError):
    """A check of the Program does not hold for the dims of this call."""


def run(program: Program, leaves: Sequence[Node], arrays: Sequence[Array], plan: MemoryPlan | None = None,
        backwards: bool = False) -> list[Array]:
    """The outputs of a Program whose inputs and states have these values.

    All memory starts as garbage.  With a plan, workspace buffers live where it says.  ``backwards`` runs nests one
    element of the outer axes after the other, the last one first, which shows what must not share memory.
    """
    lengths = bind_dims(leaves, arrays)
    assert all(d in lengths for d in program.dims)
    for check in program.checks:
        if check.kind != "nonempty" or any(number(n, lengths) == 0 for n in check.lengths):
            raise CheckFailed(check.kind)
    memory = allocate(program, arrays, lengths, plan)
    for step in program.steps:
        if isinstance(step, Kernel):
            run_nest(step.nest, memory, lengths, backwards)
        elif isinstance(step, Call):
            run_call(step, memory, lengths)
        else:
            run_product(step, memory, lengths)
    return [memory[b.number] for b in program.of_role("output")]


def number(length: Dim, lengths: Lengths) -> int:
    """The value of a length."""
    return int(evaluate([length], lengths)[0]) if isinstance(length, Node) else int(length)


def garbage(count: int) -> Array:
    """Bytes that are no result of anything: 64-byte aligned is not needed here."""
    return np.resize(np.frombuffer(b"\x01\x5a\x7f", np.uint8), count)


def allocate(program: Program, arrays: Sequence[Array], lengths: Lengths,
             plan: MemoryPlan | None) -> dict[int, Array]:
    """The memory of each buffer."""
    slots = [garbage(number(n, lengths)) for n in plan.sizes] if plan else []
    given = iter(arrays)
    memory: dict[int, Array] = {}
    within = plan.within if plan else {}
    for b in sorted(program.buffers, key=lambda b: (b.base is not None, b.number in within)):
        shape = tuple(number(n, lengths) for n in b.shape)
        size = int(np.prod(shape, dtype=int)) * b.dtype.itemsize
        if b.base is not None:
            memory[b.number] = memory[b.base].reshape(shape)
        elif b.role in ("input", "state"):
            memory[b.number] = np.array(next(given), order="C").reshape(shape)
            memory[b.number].flags.writeable = False
        elif b.role == "constant":
            memory[b.number] = b.data
        else:
            block = garbage(size)
            if b.number in within:
                block = memory[within[b.number]].reshape(-1).view(np.uint8)
            elif plan and b.role == "workspace":
                block = slots[plan.slot_of[b.number]]
            assert block.size >= size
            memory[b.number] = block[:size].view(b.dtype).reshape(shape)
    return memory


def run_product(step: Product, memory: Mapping[int, Array], lengths: Lengths) -> None:
    """c = a @ b."""
    m, n, k = (number(x, lengths) for x in (step.m, step.n, step.k))
    a = memory[step.a].reshape((k, m) if step.transpose_a else (m, k))
    b = memory[step.b].reshape((n, k) if step.transpose_b else (k, n))
    c = memory[step.c]
    assert not np.shares_memory(c, a) and not np.shares_memory(c, b)
    c[...] = ((a.T if step.transpose_a else a) @ (b.T if step.transpose_b else b)).reshape(c.shape)


def run_call(step: Call, memory: Mapping[int, Array], lengths: Lengths) -> None:
    """All results of one application of an op, in memory that nothing else of the step lies in."""
    def filled(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(filled, value))
        return number(value, lengths) if isinstance(value, Node) else value
    operands = [memory[p.buffer].reshape(filled(p.shape)) for p in step.operands if p.buffer is not None]
    found = step.op.reference()(*operands, **{name: filled(value) for name, value in step.attrs})
    for place, result in zip(step.results, found if step.op.results > 1 else (found,), strict=True):
        if place.buffer is not None:
            target = memory[place.buffer].reshape(filled(place.shape))
            assert not any(np.shares_memory(target, x) for x in operands)
            assert np.shape(result) == target.shape
            target[...] = result


def run_nest(nest: Nest, memory: Mapping[int, Array], lengths: Lengths, backwards: bool) -> None:
    """All elements of a nest, at once or one after the other."""
    ranges = [np.arange(number(a.extent, lengths)) for a in nest.axes]
    written: dict[int, list[int]] = {s.buffer: [] for s in nest.stores}
    outer = [not a.reduce for a in nest.axes]
    places = itertools.product(*(r if out else [0] for r, out in zip(ranges, outer, strict=True)))
    for place in reversed(list(places)) if backwards else [None]:
        these = ranges if place is None else [
            np.array([i]) if out else r for r, i, out in zip(ranges, place, outer, strict=True)]
        for buffer, elements in run_elements(nest, these, memory, lengths).items():
            written[buffer] += elements
    assert all(set(found) == set(range(memory[k].size)) for k, found in written.items()), "elements left out"


def run_elements(nest: Nest, ranges: Sequence[Array], memory: Mapping[int, Array],
                 lengths: Lengths) -> dict[int, list[int]]:
    """Run a nest for some values of its axes; gives the positions that were written in each buffer.

    Each expression is an array with one axis for each axis of the nest, of length 1 where it does not depend.
    """
    axes = {a.number: r.reshape([-1 if j == k else 1 for j in range(len(ranges))])
            for k, (a, r) in enumerate(zip(nest.axes, ranges, strict=True))}
    values: dict[Node, Array] = {}
    for node in topological(x for store in nest.stores for x in (*store.index, store.value)):
        values[node] = value_of(node, [values[x] for x in node.inputs], memory, lengths, axes)
    written = {}
    for store in nest.stores:
        target = memory[store.buffer]
        *index, value = np.broadcast_arrays(*(values[i] for i in store.index), values[store.value])
        check_inside(index, target.shape)
        target[tuple(index)] = value if index else value.reshape(())
        flat = np.ravel_multi_index(index, target.shape) if index and target.size else np.zeros(target.size, int)
        written[store.buffer] = flat.reshape(-1).tolist()
    return written


def value_of(node: Node, operands: list[Array], memory: Mapping[int, Array], lengths: Lengths,
             axes: Mapping[int, Array]) -> Array:
    """The values of one scalar expression."""
    rank = len(axes)
    if node.op is AXIS:
        return axes[node.attr("number")]
    if node.op is LOAD:
        return loaded(node, operands, memory[node.attr("buffer")], rank)
    if node.op is FOLD:
        places = [k for k, number in enumerate(axes) if number in node.attr("axes")]
        return folded(node, operands, places, [x.size for x in axes.values()])
    if node.op is TABLE["dim"]:
        return np.full((1,) * rank, int(lengths[node]))
    if node.op is TABLE["constant"]:
        return np.asarray(node.attr("literal").array).reshape((1,) * rank)
    with np.errstate(all="ignore"):
        return np.asarray(node.op.reference()(*operands, **dict(node.attrs)), node.dtype)


def check_inside(index: Sequence[Array], shape: Sequence[int]) -> None:
    """Fail for an index outside its buffer."""
    for i, n in zip(index, shape, strict=True):
        assert np.all((i >= 0) & (i < n)), "an index outside its buffer"


def loaded(node: Node, operands: list[Array], source: Array, rank: int) -> Array:
    """Elements of a buffer; 0 where the mask is false, with the index never looked at."""
    *index, mask = np.broadcast_arrays(*operands, *([] if node.attr("masked") else [np.ones((1,) * rank, bool)]))
    places = [i[mask] for i in index]
    check_inside(places, source.shape)
    result = np.zeros(mask.shape, source.dtype)
    result[mask] = source[tuple(places)] if places else source
    return result


def folded(node: Node, operands: list[Array], axes: list[int], extents: Sequence[int]) -> Array:
    """Reductions over axes, which stay with length 1."""
    spread = np.broadcast_arrays(*operands, np.empty([n if k in axes else 1 for k, n in enumerate(extents)]))[:-1]
    combine = node.attr("combine")
    if combine in UFUNCS:
        start = {"initial": -np.inf if node.dtype.kind == "f" else np.iinfo(node.dtype).min
                 } if combine == "maximum" and node.dtype.kind in "fi" else {}
        with np.errstate(all="ignore"):
            return np.asarray(UFUNCS[combine].reduce(spread[0], axis=tuple(axes), keepdims=True, **start), node.dtype)
    value, position = (np.moveaxis(x, axes, range(-len(axes), 0)) for x in spread)
    flat = (*value.shape[:-len(axes)], int(np.prod([extents[k] for k in axes])))
    value, position = value.reshape(flat), position.reshape(flat)
    found = np.take_along_axis(position, getattr(np, combine)(value, axis=-1)[..., None], -1)
    return found.reshape([1 if k in axes else n for k, n in enumerate(spread[0].shape)])


# what must hold of every Program --------------------------------------------------------------------------

def check_program(program: Program, repeats: bool = False) -> None:
    """Each buffer is written before it is read and once; folds stand where the renderer wants them.

    With ``repeats``, elements may be repeated before they are folded, so that folds depend on fewer axes.
    """
    base = {b.number: b.number if b.base is None else b.base for b in program.buffers}
    assert [b.number for b in program.buffers] == list(range(len(base))) and all(base[k] == k for k in base.values())
    ready = {b.number for b in program.buffers if b.role in ("input", "state", "constant")}
    writes: list[int] = []
    for step in program.steps:
        reads, targets = accesses(step)
        assert all(base[k] in ready for k in reads), "a step reads what no step has written"
        assert not ready.intersection(base[k] for k in targets), "a buffer is written twice"
        writes += [base[k] for k in targets]
        ready.update(writes)
        if isinstance(step, Kernel):
            check_folds(step.nest, repeats)
    assert {b.number for b in program.of_role("output")} <= set(writes)


def check_folds(nest: Nest, repeats: bool) -> None:
    """A fold depends on the outermost axes, one at least if there are any; inner folds on nothing else."""
    outer = [a.number for a in nest.axes if not a.reduce]
    assert [a.number for a in nest.axes][:len(outer)] == outer
    depends: dict[Node, frozenset[int]] = {}
    folded: dict[Node, frozenset[int]] = {}
    for node in topological(x for s in nest.stores for x in (*s.index, s.value)):
        found = frozenset().union(*(depends[x] for x in node.inputs))
        folded[node] = frozenset().union(*(folded[x] for x in node.inputs))
        if node.op is AXIS:
            found = frozenset((node.attr("number"),))
        elif node.op is FOLD:
            assert not folded[node].intersection(node.attr("axes")), "a fold inside a fold over the same axis"
            folded[node] |= frozenset(node.attr("axes"))
            found -= frozenset(node.attr("axes"))
            assert node.attr("axes") and found <= set(outer)
            assert repeats or (found == set(outer[:len(found)]) and bool(found) == bool(outer))
        depends[node] = found
    for store in nest.stores:
        used = frozenset().union(*(depends[i] for i in store.index))
        assert depends[store.value] <= used <= set(outer), "a store of a value that has more axes"


def text(program: Program) -> str:
    """A Program as text in which every expression has a number, for comparison between processes."""
    lines = describe(program)
    lines += [f"{b.number} {b.role} {b.dtype} {dims.text(b.shape)} {b.base}" for b in program.buffers]
    for step in program.steps:
        if isinstance(step, Kernel):
            lines += [f"axis {a.number} {dims.name_of(a.extent)} {a.reduce}" for a in step.nest.axes]
            numbers: dict[Node, int] = {}
            for node in topological(x for s in step.nest.stores for x in (*s.index, s.value)):
                numbers[node] = len(numbers)
                attrs = () if node.op.kind == "leaf" and node.op.name == "dim" else node.attrs
                lines.append(f"{len(numbers)} {node.op.name} {[numbers[x] for x in node.inputs]} {attrs}")
            lines += [f"{s.buffer} {[numbers[i] for i in s.index]} {numbers[s.value]}" for s in step.nest.stores]
    return "\n".join(lines)
