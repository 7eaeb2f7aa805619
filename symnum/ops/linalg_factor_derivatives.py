"""Derivatives of factors: what a small change of a matrix does to them, and the transposes of that.

Written with the constructors that are handed in, so that they can be differentiated again.  ``g`` is the cotangent of
a factor and ``d`` the tangent of the matrix A; A* is the adjoint, for real matrices the transposed one.  Where equal
eigenvalues or singular values leave a factor undetermined, the quotients by their difference are left out, so that its
derivative stays finite.  The phases of complex eigenvectors and singular vectors are free: functions that depend on
them have no derivative.

Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008), for eigh and svd; I. Murray, "Differentiation of the Cholesky decomposition" (2016); S. Walter and L. Lehmann,
"Algorithmic differentiation of linear algebra functions" (2018), for qr; M. Seeger and others, "Auto-differentiating
linear algebra" (2017); J. Townsend, "Differentiating the singular value decomposition" (2016); F. de Hoog and others,
"The derivatives of LU" (2011); C. Boeddeker and others, "On the computation of complex-valued gradients" (2017), for
eig.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import UnsupportedError
from .elementwise import conjugated
from .linalg_matrices import (
    as_column,
    as_row,
    columns,
    flipped,
    from_triangle,
    halved,
    lower,
    product,
    real,
    reciprocal,
    rows,
    to_triangle,
    total,
    turned,
    upper,
)

Tangents = Sequence[Any]


# factors of symmetric matrices --------------------------------------------------------------------------------

def cholesky_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """Z⁻* P Z⁻¹ with P the halved lower triangle of Z* g, onto the lower triangle, which alone is read."""
    if node.dtype.kind == "f":
        return (o.cholesky_pulled(node, g),)
    half = halved(o, product(o, turned(o, node), lower(o, g)))
    left = _by_factor(o, node, half, True)                                    # Z⁻* P
    both = turned(o, _by_factor(o, node, turned(o, left), True))              # Z⁻* P Z⁻¹
    return (to_triangle(o, o.multiply(o.add(both, turned(o, both)), 0.5), "L"),)


def cholesky_pulled_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """With S the symmetric result, N the symmetric matrix of the lower triangle g, and Q the halved lower triangle of
    Z⁻¹ N Z⁻ᵀ: Z̄ = G Qᵀ - 2 S N Z⁻ᵀ and Ḡ = Z Q, onto the lower triangle."""
    z, cotangent = node.operands
    outer = from_triangle(o, g, "L")
    pulled = turned(o, _by_factor(o, z, turned(o, _by_factor(o, z, outer, False)), False))
    inner = halved(o, pulled)
    whole = _symmetric(o, node)
    moved = turned(o, _by_factor(o, z, turned(o, product(o, whole, outer)), False))
    first = product(o, lower(o, cotangent), turned(o, inner))
    return lower(o, o.subtract(first, o.multiply(moved, 2.0))), lower(o, product(o, z, inner))


def _symmetric(o: Any, x: Any) -> Any:
    """The symmetric matrix that has been summed onto a lower triangle."""
    return from_triangle(o, o.multiply(o.add(x, o.band(x, low=0, high=0)), 0.5), "L")


def cholesky_pulled_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """The op itself for dG; for dZ, with S the symmetric result, Z⁻ᵀ P Z⁻¹ - 2 Z⁻ᵀ dZᵀ S made symmetric, with P the
    halved lower triangle of dZᵀ G."""
    (z, cotangent), (dz, dg) = node.operands, tangents
    terms = [] if dg is None else [o.cholesky_pulled(z, dg)]
    if dz is not None:
        dz = lower(o, dz)
        half = halved(o, product(o, turned(o, dz), lower(o, cotangent)))
        first = turned(o, _by_factor(o, z, turned(o, _by_factor(o, z, half, True)), True))
        moved = _by_factor(o, z, product(o, turned(o, dz), _symmetric(o, node)), True)
        both = o.subtract(first, o.multiply(moved, 2.0))
        terms.append(to_triangle(o, o.multiply(o.add(both, turned(o, both)), 0.5), "L"))
    return total(o, terms)


def cholesky_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """Z times the halved lower triangle of Z⁻¹ dA Z⁻*."""
    left = _by_factor(o, node, from_triangle(o, tangents[0], "L"), False)
    return product(o, node, halved(o, _by_factor(o, node, turned(o, left), False)))


def _by_factor(o: Any, factor: Any, x: Any, adjoint: bool) -> Any:
    factor = conjugated(o, factor) if adjoint else factor
    return o.solve_triangular(factor, x, lower=True, trans=adjoint, unit_diagonal=False)


def _eigh_gaps(o: Any, w: Any) -> Any:
    """1/(w_j - w_i), and 0 where they are equal."""
    return reciprocal(o, o.subtract(as_row(o, w), as_column(o, w)))


def eigh_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """V (diag(g_w) + F * (V* g_v)) V* with F = 1/(w_j - w_i), onto the triangle that is read."""
    x, uplo = node.operands[0], node.attr("uplo")
    v = o.eigh(x, uplo=uplo, which=1)
    if node.attr("which") == 0:
        middle = o.multiply(v, as_row(o, g))
    else:
        gaps = _eigh_gaps(o, o.eigh(x, uplo=uplo, which=0))
        middle = product(o, v, o.multiply(gaps, product(o, turned(o, v), g)))
    both = product(o, middle, turned(o, v))
    return (to_triangle(o, o.multiply(o.add(both, turned(o, both)), 0.5), uplo),)


def eigh_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """dw = diag(M), dV = V (F * M), with M = V* dA V."""
    x, uplo = node.operands[0], node.attr("uplo")
    v = o.eigh(x, uplo=uplo, which=1)
    moved = product(o, turned(o, v), product(o, from_triangle(o, tangents[0], uplo), v))
    if node.attr("which") == 0:
        return real(o, o.diagonal(moved))
    return product(o, v, o.multiply(_eigh_gaps(o, o.eigh(x, uplo=uplo, which=0)), moved))


def eigvalsh_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """As of the eigenvalues of eigh."""
    return eigh_vjp(o, o.eigh(node.operands[0], uplo=node.attr("uplo"), which=0), g)


def eigvalsh_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """As of the eigenvalues of eigh."""
    return eigh_jvp(o, o.eigh(node.operands[0], uplo=node.attr("uplo"), which=0), tangents)


# the singular value decomposition -----------------------------------------------------------------------------

def _thin(o: Any, node: Any) -> tuple[Any, Any, Any]:
    """u, s and vh without what only full matrices have.

    Raises:
        UnsupportedError: the node is a full u or vh that has more: nothing determines how that moves.
    """
    x = node.operands[0]
    m, n = x.shape[-2:]
    if node.op.name == "svd" and node.attr("full_matrices") and node.attr("which") != 1 and not o.dims.equal(m, n):
        raise UnsupportedError("the derivative of u and vh of svd is not determined for full matrices; cure: "
                               "full_matrices=False")
    u, s, vh = (o.svd(x, full_matrices=False, which=k) for k in range(3))
    return u, s, vh


def _svd_gaps(o: Any, s: Any) -> Any:
    """1/(s_j² - s_i²), and 0 where they are equal."""
    first, second = as_row(o, s), as_column(o, s)
    return reciprocal(o, o.multiply(o.subtract(first, second), o.add(first, second)))


def svd_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """[U (F * (U* g_u - g_u* U)) S + (I - U U*) g_u S⁻¹] V*, and the same of A* for V; U diag(g_s) V*."""
    u, s, vh = _thin(o, node)
    which = node.attr("which") if node.op.name == "svd" else 1
    if which == 1:
        return (product(o, o.multiply(u, as_row(o, g)), vh),)
    if which == 0:
        return (product(o, _factor_vjp(o, u, s, g), vh),)
    return (product(o, u, turned(o, _factor_vjp(o, turned(o, vh), s, turned(o, g)))),)


def _factor_vjp(o: Any, u: Any, s: Any, g: Any) -> Any:
    inside = product(o, turned(o, u), g)
    turn = o.multiply(o.multiply(_svd_gaps(o, s), o.subtract(inside, turned(o, inside))), as_row(o, s))
    outside = o.subtract(g, product(o, u, inside))
    return _with_phases(o, u, s, inside, o.add(product(o, u, turn), o.multiply(outside, as_row(o, reciprocal(o, s)))))


def _with_phases(o: Any, u: Any, s: Any, inside: Any, found: Any) -> Any:
    """With what u and v take, half each, of the imaginary diagonal, which the singular values cannot take."""
    if u.dtype.kind != "c":
        return found
    half = o.multiply(o.multiply(o.imag(o.diagonal(inside)), reciprocal(o, s)), 0.5j)
    return o.add(found, o.multiply(u, as_row(o, half)))


def svd_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """ds = diag(M), dU = U (F * (M S + S M*)) + (I - U U*) dA V S⁻¹ with M = U* dA V; for V with M* and dA*."""
    u, s, vh = _thin(o, node)
    v, d = turned(o, vh), tangents[0]
    which = node.attr("which") if node.op.name == "svd" else 1
    if which == 1:
        return real(o, o.sum(o.multiply(conjugated(o, u), product(o, d, v)), axis=(u.ndim - 2,)))
    if which == 0:
        return _factor_jvp(o, u, s, product(o, d, v))
    return turned(o, _factor_jvp(o, v, s, product(o, turned(o, d), u)))


def _factor_jvp(o: Any, u: Any, s: Any, moved: Any) -> Any:
    inside = product(o, turned(o, u), moved)
    scaled = o.multiply(inside, as_row(o, s))
    turn = o.multiply(_svd_gaps(o, s), o.add(scaled, turned(o, scaled)))
    outside = o.subtract(moved, product(o, u, inside))
    return _with_phases(o, u, s, inside, o.add(product(o, u, turn), o.multiply(outside, as_row(o, reciprocal(o, s)))))


# qr -----------------------------------------------------------------------------------------------------------

def _qr_parts(o: Any, node: Any) -> tuple[Any, Any, Any, Any]:
    """q, all of r, the square part of r, and its length k = min(m, n).

    Raises:
        UnsupportedError: the node is a complete q with more columns: nothing determines how they move.
    """
    x = node.operands[0]
    m, n = x.shape[-2:]
    k = o.dims.minimum(m, n)
    if node.op.name == "qr" and node.attr("mode") == "complete" and node.attr("which") == 0 and not o.dims.equal(k, m):
        raise UnsupportedError("the derivative of q of qr is not determined for mode 'complete' and more rows than "
                               "columns; cure: mode='reduced'")
    q, r = (o.qr(x, mode="reduced", which=w) for w in (0, 1))
    return q, r, columns(o, r, 0, k), k


def qr_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """[g_q + Q C] R⁻*, with C symmetric of the lower triangle of R g_r* - g_q* Q; columns beyond R's square: Q g_r."""
    x, n = node.operands[0], node.operands[0].shape[-1]
    q, _, square, k = _qr_parts(o, node)
    if node.op.name == "qr" and node.attr("which") == 0:
        return (_qr_wide(o, x, _qr_pulled(o, q, square, g, None), None, k),)
    g = upper(o, rows(o, g, 0, k))
    if o.dims.equal(k, n):
        return (_qr_pulled(o, q, square, None, g),)
    beyond, rest = (columns(o, y, k, o.dims.subtract(n, k)) for y in (g, x))
    first = _qr_pulled(o, q, square, product(o, rest, turned(o, beyond)), columns(o, g, 0, k))
    return (_qr_wide(o, x, first, product(o, q, beyond), k),)


def _qr_pulled(o: Any, q: Any, r: Any, of_q: Any, of_r: Any) -> Any:
    parts = [] if of_r is None else [product(o, r, turned(o, of_r))]
    parts += [] if of_q is None else [o.negative(product(o, turned(o, of_q), q))]
    inside = product(o, q, from_triangle(o, total(o, parts), "L"))
    whole = inside if of_q is None else o.add(of_q, inside)
    return turned(o, o.solve_triangular(r, turned(o, whole), lower=False, trans=False, unit_diagonal=False))


def _qr_wide(o: Any, x: Any, first: Any, rest: Any, k: Any) -> Any:
    """A cotangent of ``x`` from that of its first k columns and that of the others (None: zero)."""
    if o.dims.equal(k, x.shape[-1]):
        return first
    if rest is None:
        return o.embed(first, shape=x.shape, starts=(0,) * x.ndim, steps=(1,) * x.ndim)
    return o.concatenate(first, rest, axis=x.ndim - 1)


def qr_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """dQ = Q (W - X) + dA R⁻¹, dR = Q* dA - W R, with X = Q* dA R⁻¹ and W = L - L* for its strict lower triangle."""
    d = tangents[0]
    q, r, square, k = _qr_parts(o, node)
    inside = product(o, turned(o, q), d)
    x = _over(o, columns(o, inside, 0, k), square)
    below = lower(o, x, -1)
    turn = o.subtract(below, turned(o, below))
    if x.dtype.kind == "c":
        turn = o.add(turn, o.multiply(o.imag(o.band(x, low=0, high=0)), 1j))
    if node.op.name == "qr" and node.attr("which") == 0:
        return o.add(product(o, q, o.subtract(turn, x)), _over(o, columns(o, d, 0, k), square))
    moved = upper(o, o.subtract(inside, product(o, turn, r)))
    if o.dims.equal(k, node.shape[-2]):
        return moved
    return o.embed(moved, shape=node.shape, starts=(0,) * node.ndim, steps=(1,) * node.ndim)


def _over(o: Any, x: Any, r: Any) -> Any:
    """x R⁻¹."""
    return flipped(o, o.solve_triangular(r, flipped(o, x), lower=False, trans=True, unit_diagonal=False))


# lu -----------------------------------------------------------------------------------------------------------

def _lu_parts(o: Any, node: Any) -> tuple[Any, Any, Any]:
    """p, l and u of square matrices.

    Raises:
        UnsupportedError: the matrices are not known to be square.
    """
    x = node.operands[0]
    if not o.dims.equal(*x.shape[-2:]):
        raise UnsupportedError("lu has a derivative for square matrices only in this version; cure: give the input "
                               "a shape with equal lengths, as in tensor(shape=(n, n))")
    p, low, u = (o.lu(x, which=w) for w in range(3))
    return p, low, u


def lu_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """P L⁻* [strict lower triangle of L* g_l, upper triangle of g_u U*] U⁻*."""
    if node.attr("which") == 0:
        return (None,)
    p, low, u = _lu_parts(o, node)
    if node.attr("which") == 1:
        middle = lower(o, product(o, turned(o, low), lower(o, g, -1)), -1)
    else:
        middle = upper(o, product(o, upper(o, g), turned(o, u)))
    left = o.solve_triangular(conjugated(o, low), middle, lower=True, trans=True, unit_diagonal=True)
    both = o.solve_triangular(u, turned(o, left), lower=False, trans=False, unit_diagonal=False)
    return (product(o, p, turned(o, both)),)


def lu_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """dL = L tril(X, -1), dU = triu(X) U, with X = L⁻¹ P* dA U⁻¹."""
    if node.attr("which") == 0:
        return o.multiply(node, 0)
    p, low, u = _lu_parts(o, node)
    left = o.solve_triangular(low, product(o, turned(o, p), tangents[0]), lower=True, trans=False, unit_diagonal=True)
    x = _over(o, left, u)
    return product(o, low, lower(o, x, -1)) if node.attr("which") == 1 else product(o, upper(o, x), u)




# eigenvalues of any matrix ------------------------------------------------------------------------------------

def eig_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    """V⁻* M V*: M is diag(g_w), or conj(F) * (V* g_v - V* V re diag(V* g_v)) with F = 1/(w_j - w_i)."""
    x = node.operands[0]
    w, v = (o.eig(x, which=k) for k in range(2))
    adjoint = turned(o, v)
    if node.op.name == "eigvals" or node.attr("which") == 0:
        right = o.multiply(as_column(o, g), adjoint)
    else:
        inside = product(o, adjoint, g)
        scaled = o.multiply(product(o, adjoint, v), as_row(o, o.real(o.diagonal(inside))))
        right = product(o, o.multiply(conjugated(o, _eigh_gaps(o, w)), o.subtract(inside, scaled)), adjoint)
    found = o.solve(adjoint, right)
    return (found if x.dtype.kind == "c" else o.real(found),)


def eig_jvp(o: Any, node: Any, tangents: Tangents) -> Any:
    """dw = diag(M), dV = V (W - re diag(V* V W)), with M = V⁻¹ dA V and W = F * M: eigenvectors keep length 1."""
    x = node.operands[0]
    w, v = (o.eig(x, which=k) for k in range(2))
    moved = o.solve(v, product(o, tangents[0], v))
    if node.op.name == "eigvals" or node.attr("which") == 0:
        return o.diagonal(moved)
    turn = product(o, v, o.multiply(_eigh_gaps(o, w), moved))
    scales = o.real(o.sum(o.multiply(conjugated(o, v), turn), axis=(v.ndim - 2,)))
    return o.subtract(turn, o.multiply(v, as_row(o, scales)))
