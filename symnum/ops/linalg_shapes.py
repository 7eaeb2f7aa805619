"""dtypes and shapes of linear algebra: stacks of matrices on the last two axes, and NumPy's errors for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Operand
from ..errors import DTypeError, LinAlgError, ShapeError
from .spec import DTypeRule, ShapeRule

Shape = tuple[Any, ...]
Lengths = Callable[[Any, Shape, Mapping[str, Any]], Shape]


# dtypes -------------------------------------------------------------------------------------------------------

def common(name: str, operands: Sequence[Operand]) -> np.dtype[Any]:
    """What NumPy's linear algebra computes in: integers and bool as float64, others in their common dtype."""
    known = [d if d is float or getattr(d, "kind", "i") in "fc" else dtypes.FLOAT64 for d in operands]
    found = dtypes.promote(known)
    if found.name == "float16":
        raise DTypeError(f"{name} is not defined for float16; cure: convert first, as in x.astype('float32')")
    return found


def inexact(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> tuple[np.dtype[Any], ...]:
    """All operands and the result in the common dtype."""
    return (common(name, operands),) * (len(operands) + 1)


def with_real(*which: int) -> DTypeRule:
    """As :func:`inexact`, but these results are real also for complex operands."""
    def rule(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> tuple[np.dtype[Any], ...]:
        found = common(name, operands)
        result = found.type(0).real.dtype if attrs.get("which", 0) in which else found
        return (*(found,) * len(operands), result)
    return rule


def to_complex(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> tuple[np.dtype[Any], ...]:
    """The operand in the common dtype, the result complex."""
    found = common(name, operands)
    return found, dtypes.with_parts(found)


# shapes -------------------------------------------------------------------------------------------------------

def matrices(name: str, lengths: Lengths) -> ShapeRule:
    """A stack of matrices; ``lengths`` gives the result's shape from (dims, the operand's shape, attributes)."""
    def rule(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> Shape:
        _check_rank(name, dims, inputs[0].shape)
        return lengths(dims, inputs[0].shape, attrs)
    return rule


def squares(name: str, lengths: Lengths) -> ShapeRule:
    """A stack of square matrices; ``lengths`` is that of :func:`matrices`."""
    def rule(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> Shape:
        check_square(name, dims, inputs[0].shape)
        return lengths(dims, inputs[0].shape, attrs)
    return rule


def _check_rank(name: str, dims: Any, shape: Shape) -> None:
    if len(shape) < 2:
        raise LinAlgError(f"{name}: expected a matrix, or a stack of matrices on the last two axes; given shape "
                          f"{dims.text(shape)}")


def check_square(name: str, dims: Any, shape: Shape) -> None:
    """The last two axes can have one length.

    Raises:
        LinAlgError: there are no two axes, or their lengths are known to differ.
    """
    _check_rank(name, dims, shape)
    # By the difference: a native form demands what `may_equal` is asked about, and its error would be no LinAlgError.
    difference = dims.subtract(shape[-1], shape[-2])
    if isinstance(difference, int) and difference:
        raise LinAlgError(f"{name}: the last two axes must be square; given shape {dims.text(shape)}")


def systems(name: str) -> ShapeRule:
    """Square matrices and right sides with as many rows, under equal stacks: the result is as the right sides."""
    def rule(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> Shape:
        a, b = inputs[0].shape, inputs[1].shape
        check_square(name, dims, a)
        if not (len(a) == len(b) and all(map(dims.may_equal, a[:-1], b[:-1]))):
            raise ShapeError(f"{name}: shapes {dims.text(a)} and {dims.text(b)} do not fit: the right side must have "
                             f"as many rows as the matrix")
        return tuple(b)
    return rule


def products(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> Shape:
    """Two stacks of matrices under equal stacks, or a stack and one matrix."""
    a, b = (_flipped(x.shape) if attrs[flag] else x.shape
            for x, flag in zip(inputs, ("transpose_a", "transpose_b"), strict=True))
    alike = len(a) == len(b) and all(map(dims.may_equal, a[:-2], b[:-2]))
    fits = min(len(a), len(b)) >= 2 and (alike or 2 in (len(a), len(b))) and dims.may_equal(a[-1], b[-2])
    if not fits:
        raise ShapeError(f"matmul: shapes {dims.text(a)} and {dims.text(b)} do not fit; the last length of the "
                         "first must equal the last but one of the second")
    return (*(a[:-2] or b[:-2]), a[-2], b[-1])


def _flipped(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2]) if len(shape) >= 2 else shape


def same(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """The operand's own shape."""
    return shape


def stack(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """One number for each matrix."""
    return shape[:-2]


def vectors(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """As many numbers as a matrix has rows or columns, whichever are fewer."""
    return (*shape[:-2], dims.minimum(shape[-2], shape[-1]))


def swapped(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """Rows and columns exchanged."""
    return _flipped(shape)


def qr(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """q (m, k) or r (k, n), where k is min(m, n), or m for mode "complete"."""
    *stack, m, n = shape
    k = m if attrs.get("mode") == "complete" else dims.minimum(m, n)
    return (*stack, m, k) if attrs.get("which") == 0 else (*stack, k, n)


def svd(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """u (m, k), s (min(m, n),) or vh (k, n), where k is min(m, n) unless the matrices are full."""
    *stack, m, n = shape
    k, full, which = dims.minimum(m, n), attrs["full_matrices"], attrs["which"]
    return ((*stack, m, m if full else k), (*stack, k), (*stack, n if full else k, n))[which]


def eigh(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """w (n,) or v (n, n)."""
    return shape[:-1] if attrs["which"] == 0 else shape


def lu(dims: Any, shape: Shape, attrs: Mapping[str, Any]) -> Shape:
    """p (m, m), l (m, k) or u (k, n), where k is min(m, n)."""
    *stack, m, n = shape
    k = dims.minimum(m, n)
    return ((*stack, m, m), (*stack, m, k), (*stack, k, n))[attrs["which"]]
