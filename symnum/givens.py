"""``givens``: parts of a graph replaced by others when a function is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .errors import GraphError
from .ir import dims
from .ir.node import Node
from .ir.walk import substitute, topological
from .replacements import replacements
from .tensor.handle import describe
from .tensor.symbolic import Tensor

Givens = Mapping[Tensor, Any] | Iterable[tuple[Tensor, Any]]
# Graphs with every derivative written out.
Expand = Callable[[Sequence[Node]], Sequence[Node]]


def with_givens(nodes: Sequence[Node], givens: Givens | None, expand: Expand) -> list[Node]:
    """``nodes`` with each given in place of what it replaces, also inside the other givens.

    Inside its own given a tensor means itself, so that ``{x: x + 1}`` shifts it.

    Raises:
        GraphError: not pairs of a tensor and a value, a tensor is replaced twice, or two givens need each other.
        DTypeError, ShapeError: a given has another dtype, another rank, or lengths that cannot be equal.
    """
    if not givens:
        return list(nodes)
    replaced = replacements(givens, Tensor, "given", dims.may_equal)
    together = [*nodes, *replaced.values()]
    if _meets_derivative(together, replaced):
        together = list(expand(together))
    replaced = dict(zip(replaced, together[len(nodes):], strict=True))
    return substitute(together[:len(nodes)], _resolved(replaced))


def _resolved(replaced: Mapping[Node, Node]) -> dict[Node, Node]:
    """The givens with each put in where others mention what it replaces.

    Raises:
        GraphError: two need each other.
    """
    mentions = {old: _mentioned(old, new, replaced) for old, new in replaced.items()}
    done: dict[Node, Node] = {}
    while len(done) < len(replaced):
        ready = [old for old in replaced if old not in done and mentions[old] <= done.keys()]
        if not ready:
            named = " and ".join(describe(Tensor(old)) for old in replaced if old not in done)
            raise GraphError(f"function: the givens of {named} need each other; cure: write one of them without the "
                             "other")
        for old in ready:
            known = {other: done[other] for other in mentions[old]}
            done[old] = substitute([replaced[old]], known)[0] if known else replaced[old]
    return done


def _mentioned(old: Node, new: Node, replaced: Mapping[Node, Node]) -> set[Node]:
    """What else is replaced inside the given of ``old``."""
    found = topological([new], lambda node: () if node in replaced and node is not old else node.inputs)
    return {node for node in found if node in replaced and node is not old}


def _meets_derivative(nodes: Sequence[Node], replaced: Mapping[Node, Node]) -> bool:
    """Whether replacing would change what a derivative differentiates by: then it is written out before."""
    given = set(topological(replaced.values()))
    changed: set[Node] = set()
    for node in topological(nodes):
        if node in replaced or any(x in changed for x in node.inputs):
            changed.add(node)
        if node.op.name == "derivative" and any(x in given or x in changed for x in node.inputs[1:]):
            return True
    return False
