"""``Pattern``: one side of a rule, written with the names of the op table and Python's operators.

``1 / (1 + p.exp(-x))`` is a pattern.  Operators mean sums and products, in which order and grouping do not matter:
``1 + x`` matches ``x + 1``, ``x - (-1)`` and ``a + 1 + b`` (with x = a + b); ``-x`` matches everything (x is its
negative); ``x**2`` matches a square in every spelling.  A constructor called by name, ``p.add(x, 0)``, matches that
one op, in either order if it commutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import GraphError, UnknownNameError, unknown_name
from ..ir import build
from ..ir.node import Node
from ..ops.assumptions import arguments
from ..ops.table import TABLE
from ..records import dataclass

Number = bool | int | float
_SIGNS = {"add": " + ", "subtract": " - ", "multiply": "*", "true_divide": "/"}


class Pattern:
    """A formula with wildcards; see the module's text.

    >>> x = wild("x")
    >>> str(1 / (1 + p.exp(-x)))
    '1/(1 + exp(-x))'
    """

    __slots__ = ()

    def __add__(self, other: Pattern | Number) -> Pattern:
        return _joined("add", self, other)

    def __radd__(self, other: Number) -> Pattern:
        return _joined("add", other, self)

    def __sub__(self, other: Pattern | Number) -> Pattern:
        return _joined("subtract", self, other)

    def __rsub__(self, other: Number) -> Pattern:
        return _joined("subtract", other, self)

    def __mul__(self, other: Pattern | Number) -> Pattern:
        return _joined("multiply", self, other)

    def __rmul__(self, other: Number) -> Pattern:
        return _joined("multiply", other, self)

    def __truediv__(self, other: Pattern | Number) -> Pattern:
        return _joined("true_divide", self, other)

    def __rtruediv__(self, other: Number) -> Pattern:
        return _joined("true_divide", other, self)

    def __neg__(self) -> Pattern:
        return Call("negative", (self,), free=True)

    def __pow__(self, exponent: int) -> Pattern:
        return Call("power", (self, Exactly(exponent)), free=True)


@dataclass(frozen=True, slots=True)
class Wild(Pattern):
    """Any node; the same node (or an equal sum) wherever the name occurs again.  ``constant``: numbers only."""

    name: str
    constant: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Exactly(Pattern):
    """The constant with exactly this value.  0 is either zero of a float; 0.0 and -0.0 are one of them only."""

    value: Number

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Attr:
    """Any value of an attribute, such as ``axis=Attr("axis")``; the same one wherever the name occurs again."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Call(Pattern):
    """An op of the table applied to patterns; ``free`` if order and grouping do not matter."""

    op: str
    args: tuple[Pattern, ...]
    attrs: tuple[tuple[str, Any], ...] = ()
    free: bool = False

    def __str__(self) -> str:
        if self.free:
            return _formula(self)
        attrs = arguments(dict(self.attrs)).items() if self.op == "assume" else self.attrs
        listed = [*map(str, self.args), *(f"{k}={v}" for k, v in attrs)]
        return f"{self.op}({', '.join(listed)})"


@dataclass(frozen=True, slots=True)
class Moved(Pattern):
    """``inner`` under ops that only move elements (broadcasts, new axes, slices, ...), which ``name`` stands for."""

    name: str
    inner: Pattern

    def __str__(self) -> str:
        return f"{self.name}[{self.inner}]"


@dataclass(frozen=True, slots=True)
class AnySum(Pattern):
    """A whole sum, with all its terms: for rules that look at many terms at once.

    ``having``: ops of which one must stand among its terms or their factors (below moves, casts and whole powers, or
    joining them), or traits of ``traits.py``; where there is none the rule is not tried.  The op of a number is
    ``"constant"``.
    """

    having: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "a + b + ..."


@dataclass(frozen=True, slots=True)
class AnyProduct(Pattern):
    """A whole product, with all its factors: for rules that look at many factors at once.

    ``having``: ops of which one must stand among its factors, as in ``AnySum``.
    """

    having: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "a*b*..."


@dataclass(frozen=True, slots=True)
class AnyNode(Pattern):
    """A node of one of these ops (of any, if none is given): for rules about structure.

    ``having``: ops of which one operand must be (or stand below moves and casts); ``every``: ops of which all
    operands must be.  Where they are not the rule is not tried.
    ``among_others``: the right side depends on the other nodes of the graph.
    """

    ops: tuple[str, ...] = ()
    among_others: bool = False
    having: tuple[str, ...] = ()
    every: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"any of {', '.join(self.ops)}" if self.ops else "any op"


class _Heads:
    """``p.exp(x)``, ``p.sum(x, axis=...)``: a pattern for each row of the op table."""

    def __getattr__(self, name: str) -> Callable[..., Call]:
        op = TABLE.get(name)
        if op is None:
            raise AttributeError(f"no op {name!r} in the table")
        arity, wanted = op.arity, frozenset(op.attrs)

        def head(*args: Pattern | Number, **attrs: Any) -> Call:
            if len(args) != arity is not None or attrs.keys() != wanted:
                raise GraphError(f"pattern {name} takes {arity} operands and attributes {op.attrs}; "
                                 f"given {len(args)} and {tuple(attrs)}")
            return Call(name, tuple([x if isinstance(x, Pattern) else Exactly(x) for x in args]), tuple(attrs.items()))
        setattr(self, name, head)  # found without this function from now on
        return head


p = _Heads()


def wild(name: str) -> Wild:
    """A wildcard that matches any node."""
    return Wild(name)


def wilds(names: str) -> tuple[Wild, ...]:
    """Several wildcards.

    >>> [str(x) for x in wilds("x y")]
    ['x', 'y']
    """
    return tuple(map(Wild, names.split()))


def number(name: str) -> Wild:
    """A wildcard that matches a constant: one number, at every place of an array."""
    return Wild(name, constant=True)


def as_pattern(value: Pattern | Number) -> Pattern:
    """A pattern as it is, a Python number as the constant of that value."""
    return value if isinstance(value, Pattern) else Exactly(value)


def _joined(op: str, a: Pattern | Number, b: Pattern | Number) -> Call:
    return Call(op, (as_pattern(a), as_pattern(b)), (), True)


def _formula(call: Call) -> str:
    if call.op == "negative":
        return f"-{_inside(call.args[0])}"
    a, b = call.args
    if call.op == "power":
        return f"{_inside(a)}**{b}"
    tight = call.op in ("multiply", "true_divide")
    left = _inside(a) if tight and not _is_free(a, "multiply", "true_divide") else str(a)
    right = str(b) if call.op == "add" and not _is_free(b, "negative") else _inside(b)
    if call.op == "subtract" and _is_free(b, "multiply", "true_divide"):
        right = str(b)
    return f"{left}{_SIGNS[call.op]}{right}"


def _inside(part: Pattern) -> str:
    return f"({part})" if isinstance(part, Call) and part.free else str(part)


def _is_free(part: Pattern, *ops: str) -> bool:
    return isinstance(part, Call) and part.free and part.op in ops


def names_of(pattern: Pattern) -> dict[str, Wild]:
    """The wildcards of a pattern, in order of first occurrence."""
    if isinstance(pattern, Wild):
        return {pattern.name: pattern}
    below = pattern.args if isinstance(pattern, Call) else (pattern.inner,) if isinstance(pattern, Moved) else ()
    return {name: w for part in below for name, w in names_of(part).items()}


def instantiate(pattern: Pattern, bound: Mapping[str, Any], like: Node | None = None) -> Node:
    """The node that a pattern stands for: nodes for wildcards, values for attributes.

    Numbers take the dtype of their neighbours; a pattern that is a number alone takes that of ``like``.

    Raises:
        UnknownNameError: a wildcard has no value.

    >>> x = build.input_leaf("x", "float64", ())
    >>> instantiate(p.log(1 + wild("x")), {"x": x})
    <Node log float64 ()>
    """
    found = _value(pattern, bound)
    if isinstance(found, Node):
        return found
    return build.convert(found, like.dtype) if like is not None else build.constant(found)


def _value(pattern: Pattern, bound: Mapping[str, Any]) -> Node | Number:
    match pattern:
        case Wild(name):
            found: Node | Number = _bound(name, bound)
            return found
        case Exactly(value):
            return value
        case Moved(name, inner):
            made: Node | Number = _bound(name, bound)(_value(inner, bound))
            return made
        case Call(op, args, attrs):
            filled = {key: _bound(v.name, bound) if isinstance(v, Attr) else v for key, v in attrs}
            return build.apply(TABLE[op], *(_value(x, bound) for x in args), **filled)
    raise GraphError(f"pattern {pattern} stands for no single node")


def _bound(name: str, bound: Mapping[str, Any]) -> Any:
    try:
        return bound[name]
    except KeyError:
        error: UnknownNameError = unknown_name("wildcard", name, bound)
        raise error from None
