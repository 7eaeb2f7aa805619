"""Questions about dtypes, and the namespace's description of itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import options
from ..dtypes import INT64, SUPPORTED, as_dtype
from ..errors import ArgumentValueError, DTypeError
from ..records import dataclass
from ..tensor import Tensor
from .names import DTYPES
from .placed import check_device

Kind = str | np.dtype[Any]

_KINDS = {"bool": "b", "signed integer": "i", "unsigned integer": "u", "integral": "iu", "real floating": "f",
          "complex floating": "c", "numeric": "iufc"}


@dataclass(frozen=True, slots=True)
class FloatInfo:
    """Limits of a floating dtype, as Python floats."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class IntegerInfo:
    """Limits of an integer dtype."""

    bits: int
    max: int
    min: int
    dtype: np.dtype[Any]


def finfo(type: object, /) -> FloatInfo:
    """Limits of a floating dtype, or of a tensor's; of a complex dtype, those of its real part.

    Args:
        type: a dtype, its name, or an array of any shape.

    Returns:
        ``bits``, ``eps``, ``max``, ``min``, ``smallest_normal`` and ``dtype``.

    Raises:
        DTypeError: not a floating dtype.

    >>> finfo("float32").eps
    1.1920928955078125e-07
    """
    dtype = _dtype_of(type)
    if dtype.kind not in "fc":
        raise DTypeError(f"finfo takes a floating dtype; given {dtype.name}: use iinfo")
    found = np.finfo(dtype)
    return FloatInfo(found.bits, float(found.eps), float(found.max), float(found.min),
                     float(found.smallest_normal), found.dtype)


def iinfo(type: object, /) -> IntegerInfo:
    """Limits of an integer dtype, or of a tensor's.

    Args:
        type: a dtype, its name, or an array of any shape.

    Returns:
        ``bits``, ``max``, ``min`` and ``dtype``.

    Raises:
        DTypeError: not an integer dtype.

    >>> iinfo("int8").max
    127
    """
    dtype = _dtype_of(type)
    if dtype.kind not in "iu":
        raise DTypeError(f"iinfo takes an integer dtype; given {dtype.name}: use finfo")
    found = np.iinfo(dtype)
    return IntegerInfo(found.bits, int(found.max), int(found.min), dtype)


def isdtype(dtype: np.dtype[Any], kind: Kind | tuple[Kind, ...]) -> bool:
    """Whether a dtype is one, or of a kind, or one of several.

    Args:
        dtype: a dtype.
        kind: a dtype, a tuple of such kinds, or ``"bool"``, ``"signed integer"``, ``"unsigned integer"``,
            ``"integral"``, ``"real floating"``, ``"complex floating"``, ``"numeric"``.

    Returns:
        A bool of Python.

    Raises:
        ArgumentValueError: no such kind.
        DTypeError: not a dtype.

    >>> isdtype(np.dtype("float32"), "real floating"), isdtype(np.dtype("int8"), "unsigned integer")
    (True, False)
    """
    given, kinds = as_dtype(dtype), kind if isinstance(kind, tuple) else (kind,)
    return any(_is(given, one) for one in kinds)


def _is(dtype: np.dtype[Any], kind: Kind) -> bool:
    if not isinstance(kind, str):
        return dtype == as_dtype(kind)
    if kind not in _KINDS:
        raise ArgumentValueError(f"unknown kind of dtypes {kind!r}; expected a dtype or one of {', '.join(_KINDS)}")
    return dtype.kind in _KINDS[kind]


def can_cast(from_: object, to: object, /) -> bool:
    """Whether a dtype (or a tensor's) converts to another without loss, by the standard's promotion.

    Args:
        from_: a dtype, its name, or an array of any shape.
        to: a dtype or its name.

    Returns:
        A bool of Python.

    Raises:
        DTypeError: not a dtype.

    >>> can_cast("int8", "int16"), can_cast("float64", "float32")
    (True, False)
    """
    return np.can_cast(_dtype_of(from_), as_dtype(to))


def result_type(*arrays_and_dtypes: object) -> np.dtype[Any]:
    """The common dtype of tensors, arrays, dtypes and Python numbers, which are weak.

    Args:
        arrays_and_dtypes: dtypes, their names, arrays of any shape, and Python numbers.

    Returns:
        A dtype.

    Raises:
        DTypeError: there is none, or it is not supported.

    >>> result_type("float32", 1.0), result_type("int8", "uint8")
    (dtype('float32'), dtype('int16'))
    """
    return as_dtype(np.result_type(*(
        x if isinstance(x, int | float | complex) else _dtype_of(x) for x in arrays_and_dtypes)))


def _dtype_of(value: object) -> np.dtype[Any]:
    return value.dtype if isinstance(value, Tensor | np.ndarray | np.generic) else as_dtype(value)


class NamespaceInfo:
    """What the namespace can do, as the standard asks: devices, dtypes, data-dependent shapes."""

    __slots__ = ()

    def capabilities(self) -> dict[str, Any]:
        """Optional features: boolean indexing and data-dependent shapes; ranks up to NumPy's 64.

        Raises:
            Nothing.

        >>> NamespaceInfo().capabilities()["boolean indexing"]
        True
        """
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """``"cpu"``: where a function runs is said by its mode.

        Raises:
            Nothing.

        >>> NamespaceInfo().default_device()
        'cpu'
        """
        return "cpu"

    def devices(self) -> list[str]:
        """The only device that a tensor can be said to have.

        Raises:
            Nothing.

        >>> NamespaceInfo().devices()
        ['cpu']
        """
        return ["cpu"]

    def default_dtypes(self, *, device: object = None) -> dict[str, np.dtype[Any]]:
        """dtypes of creation functions when none is given; floats follow ``Options.float_dtype``.

        Args:
            device: ``"cpu"`` or None, which change nothing.

        Raises:
            ArgumentValueError: the device is not ``"cpu"`` or None.

        >>> NamespaceInfo().default_dtypes()["integral"]
        dtype('int64')
        """
        check_device(device)
        real = np.dtype(options.current().float_dtype)
        return {"real floating": real, "complex floating": np.result_type(real, np.complex64),
                "integral": INT64, "indexing": INT64}

    def dtypes(self, *, device: object = None, kind: Any = None) -> dict[str, np.dtype[Any]]:
        """All dtypes of the standard by name, or those of a kind.

        Args:
            device: ``"cpu"`` or None, which change nothing.
            kind: one of the kinds of :func:`isdtype`, a tuple of them, or None for all.

        Raises:
            ArgumentValueError: there is no such kind, or the device is not ``"cpu"`` or None.

        >>> sorted(NamespaceInfo().dtypes(kind="real floating"))
        ['float32', 'float64']
        """
        check_device(device)
        standard = [dtype for dtype in SUPPORTED if dtype.name in DTYPES]
        return {dtype.name: dtype for dtype in standard if kind is None or isdtype(dtype, kind)}


def __array_namespace_info__() -> NamespaceInfo:
    """What the namespace can do, as the standard asks.

    Returns:
        An object that lists devices, dtypes, and what shapes may depend on.

    Raises:
        Nothing.

    >>> __array_namespace_info__().default_device()
    'cpu'
    """
    return NamespaceInfo()
