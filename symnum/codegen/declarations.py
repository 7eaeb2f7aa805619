"""What the text of a program begins with: declarations of all that it uses, and its constants."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import GraphError, UnsupportedError
from ..ir.nest import Buffer
from ..ops.support import called, expand, prototype
from ..ops.support_scipy import PREFIX, is_scipys, listing
from .abi import C_CODES, C_DECLARATIONS, CALL_DECLARATIONS
from .dialects import C99, C, Dialect
from .instructions import TEXTS
from .literals import elements
from .mathematics.library import instructions, own_text, renamed
from .probe import DECLARATION, VectorMath
from .products import loops_text
from .texts import key

INDEX_HELPERS = {
    "sn_least": "static inline {i} sn_least(const {i} a, const {i} b) {{ return a < b ? a : b; }}\n",
    "sn_most": "static inline {i} sn_most(const {i} a, const {i} b) {{ return a > b ? a : b; }}\n",
    "sn_floored": "static inline {i} sn_floored(const {i} a, const {i} b) "
                  "{{ return b == 0 ? 0 : a / b - (a % b != 0 && (a < 0) != (b < 0)); }}\n",
    "sn_aligned": "static inline {i} sn_aligned(const {i} bytes) {{ return (bytes + 63) / 64 * 64; }}\n"}
# A body is compiled on its own, and its inner loop becomes whole vectors, whatever the compiler thinks it is worth.
_BODY = """\
#ifdef __clang__
#define SN_BODY __attribute__((noinline))
#define SN_LANES _Pragma("clang loop vectorize(assume_safety) interleave(disable) unroll(disable)")
#else
#define SN_BODY __attribute__((noipa))
#define SN_LANES _Pragma("omp simd")
#endif
"""
# clang would warn of a loop that stays as it is; it knows vector functions by a flag, gcc by their declaration.
_INDEPENDENT = """\
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed"
#define SN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define SN_INDEPENDENT _Pragma("GCC ivdep")
#endif
"""
_FORMS = f"""\
#ifdef __clang__
#define SN_FORMS
#else
#define SN_FORMS {DECLARATION}
#endif
"""
# What <math.h> says where a text includes it.
_FAST_FMA = """\
#if defined(__FP_FAST_FMA) && !defined(FP_FAST_FMA)
#define FP_FAST_FMA 1
#endif
"""
_UNPAIRED = """\
#if defined(__GNUC__) && !defined(__clang__)
#define SN_UNPAIRED __attribute__((optimize("no-tree-loop-if-convert")))
#else
#define SN_UNPAIRED
#endif
"""
_PARALLEL_C99 = """\
static int sn_parallel_for(int (*task)(void *, sn_i64, sn_i64), void *context, sn_i64 extent, sn_i64 grain) {
  const sn_i64 shares = (extent + grain - 1) / grain;
#ifdef _OPENMP
#pragma omp parallel for schedule(static)
#endif
  for (sn_i64 share = 0; share < shares; share++) {
    const sn_i64 begin = share * grain, end = begin + grain;
    (void)task(context, begin, end < extent ? end : extent);
  }
  return 0;
}
"""
# What a text needs that names one of these.
_WHERE_USED = ((("SN_INDEPENDENT", "SN_LANES"), _INDEPENDENT), (("SN_BODY", "SN_LANES"), _BODY),
               (("SN_UNPAIRED",), _UNPAIRED), (("sn_parallel_for(",), _PARALLEL_C99))


def declarations(code: str, dialect: Dialect, vector: VectorMath) -> str:
    """Declarations of all that a text uses."""
    inline = "static inline" if dialect is C99 else "static inline __attribute__((always_inline))"
    whole = [text for name, text in TEXTS.items() if f"{name}(" in code]
    support, library = expand(called("".join((code, *whole))), inline)
    own, single = library & vector.own, library & vector.single
    library = library - own - single | instructions(own)
    pointers = frozenset(filter(is_scipys, library))
    if pointers and dialect is C99:
        raise UnsupportedError(f"{_listed(pointers)} of SciPy cannot be exported as C; cure: make its result an input "
                               "of the exported function")
    parts = [C_DECLARATIONS if dialect is C else _c99_declarations(), C_CODES]
    if dialect is C:
        parts += [_FORMS] if library & vector.functions else []
        parts += [f"SN_FORMS __attribute__((const)) {prototype(x)}\n" if x in vector.functions else f"{prototype(x)}\n"
                  for x in sorted(library)]
        parts += [listing(pointers)] if pointers else []
    parts += [own_text(own, inline, single)] if own or single else []
    parts += [text.format(i=dialect.index) for name, text in INDEX_HELPERS.items() if f"{name}(" in code]
    parts += [renamed(text, vector.own, vector.single) for text in whole]
    parts += [loops_text(short) for short in ("f32", "f64") if f"sn_{short}_product(" in code]
    parts += [_FAST_FMA] if dialect is C and "FP_FAST_FMA" in support else []
    parts += [text for names, text in _WHERE_USED if any(name in code for name in names)]
    return "\n".join((*parts, renamed(support, vector.own, vector.single), ""))


def _listed(pointers: Iterable[str]) -> str:
    return ", ".join(sorted(name.removeprefix(PREFIX) for name in pointers))


def _c99_declarations() -> str:
    return "#include <math.h>\n#include <stdint.h>\n" + CALL_DECLARATIONS.replace("__INT64_TYPE__", "int64_t", 1)


def constant_text(buffer: Buffer, dialect: Dialect) -> str:
    """The definition of a constant buffer."""
    if buffer.data is None:
        raise GraphError(f"constant buffer {buffer.number} has no data")
    size = max(1, buffer.data.size)
    data = elements(buffer.data, dialect) or "0"
    return f"static const {C.types[key(buffer.dtype)]} b{buffer.number}[{size}] = {{ {data} }};\n"
