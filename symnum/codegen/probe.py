"""Which vector functions of glibc's libmvec can be trusted with this compiler on this machine.

gcc calls ``_ZGVeN8v_exp`` and its narrower sisters for ``exp`` declared with ``DECLARATION``, whether or not
the library has them: a missing one kills the process at its first call.  So a function counts only if every
width exists, and if each width that this processor can run gives libm's results at special values, and at
most 4 ulp from them elsewhere, in every lane.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CompileError
from ..options import Options
from .cache import Cache, digest
from .compiler import Compiler, build, machine

DECLARATION = '__attribute__((simd("notinbranch")))'  # clang ignores it and takes -fveclib
MOST_ULPS = 4
_VERSION = "2"
_UNARY = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh",
          "atanh", "erf", "erfc", "exp2", "exp10", "expm1", "log2", "log10", "log1p", "cbrt")
_BINARY = ("pow", "hypot", "atan2")
_LOOPED = ("exp", "pow")  # compiled as Programs have them: whether the compiler makes such calls at all
# Letter of the vector ABI, bytes of its vectors, and the macro that tells whether this processor runs it.
_WIDTHS = (("b", 16, "__SSE2__"), ("c", 32, "__AVX__"), ("d", 32, "__AVX2__"), ("e", 64, "__AVX512F__"))
_SCALAR = "s"

Values = NDArray[Any]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VectorMath:
    """C names of functions to declare with ``DECLARATION`` (``exp``, ``expf``, ...), and flags they need."""

    functions: frozenset[str]
    compile_flags: tuple[str, ...]
    link_flags: tuple[str, ...]


NO_VECTOR_MATH = VectorMath(frozenset(), (), ())


@dataclass(frozen=True, slots=True)
class Function:
    """A function of libm for one dtype."""

    name: str  # without the f of float32
    dtype: np.dtype[Any]
    arity: int

    @property
    def c_name(self) -> str:
        """Name in C: ``expf`` for float32."""
        return self.name + ("f" if self.dtype.itemsize == 4 else "")


FUNCTIONS = tuple(Function(name, np.dtype(dtype), arity) for dtype in ("float64", "float32")
                  for arity, names in ((1, _UNARY), (2, _BINARY)) for name in names)


def vector_math(compiler: Compiler, options: Options, cache: Cache) -> VectorMath:
    """The vector functions that work here; found once for each compiler, processor and C library."""
    if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
        return NO_VECTOR_MATH
    key = digest("vector math", _VERSION, compiler.identity, machine(), options.cflags)
    known = cache.get(key)
    if not isinstance(known, VectorMath):
        known = _probe(compiler, options, cache)
        cache.put(key, known)
    return known


def _probe(compiler: Compiler, options: Options, cache: Cache) -> VectorMath:
    compiling: tuple[str, ...] = () if compiler.kind == "gcc" else ("-fveclib=libmvec",)
    linking = ("-lmvec", "-lm")
    try:
        trial = load_trial(compiler, options, cache, compiling, linking)
    except CompileError:
        return NO_VECTOR_MATH
    good = frozenset(function.c_name for function in trial.functions if not problems(function, trial))
    if compiler.kind != "gcc":  # it would take them from the library all the same
        compiling += tuple(f"-fno-builtin-{f.c_name}" for f in FUNCTIONS if f.c_name not in good)
    return VectorMath(good, compiling, linking) if good else NO_VECTOR_MATH


@dataclass(frozen=True, slots=True)
class Trial:
    """The loaded test program, the functions that it can test, and the libraries that they come from."""

    functions: tuple[Function, ...]
    program: ctypes.CDLL
    libmvec: ctypes.CDLL
    libm: ctypes.CDLL


def load_trial(compiler: Compiler, options: Options, cache: Cache, compiling: tuple[str, ...],
               linking: tuple[str, ...]) -> Trial:
    """Compile and load the test program for the functions that libmvec has.

    Raises:
        CompileError: libmvec is missing, or the program does not compile, link or load.
    """
    try:
        libmvec, libm = ctypes.CDLL("libmvec.so.1"), ctypes.CDLL("libm.so.6")
    except OSError as error:
        raise CompileError(f"no vector mathematics: {error}") from None
    present = tuple(f for f in FUNCTIONS
                    if all(hasattr(libmvec, _symbol(f, letter, width)) for letter, width, _ in _WIDTHS))
    looped = [function for function in present if function.name in _LOOPED]
    # -O1: the loops are vectorised by their pragma, and it compiles three times as fast.
    name = build(source(looped), compiler, options, cache, libs=linking, extra=(*compiling, "-O1"))
    program = cache.load(name)
    if program is None:
        raise CompileError("the test program for vector mathematics cannot be loaded")
    return Trial(present, program, libmvec, libm)


def source(looped: Sequence[Function]) -> str:
    """C text of the test program: a driver for each vector width, and loops over some functions."""
    return "\n".join([*(line for dtype in "df" for arity in (1, 2) for line in _drivers(dtype, arity)),
                      *map(_loop, looped), ""])


def problems(function: Function, trial: Trial) -> list[str]:
    """What is wrong with a function on this machine; empty if nothing."""
    inputs = samples(function)
    expected = evaluate(function, trial, _SCALAR, inputs)
    shifted = [np.concatenate([np.roll(x, shift) for shift in range(16)]) for x in inputs]
    found = []
    for form in forms(function, trial):
        rows = evaluate(function, trial, form, shifted).reshape(16, -1)
        results = np.stack([np.roll(row, -shift) for shift, row in enumerate(rows)])
        if form and not _same(results, results[:1]).all():
            found.append(f"{function.c_name}, width {form}: lanes differ")
        if not _close(results, expected, inputs).all():
            found.append(f"{function.c_name}, {form or 'loop'}: not libm's value")
    return found


def forms(function: Function, trial: Trial) -> list[str]:
    """Letters of the vector widths that this processor runs; "" for the loop, where there is one."""
    return [form for form in ("", *(letter for letter, _, _ in _WIDTHS))
            if hasattr(trial.program, _entry(function, form))]


def evaluate(function: Function, trial: Trial, form: str, inputs: Sequence[Values]) -> Values:
    """Values of one form of a function: a width's letter, "s" for libm's own, "" for the loop.

    The length of the inputs is a multiple of 16.
    """
    result = np.empty_like(inputs[0])
    arguments: list[Any] = [ctypes.c_void_p(array.ctypes.data) for array in (*inputs, result)]
    arguments.append(ctypes.c_int64(result.size))
    if form:
        width = {letter: width for letter, width, _ in _WIDTHS}.get(form)
        vector = None if width is None else trial.libmvec[_symbol(function, form, width)]
        arguments.insert(0, vector or trial.libm[function.c_name])
    trial.program[_entry(function, form)](*arguments)
    return result


def specials(dtype: np.dtype[Any]) -> Values:
    """Inputs at which vector functions go wrong: zeros, infinities, NaN, subnormals, limits, thresholds."""
    info = np.finfo(dtype)
    values = [0.0, 1.0, 0.5, 2.0, 3.0, 1.5, 10.0, np.inf, info.smallest_subnormal, info.tiny, info.tiny / 2,
              info.max, 1 + info.eps, 1 - info.epsneg, 1 / info.eps, 88.0, 89.0, 103.0, 104.0, 709.0, 710.0,
              745.0, 746.0, 1e5, 1e22 if dtype.itemsize == 8 else 1e10]
    array = np.array(values, dtype)
    return np.concatenate([array, -array, np.array([np.nan], dtype)])


def samples(function: Function) -> list[Values]:
    """Inputs of a function, a multiple of 16 of them: specials (all pairs of them) and ordinary values."""
    random = np.random.default_rng(0)
    special = specials(function.dtype)
    columns = [special] if function.arity == 1 else [a.ravel() for a in np.meshgrid(special, special)]
    size = -len(columns[0]) % 16 + 96
    ordinary = [random.uniform(-3, 3, size) * 10 ** random.uniform(-3, 1, size) for _ in columns]
    return [np.concatenate([column, extra.astype(function.dtype)])
            for column, extra in zip(columns, ordinary, strict=True)]


def ulps(got: Values, expected: Values) -> Values:
    """Distance in units in the last place, as float64: inf between signs, NaN where a value is not finite.

    >>> ulps(np.array([1.0, 2.0]), np.array([np.nextafter(1.0, 2), 2.0]))
    array([1., 0.])
    """
    kind = np.int64 if got.dtype.itemsize == 8 else np.int32
    distance = np.abs(got.view(kind) - expected.view(kind)).astype(np.float64)
    distance[np.signbit(got) != np.signbit(expected)] = np.inf
    return np.where(np.isfinite(got) & np.isfinite(expected), distance, np.nan)


def _same(got: Values, expected: Values) -> Truths:
    """Equal bit for bit, all NaNs being one."""
    equal: Truths = (got == expected) & (np.signbit(got) == np.signbit(expected))
    return equal | (np.isnan(got) & np.isnan(expected))


def _close(got: Values, expected: Values, inputs: Sequence[Values]) -> Truths:
    """Exactly libm's result where inputs and result are 0, ±1, infinite or NaN; near it elsewhere."""
    corner = np.all([(x == 0) | (np.abs(x) == 1) | ~np.isfinite(x) for x in inputs], axis=0)
    exact = corner & ((expected == 0) | (np.abs(expected) == 1) | ~np.isfinite(expected))
    near = ulps(got, np.broadcast_to(expected, got.shape).copy()) <= MOST_ULPS
    allowed: Truths = ~exact & near
    return _same(got, expected) | allowed


def _symbol(function: Function, letter: str, width: int) -> str:
    return f"_ZGV{letter}N{width // function.dtype.itemsize}{'v' * function.arity}_{function.c_name}"


def _entry(function: Function, form: str) -> str:
    return f"drive_{function.dtype.char}{function.arity}{form}" if form else f"loop_{function.c_name}"


def _head(scalar: str, arity: int) -> str:
    return "".join(f"const {scalar} *{a}, " for a in "xy"[:arity]) + f"{scalar} *z, long long n"


def _loop(function: Function) -> str:
    scalar = "double" if function.dtype.itemsize == 8 else "float"
    name, letters = function.c_name, "xy"[:function.arity]
    return (f"{DECLARATION} {scalar} {name}({', '.join([scalar] * function.arity)});\n"
            f"void loop_{name}({_head(scalar, function.arity)}) {{\n#pragma omp simd\n"
            f"for (long long i = 0; i < n; i++) z[i] = {name}({', '.join(a + '[i]' for a in letters)}); }}")


def _drivers(dtype: str, arity: int) -> Iterator[str]:
    """Functions that call a vector function, given by its address, along arrays."""
    scalar, size = ("double", 8) if dtype == "d" else ("float", 4)
    for letter, width, macro in ((_SCALAR, size, "__SSE2__"), *_WIDTHS):
        vector = f"v{letter}{dtype}"
        shape = f" __attribute__((vector_size({width}), aligned(4), may_alias))" if letter != _SCALAR else ""
        parameters = f"{vector} (*f)({', '.join([vector] * arity)}), {_head(scalar, arity)}"
        arguments = ", ".join(f"*({vector} *)({a} + i)" for a in "xy"[:arity])
        yield (f"#ifdef {macro}\ntypedef {scalar} {vector}{shape};\n"
               f"void drive_{dtype}{arity}{letter}({parameters}) {{\n"
               f"for (long long i = 0; i < n; i += {width // size})\n"
               f"  *({vector} *)(z + i) = f({arguments});\n}}\n#endif")
