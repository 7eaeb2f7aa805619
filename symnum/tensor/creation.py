"""Named inputs of every dtype and rank, dims, and arrays that are known when the graph is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .. import dtypes, options
from ..errors import ArgumentError, SymnumError
from ..ir import build
from ..ir.build import convert
from ..ir.node import Node
from ..shapes import as_int
from .convert import ArrayLike, as_array, as_node
from .handle import located
from .lengths import ShapeLike, as_leaf_length, as_shape, node_of, parts_of
from .symbolic import Tensor

# Theano's names of ranks, with the lengths that are fixed; None is unknown.
KINDS: Mapping[str, tuple[int | None, ...]] = MappingProxyType({
    "scalar": (), "vector": (None,), "row": (1, None), "col": (None, 1), "matrix": (None,) * 2,
    **{f"tensor{rank}": (None,) * rank for rank in range(3, 8)}})


def tensor(name: str | None = None, *, dtype: object = None, shape: Any = ()) -> Tensor:
    """A new input of functions.

    Args:
        name: shown in printed graphs and errors; a function takes its argument under this name.
        dtype: any supported dtype; without it ``Options.float_dtype``.
        shape: numbers, None for a length that is not known yet, and dims (``dim("n")``), which inputs share.

    Raises:
        DTypeError: not a supported dtype, or a length is not an integer.
        ShapeError: a length is negative.

    >>> n = dim("n")
    >>> tensor("x", dtype="float32", shape=(n, 3)), tensor("y", shape=(n, None))
    (<Tensor x: float32 (n, 3)>, <Tensor y: float64 (n, y.shape[1])>)
    """
    try:
        lengths = [as_leaf_length(part) for part in parts_of(shape)]
        return Tensor(build.input_leaf(name, dtype or options.current().float_dtype, lengths))
    except SymnumError as error:
        raise located(error, f"tensor {name!r}", ()) from None


def dim(name: str | None = None) -> Tensor:
    """A new unknown length, at least 0, that several inputs can have in common: an int64 tensor of rank 0.

    >>> n = dim("n")
    >>> tensor("x", shape=(n,)).shape[0].same_as(n)
    True
    """
    return Tensor(build.dim(name))


# values that are known --------------------------------------------------------------------------------------

def as_tensor(value: ArrayLike, *, dtype: object = None) -> Tensor:
    """A tensor as it is; a number, array, or (nested) list of numbers and tensors as a new one.

    Raises:
        DTypeError: the value is something else, or its dtype is not supported.
        ShapeError: the parts of a list have different shapes.

    >>> as_tensor([1, 2, 3])
    <Tensor: int64 (3,)>
    """
    try:
        node = _converted(value, dtype)
        return value if isinstance(value, Tensor) and value.node is node else Tensor(node)
    except SymnumError as error:
        raise located(error, "as_tensor", (value,)) from None


def _converted(value: ArrayLike, dtype: object) -> Node:
    """``value`` as a node; numbers become constants of the dtype at once, nodes are cast."""
    node = as_node(value)
    if dtype is None or node.dtype == dtype:
        return node
    if node.op.name == "constant" and node_of(value) is None:
        return build.constant(node.attr("literal").array, dtype)
    return convert(node, dtypes.as_dtype(dtype))


def constant(value: ArrayLike, name: str | None = None, *, dtype: object = None) -> Tensor:
    """A copy of a number, array, or nested list of numbers, known when the graph is built.

    Raises:
        DTypeError: the value is something else, or its dtype is not supported.

    >>> constant([[1, 2]], dtype="float32")
    <Tensor: float32 (1, 2)>
    """
    try:
        return Tensor(build.constant(as_array(value), dtype), name)
    except SymnumError as error:
        raise located(error, "constant", (value,)) from None


def asarray(a: ArrayLike, dtype: object = None, *, copy: bool | None = None) -> Tensor:
    """As :func:`as_tensor`; ``copy`` has no effect: tensors are values, which nothing changes.

    Raises:
        DTypeError: the value is no number, array, list or tensor, or its dtype is not supported.
        ShapeError: the parts of a list have different shapes.

    >>> asarray([1, 2, 3], "float32")
    <Tensor: float32 (3,)>
    """
    return as_tensor(a, dtype=dtype)


def full(shape: ShapeLike, fill_value: ArrayLike, dtype: object = None) -> Tensor:
    """An array of one value; the shape may hold dims.  Without ``dtype`` it is that of the value.

    Raises:
        ShapeError: a length is negative, or the value does not broadcast to the shape.

    >>> full((2, dim("n")), 7)
    <Tensor: int64 (2, n)>
    """
    try:
        return Tensor(build.broadcast_to(_converted(fill_value, dtype), as_shape(shape)))
    except SymnumError as error:
        raise located(error, "full", ()) from None


def zeros(shape: ShapeLike, dtype: object = None) -> Tensor:
    """An array of zeros; without ``dtype`` it is ``Options.float_dtype``.

    Raises:
        ShapeError: a length is negative.

    >>> zeros((2, 3))
    <Tensor: float64 (2, 3)>
    """
    return full(shape, 0, dtype or options.current().float_dtype)


def ones(shape: ShapeLike, dtype: object = None) -> Tensor:
    """An array of ones; without ``dtype`` it is ``Options.float_dtype``.

    Raises:
        ShapeError: a length is negative.

    >>> ones(4, dtype="int32")
    <Tensor: int32 (4,)>
    """
    return full(shape, 1, dtype or options.current().float_dtype)


def empty(shape: ShapeLike, dtype: object = None) -> Tensor:
    """An array whose values do not matter: zeros here.  Without ``dtype`` it is ``Options.float_dtype``.

    Raises:
        ShapeError: a length is negative.

    >>> empty((2, 3))
    <Tensor: float64 (2, 3)>
    """
    return zeros(shape, dtype)


def full_like(a: ArrayLike, fill_value: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """An array of one value with the shape, and without ``dtype`` the dtype, of another.

    Raises:
        ShapeError: the value does not broadcast to the shape.

    >>> full_like(tensor("x", dtype="int8", shape=(None, 2)), 5)
    <Tensor: int8 (x.shape[0], 2)>
    """
    like = as_tensor(a)
    return full(like.shape if shape is None else shape, fill_value, dtype or like.dtype)


def zeros_like(a: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """Zeros with the shape, and without ``dtype`` the dtype, of another array.

    >>> zeros_like([1, 2])
    <Tensor: int64 (2,)>
    """
    return full_like(a, 0, dtype, shape=shape)


def ones_like(a: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """Ones with the shape, and without ``dtype`` the dtype, of another array.

    >>> ones_like([1.5, 2.5])
    <Tensor: float64 (2,)>
    """
    return full_like(a, 1, dtype, shape=shape)


def empty_like(prototype: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """An array whose values do not matter (zeros here), with the shape, and without ``dtype`` the dtype, of another.

    >>> empty_like([1.5, 2.5], shape=(2, 3))
    <Tensor: float64 (2, 3)>
    """
    return zeros_like(prototype, dtype, shape=shape)


# named inputs of every dtype and rank -----------------------------------------------------------------------

def _one(code: str, kind: str) -> Callable[..., Tensor]:
    if code:
        def function(name: str | None = None) -> Tensor:
            return tensor(name, dtype=dtypes.CODES[code], shape=KINDS[kind])
    else:
        def function(name: str | None = None, *, dtype: object = None) -> Tensor:  # type: ignore[misc]
            return tensor(name, dtype=dtype, shape=KINDS[kind])
    doc = f"A new input{{of}}: {_rank(kind)}."
    return _documented(function, f"{code}{kind}", code, kind, doc, "'x'")  # type: ignore[no-any-return]


def _several(code: str, kind: str) -> Callable[..., tuple[Tensor, ...]]:
    def function(*names: str | int) -> tuple[Tensor, ...]:
        if len(names) == 1 and not isinstance(names[0], str):
            given: tuple[str | None, ...] = (None,) * as_int(names[0], "the number of inputs")
        elif all(isinstance(name, str) for name in names):
            given = names  # type: ignore[assignment]
        else:
            raise ArgumentError(f"expected names or one number, as in {plural(kind)}('a', 'b') or "
                                f"{plural(kind)}(2); given {names!r}")
        return tuple(tensor(name, dtype=dtypes.CODES.get(code), shape=KINDS[kind]) for name in given)
    doc = f"Several new inputs{{of}}, by name or by number, as a tuple; each: {_rank(kind)}."
    return _documented(function, f"{code}{plural(kind)}", code, kind, doc, "'x', 'y'")  # type: ignore[no-any-return]


def plural(kind: str) -> str:
    """The name of the function that makes several inputs of a kind.

    >>> plural("matrix"), plural("tensor3")
    ('matrices', 'tensor3s')
    """
    return "matrices" if kind == "matrix" else f"{kind}s"


def _rank(kind: str) -> str:
    lengths = ", ".join("unknown" if n is None else str(n) for n in KINDS[kind])
    return f"rank {len(KINDS[kind])}, lengths ({lengths})" if lengths else "rank 0"


def _documented(function: Any, name: str, code: str, kind: str, doc: str, arguments: str) -> Any:
    dtype = dtypes.CODES[code].name if code else "`Options.float_dtype`, or the one given"
    shown = dtypes.CODES[code].name if code else "float64"
    inputs = [f"<Tensor {x}: {shown} {_shown_shape(x, kind)}>" for x in ("x", "y")[:arguments.count(",") + 1]]
    result = inputs[0] if len(inputs) == 1 else f"({', '.join(inputs)})"
    function.__name__ = function.__qualname__ = name
    example = f">>> {name}({arguments})\n    {result}"
    function.__doc__ = f"{doc.format(of=f' of dtype {dtype}')}\n\n    {example}\n    "
    return function


def _shown_shape(name: str, kind: str) -> str:
    parts = [f"{name}.shape[{k}]" if n is None else str(n) for k, n in enumerate(KINDS[kind])]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


INPUTS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    f"{code}{name}": make(code, kind) for code in ("", *dtypes.CODES) for kind in KINDS
    for name, make in ((kind, _one), (plural(kind), _several))})

__all__ = [
    "as_tensor", "asarray", "constant", "dim", "empty", "empty_like", "full", "full_like", "ones", "ones_like",
    "tensor", "zeros", "zeros_like", *INPUTS]
globals().update(INPUTS)

if TYPE_CHECKING:
    def __getattr__(name: str) -> Any: ...
