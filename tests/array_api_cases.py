"""Calls of every name of the array API standard, as expressions of a namespace ``xp`` and of drawn arrays.

The same text is evaluated with ``array_api_strict`` on arrays and with ``symnum.array_api`` on inputs of a graph.
An array's name tells its dtype: ``f8 g8`` float64, ``f4`` float32, ``i8 j8`` int64, ``i4``, ``i1``, ``u1``, ``u8``,
``b`` and ``c`` bool, ``z16 w16`` complex128, ``z8`` complex64; second ones (``g8 j8 c w16``) broadcast against them.
``m8`` is a stack of regular matrices, ``s8`` one of symmetric positive definite ones, ``k8`` positions below 3.
"""

from __future__ import annotations

from collections.abc import Mapping

from symnum.array_api import names

FLOATS, COMPLEX = ("f4", "f8"), ("z8", "z16")
INTEGERS, BOOL = ("i1", "i4", "i8", "u1", "u8"), ("b",)
REAL = (*INTEGERS, *FLOATS)
NUMERIC = (*REAL, *COMPLEX)
ALL = (*BOOL, *NUMERIC)
# The second operand of each, of the same dtype and of a shape that broadcasts.
SECOND = {"f4": "g4", "f8": "g8", "z8": "w8", "z16": "w16", "i1": "j1", "i4": "j4", "i8": "j8", "u1": "v1",
          "u8": "v8", "b": "c"}
MIXED = (("f4", "g8"), ("i1", "j8"), ("u1", "j4"), ("i4", "v1"))

_INEXACT = (*FLOATS, *COMPLEX)
UNARY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(["acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "expm1", "log", "log1p",
        "log2", "log10", "reciprocal", "sin", "sinh", "sqrt", "tan", "tanh"], _INEXACT),
    **dict.fromkeys(["abs", "isfinite", "isinf", "isnan", "negative", "positive", "round", "sign", "square"], NUMERIC),
    **dict.fromkeys(["ceil", "floor", "trunc"], REAL),
    "signbit": FLOATS, "logical_not": BOOL, "bitwise_invert": (*BOOL, *INTEGERS),
    "conj": NUMERIC, "real": NUMERIC, "imag": COMPLEX}
BINARY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(["add", "multiply", "subtract"], NUMERIC), "pow": (*FLOATS, *COMPLEX),
    "divide": _INEXACT, **dict.fromkeys(["equal", "not_equal"], ALL),
    **dict.fromkeys(["atan2", "copysign", "hypot", "logaddexp", "nextafter"], FLOATS),
    **dict.fromkeys(["floor_divide", "greater", "greater_equal", "less", "less_equal", "maximum", "minimum",
        "remainder"], REAL),
    **dict.fromkeys(["logical_and", "logical_or", "logical_xor"], BOOL),
    **dict.fromkeys(["bitwise_and", "bitwise_or", "bitwise_xor"], (*BOOL, *INTEGERS)),
    **dict.fromkeys(["bitwise_left_shift", "bitwise_right_shift"], INTEGERS)}


def _elementwise(name: str) -> tuple[str, ...]:
    if name in UNARY:
        return tuple(f"xp.{name}({x})" for x in UNARY[name])
    pairs = [(x, SECOND[x]) for x in BINARY[name]]
    mixed = [(x, y) for x, y in MIXED if x in BINARY[name] and not ("shift" in name or name == "pow")]
    return tuple(f"xp.{name}({x}, {y})" for x, y in (*pairs, *mixed))


def _operator(name: str, sign: str, of: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Cases of ``__name__``, its reflection with a Python number (or an array), and its in-place form."""
    weak = {"f": "2.0", "i": "2", "u": "2", "b": "True", "z": "2.0"}
    pairs = [(x, SECOND[x]) for x in of]
    return {f"__{name}__": tuple(f"{x} {sign} {y}" for x, y in pairs),
            f"__r{name}__": tuple(f"{weak[x[0]]} {sign} {x}" for x in of),
            f"__i{name}__": tuple(f"operator.i{name}({x}, {y})" for x, y in pairs)}


_BITS = (*BOOL, *INTEGERS)
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "__abs__": ("abs(f8)", "abs(i4)", "abs(z16)"), "__neg__": ("-f8", "-i4"), "__pos__": ("+f8", "+i4"),
    "__invert__": ("~b", "~i8", "~u1"),
    **_operator("add", "+", NUMERIC), **_operator("sub", "-", NUMERIC), **_operator("mul", "*", NUMERIC),
    **_operator("truediv", "/", FLOATS), **_operator("floordiv", "//", REAL), **_operator("mod", "%", REAL),
    **_operator("pow", "**", FLOATS), **_operator("and", "&", _BITS), **_operator("or", "|", _BITS),
    **_operator("xor", "^", _BITS), **_operator("lshift", "<<", INTEGERS), **_operator("rshift", ">>", INTEGERS),
    "__matmul__": ("m8 @ m8", "f8 @ g8", "m8 @ m8[0, :, :]"), "__rmatmul__": ("m8.__rmatmul__(m8)",),
    "__imatmul__": ("operator.imatmul(m8, m8)",),
    **{f"__{name}__": (f"f8 {sign} g8", f"i4 {sign} j4", f"f8 {sign} 0.5")
       for name, sign in (("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="), ("eq", "=="), ("ne", "!="))}}

_REDUCED = ("xp.{0}({1})", "xp.{0}({1}, axis=0)", "xp.{0}({1}, axis=-1, keepdims=True)")
_SEVERAL = (*_REDUCED, "xp.{0}({1}, axis=(0, 1))")


def _reduced(name: str, of: tuple[str, ...], calls: tuple[str, ...] = _SEVERAL) -> tuple[str, ...]:
    return tuple(call.format(name, x) for x in of for call in calls)


_TRANSFORMS = ("xp.fft.{0}({1})", "xp.fft.{0}({1}, n=5, axis=0, norm='ortho')", "xp.fft.{0}({1}, norm='forward')")
_SEVERAL_TRANSFORMS = ("xp.fft.{0}({1})", "xp.fft.{0}({1}, s=(4, 5), axes=(0, 1), norm='ortho')")

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    **{name: _elementwise(name) for name in (*UNARY, *BINARY)},
    "clip": ("xp.clip(f8, -1.0, 1.0)", "xp.clip(f8, g8, None)", "xp.clip(i4, min=1, max=2)", "xp.clip(f8, max=g8)",
             "xp.clip(u1)"),
    # creation
    "arange": ("xp.arange(5)", "xp.arange(1, 8, 2)", "xp.arange(0.0, 1.0, 0.25)", "xp.arange(3, dtype=xp.float32)",
               "xp.arange(5, 1, -2)", "xp.arange(3, device=None)"),
    "asarray": ("xp.asarray([1.5, 2.5])", "xp.asarray([1, 2], dtype=xp.float32)", "xp.asarray(True)",
                "xp.asarray(f8, copy=True)", "xp.asarray([[1, 2], [3, 4]])", "xp.asarray(1j)"),
    "empty": ("xp.empty((2, 3)).shape", "xp.empty((2,), dtype=xp.int8).dtype"),
    "empty_like": ("xp.empty_like(f4).shape", "xp.empty_like(f4, dtype=xp.int8).dtype"),
    "eye": ("xp.eye(3)", "xp.eye(2, 3, k=1)", "xp.eye(2, dtype=xp.int32)"),
    "from_dlpack": ("xp.from_dlpack(numpy.arange(3.0))",),
    "full": ("xp.full((2, 3), 1.5)", "xp.full((2,), 3)", "xp.full((), True)", "xp.full((2,), 1, dtype=xp.float32)"),
    "full_like": ("xp.full_like(f4, 2.0)", "xp.full_like(i4, 2, dtype=xp.int8)"),
    "linspace": ("xp.linspace(0.0, 1.0, 5)", "xp.linspace(0, 1, num=4, endpoint=False)",
                 "xp.linspace(1.0, 2.0, 3, dtype=xp.float32)", "xp.linspace(0.0, 1.0, 1)"),
    "meshgrid": ("xp.meshgrid(g8, h8)", "xp.meshgrid(g8, h8, indexing='ij')"),
    "ones": ("xp.ones((2, 3))", "xp.ones(4, dtype=xp.int16)"),
    "ones_like": ("xp.ones_like(f4)", "xp.ones_like(i4, dtype=xp.bool)"),
    "tril": ("xp.tril(f8)", "xp.tril(m8, k=-1)", "xp.tril(i4, k=1)"),
    "triu": ("xp.triu(f8)", "xp.triu(m8, k=-1)", "xp.triu(i4, k=1)"),
    "zeros": ("xp.zeros((2, 3))", "xp.zeros(4, dtype=xp.bool)"),
    "zeros_like": ("xp.zeros_like(f4)", "xp.zeros_like(i4, dtype=xp.float32)"),
    # dtypes
    "astype": tuple(f"xp.astype({x}, xp.{to})" for x, to in (
        ("f8", "float32"), ("i4", "float64"), ("f8", "int32"), ("b", "int8"), ("i8", "bool"), ("f4", "complex64"))),
    "can_cast": ("xp.can_cast(xp.int8, xp.int16)", "xp.can_cast(f8, xp.float32)", "xp.can_cast(u1, xp.int8)"),
    "finfo": tuple(f"xp.finfo(xp.{dtype}).{field}" for dtype in ("float32", "float64", "complex128")
                   for field in ("bits", "eps", "max", "min", "smallest_normal", "dtype")),
    "iinfo": tuple(f"xp.iinfo(xp.{dtype}).{field}" for dtype in ("int8", "uint64")
                   for field in ("bits", "max", "min", "dtype")),
    "isdtype": tuple(f"[xp.isdtype(d, {kind!r}) for d in (xp.bool, xp.int8, xp.uint8, xp.float32, xp.complex64)]"
                     for kind in ("bool", "signed integer", "unsigned integer", "integral", "real floating",
                                  "complex floating", "numeric", ("bool", "integral")))
    + ("xp.isdtype(xp.int8, xp.int8)", "xp.isdtype(xp.int8, (xp.int16, 'bool'))"),
    "result_type": ("xp.result_type(f4, f8)", "xp.result_type(xp.int8, xp.uint8)", "xp.result_type(i4, u1)",
                    "xp.result_type(xp.float32, xp.complex64)"),
    # indexing
    "take": ("xp.take(f8, k8, axis=0)", "xp.take(g8, k8)", "xp.take(i4, k8, axis=1)"),
    "take_along_axis": ("xp.take_along_axis(f8, kk8, axis=1)", "xp.take_along_axis(f8, kk8)"),
    # linear algebra in the main namespace
    "matmul": ("xp.matmul(m8, m8)", "xp.matmul(f8, g8)", "xp.matmul(g8, g8)", "xp.matmul(m8[0, :, :], m8)",
               "xp.matmul(f4, g4)", "xp.matmul(i4, j4)"),
    "matrix_transpose": ("xp.matrix_transpose(m8)", "xp.matrix_transpose(i4)"),
    "tensordot": ("xp.tensordot(f8, g8, axes=1)", "xp.tensordot(m8, m8, axes=((1, 2), (2, 1)))",
                  "xp.tensordot(f8, f8)", "xp.tensordot(g8, g8, axes=0)"),
    "vecdot": ("xp.vecdot(f8, g8)", "xp.vecdot(m8, m8, axis=-2)", "xp.vecdot(z16, w16)", "xp.vecdot(i4, j4)"),
    # manipulation
    "broadcast_arrays": ("xp.broadcast_arrays(f8, g8)", "xp.broadcast_arrays(f8, i4)"),
    "broadcast_to": ("xp.broadcast_to(g8, (2, 3, 4))", "xp.broadcast_to(f8, (3, 4))"),
    "concat": ("xp.concat([f8, f8])", "xp.concat((f8, f4), axis=1)",
               "xp.concat([f8, g8], axis=None)", "xp.concat([i4, u1], axis=-1)"),
    "expand_dims": ("xp.expand_dims(f8, axis=0)", "xp.expand_dims(f8, axis=-1)", "xp.expand_dims(f8, axis=1)"),
    "flip": ("xp.flip(f8)", "xp.flip(f8, axis=1)", "xp.flip(m8, axis=(0, 2))"),
    "moveaxis": ("xp.moveaxis(m8, 0, 2)", "xp.moveaxis(m8, (0, 1), (2, 0))"),
    "permute_dims": ("xp.permute_dims(m8, (2, 0, 1))", "xp.permute_dims(f8, axes=(1, 0))"),
    "repeat": ("xp.repeat(f8, 2)", "xp.repeat(f8, 3, axis=1)", "xp.repeat(f8, xp.asarray([1, 0, 2]), axis=0)"),
    "reshape": ("xp.reshape(f8, (4, 3))", "xp.reshape(f8, (-1,))", "xp.reshape(f8, (2, -1), copy=True)"),
    "roll": ("xp.roll(f8, 2)", "xp.roll(f8, -1, axis=1)", "xp.roll(m8, (1, -2), axis=(0, 2))"),
    "squeeze": ("xp.squeeze(f8[:1, :], axis=0)", "xp.squeeze(f8[:1, :1], axis=(0, 1))"),
    "stack": ("xp.stack([f8, f8])", "xp.stack([f8, f4], axis=-1)", "xp.stack((g8, g8), axis=1)"),
    "tile": ("xp.tile(f8, (2, 1))", "xp.tile(g8, (2, 2))", "xp.tile(f8, (2,))"),
    "unstack": ("xp.unstack(f8)", "xp.unstack(f8, axis=1)"),
    # searching
    "argmax": _reduced("argmax", REAL, _REDUCED), "argmin": _reduced("argmin", REAL, _REDUCED),
    "count_nonzero": _reduced("count_nonzero", ("i4", "b", "f8")),
    "nonzero": ("xp.nonzero(b)", "xp.nonzero(i4)", "xp.nonzero(g8)"),
    "searchsorted": ("xp.searchsorted(xp.sort(g8), f8)", "xp.searchsorted(xp.sort(g8), g8, side='right')",
                     "xp.searchsorted(xp.sort(j4), i4)"),
    "where": ("xp.where(b, f8, g8)", "xp.where(c, i4, u1)", "xp.where(b, z16, w16)", "xp.where(b, f8, 0.0)"),
    # sets
    "unique_all": ("xp.unique_all(u1)[0]", "xp.unique_all(i8)", "xp.unique_all(b)"),
    "unique_counts": ("xp.unique_counts(i8)", "xp.unique_counts(f8)"),
    "unique_inverse": ("xp.unique_inverse(i8)", "xp.unique_inverse(f8)"),
    "unique_values": ("xp.unique_values(i8)", "xp.unique_values(f4)", "xp.unique_values(b)"),
    # sorting
    "argsort": tuple(f"xp.argsort({x}{rest})" for x in ("f8", "i8", "u1", "f4")
                     for rest in ("", ", axis=0", ", descending=True", ", axis=0, descending=True")),
    "sort": tuple(f"xp.sort({x}{rest})" for x in ("f8", "i8", "u1", "f4")
                  for rest in ("", ", axis=0", ", descending=True", ", stable=False")),
    # statistics and utilities
    "cumulative_prod": tuple(f"xp.cumulative_prod({x})" for x in (
        "g8", "f8, axis=1", "i4, axis=0", "f8, axis=1, include_initial=True", "u1, axis=0, dtype=xp.float64")),
    "cumulative_sum": tuple(f"xp.cumulative_sum({x})" for x in (
        "g8", "f8, axis=1", "i4, axis=0", "f8, axis=1, include_initial=True", "u1, axis=0, dtype=xp.float64", "j1")),
    "max": _reduced("max", REAL), "min": _reduced("min", REAL), "mean": _reduced("mean", _INEXACT),
    "prod": (*_reduced("prod", NUMERIC), "xp.prod(f4, dtype=xp.float64)"),
    "std": (*_reduced("std", FLOATS), "xp.std(f8, axis=1, correction=1.0)"),
    "sum": (*_reduced("sum", NUMERIC), "xp.sum(i4, dtype=xp.float32)"),
    "var": (*_reduced("var", FLOATS), "xp.var(f8, axis=1, correction=1.0)"),
    "all": _reduced("all", ALL), "any": _reduced("any", ALL),
    "diff": ("xp.diff(f8)", "xp.diff(f8, axis=0)", "xp.diff(f8, n=2)", "xp.diff(i4, prepend=xp.zeros_like(i4))",
             "xp.diff(f8, axis=0, append=f8)")}

LINALG: Mapping[str, tuple[str, ...]] = {
    "cholesky": ("xp.linalg.cholesky(s8)", "xp.linalg.cholesky(s8, upper=True)", "xp.linalg.cholesky(s4)"),
    "cross": ("xp.linalg.cross(m8, m8 + 1.0)", "xp.linalg.cross(m8, s8, axis=-2)"),
    "det": ("xp.linalg.det(m8)", "xp.linalg.det(s4)"),
    "diagonal": ("xp.linalg.diagonal(m8)", "xp.linalg.diagonal(f8, offset=1)", "xp.linalg.diagonal(f8, offset=-1)"),
    "eigh": ("xp.linalg.eigh(s8)[0]", "xp.abs(xp.linalg.eigh(s8)[1])"), "eigvalsh": ("xp.linalg.eigvalsh(s8)",),
    "inv": ("xp.linalg.inv(m8)", "xp.linalg.inv(s4)"),
    "matmul": ("xp.linalg.matmul(m8, m8)",), "matrix_transpose": ("xp.linalg.matrix_transpose(m8)",),
    "matrix_norm": tuple(f"xp.linalg.matrix_norm(m8{rest})" for rest in (
        "", ", ord='nuc'", ", ord=2", ", ord=-2", ", ord=1", ", ord=-1", ", ord=xp.inf", ", ord=-xp.inf",
        ", keepdims=True")),
    "matrix_power": ("xp.linalg.matrix_power(m8, 3)", "xp.linalg.matrix_power(m8, 0)",
        "xp.linalg.matrix_power(m8, -2)"),
    "matrix_rank": ("xp.linalg.matrix_rank(m8)", "xp.linalg.matrix_rank(f8)", "xp.linalg.matrix_rank(s8, rtol=0.1)"),
    "outer": ("xp.linalg.outer(g8, h8)", "xp.linalg.outer(j4, j4)"),
    "pinv": ("xp.linalg.pinv(m8)", "xp.linalg.pinv(f8)", "xp.linalg.pinv(f8, rtol=0.1)"),
    "qr": tuple(f"[xp.abs(part) for part in xp.linalg.qr({x})]" for x in ("m8", "m8, mode='reduced'", "f8",
        "f8, mode='complete'")),
    "slogdet": ("xp.linalg.slogdet(m8)",),
    "solve": ("xp.linalg.solve(m8, m8)", "xp.linalg.solve(m8[0, :, :], f8)", "xp.linalg.solve(s8, s8[0, :, 0])"),
    "svd": ("xp.linalg.svd(m8)[1]", "[xp.abs(part) for part in xp.linalg.svd(f8, full_matrices=False)]"),
    "svdvals": ("xp.linalg.svdvals(m8)", "xp.linalg.svdvals(f8)"),
    "tensordot": ("xp.linalg.tensordot(f8, g8, axes=1)",),
    "trace": ("xp.linalg.trace(m8)", "xp.linalg.trace(i4, offset=1)", "xp.linalg.trace(m8, dtype=xp.float64)"),
    "vecdot": ("xp.linalg.vecdot(f8, g8)", "xp.linalg.vecdot(z16, w16)"),
    "vector_norm": tuple(f"xp.linalg.vector_norm(f8{rest})" for rest in (
        "", ", axis=1", ", ord=1", ", ord=0", ", ord=xp.inf", ", ord=-xp.inf", ", ord=3, axis=0, keepdims=True",
        ", axis=(0, 1)"))}

FFT: Mapping[str, tuple[str, ...]] = {
    **{name: _reduced(name, ("z16", "z8"), _TRANSFORMS) for name in ("fft", "ifft", "hfft", "irfft")},
    **{name: _reduced(name, ("f8", "f4"), _TRANSFORMS) for name in ("rfft", "ihfft")},
    **{name: _reduced(name, ("z16",), _SEVERAL_TRANSFORMS) for name in ("fftn", "ifftn", "irfftn")},
    "rfftn": _reduced("rfftn", ("f8",), _SEVERAL_TRANSFORMS),
    "fftfreq": ("xp.fft.fftfreq(5)", "xp.fft.fftfreq(6, d=0.5)"),
    "rfftfreq": ("xp.fft.rfftfreq(5)", "xp.fft.rfftfreq(6, d=0.5)"),
    "fftshift": ("xp.fft.fftshift(f8)", "xp.fft.fftshift(f8, axes=1)", "xp.fft.fftshift(z16, axes=(0, 1))"),
    "ifftshift": ("xp.fft.ifftshift(f8)", "xp.fft.ifftshift(f8, axes=1)")}

ARRAY: Mapping[str, tuple[str, ...]] = {
    **OPERATORS,
    "T": ("f8.T",), "mT": ("m8.mT",), "dtype": ("f4.dtype",), "ndim": ("m8.ndim",), "shape": ("m8.shape",),
    "size": ("m8.size",), "device": ("'cpu' in str(f8.device).lower()",),
    "to_device": ("f8.to_device(f8.device)",),
    "__array_namespace__": ("f8.__array_namespace__(api_version='2024.12').__array_api_version__",),
    "__getitem__": ("f8[0, :]", "f8[1, 2]", "f8[..., -1]", "f8[::-1, 1:3]", "m8[None, 0, ..., 1:]", "f8[:, ::2]",
                    "f8[b]", "m8[..., 0]", "f8[k8, 1]", "f8[k8, k8]")}

INSPECTION: Mapping[str, tuple[str, ...]] = {
    "__array_api_version__": ("xp.__array_api_version__",),
    "__array_namespace_info__": (
        "xp.__array_namespace_info__().default_dtypes()", "xp.__array_namespace_info__().dtypes()",
        "xp.__array_namespace_info__().dtypes(kind='integral')", "xp.__array_namespace_info__().capabilities()")}

CONSTANTS: Mapping[str, tuple[str, ...]] = {name: (f"xp.{name}",) for name in names.CONSTANTS}
DTYPES: Mapping[str, tuple[str, ...]] = {name: (f"xp.zeros(2, dtype=xp.{name})",) for name in names.DTYPES}

# By the name that the standard gives: constants, dtypes, functions, extensions, the array and its operators.
CASES: Mapping[str, tuple[str, ...]] = {
    **CONSTANTS, **DTYPES, **INSPECTION, **FUNCTIONS,
    **{f"linalg.{name}": cases for name, cases in LINALG.items()},
    **{f"fft.{name}": cases for name, cases in FFT.items()},
    **{f"array.{name}": cases for name, cases in ARRAY.items()}}

_VALUE = "needs the value of an array, which a graph does not have while it is built"
# What is refused, and why; a call of each raises one of symnum's errors.
REFUSED: Mapping[str, tuple[str, str]] = {
    "array.__bool__": ("bool(f8[0, 0] > 0)", _VALUE), "array.__int__": ("int(f8[0, 0])", _VALUE),
    "array.__float__": ("float(f8[0, 0])", _VALUE), "array.__complex__": ("complex(f8[0, 0])", _VALUE),
    "array.__index__": ("operator.index(i8[0, 0])", _VALUE),
    "array.__dlpack__": ("f8.__dlpack__()", "a graph has no memory to hand over"),
    "array.__dlpack_device__": ("f8.__dlpack_device__()", "a graph has no memory to hand over"),
    "array.__setitem__": ("operator.setitem(f8, 0, 1.0)", "tensors are values: x.at[i].set(y) is a new one")}
# Names of the standard that symnum does not have, and why.
EXCLUDED: Mapping[str, str] = {}

STANDARD: tuple[str, ...] = (
    *names.CONSTANTS, *names.DTYPES, *names.INSPECTION, *names.FUNCTIONS,
    *(f"linalg.{name}" for name in names.LINALG), *(f"fft.{name}" for name in names.FFT),
    *(f"array.{name}" for name in (*names.OPERATORS, *names.REFLECTED, *names.IN_PLACE, *names.METHODS,
                                   *names.ATTRIBUTES)))
