"""``SharedState``: the value that shared tensors keep between calls."""

from __future__ import annotations

import os
import secrets
import threading
from typing import Any

import numpy as np


class SharedState:
    """A container for one ndarray.  Its token fixes the order in which calls lock several states.

    ``default_update`` is the node of the value that calls which read the state give it, or None.
    """

    __slots__ = ("token", "name", "value", "default_update", "_lock", "_process", "__weakref__")

    def __init__(self, value: np.ndarray[Any, Any], name: str | None = None, token: str | None = None) -> None:
        self.token = token or secrets.token_hex(16)
        self.name = name
        self.value = value
        self.default_update: Any = None
        self._lock, self._process = threading.RLock(), os.getpid()

    @property
    def lock(self) -> Any:
        """The lock that a call holds; a new one in a forked child, where no thread could release the old one."""
        if self._process != os.getpid():
            self._lock, self._process = threading.RLock(), os.getpid()
        return self._lock

    def __repr__(self) -> str:
        return f"SharedState({self.name or self.token[:8]!r}, {self.value.dtype.name}, {self.value.shape})"

    def __deepcopy__(self, memo: dict[int, Any]) -> SharedState:
        with self.lock:
            return SharedState(self.value.copy(), self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        with self.lock:
            # The default update mentions the state itself: it comes after the state, so that pickle ends.
            later = None if self.default_update is None else (None, {"default_update": self.default_update})
            return SharedState, (self.value, self.name, self.token), later
