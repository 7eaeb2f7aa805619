"""Derivatives of tensors: ``grad`` and ``value_and_grad``."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import DisconnectedInputError, DTypeError, unknown_name
from .ir.node import Node
from .tensor.convert import is_sympy
from .tensor.creation import as_tensor, zeros_like
from .tensor.handle import describe
from .tensor.symbolic import Tensor

_DISCONNECTED = ("raise", "warn", "ignore")
_RETURNED = ("zero", "none")


def grad(cost: Any, wrt: Any, *, consider_constant: Iterable[Tensor] = (),
         known_grads: Mapping[Tensor, Tensor] | None = None, disconnected_inputs: str = "raise",
         return_disconnected: str = "zero") -> Any:
    """Derivative of a scalar ``cost`` by ``wrt``: a tensor of the same shape and dtype, a list for a list.

    The derivative is a node of its own; it is expanded when a function is made, after the cost has been made
    numerically stable, so that it is stable as well.

    Args:
        cost: float tensor of rank 0, or an expression of SymPy; None only with ``known_grads``.
        wrt: float tensor(s) of any shape, leaves or intermediate results, or symbols of SymPy.
        consider_constant: tensors that are held constant.
        known_grads: cotangents that are known already, each of the shape and dtype of its tensor; the derivative goes
            on below them.
        disconnected_inputs: what happens when the cost does not depend on a ``wrt``: "raise", "warn", "ignore".
        return_disconnected: what is returned then: "zero" (zeros of the right shape) or "none".

    Returns:
        A tensor of the shape and dtype of ``wrt``, or a list of them.

    Raises:
        ShapeError: the cost is not a scalar, or a known cotangent has another shape than its tensor.
        DTypeError: the cost or a ``wrt`` is not a float.
        DisconnectedInputError: the cost does not depend on a ``wrt``.
        UnknownNameError: another word for what happens, or is returned, without dependence.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> float(grad(x**2, x).eval({x: 3.0}))
    6.0
    """
    from .autodiff.derivative import grad_nodes
    if disconnected_inputs not in _DISCONNECTED:
        raise unknown_name("disconnected_inputs", disconnected_inputs, _DISCONNECTED)
    if return_disconnected not in _RETURNED:
        raise unknown_name("return_disconnected", return_disconnected, _RETURNED)
    several = not isinstance(wrt, Tensor) and not is_sympy(wrt)
    targets = [_tensor("wrt", x) for x in (wrt if several else [wrt])]
    cost = None if cost is None else _tensor("cost", cost)
    known = {_tensor("known_grads", x): as_tensor(g) for x, g in (known_grads or {}).items()}
    shown = {x.node: describe(x) for x in (*targets, *known, *([] if cost is None else [cost]))}
    nodes = grad_nodes(None if cost is None else cost.node, [x.node for x in targets],
                       consider_constant=[_tensor("consider_constant", x).node for x in consider_constant],
                       known_grads={x.node: g.node for x, g in known.items()},
                       describe=lambda node: shown.get(node, repr(node)))
    results = [_connected(node, x, disconnected_inputs, return_disconnected)
               for node, x in zip(nodes, targets, strict=True)]
    return results if several else results[0]


def value_and_grad(cost: Any, wrt: Any, **options: Any) -> tuple[Tensor, Any]:
    """A scalar cost and its derivative, for functions that need both.

    Args:
        cost: float tensor of rank 0.
        wrt: float tensor(s) of any shape, leaves or intermediate results.
        options: the keyword arguments of :func:`grad`.

    Returns:
        The cost, and a tensor of the shape and dtype of ``wrt`` or a list of them.

    Raises:
        ShapeError: the cost is not a scalar.
        DTypeError: the cost or a ``wrt`` is not a float.
        DisconnectedInputError: the cost does not depend on a ``wrt``.
        UnknownNameError: another word for what happens, or is returned, without dependence.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> value, slope = value_and_grad(x * x, x)
    >>> sn.function([x], [value, slope], mode="numpy")(3.0)
    [array(9.), array(6.)]
    """
    found = _tensor("cost", cost)
    return found, grad(found, wrt, **options)


def _tensor(what: str, x: object) -> Tensor:
    if is_sympy(x):
        from .operands import tensor_of
        return tensor_of(x)
    if not isinstance(x, Tensor):
        raise DTypeError(f"grad: {what} must be a tensor; given {x!r} of type {type(x).__name__}")
    return x


def _connected(node: Node | None, x: Tensor, policy: str, returned: str) -> Tensor | None:
    if node is not None:
        return Tensor(node)
    message = (f"grad: the cost does not depend on {describe(x)}; cure: leave it out, or pass "
               "disconnected_inputs='ignore'")
    if policy == "raise":
        raise DisconnectedInputError(message)
    if policy == "warn":
        warnings.warn(message, stacklevel=3)
    return zeros_like(x) if returned == "zero" else None
