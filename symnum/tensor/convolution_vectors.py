"""Convolution and correlation of vectors; ``tensor.functions`` makes them public."""

from __future__ import annotations

from typing import Literal

from .. import dtypes
from ..errors import ArgumentValueError, ShapeError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Dim, Node
from .convolution import flipped, total, zero_padded
from .shaping import part
from .windows import Window, at, places, windows, written_out

Mode = Literal["full", "same", "valid"]

# Of long kernels so many elements are written out at a time.
PIECE = 16


def convolve(a: Node, v: Node, mode: Mode = "full") -> Node:
    """Convolution of two vectors, ``c[k] = sum(a[i]*v[k - i])``.

    Args:
        a: a vector of any dtype.
        v: a vector of any dtype.
        mode: ``"full"``: wherever they overlap; ``"same"``: the middle of that, with the length of the longer one;
            ``"valid"``: where they overlap completely.

    If it is not known which vector is longer, the first must be as long as the second in the modes "same" and "valid".

    Returns:
        A vector of the common dtype.

    Raises:
        ShapeError: an operand is no vector.
        ArgumentValueError: an operand is empty, or another mode.
        IndexBoundsError: the second vector is longer, which was not known before the graph ran.
        DTypeError: ``a`` or ``v`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.convolve(T.tensor("a", shape=(5,)), [1.0, 2.0, 1.0], mode="same")
    <Tensor: float64 (5,)>
    """
    a, v = _vectors(a, v, mode, "convolve")
    a, v = (v, a) if _is_longer(v, a) else (a, v)
    return _convolved(a, v, mode)


def correlate(a: Node, v: Node, mode: Mode = "valid") -> Node:
    """Correlation of two vectors, ``c[k] = sum(a[i + k]*conj(v[i]))``.

    If it is not known which vector is longer, the first must be as long as the second in the modes "same" and "valid".

    Args:
        a: a vector of any dtype.
        v: a vector of any dtype.
        mode: ``"full"``: wherever they overlap; ``"same"``: the middle of that, with the length of the longer one;
            ``"valid"``: where they overlap completely.

    Returns:
        A vector of the common dtype.

    Raises:
        ShapeError: an operand is no vector.
        ArgumentValueError: an operand is empty, or another mode.
        IndexBoundsError: the second vector is longer, which was not known before the graph ran.
        DTypeError: ``a`` or ``v`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.correlate(T.dvector("a"), [1.0, 2.0], mode="full")
    <Tensor: float64 (a.shape[0] + 1,)>
    """
    a, v = _vectors(a, v, mode, "correlate")
    v = o.conjugate(v) if dtypes.is_complex(v.dtype) else v
    if _is_longer(v, a):
        return flipped(_convolved(v, flipped(a, (0,)), mode), (0,))
    return _convolved(a, flipped(v, (0,)), mode)


def _vectors(a: Node, v: Node, mode: str, name: str) -> tuple[Node, Node]:
    if mode not in ("full", "same", "valid"):
        raise ArgumentValueError(f"{name}: mode must be 'full', 'same' or 'valid'; given {mode!r}")
    for x in (a, v):
        if x.ndim > 1 or (x.ndim == 0 and name == "correlate"):
            raise ShapeError(f"{name} takes vectors; given shape {dims.text(x.shape)}")
    rows = [x if x.ndim else o.expand_dims(x, axis=(0,)) for x in (a, v)]
    if any(isinstance(x.shape[0], int) and x.shape[0] == 0 for x in rows):
        raise ArgumentValueError(f"{name}: an operand is empty")
    common = dtypes.promote([x.dtype for x in rows])
    first, second = (convert(x, common) for x in rows)
    return first, second


def _is_longer(a: Node, b: Node) -> bool:
    n, m = a.shape[0], b.shape[0]
    known = dims.lower_bound(dims.subtract(dims.subtract(n, m), 1))
    return known is not None and known >= 0


def _convolved(a: Node, v: Node, mode: Mode) -> Node:
    """The convolution with ``v``, which is not longer as far as is known."""
    m = v.shape[0]
    lost = dims.subtract(m, 1)
    if mode == "full":
        a = zero_padded(a, [(lost, lost)], 0)
    else:
        a = _at_least(a, m)
    if mode == "same":
        before = dims.floor_divide(m, 2)
        a = zero_padded(a, [(before, dims.subtract(lost, before))], 0)
    kernel = flipped(v, (0,))
    if written_out((Window(0, m),)):
        return _short(a, kernel)
    return _long(a, kernel, Window(0, m).count(a.shape[0]))


def _at_least(a: Node, m: Dim) -> Node:
    """``a``; an error, when the graph runs, if it has fewer than ``m`` elements."""
    if (dims.lower_bound(dims.subtract(a.shape[0], m)) or -1) >= 0 or dims.equal(a.shape[0], m):
        return a
    last = dims.subtract(m, 1)
    zero = dims.subtract(o.checked_index(dims.as_node(last), dims.as_node(a.shape[0])), last)
    return o.slice(a, starts=(zero,), lengths=a.shape, steps=(1,))


def _short(a: Node, kernel: Node) -> Node:
    """Sums of products with the elements under the kernel, written out."""
    window = (Window(0, kernel.shape[0]),)
    return total([o.multiply(at(a, window, (k,)), o.squeeze(part(kernel, 0, k, 1), axis=(0,)))
                  for (k,) in places(window)])


def _long(a: Node, kernel: Node, count: Dim) -> Node:
    """The same, ``PIECE`` elements of the kernel written out and folds over those at that distance.

    Folds over few elements run over many places of the kernel side by side.
    """
    pieces = dims.floor_divide(dims.add(kernel.shape[0], PIECE - 1), PIECE)
    length = dims.multiply(pieces, PIECE)
    kernel = o.stored(o.embed(kernel, shape=(length,), starts=(0,), steps=(1,)))
    room = dims.add(count, dims.subtract(length, 1))
    a = o.stored(o.embed(a, shape=(room,), starts=(0,), steps=(1,)))
    window = Window(0, pieces, 1, PIECE)
    needed = dims.add(count, dims.subtract(window.span(), 1))
    terms = []
    for k in range(PIECE):
        found = windows(part(a, 0, k, needed), (window,), keep=False)
        factors = o.slice(kernel, starts=(k,), lengths=(pieces,), steps=(PIECE,))
        terms.append(o.multiply(found, broadcast_to(o.expand_dims(factors, axis=(0,)), found.shape)))
    return convert(o.sum(total(terms), axis=(1,)), a.dtype)
