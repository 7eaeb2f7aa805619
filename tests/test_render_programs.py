"""Programs through the C renderer and gcc: the same values as NumPy, however the work is shared out."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from nests import (
    A0,
    A1,
    A2,
    ELEMENTWISE,
    F8,
    PRODUCTS,
    REDUCTIONS,
    Case,
    K,
    M,
    N,
    at,
    draw,
    folding,
    nest,
    one,
    program,
)
from programs import FLAGS, VECTOR, Array, Call, Error, Native, one_share, pooled, reference, runtime, same, shares_of

from symnum import dtypes
from symnum.codegen.abi import Code
from symnum.codegen.lower import lower
from symnum.codegen.memory import MemoryPlan, plan
from symnum.codegen.program_text import c_program
from symnum.errors import GraphError
from symnum.ir import dims
from symnum.ir.build import constant, input_leaf, o
from symnum.ir.nest import Check, Program, Store, axis, fold, load
from symnum.ir.node import Node

SIZES = [{"m": 1, "n": 1, "k": 1}, {"m": 3, "n": 5, "k": 2}, {"m": 7, "n": 33, "k": 4}, {"m": 40, "n": 9000, "k": 3},
         {"m": 9000, "n": 5, "k": 2}, {"m": 2, "n": 300, "k": 500}]
EMPTY = [{"m": 0, "n": 4, "k": 3}, {"m": 4, "n": 0, "k": 3}, {"m": 2, "n": 3, "k": 0}]
SHARES = [shares_of(1), shares_of(3), shares_of(2, threads=True), pooled(3)]


def close(case: Case, got: Array, expected: Array) -> None:
    assert got.dtype == expected.dtype
    tolerance = 2e-5 if any(dtype == np.float32 for dtype, _ in case.inputs) else 1e-12
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * 10)


def check(case: Case, native: Native, arrays: list[Array]) -> None:
    first = native(*arrays, shares=one_share)
    for got, expected in zip(first, case.expected(*arrays), strict=True):
        if case.exact:
            assert same(got, np.asarray(expected)), case
        else:
            close(case, got, np.asarray(expected))
    for shares in SHARES:
        assert all(map(same, native(*arrays, shares=shares), first)), f"{case}: shares change bits"


@pytest.mark.parametrize("case", [*ELEMENTWISE, *REDUCTIONS, *PRODUCTS], ids=str)
def test_program(case: Case) -> None:
    native = Native(case.program)
    for lengths in SIZES:
        check(case, native, case.arrays(**lengths))


NEED_ELEMENTS = ("row softmax", "column softmax", "softmax of a vector", "logsumexp of rows",
                 "several stores and folds", "sum of the maxima of rows")


@pytest.mark.parametrize("case", [c for c in (*ELEMENTWISE, *PRODUCTS, *REDUCTIONS) if c.name not in NEED_ELEMENTS],
                         ids=str)
def test_empty(case: Case) -> None:
    native = Native(case.program)
    for lengths in EMPTY:
        with np.errstate(divide="ignore"):
            check(case, native, case.arrays(**lengths))


COMBINES = ("add", "multiply", "maximum", "minimum", "logical_or", "logical_and", "argmax", "argmin")


@pytest.mark.parametrize("combine", COMBINES)
@pytest.mark.parametrize("column", [False, True], ids=["rows", "columns"])
def test_folds_of_all_dtypes(combine: str, column: bool) -> None:
    case = folding(combine, dtypes.ALL, column)
    native = Native(case.program, flags=("-O2", *FLAGS))
    for m, n in ((3, 5), (2, 200), (200, 2), (3, 5000), (300, 140)):
        rng = np.random.default_rng(m)
        arrays = [draw(rng, dtype, (m, n)) for dtype in dtypes.ALL]
        if combine == "multiply":
            arrays = [1 + x / 1000 if x.dtype.kind == "f" else x for x in arrays]
        check(case, native, [x.astype(d) for x, d in zip(arrays, dtypes.ALL, strict=True)])


@pytest.mark.parametrize("combine", ["maximum", "minimum", "argmax", "argmin"])
@pytest.mark.parametrize("column", [False, True], ids=["rows", "columns"])
def test_extremes_of_special_values(combine: str, column: bool) -> None:
    case = folding(combine, [F8], column)
    native, rng = Native(case.program), np.random.default_rng(0)
    values = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0])
    for n in (1, 2, 3, 5, 40, 5000):
        x = rng.choice(values, (60, n), p=[0.02, 0.1, 0.3, 0.1, 0.1, 0.18, 0.2])
        x[0], x[1, :], x[2, :] = -np.inf, np.inf, np.nan
        x = np.ascontiguousarray(x.T) if column else x
        np.testing.assert_array_equal(native(x)[0], np.asarray(case.expected(x)[0]))


def test_casts_between_all_dtypes() -> None:
    pairs = [(a, b) for a in dtypes.ALL for b in dtypes.ALL]
    special = np.array([0, 1, -1, 1.5, -1.5, 127, 128, -129, 255, 256, 32768, 65536, 2**31, -2**31 - 1, 2**32, 2**53,
                        2**63, -2.0**63, 2**64, 1e19, 1e30, np.inf, -np.inf, np.nan, -0.0, 0.9])
    whole = np.array([0, 1, -1, 127, 128, 255, 256, -32769, 2**31, -2**31, 2**32 + 5, 2**62, -2**63], np.int64)
    for source in dtypes.ALL:
        targets = [b for a, b in pairs if a == source]
        stores = [_store(k, o.cast(load(0, source, (A0,)), dtype=b)) for k, b in enumerate(targets, 1)]
        made = program([(source, "n")], [(b, "n") for b in targets], [_vector_nest(stores)])
        with np.errstate(all="ignore"):
            x = (special if source.kind == "f" else whole).astype(source)
            expected = [x.astype(b) for b in targets]
        for got, wanted, b in zip(Native(made)(x), expected, targets, strict=True):
            # NumPy's own results for floats that uint32 and uint64 cannot hold depend on the length of the array.
            unsure = source.kind == "f" and b.kind == "u" and b.itemsize >= 4
            sure = (x > -2.0**31) & (x < 2.0**(8 * b.itemsize)) if unsure else np.full(len(x), True)
            np.testing.assert_array_equal(got[sure], wanted[sure], f"{source} to {b}")


def _store(buffer: int, value: Any) -> Any:
    return Store(buffer, (A0,), value)


def _vector_nest(stores: list[Any]) -> Any:
    return nest("n", "", *stores)


@pytest.mark.parametrize("dtype", dtypes.ALL, ids=str)
def test_constants_of_all_dtypes_are_exact(dtype: np.dtype[Any]) -> None:
    if dtype.kind == "f":
        info = np.finfo(dtype)
        values = [0.1, -0.0, np.inf, -np.inf, np.nan, info.smallest_subnormal, info.max, -info.tiny, 1 / 3, 1e-7]
    else:
        values = [0, 1] if dtype.kind == "b" else [np.iinfo(dtype).min, np.iinfo(dtype).max, 0, 1]
    numbers = np.array(values, dtype)
    x = load(0, np.dtype(bool), (A0,))
    stores = [_store(k, o.where(x, constant(v), constant(numbers[0]))) for k, v in enumerate(numbers, 1)]
    made = program([(np.dtype(bool), "n")], [(dtype, "n")] * len(numbers), [_vector_nest(stores)])
    for got, value in zip(Native(made)(np.array([True])), numbers, strict=True):
        assert same(got, np.array([value]))


# checks, shapes and errors ----------------------------------------------------------------------------------------

def _with_checks(*checks: Check) -> Program:
    made = one("f", [(F8, "m"), (F8, "n")], "m", "", o.add(at(0, A0), 1.0), lambda x, y: x).program
    return Program(made.name, (M, N), made.buffers, made.steps, checks)


@pytest.mark.parametrize("checks, m, n, code", [
    ((Check("equal", (M, N)),), 3, 3, Code.OK), ((Check("equal", (M, N)),), 3, 4, Code.GUARD),
    ((Check("nonempty", (M,)),), 0, 4, Code.EMPTY_REDUCTION),
    ((Check("nonempty", (M, N)),), 1, 0, Code.EMPTY_REDUCTION),
    ((Check("nonempty", (M, N)),), 1, 1, Code.OK), ((Check("nonempty", (M,), (N,)),), 0, 0, Code.OK),
    ((Check("nonempty", (M,), (N,)),), 0, 2, Code.EMPTY_REDUCTION),
    ((Check("equal", (M, M)), Check("equal", (N, M))), 2, 5, Code.GUARD)])
def test_checks(checks: tuple[Check, ...], m: int, n: int, code: Code) -> None:
    native = Native(_with_checks(*checks))
    got, shapes, _, error, _ = native.prepare([np.zeros(m), np.zeros(n)])
    assert got == code == error.code
    if code:
        assert error.step == len(checks) - 1
        first = checks[-1].lengths
        assert list(error.values)[:len(first)] == [{M: m, N: n}[x] for x in first]
    else:
        assert shapes == [(m,)]


def test_a_length_too_large_for_blas_is_an_error() -> None:
    case = next(c for c in PRODUCTS if c.name == "vectors")
    native = Native(case.program)
    call = Call((ctypes.c_void_p * 3)(), (ctypes.c_int64 * 1)(2**31), None, Error())
    table, keep = runtime(one_share)
    assert native.run(ctypes.byref(table), ctypes.byref(call)) == Code.DIMENSION == call.error.code
    assert keep and K in case.program.dims


def test_axes_are_checked() -> None:
    with pytest.raises(GraphError, match="axis 3"):
        Native(one("f", [(F8, "n")], "n", "", o.add(at(0, A0), o.cast(axis(3), dtype=F8)), lambda x: x).program)


# memory that is used again ----------------------------------------------------------------------------------------

def _in_place(function: Callable[[Node], Node], reader: Callable[[Node, Node], Node], folded: bool) -> Program:
    """A nest that stores workspace buffer 5 in the place of buffer 4, which another store of the nest reads."""
    first = nest("mn", "", Store(4, (A0, A1), o.multiply(at(0, A0, A1), 3.0)))
    total = fold("add", (2,), at(1, A0, A2)) if folded else constant(2.0)
    both = nest("mn", "n" if folded else "", Store(5, (A0, A1), function(at(1, A0, A1))),
                Store(2, (A0, A1), reader(at(4, A0, A1), total)))
    last = nest("mn", "", Store(3, (A0, A1), at(5, A0, A1)))
    shape = (F8, "mn")
    return program([shape, shape], [shape, shape], [first, both, last], [shape, shape])


@pytest.mark.parametrize("function", [o.square, o.exp], ids=["exact", "approximated"])
@pytest.mark.parametrize("reader", [o.true_divide, o.fmod, lambda x, y: x], ids=["quotient", "remainder", "copy"])
@pytest.mark.parametrize("folded", [False, True], ids=["elementwise", "beside a fold"])
def test_stores_in_the_place_of_what_others_read(function: Any, reader: Any, folded: bool) -> None:
    made = _in_place(function, reader, folded)
    assert plan(made).within == {4: 2, 5: 3}
    one_place = MemoryPlan({4: 0, 5: 0}, (dims.multiply(dims.product((M, N)), 8),))
    for places in (plan(made), one_place):
        _check_in_place(Native(made, c_program(made, places, VECTOR)), function, reader, folded)


def _check_in_place(native: Native, function: Any, reader: Any, folded: bool) -> None:
    for shape in ((3, 5), (70, 40), (3, 5000)):
        x, y = np.random.default_rng(0).normal(size=(2, *shape))
        got, copied = native(x, y)
        by = y.sum(axis=1, keepdims=True) if folded else 2.0
        expected = {o.true_divide: np.divide, o.fmod: np.fmod}.get(reader, lambda a, b: a)(3 * x, by)
        np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(copied, {o.square: np.square, o.exp: np.exp}[function](y), rtol=1e-14)


@pytest.mark.parametrize("dtype", ["bool", "int8", "int64", "uint64"])
def test_what_is_compared_with_itself_gives_no_warning(dtype: str) -> None:
    x = input_leaf("x", dtype, (5,))
    ops = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "maximum", "minimum", "fmax", "fmin")
    outputs = [getattr(o, op)(x, x) for op in ops]
    given = np.array([0, 1, 1, 0, 1]).astype(dtype)
    for got, wanted in zip(Native(lower("f", [x], outputs))(given), reference([x], outputs, [given]), strict=True):
        assert same(got, wanted)
