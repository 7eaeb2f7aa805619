"""Rows of matrices, arrays and indices; see ``sympy_classes.py``.

SymPy's own evaluation of many of these classes fails or is wrong for explicit matrices, so ``want`` writes the value
out with explicit matrices: a function of the values of the row's symbols, in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy.combinatorics import Permutation
from sympy.matrices import expressions as mx
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.fourier import DFT, IDFT
from sympy.matrices.expressions.permutation import MatrixPermute, PermutationMatrix
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.tensor.array.expressions import array_expressions as ax

from tests.sympy_classes import Refused, Row, n, x

A, B = sympy.MatrixSymbol("A", 3, 3), sympy.MatrixSymbol("B", 3, 3)
C, V = sympy.MatrixSymbol("C", 3, 2), sympy.MatrixSymbol("v", 3, 1)
T = ax.ArraySymbol("T", (2, 3, 3))
_SHAPES = {A: (3, 3), B: (3, 3), C: (3, 2), V: (3, 1), T: (2, 3, 3)}
a, b, c = sympy.IndexedBase("a"), sympy.IndexedBase("b"), sympy.IndexedBase("c", shape=(3, 2))
i, j, k = sympy.Idx("i", 3), sympy.Idx("j", 2), sympy.Idx("k", 3)
t, u = sympy.symbols("t u", integer=True)
_ELEMENT = sympy.Dummy("element", real=True)
_POSITIVE = (0.5, 2.0)


def _row(name: str, expr: Any, of: tuple[Any, ...], want: Callable[..., Any], *, tol: float = 64.0,
         shapes: dict[Any, tuple[int, ...]] | None = None, **more: Any) -> Row:
    given = {s: _SHAPES[s] for s in of if s in _SHAPES} if shapes is None else shapes
    return Row(name, expr, tuple(_POSITIVE for _ in of), tol=tol, floor=tol, shapes=given, want=want, **more)


def _array(value: Any) -> Any:
    return sympy.Array(value.tolist()) if isinstance(value, sympy.MatrixBase) else value


def _contracted(value: Any, *axes: tuple[int, ...]) -> Any:
    return sympy.tensorcontraction(value, *axes)


def _by_elements(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *matrices: sympy.Matrix(*matrices[0].shape, lambda p, q: function(*(m[p, q] for m in matrices)))


def _outer(first: Any, second: Any) -> Any:
    return sympy.tensorproduct(_array(first), _array(second))


def _exponential(matrix: Any) -> Any:
    """Σ Xᵏ/k!, which has converged to 50 digits for elements below 1."""
    term = total = sympy.eye(3)
    matrix = matrix.evalf(60)
    for count in range(1, 50):
        term = (term * matrix / count).evalf(60)
        total = total + term
    return total


_ORDER = Permutation([1, 2, 0])

MATRIX_ROWS = (
    _row("Matrix", sympy.ImmutableMatrix([[x, 1], [sympy.Rational(1, 3), x**2]]), (x,),
         lambda x: sympy.Matrix([[x, 1], [sympy.Rational(1, 3), x**2]]), note="of expressions and numbers"),
    _row("Matrix of numbers", sympy.ImmutableMatrix([[1, 2, 3], [4, 5, 6]]) * A, (A,),
         lambda A: sympy.Matrix([[1, 2, 3], [4, 5, 6]]) * A),
    _row("SparseMatrix", sympy.ImmutableSparseMatrix(3, 2, {(0, 1): x, (2, 0): 2}), (x,),
         lambda x: sympy.Matrix([[0, x], [0, 0], [2, 0]])),
    _row("MatMul", 2 * A * B * C, (A, B, C), lambda A, B, C: 2 * A * B * C, tol=200),
    _row("MatMul with numbers", x * A * V / 3, (A, V, x), lambda A, v, x: x * A * v / 3),
    _row("Mul of matrices", sympy.Mul(A, B, evaluate=False), (A, B), lambda A, B: A * B,
         note="the matrix product, never element by element"),
    _row("MatAdd", A + B.T - 2 * sympy.Identity(3), (A, B), lambda A, B: A + B.T - 2 * sympy.eye(3)),
    _row("MatPow", A**3, (A,), lambda A: A**3, tol=300),
    _row("MatPow, negative", (A + 3 * sympy.Identity(3)) ** -2, (A,), lambda A: (A + 3 * sympy.eye(3)) ** -2, tol=2000),
    _row("Inverse", mx.Inverse(A + 3 * sympy.Identity(3)) * V, (A, V), lambda A, v: (A + 3 * sympy.eye(3)).inv() * v,
         tol=2000, note="of a product, solved without the inverse"),
    _row("Transpose", C.T * A, (A, C), lambda A, C: C.T * A),
    _row("Adjoint", mx.Adjoint(C), (C,), lambda C: C.T),
    _row("Trace", mx.Trace(A * B), (A, B), lambda A, B: (A * B).trace()),
    _row("Determinant", mx.Determinant(A), (A,), lambda A: A.det(), tol=1000),
    _row("log of Determinant", sympy.log(mx.Determinant(A * A.T)), (A,), lambda A: sympy.log((A * A.T).det()), tol=1e5),
    _row("HadamardProduct", mx.HadamardProduct(A, B), (A, B), _by_elements(lambda p, q: p * q)),
    _row("HadamardPower", mx.HadamardPower(A, sympy.Rational(3, 2)), (A,),
         _by_elements(lambda p: p ** sympy.Rational(3, 2))),
    _row("HadamardPower of a number", mx.HadamardPower(2, A), (A,), _by_elements(lambda p: 2**p)),
    _row("KroneckerProduct", mx.KroneckerProduct(A, C), (A, C), lambda A, C: sympy.kronecker_product(A, C)),
    _row("BlockMatrix", sympy.BlockMatrix([[A, C], [B, C]]), (A, B, C),
         lambda A, B, C: sympy.Matrix([[A, C], [B, C]])),
    _row("BlockDiagMatrix", sympy.BlockDiagMatrix(A, C), (A, C), lambda A, C: sympy.diag(A, C)),
    _row("MatrixSlice", MatrixSlice(A, (0, 3, 2), (1, 3, 1)), (A,), lambda A: A.extract([0, 2], [1, 2])),
    _row("MatrixElement", A[0, 2] + C[2, 1] * x, (A, C, x), lambda A, C, x: A[0, 2] + C[2, 1] * x),
    _row("Identity", A - sympy.Identity(3), (A,), lambda A: A - sympy.eye(3)),
    _row("ZeroMatrix", mx.MatAdd(A, sympy.ZeroMatrix(3, 3)), (A,), lambda A: A),
    _row("OneMatrix", A * mx.OneMatrix(3, 2), (A,), lambda A: A * sympy.ones(3, 2)),
    _row("DiagMatrix", DiagMatrix(V) * C, (C, V), lambda C, v: sympy.diag(*v) * C),
    _row("DiagonalMatrix", DiagonalMatrix(A) * C, (A, C), lambda A, C: sympy.diag(*A.diagonal()) * C),
    _row("DiagonalOf", DiagonalOf(A), (A,), lambda A: A.diagonal().T),
    _row("DotProduct", mx.DotProduct(V, V), (V,), lambda v: v.dot(v)),
    _row("ElementwiseApplyFunction", A.applyfunc(sympy.sin) * x, (A, x), lambda A, x: A.applyfunc(sympy.sin) * x),
    _row("ElementwiseApplyFunction with symbols", ElementwiseApplyFunction(
        sympy.Lambda(_ELEMENT, sympy.exp(-x * _ELEMENT)), A), (A, x),
        lambda A, x: A.applyfunc(lambda e: sympy.exp(-x * e))),
    _row("FunctionMatrix", sympy.FunctionMatrix(2, 3, sympy.Lambda((t, u), t + 10 * u + x)), (x,),
         lambda x: sympy.Matrix(2, 3, lambda t, u: t + 10 * u + x)),
    _row("PermutationMatrix", PermutationMatrix(_ORDER) * C, (C,), lambda C: C.extract([1, 2, 0], [0, 1])),
    _row("MatrixPermute", MatrixPermute(A, _ORDER, 0), (A,), lambda A: A.extract([1, 2, 0], [0, 1, 2])),
    _row("MatrixPermute of columns", MatrixPermute(A, _ORDER, 1), (A,), lambda A: A.extract([0, 1, 2], [1, 2, 0])),
    _row("DFT", DFT(3) * C, (C,), lambda C: DFT(3).as_explicit() * C),
    _row("IDFT", IDFT(3) * C, (C,), lambda C: IDFT(3).as_explicit() * C),
    _row("exp of a matrix", sympy.exp(A / 4), (A,), lambda A: _exponential(A / 4), tol=200,
         note="the exponential of the matrix, not of its elements"),
    _row("Derivative by a matrix", sympy.Derivative(mx.Trace(A * B * A), A), (A, B),
         lambda A, B: (A * B + B * A).T, note="by automatic differentiation"),
    _row("Derivative of log of Determinant", sympy.Derivative(sympy.log(mx.Determinant(A.T * A)), A), (A,),
         lambda A: 2 * A.inv().T, tol=1e6, note="SymPy's own is 0"),
    _row("ArrayDerivative", mx.Determinant(A).diff(A), (A,), lambda A: A.adjugate().T, tol=1000),
    _row("Derivative by an element", sympy.Derivative(mx.Determinant(A), A[0, 1]), (A,), lambda A: A.cofactor(0, 1),
         tol=1000),
    _row("Derivative of a matrix by a number", sympy.Derivative(x**2 * A + A.applyfunc(sympy.Lambda(
        _ELEMENT, sympy.sin(x * _ELEMENT))), x), (A, x),
         lambda A, x: 2 * x * A + A.applyfunc(lambda e: e * sympy.cos(x * e))),
    _row("Piecewise of matrices", sympy.Piecewise((A, x > 1), (B, True)), (A, B, x),
         lambda A, B, x: A if x > 1 else B),
)


_PRODUCT = ax.ArrayTensorProduct(A, C)
ARRAY_ROWS = (
    _row("Array", sympy.ImmutableDenseNDimArray([[x, 1], [2, x**2]]), (x,), lambda x: sympy.Array([[x, 1], [2, x**2]])),
    _row("SparseArray", sympy.ImmutableSparseNDimArray({(0, 1): x}, (2, 2)), (x,),
         lambda x: sympy.Array([[0, x], [0, 0]])),
    _row("ArrayTensorProduct", _PRODUCT, (A, C), _outer),
    _row("ArrayTensorProduct with a number", ax.ArrayTensorProduct(x, A), (A, x), lambda A, x: x * A),
    _row("ArrayContraction", ax.ArrayContraction(_PRODUCT, (1, 2)), (A, C), lambda A, C: A * C),
    _row("ArrayContraction of three axes", ax.ArrayContraction(_PRODUCT, (0, 1, 2)), (A, C),
         lambda A, C: _contracted(_outer(A, C), (0, 1, 2))),
    _row("ArrayContraction of one axis", ax.ArrayContraction(C, (0,)), (C,),
         lambda C: sympy.Array([sum(C[:, 0]), sum(C[:, 1])])),
    _row("ArrayDiagonal", ax.ArrayDiagonal(_PRODUCT, (0, 2)), (A, C),
         lambda A, C: sympy.tensordiagonal(_outer(A, C), (0, 2))),
    _row("ArrayAdd", ax.ArrayAdd(A, ax.PermuteDims(B, [1, 0])), (A, B), lambda A, B: A + B.T),
    _row("PermuteDims", ax.PermuteDims(_PRODUCT, [2, 0, 3, 1]), (A, C),
         lambda A, C: sympy.permutedims(_outer(A, C), [2, 0, 3, 1])),
    _row("Reshape", ax.Reshape(C, (2, 3)), (C,), lambda C: sympy.Matrix(2, 3, list(C))),
    _row("ArrayElementwiseApplyFunc",
         ax.ArrayElementwiseApplyFunc(sympy.Lambda(_ELEMENT, sympy.exp(_ELEMENT)), A), (A,), _by_elements(sympy.exp)),
    _row("ZeroArray", ax.ArrayAdd(A, ax.ZeroArray(3, 3)), (A,), lambda A: A),
    _row("OneArray", ax.ArrayAdd(A, ax.OneArray(3, 3)), (A,), lambda A: A + sympy.ones(3, 3)),
    _row("ArraySymbol", ax.ArrayContraction(T, (1, 2)), (T,), lambda T: _contracted(T, (1, 2))),
    _row("ArrayElement", T[1, 2, 0] * x, (T, x), lambda T, x: T[1, 2, 0] * x),
    _row("ArrayElement without axes", ax.ArrayElement(ax.ArrayContraction(A, (0,), (1,)), ()), (A,), lambda A: sum(A)),
)

_VECTORS = {a: (3,), b: (3,)}
INDEX_ROWS = (
    _row("Indexed", a[0] * a[2], (a,), lambda a: a[0] * a[2], shapes={a: (3,)}),
    _row("Indexed with a symbol", a[n] + x, (a, n, x), lambda a, n, x: a[n] + x, shapes={a: (3,)}),
    _row("Idx, free", a[i] * x, (a, x), lambda a, x: a * x, shapes={a: (3,)}, note="one axis for each, by name"),
    _row("Idx, twice in a product", a[i] * b[i], (a, b), lambda a, b: sum(p * q for p, q in zip(a, b, strict=True)),
         shapes=_VECTORS, note="summed over"),
    _row("Idx, twice in an element", sympy.IndexedBase("A3")[i, i], (sympy.IndexedBase("A3"),), lambda A: A.trace(),
         shapes={sympy.IndexedBase("A3"): (3, 3)}),
    _row("Idx in a function", sympy.exp(c[i, j] * sympy.IndexedBase("w")[j]), (c, sympy.IndexedBase("w")),
         lambda c, w: sympy.Array([sympy.exp(c[p, 0] * w[0] + c[p, 1] * w[1]) for p in range(3)]),
         shapes={c: (3, 2), sympy.IndexedBase("w"): (2,)}, note="the sum is inside"),
    _row("Sum over Idx", sympy.Sum(a[k] * b[k], (k, 0, 2)) ** 2, (a, b),
         lambda a, b: sum(p * q for p, q in zip(a, b, strict=True)) ** 2, shapes=_VECTORS),
    _row("Sum over a symbol", sympy.Sum(t * a[t] ** 2 + x, (t, 0, 2)), (a, x),
         lambda a, x: sum(p * a[p] ** 2 + x for p in range(3)), shapes={a: (3,)}),
    _row("Sum of neighbours", sympy.Sum((a[t + 1] - a[t]) ** 2, (t, 0, 1)), (a,),
         lambda a: (a[1] - a[0]) ** 2 + (a[2] - a[1]) ** 2, shapes={a: (3,)}),
    _row("Sum of elements of a matrix", sympy.Sum(A[t, u] * A[u, t], (t, 0, 2), (u, 0, 2)), (A,),
         lambda A: (A * A).trace()),
    _row("Eq of an element", sympy.Eq(sympy.IndexedBase("y")[j, i], c[i, j] * a[i]), (a, c),
         lambda a, c: sympy.Matrix(2, 3, lambda q, p: c[p, q] * a[p]), shapes={a: (3,), c: (3, 2)},
         note="defines an array; its indices are not summed over"),
)

ROWS = MATRIX_ROWS + ARRAY_ROWS + INDEX_ROWS

_P = sympy.MatrixSymbol("P", 3, 3)
REFUSED = (
    Refused("sin", sympy.sin(_P), "a function of a matrix is not one of its elements"),
    Refused("power", _P**x, "a power of a matrix needs a whole number"),
    Refused("Permanent", sympy.Permanent(_P), "no op"),
    Refused("LofLU", mx.factorizations.LofLU(_P), "no op: SymPy has no values for it either"),
    Refused("Derivative", sympy.Derivative(_P * _P, _P), "four axes: sn.jacobian of the tensor has them"),
)
