"""Arithmetic of lengths: whole numbers where they are known, int64 scalar nodes where they are not.

A length that is a node is kept as a linear form over its atoms (lengths that are not sums), so that equal
lengths, such as ``(n + 1) - 1`` and ``n``, are recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import ShapeError
from ..ops.table import TABLE
from .literal import Literal
from .node import Dim, Node, Shape, form_of, intern

_BDIM, _CONSTANT, _WHOLE = TABLE["bdim"], TABLE["constant"], TABLE["whole"]
_ADD, _SUBTRACT, _MULTIPLY = TABLE["add"], TABLE["subtract"], TABLE["multiply"]
_Linear = tuple[int, Mapping[Node, int]]
_NO_TERMS: Mapping[Node, int] = MappingProxyType({})


def as_node(length: Dim) -> Node:
    """A length as an int64 scalar node."""
    return length if isinstance(length, Node) else _number(length)


@lru_cache(maxsize=1024)
def _number(length: int) -> Node:
    return intern(_CONSTANT, (), (("literal", Literal(np.int64(length))),), INT64, ())


def _apply(name: str, *lengths: Dim) -> Node:
    return intern(TABLE[name], tuple(map(as_node, lengths)), (), INT64, ())


def count(name: str, x: Node, **attrs: Any) -> Node:
    """The length that depends on the elements of ``x``: a row of kind ``count``."""
    return intern(TABLE[name], (x,), tuple((key, attrs[key]) for key in TABLE[name].attrs), INT64, ())


def simple(length: Dim) -> Dim:
    """A constant node as an int; everything else as it is."""
    if isinstance(length, Node) and length.op is _CONSTANT:
        return int(length.attr("literal").array)
    return length


def linear(length: Dim) -> tuple[int, Mapping[Node, int]]:
    """``length`` as constant + Σ coefficient · atom."""
    if not isinstance(length, Node):
        return length, _NO_TERMS
    if not length.inputs and length.op is not _CONSTANT:
        return 0, {length: 1}
    form: _Linear | str = form_of(length, _form)
    return (0, {length: 1}) if isinstance(form, str) else form


def _form(length: Node) -> _Linear | str:
    """The linear form of a length; of an atom, which would refer to itself, a name."""
    form = _worked_out(length)
    return "atom" if length in form[1] else form


def _worked_out(length: Node) -> _Linear:
    constant, terms = 0, dict[Node, int]()
    todo: list[tuple[Dim, int]] = [(length, 1)]
    while todo:
        part, factor = todo.pop()
        if not isinstance(part, Node):
            constant += factor * part
            continue
        op = part.op
        if op is _CONSTANT:
            constant += factor * simple(part)
        elif op is _ADD or op is _SUBTRACT:
            a, b = part.inputs
            todo += ((b, factor if op is _ADD else -factor), (a, factor))
        elif op is _MULTIPLY and part.inputs[0].op is _CONSTANT:
            todo.append((part.inputs[1], factor * simple(part.inputs[0])))
        else:
            terms[part] = terms.get(part, 0) + factor
    return constant, {atom: k for atom, k in terms.items() if k}


def _sum(constant: int, terms: Mapping[Node, int]) -> Dim:
    result: Dim = None
    for atom, k in sorted(terms.items(), key=lambda item: item[1] < 0):
        term = atom if abs(k) == 1 else _apply("multiply", abs(k), atom)
        if result is None:
            result = term if k > 0 else _apply("subtract", 0, term)
        else:
            result = _apply("add" if k > 0 else "subtract", result, term)
    if result is None:
        return constant
    if constant:
        return _apply("add" if constant > 0 else "subtract", result, abs(constant))
    return result


def _combine(a: Dim, b: Dim, factor: int) -> Dim:
    (c, s), (d, t) = linear(a), linear(b)
    terms = dict(s)
    for atom, k in t.items():
        terms[atom] = terms.get(atom, 0) + factor * k
    found = c + factor * d, {atom: k for atom, k in terms.items() if k}
    return _sum(*(_without_choices(*found) or found))


def add(a: Dim, b: Dim) -> Dim:
    """a + b."""
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    return a if _is_zero(b) and _is_atom(a) else _combine(a, b, 1)


def subtract(a: Dim, b: Dim) -> Dim:
    """a − b."""
    if isinstance(a, int) and isinstance(b, int):
        return a - b
    if a is b:
        return 0
    return a if _is_zero(b) and _is_atom(a) else _combine(a, b, -1)


def _is_zero(length: Dim) -> bool:
    return isinstance(length, int) and length == 0


def _is_atom(length: Dim) -> bool:
    """Whether a length is a leaf, which no arithmetic changes."""
    return isinstance(length, Node) and not length.inputs and length.op is not _CONSTANT


def multiply(a: Dim, b: Dim) -> Dim:
    """a · b."""
    a, b = simple(a), simple(b)
    if isinstance(a, Node) and isinstance(b, Node):
        return _apply("multiply", a, b)
    number, other = (a, b) if isinstance(a, int) else (b, a)
    constant, terms = linear(other)
    return _sum(number * constant, {atom: number * k for atom, k in terms.items() if number * k})


def floor_divide(a: Dim, b: int) -> Dim:
    """a // b for a whole number b > 0."""
    a = simple(a)
    if isinstance(a, int):
        return a // b
    constant, terms = linear(a)
    if not any(k % b for k in terms.values()):
        return _sum(constant // b, {atom: k // b for atom, k in terms.items()})
    return _apply("floor_divide", a, b)


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger one."""
    if _at_least(a, b):
        return simple(a)
    return simple(b) if _at_least(b, a) else _apply("maximum", a, b)


def minimum(a: Dim, b: Dim) -> Dim:
    """The smaller one."""
    if _at_least(a, b):
        return simple(b)
    return simple(a) if _at_least(b, a) else _apply("minimum", a, b)


def _at_least(a: Dim, b: Dim) -> bool:
    """Whether a ≥ b is known."""
    bound = lower_bound(subtract(a, b))
    return bound is not None and bound >= 0


def total(lengths: Iterable[Dim]) -> Dim:
    """Sum of lengths."""
    result: Dim = 0
    for length in lengths:
        result = add(result, length)
    return result


def product(shape: Iterable[Dim]) -> Dim:
    """Number of elements of a shape."""
    result: Dim = 1
    for length in shape:
        result = multiply(result, length)
    return result


_FOLDED = {"add": add, "subtract": subtract, "multiply": multiply, "maximum": maximum, "minimum": minimum}
_LENGTHS = frozenset({*_FOLDED, "floor_divide", "constant", "dim", "bdim"})


def refold(node: Node, inputs: Sequence[Node]) -> Dim | None:
    """The length that ``node`` becomes on new ``inputs`` once numbers are folded, or None if it is not a length
    or nothing can be said of it."""
    if node.dtype != INT64 or node.shape or node.op.name not in _LENGTHS:
        return None
    if any(x.op.name not in _LENGTHS and x.op.kind != "count" for x in inputs):
        return None
    if node.op is _BDIM:
        return broadcast([simple(x) for x in inputs])
    if node.op.name == "floor_divide":
        divisor = simple(inputs[1])
        return floor_divide(simple(inputs[0]), divisor) if isinstance(divisor, int) and divisor > 0 else None
    return _FOLDED[node.op.name](simple(inputs[0]), simple(inputs[1])) if len(inputs) == 2 else None


_MOST_SPLITS = 4


def lower_bound(length: Dim, splits: int = _MOST_SPLITS) -> int | None:
    """A number that ``length`` is never below, or None: dims and maxima with numbers are bounded below.

    Of ``splits`` minima and maxima each choice is looked at: ``n - max(n - 1, 0)`` is 1 or n.
    """
    constant, terms = linear(length)
    bounds = [(k, _atom_bound(atom)) for atom, k in terms.items()]
    if all(k > 0 and bound is not None for k, bound in bounds):
        return constant + sum(k * bound for k, bound in bounds if bound is not None)
    if splits and (constant or len(terms) > 1):
        atom = next((x for x in terms if x.op.name in ("minimum", "maximum", "floor_divide")), None)
        return None if atom is None else _split_bound(length, atom, terms[atom], splits - 1)
    return None


def _split_bound(length: Dim, atom: Node, k: int, splits: int) -> int | None:
    """The bound of a length in which ``k`` times ``atom`` occurs, from what it is with the operands in its place."""
    a, b = map(simple, atom.inputs)
    rest = subtract(length, multiply(k, atom))
    if atom.op.name == "floor_divide":
        return _quotient_bound(rest, k, a, b, splits) if isinstance(b, int) and b > 0 else None
    bounds = [lower_bound(add(rest, multiply(k, x)), splits) for x in (a, b)]
    known = [x for x in bounds if x is not None]
    if (k > 0) == (atom.op.name == "maximum"):
        return max(known, default=None)
    return min(known) if len(known) == len(bounds) else None


def _quotient_bound(rest: Dim, k: int, a: Dim, b: int, splits: int) -> int | None:
    """The bound of ``rest + k * (a // b)``, as b * (a // b) lies between a - b + 1 and a."""
    part = multiply(k, a if k < 0 else subtract(a, b - 1))
    bound = lower_bound(add(multiply(b, rest), part), splits)
    return None if bound is None else -(-bound // b)


def _atom_bound(atom: Node) -> int | None:
    if atom.op.name in ("dim", "bdim", "checked_index") or (atom.op.kind == "count" and atom.op is not _WHOLE):
        return 0
    if atom.op.name == "maximum":
        bounds = [b for b in (lower_bound(simple(x)) for x in atom.inputs) if b is not None]
        return max(bounds, default=None)
    if atom.op.name == "minimum":
        first, second = (lower_bound(simple(x)) for x in atom.inputs)
        return None if first is None or second is None else min(first, second)
    if atom.op.name == "floor_divide":
        above, divisor = lower_bound(simple(atom.inputs[0])), simple(atom.inputs[1])
        return above // divisor if above is not None and isinstance(divisor, int) and divisor > 0 else None
    if atom.op.name == "multiply":
        factors = [lower_bound(simple(x)) for x in atom.inputs]
        return 0 if all(f is not None and f >= 0 for f in factors) else None
    return None


def equal(a: Dim, b: Dim) -> bool:
    """Whether two lengths are equal for every value of their atoms."""
    if a is b:
        return True
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    forms = linear(a), linear(b)
    if forms[0] == forms[1]:
        return True
    return any(_choices(terms) for _, terms in forms) and _normal(*forms[0]) == _normal(*forms[1])


# Atoms, and the form e for max(e, 0), with what they are multiplied by; 1 is under None.
_Form = frozenset[tuple[Any, int]]


def _choices(terms: Mapping[Node, int]) -> int:
    return sum(atom.op.name in ("minimum", "maximum") for atom in terms)


def _without_choices(constant: int, terms: Mapping[Node, int]) -> tuple[int, dict[Node, int]] | None:
    """A sum without minima and maxima, if they cancel: ``min(n, 3) + max(n - 3, 0)`` is n."""
    if _choices(terms) < 2:
        return None
    found = dict(_normal(constant, terms))
    number = found.pop(None, 0)
    return None if any(isinstance(atom, frozenset) for atom in found) else (number, found)


def _normal(constant: int, terms: Mapping[Node, int]) -> _Form:
    """A sum in which each choice is the larger one of a sum and 0."""
    found: dict[Any, int] = {None: constant}
    for atom, k in terms.items():
        if atom.op.name not in ("minimum", "maximum"):
            found[atom] = found.get(atom, 0) + k
            continue
        a, b = (dict(_normal(*linear(x))) for x in atom.inputs)
        least = atom.op.name == "minimum"
        _add(found, a if least else b, k)
        excess = dict(a)
        _add(excess, b, -1)
        _add(found, _positive_part(excess), -k if least else k)
    return frozenset((atom, k) for atom, k in found.items() if k)


def _add(form: dict[Any, int], other: Mapping[Any, int], factor: int) -> None:
    for atom, k in other.items():
        form[atom] = form.get(atom, 0) + factor * k


def _positive_part(form: Mapping[Any, int]) -> dict[Any, int]:
    """max(e, 0), which is e + max(-e, 0)."""
    kept = {atom: k for atom, k in form.items() if k}
    if not kept.keys() - {None}:
        return {None: max(0, kept.get(None, 0))}
    if (kept.get(None, 0), sum(kept.values())) >= (0, 0):
        return {frozenset(kept.items()): 1}
    return {**kept, frozenset((atom, -k) for atom, k in kept.items()): 1}


def _may_be(length: Dim, number: int) -> bool:
    constant, terms = linear(length)
    return bool(terms) or constant == number


def may_equal(a: Dim, b: Dim) -> bool:
    """Whether two lengths can be equal: False only if they are known to differ."""
    constant, terms = linear(subtract(a, b))
    return bool(terms) or constant == 0


def may_broadcast(length: Dim, target: Dim) -> bool:
    """Whether an axis of this length can be repeated to ``target``."""
    return may_equal(length, target) or _may_be(length, 1)


def broadcast(lengths: Sequence[Dim]) -> Dim | None:
    """The common length of axes that meet, or None if they are known not to fit."""
    other: list[Dim] = []
    for n in map(simple, lengths):
        if not (isinstance(n, int) and n == 1) and not any(equal(n, m) for m in other):
            other.append(n)
    numbers = [n for n in other if isinstance(n, int)]
    if len(numbers) > 1:
        return None
    if numbers or len(other) <= 1:
        return numbers[0] if numbers else other[0] if other else 1
    sets = {n: set(_meeting(n)) for n in other}
    for n in other:
        if all(sets[m] <= sets[n] for m in other):
            return n
    return _apply("bdim", *dict.fromkeys(atom for n in other for atom in _meeting(n)))


def _meeting(length: Dim) -> tuple[Dim, ...]:
    return length.inputs if isinstance(length, Node) and length.op is _BDIM else (length,)


def broadcast_shapes(shapes: Sequence[Shape], name: str) -> Shape:
    """NumPy's common shape of operands.

    Raises:
        ShapeError: two lengths that meet are known to differ, and neither is 1.
    """
    different = [s for s in dict.fromkeys(shapes) if s]
    if len(different) <= 1:  # most ops: nothing meets but equal shapes and scalars
        return different[0] if different else ()
    rank = max(map(len, shapes), default=0)
    padded = [(1,) * (rank - len(s)) + tuple(s) for s in shapes]
    result = []
    for axis, lengths in enumerate(zip(*padded, strict=True)):
        common = broadcast(lengths)
        if common is None:
            listed = " and ".join(map(text, shapes))
            raise ShapeError(f"{name}: shapes {listed} do not broadcast: axis {axis - rank} has lengths "
                             f"{', '.join(map(name_of, lengths))}; lengths must be equal or 1")
        result.append(common)
    return tuple(result)


def name_of(length: Dim) -> str:
    """A length as text: a number, a dim's name, or a formula.

    >>> name_of(3)
    '3'
    """
    found, formula = _name_of(length)
    return found[1:-1] if formula else found


def _name_of(length: Dim) -> tuple[str, bool]:
    """A length as text, and whether it is a formula in parentheses."""
    length = simple(length)
    if not isinstance(length, Node):
        return str(length), False
    if length.op.name == "dim":
        return str(length.attr("name") or "?"), False
    if length.op.kind == "count":
        return f"{length.op.name}(...)", False
    signs = {"add": " + ", "subtract": " - ", "multiply": "*", "floor_divide": "//"}
    if length.op.name in signs:
        return f"({signs[length.op.name].join(_name_of(x)[0] for x in length.inputs)})", True
    return f"{length.op.name}({', '.join(map(name_of, length.inputs))})", False


def text(shape: Iterable[Dim]) -> str:
    """A shape as text.

    >>> text((2, 3))
    '(2, 3)'
    """
    parts = [name_of(n) for n in shape]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
