"""Derivatives of tensors: ``grad`` and ``value_and_grad``."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from . import autodiff
from .errors import DisconnectedInputError, DTypeError, GraphError, ShapeError, unknown_name
from .ir.build import constant, o
from .ir.node import Node
from .tensor.tensor import Tensor, as_tensor

_DISCONNECTED = ("raise", "warn", "ignore")
_RETURNED = ("zero", "none")


def grad(cost: Tensor, wrt: Tensor | Sequence[Tensor], *, consider_constant: Iterable[Tensor] = (),
         known_grads: Mapping[Tensor, Tensor] | None = None, disconnected_inputs: str = "raise",
         return_disconnected: str = "zero") -> Any:
    """Derivative of a scalar ``cost`` by ``wrt``: a tensor of the same shape and dtype, a list for a list.

    The derivative is a node of its own; it is expanded when a function is made, after the cost has been made
    numerically stable, so that it is stable as well.

    Args:
        cost: float tensor of rank 0; None only with ``known_grads``.
        wrt: float tensor(s) of any shape, leaves or intermediate results.
        consider_constant: tensors that are held constant.
        known_grads: cotangents that are known already, each of the shape and dtype of its tensor; the derivative
            goes on below them.
        disconnected_inputs: what happens when the cost does not depend on a ``wrt``: "raise", "warn", "ignore".
        return_disconnected: what is returned then: "zero" (zeros of the right shape) or "none".

    Raises:
        ShapeError: the cost is not a scalar.
        DTypeError: the cost or a ``wrt`` is not a float.
        DisconnectedInputError: the cost does not depend on a ``wrt``.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> float(grad(x**2, x).eval({x: 3.0}))
    6.0
    """
    if disconnected_inputs not in _DISCONNECTED:
        raise unknown_name("disconnected_inputs", disconnected_inputs, _DISCONNECTED)
    if return_disconnected not in _RETURNED:
        raise unknown_name("return_disconnected", return_disconnected, _RETURNED)
    several = not isinstance(wrt, Tensor)
    targets = [_float("wrt", x) for x in (wrt if several else [wrt])]
    known = dict(known_grads or {})
    root = _cost(cost, known)
    held = [x.node for x in consider_constant]
    pairs = {x.node: _fitting(x, as_tensor(g)).node for x, g in known.items()}
    nodes = autodiff.grad_nodes(root, [x.node for x in targets], consider_constant=held, known_grads=pairs)
    results = [_connected(node, x, disconnected_inputs, return_disconnected)
               for node, x in zip(nodes, targets, strict=True)]
    return results if several else results[0]


def value_and_grad(cost: Tensor, wrt: Tensor | Sequence[Tensor], **options: Any) -> tuple[Tensor, Any]:
    """``(cost, grad(cost, wrt))``; the keyword arguments are those of :func:`grad`.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> value, slope = value_and_grad(x * x, x)
    >>> sn.function([x], [value, slope], mode="numpy")(3.0)
    [array(9.), array(6.)]
    """
    return cost, grad(cost, wrt, **options)


def _float(what: str, x: object) -> Tensor:
    if not isinstance(x, Tensor):
        raise DTypeError(f"grad: {what} must be a tensor; given {x!r} of type {type(x).__name__}")
    if x.dtype.kind != "f":
        raise DTypeError(f"grad: {what} must have a float dtype; given {x.describe()}; "
                         f"cure: {what}.astype('float64')")
    return x


def _cost(cost: Tensor | None, known: Mapping[Tensor, Tensor]) -> Node:
    if cost is None and known:
        return constant(np.float64(0.0))
    found = _float("cost", cost)
    if found.ndim:
        raise ShapeError(f"grad: the cost must be a scalar; given {found.describe()}; cure: cost.sum() or "
                         "cost.mean()")
    return found.node


def _fitting(x: Tensor, g: Tensor) -> Tensor:
    if g.dtype != x.dtype or g.ndim != x.ndim:
        raise GraphError(f"grad: known_grads must have the dtype and rank of their tensors: {x.describe()} has "
                         f"{g.describe()}")
    return g


def _connected(node: Node | None, x: Tensor, policy: str, returned: str) -> Tensor | None:
    if node is not None:
        return Tensor(node)
    message = (f"grad: the cost does not depend on {x.describe()}; cure: leave it out, or pass "
               "disconnected_inputs='ignore'")
    if policy == "raise":
        raise DisconnectedInputError(message)
    if policy == "warn":
        warnings.warn(message, stacklevel=3)
    zero = o.broadcast_to(constant(0.0, x.dtype), shape=x.node.shape) if x.node.shape else constant(0.0, x.dtype)
    return Tensor(zero) if returned == "zero" else None
