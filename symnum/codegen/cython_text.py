"""A Program as a Cython module: loops in Cython without the GIL, scalar ops as C functions."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import dims
from ..ir.nest import Call, Product, Program, Refusal
from ..ops.support import called, expand, prototype
from ..ops.support_scipy import is_scipys, listing
from .abi import C_CODES
from .declarations import INDEX_HELPERS, constant_text
from .dialects import CYTHON, C
from .functions import function_text
from .memory import MemoryPlan
from .prepared import Layout, Prepared, is_readonly, layout_of, prepare
from .products import Operands, loop_call, loops_text
from .program_text import buffer_places, refused, step_call
from .render import Printer
from .routines.calls import routine_texts
from .routines.host import host_call, is_host
from .row_passes import apart
from .schedule import KernelCode
from .texts import key

_HEAD = """\
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""
_RUN = """\
def run(list buffers, dims, hosts=()):
    \"\"\"Run on addresses of buffers (inputs, state, outputs) with the given lengths.

    Gives None, or an error code with the values of its record.  Functions in hosts get addresses and lengths.
    \"\"\"
    cdef bytearray space = bytearray(plan(dims)[1] + {aligned})
    cdef char *workspace = space
    workspace += -<sn_i64><size_t>workspace & {last}
"""


def cython_module(program: Program, plan: MemoryPlan) -> str:
    """Text of a ``.pyx`` module with ``plan(dims)`` → (shapes of outputs, bytes) and ``run(addresses, dims)``.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen import memory
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (None,))
    >>> program = lower("f", [x], [o.exp(x)])
    >>> "with nogil:" in cython_module(program, memory.plan(program))
    True
    """
    prepared = prepare(apart(program), plan)
    wrappers: dict[str, tuple[str, str]] = {}
    functions = [function_text(f, CYTHON, prepared.names, wrappers)
                 for kernel in prepared.kernels if isinstance(kernel, KernelCode) for f in kernel.functions]
    layout = layout_of(prepared)
    code = "\n\n".join([*functions, _plan(prepared, layout), _run(prepared, layout)])
    return "\n".join((_HEAD, _extern(prepared, wrappers, code), code))


def _extern(prepared: Prepared, wrappers: Mapping[str, tuple[str, str]], code: str) -> str:
    """C that the loops call, and its declarations."""
    scalars = [f"static inline {head} {{ return {text}; }}" for head, text in wrappers.values()]
    routines = [text for r in routine_texts(prepared, "cython").values() for text in (r.functions, r.body)]
    code = "\n".join((code, *routines))
    support, library = expand(called("\n".join((*scalars, *routines))))
    pointers = frozenset(filter(is_scipys, library))
    helpers = [(text.format(i=CYTHON.index), name) for name, text in INDEX_HELPERS.items() if f"{name}(" in code]
    products = [short for short in ("f32", "f64") if f"sn_{short}_product(" in code]
    constants = prepared.program.of_role("constant")
    verbatim = ["#include <math.h>", "typedef long long sn_i64;", "#define SN_INFINITY INFINITY", "#define SN_NAN NAN",
                f"#define SN_LEAST {C.least}", C_CODES,
                *map(prototype, sorted(pointers)), *([listing(pointers)] if pointers else []),
                support, *(text for text, _ in helpers), *scalars,
                *map(loops_text, products), *routines,
                *(constant_text(b, CYTHON) for b in constants)]
    declared = ["ctypedef long long sn_i64", "const double SN_INFINITY, SN_NAN", "const sn_i64 SN_LEAST"]
    declared += [text[len("static inline "):text.index("{")].strip() + " noexcept nogil" for text, _ in helpers]
    declared += [f"{head} noexcept nogil" for head, _ in wrappers.values()]
    declared += [f"const {CYTHON.types[key(b.dtype)]} *b{b.number}" for b in constants]
    declared += [f"int {prepared.program.name}_k{step}(sn_i64 *, void **, sn_i64 *) noexcept nogil"
                 for step, call in enumerate(prepared.kernels) if isinstance(call, Call) and not is_host(call)]
    for short in products:
        head = loops_text(short).partition("{")[0].replace("static", "").replace("const sn_i64", "sn_i64")
        declared.append(" ".join(head.split()) + " noexcept nogil")
    lines = ["cdef extern from *:", '    """', *(line for text in verbatim for line in text.splitlines()), '    """',
             *("    " + text for text in declared), ""]
    return "\n".join(lines)


def _lengths(prepared: Prepared) -> list[str]:
    return [f"    cdef sn_i64 {name} = dims[{k}]" for k, name in enumerate(prepared.names.values())]


def _plan(prepared: Prepared, layout: Layout) -> str:
    printer = Printer(CYTHON, prepared.names, {})
    shapes = [", ".join(printer.index(dims.as_node(n)) for n in b.shape) + ("," if len(b.shape) == 1 else "")
              for b in prepared.program.of_role("output")]
    lines = ["def plan(dims):", '    """Shapes of outputs, and bytes of workspace, for the given lengths."""',
             *_lengths(prepared), *_offsets(layout),
             f"    return [{', '.join(f'({shape})' for shape in shapes)}], {layout.size}"]
    return "\n".join(lines) + "\n"


def _offsets(layout: Layout) -> list[str]:
    return [f"    cdef {line.removeprefix('const ').rstrip(';')}" for line in layout.lines]


def _run(prepared: Prepared, layout: Layout) -> str:
    program = prepared.program
    lines = [*_lengths(prepared), *_offsets(layout)]
    buffers = {b.number: b for b in program.buffers}
    place = buffer_places(prepared, layout, "<size_t>buffers[{}]", "(workspace + {})")
    for b in sorted(program.buffers, key=lambda b: b.base is not None):
        if b.number in place:
            type_ = ("const " if is_readonly(b, buffers) else "") + CYTHON.types[key(b.dtype)]
            lines.append(f"    cdef {type_} *b{b.number} = <{type_} *>{place[b.number]}")
    lines += _arrays(prepared)
    lines.append("    with nogil:")
    for step, kernel in enumerate(prepared.kernels):
        name = f"{program.name}_k{step}"
        if isinstance(kernel, Product):
            lines.append("        " + _product(prepared, kernel).rstrip(";"))
        elif isinstance(kernel, Call):
            lines += ["        " + line for line in _call(prepared, kernel, step, name)]
        else:
            lines.append("        " + step_call(prepared, layout, kernel, name, CYTHON))
    if not prepared.kernels:
        lines.append("        pass")
    lines += [line for r in program.refusals for line in _refusal(prepared, r)]
    return _RUN.format(aligned=64, last=63) + "\n".join(lines) + "\n"


def _refusal(prepared: Prepared, refusal: Refusal) -> list[str]:
    element, printer = f"b{refusal.buffer}[0]", Printer(CYTHON, prepared.names, {})
    values = [element, *(printer.index(dims.as_node(n)) for n in refusal.values)] if refusal.values else []
    return [f"    if {refused(prepared, refusal).format(element=element)}:",
            f"        return {int(refusal.code)}, ({', '.join((values + ['0'] * 4)[:4])})"]


def _arrays(prepared: Prepared) -> list[str]:
    """The addresses that each routine gets, and the lengths that all get."""
    routines = {step: k for step, k in enumerate(prepared.kernels) if isinstance(k, Call) and not is_host(k)}
    if not routines:
        return []
    lines = ["    cdef int code", "    cdef sn_i64[4] values = [0, 0, 0, 0]",
             f"    cdef sn_i64[{max(1, len(prepared.names))}] lengths"]
    lines += [f"    lengths[{k}] = {name}" for k, name in enumerate(prepared.names.values())]
    for step, call in routines.items():
        places = list(call.places())
        lines.append(f"    cdef void *arrays{step}[{len(places)}]")
        lines += [f"    arrays{step}[{k}] = {'NULL' if p.buffer is None else f'<void *>b{p.buffer}'}"
                  for k, p in enumerate(places)]
    return lines


def _call(prepared: Prepared, call: Call, step: int, name: str) -> list[str]:
    """The call of a routine, or of the host with the GIL; a failed routine ends the run."""
    if not is_host(call):
        ending = "        return code, (values[0], values[1], values[2], values[3])"
        return [f"code = {name}(values, arrays{step}, lengths)", "if code:", "    with gil:", ending]
    printer = Printer(CYTHON, prepared.names, {})
    number = [k for k in prepared.kernels if is_host(k)].index(call)
    addresses = ", ".join("0" if p.buffer is None else f"<size_t>b{p.buffer}" for p in call.places())
    lengths = ", ".join(printer.index(dims.as_node(n)) for n in host_call(call)[1])
    return ["with gil:", f"    hosts[{number}]([{addresses}], [{lengths}])"]


def _product(prepared: Prepared, product: Product) -> str:
    printer = Printer(CYTHON, prepared.names, {})
    m, n, k = (printer.index(dims.as_node(x)) for x in (product.m, product.n, product.k))
    dtype = next(b.dtype for b in prepared.program.buffers if b.number == product.c)
    return loop_call(Operands(product, dtype, f"b{product.a}", f"b{product.b}", f"b{product.c}", m, n, k))
