"""The cheapest nodes that an e-graph holds, where what is needed more than once is paid once."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence

from ..ir.node import Node
from .cost import price
from .egraph import EGraph, operands

Choice = dict[int, Node]  # a spelling for each class


def extracted(graph: EGraph, wanted: Sequence[int], visits: int, barred: Container[Node] = ()) -> list[Node]:
    """Nodes of the ``wanted`` classes: for each class the spelling that is cheapest alone, then, as long as the whole
    becomes cheaper, other spellings; pricing them visits at most ``visits`` classes.

    Of equally cheap spellings the one that was met first is taken, and none that is ``barred``.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> graph = EGraph()
    >>> root = graph.add(o.exp(o.multiply(x, x)))
    >>> graph.merge(graph.add(o.multiply(x, x)), graph.add(o.absolute(x)))
    True
    >>> extracted(graph, [root], 10)
    [<Node exp float64 ()>]
    """
    choice = improved(graph, wanted, cheapest(graph, barred), visits, barred)
    return built(graph, wanted, choice)


def representatives(graph: EGraph, barred: Container[Node]) -> dict[int, Node]:
    """A node for each class, the cheapest one where that is known."""
    choice = cheapest(graph, barred)
    names = {number: graph.names[number] for number in graph.roots()}
    return names | dict(zip(choice, built(graph, list(choice), choice), strict=True))


def cheapest(graph: EGraph, barred: Container[Node] = ()) -> Choice:
    """For each class the spelling with the cheapest parts, shared ones counted once; classes without one are absent."""
    choice: Choice = {}
    parts: dict[int, dict[int, float]] = {}
    totals: dict[int, float] = {}
    todo = dict.fromkeys(graph.roots())
    while todo:
        number = next(iter(todo))
        del todo[number]
        for spelling in graph.members[number]:
            below = [graph.of(x) for x in operands(spelling)]
            if spelling in barred or any(k not in parts or number in parts[k] for k in below):
                continue
            found = {number: price(spelling)}
            for k in below:
                found.update(parts[k])
            total = math.fsum(found.values())
            if total < totals.get(number, math.inf):
                choice[number], parts[number], totals[number] = spelling, found, total
                todo.update(dict.fromkeys(graph.of(x) for x in graph.users[number]))
    return choice


def improved(graph: EGraph, wanted: Sequence[int], choice: Choice, visits: int, barred: Container[Node] = ()) -> Choice:
    """A choice of which no single change makes the whole cheaper."""
    best, left, again = _total(graph, wanted, choice), visits, True
    while best is not None and again:
        again = False
        order = _chosen(graph, wanted, choice) or []
        for number in order:
            for spelling in graph.members[number]:
                if number not in choice or spelling is choice[number] or spelling in barred:
                    continue
                other = {**choice, number: spelling}
                total = _total(graph, wanted, other)
                if total is not None and total < best:
                    choice, best, again = other, total, True
                left -= len(order)
                if left <= 0:
                    return choice
    return choice


def _chosen(graph: EGraph, wanted: Sequence[int], choice: Mapping[int, Node]) -> list[int] | None:
    """The classes that are computed, operands first; None if a choice is among its own operands, or there is none."""
    done: dict[int, None] = {}
    entered = set[int]()
    todo = list(wanted)[::-1]
    while todo:
        number = todo[-1]
        if number in done:
            todo.pop()
            continue
        if number not in choice:
            return None
        missing = [k for x in operands(choice[number]) if (k := graph.of(x)) not in done]
        if not missing:
            done[number] = None
            todo.pop()
        elif number in entered:
            return None
        else:
            entered.add(number)
            todo += missing[::-1]
    return list(done)


def _total(graph: EGraph, wanted: Sequence[int], choice: Mapping[int, Node]) -> float | None:
    found = _chosen(graph, wanted, choice)
    return None if found is None else math.fsum(price(choice[k]) for k in found)


def built(graph: EGraph, wanted: Sequence[int], choice: Mapping[int, Node]) -> list[Node]:
    """The nodes of a choice."""
    made: dict[int, Node] = {}
    for number in _chosen(graph, wanted, choice) or ():
        spelling = choice[number]
        made[number] = graph.built(spelling, [made[graph.of(x)] for x in operands(graph.written[spelling])])
    return [made[k] for k in wanted]
