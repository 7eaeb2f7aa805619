"""Linear algebra: :mod:`symnum.tensor.linalg` under a shorter name."""

from __future__ import annotations

from .tensor import linalg as _linalg
from .tensor.linalg import *  # noqa: F403

__all__ = _linalg.__all__
