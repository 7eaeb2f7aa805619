"""What is compiled and tried before a program is written: what it needs, and no more."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import pytest

import symnum as sn
from symnum import ahead, artifact
from symnum.codegen import probe
from symnum.codegen.cache import Cache
from symnum.codegen.compiler import find_compiler
from symnum.codegen.library import library_functions
from symnum.codegen.lower import lower
from symnum.options import Options


def program_of(inputs, *outputs):
    return lower("f", [x.node for x in inputs], [y.node for y in outputs])


def test_library_functions_of_all_kinds_of_steps():
    x, y = (sn.tensor.tensor(name, dtype="float64", shape=(8,)) for name in "xy")
    assert library_functions(program_of([x], x + 1)) == set()
    assert library_functions(program_of([x, y], sn.exp(x).sum(), sn.power(x, y))) == {"exp", "pow"}
    assert {"exp", "log1p"} <= library_functions(program_of([x], sn.logcumsumexp(x)))
    assert library_functions(program_of([x], sn.cumsum(x), sn.dot(x, x))) == set()


def test_groups_are_those_of_the_ops():
    x, y = sn.tensor.fvectors("x", "y")
    n = sn.tensor.lvector("n")
    d = sn.tensor.dvector("d")
    assert ahead._groups([(x + y).node, (n * n).node]) == {}
    assert list(ahead._groups([sn.tanh(x).node])) == [("f", 1)]
    assert set(ahead._groups([sn.grad(sn.exp(d).sum(), d).node])) == {("d", 1)}
    assert set(ahead._groups([sn.power(x, y).node])) == {("f", 1), ("f", 2)}


@pytest.fixture
def tools(tmp_path):
    options = Options(cache_dir=str(tmp_path))
    cache = Cache(options)
    found = find_compiler(options, cache)
    if found is None or not probe.vector_math(found, options, cache, {"exp"}).functions:
        pytest.skip("no vector mathematics here")
    return found, options, cache


def test_functions_are_tried_once_and_when_they_are_wanted(tools, monkeypatch):
    tried, original = [], probe.problems
    monkeypatch.setattr(probe, "problems", lambda f, trial: tried.append(f.c_name) or original(f, trial))
    assert probe.vector_math(*tools, {"exp", "sn_own"}).functions == {"exp"}
    assert tried == []
    first = probe.vector_math(*tools, {"exp", "log"})
    assert tried == ["log"] and first.functions == {"exp", "log"}
    assert probe.vector_math(*tools, {"log"}).functions == {"log"}   # not what others have called
    assert tried == ["log"] and probe.vector_math(*tools, set()).functions == set()


def test_what_was_compiled_ahead_is_not_compiled_again(tools, monkeypatch):
    x = sn.tensor.fvector("x")
    with ahead.probing([sn.tanh(x).node], *tools) as wait:
        wait()
    monkeypatch.setattr("symnum.codegen.compiler._run", lambda *args: pytest.fail("the compiler runs"))
    assert probe.vector_math(*tools, {"tanhf"}).functions <= {"tanhf"}


def test_what_a_build_makes_is_old_and_what_was_frozen_stays_frozen():
    with artifact._no_collections():
        made = [[] for _ in range(1000)]
    assert gc.isenabled() and gc.get_count()[0] < 500
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with artifact._no_collections():
            assert not gc.isenabled()
            made += [[] for _ in range(1000)]
        assert frozen <= gc.get_freeze_count() < frozen + 500
    finally:
        gc.unfreeze()


FIRST = """
import sys
import numpy as np
before = set(sys.modules)
import symnum as sn
x = sn.tensor.dvector("x")
sn.function([x], sn.exp(x) / sn.exp(x).sum(), mode="c")(np.ones(3))
print(*(set(sys.modules) - before))
"""


def test_a_first_build_imports_nothing_large(tmp_path):
    loaded = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True,
                            env={**os.environ, "SYMNUM_CACHE_DIR": str(tmp_path)}).stdout.split()
    assert not {"scipy", "sympy", "html", "numpy.random", "unittest", "inspect", "asyncio"} & set(loaded)


WARM = """
import sys
import numpy as np
import symnum as sn
x = sn.tensor.dmatrix("x")
f = sn.function([x], sn.grad((sn.tanh(x) / sn.exp(x).sum()).sum(), x), mode="c")
f(np.ones((2, 3)))
print(*(name for name in sys.modules if name.startswith("symnum.")))
"""


def test_a_second_process_makes_nothing(tmp_path):
    environment = {**os.environ, "SYMNUM_CACHE_DIR": str(tmp_path)}
    loaded = [subprocess.run([sys.executable, "-c", WARM], capture_output=True, text=True, check=True,
                             env=environment).stdout.split() for _ in range(2)]
    makers = {"symnum.making", "symnum.ahead", "symnum.pipeline", "symnum.codegen.lower", "symnum.codegen.probe"}
    assert makers <= set(loaded[0]) and not makers & set(loaded[1])
