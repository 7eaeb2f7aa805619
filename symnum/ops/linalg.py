"""Linear algebra: factors, solutions and determinants of stacks of matrices, native or by LAPACK in NumPy and SciPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtype_rules
from . import linalg_derivatives as derivatives
from . import linalg_factor_derivatives as factors
from . import linalg_reference as reference
from . import linalg_shapes as shapes
from .spec import Absent, Interval, OpSpec, Routine

_STRUCTURAL = Absent("a structural op has vjp and jvp")
_NO_SYMPY = Absent("a matrix of elements; SymPy sees the elements")
_NO_C = Absent("a routine of its own")
_ANY = Interval(-2, 2)


def _row(name: str, doc: str, function: Callable[..., Any] | str, shape: Any, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": 1, "dtype": shapes.inexact, "partials": _STRUCTURAL, "sympy": _NO_SYMPY,
        "c": _NO_C, "lower": Routine("host"), "domain": (_ANY,) * columns.get("arity", 1), "cost": 1000.0, "tol": 1e4}
    return OpSpec(name=name, doc=doc, numpy=function, shape=shape, **(default | columns))


# triangles and diagonals --------------------------------------------------------------------------------------

def _band_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    *_, i, j = index
    first, last = node.attr("low"), node.attr("high")
    inside = low.true
    if first is not None:
        inside = low.all(inside, low.less_equal(low.add(i, first), j))
    if last is not None:
        inside = low.all(inside, low.less_equal(j, low.add(i, last)))
    return low.where(inside, low.value(node.inputs[0], index, where=inside), low.zero_of(node.dtype))


band = _row(
    "band", "Elements x[i, j] of each matrix with low <= j - i <= high (None bounds nothing), zeros elsewhere.",
    reference.band, shapes.matrices("band", shapes.same), attrs=("low", "high"), dtype=dtype_rules.same,
    vjp=lambda o, node, g: (o.band(g, low=node.attr("low"), high=node.attr("high")),),
    jvp=Absent("linear: the op itself, applied to the tangents"), facts=frozenset({"linear"}), cost=1.0, tol=0.0,
    c=Absent("moves elements; lowering turns it into indices"), lower=_band_pull)

diagonal = _row(
    "diagonal", "The diagonal of each matrix, of the length that both axes allow.", reference.diagonal,
    shapes.matrices("diagonal", shapes.vectors), dtype=dtype_rules.same, facts=frozenset({"linear"}), cost=0.5,
    vjp=derivatives.diagonal_vjp, jvp=Absent("linear: the op itself, applied to the tangents"), tol=0.0,
    c=Absent("moves elements; lowering turns it into indices"),
    lower=lambda low, node, index: low.value(node.inputs[0], (*index, index[-1])))


# products and systems -----------------------------------------------------------------------------------------

matmul = _row(
    "matmul", "Products of matrices of equal stacks, or of a stack and one matrix; transposed ones are read in place.",
    reference.matmul, shapes.products, arity=2, attrs=("transpose_a", "transpose_b"),
    dtype=dtype_rules.numeric, tol=64.0, cost=10.0, facts=frozenset({"bilinear"}), lower=Routine("stacked_product"),
    vjp=derivatives.matmul_vjp, jvp=derivatives.matmul_jvp)

inv = _row(
    "inv", "The inverse of each square matrix; of a singular one an error, or NaN for singular=\"nan\".",
    reference.inv, shapes.squares("inv", shapes.same), attrs=("singular",), lower=Routine("inv", over=0),
    vjp=derivatives.inv_vjp, jvp=derivatives.inv_jvp)

solve = _row(
    "solve", "x of a @ x = b, for square matrices a and matrices b of right sides.", np.linalg.solve,
    shapes.systems("solve"), arity=2, lower=Routine("solve", over=1),
    vjp=derivatives.solve_vjp, jvp=derivatives.solve_jvp)

solve_triangular = _row(
    "solve_triangular", "x of a @ x = b (of a.T @ x = b for trans), for a triangle of a.",
    "symnum.ops.linalg_scipy:solve_triangular", shapes.systems("solve_triangular"), arity=2,
    attrs=("lower", "trans", "unit_diagonal"), lower=Routine("solve_triangular", over=1),
    vjp=derivatives.solve_triangular_vjp, jvp=derivatives.solve_triangular_jvp)

pinv = _row(
    "pinv", "The Moore-Penrose pseudo-inverse; singular values up to rcond times the largest count as zero.",
    reference.pinv, shapes.matrices("pinv", shapes.swapped), attrs=("rcond",),
    vjp=derivatives.pinv_vjp, jvp=derivatives.pinv_jvp)

det = _row(
    "det", "The determinant of each square matrix.", np.linalg.det, shapes.squares("det", shapes.stack),
    lower=Routine("det"),
    vjp=derivatives.det_vjp, jvp=derivatives.det_jvp)

cofactor = _row(
    "cofactor", "The cofactors of each square matrix: the derivative of its determinant, of singular ones too.",
    reference.cofactor, shapes.squares("cofactor", shapes.same),
    vjp=derivatives.cofactor_vjp, jvp=derivatives.cofactor_jvp)

slogdet = _row(
    "slogdet", "Sign, and logarithm of the absolute value, of the determinant of each square matrix.",
    reference.slogdet, shapes.squares("slogdet", shapes.stack), attrs=("which",), results=2,
    dtype=shapes.with_real(1), lower=Routine("slogdet"),
    vjp=derivatives.slogdet_vjp, jvp=derivatives.slogdet_jvp)


# factors ------------------------------------------------------------------------------------------------------

cholesky = _row(
    "cholesky", "The lower triangular l with l @ l.T = x; of x only the lower triangle is read.",
    np.linalg.cholesky, shapes.squares("cholesky", shapes.same), lower=Routine("cholesky", over=0),
    vjp=factors.cholesky_vjp, jvp=factors.cholesky_jvp)

cholesky_pulled = _row(
    "cholesky_pulled", "From lower factors and their cotangents to those of the matrices: lower triangles.",
    "symnum.ops.linalg_scipy:cholesky_pulled", shapes.squares("cholesky_pulled", shapes.same), arity=2,
    lower=Routine("cholesky_pulled", over=1),
    vjp=factors.cholesky_pulled_vjp, jvp=factors.cholesky_pulled_jvp)

qr = _row(
    "qr", "q with orthonormal columns and upper triangular r, q @ r = x; reduced or complete.", reference.qr,
    shapes.matrices("qr", shapes.qr), attrs=("mode", "which"), results=2,
    vjp=factors.qr_vjp, jvp=factors.qr_jvp)

qr_r = _row(
    "qr_r", "The reduced r of qr alone.", reference.qr_r, shapes.matrices("qr", shapes.qr),
    vjp=factors.qr_vjp, jvp=factors.qr_jvp)

svd = _row(
    "svd", "u, s (descending) and vh with (u * s) @ vh = x; u and vh square for full_matrices.", reference.svd,
    shapes.matrices("svd", shapes.svd), attrs=("full_matrices", "which"), results=3, dtype=shapes.with_real(1),
    vjp=factors.svd_vjp, jvp=factors.svd_jvp)

svdvals = _row(
    "svdvals", "Singular values, descending.", reference.svdvals, shapes.matrices("svdvals", shapes.vectors),
    dtype=shapes.with_real(0), vjp=factors.svd_vjp, jvp=factors.svd_jvp)

eigh = _row(
    "eigh", "Eigenvalues (ascending) and orthonormal eigenvectors of symmetric matrices; one triangle is read.",
    reference.eigh, shapes.squares("eigh", shapes.eigh), attrs=("uplo", "which"), results=2,
    dtype=shapes.with_real(0),
    vjp=factors.eigh_vjp, jvp=factors.eigh_jvp)

eigvalsh = _row(
    "eigvalsh", "Eigenvalues of symmetric matrices, ascending.", reference.eigvalsh,
    shapes.squares("eigvalsh", lambda dims, shape, attrs: shape[:-1]), attrs=("uplo",),
    dtype=shapes.with_real(0),
    vjp=factors.eigvalsh_vjp, jvp=factors.eigvalsh_jvp)

eig = _row(
    "eig", "Eigenvalues and eigenvectors of length 1, complex, of square matrices.", reference.eig,
    shapes.squares("eig", shapes.eigh), attrs=("which",), results=2, dtype=shapes.to_complex,
    vjp=factors.eig_vjp, jvp=factors.eig_jvp)

eigvals = _row(
    "eigvals", "Eigenvalues, complex, of square matrices.", reference.eigvals,
    shapes.squares("eigvals", lambda dims, shape, attrs: shape[:-1]), dtype=shapes.to_complex,
    vjp=factors.eig_vjp, jvp=factors.eig_jvp)

lu = _row(
    "lu", "Permutation p, unit lower triangular l and upper triangular u with p @ l @ u = x.",
    "symnum.ops.linalg_scipy:lu", shapes.matrices("lu", shapes.lu), attrs=("which",), results=3,
    dtype=shapes.with_real(0), vjp=factors.lu_vjp, jvp=factors.lu_jvp)

expm = _row(
    "expm", "The exponential of each square matrix.", "symnum.ops.linalg_scipy:expm",
    shapes.squares("expm", shapes.same),
    vjp=derivatives.expm_vjp, jvp=derivatives.expm_jvp)

ROWS: Sequence[OpSpec] = (
    band, diagonal, matmul, inv, solve, solve_triangular, pinv, det, cofactor, slogdet,
    cholesky, cholesky_pulled, qr, qr_r, svd, svdvals, eigh, eigvalsh, eig, eigvals, lu, expm)
