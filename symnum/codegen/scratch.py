"""Scratch: memory that products, factorisations and sorts take while they run, and give back."""

from __future__ import annotations

from ..ir import dims
from ..ir.nest import Call, Product
from ..ir.node import Dim
from .prepared import Prepared, workspace_bytes
from .products import product_bytes
from .routines.calls import routine_texts
from .routines.site import RoutineText
from .schedule import KernelCode


def scratch_bytes(prepared: Prepared, threads: Dim) -> tuple[Dim, ...]:
    """The most that each step takes while it runs, a number or a formula of the dims and of the number of threads.

    Steps run one after the other, and each takes its memory once.  What LAPACK takes for itself is not in it.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.codegen.prepared import prepare
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (30, 30))
    >>> program = lower("f", [x], [o.exp(o.dot(x, x))])
    >>> scratch_bytes(prepare(program, plan(program)), 2)
    (3184, 0)
    """
    dtypes = {b.number: b.dtype for b in prepared.program.buffers}
    routines = routine_texts(prepared, "c")
    return tuple(_of_routine(routines[k], threads) if k in routines else
                 dims.total(product_bytes(p, dtypes[p.c]) for p in _products(step))
                 for k, step in enumerate(prepared.kernels))


def _products(step: KernelCode | Product | Call) -> tuple[Product, ...]:
    if isinstance(step, Product):
        return (step,)
    return (step.around or ()) if isinstance(step, KernelCode) else ()


def _of_routine(routine: RoutineText, threads: Dim) -> Dim:
    room, most = routine.shared
    return dims.maximum(routine.scratch, dims.multiply(room, dims.minimum(most, threads)))


def allocated_bytes(prepared: Prepared, threads: Dim) -> Dim:
    """The most that a call allocates beside its results: the workspace, and what the steps take.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.codegen.prepared import prepare
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (30, 30))
    >>> program = lower("f", [x], [o.dot(o.dot(x, x), x)])
    >>> allocated_bytes(prepare(program, plan(program)), 2)
    13600
    """
    return dims.total((workspace_bytes(prepared), *scratch_bytes(prepared, threads)))
