"""Special functions of complex numbers, compiled: on their cuts, with derivatives, and where they are refused."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from sympy import S

import symnum as sn
from symnum.errors import DTypeError, UnsupportedError
from tests.sympy_classes import rows

x = sympy.Symbol("x")
THIRD = S(1) / 3
PLANES = [row for row in rows("Special functions") if row.plane is not None]
# Both sides of 0 and of 1, on the real axis.
AXIS = np.array([-2.5, -0.6, 0.4, 1.75, 3.5]) + 0j

# Where the principal value is cut along the real axis, the side that SymPy takes.
ON_CUTS = [
    (sympy.Ei(x), mpmath.ei), (sympy.E1(x), mpmath.e1), (sympy.Ci(x), mpmath.ci), (sympy.Chi(x), mpmath.chi),
    (sympy.loggamma(x), mpmath.loggamma), (sympy.gamma(x), mpmath.gamma), (sympy.digamma(x), mpmath.digamma),
    (sympy.besselj(THIRD, x), lambda z: mpmath.besselj(mpmath.mpf(1) / 3, z)),
    (sympy.bessely(0, x), lambda z: mpmath.bessely(0, z)),
    (sympy.besselk(THIRD, x), lambda z: mpmath.besselk(mpmath.mpf(1) / 3, z)),
    (sympy.hankel1(1, x), lambda z: mpmath.hankel1(1, z)), (sympy.hankel2(1, x), lambda z: mpmath.hankel2(1, z)),
    (sympy.LambertW(x), mpmath.lambertw), (sympy.LambertW(x, -1), lambda z: mpmath.lambertw(z, -1)),
    (sympy.LambertW(x, 2), lambda z: mpmath.lambertw(z, 2)),
    (sympy.elliptic_k(x), mpmath.ellipk), (sympy.elliptic_e(x), mpmath.ellipe),
    (sympy.polylog(1, x), lambda z: -mpmath.log(1 - z)), (sympy.polylog(2, x), lambda z: mpmath.polylog(2, z)),
    (sympy.hyper((S.Half, 1), (THIRD,), x), lambda z: mpmath.hyp2f1(0.5, 1, mpmath.mpf(1) / 3, z)),
    (sympy.li(x), mpmath.li), (sympy.zeta(x), mpmath.zeta), (sympy.airyai(x), mpmath.airyai),
]


def run(e: Any, z: Any, mode: str = "c") -> Any:
    t = sn.tensor.tensor("t", dtype="complex128", shape=(None,))
    return sn.function([t], sn.from_sympy(e, symbols={x: t}), mode=mode)(np.asarray(z))


def test_compiled_values_are_those_of_the_interpreter() -> None:
    """Host calls between native kernels."""
    z = np.random.default_rng(1).normal(size=40).view(complex)
    t = sn.tensor.tensor("t", dtype="complex128", shape=(None,))
    rest = [row.expr for row in PLANES if row.symbols == (x,)][::5]
    values = [2 * sn.from_sympy(e, symbols={x: t}) + 1 for e in rest]
    assert len(values) > 8
    for got, want, e in zip(sn.function([t], values, mode="c")(z), sn.function([t], values, mode="numpy")(z), rest,
                            strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-13, err_msg=str(e))


@pytest.mark.parametrize(("e", "truth"), ON_CUTS, ids=lambda e: str(e) if isinstance(e, sympy.Basic) else "")
def test_sides_of_cuts(e: Any, truth: Any) -> None:
    for point, value in zip(AXIS, run(e, AXIS, "numpy"), strict=True):
        with mpmath.workdps(30):
            want = complex(truth(mpmath.mpf(point.real)))
        assert value == pytest.approx(want, rel=1e-12), point


def test_hankel_functions_keep_their_digits_far_above_the_axis() -> None:
    """J and Y are e**20 times as large as they are."""
    for e, z in ((sympy.hankel1(THIRD, x), 2 + 20j), (sympy.hankel2(THIRD, x), -2 - 20j), (sympy.hn1(2, x), 1 + 20j)):
        want = complex(e.subs(x, sympy.nsimplify(z)).evalf(20))
        assert run(e, [z])[0] == pytest.approx(want, rel=1e-12)


def test_gradients_are_complex_derivatives() -> None:
    z, h = np.array([0.4 + 0.3j, -0.6 + 1.1j]), 1e-5
    t = sn.tensor.tensor("t", dtype="complex128", shape=(None,))
    each = [sympy.erf(x), sympy.gamma(x), sympy.loggamma(x), sympy.besselj(THIRD, x), sympy.hankel1(1, x), sympy.Ei(x),
            sympy.LambertW(x), sympy.LambertW(x, 2), sympy.hyper((S.Half, 1), (THIRD,), x), sympy.airyai(x),
            sympy.fresnels(x), sympy.polylog(2, x), sympy.jn(2, x)]
    values = [sn.from_sympy(e, symbols={x: t}) for e in each]
    slopes = sn.function([t], [sn.grad(sn.real(v).sum(), t) for v in values])(z)
    f = sn.function([t], values)
    for e, slope, above, below in zip(each, slopes, f(z + h), f(z - h), strict=True):
        np.testing.assert_allclose(slope, np.conj((above - below) / (2 * h)), rtol=1e-8, err_msg=str(e))


def test_orders_are_real_and_may_be_tensors() -> None:
    t, v = sn.tensor.tensor("t", dtype="complex64", shape=(None,)), sn.tensor.fvector("v")
    y = sympy.Symbol("y")
    made = sn.from_sympy(sympy.besselj(y, x), symbols={x: t, y: v})
    assert made.dtype == np.complex64
    got = sn.function([v, t], made)(np.float32([0.5, 2]), np.complex64([1 + 1j, 2 - 1j]))
    want = [complex(mpmath.besselj(0.5, 1 + 1j)), complex(mpmath.besselj(2, 2 - 1j))]
    np.testing.assert_allclose(got, want, rtol=1e-6)
    with pytest.raises(DTypeError, match="only its last operand may be complex"):
        sn.from_sympy(sympy.besselj(x, y), symbols={x: t, y: v})


@pytest.mark.parametrize("e", [
    sympy.erfinv(x), sympy.polylog(3, x), sympy.beta(x, 2),
    sympy.lerchphi(x, 2, S.Half), sympy.expint(2, x), sympy.hyper((1, 2), (3, 4), x)], ids=str)
def test_others_are_refused(e: Any) -> None:
    t = sn.tensor.tensor("t", dtype="complex128", shape=())
    with pytest.raises((DTypeError, UnsupportedError), match=r"not defined for complex numbers; .* cure: "):
        sn.from_sympy(e, symbols={x: t})


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_elliptic_integrals_of_the_third_kind_beyond_their_pole_are_nan(dtype: str) -> None:
    """There SymPy's are complex, and Carlson's form is Cauchy's principal value."""
    t = sn.tensor.tensor("t", dtype=dtype, shape=(None,))
    for e in (sympy.elliptic_pi(x, THIRD), sympy.elliptic_pi(x, S(6) / 5, THIRD)):
        found = sn.function([t], sn.from_sympy(e, symbols={x: t}), mode="numpy")(np.array([1.75, 0.5], dtype))
        assert np.isnan(found[0])
        assert found[1] == pytest.approx(complex(e.subs(x, S.Half).evalf(20)), rel=1e-13)


def test_round_trip() -> None:
    t = sn.tensor.tensor("t", dtype="complex128", shape=())
    for e in (sympy.loggamma(x), sympy.hankel1(1, x), sympy.LambertW(x, 2), sympy.Ei(x), sympy.besselk(2, x)):
        found, table = sn.to_sympy(sn.from_sympy(e, symbols={x: t}))
        assert sympy.nsimplify(found.subs(dict.fromkeys(table, x))) == e
