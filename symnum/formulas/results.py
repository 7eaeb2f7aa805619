"""What a call gives, as ``lambdify`` of SymPy has it: expressions in lists, sets and dicts, and text for them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.tensor.array.expressions.array_expressions import _ArrayExpr

from ..bridge.sympy_parameters import Parameter
from ..errors import GraphError
from ..records import dataclass
from ..structures import Items, Members, Nothing
from .implementations import with_constants


def parsed(expr: Any, parameters: Sequence[Parameter], meanings: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """``expr`` with text in it read by SymPy's parser, in which the names of arguments mean the arguments.

    Names that mean numbers are replaced by them.

    Raises:
        GraphError: SymPy cannot read it.
    """
    if type(expr) in (list, tuple, set, frozenset):
        return type(expr)(parsed(x, parameters, meanings) for x in expr)
    if isinstance(expr, dict):
        return {key: parsed(x, parameters, meanings) for key, x in expr.items()}
    if isinstance(expr, str):
        try:
            expr = sympy.sympify(expr, locals={p.name: p.key for p in parameters if p.name.isidentifier()})
        except sympy.SympifyError as error:
            raise GraphError(f"lambdify: SymPy cannot read {expr!r}: {error}") from None
    return with_constants(expr, meanings, [p.key for p in parameters])


def structured(expr: Any, keys: Collection[Any] = ()) -> Any:
    """``expr`` with SymPy's own tuples, sets and dicts as Python's, and with keys that depend on arguments as results.

    ``keys`` are the arguments.
    """
    if expr is None:
        return Nothing()
    if isinstance(expr, list):
        return [structured(x, keys) for x in expr]
    if isinstance(expr, tuple | sympy.Tuple):
        return tuple(structured(x, keys) for x in expr)
    if isinstance(expr, set | frozenset | sympy.FiniteSet):
        return Members(structured(x, keys) for x in sorted(expr, key=sympy.default_sort_key))
    if isinstance(expr, dict | sympy.Dict):
        items = [(key, structured(x, keys)) for key, x in expr.items()]
        computes = any(isinstance(key, sympy.Basic) and key.has(*keys) for key, _ in items) if keys else False
        return Items(x for item in items for x in item) if computes else dict(items)
    return expr


@dataclass(frozen=True, slots=True)
class Leaf:
    """One result: an expression, or the elements of an explicit matrix or array of a ``shape``."""

    exprs: tuple[Any, ...]
    shape: tuple[int, ...] | None
    ndim: int = 0


def leaf(expr: Any) -> Leaf:
    """What one result is made of.

    >>> leaf(sympy.Matrix([[1, 2]])).shape
    (1, 2)
    """
    if isinstance(expr, np.ndarray):
        expr = sympy.Array(expr.tolist())
    if isinstance(expr, sympy.MatrixBase | sympy.NDimArray) and 0 not in expr.shape and expr.shape:
        flat = expr.flat() if isinstance(expr, sympy.MatrixBase) else list(sympy.flatten(expr.tolist()))
        return Leaf(tuple(flat), tuple(map(int, expr.shape)))
    own = isinstance(expr, MatrixExpr | sympy.MatrixBase | _ArrayExpr | sympy.NDimArray)
    return Leaf((expr,), None, len(expr.shape) if own else 0)


def described(names: Sequence[str], expr: Any, source: Callable[[], str], limit: int | None) -> str:
    """The docstring of a function, laid out as SymPy's; ``limit`` is the longest expression that is shown, in letters.

    >>> described(["x"], sympy.Symbol("x") + 1, lambda: "source", None).split()[:5]
    ['Created', 'with', 'lambdify.', 'Signature:', 'func(x)']
    """
    call = textwrap.fill(f"func({', '.join(names)})", subsequent_indent=" " * 8)
    shown = str(expr)
    if limit is not None and len(shown) > limit:
        redacted = "REDACTED DUE TO LENGTH, (see lambdify's `docstring_limit`)"
        shown, text = f"EXPRESSION {redacted}", f"SOURCE CODE {redacted}"
    else:
        shown, text = textwrap.wrap(shown, 75)[0] + "..." if len(shown) > 78 else shown, source()
    return f"Created with lambdify. Signature:\n\n{call}\n\nExpression:\n\n{shown}\n\nSource code:\n\n{text}\n"
