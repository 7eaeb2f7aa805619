"""Functions of matrices, and products of many; ``tensor.linalg`` makes them public.

Each function takes stacks of matrices on the last two axes.  Products of integers
are integers; elsewhere integers and bool are computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ArgumentValueError, LinAlgError
from ..ir import dims
from ..ir.build import convert, o
from ..ir.node import Node
from ..ops import powers
from ..ops.linalg_shapes import check_square
from ..shapes import as_entries, as_int
from .convert import as_node
from .linalg_inverses import inv
from .products import matmul


def expm(a: Node) -> Node:
    """The exponential of each matrix, as ``scipy.linalg.expm``.

    Args:
        a: (..., n, n).

    Returns:
        (..., n, n); floats and complex numbers keep their dtype, integers and bool are computed in float64.

    Raises:
        LinAlgError: a matrix is not square; known at once, or when the graph runs.
        DTypeError: ``a`` is of float16, or no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.expm([[0.0, 1.0], [0.0, 0.0]]).eval()
    array([[1., 1.],
           [0., 1.]])
    """
    return o.expm(a)


def matrix_power(a: Node, n: int) -> Node:
    """Each matrix to a whole power, by repeated squaring; of a negative one the inverse to the positive power.

    Args:
        a: (..., n, n); integers stay integers unless the power is negative.
        n: a whole number.

    Returns:
        (..., n, n); the dtype of ``a``, float64 of integers and a negative power.

    Raises:
        LinAlgError: a matrix is not square, or singular where the power is negative.
        DTypeError: the power is not a whole number, or ``a`` is no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.matrix_power([[1, 1], [0, 1]], 5).eval()
    array([[1, 5],
           [0, 1]])
    """
    check_square("matrix_power", dims, a.shape)
    count = as_int(n, "the power of matrix_power")
    if count == 0:
        return o.band(o.broadcast_to(convert(1, a.dtype), shape=a.shape), low=0, high=0)
    return powers.power(inv(a) if count < 0 else a, abs(count), matmul)


def multi_dot(arrays: Sequence[Any]) -> Node:
    """The product of several matrices, in the order of fewest multiplications (unknown lengths count as 100).

    Args:
        arrays: at least two, of any dtypes; matrices that fit, of which the first may be a row and the last a column of
            rank 1.

    Returns:
        (m, n), without m and n of vectors; the common dtype.

    Raises:
        ArgumentValueError: there are fewer than two.
        LinAlgError: one has another rank.
        ShapeError: lengths do not fit.
        DTypeError: an operand is no array of numbers.

    >>> from symnum import linalg, tensor as T
    >>> linalg.multi_dot([T.dmatrix("a"), T.dmatrix("b"), T.dvector("c")])
    <Tensor: float64 (a.shape[0],)>
    """
    nodes = [as_node(x) for x in as_entries(arrays, "arrays of multi_dot")]
    if len(nodes) < 2:
        raise ArgumentValueError(f"multi_dot: expected at least two arrays; given {len(nodes)}")
    for k, x in enumerate(nodes):
        if x.ndim != 2 and not (x.ndim == 1 and k in (0, len(nodes) - 1)):
            raise LinAlgError(f"multi_dot: array {k + 1} must be a matrix; given shape {dims.text(x.shape)}")
    first, last = nodes[0].ndim == 1, nodes[-1].ndim == 1
    if first:
        nodes[0] = o.expand_dims(nodes[0], axis=(0,))
    if last:
        nodes[-1] = o.expand_dims(nodes[-1], axis=(1,))
    product = _chain(nodes)
    ones = (*((0,) if first else ()), *((1,) if last else ()))
    return o.squeeze(product, axis=ones) if ones else product


def _chain(nodes: Sequence[Node]) -> Node:
    """The product in the cheapest grouping: of ever longer parts of the chain, from those of their two halves."""
    lengths = [n if isinstance(n, int) else 100 for n in (nodes[0].shape[0], *(x.shape[1] for x in nodes))]
    count = len(nodes)
    price = {(k, k + 1): (0, k) for k in range(count)}
    for size in range(2, count + 1):
        for i in range(count - size + 1):
            j = i + size
            price[i, j] = min((price[i, k][0] + price[k, j][0] + lengths[i] * lengths[k] * lengths[j], k)
                              for k in range(i + 1, j))
    products = {(k, k + 1): x for k, x in enumerate(nodes)}
    parts = [(0, count)]
    for i, j in parts:      # grows: all parts of the cheapest grouping, halves after the whole
        if j - i > 1:
            parts += [(i, price[i, j][1]), (price[i, j][1], j)]
    for i, j in reversed(parts):
        if j - i > 1:
            k = price[i, j][1]
            products[i, j] = matmul(products[i, k], products[k, j])
    return products[0, count]
