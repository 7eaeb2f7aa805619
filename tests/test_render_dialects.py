"""The same kernels in every language: Cython and CUDA text give NumPy's values, strict C99 builds without a warning."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cuda_programs import run_on_cpu
from cython_programs import module, run_in_cython
from nests import ELEMENTWISE, PRODUCTS, REDUCTIONS, Case, draw, folding
from programs import Array, Call, Error, bind, build, same

from symnum import dtypes
from symnum.codegen.cuda_text import cuda_source
from symnum.codegen.cython_text import cython_module
from symnum.codegen.memory import plan
from symnum.codegen.program_text import c99_program

CASES = {case.name: case for case in (*ELEMENTWISE, *REDUCTIONS, *PRODUCTS)}
SHAPES = ({"m": 1, "n": 1, "k": 1}, {"m": 3, "n": 600, "k": 5}, {"m": 70, "n": 3, "k": 300})


def check(case: Case, got: list[Array], arrays: list[Array]) -> None:
    for a, b in zip(got, case.expected(*arrays), strict=True):
        b = np.asarray(b)
        assert a.dtype == b.dtype
        tolerance = 2e-5 if any(dtype == np.float32 for dtype, _ in case.inputs) else 1e-12
        if case.exact:
            assert same(a, b), case
        else:
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=10 * tolerance)


# CUDA -------------------------------------------------------------------------------------------------------------

IN_CUDA = ("sum of vectors", "sigmoid of float32", "exact scalar", "exp of row and column vectors", "masked", "choice",
           "exp of positions", "three axes", "workspace", "constant buffers", "sum", "sum of a matrix with a row",
           "log of a sum", "sums of rows", "sums of exp of columns", "sums over the ends", "integer product",
           "row softmax", "column softmax", "softmax of a vector", "logsumexp of rows", "several stores and folds",
           "second transposed")


@pytest.mark.parametrize("name", IN_CUDA)
def test_cuda_on_the_cpu(name: str) -> None:
    case = CASES[name]
    for lengths in ({"m": 1, "n": 1, "k": 1}, {"m": 2, "n": 300, "k": 3}, {"m": 40, "n": 3, "k": 2}):
        arrays = case.arrays(**lengths)
        forwards, backwards = run_on_cpu(case.program, arrays), run_on_cpu(case.program, arrays, backwards=True)
        check(case, forwards, arrays)
        assert all(map(same, forwards, backwards)), "the order of threads changes bits"


@pytest.mark.parametrize("combine", ["add", "maximum", "logical_and", "argmin"])
@pytest.mark.parametrize("column", [False, True], ids=["rows", "columns"])
def test_cuda_folds_of_dtypes(combine: str, column: bool) -> None:
    case = folding(combine, dtypes.ALL, column)
    arrays = [draw(np.random.default_rng(0), dtype, (3, 300)) for dtype in dtypes.ALL]
    check(case, run_on_cpu(case.program, arrays), arrays)


@pytest.mark.parametrize("name", ["rows by their sums", "row softmax", "sums of columns", "matrix"])
def test_cuda_grids_of_any_size(name: str) -> None:
    """With fewer blocks than there is work for, each block does several shares, and its shared memory is used again."""
    case = CASES[name]
    arrays = case.arrays(m=5, n=300, k=1)
    expected = run_on_cpu(case.program, arrays)
    for backwards in (False, True):
        assert all(map(same, run_on_cpu(case.program, arrays, backwards, blocks=2), expected))


def test_cuda_empty() -> None:
    for name in ("sigmoid", "sum", "sums of rows", "sums of columns", "matrix"):
        case = CASES[name]
        arrays = case.arrays(m=3, n=0, k=1)
        check(case, run_on_cpu(case.program, arrays), arrays)


@pytest.mark.skipif(not shutil.which("nvcc"), reason="nvcc is not installed")
@pytest.mark.parametrize("name", ["sigmoid", "sigmoid of float32", "choice", "row softmax", "sum", "sums of columns"])
def test_nvcc_compiles_without_spills(name: str, tmp_path: Path) -> None:
    source = tmp_path / "kernels.cu"
    source.write_text(cuda_source(CASES[name].program).text)
    done = subprocess.run(
        ("nvcc", "-arch=sm_90", "--fmad=false", "-Werror", "all-warnings", "-Xptxas", "-v,-warn-spills", "-cubin",
         str(source), "-o", str(tmp_path / "kernels.cubin")), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    registers = [int(line.split("Used ")[1].split()[0]) for line in done.stderr.splitlines() if "Used " in line]
    assert registers and max(registers) <= 64
    assert set(re.findall(r"(\d+) bytes spill", done.stderr)) <= {"0"}


# Cython -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["sigmoid", "choice", "masked", "row softmax", "sums of columns", "workspace",
                                  "constant buffers", "second transposed"])
def test_cython(name: str) -> None:
    case = CASES[name]
    for lengths in SHAPES:
        arrays = case.arrays(**lengths)
        check(case, run_in_cython(case.program, arrays), arrays)


def test_cython_folds_with_positions() -> None:
    case = folding("argmax", [dtypes.FLOAT32])
    x = np.random.default_rng(0).normal(size=(5, 9000)).astype(np.float32)
    check(case, run_in_cython(case.program, [x]), [x])


def test_cython_releases_the_gil() -> None:
    text = cython_module(CASES["row softmax"].program, plan(CASES["row softmax"].program))
    assert "with nogil:" in text and module(text).run


# C99 --------------------------------------------------------------------------------------------------------------

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-fPIC", "-shared", "-ffp-contract=off")


def run_c99(case: Case, arrays: list[Array], *flags: str) -> list[Array]:
    program = case.program
    library = ctypes.CDLL(str(build(c99_program(program, plan(program)).text, (*STRICT, *flags), libs=("-lm",))))
    inputs = [np.asarray(a, order="C") for a in arrays]
    lengths = bind(program, inputs)
    numbers, size, error = (ctypes.c_int64 * max(1, len(lengths)))(*lengths), ctypes.c_int64(), Error()
    outputs = program.of_role("output")
    shapes = (ctypes.c_int64 * (1 + sum(len(b.shape) for b in outputs)))()
    assert library.f_plan(numbers, shapes, ctypes.byref(size), ctypes.byref(error)) == 0
    rest = iter(shapes)
    results = [np.empty([next(rest) for _ in b.shape], b.dtype) for b in outputs]
    buffers: Any = (ctypes.c_void_p * (len(inputs) + len(results)))(*(a.ctypes.data for a in (*inputs, *results)))
    workspace = np.zeros(size.value + 64, np.uint8)
    call = Call(buffers, numbers, workspace.ctypes.data + -workspace.ctypes.data % 64, Error())
    assert library.f_run(ctypes.byref(call)) == 0
    return results


@pytest.mark.parametrize("name", [
    "sigmoid", "sigmoid of float32", "exact scalar", "row vector", "transposed", "masked", "choice", "three axes",
    "constant buffers", "workspace", "sum", "sum of a matrix with a row", "sums of rows", "sums of columns",
    "row softmax", "column softmax", "several stores and folds", "second transposed", "vectors",
    "float32 matrix and vector"])
def test_strict_c99(name: str) -> None:
    case = CASES[name]
    for lengths in (*SHAPES, {"m": 3, "n": 70_000, "k": 2}):
        if lengths["n"] < 70_000 or name in ("sigmoid", "sum", "sums of rows", "sums of columns"):
            arrays = case.arrays(**lengths)
            check(case, run_c99(case, arrays), arrays)


@pytest.mark.parametrize("name", ["sigmoid", "sum of exp", "row softmax", "sums of columns"])
def test_c99_with_openmp_gives_the_same_bits(name: str) -> None:
    case = CASES[name]
    arrays = case.arrays(m=300, n=3000, k=1)
    assert all(map(same, run_c99(case, arrays), run_c99(case, arrays, "-fopenmp")))


def test_c99_has_no_extensions() -> None:
    for case in CASES.values():
        text = c99_program(case.program, plan(case.program)).text
        assert "__" not in text.replace("__DATE__", "") and "rt->" not in text
        pragmas = [line for line in text.splitlines() if line.startswith("#pragma")]
        assert all(line.startswith("#pragma omp") for line in pragmas)
        assert len(pragmas) == text.count("#ifdef _OPENMP")
