"""Vector mathematics of both precisions: errors over the whole range, special values, and where each is used."""

from __future__ import annotations

import ctypes
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import symnum as sn
from symnum.codegen import compiler, probe
from symnum.codegen.cache import Cache
from symnum.codegen.mathematics.coefficients import POLYNOMIALS
from symnum.codegen.mathematics.library import instructions, own_names, own_text
from symnum.codegen.probe import Function
from symnum.errors import UnknownNameError, UnsupportedError
from symnum.ops.support import LIBM, prototype
from symnum.options import current

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import accuracy, accuracy_page, minimax

SIZE = 1 << 13
FLOATS = [f for f in accuracy.FUNCTIONS if f.dtype == np.float32 and f.arity == 1]
PARTS = 4  # of all floats: none takes longer than a minute


@pytest.fixture(scope="module")
def tried() -> accuracy.Bench:
    if np.finfo(np.longdouble).nmant < 63:
        pytest.skip("long double is no longer than double here")
    return accuracy.bench()


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize("function", accuracy.FUNCTIONS, ids=lambda f: f.c_name)
def test_errors_are_bounded(tried: accuracy.Bench, function: Function) -> None:
    columns = accuracy.arguments(function, SIZE, seed=1)
    own = accuracy.measure(tried, function, "own", columns)
    assert own.ulps <= accuracy.HIGH, own
    if function.c_name in tried.declared:
        library = accuracy.measure(tried, function, "lib", columns)
        assert library.ulps <= accuracy.DEFAULT, library


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("function", FLOATS, ids=lambda f: f.c_name)
def test_errors_at_all_floats(tried: accuracy.Bench, function: Function, part: int) -> None:
    forms = ("own", "lib") if function.c_name in tried.declared else ("own",)
    found = accuracy.all_floats(tried, function, forms, part, PARTS)
    assert found["own"].ulps <= accuracy.HIGH, found
    assert "lib" not in found or found["lib"].ulps <= accuracy.DEFAULT, found


@pytest.mark.parametrize("function", FLOATS, ids=lambda f: f.c_name)
def test_quick_errors_are_the_errors(tried: accuracy.Bench, function: Function) -> None:
    """float64 tells the error of float32 as long double does, or up to twice as much, also of wrong values."""
    [column] = accuracy.arguments(function, SIZE, seed=3)
    wrong = Function("cbrt" if function.name == "cos" else "cos", function.dtype, 1)
    loops = {f"lib_{function.name}": tried.loops[f"lib_{function.name}"],
             **{f"{form}_{function.c_name}": tried.loops[f"{form}_{function.c_name}"] for form in ("own", "lib")},
             f"wrong_{function.c_name}": tried.loops[f"own_{wrong.c_name}"]}
    several = replace(tried, loops=loops)
    forms = ("own", "lib", "wrong")
    for form, errors in zip(forms, several.quick(function, forms, column), strict=True):
        quick, told = np.minimum(errors, 1e6), np.minimum(several.error(function, form, [column]), 1e6)
        assert (quick >= told * (1 - 1e-6) - 1e-6).all() and (quick <= 2 * told + 1e-6).all()
        assert np.isclose(quick, told, rtol=1e-6, atol=1e-6).mean() > 0.9


def test_the_page_names_every_function() -> None:
    lines = accuracy_page.written()
    assert list(lines) == [f.c_name for f in (*accuracy.FUNCTIONS, *accuracy.SCALAR)]
    for function in accuracy.FUNCTIONS:
        _, _, _, _, library, _, own, _, _ = (cell.strip() for cell in lines[function.c_name].split("|"))
        assert float(own) <= accuracy.HIGH and (library == "–" or float(library) <= accuracy.DEFAULT)


def test_the_reference_is_right(tried: accuracy.Bench) -> None:
    """Long double agrees with mpmath: the distance of wrong values is what it must be."""
    function = next(f for f in accuracy.FUNCTIONS if f.c_name == "erfc")
    x = np.linspace(0.5, 20, 16)
    right = np.array([float(mpmath.erfc(v)) for v in x])
    for values, least, most in ((right, 0, 0.501), (np.nextafter(right, 2), 0.49, 1.51)):
        errors = np.empty(16)
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (x, values, errors)]
        tried.errors["error_erfc"](*pointers, ctypes.c_longlong(16))
        assert least <= errors.min() and errors.max() <= most, function


def test_hardest_angles(tried: accuracy.Bench) -> None:
    """Multiples of pi/2 are nowhere nearer to a double than at the first; the last is the greatest of all."""
    places = np.array([6381956970095103.0 * 2.0 ** 797, 1e22, 2.0 ** 1000, np.finfo(float).max] * 4)
    for name in ("sin", "cos", "tan"):
        values = np.empty(16)
        tried.loops[f"own_{name}"](ctypes.c_void_p(places.ctypes.data), ctypes.c_void_p(values.ctypes.data),
                                   ctypes.c_longlong(16))
        with mpmath.workdps(700):
            wanted = [float(getattr(mpmath, name)(mpmath.mpf(x))) for x in places]
        np.testing.assert_array_max_ulp(values, np.array(wanted), 1)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("exponent", accuracy.EXPONENTS)
def test_powers_by_products(tried: accuracy.Bench, exponent: float, dtype: str) -> None:
    found = accuracy.measure_power(tried, exponent, dtype, SIZE)
    assert found.ulps <= accuracy.DEFAULT, found


def test_all_powers_by_products_are_measured() -> None:
    x = sn.tensor.dvector("x")
    halves = [n / 2 for n in range(-16, 17)]
    assert {e for e in halves if "pow(" not in sn.function([x], x ** e, mode="c").source()} == {
        0.0, 1.0, *accuracy.EXPONENTS}


# without instructions, and with other compilers' flags ----------------------------------------------------------

@pytest.mark.parametrize("flags", [("-mno-fma", "-mno-avx512f"), ("-march=x86-64",)], ids=["products", "baseline"])
def test_without_fused_products(tried: accuracy.Bench, flags: tuple[str, ...]) -> None:
    """Exact products of halves serve where the processor cannot add without rounding first."""
    if not tried.declared:
        pytest.skip("no x86-64 with libmvec")
    names = {"exp", "sin", "pow", "tanh", "erf", "atan2", "asinh", "asin"}
    functions = [f for f in accuracy.FUNCTIONS if f.c_name in names]
    other = accuracy.bench(functions, extra=flags)
    found = {f.c_name: accuracy.measure(other, f, "own", accuracy.arguments(f, SIZE, seed=2)) for f in functions}
    assert not {name: error for name, error in found.items() if not error.ulps <= accuracy.HIGH}


def test_own_functions_are_vector_code(tmp_path: Path) -> None:
    options = current()
    found = compiler.find_compiler(options, Cache(options))
    if found is None or found.kind != "gcc":
        pytest.skip("gcc tells which loops it made vector code of")
    types = "".join(f"{prototype(n)}\n" for n in sorted(instructions(own_names())))
    loops = "\n".join(_loop(f) for f in accuracy.FUNCTIONS)
    text = types + own_text(own_names(), "static inline __attribute__((always_inline))") + loops
    (tmp_path / "own.c").write_text(text, encoding="utf-8")
    flags = [f for f in compiler.flags(found, 0, options) if f not in ("-shared", "-w") and not f.startswith("-Wl")]
    done = subprocess.run([*found.command, *flags, "-O2", "-Wall", "-Wextra", "-fopt-info-vec-optimized", "-c", "-o",
                           str(tmp_path / "own.o"), str(tmp_path / "own.c")], capture_output=True, text=True,
                          check=True)
    assert "warning" not in done.stderr
    lines = {int(n) for n in re.findall(r"own\.c:(\d+):\d+: optimized: loop vectorized", done.stderr)}
    missing = [line for k, line in enumerate(text.splitlines(), 1) if line.startswith("for (") and k not in lines]
    assert not missing


def _loop(f: Function) -> str:
    real = "double" if f.dtype.itemsize == 8 else "float"
    letters = "xy"[:f.arity]
    head = ", ".join([*(f"const {real} *{a}" for a in letters), f"{real} *z"])
    values = ", ".join(f"{a}[i]" for a in letters)
    return (f"void loop_{f.c_name}({head}) {{\n#pragma omp simd\n"
            f"for (int i = 0; i < 1024; i++) z[i] = sn_own_{f.c_name}({values});\n}}\n")


# where each is used -----------------------------------------------------------------------------------------------

def test_every_library_function_has_an_own_form() -> None:
    exact = {"ceil", "copysign", "fabs", "floor", "fma", "fmod", "rint", "sqrt", "trunc"}
    bases = {name for name in own_names() if f"{name}f" in own_names()}
    assert set(LIBM) - exact - bases == {"tgamma", "lgamma"}


def test_high_precision_uses_own_functions() -> None:
    x = sn.tensor.dvector("x")
    results = {}
    for precision in ("default", "high"):
        f = sn.function([x], [sn.exp(x), sn.sigmoid(x)], mode="c", precision=precision)
        source = f.source()
        results[precision] = f(np.linspace(-3, 3, 1001))
        assert ("sn_own_exp(" in source) == (precision == "high" or "SN_FORMS" not in source)
        assert ("sn_own_exp(" in f.source("c99")) == (precision == "high")
    assert not np.array_equal(results["default"][0], results["high"][0])  # else a cache took one for the other
    wanted = [float(mpmath.exp(v)) for v in np.linspace(-3, 3, 1001)]
    assert (results["high"][0] == wanted).mean() > 0.95


def test_short_forms_are_in_the_loops_that_use_them() -> None:
    x = sn.tensor.fvector("x")
    for precision, form in (("default", "sn_single_expf("), ("high", "sn_own_expf(")):
        f = sn.function([x], sn.sum(sn.exp(x)), mode="c", precision=precision)
        source = f.source()
        assert form in source and (precision == "high") == ("SN_BODY" in source)
        assert f(np.zeros(100, np.float32)) == 100 and f(np.full(3, -np.inf, np.float32)) == 0


def test_short_forms_have_one_value_at_every_position() -> None:
    x = sn.tensor.fvector("x")
    f = sn.function([x], sn.exp(x), mode="c")
    values = np.linspace(-110, 95, 83, dtype=np.float32)
    values[[3, 50]] = np.nan, -np.nan
    whole = f(values)
    assert np.isnan(whole[[3, 50]]).all() and np.isinf(whole[-1]) and whole[0] == 0
    for k in range(83):
        np.testing.assert_array_equal(whole[k], f(values[k:k + 1].copy())[0])
        np.testing.assert_array_equal(whole[k:], f(values[k:].copy()))


def test_one_value_at_every_position() -> None:
    x = sn.tensor.dvector("x")
    f = sn.function([x], [sn.sin(x), sn.exp(x), sn.erf(x), sn.arctan(x)], mode="c", precision="high")
    values = np.random.default_rng(0).uniform(-5, 5, 83)
    whole = f(values)
    for k in (0, 1, 7, 8, 40, 82):
        for a, b in zip(whole, f(values[k:k + 1].copy()), strict=True):
            assert a[k] == b[0]


@pytest.mark.parametrize("threads", [1, 2])
def test_without_libmvec_own_functions_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(probe, "_may_be_here", lambda: False)
    x = sn.tensor.fvector("x")
    with current().but(cache_dir=str(tmp_path), threads=threads).active():
        f = sn.function([x], sn.log1p(sn.exp(x)) + sn.gamma(x), mode="c", rewrites="off")
        assert "sn_own_log1pf(" in f.source() and "SN_FORMS" not in f.source()
        values = np.linspace(0.5, 3, 50).astype(np.float32)
        np.testing.assert_allclose(f(values), sn.function([x], f.outputs[0], mode="numpy")(values), rtol=1e-5)


def test_precision_is_checked_kept_and_refused() -> None:
    x = sn.tensor.dscalar("x")
    with pytest.raises(UnknownNameError, match="precision"):
        sn.function([x], sn.exp(x), precision="highest")
    with pytest.raises(UnsupportedError, match="cython"):
        sn.function([x], sn.exp(x), mode="cython", precision="high")
    f = sn.function([x], sn.exp(x), mode="numpy", precision="high")
    assert pickle.loads(pickle.dumps(f)).settings.options.precision == "high"
    with current().but(precision="high").active():
        assert sn.function([x], sn.exp(x), mode="numpy").settings.options.precision == "high"


# coefficients -----------------------------------------------------------------------------------------------------

def test_the_script_finds_the_coefficients() -> None:
    problems = {p.name: p for p in minimax.problems()}
    assert list(problems) == list(POLYNOMIALS)
    with mpmath.workdps(60):
        for name in ("exp_short", "sin", "cbrt_short" if "cbrt_short" in problems else "cbrt"):
            assert minimax.text(problems[name]) in minimax.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(POLYNOMIALS))
def test_noted_errors_are_those_of_the_coefficients(name: str) -> None:
    noted: Any = POLYNOMIALS[name]
    problem = {p.name: p for p in minimax.problems()}[name]
    with mpmath.workdps(60):
        first, *rest = (mpmath.mpf(float.fromhex(c)) for c in noted.coefficients)
        low, high = map(mpmath.mpf, noted.interval)
        points = [low + (high - low) * k / 17 for k in range(1, 17)]
        errors = [abs((sum(c * x ** (k + 1) for k, c in enumerate(rest)) + first + float.fromhex(noted.tail)
                       - problem.value(x)) * problem.weight(x)) for x in points]
        assert -12 < float(mpmath.log(max(errors), 2)) - noted.bits < 0.5
