"""float16 as a storage type: conversions bit by bit, the same values in both engines, derivatives, and memory."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum.errors import DTypeError, UnsupportedError
from symnum.halves import widened
from symnum.ir import build
from symnum.ir.build import o
from symnum.ir.walk import topological

T = sn.tensor
Array = np.ndarray[Any, Any]
HALF = np.dtype("float16")
MODES = ("numpy", "c")
each_mode = pytest.mark.parametrize("mode", MODES)
WIDE = ("float32", "float64", "int8", "int32", "uint64", "bool")


def vector(name: str, dtype: str = "float16") -> Any:
    return T.tensor(name, dtype=dtype, shape=(None,))


def same_bits(a: Array, b: Array) -> Array:
    """Equal bits, or both NaN."""
    return (a == b) & (np.signbit(a) == np.signbit(b)) | (np.isnan(a) & np.isnan(b))


# conversions ----------------------------------------------------------------------------------------------------

@cache
def conversions() -> Any:
    h, xs = vector("h"), {d: vector(d, d) for d in WIDE}
    outputs = {f"to {d}": h.astype(d) for d in WIDE} | {f"from {d}": x.astype("float16") for d, x in xs.items()}
    return sn.function([h, *xs.values()], outputs, mode="c")


def converted(name: str, values: Array) -> Array:
    arguments = [np.zeros(0, d) for d in ("float16", *WIDE)]
    place = 0 if name.startswith("to") else 1 + WIDE.index(name.removeprefix("from "))
    arguments[place] = values
    found: Array = conversions()(*arguments)[name]
    return found


def every_half() -> Array:
    return np.arange(1 << 16, dtype=np.uint16).view(HALF)


@pytest.mark.parametrize("dtype", WIDE)
def test_every_half_is_read(dtype: str) -> None:
    halves = every_half()
    if np.dtype(dtype).kind in "iu":    # NumPy says nothing of what does not fit
        halves = halves[(halves > -100) & (halves < 100) & ((halves > -1) | (dtype != "uint64"))]
    found, wanted = converted(f"to {dtype}", halves), halves.astype(dtype)
    assert found.dtype == wanted.dtype
    assert same_bits(found, wanted).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_half_is_written(dtype: str) -> None:
    """Each half itself, the middle between neighbours, and the numbers on both sides of each middle."""
    halves = np.sort(every_half()[np.isfinite(every_half())].astype(np.float64))
    middles = (halves[1:] + halves[:-1]) / 2
    edges = np.array([65519.996, 65520.0, 65536.0, 1e30, 5.9e-8, 2.9e-8, 2.0 ** -25, 1e-300, np.inf, np.nan])
    wide = np.concatenate([halves, middles, edges, -edges, [-0.0]]).astype(dtype)
    end = wide.dtype.type(np.inf)
    values = np.concatenate([wide, np.nextafter(wide, end), np.nextafter(wide, -end)])
    with np.errstate(all="ignore"):
        wanted = values.astype(HALF)
    assert same_bits(converted(f"from {dtype}", values), wanted).all()


@given(st.lists(st.floats(width=64), min_size=1, max_size=40))
@settings(deadline=None, max_examples=30)
def test_doubles_are_rounded_once(values: list[float]) -> None:
    given_values = np.array(values)
    with np.errstate(all="ignore"):
        assert same_bits(converted("from float64", given_values), given_values.astype(HALF)).all()


@pytest.mark.parametrize("dtype", ["int8", "int32", "uint64", "bool"])
def test_whole_numbers_are_written(dtype: str) -> None:
    values = np.array([0, 1, 5, 100, 2049, 2051, 65519, 65520, 10**9]).astype(dtype)
    with np.errstate(all="ignore"):
        assert same_bits(converted(f"from {dtype}", values), values.astype(HALF)).all()


# computing ------------------------------------------------------------------------------------------------------

def results(x: Any, y: Any, w: Any, numpy: bool) -> dict[str, Any]:
    lib: Any = np if numpy else T
    return {
        "sum": x + y, "twice": x * 2.5, "exp": lib.exp(y), "moved": x[::-1], "same": x, "total": x.sum(),
        "mean": x.mean(), "single": x + w, "narrow": w.astype("float16"), "less": x < y, "whole": x.astype("int32"),
        "joined": lib.concatenate([x, y]), "chosen": lib.where(x > 0, x, y), "largest": x.max(), "place": x.argmin(),
        "matrix": x.reshape(2, -1).T, "outer": x[:, None] * y, "variance": x.var(), "power": abs(x) ** 0.5}


@cache
def computed(mode: str) -> Any:
    x, y, w = vector("x"), vector("y"), vector("w", "float32")
    return sn.function([x, y, w], results(x, y, w, False), mode=mode)


@each_mode
@given(data=st.data())
@settings(deadline=None, max_examples=15)
def test_values_are_numpys(mode: str, data: st.DataObject) -> None:
    """Within the last place: NumPy rounds every step, symnum only at the end."""
    n = 2 * data.draw(st.integers(1, 6), label="half the length")
    draw = st.lists(st.floats(-50, 50, width=16), min_size=n, max_size=n)
    x, y = (np.array(data.draw(draw), HALF) for _ in range(2))
    y = y / 8
    w = np.linspace(-3, 3, n, dtype=np.float32)
    found, wanted = computed(mode)(x, y, w), results(x, y, w, True)
    for name, value in wanted.items():
        value = np.asarray(value)
        assert found[name].dtype == value.dtype, name
        places = 8 * np.finfo(HALF).eps if value.dtype == HALF else 1e-6
        scale = np.abs(x.astype(float)).max() ** 2 if name == "variance" else 0
        np.testing.assert_allclose(found[name].astype(float), value.astype(float), rtol=places,
                                   atol=places * scale + 1e-4 * (value.dtype == HALF), err_msg=name)


def test_both_engines_give_the_same_bits() -> None:
    rng = np.random.default_rng(0)
    x, y = ((rng.normal(size=64) * 10).astype(HALF) for _ in range(2))
    w = rng.normal(size=64).astype(np.float32)
    native, interpreted = (computed(mode)(x, y, w) for mode in ("c", "numpy"))
    for name in ("sum", "twice", "moved", "same", "narrow", "joined", "chosen", "largest", "matrix", "outer", "single"):
        assert native[name].tobytes() == interpreted[name].tobytes(), name


@each_mode
def test_what_lies_between_is_not_rounded(mode: str) -> None:
    x = vector("x")
    cast = (x.astype("float32") * 1000).astype("float16")
    f = sn.function([x], [x * 1000 / 1000, x + 2048 - 2048, cast / 1000], mode=mode)
    kept, tiny, rounded = f(np.array([500.0, 0.5], HALF))
    np.testing.assert_array_equal(kept, [500, 0.5])
    np.testing.assert_array_equal(tiny, [500, 0.5])
    np.testing.assert_array_equal(rounded, [np.inf, 0.5])   # a cast rounds where it stands


def test_dtypes_are_numpys() -> None:
    h = vector("h")
    others = (2.0, vector("i", "int8"), vector("j", "int16"), T.dvector("d"), 1j)
    assert [(h * other).dtype.name for other in others] == ["float16", "float16", "float32", "float64", "complex64"]
    assert T.exp(vector("b", "bool")).dtype == HALF
    assert T.make_complex(h, h).dtype == np.complex64


@each_mode
def test_calls_and_state(mode: str) -> None:
    s, state = T.tensor("s", dtype="float16"), sn.shared(np.ones(2, HALF), "state")
    step = sn.function([s], [s * 2, state.sum()], updates=[(state, state * s)], mode=mode)
    for value in (1.5, 3, np.float16(0.25), np.array(2, HALF)):
        doubled, _ = step(value)
        assert (doubled.dtype, doubled.shape) == (HALF, ())
        assert doubled == 2 * value
    assert state.get_value().dtype == HALF
    np.testing.assert_array_equal(state.get_value(), 1.5 * 3 * 0.25 * 2)
    with pytest.raises(DTypeError):
        step(np.float32(1.5))


@each_mode
def test_gradients_have_the_dtype(mode: str) -> None:
    x, y, w = vector("x"), vector("y"), vector("w", "float32")
    cost = (x * x * w).sum() + T.exp(y).sum()
    small = (x[::-1] * y).sum()
    f = sn.function([x, y, w], [*sn.grad(cost, [x, y, w]), sn.grad(small, x)], mode=mode)
    a, b, c = np.array([1.5, -2], HALF), np.array([0.5, 1], HALF), np.array([3, 0.25], np.float32)
    by_x, by_y, by_w, by_small = f(a, b, c)
    assert (by_x.dtype, by_y.dtype, by_w.dtype, by_small.dtype) == (HALF, HALF, np.float32, HALF)
    np.testing.assert_array_equal(by_x, [9, -1])
    np.testing.assert_allclose(by_y, np.exp(b.astype(float)), rtol=1e-3)
    np.testing.assert_array_equal(by_w, [2.25, 4])
    np.testing.assert_array_equal(by_small, b[::-1])


# the pass -------------------------------------------------------------------------------------------------------

def test_only_casts_and_moves_are_float16() -> None:
    x = build.input_leaf("x", "float16", (4,))
    y = o.add(o.exp(o.multiply(x, 3.0)), build.constant(np.float16(0.1)))
    (out,) = widened([y])
    assert {n.op.name for n in topological([out]) if n.dtype == HALF} <= {"input", "cast"}
    assert widened([o.slice(x, starts=(1,), lengths=(2,), steps=(1,))])[0].dtype == HALF
    real = build.input_leaf("r", "float64", ())
    assert widened([real]) == [real]


def test_constants_keep_their_bits() -> None:
    values = np.array([0.1, -0.0, 65504, 6e-8, np.inf], HALF)
    for mode in MODES:
        found = sn.function([], [T.constant(values), T.constant(values) * 1], mode=mode)()
        for value in found:
            assert value.tobytes() == values.tobytes()


def test_the_spacing_of_float16_is_refused() -> None:
    x = vector("x")
    for expression in (T.spacing(x), T.nextafter(x, 1.0)):
        with pytest.raises(UnsupportedError, match="float32"):
            sn.function([x], expression, mode="numpy")
