"""Fourier transforms: :mod:`symnum.tensor.fft` under a shorter name."""

from __future__ import annotations

from .tensor import fft as _fft
from .tensor.fft import *  # noqa: F403

__all__ = _fft.__all__
