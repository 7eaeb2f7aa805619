"""Derivatives of products, solutions, determinants and exponentials of matrices, and of diagonals.

Written with the constructors that are handed in, so that they can be differentiated again.  For a result Z of A, ``g``
is the cotangent of Z and ``d`` the tangent of A; A* is the adjoint, for real matrices the transposed one.

Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008), for det, inv and solve; G. Golub and V. Pereyra, "The differentiation of pseudo-inverses" (1973); A. Al-Mohy and
N. Higham, "Computing the Frechet derivative of the matrix exponential" (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .elementwise import conjugated
from .linalg_matrices import (
    as_row,
    columns,
    each,
    flipped,
    inner,
    lower,
    product,
    real,
    rows,
    total,
    turned,
    upper,
)

Tangents = Sequence[Any]


# products -----------------------------------------------------------------------------------------------------

def matmul_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """(g B*, A* g), summed over the stack for an operand without one; transposed where the operand is."""
    a, b = node.operands
    left, right = (turned(o, x) for x in _factors(o, node, a, b))
    stack = tuple(range(g.ndim - 2))
    parts = product(o, g, right), product(o, left, g)
    if node.attr("transpose_a"):
        parts = product(o, flipped(o, right), flipped(o, g)), parts[1]
    if node.attr("transpose_b"):
        parts = parts[0], product(o, flipped(o, g), flipped(o, left))
    return tuple(o.sum(y, axis=stack) if x.ndim < y.ndim else y for x, y in zip((a, b), parts, strict=True))


def matmul_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """dA B + A dB."""
    (a, b), (da, db) = node.operands, tangents
    pairs = [(da, b)] * (da is not None) + [(a, db)] * (db is not None)
    return total(o, [product(o, *_factors(o, node, x, y)) for x, y in pairs])


def _factors(o: Any, node: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """What is multiplied: the operands, transposed where the op says so."""
    return (flipped(o, a) if node.attr("transpose_a") else a), (flipped(o, b) if node.attr("transpose_b") else b)


# systems ------------------------------------------------------------------------------------------------------

def inv_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """-Z* g Z*."""
    z = turned(o, node)
    return (o.negative(product(o, z, product(o, g, z))),)


def inv_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """-Z dA Z."""
    return o.negative(product(o, node, product(o, tangents[0], node)))


def solve_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """B' = A⁻* g, A' = -B' Z*."""
    right = o.solve(turned(o, node.operands[0]), g)
    return o.negative(product(o, right, turned(o, node))), right


def solve_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """A⁻¹ (dB - dA Z)."""
    (a, _), (da, db) = node.operands, tangents
    moved = None if da is None else o.negative(product(o, da, node))
    return o.solve(a, total(o, [t for t in (db, moved) if t is not None]))


def _triangle(o: Any, node: Any, x: Any) -> Any:
    """The elements that the op reads of its matrix."""
    k = 1 if node.attr("unit_diagonal") else 0
    return lower(o, x, -k) if node.attr("lower") else upper(o, x, k)


def _triangular(o: Any, node: Any, b: Any, flip: bool = False) -> Any:
    a, trans = node.operands[0], node.attr("trans")
    return o.solve_triangular(conjugated(o, a) if flip else a, b, lower=node.attr("lower"), trans=trans != flip,
                              unit_diagonal=node.attr("unit_diagonal"))


def solve_triangular_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """As :func:`solve_vjp`, with zeros where the matrix is not read."""
    right = _triangular(o, node, g, flip=True)
    found = product(o, right, turned(o, node))
    if node.attr("trans"):
        found = flipped(o, found)
    return _triangle(o, node, o.negative(found)), right


def solve_triangular_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """As :func:`solve_jvp`, of the elements that are read."""
    da, db = tangents
    if da is not None:
        read = _triangle(o, node, da)
        da = o.negative(product(o, flipped(o, read) if node.attr("trans") else read, node))
    return _triangular(o, node, total(o, [t for t in (db, da) if t is not None]))


def pinv_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """The transpose of :func:`pinv_jvp`: -Z* g Z* + (I - A Z) g* Z Z* + Z* Z g* (I - Z A)."""
    a, z, zt, gt = node.operands[0], node, turned(o, node), turned(o, g)
    left = product(o, gt, product(o, z, zt))
    right = product(o, product(o, zt, z), gt)
    return (total(o, [o.negative(product(o, zt, product(o, g, zt))),
                       o.add(o.subtract(left, product(o, a, product(o, z, left))),
                             o.subtract(right, product(o, product(o, right, z), a)))]),)


def pinv_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """-Z dA Z + Z Z* dA* (I - A Z) + (I - Z A) dA* Z* Z, where the rank does not change."""
    a, z, zt, d = node.operands[0], node, turned(o, node), tangents[0]
    left = product(o, product(o, z, zt), turned(o, d))
    right = product(o, turned(o, d), product(o, zt, z))
    return total(o, [o.negative(product(o, z, product(o, d, z))),
                      o.add(o.subtract(left, product(o, product(o, left, a), z)),
                            o.subtract(right, product(o, z, product(o, a, right))))])


# determinants -------------------------------------------------------------------------------------------------

def det_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """g times the cofactors, which exist for singular matrices too."""
    x = node.operands[0]
    return (o.multiply(each(o, g, x), conjugated(o, o.cofactor(x))),)


def det_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """The sum of cofactors times dA."""
    return inner(o, o.cofactor(node.operands[0]), tangents[0])


def cofactor_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """<g, A⁻ᵀ> Z - A⁻ᵀ gᵀ Z, of matrices that are not singular; all of the conjugate of g, and conjugated."""
    inverse, g = flipped(o, o.inv(node.operands[0], singular="raise")), conjugated(o, g)
    rest = product(o, inverse, product(o, flipped(o, g), node))
    return (conjugated(o, o.subtract(o.multiply(each(o, inner(o, g, inverse), node), node), rest)),)


def cofactor_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """<Z, dA> A⁻ᵀ - Z dAᵀ A⁻ᵀ, of matrices that are not singular."""
    inverse, d = flipped(o, o.inv(node.operands[0], singular="raise")), tangents[0]
    rest = product(o, product(o, node, flipped(o, d)), inverse)
    return o.subtract(o.multiply(each(o, inner(o, node, d), node), inverse), rest)


def slogdet_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """g A⁻* of the logarithm; of a complex sign Z, i c A⁻* with c = -im(g* Z).  A real sign is locally constant."""
    x = node.operands[0]
    if node.attr("which") == 0:
        if node.dtype.kind != "c":
            return (None,)
        g = o.multiply(o.imag(o.multiply(conjugated(o, g), node)), -1j)
    return (o.multiply(each(o, g, x), turned(o, o.inv(x, singular="raise"))),)


def slogdet_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """With t = <A⁻ᵀ, dA>, the real part of t of the logarithm, and i Z im(t) of a complex sign Z."""
    x = node.operands[0]
    if node.attr("which") == 0 and node.dtype.kind != "c":
        return o.multiply(node, 0)
    moved = inner(o, flipped(o, o.inv(x, singular="raise")), tangents[0])
    return real(o, moved) if node.attr("which") == 1 else o.multiply(o.multiply(node, o.imag(moved)), 1j)


# the exponential ----------------------------------------------------------------------------------------------

def expm_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """The upper right block of exp([[A, dA], [0, A]])."""
    return _expm_block(o, node.operands[0], tangents[0])


def expm_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """The upper right block of exp([[A*, g], [0, A*]])."""
    return (_expm_block(o, turned(o, node.operands[0]), g),)


def _expm_block(o: Any, a: Any, d: Any) -> Any:
    n, last = a.shape[-1], a.ndim - 1
    top = o.concatenate(a, d, axis=last)
    below = o.concatenate(o.multiply(d, 0), a, axis=last)
    whole = o.expm(o.concatenate(top, below, axis=last - 1))
    return columns(o, rows(o, whole, 0, n), n, n)


# triangles and diagonals --------------------------------------------------------------------------------------

def diagonal_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """The cotangent on the diagonal of a matrix of zeros."""
    x, k = node.operands[0], node.shape[-1]
    square = o.band(o.broadcast_to(as_row(o, g), shape=(*x.shape[:-2], k, k)), low=0, high=0)
    if all(o.dims.equal(k, n) for n in x.shape[-2:]):
        return (square,)
    return (o.embed(square, shape=x.shape, starts=(0,) * x.ndim, steps=(1,) * x.ndim),)
