"""Exported C builds without warnings as C99, alone, and computes the same."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest

import symnum as sn
from symnum import dtypes
from symnum.errors import ArgumentValueError
from symnum.ops.table import SPECIAL, SPECIAL_PARTS
from symnum.tensor.symbolic import applied

T = sn.tensor
CC = shutil.which("cc") or shutil.which("gcc")
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2"]


def run(f, folder, name):
    """Build the exported files, run them, and read the printed outputs."""
    if CC is None:
        pytest.skip("no C compiler")
    f.export_c(str(folder), name)
    program = folder / "program"
    subprocess.run([CC, *FLAGS, f"{name}.c", "main.c", "-lm", "-o", str(program)], cwd=folder, check=True)
    printed = subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout
    found: dict[str, list[float]] = {}
    for label, value in re.findall(r"(\w+)\[\d+\] = (\S+)", printed):
        found.setdefault(label, []).append(float(value))
    return found


def sample(*shape, dtype="float64"):
    """What the generated main fills arrays with."""
    size = int(np.prod(shape))
    values = np.arange(size) % 2 if dtype == "bool" else 0.125 * (np.arange(size) % 7 + 1)
    return values.astype(dtype).reshape(shape)


def test_the_logistic_gradient(tmp_path):
    x = T.dmatrix("x")
    f = sn.function([x], [sn.grad((1 / (1 + sn.exp(-x))).sum(), x), x.sum(axis=0)], mode="numpy")
    found = run(f, tmp_path, "logistic")
    expected = f(sample(3, 3))
    np.testing.assert_allclose(found["out1"], expected[0].ravel(), rtol=1e-14)
    np.testing.assert_allclose(found["out2"], expected[1], rtol=1e-14)


def test_a_training_step_with_products_and_state(tmp_path):
    x, y = T.dmatrix("x"), T.dvector("y")
    w = sn.shared(sample(3), name="w")
    p = 1 / (1 + sn.exp(-x @ w))
    cost = (-y * sn.log(p) - (1 - y) * sn.log(1 - p)).mean()
    f = sn.function([x, y], cost, updates=[(w, w - 0.1 * sn.grad(cost, w))], mode="numpy")
    found = run(f, tmp_path, "train")
    expected = f(sample(3, 3), sample(3))
    np.testing.assert_allclose(found["out1"], expected, rtol=1e-13)
    np.testing.assert_allclose(found["new_w"], w.get_value(), rtol=1e-13)


def test_names_that_c_cannot_have(tmp_path):
    x, y = T.fscalar("double"), T.lvector("a b")
    f = sn.function([x, y], {"int": x * 2, "sum": (y // 2).sum()}, mode="numpy")
    found = run(f, tmp_path, "odd_names")
    assert found == {"out1": [0.25], "out2": [0.0]}
    with pytest.raises(ArgumentValueError, match="cannot name a C function"):
        f.export_c(str(tmp_path), "1st")


CALLING = (*SPECIAL, *SPECIAL_PARTS)   # many call SciPy, which exported C cannot


def test_every_elementwise_row_exports(tmp_path):
    from symnum.ops.table import TABLE
    inputs, outputs = [], []
    for dtype in ("float64", "float32", "int32", "uint8", "bool"):
        own = [T.tensor(f"{dtype}_{k}", dtype=dtype, shape=(5,)) for k in range(3)]
        inputs += own
        for row in TABLE.values():
            if row.kind == "elementwise" and row.name != "cast" and row not in CALLING:
                try:
                    result = applied(row, *own[:row.arity])
                except TypeError:
                    continue
                # main.c prints the bits of float16, and parts of complex numbers.
                outputs += [result] if result.dtype in dtypes.ALL else []
    f = sn.function(inputs, outputs, mode="numpy")
    found = run(f, tmp_path, "rows")
    with np.errstate(all="ignore"):
        expected = f(*(sample(5, dtype=x.dtype) for x in inputs))
    assert len(expected) > 200
    for k, want in enumerate(expected):
        np.testing.assert_allclose(found[f"out{k + 1}"], want, rtol=2e-6, atol=1e-7, err_msg=str(outputs[k].node.op))
