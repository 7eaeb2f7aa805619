"""Sweeps, masks, derivative nodes and their expansion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from symnum.autodiff import connected, expand, forward, grad_nodes, reverse
from symnum.autodiff.checks import check_cost, check_known, check_wrt
from symnum.errors import DTypeError, GraphError, ShapeError
from symnum.ir.build import constant, convert, input_leaf, o, shared_leaf
from symnum.ir.interpret import evaluate, function
from symnum.ir.node import Node
from symnum.ir.state import SharedState
from symnum.ir.verify import verify
from symnum.ir.walk import topological, transform
from symnum.ops.table import TABLE


def scalar(name: str = "x") -> Node:
    return input_leaf(name, "float64", ())


def value(node: Node | None, **inputs: Any) -> Any:
    """The value of a node whose leaves are named."""
    assert node is not None
    leaves = [x for x in topological(verify([node])) if x.op.name == "input"]
    return function(leaves, [node])([np.asarray(inputs[x.attr("name")], x.dtype) for x in leaves])[0]


def grad(cost: Node | None, *wrt: Node, stabilize: Any = list, **options: Any) -> list[Node]:
    """Derivatives by way of derivative nodes."""
    return expand([g for g in grad_nodes(cost, wrt, **options) if g is not None], stabilize)


# masks ------------------------------------------------------------------------------------------------------

def _log_where_positive(x: Node) -> Node:
    return o.where(o.greater(x, 0.0), o.log(x), 0.0)  # type: ignore[no-any-return]


def _sinc(x: Node) -> Node:
    return o.where(o.not_equal(x, 0.0), o.true_divide(o.sin(x), x), 1.0)  # type: ignore[no-any-return]


def _deep(x: Node) -> Node:
    return o.where(o.greater(x, 0.0), o.exp(o.sqrt(o.log(x))), o.square(x))  # type: ignore[no-any-return]


def _nested(x: Node) -> Node:
    inner = o.where(o.greater(x, 1.0), o.log(o.subtract(x, 1.0)), o.sqrt(o.subtract(1.0, x)))
    return o.where(o.not_equal(x, 1.0), o.multiply(inner, inner), 5.0)  # type: ignore[no-any-return]


def _shared_below(x: Node) -> Node:
    """Two masks meet above one logarithm."""
    y = o.log(x)
    square = o.where(o.greater(x, 0.0), o.multiply(y, y), 1.0)
    return o.add(square, o.where(o.greater(x, 1.0), y, 0.0))  # type: ignore[no-any-return]


def _relu_of_log(x: Node) -> Node:
    return o.maximum(o.log(x), 0.0)  # type: ignore[no-any-return]


def _root_of_relu(x: Node) -> Node:
    return o.sqrt(o.maximum(x, 0.0))  # type: ignore[no-any-return]


def _scalar_condition(x: Node) -> Node:
    """The cotangent of a broadcast is a sum of zeros."""
    rows = o.where(o.less(constant(np.arange(3.0)), 0.0), o.broadcast_to(o.log(x), shape=(3,)), 2.0)
    return o.sum(rows, axis=(0,))  # type: ignore[no-any-return]


def _reduced(x: Node) -> Node:
    """A dead sum, of a dot, of a reshaped and sliced logarithm."""
    logs = o.log(o.multiply(x, np.array([1.0, 2.0, 3.0, 4.0])))
    square = o.reshape(o.slice(logs, starts=(3,), lengths=(4,), steps=(-1,)), shape=(2, 2))
    total = o.sum(o.dot(o.transpose(square, axes=(1, 0)), np.ones((2, 2))), axis=(0, 1))
    return o.where(o.greater(x, 0.0), total, 0.0)  # type: ignore[no-any-return]


def _largest(x: Node) -> Node:
    """log(0) is not the largest, so that it does not matter that its derivative is infinite."""
    return o.max(o.log(o.multiply(x, np.array([0.0, 1.0]))), axis=(0,))  # type: ignore[no-any-return]


def _moved(x: Node) -> Node:
    pair = o.concatenate(o.expand_dims(o.log(x), axis=(0,)), o.expand_dims(x, axis=(0,)), axis=0)
    wide = o.embed(pair, shape=(4,), starts=(1,), steps=(2,))
    same = o.squeeze(o.expand_dims(wide, axis=(1,)), axis=(1,))
    return o.sum(o.where(o.less(x, 9.0), 1.0, same), axis=(0,))  # type: ignore[no-any-return]


MASKED = [
    (_log_where_positive, {-1.0: 0.0, 0.0: 0.0, 2.0: 0.5}),
    (_sinc, {0.0: 0.0, np.pi: -1 / np.pi}),
    (_deep, {-3.0: -6.0, 0.0: 0.0, np.e: np.e / (2 * np.e)}),
    (_nested, {0.0: -1.0, 1.0: 0.0, 2.0: 0.0, 1.0 + np.e: 2 / np.e}),
    (_shared_below, {-1.0: 0.0, 0.0: 0.0, np.e: 3 / np.e}),
    (_relu_of_log, {0.0: 0.0, 0.5: 0.0, 2.0: 0.5}),
    (_root_of_relu, {-1.0: 0.0, 4.0: 0.25}),
    (_scalar_condition, {0.0: 0.0, -1.0: 0.0}),
    (_reduced, {-1.0: 0.0, 0.0: 0.0, 2.0: 4.0}),
    (_largest, {2.0: 0.5}),
    (_moved, {0.0: 0.0, -1.0: 0.0}),
]


@pytest.mark.parametrize(("f", "slopes"), MASKED, ids=lambda x: getattr(x, "__name__", ""))
def test_dead_branches_stay_dead(f: Any, slopes: dict[float, float]) -> None:
    x = scalar()
    for point, want in slopes.items():
        got, = reverse(f(x), [x])
        np.testing.assert_allclose(value(got, x=point), want, rtol=1e-14, err_msg=f"at {point}")


@pytest.mark.parametrize("f", [_log_where_positive, _sinc, _deep, _nested, _relu_of_log, _root_of_relu])
def test_dead_branches_stay_dead_in_forward_mode_and_twice(f: Any) -> None:
    x, t = scalar(), scalar("t")
    pushed, = forward([f(x)], [x], [t])
    first, = reverse(f(x), [x])
    assert first is not None
    second, = reverse(first, [x])
    for point in next(slopes for g, slopes in MASKED if g is f):
        np.testing.assert_allclose(value(pushed, x=point, t=2.0), 2 * value(first, x=point), rtol=1e-14)
        assert np.isfinite(value(second, x=point))


def test_masks_pass_through_products_of_matrices() -> None:
    """Rows that are not chosen, and columns that are not, get no NaN from the logarithms in them."""
    x, logs = input_leaf("x", "float64", (2, 3)), [[1.0, 2.0, 4.0], [0.0, 1.0, -1.0]]
    rows = o.where(np.array([[True], [False]]), o.dot(o.log(x), np.ones((3, 2))), 0.0)
    by_x, = reverse(o.sum(rows, axis=(0, 1)), [x])
    np.testing.assert_array_equal(value(by_x, x=logs), [[2, 1, 0.5], [0, 0, 0]])
    columns = o.where(np.array([True, False, True]), o.dot(np.ones((4, 2)), o.log(x)), 0.0)
    by_x, = reverse(o.sum(columns, axis=(0, 1)), [x])
    np.testing.assert_array_equal(value(by_x, x=[[1.0, 0.0, 4.0], [2.0, -1.0, 1.0]]), [[4, 0, 1], [2, 0, 4]])
    vector = o.where(np.array([True, False]), o.dot(o.log(x), np.ones(3)), 0.0)
    by_x, = reverse(o.sum(vector, axis=(0,)), [x])
    np.testing.assert_array_equal(value(by_x, x=logs), [[1, 0.5, 0.25], [0, 0, 0]])


def test_masks_pass_forward_through_moves() -> None:
    x, t = scalar(), scalar("t")
    chosen = o.where(o.greater(x, 0.0), x, 0.0)
    moved = o.sqrt(o.reshape(o.transpose(o.broadcast_to(chosen, shape=(2, 1)), axes=(1, 0)), shape=(2,)))
    pushed, = forward([moved], [x], [t])
    np.testing.assert_array_equal(value(pushed, x=-1.0, t=3.0), [0, 0])
    np.testing.assert_array_equal(value(pushed, x=4.0, t=3.0), [0.75, 0.75])


def test_a_mask_of_one_number_costs_no_reduction() -> None:
    x, y = scalar(), input_leaf("y", "float64", (5,))
    by_x, = reverse(o.sum(o.where(o.greater(x, 0.0), o.multiply(o.log(x), y), 0.0), axis=(0,)), [x])
    assert by_x is not None
    assert [node.op.name for node in topological([by_x]) if node.op.kind == "reduction"] == ["sum"]
    assert value(by_x, x=0.0, y=np.ones(5)) == 0.0


def test_masks_of_arrays() -> None:
    x = input_leaf("x", "float64", (None,))
    got, = reverse(o.sum(_log_where_positive(x), axis=(0,)), [x])
    np.testing.assert_array_equal(value(got, x=[-1.0, 0.0, 4.0, np.nan]), [0, 0, 0.25, 0])


def test_branches_join_in_one_where() -> None:
    """The masks of both branches are opposite: the sum of two masked cotangents is a choice."""
    x = scalar()
    got, = reverse(_deep(x), [x])
    names = [node.op.name for node in topological([got])] if got else []
    assert (names.count("where"), names.count("logical_not"), names.count("add")) == (1, 0, 0)


def test_where_is_applied_once_for_a_chain() -> None:
    x = scalar()
    y = x
    for _ in range(50):
        y = o.sin(y)
    got, = reverse(o.where(o.greater(x, 0.0), y, 1.0), [x])
    assert got is not None
    assert [node.op.name for node in topological([got])].count("where") == 1


def test_operands_that_do_not_move_have_zero_tangents() -> None:
    x, t = input_leaf("x", "float64", (2,)), input_leaf("t", "float64", (2,))
    pushed, = forward([o.concatenate(x, o.exp(np.ones(2)), x, axis=0)], [x], [t])
    np.testing.assert_array_equal(value(pushed, x=[5.0, 6.0], t=[1.0, 2.0]), [1, 2, 0, 0, 1, 2])


def test_infinite_cotangents_are_not_hidden_without_a_where() -> None:
    x = scalar()
    got, = reverse(o.multiply(0.0, o.log(x)), [x])
    assert np.isnan(value(got, x=0.0))


# sweeps -----------------------------------------------------------------------------------------------------

def test_disconnected_is_none() -> None:
    x, y, n = scalar("x"), scalar("y"), input_leaf("n", "int64", ())
    cost = o.multiply(o.sin(x), o.cast(n, dtype=np.dtype("float64")))
    assert reverse(cost, [y]) == [None]
    assert connected([cost], [x, y]) == [True, False]
    assert connected([o.floor(y)], [y]) == [True]
    assert connected([cost], [x], consider_constant=[o.sin(x)]) == [False]
    with pytest.raises(DTypeError, match="int64; cure"):
        reverse(cost, [n])


def test_cost_and_intermediates_are_differentiated_by() -> None:
    x = scalar()
    e = o.exp(x)
    cost = o.sin(e)
    by_cost, by_e, by_x = reverse(cost, [cost, e, x])
    assert value(by_cost) == 1.0
    assert by_e is o.cos(e)
    assert by_x is o.multiply(o.cos(e), e)


def test_consider_constant_stops_cotangents() -> None:
    x = scalar()
    e = o.exp(x)
    by_x, by_e = reverse(o.multiply(x, e), [x, e], consider_constant=[e])
    assert by_x is e
    assert by_e is x


def test_known_cotangents_replace_what_the_cost_says() -> None:
    x, g = scalar("x"), scalar("g")
    e = o.exp(x)
    cost = o.add(o.sin(e), x)
    by_x, = reverse(cost, [x], known_grads={e: g})
    assert value(by_x, x=0.5, g=3.0) == 1 + 3 * np.exp(0.5)
    by_x, = grad(None, x, known_grads={e: g})
    assert value(by_x, x=0.5, g=3.0) == 3 * np.exp(0.5)
    by_x, = grad(cost, x, known_grads={cost: g})
    assert value(by_x, x=0.0, g=2.0) == 2 * (np.cos(1.0) + 1)


def test_seed_of_any_shape() -> None:
    x, g = input_leaf("x", "float32", (2, None)), input_leaf("g", "float32", (2, None))
    by_x, = reverse(o.square(x), [x], seed=g)
    got = value(by_x, x=np.ones((2, 3)), g=np.full((2, 3), 4.0))
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, np.full((2, 3), 8.0))


def test_sums_of_cotangents_have_one_order() -> None:
    """The graph is the same whatever was built before it."""
    def build() -> Node | None:
        x = input_leaf("x", "float64", (), token="0" * 32)
        y = o.sin(x)
        return reverse(o.add(o.multiply(y, o.exp(y)), o.multiply(o.log(y), y)), [x])[0]

    first = build()
    o.log(o.sin(input_leaf("x", "float64", (), token="0" * 32)))
    assert build() is first


@pytest.mark.slow
def test_chain_of_100_000_nodes() -> None:
    x = scalar()
    y = x
    for _ in range(33_334):
        y = o.add(y, o.multiply(1e-5, o.sin(y)))
    got, = grad(y, x)
    pushed, = forward([y], [x], [constant(1.0)])
    # y follows y' = sin(y) for a time T, which gives tan(y/2) = tan(x/2) exp(T)
    scale = np.exp(33_334e-5)
    want = scale * (1 + np.tan(0.15) ** 2) / (1 + (scale * np.tan(0.15)) ** 2)
    np.testing.assert_allclose([value(got, x=0.3), value(pushed, x=0.3)], [want, want], rtol=1e-4)


def test_work_is_linear_in_shared_graphs() -> None:
    """Each node feeds the next one twice: a walk over paths would take 2**300 steps."""
    x = scalar()
    y = x
    for _ in range(300):
        y = o.multiply(o.sin(y), y)
    got, = reverse(y, [x])
    assert got is not None
    assert len(topological([got])) < 300 * 8


def test_many_users_are_gathered_in_linear_time() -> None:
    x = scalar()
    cost = x
    for k in range(2000):
        cost = o.add(cost, o.where(o.less(x, float(k)), x, 0.0))
    got, = reverse(cost, [x])
    assert value(got, x=1499.5) == 501


# derivative nodes -------------------------------------------------------------------------------------------

def log1p_rule(nodes: Sequence[Node]) -> list[Node]:
    """The rules log(1 + exp(u)) -> softplus(u) and exp(log(u)) -> u, and nothing else."""
    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        new = getattr(o, node.op.name)(*inputs, **dict(node.attrs)) if inputs else node
        if new.op is TABLE["exp"] and new.inputs[0].op is TABLE["log"]:
            return new.inputs[0].inputs[0]
        if new.op is TABLE["log"] and new.inputs[0].op is TABLE["add"]:
            e = new.inputs[0].inputs[1]
            if e.op is TABLE["exp"]:
                return o.softplus(e.inputs[0])  # type: ignore[no-any-return]
        return new
    return transform(nodes, step)


def naive_softplus(x: Node) -> Node:
    return o.log(o.add(1.0, o.exp(x)))  # type: ignore[no-any-return]


def test_cost_is_stabilised_before_it_is_differentiated() -> None:
    x = scalar()
    node, = grad_nodes(naive_softplus(x), [x])
    assert node is not None
    assert (node.op.name, node.dtype, node.shape) == ("derivative", x.dtype, ())
    naive, stable = expand([node])[0], expand([node], log1p_rule)[0]
    assert np.isnan(value(naive, x=1000.0))
    assert value(stable, x=1000.0) == 1.0


def test_rules_do_not_remove_what_is_differentiated_by() -> None:
    x = scalar()
    e = o.exp(x)
    by_e, by_x = grad(naive_softplus(x), e, x, stabilize=log1p_rule)
    assert value(by_e, x=0.5) == 1 / (1 + np.exp(0.5))
    np.testing.assert_allclose(value(by_x, x=0.5), 1 / (1 + np.exp(-0.5)), rtol=1e-15)
    w = o.log(x)
    by_w, = grad(o.sin(o.exp(w)), w, stabilize=log1p_rule)
    assert value(by_w, x=2.0) == np.cos(2.0) * 2.0
    held, = grad(o.add(naive_softplus(x), x), x, consider_constant=[e], stabilize=log1p_rule)
    assert value(held, x=0.5) == 1.0


def test_a_chain_of_intermediates_passes_cotangents_on() -> None:
    x = scalar()
    a = o.sin(x)
    b = o.exp(a)
    for wrt in ([x, a, b], [b, x], [a, x]):
        found = dict(zip(wrt, grad(o.multiply(b, a), *wrt), strict=True))
        assert value(found[x], x=0.7) == pytest.approx(np.cos(0.7) * np.exp(np.sin(0.7)) * (1 + np.sin(0.7)))
        if a in found:
            assert value(found[a], x=0.7) == pytest.approx(np.exp(np.sin(0.7)) * (1 + np.sin(0.7)))
        if b in found:
            assert value(found[b], x=0.7) == np.sin(0.7)


def test_masks_pass_through_cut_nodes() -> None:
    x = scalar()
    root = o.sqrt(x)
    by_x, by_root = grad(o.where(o.greater(x, 0.0), root, 0.0), x, root)
    assert value(by_x, x=0.0) == 0.0
    assert value(by_root, x=0.0) == 0.0


def test_constants_and_shared_values_are_differentiated_by() -> None:
    c = constant(np.array([1.0, 2.0]))
    w = shared_leaf(SharedState(np.array([3.0, 4.0]), "w"), "float64", (2,))
    by_c, by_w = grad(o.dot(o.exp(c), w), c, w)
    state = {w: np.array([3.0, 4.0])}
    np.testing.assert_array_equal(evaluate([by_w], state)[0], np.exp([1.0, 2.0]))
    np.testing.assert_array_equal(evaluate([by_c], state)[0], state[w] * np.exp([1.0, 2.0]))


def test_higher_derivatives() -> None:
    x = scalar()
    node: Node | None = o.exp(o.multiply(2.0, x))
    for _ in range(4):
        assert node is not None
        node, = grad_nodes(node, [x])
    assert node is not None
    assert value(expand([node])[0], x=0.3) == pytest.approx(16 * np.exp(0.6))


def test_derivatives_as_parts_of_costs() -> None:
    """The gradient of a gradient step: d/dx f(x - f'(x)) = f'(x - f'(x)) (1 - f''(x))."""
    x = scalar()
    slope, = grad_nodes(o.sin(x), [x])
    assert slope is not None
    got, = grad(o.sin(o.subtract(x, slope)), x)
    assert value(got, x=0.4) == pytest.approx(np.cos(0.4 - np.cos(0.4)) * (1 + np.sin(0.4)))


def test_derivative_of_what_does_not_move_is_zero() -> None:
    x = input_leaf("x", "float32", (None, 2))
    slope, = grad_nodes(o.sum(o.multiply(x, np.float32(3.0)), axis=(0, 1)), [x])
    assert slope is not None
    curve, = grad(o.sum(slope, axis=(0, 1)), x)
    got, = function([x], [curve])([np.ones((3, 2), np.float32)])
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, np.zeros((3, 2)))


def test_equal_operands_share_one_sweep() -> None:
    x, y = scalar("x"), scalar("y")
    calls = []

    def stabilize(nodes: Sequence[Node]) -> Sequence[Node]:
        calls.append(len(nodes))
        return nodes

    cost = o.multiply(o.sin(x), y)
    nodes = [g for g in grad_nodes(cost, [x, y]) if g]
    by_x, by_y, again = expand([*nodes, o.add(nodes[0], nodes[1])], stabilize)
    assert calls == [1]
    assert again is o.add(by_x, by_y)


def test_two_hundred_steps_of_descent_in_one_graph() -> None:
    x = scalar()
    y = x
    for _ in range(200):
        slope, = grad_nodes(o.square(o.subtract(y, 1.0)), [y])
        assert slope is not None
        y = o.subtract(y, o.multiply(0.1, slope))
    got, = expand([y])
    assert value(got, x=5.0) == pytest.approx(1.0, abs=1e-15)


def test_graphs_without_derivatives_are_left_alone() -> None:
    x = scalar()
    assert expand([x, o.sin(x)]) == [x, o.sin(x)]


# errors -----------------------------------------------------------------------------------------------------

def test_errors_name_the_thing_and_the_cure() -> None:
    x, n, v = scalar(), input_leaf("n", "int32", ()), input_leaf("v", "float64", (3,))
    names = {x: "x", n: "n", v: "v"}
    with pytest.raises(ShapeError, match=r"must be a scalar; given v of shape \(3,\); cure"):
        check_cost(v, names.__getitem__)
    with pytest.raises(DTypeError, match="cost of a gradient must be float; given n of dtype int32"):
        check_cost(n, names.__getitem__)
    with pytest.raises(DTypeError, match="differentiated by must be float; given n of dtype int32; cure"):
        check_wrt(n, names.__getitem__)
    with pytest.raises(ShapeError, match=r"given for v must have its shape \(3,\); given \(\)"):
        check_known(v, x, names.__getitem__)
    with pytest.raises(DTypeError, match="given for x must have its dtype float64; given float32; cure"):
        check_known(x, convert(1.0, np.dtype("float32")), names.__getitem__)
    with pytest.raises(GraphError, match="needs a cost"):
        grad_nodes(None, [x])


def test_unexpanded_derivatives_are_refused() -> None:
    x = scalar()
    slope, = grad_nodes(o.sin(x), [x])
    assert slope is not None
    with pytest.raises(GraphError, match="call expand first"):
        reverse(slope, [x])
    with pytest.raises(GraphError, match="call expand first"):
        forward([slope], [x], [x])


@pytest.mark.parametrize(("broken", "message"), [
    (lambda nodes: [], "made 0 outputs of 1"),
    (lambda nodes: [o.cast(x, dtype=np.dtype("float32")) for x in nodes], "changed the dtype or shape"),
    (lambda nodes: [o.expand_dims(x, axis=(0,)) for x in nodes], "changed the dtype or shape"),
])
def test_a_rewrite_must_keep_what_a_cost_is(broken: Any, message: str) -> None:
    x = scalar()
    with pytest.raises(GraphError, match=message):
        grad(o.sin(x), x, stabilize=broken)
