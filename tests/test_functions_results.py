"""What comes out of a function, and what it leaves behind: structures, ``out=``, updates, copies."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symnum as sn
from symnum import errors
from symnum.structures import pack, paths, split_out, unpack
from tests import callpaths

T = sn.tensor


@pytest.fixture(params=callpaths.MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    return callpaths.prepared(request.param, monkeypatch)


# structures and out= ------------------------------------------------------------------------------------------

X = T.dvector("x")
STRUCTURES: list[tuple[Any, Any]] = [
    (X, 1), ([X], [1]), ((X,), (1,)), ([X, X * 2], [1, 2]), ((X, X * 2), (1, 2)),
    ({"a": X, "b": X * 2}, {"a": 1, "b": 2}),
    (OrderedDict(b=X, a=X * 2), {"b": 1, "a": 2}), ([], []), ((), ()), ({}, {}), (None, None),
    ([X, (X * 2, X * 3)], [1, (2, 3)]), ({"p": [X, X * 2], "q": {"r": X * 3}}, {"p": [1, 2], "q": {"r": 3}}),
    ([[], X, {}], [[], 1, {}]), ({(1, "k"): sn.Out(X)}, {(1, "k"): 1}), ([[X]], [[1]]),
]


def test_results_have_the_structure_of_the_outputs(mode: str) -> None:
    for outputs, expected in STRUCTURES[::1 if mode == "numpy" else 4]:
        f = sn.function([X], outputs, mode=mode, on_unused_input="ignore")
        result = f([1.0])
        assert result == expected and type(result) in (type(expected), np.ndarray), outputs
        if isinstance(expected, dict):
            assert list(result) == list(expected)


TREES = st.recursive(st.integers(), lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.dictionaries(st.text(max_size=2), inner)))


@given(TREES, st.data())
def test_structures_of_any_shape(tree: Any, data: st.DataObject) -> None:
    structure, leaves = unpack(tree)
    values = [value for _, value in leaves]
    assert pack(structure, values) == tree and type(pack(structure, values)) is type(tree)
    assert len(set(paths(structure, len(leaves)))) == len(leaves)
    targets = [data.draw(st.sampled_from([None, np.zeros(1)])) for _ in values]
    for out in (pack(structure, targets), None):
        if values and out is not None:
            assert all(a is b for a, b in zip(split_out("f", structure, out, len(values)), targets, strict=True))
        else:
            assert split_out("f", structure, None, len(values)) == (None,) * len(values)


@pytest.mark.parametrize("outputs, words", [
    ([X, None], "output 2 must be a tensor"), ({"a": "text"}, "output 'a' must be"), (object(), "the output must be"),
    ({"p": [X, {"q": "text"}]}, r"output \['p'\]\[1\]\['q'\] must be"),
])
def test_bad_outputs_are_named(outputs: Any, words: str) -> None:
    with pytest.raises(errors.GraphError, match=words):
        sn.function([X], outputs)


def test_out_in_every_structure(mode: str) -> None:
    a, b, c = np.zeros(2), np.zeros(2), np.zeros(2)
    x, given = np.array([1.0, 2.0]), {"p": [X, X * 2], "q": {"r": X * 3}}
    nested, flat, pair = (sn.function([X], o, mode=mode) for o in (given, {"a": X, "b": X * 2}, (X, X * 2)))
    cases: list[tuple[Any, Any, list[Any]]] = [
        (nested, {"p": [a, b], "q": {"r": c}}, [a, b, c]), (nested, {"p": (None, b)}, [None, b, None]),
        (nested, {"q": {}}, [None] * 3), (nested, {"p": None, "q": {"r": c}}, [None, None, c]),
        (flat, {"a": a, "b": b}, [a, b]), (flat, {"b": b}, [None, b]), (flat, (None, b), [None, b]),
        (flat, {}, [None] * 2),
        (pair, (a, b), [a, b]), (pair, [a, None], [a, None]), (pair, None, [None, None])]
    for f, out, targets in cases:
        for array in (a, b, c):
            array[:] = -1
        result = f(x, out=out)
        leaves = [*result["p"], result["q"]["r"]] if f is nested else list(result.values() if f is flat else result)
        for k, (leaf, target) in enumerate(zip(leaves, targets, strict=True)):
            assert (leaf is target) == (target is not None)
            np.testing.assert_array_equal(leaf, x * (k + 1))
        assert all(array.tolist() == [-1, -1] for array in (a, b, c) if not any(array is t for t in targets))


BAD_OUT: list[tuple[Any, Any, type[Exception], str]] = [
    ({"a": X, "b": X}, {"c": np.zeros(2)}, errors.UnknownNameError, "'c'"),
    ({"a": X, "b": X}, {"b": np.zeros(3)}, errors.ShapeError, r"out= for output 'b'.*\(2,\), given \(3,\)"),
    ({"a": X, "b": X}, {"b": np.zeros(2, "f4")}, errors.DTypeError, "out= for output 'b'.*float64, given float32"),
    ({"a": X, "b": X}, np.zeros(2), errors.ArgumentError, "tuple of 2 arrays"),
    ([X, X], {"a": np.zeros(2)}, errors.ArgumentError, "tuple of 2 arrays"),
    ([X, X], [np.zeros(2)], errors.ArgumentError, "given 1"),
    ([X, X], [None, [1.0, 2.0]], errors.ArgumentError, "given list"),
    ([X, [X]], [None, np.zeros(2)], errors.ArgumentError, "list of 1; given ndarray"),
    ([X, [X]], [None, [np.zeros(3)]], errors.ShapeError, r"output \[1\]\[0\]"),
    (X, np.broadcast_to(0.0, 2), errors.ArgumentValueError, "read-only"),
]


def test_bad_out_is_named_and_changes_nothing(mode: str) -> None:
    state = sn.shared(0.0)
    for outputs, out, error, words in BAD_OUT[::1 if mode == "numpy" else 3]:
        f = sn.function([X], outputs, updates={state: state + 1}, mode=mode)
        with pytest.raises(error, match=words):
            f([1.0, 2.0], out=out)
        assert state.get_value() == 0


def test_out_may_overlap_what_is_read(mode: str) -> None:
    y, s = T.dvector("y"), sn.shared(np.arange(4.0), "s", borrow=True)
    f = sn.function([X, y], [X + 2 * y[::-1], s + X.sum()], mode=mode)
    base = np.arange(6.0)
    x, state = base[:4], s.get_value(borrow=True)
    expected = x + 2 * x[::-1], np.arange(4.0) + x.sum()
    first, second = f(x, x, out=(base[2:], state))
    assert np.shares_memory(first, base) and second is state
    np.testing.assert_array_equal(base[2:], expected[0])
    np.testing.assert_array_equal(s.get_value(), expected[1])


# updates ------------------------------------------------------------------------------------------------------

def test_updates_in_every_form(mode: str) -> None:
    a, b = sn.shared(1.0, "a"), sn.shared(np.int32(2), "b")
    forms: list[Any] = [{a: a + b, b: b + 1}, OrderedDict([(b, b + 1), (a, a + b)]), [(a, a + b), (b, b + 1)],
                        ([a, a + b], [b, b + 1]), zip([a, b], [a + b, b + 1], strict=True)]
    for updates in forms[::1 if mode == "numpy" else 4]:
        a.set_value(1.0)
        b.set_value(2)
        sn.function([], None, updates=updates, mode=mode)()
        assert (a.get_value(), b.get_value()) == (3.0, 3)


def test_numbers_take_the_dtype_of_what_they_update(mode: str) -> None:
    a, v = sn.shared(np.float32(1.5), "a"), sn.shared(np.zeros(2, np.int16), "v")
    sn.function([], None, updates={a: 0.1, v: [3, 4]}, mode=mode)()
    assert a.get_value() == np.float32(0.1) and a.get_value().dtype == np.float32
    assert v.get_value().tolist() == [3, 4] and v.get_value().dtype == np.int16
    for target, value, error in [(v, [1.5, 2], errors.DTypeError), (v, [70000, 1], errors.ArgumentValueError),
                                 (a, np.float64(1), errors.DTypeError), (a, a.astype("float64"), errors.DTypeError),
                                 (v, 1, errors.ShapeError), (v, "a", errors.DTypeError),
                                 (v, v + 1.0, errors.DTypeError)]:
        with pytest.raises(error, match=f"update of {target.name}"):
            sn.function([], None, updates={target: value}, mode=mode)


def test_default_updates(mode: str) -> None:
    count, total, other = sn.shared(0, "count"), sn.shared(0.0, "total"), sn.shared(5, "other")
    count.default_update, total.default_update = count + 1, total + count
    out = total * 1.0

    def after(**keywords: Any) -> tuple[int, float]:
        count.set_value(1)
        total.set_value(0.0)
        sn.function([], out, mode=mode, **keywords)()
        return int(count.get_value()), float(total.get_value())
    assert after() == (2, 1.0), "the default update of total reads count, whose own applies too"
    assert after(no_default_updates=True) == (1, 0.0)
    assert after(no_default_updates=[total]) == (1, 0.0)
    assert after(no_default_updates=[count, other]) == (1, 1.0)
    assert after(updates={count: count + 10}) == (11, 1.0)
    assert after(updates={total: total - 1.0}) == (1, -1.0)
    assert count.default_update is not None and count.default_update.same_as(count + 1)
    count.default_update = None
    assert after() == (1, 1.0)
    for value, error in [(count * 1.5, errors.DTypeError), (np.zeros(2, int), errors.ShapeError),
                         ("a", errors.DTypeError)]:
        with pytest.raises(error, match="default_update"):
            count.default_update = value
    with pytest.raises(errors.GraphError, match="no_default_updates"):
        sn.function([], out, no_default_updates=["count"], mode=mode)


# copies -------------------------------------------------------------------------------------------------------

def test_copy_swaps_shared_values(mode: str) -> None:
    x, a, b, c = T.dvector("x"), sn.shared(np.ones(2), "a"), sn.shared(np.full(3, 10.0), "b"), sn.shared(0, "c")
    f = sn.function([x], (x * a).sum(), updates=[(a, a + x), (c, c + 1)], mode=mode, name="f")
    g = f.copy(swap={a: b}, name="g")
    same, still = f.copy(), f.copy(delete_updates=True)
    assert f([1.0, 1.0]) == 2 and g([1.0, 1.0, 1.0]) == 30 and same([1.0, 1.0]) == 4 and c.get_value() == 3
    assert still([1.0, 1.0]) == 6 and still([1.0, 1.0]) == 6 and c.get_value() == 3
    assert (f.name, g.name, same.name) == ("f", "g", "f")
    assert [s.name for s in f.shared] == ["a", "c"] and [s.name for s in g.get_shared()] == ["b", "c"]
    assert [s.name for s in still.shared] == ["a"] and f.input_names == ("x",)
    assert [t.name for t in f.inputs] == ["x"] and f.outputs[0].same_as((x * a).sum())
    np.testing.assert_array_equal(b.get_value(), np.full(3, 11.0))


def test_copies_of_states_that_belong_to_inputs(mode: str) -> None:
    s, table = T.dscalar("s"), sn.as_tensor(np.arange(1000.0))
    f = sn.function([sn.In(s, value=1.0, update=s * 2)], s + table.sum() * 0, mode=mode)
    assert f.outputs[0].same_as(s + table.sum() * 0), "large constants are constants"
    f()
    g, fixed = f.copy(), f.copy(delete_updates=True)
    assert (f(), f(), g(), f[s], g[s]) == (2, 4, 2, 8, 4)
    assert (fixed(), fixed(), fixed[s]) == (2, 2, 2)
    assert f.shared == g.shared == ()


SMALL, WIDE = sn.shared(np.float32(1), "small"), sn.shared(np.ones(2), "wide")
ONE, TWO = sn.shared(1.0, "one"), sn.shared(2.0, "two")


@pytest.mark.parametrize("swap, error, words", [
    ({SMALL: ONE}, errors.GraphError, r"small.*no shared value of this function; it has \(one, two\)"),
    ({ONE: SMALL}, errors.DTypeError, "small.*one.*dtype"), ({ONE: WIDE}, errors.ShapeError, "wide.*one.*shape"),
    ({ONE: TWO}, errors.GraphError, "two.*stand for two"), ({"one": TWO}, errors.GraphError, "must map shared values"),
    ({ONE: 3.0}, errors.GraphError, "must map shared values"),
])
def test_bad_swaps(swap: Any, error: type[Exception], words: str) -> None:
    f = sn.function([], ONE + TWO, mode="numpy")
    with pytest.raises(error, match=words):
        f.copy(swap=swap)
    assert f.copy(swap={ONE: TWO, TWO: ONE})() == 3
