"""``lambdify``: what SymPy documents of its own, shapes and dtypes of results, and the ways of calling."""

from __future__ import annotations

import math
import pickle
import threading
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.utilities.lambdify import implemented_function

import symnum as sn
from symnum.errors import ArgumentError, DTypeError, GraphError, ShapeError, UnknownNameError, UnsupportedError
from symnum.formulas.lambdifying import Lambdified

x, y, z, t = sympy.symbols("x y z t")
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
    n = sympy.Symbol("n", integer=True)
    assert sn.lambdify([n], "n/2 + 1")(3) == 2.5      # its n is the one that is declared


def test_implementations() -> None:
    """Functions with a Python implementation: attached, in a dict of modules, and inside each other."""
    f = implemented_function("f", lambda u: u + 1)
    assert sn.lambdify(x, f(f(x)) * 2)(4) == 12
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
    text = sn.lambdify([x, y], x + y).__doc__
    assert text is not None and "func(x, y)" in text and "x + y" in text and "Source code:" in text and "double" in text
    short = sn.lambdify([x, y], (x + y)**31, docstring_limit=3).__doc__
    assert short is not None and "REDACTED" in short


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
    n = sympy.Symbol("n", integer=True)
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
    assert sn.lambdify(x, [])(1.0) == []


def test_matrix_symbols_and_expressions() -> None:
    A, b = sympy.MatrixSymbol("A", 2, 2), sympy.MatrixSymbol("b", 2, 1)
    f = sn.lambdify([A, b, x], A * b * x)
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(f(a, np.ones((2, 1)), 2.0), [[6], [14]])
    n = sympy.Symbol("n", integer=True)
    S = sympy.MatrixSymbol("S", n, n)
    np.testing.assert_allclose(sn.lambdify(S, S * S)(a), a @ a)
    with pytest.raises(ShapeError):
        f(np.ones((3, 3)), np.ones((2, 1)), 2.0)


def test_matrices_as_lists_of_arguments() -> None:
    f = sn.lambdify([sympy.Matrix([x, y])], x - y)
    assert f(np.array([3.0, 2.0])) == f([[3.0], [2.0]]) == f(np.array([[3.0], [2.0]])) == 1
    assert sn.lambdify(sympy.Matrix([x, y]), x - y)(3.0, 2.0) == 1


# dtypes -----------------------------------------------------------------------------------------------------

def test_dtypes_of_arguments_decide() -> None:
    f = sn.lambdify([x, y], x * y + 1)
    single = np.ones(3, np.float32)
    assert f(single, 2.0).dtype == np.float32 and f(np.float32(1), 0.1).dtype == np.float32
    assert f(1.0, 0.1) == 1.1 and f(single, np.ones(3)).dtype == np.float64
    assert f(np.arange(3), np.arange(3)).dtype == np.int64
    assert f(1, 2).dtype == np.float64      # whole numbers may overflow int64; Python's do not
    assert f(1j, 2.0) == 1 + 2j
    assert sn.lambdify(x, sympy.sqrt(x), dtype="complex128")(-1.0) == 1j
    assert sn.lambdify(x, x / 3, dtype="float32")(1.0).dtype == np.float32
    with pytest.raises(DTypeError, match="float32"):
        sn.lambdify(x, x, dtype="float32")(np.ones(2))


def test_python_numbers_after_single_precision() -> None:
    """A form for float32 numbers does not serve Python's."""
    f = sn.lambdify(x, x + sympy.Rational(1, 10))
    assert f(np.float32(1)).dtype == np.float32
    assert f(0.1) == 0.2


def test_declared_integers() -> None:
    n = sympy.Symbol("n", integer=True)
    f = sn.lambdify(n, n**2)
    assert f(3) == 9 and f(3).dtype == np.int64
    assert f(2.5) == 6.25


# calls ------------------------------------------------------------------------------------------------------

def test_keywords_and_wrong_arguments() -> None:
    f = sn.lambdify([x, y], x - y)
    assert f(3.0, y=1.0) == f(y=1.0, x=3.0) == 2
    with pytest.raises(ArgumentError, match="missing: y"):
        f(1.0)
    with pytest.raises(ArgumentError, match="'z'"):
        f(1.0, z=2.0)
    with pytest.raises(ArgumentError, match="pass numbers"):
        f("a", 1.0)
    with pytest.raises(ShapeError, match=r"x \(2,\), y \(3,\)"):
        f(np.ones(2), np.ones(3))
    with pytest.raises(ArgumentError, match="2 parts"):
        sn.lambdify([(x, y)], x - y)([1.0, 2.0, 3.0])


def test_out() -> None:
    """Results in arrays of the caller: in place, in the layout of earlier results, and copied where they overlap."""
    f = sn.lambdify([x, y], [x * y, sympy.Matrix([[x, 1], [y, x * y]])])
    out = [np.empty(()), np.empty((2, 2))]
    assert f(2.0, 3.0, out=out) is out and out[0] == 6 and out[1].tolist() == [[2, 1], [3, 6]]
    earlier = f(POINTS, 2.0)
    assert f(POINTS, 3.0, out=earlier)[1] is earlier[1]
    np.testing.assert_array_equal(earlier[1][:, 1, 1], 3 * POINTS)
    plain = [np.empty(5), np.empty((5, 2, 2))]
    f(POINTS, 3.0, out=plain)
    np.testing.assert_array_equal(plain[1], earlier[1])
    both = POINTS.copy()
    assert sn.lambdify(x, x + 1)(both, out=both) is both
    np.testing.assert_array_equal(both, POINTS + 1)
    with pytest.raises(ShapeError, match="output 2"):
        f(POINTS, 3.0, out=[np.empty(5), np.empty((2, 2, 2))])
    with pytest.raises(DTypeError, match="float32"):
        sn.lambdify(x, x)(POINTS, out=np.empty(5, np.float32))


def test_overlapping_targets_are_filled_one_after_the_other() -> None:
    f, memory = sn.lambdify(x, [x, x + 1]), np.zeros(6)
    f(POINTS, out=[memory[:5], memory[1:]])
    np.testing.assert_array_equal(memory[1:], POINTS + 1)


def test_strided_arguments_and_lists() -> None:
    f, grid = sn.lambdify([x, y], x + 10 * y), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(f(grid[:, ::2], grid.T[::2].T), grid[:, ::2] * 11)
    np.testing.assert_array_equal(f([1.0, 2.0], [[1.0], [2.0]]), [[11, 12], [21, 22]])
    np.testing.assert_array_equal(f(grid.astype(">f8"), 0.0), grid)


def test_forms_take_turns() -> None:
    """Calls with other ranks and lengths, in any order, find the form that serves them."""
    f = sn.lambdify([x, y], sympy.Matrix([[x + y]]))
    for _ in range(2):
        for a, b in ((1.0, 2.0), (POINTS, 2.0), (POINTS, POINTS), (POINTS[:1], POINTS), (np.ones((2, 1)), POINTS)):
            np.testing.assert_array_equal(f(a, b)[..., 0, 0], np.add(a, b))


def test_threads_share_a_function() -> None:
    """Threads that make the first call together, each with values, lengths and dtypes of its own."""
    f, start, done = sn.lambdify([x, y], [sympy.sin(x) + y, x * y]), threading.Barrier(4), []

    def work(value: float) -> None:
        start.wait()
        for k in range(150):
            points = (value + np.arange(k % 7 + 1)).astype(np.float32 if k % 3 == 0 else np.float64)
            own = [np.empty_like(points) for _ in range(2)]
            for found in (f(points, value), f(points, value, out=own)):
                np.testing.assert_allclose(found[0], np.sin(points) + points.dtype.type(value), rtol=1e-6)
                np.testing.assert_array_equal(found[1], points * points.dtype.type(value))
            assert f(value, 3.0)[1] == 3 * value
        done.append(value)
    values = [0.25, 10.5, -7.75, 300.0]
    threads = [threading.Thread(target=work, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(values)


def test_implementations_that_need_numbers_are_refused_with_a_cure() -> None:
    for python in (math.gamma, lambda v: 1.0 if v > 0 else 2.0, lambda v: v.no_such_method()):
        f = implemented_function("f", python)
        with pytest.raises(UnsupportedError, match=r"implementation .*cure: write it with"):
            sn.lambdify(x, f(x) + 1)


def test_pickles() -> None:
    q = sympy.Function("q")(t)
    f = pickle.loads(pickle.dumps(sn.lambdify([q, x], [q * x, sympy.Matrix([q, x])], batch="trailing")))
    assert isinstance(f, Lambdified)
    assert f(2.0, 3.0)[0] == 6 and f(POINTS, 3.0)[1].shape == (2, 1, 5)


def test_refusals() -> None:
    with pytest.raises(GraphError, match="twice"):
        sn.lambdify([x, (y, x)], x)
    with pytest.raises(GraphError, match="no argument"):
        sn.lambdify([x, 2], x)
    with pytest.raises(GraphError, match="y"):
        sn.lambdify(x, x + y)
    with pytest.raises(DTypeError):
        sn.lambdify(x, x, dtype="float99")


# size -------------------------------------------------------------------------------------------------------

def test_interpreted_form_agrees() -> None:
    """Results put together in Python are those of the call path."""
    from symnum._pyformula import Layout, assembled
    f = sn.lambdify([x, y], [x + y, sympy.Matrix([[x, y], [1, x]])])
    found = f(POINTS, 2.0)
    rows = [POINTS + 2, POINTS, np.full(5, 2.0), np.ones(5), POINTS]
    mine = assembled(rows, [Layout(0, None), Layout(1, (2, 2))], "list", True)
    for a, b in zip(found, mine, strict=True):
        np.testing.assert_array_equal(a, b)


def test_deep_sharing_converts() -> None:
    e = x
    for _ in range(400):
        e = sympy.Add(sympy.Mul(e, e, evaluate=False), sympy.Mul(y, e, evaluate=False), evaluate=False)
    assert sn.lambdify([x, y], e).recipe.signature.names == ("x", "y")
