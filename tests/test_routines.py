"""Routines: Program steps of their own, native and by reference functions, from graphs to every way of calling."""

from __future__ import annotations

import dataclasses
import pickle
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lowering import check, leaf
from nest_interpreter import check_program, run
from programs import Native, same, shares_of

import symnum as sn
from symnum import _cprogram, _pyruntime
from symnum import tensor as T
from symnum.codegen.description import describe
from symnum.codegen.interface import HostArray, HostCall
from symnum.codegen.lower import lower
from symnum.codegen.memory import plan
from symnum.errors import GraphError, IndexBoundsError, UnsupportedError
from symnum.host_calls import serve
from symnum.ir import interpret
from symnum.ir.build import o
from symnum.ir.nest import Call, Kernel, Place, Program, verify_program
from symnum.ir.node import Node
from symnum.ops.spec import Absent, Interval, OpSpec, Routine, Slot

Array = np.ndarray[Any, Any]
WHY = Absent("a test")
RNG = np.random.default_rng(3)


def op(name: str, numpy: Any, results: int = 1, attrs: tuple[str, ...] = (), into: Any = None) -> OpSpec:
    """A row of one operand whose reference function is called; each result has the operand's shape."""
    which = ("which",) * (results > 1)
    return OpSpec(name=name, kind="structural", arity=1, doc="", numpy=numpy, results=results, attrs=(*attrs, *which),
                  dtype=lambda name, operands, attrs: (operands[0], operands[0]), sympy=WHY, c=WHY, partials=WHY,
                  shape=lambda dims, inputs, attrs: inputs[0].shape, lower=Routine("host", into=into),
                  domain=(Interval(),))


def applied(row: OpSpec, x: Node, **attrs: Any) -> Node:
    from symnum.ir.build import apply
    return apply(row, x, **attrs)


PARTS = op("parts", lambda x: (np.floor(x), x - np.floor(x), -x), results=3)


def calls(program: Program) -> list[Call]:
    return [s for s in program.steps if isinstance(s, Call)]


# lowering ---------------------------------------------------------------------------------------------------

def test_operands_and_results_lie_in_memory() -> None:
    x = leaf(4, 5)
    program = check([x], [o.multiply(o.sort(o.add(x, 1), axis=1), 2)], RNG.normal(size=(4, 5)))
    assert [type(s) for s in program.steps] == [Kernel, Call, Kernel]
    assert [p.shape for p in calls(program)[0].places()] == [(4, 5), (4, 5)]
    assert describe(program)[1].startswith("sort of (4, 5): reads workspace ")


def test_an_argument_and_an_output_need_no_copy() -> None:
    x = leaf(6)
    program = check([x], [o.sort(x, axis=0)], RNG.normal(size=6))
    assert len(program.steps) == 1 and not program.of_role("workspace")


def test_a_reshaped_operand_is_read_where_it_lies() -> None:
    x = leaf(6)
    program = check([x], [o.sort(o.reshape(x, shape=(2, 3)), axis=1)], RNG.normal(size=6))
    assert len(program.steps) == 1 and calls(program)[0].operands[0].shape == (2, 3)


def test_moved_operands_are_stored_first() -> None:
    x = leaf(2, 3)
    program = check([x], [o.sort(o.transpose(x, axes=(1, 0)), axis=1)], RNG.normal(size=(2, 3)))
    assert [type(s) for s in program.steps] == [Kernel, Call]


def test_results_of_one_application_are_one_step() -> None:
    x = leaf(5)
    y = o.exp(x)
    first, second = (applied(PARTS, y, which=k) for k in (0, 2))
    # The second result is wanted by what the first one goes into.
    program = check([x], [o.add(o.sort(first, axis=0), second), first], RNG.normal(size=5))
    call, _ = calls(program)
    assert [p.buffer is None for p in call.results] == [False, True, False]
    assert [p.shape for p in call.results] == [(5,)] * 3


def test_attributes_hold_lengths() -> None:
    n = sn.dim("n").node
    x = leaf(n)
    row = op("add_length", lambda x, n: x + n, attrs=("n",))
    program = lower("f", [x], [applied(row, x, n=o.dims.add(n, 1))])
    assert calls(program)[0].attr("n") is o.dims.add(n, 1)


def test_a_length_as_operand_is_stored() -> None:
    x, k = leaf(None), leaf(3, name="k", dtype="int64")
    length = o.dims.as_node(x.shape[0])
    program = check([x, k], [o.scatter(k, length, o.constant(1), axes=(0,), combine="set"), o.add(x, 1)],
                    RNG.normal(size=4), np.array([7, 8, 9]))
    assert [type(s) for s in program.steps].count(Kernel) == 2


def test_slots_of_dead_buffers_are_used_again_but_never_overlap_a_call() -> None:
    x = leaf(1000)
    y = x
    for _ in range(4):
        y = o.sort(o.add(y, 1), axis=0)
    check([x], [y], RNG.normal(size=1000))


def test_verify_refuses_calls_that_do_not_fit() -> None:
    x = leaf(4)
    program = lower("f", [x], [o.sort(x, axis=0)])
    call = calls(program)[0]
    wrong = [dataclasses.replace(call, results=()),
             dataclasses.replace(call, results=(Place(0, call.results[0].dtype, (4,)),)),
             dataclasses.replace(call, operands=(Place(0, np.dtype("int8"), (4,)),))]
    for step in wrong:
        with pytest.raises(GraphError):
            verify_program(dataclasses.replace(program, steps=(step,)))


# host calls -------------------------------------------------------------------------------------------------

def host(row: OpSpec, results: tuple[HostArray | None, ...] = (HostArray(np.dtype(float), (Slot(0),)),),
         attrs: Any = ()) -> HostCall:
    return HostCall(row, attrs, (HostArray(np.dtype(float), (Slot(0),)),), results, 1)


def test_serve_fills_lengths_and_copies() -> None:
    x, y = np.arange(3.0), np.zeros(3)
    row = op("scaled", lambda x, shape: np.full(shape, 2.0) * x, attrs=("shape",))
    serve(host(row, attrs=(("shape", (Slot(0),)),)), [x.ctypes.data, y.ctypes.data], [3])
    assert y.tolist() == [0, 2, 4]


def test_serve_refuses_other_shapes_and_protects_operands() -> None:
    x, y = np.arange(3.0), np.zeros(3)
    addresses = [x.ctypes.data, y.ctypes.data]
    with pytest.raises(GraphError, match=r"wrong.*\(2,\).*\(3,\)"):
        serve(host(op("wrong", lambda x: x[:2])), addresses, [3])

    def destroy(x: Array) -> Array:
        x[0] = 7
        return x
    with pytest.raises(ValueError, match="read-only"):
        serve(host(op("destroyer", destroy)), addresses, [3])
    assert x[0] == 0


def test_serve_skips_what_nobody_wants_and_reads_no_memory_of_empty_arrays() -> None:
    x, y = np.arange(2.5, 4), np.zeros(2)
    array = HostArray(np.dtype(float), (Slot(0),))
    serve(host(PARTS, (None, array, None)), [x.ctypes.data, 0, y.ctypes.data, 0], [2])
    assert y.tolist() == [0.5, 0.5]
    serve(host(PARTS, (None, array, None)), [0, 0, 0, 0], [0])


def test_interfaces_with_host_calls_pickle() -> None:
    x = T.dvector("x")
    f = sn.function([x], T.sort(x), mode="c")
    again = pickle.loads(pickle.dumps(f.interface))
    assert again.hosts == f.interface.hosts and again.hosts[0].op is o.sort(x.node, axis=0).op


@pytest.mark.parametrize("mode", ["c", "numpy", "cython"])
def test_exceptions_of_reference_functions_reach_the_caller(mode: str) -> None:
    """As they are, with shared values as before."""
    a, state = T.dmatrix("a"), sn.shared(np.zeros(3))
    f = sn.function([a], T.Tensor(o.inv(a.node, singular="raise")), updates=[(state, state + 1)], mode=mode)
    assert same(f(2 * np.eye(3)), np.eye(3) / 2)
    with pytest.raises(np.linalg.LinAlgError, match=r"[Ss]ingular"):
        f(np.zeros((3, 3)))
    assert state.get_value().tolist() == [1, 1, 1]


def test_host_calls_through_the_python_call_path() -> None:
    x = T.dmatrix("x")
    f = sn.function([x], [T.sort(x * 2), T.argsort(x, axis=0)], mode="c")
    from symnum.artifact import c_artifact
    made = c_artifact(f.graph, {}, f.settings)
    runner = _cprogram.c_runner(made.kept.interface, made.plan, made.run)
    array = RNG.normal(size=(3, 4))
    caller = _pyruntime.Caller(made.kept.interface, made.run, plan=made.plan, keepalive=made.library, structure="list")
    for got in (runner([array], [3, 4], lambda shapes: None), caller(array), f(array)):
        assert same(got[0], np.sort(array * 2)) and same(got[1], np.argsort(array, 0, kind="stable"))


def test_long_runs_take_the_interpreter_lock_for_host_calls() -> None:
    x = T.dvector("x")
    f = sn.function([x], T.exp(T.sort(-T.exp(x))), mode="c")
    array = RNG.normal(size=100_000)
    np.testing.assert_allclose(f(array), np.exp(np.sort(-np.exp(array))), rtol=1e-12)


def test_export_and_cuda_refuse_what_needs_python(tmp_path: Path) -> None:
    x = T.dvector("x")
    with pytest.raises(UnsupportedError, match=r"sort.*cure"):
        sn.function([x], T.sort(x), mode="numpy").export_c(str(tmp_path), "sorted")
    with pytest.raises(UnsupportedError, match="cumsum"):
        sn.function([x], T.cumsum(x), mode="numpy").source("cuda")


# native routines --------------------------------------------------------------------------------------------

def test_exported_routines(tmp_path: Path) -> None:
    x, i = T.dvector("x"), T.lvector("i")
    y = o.scatter(T.cumsum(x).node, x.node, i.node, axes=(0,), combine="add")
    sn.function([x, i], [T.Tensor(y), T.cumsum(x)], mode="numpy").export_c(str(tmp_path), "steps")
    flags = ("-std=c99", "-O2", "-Wall", "-Werror", "-Wno-unused-function")
    done = subprocess.run(["gcc", *flags, "steps.c", "main.c", "-o", "steps", "-lm"], cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ran = subprocess.run(["./steps"], cwd=tmp_path, capture_output=True, text=True, check=True)
    # main.c fills arguments with (0.125 * (k % 7 + 1)), which are the indices 0.
    assert "out2[2] = 0.75" in ran.stdout and "out1[0] = 0.875" in ran.stdout


SCATTERS = [("float64", (5, 4, 6), (0, 2), (3, 2)), ("float32", (7,), (0,), (20,)), ("int64", (3, 4), (1,), ()),
            ("int8", (2, 3, 4), (1,), (5,)), ("bool", (4, 3), (0,), (6,)), ("uint16", (2, 2), (0, 1), (0,))]


@pytest.mark.parametrize("dtype, shape, axes, base", SCATTERS)
def test_scatter_is_the_reference(dtype: str, shape: tuple[int, ...], axes: tuple[int, ...],
                                  base: tuple[int, ...]) -> None:
    x = leaf(*shape, dtype=np.dtype(dtype))
    others = tuple(n for k, n in enumerate(shape) if k not in axes)
    values = leaf(*base, *others, name="values", dtype=x.dtype)
    indices = [leaf(*base, name=f"i{k}", dtype=np.dtype("int64")) for k in axes]
    combines = ["set", "max", "min"] + ["add", "multiply"] * (dtype != "bool")
    outputs = [o.scatter(x, values, *indices, axes=axes, combine=c) for c in combines]
    native = Native(lower("f", [x, values, *indices], outputs))
    arrays = [RNG.integers(0, 5, x.shape).astype(dtype), RNG.integers(0, 5, values.shape).astype(dtype),
              *(RNG.integers(-shape[k], shape[k], base) for k in axes)]
    wanted = [y.op.reference()(*arrays, axes=axes, combine=c) for y, c in zip(outputs, combines, strict=True)]
    for shares in (shares_of(1), shares_of(2, threads=True)):
        for got, expected in zip(native(*arrays, shares=shares), wanted, strict=True):
            assert same(got, expected)


@pytest.mark.parametrize("mode", ["c", "numpy", "cython"])
def test_scatter_refuses_indices_outside(mode: str) -> None:
    i, state = T.lvector("i"), sn.shared(np.zeros((4, 0)))
    y, j = T.dvector("y"), sn.shared(np.zeros(3))
    added = T.Tensor(o.scatter(j.node, y.node, i.node, axes=(0,), combine="add"))
    empty = T.Tensor(o.scatter(state.node, T.zeros((1, 0)).node, T.as_tensor([0]).node, axes=(0,), combine="set"))
    f = sn.function([i, y], empty, updates=[(j, added)], mode=mode)
    f([0, -1, 0], [1, 2, 3])
    assert j.get_value().tolist() == [4, 0, 2]
    for stray in (3, -4, 2**62):
        with pytest.raises(IndexBoundsError, match=f"{stray}.*3"):
            f([0, stray], [1, 2])
    assert j.get_value().tolist() == [4, 0, 2]


def test_scatter_looks_at_indices_where_nothing_is_written() -> None:
    x, i = leaf(4, 0), leaf(1, name="i", dtype=np.dtype("int64"))
    values = leaf(1, 0, name="v")
    f = sn.function([T.Tensor(n) for n in (x, values, i)],
                    T.Tensor(o.scatter(x, values, i, axes=(0,), combine="set")), mode="c")
    assert f(np.zeros((4, 0)), np.zeros((1, 0)), [3]).shape == (4, 0)
    with pytest.raises(IndexBoundsError):
        f(np.zeros((4, 0)), np.zeros((1, 0)), [4])


# random graphs ----------------------------------------------------------------------------------------------

def grown(draw: st.DrawFn, x: Node) -> list[Node]:
    """Matrices made from x by steps that routines, folds, moves and elementwise ops take turns in."""
    nodes = [x]
    for _ in range(draw(st.integers(2, 9))):
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from([
            lambda a, b: o.sort(a, axis=0), lambda a, b: o.cumsum(b, axis=1), lambda a, b: o.subtract(a, b),
            lambda a, b: o.maximum(o.absolute(a), b), lambda a, b: applied(PARTS, a, which=0),
            lambda a, b: applied(PARTS, a, which=2), lambda a, b: o.recurrence(o.sign(a), b, axis=0),
            lambda a, b: o.transpose(a, axes=(1, 0)), lambda a, b: o.reshape(o.reshape(a, shape=(9,)), shape=(3, 3)),
            lambda a, b: o.broadcast_to(o.expand_dims(o.max(a, axis=(1,)), axis=(1,)), shape=(3, 3)),
            lambda a, b: o.dot(o.sign(a), b)]))(a, b))
    return nodes


@given(data=st.data())
@settings(deadline=None, max_examples=60, derandomize=True)
def test_random_graphs_with_routines(data: st.DataObject) -> None:
    x = leaf(3, 3)
    nodes = grown(data.draw, x)[1:]
    outputs = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=3))
    array = np.random.default_rng(0).integers(-3, 4, (3, 3)).astype(float)
    program = verify_program(lower("f", [x], outputs))
    check_program(program, repeats=True)
    wanted = interpret.function([x], outputs)([array])
    for backwards in (False, True):
        for got, expected in zip(run(program, [x], [array], plan(program), backwards), wanted, strict=True):
            np.testing.assert_array_equal(got, expected)
