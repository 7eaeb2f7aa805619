"""Loop IR and index arithmetic: what is valid on a target, what a body takes from outside, strides, normal forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from nests import A0, A1, A2, F8, K, M, N, at, minus, nest

from symnum.codegen import prepared
from symnum.codegen.loop_walks import free, pruned, verify
from symnum.codegen.loops import (
    Assign,
    Barrier,
    Bind,
    Collective,
    Declare,
    Function,
    Load,
    Loop,
    Memory,
    Parallel,
    Statement,
    Store,
    blocks,
    element,
    number,
    quotient,
)
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.codegen.normal import normal
from symnum.codegen.phases import level
from symnum.codegen.probe import NO_VECTOR_MATH
from symnum.codegen.program_text import c_program
from symnum.codegen.strides import Algebra
from symnum.errors import GraphError
from symnum.ir import dims
from symnum.ir.build import input_leaf, o
from symnum.ir.nest import FOLD, Kernel, axis, fold
from symnum.ir.nest import Store as NestStore
from symnum.ir.walk import topological

X = Memory(0, "b0", F8, "global", readonly=True)
Y = Memory(1, "b1", F8, "global")
LOCAL = Memory(2, "sum0", F8, "local", 4)
LOADED = at(0, A0)
DOUBLED = o.multiply(LOADED, 2.0)


def function(*body: Statement, scalars: tuple[object, ...] = (N,)) -> Function:
    return Function("f", "kernel", (X, Y), scalars, (), body)  # type: ignore[arg-type]


def loop(*body: Statement, kind: str = "serial") -> Loop:
    return Loop(A0, number(0), N, body, kind)


GOOD = (Load(LOADED, X, A0), Assign(DOUBLED), Store(Y, A0, DOUBLED))
TASK = Function("t", "task", (), (), (axis(5), axis(6)), ())


def test_statements_are_checked_if_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(prepared, "verify", lambda functions, target: looked_at.extend(f.name for f in functions))
    x = input_leaf("x", "float64", (None,))
    program = lower("f", [x], [o.sum(x, axis=(0,))])
    c_program(program, plan(program), NO_VECTOR_MATH, check=False)
    assert not looked_at
    c_program(program, plan(program), NO_VECTOR_MATH)
    assert looked_at[-1] == "f_k0"


def test_a_valid_function_passes() -> None:
    made = [function(loop(*GOOD))]
    assert verify(made, "cpu") is made and verify(made, "gpu") is made


@pytest.mark.parametrize("body, target, message", [
    ((loop(*GOOD, kind="grid"),), "cpu", "grid loops do not exist on a cpu"),
    ((loop(*GOOD, kind="lanes"),), "gpu", "lanes loops do not exist on a gpu"),
    ((Barrier(),), "cpu", "Barrier does not exist on a cpu"),
    ((Collective(LOCAL, "add"),), "cpu", "Collective does not exist on a cpu"),
    ((Parallel(TASK, N, N, N, N),), "gpu", "Parallel does not exist on a gpu"),
    ((Declare(Memory(3, "s", F8, "shared", 8)),), "cpu", "memory of scope shared does not exist on a cpu"),
    ((loop(GOOD[0], GOOD[2]),), "cpu", "Store reads <Node multiply"),
    ((loop(*GOOD), GOOD[2]), "cpu", "before it is made"),
    ((Load(LOADED, X, A0),), "cpu", "before it is made"),
    ((Bind(A0, M),), "cpu", "before it is made"),
    ((loop(Load(LOADED, X, A0), Store(X, A0, LOADED)),), "cpu", "a store to b0, which is only read"),
    ((Bind(N, number(1)),), "cpu", "is not an axis")])
def test_invalid_functions_are_refused(body: tuple[Statement, ...], target: str, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        verify([function(*body)], target)


def test_free_names_what_comes_from_outside() -> None:
    outside = o.exp(at(0, number(7)))
    body = [Declare(LOCAL), loop(Load(LOADED, X, number(dims.add(A0, M))), Store(LOCAL, A0, LOADED),
                                 Store(Y, A0, element(LOCAL, A1)), Store(Y, A0, outside))]
    memories, nodes = free(body)
    assert memories == (X, Y) and set(nodes) == {N, M, A1, outside}


def test_axes_that_nothing_uses_are_dropped() -> None:
    body = [Bind(A1, N), Bind(A2, A1), loop(*GOOD)]
    assert pruned(body) == (body[2],)
    assert pruned([Bind(A1, N), Store(Y, A1, LOADED)]) == (Bind(A1, N), Store(Y, A1, LOADED))


def test_quotients_fold() -> None:
    assert quotient(7, 2) is number(3) and quotient(N, 1) is N and blocks(0, 64) is number(0)
    assert quotient(N, 2) is quotient(N, 2) is not quotient(N, 3)


# index arithmetic -------------------------------------------------------------------------------------------------

def test_equal_polynomials_are_one_node() -> None:
    algebra = Algebra()
    a = o.multiply(o.add(A0, M), N)
    b = o.add(o.multiply(N, A0), o.multiply(N, M))
    assert algebra.normal(a) is algebra.normal(b)
    assert algebra.normal(o.subtract(a, b)) is number(0)


@pytest.mark.parametrize("index, along, expected", [
    (A1, A1, 1), (A0, A1, 0), (dims.add(dims.multiply(A0, N), A1), A0, N), (minus(N, A1), A1, -1),
    (dims.multiply(A1, A0), A1, A0), (dims.multiply(A1, A1), A1, None), (dims.floor_divide(A1, 2), A1, None),
    (dims.floor_divide(A0, 2), A1, 0)])
def test_strides(index: object, along: object, expected: object) -> None:
    algebra = Algebra()
    found = algebra.stride(algebra.of(index), along)  # type: ignore[arg-type]
    assert found == (None if expected is None else algebra.of(expected))


def test_offsets_of_contiguous_elements() -> None:
    algebra, span = Algebra(), [(A0, M), (A1, N)]
    flat = dims.add(dims.multiply(A0, N), A1)
    assert algebra.offset(flat, span) is number(0)
    assert algebra.offset(dims.add(flat, K), span) is K
    assert algebra.offset(dims.add(dims.multiply(A1, M), A0), span) is None
    assert algebra.offset(A1, span) is None


# normal form ------------------------------------------------------------------------------------------------------

SHAPES = {0: (M, N), 1: (M, N), 2: (N,), 3: (M,), 4: (M, N, K)}
MEMORIES = {k: Memory(k, f"b{k}", F8, "global") for k in SHAPES}


@pytest.mark.parametrize("outer, store, value, expected", [
    ("mn", (A0, A1), at(0, A0, A1), 1), ("mn", (A0, A1), o.add(at(0, A0, A1), at(2, A1)), 2),
    ("mn", (A0, A1), o.add(at(0, A0, A1), at(2, number(3))), 1),
    ("mn", (A0, A1), o.add(at(0, A0, A1), o.cast(A1, dtype=F8)), 2),
    ("nm", (A1, A0), at(0, A1, A0), 2)])
def test_axes_collapse_where_all_memory_allows(outer: str, store: tuple[object, ...], value: object,
                                               expected: int) -> None:
    given = nest(outer, "", NestStore(1, store, value)).nest  # type: ignore[arg-type]
    found = normal(given, MEMORIES, SHAPES, Algebra())
    assert len(found.outer) == expected
    if expected == 1:
        assert dims.equal(found.extents[found.outer[0]], dims.multiply(M, N))


def test_folds_over_equal_lengths_share_an_axis() -> None:
    high = fold("maximum", (2,), at(0, A0, A2))
    value = o.subtract(at(0, A0, A1), high)
    found = normal(nest("mn", "n", NestStore(1, (A0, A1), value)).nest, MEMORIES, SHAPES, Algebra())
    folded, = (x for x in topological([found.stores[0].value]) if x.op is FOLD)
    assert folded.attr("axes") == (1,)


def _softmax() -> Kernel:
    high = fold("maximum", (2,), at(0, A0, A2))
    total = fold("add", (3,), o.exp(o.subtract(at(0, A0, axis(3)), high)))
    value = o.true_divide(o.exp(o.subtract(at(0, A0, A1), high)), total)
    return nest("mn", "nn", NestStore(1, (A0, A1), value))


@pytest.mark.parametrize("reusable", [True, False])
def test_heavy_values_are_kept_in_the_place_of_the_result(reusable: bool) -> None:
    algebra = Algebra()
    memories = MEMORIES if reusable else MEMORIES | {1: replace(MEMORIES[1], aliased=True)}
    found = normal(_softmax().nest, memories, SHAPES, algebra)
    made = level(found, algebra, 1, found.stores, lambda x: x.op.name == "exp")
    counts = [(len(p.folds), len(p.puts), len(p.kept)) for p in made.phases]
    assert counts == [(1, 0, 0), (1, 0, int(reusable)), (0, 1, 0)]
    if reusable:
        kept = made.phases[1].kept[0]
        assert kept.value.op.name == "exp" and kept.memory is MEMORIES[1]
        assert kept.index is found.stores[0].index


def test_cheap_values_are_not_kept() -> None:
    algebra = Algebra()
    found = normal(_softmax().nest, MEMORIES, SHAPES, algebra)
    made = level(found, algebra, 1, found.stores, lambda x: False)
    assert not any(phase.kept for phase in made.phases)


def test_numbers_of_loops_are_exact() -> None:
    assert int(np.asarray(blocks(2**62, 4096).attr("literal").array)) == 2**50
