"""``to_sympy`` in its styles, and the way back: dtype, shape, sharing, bits of constants, and values stay."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import tensor as T
from symnum.algebra.conversions import from_sympy, to_sympy
from symnum.errors import UnknownNameError, UnsupportedError
from symnum.ir.walk import topological

STYLES = ("scalar", "matrix", "array", "index")
OF_ARRAYS = STYLES[1:]
A, C = T.tensor("A", shape=(3, 3)), T.tensor("C", shape=(3, 4), dtype="float32")
B, w = T.dmatrix("B"), T.dvector("w")
v, u, x = T.tensor("v", shape=(3,)), T.tensor("u", shape=(3,)), T.dscalar("x")
k, E = T.tensor("k", dtype="int64", shape=(3,)), T.tensor("E", shape=(2, 3, 3))
LEAVES = [A, C, B, w, v, u, x, k, E]
_random = np.random.default_rng(6)
VALUES = [_random.uniform(0.5, 2.0, shape) for shape in ((3, 3), (3, 4), (3, 5), 5, 3, 3, ())]
VALUES = [VALUES[0], VALUES[1].astype("float32"), *VALUES[2:], np.arange(1, 4), _random.uniform(0.5, 2.0, (2, 3, 3))]


def round_trip(t: Any, style: str, **options: Any) -> Any:
    expression, table = to_sympy(t, style=style, **options)
    return from_sympy(expression, symbols=table)


def values(*outputs: Any) -> Any:
    return sn.function(LEAVES, list(outputs), mode="numpy", on_unused_input="ignore")(*VALUES)


def heavy(t: Any) -> Counter[str]:
    """How often each op occurs that is not free."""
    return Counter(node.op.name for node in topological([t.node]) if node.op.cost >= 1)


CASES = {
    "products of matrices": A @ A @ v,
    "elementwise": sn.exp(-x * A**2 / 2) + A,
    "two arrays": A * sn.sin(A.T) - A / (A.T + 1),
    "logarithm of a sum": sn.log(sn.sum(sn.exp(v))),
    "rows of sums": A / sn.sum(A, axis=1, keepdims=True),
    "unknown lengths": B @ w + v,
    "solve": sn.linalg.solve(A, A.T),
    "inverse": sn.linalg.inv(A) * x,
    "determinant": sn.log(sn.linalg.det(A @ A.T)),
    "trace": T.trace(A),
    "outer": T.outer(v, w),
    "constant array": A + T.constant(np.eye(3)),
    "float32": sn.exp(C) * 2 + 1,
    "integers": k * k + 1,
    "whole division": k // 2,
    "elements": A[0, 1] + A[1:, 0].sum(),
    "choice": sn.where(A > 1, A, -A),
    "maximum": sn.max(A) * x,
    "joined": T.concatenate([A, A], axis=1),
    "quadratic form": v @ A @ v,
    "diagonal": T.diag(A) * v,
    "zeros": T.zeros((2, 3)),
    "a number": T.constant(2.0, dtype="float32"),
    "softmax": sn.exp(v) / sn.exp(v).sum(),
    "sorted": T.sort(v) * 2,
    "negative": -B,
    "comparison": A > 1,
    "mean": B.mean(axis=0),
    "variance": A.var(),
    "of bools": sn.where(k > 1, np.float32(1), np.float32(0)),
    "a leaf": A,
    "negative zero": v + T.constant(-0.0),
    "three axes": E.sum(0) * A,
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CASES)
def test_round_trip(name: str, style: str) -> None:
    t = CASES[name]
    back = round_trip(t, style)
    assert back.dtype == t.dtype
    want, got = values(t, back)
    if style == "scalar":
        got = np.broadcast_to(got, want.shape)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-5 if t.dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("style", OF_ARRAYS)
def test_more_axes(style: str) -> None:
    t = E * E[0] + sn.exp(E)
    if style == "matrix":
        with pytest.raises(UnsupportedError, match="cure: style="):
            to_sympy(t, style=style)
    else:
        want, got = values(t, round_trip(t, style))
        np.testing.assert_allclose(got, want, rtol=1e-13)


# what the expressions are ------------------------------------------------------------------------------------

def test_matrix_style_is_the_algebra_of_matrix_symbols() -> None:
    a, c = sympy.MatrixSymbol("A", 3, 3), sympy.MatrixSymbol("v", 3, 1)
    assert set(to_sympy(A @ A.T + 2 * A, style="matrix")[0].args) == {a * a.T, 2 * a}
    assert to_sympy(sn.linalg.solve(A, A.T), style="matrix")[0] == a.I * a.T
    assert to_sympy(sn.linalg.inv(A), style="matrix")[0] == a.I
    assert to_sympy(T.trace(A @ A.T), style="matrix")[0] == sympy.Trace(a * a.T)
    assert to_sympy(sn.linalg.det(A), style="matrix")[0] == sympy.Determinant(a)
    assert to_sympy(A * A.T, style="matrix")[0] == sympy.HadamardProduct(a, a.T)
    assert to_sympy(A * A, style="matrix")[0] == sympy.HadamardPower(a, 2)
    assert to_sympy(sn.sin(A), style="matrix")[0].dummy_eq(a.applyfunc(sympy.sin))
    assert to_sympy(v @ u, style="matrix")[0] == sympy.Trace(c.T * sympy.MatrixSymbol("u", 3, 1))


def test_array_style_is_made_of_array_expressions() -> None:
    from sympy.tensor.array.expressions import (
        ArrayContraction,
        ArrayElementwiseApplyFunc,
        ArraySymbol,
        ArrayTensorProduct,
    )
    a, c = ArraySymbol("A", (3, 3)), ArraySymbol("v", (3,))
    assert to_sympy(A @ v)[0] == ArrayContraction(ArrayTensorProduct(a, c), (1, 2))
    assert to_sympy(A.sum(axis=0))[0] == ArrayContraction(a, (0,))
    applied = to_sympy(sn.exp(-(A**2)))[0]
    assert isinstance(applied, ArrayElementwiseApplyFunc)
    assert applied.expr == a


def test_index_style_is_sums_of_elements() -> None:
    a, c = sympy.IndexedBase("A", shape=(3, 3)), sympy.IndexedBase("v", shape=(3,))
    total = to_sympy((A @ v).sum(), style="index")[0]
    assert isinstance(total, sympy.Sum)
    j, i = total.variables
    assert total.function == a[i, j] * c[j]
    equation, table = to_sympy(A.T * v, style="index")
    assert equation.rhs == a[equation.lhs.indices[1], equation.lhs.indices[0]] * c[equation.lhs.indices[1]]
    assert [t.same_as(leaf) for t, leaf in zip(table.values(), (A, v), strict=True)] == [True, True]


def test_default_styles() -> None:
    assert to_sympy(x * 2)[0] == to_sympy(x * 2, style="scalar")[0]
    assert to_sympy(A @ v)[0] == to_sympy(A @ v, style="array")[0]


def test_names_of_symbols_are_those_of_leaves_and_never_meet() -> None:
    twins = [T.tensor("q", shape=(2, 2)) for _ in range(3)]
    for style in OF_ARRAYS:
        t = twins[0] @ twins[1] + twins[2]
        expression, table = to_sympy(t, style=style)
        assert len(table) == 3
        back = from_sympy(expression, symbols=table)
        f = sn.function(twins, [t, back], mode="numpy")
        want, got = f(*_random.uniform(size=(3, 2, 2)))
        np.testing.assert_allclose(got, want, rtol=1e-14)


# what SymPy cannot say ---------------------------------------------------------------------------------------

def test_functions_or_symbols_stand_for_what_sympy_cannot_say() -> None:
    t = sn.tensor.nextafter(x, 2.0 * x) + 1
    expression, table = to_sympy(t)
    applied, = (e for e in table if isinstance(e, sympy.core.function.AppliedUndef))
    assert applied.func.__name__ == "nextafter"
    assert expression == applied + 1
    assert applied.args[1] == 2 * applied.args[0]
    assert from_sympy(expression, symbols=table).same_as(t)
    as_symbol, table = to_sympy(t, opaque="symbol")
    assert [s.is_Symbol for s in table] == [True]
    assert from_sympy(as_symbol, symbols=table).same_as(t)


def test_two_nodes_of_one_op_are_two_functions() -> None:
    first, second = T.searchsorted(v, x), T.searchsorted(v, x, side="right")
    expression, table = to_sympy(first * 2 - second)
    assert len(table) == 2
    assert values(from_sympy(expression, symbols=table), first * 2 - second)[0] == values(first * 2 - second)[0]


@pytest.mark.parametrize("style", STYLES)
def test_tensors_are_opaque_on_request(style: str) -> None:
    inner = sn.exp(v)
    t = sn.log(inner) + inner
    expression, table = to_sympy(t, style=style, opaque=[inner])
    assert [made.same_as(inner) for made in table.values()] == [True]
    assert not expression.has(sympy.exp)


@pytest.mark.parametrize("style", STYLES)
def test_large_parts_are_symbols_of_their_own(style: str) -> None:
    t = v
    for _ in range(20):
        t = sn.sin(t) * t + t
    expression, table = to_sympy(t, style=style, max_nodes=50)
    assert sum(1 for _ in sympy.preorder_traversal(expression)) < 500
    assert 0 < len(table) < 40
    want, got = values(t, from_sympy(expression, symbols=table))
    np.testing.assert_allclose(got, want, rtol=1e-11)


def test_unknown_words_are_refused() -> None:
    for options in ({"style": "matrices"}, {"opaque": "functions"}):
        with pytest.raises(UnknownNameError, match="did you mean"):
            to_sympy(x, **options)


# sharing -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("style", OF_ARRAYS)
def test_what_is_shared_stays_shared(style: str) -> None:
    product = A @ A
    t = sn.exp(product) + sn.sin(product @ product) * product
    assert heavy(round_trip(t, style))["dot"] == heavy(t)["dot"] == 2
    assert heavy(round_trip(t, style))["exp"] == 1


# algebra on the results ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CASES)
def test_expressions_are_typeset(name: str, style: str) -> None:
    assert sympy.latex(to_sympy(CASES[name], style=style)[0])


def test_sympy_works_on_scalars() -> None:
    expression, table = to_sympy(sn.exp(x) * x - 2)
    symbol, = table
    slope = from_sympy(expression.diff(symbol), symbols=table)
    np.testing.assert_allclose(*values(slope, (x + 1) * sn.exp(x)), rtol=1e-15)
    root, = sympy.solve(to_sympy(2 * x - 3)[0])
    assert root == sympy.Rational(3, 2)
    series = from_sympy(sympy.sin(symbol).series(symbol, 0, 4).removeO(), symbols=table)
    np.testing.assert_allclose(*values(series, x - x**3 / 6), rtol=1e-15)


def test_sympy_works_on_matrices() -> None:
    """SymPy derives the gradient of a trace, and symnum computes it."""
    expression, table = to_sympy(T.trace(A @ A.T), style="matrix")
    symbol, = table
    gradient = from_sympy(expression.diff(symbol), symbols=table)
    np.testing.assert_allclose(*values(gradient, 2 * A), rtol=1e-15)


def test_sympy_works_on_indices() -> None:
    expression, table = to_sympy((v**2).sum(), style="index")
    base, = table
    j = sympy.Idx("j", 3)
    slope = from_sympy(expression.diff(base[j]).doit(), symbols=table)
    np.testing.assert_allclose(*values(slope, 2 * v), rtol=1e-15)


# random graphs -----------------------------------------------------------------------------------------------

UNARY = (sn.exp, sn.sin, sn.sqrt, sn.negative, sn.square, lambda t: t * 0.1, lambda t: t + 1.5, lambda t: 1 / t)
BINARY = (sn.add, sn.subtract, sn.multiply, sn.maximum, lambda a, b: a / (1 + b * b),
          lambda a, b: sn.where(a > b, a, b))
OF_MATRICES = (lambda t: t @ t, lambda t: t.T, lambda t: t / t.sum(axis=0), lambda t: t * t.sum(axis=1, keepdims=True),
               lambda t: t + T.diag(t), lambda t: t * t.sum(), lambda t: T.outer(t @ T.diag(t), t[0]))


@st.composite
def graphs(draw: Any, dtype: str) -> Any:
    leaf = T.tensor("M", shape=(3, 3), dtype=dtype)
    made = [leaf, T.constant(draw(st.floats(-2, 2, width=32)), dtype=dtype) + leaf]
    for _ in range(draw(st.integers(1, 7))):
        one, other = (made[draw(st.integers(0, len(made) - 1))] for _ in range(2))
        kind = draw(st.integers(0, 2))
        if kind == 2:
            made.append(draw(st.sampled_from(OF_MATRICES))(one))
        else:
            made.append(draw(st.sampled_from(BINARY))(one, other) if kind else draw(st.sampled_from(UNARY))(one))
    last = made[-1]
    return leaf, draw(st.sampled_from((lambda t: t, lambda t: t.sum(), lambda t: t.sum(axis=0), lambda t: t[1])))(last)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from(("float64", "float32")), st.sampled_from(OF_ARRAYS))
def test_round_trip_of_random_graphs(data: Any, dtype: str, style: str) -> None:
    leaf, t = data.draw(graphs(dtype))
    back = round_trip(t, style)
    assert back.dtype == t.dtype
    matrix = np.linspace(0.3, 1.2, 9).reshape(3, 3).astype(dtype)
    want, got = sn.function([leaf], [t, back], mode="numpy", on_unused_input="ignore")(matrix)
    assert got.shape == want.shape
    close = np.isclose(got, want, rtol=2e-2 if dtype == "float32" else 1e-8, equal_nan=True)
    assert (close | ~np.isfinite(want) | (np.abs(want) > 1e30)).all()
    assert heavy(back)["dot"] <= heavy(t)["dot"] + heavy(t)["sum"]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(width=64), st.sampled_from(STYLES))
def test_bits_of_constants_survive(number: float, style: str) -> None:
    t = sn.where(A > 0, T.constant(number), A)
    back, = values(round_trip(t, style))
    assert np.broadcast_to(back, (3, 3)).tobytes() == np.full((3, 3), number).tobytes() or np.isnan(number)


def test_printers_of_sympy_print_the_formula_of_a_tensor() -> None:
    x, v = T.dscalar("x"), T.dvector("v")
    assert sympy.latex(sn.exp(-x**2 / 2)) == r"e^{- \frac{x^{2}}{2}}"
    assert sympy.latex([x, 2 * v]) == r"\left[ x, \  2 v\right]"
    assert sympy.pretty(x / 2, use_unicode=False) == "x\n-\n2"
    assert sympy.sstr(x + 1) == "x + 1"
    assert sympy.srepr(x) == sympy.srepr(x.sympy())
    assert sympy.mathml(x) == "<ci>x</ci>" and sympy.mathml(x, printer="presentation") == "<mi>x</mi>"
