"""Named inputs of every dtype and rank, dims, and arrays that are known when the graph is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .. import dtypes, options
from ..errors import ArgumentError, ArgumentValueError, SymnumError
from ..ir import build
from ..ir.build import convert
from ..ir.node import Node
from ..shapes import as_int
from .convert import ArrayLike, as_array, as_node
from .handle import as_name, located
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

    Returns:
        A leaf of that dtype and shape.

    Raises:
        DTypeError: not a supported dtype, or a length is not an integer.
        ShapeError: a length is negative.
        ArgumentError: the name is no text.
        UnsupportedError: a length depends on the values of inputs.

    >>> n = dim("n")
    >>> tensor("x", dtype="float32", shape=(n, 3)), tensor("y", shape=(n, None))
    (<Tensor x: float32 (n, 3)>, <Tensor y: float64 (n, y.shape[1])>)
    """
    try:
        lengths = [as_leaf_length(part) for part in parts_of(shape)]
        return Tensor(build.input_leaf(as_name(name), dtype or options.current().float_dtype, lengths))
    except SymnumError as error:
        raise located(error, f"tensor {name!r}", ()) from None


def dim(name: str | None = None) -> Tensor:
    """A new unknown length, at least 0, that several inputs can have in common.

    Args:
        name: shown in printed graphs and errors.

    Returns:
        An int64 tensor of rank 0, for shapes.

    Raises:
        ArgumentError: the name is no text.

    >>> n = dim("n")
    >>> tensor("x", shape=(n,)).shape[0].same_as(n)
    True
    """
    try:
        return Tensor(build.dim(as_name(name)))
    except SymnumError as error:
        raise located(error, "dim", ()) from None


# values that are known --------------------------------------------------------------------------------------

def as_tensor(value: ArrayLike, *, dtype: object = None) -> Tensor:
    """A tensor as it is; a number, array, or (nested) list of numbers and tensors as a new one.

    Args:
        value: a tensor, an array, a number, or nested lists of them; any shape.
        dtype: of the result; without it that of the value, int64 and float64 of Python numbers.

    Returns:
        A tensor of the shape of the value; itself, if it is one of that dtype.

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

    Args:
        value: an array, a number, or nested lists of numbers.
        name: shown in printed graphs and errors.
        dtype: of the result; without it that of the value, int64 and float64 of Python numbers.

    Returns:
        A tensor of the shape of the value.

    Raises:
        DTypeError: the value is something else, or its dtype is not supported.
        ShapeError: the parts of a list have different shapes.

    >>> constant([[1, 2]], dtype="float32")
    <Tensor: float32 (1, 2)>
    """
    try:
        return Tensor(build.constant(as_array(value), dtype), name)
    except SymnumError as error:
        raise located(error, "constant", (value,)) from None


def asarray(a: ArrayLike, dtype: object = None, *, copy: bool | None = None) -> Tensor:
    """A tensor as it is; a number, array, or (nested) list as a new one: :func:`as_tensor` under NumPy's name.

    Args:
        a: a tensor, an array, a number, or nested lists of them; any shape.
        dtype: of the result; without it that of the value, int64 and float64 of Python numbers.
        copy: has no effect: tensors are values, which nothing changes.

    Returns:
        A tensor of the shape of the value.

    Raises:
        DTypeError: the value is no number, array, list or tensor, or its dtype is not supported.
        ShapeError: the parts of a list have different shapes.

    >>> asarray([1, 2, 3], "float32")
    <Tensor: float32 (3,)>
    """
    return as_tensor(a, dtype=dtype)


def full(shape: ShapeLike, fill_value: ArrayLike, dtype: object = None) -> Tensor:
    """An array of one value.

    Args:
        shape: the lengths: numbers, dims, or such as ``x.shape[0]``.
        fill_value: a number, or an array that broadcasts to the shape.
        dtype: of the result; without it that of the value.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative, or the value does not broadcast to the shape.
        DTypeError: a length is not an integer, the value is no number, or ``dtype`` is not supported.

    >>> full((2, dim("n")), 7)
    <Tensor: int64 (2, n)>
    """
    try:
        return Tensor(build.broadcast_to(_converted(fill_value, dtype), as_shape(shape)))
    except SymnumError as error:
        raise located(error, "full", ()) from None


def zeros(shape: ShapeLike, dtype: object = None) -> Tensor:
    """An array of zeros.

    Args:
        shape: the lengths: numbers, dims, or such as ``x.shape[0]``.
        dtype: of the result; without it ``Options.float_dtype``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is not an integer, or ``dtype`` is not supported.

    >>> zeros((2, 3))
    <Tensor: float64 (2, 3)>
    """
    return full(shape, 0, dtype or options.current().float_dtype)


def ones(shape: ShapeLike, dtype: object = None) -> Tensor:
    """An array of ones.

    Args:
        shape: the lengths: numbers, dims, or such as ``x.shape[0]``.
        dtype: of the result; without it ``Options.float_dtype``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is not an integer, or ``dtype`` is not supported.

    >>> ones(4, dtype="int32")
    <Tensor: int32 (4,)>
    """
    return full(shape, 1, dtype or options.current().float_dtype)


def empty(shape: ShapeLike, dtype: object = None) -> Tensor:
    """An array whose values do not matter: zeros here.

    Args:
        shape: the lengths: numbers, dims, or such as ``x.shape[0]``.
        dtype: of the result; without it ``Options.float_dtype``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: a length is not an integer, or ``dtype`` is not supported.

    >>> empty((2, 3))
    <Tensor: float64 (2, 3)>
    """
    return zeros(shape, dtype)


def full_like(a: ArrayLike, fill_value: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """An array of one value, like another.

    Args:
        a: any dtype and shape.
        fill_value: a number, or an array that broadcasts to the shape.
        dtype: of the result; without it that of ``a``.
        shape: of the result; without it that of ``a``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative, or the value does not broadcast to the shape.
        DTypeError: ``a`` is no array of numbers, a length is not an integer, or ``dtype`` is not supported.

    >>> full_like(tensor("x", dtype="int8", shape=(None, 2)), 5)
    <Tensor: int8 (x.shape[0], 2)>
    """
    like = as_tensor(a)
    return full(like.shape if shape is None else shape, fill_value, dtype or like.dtype)


def zeros_like(a: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """Zeros like another array.

    Args:
        a: any dtype and shape.
        dtype: of the result; without it that of ``a``.
        shape: of the result; without it that of ``a``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, a length is not an integer, or ``dtype`` is not supported.

    >>> zeros_like([1, 2])
    <Tensor: int64 (2,)>
    """
    return full_like(a, 0, dtype, shape=shape)


def ones_like(a: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """Ones like another array.

    Args:
        a: any dtype and shape.
        dtype: of the result; without it that of ``a``.
        shape: of the result; without it that of ``a``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: ``a`` is no array of numbers, a length is not an integer, or ``dtype`` is not supported.

    >>> ones_like([1.5, 2.5])
    <Tensor: float64 (2,)>
    """
    return full_like(a, 1, dtype, shape=shape)


def empty_like(prototype: ArrayLike, dtype: object = None, *, shape: ShapeLike | None = None) -> Tensor:
    """An array whose values do not matter (zeros here), like another.

    Args:
        prototype: any dtype and shape.
        dtype: of the result; without it that of ``prototype``.
        shape: of the result; without it that of ``prototype``.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ShapeError: a length is negative.
        DTypeError: ``prototype`` is no array of numbers, a length is not an integer, or ``dtype`` is not supported.

    >>> empty_like([1.5, 2.5], shape=(2, 3))
    <Tensor: float64 (2, 3)>
    """
    return zeros_like(prototype, dtype, shape=shape)


# named inputs of every dtype and rank -----------------------------------------------------------------------

def _one(code: str, kind: str) -> Callable[..., Tensor]:
    def of_code(name: str | None = None) -> Tensor:
        return tensor(name, dtype=dtypes.CODES[code], shape=KINDS[kind])

    def of_dtype(name: str | None = None, *, dtype: object = None) -> Tensor:
        return tensor(name, dtype=dtype, shape=KINDS[kind])
    found: Callable[..., Tensor] = _documented(of_code if code else of_dtype, f"{code}{kind}", code, kind, _ONE, "'x'")
    return found


def _several(code: str, kind: str) -> Callable[..., tuple[Tensor, ...]]:
    def function(*names: str | int) -> tuple[Tensor, ...]:
        given: tuple[str | None, ...] = tuple(name for name in names if isinstance(name, str))
        if len(names) == 1 and not isinstance(names[0], str):
            given = (None,) * _count(names[0])
        elif len(given) < len(names):
            raise ArgumentError(f"expected names or one number, as in {plural(kind)}('a', 'b') or "
                                f"{plural(kind)}(2); given {names!r}")
        return tuple(tensor(name, dtype=dtypes.CODES.get(code), shape=KINDS[kind]) for name in given)
    found: Callable[..., tuple[Tensor, ...]] = _documented(
        function, f"{code}{plural(kind)}", code, kind, _SEVERAL, "'x', 'y'")
    return found


def _count(number: object) -> int:
    count = as_int(number, "the number of inputs")
    if count < 0:
        raise ArgumentValueError(f"the number of inputs must be at least 0; given {count}")
    return count


def plural(kind: str) -> str:
    """The name of the function that makes several inputs of a kind.

    >>> plural("matrix"), plural("tensor3")
    ('matrices', 'tensor3s')
    """
    return "matrices" if kind == "matrix" else f"{kind}s"


def _rank(kind: str) -> str:
    lengths = ", ".join("unknown" if n is None else str(n) for n in KINDS[kind])
    return f"rank {len(KINDS[kind])}, lengths ({lengths})" if lengths else "rank 0"


# Docstrings of these functions; those without a dtype of their own have more to say of one input.
_ONE = """A new input of dtype {dtype}: {rank}.

    Args:
        name: shown in printed graphs and errors; a function takes its argument under this name.
{argument}
    Returns:
        A leaf of that dtype and shape.

    Raises:
        ArgumentError: the name is no text.
{error}    """
_SEVERAL = """Several new inputs of dtype {dtype}, by name or by number; each: {rank}.

    Args:
        names: a text for each input, or one number of inputs without names.

    Returns:
        A tuple of leaves of that dtype and shape.

    Raises:
        ArgumentError: neither names nor one number are given.
        ArgumentValueError: the one number is negative.
        DTypeError: the one number is no integer.
    """


def _documented(function: Any, name: str, code: str, kind: str, doc: str, arguments: str) -> Any:
    shown = dtypes.CODES[code].name if code else "float64"
    inputs = [f"<Tensor {x}: {shown} {_shown_shape(x, kind)}>" for x in ("x", "y")[:arguments.count(",") + 1]]
    result = inputs[0] if len(inputs) == 1 else f"({', '.join(inputs)})"
    function.__name__ = function.__qualname__ = name
    words = {"dtype": shown, "argument": "", "error": ""} if code else {
        "dtype": "`Options.float_dtype`, or the one given" if doc is _ONE else "`Options.float_dtype`",
        "argument": "        dtype: any supported dtype; without it `Options.float_dtype`.\n",
        "error": "        DTypeError: `dtype` is not supported.\n"}
    text = doc.format(rank=_rank(kind), **words).rstrip()
    function.__doc__ = f"{text}\n\n    >>> {name}({arguments})\n    {result}\n    "
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
