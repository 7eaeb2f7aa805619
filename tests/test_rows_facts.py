"""Facts hold on samples and are claimed wherever they hold; the table is complete and consistent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symnum.ops.elementwise import FACTS
from symnum.ops.spec import Absent, OpSpec, Text
from symnum.ops.table import TABLE
from tests import rows_kernels as rk
from tests.rows_partials import o

each_row = pytest.mark.parametrize("row", rk.ROWS, ids=lambda r: r.name)
N = 60
Truth = bool | None


def widest(row: OpSpec) -> rk.Kernel:
    """The row on float64 if it has it, else on the widest signed integers."""
    def rank(k: rk.Kernel) -> tuple[Any, ...]:
        last = k.operands[-1]
        return len(set(k.operands)) == 1, last.kind == "f", last.itemsize, last.kind == "i"
    return max(rk.loops(row), key=rank)


def close(kernel: rk.Kernel, a: Any, b: Any) -> bool:
    distance = rk.ulps(np.asarray(a, kernel.result), np.asarray(b, kernel.result))
    return bool(np.all(distance <= kernel.row.tol))


def closed(kernel: rk.Kernel) -> bool:
    """Whether results can be operands."""
    return set(kernel.operands) == {kernel.result}


# Each tells whether a fact holds for f with operands xs; None where it makes no sense.

def commutative(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if len(xs) == 1 or k.operands[0] != k.operands[1]:
        return None
    x, y, *rest = xs
    return close(k, f(x, y, *rest), f(y, x, *rest))


def associative(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if len(xs) != 2 or not (closed(k) or "logical" in k.row.name):
        return None
    x, y = xs
    z = x[::-1].copy()
    return bool(np.allclose(f(f(x, y), z), f(x, f(y, z)), rtol=1e-9, atol=1e-9 * float(np.abs(x).max())))


def idempotent(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if not closed(k) or len(xs) > 2:
        return None
    return close(k, f(xs[0], xs[0]), xs[0]) if len(xs) == 2 else close(k, f(f(xs[0])), f(xs[0]))


def even(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    return close(k, f(-xs[0]), f(xs[0])) if _symmetric(k) else None


def odd(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    return close(k, f(-xs[0]), -f(xs[0])) if _symmetric(k) and k.result.kind != "b" else None


def _symmetric(k: rk.Kernel) -> bool:
    domain = k.row.domain
    assert not isinstance(domain, Absent)
    return len(domain) == 1 and domain[0].low == -domain[0].high and k.operands[0].kind in "if"


def zero_preserving(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    result = f(*(np.zeros(1, d) for d in k.operands))
    return bool(result[0] == 0)


def increasing(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if k.result.kind == "b" or k.row.name == "where":
        return None
    for i, x in enumerate(xs):
        for row in range(4):
            others = [np.full_like(v, v[row]) for v in xs]
            values = f(*others[:i], np.sort(x), *others[i + 1:])
            before, after = values[:-1], values[1:]
            if not np.all((after >= before) | (rk.ulps(after, before) <= k.row.tol)):
                return False
    return True


def linear(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if not closed(k) or k.result.kind != "f":
        return None
    ys = [x[::-1] for x in xs]
    mixed = f(*(2.0 * x - 3.0 * y for x, y in zip(xs, ys, strict=True)))
    return bool(np.allclose(mixed, 2.0 * f(*xs) - 3.0 * f(*ys), rtol=1e-9, atol=1e-9))


def bilinear(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if len(xs) != 2 or not closed(k) or k.result.kind != "f":
        return None
    (x, y), z = xs, xs[0][::-1]
    mixed = 2.0 * x - 3.0 * z
    first = np.allclose(f(mixed, y), 2.0 * f(x, y) - 3.0 * f(z, y), rtol=1e-9, atol=1e-6)
    second = np.allclose(f(y, mixed), 2.0 * f(y, x) - 3.0 * f(y, z), rtol=1e-9, atol=1e-6)
    return bool(first and second)


def bool_result(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    return all(kernel.result.kind == "b" for kernel in rk.loops(k.row))


def exact(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    return k.row.tol == 0


def locally_constant(k: rk.Kernel, f: Callable[..., Any], xs: list[Any]) -> Truth:
    if isinstance(k.row.partials, Absent) or k.row.name == "cast":
        return None
    return all(p is None for p in k.row.partials(o, f(*xs), *xs))


CHECKS = {check.__name__: check for check in (
    commutative, associative, idempotent, even, odd, zero_preserving, increasing, linear, bilinear,
    bool_result, exact, locally_constant)}


# Facts that hold on samples but are not claimed, and why
DECLINED = {
    ("clip", "commutative"): "the derivative at a bound goes to x",
    ("heaviside", "increasing"): "not at 0 for a second operand above 1",
    ("sqrt_product", "increasing"): "not of negative numbers",
    ("sqrt_product", "idempotent"): "not of negative numbers",
    ("sum_error", "associative"): "the samples are far apart",
    ("sum_error", "linear"): "only nearly",
    ("sum_error", "bilinear"): "only nearly",
    ("tan", "increasing"): "not across its poles",
    ("lgamma", "increasing"): "it falls below 1.46",
    ("digamma", "increasing"): "not across its poles",
    ("nextafter", "associative"): "the samples are far apart",
    ("nextafter", "increasing"): "not where x passes y",
    ("nextafter", "linear"): "only nearly",
    ("spacing", "increasing"): "it falls in steps below 0",
    ("spacing", "linear"): "only nearly",
    ("spacing", "odd"): "not at 0.0 and -0.0",
    ("left_shift", "increasing"): "not of negative numbers",
    ("eval_gegenbauer", "zero_preserving"): "nan before SciPy 1.18",
}


@each_row
@pytest.mark.parametrize("fact", CHECKS)
def test_fact_is_claimed_if_it_holds(row: OpSpec, fact: str) -> None:
    if row.name == "cast":
        pytest.skip("its facts depend on the dtypes")
    kernel = widest(row)
    operands = rk.samples(kernel, N)

    def f(*xs: Any) -> Any:
        return rk.reference(kernel, xs)
    holds = CHECKS[fact](kernel, f, operands)
    if holds is None or (row.name, fact) in DECLINED:
        assert fact not in row.facts
    else:
        assert holds == (fact in row.facts)


def test_facts_are_known() -> None:
    assert set(CHECKS) | {"smooth", "may_raise"} == set(FACTS)
    for row in rk.ROWS:
        assert row.facts <= set(FACTS), row.name


@each_row
def test_smooth_rows_have_partials(row: OpSpec) -> None:
    if "smooth" in row.facts:
        assert not isinstance(row.partials, Absent)
        assert "locally_constant" not in row.facts


# completeness -------------------------------------------------------------------------------------------

@each_row
def test_row_is_complete(row: OpSpec) -> None:
    assert isinstance(row.c, Text)
    assert not isinstance(row.domain, Absent)
    assert len(row.domain) == row.arity
    assert all(interval.low < interval.high for interval in row.domain)
    assert row.doc.endswith(".")
    assert row.cost >= 0
    assert rk.loops(row)


def absents(row: OpSpec) -> list[Absent]:
    columns = [getattr(row, name) for name in OpSpec.__slots__]
    texts = [text.of(c) for text in (row.c, row.cuda, row.cython) if isinstance(text, Text) for c in "fiub"]
    return [found for found in (*columns, *texts) if isinstance(found, Absent)]


@each_row
def test_absent_columns_have_reasons(row: OpSpec) -> None:
    assert all(len(found.reason) > 8 for found in absents(row))


def test_names_are_unique() -> None:
    names = [name for row in TABLE.values() for name in (row.name, *row.aliases)]
    assert len(names) == len(set(names))
    assert all(TABLE[row.name] is row for row in rk.ROWS)


# ufuncs of NumPy that are no rows, and why
EXCLUDED = {
    "fabs": "absolute, after a cast to float",
    "float_power": "power, after a cast to float64",
    "divmod": "two results: floor_divide and remainder",
    "modf": "two results, made of trunc and subtract",
    "frexp": "two results: frexp_mantissa and frexp_exponent",
    "isnat": "of dates and times, which are no dtypes of symnum",
    "matvec": "a product of matrices is structural",
    "vecdot": "a product of matrices is structural",
    "vecmat": "a product of matrices is structural",
}


def test_every_ufunc_of_numpy_is_a_row() -> None:
    known = {name for row in TABLE.values() for name in (row.name, *row.aliases)}
    ufuncs = {name for name in dir(np) if isinstance(getattr(np, name), np.ufunc)}
    missing = {name for name in ufuncs if name not in known and getattr(np, name).__name__ not in EXCLUDED}
    assert missing == set()
    assert set(EXCLUDED) & known == set()


def test_references_are_numpys_functions() -> None:
    """A row with the name of a ufunc means that ufunc."""
    for row in rk.ROWS:
        found = getattr(np, row.name, None)
        if isinstance(found, np.ufunc):
            assert row.numpy is found, row.name
        for alias in row.aliases:
            assert getattr(np, alias, found) in (found, np.degrees, np.radians), alias
