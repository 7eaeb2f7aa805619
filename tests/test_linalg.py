"""Values, dtypes and errors of linear algebra, against NumPy and SciPy, in native code and by the interpreter."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import linalg
from symnum import tensor as T
from symnum.errors import ArgumentValueError, AxisError, DTypeError, ShapeError, UnsupportedError

Array = np.ndarray[Any, Any]
Case = tuple[str, Callable[..., Any], Callable[..., Any], Sequence[Array]]
few = settings(max_examples=25, deadline=None, derandomize=True)


def drawn(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(-2, 2, shape)


def square(*stack: int, n: int = 3, seed: int = 0) -> Array:
    return drawn(*stack, n, n, seed=seed) + 3 * np.eye(n)


def positive(*stack: int, n: int = 3) -> Array:
    x = square(*stack, n=n)
    return x @ np.swapaxes(x, -1, -2)


def whole(found: Any) -> Array:
    """What factors multiply to: factors themselves are free in their signs."""
    if isinstance(found, tuple) and len(found) == 3 and np.ndim(found[1]) == np.ndim(found[0]) - 1:
        k = found[1].shape[-1]
        return (found[0][..., :k] * found[1][..., None, :]) @ found[2][..., :k, :]
    return found[0] @ found[1] if len(found) == 2 else found[0] @ found[1] @ found[2]


def eigen(w: Any, v: Any) -> Any:
    return w, (v * w[..., None, :]) @ np.swapaxes(v, -1, -2)


def recomposed(found: Any) -> Any:
    """The same of tensors."""
    return whole_of_tensors(*found)


def whole_of_tensors(*parts: Any) -> Any:
    if len(parts) == 3 and parts[1].ndim == parts[0].ndim - 1:
        return T.matmul(parts[0] * T.expand_dims(parts[1], -2), parts[2])
    product = T.matmul(parts[0], parts[1])
    return T.matmul(product, parts[2]) if len(parts) == 3 else product


def case(name: str, *arrays: Any, ours: Any = None, theirs: Any = None, **options: Any) -> Case:
    """A function of this name in both worlds, or two functions."""
    found = ours or (lambda *xs: getattr(linalg, name)(*xs, **options))
    wanted = theirs or (lambda *xs: getattr(np.linalg, name)(*xs, **options))
    shown = ", ".join([*(str(np.shape(x)) for x in arrays), *(f"{k}={v!r}" for k, v in options.items())])
    return f"{name}({shown})", found, wanted, [np.asarray(x) for x in arrays]


a, stack, tall, wide = square(), square(2), drawn(4, 2), drawn(2, 2, 3)
singular = np.array([[1.0, 2.0], [2.0, 4.0]])

CASES: list[Case] = [
    case("cholesky", positive()), case("cholesky", positive(2)), case("cholesky", positive(), upper=True),
    *(case("qr", x, mode=mode, ours=lambda x, mode=mode: recomposed(linalg.qr(x, mode)),
           theirs=lambda x, mode=mode: whole(np.linalg.qr(x, mode)))
      for x in (tall, wide, a) for mode in ("reduced", "complete")),
    case("qr", tall, mode="r", ours=lambda x: T.abs(linalg.qr(x, "r")), theirs=lambda x: np.abs(np.linalg.qr(x, "r"))),
    *(case("svd", x, ours=lambda x: recomposed(linalg.svd(x, full_matrices=False)),
           theirs=lambda x: whole(np.linalg.svd(x, full_matrices=False))) for x in (tall, wide, a)),
    case("svd", tall, ours=lambda x: linalg.svd(x)[::2],
         theirs=lambda x: [np.linalg.svd(x)[0], np.linalg.svd(x)[2]]),
    case("svd", tall, compute_uv=False), case("svdvals", wide),
    case("svd", positive(), hermitian=True, compute_uv=False),
    *(case("eigh", x, ours=lambda x, u=u: eigen_of_tensors(linalg.eigh(x, u)),
           theirs=lambda x, u=u: eigen(*np.linalg.eigh(x, u))) for x in (a, stack) for u in "LU"),
    case("eigvalsh", stack), case("eigvalsh", a, UPLO="U"),
    case("lu", tall, ours=lambda x: [*linalg.lu(x), *linalg.lu(x, permute_l=True)],
         theirs=lambda x: [*scipy.linalg.lu(x), *scipy.linalg.lu(x, permute_l=True)]),
    case("solve", a, drawn(3)), case("solve", a, drawn(3, 2)), case("solve", stack, drawn(3)),
    case("solve", a, drawn(4, 3, 2)), case("solve", stack, drawn(2, 3, 2)), case("solve", stack, drawn(3, 1)),
    case("solve", square(2, 1), drawn(3, 3, 2)),
    *(case("solve_triangular", a, b, ours=lambda x, y, o=o: linalg.solve_triangular(x, y, **o),
           theirs=lambda x, y, o=o: scipy.linalg.solve_triangular(x, y, **o))
      for b in (drawn(3), drawn(3, 2))
      for o in ({}, {"lower": True, "trans": "T"}, {"unit_diagonal": True, "trans": 1})),
    case("solve_triangular", stack, drawn(2, 3, 1), ours=lambda x, y: linalg.solve_triangular(x, y, lower=True),
         theirs=lambda x, y: np.linalg.solve(np.tril(x), y)),
    *(case("cho_solve", positive(), ours=lambda x, low=low: linalg.cho_solve(linalg.cho_factor(x, low), [1.0, 2, 3]),
           theirs=lambda x: np.linalg.solve(x, [1.0, 2, 3])) for low in (True, False)),
    *(case("lstsq", x, b, ours=lambda x, y: [*linalg.lstsq(x, y)], theirs=lambda x, y: [*np.linalg.lstsq(x, y)])
      for x, b in ((tall, drawn(4)), (tall, drawn(4, 3)), (drawn(2, 4), drawn(2)), (a, drawn(3, 1)))),
    case("inv", a), case("inv", stack), case("pinv", tall), case("pinv", wide), case("pinv", singular, rtol=None),
    case("pinv", a, rcond=0.4), case("pinv", positive(), hermitian=True),
    case("tensorinv", drawn(2, 3, 6)), case("tensorsolve", drawn(2, 3, 6), drawn(2, 3)),
    case("tensorsolve", drawn(2, 6, 3), drawn(2, 3), axes=(1,)),
    case("det", a), case("det", stack), case("det", np.zeros((2, 0, 0))),
    case("slogdet", a), case("slogdet", stack), case("slogdet", singular * 0),
    case("expm", stack, theirs=scipy.linalg.expm),
    *(case("matrix_power", x, ours=lambda x, n=n: linalg.matrix_power(x, n),
           theirs=lambda x, n=n: np.linalg.matrix_power(x, n)) for x in (a, stack) for n in (-2, 0, 1, 2, 3, 6)),
    case("multi_dot", drawn(3), drawn(3, 4), drawn(4, 2), drawn(2), ours=lambda *xs: linalg.multi_dot(xs),
         theirs=lambda *xs: np.linalg.multi_dot(xs)),
    case("multi_dot", drawn(6, 2), drawn(2, 5), drawn(5, 1), drawn(1, 4), ours=lambda *xs: linalg.multi_dot(xs),
         theirs=lambda *xs: np.linalg.multi_dot(xs)),
    *(case("norm", drawn(4), ord=order) for order in (None, 2, 1, 0, 3, -1, 0.5, math.inf, -math.inf)),
    *(case("norm", wide, ord=order, axis=(0, 2), keepdims=True)
      for order in (None, "fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)),
    case("norm", wide), case("norm", wide, keepdims=True), case("norm", wide, axis=-1), case("norm", tall, ord=2),
    case("norm", tall, ord=1, axis=(1, 0)), case("norm", drawn(4), ord=2, keepdims=True),
    case("vector_norm", wide, axis=(0, 2)), case("vector_norm", wide, ord=3, keepdims=True),
    *(case("matrix_norm", wide, ord=order) for order in ("fro", "nuc", 1, -2)),
    *(case("cond", square(2), p=p) for p in (None, -2, 1, math.inf, "fro")), case("cond", singular, p=1),
    case("cond", tall), case("cond", np.array([[1.0, math.nan], [0, 1]]), p=1),
    case("matrix_rank", singular), case("matrix_rank", wide), case("matrix_rank", np.zeros(3)),
    case("matrix_rank", positive(2), hermitian=True), case("matrix_rank", stack, tol=np.array([1.5, 0.1])),
    case("matrix_rank", a, rtol=0.4), case("diagonal", wide, offset=1), case("trace", stack, offset=-1),
    case("cross", drawn(2, 3), drawn(3)), case("cross", drawn(3, 2), drawn(3, 2), axis=0),
    case("matmul", drawn(5, 2, 9), drawn(9, 7)), case("matmul", drawn(2, 9), drawn(5, 9, 7)),
    case("matmul", drawn(5, 1, 2, 9), drawn(3, 9, 7)), case("matmul", drawn(9), drawn(3, 9, 7)),
    case("matmul", drawn(1, 1, 8, 9), drawn(3, 9, 7)), case("matmul", drawn(3, 8, 9), drawn(1, 9, 7)),
    case("vecdot", drawn(4, 3), drawn(3)), case("vecdot", drawn(3, 2), drawn(3, 2), axis=0),
    case("outer", drawn(3), drawn(2)), case("tensordot", drawn(2, 3), drawn(3, 4), axes=1),
    case("matrix_transpose", wide),
]


def eigen_of_tensors(found: Any) -> Any:
    w, v = found
    return w, T.matmul(v * T.expand_dims(w, -2), T.matrix_transpose(v))


def outputs(found: Any) -> list[Any]:
    return list(found) if isinstance(found, tuple | list) else [found]


def compiled(cases: Sequence[Case], mode: str, known: bool) -> Callable[[], list[list[Array]]]:
    """All cases as one function; their results by case."""
    inputs, results, counts = [], [], []
    for _, ours, _, arrays in cases:
        leaves = [T.tensor(dtype=x.dtype, shape=x.shape if known else (None,) * x.ndim) for x in arrays]
        found = outputs(ours(*leaves))
        inputs += leaves
        results += found
        counts.append(len(found))
    run = sn.function(inputs, results, mode=mode, on_unused_input="ignore")

    def values() -> list[list[Array]]:
        made = iter(run(*(x for *_, arrays in cases for x in arrays)))
        return [[next(made) for _ in range(n)] for n in counts]
    return values


def agree(name: str, got: Sequence[Array], wanted: Any, tol: float = 1e-10) -> None:
    expected = [np.asarray(x) for x in outputs(wanted)]
    assert len(got) == len(expected), name
    for x, y in zip(got, expected, strict=True):
        assert (x.shape, x.dtype.kind) == (y.shape, y.dtype.kind), name
        np.testing.assert_allclose(x, y, rtol=tol, atol=tol, err_msg=name)


@pytest.mark.parametrize(("mode", "known"), [("numpy", True), ("numpy", False), ("c", True), ("c", False)])
def test_values(mode: str, known: bool) -> None:
    # All of them by the interpreter; in native code a half for known and a third for unknown lengths, to compile less.
    # With unknown lengths each stack that broadcasts has a specialisation of its own; the known ones say enough.
    cases = CASES if mode == "numpy" else CASES[::2] if known else [c for c in CASES[1::3] if not _broadcasts(c)]
    for found, (name, _, theirs, arrays) in zip(compiled(cases, mode, known)(), cases, strict=True):
        agree(name, found, theirs(*arrays))


def _broadcasts(given: Case) -> bool:
    return 1 in {n for x in given[3] for n in x.shape[:-2]}


z = square() + 1j * drawn(3, 3, seed=4)
hermitian = z @ z.conj().T
COMPLEX: list[Case] = [
    *(case(name, z) for name in ("inv", "det", "slogdet", "svdvals", "norm", "cond", "pinv", "matrix_norm")),
    case("expm", z, theirs=scipy.linalg.expm), case("cholesky", hermitian), case("cholesky", hermitian, upper=True),
    case("eigvalsh", hermitian), case("solve", z, drawn(3)), case("solve", a, z),
    case("matrix_power", z, ours=lambda x: linalg.matrix_power(x, -2), theirs=lambda x: np.linalg.matrix_power(x, -2)),
    *(case("solve_triangular", z, drawn(3), ours=lambda x, y, t=t: linalg.solve_triangular(x, y, t),
           theirs=lambda x, y, t=t: scipy.linalg.solve_triangular(x, y, t)) for t in (0, 1, 2)),
    *(case("cho_solve", hermitian, ours=lambda x, low=low: linalg.cho_solve(linalg.cho_factor(x, low), [1.0, 2, 3]),
           theirs=lambda x: np.linalg.solve(x, [1.0, 2, 3])) for low in (True, False)),
    case("qr", z, ours=lambda x: recomposed(linalg.qr(x)), theirs=lambda x: x),
    case("svd", z, ours=lambda x: recomposed(linalg.svd(x)), theirs=lambda x: x),
    case("svd", z, ours=lambda x: recomposed(linalg.svd(x, hermitian=True)),
         theirs=lambda x: np.tril(x, -1) + np.tril(x, -1).conj().T + np.diag(np.diag(x).real)),
    case("lu", z, ours=lambda x: recomposed(linalg.lu(x)), theirs=lambda x: x),
    *(case("eig", x, ours=lambda x: eigen_of_any(linalg.eig(x)), theirs=lambda x: x + 0j) for x in (z, a, stack)),
    case("eigvals", z), case("eigvals", stack, theirs=lambda x: np.linalg.eigvals(x) + 0j),
    case("vecdot", z, z), case("matmul", z, drawn(5, 3, 3)), case("tensordot", z, z, axes=1),
]


def eigen_of_any(found: Any) -> Any:
    w, v = found
    return T.matmul(v * T.expand_dims(w, -2), linalg.inv(v))


@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_complex_values(mode: str) -> None:
    for found, (name, _, theirs, arrays) in zip(compiled(COMPLEX, mode, True)(), COMPLEX, strict=True):
        agree(name, found, theirs(*arrays))


@pytest.mark.parametrize("dtype", ["float32", "int32", "bool", "uint8"])
def test_dtypes(dtype: str) -> None:
    x = np.array([[3, 1], [1, 2]]).astype(dtype)
    b = np.array([1, 2], "float32")
    cases = [*(case(name, x) for name in ("inv", "pinv", "det", "slogdet", "svdvals", "eigvalsh", "norm", "matrix_rank",
                                          "trace")), case("solve", x, b), case("matmul", x, x),
             case("matmul", np.stack([x, x]), np.stack([x, x]))]
    cases += [case("cholesky", x)] if dtype != "bool" else []
    if dtype == "bool":
        cases = [c for c in cases if not c[0].startswith(("inv", "solve"))]
    for found, (name, _, theirs, arrays) in zip(compiled(cases, "numpy", True)(), cases, strict=True):
        wanted = [np.asarray(y) for y in outputs(theirs(*arrays))]
        assert [y.dtype for y in found] == [y.dtype for y in wanted], name
        agree(name, found, wanted, 1e-5)


@few
@given(st.lists(st.integers(0, 3), max_size=2), st.integers(0, 4), st.integers(0, 4), st.booleans())
def test_shapes_of_factors(stack: list[int], m: int, n: int, known: bool) -> None:
    x = drawn(*stack, m, n)
    leaf = T.tensor(shape=x.shape if known else (None,) * x.ndim)
    found = [*linalg.svd(leaf), *linalg.svd(leaf, full_matrices=False), *linalg.qr(leaf), *linalg.qr(leaf, "complete"),
             *linalg.lu(leaf), linalg.pinv(leaf), T.diagonal(leaf, 0, -2, -1)]
    made = sn.function([leaf], found, mode="numpy")(x)
    wanted = [*np.linalg.svd(x), *np.linalg.svd(x, full_matrices=False), *np.linalg.qr(x), *np.linalg.qr(x, "complete")]
    assert [y.shape for y in made[:10]] == [y.shape for y in wanted]
    np.testing.assert_allclose(made[10] @ made[11] @ made[12], x, atol=1e-12)
    assert made[13].shape == (*stack, n, m)
    np.testing.assert_array_equal(made[14], np.diagonal(x, 0, -2, -1))


# errors -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call", [
    lambda x: linalg.inv(x), lambda x: linalg.cholesky(x), lambda x: linalg.det(x), lambda x: linalg.slogdet(x),
    lambda x: linalg.eigh(x), lambda x: linalg.solve(x, [1.0, 2.0]), lambda x: linalg.expm(x),
    lambda x: linalg.matrix_power(x, 2), lambda x: linalg.cond(x, 1), lambda x: linalg.svd(x, hermitian=True),
    lambda x: linalg.solve_triangular(x, [1.0, 2.0]),
])
def test_matrices_that_are_not_square(call: Any) -> None:
    with pytest.raises(np.linalg.LinAlgError, match=r"square; given shape \(2, 3\)"):
        call(T.tensor("x", shape=(2, 3)))
    with pytest.raises(np.linalg.LinAlgError, match=r"given shape \(3,\)"):
        call(T.tensor("x", shape=(3,)))


@pytest.mark.parametrize("mode", ["numpy", "c"])
@pytest.mark.parametrize(("name", "values", "message"), [
    ("inv", np.zeros((2, 2)), "inv.*Singular"), ("inv", np.zeros((2, 3)), "inv.*square"),
    ("cholesky", -np.eye(2), "cholesky.*not positive definite"), ("det", np.zeros((2, 3)), "det.*square"),
    ("expm", np.zeros((2, 3)), "expm.*square"),
])
def test_errors_when_a_graph_runs(mode: str, name: str, values: Array, message: str) -> None:
    x = T.dmatrix("x")
    run = sn.function([x], getattr(linalg, name)(x), mode=mode)
    with pytest.raises(np.linalg.LinAlgError, match=message):
        run(values)
    run(np.eye(2))


@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_singular_systems(mode: str) -> None:
    x, b = T.dmatrix("x"), T.dvector("b")
    for solve in (linalg.solve, linalg.solve_triangular):
        run = sn.function([x, b], solve(x, b), mode=mode)
        with pytest.raises(np.linalg.LinAlgError, match=r"(?i)solve.*singular"):
            run(np.zeros((2, 2)), np.ones(2))


@pytest.mark.parametrize("mode", ["numpy", "c"])
@pytest.mark.parametrize("name", ["inv", "cholesky", "det", "slogdet", "eigh", "expm", "solve", "solve_triangular"])
def test_stacks_of_oblong_matrices(mode: str, name: str) -> None:
    x = T.tensor("x", dtype="float64", shape=(None, None, None))
    found = getattr(linalg, name)(x, np.ones((2, 3, 1))) if "solve" in name else getattr(linalg, name)(x)
    run = sn.function([x], found, mode=mode)
    with pytest.raises(np.linalg.LinAlgError, match=f"{name}.*square"):
        run(np.ones((2, 3, 2)))
    run(np.stack([np.eye(3)] * 2))


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: linalg.solve(np.eye(3), np.ones(2)), ShapeError, "solve"),
    (lambda: linalg.solve(np.ones((2, 3, 3)), np.ones((4, 3, 1))), ShapeError, "broadcast"),
    (lambda: linalg.qr(np.eye(2), "raw"), UnsupportedError, "raw"),
    (lambda: linalg.qr(np.eye(2), "full"), ArgumentValueError, "mode"),
    (lambda: linalg.eigh(np.eye(2), "M"), ArgumentValueError, "UPLO"),
    (lambda: linalg.solve_triangular(np.eye(2), np.ones(2), "X"), ArgumentValueError, "trans"),
    (lambda: linalg.lstsq(np.ones(3), np.ones(3)), linalg.LinAlgError, "lstsq"),
    (lambda: linalg.pinv(np.eye(2), 1.0, rtol=1.0), ArgumentValueError, "rcond"),
    (lambda: linalg.pinv(np.eye(2), np.ones(2)), UnsupportedError, "number"),
    (lambda: linalg.multi_dot([np.eye(2)]), ArgumentValueError, "two"),
    (lambda: linalg.multi_dot([np.eye(2), np.ones(2), np.eye(2)]), linalg.LinAlgError, "array 2"),
    (lambda: linalg.matrix_power(np.eye(2), 0.5), DTypeError, "power"),
    (lambda: linalg.tensorinv(np.ones((2, 2)), 0), ArgumentValueError, "ind"),
    (lambda: linalg.norm(np.ones((2, 2, 2)), 1), ArgumentValueError, "axes"),
    (lambda: linalg.norm(np.ones(2), "fro"), ArgumentValueError, "order"),
    (lambda: linalg.norm(np.ones((2, 2)), 3), ArgumentValueError, "order"),
    (lambda: linalg.norm(np.ones((2, 2)), axis=2), AxisError, "out of bounds"),
    (lambda: linalg.cond(np.ones((2, 0))), linalg.LinAlgError, "elements"),
    (lambda: linalg.matrix_rank(np.eye(2), 1.0, rtol=1.0), ArgumentValueError, "tol"),
    (lambda: linalg.matrix_norm(np.ones(3)), ShapeError, "axes"),
    (lambda: linalg.cross(np.ones(2), np.ones(3)), ShapeError, "3 elements"),
    (lambda: T.diagonal(np.ones(3)), ShapeError, "two axes"),
    (lambda: T.diagonal(np.ones((3, 3)), 0, 0, -2), AxisError, "axis 0"),
    (lambda: T.matmul(np.ones((2, 3, 4)), np.ones((2, 3, 4))), ShapeError, "matmul"),
    (lambda: T.vdot(np.ones(3), np.ones(4)), ShapeError, "vdot"),
])
def test_errors_when_a_graph_is_built(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_one_namespace_under_two_names() -> None:
    assert sn.linalg.solve is sn.tensor.linalg.solve
    assert set(linalg.__all__) >= {name for name in np.linalg.__all__ if name.islower()}


def test_importing_symnum_loads_neither_linalg_nor_scipy() -> None:
    import subprocess
    import sys
    code = ("import sys, symnum; found = [m for m in ('scipy', 'symnum.linalg', 'symnum.tensor.linalg') "
            "if m in sys.modules]; assert not found, found; symnum.linalg.solve")
    subprocess.run([sys.executable, "-c", code], check=True)
