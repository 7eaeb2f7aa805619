"""Wide rows: several rows of a narrow matrix as one, so that its columns fill vectors.

Elements of a matrix that lie one after the other are those of a matrix with fewer and longer rows.  Its columns are
folded; that leaves several results for each column of the narrow one, which are folded in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..ir import dims, nest
from ..ir.nest import AXIS, FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..records import dataclass
from .builder import Builder
from .folds import COLUMNS, Sums
from .loops import Declare, Memory, number, quotient
from .normal import rebuilt, rewrite, with_axes
from .phases import Phase
from .shares import Schedule
from .sinks import Put, emit, extent_of
from .spans import span
from .strides import Algebra

# Wide rows that there are at least: few rows are added one after the other.
FEWEST = 512


@dataclass(frozen=True, slots=True)
class Wide:
    """How the rows of a phase are folded: ``together`` of them make a row of ``width`` elements, and there are
    ``count`` such rows.

    ``cell`` is the axis inside a wide row, ``group`` that of wide rows.  The leaves, which depend on the column alone,
    lie in memory, from that of element ``first`` on.
    """

    narrow: Phase
    column: tuple[Node, Dim]
    together: Node
    width: Node
    count: Node
    cell: Node
    group: Node
    first: Node
    leaves: tuple[tuple[Node, Memory], ...]

    @property
    def within(self) -> Node:
        """Which of the narrow rows an element of a wide one is in."""
        return quotient(self.cell, dims.maximum(self.column[1], 1))

    @property
    def place(self) -> Dim:
        """The column of an element of a wide row."""
        return dims.subtract(self.cell, dims.multiply(self.column[1], self.within))

    def folds(self, group: Dim, algebra: Algebra) -> list[Node]:
        """The folds over wide rows."""
        row = dims.add(dims.multiply(self.together, group), self.within)
        axes = {self.narrow.axes[0]: row, self.column[0].attr("number"): self.place}
        return [rebuilt(f, tuple(with_axes(f.inputs, axes, algebra))) for f in self.narrow.folds]


def rows_together(self: Schedule, column: tuple[Node, Dim], phase: Phase) -> Dim:
    """How many rows make a wide one; 1, as a number, if they never do."""
    rows, width = dims.simple(extent_of(self.nest.span(phase.axes))), dims.simple(column[1])
    narrow = not isinstance(width, int) or 0 < width <= COLUMNS // 2
    many = not isinstance(rows, int) or rows >= 2 * FEWEST
    if not narrow or not many or _leaves(self, column, phase) is None:
        return 1
    fitting = quotient(COLUMNS, dims.maximum(width, 1))
    return dims.maximum(dims.minimum(fitting, quotient(rows, FEWEST)), 1)


def wide_rows(self: Schedule, column: tuple[Node, Dim], phase: Phase, together: Dim, most: int) -> Wide:
    """The wide rows of a phase, of which at most ``most`` elements are folded together."""
    builder, rows = self.builder, extent_of(self.nest.span(phase.axes))
    joined, width, count, cell, group, first = (builder.axis() for _ in range(6))
    builder.bind(joined, together)
    builder.bind(width, dims.multiply(joined, column[1]))
    builder.bind(count, quotient(rows, joined))
    leaves = {x: builder.memory("leaf", x.dtype, most) for x in _leaves(self, column, phase) or ()}
    builder.memories.update({memory.number: memory for memory in leaves.values()})
    place = number(dims.subtract(cell, first))

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        kept = leaves.get(node)
        return rebuilt(node, inputs) if kept is None else nest.load(kept.number, node.dtype, (place,))

    narrow = replace(phase, folds=[rebuilt(f, tuple(rewrite(f.inputs, step))) for f in phase.folds])
    return Wide(narrow, column, joined, width, count, cell, group, first, tuple(leaves.items()))


def _leaves(self: Schedule, column: tuple[Node, Dim], phase: Phase) -> list[Node] | None:
    """What a phase reads for each column; None if what it reads for each element does not lie in order."""
    if len(phase.axes) > 1 or phase.stores or any(len(f.inputs) > 1 for f in phase.folds):
        return None
    row, found = nest.axis(phase.axes[0]), list[Node]()
    for x in topological(phase.roots(), lambda x: () if x.op in (LOAD, FOLD) else x.inputs):
        depends = self.algebra.dependence(x)
        if x.op is AXIS:
            return None
        if x.op in (LOAD, FOLD) and row.attr("number") in depends:
            ordered = x.op is LOAD and self.algebra.can_collapse(x.inputs[0], row, *column)
            if not ordered or x.attr("masked"):
                return None
        elif x.op in (LOAD, FOLD) and column[0].attr("number") in depends:
            found.append(x)
    return found


def keep_leaves(builder: Builder, wide: Wide, start: Dim, stop: Dim) -> None:
    """Read what depends on the column alone, for a tile of cells."""
    builder.bind(wide.first, start)
    puts = [Put(memory, number(dims.subtract(wide.cell, wide.first)), x) for x, memory in wide.leaves]
    builder.add(*(Declare(put.memory) for put in puts))
    if puts:
        with builder.loop(wide.cell, start, stop, "vector"):
            builder.bind(wide.column[0], wide.place)
            emit(builder, puts)


def add_rest(self: Schedule, wide: Wide, results: Sequence[Sums]) -> None:
    """Fold the rows that make no wide one, and then the columns of wide rows that are one column of the matrix."""
    builder, (_, width) = self.builder, wide.column
    rows, row = extent_of(self.nest.span(wide.narrow.axes)), builder.axis()
    rest = dims.subtract(rows, dims.multiply(wide.together, wide.count))
    with builder.when(0, rest):
        stop = dims.multiply(rest, width)
        keep_leaves(builder, wide, 0, stop)
        folds = wide.folds(wide.count, self.algebra)
        sinks = [replace(one, fold=fold).sink(wide.cell) for one, fold in zip(results, folds, strict=True)]
        span(builder, [(wide.cell, wide.width)], 0, stop, sinks, COLUMNS)
    with builder.loop(row, 1, wide.together):
        for one in results:
            one.merge(builder, 0, one, dims.multiply(row, width), width)
