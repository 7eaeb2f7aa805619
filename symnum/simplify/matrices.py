"""Matrix products and systems as rules see them: which matrices are multiplied; products and solutions of matrices."""

from __future__ import annotations

from collections.abc import Callable

from ..ir.build import broadcast_to, o
from ..ir.node import Node
from ..ops import linalg_matrices as matrices
from ..records import dataclass
from .flops import length_of
from .matrix_facts import number_of
from .numbers import scalar_of
from .views import Views

PRODUCTS = ("dot", "matmul")
# Lengths that are not known are taken to be a few, and many: a form is cheaper if it is for both.
GUESSES = (8, 1000)


def factors(node: Node) -> tuple[Node, Node] | None:
    """What a ``dot`` or ``matmul`` multiplies, transposed where the op says so; None of other ops.

    >>> from symnum.ir.build import input_leaf
    >>> a = input_leaf("a", "float64", (3, 4))
    >>> factors(o.dot(a, o.transpose(a, axes=(1, 0))))
    (<Node input float64 (3, 4)>, <Node transpose float64 (4, 3)>)
    """
    if node.op.name not in PRODUCTS:
        return None
    a, b = node.operands
    if node.op.name == "dot":
        return a, b
    return flipped(a) if node.attr("transpose_a") else a, flipped(b) if node.attr("transpose_b") else b


def flipped(x: Node) -> Node:
    """Each matrix transposed; a vector as it is."""
    return matrices.flipped(o, x) if x.ndim > 1 else x


def untransposed(views: Views, x: Node) -> Node:
    """A matrix that is symmetric, without a transposition."""
    return x.inputs[0] if matrices.is_turned(x) and "symmetric" in views.matrix(x) else x


def product(a: Node, b: Node) -> Node:
    """The product of vectors, matrices, or stacks of matrices."""
    return matrices.product(o, a, b) if max(a.ndim, b.ndim) > 2 else o.dot(a, b)


def solved(a: Node, b: Node, solve: Callable[[Node, Node], Node] | None = None) -> Node | None:
    """x of ``a @ x = b``, where b is a vector or matrices; None of one matrix with a stack of right sides."""
    if b.ndim == 1:
        x = solved(a, o.expand_dims(b, axis=(1,)), solve)
        return None if x is None else o.squeeze(x, axis=(x.ndim - 1,))
    if b.ndim < a.ndim:
        b = broadcast_to(b, (*a.shape[:-2], *b.shape[-2:]))
    if b.ndim > a.ndim:
        return None
    return (solve or o.solve)(a, b)


def right_solved(a: Node, b: Node, solve: Callable[[Node, Node], Node] | None = None) -> Node | None:
    """x of ``x @ a.T = b``, where b is a vector or matrices; ``a`` comes transposed."""
    x = solved(a, flipped(b), solve)
    return None if x is None else flipped(x)


def is_used_once(views: Views, node: Node) -> bool:
    """Whether a node has one consumer."""
    return views.count(node) <= 1


def size_of(node: Node, guess: int) -> int:
    """How many elements a node has, or may have."""
    count = 1
    for n in node.shape:
        count *= length_of(n, guess)
    return count


def is_fewer(a: Node, b: Node) -> bool:
    """Whether one node has at most as many elements as another, for lengths that are not known too."""
    return all(size_of(a, guess) <= size_of(b, guess) for guess in GUESSES) and (
        a.ndim < b.ndim or all(isinstance(n, int) for n in (*a.shape, *b.shape)) or a.shape == b.shape)


@dataclass(frozen=True, slots=True)
class Scaled:
    """``number * matrix``, or ``matrix / number`` if ``divided``; the number is of rank 0."""

    number: Node
    matrix: Node
    divided: bool = False

    def times(self, x: Node) -> Node:
        """Another value with the number that the matrix had."""
        return self._joined(x, self.divided)

    def over(self, x: Node) -> Node:
        """Another value with the inverse of that number."""
        return self._joined(x, not self.divided)

    def _joined(self, x: Node, divided: bool) -> Node:
        return (o.true_divide if divided else o.multiply)(x, broadcast_to(self.number, x.shape))


def scaled_of(x: Node) -> Scaled | None:
    """A matrix (or vector) and the number that multiplies it; None if there is none."""
    flip, column = matrices.is_turned(x), x.op.name == "expand_dims"
    inner = x.inputs[0] if flip or column else x
    if inner.op.name not in ("multiply", "true_divide"):
        return None
    for matrix, number in (inner.operands, inner.operands[::-1]):
        found, divided = _number(number), inner.op.name == "true_divide"
        if found is not None and not (divided and number is inner.operands[0]):
            moved = o.expand_dims(matrix, axis=x.attr("axis")) if column else matrix
            return Scaled(found, flipped(matrix) if flip else moved, divided)
    return None


def _number(x: Node) -> Node | None:
    value = scalar_of(x)
    return number_of(x) if value is None else o.constant(value)


def diagonal_of(x: Node) -> Node:
    """The diagonal of each matrix."""
    return o.diagonal(x)


def identity_like(x: Node) -> Node:
    """Ones on the diagonal of each matrix, zeros elsewhere, under the shape and dtype of ``x``."""
    return o.band(broadcast_to(o.cast(o.constant(1), dtype=x.dtype), x.shape), low=0, high=0)
