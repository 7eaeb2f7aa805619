"""SymPy expressions as graphs: what is shared stays shared, and nothing is evaluated as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from .. import dtypes
from ..errors import GraphError, UnsupportedError
from ..ir.build import o
from ..ir.node import Node
from ..ops.assumptions import ELEMENT_FACTS
from .sympy_builder import Builder, Value
from .sympy_heads import HEADS

_NUMBERS = (sympy.Rational, sympy.Float, sympy.NumberSymbol, sympy.core.numbers.Infinity,
            sympy.core.numbers.NegativeInfinity, sympy.core.numbers.NaN, sympy.core.numbers.ImaginaryUnit,
            sympy.logic.boolalg.BooleanAtom)
# What each class of dtypes says by itself.  SymPy takes positive numbers to be finite; a float need not be.
_IMPLIED = {"f": ("finite",), "i": ("integer", "finite"), "u": ("integer", "finite", "nonnegative")}


def from_sympy_nodes(exprs: Sequence[Any], symbols: Mapping[Any, Node],
                     dtype: np.dtype[Any] | None = None) -> list[Node]:
    """The graphs of ``exprs``, with the nodes of ``symbols`` for their symbols.

    Numbers take the dtype of what they meet, as Python numbers do, and are rounded once.  A number alone has
    ``dtype``; if that is None, the common dtype of the symbols, or int64 or float64.  ``symbols`` may map other
    expressions too, such as an applied undefined function.  A Piecewise without a default is NaN where no
    condition holds.

    Raises:
        UnsupportedError: a function that symnum does not have, with its place; nothing has been built then.
        GraphError: symbols that stand for nothing, or something that is no expression.
        DTypeError, ShapeError: the nodes do not go together.

    >>> from symnum.ir.build import input_leaf
    >>> x = sympy.Symbol("x")
    >>> from_sympy_nodes([sympy.sqrt(x) - 1/x], {x: input_leaf("x", "float32", (3,))})
    [<Node subtract float32 (3)>]
    """
    roots = [_expression(e) for e in exprs]
    order = list(_in_order(roots, symbols))
    _check(order, roots, symbols)
    used = [symbols[e] for e in order if e in symbols]
    build = Builder(_home(used) if dtype is None else dtype)
    for e in order:
        build.values[id(e)] = _value(build, e, symbols)
    return [build.node(e) for e in roots]


def _expression(e: Any) -> Any:
    """A SymPy object; text is not parsed, because SymPy would run it."""
    try:
        return sympy.sympify(e, strict=True)
    except sympy.SympifyError:
        raise GraphError(f"expected a SymPy expression or a number; given {e!r} of type {type(e).__name__}; "
                         f"cure: parse text with SymPy first, if you trust it") from None


def _value(build: Builder, e: Any, symbols: Mapping[Any, Node]) -> Value:
    if e in symbols:
        return _assumed(symbols[e], e)
    if _is_number(e):
        return e
    parts = children(e)
    if not any(isinstance(build.values[id(x)], Node) for x in parts):
        return e        # a number made of numbers: it is evaluated as a whole, and rounded once
    return HEADS[type(e)](build, e)


def _assumed(node: Node, e: Any) -> Node:
    """The node of a symbol, with what SymPy assumes of it and neither its dtype nor the node says."""
    if not isinstance(e, sympy.Symbol) or node.dtype.kind not in _IMPLIED:
        return node
    made = {name for name, value in _made_with(e).items() if value}
    known = {*_IMPLIED[node.dtype.kind], *(node.attr("facts") if node.op.name == "assume" else ())}
    facts = tuple(name for name in ELEMENT_FACTS if name in made - known)
    return o.assume(node, facts=facts, lower=None, upper=None) if facts else node


def _home(nodes: Sequence[Node]) -> np.dtype[Any] | None:
    """The common dtype of nodes, bools left out."""
    found = [x.dtype for x in nodes if x.dtype.kind != "b"]
    return dtypes.promote(found) if found else None


# walks and checks, without recursion ------------------------------------------------------------------------

def children(e: Any) -> tuple[Any, ...]:
    """The expressions that the value of ``e`` is made of."""
    if isinstance(e, sympy.Piecewise):
        return tuple(x for pair in e.args for x in pair.args)
    return tuple(e.args)


def _is_number(e: Any) -> bool:
    return isinstance(e, _NUMBERS)


def _below(e: Any, symbols: Mapping[Any, Node]) -> tuple[Any, ...]:
    return () if e in symbols or _is_number(e) or type(e) not in HEADS else children(e)


def _in_order(roots: Sequence[Any], symbols: Mapping[Any, Node]) -> Iterator[Any]:
    """Every distinct object once, parts before the whole; by identity, because comparing recurses."""
    done: set[int] = set()
    todo = list(reversed(roots))
    while todo:
        e = todo[-1]
        missing = [] if id(e) in done else [x for x in _below(e, symbols) if id(x) not in done]
        if missing:
            todo.extend(reversed(missing))
            continue
        todo.pop()
        if id(e) not in done:
            done.add(id(e))
            yield e


def _path(wanted: Any, roots: Sequence[Any]) -> str:
    """Where an object stands: ``exprs[0].args[1].args[0]``."""
    came_from: dict[int, tuple[Any, str]] = {}
    todo: list[tuple[Any, Any, str]] = [(x, None, f"exprs[{k}]") for k, x in enumerate(roots)]
    while todo:
        e, parent, step = todo.pop()
        if id(e) not in came_from:
            came_from[id(e)] = (parent, step)
            todo += [(x, e, f".args[{k}]") for k, x in reversed(list(enumerate(e.args)))]
    steps: list[str] = []
    while wanted is not None:
        wanted, step = came_from[id(wanted)]
        steps.append(step)
    return "".join(reversed(steps))


def _check(order: Sequence[Any], roots: Sequence[Any], symbols: Mapping[Any, Node]) -> None:
    unknown = dict.fromkeys(e for e in order if isinstance(e, sympy.Symbol) and e not in symbols)
    if unknown:
        names = ", ".join(sorted(f"{e} ({assumptions(e)})" for e in unknown))
        raise GraphError(f"no tensor is given for the symbols {names}; cure: add them to symbols=, with the same "
                         f"assumptions: SymPy takes Symbol('x') and Symbol('x', real=True) for different symbols")
    for e in order:
        if e not in symbols and not _is_number(e) and type(e) not in HEADS:
            what = "the undefined function" if isinstance(e, sympy.core.function.AppliedUndef) else "the class"
            raise UnsupportedError(f"symnum has no op for {what} {type(e).__name__}, at {_path(e, roots)}; "
                                   f"cure: rewrite it in SymPy, or map that expression to a tensor in symbols=")


def assumptions(symbol: Any) -> str:
    """The assumptions that a symbol was made with, as text.

    >>> assumptions(sympy.Symbol("x", positive=True))
    'positive=True'
    """
    return ", ".join(f"{k}={v}" for k, v in sorted(_made_with(symbol).items())) or "no assumptions"


def _made_with(symbol: Any) -> Mapping[str, bool]:
    made: Mapping[str, bool] = symbol.assumptions0 if isinstance(symbol, sympy.Dummy) else symbol._assumptions_orig
    return made
