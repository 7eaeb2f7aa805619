"""One input has one value: at every place of an array, for every length, layout and number of threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from nests import A0, A1, F4, F8, N, at, minus, nest, program
from programs import Array, Native, one_share, shares_of

from symnum.ir.build import o
from symnum.ir.nest import Kernel, Program, Store, fold
from symnum.ir.node import Node

# gcc's vector, narrower and scalar versions of these differ in about half of all inputs.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": o.exp, "sin": o.sin, "log": lambda x: o.log(o.absolute(x)),
    "sin cos": lambda x: o.multiply(o.sin(x), o.cos(x)),
    "choice": lambda x: o.where(o.greater(x, 0.5), o.exp(x), o.sin(x)),
    "truth": lambda x: o.add(o.exp(x), o.cast(o.logical_or(o.isnan(x), o.less(x, 0.3)), dtype=x.dtype))}
LAYOUTS: dict[str, Callable[[np.dtype[Any]], Node]] = {
    "contiguous": lambda dtype: at(0, A0, dtype=dtype),
    "reversed": lambda dtype: at(0, minus(minus(N, 1), A0), dtype=dtype),
    "scalar": lambda dtype: at(1, dtype=dtype)}
VALUES = np.random.default_rng(1).uniform(0.01, 3, 12)


def _programs(function: Callable[[Any], Any], dtype: np.dtype[Any]) -> dict[str, Program]:
    """The same function of a vector in several layouts, of a scalar, of columns, and inside folds."""
    given = [(dtype, "n"), (dtype, "")]
    made = {name: program(given, [(dtype, "n")], [nest("n", "", Store(2, (A0,), function(layout(dtype))))])
            for name, layout in LAYOUTS.items()}
    made["alone"] = program(given, [(dtype, "")], [nest("", "", Store(2, (), function(at(1, dtype=dtype))))])
    made["largest"] = _folds("", "n", fold("maximum", (0,), function(at(0, A0, dtype=dtype))), dtype, ())
    made["rows"] = _folds("m", "n", fold("maximum", (1,), function(at(0, A0, A1, dtype=dtype))), dtype, (A0,), "mn")
    made["columns"] = _folds("n", "m", fold("maximum", (1,), function(at(0, A1, A0, dtype=dtype))), dtype, (A0,), "mn")
    return made


def _folds(outer: str, reduced: str, value: Node, dtype: np.dtype[Any], index: tuple[Node, ...],
           shape: str = "n") -> Program:
    kernel: Kernel = nest(outer, reduced, Store(1, index, value))
    return program([(dtype, shape)], [(dtype, outer)], [kernel])


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [F8, F4], ids=str)
def test_constant_arrays_give_one_value(name: str, dtype: np.dtype[Any]) -> None:
    programs = {key: Native(p) for key, p in _programs(FUNCTIONS[name], dtype).items()}
    for value in VALUES.astype(dtype):
        found: set[bytes] = set()
        for n in range(1, 81):
            x = np.full(n, value)
            for key in LAYOUTS:
                found.update(_distinct(programs[key](x, value)[0]))
            if n % 9 == 1:
                found.update(_distinct(programs["largest"](x)[0]))
                for m in (1, 3, 50):
                    for key in ("rows", "columns"):
                        found.update(_distinct(programs[key](np.full((m, n), value))[0]))
        found.update(_distinct(programs["alone"](np.zeros(1, dtype), value)[0]))
        assert len(found) == 1, f"{name} of {value!r}: {len(found)} values"


def _distinct(array: Array) -> set[bytes]:
    return {x.tobytes() for x in array.reshape(-1)}


@pytest.mark.parametrize("dtype", [F8, F4], ids=str)
def test_long_arrays_agree_with_single_elements(dtype: np.dtype[Any]) -> None:
    programs = _programs(o.exp, dtype)
    whole, alone = Native(programs["contiguous"]), Native(programs["alone"])
    x = np.random.default_rng(0).normal(size=100_003).astype(dtype)
    first, = whole(x, x[0])
    for shares in (shares_of(1), shares_of(5), shares_of(2, threads=True)):
        assert np.array_equal(whole(x, x[0], shares=shares)[0], first)
    for k in range(0, len(x), 997):
        assert alone(x[:1], x[k])[0] == first[k]


@pytest.mark.parametrize("shape", [(100_003,), (70, 1500), (20_011, 6)], ids=str)
@pytest.mark.parametrize("squares", [False, True], ids=["sum", "sum of exp"])
def test_sums_do_not_depend_on_shares(shape: tuple[int, ...], squares: bool) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    letters = "mn"[-len(shape):]
    index = (A0, A1)[:len(shape)]
    element = at(0, *index)
    value = o.exp(element) if squares else element
    cases = [(program([(F8, letters)], [(F8, "")],
                      [nest("", letters, Store(1, (), fold("add", tuple(range(len(shape))), value)))]), None)]
    if len(shape) == 2:
        flipped = o.exp(at(0, A1, A0)) if squares else at(0, A1, A0)
        cases.append((_folds("m", "n", fold("add", (1,), value), F8, (A0,), "mn"), 1))
        cases.append((_folds("n", "m", fold("add", (1,), flipped), F8, (A0,), "mn"), 0))
    for made, axis in cases:
        native = Native(made)
        first, = native(x, shares=one_share)
        np.testing.assert_allclose(first, (np.exp(x) if squares else x).sum(axis=axis), rtol=1e-12, atol=1e-9)
        for shares in (shares_of(1), shares_of(2), shares_of(7), shares_of(1, threads=True)):
            assert np.array_equal(native(x, shares=shares)[0], first)


def test_sums_are_better_than_a_running_sum() -> None:
    x = np.full(1_000_000, 0.1)
    exact = float(np.sum(x, dtype=np.longdouble))
    running = float(np.cumsum(x)[-1])
    for made, array in ((_folds("", "n", fold("add", (0,), at(0, A0)), F8, ()), x),
                        (_folds("m", "n", fold("add", (1,), at(0, A0, A1)), F8, (A0,), "mn"), x.reshape(1, -1)),
                        (_folds("n", "m", fold("add", (1,), at(0, A1, A0)), F8, (A0,), "mn"), x.reshape(-1, 1))):
        got = float(Native(made)(array)[0].reshape(-1)[0])
        assert abs(got - exact) < abs(running - exact) / 100
