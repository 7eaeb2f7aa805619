"""Walks over SymPy expressions without recursion: what a value is made of, in which order, and where things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sympy
from sympy.tensor.array.expressions.array_expressions import ArrayElement

from .sympy_arrays import ARRAYS, array_parts
from .sympy_binders import BINDERS, binder_parts
from .sympy_matrices import MATRICES, matrix_parts
from .sympy_special import SPECIAL_PARTS

_NUMBERS = (sympy.Rational, sympy.Float, sympy.NumberSymbol, sympy.core.numbers.Infinity,
            sympy.core.numbers.NegativeInfinity, sympy.core.numbers.NaN, sympy.core.numbers.ImaginaryUnit,
            sympy.logic.boolalg.BooleanAtom)


def is_atomic_number(e: Any) -> bool:
    """Whether an expression is a number that is made of nothing else."""
    return isinstance(e, _NUMBERS)


# parts ------------------------------------------------------------------------------------------------------

def _pairs(e: Any) -> tuple[Any, ...]:
    return tuple(x for pair in e.args for x in pair.args)


def _condition(e: Any) -> tuple[Any, ...]:
    """x in a set, as comparisons; nothing if the set has none."""
    try:
        return (e.args[1].as_relational(e.args[0]),)
    except (AttributeError, NotImplementedError):
        return ()


# What the value of an expression is made of, where that is not its arguments.
_PARTS: Mapping[type, Callable[[Any], tuple[Any, ...]]] = MappingProxyType({
    **dict.fromkeys(MATRICES, matrix_parts), **dict.fromkeys(ARRAYS, array_parts),
    **dict.fromkeys(BINDERS, binder_parts), **SPECIAL_PARTS, ArrayElement: array_parts,
    sympy.Piecewise: _pairs, sympy.Contains: _condition})


def parts_of(e: Any) -> tuple[Any, ...]:
    """The expressions that the value of ``e`` is made of; some are made at each call."""
    found = _PARTS.get(type(e))
    return tuple(e.args) if found is None else found(e)


# order ------------------------------------------------------------------------------------------------------

def in_order(roots: Sequence[Any], below: Callable[[Any], Sequence[Any]]) -> Iterator[Any]:
    """Every distinct object once, parts before the whole; by identity, because comparing recurses.

    >>> x = sympy.Symbol("x")
    >>> [str(e) for e in in_order([sympy.sin(x + 1)], lambda e: e.args)]
    ['1', 'x', 'x + 1', 'sin(x + 1)']
    """
    done: set[int] = set()
    todo = list(reversed(roots))
    while todo:
        e = todo[-1]
        missing = [] if id(e) in done else [x for x in below(e) if id(x) not in done]
        if missing:
            todo.extend(reversed(missing))
            continue
        todo.pop()
        if id(e) not in done:
            done.add(id(e))
            yield e


def path(wanted: Any, roots: Sequence[Any]) -> str:
    """Where an object stands: ``exprs[0].args[1].args[0]``; ``exprs`` if it is in none of them as it is.

    >>> x = sympy.Symbol("x")
    >>> path(x, [2 * x])
    'exprs[0].args[1]'
    """
    came_from: dict[int, tuple[Any, str]] = {}
    todo: list[tuple[Any, Any, str]] = [(x, None, f"exprs[{k}]") for k, x in enumerate(roots)]
    while todo:
        e, parent, step = todo.pop()
        if id(e) not in came_from:
            came_from[id(e)] = (parent, step)
            todo += [(x, e, f".args[{k}]") for k, x in reversed(list(enumerate(getattr(e, "args", ()))))]
    if id(wanted) not in came_from:
        return "exprs"
    steps: list[str] = []
    while wanted is not None:
        wanted, step = came_from[id(wanted)]
        steps.append(step)
    return "".join(reversed(steps))


# symbols ----------------------------------------------------------------------------------------------------

def assumptions(symbol: Any) -> str:
    """The assumptions that a symbol was made with, as text.

    >>> assumptions(sympy.Symbol("x", positive=True))
    'positive=True'
    """
    return ", ".join(f"{k}={v}" for k, v in sorted(made_with(symbol).items())) or "no assumptions"


def made_with(symbol: Any) -> Mapping[str, bool]:
    """The assumptions that a symbol was made with."""
    made: Mapping[str, bool] = symbol.assumptions0 if isinstance(symbol, sympy.Dummy) else symbol._assumptions_orig
    return made
