"""Rows that are folded together, as they read the same: what one load brings serves all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir.nest import FOLD, LOAD
from ..ir.node import Dim, Node
from ..ir.walk import topological
from .instructions import WIDEST
from .loops import number
from .normal import with_axes
from .phases import Level, Phase
from .sinks import LANES, Put
from .strides import Algebra

# Rows at once, the registers that their sums may fill, and the most statements of one row for that.
MOST, REGISTERS, STATEMENTS = 4, 16, 60


def rows_at_once(found: Level, algebra: Algebra, is_dear: Callable[[Node], bool]) -> int:
    """How many rows of a level are folded together: more than one if they share most of what they load.

    ``is_dear`` tells which values take vector bodies.
    """
    if len(found.outer) != 1 or len(found.phases) != 1 or found.phases[0].stores:
        return 1
    nodes = topological(found.phases[0].folds, lambda x: () if x.op is LOAD else x.inputs)
    loads = [algebra.dependence(x) for x in nodes if x.op is LOAD]
    own = [found.outer[0] in axes for axes in loads if not axes.isdisjoint(found.phases[0].axes)]
    if len(nodes) > STATEMENTS or 2 * sum(own) >= len(own) or any(map(is_dear, nodes)):
        return 1
    registers = sum(LANES * x.dtype.itemsize // WIDEST for fold in found.phases[0].folds for x in fold.inputs)
    return next((k for k in (MOST, MOST // 2) if k * registers <= REGISTERS), 1)


def joined(found: Level, places: Sequence[Dim], algebra: Algebra) -> Level:
    """The level of several rows, given the places of these, of a level of one row."""
    phase, folds, tail = found.phases[0], dict[Node, None](), list[Put]()
    for place in places:
        roots = [*phase.folds, *(x for put in found.tail for x in (put.index, put.value))]
        new = with_axes(roots, {found.outer[0]: place}, algebra)
        folds.update(dict.fromkeys(new[:len(phase.folds)]))
        rest = iter(new[len(phase.folds):])
        tail += [Put(put.memory, number(next(rest)), next(rest)) for put in found.tail]
    assert all(x.op is FOLD for x in folds)
    return Level(found.outer, [Phase(phase.axes, list(folds))], tail)
