"""Reductions with masks and initial values, and statistics: NumPy's values, dtypes and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from language_cases import Cases
from language_checks import check_compiled, check_gradients, check_interpreted

from symnum import tensor as T
from symnum.errors import ArgumentError, ArgumentValueError, AxisError, DTypeError, ShapeError

REDUCTIONS: Cases = {
    "sum": lambda m, a, i, p: [
        m.sum(a, 0, "float32"), m.sum(a, axis=1, initial=2.5), m.sum(i, where=p), m.sum(p, initial=3),
        m.sum(a, axis=(0, 1), keepdims=True, where=[True, False, True, False])],
    "prod": lambda m, a, u, p: [m.prod(a, 0, initial=2), m.prod(u, 1, "int64"), m.prod(a, axis=1, where=p)],
    "max": lambda m, a, i, p: [m.max(a, 0, initial=0.1), m.max(i, where=p, initial=-9), m.max(a[:0], axis=0, initial=5),
                               m.max(a, axis=(0, 1), keepdims=True, initial=-1), m.max(a, axis=1, where=p, initial=-2)],
    "min": lambda m, a, i, p: [m.min(a, 0, initial=0.1), m.min(i, where=p, initial=9), m.min(a[:0], axis=0, initial=5)],
    "any and all": lambda m, a, p: [m.any(p, 0, where=a > 0), m.all(p, axis=1, where=a > 0), m.any(a, where=False),
                                    m.all(a, where=False)],
    "count_nonzero": lambda m, i, p, n: [m.count_nonzero(i), m.count_nonzero(p, axis=0), m.count_nonzero(n, axis=1),
                                         m.count_nonzero(i, axis=(0, 1), keepdims=True)],
}
STATISTICS: Cases = {
    "mean": lambda m, a, i, f, p: [m.mean(i, 0), m.mean(f, axis=1), m.mean(a, where=p), m.mean(a, axis=0, where=p),
                                   m.mean(i, 1, "float32"), m.mean(a, axis=(0, 1), keepdims=True)],
    "var": lambda m, a, i, f: [m.var(a, 0, ddof=1), m.var(i), m.var(f, axis=1, keepdims=True), m.var(a, correction=1.5),
                               m.var(a, axis=1, where=[True, True, False, True]), m.var(a, 0, "float32")],
    "std": lambda m, a: [m.std(a, 0, ddof=1), m.std(a, correction=2), m.std(a, axis=0, ddof=1, where=[True])],
    "ptp": lambda m, a, i: [m.ptp(a), m.ptp(a, 0), m.ptp(i, axis=1, keepdims=True)],
    "average": lambda m, a, b, i, q, w: [
        m.average(a), m.average(i, axis=0), m.average(a, weights=q), m.average(a, axis=1, weights=w),
        *m.average(a, 0, [1, 2, 3], returned=True), *m.average(i, 1, returned=True),
        m.average(b, axis=(2, 1), weights=q.T), m.average(i, 1, w, keepdims=True)],
    "cov": lambda m, a, q, i, v, w: [
        m.cov(a), m.cov(a, q), m.cov(a, rowvar=False), m.cov(a, bias=True), m.cov(a, ddof=0), m.cov(v), m.cov(i),
        m.cov(w, w), m.cov(a, fweights=[1, 2, 0, 3]), m.cov(a, aweights=[0.5, 1, 2, 3]),
        m.cov(a, fweights=[1, 2, 0, 3], aweights=[0.5, 1, 2, 3]), m.cov(a, aweights=[1, 1, 2, 3], bias=True),
        m.cov(a, dtype="float32")],
    "corrcoef": lambda m, a, q, v: [m.corrcoef(a), m.corrcoef(a, q), m.corrcoef(a, rowvar=False), m.corrcoef(v)],
}


@pytest.mark.parametrize("known", [True, False])
def test_reductions_and_statistics_are_numpys(known: bool) -> None:
    check_interpreted(REDUCTIONS | STATISTICS, known)


def test_compiled_reductions_and_statistics_are_numpys() -> None:
    check_compiled(REDUCTIONS | STATISTICS, True)


def test_compiled_statistics_of_unknown_lengths_are_numpys() -> None:
    check_compiled({k: (REDUCTIONS | STATISTICS)[k] for k in ("max", "mean", "cov", "average")}, False)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "mean", "var", "std", "ptp", "average", "cov", "corrcoef"])
def test_gradients_of_statistics(name: str) -> None:
    check_gradients((REDUCTIONS | STATISTICS)[name] if name != "corrcoef" else lambda m, a: m.corrcoef(a))


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda x: T.sum(x, where=[True, False]), ShapeError, "sum: where of shape (2,) does not broadcast to (2, 3)"),
    (lambda x: T.mean(x, where=np.ones((4, 2, 3), bool)), ShapeError, "mean: where of shape (4, 2, 3)"),
    (lambda x: T.max(x, where=x > 0), ArgumentValueError, "a mask needs initial"),
    (lambda x: T.count_nonzero(x, axis=2), AxisError, "axis 2 is out of bounds"),
    (lambda x: T.var(x, ddof=1, correction=1), ArgumentError, "ddof and correction are the same thing"),
    (lambda x: T.ptp(x, axis=-3), AxisError, "axis -3"),
    (lambda x: T.average(x, weights=[1, 2]), ArgumentError, "need the axis that they belong to"),
    (lambda x: T.average(x, axis=1, weights=[1, 2]), ShapeError, "do not have the lengths of axes (1,)"),
    (lambda x: T.average(x, weights=[[1, 2]]), ShapeError, "weights of shape (1, 2) for an operand"),
    (lambda x: T.cov(T.dtensor3("y")), ShapeError, "cov takes rank 2 or less"),
    (lambda x: T.cov(x, fweights=x), ShapeError, "fweights must be a vector"),
    (lambda x: T.cov(x, fweights=[1.5, 2, 3]), ArgumentError, "fweights must be integers"),
    (lambda x: T.cov(x, ddof=1.5), DTypeError, "ddof of cov must be an integer"),
])
def test_wrong_arguments_are_refused(call: Callable[[Any], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call(T.tensor("x", shape=(2, 3)))
    assert words in str(raised.value)
