"""Lowering: a graph of nodes becomes a Program of kernel nests and library calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..errors import MissingInputError
from ..ir import dims
from ..ir.interpret import leaf_name
from ..ir.nest import Axis, Buffer, Check, Kernel, Nest, Product, Program, Step, Store, load
from ..ir.node import Dim, Node
from ..ir.walk import topological
from ..ops.spec import Reduce
from .drafts import Demand, Draft, Fusion, Home, demand_of
from .expression import expression
from .fuse import fuse, operand_memory
from .indices import Context, Index, identity
from .splits import splits
from .traits import Traits, fold_lengths, splat

Values = dict[tuple[Node, Demand], Node]


def lower(name: str, inputs: Sequence[Node], outputs: Sequence[Node], states: Sequence[Node] = ()) -> Program:
    """The Program that computes ``outputs``.

    ``inputs`` and ``states`` are the leaves of arguments and shared values, in the order of the call; buffers
    are numbered: inputs, states, outputs, then workspace and constants.  In every nest the outer axes come
    first, in the order of the stores; the index of a fold has one or more of the outermost of them (of which
    repeated elements may not depend on all), or, in a nest without outer axes, none; folds inside a fold have
    outer axes only.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (None,))
    >>> program = lower("f", [x], [o.exp(x), o.sum(x, axis=(0,))])
    >>> [b.role for b in program.buffers], len(program.steps)
    (['input', 'output', 'output'], 2)

    Raises:
        MissingInputError: an output depends on a leaf or a length that no input or state carries.
        GraphError: an op of the graph should have been expanded or resolved before.
    """
    leaves = (*inputs, *states)
    order = topological(outputs)
    bound = _bound_dims(leaves)
    _check_leaves(order, leaves, bound)
    fusion = _fused(order, leaves, len(inputs), outputs)
    fusion.buffers[:] = _with_bases(fusion)
    return Program(name, tuple(bound), tuple(fusion.buffers), _steps(fusion, _values(fusion, order)),
                   tuple(_checks(order)))


# what is given --------------------------------------------------------------------------------------------

def _bound_dims(leaves: Iterable[Node]) -> list[Node]:
    """Unknown lengths that leaves carry, in order of first appearance."""
    lengths = (n for leaf in leaves for n in leaf.shape)
    return list(dict.fromkeys(n for n in lengths if isinstance(n, Node) and n.op.name == "dim"))


def _check_leaves(order: Iterable[Node], leaves: Sequence[Node], bound: Sequence[Node]) -> None:
    known = {*leaves, *bound}
    for node in order:
        if node.op.kind == "leaf" and node.op.name != "constant" and node not in known:
            what = f"length {dims.name_of(node)}" if node.op.name == "dim" else f"input {leaf_name(node)}"
            raise MissingInputError(f"the graph depends on {what}, which no argument of the function "
                                    f"carries; add it to the inputs")


def _fixed_buffers(leaves: Sequence[Node], n_inputs: int, outputs: Sequence[Node]) -> list[Buffer]:
    buffers = [Buffer(k, "input" if k < n_inputs else "state", x.dtype, x.shape, leaf_name(x))
               for k, x in enumerate(leaves)]
    return buffers + [Buffer(len(leaves) + k, "output", x.dtype, x.shape) for k, x in enumerate(outputs)]


def _fused(order: Sequence[Node], leaves: Sequence[Node], n_inputs: int, outputs: Sequence[Node]) -> Fusion:
    """The fusion in which no nest is too large: values are stored where few live, until all nests fit."""
    traits = Traits()
    traits.learn(order)
    numbers: dict[Node, list[int]] = {}
    for k, node in enumerate(outputs):
        numbers.setdefault(node, []).append(len(leaves) + k)
    cuts: set[Node] = set()
    while True:
        homes = {leaf: Home(k, None) for k, leaf in enumerate(leaves)}
        buffers = _fixed_buffers(leaves, n_inputs, outputs)
        fusion = fuse(order, Fusion(traits, buffers, homes, numbers, set(cuts)))
        more = {node for draft in fusion.drafts.values() for node in splits(draft, traits)} - cuts
        if not more:
            return fusion
        cuts |= more


# what comes out -------------------------------------------------------------------------------------------

def _with_bases(fusion: Fusion) -> list[Buffer]:
    """The buffers, each view with the buffer whose memory it is in the end."""
    bases = {b.number: b.base for b in fusion.buffers if b.base is not None}
    for number, node in fusion.viewed.items():
        buffer = fusion.homes[node].buffer
        bases[number] = bases.get(buffer, buffer)
    return [replace(b, base=bases.get(b.number)) for b in fusion.buffers]


def _values(fusion: Fusion, order: Iterable[Node]) -> Values:
    """The scalar expression of every demand, operands first."""
    values: Values = {}
    for node in _with_parts(order, fusion.parts):
        for demand in fusion.demands.get(node, ()):
            values[node, demand] = _value(fusion, node, demand, values)
    return values


def _with_parts(order: Iterable[Node], parts: Mapping[Node, Sequence[Node]]) -> Iterable[Node]:
    for node in order:
        yield node
        yield from parts.get(node, ())


def _value(fusion: Fusion, node: Node, demand: Demand, values: Values) -> Node:
    kind = fusion.traits.kind[node]
    if kind == "dim":
        return node
    if fusion.is_loaded(node, demand):
        return load(fusion.homes[node].buffer, node.dtype, demand.index, demand.mask)
    if kind == "constant":
        return splat(node) or node
    draft = fusion.drafts[demand.nest]

    def ask(x: Node, index: Index, mask: Node | None) -> Node:
        key = x, demand_of(draft, x, index, mask)
        return values[fusion.moved.get(key, key)]
    axes = fusion.axes.get((node, demand), ())
    return expression(kind, node, demand.index, Context(draft.extents, demand.mask, ask), axes)


def _steps(fusion: Fusion, values: Values) -> tuple[Step, ...]:
    """Kernels and products, each after those whose buffers it reads."""
    wanted = range(len(fusion.needs) - 1, -1, -1)
    return tuple(_product(fusion, *fusion.products[step]) if step in fusion.products
                 else Kernel(_nest(fusion.drafts[step], values)) for step in _ordered(wanted, fusion.needs))


def _ordered(wanted: Iterable[int], needs: Sequence[Iterable[int]]) -> list[int]:
    done: dict[int, None] = {}
    for start in wanted:
        todo = [start]
        while todo:
            missing = [s for s in needs[todo[-1]] if s not in done]
            todo.extend(missing)
            if not missing:
                done.setdefault(todo.pop())
    return list(done)


def _nest(draft: Draft, values: Values) -> Nest:
    axes = tuple(Axis(k, n, reduce=k >= draft.outer) for k, n in enumerate(draft.extents))
    roots = sorted(draft.roots, key=lambda root: root[1])
    places = ((node, buffer, identity(node.shape)) for node, buffer in roots)
    return Nest(axes, tuple(Store(buffer, index, values[node, Demand(draft.step, index, None)])
                            for node, buffer, index in places))


def _product(fusion: Fusion, node: Node, buffer: int) -> Product:
    (a, flip_a), (b, flip_b) = map(operand_memory, node.operands)
    x, y = (operand.shape for operand in node.operands)
    m, n = x[0] if len(x) == 2 else 1, y[1] if len(y) == 2 else 1
    return Product(fusion.homes[a].buffer, fusion.homes[b].buffer, buffer, flip_a, flip_b, m, n, x[-1])


def _checks(order: Iterable[Node]) -> Iterable[Check]:
    """Reductions of which an empty axis is an error need elements, as in NumPy even where the result has none."""
    found: dict[tuple[Dim, ...], None] = {}
    for node in order:
        if isinstance(node.op.lower, Reduce) and not node.op.lower.of_empty:
            found.setdefault(tuple(n for n in fold_lengths(node) if (dims.lower_bound(n) or 0) < 1))
    return (Check("nonempty", lengths) for lengths in found if lengths)


