"""A whole Program as C: its kernels, and the two functions ``NAME_plan`` and ``NAME_run``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..dtypes import BOOL
from ..errors import UnsupportedError
from ..ir.nest import Call, Check, Product, Program, Refusal
from ..ops.indexing import NO_STRAY
from ..records import dataclass
from .declarations import constant_text, declarations
from .dialects import C99, C_ROWS, C, Dialect
from .functions import function_text, is_parallel
from .interface import HostCall
from .loop_walks import statements
from .mathematics.library import own_names, renamed
from .memory import MemoryPlan
from .prepared import Layout, Prepared, index_text, is_readonly, layout_of, prepare
from .probe import NO_VECTOR_MATH, VectorMath
from .products import Operands, blas_call, by_vector, loop_call, routine
from .repeats import without_repeats
from .routines.calls import c_call, routine_texts, work_of
from .routines.host import host_calls, is_host
from .routines.site import RoutineText
from .row_passes import apart, places, stored_shape
from .schedule import KernelCode
from .texts import key
from .units import Sections

# Statements up to which an optimisation level is worth its time.
_LEVELS = ((1500, "-O3"), (6000, "-O2"))

@dataclass(frozen=True, slots=True)
class ProgramText:
    """C text of a Program, in sections too, and what the compiler and the call path should know of it.

    ``level`` is the optimisation level that suits its size, ``blas`` the routines that it calls, ``parallel``
    whether it hands out work, ``work`` the price of a call in additions (unknown lengths count 1), ``hosts`` what
    it asks of reference functions.
    """

    text: str
    level: str
    blas: tuple[str, ...]
    parallel: bool
    work: int
    sections: Sections
    hosts: tuple[HostCall, ...] = ()


# C ----------------------------------------------------------------------------------------------------------------

def c_program(program: Program, plan: MemoryPlan, vector: VectorMath, *, check: bool = True) -> ProgramText:
    """C text that includes no headers and exports ``NAME_plan`` and ``NAME_run`` (see ``abi``).

    ``check``: whether the statements that it is printed from are checked.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (None,))
    >>> program = lower("f", [x], [o.exp(x)])
    >>> from symnum.codegen.probe import NO_VECTOR_MATH
    >>> made = c_program(program, plan(program), NO_VECTOR_MATH)
    >>> made.level, made.parallel, "int f_run(const sn_rt *rt, sn_call *call)" in made.text
    ('-O3', True, True)
    """
    return _program_text(prepare(program, plan, vector.vectorised, vector.single, once=True, check=check), C, vector)


def c99_program(program: Program, plan: MemoryPlan, precision: str = "default") -> ProgramText:
    """Strict C99: includes ``<math.h>``, uses OpenMP behind ``#ifdef _OPENMP``, and no runtime.

    ``NAME_run`` has the call alone as parameter; products are loops.  Functions are those of ``<math.h>``, or with
    high precision own ones.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.codegen.memory import plan
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (None,))
    >>> program = lower("f", [x], [o.exp(x)])
    >>> "int f_run(sn_call *call)" in c99_program(program, plan(program)).text
    True

    Raises:
        UnsupportedError: a step needs Python.
    """
    for step in program.steps:
        if isinstance(step, Call) and is_host(step):
            raise UnsupportedError(f"op {step.op.name} is computed by NumPy or SciPy and cannot be exported as C; "
                                   "cure: make its result an input of the exported function")
    own = own_names() if precision == "high" else frozenset()
    return _program_text(prepare(apart(program), plan, once=True), C99, replace(NO_VECTOR_MATH, own=own))


def _program_text(prepared: Prepared, dialect: Dialect, vector: VectorMath) -> ProgramText:
    program = prepared.program
    kernels = [k for k in prepared.kernels if isinstance(k, KernelCode)]
    routines = routine_texts(prepared, dialect.name)
    written = [text for step in range(len(prepared.kernels))
               for text in _step_texts(prepared, step, dialect, routines)]
    layout = layout_of(prepared)
    constants = "".join(f"{constant_text(b, dialect)}\n" for b in program.of_role("constant"))
    end = "\n".join((_plan_text(prepared, layout), _run_text(prepared, layout, dialect)))
    texts, end = without_repeats(written, end)
    beginning = declarations("\n".join((*texts, end)), dialect, vector) + constants
    sections = Sections(beginning, tuple(renamed(text, vector.own, vector.single) for text in texts), end)
    products = [p for k in prepared.kernels for p in (
        (k,) if isinstance(k, Product) else (k.around or ()) if isinstance(k, KernelCode) else ())]
    dtypes = {b.number: b.dtype for b in program.buffers}
    calls = [*(routine(p, dtypes[p.c]) for p in products), *(name for r in routines.values() for name in r.blas)]
    size = sum(1 for kernel in kernels for f in kernel.functions for _ in statements(f.body))
    return ProgramText(
        sections.text,
        next((level for limit, level in _LEVELS if size <= limit), "-O1"),
        tuple(dict.fromkeys(calls)) if dialect is C else (),
        any(k.parallel for k in kernels) or any(r.parallel for r in routines.values()),
        sum(k.work for k in kernels) + sum(work_of(k, routines.get(step)) for step, k in enumerate(prepared.kernels)
                                           if isinstance(k, Call)),
        sections, host_calls(program))


def _step_texts(prepared: Prepared, step: int, dialect: Dialect, routines: Mapping[int, RoutineText]) -> list[str]:
    """The functions of one step."""
    kernel = prepared.kernels[step]
    if isinstance(kernel, Product):
        return [_product_text(prepared, kernel, f"{prepared.program.name}_k{step}", dialect is C)]
    if isinstance(kernel, Call):
        return ["\n".join((routines[step].functions, routines[step].body))] if step in routines else []
    if kernel.given is not None:
        return []
    if kernel.around is not None:
        return row_pass_texts(prepared, kernel, f"{prepared.program.name}_k{step}")
    runtime = "const sn_rt *rt" if dialect is C else ""
    return [function_text(f, dialect, prepared.names, {}, runtime) for f in kernel.functions]


def around(kernel: KernelCode) -> tuple[Product, Product]:
    """The products of a row pass."""
    if kernel.around is None:
        raise AssertionError("this kernel is no row pass")
    return kernel.around


def row_pass_texts(prepared: Prepared, kernel: KernelCode, name: str) -> list[str]:
    """The functions of a row pass, and those of its products alone."""
    first, last = around(kernel)
    runtime = "const sn_rt *rt, const sn_rows *rows"
    return [_product_text(prepared, first, f"{name}_first", True), _product_text(prepared, last, f"{name}_last", True),
            *(function_text(f, C_ROWS, prepared.names, {}, runtime) for f in kernel.functions)]


def row_pass_lines(prepared: Prepared, layout: Layout, kernel: KernelCode, name: str, step: int) -> list[str]:
    """Statements that run a row pass: by the runtime, or one part after the other where that cannot."""
    first, last = around(kernel)
    rows, columns = (index_text(prepared, n) for n in stored_shape(first))
    wide = next(b.dtype.itemsize for b in prepared.program.buffers if b.number == first.c) == 8
    texts = ", ".join(by_vector(wide, rows, columns, [f"b{k}" for k in places(product)], turned)
                      for product, turned in ((first, False), (last, True)))
    alone = [step_call(prepared, layout, product, f"{name}_{which}", C)
             for product, which in ((first, "first"), (last, "last"))]
    together = "rt->by_rows(rt, &rows, 0, 0)"
    if kernel.functions:
        call, joins = step_call(prepared, layout, kernel, name, C), is_parallel(kernel.functions[-1])
        together = call.replace("(rt", "(rt, &rows", 1) if joins else ""
        alone.insert(1, call.replace("(rt", "(rt, 0", 1) if joins else call)
    lines = [f"if (!code) code = {text};" for text in alone]
    if together:
        lines = [f"const sn_rows rows = {{ {texts} }};",
                 f"if (rt->by_rows && {rows} > 0) code = {together};", "else {", *("  " + line for line in lines), "}"]
    return ["if (code == SN_OK) {", *("  " + line for line in lines), f"  if (code) call->error.step = {step};", "}"]


# the two functions of a Program -----------------------------------------------------------------------------------

def _plan_text(prepared: Prepared, layout: Layout) -> str:
    program = prepared.program
    lines = _lengths(prepared, "dims")
    for step, check in enumerate(program.checks):
        lines += _check_lines(prepared, check, step)
    shape = [n for b in program.of_role("output") for n in b.shape]
    lines += [f"shapes[{k}] = {index_text(prepared, n)};" for k, n in enumerate(shape)]
    lines += [*layout.lines, f"*workspace = {layout.size};", *_unused(["shapes", "error"]), "return SN_OK;"]
    head = f"int {program.name}_plan(const sn_i64 *dims, sn_i64 *shapes, sn_i64 *workspace, sn_error *error)"
    return _function(head, lines)


def _lengths(prepared: Prepared, source: str) -> list[str]:
    lines = [f"const sn_i64 {name} = {source}[{k}];" for k, name in enumerate(prepared.names.values())]
    return [*lines, *_unused([*prepared.names.values(), source])]


def _unused(names: Sequence[str]) -> list[str]:
    """A statement that uses variables, for compilers that warn of those that nothing else uses."""
    return [", ".join(f"(void){name}" for name in names) + ";"] if names else []


def _check_lines(prepared: Prepared, check: Check, step: int) -> list[str]:
    lengths = [index_text(prepared, n) for n in check.lengths]
    if check.kind == "equal":
        others = dict.fromkeys(n for n in lengths if n != lengths[0])
        code, test = "SN_GUARD", " || ".join(f"{lengths[0]} != {n}" for n in others) or "0"
    elif check.kind == "index":
        code, test = "SN_INDEX", f"{lengths[0]} < -({lengths[1]}) || {lengths[0]} >= {lengths[1]}"
    else:
        code, test = "SN_EMPTY_REDUCTION", " || ".join(f"{n} <= 0" for n in lengths)
        if check.unless:
            test = f"({test}) && " + " && ".join(f"({index_text(prepared, n)}) != 0" for n in check.unless)
    values = [f"error->values[{k}] = {n};" for k, n in enumerate(lengths[:4])]
    return [f"if ({test}) {{", f"  error->code = {code};", f"  error->step = {step};", *("  " + v for v in values),
            f"  return {code};", "}"]


def _run_text(prepared: Prepared, layout: Layout, dialect: Dialect) -> str:
    program, runtime = prepared.program, dialect is C
    lines = [*_lengths(prepared, "call->dims"), *layout.lines, *_pointers(prepared, layout)]
    lines += _unused([*(f"w{k}" for k in range(len(layout.lines))), *(["rt"] if runtime else [])])
    lines += ["int code = SN_OK;"]
    for step, kernel in enumerate(prepared.kernels):
        name = f"{program.name}_k{step}"
        if isinstance(kernel, KernelCode) and kernel.around is not None:
            lines += row_pass_lines(prepared, layout, kernel, name, step)
            continue
        before, text = (c_call(prepared, kernel, name, dialect is C) if isinstance(kernel, Call)
                        else ("", step_call(prepared, layout, kernel, name, dialect)))
        lines += [f"if (code == SN_OK) {{ {before}code = {text}; if (code) call->error.step = {step}; }}"]
    lines += [line for r in program.refusals for line in _refusal_lines(prepared, r)]
    lines += ["call->error.code = code;", "return code;"]
    parameters = "const sn_rt *rt, sn_call *call" if runtime else "sn_call *call"
    return _function(f"int {program.name}_run({parameters})", lines)


def _refusal_lines(prepared: Prepared, refusal: Refusal) -> list[str]:
    test = refused(prepared, refusal).format(element=f"*b{refusal.buffer}")
    given = (f"*b{refusal.buffer}", *(index_text(prepared, n) for n in refusal.values))
    values = [f"call->error.values[{k}] = {text};" for k, text in enumerate(given)] if refusal.values else []
    return [f"if (code == SN_OK && {test}) {{ {' '.join((f'code = {int(refusal.code)};', *values))} }}"]


def refused(prepared: Prepared, refusal: Refusal) -> str:
    """The condition of a refusal, as text with the place of ``{element}``."""
    dtype = next(b.dtype for b in prepared.program.buffers if b.number == refusal.buffer)
    return "{element}" if dtype == BOOL else f"{{element}} >= {NO_STRAY + 1}"


def buffer_places(prepared: Prepared, layout: Layout, argument: str, slot: str) -> dict[int, str]:
    """Where each buffer lies that is no constant, by its number: texts for the k-th argument and for an offset of the
    workspace; a view lies where what it views does."""
    program, plan = prepared.program, prepared.plan
    arguments = [b for role in ("input", "state", "output") for b in program.of_role(role)]
    found = {b.number: argument.format(k) for k, b in enumerate(arguments)}
    found.update({k: slot.format(layout.slots[own]) for k, own in plan.slot_of.items()})
    found.update({k: found[output] for k, output in plan.within.items()})
    found.update({b.number: f"b{b.base}" for b in program.buffers if b.base is not None})
    return found


def _pointers(prepared: Prepared, layout: Layout) -> list[str]:
    """The declarations of all buffers that are not constants; views after what they view."""
    program, lines = prepared.program, []
    buffers = {b.number: b for b in program.buffers}
    place = buffer_places(prepared, layout, "call->buffers[{}]", "(void *)(call->workspace + {})")
    for b in sorted(program.buffers, key=lambda b: b.base is not None):
        if b.number in place:
            const = "const " if is_readonly(b, buffers) else ""
            lines.append(f"{const}{C.types[key(b.dtype)]} *const b{b.number} = {place[b.number]};")
    return [*lines, *_unused([f"b{k}" for k in place])]


def step_call(prepared: Prepared, layout: Layout, kernel: KernelCode | Product, name: str, dialect: Dialect) -> str:
    """The call of a step's function."""
    runtime = dialect is C
    if isinstance(kernel, Product):
        given = [f"b{k}" for k in (kernel.a, kernel.b, kernel.c)] + list(prepared.names.values())
        return f"{name}({', '.join((['rt'] if runtime else []) + given)})"
    function = kernel.functions[-1]
    given = ["rt"] if runtime and is_parallel(function) else []
    memories, lengths = kernel.given or ({}, {})
    for memory in (memories.get(m, m) for m in function.memories):
        offset = layout.scratch.get(memory)
        type_ = C.types[key(memory.dtype)]
        given.append(memory.name if offset is None else dialect.scratch.format(type=type_, offset=offset))
    given += [prepared.names[lengths.get(x, x)] for x in function.scalars]
    return f"{function.name}({', '.join(given)})"


def _product_text(prepared: Prepared, product: Product, name: str, runtime: bool) -> str:
    dtype = next(b.dtype for b in prepared.program.buffers if b.number == product.c)
    real = C.types[key(dtype)]
    lengths = [index_text(prepared, n) for n in (product.m, product.n, product.k)]
    operands = Operands(product, dtype, "a", "b", "c", *lengths)
    parameters = [f"const {real} *a", f"const {real} *b", f"{real} *c",
                  *(f"const sn_i64 {n}" for n in prepared.names.values())]
    unused = _unused(list(prepared.names.values()))
    if runtime:
        parameters.insert(0, "const sn_rt *rt")
    body = blas_call(operands) if runtime else loop_call(operands)
    return _function(f"static int {name}({', '.join(parameters)})", [*unused, *body.splitlines(), "return SN_OK;"])


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join((head, "{", *("  " + line for line in lines), "}", ""))
