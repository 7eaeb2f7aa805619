"""``ufuncify``: what NumPy's own ufuncs can do, on generated loops."""

from __future__ import annotations

import gc
import math

import numpy as np
import pytest
import sympy
from sympy.utilities.lambdify import implemented_function

import symnum as sn
from symnum.errors import GraphError
from symnum.process import make_ufunc

x, y = sympy.symbols("x y")
GRID = np.random.default_rng(0).uniform(0.5, 2.0, (700, 5))
pytestmark = pytest.mark.skipif(make_ufunc.__module__ == "symnum._pyformula", reason="needs the compiled call path")


@pytest.fixture(scope="module")
def norm() -> np.ufunc:
    found = sn.ufuncify([x, y], sympy.sqrt(x**2 + y**2))
    assert isinstance(found, np.ufunc)
    return found


def test_is_a_ufunc(norm: np.ufunc) -> None:
    assert (norm.nin, norm.nout, norm.types) == (2, 1, ["dd->d"]) and "x, y" in (norm.__doc__ or "")
    assert norm(3, 4) == 5
    two = sn.ufuncify([x, y], [x + y, x * y])
    assert [float(v) for v in two(2, 3)] == [5, 6]


def test_strides_and_broadcasting(norm: np.ufunc) -> None:
    for a, b in ((GRID, GRID), (GRID[::-2, ::3], 0.5), (GRID.T, GRID[:, 0]), (GRID[:1], GRID), (GRID.astype(">f8"), 1)):
        np.testing.assert_allclose(norm(a, b), np.hypot(a, b), rtol=1e-14)
    assert norm(np.ones((0, 3)), 1.0).shape == (0, 3)


def test_out_and_where(norm: np.ufunc) -> None:
    target = GRID.copy()
    assert norm(target, target, out=target) is target
    np.testing.assert_allclose(target, np.hypot(GRID, GRID))
    shifted = np.ones(1000)
    norm(shifted[1:], shifted[:-1], out=shifted[1:])
    np.testing.assert_allclose(shifted[1:], np.sqrt(2))
    found = norm([3.0, 3.0], 4.0, out=np.zeros(2), where=[True, False])
    assert found.tolist() == [5, 0]


def test_methods_of_two_in_one_out(norm: np.ufunc) -> None:
    np.testing.assert_allclose(norm.reduce(GRID, axis=0), np.sqrt((GRID**2).sum(0)))
    np.testing.assert_allclose(norm.reduce(GRID, axis=1), np.sqrt((GRID**2).sum(1)))
    np.testing.assert_allclose(norm.accumulate(GRID[:, 0]), np.sqrt((GRID[:, 0]**2).cumsum()))
    np.testing.assert_allclose(norm.outer([3.0, 5.0], [4.0, 12.0]), np.hypot([[3], [5]], [[4, 12]]))
    added, counts = sn.ufuncify([x, y], x + y), np.zeros(3)
    added.at(counts, [0, 0, 2], 1.0)
    assert counts.tolist() == [2, 0, 1] and added.reduceat(np.arange(8.0), [0, 4]).tolist() == [6, 22]


def test_dtypes_of_loops() -> None:
    f = sn.ufuncify(x, sympy.exp(x), dtypes=("float32", "float64", "complex128"))
    assert isinstance(f, np.ufunc) and f.types == ["f->f", "d->d", "D->D"]
    assert f(np.float32(1)).dtype == np.float32 and f(1).dtype == np.float64
    np.testing.assert_allclose(f(1j), np.exp(1j))
    n, p = sympy.Symbol("n", integer=True), sympy.Symbol("p")
    g = sn.ufuncify([n, p, x], sympy.Piecewise((x**n, p), (-x, True)))
    assert isinstance(g, np.ufunc) and g.types == ["l?d->d"]
    assert g(2, [True, False], 3.0).tolist() == [9, -3]


def test_no_warnings_of_branches_that_are_not_taken() -> None:
    f = sn.ufuncify(x, sympy.Piecewise((sympy.log(x), x > 0), (0, True)))
    with np.errstate(all="raise"):
        assert f(np.linspace(-1, 0, 50)).tolist() == [0.0] * 50


def test_keeps_its_code_alive() -> None:
    made = [sn.ufuncify(x, x + k) for k in range(3)]
    gc.collect()
    assert [float(f(1.0)) for f in made] == [1, 2, 3]


def test_interpreter_serves_without_a_compiler() -> None:
    f = make_ufunc("g", "doc", 2, 1, [([np.dtype(float)] * 3, lambda a, b: [a - b])])
    np.testing.assert_array_equal(f(GRID[::2], GRID[::2, :1]), GRID[::2] - GRID[::2, :1])
    assert f.reduce([5.0, 1.0, 1.0]) == 3

    def fails(a: object, b: object) -> list[object]:
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        make_ufunc("h", "doc", 2, 1, [([np.dtype(float)] * 3, fails)])(1.0, 2.0)


def test_more_operands_than_a_ufunc_has() -> None:
    many = sympy.symbols("a0:70")
    f = sn.ufuncify(many, sum(many))
    assert not isinstance(f, np.ufunc) and f(*range(70)) == sum(range(70))
    most = sn.ufuncify(many[:63], sum(many[:63]))
    assert isinstance(most, np.ufunc) and most(*range(63)) == sum(range(63))


def test_refusals() -> None:
    with pytest.raises(GraphError, match="one number"):
        sn.ufuncify([(x, y)], x + y)
    with pytest.raises(GraphError, match="lambdify"):
        sn.ufuncify([], sympy.Integer(1))
    for matrix in (sympy.Matrix([x, 1]), sympy.Matrix([[x]]), [x, sympy.Array([x, y])]):
        with pytest.raises(GraphError, match="each result must be one number"):
            sn.ufuncify([x, y], matrix)


def test_helpers_and_functions_of_python() -> None:
    F, G = sympy.Function("F"), implemented_function("G", lambda v: math.floor(v))
    f = sn.ufuncify([x, y], F(x) * y, helpers=("F", x**2, [x]), backend="cython", dtypes="float32")
    assert isinstance(f, np.ufunc) and f.types == ["ff->f"] and f(np.float32(3), np.float32(2)) == 18
    assert sn.ufuncify(x, G(x) + 1)([1.5, -1.5]).tolist() == [2, -1]


def test_arguments_and_results_together_are_at_most_those_of_numpy() -> None:
    names = sympy.symbols("a0:60")
    several = [sum(names), *names[:7]]
    found = sn.ufuncify(names, several)
    assert not isinstance(found, np.ufunc)
    assert [float(value) for value in found(*range(60))] == [1770, *range(7)]
    assert isinstance(sn.ufuncify(names, several[:4]), np.ufunc)
