"""Numbers as text, exact in every bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import FLOAT16
from .dialects import Dialect
from .texts import key


def literal(value: np.generic[Any], dialect: Dialect) -> str:
    """A number as an operand: negative ones are in brackets.

    >>> from symnum.codegen.dialects import C
    >>> literal(np.float64(0.1), C), literal(np.float32(-1.5), C), literal(np.int8(-128), C)
    ('0x1.999999999999ap-4', '(-1.5f)', '(-127 - 1)')
    """
    dtype: np.dtype[Any] = value.dtype
    if dtype == FLOAT16:    # only its bits are moved
        return str(value.view(np.uint16))
    if dtype.kind == "f":
        return _float(value, dialect)
    if dtype.kind == "b":
        return str(int(value))
    number = int(value)
    suffix = ("U" if dtype.kind == "u" else "") + ("LL" if dtype.itemsize == 8 else "")
    if dtype.kind == "i" and number == np.iinfo(dtype).min:
        return dialect.least if dtype.itemsize == 8 else f"({number + 1} - 1)"
    return f"({number}{suffix})" if number < 0 else f"{number}{suffix}"


def _float(value: np.generic[Any], dialect: Dialect) -> str:
    number, short = float(value), key(value.dtype)
    sign = "-" if math.copysign(1.0, number) < 0 else ""
    if math.isinf(number) or math.isnan(number):
        text = (dialect.infinity if math.isinf(number) else dialect.nan)[short]
    else:
        text = digits(abs(number), dialect.hex_floats) + ("f" if short == "f32" and dialect.hex_floats else "")
    return f"({sign}{text})" if sign else text


def digits(number: float, hexadecimal: bool) -> str:
    """A finite number without sign: in decimals if they are few and exact, else hexadecimal or shortest.

    >>> digits(0.375, True), digits(1e300, True), digits(0.1, False)
    ('0.375', '0x1.7e43c8800759cp+996', '0.1')
    """
    short = repr(number)
    few = len(short) <= 8 and "e" not in short and (number * 1024.0).is_integer()
    return short if few or not hexadecimal else number.hex()


def index_literal(number: int) -> str:
    """A whole number in index arithmetic.

    >>> index_literal(-1), index_literal(2**40)
    ('(-1)', '1099511627776LL')
    """
    text = f"{number}LL" if abs(number) >= 2 ** 31 else str(number)
    return f"({text})" if number < 0 else text


def elements(array: np.ndarray[Any, Any], dialect: Dialect) -> str:
    """All elements of an array in C order, for an initialiser.

    >>> from symnum.codegen.dialects import C
    >>> elements(np.array([[1, -2], [3, 4]], np.int8), C)
    '1, (-2), 3, 4'
    """
    return ", ".join(literal(x, dialect) for x in array.reshape(-1))
