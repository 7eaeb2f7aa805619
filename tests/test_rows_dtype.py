"""The dtype column gives NumPy's own result, for every pair of dtypes and for Python numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special

from symnum import dtypes
from symnum.errors import DTypeError
from symnum.ops.spec import OpSpec
from symnum.ops.table import SPECIAL, SPECIAL_PARTS
from tests.rows_kernels import ROWS

OPERANDS: tuple[Any, ...] = (*dtypes.ALL, bool, int, float)


def as_exp(*operands: Any) -> Any:
    """What NumPy computes an exponential of the operands' common dtype in."""
    return np.exp(np.zeros(1, np.result_type(*operands)))


def with_float(*operands: Any) -> Any:
    """What NumPy computes the operands and a Python float in."""
    return np.zeros(1, np.result_type(*operands, 0.0))


# Rows whose reference is not the function that defines their dtype.
ORACLES: dict[str, Callable[..., Any]] = {
    "fma": as_exp, "square_term": as_exp, "sigmoid": as_exp, "softplus": as_exp,
    "erf": scipy.special.erf, "erfc": scipy.special.erfc, "gamma": scipy.special.gamma,
    "lgamma": scipy.special.gammaln, "digamma": scipy.special.psi, "trigamma": with_float,
    "polygamma": with_float,
    **{row.name: with_float for row in (*SPECIAL, *SPECIAL_PARTS)},
}
# Of these, what is computed for small integers depends on SciPy's version: float32, or as for all integers float64.
SCIPYS = (scipy.special.erf, scipy.special.erfc, scipy.special.gamma, scipy.special.gammaln, scipy.special.psi)


def value(kind: Any) -> Any:
    """An array of a dtype, or a Python number."""
    return np.ones(1, kind) if isinstance(kind, np.dtype) else kind(1)


def numpy_dtype(row: OpSpec, kinds: tuple[Any, ...]) -> np.dtype[Any] | None:
    """dtype of NumPy's result, or None if NumPy refuses."""
    oracle = ORACLES.get(row.name) or row.reference()
    if oracle in SCIPYS:
        kinds = tuple(dtypes.FLOAT64 if np.dtype(k).kind in "biu" else k for k in kinds)
    try:
        with np.errstate(all="ignore"):
            return np.asarray(oracle(*map(value, kinds))).dtype
    except TypeError:
        return None


def combinations(row: OpSpec) -> list[tuple[Any, ...]]:
    if row.name == "where":
        return [(dtypes.BOOL, *rest) for rest in itertools.product(OPERANDS, repeat=2)]
    some = OPERANDS if (row.arity or 0) < 4 else (dtypes.INT32, dtypes.FLOAT32, dtypes.FLOAT64, int, float)
    if (row.arity or 0) > 4:
        some = (dtypes.FLOAT32, dtypes.FLOAT64)
    found = itertools.product(some, repeat=row.arity or 0)
    # np.clip makes an array of its first operand, so that a Python number there is not weak.
    return [kinds for kinds in found if row.name != "clip" or isinstance(kinds[0], np.dtype)]


def ruled(row: OpSpec, kinds: tuple[Any, ...]) -> tuple[np.dtype[Any], ...] | str:
    """What the column says, or the message that refuses."""
    try:
        return tuple(row.dtype(row.name, kinds, {}))  # type: ignore[operator]
    except DTypeError as error:
        return str(error)


@pytest.mark.parametrize("row", [r for r in ROWS if r.name != "cast"], ids=lambda r: r.name)
def test_dtype_is_numpys(row: OpSpec) -> None:
    accepted = 0
    for kinds in combinations(row):
        wanted, found = numpy_dtype(row, kinds), ruled(row, kinds)
        if isinstance(found, str):
            assert row.name in found
            assert wanted is None or wanted not in dtypes.SUPPORTED, (kinds, wanted)
        else:
            accepted += 1
            assert len(found) == len(kinds) + 1
            assert found[-1] == wanted, (dtypes.names(kinds), found, wanted)
            assert set(found) <= set(dtypes.SUPPORTED)
    assert accepted


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_operand_dtypes_are_a_fixed_point(row: OpSpec) -> None:
    """Operands that have been cast as the rule says are left as they are."""
    attrs = {"dtype": dtypes.FLOAT32} if row.attrs else {}
    for kinds in combinations(row):
        try:
            found = row.dtype(row.name, kinds, attrs)  # type: ignore[operator]
        except DTypeError:
            continue
        assert tuple(row.dtype(row.name, found[:-1], attrs)) == tuple(found)  # type: ignore[operator]


def test_a_loop_that_symnum_does_not_have_is_refused_with_a_cure() -> None:
    row = next(r for r in ROWS if r.name == "exp")
    with pytest.raises(DTypeError, match=r"exp of .* (longdouble|float128) .* cure: cast the operands"):
        row.dtype("exp", (np.dtype(np.longdouble),), {})  # type: ignore[operator]
