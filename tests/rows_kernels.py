"""One C unit with a loop for every elementwise row and every dtype that it is computed in."""

from __future__ import annotations

import ctypes
import itertools
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symnum import dtypes
from symnum.codegen.scipy_pointers import connect
from symnum.errors import DTypeError
from symnum.ops import special, support
from symnum.ops.scalars import C_TYPES, fields
from symnum.ops.spec import Absent, Interval, OpSpec, Text
from symnum.ops.support_scipy import is_scipys, listing
from symnum.ops.table import SPECIAL, SPECIAL_PARTS, TABLE

Array = np.ndarray[Any, Any]

ROWS = tuple(row for row in TABLE.values() if row.kind == "elementwise" and isinstance(row.c, Text))
SPECIAL_ROWS = frozenset((*special.ROWS, *SPECIAL, *SPECIAL_PARTS))
MOST_OPERANDS = 4   # of which all combinations are tried
FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fwrapv")
VECTOR = '__attribute__((simd("notinbranch"))) '
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True, slots=True)
class Kernel:
    """A row with the dtypes of its operands and result."""

    row: OpSpec
    operands: tuple[np.dtype[Any], ...]
    result: np.dtype[Any]

    @property
    def name(self) -> str:
        return "_".join(("k", self.row.name, *map(key, self.operands), key(self.result)))

    @property
    def attrs(self) -> dict[str, Any]:
        return {"dtype": self.result} if self.row.attrs else {}


def key(dtype: np.dtype[Any]) -> str:
    """Short key of a dtype: ``f32 i8 u64 b``."""
    return "b" if dtype.kind == "b" else f"{dtype.kind}{8 * dtype.itemsize}"


def loops(row: OpSpec) -> list[Kernel]:
    """All dtypes that a row is computed in."""
    kernels: dict[str, Kernel] = {}
    for operands in _candidates(row):
        for attrs in [{"dtype": d} for d in dtypes.ALL] if row.attrs else [{}]:
            try:
                found = row.dtype(row.name, operands, attrs)  # type: ignore[operator]
            except DTypeError:
                continue
            if not set(found) <= set(dtypes.ALL):    # float16 is computed as float32, complex by parts
                continue
            kernel = Kernel(row, tuple(found[:-1]), found[-1])
            kernels[kernel.name] = kernel
    return list(kernels.values())


def _candidates(row: OpSpec) -> list[tuple[np.dtype[Any], ...]]:
    if (row.arity or 0) >= 3:
        return [(d,) * (row.arity or 0) for d in dtypes.ALL]
    return list(itertools.product(dtypes.ALL, repeat=row.arity or 0))


def text(kernel: Kernel, names: Sequence[str], types: Mapping[str, str] = C_TYPES) -> str:
    """The row's C text for one element."""
    first = kernel.operands[0]
    template = kernel.row.c.of(dtypes.dtype_class(first))  # type: ignore[union-attr]
    assert isinstance(template, str), f"{kernel.name}: {template}"
    result = key(kernel.result)
    known = fields(key(first)) | {"T": types[key(first)], "R": types[result], "r": result}
    return template.format(*names, **known)


def source(kernels: Sequence[Kernel], bool_type: str = "unsigned char") -> str:
    """A C unit with one loop ``void name(void **buffers, long long n)`` for each kernel."""
    bodies = [_loop(kernel, {**C_TYPES, "b": bool_type}) for kernel in kernels]
    functions, library = support.expand(support.called("".join(bodies)))
    heads = "".join(support.prototype(name) + "\n" for name in sorted(library))
    pointers = frozenset(filter(is_scipys, library))
    heads += listing(pointers) + "\n" if pointers else ""
    declared = "".join(f"void {k.name}(void **buffers, long long n);\n" for k in kernels)
    return heads + functions + declared + "".join(bodies)


def cuda_source(kernels: Sequence[Kernel]) -> str:
    """The same loops as CUDA kernels (to be compiled: each thread would run the whole loop)."""
    bodies = "".join(f'extern "C" __global__ {_loop(kernel, C_TYPES)}' for kernel in kernels
                     if not isinstance(kernel.row.text("cuda"), Absent))
    functions, _ = support.expand(support.called(bodies), "static __device__ inline")
    return functions + bodies


def _loop(kernel: Kernel, c_types: Mapping[str, str]) -> str:
    types = [c_types[key(d)] for d in (*kernel.operands, kernel.result)]
    types = [f"const {t}" for t in types[:-1]] + types[-1:]
    names = "xyzwabcdef"[:len(kernel.operands)]
    pointers = "".join(f"  {t} *__restrict__ p{k} = ({t} *)buffers[{k}];\n" for k, t in enumerate(types))
    loads = "".join(f"    {t} {name} = p{k}[i];\n"
                    for k, (t, name) in enumerate(zip(types, names, strict=False)))
    return (f"void {kernel.name}(void **buffers, long long n) {{\n{pointers}"
            f"  for (long long i = 0; i < n; i++) {{\n{loads}"
            f"    p{len(names)}[i] = {text(kernel, names, c_types)};\n  }}\n}}\n")


def build(folder: Path, code: str, flags: Sequence[str], output: str = "unit.so") -> Path:
    """Compile a unit and return the file made; the compiler's messages are the error."""
    (folder / "unit.c").write_text(code, encoding="utf-8")
    command = ["gcc", *flags, "-fPIC", "-shared", "-o", str(folder / output), str(folder / "unit.c"), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:5000]
    return folder / output


def load(path: Path) -> ctypes.CDLL:
    """A compiled unit, with its pointers to SciPy's functions."""
    library = ctypes.CDLL(str(path))
    connect(library)
    return library


def vectorised(folder: Path, code: str, flags: Sequence[str]) -> set[str]:
    """Names of the kernels whose loops gcc turned into vector code."""
    (folder / "unit.c").write_text(code, encoding="utf-8")
    command = ["gcc", *flags, "-fopenmp-simd", "-fopt-info-vec-optimized", "-c", str(folder / "unit.c"),
               "-o", str(folder / "unit.o")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {int(line) for line in re.findall(r"unit\.c:(\d+):\d+: optimized: loop vectorized", done.stderr)}
    lines = code.splitlines()
    heads = [k for k, line in enumerate(lines) if line.startswith("void ") and line.endswith("{")]
    ends = [*heads[1:], len(lines)]
    return {re.findall(r"void (\w+)", lines[begin])[0] for begin, end in zip(heads, ends, strict=True)
            if any(begin < line <= end for line in found)}


def run(library: ctypes.CDLL, kernel: Kernel, operands: Sequence[Array]) -> Array:
    """Results of a loop for operands of one length."""
    out = np.empty(len(operands[0]), kernel.result)
    arrays = [np.ascontiguousarray(x, d) for x, d in zip(operands, kernel.operands, strict=True)]
    buffers = (ctypes.c_void_p * (len(arrays) + 1))(*(a.ctypes.data for a in (*arrays, out)))
    getattr(library, kernel.name)(buffers, ctypes.c_longlong(len(out)))
    assert out.dtype.kind != "b" or np.all(out.view(np.uint8) <= 1), f"{kernel.name}: a bool is neither 0 nor 1"
    return out


def reference(kernel: Kernel, operands: Sequence[Array]) -> Array:
    """The row's meaning for the same operands."""
    with np.errstate(all="ignore"):
        return np.asarray(kernel.row.reference()(*operands, **kernel.attrs), kernel.result)


def expected(kernel: Kernel, operands: Sequence[Array], got: Array) -> Array:
    """The reference where NumPy has one answer, and ``got`` where it has several or none."""
    defined = np.ones(len(got), bool)
    if "may_raise" in kernel.row.facts and kernel.result.kind == "i":
        defined &= operands[1] >= 0
    if kernel.row.name in ("fmax", "fmin"):     # of 0.0 and -0.0 it depends on the place in the array
        defined &= (operands[0] != 0) | (operands[1] != 0)
    if kernel.row.name == "cast" and kernel.result == np.uint32 and operands[0].dtype.kind == "f":
        defined &= np.abs(operands[0]) < 2.0 ** 31      # beyond, it depends on the length of the array
    if kernel.row in SPECIAL_ROWS:
        defined &= _where_scipy_is_accurate(kernel, operands)
    want = got.copy()
    want[defined] = reference(kernel, [x[defined] for x in operands])
    return want


def _where_scipy_is_accurate(kernel: Kernel, operands: Sequence[Array]) -> Array:
    """In a row's domain, and at 0, infinities and NaN; elsewhere tests compare with mpmath."""
    good = np.ones(len(operands[0]), bool)
    for x, interval in zip(operands, kernel.row.domain, strict=True):  # type: ignore[arg-type]
        with np.errstate(invalid="ignore"):     # signalling NaN
            inside = (x >= interval.low) & (x <= interval.high) & (not interval.integer or x == np.rint(x))
        good &= inside | (x == 0) | ~np.isfinite(x)
    return good


# operands -----------------------------------------------------------------------------------------

def specials(dtype: np.dtype[Any]) -> Array:
    """Values of a dtype where code goes wrong."""
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind in "iu":
        return _special_integers(dtype)
    info = np.finfo(dtype)
    small = [0.0, info.smallest_subnormal, 3 * info.smallest_subnormal, info.tiny / 2, info.tiny, info.eps]
    middle = [1e-3, 0.5, 1 - info.eps, 1.0, 1 + info.eps, 1.5, 2.0, 2.5, 3.0, 20.0, 1e3]
    sizes = np.array([*small, *middle, 2.0 ** 31, 2.0 ** 63, info.max, np.inf, np.nan], dtype)
    return np.concatenate([sizes, -sizes])


def _special_integers(dtype: np.dtype[Any]) -> Array:
    low, high, bits = np.iinfo(dtype).min, np.iinfo(dtype).max, 8 * dtype.itemsize
    near = {c + d for c in (low, 0, high, high // 2, bits) for d in (-2, -1, 0, 1, 2)} | {7, 10, 13, -7, -10}
    return np.array(sorted(v for v in near if low <= v <= high), dtype)


def grid(kernel: Kernel) -> list[Array]:
    """All combinations of special values, of many operands some; of 8-bit integers all that there are."""
    def axis(dtype: np.dtype[Any]) -> Array:
        if kernel.row in SPECIAL_ROWS and len(kernel.operands) > 2:
            return np.array([0.0, 0.5, 1.0, 2.5, -1.5, 1e30, np.inf, np.nan], dtype)
        whole = dtype.itemsize == 1 and dtype.kind in "iu" and len(kernel.operands) < 3
        return np.arange(256, dtype=np.uint8).view(dtype) if whole else specials(dtype)
    if len(kernel.operands) > MOST_OPERANDS:
        return list(np.random.default_rng(1).choice(axis(kernel.result), (len(kernel.operands), 4000)))
    return [x.ravel() for x in np.meshgrid(*map(axis, kernel.operands), indexing="ij")]


def samples(kernel: Kernel, n: int) -> list[Array]:
    """Operands drawn from the row's domain, or from all values of dtypes that cannot hold it."""
    random = np.random.default_rng(len(kernel.name))
    return [draw(random, interval, dtype, n)
            for interval, dtype in zip(kernel.row.domain, kernel.operands, strict=True)]  # type: ignore[arg-type]


def draw(random: np.random.Generator, interval: Interval, dtype: np.dtype[Any], n: int) -> Array:
    """Values of one operand, half of them near 0 or the lower end."""
    if dtype.kind in "iub":
        ends = np.iinfo(np.int8 if dtype.kind == "b" else dtype)
        low, high = max(interval.low, ends.min), min(interval.high, ends.max)
        return random.integers(int(low), int(high) + 1, n).astype(dtype)
    if interval.integer:
        return random.integers(int(interval.low), int(interval.high) + 1, n).astype(dtype)
    base = 0.0 if interval.low <= 0 <= interval.high else interval.low
    even, near = random.uniform(interval.low, interval.high, (2, n))
    values = np.where(random.random(n) < 0.5, even, base + (near - base) * 10 ** random.uniform(-6, 0, n))
    return np.where(np.isin(values, interval.avoid), interval.high, values).astype(dtype)


# comparison ---------------------------------------------------------------------------------------

def ulps(got: Array, want: Array) -> Array:
    """Distance in units in the last place of ``want``; 0 for two NaN, inf if only one value is special."""
    if want.dtype.kind != "f":
        return np.where(got == want, 0.0, np.inf)
    with np.errstate(all="ignore"):
        wide = np.abs(got.astype(np.longdouble) - want) / np.abs(np.spacing(want)).astype(np.longdouble)
        wide = wide.astype(float)
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    distance = np.where(same, 0.0, np.where(np.isnan(wide), np.inf, wide))
    signs_differ = (np.signbit(got) != np.signbit(want)) & ~np.isnan(want) & (want == 0)
    return np.where(signs_differ, np.inf, distance)
