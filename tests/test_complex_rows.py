"""The complex column of elementwise rows, compiled: against NumPy on special values, and against high precision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest

import symnum as sn
from symnum.errors import DTypeError
from symnum.ops.spec import Absent, OnHost, OpSpec
from symnum.ops.table import TABLE

Array = np.ndarray[Any, Any]
DTYPES = (np.dtype("complex64"), np.dtype("complex128"))
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=str)


def has_loop(row: OpSpec) -> bool:
    """Whether a row computes a complex or bool result of complex operands, by formulas of parts."""
    if row.kind != "elementwise" or row.attrs or row.name in ("where", "make_complex") or row.complex == OnHost():
        return False
    try:
        row.dtype(row.name, (DTYPES[1],) * (row.arity or 1), {})  # type: ignore[operator]
    except DTypeError:
        return False
    return True


ROWS = tuple(row for row in TABLE.values() if has_loop(row))
UNARY = tuple(row for row in ROWS if row.arity == 1)
BINARY = tuple(row for row in ROWS if row.arity == 2)
each_unary = pytest.mark.parametrize("row", UNARY, ids=lambda r: r.name)
each_binary = pytest.mark.parametrize("row", BINARY, ids=lambda r: r.name)

# Where NumPy loses digits or gives NaN for operands with a limit; high precision judges these rows.
IMPRECISE = {"expm1", "log1p"}


@cache
def compiled(dtype: np.dtype[Any], arity: int) -> Any:
    rows = UNARY if arity == 1 else BINARY
    xs = [sn.tensor.tensor(name, dtype=dtype, shape=(None,)) for name in "zw"[:arity]]
    return sn.function(xs, {row.name: getattr(sn.tensor, row.name)(*xs) for row in rows}, mode="c")


@cache
def results(dtype: np.dtype[Any], arity: int, special: bool) -> dict[str, Array]:
    found: dict[str, Array] = compiled(dtype, arity)(*operands(dtype, arity, special))
    return found


@cache
def operands(dtype: np.dtype[Any], arity: int, special: bool) -> tuple[Array, ...]:
    if not special:
        return tuple(random(dtype, 2000, seed) for seed in range(arity))
    grid = special_values(dtype)
    return tuple(map(np.ravel, np.meshgrid(*[grid] * arity)))


def parts_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.empty(0, dtype).real.dtype


def special_values(dtype: np.dtype[Any]) -> Array:
    ends = np.finfo(parts_dtype(dtype))
    parts = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, np.inf, -np.inf, np.nan, -ends.tiny, ends.tiny, ends.max / 1e3])
    grid = np.empty((len(parts), len(parts)), dtype)
    grid.real, grid.imag = parts[:, None], parts
    return grid.ravel()


def random(dtype: np.dtype[Any], n: int, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    return ((rng.normal(size=n) + 1j * rng.normal(size=n)) * np.exp(rng.uniform(-6, 3, n))).astype(dtype)


def expected(row: OpSpec, xs: Sequence[Array]) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(row.reference()(*xs))


def in_moduli(found: Array, wanted: Array) -> Array:
    """Errors in units of the wanted modulus; infinite where a NaN, an infinity or the sign of a zero differs.

    Beside a NaN the sign of the other part is not specified (C99, Annex G).
    """
    if found.dtype.kind == "b":
        return np.where(found == wanted, 0.0, np.inf)
    limits = np.finfo(parts_dtype(found.dtype) if found.dtype.kind == "c" else found.dtype)
    with np.errstate(all="ignore"):
        size = np.abs(np.where(np.isfinite(wanted), wanted, 1)) * limits.eps + limits.tiny * limits.eps
        worst = np.zeros(wanted.shape)
        for a, b, other in ((found.real, wanted.real, wanted.imag), (found.imag, wanted.imag, wanted.real)):
            plain = np.isnan(other) & ~np.isnan(b)
            a, b = np.where(plain, np.abs(a), a), np.where(plain, np.abs(b), b)
            same = (np.isnan(a) & np.isnan(b)) | ((a == b) & (np.signbit(a) == np.signbit(b)))
            near = np.isfinite(a) & np.isfinite(b) & ~((a == 0) & (b == 0))
            error = np.where(near, np.abs(a - b) / size, np.inf)
            worst = np.maximum(worst, np.where(same, 0.0, error))
    return worst


@each_unary
@each_dtype
def test_special_values(row: OpSpec, dtype: np.dtype[Any]) -> None:
    xs = operands(dtype, 1, True)
    if row.name in IMPRECISE:
        return
    if row.name in ("square", "exp", "exp2"):   # NumPy's fused operations overflow elsewhere
        xs = tuple(x[np.abs(x.real) < 1e3] for x in xs)
    if row.name == "arccosh" and np.lib.NumpyVersion(np.__version__) < "2.4.0":   # NaN where C99 has a part
        xs = tuple(x[(x.real != 0) | ~np.isnan(x.imag)] for x in xs)
    found = compiled(dtype, 1)(*xs)[row.name] if len(xs[0]) < len(special_values(dtype)) else (
        results(dtype, 1, True)[row.name])
    wanted = expected(row, xs)
    assert found.dtype == wanted.dtype
    error = in_moduli(found, wanted)
    worst = int(np.argmax(error))
    assert error[worst] <= 16, (xs[0][worst], found[worst], wanted[worst])


@each_unary
@each_dtype
def test_random_values(row: OpSpec, dtype: np.dtype[Any]) -> None:
    if row.name not in IMPRECISE:
        (x,), found = operands(dtype, 1, False), results(dtype, 1, False)[row.name]
        error = in_moduli(found, expected(row, (x,)))
        assert error.max() <= 16, x[np.argmax(error)]


def bound(row: OpSpec, xs: Sequence[Array]) -> Any:
    """How many units a result may be off: powers lose as many as the logarithm of the result has."""
    if row.name != "power":
        return 16.0
    with np.errstate(all="ignore"):
        return 16.0 * (1.0 + np.abs(xs[1] * np.log(xs[0])))


@each_binary
@each_dtype
def test_random_pairs(row: OpSpec, dtype: np.dtype[Any]) -> None:
    xs, found = operands(dtype, 2, False), results(dtype, 2, False)[row.name]
    wanted = expected(row, xs)
    # Where NumPy or we leave the range of the dtype, the other may not.
    inside = np.isfinite(wanted) & np.isfinite(found) & (np.abs(wanted) > np.finfo(parts_dtype(dtype)).tiny * 1e8)
    ok = (in_moduli(found, wanted) <= bound(row, xs)) | ~(inside | (wanted.dtype.kind == "b"))
    assert ok.all(), [x[np.argmin(ok)] for x in xs]
    assert inside.mean() > 0.5 or wanted.dtype.kind == "b"


@each_binary
@each_dtype
def test_special_pairs(row: OpSpec, dtype: np.dtype[Any]) -> None:
    """Finite operands of moderate size, with all signs of zero; NaN where NumPy has it."""
    xs = operands(dtype, 2, True)
    moderate = np.logical_and.reduce([(np.abs(p) < 1e3) & ((np.abs(p) > 1e-3) | (p == 0))
                                      for x in xs for p in (x.real, x.imag)])
    found, wanted = results(dtype, 2, True)[row.name][moderate], expected(row, [x[moderate] for x in xs])
    if row.name in ("power", "true_divide"):    # their signed zeros are a matter of rounding
        found, wanted = found + 0.0, wanted + 0.0
    if row.name == "power":
        both = np.isfinite(wanted) & (np.abs(wanted - found) < 1e-4 * np.abs(wanted) + 1e-6)
        assert (both | (np.isnan(wanted) & np.isnan(found))).all()
        return
    error = in_moduli(found, wanted)
    worst = int(np.argmax(error))
    assert error[worst] <= 16, (xs[0][moderate][worst], xs[1][moderate][worst], found[worst], wanted[worst])


PRECISE = {
    "sqrt": mpmath.sqrt, "exp": mpmath.exp, "expm1": mpmath.expm1, "log": mpmath.log, "sin": mpmath.sin,
    "log1p": lambda z: mpmath.log(1 + z), "cos": mpmath.cos, "tan": mpmath.tan, "sinh": mpmath.sinh,
    "cosh": mpmath.cosh, "tanh": mpmath.tanh, "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan,
    "arcsinh": mpmath.asinh, "arccosh": mpmath.acosh, "arctanh": mpmath.atanh, "absolute": abs,
    "reciprocal": lambda z: 1 / z, "square": lambda z: z * z, "log2": lambda z: mpmath.log(z) / mpmath.log(2),
    "log10": lambda z: mpmath.log(z) / mpmath.log(10), "exp2": lambda z: mpmath.exp(z * mpmath.log(2)),
    "sign": lambda z: z / abs(z)}


def test_every_function_has_high_precision() -> None:
    exact = {"negative", "positive", "conjugate", "real", "imag", "rint", "isnan", "isinf", "isfinite", "logical_not"}
    assert {row.name for row in UNARY} == exact | set(PRECISE)


def hard_points() -> Array:
    """Near zeros, poles, branch points and the ends of exponents, and anywhere; none on a branch cut, where mpmath
    does not tell the sides apart."""
    tiny = np.array([1e-300, 1e-160, 1e-17, 1e-9, 1e-4])
    near = [c + d * u for c in (0, 1, -1, 1j, -1j) for d in tiny[2:] for u in (1 + 0.1j, 0.1 - 1j, 1 + 1j, -1 - 2j)]
    far = [s * u for s in (1e-300, 1e-160, 1e160, 1e300) for u in (1 + 1e-9j, 1e-9 - 1j, 1 + 1j, -1 + 1e-3j)]
    return np.concatenate([np.array(near + far), random(DTYPES[1], 60, 5)])


@pytest.mark.parametrize("name", sorted(PRECISE))
def test_accuracy(name: str) -> None:
    """At most 16 units of the modulus, whatever is close by."""
    points = hard_points()
    with mpmath.workdps(400):
        wanted = [_precise(name, z) for z in points]
    usable = np.array([w is not None for w in wanted])
    found, wanted_array = compiled(DTYPES[1], 1)(points[usable])[name], np.array([w for w in wanted if w is not None])
    error = in_moduli(found + 0.0, wanted_array + 0.0)
    worst = int(np.argmax(error))
    assert error[worst] <= 16, (points[usable][worst], found[worst], wanted_array[worst])
    assert usable.mean() > 0.5


def _precise(name: str, z: complex) -> complex | None:
    """The value rounded to double, or None where it has none in its range."""
    if abs(z) > 700 and name in ("exp", "expm1", "exp2", "sin", "cos", "tan", "sinh", "cosh", "tanh"):
        return None
    value = mpmath.mpmathify(PRECISE[name](mpmath.mpc(z)))
    inside = value == 0 or 1e-290 < abs(value) < 1e290
    return complex(value) if inside else None


def test_what_is_left_of_tanh_far_out() -> None:
    points = np.array([21 + 0.3j, -25 - 1.2j, 30 + 2.5j, -40 + 0.7j])
    with mpmath.workdps(60):
        wanted = np.array([float(mpmath.im(mpmath.tanh(mpmath.mpc(z)))) for z in points])
    np.testing.assert_allclose(compiled(DTYPES[1], 1)(points)["tanh"].imag, wanted, rtol=1e-14)


def test_make_complex_keeps_its_parts() -> None:
    x, y = sn.tensor.dvectors("x", "y")
    values = np.array([0.0, -0.0, np.inf, np.nan, 1.5])
    a, b = map(np.ravel, np.meshgrid(values, values))
    for mode in ("numpy", "c"):
        z = sn.function([x, y], sn.make_complex(x, y), mode=mode)(a, b)
        assert z.real.tobytes() == a.tobytes()
        assert z.imag.tobytes() == b.tobytes()


def test_known_powers_are_products() -> None:
    z = sn.tensor.zvector("z")
    f = sn.function([z], [z ** 2, z ** 5, z ** -1, z ** 0, z ** 1], mode="c")
    values = np.array([1j, -1j, 2.0, 1 + 1j, -0.5 + 2j])
    for k, found in zip((2, 5, -1, 0, 1), f(values), strict=True):
        np.testing.assert_array_equal(found, values ** k)


def test_rows_without_complex_loops_say_so() -> None:
    for row in TABLE.values():
        if row.kind == "elementwise" and isinstance(row.complex, Absent):
            assert row.complex.reason
