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
from ..ir.node import Dim, Node
from ..records import dataclass
from .convert import as_node
from .einsum_order import order_of
from .einsum_text import Labels, parsed
from .products import matmul, same_length, shaped


@dataclass(frozen=True, slots=True)
class Term:
    """An operand with one label for each axis, all different."""

    node: Node
    labels: Labels


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


def _simplified(x: Node, labels: Labels, lengths: Mapping[int, Dim]) -> Term:
    """An operand of common lengths with different labels: repeated ones as diagonals, repeated lengths dropped."""
    x, labels = _diagonals(x, labels)
    ones = tuple(k for k, label in enumerate(labels)
                 if _is_one(x.shape[k]) and not _is_one(lengths[label]))
    if ones:
        x, labels = o.squeeze(x, axis=ones), tuple(t for k, t in enumerate(labels) if k not in ones)
    return Term(broadcast_to(x, tuple(lengths[label] for label in labels)), labels)


def _is_one(length: Dim) -> bool:
    return isinstance(length, int) and length == 1


def _diagonals(x: Node, labels: Labels) -> tuple[Node, Labels]:
    while len(set(labels)) < len(labels):
        label = next(t for t in labels if labels.count(t) > 1)
        first, second = [k for k, t in enumerate(labels) if t == label][:2]
        x, _ = same_length(x, x, first, second, "einsum")
        rest = tuple(k for k in range(x.ndim) if k not in (first, second))
        x = o.diagonal(o.transpose(x, axes=(*rest, first, second)))
        labels = (*(labels[k] for k in rest), label)
    return x, labels


# products -----------------------------------------------------------------------------------------------------

def _summed(term: Term, kept: frozenset[int]) -> Term:
    """Without the axes that nobody needs."""
    axes = tuple(k for k, label in enumerate(term.labels) if label not in kept)
    if not axes:
        return term
    total = convert(o.sum(term.node, axis=axes), term.node.dtype)
    return Term(total, tuple(t for t in term.labels if t in kept))


def _arranged(term: Term, *groups: Labels) -> Node:
    """The operand with one axis for each group of labels."""
    labels = [label for group in groups for label in group]
    places = tuple(term.labels.index(label) for label in labels)
    node = term.node if places == tuple(range(len(places))) else o.transpose(term.node, axes=places)
    lengths = dict(zip(labels, node.shape, strict=True))
    return shaped(node, tuple(dims.product(lengths[label] for label in group) for group in groups))


def _spread(term: Term, labels: Labels) -> Node:
    """The operand with one axis for each label, of length 1 where it has none."""
    own = tuple(label for label in labels if label in term.labels)
    places = tuple(term.labels.index(label) for label in own)
    node = term.node if places == tuple(range(len(places))) else o.transpose(term.node, axes=places)
    new = tuple(k for k, label in enumerate(labels) if label not in own)
    return o.expand_dims(node, axis=new) if new else node


def _multiplied(a: Term, b: Term, kept: frozenset[int]) -> Term:
    """The product of two operands, summed over the labels that are not ``kept``."""
    a, b = _summed(a, kept | set(b.labels)), _summed(b, kept | set(a.labels))
    shared = tuple(label for label in a.labels if label in b.labels)
    stack = tuple(label for label in shared if label in kept)
    inner = tuple(label for label in shared if label not in kept)
    rows = tuple(label for label in a.labels if label not in shared)
    columns = tuple(label for label in b.labels if label not in shared)
    if not inner or not (rows and columns if stack else rows or columns):
        labels = (*stack, *rows, *columns, *inner)
        product = o.multiply(_spread(a, labels), _spread(b, labels))
        return _summed(Term(product, labels), kept)
    lengths = dict(zip((*a.labels, *b.labels), (*a.node.shape, *b.node.shape), strict=True))
    stacked = (stack,) if stack else ()
    product = matmul(_arranged(a, *stacked, rows, inner), _arranged(b, *stacked, inner, columns))
    labels = (*stack, *rows, *columns)
    return Term(shaped(product, tuple(lengths[label] for label in labels)), labels)


def _finished(term: Term, output: Labels, lengths: Mapping[int, Dim]) -> Node:
    """The result in the order of its labels."""
    node = _spread(_summed(term, frozenset(output)), output)
    return broadcast_to(node, tuple(lengths[label] for label in output))
