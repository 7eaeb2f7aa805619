"""Chains of products and solutions in the cheapest grouping, in halves that are equal, and without what cancels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..ir.node import Node
from .flops import length_of
from .matrices import GUESSES, factors, flipped, identity_like, product
from .matrix_chains import MOST_LINKS, Link, chain_of
from .matrix_facts import LOWER, UPPER, is_transposed
from .views import Views

_NEVER = 1 << 200

Splits = Mapping[tuple[int, int], int]


def regrouped(views: Views, root: Node) -> Node | None:
    """The chain of a node in the cheapest grouping; None if that is the one it has."""
    chain = chain_of(root)
    count = len(chain.links)
    if not 3 <= count <= MOST_LINKS:
        return None
    few, many = GUESSES
    splits = _best(chain.links, many)
    if not all(_price(chain.links, splits, guess) < _given(views, root, chain.nodes, guess) for guess in (few, many)):
        return None
    return _built(chain.links, splits)


def halved(views: Views, root: Node) -> Node | None:
    """The product of a matrix (or vector) with its transpose, where a chain is its own transpose; or None."""
    chain = chain_of(root)
    links, half = chain.links, len(chain.links) // 2
    if len(links) != 2 * half or half < 2 or not all(map(_is_mirrored, links[:half], links[::-1])):
        return None
    found = links[-1].node
    for link in links[half:-1][::-1]:
        found = link.solve(found) if link.solver else product(link.node, found)
    price = {guess: _half_price(links[half:], guess) for guess in GUESSES}
    if not all(price[guess] < _given(views, root, chain.nodes, guess) for guess in GUESSES):
        return None
    return product(flipped(found), found)


def _is_mirrored(a: Link, b: Link) -> bool:
    """Whether one link is the other's transpose."""
    if (a.solver is None) != (b.solver is None) or a.node.ndim != b.node.ndim:
        return False
    if a.solver is None or b.solver is None:
        return a.node is b.node if a.node.ndim == 1 else is_transposed(a.node, b.node)
    return a.node is b.node and a.solver.op is b.solver.op and _triangle(a) == (*_triangle(b)[:2], not _triangle(b)[2])


def _triangle(link: Link) -> tuple[bool, bool, bool]:
    """Which triangle a system reads, whether its diagonal is ones, and whether it is that of the transposed matrix."""
    solver = link.solver
    assert solver is not None
    if solver.op.name == "solve":
        return False, False, link.turned
    return solver.attr("lower"), solver.attr("unit_diagonal"), solver.attr("trans") != link.turned


def _half_price(links: Sequence[Link], guess: int) -> int:
    bounds = _bounds(links, guess)
    columns = bounds[-1]
    each = (x.price(columns, guess) if x.solver else 2 * m * n * columns
            for x, m, n in zip(links[:-1], bounds, bounds[1:], strict=False))
    return sum(each) + 2 * bounds[0] * columns * columns


def cancelled(views: Views, root: Node, is_identity: Callable[[Views, Link, Link], bool]) -> Node | None:
    """The chain without neighbours that multiply to the identity; None if there are none."""
    chain = chain_of(root)
    links, k = list(chain.links), 0
    while k + 1 < len(links):
        if is_identity(views, links[k], links[k + 1]):
            del links[k:k + 2]
            k = max(k - 1, 0)
        else:
            k += 1
    if len(links) == len(chain.links) or any(link.solver for link in links[-1:]):
        return None
    if not links:
        return identity_like(root)
    return links[0].node if len(links) == 1 else _built(links, _best(links, GUESSES[1]))


def are_orthonormal(views: Views, a: Link, b: Link) -> bool:
    """Whether two neighbours are a matrix with orthonormal columns, and before it its transpose."""
    matrices = min(a.node.ndim, b.node.ndim) > 1 and a.solver is None and b.solver is None
    return matrices and is_transposed(a.node, b.node) and "orthonormal_columns" in views.matrix(b.node)


def are_inverse(views: Views, a: Link, b: Link) -> bool:
    """Whether two neighbours are a regular matrix and its inverse."""
    if min(a.node.ndim, b.node.ndim) < 2 or (a.solver is None) == (b.solver is None):
        return False
    return _is_inverse(views, a, b.node) if a.solver else _is_inverse(views, b, a.node)


def _is_inverse(views: Views, link: Link, other: Node) -> bool:
    lower, unit, turned = _triangle(link)
    facts = views.matrix(link.node)
    if (flipped(link.node) if turned else link.node) is not other or "regular" not in facts or unit:
        return False
    return link.solver is not None and (link.solver.op.name == "solve" or (LOWER if lower else UPPER) in facts)


def _bounds(links: Sequence[Link], guess: int) -> list[int]:
    """The numbers of rows of all links, and the number of columns of the last one."""
    first, last = links[0].node, links[-1].node
    rows = [length_of(_shape(x)[0], guess) for x in links]
    rows[0] = 1 if first.ndim == 1 else rows[0]
    return [*rows, 1 if last.ndim == 1 else length_of(_shape(links[-1])[1], guess)]


def _shape(link: Link) -> tuple[object, object]:
    shape = link.node.shape
    return (shape[-2], shape[-1]) if len(shape) > 1 else (shape[-1], 1)


def _best(links: Sequence[Link], guess: int) -> Splits:
    """Where to cut each part of the chain in two."""
    bounds, count = _bounds(links, guess), len(links)
    price, splits = {(k, k + 1): 0 for k in range(count)}, dict[tuple[int, int], int]()
    for size in range(2, count + 1):
        for i in range(count - size + 1):
            j = i + size
            price[i, j], splits[i, j] = min(
                (price[i, k] + price[k, j] + _joined(links, bounds, i, k, j, guess), k) for k in range(i + 1, j))
    return splits


def _joined(links: Sequence[Link], bounds: Sequence[int], i: int, k: int, j: int, guess: int) -> int:
    """The price of putting two parts together."""
    left = links[i] if k == i + 1 and links[i].solver else None
    right = links[k] if j == k + 1 and links[k].solver else None
    if left and right:
        return _NEVER
    if left:
        return left.price(bounds[j], guess)
    return right.price(bounds[i], guess) if right else 2 * bounds[i] * bounds[k] * bounds[j]


def _price(links: Sequence[Link], splits: Splits, guess: int) -> float:
    bounds = _bounds(links, guess)
    return sum(_joined(links, bounds, i, splits[i, j], j, guess) for i, j in _used(splits, len(links)))


def _used(splits: Splits, count: int) -> list[tuple[int, int]]:
    """All parts of the whole chain's grouping, halves after the whole."""
    parts = [(0, count)]
    for i, j in parts:      # grows
        k = splits[i, j]
        parts += [part for part in ((i, k), (k, j)) if part[1] - part[0] > 1]
    return parts


def _given(views: Views, root: Node, nodes: Sequence[Node], guess: int) -> float:
    """The price of the chain as it is; what others need too costs only a share."""
    return sum(_cost(x, guess) / (1 if x is root else max(1, views.count(x))) for x in nodes)


def _cost(x: Node, guess: int) -> float:
    pair = factors(x)
    if pair is None:
        system = x.inputs[0] if x.op.name == "squeeze" else x
        return Link(system.operands[0], system).price(length_of(system.shape[-1], guess), guess)
    a, b = pair
    rows = length_of(a.shape[-2], guess) if a.ndim > 1 else 1
    columns = length_of(b.shape[-1], guess) if b.ndim > 1 else 1
    return 2.0 * rows * length_of(a.shape[-1], guess) * columns


def _built(links: Sequence[Link], splits: Splits) -> Node:
    made = {(k, k + 1): link.node for k, link in enumerate(links)}
    for i, j in reversed(_used(splits, len(links))):
        k = splits[i, j]
        left = links[i] if k == i + 1 and links[i].solver else None
        right = links[k] if j == k + 1 and links[k].solver else None
        if left:
            made[i, j] = left.solve(made[k, j])
        else:
            made[i, j] = right.solve_left(made[i, k]) if right else product(made[i, k], made[k, j])
    return made[0, len(links)]
