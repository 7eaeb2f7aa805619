"""Products of stacks of matrices: by BLAS in native code, threads sharing the stack, and by loops elsewhere."""

from __future__ import annotations

from ...ir import dims
from ...ir.node import Dim
from ..blas import function, product, routine_name
from ..products import LARGEST, ON_STACK, packed_bytes
from .rooms import GIVE, ROOMS, rooms_bytes, take
from .site import RoutineText, Site

_CONTEXT = """\
struct {name}_context {{ {member}const {T} *a, *b; {T} *c; sn_i64 a_step, b_step, m, n, k; }};
"""
_TASK = """\
static int {name}_t(void *pointer, sn_i64 begin, sn_i64 end) {{
  const struct {name}_context *const x = pointer;
  const sn_i64 m = x->m, n = x->n, k = x->k;
{enter}  for (sn_i64 s = begin; s < end; s++) {{
    const {T} *restrict a = x->a + s * x->a_step, *restrict b = x->b + s * x->b_step;
    {T} *restrict c = x->c + s * m * n;
{product}
  }}
{leave}  return {code};
}}
"""
_LOOPS = """\
    for (sn_i64 i = 0; i < m; i++) {{
      for (sn_i64 j = 0; j < n; j++) c[i * n + j] = 0;
      for (sn_i64 l = 0; l < k; l++)
        for (sn_i64 j = 0; j < n; j++) c[i * n + j] += a[{a_place}] * b[{b_place}];
    }}"""
# To Fortran a matrix in C order is the transposed one: c.T = b.T @ a.T.
_GEMM = """\
    if (rt->multiply) {{
      code = rt->multiply(rt, &{product});
      if (code) break;
      continue;
    }}
    const int im = (int)m, in = (int)n, ik = (int)k;
    const {T} one = 1, zero = 0;
    {GEMM}("{b_flag}", "{a_flag}", &in, &im, &ik, &one, b, &{b_row}, a, &{a_row}, &zero, c, &in);"""
_BODY = """\
const sn_i64 m = {m}, n = {n}, k = {k}, count = {count};
if (m * n * count == 0) return SN_OK;
if (k == 0) {{ for (sn_i64 i = 0; i < m * n * count; i++) y0[i] = 0; return SN_OK; }}
struct {name}_context context = {{ {handle}x0, x1, y0, {a_step}, {b_step}, m, n, k }};
{run}
"""
_SHARED = "const int code = {share};\nif (code) return code;"
# Threads share large products themselves.
_BY_BLAS = """\
if (m > {largest} || n > {largest} || k > {largest}) return SN_DIMENSION;
const sn_i64 bytes = rt->multiply ? {bytes} : 0;
const int large = m * n * k > {own};
{take}context.rooms = rooms;
const int code = large ? {name}_t(&context, 0, count) : {share};
{give}if (code) return code;"""
_ENTER = """\
  const sn_rt *const rt = x->rt;
  char *const room = {name}_enter(&x->rooms);
  int code = SN_OK;
"""
_LEAVE = "  {name}_leave(&x->rooms, room);\n"
_OWN_THREADS = 64 ** 3


def stacked_product(site: Site) -> RoutineText:
    """Operands (*stack, m, k) and (*stack, k, n), of which one may be a matrix alone, and each may lie transposed."""
    a, b = (place.shape for place in site.call.operands)
    flips = site.call.attr("transpose_a"), site.call.attr("transpose_b")
    type_ = site.type(site.call.operands[0])
    blas = site.dialect == "c" and site.call.operands[0].dtype.kind == "f"
    m, n, k = a[-1 if flips[0] else -2], b[-2 if flips[1] else -1], a[-2 if flips[0] else -1]
    known: dict[str, object] = {
        "name": site.name, "T": type_, "m": site.length(m), "n": site.length(n), "k": site.length(k),
        "count": site.count(a[:-2] or b[:-2]), "a_step": _step(site, a), "b_step": _step(site, b),
        "handle": "", "member": "", "enter": "", "leave": "", "code": "SN_OK", "largest": LARGEST,
        "own": _OWN_THREADS, "give": GIVE, "share": site.share(f"{site.name}_t", "&context", "count", "m * n * k")}
    if not blas:
        loops = _LOOPS.format(a_place="l * m + i" if flips[0] else "i * k + l",
                              b_place="j * k + l" if flips[1] else "l * n + j")
        functions = (_CONTEXT + _TASK).format(**known, product=loops)
        return RoutineText(_BODY.format(**known, run=_SHARED.format(**known)), functions, parallel=True)
    size = site.call.operands[0].dtype.itemsize
    bytes_ = packed_bytes(m, n, k, size, not flips[0] and isinstance(k, int) and k * size % 1024 != 0)
    taken = take(site, f"(bytes > {ON_STACK} ? bytes : 0)", "large ? 1 : sn_least(count, rt->threads(rt))")
    known |= {"take": taken, "bytes": site.length(bytes_), "handle": "rt, { 0, 0, 0 }, "}
    known |= {"member": f"const sn_rt *rt; struct {site.name}_rooms rooms; ",
              "enter": _ENTER.format(**known), "leave": _LEAVE.format(**known), "code": "code"}
    body = _BODY.format(**known, run=_BY_BLAS.format(**known))
    own = product(type_, ("m", "n", "k"), ("a", *(("1", "m") if flips[0] else ("k", "1"))),
                  ("b", *(("1", "k") if flips[1] else ("n", "1"))), ("c", "n"), room=("room", "x->rooms.bytes"))
    call = _GEMM.format(T=type_, a_flag="NT"[flips[0]], a_row="im" if flips[0] else "ik", b_flag="NT"[flips[1]],
                        b_row="ik" if flips[1] else "in", product=own, GEMM=function("gemm", type_))
    functions = (ROOMS + _CONTEXT + _TASK).format(**known, product=call)
    room = rooms_bytes(bytes_)
    return RoutineText(body, functions, parallel=True, blas=(routine_name("gemm", type_),), scratch=room,
                       shared=(room, dims.product(a[:-2] or b[:-2])))


def _step(site: Site, shape: tuple[Dim, ...]) -> str:
    """How far the next matrix lies; a matrix alone serves all."""
    return site.length(dims.product(shape[-2:])) if len(shape) > 2 else "0"
