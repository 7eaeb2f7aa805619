"""dtype rules: NumPy's own loops, asked of NumPy's ufuncs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import BOOL, INT32, INT64, UINT64, Operand
from ..errors import DTypeError
from .spec import DTypeRule

Attrs = Mapping[str, Any]
Found = tuple[np.dtype[Any], ...]


_ORDER = frozenset((np.less, np.less_equal, np.greater, np.greater_equal, np.maximum, np.minimum, np.fmax, np.fmin))


def by_ufunc(ufunc: np.ufunc) -> DTypeRule:
    """As ``ufunc`` promotes: the operand dtypes of the loop that it runs, and its result."""
    def rule(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
        if ufunc in _ORDER:
            _refuse_complex(name, operands)
        # Python numbers alone are arrays of their own dtype; left weak, integers would compare as objects.
        known = any(isinstance(d, np.dtype) for d in operands)
        return dtypes.resolve(ufunc, operands if known else [np.dtype(d) for d in operands], name)
    return rule


def _is_complex(d: Operand) -> bool:
    return d is complex or (isinstance(d, np.dtype) and dtypes.is_complex(d))


def _refuse_complex(name: str, operands: Sequence[Operand], cure: str = "compare x.real or abs(x)") -> None:
    if any(map(_is_complex, operands)):
        raise DTypeError(f"{name} is not defined for complex numbers; given ({dtypes.names(operands)}); cure: {cure}")


def floating(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """As ``numpy.logaddexp`` promotes, for any number of operands: all float, one dtype."""
    _refuse_complex(name, operands, "use x.real and x.imag")
    common = dtypes.promote(operands) if len(operands) > 1 else operands[0]
    found = dtypes.resolve(np.exp, (common,), name)[0]
    return (found,) * (len(operands) + 1)


def numeric(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """All operands and the result have the common dtype."""
    common = dtypes.promote(operands)
    return (common,) * (len(operands) + 1)


def ordered(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """As ``numeric``, of numbers that have an order: complex numbers are refused."""
    _refuse_complex(name, operands)
    return numeric(name, operands, attrs)


def parts(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``real`` and ``imag``: of complex numbers, giving the dtype of their parts."""
    found = dtypes.promote(operands)
    if not dtypes.is_complex(found):
        raise DTypeError(f"{name} is an op of complex numbers; given ({dtypes.names(operands)})")
    return (found, dtypes.part_of(found))


def joined(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``make_complex``: two floats of one dtype give the complex dtype that holds them."""
    _refuse_complex(name, operands, "pass x.real and x.imag")
    common = dtypes.promote((*operands, float))
    return (common, common, dtypes.with_parts(common))


def selection(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``where``: a bool, then two operands of the common dtype, which is the result's."""
    common = dtypes.promote(operands[1:])
    return (BOOL, common, common, common)


def conversion(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``cast``: from any dtype to ``attrs["dtype"]``."""
    return (dtypes.promote(operands), attrs["dtype"])


def same(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """One operand, whose dtype the result keeps."""
    found = dtypes.promote(operands)
    return (found, found)


def accumulated(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``sum`` and ``prod``: bool and small integers widen to 64 bits, as in NumPy."""
    found = dtypes.promote(operands)
    wide = UINT64 if found.kind == "u" else INT64 if found.kind in "bi" else found
    return (wide, wide)


def truth(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``any`` and ``all``: of bool, giving bool."""
    return (BOOL, BOOL)


def position(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``argmax`` and ``argmin``: of any dtype with an order, giving int64."""
    _refuse_complex(name, operands)
    return (dtypes.promote(operands), INT64)


def lengths(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """Arithmetic of dims: int64 throughout."""
    if any(isinstance(d, np.dtype) and d != INT64 for d in operands):
        raise DTypeError(f"{name} is arithmetic of lengths: expected int64, given ({dtypes.names(operands)})")
    return (INT64,) * (len(operands) + 1)


def inexact(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """As arithmetic with a Python float promotes: floats stay, integers and bool become float64."""
    _refuse_complex(name, operands, "use x.real and x.imag")
    common = dtypes.promote((*operands, float))
    return (common,) * (len(operands) + 1)


def analytic(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """As ``inexact``, of operands that may all be complex."""
    if not any(map(_is_complex, operands)):
        return inexact(name, operands, attrs)
    return numeric(name, (*operands, complex), attrs)[1:]


def holomorphic(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """As ``inexact``, of parameters that are real and a last operand that may be complex, and so the result."""
    *parameters, argument = operands
    _refuse_complex(name, parameters, "only its last operand may be complex")
    if not _is_complex(argument):
        return inexact(name, operands, attrs)
    common = dtypes.promote((*operands, complex))
    return (*[dtypes.part_of(common)] * len(parameters), common, common)


def holomorphic_only(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """As ``holomorphic``, of a last operand that is made complex if it is not."""
    return holomorphic(name, (*operands[:-1], dtypes.promote((operands[-1], complex))), attrs)


def exponent(name: str, operands: Sequence[Operand], attrs: Attrs) -> Found:
    """``frexp``'s second result: of a float, giving int32."""
    return (*dtypes.resolve(np.spacing, operands, name)[:1], INT32)
