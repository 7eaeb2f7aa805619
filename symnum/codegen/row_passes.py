"""Row passes: a matrix by a vector, and the transposed matrix by what is made of the result, in one pass.

The gradient of a linear model is ``A.T @ f(A @ v)``.  As three steps it reads the matrix twice, and a large one comes
from memory each time.  Both products go over the rows of the matrix: one block of rows after the other, the second
finds in the cache what the first has read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..ir import dims
from ..ir.nest import AXIS, FOLD, LOAD, Kernel, Nest, Product, Program, RowPass, Step
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..records import dataclass
from .indices import ZERO
from .memory import accesses
from .products import is_one

# Elements of a matrix that are worth it: the first cache holds fewer.
FEWEST = 1 << 13

Owners = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _ByVector:
    """A stored matrix of so many rows and columns, or its transpose, by a vector: numbers of buffers."""

    matrix: int
    vector: int
    result: int
    transposed: bool
    rows: Dim
    columns: Dim


def with_row_passes(program: Program) -> Program:
    """The same Program with one pass over a matrix where two products read it.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> a, v = input_leaf("a", "float64", (None, None)), input_leaf("v", "float64", (None,))
    >>> y = o.dot(o.transpose(a, axes=(1, 0)), o.exp(o.dot(a, v)))
    >>> [type(step).__name__ for step in with_row_passes(lower("f", [a, v], [y])).steps]
    ['RowPass']
    """
    owners = {b.number: b.number if b.base is None else b.base for b in program.buffers}
    steps = list(program.steps)
    position = 0
    while position < len(steps):
        joined = _joined(steps, position, owners)
        position += 1 - (len(steps) - len(joined))
        steps = joined
    return program if len(steps) == len(program.steps) else replace(program, steps=tuple(steps))


def apart(program: Program) -> Program:
    """The same Program with the steps of its row passes one after the other.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> a, v = input_leaf("a", "float64", (None, None)), input_leaf("v", "float64", (None,))
    >>> y = o.dot(o.transpose(a, axes=(1, 0)), o.exp(o.dot(a, v)))
    >>> [type(step).__name__ for step in apart(with_row_passes(lower("f", [a, v], [y]))).steps]
    ['Product', 'Kernel', 'Product']
    """
    return replace(program, steps=tuple(part for step in program.steps for part in (
        step.parts() if isinstance(step, RowPass) else (step,))))


def stored_shape(product: Product) -> tuple[Dim, Dim]:
    """Rows and columns, as they lie in memory, of the matrix that a product multiplies by a vector.

    >>> stored_shape(Product(0, 1, 2, True, False, 5, 1, 7))
    (7, 5)
    """
    found = _by_vector(product)
    if found is None:
        raise AssertionError(f"{product} has no vector")
    return found.rows, found.columns


def places(product: Product) -> tuple[int, int, int]:
    """The buffers of the matrix, the vector and the result of a product of a matrix and a vector.

    >>> places(Product(0, 1, 2, False, False, 1, 5, 7))
    (1, 0, 2)
    """
    found = _by_vector(product)
    if found is None:
        raise AssertionError(f"{product} has no vector")
    return found.matrix, found.vector, found.result


def _by_vector(step: Step) -> _ByVector | None:
    if not isinstance(step, Product) or is_one(step.m) == is_one(step.n):
        return None
    if is_one(step.n):
        matrix, vector, other, transposed = step.a, step.b, step.m, step.transpose_a
    else:
        matrix, vector, other, transposed = step.b, step.a, step.n, not step.transpose_b
    rows, columns = (step.k, other) if transposed else (other, step.k)
    return _ByVector(matrix, vector, step.c, transposed, rows, columns)


def _joined(steps: list[Step], end: int, owners: Owners) -> list[Step]:
    """The steps with a row pass that ends in step ``end``, if there is one."""
    last = _by_vector(steps[end])
    if last is None or not last.transposed or not _is_large(last):
        return steps
    for begin in range(end - 1, -1, -1):
        first = _by_vector(steps[begin])
        if first is None or not _reads_rows(first, last, owners):
            continue
        middle = _middle(steps, begin, end, first, last, owners)
        if middle is None:
            continue
        members = (begin, *middle, end)
        order = _order(steps, members, owners)
        if order is not None:
            before, after = order
            return [*steps[:begin], *before, _row_pass([steps[k] for k in members]), *after, *steps[end + 1:]]
    return steps


def _is_large(product: _ByVector) -> bool:
    size = dims.simple(dims.multiply(product.rows, product.columns))
    return not isinstance(size, int) or size >= FEWEST


def _reads_rows(first: _ByVector, last: _ByVector, owners: Owners) -> bool:
    """Whether two products read the same matrix, the first one by rows."""
    return (not first.transposed and owners[first.matrix] == owners[last.matrix]
            and dims.equal(first.rows, last.rows) and dims.equal(first.columns, last.columns))


def _middle(steps: Sequence[Step], begin: int, end: int, first: _ByVector, last: _ByVector,
            owners: Owners) -> tuple[int, ...] | None:
    """The kernel that makes the vector of the last product from the result of the first, and nothing if it is that
    result; None if there is something else between them."""
    if owners[last.vector] == owners[first.result]:
        return ()
    for k in range(begin + 1, end):
        step = steps[k]
        if isinstance(step, Kernel) and any(owners[s.buffer] == owners[last.vector] for s in step.nest.stores):
            return (k,) if _goes_by_rows(step.nest, first, owners) else None
    return None


def _goes_by_rows(nest: Nest, first: _ByVector, owners: Owners) -> bool:
    """Whether a kernel computes one element after the other, each from that of the same row."""
    nodes = topological(s.value for s in nest.stores)
    if len(nest.axes) != 1 or not dims.equal(nest.axes[0].extent, first.rows) or any(x.op is FOLD for x in nodes):
        return False
    own = nest.axes[0].number
    loads = (x for x in nodes if x.op is LOAD and owners[x.attr("buffer")] == owners[first.result])
    places = [*(s.index for s in nest.stores), *(x.inputs[:len(x.inputs) - x.attr("masked")] for x in loads)]
    return all(_is_own(index, own) for index in places)


def _is_own(index: Iterable[Node], own: int) -> bool:
    """Whether an index is that of the element at hand."""
    return [i.attr("number") if i.op is AXIS else None for i in index if i is not ZERO] == [own]


def _order(steps: Sequence[Step], members: Sequence[int], owners: Owners) -> tuple[list[Step], list[Step]] | None:
    """The steps between members that run before all of them, and those after; None if one must run between."""
    written, later, before, after = set[int](), set[int](), list[Step](), list[Step]()
    for k in range(members[0], members[-1] + 1):
        reads, writes = ({owners[n] for n in numbers} for numbers in accesses(steps[k]))
        if k in members:
            if reads & later:
                return None
            written |= writes
        elif reads & (written | later):
            later |= writes
            after.append(steps[k])
        else:
            before.append(steps[k])
    return before, after


def _row_pass(members: Sequence[Step]) -> RowPass:
    first, *middle, last = members
    if not isinstance(first, Product) or not isinstance(last, Product):
        raise AssertionError("a row pass begins and ends with products")
    return RowPass(first, next((step.nest for step in middle if isinstance(step, Kernel)), None), last)
