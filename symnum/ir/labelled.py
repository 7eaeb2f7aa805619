"""Arrays with a label for each axis, the terms of sums of products: their diagonals, sums and rearrangements."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..records import dataclass
from . import build
from .build import o
from .node import Dim, Node

Labels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """An array and the labels of its axes, or of its last axes."""

    node: Node
    labels: Labels


def is_one(length: Dim) -> bool:
    """Whether a length is known to be 1."""
    return isinstance(length, int) and length == 1


def distinct(term: Labelled, alike: Callable[[Node, int, int], Node]) -> Labelled:
    """A term in which no label stands twice: of axes with one label the diagonal.

    ``alike`` gives the array with two axes that have the same length, or raises.
    """
    node, labels = term.node, term.labels
    while len(set(labels)) < len(labels):
        label = next(x for x in labels if labels.count(x) > 1)
        first, second = [k for k, x in enumerate(labels) if x == label][:2]
        rest = tuple(k for k in range(node.ndim) if k not in (first, second))
        node = o.diagonal(o.transpose(alike(node, first, second), axes=(*rest, first, second)))
        labels = (*(labels[k] for k in rest), label)
    return Labelled(node, labels)


def summed(term: Labelled, kept: Collection[int]) -> Labelled:
    """A term summed over the axes whose labels are not ``kept``, in its dtype."""
    axes = tuple(k for k, label in enumerate(term.labels) if label not in kept)
    if not axes:
        return term
    total = build.convert(o.sum(term.node, axis=axes), term.node.dtype)
    return Labelled(total, tuple(label for label in term.labels if label in kept))


def arranged(term: Labelled, order: Labels) -> Node:
    """The array of a term with its axes in the order of labels; axes of length 1 for those that it has not."""
    own = tuple(label for label in order if label in term.labels)
    axes = tuple(term.labels.index(label) for label in own)
    node = term.node if axes == tuple(range(len(axes))) else o.transpose(term.node, axes=axes)
    new = tuple(k for k, label in enumerate(order) if label not in own)
    return o.expand_dims(node, axis=new) if new else node
