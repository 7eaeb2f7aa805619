"""Artifacts: the native code of a function, made once, and found again by later processes.

What is found again needs neither rules nor lowering; the modules that make an artifact are imported only then.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .codegen import compiler
from .codegen.cache import Cache, digest, entry_points, warn_once
from .codegen.interface import Argument, HostCall, Interface
from .errors import CompileError
from .functiongraph import FunctionGraph
from .ir.node import Node
from .ir.order import graph_digest
from .options import Options
from .records import dataclass
from .settings import Settings
from .specialise import leaf_dims

PROGRAM = "sn_program"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cache holds of an artifact: signature, shared object, and which dims matter for choosing a form."""

    interface: Interface
    object_name: str
    uncertain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A loaded Program with the addresses of its entry points."""

    kept: Kept
    plan: int
    run: int
    library: ctypes.CDLL


def has_compiler(options: Options) -> bool:
    """Whether native code can be made here; if the compiler asked for cannot be used, one warning says why."""
    try:
        return compiler.find_compiler(options, cache_of(options)) is not None
    except CompileError as error:
        warn_once(f"symnum runs functions in NumPy, more slowly: {error}")
        return False


@functools.cache
def cache_of(options: Options) -> Cache:
    """The cache that these options ask for; one object in a process."""
    return Cache(options)


def c_artifact(graph: FunctionGraph, facts: Mapping[int, int], settings: Settings) -> Artifact:
    """Native code for calls whose dims, by position, have the lengths in ``facts``.

    Raises:
        CompileError: there is no compiler, or it failed.
    """
    options = settings.options
    cache, found = cache_of(options), compiler.find_compiler(options, cache_of(options))
    if found is None:
        raise CompileError(f"mode 'c' needs a C compiler: {compiler.NO_COMPILER}")
    leaves = (*graph.inputs, *graph.read)
    key = digest("artifact", fingerprint(), found.identity, compiler.machine(), options.cflags,
                 graph_digest(leaves, graph.outputs), repr((graph.input_names, sorted(facts.items()))),
                 settings.rules_key, options.precision)
    kept = cache.get(key)
    library = cache.load(kept.object_name) if isinstance(kept, Kept) else None
    if library is None:
        from .ahead import probing
        with _no_collections(), probing(graph.outputs, found, options, cache) as probed:
            from .making import made_kept
            kept = made_kept(graph, facts, settings, found, cache, probed)
        library = cache.load(kept.object_name)
        if library is None:
            raise CompileError(f"the compiled program {kept.object_name} vanished from the cache")
        cache.put(key, kept)
    return Artifact(kept, *entry_points(library, PROGRAM), library)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Without runs of Python's collector of cycles: a build makes hardly any, and it would walk all modules twice.

    What was made counts as old from then on, which saves the walk that would follow.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # what a program has frozen stays frozen
            gc.freeze()
            gc.unfreeze()
        if collecting:
            gc.enable()


def interface(graph: FunctionGraph, *, name: str = PROGRAM, blas: tuple[str, ...] = (),
              parallel: bool = False, cost: int = 0, hosts: tuple[HostCall, ...] = ()) -> Interface:
    """The signature of a function for the call path."""
    place = {d: k for k, d in enumerate(leaf_dims((*graph.inputs, *graph.read)))}

    def argument(label: str, node: Node) -> Argument:
        return Argument(label, node.dtype, tuple(-1 - place[n] if isinstance(n, Node) else n for n in node.shape))

    def result(k: int, node: Node) -> Argument:
        return Argument(f"output {k + 1}", node.dtype, tuple(-1 if isinstance(n, Node) else n for n in node.shape))

    states = tuple(argument(leaf.attr("state").name or "a shared value", leaf) for leaf in graph.read)
    return Interface(name, tuple(map(argument, graph.input_names, graph.inputs)), states,
                     tuple(result(k, node) for k, node in enumerate(graph.outputs)), len(place), blas, parallel, cost,
                     hosts)


@functools.cache
def fingerprint() -> str:
    """Text that changes with symnum's own code."""
    found, folders = [], [str(Path(__file__).parent)]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.is_dir():
                folders.append(entry.path)
            elif entry.name.endswith((".py", ".c")):
                status = entry.stat()
                found.append((entry.path, status.st_size, status.st_mtime_ns))
    return repr(sorted(found))
