"""Random array programs: native code gives what the interpreter gives, whatever the layout, length and threads."""

from __future__ import annotations

import os
import random
import warnings
from typing import Any

import numpy as np
import pytest
from array_programs import Written, arguments, program
from array_values import EXACT, Value

import symnum as sn
from symnum.errors import ArgumentValueError

FLOATS = ("float64", "float64", "float32", "float32", "float16")
OTHERS = ("int64", "int32", "int8", "uint8", "bool", "complex128", "complex64")
LENGTHS = (0, 1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 97, 127, 129, 257)
EPSILON = {name: 2 / size for name, size in EXACT.items()}


def lengths_of(draw: random.Random) -> dict[str, Any]:
    """Lengths as a program knows them: not at all, as names, or as numbers."""
    sort = draw.randrange(3)
    if sort == 0:
        return dict.fromkeys("nmk")
    if sort == 1:
        return {x: sn.dim(x) for x in "nmk"}
    return {x: draw.choice((1, 2, 3, 4, 4, 5, 8, 17, 40)) for x in "nmk"}


def drawn(draw: random.Random, known: dict[str, Any], long: bool) -> dict[str, int]:
    """Lengths for one call; long ones are work for several threads."""
    most = draw.choice("nmk")
    lengths = {x: draw.choice((1200, 1001) if long else LENGTHS) if x == most else
               draw.choice((24, 17) if long else LENGTHS[:15]) for x in known}
    return {x: known[x] if isinstance(known[x], int) else lengths[x] for x in known}


def outcome(f: Any, given: list[Any], **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return f(*given, **more)
        except (ValueError, IndexError) as error:
            return error


def agree(value: Value, want: Any, got: Any, loose: float, context: str) -> None:
    """Equal where nothing was rounded; else within the bound of the error."""
    assert got.shape == want.shape and got.dtype == want.dtype, context
    if want.dtype.kind not in "fc":
        np.testing.assert_array_equal(got, want, context)
        return
    if not value.error:
        np.testing.assert_array_equal(got, want, context)
        if value.signed and loose == 1 and want.dtype.kind == "f":
            np.testing.assert_array_equal(np.signbit(got) & (got == 0), np.signbit(want) & (want == 0), context)
        return
    unit = loose * EPSILON[value.name]
    np.testing.assert_allclose(got.astype(np.float64), want.astype(np.float64), 8 * unit, value.error * unit,
                               err_msg=context)


def check(seed: int, dtypes: tuple[str, ...], mode: str = "c") -> None:
    draw = random.Random(seed)
    known, long = lengths_of(draw), draw.random() < 0.2
    try:
        written = program(seed, dtypes, known, *((4096, 1 << 21) if long else ()))
    except ArgumentValueError:      # a greatest of nothing is none in NumPy either
        return
    rewrites = draw.choice(["off", "off", "real"])
    inputs, outputs = [v.tensor for v in written.inputs], [v.tensor for v in written.outputs]
    reference = sn.function(inputs, outputs, mode="numpy", rewrites="off", on_unused_input="ignore")
    native = sn.function(inputs, outputs, mode=mode, rewrites=rewrites, on_unused_input="ignore")
    plain = rewrites != "off" or written.inputs[0].kind != "f"
    for number in range(2 if long else 6):
        sizes = drawn(draw, known, long)
        sort = "whole" if plain else draw.choice(["whole", "special", "subnormal"])
        compare(written, reference, native, list(arguments(written, sizes, seed + number, sort)), draw,
                1.0 if rewrites == "off" else 16.0, f"seed {seed} {mode} {rewrites} {sizes} {sort}")


def compare(written: Written, reference: Any, native: Any, given: list[Any], draw: random.Random, loose: float,
            context: str) -> None:
    want, before = outcome(reference, given), [a.copy() for a in given]
    got = outcome(native, given)
    assert isinstance(got, Exception) == isinstance(want, Exception), (context, got, want)
    for was, now in zip(before, given, strict=True):
        np.testing.assert_array_equal(now, was, f"{context}: an input was written")
    if isinstance(want, Exception):
        return
    for value, a, b in zip(written.outputs, want, got, strict=True):
        agree(value, a, b, loose, context)
    target = [np.full_like(a, 1) if draw.random() < 0.5 else np.full(a.shape[::-1], 1, a.dtype).T for a in got]
    sn.set_num_threads(2)
    again = outcome(native, given, out=tuple(target))
    sn.set_num_threads(1)
    for first, second in zip(got, again, strict=True):
        assert first.tobytes() == second.tobytes(), f"{context}: other bits with two threads, or with out="


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    before = sn.get_num_threads()
    sn.set_num_threads(1)
    yield
    sn.set_num_threads(before)


@pytest.mark.parametrize("seed", range(14))
def test_programs_of_floats(seed: int) -> None:
    check(seed, FLOATS)


@pytest.mark.parametrize("seed", range(100, 107))
def test_programs_of_other_numbers(seed: int) -> None:
    check(seed, OTHERS)


MANY = int(os.environ.get("SYMNUM_FUZZ_EXAMPLES", "0"))
PART = 50  # programs of one test


@pytest.mark.fuzz
@pytest.mark.parametrize("first", range(1000, 1000 + MANY, PART))
def test_many_programs(first: int) -> None:
    for seed in range(first, first + PART):
        check(seed, FLOATS if seed % 3 else OTHERS)


@pytest.mark.fuzz
@pytest.mark.parametrize("first", range(1000, 1000 + MANY // 20, PART // 10))
def test_many_programs_in_cython(first: int) -> None:
    for seed in range(first, first + PART // 10):
        check(seed, FLOATS if seed % 3 else OTHERS, "cython")


# programs that were wrong once ------------------------------------------------------------------------------------

def test_a_value_stored_apart_and_together() -> None:
    """Its stores with gaps come first, and are served from the memory of the one without."""
    x = sn.tensor.tensor("x", dtype="complex128", shape=(None, None))
    total = sn.sum(x, axis=0)
    small = sn.where(abs(total) <= 3, total, 1)
    outputs = [small[None], sn.sum(small)]
    given = np.random.default_rng(0).integers(-3, 4, (17, 40)) + 1j
    for a, b in zip(sn.function([x], outputs, mode="c")(given), sn.function([x], outputs, mode="numpy")(given),
                    strict=True):
        np.testing.assert_array_equal(a, b)


# programs that faults planted in the generator once left right -----------------------------------------------------

def test_tiles_that_end_inside_of_rows() -> None:
    x = sn.tensor.tensor("x", dtype="float64", shape=(None, None))
    f = sn.function([x], sn.sqrt(sn.exp(x[:, ::2]) + x[:, 1::2] ** 2), mode="c", rewrites="off")
    given = np.random.default_rng(0).normal(size=(9, 1500))
    np.testing.assert_allclose(f(given), np.sqrt(np.exp(given[:, ::2]) + given[:, 1::2] ** 2), rtol=1e-14)


def test_a_kernel_that_reads_beside_and_turned() -> None:
    x = sn.tensor.tensor("x", dtype="float64", shape=(200, 200))
    given = np.random.default_rng(0).normal(size=(200, 200))

    def both(root: Any, x: Any) -> Any:
        y = root(root(x * x + 1) + 1)
        return root(y[1:, 1:] * y[:-1, :-1] + root(y.T[1:, 1:]))
    np.testing.assert_allclose(sn.function([x], both(sn.sqrt, x), mode="c", rewrites="off")(given),
                               both(np.sqrt, given), rtol=1e-14)
