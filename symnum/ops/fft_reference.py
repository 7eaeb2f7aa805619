"""Reference functions of Fourier transforms: NumPy's own, which can write into memory that is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

_fft: Any = np.fft  # NumPy's types want norms as literals, and differ between its versions
Array = np.ndarray[Any, Any]
Results = Sequence[Array | None]


def fftn(x: Array, axes: tuple[int, ...], norm: str, inverse: bool, out: Array | None = None) -> Array:
    """The transform, or the inverse one, along axes.

    >>> fftn(np.array([1.0, 1.0]), (0,), "backward", False)
    array([2.+0.j, 0.+0.j])
    """
    if not axes:
        return x.astype(np.result_type(x, np.complex64))
    return cast(Array, (_fft.ifftn if inverse else _fft.fftn)(x, axes=axes, norm=norm, out=out))


def rfftn(x: Array, axes: tuple[int, ...], norm: str, out: Array | None = None) -> Array:
    """The transform of real numbers; of the last of the axes only the first half.

    >>> rfftn(np.array([1.0, 1.0, 1.0]), (0,), "backward")
    array([3.+0.j, 0.+0.j])
    """
    return cast(Array, _fft.rfftn(x, axes=axes, norm=norm, out=out))


def irfftn(x: Array, length: int, axes: tuple[int, ...], norm: str, out: Array | None = None) -> Array:
    """The inverse transform to real numbers, ``length`` of them along the last of the axes.

    >>> irfftn(np.array([3.0 + 0j, 0.0]), 3, (0,), "backward")
    array([1., 1., 1.])
    """
    lengths = (*(x.shape[k] for k in axes[:-1]), length)
    return cast(Array, _fft.irfftn(x, lengths, axes=axes, norm=norm, out=out))


# into memory of results -----------------------------------------------------------------------------------------

def fftn_into(results: Results, threads: int, x: Array, axes: tuple[int, ...], norm: str, inverse: bool) -> None:
    """:func:`fftn` into the memory of its result, in one thread.

    >>> made = np.empty(2, complex)
    >>> fftn_into([made], 1, np.array([1.0, 1.0]), (0,), "backward", False)
    >>> made
    array([2.+0.j, 0.+0.j])
    """
    target = _target(results)
    if axes:
        fftn(x, axes, norm, inverse, target)
    else:
        target[...] = x


def rfftn_into(results: Results, threads: int, x: Array, axes: tuple[int, ...], norm: str) -> None:
    """:func:`rfftn` into the memory of its result, in one thread.

    >>> made = np.empty(2, complex)
    >>> rfftn_into([made], 1, np.array([1.0, 1.0]), (0,), "backward")
    >>> made
    array([2.+0.j, 0.+0.j])
    """
    rfftn(x, axes, norm, _target(results))


def irfftn_into(results: Results, threads: int, x: Array, length: int, axes: tuple[int, ...], norm: str) -> None:
    """:func:`irfftn` into the memory of its result, in one thread.

    >>> made = np.empty(2)
    >>> irfftn_into([made], 1, np.array([2.0 + 0j, 0.0]), 2, (0,), "backward")
    >>> made
    array([1., 1.])
    """
    irfftn(x, length, axes, norm, _target(results))


def _target(results: Results) -> Array:
    target, = results
    assert target is not None
    return target
