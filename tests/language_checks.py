"""Checks of cases of the array language against NumPy: interpreted, compiled, and differentiated."""

from __future__ import annotations

import numpy as np
from language_cases import ARRAYS, Array, Case, Cases, agree, built, expected, flat, inputs, parameters
from numpy_values import value

import symnum as sn
from symnum import tensor as T


def check_interpreted(cases: Cases, known: bool) -> None:
    """Values by the interpreter, of verified graphs, case by case."""
    for name, case in cases.items():
        xs = inputs(parameters(case), known)
        given = {x: ARRAYS[k] for k, x in xs.items()}
        results, wanted = built(case, xs), expected(case)
        assert len(results) == len(wanted), name
        for got, want in zip(results, wanted, strict=True):
            agree(value(got, given), want, name)


def check_compiled(cases: Cases, known: bool) -> None:
    """Values by one compiled function of all cases."""
    names = sorted({k for case in cases.values() for k in parameters(case)})
    xs = inputs(names, known)
    outputs = [(name, x, want) for name, case in cases.items()
               for x, want in zip(built(case, xs), expected(case), strict=True)]
    function = sn.function(list(xs.values()), [x for _, x, _ in outputs], mode="c")
    found = function(*(ARRAYS[k] for k in names))
    for (name, _, want), got in zip(outputs, found, strict=True):
        agree(got, want, name)


def _weighted(results: list[Array], weights: list[Array]) -> float:
    return float(sum((x * w).sum() for x, w in zip(results, weights, strict=True)))


def check_gradients(case: Case, step: float = 1e-6) -> None:
    """Derivatives of a weighted sum of all results in double precision, against central differences of NumPy's."""
    names = [k for k in parameters(case) if ARRAYS[k].dtype == np.float64]
    xs = inputs(parameters(case), True)
    numbers = np.random.default_rng(3)
    weights = [numbers.normal(size=x.shape) * (x.dtype == np.float64) for x in expected(case)]
    cost = sum((T.sum(x * w) for x, w in zip(built(case, xs), weights, strict=True)), T.constant(0.0))
    grads = sn.grad(cost, [xs[k] for k in names])
    found = sn.function(list(xs.values()), grads, mode="numpy", on_unused_input="ignore")(*(ARRAYS[k] for k in xs))
    for name, got in zip(names, found, strict=True):
        np.testing.assert_allclose(got, _differences(case, name, weights, step), rtol=1e-5, atol=1e-7, err_msg=name)


def _differences(case: Case, name: str, weights: list[Array], step: float) -> Array:
    result = np.zeros(ARRAYS[name].shape)
    for place in np.ndindex(*result.shape):
        sides = []
        for sign in (1, -1):
            moved = ARRAYS[name].copy()
            moved[place] += sign * step
            values = case(np, *(moved if k == name else ARRAYS[k] for k in parameters(case)))
            sides.append(_weighted([np.asarray(x) for x in flat(values)], weights))
        result[place] = (sides[0] - sides[1]) / (2 * step)
    return result
