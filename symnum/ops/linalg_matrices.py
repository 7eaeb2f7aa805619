"""Matrices of a stack, built with the constructors that are handed in: what derivatives of linear algebra need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .elementwise import conjugated


def is_turned(x: Any) -> bool:
    """Whether each matrix of ``x`` is that of its operand, transposed."""
    n = len(x.shape)
    return bool(n >= 2 and x.op.name == "transpose" and x.attr("axes") == (*range(n - 2), n - 1, n - 2))


def flipped(o: Any, x: Any) -> Any:
    """Each matrix transposed."""
    n = len(x.shape)
    return x.inputs[0] if is_turned(x) else o.transpose(x, axes=(*range(n - 2), n - 1, n - 2))


def turned(o: Any, x: Any) -> Any:
    """Each matrix transposed and conjugated: its adjoint."""
    return conjugated(o, flipped(o, x))


def real(o: Any, x: Any) -> Any:
    """The real part; real numbers stay."""
    return o.real(x) if x.dtype.kind == "c" else x


def product(o: Any, a: Any, b: Any) -> Any:
    """Matrix by matrix; transposed matrices of a stack are read where they lie."""
    if a.ndim == b.ndim == 2:
        return o.dot(a, b)
    (a, first), (b, second) = _as_stored(a), _as_stored(b)
    return o.matmul(a, b, transpose_a=first, transpose_b=second)


def _as_stored(x: Any) -> tuple[Any, bool]:
    """The operand of a transposition of each matrix and True, or ``x`` and False."""
    return (x.inputs[0], True) if is_turned(x) else (x, False)


def lower(o: Any, x: Any, k: int = 0) -> Any:
    """The lower triangle, up to diagonal ``k``; zeros elsewhere."""
    return o.band(x, low=None, high=k)


def upper(o: Any, x: Any, k: int = 0) -> Any:
    """The upper triangle, from diagonal ``k`` on; zeros elsewhere."""
    return o.band(x, low=k, high=None)


def as_row(o: Any, x: Any) -> Any:
    """Vectors as matrices of one row."""
    return o.expand_dims(x, axis=(x.ndim - 1,))


def as_column(o: Any, x: Any) -> Any:
    """Vectors as matrices of one column."""
    return o.expand_dims(x, axis=(x.ndim,))


def each(o: Any, x: Any, like: Any) -> Any:
    """One number for each matrix, repeated to the shape of ``like``."""
    return o.broadcast_to(o.expand_dims(x, axis=(x.ndim, x.ndim + 1)), shape=like.shape)


def inner(o: Any, a: Any, b: Any) -> Any:
    """The sum of products of the elements of two matrices, none of them conjugated."""
    return o.sum(o.multiply(a, b), axis=(a.ndim - 2, a.ndim - 1))


def columns(o: Any, x: Any, start: Any, length: Any) -> Any:
    """Some columns of each matrix; ``x`` itself if it is all of them."""
    if start == 0 and o.dims.equal(length, x.shape[-1]):
        return x
    lead = x.ndim - 1
    return o.slice(x, starts=(0,) * lead + (start,), lengths=(*x.shape[:-1], length), steps=(1,) * x.ndim)


def rows(o: Any, x: Any, start: Any, length: Any) -> Any:
    """Some rows of each matrix; ``x`` itself if it is all of them."""
    if start == 0 and o.dims.equal(length, x.shape[-2]):
        return x
    lead = x.ndim - 2
    return o.slice(x, starts=(0,) * lead + (start, 0), lengths=(*x.shape[:-2], length, x.shape[-1]),
                   steps=(1,) * x.ndim)


def halved(o: Any, x: Any) -> Any:
    """The lower triangle with half of the diagonal: what a symmetric matrix is the sum of, with its transpose."""
    return o.subtract(lower(o, x), o.multiply(o.band(x, low=0, high=0), 0.5))


def from_triangle(o: Any, x: Any, uplo: str) -> Any:
    """The symmetric (Hermitian) matrix of which one triangle is given; the other is not read."""
    rest = lower(o, x, -1) if uplo == "L" else upper(o, x, 1)
    return o.add(o.add(rest, turned(o, rest)), real(o, o.band(x, low=0, high=0)))


def to_triangle(o: Any, x: Any, uplo: str) -> Any:
    """The transpose of :func:`from_triangle`."""
    both = o.add(x, turned(o, x))
    rest = lower(o, both, -1) if uplo == "L" else upper(o, both, 1)
    return o.add(rest, real(o, o.band(x, low=0, high=0)))


def reciprocal(o: Any, x: Any) -> Any:
    """1/x, and 0 where x is 0."""
    zero = o.equal(x, 0)
    return o.where(zero, 0, o.true_divide(1, o.where(zero, 1, x)))


def total(o: Any, terms: Sequence[Any]) -> Any:
    """The sum of one or two terms."""
    return terms[0] if len(terms) == 1 else o.add(*terms)
