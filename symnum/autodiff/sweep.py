"""Reverse and forward mode: one sweep over a graph, with explicit stacks and in linear time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..errors import GraphError
from ..ir.node import Node
from ..ir.walk import topological
from .checks import check_known, check_wrt
from .masked import Masked, gathered, settled
from .partials import fitted, is_float, ones, pulled, pushed


def reverse(cost: Node, wrt: Sequence[Node], *, consider_constant: Collection[Node] = (),
            known_grads: Mapping[Node, Node] | None = None, seed: Node | None = None) -> list[Node | None]:
    """Derivatives of ``cost`` by each node of ``wrt``, of its shape and dtype; None where disconnected.

    Cotangents stop at ``consider_constant``.  A node in ``known_grads`` has the cotangent given there,
    whatever ``cost`` says.  ``seed`` is the cotangent of ``cost``, which may have any shape; ones if None.

    Raises:
        DTypeError: a node of ``wrt`` or ``known_grads`` is not float.
        ShapeError: a cotangent does not have its node's shape.
        GraphError: the graph holds a derivative; expand it first.
        UnsupportedError: an op on the way has no derivative.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (3,))
    >>> reverse(o.sum(o.sin(x), axis=(0,)), [x])
    [<Node cos float64 (3)>]
    """
    known = dict(known_grads or {})
    start = {} if cost in known else {cost: ones(cost) if seed is None else seed}
    seeds = {**start, **known}
    for node, cotangent in seeds.items():
        check_known(node, cotangent)
    return linked_reverse(seeds, wrt, frozenset(consider_constant), frozenset(known), {})


def linked_reverse(seeds: Mapping[Node, Node], wrt: Sequence[Node], held: Collection[Node],
                   fixed: Collection[Node], links: Mapping[Node, Node]) -> list[Node | None]:
    """The sweep itself: ``seeds`` are cotangents to start from; to those of ``fixed`` nodes nothing is added.

    A leaf that ``links`` maps to a node stands for that node: its cotangent goes on there.
    """
    for node in wrt:
        check_wrt(node)

    def below(node: Node) -> Sequence[Node]:
        if node in held:
            return ()
        return (links[node],) if node in links else node.operands

    order = topological(seeds, below)
    active = set(wrt)
    for node in order:
        if is_float(node) and any(x in active for x in below(node)):
            active.add(node)
    pending = {node: [Masked(fitted(value, node.shape))] for node, value in seeds.items()}
    found: dict[Node, Node] = {}
    wanted = set(wrt)
    for node in reversed(order):
        if node not in active or node not in pending:
            continue
        total = gathered(pending.pop(node))
        if node in wanted:
            found[node] = settled(total)
        if not any(x in active for x in below(node)):
            continue
        parts = [(links[node], total)] if node in links else pulled(_plain(node), total, active)
        for x, part in parts:
            if x not in fixed:
                pending.setdefault(x, []).append(part)
    return [found.get(node) for node in wrt]


def _plain(node: Node) -> Node:
    if node.op.kind == "derivative":
        raise GraphError("a derivative stands inside a graph that is differentiated; call expand first")
    return node


def forward(outputs: Sequence[Node], wrt: Sequence[Node], tangents: Sequence[Node]) -> list[Node | None]:
    """Tangents of ``outputs`` when each node of ``wrt`` moves along its tangent; None where disconnected.

    Raises:
        DTypeError: a node of ``wrt`` is not float.
        ShapeError: a tangent does not have its node's shape.
        GraphError: the graph holds a derivative; expand it first.
        UnsupportedError: an op on the way has no derivative.

    >>> from symnum.ir.build import input_leaf, o
    >>> x, dx = input_leaf("x", "float64", ()), input_leaf("dx", "float64", ())
    >>> forward([o.sin(x)], [x], [dx])
    [<Node multiply float64 ()>]
    """
    found: dict[Node, Masked] = {}
    for node, tangent in zip(wrt, tangents, strict=True):
        check_known(node, tangent)
        found[node] = Masked(fitted(tangent, node.shape))
    for node in topological(outputs, lambda node: () if node in found else node.operands):
        if node in found or not is_float(node) or not any(x in found for x in node.operands):
            continue
        moved = pushed(_plain(node), found)
        if moved is not None:
            found[node] = moved
    return [settled(found[x]) if x in found else None for x in outputs]


def connected(roots: Sequence[Node], wrt: Sequence[Node],
              consider_constant: Collection[Node] = ()) -> list[bool]:
    """Whether a chain of float nodes leads from ``roots`` to each node of ``wrt``.

    Comparisons and integers break the chain; ops that are locally constant (``floor``) do not.

    >>> from symnum.ir.build import input_leaf, o
    >>> x, y = input_leaf("x", "float64", ()), input_leaf("y", "float64", ())
    >>> connected([o.where(o.less(x, 0), y, 1)], [x, y])
    [False, True]
    """
    held = set(consider_constant)

    def below(node: Node) -> Sequence[Node]:
        return () if node in held else [x for x in node.operands if is_float(x)]

    reached = set(topological([x for x in roots if is_float(x)], below))
    return [node in reached for node in wrt]
