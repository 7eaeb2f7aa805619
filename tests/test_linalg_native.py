"""Factors and systems in native code: lengths around those of blocks, one triangle read, errors, export."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import linalg
from symnum import tensor as T
from symnum._cprogram import c_runner
from symnum.artifact import c_artifact
from symnum.autodiff import forward
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.errors import LinAlgError
from symnum.ir.build import input_leaf, o
from symnum.ir.interpret import function
from symnum.ops import linalg_scipy

Array = np.ndarray[Any, Any]
# Around the least length for the library, that of a block, and that of a panel of blocks.
LENGTHS = (0, 1, 5, 24, 25, 64, 65, 130, 300)


def compiled(op: Any, *ranks: int, dtype: str = "float64", **attrs: Any) -> Any:
    inputs = [T.tensor(f"x{k}", dtype=dtype, shape=(None,) * n) for k, n in enumerate(ranks)]
    return sn.function(inputs, T.Tensor(op(*(x.node for x in inputs), **attrs)), mode="c")


def regular(n: int, dtype: str = "float64") -> Array:
    return (np.random.default_rng(n).normal(size=(n, n)) / (1 + n**0.5) + 2 * np.eye(n)).astype(dtype)


def positive(n: int, dtype: str = "float64") -> Array:
    x = regular(n)
    return (x @ x.T).astype(dtype)


def close(got: Array, wanted: Array, what: object) -> None:
    size = np.abs(wanted).max(initial=1.0)
    np.testing.assert_allclose(got / size, wanted / size, atol=400 * np.finfo(got.dtype).eps, err_msg=str(what))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cholesky_and_its_derivative(dtype: str) -> None:
    factor, pulled = compiled(o.cholesky, 2, dtype=dtype), compiled(o.cholesky_pulled, 2, 2, dtype=dtype)
    for n in LENGTHS:
        x = positive(n, dtype)
        upper = np.triu(np.full((n, n), np.nan, dtype), 1)      # is not read
        low = factor(np.tril(x) + upper)
        close(low, np.linalg.cholesky(x.astype(float)), n)
        assert not np.triu(low, 1).any()
        g = np.random.default_rng(n).normal(size=(n, n)).astype(dtype)
        found = pulled(low + upper, np.tril(g) + upper)
        close(found, linalg_scipy.cholesky_pulled(low.astype(float), g.astype(float)), n)
        assert not np.triu(found, 1).any()


@pytest.mark.parametrize("mode", ["c", "numpy"])
def test_higher_derivatives_through_cholesky_are_finite_differences(mode: str) -> None:
    x, y, t = T.dmatrix("x"), T.dmatrix("y"), T.dscalar("t")
    low = linalg.cholesky(x + t * y)
    orders = [T.sum(T.sin(low) * low)]
    for _ in range(3):
        orders.append(sn.grad(orders[-1], t))
    f, step = sn.function([x, y, t], orders, mode=mode), 1e-4
    for n in (5, 70):      # below and above the length of a block
        direction = regular(n) + regular(n).T
        before, here, after = (f(positive(n) + np.eye(n), direction, at) for at in (-step, 0.0, step))
        for k in range(3):
            np.testing.assert_allclose(here[k + 1], (after[k] - before[k]) / (2 * step), rtol=1e-5, err_msg=f"{n} {k}")


def test_the_derivative_of_cholesky_is_pushed_forward_as_finite_differences_say() -> None:
    low, g, u, v = (input_leaf(name, "float64", (6, 6)) for name in ("low", "g", "u", "v"))
    pulled = o.cholesky_pulled(low, g)
    pushed, = forward([pulled], [low, g], [u, v])
    factor, cotangent = np.linalg.cholesky(positive(6)), np.tril(regular(7)[:6, :6])
    along = np.tril(regular(8)[:6, :6]), np.tril(regular(9)[:6, :6])
    f, step = function([low, g], [pulled]), 1e-5
    after, before = (f([factor + s * along[0], cotangent + s * along[1]])[0] for s in (step, -step))
    found, = function([low, g, u, v], [pushed])([factor, cotangent, *along])
    np.testing.assert_allclose(np.tril(found), np.tril(after - before) / (2 * step), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("lower, trans, unit", list(itertools.product((False, True), repeat=3)))
def test_triangular_systems(lower: bool, trans: bool, unit: bool) -> None:
    f = compiled(o.solve_triangular, 2, 2, lower=lower, trans=trans, unit_diagonal=unit)
    for n, k in itertools.product(LENGTHS, (1, 7)):
        a, b = regular(n), np.random.default_rng(k).normal(size=(n, k))
        other = np.triu(np.full((n, n), np.nan), 1)
        close(f(np.tril(a) + other if lower else np.triu(a) + other.T, b),
              linalg_scipy.solve_triangular(a, b, lower, trans, unit), (n, k))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_systems_inverses_and_determinants(dtype: str) -> None:
    solve, inv = compiled(o.solve, 2, 2, dtype=dtype), compiled(o.inv, 2, dtype=dtype, singular="raise")
    det, sign = compiled(o.det, 2, dtype=dtype), compiled(o.slogdet, 2, dtype=dtype, which=0)
    for n in LENGTHS:
        a = regular(n, dtype)[::-1].copy()      # rows are exchanged
        exact = a.astype(float)
        for k in (1, 6):
            b = np.random.default_rng(k).normal(size=(n, k)).astype(dtype)
            close(solve(a, b), np.linalg.solve(exact, b), (n, k))
        close(inv(a), np.linalg.inv(exact), n)
        scaled = (a / 2).astype(dtype)
        close(det(scaled), np.linalg.det(scaled.astype(float)), n)
        assert sign(a) == np.linalg.slogdet(exact)[0]


def systems(dtype: str = "float64") -> Any:
    a, b = (T.tensor(name, dtype=dtype, shape=(None, None)) for name in "ab")
    outputs = [linalg.solve(a, b), linalg.solve(a, b[:, 0]), linalg.inv(a), linalg.det(a / 2), *linalg.slogdet(a)]
    return sn.function([a, b], outputs, mode="c")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_systems_have_the_same_bits_for_every_number_of_threads(dtype: str) -> None:
    f, found, before = systems(dtype), {}, sn.get_num_threads()
    a = np.random.default_rng(0).normal(size=(417, 417)).astype(dtype)
    try:
        for threads in (1, 2, 5):
            sn.set_num_threads(threads)
            found[threads] = [x.tobytes() for x in f(a, a[::-1].copy())]
    finally:
        sn.set_num_threads(before)
    assert found[1] == found[2] == found[5]


def test_systems_do_without_scipy() -> None:
    code = ("import sys, numpy as np, symnum as sn; a, b = sn.tensor.dmatrices('a', 'b');"
            "f = sn.function([a, b], [sn.linalg.solve(a, b), sn.linalg.inv(a), sn.linalg.det(a)], mode='c');"
            "f(np.eye(100), np.ones((100, 2))); sys.exit('scipy' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_lapack_serves_where_the_runtime_has_no_products() -> None:
    f = systems()
    made = c_artifact(f.graph, {}, f.settings)
    run = c_runner(made.kept.interface, made.plan, made.run)
    for n in (30, 64, 65, 150):
        a, b = regular(n)[::-1].copy(), np.random.default_rng(n).normal(size=(n, 3))
        own, theirs = f(a, b), run([a, b], [n, n, n, 3], lambda shapes: None)
        for x, y in zip(own, theirs, strict=True):
            close(x, y, n)
        assert (own[0].tobytes() == theirs[0].tobytes()) == (n <= 64)


@pytest.mark.parametrize("n", [3, 30, 70, 200])
def test_columns_of_zeros_and_nan_in_large_matrices(n: int) -> None:
    det, solve = compiled(o.det, 2), compiled(o.solve, 2, 2)
    for column in (0, n // 2, n - 1):
        a = regular(n)
        a[:, column] = 0
        assert det(a) == 0
        with pytest.raises(LinAlgError, match="Singular"):
            solve(a, np.ones((n, 2)))
        a[:, column] = np.nan
        assert np.isnan(det(a)) and np.isnan(solve(a, np.ones((n, 2)))).all()


@pytest.mark.parametrize("n", [2, 3, 40, 100])
def test_errors_of_stacks_name_op_and_shape(n: int) -> None:
    good, bad = np.eye(n), np.eye(n)
    bad[n - 1, n - 1] = 0
    singular, indefinite = np.stack([good, bad]), np.stack([good, -good])
    ones, shape = np.ones((2, n, 1)), rf"\({n}, {n}\)"
    with pytest.raises(LinAlgError, match=f"cholesky of shape {shape}: Matrix is not positive definite"):
        compiled(o.cholesky, 3)(indefinite)
    with pytest.raises(LinAlgError, match=f"solve of shape {shape}: Singular matrix"):
        compiled(o.solve, 3, 3)(singular, ones)
    with pytest.raises(LinAlgError, match=f"inv of shape {shape}: Singular matrix"):
        compiled(o.inv, 3, singular="raise")(singular)
    triangles = compiled(o.solve_triangular, 3, 3, lower=True, trans=False, unit_diagonal=False)
    with pytest.raises(LinAlgError, match=f"solve_triangular of shape {shape}: Singular matrix: element {n - 1} "):
        triangles(singular, ones)
    found = compiled(o.inv, 3, singular="nan")(singular)
    assert np.array_equal(found[0], good) and np.isnan(found[1]).all()
    assert compiled(o.det, 3)(singular).tolist() == [1.0, 0.0]
    assert compiled(o.slogdet, 3, which=1)(singular).tolist() == [0.0, -np.inf]


def test_matrices_that_are_not_square_are_refused_when_they_come() -> None:
    for op, attrs in ((o.cholesky, {}), (o.det, {}), (o.inv, {"singular": "nan"})):
        with pytest.raises(LinAlgError, match=r"\(3, 2\): Last 2 dimensions of the array must be square"):
            compiled(op, 2, **attrs)(np.ones((3, 2)))


def test_factors_of_nan_are_nan() -> None:
    for n in (3, 100):
        x = np.eye(n)
        x[n - 1, 0] = np.nan
        assert np.isnan(compiled(o.cholesky, 2)(x)[n - 1, n - 1])


def test_the_likelihood_of_a_gaussian_process_takes_one_factor_and_no_large_system() -> None:
    x, y = T.tensor("x", dtype="float64", shape=(100, 100)), T.tensor("y", dtype="float64", shape=(100,))
    factor = linalg.cholesky(x)
    z = linalg.solve_triangular(factor, y, lower=True)
    cost = (z * z).sum() / 2 + T.log(T.diagonal(factor)).sum()
    f = sn.function([x, y], sn.grad(cost, x), mode="c")
    steps = str(f.explain())
    assert steps.count("cholesky of") == steps.count("cholesky_pulled of") == 1 and "product of" not in steps
    k, v = positive(100), np.random.default_rng(1).normal(size=100)
    alpha = np.linalg.solve(k, v)
    both = (np.linalg.inv(k) - np.outer(alpha, alpha)) / 2
    np.testing.assert_allclose(f(k, v), np.tril(both) + np.tril(both, -1), atol=1e-10)


def test_exported_systems(tmp_path: Path) -> None:
    x, b = T.tensor("x", dtype="float64", shape=(2, 2)), T.tensor("b", dtype="float64", shape=(2,))
    spread = x @ x.T + T.eye(2)
    outputs = [linalg.cholesky(spread), linalg.solve(spread, b), linalg.det(spread), linalg.inv(spread),
               linalg.solve_triangular(spread, b, lower=True)]
    sn.function([x, b], outputs, mode="numpy").export_c(str(tmp_path), "systems")
    flags = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-Wno-unused-parameter")
    done = subprocess.run(["gcc", *flags, "systems.c", "main.c", "-o", "systems", "-lm"], cwd=tmp_path,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ran = subprocess.run(["./systems"], cwd=tmp_path, capture_output=True, text=True, check=True)
    a = 0.125 * np.arange(1, 5).reshape(2, 2)
    k, right = a @ a.T + np.eye(2), 0.125 * np.arange(1, 3)
    wanted = [np.linalg.cholesky(k), np.linalg.solve(k, right), np.linalg.det(k), np.linalg.inv(k),
              np.linalg.solve(np.tril(k), right)]
    found = [float(line.split("=")[1]) for line in ran.stdout.splitlines()]
    np.testing.assert_allclose(found, np.concatenate([np.ravel(y) for y in wanted]), rtol=1e-12)


def test_results_are_written_over_operands_that_nobody_reads_again() -> None:
    x, b = T.tensor("x", dtype="float64", shape=(70, 70)), T.tensor("b", dtype="float64", shape=(70, 3))
    spread = x @ x.T + 70 * T.eye(70)
    f = sn.function([x, b], linalg.solve_triangular(linalg.cholesky(spread), b * 2, lower=True) + 1, mode="c")
    g = sn.function([x], linalg.inv(T.exp(x) + 70 * T.eye(70)) * 2, mode="c")
    a, right = regular(70), np.random.default_rng(3).normal(size=(70, 3))
    for _ in range(2):
        low = np.linalg.cholesky(a @ a.T + 70 * np.eye(70))
        close(f(a, right), np.linalg.solve(low, right * 2) + 1, "systems")
        close(g(a), np.linalg.inv(np.exp(a) + 70 * np.eye(70)) * 2, "inverse")
    program = lower("f", [x.node], [o.add(o.cholesky(o.exp(x.node)), 1.0)])
    assert len(plan(program).sizes) <= 1
    run = sn.function([x], T.Tensor(o.add(o.solve(o.exp(x.node), o.exp(x.node)), 1.0)), mode="c")
    np.testing.assert_allclose(run(a), np.eye(70) + 1, atol=1e-9)
