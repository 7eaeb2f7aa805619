"""The public array language: inputs, functions under NumPy's names, shared values, printing."""

# Written by tools/stubs.py; `make reference` writes it again.

from collections.abc import Callable as _Callable
from collections.abc import Sequence as _Sequence
from typing import Any as _Any
from typing import Literal as _Literal
from typing import NamedTuple as _NamedTuple
from typing import TextIO as _TextIO
from typing import overload as _overload

from ..ir.node import Node as _Node
from .assumptions import Number as _Number
from .at import H as _H
from .convert import ArrayLike as _ArrayLike
from .convolution import Numbers as _Numbers
from .convolution import Padding as _Padding
from .convolution_transposed import Around as _Around
from .convolution_vectors import Mode as _Mode
from .creation_grids import Grid as _Grid
from .handle import Handle as _Handle
from .histograms import Bins as _Bins
from .histograms import Range as _Range
from .lengths import Length as _Length
from .lengths import ShapeLike as _ShapeLike
from .reductions import Axis as _Axis
from .shaping import Order as _Order
from .shaping_axes import Axes as _Axes
from .shaping_parts import Sections as _Sections
from .sorting import Side as _Side
from .state import SharedTensor as SharedTensor
from .state import SharedTensor as _SharedTensor
from .symbolic import Tensor as Tensor
from .symbolic import Tensor as _Tensor
from .unraveling import Order as _Order2

class _TopK(_NamedTuple):
    """The result of :func:`topk`."""

    values: _Tensor
    indices: _Tensor

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
    "SharedTensor", "Tensor", "abs", "absolute", "acos", "acosh", "add", "airy", "all", "allclose", "amax", "amin",
    "angle", "any", "append", "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "argmax", "argmin", "argsort", "argwhere", "around", "array_equal", "array_equiv", "array_split", "as_tensor",
    "asarray", "asin", "asinh", "assume", "astype", "atan", "atan2", "atanh", "atleast_1d", "atleast_2d", "atleast_3d",
    "average", "avg_pool1d", "avg_pool2d", "avg_pool3d", "bartlett", "bcol", "bcols", "beta", "betainc", "betaln",
    "bincount", "binom", "bitwise_and", "bitwise_count", "bitwise_invert", "bitwise_left_shift", "bitwise_not",
    "bitwise_or", "bitwise_right_shift", "bitwise_xor", "blackman", "block", "bmatrices", "bmatrix", "broadcast_arrays",
    "broadcast_shapes", "broadcast_to", "brow", "brows", "bscalar", "bscalars", "btensor3", "btensor3s", "btensor4",
    "btensor4s", "btensor5", "btensor5s", "btensor6", "btensor6s", "btensor7", "btensor7s", "bvector", "bvectors",
    "cbrt", "ccol", "ccols", "ceil", "chndtr", "choose", "clip", "cmatrices", "cmatrix", "col", "cols", "column_stack",
    "compress", "concat", "concatenate", "conj", "conjugate", "constant", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "convolve", "copy", "copysign", "corrcoef", "correlate",
    "cos", "cosh", "count_nonzero", "cov", "cross", "crow", "crows", "cscalar", "cscalars", "ctensor3", "ctensor3s",
    "ctensor4", "ctensor4s", "ctensor5", "ctensor5s", "ctensor6", "ctensor6s", "ctensor7", "ctensor7s", "cummax",
    "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "cvector", "cvectors", "dawsn", "dcol", "dcols",
    "deg2rad", "degrees", "delete", "diag", "diag_indices", "diagflat", "diagonal", "diff", "digamma", "digitize",
    "dim", "divide", "divmod", "dmatrices", "dmatrix", "dot", "dprint", "drow", "drows", "dscalar", "dscalars",
    "dsplit", "dstack", "dtensor3", "dtensor3s", "dtensor4", "dtensor4s", "dtensor5", "dtensor5s", "dtensor6",
    "dtensor6s", "dtensor7", "dtensor7s", "dvector", "dvectors", "ediff1d", "einsum", "ellipe", "ellipeinc", "ellipk",
    "ellipkinc", "elliprc", "elliprd", "elliprf", "elliprg", "elliprj", "empty", "empty_like", "equal", "erf", "erfc",
    "erfcinv", "erfcx", "erfi", "erfinv", "eval_chebyt", "eval_chebyu", "eval_gegenbauer", "eval_genlaguerre",
    "eval_hermite", "eval_hermitenorm", "eval_jacobi", "eval_laguerre", "eval_legendre", "exp", "exp1", "exp2",
    "expand_dims", "expi", "expit", "expm1", "expn", "extract", "eye", "fabs", "fcol", "fcols", "fill_diagonal", "fix",
    "flatnonzero", "flip", "fliplr", "flipud", "float_power", "floor", "floor_divide", "fma", "fmatrices", "fmatrix",
    "fmax", "fmin", "fmod", "fresnel", "frexp", "frexp_exponent", "frexp_mantissa", "fromfunction", "frow", "frows",
    "fscalar", "fscalars", "ftensor3", "ftensor3s", "ftensor4", "ftensor4s", "ftensor5", "ftensor5s", "ftensor6",
    "ftensor6s", "ftensor7", "ftensor7s", "full", "full_like", "fvector", "fvectors", "gamma", "gammainc", "gammaincc",
    "gammaln", "gcd", "gelu", "geomspace", "gradient", "greater", "greater_equal", "hamming", "hanning", "heaviside",
    "histogram", "histogram2d", "histogram_bin_edges", "hsplit", "hstack", "hyp0f1", "hyp1f1", "hyp2f1", "hypot", "i0",
    "i1", "icol", "icols", "identity", "imag", "imatrices", "imatrix", "in1d", "inc_subtensor", "indices", "inner",
    "insert", "interp", "intersect1d", "invert", "irow", "irows", "iscalar", "iscalars", "isclose", "iscomplex",
    "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal", "itensor3", "itensor3s", "itensor4",
    "itensor4s", "itensor5", "itensor5s", "itensor6", "itensor6s", "itensor7", "itensor7s", "iv", "ive", "ivector",
    "ivectors", "ix_", "j0", "j1", "jv", "k0", "k1", "kaiser", "kron", "kv", "kve", "lcm", "lcol", "lcols", "ldexp",
    "left_shift", "less", "less_equal", "lexsort", "lgamma", "linspace", "lmatrices", "lmatrix", "log", "log10",
    "log1p", "log2", "log_expit", "log_softmax", "logaddexp", "logaddexp2", "logcumsumexp", "logical_and",
    "logical_not", "logical_or", "logical_xor", "logit", "logspace", "logsumexp", "lpmv", "lrow", "lrows", "lscalar",
    "lscalars", "ltensor3", "ltensor3s", "ltensor4", "ltensor4s", "ltensor5", "ltensor5s", "ltensor6", "ltensor6s",
    "ltensor7", "ltensor7s", "lvector", "lvectors", "make_complex", "matmul", "matrices", "matrix", "matrix_transpose",
    "max", "max_pool1d", "max_pool2d", "max_pool3d", "maximum", "mean", "median", "meshgrid", "mgrid", "min", "minimum",
    "mod", "modf", "moveaxis", "multiply", "nan_to_num", "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax",
    "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd", "nansum", "nanvar", "ndim",
    "negative", "nextafter", "nonzero", "not_equal", "ogrid", "ones", "ones_like", "outer", "pad", "percentile",
    "permute_dims", "piecewise", "place", "poch", "polyadd", "polyder", "polygamma", "polyint", "polysub", "polyval",
    "positive", "pow", "power", "pp", "prod", "psi", "ptp", "put", "put_along_axis", "quantile", "rad2deg", "radians",
    "ravel", "ravel_multi_index", "real", "reciprocal", "relu", "remainder", "repeat", "reshape", "resize", "rgamma",
    "right_shift", "rint", "roll", "rollaxis", "rot90", "round", "row", "rows", "scalar", "scalars", "searchsorted",
    "select", "set_subtensor", "setdiff1d", "setxor1d", "shape", "shared", "shichi", "sici", "sigmoid", "sign",
    "signbit", "silu", "sin", "sinc", "sinh", "size", "sliding_window_view", "softmax", "softplus", "sort", "spacing",
    "spence", "spherical_jn", "spherical_yn", "split", "sqrt", "square", "squeeze", "stack", "std", "subtract", "sum",
    "swapaxes", "take", "take_along_axis", "tan", "tanh", "tensor", "tensor3", "tensor3s", "tensor4", "tensor4s",
    "tensor5", "tensor5s", "tensor6", "tensor6s", "tensor7", "tensor7s", "tensordot", "tile", "topk", "trace",
    "transpose", "trapezoid", "tri", "trigamma", "tril", "tril_indices", "tril_indices_from", "triu", "triu_indices",
    "triu_indices_from", "true_divide", "trunc", "union1d", "unique", "unique_all", "unique_counts", "unique_inverse",
    "unique_values", "unravel_index", "unstack", "unwrap", "vander", "var", "vdot", "vecdot", "vector", "vectors",
    "vsplit", "vstack", "wcol", "wcols", "where", "wmatrices", "wmatrix", "wrow", "wrows", "wscalar", "wscalars",
    "wtensor3", "wtensor3s", "wtensor4", "wtensor4s", "wtensor5", "wtensor5s", "wtensor6", "wtensor6s", "wtensor7",
    "wtensor7s", "wvector", "wvectors", "xlogy", "y0", "y1", "yv", "zcol", "zcols", "zeros", "zeros_like", "zeta",
    "zmatrices", "zmatrix", "zrow", "zrows", "zscalar", "zscalars", "ztensor3", "ztensor3s", "ztensor4", "ztensor4s",
    "ztensor5", "ztensor5s", "ztensor6", "ztensor6s", "ztensor7", "ztensor7s", "zvector", "zvectors",
]
def abs(x: _ArrayLike, /) -> _Tensor:
    """Absolute value, of complex numbers the modulus."""
def absolute(x: _ArrayLike, /) -> _Tensor:
    """Absolute value, of complex numbers the modulus."""
def acos(x: _ArrayLike, /) -> _Tensor:
    """Inverse cosine in [0, pi]; NaN outside [-1, 1]."""
def acosh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic cosine, not negative; NaN below 1."""
def add(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Sum."""
def airy(z: _ArrayLike, /) -> tuple[_Tensor, _Tensor, _Tensor, _Tensor]:
    """Airy functions and their derivatives (DLMF 9.2), of real numbers."""
def all(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False, where: _ArrayLike | None = None) -> _Tensor:
    """Whether every element over axes is true (not 0; NaN is true); True over an empty axis."""
def allclose(
    a: _ArrayLike,
    b: _ArrayLike,
    rtol: _ArrayLike = 1e-05,
    atol: _ArrayLike = 1e-08,
    equal_nan: bool = False,
) -> _Tensor:
    """Whether all elements are equal up to rounding, as :func:`isclose` says of each."""
def amax(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Largest element over axes, NaN if there is one."""
def amin(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Smallest element over axes, NaN if there is one."""
def angle(z: _ArrayLike, /, deg: bool = False) -> _Tensor:
    """Angle from the positive real axis, in [-pi, pi]: ``arctan2(imag, real)``; of negative real numbers pi."""
def any(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False, where: _ArrayLike | None = None) -> _Tensor:
    """Whether an element over axes is true (not 0; NaN is true); False over an empty axis."""
def append(x: _ArrayLike, /, values: _Any, axis: int | None = None) -> _Tensor:
    """The operand, then ``values``, along an axis, or both flattened without one."""
def arange(start: _Any, stop: _Any = None, step: _Any = 1, dtype: object = None) -> _Tensor:
    """Numbers from ``start`` (0 if one number is given) up to but without ``stop``."""
def arccos(x: _ArrayLike, /) -> _Tensor:
    """Inverse cosine in [0, pi]; NaN outside [-1, 1]."""
def arccosh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic cosine, not negative; NaN below 1."""
def arcsin(x: _ArrayLike, /) -> _Tensor:
    """Inverse sine in [-pi/2, pi/2]; NaN outside [-1, 1]."""
def arcsinh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic sine."""
def arctan(x: _ArrayLike, /) -> _Tensor:
    """Inverse tangent in [-pi/2, pi/2]."""
def arctan2(y: _ArrayLike, x: _ArrayLike, /) -> _Tensor:
    """Angle of the point (x, y) from the positive x-axis, operands (y, x), in [-pi, pi]; signed zeros and ..."""
def arctanh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic tangent; infinite at -1 and 1, NaN outside."""
def argmax(x: _ArrayLike, /, axis: int | None = None, *, keepdims: bool = False) -> _Tensor:
    """Position of the first largest element along one axis, or in C order over all; NaN is largest."""
def argmin(x: _ArrayLike, /, axis: int | None = None, *, keepdims: bool = False) -> _Tensor:
    """Position of the first smallest element along one axis, or in C order over all; NaN is smallest."""
def argsort(
    x: _ArrayLike,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    *,
    stable: bool | None = None,
    descending: bool = False,
) -> _Tensor:
    """Where the elements of :func:`sort` are along the axis; equal ones keep their order."""
def argwhere(x: _ArrayLike, /) -> _Tensor:
    """Places of the elements that are not zero, in C order, as rows."""
def around(x: _ArrayLike, /, decimals: int = 0) -> _Tensor:
    """To the nearest number with so many decimals, halves to the even digit."""
def array_equal(a1: _ArrayLike, a2: _ArrayLike, equal_nan: bool = False) -> _Tensor:
    """Whether two arrays have the same shape and equal elements."""
def array_equiv(a1: _ArrayLike, a2: _ArrayLike) -> _Tensor:
    """Whether two arrays have shapes that broadcast and elements that are equal then."""
def array_split(ary: _ArrayLike, indices_or_sections: _Sections, axis: int = 0) -> list[_Tensor]:
    """Parts of an axis as :func:`split` gives them, where the first parts may be longer by one."""
def as_tensor(value: _ArrayLike, *, dtype: object = None) -> _Tensor:
    """A tensor as it is; a number, array, or (nested) list of numbers and tensors as a new one."""
def asarray(a: _ArrayLike, dtype: object = None, *, copy: bool | None = None) -> _Tensor:
    """A tensor as it is; a number, array, or (nested) list as a new one: :func:`as_tensor` under NumPy's name."""
def asin(x: _ArrayLike, /) -> _Tensor:
    """Inverse sine in [-pi/2, pi/2]; NaN outside [-1, 1]."""
def asinh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic sine."""
def assume(
    x: _ArrayLike,
    /,
    *,
    positive: bool | None = None,
    nonnegative: bool | None = None,
    negative: bool | None = None,
    nonpositive: bool | None = None,
    nonzero: bool | None = None,
    lower: _Number | None = None,
    upper: _Number | None = None,
    integer: bool | None = None,
    finite: bool | None = None,
    symmetric: bool | None = None,
    positive_definite: bool | None = None,
    diagonal: bool | None = None,
    lower_triangular: bool | None = None,
    upper_triangular: bool | None = None,
    orthogonal: bool | None = None,
) -> _Tensor:
    """The same values, of which rules may take for granted what is stated: ``sqrt(x**2)`` is ``x`` for positive x."""
def astype(x: _ArrayLike, /, dtype: object, *, copy: bool = True) -> _Tensor:
    """Convert to another dtype, as NumPy does: floats are cut to whole numbers, whole numbers wrap around."""
def atan(x: _ArrayLike, /) -> _Tensor:
    """Inverse tangent in [-pi/2, pi/2]."""
def atan2(y: _ArrayLike, x: _ArrayLike, /) -> _Tensor:
    """Angle of the point (x, y) from the positive x-axis, operands (y, x), in [-pi, pi]; signed zeros and ..."""
def atanh(x: _ArrayLike, /) -> _Tensor:
    """Inverse hyperbolic tangent; infinite at -1 and 1, NaN outside."""
@_overload
def atleast_1d(x: _ArrayLike, /) -> _Tensor:
    """The operand with at least one axis; a tuple for several operands."""
@_overload
def atleast_1d(*xs: _Any) -> _Tensor | tuple[_Tensor, ...]:
    """The operand with at least one axis; a tuple for several operands."""
@_overload
def atleast_2d(x: _ArrayLike, /) -> _Tensor:
    """The operand with at least two axes, a vector as a row; a tuple for several operands."""
@_overload
def atleast_2d(*xs: _Any) -> _Tensor | tuple[_Tensor, ...]:
    """The operand with at least two axes, a vector as a row; a tuple for several operands."""
@_overload
def atleast_3d(x: _ArrayLike, /) -> _Tensor:
    """The operand with at least three axes, a vector along the second and a matrix along the first two; a tuple ..."""
@_overload
def atleast_3d(*xs: _Any) -> _Tensor | tuple[_Tensor, ...]:
    """The operand with at least three axes, a vector along the second and a matrix along the first two; a tuple ..."""
@_overload
def average(
    a: _ArrayLike,
    axis: _Axis = None,
    weights: _ArrayLike | None = None,
    returned: _Literal[False] = False,
    *,
    keepdims: bool = False,
) -> _Tensor:
    """Weighted mean over axes, ``sum(x*weights)/sum(weights)``; a plain mean without weights."""
@_overload
def average(
    a: _ArrayLike,
    axis: _Axis = None,
    weights: _ArrayLike | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> _Tensor | tuple[_Tensor, ...]:
    """Weighted mean over axes, ``sum(x*weights)/sum(weights)``; a plain mean without weights."""
def avg_pool1d(
    x: _ArrayLike,
    /,
    size: _Numbers,
    *,
    stride: _Numbers | None = None,
    padding: _Padding = 0,
    count_include_pad: bool = True,
) -> _Tensor:
    """Means of windows of the last axis."""
def avg_pool2d(
    x: _ArrayLike,
    /,
    size: _Numbers,
    *,
    stride: _Numbers | None = None,
    padding: _Padding = 0,
    count_include_pad: bool = True,
) -> _Tensor:
    """Means of windows of the last two axes."""
def avg_pool3d(
    x: _ArrayLike,
    /,
    size: _Numbers,
    *,
    stride: _Numbers | None = None,
    padding: _Padding = 0,
    count_include_pad: bool = True,
) -> _Tensor:
    """Means of windows of the last three axes."""
def bartlett(M: int) -> _Tensor:
    """The triangular window of M points, 0 at both ends."""
def bcol(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 2, lengths (unknown, 1)."""
def bcols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 2, lengths (unknown, 1)."""
def beta(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Beta function, gamma(x) gamma(y) / gamma(x + y) (DLMF 5.12.1)."""
def betainc(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Regularized incomplete beta function of x, y at z (DLMF 8.17.2), from 0 to 1."""
def betaln(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Logarithm of |beta(x, y)|."""
def bincount(x: _ArrayLike, /, weights: _ArrayLike | None = None, minlength: int = 0) -> _Tensor:
    """How often each number from 0 up occurs in a vector of integers, or the sum of the weights at its places."""
def binom(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Binomial coefficient of real numbers, gamma(x + 1) / (gamma(y + 1) gamma(x - y + 1))."""
def bitwise_and(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Each bit of x and that of y; of bools too."""
def bitwise_count(x: _ArrayLike, /) -> _Tensor:
    """Number of 1 bits in the absolute value, as uint8."""
def bitwise_invert(x: _ArrayLike, /) -> _Tensor:
    """Each bit the other way: -x - 1 of signed integers, ``not`` of bools."""
def bitwise_left_shift(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """x * 2**n modulo the width; 0 if n is negative or not below the width."""
def bitwise_not(x: _ArrayLike, /) -> _Tensor:
    """Each bit the other way: -x - 1 of signed integers, ``not`` of bools."""
def bitwise_or(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Each bit of x or that of y; of bools too."""
def bitwise_right_shift(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """floor(x / 2**n); if n is negative or not below the width 0, or -1 of negative x."""
def bitwise_xor(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Each bit of x xor that of y; of bools too."""
def blackman(M: int) -> _Tensor:
    """Blackman's window of M points, ``0.42 - 0.5*cos(2*pi*n/(M - 1)) + 0.08*cos(4*pi*n/(M - 1))``."""
def block(arrays: _Any) -> _Tensor:
    """Nested lists of blocks as one array: the innermost lists are joined along the last axis, those around ..."""
def bmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def bmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 2, lengths (unknown, unknown)."""
def broadcast_arrays(*xs: _Any) -> tuple[_Tensor, ...]:
    """All operands repeated to the shape that they have in common."""
def broadcast_shapes(*shapes: _ShapeLike) -> tuple[_Any, ...]:
    """The shape that operands of some shapes have in common."""
def broadcast_to(x: _ArrayLike, /, shape: _ShapeLike) -> _Tensor:
    """Repeated along new leading axes and along axes of length 1, to a given shape."""
def brow(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 2, lengths (1, unknown)."""
def brows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 2, lengths (1, unknown)."""
def bscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 0."""
def bscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 0."""
def btensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 3, lengths (unknown, unknown, unknown)."""
def btensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 3, lengths (unknown, unknown, unknown)."""
def btensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def btensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 4, lengths (unknown, unknown, unknown, ..."""
def btensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def btensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 5, lengths (unknown, unknown, unknown, ..."""
def btensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def btensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 6, lengths (unknown, unknown, unknown, ..."""
def btensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, unknown)."""
def btensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 7, lengths (unknown, unknown, unknown, ..."""
def bvector(name: str | None = None) -> _Tensor:
    """A new input of dtype int8: rank 1, lengths (unknown)."""
def bvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int8, by name or by number; each: rank 1, lengths (unknown)."""
def cbrt(x: _ArrayLike, /) -> _Tensor:
    """Real cube root, negative below 0."""
def ccol(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 2, lengths (unknown, 1)."""
def ccols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 2, lengths (unknown, 1)."""
def ceil(x: _ArrayLike, /) -> _Tensor:
    """Smallest whole number that is not below x."""
def chndtr(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Distribution function of the noncentral chi-square distribution at x, of y degrees of freedom, decentred ..."""
def choose(a: _ArrayLike, choices: _ArrayLike, *, mode: str = 'raise') -> _Tensor:
    """For each element of ``a``, a number k from 0 on, the element in its place of ``choices[k]``; all broadcast."""
def clip(
    x: _ArrayLike,
    /,
    a_min: _ArrayLike | None = None,
    a_max: _ArrayLike | None = None,
    *,
    min: _ArrayLike | None = None,
    max: _ArrayLike | None = None,
) -> _Tensor:
    """Elements below ``a_min`` become it, those above ``a_max`` become that; None is no bound."""
def cmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def cmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 2, lengths (unknown, unknown)."""
def col(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 2, lengths (unknown, 1)."""
def cols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 2, lengths (unknown, 1)."""
def column_stack(tup: _Sequence[_Any]) -> _Tensor:
    """Vectors as columns, and matrices, beside each other."""
def compress(condition: _ArrayLike, x: _ArrayLike, /, axis: int | None = None) -> _Tensor:
    """The elements along an axis (of the flattened operand without one) whose condition is true."""
def concat(arrays: _Sequence[_Any], axis: int | None = 0, *, dtype: object = None) -> _Tensor:
    """Operands one after the other along an axis (flattened first if it is None), in their common dtype."""
def concatenate(arrays: _Sequence[_Any], axis: int | None = 0, *, dtype: object = None) -> _Tensor:
    """Operands one after the other along an axis (flattened first if it is None), in their common dtype."""
def conj(x: _ArrayLike, /) -> _Tensor:
    """The number with the other sign of the imaginary part; real numbers are left as they are."""
def conjugate(x: _ArrayLike, /) -> _Tensor:
    """The number with the other sign of the imaginary part; real numbers are left as they are."""
def constant(value: _ArrayLike, name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A copy of a number, array, or nested list of numbers, known when the graph is built."""
def conv1d(
    x: _ArrayLike,
    weight: _ArrayLike,
    /,
    *,
    stride: _Numbers = 1,
    padding: _Padding = 0,
    dilation: _Numbers = 1,
    groups: int = 1,
    flip: bool = False,
) -> _Tensor:
    """Cross-correlation of signals with kernels, summed over channels."""
def conv2d(
    x: _ArrayLike,
    weight: _ArrayLike,
    /,
    *,
    stride: _Numbers = 1,
    padding: _Padding = 0,
    dilation: _Numbers = 1,
    groups: int = 1,
    flip: bool = False,
) -> _Tensor:
    """Cross-correlation of images with kernels, summed over channels."""
def conv3d(
    x: _ArrayLike,
    weight: _ArrayLike,
    /,
    *,
    stride: _Numbers = 1,
    padding: _Padding = 0,
    dilation: _Numbers = 1,
    groups: int = 1,
    flip: bool = False,
) -> _Tensor:
    """Cross-correlation of volumes with kernels, summed over channels."""
def conv_transpose1d(
    x: _ArrayLike,
    weight: _ArrayLike,
    /,
    *,
    stride: _Numbers = 1,
    padding: _Around = 0,
    output_padding: _Numbers = 0,
    dilation: _Numbers = 1,
    groups: int = 1,
) -> _Tensor:
    """Transpose of :func:`conv1d`: each element times a kernel, added up, so that signals grow."""
def conv_transpose2d(
    x: _ArrayLike,
    weight: _ArrayLike,
    /,
    *,
    stride: _Numbers = 1,
    padding: _Around = 0,
    output_padding: _Numbers = 0,
    dilation: _Numbers = 1,
    groups: int = 1,
) -> _Tensor:
    """Transpose of :func:`conv2d`: each element times a kernel, added up, so that images grow."""
def conv_transpose3d(
    x: _ArrayLike,
    weight: _ArrayLike,
    /,
    *,
    stride: _Numbers = 1,
    padding: _Around = 0,
    output_padding: _Numbers = 0,
    dilation: _Numbers = 1,
    groups: int = 1,
) -> _Tensor:
    """Transpose of :func:`conv3d`: each element times a kernel, added up, so that volumes grow."""
def convolve(a: _ArrayLike, v: _ArrayLike, /, mode: _Mode = 'full') -> _Tensor:
    """Convolution of two vectors, ``c[k] = sum(a[i]*v[k - i])``."""
def copy(a: _ArrayLike) -> _Tensor:
    """The operand as a tensor; tensors are values, which nothing changes, so that a tensor is its own copy."""
def copysign(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The size of x with the sign of y, of zeros and NaN too."""
def corrcoef(x: _ArrayLike, /, y: _ArrayLike | None = None, rowvar: bool = True, *, dtype: object = None) -> _Tensor:
    """Correlation coefficients of variables, ``C[i, j]/sqrt(C[i, i]*C[j, j])`` with C = :func:`cov`, within -1 ..."""
def correlate(a: _ArrayLike, v: _ArrayLike, /, mode: _Mode = 'valid') -> _Tensor:
    """Correlation of two vectors, ``c[k] = sum(a[i + k]*conj(v[i]))``."""
def cos(x: _ArrayLike, /) -> _Tensor:
    """Cosine; NaN at infinities."""
def cosh(x: _ArrayLike, /) -> _Tensor:
    """Hyperbolic cosine."""
def count_nonzero(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False) -> _Tensor:
    """How many elements over axes are not 0 (NaN is not)."""
def cov(
    m: _ArrayLike,
    /,
    y: _ArrayLike | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: _ArrayLike | None = None,
    aweights: _ArrayLike | None = None,
    *,
    dtype: object = None,
) -> _Tensor:
    """Covariance of variables that the rows of a matrix hold (its columns, unless ``rowvar``), or of one vector."""
def cross(
    a: _ArrayLike,
    b: _ArrayLike,
    /,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> _Tensor:
    """Cross product of vectors of three elements; their other axes broadcast."""
def crow(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 2, lengths (1, unknown)."""
def crows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 2, lengths (1, unknown)."""
def cscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 0."""
def cscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 0."""
def ctensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 3, lengths (unknown, unknown, unknown)."""
def ctensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 3, lengths (unknown, unknown, ..."""
def ctensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def ctensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def ctensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def ctensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def ctensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def ctensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def ctensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, ..."""
def ctensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def cummax(x: _ArrayLike, /, axis: int | None = None) -> _Tensor:
    """Largest of the first elements along an axis, NaN from the first NaN on."""
def cummin(x: _ArrayLike, /, axis: int | None = None) -> _Tensor:
    """Smallest of the first elements along an axis, NaN from the first NaN on."""
def cumprod(x: _ArrayLike, /, axis: int | None = None, dtype: object = None) -> _Tensor:
    """Products of the first elements along an axis, one after the other from the first on."""
def cumsum(x: _ArrayLike, /, axis: int | None = None, dtype: object = None) -> _Tensor:
    """Sums of the first elements along an axis, one after the other from the first on."""
def cumulative_prod(
    x: _ArrayLike,
    /,
    *,
    axis: int | None = None,
    dtype: object = None,
    include_initial: bool = False,
) -> _Tensor:
    """:func:`cumprod` under the name and with the arguments of the array API standard."""
def cumulative_sum(
    x: _ArrayLike,
    /,
    *,
    axis: int | None = None,
    dtype: object = None,
    include_initial: bool = False,
) -> _Tensor:
    """:func:`cumsum` under the name and with the arguments of the array API standard."""
def cvector(name: str | None = None) -> _Tensor:
    """A new input of dtype complex64: rank 1, lengths (unknown)."""
def cvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex64, by name or by number; each: rank 1, lengths (unknown)."""
def dawsn(x: _ArrayLike, /) -> _Tensor:
    """Dawson's integral, sqrt(pi)/2 exp(-x**2) erfi(x) (DLMF 7.2.5)."""
def dcol(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 2, lengths (unknown, 1)."""
def dcols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 2, lengths (unknown, 1)."""
def deg2rad(x: _ArrayLike, /) -> _Tensor:
    """Degrees to radians: x * (pi / 180)."""
def degrees(x: _ArrayLike, /) -> _Tensor:
    """Radians to degrees: x * (180 / pi)."""
def delete(x: _ArrayLike, /, obj: _Any, axis: int | None = None) -> _Tensor:
    """The operand without some parts of an axis (of the flattened operand if ``axis`` is None)."""
def diag(v: _ArrayLike, /, k: int = 0) -> _Tensor:
    """A matrix with a vector on diagonal number k and zeros elsewhere; of a matrix its diagonal number k."""
def diag_indices(n: int, ndim: int = 2) -> tuple[_Tensor, ...]:
    """Indices, as constants, of the main diagonal of an array with ``ndim`` axes of length n."""
def diagflat(v: _ArrayLike, k: int = 0) -> _Tensor:
    """A matrix with all elements, in C order, on diagonal number k and zeros elsewhere."""
def diagonal(x: _ArrayLike, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> _Tensor:
    """The diagonal of two axes, as the last axis of the result; the other axes keep their order."""
def diff(
    x: _ArrayLike,
    /,
    n: int = 1,
    axis: int = -1,
    prepend: _ArrayLike | None = None,
    append: _ArrayLike | None = None,
) -> _Tensor:
    """Differences of neighbours along an axis, ``x[i + 1] - x[i]``, taken ``n`` times; of bools whether they differ."""
def digamma(x: _ArrayLike, /) -> _Tensor:
    """Derivative of lgamma (DLMF 5.2.2): -inf at 0.0, inf at -0.0, NaN at negative whole numbers."""
def digitize(x: _ArrayLike, bins: _ArrayLike, /, right: bool = False) -> _Tensor:
    """The number of the bin that each element lies in: 0 below the first edge, ``len(bins)`` above the last."""
def dim(name: str | None = None) -> _Tensor:
    """A new unknown length, at least 0, that several inputs can have in common."""
def divide(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Quotient, always a float."""
def divmod(x: _ArrayLike, y: _ArrayLike) -> tuple[_Tensor, ...]:
    """Quotient rounded down, and remainder with the sign of the divisor: ``floor_divide`` and ``remainder``."""
def dmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def dmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 2, lengths (unknown, unknown)."""
def dot(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """Sum of products over the first operand's last axis and the second's last but one (or only) axis."""
def dprint(x: _ArrayLike | _Sequence[_Handle], *, file: _TextIO | None = None) -> None:
    """Print every node as a tree: op, attributes, number in order of first visit, dtype and shape."""
def drow(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 2, lengths (1, unknown)."""
def drows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 2, lengths (1, unknown)."""
def dscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 0."""
def dscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 0."""
def dsplit(ary: _ArrayLike, indices_or_sections: _Sections) -> list[_Tensor]:
    """Parts of the third axis, as :func:`split` gives them."""
def dstack(tup: _Sequence[_Any]) -> _Tensor:
    """Operands behind each other: joined along the third axis, which vectors and matrices get first."""
def dtensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 3, lengths (unknown, unknown, unknown)."""
def dtensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 3, lengths (unknown, unknown, unknown)."""
def dtensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def dtensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def dtensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def dtensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def dtensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def dtensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def dtensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, unknown)."""
def dtensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def dvector(name: str | None = None) -> _Tensor:
    """A new input of dtype float64: rank 1, lengths (unknown)."""
def dvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float64, by name or by number; each: rank 1, lengths (unknown)."""
def ediff1d(x: _ArrayLike, /, to_end: _ArrayLike | None = None, to_begin: _ArrayLike | None = None) -> _Tensor:
    """Differences of neighbours of all elements in C order, as a vector."""
def einsum(*operands: _Any, optimize: _Any = True) -> _Tensor:
    """The sum of products that labels name: ``einsum("ij,jk->ik", a, b)`` is the matrix product."""
def ellipe(x: _ArrayLike, /) -> _Tensor:
    """Complete elliptic integral E of the parameter x = k**2: NaN above 1."""
def ellipeinc(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Incomplete elliptic integral E of the amplitude x and the parameter y = k**2."""
def ellipk(x: _ArrayLike, /) -> _Tensor:
    """Complete elliptic integral K of the parameter x = k**2: NaN above 1."""
def ellipkinc(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Incomplete elliptic integral F of the amplitude x and the parameter y = k**2."""
def elliprc(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Carlson's elliptic integral R_C (DLMF 19.2.17)."""
def elliprd(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Carlson's elliptic integral R_D (DLMF 19.16.5)."""
def elliprf(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Carlson's elliptic integral R_F (DLMF 19.16.1)."""
def elliprg(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Carlson's elliptic integral R_G (DLMF 19.16.3)."""
def elliprj(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, w: _ArrayLike, /) -> _Tensor:
    """Carlson's elliptic integral R_J (DLMF 19.16.2)."""
def empty(shape: _ShapeLike, dtype: object = None) -> _Tensor:
    """An array whose values do not matter: zeros here."""
def empty_like(prototype: _ArrayLike, dtype: object = None, *, shape: _ShapeLike | None = None) -> _Tensor:
    """An array whose values do not matter (zeros here), like another."""
def equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x = y; NaN equals nothing, 0.0 equals -0.0."""
def erf(x: _ArrayLike, /) -> _Tensor:
    """Error function (DLMF 7.2.1), from -1 to 1."""
def erfc(x: _ArrayLike, /) -> _Tensor:
    """1 - erf(x) without cancellation for large x (DLMF 7.2.2), from 2 to 0."""
def erfcinv(x: _ArrayLike, /) -> _Tensor:
    """Inverse of erfc: infinite at 0 and 2, NaN beyond."""
def erfcx(x: _ArrayLike, /) -> _Tensor:
    """exp(x**2) erfc(x), which neither overflows nor vanishes for large x."""
def erfi(x: _ArrayLike, /) -> _Tensor:
    """Imaginary error function, -i erf(i x)."""
def erfinv(x: _ArrayLike, /) -> _Tensor:
    """Inverse of erf: infinite at -1 and 1, NaN beyond."""
def eval_chebyt(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Chebyshev polynomial of the first kind of degree x at y."""
def eval_chebyu(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Chebyshev polynomial of the second kind of degree x at y."""
def eval_gegenbauer(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Gegenbauer polynomial of degree x, of parameter y, at z."""
def eval_genlaguerre(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Associated Laguerre polynomial of degree x, of parameter y, at z."""
def eval_hermite(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Hermite polynomial, of weight exp(-x**2), of degree x at y."""
def eval_hermitenorm(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Hermite polynomial, of weight exp(-x**2 / 2), of degree x at y."""
def eval_jacobi(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, w: _ArrayLike, /) -> _Tensor:
    """Jacobi polynomial of degree x, of parameters y and z, at w."""
def eval_laguerre(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Laguerre polynomial of degree x at y."""
def eval_legendre(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Legendre polynomial of degree x at y."""
def exp(x: _ArrayLike, /) -> _Tensor:
    """e to the power x; 0 at -inf."""
def exp1(x: _ArrayLike, /) -> _Tensor:
    """Exponential integral E_1 (DLMF 6.2.1): NaN below 0."""
def exp2(x: _ArrayLike, /) -> _Tensor:
    """2 to the power x; 0 at -inf."""
def expand_dims(x: _ArrayLike, /, axis: _Axes) -> _Tensor:
    """New axes of length 1 at the given places of the result."""
def expi(x: _ArrayLike, /) -> _Tensor:
    """Exponential integral Ei (DLMF 6.2.5), of any sign."""
def expit(x: _ArrayLike, /) -> _Tensor:
    """Logistic function 1 / (1 + exp(-x)), computed from exp(-|x|): 0 at -inf, 1 at inf."""
def expm1(x: _ArrayLike, /) -> _Tensor:
    """exp(x) - 1 without cancellation near 0."""
def expn(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Exponential integral E_n of a whole order x at y (DLMF 8.19.2)."""
def extract(condition: _ArrayLike, x: _ArrayLike, /) -> _Tensor:
    """The elements whose condition is true, both flattened."""
def eye(N: _Length, M: _Length | None = None, k: int = 0, dtype: object = None) -> _Tensor:
    """An N×M matrix (N×N without ``M``) with ones on diagonal number k and zeros elsewhere."""
def fabs(x: _ArrayLike, /) -> _Tensor:
    """Magnitude of real numbers as floats: integers become float64."""
def fcol(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 2, lengths (unknown, 1)."""
def fcols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 2, lengths (unknown, 1)."""
def fill_diagonal(x: _ArrayLike, /, val: _ArrayLike, wrap: bool = False) -> _Tensor:
    """A new array with ``val`` (repeated as often as needed) on the main diagonal."""
def fix(x: _ArrayLike, /) -> _Tensor:
    """x without its fraction."""
def flatnonzero(x: _ArrayLike, /) -> _Tensor:
    """Places, in C order, of the elements that are not zero."""
def flip(x: _ArrayLike, /, axis: int | _Sequence[int] | None = None) -> _Tensor:
    """Elements in reverse order along an axis, several, or all of them."""
def fliplr(x: _ArrayLike, /) -> _Tensor:
    """Columns in reverse order."""
def flipud(x: _ArrayLike, /) -> _Tensor:
    """Rows in reverse order."""
def float_power(x: _ArrayLike, y: _ArrayLike) -> _Tensor:
    """``x`` to the power of ``y`` in double precision at least, so that integers may have negative powers."""
def floor(x: _ArrayLike, /) -> _Tensor:
    """Largest whole number that is not above x."""
def floor_divide(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Floor of the quotient, as Python's ``//``."""
def fma(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """x * y + z of floats, rounded once (IEEE 754 fusedMultiplyAdd)."""
def fmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def fmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 2, lengths (unknown, unknown)."""
def fmax(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The larger operand, or the one that is not NaN; of 0.0 and -0.0 the first."""
def fmin(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The smaller operand, or the one that is not NaN; of 0.0 and -0.0 the first."""
def fmod(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Remainder with the dividend's sign, as C's ``fmod``."""
def fresnel(z: _ArrayLike, /) -> tuple[_Tensor, _Tensor]:
    """Fresnel integrals (DLMF 7.2.8 and 7.2.7), of real numbers."""
def frexp(x: _ArrayLike) -> tuple[_Tensor, ...]:
    """Mantissa between 0.5 and 1 (with the sign of the operand) and exponent: ``x = mantissa*2**exponent``."""
def frexp_exponent(x: _ArrayLike, /) -> _Tensor:
    """The int32 n with |x| in [2**(n-1), 2**n); 0 if x is 0, infinite or NaN."""
def frexp_mantissa(x: _ArrayLike, /) -> _Tensor:
    """x * 2**-frexp_exponent(x), in [1/2, 1) by size; x itself if it is 0, infinite or NaN."""
def fromfunction(function: _Callable[..., _Any], shape: _ShapeLike, *, dtype: object = None, **kwargs: _Any) -> _Any:
    """``function`` of the indices of the elements of an array: one tensor for each axis, of the array's shape."""
def frow(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 2, lengths (1, unknown)."""
def frows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 2, lengths (1, unknown)."""
def fscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 0."""
def fscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 0."""
def ftensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 3, lengths (unknown, unknown, unknown)."""
def ftensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 3, lengths (unknown, unknown, unknown)."""
def ftensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def ftensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def ftensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def ftensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def ftensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def ftensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def ftensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, unknown)."""
def ftensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def full(shape: _ShapeLike, fill_value: _ArrayLike, dtype: object = None) -> _Tensor:
    """An array of one value."""
def full_like(
    a: _ArrayLike,
    fill_value: _ArrayLike,
    dtype: object = None,
    *,
    shape: _ShapeLike | None = None,
) -> _Tensor:
    """An array of one value, like another."""
def fvector(name: str | None = None) -> _Tensor:
    """A new input of dtype float32: rank 1, lengths (unknown)."""
def fvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype float32, by name or by number; each: rank 1, lengths (unknown)."""
def gamma(x: _ArrayLike, /) -> _Tensor:
    """Gamma function (DLMF 5.2.1): inf at 0.0, -inf at -0.0, NaN at negative whole numbers."""
def gammainc(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Lower incomplete gamma function over gamma(x) (DLMF 8.2.4), from 0 to 1."""
def gammaincc(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """1 - gammainc(x, y) without cancellation."""
def gammaln(x: _ArrayLike, /) -> _Tensor:
    """Logarithm of |gamma(x)|: inf at 0 and at negative whole numbers, -inf at -inf as in SciPy."""
def gcd(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Greatest common divisor, not negative (but the least integer is its own); gcd(0, 0) = 0."""
def gelu(x: _ArrayLike, /) -> _Tensor:
    """``x`` times the normal distribution function of x, a smooth positive part."""
def geomspace(
    start: _ArrayLike,
    stop: _ArrayLike,
    num: _Length = 50,
    endpoint: bool = True,
    dtype: object = None,
    axis: int = 0,
) -> _Tensor:
    """Numbers at equal ratios between two ends of one sign, neither of them 0."""
def gradient(
    f: _ArrayLike,
    *varargs: _ArrayLike,
    axis: int | _Sequence[int] | None = None,
    edge_order: int = 1,
) -> _Tensor | tuple[_Tensor, ...]:
    """Estimates of the derivative of sampled values along each axis, by central differences."""
def greater(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x > y; false beside NaN."""
def greater_equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x >= y; false beside NaN."""
def hamming(M: int) -> _Tensor:
    """Hamming's window of M points, ``0.54 - 0.46*cos(2*pi*n/(M - 1))``."""
def hanning(M: int) -> _Tensor:
    """Hann's window of M points, ``0.5 - 0.5*cos(2*pi*n/(M - 1))``."""
def heaviside(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """0 for x < 0, y for x = 0, 1 for x > 0; NaN for NaN."""
def histogram(
    a: _ArrayLike,
    bins: _Bins = 10,
    range: _Range | None = None,
    density: bool | None = None,
    weights: _ArrayLike | None = None,
) -> tuple[_Tensor, _Tensor]:
    """How many elements lie in each bin, and the edges of the bins; the last bin has both its ends."""
def histogram2d(
    x: _ArrayLike,
    y: _ArrayLike,
    bins: _Any = 10,
    range: _Sequence[_Range | None] | None = None,
    density: bool | None = None,
    weights: _ArrayLike | None = None,
) -> tuple[_Tensor, _Tensor, _Tensor]:
    """How many pairs lie in each bin of a grid, and the edges of the bins along both axes."""
def histogram_bin_edges(
    a: _ArrayLike,
    /,
    bins: _Bins = 10,
    range: _Range | None = None,
    weights: _ArrayLike | None = None,
) -> _Tensor:
    """The edges of the bins that :func:`histogram` counts in."""
def hsplit(ary: _ArrayLike, indices_or_sections: _Sections) -> list[_Tensor]:
    """Parts of the second axis, or of the only one, as :func:`split` gives them."""
def hstack(tup: _Sequence[_Any], *, dtype: object = None) -> _Tensor:
    """Operands beside each other: joined along the second axis, vectors along the first."""
def hyp0f1(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Confluent limit hypergeometric function 0F1 of the parameter x at y (DLMF 16.2.1)."""
def hyp1f1(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Confluent hypergeometric function 1F1 of the parameters x, y at z (DLMF 13.2.2): NaN for operands beyond ..."""
def hyp2f1(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, w: _ArrayLike, /) -> _Tensor:
    """Gauss's hypergeometric function 2F1 of the parameters x, y, z at w (DLMF 15.2.1): NaN for w > 1 and for ..."""
def hypot(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """sqrt(x*x + y*y) without overflow in between; infinite if an operand is, even beside NaN."""
def i0(x: _ArrayLike, /) -> _Tensor:
    """Modified Bessel function of the first kind, of order 0."""
def i1(x: _ArrayLike, /) -> _Tensor:
    """Modified Bessel function of the first kind, of order 1."""
def icol(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 2, lengths (unknown, 1)."""
def icols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 2, lengths (unknown, 1)."""
def identity(n: _Length, dtype: object = None) -> _Tensor:
    """An n×n matrix with ones on the diagonal and zeros elsewhere."""
def imag(x: _ArrayLike, /) -> _Tensor:
    """Imaginary part; zeros of the same dtype for real numbers."""
def imatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def imatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 2, lengths (unknown, unknown)."""
def in1d(ar1: _ArrayLike, ar2: _ArrayLike, assume_unique: bool = False, invert: bool = False) -> _Tensor:
    """Whether each element, in C order, is equal to one of others: :func:`isin` of the flattened operands."""
def inc_subtensor(x: _H, y: object) -> _H:
    """The tensor that ``x`` was taken from by indexing, with ``y`` added there: ``inc_subtensor(a[key], y)``."""
@_overload
def indices(dimensions: _ShapeLike, dtype: object = None, sparse: _Literal[False] = False) -> _Tensor:
    """The indices of the elements of an array of a shape, one array for each axis."""
@_overload
def indices(dimensions: _ShapeLike, dtype: object = None, sparse: bool = False) -> _Tensor | tuple[_Tensor, ...]:
    """The indices of the elements of an array of a shape, one array for each axis."""
def inner(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """Sum of products over the last axes; the result has the other axes of the first, then of the second."""
def insert(x: _ArrayLike, /, obj: _Any, values: _Any, axis: int | None = None) -> _Tensor:
    """The operand with ``values`` put before some places of an axis (of the flattened operand if it is None)."""
def interp(
    x: _ArrayLike,
    xp: _ArrayLike,
    fp: _ArrayLike,
    left: _ArrayLike | None = None,
    right: _ArrayLike | None = None,
    period: _ArrayLike | None = None,
) -> _Tensor:
    """Values at ``x`` of the piecewise linear function through the points (``xp``, ``fp``)."""
@_overload
def intersect1d(
    ar1: _ArrayLike,
    ar2: _ArrayLike,
    assume_unique: bool = False,
    return_indices: _Literal[False] = False,
) -> _Tensor:
    """The different elements that both operands have, sorted."""
@_overload
def intersect1d(
    ar1: _ArrayLike,
    ar2: _ArrayLike,
    assume_unique: bool = False,
    return_indices: bool = False,
) -> _Tensor | tuple[_Tensor, ...]:
    """The different elements that both operands have, sorted."""
def invert(x: _ArrayLike, /) -> _Tensor:
    """Each bit the other way: -x - 1 of signed integers, ``not`` of bools."""
def irow(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 2, lengths (1, unknown)."""
def irows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 2, lengths (1, unknown)."""
def iscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 0."""
def iscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 0."""
def isclose(
    a: _ArrayLike,
    b: _ArrayLike,
    rtol: _ArrayLike = 1e-05,
    atol: _ArrayLike = 1e-08,
    equal_nan: bool = False,
) -> _Tensor:
    """Whether elements are equal up to rounding, ``|a - b| <= atol + rtol*|b|``, or both infinite and equal."""
def iscomplex(x: _ArrayLike, /) -> _Tensor:
    """Whether the imaginary part is not 0; false of all real numbers."""
def isfinite(x: _ArrayLike, /) -> _Tensor:
    """Whether x is neither infinite nor NaN."""
def isin(
    element: _ArrayLike,
    test_elements: _ArrayLike,
    assume_unique: bool = False,
    invert: bool = False,
    *,
    kind: str | None = None,
) -> _Tensor:
    """Whether each element is equal to one of others; NaN never is."""
def isinf(x: _ArrayLike, /) -> _Tensor:
    """Whether x is inf or -inf."""
def isnan(x: _ArrayLike, /) -> _Tensor:
    """Whether x is NaN."""
def isneginf(x: _ArrayLike, /) -> _Tensor:
    """Whether elements are infinite and negative."""
def isposinf(x: _ArrayLike, /) -> _Tensor:
    """Whether elements are infinite and positive."""
def isreal(x: _ArrayLike, /) -> _Tensor:
    """Whether the imaginary part is 0; true of all real numbers, NaN too."""
def itensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 3, lengths (unknown, unknown, unknown)."""
def itensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 3, lengths (unknown, unknown, unknown)."""
def itensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def itensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def itensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def itensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def itensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def itensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def itensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, unknown)."""
def itensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def iv(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Modified Bessel function of the first kind, of order x at y."""
def ive(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """exp(-|y|) iv(x, y), which does not overflow."""
def ivector(name: str | None = None) -> _Tensor:
    """A new input of dtype int32: rank 1, lengths (unknown)."""
def ivectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int32, by name or by number; each: rank 1, lengths (unknown)."""
def ix_(*args: _ArrayLike) -> tuple[_Tensor, ...]:
    """Vectors as open grids: ``x[ix_(rows, columns)]`` takes each row at each column."""
def j0(x: _ArrayLike, /) -> _Tensor:
    """Bessel function of the first kind, of order 0."""
def j1(x: _ArrayLike, /) -> _Tensor:
    """Bessel function of the first kind, of order 1."""
def jv(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Bessel function of the first kind, of order x at y."""
def k0(x: _ArrayLike, /) -> _Tensor:
    """Modified Bessel function of the second kind, of order 0."""
def k1(x: _ArrayLike, /) -> _Tensor:
    """Modified Bessel function of the second kind, of order 1."""
def kaiser(M: int, beta: float) -> _Tensor:
    """Kaiser's window of M points, with a number ``beta`` that makes it narrower the larger it is."""
def kron(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """The Kronecker product: each element of the first times the whole second, as blocks."""
def kv(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Modified Bessel function of the second kind, of order x at y."""
def kve(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """exp(y) kv(x, y), which does not vanish for large y."""
def lcm(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Least common multiple of the absolute values; 0 if an operand is 0."""
def lcol(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 2, lengths (unknown, 1)."""
def lcols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 2, lengths (unknown, 1)."""
def ldexp(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """x * 2**n for an integer n (int32 or int64), rounded once."""
def left_shift(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """x * 2**n modulo the width; 0 if n is negative or not below the width."""
def less(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x < y; false beside NaN."""
def less_equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x <= y; false beside NaN."""
def lexsort(keys: _ArrayLike, axis: int = -1) -> _Tensor:
    """Places that sort by several keys, the last one first; stable."""
def lgamma(x: _ArrayLike, /) -> _Tensor:
    """Logarithm of |gamma(x)|: inf at 0 and at negative whole numbers, -inf at -inf as in SciPy."""
@_overload
def linspace(
    start: _ArrayLike,
    stop: _ArrayLike,
    num: _Length = 50,
    endpoint: bool = True,
    retstep: _Literal[False] = False,
    dtype: object = None,
    axis: int = 0,
) -> _Tensor:
    """Numbers at equal distances between two ends, differentiable by both."""
@_overload
def linspace(
    start: _ArrayLike,
    stop: _ArrayLike,
    num: _Length = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: object = None,
    axis: int = 0,
) -> _Tensor | tuple[_Tensor, _Tensor]:
    """Numbers at equal distances between two ends, differentiable by both."""
def lmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def lmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 2, lengths (unknown, unknown)."""
def log(x: _ArrayLike, /) -> _Tensor:
    """Natural logarithm; -inf at 0, NaN below."""
def log10(x: _ArrayLike, /) -> _Tensor:
    """Logarithm to base 10; -inf at 0, NaN below."""
def log1p(x: _ArrayLike, /) -> _Tensor:
    """log(1 + x) without cancellation near 0; -inf at -1, NaN below."""
def log2(x: _ArrayLike, /) -> _Tensor:
    """Logarithm to base 2; -inf at 0, NaN below."""
def log_expit(x: _ArrayLike, /) -> _Tensor:
    """Logarithm of ``expit``, ``-log(1 + exp(-x))``, accurate where that is close to 0 or very small."""
def log_softmax(x: _ArrayLike, /, axis: _Axis = None) -> _Tensor:
    """Logarithm of :func:`softmax`, ``x - log(sum(exp(x)))``, accurate where that is close to 0 or very small."""
def logaddexp(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """log(exp(x) + exp(y)) without overflow: the larger operand + log1p(exp(-|x - y|))."""
def logaddexp2(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """log2(2**x + 2**y) without overflow: the larger operand + log2(1 + 2**-|x - y|)."""
def logcumsumexp(x: _ArrayLike, /, axis: int | None = None) -> _Tensor:
    """Logarithms of the sums of the exponentials of the first elements along an axis, without overflow."""
def logical_and(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether both operands are true, that is not 0; NaN is true."""
def logical_not(x: _ArrayLike, /) -> _Tensor:
    """Whether the operand is false, that is 0."""
def logical_or(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether an operand is true, that is not 0; NaN is true."""
def logical_xor(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether one operand alone is true, that is not 0; NaN is true."""
def logit(x: _ArrayLike, /) -> _Tensor:
    """Logarithm of the odds, ``log(x/(1 - x))``: the inverse of ``expit``."""
def logspace(
    start: _ArrayLike,
    stop: _ArrayLike,
    num: _Length = 50,
    endpoint: bool = True,
    base: _ArrayLike = 10.0,
    dtype: object = None,
    axis: int = 0,
) -> _Tensor:
    """``base`` to powers at equal distances between two ends."""
@_overload
def logsumexp(
    a: _ArrayLike,
    axis: _Axis = None,
    b: _ArrayLike | None = None,
    keepdims: bool = False,
    return_sign: _Literal[False] = False,
) -> _Tensor:
    """Logarithm of the sum of exponentials over axes, ``log(sum(b*exp(a)))``; -inf over an empty axis."""
@_overload
def logsumexp(
    a: _ArrayLike,
    axis: _Axis = None,
    b: _ArrayLike | None = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> _Tensor | tuple[_Tensor, ...]:
    """Logarithm of the sum of exponentials over axes, ``log(sum(b*exp(a)))``; -inf over an empty axis."""
def lpmv(x: _ArrayLike, y: _ArrayLike, z: _ArrayLike, /) -> _Tensor:
    """Legendre function of whole order x and degree y at z, with the phase (-1)**x: NaN outside [-1, 1]."""
def lrow(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 2, lengths (1, unknown)."""
def lrows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 2, lengths (1, unknown)."""
def lscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 0."""
def lscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 0."""
def ltensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 3, lengths (unknown, unknown, unknown)."""
def ltensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 3, lengths (unknown, unknown, unknown)."""
def ltensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def ltensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def ltensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def ltensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def ltensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def ltensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def ltensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, unknown)."""
def ltensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def lvector(name: str | None = None) -> _Tensor:
    """A new input of dtype int64: rank 1, lengths (unknown)."""
def lvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int64, by name or by number; each: rank 1, lengths (unknown)."""
def make_complex(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The complex number x + iy of two floats, whatever these are: no part changes the other."""
def matmul(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """Matrix product, ``a @ b``: axes before the last two are stacks, which broadcast."""
def matrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 2, lengths (unknown, ..."""
def matrix(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 2, lengths (unknown, unknown)."""
def matrix_transpose(x: _ArrayLike, /) -> _Tensor:
    """The last two axes exchanged."""
def max(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Largest element over axes, NaN if there is one."""
def max_pool1d(
    x: _ArrayLike,
    /,
    size: _Numbers,
    *,
    stride: _Numbers | None = None,
    padding: _Padding = 0,
    dilation: _Numbers = 1,
) -> _Tensor:
    """Largest elements of windows of the last axis, NaN if there is one."""
def max_pool2d(
    x: _ArrayLike,
    /,
    size: _Numbers,
    *,
    stride: _Numbers | None = None,
    padding: _Padding = 0,
    dilation: _Numbers = 1,
) -> _Tensor:
    """Largest elements of windows of the last two axes, NaN if there is one."""
def max_pool3d(
    x: _ArrayLike,
    /,
    size: _Numbers,
    *,
    stride: _Numbers | None = None,
    padding: _Padding = 0,
    dilation: _Numbers = 1,
) -> _Tensor:
    """Largest elements of windows of the last three axes, NaN if there is one."""
def maximum(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The larger operand, NaN if one is NaN, the second if they are equal (0.0 and -0.0 are)."""
def mean(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: bool = False,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Arithmetic mean over axes, ``sum(x)/n``; NaN over an empty axis."""
def median(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False) -> _Tensor:
    """The middle element over axes once they are sorted, or the mean of the two middle ones; NaN if there is a NaN."""
def meshgrid(*xi: _Any, copy: bool = True, sparse: bool = False, indexing: str = 'xy') -> tuple[_Tensor, ...]:
    """The coordinates of a grid, one array for each vector of coordinates along an axis."""
mgrid: _Grid
def min(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Smallest element over axes, NaN if there is one."""
def minimum(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The smaller operand, NaN if one is NaN, the second if they are equal (0.0 and -0.0 are)."""
def mod(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Remainder with the divisor's sign, as Python's ``%``."""
def modf(x: _ArrayLike) -> tuple[_Tensor, ...]:
    """Fraction and whole part, both with the sign of the operand."""
def moveaxis(x: _ArrayLike, /, source: _Axes, destination: _Axes) -> _Tensor:
    """Axes moved to other places; the others keep their order."""
def multiply(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Product."""
def nan_to_num(
    x: _ArrayLike,
    /,
    copy: bool = True,
    nan: _ArrayLike = 0.0,
    posinf: _ArrayLike | None = None,
    neginf: _ArrayLike | None = None,
) -> _Tensor:
    """The operand with numbers in place of NaN and the infinities: 0, and the largest and smallest of the ..."""
def nanargmax(x: _ArrayLike, /, axis: int | None = None, *, keepdims: bool = False) -> _Tensor:
    """Position of the first largest element that is not NaN, along one axis or in C order over all."""
def nanargmin(x: _ArrayLike, /, axis: int | None = None, *, keepdims: bool = False) -> _Tensor:
    """Position of the first smallest element that is not NaN, along one axis or in C order over all."""
def nancumprod(x: _ArrayLike, /, axis: int | None = None, dtype: object = None) -> _Tensor:
    """Products of the first elements along an axis with NaN as 1."""
def nancumsum(x: _ArrayLike, /, axis: int | None = None, dtype: object = None) -> _Tensor:
    """Sums of the first elements along an axis with NaN as 0."""
def nanmax(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False) -> _Tensor:
    """Largest element over axes that is not NaN, or NaN if there is none."""
def nanmean(x: _ArrayLike, /, axis: _Axis = None, dtype: object = None, *, keepdims: bool = False) -> _Tensor:
    """Mean over axes of the elements that are not NaN; NaN if there is none."""
def nanmedian(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False) -> _Tensor:
    """:func:`median` of the elements that are not NaN; NaN where there is none."""
def nanmin(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False) -> _Tensor:
    """Smallest element over axes that is not NaN, or NaN if there is none."""
def nanpercentile(
    x: _ArrayLike,
    /,
    q: _ArrayLike,
    axis: _Axis = None,
    *,
    method: str = 'linear',
    keepdims: bool = False,
) -> _Tensor:
    """:func:`percentile` of the elements that are not NaN; NaN where there is none."""
def nanprod(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Product over axes with NaN as 1."""
def nanquantile(
    x: _ArrayLike,
    /,
    q: _ArrayLike,
    axis: _Axis = None,
    *,
    method: str = 'linear',
    keepdims: bool = False,
) -> _Tensor:
    """:func:`quantile` of the elements that are not NaN; NaN where there is none."""
def nanstd(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    correction: float | None = None,
) -> _Tensor:
    """Standard deviation over axes of the elements that are not NaN: the square root of :func:`nanvar`."""
def nansum(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Sum over axes with NaN as 0."""
def nanvar(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    correction: float | None = None,
) -> _Tensor:
    """Variance over axes of the n elements that are not NaN, divided by ``n - ddof``; NaN if that is not positive."""
def ndim(a: _ArrayLike) -> int:
    """How many axes an array has."""
def negative(x: _ArrayLike, /) -> _Tensor:
    """The operand with the other sign."""
def nextafter(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """The float after x on the way to y; y itself if they are equal, NaN if one of them is."""
def nonzero(a: _ArrayLike) -> tuple[_Tensor, ...]:
    """Places of the elements that are not zero, in C order."""
def not_equal(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Whether x and y differ; NaN differs from itself."""
ogrid: _Grid
def ones(shape: _ShapeLike, dtype: object = None) -> _Tensor:
    """An array of ones."""
def ones_like(a: _ArrayLike, dtype: object = None, *, shape: _ShapeLike | None = None) -> _Tensor:
    """Ones like another array."""
def outer(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """All products of an element of the first and an element of the second (each flattened)."""
def pad(x: _ArrayLike, /, pad_width: _Any, mode: str = 'constant', **options: _Any) -> _Tensor:
    """The operand with elements added before and after it along each axis."""
def percentile(
    x: _ArrayLike,
    /,
    q: _ArrayLike,
    axis: _Axis = None,
    *,
    method: str = 'linear',
    keepdims: bool = False,
) -> _Tensor:
    """Percentiles over axes: :func:`quantile` with ``q`` in percent."""
def permute_dims(x: _ArrayLike, /, axes: _Sequence[int] | None = None) -> _Tensor:
    """Axis k of the result is axis ``axes[k]`` of the operand; without ``axes`` their order is reversed."""
def piecewise(
    x: _ArrayLike,
    condlist: _Any,
    funclist: _Sequence[_Callable[..., _Any] | _ArrayLike],
    *args: _Any,
    **kw: _Any,
) -> _Tensor:
    """For each element the function (or number) of the last condition that is true there, in the dtype of ``x``."""
def place(x: _ArrayLike, /, mask: _ArrayLike, vals: _ArrayLike) -> _Tensor:
    """``x`` with the elements of ``vals``, one after the other and over again, where the mask is true."""
def poch(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Rising factorial (Pochhammer's symbol), gamma(x + y) / gamma(x)."""
def polyadd(a1: _ArrayLike, a2: _ArrayLike) -> _Tensor:
    """Sum of two polynomials, as long as the longer one."""
def polyder(p: _ArrayLike, m: int = 1) -> _Tensor:
    """Derivative number ``m`` of a polynomial."""
def polygamma(n: _ArrayLike, x: _ArrayLike, /) -> _Tensor:
    """Derivative number n of digamma, for whole n >= 0; NaN for other n; infinite at 0 and at negative whole ..."""
def polyint(p: _ArrayLike, m: int = 1) -> _Tensor:
    """Antiderivative number ``m`` of a polynomial, with constants 0."""
def polysub(a1: _ArrayLike, a2: _ArrayLike) -> _Tensor:
    """Difference of two polynomials, as long as the longer one."""
def polyval(p: _ArrayLike, x: _ArrayLike) -> _Tensor:
    """Values of a polynomial, ``p[0]*x**(n-1) + … + p[n-1]``, by Horner's rule."""
def positive(x: _ArrayLike, /) -> _Tensor:
    """The operand itself."""
def pow(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """x to the power y, with C's special values: x**0 and 1**y are 1 even for NaN."""
def power(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """x to the power y, with C's special values: x**0 and 1**y are 1 even for NaN."""
def pp(x: _ArrayLike | _Sequence[_Handle]) -> str:
    """A formula in NumPy's notation, with only the parentheses that it needs."""
def prod(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Product over axes; 1 over an empty axis."""
def psi(x: _ArrayLike, /) -> _Tensor:
    """Derivative of lgamma (DLMF 5.2.2): -inf at 0.0, inf at -0.0, NaN at negative whole numbers."""
def ptp(x: _ArrayLike, /, axis: _Axis = None, *, keepdims: bool = False) -> _Tensor:
    """Largest minus smallest element over axes."""
def put(x: _ArrayLike, /, ind: _ArrayLike, v: _ArrayLike, mode: str = 'raise') -> _Tensor:
    """A new array with ``v``, repeated as often as needed, at the places ``ind`` among all elements in C order."""
def put_along_axis(x: _ArrayLike, /, indices: _ArrayLike, values: _ArrayLike, axis: int | None) -> _Tensor:
    """A new array with ``values`` at the places that :func:`take_along_axis` takes."""
def quantile(
    x: _ArrayLike,
    /,
    q: _ArrayLike,
    axis: _Axis = None,
    *,
    method: str = 'linear',
    keepdims: bool = False,
) -> _Tensor:
    """Quantiles over axes: what a fraction ``q`` of the elements is below; NaN if there is a NaN."""
def rad2deg(x: _ArrayLike, /) -> _Tensor:
    """Radians to degrees: x * (180 / pi)."""
def radians(x: _ArrayLike, /) -> _Tensor:
    """Degrees to radians: x * (pi / 180)."""
def ravel(x: _ArrayLike, /, order: _Order = 'C') -> _Tensor:
    """All elements along one axis, in C order, or with the first axis changing fastest."""
def ravel_multi_index(
    multi_index: _Sequence[_ArrayLike],
    dims: _ShapeLike,
    mode: str | _Sequence[str] = 'raise',
    order: _Order2 = 'C',
) -> _Tensor:
    """Places in an array of some shape, from an array of indices for each axis."""
def real(x: _ArrayLike, /) -> _Tensor:
    """Real part; real numbers are left as they are."""
def reciprocal(x: _ArrayLike, /) -> _Tensor:
    """1/x."""
def relu(x: _ArrayLike, /) -> _Tensor:
    """Positive part, ``maximum(x, 0)``; the derivative at 0 is 1/2."""
def remainder(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Remainder with the divisor's sign, as Python's ``%``."""
def repeat(x: _ArrayLike, /, repeats: _Length | _Sequence[int], axis: int | None = None) -> _Tensor:
    """Each element so many times, along an axis (of the flattened operand without one)."""
def reshape(x: _ArrayLike, /, shape: _ShapeLike, order: _Order = 'C', *, copy: bool | None = None) -> _Tensor:
    """The same elements under another shape; one length may be -1 and follows from the others."""
def resize(x: _ArrayLike, /, new_shape: _ShapeLike) -> _Tensor:
    """The elements in C order, again from the first when they are used up, in a new shape; zeros if there are none."""
def rgamma(x: _ArrayLike, /) -> _Tensor:
    """1/gamma(x): 0 at 0 and at negative whole numbers."""
def right_shift(x: _ArrayLike, n: _ArrayLike, /) -> _Tensor:
    """floor(x / 2**n); if n is negative or not below the width 0, or -1 of negative x."""
def rint(x: _ArrayLike, /) -> _Tensor:
    """Nearest whole number, halves to the even one; always a float."""
def roll(x: _ArrayLike, /, shift: _Length | _Sequence[_Length], axis: int | _Sequence[int] | None = None) -> _Tensor:
    """Elements shifted along axes; those that leave at the end come in at the front."""
def rollaxis(x: _ArrayLike, /, axis: int, start: int = 0) -> _Tensor:
    """One axis moved before axis number ``start``; :func:`moveaxis` says the same more plainly."""
def rot90(x: _ArrayLike, /, k: int = 1, axes: _Sequence[int] = ...) -> _Tensor:
    """Turned by 90 degrees k times, from the first of two axes towards the second."""
def round(x: _ArrayLike, /, decimals: int = 0) -> _Tensor:
    """To the nearest number with so many decimals, halves to the even digit."""
def row(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 2, lengths (1, unknown)."""
def rows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 2, lengths (1, unknown)."""
def scalar(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 0."""
def scalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 0."""
def searchsorted(a: _ArrayLike, v: _ArrayLike, /, side: _Side = 'left', sorter: _ArrayLike | None = None) -> _Tensor:
    """Where elements belong in a sorted vector, so that it stays sorted."""
def select(condlist: _Sequence[_ArrayLike], choicelist: _Sequence[_ArrayLike], default: _ArrayLike = 0) -> _Tensor:
    """For each place the element of the first choice whose condition is true there, ``default`` if none is."""
def set_subtensor(x: _H, y: object) -> _H:
    """The tensor that ``x`` was taken from by indexing, with ``y`` in its place: ``set_subtensor(a[key], y)``."""
def setdiff1d(ar1: _ArrayLike, ar2: _ArrayLike, assume_unique: bool = False) -> _Tensor:
    """The different elements of the first operand that the second does not have, sorted."""
def setxor1d(ar1: _ArrayLike, ar2: _ArrayLike, assume_unique: bool = False) -> _Tensor:
    """The different elements that only one of the operands has, sorted."""
def shape(a: _ArrayLike) -> tuple[_Any, ...]:
    """The lengths of an operand: ints, and int64 tensors of rank 0 where they are not known."""
def shared(
    value: _Any,
    name: str | None = None,
    *,
    borrow: bool = False,
    shape: _Sequence[_Length | None] | None = None,
) -> _SharedTensor:
    """A tensor with a value of its own, which functions read, and change by ``updates``."""
def shichi(x: _ArrayLike, /) -> tuple[_Tensor, _Tensor]:
    """Hyperbolic sine and cosine integrals (DLMF 6.2.15 and 6.2.16), of real numbers."""
def sici(x: _ArrayLike, /) -> tuple[_Tensor, _Tensor]:
    """Sine and cosine integrals (DLMF 6.2.9 and 6.2.11), of real numbers."""
def sigmoid(x: _ArrayLike, /) -> _Tensor:
    """Logistic function 1 / (1 + exp(-x)), computed from exp(-|x|): 0 at -inf, 1 at inf."""
def sign(x: _ArrayLike, /) -> _Tensor:
    """-1, 0 or 1 as the operand is negative, zero or positive; NaN for NaN."""
def signbit(x: _ArrayLike, /) -> _Tensor:
    """Whether the sign bit is set, as in -0.0 and some NaN."""
def silu(x: _ArrayLike, /) -> _Tensor:
    """``x*expit(x)``, a smooth positive part."""
def sin(x: _ArrayLike, /) -> _Tensor:
    """Sine; NaN at infinities."""
def sinc(x: _ArrayLike, /) -> _Tensor:
    """sin(pi x) / (pi x), 1 at 0; the product pi x is rounded, as in NumPy."""
def sinh(x: _ArrayLike, /) -> _Tensor:
    """Hyperbolic sine."""
def size(a: _ArrayLike, axis: int | tuple[int, ...] | None = None) -> _Any:
    """How many elements an operand has, in all or along some axes: an int, or an int64 tensor of rank 0."""
def sliding_window_view(
    x: _ArrayLike,
    /,
    window_shape: _ShapeLike,
    axis: int | _Sequence[int] | None = None,
) -> _Tensor:
    """All windows of an array, each along new axes at the end; they take no memory where they are reduced."""
def softmax(x: _ArrayLike, /, axis: _Axis = None) -> _Tensor:
    """Exponentials divided by their sum over axes, ``exp(x)/sum(exp(x))``: positive numbers whose sum is 1."""
def softplus(x: _ArrayLike, /) -> _Tensor:
    """log(1 + exp(x)), computed as max(x, 0) + log1p(exp(-|x|)): 0 at -inf, inf at inf."""
def sort(
    x: _ArrayLike,
    /,
    axis: int | None = -1,
    kind: str | None = None,
    *,
    stable: bool | None = None,
    descending: bool = False,
) -> _Tensor:
    """Elements in ascending order along an axis, NaN last."""
def spacing(x: _ArrayLike, /) -> _Tensor:
    """Distance from x to the next float away from 0, with x's sign; NaN at infinities."""
def spence(x: _ArrayLike, /) -> _Tensor:
    """Spence's function, the dilogarithm of 1 - x (DLMF 25.12): NaN below 0."""
def spherical_jn(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Spherical Bessel function of the first kind, of order x at y (DLMF 10.47.3)."""
def spherical_yn(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Spherical Bessel function of the second kind, of order x at y (DLMF 10.47.4)."""
def split(ary: _ArrayLike, indices_or_sections: _Sections, axis: int = 0) -> list[_Tensor]:
    """Parts of an axis: so many equal ones, or those between the given places."""
def sqrt(x: _ArrayLike, /) -> _Tensor:
    """Square root, NaN below 0, -0.0 of -0.0."""
def square(x: _ArrayLike, /) -> _Tensor:
    """x * x."""
def squeeze(x: _ArrayLike, /, axis: _Axes | None = None) -> _Tensor:
    """Without axes of length 1: those named, or all that are known to have length 1."""
def stack(arrays: _Sequence[_Any], axis: int = 0, *, dtype: object = None) -> _Tensor:
    """Operands of one shape along a new axis, in their common dtype (Python numbers are weak)."""
def std(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: _ArrayLike | None = None,
    correction: float | None = None,
) -> _Tensor:
    """Standard deviation over axes: the square root of :func:`var`."""
def subtract(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Difference."""
def sum(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    keepdims: bool = False,
    initial: _ArrayLike | None = None,
    where: _ArrayLike | None = None,
) -> _Tensor:
    """Sum over axes; 0 over an empty axis."""
def swapaxes(x: _ArrayLike, /, axis1: int, axis2: int) -> _Tensor:
    """Two axes exchanged."""
def take(x: _ArrayLike, /, indices: _ArrayLike, axis: int | None = None, *, mode: str = 'raise') -> _Tensor:
    """Elements along an axis at ``indices``, whose shape replaces the axis."""
def take_along_axis(x: _ArrayLike, /, indices: _ArrayLike, axis: int | None = -1) -> _Tensor:
    """For each vector along an axis the elements at the indices of the vector in the same place of ``indices``."""
def tan(x: _ArrayLike, /) -> _Tensor:
    """Tangent; NaN at infinities."""
def tanh(x: _ArrayLike, /) -> _Tensor:
    """Hyperbolic tangent; its derivative is 1/cosh(x)**2, accurate for large x too."""
def tensor(name: str | None = None, *, dtype: object = None, shape: _Any = ...) -> _Tensor:
    """A new input of functions."""
def tensor3(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 3, lengths (unknown, unknown, unknown)."""
def tensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 3, lengths (unknown, ..."""
def tensor4(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 4, lengths (unknown, unknown, unknown, ..."""
def tensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 4, lengths (unknown, ..."""
def tensor5(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 5, lengths (unknown, unknown, unknown, ..."""
def tensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 5, lengths (unknown, ..."""
def tensor6(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 6, lengths (unknown, unknown, unknown, ..."""
def tensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 6, lengths (unknown, ..."""
def tensor7(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 7, lengths (unknown, unknown, unknown, ..."""
def tensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 7, lengths (unknown, ..."""
def tensordot(a: _ArrayLike, b: _ArrayLike, /, axes: int | tuple[_Axes, _Axes] = 2) -> _Tensor:
    """Sum of products over several pairs of axes."""
def tile(x: _ArrayLike, /, reps: _Length | _Sequence[_Length]) -> _Tensor:
    """The whole operand so many times along each axis; missing axes and missing numbers count as 1 in front."""
def topk(x: _ArrayLike, k: int, axis: int = -1, *, largest: bool = True) -> _TopK:
    """The k largest elements along an axis in descending order, and where they are; of equal ones the first."""
def trace(x: _ArrayLike, /, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: object = None) -> _Tensor:
    """The sum of a diagonal of two axes."""
def transpose(x: _ArrayLike, /, axes: _Sequence[int] | None = None) -> _Tensor:
    """Axis k of the result is axis ``axes[k]`` of the operand; without ``axes`` their order is reversed."""
def trapezoid(y: _ArrayLike, /, x: _ArrayLike | None = None, dx: _ArrayLike = 1.0, axis: int = -1) -> _Tensor:
    """Integral along an axis by the trapezoidal rule: the sum of ``(y[i] + y[i + 1])/2 * (x[i + 1] - x[i])``."""
def tri(N: _Length, M: _Length | None = None, k: int = 0, dtype: object = None) -> _Tensor:
    """An N×M matrix (N×N without ``M``) with ones on and below diagonal number k and zeros above."""
def trigamma(x: _ArrayLike, /) -> _Tensor:
    """Derivative of digamma: inf at 0 and at negative whole numbers."""
def tril(m: _ArrayLike, /, k: int = 0) -> _Tensor:
    """The matrices that the last two axes hold, with zeros above diagonal number k; a vector is the rows of one."""
def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[_Tensor, ...]:
    """Rows and columns of the elements on and below diagonal number k of an n×m matrix (n×n without ``m``)."""
def tril_indices_from(arr: _Node, k: int = 0) -> tuple[_Tensor, ...]:
    """:func:`tril_indices` for the shape of a matrix, which must be known."""
def triu(m: _ArrayLike, /, k: int = 0) -> _Tensor:
    """The matrices that the last two axes hold, with zeros below diagonal number k; a vector is the rows of one."""
def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[_Tensor, ...]:
    """Rows and columns of the elements on and above diagonal number k of an n×m matrix (n×n without ``m``)."""
def triu_indices_from(arr: _Node, k: int = 0) -> tuple[_Tensor, ...]:
    """:func:`triu_indices` for the shape of a matrix, which must be known."""
def true_divide(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Quotient, always a float."""
def trunc(x: _ArrayLike, /) -> _Tensor:
    """x without its fraction."""
def union1d(ar1: _ArrayLike, ar2: _ArrayLike) -> _Tensor:
    """The different elements of both operands, sorted."""
@_overload
def unique(
    ar: _ArrayLike,
    return_index: _Literal[False] = False,
    return_inverse: _Literal[False] = False,
    return_counts: _Literal[False] = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> _Tensor:
    """The different elements, sorted, of the flattened operand; or along an axis what differs there."""
@_overload
def unique(
    ar: _ArrayLike,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> _Tensor | tuple[_Tensor, ...]:
    """The different elements, sorted, of the flattened operand; or along an axis what differs there."""
def unique_all(x: _ArrayLike) -> _UniqueAll:
    """The different elements, their first places, the number of each element among them, and how often each occurs."""
def unique_counts(x: _ArrayLike) -> _UniqueCounts:
    """The different elements, and how often each occurs; each NaN is an element of its own."""
def unique_inverse(x: _ArrayLike) -> _UniqueInverse:
    """The different elements, and the number of each element among them; each NaN is an element of its own."""
def unique_values(x: _ArrayLike, /) -> _Tensor:
    """The different elements, sorted; each NaN is an element of its own."""
def unravel_index(indices: _ArrayLike, shape: _ShapeLike, order: _Order2 = 'C') -> tuple[_Tensor, ...]:
    """Indices for each axis of a shape, from places in it."""
def unstack(x: _ArrayLike, /, *, axis: int = 0) -> tuple[_Tensor, ...]:
    """The parts of length 1 of an axis, without it."""
def unwrap(
    p: _ArrayLike,
    /,
    discont: float | None = None,
    axis: int = -1,
    *,
    period: float = 6.283185307179586,
) -> _Tensor:
    """Phases along an axis with steps of at most half a period: multiples of the period are added to what ..."""
def vander(x: _ArrayLike, /, N: int | None = None, increasing: bool = False) -> _Tensor:
    """The powers of each element of a vector as a row, the highest power first."""
def var(
    x: _ArrayLike,
    /,
    axis: _Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: _ArrayLike | None = None,
    correction: float | None = None,
) -> _Tensor:
    """Variance over axes, ``sum((x - mean(x))**2)/(n - ddof)``, in two passes."""
def vdot(a: _ArrayLike, b: _ArrayLike, /) -> _Tensor:
    """Sum of products of all elements in C order; the first operand is conjugated if it is complex."""
def vecdot(a: _ArrayLike, b: _ArrayLike, /, *, axis: int = -1) -> _Tensor:
    """Sum of products along one axis; the others broadcast."""
def vector(name: str | None = None, *, dtype: object = None) -> _Tensor:
    """A new input of dtype `Options.float_dtype`, or the one given: rank 1, lengths (unknown)."""
def vectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype `Options.float_dtype`, by name or by number; each: rank 1, lengths (unknown)."""
def vsplit(ary: _ArrayLike, indices_or_sections: _Sections) -> list[_Tensor]:
    """Parts of the first axis, as :func:`split` gives them."""
def vstack(tup: _Sequence[_Any], *, dtype: object = None) -> _Tensor:
    """Operands below each other: joined along the first axis, vectors as rows."""
def wcol(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 2, lengths (unknown, 1)."""
def wcols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 2, lengths (unknown, 1)."""
@_overload
def where(condition: _ArrayLike, x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """``x`` where the condition is true and ``y`` elsewhere; of a condition alone the places where it is true."""
@_overload
def where(condition: _ArrayLike, /) -> tuple[_Tensor, ...]:
    """``x`` where the condition is true and ``y`` elsewhere; of a condition alone the places where it is true."""
def wmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def wmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 2, lengths (unknown, unknown)."""
def wrow(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 2, lengths (1, unknown)."""
def wrows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 2, lengths (1, unknown)."""
def wscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 0."""
def wscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 0."""
def wtensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 3, lengths (unknown, unknown, unknown)."""
def wtensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 3, lengths (unknown, unknown, unknown)."""
def wtensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def wtensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def wtensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def wtensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def wtensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def wtensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def wtensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, unknown)."""
def wtensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def wvector(name: str | None = None) -> _Tensor:
    """A new input of dtype int16: rank 1, lengths (unknown)."""
def wvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype int16, by name or by number; each: rank 1, lengths (unknown)."""
def xlogy(x: _ArrayLike, y: _ArrayLike) -> _Tensor:
    """``x*log(y)``, and 0 where x is 0 and y is not NaN."""
def y0(x: _ArrayLike, /) -> _Tensor:
    """Bessel function of the second kind, of order 0."""
def y1(x: _ArrayLike, /) -> _Tensor:
    """Bessel function of the second kind, of order 1."""
def yv(x: _ArrayLike, y: _ArrayLike, /) -> _Tensor:
    """Bessel function of the second kind, of order x at y: NaN for orders beyond 1e6."""
def zcol(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 2, lengths (unknown, 1)."""
def zcols(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 2, lengths (unknown, 1)."""
def zeros(shape: _ShapeLike, dtype: object = None) -> _Tensor:
    """An array of zeros."""
def zeros_like(a: _ArrayLike, dtype: object = None, *, shape: _ShapeLike | None = None) -> _Tensor:
    """Zeros like another array."""
def zeta(x: _ArrayLike, q: _ArrayLike | None = None, /) -> _Tensor:
    """Riemann's zeta function, and that of two numbers (DLMF 25.2.1 and 25.11.1)."""
def zmatrices(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 2, lengths (unknown, unknown)."""
def zmatrix(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 2, lengths (unknown, unknown)."""
def zrow(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 2, lengths (1, unknown)."""
def zrows(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 2, lengths (1, unknown)."""
def zscalar(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 0."""
def zscalars(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 0."""
def ztensor3(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 3, lengths (unknown, unknown, unknown)."""
def ztensor3s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 3, lengths (unknown, unknown, ..."""
def ztensor4(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 4, lengths (unknown, unknown, unknown, unknown)."""
def ztensor4s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 4, lengths (unknown, unknown, ..."""
def ztensor5(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 5, lengths (unknown, unknown, unknown, unknown, unknown)."""
def ztensor5s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 5, lengths (unknown, unknown, ..."""
def ztensor6(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 6, lengths (unknown, unknown, unknown, unknown, unknown, unknown)."""
def ztensor6s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 6, lengths (unknown, unknown, ..."""
def ztensor7(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 7, lengths (unknown, unknown, unknown, unknown, unknown, unknown, ..."""
def ztensor7s(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 7, lengths (unknown, unknown, ..."""
def zvector(name: str | None = None) -> _Tensor:
    """A new input of dtype complex128: rank 1, lengths (unknown)."""
def zvectors(*names: str | int) -> tuple[_Tensor, ...]:
    """Several new inputs of dtype complex128, by name or by number; each: rank 1, lengths (unknown)."""
