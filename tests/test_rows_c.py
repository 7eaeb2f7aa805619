"""Every elementwise row's C text agrees with its NumPy function, for every dtype and every bit pattern."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symnum.ops import support
from symnum.ops.spec import Absent
from symnum.ops.table import SPECIAL, SPECIAL_PARTS
from tests import rows_kernels as rk

KERNELS = tuple(kernel for row in rk.ROWS for kernel in rk.loops(row))
each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
LENGTH = 48


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """All kernels, compiled once."""
    return rk.load(rk.build(tmp_path_factory.mktemp("rows"), rk.source(KERNELS), rk.FLAGS))


def check(library: ctypes.CDLL, kernel: rk.Kernel, operands: list[rk.Array]) -> None:
    got = rk.run(library, kernel, operands)
    want = rk.expected(kernel, operands, got)
    limit = 0.0 if "exact" in kernel.row.facts else kernel.row.tol
    bad = np.flatnonzero(~(rk.ulps(got, want) <= limit))
    shown = [f"{kernel.row.name}({', '.join(repr(x[i]) for x in operands)}) = {got[i]!r}, NumPy {want[i]!r}"
             for i in bad[:5]]
    assert not shown, "\n".join([f"{len(bad)} of {len(got)} differ by more than {limit} ulp", *shown])


@each_kernel
def test_special_values(library: ctypes.CDLL, kernel: rk.Kernel) -> None:
    check(library, kernel, rk.grid(kernel))


@each_kernel
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bits(library: ctypes.CDLL, kernel: rk.Kernel, data: st.DataObject) -> None:
    operands = []
    for dtype in kernel.operands:
        size = LENGTH * dtype.itemsize
        raw = np.frombuffer(data.draw(st.binary(min_size=size, max_size=size)), np.uint8)
        operands.append((raw & 1).astype(bool) if dtype.kind == "b" else raw.view(dtype))
    check(library, kernel, operands)


@each_kernel
def test_values_in_the_domain(library: ctypes.CDLL, kernel: rk.Kernel) -> None:
    check(library, kernel, rk.samples(kernel, 200))


def test_negative_exponents_of_integers(library: ctypes.CDLL) -> None:
    for kernel in KERNELS:
        if kernel.row.name == "power" and kernel.result.kind == "i":
            operands = [np.array([2, 1, 0, -1], kernel.result), np.full(4, -1, kernel.result)]
            with pytest.raises(ValueError, match="negative integer powers"):
                rk.reference(kernel, operands)
            assert rk.run(library, kernel, operands).tolist() == [0, 0, 0, 0]


def test_ldexp_rounds_once(library: ctypes.CDLL) -> None:
    random = np.random.default_rng(5)
    for kernel in KERNELS:
        if kernel.row.name == "ldexp":
            n = np.arange(-2300, 2300, dtype=kernel.operands[1])
            size = 2.0 ** random.integers(-140, 120, len(n))
            check(library, kernel, [(random.standard_normal(len(n)) * size).astype(kernel.operands[0]), n])


def test_fmax_and_fmin_of_zeros_are_the_first(library: ctypes.CDLL) -> None:
    for kernel in KERNELS:
        if kernel.row.name in ("fmax", "fmin") and kernel.result.kind == "f":
            first = np.tile(np.array([0.0, -0.0], kernel.result), 20)
            assert np.array_equal(np.signbit(rk.run(library, kernel, [first, -first])), np.signbit(first))


def test_floor_divide_where_floats_are_halves_apart(library: ctypes.CDLL) -> None:
    random = np.random.default_rng(6)
    for kernel in KERNELS:
        if kernel.row.name == "floor_divide" and kernel.result.kind == "f":
            half = 2.0 ** (np.finfo(kernel.result).nmant - 1)
            divisor = random.uniform(1, 2, 500).astype(kernel.result)
            check(library, kernel, [(divisor * random.uniform(half, 2 * half, 500)).astype(kernel.result), divisor])


def test_all_classes_of_loops_are_covered() -> None:
    """Each C text of each row is run by some kernel."""
    for row in rk.ROWS:
        ran = {kernel.operands[0].kind for kernel in KERNELS if kernel.row is row}
        texts = {c for c in "fiub" if not isinstance(row.c, Absent) and not isinstance(row.c.of(c), Absent)}
        assert ran <= texts, f"{row.name} has no C text for {ran - texts}"
        assert texts - ran <= ({"f", "i", "u"} if row.name == "where" else set()), f"{row.name}: unused text"


# portability -------------------------------------------------------------------------------------

def test_c99_without_warnings_or_undefined_behaviour(tmp_path: Path) -> None:
    """All special values under the sanitizer, without the flag that makes overflow wrap."""
    flags = (*rk.STRICT, "-O1", "-fsanitize=undefined,float-cast-overflow")
    path = rk.build(tmp_path, rk.source(KERNELS), flags)
    done = subprocess.run([sys.executable, __file__, str(path)], capture_output=True, text=True, check=False,
                          env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)})
    assert done.returncode == 0, done.stderr
    assert "runtime error" not in done.stderr, done.stderr[:2000]
    assert done.stdout.split() == [str(len(KERNELS))]


def test_bool_may_be_a_type_of_its_own(tmp_path: Path) -> None:
    rk.build(tmp_path, rk.source(KERNELS, bool_type="_Bool"), (*rk.STRICT, "-fsyntax-only"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("nvcc") is None, reason="nvcc is not installed")
def test_texts_are_cuda(tmp_path: Path) -> None:
    (tmp_path / "unit.cu").write_text(rk.cuda_source(KERNELS), encoding="utf-8")
    command = ["nvcc", "--fmad=false", "--ptx", "-Werror", "all-warnings", "-o", str(tmp_path / "unit.ptx"),
               str(tmp_path / "unit.cu")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:5000]


# Rows that call a function of which the vector library has no form.
SCALAR = {"floor_divide", "remainder", "fmod", "gamma", "lgamma", "polygamma",
          *({k.row.name for k in KERNELS} & {row.name for row in (*SPECIAL, *SPECIAL_PARTS)} - {"erfcx"})}
NO_VECTOR_FORM = {"fmod", "tgamma", "lgamma"}


def test_float_loops_become_vector_code(tmp_path: Path) -> None:
    kernels = [k for k in KERNELS if k.operands[0] == np.float64 and k.row.name != "cast"]
    code = rk.source(kernels)
    for name in set(support.LIBM) - NO_VECTOR_FORM:
        code = code.replace(f"double {name}(double", f"{rk.VECTOR}double {name}(double")
    found = rk.vectorised(tmp_path, code, ("-march=x86-64-v3", *rk.FLAGS))
    # gcc turns a loop that only copies into a call of memcpy, and two functions that do the same into one.
    assert {k.row.name for k in kernels if k.name not in found} - {"conjugate", "positive", "square_term"} == SCALAR


# support functions --------------------------------------------------------------------------------

def test_every_support_function_is_used() -> None:
    # float16 has no loops; tests/test_float16.py tests its casts.
    halves, _ = support.expand({"sn_cast_f64_f16"})
    # Schedules call these, where a divisor is shared and where squares are added; see tests/test_quotients.py and
    # tests/test_roots.py.
    used = support.called(rk.source(KERNELS) + halves + "sn_divided_f64(sn_add_square_f64(")
    for one in support.SUPPORT.values():
        assert any(name.startswith(f"sn_{one.name}_") for name in used), one.label


def test_library_names_are_used() -> None:
    used = support.called(rk.source(KERNELS))
    assert set(support.LIBM) <= used


def test_expand_defines_callees_first() -> None:
    text, library = support.expand({"sn_polygamma_f32"})
    places = [text.index(f" sn_{name}_f32({arguments}) {{") for name, arguments in (
        ("hurwitz", "float s, float x"), ("polygamma", "float n, float x"))]
    assert places == sorted(places)
    assert library == {"ceilf", "floorf", "log1pf", "powf", "rintf", "tanf", "tgammaf"}


@pytest.mark.parametrize("name", ["sn_sigmoid_i32", "sn_nothing_f64", "sn_cast_f64", "sn_sigmoid_f16"])
def test_unknown_support_function(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        support.expand({name})


if __name__ == "__main__":
    unit = rk.load(Path(sys.argv[1]))
    for one in KERNELS:
        rk.run(unit, one, rk.grid(one))
    print(len(KERNELS))
