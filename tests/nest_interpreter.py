"""A slow executor of Programs: NumPy arrays over all axes of a nest, with every load checked against its bounds.

It shares no code with the renderers, so that a Program which it runs right is right, and a kernel which differs
from it is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symnum.codegen.memory import MemoryPlan
from symnum.ir import dims
from symnum.ir.interpret import bind_dims, evaluate
from symnum.ir.nest import AXIS, FOLD, LOAD, Kernel, Nest, Product, Program
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.ops.table import TABLE

Array = np.ndarray[Any, Any]
_UFUNCS = {"add": np.add, "multiply": np.multiply, "maximum": np.maximum, "minimum": np.minimum,
           "logical_or": np.logical_or, "logical_and": np.logical_and}


class CheckFailed(ValueError):
    """A check of the Program does not hold for the dims of this call."""


def run(program: Program, leaves: Sequence[Node], arrays: Sequence[Array], plan: MemoryPlan | None = None) -> list[Array]:
    """The outputs of a Program whose inputs and states have these values.

    With a plan, workspace buffers live in its slots, which are filled with garbage first.
    """
    lengths = bind_dims(leaves, arrays)
    assert all(d in lengths for d in program.dims)
    _check(program, lengths)
    memory = _allocate(program, arrays, lengths, plan)
    for step in program.steps:
        if isinstance(step, Kernel):
            _run_nest(step.nest, memory, lengths)
        else:
            _run_product(step, memory, lengths)
    return [memory[b.number] for b in program.of_role("output")]


def number(length: Any, lengths: Mapping[Node, Array]) -> int:
    """The value of a length."""
    return int(evaluate([length], lengths)[0]) if isinstance(length, Node) else int(length)


def _check(program: Program, lengths: Mapping[Node, Array]) -> None:
    for check in program.checks:
        assert check.kind == "nonempty"
        if any(number(n, lengths) == 0 for n in check.lengths) and all(number(n, lengths) for n in check.unless):
            raise CheckFailed("a reduction of nothing")


def _garbage(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    count = int(np.prod(shape, dtype=int)) * dtype.itemsize
    return np.resize(np.frombuffer(b"\x01\x5a\x7f", np.uint8), count).view(dtype).reshape(shape)


def _allocate(program: Program, arrays: Sequence[Array], lengths: Mapping[Node, Array],
              plan: MemoryPlan | None) -> dict[int, Array]:
    slots = [] if plan is None else [_garbage((number(n, lengths),), np.dtype("uint8")) for n in plan.sizes]
    given = iter(arrays)
    memory: dict[int, Array] = {}
    for b in sorted(program.buffers, key=lambda b: b.base is not None):
        shape = tuple(number(n, lengths) for n in b.shape)
        if b.base is not None:
            memory[b.number] = memory[b.base].reshape(shape)
        elif b.role in ("input", "state"):
            memory[b.number] = np.ascontiguousarray(next(given)).reshape(shape)
            memory[b.number].flags.writeable = False
        elif b.role == "constant":
            memory[b.number] = b.data
        elif plan is not None and b.role == "workspace":
            count = int(np.prod(shape, dtype=int)) * b.dtype.itemsize
            assert count <= slots[plan.slot_of[b.number]].size
            memory[b.number] = slots[plan.slot_of[b.number]][:count].view(b.dtype).reshape(shape)
        else:
            memory[b.number] = _garbage(shape, b.dtype)
    return memory


def _run_product(step: Product, memory: Mapping[int, Array], lengths: Mapping[Node, Array]) -> None:
    m, n, k = (number(x, lengths) for x in (step.m, step.n, step.k))
    a = memory[step.a].reshape((k, m) if step.transpose_a else (m, k))
    b = memory[step.b].reshape((n, k) if step.transpose_b else (k, n))
    assert not np.shares_memory(memory[step.c], memory[step.a])
    assert not np.shares_memory(memory[step.c], memory[step.b])
    c = (a.T if step.transpose_a else a) @ (b.T if step.transpose_b else b)
    memory[step.c][...] = c.reshape(memory[step.c].shape)


def _run_nest(nest: Nest, memory: Mapping[int, Array], lengths: Mapping[Node, Array]) -> None:
    """Each expression is an array with one axis for each axis of the nest, of length 1 where it does not depend."""
    place = {a.number: k for k, a in enumerate(nest.axes)}
    extents = [number(a.extent, lengths) for a in nest.axes]
    values: dict[Node, Array] = {}
    roots = [x for store in nest.stores for x in (*store.index, store.value)]
    for node in topological(roots):
        if node.op is AXIS:
            k = place[node.attr("number")]
            shape = [n if j == k else 1 for j, n in enumerate(extents)]
            values[node] = np.arange(extents[k]).reshape(shape)
        else:
            values[node] = _value(node, [values[x] for x in node.inputs], memory, lengths, place, extents)
    outer = [k for k, a in enumerate(nest.axes) if not a.reduce]
    results = []
    for store in nest.stores:
        value = values[store.value]
        assert all(value.shape[k] == 1 for k in range(len(extents)) if k not in outer or extents[k] == 0 and False)
        results.append((store, np.broadcast_arrays(*(values[i] for i in store.index), value)))
    for store, (*index, value) in results:
        _in_bounds(index, memory[store.buffer].shape)
        memory[store.buffer][tuple(index)] = value if index else value.reshape(())


def _value(node: Node, operands: list[Array], memory: Mapping[int, Array], lengths: Mapping[Node, Array],
           place: Mapping[int, int], extents: Sequence[int]) -> Array:
    rank = len(extents)
    if node.op is LOAD:
        return _load(node, operands, memory[node.attr("buffer")], rank)
    if node.op is FOLD:
        return _fold(node, operands, sorted(place[k] for k in node.attr("axes")), extents)
    if node.op is TABLE["dim"]:
        return np.full((1,) * rank, int(lengths[node]))
    if node.op is TABLE["constant"]:
        return node.attr("literal").array.reshape((1,) * rank)  # type: ignore[no-any-return]
    with np.errstate(all="ignore"):
        result = node.op.reference()(*operands, **dict(node.attrs))
    return np.asarray(result, node.dtype)


def _in_bounds(index: Sequence[Array], shape: Sequence[int], where: Array | None = None) -> None:
    for i, n in zip(index, shape, strict=True):
        inside = (i >= 0) & (i < n)
        assert np.all(inside if where is None else inside | ~where), "an index outside its buffer"


def _load(node: Node, operands: list[Array], source: Array, rank: int) -> Array:
    index, mask = (operands[:-1], operands[-1]) if node.attr("masked") else (operands, None)
    if not index:
        return np.where(True if mask is None else mask, source.reshape((1,) * rank), source.dtype.type(0))
    if mask is None:
        _in_bounds(np.broadcast_arrays(*index), source.shape)
        return source[tuple(index)]  # type: ignore[no-any-return]
    *index, mask = np.broadcast_arrays(*index, mask)
    _in_bounds(index, source.shape, mask)
    result = np.zeros(mask.shape, source.dtype)
    result[mask] = source[tuple(i[mask] for i in index)]
    return result


def _fold(node: Node, operands: list[Array], axes: list[int], extents: Sequence[int]) -> Array:
    full = [list(x.shape) for x in operands]
    for shape in full:
        for k in axes:
            shape[k] = extents[k]
    spread = np.broadcast_arrays(*(np.broadcast_to(x, s) for x, s in zip(operands, full, strict=True)))
    combine = node.attr("combine")
    if combine in _UFUNCS:
        if not spread[0].size and combine in ("maximum", "minimum"):
            assert all(n for k, n in enumerate(spread[0].shape) if k in axes) or 0 in (
                n for k, n in enumerate(spread[0].shape) if k not in axes)
        with np.errstate(all="ignore"):
            return np.asarray(_UFUNCS[combine].reduce(spread[0], axis=tuple(axes), keepdims=True), node.dtype)
    rest = [k for k in range(len(extents)) if k not in axes]
    value, position = (np.transpose(x, (*rest, *axes)) for x in spread)
    lead = value.shape[:len(rest)]
    count = int(np.prod([extents[k] for k in axes]))
    value, position = value.reshape(*lead, count), position.reshape(*lead, count)
    best = getattr(np, combine)(value, axis=-1)[..., None]
    found = np.take_along_axis(position, best, -1)[..., 0]
    return found.reshape([1 if k in axes else spread[0].shape[k] for k in range(len(extents))])  # type: ignore[no-any-return]


__all__ = ["CheckFailed", "dims", "number", "run"]
