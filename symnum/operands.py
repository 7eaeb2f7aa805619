"""Where tensors and SymPy meet: what an object of each is to the other."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FrameType, MappingProxyType
from typing import Any

import sympy

from .bridge.sympy_expressions import to_sympy_nodes
from .bridge.sympy_graphs import from_sympy_nodes
from .bridge.sympy_numbers import rounded
from .bridge.sympy_symbols import TensorSymbol, atoms, is_atom, leaf, token
from .dtypes import FLOAT64
from .errors import GraphError, SymbolicTruthError, UnsupportedError
from .ir.node import Node
from .tensor.creation import as_tensor
from .tensor.lengths import as_leaf_length, parts_of
from .tensor.symbolic import Tensor

_NOTHING: Mapping[str, Node] = MappingProxyType({})
_WORDS = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "and", "or", "xor", "lshift",
          "rshift")
# Names of the functions behind operators in SymPy, and of the wrappers that convert their operands.
_OPERATORS = frozenset({f"__{way}{word}__" for way in ("", "r") for word in _WORDS} | {
    f"__{word}__" for word in ("lt", "le", "gt", "ge", "eq", "ne")} | {"__sympifyit_wrapper", "sympy.polys.polytools"})


# SymPy in tensors -------------------------------------------------------------------------------------------

def of_sympy(value: Any, declared: Mapping[str, Node] = _NOTHING) -> Node | bool | int | float | complex:
    """An object of SymPy as an operand: a number is weak, as Python's are, and everything else is a node.

    Symbols are inputs: those in ``declared``, by token, or float64 scalars of their name.

    Raises:
        UnsupportedError: a function that symnum does not have, with its place, or a number that is not finite.
    """
    value = sympy.sympify(value)
    number = _weak(value)
    if number is not None:
        return number
    return from_sympy_nodes([value], {x: declared.get(token(x)) or leaf(x) for x in atoms([value])})[0]


def declared(symbol: Any, dtype: object = None, shape: Any = None) -> Tensor:
    """The input that a symbol is, in a dtype and shape.

    Raises:
        GraphError: it is an expression of symbols.
        DTypeError, ShapeError, UnsupportedError: as of :func:`symnum.tensor.tensor`.

    >>> declared(sympy.Symbol("x"), "float32", (3,))
    <Tensor x: float32 (3,)>
    """
    if not is_atom(symbol):
        raise GraphError(f"{symbol} is no symbol, but an expression of {type(symbol).__name__}; only symbols can be "
                         f"inputs; cure: Dummy symbols in its place, by SymPy's subs")
    lengths = None if shape is None else [as_leaf_length(part) for part in parts_of(shape)]
    return Tensor(leaf(symbol, dtype, lengths))


def tensor_of(value: Any) -> Tensor:
    """An object of SymPy as a tensor; a symbol is the input itself, without what is assumed of it.

    Raises:
        UnsupportedError: as :func:`of_sympy`.
    """
    return Tensor(leaf(value)) if is_atom(value) else as_tensor(value)


def _weak(value: Any) -> bool | int | float | complex | None:
    if isinstance(value, sympy.logic.boolalg.BooleanAtom):
        return bool(value)
    if isinstance(value, sympy.Integer):
        return int(value)
    if not isinstance(value, sympy.Expr) or isinstance(value, sympy.MatrixExpr | sympy.Lambda):
        return None
    if atoms([value]) or value.has(sympy.Integral):     # SymPy's own quadrature does not say when it fails
        return None
    if value.is_real is not False or value.is_infinite:
        return float(rounded(value, FLOAT64)) if value.is_number else None
    re, im = value.as_real_imag()
    return complex(rounded(re, FLOAT64), rounded(im, FLOAT64))


# tensors in SymPy -------------------------------------------------------------------------------------------

def opened(node: Node) -> Any:
    """The SymPy expression of a node; each symbol in it is the tensor that it stands for."""
    found, table = to_sympy_nodes([node])
    return found[0].xreplace({symbol: TensorSymbol(x) for symbol, x in table.items()})


class OperatorError(UnsupportedError, sympy.SympifyError):  # type: ignore[misc]  # SymPy has no types
    """An operator of SymPy asked for the symbol of a tensor; most of them leave the operation to the tensor then."""

    def __init__(self) -> None:
        Exception.__init__(self, "this operator of SymPy does not take tensors; cure: symnum.as_tensor(operand) in "
                                 "place of the other operand, or sympy.sympify(tensor) for one symbol")

    __str__ = Exception.__str__


class _Compared:
    """What SymPy gets in place of a symbol while it compares: no object of its own, so that the tensor answers."""

    __slots__ = ("tensor",)
    __hash__ = None  # type: ignore[assignment]  # as Python says that a class does not hash

    def __init__(self, x: Tensor) -> None:
        self.tensor = x

    def __eq__(self, other: object) -> Any:
        return self.tensor == other


def opaque(x: Tensor) -> Any:
    """The symbol that a tensor is in SymPy, for all but its operators, in which the tensor's own answer.

    ``expression == tensor`` asks for the symbol too, and would be False whatever the values are.

    Raises:
        OperatorError: an operator of SymPy asks.
        SymbolicTruthError: ``!=`` asks, which SymPy answers with the truth of ``==``.
    """
    names = _functions_of_sympy(sys._getframe(2))
    if names and names[0] == "_do_eq_sympify":
        if "__ne__" in names:
            raise SymbolicTruthError("expression != tensor is the truth of == in SymPy, and a tensor has none; cure: "
                                     "tensor != expression")
        return _Compared(x)
    if not _OPERATORS.isdisjoint(names):
        raise OperatorError
    return TensorSymbol(x.node)


def _functions_of_sympy(frame: FrameType | None) -> list[str]:
    """The functions of SymPy that called each other to come here, the last one first; wrappers with their module."""
    found = []
    while frame is not None and frame.f_globals.get("__name__", "").startswith("sympy."):
        found.append(frame.f_code.co_name)
        if frame.f_code.co_name == "wrapper":
            found.append(frame.f_globals["__name__"])
        frame = frame.f_back
    return found
