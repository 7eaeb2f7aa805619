"""Products of matrices by the runtime: values, transposed operands, and bits that depend on the operands alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import tensor as T
from tests import stress

Array = np.ndarray[Any, Any]
TURNS = ((False, False), (True, False), (False, True), (True, True))
# Lengths m, n, k around the lengths of tiles, of panels and of blocks, of few rows, of few columns, and 0.
LENGTHS = ((1, 1, 1), (12, 32, 256), (13, 33, 257), (3, 70, 5), (70, 3, 5), (200, 130, 40), (5, 4, 0), (0, 4, 5),
           (4, 0, 5), (49, 31, 600), (1, 40, 9), (40, 1, 9), (300, 16, 64))


def product(dtype: str, first: bool, second: bool) -> Any:
    a, b = (T.tensor(name, dtype=dtype, shape=(None, None)) for name in "ab")
    return sn.function([a, b], (a.T if first else a) @ (b.T if second else b), mode="c")


def drawn(m: int, n: int, k: int, dtype: str, first: bool, second: bool) -> tuple[Array, Array]:
    random = np.random.default_rng(m + n + k)
    return (random.normal(size=(k, m) if first else (m, k)).astype(dtype),
            random.normal(size=(n, k) if second else (k, n)).astype(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("first, second", TURNS)
def test_products_of_all_lengths(dtype: str, first: bool, second: bool) -> None:
    f = product(dtype, first, second)
    for lengths in LENGTHS:
        a, b = drawn(*lengths, dtype, first, second)
        wide = (a.T if first else a).astype("float64") @ (b.T if second else b).astype("float64")
        bound = 4 * np.finfo(dtype).eps * max(1, lengths[2]) ** 0.5
        np.testing.assert_allclose(f(a, b), wide, atol=bound * 6, err_msg=str(lengths))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_element_is_the_same_wherever_it_lies_and_for_any_number_of_threads(dtype: str) -> None:
    f, (a, b) = product(dtype, False, False), drawn(230, 150, 700, dtype, False, False)
    before = sn.get_num_threads()
    try:
        found = {}
        for threads in (1, 2, 3):
            sn.set_num_threads(threads)
            found[threads] = f(a, b)
    finally:
        sn.set_num_threads(before)
    assert found[1].tobytes() == found[2].tobytes() == found[3].tobytes()
    everything = slice(None)
    for rows, columns in ((slice(7, 8), everything), (slice(100, 219), slice(33, 149)), (everything, slice(149, 150))):
        part = f(np.ascontiguousarray(a[rows]), np.ascontiguousarray(b[:, columns]))
        assert part.tobytes() == found[1][rows, columns].tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_matrix_by_its_transpose_has_the_bits_of_any_product(dtype: str) -> None:
    x = T.tensor("x", dtype=dtype, shape=(None, None))
    f, general = sn.function([x], [x @ x.T, x.T @ x], mode="c"), product(dtype, False, True)
    for rows, columns in ((1, 3), (12, 5), (13, 40), (150, 331), (331, 20)):
        a = np.random.default_rng(rows).normal(size=(rows, columns)).astype(dtype)
        first, second = f(a)
        assert first.tobytes() == general(a, a.copy()).tobytes()
        assert second.tobytes() == general(a.T.copy(), a.T.copy()).tobytes()
        assert np.array_equal(first, first.T)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_matrix_by_a_vector(dtype: str) -> None:
    x, v = T.tensor("x", dtype=dtype, shape=(None, None)), T.tensor("v", dtype=dtype, shape=(None,))
    forms = {f: sn.function([x, v], made, mode="c") for f, made in (
        ("x @ v", x @ v), ("v @ x", v @ x), ("x.T @ v", x.T @ v), ("v @ x.T", v @ x.T))}
    random, before = np.random.default_rng(0), sn.get_num_threads()
    for rows, columns in ((1, 1), (3, 70), (70, 3), (700, 37), (2100, 600), (5, 0), (0, 5)):
        matrix = random.normal(size=(rows, columns)).astype(dtype)
        for form, f in forms.items():
            vector = random.normal(size=columns if form in ("x @ v", "v @ x.T") else rows).astype(dtype)
            wide = (matrix if form in ("x @ v", "v @ x.T") else matrix.T).astype(float) @ vector
            found = []
            for threads in (1, 2, 3):
                sn.set_num_threads(threads)
                found.append(f(matrix, vector))
            sn.set_num_threads(before)
            bound = 4 * np.finfo(dtype).eps * max(4, len(vector))
            np.testing.assert_allclose(found[0], wide, atol=bound, err_msg=f"{form} of {rows} x {columns}")
            assert found[0].tobytes() == found[1].tobytes() == found[2].tobytes()


def test_nan_and_infinity_stay_where_they_belong() -> None:
    f, (a, b) = product("float64", False, False), drawn(30, 30, 30, "float64", False, False)
    a[29, 4], b[3, 7] = np.nan, np.inf
    found = f(a, b)
    with np.errstate(invalid="ignore"):
        wanted = a @ b
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    np.testing.assert_array_equal(np.isinf(found), np.isinf(wanted))


def test_products_and_factors_do_without_scipy() -> None:
    code = ("import sys, numpy as np, symnum as sn; a, b = sn.tensor.dmatrices('a', 'b');"
            "results = [a @ b, a @ b[0], sn.linalg.cholesky(a), sn.linalg.solve_triangular(a, b)];"
            "f = sn.function([a, b], results, mode='c');"
            "f(np.eye(70), np.eye(70)); sys.exit('scipy' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("sanitizer, vector_bytes", [("", 16), ("", 32), ("thread", 64),
                                                     ("address,undefined", 64)])
def test_products_under_stress(tmp_path: Path, sanitizer: str, vector_bytes: int) -> None:
    stress.run(tmp_path, "product_stress.c", ("_products", "_pool", "_buffers"), sanitizer,
               [f"-DMOST_BYTES={vector_bytes}"])


def test_outer_products_are_kernels() -> None:
    x, y = T.tensor("x", dtype="float64", shape=(None, 1)), T.tensor("y", dtype="float64", shape=(1, None))
    f = sn.function([x, y], T.exp(x @ y) + 1, mode="c")
    assert "product of" not in str(f.explain())
    a, b = np.arange(5.0).reshape(5, 1) / 5, np.arange(7.0).reshape(1, 7) / 7
    np.testing.assert_allclose(f(a, b), np.exp(a * b) + 1, rtol=1e-15)
