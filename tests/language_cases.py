"""Cases of the array language: functions of a module (NumPy, or symnum's tensors) and of arrays, which both must agree
on.  Arrays are chosen by the names of a case's parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symnum import tensor as T
from symnum.tensor import Tensor

Array = np.ndarray[Any, Any]
Case = Callable[..., Any]
Cases = Mapping[str, Case]

_numbers = np.random.default_rng(7)
ARRAYS: Mapping[str, Array] = {
    "s": np.array(0.7),
    "v": _numbers.normal(size=6),
    "w": _numbers.normal(size=4),
    "a": _numbers.normal(size=(3, 4)),
    "b": _numbers.normal(size=(2, 3, 4)),
    "c": _numbers.normal(size=(1, 4)),
    "f": _numbers.normal(size=(3, 4)).astype("float32"),
    "i": _numbers.integers(-5, 6, (3, 4)),
    "j": _numbers.integers(-5, 6, 5).astype("int16"),
    "u": _numbers.integers(0, 9, (2, 3)).astype("uint8"),
    "p": _numbers.integers(0, 2, (3, 4)).astype("bool"),
    "q": _numbers.uniform(0.1, 0.9, size=(3, 4)),
    "n": np.array([[1.0, np.nan, -2.0, np.inf], [np.nan, np.nan, 3.0, 3.0], [0.5, -0.0, 0.0, -np.inf]]),
}


def parameters(case: Case) -> list[str]:
    """Names of the arrays that a case takes."""
    return list(inspect.signature(case).parameters)[1:]


def inputs(names: Sequence[str], known: bool) -> dict[str, Tensor]:
    """An input for each array, of known or unknown lengths."""
    return {k: T.tensor(k, dtype=ARRAYS[k].dtype, shape=ARRAYS[k].shape if known else (None,) * ARRAYS[k].ndim)
            for k in names}


def flat(results: Any) -> list[Any]:
    """One result or several (nested) as a list."""
    if not isinstance(results, list | tuple):
        return [results]
    return [x for part in results for x in flat(part)]


def expected(case: Case) -> list[Array]:
    """NumPy's results."""
    with np.errstate(all="ignore"):
        return [np.asarray(x) for x in flat(case(np, *(ARRAYS[k] for k in parameters(case))))]


def built(case: Case, xs: Mapping[str, Tensor]) -> list[Tensor]:
    """symnum's results."""
    return [T.as_tensor(x) for x in flat(case(T, *(xs[k] for k in parameters(case))))]


def agree(got: Array, wanted: Array, what: str) -> None:
    """Assert that shape and dtype are equal, and values up to rounding."""
    assert got.dtype == wanted.dtype, (what, got.dtype, wanted.dtype)
    assert got.shape == wanted.shape, (what, got.shape, wanted.shape)
    eps = 2e-5 if wanted.dtype == np.float32 else 1e-11
    np.testing.assert_allclose(got, wanted, rtol=eps, atol=eps, err_msg=what)
