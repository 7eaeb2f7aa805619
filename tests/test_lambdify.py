"""``lambdify``: what SymPy documents of its own, and the structure and shapes of results."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.utilities.lambdify import implemented_function

import symnum as sn
from symnum.errors import (
    ArgumentError,
    GraphError,
    ShapeError,
    UnknownNameError,
    UnsupportedError,
)

x, y, z, t = sympy.symbols("x y z t")
n = sympy.Symbol("n", integer=True)
POINTS = np.linspace(0.25, 1.0, 5)


# as SymPy documents -----------------------------------------------------------------------------------------

def test_documented_calls() -> None:
    """The calls in the documentation of ``sympy.lambdify``."""
    assert sn.lambdify(x, x**2)(2) == 4
    assert sn.lambdify((x, y, z), [z, y, x])(1, 2, 3) == [3, 2, 1]
    assert sn.lambdify(x, sympy.sqrt(x))(4) == 2
    assert sn.lambdify((x, y), sympy.sin(x * y)**2)(0, 5) == 0
    assert sn.lambdify((x, (y, z)), x + y)(1, (2, 4)) == 3
    assert sn.lambdify([x, (y, z)], x + y + z)(1, [2, 4]) == 7
    assert sn.lambdify(([x, [y]], z), x * y + z)([2.0, [3.0]], 1.0) == 7
    row = sn.lambdify((x, y), sympy.Matrix((x, x + y)).T, modules="numpy")(1, 2)
    np.testing.assert_array_equal(row, [[1, 3]])


def test_text_is_read_by_sympys_parser() -> None:
    assert sn.lambdify("x y", "x**2 + y")(2, 3) == 7
    assert sn.lambdify([n], "n/2 + 1")(3) == 2.5      # its n is the one that is declared


def test_implementations() -> None:
    """Functions with a Python implementation: attached, in a dict of modules, and inside each other."""
    f = implemented_function("f", lambda u: u + 1)
    assert sn.lambdify(x, f(f(x)) * 2)(4) == 12
    assert sn.lambdify(x, f(x), {"f": lambda u: u - 1})(4) == 5     # its own goes before a name
    assert sn.lambdify(x, f(x), {"f": lambda u: u - 1}, use_imps=False)(4) == 3
    g = sympy.Function("g")
    assert sn.lambdify(x, g(x) + sympy.sin(x), modules=[{"g": lambda u: np.exp(u)}, "numpy"])(0.0) == 1
    assert sn.lambdify(x, sympy.sin(x), modules={"sin": lambda u: 3 * u})(2.0) == 6
    with pytest.raises(UnsupportedError, match=r"\bg\b"):
        sn.lambdify(x, g(x))
    with pytest.raises(UnsupportedError):
        sn.lambdify(x, f(x), use_imps=False)


def test_deferred_vector() -> None:
    v = sympy.DeferredVector("v")
    f = sn.lambdify(v, v[0] + 2 * v[2])
    assert f([1.0, 5.0, 3.0]) == 7
    np.testing.assert_array_equal(f(np.ones((3, 4))), np.full(4, 3.0))


def test_functions_of_time_are_arguments() -> None:
    q = sympy.Function("q")(t)
    assert sn.lambdify([q, q.diff(t), t], q + 2 * q.diff(t) + t)(1.0, 2.0, 3.0) == 8


def test_any_name_is_an_argument() -> None:
    f = sn.lambdify([sympy.Symbol("lambda"), sympy.Symbol("x-1"), sympy.Symbol(r"\dot{q}")],
                    sympy.Symbol("lambda") - sympy.Symbol("x-1") * sympy.Symbol(r"\dot{q}"))
    assert f(7.0, 2.0, 3.0) == 1


def test_options_of_sympy_that_mean_nothing() -> None:
    assert sn.lambdify(x, sympy.sin(x) + sympy.sin(x)**2, "math", None, True, True, True)(0.0) == 0
    with pytest.raises(UnsupportedError, match="printer"):
        sn.lambdify(x, x, printer=object())


def test_docstring_shows_expression_and_source() -> None:
    text = str(sn.lambdify([x, y], x + y).__doc__)
    start = "Created with lambdify. Signature:\n\nfunc(x, y)\n\nExpression:\n\nx + y\n\nSource code:\n\n"
    assert text.startswith(start) and "double" in text
    names = sympy.symbols("a1:26")
    lines = str(sn.lambdify(names, sum(names)).__doc__).splitlines()    # as SymPy wraps and cuts them
    assert lines[3] == "        a16, a17, a18, a19, a20, a21, a22, a23, a24, a25)"
    assert lines[7] == "a1 + a10 + a11 + a12 + a13 + a14 + a15 + a16 + a17 + a18 + a19 + a2 + a20 +..."
    short = str(sn.lambdify([x, y], (x + y)**31, docstring_limit=3).__doc__)
    assert short.count("REDACTED") == 2 and "double" not in short


def test_signature_names_the_arguments() -> None:
    f = sn.lambdify([x, sympy.Symbol("lambda"), (y, z)], x + y + z)
    assert list(inspect.signature(f).parameters) == ["x", "argument_2", "argument_3", "out"]
    assert list(inspect.signature(type(f)).parameters) != list(inspect.signature(f).parameters)
    a, b = sn.tensor.dscalars("a", "b")
    g = sn.function([a, sn.In(b, value=2.0)], a * b, mode="numpy")
    defaults = [p.default is inspect.Parameter.empty for p in inspect.signature(g).parameters.values()]
    assert defaults == [True, False, False]


def test_conditions_and_piecewise() -> None:
    p, q = sympy.symbols("p q")
    f = sn.lambdify([p, q], p & ~q)
    assert f(True, False) == np.True_ and f(np.array([True, False]), False).tolist() == [True, False]
    piecewise = sn.lambdify(x, sympy.Piecewise((sympy.log(x), x > 0), (-1, True)))
    with np.errstate(all="raise"):
        np.testing.assert_allclose(piecewise(np.array([-1.0, 0.0, 1.0])), [-1, -1, 0])
    assert np.isnan(sn.lambdify(x, sympy.Piecewise((x, x > 0)))(-1.0))


# results ----------------------------------------------------------------------------------------------------

def test_numbers_are_numpy_scalars() -> None:
    found = sn.lambdify([x, n], [x + 1, n + 1, x > 0])(1.5, 2)
    assert [type(v) for v in found] == [np.float64, np.int64, np.bool]


@pytest.mark.parametrize(("given", "shape"), [
    ((POINTS, 2.0), (5,)), ((2.0, POINTS), (5,)), ((POINTS[:, None], POINTS), (5, 5)), ((np.ones((3, 1)), 1.0), (3, 1)),
    ((np.ones(1), POINTS), (5,)), ((np.ones(1), 2.0), (1,)), ((np.ones((0, 2)), POINTS[:2]), (0, 2))])
def test_results_have_the_shape_of_all_arguments(given: Any, shape: tuple[int, ...]) -> None:
    """Constants too, and what does not depend on each argument."""
    one, first, matrix = sn.lambdify([x, y], [sympy.Integer(1), sympy.cos(x), sympy.Matrix([[x, 0, y]])])(*given)
    assert one.shape == first.shape == shape and matrix.shape == (*shape, 1, 3)
    np.testing.assert_array_equal(one, np.ones(shape))
    np.testing.assert_allclose(first, np.broadcast_to(np.cos(given[0]), shape))
    np.testing.assert_array_equal(matrix[..., 0, 0], np.broadcast_to(given[0], shape))
    np.testing.assert_array_equal(matrix[..., 0, 2], np.broadcast_to(given[1], shape))


def test_trailing_axes() -> None:
    f = sn.lambdify([x, y], sympy.Matrix([[x, 1], [y, x * y]]), batch="trailing")
    found = f(POINTS, 2.0)
    assert found.shape == (2, 2, 5) and found.flags.c_contiguous
    np.testing.assert_array_equal(found[1, 1], 2 * POINTS)
    with pytest.raises(UnknownNameError, match="leading"):
        sn.lambdify(x, x, batch="first")  # type: ignore[arg-type]


def test_structures() -> None:
    found = sn.lambdify(x, {"a": x, "b": (x + 1, [sympy.Array([[x, 2]]), 2 * x])})(1.0)
    assert found["a"] == 1 and found["b"][0] == 2 and found["b"][1][1] == 2
    np.testing.assert_array_equal(found["b"][1][0], [[1, 2]])
    assert sn.lambdify(x, (x, x + 1))(1.0) == (1, 2)
    assert sn.lambdify(x, sympy.Matrix(0, 3, []))(1.0).shape == (0, 3)
    assert sn.lambdify(x, [])(1.0) == [] and sn.lambdify(x, [None, x, (None,)])(1.0) == [None, 1, (None,)]
    out = np.empty(())
    assert sn.lambdify(x, [None, x])(1.0, out=[None, out])[1] is out
    with pytest.raises(GraphError, match="nothing to compute"):
        sn.lambdify(x, None)


def test_sets_and_keys_that_are_computed() -> None:
    for given in ({x, x + 1}, frozenset({x, x + 1}), sympy.FiniteSet(x, x + 1)):
        assert sn.lambdify(x, given)(1.0) == {1, 2}
    assert sn.lambdify(x, [{x, 3}, {"a": {2 * x}}])(1.0) == [{1, 3}, {"a": {2}}]
    f = implemented_function("f", lambda v: v + 100)
    assert sn.lambdify(x, {f(x): x})(3) == {103: 3} and sn.lambdify(x, {x: f(x)})(3) == {3: 103}   # as SymPy
    assert sn.lambdify(x, {y: x})(3) == {y: 3}
    with pytest.raises(ArgumentError, match="do not hash"):
        sn.lambdify(x, {x})(POINTS)
    with pytest.raises(ArgumentError, match="made anew"):
        sn.lambdify(x, {x})(1.0, out=np.empty(()))


def test_matrix_symbols_and_expressions() -> None:
    A, b = sympy.MatrixSymbol("A", 2, 2), sympy.MatrixSymbol("b", 2, 1)
    f = sn.lambdify([A, b, x], A * b * x)
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(f(a, np.ones((2, 1)), 2.0), [[6], [14]])
    S = sympy.MatrixSymbol("S", n, n)
    np.testing.assert_allclose(sn.lambdify(S, S * S)(a), a @ a)
    with pytest.raises(ShapeError):
        f(np.ones((3, 3)), np.ones((2, 1)), 2.0)
    for given in (np.ones(2), [1, 1]):   # a vector is the one column
        np.testing.assert_array_equal(f(a, given, 2.0), [[6], [14]])
    row = sympy.MatrixSymbol("row", 1, 2)
    np.testing.assert_array_equal(sn.lambdify(row, row * row.T)([3, 4]), [[25]])
    v = sympy.tensor.array.expressions.ArraySymbol("v", (3,))
    np.testing.assert_array_equal(sn.lambdify([v, x], v)(np.arange(3.0), 1.0), [0, 1, 2])


def test_matrices_as_lists_of_arguments() -> None:
    f = sn.lambdify([sympy.Matrix([x, y])], x - y)
    assert f(np.array([3.0, 2.0])) == f([[3.0], [2.0]]) == f(np.array([[3.0], [2.0]])) == 1
    assert sn.lambdify(sympy.Matrix([x, y]), x - y)(3.0, 2.0) == 1
