"""One value per input: at every position, for every length, stride, thread count, and process."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import symnum as sn

FUNCTIONS = {
    "exp": lambda x: sn.exp(x), "sin": lambda x: sn.sin(x), "logistic": lambda x: 1 / (1 + sn.exp(-x)),
    "power": lambda x: abs(x) ** 1.7, "mixed": lambda x: sn.log1p(sn.exp(sn.tanh(x))) / (2 + sn.cos(x)),
}


@pytest.fixture(params=["float64", "float32"])
def dtype(request):
    return request.param


@pytest.mark.parametrize("name", FUNCTIONS)
def test_constant_arrays_of_every_length_give_one_value(name, dtype):
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,))
    f = sn.function([x], FUNCTIONS[name](x), mode="c")
    s = sn.tensor.tensor("s", dtype=dtype, shape=())
    scalar = sn.function([s], FUNCTIONS[name](s), mode="c")
    for value in np.random.default_rng(1).normal(size=5).astype(dtype):
        one = scalar(value)
        for n in range(1, 81):
            for given in (np.full(n, value), np.full(3 * n, value)[::3], np.full(n, value)[::-1],
                          np.broadcast_to(value, (n,))):
                assert set(f(given).view(f"u{one.itemsize}")) == {one.view(f"u{one.itemsize}")[()]}


def test_a_rows_result_does_not_depend_on_its_place(dtype):
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None, None))
    f = sn.function([x], [sn.exp(x), x.sum(axis=1), sn.log(sn.exp(x).sum(axis=1)), x.max(axis=1)], mode="c")
    row = np.random.default_rng(2).normal(size=77).astype(dtype)
    whole = f(np.tile(row, (9, 1)))
    for result in whole:
        assert all(np.array_equal(result[0], r) for r in result)
    for alone, result in zip(f(row[None, :]), whole, strict=True):
        np.testing.assert_array_equal(alone[0], result[0])


@pytest.mark.parametrize("n", [1, 31, 4096, 4097, 100_003, 3_000_001])
def test_sums_are_equal_for_any_thread_count(n, dtype):
    x = sn.tensor.tensor("x", dtype=dtype, shape=(None,))
    f = sn.function([x], [x.sum(), sn.exp(x).sum(), (x * x).mean(), sn.exp(x)], mode="c")
    values = np.random.default_rng(3).normal(size=n).astype(dtype)
    before = sn.get_num_threads()
    try:
        found = []
        for threads in (1, 2, 3, 7):
            sn.set_num_threads(threads)
            found.append(f(values))
    finally:
        sn.set_num_threads(before)
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(found[0][0], values.astype("f8").sum(), rtol=1e-6 if dtype == "float32" else 1e-12,
                               atol=1e-2 if dtype == "float32" else 1e-9)


SOURCE = """
import symnum as sn
junk = [sn.tensor.dvector() for _ in range({junk})]
x, y = sn.tensor.dmatrix("x"), sn.tensor.dvector("y")
w = sn.shared([1.0, 2.0], name="w")
p = 1 / (1 + sn.exp(-x @ w))
cost = (-y * sn.log(p) - (1 - y) * sn.log(1 - p)).mean() + (w ** 2).sum()
f = sn.function([x, y], [cost, x.sum(axis=0), x[1:-1] + x[2:]], updates=[(w, w - sn.grad(cost, w))], mode="c")
print(f.source("c"))
"""


def test_two_processes_generate_byte_equal_source():
    found = {subprocess.run([sys.executable, "-c", SOURCE.format(junk=junk)], capture_output=True, check=True,
                            env={**os.environ, "PYTHONHASHSEED": str(junk)}).stdout for junk in (1, 5)}
    assert len(found) == 1 and len(found.pop()) > 1000
