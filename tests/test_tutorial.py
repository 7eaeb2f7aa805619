"""The five programs of the classical tutorial, in both backends."""

from __future__ import annotations

import numpy as np
import pytest

import symnum as sn

T = sn.tensor
MODES = ["c", "numpy", "debug"]


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


def test_adding_two_scalars(mode):
    x, y = T.fscalar("x"), T.fscalar("y")
    f = sn.function([x, y], x + y, mode=mode)
    assert f(1.5, 2.5) == 4.0


def test_logistic_function(mode):
    x = T.dmatrix("x")
    f = sn.function([x], 1 / (1 + sn.exp(-x)), mode=mode)
    np.testing.assert_allclose(f([[0, 1], [-1, -2]]), [[0.5, 0.73105858], [0.26894142, 0.11920292]], rtol=1e-7)


def test_several_results_at_once(mode):
    a, b = T.dmatrices("a", "b")
    difference = a - b
    f = sn.function([a, b], [difference, abs(difference), difference**2], mode=mode)
    results = f([[1, 1], [1, 1]], [[0, 1], [2, 3]])
    for got, want in zip(results, ([[1, 0], [-1, -2]], [[1, 0], [1, 2]], [[1, 0], [1, 4]]), strict=True):
        np.testing.assert_array_equal(got, want)


def test_gradient_of_the_summed_logistic(mode):
    x = T.dmatrix("x")
    f = sn.function([x], sn.grad((1 / (1 + sn.exp(-x))).sum(), x), mode=mode)
    np.testing.assert_allclose(f([[0, 1], [-1, -2]]), [[0.25, 0.19661193], [0.19661193, 0.10499359]], rtol=1e-7)


def test_gradient_descent(mode):
    x, target = T.fvector("x"), T.fscalar("target")
    w = sn.shared(np.asarray([0.2, 0.7]), "W")
    y = (x * w).sum()
    by_w = sn.grad(((target - y) ** 2).sum(), [w])[0]
    train = sn.function([x, target], y, updates=[(w, w - 0.1 * by_w)], mode=mode)
    found = [float(train([1.0, 1.0], 20.0)) for _ in range(10)]
    expected = [0.9, 8.54, 13.124, 15.8744, 17.52464, 18.514784, 19.1088704, 19.46532224, 19.679193344,
                19.8075160064]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
