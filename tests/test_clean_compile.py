"""Generated C compiles without a warning under every compiler that is here, with -Wall and -Wextra.

``make sanitize`` does the same with all that the tests of kernels compile, optimised as users get it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import rows_kernels as rk
from nests import ELEMENTWISE, PRODUCTS, REDUCTIONS
from programs import VECTOR

import symnum as sn
from symnum.codegen.cython_text import cython_module
from symnum.codegen.instructions import TEXTS
from symnum.codegen.lower import lower
from symnum.codegen.mathematics.library import instructions, own_names, own_text, renamed
from symnum.codegen.memory import plan
from symnum.codegen.program_text import c99_program, c_program
from symnum.errors import UnsupportedError
from symnum.ir.build import input_leaf, o
from symnum.ops.support import prototype

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
ARITHMETIC = ("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fwrapv", "-fopenmp-simd")
STRICT = ("-Wall", "-Wextra", "-Werror")
# gcc finds most of what it warns of while it optimises, clang while it reads.
COMPILERS: Mapping[str, tuple[str, ...]] = MappingProxyType({"gcc": ("-O1", "-c"), "clang": ("-fsyntax-only",)})


def rows_and_nests() -> Mapping[str, str]:
    """Generated C by the name of a file; strict C99 ends in ``_99``.  Other tests give these to gcc, as strictly."""
    found = {"rows_99": rk.source([kernel for row in rk.ROWS for kernel in rk.loops(row)])}
    for k, case in enumerate((*ELEMENTWISE, *REDUCTIONS, *PRODUCTS)):
        found[f"nest{k}"] = c_program(case.program, plan(case.program), VECTOR).text
        found[f"nest{k}_99"] = c99_program(case.program, plan(case.program)).text
    names = own_names()
    declared = "".join(f"{prototype(name)}\n" for name in sorted(instructions(names)))
    found["mathematics"] = declared + own_text(names, "static inline __attribute__((unused))")
    return found


@cache
def workloads() -> Mapping[str, str]:
    """The same of every workload of the benchmarks, of its first dtype."""
    return dict(_workloads())


def _workloads() -> Iterator[tuple[str, str]]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import plan as workload_plan
        import systems
        for name, work in workload_plan.workloads().items():
            dtype = work.dtypes[0]
            shapes = [np.shape(x) if work.static else (None,) * np.ndim(x)
                      for x in systems.operands(name, work.tiny, dtype)]
            inputs = [sn.tensor.tensor(f"x{k}", dtype=dtype, shape=shape) for k, shape in enumerate(shapes)]
            outputs = systems.module_of(name).with_symnum(sn, work.tiny, *inputs)
            f = sn.function(inputs, outputs, mode="numpy")
            yield name, f.source("c")
            try:
                yield f"{name}_99", f.source("c99")
            except UnsupportedError:
                continue    # a step of it needs Python
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_warnings(compiler: str, tmp_path: Path) -> None:
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    pytest.importorskip("tomllib", reason="the plan of the benchmarks is TOML, which Python reads since 3.11")
    found = {**workloads(), **(rows_and_nests() if compiler == "clang" else {})}
    for standard, names in (("-std=c99", [n for n in found if n.endswith("_99")]),
                            ("-std=gnu11", [n for n in found if not n.endswith("_99")])):
        for name in names:
            (tmp_path / f"{name}.c").write_text(found[name], encoding="utf-8")
        command = (compiler, standard, *COMPILERS[compiler], *ARITHMETIC, *STRICT, *(f"{name}.c" for name in names))
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:4000]
        assert len(names) >= 15


@pytest.mark.parametrize("processor", ["", "-march=native"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_warnings_of_instructions(compiler: str, processor: str, tmp_path: Path) -> None:
    """Each text alone: what it calls for processors without the instruction is not unused on those with it."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    flags = (*COMPILERS[compiler], *ARITHMETIC, *STRICT, *([processor] if processor else []))
    for name, text in TEXTS.items():
        short = "double" if name.endswith("doubles") else "float"
        head = f"void use(const {short} *x, {short} *y)"
        used = f"{head};\n{head} {{ {name}(16, x, y); }}\n"
        own = own_text([], "static inline __attribute__((always_inline))", ["expf"] if "expf(" in text else [])
        source = "typedef long long sn_i64;\n" + own + renamed(text, [], ["expf"]) + used
        (tmp_path / f"{name}.c").write_text(source, encoding="utf-8")
        command = (compiler, "-std=gnu11", *flags, f"{name}.c")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:4000]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_warnings_of_cython_modules(compiler: str, tmp_path: Path) -> None:
    """With the values of an error record, and with the least int64, whose digits alone are no literal."""
    pytest.importorskip("Cython")
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    x, k = input_leaf("x", "int64", (None,)), input_leaf("k", "int64", (3,))
    program = lower("f", [x, k], [o.max(x, axis=(0,)), o.scatter(x, k, k, axes=(0,), combine="add")])
    (tmp_path / "f.pyx").write_text(cython_module(program, plan(program)), encoding="utf-8")
    subprocess.run((sys.executable, "-m", "cython", "-3", "f.pyx"), cwd=tmp_path, check=True)
    command = (compiler, "-std=gnu11", *COMPILERS[compiler], *ARITHMETIC, *STRICT,
               f"-I{sysconfig.get_path('include')}", "f.c")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]
