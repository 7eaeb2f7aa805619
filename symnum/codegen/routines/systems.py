"""Solutions, inverses and determinants of stacks of square matrices: by LAPACK and BLAS, or by loops.

Right sides and solutions are in C order, to Fortran transposed: there the matrix stands at their right.
"""

from __future__ import annotations

from .matrices import BLOCK, MINUS, SMALL, has_library, is_small, library, minus, names, square, work_on_small
from .site import RoutineText, Site

_COPIED = "if (y0 != x1) for (sn_i64 i = 0; i < count * n * k; i++) y0[i] = x1[i];\n"

# triangles ----------------------------------------------------------------------------------------------------

_DIAGONAL = """\
for (sn_i64 r = 0; r < count * n; r++)
  if (x0[r * n + r % n] == 0) { values[3] = r % n + 1; return SN_SINGULAR; }
"""
# Rows of the triangle lie w elements apart.
_SUBSTITUTE = """\
static void {name}_loops(const sn_i64 n, const sn_i64 w, const sn_i64 k, const {T} *restrict a, {T} *restrict y) {{
  for (sn_i64 t = 0; t < n; t++) {{
    const sn_i64 i = {i};
    for (sn_i64 u = 0; u < t; u++) {{
      const sn_i64 j = {j};
      const {T} f = a[{place}];
      for (sn_i64 r = 0; r < k; r++) y[i * k + r] -= f * y[j * k + r];
    }}
{divide}  }}
}}
"""
_DIVIDE = """\
    const {T} d = a[i * w + i];
    for (sn_i64 r = 0; r < k; r++) y[i * k + r] /= d;
"""
# One right side: the matrix is read row by row.
_VECTOR = """\
static void {name}_vector(const sn_i64 n, const {T} *restrict a, {T} *restrict y) {{
  for (sn_i64 t = 0; t < n; t++) {{
    const sn_i64 i = {i}, first = {first}, length = {length};
    const {T} *restrict row = a + i * n + first;
    {T} *restrict others = y + first;
{step}  }}
}}
"""
_VECTOR_BY_ROW = """\
    {T} s[16] = {{ 0 }}, sum = y[i];
    for (sn_i64 j = 0; j + 16 <= length; j += 16)
      for (sn_i64 r = 0; r < 16; r++) s[r] += row[j + r] * others[j + r];
    for (sn_i64 j = length / 16 * 16; j < length; j++) s[j % 16] += row[j] * others[j];
    for (sn_i64 r = 0; r < 16; r++) sum -= s[r];
    y[i] = sum{over};
"""
_VECTOR_BY_COLUMN = """\
    const {T} f = y[i] = y[i]{over};
    for (sn_i64 j = 0; j < length; j++) others[j] -= row[j] * f;
"""
_BLOCKS = """\
static int {name}_blocks(const sn_rt *rt, const sn_i64 n, const sn_i64 k, const {T} *a, {T} *y) {{
  int code = SN_OK;
  for (sn_i64 t = 0; t < n && !code; t += {block}) {{
    const sn_i64 w = sn_least({block}, n - t), b = {start}, first = {rest}, m = n - t - w;
    {name}_loops(w, n, k, a + b * n + b, y + b * k);
    code = {name}_minus(rt, m, k, w, a + {corner}, {distances}, y + b * k, k, 1, y + first * k, k);
  }}
  return code;
}}
"""
_TRIANGLES = """\
const sn_i64 k = {k};
if (count * n * k == 0) return SN_OK;
{diagonal}{copied}for (sn_i64 s = 0; s < count; s++) {{
  const {T} *const a = x0 + s * n * n;
  {T} *const y = y0 + s * n * k;
  if (k == 1) {name}_vector(n, a, y);
  {blocks}else {name}_loops(n, n, k, a, y);
}}
"""
_BY_BLOCKS = """\
else if (rt->multiply && n > {block}) {{
    const int code = {name}_blocks(rt, n, k, a, y);
    if (code) return code;
  }}
  """


def solve_triangular(site: Site) -> RoutineText:
    """Operands (*stack, n, n), of which one triangle is read, and (*stack, n, k), in which the result may lie."""
    lower, trans, unit = (site.call.attr(x) for x in ("lower", "trans", "unit_diagonal"))
    forward, n = lower != trans, site.call.operands[0].shape[-1]
    blocked = site.dialect == "c" and not (isinstance(n, int) and n <= BLOCK)
    known: dict[str, object] = {
        "name": site.name, "T": site.type(site.call.operands[0]), "k": site.length(site.call.operands[1].shape[-1]),
        "i": "t" if forward else "n - 1 - t", "j": "u" if forward else "n - 1 - u", "copied": _COPIED, "block": BLOCK,
        "place": "j * w + i" if trans else "i * w + j", "diagonal": "" if unit else _DIAGONAL,
        "over": "" if unit else " / a[i * n + i]", "first": "0" if forward != trans else "i + 1",
        "length": "i" if forward != trans else "n - 1 - i", "start": "t" if forward else "n - t - w",
        "rest": "b + w" if forward else "0", "corner": "b * n + first" if trans else "first * n + b",
        "distances": "1, n" if trans else "n, 1", "minus": minus(site)}
    known["divide"] = "" if unit else _DIVIDE.format(**known)
    known["step"] = (_VECTOR_BY_COLUMN if trans else _VECTOR_BY_ROW).format(**known)
    known["blocks"] = _BY_BLOCKS.format(**known) if blocked else ""
    functions = _SUBSTITUTE + _VECTOR + (MINUS + _BLOCKS if blocked else "")
    return RoutineText(square(site) + _TRIANGLES.format(**known), functions.format(**known), work=work_on_small(site))


# all matrices -------------------------------------------------------------------------------------------------

# p @ l @ u of a matrix, one column after the other in memory; the row that each one was exchanged with, from 1 on.
# The value is the first place on the diagonal of u where 0 stands, from 1 on, or 0.
_FACTOR = """\
static int {name}_loops(const sn_i64 n, {T} *restrict u, int *restrict pivots) {{
  int info = 0;
  for (sn_i64 c = 0; c < n; c++) {{
    {T} *const column = u + c * n;
    sn_i64 best = c;
    for (sn_i64 i = c + 1; i < n; i++) if ({abs}(column[i]) > {abs}(column[best])) best = i;
    pivots[c] = (int)best + 1;
    if (column[best] == 0) {{ info = info ? info : (int)c + 1; continue; }}
    if (best != c)
      for (sn_i64 j = 0; j < n; j++) {{
        const {T} t = u[j * n + c];
        u[j * n + c] = u[j * n + best], u[j * n + best] = t;
      }}
    for (sn_i64 i = c + 1; i < n; i++) column[i] /= column[c];
    for (sn_i64 j = c + 1; j < n; j++) {{
      const {T} f = u[j * n + c];
      for (sn_i64 i = c + 1; i < n; i++) u[j * n + i] -= column[i] * f;
    }}
  }}
  return info;
}}
static int {name}_factor({runtime}const sn_i64 n, const {T} *a, {T} *u, int *pivots) {{
  for (sn_i64 begin = 0; begin < n; begin += 16)
    for (sn_i64 i = 0; i < n; i++)
      for (sn_i64 j = begin; j < n && j < begin + 16; j++) u[j * n + i] = a[i * n + j];
{library}  return {name}_loops(n, u, pivots);
}}
"""
_FACTOR_BY_LAPACK = """\
  int info = 0;
  const int in = (int)n;
  if (n > {small}) {{
    {GETRF}(&in, &in, u, &in, pivots, &info);
    return info;
  }}
"""
_SOLVE = """\
static void {name}_solve({runtime}const sn_i64 n, const sn_i64 k, const {T} *restrict u, const int *restrict pivots,
                         {T} *restrict y) {{
  for (sn_i64 i = 0; i < n; i++)
    if (pivots[i] != i + 1)
      for (sn_i64 r = 0; r < k; r++) {{
        const {T} t = y[i * k + r];
        y[i * k + r] = y[(pivots[i] - 1) * k + r], y[(pivots[i] - 1) * k + r] = t;
      }}
{library}  for (sn_i64 i = 0; i < n; i++)
    for (sn_i64 j = 0; j < i; j++)
      for (sn_i64 r = 0; r < k; r++) y[i * k + r] -= u[j * n + i] * y[j * k + r];
  for (sn_i64 i = n - 1; i >= 0; i--) {{
    for (sn_i64 j = n - 1; j > i; j--)
      for (sn_i64 r = 0; r < k; r++) y[i * k + r] -= u[j * n + i] * y[j * k + r];
    for (sn_i64 r = 0; r < k; r++) y[i * k + r] /= u[i * n + i];
  }}
}}
"""
_SOLVE_BY_BLAS = """\
  const int in = (int)n, ik = (int)k, unit = 1;
  const {T} one = 1;
  if (n > {small} && k == 1) {{
    {TRSV}("L", "N", "U", &in, u, &in, y, &unit);
    {TRSV}("U", "N", "N", &in, u, &in, y, &unit);
    return;
  }}
  if (n > {small} && k > 0) {{
    {TRSM}("R", "L", "T", "U", &ik, &in, &one, u, &in, y, &ik);
    {TRSM}("R", "U", "T", "N", &ik, &in, &one, u, &in, y, &ik);
    return;
  }}
"""
# A copy of a matrix, and its pivots behind it.
_EACH = """\
{begin}if (count == 0) return SN_OK;
{take}for (sn_i64 s = 0; s < count; s++) {{
  const int info = {name}_factor({rt}n, x0 + s * n * n, u, pivots);
{each}
}}
{give}
"""
_TAKE = """\
{T} *const u = {memory};
if (!u) return SN_MEMORY;
int *const pivots = (int *)(u + n * n);
"""
_TAKE_SMALL = "{T} u[{n} * {n} + 1];\nint pivots[{n} + 1];\n"
_EACH_SOLVED = "  if (info) {{ {give} return SN_SINGULAR; }}\n  {name}_solve({rt}n, k, u, pivots, y0 + s * n * k);"
_EACH_INVERSE = """\
  {T} *const y = y0 + s * n * n;
  for (sn_i64 i = 0; i < n * n; i++) y[i] = i % (n + 1) == 0;
  if (info) {{
    {singular}
  }}
  else {name}_solve({rt}n, n, u, pivots, y);"""
_NAN = "for (sn_i64 i = 0; i < n * n; i++) y[i] = (y[i] - y[i]) / (y[i] - y[i]);"
_FAILED = "{give} return SN_SINGULAR;"
_EACH_LOGARITHM = """\
  {T} sign = 1, sum = 0;
  for (sn_i64 i = 0; i < n; i++) {{
    const {T} d = u[i * n + i];
    sign = (d < 0) != (pivots[i] != i + 1) ? -sign : sign;
    sum += {log}({abs}(d));
  }}
  if (info) sign = 0, sum = -{infinity};
"""
_EACH_SLOGDET = _EACH_LOGARITHM + "  if (y0) y0[s] = sign;\n  if (y1) y1[s] = sum;"
_EACH_DET = _EACH_LOGARITHM + "  y0[s] = info ? 0 : sign * {exp}(sum);"


def solve(site: Site) -> RoutineText:
    """Operands (*stack, n, n), and (*stack, n, k), in which the result may lie."""
    begin = f"const sn_i64 k = {site.length(site.call.operands[1].shape[-1])};\n"
    begin += f"if (k > {2 ** 31 - 1}) return SN_DIMENSION;\n"
    return _by_factors(site, _EACH_SOLVED, begin + _COPIED, solves=True)


def inv(site: Site) -> RoutineText:
    """Operand (*stack, n, n); attribute ``singular``: "raise", or "nan" for results of NaN."""
    singular = _NAN if site.call.attr("singular") == "nan" else _FAILED
    return _by_factors(site, _EACH_INVERSE.replace("{singular}", singular), solves=True)


def det(site: Site) -> RoutineText:
    """Operand (*stack, n, n): a number for each matrix."""
    return _by_factors(site, _EACH_DET)


def slogdet(site: Site) -> RoutineText:
    """Operand (*stack, n, n): sign and logarithm for each matrix."""
    return _by_factors(site, _EACH_SLOGDET)


def _by_factors(site: Site, each: str, begin: str = "", solves: bool = False) -> RoutineText:
    """What is done ``each`` time with the factors of a matrix."""
    blas, native, type_ = has_library(site), site.dialect == "c", site.type(site.call.operands[0])
    f = {"float": "f", "double": ""}[type_]
    size = f"n * n * (sn_i64)sizeof({type_}) + (n + 1) * (sn_i64)sizeof(int)"
    known: dict[str, object] = {
        "name": site.name, "T": type_, "small": SMALL, "runtime": "const sn_rt *rt, " if blas else "",
        "rt": "rt, " if blas else "", "begin": begin, "abs": f"fabs{f}", "log": f"log{f}", "exp": f"exp{f}",
        "infinity": f"__builtin_inf{f}()" if native else "SN_INFINITY" if site.dialect == "cython" else "INFINITY",
        "memory": f"rt->alloc(rt, {size})" if native else f"malloc((size_t)({size}))",
        "give": "rt->release(rt, u);" if native else "free(u);", "n": site.call.operands[0].shape[-1]}
    known |= {"take": _TAKE_SMALL.format(**known), "give": ""} if is_small(site) else {"take": _TAKE.format(**known)}
    called = ("getrf", "trsv", "trsm") if solves else ("getrf",)
    routines = library(site, *called)
    functions = _FACTOR.format(**known, library=_FACTOR_BY_LAPACK.format(**known, **routines) if blas else "")
    if solves:
        functions += _SOLVE.format(**known, library=_SOLVE_BY_BLAS.format(**known, **routines) if blas else "")
    head = "" if native else "#include <stdlib.h>\n"
    return RoutineText(square(site) + _EACH.format(**known, each=each.format(**known)), head + functions,
                       blas=names(site, *called) if blas else (), work=work_on_small(site))
