"""Gather and scatter: the rows, how gathers fuse, what is refused, and their derivatives."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from cuda_programs import run_on_cpu
from cython_programs import run_in_cython
from hypothesis import given, settings
from hypothesis import strategies as st
from lowering import array, check, counts, leaf, softmax
from nest_interpreter import Array, run
from programs import Native, same
from test_autodiff_structure import check as check_derivatives
from test_autodiff_structure import weighted

import symnum as sn
from symnum import tensor as T
from symnum.autodiff import reverse
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.errors import DTypeError, IndexBoundsError, ShapeError
from symnum.ir import interpret
from symnum.ir.build import constant, input_leaf, o
from symnum.ir.node import Node
from symnum.ir.ranges import is_inside, is_valid
from symnum.refusals import conditions
from symnum.tensor import Tensor

INT = "int64"
COMBINES = ["set", "add", "multiply", "min", "max"]


def indices(*shape: int | None, name: str = "i") -> Node:
    return leaf(*shape, name=name, dtype=INT)


# meaning ----------------------------------------------------------------------------------------------------

@st.composite
def cases(draw: st.DrawFn) -> tuple[Array, tuple[int, ...], list[Array]]:
    """An operand, axes in any order, and indices of one shape for them."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    axes = draw(st.permutations(range(len(shape))))[:draw(st.integers(1, len(shape)))]
    common = draw(st.lists(st.integers(0, 3), max_size=2).map(tuple))
    seed = draw(st.integers(0, 99))
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 10, shape).astype(draw(st.sampled_from(["float64", "int8", "uint16", "bool"])))
    return x, tuple(axes), [rng.integers(-shape[a], shape[a], common) for a in axes]


def moved(x: Array, axes: tuple[int, ...]) -> Array:
    return np.moveaxis(x, axes, range(len(axes)))


@given(cases(), st.booleans())
@settings(deadline=None, max_examples=150)
def test_gather_is_indexing_of_the_axes_moved_to_the_front(case: Any, known: bool) -> None:
    x, axes, places = case
    leaves = [leaf(*x.shape if known else [None] * x.ndim, dtype=x.dtype), *(indices(*p.shape) for p in places)]
    node = o.gather(*leaves, axes=axes)
    check(leaves, [node], x, *places)
    np.testing.assert_array_equal(interpret.function(leaves, [node])([x, *places])[0],
                                  moved(x, axes)[tuple(places)])


@given(cases(), st.sampled_from(COMBINES))
@settings(deadline=None, max_examples=150)
def test_scatter_takes_values_one_after_the_other(case: Any, combine: str) -> None:
    x, axes, places = case
    rest = [n for k, n in enumerate(x.shape) if k not in axes]
    values = np.random.default_rng(0).integers(-9, 10, (*places[0].shape, *rest)).astype(x.dtype)
    step = {"set": lambda a, b: b, "add": np.add, "multiply": np.multiply, "min": np.minimum, "max": np.maximum}
    want = x.copy()
    for k in np.ndindex(places[0].shape):
        at = tuple(p[k] for p in places)
        moved(want, axes)[at] = step[combine](moved(want, axes)[at], values[k])
    leaves = [leaf(*x.shape, dtype=x.dtype), leaf(*values.shape, dtype=x.dtype), *(indices(*p.shape) for p in places)]
    node = o.scatter(*leaves, axes=axes, combine=combine)
    got = interpret.function(leaves, [node])([x, values, *places])[0]
    np.testing.assert_array_equal(got, want)
    assert got.dtype == x.dtype


@pytest.mark.parametrize(("build", "error", "words"), [
    (lambda x, i: o.gather(x, i, axes=(2,)), ShapeError, "1 indices for axes"),
    (lambda x, i: o.gather(x, i, axes=(0, 1)), ShapeError, "1 indices for axes"),
    (lambda x, i: o.gather(x, i, o.expand_dims(i, axis=(0,)), axes=(0, 1)), ShapeError, "one shape"),
    (lambda x, i: o.gather(x, o.cast(i, dtype=np.dtype("int32")), axes=(0,)), DTypeError, "index 0 has dtype int32"),
    (lambda x, i: o.scatter(x, x, i, axes=(0,), combine="set"), ShapeError, "values of shape"),
])
def test_what_does_not_fit_is_refused(build: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        build(leaf(3, 4), indices(5))


# fusion -----------------------------------------------------------------------------------------------------

def test_a_gather_fuses_with_what_makes_its_indices_and_what_uses_it() -> None:
    x, i, j = leaf(None, 4), indices(None), indices()
    places = np.array([2, 0, -1, 2, 2])
    one = [
        o.add(o.gather(o.negative(x), o.subtract(i, 1), axes=(0,)), 1.0),
        o.multiply(o.gather(x, i, o.floor_divide(i, 2), axes=(0, 1)), 2.0),
        o.gather(o.transpose(x, axes=(1, 0)), i, axes=(1,)),
        o.gather(x, o.broadcast_to(o.expand_dims(i, axis=(1,)), shape=(i.shape[0], 2)), axes=(0,)),
        o.sum(o.gather(x, i, axes=(0,)), axis=(1,)),
    ]
    for node in one:
        assert counts(check([x, i], [node], array(3, 4), places)) == (1, 0, 0), node
    row = o.gather(o.exp(x), j, axes=(0,))
    assert counts(check([x, j], [row], array(3, 4), np.array(-1), exact=False)) == (1, 0, 0)


def test_an_index_may_be_computed_by_folds_and_by_gathers() -> None:
    x, i = leaf(None, 4), indices(None)
    assert counts(check([x], [o.gather(x, o.argmax(x, axis=(0,)), axes=(0,))], array(3, 4))) == (1, 0, 0)
    twice = o.gather(i, o.gather(i, i, axes=(0,)), axes=(0,))
    assert counts(check([i], [twice], np.array([1, 2, 0, 3, -1]))) == (1, 0, 0)


def test_elements_that_may_be_taken_often_are_computed_once() -> None:
    x, i = leaf(None, 4), indices(None)
    rows = o.gather(softmax(x), i, axes=(0,))
    assert counts(check([x, i], [rows], array(3, 4), np.array([2, 0, -1, 2]), exact=False)) == (2, 0, 1)
    few = leaf(9, name="few")
    taken = o.gather(o.exp(few), indices(3), axes=(0,))
    assert counts(check([few, taken.inputs[1]], [taken], array(9), np.array([1, 1, 8]), exact=False)) == (1, 0, 0)


def test_one_element_of_each_row_of_softmax_needs_no_matrix() -> None:
    x = leaf(None, 4)
    label = leaf(x.shape[0], name="label", dtype=INT)
    node = o.gather(softmax(x), o.arange(x.shape[0]), label, axes=(0, 1))
    assert counts(check([x, label], [node], array(3, 4), np.array([1, 3, 0]), exact=False)) == (1, 0, 0)


def test_what_is_gathered_from_is_not_written_over() -> None:
    x, i = leaf(40, 40), indices(40)
    stored = o.dot(x, x)
    mixed = o.add(stored, o.gather(stored, i, axes=(0,)))
    again = o.dot(mixed, x)
    program = check([x, i], [again], array(40, 40), np.arange(40)[::-1] - 20)
    found = plan(program)
    assert len(found.sizes) == len(found.within) == 1, "the sum has memory of its own"
    found = plan(check([x, i], [o.dot(o.add(stored, i), x)], array(40, 40), np.arange(40)))
    assert len(found.sizes) == 1 and not found.within


def test_what_is_stored_and_not_read_shares_no_memory_with_what_is_stored_beside_it() -> None:
    x, i = leaf(4, 1), indices(4)
    wide = o.gather(x, o.clip(i, 0, 0), axes=(1,))
    rows, columns = o.remainder(i, 4), o.remainder(o.multiply(i, 2), 4)
    one = o.add(o.gather(wide, rows, columns, axes=(0, 1)), 1.0)
    turned = o.transpose(o.gather(wide, o.arange(constant(4)), axes=(1,)), axes=(1, 0))
    other = o.gather(turned, rows, columns, axes=(0, 1))
    check([x, i], [one, o.gather(one, o.clip(i, 0, 3), axes=(0,)), other], array(4, 1), np.array([7, 8, -7, -7]))


# compiled ---------------------------------------------------------------------------------------------------

def compiled_case() -> tuple[list[Node], list[Node], list[Array]]:
    """Gathers among vector functions, folds, several axes and narrow dtypes."""
    x, y, i, j = leaf(None, 40), leaf(None, name="y", dtype="float32"), indices(None), indices(None, 3, name="j")
    s = leaf(None, name="s", dtype="int16")
    one = o.gather(y, i, axes=(0,))
    outputs = [
        o.exp(one), o.sum(o.sin(one), axis=(0,)), o.gather(o.exp(y), o.remainder(j, 5), axes=(0,)),
        o.sum(o.multiply(o.gather(x, j, axes=(0,)), 2.0), axis=(2,)), o.gather(x, o.argmax(x, axis=(0,)), axes=(0,)),
        o.gather(s, i, axes=(0,)), o.max(o.gather(x, i, axes=(1,)), axis=(1,)),
        o.gather(x, o.remainder(o.add(o.arange(i.shape[0]), i), 7), o.multiply(i, 2), axes=(0, 1)),
    ]
    rng = np.random.default_rng(3)
    values = [rng.random((9, 40)), rng.random(33, "float32"), rng.integers(-9, 9, 50), rng.integers(-9, 9, (7, 3)),
              rng.integers(-99, 99, 9).astype("int16")]
    return [x, y, i, j, s], outputs, values


def close(got: list[Array], want: list[Array]) -> None:
    for a, b in zip(got, want, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-6 if a.dtype == np.float32 else 1e-13)


def test_compiled_gathers_are_those_of_the_interpreter() -> None:
    leaves, outputs, values = compiled_case()
    program = lower("gathers", leaves, outputs)
    want = interpret.function(leaves, outputs)(values)
    got = Native(program)(*values)
    close(got, want)
    assert same(got[5], want[5])
    close(run(program, leaves, values), want)


def test_gathers_in_cython_and_cuda() -> None:
    leaves, outputs, values = compiled_case()
    program = lower("gathers", leaves, outputs[2:])
    want = interpret.function(leaves, outputs[2:])(values)
    close(run_in_cython(program, values), want)
    close(run_on_cpu(program, values), want)


def test_nothing_outside_is_read() -> None:
    x, i = leaf(5), indices(4)
    program = lower("stray", [x, i], [o.exp(o.gather(o.add(x, 1.0), i, axes=(0,)))])
    run(program, [x, i], [array(5), np.array([-6, 5, 2 ** 62, 0])])  # checks every index that is read


# refusals ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", ["c", "numpy", "cython"])
def test_an_index_outside_is_refused_by_every_mode(mode: str) -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    n, m = x.node, i.node
    f = sn.function([x, i], [Tensor(o.gather(n, m, axes=(1,))), Tensor(o.add(o.gather(n, m, axes=(0,)), 1.0))],
                    mode=mode)
    value = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(f(value, [-1, 0])[0], value[:, [-1, 0]].T)
    for stray, axis, length in ((4, 1, 4), (-4, 0, 3), (2 ** 62, 1, 4)):
        words = f"index {stray} is out of bounds for axis {axis} with length {length}"
        with pytest.raises(IndexBoundsError, match=words):
            f(value, [0, stray, 1])
    assert f(value, np.zeros(0, int))[1].shape == (0, 4)
    with pytest.raises(IndexBoundsError, match="axis 0 with length 0"):
        f(value[:0], [0])


@pytest.mark.parametrize("mode", ["c", "numpy", "cython"])
def test_scatter_refuses_an_index_outside(mode: str) -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    f = sn.function([x, i], [x.at[i].add(1.0), x.at[:, i].set(0.0), x.at[i, i].max(3.0)], mode=mode)
    value = np.arange(12.0).reshape(3, 4)
    got = f(value, [0, 0, -1])
    np.testing.assert_array_equal(got[0], value + np.array([[2.0], [0.0], [1.0]]))
    np.testing.assert_array_equal(got[1], value * np.array([0.0, 1.0, 1.0, 0.0]))
    for stray in (3, -4):
        with pytest.raises(IndexBoundsError, match=f"index {stray} is out of bounds for axis 0 with length 3"):
            f(value, [stray])


def test_shared_values_stay_when_an_index_is_refused() -> None:
    state, i = sn.shared(np.zeros(3)), T.lvector("i")
    f = sn.function([i], [], updates={state: state + state[i].sum() + 1})
    with pytest.raises(IndexBoundsError):
        f([3])
    assert not state.get_value().any()
    f([0])
    assert state.get_value().all()


def test_indices_that_are_known_to_be_inside_need_no_check() -> None:
    x, i = leaf(5, None), indices(None)
    n = x.shape[0]
    free = [constant([0, -5, 4]), o.arange(constant(5)), o.remainder(i, 5), o.clip(i, -5, 4), o.argmax(x, axis=(0,)),
            o.floor_divide(o.arange(constant(10)), 2), o.where(o.less(i, 3), 1, 2)]
    for index in free:
        assert is_valid(index, n)
        assert not conditions([o.gather(x, index, axes=(0,))])
    for index in (i, constant([0, 5]), o.add(o.remainder(i, 5), 1), o.remainder(i, o.dims.as_node(x.shape[1]))):
        assert not is_valid(index, n)
        assert len(conditions([o.gather(x, index, axes=(0,)), o.gather(x, index, index, axes=(0, 1))])) == 2
    assert is_inside(o.arange(x.shape[1]), x.shape[1])
    assert not is_inside(constant([-1]), 3)


def test_where_nothing_is_taken_nothing_is_refused() -> None:
    x, i, j = T.dmatrix("x"), T.lcol("i"), T.lrow("j")
    for mode in ("c", "numpy"):
        f = sn.function([x, i, j], x[i, j], mode=mode)
        assert f(np.ones((2, 2)), [[7]], np.zeros((1, 0), int)).shape == (1, 0)
        with pytest.raises(IndexBoundsError, match="index 7 is out of bounds for axis 0 with length 2"):
            f(np.ones((2, 2)), [[7]], [[0]])


def test_one_check_serves_all_gathers_of_the_same_indices() -> None:
    x, y, i = leaf(None), leaf(None, name="y"), indices(None)
    wide = o.broadcast_to(o.expand_dims(i, axis=(1,)), shape=(i.shape[0], 2))
    outputs = [o.gather(z, k, axes=(0,)) for z in (x, o.exp(x)) for k in (i, wide)]
    assert 1 <= len(conditions(outputs)) <= 2
    assert len(conditions([*outputs, o.gather(y, i, axes=(0,))])) == len(conditions(outputs)) + 1


# derivatives ------------------------------------------------------------------------------------------------

PLACES = constant([[2, 0], [-1, 2]])


def test_derivatives_of_gather() -> None:
    x = input_leaf("x", "float64", (3, 2))
    value = [np.arange(6.0).reshape(3, 2) / 3]
    check_derivatives([x], weighted(o.gather(x, PLACES, axes=(0,))), value)
    check_derivatives([x], weighted(o.gather(o.square(x), constant([1, 1]), constant([-1, 2]), axes=(1, 0))), value)


@pytest.mark.parametrize("combine", COMBINES)
def test_derivatives_of_scatter(combine: str) -> None:
    x, v = input_leaf("x", "float64", (3, 2)), input_leaf("v", "float64", (2, 2, 2))
    a = np.array([[0.3, -1.2], [2.1, 0.7], [0.1, -0.4]])
    b = np.cos(np.arange(8.0)).reshape(2, 2, 2) + 0.01
    check_derivatives([x, v], weighted(o.scatter(x, v, PLACES, axes=(0,), combine=combine)), [a, b])
    rows = constant([0, 1, 0])
    w = input_leaf("w", "float64", (3,))
    check_derivatives([x, w], weighted(o.scatter(x, w, rows, constant([2, 0, -1]), axes=(1, 0), combine=combine)),
                      [a, b.reshape(-1)[:3]])


def test_derivatives_of_products_with_zeros() -> None:
    x, v = input_leaf("x", "float64", (2,)), input_leaf("v", "float64", (4,))
    cost = weighted(o.scatter(x, v, constant([0, 0, 0, 1]), axes=(0,), combine="multiply"))
    for zeros in ([], [0], [0, 2], [0, 1, 2, 3]):
        b = np.array([0.5, -1.5, 2.0, 0.8])
        b[zeros] = 0.0
        check_derivatives([x, v], cost, [np.array([1.5, -0.5]), b])


def test_only_the_last_writer_has_a_cotangent() -> None:
    x, v = input_leaf("x", "float64", (4,)), input_leaf("v", "float64", (3,))
    found = reverse(o.sum(o.scatter(x, v, constant([1, 3, -3]), axes=(0,), combine="set"), axis=(0,)), [x, v])
    by_x, by_v = interpret.function([x, v], [g for g in found if g is not None])([np.ones(4), np.ones(3)])
    assert by_x.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert by_v.tolist() == [0.0, 1.0, 1.0]


def test_equal_extremes_share_the_cotangent() -> None:
    x, v = input_leaf("x", "float64", (2,)), input_leaf("v", "float64", (3,))
    found = reverse(o.sum(o.scatter(x, v, constant([0, 0, 1]), axes=(0,), combine="max"), axis=(0,)), [x, v])
    by_x, by_v = interpret.function([x, v], [g for g in found if g is not None])(
        [np.array([1.0, 5.0]), np.array([1.0, 1.0, 2.0])])
    np.testing.assert_allclose(by_x, [1 / 3, 1.0])
    np.testing.assert_allclose(by_v, [1 / 3, 1 / 3, 0.0])


def test_gradients_run_compiled() -> None:
    x, i = T.dmatrix("x"), T.lvector("i")
    cost = (sn.tensor.exp(x[i]) * x[i, 0][:, None]).sum()
    grad = sn.grad(cost, x)
    value, places = np.random.default_rng(0).random((5, 3)), np.array([4, 0, 4, -1])
    native, plain = (sn.function([x, i], grad, mode=mode)(value, places) for mode in ("c", "numpy"))
    np.testing.assert_allclose(native, plain, rtol=1e-12)
    assert not plain[1:4].any()


# random graphs ----------------------------------------------------------------------------------------------

def index_for(draw: random.Random, node: Node, axis: int, integers: list[Node]) -> Node:
    """Computed places that are inside an axis, from the front or from the end."""
    chosen, length = draw.choice(integers), o.dims.as_node(node.shape[axis])
    forms = [
        lambda: o.remainder(chosen, length), lambda: o.arange(length), lambda: o.clip(chosen, 0, o.subtract(length, 1)),
        lambda: o.subtract(o.remainder(o.multiply(chosen, 2), length), length)]
    return draw.choice(forms)()


def grown(draw: random.Random, nodes: list[Node], integers: list[Node]) -> Node:
    """One more node, or a new array of integers, made of those there are."""
    x = draw.choice(nodes[-4:])
    axis = draw.randrange(x.ndim) if x.ndim else 0
    kinds = ["gather", "gather", "pairs", "fold", "centre", "turn", "add", "exp", "argmax"]
    kind = draw.choice(kinds if x.ndim else ["add"])
    if kind == "gather":
        return o.gather(x, index_for(draw, x, axis, integers), axes=(axis,))
    if kind == "pairs" and x.ndim == 2:
        i, j = (o.remainder(integers[0], o.dims.as_node(n)) for n in x.shape)
        return o.gather(x, i, j, axes=draw.choice([(0, 1), (1, 0)]) if x.shape[0] is x.shape[1] else (0, 1))
    if kind == "fold":
        return getattr(o, draw.choice(["sum", "max"]))(x, axis=(axis,))
    if kind == "centre":
        return o.subtract(x, o.broadcast_to(o.expand_dims(o.sum(x, axis=(axis,)), axis=(axis,)), shape=x.shape))
    if kind == "turn" and x.ndim == 2:
        return o.transpose(x, axes=(1, 0))
    if kind == "argmax":
        integers.append(o.argmax(x, axis=(axis,)))
    return o.exp(o.minimum(o.multiply(x, 0.01), 1.0)) if kind == "exp" else o.add(x, 1.0)


def random_case(seed: int) -> tuple[list[Node], list[Node], list[Array]]:
    draw, rng = random.Random(seed), np.random.default_rng(seed)
    n, m = rng.integers(1, 6, 2)
    x = leaf(*((int(n), int(m)) if seed % 2 else (None, None)))
    i, j = indices(x.shape[0]), indices(3, name="j")
    nodes, integers = [x, leaf(x.shape[1], name="y")], [i, j]
    inputs = [*nodes, *integers]
    while len(nodes) < 9:
        made = grown(draw, nodes, integers)
        if made.ndim < 4:
            nodes.append(made)
    values = [array(n, m), array(m), rng.integers(-9, 9, n), rng.integers(-9, 9, 3)]
    return inputs, list(dict.fromkeys(nodes[-2:])), values


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_with_computed_indices(seed: int) -> None:
    inputs, outputs, values = random_case(seed)
    program, want = lower("f", inputs, outputs), interpret.function(inputs, outputs)(values)
    shared = plan(program)
    found = [run(program, inputs, values), run(program, inputs, values, shared, True)]
    if seed % 15 == 0:
        found.append(Native(program)(*values))
    for got in found:
        for a, b in zip(got, want, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
