"""Places of elements along an axis once they are sorted: a radix sort of words that hold a key and a place.

A key is a number whose order is that of the elements.  Its leading bits and the element's place fill one word of 64
bits, so that words differ and one order of them exists, whatever the number of threads.  Where elements agree in the
bits kept, the run of their words is sorted again by the bits left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...dtypes import UINT32, UINT64
from ...ir import dims
from ...ir.node import Dim, Shape
from ..dialects import C
from ..texts import key
from .rooms import GIVE, ROOMS, rooms_bytes, take
from .site import RoutineText, Site

# Elements that insertion sorts as they are, and words below which merging beats counting digits.
_FEW, _SHORT = 24, 64
# Bits of a digit below a number of words, bits above all these, and the digits by which words are sorted first: enough
# for most keys to differ in them.
_DIGITS = ((600, 8), (6000, 10), (1 << 21, 12))
_WIDEST, _PASSES = 13, 3
# Words of a part of a long row, and the most parts of one.
_PART, _PARTS = 1 << 16, 64
# Rows from which on threads share rows instead of parts of each, unless rows are so long that a signal would wait.
_ROWS, _LONGEST = 16, 1 << 20

# words --------------------------------------------------------------------------------------------------------------

_WORDS = """\
/* Merges blocks that insertion has sorted; the result is in a. */
static void {name}_short({U} *const a, {U} *const b, const sn_i64 n) {{
  for (sn_i64 begin = 0; begin < n; begin += 12) {{
    const sn_i64 end = sn_least(begin + 12, n);
    for (sn_i64 i = begin + 1; i < end; i++) {{
      const {U} word = a[i];
      sn_i64 j = i;
      for (; j > begin && a[j - 1] > word; j--) a[j] = a[j - 1];
      a[j] = word;
    }}
  }}
  {U} *from = a, *to = b;
  for (sn_i64 width = 12; width < n; width *= 2) {{
    for (sn_i64 begin = 0; begin < n; begin += 2 * width) {{
      const sn_i64 middle = sn_least(begin + width, n), end = sn_least(begin + 2 * width, n);
      sn_i64 i = begin, j = middle, k = begin;
      while (i < middle && j < end) {{
        const {U} left = from[i], right = from[j];
        const int second = right < left;
        to[k++] = second ? right : left;
        j += second, i += !second;
      }}
      while (i < middle) to[k++] = from[i++];
      while (j < end) to[k++] = from[j++];
    }}
    {U} *const other = from;
    from = to, to = other;
  }}
  for (sn_i64 i = 0; from != a && i < n; i++) a[i] = from[i];
}}
/* Words in parts, and for each part how many have each digit; the last row of counts is for all. */
struct {name}_words {{ {member}{U} *from, *to; {C} *counts; sn_i64 n, parts; int low, width; }};
static int {name}_count_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_words *const w = pointer;
  const {U} mask = (({U})1 << w->width) - 1;
  for (sn_i64 part = begin; part < end; part++) {{
    {C} *const counts = w->counts + (part << w->width);
    for ({U} d = 0; d <= mask; d++) counts[d] = 0;
    const sn_i64 last = w->n * (part + 1) / w->parts;
    for (sn_i64 i = w->n * part / w->parts; i < last; i++) counts[w->from[i] >> w->low & mask]++;
  }}
  return SN_OK;
}}
static int {name}_move_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_words *const w = pointer;
  const {U} mask = (({U})1 << w->width) - 1;
  const int low = w->low;
  for (sn_i64 part = begin; part < end; part++) {{
    {C} *const counts = w->counts + (part << w->width);
    const {U} *const from = w->from;
    {U} *const to = w->to;
    const sn_i64 last = w->n * (part + 1) / w->parts;
    for (sn_i64 i = w->n * part / w->parts; i < last; i++) {{
      const {U} word = from[i];
      to[counts[word >> low & mask]++] = word;
    }}
  }}
  return SN_OK;
}}
/* Makes of counts the places where each part's words of a digit begin; whether there are several digits. */
static int {name}_places(const struct {name}_words *const w) {{
  const sn_i64 digits = (sn_i64)1 << w->width;
  {C} *const all = w->counts + w->parts * digits, sum = 0;
  for (sn_i64 d = 0; d < digits; d++) all[d] = 0;
  for (sn_i64 i = 0; i < w->parts * digits; i += digits)
    for (sn_i64 d = 0; d < digits; d++) all[d] += w->counts[i + d];
  for (sn_i64 d = 0; d < digits; d++) {{
    const {C} count = all[d];
    if ((sn_i64)count == w->n) return 0;
    all[d] = sum, sum += count;
  }}
  for (sn_i64 i = 0; i < w->parts * digits; i += digits)
    for (sn_i64 d = 0; d < digits; d++) {{
      const {C} count = w->counts[i + d];
      w->counts[i + d] = all[d], all[d] += count;
    }}
  return 1;
}}
static inline int {name}_digit(const sn_i64 n) {{ return {digit}; }}
/* Sorts words whose order the bits from low on decide, above which they agree; the result is in from. */
static int {name}_sort(struct {name}_words *const w, const int low, const int bits) {{
{words_runtime}  if (w->n < {short}) {{ {name}_short(w->from, w->to, w->n); return SN_OK; }}
  const int widest = {name}_digit(w->n), digits = (bits + widest - 1) / widest;
  for (int digit = 0; digit < digits; digit++) {{
    w->low = low + bits * digit / digits, w->width = low + bits * (digit + 1) / digits - w->low;
    int code = {count};
    if (code) return code;
    if (!{name}_places(w)) continue;
    code = {move};
    if (code) return code;
    {U} *const other = w->from;
    w->from = w->to, w->to = other;
  }}
  return SN_OK;
}}
"""

# rows ---------------------------------------------------------------------------------------------------------------

_ROW = """\
/* The number of counts of one part and of all. */
static sn_i64 {name}_room(const sn_i64 n) {{ return n < {short} ? 0 : (sn_i64)2 << {name}_digit(n); }}
static inline {U} {name}_key(const {T} x) {{ {key} }}
/* A part has the least and greatest key, the bits in which keys differ, and where whole runs begin and end in it. */
struct {name}_row {{
  struct {name}_words words;
  const {T} *x;
  {I} *y;
  sn_i64 stride;
  {U} least;
  int dropped, bits, rest;  /* how many bits of keys words lack, hold a place, and were dropped though keys differ */
  struct {{ {U} least, greatest, differ; sn_i64 first, last; int joined; }} parts[{parts}];
}};
static int {name}_range_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  struct {name}_row *const r = pointer;
  for (sn_i64 part = begin; part < end; part++) {{
    const sn_i64 n = r->words.n, last = n * (part + 1) / r->words.parts, stride = r->stride;
    const {T} *const x = r->x;
    sn_i64 i = n * part / r->words.parts;
    const {U} first = {name}_key(x[i * stride]);
    {U} least = first, greatest = first, differ = 0;
    for (; i < last; i++) {{
      const {U} key = {name}_key(x[i * stride]);
      least = key < least ? key : least, greatest = key > greatest ? key : greatest, differ |= key ^ first;
    }}
    r->parts[part].least = least, r->parts[part].greatest = greatest, r->parts[part].differ = differ;
  }}
  return SN_OK;
}}
static int {name}_fill_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_row *const r = pointer;
  const sn_i64 n = r->words.n, last = n * end / r->words.parts, stride = r->stride;
  const {T} *const x = r->x;
  {U} *const to = r->words.from;
  const {U} least = r->least;
  const int dropped = r->dropped, bits = r->bits;
  for (sn_i64 i = n * begin / r->words.parts; i < last; i++)
    to[i] = ({name}_key(x[i * stride]) - least) >> dropped << bits | ({U})i;
  return SN_OK;
}}
/* Sorts a run of words that agree in the bits kept by the bits left out, and writes their places. */
static int {name}_run(const struct {name}_row *const r, const sn_i64 begin, const sn_i64 n, const sn_i64 parts,
                      {C} *const counts) {{
  const {U} mask = (({U})1 << r->bits) - 1, rest = (({U})1 << r->rest) - 1;
  struct {name}_words run = r->words;
  run.from += begin, run.to += begin, run.n = n, run.parts = parts, run.counts = counts;
  if (n > 1 && r->rest > 0) {{
    for (sn_i64 i = 0; i < n; i++) {{
      const {U} place = run.from[i] & mask;
      run.from[i] = (({name}_key(r->x[(sn_i64)place * r->stride]) - r->least) & rest) << r->bits | place;
    }}
    const int code = {name}_sort(&run, r->bits, r->rest);
    if (code) return code;
  }}
  for (sn_i64 i = 0; i < n; i++) r->y[(begin + i) * r->stride] = ({I})(run.from[i] & mask);
  return SN_OK;
}}
/* Writes the places of all runs that lie inside a part. */
static int {name}_out_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  struct {name}_row *const r = pointer;
  const {U} *const words = r->words.from, mask = (({U})1 << r->bits) - 1;
  for (sn_i64 part = begin; part < end; part++) {{
    sn_i64 i = r->words.n * part / r->words.parts, last = r->words.n * (part + 1) / r->words.parts;
    const sn_i64 start = i, stop = last;
    if (r->parts[part].joined) while (i < last && words[i] >> r->bits == words[start] >> r->bits) i++;
    if (part + 1 < r->words.parts && r->parts[part + 1].joined)
      while (last > i && words[last - 1] >> r->bits == words[stop - 1] >> r->bits) last--;
    r->parts[part].first = i, r->parts[part].last = last;
    if (r->rest == 0) {{
      for (; i < last; i++) r->y[i * r->stride] = ({I})(words[i] & mask);
      continue;
    }}
    while (i < last) {{
      const {U} kept = words[i] >> r->bits;
      sn_i64 n = 1;
      while (i + n < last && words[i + n] >> r->bits == kept) n++;
      if (n == 1) r->y[i * r->stride] = ({I})(words[i] & mask);
      const int code = n == 1 ? SN_OK : {name}_run(r, i, n, 1, r->words.counts + part * {name}_room(r->words.n));
      if (code) return code;
      i += n;
    }}
  }}
  return SN_OK;
}}
static inline int {name}_length({U} x) {{
  int bits = 0;
  for (int step = 32; step; step /= 2) if (x >> step) bits += step, x >>= step;
  return bits + (int)x;
}}
/* Divides 64 bits between key and place; how many bits of a key are kept. */
static int {name}_fit(struct {name}_row *const r) {{
  {U} least = r->parts[0].least, greatest = r->parts[0].greatest, differ = r->parts[0].differ;
  for (sn_i64 k = 1; k < r->words.parts; k++) {{
    least = r->parts[k].least < least ? r->parts[k].least : least;
    greatest = r->parts[k].greatest > greatest ? r->parts[k].greatest : greatest;
    differ |= r->parts[k].differ | (r->parts[k].least ^ r->parts[0].least);
  }}
  const sn_i64 n = r->words.n;
  const int bits = {name}_length(({U})n), kept = {name}_length(greatest - least);
  const int low = differ ? {name}_length(differ & (0 - differ)) - 1 : 0;
  const int sorted = n < {short} ? 64 : {passes} * {name}_digit(n);
  const int most = sorted < 64 - bits ? sorted : 64 - bits;
  r->least = least, r->bits = bits;
  r->dropped = kept - low <= most ? low : kept - most;
  r->rest = kept - low <= most ? 0 : r->dropped;
  return kept - r->dropped;
}}
/* Runs that lie in several parts. */
static int {name}_joined(struct {name}_row *const r) {{
  for (sn_i64 k = 1; k < r->words.parts; k++) {{
    if (!r->parts[k].joined) continue;
    const sn_i64 begin = r->parts[k - 1].last;
    for (; k + 1 < r->words.parts && r->parts[k + 1].joined; k++)
      if (r->parts[k].first < r->words.n * (k + 1) / r->words.parts) break;
    const sn_i64 n = r->parts[k].first - begin;
    const sn_i64 parts = sn_least(sn_most(1, n / {part}), r->words.parts);
    const int code = {name}_run(r, begin, n, parts, r->words.counts);
    if (code) return code;
  }}
  return SN_OK;
}}
static void {name}_few(const struct {name}_row *const r) {{
  {U} keys[{few}];
  for (sn_i64 i = 0; i < r->words.n; i++) {{
    const {U} key = {name}_key(r->x[i * r->stride]);
    sn_i64 j = i;
    for (; j > 0 && keys[j - 1] > key; j--)
      keys[j] = keys[j - 1], r->y[j * r->stride] = r->y[(j - 1) * r->stride];
    keys[j] = key, r->y[j * r->stride] = i;
  }}
}}
static int {name}_row(struct {name}_row *const r) {{
{row_runtime}  if (r->words.n <= {few}) {{ {name}_few(r); return SN_OK; }}
  int code = {range};
  if (code) return code;
  const int kept = {name}_fit(r);
  if ((code = {fill})) return code;
  if ((code = {name}_sort(&r->words, r->bits, kept))) return code;
  r->parts[0].joined = 0;
  for (sn_i64 k = 1; k < r->words.parts; k++) {{
    const {U} *const word = r->words.from + r->words.n * k / r->words.parts;
    r->parts[k].joined = r->rest > 0 && word[-1] >> r->bits == word[0] >> r->bits;
  }}
  if ((code = {out})) return code;
  return {name}_joined(r);
}}
"""

# all rows -----------------------------------------------------------------------------------------------------------

_TASK = """\
struct {name}_context {{ {member}{rooms}const {T} *x; {I} *y; sn_i64 n, inner, parts; volatile int failed; }};
static int {name}_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  struct {name}_context *const c = pointer;
{context_runtime}
  const sn_i64 n = c->n, inner = c->inner;
{enter}
  int code = SN_OK;
  for (sn_i64 i = begin; i < end && !code; i++) {{
    struct {name}_row row;
    row.words = (struct {name}_words){{ {rt}memory, memory + n, ({C} *)(memory + 2 * n), n, c->parts, 0, 0 }};
    row.x = c->x + i / inner * n * inner + i % inner, row.y = c->y + (row.x - c->x), row.stride = inner;
    code = {name}_row(&row);
  }}
  {leave};
  return code;
}}
"""
_ENTER = "  {U} *const memory = ({U} *)(void *){name}_enter(&c->rooms);"
_MALLOC = """\
  {U} *const memory = malloc((size_t){size});
  if (!memory) {{ c->failed = 1; return SN_MEMORY; }}"""
_BODY = """\
const sn_i64 n = {n}, inner = {inner}, rows = {outer} * inner;
if (n == 0 || rows == 0) return SN_OK;
if (n >> 32) {{ values[0] = n; return SN_DIMENSION; }}
const int cut = rows < {rows} || n > {longest};
const sn_i64 parts = cut ? sn_least(sn_most(1, n / {part}), {parts}) : 1;
{take}struct {name}_context context = {{ {rt}{given}x0, y0, n, inner, parts, 0 }};
const int code = parts > 1 ? {name}_t(&context, 0, rows) : {run};
{give}if (code) return code;
if (context.failed) return SN_MEMORY;
"""
# Order-preserving bits: negative floats turned round, and NaN, of either sign, behind infinity.
_FLOAT_KEY = """\
union {{ {T} number; {B} bits; }} as;
  as.number = x + 0;  /* no negative zero */
  if (x != x) return ({B}){nan};
  return as.bits >> {sign} ? ({B})~as.bits : ({B})(as.bits | ({B})1 << {sign});"""


def argsort(site: Site) -> RoutineText:
    """Along the attribute ``axis``: places of sorted elements, as int64; NaN is last, equal ones in order."""
    place, axis = site.call.operands[0], site.call.attr("axis")
    known: dict[str, object] = {
        "name": site.name, "T": site.type(place), "I": site.type(site.call.results[0]), "U": C.types[key(UINT64)],
        "C": C.types[key(UINT32)], "key": _key(place.dtype), "n": site.length(place.shape[axis]),
        "outer": site.count(place.shape[:axis]), "inner": site.count(place.shape[axis + 1:]),
        "digit": " : ".join((*(f"n < {n} ? {bits}" for n, bits in _DIGITS), str(_WIDEST))), "passes": _PASSES,
        "few": _FEW, "short": _SHORT, "part": _PART, "parts": _PARTS, "rows": _ROWS, "longest": _LONGEST}
    known |= _memory(site, known)
    for task in ("count", "move"):
        known[task] = site.share(f"{site.name}_{task}_t", "w", "w->parts", "(w->n / w->parts)")
    for task in ("range", "fill", "out"):
        known[task] = site.share(f"{site.name}_{task}_t", "r", "r->words.parts", "(r->words.n / r->words.parts)")
    known["run"] = site.share(f"{site.name}_t", "&context", "rows", "(n * 16)")
    head = ROOMS if site.dialect == "c" else "#include <stdlib.h>\n"
    scratch, shared = _scratch(place.shape, axis)
    return RoutineText(_BODY.format(**known), (head + _WORDS + _ROW + _TASK).format(**known), parallel=True,
                       scratch=scratch, shared=shared)


def _scratch(shape: Shape, axis: int) -> tuple[Dim, tuple[Dim, Dim]]:
    """The most memory for long rows one after the other, and that of each thread for others with their number."""
    n, rows = dims.simple(shape[axis]), dims.simple(dims.product((*shape[:axis], *shape[axis + 1:])))
    # As many counts as 8 elements for each or, from a few thousand on, as the digits of the longest rows.
    words, counts = dims.multiply(n, 16), dims.minimum(dims.multiply(n, 32), 8 << _WIDEST)
    parts = dims.minimum(dims.maximum(dims.floor_divide(n, _PART), 1), _PARTS)
    if isinstance(n, int) and n <= _LONGEST and isinstance(rows, int) and rows >= _ROWS:
        parts = 1
    cut, own = (rooms_bytes(dims.add(words, dims.multiply(k, counts))) for k in (parts, 1))
    return cut, (own, rows)


def _memory(site: Site, known: Mapping[str, object]) -> dict[str, object]:
    """Text for the words and counts of rows: rooms of the runtime, whose table all functions then know, or malloc's."""
    size = "(2 * n * (sn_i64)sizeof({U}) + {name}_room(n) * {{parts}} * (sn_i64)sizeof({C}))".format(**known)
    if site.dialect != "c":
        size = size.format(parts="c->parts")
        return {"member": "", "rooms": "", "rt": "", "given": "", "words_runtime": "", "row_runtime": "",
                "context_runtime": "", "take": "", "give": "", "leave": "free(memory)",
                "enter": _MALLOC.format(**known, size=size)}
    begin = "  const sn_rt *const rt = "
    return {"member": "const sn_rt *rt; ", "rooms": f"struct {site.name}_rooms rooms; ", "rt": "rt, ",
            "given": "rooms, ", "words_runtime": f"{begin}w->rt;\n", "row_runtime": f"{begin}r->words.rt;\n",
            "context_runtime": f"{begin}c->rt;", "give": GIVE, "enter": _ENTER.format(**known),
            "take": take(site, size.format(parts="parts"), "parts > 1 ? 1 : sn_least(rows, rt->threads(rt))"),
            "leave": f"{site.name}_leave(&c->rooms, (char *)memory)"}


def _key(dtype: np.dtype[np.generic]) -> str:
    """A function's body: a number whose order is that of the elements x."""
    unsigned = C.types[key(UINT64)]
    if dtype.kind in "bu":
        return f"return ({unsigned})x;"
    if dtype.kind == "i":
        return f"return ({unsigned})(sn_i64)x ^ ({unsigned})1 << 63;"
    bits, nan = (UINT32, "0xFFC00000u") if dtype.itemsize == 4 else (UINT64, "0xFFF8000000000000u")
    return _FLOAT_KEY.format(T=C.types[key(dtype)], B=C.types[key(bits)], nan=nan, sign=8 * dtype.itemsize - 1)
