"""Interpolation and polynomials: NumPy's values, and derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from language_cases import Cases
from language_checks import check_compiled, check_gradients, check_interpreted

from symnum import tensor as T
from symnum.errors import ArgumentValueError, IndexBoundsError, ShapeError

POINTS = np.array([-1.0, -0.25, 0.5, 0.75])
CASES: Cases = {
    "interp": lambda m, a, w: [
        m.interp(a, POINTS, w), m.interp(a, POINTS, w, left=-9, right=9), m.interp(0.1, POINTS, w),
        m.interp(POINTS, POINTS, w), m.interp([1, 2], [0, 1, 4], [3, 1, 2]), m.interp(a, [0.25], [2.0]),
        m.interp(a, [0.25], [2.0], left=1), m.interp([np.nan, np.inf, -np.inf], POINTS, w)],
    "interp periodic": lambda m, a, w: [m.interp(a * 9, POINTS, w, period=2),
                                        m.interp(a, [3.0, 1.0, 2.5], [1, 2, 3], period=-1.7)],
    "interp of infinities": lambda m, a: [m.interp(a, [-1.0, 0.0, 1.0], [0.0, np.inf, 1.0])],
    "polynomials": lambda m, w, v, j: [
        m.polyadd(w, v), m.polysub(j, [1, 2]), m.polysub(w, 3.0), m.polyder(v), m.polyder(j, 2), m.polyder(w, 0),
        m.polyder(w, 6), m.polyint(w), m.polyint(j, 2), m.polyint(v, 0)],
    "unwrap": lambda m, a, v, i: [
        m.unwrap(a * 5), m.unwrap(v * 7, axis=0), m.unwrap(a * 9, 4.0, 0), m.unwrap(i, period=4), m.unwrap(i, period=5),
        m.unwrap(a, period=0.5), m.unwrap([0.0, 0.5, 1.0, 0.5], period=1.0)],
    "polyval": lambda m, a, i, w, f: [m.polyval(w, a), m.polyval([3, 0, 1], i), m.polyval([2], a), m.polyval(w, 2.0),
                                      m.polyval([1.5, 2], f)],
}
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def test_interpolation_and_polynomials_are_numpys() -> None:
    check_interpreted(CASES, True)


def test_interpolation_over_unknown_lengths_is_numpys() -> None:
    check_interpreted({"interp": lambda m, a, w, v: [
        m.polyadd(w, v), m.polysub(v, w), m.polyder(w), m.polyder(w, 6), m.polyint(v, 2),
        m.interp(a, m.sort(w), w), m.interp(v, m.sort(w), w, period=3), m.interp(v, m.sort(v), v, left=0.0)]}, False)


def test_compiled_interpolation_and_polynomials_are_numpys() -> None:
    check_compiled(CASES, True)


@pytest.mark.parametrize("name", ["interp", "polyval"])
def test_gradients_of_interpolation_and_polynomials(name: str) -> None:
    smooth: Cases = {"interp": lambda m, a, w: [m.interp(a, POINTS, w), m.interp(a * 5, POINTS, w, period=2),
                                                m.interp([0.3, 0.6], POINTS + w / 50, w)],
                     "polyval": lambda m, a, w: m.polyval(w, a)}
    check_gradients(smooth[name])


def test_phases_of_unknown_length_may_be_none() -> None:
    v = T.dvector("v")
    assert T.unwrap(v).eval({v: []}).shape == (0,)


def test_slopes_at_the_points_are_those_of_a_side() -> None:
    from symnum import grad
    x = T.tensor("x", shape=(3,))
    slopes = grad(T.sum(T.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 3.0])), x).eval({x: [0.0, 1.0, 2.0]})
    np.testing.assert_array_equal(slopes, [1, 2, 2])


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: T.interp(0.5, [0, 1], [1]), ShapeError, "expected vectors of one length"),
    (lambda: T.interp(0.5, [[0, 1]], [1, 2]), ShapeError, "interp: xp of shape (1, 2)"),
    (lambda: T.interp(0.5, [], []), ArgumentValueError, "there are no points"),
    (lambda: T.interp(0.5, [0.0], [1.0], period=0), ArgumentValueError, "the period must not be 0"),
    (lambda: T.polyval(T.dvector("p"), 1.0), ShapeError, "a vector of known length"),
    (lambda: T.polyval(T.dmatrix("p"), 1.0), ShapeError, "a vector of known length"),
    (lambda: T.polyadd(T.dmatrix("p"), [1.0]), ShapeError, "polyadd: coefficients of shape"),
    (lambda: T.polyder([1.0], -1), ArgumentValueError, "m must be at least 0; given -1"),
    (lambda: T.polyint([1.0], -1), ArgumentValueError, "m must be at least 0; given -1"),
])
def test_wrong_arguments_are_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


def test_no_points_are_refused_when_the_graph_runs() -> None:
    xp, fp = T.dvectors("xp", "fp")
    with pytest.raises(IndexBoundsError):
        T.interp(0.5, xp, fp).eval({xp: [], fp: []})
