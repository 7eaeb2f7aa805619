"""Graphs as formulas that read like NumPy code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import SymnumError
from ..ops.assumptions import arguments
from ..ops.spec import Absent
from ..records import dataclass
from . import dims
from .build import filled_attrs
from .node import Dim, Node
from .walk import topological

# Python's precedences, lowest first.
COMPARISON, OR, XOR, AND, SHIFT, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)

_INFIX: Mapping[str, tuple[str, int]] = {
    "add": (" + ", SUM), "subtract": (" - ", SUM), "multiply": ("*", PRODUCT), "true_divide": ("/", PRODUCT),
    "floor_divide": (" // ", PRODUCT), "remainder": (" % ", PRODUCT), "dot": (" @ ", PRODUCT),
    "left_shift": (" << ", SHIFT), "right_shift": (" >> ", SHIFT),
    "bitwise_and": (" & ", AND), "bitwise_xor": (" ^ ", XOR), "bitwise_or": (" | ", OR),
    "equal": (" == ", COMPARISON), "not_equal": (" != ", COMPARISON), "less": (" < ", COMPARISON),
    "less_equal": (" <= ", COMPARISON), "greater": (" > ", COMPARISON), "greater_equal": (" >= ", COMPARISON)}
_PREFIX = {"negative": "-", "invert": "~"}
_NAMED = {"absolute": "abs"}
_LEAVES = ("input", "shared", "dim", "constant")

# A part that is used again gets a name if it is longer than _SHARED, every other part if it is longer than
# _LONG; constants of more than _SMALL elements are named, not written out.
_SHARED, _LONG, _SMALL = 24, 400, 6


@dataclass(frozen=True, slots=True)
class Part:
    """The text of a node, and the precedence of its outermost operator."""

    text: str
    rank: int = ATOM

    def inside(self, rank: int) -> str:
        """The text as an operand that must bind at least as tightly as ``rank``."""
        return self.text if self.rank >= rank else f"({self.text})"


# formulas ---------------------------------------------------------------------------------------------------

def formula(outputs: Sequence[Node]) -> str:
    """``outputs`` as formulas, one a line, after lines that define long or shared parts as t1, t2, ...

    What NumPy does by itself, broadcasting and promotion, is not written.  Equal graphs give equal text.
    """
    operands = {node: written_operands(node) for node in topological(outputs)}
    order = topological(outputs, operands.__getitem__)
    uses = dict.fromkeys(order, 0)
    for node in order:
        for x in operands[node]:
            uses[x] += 1
    names, lines, parts = leaf_names(order), list[str](), dict[Node, Part]()
    fresh = _fresh("t", set(names.values()))
    for node in order:
        part = Part(names[node]) if node in names else written(node, [parts[x] for x in operands[node]])
        if node not in names and len(part.text) > (_SHARED if uses[node] > 1 else _LONG):
            name = next(fresh)
            lines.append(f"{name} = {part.text}")
            part = Part(name)
        parts[node] = part
    return "\n".join([*lines, *(parts[x].text for x in outputs)])


def _fresh(start: str, taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"{start}{number}" not in taken:
            yield f"{start}{number}"


def leaf_names(order: Sequence[Node]) -> dict[Node, str]:
    """A name for each input, shared value, dim and long constant, all different, in order."""
    names: dict[Node, str] = {}
    taken: set[str] = set()
    for node in order:
        if node.op.name not in _LEAVES or (node.op.name == "constant" and _is_short(node)):
            continue
        name = leaf_name(node)
        if name is None or name in taken:
            name = next(_fresh(f"{name}_" if name else node.op.name, taken))
        taken.add(name)
        names[node] = name
    return names


def leaf_name(leaf: Node) -> str | None:
    """The name that the user gave a leaf."""
    if leaf.op.name == "shared":
        found: str | None = leaf.attr("state").name
        return found
    return None if leaf.op.name == "constant" else leaf.attr("name")


def _is_short(constant: Node) -> bool:
    return constant.ndim <= 1 and int(constant.attr("literal").array.size) <= _SMALL


# which operands are written: casts and broadcasts that follow from the op are not ---------------------------

def written_operands(node: Node) -> tuple[Node, ...]:
    """The nodes whose texts make up the text of ``node``."""
    if node.op.kind == "elementwise" and node.op.name != "cast":
        return _without_casts(node, _without_broadcasts(node))
    below = node.inputs[0] if node.inputs else node
    if _is_kept(node) or _is_indexed(node):
        return below.operands
    if node.op.name == "derivative":
        return (node.inputs[0], node.inputs[1 + node.attr("which")])
    return node.operands


def _without_broadcasts(node: Node) -> tuple[Node, ...]:
    bare = tuple(x.inputs[0] if x.op.name == "broadcast_to" else x for x in node.inputs)
    if bare == node.inputs:
        return bare
    try:
        same = dims.broadcast_shapes([x.shape for x in bare], node.op.name) == node.shape
    except SymnumError:
        same = False
    return bare if same else node.inputs


def _without_casts(node: Node, operands: tuple[Node, ...]) -> tuple[Node, ...]:
    bare = tuple(x.inputs[0] if x.op.name == "cast" else x for x in operands)
    if bare == operands or isinstance(node.op.dtype, Absent):
        return operands
    try:
        found = node.op.dtype(node.op.name, [x.dtype for x in bare], {})
    except SymnumError:
        return operands
    return bare if found == (*(x.dtype for x in operands), node.dtype) else operands


def _is_kept(node: Node) -> bool:
    """Whether this is a reduction with ``keepdims=True``."""
    return (node.op.name == "expand_dims" and node.inputs[0].op.kind == "reduction"
            and node.attr("axis") == node.inputs[0].attr("axis"))


def _is_indexed(node: Node) -> bool:
    """Whether this is ``x[i, :]``: a slice of length 1 whose axis is dropped."""
    below = node.inputs[0] if node.inputs else node
    return node.op.name == "squeeze" and below.op.name == "slice" and all(
        n == 1 and isinstance(n, int) for k, n in enumerate(below.attr("lengths")) if k in node.attr("axis"))


# the text of one node ---------------------------------------------------------------------------------------

def written(node: Node, parts: Sequence[Part]) -> Part:
    """The text of a node, given those of :func:`written_operands`."""
    name = node.op.name
    if name in _INFIX:
        return _infix(*_INFIX[name], *parts)
    if name in _PREFIX:
        return Part(f"{_PREFIX[name]}{parts[0].inside(POWER)}", SIGN)
    if name == "power":
        return Part(f"{parts[0].inside(ATOM)}**{parts[1].inside(SIGN)}", POWER)
    if name in _WRITERS:
        return _WRITERS[name](node, parts)
    if node.op.kind == "reduction":
        return _reduction(node, parts, "")
    attrs = filled_attrs(node)
    return _call(_NAMED.get(name, name), parts, arguments(attrs) if name == "assume" else attrs)


def _infix(sign: str, rank: int, left: Part, right: Part) -> Part:
    first = left.inside(rank + 1 if rank == COMPARISON else rank)
    second = f"({right.text})" if right.text.startswith("-") else right.inside(rank + 1)
    return Part(f"{first}{sign}{second}", rank)


def _call(name: str, parts: Sequence[Part], attrs: Mapping[str, Any] | None = None) -> Part:
    given = [p.text for p in parts] + [f"{key}={value_text(value)}" for key, value in (attrs or {}).items()]
    return Part(f"{name}({', '.join(given)})")


def value_text(value: object) -> str:
    """An attribute as text; lengths by name."""
    if isinstance(value, tuple):
        inner = ", ".join(map(value_text, value))
        return f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, Node):
        return dims.name_of(value)
    return value.name if isinstance(value, np.dtype) else str(value)


def _constant(node: Node, parts: Sequence[Part]) -> Part:
    text = constant_text(node)
    return Part(text, SIGN if text.startswith("-") else ATOM)


def constant_text(node: Node) -> str:
    """The numbers of a short constant; those of a list show that they are floats: a list is not weak."""
    array = node.attr("literal").array
    return f"[{', '.join(map(str, array))}]" if array.ndim else number_text(array[()])


def number_text(value: Any) -> str:
    """A NumPy scalar with as few digits as its dtype needs; whole numbers without a point.

    >>> number_text(np.float32(0.1)), number_text(np.float64(2.0))
    ('0.1', '2')
    """
    if value.dtype.kind == "c":
        return str(value)
    return str(value).removesuffix(".0") if value != 0 or not np.signbit(value) else "-0.0"


def _reduction(node: Node, parts: Sequence[Part], more: str) -> Part:
    axes = node.attr("axis")
    everything = axes == tuple(range(node.inputs[0].ndim))
    axis = "" if everything else f", axis={axes[0] if len(axes) == 1 else axes}"
    return Part(f"{node.op.name}({parts[0].text}{axis}{more})")


def _expand_dims(node: Node, parts: Sequence[Part]) -> Part:
    if _is_kept(node):
        return _reduction(node.inputs[0], parts, ", keepdims=True")
    where = ["None" if k in node.attr("axis") else ":" for k in range(node.ndim)]
    return Part(f"{parts[0].inside(ATOM)}[{', '.join(where)}]")


def _squeeze(node: Node, parts: Sequence[Part]) -> Part:
    if _is_indexed(node):
        return _slice(node.inputs[0], parts, node.attr("axis"))
    axes = node.attr("axis")
    return Part(f"squeeze({parts[0].text}, axis={axes[0] if len(axes) == 1 else axes})")


def _transpose(node: Node, parts: Sequence[Part]) -> Part:
    axes = node.attr("axes")
    if axes == tuple(reversed(range(node.ndim))):
        return Part(f"{parts[0].inside(ATOM)}.T")
    return Part(f"transpose({parts[0].text}, {axes})")


def _shaped(node: Node, parts: Sequence[Part]) -> Part:
    return Part(f"{node.op.name}({parts[0].text}, {dims.text(node.shape)})")


def _derivative(node: Node, parts: Sequence[Part]) -> Part:
    return Part(f"grad({parts[0].text}, {parts[1].text})")


def _slice(node: Node, parts: Sequence[Part], dropped: Sequence[int] = ()) -> Part:
    attrs = filled_attrs(node)
    axes = zip(attrs["starts"], attrs["lengths"], attrs["steps"], node.inputs[0].shape, strict=True)
    places = [_place(axis[0]) if k in dropped else _range(*axis) for k, axis in enumerate(axes)]
    while len(places) > 1 and places[-1] == ":":
        places.pop()
    return Part(f"{parts[0].inside(ATOM)}[{', '.join(places)}]")


def _place(start: Dim) -> str:
    checked = isinstance(start, Node) and start.op.name == "checked_index"
    return dims.name_of(start.inputs[0] if checked else start)


def _range(start: Dim, length: Dim, step: int, n: Dim) -> str:
    """``low:high:step`` as a user writes it, for an axis of length n."""
    low, high = (_upward if step > 0 else _downward)(start, _extent(length, abs(step)), n)
    return f"{low}:{high}" + (f":{step}" if step != 1 else "")


def _extent(length: Dim, step: int) -> Dim:
    """How far so many steps reach, before it was cut off at 0."""
    if _is(length, "floor_divide") and dims.simple(length.inputs[1]) == step:
        extent = dims.subtract(length.inputs[0], step - 1)
    else:
        extent = dims.multiply(length, step)
    return dims.simple(extent.inputs[0]) if _is(extent, "maximum") else extent


def _is(length: Dim, name: str) -> bool:
    return isinstance(length, Node) and length.op.name == name


def _upward(start: Dim, extent: Dim, n: Dim) -> tuple[str, str]:
    count, rest = (dims.simple(x) for x in extent.inputs) if _is(extent, "minimum") else (None, None)
    if _is(start, "maximum"):  # counted from the back
        high = dims.subtract(n, rest) if rest is not None else None
        if isinstance(high, int):
            return dims.name_of(dims.subtract(start.inputs[0], n)), f"-{high}" if high else ""
    low = "" if isinstance(start, int) and start == 0 else dims.name_of(start)
    if rest is not None and dims.equal(rest, dims.subtract(n, start)):
        return low, dims.name_of(dims.add(start, count))
    cut = dims.subtract(dims.subtract(n, start), extent)
    if isinstance(cut, int) and (cut <= 0 or isinstance(n, Node)):
        return low, f"-{cut}" if cut > 0 else ""
    return low, dims.name_of(dims.add(start, extent))


def _downward(start: Dim, extent: Dim, n: Dim) -> tuple[str, str]:
    back, stop = dims.subtract(n, start), dims.subtract(start, extent)
    if isinstance(back, int) and (back == 1 or isinstance(n, Node)):
        low = "" if back == 1 else f"-{back}"
    else:
        low = dims.name_of(dims.simple(start.inputs[0]) if _is(start, "minimum") else start)
    if _is(stop, "maximum"):
        return low, dims.name_of(dims.subtract(stop.inputs[0], n))
    return low, "" if isinstance(stop, int) and stop < 0 else dims.name_of(stop)


_WRITERS: Mapping[str, Callable[..., Part]] = {
    "constant": _constant, "expand_dims": _expand_dims, "squeeze": _squeeze, "transpose": _transpose,
    "reshape": _shaped, "broadcast_to": _shaped, "sum_to": _shaped, "slice": _slice,
    "derivative": _derivative,
    "cast": lambda node, parts: Part(f"astype({parts[0].text}, {node.dtype.name})"),
    "concatenate": lambda node, parts: Part(
        f"concatenate([{', '.join(p.text for p in parts)}], axis={node.attr('axis')})"),
}
