"""Lengths and ranges: bounds, equality and meeting places, beside brute force."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping

from symnum.ir import dims
from symnum.ir.build import constant, dim, input_leaf, o
from symnum.ir.node import Dim, Node
from symnum.simplify.places import Range, lies_inside, met, row_of_places, taken

N, M = dim("n"), dim("m")
LENGTHS = [{N: a, M: b} for a, b in itertools.product(range(5), range(5))]
_APPLIED: Mapping[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b, "maximum": max,
    "minimum": min, "floor_divide": lambda a, b: a // b}


def value(length: Dim, given: Mapping[Node, int]) -> int:
    length = dims.simple(length)
    if not isinstance(length, Node):
        return int(length)
    return given[length] if length in given else _APPLIED[length.op.name](*(value(x, given) for x in length.inputs))


def drawn(rng: random.Random, depth: int) -> Dim:
    if not depth:
        return rng.choice([N, M, rng.randint(-3, 3)])
    kind = rng.choice(["sum", "sum", "choice", "product", "quotient"])
    if kind == "product":
        return dims.multiply(rng.randint(-2, 3), drawn(rng, depth - 1))
    if kind == "quotient":
        return dims.floor_divide(drawn(rng, depth - 1), rng.randint(1, 3))
    functions = (dims.add, dims.subtract) if kind == "sum" else (dims.maximum, dims.minimum)
    return rng.choice(functions)(drawn(rng, depth - 1), drawn(rng, depth - 1))


def test_bounds_hold_and_are_found() -> None:
    rng, found = random.Random(1), 0
    for _ in range(1500):
        length = drawn(rng, 4)
        bound = dims.lower_bound(length)
        found += bound is not None and isinstance(length, Node)
        assert bound is None or all(value(length, given) >= bound for given in LENGTHS), dims.name_of(length)
    assert found > 300


def test_sums_and_equalities_of_choices_are_right() -> None:
    rng, found = random.Random(2), 0
    for _ in range(1500):
        a, b = drawn(rng, 2), drawn(rng, 2)
        total, least, most = dims.add(a, b), dims.minimum(a, b), dims.maximum(a, b)
        found += isinstance(most, Node) and dims.equal(most, dims.subtract(total, least))
        for given in LENGTHS:
            assert value(total, given) == value(a, given) + value(b, given)
            assert not dims.equal(most, total) or value(most, given) == value(total, given)
    assert found > 1000


def test_what_slices_of_unknown_lengths_need() -> None:
    rest = dims.maximum(dims.subtract(N, 3), 0)
    assert dims.add(dims.minimum(N, 3), rest) is N
    assert dims.equal(dims.minimum(N, M), dims.subtract(dims.add(N, M), dims.maximum(N, M)))
    assert dims.lower_bound(dims.subtract(N, rest)) == 0
    assert dims.lower_bound(dims.subtract(N, dims.multiply(2, dims.floor_divide(N, 2)))) == 0
    assert dims.lower_bound(dims.subtract(N, M)) is None and not dims.equal(dims.maximum(N, M), N)


def places(r: Range) -> list[int]:
    assert isinstance(r.start, int) and isinstance(r.length, int)
    return [r.start + k * r.step for k in range(r.length)]


def test_ranges_meet_where_their_places_do() -> None:
    rng = random.Random(3)
    for _ in range(5000):
        a, b = (Range(rng.randint(0, 12), rng.randint(0, 5), rng.choice([-4, -3, -2, -1, 1, 2, 3, 4])) for _ in "ab")
        found = met(a, b)
        assert found is not None
        wanted = [(k, places(b).index(n)) for k, n in enumerate(places(a)) if n in places(b)]
        assert list(zip(*map(places, found), strict=True)) == wanted


def test_ranges_of_unknown_lengths_meet_where_that_is_known() -> None:
    assert met(Range(2, N, 1), Range(2, N, 1)) == (Range(0, N, 1), Range(0, N, 1))
    assert met(Range(0, 2, 1), Range(2, N, 1)) == (Range(0, 0, 1), Range(0, 0, 1))
    assert met(Range(3, N, 1), Range(1, dims.add(N, 4), 1)) == (Range(0, N, 1), Range(2, N, 1))
    assert met(Range(0, dims.add(N, 4), 1), Range(1, N, 1)) == (Range(1, N, 1), Range(0, N, 1))
    assert met(Range(0, N, 1), Range(1, M, 1)) is None and met(Range(0, N, 2), Range(1, N, 1)) is None


def test_rows_of_places() -> None:
    n = o.arange(dims.as_node(N))
    assert row_of_places(o.subtract(4, o.multiply(o.arange(constant(3)), 2))) == Range(4, 3, -2)
    assert row_of_places(o.slice(o.add(n, 1), starts=(3,), lengths=(2,), steps=(2,))) == Range(4, 2, 2)
    assert row_of_places(o.negative(n)) == Range(0, N, -1) and row_of_places(constant([3, 1, -1])) == Range(3, 3, -2)
    assert row_of_places(constant([0, 1, 3])) is None and row_of_places(o.multiply(n, n)) is None
    assert row_of_places(o.multiply(n, 0)) is None
    assert lies_inside(Range(0, N, 1), N) and not lies_inside(Range(1, N, 1), N) and not lies_inside(Range(-1, 2, 1), 3)
    assert lies_inside(Range(dims.subtract(N, 1), N, -1), N)


def test_all_of_an_array_is_the_array() -> None:
    x = input_leaf("x", "float64", (N, 4))
    assert taken(x, (Range(0, N, 1), Range(0, 4, 1))) is x
    assert taken(x, (Range(0, N, 1), Range(2, 1, -1))).attr("steps") == (1, 1)
