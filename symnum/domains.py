"""``domains=``: where the elements of tensors lie, stated for the time of a rewrite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import ArgumentError
from .ir.build import rebuild
from .ir.node import Node
from .ir.walk import substitute, transform
from .tensor.assumptions import assume
from .tensor.creation import as_tensor


def stated(outputs: Sequence[Node], domains: Mapping[Any, Any]) -> tuple[list[Node], frozenset[Node]]:
    """Outputs in which each tensor of ``domains`` is stated to lie in its range, and these statements.

    Raises:
        ArgumentError: a range is no pair of a lower and an upper bound.
        ArgumentValueError: no number lies in one.

    >>> from symnum.ir.build import input_leaf, o
    >>> from symnum.tensor.symbolic import Tensor
    >>> x = input_leaf("x", "float64", ())
    >>> nodes, statements = stated([o.exp(x)], {Tensor(x): (0, 1)})
    >>> nodes[0].operands[0].op.name, len(statements)
    ('assume', 1)
    """
    found: dict[Node, Node] = {}
    for x, bounds in domains.items():
        if not isinstance(bounds, tuple | list) or len(bounds) != 2:
            raise ArgumentError(f"domains: a range is a pair (lower, upper), with None for no bound; given {bounds!r}")
        node = as_tensor(x).node
        found[node] = assume(node, lower=bounds[0], upper=bounds[1], finite=True)
    return substitute(outputs, found) if found else list(outputs), frozenset(found.values())


def without(outputs: Sequence[Node], statements: frozenset[Node]) -> list[Node]:
    """Outputs without these statements."""
    return transform(outputs, lambda node, inputs: inputs[0] if node in statements else rebuild(node, inputs))
