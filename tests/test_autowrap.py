"""``autowrap``: SymPy's order of arguments, equations, and loops over indices."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest
import sympy

import symnum as sn
from symnum import tensor as T
from symnum.errors import ArgumentError, GraphError, ShapeError, UnknownNameError, UnsupportedError

x, y, z = sympy.symbols("x y z")
A, u, v = map(sympy.IndexedBase, "Auv")
m, n = sympy.symbols("m n", integer=True)
i, j = sympy.Idx("i", m), sympy.Idx("j", n)
k, l = map(sympy.Idx, "kl")  # noqa: E741
p = sympy.Symbol("p", integer=True)
inner, short = sympy.Idx("i", (1, n - 2)), sympy.Idx("i", n - 1)


def test_arguments_stand_in_the_order_of_their_names() -> None:
    assert sn.autowrap(z - x / y)(1, 2, 10) == 9.5
    assert sn.autowrap(z - x / y, args=[z, y, x])(10, 2, 1) == 9.5
    assert sn.autowrap(((x - y + z)**13).expand())(1, 4, 2) == -1
    with pytest.raises(ArgumentError, match="lacks x"):
        sn.autowrap(z - x, args=[z])
    assert sn.autowrap(z - x, args=[z, y, x])(5, 100, 2) == 3     # what is not needed may be given


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


SHIFTED = (
    ("one range", sympy.Eq(v[i], u[i + 1] - u[i]), lambda u: u[1:] - u[:-1]),
    ("shifted alone", sympy.Eq(v[i], u[i + 2]), lambda u: u[2:]),
    ("no range", sympy.Eq(v[k], u[k - 1] - 2 * u[k] + u[k + 1]), lambda u: u[:-2] - 2 * u[1:-1] + u[2:]),
    ("inner places", sympy.Eq(v[inner], u[inner - 1] + u[inner + 1]), lambda u: u[:-2] + u[2:]),
    ("all places", sympy.Eq(v[k], 2 * u[k]), lambda u: 2 * u),
    ("shorter range", sympy.Eq(v[short], u[short + 1] * u[short]), lambda u: u[1:] * u[:-1]),
    ("sum of a window", sympy.Eq(v[i], sympy.Sum(u[i + p], (p, 0, 2))), lambda u: u[:-2] + u[1:-1] + u[2:]),
    ("every second", sympy.Eq(v[i], u[2 * i]), lambda u: u[::2]),
    ("pairs", sympy.Eq(v[k], u[2 * k + 1] - u[2 * k]), lambda u: u[1::2] - u[::2]),
    ("strided window", sympy.Eq(v[i], sympy.Sum(u[3 * i + p], (p, 0, 1))), lambda u: u[::3] + u[1::3]),
    ("backwards", sympy.Eq(v[i], u[4 - i]), lambda u: u[4::-1]),
    ("nothing left", sympy.Eq(v[k], u[k + 9]), lambda u: u[:0]),
)


@pytest.mark.parametrize(("e", "wanted"), [row[1:] for row in SHIFTED], ids=[row[0] for row in SHIFTED])
def test_shifted_indices_run_as_far_as_all_elements_exist(e: sympy.Eq, wanted: Callable[..., np.ndarray]) -> None:
    given = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.0])
    np.testing.assert_allclose(sn.autowrap(e)(given), wanted(given), rtol=1e-15)


@pytest.mark.parametrize("length", range(6))
def test_strides_of_any_length(length: int) -> None:
    given = np.arange(float(length))
    np.testing.assert_array_equal(sn.autowrap(sympy.Eq(v[i], u[2 * i + 1]))(given), given[1::2])
    np.testing.assert_array_equal(sn.autowrap(sympy.Eq(v[i], u[m - 1 - i]), args=[u, m])(given, length), given[::-1])


def test_shifted_indices_of_several_arrays() -> None:
    matrix, vector = np.arange(12.0).reshape(4, 3) ** 2, np.array([1.0, 2.0, 0.5])
    rows = sympy.Eq(v[i], (A[i + 1, j] - A[i, j]) * u[j])
    np.testing.assert_allclose(sn.autowrap(rows)(matrix, vector), np.diff(matrix, axis=0) @ vector)
    plane = sympy.Eq(v[k, l], A[k - 1, l] + A[k + 1, l + 1] - A[k, l])
    np.testing.assert_array_equal(sn.autowrap(plane)(matrix), matrix[:-2, :-1] + matrix[2:, 1:] - matrix[1:-1, :-1])
    convolved = sn.autowrap(sympy.Eq(v[i], A[i + j] * u[j]))
    np.testing.assert_allclose(convolved(matrix[0] + matrix[1], vector[:2]),
                               np.convolve(matrix[0] + matrix[1], vector[1::-1], "valid"))
    mixed = sn.autowrap(sympy.Eq(v[i], A[i + 1] + u[i]))
    np.testing.assert_array_equal(mixed(np.arange(6.0), np.zeros(3)), [1, 2, 3])   # as long as what is not shifted


def test_where_indices_begin_is_an_argument() -> None:
    first = sympy.Symbol("o", integer=True)
    part = sympy.Idx("i", (first, m - 1))
    rows = sympy.Eq(v[part], sympy.IndexedBase("A", shape=(m, n))[part, j] * u[j])
    matrix = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(sn.autowrap(rows)(matrix, 1, np.ones(3)), matrix[1:].sum(1))


def test_lengths_must_fit() -> None:
    product = sn.autowrap(sympy.Eq(v[i], A[i, j] * u[j]))
    for length in (2, 5):
        with pytest.raises(ShapeError, match="lengths"):
            product(np.ones((2, 3)), np.ones(length))
    with pytest.raises(ShapeError, match=r"runs over [34] places of .*, and [34] of"):
        sn.from_sympy(u[i] + v[i], symbols={u: np.ones(3), v: np.ones(4)})
    with pytest.raises(UnsupportedError, match="range of the index k"):
        sn.from_sympy(u[k + p], symbols={u: T.dvector("u"), p: T.lvector("p")})
    with pytest.raises(UnsupportedError, match=r"an index of its own .*cure: shift"):
        sn.autowrap(sympy.Eq(v[i + 1], u[i]))
    with pytest.raises(UnsupportedError, match="an index of its own"):
        sn.autowrap(sympy.Eq(A[i, i], u[i]))


def test_helpers() -> None:
    F = sympy.Function("F")
    assert sn.autowrap(F(x) + y, helpers=("F", x**2, [x]))(3.0, 1.0) == 10
    several = [("G", F(y) + 1, [y]), ("F", x**2, [x])]
    f = sn.autowrap(F(x) * sympy.Function("G")(y), helpers=several)
    assert f(3.0, 2.0) == pickle.loads(pickle.dumps(f))(3.0, 2.0) == 45
    assert sn.autowrap(F(x) * sympy.Function("G")(y), helpers=tuple(several))(3.0, 2.0) == 45
    for wrong, words in ((("F", x**2), "must be"), ("F", "must be"), ([3], "must be"), (("F", x**2, x), "must be"),
                         (("F", x, [x, y]), "takes 2 arguments"), (("F", F(x) + 1, [x]), "applies itself")):
        with pytest.raises(GraphError, match=f"helper .*{words}"):
            sn.autowrap(F(x), helpers=wrong)


def test_backends_and_languages_of_sympy_mean_nothing() -> None:
    for backend, language in (("f2py", "F95"), ("cython", "C"), ("dummy", None), (None, None)):
        assert sn.autowrap(x + 1, language, backend)(1) == 2
    with pytest.raises(UnknownNameError, match="backend"):
        sn.autowrap(x, backend="cythn")
    with pytest.raises(UnsupportedError, match="code_gen"):
        sn.autowrap(x, code_gen=object())
