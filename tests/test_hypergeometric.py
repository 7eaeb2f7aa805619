"""Hypergeometric series of any parameters: right to the last digits, or NaN; Meijer's function made of them."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from sympy import S

import symnum as sn
from symnum.errors import SymnumError

x, y = sympy.symbols("x y")
EPS = 2.0**-52


def run(e: Any, *values: Any, mode: str = "c") -> Any:
    """The value of an expression of x, or of x and y, for arrays."""
    arrays = [np.asarray(v, float) for v in values]
    xs = {s: sn.tensor.tensor(str(s), shape=(None,) * a.ndim) for s, a in zip((x, y), arrays, strict=False)}
    return sn.function(list(xs.values()), sn.from_sympy(e, symbols=xs), mode=mode)(*arrays)


def high(a: Any, b: Any, z: float) -> tuple[Any, Any]:
    """The value, and its derivative times the argument, with 60 digits."""
    with mpmath.workdps(60):
        a, b = ([mpmath.mpf(c.p) / c.q for c in map(sympy.Rational, xs)] for xs in (a, b))
        slope = z * mpmath.fprod(a) / mpmath.fprod(b) * mpmath.hyper([c + 1 for c in a], [c + 1 for c in b], z)
        return mpmath.hyper(a, b, z), slope


SWEEPS = [
    ((1, 1), (2, 2), -60, -25), ((S.Half, 3), (S(7) / 4, S(1) / 3), -60, -10), ((S.Half,), (1, S(5) / 2), -900, -200),
    ((), (1, S.Half), -4e4, -5e3), ((1, S.Half, 2), (3, S(1) / 3), -2, -0.9), ((1, S.Half), (S(4) / 3, 3, 2), -2e3, 0),
]


@pytest.mark.parametrize(("a", "b", "low", "served"), SWEEPS)
def test_no_digit_is_wrong_where_terms_cancel(a: Any, b: Any, low: float, served: float) -> None:
    """Down to ``served`` there are values; below they end in NaN, and are right as far as they go."""
    z = np.linspace(low, 0, 60)
    found = run(sympy.hyper(a, b, x), z)
    np.testing.assert_array_equal(found, run(sympy.hyper(a, b, x), z, mode="numpy"))
    assert not np.isnan(found[z >= served]).any()
    for point, value in zip(z.tolist(), found.tolist(), strict=True):
        if not np.isnan(value):
            want, slope = high(a, b, point)
            assert abs(value - want) <= 8 * EPS * max(abs(want), abs(slope)), point
    assert np.isnan(found[0]) or low > -3000


def test_a_series_does_not_end_at_its_first_small_term() -> None:
    """Terms of 1e-20 grow to 1e13 before they fall."""
    e = sympy.hyper((S(10) ** -20, 1), (2, S.Half), x)
    want, _ = high((S(10) ** -20, 1), (2, S.Half), 60.0)
    assert want > 1.1
    assert run(e, 60.0) == pytest.approx(float(want), rel=1e-15)


def test_a_series_does_not_end_before_a_pole_that_it_nearly_has() -> None:
    """Terms of 1e-24 grow by 1e14 where a lower parameter comes close to 0."""
    a, b = (1, 1, 2), (S(2)**-30 - 40, 3)
    want, _ = high(a, b, 0.25)
    for mode in ("c", "numpy"):
        assert run(sympy.hyper(a, b, x), 0.25, mode=mode) == pytest.approx(float(want), rel=1e-15)


@pytest.mark.parametrize("mode", ["c", "numpy"])
@pytest.mark.parametrize(("e", "at", "want"), [
    (sympy.hyper((1, 2), (3, S.Half), x), 0.0, 1.0),
    (sympy.hyper((1, 2), (-3, S.Half), x), 0.5, np.nan),            # a pole
    (sympy.hyper((-2, 2), (-3, S.Half), x), 0.5, 8 / 3),    # the series ends before it
    (sympy.hyper((-4, 2), (-3, S.Half), x), 0.5, np.nan),
    (sympy.hyper((1, 2, S.Half), (3, 4), x), 1.0, np.nan),
    (sympy.hyper((1, 2, S.Half), (3, 4), x), -1.5, np.nan),
    (sympy.hyper((-1, 2, S.Half), (3, 4), x), -12.0, 2.0),
    (sympy.hyper((1, 2), (3, 4), x), 1e4, np.inf),
    (sympy.hyper((-S.Half, 2), (3, 4), x), 1e4, -np.inf),
    (sympy.hyper((1, 2), (3, 4), x), -1e4, np.nan),
    (sympy.hyper((1, 2), (3, 4), x), np.inf, np.nan),
    (sympy.hyper((1, 2), (3, 4), x), np.nan, np.nan)])
def test_ends_of_the_domain(e: Any, at: float, want: float, mode: str) -> None:
    assert run(e, at, mode=mode) == pytest.approx(want, rel=1e-15, nan_ok=True)


def test_equal_parameters_that_meet_at_run_time_are_left_out() -> None:
    e = sympy.hyper((y, 1, 2), (3, 4), x)
    gauss = run(sympy.hyper((1, 2), (y,), x), [0.3, 0.3], [4.0, 3.0])
    np.testing.assert_allclose(run(e, [0.3, 0.3], [3.0, 4.0]), gauss, rtol=1e-15)
    # -2 is a pole below, and ends the series above; as both it does neither.
    assert run(sympy.hyper((y, 1, 1), (-2, 2), x), [0.5], [-2.0]) == pytest.approx(2 * np.log(2), rel=1e-15)


def test_derivatives() -> None:
    e = sympy.hyper((1, y), (S(5) / 2, S.Half), x)
    t, a = sn.tensor.dscalars("t", "a")
    f = sn.from_sympy(e, symbols={x: t, y: a})
    first = sn.grad(f, t)
    got = sn.function([t, a], [first, sn.grad(first, t)])(0.7, 1.25)
    for k, value in enumerate(got):
        want = sympy.diff(e, x, k + 1).subs({x: S(0.7), y: S(1.25)}).evalf(20)
        assert value == pytest.approx(float(want), rel=1e-14)
    with pytest.raises(SymnumError, match="no closed form"):
        sn.function([t, a], sn.grad(f, a))


def test_round_trip_has_the_same_parameters() -> None:
    for e in (sympy.hyper((S.Half, y), (3, y + 1), x), sympy.hyper((), (y, 3, S.Half), x),
              sympy.hyper((1, 1, 1), (2, 2), x)):
        xs = {s: sn.tensor.dscalar(str(s)) for s in e.free_symbols}
        found, table = sn.to_sympy(sn.from_sympy(e, symbols=xs))
        back = {tensor: s for s, tensor in xs.items()}
        assert sympy.nsimplify(found.subs({s: back[t] for s, t in table.items()})) == e


def test_sums_of_series_that_cancel_are_nan() -> None:
    e = sympy.meijerg([[S.Half], []], [[0, S(1) / 3], []], x)
    z = np.linspace(0.5, 20, 30)
    for dtype, left in (("float64", 2.0**-20), ("float32", 2.0**-8)):
        t = sn.tensor.tensor("t", dtype=dtype, shape=(None,))
        found = sn.function([t], sn.from_sympy(e, symbols={x: t}), mode="numpy")(z.astype(dtype))
        assert np.isnan(found).any()
        assert np.isfinite(found).any()
        for point, value in zip(z.astype(dtype).tolist(), found.tolist(), strict=True):
            if not np.isnan(value):
                want = e.subs(x, sympy.Rational(point)).evalf(20)
                assert value == pytest.approx(float(want), rel=64 * float(np.finfo(dtype).eps) / left)


def test_meijers_function_beyond_its_sheet_is_nan() -> None:
    """Of negative numbers it is complex, or its closed form is another one."""
    for e in (sympy.meijerg([[S.Half], [2]], [[y], []], x), sympy.meijerg([[1, 1], []], [[1], [0]], x)):
        assert np.isnan(run(e, *([-0.7, 0.3] if e.has(y) else [-0.7])))
