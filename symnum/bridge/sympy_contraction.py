"""``contract``: sums of products of arrays whose axes have labels, as products of matrices where they are such."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from .. import dtypes
from ..errors import ShapeError
from ..ir import build, dims
from ..ir.build import o
from ..ir.labelled import Labelled, Labels, arranged, distinct, is_one, summed
from ..ir.node import Dim, Node, Shape
from ..ops import linalg_matrices as matrices


def contract(terms: Sequence[Labelled], output: Labels) -> Node:
    """Σ Π terms over the labels, from 0 on, that ``output`` does not name; its axes after those of stacks.

    A term has a label for each of its last axes; those before them are stacks, which broadcast.

    Raises:
        ShapeError: axes of one label have lengths that are known to differ.

    >>> from symnum.ir.build import input_leaf
    >>> a, b = input_leaf("a", "float64", (2, 3)), input_leaf("b", "float64", (3, 4))
    >>> contract([Labelled(a, (0, 1)), Labelled(b, (1, 2))], (2, 0))
    <Node transpose float64 (4, 2)>
    """
    common = dtypes.promote([t.node.dtype for t in terms])
    left = [_stacks_named(Labelled(build.convert(t.node, common), t.labels)) for t in terms]
    before = sorted({label for t in left for label in t.labels if label < 0})
    wanted = (*before, *output)
    left = [summed(distinct(t, _alike), _needed(left, k, wanted)) for k, t in enumerate(left)]
    while len(left) > 1:
        first, second = _next_pair(left, wanted)
        rest = [t for k, t in enumerate(left) if k not in (first, second)]
        kept = frozenset((*wanted, *(label for t in rest for label in t.labels)))
        left = [*rest, _product(left[first], left[second], kept)]
    return arranged(summed(left[0], wanted), wanted)


def _needed(terms: Sequence[Labelled], own: int, wanted: Labels) -> list[int]:
    return [*wanted, *(label for k, t in enumerate(terms) if k != own for label in t.labels)]


def _next_pair(terms: Sequence[Labelled], wanted: Labels) -> tuple[int, int]:
    """The two terms whose product has the fewest axes more than they have."""
    def cost(pair: tuple[int, int]) -> tuple[int, int]:
        first, second = (set(terms[k].labels) for k in pair)
        others = {label for k, t in enumerate(terms) if k not in pair for label in t.labels} | set(wanted)
        return len((first | second) & others) - len(first) - len(second), pair[1]
    return min(combinations(range(len(terms)), 2), key=cost)


def _stacks_named(t: Labelled) -> Labelled:
    """Labels -1, -2, … for the axes of the stack, from the last one on; those of length 1 are dropped."""
    lead = t.node.ndim - len(t.labels)
    ones = tuple(k for k in range(lead) if is_one(t.node.shape[k]))
    node = o.squeeze(t.node, axis=ones) if ones else t.node
    return Labelled(node, (*(k - lead for k in range(lead) if k not in ones), *t.labels))


def _product(a: Labelled, b: Labelled, kept: frozenset[int]) -> Labelled:
    """Σ a·b over the labels that are not kept."""
    lengths = {label: n for t in (b, a) for label, n in zip(t.labels, t.node.shape, strict=True)}
    shared = [label for label in a.labels if label in b.labels]
    for label in shared:
        _check(a.node.shape[a.labels.index(label)], b.node.shape[b.labels.index(label)])
    inner = tuple(label for label in shared if label not in kept)
    stack = tuple(label for label in shared if label in kept)
    rows = tuple(label for label in a.labels if label not in shared)
    columns = tuple(label for label in b.labels if label not in shared)
    labels = (*stack, *rows, *columns)
    if not inner or (stack and a.node.dtype.kind not in "fc"):
        whole = (*labels, *inner)
        both = o.multiply(arranged(a, whole), arranged(b, whole))
        return summed(Labelled(both, whole), labels)
    shapes = (tuple(lengths[label] for label in group) for group in (stack, rows, inner, columns))
    left, right = arranged(a, (*stack, *rows, *inner)), arranged(b, (*stack, *inner, *columns))
    return Labelled(_matrices(left, right, *shapes), labels)


def _matrices(a: Node, b: Node, stack: Shape, rows: Shape, inner: Shape, columns: Shape) -> Node:
    """A product of two arrays by one product of (stacks of) matrices."""
    n, k, m = (dims.product(group) for group in (rows, inner, columns))
    if stack:
        lead = (dims.product(stack),)
        product = matrices.product(o, _shaped(a, (*lead, n, k)), _shaped(b, (*lead, k, m)))
    else:
        product = o.dot(_shaped(a, (n, k) if rows else (k,)), _shaped(b, (k, m) if columns else (k,)))
    return _shaped(product, (*stack, *rows, *columns))


def _shaped(x: Node, shape: Shape) -> Node:
    return x if x.shape == shape else o.reshape(x, shape=shape)


def _alike(x: Node, first: int, second: int) -> Node:
    _check(x.shape[first], x.shape[second])
    return x


def _check(n: Dim, m: Dim) -> None:
    if not dims.may_equal(n, m):
        raise ShapeError(f"axes with one index have lengths {dims.name_of(n)} and {dims.name_of(m)}")
