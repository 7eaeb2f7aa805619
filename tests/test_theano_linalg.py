"""Theano's and PyTensor's rewrites of linear algebra: each line of their lists before and after, and its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import linalg as L
from symnum import tensor as T
from symnum.ir.interpret import application
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.options import Options
from symnum.pipeline import optimise
from symnum.simplify.catalogue import RULES

Array = np.ndarray[Any, Any]
# What is counted: products, factors and systems, and elementwise ops of which a rule speaks.
COUNTED = frozenset({
    "dot", "matmul", "solve", "solve_triangular", "inv", "det", "slogdet", "cholesky", "lu_factor", "eig", "eigvals",
    "eigh", "eigvalsh", "expm", "svd", "qr", "pinv", "cofactor"})
N = 20
_drawn = np.random.default_rng(5).normal
VALUES: dict[str, Array] = {
    "A": _drawn(size=(N, N)) + 3 * np.eye(N), "B": _drawn(size=(N, N)) + 4 * np.eye(N), "X": _drawn(size=(30, N)),
    "C": _drawn(size=(N, 3)), "b": _drawn(size=N), "c": _drawn(size=N), "d": 1 + _drawn(size=N) ** 2,
    "P": 0.0 * np.eye(N), "S": _drawn(size=(4, N, N)) + 5 * np.eye(N), "R": _drawn(size=(4, N, 2)),
    "K": _drawn(size=(3, 3)) + 2 * np.eye(3), "M": _drawn(size=(4, 4)) + 3 * np.eye(4), "v": _drawn(size=12),
    "k": np.float64(0.7), "y": _drawn(size=30)}
VALUES["P"] = VALUES["A"] @ VALUES["A"].T / N + np.eye(N)


class Leaves:
    """Inputs of one dtype by name, with the shapes of ``VALUES``; made when they are asked for."""

    def __init__(self, dtype: str) -> None:
        self.dtype, self.made = dtype, dict[str, Any]()

    def __getattr__(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = T.tensor(name, dtype=self.dtype, shape=VALUES[name].shape)
        return self.made[name]


@dataclass(frozen=True)
class Line:
    """A line of the list: how a graph is written, what is left of it, and what NumPy says."""

    name: str
    written: Callable[[Any], Any]
    left: dict[str, int]
    wanted: Callable[[Any], Any]
    tolerance: float = 1e-9

    def __str__(self) -> str:
        return self.name


class Arrays:
    """The values by name, in double precision."""

    def __getattr__(self, name: str) -> Array:
        return VALUES[name]


def positive(x: Any) -> Any:
    return sn.assume(x, positive_definite=True)


def orthogonal(x: Any) -> Any:
    return L.qr(x, mode="complete")[0]


def forms(x: Any) -> Any:
    low = L.cholesky(positive(x.P))
    return L.solve(low @ low.T, x.b)


inv, slog = np.linalg.inv, np.linalg.slogdet
LINES = (
    # products: 1A "dot22", "gemm"; 1B "BLAS", dots of dots, transposes as flags
    Line("dot of matrices", lambda x: x.A @ x.B, {"dot": 1}, lambda x: x.A @ x.B),
    Line("beta*Z + alpha*dot", lambda x: x.B / 2 + 2 * (x.A @ x.B), {"dot": 1}, lambda x: x.B / 2 + 2 * (x.A @ x.B)),
    Line("dot.T", lambda x: (x.A @ x.C).T, {"dot": 1}, lambda x: (x.A @ x.C).T),
    Line("dot of scaled", lambda x: (2 * x.A) @ (x.k * x.b), {"dot": 1}, lambda x: 2 * 0.7 * x.A @ x.b),
    Line("dot of negated", lambda x: (-x.A) @ (-x.C), {"dot": 1}, lambda x: x.A @ x.C),
    Line("gemm to gemv", lambda x: x.A @ x.b[:, None], {"dot": 1}, lambda x: x.A @ x.b[:, None]),
    Line("gemm to ger", lambda x: x.A + x.b[:, None] @ x.c[None, :], {}, lambda x: x.A + np.outer(x.b, x.c)),
    Line("dot of zeros", lambda x: x.A @ T.zeros((N, 3)), {}, lambda x: np.zeros((N, 3))),
    Line("dot of dots, vector last", lambda x: x.A @ x.B @ x.b, {"dot": 2}, lambda x: x.A @ x.B @ x.b),
    Line("dot of dots, vector first", lambda x: x.b @ (x.A @ x.B), {"dot": 2}, lambda x: x.b @ x.A @ x.B),
    Line("dot of dots by cost", lambda x: x.A @ x.B @ x.C, {"dot": 2}, lambda x: x.A @ x.B @ x.C),
    Line("sum of dot", lambda x: T.sum(x.A @ x.B), {"dot": 1}, lambda x: (x.A @ x.B).sum()),
    Line("mean of rows of dot", lambda x: T.mean(x.A @ x.B, axis=1), {"dot": 1}, lambda x: (x.A @ x.B).mean(axis=1)),
    Line("trace of dot", lambda x: T.trace(x.A @ x.B), {}, lambda x: np.trace(x.A @ x.B)),
    Line("diagonal of dot", lambda x: T.diagonal(x.A @ x.B), {}, lambda x: np.diagonal(x.A @ x.B)),
    Line("trace of sum and transpose", lambda x: T.trace(x.A.T + x.B @ x.A), {}, lambda x: np.trace(x.A + x.B @ x.A)),
    Line("einsum chain", lambda x: T.einsum("ij,jk,k->i", x.A, x.B, x.b), {"dot": 2}, lambda x: x.A @ x.B @ x.b),
    Line("einsum trace", lambda x: T.einsum("ij,ji->", x.A, x.B), {}, lambda x: np.trace(x.A @ x.B)),
    Line("quadratic form", lambda x: x.b @ x.X.T @ x.X @ x.b, {"dot": 2}, lambda x: (x.X @ x.b) @ (x.X @ x.b)),
    Line("norm squared", lambda x: L.norm(x.A) ** 2, {}, lambda x: (x.A ** 2).sum()),
    # blockwise
    Line("stack @ stack", lambda x: x.S @ x.R, {"matmul": 1}, lambda x: x.S @ x.R),
    Line("transposed stack", lambda x: x.S.mT @ x.R, {"matmul": 1}, lambda x: x.S.swapaxes(1, 2) @ x.R),
    Line("stack of inverses", lambda x: L.inv(x.S) @ x.R, {"solve": 1}, lambda x: np.linalg.solve(x.S, x.R)),
    Line("stack of definite systems", lambda x: L.inv(x.S @ x.S.mT + T.eye(N)) @ x.R,
         {"matmul": 1, "cholesky": 1, "solve_triangular": 2},
         lambda x: np.linalg.solve(x.S @ x.S.swapaxes(1, 2) + np.eye(N), x.R)),
    Line("stack: chain", lambda x: (x.S @ x.S) @ x.R, {"matmul": 2}, lambda x: x.S @ (x.S @ x.R)),
    # sandbox.linalg, 1C linalg
    Line("inv(A) @ b", lambda x: L.inv(x.A) @ x.b, {"solve": 1}, lambda x: np.linalg.solve(x.A, x.b)),
    Line("b @ inv(A)", lambda x: x.b @ L.inv(x.A), {"solve": 1}, lambda x: np.linalg.solve(x.A.T, x.b)),
    Line("inv(A.T) @ B", lambda x: L.inv(x.A.T) @ x.C, {"solve": 1}, lambda x: np.linalg.solve(x.A.T, x.C)),
    Line("inv(A).T and inv(A.T)", lambda x: L.inv(x.A).T + L.inv(x.A.T), {"inv": 1}, lambda x: 2 * inv(x.A).T),
    Line("inv(inv)", lambda x: L.inv(L.inv(positive(x.P))), {}, lambda x: x.P),
    Line("inv of diagonal", lambda x: L.inv(T.diag(x.d)), {}, lambda x: np.diag(1 / x.d)),
    Line("inv of identity", lambda x: L.inv(T.eye(N)) + x.A, {}, lambda x: np.eye(N) + x.A),
    Line("inv of orthogonal", lambda x: L.inv(orthogonal(x.A)), {"qr": 1}, lambda x: np.linalg.qr(x.A)[0].T),
    Line("inv of triangular", lambda x: L.inv(T.tril(x.A)), {"solve_triangular": 1}, lambda x: inv(np.tril(x.A))),
    Line("det of diagonal", lambda x: L.det(T.diag(x.d)), {}, lambda x: x.d.prod()),
    Line("det of triangular", lambda x: L.det(T.triu(x.A)), {}, lambda x: np.diagonal(x.A).prod()),
    Line("det of product", lambda x: L.det(x.A @ x.B), {"det": 2}, lambda x: np.linalg.det(x.A) * np.linalg.det(x.B)),
    Line("det of inverse", lambda x: L.det(L.inv(x.A)), {"slogdet": 1}, lambda x: 1 / np.linalg.det(x.A)),
    Line("det of transpose", lambda x: L.det(x.A.T) - L.det(x.A), {}, lambda x: 0.0),
    Line("det of kron", lambda x: L.det(T.kron(x.K, x.M)), {"det": 2}, lambda x: np.linalg.det(np.kron(x.K, x.M))),
    Line("inv of kron", lambda x: L.inv(T.kron(x.K, x.M)), {"inv": 2}, lambda x: inv(np.kron(x.K, x.M))),
    Line("solve of kron", lambda x: L.solve(T.kron(x.K, x.M), x.v), {"solve": 2},
         lambda x: np.linalg.solve(np.kron(x.K, x.M), x.v)),
    Line("kron @ v", lambda x: T.kron(x.K, x.M) @ x.v, {"dot": 2}, lambda x: np.kron(x.K, x.M) @ x.v),
    Line("log det", lambda x: T.log(L.det(positive(x.P))), {"cholesky": 1}, lambda x: slog(x.P)[1]),
    Line("log |det|", lambda x: T.log(T.abs(L.det(x.A))), {"slogdet": 1}, lambda x: slog(x.A)[1]),
    Line("sign of det", lambda x: T.sign(L.det(x.A)), {"slogdet": 1}, lambda x: slog(x.A)[0]),
    Line("det by the Cholesky factor that is there",
         lambda x: L.cholesky(x.X.T @ x.X).sum() + L.slogdet(x.X.T @ x.X)[1],
         {"dot": 1, "cholesky": 1}, lambda x: np.linalg.cholesky(x.X.T @ x.X).sum() + slog(x.X.T @ x.X)[1]),
    Line("cholesky(L @ L.T)", lambda x: L.cholesky(L.cholesky(positive(x.P)) @ L.cholesky(positive(x.P)).T),
         {"cholesky": 1}, lambda x: np.linalg.cholesky(x.P)),
    Line("tril(cholesky)", lambda x: T.tril(L.cholesky(positive(x.P))), {"cholesky": 1},
         lambda x: np.linalg.cholesky(x.P)),
    Line("cholesky of diagonal", lambda x: L.cholesky(T.diag(T.exp(x.b))), {}, lambda x: np.diag(np.exp(x.b / 2))),
    Line("solve(L @ L.T)", forms, {"cholesky": 1, "solve_triangular": 2}, lambda x: np.linalg.solve(x.P, x.b)),
    Line("solve of a Cholesky factor", lambda x: L.solve(L.cholesky(x.P), x.b), {"cholesky": 1, "solve_triangular": 1},
         lambda x: np.linalg.solve(np.linalg.cholesky(x.P), x.b)),
    Line("solve of diagonal", lambda x: L.solve(T.diag(x.d), x.C), {}, lambda x: x.C / x.d[:, None]),
    Line("solve of identity", lambda x: L.solve(T.eye(N), x.C) * 2, {}, lambda x: 2 * x.C),
    Line("solve of triangular", lambda x: L.solve(T.tril(x.A), x.b), {"solve_triangular": 1},
         lambda x: np.linalg.solve(np.tril(x.A), x.b)),
    Line("solve of orthogonal", lambda x: L.solve(orthogonal(x.A), x.b), {"qr": 1, "dot": 1},
         lambda x: np.linalg.qr(x.A)[0].T @ x.b),
    Line("solve of positive definite", lambda x: L.solve(positive(x.P), x.b), {"cholesky": 1, "solve_triangular": 2},
         lambda x: np.linalg.solve(x.P, x.b)),
    Line("ridge regression", lambda x: L.inv(x.X.T @ x.X + 0.5 * T.eye(N)) @ x.X.T @ x.y,
         {"dot": 2, "cholesky": 1, "solve_triangular": 2},
         lambda x: np.linalg.solve(x.X.T @ x.X + 0.5 * np.eye(N), x.X.T @ x.y)),
    Line("one elimination", lambda x: L.solve(x.A, x.b) @ L.solve(x.A.T, x.c) + L.slogdet(x.A)[1] + L.det(x.A),
         {"lu_factor": 1, "solve_triangular": 4, "dot": 1},
         lambda x: np.linalg.solve(x.A, x.b) @ np.linalg.solve(x.A.T, x.c) + slog(x.A)[1] + np.linalg.det(x.A)),
    Line("one elimination of a stack", lambda x: L.solve(x.S, x.R) * L.det(x.S)[:, None, None],
         {"lu_factor": 1, "solve_triangular": 2},
         lambda x: np.linalg.solve(x.S, x.R) * np.linalg.det(x.S)[:, None, None]),
    Line("eigvals of symmetric", lambda x: T.sort(T.real(L.eigvals(x.A + x.A.T))), {"eigvalsh": 1},
         lambda x: np.linalg.eigvalsh(x.A + x.A.T)),
    Line("eigvalsh of diagonal", lambda x: L.eigvalsh(T.diag(x.d)), {}, lambda x: np.sort(x.d)),
    Line("expm of diagonal", lambda x: L.expm(T.diag(x.b)), {}, lambda x: np.diag(np.exp(x.b))),
    Line("Q.T @ Q", lambda x: L.qr(x.X)[0].T @ L.qr(x.X)[0] + x.A, {}, lambda x: np.eye(N) + x.A),
    Line("Q.T @ (Q @ v)", lambda x: orthogonal(x.A).T @ (orthogonal(x.A) @ x.b), {}, lambda x: x.b),
    Line("A @ inv(A) @ v of a regular matrix", lambda x: positive(x.P) @ L.inv(positive(x.P)) @ x.b, {}, lambda x: x.b),
    Line("selection @ X", lambda x: T.eye(N)[[3, 1, 1]] @ x.C, {}, lambda x: x.C[[3, 1, 1]]),
    Line("diagonal @ X @ diagonal", lambda x: T.diag(x.d) @ x.A @ T.diag(x.b), {}, lambda x: x.d[:, None] * x.A * x.b),
    Line("eye @ A", lambda x: T.eye(N) @ x.A + x.A @ T.eye(N), {}, lambda x: 2 * x.A),
    Line("Gaussians of a stack", lambda x: stacked_gaussians(x.R, x.S @ x.S.mT + T.eye(N), L, T),
         {"matmul": 1, "cholesky": 1, "solve_triangular": 1},
         lambda x: stacked_gaussians(x.R, x.S @ x.S.swapaxes(1, 2) + np.eye(N), np.linalg, np)),
    Line("Gaussian", lambda x: gaussian(x.b, x.c, positive(x.P)), {"cholesky": 1, "solve_triangular": 1, "dot": 1},
         lambda x: -(x.b - x.c) @ inv(x.P) @ (x.b - x.c) / 2 - slog(2 * np.pi * x.P)[1] / 2),
)


def gaussian(x: Any, mean: Any, covariance: Any) -> Any:
    """The logarithm of a normal density, as it is written down."""
    return -(x - mean) @ L.inv(covariance) @ (x - mean) / 2 - T.log(L.det(2 * np.pi * covariance)) / 2


def stacked_gaussians(x: Any, covariance: Any, linalg: Any, module: Any) -> Any:
    """The same of a stack of covariances, with two samples each, without the constant."""
    forms = module.trace(module.swapaxes(x, 1, 2) @ (linalg.inv(covariance) @ x), axis1=1, axis2=2)
    return -forms / 2 - module.log(linalg.det(covariance))


def counted(nodes: Sequence[Node]) -> dict[str, int]:
    """How often each op of ``COUNTED`` is applied, several results of one application counted once."""
    applications = {application(x) for x in topological(nodes) if x.op.name in COUNTED}
    return dict(Counter(found[0].name for found in applications))


def final(*outputs: Any) -> tuple[Node, ...]:
    return optimise([x.node for x in outputs], RULES, Options()).outputs


every_line = pytest.mark.parametrize("line", LINES, ids=str)


@every_line
def test_what_is_left(line: Line) -> None:
    assert counted(final(line.written(Leaves("float64")))) == line.left


@every_line
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values(line: Line, dtype: str) -> None:
    leaves = Leaves(dtype)
    output = line.written(leaves)
    f = sn.function(list(leaves.made.values()), output, mode="numpy")
    found = f(*(VALUES[name].astype(dtype) for name in leaves.made))
    wanted = np.asarray(line.wanted(Arrays()))
    assert found.shape == wanted.shape
    size = max(1.0, float(np.abs(wanted).max(initial=0.0)))
    np.testing.assert_allclose(found / size, wanted / size, atol=line.tolerance if dtype == "float64" else 2e-3)


# native code --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_native_values(dtype: str) -> None:
    leaves = Leaves(dtype)
    # Some of the lines, to compile less; all of them are compared above.
    lines = LINES[1::5] if dtype == "float64" else LINES[3::10]
    outputs = [line.written(leaves) for line in lines]
    f = sn.function(list(leaves.made.values()), outputs, mode="c")
    found = f(*(VALUES[name].astype(dtype) for name in leaves.made))
    for line, x in zip(lines, found, strict=True):
        wanted = np.asarray(line.wanted(Arrays()))
        size = max(1.0, float(np.abs(wanted).max(initial=0.0)))
        tolerance = line.tolerance if dtype == "float64" else 2e-3
        np.testing.assert_allclose(x / size, wanted / size, atol=tolerance, err_msg=line.name)


def steps(f: Any) -> Counter[str]:
    """How often each routine stands in the program."""
    lines = [line.split(" of ")[0] for line in str(f.explain()).splitlines()]
    return Counter(name for name in lines if name in COUNTED | {"product"})


@pytest.mark.parametrize("rewrites, left", [
    ("real", {"cholesky": 1, "solve_triangular": 4}), ("off", {"inv": 1, "det": 1, "product": 4, "cofactor": 1})])
def test_a_gaussian_likelihood_and_its_gradients_take_one_factor(rewrites: str, left: dict[str, int]) -> None:
    x, mean, covariance = T.dvector("x"), T.dvector("mean"), T.dmatrix("covariance")
    cost = gaussian(x, mean, positive(covariance))
    f = sn.function([x, mean, covariance], [cost, *sn.grad(cost, [mean, covariance])], mode="c", rewrites=rewrites)
    values = Arrays()
    found = f(values.b, values.c, values.P)
    alpha = np.linalg.solve(values.P, values.b - values.c)
    wanted = LINES[-1].wanted(values), alpha, (np.outer(alpha, alpha) - inv(values.P)) / 2
    for got, right in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, right, atol=1e-9)
    assert steps(f) == left


def test_a_system_and_its_gradients_take_one_elimination() -> None:
    a, b = T.dmatrix("a"), T.dvector("b")
    cost = T.sum(L.solve(a, b) ** 2)
    f = sn.function([a, b], sn.grad(cost, [a, b]), mode="c")
    values = Arrays()
    z = np.linalg.solve(values.A, values.b)
    right = np.linalg.solve(values.A.T, 2 * z)
    for got, wanted in zip(f(values.A, values.b), (-np.outer(right, z), right), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-9)
    assert steps(f) == {"lu_factor": 1, "solve_triangular": 4}


# gradients ----------------------------------------------------------------------------------------------------

DIFFERENTIATED = [line for line in LINES if not {"eigvals", "eigh", "svd"} & set(line.left) and "eig" not in line.name
                  and line.name not in ("selection @ X", "det of transpose")]


@pytest.mark.parametrize("line", DIFFERENTIATED, ids=str)
def test_gradients_are_those_of_what_is_written(line: Line) -> None:
    leaves = Leaves("float64")
    output = line.written(leaves)
    names = list(leaves.made)
    weights = T.as_tensor(np.cos(np.arange(float(np.prod(output.shape) if output.shape else 1)).reshape(output.shape)))
    gradients = sn.grad(T.sum(output * weights), [leaves.made[name] for name in names])
    values = [VALUES[name] for name in leaves.made]
    found, wanted = (sn.function(list(leaves.made.values()), gradients, mode="numpy", rewrites=rewrites)(*values)
                     for rewrites in ("real", "off"))
    for name, x, y in zip(names, found, wanted, strict=True):
        size = max(1.0, float(np.abs(y).max(initial=0.0)))
        np.testing.assert_allclose(x / size, y / size, atol=1e-8, err_msg=name)


# singular matrices --------------------------------------------------------------------------------------------

SINGULAR: dict[str, Callable[[Any, Any], Any]] = {
    "inv(A) @ b": lambda a, b: L.inv(a) @ b, "b @ inv(A)": lambda a, b: b @ L.inv(a),
    "inv(inv(A))": lambda a, b: L.inv(L.inv(a)), "det(inv(A))": lambda a, b: L.det(L.inv(a)),
    "slogdet(inv(A))": lambda a, b: L.slogdet(L.inv(a))[1], "A @ inv(A)": lambda a, b: a @ L.inv(a),
    "solve of a diagonal": lambda a, b: L.solve(T.diag(T.diagonal(a)), b),
    "inv of a diagonal": lambda a, b: L.inv(T.diag(T.diagonal(a))),
    "solve of a triangle": lambda a, b: L.solve(T.tril(a), b),
    "two systems": lambda a, b: L.solve(a, b) + L.solve(a.T, b)}


def singular(mode: str, names: Sequence[str]) -> None:
    a, b = T.tensor("a", shape=(N, N)), T.tensor("b", shape=(N,))
    matrix = np.diag(np.arange(float(N)))
    for name in names:
        f = sn.function([a, b], SINGULAR[name](a, b), mode=mode, on_unused_input="ignore")
        with pytest.raises(L.LinAlgError, match=r"[Ss]ingular"):
            f(matrix, np.ones(N))


def test_singular_matrices_are_errors_still() -> None:
    singular("numpy", list(SINGULAR))
    singular("c", ["det(inv(A))", "inv of a diagonal", "two systems"])


def test_determinants_that_overflow_on_the_way() -> None:
    d, a = T.tensor("d", shape=(4,)), T.tensor("a", shape=(N, N))
    f = sn.function([d], L.det(T.diag(d)), mode="numpy")
    np.testing.assert_allclose(f([1e200, 1e200, 1e-200, -1e-190]), -1e10, rtol=1e-10)
    g = sn.function([a], [T.log(L.det(a)), T.log(T.abs(L.det(-a)))], mode="numpy")
    for found in g(1e100 * np.eye(N)):
        np.testing.assert_allclose(found, N * np.log(1e100))
    assert np.isnan(g(np.diag([-1.0] + [1.0] * (N - 1)))[0])
