"""Updates: the values that shared values take after a call of a function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .errors import DTypeError, GraphError, ShapeError, SymnumError
from .ir import dims
from .ir.node import Node
from .ir.walk import topological
from .tensor.creation import as_tensor
from .tensor.handle import describe
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor

Updates = Mapping[SharedTensor, Any] | Iterable[tuple[SharedTensor, Any]]
# True: no default update applies; shared values: theirs do not.
NoDefaults = bool | Collection[SharedTensor]


def checked_updates(updates: Updates | None) -> dict[Node, Node]:
    """The new value of each shared value that ``updates`` names.

    Numbers and lists of them take the dtype of the shared value, arrays need a safe cast, tensors its very dtype.

    Raises:
        GraphError: no pair of a shared value and a new value, or a shared value is updated twice.
        DTypeError, ShapeError: a new value does not fit.
    """
    pairs = list(updates.items() if isinstance(updates, Mapping) else updates or ())
    found: dict[Node, Node] = {}
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], SharedTensor):
            raise GraphError(f"function: an update must be a pair (shared value, new value); given {pair!r}")
        state, value = pair
        if state.node in found:
            raise GraphError(f"function: {describe(state)} is updated twice")
        found[state.node] = fitting(state, value, f"update of {describe(state)}")
    return found


def fitting(target: Tensor, value: Any, what: str) -> Node:
    """``value`` as a node of the dtype and rank of ``target``.

    Raises:
        GraphError: it is no tensor, number or array.
        DTypeError, ShapeError: it does not fit.
    """
    try:
        new = value if isinstance(value, Tensor) else _converted(target, value)
    except SymnumError as error:
        raise type(error)(f"function: {what}: {error}") from None
    except (TypeError, ValueError) as error:
        raise GraphError(f"function: {what} must be a tensor, number or array: {error}") from None
    if new.dtype != target.dtype:
        raise DTypeError(f"function: {what} has dtype {new.dtype.name}; expected {target.dtype.name}; "
                         f"cure: .astype({target.dtype.name!r})")
    own, shape = target.node.shape, new.node.shape
    if len(own) != len(shape) or any(isinstance(a, int) and not dims.may_equal(a, b)
                                     for a, b in zip(own, shape, strict=True)):
        raise ShapeError(f"function: {what} has shape {dims.text(shape)}; expected {dims.text(own)}")
    return new.node


def _converted(target: Tensor, value: Any) -> Tensor:
    """Numbers and arrays as a shared value takes them; lists may hold tensors."""
    found = as_tensor(value)
    if isinstance(target, SharedTensor) and found.node.op.name == "constant":
        return as_tensor(target.converted(value))
    return found


def with_defaults(changes: Mapping[Node, Node], nodes: Sequence[Node], without: NoDefaults) -> dict[Node, Node]:
    """``changes`` and the default update of each shared value that ``nodes`` or an update read, and none names.

    Raises:
        GraphError: ``without`` (``no_default_updates``) holds something that is no shared value.
    """
    if without is True:
        return dict(changes)
    excluded = _excluded(without)
    found = dict(changes)
    todo = [*nodes, *changes.values()]
    while todo:
        leaves = [x for x in topological(todo) if x.op.name == "shared"]
        fresh = {x: x.attr("state").default_update for x in leaves if x not in found and x not in excluded}
        new = {x: value for x, value in fresh.items() if value is not None}
        found.update(new)
        todo = list(new.values())
    return found


def _excluded(without: NoDefaults) -> set[Node]:
    listed = [] if isinstance(without, bool) else list(without)
    for x in listed:
        if not isinstance(x, SharedTensor):
            raise GraphError("function: no_default_updates must be True, False or a list of shared values; it holds "
                             f"{x!r}")
    return {x.node for x in listed}
