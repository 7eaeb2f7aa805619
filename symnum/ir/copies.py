"""Copies: graphs on shared values of their own."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from . import build, dims
from .node import Dim, Node
from .walk import substitute, topological


def copied(nodes: Sequence[Node], memo: dict[int, Any]) -> list[Node]:
    """The same graphs with a copy of each shared value; ``memo`` is that of ``copy.deepcopy``: what it holds is
    not copied again.

    >>> from .state import SharedState
    >>> import numpy as np
    >>> leaf = build.shared_leaf(SharedState(np.zeros(2), "w"), "float64", (2,))
    >>> memo = {}
    >>> new, = copied([leaf], memo)
    >>> new is leaf, copied([leaf], memo)[0] is new
    (False, True)
    """
    leaves = [x for x in topological(nodes) if x.op.name == "shared"]
    return substitute(nodes, {leaf: copied_leaf(leaf, memo) for leaf in leaves}) if leaves else list(nodes)


def copied_leaf(leaf: Node, memo: dict[int, Any]) -> Node:
    """A shared leaf like ``leaf`` on a copy of its state; its own lengths, not those made by ``dim``, are new."""
    found: Node | None = memo.get(id(leaf))
    if found is None:
        state = leaf.attr("state")
        new = copy.deepcopy(state, memo)
        lengths = [None if _is_own(n, k, state.name) else n for k, n in enumerate(leaf.shape)]
        found = memo[id(leaf)] = build.shared_leaf(new, leaf.dtype, lengths)
        if state.default_update is not None and new.default_update is None:
            new.default_update = copied([state.default_update], memo)[0]
    return found


def _is_own(length: Dim, axis: int, name: str | None) -> bool:
    own = f"{name or '?'}.shape[{axis}]"
    return isinstance(length, Node) and length.op.name == "dim" and dims.name_of(length) == own
