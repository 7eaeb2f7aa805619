"""symnum: mathematics over arrays, simplified, made stable, differentiated, and compiled."""

# Written by tools/stubs.py; `make reference` writes it again.

from . import array_api, errors, fft, linalg, tensor
from .algebra.conversions import from_sympy, inputs_of, to_sympy
from .algebra.covered import coverage
from .algebra.solving import solve_for
from .algebra.transformations import collect, expand, factor, horner, series, trigsimp
from .algebra.user_ops import elementwise_from_sympy, register_sympy
from .diagnosis import doctor
from .formulas.autowrapping import autowrap
from .formulas.lambdifying import lambdify
from .formulas.ufuncs import ufuncify
from .function import Function, function
from .grad import grad, value_and_grad
from .in_out import In, Out
from .options import Options
from .problems.curves import curve
from .problems.integrands import integrand
from .problems.minimizers import minimizer
from .problems.odes import ode
from .process import clear_pool, get_num_threads, pool_info, set_num_threads
from .rewriting import cost, simplify
from .seeing import expand_derivatives
from .simplify.catalogue import RULES as rules
from .simplify.rule import Rule, RuleSet
from .tensor import (
    Tensor, abs, absolute, acos, acosh, add, airy, all, allclose, amax, amin, angle, any, append, arange, arccos,
    arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, argmax, argmin, argsort, argwhere, around, array_equal,
    array_equiv, array_split, as_tensor, asarray, asin, asinh, assume, astype, atan, atan2, atanh, atleast_1d,
    atleast_2d, atleast_3d, average, avg_pool1d, avg_pool2d, avg_pool3d, bartlett, beta, betainc, betaln, bincount,
    binom, bitwise_and, bitwise_count, bitwise_invert, bitwise_left_shift, bitwise_not, bitwise_or, bitwise_right_shift,
    bitwise_xor, blackman, block, broadcast_arrays, broadcast_shapes, broadcast_to, cbrt, ceil, chndtr, choose, clip,
    column_stack, compress, concat, concatenate, conj, conjugate, constant, conv1d, conv2d, conv3d, conv_transpose1d,
    conv_transpose2d, conv_transpose3d, convolve, copy, copysign, corrcoef, correlate, cos, cosh, count_nonzero, cov,
    cross, cummax, cummin, cumprod, cumsum, cumulative_prod, cumulative_sum, dawsn, deg2rad, degrees, delete, diag,
    diag_indices, diagflat, diagonal, diff, digamma, digitize, dim, divide, divmod, dot, dprint, dsplit, dstack,
    ediff1d, einsum, ellipe, ellipeinc, ellipk, ellipkinc, elliprc, elliprd, elliprf, elliprg, elliprj, empty,
    empty_like, equal, erf, erfc, erfcinv, erfcx, erfi, erfinv, eval_chebyt, eval_chebyu, eval_gegenbauer,
    eval_genlaguerre, eval_hermite, eval_hermitenorm, eval_jacobi, eval_laguerre, eval_legendre, exp, exp1, exp2,
    expand_dims, expi, expit, expm1, expn, extract, eye, fabs, fill_diagonal, fix, flatnonzero, flip, fliplr, flipud,
    float_power, floor, floor_divide, fma, fmax, fmin, fmod, fresnel, frexp, frexp_exponent, frexp_mantissa,
    fromfunction, full, full_like, gamma, gammainc, gammaincc, gammaln, gcd, gelu, geomspace, gradient, greater,
    greater_equal, hamming, hanning, heaviside, histogram, histogram2d, histogram_bin_edges, hsplit, hstack, hyp0f1,
    hyp1f1, hyp2f1, hypot, i0, i1, identity, imag, in1d, inc_subtensor, indices, inner, insert, interp, intersect1d,
    invert, isclose, iscomplex, isfinite, isin, isinf, isnan, isneginf, isposinf, isreal, iv, ive, ix_, j0, j1, jv, k0,
    k1, kaiser, kron, kv, kve, lcm, ldexp, left_shift, less, less_equal, lexsort, lgamma, linspace, log, log10, log1p,
    log2, log_expit, log_softmax, logaddexp, logaddexp2, logcumsumexp, logical_and, logical_not, logical_or,
    logical_xor, logit, logspace, logsumexp, lpmv, make_complex, matmul, matrix_transpose, max, max_pool1d, max_pool2d,
    max_pool3d, maximum, mean, median, meshgrid, mgrid, min, minimum, mod, modf, moveaxis, multiply, nan_to_num,
    nanargmax, nanargmin, nancumprod, nancumsum, nanmax, nanmean, nanmedian, nanmin, nanpercentile, nanprod,
    nanquantile, nanstd, nansum, nanvar, ndim, negative, nextafter, nonzero, not_equal, ogrid, ones, ones_like, outer,
    pad, percentile, permute_dims, piecewise, place, poch, polyadd, polyder, polygamma, polyint, polysub, polyval,
    positive, pow, power, pp, prod, psi, ptp, put, put_along_axis, quantile, rad2deg, radians, ravel, ravel_multi_index,
    real, reciprocal, relu, remainder, repeat, reshape, resize, rgamma, right_shift, rint, roll, rollaxis, rot90, round,
    searchsorted, select, set_subtensor, setdiff1d, setxor1d, shape, shared, shichi, sici, sigmoid, sign, signbit, silu,
    sin, sinc, sinh, size, sliding_window_view, softmax, softplus, sort, spacing, spence, spherical_jn, spherical_yn,
    split, sqrt, square, squeeze, stack, std, subtract, sum, swapaxes, take, take_along_axis, tan, tanh, tensordot,
    tile, topk, trace, transpose, trapezoid, tri, trigamma, tril, tril_indices, tril_indices_from, triu, triu_indices,
    triu_indices_from, true_divide, trunc, union1d, unique, unique_all, unique_counts, unique_inverse, unique_values,
    unravel_index, unstack, unwrap, vander, var, vdot, vecdot, vsplit, vstack, where, xlogy, y0, y1, yv, zeros,
    zeros_like, zeta,
)
from .textform import dumps, loads

__version__: str
__all__ = [
    "Function", "In", "Options", "Out", "Rule", "RuleSet", "Tensor", "__version__", "abs", "absolute", "acos", "acosh",
    "add", "airy", "all", "allclose", "amax", "amin", "angle", "any", "append", "arange", "arccos", "arccosh", "arcsin",
    "arcsinh", "arctan", "arctan2", "arctanh", "argmax", "argmin", "argsort", "argwhere", "around", "array_api",
    "array_equal", "array_equiv", "array_split", "as_tensor", "asarray", "asin", "asinh", "assume", "astype", "atan",
    "atan2", "atanh", "atleast_1d", "atleast_2d", "atleast_3d", "autowrap", "average", "avg_pool1d", "avg_pool2d",
    "avg_pool3d", "bartlett", "beta", "betainc", "betaln", "bincount", "binom", "bitwise_and", "bitwise_count",
    "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "blackman", "block", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "cbrt", "ceil", "chndtr", "choose",
    "clear_pool", "clip", "collect", "column_stack", "compress", "concat", "concatenate", "conj", "conjugate",
    "constant", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "convolve",
    "copy", "copysign", "corrcoef", "correlate", "cos", "cosh", "cost", "count_nonzero", "cov", "coverage", "cross",
    "cummax", "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "curve", "dawsn", "deg2rad",
    "degrees", "delete", "diag", "diag_indices", "diagflat", "diagonal", "diff", "digamma", "digitize", "dim", "divide",
    "divmod", "doctor", "dot", "dprint", "dsplit", "dstack", "dumps", "ediff1d", "einsum", "elementwise_from_sympy",
    "ellipe", "ellipeinc", "ellipk", "ellipkinc", "elliprc", "elliprd", "elliprf", "elliprg", "elliprj", "empty",
    "empty_like", "equal", "erf", "erfc", "erfcinv", "erfcx", "erfi", "erfinv", "errors", "eval_chebyt", "eval_chebyu",
    "eval_gegenbauer", "eval_genlaguerre", "eval_hermite", "eval_hermitenorm", "eval_jacobi", "eval_laguerre",
    "eval_legendre", "exp", "exp1", "exp2", "expand", "expand_derivatives", "expand_dims", "expi", "expit", "expm1",
    "expn", "extract", "eye", "fabs", "factor", "fft", "fill_diagonal", "fix", "flatnonzero", "flip", "fliplr",
    "flipud", "float_power", "floor", "floor_divide", "fma", "fmax", "fmin", "fmod", "fresnel", "frexp",
    "frexp_exponent", "frexp_mantissa", "from_sympy", "fromfunction", "full", "full_like", "function", "gamma",
    "gammainc", "gammaincc", "gammaln", "gcd", "gelu", "geomspace", "get_num_threads", "grad", "gradient", "greater",
    "greater_equal", "hamming", "hanning", "heaviside", "histogram", "histogram2d", "histogram_bin_edges", "horner",
    "hsplit", "hstack", "hyp0f1", "hyp1f1", "hyp2f1", "hypot", "i0", "i1", "identity", "imag", "in1d", "inc_subtensor",
    "indices", "inner", "inputs_of", "insert", "integrand", "interp", "intersect1d", "invert", "isclose", "iscomplex",
    "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal", "iv", "ive", "ix_", "j0", "j1", "jv", "k0",
    "k1", "kaiser", "kron", "kv", "kve", "lambdify", "lcm", "ldexp", "left_shift", "less", "less_equal", "lexsort",
    "lgamma", "linalg", "linspace", "loads", "log", "log10", "log1p", "log2", "log_expit", "log_softmax", "logaddexp",
    "logaddexp2", "logcumsumexp", "logical_and", "logical_not", "logical_or", "logical_xor", "logit", "logspace",
    "logsumexp", "lpmv", "make_complex", "matmul", "matrix_transpose", "max", "max_pool1d", "max_pool2d", "max_pool3d",
    "maximum", "mean", "median", "meshgrid", "mgrid", "min", "minimizer", "minimum", "mod", "modf", "moveaxis",
    "multiply", "nan_to_num", "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmedian",
    "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd", "nansum", "nanvar", "ndim", "negative", "nextafter",
    "nonzero", "not_equal", "ode", "ogrid", "ones", "ones_like", "outer", "pad", "percentile", "permute_dims",
    "piecewise", "place", "poch", "polyadd", "polyder", "polygamma", "polyint", "polysub", "polyval", "pool_info",
    "positive", "pow", "power", "pp", "prod", "psi", "ptp", "put", "put_along_axis", "quantile", "rad2deg", "radians",
    "ravel", "ravel_multi_index", "real", "reciprocal", "register_sympy", "relu", "remainder", "repeat", "reshape",
    "resize", "rgamma", "right_shift", "rint", "roll", "rollaxis", "rot90", "round", "rules", "searchsorted", "select",
    "series", "set_num_threads", "set_subtensor", "setdiff1d", "setxor1d", "shape", "shared", "shichi", "sici",
    "sigmoid", "sign", "signbit", "silu", "simplify", "sin", "sinc", "sinh", "size", "sliding_window_view", "softmax",
    "softplus", "solve_for", "sort", "spacing", "spence", "spherical_jn", "spherical_yn", "split", "sqrt", "square",
    "squeeze", "stack", "std", "subtract", "sum", "swapaxes", "take", "take_along_axis", "tan", "tanh", "tensor",
    "tensordot", "tile", "to_sympy", "topk", "trace", "transpose", "trapezoid", "tri", "trigamma", "trigsimp", "tril",
    "tril_indices", "tril_indices_from", "triu", "triu_indices", "triu_indices_from", "true_divide", "trunc",
    "ufuncify", "union1d", "unique", "unique_all", "unique_counts", "unique_inverse", "unique_values", "unravel_index",
    "unstack", "unwrap", "value_and_grad", "vander", "var", "vdot", "vecdot", "vsplit", "vstack", "where", "xlogy",
    "y0", "y1", "yv", "zeros", "zeros_like", "zeta",
]
