"""Measures the error of every function of the C library over its whole range; ``accuracy_page.py`` prints it.

The reference is the C library's function of long double (64 bits of mantissa on x86).  At all floats of 32 bits it is
the vector function of float64, and long double wherever that gives a greater error than any before.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import symnum as sn
from symnum.codegen import compiler, probe
from symnum.codegen.cache import Cache
from symnum.codegen.mathematics.library import SINGLE, instructions, own_names, own_text, single_names
from symnum.codegen.probe import DECLARATION, Function
from symnum.ops.support import prototype
from symnum.options import Options, current

HIGH, DEFAULT = 1.0, 4.0     # units in the last place that each precision promises
_CHUNK = 1 << 20
_FLOATS = 1 << 32            # as many are there of 32 bits
_SMALL = 1 << 17             # of them at a time: their values and errors lie in cache
_EDGE = 2000                 # neighbours looked at around hard places

Values = NDArray[Any]
FUNCTIONS = tuple(f for f in probe.FUNCTIONS if f.c_name in own_names())
SCALAR = tuple(Function(name, np.dtype(dtype), 1) for dtype in ("float64", "float32") for name in ("tgamma", "lgamma"))
_ERROR = """
static double distance(const {T} got, const long double wanted) {{
  const {T} rounded = ({T})wanted;
  if (wanted != wanted) return got != got ? 0 : INFINITY;
  if (got != got) return INFINITY;
  if (rounded == 0 && got == 0) return !signbit(got) == !signbit(wanted) ? 0 : INFINITY;
  if (isinf(wanted)) return got == rounded ? 0 : INFINITY;
  int e = {emin};
  if (wanted != 0) frexpl(wanted, &e);
  const long double unit = ldexpl(1, (e < {emin} ? {emin} : e > {emax} ? {emax} : e) - {digits});
  const long double value = isinf(got) ? copysignl(ldexpl(1, {emax}), got) : got;
  const long double bounded = fabsl(wanted) > ldexpl(1, {emax}) ? copysignl(ldexpl(1, {emax}), wanted) : wanted;
  return (double)(fabsl(value - bounded) / unit);
}}
"""
# float32 beside float64, without branches: the same error but for the last bits of float64.  Where the exact value may
# be below a power of two, the smaller unit counts, so that no error is taken for less than it is.
_DISTANCES = """
void distances4(const float *z, const double *w, double *e, long long n) {
#pragma omp simd
  for (long long i = 0; i < n; i++) {
    union { double real; unsigned long long bits; } wanted = { w[i] }, unit;
    const unsigned long long power = (wanted.bits - (wanted.bits << 1 != 0)) >> 52 & 2047;
    unit.bits = ((power < 897 ? 897 : power > 1150 ? 1150 : power) - 23) << 52;
    const double got = z[i], exact = w[i], most = 0x1p128, rounded = (float)w[i];
    const double value = fabs(got) > most ? copysign(most, got) : got;
    const double bounded = fabs(exact) > most ? copysign(most, exact) : exact;
    double error = fabs(value - bounded) / unit.real;
    error = (fabs(exact) == INFINITY) & (got != exact) ? INFINITY : error;
    error = (rounded == 0) & (got == 0) ? copysign(1, got) == copysign(1, exact) ? 0 : INFINITY : error;
    error = got != got ? INFINITY : error;
    e[i] = exact == exact ? error : got == got ? INFINITY : 0;
  }
}
"""
_LIMITS = {8: {"T": "double", "emin": -1021, "emax": 1024, "digits": 53},
           4: {"T": "float", "emin": -125, "emax": 128, "digits": 24}}


@dataclass(frozen=True, slots=True)
class Measured:
    """The greatest error found, in units in the last place, and the arguments there."""

    ulps: float
    where: tuple[float, ...]


def source(functions: Sequence[Function], declared: Iterable[str]) -> str:
    """C text: for each function loops ``own_NAME`` and ``lib_NAME``, which is what the default precision has, and
    ``error_NAME`` for the distance to long double."""
    names, vector = [f.c_name for f in functions if f.c_name in own_names()], frozenset(declared)
    types = "".join(f"{prototype(n)}\n" for n in sorted(instructions(names)))
    own = own_text(names, "static inline __attribute__((always_inline))", single_names())
    return "\n".join((types, own, *(line for f in functions for line in _loops(f, vector))))


def _loops(function: Function, vector: frozenset[str]) -> Iterator[str]:
    t, name = str(_LIMITS[function.dtype.itemsize]["T"]), function.c_name
    letters = "xy"[:function.arity]
    head = ", ".join([*(f"const {t} *{a}" for a in letters), f"{t} *z", "long long n"])
    values = ", ".join(f"{a}[i]" for a in letters)
    yield f"{DECLARATION if name in vector else ''} {t} {name}({', '.join([t] * function.arity)});"
    default = f"{SINGLE}{name}" if name in single_names() else name
    for label, call in (("own", f"sn_own_{name}"), ("lib", default))[name not in own_names():]:
        yield (f"void {label}_{name}({head}) {{\n#pragma omp simd\n"
               f"for (long long i = 0; i < n; i++) z[i] = {call}({values}); }}")


def error_source(functions: Sequence[Function]) -> str:
    """C text of the distances, compiled on its own with the system's headers."""
    lines = ["#define _GNU_SOURCE", "#include <math.h>"]
    for size in (8, 4):
        lines.append(_ERROR.format(**_LIMITS[size]).replace("distance", f"distance{size}"))
    lines.append(_DISTANCES)
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
        return self.distance(function, arguments, self.values(function, form, arguments))

    def values(self, function: Function, form: str, arguments: Sequence[Values]) -> Values:
        """Values of a form."""
        values = np.empty_like(arguments[0])
        _run(self.loops[f"{form}_{function.c_name}"], *arguments, values)
        return values

    def distance(self, function: Function, arguments: Sequence[Values], values: Values) -> Values:
        """Distances of values from the exact ones, in units in the last place."""
        errors = np.empty(values.size)
        _run(self.errors[f"error_{function.c_name}"], *arguments, values, errors)
        return errors

    def quick(self, function: Function, forms: Sequence[str], column: Values) -> Iterator[Values]:
        """Distances of each form's float32 from the vector function of float64."""
        double = Function(function.name, np.dtype("float64"), function.arity)
        exact, errors = self.values(double, "lib", [column.astype(np.float64)]), np.empty(column.size)
        for form in forms:
            _run(self.errors["distances4"], self.values(function, form, [column]), exact, errors)
            yield errors


def _run(loop: Any, *arrays: Values) -> None:
    loop(*(ctypes.c_void_p(a.ctypes.data) for a in arrays), ctypes.c_longlong(arrays[0].size))


def bench(functions: Sequence[Function] = FUNCTIONS, options: Options | None = None,
          extra: Sequence[str] = ()) -> Bench:
    """Compile the loops as programs have them."""
    active = options or current()
    cache = Cache(active)
    found = compiler.find_compiler(active, cache)
    assert found is not None
    vector = probe.vector_math(found, active, cache)
    flags = (*compiler.EXTRA_FLAGS.get(found.kind, ()), *vector.compile_flags, *extra)
    loops = cache.load(compiler.build(source(functions, vector.functions), found, active, cache,
                                      libs=vector.link_flags or ("-lm",), extra=flags))
    errors = cache.load(compiler.build(error_source(functions), found, active, cache, libs=("-lm",), extra=("-O3",)))
    assert loops is not None and errors is not None
    return Bench(loops, errors, vector.functions | vector.single)


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


def all_floats(tried: Bench, function: Function, forms: Sequence[str], part: int = 0,
               parts: int = 1) -> dict[str, Measured]:
    """Each form's greatest error over all floats of 32 bits, or over one of equal parts of them."""
    best = {form: Measured(-1.0, ()) for form in forms}
    for begin in range(_FLOATS * part // parts, _FLOATS * (part + 1) // parts, _SMALL):
        column = np.arange(begin, begin + _SMALL, dtype=np.uint64).astype(np.uint32).view(np.float32)
        for form, errors in zip(forms, tried.quick(function, forms, column), strict=True):
            if errors.max() > best[form].ulps + 1e-6:  # no greater one can be told from float64
                found = measure(tried, function, form, [column])
                best[form] = max(best[form], found, key=lambda measured: measured.ulps)
    return best


# powers -----------------------------------------------------------------------------------------------------------

# The exponents whose powers become products, roots and quotients.
EXPONENTS = (2.0, 3.0, 4.0, 5.0, 0.5, 1.5, 2.5, 3.5, -1.0, -2.0, -3.0, -4.0, -0.5, -1.5, -2.5)


def measure_power(tried: Bench, exponent: float, dtype: str, size: int, seed: int = 0) -> Measured:
    """The greatest error of a power with a constant exponent, over all positive numbers, in programs of the default
    precision."""
    base = sn.tensor.tensor("x", dtype=dtype, shape=(None,))
    f = sn.function([base], base ** exponent, mode="c", precision="default")
    assert "pow" not in f.source()
    function = next(f for f in FUNCTIONS if f.name == "pow" and f.dtype == dtype)
    random, limit = np.random.default_rng(seed), 1.1 * np.finfo(dtype).maxexp / abs(exponent)
    with np.errstate(all="ignore"):
        parts = [2.0 ** random.uniform(-limit, limit, size), random.uniform(0.5, 4, size), [np.inf, 0.0, 1.0]]
        x = np.concatenate([abs(_patterns(random, np.dtype(dtype), size)), *parts]).astype(dtype)
    errors = tried.distance(function, [x, np.full_like(x, exponent)], f(x))
    k = int(np.argmax(errors))
    return Measured(float(errors[k]), (float(x[k]),))
