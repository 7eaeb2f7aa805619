"""Matrices, arrays and indices of SymPy as tensors: shapes, dtypes, systems, derivatives, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Idx, IndexedBase, MatrixSymbol, Sum

import symnum as sn
from symnum import tensor as T
from symnum.algebra.conversions import from_sympy
from symnum.errors import DTypeError, GraphError, ShapeError, UnsupportedError
from symnum.ir.walk import topological

n, m = sympy.symbols("n m", integer=True)
x = sympy.Symbol("x")
X, B, b = MatrixSymbol("X", n, n), MatrixSymbol("B", n, m), MatrixSymbol("b", n, 1)
random = np.random.default_rng(0)
SQUARE = random.uniform(0.5, 2, (3, 3)) + 3 * np.eye(3)
WIDE, VECTOR = random.uniform(size=(3, 4)), random.uniform(size=3)
GIVEN = {X: T.dmatrix("X"), B: T.dmatrix("B"), b: T.dvector("b"), x: T.dscalar("x")}
NUMBERS = dict(zip(GIVEN, (SQUARE, WIDE, VECTOR, np.float64(1.5)), strict=True))


def value(e: Any, given: Any = None, numbers: Any = None, mode: str = "numpy") -> Any:
    given, numbers = given or GIVEN, numbers or NUMBERS
    run = sn.function(list(given.values()), from_sympy(e, symbols=given), mode=mode, on_unused_input="ignore")
    return run(*(numbers[s] for s in given))


def ops(t: Any) -> set[str]:
    return {node.op.name for node in topological([t.node])}


# shapes ---------------------------------------------------------------------------------------------------------

def test_symbols_in_shapes_are_lengths_of_the_tensors() -> None:
    np.testing.assert_allclose(value(n * x * X + m * sympy.Identity(n)), 4.5 * SQUARE + 4 * np.eye(3))
    assert value(sympy.OneMatrix(n, m) + B).shape == (3, 4)


def test_lengths_are_checked() -> None:
    with pytest.raises(ShapeError, match="length n of B is 4, and 3 elsewhere"):
        from_sympy(X * B, symbols={X: T.tensor("X", shape=(3, 3)), B: T.tensor("B", shape=(4, 2))})
    with pytest.raises(ShapeError, match=r"W has shape \(3, 3\); given a tensor of shape \(2, 2\)"):
        from_sympy(MatrixSymbol("W", 3, 3), symbols={MatrixSymbol("W", 3, 3): np.eye(2)})
    with pytest.raises(DTypeError, match="n is a length of X"):
        from_sympy(X, symbols={X: GIVEN[X], n: T.dscalar("n")})
    with pytest.raises(ShapeError):
        value(X * B, numbers={**NUMBERS, B: WIDE[:2]})


def test_vectors_for_columns_give_vectors() -> None:
    np.testing.assert_allclose(value(X * b), SQUARE @ VECTOR)
    np.testing.assert_allclose(value(b.T * X), VECTOR @ SQUARE)
    np.testing.assert_allclose(value(b.T * X * b), VECTOR @ SQUARE @ VECTOR)
    np.testing.assert_allclose(value(b * b.T), np.outer(VECTOR, VECTOR))
    column = {**GIVEN, b: T.dmatrix("b")}
    assert value(X * b, column, {**NUMBERS, b: VECTOR[:, None]}).shape == (3, 1)


def test_arrays_for_numbers_give_one_matrix_for_each() -> None:
    """As a Matrix of expressions of arrays does: their axes come first."""
    rotation = sympy.Matrix([[sympy.cos(x), -sympy.sin(x)], [sympy.sin(x), sympy.cos(x)]])
    P = MatrixSymbol("P", 2, 2)
    angles, p = np.linspace(0, 1, 5), random.uniform(size=(2, 2))
    given = {x: T.dvector("x"), P: T.tensor("P", shape=(2, 2))}
    want = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]]).transpose(2, 0, 1)
    np.testing.assert_allclose(value(rotation, given, {x: angles, P: p}), want)
    got = value(rotation * P * x + P.applyfunc(sympy.sin) + sympy.Identity(2), given, {x: angles, P: p})
    np.testing.assert_allclose(got, want @ p * angles[:, None, None] + np.sin(p) + np.eye(2))
    np.testing.assert_allclose(value(sympy.Trace(P * rotation), given, {x: angles, P: p}),
                               np.trace(p @ want, axis1=1, axis2=2))
    stack = {x: T.dvector("x"), P: T.tensor("P", shape=(None, 2, 2))}
    many = random.uniform(size=(5, 2, 2))
    np.testing.assert_allclose(value(x * P.I * P.T, stack, {x: angles, P: many}),
                               angles[:, None, None] * np.linalg.inv(many) @ many.transpose(0, 2, 1))


def test_products_are_never_element_by_element() -> None:
    P, Q = MatrixSymbol("P", 3, 3), MatrixSymbol("Q", 3, 3)
    given = {P: T.tensor("P", shape=(3, 3)), Q: T.tensor("Q", shape=(3, 3))}
    for e in (P * Q, sympy.Mul(P, Q, evaluate=False), sympy.MatMul(P, Q)):
        assert from_sympy(e, symbols=given).same_as(given[P] @ given[Q])


# dtypes ---------------------------------------------------------------------------------------------------------

def test_numbers_in_matrices_are_weak() -> None:
    P, Q = MatrixSymbol("P", 2, 2), MatrixSymbol("Q", 2, 2)
    given = {P: T.tensor("P", dtype="float32", shape=(2, 2)), Q: T.tensor("Q", dtype="float64", shape=(2, 2))}
    third = sympy.Matrix([[1, 2], [3, sympy.Rational(1, 3)]])
    for e in (P + sympy.Identity(2), third * P, sympy.HadamardProduct(P, third), sympy.KroneckerProduct(P, third)):
        assert from_sympy(e, symbols=given).dtype == "float32"
    assert from_sympy(third * P + Q, symbols=given).dtype == "float64"
    assert from_sympy(sympy.Matrix([[1, 2]]), symbols={}).dtype == "int64"
    assert from_sympy(sympy.Matrix([[1, sympy.pi]]), symbols={}).dtype == "float64"
    i = sympy.Symbol("i", integer=True)
    assert from_sympy(Sum(i * P[i, i], (i, 0, 1)), symbols=given).dtype == "float32"


# systems and derivatives ------------------------------------------------------------------------------------------

def test_an_inverse_times_a_vector_is_a_system() -> None:
    run = sn.function([GIVEN[X], GIVEN[b]], from_sympy(X.I * b, symbols=GIVEN))
    np.testing.assert_allclose(run(SQUARE, VECTOR), np.linalg.solve(SQUARE, VECTOR), rtol=1e-13)
    applied = str(run.explain())
    assert "inverse_product" in applied


def test_derivatives_of_matrix_expressions() -> None:
    logdet = sympy.log(sympy.Determinant(X))
    assert str(sympy.diff(logdet, X)) == "0"        # SymPy's own, which is wrong
    for mode in ("numpy", "c"):
        got = value(sympy.Derivative(logdet, X), {X: GIVEN[X]}, {X: SQUARE}, mode)
        np.testing.assert_allclose(got, np.linalg.inv(SQUARE).T, rtol=1e-12)
    np.testing.assert_allclose(value(sympy.Derivative(sympy.Trace(b.T * X * b), b)), (SQUARE + SQUARE.T) @ VECTOR)
    np.testing.assert_allclose(value(sympy.Derivative(x**3 * X, x, x)), 6 * 1.5 * SQUARE)
    np.testing.assert_allclose(value(sympy.Derivative(x * sympy.Trace(X * X), X, x)), 2 * SQUARE.T)
    a = IndexedBase("a")
    got = value(sympy.Derivative(Sum(a[n] ** 3, (n, 0, 2)), a[1]), {a: T.tensor("a", shape=(3,))}, {a: VECTOR})
    np.testing.assert_allclose(got, 3 * VECTOR[1] ** 2)


def test_large_determinants_do_not_overflow() -> None:
    big = 100 * np.eye(200)
    got = value(sympy.log(sympy.Determinant(X)), {X: GIVEN[X]}, {X: big}, "c")
    np.testing.assert_allclose(got, 200 * np.log(100), rtol=1e-13)


# indices ------------------------------------------------------------------------------------------------------------

A, v, w = IndexedBase("A", shape=(n, m)), IndexedBase("v"), IndexedBase("w")
i, j, k, free = Idx("i", n), Idx("j", m), Idx("k"), sympy.Symbol("free", integer=True)
INDEXED = {A: T.dmatrix("A"), v: T.dvector("v"), w: T.dvector("w"), x: T.dscalar("x")}
OF_INDEXED = {A: WIDE, v: random.uniform(size=4), w: VECTOR, x: np.float64(1.5)}
_V = OF_INDEXED[v]

SUMS = [
    (A[i, j], WIDE),
    (A[i, j] * v[j], WIDE @ _V),
    (w[i] * A[i, j], VECTOR @ WIDE),
    (w[i] * A[i, j] * v[j], VECTOR @ WIDE @ _V),
    (sympy.exp(A[i, j] * v[j]) + w[i], np.exp(WIDE @ _V) + VECTOR),
    ((w[k] + x) * w[k], ((VECTOR + 1.5) * VECTOR).sum()),
    (w[k] ** 2, VECTOR**2),
    (Sum(A[i, j] * v[j], (j, 0, m - 1)), WIDE @ _V),
    (Sum(A[i, j], (i, 0, n - 1), (j, 0, m - 1)) * x, 1.5 * WIDE.sum()),
    (Sum(Sum(A[i, j] * v[j], (j, 0, m - 1)) ** 2, (i, 0, n - 1)), ((WIDE @ _V) ** 2).sum()),
    (Sum(w[free + 1] - w[free], (free, 0, 1)), VECTOR[2] - VECTOR[0]),
    (sympy.Eq(IndexedBase("y")[j, i], A[i, j] * v[j]), (WIDE * _V).T),
    (sympy.Eq(IndexedBase("y")[i, j], x), np.full((3, 4), 1.5)),
]


@pytest.mark.parametrize(("e", "want"), SUMS, ids=lambda e: str(e)[:40])
def test_sums_over_indices(e: Any, want: Any) -> None:
    got = value(e, INDEXED, OF_INDEXED)
    assert got.shape == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=1e-13)


def test_sums_of_products_are_products_of_matrices() -> None:
    P, Q = IndexedBase("P"), IndexedBase("Q")
    given = {P: T.tensor("P", shape=(3, 3)), Q: T.tensor("Q", shape=(3, 3))}
    p, q, r = (Idx(name, 3) for name in "pqr")
    made = from_sympy(P[p, q] * Q[q, r], symbols=given)
    assert "dot" in ops(made)
    assert not {"gather", "multiply", "sum"} & ops(made)


# refusals -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("e", "message"), [
    (sympy.sin(X), r"sin of a matrix or array .*cure: X.applyfunc"),
    (X ** sympy.Rational(1, 2), "needs a whole number as exponent"),
    (sympy.Eq(X, X.T, evaluate=False), "Equality of a matrix"),
    (sympy.Derivative(X * X, X), r"Derivative at exprs\[0\]: a derivative of a matrix"),
    (X[-1 + x, 0], "must be an integer"),
    (sympy.Permanent(X), r"class Permanent, at exprs\[0\]"),
])
def test_refusals(e: Any, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        from_sympy(e, symbols=GIVEN)


def test_what_is_not_given_is_named() -> None:
    with pytest.raises(GraphError, match=r"symbols B \(of shape \(n, m\)\)"):
        from_sympy(X * B, symbols={X: GIVEN[X]})
    with pytest.raises(UnsupportedError, match=r"A\[i\] has 1 indices, and A 2 axes"):
        from_sympy(IndexedBase("A")[i], symbols={IndexedBase("A"): GIVEN[X]})
    with pytest.raises(UnsupportedError, match="different free indices"):
        from_sympy(v[Idx("p", 3)] + w[Idx("q", 3)], symbols=INDEXED)
