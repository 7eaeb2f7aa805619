"""Binary search in a sorted vector."""

from __future__ import annotations

from .site import RoutineText, Site

_TASK = """\
struct {name}_context {{ const {T} *sorted, *keys; {I} *y; sn_i64 n; }};
static int {name}_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  for (sn_i64 i = begin; i < end; i++) {{
    const {T} key = c->keys[i], *low = c->sorted;
    sn_i64 n = c->n;
    while (n > 1) {{
      const sn_i64 half = n / 2;
      const {T} other = low[half - 1];
      low = ({before}) ? low + half : low;
      n -= half;
    }}
    sn_i64 place = low - c->sorted;
    if (n > 0) {{ const {T} other = *low; place += ({before}); }}
    c->y[i] = place;
  }}
  return SN_OK;
}}
"""
_BODY = """\
struct {name}_context context = {{ x0, x1, y0, {n} }};
const int code = {run};
if (code) return code;
"""
# Whether an element of the vector stands before the place of the key; NaN is above all numbers.
_BEFORE = {"left": "other < key", "right": "!(key < other)"}
_BEFORE_FLOAT = {"left": "(other < key) | ((key != key) & (other == other))",
                 "right": "!((key < other) | ((other != other) & (key == key)))"}


def searchsorted(site: Site) -> RoutineText:
    """Operands: a sorted vector, keys of its dtype; attribute ``side``."""
    vector, keys = site.call.operands
    texts = _BEFORE_FLOAT if vector.dtype.kind == "f" else _BEFORE
    known = {"name": site.name, "T": site.type(vector), "I": site.type(site.call.results[0]),
             "n": site.length(vector.shape[0]),
             "before": texts[site.call.attr("side")]}
    # Each step waits for memory: about ten additions, and there are as many as a length has bits.
    known["run"] = site.share(f"{site.name}_t", "&context", site.count(keys.shape), "100")
    return RoutineText(_BODY.format(**known), _TASK.format(**known), parallel=True)
