"""Window functions of signal processing, as constants; ``tensor.functions`` makes them public."""

from __future__ import annotations

import numpy as np

from ..ir.build import constant
from ..ir.node import Node
from ..shapes import as_float, as_int


def bartlett(M: int) -> Node:
    """The triangular window of M points, 0 at both ends.

    Args:
        M: how many points, a known number; none gives an empty vector.

    Returns:
        A constant vector (M,), float64.

    Raises:
        DTypeError: ``M`` is no integer.

    >>> from symnum import tensor as T
    >>> T.bartlett(5).eval()
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return constant(np.bartlett(as_int(M, "M of bartlett")))


def blackman(M: int) -> Node:
    """Blackman's window of M points, ``0.42 - 0.5*cos(2*pi*n/(M - 1)) + 0.08*cos(4*pi*n/(M - 1))``.

    Args:
        M: how many points, a known number; none gives an empty vector.

    Returns:
        A constant vector (M,), float64.

    Raises:
        DTypeError: ``M`` is no integer.

    >>> from symnum import tensor as T
    >>> T.blackman(51)
    <Tensor: float64 (51,)>
    """
    return constant(np.blackman(as_int(M, "M of blackman")))


def hamming(M: int) -> Node:
    """Hamming's window of M points, ``0.54 - 0.46*cos(2*pi*n/(M - 1))``.

    Args:
        M: how many points, a known number; none gives an empty vector.

    Returns:
        A constant vector (M,), float64.

    Raises:
        DTypeError: ``M`` is no integer.

    >>> from symnum import tensor as T
    >>> T.hamming(51)
    <Tensor: float64 (51,)>
    """
    return constant(np.hamming(as_int(M, "M of hamming")))


def hanning(M: int) -> Node:
    """Hann's window of M points, ``0.5 - 0.5*cos(2*pi*n/(M - 1))``.

    Args:
        M: how many points, a known number; none gives an empty vector.

    Returns:
        A constant vector (M,), float64.

    Raises:
        DTypeError: ``M`` is no integer.

    >>> from symnum import tensor as T
    >>> T.hanning(5).eval()
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return constant(np.hanning(as_int(M, "M of hanning")))


def kaiser(M: int, beta: float) -> Node:
    """Kaiser's window of M points, with a number ``beta`` that makes it narrower the larger it is.

    Args:
        M: how many points, a known number; none gives an empty vector.
        beta: a number, 0 for a window without taper.

    Returns:
        A constant vector (M,), float64.

    Raises:
        DTypeError: ``M`` is no integer, or ``beta`` no number.

    >>> from symnum import tensor as T
    >>> T.kaiser(12, 14)
    <Tensor: float64 (12,)>
    """
    return constant(np.kaiser(as_int(M, "M of kaiser"), as_float(beta, "beta of kaiser")))
