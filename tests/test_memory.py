"""Workspace buffers share memory when they are not alive together, and only then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from nest_interpreter import run

from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.ir import interpret
from symnum.ir.build import input_leaf, o
from symnum.ir.node import Node


def reverse(x: Node) -> Node:
    return o.slice(x, starts=(29, 0), lengths=(30, 30), steps=(-1, 1))


def repeated(x: Node, reduced: Node, axis: int) -> Node:
    return o.broadcast_to(o.expand_dims(reduced, axis=(axis,)), shape=x.shape)


def power(x: Node, k: int) -> Node:
    y = x
    for _ in range(k - 1):
        y = o.dot(y, x)
    return y


def corner(x: Node, rows: int, columns: int) -> Node:
    return o.slice(x, starts=(0, 0), lengths=(rows, columns), steps=(1, 1))


def above(x: Node, corner: Node) -> Node:
    return o.greater(x, o.broadcast_to(o.sum(corner, axis=(0, 1)), shape=x.shape))


# (name, expression of a matrix, workspace buffers, slots, buffers within the output)
CASES: list[tuple[str, Callable[[Node], Node], int, int, int]] = [
    ("no workspace", lambda x: o.dot(x, x), 0, 0, 0),
    ("a product never in place", lambda x: power(x, 3), 1, 1, 0),
    ("every second one", lambda x: power(x, 6), 4, 1, 2),
    ("elementwise in place", lambda x: o.dot(o.exp(o.dot(x, x)), x), 2, 1, 0),
    ("not in place of what is needed", lambda x: o.dot(o.exp(y := o.dot(x, x)), o.add(y, x)), 3, 2, 0),
    ("not from another place", lambda x: o.dot(o.exp(reverse(o.dot(x, x))), x), 2, 1, 1),
    ("not from under a fold", lambda x: o.dot(o.subtract(y := o.dot(x, x), repeated(y, o.max(y, axis=(1,)), 1)), x),
     2, 1, 1),
    ("an odd number", lambda x: power(x, 7), 5, 1, 2),
    ("the output is written in place", lambda x: o.exp(o.dot(x, x)), 1, 0, 1),
    ("the output is too small", lambda x: corner(power(x, 4), 29, 30), 3, 2, 0),
    ("the output is badly aligned", lambda x: above(x, power(corner(x, 2, 2), 3)), 3, 2, 0),
    ("not in another dtype", lambda x: o.dot(o.cast(o.dot(x, x), dtype=np.dtype("float32")), o.cast(
        x, dtype=np.dtype("float32"))), 3, 3, 0),
    ("a view keeps its base alive", lambda x: o.dot(o.reshape(o.exp(o.reshape(o.dot(x, x), shape=(900,))), shape=(
        30, 30)), x), 2, 1, 1),
]


@pytest.mark.parametrize("name, make, buffers, slots, within", CASES, ids=[case[0] for case in CASES])
def test_slots(name: str, make: Callable[[Node], Node], buffers: int, slots: int, within: int) -> None:
    x = input_leaf("x", "float64", (30, 30))
    program = lower("f", [x], [make(x)])
    found = plan(program)
    assert (len(found.slot_of) + len(found.within), len(found.sizes), len(found.within)) == (buffers, slots, within)
    value = np.random.default_rng(3).integers(-2, 3, (30, 30)) / 64
    (expected,) = interpret.function([x], [make(x)])([value])
    for backwards in (False, True):
        np.testing.assert_allclose(run(program, [x], [value], found, backwards)[0], expected, rtol=1e-5, atol=1e-8)


def test_sizes_are_formulas() -> None:
    x = input_leaf("x", "float32", (None, None))
    rows, columns = (o.dot(*p) for p in ((x, o.transpose(x, axes=(1, 0))), (o.transpose(x, axes=(1, 0)), x)))
    y = o.dot(o.dot(o.dot(rows, rows), x), o.dot(columns, columns))
    program = lower("f", [x], [y])
    found = plan(program)
    m, n = x.shape
    assert len(found.sizes) < len(found.slot_of) and all(isinstance(size, Node) for size in found.sizes)
    values = {m: np.int64(5), n: np.int64(7)}
    sizes = interpret.evaluate([s for s in found.sizes if isinstance(s, Node)], values)
    assert all(int(size) in [4 * 25, 4 * 49, 4 * 35] for size in sizes)
    value = np.eye(5, 7, dtype="float32")
    np.testing.assert_array_equal(run(program, [x], [value], found)[0], value)
