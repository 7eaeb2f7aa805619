"""Functions of elements, comparisons, sums of exponentials and statistics without NaN: NumPy's and SciPy's values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
from language_cases import ARRAYS, Cases
from language_checks import check_compiled, check_gradients, check_interpreted

from symnum import tensor as T
from symnum.errors import ArgumentError, AxisError, ShapeError


def _of(m: Any, name: str) -> Any:
    """A function of symnum, or SciPy's of that name."""
    return getattr(T if m is T else scipy.special, name)


ELEMENTS: Cases = {
    "clip": lambda m, a, i: [m.clip(a, min=0, max=0.5), m.clip(i, max=2), m.clip(i, -1, None), m.clip(a, min=-0.5)],
    "fabs": lambda m, a, i, f: [m.fabs(a), m.fabs(i), m.fabs(f)],
    "fix": lambda m, a, n: [m.fix(a), m.fix(n)],
    "float_power": lambda m, i, f, q: [m.float_power(i, 2), m.float_power(f, f), m.float_power(q, -1)],
    "nan_to_num": lambda m, n, i, f: [m.nan_to_num(n), m.nan_to_num(n, nan=5, posinf=1e3), m.nan_to_num(n, neginf=-1),
                                      m.nan_to_num(i), m.nan_to_num(f)],
    "infinities": lambda m, n: [m.isposinf(n), m.isneginf(n)],
    "divmod": lambda m, i, a, u: [*m.divmod(i, 3), *m.divmod(a, -0.3), *m.divmod(u, 2), *m.divmod(7, a)],
    "modf": lambda m, a, n: [*m.modf(a * 3), *m.modf(n)],
    "frexp": lambda m, a, f: [*m.frexp(a), *m.frexp(f)],
    "isclose": lambda m, a, n, i: [
        m.isclose(a, a + 1e-9), m.isclose(n, n), m.isclose(n, n, equal_nan=True), m.isclose(i, i + 1, rtol=0.5),
        m.isclose(a, 0, atol=0.5), m.isclose(n, 1.0)],
    "allclose": lambda m, a, n: [m.allclose(a, a + 1e-9), m.allclose(n, n), m.allclose(n, n, equal_nan=True)],
    "array_equal": lambda m, a, n, w: [
        m.array_equal(a, a * 1), m.array_equal(a, a + 1), m.array_equal(n, n * 1),
        m.array_equal(n, n * 1, equal_nan=True),
        m.array_equal(w, [1.0]), m.array_equal(a, w)],
    "array_equiv": lambda m, a, w: [m.array_equiv(a, a * 1), m.array_equiv(a * 0, [0, 0, 0, 0]),
                                    m.array_equiv(w, w + 1), m.array_equiv([1, 2], [1, 2, 3])],
    "nansum": lambda m, n, i: [m.nansum(n), m.nansum(n, axis=0), m.nanprod(n, 1), m.nansum(i), m.nanprod(i, axis=0)],
    "nanmax": lambda m, n, a, i: [m.nanmax(n), m.nanmin(n), m.nanmax(n, axis=0), m.nanmin(n, axis=1, keepdims=True),
                                  m.nanmax(a, 0), m.nanmin(i)],
    "nanargmax": lambda m, n, i: [m.nanargmax(n), m.nanargmin(n), m.nanargmax(n, axis=1), m.nanargmax(i),
                                  m.nanargmin(n, axis=0, keepdims=True)],
    "nanmean": lambda m, a, i, q: [m.nanmean(m.where(a > 0, a, np.nan)), m.nanmean(m.where(a > 0, a, np.nan), 0),
                                   m.nanmean(i), m.nanvar(m.where(a > -1, q, np.nan), axis=1, ddof=1),
                                   m.nanstd(q, correction=1),
                                   m.nanvar(m.where(q > 0.4, a, np.nan), axis=0, ddof=2, keepdims=True)],
    "logit": lambda m, q, a: [_of(m, "logit")(q), _of(m, "log_expit")(a * 50)],
    "xlogy": lambda m, a, q: [_of(m, "xlogy")(a, q), _of(m, "xlogy")(0.0, q - q),
                              _of(m, "xlogy")(m.where(q > 0.5, 0.0, a), q)],
    "logsumexp": lambda m, a, b, i, f: [
        _of(m, "logsumexp")(a), _of(m, "logsumexp")(b * 900, axis=(0, 2)),
        _of(m, "logsumexp")(i, axis=1, keepdims=True), _of(m, "logsumexp")(f, axis=0),
        _of(m, "logsumexp")(a, axis=1, b=m.asarray([1.0, 2.0, 0.5, 0.0])),
        *_of(m, "logsumexp")(a, axis=0, b=m.asarray([[1.0], [-2.0], [-3.0]]), return_sign=True)],
    "softmax": lambda m, a, b, f: [_of(m, "softmax")(a), _of(m, "softmax")(b * 900, axis=-1),
                                   _of(m, "softmax")(f, axis=0), _of(m, "softmax")(b, axis=(0, 2))],
    "log_softmax": lambda m, a, b: [_of(m, "log_softmax")(a), _of(m, "log_softmax")(b * 900, axis=1)],
}
SMOOTH: Cases = {name: ELEMENTS[name] for name in ("clip", "fabs", "logit", "xlogy", "logsumexp", "log_softmax")} | {
    # Elsewhere a difference would step over 0, or be lost in rounding.
    "softmax": lambda m, a, b: [_of(m, "softmax")(a), _of(m, "softmax")(b, axis=(0, 2))],
    "nanmean": lambda m, a, q: [m.nanmean(m.where(a > 0, a, np.nan)), m.nanvar(m.where(q > 0.3, a, np.nan), ddof=1),
                                m.nanstd(m.where(a > 0, q, np.nan)), m.nansum(m.where(a > 0, q, np.nan), axis=1)]}


pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.mark.parametrize("known", [True, False])
def test_functions_of_elements_are_numpys(known: bool) -> None:
    check_interpreted(ELEMENTS, known)


def test_compiled_functions_of_elements_are_numpys() -> None:
    check_compiled(ELEMENTS, True)


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_of_functions_of_elements(name: str) -> None:
    check_gradients(SMOOTH[name])


@pytest.mark.parametrize("rewrites", ["off", "real"])
def test_sums_of_exponentials_are_stable_without_rules(rewrites: str) -> None:
    from symnum import function, grad
    x = T.dvector("x")
    outputs = [T.logsumexp(x), T.softmax(x), T.log_softmax(x), grad(T.logsumexp(x), x), grad(T.log_softmax(x)[0], x)]
    found = function([x], outputs, mode="numpy", rewrites=rewrites)([-2000.0, 2000.0])
    for got, want in zip(found, [2000.0, [0, 1], [-4000, 0], [0, 1], [1, -1]], strict=True):
        np.testing.assert_array_equal(got, want)


def test_sums_of_exponentials_of_special_values() -> None:
    inf = np.inf
    for values in ([inf, 1], [-inf, -inf], [inf, inf], [np.nan, 1], [-inf, 0], []):
        with np.errstate(all="ignore"):
            want = scipy.special.logsumexp(np.asarray(values, float)) if values else -inf
        np.testing.assert_array_equal(T.logsumexp(np.asarray(values, float)).eval(), want)


def test_smooth_positive_parts() -> None:
    a = ARRAYS["a"] * 3
    np.testing.assert_array_equal(T.relu(a).eval(), np.maximum(a, 0))
    np.testing.assert_allclose(T.silu(a).eval(), a * scipy.special.expit(a), rtol=1e-14)
    np.testing.assert_allclose(T.gelu(a).eval(), a * scipy.special.ndtr(a), rtol=1e-13)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda x: T.clip(x, 1, min=2), ArgumentError, "a_min and min are the same thing"),
    (lambda x: T.isclose(x, [1.0, 2.0]), ShapeError, "do not broadcast"),
    (lambda x: T.softmax(x, axis=2), AxisError, "softmax: axis 2"),
    (lambda x: T.logsumexp(x, axis=(0, 0)), AxisError, "named twice"),
    (lambda x: T.nanmean(x, axis=2), AxisError, "nanmean: axis 2"),
    (lambda x: T.nanvar(x, ddof=1, correction=1), ArgumentError, "same thing"),
    (lambda x: T.divmod(x, [1, 2]), ShapeError, "do not broadcast"),
])
def test_wrong_arguments_are_refused(call: Callable[[Any], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call(T.tensor("x", shape=(2, 3)))
    assert words in str(raised.value)
