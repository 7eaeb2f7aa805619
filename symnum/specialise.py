"""Specialisation: the graph of a function for calls whose lengths are known to be equal, or to be 1.

NumPy decides at run time whether an axis of unknown length is repeated.  A function is therefore a family of
graphs: the first takes unknown lengths that meet to be equal; a call that does not fit asks for another, for the
lengths that are 1 there, or, if that still does not fit, for exactly the lengths of that call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from types import SimpleNamespace

from .errors import IndexBoundsError, ShapeError
from .ir import dims
from .ir.build import filled_attrs, o, rebuild
from .ir.dims import as_node
from .ir.nest import Check
from .ir.node import Dim, Node
from .ir.walk import substitute, topological, transform
from .ops.spec import Absent
from .records import dataclass


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two lengths that must be equal, or where ``repeats`` says so one of them may be 1."""

    a: Dim
    b: Dim
    repeats: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Special:
    """A specialised graph: leaves and outputs under the facts, and the ``checks`` that say when it serves.

    ``uncertain`` are the dims for which it matters whether they are 1.
    """

    inputs: tuple[Node, ...]
    states: tuple[Node, ...]
    outputs: tuple[Node, ...]
    checks: tuple[Check, ...]
    uncertain: tuple[Node, ...]


def leaf_dims(leaves: Sequence[Node]) -> tuple[Node, ...]:
    """The dims that leaves carry, in order of leaves and axes."""
    found = (n for leaf in leaves for n in leaf.shape if isinstance(n, Node) and n.op.name == "dim")
    return tuple(dict.fromkeys(found))


def meetings(outputs: Sequence[Node]) -> Iterator[Meeting]:
    """All pairs of lengths in a graph that must fit together and are not known to."""
    for node in topological(outputs):
        for a, b, repeats in _pairs(node):
            if not dims.equal(a, b) and not (repeats and dims.simple(a) == 1):
                yield Meeting(a, b, repeats, node)


def _different(outputs: Sequence[Node]) -> list[Meeting]:
    """Of all meetings of the same two lengths the first."""
    found: dict[tuple[Dim, Dim, bool], Meeting] = {}
    for m in meetings(outputs):
        found.setdefault((m.a, m.b, m.repeats), m)
    return list(found.values())


def _pairs(node: Node) -> Iterator[tuple[Dim, Dim, bool]]:
    name = node.op.name
    if name in ("broadcast_to", "sum_to"):
        small, large = (node.operands[0].shape, node.shape)[::1 if name == "broadcast_to" else -1]
        yield from ((a, b, True) for a, b in zip(small, large[len(large) - len(small):], strict=True))
    elif name == "bdim":
        several = [n for n in map(dims.simple, node.inputs) if not (isinstance(n, int) and n == 1)]
        yield from ((a, b, True) for a, b in combinations(several, 2))
    elif name == "reshape":
        yield dims.product(node.operands[0].shape), dims.product(node.shape), False
    elif node.op.kind not in ("leaf", "elementwise", "derivative"):
        yield from _asked(node)


def _asked(node: Node) -> list[tuple[Dim, Dim, bool]]:
    """The lengths that a shape rule wants to be equal: what it asks of them is what must hold when it runs."""
    found: list[tuple[Dim, Dim, bool]] = []

    def may_equal(a: Dim, b: Dim) -> bool:
        found.append((a, b, False))
        return dims.may_equal(a, b)

    asking = SimpleNamespace(**{**vars(dims), "may_equal": may_equal})
    if not isinstance(node.op.shape, Absent):
        node.op.shape(asking, node.operands, filled_attrs(node))
    return found


def specialise(inputs: Sequence[Node], states: Sequence[Node], outputs: Sequence[Node],
               facts: Mapping[Node, int]) -> Special:
    """The graph under ``facts`` (dims with known lengths), and otherwise with meeting lengths taken as equal."""
    order = {n: k for k, n in enumerate(leaf_dims((*inputs, *states)))}
    nodes = [*inputs, *states, *outputs]
    uncertain = dict.fromkeys(d for m in _different(outputs) if m.repeats for d in _dims_in(m.a) + _dims_in(m.b))
    checks: list[Check] = []
    replaced: dict[Node, Dim] = dict(facts)
    _refuse_call(outputs, facts)
    while True:
        if replaced:
            checks += [Check("equal", (a, b)) for a, b in replaced.items()]
            nodes = substitute(nodes, {a: as_node(b) for a, b in replaced.items()})
        left = _different(nodes[len(inputs) + len(states):])
        for m in left:
            _refuse_known_mismatch(m)
        replaced = {}
        for m in left:
            choice = _eliminate(m, order)
            if choice and not (choice[0] in replaced or _mentions(choice[1], replaced)
                               or any(_mentions(length, {choice[0]: 0}) for length in replaced.values())):
                replaced[choice[0]] = choice[1]
        if not replaced:
            break
    pairs = [tuple(map(dims.simple, transform([as_node(m.a), as_node(m.b)], resolve))) for m in left]
    checks += dict.fromkeys(Check("equal", pair) for pair in pairs if not dims.equal(*pair))
    # Indices first: one outside its axis may make a length negative.
    checks += [Check("index", tuple(map(dims.simple, x.inputs))) for x in topological(nodes)
               if x.op.name == "checked_index"]
    checks += dict.fromkeys(_not_negative(nodes))
    nodes = transform(nodes, resolve)
    ends = len(inputs), len(inputs) + len(states)
    return Special(tuple(nodes[:ends[0]]), tuple(nodes[ends[0]:ends[1]]), tuple(nodes[ends[1]:]), tuple(checks),
                   tuple(uncertain))


def maybe_negative(nodes: Sequence[Node]) -> dict[Node, Node]:
    """Lengths that a formula could make negative, each with the first node that has it."""
    found: dict[Node, Node] = {}
    for node in topological(nodes):
        for n in node.shape:
            if isinstance(n, Node) and n not in found and not dims.equal(n, dims.maximum(n, 0)):
                found[n] = node
    return found


def is_formula(length: Node) -> bool:
    """Whether a length follows from the dims of arguments alone."""
    return not any(x.op.kind == "count" for x in topological([length]))


def _not_negative(nodes: Sequence[Node]) -> Iterator[Check]:
    """A check for each length that could be negative; no form serves such a call."""
    for n in maybe_negative(nodes):
        yield Check("equal", tuple(map(dims.simple, transform([n, as_node(dims.maximum(n, 0))], resolve))))


def refuse_negative(lengths: Mapping[Node, Node], values: Mapping[Node, Dim]) -> None:
    """Check the values of lengths, each of which comes with a node that has it.

    Raises:
        ShapeError: one is negative.
    """
    for length, node in lengths.items():
        n = values[length]
        if isinstance(n, int) and n < 0:
            raise ShapeError(f"{node.op.name}: length {dims.name_of(length)} is {n}; a length must be at least 0")


def _refuse_known_mismatch(meeting: Meeting) -> None:
    a, b = meeting.a, meeting.b
    if not (dims.may_equal(a, b) or (meeting.repeats and dims.may_broadcast(a, b))):
        raise _mismatch(meeting, f"{dims.name_of(a)} and {dims.name_of(b)}")


def _mismatch(meeting: Meeting, lengths: str) -> IndexBoundsError | ShapeError:
    node = meeting.node
    shapes = " and ".join(dims.text(x.shape) for x in node.operands)
    if node.op.name == "fitting_mask":
        return IndexBoundsError(f"a mask of shape {shapes} does not fit axes of shape {dims.text(node.shape)}: lengths "
                                f"{lengths} must be equal")
    where = "broadcasting" if node.op.kind == "dim" else f"{node.op.name} of shapes {shapes}"
    return ShapeError(f"{where}: lengths {lengths} do not fit; they must be equal{' or 1' if meeting.repeats else ''}")


def _refuse_call(outputs: Sequence[Node], facts: Mapping[Node, int]) -> None:
    """What is wrong with a call whose lengths are all known, in the names that its arguments have."""
    if not facts:
        return
    met = list(meetings(outputs))
    suspects = maybe_negative(outputs)
    lengths = list(dict.fromkeys((*suspects, *(as_node(n) for m in met for n in (m.a, m.b)))))
    known = {d: as_node(n) for d, n in facts.items()}
    numbers = dict(zip(lengths, map(dims.simple, substitute(lengths, known)), strict=True))
    refuse_negative(suspects, numbers)
    for m in met:
        a, b = numbers[as_node(m.a)], numbers[as_node(m.b)]
        if isinstance(a, int) and isinstance(b, int) and a != b and not (m.repeats and 1 in (a, b)):
            names = " and ".join(dims.name_of(n) for n in (m.a, m.b) if isinstance(n, Node))
            raise _mismatch(m, f"{a} and {b} ({names})")


def _dims_in(length: Dim) -> list[Node]:
    return [n for n in topological([length]) if n.op.name == "dim"] if isinstance(length, Node) else []


def _mentions(length: Dim, replaced: Mapping[Node, Dim]) -> bool:
    return any(n in replaced for n in _dims_in(length))


def _eliminate(meeting: Meeting, order: Mapping[Node, int]) -> tuple[Node, Dim] | None:
    """The dim to replace and its length, so that the two lengths become equal; the later dim goes."""
    a, b = meeting.a, meeting.b
    found = _solutions(a, b, order)
    while not found and isinstance(a, Node) and isinstance(b, Node) and a.op is b.op and a.op.arity == 2:
        # max(n - 1, 0) and max(m - 1, 0) are equal if n and m are.
        pairs = [(x, y) for x, y in zip(a.inputs, b.inputs, strict=True) if x is not y]
        if len(pairs) != 1:
            return None
        a, b = pairs[0]
        found = _solutions(a, b, order)
    return max(found, key=lambda pair: (not isinstance(pair[1], Node) or pair[1] in order, order[pair[0]]),
               default=None)


def _solutions(a: Dim, b: Dim, order: Mapping[Node, int]) -> list[tuple[Node, Dim]]:
    """Dims for which a = b can be solved, with their lengths."""
    difference = dims.subtract(a, b)
    _, terms = dims.linear(difference)
    found = []
    for atom, k in terms.items():
        if atom in order and abs(k) == 1:
            rest = dims.subtract(dims.multiply(k, atom), difference)
            length = rest if k == 1 else dims.subtract(0, rest)
            if atom not in _dims_in(length) and not (isinstance(length, int) and length < 0):
                found.append((atom, length))
    return found


def resolve(node: Node, inputs: tuple[Node, ...]) -> Node:
    """Drop broadcasts to the own shape, count indices from the front, turn sum_to into sums over known axes."""
    new = rebuild(node, inputs)
    if new.op.name == "bdim":   # its lengths are equal where this form serves
        return inputs[0]
    if new.op.name == "checked_index":
        return as_node(_from_front(*map(dims.simple, new.inputs)))
    if new.op.name == "fitting_mask":
        return inputs[0]
    if new.op.name in ("broadcast_to", "sum_to") and _same(new.shape, inputs[0].shape):
        return inputs[0]
    return _sum_over_axes(new) if new.op.name == "sum_to" else new


def _from_front(index: Dim, length: Dim) -> Dim:
    """Counted from the front; an index of unknown sign counts from the end where it is negative."""
    least, opposite = dims.lower_bound(index), dims.subtract(0, index)
    if least is not None and least >= 0:
        return index
    if (dims.lower_bound(opposite) or 0) >= 1:
        return dims.add(length, index)
    negative = dims.minimum(dims.maximum(opposite, 0), 1)
    return dims.add(index, dims.multiply(length, negative))


def _same(a: Sequence[Dim], b: Sequence[Dim]) -> bool:
    return len(a) == len(b) and all(map(dims.equal, a, b))


def _sum_over_axes(node: Node) -> Node:
    x, lead = node.operands[0], len(node.operands[0].shape) - len(node.shape)
    repeated = tuple(k for k, n in enumerate(node.shape) if n == 1 and x.shape[lead + k] != 1)
    axes = (*range(lead), *(lead + k for k in repeated))
    whole: Node = o.sum(x, axis=axes) if axes else x
    if repeated:
        whole = o.expand_dims(whole, axis=repeated)
    # Lengths that are equal where this form serves, and look different.
    return whole if _same(whole.shape, node.shape) else o.broadcast_to(whole, shape=node.shape)
