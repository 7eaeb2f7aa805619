"""``coverage``: which parts of a SymPy expression symnum has, told before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.array.expressions import ArraySymbol

from ..bridge.sympy_binders import BINDERS
from ..bridge.sympy_graphs import from_sympy_nodes
from ..bridge.sympy_heads import HEADS
from ..bridge.sympy_refusals import cure_of
from ..bridge.sympy_registered import registered
from ..bridge.sympy_symbols import atoms, is_atom, leaf
from ..bridge.sympy_walks import in_order, is_atomic_number, parts_of, path
from ..dtypes import FLOAT64, INT64
from ..errors import GraphError, SymnumError
from ..ir import build
from ..ir.node import Node
from ..records import dataclass

_ARRAYS = (ArraySymbol, sympy.IndexedBase, sympy.Idx)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A part that does not convert: where it stands, what it is, and what helps."""

    path: str
    expression: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path}: {self.expression}; cure: {self.cure}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What :func:`coverage` found: how many parts there are, and those that do not convert; a list of these."""

    parts: int
    uncovered: tuple[Uncovered, ...]

    @property
    def complete(self) -> bool:
        """Whether everything converts."""
        return not self.uncovered

    def __iter__(self) -> Iterator[Uncovered]:
        return iter(self.uncovered)

    def __len__(self) -> int:
        return len(self.uncovered)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        if self.complete:
            return f"all {self.parts} parts convert"
        return "\n".join((f"{len(self.uncovered)} of {self.parts} parts do not convert:",
                          *(f"  {one}" for one in self.uncovered)))


def coverage(expr: Any, symbols: Sequence[Any] = ()) -> Coverage:
    """Which parts of an expression would not convert to tensors, each with its place; no dtype or shape is asked for.

    Args:
        expr: an expression, a matrix, or a list or tuple of them.
        symbols: what is going to be given beside symbols, such as an applied undefined function ``q(t)``.

    Returns:
        A :class:`Coverage`, a list of what does not convert; ``complete`` says that there is nothing in it.

    Raises:
        GraphError: it is no expression of SymPy; text is not parsed.

    >>> x = sympy.Symbol("x")
    >>> print(coverage(sympy.sin(x) + sympy.DiracDelta(x) ** 2))
    1 of 6 parts do not convert:
      exprs[0].args[0].args[0]: DiracDelta(x); cure: integrate it in SymPy first; it has no values
    >>> coverage(sympy.besselj(2, x)).complete
    True
    """
    roots = [_expression(e) for e in (expr if isinstance(expr, list | tuple) else [expr])]
    given = frozenset(symbols)
    order = list(in_order(roots, lambda e: () if e in given else _below(e)))
    missing = [e for e in order if e not in given and not _is_known(e)]
    found = tuple(Uncovered(path(e, roots), str(e), cure_of(e)) for e in missing)
    parts = sum(not isinstance(e, sympy.Tuple) for e in order)
    return Coverage(parts, found or _refused(roots, {
        **{e: _leaf(e) for e in (*atoms(roots), *given) if is_atom(e)}, **dict(_arrays(order))}))


def _leaf(e: Any) -> Node:
    return leaf(e, INT64 if isinstance(e, sympy.Symbol) and e.is_integer else None)


def _arrays(order: Sequence[Any]) -> Iterator[tuple[Any, Node]]:
    """What arrays could stand for, of any lengths that they do not say themselves."""
    for e in order:
        if isinstance(e, sympy.Indexed):
            yield e.base, build.input_leaf(str(e.base), FLOAT64, [None] * len(e.indices))
        elif isinstance(e, ArraySymbol):
            yield e, build.input_leaf(str(e), FLOAT64, [int(n) if n.is_Integer else None for n in e.shape])


def _expression(e: Any) -> Any:
    try:
        return sympy.sympify(e, strict=True)
    except sympy.SympifyError:
        raise GraphError(f"coverage: expected an expression of SymPy; given {e!r} of type {type(e).__name__}") from None


def _below(e: Any) -> Sequence[Any]:
    """What is inside of an expression, bodies and limits of sums too."""
    if is_atomic_number(e) or is_atom(e) or isinstance(e, _ARRAYS):
        return ()
    return tuple(parts_of(e)) if type(e) in HEADS and type(e) not in BINDERS else tuple(e.args)


def _is_known(e: Any) -> bool:
    if isinstance(e, AppliedUndef):
        return getattr(e, "_imp_", None) is not None
    return (is_atomic_number(e) or is_atom(e) or isinstance(e, (sympy.Tuple, *_ARRAYS)) or type(e) in HEADS
            or registered(type(e)) is not None)


def _refused(roots: Sequence[Any], symbols: Mapping[Any, Any]) -> tuple[Uncovered, ...]:
    """What only the conversion itself finds, such as an integral without bounds."""
    try:
        from_sympy_nodes(roots, symbols)
    except SymnumError as error:
        why, _, cure = str(error).partition("; cure: ")
        return (Uncovered("exprs", why, cure),)
    return ()
