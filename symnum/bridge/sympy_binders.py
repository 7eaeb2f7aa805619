"""``BINDERS``: sums, products, integrals, derivatives and substitutions, whose bodies have scopes of their own.

A variable that runs has an axis of its own, the last of the body's value (before those of a matrix).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import product
from types import MappingProxyType
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.array_derivatives import ArrayDerivative
from sympy.tensor.array.expressions.array_expressions import ArrayElement

from ..dtypes import INT64
from ..ir import build, dims
from ..ir.build import broadcast_to, o
from ..ir.lengths import as_dim
from ..ir.node import Dim, Node
from ..ops.table import TABLE
from ..records import dataclass
from .sympy_axes import with_axes
from .sympy_bodies import body_of, limits_of, on_axis, remark
from .sympy_builder import Builder, Value, is_number
from .sympy_indexed import indexed_sum
from .sympy_integrals import integral
from .sympy_matrix_derivatives import array_derivative, has_array_variable
from .sympy_numbers import exact

__all__ = ["BINDERS", "binder_parts"]

Head = Callable[[Builder, Any], Value]
_FEW = 8            # terms that are written out
_EXACT = 1000       # terms of numbers that are summed exactly


def binder_parts(e: Any) -> tuple[Any, ...]:
    """What is computed outside the body: bounds that do not depend on what runs, and points of substitution."""
    if isinstance(e, sympy.Derivative):
        return ()
    if isinstance(e, sympy.Subs):
        return tuple(e.point)
    return tuple(e.limits[-1][1:])


# one variable at a time -------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Fold:
    """What Sum and Product differ in: the op of two values, that of an axis, and what nothing gives."""

    op: str
    along: str
    empty: Any
    of_numbers: Callable[..., Any]


_SUM = Fold("add", "sum", sympy.S.Zero, sympy.Add)
_PRODUCT = Fold("multiply", "prod", sympy.S.One, sympy.Mul)


def _folded(fold: Fold, b: Builder, e: Any) -> Value:
    """Σ or Π over one variable: written out, along an axis of its own, or as a number."""
    first, last = (_whole(b, e, x) for x in limits_of(b, e)[1:])
    if first is None or last is None:
        return _unbounded(b, e)
    if isinstance(first, int) and isinstance(last, int) and not _has_elements(e):
        places = range(first, last + 1)
        if last + 1 >= first and len(places) <= (_EXACT if _all_numbers(b, e) else _FEW):
            return _written_out(fold, b, e, places)
    return _along(fold, b, e, first, last)


def _whole(b: Builder, e: Any, bound: Any) -> int | Node | None:
    """A bound as a whole number or integers; None for an infinite one."""
    value = b.of(bound)
    cure = "bounds that are whole numbers, or integer tensors in symbols="
    if isinstance(value, Node):
        if value.dtype.kind not in "iu":
            raise b.refusal(e, f"its bound {bound} has dtype {value.dtype.name}", cure)
        return build.convert(value, INT64)
    if value.is_infinite:
        return None
    number = exact(value)
    if number is None or number.denominator != 1:
        raise b.refusal(e, f"its bound {value} is no whole number", cure)
    return int(number)


def _unbounded(b: Builder, e: Any) -> Value:
    """A series of numbers; SymPy knows its value with any number of digits."""
    if isinstance(e, sympy.Sum) and _all_numbers(b, e):
        numbers = {s: v for s, v in b.symbols.items() if isinstance(s, sympy.Symbol) and is_number(v)}
        found = e.xreplace(numbers).evalf(50)
        if found.is_number and not found.has(sympy.Sum):
            return found
    raise b.refusal(e, "infinitely many terms", "expression.doit(), or a finite bound")


def _all_numbers(b: Builder, e: Any) -> bool:
    """Whether a value depends on no tensor."""
    bound = {limit[0] for x in _inside(e) for limit in getattr(x, "limits", ())}
    kinds = (sympy.Symbol, AppliedUndef, sympy.MatrixSymbol, sympy.IndexedBase)
    return all(is_number(b.symbols.get(x, x)) and (x in b.symbols or x in bound)
               for x in _inside(e) if isinstance(x, kinds))


def _has_elements(e: Any) -> bool:
    return any(isinstance(x, sympy.Indexed | MatrixElement | ArrayElement) for x in _inside(e))


def _inside(e: Any) -> list[Any]:
    """All distinct objects below an expression."""
    found: dict[int, Any] = {}
    todo = [e]
    while todo:
        x = todo.pop()
        if id(x) not in found:
            found[id(x)] = x
            todo.extend(getattr(x, "args", ()))
    return list(found.values())


def _written_out(fold: Fold, b: Builder, e: Any, places: Sequence[int]) -> Value:
    body = body_of(e)
    numbers: list[Value] = []
    nodes: list[Value] = []
    for k in places:
        inner = b.inside({e.limits[-1][0]: sympy.Integer(k)}, 0, b.axes, b.implied)
        value = inner.of(inner.visit(body))
        (numbers if is_number(value) else nodes).append(value)
        remark(b, e, inner, body, e.limits[-1][0])
    number = fold.of_numbers(*numbers)
    if not nodes:
        return number
    total = reduce(lambda x, y: b.apply(fold.op, x, y), nodes)
    return total if number == fold.empty else b.apply(fold.op, total, number)


def _along(fold: Fold, b: Builder, e: Any, low: int | Node, high: int | Node) -> Value:
    """A reduction of the body along an axis; between bounds in the wrong order what Karr's convention says.

    Σ from a to b is -Σ from b + 1 to a - 1 then, and Π its inverse (Karr, "Summation in finite terms", 1981).
    """
    run = _run(b, e, low, high)
    variable = e.limits[-1][0]
    inner = b.inside({variable: run.index}, 1, (*b.axes, variable), b.implied - {variable})
    if not any(isinstance(x, Node) and x.shape for x in (low, high)):
        inner.ends = {**b.ends, variable: (low, high)}
    body = inner.visit(body_of(e))
    remark(b, e, inner, body, variable)
    node, axis = on_axis(inner, body, run.length)
    if run.mask is not None:
        mask = with_axes(run.mask, inner.ranks.get(id(body), 0))
        node = o.where(mask, node, build.convert(int(fold.empty), node.dtype))
    total = build.convert(getattr(o, fold.along)(node, axis=(axis,)), node.dtype)
    return total if run.backward is None else _backward(fold, b, total, with_axes(run.backward, b.ranks.get(id(e), 0)))


def _backward(fold: Fold, b: Builder, total: Node, where: Node) -> Node:
    """What a fold is where its bounds are in the wrong order."""
    if fold is _SUM:
        return b.apply("where", where, b.apply("negative", total), total)
    total = total if total.dtype.kind in "fc" else build.convert(total, b.fraction)
    return b.apply("where", where, b.apply("reciprocal", total), total)


@dataclass(frozen=True, slots=True)
class Run:
    """The places of a variable along its axis: the numbers, how many at most, which count, and whether backwards."""

    index: Node
    length: Dim
    mask: Node | None
    backward: Node | None


def _run(b: Builder, e: Any, low: int | Node, high: int | Node) -> Run:
    first, stop = _dim(low), dims.add(_dim(high), 1) if _is_scalar(high) else o.add(high, 1)
    if not (_is_scalar(low) and _is_scalar(high)):
        return _uneven(b, e, build.convert(first, INT64) if isinstance(first, int) else first, dims.as_node(stop))
    length = dims.subtract(stop, first)
    least = dims.lower_bound(length)
    if least is not None and least >= 0:
        return Run(_from(first, o.arange(dims.as_node(length))), length, None, None)
    ends = dims.as_node(first), dims.as_node(stop)
    length = _distance(first, stop)
    return Run(_from(o.minimum(*ends), o.arange(dims.as_node(length))), length, None, o.less(*reversed(ends)))


def _uneven(b: Builder, e: Any, first: Node, stop: Node) -> Run:
    """Bounds that differ from element to element: an axis for the longest run, of which each uses its part."""
    counts = o.absolute(o.subtract(stop, first))
    length = _longest(b, e)
    if length is None:
        length = dims.count("whole", o.max(counts, axis=tuple(range(counts.ndim))))
    steps = o.arange(dims.as_node(length))
    return Run(o.add(with_axes(o.minimum(first, stop), 1), steps), length, o.less(steps, with_axes(counts, 1)),
               o.less(stop, first))


def _longest(b: Builder, e: Any) -> Dim | None:
    """The longest run where bounds are linear in outer variables: it is one of those at the ends of these.

    None if they are not, or depend on arrays.
    """
    _, low, high = e.limits[-1]
    outer = sorted((v for v in b.ends if v in (low - high).free_symbols), key=str)
    if not all(sympy.diff(x, v).is_number for x in (low, high) for v in outer):
        return None
    found: Dim | None = None
    for ends in product(*(b.ends[v] for v in outer)):
        corner = b.inside(dict(zip(outer, map(_value, ends), strict=True)), 0)
        first, last = (_whole(corner, e, corner.visit(x)) for x in (low, high))
        if first is None or last is None or not (_is_scalar(first) and _is_scalar(last)):
            return None
        count = _distance(_dim(first), dims.add(_dim(last), 1))
        found = count if found is None else dims.maximum(found, count)
    return found


def _distance(first: Dim, stop: Dim) -> Dim:
    return dims.subtract(dims.maximum(first, stop), dims.minimum(first, stop))


def _value(end: int | Node) -> Value:
    return sympy.Integer(end) if isinstance(end, int) else end


def _is_scalar(x: int | Node | None) -> bool:
    return isinstance(x, int) or (isinstance(x, Node) and not x.shape)


def _dim(x: int | Node) -> Any:
    return as_dim(x) if isinstance(x, Node) and not x.shape else x


def _from(first: Dim, steps: Node) -> Node:
    return steps if isinstance(first, int) and not first else o.add(steps, first)


def _sum(b: Builder, e: Any) -> Value:
    """Σ; of elements of arrays as products of matrices, where the bounds are known."""
    if _has_elements(e):
        found = indexed_sum(b, e)
        if found is not None:
            return found
    return _folded(_SUM, b, e)


# derivatives and substitutions ------------------------------------------------------------------------------

def _derivative(b: Builder, e: Any) -> Value:
    """The derivative of a value by a symbol, which the functions made from it find by the chain rule."""
    if has_array_variable(e):
        return array_derivative(b, e)
    value = _differentiable(b, e)
    if value is not None:
        return b.of(b.visit(value))
    expr = e.expr
    for variable, count in e.variable_count:
        if not count.is_Integer:
            raise b.refusal(e, f"the order {count} is no number", "put the order in")
        if not isinstance(b.symbols.get(variable), Node):
            raise b.refusal(e, f"{variable} stands for no tensor", f"map {variable} to a tensor in symbols=")
    inner, shape = b, ()
    variables = list(dict.fromkeys(v for v, _ in e.variable_count))
    whole = b.inside({}, 0, b.axes, b.implied)
    node = whole.node(whole.visit(expr))
    if id(expr) in whole.ranks:
        return array_derivative(b, e)
    shape = node.shape
    places = {v: _place(b, v, shape) for v in variables}
    inner = b.inside(places, 0, b.axes, b.implied)
    found = inner.node(inner.visit(expr))
    b.running[id(e)] = inner.running.get(id(expr), frozenset())
    for variable, count in e.variable_count:
        for _ in range(int(count)):
            found = _by(found, places[variable], [x for v, x in places.items() if v != variable])
    return found


def _differentiable(b: Builder, e: Any) -> Any:
    """The derivative by SymPy, where the chain rule goes through functions q(t) that are tensors; else None.

    Raises:
        UnsupportedError: it is the derivative of such a function itself, which nobody gave.
    """
    variables = {v for v, _ in e.variable_count}
    given = [x for x in _inside(e.expr) if isinstance(x, AppliedUndef) and x in b.symbols]
    is_complex = any(isinstance(v := b.symbols.get(x), Node) and v.dtype.kind == "c" for x in variables)
    if not is_complex and not any(variables & set(_inside(x)) for x in given):
        return None
    if e.expr in b.symbols:
        raise b.refusal(e, f"{e.expr} stands for a tensor of which the derivative is not known",
                        f"map {e} to a tensor in symbols= too")
    found = e.doit(deep=False)
    if found == e:
        raise b.refusal(e, "SymPy does not know this derivative", "map it to a tensor in symbols=")
    return found


def _place(b: Builder, variable: Any, shape: tuple[Dim, ...]) -> Node:
    """What is differentiated by: the variable, one for each element of the value, apart from all other tensors."""
    x = b.symbols[variable]
    kind = x.dtype if x.dtype.kind == "f" else b.fraction
    full = broadcast_to(build.convert(x, kind), dims.broadcast_shapes([x.shape, shape], "a derivative"))
    return o.assume(full, facts=(), lower=None, upper=None)


def _by(value: Node, x: Node, held: Sequence[Node]) -> Node:
    """∂value/∂x, element by element; rules leave what is ``held`` in its place, for the next derivative."""
    value = broadcast_to(value, x.shape)
    if value.dtype.kind != "f":
        value = build.convert(value, x.dtype)
    total = o.sum(value, axis=tuple(range(value.ndim))) if value.ndim else value
    counts = {"which": 0, "n_wrt": 1, "n_constant": len(held), "n_known": 0}
    return build.make(TABLE["derivative"], (total, x, *held), counts)


def _substituted(b: Builder, e: Any) -> Value:
    """An expression in which symbols stand for other values."""
    inner = b.inside({v: b.of(at) for v, at in zip(e.variables, e.point, strict=True)}, 0, b.axes, b.implied)
    body = inner.visit(e.expr)
    if id(body) in inner.ranks:
        b.ranks[id(e)] = inner.ranks[id(body)]
    b.running[id(e)] = inner.running.get(id(body), frozenset())
    return inner.of(body)


BINDERS: Mapping[type, Head] = MappingProxyType({
    sympy.Sum: _sum,
    sympy.Product: lambda b, e: _folded(_PRODUCT, b, e),
    sympy.Integral: integral,
    sympy.Derivative: _derivative,
    ArrayDerivative: _derivative,
    sympy.Subs: _substituted,
})
