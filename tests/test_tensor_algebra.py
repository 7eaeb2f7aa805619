"""Algebra that is asked for on tensors: the form is what was asked for; the values, dtypes and shapes are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum.errors import ArgumentError, ArgumentValueError, UnsupportedError
from symnum.ir.interpret import bind_dims, evaluate
from symnum.ir.node import Node
from symnum.ir.walk import leaves, topological

A, B, C, X, Y = sn.tensor.dscalars("a", "b", "c", "x", "y")
V, M = sn.tensor.tensor("v", dtype="float64", shape=(4,)), sn.tensor.tensor("m", dtype="float64", shape=(3, 4))
F, G = (sn.tensor.tensor(name, dtype="float32", shape=(None,)) for name in "fg")
K, J = (sn.tensor.tensor(name, dtype="int64", shape=(5,)) for name in "kj")
Z = sn.tensor.tensor("z", dtype="complex128", shape=(4,))
Values = Mapping[Node, Any]

# transformation -> formula, what is asked for, and how it reads afterwards
TABLE: Sequence[tuple[str, Any, Callable[[Any], Any], str]] = [
    ("collect", A * X + B * X + C, lambda e: sn.collect(e, X), "c + x*(a + b)"),
    ("collect powers", A * X**2 + B * X + X**2, lambda e: sn.collect(e, X), "b*x + square(x)*(a + 1)"),
    ("collect two", A * X + B * X + A * Y + C * Y, lambda e: sn.collect(e, [X, Y]), "x*(a + b) + y*(a + c)"),
    ("collect by a function", sn.exp(X) * A + sn.exp(X) * B, lambda e: sn.collect(e, sn.exp(X)), "(a + b)*exp(x)"),
    ("collect by a sum", V.sum() * A + B * V.sum(), lambda e: sn.collect(e, V.sum()), "(a + b)*sum(v)"),
    ("expand", (X + A) * (X - A) * 1.0, sn.expand, "square(x) - square(a)"),
    ("expand a cube", (X + 1) ** 3, sn.expand, "x**3 + 3*x + 3*square(x) + 1"),
    ("expand angles", sn.sin(X + Y), lambda e: sn.expand(e, trig=True), "cos(x)*sin(y) + cos(y)*sin(x)"),
    ("leave angles", sn.sin(X + Y), sn.expand, "sin(x + y)"),
    ("factor", X**2 - Y**2, sn.factor, "(x + y)*(x - y)"),
    ("factor quotients", 1 / X + 1 / Y, sn.factor, "(x + y)/(x*y)"),
    ("factor below a sum", (V**2 - 2 * V + 1).sum(), sn.factor, "sum(square(v - 1))"),
    ("factor below a product", (M * M + M) @ V, sn.factor, "m*(m + 1) @ v"),
    ("horner", 4 * X**3 + 3 * X**2 + 2 * X + 1, sn.horner, "x*(x*(4*x + 3) + 2) + 1"),
    ("horner by one", A * X**2 + B * X + sn.sin(C), lambda e: sn.horner(e, X), "x*(b + a*x) + sin(c)"),
    ("trigsimp", sn.sin(V) ** 2 + sn.cos(V) ** 2 + sn.tan(V), sn.trigsimp, "tan(v) + 1"),
    ("trigsimp hyperbolic", sn.cosh(X) ** 2 - sn.sinh(X) ** 2 + Y, sn.trigsimp, "y + 1"),
    ("float32", F * F - G * G, sn.factor, "(f + g)*(f - g)"),
    ("broadcast", M * V + V * V, sn.factor, "v*(m + v)"),
    ("integers", K * K - J * J, sn.factor, "-((j + k)*(j - k))"),
    ("complex numbers", Z * Z - 1, sn.factor, "(z + (1+0j))*(z - (1+0j))"),
    ("a derivative", sn.grad((X**2 + 2 * X) * 3, X), sn.factor, "x + 1"),
    ("conditions", sn.where(X * X - Y * Y > 0, X * X - Y * Y, 0.0), lambda e: sn.expand(e), "where("),
]


def same_values(before: Any, after: Any, tolerance: float = 1e-12, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    inputs = leaves([before.node, after.node], "input")
    for _ in range(5):
        arrays = [_drawn(rng, x) for x in inputs]
        values = {**dict(zip(inputs, arrays, strict=True)), **bind_dims(inputs, arrays)}
        expanded = [sn.expand_derivatives(before).node, after.node]
        a, b = evaluate(expanded, values)
        assert a.dtype == b.dtype and a.shape == b.shape
        np.testing.assert_allclose(b, a, rtol=tolerance if a.dtype.itemsize > 4 else 1e-4, atol=tolerance)


def _drawn(rng: np.random.Generator, x: Node) -> Any:
    shape = tuple(n if isinstance(n, int) else 6 for n in x.shape)
    if x.dtype.kind == "i":
        return rng.integers(-2**40, 2**40, shape)
    found = rng.uniform(0.5, 2.0, shape) + (1j * rng.uniform(0.5, 2.0, shape) if x.dtype.kind == "c" else 0)
    return found.astype(x.dtype)


@pytest.mark.parametrize(("name", "before", "asked", "text"), TABLE, ids=[row[0] for row in TABLE])
def test_what_was_asked_for(name: str, before: Any, asked: Callable[[Any], Any], text: str) -> None:
    after = asked(before)
    assert text in sn.pp(after)
    assert after.dtype == before.dtype and after.node.shape == before.node.shape
    same_values(before, after)


def test_one_region_of_several() -> None:
    inner = X**2 - Y**2
    whole = sn.exp(inner) + sn.log(X * Y + X) + (A**2 - B**2)
    found = sn.factor(whole, where=inner)
    assert sn.pp(found) == sn.pp(sn.exp(sn.factor(inner)) + sn.log(X * Y + X) + (A**2 - B**2))
    same_values(whole, found)


def test_a_region_inside_of_what_sympy_cannot_say() -> None:
    inner = V * V + V
    whole = sn.exp((inner * M).sum()) * inner.max()
    found = sn.factor(whole, where=inner)
    assert "v*(v + 1)" in sn.pp(found)
    same_values(whole, found)


def test_the_whole_is_every_region() -> None:
    whole = ((V * V - 1).sum() ** 2 - 1) * (M * M - 1).max()
    found = sn.factor(whole)
    for text in ("sum((v + 1)*(v - 1))", "max((m + 1)*(m - 1))"):
        assert text in sn.pp(found).replace("(v - 1)*(v + 1)", "(v + 1)*(v - 1)").replace(
            "(m - 1)*(m + 1)", "(m + 1)*(m - 1)")
    same_values(whole, found)


def test_integers_are_transformed_only_where_they_stay_integers() -> None:
    for before in (K // 2 * 2 + K % 2, K / J - 1, (K * J) << 1, (K & J) * (K + J), abs(K * J) + K):
        for asked in (sn.expand, sn.factor):
            found = asked(before)
            assert found.dtype == before.dtype
            same_values(before, found, 1e-9)
    wrapped = (K + J) * (K - J) * (K * K)
    values = {K.node: np.full(5, 2**40 + 7), J.node: np.full(5, 2**50 - 1)}
    a, b = evaluate([wrapped.node, sn.expand(wrapped).node], values)
    np.testing.assert_array_equal(a, b)


def test_truth_values_are_left() -> None:
    p = sn.tensor.tensor("p", dtype="bool", shape=(3,))
    before = (p & ~p) | (X * X - 1 > 0)
    assert sn.pp(sn.factor(before)).count(">") == 1 and sn.factor(before).dtype == "bool"
    same = p & ~p
    assert sn.factor(same).same_as(same)


def test_minus_zero_and_nan_are_symbols() -> None:
    found = sn.expand((X + np.nan) * (Y + 1))
    assert np.isnan(evaluate([found.node], {X.node: 1.0, Y.node: 2.0})[0])
    found = sn.expand((X * -0.0) * (Y + 1))
    assert np.signbit(evaluate([found.node], {X.node: np.float64(1.0), Y.node: np.float64(2.0)})[0])


def test_shared_graphs_do_not_explode() -> None:
    deep = X
    for _ in range(400):
        deep = sn.sin(deep) * (deep + 1) * 0.25 + deep * 0.5
    found = sn.collect(deep, X)
    assert 400 < len(topological([found.node])) < 10_000
    same_values(deep, found, 1e-9)


# series ---------------------------------------------------------------------------------------------------------

SERIES: Mapping[str, tuple[Callable[[Any], Any], Any, int, float]] = {
    "sine": (sn.sin, 0, 8, 1e-9), "exponential": (sn.exp, 0, 9, 1e-9),
    "rational": (lambda x: 1 / (1 - x), 0, 12, 1e-10),
    "composed": (lambda x: sn.exp(sn.sin(x)) / (1 + x), 0, 10, 1e-8), "about a number": (sn.log, 2, 8, 1e-9),
    "about half": (lambda x: sn.exp(x) * x, 0.5, 8, 1e-9), "a root": (lambda x: sn.sqrt(1 + x), 0, 10, 1e-11),
    "a pole": (lambda x: 1 / sn.sin(x), 0, 8, 1e-8), "array": (lambda x: x * V[0] + sn.cos(x), 0, 8, 1e-9),
}


@pytest.mark.parametrize("name", SERIES)
def test_series_are_near_their_functions(name: str) -> None:
    function, point, n, error = SERIES[name]
    x = sn.tensor.dvector("x")
    before = function(x)
    after = sn.series(before, x, n, x0=point)
    given = {x.node: float(point) + np.array([0.06, -0.04, 0.02]), V.node: np.ones(4)}
    given.update(bind_dims([x.node], [given[x.node]]))
    a, b = evaluate([before.node, after.node], given)
    np.testing.assert_allclose(b, a, rtol=error)
    assert after.dtype == before.dtype and after.node.shape == before.node.shape


def test_series_end_before_the_power_that_is_named() -> None:
    assert sn.pp(sn.series(sn.exp(X), X, 1)) == "1" and sn.pp(sn.series(sn.exp(X), X, 2)) == "x + 1"
    constant = sn.series(sn.cos(F), F, 2)
    assert constant.dtype == "float32" and constant.node.shape == F.node.shape


def test_series_about_a_tensor() -> None:
    found = sn.series(sn.sin(X), X, 4, x0=A)
    for x, a in ((0.71, 0.7), (-1.0, -1.02)):
        value = evaluate([found.node], {X.node: np.float64(x), A.node: np.float64(a)})[0]
        assert value == pytest.approx(np.sin(x), abs=1e-7) and value != np.sin(x)


def test_series_inside_of_a_sum() -> None:
    inner = sn.sin(V) * V
    found = sn.series(inner.sum(), V, 6, where=inner)
    v = np.array([0.1, -0.05, 0.02, 0.0])
    assert evaluate([found.node], {V.node: v})[0] == pytest.approx((np.sin(v) * v).sum(), abs=1e-7)
    with pytest.raises(ArgumentError, match=r"series: v is inside of sum\(sin\(v\)\*v\), .*cure: where="):
        sn.series(inner.sum() * 2, V, 6)


# equations ------------------------------------------------------------------------------------------------------

EQUATIONS: Mapping[str, tuple[Any, Any, int]] = {
    "linear": (sn.equal(A * X + B, C), X, 1), "quadratic": (X * X - A * X - B * C, X, 2),
    "exponential": (sn.equal(sn.exp(A * X) * 2, B), X, 1), "logarithm": (sn.equal(sn.log(X) + A, B), X, 1),
    "an inner tensor": (sn.equal(A * sn.exp(X) ** 2, B), sn.exp(X), 2), "vectors": (sn.equal(V * 3, M + A), V, 1),
    "float32": (sn.equal(2 * F, G), F, 1), "of a sum": (sn.equal(X * V.sum(), A), X, 1),
    "integers": (sn.equal(K * 2, J), K, 1),
}


@pytest.mark.parametrize("name", EQUATIONS)
def test_solutions_solve(name: str) -> None:
    equation, x, count = EQUATIONS[name]
    found = sn.solve_for(equation, x)
    sides = equation.node.operands if equation.node.op.name == "equal" else (equation.node,)
    assert len(found) == count
    rng = np.random.default_rng(0)
    inputs = leaves([equation.node], "input")
    arrays = [_drawn(rng, leaf) for leaf in inputs]
    values = {**dict(zip(inputs, arrays, strict=True)), **bind_dims(inputs, arrays)}
    for solution in found:
        assert solution.dtype == (x.dtype if x.dtype.kind == "f" else "float64")
        assert solution.node.shape == equation.node.shape
        value = evaluate([solution.node], values)[0]
        if value.shape == evaluate([x.node], values)[0].shape and x.dtype.kind == "f":
            left, *right = evaluate(list(sides), {**values, x.node: value.astype(x.dtype)})
            np.testing.assert_allclose(left, right[0] if right else 0.0, rtol=1e-5, atol=1e-12)


def test_solutions_read_as_formulas() -> None:
    assert [sn.pp(x) for x in sn.solve_for(sn.equal(A * X, B), X)] == ["b/a"]
    low, high = sn.solve_for(X * X - sn.assume(A, positive=True), X)
    assert {float(evaluate([x.node], {A.node: np.float64(9)})[0]) for x in (low, high)} == {-3.0, 3.0}


def _at(found: Any, **numbers: float) -> list[float]:
    values = {x.node: np.float64(numbers[x.name]) for x in (A, B, C)}
    return [float(evaluate([x.node], values)[0]) for x in found]


def test_solutions_that_do_not_solve_are_nan_or_left_out() -> None:
    roots = sn.solve_for(sn.equal(sn.sqrt(X), A), X)       # a square, but of what is not negative alone
    assert _at(roots, a=3.0, b=0.0, c=0.0) == [9.0] and np.isnan(_at(roots, a=-3.0, b=0.0, c=0.0)).all()
    (log,) = sn.solve_for(sn.equal(sn.log(X) + sn.log(X + 1), A), X)   # the other one is negative
    assert _at([log], a=np.log(6.0), b=0.0, c=0.0) == pytest.approx([2.0])


def test_solutions_under_conditions_are_nan_elsewhere() -> None:
    found = sn.solve_for(sn.equal(abs(X), A), X)
    assert sorted(_at(found, a=3.0, b=0.0, c=0.0)) == [-3.0, 3.0]
    assert np.isnan(_at(found, a=-3.0, b=0.0, c=0.0)).all()


def test_complex_tensors_have_complex_solutions() -> None:
    z = sn.tensor.zscalar("z")
    found = [complex(evaluate([x.node], {})[0]) for x in sn.solve_for(z * z + 1, z)]
    assert sorted(found, key=lambda x: x.imag) == [-1j, 1j]


def test_roots_without_a_formula_are_numbers() -> None:
    (found,) = sn.solve_for(X**5 - X - 1, X)
    assert _at([found], a=0.0, b=0.0, c=0.0) == pytest.approx([1.1673039782614187], rel=1e-15)


ERRORS: Mapping[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no closed form": (lambda: sn.solve_for(sn.cos(X) - X, X), UnsupportedError,
                       "SymPy finds no formula: multiple generators .*cure: solve it by"),
    "none": (lambda: sn.solve_for(sn.exp(X) + 1, X), UnsupportedError, "SymPy finds no solution; cure: state"),
    "complex": (lambda: sn.solve_for(X**3 - 3 * A * X + B, X), UnsupportedError, "goes through complex numbers"),
    "no equation": (lambda: sn.solve_for(X > 0, X), ArgumentError, "is no equation; cure: sn.equal"),
    "not there": (lambda: sn.solve_for(X + 1, Y), ArgumentError, "solve_for: y does not occur in x"),
    "inside of a sum": (lambda: sn.solve_for(V.sum() - V, V), ArgumentError, "is inside of sum"),
    "collect by nothing": (lambda: sn.collect(X + 1, Y), ArgumentError, "collect: y does not occur in x"),
    "where is not inside": (lambda: sn.factor(X + 1, where=Y), ArgumentError, r"where=y does not occur in x \+ 1"),
    "no polynomial": (lambda: sn.horner(X * sn.sin(X) + X, X), UnsupportedError, "horner: SymPy cannot do it with"),
    "no terms": (lambda: sn.series(X, X, 0), ArgumentValueError, "series: n must be positive; given 0"),
    "two series": (lambda: sn.series(abs(X), X, 3), UnsupportedError, "series: .* on the two sides of x0=0"),
    "two series of cases": (lambda: sn.series(sn.where(X > 0, sn.exp(X), 1.0), X, 3), UnsupportedError, "two sides"),
    "no series": (lambda: sn.series(sn.exp(1 / X), X, 3), UnsupportedError, "series: SymPy finds no series of exp"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    call, kind, text = ERRORS[name]
    with pytest.raises(kind, match=text):
        call()
