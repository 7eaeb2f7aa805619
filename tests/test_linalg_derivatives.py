"""Derivatives of linear algebra, forward, reverse and second, against finite differences of the interpreter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symnum.autodiff import reverse
from symnum.errors import LinAlgError, UnsupportedError
from symnum.ir.build import input_leaf, o
from symnum.ir.interpret import function
from symnum.ir.node import Node
from symnum.ops.linalg_matrices import product, turned
from tests.test_autodiff_structure import check, draws, leaf, weighted

Array = np.ndarray[Any, Any]


def apart(*shape: int) -> Array:
    """Matrices whose singular values and eigenvalues lie well apart."""
    m, n = shape[-2:]
    return draws(shape, seed=3) * 0.3 + np.eye(m, n) * np.arange(1, n + 1)


def positive(*shape: int) -> Array:
    """Symmetric positive definite matrices."""
    x = draws(shape, seed=5)
    return x @ np.swapaxes(x, -1, -2) + shape[-1] * np.eye(shape[-1])


def everything(op: Any, results: int, **attrs: Any) -> Any:
    """A function of a node that sums what depends on each result of an op."""
    def cost(x: Node) -> Node:
        parts = [weighted(op(x, **attrs, which=k)) for k in range(results)]
        total = parts[0]
        for part in parts[1:]:
            total = o.add(total, part)
        return total
    return cost


CASES: dict[str, tuple[Any, Array]] = {
    "band": (lambda x: weighted(o.band(x, low=-1, high=0)), draws((2, 3, 4))),
    "diagonal": (lambda x: weighted(o.diagonal(x)), draws((2, 3, 2))),
    "inv": (lambda x: weighted(o.inv(x, singular="raise")), apart(2, 2, 2)),
    "det": (lambda x: weighted(o.det(x)), apart(2, 2, 2)),
    "cofactor": (lambda x: weighted(o.cofactor(x)), apart(2, 2)),
    "slogdet": (everything(o.slogdet, 2), apart(2, 2, 2)),
    "cholesky": (lambda x: weighted(o.cholesky(x)), positive(2, 2)),
    "cholesky_stack": (lambda x: weighted(o.cholesky(x)), positive(2, 2, 2)),
    "qr_square": (everything(o.qr, 2, mode="reduced"), apart(2, 2)),
    "qr_tall": (everything(o.qr, 2, mode="reduced"), apart(2, 3, 2)),
    "qr_wide": (everything(o.qr, 2, mode="reduced"), apart(2, 3)),
    "qr_complete": (lambda x: weighted(o.qr(x, mode="complete", which=1)), apart(3, 2)),
    "qr_complete_wide": (everything(o.qr, 2, mode="complete"), apart(2, 3)),
    "qr_r": (lambda x: weighted(o.qr_r(x)), apart(3, 2)),
    "svd_square": (everything(o.svd, 3, full_matrices=True), apart(2, 2)),
    "svd_tall": (everything(o.svd, 3, full_matrices=False), apart(2, 3, 2)),
    "svd_wide": (everything(o.svd, 3, full_matrices=False), apart(2, 3)),
    "svdvals": (lambda x: weighted(o.svdvals(x)), apart(3, 2)),
    "eigh_lower": (everything(o.eigh, 2, uplo="L"), apart(2, 2, 2)),
    "eigh_upper": (everything(o.eigh, 2, uplo="U"), apart(3, 3)),
    "eigvalsh": (lambda x: weighted(o.eigvalsh(x, uplo="L")), apart(3, 3)),
    "lu": (everything(o.lu, 3), apart(2, 2)),
    "expm": (lambda x: weighted(o.expm(x)), draws((2, 2)) * 0.5),
    "pinv_tall": (lambda x: weighted(o.pinv(x, rcond=1e-15)), apart(3, 2)),
    "pinv_wide": (lambda x: weighted(o.pinv(x, rcond=1e-15)), apart(2, 1, 2)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("known", [True, False])
def test_derivatives(name: str, known: bool) -> None:
    cost, values = CASES[name]
    if not known and name in ("svd_square", "qr_complete_wide", "lu"):
        return  # refused: see below
    x = leaf(values, known)
    check([x], cost(x), [values], second=known and values.size < 7)


# Functions of complex matrices, of real and imaginary parts as one real operand (2, m, n); free phases cancel in them.

def joined(x: Node) -> Node:
    """The complex matrix with these parts."""
    halves = (o.slice(x, starts=(k, 0, 0), lengths=(1, *x.shape[1:]), steps=(1, 1, 1)) for k in (0, 1))
    return o.make_complex(*(o.squeeze(half, axis=(0,)) for half in halves))  # type: ignore[no-any-return]


def apart_from(*nodes: Node) -> Node:
    """A scalar of real and imaginary parts."""
    parts = [weighted(part(x)) for x in nodes for part in ((o.real, o.imag) if x.dtype.kind == "c" else (lambda x: x,))]
    total = parts[0]
    for part in parts[1:]:
        total = o.add(total, part)
    return total


def hermitian(x: Node) -> Node:
    return o.add(product(o, x, turned(o, x)), o.constant(np.diag([3.0, 1.0])))  # type: ignore[no-any-return]


def projectors(v: Node) -> Node:
    """Products of columns with their conjugates: without their phases."""
    return o.multiply(o.expand_dims(v, axis=(1,)), o.expand_dims(o.conjugate(v), axis=(0,)))  # type: ignore[no-any-return]


def svd_parts(x: Node) -> Node:
    u, s, vh = (o.svd(x, full_matrices=False, which=k) for k in range(3))
    return apart_from(s, product(o, u, vh), projectors(u), projectors(o.transpose(vh, axes=(1, 0))))


def eig_parts(x: Node) -> Node:
    w, v = (o.eig(x, which=k) for k in range(2))
    return apart_from(w, projectors(v))


COMPLEX: dict[str, Any] = {
    "inv": lambda x: apart_from(o.inv(x, singular="raise")), "det": lambda x: apart_from(o.det(x)),
    "cofactor": lambda x: apart_from(o.cofactor(x)),
    "slogdet": lambda x: apart_from(*(o.slogdet(x, which=k) for k in range(2))),
    "solve": lambda x: apart_from(o.solve(x, product(o, x, x))), "matmul": lambda x: apart_from(product(o, x, x)),
    "cholesky": lambda x: apart_from(o.cholesky(hermitian(x))),
    "cholesky_triangle": lambda x: apart_from(o.cholesky(o.add(x, o.constant(9 * np.eye(2))))),
    "eigh": lambda x: apart_from(o.eigh(x, uplo="L", which=0), projectors(o.eigh(x, uplo="L", which=1))),
    "eigvalsh": lambda x: apart_from(o.eigvalsh(x, uplo="U")), "svd": svd_parts, "eig": eig_parts,
    "svdvals": lambda x: apart_from(o.svdvals(x)), "eigvals": lambda x: apart_from(o.eigvals(x)),
    "qr": lambda x: apart_from(*(o.qr(x, mode="reduced", which=k) for k in range(2))),
    "lu": lambda x: apart_from(o.lu(x, which=1), o.lu(x, which=2)), "expm": lambda x: apart_from(o.expm(x)),
    "pinv": lambda x: apart_from(o.pinv(o.slice(x, starts=(0, 0), lengths=(2, 1), steps=(1, 1)), rcond=1e-15)),
    **{f"triangle_{low}_{trans}": lambda x, low=low, trans=trans: apart_from(o.solve_triangular(
        x, product(o, x, x), lower=low, trans=trans, unit_diagonal=False))
       for low in (True, False) for trans in (True, False)},
}


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_derivatives(name: str) -> None:
    values = np.stack([apart(2, 2), draws((2, 2), 7)])
    x = leaf(values)
    # Second derivatives of a sample; the others are made of the same parts.
    sample = name in ("inv", "svd", "eigh", "matmul", "triangle_True_True")
    check([x], COMPLEX[name](joined(x)), [values], second=sample)


@pytest.mark.parametrize("part", [0, 1])
def test_eigenvalues_of_real_matrices(part: int) -> None:
    values = np.array([[1.0, 2.0, 0.3], [-2.0, 1.5, 0.1], [0.2, 0.4, -3.0]])
    x = leaf(values)
    check([x], eig_parts(x) if part else apart_from(o.eigvals(x)), [values])


@pytest.mark.parametrize("stack", [(), (2,)])
def test_systems(stack: tuple[int, ...]) -> None:
    a, b = apart(*stack, 2, 2), draws((*stack, 2, 3))
    x, y = leaf(a), leaf(b)
    check([x, y], weighted(o.solve(x, y)), [a, b])


@pytest.mark.parametrize("stack", [(), (2,)])
@pytest.mark.parametrize("flips", [(False, False), (True, False), (False, True), (True, True)])
def test_products(stack: tuple[int, ...], flips: tuple[bool, bool]) -> None:
    values = [draws((*stack, *(s[::-1] if flip else s)), 1) for s, flip in zip(((2, 3), (3, 1)), flips, strict=True)]
    values[1] = values[1][0] if stack else values[1]
    xs = [leaf(v) for v in values]
    product = o.matmul(*xs, transpose_a=flips[0], transpose_b=flips[1])
    found, = function(xs, [product])(values)
    a, b = (np.swapaxes(v, -1, -2) if flip else v for v, flip in zip(values, flips, strict=True))
    np.testing.assert_array_equal(found, a @ b)
    check(xs, weighted(product), values)


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("trans", [True, False])
@pytest.mark.parametrize("unit", [True, False])
def test_triangular_systems(lower: bool, trans: bool, unit: bool) -> None:
    a, b = apart(2, 2), draws((2, 2))
    x, y = leaf(a), leaf(b)
    check([x, y], weighted(o.solve_triangular(x, y, lower=lower, trans=trans, unit_diagonal=unit)), [a, b])


def grads(cost: Node, x: Node, values: Array) -> Array:
    found, = reverse(cost, [x])
    assert found is not None
    return function([x], [found])([values])[0]


def test_singular_matrices_have_finite_derivatives_where_there_are_any() -> None:
    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    x = leaf(singular)
    np.testing.assert_allclose(grads(o.det(x), x, singular), [[4, -2], [-2, 1]], atol=1e-12)
    with pytest.raises(LinAlgError, match=r"inv of shapes \(2, 2\)"):
        grads(o.slogdet(x, which=1), x, singular)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_cofactors_of_singular_matrices(rank: int) -> None:
    values = np.diag([1.0] * rank + [0.0] * (3 - rank))
    x = leaf(values)
    minors = np.array([[np.linalg.det(np.delete(np.delete(values, i, 0), j, 1)) * (-1) ** (i + j)
                        for j in range(3)] for i in range(3)])
    np.testing.assert_allclose(grads(o.det(x), x, values), minors, atol=1e-12)


def test_equal_values_leave_derivatives_finite() -> None:
    x = leaf(np.eye(3))
    for cost in (everything(o.eigh, 2, uplo="L")(x), everything(o.svd, 3, full_matrices=False)(x)):
        assert np.isfinite(grads(cost, x, np.eye(3))).all()
    total = o.sum(o.eigvalsh(x, uplo="L"), axis=(0,))
    np.testing.assert_allclose(grads(total, x, np.eye(3)), np.eye(3), atol=1e-12)
    values = o.sum(o.svdvals(x), axis=(0,))
    assert np.isfinite(grads(values, x, np.zeros((3, 3)))).all()


def test_only_what_is_read_has_a_derivative() -> None:
    values = positive(3, 3)
    x = leaf(values)
    found = grads(weighted(o.cholesky(x)), x, values)
    assert np.all(found[np.triu_indices(3, 1)] == 0)
    assert np.all(found[np.tril_indices(3)] != 0)


@pytest.mark.parametrize(("node", "cure"), [
    (lambda x: o.svd(x, full_matrices=True, which=0), "full_matrices=False"),
    (lambda x: o.qr(x, mode="complete", which=0), "mode='reduced'"),
    (lambda x: o.lu(x, which=1), "square"),
])
def test_what_is_not_determined_is_refused(node: Any, cure: str) -> None:
    x = input_leaf("x", "float64", (3, 2))
    with pytest.raises(UnsupportedError, match=cure):
        reverse(weighted(node(x)), [x])
