"""Calls of what ``lambdify`` gives: numbers and arrays of all kinds, ``out=``, functions of Python, and threads."""

from __future__ import annotations

import decimal
import fractions
import math
import pickle
import threading
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from sympy.utilities.lambdify import implemented_function

import symnum as sn
from symnum.errors import (
    ArgumentError,
    ArgumentValueError,
    DTypeError,
    GraphError,
    ShapeError,
    UnknownNameError,
    UnsupportedError,
)
from symnum.formulas.lambdifying import Lambdified

x, y, z, t = sympy.symbols("x y z t")
n = sympy.Symbol("n", integer=True)
POINTS = np.linspace(0.25, 1.0, 5)


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
    f = sn.lambdify(n, n**2)
    assert f(3) == 9 and f(3).dtype == np.int64
    assert f(2.5) == 6.25


def test_numbers_of_other_libraries() -> None:
    """SymPy's, mpmath's, fractions, decimals and whole numbers beyond 64 bits, alone, in lists and in arrays."""
    f = sn.lambdify([x, y], [x, x + y])
    given: list[Any] = [sympy.pi, sympy.Rational(1, 3), sympy.sqrt(2), mpmath.mpf("0.1"), fractions.Fraction(1, 3),
                        decimal.Decimal("0.1"), 10**30, -sympy.oo]
    for value in given:
        assert f(value, 0)[0] == float(value) and f(value, 0)[0].dtype == np.float64
    np.testing.assert_array_equal(f(given, POINTS[:1])[0], list(map(float, given)))
    np.testing.assert_array_equal(f(np.array(given[:3], object), 0)[0], list(map(float, given[:3])))
    assert f(2 + sympy.I, 0)[0] == f(mpmath.mpc(2, 1), 0)[0] == 2 + 1j
    assert f(sympy.Integer(3), np.float32(1))[1].dtype == np.float32
    assert sn.lambdify(n, n)(sympy.Integer(3)).dtype == np.int64 and sn.lambdify(n, n)(10**30) == 1e30
    assert sn.lambdify([sympy.Matrix([x, y])], x - y)(sympy.Matrix([3, sympy.pi])) == 3 - math.pi
    for wrong in (y, "3", None, [1.0, "3"], object(), sn.tensor.dscalar("v")):
        with pytest.raises(ArgumentError, match=r"cure: pass numbers|cure: from_sympy"):
            f(wrong, 0)


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


def test_implementations_that_need_numbers_run_in_python() -> None:
    """Functions that no tensor can pass through take the numbers themselves, or arrays where they take those."""
    g, h = sympy.Function("g"), implemented_function("h", lambda v: 1.0 if v > 0 else 2.0)
    f = sn.lambdify(x, sympy.Matrix([g(g(x)) + 1, h(x)]), {"g": math.sqrt})
    np.testing.assert_array_equal(f(16.0), [[3], [1]])
    np.testing.assert_array_equal(f(np.array([[81.0, 0.0]])), [[[[4], [1]], [[1], [2]]]])
    assert f(np.float32(16)).dtype == np.float32 and f(np.empty((0, 2))).shape == (0, 2, 2, 1)
    calls = []
    spline = sn.lambdify(x, g(x), {"g": lambda v: calls.append(v) or np.asarray(v) ** 2})
    np.testing.assert_array_equal(spline(POINTS, out=np.empty(5)), POINTS**2)
    assert "float" in sn.lambdify(n, g(n), {"g": math.factorial})(5).dtype.name
    assert str(f.__doc__).endswith("function of Python\n")
    with pytest.raises(UnsupportedError, match="implementation of g cannot be called with 1 arguments"):
        sn.lambdify(x, g(x), {"g": lambda a, b: a})
    with pytest.raises(ArgumentValueError, match=r"g of shapes .*math domain error"):
        f(-1.0)


def test_functions_of_one_name_stay_apart() -> None:
    g = sympy.Function("g")
    one, other = (sn.lambdify(x, g(x), {"g": python}) for python in (math.cos, math.exp))
    assert one(0.0) == other(0.0) == 1 and one(1.0) == math.cos(1) and other(1.0) == math.exp(1)


def test_names_may_stand_for_numbers() -> None:
    assert sn.lambdify(x, x * y + sympy.pi, {"y": 3, "pi": 3.0})(2.0) == 9
    np.testing.assert_array_equal(sn.lambdify(x, [sympy.Matrix([x * y])], [{"y": 0.5}, "numpy"])(4)[0], [[2]])
    assert sn.lambdify([x, y], x * y, {"y": 3})(2.0, 1.0) == 2
    with pytest.raises(GraphError, match="y is 'text'; expected a function or a number"):
        sn.lambdify(x, x * y, {"y": "text"})
    with pytest.raises(UnknownNameError, match=r"numpi.*did you mean 'numpy'"):
        sn.lambdify(x, x, "numpi")


def test_pickles() -> None:
    q = sympy.Function("q")(t)
    f = pickle.loads(pickle.dumps(sn.lambdify([q, x], [q * x, sympy.Matrix([q, x])], batch="trailing")))
    assert isinstance(f, Lambdified)
    assert f(2.0, 3.0)[0] == 6 and f(POINTS, 3.0)[1].shape == (2, 1, 5)


def test_refusals() -> None:
    with pytest.raises(GraphError, match="twice"):
        sn.lambdify([x, (y, x)], x)
    for wrong in (2, x * y, x + 1, x**2):
        with pytest.raises(GraphError, match="no argument"):
            sn.lambdify([z, wrong], x * y + z)
    with pytest.raises(GraphError, match="SymPy cannot read"):
        sn.lambdify(x, "x +* 2")
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
