"""The dtypes that symnum computes with, and NumPy's promotion between them (NEP 50)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .errors import DTypeError

BOOL = np.dtype(np.bool_)
INT8, INT16, INT32, INT64 = map(np.dtype, ("int8", "int16", "int32", "int64"))
UINT8, UINT16, UINT32, UINT64 = map(np.dtype, ("uint8", "uint16", "uint32", "uint64"))
FLOAT16, FLOAT32, FLOAT64 = np.dtype("float16"), np.dtype("float32"), np.dtype("float64")
COMPLEX64, COMPLEX128 = np.dtype("complex64"), np.dtype("complex128")

SIGNED = (INT8, INT16, INT32, INT64)
UNSIGNED = (UINT8, UINT16, UINT32, UINT64)
FLOATS = (FLOAT32, FLOAT64)
COMPLEX = (COMPLEX64, COMPLEX128)
# What kernels compute in: float16 is computed as float32, complex numbers as pairs of floats.
ALL = (BOOL, *SIGNED, *UNSIGNED, *FLOATS)
# What graphs hold.
SUPPORTED = (*ALL, FLOAT16, *COMPLEX)

# Theano's letters.
CODES = {"b": INT8, "w": INT16, "i": INT32, "l": INT64, "f": FLOAT32, "d": FLOAT64, "c": COMPLEX64, "z": COMPLEX128}

# A weak operand is the type of the Python number: its dtype comes from the other operands.
Weak = type[bool] | type[int] | type[float] | type[complex]
Operand = np.dtype[Any] | Weak

_CLASSES = {"b": "b", "i": "i", "u": "u", "f": "f", "c": "c"}
_LATER = {"longdouble": "use float64", "clongdouble": "use complex128"}


def as_dtype(dtype: object) -> np.dtype[Any]:
    """The supported dtype that ``dtype`` (a dtype, type, or name) means, in native byte order.

    >>> as_dtype("float32")
    dtype('float32')

    Raises:
        DTypeError: not a dtype, or one that symnum does not compute with.
    """
    try:
        found: np.dtype[Any] = np.dtype(dtype).newbyteorder("=")  # type: ignore[call-overload]  # TypeErrors are wanted
    except TypeError:
        raise DTypeError(f"{dtype!r} is not a dtype; expected one of {names(SUPPORTED)}") from None
    if found not in SUPPORTED:
        cure = _LATER.get(found.name, "convert the data first")
        raise DTypeError(f"dtype {found.name} is not supported; expected one of {names(SUPPORTED)}; cure: {cure}")
    return found


def dtype_class(dtype: np.dtype[Any]) -> str:
    """``'b'`` bool, ``'i'`` signed, ``'u'`` unsigned, ``'f'`` float: the classes that C text is written for; ``'h'``
    float16, which is cast only, and ``'c'`` complex."""
    return "h" if dtype == FLOAT16 else _CLASSES[dtype.kind]


def is_complex(dtype: np.dtype[Any]) -> bool:
    """Whether numbers of a dtype have an imaginary part."""
    return dtype.kind == "c"


def part_of(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the real and imaginary parts of a complex dtype; other dtypes stay.

    >>> part_of(COMPLEX64), part_of(INT8)
    (dtype('float32'), dtype('int8'))
    """
    return FLOAT32 if dtype == COMPLEX64 else FLOAT64 if dtype == COMPLEX128 else dtype


def with_parts(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The complex dtype whose parts hold the numbers of a dtype.

    >>> with_parts(FLOAT32), with_parts(INT8)
    (dtype('complex64'), dtype('complex128'))
    """
    return COMPLEX64 if dtype in (FLOAT16, FLOAT32, COMPLEX64) else COMPLEX128


def names(dtypes: Iterable[object]) -> str:
    """Names of dtypes and weak Python types, for messages."""
    return ", ".join(d.name if isinstance(d, np.dtype) else f"Python {getattr(d, '__name__', d)}" for d in dtypes)


def promote(operands: Sequence[Operand]) -> np.dtype[Any]:
    """NumPy's common dtype of operands, some of them weak.

    >>> promote([FLOAT32, float])
    dtype('float32')
    """
    return _promoted(tuple(operands))


@functools.lru_cache(4096)
def _promoted(operands: tuple[Operand, ...]) -> np.dtype[Any]:
    return as_dtype(np.result_type(*(o if isinstance(o, np.dtype) else o(0) for o in operands)))


def resolve(ufunc: np.ufunc, operands: Sequence[Operand], name: str) -> tuple[np.dtype[Any], ...]:
    """dtypes of the loop that NumPy would run: one for each operand, then the result's.

    Raises:
        DTypeError: NumPy has no such loop, or it computes in a dtype that symnum does not have.
    """
    found = _loop(ufunc, tuple(operands))
    if found is None:
        raise DTypeError(f"{name} is not defined for ({names(operands)})")
    later = next((dtype for dtype in found if dtype not in SUPPORTED), None)
    if later is not None:
        raise DTypeError(f"{name} of ({names(operands)}) is computed in {later.name} by NumPy, which is not "
                         "supported; cure: cast the operands first, as in x.astype('float32')")
    return found


@functools.lru_cache(4096)
def _loop(ufunc: np.ufunc, operands: tuple[Operand, ...]) -> tuple[np.dtype[Any], ...] | None:
    """The loop's dtypes, asked of NumPy once for each combination; None if there is none."""
    try:
        # Python's bool is no weak type: NumPy takes it as its own.
        return tuple(ufunc.resolve_dtypes((*(BOOL if o is bool else o for o in operands), None)))
    except TypeError:
        return None
