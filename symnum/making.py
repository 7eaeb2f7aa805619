"""Making what a function runs: native code through all passes, or the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ._pyruntime import usable_cores
from .artifact import PROGRAM, Kept, interface
from .assumptions import checks
from .autodiff.derivative import expand
from .codegen import compiler, probe
from .codegen.cache import Cache
from .codegen.chains import planned
from .codegen.library import library_functions
from .codegen.program_text import ProgramText, c_program
from .codegen.units import units
from .functiongraph import FunctionGraph
from .ir import interpret
from .ir.nest import Program
from .ir.node import Node
from .options import Options
from .pipeline import STABILISING, Lowered, Optimised, lowered, optimise, without_assumptions
from .settings import Settings
from .simplify.engine import rewrite
from .specialise import is_formula, leaf_dims, maybe_negative, refuse_negative
from .waiting import Pending

Array = np.ndarray[Any, Any]


def made_lowered(graph: FunctionGraph, facts: Mapping[int, int], settings: Settings, name: str) -> Lowered:
    """The Program of a function for calls whose dims, by position, have the lengths in ``facts``."""
    dims = leaf_dims((*graph.inputs, *graph.read))
    return lowered(name, graph.inputs, graph.read, graph.outputs, {dims[k]: n for k, n in facts.items()},
                   settings.rules, settings.options)


def made_kept(graph: FunctionGraph, facts: Mapping[int, int], settings: Settings, found: compiler.Compiler,
              cache: Cache, probed: Callable[[], None]) -> Kept:
    """Compile a function; its shared object is in the cache then.  ``probed`` waits for test programs.

    Vector functions are tried while the program that would call them is compiled, not while its text is written, which
    would take turns with that; where one fails, another program is compiled.

    Raises:
        CompileError: the compiler failed.
    """
    made = made_lowered(graph, facts, settings, PROGRAM)
    vectors = partial(probe.vector_math, found, settings.options, cache, library_functions(made.program))
    program = _text(made.program, likely := vectors(trusting=True), settings.options)
    trial = Pending(partial(_after, probed, vectors))
    name = _built(program, likely, found, settings.options, cache)
    vector = trial.within(None)
    if vector is not None and vector != likely:
        program = _text(made.program, vector, settings.options)
        name = _built(program, vector, found, settings.options, cache)
    dims = leaf_dims((*graph.inputs, *graph.read))
    uncertain = tuple(dims.index(d) for d in made.special.uncertain if d in dims)
    signature = interface(graph, blas=program.blas, parallel=program.parallel, cost=program.work,
                          hosts=program.hosts)
    return Kept(signature, name, uncertain)


def _after(wait: Callable[[], None], make: Callable[[], probe.VectorMath]) -> probe.VectorMath:
    wait()
    return make()


def _text(program: Program, vector: probe.VectorMath, options: Options) -> ProgramText:
    return c_program(*planned(program), vector, check=options.verify)


def _built(text: ProgramText, vector: probe.VectorMath, found: compiler.Compiler, options: Options,
           cache: Cache) -> str:
    """The name of the shared object that a text compiles to."""
    level, extra = compiler.optimising(found.kind, text.level), compiler.EXTRA_FLAGS.get(found.kind, ())
    return compiler.build(text.text, found, options, cache, libs=vector.link_flags,
                          units=units(text.sections, usable_cores()), extra=(*level, *extra, *vector.compile_flags))


def made_interpreter(graph: FunctionGraph, settings: Settings) -> Callable[[Sequence[Array]], list[Array]]:
    """A Python function from the arrays of inputs and shared values to those of all outputs.

    In mode ``"debug"`` it checks what the graph assumes.
    """
    final = made_rewritten(graph, settings)
    leaves = (*graph.inputs, *graph.read)
    run = interpret.function(leaves, final.outputs)
    suspects = {n: node for n, node in maybe_negative(graph.outputs).items() if is_formula(n)}
    is_debug = settings.mode == "debug"
    check = checks(graph.outputs, partial(made_expanded, settings=settings)) if is_debug else None
    if not suspects and check is None:
        return run

    def checked(arrays: Sequence[Array]) -> list[Array]:
        lengths = interpret.bind_dims(leaves, arrays)
        found = interpret.evaluate(list(suspects), lengths)
        refuse_negative(suspects, dict(zip(suspects, map(int, found), strict=True)))
        if check is not None:
            check({**dict(zip(leaves, arrays, strict=True)), **lengths})
        return run(arrays)
    return checked


def made_rewritten(graph: FunctionGraph, settings: Settings) -> Optimised:
    """The outputs of a function with derivatives expanded and all rules applied, and what was rewritten."""
    return without_assumptions(optimise(graph.outputs, settings.rules, settings.options))


def made_expanded(nodes: Sequence[Node], settings: Settings) -> Sequence[Node]:
    """The same graphs with every derivative written out, after its cost was made stable."""
    rules = settings.rules
    return expand(nodes, lambda costs: rewrite(costs, rules, STABILISING, settings.options.verify).outputs)
