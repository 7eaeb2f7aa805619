"""The names of the Python array API standard, version 2024.12, by group."""

from __future__ import annotations

VERSION = "2024.12"

CONSTANTS = ("e", "inf", "nan", "newaxis", "pi")

DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float32", "float64", "complex64", "complex128")

CREATION = ("arange", "asarray", "empty", "empty_like", "eye", "from_dlpack", "full", "full_like", "linspace",
            "meshgrid", "ones", "ones_like", "tril", "triu", "zeros", "zeros_like")

DTYPE_FUNCTIONS = ("astype", "can_cast", "finfo", "iinfo", "isdtype", "result_type")

ELEMENTWISE = (
    "abs", "acos", "acosh", "add", "asin", "asinh", "atan", "atan2", "atanh", "bitwise_and", "bitwise_left_shift",
    "bitwise_invert", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "ceil", "clip", "conj", "copysign", "cos",
    "cosh", "divide", "equal", "exp", "expm1", "floor", "floor_divide", "greater", "greater_equal", "hypot", "imag",
    "isfinite", "isinf", "isnan", "less", "less_equal", "log", "log1p", "log2", "log10", "logaddexp", "logical_and",
    "logical_not", "logical_or", "logical_xor", "maximum", "minimum", "multiply", "negative", "nextafter",
    "not_equal", "positive", "pow", "real", "reciprocal", "remainder", "round", "sign", "signbit", "sin", "sinh",
    "square", "sqrt", "subtract", "tan", "tanh", "trunc")

INDEXING = ("take", "take_along_axis")

LINEAR_ALGEBRA = ("matmul", "matrix_transpose", "tensordot", "vecdot")

MANIPULATION = ("broadcast_arrays", "broadcast_to", "concat", "expand_dims", "flip", "moveaxis", "permute_dims",
                "repeat", "reshape", "roll", "squeeze", "stack", "tile", "unstack")

SEARCHING = ("argmax", "argmin", "count_nonzero", "nonzero", "searchsorted", "where")

SETS = ("unique_all", "unique_counts", "unique_inverse", "unique_values")

SORTING = ("argsort", "sort")

STATISTICS = ("cumulative_prod", "cumulative_sum", "max", "mean", "min", "prod", "std", "sum", "var")

UTILITY = ("all", "any", "diff")

INSPECTION = ("__array_api_version__", "__array_namespace_info__")

LINALG = ("cholesky", "cross", "det", "diagonal", "eigh", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_power",
          "matrix_rank", "matrix_transpose", "outer", "pinv", "qr", "slogdet", "solve", "svd", "svdvals", "tensordot",
          "trace", "vecdot", "vector_norm")

FFT = ("fft", "ifft", "fftn", "ifftn", "rfft", "irfft", "rfftn", "irfftn", "hfft", "ihfft", "fftfreq", "rfftfreq",
       "fftshift", "ifftshift")

OPERATORS = (
    "__abs__", "__add__", "__and__", "__eq__", "__floordiv__", "__ge__", "__gt__", "__invert__", "__le__",
    "__lshift__", "__lt__", "__matmul__", "__mod__", "__mul__", "__ne__", "__neg__", "__or__", "__pos__", "__pow__",
    "__rshift__", "__sub__", "__truediv__", "__xor__")

REFLECTED = ("__radd__", "__rand__", "__rfloordiv__", "__rlshift__", "__rmatmul__", "__rmod__", "__rmul__", "__ror__",
             "__rpow__", "__rrshift__", "__rsub__", "__rtruediv__", "__rxor__")

IN_PLACE = ("__iadd__", "__iand__", "__ifloordiv__", "__ilshift__", "__imatmul__", "__imod__", "__imul__", "__ior__",
            "__ipow__", "__irshift__", "__isub__", "__itruediv__", "__ixor__")

METHODS = ("__array_namespace__", "__bool__", "__complex__", "__dlpack__", "__dlpack_device__", "__float__",
           "__getitem__", "__index__", "__int__", "__setitem__", "to_device")

ATTRIBUTES = ("T", "device", "dtype", "mT", "ndim", "shape", "size")

FUNCTIONS = (*CREATION, *DTYPE_FUNCTIONS, *ELEMENTWISE, *INDEXING, *LINEAR_ALGEBRA, *MANIPULATION, *SEARCHING,
             *SETS, *SORTING, *STATISTICS, *UTILITY)
