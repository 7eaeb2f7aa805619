"""``einsum``: sums of products named by labels, as products of two operands at a time.

Axes that both operands share and that nobody needs afterwards become the inner axis of a (stacked) matrix product;
what is no matrix product is multiplied element by element and summed, which fuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import dtypes
from ..errors import ArgumentValueError
from ..ir import dims
from ..ir.build import broadcast_to, convert, o
from ..ir.labelled import Labelled, Labels, arranged, distinct, is_one, summed
from ..ir.node import Dim, Node
from .convert import as_node
from .einsum_order import order_of
from .einsum_text import parsed
from .products import matmul, same_length, shaped


def einsum(*operands: Any, optimize: Any = True) -> Node:
    """The sum of products that labels name: ``einsum("ij,jk->ik", a, b)`` is the matrix product.

    A label stands for one length in all operands (1 broadcasts); a repeated label in one operand takes its diagonal;
    labels that the result does not name are summed over.  Without ``->`` the result has the labels that occur once, in
    alphabetical order.  ``...`` stands for further axes, which broadcast.  Any dtypes: the result has the common one,
    also where a sum of small integers wraps.

    Args:
        operands: the subscripts as text and the operands, arrays of any dtypes; or operands each followed by a list of
            whole numbers (and Ellipsis), with a last list for the result if there is one.
        optimize: False multiplies the operands from left to right; True, "greedy" and "optimal" choose an order of
            fewer multiplications; a path as from ``numpy.einsum_path`` is followed.

    Returns:
        One axis for each label of the result; the common dtype.

    Raises:
        ArgumentValueError: the subscripts do not fit the operands.
        ShapeError: a label has two lengths; known when the graph is built, or when it runs.
        DTypeError: an operand is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.einsum("bij,bjk->bik", T.tensor("a", shape=(5, 2, 3)), T.tensor("b", shape=(5, 3, 4)))
    <Tensor: float64 (5, 2, 4)>
    """
    subscripts, arrays = _arguments(operands)
    nodes = [as_node(x) for x in arrays]
    inputs, output = parsed(subscripts, [x.ndim for x in nodes])
    common = dtypes.promote([x.dtype for x in nodes])
    lengths = _lengths([(x.shape, labels) for x, labels in zip(nodes, inputs, strict=True)])
    terms = [_simplified(convert(x, common), labels, lengths) for x, labels in zip(nodes, inputs, strict=True)]
    for first, second, kept in order_of([t.labels for t in terms], output, lengths, optimize):
        pair = terms[first], terms[second]
        terms = [t for k, t in enumerate(terms) if k not in (first, second)]
        terms.append(_multiplied(*pair, kept))
    return _finished(terms[0], output, lengths)


def _arguments(operands: Sequence[Any]) -> tuple[Any, list[Any]]:
    """The subscripts, as text or as lists of labels, and the operands."""
    if not operands:
        raise ArgumentValueError("einsum needs subscripts and at least one operand")
    if isinstance(operands[0], str):
        if len(operands) < 2:
            raise ArgumentValueError("einsum needs at least one operand")
        return operands[0], list(operands[1:])
    if len(operands) < 2:
        raise ArgumentValueError("einsum needs subscripts and at least one operand")
    lists = list(operands[1::2])
    result = operands[-1] if len(operands) % 2 else None
    return (lists, result), list(operands[:len(lists) * 2:2])


# lengths ------------------------------------------------------------------------------------------------------

def _lengths(given: Sequence[tuple[Sequence[Dim], Labels]]) -> dict[int, Dim]:
    """The length of each label: NumPy's common length of the axes that it names."""
    found: dict[int, list[Dim]] = {}
    for shape, labels in given:
        for length, label in zip(shape, labels, strict=True):
            found.setdefault(label, []).append(length)
    return {label: dims.broadcast_shapes([(n,) for n in lengths], "einsum")[0] if len(lengths) > 1 else lengths[0]
            for label, lengths in found.items()}


def _simplified(x: Node, labels: Labels, lengths: Mapping[int, Dim]) -> Labelled:
    """An operand of common lengths with different labels: repeated ones as diagonals, repeated lengths dropped."""
    term = distinct(Labelled(x, labels), _alike)
    x, labels = term.node, term.labels
    ones = tuple(k for k, label in enumerate(labels)
                 if is_one(x.shape[k]) and not is_one(lengths[label]))
    if ones:
        x, labels = o.squeeze(x, axis=ones), tuple(t for k, t in enumerate(labels) if k not in ones)
    return Labelled(broadcast_to(x, tuple(lengths[label] for label in labels)), labels)


def _alike(x: Node, first: int, second: int) -> Node:
    """An array whose two axes have one length, checked when the graph runs if it is not known."""
    left, right = same_length(x, x, first, second, "einsum")
    return right if left is x else left


# products -----------------------------------------------------------------------------------------------------

def _grouped(term: Labelled, *groups: Labels) -> Node:
    """The operand with one axis for each group of labels."""
    labels = tuple(label for group in groups for label in group)
    node = arranged(term, labels)
    lengths = dict(zip(labels, node.shape, strict=True))
    return shaped(node, tuple(dims.product(lengths[label] for label in group) for group in groups))


def _multiplied(a: Labelled, b: Labelled, kept: frozenset[int]) -> Labelled:
    """The product of two operands, summed over the labels that are not ``kept``."""
    a, b = summed(a, kept | set(b.labels)), summed(b, kept | set(a.labels))
    shared = tuple(label for label in a.labels if label in b.labels)
    stack = tuple(label for label in shared if label in kept)
    inner = tuple(label for label in shared if label not in kept)
    rows = tuple(label for label in a.labels if label not in shared)
    columns = tuple(label for label in b.labels if label not in shared)
    if not inner or not (rows and columns if stack else rows or columns):
        labels = (*stack, *rows, *columns, *inner)
        product = o.multiply(arranged(a, labels), arranged(b, labels))
        return summed(Labelled(product, labels), kept)
    lengths = dict(zip((*a.labels, *b.labels), (*a.node.shape, *b.node.shape), strict=True))
    stacked = (stack,) if stack else ()
    product = matmul(_grouped(a, *stacked, rows, inner), _grouped(b, *stacked, inner, columns))
    labels = (*stack, *rows, *columns)
    return Labelled(shaped(product, tuple(lengths[label] for label in labels)), labels)


def _finished(term: Labelled, output: Labels, lengths: Mapping[int, Dim]) -> Node:
    """The result in the order of its labels."""
    node = arranged(summed(term, frozenset(output)), output)
    return broadcast_to(node, tuple(lengths[label] for label in output))
