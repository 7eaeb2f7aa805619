"""``mode="cython"``: one module for each form that calls need, with the results of the interpreter."""

from __future__ import annotations

import numpy as np
import pytest

import symnum as sn

pytest.importorskip("Cython")
T = sn.tensor


@pytest.fixture(scope="module")
def functions():
    x, v, w = T.dmatrix("x"), T.dvector("v"), sn.shared(np.ones(4), name="w")
    e = sn.exp(x - x.max(axis=1, keepdims=True))
    outputs = [e / e.sum(axis=1, keepdims=True), x * v, x @ w, x[:, 1], v.argmax()]
    return [sn.function([x, v], outputs, mode=mode, updates=[(w, w * 1.0)]) for mode in ("cython", "numpy")]


@pytest.mark.parametrize("rows, columns, length", [(5, 4, 4), (5, 4, 1), (1, 4, 4), (0, 4, 4)])
def test_it_agrees_with_the_interpreter(functions, rows, columns, length):
    rng = np.random.default_rng(0)
    given = rng.normal(size=(rows, columns)), rng.normal(size=length)
    for got, want in zip(*(f(*given) for f in functions), strict=True):
        assert got.dtype == want.dtype and got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-15)


def test_errors_are_those_of_other_modes(functions):
    cython = functions[0]
    v = T.dvector("v")
    empty = sn.function([v], v.argmax(), mode="cython")
    with pytest.raises(ValueError, match=r"do not fit|do not broadcast"):
        cython(np.ones((2, 4)), np.ones(3))
    with pytest.raises(ValueError, match=r"lengths 4 and 0 .* do not fit"):
        cython(np.ones((2, 4)), np.ones(0))
    with pytest.raises(ValueError, match=r"empty axis"):  # argmax of nothing, where no length is wrong
        empty(np.ones(0))
    with pytest.raises(TypeError, match="complex"):
        cython(np.ones((2, 4), complex), np.ones(4))
