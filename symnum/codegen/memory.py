"""Memory: which workspace buffers of a Program share memory, by the times at which they are alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..ir import dims
from ..ir.nest import AXIS, LOAD, Buffer, Call, Kernel, Nest, Product, Program, Step
from ..ir.node import Dim, Node
from ..ir.walk import topological


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """The slot of each workspace buffer, and the bytes of each slot, a number or a formula of the dims.

    Buffers that are views have no slot: their memory is that of their base.
    """

    slot_of: Mapping[int, int]
    sizes: tuple[Dim, ...]


def plan(program: Program) -> MemoryPlan:
    """Slots for workspace buffers, so that buffers which are alive at the same time have different slots.

    A kernel may write a buffer in the place of one that it reads for the last time, if it reads only the
    elements that it is about to write.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (100, 100))
    >>> y = o.dot(o.dot(o.dot(x, x), x), x)
    >>> plan(lower("f", [x], [y])).sizes
    (80000, 80000)
    """
    buffers = {b.number: b for b in program.buffers}
    lives = _lives(program, buffers)
    slots: list[_Slot] = []
    slot_of: dict[int, int] = {}
    for number in sorted(lives, key=lambda k: (lives[k], k)):
        first, last = lives[number]
        size = _bytes(buffers[number])
        usable = [k for k, slot in enumerate(slots) if slot.until < first or (
            slot.until == first and _in_place(program.steps[first], buffers[number], buffers, slot.holds))]
        chosen = min(usable, key=lambda k: _distance(size, slots[k].size), default=len(slots))
        if chosen == len(slots):
            slots.append(_Slot(size, last, number))
        slots[chosen] = _Slot(dims.maximum(slots[chosen].size, size), last, number)
        slot_of[number] = chosen
    return MemoryPlan(MappingProxyType(slot_of), tuple(slot.size for slot in slots))


@dataclass(frozen=True, slots=True)
class _Slot:
    """Memory of ``size`` bytes that holds a buffer until a step."""

    size: Dim
    until: int
    holds: int


def accesses(step: Step) -> tuple[list[int], list[int]]:
    """Numbers of the buffers that a step reads, and of those that it writes, in order of first access.

    >>> accesses(Product(0, 1, 2, False, False, 1, 1, 1))
    ([0, 1], [2])
    """
    if isinstance(step, Product):
        return [step.a, step.b], [step.c]
    if isinstance(step, Call):
        reads, writes = ([p.buffer for p in places if p.buffer is not None] for places in (step.operands, step.results))
        return list(dict.fromkeys(reads)), writes
    loads = (x.attr("buffer") for x in topological(s.value for s in step.nest.stores) if x.op is LOAD)
    return list(dict.fromkeys(loads)), list(dict.fromkeys(s.buffer for s in step.nest.stores))


def _lives(program: Program, buffers: Mapping[int, Buffer]) -> dict[int, tuple[int, int]]:
    """First and last step that touch each workspace buffer or a view of it."""
    lives: dict[int, tuple[int, int]] = {}
    for time, step in enumerate(program.steps):
        for number in (n for numbers in accesses(step) for n in numbers):
            base = _base(number, buffers)
            if buffers[base].role == "workspace":
                lives[base] = (lives.get(base, (time, time))[0], time)
    for refusal in program.refusals:    # looked at after the last step
        lives[refusal.buffer] = (lives[refusal.buffer][0], len(program.steps))
    return lives


def _base(number: int, buffers: Mapping[int, Buffer]) -> int:
    base = buffers[number].base
    return number if base is None else base


def _bytes(buffer: Buffer) -> Dim:
    return dims.multiply(dims.product(buffer.shape), buffer.dtype.itemsize)


def _distance(size: Dim, other: Dim) -> tuple[int, int]:
    """How far two sizes are apart, in an order in which unknown distances come last."""
    difference = dims.subtract(size, other)
    return (0, abs(difference)) if isinstance(difference, int) else (1, 0)


def _in_place(step: Step, target: Buffer, buffers: Mapping[int, Buffer], dying: int) -> bool:
    """Whether ``step`` may write ``target`` over a buffer that it reads for the last time."""
    if not isinstance(step, Kernel) or not _same_layout(buffers[dying], target):
        return False
    stores = [s for s in step.nest.stores if _base(s.buffer, buffers) == target.number]
    if any(_base(s.buffer, buffers) == dying for s in step.nest.stores):    # written here, and read by nobody
        return False
    return len(stores) == 1 and _reads_own_place(step.nest, stores[0].index, buffers, dying)


def _same_layout(a: Buffer, b: Buffer) -> bool:
    return (a.dtype.itemsize == b.dtype.itemsize and len(a.shape) == len(b.shape)
            and all(map(dims.equal, a.shape, b.shape)))


def _reads_own_place(nest: Nest, index: tuple[Node, ...], buffers: Mapping[int, Buffer], dying: int) -> bool:
    """Whether all loads of a buffer are at ``index``, which has all outer axes."""
    if set(index_axes(index)) != {a.number for a in nest.axes if not a.reduce}:
        return False
    loads = [x for x in topological(s.value for s in nest.stores)
             if x.op is LOAD and _base(x.attr("buffer"), buffers) == dying]
    return all(x.attr("buffer") == dying and x.inputs[:len(index)] == index for x in loads)


def index_axes(index: Iterable[Node]) -> list[int]:
    """Numbers of the axes that an index depends on.

    >>> from symnum.ir.nest import axis
    >>> index_axes([axis(0), axis(2)])
    [0, 2]
    """
    return [x.attr("number") for x in topological(index) if x.op is AXIS]
