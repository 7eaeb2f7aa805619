"""Tensors meet objects of SymPy: operators in both orders, symbols as inputs, tensors as symbols."""

from __future__ import annotations

import copy
import gc
import operator
import pickle
import subprocess
import sys
import weakref

import numpy as np
import pytest
import sympy

import symnum as sn
from symnum import tensor as T
from symnum.errors import DTypeError, GraphError, SymbolicTruthError, UnsupportedError
from symnum.ir.walk import leaves

X, Y = sympy.symbols("x y")
P = sympy.Symbol("p", positive=True)
ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow)
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq)
REALS = (X, sympy.sin(X), X + Y, 2 * X, sympy.Integer(2), sympy.Rational(1, 3), sympy.Float(0.5), sympy.pi,
         sympy.sqrt(2), P)
VALUES = {X: 1.25, Y: 0.5, P: 2.5}
POINTS = np.array([0.75, 2.0, 3.5])


def computed(x, t=POINTS):
    """The value of a tensor of ``t`` and the symbols, at fixed points."""
    names = {"t": t, **{str(symbol): value for symbol, value in VALUES.items()}}
    found = inputs_of(x)
    return sn.function(found, x, mode="numpy")(*(names[leaf.name] for leaf in found))


def inputs_of(x):
    return [sn.Tensor(node) for node in leaves([x.node], "input")]


# operators --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("f", [*ARITHMETIC, *COMPARISONS], ids=lambda f: f.__name__)
@pytest.mark.parametrize("e", REALS, ids=str)
def test_operators_give_tensors_in_both_orders(f, e):
    t = T.dvector("t")
    number = float(e.subs(VALUES))
    for found, wanted in ((f(e, t), f(number, POINTS)), (f(t, e), f(POINTS, number))):
        assert isinstance(found, sn.Tensor)
        np.testing.assert_allclose(computed(found), wanted, rtol=1e-14)


def test_divmod_in_both_orders():
    t = T.dvector("t")
    for found, wanted in ((divmod(X, t), divmod(1.25, POINTS)), (divmod(t, X), divmod(POINTS, 1.25))):
        np.testing.assert_allclose([computed(part) for part in found], wanted)


def test_complex_numbers_of_sympy():
    z = T.zvector("z")
    found = sympy.I * z + (1 + 2 * sympy.I)
    assert found.dtype == complex
    np.testing.assert_allclose(found.eval({z: [2j]}), [-1 + 2j])


@pytest.mark.parametrize("f", [operator.and_, operator.or_, operator.xor], ids=lambda f: f.__name__)
def test_logic_in_both_orders(f):
    t = T.dvector("t")
    for found in (f(X > 1, t > 1), f(t > 1, X > 1), f(sympy.true, t > 1)):
        np.testing.assert_array_equal(computed(found), f(True, POINTS > 1))


def test_unequal_with_sympy_on_the_left_is_refused_and_never_a_bool():
    t = T.dvector("t")
    np.testing.assert_array_equal(computed(t != X), POINTS != 1.25)
    with pytest.raises(SymbolicTruthError):
        X != t  # noqa: B015, SIM300


def test_numbers_of_sympy_are_weak():
    v = T.fvector("v")
    for number in (sympy.Integer(2), sympy.Rational(1, 3), sympy.pi, sympy.sqrt(2)):
        assert (v * number).dtype == (number * v).dtype == np.float32
    assert (T.lvector("k") * sympy.Integer(2)).dtype == np.int64
    assert (T.lvector("k") * sympy.Rational(1, 2)).dtype == np.float64
    assert sn.as_tensor(sympy.Rational(1, 3)).eval() == 1 / 3


def test_functions_and_lists_take_symbols():
    t = T.dvector("t")
    for found in (sn.add(X, t), np.add(t, X), sn.maximum(t, X)):
        assert isinstance(found, sn.Tensor)
    np.testing.assert_array_equal(computed(sn.as_tensor([X, Y, 1])), [1.25, 0.5, 1])
    np.testing.assert_array_equal(computed(np.add([X, Y, 1], t)), POINTS + [1.25, 0.5, 1])


def test_arrays_of_objects_are_refused_with_a_cure():
    with pytest.raises(DTypeError, match="in a list"):
        T.dvector("t") + np.array([X, Y])


@pytest.mark.parametrize("f", [*ARITHMETIC, operator.matmul, *COMPARISONS], ids=lambda f: f.__name__)
def test_matrices_meet_tensors_in_both_orders(f):
    m = T.tensor("t", shape=(2, 2))
    values, given = np.array([[1.25, 1], [0.5, 2]]), np.array([[2.0, 3], [0.25, 4]])
    for matrix in (sympy.Matrix([[X, 1], [Y, 2]]), sympy.ImmutableMatrix([[X, 1], [Y, 2]])):
        pairs = [(f(m, matrix), f(given, values))]
        if f is not operator.mod:   # SymPy's matrices keep this operator to themselves
            pairs.append((f(matrix, m), f(values, given)))
        for found, wanted in pairs:
            assert isinstance(found, sn.Tensor)
            np.testing.assert_allclose(computed(found, given), wanted)


def test_matrix_symbols_are_inputs_of_their_shape():
    m, t = sympy.MatrixSymbol("M", 2, 3), T.dvector("t")
    for found, wanted in ((m @ t, [8.0, 26.0]), (m * t, [[0, 2, 6], [3, 8, 15]]), (t + m, [[1, 3, 5], [4, 6, 8]])):
        np.testing.assert_array_equal(found.eval({m: np.arange(6.0).reshape(2, 3), t: [1, 2, 3]}), wanted)
    with pytest.raises(UnsupportedError, match="shape"):
        t + sympy.MatrixSymbol("N", sympy.Symbol("n"), 3)


# symbols as inputs ------------------------------------------------------------------------------------------

def test_a_symbol_is_one_input_wherever_it_occurs():
    t = T.dvector("t")
    assert (t * X).same_as(t * X)
    assert len(inputs_of(t * X + sympy.sin(X))) == 2
    assert not (t * X).same_as(t * sympy.Symbol("x", real=True))
    assert not (t * sympy.Dummy("x")).same_as(t * sympy.Dummy("x"))
    assert (t * sympy.Symbol("q", positive=True)).same_as(t * sympy.Symbol("q", real=True, positive=True))


def test_a_symbol_is_one_input_in_every_process():
    code = ("import sympy, symnum as sn; from symnum.operands import declared; "
            "print(declared(sympy.Symbol('x', positive=True)).node.attr('token'))")
    found = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
             for _ in range(2)}
    assert len(found) == 1


def test_assumptions_are_facts():
    t = T.dvector("t")
    assert "positive=True" in sn.pp(t * P)
    f = sn.function([P, t], t * sympy.log(P) + abs(t * 0 + P), mode="numpy")
    assert "abs" not in f.source("c99")


def test_symbols_are_inputs_of_functions():
    a, b = T.dmatrix("A"), T.dvector("b")
    f = sn.function([X, a, b], a @ b * sympy.sin(X), mode="numpy")
    np.testing.assert_allclose(f(2.0, np.eye(2), [1, 2]), np.sin(2) * np.array([1, 2]))
    assert f.input_names == ("x", "A", "b")
    np.testing.assert_allclose(f(x=2.0, A=np.eye(2), b=[1, 2]), np.sin(2) * np.array([1, 2]))


def test_outputs_may_be_sympy_in_any_structure():
    f = sn.function([X, Y], [sympy.sqrt(X), (X + Y, 1), {"a": sympy.sin(Y) * 3}], mode="numpy")
    found = f(4.0, 3.0)
    assert found[0] == 2 and found[1] == (7, 1)
    np.testing.assert_allclose(found[2]["a"], 3 * np.sin(3))


def test_inputs_declare_dtype_and_shape():
    f = sn.function([sn.In(X, dtype="float32", shape=(None,)), Y], [sympy.sqrt(X) * 2, 2 * X + Y], mode="numpy")
    root, total = f(np.array([4, 9], np.float32), 1.0)
    assert root.dtype == np.float32 and total.dtype == np.float64
    np.testing.assert_array_equal(root, [4, 6])
    np.testing.assert_array_equal(total, [9, 19])


def test_a_declaration_holds_for_tensors_that_were_built_before():
    b = T.dvector("b")
    x = sn.In(X, dtype="float32", shape=(2, 1))
    found = sn.function([x, b], b * sympy.exp(X) + X, mode="numpy")(np.ones((2, 1), np.float32), [1, 2, 3])
    np.testing.assert_allclose(found, np.ones((2, 1)) * [1, 2, 3] * np.e + 1, rtol=1e-6)
    with pytest.raises(UnsupportedError, match="sum was built on a symbol as a float64 scalar"):
        sn.function([x, b], sn.sum(b * X), mode="numpy")


def test_what_is_no_symbol_is_no_input():
    with pytest.raises(GraphError, match="no symbol"):
        sn.function([sympy.sin(X)], X)
    with pytest.raises(GraphError, match="symbols of SymPy"):
        sn.In(T.dscalar("t"), dtype="float32")


def test_derivatives_by_symbols():
    b = T.dvector("b")
    slope = sn.grad((b * sympy.log(P)).sum(), P)
    np.testing.assert_allclose(slope.eval({P: 4.0, b: [1, 2]}), 0.75)
    np.testing.assert_allclose(sn.grad(sympy.sin(X) * Y, [X, Y])[0].eval({X: 1.0, Y: 2.0}), 2 * np.cos(1))


# tensors as symbols -----------------------------------------------------------------------------------------

def test_functions_of_sympy_give_expressions_of_opaque_symbols():
    t = T.dvector("t")
    e = sympy.sin(t) ** 2 + sympy.cos(t) ** 2
    assert isinstance(e, sympy.Expr) and sympy.simplify(e) == 1
    assert sympy.diff(sympy.sin(t), sympy.sympify(t)) == sympy.cos(t)
    assert sympy.latex(sympy.sin(t)) == r"\sin{\left(t \right)}"
    assert sympy.solve(2 * sympy.sympify(t) - 4) == [2]


def test_an_opaque_symbol_is_its_tensor_again():
    t, a = T.dvector("t"), T.dmatrix("A")
    y = a @ t
    assert sn.as_tensor(sympy.sympify(y)).same_as(y)
    assert (sympy.sin(y) * t).same_as(sn.sin(y) * t)
    assert sn.from_sympy(sympy.sin(y), symbols={}).same_as(sn.sin(y))


def test_symbols_of_one_name_are_told_apart_by_their_tensors():
    s, t = T.dscalar("t"), T.dscalar("t")
    assert sympy.sin(s) - sympy.sin(t) != 0
    assert sympy.sin(s) - sympy.sin(s) == 0
    e = sympy.sympify(s) ** 2 / sympy.sympify(t)
    np.testing.assert_allclose(sn.function([s, t], e, mode="numpy")(3.0, 2.0), 4.5)
    assert sympy.sympify(s) != sympy.Symbol("t", real=True)


def test_opaque_symbols_are_real_or_integer_by_dtype():
    assert sympy.sympify(T.dscalar()).is_real and sympy.sympify(T.lscalar()).is_integer
    assert sympy.sympify(T.zscalar()).is_real is None
    assert sympy.sympify(sn.assume(T.dscalar(), positive=True)).is_positive


def test_opened_expressions_come_back():
    t = T.dvector("t")
    e = (sn.exp(-t) * 2 + (t * t).sum()).sympy()
    assert e.has(sympy.exp)
    back = sn.as_tensor(e)
    np.testing.assert_allclose(computed(back), 2 * np.exp(-POINTS) + (POINTS ** 2).sum())
    assert (t + t).sympy() == 2 * sympy.sympify(t)


def test_opaque_symbols_survive_pickling_and_copying():
    t = T.dscalar("t")
    e = sympy.sin(t) + 1
    assert pickle.loads(pickle.dumps(e)) == e
    assert copy.deepcopy(e) == e


def test_a_symbol_keeps_its_tensor_as_long_as_sympy_keeps_the_symbol():
    x = T.dscalar("x")
    y = x + 12345
    node, e = weakref.ref(y.node), sympy.sin(y)
    del y
    gc.collect()
    assert node() is not None and sn.as_tensor(e).same_as(sn.sin(x + 12345))
    del e
    sympy.core.cache.clear_cache()
    gc.collect()
    assert node() is None


def test_sympy_is_not_imported_for_tensors_alone():
    code = ("import sys, symnum as sn; x = sn.tensor.dscalar('x'); x + 1 == x; sn.function([x], x, mode='numpy'); "
            "assert 'sympy' not in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True)
