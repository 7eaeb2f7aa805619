"""Normal form of a kernel nest: flat indices, as few axes as the memory's layout allows, and shared fold axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ..dtypes import INT64
from ..ir import dims, nest
from ..ir.nest import AXIS, FOLD, LOAD, Nest
from ..ir.node import Dim, Node, intern
from ..ir.walk import topological
from ..ops.table import TABLE
from ..records import dataclass
from .builder import FIRST
from .loops import Memory, number
from .parts import is_index
from .sinks import Put
from .strides import Algebra

_ARITHMETIC = frozenset((AXIS, *(TABLE[name] for name in ("add", "subtract", "multiply"))))


@dataclass(frozen=True, slots=True)
class FlatNest:
    """A nest whose loads and stores have one index each.

    ``outer`` are the axes of stores, from outside in; ``extents`` those of all axes, by number.  A fold may run over
    a number that is also an outer axis: its own loop is another one.
    """

    outer: tuple[int, ...]
    extents: Mapping[int, Dim]
    stores: tuple[Put, ...]

    def span(self, numbers: Iterable[int]) -> list[tuple[Node, Dim]]:
        """Axes with their extents."""
        return [(nest.axis(k), self.extents[k]) for k in numbers]


def normal(given: Nest, memories: Mapping[int, Memory], shapes: Mapping[int, Sequence[Dim]],
           algebra: Algebra) -> FlatNest:
    """The normal form of a nest; ``shapes`` are those of the buffers."""
    def flat(buffer: int, index: Sequence[Node]) -> Node:
        return algebra.flat(list(zip(index, shapes[buffer], strict=True)))

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is not LOAD:
            return rebuilt(node, inputs)
        rank = len(inputs) - node.attr("masked")
        return nest.load(node.attr("buffer"), node.dtype, (flat(node.attr("buffer"), inputs[:rank]),), *inputs[rank:])

    roots = rewrite([x for store in given.stores for x in (*store.index, store.value)], step)
    stores, rest = [], iter(roots)
    for store in given.stores:
        index = [next(rest) for _ in store.index]
        stores.append(Put(memories[store.buffer], flat(store.buffer, index), next(rest)))
    outer = tuple(a.number for a in given.axes if not a.reduce)
    found = FlatNest(outer, {a.number: dims.simple(a.extent) for a in given.axes}, tuple(stores))
    return _shared_axes(_collapsed_folds(_collapsed(_apart(found, algebra), algebra), algebra), algebra)


def rewrite(roots: Sequence[Node], step: Callable[[Node, tuple[Node, ...]], Node]) -> list[Node]:
    """Expressions rebuilt from the leaves up."""
    new: dict[Node, Node] = {}
    for node in topological(roots):
        new[node] = step(node, tuple(new[x] for x in node.inputs))
    return [new[x] for x in roots]


def rebuilt(node: Node, inputs: tuple[Node, ...]) -> Node:
    """A node on other inputs."""
    same = all(a is b for a, b in zip(inputs, node.inputs, strict=True))
    return node if same else intern(node.op, inputs, node.attrs, node.dtype, ())


def with_axes(roots: Sequence[Node], replaced: Mapping[int, Dim], algebra: Algebra) -> list[Node]:
    """Expressions with other scalars in the place of axes; index scalars are brought into normal form."""
    known: dict[Node, bool] = {}

    def tidy(node: Node) -> Node:
        is_arithmetic = node.op in _ARITHMETIC and node.dtype == INT64 and is_index(node, known)
        return algebra.normal(node) if is_arithmetic else node

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is AXIS:
            return number(replaced.get(node.attr("number"), node))
        if node.op is FOLD and algebra.dependence(node).isdisjoint(replaced):
            return node   # its own axes may have these numbers
        if node.op in _ARITHMETIC and node.dtype == INT64:
            return rebuilt(node, inputs)
        return rebuilt(node, tuple(map(tidy, inputs)))

    return list(map(tidy, rewrite(roots, step)))


def index_scalars(roots: Sequence[Node]) -> list[Node]:
    """The index scalars in expressions: indices of loads, and axes that are used as values."""
    known: dict[Node, bool] = {}
    found: dict[Node, None] = {}

    def below(node: Node) -> Sequence[Node]:
        if node.op in _ARITHMETIC and node.dtype == INT64 and is_index(node, known):
            found[node] = None
            return ()
        return node.inputs

    topological(roots, below)
    return list(found)


def _collapsed(found: FlatNest, algebra: Algebra) -> FlatNest:
    """Neighbouring outer axes made one, wherever all elements are walked in the same order."""
    k = len(found.outer) - 2
    while k >= 0:
        a, b = found.outer[k:k + 2]
        roots = [x for store in found.stores for x in (store.index, store.value)]
        if _collapsible(roots, a, b, found.extents, algebra):
            found = _merged(found, a, b, algebra)
        k -= 1
    return found


def _collapsible(roots: Sequence[Node], a: int, b: int, extents: Mapping[int, Dim], algebra: Algebra) -> bool:
    return all(algebra.can_collapse(x, nest.axis(a), nest.axis(b), extents[b]) for x in index_scalars(roots))


def _merged(found: FlatNest, a: int, b: int, algebra: Algebra) -> FlatNest:
    new = iter(with_axes([x for s in found.stores for x in (s.index, s.value)], {a: 0}, algebra))
    extents = {**found.extents, b: dims.multiply(found.extents[a], found.extents[b])}
    stores = tuple(replace(s, index=next(new), value=next(new)) for s in found.stores)
    return FlatNest(tuple(k for k in found.outer if k != a), extents, stores)


def _apart(found: FlatNest, algebra: Algebra) -> FlatNest:
    """The same nest in which no two folds run over the same axis, and no fold over an outer one."""
    extents, fresh = dict(found.extents), iter(range(FIRST // 2, FIRST))

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is not FOLD:
            return rebuilt(node, inputs)
        own = {a: next(fresh) for a in node.attr("axes")}
        extents.update({b: extents[a] for a, b in own.items()})
        return _fold(node, tuple(own.values()), with_axes(inputs, {a: nest.axis(b) for a, b in own.items()}, algebra))

    return _with_values(replace(found, extents=extents), step)


def _with_values(found: FlatNest, step: Callable[[Node, tuple[Node, ...]], Node]) -> FlatNest:
    new = rewrite([s.value for s in found.stores], step)
    return replace(found, stores=tuple(replace(s, value=x) for s, x in zip(found.stores, new, strict=True)))


def _collapsed_folds(found: FlatNest, algebra: Algebra) -> FlatNest:
    """The same for the axes of each fold: the last of them stands for all that walk together."""
    extents = dict(found.extents)

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        node = rebuilt(node, inputs)
        k = len(node.attr("axes")) - 2 if node.op is FOLD else -1
        while k >= 0:
            axes = node.attr("axes")
            a, b = axes[k:k + 2]
            if _collapsible(node.inputs, a, b, extents, algebra):
                extents[b] = dims.multiply(extents[a], extents[b])
                node = _fold(node, (*axes[:k], *axes[k + 1:]), with_axes(node.inputs, {a: 0}, algebra))
            k -= 1
        return node

    return _with_values(replace(found, extents=extents), step)


def _fold(node: Node, axes: tuple[int, ...], inputs: Sequence[Node]) -> Node:
    return nest.fold(node.attr("combine"), axes, *inputs)


def _shared_axes(found: FlatNest, algebra: Algebra) -> FlatNest:
    """Folds over equal extents run over the same axes: those of the stores inside, or of the first such fold.

    Then an expression that several of them need is one node.
    """
    tails = [tuple(k for k in found.outer if k in algebra.dependence(s.index)) for s in found.stores]
    known: list[tuple[int, ...]] = []

    def target(node: Node) -> tuple[int, ...]:
        axes: tuple[int, ...] = node.attr("axes")
        inner = [t[len(t) - len(axes):] for t in tails if len(t) >= len(axes)]
        depends = algebra.dependence(node)
        for other in (*inner, *known):
            free = depends.isdisjoint(other)
            if free and all(dims.equal(found.extents[a], found.extents[b]) for a, b in zip(axes, other, strict=False)
                            ) and len(axes) == len(other):
                return other
        known.append(axes)
        return axes

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        node = rebuilt(node, inputs)
        if node.op is not FOLD or _holds_fold_over(node.inputs, node.attr("axes"), algebra):
            return node
        axes = target(node)
        mapping = {a: nest.axis(b) for a, b in zip(node.attr("axes"), axes, strict=True)}
        return node if axes == node.attr("axes") else _fold(node, axes, with_axes(node.inputs, mapping, algebra))

    return _with_values(found, step)


def _holds_fold_over(roots: Sequence[Node], axes: Sequence[int], algebra: Algebra) -> bool:
    """Whether a fold inside depends on these axes: giving them other names could catch its own."""
    return any(x.op is FOLD and not algebra.dependence(x).isdisjoint(axes) for x in topological(roots))
