"""How a call begins and ends: keywords, forms of results, `out`, and arrays that hold one number."""

from __future__ import annotations

import functools
import gc
import operator
import pickle
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum.errors import ArgumentError, SymnumError

Compiled = Callable[..., Any]


@pytest.fixture(scope="module")
def difference() -> Compiled:
    x, y, z = sn.tensor.dscalars("x", "y", "z")
    f: Compiled = sn.function([x, y, z], x - 2 * y + 4 * z)
    return f


@pytest.fixture(scope="module")
def total() -> Compiled:
    x, y = sn.tensor.dvectors("x", "y")
    f: Compiled = sn.function([x, y], x + y)
    return f


# arguments --------------------------------------------------------------------------------------------------------

WAYS: list[Callable[[Compiled], Any]] = [
    lambda f: f(1.0, 2.0, 3.0),
    lambda f: f(1.0, 2.0, z=3.0),
    lambda f: f(z=3.0, x=1.0, y=2.0),
    lambda f: f(1.0, z=3.0, y=2.0),
    lambda f: f(**{"".join(["z"]): 3.0, "".join(["x"]): 1.0, "".join(["y"]): 2.0}),
    lambda f: f(*[1.0, 2.0], z=3.0),
    lambda f: functools.partial(f, 1.0, z=3.0)(2.0),
    lambda f: next(map(f, [1.0], [2.0], [3.0])),
    lambda f: operator.call(f, 1.0, 2.0, z=3.0) if sys.version_info >= (3, 11) else f(1.0, 2.0, z=3.0),
    lambda f: f.__call__(1.0, 2.0, z=3.0),
    lambda f: type(f).__call__(f, 1.0, 2.0, 3.0),
]


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_all_ways_to_call_give_each_input_its_value(difference: Compiled, way: int) -> None:
    assert WAYS[way](difference) == 9.0


@pytest.mark.parametrize(("given", "keywords", "words"), [
    ((1.0, 2.0), {}, "z"), ((1.0, 2.0, 3.0, 4.0), {}, "4"), ((1.0, 2.0), {"y": 3.0}, "y"),
    ((1.0, 2.0), {"w": 3.0}, "w"), ((1.0, 2.0, 3.0), {"x": 3.0}, "x"), ((), {"y": 1.0, "z": 1.0}, "x"),
    ((1.0, 2.0), {"out": None}, "z")])
def test_wrong_sets_of_arguments_are_named(difference: Compiled, given: Any, keywords: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        difference(*given, **keywords)


def test_names_of_very_many_inputs() -> None:
    names = [f"x{k}" for k in range(40)]
    inputs = [sn.tensor.dscalar(name) for name in names]
    f = sn.function(inputs, sum((3.0 ** -k * x for k, x in enumerate(inputs[1:])), start=inputs[0]))
    values = [float(k) for k in range(40)]
    assert f(*values) == f(values[0], **dict(zip(names[1:], values[1:], strict=True)))


def test_a_subclass_may_have_a_call_of_its_own(difference: Compiled) -> None:
    class Other(type(difference)):  # type: ignore[misc]
        def __call__(self, *args: Any, **keywords: Any) -> Any:
            return "other"
    other = pickle.loads(pickle.dumps(difference))
    other.__class__ = Other
    assert other(1.0, 2.0, 3.0) == "other" and difference(1.0, 2.0, 3.0) == 9.0


# results ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("structure", [[], (), None, {}])
def test_no_results_in_each_structure(structure: Any) -> None:
    f = sn.function([], structure)
    assert f() == structure and type(f()) is type(structure)


def test_results_in_each_structure() -> None:
    x, y = sn.tensor.dscalar("x"), sn.tensor.dvector("y")
    for structure in ([x + 1, 2 * y], (x + 1, 2 * y), {"a": x + 1, "b": 2 * y}, [x + 1], (2 * y,), {"a": [x + 1]}):
        found = sn.function([x, y], structure, on_unused_input="ignore")(1.0, np.arange(3.0))
        assert type(found) is type(structure) and len(found) == len(structure)
        flat = list(found.values()) if isinstance(found, dict) else list(found)
        for value in flat:
            number = value[0] if isinstance(value, list) else value
            assert np.array_equal(number, 2.0 if number.ndim == 0 else [0.0, 2.0, 4.0])


def test_out_is_used_where_it_lies_if_it_can_be(total: Compiled) -> None:
    a, b, target = np.arange(3.0), np.ones(3), np.zeros(3)
    assert total(a, b, out=target) is target and target.tolist() == [1.0, 2.0, 3.0]
    assert total(a, y=b, out=a) is a and a.tolist() == [1.0, 2.0, 3.0]          # the same memory as an input
    long = np.arange(5.0)
    assert total(long[:3], b, out=long[1:4]).tolist() == [1.0, 2.0, 3.0]        # overlaps an input
    target.setflags(write=False)
    for bad in (target, np.zeros(4), np.zeros((3, 1)), "text"):
        with pytest.raises(SymnumError):
            total(a, b, out=bad)


# arrays of one number -----------------------------------------------------------------------------------------------

DTYPES = ["bool", "int8", "uint16", "int32", "int64", "float16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_single_number_is_an_array_of_its_own(dtype: str) -> None:
    x = sn.tensor.tensor("x", dtype=dtype, shape=())
    f = sn.function([x], sn.logical_not(x) if dtype == "bool" else x + x)
    found = [f(np.ones((), dtype)) for _ in range(50)]
    assert len({a.__array_interface__["data"][0] for a in found}) == 50
    for a in found:
        flags = a.flags
        assert a.shape == () and a.dtype == dtype and type(a) is np.ndarray and a.base is None
        assert flags.owndata and flags.writeable and flags.aligned and flags.c_contiguous and flags.f_contiguous
    found[0][...] = 0
    assert not found[0] and all(a == (False if dtype == "bool" else 2) for a in found[1:])
    assert pickle.loads(pickle.dumps(found[1])) == found[1] and found[1].copy() == found[1]


def test_a_single_number_can_be_resized_like_any_array(difference: Compiled) -> None:
    gc.collect()    # what earlier tests left in cycles
    before = sn.pool_info().live_blocks
    for sizes in ((), (1,), (2,), (5, 4), (1000,)), ((40,), (1,), (), (3,)), ((0,), (1,), (9,)):
        a = difference(1.0, 2.0, 3.0)
        for shape in sizes:
            kept = a.reshape(-1)[:1].copy() if a.size else np.zeros(1)
            n = a.size
            a.resize(shape, refcheck=False)
            assert a.shape == shape and (a.size == 0 or n == 0 or a.reshape(-1)[0] == kept[0])
            a[...] = a     # all of it can be written
    del a
    gc.collect()
    assert sn.pool_info().live_blocks == before


def test_results_leave_no_references_behind(difference: Compiled, total: Compiled) -> None:
    dtype, text = np.dtype("float64"), "argument"
    value = np.arange(3.0)
    counts = [sys.getrefcount(x) for x in (dtype, text, value, difference, total)]
    for _ in range(1000):
        difference(1.0, y=2.0, z=3.0)
        total(value, y=value)
        total(value, y=value, out=value)
    after = [sys.getrefcount(x) for x in (dtype, text, value, difference, total)]
    assert all(abs(a - b) < 20 for a, b in zip(after, counts, strict=True))
