"""Facts of matrices: what follows from how a matrix is made, and that it is true of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import linalg as L
from symnum import tensor as T
from symnum.ir.walk import topological
from symnum.simplify.bands import Band, band_of
from symnum.simplify.views import Views

Array = np.ndarray[Any, Any]
_drawn = np.random.default_rng(2).normal
N = 5
a, x = T.tensor("a", shape=(N, N)), T.tensor("x", shape=(7, N))
s, v, c = T.tensor("s", shape=(3, N, N)), T.tensor("v", shape=(N,)), T.tensor("c", shape=())
n = T.dmatrix("n")
VALUES = {a: _drawn(size=(N, N)), x: _drawn(size=(7, N)), s: _drawn(size=(3, N, N)), v: _drawn(size=N),
          c: np.float64(0.3), n: _drawn(size=(4, 6))}



def _is_zero(m: Array) -> bool:
    return np.allclose(m, 0, atol=1e-12)


CHECKS: Mapping[str, Callable[[Array], bool]] = {
    "symmetric": lambda m: np.allclose(m, m.T),
    "positive_semidefinite": lambda m: np.linalg.eigvalsh(m).min() > -1e-12,
    "positive_definite": lambda m: np.linalg.eigvalsh(m).min() > 0,
    "diagonal": lambda m: _is_zero(m - np.diag(np.diag(m))),
    "lower_triangular": lambda m: _is_zero(np.triu(m, 1)),
    "upper_triangular": lambda m: _is_zero(np.tril(m, -1)),
    "orthogonal": lambda m: np.allclose(m @ m.T, np.eye(len(m))),
    "regular": lambda m: abs(np.linalg.det(m)) > 1e-12,
    "positive_diagonal": lambda m: bool((np.diag(m) > 0).all()),
    "unit_diagonal": lambda m: np.allclose(np.diag(m), 1),
    "identity": lambda m: np.allclose(m, np.eye(len(m))),
    "orthonormal_columns": lambda m: np.allclose(m.T @ m, np.eye(m.shape[1])),
    "orthonormal_rows": lambda m: np.allclose(m @ m.T, np.eye(len(m)))}

# How a matrix is made -> what must be known of it, what follows left out, and what must not be known.
MADE: Mapping[str, tuple[Any, str, str]] = {
    "x.T @ x": (x.T @ x, "positive_semidefinite", "regular"),
    "x @ x.T": (x @ x.T, "positive_semidefinite", "regular"),
    "a @ x.T": (a @ x.T, "", "symmetric"),
    "a + a.T": (a + a.T, "symmetric", "positive_semidefinite"),
    "a - a.T": (a - a.T, "", "symmetric"),
    "x.T @ x + c*I": (x.T @ x + T.exp(c) * T.eye(N), "positive_definite", ""),
    "x.T @ x + v*I": (x.T @ x + v * T.eye(N), "symmetric", "positive_semidefinite"),
    "x.T @ x - I": (x.T @ x - T.eye(N), "symmetric", "positive_semidefinite"),
    "n.T @ n + I": (n.T @ n + T.eye(n.shape[1]), "positive_definite", ""),
    "stack": (s.mT @ s + T.eye(N), "positive_definite", ""),
    "cov": (T.cov(x), "positive_semidefinite", "regular"),
    "outer": (T.outer(v, v), "positive_semidefinite", "regular"),
    "v w": (T.outer(v, T.exp(v)), "", "symmetric"),
    "Schur": ((x.T @ x) * (a.T @ a), "positive_semidefinite", "regular"),
    "exp": (T.exp(a + a.T), "symmetric", "diagonal"),
    "-definite": (-(x.T @ x + T.eye(N)), "symmetric regular", "positive_semidefinite"),
    "c*definite": (T.exp(c) * (x.T @ x + T.eye(N)) / 3, "positive_definite", ""),
    "c*semidefinite": (c * (x.T @ x), "symmetric", "positive_semidefinite"),
    "tril": (T.tril(a), "lower_triangular", "regular diagonal"),
    "triu": (T.triu(a), "upper_triangular", "diagonal"),
    "tril, n": (T.tril(n), "lower_triangular", ""),
    "triu(-1)": (T.triu(a, -1), "", "upper_triangular"),
    "tril * b": (T.tril(a) * T.exp(a), "lower_triangular", ""),
    "tril @ tril": (T.tril(a) @ T.tril(a), "lower_triangular", ""),
    "tril @ triu": (T.tril(a) @ T.triu(a), "", "lower_triangular upper_triangular"),
    "tril + I": (T.tril(a, -1) + T.eye(N), "lower_triangular", ""),
    "tril of exp": (T.tril(T.exp(a)), "regular", ""),
    "sqrt of tril": (T.sqrt(T.tril(T.exp(a))), "lower_triangular", ""),
    "exp of tril": (T.exp(T.tril(a)), "", "lower_triangular"),
    "diag": (T.diag(v), "diagonal", "regular"),
    "diag of exp": (T.diag(T.exp(v)), "positive_definite diagonal", ""),
    "diag(1)": (T.diag(v, 1), "upper_triangular", "diagonal"),
    "eye": (T.eye(N), "identity", ""),
    "large eye": (T.eye(80), "identity", ""),
    "eye(1)": (T.eye(N, k=1), "upper_triangular", "identity regular"),
    "tri": (T.tri(N), "lower_triangular unit_diagonal", ""),
    "constant": (T.as_tensor(np.diag([1.0, 2, 3])), "positive_definite", ""),
    "cholesky": (L.cholesky(x.T @ x), "lower_triangular positive_diagonal", ""),
    "L @ L.T": (L.cholesky(x.T @ x) @ L.cholesky(x.T @ x).T, "positive_definite", ""),
    "qr": (L.qr(x)[0], "orthonormal_columns", "orthonormal_rows"),
    "square qr": (L.qr(a)[0], "orthogonal", ""),
    "r": (L.qr(a)[1], "upper_triangular", "regular"),
    "Q.T @ Q": (L.qr(x)[0].T @ L.qr(x)[0], "identity", ""),
    "Q @ Q.T": (L.qr(x)[0] @ L.qr(x)[0].T, "positive_semidefinite", "identity"),
    "eigh": (L.eigh(a + a.T)[1], "orthogonal", ""),
    "u": (L.svd(x, full_matrices=False)[0], "orthonormal_columns", ""),
    "vh": (L.svd(x.T, full_matrices=False)[2], "orthonormal_rows", "orthonormal_columns"),
    "lu": (L.lu(a)[1], "lower_triangular unit_diagonal regular", ""),
    "p": (L.lu(a)[0], "orthogonal", ""),
    "inv": (L.inv(x.T @ x + T.eye(N)), "positive_definite", ""),
    "inv of tril": (L.inv(T.tril(a)), "lower_triangular regular", ""),
    "expm": (L.expm(a + a.T), "positive_definite", ""),
    "expm of any": (L.expm(a), "regular", "symmetric"),
    "solve": (L.solve(T.tril(a), T.tril(a)), "lower_triangular", ""),
    "assume": (sn.assume(x.T @ x, diagonal=True).T * 2, "diagonal", "positive_definite")}


@pytest.mark.parametrize("name", MADE)
def test_what_follows(name: str) -> None:
    matrix, known, unknown = MADE[name]
    facts = Views({}).matrix(matrix.node)
    assert set(known.split()) <= facts and facts.isdisjoint(unknown.split())


@pytest.mark.parametrize("name", [name for name in MADE if name != "assume"])
def test_facts_are_true(name: str) -> None:
    matrix = MADE[name][0]
    facts = Views({}).matrix(matrix.node)
    leaves = [y for y in VALUES if y.node in reached(matrix)]
    found = sn.function(leaves, matrix, mode="numpy", rewrites="off")(*(VALUES[y] for y in leaves))
    for each in found.reshape(-1, *found.shape[-2:]):
        for fact in facts:
            assert CHECKS[fact](each), (fact, each)


def reached(matrix: Any) -> set[Any]:
    return set(topological([matrix.node]))


def test_bands_of_masks() -> None:
    rows, columns = T.arange(6)[:, None], T.arange(6)
    size = T.dmatrix("m").shape[0]
    masks = {rows >= columns: Band(high=0), columns > rows: Band(low=1), rows == columns + 2: Band(-2, -2),
             (columns - rows <= 1) & (columns - rows >= -1): Band(-1, 1), rows + columns == 3: None, rows == 2: None,
             T.arange(size)[:, None] < T.arange(size)[None, :] - 1: Band(low=2)}
    for mask, band in masks.items():
        assert band_of(mask.node) == band, mask
