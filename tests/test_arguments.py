"""What goes into a compiled function and what comes out, on both call paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symnum import _pyruntime, arguments
from symnum.errors import ArgumentError, ArgumentValueError, DTypeError, ShapeError, SymnumError
from tests.handmade import CTYPES, argument, caller, signature

try:
    from symnum import _runtime
except ImportError:
    _runtime = None  # type: ignore[assignment]
native = pytest.mark.skipif(_runtime is None, reason="the compiled call path is not built")

F = float


@pytest.fixture(params=[pytest.param(_runtime, marks=native, id="_runtime"),
                        pytest.param(_pyruntime, id="_pyruntime")])
def path(request: pytest.FixtureRequest) -> Any:
    return request.param


# --- what goes in ---------------------------------------------------------------------------------

class Subclass(np.ndarray):
    """An array type of somebody else."""


BASE = np.arange(24.0).reshape(2, 3, 4)
UNALIGNED = np.frombuffer(b"\0" + np.arange(4.0).tobytes(), np.uint8)[1:].view(np.float64)
GOOD = [  # (program, arguments, keywords, expected)
    ("add", (1.5, 2.5), {}, 4.0),
    ("add", (1, True), {}, 2.0),
    ("add", (np.float32(1.5), np.int32(2)), {}, 3.5),
    ("add", (np.array(1.5), np.array(2, "uint8")), {}, 3.5),
    ("add", (), {"b": 1.0, "a": 2.0}, 3.0),
    ("add", (1.0,), {"b": 2.0}, 3.0),
    ("add", (1, -(2**70)), {}, -F(2**70)),
    ("add", (np.float64(1.5), np.bool_(True)), {}, 2.5),
    ("scale", (2.0, np.arange(3.0)), {}, [0, 2, 4]),
    ("scale", (2.0, [1, 2.5]), {}, [2, 5]),
    ("scale", (2.0, (1, True)), {}, [2, 2]),
    ("scale", (2.0, []), {}, []),
    ("scale", (2.0, range(3)), {}, [0, 2, 4]),
    ("scale", (2.0, [np.float32(0.5)]), {}, [1]),
    ("scale", (2.0, np.arange(6.0)[::-2]), {}, [10, 6, 2]),
    ("scale", (2.0, np.broadcast_to(3.0, 4)), {}, [6] * 4),
    ("scale", (2.0, UNALIGNED), {}, [0, 2, 4, 6]),
    ("scale", (2.0, np.arange(3.0).astype(">f8")), {}, [0, 2, 4]),
    ("scale", (2.0, np.arange(3, dtype="int32")), {}, [0, 2, 4]),
    ("scale", (2.0, memoryview(np.arange(3.0))), {}, [0, 2, 4]),
    ("scale", (2.0, np.arange(1.0, 3.0).view(Subclass)), {}, [2, 4]),
    ("rows", (BASE[0].T[:, :], [0] * 4), {}, [12, 15, 18, 21]),
    ("rows", ([[1, 2, 3]], [4.5]), {}, [10.5]),
    ("rows", (np.ones((0, 3)), []), {}, []),
]


@pytest.mark.parametrize("program, args, keywords, expected", GOOD)
def test_good_arguments(path: Any, program: str, args: Any, keywords: Any, expected: Any) -> None:
    result = caller(path, program)(*args, **keywords)
    assert type(result) is np.ndarray and result.dtype == np.float64
    np.testing.assert_array_equal(result, np.array(expected, np.float64), strict=True)


@pytest.mark.parametrize("name", CTYPES)
def test_every_dtype_scalar_and_array(path: Any, name: str) -> None:
    dtype = np.dtype(name)
    limits = np.finfo(name) if dtype.kind == "f" else np.iinfo(name) if dtype.kind in "iu" else None
    low, high = (limits.min, limits.max) if limits else (0, 1)
    one, many = caller(path, f"one_{name}"), caller(path, f"copy_{name}")
    for value in (low, high, 0, 1, True):
        for given in (dtype.type(value).item(), np.array(value, name), dtype.type(value)):
            assert one(given).dtype == dtype and one(given) == dtype.type(value)
            np.testing.assert_array_equal(many([given] * 3), np.full(3, value, name), strict=True)
    np.testing.assert_array_equal(many(np.array([low, high], name)), np.array([low, high], name), strict=True)


def test_read_only_and_in_place_arguments_are_not_copied(path: Any) -> None:
    x = np.arange(5.0)
    x.flags.writeable = False
    assert caller(path, "scale")(1.0, x).tolist() == x.tolist()
    assert arguments.convert("f", 0, argument("x", "float64", -1), x, "safe") is x


SCALE = "argument 2 ('x'): expected float64 array of shape (?,)"
ROWS, ADD = "argument 1 ('x')", "argument 1 ('a')"
BAD = [  # (program, arguments, keywords, exception, words in its message)
    ("add", (1.0,), {}, ArgumentError, ["expected 2 arguments, given 1", "missing: b", "(a, b)"]),
    ("add", (), {}, ArgumentError, ["expected 2 arguments, given 0", "missing: a, b"]),
    ("add", (1.0, 2.0, 3.0), {}, ArgumentError, ["expected 2 arguments, given 3"]),
    ("add", (1.0,), {"c": 2.0}, ArgumentError, ["'c' is not an input", "(a, b)"]),
    ("add", (1.0, 2.0), {"b": 2.0}, ArgumentError, ["'b' is given by position and by keyword"]),
    ("add", ([1.0], 2.0), {}, ShapeError, [ADD, "float64 scalar", "rank 1", "cure"]),
    ("add", (np.ones(1), 2.0), {}, ShapeError, [ADD, "shape (1,)", "rank 1"]),
    ("add", ("1", 2.0), {}, ArgumentError, [ADD, "given str"]),
    ("add", (None, 2.0), {}, ArgumentError, [ADD, "given NoneType"]),
    ("add", (1j, 2.0), {}, DTypeError, [ADD, "complex", ".real"]),
    ("add", (np.longdouble(1), 2.0), {}, DTypeError, [ADD, "no safe cast"]),
    ("add", (10**400, 2.0), {}, ArgumentValueError, [ADD, "outside its range"]),
    ("add", (object(), 2.0), {}, ArgumentError, [ADD, "given object"]),
    ("scale", (1.0, 2.0), {}, ShapeError, [SCALE, "rank 0", "pass an array of rank 1"]),
    ("scale", (1.0, [[1.0]]), {}, ShapeError, [SCALE, "rank 2"]),
    ("scale", (1.0, [[1.0], [2.0, 3.0]]), {}, ShapeError, [SCALE, "make all rows equally long"]),
    ("scale", (1.0, ["a"]), {}, ArgumentError, [SCALE, "given list"]),
    ("scale", (1.0, np.array([1j])), {}, DTypeError, [SCALE, "complex128"]),
    ("scale", (1.0, np.ma.array([1.0], mask=[1])), {}, ArgumentError, [SCALE, "masked", "filled"]),
    ("scale", (1.0, np.array(["a"])), {}, ArgumentError, [SCALE, "dtype str"]),
    ("scale", (1.0, np.array([None])), {}, ArgumentError, [SCALE, "dtype object"]),
    ("rows", (np.ones((2, 4)), [0, 0]), {}, ShapeError, [ROWS, "(?, 3)", "(2, 4)", "make axis 1 3 long"]),
    ("rows", (np.ones((2, 3)), [0] * 4), {}, ShapeError,
     ["argument 2 ('y')", "axis 0 is 4 long", "axis 0 of 'x' is 2", "equally long"]),
    ("one_int8", (1.0,), {}, DTypeError, ["Python float", "int8 scalar", "allow_input_downcast"]),
    ("one_int8", (128,), {}, ArgumentValueError, ["outside its range -128 to 127", "wider dtype"]),
    ("one_int8", (-129,), {}, ArgumentValueError, ["outside its range -128 to 127"]),
    ("one_uint8", (-1,), {}, ArgumentValueError, ["outside its range 0 to 255"]),
    ("one_uint8", (256,), {}, ArgumentValueError, ["outside its range 0 to 255"]),
    ("one_uint64", (-1,), {}, ArgumentValueError, ["outside its range"]),
    ("one_uint64", (2**64,), {}, ArgumentValueError, ["outside its range"]),
    ("one_int64", (2**63,), {}, ArgumentValueError, ["outside its range"]),
    ("one_bool", (2,), {}, ArgumentValueError, ["neither 0 nor 1"]),
    ("one_bool", (1.0,), {}, DTypeError, ["Python float"]),
    ("one_bool", (np.int8(1),), {}, DTypeError, ["no safe cast", "astype('bool')"]),
    ("one_float32", (np.float64(1),), {}, DTypeError, ["float64", "no safe cast", "astype('float32')"]),
    ("copy_float32", (np.ones(2),), {}, DTypeError, ["float64 array of shape (2,)", "no safe cast"]),
    ("copy_float32", ([np.float64(1)],), {}, DTypeError, ["no safe cast"]),
    ("copy_int32", ([1, 2.0],), {}, DTypeError, ["Python float"]),
    ("copy_int32", ([1, 2**31],), {}, ArgumentValueError, ["outside its range"]),
    ("copy_int64", ([-1, 2**63],), {}, ArgumentValueError, ["outside its range"]),
    ("copy_int64", (np.ones(1, "uint64"),), {}, DTypeError, ["uint64", "no safe cast"]),
    ("copy_bool", ([True, 3],), {}, ArgumentValueError, ["neither 0 nor 1"]),
]


@pytest.mark.parametrize("program, args, keywords, error, words", BAD)
def test_bad_arguments(path: Any, program: str, args: Any, keywords: Any, error: type,
                       words: list[str]) -> None:
    f = caller(path, program, name="my function")
    with pytest.raises(error) as caught:
        f(*args, **keywords)
    assert isinstance(caught.value, SymnumError)
    for word in ["my function", *words]:
        assert word in str(caught.value)


@native
def test_both_paths_give_the_same_messages() -> None:
    for program, args, keywords, _, _ in BAD:
        messages = []
        for path in (_runtime, _pyruntime):
            with pytest.raises(SymnumError) as caught:
                caller(path, program)(*args, **keywords)
            messages.append(str(caught.value))
        assert messages[0] == messages[1]


DOWNCAST = [("one_int8", 2.7, 2), ("copy_float32", np.array([1.5, 2.5]), [1.5, 2.5]),
            ("copy_int32", [1.9, -1.9], [1, -1]), ("one_float32", np.float64(0.1), np.float32(0.1)),
            ("copy_bool", [0, 2], [False, True])]


@pytest.mark.parametrize("program, given, expected", DOWNCAST)
def test_downcast(path: Any, program: str, given: Any, expected: Any) -> None:
    with pytest.raises(SymnumError):
        caller(path, program)(given)
    result = caller(path, program, castings=("any",))(given)
    np.testing.assert_array_equal(result, expected)
    with pytest.raises(ArgumentValueError):
        caller(path, "one_int8", castings=("any",))(1000)


def test_overflow_of_a_float_to_float32_warns_as_numpy(path: Any) -> None:
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert caller(path, "one_float32")(1e300) == np.inf
    assert caller(path, "one_float32")(np.inf) == np.inf


def test_inputs_without_unique_names_go_by_position(path: Any) -> None:
    twice = signature("f", (argument("x", "float64"), argument("x", "float64")), (argument("x", "float64"),))
    f = path.Caller(twice, lambda arrays: [arrays[0] + arrays[1]])
    assert f(1, 2) == 3
    with pytest.raises(ArgumentError, match="'x' is the name of several inputs"):
        f(1, x=2)


def test_programs_get_aligned_memory(path: Any) -> None:
    assert UNALIGNED.ctypes.data % 8 != 0
    assert caller(path, "place")(UNALIGNED) == 0


# --- what comes out -------------------------------------------------------------------------------

@pytest.mark.parametrize("structure, kind", [("list", list), ("tuple", tuple), (("p", "q"), dict),
                                             ("none", type(None))])
def test_structures(path: Any, structure: Any, kind: type) -> None:
    result = caller(path, "pair", structure=structure)([1.0, 2.0])
    assert type(result) is kind
    if kind is dict:
        assert list(result) == ["p", "q"]
        result = list(result.values())
    if result is not None:
        assert [r.tolist() for r in result] == [[1, 2], [-1, -2]]


def test_scalars_come_back_as_fresh_arrays_of_rank_0(path: Any) -> None:
    f = caller(path, "add")
    first, second = f(1, 2), f(3, 4)
    assert type(first) is np.ndarray and first.shape == () and first.flags.writeable and first.flags.owndata
    first[...] = 7
    assert second == 7 and f(1, 2) == 3 and not np.shares_memory(first, second)


def test_results_never_alias(path: Any) -> None:
    f = caller(path, "pair", structure="list")
    x = np.arange(1000.0)
    kept = [array for _ in range(20) for array in f(x)]
    for i, array in enumerate(kept):
        assert not any(np.shares_memory(array, other) for other in [x, *kept[:i]])
        np.testing.assert_array_equal(array, x if i % 2 == 0 else -x)


def test_out(path: Any) -> None:
    x, target = np.arange(1000.0), np.zeros(1000)
    f = caller(path, "scale")
    assert f(3.0, x, out=target) is target and target[7] == 21
    assert f(2.0, x=x, out=(target,)) is target and target[7] == 14
    assert f(2.0, x, out=(None,))[7] == 14
    first, pair = np.zeros(1000), caller(path, "pair", structure=("p", "q"))
    results = pair(x, out=(None, first))
    assert results["q"] is first and first[7] == -7 and results["p"][7] == 7


@native
def test_out_is_written_directly_where_it_can_be() -> None:
    before = _runtime.pool_info()
    x, target = np.arange(100000.0), np.zeros(100000)
    caller(_runtime, "scale")(3.0, x, out=target)
    after = _runtime.pool_info()
    assert (after.hits, after.misses) == (before.hits, before.misses)


@pytest.mark.parametrize("view", [lambda a: a[::2], lambda a: a[::-2], lambda a: a[:50], lambda a: a[20:70]])
def test_out_that_overlaps_or_has_strides(path: Any, view: Any) -> None:
    x = np.arange(100.0)
    target = view(x)
    expected = 2 * x[10:60]
    result = caller(path, "scale")(2.0, x[10:60], out=target)
    assert result is target
    np.testing.assert_array_equal(target, expected)


READ_ONLY = np.zeros(3)
READ_ONLY.flags.writeable = False
SHARED = np.zeros(6)
BAD_OUT = [  # (program, out, exception, words)
    ("scale", np.zeros(4), ShapeError, ["output 1", "expected shape (3,), given (4,)"]),
    ("scale", np.zeros((3, 1)), ShapeError, ["given (3, 1)"]),
    ("scale", np.zeros(3, "float32"), DTypeError, ["expected dtype float64, given float32"]),
    ("scale", np.zeros(3, ">f8"), DTypeError, ["given >f8"]),
    ("scale", READ_ONLY, ArgumentValueError, ["read-only"]),
    ("scale", [1, 2, 3], ArgumentError, ["one array", "given 3"]),
    ("scale", 1.0, ArgumentError, ["one array", "given float"]),
    ("scale", (None, None), ArgumentError, ["one array", "given 2"]),
    ("pair", np.zeros(3), ArgumentError, ["a tuple of 2 arrays", "given 1"]),
    ("pair", (SHARED[:3], SHARED[2:5]), ArgumentValueError, ["overlap"]),
]


@pytest.mark.parametrize("program, out, error, words", BAD_OUT)
def test_bad_out(path: Any, program: str, out: Any, error: type, words: list[str]) -> None:
    args = (2.0, [1.0, 2.0, 3.0]) if program == "scale" else ([1.0, 2.0, 3.0],)
    with pytest.raises(error) as caught:
        caller(path, program, structure="one" if program == "scale" else "list")(*args, out=out)
    assert all(word in str(caught.value) for word in ["out=", *words])
    assert not READ_ONLY.any() and not SHARED.any()
