"""Gradients through the public functions of linear algebra, against differences, and the same in native code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import linalg
from symnum import tensor as T
from tests.test_autodiff_structure import draws
from tests.test_linalg_derivatives import apart, positive

Array = np.ndarray[Any, Any]
few = settings(max_examples=40, deadline=None, derandomize=True)


def total(*parts: Any) -> Any:
    """A scalar of all elements."""
    return sum((T.sin(part) * 1.3).sum() for part in parts)


CASES: dict[str, tuple[Callable[[Any], Any], Array]] = {
    "lstsq": (lambda x: total(*linalg.lstsq(x, np.arange(8.0).reshape(4, 2))[:2]), apart(4, 2)),
    "solve": (lambda x: total(linalg.solve(x[0], x), linalg.solve(x, np.arange(3.0))), apart(2, 3, 3)),
    "cho_solve": (lambda x: total(linalg.cho_solve(linalg.cho_factor(x), np.arange(3.0))), positive(3, 3)),
    "upper": (lambda x: total(linalg.cholesky(x, upper=True)), positive(3, 3)),
    "hermitian": (lambda x: total(linalg.pinv(x, hermitian=True), linalg.svdvals(x)), positive(2, 2)),
    "tensorinv": (lambda x: total(linalg.tensorinv(x), linalg.tensorsolve(x, x[..., 0])), apart(6, 6).reshape(2, 3, 6)),
    "matrix_power": (lambda x: total(linalg.matrix_power(x, 5), linalg.matrix_power(x, -2)), apart(2, 2, 2) * 0.4),
    "multi_dot": (lambda x: total(linalg.multi_dot([x[0], x.T, x])), draws((3, 4), 1)),
    "norms": (lambda x: sum(total(linalg.norm(x, p)) for p in ("fro", "nuc", 1, -1, 2, -2, np.inf)), apart(3, 2)),
    "vector_norms": (lambda x: sum(total(linalg.vector_norm(x, ord=p, axis=0)) for p in (1, 2, 3, 0.5, -1, -np.inf)),
                     draws((4, 2), 2)),
    "cond": (lambda x: total(linalg.cond(x), linalg.cond(x, 1), linalg.cond(x, "fro")), apart(3, 3)),
    "products": (lambda x: total(T.kron(x, x), T.cross(x, x[::-1]), T.inner(x, x), T.vdot(x, x), T.vecdot(x, x)),
                 draws((2, 3), 3)),
    "traces": (lambda x: total(T.trace(x), T.diagonal(x, 1), T.diagonal(x, -1)), draws((3, 4), 4)),
    "matmul": (lambda x: total(x @ T.swapaxes(x, -1, -2), x[0].T @ x), draws((2, 5, 6), 5)),
    "eigvals": (lambda x: total(T.abs(linalg.eigvals(x))), apart(3, 3)),
    "factors": (lambda x: total(*linalg.qr(x), *linalg.svd(x, full_matrices=False)), apart(2, 2, 3)),
}
# Compiled together; the others differ from these in nothing that lowering sees.
NATIVE = {True: ("cho_solve", "cond", "factors", "matmul"), False: ("lstsq", "factors")}


def slope(cost: Callable[[Array], Any], values: Array, direction: Array) -> float:
    step = 1e-6
    return float((cost(values + step * direction) - cost(values - step * direction)) / (2 * step))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("known", [True, False])
def test_gradients(name: str, known: bool) -> None:
    function, values = CASES[name]
    x = T.tensor("x", shape=values.shape if known else (None,) * values.ndim)
    cost = function(x)
    run: Any = sn.function([x], [cost, sn.grad(cost, x)], mode="numpy", rewrites="off")
    direction = np.random.default_rng(0).standard_normal(values.shape)
    wanted = slope(lambda v: run(v)[0], values, direction)
    np.testing.assert_allclose(np.sum(run(values)[1] * direction), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("known", [True, False])
def test_native_gradients(known: bool) -> None:
    given_ = [CASES[name] for name in NATIVE[known]]
    xs = [T.tensor(shape=v.shape if known else (None,) * v.ndim) for _, v in given_]
    slopes = [sn.grad(function(x), x) for (function, _), x in zip(given_, xs, strict=True)]
    arrays = [v for _, v in given_]
    native: Any = sn.function(xs, slopes, mode="c")
    plain: Any = sn.function(xs, slopes, mode="numpy", rewrites="off")
    for name, got, wanted in zip(NATIVE[known], native(*arrays), plain(*arrays), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-10, err_msg=name)


stacks = st.lists(st.sampled_from([1, 2, 3]), max_size=2).map(tuple)


@few
@given(stacks, stacks, st.integers(0, 3), st.integers(0, 3), st.sampled_from(["float64", "float32", "int64"]),
       st.booleans())
def test_random_systems(first: tuple[int, ...], second: tuple[int, ...], n: int, k: int, dtype: str,
                        known: bool) -> None:
    rng = np.random.default_rng(n)
    a = (rng.integers(-2, 3, (*first, n, n)) + 9 * np.eye(n)).astype(dtype)
    b = rng.integers(-3, 4, (*second, n, k)).astype(dtype)
    x, y = (T.tensor(dtype=v.dtype, shape=v.shape if known else (None,) * v.ndim) for v in (a, b))
    calls = [(lambda xp, a, b: xp.linalg.solve(a, b)), (lambda xp, a, b: xp.linalg.det(a)),
             (lambda xp, a, b: xp.linalg.inv(a)), (lambda xp, a, b: xp.linalg.eigvalsh(a)),
             (lambda xp, a, b: xp.linalg.cholesky(a @ xp.swapaxes(a, -1, -2)))]
    try:
        wanted = [call(np, a, b) for call in calls]
    except ValueError:          # stacks that do not broadcast
        with pytest.raises(ValueError, match="solve"):
            sn.function([x, y], linalg.solve(x, y), mode="numpy")(a, b)  # type: ignore[operator]
        return
    run: Any = sn.function([x, y], [call(sn, x, y) for call in calls], mode="numpy", on_unused_input="ignore")
    for got, value in zip(run(a, b), wanted, strict=True):
        assert (got.shape, got.dtype) == (value.shape, value.dtype)
        np.testing.assert_allclose(got, value, rtol=1e-4, atol=1e-4)


@few
@given(stacks, stacks, st.sampled_from([1, 2, 9]), st.sampled_from([0, 1, 9]), st.sampled_from([1, 2, 9]),
       st.sampled_from(["float64", "float32", "int16", "bool", "complex128"]), st.booleans())
def test_random_products(first: tuple[int, ...], second: tuple[int, ...], m: int, k: int, n: int, dtype: str,
                         known: bool) -> None:
    a = np.random.default_rng(m).integers(-2, 3, (*first, m, k)).astype(dtype)
    b = np.random.default_rng(n).integers(-2, 3, (*second, k, n)).astype(dtype)
    x, y = (T.tensor(dtype=v.dtype, shape=v.shape if known else (None,) * v.ndim) for v in (a, b))
    try:
        wanted = a @ b
    except ValueError:
        with pytest.raises(ValueError, match=r"broadcast|matmul"):
            sn.function([x, y], x @ y, mode="numpy")(a, b)  # type: ignore[operator]
        return
    run: Any = sn.function([x, y], x @ y, mode="numpy")
    got = run(a, b)
    assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
    np.testing.assert_allclose(got, wanted, rtol=1e-6)


# at 0 -------------------------------------------------------------------------------------------------------

CORNERS: dict[str, Callable[[Any], Any]] = {
    **{f"norm {p}": (lambda x, p=p: linalg.norm(x, p)) for p in (None, 1, 2, 3, 1.5, 0.5, np.inf)},
    "norms of rows": lambda x: linalg.norm(x.reshape(1, -1), axis=1).sum(),
    "fro": lambda x: linalg.norm(x.reshape(2, 2), "fro"),
    "std": lambda x: T.std(x),
    "nanstd": lambda x: T.nanstd(x),
}


@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_derivatives_of_norms_are_0_where_norms_have_a_corner(mode: str) -> None:
    x = T.tensor("x", shape=(4,))
    outputs: dict[str, Any] = {}
    for name, call in CORNERS.items():
        value = call(x)
        slope = sn.grad(value, x)
        outputs[name] = [value, slope, sn.grad((slope * np.arange(1.0, 5.0)).sum(), x)]
    found: Any = sn.function([x], outputs, mode=mode)
    for name, parts in found(np.zeros(4)).items():
        for part in parts:
            assert not np.any(part), name
    for name, (value, slope, _) in found(np.array([np.nan, 1.0, 2.0, 3.0])).items():
        assert name == "nanstd" or np.isnan(value), name
        assert name in ("nanstd", "norm 1", "norm inf") or np.all(np.isnan(slope)), name


def test_norms_with_an_element_0_have_the_derivative_of_the_others() -> None:
    x = T.tensor("x", shape=(3,))
    values = np.array([0.0, 3.0, -4.0])
    found: Any = sn.function([x], [sn.grad(linalg.norm(x, p), x) for p in (2, 3, 1.5)], mode="numpy")
    for p, slope in zip((2, 3, 1.5), found(values), strict=True):
        size = np.sum(np.abs(values) ** p) ** (1 / p)
        np.testing.assert_allclose(slope, np.sign(values) * (np.abs(values) / size) ** (p - 1), rtol=1e-14, atol=0)
