"""Making what a function runs: native code through all passes, or the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .artifact import PROGRAM, Kept, interface
from .codegen import compiler, probe
from .codegen.cache import Cache
from .codegen.memory import plan
from .codegen.program_text import EXTRA_FLAGS, c_program
from .dtypes import dtype_class
from .functiongraph import FunctionGraph
from .ir import interpret
from .ir.walk import topological
from .ops.spec import Text
from .pipeline import Lowered, lowered, optimise
from .settings import Settings
from .specialise import leaf_dims

Array = np.ndarray[Any, Any]


def made_lowered(graph: FunctionGraph, facts: Mapping[int, int], settings: Settings, name: str) -> Lowered:
    """The Program of a function for calls whose dims, by position, have the lengths in ``facts``."""
    dims = leaf_dims((*graph.inputs, *graph.read))
    return lowered(name, graph.inputs, graph.read, graph.outputs, {dims[k]: n for k, n in facts.items()},
                   settings.rules, settings.options)


def made_kept(graph: FunctionGraph, facts: Mapping[int, int], settings: Settings, found: compiler.Compiler,
              cache: Cache) -> Kept:
    """Compile a function; its shared object is in the cache then.

    Raises:
        CompileError: the compiler failed.
    """
    made = made_lowered(graph, facts, settings, PROGRAM)
    vector = probe.vector_math(found, settings.options, cache) if calls_functions(made) else probe.NO_VECTOR_MATH
    program = c_program(made.program, plan(made.program), vector)
    name = compiler.build(program.text, found, settings.options, cache, libs=vector.link_flags,
                          extra=(program.level, *EXTRA_FLAGS.get(found.kind, ()), *vector.compile_flags))
    dims = leaf_dims((*graph.inputs, *graph.read))
    uncertain = tuple(dims.index(d) for d in made.special.uncertain if d in dims)
    signature = interface(graph, blas=program.blas, parallel=program.parallel, cost=program.work)
    return Kept(signature, name, uncertain)


def calls_functions(made: Lowered) -> bool:
    """Whether any op is more than an operator of C: only then is the compiler asked for vector mathematics."""
    texts = (node.op.c.of(dtype_class(node.inputs[0].dtype)) for node in topological(made.optimised.outputs)
             if node.op.kind == "elementwise" and isinstance(node.op.c, Text))
    return any("{s}(" in text or "sn_" in text for text in texts if isinstance(text, str))


def made_interpreter(graph: FunctionGraph, settings: Settings) -> Callable[[Sequence[Array]], list[Array]]:
    """A Python function from the arrays of inputs and shared values to those of all outputs."""
    final = optimise(graph.outputs, settings.rules, settings.options)
    return interpret.function((*graph.inputs, *graph.read), final.outputs)
