"""``Tensor``: identity, operators, NumPy's protocols, refusals, pickling, errors with places."""

from __future__ import annotations

import copy
import math
import operator
import pickle
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
from numpy_values import same, value, values

import symnum
from symnum import dtypes
from symnum import tensor as T
from symnum.errors import (
    DTypeError,
    GraphError,
    MissingInputError,
    ShapeError,
    SymbolicTruthError,
    SymnumError,
    UnsupportedError,
)
from symnum.ops.table import NAMELESS, TABLE
from symnum.options import current
from symnum.tensor import Tensor

DEPTH = 20_000
ELEMENTWISE = [row for row in TABLE.values() if row.kind == "elementwise" and row not in NAMELESS]
UFUNCS = [row.numpy for row in ELEMENTWISE if isinstance(row.numpy, np.ufunc)]


def here() -> str:
    """The place of the caller, as errors show it."""
    frame = sys._getframe(1)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


# identity ---------------------------------------------------------------------------------------------------

def test_tensors_are_dictionary_keys() -> None:
    x, y = T.dvectors("x", "y")
    table = {x: 1, y: 2, x + y: 3}
    assert table[x] == 1
    assert table[Tensor(y.node)] == 2
    assert table[x + y] == 3
    assert hash(x) == hash(Tensor(x.node))
    assert y not in {x: 1}
    assert {x, Tensor(x.node)} == {x}


def test_equality_is_elementwise_and_true_only_of_one_node() -> None:
    x, y = T.dvectors("x", "y")
    assert (x == y).dtype == bool
    assert bool(x == x)
    assert bool((x + 1) == (x + 1))
    for condition in (x == y, x != x, x < y, x == 1, x + 1, T.constant(True)):
        with pytest.raises(SymbolicTruthError, match=r"use where\(condition, x, y\)"):
            bool(condition)
    assert (x == None) is False  # noqa: E711
    assert (x != "a") is True


def test_same_as_is_identity_of_nodes() -> None:
    x, y = T.dscalars("x", "y")
    assert (x + y).same_as(x + y)
    assert not (x + y).same_as(y + x)
    assert not x.same_as(1.0)
    assert not T.dscalar("x").same_as(x), "two leaves of one name are two leaves"


def test_a_shape_holds_the_leaf_itself() -> None:
    n = T.dim("n")
    x = T.tensor("x", shape=(n, 3, None))
    assert x.shape[0].same_as(n)
    assert x.shape[1] == 3
    assert x.shape[2].node is x.node.shape[2]
    assert x.shape[2].node.op.name == "dim"
    assert (x + 1).shape[2].same_as(x.shape[2])
    assert (x.ndim, x.dtype) == (3, np.dtype("float64"))
    assert T.tensor(shape=(2, 3)).size == 6
    same(value(x.size, {x: np.zeros((2, 3, 4))}), np.int64(24))


def test_names_and_tags() -> None:
    x = T.dvector("x")
    y = x + 1
    assert (x.name, y.name, T.dim("n").name) == ("x", None, "n")
    y.name = "y"
    assert y.name == "y"
    assert repr(y) == "<Tensor y: float64 (x.shape[0],)>"
    with pytest.raises(GraphError, match="cannot rename the leaf 'x'"):
        x.name = "z"
    x.tag.value = 3
    assert x.tag.value == 3
    with pytest.raises(GraphError, match=r"cannot set tag\.value"):
        y.tag.value = 3


def test_pickling_keeps_nodes_names_tags_and_places() -> None:
    x = T.tensor("x", dtype="float32", shape=(None, 3))
    x.tag.note = "kept"
    y = T.exp(x) @ x.T
    y.name = "y"
    for again, first in zip(pickle.loads(pickle.dumps([x, y])), [x, y], strict=True):
        assert again.same_as(first)
        assert (again.name, repr(again)) == (first.name, repr(first))
    assert pickle.loads(pickle.dumps(x)).tag.note == "kept"
    with pytest.raises(ShapeError, match=r"test_tensor\.py:\d+"):
        pickle.loads(pickle.dumps(x)) + np.zeros(7)


def test_copies_are_handles_on_the_same_node() -> None:
    x = T.dvector("x")
    x.tag.note = ["a"]
    for again in (copy.copy(x), copy.deepcopy(x)):
        assert again.same_as(x)
    assert copy.deepcopy({"x": x})["x"].same_as(x)
    assert copy.deepcopy(x).tag.note is not x.tag.note


def test_deep_graphs_build_pickle_and_run() -> None:
    x = T.dscalar("x")
    y = x
    for k in range(DEPTH):
        y = y * 0.5 if k % 2 else y + x
    assert copy.deepcopy(y).same_as(y)
    again = pickle.loads(pickle.dumps(y))
    assert again.same_as(y)
    assert value(again, {x: 3.0}) == pytest.approx(3.0, rel=1e-12)


# operators --------------------------------------------------------------------------------------------------

BINARY: list[Callable[[Any, Any], Any]] = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
BITWISE: list[Callable[[Any, Any], Any]] = [
    operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]
UNARY: list[Callable[[Any], Any]] = [operator.neg, operator.pos, operator.abs]
OTHERS = [2, 2.5, True, np.float32(1.5), np.int8(3), np.array([3.0, 1.0, 2.0]), np.array([[1], [2]], "int32")]


@pytest.mark.parametrize("op", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", ["float32", "int32", "float64"])
@pytest.mark.parametrize("other", OTHERS, ids=lambda v: f"{type(v).__name__}-{np.shape(v)}")
def test_operators_are_numpys_on_both_sides(op: Callable[[Any, Any], Any], dtype: str, other: Any) -> None:
    x, array = T.tensor("x", dtype=dtype, shape=(None,)), np.array([1, 2, 4], dtype)
    for expression, expected in ((op(x, other), op(array, other)), (op(other, x), op(other, array))):
        assert isinstance(expression, Tensor)
        same(value(expression, {x: array}), expected)


@pytest.mark.parametrize("op", BITWISE, ids=lambda f: f.__name__)
def test_bitwise_operators_are_numpys(op: Callable[[Any, Any], Any]) -> None:
    x, array = T.ivector("x"), np.array([1, 6, 4], "int32")
    for other in (3, np.array([1, 2, 0], "int32"), np.int64(2)):
        same(value(op(x, other), {x: array}), op(array, other))
        same(value(op(other, x), {x: array}), op(other, array))
    with pytest.raises(DTypeError, match="not defined for"):
        op(x, 1.5)


def test_bitwise_operators_of_conditions() -> None:
    x, array = T.dvector("x"), np.array([-1.0, 0.5, 2.0])
    same(value(~((x > 0) & (x < 1)) ^ (x == 2), {x: array}), ~((array > 0) & (array < 1)) ^ (array == 2))


@pytest.mark.parametrize("op", UNARY, ids=lambda f: f.__name__)
def test_unary_operators_are_numpys(op: Callable[[Any], Any]) -> None:
    x, array = T.fvector("x"), np.array([-1.0, 0.0, 2.5], "float32")
    same(value(op(x), {x: array}), op(array))


def test_divmod_and_matrix_product() -> None:
    x, array = T.dmatrix("x"), np.array([[1.0, 5.0], [3.0, 7.5]])
    for pair, expected in ((divmod(x, 2), divmod(array, 2)), (divmod(2, x), divmod(2, array)),
                           (np.divmod(x, 2), np.divmod(array, 2))):
        for got, wanted in zip(values(list(pair), {x: array}), expected, strict=True):
            same(got, wanted)
    products = ((x @ array, array @ array), (array @ x, array @ array), ([1, 2] @ x, [1, 2] @ array))
    for product, expected in products:
        same(value(product, {x: array}), expected)


def test_lists_are_arrays() -> None:
    x = T.fvector("x")
    expression = x + [1, 2]
    assert expression.dtype == np.dtype("float64")
    same(value([1.0, 2.0] * x, {x: np.array([2, 3], "float32")}), np.array([2.0, 6.0]))
    y = T.dscalar("y")
    same(value(T.exp(x)[0] * 0 + T.as_tensor([[y, 1.0], [2, y]]), {x: np.zeros(1, "float32"), y: 5.0}),
         np.array([[5.0, 1.0], [2.0, 5.0]]))


def test_what_is_no_operand_is_left_to_the_other_side() -> None:
    class Other:
        def __radd__(self, other: object) -> str:
            return "radd"

    x = T.dscalar("x")
    assert x + Other() == "radd"
    for bad in (None, "a", {}, {1}):
        with pytest.raises(TypeError, match="unsupported operand"):
            x + bad


# NumPy's protocols ------------------------------------------------------------------------------------------

def operands(row: Any) -> tuple[list[Tensor], list[np.ndarray[Any, Any]]]:
    """Inputs and arrays of the first dtype that a row is defined for."""
    for names in (("float64",) * row.arity, ("int64",) * row.arity, ("float64", "int64", "int64")):
        kinds = names[:row.arity]
        try:
            row.dtype(row.name, tuple(map(np.dtype, kinds)), {})
        except DTypeError:
            continue
        xs = [T.tensor("x", dtype=kind, shape=(None,)) for kind in kinds]
        return xs, [np.array([1, 2, 3 + k], kind) for k, kind in enumerate(kinds)]
    raise AssertionError(row)


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_numpys_ufuncs_build_graph(ufunc: np.ufunc) -> None:
    row = next(r for r in ELEMENTWISE if r.numpy is ufunc)
    xs, arrays = operands(row)
    expression = ufunc(*xs)
    assert isinstance(expression, Tensor)
    assert expression.node.op is row
    with np.errstate(all="ignore"):
        same(value(expression, dict(zip(xs, arrays, strict=True))), ufunc(*arrays))


def test_scipys_ufuncs_build_graph() -> None:
    x = T.dvector("x")
    for row in ELEMENTWISE:
        if isinstance(row.numpy, str) and row.numpy.startswith("scipy"):
            assert row.reference()(*[x] * row.arity).node.op is row
    with pytest.raises(UnsupportedError, match="no counterpart"):
        scipy.special.ber(x)


def test_arrays_and_scalars_on_the_left_build_graph() -> None:
    x = T.dvector("x")
    for left in (np.ones(3), np.float64(2), np.float32(2), np.int64(2), np.array(2.0), np.bool_(True)):
        assert isinstance(left + x, Tensor)
        assert isinstance(left * x, Tensor)
        assert isinstance(left < x, Tensor)
    assert (np.float64(2) * x).node.inputs[0].inputs[0].op.name == "constant"


def test_other_uses_of_ufuncs_are_refused() -> None:
    x = T.dvector("x")
    with pytest.raises(UnsupportedError, match="use symnum's sum"):
        np.hypot.reduce(x)
    with pytest.raises(UnsupportedError, match="the argument out is not supported"):
        np.exp(x, out=np.zeros(3))
    with pytest.raises(UnsupportedError, match="the argument dtype is not supported"):
        np.add(x, 1, dtype="float32")
    array = np.zeros(3)
    with pytest.raises(UnsupportedError, match="out"):
        array += x
    assert not array.any()


@pytest.mark.parametrize("convert", [float, int, complex, operator.index, math.sin, np.asarray, np.array,
                                     lambda x: np.zeros(3)[x]])
def test_a_tensor_has_no_value(convert: Callable[[Any], Any]) -> None:
    with pytest.raises(SymbolicTruthError, match=r"x: float64 \(3,\).* has no value while a graph is built"):
        convert(T.tensor("x", shape=(3,)))


def test_eval_computes() -> None:
    x, y = T.dvectors("x", "y")
    with current().but(mode="numpy").active():
        same((x * 2 + y).eval({y: [1.0, 2.0], x: np.array([3.0, 4.0])}), np.array([7.0, 10.0]))
        same(T.exp(0.0).eval(), np.array(1.0))
        same(x.sum().eval({x: [1, 2], y: [5.0]}), np.array(3.0))
        with pytest.raises(MissingInputError, match="y"):
            (x + y).eval({x: [1.0]})


# errors -----------------------------------------------------------------------------------------------------

def test_errors_name_op_operands_and_lines() -> None:
    x = T.tensor("x", shape=(2, 3)); made = here()  # noqa: E702
    y = T.tensor("y", dtype="int8", shape=(None, 4))
    with pytest.raises(ShapeError) as raised:
        x + y
    lines = str(raised.value).splitlines()
    assert lines[0].startswith("add: shapes (2, 3) and (y.shape[0], 4) do not broadcast")
    assert lines[1] == f"  operand 1: x: float64 (2, 3), made at {made}"
    assert lines[2].startswith("  operand 2: y: int8 (y.shape[0], 4), made at ")
    assert lines[3].startswith(f"  at {__file__}:")


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda x: T.floor(x + 1j), DTypeError, "floor is not defined for (complex128)"),
    (lambda x: T.exp(None), DTypeError, "given None of type NoneType"),
    (lambda x: T.exp("a"), DTypeError, "given 'a' of type str"),
    (lambda x: T.exp([[1.0], [1.0, 2.0]]), ShapeError, "different lengths"),
    (lambda x: T.less(x, 1j), DTypeError, "complex"),
    (lambda x: T.add(x, np.zeros(3, "clongdouble")), DTypeError, "is not supported"),
    (lambda x: T.add(x, np.zeros(3, "longdouble")), DTypeError, "is not supported"),
    (lambda x: T.add(x, np.array(["a"])), DTypeError, "not supported"),
    (lambda x: T.add(x, np.array([None])), DTypeError, "add: expected a tensor, a number, an array"),
    (lambda x: T.add(x, np.ma.masked_array([1.0, 2.0], [True, False])), UnsupportedError, "masked arrays"),
    (lambda x: T.bitwise_and(x, 1), DTypeError, "bitwise_and is not defined for (float64, Python int)"),
    (lambda x: T.bvector("b") + 300, symnum.errors.ArgumentValueError, "300 does not fit int8"),
])
def test_bad_operands_are_refused(call: Callable[[Tensor], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call(T.dvector("x"))
    assert words in str(raised.value)
    assert isinstance(raised.value, SymnumError)
    assert f"at {__file__}" in str(raised.value)


def test_a_wrong_number_of_operands_is_pythons_error() -> None:
    with pytest.raises(TypeError, match="positional argument"):
        T.exp(1.0, 2.0)
    with pytest.raises(TypeError, match="positional argument"):
        T.add(1.0)


# elementwise functions --------------------------------------------------------------------------------------

def test_every_elementwise_row_is_public_under_all_its_names() -> None:
    for row in ELEMENTWISE:
        for name in (row.name, *row.aliases) if row.name != "cast" else ("astype",):
            function = getattr(T, name)
            assert function.__name__ == name
            assert name in T.__all__
            assert function.__doc__.count(">>>") >= 2, name


@pytest.mark.parametrize("row", [r for r in ELEMENTWISE if r.name not in ("cast", "clip", "real", "imag")], ids=repr)
def test_elementwise_functions_apply_their_row(row: Any) -> None:
    xs, arrays = operands(row)
    expression = getattr(T, row.name)(*xs)
    assert expression.node.op is row
    with np.errstate(all="ignore"):
        expected = np.asarray(row.reference()(*arrays), expression.dtype)
    same(value(expression, dict(zip(xs, arrays, strict=True))), expected)
    same(value(getattr(T, row.name)(*(a.tolist() for a in arrays))), expected)


def test_dtypes_of_all_pairs_are_numpys() -> None:
    for a in dtypes.ALL:
        for b in dtypes.ALL:
            x, y = T.tensor("x", dtype=a), T.tensor("y", dtype=b)
            assert (x * y).dtype == (np.zeros(1, a) * np.zeros(1, b)).dtype
            assert T.maximum(x, y).dtype == np.maximum(np.zeros(1, a), np.zeros(1, b)).dtype
        for number in (True, 1, 1.5):
            assert (T.tensor("x", dtype=a) * number).dtype == (np.zeros(1, a) * number).dtype


@pytest.mark.parametrize(("call", "message"), [
    (lambda x: T.exp("a"), "exp: expected a tensor"), (lambda x: x["a"], "index: an index"),
    (lambda x: T.einsum("ij,jk", x, x), r"einsum: .*\n  operand 1: x: float64 \(3, 4\).*\n  operand 2: x"),
    (lambda x: T.stack([x, x.T]), r"stack: .*\n  operand 1: x.*\n  operand 2: transpose: float64 \(4, 3\)")])
def test_errors_name_the_function_and_its_operands(call, message):
    with pytest.raises(SymnumError, match=message) as caught:
        call(T.tensor("x", dtype="float64", shape=(3, 4)))
    assert f"{__file__}:" in str(caught.value)
