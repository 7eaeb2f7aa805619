"""Every class of SymPy in the tables has the value that ``evalf`` has with 50 digits, for scalars and for arrays."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy

import symnum as sn
from symnum.errors import SymnumError
from tests.sympy_classes import ALL_TITLES, TRUTH, WHOLE, Refused, Row, refused, rows
from tools import sympy_page

DIGITS = 50
TOGETHER = 12   # rows in a compiled function
COUNT = 5       # numbers drawn from each interval, beside its ends
ROWS = [row for title in ALL_TITLES for row in rows(title)]
REFUSED = [row for title in ALL_TITLES for row in refused(title)]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
PLANES = [row for row in ROWS if row.plane is not None]


# what is drawn ----------------------------------------------------------------------------------------------

def _random(row: Row) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(f"{row.name} {row.expr}".encode()))


@cache
def points(row: Row) -> dict[Any, np.ndarray[Any, Any]]:
    """What each symbol stands for, point by point: numbers that are exact in float32."""
    random = _random(row)
    found = {}
    for k, (symbol, (low, high)) in enumerate(zip(row.symbols, row.domain, strict=True)):
        size = (COUNT, *row.shapes.get(symbol, ()))
        if symbol in WHOLE:
            drawn = np.concatenate([random.integers(int(low), int(high), size, endpoint=True), [int(low), int(high)]])
        elif symbol in TRUTH:
            drawn = random.integers(0, 2, 2 + COUNT).astype(bool)
        elif row.shapes.get(symbol):
            drawn = random.uniform(low, high, size).astype(np.float32).astype(np.float64)
        else:
            ends = np.array([high, low] if k % 2 else [low, high])
            drawn = np.concatenate([random.uniform(low, high, COUNT), ends]).astype(np.float32).astype(np.float64)
        found[symbol] = np.concatenate([drawn, [p[k] for p in row.points]]) if row.points else drawn
    return _of_one_length(found)


@cache
def complex_points(row: Row) -> dict[Any, np.ndarray[Any, Any]]:
    """Complex numbers of the row's plane."""
    assert row.plane is not None
    random = _random(row)
    parts = [[random.uniform(*side, COUNT).astype(np.float32).astype(np.float64) for side in row.plane]
             for _ in row.symbols]
    return {s: re + 1j * im for s, (re, im) in zip(row.symbols, parts, strict=True)}


def _of_one_length(found: dict[Any, np.ndarray[Any, Any]]) -> dict[Any, np.ndarray[Any, Any]]:
    least = min((len(v) for v in found.values()), default=0)
    return {symbol: v[:least] for symbol, v in found.items()}


def _exact(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim:
        return sympy.ImmutableDenseNDimArray([_exact(v) for v in value.flat], value.shape) if value.ndim != 2 else (
            sympy.ImmutableMatrix(*value.shape, [_exact(v) for v in value.flat]))
    if isinstance(value, np.bool_):
        return sympy.true if value else sympy.false
    if isinstance(value, np.integer):
        return sympy.Integer(int(value))
    if isinstance(value, np.complexfloating):
        return sympy.Rational(float(value.real)) + sympy.I * sympy.Rational(float(value.imag))
    return sympy.Rational(float(value))


# what is wanted ---------------------------------------------------------------------------------------------

def wanted(row: Row, given: Mapping[Any, np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """The values at all points, each by SymPy alone; one value if there are no symbols."""
    expr = row.expr if row.want is None else row.want
    count = len(next(iter(given.values()))) if given else 1
    found = [_evaluated(expr, {s: _exact(v[k]) for s, v in given.items()}) for k in range(count)]
    return np.array(found) if given else np.array(found[0])


def _evaluated(expr: Any, at: Mapping[Any, Any]) -> Any:
    if callable(expr) and not isinstance(expr, sympy.Basic):
        value = expr(*at.values())
    else:
        arrays = {s: v for s, v in at.items() if isinstance(v, sympy.MatrixBase | sympy.NDimArray)}
        value = expr.subs({s: v for s, v in at.items() if s not in arrays})
        value = value.subs(arrays).doit() if arrays else value
    if isinstance(value, sympy.MatrixExpr):
        value = value.as_explicit()
    if isinstance(value, sympy.MatrixBase | sympy.NDimArray):
        return np.array([_number(v) for v in sympy.flatten(value)]).reshape(value.shape)
    return _number(value)


def _number(value: Any) -> Any:
    value = sympy.sympify(value)
    if isinstance(value, sympy.logic.boolalg.Boolean):
        return bool(value)
    found = value.evalf(DIGITS, maxn=20 * DIGITS)
    if found is sympy.nan:
        return np.nan
    found = complex(found)
    return found.real if found.imag == 0 else found


# what comes out ---------------------------------------------------------------------------------------------

def _dtype(symbol: Any, dtype: str) -> str:
    return "int64" if symbol in WHOLE else "bool" if symbol in TRUTH else dtype


def _built(row: Row, dtype: str, batch: tuple[int | None, ...]) -> tuple[list[Any], Any]:
    inputs = {s: sn.tensor.tensor(str(s), dtype=_dtype(s, dtype), shape=(*batch, *row.shapes.get(s, ())))
              for s in row.symbols}
    return list(inputs.values()), sn.from_sympy(row.expr, symbols=inputs)


def _arguments(row: Row, dtype: str, given: Mapping[Any, np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
    return [v.astype(_dtype(s, dtype)) for s, v in given.items()]


def _close(row: Row, got: Any, want: np.ndarray[Any, Any], dtype: str) -> None:
    got = np.asarray(got)
    if want.dtype == bool:
        np.testing.assert_array_equal(got, want)
        return
    kind = np.dtype(dtype)
    tol = row.tol32 if row.tol32 is not None and kind.itemsize == (8 if kind.kind == "c" else 4) else row.tol
    if row.symbols and got.dtype.kind in "fc" and not set(row.symbols) <= WHOLE | TRUTH:
        assert got.real.dtype.itemsize <= np.zeros(1, kind).real.itemsize, f"computed in {got.dtype}, not in {dtype}"
    unit = np.finfo(kind).eps
    off = np.abs(got.astype(np.result_type(want, np.float64)) - want) / unit
    allowed = tol * np.abs(want) + row.floor
    right = (off <= allowed) | (np.isnan(got) & np.isnan(want)) | (got == want)
    assert np.all(right), f"{off} units of {unit} off at {want}, {allowed} are allowed; got {got}"


def _check(row: Row, dtype: str, given: Mapping[Any, np.ndarray[Any, Any]], want: np.ndarray[Any, Any]) -> None:
    arguments = _arguments(row, dtype, given)
    if not set(row.shapes):
        batch = (None,) if row.symbols else ()
        inputs, out = _built(row, dtype, batch)
        _close(row, _run(inputs, out)(*arguments), want, dtype)
    inputs, out = _built(row, dtype, ())
    run = _run(inputs, out)
    got = [run(*(a[k] for a in arguments)) for k in range(len(want))] if row.symbols else run()
    _close(row, got, want, dtype)


def _run(inputs: Sequence[Any], out: Any, mode: str = "numpy") -> Any:
    return sn.function(inputs, out, mode=mode, on_unused_input="ignore")


# tests ------------------------------------------------------------------------------------------------------

@each_row
def test_value(row: Row) -> None:
    """Warnings are errors, so no branch that is not taken may raise one."""
    want = wanted(row, points(row))
    for dtype in row.dtypes:
        _check(row, dtype, points(row), want)


@pytest.mark.parametrize("row", PLANES, ids=lambda row: row.name)
def test_complex_value(row: Row) -> None:
    given = complex_points(row)
    want = wanted(row, given)
    if row.tol_plane is not None:
        row = replace(row, tol=row.tol_plane, tol32=None)
    for dtype in ("complex64", "complex128"):
        _check(row, dtype, given, want)


@pytest.mark.parametrize("start", range(0, len(ROWS), TOGETHER))
def test_compiled_values(start: int) -> None:
    """Rows together in one compiled function: on arrays, or on numbers where a row has arrays of its own."""
    found = [(row, *_built(row, "float64", _batch(row))) for row in ROWS[start:start + TOGETHER]]
    run = _run([x for _, given, _ in found for x in given], [out for _, _, out in found], "c")
    got = run(*(a if _batch(row) else a[0] for row, _, _ in found for a in _arguments(row, "float64", points(row))))
    for (row, _, _), value in zip(found, got, strict=True):
        first = {s: v if _batch(row) else v[:1] for s, v in points(row).items()}
        _close(row, value if _batch(row) or not row.symbols else value[None], wanted(row, first), "float64")


def _batch(row: Row) -> tuple[None, ...]:
    return () if set(row.shapes) or not row.symbols else (None,)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.name)
def test_refusals_name_the_class_and_a_cure(row: Refused) -> None:
    given = {s: sn.tensor.tensor(str(s), dtype="float64", shape=getattr(s, "shape", ())) for s in row.expr.free_symbols}
    with pytest.raises(SymnumError, match=r"cure: ") as caught:
        sn.from_sympy(row.expr, symbols=given)
    assert row.name in str(caught.value)


def test_the_page_is_written_from_the_rows() -> None:
    assert sympy_page.PAGE.read_text(encoding="utf-8") == sympy_page.page(), "run `make sympy`"
