"""What ``lambdify`` was asked for, as graphs for arguments of given dtypes and ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from .. import dtypes
from ..bridge.sympy_graphs import from_sympy_nodes
from ..bridge.sympy_parameters import Parameter, Signature, elements_of, implemented
from ..errors import UnsupportedError
from ..function import Function, function
from ..ir import build
from ..ir.build import broadcast_to, o
from ..ir.node import Dim, Node, Shape
from ..records import dataclass
from ..structures import unpack
from ..tensor.symbolic import Tensor
from .implementations import applied, needs_python
from .results import Leaf, leaf

Batch = Literal["leading", "trailing"]


@dataclass(frozen=True, slots=True)
class Kind:
    """The dtype of one value of a call, and which axes that are not the parameter's own are repeated, of length 1."""

    dtype: np.dtype[Any]
    ones: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was asked of :func:`lambdify`; ``usual`` are the kinds of Python numbers as arguments."""

    signature: Signature
    expr: Any
    named: Mapping[str, Any]
    use_imps: bool
    dtype: np.dtype[Any] | None
    usual: tuple[Kind, ...]
    batch: Batch
    limit: int | None


@dataclass(frozen=True, slots=True)
class Graph:
    """The inputs of a formula, and all outputs."""

    inputs: list[Tensor]
    outputs: list[Tensor]


# graphs -----------------------------------------------------------------------------------------------------

def graph_of(recipe: Recipe, kinds: Sequence[Kind]) -> Graph:
    """The graph for arguments of these kinds.

    Raises:
        GraphError, UnsupportedError: as :func:`lambdify`.
    """
    parameters = recipe.signature.parameters
    lengths: dict[Any, Node] = {}
    shape = tuple(build.dim(f"n{k}") for k in range(max((len(kind.ones) for kind in kinds), default=0)))
    leaves = [_input(p, kind, lengths, shape) for p, kind in zip(parameters, kinds, strict=True)]
    results = [leaf(e) for _, e in unpack(recipe.expr)[1]]
    exprs = [e for one in results for e in one.exprs]
    known = dict(_meanings(exprs, parameters, leaves, lengths))
    home = _home([kind.dtype for kind in kinds])
    _implement(exprs, recipe, known, home)
    nodes = iter(from_sympy_nodes(exprs, known, home))
    outputs = [x for one in results for x in _outputs(one, [next(nodes) for _ in one.exprs], shape, recipe.batch)]
    return Graph([Tensor(x) for x in leaves], [Tensor(x) for x in outputs])


def compiled(graph: Graph, name: str) -> Function:
    """The function of a graph; one that calls Python runs in NumPy."""
    mode = "numpy" if needs_python([x.node for x in graph.outputs]) else None
    return function(graph.inputs, graph.outputs, name=name, mode=mode, on_unused_input="ignore")


def _input(p: Parameter, kind: Kind, lengths: dict[Any, Node], shape: Shape) -> Node:
    own = tuple(_length(n, lengths) for n in p.lengths)
    last = shape[len(shape) - len(kind.ones):]
    others = tuple(1 if one else n for one, n in zip(kind.ones, last, strict=True))
    return build.input_leaf(p.name, kind.dtype, (*own, *others) if p.first else (*others, *own))


def _length(n: Any, lengths: dict[Any, Node]) -> Dim | None:
    """A length that a parameter has: a number, or a dim for each symbol."""
    if n is None or n.is_Integer:
        return None if n is None else int(n)
    if not n.is_Symbol:
        raise UnsupportedError(f"lambdify: a length of an argument must be a number or a symbol; given {n}")
    return lengths.setdefault(n, build.dim(str(n)))


def _meanings(exprs: Sequence[Any], parameters: Sequence[Parameter], leaves: Sequence[Node],
              lengths: Mapping[Any, Node]) -> Iterator[tuple[Any, Node]]:
    """Expressions with the nodes that they stand for."""
    yield from lengths.items()
    for p, node in zip(parameters, leaves, strict=True):
        yield p.key, node
        for symbol, k in elements_of(p, exprs):
            yield symbol, Tensor(node)[k].node


def _home(found: Sequence[np.dtype[Any]]) -> np.dtype[Any]:
    """The dtype of numbers alone."""
    kinds = [d for d in found if d.kind != "b"]
    return dtypes.promote(kinds) if kinds else dtypes.FLOAT64


def _implement(exprs: Sequence[Any], recipe: Recipe, known: dict[Any, Node], home: np.dtype[Any]) -> None:
    """Add what functions with implementations give to the expressions that are known."""
    for e, python in implemented(exprs, recipe.named, recipe.use_imps, known):
        if e not in known:
            known[e] = applied(type(e).__name__, python, from_sympy_nodes(list(e.args), known, home))


def _outputs(one: Leaf, nodes: Sequence[Node], shape: Shape, batch: Batch) -> list[Node]:
    """The outputs of a result, each of the shape of all arguments."""
    if one.shape is not None:
        found = dtypes.promote([x.dtype for x in nodes])
        return [broadcast_to(build.convert(x, found), shape) for x in nodes]
    node, n = nodes[0], one.ndim
    if not shape:
        return [node]
    whole = broadcast_to(node, (*shape, *node.shape[node.ndim - n:]))
    if batch == "leading" or not n:
        return [whole]
    lead = whole.ndim - n
    return [o.transpose(whole, axes=(*range(lead, whole.ndim), *range(lead)))]
