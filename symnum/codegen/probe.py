"""Which vector functions of glibc's libmvec can be trusted with this compiler on this machine.

gcc calls ``_ZGVeN8v_exp`` and its narrower sisters for ``exp`` declared with ``DECLARATION``, whether or not
the library has them: a missing one kills the process at its first call.  So a function counts only if every
width exists, and if each width that this processor can run gives libm's results at special values, and at
most 4 ulp from them elsewhere, in every lane.  A function is tried when a program first calls it.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache as remembered
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CompileError
from ..options import Options
from ..records import dataclass
from .cache import Cache, digest
from .compiler import Compiler, build, machine
from .instructions import ESTIMATES
from .mathematics.library import own_names, single_names

DECLARATION = '__attribute__((simd("notinbranch")))'  # clang ignores it and takes -fveclib
MOST_ULPS = 4
_VERSION = "4"
_UNARY = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh",
          "atanh", "erf", "erfc", "exp2", "exp10", "expm1", "log2", "log10", "log1p", "cbrt")
_BINARY = ("pow", "hypot", "atan2")
_LOOPED = ("exp", "pow")  # compiled as Programs have them: whether the compiler makes such calls at all
# Letter of the vector ABI, bytes of its vectors, and the macro that tells whether this processor runs it.
_WIDTHS = (("b", 16, "__SSE2__"), ("c", 32, "__AVX__"), ("d", 32, "__AVX2__"), ("e", 64, "__AVX512F__"))
_SCALAR = "s"
_STEPS = (2 ** 0.5, 3 ** 0.5, 5 ** 0.5, 7 ** 0.5)  # multiples of irrational numbers fill the interval modulo 1 evenly
_SHIFTS = 16  # places that an input is tried at: no vector has more lanes

Group = tuple[str, int]  # code of a dtype, and arity: what one test program is for
_GROUPS: tuple[Group, ...] = (("d", 1), ("d", 2), ("f", 1), ("f", 2))
# Functions that may be computed by instructions for whole vectors.
_BY_INSTRUCTIONS = frozenset(("sqrt", "sqrtf", "expf"))
Values = NDArray[Any]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VectorMath:
    """C names of functions to declare with ``DECLARATION`` (``exp``, ``expf``, ...), and flags they need; ``own`` are
    those that :mod:`.mathematics` has to stand in for, ``single`` those whose short form is repeated wherever they
    are called, like any arithmetic.  ``estimates``: whether the processor has the instructions of
    :mod:`.instructions`."""

    functions: frozenset[str]
    compile_flags: tuple[str, ...]
    link_flags: tuple[str, ...]
    own: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    estimates: bool = False

    @property
    def vectorised(self) -> frozenset[str]:
        """All functions that become vector code through vector bodies."""
        return self.functions | self.own | (frozenset((ESTIMATES,)) if self.estimates else frozenset())


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

    @property
    def group(self) -> Group:
        """Whose test program it needs."""
        return self.dtype.char, self.arity


FUNCTIONS = tuple(Function(name, np.dtype(dtype), arity) for dtype in ("float64", "float32")
                  for arity, names in ((1, _UNARY), (2, _BINARY)) for name in names)


def vector_math(compiler: Compiler, options: Options, cache: Cache,
                wanted: Collection[str] | None = None, *, trusting: bool = False) -> VectorMath:
    """The vector functions of a program, of those that are ``wanted`` (C names; all, if None).

    A ``trusting`` answer waits for no trial: what was not tried yet counts if the library has it.
    They are short forms in float32 where there are any; libmvec's where those work here; own ones elsewhere, and
    wherever ``options.precision`` is high.
    """
    names = frozenset(own_names() if wanted is None else own_names() & frozenset(wanted))
    high = options.precision == "high"
    single = names & single_names() if not high else frozenset[str]()
    asked = [f for f in FUNCTIONS if f.c_name in names - single and not high]
    found = _trusted(compiler, options, cache, asked, trusting)
    linking = () if sys.platform == "win32" else ("-lm",)
    return replace(found, own=names - found.functions - single, single=single,
                   link_flags=found.link_flags or linking,
                   estimates=wanted is not None and not _BY_INSTRUCTIONS.isdisjoint(wanted) and _estimates(options))


def _estimates(options: Options) -> bool:
    """Whether texts are compiled for AVX-512, as far as the processor and the flags tell; what they say is right
    anyhow."""
    return _may_be_here() and " avx512f " in machine() and "-m" not in options.cflags


def _trusted(compiler: Compiler, options: Options, cache: Cache, asked: Sequence[Function],
             trusting: bool) -> VectorMath:
    """Those of libmvec that work here; each is tried once for each compiler, processor and C library."""
    if not asked or not _may_be_here():
        return NO_VECTOR_MATH
    key = digest("vector math", _VERSION, compiler.identity, machine(), options.cflags)
    stored = cache.get(key)
    known: dict[str, bool] = stored if isinstance(stored, dict) else {}
    untried = [f for f in asked if f.c_name not in known]
    if untried and trusting:
        known = known | _present(untried)
    elif untried:
        known = known | _tried(untried, compiler, options, cache)
        cache.put(key, known)
    good = frozenset(f.c_name for f in asked if known[f.c_name])
    compiling, linking = _flags(compiler)
    if compiler.kind != "gcc":  # it would take them from the library all the same
        compiling += tuple(f"-fno-builtin-{f.c_name}" for f in asked if f.c_name not in good)
    return VectorMath(good, compiling, linking) if good else NO_VECTOR_MATH


def build_ahead(compiler: Compiler, options: Options, cache: Cache, groups: Iterable[Group]) -> None:
    """Compile the test programs that :func:`vector_math` may soon need."""
    if _may_be_here() and options.precision != "high":
        with suppress(CompileError):  # which it will meet again
            for group in groups:
                load_trial(compiler, options, cache, *_flags(compiler), [group])


def _may_be_here() -> bool:
    return sys.platform.startswith("linux") and platform.machine() == "x86_64"


def _flags(compiler: Compiler) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return () if compiler.kind == "gcc" else ("-fveclib=libmvec",), ("-lmvec", "-lm")


def _present(functions: Sequence[Function]) -> dict[str, bool]:
    """Whether the library has each of the functions in all widths."""
    try:
        libmvec = ctypes.CDLL("libmvec.so.1")
    except OSError:
        return dict.fromkeys((f.c_name for f in functions), False)
    return {f.c_name: _is_in(libmvec, f) for f in functions}


def _is_in(libmvec: ctypes.CDLL, function: Function) -> bool:
    return all(hasattr(libmvec, _symbol(function, letter, width)) for letter, width, _ in _WIDTHS)


def _tried(functions: Sequence[Function], compiler: Compiler, options: Options, cache: Cache) -> dict[str, bool]:
    """Whether each of the functions can be trusted."""
    verdicts = dict.fromkeys((f.c_name for f in functions), False)
    for group in dict.fromkeys(f.group for f in functions):
        with suppress(CompileError):
            trial = load_trial(compiler, options, cache, *_flags(compiler), [group])
            verdicts.update((f.c_name, not problems(f, trial)) for f in trial.functions if f in functions)
    return verdicts


@dataclass(frozen=True, slots=True)
class Trial:
    """The loaded test program, the functions that it can test, and the libraries that they come from."""

    functions: tuple[Function, ...]
    program: ctypes.CDLL
    libmvec: ctypes.CDLL
    libm: ctypes.CDLL


def load_trial(compiler: Compiler, options: Options, cache: Cache, compiling: tuple[str, ...],
               linking: tuple[str, ...], groups: Collection[Group] = _GROUPS) -> Trial:
    """Compile and load the test program for the functions of some groups that libmvec has.

    Raises:
        CompileError: libmvec is missing, or the program does not compile, link or load.
    """
    try:
        libmvec, libm = ctypes.CDLL("libmvec.so.1"), ctypes.CDLL("libm.so.6")
    except OSError as error:
        raise CompileError(f"no vector mathematics: {error}") from None
    present = tuple(f for f in FUNCTIONS if f.group in groups and _is_in(libmvec, f))
    # -O1: the loops are vectorised by their pragma, and it compiles three times as fast.
    looped = [f for f in present if f.name in _LOOPED]
    name = build(source(looped, groups), compiler, options, cache, libs=linking, extra=(*compiling, "-O1"))
    program = cache.load(name)
    if program is None:
        raise CompileError("the test program for vector mathematics cannot be loaded")
    return Trial(present, program, libmvec, libm)


def source(looped: Sequence[Function], groups: Iterable[Group] = _GROUPS) -> str:
    """C text of a test program: a driver for each vector width, and loops over some functions."""
    return "\n".join([*(line for group in groups for line in _drivers(*group)), *map(_loop, looped), ""])


def problems(function: Function, trial: Trial) -> list[str]:
    """What is wrong with a function on this machine; empty if nothing."""
    inputs = samples(function)
    expected = evaluate(function, trial, _SCALAR, inputs)
    there, back = _rolls(len(expected))
    shifted = [x[there].ravel() for x in inputs]
    found = []
    for form in forms(function, trial):
        rows = evaluate(function, trial, form, shifted).reshape(_SHIFTS, -1)
        results = np.take_along_axis(rows, back, 1)
        if form and not _same(results, results[:1]).all():
            found.append(f"{function.c_name}, width {form}: lanes differ")
        if not _close(results, expected, inputs).all():
            found.append(f"{function.c_name}, {form or 'loop'}: not libm's value")
    return found


@remembered
def _rolls(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices that shift elements to the right by the number of the row, around the end, and back."""
    places, shifts = np.arange(size), np.arange(_SHIFTS)[:, np.newaxis]
    return (places - shifts) % size, (places + shifts) % size


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
    special = specials(function.dtype)
    columns = [special] if function.arity == 1 else [a.ravel() for a in np.meshgrid(special, special)]
    size = -len(columns[0]) % 16 + 96
    ordinary = [_ordinary(size, k) for k in range(function.arity)]
    return [np.concatenate([column, extra.astype(function.dtype)])
            for column, extra in zip(columns, ordinary, strict=True)]


def _ordinary(size: int, column: int) -> Values:
    """Numbers of both signs and several sizes, spread evenly; importing ``numpy.random`` takes 6 ms."""
    places = np.arange(1, size + 1)
    fractions, exponents = (places * step % 1 for step in _STEPS[2 * column:2 * column + 2])
    return (6 * fractions - 3) * 10 ** (4 * exponents - 3)


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
