"""Constructors of nodes, made from the op table: they infer and check dtype and shape, and never rewrite."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..errors import DTypeError, GraphError
from ..ops.spec import Absent, OpSpec, Slot
from ..ops.table import TABLE
from . import dims
from .literal import Literal, is_weak, weak_literal, weak_type
from .node import Attrs, Dim, Node, Shape, find, intern
from .state import SharedState

_CONSTANT, _CAST, _BROADCAST = TABLE["constant"], TABLE["cast"], TABLE["broadcast_to"]
_DIM, _INPUT, _SHARED = TABLE["dim"], TABLE["input"], TABLE["shared"]
SYMBOL = "sympy:"   # begins the tokens of inputs that are symbols of SymPy


# leaves -------------------------------------------------------------------------------------------------------

def constant(value: object, dtype: object = None) -> Node:
    """A constant node; ``value`` is a number or array (rank and shape kept), ``dtype`` as given or NumPy's."""
    literal = Literal(np.asarray(value, dtype=None if dtype is None else dtypes.as_dtype(dtype)))
    return intern(_CONSTANT, (), (("literal", literal),), literal.array.dtype, literal.array.shape)


def dim(name: str | None = None, token: str | None = None) -> Node:
    """A new unknown length: an int64 scalar leaf."""
    attrs = (("token", token or secrets.token_hex(16)), ("name", name))
    return intern(_DIM, (), attrs, dtypes.INT64, ())


def leaf_shape(shape: Sequence[int | Node | None], name: str | None) -> Shape:
    """A shape in which each None is a new dim, named after the leaf."""
    return tuple(dim(f"{name or '?'}.shape[{k}]") if n is None else dims.simple(n) for k, n in enumerate(shape))


def input_leaf(name: str | None, dtype: object, shape: Sequence[int | Node | None], token: str | None = None) -> Node:
    """A new argument of functions; None in ``shape`` is a new dim."""
    found, lengths = dtypes.as_dtype(dtype), leaf_shape(shape, name)
    attrs = (("token", token or secrets.token_hex(16)), ("name", name), ("dtype", found), ("shape", lengths))
    return intern(_INPUT, (), attrs, found, lengths)


def shared_leaf(state: SharedState, dtype: object, shape: Sequence[int | Node | None]) -> Node:
    """The leaf of a shared value."""
    found, lengths = dtypes.as_dtype(dtype), leaf_shape(shape, state.name)
    return intern(_SHARED, (), (("state", state), ("dtype", found), ("shape", lengths)), found, lengths)


def leaf_with_shape(leaf: Node, shape: Sequence[Dim]) -> Node:
    """The same input or shared value (same token or state) under another shape."""
    lengths = tuple(map(dims.simple, shape))
    attrs = tuple((key, lengths if key == "shape" else value) for key, value in leaf.attrs)
    return intern(leaf.op, (), attrs, leaf.dtype, lengths)


# attributes with slots ----------------------------------------------------------------------------------------

def fill(node_inputs: Sequence[Any], value: Any) -> Any:
    """An attribute with each slot replaced by the input that it names (constants as ints)."""
    if isinstance(value, Slot):
        return dims.simple(node_inputs[value.index])
    if isinstance(value, tuple):
        return tuple(fill(node_inputs, v) for v in value)
    return value


def filled_attrs(node: Node) -> dict[str, Any]:
    """All attributes of a node, slots filled in."""
    return {key: fill(node.inputs, value) for key, value in node.attrs}


def _with_slots(value: Any, extra: list[Node], first: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_with_slots(v, extra, first) for v in value)
    if isinstance(value, Node):
        value = dims.simple(value)
        if isinstance(value, Node):
            if value not in extra:
                extra.append(value)
            return Slot(first + extra.index(value))
    return int(value) if isinstance(value, np.integer) else value


# application --------------------------------------------------------------------------------------------------

def make(op: OpSpec, operands: Sequence[Node], attrs: Mapping[str, Any]) -> Node:
    """The node of operands that already have their dtypes and shapes; attributes may hold nodes for lengths."""
    if not attrs:
        return find(op, tuple(operands), ()) or _make(op, tuple(operands), (), {})
    extra: list[Node] = []
    stored = tuple((key, _with_slots(attrs[key], extra, len(operands))) for key in op.attrs)
    inputs = (*operands, *extra)
    return find(op, inputs, stored) or _make(op, inputs, stored, {k: fill(inputs, v) for k, v in stored})


def _make(op: OpSpec, inputs: tuple[Node, ...], stored: Attrs, attrs: Mapping[str, Any]) -> Node:
    operands = inputs if op.arity is None else inputs[:op.arity]
    if isinstance(op.dtype, Absent):
        raise GraphError(f"op {op.name} is not built from operands: {op.dtype.reason}")
    found = op.dtype(op.name, [x.dtype for x in operands], attrs)
    for x, wanted in zip(operands, found, strict=False):
        if x.dtype != wanted:
            raise DTypeError(f"{op.name}: operand has dtype {x.dtype.name}, expected {wanted.name}")
    if op.kind == "elementwise":
        shape = operands[0].shape
        if any(x.shape != shape for x in operands):
            raise GraphError(f"{op.name}: operands of different shapes {[dims.text(x.shape) for x in operands]}")
    else:
        shape = op.shape(dims, operands, attrs)  # type: ignore[operator]  # structural rows have it
    return intern(op, inputs, stored, found[-1], shape)


def _operand(value: object) -> Node | bool | int | float | complex:
    if isinstance(value, Node) or is_weak(value):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return constant(value)
    raise DTypeError(f"expected a node, number or array; given {value!r} of type {type(value).__name__}")


def apply(op: OpSpec, *operands: object, **attrs: Any) -> Node:
    """``op`` of nodes, arrays and Python numbers, with NumPy's promotion and broadcasting made explicit.

    Raises:
        DTypeError: NumPy has no such loop, or its dtype is not supported.
        ShapeError: the shapes do not fit.
        GraphError: wrong number of operands, or an unknown attribute.
    """
    if op.arity is not None and len(operands) != op.arity:
        raise GraphError(f"{op.name} takes {op.arity} operands; given {len(operands)}")
    if set(attrs) != set(op.attrs):
        raise GraphError(f"{op.name} takes attributes {op.attrs}; given {tuple(attrs)}")
    given = [_operand(x) for x in operands]
    if isinstance(op.dtype, Absent):
        raise GraphError(f"op {op.name} is not built from operands: {op.dtype.reason}")
    kinds: list[Any] = [x.dtype if isinstance(x, Node) else weak_type(x) for x in given]
    found = op.dtype(op.name, kinds, attrs)
    nodes = [convert(x, dtype) for x, dtype in zip(given, found, strict=False)]
    if op.kind == "elementwise" and len(nodes) > 1:
        shape = dims.broadcast_shapes([x.shape for x in nodes], op.name)
        nodes = [broadcast_to(x, shape) for x in nodes]
    return make(op, nodes, attrs)


def convert(value: Node | bool | int | float | complex, dtype: np.dtype[Any]) -> Node:
    """A node in another dtype (a cast if it differs), or a Python number as a constant of that dtype."""
    if isinstance(value, Node):
        return value if value.dtype == dtype else make(_CAST, (value,), {"dtype": dtype})
    literal = weak_literal(value, dtype)
    return intern(_CONSTANT, (), (("literal", literal),), dtype, ())


def broadcast_to(x: Node, shape: Shape) -> Node:
    """``x`` repeated to ``shape``; ``x`` itself if it has it already."""
    return x if x.shape == shape else make(_BROADCAST, (x,), {"shape": shape})


def _alike(a: Node, b: Node) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape


def rebuild(node: Node, inputs: Sequence[Node]) -> Node:
    """The same op and attributes on other inputs (dtype and shape inferred anew); leaves are kept."""
    if node.op.arity == 0 or (len(inputs) == len(node.inputs) and all(map(lambda a, b: a is b, inputs, node.inputs))):
        return node
    may_be_length = node.dtype == dtypes.INT64 and not node.shape
    if node.op.kind == "elementwise" and not may_be_length and all(map(_alike, inputs, node.inputs)):
        return intern(node.op, tuple(inputs), node.attrs, node.dtype, node.shape)
    length = dims.refold(node, inputs)
    if length is not None:
        return dims.as_node(length)
    operands = inputs if node.op.arity is None else inputs[:node.op.arity]
    attrs = {key: fill(inputs, value) for key, value in node.attrs}
    if node.op.kind == "elementwise" and len(operands) > 1:
        shape = dims.broadcast_shapes([x.shape for x in operands], node.op.name)
        operands = [broadcast_to(x, shape) for x in operands]
    return make(node.op, operands, attrs)


class Constructors:
    """One constructor for each row: ``o.exp(x)``, ``o.sum(x, axis=(0,))``; handed to partials and rules."""

    dims = dims
    constant = staticmethod(constant)

    def __getattr__(self, name: str) -> Callable[..., Node]:
        try:
            op = TABLE[name]
        except KeyError:
            raise AttributeError(f"no op {name!r} in the table") from None
        def constructor(*operands: object, **attrs: Any) -> Node:
            return apply(op, *operands, **attrs)
        setattr(self, name, constructor)
        return constructor

    @staticmethod
    def attr(node: Node, name: str) -> Any:
        """An attribute with its slots filled in."""
        return fill(node.inputs, node.attr(name))


o = Constructors()
