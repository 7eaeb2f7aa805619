"""Fourier transforms along axes of full length, by NumPy.  All are linear; their transposes are transforms too.

Between complex numbers a cotangent holds the derivatives by real part and by imaginary part, so that the transpose of
a transform is its adjoint: the transform in the other direction, scaled the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Operand
from ..errors import ArgumentValueError, DTypeError
from . import fft_reference as reference
from .spec import Absent, Interval, OpSpec, Routine

_STRUCTURAL = Absent("a structural op has vjp and jvp")
_LINEAR = Absent("linear: the op itself, applied to the tangents")
_OTHER = {"backward": "forward", "forward": "backward", "ortho": "ortho"}
Found = tuple[np.dtype[Any], ...]


def _float(name: str, operands: Sequence[Operand]) -> np.dtype[Any]:
    """What NumPy transforms: integers and bool as float64, float16 as float32."""
    given = operands[0]
    inexact = getattr(given, "kind", "i") in "fc" or given in (float, complex)
    found = dtypes.promote((given,)) if inexact else dtypes.FLOAT64
    return dtypes.FLOAT32 if found.name == "float16" else found


def _to_complex(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> Found:
    found = _float(name, operands)
    return found, dtypes.with_parts(found)


def _of_real(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> Found:
    found = _float(name, operands)
    if dtypes.is_complex(found):
        raise DTypeError(f"{name} transforms real numbers; given {found.name}; cure: x.real, or the transform "
                        "without r")
    return found, dtypes.with_parts(found)


def _to_real(name: str, operands: Sequence[Operand], attrs: Mapping[str, Any]) -> Found:
    found = dtypes.with_parts(_float(name, operands))
    return found, dtypes.part_of(found)


def _not_empty(dims: Any, shape: Sequence[Any], axes: Sequence[int]) -> None:
    if any(isinstance(shape[k], int) and shape[k] < 1 for k in axes):
        raise ArgumentValueError(f"a Fourier transform needs at least one element along each axis; given shape "
                                 f"{dims.text(shape)} and axes {tuple(axes)}")


def _same(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[Any, ...]:
    _not_empty(dims, inputs[0].shape, attrs["axes"])
    return tuple(inputs[0].shape)


def _halved(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[Any, ...]:
    _not_empty(dims, inputs[0].shape, attrs["axes"])
    return _with(inputs[0].shape, attrs["axes"][-1], half(dims, inputs[0].shape[attrs["axes"][-1]]))


def _doubled(dims: Any, inputs: Sequence[Any], attrs: Mapping[str, Any]) -> tuple[Any, ...]:
    shape = _with(inputs[0].shape, attrs["axes"][-1], attrs["length"])
    _not_empty(dims, shape, attrs["axes"])
    return shape


def half(dims: Any, length: Any) -> Any:
    """How many numbers the transform of ``length`` real numbers has."""
    return dims.add(dims.floor_divide(length, 2), 1)


def _with(shape: Sequence[Any], axis: int, length: Any) -> tuple[Any, ...]:
    return (*shape[:axis], length, *shape[axis + 1:])


# derivatives --------------------------------------------------------------------------------------------------

def _fftn_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    found = o.fftn(g, axes=node.attr("axes"), norm=_OTHER[node.attr("norm")], inverse=not node.attr("inverse"))
    return (found if dtypes.is_complex(node.operands[0].dtype) else o.real(found),)


def _twice(o: Any, node: Any, length: Any, axis: int, ndim: int) -> Any:
    """2 for the numbers that stand for two of a full transform, else 1, along an axis: all but the ends."""
    dtype = dtypes.part_of(node.dtype)
    ones = o.broadcast_to(o.constant(1, dtype), shape=(o.dims.floor_divide(o.dims.subtract(length, 1), 2),))
    inner = o.embed(ones, shape=(half(o.dims, length),), starts=(1,), steps=(1,))
    places = tuple(k for k in range(ndim) if k != axis)
    return o.add(o.expand_dims(inner, axis=places) if places else inner, o.constant(1, dtype))


def _rfftn_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    x, axes = node.operands[0], node.attr("axes")
    length = x.shape[axes[-1]]
    scaled = o.true_divide(g, _twice(o, node, length, axes[-1], g.ndim))
    return (o.irfftn(scaled, length=length, axes=axes, norm=_OTHER[node.attr("norm")]),)


def _irfftn_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    axes = node.attr("axes")
    found = o.rfftn(g, axes=axes, norm=_OTHER[node.attr("norm")])
    return (o.multiply(found, _twice(o, node, g.shape[axes[-1]], axes[-1], g.ndim)),)


# rows ---------------------------------------------------------------------------------------------------------

def _row(name: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": 1, "partials": _STRUCTURAL,
        "jvp": _LINEAR, "sympy": Absent("an array of elements; SymPy sees the elements"),
        "c": Absent("a routine of its own"), "domain": (Interval(-10, 10),), "cost": 50.0,
        "tol": 1e4}
    return OpSpec(name=name, **(default | columns))


fftn = _row(
    "fftn", attrs=("axes", "norm", "inverse"), dtype=_to_complex, shape=_same, vjp=_fftn_vjp, numpy=reference.fftn,
    lower=Routine("host", into=reference.fftn_into),
    doc="The discrete Fourier transform along axes, or its inverse; norm says which of both is scaled.")

rfftn = _row(
    "rfftn", attrs=("axes", "norm"), dtype=_of_real, shape=_halved, vjp=_rfftn_vjp, numpy=reference.rfftn,
    lower=Routine("host", into=reference.rfftn_into),
    doc="The Fourier transform of real numbers; along the last of the axes its first half, which says all.")

irfftn = _row(
    "irfftn", attrs=("length", "axes", "norm"), dtype=_to_real, shape=_doubled, vjp=_irfftn_vjp,
    numpy=reference.irfftn, lower=Routine("host", into=reference.irfftn_into),
    doc="The inverse transform to real numbers, from the first half of the last of the axes, which has `length` then.")

ROWS: Sequence[OpSpec] = (fftn, rfftn, irfftn)
