"""Polynomials, as vectors of coefficients with the one of the highest power first; ``tensor.functions`` makes them
public."""

from __future__ import annotations

from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import constant, o
from ..ir.node import Dim, Node
from ..shapes import as_int
from .convert import ArrayLike, as_node
from .creation_ranges import places
from .shaping import part


def polyval(p: ArrayLike, x: ArrayLike) -> Node:
    """Values of a polynomial, ``p[0]*x**(n-1) + … + p[n-1]``, by Horner's rule.

    Args:
        p: a vector of n coefficients of any dtype, the one of the highest power first; its length is known.
        x: any dtype; any shape, which the result has.

    Returns:
        The shape of ``x``; the common dtype.

    Raises:
        ShapeError: ``p`` is no vector, or its length is not known.
        DTypeError: ``p`` or ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.polyval([3, 0, 1], T.dvector("x"))
    <Tensor: float64 (x.shape[0],)>
    """
    factors, at = as_node(p), as_node(x)
    count = factors.shape[0] if factors.ndim == 1 else None
    if not isinstance(count, int):
        raise ShapeError(f"polyval: coefficients of shape {dims.text(factors.shape)}; expected a vector of known "
                         f"length")
    found: Node = o.broadcast_to(constant(0, at.dtype), shape=at.shape)
    for k in range(count):
        factor = o.squeeze(part(factors, 0, k, 1), axis=(0,))
        found = o.add(o.multiply(found, at), factor) if k else o.add(found, factor)
    return found


def polyadd(a1: ArrayLike, a2: ArrayLike) -> Node:
    """Sum of two polynomials, as long as the longer one.

    Args:
        a1: a vector of coefficients, of any dtype; a number is one of length 1.
        a2: another vector.

    Returns:
        A vector of the common dtype.

    Raises:
        ShapeError: an operand is no vector.
        DTypeError: ``a1`` or ``a2`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.polyadd([1, 2], [9, 5, 4]).eval()
    array([9, 6, 6])
    """
    return o.add(*_aligned(a1, a2, "polyadd"))


def polysub(a1: ArrayLike, a2: ArrayLike) -> Node:
    """Difference of two polynomials, as long as the longer one.

    Args:
        a1: a vector of coefficients, of any dtype; a number is one of length 1.
        a2: another vector.

    Returns:
        A vector of the common dtype.

    Raises:
        ShapeError: an operand is no vector.
        DTypeError: both are bool, or one is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.polysub([2, 10, -2], [3, 10, -4]).eval()
    array([-1,  0,  2])
    """
    return o.subtract(*_aligned(a1, a2, "polysub"))


def polyder(p: ArrayLike, m: int = 1) -> Node:
    """Derivative number ``m`` of a polynomial.

    Args:
        p: a vector of coefficients, of any dtype.
        m: how often.

    Returns:
        A vector that is shorter by ``m``; the common dtype of ``p`` and int64.

    Raises:
        ShapeError: the operand is no vector.
        ArgumentValueError: ``m`` is negative.
        DTypeError: ``p`` is no array of numbers, or ``m`` is no integer.

    >>> from symnum import tensor as T
    >>> T.polyder([1, 1, 1, 1]).eval()
    array([3, 2, 1])
    """
    found = _coefficients(p, "polyder")
    for _ in range(_order(m, "polyder")):
        count = dims.maximum(dims.subtract(found.shape[0], 1), 0)
        found = o.multiply(part(found, 0, 0, count), _powers(count))
    return found


def polyint(p: ArrayLike, m: int = 1) -> Node:
    """Antiderivative number ``m`` of a polynomial, with constants 0.

    Args:
        p: a vector of coefficients, of any dtype.
        m: how often.

    Returns:
        A vector that is longer by ``m``; float64, or complex128 of complex numbers.

    Raises:
        ShapeError: the operand is no vector.
        ArgumentValueError: ``m`` is negative.
        DTypeError: ``p`` is no array of numbers, or ``m`` is no integer.

    >>> from symnum import tensor as T
    >>> T.polyint([3.0, 2.0, 1.0]).eval()
    array([1., 1., 1., 0.])
    """
    found = _coefficients(p, "polyint")
    for _ in range(_order(m, "polyint")):
        found = o.true_divide(found, _powers(found.shape[0]))
        found = o.embed(found, shape=(dims.add(found.shape[0], 1),), starts=(0,), steps=(1,))
    return found


def _powers(count: Dim) -> Node:
    """count, count - 1, … 1."""
    return o.subtract(dims.as_node(count), places(count))


def _order(m: int, name: str) -> int:
    order = as_int(m, f"m of {name}")
    if order < 0:
        raise ArgumentValueError(f"{name}: m must be at least 0; given {order}")
    return order


def _coefficients(p: ArrayLike, name: str) -> Node:
    node = as_node(p)
    if node.ndim > 1:
        raise ShapeError(f"{name}: coefficients of shape {dims.text(node.shape)}; expected a vector")
    return node if node.ndim else o.expand_dims(node, axis=(0,))


def _aligned(a1: ArrayLike, a2: ArrayLike, name: str) -> list[Node]:
    """Both with zeros in front of the shorter one."""
    both = [_coefficients(p, name) for p in (a1, a2)]
    longer = dims.maximum(both[0].shape[0], both[1].shape[0])
    return [x if dims.equal(x.shape[0], longer) else
            o.embed(x, shape=(longer,), starts=(dims.subtract(longer, x.shape[0]),), steps=(1,)) for x in both]
