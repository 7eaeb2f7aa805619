"""A Program whose kernels are scheduled, and where its buffers lie in memory."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace

from ..ir import dims
from ..ir.nest import Buffer, Call, Chain, Kernel, Product, Program, RowPass
from ..ir.node import Dim, Node
from ..records import dataclass
from .alike import Outline, outline, served
from .dialects import C
from .loop_walks import verify
from .loops import Memory
from .memory import MemoryPlan, accesses
from .render import Printer
from .schedule import KernelCode, schedule
from .tiles import tiled

_ALIGNED = 64
_READONLY = ("input", "state", "constant")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A Program whose kernels are scheduled."""

    program: Program
    plan: MemoryPlan
    names: Mapping[Node, str]
    kernels: tuple[KernelCode | Product | Call, ...]


def prepare(program: Program, plan: MemoryPlan, vector: Iterable[str] = (), plain: Iterable[str] = (), *,
            once: bool = False, check: bool = True) -> Prepared:
    """Schedule all kernels of a Program for a CPU; ``vector`` are library functions with vector versions, ``plain``
    those that become arithmetic.  ``once``: of kernels that are alike only the first is scheduled, and serves all;
    ``check``: whether what was made is checked.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (None,))
    >>> program = lower("f", [x], [o.exp(x)])
    >>> [f.name for f in prepare(program, plan(program), ["exp"]).kernels[0].functions]
    ['f_k0_b0', 'f_k0_v0', 'f_k0_t0', 'f_k0']
    """
    names = {x: f"n{k}" for k, x in enumerate(program.dims)}
    shapes = {b.number: b.shape for b in program.buffers}
    kernels: list[KernelCode | Product | Call] = []
    functions = frozenset(vector), frozenset(plain)
    known: dict[Hashable, tuple[Outline, int]] = {}
    for step in program.steps:
        if isinstance(step, Kernel):
            name, place, given = f"{program.name}_k{len(kernels)}", len(kernels), memories(program, plan, step)
            found = outline(step.nest, given, shapes) if once else None
            first, same = known.setdefault(found.key, (found, place)) if found else (None, place)
            code = kernels[same] if same < place else None
            if found and first and isinstance(code, KernelCode):
                kernels.append(served(code, first, same, found, place))
            else:
                kernels.append(schedule(step.nest, given, shapes, name, *functions, place))
        elif isinstance(step, Chain):
            name = f"{program.name}_k{len(kernels)}"
            kernels.append(tiled(step, memories(program, plan, step), shapes, name, *functions, len(kernels)))
        elif isinstance(step, RowPass):
            made = KernelCode((), (), True, 0)
            if step.nest is not None:
                made = schedule(step.nest, memories(program, plan, step), shapes, f"{program.name}_k{len(kernels)}",
                                *functions, len(kernels))
            kernels.append(replace(made, around=(step.first, step.last)))
        else:
            kernels.append(step)
    for kernel in kernels if check else ():
        if isinstance(kernel, KernelCode):
            verify(kernel.functions, "cpu")
    return Prepared(program, plan, names, tuple(kernels))


def memories(program: Program, plan: MemoryPlan, step: Kernel | Chain | RowPass) -> dict[int, Memory]:
    """The buffers of a kernel as memory; those that share theirs with another one, of which one is written, say so."""
    buffers = {b.number: b for b in program.buffers}
    place = {b.number: _place(b, buffers, plan) for b in program.buffers}
    reads, writes = accesses(step)
    users = {p: {k for k in (*reads, *writes) if place[k] == p} for p in (place[k] for k in writes)}
    return {b.number: Memory(b.number, f"b{b.number}", b.dtype, "global", 0, is_readonly(b, buffers),
                             len(users.get(place[b.number], ())) > 1) for b in program.buffers}


def is_readonly(buffer: Buffer, buffers: Mapping[int, Buffer]) -> bool:
    """Whether a buffer, or the one that it views, is never written."""
    owner = buffer if buffer.base is None else buffers[buffer.base]
    return owner.role in _READONLY


def _place(buffer: Buffer, buffers: Mapping[int, Buffer], plan: MemoryPlan) -> object:
    """What names the memory of a buffer: its slot, or the buffer that owns it."""
    owner = buffer.number if buffer.base is None else buffer.base
    return ("slot", plan.slot_of[owner]) if owner in plan.slot_of else plan.within.get(owner, owner)


# workspace --------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Layout:
    """Lines that compute offsets in the workspace, the offset of each slot and scratch memory, and the whole size."""

    lines: tuple[str, ...]
    slots: tuple[str, ...]
    scratch: Mapping[Memory, str]
    size: str


def workspace_bytes(prepared: Prepared, unit: int = _ALIGNED) -> Dim:
    """The size of the workspace, a number or a formula of the dims: all slots, and the most that one kernel needs
    beside them, each piece rounded up to a multiple of ``unit`` bytes.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (30, 30))
    >>> program = lower("f", [x], [o.dot(o.dot(x, x), x)])
    >>> workspace_bytes(prepare(program, plan(program))), workspace_bytes(prepare(program, plan(program)), 1)
    (7232, 7200)
    """
    most: Dim = 0
    for kernel in prepared.kernels:
        scratch = kernel.scratch if isinstance(kernel, KernelCode) else ()
        sizes = [dims.multiply(count, memory.dtype.itemsize) for memory, count in scratch]
        most = dims.maximum(most, dims.total(_rounded(size, unit) for size in sizes))
    return dims.simple(dims.add(dims.total(_rounded(size, unit) for size in prepared.plan.sizes), most))


def workspace_text(prepared: Prepared) -> str:
    """The size of the workspace for people: ``8*n bytes``.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (30, 30))
    >>> program = lower("f", [x], [o.dot(o.dot(x, x), x)])
    >>> workspace_text(prepare(program, plan(program)))
    '7200 bytes'
    """
    size = workspace_bytes(prepared, 1)
    return "none" if size == 0 else f"{dims.name_of(size)} bytes"


def _rounded(size: Dim, unit: int) -> Dim:
    size = dims.simple(size)
    return size if unit == 1 else dims.multiply(dims.floor_divide(dims.add(size, unit - 1), unit), unit)


def layout_of(prepared: Prepared) -> Layout:
    """Slots first, then the scratch memory of kernels, which run one after the other."""
    lines: list[str] = []
    scratch: dict[Memory, str] = {}

    def after(offset: str, size: Dim) -> str:
        """The offset behind a piece of memory."""
        size = dims.simple(size)
        if isinstance(size, int):
            return _added(offset, -(-size // _ALIGNED) * _ALIGNED)
        before = "" if offset == "0" else f"{offset} + "
        name = f"w{len(lines)}"
        lines.append(f"const sn_i64 {name} = {before}sn_aligned({index_text(prepared, size)});")
        return name

    slots, end = [], "0"
    for size in prepared.plan.sizes:
        slots.append(end)
        end = after(end, size)
    ends = [end]
    for kernel in prepared.kernels:
        last = end
        for memory, count in kernel.scratch if isinstance(kernel, KernelCode) else ():
            scratch[memory] = last
            last = after(last, dims.multiply(count, memory.dtype.itemsize))
        ends.append(last)
    size_text = ends[0]
    for other in dict.fromkeys(ends[1:]):
        size_text = size_text if other == size_text else f"sn_most({size_text}, {other})"
    return Layout(tuple(lines), tuple(slots), scratch, size_text)


def _added(offset: str, size: int) -> str:
    """An offset and a number, folded where the offset ends in a number."""
    head, _, number = offset.rpartition(" + ")
    if number.isdigit():
        return f"{head} + {int(number) + size}" if head else str(int(number) + size)
    return f"{offset} + {size}" if size else offset


def index_text(prepared: Prepared, length: Dim) -> str:
    """A length as C text."""
    return Printer(C, prepared.names, {}).index(dims.as_node(length))
