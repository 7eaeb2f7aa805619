"""SymPy expressions as graphs: what is shared stays shared, and nothing is evaluated as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy
from sympy.core.function import AppliedUndef

from .. import dtypes
from ..errors import GraphError, UnsupportedError
from ..ir.build import o
from ..ir.node import Node
from ..ops.assumptions import ELEMENT_FACTS
from ..records import dataclass
from .sympy_arrays import ARRAYS
from .sympy_binders import BINDERS
from .sympy_builder import Builder, Value, is_number
from .sympy_extents import lengths_of_ranges
from .sympy_heads import HEADS
from .sympy_indexed import (
    INDEXED,
    INDEXED_CHAINS,
    free_indices,
    has_indices,
    indices_of,
    over_free,
)
from .sympy_matrices import MATRICES
from .sympy_quadrature import NODES, TOLERANCE
from .sympy_ranks import NAMED, is_array, lifted_symbol, mixed, own_rank, with_lengths
from .sympy_refusals import cure_of
from .sympy_registered import registered
from .sympy_symbols import TensorSymbol
from .sympy_walks import assumptions, in_order, is_atomic_number, made_with, parts_of, path

# (nodes of the arguments) -> node
Implementation = Callable[..., Node]
# (function of Python, nodes of the arguments) -> node
Caller = Callable[[Callable[..., Any], Sequence[Node]], Node]

_ARRAY_HEADS = frozenset({*MATRICES, *ARRAYS, *INDEXED})
# What each class of dtypes says by itself.  SymPy takes positive numbers to be finite; a float need not be.
_IMPLIED = {"f": ("finite",), "i": ("integer", "finite"), "u": ("integer", "finite", "nonnegative")}
_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is the same in all scopes of one conversion: the whole expressions, for places in errors, and functions."""

    roots: Sequence[Any]
    functions: Mapping[Any, Implementation]
    caller: Caller | None
    nodes: int
    tolerance: float


def from_sympy_nodes(exprs: Sequence[Any], symbols: Mapping[Any, Node], dtype: np.dtype[Any] | None = None, *,
                     functions: Mapping[Any, Implementation] = _NOTHING, caller: Caller | None = None,
                     replacements: Sequence[tuple[Any, Any]] = (), nodes: int = NODES,
                     tolerance: float = TOLERANCE) -> list[Node]:
    """The graphs of ``exprs``, with the nodes of ``symbols`` for their symbols.

    Numbers take the dtype of what they meet, as Python numbers do, and are rounded once.  A number alone has
    ``dtype``; if that is None, the common dtype of the symbols, or int64 or float64.  ``symbols`` may map other
    expressions too, such as an applied undefined function.  ``functions`` maps undefined functions to what they do
    with nodes; ``caller`` calls what ``implemented_function`` attached to a function.  ``replacements`` are symbols
    and what they stand for, in the order in which ``sympy.cse`` returns them.  Integrals have ``nodes`` nodes.  A
    Piecewise without a default is NaN where no condition holds.

    Raises:
        UnsupportedError: a function that symnum does not have, with its place.
        GraphError: symbols that stand for nothing, or something that is no expression.
        DTypeError, ShapeError: the nodes do not go together.

    >>> from symnum.ir.build import input_leaf
    >>> x = sympy.Symbol("x")
    >>> from_sympy_nodes([sympy.sqrt(x) - 1/x], {x: input_leaf("x", "float32", (3,))})
    [<Node subtract float32 (3)>]
    """
    roots = [_expression(e) for e in exprs]
    parts = [(symbol, _expression(e)) for symbol, e in replacements]
    every = [*(e for _, e in parts), *roots]
    given = _symbols(every, symbols)
    b = _Scope(Conversion(roots if not parts else every, functions, caller, nodes, tolerance), dtype, given)
    for symbol, e in parts:
        given[symbol] = b.value(e)
    free = [free_indices(e, given) for e in roots] if has_indices(every) else [[] for _ in roots]
    order = b.checked([e for e, indices in zip(roots, free, strict=True) if not indices])
    b.home = _home(every, given) if dtype is None else dtype
    b.enter(order)
    return [_root(b, e, indices, symbols) for e, indices in zip(roots, free, strict=True)]


def _symbols(roots: Sequence[Any], symbols: Mapping[Any, Node]) -> dict[Any, Value]:
    """All that symbols stand for: those that are given, lengths of shapes, and tensors that are symbols themselves."""
    found: dict[Any, Value] = with_lengths(symbols)
    if has_indices(roots):
        found.update(lengths_of_ranges(roots, found))
    atoms = in_order(roots, lambda e: getattr(e, "args", ()))
    found.update({e: e.node for e in atoms if isinstance(e, TensorSymbol)})
    return found


def _root(b: Builder, e: Any, free: Sequence[Any], symbols: Mapping[Any, Node]) -> Node:
    """The node of a whole expression: an array over free indices; a vector if it is a column made of vectors."""
    node = over_free(b, e, free) if free else b.node(e)
    lengths = _own_lengths(e)
    if node.ndim != len(lengths) or 1 not in lengths or not any(
            symbols[x].ndim == 1 for x in e.free_symbols if isinstance(x, sympy.MatrixSymbol) and x in symbols):
        return node
    return o.squeeze(node, axis=tuple(k for k, n in enumerate(lengths) if n == 1))


def _own_lengths(e: Any) -> tuple[Any, ...]:
    """The rows and columns of a matrix expression, or of a derivative by one matrix."""
    if isinstance(e, sympy.Derivative):
        e = e.variables[0] if len(e.variables) == 1 else e
    return tuple(e.shape) if isinstance(e, sympy.MatrixExpr) else ()


def _expression(e: Any) -> Any:
    """A SymPy object; text is not parsed, because SymPy would run it."""
    try:
        return sympy.sympify(e, strict=True)
    except sympy.SympifyError:
        raise GraphError(f"expected a SymPy expression or a number; given {e!r} of type {type(e).__name__}; "
                         f"cure: parse text with SymPy first, if you trust it") from None


def _home(roots: Sequence[Any], symbols: Mapping[Any, Value]) -> np.dtype[Any] | None:
    """The common dtype of what the symbols in expressions stand for: of floats if there are any, bools left out."""
    kinds = {type(e) for e in symbols}
    used = [symbols[e] for e in in_order(roots, lambda e: getattr(e, "args", ())) if type(e) in kinds and e in symbols]
    found = [x.dtype for x in used if isinstance(x, Node) and x.dtype.kind != "b"]
    return dtypes.promote([x for x in found if x.kind in "fc"] or found) if found else None


# scopes -----------------------------------------------------------------------------------------------------

class _Scope(Builder):
    """A builder that finds the values of expressions by their heads."""

    def __init__(self, conversion: Conversion, home: np.dtype[Any] | None, symbols: Mapping[Any, Value],
                 axes: tuple[Any, ...] = (), implied: frozenset[Any] = frozenset(),
                 weak: set[Node] | None = None) -> None:
        super().__init__(home, symbols, axes, implied, weak)
        self.conversion = conversion
        self.nodes, self.tolerance = conversion.nodes, conversion.tolerance
        # Only these classes are looked up in symbols: the hash of a deep expression recurses.
        self._kinds = {type(e) for e in symbols}
        # Expressions by identity with their parts: both stay alive, so that no other gets their identity.
        self._parts: dict[int, tuple[Any, tuple[Any, ...]]] = {}

    def has(self, e: Any) -> bool:
        """Whether an expression stands for a value that is given."""
        return type(e) in self._kinds and e in self.symbols

    def parts(self, e: Any) -> tuple[Any, ...]:
        found = self._parts.get(id(e))
        if found is None:
            ends = self.has(e) or is_atomic_number(e) or not self._knows(e)
            found = self._parts[id(e)] = (e, () if ends else parts_of(e))
        return found[1]

    def visit(self, e: Any) -> Any:
        self._kinds = {type(e) for e in self.symbols}
        self.enter(self.checked([e]))
        return e

    def value(self, e: Any) -> Value:
        """The value of an expression."""
        return self.of(self.visit(e))

    def checked(self, roots: Sequence[Any]) -> list[Any]:
        """All expressions below, parts before the whole.

        Raises:
            GraphError, UnsupportedError: one of them has no value.
        """
        self._kinds = {type(e) for e in self.symbols}
        order = [e for e in in_order(roots, self.parts) if id(e) not in self.values]
        unknown = dict.fromkeys(e for e in order if isinstance(e, NAMED) and not self.has(e))
        if unknown:
            names = ", ".join(sorted(f"{e} ({_described(e)})" for e in unknown))
            raise GraphError(f"nothing is given for the symbols {names}; cure: add them to the arguments, or to "
                             f"symbols=, with the same assumptions: SymPy takes Symbol('x') and Symbol('x', real=True) "
                             f"for different symbols")
        for e in order:
            if not self.has(e) and not is_atomic_number(e) and not self._knows(e):
                what = "the undefined function" if isinstance(e, AppliedUndef) else "the class"
                raise UnsupportedError(f"symnum has no op for {what} {type(e).__name__}, at "
                                       f"{path(e, self.conversion.roots)}; cure: {cure_of(e)}")
        return order

    def _knows(self, e: Any) -> bool:
        return (type(e) in HEADS or type(e) in self.conversion.functions or registered(type(e)) is not None
                or self._python(e) is not None)

    def _python(self, e: Any) -> Any:
        """What ``implemented_function`` attached."""
        return getattr(e, "_imp_", None) if self.conversion.caller and isinstance(e, sympy.Function) else None

    def enter(self, order: Sequence[Any]) -> None:
        """Find the values of expressions that have been checked, parts before the whole."""
        has_arrays = any(map(is_array, order))
        for e in order:
            self.values[id(e)] = self._value(e)
            if has_arrays or self.axes or self.ranks:
                self._remark(e, has_arrays or bool(self.ranks))

    def _remark(self, e: Any, has_arrays: bool) -> None:
        if has_arrays and id(e) not in self.ranks and (rank := own_rank(self, e, self.parts(e))):
            self.ranks[id(e)] = rank
        if self.axes and id(e) not in self.running and (indices := indices_of(self, e, self.parts(e))):
            self.running[id(e)] = indices

    def _value(self, e: Any) -> Value:
        if self.has(e):
            return _assumed(self.symbols[e], e)
        if is_atomic_number(e):
            return e
        parts = self.parts(e)
        if type(e) in _ARRAY_HEADS or type(e) in BINDERS:
            return HEADS[type(e)](self, e)
        if self.ranks and any(id(x) in self.ranks for x in parts):
            return mixed(self, e)
        if type(e) not in HEADS:
            return self._applied(e)
        if parts and all(is_number(self.values[id(x)]) for x in parts):
            return self._number(e, parts)
        heads = INDEXED_CHAINS if self.axes and type(e) in INDEXED_CHAINS else HEADS
        return heads[type(e)](self, e)

    def _number(self, e: Any, parts: Sequence[Any]) -> Any:
        """A number made of numbers: it is evaluated as a whole, and rounded once."""
        values = [self.values[id(x)] for x in parts]
        if all(x is value for x, value in zip(parts, values, strict=True)):
            return e
        if isinstance(e, sympy.Piecewise):
            return e.func(*zip(values[::2], values[1::2], strict=True))
        return values[0] if isinstance(e, sympy.Contains) else e.func(*values)

    def _applied(self, e: Any) -> Node:
        """A function of the user's, of nodes."""
        nodes = [self.node(x) for x in e.args]
        if type(e) in self.conversion.functions:
            return self.conversion.functions[type(e)](*nodes)
        own = registered(type(e))
        if own is not None:
            return own.node(*nodes)
        caller = self.conversion.caller
        assert caller is not None
        return caller(self._python(e), nodes)

    def inside(self, bound: Mapping[Any, Value], rank: int, axes: tuple[Any, ...] = (),
               implied: frozenset[Any] = frozenset()) -> _Scope:
        outer = {e: x if is_number(x) else lifted_symbol(x, e, rank) for e, x in self.symbols.items()}
        indices = {v for v in bound.values() if rank and isinstance(v, Node) and v.dtype.kind == "i"}
        weak = {x for e, x in outer.items() if isinstance(x, Node) and self.symbols[e] in self.weak}
        found = _Scope(self.conversion, self.home, {**outer, **bound}, axes, implied, {*weak, *indices})
        found.ends = {v: ends for v, ends in self.ends.items() if v not in bound}
        return found

    def refusal(self, e: Any, why: str, cure: str) -> UnsupportedError:
        place = path(e, self.conversion.roots)
        return UnsupportedError(f"{type(e).__name__} at {place}: {why}; cure: {cure}")


def _assumed(value: Value, e: Any) -> Value:
    """What a symbol stands for, with what SymPy assumes of it and neither its dtype nor the node says."""
    if not isinstance(e, sympy.Symbol) or not isinstance(value, Node) or value.dtype.kind not in _IMPLIED:
        return value
    if value.op.name == "dim":      # of a length more is known than SymPy can say
        return value
    made = {name for name, holds in made_with(e).items() if holds}
    known = {*_IMPLIED[value.dtype.kind], *(value.attr("facts") if value.op.name == "assume" else ())}
    facts = tuple(name for name in ELEMENT_FACTS if name in made - known)
    return o.assume(value, facts=facts, lower=None, upper=None) if facts else value


def _described(e: Any) -> str:
    return assumptions(e) if isinstance(e, sympy.Symbol) else f"of shape {e.shape}"
