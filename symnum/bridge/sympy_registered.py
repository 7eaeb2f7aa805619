"""What a user's own classes of SymPy mean: each class remembers it, in an attribute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.node import Node
from ..records import dataclass

ATTRIBUTE = "_symnum_"


@dataclass(frozen=True, slots=True)
class Registered:
    """The node of an instance, from the nodes of its arguments; ``key`` tells meanings apart."""

    key: tuple[Any, ...]
    node: Callable[..., Node]


def registered(cls: Any) -> Registered | None:
    """What a class, or one that it is derived from, is registered with."""
    found = getattr(cls, ATTRIBUTE, None)
    return found if isinstance(found, Registered) else None
