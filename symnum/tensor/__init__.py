"""The public array language: inputs, functions under NumPy's names, shared values, printing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from . import creation, elementwise, functions, language, printing, special, state
from .creation import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .functions import *  # noqa: F403
from .language import *  # noqa: F403
from .printing import *  # noqa: F403
from .special import *  # noqa: F403
from .state import *  # noqa: F403
from .symbolic import Tensor

__all__ = [*creation.__all__, *elementwise.__all__, *functions.__all__, *language.__all__,
           *printing.__all__, *special.__all__, *state.__all__, "Tensor"]

# Namespaces that are loaded when they are first asked for.
_LATER = ("fft", "linalg")


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'symnum.tensor' has no attribute {name!r}")
    return import_module(f"symnum.tensor.{name}")
