"""Updates: the values that shared values take after a call of a function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .errors import GraphError
from .ir.node import Node
from .ir.walk import topological
from .replacements import may_become, replacements
from .tensor.state import SharedTensor

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
    return replacements(updates, SharedTensor, "update", may_become)


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
