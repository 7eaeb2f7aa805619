"""Artifacts: the native code of a function, made once, and found again by later processes."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .codegen import compiler, probe
from .codegen.cache import Cache, digest, entry_points
from .codegen.interface import Argument, Interface
from .codegen.memory import plan
from .codegen.program_text import EXTRA_FLAGS, c_program
from .dtypes import dtype_class
from .errors import CompileError
from .functiongraph import FunctionGraph
from .ir.node import Node
from .ir.order import graph_digest
from .ir.walk import topological
from .options import Options
from .pipeline import Lowered, lowered
from .simplify.rule import RuleSet
from .specialise import leaf_dims

PROGRAM = "sn_program"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A loaded Program: its signature and entry points, and which dims matter for choosing another form."""

    interface: Interface
    plan: int
    run: int
    library: ctypes.CDLL
    uncertain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the cache holds of an artifact."""

    interface: Interface
    object_name: str
    uncertain: tuple[int, ...]


def has_compiler(options: Options) -> bool:
    """Whether native code can be made here."""
    return compiler.find_compiler(options, cache_of(options)) is not None


@functools.cache
def cache_of(options: Options) -> Cache:
    """The cache that these options ask for; one object in a process."""
    return Cache(options)


def c_artifact(graph: FunctionGraph, facts: Mapping[int, int], rules: RuleSet, options: Options) -> Artifact:
    """Native code for calls whose dims, by position, have the lengths in ``facts``.

    Raises:
        CompileError: there is no compiler, or it failed.
    """
    cache, found = cache_of(options), compiler.find_compiler(options, cache_of(options))
    if found is None:
        raise CompileError(f"mode 'c' needs a C compiler: {compiler.NO_COMPILER}")
    leaves = (*graph.inputs, *graph.read)
    key = digest("artifact", fingerprint(), found.identity, compiler.machine(), options.cflags,
                 graph_digest(leaves, graph.outputs), repr((graph.input_names, sorted(facts.items()))), rules.key)
    kept = cache.get(key)
    library = cache.load(kept.object_name) if isinstance(kept, _Kept) else None
    if library is None:
        kept = _make(graph, facts, rules, options, found, cache)
        library = cache.load(kept.object_name)
        if library is None:
            raise CompileError(f"the compiled program {kept.object_name} vanished from the cache")
        cache.put(key, kept)
    plan_address, run_address = entry_points(library, PROGRAM)
    return Artifact(kept.interface, plan_address, run_address, library, kept.uncertain)


def _make(graph: FunctionGraph, facts: Mapping[int, int], rules: RuleSet, options: Options,
          found: compiler.Compiler, cache: Cache) -> _Kept:
    dims = leaf_dims((*graph.inputs, *graph.read))
    made = lowered(PROGRAM, graph.inputs, graph.read, graph.outputs, {dims[k]: n for k, n in facts.items()}, rules,
                   options)
    vector = probe.vector_math(found, options, cache) if _calls_functions(made) else probe.NO_VECTOR_MATH
    program = c_program(made.program, plan(made.program), vector)
    name = compiler.build(program.text, found, options, cache, libs=vector.link_flags,
                          extra=(program.level, *EXTRA_FLAGS, *vector.compile_flags))
    uncertain = tuple(dims.index(d) for d in made.special.uncertain if d in dims)
    return _Kept(interface(graph, blas=program.blas, parallel=program.parallel, cost=program.work), name, uncertain)


def _calls_functions(made: Lowered) -> bool:
    """Whether any op is more than an operator of C: only then is the compiler asked for vector mathematics."""
    texts = (node.op.c.of(dtype_class(node.inputs[0].dtype)) for node in topological(made.optimised.outputs)
             if node.op.kind == "elementwise" and node.op.c)
    return any("{s}(" in text or "sn_" in text for text in texts if text)


def interface(graph: FunctionGraph, *, name: str = PROGRAM, blas: tuple[str, ...] = (),
              parallel: bool = False, cost: int = 0) -> Interface:
    """The signature of a function for the call path."""
    place = {d: k for k, d in enumerate(leaf_dims((*graph.inputs, *graph.read)))}

    def argument(label: str, node: Node) -> Argument:
        return Argument(label, node.dtype, tuple(-1 - place[n] if isinstance(n, Node) else n for n in node.shape))

    def result(k: int, node: Node) -> Argument:
        return Argument(f"output {k + 1}", node.dtype, tuple(-1 if isinstance(n, Node) else n for n in node.shape))

    states = tuple(argument(leaf.attr("state").name or "a shared value", leaf) for leaf in graph.read)
    return Interface(name, tuple(map(argument, graph.input_names, graph.inputs)), states,
                     tuple(result(k, node) for k, node in enumerate(graph.outputs)), len(place), blas, parallel, cost)


@functools.cache
def fingerprint() -> str:
    """Text that changes with symnum's own code."""
    folder = Path(__file__).parent
    files = sorted((str(p.relative_to(folder)), p.stat().st_size, p.stat().st_mtime_ns)
                   for p in folder.rglob("*.py"))
    return repr(files)
