"""Equations between tensors, solved by SymPy for one of them."""

from __future__ import annotations

from typing import Any

import sympy

from ..bridge.sympy_expressions import to_sympy_nodes
from ..dtypes import FLOAT64
from ..errors import ArgumentError, UnsupportedError
from ..ir.node import Node
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor
from .regions import Region, back, fitted, require, short, shown, written_out


def solve_for(equation: Any, x: Any) -> list[Tensor]:
    """The solutions of an equation for one of its tensors, each as a formula of the others.

    The equation is solved for each element; all solutions that SymPy finds over the real numbers are returned, in its
    order.  They are NaN where they are not real.

    Args:
        equation: ``sn.equal(left, right)`` of tensors of floats or integers, or a tensor that is to be 0; any shape.
        x: the tensor to solve for, of any shape that broadcasts inside the equation.

    Returns:
        Tensors of the shape of the equation, and of the dtype of ``x``, or float64 if that is an integer.

    Raises:
        ArgumentError: ``equation`` is a comparison of another kind, ``x`` does not occur in it, or is inside of
            something that SymPy cannot say, such as a sum over an axis.
        DTypeError: something given is no tensor, array or number.
        UnsupportedError: SymPy finds no solution, one that needs complex numbers, or one that holds under conditions.

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
    return [Tensor(fitted(back(found, table, root, dtype), dtype, root))
            for found in _solutions(difference, symbol, short(root), dtype.kind == "c")]


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
        found = [x for x in sympy.solve(difference, symbol) if is_complex or x.is_real is not False]
    except (NotImplementedError, ValueError, TypeError) as error:
        raise UnsupportedError(f"{where}: SymPy finds no formula: {str(error).splitlines()[0]}; "
                               "cure: solve it by numbers, as with "
                               "scipy.optimize and the derivative of symnum") from None
    if not found:
        raise UnsupportedError(f"{where}: SymPy finds no solution; cure: state with sn.assume what is known of "
                               f"{symbol}, if a solution should exist")
    for x in found:
        _check(x, difference, symbol, where, is_complex)
    return found


def _check(x: Any, difference: Any, symbol: Any, where: str, is_complex: bool) -> None:
    """Refuse what is no formula of real numbers that always holds.

    Raises:
        UnsupportedError: it is none.
    """
    if x.has(sympy.Piecewise) and not difference.has(sympy.Piecewise):
        raise UnsupportedError(f"{where}: {shown(x)} holds under conditions; cure: state with sn.assume what makes "
                               "them true or false")
    if x.has(sympy.I) and not is_complex:
        raise UnsupportedError(f"{where}: {shown(x)} goes through complex numbers; cure: a complex dtype for {symbol}")
    if x.has(symbol):
        raise UnsupportedError(f"{where}: SymPy finds {shown(x)}, in which {symbol} is left")
