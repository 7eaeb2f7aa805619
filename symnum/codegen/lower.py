"""Lowering: a graph of nodes becomes a Program of kernel nests, matrix products and calls of routines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..errors import MissingInputError
from ..ir import dims
from ..ir.build import filled_attrs, make
from ..ir.interpret import leaf_name
from ..ir.nest import PENDING, Axis, Buffer, Call, Check, Kernel, Nest, Place, Product, Program, Step, Store, load
from ..ir.node import Dim, Node, intern
from ..ir.walk import topological
from ..ops.spec import Reduce
from .drafts import Demand, Draft, Fusion, Home, demand_of
from .expression import expression
from .fuse import fuse, operand_memory
from .indices import Context, Index, identity
from .splits import is_large, splits
from .traits import Traits, fold_lengths, same_memory, splat

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
    large = is_large(order, traits)
    while True:
        homes = {leaf: Home(k, None) for k, leaf in enumerate(leaves)}
        buffers = _fixed_buffers(leaves, n_inputs, outputs)
        fusion = fuse(order, Fusion(traits, buffers, homes, numbers, set(cuts), large=large))
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
    """Kernels, products and calls, each after those whose buffers it reads."""
    wanted = range(len(fusion.needs) - 1, -1, -1)
    return tuple(_step(fusion, step, values) for step in _ordered(wanted, fusion.needs))


def _step(fusion: Fusion, step: int, values: Values) -> Step:
    if step in fusion.products:
        return _product(fusion, *fusion.products[step])
    if step in fusion.calls:
        return _call(fusion, fusion.calls[step])
    return Kernel(_nest(fusion, fusion.drafts[step], values))


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


def _nest(fusion: Fusion, draft: Draft, values: Values) -> Nest:
    axes = tuple(Axis(k, n, reduce=k >= draft.outer) for k, n in enumerate(draft.extents))
    roots = sorted(draft.roots, key=lambda root: root[1])
    found = [values[node, Demand(draft.step, identity(node.shape), None)] for node, *_ in roots]
    return Nest(axes, tuple(Store(buffer, _stored_at(node, part), value) for (node, buffer, part), value in
                            zip(roots, _settled(fusion, draft, found, values), strict=True)))


def _stored_at(node: Node, part: int | None) -> Index:
    return identity(node.shape) if part is None else (*identity(node.shape), dims.as_node(part))


def _settled(fusion: Fusion, draft: Draft, roots: Sequence[Node], values: Values) -> list[Node]:
    """Expressions with what indices waited for."""
    def found(node: Node) -> Node:
        index = node.inputs[:-1] if node.attr("masked") else node.inputs
        x = node.attr("node")
        key = x, demand_of(draft, x, index, node.inputs[-1] if node.attr("masked") else None)
        return values[fusion.moved.get(key, key)]

    new: dict[Node, Node] = {}
    for node in topological(roots, lambda node: (found(node),) if node.op is PENDING else node.inputs):
        if node.op is PENDING:
            new[node] = new[found(node)]
        else:
            inputs = tuple(new[x] for x in node.inputs)
            same = inputs == node.inputs
            new[node] = node if same else intern(node.op, inputs, node.attrs, node.dtype, ())
    return [new[x] for x in roots]


def _product(fusion: Fusion, node: Node, buffer: int) -> Product:
    (a, flip_a), (b, flip_b) = map(operand_memory, node.operands)
    x, y = (operand.shape for operand in node.operands)
    m, n = x[0] if len(x) == 2 else 1, y[1] if len(y) == 2 else 1
    return Product(fusion.homes[a].buffer, fusion.homes[b].buffer, buffer, flip_a, flip_b, m, n, x[-1])


def _call(fusion: Fusion, results: Mapping[Node, int]) -> Call:
    node = next(iter(results))
    op, several = node.op, node.op.results > 1
    operands = (Place(fusion.homes[same_memory(x)].buffer, x.dtype, x.shape) for x in node.operands)
    found: dict[int, tuple[Node, int | None]] = {
        x.attr("which") if several else 0: (x, buffer) for x, buffer in results.items()}
    for k in range(op.results):     # results that no output depends on
        found.setdefault(k, (make(op, node.operands, {**filled_attrs(node), "which": k}), None))
    attrs = tuple((name, value) for name, value in filled_attrs(node).items() if not several or name != "which")
    return Call(op, attrs, tuple(operands), tuple(Place(found[k][1], found[k][0].dtype, found[k][0].shape)
                                                  for k in range(op.results)))


def _checks(order: Iterable[Node]) -> Iterable[Check]:
    """Reductions of which an empty axis is an error need elements, as in NumPy even where the result has none."""
    found: dict[tuple[Dim, ...], None] = {}
    for node in order:
        if isinstance(node.op.lower, Reduce) and not node.op.lower.of_empty:
            found.setdefault(tuple(n for n in fold_lengths(node) if (dims.lower_bound(n) or 0) < 1))
    return (Check("nonempty", lengths) for lengths in found if lengths)


