"""Python functions packed by value, so that another process can run them: lambdas and closures too."""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..errors import ArgumentError

_Packed = tuple[str, Any]       # ("function", place), ("module", name) or ("pickle", bytes)


def packed(functions: Mapping[str, Callable[..., Any]]) -> tuple[dict[str, _Packed], list[dict[str, Any]]]:
    """Functions by name, and the parts that they consist of; see ``worker.functions``.

    Raises:
        ArgumentError: a function uses something that no other process can have.

    >>> wanted, parts = packed({"twice": lambda x: 2 * x})
    >>> wanted, [part["name"] for part in parts]
    ({'twice': ('function', 0)}, ['<lambda>'])
    """
    places, parts = dict[FunctionType, int](), list[dict[str, Any]]()
    wanted = {name: _value(function, name, places) for name, function in functions.items()}
    while len(parts) < len(places):     # a part may bring functions that it calls
        function = list(places)[len(parts)]
        parts.append(_part(function, places))
    return wanted, parts


def _part(function: FunctionType, places: dict[FunctionType, int]) -> dict[str, Any]:
    name = function.__qualname__
    used = {x: function.__globals__[x] for x in _names(function.__code__) if x in function.__globals__}
    return {"code": marshal.dumps(function.__code__), "name": function.__name__,
            "defaults": _value(function.__defaults__, name, places),
            "kwdefaults": _value(function.__kwdefaults__, name, places),
            "closure": [_value(cell.cell_contents, name, places) for cell in function.__closure__ or ()],
            "globals": {x: _value(value, name, places) for x, value in used.items()}}


def _value(value: Any, where: str, places: dict[FunctionType, int]) -> _Packed:
    if isinstance(value, ModuleType):
        return "module", value.__name__
    if isinstance(value, FunctionType) and not value.__module__.startswith("sympy."):
        return "function", places.setdefault(value, len(places))
    try:
        return "pickle", pickle.dumps(value)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise ArgumentError(f"the transform {where} uses {value!r}, which no other process can have: {error}; cure: "
                            "make what it needs inside of it") from None


def _names(code: CodeType) -> list[str]:
    """All names that code, and the code of functions inside of it, may look up."""
    inner = [x for x in code.co_consts if isinstance(x, CodeType)]
    return list(dict.fromkeys([*code.co_names, *(name for x in inner for name in _names(x))]))
