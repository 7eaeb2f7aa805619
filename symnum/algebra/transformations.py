"""Algebra that is asked for, on tensors: collect, expand, factor, horner, trigsimp and series, done by SymPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import sympy

from ..bridge.sympy_expressions import to_sympy_nodes
from ..docstrings import told
from ..errors import ArgumentError, ArgumentValueError, UnsupportedError
from ..ir.node import Node
from ..ir.walk import substitute, topological
from ..tensor.creation import as_tensor
from ..tensor.symbolic import Tensor
from .regions import Change, Region, back, changed, fitted, require, short, written_out

_REFUSALS = (NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError,
             sympy.PolynomialError, sympy.PoleError)
_KINKS = (sympy.Abs, sympy.sign, sympy.Piecewise, sympy.Min, sympy.Max, sympy.Heaviside, sympy.floor, sympy.ceiling)

# What the docstrings of these functions have in common.
_COMMON = MappingProxyType({
    "x": "x: a tensor of any dtype and shape.",
    "where": """
        where: the tensor inside ``x`` at which to do it; by default ``x``, and all that reductions, products
            and other parts that SymPy cannot say are computed from.""",
    "result": """
        Returns:
            A tensor of the dtype and shape of ``x``, equal to it over the real numbers.""",
    "raises": """
        Raises:
            ArgumentError: ``where`` does not occur in ``x``.
            DTypeError: something given is no tensor, array or number.""",
    "strangers": "DTypeError: something given is no tensor, array or number.",
    "fails": "Where SymPy fails, the error is an ``UnsupportedError``."})


@told(_COMMON)
def collect(x: Any, by: Any, *, where: Any = None) -> Tensor:
    """The terms of sums gathered by powers of one of their parts: ``a*x + b*x + c`` becomes ``(a + b)*x + c``.

    Products are not multiplied out first; see ``expand``.

    Args:
        {x}
        by: the tensor whose powers are collected, of any shape that broadcasts inside ``x``; or a list or tuple of
            several.
        {where}

    {result}

    Raises:
        ArgumentError: ``by`` or ``where`` does not occur in ``x``.
        {strangers}

    {fails}

    >>> import symnum as sn
    >>> x, a, b = sn.tensor.dscalars("x", "a", "b")
    >>> sn.pp(sn.collect(a*x + b*x + x*x, x))
    'square(x) + x*(a + b)'
    """
    parts = [as_tensor(part).node for part in (by if isinstance(by, list | tuple) else [by])]
    return _of_parts(x, parts, lambda e, symbols: sympy.collect(e, symbols), "collect", where)


@told(_COMMON)
def expand(x: Any, *, trig: bool = False, where: Any = None) -> Tensor:
    """Products of sums multiplied out, and powers and functions of sums and products written as those of their parts.

    Args:
        {x}
        trig: whether to write sines and cosines of sums by those of the terms as well.
        {where}

    {result}

    {raises}

    {fails}

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.pp(sn.expand((x + 1) * (x + 2)))
    'square(x) + 3*x + 2'
    """
    return _of_whole(x, lambda region: sympy.expand(region.expression, trig=trig), "expand", where)


@told(_COMMON)
def factor(x: Any, *, where: Any = None) -> Tensor:
    """Polynomials, and quotients of them, as products of factors that cannot be split further over the rationals.

    Args:
        {x}
        {where}

    {result}

    {raises}

    {fails}

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.pp(sn.factor((x**2 - 1).sum()))
    'sum((x + 1)*(x - 1))'
    """
    return _of_whole(x, lambda region: sympy.factor(region.expression), "factor", where)


@told(_COMMON)
def horner(x: Any, by: Any = None, *, where: Any = None) -> Tensor:
    """Polynomials in the form of Horner, which takes one multiplication for each power: ``(2*x + 3)*x + 1``.

    Args:
        {x}
        by: the tensor in whose powers it is a polynomial, of any shape that broadcasts inside ``x``; by default all
            that SymPy takes for variables, one after the other.
        {where}

    {result}

    Raises:
        ArgumentError: ``by`` or ``where`` does not occur in ``x``.
        {strangers}
        UnsupportedError: a region is no polynomial.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.pp(sn.horner(2*x**2 + 3*x + 1))
    'x*(2*x + 3) + 1'
    """
    if by is None:
        return _of_whole(x, lambda region: sympy.horner(region.expression), "horner", where)
    return _of_parts(x, [as_tensor(by).node], lambda e, symbols: sympy.horner(e, wrt=symbols[0]), "horner", where)


@told(_COMMON)
def trigsimp(x: Any, *, where: Any = None) -> Tensor:
    """Sines, cosines and their hyperbolic sisters made fewer by what is known of them.

    Args:
        {x}
        {where}

    {result}

    {raises}

    {fails}

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.pp(sn.trigsimp(sn.cosh(x)**2 - sn.sinh(x)**2 + 2*sn.sin(x)*sn.cos(x)))
    'sin(2*x) + 1'
    """
    return _of_whole(x, lambda region: sympy.trigsimp(region.expression), "trigsimp", where)


@told(_COMMON)
def series(x: Any, by: Any, n: int = 6, *, x0: Any = 0, where: Any = None) -> Tensor:
    """The first terms of the power series of a function about a point, without the order of the rest.

    Args:
        x: a tensor of floats, of any shape.
        by: the variable: a tensor of any shape that broadcasts inside ``x``.
        n: the power of ``by - x0`` from which terms are left out.
        x0: the point: a number, or a tensor of a shape that broadcasts inside ``x``.
        where: the tensor inside ``x`` that is replaced by its series; by default ``x`` itself.

    Returns:
        A tensor of the dtype and shape of ``x``: a polynomial in ``by - x0``, or a sum with negative powers, roots and
        logarithms where the function has no power series.

    Raises:
        ArgumentError: ``where`` does not occur in ``x``, or ``by`` does not, or is inside of something that SymPy
            cannot say, such as a sum over an axis.
        ArgumentValueError: ``n`` is not positive.
        {strangers}
        UnsupportedError: SymPy finds no series there, or other ones on the two sides.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.pp(sn.series(sn.exp(x) / (1 - x), x, 3))
    '2*x + 2.5*square(x) + 1'
    """
    if n < 1:
        raise ArgumentValueError(f"series: n must be positive; given {n}")
    variable = as_tensor(by).node
    point = sympy.sympify(x0) if isinstance(x0, int | sympy.Basic) else as_tensor(x0).node
    whole, place = _placed(x, where, "series")
    (expression, *rest), table = to_sympy_nodes([place, *[point] * isinstance(point, Node)], opaque=[variable])
    region = Region(place, expression, table)
    symbol = require(region, variable, "series")
    found = _asked(lambda: sympy.series(expression, symbol, rest[0] if rest else point, n), "series", place)
    if any(f.has(symbol) for f in found.removeO().atoms(sympy.Function) - found.atoms(sympy.log)):
        raise UnsupportedError(f"series: SymPy finds no series of {short(place)} there; cure: another x0")
    if expression.has(*_KINKS) and _asked(lambda: sympy.series(
            expression, symbol, rest[0] if rest else point, n, dir="-"), "series", place).removeO() != found.removeO():
        raise UnsupportedError(f"series: {short(place)} has other series on the two sides of x0={point}; cure: "
                               "another x0, or where=, a part of it")
    made = fitted(back(found.removeO(), table, place), place.dtype, place)
    return Tensor(_with(whole, place, made))


# shared by all --------------------------------------------------------------------------------------------------

def _of_whole(x: Any, change: Change, name: str, where: Any) -> Tensor:
    """A tensor with a change made in its regions."""
    whole, place = _placed(x, where, name)
    only = None if where is None else place
    return Tensor(changed([whole], lambda region: _asked(lambda: change(region), name, region.root), only=only)[0])


def _of_parts(x: Any, parts: Sequence[Node], change: Callable[[Any, list[Any]], Any], name: str,
              where: Any) -> Tensor:
    """A tensor with a change made in the regions in which parts of it occur."""
    whole, place = _placed(x, where, name)
    met: list[Any] = []

    def step(region: Region) -> Any:
        symbols = region.symbols(parts)
        met.extend(symbols)
        if not symbols:
            return region.expression
        return _asked(lambda: change(region.expression, symbols), name, region.root)

    made = changed([whole], step, parts, None if where is None else place)[0]
    if not met:
        raise ArgumentError(f"{name}: {', '.join(map(short, parts))} does not occur in {short(place)} where SymPy can "
                            "say what happens to it")
    return Tensor(made)


def _placed(x: Any, where: Any, name: str) -> tuple[Node, Node]:
    """The whole, and the node inside of it where something is done, both with derivatives written out.

    Raises:
        ArgumentError: ``where`` is not inside of ``x``.
    """
    whole = as_tensor(x).node
    place = whole if where is None else as_tensor(where).node
    whole, place = written_out([whole, place])
    if place not in topological([whole]):
        raise ArgumentError(f"{name}: where={short(place)} does not occur in {short(whole)}; cure: the very "
                            "tensor that it was built from")
    return whole, place


def _asked(call: Callable[[], Any], name: str, node: Node) -> Any:
    """What SymPy answers.

    Raises:
        UnsupportedError: it raises an error.
    """
    try:
        return call()
    except _REFUSALS as error:
        raise UnsupportedError(f"{name}: SymPy cannot do it with {short(node)}: "
                               f"{type(error).__name__}: {error}") from None


def _with(whole: Node, place: Node, made: Node) -> Node:
    """The whole with something else in one place."""
    return substitute([whole], {place: made})[0]
