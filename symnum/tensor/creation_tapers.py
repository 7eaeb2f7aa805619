"""Window functions of signal processing, as constants; ``tensor.functions`` makes them public."""

from __future__ import annotations

import numpy as np

from ..ir.build import constant
from ..ir.node import Node
from ..shapes import as_int


def bartlett(M: int) -> Node:
    """The triangular window of M points, 0 at both ends; float64.

    >>> from symnum import tensor as T
    >>> T.bartlett(5).eval()
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return constant(np.bartlett(as_int(M, "M of bartlett")))


def blackman(M: int) -> Node:
    """Blackman's window of M points, ``0.42 - 0.5*cos(2*pi*n/(M - 1)) + 0.08*cos(4*pi*n/(M - 1))``; float64.

    >>> from symnum import tensor as T
    >>> T.blackman(51)
    <Tensor: float64 (51,)>
    """
    return constant(np.blackman(as_int(M, "M of blackman")))


def hamming(M: int) -> Node:
    """Hamming's window of M points, ``0.54 - 0.46*cos(2*pi*n/(M - 1))``; float64.

    >>> from symnum import tensor as T
    >>> T.hamming(51)
    <Tensor: float64 (51,)>
    """
    return constant(np.hamming(as_int(M, "M of hamming")))


def hanning(M: int) -> Node:
    """Hann's window of M points, ``0.5 - 0.5*cos(2*pi*n/(M - 1))``; float64.

    >>> from symnum import tensor as T
    >>> T.hanning(5).eval()
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return constant(np.hanning(as_int(M, "M of hanning")))


def kaiser(M: int, beta: float) -> Node:
    """Kaiser's window of M points, with a number ``beta`` that makes it narrower the larger it is; float64.

    >>> from symnum import tensor as T
    >>> T.kaiser(12, 14)
    <Tensor: float64 (12,)>
    """
    return constant(np.kaiser(as_int(M, "M of kaiser"), beta))
