"""NumPy's functions and ufuncs on tensors (NEP 13, NEP 18): each means symnum's public function of its name.

Nothing is listed where the names agree: ``numpy.sum`` is ``tensor.sum``, ``numpy.linalg.solve`` is
``tensor.linalg.solve``, ``numpy.fft.fft`` is ``tensor.fft.fft``.  Arguments are matched by NumPy's signature.
"""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from .. import tensor as T
from ..errors import SymnumError, UnsupportedFunctionError
from . import fft, linalg
from .creation import INPUTS
from .handle import Handle, located
from .numpy_names import FUNCTIONS, UFUNCS
from .symbolic import Tensor, applied
from .ufuncs import row_of

_CURE = "x.eval({input: value}) computes the array, on which all of NumPy works"

# NumPy's other names of public functions.
_RENAMED = {"amax": "max", "amin": "min", "around": "round", "concat": "concatenate", "permute_dims": "transpose"}

# What changes an array and returns nothing; the public functions of these names return a new tensor.
_IN_PLACE = frozenset({"copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"})

# Functions of numpy.linalg that numpy has too, with the same meaning.
_OF_BOTH = frozenset({"matmul", "matrix_transpose", "outer", "tensordot", "vecdot"})

# What ufunc.reduce and ufunc.accumulate mean.
_REDUCED = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logical_and": "all",
            "logical_or": "any", "logaddexp": "logsumexp", "bitwise_and": "bitwise_and_reduce"}
_ACCUMULATED = {"add": "cumsum", "multiply": "cumprod", "maximum": "cummax", "minimum": "cummin"}

# Arguments that say how NumPy stores or computes, not what: with these values they change nothing.
_NEUTRAL: Mapping[str, tuple[object, ...]] = MappingProxyType({
    "out": (None,), "where": (True,), "casting": ("same_kind", "safe"), "order": (None, "C", "K", "A"),
    "subok": (True, False), "copy": (None, True, False), "device": (None, "cpu"), "kind": (None,),
    "optimize": (True, False, "greedy", "optimal"), "overwrite_input": (True, False)})

_REFUSED: Mapping[str, str] = MappingProxyType({
    "out": "arrays are not changed in place: a tensor is an expression, so write a = a + x, "
           "and give the compiled function out=",
    "where": "use symnum's where(condition, x, y)",
    "dtype": "use x.astype(dtype)", "casting": "use x.astype(dtype)", "signature": "use x.astype(dtype)",
    "order": "elements are taken in C order; transpose before and after for another"})


# functions --------------------------------------------------------------------------------------------------

def numpy_function(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """The meaning of a call of a NumPy function, at least one of whose arguments is a tensor.

    Raises:
        UnsupportedFunctionError: it has no counterpart, or an argument has none.

    >>> import numpy as np
    >>> np.concatenate([np.zeros(2), T.dvector("x")])
    <Tensor: float64 (x.shape[0] + 2,)>
    """
    path = f"{function.__module__}.{function.__name__}"
    operands = tuple(x for x in args if isinstance(x, Handle | np.ndarray))
    try:
        target = counterpart(function)
        if target is None:
            raise UnsupportedFunctionError(_no_function(function))
        positional, named = _matched(function, target, args, kwargs)
    except SymnumError as error:
        raise located(error, path, operands) from None
    return target(*positional, **named)


def counterpart(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """symnum's function that a function of ``numpy``, ``numpy.linalg`` or ``numpy.fft`` means on tensors."""
    place, name = function.__module__, function.__name__
    if place == "numpy" and name in _IN_PLACE:
        return None
    if place == "numpy.linalg":
        return _public(linalg, name) or (_public(T, name) if name in _OF_BOTH else None)
    if place == "numpy.fft":
        return _public(fft, name)
    return FUNCTIONS.get(name) or _public(T, _RENAMED.get(name, name))


def _public(module: Any, name: str) -> Callable[..., Any] | None:
    return getattr(module, name) if name in module.__all__ else None


def _no_function(function: Callable[..., Any]) -> str:
    if function.__name__ in _IN_PLACE:
        return f"tensors are not changed in place: {function.__name__} has no counterpart; use y = x.at[i].set(values)"
    return f"this function has no counterpart on tensors{_near(function)}; {_CURE}"


def _near(function: Callable[..., Any]) -> str:
    near = difflib.get_close_matches(function.__name__, sorted({*T.__all__} - {*INPUTS}), n=2)
    return f"; near names of symnum: {', '.join(near)}" if near else ""


def _matched(function: Callable[..., Any], target: Callable[..., Any], args: tuple[Any, ...],
             kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """NumPy's arguments as symnum's: the required ones by position, the others by name.

    Raises:
        UnsupportedFunctionError: an argument that symnum's function does not have would change the result.
    """
    theirs, ours = _parameters(function), _parameters(target)
    if theirs is None or ours is None:
        return list(args), dict(kwargs)
    positional, named = list[Any](), dict[str, Any]()
    operands = sum(p.kind is p.POSITIONAL_ONLY for p in ours.values())
    given = inspect.Signature(list(theirs.values())).bind(*args, **kwargs).arguments
    for k, (name, parameter) in enumerate(theirs.items()):
        if name not in given:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional.extend(given[name])
        elif parameter.kind is parameter.VAR_KEYWORD:
            named.update(given[name])
        elif k < operands or (parameter.default is parameter.empty and k == len(positional)):
            positional.append(given[name])
        elif name in ours:
            named[name] = given[name]
        elif not _neutral(name, given[name], parameter.default):
            raise UnsupportedFunctionError(_refusal(name))
    return positional, named


@functools.lru_cache(512)
def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter] | None:
    try:
        return inspect.signature(function).parameters
    except ValueError:  # written in C, before NumPy gave such functions signatures: names and order agree
        return None


def _neutral(name: str, value: object, default: object) -> bool:
    if value is default:
        return True
    return isinstance(value, bool | str | None) and value in _NEUTRAL.get(name, ())


def _refusal(name: str) -> str:
    return f"the argument {name} is not supported for tensors: {_REFUSED.get(name, _CURE)}"


# ufuncs -----------------------------------------------------------------------------------------------------

def numpy_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """The meaning of a ufunc that is no row of the op table, of a method such as ``reduce``, or with options.

    Raises:
        UnsupportedFunctionError: it has none.

    >>> import numpy as np
    >>> np.add.reduce(T.dmatrix("x"), axis=1)
    <Tensor: float64 (x.shape[0],)>
    """
    meaningful = {key: value for key, value in options.items() if not _neutral(key, value, np._NoValue)}
    try:
        target = _METHODS[method](ufunc) if method in _METHODS else None
        if target is None:
            raise UnsupportedFunctionError(_no_method(ufunc, method))
        known = _parameters(target) or {}
        for key in meaningful:
            if key not in known:
                raise UnsupportedFunctionError(_refusal(key))
    except SymnumError as error:
        raise located(error, f"numpy.{ufunc.__name__}", inputs) from None
    return target(*inputs, **meaningful)


def _no_method(ufunc: np.ufunc, method: str) -> str:
    if method == "__call__":
        return f"this ufunc has no counterpart in symnum's op table{_near(ufunc)}; {_CURE}"
    if method == "at":
        return "arrays are not changed in place by expressions: use x.at[i].add(y) of a tensor x"
    return (f"ufunc.{method} has no counterpart on tensors; use symnum's {', '.join(_REDUCED.values())}; "
            f"or compute the array: {_CURE}")


def _call(ufunc: np.ufunc) -> Callable[..., Any] | None:
    row = row_of(ufunc)
    if row is not None:
        return functools.partial(applied, row)
    own = getattr(np, ufunc.__name__, None) is ufunc
    return UFUNCS.get(ufunc.__name__) or _public(T, ufunc.__name__) if own else None


def _reduce(ufunc: np.ufunc) -> Callable[..., Any] | None:
    function = _public(T, _REDUCED.get(ufunc.__name__, ""))
    return function and functools.partial(function, axis=0)


def _accumulate(ufunc: np.ufunc) -> Callable[..., Any] | None:
    function = _public(T, _ACCUMULATED.get(ufunc.__name__, ""))
    return function and functools.partial(function, axis=0)


def _outer(ufunc: np.ufunc) -> Callable[..., Any] | None:
    row = row_of(ufunc)
    if row is None or row.arity != 2:
        return None

    def outer(a: Any, b: Any) -> Tensor:
        first, second = np.ndim(a), np.ndim(b)
        return applied(row, T.as_tensor(a)[(..., *(None,) * second)] if first and second else a, b)
    return outer


_METHODS: Mapping[str, Callable[[np.ufunc], Callable[..., Any] | None]] = MappingProxyType({
    "__call__": _call, "reduce": _reduce, "accumulate": _accumulate, "outer": _outer})
