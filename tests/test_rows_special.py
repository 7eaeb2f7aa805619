"""Special functions against mpmath, also where SciPy is not accurate; references of rows that are ours."""

from __future__ import annotations

import ctypes
import re
import warnings
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from symnum.ops import reference, scipy_reference, special, support_functions
from symnum.ops.spec import OpSpec
from symnum.ops.table import TABLE
from tests import rows_kernels as rk

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
KERNELS = {k.name: k for row in special.ROWS for k in rk.loops(row)}

# Row -> the function in high precision.
TRUTH = {
    "erf": mpmath.erf, "erfc": mpmath.erfc, "gamma": mpmath.gamma,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))), "digamma": lambda x: mpmath.psi(0, x),
    "trigamma": lambda x: mpmath.psi(1, x), "polygamma": lambda n, x: mpmath.psi(int(n), x),
}

# Row, low, high, units in the last place of the result that are allowed for float64 and for float32; where the
# result f(x) is small beside x f'(x), units of that: the effect of a unit in x.
RANGES = [
    ("erf", -6, 6, 2, 4), ("erfc", -6, 26, 4, 4), ("gamma", -20, 170, 8, 8), ("gamma", 1e-300, 1e-3, 8, 8),
    ("lgamma", -30, 30, 8, 8), ("lgamma", 0.9, 2.1, 8, 8), ("lgamma", 1e-300, 1e-3, 4, 4),
    ("digamma", -30, 30, 16, 16), ("digamma", 1.3, 1.6, 16, 16), ("digamma", 1e-300, 1e-3, 4, 4),
    ("digamma", 1e3, 1e300, 4, 4), ("digamma", -1e6, -1e3, 16, 16),
    ("trigamma", -30, 30, 16, 16), ("trigamma", 1e-150, 1e-3, 8, 8), ("trigamma", 1e3, 1e300, 8, 8),
    ("polygamma", -5, 30, 64, 64), ("polygamma", 1e-9, 1e-3, 32, 32), ("polygamma", 1e3, 1e12, 32, 32),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The kernels of special functions."""
    folder = tmp_path_factory.mktemp("special")
    return rk.load(rk.build(folder, rk.source(list(KERNELS.values())), rk.FLAGS))


def spread(random: np.random.Generator, low: float, high: float, dtype: np.dtype[Any], n: int) -> rk.Array:
    """Even between the ends, or even in the logarithm if they are of one sign and far apart."""
    if low < 0 < high or max(low / high, high / low) < 100:
        return random.uniform(low, high, n).astype(dtype)
    info, sign = np.finfo(dtype), np.sign(low)
    ends = np.clip(np.sort(np.abs([low, high])), float(info.tiny) * 2, float(info.max) / 2)
    low, high = np.log(ends).tolist()
    return (sign * np.exp(random.uniform(low, high, n))).astype(dtype)  # type: ignore[no-any-return]


def conditioned(name: str, values: tuple[float, ...]) -> tuple[float, float]:
    """The true value, and the size that its error is measured by."""
    function = TRUTH[name]
    *order, x = map(mpmath.mpf, values)
    want = function(*order, x)
    slope = mpmath.diff(lambda t: function(*order, t), x, h=abs(x) * mpmath.mpf(10) ** -12)
    # polygamma sums terms of both signs below 0; the others must be right to an absolute error there.
    effect = abs(x * slope) if name == "polygamma" else min(abs(x * slope), 4)
    return float(want), float(max(abs(want), effect))


@pytest.mark.parametrize("dtype", [FLOAT64, FLOAT32], ids=str)
@pytest.mark.parametrize(("name", "low", "high", "wide", "narrow"), RANGES)
def test_near_the_truth(library: ctypes.CDLL, name: str, low: float, high: float, wide: float,
                        narrow: float, dtype: np.dtype[Any]) -> None:
    random = np.random.default_rng(7)
    kernel = next(k for k in KERNELS.values() if k.row.name == name and k.result == dtype)
    operands = [spread(random, low, high, dtype, 60)]
    if name == "polygamma":
        operands.insert(0, random.integers(0, 8, 60).astype(dtype))
    got = rk.run(library, kernel, operands)
    tiny, eps, most = (float(getattr(np.finfo(dtype), name)) for name in ("tiny", "eps", "max"))
    with mpmath.workdps(60):
        for i in range(60):
            want, size = conditioned(name, tuple(float(x[i]) for x in operands))
            if tiny < abs(want) and size < most / 4:
                error = abs(float(got[i]) - want) / (eps * size)
                assert error <= (wide if dtype == FLOAT64 else narrow), [x[i] for x in operands]


@pytest.mark.parametrize("dtype", [FLOAT64, FLOAT32], ids=str)
def test_polygamma_of_orders_that_it_has_not(library: ctypes.CDLL, dtype: np.dtype[Any]) -> None:
    orders = np.array([0.5, -0.5, -1, 2.5, np.inf, -np.inf, np.nan], dtype)
    kernel = next(k for k in KERNELS.values() if k.row.name == "polygamma" and k.result == dtype)
    assert np.isnan(rk.run(library, kernel, [orders, np.ones_like(orders)])).all()


@pytest.mark.parametrize("row", special.ROWS, ids=lambda r: r.name)
def test_reference_is_near_the_truth_in_the_domain(row: OpSpec) -> None:
    kernel = next(k for k in rk.loops(row) if k.result == FLOAT64)
    operands = rk.samples(kernel, 40)
    got = rk.reference(kernel, operands)
    with mpmath.workdps(40):
        for i in range(40):
            want = float(TRUTH[row.name](*(mpmath.mpf(float(x[i])) for x in operands)))
            assert abs(got[i] - want) <= row.tol * 2.3e-16 * abs(want), [x[i] for x in operands]


def coefficients(text: str) -> list[float]:
    """The numbers of a polynomial in C, lowest first."""
    return [float(c) for c in re.findall(r"\{T\}\)([-\d.e]+)", text)]


def test_coefficients_of_trigamma_are_bernoulli_numbers() -> None:
    """The last of them are too small to be seen in a result."""
    found = coefficients(support_functions._TRIGAMMA_TAIL)
    assert found == [float(mpmath.bernoulli(2 * k)) for k in range(1, len(found) + 1)]


def test_coefficients_of_digamma_are_divided_differences() -> None:
    """(F(v) - F(v0)) / (v - v0) of F(v) = sum of B(2k)/(2k) v**k, as its comment says."""
    found = coefficients(support_functions._DIGAMMA_TAIL)
    with mpmath.workdps(40):
        v0 = 1 / (mpmath.findroot(mpmath.digamma, 1.4616321449683622) + 8) ** 2
        terms = [mpmath.bernoulli(2 * k) / (2 * k) for k in range(1, len(found) + 1)]
        want = [float(sum(c * v0 ** (k - j) for k, c in enumerate(terms) if k >= j)) for j in range(len(found))]
    assert found == pytest.approx(want, rel=1e-15)


def test_polygamma_is_scipys() -> None:
    n, x = (v.ravel() for v in np.meshgrid(np.arange(6), np.linspace(-4.3, 20, 50)))
    with np.errstate(all="ignore"):
        want = scipy.special.polygamma(n, x)
    np.testing.assert_allclose(scipy_reference.polygamma(n.astype(float), x), want, rtol=1e-12)
    assert scipy_reference.trigamma(np.float32(2)).dtype == np.float32


def test_polygamma_far_below_zero_takes_no_time() -> None:
    assert scipy_reference.polygamma(1.0, np.float64(-1e15 - 0.5)) == pytest.approx(np.pi ** 2, rel=1e-6)


# references ---------------------------------------------------------------------------------------

ANY = st.floats(width=64)


def fma_exactly(x: float, y: float, z: float) -> float:
    try:
        exact = Fraction(x) * Fraction(y) + Fraction(z)
        return float(exact) if exact else x * y + z
    except OverflowError:
        if np.isinf(x) or np.isinf(y):
            return x * y + z
        return z if np.isinf(z) else np.inf if exact > 0 else -np.inf
    except ValueError:
        return float("nan")


@settings(max_examples=300, deadline=None)
@given(ANY, ANY, ANY)
def test_fma_rounds_once(x: float, y: float, z: float) -> None:
    got = float(reference.fma(*map(np.float64, (x, y, z))))
    assert repr(got) == repr(fma_exactly(x, y, z))


def test_fma_in_every_range() -> None:
    random = np.random.default_rng(3)
    for power in (0, 30, 300, 600, 1000):
        x, y = (random.standard_normal(400) * 2.0 ** random.integers(-power, power + 1, 400) for _ in range(2))
        with np.errstate(all="ignore"):
            z = -x * y * (1 + random.integers(-1, 2, 400) * 2.0 ** random.integers(-60, 3, 400))
        want = [fma_exactly(*map(float, v)) for v in zip(x, y, z, strict=True)]
        assert list(map(repr, reference.fma(x, y, z).tolist())) == list(map(repr, want))


def test_fma_of_float32_rounds_once() -> None:
    random = np.random.default_rng(4)
    x, y = ((random.standard_normal(4000) * 2.0 ** random.integers(-40, 40, 4000)).astype(np.float32)
            for _ in range(2))
    z = (-x.astype(float) * y * (1 + 2.0 ** random.integers(-60, 3, 4000))).astype(np.float32)
    got = reference.fma(x, y, z)
    assert got.dtype == np.float32
    for a, b, c, found in zip(*(v.astype(float).tolist() for v in (x, y, z, got)), strict=True):
        exact = Fraction(a) * Fraction(b) + Fraction(c)
        below, above = (Fraction(float(np.nextafter(np.float32(found), np.float32(end)))) for end in (-np.inf, np.inf))
        assert (Fraction(found) + below) / 2 <= exact <= (Fraction(found) + above) / 2


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_stable_references_give_no_warnings(name: str) -> None:
    x = np.array([-np.inf, -800.0, -1.0, 0.0, 1.0, 800.0, np.inf, np.nan])
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        got = TABLE[name].reference()(x)
    wanted = {"sigmoid": [0, 0, 0.2689414213699951, 0.5, 0.7310585786300049, 1, 1, np.nan],
              "softplus": [0, 0, 0.31326168751822286, np.log(2), 1.3132616875182228, 800, np.inf, np.nan]}
    np.testing.assert_allclose(got, wanted[name], rtol=1e-15)


@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
@pytest.mark.parametrize("name", ["fma", "sigmoid", "softplus", "erfc", "trigamma", "polygamma"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_references_keep_shape_and_dtype(name: str, shape: tuple[int, ...], dtype: Any) -> None:
    row = TABLE[name]
    result = np.asarray(row.reference()(*[np.ones(shape, dtype)] * (row.arity or 0)))
    assert (result.shape, result.dtype) == (shape, np.dtype(dtype))
