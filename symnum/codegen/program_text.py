"""A whole Program as C: its kernels, and the two functions ``NAME_plan`` and ``NAME_run``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..ir import dims
from ..ir.nest import Buffer, Kernel, Product, Program
from ..ir.node import Dim, Node
from ..ops.support import called, expand, prototype
from .abi import C_CODES, C_DECLARATIONS
from .dialects import C, C99, Dialect
from .functions import function_text, is_parallel
from .literals import elements
from .loop_walks import statements
from .loops import Function, Memory
from .memory import MemoryPlan, accesses
from .probe import DECLARATION, VectorMath
from .products import Operands, blas_call, loop_call, loops_text, routine
from .render import Printer
from .schedule import KernelCode, schedule
from .texts import key

# What generated code needs of gcc beside its ordinary flags: sin and cos of one operand stay two vector functions.
EXTRA_FLAGS = ("-fno-builtin-sin", "-fno-builtin-cos", "-fno-builtin-sinf", "-fno-builtin-cosf")
# Statements up to which an optimisation level is worth its time.
_LEVELS = ((1500, "-O3"), (6000, "-O2"))
_ALIGNED = 64

_INDEX_HELPERS = {
    "sn_least": "static inline {i} sn_least(const {i} a, const {i} b) {{ return a < b ? a : b; }}\n",
    "sn_most": "static inline {i} sn_most(const {i} a, const {i} b) {{ return a > b ? a : b; }}\n",
    "sn_floored": "static inline {i} sn_floored(const {i} a, const {i} b) "
                  "{{ return a / b - (a % b != 0 && (a < 0) != (b < 0)); }}\n",
    "sn_aligned": "static inline {i} sn_aligned(const {i} bytes) {{ return (bytes + 63) / 64 * 64; }}\n"}
_BODY = """\
#ifdef __clang__
#define SN_BODY __attribute__((noinline))
#else
#define SN_BODY __attribute__((noipa))
#endif
"""
_PARALLEL_C99 = """\
static int sn_parallel_for(int (*task)(void *, sn_i64, sn_i64), void *context, sn_i64 extent, sn_i64 grain) {
  const sn_i64 shares = (extent + grain - 1) / grain;
#ifdef _OPENMP
#pragma omp parallel for schedule(static)
#endif
  for (sn_i64 share = 0; share < shares; share++) {
    const sn_i64 begin = share * grain, end = begin + grain;
    (void)task(context, begin, end < extent ? end : extent);
  }
  return 0;
}
"""


@dataclass(frozen=True, slots=True)
class ProgramText:
    """C text of a Program, and what the compiler and the call path should know of it.

    ``level`` is the optimisation level that suits its size, ``blas`` the routines that it calls, ``parallel``
    whether it hands out work, ``work`` the price of a call in additions (unknown lengths count 1).
    """

    text: str
    level: str
    blas: tuple[str, ...]
    parallel: bool
    work: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A Program whose kernels are scheduled."""

    program: Program
    plan: MemoryPlan
    names: Mapping[Node, str]
    kernels: tuple[KernelCode | Product, ...]


def prepare(program: Program, plan: MemoryPlan, vector: Iterable[str] = ()) -> Prepared:
    """Schedule all kernels of a Program for a CPU; ``vector`` are library functions with vector versions."""
    names = {x: f"n{k}" for k, x in enumerate(program.dims)}
    shapes = {b.number: b.shape for b in program.buffers}
    kernels: list[KernelCode | Product] = []
    for step in program.steps:
        if isinstance(step, Kernel):
            name = f"{program.name}_k{len(kernels)}"
            kernels.append(schedule(step.nest, memories(program, plan, step), shapes, name, frozenset(vector)))
        else:
            kernels.append(step)
    return Prepared(program, plan, names, tuple(kernels))


def memories(program: Program, plan: MemoryPlan, step: Kernel) -> dict[int, Memory]:
    """The buffers of a kernel as memory; those that share theirs with another one, of which one is written, say so."""
    buffers = {b.number: b for b in program.buffers}
    reads, writes = accesses(step)
    places: dict[object, set[int]] = {}
    for number in (*reads, *writes):
        places.setdefault(_place(buffers[number], buffers, plan), set()).add(number)
    written = {_place(buffers[number], buffers, plan) for number in writes}
    result = {}
    for b in program.buffers:
        place = _place(b, buffers, plan)
        result[b.number] = Memory(b.number, f"b{b.number}", b.dtype, "global", 0, b.role in _READONLY,
                                  place in written and len(places[place]) > 1)
    return result


_READONLY = ("input", "state", "constant")


def _place(buffer: Buffer, buffers: Mapping[int, Buffer], plan: MemoryPlan) -> object:
    """What names the memory of a buffer: its slot, or the buffer that owns it."""
    owner = buffer.number if buffer.base is None else buffer.base
    return ("slot", plan.slot_of[owner]) if owner in plan.slot_of else owner


# C ----------------------------------------------------------------------------------------------------------------

def c_program(program: Program, plan: MemoryPlan, vector: VectorMath) -> ProgramText:
    """C text that includes no headers and exports ``NAME_plan`` and ``NAME_run`` (see ``abi``)."""
    return _program_text(prepare(program, plan, vector.functions), C, vector.functions)


def c99_program(program: Program, plan: MemoryPlan) -> ProgramText:
    """Strict C99: includes ``<math.h>``, uses OpenMP behind ``#ifdef _OPENMP``, and no runtime.

    ``NAME_run`` has the call alone as parameter; products are loops.
    """
    return _program_text(prepare(program, plan), C99, frozenset())
