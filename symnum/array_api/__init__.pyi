"""The Python array API standard, version 2024.12, on symbolic tensors; ``x.__array_namespace__()`` is this module."""

# Written by tools/stubs.py; `make reference` writes it again.

import builtins as _builtins
from collections.abc import Sequence as _Sequence
from typing import Any as _Any
from typing import Literal as _Literal
from typing import NamedTuple as _NamedTuple
from typing import overload as _overload

import numpy as _np

from ..tensor.convert import ArrayLike as _ArrayLike
from ..tensor.lengths import Length as _Length
from ..tensor.lengths import ShapeLike as _ShapeLike
from ..tensor.reductions import Axis as _Axis
from ..tensor.shaping import Order as _Order
from ..tensor.shaping_axes import Axes as _Axes
from ..tensor.sorting import Side as _Side
from ..tensor.symbolic import Tensor as _Tensor
from .dtypes import FloatInfo as _FloatInfo
from .dtypes import IntegerInfo as _IntegerInfo
from .dtypes import Kind as _Kind
from .dtypes import NamespaceInfo as _NamespaceInfo

class _UniqueAll(_NamedTuple):
    """What :func:`unique_all` gives."""

    values: _Tensor
    indices: _Tensor
    inverse_indices: _Tensor
    counts: _Tensor

class _UniqueCounts(_NamedTuple):
    """What :func:`unique_counts` gives."""

    values: _Tensor
    counts: _Tensor

class _UniqueInverse(_NamedTuple):
    """What :func:`unique_inverse` gives."""

    values: _Tensor
    inverse_indices: _Tensor

__all__ = [
    "__array_api_version__", "__array_namespace_info__", "abs", "acos", "acosh", "add", "all", "any", "arange",
    "argmax", "argmin", "argsort", "asarray", "asin", "asinh", "astype", "atan", "atan2", "atanh", "bitwise_and",
    "bitwise_invert", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "bool",
    "broadcast_arrays", "broadcast_to", "can_cast", "ceil", "clip", "complex128", "complex64", "concat", "conj",
    "copysign", "cos", "cosh", "count_nonzero", "cumulative_prod", "cumulative_sum", "diff", "divide", "e", "empty",
    "empty_like", "equal", "exp", "expand_dims", "expm1", "eye", "fft", "finfo", "flip", "float32", "float64", "floor",
    "floor_divide", "from_dlpack", "full", "full_like", "greater", "greater_equal", "hypot", "iinfo", "imag", "inf",
    "int16", "int32", "int64", "int8", "isdtype", "isfinite", "isinf", "isnan", "less", "less_equal", "linalg",
    "linspace", "log", "log10", "log1p", "log2", "logaddexp", "logical_and", "logical_not", "logical_or", "logical_xor",
    "matmul", "matrix_transpose", "max", "maximum", "mean", "meshgrid", "min", "minimum", "moveaxis", "multiply", "nan",
    "negative", "newaxis", "nextafter", "nonzero", "not_equal", "ones", "ones_like", "permute_dims", "pi", "positive",
    "pow", "prod", "real", "reciprocal", "remainder", "repeat", "reshape", "result_type", "roll", "round",
    "searchsorted", "sign", "signbit", "sin", "sinh", "sort", "sqrt", "square", "squeeze", "stack", "std", "subtract",
    "sum", "take", "take_along_axis", "tan", "tanh", "tensordot", "tile", "tril", "triu", "trunc", "uint16", "uint32",
    "uint64", "uint8", "unique_all", "unique_counts", "unique_inverse", "unique_values", "unstack", "var", "vecdot",
    "where", "zeros", "zeros_like",
]
__array_api_version__: str
def __array_namespace_info__() -> _NamespaceInfo:
    """What the namespace can do, as the standard asks."""
def abs(x: _ArrayLike, /) -> _Tensor:
    """Absolute value, of complex numbers the modulus."""
def acos(x: _ArrayLike, /) -> _Tensor:
    """Inverse cosine in [0, pi]; NaN outside [-1, 1]."""
def acosh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic cosine, not negative; NaN below 1."""
def add(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Sum."""
def all(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: _builtins.bool = False,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Whether every element over axes is true (not 0; NaN is true); True over an empty axis."""
def any(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: _builtins.bool = False,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Whether an element over axes is true (not 0; NaN is true); False over an empty axis."""
def arange(start: _Any, stop: _Any = None, step: _Any = 1, dtype: object = None, *, device: _Any = None) -> _Tensor:
    """Numbers from ``start`` (0 if one number is given) up to but without ``stop``."""
def argmax(x: _ArrayLike, /, axis: int | None = None, *, keepdims: _builtins.bool = False) -> _Tensor:
    """Position of the first largest element along one axis, or in C order over all; NaN is largest."""
def argmin(x: _ArrayLike, /, axis: int | None = None, *, keepdims: _builtins.bool = False) -> _Tensor:
    """Position of the first smallest element along one axis, or in C order over all; NaN is smallest."""
def argsort(
    x: _ArrayLike,
    /,
    *,
    axis: int = -1,
    descending: _builtins.bool = False,
    stable: _builtins.bool = True,
) -> _Tensor:
    """The positions that sort along an axis; equal elements keep their order, downwards too."""
def asarray(
    obj: _ArrayLike,
    /,
    *,
    dtype: object = None,
    device: object = None,
    copy: _builtins.bool | None = None,
) -> _Tensor:
    """As :func:`symnum.as_tensor`."""
def asin(x: _ArrayLike, /) -> _Tensor:
    """Inverse sine in [-pi/2, pi/2]; NaN outside [-1, 1]."""
def asinh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic sine."""
def astype(x: _Tensor, dtype: object, /, *, copy: _builtins.bool = True, device: object = None) -> _Tensor:
    """As :func:`symnum.astype`."""
def atan(x: _ArrayLike, /) -> _Tensor:
    """Inverse tangent in [-pi/2, pi/2]."""
def atan2(y: _ArrayLike, x: _ArrayLike, /) -> _Tensor:
    """Angle of the point (x, y) from the positive x-axis, operands (y, x), in [-pi, pi]; signed zeros and ..."""
def atanh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic tangent; infinite at -1 and 1, NaN outside."""
def bitwise_and(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Each bit of x and that of y; of bools too."""
def bitwise_invert(x: _ArrayLike, /) -> _Tensor:
    """Each bit the other way: -x - 1 of signed integers, ``not`` of bools."""
def bitwise_left_shift(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """x * 2**n modulo the width; 0 if n is negative or not below the width."""
def bitwise_or(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Each bit of x or that of y; of bools too."""
def bitwise_right_shift(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """floor(x / 2**n); if n is negative or not below the width 0, or -1 of negative x."""
def bitwise_xor(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Each bit of x xor that of y; of bools too."""
bool: _np.dtype[_Any]
def broadcast_arrays(*xs: _Any) -> tuple[_Tensor, ...]:
    """All operands repeated to the shape that they have in common."""
def broadcast_to(x: _ArrayLike, /, shape: _ShapeLike) -> _Tensor:
    """Repeated along new leading axes and along axes of length 1, to a given shape."""
def can_cast(from_: object, to: object, /) -> _builtins.bool:
    """Whether a dtype (or a tensor's) converts to another without loss, by the standard's promotion."""
def ceil(x: _ArrayLike, /) -> _Tensor:
    """Smallest whole number that is not below x."""
def clip(x: _ArrayLike, /, min: _Any = None, max: _Any = None) -> _Tensor:
    """Elements below ``min`` become it, those above ``max`` become that; None is no bound."""
complex128: _np.dtype[_Any]
complex64: _np.dtype[_Any]
def concat(arrays: _Sequence[_Any], axis: int | None = 0, *, dtype: object = None) -> _Tensor:
    """Operands one after the other along an axis (flattened first if it is None), in their common dtype."""
def conj(x: _ArrayLike, /) -> _Tensor:
    """The number with the other sign of the imaginary part; real numbers are left as they are."""
def copysign(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The size of x with the sign of y, of zeros and NaN too."""
def cos(x: _ArrayLike, /) -> _Tensor:
    """Cosine; NaN at infinities."""
def cosh(x: _ArrayLike, /) -> _Tensor:
    """Hyperbolic cosine."""
def count_nonzero(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: _builtins.bool = False) -> _Tensor:
    """How many elements over axes are not 0 (NaN is not)."""
def cumulative_prod(
    x: _ArrayLike,
    /,
    *,
    axis: int | None = None,
    dtype: object = None,
    include_initial: _builtins.bool = False,
) -> _Tensor:
    """:func:`cumprod` under the name and with the arguments of the array API standard."""
def cumulative_sum(
    x: _ArrayLike,
    /,
    *,
    axis: int | None = None,
    dtype: object = None,
    include_initial: _builtins.bool = False,
) -> _Tensor:
    """:func:`cumsum` under the name and with the arguments of the array API standard."""
def diff(
    x: _ArrayLike,
    /,
    n: int = 1,
    axis: int = -1,
    prepend: _ArrayLike | None = None,
    append: _ArrayLike | None = None,
) -> _Tensor:
    """Differences of neighbours along an axis, ``x[i + 1] - x[i]``, taken ``n`` times; of bools whether they differ."""
def divide(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Quotient, always a float."""
e: float
def empty(shape: _Any, *, dtype: object = None, device: object = None) -> _Tensor:
    """Zeros: an expression has no memory that could hold other values."""
def empty_like(x: _ArrayLike, /, *, dtype: object = None, device: object = None) -> _Tensor:
    """Zeros like another array."""
def equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x = y; NaN equals nothing, 0.0 equals -0.0."""
def exp(x: _ArrayLike, /) -> _Tensor:
    """e to the power x; 0 at -inf."""
def expand_dims(x: _ArrayLike, /, axis: _Axes) -> _Tensor:
    """New axes of length 1 at the given places of the result."""
def expm1(x: _ArrayLike, /) -> _Tensor:
    """exp(x) - 1 without cancellation near 0."""
def eye(N: _Length, M: _Length | None = None, k: int = 0, dtype: object = None, *, device: _Any = None) -> _Tensor:
    """An N×M matrix (N×N without ``M``) with ones on diagonal number k and zeros elsewhere."""
fft: _Any
def finfo(type: object, /) -> _FloatInfo:
    """Limits of a floating dtype, or of a tensor's; of a complex dtype, those of its real part."""
def flip(x: _ArrayLike, /, axis: int | _Sequence[int] | None = None) -> _Tensor:
    """Elements in reverse order along an axis, several, or all of them."""
float32: _np.dtype[_Any]
float64: _np.dtype[_Any]
def floor(x: _ArrayLike, /) -> _Tensor:
    """Largest whole number that is not above x."""
def floor_divide(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Floor of the quotient, as Python's ``//``."""
def from_dlpack(x: _Any, /, *, device: object = None, copy: _builtins.bool | None = None) -> _Tensor:
    """The values of another library's array, as a constant."""
def full(shape: _ShapeLike, fill_value: _ArrayLike, dtype: object = None, *, device: _Any = None) -> _Tensor:
    """An array of one value."""
def full_like(
    a: _ArrayLike,
    fill_value: _ArrayLike,
    dtype: object = None,
    *,
    shape: _ShapeLike | None = None,
    device: _Any = None,
) -> _Tensor:
    """An array of one value, like another."""
def greater(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x > y; false beside NaN."""
def greater_equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x >= y; false beside NaN."""
def hypot(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """sqrt(x*x + y*y) without overflow in between; infinite if an operand is, even beside NaN."""
def iinfo(type: object, /) -> _IntegerInfo:
    """Limits of an integer dtype, or of a tensor's."""
def imag(x: _ArrayLike, /) -> _Tensor:
    """Imaginary part; zeros of the same dtype for real numbers."""
inf: float
int16: _np.dtype[_Any]
int32: _np.dtype[_Any]
int64: _np.dtype[_Any]
int8: _np.dtype[_Any]
def isdtype(dtype: _np.dtype[_Any], kind: _Kind | tuple[_Kind, ...]) -> _builtins.bool:
    """Whether a dtype is one, or of a kind, or one of several."""
def isfinite(x: _ArrayLike, /) -> _Tensor:
    """Whether x is neither infinite nor NaN."""
def isinf(x: _ArrayLike, /) -> _Tensor:
    """Whether x is inf or -inf."""
def isnan(x: _ArrayLike, /) -> _Tensor:
    """Whether x is NaN."""
def less(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x < y; false beside NaN."""
def less_equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x <= y; false beside NaN."""
linalg: _Any
@_overload
def linspace(
    start: _ArrayLike,
    stop: _ArrayLike,
    num: _Length = 50,
    endpoint: _builtins.bool = True,
    retstep: _Literal[False] = False,
    dtype: object = None,
    axis: int = 0,
    *,
    device: _Any = None,
) -> _Tensor:
    """Numbers at equal distances between two ends, differentiable by both."""
@_overload
def linspace(
    start: _ArrayLike,
    stop: _ArrayLike,
    num: _Length = 50,
    endpoint: _builtins.bool = True,
    retstep: _builtins.bool = False,
    dtype: object = None,
    axis: int = 0,
    *,
    device: _Any = None,
) -> _Tensor | tuple[_Tensor, _Tensor]:
    """Numbers at equal distances between two ends, differentiable by both."""
def log(x: _ArrayLike, /) -> _Tensor:
    """Natural logarithm; -inf at 0, NaN below."""
def log10(x: _ArrayLike, /) -> _Tensor:
    """Logarithm to base 10; -inf at 0, NaN below."""
def log1p(x: _ArrayLike, /) -> _Tensor:
    """log(1 + x) without cancellation near 0; -inf at -1, NaN below."""
def log2(x: _ArrayLike, /) -> _Tensor:
    """Logarithm to base 2; -inf at 0, NaN below."""
def logaddexp(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """log(exp(x) + exp(y)) without overflow: the larger operand + log1p(exp(-|x - y|))."""
def logical_and(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether both operands are true, that is not 0; NaN is true."""
def logical_not(x: _ArrayLike, /) -> _Tensor:
    """Whether the operand is false, that is 0."""
def logical_or(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether an operand is true, that is not 0; NaN is true."""
def logical_xor(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether one operand alone is true, that is not 0; NaN is true."""
def matmul(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """Matrix product, ``a @ b``: axes before the last two are stacks, which broadcast."""
def matrix_transpose(x: _ArrayLike, /) -> _Tensor:
    """The last two axes exchanged."""
def max(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: _builtins.bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Largest element over axes, NaN if there is one."""
def maximum(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The larger operand, NaN if one is NaN, the second if they are equal (0.0 and -0.0 are)."""
def mean(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: _builtins.bool = False,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Arithmetic mean over axes, ``sum(x)/n``; NaN over an empty axis."""
def meshgrid(
    *xi: _Any,
    copy: _builtins.bool = True,
    sparse: _builtins.bool = False,
    indexing: str = 'xy',
) -> tuple[_Tensor, ...]:
    """The coordinates of a grid, one array for each vector of coordinates along an axis."""
def min(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: _builtins.bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Smallest element over axes, NaN if there is one."""
def minimum(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The smaller operand, NaN if one is NaN, the second if they are equal (0.0 and -0.0 are)."""
def moveaxis(x: _ArrayLike, /, source: _Axes, destination: _Axes) -> _Tensor:
    """Axes moved to other places; the others keep their order."""
def multiply(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Product."""
nan: float
def negative(x: _ArrayLike, /) -> _Tensor:
    """The operand with the other sign."""
newaxis: _Any
def nextafter(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The float after x on the way to y; y itself if they are equal, NaN if one of them is."""
def nonzero(a: _ArrayLike) -> tuple[_Tensor, ...]:
    """Places of the elements that are not zero, in C order."""
def not_equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x and y differ; NaN differs from itself."""
def ones(shape: _ShapeLike, dtype: object = None, *, device: _Any = None) -> _Tensor:
    """An array of ones."""
def ones_like(a: _ArrayLike, dtype: object = None, *, shape: _ShapeLike | None = None, device: _Any = None) -> _Tensor:
    """Ones like another array."""
def permute_dims(x: _ArrayLike, /, axes: _Sequence[int] | None = None) -> _Tensor:
    """Axis k of the result is axis ``axes[k]`` of the operand; without ``axes`` their order is reversed."""
pi: float
def positive(x: _ArrayLike, /) -> _Tensor:
    """The operand itself."""
def pow(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """x to the power y, with C's special values: x**0 and 1**y are 1 even for NaN."""
def prod(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: _builtins.bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Product over axes; 1 over an empty axis."""
def real(x: _ArrayLike, /) -> _Tensor:
    """Real part; real numbers are left as they are."""
def reciprocal(x: _ArrayLike, /) -> _Tensor:
    """1/x."""
def remainder(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Remainder with the divisor's sign, as Python's ``%``."""
def repeat(x: _ArrayLike, /, repeats: _Length | _Sequence[int], axis: int | None = None) -> _Tensor:
    """Each element so many times, along an axis (of the flattened operand without one)."""
def reshape(x: _ArrayLike, /, shape: _ShapeLike, order: _Order = 'C', *, copy: _builtins.bool | None = None) -> _Tensor:
    """The same elements under another shape; one length may be -1 and follows from the others."""
def result_type(*arrays_and_dtypes: object) -> _np.dtype[_Any]:
    """The common dtype of tensors, arrays, dtypes and Python numbers, which are weak."""
def roll(x: _ArrayLike, /, shift: _Length | _Sequence[_Length], axis: int | _Sequence[int] | None = None) -> _Tensor:
    """Elements shifted along axes; those that leave at the end come in at the front."""
def round(x: _ArrayLike, /, decimals: int = 0) -> _Tensor:
    """To the nearest number with so many decimals, halves to the even digit."""
def searchsorted(a: _ArrayLike, v: _ArrayLike, /, side: _Side = 'left', sorter: _ArrayLike | None = None) -> _Tensor:
    """Where elements belong in a sorted vector, so that it stays sorted."""
def sign(x: _ArrayLike, /) -> _Tensor:
    """-1, 0 or 1 as the operand is negative, zero or positive; NaN for NaN."""
def signbit(x: _ArrayLike, /) -> _Tensor:
    """Whether the sign bit is set, as in -0.0 and some NaN."""
def sin(x: _ArrayLike, /) -> _Tensor:
    """Sine; NaN at infinities."""
def sinh(x: _ArrayLike, /) -> _Tensor:
    """Hyperbolic sine."""
def sort(
    x: _ArrayLike,
    /,
    *,
    axis: int = -1,
    descending: _builtins.bool = False,
    stable: _builtins.bool = True,
) -> _Tensor:
    """Sorted along an axis, upwards or downwards."""
def sqrt(x: _ArrayLike, /) -> _Tensor:
    """Square root, NaN below 0, -0.0 of -0.0."""
def square(x: _ArrayLike, /) -> _Tensor:
    """x * x."""
def squeeze(x: _ArrayLike, /, axis: _Axes | None = None) -> _Tensor:
    """Without axes of length 1: those named, or all that are known to have length 1."""
def stack(arrays: _Sequence[_Any], axis: int = 0, *, dtype: object = None) -> _Tensor:
    """Operands of one shape along a new axis, in their common dtype (Python numbers are weak)."""
def std(x: _ArrayLike, /, *, axis: _Any = None, correction: float = 0.0, keepdims: _builtins.bool = False) -> _Tensor:
    """Standard deviation over axes, as :func:`symnum.std`."""
def subtract(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Difference."""
def sum(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: _builtins.bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Sum over axes; 0 over an empty axis."""
def take(x: _ArrayLike, /, indices: _ArrayLike, axis: int | None = None, *, mode: str = 'raise') -> _Tensor:
    """Elements along an axis at ``indices``, whose shape replaces the axis."""
def take_along_axis(x: _ArrayLike, /, indices: _ArrayLike, axis: int | None = -1) -> _Tensor:
    """For each vector along an axis the elements at the indices of the vector in the same place of ``indices``."""
def tan(x: _ArrayLike, /) -> _Tensor:
    """Tangent; NaN at infinities."""
def tanh(x: _ArrayLike, /) -> _Tensor:
    """Hyperbolic tangent; its derivative is 1/cosh(x)**2, accurate for large x too."""
def tensordot(a: _ArrayLike, b: _ArrayLike, /, axes: int | tuple[_Axes, _Axes] = 2) -> _Tensor:
    """Sum of products over several pairs of axes."""
def tile(x: _ArrayLike, /, reps: _Length | _Sequence[_Length]) -> _Tensor:
    """The whole operand so many times along each axis; missing axes and missing numbers count as 1 in front."""
def tril(m: _ArrayLike, /, k: int = 0) -> _Tensor:
    """The matrices that the last two axes hold, with zeros above diagonal number k; a vector is the rows of one."""
def triu(m: _ArrayLike, /, k: int = 0) -> _Tensor:
    """The matrices that the last two axes hold, with zeros below diagonal number k; a vector is the rows of one."""
def trunc(x: _ArrayLike, /) -> _Tensor:
    """x without its fraction."""
uint16: _np.dtype[_Any]
uint32: _np.dtype[_Any]
uint64: _np.dtype[_Any]
uint8: _np.dtype[_Any]
def unique_all(x: _ArrayLike) -> _UniqueAll:
    """The different elements, their first places, the number of each element among them, and how often each occurs."""
def unique_counts(x: _ArrayLike) -> _UniqueCounts:
    """The different elements, and how often each occurs; each NaN is an element of its own."""
def unique_inverse(x: _ArrayLike) -> _UniqueInverse:
    """The different elements, and the number of each element among them; each NaN is an element of its own."""
def unique_values(x: _ArrayLike, /) -> _Tensor:
    """The different elements, sorted; each NaN is an element of its own."""
def unstack(x: _ArrayLike, /, *, axis: int = 0) -> tuple[_Tensor, ...]:
    """The parts of length 1 of an axis, without it."""
def var(x: _ArrayLike, /, *, axis: _Any = None, correction: float = 0.0, keepdims: _builtins.bool = False) -> _Tensor:
    """Variance over axes, as :func:`symnum.var`."""
def vecdot(a: _ArrayLike, b: _ArrayLike, /, *, axis: int = -1) -> _Tensor:
    """Sum of products along one axis; the others broadcast."""
@_overload
def where(condition: _ArrayLike, x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """``x`` where the condition is true and ``y`` elsewhere; of a condition alone the places where it is true."""
@_overload
def where(condition: _ArrayLike, /) -> tuple[_Tensor, ...]:
    """``x`` where the condition is true and ``y`` elsewhere; of a condition alone the places where it is true."""
def zeros(shape: _ShapeLike, dtype: object = None, *, device: _Any = None) -> _Tensor:
    """An array of zeros."""
def zeros_like(a: _ArrayLike, dtype: object = None, *, shape: _ShapeLike | None = None, device: _Any = None) -> _Tensor:
    """Zeros like another array."""
