"""Nodes: identity, immutability, pickling, depth, order."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

from symnum.errors import ArgumentValueError, DTypeError, GraphError, ShapeError
from symnum.ir import build, dims, interpret, node, order, walk
from symnum.ir.build import constant, input_leaf, o
from symnum.ir.verify import verify

DEPTH = 20_000


def chain(length: int) -> tuple[node.Node, node.Node]:
    x = input_leaf("x", "float64", ())
    y = x
    for k in range(length):
        y = o.add(y, 1.0) if k % 2 else o.sin(y)
    return x, y


def test_equal_graphs_are_one_object():
    x = input_leaf("x", "float64", (3,))
    assert o.exp(o.add(x, 1.0)) is o.exp(o.add(x, 1.0))
    assert o.exp(x) is not o.log(x)


@pytest.mark.parametrize("a, b", [(0.0, -0.0), (1.0, 1), (True, 1), (np.float32(1), np.float64(1))])
def test_constants_differ_by_bits_and_dtype(a, b):
    assert constant(a) is not constant(b)


def test_nan_constants_with_equal_bits_are_one():
    assert constant(np.nan) is constant(np.nan)


def test_attributes_of_different_type_make_different_nodes():
    x = input_leaf("x", "float64", (2, 2))
    one, true = (node.intern(o.sum(x, axis=(0,)).op, (x,), (("axis", (v,)),), x.dtype, (2,)) for v in (1, True))
    assert one is not true


def test_nodes_are_immutable():
    x = input_leaf("x", "float64", ())
    with pytest.raises(AttributeError, match="immutable"):
        x.dtype = np.dtype("float32")
    with pytest.raises(AttributeError, match="immutable"):
        del x.op


def test_nodes_die_with_their_last_reference():
    gc.collect()
    before = node.count()
    x = input_leaf("x", "float64", ())
    y = o.add(o.exp(x), 1.0)
    assert node.count() > before
    del x, y
    gc.collect()
    assert node.count() == before


@pytest.mark.parametrize("length", [lambda n: dims.maximum(n, 3), lambda n: dims.add(dims.multiply(2, n), 1)])
def test_lengths_die_at_once_though_they_keep_their_linear_form(length):
    gc.collect()
    gc.disable()
    try:
        x = input_leaf("x", "float64", (None,))
        kept, before = [dims.as_node(k) for k in (1, 2, 3)], node.count()
        found = length(x.shape[0])
        assert dims.linear(found) == dims.linear(found)
        assert node.count() > before
        del found
        assert node.count() == before and kept
    finally:
        gc.enable()


def test_threads_that_build_the_same_graph_get_the_same_object():
    x = input_leaf("x", "float64", ())
    found = []

    def make() -> None:
        y = x
        for k in range(200):
            y = o.add(y, float(k))
        found.append(y)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(found) == 4 and len(set(map(id, found))) == 1


def test_a_deep_chain_builds_pickles_verifies_and_runs():
    x, y = chain(DEPTH)
    assert pickle.loads(pickle.dumps(y)) is y
    assert copy.deepcopy(y) is y
    verify([y])
    assert len(walk.topological([y])) >= DEPTH
    value = interpret.evaluate([y], {x: np.asarray(0.5)})[0]
    expected = 0.5
    for k in range(DEPTH):
        expected = expected + 1.0 if k % 2 else float(np.sin(expected))
    assert float(value) == expected
    [z] = walk.substitute([y], {x: input_leaf("z", "float64", ())})
    assert z is not y
    del y, z
    gc.collect()


def test_pickling_into_another_process_keeps_leaves_and_sharing():
    x = input_leaf("x", "float64", (None,))
    y = o.exp(x)
    code = ("import pickle, sys; a, b = pickle.load(sys.stdin.buffer); "
            "assert b.inputs[0].inputs[0] is a and b.inputs[0] is b.inputs[1]; "
            "sys.stdout.buffer.write(pickle.dumps((a, b)))")
    made = subprocess.run([sys.executable, "-c", code], input=pickle.dumps((x, o.multiply(y, y))),
                          capture_output=True, check=True).stdout
    assert pickle.loads(made)[0] is x


def test_digest_depends_on_structure_alone():
    def graph(first: str, second: str) -> str:
        x, y = input_leaf(first, "float64", (None,)), input_leaf(second, "float64", (None,))
        return order.graph_digest([x, y], [o.add(o.exp(x), y)])
    assert graph("x", "y") == graph("u", "v")
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", (None,))
    z = o.subtract(x, y)
    assert order.graph_digest([x, y], [z]) != order.graph_digest([y, x], [z])
    assert order.graph_digest([x], [o.add(x, 1.0)]) != order.graph_digest([x], [o.add(x, 2.0)])
    assert order.graph_digest([x], [o.add(x, 0.0)]) != order.graph_digest([x], [o.add(x, -0.0)])


def test_digest_is_equal_in_another_process():
    code = ("from symnum.ir.build import *; from symnum.ir.order import graph_digest; "
            "junk = [input_leaf(None, 'float64', ()) for _ in range({n})]; "
            "x, y = input_leaf('x', 'float64', (None, 3)), input_leaf('y', 'float32', (3,)); "
            "print(graph_digest([x, y], [o.sum(o.multiply(x, o.exp(y)), axis=(0,)), x.shape[0]]))")
    found = {subprocess.run([sys.executable, "-c", code.format(n=n)], capture_output=True, check=True,
                            env={"PYTHONHASHSEED": str(n), "PYTHONPATH": ":".join(sys.path)}).stdout
             for n in (1, 2)}
    assert len(found) == 1


def test_walk_visits_inputs_first_and_once():
    x = input_leaf("x", "float64", ())
    y = o.exp(x)
    z = o.add(o.multiply(y, y), y)
    visited = walk.topological([z, y])
    assert visited == [x, y, o.multiply(y, y), z]
    assert walk.users(visited)[y] == [o.multiply(y, y), z]


def test_substitution_is_simultaneous_and_maps_lengths():
    x, y = input_leaf("x", "float64", (None,)), input_leaf("y", "float64", (None,))
    a, b = walk.substitute([o.subtract(x, 1.0), y], {x: y, y: x})
    assert a is o.subtract(y, 1.0) and b is x
    w = input_leaf("w", "float64", (4,))
    [shape] = walk.substitute([o.broadcast_to(constant(1.0), shape=x.shape)], {x: w})
    assert shape.shape == (4,)


@pytest.mark.parametrize("make, error, words", [
    (lambda x: o.add(x), GraphError, "add takes 2 operands; given 1"),
    (lambda x: o.sum(x), GraphError, "sum takes attributes"),
    (lambda x: o.add(x, "a"), DTypeError, "given 'a' of type str"),
    (lambda x: o.add(x, input_leaf("y", "float64", (4,))), ShapeError, r"\(3,\) and \(4,\) do not broadcast"),
    (lambda x: o.add(input_leaf("i", "int8", ()), 300), ArgumentValueError, "300 does not fit int8"),
    (lambda x: o.floor(input_leaf("z", "complex64", ())), DTypeError, "floor is not defined for"),
    (lambda x: o.broadcast_to(x, shape=(4,)), ShapeError, "cannot be broadcast"),
    (lambda x: o.reshape(x, shape=(2, 2)), ShapeError, "3 elements"),
    (lambda x: o.dot(x, input_leaf("y", "float64", (4,))), ShapeError, "dot: shapes"),
    (lambda x: o.max(input_leaf("y", "float64", (0,)), axis=(0,)), ArgumentValueError, "empty axis"),
    (lambda x: input_leaf("c", "clongdouble", ()), DTypeError, "is not supported"),
    (lambda x: input_leaf("c", "longdouble", ()), DTypeError, "is not supported"),
    (lambda x: input_leaf("c", "floot", ()), DTypeError, "is not a dtype"),
])
def test_bad_operands_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make(input_leaf("x", "float64", (3,)))


def test_verify_refuses_a_wrong_shape():
    x = input_leaf("x", "float64", (3,))
    wrong = node.intern(o.exp(x).op, (x,), (("wrong", 1),), x.dtype, (4,))
    with pytest.raises((GraphError, KeyError)):
        verify([wrong])


# lengths ------------------------------------------------------------------------------------------------------

def test_equal_lengths_are_recognised():
    n, m = build.dim("n"), build.dim("m")
    assert dims.subtract(dims.add(n, 1), 1) is n
    assert dims.equal(dims.add(n, m), dims.add(m, n))
    assert dims.subtract(n, n) == 0
    assert dims.equal(dims.multiply(2, n), dims.add(n, n))
    assert dims.maximum(0, n) is n and dims.maximum(n, -1) is n
    assert not dims.equal(n, m) and dims.may_equal(n, m) and not dims.may_equal(dims.add(n, 1), n)


def test_broadcast_of_lengths():
    n, m = build.dim("n"), build.dim("m")
    assert dims.broadcast([1, n]) is n and dims.broadcast([n, 5]) == 5 and dims.broadcast([n, n]) is n
    assert dims.broadcast([3, 4]) is None and dims.broadcast([1, 1]) == 1 and dims.broadcast([0, 1]) == 0
    both = dims.broadcast([n, m])
    assert both.op.name == "bdim" and dims.broadcast([both, n]) is both


def test_interpreter_has_numpys_broadcasting_at_run_time():
    x, y = input_leaf("x", "float64", (None, None)), input_leaf("y", "float64", (None,))
    run = interpret.function([x, y], [o.add(x, y)])
    rng = np.random.default_rng(0)
    for a, b in [((2, 3), (3,)), ((2, 1), (3,)), ((2, 3), (1,)), ((0, 3), (1,)), ((2, 0), (1,))]:
        u, v = rng.normal(size=a), rng.normal(size=b)
        np.testing.assert_array_equal(run([u, v])[0], u + v)
    with pytest.raises(ShapeError, match="do not broadcast"):
        run([np.ones((2, 3)), np.ones(4)])


def test_shared_lengths_are_checked():
    n = build.dim("n")
    x, y = input_leaf("x", "float64", (n,)), input_leaf("y", "float64", (n,))
    run = interpret.function([x, y], [o.add(x, y)])
    with pytest.raises(ShapeError, match="y: expected"):
        run([np.ones(3), np.ones(1)])
