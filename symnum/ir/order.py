"""Order and identity that do not depend on the process: structural digests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ops.spec import Slot
from .literal import Literal
from .node import Node, dependencies
from .walk import topological

_SIZE = 16


def digests(inputs: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, bytes]:
    """A digest for each node below ``outputs``: leaves are known by their position in ``inputs``, others by
    name and order of first visit; equal in every process for equal graphs."""
    place = {leaf: k for k, leaf in enumerate(inputs)}
    seen: dict[Any, int] = {}
    found: dict[Node, bytes] = {}
    for node in topological((*inputs, *outputs), dependencies):
        text = hashlib.blake2b(digest_size=_SIZE)
        text.update(node.op.name.encode())
        if node.op.kind == "leaf" and node.op.name != "constant":
            number = place[node] if node in place else len(place) + seen.setdefault(node, len(seen))
            name = b"" if node in place or node.op.name != "input" else str(node.attr("name")).encode()
            text.update(b"%d %s %s" % (number, node.dtype.str.encode(), name))
            text.update(_encoded(node.shape, found))
        else:
            text.update(b"".join(found[x] for x in node.inputs))
            text.update(_encoded(tuple(value for _, value in node.attrs), found))
        found[node] = text.digest()
    return found


def _encoded(value: Any, found: dict[Node, bytes]) -> bytes:
    if isinstance(value, tuple):
        return b"(" + b",".join(_encoded(v, found) for v in value) + b")"
    if isinstance(value, Node):
        return found[value]
    if isinstance(value, Literal):
        array = value.array
        return f"{array.dtype.str}{array.shape}".encode() + hashlib.blake2b(array.tobytes()).digest()
    if isinstance(value, Slot):
        return b"slot%d" % value.index
    if isinstance(value, np.dtype):
        return value.str.encode()
    return f"{type(value).__name__}:{value!r}".encode()


def graph_digest(inputs: Sequence[Node], outputs: Sequence[Node]) -> str:
    """One hex digest of a whole function: its inputs in order, and its outputs in order."""
    found = digests(inputs, outputs)
    whole = hashlib.blake2b(digest_size=_SIZE)
    for node in (*inputs, *outputs):
        whole.update(found[node])
    whole.update(b"%d" % len(inputs))
    return whole.hexdigest()
