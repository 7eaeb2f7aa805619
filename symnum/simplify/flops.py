"""What products, factors and systems of matrices cost, in additions, by their lengths."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..ir import dims
from ..ir.node import Dim, Node

GUESS = 100  # of a length that is not known


def flops(node: Node, guess: int = GUESS) -> float | None:
    """The operations of a product, factor or system; None of other ops.

    >>> from symnum.ir.build import input_leaf, o
    >>> a = input_leaf("a", "float64", (30, 30))
    >>> flops(o.dot(a, a)), flops(o.cholesky(a)), flops(o.exp(a))
    (54000.0, 9000.0, None)
    """
    formula = _FORMULAS.get(node.op.name)
    return None if formula is None else float(formula(*([length_of(n, guess) for n in x.shape] for x in _shown(node))))


def length_of(length: Dim, guess: int) -> int:
    """A length, or a guess if it is not known."""
    length = dims.simple(length)
    return length if isinstance(length, int) else guess


def _shown(node: Node) -> tuple[Node, ...]:
    """The operands, and the result."""
    return (*node.operands, node)


def _product(a: list[int], b: list[int], result: list[int]) -> float:
    common = a[-1] if len(a) == 1 else b[0] if len(b) == 1 else _common(a, b, result)
    return 2.0 * common * math.prod(result)


def _common(a: list[int], b: list[int], result: list[int]) -> int:
    """The length over which two matrices are multiplied, whichever of them are transposed."""
    return a[-1] if a[-2] == result[-2] else a[-2]


def _each(per_matrix: Callable[[int, int], float]) -> Callable[..., float]:
    """The operations on a stack, by the larger and the smaller length of each matrix."""
    def formula(x: list[int], *others: list[int]) -> float:
        return math.prod(x[:-2]) * per_matrix(max(x[-2:]), min(x[-2:]))
    return formula


def _solve(a: list[int], b: list[int], result: list[int]) -> float:
    return math.prod(a[:-2]) * (2 / 3 * a[-1] ** 3 + 2.0 * a[-1] ** 2 * b[-1])


def _triangles(a: list[int], b: list[int], result: list[int]) -> float:
    return float(math.prod(a[:-2]) * a[-1] ** 2 * b[-1])


_ELIMINATION = _each(lambda m, n: 2 / 3 * n ** 3)
# The larger ones are those of LAPACK, or measured beside a product.
_FORMULAS: Mapping[str, Callable[..., float]] = MappingProxyType({
    "dot": _product, "matmul": _product, "solve": _solve, "solve_triangular": _triangles,
    "inv": _each(lambda m, n: 8 / 3 * n ** 3), "det": _ELIMINATION, "slogdet": _ELIMINATION, "lu": _ELIMINATION,
    "lu_factor": _ELIMINATION, "cholesky": _each(lambda m, n: n ** 3 / 3),
    "cholesky_pulled": _each(lambda m, n: 2.0 * n ** 3), "qr": _each(lambda m, n: 4.0 * m * n ** 2),
    "qr_r": _each(lambda m, n: 2.0 * m * n ** 2), "svd": _each(lambda m, n: 22.0 * m * n ** 2),
    "svdvals": _each(lambda m, n: 8.0 * m * n ** 2), "pinv": _each(lambda m, n: 26.0 * m * n ** 2),
    "cofactor": _each(lambda m, n: 26.0 * m * n ** 2), "eigh": _each(lambda m, n: 9.0 * n ** 3),
    "eigvalsh": _each(lambda m, n: 4 / 3 * n ** 3), "eig": _each(lambda m, n: 26.0 * n ** 3),
    "eigvals": _each(lambda m, n: 10.0 * n ** 3), "expm": _each(lambda m, n: 30.0 * n ** 3)})
