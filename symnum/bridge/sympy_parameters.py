"""What a call takes, as ``lambdify`` of SymPy has it: nested arguments, their names, and what each holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import sympy
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFunction
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.tensor.array.expressions import ArraySymbol

from .. import dtypes
from ..errors import GraphError, UnsupportedError
from ..ir.node import Node
from ..records import dataclass

# Parts of an argument: 1 for a single value, a tuple for a list of such parts.
Pattern = int | tuple["Pattern", ...]
# (nodes of the arguments) -> node of the result
Implementation = Callable[[Sequence[Node]], Node]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a call takes; ``ndim`` axes of a value are its own, those of ``first`` before all others."""

    key: Any
    name: str
    ndim: int = 0
    first: bool = False

    @property
    def lengths(self) -> tuple[Any, ...]:
        """Its own lengths, expressions or None."""
        if isinstance(self.key, MatrixExpr | ArraySymbol):
            return tuple(self.key.shape)
        shape = self.key.shape if isinstance(self.key, sympy.IndexedBase) else None
        return tuple(n if n.is_Integer or n.is_Symbol else None for n in shape) if shape else (None,) * self.ndim


@dataclass(frozen=True, slots=True)
class Signature:
    """All parameters, in order, and how the arguments hold them; ``names`` are those of the arguments."""

    parameters: tuple[Parameter, ...]
    patterns: tuple[Pattern, ...]
    names: tuple[str, ...]

    @property
    def is_flat(self) -> bool:
        """Whether each argument is one value."""
        return all(pattern == 1 for pattern in self.patterns)


# arguments --------------------------------------------------------------------------------------------------

def signature(args: Any) -> Signature:
    """The signature that ``args`` of lambdify describe.

    Raises:
        GraphError: something in it can be no argument, or stands there twice.

    >>> x, y, z = sympy.symbols("x y z")
    >>> signature([x, (y, z)]).patterns
    (1, (1, 1))
    """
    found: list[Parameter] = []
    listed = _listed(sympy.symbols(args, seq=True) if isinstance(args, str) else args)
    given = [args] if listed is None else sympy.flatten(args) if isinstance(args, sympy.MatrixBase) else listed
    patterns = tuple(_pattern(x, found) for x in given)
    keys = [p.key for p in found]
    twice = next((k for i, k in enumerate(keys) if k in keys[:i]), None) if len(set(keys)) < len(keys) else None
    if twice is not None:
        raise GraphError(f"lambdify: {twice} is an argument twice; cure: leave one of them out")
    singles = iter(found)
    names = []
    for k, pattern in enumerate(patterns):
        inside = [next(singles) for _ in range(count(pattern))]
        names.append(inside[0].name if pattern == 1 else f"argument {k + 1}")
    return Signature(tuple(found), patterns, tuple(names))


def with_ranks(found: Signature, exprs: Sequence[Any]) -> Signature:
    """The signature with the number of indices that each IndexedBase has in expressions."""
    ranks = {e.base: len(e.indices) for e in _walk(exprs) if isinstance(e, sympy.Indexed)}
    return replace(found, parameters=tuple(replace(p, ndim=ranks.get(p.key, p.ndim)) for p in found.parameters))


def count(pattern: Pattern) -> int:
    """The number of values in an argument.

    >>> count((1, (1, 1)))
    3
    """
    total, todo = 0, [pattern]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple):
            todo.extend(part)
        else:
            total += 1
    return total


def lengths_of(pattern: Pattern) -> tuple[int, ...]:
    """The lengths of a pattern that is an array of single values; of another one the first only.

    >>> lengths_of(((1, 1), (1, 1))), lengths_of((1, (1, 1)))
    ((2, 2), (2,))
    """
    if not isinstance(pattern, tuple):
        return ()
    inner = {lengths_of(part) for part in pattern}
    return (len(pattern), *inner.pop()) if len(inner) == 1 else (len(pattern),)


def _listed(arg: Any) -> list[Any] | None:
    """The parts of an argument that is a list of arguments."""
    if isinstance(arg, sympy.MatrixBase | sympy.NDimArray):
        return list(arg.tolist())
    if isinstance(arg, list | tuple | sympy.Tuple):
        return list(arg)
    return sorted(arg, key=str) if isinstance(arg, set | frozenset) else None


def _pattern(arg: Any, found: list[Parameter]) -> Pattern:
    parts = _listed(arg)
    if parts is not None:
        return tuple(_pattern(x, found) for x in parts)
    found.append(_parameter(sympy.Symbol(arg) if isinstance(arg, str) else arg))
    return 1


def _parameter(key: Any) -> Parameter:
    if isinstance(key, sympy.DeferredVector):
        return Parameter(key, key.name, 1, first=True)
    if isinstance(key, MatrixExpr | ArraySymbol):
        return Parameter(key, str(key), len(key.shape))
    if isinstance(key, sympy.IndexedBase):
        return Parameter(key, str(key), len(key.shape or ()) or 1, first=True)
    written_out = isinstance(key, sympy.Add | sympy.Mul | sympy.Pow | BooleanFunction)
    if isinstance(key, sympy.Expr | sympy.logic.boolalg.Boolean) and not key.is_number and not written_out:
        return Parameter(key, str(key))
    raise GraphError(f"lambdify: {key!r} of type {type(key).__name__} can be no argument; cure: a symbol, a matrix "
                     "symbol, a function of symbols, or a list of them; a Dummy in place of a longer expression")


# functions with implementations -----------------------------------------------------------------------------

def implemented(exprs: Sequence[Any], named: Mapping[str, Any], use_imps: bool,
                known: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Each application of a function that Python implements, those inside it before it, with what implements it.

    ``named`` are implementations by the names of functions; those of ``implemented_function`` come first.
    """
    done: set[int] = set()
    todo: list[tuple[Any, bool]] = [(e, False) for e in reversed(exprs)]
    while todo:
        e, visited = todo.pop()
        if visited:
            python = _implementation(e, named, use_imps)
            if python is not None:
                yield e, python
        elif id(e) not in done and isinstance(e, sympy.Basic) and e not in known:
            done.add(id(e))
            todo.append((e, True))
            todo.extend((x, False) for x in reversed(e.args))


def _implementation(e: Any, named: Mapping[str, Any], use_imps: bool) -> Any:
    if not isinstance(e, sympy.Function):
        return None
    own = getattr(e, "_imp_", None) if use_imps else None
    return named.get(type(e).__name__) if own is None else own


# facts ------------------------------------------------------------------------------------------------------

def natural_dtypes(found: Signature, exprs: Sequence[Any]) -> list[np.dtype[Any]]:
    """The dtypes of Python numbers as arguments: bool of conditions, int64 of declared integers, else float64.

    >>> x, n, p = sympy.Symbol("x"), sympy.Symbol("n", integer=True), sympy.Symbol("p")
    >>> [str(d) for d in natural_dtypes(signature([x, n, p]), [sympy.Piecewise((x, p), (n, True))])]
    ['float64', 'int64', 'bool']
    """
    conditions = _conditions(exprs)
    return [dtypes.BOOL if p.key in conditions else
            dtypes.INT64 if not p.ndim and getattr(p.key, "is_integer", False) else dtypes.FLOAT64
            for p in found.parameters]


def _conditions(exprs: Sequence[Any]) -> set[Any]:
    """The symbols that are conditions, or parts of logical expressions."""
    return {x for e in _walk(exprs) for x in _truths(e) if isinstance(x, sympy.Symbol)}


def _truths(e: Any) -> tuple[Any, ...]:
    if isinstance(e, sympy.ITE):
        return tuple(e.args[:1])
    is_logic = isinstance(e, BooleanFunction) and not isinstance(e, sympy.core.relational.Relational)
    if isinstance(e, ExprCondPair):
        return (e.cond,)
    return tuple(e.args) if is_logic else ()


def _walk(exprs: Sequence[Any]) -> Iterator[Any]:
    """Every distinct object once."""
    done: set[int] = set()
    todo = [e for e in exprs if isinstance(e, sympy.Basic)]
    while todo:
        e = todo.pop()
        if id(e) not in done:
            done.add(id(e))
            todo.extend(e.args)
            yield e


def elements_of(p: Parameter, exprs: Sequence[Any]) -> Iterator[tuple[Any, int]]:
    """The symbols that are elements of a deferred vector, as ``X[0]`` is one of X, with their places."""
    if isinstance(p.key, sympy.DeferredVector):
        for e in _walk(exprs):
            name, _, rest = e.name.partition("[") if isinstance(e, sympy.Symbol) else ("", "", "")
            if name == p.name and rest[:-1].isdigit():
                yield e, int(rest[:-1])


def arguments_of(expr: Any, defined: Collection[str] = ()) -> list[Any]:
    """What an expression or equation takes, in the order of the names, as ``sympy.utilities.codegen`` has it.

    Indices, lengths of arrays, the left sides of equations and functions that are ``defined`` are none of them; where
    indices begin is one.

    >>> x, y, z = sympy.symbols("x y z")
    >>> arguments_of(sympy.Eq(z, y - x))
    [x, y]
    """
    parts = [e.rhs if isinstance(e, sympy.Eq) else e for e in expressions_of(expr)]
    inside = list(_walk(parts))
    bases = {e for e in inside if isinstance(e, sympy.IndexedBase)}
    runs = {e for e in inside if isinstance(e, sympy.Idx)}
    sizes = [n for e in bases for n in e.shape or ()] + [e.args[1][1] for e in runs if len(e.args) > 1]
    firsts = {x for e in runs if len(e.args) > 1 for x in e.args[1][0].free_symbols}
    lengths = {x for n in sizes for x in n.free_symbols} - firsts
    skipped = {*lengths, *(e.label for e in (*bases, *runs))}
    applied = {e for e in inside if isinstance(e, AppliedUndef) and type(e).__name__ not in defined}
    times = {x for e in applied for x in e.free_symbols}
    free = {x for e in parts for x in e.free_symbols}.union(firsts) - skipped - times
    found = {e for e in free if isinstance(e, sympy.Symbol | MatrixExpr)} | bases | applied
    return sorted(found, key=str)


def expressions_of(expr: Any) -> list[Any]:
    """The expressions in a list, or the one that is given."""
    given = list(expr) if isinstance(expr, list | tuple | sympy.Tuple) else [expr]
    return [sympy.ImmutableDenseMatrix(e) if isinstance(e, sympy.MatrixBase) else sympy.sympify(e) for e in given]


def computed(e: Any) -> Any:
    """What an equation computes: its right side, or for elements of an array an equation for a new one.

    Raises:
        UnsupportedError: its left side is not y[i, j, ...] with an index of its own for each axis.
    """
    if not isinstance(e, sympy.Eq):
        return e
    if isinstance(e.lhs, sympy.Indexed):
        if not all(isinstance(i, sympy.Idx) for i in e.lhs.indices) or len({*e.lhs.indices}) < len(e.lhs.indices):
            raise UnsupportedError(f"the left side {e.lhs} of an equation for an array must have an index of its own "
                                   f"for each axis; cure: shift the indices of the right side, y[i] = u[i - 1]")
        return sympy.Eq(sympy.IndexedBase(sympy.Dummy("y"))[e.lhs.indices], e.rhs, evaluate=False)
    return e.rhs
