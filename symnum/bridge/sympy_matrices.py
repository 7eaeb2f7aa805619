"""``MATRICES``: explicit matrices and matrix expressions of SymPy as nodes whose last two axes are the matrix.

A product of matrices is the matrix product always; products element by element are HadamardProduct.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy
from sympy.matrices import expressions as mx
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.fourier import DFT, IDFT
from sympy.matrices.expressions.permutation import MatrixPermute, PermutationMatrix
from sympy.matrices.expressions.slice import MatrixSlice

from .. import dtypes
from ..errors import ShapeError, UnsupportedError
from ..ir import build, dims
from ..ir.build import broadcast_to, o
from ..ir.node import Dim, Node
from ..ops import linalg_matrices as matrices
from ..ops.elementwise import conjugated
from .sympy_arithmetic import multiply, of_number, power
from .sympy_axes import (
    arrays_of,
    filled,
    grid_lines,
    identity,
    joined,
    length_of,
    lifted,
    node_of,
    rank_of,
    stacked,
    stacks_alike,
    with_axes,
)
from .sympy_builder import Builder, NumberArray, Value, is_number
from .sympy_numbers import exact

Head = Callable[[Builder, Any], Value]
_MATRIX = (2, 1)        # the axes of a matrix, from the end


# products ---------------------------------------------------------------------------------------------------

def matrix_product(a: Node, b: Node) -> Node:
    """The product of matrices; axes before the last two are stacks of them, which broadcast."""
    if not dims.may_equal(a.shape[-1], b.shape[-2]):
        raise ShapeError(f"matrices of shapes {dims.text(a.shape[-2:])} and {dims.text(b.shape[-2:])} do not multiply")
    if a.ndim == b.ndim == 2:
        return o.dot(a, b)
    common = dtypes.promote([a.dtype, b.dtype])
    a, b = build.convert(a, common), build.convert(b, common)
    if common.kind not in "fc":
        terms = o.multiply(o.expand_dims(a, axis=(a.ndim,)), o.expand_dims(b, axis=(b.ndim - 2,)))
        return build.convert(o.sum(terms, axis=(terms.ndim - 2,)), common)
    if 2 not in (a.ndim, b.ndim):
        a, b = stacks_alike([a, b], 2, "matrix product")
    found: Node = matrices.product(o, a, b)
    return found


def multiplied(b: Builder, args: Sequence[Any]) -> Node:
    """The product of matrices in their order, times the product of the numbers among them."""
    of_matrices = [a for a in args if rank_of(b, a)]
    wrong = [a for a in of_matrices if rank_of(b, a) != 2]
    if wrong and len(of_matrices) > 1:
        raise UnsupportedError(f"a product of the array {wrong[0]} with {len(of_matrices) - 1} others has no meaning "
                               f"here; cure: ArrayTensorProduct and ArrayContraction, or HadamardProduct of matrices")
    result = _chain(of_matrices, arrays_of(b, of_matrices))
    return scaled(b, [a for a in args if not rank_of(b, a)], result, rank_of(b, of_matrices[0]))


def _chain(exprs: Sequence[Any], nodes: Sequence[Node]) -> Node:
    """The product of matrices from the left; a product with OneMatrix is a sum."""
    result, is_ones = nodes[0], isinstance(exprs[0], mx.OneMatrix)
    for e, x in zip(exprs[1:], nodes[1:], strict=True):
        if isinstance(e, mx.OneMatrix):
            result = _repeated_sum(result, 1, x.shape[-1])
        else:
            result = _repeated_sum(x, 2, result.shape[-2]) if is_ones else matrix_product(result, x)
        is_ones = False
    return result


def _repeated_sum(x: Node, axis: int, length: Dim) -> Node:
    """The sum over one of a matrix's two axes, counted from the end, repeated along it."""
    place = x.ndim - axis
    total = x
    if not (isinstance(x.shape[place], int) and x.shape[place] == 1):
        total = o.expand_dims(build.convert(o.sum(x, axis=(place,)), x.dtype), axis=(place,))
    return broadcast_to(total, (*x.shape[:place], length, *x.shape[place + 1:]))


def scaled(b: Builder, factors: Sequence[Any], node: Node, rank: int) -> Node:
    """An array of ``rank`` times numbers."""
    if not factors:
        return node
    if all(is_number(b.of(a)) for a in factors):
        return b.operand(of_number(b, sympy.Mul(*factors), node), [])
    factor = factors[0] if len(factors) == 1 else None
    value = b.of(factor) if factor is not None else multiply(b, factors)
    return o.multiply(with_axes(b.operand(value, []), rank), node)


def added(b: Builder, e: Any) -> Node:
    """The sum of arrays of one rank."""
    return reduce(o.add, arrays_of(b, e.args))


def raised(b: Builder, base: Any, exponent: Any) -> Node:
    """The power of a square matrix: products by squaring, of negative exponents those of the inverse.

    Raises:
        UnsupportedError: the exponent is no whole number.
    """
    value = b.values.get(id(exponent), exponent)
    number = exact(value) if is_number(value) else None
    if number is None or number.denominator != 1:
        raise UnsupportedError(f"a power of the matrix {base} needs a whole number as exponent; given {exponent}; "
                               f"cure: put the number in, or HadamardPower for powers of the elements")
    x, count = node_of(b, base), abs(int(number))
    _check_square(x, base)
    if number < 0:
        x = o.inv(x, singular="raise")
    result, order = None, x.shape
    while count:
        if count % 2:
            result = x if result is None else matrix_product(result, x)
        count //= 2
        x = matrix_product(x, x) if count else x
    return broadcast_to(identity(order[-1]).make(x.dtype), order) if result is None else result


def _check_square(x: Node, e: Any) -> None:
    if not dims.may_equal(x.shape[-1], x.shape[-2]):
        raise ShapeError(f"{e} must be square; its shape is {dims.text(x.shape[-2:])}")


# element by element -----------------------------------------------------------------------------------------

def multiplied_elements(b: Builder, args: Sequence[Any], rank: int) -> Node:
    """The product of arrays, and of numbers, element by element."""
    nodes = arrays_of(b, args)
    return reduce(o.multiply, (x if rank_of(b, a) else with_axes(x, rank) for x, a in zip(nodes, args, strict=True)))


def _hadamard(b: Builder, e: Any) -> Node:
    return multiplied_elements(b, e.args, 2)


def _hadamard_power(b: Builder, e: Any) -> Node:
    base, exponent = e.args
    if is_number(b.of(exponent)):
        found: Node = power(b, base, exponent)
        return found
    return b.apply("power", lifted(b, base, 2), lifted(b, exponent, 2))


def _applied(b: Builder, e: Any) -> Node:
    function, x = e.args
    return b.call(function, [node_of(b, x)], rank_of(b, x))


# one matrix -------------------------------------------------------------------------------------------------

def _of(function: Callable[[Node], Node]) -> Head:
    return lambda b, e: function(node_of(b, e.args[0]))


def _square(function: Callable[[Node], Node]) -> Head:
    def head(b: Builder, e: Any) -> Node:
        _check_square(node_of(b, e.args[0]), e.args[0])
        return function(node_of(b, e.args[0]))
    return head


def _transposed(x: Node) -> Node:
    found: Node = matrices.flipped(o, x)
    return found


def _trace(x: Node) -> Node:
    return build.convert(o.sum(o.diagonal(x), axis=(x.ndim - 2,)), x.dtype)


def log_determinant(x: Node) -> Node:
    """The logarithm of a determinant, which may be too large for a float; of a negative one NaN."""
    return o.add(o.log(o.slogdet(x, which=0)), o.slogdet(x, which=1))


def _vector(b: Builder, e: Any) -> Node:
    """A matrix of one row or one column as a vector."""
    x = node_of(b, e)
    axis = next((k for k in _MATRIX if x.shape[-k] == 1 and e.shape[2 - k] == 1), None)
    if axis is None:
        raise UnsupportedError(f"{e} must have one row or one column; its shape is {dims.text(x.shape[-2:])}")
    return o.squeeze(x, axis=(x.ndim - axis,))


def _with_diagonal(b: Builder, e: Any) -> Node:
    vector = _vector(b, e.args[0])
    n = vector.shape[-1]
    rows, columns = grid_lines(n, n)
    zero = build.convert(0, vector.dtype)
    return o.where(o.equal(rows, columns), o.expand_dims(vector, axis=(vector.ndim,)), zero)


def _dot_product(b: Builder, e: Any) -> Node:
    first, second = (_vector(b, a) for a in e.args)
    return build.convert(o.sum(o.multiply(first, second), axis=(-1 + max(first.ndim, second.ndim),)), first.dtype)


# several matrices -------------------------------------------------------------------------------------------

def _kronecker(b: Builder, e: Any) -> Node:
    return reduce(_kronecker_pair, arrays_of(b, e.args))


def _kronecker_pair(x: Node, y: Node) -> Node:
    (m, n), (p, q) = x.shape[-2:], y.shape[-2:]
    left = o.expand_dims(x, axis=(x.ndim - 1, x.ndim + 1))
    right = o.expand_dims(y, axis=(y.ndim - 2, y.ndim))
    all_pairs = o.multiply(left, right)
    return o.reshape(all_pairs, shape=(*all_pairs.shape[:-4], dims.multiply(m, p), dims.multiply(n, q)))


def _blocks(b: Builder, e: Any) -> Node:
    rows, columns = e.blocks.shape
    nodes = arrays_of(b, matrix_parts(e))
    return joined([joined(nodes[k * columns:(k + 1) * columns], -1, 2) for k in range(rows)], -2, 2)


def _block_diagonal(b: Builder, e: Any) -> Node:
    nodes = arrays_of(b, e.args)
    before: Dim = 0
    width = dims.total(x.shape[-1] for x in nodes)
    rows = []
    for x in nodes:
        wide = (*x.shape[:-1], width)
        rows.append(o.embed(x, shape=wide, starts=(*(0,) * (x.ndim - 1), before), steps=(1,) * x.ndim))
        before = dims.add(before, x.shape[-1])
    return joined(rows, -2, 2)


# parts ------------------------------------------------------------------------------------------------------

def _slice(b: Builder, e: Any) -> Node:
    parent, *bounds = matrix_parts(e)
    x = node_of(b, parent)
    starts, lengths, steps = [], [], []
    for k in range(2):
        start, stop = (length_of(b, bound, f"a bound of {e}") for bound in bounds[3 * k:3 * k + 2])
        step = length_of(b, bounds[3 * k + 2], f"a step of {e}")
        if not isinstance(step, int) or step < 1:
            raise UnsupportedError(f"a step of {e} must be a number that is at least 1")
        _check_inside(start, stop, x.shape[x.ndim - 2 + k], e)
        starts.append(start)
        lengths.append(dims.floor_divide(dims.add(dims.subtract(stop, start), step - 1), step))
        steps.append(step)
    lead = x.ndim - 2
    return o.slice(x, starts=(*(0,) * lead, *starts), lengths=(*x.shape[:lead], *lengths), steps=(*(1,) * lead, *steps))


def _check_inside(start: Dim, stop: Dim, length: Dim, e: Any) -> None:
    """All that can be known of bounds: none is outside where it is known."""
    pairs = ((0, start), (start, stop), (stop, length))
    bounds = [dims.lower_bound(dims.subtract(high, low)) for low, high in pairs]
    if any(bound is None or bound < 0 for bound in bounds):
        raise ShapeError(f"{e}: rows or columns {dims.name_of(start)} to {dims.name_of(stop)} of "
                         f"{dims.name_of(length)} are not known to lie inside; cure: give the lengths as numbers")


def _permuted(b: Builder, e: Any) -> Node:
    parent, permutation, axis = e.args
    x = node_of(b, parent)
    order = build.constant(np.array(permutation.array_form, np.int64))
    found = o.gather(x, order, axes=(x.ndim - 2 + int(axis),))
    moved = tuple(range(1, x.ndim - 1 + int(axis))), tuple(range(x.ndim - 1 + int(axis), x.ndim))
    return o.transpose(found, axes=(*moved[0], 0, *moved[1]))


# matrices that are known ------------------------------------------------------------------------------------

def _lengths(b: Builder, e: Any) -> tuple[Dim, Dim]:
    n, m = (length_of(b, length, f"a length of {e}") for length in e.args[:2])
    return n, m


def _explicit(b: Builder, e: Any) -> Value:
    return stacked(b, [b.of(part) for part in matrix_parts(e)], e.shape)


def _sparse(b: Builder, e: Any) -> Value:
    places = dict(zip(e.args[2].keys(), matrix_parts(e), strict=True))
    zero = sympy.S.Zero
    cells = [places.get(sympy.Tuple(i, j)) for i in range(e.shape[0]) for j in range(e.shape[1])]
    return stacked(b, [zero if cell is None else b.of(cell) for cell in cells], e.shape)


def _function_matrix(b: Builder, e: Any) -> Node:
    n, m = _lengths(b, e)
    found = b.call(e.args[2], [*grid_lines(n, m)], 2)
    return broadcast_to(found, (*found.shape[:-2], n, m) if found.ndim >= 2 else (n, m))


def _permutation_matrix(b: Builder, e: Any) -> Value:
    order = e.args[0].array_form
    return NumberArray(lambda dtype: build.constant(np.eye(len(order), dtype=dtype)[order]), True)


def _fourier(b: Builder, e: Any) -> Value:
    n = length_of(b, e.args[0], f"the length of {e}")
    if not isinstance(n, int):
        raise UnsupportedError(f"the length of {e} must be a number")
    turns = np.outer(np.arange(n), np.arange(n)) % max(n, 1) / max(n, 1)
    sign = 1 if isinstance(e, IDFT) else -1
    values = np.exp(sign * 2j * np.pi * turns) / np.sqrt(n)
    return NumberArray(lambda dtype: build.constant(values, dtypes.promote([dtype, complex])), False)


# tables -----------------------------------------------------------------------------------------------------

def matrix_parts(e: Any) -> tuple[Any, ...]:
    """The expressions that the value of a matrix expression is made of, the same objects at every call."""
    if isinstance(e, sympy.ImmutableDenseMatrix):
        return tuple(e.args[2])
    if isinstance(e, sympy.ImmutableSparseMatrix):
        return tuple(e.args[2].values())
    if isinstance(e, mx.BlockMatrix) and not isinstance(e, mx.BlockDiagMatrix):
        return tuple(e.args[0].args[2])
    if isinstance(e, MatrixSlice):
        return (e.args[0], *e.args[1], *e.args[2])
    if isinstance(e, mx.Inverse | MatrixPermute):
        return tuple(e.args[:1])
    if isinstance(e, PermutationMatrix):
        return ()
    if isinstance(e, mx.FunctionMatrix):
        return tuple(e.args[:2])
    return tuple(e.args[1:]) if isinstance(e, ElementwiseApplyFunction) else tuple(e.args)


MATRICES: Mapping[type, Head] = MappingProxyType({
    sympy.ImmutableDenseMatrix: _explicit,
    sympy.ImmutableSparseMatrix: _sparse,
    mx.MatMul: lambda b, e: multiplied(b, e.args),
    mx.MatAdd: added,
    mx.MatPow: lambda b, e: raised(b, *e.args),
    mx.Inverse: lambda b, e: raised(b, e.args[0], sympy.S.NegativeOne),
    mx.Transpose: _of(_transposed),
    mx.Adjoint: _of(lambda x: conjugated(o, _transposed(x))),
    mx.Trace: _square(_trace),
    mx.Determinant: _square(lambda x: o.det(x)),
    mx.HadamardProduct: _hadamard,
    mx.HadamardPower: _hadamard_power,
    mx.KroneckerProduct: _kronecker,
    mx.BlockMatrix: _blocks,
    mx.BlockDiagMatrix: _block_diagonal,
    mx.DotProduct: _dot_product,
    mx.FunctionMatrix: _function_matrix,
    ElementwiseApplyFunction: _applied,
    MatrixSlice: _slice,
    MatrixPermute: _permuted,
    PermutationMatrix: _permutation_matrix,
    mx.Identity: lambda b, e: identity(length_of(b, e.args[0], f"the length of {e}")),
    mx.ZeroMatrix: lambda b, e: filled(0, _lengths(b, e)),
    mx.OneMatrix: lambda b, e: filled(1, _lengths(b, e)),
    DiagMatrix: _with_diagonal,
    DiagonalMatrix: _of(lambda x: o.band(x, low=0, high=0)),
    DiagonalOf: _of(lambda x: o.expand_dims(o.diagonal(x), axis=(x.ndim - 1,))),
    DFT: _fourier,
    IDFT: _fourier,
})
