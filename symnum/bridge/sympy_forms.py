"""Graphs as matrices or arrays of SymPy: what the styles "matrix" and "array" have in common.

The value of an array is a function of the elements of one other array, ``Form``, as long as it is one: exp(-x**2) is
one function, applied once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sympy

from ..errors import UnsupportedError
from ..ir.node import Node
from ..records import dataclass
from .sympy_conversion import Conversion
from .sympy_expressions import assumptions_of, scalar_form


@dataclass(frozen=True, slots=True)
class Style:
    """How one family of SymPy's classes writes arrays; each function takes and gives expressions.

    ``rank`` is the most axes that it has.  ``structural`` has a function (forms, node) for each op that is not
    elementwise: it gives the expression, or None for what it cannot say.
    """

    rank: int
    symbol: Callable[[str, Sequence[Any]], Any]
    apply: Callable[[Any, Any, Any], Any]
    uniform: Callable[[Any, Sequence[Any]], Any]
    add: Callable[[Any, Any], Any]
    scale: Callable[[Any, Any], Any]
    product: Callable[[Any, Any, int], Any]
    finish: Callable[[Any, Sequence[Any]], Any]
    structural: Mapping[str, Callable[[Forms, Node], Any]]


@dataclass(frozen=True, slots=True)
class Form:
    """``body`` of an element ``var`` of ``array``, the expression of ``base``; without a base the same everywhere."""

    body: Any
    var: Any = None
    array: Any = None
    base: Node | None = None

    @property
    def is_base(self) -> bool:
        """Whether an element is one of the array, as it is."""
        return self.body is self.var


# What leaves an array alone that is the same everywhere.
_SHAPES = frozenset({"broadcast_to", "expand_dims", "squeeze", "reshape", "transpose"})


class Forms(Conversion[Form]):
    """One conversion on its way."""

    def __init__(self, style: Style, max_nodes: int, opaque: Collection[Node], functions: bool) -> None:
        super().__init__(max_nodes, opaque, functions)
        self.style = style

    def convert(self, output: Node) -> Any:
        """The expression of ``output``."""
        self.walk(output)
        return self.style.finish(self.array(output), self.lengths(output))

    def array(self, node: Node) -> Any:
        """The expression of an array; of a number its scalar expression."""
        form = self.found[node]
        if not node.ndim:
            return form.body
        if form.is_base:
            return form.array
        if form.base is None:
            return self.style.uniform(form.body, self.lengths(node))
        return self.style.apply(form.var, form.body, form.array)

    def _can_say(self, node: Node) -> bool:
        if node.op.name in _SHAPES and not node.operands[0].ndim:
            return True
        return node.op.name in self.style.structural and max(
            x.ndim for x in (node, *node.operands)) <= self.style.rank

    def _number(self, expr: Any) -> Form:
        return Form(expr)

    def _leaf(self, node: Node) -> Form:
        if node.ndim > self.style.rank:
            raise UnsupportedError(f"{node!r} has {node.ndim} axes, and the matrices of SymPy have two; cure: "
                                   f'style="array" or style="index"')
        return self._based(node, self.table.array(node, lambda name: self.style.symbol(name, self.lengths(node))))

    def _argument(self, node: Node) -> Any:
        return self.array(node)

    def _same(self, node: Node) -> Node | None:
        uniform = node.op.name in _SHAPES and self.found[node.operands[0]].base is None
        return node.operands[0] if uniform else None

    def _combined(self, node: Node) -> Form | None:
        return self._elementwise(node) if node.op.kind == "elementwise" else self._structural(node)

    def _based(self, node: Node, array: Any) -> Form:
        var = sympy.Dummy("x", **assumptions_of(node))
        return Form(var, var, array, node)

    def _elementwise(self, node: Node) -> Form | None:
        forms = [self.found[x] for x in node.operands]
        bases = list(dict.fromkeys(form.base for form in forms if form.base is not None))
        if len(bases) <= 1:
            body = scalar_form(node, [form.body for form in forms])
            first = next((form for form in forms if form.base is not None), forms[0])
            return Form(body, first.var, first.array, first.base)
        if node.op.name not in _PAIRS:
            return None
        a, b = (self.array(x) for x in node.operands)
        return self._based(node, _PAIRS[node.op.name](self.style, a, b, node.ndim))

    def _structural(self, node: Node) -> Form | None:
        expr = self.style.structural[node.op.name](self, node)
        if expr is None:
            return None
        return self._based(node, expr) if node.ndim else Form(expr)


def factor_of(body: Any, var: Any) -> Any:
    """c of a body c·var; None of any other."""
    if not isinstance(body, sympy.Expr) or not body.has(var):
        return None
    factor = body / var
    return None if factor.has(var) else factor


def _quotient(style: Style, a: Any, b: Any, rank: int) -> Any:
    var = sympy.Dummy("x", real=True)
    return style.product(a, style.apply(var, 1 / var, b), rank)


_PAIRS: Mapping[str, Callable[[Style, Any, Any, int], Any]] = {
    "add": lambda style, a, b, rank: style.add(a, b),
    "subtract": lambda style, a, b, rank: style.add(a, style.scale(sympy.S.NegativeOne, b)),
    "multiply": lambda style, a, b, rank: style.product(a, b, rank),
    "true_divide": _quotient,
}


def in_style(style: Style, output: Node, *, max_nodes: int, opaque: Collection[Node] = (),
             functions: bool = False) -> tuple[Any, dict[Any, Node]]:
    """The expression of a node in a style, and a table of the node that each symbol in it stands for.

    Raises:
        UnsupportedError: an array has more axes than the style can say.
    """
    forms = Forms(style, max_nodes, opaque, functions)
    expr = forms.convert(output)
    return expr, forms.table.used([expr])

