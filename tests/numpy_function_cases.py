"""Calls of every NumPy function that can be overridden (NEP 18), as expressions of arrays.

The same text is evaluated on arrays and on inputs of a graph; ``array_api_compare.drawn`` says what the arrays are.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import numpy as np

# Later versions of NumPy have one.
AXIS_HAS_A_DEFAULT = inspect.signature(np.take_along_axis).parameters["axis"].default == -1
_REDUCED = "(f8); (f8, axis=0); (f4, axis=(0, 1), keepdims=True); (i4, 1)"
_ONE_AXIS = "(f8); (f8, axis=0); (i4, 1); (f4, axis=1, keepdims=True)"

NUMPY: Mapping[str, str] = {
    **dict.fromkeys(["all", "any", "max", "min", "amax", "amin", "prod", "sum", "mean", "std", "var", "ptp"], _REDUCED),
    **dict.fromkeys(["nanmax", "nanmin", "nansum", "nanprod", "nanmean", "nanstd", "nanvar"], _REDUCED),
    **dict.fromkeys(["argmax", "argmin", "nanargmax", "nanargmin"], _ONE_AXIS),
    **dict.fromkeys(["median", "nanmedian"], "(f8); (f8, axis=0); (f8, axis=1, keepdims=True)"),
    **dict.fromkeys(["percentile", "nanpercentile"], "(f8, 30); (f8, 70, axis=0); (f8, 50.0, axis=1, keepdims=True)"),
    **dict.fromkeys(["quantile", "nanquantile"], "(f8, 0.3); (f8, 0.7, axis=0); (f8, 0.5, 1, keepdims=True)"),
    **dict.fromkeys(["cumsum", "cumprod", "nancumsum", "nancumprod"],
        "(f8); (f8, axis=0); (i4, 1); (i4, dtype='float64')"),
    **dict.fromkeys(["cumulative_sum", "cumulative_prod"], "(g8); (f8, axis=0); (f8, axis=1, include_initial=True)"),
    "count_nonzero": "(i4); (f8, axis=0); (b, axis=1, keepdims=True)",
    "average": "(f8); (f8, axis=0); (f8, 1, weights=h4)",
    "allclose": "(f8, f8); (f8, g8, rtol=0.1)", "isclose": "(f8, g8); (f8, f8 + 1e-9)", "angle": "(z16); (f8)",
    "append": "(f8, [1.0, 2.0]); (f8, f8, axis=0)", "argpartition": "(f8, 2)[:, 2]",
    "argsort": "(f8); (f8, axis=0); (i4, stable=True)",
    "argwhere": "(i4)", "around": "(f8); (f8, 2)", "round": "(f8); (f8, decimals=1); (i4)",
    "array_equal": "(f8, f8); (f8, g8)", "array_equiv": "(f8, f8)", "array_split": "(g8, 3); (f8, 2, axis=1)",
    "astype": "(f8, 'float32'); (i4, bool)",
    **dict.fromkeys(["atleast_1d", "atleast_2d", "atleast_3d"], "(f8); (g8, f8)"),
    "bincount": "(u1[0]); (k8, minlength=6); (k8, weights=k8*0.5)", "block": "([[f8, f8], [f8, f8]]); ([g8, g8])",
    "broadcast_arrays": "(f8, g8)", "broadcast_to": "(g8, (3, 4)); (g8, shape=(2, 4))", "can_cast": "(f8, 'float32')",
    "choose": "(k8 % 2, [k8, k8 + 10])", "clip": "(f8, -1, 1); (f8, a_min=-1, a_max=None); (f8, min=0, max=2)",
    "column_stack": "((g8, f8.T)); ([g8, g8])", "common_type": "(f8, f4)",
    "compress": "([True, False, True], f8, axis=0)",
    "concat": "([f8, f8])", "concatenate": "([f8, f8]); ((f8, i4), axis=1); ([f8, g8], axis=None)",
    "convolve": "(g8, h8); (g8, h8, 'same'); (g8, h8, mode='valid')", "correlate": "(g8, h8); (g8, h8, 'full')",
    "copy": "(f8)", "corrcoef": "(f8); (g8, h4)", "cov": "(f8); (f8, rowvar=False); (g8, h4, ddof=0)",
    "cross": "(m8, m8 + 1); (h8, m8)", "delete": "(f8, 1, axis=0); (g8, [0, 2])", "diag": "(m8[0]); (g8, k=1)",
    "diagflat": "(g8); (g8, -1)", "diagonal": "(f8); (m8, 1); (m8, axis1=1, axis2=2)",
    "diag_indices_from": "(m8[0])", "diff": "(f8); (f8, 2); (f8, axis=0); (f8, prepend=0.0)",
    "digitize": "(f8, np.array([-1.0, 0.0, 1.0])); (f8, np.array([-1.0, 0.5]), right=True)",
    "dot": "(f8, g8); (m8, m8)", "hsplit": "(f8, 2)", "vsplit": "(f8, 3)", "dsplit": "(m8, 3)",
    "dstack": "((f8, f8)); ([g8, g8])", "ediff1d": "(f8); (g8, to_end=9.0)",
    "einsum": "('ij,j->i', f8, g8); ('ij->ji', f8); ('ii', m8[0]); ('...ij,...jk', m8, m8, optimize=True)",
    "empty_like": "(f8).shape; (f8, dtype='int8').dtype", "expand_dims": "(f8, 0); (f8, axis=(0, 3))",
    "extract": "(f8 > 0, f8)", "fix": "(f8)", "flatnonzero": "(i4)", "flip": "(f8); (f8, axis=1)", "fliplr": "(f8)",
    "flipud": "(f8)", "full_like": "(f8, 2.5); (i4, 2, dtype='float32')", "geomspace": "(abs(h8) + 1, 8.0, 4)",
    "gradient": "(g8); (f8, axis=1); (g8, 0.5)", "histogram": "(f8, bins=np.array([-2.0, 0.0, 2.0])); (f8, 5, (-4, 4))",
    "histogram_bin_edges": "(f8, 5, (-4, 4))", "hstack": "((f8, f8)); ([g8, h8])", "i0": "(f8)", "imag": "(z16); (f8)",
    "inner": "(g8, g8); (f8, f8)", "insert": "(g8, 1, 5.0); (f8, 1, 0.0, axis=0)",
    "interp": "(f8, [-1.0, 0.0, 2.0], [1.0, 2.0, 0.0]); (f8, [-1.0, 2.0], [1.0, 0.0], left=-5.0, right=5.0)",
    "iscomplex": "(z16); (f8)", "isreal": "(z16); (f8)", "iscomplexobj": "(z16); (f8)", "isrealobj": "(z16); (f8)",
    "isin": "(i4, [1, 2]); (i4, j4, invert=True)", "isneginf": "(f8)", "isposinf": "(f8)",
    "intersect1d": "(i4, j4)", "setdiff1d": "(i4, j4)", "setxor1d": "(j4, i4)", "union1d": "(i4, j4)",
    "ix_": "(k8, k8)", "kron": "(f8, g8); (g8, g8)", "lexsort": "((f8[0], f8[1]))",
    "linspace": "(f8[0], 3.0, 5); (f8[0], g8, num=4, endpoint=False, axis=1)", "logspace": "(f8[0], 2.0, 4)",
    "matrix_transpose": "(m8)", "meshgrid": "(g8, h8); (g8, h8, indexing='ij')", "min_scalar_type": "(f8)",
    "moveaxis": "(m8, 0, -1); (m8, [0, 1], [2, 0])", "nan_to_num": "(f8/f8); (1/f8, nan=1.0, posinf=5.0)",
    "ndim": "(m8)", "shape": "(m8)", "size": "(m8); (m8, 1)", "nonzero": "(i4)", "ones_like": "(f8); (f8, dtype=int)",
    "outer": "(g8, h8)",
    "pad": "(f8, 1); (f8, ((1, 0), (0, 2)), mode='edge'); (g8, 2, constant_values=1.0); (g8, 1, 'wrap')",
    "partition": "(f8, 2)[:, 2]", "permute_dims": "(m8, (1, 2, 0))",
    "piecewise": "(f8, [f8 < 0, f8 >= 0], [-1.0, 1.0])",
    "polyval": "(g8, f8); ([1.0, 2.0, 3.0], f8)", "polyadd": "(g8, h8)", "polysub": "(g8, h8)", "polymul": "(g8, h8)",
    "poly": "(g8)", "polydiv": "(g8, h8)", "polyfit": "(g8, h4, 1)", "roots": "(h8).real.sum()",
    "polyder": "(g8)", "polyint": "(g8)", "ravel": "(f8); (f8, 'C')", "real": "(z16); (f8)",
    "ravel_multi_index": "((k8, k8), (3, 3))", "unravel_index": "(k8, (2, 2))", "real_if_close": "(f8)",
    "repeat": "(f8, 2); (f8, 2, axis=1); (f8, [1, 2, 0], axis=0)", "reshape": "(f8, (4, 3)); (f8, -1); (f8, (2, -1))",
    "resize": "(f8, (2, 3)); (f8, (5, 4))", "result_type": "(f8, np.float32)",
    "roll": "(f8, 1); (f8, (1, 2), axis=(0, 1))",
    "rollaxis": "(m8, 2); (m8, 0, 3)", "rot90": "(f8); (f8, 2); (m8, k=1, axes=(1, 2))",
    "searchsorted": "([-1.0, 0.0, 1.0], f8); ([1.0, 2.0], g8, side='right')",
    "select": "([f8 > 1, f8 < -1], [f8, -f8]); ([b], [f8], 5.0)",
    "sinc": "(f8)", "sort": "(f8); (f8, axis=0); (f8, axis=None)", "sort_complex": "(z16)",
    "split": "(f8, 2, axis=1); (g8, [1, 3])", "squeeze": "(f8[:1]); (f8[:1], axis=0)",
    "stack": "([f8, f8]); ((f8, i4), axis=-1)",
    "swapaxes": "(m8, 0, 2)", "take": "(f8, k8); (f8, k8, axis=0); (f8, [0, 2], 1)",
    "take_along_axis": "(f8, kk8, axis=1); (f8, kk8)" if AXIS_HAS_A_DEFAULT else "(f8, kk8, axis=1)",
    "tensordot": "(f8, f8); (f8, g8, axes=1); (m8, m8, ((1, 2), (2, 1)))",
    "tile": "(f8, 2); (g8, (2, 2))", "trace": "(m8); (f8, 1); (m8, axis1=1, axis2=2)",
    "transpose": "(f8); (m8, (1, 0, 2))",
    "trapezoid": "(f8); (f8, dx=0.5); (f8, h4, axis=1)", "tril": "(f8); (m8, 1)", "triu": "(f8); (m8, k=-1)",
    "tril_indices_from": "(m8[0])", "triu_indices_from": "(m8[0])", "unique": "(i4); (f8)",
    "unique_values": "(i4).sum()",
    "unique_all": "(i4)", "unique_counts": "(i4)", "unique_inverse": "(i4)", "unstack": "(f8); (f8, axis=1)",
    "unwrap": "(f8)", "vander": "(g8); (g8, 3); (g8, increasing=True)", "vdot": "(f8, f8); (z16, z16)",
    "vstack": "((f8, f8)); ([g8, g8])", "where": "(b, f8, g8); (f8 > 0, f8, 0.0); (f8 > 0)",
    "zeros_like": "(f8); (f8, dtype=bool)",
    "trim_zeros": "(g8)", "histogramdd": "(f8, 3)", "histogram2d": "(g8, g8, 3, [[-4, 4], [-4, 4]])"}

LINALG: Mapping[str, str] = {
    "cholesky": "(s8); (s8, upper=True)", "cond": "(m8)", "cross": "(m8, m8 + 1)", "det": "(m8); (s4)",
    "diagonal": "(m8); (f8, offset=1)", "eigh": "(s8)[0]", "eigvalsh": "(s8); (s8, 'U')",
    "eigvals": "(s8[0]).real.sum()",
    "eig": "(s8)[0].real.sum()", "inv": "(m8)", "lstsq": "(f8.T, g8)[0]", "matmul": "(m8, m8)",
    "matrix_norm": "(m8); (m8, ord=2)", "matrix_power": "(m8, 3); (m8, -1)", "matrix_rank": "(m8); (f8)",
    "matrix_transpose": "(m8)", "multi_dot": "([f8, f8.T, f8])",
    "norm": "(f8); (f8, axis=0); (m8[0], 2); (g8, ord=1); (f8, 1, keepdims=True)",
    "outer": "(g8, h8)", "pinv": "(m8); (f8)", "qr": "(m8, 'r')*0; (f8)[1]*0", "slogdet": "(m8)",
    "solve": "(m8, m8); (m8[0], h8)", "svd": "(m8, compute_uv=False); (f8)[1]; (f8, full_matrices=False)[1]",
    "svdvals": "(m8)",
    "tensordot": "(f8, g8, axes=1)", "tensorinv": "(m8[0], ind=1)", "tensorsolve": "(m8[0], h8)",
    "trace": "(m8); (f8, offset=1)", "vecdot": "(f8, g8); (m8, m8, axis=-2)",
    "vector_norm": "(f8); (f8, axis=1); (f8, ord=1)"}

_FFT = "(z16); (f8, n=3); (f8, 5, 0); (z16, axis=0, norm='ortho')"
_FFTN = "(z16); (f8, s=(2, 5), axes=(0, 1)); (z16, norm='forward')"
FFT: Mapping[str, str] = {
    **dict.fromkeys(["fft", "ifft", "hfft", "irfft"], _FFT),
    **dict.fromkeys(["rfft", "ihfft"], "(f8); (f8, 3, norm='ortho')"),
    **dict.fromkeys(["fftn", "ifftn", "fft2", "ifft2", "irfftn", "irfft2"], _FFTN),
    **dict.fromkeys(["rfftn", "rfft2"], "(f8); (f8, s=(2, 5), axes=(0, 1))"),
    **dict.fromkeys(["fftshift", "ifftshift"], "(f8); (f8, axes=1)")}

_MEMORY = "asks about or changes the memory of arrays, which expressions do not have"
_DATES = "of dates, which are no dtypes of symnum"
_TEXT = "makes text of values, which an expression does not have while a graph is built"
_PYTHON = "calls a Python function on arrays"
REASONS: Mapping[str, str] = {
    **dict.fromkeys(["copyto", "may_share_memory", "shares_memory", "place", "put", "put_along_axis", "putmask",
        "fill_diagonal"], _MEMORY),
    **dict.fromkeys(["busday_count", "busday_offset", "is_busday", "datetime_as_string"], _DATES),
    **dict.fromkeys(["array2string", "array_repr", "array_str", "save", "savetxt", "savez", "savez_compressed"], _TEXT),
    **dict.fromkeys(["apply_along_axis", "apply_over_axes"], _PYTHON),
    "einsum_path": "returns a plan for arrays; symnum chooses its own", "packbits": "of the bytes of arrays",
    "unpackbits": "of the bytes of arrays"}
