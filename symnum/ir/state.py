"""``SharedState``: the value that shared tensors keep between calls."""

from __future__ import annotations

import os
import secrets
import threading
from typing import Any

import numpy as np


class SharedState:
    """A container for one ndarray.  Its token fixes the order in which calls lock several states."""

    __slots__ = ("token", "name", "value", "_lock", "_process", "__weakref__")

    def __init__(self, value: np.ndarray[Any, Any], name: str | None = None, token: str | None = None) -> None:
        self.token = token or secrets.token_hex(16)
        self.name = name
        self.value = value
        self._lock, self._process = threading.RLock(), os.getpid()

    @property
    def lock(self) -> Any:
        """The lock that a call holds; a new one in a forked child, where no thread could release the old one."""
        if self._process != os.getpid():
            self._lock, self._process = threading.RLock(), os.getpid()
        return self._lock

    def __repr__(self) -> str:
        return f"SharedState({self.name or self.token[:8]!r}, {self.value.dtype.name}, {self.value.shape})"

    def __reduce__(self) -> tuple[Any, ...]:
        return SharedState, (self.value, self.name, self.token)
