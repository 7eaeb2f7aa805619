"""Measures the error of every vector function over its whole range, and writes ``docs/accuracy.md``.

``python tools/accuracy.py`` (or ``make accuracy``) writes the page; ``--exhaustive`` looks at all floats of 32 bits for
functions of one argument; names as arguments print those functions alone.  The reference is the C library's function
of long double (64 bits of mantissa on x86).
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnum.codegen import compiler, probe
from symnum.codegen.cache import Cache
from symnum.codegen.mathematics.library import instructions, own_names, own_text
from symnum.codegen.probe import DECLARATION, Function
from symnum.codegen.program_text import EXTRA_FLAGS
from symnum.ops.support import prototype
from symnum.options import Options, current

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
HIGH, DEFAULT = 1.0, 4.0     # units in the last place that each precision promises
_CHUNK = 1 << 20
_EDGE = 2000                 # neighbours looked at around hard places

Values = NDArray[Any]
FUNCTIONS = tuple(f for f in probe.FUNCTIONS if f.c_name in own_names())
_ERROR = """
static double distance(const {T} got, const long double wanted) {{
  const {T} rounded = ({T})wanted;
  if (wanted != wanted) return got != got ? 0 : INFINITY;
  if (got != got) return INFINITY;
  if (rounded == 0 && got == 0) return !signbit(got) == !signbit(wanted) ? 0 : INFINITY;
  if (isinf(wanted)) return got == rounded ? 0 : INFINITY;
  int e;
  frexpl(wanted, &e);
  const long double unit = ldexpl(1, (e < {emin} ? {emin} : e > {emax} ? {emax} : e) - {digits});
  const long double value = isinf(got) ? copysignl(ldexpl(1, {emax}), got) : got;
  const long double bounded = fabsl(wanted) > ldexpl(1, {emax}) ? copysignl(ldexpl(1, {emax}), wanted) : wanted;
  return (double)(fabsl(value - bounded) / unit);
}}
"""
_LIMITS = {8: {"T": "double", "emin": -1021, "emax": 1024, "digits": 53},
           4: {"T": "float", "emin": -125, "emax": 128, "digits": 24}}


@dataclass(frozen=True, slots=True)
class Measured:
    """The greatest error found, in units in the last place, and the arguments there."""

    ulps: float
    where: tuple[float, ...]


def source(functions: Sequence[Function], declared: Iterable[str]) -> str:
    """C text: for each function loops ``own_NAME`` and ``lib_NAME``, and ``error_NAME`` for the distance to long
    double."""
    names, vector = [f.c_name for f in functions], frozenset(declared)
    types = "".join(f"{prototype(n)}\n" for n in sorted(instructions(names)))
    own = own_text(names, "static inline __attribute__((always_inline))")
    return "\n".join((types, own, *(line for f in functions for line in _loops(f, vector))))


def _loops(function: Function, vector: frozenset[str]) -> Iterator[str]:
    t, name = str(_LIMITS[function.dtype.itemsize]["T"]), function.c_name
    letters = "xy"[:function.arity]
    head = ", ".join([*(f"const {t} *{a}" for a in letters), f"{t} *z", "long long n"])
    values = ", ".join(f"{a}[i]" for a in letters)
    yield f"{DECLARATION if name in vector else ''} {t} {name}({', '.join([t] * function.arity)});"
    for label, call in (("own", f"sn_own_{name}"), ("lib", name)):
        yield (f"void {label}_{name}({head}) {{\n#pragma omp simd\n"
               f"for (long long i = 0; i < n; i++) z[i] = {call}({values}); }}")


def error_source(functions: Sequence[Function]) -> str:
    """C text of the distances, compiled on its own with the system's headers."""
    lines = ["#define _GNU_SOURCE", "#include <math.h>"]
    for size in (8, 4):
        lines.append(_ERROR.format(**_LIMITS[size]).replace("distance", f"distance{size}"))
    for f in functions:
        t, letters = _LIMITS[f.dtype.itemsize]["T"], "xy"[:f.arity]
        head = ", ".join([*(f"const {t} *{a}" for a in letters), f"const {t} *z", "double *e", "long long n"])
        values = ", ".join(f"(long double){a}[i]" for a in letters)
        lines.append(f"void error_{f.c_name}({head}) {{ for (long long i = 0; i < n; i++) "
                     f"e[i] = distance{f.dtype.itemsize}(z[i], {f.name}l({values})); }}")
    return "\n".join((*lines, ""))


@dataclass(frozen=True, slots=True)
class Bench:
    """The loaded loops and distances."""

    loops: ctypes.CDLL
    errors: ctypes.CDLL
    declared: frozenset[str]

    def error(self, function: Function, form: str, arguments: Sequence[Values]) -> Values:
        """Distances of a form's values ("own" or "lib") from the exact ones, in units in the last place."""
        values, errors = np.empty_like(arguments[0]), np.empty(arguments[0].size)
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (*arguments, values, errors)]
        size = ctypes.c_longlong(values.size)
        self.loops[f"{form}_{function.c_name}"](*pointers[:-1], size)
        self.errors[f"error_{function.c_name}"](*pointers, size)
        return errors


def bench(functions: Sequence[Function] = FUNCTIONS, options: Options | None = None,
          extra: Sequence[str] = ()) -> Bench:
    """Compile the loops as programs have them."""
    active = options or current()
    cache = Cache(active)
    found = compiler.find_compiler(active, cache)
    assert found is not None
    vector = probe.vector_math(found, active, cache)
    flags = (*EXTRA_FLAGS.get(found.kind, ()), *vector.compile_flags, *extra)
    loops = cache.load(compiler.build(source(functions, vector.functions), found, active, cache,
                                      libs=vector.link_flags or ("-lm",), extra=flags))
    errors = cache.load(compiler.build(error_source(functions), found, active, cache, libs=("-lm",), extra=("-O2",)))
    assert loops is not None and errors is not None
    return Bench(loops, errors, vector.functions)


# arguments --------------------------------------------------------------------------------------------------------

def _patterns(random: np.random.Generator, dtype: np.dtype[Any], size: int) -> Values:
    """Floats of random bits."""
    kind = np.uint64 if dtype.itemsize == 8 else np.uint32
    return random.integers(0, np.iinfo(kind).max, size, kind, endpoint=True).view(dtype)


def _near(places: Sequence[float], dtype: np.dtype[Any]) -> Values:
    """The neighbours of some places and of their negatives."""
    kind = np.int64 if dtype.itemsize == 8 else np.int32
    start: Values = np.array(places, dtype).view(kind)[:, None]
    near: Values = (start + np.arange(-_EDGE, _EDGE + 1)).astype(kind).view(dtype).ravel()
    return np.concatenate([near, -near])


def _places(dtype: np.dtype[Any]) -> list[float]:
    """Places near which functions are hard: thresholds, limits, roots, joints of the own polynomials."""
    info = np.finfo(dtype)
    steps = [0.25, 0.3466, 0.41421356, 0.5, 0.7071067, 0.75, 0.875, 1.0, 1.4142135, 1.5, 2.0, 3.0, 6.0, 22.0, 28.0]
    limits = [float(np.log(info.max)), float(-np.log(info.smallest_subnormal)), float(-np.log(info.tiny)),
              float(info.maxexp), 26.5, 9.2, 10.05, 20.0, 40.0]
    turns = [k * np.pi / 2 for k in (1, 2, 3, 4, 5, 11, 355 / 113, 1e5, 52174)]
    return [*steps, *limits, *turns, float(info.tiny), float(info.eps), 2.0 ** -27, 2.0 ** 30]


def arguments(function: Function, size: int, seed: int = 0) -> tuple[Values, ...]:
    """Arguments all over the range of a function: random bits, usual sizes, neighbours of hard places, specials."""
    random, dtype = np.random.default_rng(seed), function.dtype
    special = probe.specials(dtype)
    grids = [special] if function.arity == 1 else [a.ravel() for a in np.meshgrid(special, special)]
    more = _powers(random, size // 2, dtype) if function.name == "pow" else [np.empty(0, dtype)] * 2
    columns = []
    for grid, extra in zip(grids, more, strict=False):
        usual = [random.uniform(-s, s, size // 8) for s in (1, 4, 30, 750, 1.1e5)]
        wide, edges = 2.0 ** random.uniform(-40, 40, size // 4), random.permutation(_near(_places(dtype), dtype))
        parts = [_patterns(random, dtype, size // 4), *usual, 1 + usual[0] / 64, wide, edges, extra, grid]
        columns.append(np.concatenate([p.astype(dtype) for p in parts]))
    return tuple(columns)


def _powers(random: np.random.Generator, size: int, dtype: np.dtype[Any]) -> list[Values]:
    """Bases of any size, and exponents for which powers come near to all sizes that exist."""
    base = np.exp(random.uniform(-80, 80, size) * random.uniform(0, 1, size) ** 4).astype(dtype)
    limit = float(np.finfo(dtype).maxexp) * 0.6931
    return [base, random.uniform(-1.05, 1.05, size) * limit / np.log(base.astype(np.float64))]


def measure(tried: Bench, function: Function, form: str, columns: Sequence[Values]) -> Measured:
    """The greatest error over these arguments."""
    best = Measured(0.0, ())
    for begin in range(0, columns[0].size, _CHUNK):
        part = [np.ascontiguousarray(c[begin:begin + _CHUNK]) for c in columns]
        errors = tried.error(function, form, part)
        k = int(np.argmax(errors))
        if errors[k] > best.ulps or not best.where:
            best = Measured(float(errors[k]), tuple(float(p[k]) for p in part))
    return best


def exhaustive(tried: Bench, function: Function, form: str) -> Measured:
    """The greatest error over all floats of 32 bits."""
    best = Measured(0.0, ())
    for begin in range(0, 1 << 32, 1 << 24):
        column = np.arange(begin, begin + (1 << 24), dtype=np.uint32).view(np.float32)
        found = measure(tried, function, form, [column])
        best = found if found.ulps > best.ulps else best
    return best


# the page ---------------------------------------------------------------------------------------------------------

_PAGE = """\
# Accuracy of functions

Greatest errors found in units in the last place, over the whole range of each function: random bits, usual sizes,
neighbours of thresholds, limits and roots, and all special values, which must be exact. `tools/accuracy.py` writes this
page; a test measures again and fails where a bound does not hold.

- **`precision="default"`** promises {default:g} units: functions of libmvec, where the C library has them, and own ones
  elsewhere.
- **`precision="high"`** promises {high:g} unit: own functions everywhere. Ask for it in
  `sn.function(..., precision="high")`, or for all functions by the option `precision` (`SYMNUM_PRECISION`).
- Own functions are plain C without branches, which any compiler makes vector code of, with coefficients found by
  `tools/minimax.py`; float32 is computed in double. `gamma` and `lgamma` are the C library's in either precision.
- The interpreter (`mode="numpy"`) has NumPy's functions, a Cython module the C library's, CUDA its own.

The figures of libmvec are those of {library}.

| function | dtype | libmvec | at | own | at |
|---|---|---|---|---|---|
"""


def page(tried: Bench, size: int, whole: bool) -> str:
    """The text of ``docs/accuracy.md``."""
    lines = [_PAGE.format(default=DEFAULT, high=HIGH, library=" ".join(platform.libc_ver()))]
    for function in FUNCTIONS:
        cells = [function.name, function.dtype.name]
        for form in ("lib", "own"):
            known = form == "own" or function.c_name in tried.declared
            found = _measured(tried, function, form, size, whole) if known else None
            cells += [f"{found.ulps:.2f}", ", ".join(f"{x:.6g}" for x in found.where)] if found else ["–", ""]
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _measured(tried: Bench, function: Function, form: str, size: int, whole: bool) -> Measured:
    if whole and function.dtype.itemsize == 4 and function.arity == 1:
        return exhaustive(tried, function, form)
    with np.errstate(all="ignore"):
        return measure(tried, function, form, arguments(function, size))


def main(given: Sequence[str]) -> None:
    """Write the page, or print the errors of some functions."""
    names = [name for name in given if not name.startswith("-")]
    if not names:
        PAGE.write_text(page(bench(), 1 << 19, "--exhaustive" in given), encoding="utf-8")
        return
    tried = bench([f for f in FUNCTIONS if f.c_name in names])
    for function in FUNCTIONS:
        if function.c_name in names:
            for form in ("lib", "own"):
                print(function.c_name, form, _measured(tried, function, form, 1 << 20, "--exhaustive" in given))


if __name__ == "__main__":
    main(sys.argv[1:])
