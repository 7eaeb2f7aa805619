"""Binary search in a sorted vector."""

from __future__ import annotations

from .site import RoutineText, Site

# How many keys are searched for together.  The halves are the same for all keys, so that each step is vector code, and
# waits for memory once.
_LANES = 32
_TASK = """\
struct {name}_context {{ const {T} *sorted, *keys; {I} *y; sn_i64 n; }};
static int {name}_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_context *const c = pointer;
  for (sn_i64 i = begin; i < end; i += {lanes}) {{
    const sn_i64 count = end - i < {lanes} ? end - i : {lanes};
    {T} keys[{lanes}];
    sn_i64 place[{lanes}], n = c->n;
    for (int k = 0; k < {lanes}; k++) {{ keys[k] = c->keys[i + (k < count ? k : 0)]; place[k] = 0; }}
    while (n > 1) {{
      const sn_i64 half = n / 2;
      const {T} *const at = c->sorted + half - 1;
      for (int k = 0; k < {lanes}; k++) {{
        const {T} key = keys[k], other = at[place[k]];
        place[k] += ({before}) ? half : 0;
      }}
      n -= half;
    }}
    for (int k = 0; n > 0 && k < {lanes}; k++) {{
      const {T} key = keys[k], other = c->sorted[place[k]];
      place[k] += ({before});
    }}
    for (sn_i64 k = 0; k < count; k++) c->y[i + k] = place[k];
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
             "n": site.length(vector.shape[0]), "lanes": str(_LANES),
             "before": texts[site.call.attr("side")]}
    # A step costs about two additions, and there are as many as a length has bits.
    known["run"] = site.share(f"{site.name}_t", "&context", site.count(keys.shape), "20")
    return RoutineText(_BODY.format(**known), _TASK.format(**known), parallel=True)
