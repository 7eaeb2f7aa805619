"""Scans along an axis: each element of the result is made of the one before it and of the operands' elements.

The elements along the axis are combined one after the other, as NumPy's ``accumulate`` does, so that no bit depends
on the number of threads; these share the other axes.
"""

from __future__ import annotations

from ..texts import combine_text
from .site import RoutineText, Site

# Rows that one loop goes through side by side, so that one does not wait for the other's sum; elements of a row that
# stay near while the next row is made.
_ROWS, _BLOCK = 4, 512

_CONTEXT = "struct {name}_context {{ {pointers}; {T} *y; sn_i64 outer, n, inner; }};\n"
_ALONG_ROWS = """\
static int {name}_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  const sn_i64 n = c->n;
  for (sn_i64 r = begin * {rows}; n > 0 && r < end * {rows} && r < c->outer; r += {rows}) {{
{open}
    {T} *const y = c->y + r * n;
    if (c->outer - r >= {rows}) {{
      {T} s[{rows}];
      for (int k = 0; k < {rows}; k++) {{ const sn_i64 i = k * n; y[i] = s[k] = {first}; }}
      for (sn_i64 j = 1; j < n; j++)
        for (int k = 0; k < {rows}; k++) {{ const sn_i64 i = k * n + j; const {T} t = s[k]; y[i] = s[k] = {next}; }}
    }} else {{
      for (sn_i64 k = 0; k < c->outer - r; k++) {{
        sn_i64 i = k * n;
        {T} t = y[i] = {first};
        for (i++; i < (k + 1) * n; i++) y[i] = t = {next};
      }}
    }}
  }}
  return SN_OK;
}}
"""
_ALONG_COLUMNS = """\
static int {name}_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  const sn_i64 n = c->n, inner = c->inner, blocks = (inner + {block} - 1) / {block};
  for (sn_i64 item = begin; n > 0 && item < end; item++) {{
    const sn_i64 column = item % blocks * {block}, r = item / blocks * n * inner + column;
    const sn_i64 width = inner - column < {block} ? inner - column : {block};
    for (sn_i64 i = 0; i < width; i++) {{
{open_first}
      c->y[r + i] = {first};
    }}
    for (sn_i64 j = 1; j < n; j++) {name}_row(c, r + j * inner, width);
  }}
  return SN_OK;
}}
"""
_ROW = """\
static void {name}_row(const struct {name}_context *const c, const sn_i64 r, const sn_i64 width) {{
{open}
  const {T} *restrict before = c->y + (r - c->inner);
  {T} *restrict y = c->y + r;
  for (sn_i64 i = 0; i < width; i++) {{ const {T} t = before[i]; y[i] = {next}; }}
}}
"""
_BODY = """\
struct {name}_context context = {{ {given}, y0, {outer}, {n}, {inner} }};
const sn_i64 extent = {extent};
const int code = {run};
if (code) return code;
"""


def scan(site: Site, combine: str) -> RoutineText:
    """Along the attribute ``axis``: the elements of one operand combined by an op of the table."""
    dtype = site.call.operands[0].dtype
    return _text(site, "x0[i]", combine_text(combine, dtype, ("t", "x0[i]"), "_Bool"))


def recurrence(site: Site) -> RoutineText:
    """Along the attribute ``axis``: ``y[i] = x0[i] * y[i - 1] + x1[i]``, beginning with ``x1[0]``."""
    return _text(site, "x1[i]", "x0[i] * t + x1[i]")


def _text(site: Site, first: str, following: str) -> RoutineText:
    call = site.call
    place, axis = call.operands[0], call.attr("axis")
    outer, inner = site.count(place.shape[:axis]), site.count(place.shape[axis + 1:])
    operands = [f"x{k}" for k in range(len(call.operands))]
    type_ = site.type(place)
    known = {
        "name": site.name, "T": type_, "rows": _ROWS, "block": _BLOCK, "outer": outer, "inner": inner,
        "n": site.length(place.shape[axis]), "pointers": "; ".join(f"const {type_} *{x}" for x in operands),
        "given": ", ".join(operands), "first": first, "next": following,
    }
    by_rows = axis == len(place.shape) - 1
    begin = "r * n" if by_rows else "r"
    known["open"] = "\n".join(f"    const {type_} *restrict {x} = c->{x} + {begin}; (void){x};" for x in operands)
    known["open_first"] = "\n".join(f"      const {type_} *const {x} = c->{x} + r; (void){x};" for x in operands)
    blocks = f"(({inner} + {_BLOCK - 1}) / {_BLOCK})"
    known["extent"] = f"({outer} + {_ROWS - 1}) / {_ROWS}" if by_rows else f"{outer} * {blocks}"
    price = f"{_ROWS} * context.n" if by_rows else f"context.n * {_BLOCK}"
    known["run"] = site.share(f"{site.name}_t", "&context", "extent", price)
    loops = _ALONG_ROWS if by_rows else _ROW + _ALONG_COLUMNS
    return RoutineText(_BODY.format(**known), (_CONTEXT + loops).format(**known), parallel=True)
