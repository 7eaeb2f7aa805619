"""Equations between tensors, solved by SymPy for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy

from ..bridge.sympy_expressions import to_sympy_nodes
from ..dtypes import FLOAT64
from ..errors import ArgumentError, UnsupportedError
from ..ir.node import Node
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor
from .extraneous import checked, scalars_of, where_it_holds
from .regions import Region, back, fitted, require, short, shown, written_out

_DIGITS = 40


def solve_for(equation: Any, x: Any) -> list[Tensor]:
    """The solutions of an equation for one of its tensors, each as a formula of the others.

    The equation is solved for each element; all solutions that SymPy finds over the real numbers are returned, in its
    order; of periodic ones those of one period.  They are NaN where they are not real, and where they solve the
    equation only if a root or logarithm in it is taken with another sign or turn.

    Args:
        equation: ``sn.equal(left, right)`` of tensors of floats or integers, or a tensor that is to be 0; any shape.
        x: the tensor to solve for, of any shape that broadcasts inside the equation.

    Returns:
        Tensors of the shape of the equation, and of the dtype of ``x``, or float64 if that is an integer.

    Raises:
        ArgumentError: ``equation`` is a comparison of another kind, ``x`` does not occur in it, or is inside of
            something that SymPy cannot say, such as a sum over an axis.
        DTypeError: something given is no tensor, array or number.
        UnsupportedError: SymPy finds no solution, or one that needs complex numbers.

    >>> import symnum as sn
    >>> a, b, x = sn.tensor.dscalars("a", "b", "x")
    >>> [sn.pp(found) for found in sn.solve_for(sn.equal(sn.exp(a * x), b + 1), x)]
    ['log(b + 1)/a']
    """
    root, sides = _sides(as_tensor(equation).node)
    variable = as_tensor(x).node
    expressions, table = to_sympy_nodes(sides, opaque=[variable])
    difference = sympy.Add(expressions[0], *(-e for e in expressions[1:]))
    symbol = require(Region(root, difference, table), variable, "solve_for")
    dtype = variable.dtype if variable.dtype.kind in "fc" else FLOAT64
    found = _solutions(difference, symbol, short(root), dtype.kind == "c")
    made = [x for x in (_placed(e, difference, symbol, table, root, dtype) for e in found) if x is not None]
    if not made:
        raise _none(f"solve_for: {short(root)} for {symbol}", symbol)
    return [Tensor(fitted(x, dtype, root)) for x in made]


def _placed(found: Any, difference: Any, symbol: Any, table: Mapping[Any, Node], root: Node,
            dtype: np.dtype[Any]) -> Node | None:
    """The node of a solution, NaN where it does not solve the equation; None if that is everywhere."""
    made = back(found, table, root, dtype)
    if dtype.kind == "c" or any(x.dtype.kind == "c" for x in table.values()):
        return made
    scalars = scalars_of(table)
    holds = checked(back(found, scalars, root, FLOAT64), difference, symbol, scalars)
    if holds == "some":
        return where_it_holds(made, difference, symbol, table, dtype)
    return None if holds == "none" else made


def _sides(node: Node) -> tuple[Node, list[Node]]:
    """An equation, and what stands on its sides; one side if the other is 0.

    Raises:
        ArgumentError: it is a truth value, but no equality.
    """
    if node.op.name == "equal":
        return node, written_out(node.operands)
    if node.dtype.kind == "b":
        raise ArgumentError(f"solve_for: {short(node)} is no equation; cure: sn.equal(left, right), or left - right")
    return node, written_out([node])


def _solutions(difference: Any, symbol: Any, equation: str, is_complex: bool) -> list[Any]:
    """What SymPy finds.

    Raises:
        UnsupportedError: nothing, or nothing that holds without conditions over the real numbers.
    """
    where = f"solve_for: {equation} for {symbol}"
    try:
        found = [_numbers(x) for x in sympy.solve(difference, symbol) if is_complex or x.is_real is not False]
    except (NotImplementedError, ValueError, TypeError) as error:
        raise UnsupportedError(f"{where}: SymPy finds no formula: {str(error).splitlines()[0]}; "
                               "cure: solve it by numbers, as with "
                               "scipy.optimize and the derivative of symnum") from None
    if not found:
        raise _none(where, symbol)
    for x in found:
        _check(x, symbol, where, is_complex)
    return found


def _none(where: str, symbol: Any) -> UnsupportedError:
    return UnsupportedError(f"{where}: SymPy finds no solution; cure: state with sn.assume what is known of "
                            f"{symbol}, if a solution should exist")


def _numbers(found: Any) -> Any:
    """A solution with roots of polynomials that have no formula as numbers."""
    return found.xreplace({x: x.evalf(_DIGITS) for x in found.atoms(sympy.CRootOf) if x.is_number})


def _check(x: Any, symbol: Any, where: str, is_complex: bool) -> None:
    """Refuse what is no formula of real numbers.

    Raises:
        UnsupportedError: it is none.
    """
    if x.has(sympy.I) and not is_complex:
        raise UnsupportedError(f"{where}: {shown(x)} goes through complex numbers; cure: a complex dtype for {symbol}")
    if x.has(symbol):
        raise UnsupportedError(f"{where}: SymPy finds {shown(x)}, in which {symbol} is left")
