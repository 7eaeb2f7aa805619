"""Long programs are compiled in several units: the same results, wherever the cuts are, and errors as they are."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

import symnum as sn
from symnum import making
from symnum.codegen import compiler, units
from symnum.codegen.cache import Cache
from symnum.codegen.compiler import build, find_compiler
from symnum.codegen.units import Sections
from symnum.errors import CompileError
from symnum.options import Options


def mixed():
    """Sums over rows and columns with functions, a product, a scan, a table of constants, several results."""
    x, y = sn.tensor.dmatrices("x", "y")
    table = sn.as_tensor(np.linspace(0.0, 1.0, 13))
    e = sn.exp(x - x.max(axis=1, keepdims=True)) + table
    results = [e / e.sum(axis=1, keepdims=True), sn.tanh(x @ y), x.sum(axis=0) + table, sn.cumsum(x, axis=1),
               sn.sigmoid(x).mean(), sn.grad(sn.log(e).sum(), x)]
    return [x, y], results


def arguments():
    random = np.random.default_rng(0)
    return random.normal(size=(37, 13)), random.normal(size=(13, 5))


def made_with(monkeypatch, folder, cores, smallest):
    """The results of ``mixed`` and the numbers of units that its program was compiled in."""
    seen = []
    original = units.units

    def counted(sections, most):
        seen.append(original(sections, most))
        return seen[-1]
    monkeypatch.setattr(units, "_SMALLEST", smallest)
    monkeypatch.setattr(making, "units", counted)
    monkeypatch.setattr(making, "usable_cores", lambda: cores)
    inputs, results = mixed()
    with Options(cache_dir=str(folder)).active():
        function = sn.function(inputs, results, mode="c")
    return function(*arguments()), [len(found) for found in seen]


@pytest.mark.parametrize("cores", [2, 100])
def test_units_give_the_bits_of_the_whole(monkeypatch, tmp_path, cores):
    expected, counts = made_with(monkeypatch, tmp_path / "whole", 1, 1)
    assert counts == [0]
    found, counts = made_with(monkeypatch, tmp_path / "parts", cores, 1)
    assert 2 <= counts[0] <= cores and (cores == 2 or counts[0] > 4)
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not list((tmp_path / "parts").rglob("*.o"))


def test_short_programs_stay_whole(monkeypatch, tmp_path):
    x = sn.tensor.dvector("x")
    seen = []
    monkeypatch.setattr(making, "units", lambda sections, most: seen.append(units.units(sections, 8)) or ())
    with Options(cache_dir=str(tmp_path)).active():
        sn.function([x], sn.exp(x), mode="c")
    assert seen == [()]


STEP = "struct {0}_context {{ long y; }};\nstatic int {0}(long y)\n{{\n  return help(y) + {1};\n}}\n"
HELP = "static long help(long y)\n{\n  return y * SN_TWO;\n}\n"
LONG = Sections("#define SN_TWO 2\n", (HELP, STEP.format("f", 1), STEP.format("g", 2)),
                "int run(long y)\n{\n  struct g_context it = { y };\n  return f(y) * g(it.y);\n}\n")


def test_units_hold_what_they_need(monkeypatch):
    monkeypatch.setattr(units, "_SMALLEST", 1)
    one, two = units.units(LONG, 2)
    assert [text.count("int run(") for text in (one, two)] == [1, 0]
    assert [text.count("static long help(") for text in (one, two)] == [1, 1]
    assert "struct g_context" in one and "static int" not in one + two
    assert units.units(LONG, 1) == () == units.units(Sections("", (HELP,), "int run(void);"), 2)


def test_units_compile_and_hide_their_functions(monkeypatch, tmp_path):
    monkeypatch.setattr(units, "_SMALLEST", 1)
    options = Options(cache_dir=str(tmp_path))
    cache = Cache(options)
    found = find_compiler(options, cache)
    library = cache.load(build(LONG.text, found, options, cache, units=units.units(LONG, 3)))
    assert library.run(3) == 7 * 8
    assert not hasattr(library, "f") and not hasattr(library, "g")


def test_where_units_fail_the_whole_is_compiled(tmp_path):
    options = Options(cache_dir=str(tmp_path))
    cache = Cache(options)
    found = find_compiler(options, cache)
    name = build("int answer(void) { return 42; }", found, options, cache, units=("this is not C", "int x;"))
    assert cache.load(name).answer() == 42
    name = build("int answer(void) { return 43; }", found, options, cache, units=("int x;", "int x = 1; int x = 2;"))
    assert cache.load(name).answer() == 43
    with pytest.raises(CompileError, match="is kept"):
        build("nor is this", found, options, cache, units=("this is not C", "int x;"))
    assert [path.suffix for path in Path(cache.root / "failed").iterdir()] == [".c"]


def test_units_run_side_by_side(monkeypatch):
    """None waits for another to end."""
    both = Barrier(2, timeout=30)
    monkeypatch.setattr(compiler, "_run", lambda command, text: (both.wait() < 2, text))
    assert compiler._run_all([["cc"], ["cc"]], ["a", "b"]) == [(True, "a"), (True, "b")]
