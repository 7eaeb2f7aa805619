"""Factors by elimination that several steps share, with the order of rows; and pivots that must not be 0."""

from __future__ import annotations

from ..abi import LINALG
from .site import RoutineText, Site
from .systems import by_factors

_EACH_FACTORS = """\
  (void)info;
  if (y0) for (sn_i64 i = 0; i < n * n; i++) y0[s * n * n + i] = u[i];
  for (sn_i64 i = 0; i < n; i++) {{
    if (y1) y1[s * n + i] = i;
    if (y2) y2[s * n + i] = i;
  }}
  {T} sign = 1;
  for (sn_i64 i = 0; i < n; i++) {{
    if (y1) {first}
    if (y2) {last}
    sign = pivots[i] != i + 1 ? -sign : sign;
  }}
  if (y3) y3[s] = sign;"""
_EXCHANGED = """\
{{{{
      const sn_i64 a = s * n + {i}, b = s * n + pivots[{i}] - 1, t = {y}[a];
      {y}[a] = {y}[b], {y}[b] = t;
    }}}}"""
_PIVOTS = """\
const sn_i64 n = {n}, count = {count};
values[0] = n, values[1] = n, values[2] = {op};
for (sn_i64 i = 0; i < count; i++) if (x0[i] == 0) {{ values[3] = i % n + 1; return SN_SINGULAR; }}
if (y0 != x0) for (sn_i64 i = 0; i < count; i++) y0[i] = x0[i];
"""


def lu_factor(site: Site) -> RoutineText:
    """Operand (*stack, n, n): factors, the order of rows, its inverse, and its sign, as far as they are wanted."""
    each = _EACH_FACTORS.replace("{first}", _EXCHANGED.format(y="y1", i="i")).replace(
        "{last}", _EXCHANGED.format(y="y2", i="n - 1 - i"))
    return by_factors(site, each)


def pivots(site: Site) -> RoutineText:
    """Operand (..., n), in whose memory the result may lie."""
    shape = site.call.operands[0].shape
    known = {"n": site.length(shape[-1] if shape else 1), "count": site.count(shape),
             "op": LINALG.index(site.call.op.name)}
    return RoutineText(_PIVOTS.format(**known))
