"""The library functions that a Program calls."""

from __future__ import annotations

from ..ir.nest import Chain, Kernel, Product, Program, RowPass, Step, nests_of
from ..ir.walk import topological
from ..ops.support import called, expand
from .routines.host import is_host
from .routines.table import routine_text
from .texts import calls


def library_functions(program: Program) -> frozenset[str]:
    """Names in C of the functions of ``libm`` that the steps of a Program call.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float32", (3,))
    >>> sorted(library_functions(lower("f", [x], [o.sigmoid(x)])))
    ['expf', 'fabsf']
    """
    return frozenset().union(*(_called(program, step) for step in program.steps))


def _called(program: Program, step: Step) -> frozenset[str]:
    if isinstance(step, Kernel | Chain | RowPass):
        values = [value for nest in nests_of(step) for store in nest.stores for value in (*store.index, store.value)]
        return frozenset().union(*map(calls, topological(values)))
    if isinstance(step, Product) or is_host(step):
        return frozenset()
    names = {dim: f"n{k}" for k, dim in enumerate(program.dims)}
    text = routine_text(step, "routine", "c", names)
    return expand(called(text.functions + text.body))[1]
