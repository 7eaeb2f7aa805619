"""``autowrap``: SymPy's order of arguments, equations, and loops over indices."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import symnum as sn
from symnum.errors import ArgumentError, GraphError

x, y, z = sympy.symbols("x y z")
A, u, v = map(sympy.IndexedBase, "Auv")
m, n = sympy.symbols("m n", integer=True)
i, j = sympy.Idx("i", m), sympy.Idx("j", n)


def test_arguments_stand_in_the_order_of_their_names() -> None:
    assert sn.autowrap(z - x / y)(1, 2, 10) == 9.5
    assert sn.autowrap(z - x / y, args=[z, y, x])(10, 2, 1) == 9.5
    assert sn.autowrap(((x - y + z)**13).expand())(1, 4, 2) == -1
    with pytest.raises(ArgumentError, match="lacks x"):
        sn.autowrap(z - x, args=[z])


def test_equations() -> None:
    assert sn.autowrap(sympy.Eq(z, x - y))(3, 1) == 2
    assert sn.autowrap([sympy.Eq(z, x - y), x * y])(3, 1) == [2, 3]
    assert sn.autowrap(sympy.Eq(z, x - y), args=[y, z, x])(1, 3) == 2


def test_matrices() -> None:
    M = sympy.MatrixSymbol("M", 2, 2)
    np.testing.assert_array_equal(sn.autowrap(M * M)(np.eye(2) * 2), np.eye(2) * 4)
    np.testing.assert_array_equal(sn.autowrap(sympy.Matrix([[x, y]]))(1, 2), [[1, 2]])


def test_loops() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(sn.autowrap(sympy.Eq(v[i], A[i, j] * u[j]))(matrix, np.ones(3)), matrix.sum(1))
    np.testing.assert_array_equal(sn.autowrap(sympy.Eq(v[i], 2 * u[i] + x))(np.ones(3), 5.0), [7, 7, 7])
    np.testing.assert_array_equal(sn.autowrap(sympy.Eq(v[i], v[i] + u[i]))([1.0, 2.0], [3.0, 4.0]), [4, 6])


def test_helpers() -> None:
    F = sympy.Function("F")
    assert sn.autowrap(F(x) + y, helpers=("F", x**2, [x]))(3.0, 1.0) == 10
    with pytest.raises(GraphError, match="helper"):
        sn.autowrap(F(x), helpers=("F", x**2))
