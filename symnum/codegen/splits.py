"""Splits: where a nest that has grown too large is cut, so that few values cross the cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ..ir.node import Node
from .drafts import Draft
from .placement import STATEMENTS
from .traits import Traits, is_move


def is_large(order: Sequence[Node], traits: Traits) -> bool:
    """Whether a graph without folds has more statements than a nest."""
    if any(traits.folds[x] for x in order):
        return False
    return sum(traits.kind[x] == "scalar" for x in order) > STATEMENTS


def splits(draft: Draft, traits: Traits) -> list[Node]:
    """Nodes to store so that no part of the nest has more than about ``STATEMENTS`` statements.

    Without folds that is left to the schedule, whose parts hand a tile of values on, and not the whole of them.

    Position p of a nest is where p statements, counted from its stores down, lie behind; the values that live
    there were wanted before p and are computed at p or later.
    """
    if draft.size <= STATEMENTS or len(draft.extents) == draft.outer:
        return []
    spans = _spans(draft, traits)
    change = [0] * (draft.size + 2)
    for first, last in spans.values():
        change[first] += 1
        change[last + 1] -= 1
    live = list(accumulate(change))
    cuts: dict[Node, None] = {}
    start = 0
    while draft.size - start > STATEMENTS:
        window = range(start + STATEMENTS, start + STATEMENTS // 2, -1)
        start = min(window, key=live.__getitem__)
        cuts.update((node, None) for node, (first, last) in spans.items() if first <= start <= last)
    return list(cuts)


def _spans(draft: Draft, traits: Traits) -> dict[Node, tuple[int, int]]:
    """For each value that the nest computes and could load: where it is first wanted, and where computed."""
    spans: dict[Node, tuple[int, int]] = {}
    stored = {node for node, *_ in draft.roots}
    for wanted, first in draft.wanted.items():
        node = wanted
        while is_move(node) and traits.kind[node] == "pull":
            node = node.inputs[0]
        if node in draft.expanded and node not in stored:
            begin, end = spans.get(node, (first, draft.expanded[node]))
            spans[node] = min(begin, first), max(end, draft.expanded[node])
    return spans
