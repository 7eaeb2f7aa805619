"""``Masked``: a derivative that counts only where a condition holds.

``where(c, a, b)`` gives its branches the cotangents ``where(c, g, 0)`` and ``where(c, 0, g)``.  Below it they
are multiplied by partials that may be infinite or NaN in the branch that was not taken, and ``0 * inf`` is
NaN.  So the condition travels with the value, and ``where`` is applied to the product: once, and late.
"""

from __future__ import annotations

import cmath
from collections.abc import Container, Sequence

from ..dtypes import BOOL, is_complex
from ..ir.build import convert, o
from ..ir.node import Node
from ..records import dataclass

_LEVELS = 4     # how far a partial is looked into; it may hold graphs of any depth


@dataclass(frozen=True, slots=True)
class Masked:
    """A tangent or cotangent: ``value`` where ``mask`` holds (a bool node of its shape; None: everywhere).

    Elsewhere it is zero.  ``clean`` says that ``value`` itself is zero there; otherwise it may be anything.
    """

    value: Node
    mask: Node | None = None
    clean: bool = True


def settled(part: Masked) -> Node:
    """The value with its zeros written out."""
    if part.mask is None or part.clean:
        return part.value
    return o.where(part.mask, part.value, 0)


def converted(part: Masked, node: Node) -> Masked:
    """The same in the dtype of ``node``."""
    return Masked(convert(part.value, node.dtype), part.mask, part.clean)


def under(part: Masked, condition: Node) -> Masked:
    """``part`` where ``condition`` holds too."""
    if part.mask is condition:
        return part
    mask = condition if part.mask is None else o.logical_and(part.mask, condition)
    return Masked(part.value, mask, clean=False)


def negation(condition: Node) -> Node:
    """The opposite of a condition."""
    if condition.op.name == "logical_not":
        return condition.inputs[0]
    return o.logical_not(condition)


# products ---------------------------------------------------------------------------------------------------

def scaled(part: Masked, partial: Node | complex, given: Container[object], conjugated: bool = False) -> Masked:
    """``part`` times a partial derivative (or its conjugate); one that is ``where(c, p, 0)`` masks instead of
    multiplying.

    ``given`` are the nodes that the partial was made from; they are not looked into.
    """
    factor: Node | complex = partial
    for _ in range(_LEVELS):
        split = None if factor in given else _condition(factor)
        if split is None:
            break
        condition, factor = split
        part = part if _holds(condition) else under(part, condition)
    return _times(part, conjugate(factor) if conjugated else factor)


def conjugate(factor: Node | complex) -> Node | complex:
    """The complex conjugate; real numbers stay."""
    if not isinstance(factor, Node):
        return factor.conjugate()
    if not is_complex(factor.dtype):
        return factor
    return factor.inputs[0] if factor.op.name == "conjugate" else o.conjugate(factor)


def opened(part: Masked) -> Masked:
    """``part`` with the condition of a value that is ``where(c, p, 0)`` in the mask."""
    split = _condition(part.value)
    return part if split is None or not isinstance(split[1], Node) else under(
        Masked(split[1], part.mask), split[0])


def _times(part: Masked, factor: Node | complex) -> Masked:
    known = number(factor) if isinstance(factor, Node) else factor
    if known == 1:
        return part
    if known == -1:
        return Masked(o.negative(part.value), part.mask, part.clean)
    clean = part.clean and known is not None and cmath.isfinite(known)
    if isinstance(factor, Node) and factor.shape == part.value.shape and number(part.value) == 1:
        return Masked(factor, part.mask, clean)
    return Masked(o.multiply(part.value, factor), part.mask, clean)


def _condition(partial: Node | complex) -> tuple[Node, Node | complex] | None:
    """``(c, p)`` if the partial is p where c holds and zero elsewhere."""
    if not isinstance(partial, Node):
        return None
    if partial.op.name == "cast" and partial.inputs[0].dtype == BOOL:
        return partial.inputs[0], 1.0
    if partial.op.name != "where":
        return None
    condition, yes, no = partial.inputs
    if number(no) == 0:
        return condition, yes
    if number(yes) == 0:
        return negation(condition), no
    if no.op.name == "where" and number(no.inputs[2]) == 0:
        return o.logical_or(condition, no.inputs[0]), o.where(condition, yes, no.inputs[1])
    return None


def _holds(condition: Node) -> bool:
    """Whether a condition is a comparison of numbers that holds, such as that an exponent of 2 is not 0."""
    numbers = [number(x) for x in condition.inputs] if condition.op.kind == "elementwise" else []
    return bool(numbers) and None not in numbers and bool(condition.op.reference()(*numbers))


def number(node: Node) -> complex | None:
    """The one number that fills ``node``, if it is plainly a constant."""
    for _ in range(_LEVELS):
        if node.op.name not in ("broadcast_to", "expand_dims", "reshape"):
            break
        node = node.inputs[0]
    if node.op.name != "constant" or node.shape != ():
        return None
    array = node.attr("literal").array
    return complex(array) if is_complex(array.dtype) else float(array)


# sums -------------------------------------------------------------------------------------------------------

def gathered(parts: Sequence[Masked]) -> Masked:
    """Sum of at least one part; parts under opposite conditions become one ``where``."""
    if len(parts) == 1:
        return parts[0]
    by_mask: dict[Node | None, Masked] = {}
    for part in parts:
        _include(by_mask, part)
    if len(by_mask) > 1:
        _join_opposites(by_mask)
    found = list(by_mask.values())
    if len(found) == 1:
        return found[0]
    value = settled(found[0])
    for part in found[1:]:
        value = o.add(value, settled(part))
    return Masked(value, _union([part.mask for part in found]))


def _include(by_mask: dict[Node | None, Masked], part: Masked) -> None:
    other = by_mask.get(part.mask)
    by_mask[part.mask] = part if other is None else Masked(
        o.add(other.value, part.value), part.mask, part.clean and other.clean)


def _union(masks: list[Node | None]) -> Node | None:
    result = masks[0]
    for mask in masks[1:]:
        if mask is None or result is None:
            return None
        result = o.logical_or(result, mask)
    return result


def _join_opposites(by_mask: dict[Node | None, Masked]) -> None:
    todo = list(by_mask)
    while todo:
        mask = todo.pop()
        for outer, condition, other in _opposites(mask):
            if mask in by_mask and other in by_mask:
                part, opposite = by_mask.pop(mask), by_mask.pop(other)
                _include(by_mask, _chosen(outer, condition, part, opposite))
                todo.append(outer)


def _opposites(mask: Node | None) -> list[tuple[Node | None, Node, Node]]:
    """Ways to read a mask as ``outer and condition``, each with the mask ``outer and not condition``."""
    if mask is None:
        return []
    found: list[tuple[Node | None, Node, Node]] = [(None, mask, negation(mask))]
    if mask.op.name == "logical_and":
        outer, condition = mask.inputs
        found.append((outer, condition, o.logical_and(outer, negation(condition))))
    return found


def _chosen(outer: Node | None, condition: Node, part: Masked, opposite: Masked) -> Masked:
    """``part`` where ``condition`` holds, else ``opposite``; both only where ``outer`` holds."""
    if condition.op.name == "logical_not":
        condition, part, opposite = negation(condition), opposite, part
    value = o.where(condition, part.value, opposite.value)
    return Masked(value, outer, outer is None or (part.clean and opposite.clean))
