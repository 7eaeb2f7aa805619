"""Solutions, inverses and determinants of stacks of square matrices: by blocks and products, or by loops.

Without the runtime's products LAPACK and BLAS serve.  Right sides and solutions are in C order, to Fortran transposed:
there the matrix stands at their right.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ir import dims
from ...ir.node import Dim
from ..products import packed_bytes
from .elimination import FEW, LOOPS, RECURSION
from .matrices import (
    BLOCK,
    LEAVE,
    MINUS,
    ROOM,
    is_small,
    library,
    minus,
    names,
    square,
    work_on_small,
)
from .site import RoutineText, Site

_STEP = 16  # rows of a triangle that are worked on by loops
_COPIED = "if (y0 != x1) for (sn_i64 i = 0; i < count * n * k; i++) y0[i] = x1[i];\n"

# triangles ----------------------------------------------------------------------------------------------------

_DIAGONAL = """\
for (sn_i64 r = 0; r < count * n; r++)
  if (x0[r * n + r % n] == 0) { values[3] = r % n + 1; return SN_SINGULAR; }
"""
# Rows of the triangle lie w elements apart.
_SUBSTITUTE = """\
static void {part}_loops(const sn_i64 n, const sn_i64 w, const sn_i64 k, const {T} *restrict a, {T} *restrict y) {{
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
static void {part}_vector(const sn_i64 n, const {T} *restrict a, {T} *restrict y) {{
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
# Rows of the triangle lie w elements apart: one half, what it takes from the rows of the other half, and that half.
_BLOCKS = """\
static int {part}_blocks(const struct {name}_room *const room, const sn_i64 n, const sn_i64 w, const sn_i64 k,
                         const {T} *a, {T} *y) {{
  if (n <= {few}) {{
    {part}_loops(n, w, k, a, y);
    return SN_OK;
  }}
  const sn_i64 h = (n + {few}) / {twice} * {few}, b = {start}, first = {rest}, m = {others}, l = n - m;
  int code = {part}_blocks(room, l, w, k, a + b * w + b, y + b * k);
  code = code ? code : {name}_minus(room, m, k, l, a + {corner}, {distances}, y + b * k, k, 1, y + first * k, k);
  return code ? code : {part}_blocks(room, m, w, k, a + first * w + first, y + first * k);
}}
"""
_TRIANGLES = """\
const sn_i64 k = {k};
if (count * n * k == 0) return SN_OK;
{diagonal}{copied}{take}int code = SN_OK;
for (sn_i64 s = 0; s < count && !code; s++) {{
  const {T} *const a = x0 + s * n * n;
  {T} *const y = y0 + s * n * k;
  if (k == 1) {name}_vector(n, a, y);
  {blocks}else {name}_loops(n, n, k, a, y);
}}
{give}if (code) return code;
"""
_BY_BLOCKS = """\
else if (room.bytes) code = {name}_blocks(&room, n, n, k, a, y);
  """


def solve_triangular(site: Site) -> RoutineText:
    """Operands (*stack, n, n), of which one triangle is read, and (*stack, n, k), in which the result may lie."""
    lower, trans, unit = (site.call.attr(x) for x in ("lower", "trans", "unit_diagonal"))
    n, right = site.call.operands[0].shape[-1], site.call.operands[1]
    blocked = _is_blocked(site)
    known: dict[str, object] = {
        "name": site.name, "T": site.type(site.call.operands[0]), "k": site.length(right.shape[-1]), "block": BLOCK,
        "copied": _COPIED, "minus": minus(site), "diagonal": "" if unit else _DIAGONAL, "blocks": "", "take": "",
        "give": ""}
    room: Dim = 0
    if blocked:
        room = _room(n, right.shape[-1], right.dtype.itemsize)
        known |= {"blocks": _BY_BLOCKS.format(**known), "give": LEAVE,
                  "take": ROOM.format(**known, bytes=f"(k > 1 ? {site.length(room)} : 0)")}
    functions = (MINUS.format(**known) if blocked else "") + _triangle(known, site.name, lower, trans, unit, blocked)
    return RoutineText(square(site) + _TRIANGLES.format(**known), functions, work=work_on_small(site), scratch=room)


def _is_blocked(site: Site) -> bool:
    """Whether a matrix may be so large that it is worked on in blocks."""
    n = site.call.operands[0].shape[-1]
    return site.dialect == "c" and not (isinstance(n, int) and n <= BLOCK)


def _room(n: Dim, k: Dim, itemsize: int) -> Dim:
    """Bytes that the products of the halves of a triangle work in."""
    half = dims.add(dims.floor_divide(n, 2), _STEP)
    return packed_bytes(half, k, half, itemsize)


def _triangle(given: Mapping[str, object], part: str, lower: bool, trans: bool, unit: bool, blocked: bool) -> str:
    """Functions ``PART_vector``, ``PART_loops`` and, if ``blocked``, ``PART_blocks`` for one triangle."""
    forward = lower != trans
    known = dict(given) | {
        "part": part, "i": "t" if forward else "n - 1 - t", "j": "u" if forward else "n - 1 - u",
        "place": "j * w + i" if trans else "i * w + j", "over": "" if unit else " / a[i * n + i]",
        "first": "0" if forward != trans else "i + 1", "length": "i" if forward != trans else "n - 1 - i",
        "start": "0" if forward else "h", "rest": "h" if forward else "0", "others": "n - h" if forward else "h",
        "few": _STEP, "twice": 2 * _STEP,
        "corner": "b * w + first" if trans else "first * w + b", "distances": "1, w" if trans else "w, 1"}
    known["divide"] = "" if unit else _DIVIDE.format(**known)
    known["step"] = (_VECTOR_BY_COLUMN if trans else _VECTOR_BY_ROW).format(**known)
    return (_SUBSTITUTE + _VECTOR + (_BLOCKS if blocked else "")).format(**known)


# all matrices -------------------------------------------------------------------------------------------------

# Matrices are turned, so that columns lie one after the other in memory.
_FACTOR = """\
static int {name}_factor({runtime}const sn_i64 n, const {T} *a, {T} *u, int *pivots, int *info) {{
  for (sn_i64 begin = 0; begin < n; begin += 16)
    for (sn_i64 i = 0; i < n; i++)
      for (sn_i64 j = begin; j < n && j < begin + 16; j++) u[j * n + i] = a[i * n + j];
{factor}  return SN_OK;
}}
"""
_FACTOR_SMALL = "  *info = {name}_loops(n, u, pivots);\n"
_FACTOR_LARGE = """\
  *info = 0;
  if (room->bytes) return {name}_columns(room, n, 0, n, u, pivots, info);
  const sn_rt *const rt = room->rt;
  const int in = (int)n;
  if (n > {block}) {{
    {GETRF}(&in, &in, u, &in, pivots, info);
    return SN_OK;
  }}
  *info = {name}_few(n, 0, n, u, pivots);
"""
_SOLVE = """\
static int {name}_solve({runtime}const sn_i64 n, const sn_i64 k, const {T} *restrict u, const int *restrict pivots,
                        {T} *restrict y) {{
  for (sn_i64 i = 0; i < n; i++)
    if (pivots[i] != i + 1)
      for (sn_i64 r = 0; r < k; r++) {{
        const {T} t = y[i * k + r];
        y[i * k + r] = y[(pivots[i] - 1) * k + r], y[(pivots[i] - 1) * k + r] = t;
      }}
{systems}  return SN_OK;
}}
"""
_SOLVE_SMALL = """\
  for (sn_i64 i = 0; i < n; i++)
    for (sn_i64 j = 0; j < i; j++)
      for (sn_i64 r = 0; r < k; r++) y[i * k + r] -= u[j * n + i] * y[j * k + r];
  for (sn_i64 i = n - 1; i >= 0; i--) {{
    for (sn_i64 j = n - 1; j > i; j--)
      for (sn_i64 r = 0; r < k; r++) y[i * k + r] -= u[j * n + i] * y[j * k + r];
    for (sn_i64 r = 0; r < k; r++) y[i * k + r] /= u[i * n + i];
  }}
"""
_SOLVE_LARGE = """\
  if (k == 1) {{
    {name}_l_vector(n, u, y);
    {name}_u_vector(n, u, y);
    return SN_OK;
  }}
  if (room->bytes) {{
    const int code = {name}_l_blocks(room, n, n, k, u, y);
    return code ? code : {name}_u_blocks(room, n, n, k, u, y);
  }}
  const sn_rt *const rt = room->rt;
  const int in = (int)n, ik = (int)k;
  const {T} one = 1;
  if (n > {block} && k > 0) {{
    {TRSM}("R", "L", "T", "U", &ik, &in, &one, u, &in, y, &ik);
    {TRSM}("R", "U", "T", "N", &ik, &in, &one, u, &in, y, &ik);
    return SN_OK;
  }}
  {name}_l_loops(n, n, k, u, y);
  {name}_u_loops(n, n, k, u, y);
"""
# A copy of a matrix, and its pivots behind it; then what products work in.
_EACH = """\
{begin}if (count == 0) return SN_OK;
{take}int code = SN_OK;
for (sn_i64 s = 0; s < count && !code; s++) {{
  int info;
  code = {name}_factor({room}n, x0 + s * n * n, u, pivots, &info);
  if (code) break;
{each}
}}
{give}if (code) return code;
"""
_TAKE = """\
{T} *const u = {memory};
if (!u) return SN_MEMORY;
int *const pivots = (int *)(u + n * n);
"""
_TAKE_SMALL = "{T} u[{n} * {n} + 1];\nint pivots[{n} + 1];\n"
_TAKE_LARGE = """\
const sn_i64 before = ({size} + 63) / 64 * 64;
struct {name}_room room = {{ rt, 0, rt->multiply && n > {block} ? {bytes} : 0 }};
{T} *const u = rt->alloc(rt, before + room.bytes);
if (!u) return SN_MEMORY;
room.memory = (char *)u + before;
int *const pivots = (int *)(u + n * n);
"""
_EACH_SOLVED = "  code = info ? SN_SINGULAR : {name}_solve({room}n, k, u, pivots, y0 + s * n * k);"
_EACH_INVERSE = """\
  {T} *const y = y0 + s * n * n;
  for (sn_i64 i = 0; i < n * n; i++) y[i] = i % (n + 1) == 0;
  if (info) {{
    {singular}
  }}
  else code = {name}_solve({room}n, n, u, pivots, y);"""
_NAN = "for (sn_i64 i = 0; i < n * n; i++) y[i] = (y[i] - y[i]) / (y[i] - y[i]);"
_FAILED = "code = SN_SINGULAR;"
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
    k = site.call.operands[1].shape[-1]
    begin = f"const sn_i64 k = {site.length(k)};\nif (k > {2 ** 31 - 1}) return SN_DIMENSION;\n"
    return by_factors(site, _EACH_SOLVED, begin + _COPIED, k)


def inv(site: Site) -> RoutineText:
    """Operand (*stack, n, n); attribute ``singular``: "raise", or "nan" for results of NaN."""
    singular = _NAN if site.call.attr("singular") == "nan" else _FAILED
    return by_factors(site, _EACH_INVERSE.replace("{singular}", singular), right=site.call.operands[0].shape[-1])


def det(site: Site) -> RoutineText:
    """Operand (*stack, n, n): a number for each matrix."""
    return by_factors(site, _EACH_DET)


def slogdet(site: Site) -> RoutineText:
    """Operand (*stack, n, n): sign and logarithm for each matrix."""
    return by_factors(site, _EACH_SLOGDET)


def by_factors(site: Site, each: str, begin: str = "", right: Dim | None = None) -> RoutineText:
    """What is done ``each`` time with the factors of a matrix; of systems with so many right sides, if there are."""
    large, native, type_ = _is_blocked(site), site.dialect == "c", site.type(site.call.operands[0])
    f = {"float": "f", "double": ""}[type_]
    size = f"n * n * (sn_i64)sizeof({type_}) + (n + 1) * (sn_i64)sizeof(int)"
    n, (own, room) = site.call.operands[0].shape[-1], _memory(site, right)
    known: dict[str, object] = {
        "name": site.name, "T": type_, "block": BLOCK, "runtime": f"const struct {site.name}_room *room, " * large,
        "room": "&room, " * large, "begin": begin, "abs": f"fabs{f}", "log": f"log{f}", "exp": f"exp{f}",
        "infinity": f"__builtin_inf{f}()" if native else "SN_INFINITY" if site.dialect == "cython" else "INFINITY",
        "memory": f"rt->alloc(rt, {size})" if native else f"malloc((size_t)({size}))", "size": size, "n": n,
        "give": "rt->release(rt, u);\n" if native else "free(u);\n", "few": FEW, "twice": 2 * FEW,
        "bytes": site.length(room), "minus": minus(site)}
    take = _TAKE_SMALL if is_small(site) else _TAKE_LARGE if large else _TAKE
    known |= {"take": take.format(**known)} | ({"give": ""} if is_small(site) else {})
    called = ("getrf",) if right is None else ("getrf", "trsm")
    known |= library(site, *called) if large else {}
    functions = "" if native else "#include <stdlib.h>\n"
    functions += (MINUS + RECURSION if large else LOOPS).format(**known)
    functions += _FACTOR.format(**known, factor=(_FACTOR_LARGE if large else _FACTOR_SMALL).format(**known))
    if right is not None:
        functions += _triangle(known, f"{site.name}_l", False, True, True, True) if large else ""
        functions += _triangle(known, f"{site.name}_u", True, True, False, True) if large else ""
        functions += _SOLVE.format(**known, systems=(_SOLVE_LARGE if large else _SOLVE_SMALL).format(**known))
    return RoutineText(square(site) + _EACH.format(**known, each=each.format(**known)), functions,
                       blas=names(site, *called) if large else (), work=work_on_small(site),
                       scratch=dims.add(own, room))


def _memory(site: Site, right: Dim | None) -> tuple[Dim, Dim]:
    """Bytes of a matrix with its pivots, and of what products work in; 0 of what lies on the stack."""
    n, size = site.call.operands[0].shape[-1], site.call.operands[0].dtype.itemsize
    own = dims.add(dims.multiply(dims.multiply(n, n), size), dims.multiply(dims.add(n, 1), 4))
    if not _is_blocked(site):
        return 0 if is_small(site) else own, 0
    half = dims.add(dims.floor_divide(n, 2), FEW)
    room = packed_bytes(half, n, half, size)
    room = room if right is None else dims.maximum(room, _room(n, right, size))
    return dims.multiply(dims.floor_divide(dims.add(own, 63), 64), 64), room
