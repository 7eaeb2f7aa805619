"""Programs written by hand after the C interface: the call path is tested without the code generator."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from symnum.codegen import compiler
from symnum.codegen.abi import C_CODES, C_DECLARATIONS
from symnum.codegen.cache import Cache, entry_points
from symnum.codegen.interface import Argument, HostArray, HostCall, Interface
from symnum.ops.spec import Absent, OpSpec, Routine, Slot
from symnum.options import current

CTYPES = {"bool": "_Bool", "int8": "signed char", "int16": "short", "int32": "int", "int64": "sn_i64",
          "uint8": "unsigned char", "uint16": "unsigned short", "uint32": "unsigned",
          "uint64": "unsigned __INT64_TYPE__", "float32": "float", "float64": "double"}

TEXT = C_DECLARATIONS + C_CODES + """
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define PLAN(name) int name##_plan(const sn_i64 *dims, sn_i64 *shapes, sn_i64 *workspace, sn_error *error)
#define RUN(name) int name##_run(const sn_rt *rt, sn_call *call)
#define D(k) ((double *)call->buffers[k])
#define I(k) ((sn_i64 *)call->buffers[k])

/* add(x, y) -> x + y */
PLAN(add) { return 0; }
RUN(add) { *D(2) = *D(0) + *D(1); return 0; }

/* scale(a, x[n]) -> a x, in parallel; fill(n) -> index of the chunk's first element */
typedef struct { const double *x; double a, *y; const sn_rt *rt; } scale;
static int scale_k1(void *ctx, sn_i64 begin, sn_i64 end) {
  scale *c = ctx;
  for (sn_i64 i = begin; i < end; i++) c->y[i] = c->a * c->x[i];
  return 0;
}
PLAN(scale) { shapes[0] = dims[0]; return 0; }
RUN(scale) {
  scale c = {D(1), *D(0), D(2), rt};
  return rt->parallel_for(rt, scale_k1, &c, call->dims[0], 256);
}

/* nested(a, x[n]) -> a x, each chunk by a parallel_for of its own */
static int nested_k1(void *ctx, sn_i64 begin, sn_i64 end) {
  scale *c = ctx, inner = {c->x + begin, c->a, c->y + begin, c->rt};
  return c->rt->parallel_for(c->rt, scale_k1, &inner, end - begin, 16);
}
PLAN(nested) { shapes[0] = dims[0]; return 0; }
RUN(nested) {
  scale c = {D(1), *D(0), D(2), rt};
  return rt->parallel_for(rt, nested_k1, &c, call->dims[0], 1024);
}

/* rows(x[n, 3], y[n]) -> (sum over axis 1 + y)[n] */
PLAN(rows) { shapes[0] = dims[0]; return 0; }
RUN(rows) {
  const double *x = D(0), *y = D(1);
  for (sn_i64 i = 0; i < call->dims[0]; i++) D(2)[i] = x[3 * i] + x[3 * i + 1] + x[3 * i + 2] + y[i];
  return 0;
}

/* place(x[n]) -> remainder of its address by 8 */
PLAN(place) { return 0; }
RUN(place) { *I(1) = (sn_i64)D(0) % 8; return 0; }

/* spin(n) -> n, after n chunks of work; wait(n): the same without parallel_for */
static int spin_k1(void *ctx, sn_i64 begin, sn_i64 end) {
  volatile double s = 0;
  for (sn_i64 i = begin; i < end; i++) for (int k = 0; k < 20000; k++) s = s + k;
  return 0;
}
PLAN(spin) { return 0; }
RUN(spin) { *I(1) = *I(0); return call->error.code = rt->parallel_for(rt, spin_k1, 0, *I(0), 1); }
PLAN(wait) { return 0; }
RUN(wait) {
  for (sn_i64 i = 0; i < *I(0); i++) {
    spin_k1(0, 0, 1);
    if (rt->poll_interrupt(rt)) return call->error.code = SN_INTERRUPTED;
  }
  *I(1) = *I(0);
  return 0;
}

/* fail(code, v0, v1) -> 0, unless code is an error; failplan: the same where shapes are computed */
PLAN(fail) { return 0; }
RUN(fail) {
  *I(3) = 0;
  call->error = (sn_error){*I(0), 3, {*I(1), *I(2)}};
  return (int)*I(0);
}
PLAN(failplan) { *error = (sn_error){SN_BROADCAST, 1, {dims[0], 7}}; return SN_BROADCAST; }
RUN(failplan) { return 0; }
PLAN(failchunk) { return 0; }
static int failchunk_k1(void *ctx, sn_i64 begin, sn_i64 end) {
  __atomic_fetch_add((sn_i64 *)ctx, end - begin, 0);
  return begin <= 5 && 5 < end ? SN_INDEX : 0;
}
RUN(failchunk) { *I(1) = 0; return rt->parallel_for(rt, failchunk_k1, I(1), *I(0), 1); }

/* guard(x[n]) -> 2 x, but not for n = 1 */
PLAN(guard) { shapes[0] = dims[0]; return dims[0] == 1 ? SN_GUARD : 0; }
RUN(guard) { for (sn_i64 i = 0; i < call->dims[0]; i++) D(1)[i] = 2 * D(0)[i]; return 0; }
PLAN(any) { shapes[0] = dims[0]; return 0; }
RUN(any) { return guard_run(rt, call); }

/* step(x[n], fail); w[n], c: result w + x, updates w := w + x, c := c + 1; fails after all is written */
PLAN(step) { shapes[0] = shapes[1] = dims[0]; return 0; }
RUN(step) {
  for (sn_i64 i = 0; i < call->dims[0]; i++) D(5)[i] = D(4)[i] = D(2)[i] + D(0)[i];
  *I(6) = *I(3) + 1;
  call->error.code = *I(1);
  return (int)*I(1);
}
/* swap(); a[n], b[m]: a := b, b := a */
PLAN(swap) { shapes[0] = dims[1]; shapes[1] = dims[0]; return 0; }
RUN(swap) {
  for (sn_i64 i = 0; i < call->dims[1]; i++) D(2)[i] = D(1)[i];
  for (sn_i64 i = 0; i < call->dims[0]; i++) D(3)[i] = D(0)[i];
  return 0;
}

/* pair(x[n]) -> x, -x */
PLAN(pair) { shapes[0] = shapes[1] = dims[0]; return 0; }
RUN(pair) {
  for (sn_i64 i = 0; i < call->dims[0]; i++) { double x = D(0)[i]; D(1)[i] = x; D(2)[i] = -x; }
  return 0;
}

/* scratch(x[n]) -> x by way of the workspace and of a block from alloc; -1 where one is badly aligned */
PLAN(scratch) { shapes[0] = dims[0]; *workspace = 8 * dims[0]; return 0; }
RUN(scratch) {
  sn_i64 n = call->dims[0];
  double *first = (double *)call->workspace, *second = rt->alloc(rt, 8 * n);
  for (sn_i64 i = 0; i < n; i++) first[i] = D(0)[i];
  for (sn_i64 i = 0; i < n; i++) second[i] = first[i];
  for (sn_i64 i = 0; i < n; i++) D(1)[i] = (sn_i64)first % 64 ? -1 : second[i];
  rt->release(rt, second);
  return 0;
}

/* host(x) -> what the host function makes of it; dot(x[n], y[n]) -> by BLAS; long(n) -> n empty rows */
PLAN(host) { return 0; }
RUN(host) {
  void *buffers[] = { D(0), D(1), 0 };
  const sn_i64 lengths[] = { 1, 7 };
  return call->error.code = rt->host_call(rt, call, 0, buffers, lengths);
}
PLAN(dot) { return 0; }
RUN(dot) {
  int n = (int)call->dims[0], one = 1;
  *D(2) = ((double (*)(int *, double *, int *, double *, int *))rt->blas[1])(&n, D(0), &one, D(1), &one);
  return 0;
}
PLAN(huge) { shapes[0] = (sn_i64)1 << 40; shapes[1] = (sn_i64)1 << 40; return 0; }
RUN(huge) { return 0; }
""" + "".join(f"""
PLAN(one_{name}) {{ return 0; }}
RUN(one_{name}) {{ *({c} *)call->buffers[1] = *({c} *)call->buffers[0]; return 0; }}
PLAN(copy_{name}) {{ shapes[0] = dims[0]; return 0; }}
RUN(copy_{name}) {{
  for (sn_i64 i = 0; i < call->dims[0]; i++) (({c} *)call->buffers[1])[i] = (({c} *)call->buffers[0])[i];
  return 0;
}}
""" for name, c in CTYPES.items())


def argument(name: str, dtype: str, *shape: int) -> Argument:
    return Argument(name, np.dtype(dtype), shape)


X, Y, A, N = (argument("x", "float64", -1), argument("y", "float64", -1), argument("a", "float64"),
              argument("n", "int64"))
CODE, V, W = argument("code", "int64"), argument("v", "int64"), argument("w", "int64")
COUNT, M = argument("count", "int64"), argument("m", "float64", -2)


def signature(name: str, inputs: tuple[Argument, ...], outputs: tuple[Argument, ...], n_dims: int = 0,
              state: tuple[Argument, ...] = (), blas: tuple[str, ...] = ()) -> Interface:
    return Interface(name, inputs, state, outputs, n_dims, blas, False, 0)


INTERFACES = {i.name: i for i in (
    signature("add", (A, argument("b", "float64")), (A,)),
    signature("scale", (A, X), (X,), 1),
    signature("nested", (A, X), (X,), 1),
    signature("rows", (argument("x", "float64", -1, 3), Y), (X,), 1),
    signature("place", (X,), (N,), 1),
    signature("spin", (N,), (N,)),
    signature("wait", (N,), (N,)),
    signature("fail", (CODE, V, W), (N,)),
    signature("failplan", (X,), (X,), 1),
    signature("failchunk", (N,), (N,)),
    signature("guard", (X,), (X,), 1),
    signature("any", (X,), (X,), 1),
    signature("step", (X, CODE), (X, X, COUNT), 1, (argument("w", "float64", -1), COUNT)),
    signature("swap", (), (X, X), 2, (X, M)),
    signature("pair", (X,), (X, X), 1),
    signature("scratch", (X,), (X,), 1),
    signature("host", (A,), (A,)),
    signature("dot", (X, Y), (A,), 1, (), ("ddot",)),
    signature("huge", (), (argument("x", "float64", -1, -1),), 0),
    *(signature(f"one_{t}", (argument("x", t),), (argument("x", t),)) for t in CTYPES),
    *(signature(f"copy_{t}", (argument("x", t, -1),), (argument("x", t, -1),), 1) for t in CTYPES),
)}


@functools.cache
def library() -> ctypes.CDLL:
    """The programs, compiled and loaded."""
    options = current()
    cache = Cache(options)
    found = compiler.find_compiler(options, cache)
    assert found is not None
    loaded = cache.load(compiler.build(TEXT, found, options, cache))
    assert loaded is not None
    return loaded


def caller(path: Any, program: str, hosts: tuple[HostCall, ...] = (), **keywords: Any) -> Any:
    """A Caller of one of the programs; ``path`` is the module ``_runtime`` or ``_pyruntime``."""
    plan, run = entry_points(library(), program)
    return path.Caller(replace(INTERFACES[program], hosts=hosts), run, plan=plan, keepalive=library(), **keywords)


def host_call(reference: Callable[..., Any]) -> HostCall:
    """A host call with two results, the second of which nobody wants, and with the lengths of program ``host``."""
    why = Absent("a test")
    op = OpSpec(name="test", kind="structural", arity=1, doc="", numpy=reference, dtype=why, results=2, partials=why,
                sympy=why, c=why, domain=why, lower=Routine("host"))
    array = HostArray(np.dtype("float64"), (Slot(0),))
    return HostCall(op, (("n", Slot(1)),), (array,), (array, None), 2)
