"""Memory: which workspace buffers of a Program share memory, by the times at which they are alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from types import MappingProxyType

from ..ir import dims
from ..ir.nest import AXIS, LOAD, Buffer, Call, Chain, Kernel, Nest, Product, Program, RowPass, Step
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..ops.spec import Routine
from ..records import dataclass


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """The slot of each workspace buffer, and the bytes of each slot, a number or a formula of the dims.

    Buffers ``within`` an output lie in its memory until it is written.  Buffers that are views have no slot: their
    memory is that of their base.
    """

    slot_of: Mapping[int, int]
    sizes: tuple[Dim, ...]
    within: Mapping[int, int] = field(default_factory=dict)


def plan(program: Program) -> MemoryPlan:
    """Slots for workspace buffers, so that buffers which are alive at the same time have different slots.

    A kernel may write a buffer in the place of one that it reads for the last time, if it reads only the
    elements that it is about to write; a routine in that of the operand that it names.  Outputs are slots until
    they are written: so the buffers that live last choose first.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (100, 100))
    >>> y = o.dot(o.dot(o.dot(x, x), x), x)
    >>> plan(lower("f", [x], [y])).sizes
    (80000,)
    """
    buffers = {b.number: b for b in program.buffers}
    lives = _lives(program, buffers)
    outputs = [b for b in program.of_role("output") if b.base is None and b.number in lives]
    slots = [_Slot(_bytes(b), lives[b.number][0], b.number, b) for b in outputs]
    chosen: dict[int, int] = {}
    for number in sorted((k for k in lives if buffers[k].role == "workspace"), key=lambda k: (-lives[k][1], -k)):
        buffer, (first, last) = buffers[number], lives[number]
        size = _bytes(buffer)
        usable = [k for k, slot in enumerate(slots) if _has_room(slot, buffer) and (last < slot.since or (
            last == slot.since and _in_place(program.steps[last], buffers[slot.holds], buffers, number)))]
        place = min(usable, key=lambda k: (last < slots[k].since, k >= len(outputs), _distance(size, slots[k].size)),
                    default=len(slots))
        if place == len(slots):
            slots.append(_Slot(size, first, number))
        old = slots[place]
        slots[place] = _Slot(old.size if old.output else dims.maximum(old.size, size), first, number, old.output)
        chosen[number] = place
    own = len(outputs)
    return MemoryPlan(MappingProxyType({number: place - own for number, place in chosen.items() if place >= own}),
                      tuple(slot.size for slot in slots[own:]), MappingProxyType(
                          {number: outputs[place].number for number, place in chosen.items() if place < own}))


@dataclass(frozen=True, slots=True)
class _Slot:
    """Memory of ``size`` bytes, perhaps that of an output, that holds a buffer since a step."""

    size: Dim
    since: int
    holds: int
    output: Buffer | None = None


def _has_room(slot: _Slot, buffer: Buffer) -> bool:
    """Whether a slot can grow to the size of a buffer, or is an output that is large enough and aligned well enough."""
    if slot.output is None:
        return True
    spare = dims.lower_bound(dims.subtract(slot.size, _bytes(buffer)))
    return spare is not None and spare >= 0 and buffer.dtype.itemsize <= slot.output.dtype.itemsize


def accesses(step: Step) -> tuple[list[int], list[int]]:
    """Numbers of the buffers that a step reads, and of those that it writes, in order of first access.

    >>> accesses(Product(0, 1, 2, False, False, 1, 1, 1))
    ([0, 1], [2])
    """
    if isinstance(step, Product):
        return [step.a, step.b], [step.c]
    if isinstance(step, RowPass):
        found = [accesses(part) for part in step.parts()]
        written = list(dict.fromkeys(k for _, writes in found for k in writes))
        return [k for k in dict.fromkeys(k for reads, _ in found for k in reads) if k not in written], written
    if isinstance(step, Call):
        reads, writes = ([p.buffer for p in places if p.buffer is not None] for places in (step.operands, step.results))
        return list(dict.fromkeys(reads)), writes
    inner = step.inner if isinstance(step, Chain) else ()
    stores = [s for nest in (step.nests if isinstance(step, Chain) else (step.nest,)) for s in nest.stores]
    loads = (x.attr("buffer") for x in topological(s.value for s in stores) if x.op is LOAD)
    return ([k for k in dict.fromkeys(loads) if k not in inner],
            [k for k in dict.fromkeys(s.buffer for s in stores) if k not in inner])


def _lives(program: Program, buffers: Mapping[int, Buffer]) -> dict[int, tuple[int, int]]:
    """First and last step that touch each workspace buffer or output, or a view of it."""
    lives: dict[int, tuple[int, int]] = {}
    for time, step in enumerate(program.steps):
        for number in (n for numbers in accesses(step) for n in numbers):
            base = _base(number, buffers)
            if buffers[base].role in ("workspace", "output"):
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
    if isinstance(step, Call):
        return _is_written_over(step, buffers, dying)
    if not isinstance(step, Kernel) or not _same_layout(buffers[dying], target):
        return False
    stores = [s for s in step.nest.stores if _base(s.buffer, buffers) == target.number]
    if any(_base(s.buffer, buffers) == dying for s in step.nest.stores):    # written here, and read by nobody
        return False
    return len(stores) == 1 and _reads_own_place(step.nest, stores[0].index, buffers, dying)


def _is_written_over(step: Call, buffers: Mapping[int, Buffer], dying: int) -> bool:
    """Whether the only result of a routine may lie in the memory of this operand, which is no other operand's."""
    over = step.op.lower.over if isinstance(step.op.lower, Routine) else None
    operands = [p.buffer if p.buffer is None else _base(p.buffer, buffers) for p in step.operands]
    return over is not None and operands[over] == dying and operands.count(dying) == 1


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
