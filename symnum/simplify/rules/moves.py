"""Moves: other shapes, other orders of axes, axes of length 1, and repeats; of two moves one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ...ir import dims
from ...ir.build import broadcast_to, o
from ...ir.node import Dim, Node
from ..match import Match
from ..pattern import AnyNode, p, wilds
from ..rule import CANONICALIZE, EVERY_DTYPE, Build, Example, Rule, Stays

_x, _y = wilds("x y")
_SAME = "the operation changes nothing"
_ONE = "one operation instead of two"


def _rule(name: str, ops: Sequence[str], rhs: Build, why: str, *examples: Example, stays: Stays,
          having: Sequence[str] = (), dtypes: str = EVERY_DTYPE) -> Rule:
    return Rule(name=name, phase=CANONICALIZE, lhs=AnyNode(tuple(ops), having=tuple(having)), rhs=rhs, why=why, keeps="bits",
                dtypes=dtypes, examples=lambda: examples, stays=stays)


def _inner(m: Match, *ops: str) -> Node | None:
    """The operand, if it is of one of these ops."""
    x = m.node.inputs[0]
    return x if x.op.name in ops else None


def without_move(m: Match) -> Node | None:
    """x, where a move leaves every element in its place"""
    node = m.node
    return node.inputs[0] if node.inputs[0].shape == node.shape and _is_identity(node) else None


def _is_identity(node: Node) -> bool:
    if node.op.name == "transpose":
        return bool(node.attr("axes") == tuple(range(len(node.shape))))
    if node.op.name == "cast":
        return bool(node.inputs[0].dtype == node.dtype)
    if node.op.name in ("slice", "embed"):
        return all(start == 0 for start in o.attr(node, "starts")) and all(step == 1 for step in node.attr("steps"))
    return True


# axes of length 1 ---------------------------------------------------------------------------------------------

def of_ones(m: Match) -> Node | None:
    """the axes of length 1 that are left and those that are new"""
    inner = m.node.inputs[0]
    if m.node.op.name in ("expand_dims", "squeeze"):
        if inner.op.name not in ("expand_dims", "squeeze"):
            return None
        inner = inner.inputs[0]
    return _with_ones(inner, m.node.shape)


def transpose_of_ones(m: Match) -> Node | None:
    """other axes of length 1, where no other axes change their order"""
    long = [k for k in m.node.attr("axes") if m.node.inputs[0].shape[k] != 1]
    return _with_ones(m.node.inputs[0], m.node.shape) if long == sorted(long) else None


def _with_ones(x: Node, shape: Sequence[Dim]) -> Node | None:
    """``x`` with axes of length 1 dropped and put in, so that it has this shape; None if others differ too."""
    (before, long), (after, wanted) = _gaps(x.shape), _gaps(shape)
    if len(long) != len(wanted) or not all(map(dims.equal, long, wanted)):
        return None
    dropped, new = _surplus(before, after), _surplus(after, before)
    x = o.squeeze(x, axis=dropped) if dropped else x
    return o.expand_dims(x, axis=new) if new else x


def _gaps(shape: Sequence[Dim]) -> tuple[list[int], list[Dim]]:
    """How many axes of length 1 stand before each longer one and at the end, and the longer ones."""
    counts, long = [0], list[Dim]()
    for is_one, group in groupby(shape, lambda n: isinstance(n, int) and n == 1):
        lengths = list(group)
        if is_one:
            counts[-1] += len(lengths)
        else:
            long += lengths
            counts += [0] * len(lengths)
    return counts, long


def _surplus(counts: Sequence[int], others: Sequence[int]) -> tuple[int, ...]:
    """Of axes of length 1 those of which the other shape has fewer, as numbers of axes."""
    found, axis = list[int](), 0
    for count, other in zip(counts, others, strict=True):
        found += range(axis + min(count, other), axis + count)
        axis += count + 1
    return tuple(found)


def squeezed_inside(m: Match) -> Node | None:
    """move(squeeze(x)), which moves fewer axes"""
    inner = _inner(m, "broadcast_to", "transpose")
    if inner is None:
        return None
    axis, x = m.node.attr("axis"), inner.inputs[0]
    if inner.op.name == "transpose":
        order = inner.attr("axes")
        gone = tuple(sorted(order[k] for k in axis))
        left = [k for k in order if k not in gone]
        return o.transpose(o.squeeze(x, axis=gone), axes=tuple(sorted(left).index(k) for k in left))
    lead = inner.ndim - x.ndim
    own = tuple(k - lead for k in axis if k >= lead)
    return broadcast_to(o.squeeze(x, axis=own) if own else x, m.node.shape)


# two moves ----------------------------------------------------------------------------------------------------

def transpose_twice(m: Match) -> Node | None:
    """one transpose"""
    inner = _inner(m, "transpose")
    if inner is None:
        return None
    axes = tuple(inner.attr("axes")[k] for k in m.node.attr("axes"))
    return o.transpose(inner.inputs[0], axes=axes)


def reshape_twice(m: Match) -> Node | None:
    """one reshape"""
    given = ("reshape",) if m.node.op.name == "squeeze" else ("reshape", "expand_dims", "squeeze")
    inner = _inner(m, *given)
    return None if inner is None else o.reshape(inner.inputs[0], shape=m.node.shape)


def broadcast_twice(m: Match) -> Node | None:
    """one broadcast"""
    inner = _inner(m, "broadcast_to")
    return None if inner is None else broadcast_to(inner.inputs[0], m.node.shape)


def broadcast_expanded(m: Match) -> Node | None:
    """broadcast_to(x), which adds leading axes itself"""
    inner = _inner(m, "expand_dims")
    if inner is None or inner.attr("axis") != tuple(range(len(inner.attr("axis")))):
        return None
    return broadcast_to(inner.inputs[0], m.node.shape)


# For operands of shape (3, 4).
_t, _e = p.transpose(_x, axes=(1, 0)), p.expand_dims(_x, axis=(1,))
_whole = {"starts": (0, 0), "steps": (1, 1)}
_one_of_three = p.slice(_x, starts=(1, 0), lengths=(1, 4), steps=(1, 1))
_flat, _cube = p.reshape(_x, shape=(12,)), p.reshape(_x, shape=(2, 3, 2))

RULES = (
    _rule("move_nothing", ("broadcast_to", "reshape", "transpose", "slice", "embed", "expand_dims", "squeeze", "cast",
                           "concatenate"), without_move, _SAME,
          (p.transpose(_x, axes=(0, 1)), _x), (p.broadcast_to(_x, shape=(3, 4)), _x), (p.reshape(_x, shape=(3, 4)), _x),
          (p.slice(_x, lengths=(3, 4), **_whole), _x), (p.embed(_x, shape=(3, 4), **_whole), _x),
          (p.expand_dims(_x, axis=()), _x), (p.squeeze(_x, axis=()), _x), (p.concatenate(_x, axis=0), _x),
          stays=lambda: (_t, p.transpose(p.reshape(_x, shape=(2, 2, 3)), axes=(1, 0, 2)),
                         p.slice(_x, starts=(2, 0), lengths=(2, 2), steps=(-1, 2)),
                         p.slice(_x, starts=(2, 0), lengths=(3, 4), steps=(-1, 1)), p.concatenate(_x, _y, axis=0),
                         p.embed(_x, shape=(3, 5), **_whole))),
    _rule("transpose_twice", ("transpose",), transpose_twice, _ONE, (p.transpose(_t, axes=(1, 0)), _x),
          (p.transpose(p.transpose(_cube, axes=(2, 1, 0)), axes=(1, 2, 0)), p.transpose(_cube, axes=(1, 0, 2))),
          stays=lambda: (_t,), having=("transpose",)),
    _rule("transpose_ones", ("transpose",), transpose_of_ones, "no axes that matter change their order",
          (p.transpose(p.expand_dims(_x, axis=(0,)), axes=(1, 0, 2)), None),
          (p.transpose(_one_of_three, axes=(1, 0)), p.expand_dims(p.squeeze(_one_of_three, axis=(0,)), axis=(1,))),
          stays=lambda: (_t, p.transpose(_e, axes=(2, 1, 0)))),
    _rule("ones", ("reshape", "expand_dims", "squeeze"), of_ones, "axes of length 1 need no other memory",
          (p.reshape(_x, shape=(1, 3, 1, 4)), p.expand_dims(_x, axis=(0, 2))),
          (p.expand_dims(_e, axis=(0, 2)), p.expand_dims(_x, axis=(0, 2, 3))), (p.squeeze(_e, axis=(1,)), _x),
          (p.reshape(p.squeeze(p.expand_dims(_one_of_three, axis=(0,)), axis=(1,)), shape=(4, 1)),
           p.expand_dims(p.squeeze(_one_of_three, axis=(0,)), axis=(1,))),
          (p.squeeze(p.expand_dims(_one_of_three, axis=(2,)), axis=(0,)),
           p.expand_dims(p.squeeze(_one_of_three, axis=(0,)), axis=(1,))),
          (p.expand_dims(p.squeeze(_one_of_three, axis=(0,)), axis=(0,)), _one_of_three),
          stays=lambda: (_e, _flat, p.squeeze(_one_of_three, axis=(0,)))),
    _rule("squeeze_inside", ("squeeze",), squeezed_inside, "fewer axes are moved",
          (p.squeeze(p.transpose(p.transpose(_e, axes=(2, 1, 0)), axes=(0, 1, 2)), axis=(1,)), None),
          (p.squeeze(p.broadcast_to(_x, shape=(1, 3, 4)), axis=(0,)), _x),
          (p.squeeze(p.broadcast_to(_one_of_three, shape=(3, 1, 4)), axis=(1,)),
           p.broadcast_to(p.squeeze(_one_of_three, axis=(0,)), shape=(3, 4))),
          stays=lambda: (p.squeeze(_one_of_three, axis=(0,)),), having=("broadcast_to", "transpose")),
    _rule("reshape_twice", ("reshape", "squeeze"), reshape_twice, _ONE,
          (p.reshape(p.reshape(_x, shape=(12,)), shape=(2, 6)), p.reshape(_x, shape=(2, 6))),
          (p.squeeze(p.reshape(_x, shape=(1, 2, 6)), axis=(0,)), p.reshape(_x, shape=(2, 6))),
          (p.reshape(_e, shape=(12,)), _flat), stays=lambda: (p.reshape(_t, shape=(12,)),),
          having=("reshape", "expand_dims", "squeeze")),
    _rule("broadcast_twice", ("broadcast_to",), broadcast_twice, _ONE,
          (p.broadcast_to(p.broadcast_to(_x, shape=(2, 3, 4)), shape=(5, 2, 3, 4)), p.broadcast_to(_x, shape=(5, 2, 3, 4))),
          stays=lambda: (p.broadcast_to(_e, shape=(3, 2, 4)),), having=("broadcast_to",)),
    _rule("broadcast_expanded", ("broadcast_to",), broadcast_expanded, _ONE,
          (p.broadcast_to(p.expand_dims(_x, axis=(0, 1)), shape=(5, 2, 3, 4)), p.broadcast_to(_x, shape=(5, 2, 3, 4))),
          stays=lambda: (p.broadcast_to(_e, shape=(3, 2, 4)),), having=("expand_dims",)),
)
