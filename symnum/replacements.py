"""What takes the place of a tensor: the pairs of ``updates`` and ``givens``, checked in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import DTypeError, GraphError, ShapeError, SymnumError
from .ir import dims
from .ir.build import convert
from .ir.literal import weak_type
from .ir.node import Dim, Node
from .tensor.creation import as_tensor
from .tensor.handle import describe
from .tensor.state import SharedTensor
from .tensor.symbolic import Tensor


def replacements(pairs: Mapping[Any, Any] | Iterable[Any] | None, kind: type[Tensor], what: str,
                 fits: Callable[[Dim, Dim], bool]) -> dict[Node, Node]:
    """The node that takes the place of each tensor, from a mapping or pairs.

    Args:
        pairs: of a tensor and a tensor, number or array of its dtype and rank.
        kind: of the tensors that can be replaced.
        what: a pair in errors, such as "update".
        fits: whether a length of a tensor can become another.

    Raises:
        GraphError: no such pairs, or a tensor has two.
        DTypeError, ShapeError: as :func:`fitting`.
    """
    found: dict[Node, Node] = {}
    for pair in pairs.items() if isinstance(pairs, Mapping) else pairs or ():
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], kind):
            named = "shared value" if kind is SharedTensor else "tensor"
            raise GraphError(f"function: {what}s must be pairs of a {named} and what takes its place; given {pair!r}")
        old, value = pair
        if old.node in found:
            raise GraphError(f"function: {describe(old)} has two {what}s; cure: drop one of them")
        found[old.node] = fitting(old, value, f"{what} of {describe(old)}", fits)
    return found


def may_become(old: Dim, new: Dim) -> bool:
    """Whether a length of a shared value can become another: what is not fixed may change."""
    return not isinstance(old, int) or dims.may_equal(old, new)


def fitting(target: Tensor, value: Any, what: str, fits: Callable[[Dim, Dim], bool] = may_become) -> Node:
    """``value`` as a node of the dtype and rank of ``target``.

    Raises:
        GraphError: it is no tensor, number or array.
        DTypeError: it has another dtype; numbers and lists of them take that of a shared value, where they fit it.
        ShapeError: it has another rank, or a length that cannot be.
    """
    try:
        new = _converted(target, value)
    except SymnumError as error:
        kind = type(error) if isinstance(target, SharedTensor) else GraphError
        raise kind(f"function: {what} must be a tensor, number or array that fits: {error}") from None
    except (TypeError, ValueError) as error:
        raise GraphError(f"function: {what} must be a tensor, number or array: {error}") from None
    if new.dtype != target.dtype:
        raise DTypeError(f"function: {what} has dtype {new.dtype.name}; expected {target.dtype.name}; "
                         f"cure: .astype({target.dtype.name!r})")
    own = target.node.shape
    if len(own) != len(new.shape) or not all(map(fits, own, new.shape)):
        raise ShapeError(f"function: {what} has shape {dims.text(new.shape)}; expected {dims.text(own)}")
    return new


def _converted(target: Tensor, value: Any) -> Node:
    """Numbers and arrays as a shared value takes them; elsewhere Python numbers are weak.  Lists may hold tensors."""
    if isinstance(value, Tensor):
        return value.node
    if not isinstance(target, SharedTensor):
        return convert(value, target.dtype) if weak_type(value) else as_tensor(value).node
    found = as_tensor(value).node
    return as_tensor(target.converted(value)).node if found.op.name == "constant" else found
