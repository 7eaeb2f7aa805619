"""The order in which ``einsum`` multiplies its operands: the cheapest one for few operands, a greedy one for many."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import ArgumentValueError
from ..ir.labelled import Labels
from ..ir.node import Dim

# Positions of two operands in the list of those that are left, and the labels of their product that are needed later;
# the product stands last in the list after that.
Pair = tuple[int, int, frozenset[int]]

# Up to so many operands all orders are compared.
MOST = 6
# An unknown length counts as this many.
UNKNOWN = 100


def order_of(inputs: Sequence[Labels], output: Labels, lengths: Mapping[int, Dim], optimize: Any) -> Iterator[Pair]:
    """The pairs of operands to multiply, one after the other.

    >>> [pair[:2] for pair in order_of([(0, 1), (1, 2), (2,)], (0,), {0: 9, 1: 9, 2: 9}, True)]
    [(1, 2), (0, 1)]

    Raises:
        ArgumentValueError: ``optimize`` is no known way, or a path that does not multiply all operands.
    """
    sizes = {label: n if isinstance(n, int) else UNKNOWN for label, n in lengths.items()}
    left = [frozenset(labels) for labels in inputs]
    for first, second in _steps(left, frozenset(output), sizes, optimize):
        pair = left[first], left[second]
        left = [labels for k, labels in enumerate(left) if k not in (first, second)]
        kept = frozenset(output).union(*left)
        left.append((pair[0] | pair[1]) & kept)
        yield first, second, kept


def _steps(inputs: Sequence[frozenset[int]], output: frozenset[int], sizes: Mapping[int, int],
           optimize: Any) -> Iterable[tuple[int, int]]:
    if len(inputs) <= 2 or optimize is False:
        return _left_to_right(len(inputs))
    if isinstance(optimize, list | tuple) and not (len(optimize) == 2 and isinstance(optimize[1], int | float)):
        return _of_path(optimize, len(inputs))
    name = optimize[0] if isinstance(optimize, list | tuple) else optimize
    if name not in (True, "greedy", "optimal"):
        raise ArgumentValueError(f"einsum: optimize must be True, False, 'greedy', 'optimal' or a path; given {name!r}")
    way = _greedy if name == "greedy" or len(inputs) > MOST else _cheapest
    return way(inputs, output, sizes)


def _left_to_right(count: int) -> list[tuple[int, int]]:
    """The product so far stands last after the first step."""
    return [(0, 1)] * min(count - 1, 1) + [(0, left - 1) for left in range(count - 1, 1, -1)]


def _of_path(path: Sequence[Any], count: int) -> list[tuple[int, int]]:
    """A path as NumPy writes it; steps of more operands are taken from left to right."""
    steps: list[tuple[int, int]] = []
    for given in path[1:] if path and path[0] == "einsum_path" else path:
        places = sorted(given)
        if len(set(places)) != len(places) or not all(0 <= k < count for k in places):
            raise ArgumentValueError(f"einsum: step {tuple(given)} of the path does not fit {count} operands")
        while len(places) > 1:
            first, second, *rest = places
            steps.append((first, second))
            count -= 1
            places = [k - 2 for k in rest] + [count - 1] if rest else []
    if count != 1:
        raise ArgumentValueError(f"einsum: the path leaves {count} operands")
    return steps


def _size(labels: Iterable[int], sizes: Mapping[int, int]) -> int:
    return math.prod(sizes[label] for label in labels)


# greedy -------------------------------------------------------------------------------------------------------

def _greedy(inputs: Sequence[frozenset[int]], output: frozenset[int],
            sizes: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Always the pair whose product frees most, or takes least, memory; of equal ones the cheaper, then the first."""
    left = list(inputs)
    while len(left) > 1:
        pairs = itertools.combinations(range(len(left)), 2)
        first, second = min(pairs, key=lambda pair: _price(left, pair, output, sizes))
        yield first, second
        made = _product(left, (first, second), output)
        left = [labels for k, labels in enumerate(left) if k not in (first, second)] + [made]


def _product(left: Sequence[frozenset[int]], pair: tuple[int, int], output: frozenset[int]) -> frozenset[int]:
    rest = output.union(*(labels for k, labels in enumerate(left) if k not in pair))
    return (left[pair[0]] | left[pair[1]]) & rest


def _price(left: Sequence[frozenset[int]], pair: tuple[int, int], output: frozenset[int],
           sizes: Mapping[int, int]) -> tuple[int, int]:
    a, b = (left[k] for k in pair)
    made = _product(left, pair, output)
    return _size(made, sizes) - _size(a, sizes) - _size(b, sizes), _size(a | b, sizes)


# the cheapest order --------------------------------------------------------------------------------------------

def _cheapest(inputs: Sequence[frozenset[int]], output: frozenset[int],
              sizes: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The order of fewest multiplications: the best way to make each set of operands, from small sets to all."""
    whole = (1 << len(inputs)) - 1
    outside = [output.union(*(labels for k, labels in enumerate(inputs) if not members >> k & 1))
               for members in range(whole + 1)]
    best: dict[int, tuple[int, int, frozenset[int]]] = {
        1 << k: (0, 0, labels & outside[1 << k]) for k, labels in enumerate(inputs)}
    for members in sorted(range(1, whole + 1), key=int.bit_count):
        if members not in best:
            best[members] = min((_joined(best, members, part, outside[members], sizes) for part in _parts(members)),
                                key=lambda way: way[:2])
    return _places(best, len(inputs), whole)


def _parts(members: int) -> Iterator[int]:
    """The subsets that hold the lowest member, without the whole."""
    lowest = members & -members
    part = (members - 1) & members
    while part:
        if part & lowest:
            yield part
        part = (part - 1) & members


def _joined(best: Mapping[int, tuple[int, int, frozenset[int]]], members: int, part: int, needed: frozenset[int],
            sizes: Mapping[int, int]) -> tuple[int, int, frozenset[int]]:
    (price, _, a), (other, _, b) = best[part], best[members ^ part]
    return price + other + _size(a | b, sizes), part, (a | b) & needed


def _places(best: Mapping[int, tuple[int, int, frozenset[int]]], count: int, whole: int) -> Iterator[tuple[int, int]]:
    """The steps of the best way, parts before what is made of them."""
    made, todo = list[int](), [whole]
    while todo:
        members = todo.pop()
        if members.bit_count() > 1:
            made.append(members)
            todo += [best[members][1], members ^ best[members][1]]
    left = [1 << k for k in range(count)]
    for members in sorted(made, key=int.bit_count):
        part = best[members][1]
        first, second = sorted((left.index(part), left.index(members ^ part)))
        yield first, second
        left = [m for k, m in enumerate(left) if k not in (first, second)] + [members]
