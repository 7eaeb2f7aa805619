"""Ops that users make of formulas, and classes of SymPy that they register."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import sympy
from sympy.tensor.array.expressions import ArraySymbol, PermuteDims

import symnum as sn
from symnum import tensor as T
from symnum.algebra.user_ops import UserOp
from symnum.errors import ArgumentValueError, GraphError, ShapeError, UnsupportedError
from symnum.ir.inline import inlined
from symnum.ir.walk import topological

X, A = sympy.symbols("x a")
FORMULA = sympy.log(1 + sympy.exp(A * X)) / A


class Drag(sympy.Function):
    """A force that grows as the square of a speed."""

    nargs = 1


class Energy(sympy.Function):
    """A sum over all elements."""

    nargs = 1


def drag(v):
    """v |v|"""
    return v * sn.abs(v)


def softclip():
    return sn.elementwise_from_sympy("softclip", FORMULA, [X, A])


# formulas ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", ["numpy", "auto", "debug"])
def test_an_op_computes_its_formula_stably(mode):
    t = T.dvector("t")
    f = sn.function([t], softclip()(t, 2.0), mode=mode)
    np.testing.assert_allclose(f([0.0, 1000.0, -3.0, -400.0]),
                               [np.log(2) / 2, 1000, np.log1p(np.exp(-6)) / 2, np.exp(-800) / 2], rtol=1e-14)


def test_an_op_is_one_node_under_its_name():
    t = T.dvector("t")
    y = softclip()(t, 2.0)
    assert sn.pp(y) == "softclip(t, 2)"
    assert isinstance(y.node.op, UserOp)
    assert sympy.latex(y.sympy()) == r"\operatorname{softclip}{\left(t,2 \right)}"
    named = sn.elementwise_from_sympy("relu6", sympy.Min(sympy.Max(X, 0), 6), latex=r"\mathrm{ReLU}_6")
    assert sympy.latex(named.head(X) ** 2) == r"\mathrm{ReLU}_6^{2}{\left(x \right)}"


def test_derivatives_of_any_order_and_by_every_operand():
    t, a = T.dscalars("t", "a")
    found, wanted = softclip()(t, a), FORMULA
    for by, symbol in ((t, X), (a, A), (t, X)):
        found, wanted = sn.grad(found, by), wanted.diff(symbol)
        value = sn.function([t, a], found, mode="numpy", on_unused_input="ignore")(0.7, 1.3)
        np.testing.assert_allclose(value, float(wanted.evalf(30, subs={X: 0.7, A: 1.3})), rtol=1e-12)


def test_derivatives_of_sympy_are_those_of_the_formula():
    head = softclip().head
    assert sympy.simplify(head(X, A).diff(X) - FORMULA.diff(X)) == 0
    assert sympy.expand_func(head(X, A)) == FORMULA
    assert abs(head(2, 1).evalf() - sympy.log(1 + sympy.exp(2)).evalf()) < 1e-14


def test_operands_broadcast_and_promote():
    op = softclip()
    assert op(T.fvector(), 2.0).dtype == np.float32
    assert op(T.lvector(), 2).dtype == np.float64
    t, a = T.dmatrix("t"), T.dvector("a")
    found = sn.function([t, a], op(t, a), mode="numpy")(np.ones((2, 3)), [1, 2, 3])
    np.testing.assert_allclose(found, np.log1p(np.exp(np.ones((2, 3)) * [1, 2, 3])) / [1, 2, 3])
    is_large = sn.elementwise_from_sympy("is_large", X > 10)
    assert is_large(t).dtype == bool


def test_ops_go_to_sympy_and_back():
    t = T.dvector("t")
    y = softclip()(t, 2.0)
    assert sn.as_tensor(y.sympy()).same_as(y)
    expression = softclip().head(X, 3) + 1
    back = sn.from_sympy(expression, symbols={X: t})
    assert "softclip(t, 3)" in sn.pp(back)


def test_ops_of_ops():
    t = T.dvector("t")
    outer = sn.elementwise_from_sympy("outer", sympy.Piecewise((softclip().head(X, 1), X > 0), (0, True)))
    np.testing.assert_allclose(sn.function([t], outer(t))([-1, 1]), [0, np.log1p(np.e)])
    assert not any(isinstance(node.op, UserOp) for node in topological(inlined([outer(t).node])))


def test_equal_formulas_are_one_op_and_survive_pickling():
    t = T.dvector("t")
    y = softclip()(t, 2.0)
    assert softclip()(t, 2.0).same_as(y)
    other = sn.elementwise_from_sympy("softclip", FORMULA * 2, [X, A])
    assert other != softclip() and not other(t, 2.0).same_as(y)
    assert pickle.loads(pickle.dumps(y)).node.op == y.node.op
    f = sn.function([t], y, mode="numpy")
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(f))([1.0]), f([1.0]))
    expression = softclip().head(X, A)
    assert pickle.loads(pickle.dumps(expression)) == expression


def test_ops_of_one_name_are_not_confused_by_the_cache():
    t = T.dvector("t")
    values = [sn.function([t], sn.elementwise_from_sympy("same", e)(t))([2.0]) for e in (X ** 2, X ** 3)]
    assert values == [4, 8]


def test_formulas_are_refused_where_they_are_made():
    with pytest.raises(ArgumentValueError, match="identifier"):
        sn.elementwise_from_sympy("soft clip", X)
    with pytest.raises(GraphError, match="each symbol"):
        sn.elementwise_from_sympy("f", X * A, [X])
    with pytest.raises(GraphError, match="each symbol"):
        sn.elementwise_from_sympy("f", sympy.Integer(1))
    with pytest.raises(UnsupportedError, match="undefined function"):
        sn.elementwise_from_sympy("f", sympy.Function("g")(X))


# classes ----------------------------------------------------------------------------------------------------

def test_a_registered_class_is_a_node_and_comes_back():
    op = sn.register_sympy(Drag, drag, back=Drag)
    v = T.dvector("v")
    y = sn.from_sympy(2 * Drag(X), symbols={X: v})
    assert sn.pp(y) == "2*Drag(v)"
    assert y.sympy() == 2 * Drag(sympy.sympify(v))
    np.testing.assert_array_equal(sn.function([v], y, mode="numpy")([3, -1]), [18, -2])
    np.testing.assert_array_equal(sn.grad(op(v).sum(), v).eval({v: [3, -1]}), [6, 2])
    assert (v * Drag(X)).eval({v: [2.0], X: -3.0}) == [-18]
    assert pickle.loads(pickle.dumps(y)).node.op == y.node.op


def test_a_class_without_a_way_back_may_have_any_shape():
    assert sn.register_sympy(Energy, lambda v: (v * v).sum()) is None
    v = T.dvector("v")
    np.testing.assert_array_equal(sn.from_sympy(Energy(X) + X, symbols={X: v}).eval({v: [3, 4]}), [28, 29])


def test_meanings_do_not_change_unnoticed():
    class Mine(sympy.Function):
        pass

    sn.register_sympy(Mine, drag)
    sn.register_sympy(Mine, drag)
    with pytest.raises(GraphError, match="another meaning"):
        sn.register_sympy(Mine, abs)
    with pytest.raises(GraphError, match="class of your own"):
        sn.register_sympy(sympy.sin, drag)
    with pytest.raises(GraphError, match="class of your own"):
        sn.register_sympy(dict, drag)


def test_what_is_not_elementwise_has_no_way_back():
    class Total(sympy.Function):
        pass

    class Wide(sympy.Function):
        pass

    v = T.dvector("v")
    wide = sn.register_sympy(Wide, lambda v: sn.stack([v, v]), back=Wide)
    with pytest.raises(ShapeError, match="must be elementwise"):
        sn.function([v], wide(v), mode="numpy")
    double = sn.register_sympy(Total, lambda v: v.astype("float64"), back=Total)
    assert double(T.fvector()).dtype == np.float64


# coverage ---------------------------------------------------------------------------------------------------

def test_coverage_names_what_does_not_convert_and_where():
    n, f = sympy.Symbol("n"), sympy.Function("f")
    found = sn.coverage([X + 1, sympy.Piecewise((X, X > 0), (sympy.DiracDelta(X), True))])
    assert not found.complete and [one.path for one in found.uncovered] == ["exprs[1].args[1].args[0]"]
    assert "DiracDelta(x); cure: integrate it" in str(found)
    inside = sn.coverage(sympy.Sum(f(n) * X ** n, (n, 0, 5)))
    assert [one.expression for one in inside.uncovered] == ["f(n)"]
    assert sn.coverage(f(X) * X, [f(X)]).complete
    bounds = sn.coverage(sympy.Integral(sympy.exp(X), X))
    assert "no bounds" in str(bounds) and "doit" in bounds.uncovered[0].cure
    assert str(sn.coverage(sympy.sin(X) * A)) == "all 4 parts convert"


def test_coverage_knows_registered_classes():
    class Known(sympy.Function):
        pass

    assert not sn.coverage(Known(X)).complete
    sn.register_sympy(Known, drag)
    assert sn.coverage(Known(X)).complete and sn.coverage(softclip().head(X, A)).complete


# text -------------------------------------------------------------------------------------------------------

def test_text_holds_the_formula_of_an_op():
    t = T.dvector("t")
    mass = sn.register_sympy(type("Mass", (sympy.Function,), {"nargs": 1, "__module__": __name__}), drag, back=Drag)
    x = [softclip()(t, 2.0) + 1, {"slope": sn.grad(softclip()(t, 0.5).sum(), t), "same": t}, mass(t)]
    x[0].name = "clipped"
    text = sn.dumps(x)
    back = sn.loads(text)
    assert "softclip" not in text and back[1]["same"].same_as(t) and back[0].name == "clipped"
    for found, wanted in ((back[0], x[0]), (back[1]["slope"], x[1]["slope"]), (back[2], x[2])):
        values = [sn.function([t], y, mode="numpy")([0.5, -2.0, 30.0]) for y in (found, wanted)]
        assert values[0].tobytes() == values[1].tobytes() and found.dtype == wanted.dtype
    assert sn.loads(sn.dumps(sn.function([t], x[0], mode="numpy")))([1.0]) == pytest.approx(np.log1p(np.exp(2)) / 2 + 1)


def test_operands_of_an_op_promote():
    f, d, k = T.fvector("f"), T.dvector("d"), T.lscalar("k")
    op = softclip()
    assert [op(f, f).dtype, op(f, d).dtype, op(d, f).dtype, op(f, 2.0).dtype, op(k, k).dtype] == [
        "float32", "float64", "float64", "float32", "float64"]


def test_coverage_of_matrices_arrays_and_whole_numbers():
    m, c, n = sympy.MatrixSymbol("M", 3, 3), sympy.MatrixSymbol("c", 3, 1), sympy.Symbol("n", integer=True)
    array, base, (i, j) = ArraySymbol("A", (2, 3)), sympy.IndexedBase("b"), map(sympy.Idx, "ij")
    for e in (m * m.T, m.I * c, sympy.Trace(m) + sympy.Determinant(m), m.applyfunc(sympy.sin), m[1:, :2], m[0, 1] * X,
              PermuteDims(array, [1, 0]), array[0, 1], base[i, j] * base[j, i], base[i + 1, 0] - X,
              sympy.Sum(X**A, (A, 0, n)), sympy.Matrix([[X, n]]) * m[:2, :]):
        assert sn.coverage(e).complete, sn.coverage(e)
    missing, = sn.coverage(sympy.Permanent(m) + X).uncovered
    assert missing.expression == "Permanent(M)"


def test_formulas_name_their_arguments_in_several_ways():
    y = sympy.Symbol("y", real=True)
    for args in ("y x", "y, x", ["y", "x"], [y, X]):
        op = sn.elementwise_from_sympy("difference", y - X, args)
        assert sn.function([], op(5.0, 3.0), mode="numpy")() == 2
    ordered = sn.elementwise_from_sympy("difference", sympy.Lambda((y, X), y - X))
    assert sn.function([], ordered(5.0, 3.0), mode="numpy")() == 2
    for wrong in ("x - y", sympy.Matrix([X]), sympy.MatrixSymbol("M", 2, 2), None, [X]):
        with pytest.raises(GraphError, match="expression of SymPy for one number"):
            sn.elementwise_from_sympy("wrong", wrong)


def test_what_cannot_be_registered():
    for wrong in (sympy.sin, sympy.Function("f"), sympy.Function, dict, 3):
        with pytest.raises(GraphError, match="a class of your own"):
            sn.register_sympy(wrong, abs)

    class Own(sympy.Function):
        nargs = 1
    for to, back in ((3, None), (abs, 3)):
        with pytest.raises(GraphError, match="must be functions"):
            sn.register_sympy(Own, to, back)
    assert sn.register_sympy(cls=Own, to=drag, back=Own) == sn.register_sympy(Own, drag, Own)


def test_coverage_is_a_list_of_what_does_not_convert():
    h = sympy.Function("h")
    found = sn.coverage([sympy.sin(X), sympy.Matrix([1, h(X)])])
    assert [one.path for one in found] == ["exprs[1].args[2].args[1]"] and len(found) == 1 and not found.complete
    assert list(sn.coverage(sympy.sin(X))) == []
