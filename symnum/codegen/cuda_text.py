"""A Program as CUDA: one text of kernels, and the launches in order, as data."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from ..dtypes import is_complex
from ..errors import GraphError, UnsupportedError
from ..ir import dims
from ..ir.nest import Call, Kernel, Product, Program
from ..ir.node import Dim, Node
from ..ops.support import called, expand
from ..records import dataclass
from .declarations import INDEX_HELPERS
from .dialects import CUDA
from .functions import function_text
from .gpu_schedule import THREADS, Launch, gpu_schedule
from .loops import Memory
from .memory import MemoryPlan
from .prepared import memories
from .render import Printer
from .texts import key

_NO_SLOTS = MemoryPlan(MappingProxyType({}), ())
_INLINE = "static __device__ __forceinline__"


@dataclass(frozen=True, slots=True)
class CudaSource:
    """CUDA text and how to run it.

    ``steps`` are launches and matrix products, in order.  A kernel's arguments are pointers to its
    ``function.memories`` (a number below 100,000 is that of a Program buffer, others are in ``scratch`` with their
    number of elements), then its ``function.scalars``: lengths, as 64-bit integers.
    """

    text: str
    steps: tuple[Launch | Product, ...]
    scratch: tuple[tuple[Memory, Dim], ...]


def cuda_source(program: Program) -> CudaSource:
    """Kernels for all steps of a Program; products are left to a library.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (None,))
    >>> source = cuda_source(lower("f", [x], [o.exp(x)]))
    >>> [launch.function.name for launch in source.steps]
    ['f_k0_g0']

    Raises:
        UnsupportedError: a step is a routine, which there is no kernel for.
    """
    names = {x: f"n{k}" for k, x in enumerate(program.dims)}
    shapes = {b.number: b.shape for b in program.buffers}
    steps: list[Launch | Product] = []
    scratch: list[tuple[Memory, Dim]] = []
    for k, step in enumerate(program.steps):
        if isinstance(step, Kernel):
            found = gpu_schedule(step.nest, memories(program, _NO_SLOTS, step), shapes, f"{program.name}_k{k}", k)
            steps += found.launches
            scratch += found.scratch
        elif isinstance(step, Call):
            raise UnsupportedError(f"op {step.op.name} has no CUDA kernel; cure: mode='c'")
        elif isinstance(step, Product):
            steps.append(step)
        else:
            raise GraphError("a chain of kernels is for a CPU")
    kernels = [function_text(s.function, CUDA, names, {}) for s in steps if isinstance(s, Launch)]
    return CudaSource(_text(kernels, _table(steps, names, program)), tuple(steps), tuple(scratch))


def _text(kernels: Sequence[str], table: str) -> str:
    code = "\n".join(kernels)
    support, _ = expand(called(code), _INLINE)
    helpers = [text.replace("static inline", _INLINE).format(i=CUDA.index) for name, text in INDEX_HELPERS.items()
               if f"{name}(" in code or f"{name}(" in support]
    return "\n".join(part for part in (table, *helpers, support, code) if part)


def _table(steps: Sequence[Launch | Product], names: dict[Node, str], program: Program) -> str:
    """The launches as a comment."""
    printer = Printer(CUDA, names, {})
    lines = [f"// lengths: {', '.join(names.values()) or 'none'}; blocks of {THREADS} threads"]
    for buffer in program.buffers:
        shape = ", ".join(printer.index(dims.as_node(n)) for n in buffer.shape)
        pairs = "pairs of " if is_complex(buffer.dtype) else ""
        lines.append(f"// b{buffer.number}: {buffer.role} {pairs}{CUDA.types[key(buffer.dtype)]} ({shape})"
                     + ("" if buffer.base is None else f", the memory of b{buffer.base}"))
    for step in steps:
        if isinstance(step, Launch):
            given = [m.name for m in step.function.memories] + [names[x] for x in step.function.scalars]
            lines.append(f"// {step.function.name}<<<{printer.index(step.blocks)}>>>({', '.join(given)})")
        else:
            a, b = (f"b{k}{' transposed' * flip}" for k, flip in (
                (step.a, step.transpose_a), (step.b, step.transpose_b)))
            lines.append(f"// b{step.c} = {a} @ {b}, by cuBLAS")
    return "\n".join(lines) + "\n"
