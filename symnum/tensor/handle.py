"""``Handle``: a node with a name, a tag, and the line that made it; and how errors show handles."""

from __future__ import annotations

import copy
import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..errors import ArgumentError, GraphError, SymbolicTruthError, SymnumError
from ..ir import dims
from ..ir.copies import copied
from ..ir.node import Node
from . import place
from .place import Place

_NAMED_LEAVES = ("input", "dim", "shared")


class FrozenTag(SimpleNamespace):
    """The tag of a tensor that is not a leaf: it can be read only."""

    def __setattr__(self, name: str, value: object) -> None:
        raise GraphError(f"cannot set tag.{name}: only tags of leaves (inputs, shared values) are mutable")


class Handle:
    """What a user holds of one vertex of a graph.  It hashes by node; copies are handles on the same node."""

    __slots__ = ("__weakref__", "_name", "_tag", "made", "node", "taken")

    node: Node
    made: Place
    taken: tuple[Any, object] | None    # of ``x[key]``: x and the key

    def __init__(self, node: Node, name: str | None = None, made: Place = None) -> None:
        self.node = node
        self.made = made or place.caller()
        self._name = name
        self._tag: SimpleNamespace | None = None
        self.taken = None

    @property
    def name(self) -> str | None:
        """The name of a leaf, given when it was made; other tensors can be named, for messages.

        Raises:
            GraphError: it is set, and the tensor is a leaf.

        >>> from symnum import tensor as T
        >>> x = T.dvector("x")
        >>> y = x + 1
        >>> y.name = "y"
        >>> x.name, y
        ('x', <Tensor y: float64 (x.shape[0],)>)
        """
        if self.node.op.name == "shared":
            found: str | None = self.node.attr("state").name
            return found
        if self.node.op.name in _NAMED_LEAVES:
            made: str | None = self.node.attr("name")
            return made
        return self._name

    @name.setter
    def name(self, name: str | None) -> None:
        if self.node.op.name in _NAMED_LEAVES:
            raise GraphError(f"cannot rename the leaf {self.name!r}: give its name when it is made, "
                             f"as in dvector('x') or shared(value, 'w')")
        self._name = name

    @property
    def tag(self) -> SimpleNamespace:
        """A place for the user's own remarks; of leaves it is mutable, of other tensors read-only.

        Raises:
            GraphError: an attribute is set, and the tensor is no leaf.

        >>> from symnum import tensor as T
        >>> x = T.dvector("x")
        >>> x.tag.unit = "metres"
        >>> x.tag.unit
        'metres'
        """
        if self._tag is None:
            self._tag = SimpleNamespace() if self.node.op.kind == "leaf" else FrozenTag()
        return self._tag

    @property
    def dtype(self) -> np.dtype[Any]:
        """dtype of the elements, as NumPy's.

        >>> from symnum import tensor as T
        >>> T.dvector("x").dtype
        dtype('float64')
        """
        return self.node.dtype

    @property
    def ndim(self) -> int:
        """Rank: the number of axes, an int.

        >>> from symnum import tensor as T
        >>> T.dmatrix("x").ndim
        2
        """
        return len(self.node.shape)

    def same_as(self, other: object) -> bool:
        """Whether both are handles on one node: the same op of the same operands.

        Args:
            other: a tensor of any dtype and shape; anything else is not the same.

        Returns:
            A bool of Python.

        Raises:
            Nothing of its own.

        >>> from symnum import tensor as T
        >>> x = T.dscalar("x")
        >>> (x + 1).same_as(x + 1), (x + 1).same_as(1 + x)
        (True, False)
        """
        return isinstance(other, Handle) and self.node is other.node

    def __repr__(self) -> str:
        named = f" {self.name}" if self.name else ""
        return f"<{type(self).__name__}{named}: {self.dtype.name} {dims.text(self.node.shape)}>"

    def __hash__(self) -> int:
        return hash(self.node)

    def __reduce__(self) -> tuple[Any, ...]:
        tag = None if self._tag is None else vars(self._tag)
        return _restored, (type(self), self.node, self._name, place.text(self.made), tag)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        tag = None if self._tag is None else copy.deepcopy(vars(self._tag), memo)
        return _restored(type(self), copied((self.node,), memo)[0], self._name, place.text(self.made), tag)

    def __bool__(self) -> bool:
        # `a == b` of one and the same tensor is true, so that tensors work as dictionary keys.
        if self.node.op.name == "equal" and self.node.inputs[0] is self.node.inputs[1]:
            return True
        raise SymbolicTruthError(
            f"the truth of a tensor ({describe(self)}) is not known while a graph is built: use "
            f"where(condition, x, y) instead of if, & | ~ instead of and or not, and a.same_as(b) to compare "
            f"tensors themselves")

    def _value(self, *_: object, **__: object) -> Any:
        raise SymbolicTruthError(
            f"a tensor ({describe(self)}) has no value while a graph is built: use symnum's functions "
            f"instead of math's, x.astype(dtype) to convert, and x.eval({{input: value}}) to compute")

    __int__ = __float__ = __complex__ = __index__ = __array__ = _value


def _restored(
        kind: type[Handle], node: Node, name: str | None, made: str, tag: dict[str, Any] | None) -> Handle:
    handle = kind.__new__(kind)
    Handle.__init__(handle, node, name, made)
    if tag is not None:
        vars(handle.tag).update(tag)
    return handle


def as_name(name: object) -> str | None:
    """The name of a leaf, or None.

    Raises:
        ArgumentError: it is no text.
    """
    if name is not None and not isinstance(name, str):
        raise ArgumentError(f"a name must be a text; given {name!r} of type {type(name).__name__}")
    return name


def describe(value: object) -> str:
    """An operand in one line: its name, dtype and shape, and where it was made."""
    if isinstance(value, Handle):
        made = place.text(value.made)
        shown = f"{value.name or value.node.op.name}: {value.dtype.name} {dims.text(value.node.shape)}"
        return f"{shown}, made at {made}" if made else shown
    if isinstance(value, np.ndarray | np.generic):
        return f"{type(value).__name__}: {value.dtype.name} {value.shape}"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def located(error: SymnumError, name: str, operands: tuple[object, ...]) -> SymnumError:
    """The same error with the op's name, each operand, and the line of the user's call."""
    message, where = str(error), place.text(place.caller())
    start = "" if re.match(rf"{re.escape(name)}\b", message) else f"{name}: "
    listed = "".join(f"\n  operand {k}: {describe(x)}" for k, x in enumerate(operands, 1))
    return type(error)(f"{start}{message}{listed}" + (f"\n  at {where}" if where else ""))
