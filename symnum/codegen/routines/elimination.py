"""L and U of a matrix with its rows exchanged: by loops, or by recursion on columns and the runtime's products.

Source: S. Toledo, "Locality of reference in LU decomposition with partial pivoting" (1997).
"""

from __future__ import annotations

FEW = 8     # columns that are not halved any more

# p @ l @ u of a matrix, one column after the other in memory; the row that each one was exchanged with, from 1 on.
# The value is the first place on the diagonal of u where 0 stands, from 1 on, or 0.
LOOPS = """\
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
"""
# The same for columns [begin, end) of rows [begin, n).  A few columns are finished one after the other; of more, the
# left half comes first, then the right half of rows [begin, middle), then the square below that.
RECURSION = """\
static void {name}_exchange(const sn_i64 n, const sn_i64 from, const sn_i64 to, const sn_i64 begin, const sn_i64 end,
                            {T} *u, const int *pivots) {{
  for (sn_i64 j = from; j < to; j++)
    for (sn_i64 i = begin; i < end; i++) {{
      {T} *const column = u + j * n, t = column[i];
      column[i] = column[pivots[i] - 1], column[pivots[i] - 1] = t;
    }}
}}
static int {name}_few(const sn_i64 n, const sn_i64 begin, const sn_i64 end, {T} *u, int *pivots) {{
  int info = 0;
  for (sn_i64 c = begin; c < end; c++) {{
    {T} *restrict column = u + c * n;
    for (sn_i64 j = begin; j < c; j++) {{
      const {T} *restrict other = u + j * n;
      const {T} f = column[j];
      for (sn_i64 i = j + 1; i < n; i++) column[i] -= other[i] * f;
    }}
    sn_i64 best = c;
    {T} most = {abs}(column[c]);
    for (sn_i64 i = c + 1; i < n; i++) if ({abs}(column[i]) > most) most = {abs}(column[best = i]);
    pivots[c] = (int)best + 1;
    if (most == 0) {{ info = info ? info : (int)c + 1; continue; }}
    {name}_exchange(n, begin, end, c, c + 1, u, pivots);
    const {T} d = column[c];
    for (sn_i64 i = c + 1; i < n; i++) column[i] /= d;
  }}
  return info;
}}
static int {name}_above(const struct {name}_room *const room, const sn_i64 n, const sn_i64 begin, const sn_i64 end,
                        const sn_i64 from, const sn_i64 to, {T} *u) {{
  const sn_i64 w = end - begin;
  {T} x[{few}][16];     /* columns side by side */
  for (sn_i64 first = from; w <= {few} && first < to; first += 16) {{
    const sn_i64 count = sn_least(16, to - first);
    {T} *const y = u + first * n + begin;
    for (sn_i64 i = 0; i < w; i++)
      for (sn_i64 r = 0; r < 16; r++) x[i][r] = r < count ? y[r * n + i] : 0;
    for (sn_i64 c = 0; c < w; c++)
      for (sn_i64 i = c + 1; i < w; i++) {{
        const {T} f = u[(begin + c) * n + begin + i];
        for (sn_i64 r = 0; r < 16; r++) x[i][r] -= f * x[c][r];
      }}
    for (sn_i64 r = 0; r < count; r++)
      for (sn_i64 i = 0; i < w; i++) y[r * n + i] = x[i][r];
  }}
  if (w <= {few}) return SN_OK;
  const sn_i64 middle = begin + (w + {few}) / {twice} * {few};
  int code = {name}_above(room, n, begin, middle, from, to, u);
  code = code ? code : {name}_minus(room, to - from, end - middle, middle - begin, u + from * n + begin, n, 1,
                                    u + begin * n + middle, n, 1, u + from * n + middle, n);
  return code ? code : {name}_above(room, n, middle, end, from, to, u);
}}
static int {name}_columns(const struct {name}_room *const room, const sn_i64 n, const sn_i64 begin, const sn_i64 end,
                          {T} *u, int *pivots, int *info) {{
  if (end - begin <= {few}) {{
    const int found = {name}_few(n, begin, end, u, pivots);
    *info = *info ? *info : found;
    return SN_OK;
  }}
  const sn_i64 middle = begin + (end - begin + {few}) / {twice} * {few};
  int code = {name}_columns(room, n, begin, middle, u, pivots, info);
  {name}_exchange(n, middle, end, begin, middle, u, pivots);
  code = code ? code : {name}_above(room, n, begin, middle, middle, end, u);
  code = code ? code : {name}_minus(room, end - middle, n - middle, middle - begin, u + middle * n + begin, n, 1,
                                    u + begin * n + middle, n, 1, u + middle * n + middle, n);
  code = code ? code : {name}_columns(room, n, middle, end, u, pivots, info);
  if (!code) {name}_exchange(n, begin, middle, middle, end, u, pivots);
  return code;
}}
"""
