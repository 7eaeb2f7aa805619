"""Rows that end within a vector, exponentials by an instruction, tails of several rows, and functions that repeat."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum.codegen.repeats import without_repeats

SPECIAL = (0.0, -0.0, 1.0, -1.0, 88.7, 88.73, 89.0, -87.3, -87.4, -103.0, -103.98, -105.0, 1e30, -1e30, np.inf,
           np.nan)
rng = np.random.default_rng(0)


@pytest.mark.parametrize("place", [0, 31, 32, 39])
def test_exponentials_of_whole_vectors_have_the_bits_of_single_ones(place: int) -> None:
    values = np.array((*SPECIAL, *rng.uniform(-104, 89, 2000)), np.float32)
    x = np.full((len(values), 40), -np.inf, np.float32)
    x[:, place] = values
    a, v = sn.tensor.fmatrix("a"), sn.tensor.fvector("v")
    rows = sn.function([a], sn.sum(sn.exp(a), axis=1), rewrites="off")
    alone = sn.function([v], sn.exp(v), rewrites="off")
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(rows(x).view(np.uint32), alone(values).view(np.uint32))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [33, 40, 64, 1000])
def test_tails_of_rows_have_the_same_bits_at_every_place(dtype: str, columns: int) -> None:
    x = rng.normal(size=(150, columns)).astype(dtype)
    a = sn.tensor.matrix("a", dtype=dtype)
    f = sn.function([a], sn.log(sn.sum(sn.exp(a), axis=1)))
    whole = f(x)
    expected = np.log(np.exp(x.astype("float64")).sum(1))
    np.testing.assert_allclose(whole, expected, rtol=2e-6 if dtype == "float32" else 1e-14)
    for first in (0, 1, 63, 64, 65, 149):
        np.testing.assert_array_equal(f(x[first:first + 3]), whole[first:first + 3])


def test_tails_of_rows_inside_several_axes() -> None:
    x = rng.normal(size=(7, 5, 3, 50))
    a = sn.tensor.tensor("a", dtype="float64", shape=(None,) * 4)
    f = sn.function([a], sn.log(sn.sum(sn.exp(a), axis=(1, 3))) + sn.max(a, axis=(1, 3)))
    np.testing.assert_allclose(f(x), np.log(np.exp(x).sum((1, 3))) + x.max((1, 3)), rtol=1e-14)


def folded(sn_: Any, x: Any, axis: int | None = None) -> list[Any]:
    return [sn_.sum(x, axis=axis), sn_.max(x, axis=axis), sn_.min(x, axis=axis), sn_.prod(x, axis=axis),
            sn_.argmax(x, axis=axis), sn_.sum(x * x, axis=axis)]


@pytest.mark.parametrize("n", [1, 7, 8, 9, 31, 33, 47, 48, 49, 65])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int8"])
def test_what_is_behind_a_row_counts_for_nothing(n: int, dtype: str) -> None:
    behind = np.iinfo(dtype).max if np.dtype(dtype).kind == "i" else np.nan
    memory = np.full((3, n + 70), behind, dtype)
    memory[:, :n] = rng.integers(-2, 3, (3, n))
    a = sn.tensor.vector("a", dtype=dtype)
    f = sn.function([a], folded(sn, a))
    for row in memory:
        for got, wanted in zip(f(row[:n]), folded(np, row[:n]), strict=True):
            np.testing.assert_array_equal(np.asarray(got).astype("float64"), np.asarray(wanted).astype("float64"))


def test_the_largest_of_infinities_has_a_place_inside() -> None:
    a = sn.tensor.dmatrix("a")
    f = sn.function([a], [sn.argmax(a, axis=1), sn.argmin(a, axis=1)])
    for n in (33, 40, 65):
        x = np.full((40, n), -np.inf)
        highest, lowest = f(x)
        assert not highest.any() and not lowest.any()


def steps(text: str) -> int:
    return sum(line.startswith("static int sn_program_k") for line in text.splitlines())


def test_alike_steps_are_one_function() -> None:
    def text(count: int) -> str:
        x = z = sn.tensor.dmatrix("x")
        for _ in range(count):
            z = sn.exp(z - sn.sum(z, axis=0, keepdims=True))
        f = sn.function([x], z)
        a = rng.normal(size=(5, 3))
        expected = a
        for _ in range(count):
            expected = np.exp(expected - expected.sum(0, keepdims=True))
        np.testing.assert_allclose(f(a), expected, rtol=1e-12)
        return str(f.source("c"))
    assert steps(text(8)) == steps(text(4))


@pytest.mark.parametrize("other", ["static int f_k1(int b7)\n{ return log10(b7); }",
                                   "static int f_k1(int b7)\n{ return log2(b7 + b7); }",
                                   "static int f_k1(int b7, int b8)\n{ return log2(b7); }",
                                   "static int f_k1(int b7)\n{ return f_k1_t0(b7); }"])
def test_what_differs_in_more_than_names_stays(other: str) -> None:
    first = "static int f_k0(int b0)\n{ return log2(b0); }"
    assert len(without_repeats((first, other), "")[0]) == 2


def test_functions_that_call_different_ones_stay() -> None:
    texts = ("static int f_k0_t0(int b0)\n{ return b0; }", "static int f_k0(int b0)\n{ return f_k0_t0(b0); }",
             "static int f_k1_t0(int b0)\n{ return -b0; }", "static int f_k1(int b0)\n{ return f_k1_t0(b0); }")
    assert without_repeats(texts, "") == (texts, "")


def test_alike_steps_with_constants_of_their_own() -> None:
    x = sn.tensor.dvector("x")
    one, two = rng.normal(size=40), rng.normal(size=40)
    f = sn.function([x], sn.cumsum(sn.cumsum(x * one) * two))
    a = rng.normal(size=40)
    np.testing.assert_allclose(f(a), np.cumsum(np.cumsum(a * one) * two), rtol=1e-12)
