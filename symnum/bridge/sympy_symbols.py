"""Symbols between tensors and SymPy: the leaf that a SymPy symbol is, and the symbol that a tensor is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sympy
from sympy.core.function import AppliedUndef

from .. import dtypes
from ..dtypes import FLOAT64
from ..errors import UnsupportedError
from ..ir import build
from ..ir.node import Node
from ..ir.order import graph_digest
from ..ir.walk import leaves
from .sympy_expressions import assumptions_of, name_of

# tensors in SymPy -------------------------------------------------------------------------------------------

class _Key:
    """What tells symbols of one name apart: their node; their order is that of graphs, not of addresses."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.node is other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def _order(self) -> tuple[str, list[str]]:
        return graph_digest((), (self.node,)), [x.attr("token") for x in leaves((self.node,), "input")]

    def __lt__(self, other: _Key) -> bool:
        return self != other and self._order() < other._order()

    def __gt__(self, other: _Key) -> bool:
        return self != other and self._order() > other._order()


class TensorSymbol(sympy.Symbol):  # type: ignore[misc]  # SymPy has no types
    """A symbol that stands for a tensor, and any element of it; it is the tensor again where it meets tensors.

    It holds the node, so the tensor lives as long as an expression with the symbol.  Symbols of one node are equal,
    symbols of different nodes are not, whatever their names.

    >>> from symnum.ir.build import input_leaf
    >>> x = input_leaf("x", "float64", ())
    >>> TensorSymbol(x) == TensorSymbol(x), TensorSymbol(x) == sympy.Symbol("x", real=True)
    (True, False)
    """

    __slots__ = ("node",)

    node: Node

    def __new__(cls, node: Node) -> TensorSymbol:
        """The symbol of a node, real or integer by its dtype, under the name of a leaf or the op."""
        found: TensorSymbol = sympy.Symbol.__xnew__(cls, name_of(node) or node.op.name, **assumptions_of(node))
        found.node = node
        return found

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.name, _Key(self.node)

    def sort_key(self, order: Any = None) -> Any:
        """After symbols of the same name; among each other by graph."""
        return self.class_key(), (2, (self.name, _Key(self.node))), sympy.S.One.sort_key(), sympy.S.One

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorSymbol, (self.node,)


# SymPy in tensors -------------------------------------------------------------------------------------------

def is_atom(e: Any) -> bool:
    """Whether an expression is a quantity of its own: a symbol, q(t) of an undefined function, its derivative."""
    if isinstance(e, sympy.Derivative):
        return is_atom(e.expr) and isinstance(e.expr, AppliedUndef)
    return isinstance(e, sympy.Symbol | sympy.MatrixSymbol) or (
        isinstance(e, AppliedUndef) and getattr(e, "_imp_", None) is None)


def atoms(exprs: Sequence[Any]) -> list[Any]:
    """The quantities that expressions depend on, in the order of a first visit from the left."""
    found: dict[Any, None] = {}
    for e in _visited(exprs):
        if is_atom(e):
            found[e] = None
        elif isinstance(e, sympy.Basic) and getattr(e, "bound_symbols", None):
            found.update(dict.fromkeys(sorted(e.free_symbols, key=lambda s: s.sort_key())))
    return list(found)


def _visited(exprs: Sequence[Any]) -> Iterator[Any]:
    seen: set[int] = set()
    todo = list(reversed(exprs))
    while todo:
        e = todo.pop()
        if id(e) in seen:
            continue
        seen.add(id(e))
        yield e
        bound = isinstance(e, sympy.Basic) and getattr(e, "bound_symbols", None)
        if not is_atom(e) and not bound:
            todo.extend(reversed(getattr(e, "args", ())))


def leaf(atom: Any, dtype: object = None, shape: Sequence[int | Node | None] | None = None) -> Node:
    """The input that a SymPy symbol is: named after it, the same leaf for the same symbol in every process.

    A TensorSymbol is the node that it stands for.  A MatrixSymbol of known shape has that shape, others are scalars;
    the dtype is float64, or complex128 for a symbol that is assumed not to be real.

    >>> leaf(sympy.Symbol("x")) is leaf(sympy.Symbol("x")), leaf(sympy.Symbol("x", real=True)).attr("name")
    (True, 'x')

    Raises:
        UnsupportedError: a matrix whose shape is not known.
    """
    if isinstance(atom, TensorSymbol):
        return atom.node
    lengths = _shape(atom) if shape is None else shape
    named = [build.dim(f"{atom}.shape[{k}]", token=f"{token(atom)}.{k}") if n is None else n
             for k, n in enumerate(lengths)]
    return build.input_leaf(str(atom), _dtype(atom) if dtype is None else dtype, named, token=token(atom))


def token(atom: Any) -> str:
    """The identity of a symbol as text: its class, name and assumptions.

    >>> token(sympy.Symbol("x")) == token(sympy.Symbol("x", real=True))
    False
    """
    text = "\n".join(_identity(e) for e in sympy.preorder_traversal(atom))
    return build.SYMBOL + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _identity(e: Any) -> str:
    if isinstance(e, sympy.Symbol):
        made = sorted(e.assumptions0.items())
        return f"{type(e).__name__} {e.name!r} {getattr(e, 'dummy_index', '')} {made}"
    return f"{type(e).__name__} {len(e.args)} {'' if e.args else e}"


def _dtype(atom: Any) -> np.dtype[Any]:
    return dtypes.as_dtype("complex128") if isinstance(atom, sympy.Symbol) and atom.is_real is False else FLOAT64


def _shape(atom: Any) -> tuple[int, ...]:
    if not isinstance(atom, sympy.MatrixSymbol):
        return ()
    if not all(isinstance(n, sympy.Integer) for n in atom.shape):
        raise UnsupportedError(f"the shape {atom.shape} of {atom} is not known; cure: from_sympy(..., "
                               f"symbols={{{atom}: tensor}})")
    return tuple(map(int, atom.shape))
