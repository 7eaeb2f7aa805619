"""Compiled functions as plain function pointers: what libraries in C, Fortran or Numba call without Python."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from ..artifact import cache_of
from ..codegen import compiler, probe
from ..codegen.chains import planned
from ..codegen.library import library_functions
from ..codegen.program_text import c99_program, c_program
from ..dtypes import FLOAT64
from ..errors import CompileError, UnsupportedError
from ..function import Function
from ..ir.node import Node
from ..making import made_lowered
from ..records import dataclass

_NAME = "sn_entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """The C side of a function: its declaration, and where each buffer lies, inputs first, then outputs.

    ``before`` and ``after`` are statements around the call; ``code`` is 0 after it, or an error code.
    """

    declaration: str
    buffers: Sequence[str]
    before: str = ""
    after: str = ""


def c_entry(function: Function, entry: Entry) -> ctypes.CDLL:
    """The library that exports ``sn_entry`` as ``entry`` says; it stays loaded while the process lives.

    It computes what the function does in mode "c", in one thread.

    Raises:
        UnsupportedError: the function reads shared values, needs Python, or an argument is no float64 of known shape.
        CompileError: there is no compiler, or it failed.
    """
    graph, settings = function.graph, function.settings
    _check(function.name, (*graph.inputs, *graph.outputs), bool(graph.states))
    options = settings.options
    cache, found = cache_of(options), compiler.find_compiler(options, cache_of(options))
    if found is None:
        raise CompileError(f"{function.name}: a function pointer needs a C compiler: {compiler.NO_COMPILER}")
    program = made_lowered(graph, {}, settings, f"{_NAME}_program").program
    vector = probe.vector_math(found, options, cache, library_functions(program))
    made = c_program(*planned(program), vector)
    runtime, libraries, flags = "0, ", vector.link_flags, vector.compile_flags
    if made.parallel or made.blas or made.hosts:    # these ask the runtime, which only the call path has
        made = c99_program(*planned(program), options.precision)
        runtime, libraries, flags = "", ("-lm",), ()
    extra = (*compiler.optimising(found.kind, made.level), *compiler.EXTRA_FLAGS.get(found.kind, ()), *flags)
    text = made.text + _text(entry, runtime, sum(len(x.shape) for x in graph.outputs))
    library = cache.load(compiler.build(text, found, options, cache, libs=libraries, extra=extra))
    if library is None:
        raise CompileError(f"{function.name}: the compiled function vanished from the cache")
    return library


def _check(name: str, nodes: Sequence[Node], has_state: bool) -> None:
    if has_state:
        raise UnsupportedError(f"{name}: a function pointer has no shared values or large constants; cure: make them "
                               "parameters")
    for node in nodes:
        if node.dtype != FLOAT64 or any(isinstance(n, Node) for n in node.shape):
            raise UnsupportedError(f"{name}: arguments and results behind a function pointer are float64 of known "
                                   f"shape; given {node!r}")


def _text(entry: Entry, runtime: str, rank: int) -> str:
    return f"""
void *malloc(__SIZE_TYPE__);
void free(void *);

{entry.declaration} {{
  {entry.before}
  void *buffers[] = {{{', '.join(f'(void *){b}' for b in entry.buffers)}}};
  sn_i64 shapes[{rank + 1}], bytes = 0;
  char *memory = 0;
  sn_error error = {{0, 0, {{0, 0, 0, 0}}}};
  int code = {_NAME}_program_plan(0, shapes, &bytes, &error);
  if (!code && bytes > 0 && (memory = malloc((__SIZE_TYPE__)bytes + 64)) == 0) code = 7;
  if (!code) {{
    sn_call call = {{buffers, 0, memory ? memory + (64 - (__UINTPTR_TYPE__)memory % 64) : 0, error}};
    code = {_NAME}_program_run({runtime}&call);
  }}
  if (memory) free(memory);
  {entry.after}
}}
"""


def address(library: ctypes.CDLL) -> int:
    """Where ``sn_entry`` of a library lies."""
    return ctypes.cast(library[_NAME], ctypes.c_void_p).value or 0
