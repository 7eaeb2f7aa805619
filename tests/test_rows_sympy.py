"""The sympy column means what the op means, and its head is the class that it builds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

from symnum.ops.spec import Absent, OpSpec, Sympy
from tests import rows_kernels as rk

ROWS = [row for row in rk.ROWS if isinstance(row.sympy, Sympy)]
HEADS = [row for row in ROWS if isinstance(row.sympy.head, str)]  # type: ignore[union-attr]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
each_head = pytest.mark.parametrize("row", HEADS, ids=lambda r: r.name)


def widest(row: OpSpec) -> rk.Kernel:
    """float64 if the row has it, else int64 or bool."""
    return max(rk.loops(row), key=lambda k: (k.operands[-1].kind == "f", k.operands[-1].itemsize,
                                             k.operands[-1].kind == "i"))


def exact(x: Any, digits: int = 700) -> sympy.Basic:
    """A NumPy scalar as an exact value."""
    if isinstance(x, np.bool_):
        return sympy.true if x else sympy.false
    return sympy.Integer(int(x)) if x == np.rint(x) else sympy.Float(float(x), digits)


def number(value: sympy.Basic) -> float:
    if value in (sympy.true, sympy.false):
        return float(value == sympy.true)
    return float(value.evalf(40, maxn=2000))


def agree(row: OpSpec, build: Any, booleans: bool = False) -> None:
    kernel = widest(row)
    digits = 60 if row in rk.SPECIAL_ROWS else 700      # SymPy is slow with more
    operands = [x.astype(bool) if booleans else x for x in rk.samples(kernel, 10)]
    want = rk.reference(kernel, operands)
    for i in range(10):
        got = number(build(*(exact(x[i], digits) for x in operands)))
        assert got == pytest.approx(float(want[i]), rel=1e-12, abs=1e-300), [x[i] for x in operands]


@each_row
def test_meaning(row: OpSpec) -> None:
    agree(row, lambda *xs: row.sympy.to(sympy, *xs))  # type: ignore[union-attr]


@each_head
def test_head(row: OpSpec) -> None:
    real = "logical" not in row.name or None    # logic is built of symbols that are not numbers
    symbols = [sympy.Symbol(name, real=real) for name in "xyzw"[:row.arity]]
    if row.name == "where":
        symbols[0] = sympy.Symbol("c")
    column = row.sympy
    assert isinstance(column, Sympy)
    if row.name != "lgamma":        # loggamma is complex below 0, where lgamma is not
        assert type(column.to(sympy, *symbols)).__name__ == column.head


@each_head
def test_head_means_the_op(row: OpSpec) -> None:
    if row.name != "where":         # Piecewise takes pairs
        head = getattr(sympy, row.sympy.head)  # type: ignore[union-attr, arg-type]
        agree(row, head, booleans="logical" in row.name)


def test_no_two_rows_claim_a_head() -> None:
    heads = [row.sympy.head for row in HEADS]  # type: ignore[union-attr]
    assert len(set(heads)) == len(heads)


HALVES = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 2.0, -2.0, 0.0]

# (row, operands) beyond the samples: ties, signs, and zeros
CORNERS = [
    *(("rint", (x,)) for x in HALVES), *(("trunc", (x,)) for x in HALVES),
    *(("remainder", (x, y)) for x in (7.5, -7.5) for y in (2.0, -2.0)),
    *(("fmod", (x, y)) for x in (7.5, -7.5) for y in (2.0, -2.0)),
    *(("floor_divide", (x, y)) for x in (7.5, -7.5) for y in (2.0, -2.0)),
    *(("arctan2", (y, x)) for y in (1.0, -1.0, 0.0) for x in (1.0, -1.0)),
    *(("heaviside", (x, 0.25)) for x in (-1.0, 0.0, 1.0)),
    *(("cbrt", (x,)) for x in (-8.0, 0.0, 8.0)), *(("sinc", (x,)) for x in (0.0, 0.5)),
    *(("copysign", (x, y)) for x in (2.0, -2.0) for y in (3.0, -3.0)),
    *(("frexp_exponent", (x,)) for x in (0.0, 1.0, -8.0, 0.75, 0.5)),
    *(("frexp_mantissa", (x,)) for x in (0.0, 1.0, -8.0, 0.75, 0.5)),
    ("lgamma", (-1.5,)), ("gamma", (-1.5,)), ("digamma", (-1.5,)), ("trigamma", (-1.5,)),
    ("sign", (0.0,)), ("maximum", (2.0, 2.0)), ("signbit", (-1.0,)), ("clip", (5.0, 2.0, 1.0)),
    *((name, (x, y)) for name in ("logical_and", "logical_or", "logical_xor") for x in (0.0, 2.0)
      for y in (0.0, 3.0)),
]


@pytest.mark.parametrize(("name", "operands"), CORNERS)
def test_corners(name: str, operands: tuple[float, ...]) -> None:
    row = next(r for r in ROWS if r.name == name)
    want = row.reference()(*map(np.float64, operands))
    got = number(row.sympy.to(sympy, *map(exact, operands)))  # type: ignore[union-attr]
    assert got == pytest.approx(float(want), rel=1e-13)


def test_absent_columns_have_reasons() -> None:
    for row in rk.ROWS:
        column = row.sympy if isinstance(row.sympy, Absent) else row.sympy.head
        assert not isinstance(column, Absent) or len(column.reason) > 10
