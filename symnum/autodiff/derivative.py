"""``derivative`` nodes: how they are built, and how they become the graphs that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..errors import GraphError
from ..ir import build
from ..ir.inline import inlined
from ..ir.node import Node
from ..ir.verify import same_shape
from ..ir.walk import substitute, topological, transform
from ..ops.table import TABLE
from ..records import dataclass
from .checks import Describe, check_cost, check_known, check_wrt
from .partials import ones, zeros
from .sweep import connected, linked_reverse

# Rewrites graphs into equal ones: as many outputs, of the same dtypes and shapes.
Stabilize = Callable[[Sequence[Node]], Sequence[Node]]

_DERIVATIVE = TABLE["derivative"]


def grad_nodes(cost: Node | None, wrt: Sequence[Node], *, consider_constant: Sequence[Node] = (),
               known_grads: Mapping[Node, Node] | None = None,
               describe: Describe = repr) -> list[Node | None]:
    """One ``derivative`` node for each node of ``wrt``, of its dtype and shape; ``expand`` makes them graphs.

    None for a node that neither the cost nor a node of ``known_grads`` depends on (:func:`sweep.connected`).
    ``consider_constant`` and ``known_grads`` are as in :func:`sweep.reverse`; with known cotangents ``cost``
    may be None.

    Raises:
        ShapeError: the cost is not a scalar, or a known cotangent does not have its node's shape.
        DTypeError: the cost, or what it is differentiated by, is not float.
        GraphError: there is neither a cost nor a known cotangent.

    >>> x, y = (build.input_leaf(name, "float64", ()) for name in "xy")
    >>> grad_nodes(build.o.exp(x), [x, y])
    [<Node derivative float64 ()>, None]
    """
    known = dict(known_grads or {})
    if cost is None and not known:
        raise GraphError("a gradient needs a cost, or known_grads to start from; given neither")
    cost = build.constant(0.0) if cost is None else cost
    check_cost(cost, describe)
    for node in wrt:
        check_wrt(node, describe)
    for node, cotangent in known.items():
        check_known(node, cotangent, describe)
    reached = connected((cost, *known), wrt, consider_constant)
    found = dict.fromkeys(x for x, is_reached in zip(wrt, reached, strict=True) if is_reached)
    inputs = (cost, *found, *consider_constant, *known, *known.values())
    counts = {"n_wrt": len(found), "n_constant": len(consider_constant), "n_known": len(known)}
    nodes = {x: build.make(_DERIVATIVE, inputs, {"which": k, **counts}) for k, x in enumerate(found)}
    return [nodes.get(x) for x in wrt]


def expand(outputs: Sequence[Node], stabilize: Stabilize = list) -> list[Node]:
    """``outputs`` with users' ops written out and every derivative expanded, innermost first.

    ``stabilize`` rewrites each cost before it is differentiated.

    What is differentiated by, held constant or has a known cotangent is a leaf while ``stabilize`` sees the
    cost, so that no rule removes it.  No rule may have changed the operands of a derivative before.

    Raises:
        GraphError: ``stabilize`` changed the number, dtypes or shapes of the outputs.
        UnsupportedError: an op on the way has no derivative.

    >>> x = build.input_leaf("x", "float64", ())
    >>> expand(grad_nodes(build.o.exp(x), [x]))
    [<Node exp float64 ()>]
    """
    outputs = inlined(outputs)
    if not any(node.op is _DERIVATIVE for node in topological(outputs)):
        return outputs
    done: dict[_Sweep, list[Node]] = {}

    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        if node.op is not _DERIVATIVE:
            return build.rebuild(node, inputs)
        sweep = _Sweep.of(node, inputs)
        if sweep not in done:
            done[sweep] = _expanded(sweep, stabilize)
        which: int = node.attr("which")
        return done[sweep][which]

    return transform(outputs, step)


@dataclass(frozen=True, slots=True)
class _Sweep:
    """What derivative nodes with equal operands share."""

    cost: Node
    wrt: tuple[Node, ...]
    held: tuple[Node, ...]
    known: tuple[Node, ...]
    cotangents: tuple[Node, ...]

    @staticmethod
    def of(node: Node, inputs: Sequence[Node]) -> _Sweep:
        rest = iter(inputs)
        counts = (1, *(node.attr(name) for name in ("n_wrt", "n_constant", "n_known", "n_known")))
        cost, *parts = (tuple(next(rest) for _ in range(n)) for n in counts)
        return _Sweep(cost[0], *parts)

    def cuts(self) -> dict[Node, Node]:
        """The nodes that rules must not remove, each with a leaf for its place; arguments are leaves."""
        nodes = dict.fromkeys(x for x in (*self.wrt, *self.held, *self.known)
                              if x.op.name not in ("input", "shared"))
        return {x: build.input_leaf(None, x.dtype, x.shape) for x in nodes}


def _expanded(sweep: _Sweep, stabilize: Stabilize) -> list[Node]:
    """The derivatives of one sweep, in the order of ``wrt``."""
    cuts = sweep.cuts()
    cost, *definitions = _stabilized(stabilize, _cut(sweep.cost, cuts))

    def at(nodes: Sequence[Node]) -> list[Node]:
        return [cuts.get(x, x) for x in nodes]

    known = dict(zip(at(sweep.known), sweep.cotangents, strict=True))
    seeds = known if cost in known else {cost: ones(cost), **known}
    links = dict(zip(cuts.values(), definitions, strict=True))
    found = linked_reverse(seeds, at(sweep.wrt), frozenset(at(sweep.held)), frozenset(known), links)
    back = {leaf: x for x, leaf in cuts.items()}
    grads = [zeros(x) if g is None else g for x, g in zip(sweep.wrt, found, strict=True)]
    return substitute(grads, back)


def _cut(cost: Node, cuts: Mapping[Node, Node]) -> list[Node]:
    """The cost, and what each cut node stands for, with the cut nodes below replaced by their leaves.

    What is assumed of a cut node is assumed of its leaf.
    """
    known = {node: build.rebuild(node, (leaf,)) if node.op.name == "assume" else leaf for node, leaf in cuts.items()}
    cost, *rest = substitute([cost, *(x for node in cuts for x in node.inputs)], known)
    inputs = iter(rest)
    return [cost, *(build.rebuild(node, [next(inputs) for _ in node.inputs]) for node in cuts)]


def _stabilized(stabilize: Stabilize, nodes: Sequence[Node]) -> list[Node]:
    found = list(stabilize(nodes))
    if len(found) != len(nodes):
        raise GraphError(f"a rewrite before differentiation made {len(found)} outputs of {len(nodes)}")
    for old, new in zip(nodes, found, strict=True):
        if old.dtype != new.dtype or not same_shape(old.shape, new.shape):
            raise GraphError(f"a rewrite before differentiation changed the dtype or shape of {old!r}: "
                             f"it made {new!r}")
    return found
