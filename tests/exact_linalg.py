"""Factors and systems of matrices of real numbers, for ``exact``: NaN where there is no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp
import numpy as np

Array = np.ndarray[Any, Any]


def _each(function: Callable[..., Any]) -> Callable[..., Array]:
    """A function of matrices, applied to each of a stack; NaN everywhere where it fails."""
    def of_stacks(*operands: Array, **attrs: Any) -> Array:
        stack = operands[0].shape[:-2]
        found = [_tried(function, [x[place] for x in operands], attrs) for place in np.ndindex(*stack)]
        return np.stack(found).reshape(stack + found[0].shape)
    return of_stacks


def _tried(function: Callable[..., Any], operands: list[Array], attrs: Mapping[str, Any]) -> Array:
    try:
        return np.asarray(function(*operands, **attrs), dtype=object)
    except (ZeroDivisionError, ValueError):
        shape = () if function is _det or function is _slogdet else operands[-1].shape
        return np.full(shape, mp.nan, dtype=object)


def _matrix(x: Array) -> Any:
    return mp.matrix(x.tolist())


def _array(x: Any) -> Array:
    return np.array(x.tolist(), dtype=object).reshape(x.rows, x.cols)


def _checked(x: Array) -> Array:
    if not all(mp.isfinite(v) for v in x.flat):
        raise ValueError("a number is missing")
    return x


def _solve(a: Array, b: Array) -> Array:
    return _eliminated(a, b)[1]


def _eliminated(a: Array, b: Array) -> tuple[Any, Array]:
    """The determinant, and the solution; an error where the one is 0 and there are right sides."""
    n = len(a)
    both, det = np.concatenate([_checked(a), _checked(b)], axis=1), mp.mpf(1)
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(both[i, k]))
        if both[best, k] == 0:
            if b.shape[1]:
                raise ZeroDivisionError("a singular matrix")
            return mp.mpf(0), b
        if best != k:
            both[[k, best]], det = both[[best, k]], -det
        det *= both[k, k]
        both[k] = both[k] / both[k, k]
        others = [i for i in range(n) if i != k and both[i, k] != 0 and (i > k or b.shape[1])]
        both[others] = both[others] - both[others, k:k + 1] * both[k]
    return det, both[:, n:]


def _inv(x: Array, singular: str) -> Array:
    return _solve(x, _eye(len(x)))


def _eye(n: int) -> Array:
    found = np.full((n, n), mp.mpf(0), dtype=object)
    found[range(n), range(n)] = mp.mpf(1)
    return found


def _triangle(a: Array, b: Array, lower: bool, trans: bool, unit_diagonal: bool) -> Array:
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a - np.diag(np.diag(a)) + _eye(len(a))
    return _solve(a.T if trans else a, b)


def _det(x: Array) -> Any:
    return _eliminated(x, x[:, :0])[0]


def _slogdet(x: Array, which: int) -> Any:
    found = _det(x)
    return mp.sign(found) if which == 0 else mp.log(abs(found)) if found else -mp.inf


def _cholesky(x: Array) -> Array:
    low = np.tril(_checked(x))
    return _array(mp.cholesky(_matrix(low + np.tril(low, -1).T)))


def _qr(x: Array, mode: str, which: int) -> Array:
    q, r = mp.qr(_matrix(_checked(x)), mode={"complete": "full", "reduced": "skinny"}[mode])
    return _array((q, r)[which])


def _lu_factor(x: Array, which: int) -> Array:
    """u.T over the strict triangle of l.T, the order of rows, its inverse, its sign."""
    a, order, sign = np.array(_checked(x)), list(range(len(x))), mp.mpf(1)
    for k in range(len(a)):
        best = max(range(k, len(a)), key=lambda i: abs(a[i, k]))
        if best != k:
            a[[k, best]], sign = a[[best, k]], -sign
            order[k], order[best] = order[best], order[k]
        for i in range(k + 1, len(a)):
            a[i, k] = a[i, k] / a[k, k] if a[k, k] else mp.mpf(0)
            a[i, k + 1:] -= a[k, k + 1:] * a[i, k]  # an array first: mpmath would print it to read it
    return (a.T, np.array(order), np.argsort(order), np.asarray(sign, object))[which]


def _pivots(x: Array) -> Array:
    return np.full(x.shape, mp.nan) if any(v == 0 for v in x.flat) else x


def _gather(x: Array, *indices: Array, axes: tuple[int, ...]) -> Array:
    return np.asarray(np.moveaxis(x, axes, range(len(axes)))[tuple(k.astype(np.int64) for k in indices)])


def _eigvalsh(x: Array, uplo: str) -> Array:
    return np.array(sorted(mp.eigsy(_matrix(_checked(x)), eigvals_only=True)), dtype=object)


def _expm(x: Array) -> Array:
    return _array(mp.expm(_matrix(_checked(x)), method="taylor"))


FUNCTIONS: Mapping[str, Callable[..., Array]] = {
    "solve": _each(_solve), "inv": _each(_inv), "solve_triangular": _each(_triangle), "det": _each(_det),
    "slogdet": _each(_slogdet), "cholesky": _each(_cholesky),
    "qr": _each(_qr), "lu_factor": _each(_lu_factor), "pivots": _pivots,
    "gather": _gather, "eigvalsh": _each(_eigvalsh),
    "expm": _each(_expm)}
