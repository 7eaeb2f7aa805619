"""What goes into a function: ``givens``, ``In`` with defaults and updates, keywords, and every array-like."""

from __future__ import annotations

import itertools
import os
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import errors
from tests import callpaths

T = sn.tensor


@pytest.fixture(params=callpaths.MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    return callpaths.prepared(request.param, monkeypatch)


# givens -------------------------------------------------------------------------------------------------------

X, Y, Z = T.dscalars("x", "y", "z")
W = sn.shared(7.0, "w")
H = sn.exp(X)
GIVENS: list[tuple[Any, Any, Any, float]] = [  # (output, givens, inputs, its value at x = 2, y = 3, z = 5)
    (X * 10, {X: Y}, [Y], 30),
    (X * 10, {X: Y + 1}, [Y], 40),
    (X * 10, [(X, Y), (Y, Z)], [Z], 50),                    # a chain, in any order
    (X * 10, [(Y, Z), (X, Y)], [Z], 50),
    (X + 10 * Y, OrderedDict([(X, Y + 1), (Y, Z * 2)]), [Z], 111),
    (X * 10, {X: X + 1}, [X], 30),                          # inside its own given a tensor means itself
    (X + 10 * Z, {X: X + 1, Z: X}, [X], 33),
    (X * 10, {X: 4}, [], 40),                               # a Python number is weak
    (X * 10, {X: np.float64(4)}, [], 40),
    (X * W, {W: Y}, [X, Y], 6),                             # shared values by tensors, and tensors by them
    (X * 10, {X: W}, [], 70),
    (H + X, {H: Y}, [X, Y], 5),                             # a result
    (H + X, {H: Y, X: Z}, [Y, Z], 8),
    (H + X, {X: H * 0 + 1, H: Y}, [Y], 4),
]


def test_givens() -> None:
    at = {X: 2.0, Y: 3.0, Z: 5.0}
    for output, givens, inputs, expected in GIVENS:
        f = sn.function(inputs, output, givens=givens, mode="numpy")
        assert f(*(at[x] for x in inputs)) == expected, (sn.pp(output), givens)


def test_givens_of_arrays_map_lengths(mode: str) -> None:
    x, y, k = T.dmatrix("x"), T.dvector("y"), T.lscalar("k")
    data = sn.shared(np.arange(12.0).reshape(4, 3), "data")
    f = sn.function([y], [x.sum(axis=0) + y, x.shape[0] * x.mean()], givens={x: data[1:]}, mode=mode)
    assert [r.tolist() for r in f([1.0, 2.0, 3.0])] == [[19, 23, 27], 3 * 7.0]
    with pytest.raises(errors.ShapeError):
        f([1.0, 2.0])
    g = sn.function([], k * data.astype('int64').sum(), givens={k: data.shape[0]}, mode=mode)
    assert g() == 4 * 66


@pytest.mark.parametrize("rewrites", ["real", "off"])
def test_gradients_mean_what_they_meant_before_the_givens(rewrites: str) -> None:
    slope = sn.grad(X * Y, X)
    for output, givens, inputs, at, expected in [
        (slope, {X: Y}, [Y], (3.0,), 3.0), (slope, {X: Y + 0.0}, [Y], (3.0,), 3.0), (slope, {Y: X}, [X], (3.0,), 3.0),
        (sn.grad(X * 2.0, X), {X: 2.0}, [], (), 2.0), (sn.grad(sn.grad(X**3 * Y, X), X), {X: Y * Y}, [Y], (2.0,), 48),
        (sn.grad(sn.exp(X) * W, W), {X: W}, [], (), np.exp(7.0)),
    ]:
        f = sn.function(inputs, output, givens=givens, mode="numpy", rewrites=rewrites)
        np.testing.assert_allclose(f(*at), expected, rtol=1e-14)


@pytest.mark.parametrize("givens, error, words", [
    ({X: Y, Y: X}, errors.GraphError, "givens of x.* and y.* need each other"),
    ([(X, Y), (X, Z)], errors.GraphError, "x.*has two givens"),
    ([X], errors.GraphError, "must be pairs"),
    ({"x": Y}, errors.GraphError, "must be pairs"),
    ({X: "a"}, errors.GraphError, "given of x.*must be a tensor, number or array"),
    ({X: Y.astype("float32")}, errors.DTypeError, "x.*float32; expected float64; cure"),
    ({X: np.zeros(2)}, errors.ShapeError, r"x.*shape \(2,\); expected \(\)"),
    ({T.tensor("v", shape=(3,)): np.zeros(2)}, errors.ShapeError, r"expected \(3,\)"),
    ({X: T.dscalar("other")}, errors.MissingInputError, "other"),
])
def test_bad_givens(givens: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        sn.function([], X + W, givens=givens, mode="numpy")


# In and Out ---------------------------------------------------------------------------------------------------

def test_defaults_and_keywords(mode: str) -> None:
    x, y, z = T.dscalars("x", "y", "z")
    f = sn.function([x, sn.In(y, value=10), sn.In(z, value=100.0, name="zed")], x + y + z, mode=mode)
    calls: list[tuple[tuple[float, ...], dict[str, float], float]] = [
        ((1,), {}, 111), ((1, 2), {}, 103), ((1, 2, 3), {}, 6), ((1,), {"zed": 3}, 14), ((), {"x": 1, "zed": 3}, 14),
        ((), {"zed": 3, "y": 2, "x": 1}, 6)]
    for args, keywords, expected in calls:
        assert f(*args, **keywords) == expected
    assert f.input_names == ("x", "y", "zed")
    for args, keywords, words in [((), {}, "missing: x"), ((1,), {"zet": 3}, "'zet' is not an input.*'zed'"),
                                  ((1,), {"z": 3}, "'z' is not an input"), ((1, 2), {"y": 3}, "by position and by key"),
                                  ((1, 2, 3, 4), {}, "expected 3 arguments, given 4")]:
        with pytest.raises(TypeError, match=words):
            f(*args, **keywords)


def test_a_default_is_a_copy_in_the_inputs_dtype(mode: str) -> None:
    x, given = T.fvector("x"), np.ones(2, np.int8)
    f = sn.function([sn.In(x, value=given)], x * 2, mode=mode)
    given[:] = 5
    assert f().tolist() == [2, 2] and f().dtype == np.float32 and f[x].dtype == np.float32
    f["x"][:] = 9
    assert f[0].tolist() == [1, 1]
    with pytest.raises(errors.GraphError, match="cannot be set; cure"):
        f[x] = 2.0


def test_an_update_makes_an_input_a_state(mode: str) -> None:
    s, x, v = *T.dscalars("s", "x"), T.dvector("v")
    f = sn.function([x, sn.In(s, value=10.0, update=s + x), sn.In(v, value=[0.0, 0.0])], s * 2 + v.sum(), mode=mode)
    assert [float(f(k)) for k in (1, 2, 3)] == [20, 22, 26]
    assert f[s] == f["s"] == f[1] == 16
    assert f(1, 100) == 200 and f[s] == 101, "an argument that is passed takes the state's place, and is updated"
    f[s] = 5
    assert f(0) == 10
    for bad in (1.0, "a", [1.0, 2.0]):
        before = f[s]
        with pytest.raises((ValueError, TypeError)):
            f(np.ones(3), bad)
        assert f[s] == before
    with pytest.raises(errors.ShapeError, match="rank 1"):
        f[s] = [1.0]


def test_states_of_inputs_with_lengths(mode: str) -> None:
    v, fixed = T.dvector("v"), T.tensor("fixed", dtype="float64", shape=(2,))
    grow = sn.function([sn.In(v, value=[1.0], update=T.concatenate([v, v]))], v.sum(), mode=mode)
    assert [float(grow()) for _ in range(4)] == [1, 2, 4, 8]
    x = T.dvector("x")
    f = sn.function([x, sn.In(fixed, value=[1, 2], update=x + 1)], fixed.sum(), mode=mode)
    assert f([1.0, 1.0]) == 3 and f([5.0, 5.0]) == 4
    with pytest.raises(errors.ShapeError):
        f([1.0, 1.0, 1.0])
    assert f[fixed].tolist() == [6, 6]


def test_casting_of_one_input(mode: str) -> None:
    x = T.fvector("x")
    strict = sn.function([sn.In(x, strict=True)], x * 2, mode=mode)
    loose = sn.function([sn.In(x, allow_downcast=True)], x * 2, mode=mode)
    tight = sn.function([sn.In(x, allow_downcast=False)], x * 2, mode=mode, allow_input_downcast=True)
    ones, halves = np.ones(2, np.float32), np.ones(2, np.int8)
    for f in (strict, loose, tight):
        assert f(ones).tolist() == f([1, 1]).tolist() == [2, 2]
    assert loose(np.ones(2)).tolist() == loose(halves).tolist() == tight(halves).tolist() == [2, 2]
    for f, bad, words in ((strict, halves, "strict.*astype"), (strict, np.ones(2), "strict"),
                          (tight, np.ones(2), "no safe cast")):
        with pytest.raises(errors.DTypeError, match=words):
            f(bad)


@pytest.mark.parametrize("flags", [{"mutable": True}, {"borrow": True}, {"mutable": True, "borrow": True}])
def test_permissions_change_no_result(mode: str, flags: dict[str, bool]) -> None:
    x = T.dvector("x")
    f = sn.function([sn.In(x, **flags)], [sn.Out(x * 2 + 1, borrow=True), sn.Out(x)], mode=mode)
    assert [r.tolist() for r in f(np.arange(3.0))] == [[1, 3, 5], [0, 1, 2]]


@pytest.mark.parametrize("make, error, words", [
    (lambda: sn.In("x"), errors.GraphError, "expected a tensor"),
    (lambda: sn.In(X, update=X + 1), errors.GraphError, "needs a value to start from"),
    (lambda: sn.In(X, strict=True, allow_downcast=True), errors.GraphError, "drop one"),
    (lambda: sn.function([sn.In(X, value="a")], X), errors.ArgumentError, "default value of.*'x'"),
    (lambda: sn.function([sn.In(X, value=[1.0])], X), errors.ShapeError, "default value of.*rank 1"),
    (lambda: sn.function([sn.In(T.tensor("t", shape=(3,)), value=[1.0])], X), errors.ShapeError, "default.*3 long"),
    (lambda: sn.function([sn.In(T.lscalar("k"), value=1.5)], X), errors.DTypeError, "Python float"),
    (lambda: sn.function([sn.In(X, value=1, update=np.zeros(2))], X), errors.ShapeError, "update of input x"),
    (lambda: sn.function([sn.In(X, value=1, update=T.fscalar("y"))], X), errors.DTypeError, "update of input x"),
    (lambda: sn.function([sn.In(X), X], X), errors.GraphError, "input 1 and input 2"),
    (lambda: sn.function([sn.In(X + 1)], X), errors.GraphError, "result of add"),
    (lambda: sn.function([X], X, mode="numpy")["y"], errors.GraphError, r"no input.*\(x\)"),
    (lambda: sn.function([X], X, mode="numpy")[X], errors.GraphError, "no value of its own"),
])
def test_bad_inputs(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


# arguments ----------------------------------------------------------------------------------------------------

class Boxed:
    """Something that NumPy takes for an array."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)

    def __array__(self, dtype: object = None, copy: bool | None = None) -> Any:
        return self.array


class Interfaced:
    """Memory that shows itself by the array interface."""

    def __init__(self, array: Any) -> None:
        self.array = array
        self.__array_interface__ = array.__array_interface__


class Packed:
    """Memory of another library, shown by DLPack only."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()


class Subclass(np.ndarray):
    """An array type of somebody else."""


class Real(float):
    """A number type of somebody else."""


def test_every_array_like_is_taken(mode: str, tmp_path: Any) -> None:
    x, s = T.dmatrix("x"), T.dscalar("s")
    f = sn.function([x, s], x * s, mode=mode)
    base = np.arange(6.0).reshape(2, 3)
    mapped = np.memmap(os.fspath(tmp_path / "x.bin"), np.float64, "w+", shape=(2, 3))
    mapped[:] = base
    likes = [base, base.tolist(), [list(base[0]), tuple(base[1])], (range(3), [3, 4.0, True + 4]), Boxed(base),
             Interfaced(base), Packed(base), mapped, base.view(Subclass), memoryview(base), [base[0], base[1]],
             base.astype("f4"), np.asfortranarray(base), base.astype(">i2")]
    scalars = [2, 2.0, True + 1, np.float64(2), np.int8(2), np.array(2.0), Boxed(2), Real(2.0), np.float32(2)]
    for like, scalar in itertools.zip_longest(likes, scalars, fillvalue=None):
        result = f(base if like is None else like, 2.0 if scalar is None else scalar)
        assert type(result) is np.ndarray
        np.testing.assert_array_equal(result, 2 * base)


def test_what_is_no_array_of_numbers_is_refused(mode: str) -> None:
    x = T.dvector("x")
    f = sn.function([x], x, mode=mode, name="same")
    endless: list[Any] = []
    endless.append(endless)
    bad: list[tuple[Any, type[Exception], str]] = [
        (endless, ValueError, "lists in lists"), ([np.ma.array([1.0], mask=[True])], TypeError, "masked"),
        (np.ma.array([1.0], mask=[True]), TypeError, "masked.*cure.*filled"), (np.array(["a"]), TypeError, "str"),
        (x, TypeError, "symbolic|Tensor"), ([x], TypeError, "symbolic|list"), ({1.0}, TypeError, "set"),
        (np.array([1.0, None]), TypeError, "object"), (np.array(["2020"], "M8[Y]"), TypeError, "datetime64"),
        ([[1.0], 2.0], ValueError, "equally long"), (None, TypeError, "NoneType"), (iter([1.0]), TypeError, "iterator")]
    for value, error, words in bad:
        with pytest.raises(error, match=words) as caught:
            f(value)
        assert "same: argument 1 ('x')" in str(caught.value)
