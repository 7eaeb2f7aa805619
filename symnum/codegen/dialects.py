"""Dialects: what the renderer must know of a language, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType

from ..ops.scalars import C_TYPES
from ..records import dataclass


def _map(**entries: str) -> Mapping[str, str]:
    return MappingProxyType(entries)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A language: templates for ``str.format``.

    ``column`` is the column of the op table whose texts it prints; with ``wrapped`` they stand in C functions of
    their own, which are called.  With ``hoisted`` all variables are declared at the top of their function.
    ``heads`` are heads of functions by kind, ``loops`` are what stands before a loop by kind.
    """

    name: str
    column: str
    types: Mapping[str, str]
    index: str                         # type of lengths and indices
    truth: str                         # type whose conversion makes 0 or 1
    wrapped: bool = False
    hoisted: bool = False
    hex_floats: bool = True
    infinity: Mapping[str, str] = field(default_factory=lambda: _map(f32="__builtin_inff()", f64="__builtin_inf()"))
    nan: Mapping[str, str] = field(
        default_factory=lambda: _map(f32='__builtin_nanf("")', f64='__builtin_nan("")'))
    least: str = "(-9223372036854775807LL - 1)"     # the int64 whose digits alone are no literal
    pointer: str = "{const}{type} *{restrict}{name}"
    restrict: str = "restrict "
    value: str = "const {type} {name}"
    variable: str = "const {type} {name} = {value};"
    array: str = "{type} {name}[{size}];"
    shared: str = ""
    store: str = "{memory}[{index}] = {value};"
    choice: str = "{mask} ? {value} : {other}"
    quotient: str = "{a} / {b}"
    call: str = "{function}({arguments});"
    task: tuple[str, ...] = ()         # a call of a task that may be parallel
    context: tuple[str, ...] = ()      # the struct that such a task gets its parameters in
    unpack: str = ""                   # how the task opens it
    member: str = ""                   # how the task reads a member of it
    condition: str = "if ({left} < {right}) {{"
    loop: tuple[str, ...] = ("for ({type} {axis} = {start}; {axis} < {stop}; {next}) {{",)
    again: str = ""                    # the last statement of a loop
    increments: Mapping[str, str] = field(
        default_factory=lambda: _map(one="{axis}++", step="{axis} += {step}", doubling="{axis} *= 2"))
    loops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    starts: Mapping[str, tuple[str, str]] = field(default_factory=dict)   # GPU loops: first index and step
    heads: Mapping[str, str] = field(default_factory=dict)
    tails: Mapping[str, str] = field(default_factory=dict)
    unpaired: str = ""                 # stands before the head of functions that load masked pairs
    scratch: str = "({type} *)(void *)(call->workspace + {offset})"
    nothing: str = "void"              # an empty list of parameters
    opening: tuple[str, ...] = ("{",)
    close: str = "}"
    empty: str = ""
    prefetch: str = ""                 # empty: no hints
    barrier: str = ""
    shuffle: str = ""                  # the value of the lane that stands ``distance`` after this one in its warp
    halving: str = ""                  # the loop over such distances


_C_LOOPS = {"lanes": ("SN_LANES",), "vector": ("SN_INDEPENDENT",)}
_RETURNS = _map(kernel="return 0;", task="return 0;", single="return {result}[0];")

C = Dialect(
    name="c", column="c", types=C_TYPES, index="sn_i64", truth="_Bool", loops=_C_LOOPS, tails=_RETURNS,
    task=("{{",
          "  {struct} context = {{{arguments}}};",
          "  const int code = {work} < {limit} ? {function}(&context, 0, {extent})",
          "    : rt->parallel_for(rt, {function}, &context, {extent}, {grain});",
          "  if (code) return code;",
          "}}"),
    context=("{struct} {{", "  {type};", "}};"), unpack="const {struct} *const context = pointer;",
    member="context->{name}", unpaired="SN_UNPAIRED ", prefetch="__builtin_prefetch({address});",
    heads=_map(
        kernel="static int {name}({parameters})",
        task="static int {name}(void *pointer, {parameters})",
        span="static void {name}({parameters})",
        cells="SN_BODY static void {name}({parameters})",
        piece="SN_BODY static void {name}({parameters})",
        single="SN_BODY static {result} {name}({parameters})",
        body="SN_BODY static void {name}({parameters})"))

# A task of a row pass: between two products, if there are any and the runtime has them.
C_ROWS = replace(C, task=(
    "{{",
    "  {struct} context = {{{arguments}}};",
    "  const int code = rows ? rt->by_rows(rt, rows, {function}, &context)",
    "    : {work} < {limit} ? {function}(&context, 0, {extent})",
    "    : rt->parallel_for(rt, {function}, &context, {extent}, {grain});",
    "  if (code) return code;",
    "}}"))

# Strict C99: no extensions, and OpenMP only where the compiler says that it has it.
C99 = replace(
    C, name="c99", loops={}, prefetch="", infinity=_map(f32="INFINITY", f64="(double)INFINITY"),
    nan=_map(f32="NAN", f64="(double)NAN"),
    task=("{{",
          "  {struct} context = {{{arguments}}};",
          "  const int code = {work} < {limit} ? {function}(&context, 0, {extent})",
          "    : sn_parallel_for({function}, &context, {extent}, {grain});",
          "  if (code) return code;",
          "}}"),
    heads=MappingProxyType({kind: head.removeprefix("SN_BODY ") for kind, head in C.heads.items()}))

CYTHON = Dialect(
    name="cython", column="cython", types=MappingProxyType({**C_TYPES, "b": "unsigned char"}), index="sn_i64",
    truth="_Bool", wrapped=True, hoisted=True, hex_floats=False,
    infinity=_map(f32="SN_INFINITY", f64="SN_INFINITY"), nan=_map(f32="SN_NAN", f64="SN_NAN"), least="SN_LEAST",
    pointer="{const}{type} *{name}", restrict="", value="{type} {name}", variable="{name} = {value}",
    array="cdef {type}[{size}] {name}", scratch="<{type} *>(workspace + {offset})", store="{memory}[{index}] = {value}",
    choice="{value} if {mask} else {other}", quotient="{a} // {b}", call="{function}({arguments})",
    task=("{function}(0, {extent}, {arguments})",), condition="if {left} < {right}:",
    loop=("{axis} = {start}", "while {axis} < {stop}:"), again="{next}", nothing="", opening=(), close="",
    empty="pass",
    increments=_map(one="{axis} += 1", step="{axis} += {step}", doubling="{axis} *= 2"),
    heads=_map(kernel="cdef void {name}({parameters}) noexcept nogil:",
               task="cdef void {name}({parameters}) noexcept nogil:",
               span="cdef void {name}({parameters}) noexcept nogil:",
               cells="cdef void {name}({parameters}) noexcept nogil:",
               piece="cdef void {name}({parameters}) noexcept nogil:",
               single="cdef {result} {name}({parameters}) noexcept nogil:",
               body="cdef void {name}({parameters}) noexcept nogil:"))

CUDA = Dialect(
    name="cuda", column="cuda", types=C_TYPES, index="long long", truth="bool",
    infinity=_map(f32="__int_as_float(0x7f800000)", f64="__longlong_as_double(0x7ff0000000000000LL)"),
    nan=_map(f32="__int_as_float(0x7fc00000)", f64="__longlong_as_double(0x7ff8000000000000LL)"),
    restrict="__restrict__ ", shared="__shared__ {type} {name}[{size}];",
    starts=MappingProxyType({
        "grid": ("(long long)blockIdx.x * blockDim.x + threadIdx.x", "(long long)gridDim.x * blockDim.x"),
        "block": ("blockIdx.x", "gridDim.x"), "thread": ("threadIdx.x", "blockDim.x")}),
    barrier="__syncthreads();", shuffle="__shfl_down_sync(0xffffffffu, {value}, {distance})",
    halving="for (int {distance} = 16; {distance} > 0; {distance} /= 2) {{",
    heads=_map(grid='extern "C" __global__ void __launch_bounds__(256)\n{name}({parameters})'))
