"""Inputs that are symbols of SymPy: a function's outputs take the dtypes and shapes that it declares for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from .errors import UnsupportedError
from .ir import build, dims
from .ir.node import Node
from .ir.walk import leaves, transform
from .tensor.handle import describe
from .tensor.symbolic import Tensor


def declarations(inputs: Sequence[Node]) -> dict[str, Node]:
    """The inputs that are symbols of SymPy, by their tokens."""
    return {x.attr("token"): x for x in inputs if x.op.name == "input" and x.attr("token").startswith(build.SYMBOL)}


def as_declared(nodes: Sequence[Node], found: Mapping[str, Node]) -> list[Node]:
    """``nodes`` with the declared inputs in place of the float64 scalars that the symbols were while they were built.

    Dtypes and shapes follow by NumPy's rules; what was float64 because of the symbol alone stays float64.

    Raises:
        UnsupportedError: a symbol of another dtype or shape is below something that is not elementwise.
    """
    replaced = {x: found[x.attr("token")] for x in leaves(nodes, "input") if x.attr("token") in found}
    replaced = {old: new for old, new in replaced.items() if old is not new}
    if not replaced:
        return list(nodes)
    return transform(nodes, partial(_step, ", ".join(describe(Tensor(new)) for new in replaced.values())), replaced)


def _step(named: str, node: Node, inputs: tuple[Node, ...]) -> Node:
    if all(a is b for a, b in zip(inputs, node.inputs, strict=True)):
        return node
    if node.op.name == "cast":
        return build.rebuild(node, inputs)
    if node.op.name == "broadcast_to":
        return build.broadcast_to(inputs[0], dims.broadcast_shapes([inputs[0].shape, node.shape], "broadcast_to"))
    if node.op.kind == "elementwise" or node.op.name == "assume":
        return build.apply(node.op, *inputs, **{key: build.fill(inputs, value) for key, value in node.attrs})
    raise UnsupportedError(f"function: {node.op.name} was built on a symbol as a float64 scalar, and cannot be built "
                           f"again on the inputs ({named}); cure: from_sympy(expression, symbols={{x: tensor}})")
