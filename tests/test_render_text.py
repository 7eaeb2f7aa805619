"""Generated text: golden files in all dialects, equal text in every process, and what texts must not contain."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from nests import A0, ELEMENTWISE, F8, PRODUCTS, REDUCTIONS, K, M, N, at, nest, program
from programs import FLAGS, VECTOR, Native

from symnum.codegen.abi import C_DECLARATIONS
from symnum.codegen.cuda_text import cuda_source
from symnum.codegen.cython_text import cython_module
from symnum.codegen.dialects import C
from symnum.codegen.loops import number, quotient
from symnum.codegen.memory import MemoryPlan, plan
from symnum.codegen.parts import STATEMENTS
from symnum.codegen.program_text import c99_program, c_program
from symnum.codegen.render import Printer
from symnum.ir.build import o
from symnum.ir.nest import Program, Store
from symnum.ir.node import Node

GOLDEN = Path(__file__).parent / "golden"
CASES = {case.name: case.program for case in (*ELEMENTWISE, *REDUCTIONS, *PRODUCTS)}
NAMES = {"sigmoid": "sigmoid", "row softmax": "softmax"}
DIALECTS: dict[str, Callable[[Program], str]] = {
    "c": lambda p: c_program(p, plan(p), VECTOR).text, "c99.c": lambda p: c99_program(p, plan(p)).text,
    "pyx": lambda p: cython_module(p, plan(p)), "cu": lambda p: cuda_source(p).text}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_golden(name: str, dialect: str) -> None:
    text, path = DIALECTS[dialect](CASES[name]), GOLDEN / f"{NAMES[name]}.{dialect}"
    if os.environ.get("SYMNUM_UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; if that is meant: make golden"


SCRIPT = """
import hashlib, sys
sys.path[:0] = sys.argv[1:3]
from symnum.ir.build import input_leaf, o
if sys.argv[3] == "other":
    unrelated = o.exp(input_leaf("unrelated", "float64", (None, 3)))
import test_render_text as t
whole = hashlib.sha256()
for name, program in t.CASES.items():
    for dialect, text in t.DIALECTS.items():
        whole.update(text(program).encode())
print(whole.hexdigest())
"""


def test_text_is_equal_in_every_process() -> None:
    tests = Path(__file__).parent
    found = set()
    for seed, other in (("0", "same"), ("1", "other"), ("77", "other")):
        done = subprocess.run([sys.executable, "-c", SCRIPT, str(tests), str(tests.parent), other], text=True,
                              capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


def test_c_includes_no_headers() -> None:
    for made in CASES.values():
        text = DIALECTS["c"](made)
        assert text.startswith(C_DECLARATIONS) and "#include" not in text


def test_names_of_inputs_are_not_in_the_text() -> None:
    case = CASES["sigmoid"]
    assert "restrict b0" in DIALECTS["c"](case)


@pytest.mark.parametrize("index, expected", [
    (o.subtract(M, o.subtract(N, K)), "n0 - (n1 - n2)"), (o.subtract(M, o.add(N, K)), "n0 - (n1 + n2)"),
    (o.subtract(o.subtract(M, N), K), "n0 - n1 - n2"), (o.multiply(M, o.add(N, 1)), "n0 * (n1 + 1)"),
    (o.multiply(8, quotient(M, 8)), "8 * (n0 / 8)"), (quotient(o.add(M, 7), 8), "(n0 + 7) / 8"),
    (o.add(M, o.multiply(N, -3)), "n0 + n1 * (-3)"), (o.bitwise_and(o.add(M, 1), N), "((n0 + 1) & n1)"),
    (o.maximum(o.minimum(M, N), 2**40), "sn_most(sn_least(n0, n1), 1099511627776LL)"),
    (o.floor_divide(M, 2), "sn_floored(n0, 2)")])
def test_index_text(index: Node, expected: str) -> None:
    assert Printer(C, {M: "n0", N: "n1", K: "n2"}, {}).index(index) == expected


def test_workspace_is_aligned() -> None:
    shape = (F8, "3")
    steps = [nest("3", "", Store(2, (A0,), at(0, A0))), nest("3", "", Store(3, (A0,), o.exp(at(2, number(0))))),
             nest("3", "", Store(1, (A0,), o.add(at(2, A0), at(3, A0))))]
    text = c_program(program([shape], [shape], steps, [shape, shape]), MemoryPlan({2: 0, 3: 1}, (24, 24)), VECTOR).text
    assert "call->workspace + 64" in text and "*workspace = 128;" in text


# size -------------------------------------------------------------------------------------------------------------

def _chain(length: int, approximated: bool) -> Program:
    """Values of which each uses the one before and one long before."""
    found = [at(0, A0), at(1, A0)]
    for k in range(length):
        sum_ = o.add(o.multiply(found[-1], 0.5), found[-min(len(found), 7)])
        found.append(o.sin(sum_) if approximated and k % 40 == 0 else o.multiply(sum_, 0.5))
    return program([(F8, "n"), (F8, "n")], [(F8, "n")], [nest("n", "", Store(2, (A0,), found[-1]))])


def _chain_by_numpy(length: int, approximated: bool, x: np.ndarray, y: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    found = [x, y]
    for k in range(length):
        sum_ = found[-1] * 0.5 + found[-min(len(found), 7)]
        found.append(np.sin(sum_) if approximated and k % 40 == 0 else sum_ * 0.5)
    return found[-1]


@pytest.mark.parametrize("approximated", [False, True], ids=["exact", "with sines"])
def test_long_bodies_are_split(approximated: bool) -> None:
    made = _chain(1000, approximated)
    text = DIALECTS["c"](made)
    bodies = text.split("SN_BODY static void ")[1:]
    assert len(bodies) >= 3000 // STATEMENTS
    assert max(body.partition("\n}")[0].count("const double t") for body in bodies) <= STATEMENTS + 20
    x, y = np.random.default_rng(0).normal(size=(2, 3000))
    expected = _chain_by_numpy(1000, approximated, x, y)
    np.testing.assert_allclose(Native(made, flags=("-O1", *FLAGS))(x, y)[0], expected, rtol=1e-9)


def test_level_falls_with_size() -> None:
    levels = [c_program(p, plan(p), VECTOR).level for p in (CASES["sigmoid"], _chain(600, False), _chain(2100, False))]
    assert levels == ["-O3", "-O2", "-O1"]


def test_what_the_call_path_must_know() -> None:
    made = c_program(CASES["second transposed"], plan(CASES["second transposed"]), VECTOR)
    assert made.blas == ("dgemm",) and not made.parallel
    made = c_program(CASES["exact scalar"], plan(CASES["exact scalar"]), VECTOR)
    assert made.blas == () and not made.parallel and made.work < 10
    assert c_program(CASES["sigmoid"], plan(CASES["sigmoid"]), VECTOR).parallel


# vector code ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["sigmoid", "choice", "sine and cosine", "masked", "row softmax", "scalar",
                                  "sums of exp of columns", "float32 and float64", "logsumexp of rows",
                                  "exp beside a remainder"])
def test_functions_are_called_in_vectors_only(name: str) -> None:
    done = subprocess.run(["gcc", "-O3", *FLAGS, "-S", "-x", "c", "-", "-o", "-"], input=DIALECTS["c"](CASES[name]),
                          capture_output=True, text=True, check=True)
    calls = [line.split()[1].partition("@")[0] for line in done.stdout.splitlines() if line.startswith("\tcall\t")]
    assert any(call.startswith("_ZGV") for call in calls)
    assert not {"exp", "expf", "sin", "cos", "log", "sincos"} & set(calls), calls
