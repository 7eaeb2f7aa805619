"""Fourier transforms under the names of ``numpy.fft``; NumPy computes them.

>>> from symnum import fft, tensor as T
>>> fft.rfft(T.tensor("x", shape=(8,)))
<Tensor: complex128 (5,)>
"""

from __future__ import annotations

from . import fft_frequencies, fft_real_transforms, fft_transforms
from .symbolic import lift, lift_list

fft, ifft, rfft, irfft = map(lift, (
    fft_transforms.fft, fft_transforms.ifft, fft_real_transforms.rfft, fft_real_transforms.irfft))
fft2, ifft2, rfft2, irfft2 = map(lift, (
    fft_transforms.fft2, fft_transforms.ifft2, fft_real_transforms.rfft2, fft_real_transforms.irfft2))
fftn, ifftn, rfftn, irfftn = map(lift, (
    fft_transforms.fftn, fft_transforms.ifftn, fft_real_transforms.rfftn, fft_real_transforms.irfftn))
hfft, ihfft = lift(fft_real_transforms.hfft), lift(fft_real_transforms.ihfft)
fftfreq, rfftfreq = lift_list(fft_frequencies.fftfreq), lift_list(fft_frequencies.rfftfreq)
fftshift, ifftshift = lift(fft_frequencies.fftshift), lift(fft_frequencies.ifftshift)

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift", "ihfft", "irfft",
    "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]
