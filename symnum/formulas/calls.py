"""Calls of what ``lambdify`` makes: values in nested arguments, their dtypes and ranks, and arrays for results."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from .._pyformula import filled
from ..bridge.sympy_parameters import Parameter, Pattern, count, lengths_of
from ..errors import ArgumentError, DTypeError, ShapeError
from ..structures import Structure, pack, paths, split_out, unpack
from ..tensor.convert import is_sympy
from ..tensor.symbolic import Tensor
from .graphs import Kind, Recipe

NAME = "_lambdifygenerated"


def copied(structure: Structure, made: Any, out: Any) -> Any:
    """Results copied to the arrays of ``out``, which have been checked."""
    results = [x for _, x in unpack(made)[1] if x is not None]
    targets = split_out(NAME, structure, out, len(results))
    for name, result, target in zip(paths(structure, len(results)), results, targets, strict=True):
        if target is not None and target.shape != np.shape(result):
            raise ShapeError(f"{NAME}: out= for {name}: expected shape {np.shape(result)}, given {target.shape}")
        if target is not None and target.dtype != result.dtype:
            raise DTypeError(f"{NAME}: out= for {name}: expected {result.dtype}, given {target.dtype}")
    return pack(structure, filled(results, targets))


def flattened(pattern: Pattern, name: str, value: Any) -> list[Any]:
    """The values in an argument, in order.

    Raises:
        ArgumentError: it has not as many parts as the argument was declared with.

    >>> flattened((1, (1, 1)), "a", [1, (2, 3)])
    [1, 2, 3]
    """
    if not isinstance(pattern, tuple):
        return [value]
    parts, lengths = _parts(name, pattern, value), lengths_of(pattern)
    if len(lengths) > 1 and len(parts) == count(pattern) and np.shape(value)[:len(lengths)] != lengths:
        return parts        # the elements of a matrix, one after the other
    if len(parts) != len(pattern):
        raise ArgumentError(f"{NAME}: {name} must have {len(pattern)} parts, as it was declared; given {len(parts)}")
    return [x for part, one in zip(pattern, parts, strict=True) for x in flattened(part, name, one)]


def _parts(name: str, pattern: tuple[Pattern, ...], value: Any) -> list[Any]:
    try:
        return list(value.tolist() if is_sympy(value) and hasattr(value, "tolist") else value)
    except TypeError:
        raise ArgumentError(f"{NAME}: {name} must have {len(pattern)} parts; given {value!r}") from None


def as_numbers(value: Any) -> Any:
    """An argument as it is, or if NumPy has no dtype for it, as Python's numbers: those of SymPy, fractions, decimals.

    Raises:
        ArgumentError: no numbers.

    >>> from fractions import Fraction
    >>> as_numbers(2.5), as_numbers(Fraction(1, 4)), as_numbers([Fraction(1, 4), 10**30])
    (2.5, 0.25, [0.25, 1e+30])
    """
    if isinstance(value, Tensor):
        raise ArgumentError(f"{NAME}: given {value!r}; cure: from_sympy(expr, symbols={{symbol: tensor}})")
    array = np.asarray(value)
    if array.dtype.kind in "biufc":
        return value
    return np.frompyfunc(_number, 1, 1)(array.astype(object)).tolist() if array.ndim else _number(value)


def as_matrix(p: Parameter, value: Any) -> Any:
    """A vector as the one row or column that a matrix symbol is, and everything else as it is."""
    if p.ndim != 2 or p.first or 1 not in p.lengths or np.ndim(value) != 1:
        return value
    array = np.expand_dims(np.asarray(value), 1 if p.lengths[1] == 1 else 0)
    return array if isinstance(value, np.ndarray) else array.tolist()


def _number(x: Any) -> int | float | complex:
    """The number of Python that an object stands for; whole ones that do not fit 64 bits are floats."""
    try:
        if isinstance(x, numbers.Integral):
            whole = int(x)
            return whole if -2**63 <= whole < 2**63 else float(whole)
        if hasattr(x, "__float__") and not (isinstance(x, numbers.Complex) and not isinstance(x, numbers.Real)):
            return float(x)
    except (TypeError, ValueError):
        pass    # not real
    try:
        if hasattr(x, "__complex__"):
            return complex(x)
    except (TypeError, ValueError):
        pass    # no number
    raise ArgumentError(f"{NAME}: given {x!r} of type {type(x).__name__}; cure: pass numbers or arrays")


def kinds_of(recipe: Recipe, values: Sequence[Any]) -> tuple[Kind, ...]:
    """The kind of each value; Python numbers take the float dtype of the others.

    Raises:
        ShapeError: shapes do not broadcast, or a value has fewer axes than its parameter.
        ArgumentError: no numbers.
    """
    found = [_seen(x) for x in values]
    weak = _weak_float(recipe, [dtype for dtype, _ in found])
    shapes = [_others(p, shape) for p, (_, shape) in zip(recipe.signature.parameters, found, strict=True)]
    common = _broadcast(recipe, shapes)
    kinds = []
    for usual, (dtype, _), shape in zip(recipe.usual, found, shapes, strict=True):
        if isinstance(dtype, str):
            own = usual.dtype if usual.dtype.kind in "iu" and dtype == "int" else weak
            dtype = {"bool": dtypes.BOOL, "complex": dtypes.promote([weak, complex])}.get(dtype, own)
        last = common[len(common) - len(shape):]
        ones = tuple(n == 1 and m != 1 for n, m in zip(shape, last, strict=True))
        kinds.append(Kind(recipe.dtype or dtype, ones))
    return tuple(kinds)


def _others(p: Parameter, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of a value that are not the parameter's own."""
    if len(shape) < p.ndim:
        raise ShapeError(f"{NAME}: {p.name!r} has {p.ndim} axes of its own; given shape {shape}")
    return shape[p.ndim:] if p.first else shape[:len(shape) - p.ndim]


def _broadcast(recipe: Recipe, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        named = dict.fromkeys(f"{p.name} {shape}" for p, shape in zip(recipe.signature.parameters, shapes, strict=True)
                              if shape)
        raise ShapeError(f"{NAME}: shapes do not broadcast: {', '.join(named)}") from None


def _seen(value: Any) -> tuple[np.dtype[Any] | str, tuple[int, ...]]:
    """The dtype, or the kind of Python numbers in lists, and the shape of a value."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.newbyteorder("="), value.shape
    array = np.asarray(value)
    is_weak = isinstance(value, bool | int | float | complex | list | tuple)
    names = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
    return names[array.dtype.kind] if is_weak else array.dtype.newbyteorder("="), array.shape


def _weak_float(recipe: Recipe, found: Sequence[np.dtype[Any] | str]) -> np.dtype[Any]:
    """The dtype of Python floats beside values of these dtypes."""
    if recipe.dtype is not None and recipe.dtype.kind == "f":
        return recipe.dtype
    strong = [dtypes.part_of(d) if d.kind == "c" else d for d in found if isinstance(d, np.dtype) and d.kind in "fc"]
    return dtypes.promote(strong) if strong else dtypes.FLOAT64
