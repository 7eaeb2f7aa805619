"""One public function for each elementwise row of the op table, under its name and its aliases."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..dtypes import FLOAT64, INT64
from ..errors import DTypeError
from ..ops.spec import Absent, OpSpec
from ..ops.table import NAMELESS, TABLE
from .symbolic import Tensor, applied

# Rows whose public functions take more than operands; they are in `functions`.
COMPOSED = frozenset({"cast", "clip", "real", "imag", "where"})
_NAMELESS = frozenset(row.name for row in NAMELESS)

_PARAMETERS = {1: ("x",), 2: ("x", "y"), 3: ("x", "y", "z"), 4: ("x", "y", "z", "w")}
_NAMED = {"where": ("condition", "x", "y"), "arctan2": ("y", "x"), "polygamma": ("n", "x"),
          "ldexp": ("x", "n"), "left_shift": ("x", "n"), "right_shift": ("x", "n")}

_DOC = """{doc}

    Args:
        {parameters}: {given}; Python numbers are weak.

    Returns:
        A tensor of {shape}, with the dtype that NumPy gives.

    Raises:
        DTypeError: the op is not defined for the {dtypes}, or {operand} no array of numbers.
{errors}
    >>> from symnum import tensor as T
    >>> T.{name}({arguments})
    <Tensor: {dtype} ({first}.shape[0],)>
    """
_WORDS = {
    True: {"given": "a tensor, array, number or list, of any shape", "shape": "the same shape",
           "dtypes": "operand's dtype", "operand": "the operand is", "errors": ""},
    False: {"given": "tensors, arrays, numbers or lists, whose shapes broadcast", "shape": "the common shape",
            "dtypes": "operands' dtypes", "operand": "one is",
            "errors": "        ShapeError: the operands' shapes do not broadcast; known when the graph is built, or "
                      "when it runs.\n"}}


def function_of(op: OpSpec, name: str) -> Callable[..., Tensor]:
    """The public function of an elementwise row, under one of its names."""
    assert op.arity is not None
    parameters = _NAMED.get(op.name, _PARAMETERS[op.arity])
    function: Any = _FUNCTIONS[op.arity](op)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = _doc(op, name, parameters)
    function.__signature__ = inspect.Signature(
        [inspect.Parameter(p, inspect.Parameter.POSITIONAL_ONLY, annotation="ArrayLike") for p in parameters],
        return_annotation="Tensor")
    found: Callable[..., Tensor] = function
    return found


def _unary(op: OpSpec) -> Any:
    return lambda x, /: applied(op, x)


def _binary(op: OpSpec) -> Any:
    return lambda x, y, /: applied(op, x, y)


def _ternary(op: OpSpec) -> Any:
    return lambda x, y, z, /: applied(op, x, y, z)


def _quaternary(op: OpSpec) -> Any:
    return lambda x, y, z, w, /: applied(op, x, y, z, w)


_FUNCTIONS = {1: _unary, 2: _binary, 3: _ternary, 4: _quaternary}


def _doc(op: OpSpec, name: str, parameters: tuple[str, ...]) -> str:
    given, dtype = _example_dtypes(op)
    kinds = ["vector", "scalar", "scalar", "scalar"]
    shown = [f'T.{_CODES[d]}{kind}("{p}")' for d, kind, p in zip(given, kinds, parameters, strict=False)]
    return _DOC.format(doc=op.doc, name=name, parameters=", ".join(parameters), arguments=", ".join(shown),
                       dtype=dtype.name, first=parameters[0], **_WORDS[op.arity == 1])


_CODES = {FLOAT64: "d", INT64: "l"}


def _example_dtypes(op: OpSpec) -> tuple[tuple[Any, ...], Any]:
    """The first operand dtypes that the op is defined for, and the result's dtype."""
    assert not isinstance(op.dtype, Absent) and op.arity is not None
    for given in ((FLOAT64,) * op.arity, (INT64,) * op.arity):
        try:
            return given, op.dtype(op.name, given, {})[-1]
        except DTypeError:
            continue
    given = (FLOAT64, *(INT64,) * (op.arity - 1))
    return given, op.dtype(op.name, given, {})[-1]


FUNCTIONS: Mapping[str, Callable[..., Tensor]] = MappingProxyType({
    name: function_of(op, name) for op in TABLE.values()
    if op.kind == "elementwise" and op.name not in COMPOSED | _NAMELESS for name in (op.name, *op.aliases)})

__all__ = [*FUNCTIONS]
globals().update(FUNCTIONS)

if TYPE_CHECKING:
    def __getattr__(name: str) -> Any: ...
