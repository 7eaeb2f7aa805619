"""``Node``: one vertex of a graph; equal graphs are one object."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from ..ops.spec import OpSpec
from ..records import dataclass

# A length is a whole number, or an int64 scalar Node.
Dim = Any
Shape = tuple[Dim, ...]
Attrs = tuple[tuple[str, Any], ...]

_LOCK = threading.RLock()
_NODES: WeakValueDictionary[Any, Node]


class Node:
    """One application of an op: immutable, and one object for equal ``(op, inputs, attrs)``.

    ``shape`` holds ints and int64 scalar Nodes; ``attrs`` is a tuple of pairs in the row's order, with a
    ``Slot(k)`` for each length that is input number k instead of a number.  ``operands`` are the inputs that are not
    lengths in slots.  Compare with ``is``.  A length keeps what is worked out from it, ``_form`` (see ``ir.dims``).
    """

    __slots__ = ("op", "inputs", "operands", "attrs", "dtype", "shape", "_form", "__weakref__")

    op: OpSpec
    inputs: tuple[Node, ...]
    operands: tuple[Node, ...]
    attrs: Attrs
    dtype: np.dtype[Any]
    shape: Shape
    _form: Any

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"nodes are immutable; cannot set {name!r} of {self!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"nodes are immutable; cannot delete {name!r} of {self!r}")

    @property
    def ndim(self) -> int:
        """Rank."""
        return len(self.shape)

    def attr(self, name: str) -> Any:
        """An attribute as it is stored (with slots)."""
        for key, value in self.attrs:
            if key == name:
                return value
        raise KeyError(f"op {self.op.name} has no attribute {name!r}; it has {', '.join(k for k, _ in self.attrs)}")

    def __repr__(self) -> str:
        lengths = ", ".join("?" if isinstance(n, Node) else str(n) for n in self.shape)
        return f"<Node {self.op.name} {self.dtype.name} ({lengths})>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unflatten_last, (flatten((self,)),)

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: object) -> Node:
        return self


_NODES = WeakValueDictionary()
_SET_OP, _SET_INPUTS, _SET_OPERANDS, _SET_ATTRS, _SET_DTYPE, _SET_SHAPE, _SET_FORM = (
    getattr(Node, name).__set__ for name in ("op", "inputs", "operands", "attrs", "dtype", "shape", "_form"))


def _tagged(attrs: tuple[Any, ...]) -> Any:
    """A key in which 1, True and 1.0 differ."""
    return tuple([_tagged(x) if isinstance(x, tuple) else (x.__class__, x) for x in attrs])


def _key(attrs: Attrs) -> Any:
    """The key of attributes; their names are texts, which need no tag."""
    return tuple([(name, x.__class__, _tagged(x) if isinstance(x, tuple) else x) for name, x in attrs])


def find(op: OpSpec, inputs: tuple[Node, ...], attrs: Attrs) -> Node | None:
    """The live node of these parts, if there is one."""
    return _NODES.get((op, inputs, _key(attrs)) if attrs else (op, inputs))


def intern(op: OpSpec, inputs: tuple[Node, ...], attrs: Attrs, dtype: np.dtype[Any], shape: Sequence[Dim]) -> Node:
    """The one node of these parts.  ``dtype`` and ``shape`` must follow from them; ``ir.build`` infers them."""
    key = (op, inputs, _key(attrs)) if attrs else (op, inputs)
    with _LOCK:
        found = _NODES.get(key)
        if found is None:
            found = object.__new__(Node)
            _SET_OP(found, op)
            _SET_INPUTS(found, inputs)
            _SET_OPERANDS(found, inputs if op.arity is None else inputs[:op.arity])
            _SET_ATTRS(found, attrs)
            _SET_DTYPE(found, dtype)
            _SET_SHAPE(found, tuple(shape))
            _SET_FORM(found, None)
            _NODES[key] = found
        return found


def form_of(node: Node, work_out: Callable[[Node], Any]) -> Any:
    """What ``work_out`` makes of a node, which keeps it; that must not refer to the node itself, nor be None."""
    found = node._form
    if found is None:
        found = work_out(node)
        _SET_FORM(node, found)
    return found


def count() -> int:
    """How many nodes are alive."""
    return len(_NODES)


# the flat form, which pickling uses: no recursion, so graphs of any depth fit -----------------------------------

@dataclass(frozen=True, slots=True)
class _Ref:
    """A node in a flat form: its position."""

    index: int


def _nodes_of(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes_of(part)


def dependencies(node: Node) -> tuple[Node, ...]:
    """Inputs, and for leaves the lengths of their shape."""
    return node.inputs if node.inputs else tuple(_nodes_of(tuple(value for _, value in node.attrs)))


def flatten(outputs: Sequence[Node]) -> tuple[tuple[Any, ...], ...]:
    """All nodes below ``outputs``, each as (op, inputs, attrs, dtype, shape) with references by position."""
    return flatten_at(outputs)[0]


def flatten_at(outputs: Sequence[Node]) -> tuple[tuple[tuple[Any, ...], ...], tuple[int, ...]]:
    """The flat form, and the positions of ``outputs`` in it."""
    place: dict[Node, int] = {}
    todo = list(reversed(outputs))
    while todo:
        node = todo[-1]
        missing = [x for x in (*dependencies(node), *_nodes_of(node.shape)) if x not in place]
        if missing:
            todo.extend(reversed(missing))
        else:
            todo.pop()
            place.setdefault(node, len(place))

    def referred(value: Any) -> Any:
        if isinstance(value, Node):
            return _Ref(place[value])
        return tuple(map(referred, value)) if isinstance(value, tuple) else value

    flat = tuple((x.op, referred(x.inputs), referred(x.attrs), x.dtype, referred(x.shape)) for x in place)
    return flat, tuple(place[x] for x in outputs)


def unflatten(flat: Sequence[tuple[Any, ...]]) -> list[Node]:
    """The nodes of a flat form, in its order."""
    nodes: list[Node] = []

    def resolved(value: Any) -> Any:
        if isinstance(value, _Ref):
            return nodes[value.index]
        return tuple(map(resolved, value)) if isinstance(value, tuple) else value

    for op, inputs, attrs, dtype, shape in flat:
        nodes.append(intern(op, resolved(inputs), resolved(attrs), dtype, resolved(shape)))
    return nodes


def _unflatten_last(flat: Sequence[tuple[Any, ...]]) -> Node:
    return unflatten(flat)[-1]
