"""Lifts: elementwise ops and moves change places, so that no element is computed twice, or stored for its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...ir.build import broadcast_to, constant, make, o
from ...ir.node import Dim, Node, Shape
from ..match import Match
from ..numbers import scalar_of
from ..pattern import AnyNode, AnyProduct, AnySum, Pattern, p, wilds
from ..rule import CANONICALIZE, EVERY_DTYPE, Build, Example, Rule, Stays
from ..terms import PRODUCT, SUM, is_joined, moved

_x, _y = wilds("x y")


def _rule(name: str, lhs: Pattern, rhs: Build, why: str, *examples: Example, stays: Stays, dtypes: str) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=lhs, rhs=rhs, why=why, keeps="bits", dtypes=dtypes,
                examples=lambda: examples, stays=stays)


_VIEWS = ("expand_dims", "squeeze", "transpose")
_OUTWARD = ("broadcast_to", *_VIEWS)


def outward(m: Match) -> Node | None:
    """move(f(x)), which computes no element twice"""
    node = m.node
    if node.op.kind != "elementwise" or "may_raise" in node.op.facts:
        return None
    movers = [x for x in node.operands if scalar_of(x) is None]
    if not movers or movers[0].op.name not in _OUTWARD or not all(_moves_alike(x, movers[0]) for x in movers):
        return None
    if movers[0].op.name in _VIEWS and (is_joined(node, SUM) or is_joined(node, PRODUCT)):
        return None     # moved out of the whole chain at once, or each of its parts would be looked at many times
    shape = movers[0].inputs[0].shape
    inner = [x.inputs[0] if x in movers else broadcast_to(constant(scalar_of(x)), shape) for x in node.operands]
    return moved(make(node.op, inner, dict(node.attrs)), (movers[0],))


def move_of_sum(m: Match) -> Node | None:
    """move(a + b + ...), where all operands are moved alike"""
    return _move_of_chain(m, SUM)


def move_of_product(m: Match) -> Node | None:
    """move(a + b + ...), where all operands are moved alike"""
    return _move_of_chain(m, PRODUCT)


def _move_of_chain(m: Match, kind: Mapping[str, tuple[int, ...]]) -> Node | None:
    """The same for a whole sum or product, whose operands all are moved alike."""
    joined, operands = _opened(m, kind)
    movers = [x for x in operands if scalar_of(x) is None]
    if not movers or movers[0].op.name not in _VIEWS or not all(_moves_alike(x, movers[0]) for x in movers):
        return None
    shape = movers[0].inputs[0].shape
    new = {x: broadcast_to(constant(scalar_of(x)), shape) for x in operands if scalar_of(x) is not None}
    new |= {x: x.inputs[0] for x in movers}
    for node in reversed(joined):
        new[node] = make(node.op, [new[x] for x in node.operands], dict(node.attrs))
    return moved(new[m.node], (movers[0],))


def _opened(m: Match, kind: Mapping[str, tuple[int, ...]]) -> tuple[list[Node], list[Node]]:
    """The nodes that join a sum or product and that nobody else needs, users first; and what they join."""
    joined, ends, todo = list[Node](), list[Node](), [m.node]
    while todo:
        x = todo.pop()
        if x is m.node or (is_joined(x, kind) and m.views.count(x) == 1):
            joined.append(x)
            todo += x.operands
        else:
            ends.append(x)
    return joined, ends


def repeat_last(m: Match) -> Node | None:
    """the op on fewer elements, repeated"""
    node = m.node
    if node.op.kind != "elementwise" or "may_raise" in node.op.facts:
        return None
    if not all(x.op.name == "broadcast_to" or x.shape == () for x in node.operands):
        return None
    sources = [x.inputs[0] if x.op.name == "broadcast_to" else x for x in node.operands]
    shape = _smallest([x.shape for x in sources], node.shape)
    if shape is None or shape == node.shape:
        return None
    return broadcast_to(make(node.op, [broadcast_to(x, shape) for x in sources], dict(node.attrs)), node.shape)


def _smallest(shapes: Sequence[Shape], whole: Shape) -> Shape | None:
    """The shape of what is repeated to ``whole``; None if that cannot be told."""
    rank = max(map(len, shapes))
    found: list[Dim] = []
    for axis, length in enumerate(whole[len(whole) - rank:]):
        given = [shape[axis - rank + len(shape)] for shape in shapes if axis >= rank - len(shape)]
        longer = dict.fromkeys(n for n in given if n != 1)
        if any(n is not length and n != length for n in longer):
            return None
        found.append(length if longer else 1)
    return tuple(found)


def _moves_alike(a: Node, b: Node) -> bool:
    same_move = a.op is b.op and a.attrs == b.attrs and a.inputs[1:] == b.inputs[1:]
    return same_move and a.inputs[0].shape == b.inputs[0].shape


_STORED = ("reshape", "dot", "matmul", "cumsum", "cumprod", "sort", "scatter")


def reshape_first(m: Match) -> Node | None:
    """f(reshape(x)), where the memory of x has that shape too"""
    x = m.node.inputs[0]
    region = _owned(x, m)
    if not region or not all(_is_in_memory(y) for node in region for y in node.operands if y not in region):
        return None
    new: dict[Node, Node] = {}
    for node in reversed(region):
        operands = [new[y] if y in new else _reshaped(y, m.node.shape) for y in node.operands]
        new[node] = make(node.op, operands, dict(node.attrs))
    return new[x]


def _owned(root: Node, m: Match) -> list[Node]:
    """The elementwise nodes below ``root`` that nobody else needs, users first."""
    found: dict[Node, None] = {}
    missing, todo = {root: m.views.uses.get(root, 1) - 1}, [root]
    while todo:
        x = todo.pop()
        if missing[x] or x.op.kind != "elementwise":
            continue
        found[x] = None
        for y in x.operands:
            missing[y] = missing.get(y, m.views.uses.get(y, 1)) - 1
            todo += [y] * (not missing[y])
    return list(found)


def _is_in_memory(x: Node) -> bool:
    return x.op.kind == "leaf" or x.op.name in _STORED or scalar_of(x) is not None


def _reshaped(x: Node, shape: Sequence[Dim]) -> Node:
    number = scalar_of(x)
    if number is not None:
        return broadcast_to(constant(number), tuple(shape))
    return o.reshape(x, shape=tuple(shape))


_MEET = "no element is computed twice, and equal expressions meet"
# For operands of shape (3, 4).
_t, _e, _flat = p.transpose(_x, axes=(1, 0)), p.expand_dims(_x, axis=(1,)), p.reshape(_x, shape=(12,))
_one_of_three = p.slice(_x, starts=(1, 0), lengths=(1, 4), steps=(1, 1))

RULES = (
    _rule("move_last", AnyNode(having=_OUTWARD), outward, _MEET,
          (p.maximum(_t, p.transpose(_y, axes=(1, 0))), p.transpose(p.maximum(_x, _y), axes=(1, 0))),
          (p.maximum(p.broadcast_to(_x, shape=(2, 3, 4)), 2), p.broadcast_to(p.maximum(_x, 2), shape=(2, 3, 4))),
          (p.maximum(1, _e), p.expand_dims(p.maximum(1, _x), axis=(1,))),
          (p.absolute(p.squeeze(_one_of_three, axis=(0,))), p.squeeze(p.absolute(_one_of_three), axis=(0,))),
          stays=lambda: (p.maximum(_e, p.reshape(_y, shape=(3, 1, 4))), p.absolute(_x), p.absolute(_flat),
                 p.maximum(p.broadcast_to(_x, shape=(3, 3, 4)), p.broadcast_to(_e, shape=(3, 3, 4)))), dtypes="fic"),
    _rule("move_last_of_sum", AnySum(_VIEWS), move_of_sum, _MEET,
          (p.add(p.subtract(_t, p.transpose(_y, axes=(1, 0))), _t),
           p.transpose(p.add(p.subtract(_x, _y), _x), axes=(1, 0))),
          (p.subtract(1, p.squeeze(_one_of_three, axis=(0,))), p.squeeze(p.subtract(1, _one_of_three), axis=(0,))),
          stays=lambda: (p.add(_t, _x), p.add(_e, p.reshape(_y, shape=(3, 1, 4))), p.add(_flat, 1)), dtypes="fic"),
    _rule("move_last_of_product", AnyProduct(_VIEWS), move_of_product, _MEET,
          (p.multiply(p.negative(_t), p.transpose(_y, axes=(1, 0))),
           p.transpose(p.multiply(p.negative(_x), _y), axes=(1, 0))),
          (p.multiply(_e, 3), p.expand_dims(p.multiply(_x, 3), axis=(1,))),
          stays=lambda: (p.multiply(_e, p.reshape(_y, shape=(3, 1, 4))), p.multiply(_flat, _flat)), dtypes="fic"),
    _rule("repeat_last", AnyNode(having=("broadcast_to",)), repeat_last, "no element is computed twice",
          (p.maximum(p.broadcast_to(2, shape=(3, 4)), p.broadcast_to(p.max(_x, axis=(0, 1)), shape=(3, 4))), None),
          (p.maximum(p.broadcast_to(p.max(_x, axis=(0,)), shape=(3, 4)), p.broadcast_to(_one_of_three, shape=(3, 4))), None),
          (p.multiply(p.broadcast_to(2, shape=(3, 4)), p.broadcast_to(p.sum(_x, axis=(0, 1)), shape=(3, 4))), None),
          stays=lambda: (p.maximum(_x, 2), p.maximum(p.broadcast_to(p.max(_x, axis=(0,)), shape=(3, 4)), p.broadcast_to(
              p.expand_dims(p.max(_x, axis=(1,)), axis=(1,)), shape=(3, 4)))), dtypes="fiuc"),
    Rule(name="reshape_first", phase=CANONICALIZE, lhs=AnyNode(("reshape",), among_others=True), rhs=reshape_first,
         keeps="bits", dtypes=EVERY_DTYPE, why="memory has every shape, and what is computed from it needs none of its own",
         examples=lambda: ((p.reshape(p.maximum(_x, 2), shape=(12,)), p.maximum(_flat, 2)),
                           (p.reshape(p.maximum(_flat, p.reshape(_y, shape=(12,))), shape=(3, 4)), p.maximum(_x, _y)),
                           (p.reshape(p.square(_x), shape=(12,)), p.square(_flat))),
         stays=lambda: (_flat, p.reshape(p.absolute(_t), shape=(12,)), p.reshape(p.maximum(_x, p.broadcast_to(
                     p.squeeze(_one_of_three, axis=(0,)), shape=(3, 4))), shape=(12,)))),
)
