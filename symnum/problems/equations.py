"""Differential equations of SymPy, of any order, as the right-hand sides of a system of first order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ..errors import GraphError, UnsupportedError
from ..operands import declared
from ..records import dataclass
from ..tensor.creation import as_tensor
from ..tensor.linalg import solve
from ..tensor.symbolic import Tensor


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """A system of first order: what its state consists of, the inputs that stand for that, and their derivatives."""

    time: Any
    state: tuple[Any, ...]
    leaves: tuple[Tensor, ...]
    rates: tuple[Tensor, ...]


def first_order(equations: Sequence[Any], functions: Sequence[Any]) -> FirstOrder:
    """Equations between functions of one symbol, ``Eq(f(t).diff(t), ...)``, as a system of first order.

    The state holds the functions in the order given, then their first derivatives, and so on below the highest order
    of each.  The highest derivatives may stand anywhere as long as the equations are linear in them; where equations
    share them, they are solved for by elimination at each call.

    Raises:
        GraphError: not as many equations as functions, functions of something else than one symbol, or a function
            without a derivative.
        UnsupportedError: an equation is not linear in the highest derivatives.

    >>> t = sympy.Symbol("t")
    >>> x = sympy.Function("x")(t)
    >>> first_order([sympy.Eq(x.diff(t, 2), -x)], [x]).state
    (x(t), Derivative(x(t), t))
    """
    time = _time(equations, functions)
    orders = {f: _order(equations, f) for f in functions}
    state = [_rate(f, k) for k in range(max(orders.values())) for f in functions if k < orders[f]]
    symbols = {d: sympy.Dummy(str(d)) for d in state}
    highest = {_rate(f, orders[f]): sympy.Dummy(f"{f} highest") for f in functions}
    zeros = [e.lhs - e.rhs if isinstance(e, sympy.Eq) else e for e in equations]
    residuals = [replaced(e, {**highest, **symbols}) for e in zeros]
    values = dict(zip(highest, _solved(residuals, list(highest.values()), equations), strict=True))
    leaves = {d: declared(symbol) for d, symbol in symbols.items()}
    after = {**leaves, **values}
    return FirstOrder(time, tuple(state), tuple(leaves.values()), tuple(after[d.diff(time)] for d in state))


def replaced(e: Any, symbols: Mapping[Any, Any]) -> Any:
    """An expression with others in place of functions and derivatives, the highest first: they contain each other."""
    for d in sorted(symbols, key=lambda d: -d.derivative_count if isinstance(d, sympy.Derivative) else 0):
        e = e.xreplace({d: symbols[d]})
    return e


def _time(equations: Sequence[Any], functions: Sequence[Any]) -> Any:
    found = {f.args for f in functions if isinstance(f, AppliedUndef)}
    if len(found) != 1 or len(one := found.pop()) != 1 or not all(isinstance(f, AppliedUndef) for f in functions):
        raise GraphError(f"ode: the state of equations must be a list of functions of one symbol, such as x(t); given "
                         f"{list(functions)}")
    if len(equations) != len(functions):
        raise GraphError(f"ode: {len(functions)} functions need as many equations; given {len(equations)}")
    return one[0]


def _order(equations: Sequence[Any], f: Any) -> int:
    found = [d.derivative_count for e in equations for d in e.atoms(sympy.Derivative) if d.expr == f]
    if not found:
        raise GraphError(f"ode: no equation has a derivative of {f}; cure: make it a parameter")
    return int(max(found))


def _rate(f: Any, order: int) -> Any:
    return f.diff(f.args[0], order) if order else f


def _solved(residuals: Sequence[Any], unknowns: Sequence[Any], equations: Sequence[Any]) -> list[Tensor]:
    """The values of unknowns for which residuals are zero."""
    matrix = [[r.diff(u) for u in unknowns] for r in residuals]
    for e, row in zip(equations, matrix, strict=True):
        if any(entry.has(*unknowns) for entry in row):
            raise UnsupportedError(f"ode: {e} is not linear in the highest derivatives; cure: solve for them with "
                                   f"SymPy first")
    right = [-r.xreplace(dict.fromkeys(unknowns, sympy.S.Zero)) for r in residuals]
    own = [[k for k, row in enumerate(matrix) if row[j] != 0] for j in range(len(unknowns))]
    if all(len(rows) == 1 for rows in own) and len({rows[0] for rows in own}) == len(unknowns):
        return [as_tensor(right[rows[0]] / matrix[rows[0]][j]) for j, rows in enumerate(own)]
    found = solve(as_tensor(matrix, dtype="float64"), as_tensor(right, dtype="float64"))
    return [found[k] for k in range(len(unknowns))]
