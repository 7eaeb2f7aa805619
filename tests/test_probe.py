"""Vector mathematics: what the probe lets through is right, and what is wrong it finds."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from compilers import forbid_runs, found_in

from symnum.codegen import probe
from symnum.codegen.cache import Cache
from symnum.codegen.compiler import build, find_compiler
from symnum.options import current


@pytest.fixture(scope="module")
def trial() -> probe.Trial:
    options = current()
    cache = Cache(options)
    found = find_compiler(options, cache)
    vector = probe.vector_math(found, options, cache) if found else probe.NO_VECTOR_MATH
    if found is None or not vector.functions:
        pytest.skip("no vector mathematics here")
    return probe.load_trial(found, options, cache, vector.compile_flags, vector.link_flags)


@pytest.fixture(scope="module")
def declared() -> frozenset[str]:
    options = current()
    cache = Cache(options)
    found = find_compiler(options, cache)
    return probe.vector_math(found, options, cache).functions if found else frozenset()


OPEN, UNIT, ABOVE, POSITIVE, ANY = (-30.0, 30.0), (-1.0, 1.0), (1.0, 1e3), (1e-3, 1e3), (-700.0, 700.0)
EXACT: dict[str, tuple[tuple[float, float], Callable[..., Any]]] = {
    "exp": (ANY, mpmath.exp), "log": (POSITIVE, mpmath.log), "sin": (OPEN, mpmath.sin),
    "cos": (OPEN, mpmath.cos), "tan": (OPEN, mpmath.tan), "sinh": (OPEN, mpmath.sinh),
    "cosh": (OPEN, mpmath.cosh), "tanh": (OPEN, mpmath.tanh),
    "asin": (UNIT, mpmath.asin), "acos": (UNIT, mpmath.acos), "atan": (ANY, mpmath.atan),
    "asinh": (ANY, mpmath.asinh), "acosh": (ABOVE, mpmath.acosh), "atanh": (UNIT, mpmath.atanh),
    "erf": (OPEN, mpmath.erf), "erfc": ((-6.0, 9.0), mpmath.erfc),
    "exp2": (OPEN, lambda x: mpmath.power(2, x)),
    "exp10": (OPEN, lambda x: mpmath.power(10, x)), "expm1": (OPEN, mpmath.expm1),
    "log2": (POSITIVE, lambda x: mpmath.log(x, 2)), "log10": (POSITIVE, mpmath.log10),
    "log1p": ((-0.99, 1e3), mpmath.log1p), "cbrt": (ANY, lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))),
    "pow": (POSITIVE, mpmath.power), "hypot": (ANY, mpmath.hypot), "atan2": (ANY, mpmath.atan2),
}
SECOND = {"pow": (-5.0, 5.0), "hypot": ANY, "atan2": ANY}


@pytest.mark.parametrize("function", probe.FUNCTIONS, ids=lambda f: f.c_name)
def test_vector_functions_are_accurate(trial: probe.Trial, declared: frozenset[str],
                                       function: probe.Function) -> None:
    if function.c_name not in declared:
        pytest.skip("not used on this machine")
    random = np.random.default_rng(1)
    (low, high), exact = EXACT[function.name]
    if function.dtype.itemsize == 4:
        low, high = max(low, -80.0), min(high, 80.0)
    inputs = [random.uniform(low, high, 96) * (10.0 ** random.uniform(-3, 0, 96) if low < 0 else 1)]
    if function.arity == 2:
        inputs.append(random.uniform(*SECOND[function.name], 96))
    inputs = [x.astype(function.dtype) for x in inputs]
    with mpmath.workprec(200):
        real = [exact(*(mpmath.mpf(float(v)) for v in point)) for point in zip(*inputs, strict=True)]
        spacing = np.spacing(np.abs(np.array([float(v) for v in real])).astype(function.dtype)).astype(float)
        for form in probe.forms(function, trial):
            got = probe.evaluate(function, trial, form, inputs)
            errors = [abs(mpmath.mpf(float(g)) - r) / s for g, r, s in zip(got, real, spacing, strict=True)]
            assert max(errors) <= 4, (form, max(errors))


@pytest.mark.parametrize("function", probe.FUNCTIONS, ids=lambda f: f.c_name)
def test_vector_functions_agree_in_every_lane_and_at_special_inputs(
        trial: probe.Trial, declared: frozenset[str], function: probe.Function) -> None:
    if function.c_name not in declared:
        pytest.skip("not used on this machine")
    special = probe.specials(function.dtype)
    columns = [special] if function.arity == 1 else [a.ravel() for a in np.meshgrid(special, special)]
    ordinary = function.dtype.type(1.25)
    expected = probe.evaluate(function, trial, "s", [pad(c) for c in columns])[:len(columns[0])]
    for form in probe.forms(function, trial):
        lanes = []
        for lane in range(16):
            inputs = [np.full((len(c), 16), ordinary) for c in columns]
            for x, column in zip(inputs, columns, strict=True):
                x[:, lane] = column
            rows = probe.evaluate(function, trial, form, [x.ravel() for x in inputs]).reshape(-1, 16)
            got, others = rows[:, lane].copy(), np.delete(rows, lane, axis=1)
            lanes.append(got)
            np.testing.assert_array_equal(got, lanes[0])
            assert (got == expected)[np.isinf(expected) | (expected == 0)].all()
            assert np.isnan(got[np.isnan(expected)]).all()
            assert (probe.ulps(got, expected) <= 4)[np.isfinite(expected)].all()
            assert not form or (others == others[0, 0]).all() or np.isnan(others).all()


def pad(x: np.ndarray) -> np.ndarray:
    return np.concatenate([x, np.ones(-len(x) % 16, x.dtype)])


FAULTS = {  # what a bad exp of each width returns for lane i of x; r is the right value
    "subnormal results are flushed": "r[i] < 2.3e-308 ? 0 : r[i]",
    "wrong at minus infinity": "x[i] < -1e308 ? 1e-300 : r[i]",
    "NaN is lost": "x[i] != x[i] ? 0 : r[i]",
    "one lane differs": "i == LANES - 1 && x[i] == 0.5 ? r[i] * (1 + 3e-16) : r[i]",
    "spoilt by its neighbour": "i && x[i - 1] != x[i - 1] ? r[i] * (1 + 3e-16) : r[i]",
    "nine ulp off": "x[i] > 0.1 && x[i] < 0.9 ? r[i] * (1 + 2e-15) : r[i]",
    "not exactly 1 at 0": "x[i] == 0 ? 1 + 2.3e-16 : r[i]",
    "overflows too early": "x[i] > 700 ? 1 / (double)0 : r[i]",
}
LIBRARY = """
double exp(double);
#define WIDTH(bytes, lanes, name) \\
  typedef double v##lanes __attribute__((vector_size(bytes))); \\
  v##lanes name(v##lanes x) { \\
    enum { LANES = lanes }; \\
    double (*volatile f)(double) = exp; \\
    v##lanes r, y; \\
    for (int i = 0; i < lanes; i++) r[i] = f(x[i]); \\
    for (int i = 0; i < lanes; i++) y[i] = FAULT; \\
    return y; \\
  }
WIDTH(16, 2, _ZGVbN2v_exp)
WIDTH(32, 4, _ZGVcN4v_exp)
#undef WIDTH
"""


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_faulty_vector_functions_are_found(tmp_path: Path, trial: probe.Trial, fault: str | None) -> None:
    text = f"#define FAULT ({FAULTS[fault] if fault else 'r[i]'})\n" + LIBRARY
    found, options, cache = found_in(tmp_path)
    library = cache.load(build(text, found, options, cache, libs=("-lm",), extra=("-O0", "-Wno-psabi")))
    assert library is not None
    exp = next(f for f in probe.FUNCTIONS if f.c_name == "exp")
    planted = probe.Trial((exp,), trial.program, library, trial.libm)

    def only_narrow(function: probe.Function, trial: probe.Trial) -> list[str]:
        return ["b", "c"]
    before, probe.forms = probe.forms, only_narrow
    try:
        assert bool(probe.problems(exp, planted)) == bool(fault)
    finally:
        probe.forms = before


def test_functions_that_the_library_lacks_are_not_used(tmp_path: Path, trial: probe.Trial,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    invented = probe.Function("gamma_of_nothing", np.dtype("float64"), 1)
    monkeypatch.setattr(probe, "FUNCTIONS", (*probe.FUNCTIONS[:2], invented))
    found, options, cache = found_in(tmp_path)
    functions = probe.vector_math(found, options, cache).functions
    assert functions == {f.c_name for f in probe.FUNCTIONS[:2]}


def test_the_probe_runs_once(tmp_path: Path, trial: probe.Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "FUNCTIONS", probe.FUNCTIONS[:2])
    first = probe.vector_math(*found_in(tmp_path))
    forbid_runs(monkeypatch)
    assert probe.vector_math(*found_in(tmp_path)) == first and first.functions
    with pytest.raises(AssertionError, match="runs"):
        probe.vector_math(*found_in(tmp_path, cflags="-DOTHER"))


@pytest.mark.parametrize("change", ["processor", "system", "program"])
def test_elsewhere_own_functions_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    found, options, cache = found_in(tmp_path)
    if change == "processor":
        monkeypatch.setattr(probe.platform, "machine", lambda: "aarch64")
    elif change == "system":
        monkeypatch.setattr(probe.sys, "platform", "darwin")
    else:
        monkeypatch.setattr(probe, "source", lambda functions, groups: "this is not C")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vector = probe.vector_math(found, options, cache, {"exp", "sinf", "tgamma", "fabs"})
    assert vector == probe.VectorMath(frozenset(), (), ("-lm",), frozenset({"exp", "sinf"}))


def test_high_precision_tries_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, options, cache = found_in(tmp_path, precision="high")
    forbid_runs(monkeypatch)
    vector = probe.vector_math(found, options, cache, {"exp", "tgamma"})
    assert vector.own == vector.vectorised == {"exp"} and not vector.functions


def test_declared_functions_vectorise_and_link(tmp_path: Path, trial: probe.Trial,
                                               declared: frozenset[str]) -> None:
    """A loop over every declared function, as programs have it, calls only symbols that exist."""
    found, options, cache = found_in(tmp_path)
    vector = probe.vector_math(found, options, Cache(current()))
    functions = [f for f in probe.FUNCTIONS if f.c_name in declared]
    name = build(probe.source(functions), found, options, cache, libs=vector.link_flags,
                 extra=vector.compile_flags)
    command = ["nm", "-uD", str(cache.root / "objects" / name)]
    symbols = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = {line.split()[-1].split("@")[0] for line in symbols.splitlines() if "_ZGV" in line}
    assert used and all(hasattr(trial.libmvec, symbol) for symbol in used)
    if found.kind == "gcc":
        assert {symbol.split("_", 2)[2] for symbol in used} == set(declared)
