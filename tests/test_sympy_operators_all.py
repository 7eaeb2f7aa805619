"""Every operator between a class of SymPy and a tensor, in both orders: NumPy's value, or an error that says so."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

import symnum as sn
from symnum import tensor as T
from symnum.errors import SymbolicTruthError, SymnumError, UnsupportedError
from symnum.ir import interpret
from symnum.ir.inline import inlined
from symnum.ir.walk import leaves

X, Y = sympy.symbols("x y")
M = sympy.MatrixSymbol("M", 2, 2)
ROWS = [[X, 1], [Y, 2]]
VALUES = {"x": np.float64(1.25), "y": np.float64(0.5), "M": np.array([[1.5, 2.0], [0.25, 1.0]])}
MATRIX = np.array([[1.25, 1.0], [0.5, 2.0]])
# Class of SymPy -> an object of it, and its value.
NUMBERS: dict[str, tuple[Any, Any]] = {
    "Symbol": (X, 1.25), "Add": (X + Y, 1.75), "Integer": (sympy.Integer(2), 2),
    "Rational": (sympy.Rational(1, 4), 0.25), "Float": (sympy.Float(0.5), 0.5), "pi": (sympy.pi, np.pi),
    "I": (sympy.I, 1j), "oo": (sympy.oo, np.inf), "nan": (sympy.nan, np.nan),
    "Function": (sympy.sqrt(X), np.sqrt(1.25)), "Piecewise": (sympy.Piecewise((X, X > 0), (0, True)), 1.25)}
ARRAYS: dict[str, tuple[Any, Any]] = {
    "Matrix": (sympy.Matrix(ROWS), MATRIX), "ImmutableMatrix": (sympy.ImmutableMatrix(ROWS), MATRIX),
    "SparseMatrix": (sympy.SparseMatrix(ROWS), MATRIX),
    "ImmutableSparseMatrix": (sympy.ImmutableSparseMatrix(ROWS), MATRIX),
    "Array": (sympy.Array(ROWS), MATRIX), "MutableDenseNDimArray": (sympy.MutableDenseNDimArray(ROWS), MATRIX),
    "ImmutableSparseNDimArray": (sympy.ImmutableSparseNDimArray(ROWS), MATRIX),
    "MutableSparseNDimArray": (sympy.MutableSparseNDimArray(ROWS), MATRIX),
    "MatrixSymbol": (M, VALUES["M"]), "MatMul": (2 * M, 2 * VALUES["M"]), "Transpose": (M.T, VALUES["M"].T),
    "Identity": (sympy.Identity(2), np.eye(2)), "ZeroMatrix": (sympy.ZeroMatrix(2, 2), np.zeros((2, 2)))}
CONDITIONS: dict[str, tuple[Any, Any]] = {
    "Relational": (X > 1, np.True_), "And": (sympy.And(X > 1, Y > 0), np.True_), "Eq": (sympy.Eq(X, 1), np.False_),
    "BooleanTrue": (sympy.true, np.True_)}
CLASSES = {**NUMBERS, **ARRAYS, **CONDITIONS}
OPERATORS: tuple[Callable[[Any, Any], Any], ...] = (
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.matmul, divmod, operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
    operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift)
COMPLEX = {operator.lt, operator.le, operator.gt, operator.ge}   # NumPy orders complex numbers, the standard does not
# What SymPy answers itself before it looks at the other operand: with an error of symnum that names the cure...
REFUSED = {
    **{(name, f): "as_tensor" for name in ("Matrix", "ImmutableMatrix") for f in (operator.mod,)},
    **{(name, operator.mod): "is not known while a graph is built" for name in ARRAYS if "SparseMatrix" in name},
    **{(name, f): "as_tensor" for name in ARRAYS if "Array" in name
       for f in (operator.mul, operator.truediv, operator.eq, operator.ne)},
    **{(name, operator.ne): "truth of" for name in CLASSES
       if name not in ("nan", "oo", "Matrix", "SparseMatrix") and "Array" not in name}}
# ... with its own, because conditions are no numbers in SymPy...
NO_NUMBERS = {
    *((name, f) for name in ("And", "BooleanTrue") for f in COMPLEX),
    *(("BooleanTrue", f) for f in (operator.add, operator.sub, operator.mul, operator.truediv, operator.mod,
                                   operator.pow))}
# ... or with the value that every element has.
PLAIN = {("nan", operator.eq): False, ("nan", operator.ne): True}
FLOATS = np.array([[2.0, 3.0], [0.25, 4.0]])
FLAGS = np.array([[True, False], [False, True]])
INTS = np.array([[1, 2], [0, 3]])


def values_of(found: Any, given: Any) -> Any:
    if isinstance(found, tuple):
        return tuple(values_of(x, given) for x in found)
    assert isinstance(found, sn.Tensor), f"{type(found)} {found}"
    nodes = inlined([found.node])
    known = {"t": given, **VALUES}
    return interpret.evaluate(nodes, {x: known[x.attr("name")] for x in leaves(nodes, "input")})[0]


def of_numpy(f: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    """NumPy's value, or None where it has none."""
    if f in COMPLEX and np.iscomplexobj(x) | np.iscomplexobj(y):
        return None
    try:
        with np.errstate(all="ignore"):
            return f(x, y)
    except (TypeError, ValueError):
        return None


def check(f: Callable[[Any, Any], Any], x: Any, y: Any, values: tuple[Any, Any], given: Any) -> None:
    wanted = of_numpy(f, *values)
    if wanted is None:
        with pytest.raises(SymnumError):
            f(x, y)
        return
    for found, value in zip(*(v if isinstance(v, tuple) else (v,) for v in (values_of(f(x, y), given), wanted)),
                            strict=True):
        np.testing.assert_allclose(found, value, rtol=1e-14)
        assert np.asarray(found).dtype.kind == np.asarray(value).dtype.kind


def operand_for(name: str, f: Callable[[Any, Any], Any]) -> Any:
    bits = f in (operator.lshift, operator.rshift, operator.and_, operator.or_, operator.xor)
    return FLAGS if name in CONDITIONS else INTS if name == "Integer" and bits else FLOATS


@pytest.mark.parametrize("f", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", CLASSES)
def test_the_tensor_on_the_left(name: str, f: Callable[[Any, Any], Any]) -> None:
    (e, value), given = CLASSES[name], operand_for(name, f)
    check(f, T.tensor("t", dtype=given.dtype, shape=(2, 2)), e, (given, value), given)


@pytest.mark.parametrize("f", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", CLASSES)
def test_the_tensor_on_the_right(name: str, f: Callable[[Any, Any], Any]) -> None:
    (e, value), given = CLASSES[name], operand_for(name, f)
    t = T.tensor("t", dtype=given.dtype, shape=(2, 2))
    if (name, f) in PLAIN:
        assert f(e, t) is PLAIN[name, f]
    elif (name, f) in NO_NUMBERS:
        with pytest.raises(TypeError, match=r"not allowed|can only be used"):
            f(e, t)
    elif (name, f) in REFUSED:
        with pytest.raises(SymnumError, match=REFUSED[name, f]):
            f(e, t)
    else:
        check(f, e, t, (value, given), given)


def test_polynomials_and_quaternions_name_what_to_use_instead() -> None:
    t, poly = T.dscalar("t"), sympy.Poly(X**2, X)
    for f in OPERATORS[:7]:
        with pytest.raises(UnsupportedError, match=r"as_tensor|poly\.as_expr\(\)"):
            f(poly, t)
        with pytest.raises(UnsupportedError, match=r"poly\.as_expr\(\)"):
            f(t, poly)
    with pytest.raises(UnsupportedError, match="as_tensor"):
        sympy.Quaternion(1, 2, 3, 4) + t
    with pytest.raises(UnsupportedError, match="Lambda"):
        t + sympy.Lambda(X, X + 1)


def test_arrays_of_sympy_find_the_class_of_a_tensor_elsewhere() -> None:
    t = T.tensor("t", shape=(2, 2))
    assert t.__class__ is sn.Tensor and isinstance(t, sn.Tensor)
    assert sympy.Array(ROWS) != 3 and sympy.Array(ROWS) == sympy.Array(ROWS)
    with pytest.raises(SymbolicTruthError, match="cure: tensor != expression"):
        X != t  # noqa: B015, SIM300
