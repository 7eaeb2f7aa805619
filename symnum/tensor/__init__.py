"""The public array language: inputs, functions under NumPy's names, shared values, printing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import creation, elementwise, functions, printing, state
from .creation import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .functions import *  # noqa: F403
from .printing import *  # noqa: F403
from .state import *  # noqa: F403
from .symbolic import Tensor

__all__ = [*creation.__all__, *elementwise.__all__, *functions.__all__, *printing.__all__, *state.__all__,
           "Tensor"]

if TYPE_CHECKING:
    def __getattr__(name: str) -> Any: ...
