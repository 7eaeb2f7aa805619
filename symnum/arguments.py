"""Checking and conversion of the arguments of a compiled function, and the errors that it raises.

Both call paths share this module: ``_runtime`` comes here for what it cannot use in place, ``_pyruntime``
always.  Python numbers and (nested) lists of them are weak: they take the dtype of the input if their value
fits.  NumPy arrays, NumPy scalars and other array-likes have a dtype of their own and need a safe cast.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .codegen.abi import LINALG, Code
from .codegen.interface import Argument
from .errors import (
    ArgumentError,
    ArgumentValueError,
    DTypeError,
    GraphError,
    IndexBoundsError,
    LinAlgError,
    ShapeError,
    SymnumError,
    UnsupportedError,
)
from .ir.state import SharedState
from .structures import Structure, paths

Array = NDArray[Any]
# How an argument with a dtype of its own may be cast: not at all, where nothing is lost, or always.
Casting = Literal["exact", "safe", "any"]

_WEAK = {bool: "bool", int: "int", float: "float", complex: "complex"}
# What NumPy says.
_LINALG = {Code.NOT_SQUARE: "Last 2 dimensions of the array must be square", Code.SINGULAR: "Singular matrix",
           Code.NOT_POSITIVE: "Matrix is not positive definite"}
_MOST_AXES = 64  # of a NumPy array
_DOWNCAST = "pass allow_input_downcast=True when the function is made"


def order(function: str, names: Sequence[str], args: Sequence[object], keywords: Mapping[str, object],
          defaults: Sequence[object] = ()) -> tuple[object, ...]:
    """Values of all inputs in their order, from positional and keyword arguments and default values (or None).

    >>> order("f", ("x", "y", "z"), (1.0,), {"y": 2.0}, (None, None, 3.0))
    (1.0, 2.0, 3.0)

    Raises:
        ArgumentError: a wrong number of arguments, an unknown keyword, or one given twice.
    """
    known = f"its inputs are ({', '.join(names)})"
    if len(args) > len(names):
        raise ArgumentError(f"{function}: expected {_count(len(names))}, given {len(args)}; {known}")
    values = dict(enumerate(args))
    for name, value in keywords.items():
        if names.count(name) != 1:
            near = difflib.get_close_matches(name, names, n=2)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            several = "is the name of several inputs: pass them by position"
            what = several if name in names else f"is not an input{hint}"
            raise ArgumentError(f"{function}: {name!r} {what}; {known}")
        if names.index(name) < len(args):
            raise ArgumentError(f"{function}: argument {name!r} is given by position and by keyword; {known}")
        values[names.index(name)] = value
    given = len(values)
    for i, value in enumerate(defaults):
        if value is not None:
            values.setdefault(i, value)
    missing = [name for i, name in enumerate(names) if i not in values]
    if missing:
        raise ArgumentError(f"{function}: expected {_count(len(names))}, given {given}; "
                            f"missing: {', '.join(missing)}; {known}")
    return tuple(values[i] for i in range(len(names)))


def convert(function: str, position: int, argument: Argument, value: object, casting: Casting) -> Array:
    """``value`` as an array of the argument's dtype and rank, C-contiguous, aligned and native.

    It is not copied where it fits; lengths are checked by :func:`bind`.  The state of an input with an update stands
    for its value.

    >>> convert("f", 0, Argument("x", np.dtype("float32"), (-1,)), [1, 2.5], "safe")
    array([1. , 2.5], dtype=float32)

    Raises:
        ShapeError: wrong rank, or ragged lists.
        DTypeError: ``casting`` does not allow the cast.
        ArgumentValueError: a Python integer does not fit.
        ArgumentError: not numbers.
    """
    if isinstance(value, SharedState):
        value = value.value
    try:
        types = _leaf_types(value)
        if types is not None and types <= _WEAK.keys():
            array = _from_weak(argument.dtype, value, types, casting == "any")
        else:
            _refuse_masked(types or {type(value)})
            array = _from_strict(argument.dtype, value, casting)
        _check_rank(argument, value, array)
    except SymnumError as error:
        raise type(error)(f"{_which(function, position, argument)}, {error}") from None
    return array if array.flags.carray else np.require(array, argument.dtype, ("C", "A"))


def bind(function: str, arguments: Sequence[Argument], n_inputs: int, arrays: Sequence[Array],
         n_dims: int) -> list[int]:
    """Values of the dims, each from the first argument that carries it.

    Arguments from ``n_inputs`` on are shared state.

    >>> x, y = Argument("x", np.dtype("float64"), (-1, 3)), Argument("y", np.dtype("float64"), (-1,))
    >>> bind("f", (x, y), 2, (np.ones((5, 3)), np.ones(5)), 1)
    [5]

    Raises:
        ShapeError: a length differs from the known one, or from an argument before.
    """
    dims, owners = [-1] * n_dims, [""] * n_dims
    for position, (argument, array) in enumerate(zip(arguments, arrays, strict=True)):
        problem = _bind_one(argument, array, dims, owners)
        if problem:
            which = _which(function, position if position < n_inputs else -1, argument)
            raise ShapeError(f"{which}, given {_describe(array, array)}{problem}")
    return dims


def _bind_one(argument: Argument, array: Array, dims: list[int], owners: list[str]) -> str:
    """Bind the dims that one argument carries; what is wrong with its shape, or nothing."""
    if array.ndim != len(argument.shape):
        return f", of rank {array.ndim}"
    for axis, (length, given) in enumerate(zip(argument.shape, array.shape, strict=True)):
        if length >= 0:
            if given != length:
                return f"; cure: make axis {axis} {length} long"
        elif dims[k := -1 - length] < 0:
            dims[k], owners[k] = given, f"axis {axis} of {argument.name!r}"
        elif dims[k] != given:
            return (f": axis {axis} is {given} long, but {owners[k]} is {dims[k]}; "
                    "cure: make them equally long")
    return ""


def check_out(function: str, structure: Structure, outputs: Sequence[Argument], shapes: Sequence[tuple[int, ...]],
              targets: Sequence[Array | None], reads: Iterable[Array]) -> tuple[bool, ...]:
    """Which targets of ``out=`` can be written directly; the others are copied to at the end.

    >>> x, target = Argument("x", np.dtype("float64"), (-1,)), np.zeros(3)
    >>> check_out("f", "one", (x,), [(3,)], (target,), [np.ones(3)])
    (True,)

    Raises:
        DTypeError, ShapeError: a target has a wrong dtype or shape.
        ArgumentValueError: a target is read-only, or two of them overlap.
    """
    given = [target for target in targets if target is not None]
    for position, (output, shape, target) in enumerate(zip(outputs, shapes, targets, strict=True)):
        if target is not None:
            try:
                _check_target(output.dtype, shape, target)
            except SymnumError as error:
                which = paths(structure, len(outputs))[position]
                raise type(error)(f"{function}: out= for {which}: {error}") from None
    for i, first in enumerate(given):
        if any(np.may_share_memory(first, second) for second in given[:i]):
            raise ArgumentValueError(f"{function}: two arrays in out= overlap; cure: pass separate arrays")
    sources = tuple(reads) if given else ()
    return tuple(target is not None and _writable_in_place(target, sources) for target in targets)


def check_update(function: str, state: Argument, shape: tuple[int, ...]) -> None:
    """Check the shape of a new value of shared state against the lengths that the state has declared.

    >>> check_update("f", Argument("w", np.dtype("float64"), (-1, 3)), (5, 3))

    Raises:
        ShapeError: rank or a known length differs.
    """
    declared = state.shape
    if len(shape) != len(declared) or any(n >= 0 and n != m for n, m in zip(declared, shape, strict=True)):
        raise ShapeError(f"{function}: update of shared value {state.name!r}: expected {state.describe()}, "
                         f"computed shape {shape}; nothing was updated")


def run_error(function: str, code: int, step: int, values: Sequence[int]) -> BaseException:
    """The exception that an error code of a Program means.

    >>> run_error("f", Code.INDEX, 2, (7, 5, 0, 0))
    IndexBoundsError('f: index 7 is out of bounds for length 5 (step 2)')
    """
    n, m = values[0], values[1]
    where = f"(step {step})"
    match code:
        case Code.INTERRUPTED:
            return KeyboardInterrupt()
        case Code.BROADCAST:
            return ShapeError(f"{function}: lengths {n} and {m} do not broadcast together {where}")
        case Code.EMPTY_REDUCTION:
            return ShapeError(f"{function}: an operation without identity reduces an empty axis {where}")
        case Code.INDEX:
            if values[2]:   # of an array of indices, which has no step of its own
                return IndexBoundsError(f"{function}: index {n} is out of bounds for axis {values[2] - 1} with "
                                        f"length {m}")
            return IndexBoundsError(f"{function}: index {n} is out of bounds for length {m} {where}")
        case Code.RESHAPE:
            return ShapeError(f"{function}: cannot reshape {n} elements into {m} {where}")
        case Code.MEMORY:
            return MemoryError(f"{function}: out of memory {where}")
        case Code.DIMENSION:
            return ShapeError(f"{function}: length {n} is negative {where}")
        case Code.NEGATIVE_POWER:
            return ArgumentValueError(f"{function}: an integer to a negative integer power is no integer; cure: make "
                                      "the base or the exponent float")
        case Code.NOT_SQUARE | Code.SINGULAR | Code.NOT_POSITIVE:
            element = f": element {values[3] - 1} on the diagonal is 0" if values[3] else ""
            return LinAlgError(f"{function}: {LINALG[values[2]]} of shape ({n}, {m}): {_LINALG[Code(code)]}{element}")
        case Code.GUARD:
            return GraphError(f"{function}: compiled for other shapes, and no other form is at hand {where}")
    return SymnumError(f"{function}: unknown error code {code} {where}")


def _count(n: int) -> str:
    return f"{n} argument" + "s" * (n != 1)


def _which(function: str, position: int, argument: Argument) -> str:
    what = f"argument {position + 1}" if position >= 0 else "shared value"
    return f"{function}: {what} ({argument.name!r}): expected {argument.describe()}"


def _describe(value: object, array: Array) -> str:
    kind = f"{array.dtype.name} array of shape {array.shape}"
    return kind if isinstance(value, np.ndarray) else f"{type(value).__name__} ({kind})"


def _leaf_types(value: object) -> set[type] | None:
    """Types of the leaves of nested lists; ``None`` for anything that has a dtype or is no list."""
    if isinstance(value, np.ndarray):
        return None
    types: set[type] = set()
    level = [value]
    for _ in range(_MOST_AXES + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, (list, tuple, range)):
                below.extend(item)
            else:
                types.add(type(item))
        if not below:
            return types
        level = below
    raise ShapeError(f"given lists in lists, deeper than the {_MOST_AXES} axes of an array; cure: make it an array")


def _check_rank(argument: Argument, value: object, array: Array) -> None:
    if array.ndim != len(argument.shape):
        cure = "pass one number" if not argument.shape else f"pass an array of rank {len(argument.shape)}"
        raise ShapeError(f"given {_describe(value, array)}, of rank {array.ndim}; cure: {cure}")


def _from_weak(dtype: np.dtype[Any], value: object, types: set[type], downcast: bool) -> Array:
    if complex in types and dtype.kind != "c":
        raise DTypeError("given a Python complex number; cure: pass its .real")
    if float in types and dtype.kind not in "fc":
        if not downcast:
            raise DTypeError(f"given a Python float; cure: round it and pass an int, or {_DOWNCAST}")
        return _array(np.dtype(np.float64), value).astype(dtype)
    if dtype.kind != "b" or types <= {bool}:
        return _array(dtype, value)
    array = _array(np.dtype(np.int64), value)
    if not downcast and not np.isin(array, (0, 1)).all():
        raise ArgumentValueError("given a Python int that is neither 0 nor 1; cure: pass True or False")
    return array.astype(dtype)


def _array(dtype: np.dtype[Any], value: object) -> Array:
    try:
        return np.array(value, dtype=dtype)
    except OverflowError:
        info = np.finfo(dtype) if dtype.kind in "fc" else np.iinfo(dtype)
        limits = f"{info.min} to {info.max}"
        raise ArgumentValueError(f"given a Python int outside its range {limits}; "
                                 "cure: use a wider dtype") from None
    except ValueError as error:
        raise ShapeError(f"given lists that do not form an array ({error}); "
                         "cure: make all rows equally long") from None


def _refuse_masked(types: Iterable[type]) -> None:
    if any(issubclass(t, np.ma.MaskedArray) for t in types):
        raise ArgumentError("given a masked array; cure: pass value.filled(number)")


def _as_array(value: Any) -> Array:
    """``value`` by any protocol of arrays that NumPy knows."""
    array = np.asarray(value)
    if array.dtype.kind == "O" and not array.shape and hasattr(value, "__dlpack__"):
        return np.from_dlpack(value)
    return array


def _from_strict(dtype: np.dtype[Any], value: object, casting: Casting) -> Array:
    try:
        array = _as_array(value)
    except (ValueError, TypeError, SymnumError) as error:
        raise ArgumentError(f"given {type(value).__name__}, which is no array of numbers ({error})") from None
    if array.dtype.kind not in "biufc":
        kind = f"dtype {array.dtype.name}" if isinstance(value, np.ndarray) else type(value).__name__
        raise ArgumentError(f"given {kind}; cure: pass numbers")
    if array.dtype.kind == "c" and dtype.kind != "c":
        raise DTypeError(f"given {_describe(value, array)}; cure: pass value.real")
    if casting == "exact" and array.dtype.newbyteorder("=") != dtype:
        raise DTypeError(f"given {_describe(value, array)}, and the input is strict; "
                         f"cure: pass value.astype({dtype.name!r})")
    if casting == "safe" and not np.can_cast(array.dtype, dtype, "safe"):
        raise DTypeError(f"given {_describe(value, array)}, which has no safe cast; "
                         f"cure: pass value.astype({dtype.name!r}), or {_DOWNCAST}")
    return array.astype(dtype, order="C", copy=False)


def _check_target(dtype: np.dtype[Any], shape: tuple[int, ...], target: Array) -> None:
    if target.dtype != dtype:
        raise DTypeError(f"expected dtype {dtype.name}, given {target.dtype}; cure: pass np.empty({shape}, "
                         f"{dtype.name!r})")
    if target.shape != shape:
        raise ShapeError(f"expected shape {shape}, given {target.shape}; cure: pass np.empty({shape}, {dtype.name!r})")
    if not target.flags.writeable:
        raise ArgumentValueError("the array is read-only; cure: pass a writable one")


def _writable_in_place(target: Array, reads: Iterable[Array]) -> bool:
    flags = target.flags
    return flags.c_contiguous and flags.aligned and not any(np.may_share_memory(target, r) for r in reads)


def no_blas(name: str) -> UnsupportedError:
    """The error for a BLAS function that SciPy does not offer here.

    >>> no_blas("ddot")
    UnsupportedError('this function needs BLAS ddot from SciPy; cure: pip install scipy')
    """
    return UnsupportedError(f"this function needs BLAS {name} from SciPy; cure: pip install scipy")
