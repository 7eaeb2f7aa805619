"""Parts of complex numbers, and tests for them; ``tensor.functions`` makes them public."""

from __future__ import annotations

import math

from .. import dtypes
from ..ir.build import broadcast_to, convert, o
from ..ir.node import Node


def real(x: Node) -> Node:
    """Real part; real numbers are left as they are.

    Args:
        x: any dtype and shape.

    Returns:
        float32 of complex64, float64 of complex128, any other dtype as it is; the shape is kept.



    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.real(T.zvector("z"))
    <Tensor: float64 (z.shape[0],)>
    """
    return o.real(x) if dtypes.is_complex(x.dtype) else x


def imag(x: Node) -> Node:
    """Imaginary part; zeros of the same dtype for real numbers.

    Args:
        x: any dtype and shape.

    Returns:
        float32 of complex64, float64 of complex128, any other dtype as it is; the shape is kept.



    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.imag(T.cscalar("z"))
    <Tensor: float32 ()>
    """
    return o.imag(x) if dtypes.is_complex(x.dtype) else broadcast_to(convert(0, x.dtype), x.shape)


def angle(z: Node, deg: bool = False) -> Node:
    """Angle from the positive real axis, in [-pi, pi]: ``arctan2(imag, real)``; of negative real numbers pi.

    Args:
        z: any dtype and shape.
        deg: give degrees instead of radians.

    Returns:
        The shape of ``z``; float32 of complex64, of other floats their own dtype, else float64.



    Raises:
        DTypeError: ``z`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.angle(T.zscalar("z"), deg=True)
    <Tensor: float64 ()>
    """
    found = o.arctan2(o.imag(z), o.real(z)) if dtypes.is_complex(z.dtype) else o.arctan2(0.0, z)
    return o.multiply(found, 180.0 / math.pi) if deg else found


def isreal(x: Node) -> Node:
    """Whether the imaginary part is 0; true of all real numbers, NaN too.

    Args:
        x: any dtype and shape.

    Returns:
        bool, in the shape of ``x``.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.isreal(T.zvector("z"))
    <Tensor: bool (z.shape[0],)>
    """
    return o.equal(imag(x), 0)


def iscomplex(x: Node) -> Node:
    """Whether the imaginary part is not 0; false of all real numbers.

    Args:
        x: any dtype and shape.

    Returns:
        bool, in the shape of ``x``.

    Raises:
        DTypeError: ``x`` is no array of numbers.

    >>> from symnum import tensor as T
    >>> T.iscomplex(T.zvector("z"))
    <Tensor: bool (z.shape[0],)>
    """
    return o.not_equal(imag(x), 0)
