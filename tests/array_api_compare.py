"""Evaluates a case of ``array_api_cases`` with array-api-strict and with symnum, and compares."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import array_api_strict
import numpy as np

from symnum import array_api
from symnum import tensor as T
from symnum.errors import SymnumError
from symnum.ops.table import TABLE
from symnum.tensor import Tensor
from tests.array_api_cases import CASES, REFUSED
from tests.numpy_values import values

Array = np.ndarray[Any, Any]

_DTYPES = {"f8": "float64", "g8": "float64", "f4": "float32", "g4": "float32", "i1": "int8", "j1": "int8",
           "i4": "int32", "j4": "int32", "i8": "int64", "j8": "int64", "u1": "uint8", "v1": "uint8", "u8": "uint64",
           "v8": "uint64", "b": "bool", "c": "bool", "z16": "complex128", "w16": "complex128", "z8": "complex64",
           "w8": "complex64"}
_SECOND = "gjvcw"
# Results that LAPACK or an FFT computes; all others are equal to the last bit.
_CLOSE = ("linalg.", "fft.", "pow", "matmul", "vecdot", "tensordot", "std", "var", "mean", "sum", "prod")


def drawn(name: str, seed: int) -> dict[str, Array]:
    """The arrays of a case, the same in each run: real ones from the domain of the op of that name."""
    rng = np.random.default_rng([seed, *name.encode()])
    found = {key: _array(rng, np.dtype(dtype), (4,) if key[0] in _SECOND else (3, 4), _bounds(name, key))
             for key, dtype in _DTYPES.items()}
    found["h8"], found["h4"] = rng.uniform(-2, 2, 3), rng.uniform(0.5, 2, 4)
    found["m8"] = rng.uniform(-1, 1, (2, 3, 3)) + 3*np.eye(3)
    found["s8"] = found["m8"] @ found["m8"].swapaxes(1, 2)
    found["s4"] = found["s8"].astype("float32")
    found["k8"], found["kk8"] = rng.integers(0, 3, 5), rng.integers(0, 4, (3, 2))
    return found


def _bounds(name: str, key: str) -> tuple[float, float]:
    row = next((row for row in TABLE.values() if name in (row.name, *row.aliases)), None)
    if row is None or not row.domain:
        return -4.0, 4.0
    interval = row.domain[min(key[0] in _SECOND, len(row.domain) - 1)]
    return max(interval.low, -50.0), min(interval.high, 50.0)


def _array(rng: np.random.Generator, dtype: np.dtype[Any], shape: tuple[int, ...],
           bounds: tuple[float, float]) -> Array:
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind in "iu":
        return rng.integers(1 if dtype.kind == "u" or len(shape) == 1 else -5, 7, shape).astype(dtype)
    if dtype.kind == "c":
        return (rng.uniform(0.2, 2, shape) + 1j*rng.uniform(-2, 2, shape)).astype(dtype)
    found = rng.uniform(*bounds, shape).astype(dtype)
    found.flat[:1] = -0.0
    return found


def evaluate(case: str, xp: Any, given: Mapping[str, Any]) -> Any:
    """The case's value, in the namespace ``xp``."""
    return eval(case, {"xp": xp, "operator": operator, "numpy": np, **given})


def strict(case: str, arrays: Mapping[str, Array]) -> Any:
    """The case's value by array-api-strict, as NumPy's arrays and dtypes."""
    given = {key: array_api_strict.asarray(value) for key, value in arrays.items()}
    with np.errstate(all="ignore"), array_api_strict.ArrayAPIStrictFlags(api_version="2024.12"):
        return plain(evaluate(case, array_api_strict, given))


def traced(case: str, arrays: Mapping[str, Array]) -> tuple[Any, dict[Tensor, Array]]:
    """The case's value on inputs of a graph, and the inputs' values."""
    inputs = {key: T.tensor(key, dtype=value.dtype, shape=value.shape) for key, value in arrays.items()}
    return evaluate(case, array_api, inputs), {inputs[key]: value for key, value in arrays.items()}


def plain(value: Any) -> Any:
    """Arrays and dtypes of array-api-strict as NumPy's, inside tuples, lists and mappings too."""
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, array_api_strict._array_object.Array):
        return value._array
    return getattr(value, "_np_dtype", value)


def tensors(value: Any) -> list[Tensor]:
    """The tensors in a result, first to last."""
    if isinstance(value, tuple | list):
        return [x for part in value for x in tensors(part)]
    return [value] if isinstance(value, Tensor) else []


def filled(value: Any, given: list[Array]) -> Any:
    """The same result with arrays for its tensors, which are taken from the front of ``given``."""
    if isinstance(value, tuple | list):
        return [filled(part, given) for part in value]
    return given.pop(0) if isinstance(value, Tensor) else value


def difference(name: str, ours: Any, theirs: Any) -> str:
    """What differs, in one line; empty if nothing does."""
    if isinstance(theirs, list):
        if not isinstance(ours, list) or len(ours) != len(theirs):
            return f"{ours!r} is not {theirs!r}"
        return next((text for a, b in zip(ours, theirs, strict=True) if (text := difference(name, a, b))), "")
    if not isinstance(theirs, np.ndarray):
        return "" if ours == theirs or (ours != ours and theirs != theirs) else f"{ours!r} is not {theirs!r}"
    if not isinstance(ours, np.ndarray) or (ours.dtype, ours.shape) != (theirs.dtype, theirs.shape):
        return f"{getattr(ours, 'dtype', ours)} {np.shape(ours)} is not {theirs.dtype} {theirs.shape}"
    close = any(part in name for part in _CLOSE) or theirs.dtype.kind == "c"
    tolerance = 64 * float(np.finfo(theirs.dtype).eps) if close and theirs.dtype.kind in "fc" else 0.0
    equal = np.allclose(ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True)
    return "" if equal else f"values differ: {ours!r} and {theirs!r}"


def outcome(name: str, case: str, seed: int) -> str:
    """What is wrong with a case; empty if it passes."""
    arrays = drawn(name.rpartition(".")[2], seed)
    try:
        found, given = traced(case, arrays)
        results = values(tensors(found), given)
    except (SymnumError, AttributeError, TypeError, NotImplementedError, ValueError, IndexError) as error:
        return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return difference(name, filled(found, results), strict(case, arrays))


def failures(name: str) -> list[str]:
    """The cases of a name that fail, each with what is wrong."""
    return [f"{case}: {text}" for case in CASES.get(name, ()) if (text := outcome(name, case, 1))]


def refused(name: str) -> bool:
    """Whether what is listed as refused is refused, by a TypeError."""
    try:
        traced(REFUSED[name][0], drawn(name, 1))
    except TypeError:
        return True
    return False
