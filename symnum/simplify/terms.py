"""Sums and products flat, whatever their order and grouping: chains of parts that end in leaves.

A chain is a view of a node; the stored graph stays binary.  The view remembers the tree it was made from, so that
a change of some terms leaves the order and grouping of all others as the user wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from ..ir.build import rebuild
from ..ir.node import Node
from ..records import dataclass
from .numbers import MOVERS, Exact, exact_of

# What each op of a chain does to its operands: the sign (sums) or exponent (products) that they enter with.
SUM: Mapping[str, tuple[int, ...]] = MappingProxyType({"add": (1, 1), "subtract": (1, -1), "negative": (-1,)})
PRODUCT: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"multiply": (1, 1), "true_divide": (1, -1), "negative": (1,), "reciprocal": (-1,)})
POWERS = ("square", "power")
_MAY_BE_POWERS = frozenset((*POWERS, *MOVERS, "assume"))
FACTORED = frozenset((*PRODUCT, *POWERS))
OPENED = MOVERS | {"cast", "assume"}
_LOOK_THROUGH = 8  # shared or moved parts of a chain that are opened


class Leaf(NamedTuple):
    """One term or factor: it enters with ``sign`` (sums) or exponent ``sign`` (products).

    ``node`` has the dtype and shape of the whole chain; ``moved`` if it stands below moves or casts of the chain;
    ``kept`` if it stands inside a part of the chain that others need too, ``shared`` if they need it itself.
    """

    node: Node
    sign: int
    place: int
    moved: bool
    kept: bool
    shared: bool


class Part(NamedTuple):
    """One vertex of a chain's tree: a node, whether others need it, and where its operands and its consumer stand.

    A leaf has no operands; the root stands above itself.
    """

    node: Node
    below: tuple[int, ...]
    above: int
    shared: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """A sum or product: its tree (``parts``, each before its operands) and its leaves from left to right."""

    root: Node
    kind: Mapping[str, tuple[int, ...]]
    parts: tuple[Part, ...]
    leaves: tuple[Leaf, ...]

    @property
    def negations(self) -> int:
        """How many ``negative`` ops the tree holds."""
        return sum([1 for part in self.parts if part.below and part.node.op.name == "negative"])


# building -----------------------------------------------------------------------------------------------------

def is_joined(node: Node, kind: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a node is a sum (or product) of others; on bool, ``add`` is no sum, and integers have no quotients."""
    name, dtype = node.op.name, node.dtype.kind
    return name in kind and (dtype in "fc" or (dtype in "iu" and name != "reciprocal"))


def is_widening(node: Node) -> bool:
    """Whether a node is a cast from one float dtype to a wider one, which changes no value."""
    return node.op.name == "cast" and node.dtype.kind == "f" and node.inputs[0].dtype.kind == "f" and (
        node.inputs[0].dtype.itemsize < node.dtype.itemsize)


def is_transparent(node: Node) -> bool:
    """Whether an elementwise op may be applied below a node as well as above it."""
    return node.op.name in MOVERS or is_widening(node)


def unassumed(node: Node) -> Node:
    """A node without what is stated about it."""
    while node.op.name == "assume":
        node = node.inputs[0]
    return node


def is_hidden(node: Node) -> bool:
    """Whether what is stated about a node hides a sum, a product or a power."""
    inner = unassumed(node)
    return is_joined(inner, SUM) or is_joined(inner, PRODUCT) or _exponent(inner) is not None


def below_moves(node: Node, names: set[str]) -> Node:
    """What stands below moves and casts; ``names`` gets the names of all ops on the way, and of that node."""
    name = node.op.name
    names.add(name)
    while name in OPENED and (name != "cast" or is_widening(node)):
        node = node.inputs[0]
        name = node.op.name
        names.add(name)
    return node


def moved(node: Node, movers: Sequence[Node]) -> Node:
    """A node under ``movers`` (the outermost first)."""
    for mover in reversed(movers):
        node = rebuild(mover, (node, *mover.inputs[1:]))
    return node


def chain(root: Node, kind: Mapping[str, tuple[int, ...]], uses: Mapping[Node, int]) -> Chain:
    """The chain at ``root``: opened as far as parts have one consumer, and a little further."""
    if root.op.name not in kind and root.op.name not in OPENED:
        return Chain(root, kind, (Part(root, (), 0, False),), (Leaf(root, 1, 0, False, False, False),))
    if is_joined(root, kind) and not any(x.op.name in kind or x.op.name in OPENED for x in root.inputs):
        return _flat(root, kind, uses)
    parts: list[tuple[Node, list[int], int]] = []
    leaves: list[tuple[Node, int, int, bool]] = []
    todo: list[tuple[Node, int, tuple[Node, ...], bool, int]] = [(root, 1, (), False, 0)]
    budget, opened = _LOOK_THROUGH, False
    while todo:
        node, sign, movers, kept, parent = todo.pop()
        place, name = len(parts), node.op.name
        if place:
            parts[parent][1].append(place)
            kept = kept or uses.get(node, 1) > 1
        parts.append((node, [], parent))
        if name in kind and is_joined(node, kind) and (budget > 0 or not (kept or movers)):
            budget -= kept or bool(movers)
            opened = opened or kept
            todo += [(x, sign * s, movers, kept, place)
                     for x, s in zip(node.inputs[::-1], kind[name][::-1], strict=True)]
        elif name in OPENED and budget > 0 and _hides(node, kind):
            budget -= 1
            todo.append((node.inputs[0], sign, movers if name == "assume" else (*movers, node), kept, place))
        else:
            leaves.append((moved(node, movers), sign, place, bool(movers)))
    shared = _shared(parts, uses, opened)
    made = [Part(node, tuple(below), above, flag) for (node, below, above), flag in zip(parts, shared, strict=True)]
    return Chain(root, kind, tuple(made), tuple(
        Leaf(node, sign, place, far, shared[made[place].above], shared[place]) for node, sign, place, far in leaves))


def _flat(root: Node, kind: Mapping[str, tuple[int, ...]], uses: Mapping[Node, int]) -> Chain:
    """The chain of a node with no operand to be opened."""
    most = 2 if root.inputs[0] is root.inputs[-1] and len(root.inputs) == 2 else 1
    leaves = tuple([Leaf(x, sign, place, False, False, uses.get(x, 1) > most)
                    for place, (x, sign) in enumerate(zip(root.inputs, kind[root.op.name], strict=True), 1)])
    below = tuple([Part(x.node, (), 0, x.shared) for x in leaves])
    return Chain(root, kind, (Part(root, tuple(range(1, len(below) + 1)), 0, False), *below), leaves)


def _shared(parts: Sequence[tuple[Node, list[int], int]], uses: Mapping[Node, int], opened: bool) -> list[bool]:
    """Which parts, or parts above them, have consumers outside the chain (``opened``: opened ones have)."""
    inside: dict[Node, set[tuple[Node, int]]] = {}
    if opened or any(uses.get(node, 1) > 1 for node, _, _ in parts):
        for node, below, _ in parts:
            for k, place in enumerate(below):
                inside.setdefault(parts[place][0], set()).add((node, k))
    shared = [False]
    for node, _, above in parts[1:]:
        count = uses.get(node, 1)
        shared.append(shared[above] or (count > 1 and count > len(inside.get(node, ()))))
    return shared


def _hides(node: Node, kind: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a sum or product stands below moves and casts, and should be opened.

    Factors below a broadcast have fewer elements, and cost less there; only their signs and numbers matter above.
    """
    repeated = False
    for _ in range(_LOOK_THROUGH):
        node = unassumed(node)
        if not is_transparent(node):
            return is_joined(node, kind) and (kind is SUM or not repeated or _has_number(node))
        repeated = repeated or node.op.name == "broadcast_to"
        node = node.inputs[0]
    return False


def _has_number(node: Node) -> bool:
    return node.op.name == "negative" or any(exact_of(x) not in (None, 1) for x in node.inputs)


def coefficient_of(leaf: Leaf) -> Exact | None:
    """The exact number by which a factor multiplies, None if it is no constant other than zero."""
    name = leaf.node.op.name
    number = exact_of(leaf.node) if name == "constant" or name in MOVERS else None
    if not number:
        return None
    return number if leaf.sign > 0 else Fraction(1, 1) / number


def constant_factor(product: Chain) -> Exact:
    """The product of all constants and signs of a product."""
    result: Exact = -1 if product.negations % 2 else 1
    for leaf in product.leaves:
        number = coefficient_of(leaf)
        if number is not None:
            result = result * number
    return int(result) if isinstance(result, Fraction) and result.denominator == 1 else result


def power_of(node: Node) -> tuple[Node, int]:
    """A factor as base and whole exponent."""
    if node.op.name not in _MAY_BE_POWERS:
        return node, 1
    movers: list[Node] = []
    inner = node
    while inner.op.name in MOVERS or inner.op.name == "assume":
        movers += [inner] * (inner.op.name != "assume")
        inner = inner.inputs[0]
    exponent = _exponent(inner)
    return (node, 1) if exponent is None else (moved(inner.inputs[0], movers), exponent)


def _exponent(node: Node) -> int | None:
    """The exponent of a whole power, None if the node is none."""
    if node.op.name == "square" and node.dtype.kind != "b":
        return 2
    if node.op.name == "power" and node.dtype.kind != "b":
        exponent = exact_of(node.inputs[1])
        if isinstance(exponent, int) and (exponent >= 0 or node.dtype.kind == "f"):
            return exponent
    return None
