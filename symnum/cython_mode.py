"""``mode="cython"``: a function as a family of Cython modules."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np

from .arguments import run_error
from .artifact import cache_of
from .codegen import compiler
from .codegen.cache import digest
from .codegen.chains import planned
from .codegen.cython_text import cython_module
from .codegen.routines.host import host_calls
from .errors import ArgumentValueError, CompileError, IndexBoundsError, UnsupportedError
from .functiongraph import FunctionGraph
from .host_calls import serve
from .ir import dims, interpret
from .ir.nest import Check
from .ir.node import Dim, Node
from .making import made_lowered
from .options import Options
from .pipeline import Lowered
from .settings import Settings
from .specialise import leaf_dims

Array = np.ndarray[Any, Any]
_MODULE = "sn_cython"
# The interpreter that loads a module brings Python's own functions.
_PYTHON_SYMBOLS = ("-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-Wl,-z,undefs",)


class CythonForms:
    """Runs a function on arrays of its inputs and shared values, by a module for each form that calls need."""

    def __init__(self, graph: FunctionGraph, settings: Settings) -> None:
        self.graph, self.settings = graph, settings
        self.leaves = (*graph.inputs, *graph.read)
        self.dims = leaf_dims(self.leaves)
        self.forms: dict[tuple[tuple[int, int], ...], tuple[Lowered, ModuleType]] = {}
        self._form({})

    def __call__(self, arrays: Sequence[Array]) -> list[Array]:
        """The outputs, each in memory of its own."""
        values = interpret.bind_dims(self.leaves, arrays)
        lengths = [int(values[d]) for d in self.dims]
        made, module = self._fitting(values, lengths)
        shapes, _ = module.plan(lengths)
        results = [np.empty(shape, b.dtype) for shape, b in zip(shapes, made.program.of_role("output"), strict=True)]
        inputs = [np.require(a, requirements=("C", "A")) for a in arrays]
        hosts = [partial(serve, call) for call in host_calls(made.program)]
        failed = module.run([a.ctypes.data for a in (*inputs, *results)], lengths, hosts)
        if failed:
            code, values = failed
            raise run_error(self.settings.name, code, 0, values)
        return results

    def _form(self, facts: Mapping[int, int]) -> tuple[Lowered, ModuleType]:
        key = tuple(sorted(facts.items()))
        if key not in self.forms:
            made = made_lowered(self.graph, facts, self.settings, _MODULE)
            self.forms[key] = made, _module(cython_module(*planned(made.program)), self.settings.options)
        return self.forms[key]

    def _fitting(self, values: Mapping[Node, Array], lengths: Sequence[int]) -> tuple[Lowered, ModuleType]:
        first = self._form({})
        ones = {k: 1 for k, d in enumerate(self.dims) if d in first[0].special.uncertain and lengths[k] == 1}
        for facts in ({}, ones, dict(enumerate(lengths))):
            form = self._form(facts)
            if all(_holds(check, values) for check in form[0].program.checks):
                return form
        raise CompileError("no form of the function fits the lengths of this call")


def _holds(check: Check, values: Mapping[Node, Array]) -> bool:
    """Whether this form serves; what no form can serve is an error."""
    found = [_number(n, values) for n in check.lengths]
    if check.kind == "equal":
        return len(set(found)) == 1
    if check.kind == "index" and not -found[1] <= found[0] < found[1]:
        raise IndexBoundsError(f"index {found[0]} is out of bounds for an axis of length {found[1]}")
    if check.kind == "nonempty" and min(found) <= 0 and all(_number(n, values) for n in check.unless):
        raise ArgumentValueError("maximum or minimum of an empty axis")
    return True


def _number(length: Dim, values: Mapping[Node, Array]) -> int:
    return int(interpret.evaluate([dims.as_node(length)], values)[0])


def _module(text: str, options: Options) -> ModuleType:
    """The module of a ``.pyx`` text; translated and compiled at most once.

    Raises:
        UnsupportedError: Cython is not installed.
        CompileError: there is no C compiler, or a text was refused.
    """
    cache = cache_of(options)
    found = compiler.find_compiler(options, cache)
    if found is None:
        raise CompileError(f"mode 'cython' needs a C compiler: {compiler.NO_COMPILER}")
    key = digest("cython", text, sys.version)
    translated = cache.get(key)
    if translated is None:
        translated = _translated(text)
        cache.put(key, translated)
    name = compiler.build(translated, found, options, cache, libs=("-lm",),
                          extra=("-O1", f"-I{sysconfig.get_path('include')}", *_PYTHON_SYMBOLS))
    path = str(cache.root / "objects" / name)
    loader = importlib.machinery.ExtensionFileLoader(_MODULE, path)
    spec = importlib.util.spec_from_loader(_MODULE, loader, origin=path)
    if spec is None:
        raise CompileError(f"cannot load the compiled Cython module {path}")
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _translated(text: str) -> str:
    if importlib.util.find_spec("Cython") is None:
        raise UnsupportedError("mode 'cython' needs Cython; cure: pip install cython")
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"{_MODULE}.pyx"
        source.write_text(text)
        done = subprocess.run([sys.executable, "-m", "cython", "-3", str(source)], capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise CompileError(f"Cython refused a generated module:\n{done.stderr[:4000]}")
        return source.with_suffix(".c").read_text()
