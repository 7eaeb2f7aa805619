"""The partials column: against SymPy's derivatives in high precision, and against finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

from symnum.ops.spec import Absent, OpSpec
from tests import rows_kernels as rk
from tests.rows_partials import o

FLOAT = np.dtype(np.float64)


def kernel_of(row: OpSpec) -> rk.Kernel | None:
    """The row on float64 (and the other dtypes that go with it), or None if it has integers only."""
    found = [k for k in rk.loops(row) if k.result == FLOAT and FLOAT in k.operands]
    return found[0] if found else None


KERNELS = [k for row in rk.ROWS if not isinstance(row.partials, Absent) and (k := kernel_of(row))]
each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: k.row.name)


def partials(kernel: rk.Kernel, operands: list[Any]) -> tuple[Any, ...]:
    """All partial derivatives, as arrays or None or Absent."""
    z = rk.reference(kernel, operands)
    with np.errstate(all="ignore"):
        return kernel.row.partials(o, z, *operands)  # type: ignore[operator]


def float_places(kernel: rk.Kernel) -> list[int]:
    return [k for k, dtype in enumerate(kernel.operands) if dtype == FLOAT]


@each_kernel
def test_one_partial_for_each_operand(kernel: rk.Kernel) -> None:
    operands = rk.samples(kernel, 3)
    found = partials(kernel, operands)
    assert len(found) == len(operands)
    for k, p in enumerate(found):
        assert p is None or k in float_places(kernel)


@each_kernel
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_partials_keep_the_dtype(kernel: rk.Kernel, dtype: Any) -> None:
    operands = [x.astype(dtype) if x.dtype.kind == "f" else x for x in rk.samples(kernel, 3)]
    small = rk.Kernel(kernel.row, tuple(x.dtype for x in operands), np.dtype(dtype))
    for p in partials(small, operands):
        assert p is None or isinstance(p, int | float | Absent) or p.dtype == dtype


# finite differences ------------------------------------------------------------------------------------

def central(kernel: rk.Kernel, operands: list[Any], k: int) -> Any:
    """Differences of fourth order, and a bound of their error from a second step."""
    x = operands[k]
    found = []
    for scale in (1e-4, 0.5e-4):
        step = np.maximum(np.abs(x), 0.1) * scale
        low, high = ([*operands[:k], x + m * step, *operands[k + 1:]] for m in (-1, 1))
        low2, high2 = ([*operands[:k], x + m * step, *operands[k + 1:]] for m in (-2, 2))
        near = rk.reference(kernel, high) - rk.reference(kernel, low)
        far = rk.reference(kernel, high2) - rk.reference(kernel, low2)
        found.append((8 * near - far) / (12 * step))
    size = np.abs(rk.reference(kernel, operands)) / (np.maximum(np.abs(x), 0.1) * 1e-4)
    return found[1], 4 * np.abs(found[0] - found[1]) + 1e-14 * size


@each_kernel
def test_partials_are_slopes(kernel: rk.Kernel) -> None:
    operands = rk.samples(kernel, 40)
    found = partials(kernel, operands)
    for k in float_places(kernel):
        if isinstance(found[k], Absent):
            continue
        want, error = central(kernel, operands, k)
        got = np.zeros_like(want) + (0.0 if found[k] is None else found[k])
        steep = np.isfinite(want)
        assert np.count_nonzero(steep) >= 10
        near = np.abs(got - want) <= error + 1e-7 * np.abs(want) + 1e-9
        # a few samples may lie within a step of a jump or a kink
        assert np.mean(near[steep]) > 0.9, (kernel.row.name, k, got[~near][:3], want[~near][:3])


# SymPy ---------------------------------------------------------------------------------------------------

SMOOTH = [k for k in KERNELS if "smooth" in k.row.facts and not isinstance(k.row.sympy, Absent)]


@pytest.mark.parametrize("kernel", SMOOTH, ids=lambda k: k.row.name)
def test_partials_of_smooth_rows_are_accurate(kernel: rk.Kernel) -> None:
    """Relative error against SymPy's derivative with 40 digits, anywhere in the domain."""
    symbols = [sympy.Symbol(name, real=True) for name in "xyzw"[:len(kernel.operands)]]
    formula = kernel.row.sympy.to(sympy, *symbols)  # type: ignore[union-attr]
    operands = rk.samples(kernel, 12)
    for k, p in enumerate(partials(kernel, operands)):
        if k not in float_places(kernel) or isinstance(p, Absent):
            continue
        slope = sympy.diff(formula, symbols[k])
        got = np.zeros(12) + p
        for i in range(12):
            values = {s: _exact(x[i]) for s, x in zip(symbols, operands, strict=True)}
            want = float(slope.subs(values).evalf(40, maxn=2000))
            if 1e-290 < abs(want) < 1e290:
                assert abs(got[i] - want) <= 1e-12 * abs(want), (kernel.row.name, k, values, got[i], want)


def _exact(x: Any) -> sympy.Rational | sympy.Integer:
    return sympy.Rational(float(x)) if isinstance(x, np.floating) else sympy.Integer(int(x))


# where formulas meet their limits --------------------------------------------------------------------------

INF, NAN = np.inf, np.nan

# (row, operands, partials)
CORNERS = [
    ("absolute", (0.0,), (0.0,)),
    ("maximum", (2.0, 2.0), (0.5, 0.5)),
    ("maximum", (2.0, 3.0), (0.0, 1.0)),
    ("minimum", (2.0, 3.0), (1.0, 0.0)),
    ("minimum", (3.0, 3.0), (0.5, 0.5)),
    ("fmax", (NAN, 3.0), (0.0, 1.0)),
    ("fmax", (3.0, NAN), (1.0, 0.0)),
    ("fmin", (NAN, 3.0), (0.0, 1.0)),
    ("fmin", (3.0, 3.0), (0.5, 0.5)),
    ("clip", (1.0, 1.0, 2.0), (1.0, 0.0, 0.0)),
    ("clip", (0.0, 1.0, 2.0), (0.0, 1.0, 0.0)),
    ("clip", (3.0, 1.0, 2.0), (0.0, 0.0, 1.0)),
    ("clip", (0.0, 2.0, 1.0), (0.0, 0.0, 1.0)),
    ("heaviside", (0.0, 0.5), (None, 1.0)),
    ("heaviside", (1.0, 0.5), (None, 0.0)),
    ("hypot", (0.0, 0.0), (0.0, 0.0)),
    ("hypot", (3.0, 4.0), (0.6, 0.8)),
    ("power", (0.0, 2.0), (0.0, 0.0)),
    ("power", (0.0, 0.0), (0.0, 0.0)),
    ("power", (-2.0, 3.0), (12.0, NAN)),
    ("power", (5.0, 0.0), (0.0, np.log(5.0))),
    ("logaddexp", (INF, INF), (0.5, 0.5)),
    ("logaddexp", (-INF, -INF), (0.5, 0.5)),
    ("logaddexp", (INF, 1.0), (1.0, 0.0)),
    ("logaddexp2", (-INF, -INF), (0.5, 0.5)),
    ("logaddexp", (0.0, 1000.0), (0.0, 1.0)),
    ("sigmoid", (-800.0,), (0.0,)),
    ("sigmoid", (INF,), (0.0,)),
    ("softplus", (800.0,), (1.0,)),
    ("softplus", (-INF,), (0.0,)),
    ("tanh", (30.0,), (4 * np.exp(-60.0),)),
    ("tanh", (INF,), (0.0,)),
    ("sinc", (0.0,), (0.0,)),
    ("sinc", (1e-9,), (-np.pi ** 2 / 3 * 1e-9,)),
    ("arctan2", (1e200, 1e200), (0.5e-200, -0.5e-200)),
    ("arccosh", (1e200,), (1e-200,)),
    ("copysign", (2.0, -3.0), (-1.0, None)),
    ("copysign", (-2.0, -0.0), (1.0, None)),
    ("sqrt", (0.0,), (INF,)),
    ("frexp_mantissa", (12.0,), (1 / 16,)),
    ("ldexp", (0.0, 3), (8.0, None)),
]


@pytest.mark.parametrize(("name", "operands", "wanted"), CORNERS)
def test_corners(name: str, operands: tuple[Any, ...], wanted: tuple[float | None, ...]) -> None:
    kernel = next(k for k in KERNELS if k.row.name == name)
    arrays = [np.array([x], d) for x, d in zip(operands, kernel.operands, strict=True)]
    found = partials(kernel, arrays)
    assert len(found) == len(wanted)
    for got, want in zip(found, wanted, strict=True):
        if want is None:
            assert got is None
        else:
            np.testing.assert_allclose(np.zeros(1) + got, [want], rtol=1e-13)


def test_where_passes_each_branch_its_part() -> None:
    c = np.array([True, False])
    z = np.zeros(2)
    kernel = next(k for k in KERNELS if k.row.name == "where")
    assert [p if p is None else p.tolist() for p in partials(kernel, [c, z, z])] == [
        None, [1.0, 0.0], [0.0, 1.0]]


def test_order_of_polygamma_has_no_derivative() -> None:
    kernel = next(k for k in KERNELS if k.row.name == "polygamma")
    by_order, by_x = partials(kernel, [np.array([1.0]), np.array([2.0])])
    assert isinstance(by_order, Absent)
    assert by_x[0] < 0
