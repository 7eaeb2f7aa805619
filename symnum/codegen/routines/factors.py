"""Cholesky factors of stacks of symmetric matrices, and the derivative of the factor: loops on blocks, and products.

Source: I. Murray, "Differentiation of the Cholesky decomposition" (2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from ...ir import dims
from ...ir.node import Dim
from ..products import packed_bytes
from .matrices import BLOCK, LEAVE, MINUS, ROOM, minus, square, work_on_small
from .site import RoutineText, Site

# Columns between two visits of all that lies right of them.
_PANEL = 256

# Lower triangles of rows copied, zeros in the others.
_COPY = """\
struct {name}_context {{ const {T} *x; {T} *y; const sn_i64 *dims; {runtime}}};
static int {name}_copy(void *pointer, const sn_i64 begin, const sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  {unpacked}
  const sn_i64 n = {n};
  for (sn_i64 r = begin; r < end; r++) {{
    const sn_i64 i = r % n;
    if (c->y != c->x) for (sn_i64 j = 0; j <= i; j++) c->y[r * n + j] = c->x[r * n + j];
    for (sn_i64 j = i + 1; j < n; j++) c->y[r * n + j] = 0;
  }}
  return SN_OK;
}}
"""
# Rows lie w elements apart; what is right of the diagonal serves as scratch, and is zero again in the end.
_LOOPS = """\
static int {name}_loops(const sn_i64 n, const sn_i64 w, {T} *l) {{
  for (sn_i64 j = 0; j < n; j++) {{
    {T} *restrict top = l + j * w;
    if (top[j] <= 0) return SN_NOT_POSITIVE;
    const {T} d = top[j] = {sqrt}(top[j]);
    for (sn_i64 i = j + 1; i < n; i++) top[i] = l[i * w + j] = l[i * w + j] / d;
    for (sn_i64 i = j + 1; i < n; i++) {{
      {T} *restrict row = l + i * w;
      const {T} f = row[j];
      for (sn_i64 k = j + 1; k <= i; k++) row[k] -= f * top[k];
    }}
    for (sn_i64 i = j + 1; i < n; i++) top[i] = 0;
  }}
  return SN_OK;
}}
"""
# Rows x of x @ d.T = y, or of x @ d = y, for a lower triangle d; 16 of them side by side.
_ROWS = """\
struct {name}_rows {{ const {T} *d; {T} *y; sn_i64 n, w; int flip; }};
static int {name}_rows_t(void *pointer, const sn_i64 begin, const sn_i64 end) {{
  const struct {name}_rows *const c = pointer;
  const sn_i64 n = c->n, w = c->w;
  {T} x[{block}][16];
  for (sn_i64 first = begin; first < end; first += 16) {{
    const sn_i64 rows = end - first < 16 ? end - first : 16;
    {T} *const y = c->y + first * w;
    for (sn_i64 j = 0; j < n; j++)
      for (sn_i64 r = 0; r < 16; r++) x[j][r] = r < rows ? y[r * w + j] : 0;
    for (sn_i64 t = 0; t < n; t++) {{
      const sn_i64 j = c->flip ? t : n - 1 - t;
      {T} s[16];
      for (sn_i64 r = 0; r < 16; r++) s[r] = x[j][r];
      for (sn_i64 u = 0; u < t; u++) {{
        const sn_i64 k = c->flip ? u : n - 1 - u;
        const {T} f = c->flip ? c->d[j * w + k] : c->d[k * w + j];
        for (sn_i64 r = 0; r < 16; r++) s[r] -= f * x[k][r];
      }}
      for (sn_i64 r = 0; r < 16; r++) x[j][r] = s[r] / c->d[j * w + j];
    }}
    for (sn_i64 r = 0; r < rows; r++)
      for (sn_i64 j = 0; j < n; j++) y[r * w + j] = x[j][r];
  }}
  return SN_OK;
}}
static int {name}_rows(const sn_rt *rt, const sn_i64 m, const sn_i64 n, const sn_i64 w, const int flip, const {T} *d,
                       {T} *y) {{
  struct {name}_rows context = {{ d, y, n, w, flip }};
  return {share_rows};
}}
"""
_BLOCKS = """\
static int {name}_blocks(const struct {name}_room *const room, const sn_i64 n, {T} *l) {{
  int code = SN_OK;
  for (sn_i64 begin = 0, end; begin < n && !code; begin = end) {{
    end = sn_least(begin + {panel}, n);
    for (sn_i64 b = begin, e; b < end && !code; b = e) {{
      e = sn_least(b + {block}, end);
      const {T} *const left = l + b * n + begin;
      {T} *const d = l + b * n + b;
      code = {name}_minus(room, n - b, e - b, b - begin, left, n, 1, left, 1, n, d, n);
      code = code ? code : {name}_loops(e - b, n, d);
      code = code ? code : {name}_rows(room->rt, n - e, e - b, n, 1, d, l + e * n + b);
    }}
    for (sn_i64 r = end, next; r < n && !code; r = next) {{
      next = sn_least(r + {panel}, n);
      code = {name}_minus(room, next - r, next - end, end - begin, l + r * n + begin, n, 1, l + end * n + begin, 1, n,
                          l + r * n + end, n);
    }}
  }}
  for (sn_i64 i = 0; i < n; i++)
    for (sn_i64 j = i + 1; j < n; j++) l[i * n + j] = 0;
  return code;
}}
"""
_TASK = """\
static int {name}_t(void *pointer, const sn_i64 begin, const sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  {unpacked}
  const sn_i64 n = {n};
  for (sn_i64 s = begin; s < end; s++) {{
    {T} *const l = c->y + s * n * n;
    const int code = {factor};
    if (code) return code;
  }}
  return SN_OK;
}}
"""
_BODY = """\
if (n * count == 0) return SN_OK;
{take}struct {name}_context context = {{ x0, y0, dims{handle} }};
int code = {copy};
if (!code) code = {run};
{give}if (code) return code;
"""


def cholesky(site: Site) -> RoutineText:
    """Operand (*stack, n, n), of which the lower triangle is read; the result may lie in its memory."""
    known, blocked = _known(site)
    loops = f"{site.name}_loops(n, n, l)"
    by_blocks = f"c->room->rt->multiply && n > {BLOCK} ? {site.name}_blocks(c->room, n, l) : {loops}"
    known["factor"] = by_blocks if blocked else loops
    shared = site.share(f"{site.name}_t", "&context", "count", "n * n * n / 3")
    # Threads share small matrices; the blocks of a large one have threads of their own.
    known["run"] = f"n > {BLOCK} ? {site.name}_t(&context, 0, count) : {shared}" if blocked else shared
    functions = (MINUS if blocked else "") + _COPY + _LOOPS + (_ROWS + _BLOCKS if blocked else "") + _TASK
    n = site.call.operands[0].shape[-1]
    return _finished(site, _BODY, functions, known, blocked, ((n, BLOCK, _PANEL), (_PANEL, n, _PANEL)))


def _finished(site: Site, body: str, functions: str, known: dict[str, object], blocked: bool,
              products: Sequence[tuple[Dim, Dim, Dim]]) -> RoutineText:
    """The text of a routine, with memory for its largest products."""
    size = site.call.operands[0].dtype.itemsize
    room = reduce(dims.maximum, (packed_bytes(*lengths, size) for lengths in products)) if blocked else 0
    memory = {"take": ROOM.format(**known, bytes=site.length(room)), "give": LEAVE} if blocked else dict.fromkeys(
        ("take", "give"), "")
    return RoutineText(square(site) + body.format(**known, **memory), functions.format(**known), parallel=True,
                       work=work_on_small(site), scratch=room)


def _known(site: Site) -> tuple[dict[str, object], bool]:
    """Text for the templates, and whether products of the runtime are used."""
    n = site.call.operands[0].shape[-1]
    blocked = site.dialect == "c" and not (isinstance(n, int) and n <= BLOCK)
    type_ = site.type(site.call.operands[0])
    return {
        "name": site.name, "T": type_, "n": site.length(n), "unpacked": site.unpacked("c->dims"), "block": BLOCK,
        "panel": _PANEL, "sqrt": {"float": "sqrtf", "double": "sqrt"}[type_], "minus": minus(site) if blocked else "",
        "runtime": f"const struct {site.name}_room *room; " if blocked else "", "handle": ", &room" if blocked else "",
        "copy": site.share(f"{site.name}_copy", "&context", "n * count", "n / 2"),
        "share_rows": site.share(f"{site.name}_rows_t", "&context", "m", "n * n / 2")}, blocked


# the derivative -----------------------------------------------------------------------------------------------

# a, lower triangles, from the cotangent of the factor l to that of the matrix; rows lie w elements apart.
_PULL = """\
static void {name}_pull(const sn_i64 n, const sn_i64 w, const {T} *restrict l, {T} *restrict a) {{
  for (sn_i64 j = n - 1; j >= 0; j--) {{
    const {T} d = l[j * w + j];
    {T} s = 0;
    for (sn_i64 i = j + 1; i < n; i++) s += l[i * w + j] * a[i * w + j];
    a[j * w + j] = a[j * w + j] - s / d;
    for (sn_i64 i = j; i < n; i++) {{
      const {T} f = a[i * w + j] /= d;
      for (sn_i64 k = 0; k < j; k++) a[j * w + k] -= f * l[i * w + k];
      if (i > j) for (sn_i64 k = 0; k < j; k++) a[i * w + k] -= f * l[j * w + k];
    }}
    a[j * w + j] *= ({T})0.5;
  }}
}}
"""
# Blocks of columns from the last one on: with C = l[end:, begin:end], D the square above it, B and R left of these.
_PULL_BLOCKS = """\
static int {name}_pull_blocks(const struct {name}_room *const room, const sn_i64 n, const {T} *l, {T} *a) {{
  {T} both[{block} * {block}];
  int code = SN_OK;
  for (sn_i64 end = n, begin; end > 0 && !code; end = begin) {{
    begin = end > {block} ? end - {block} : 0;
    const sn_i64 w = end - begin, below = n - end;
    const {T} *const d = l + begin * n + begin, *const r = l + begin * n, *const b = l + end * n;
    {T} *const ad = a + begin * n + begin, *const ar = a + begin * n, *const ab = a + end * n, *const ac = ab + begin;
    code = {name}_rows(room->rt, below, w, n, 0, d, ac);
    code = code ? code : {name}_minus(room, below, begin, w, ac, n, 1, r, n, 1, ab, n);
    code = code ? code : {name}_minus(room, w, w, below, ac, 1, n, b + begin, n, 1, ad, n);
    code = code ? code : {name}_minus(room, w, begin, below, ac, 1, n, b, n, 1, ar, n);
    {name}_pull(w, n, d, ad);
    for (sn_i64 i = 0; i < w; i++) {{
      for (sn_i64 j = i + 1; j < w; j++) ad[i * n + j] = 0;
      for (sn_i64 j = 0; j <= i; j++) both[i * w + j] = both[j * w + i] = ad[i * n + j];
      both[i * w + i] *= 2;
    }}
    code = code ? code : {name}_minus(room, w, begin, w, both, w, 1, r, n, 1, ar, n);
  }}
  return code;
}}
"""
_PULL_BODY = """\
if (n * count == 0) return SN_OK;
{take}struct {name}_context context = {{ x1, y0, dims{handle} }};
int code = {copy};
for (sn_i64 s = 0; s < count && !code; s++) {{
  {pull}
}}
{give}if (code) return code;
"""


def cholesky_pulled(site: Site) -> RoutineText:
    """Operands: lower factors, and their cotangents, in whose memory the result may lie."""
    known, blocked = _known(site)
    arguments = "x0 + s * n * n, y0 + s * n * n"
    pull = f"{site.name}_pull(n, n, {arguments});"
    if blocked:
        own = f"code = {site.name}_pull_blocks(&room, n, {arguments});"
        pull = f"if (rt->multiply && n > {BLOCK}) {own} else {pull}"
    functions = (MINUS if blocked else "") + _COPY + _PULL + (_ROWS + _PULL_BLOCKS if blocked else "")
    n = site.call.operands[0].shape[-1]
    return _finished(site, _PULL_BODY, functions, known | {"pull": pull}, blocked, ((n, n, BLOCK), (BLOCK, n, n)))
