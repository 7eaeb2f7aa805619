"""Export: a function as C99 files that need neither Python nor symnum."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from .codegen.chains import planned
from .codegen.program_text import c99_program
from .dtypes import is_complex, part_of
from .errors import ArgumentValueError
from .functiongraph import FunctionGraph
from .ir import dims
from .ir.interpret import evaluate
from .ir.node import Node
from .pipeline import Lowered
from .records import dataclass

C_TYPES = {"bool": "unsigned char", "int8": "signed char", "int16": "short", "int32": "int", "int64": "long long",
           "uint8": "unsigned char", "uint16": "unsigned short", "uint32": "unsigned int",
           "uint64": "unsigned long long", "float16": "unsigned short", "float32": "float", "float64": "double"}
_WORDS = (
    "auto break case char const continue default do double else enum extern float for goto if inline int long "
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
    "main errno NULL printf malloc free")
C_WORDS = frozenset(_WORDS.split())
_SAMPLE_LENGTH = 3  # of unknown lengths in the generated main
# Variables of the generated functions.
_OWN_NAMES = ("i", "code", "lengths", "shapes", "bytes", "buffers", "memory", "error", "call")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of the exported function: an array that is read or written, or an unknown length."""

    name: str
    kind: str           # "length", "read" or "write"
    node: Node

    @property
    def declaration(self) -> str:
        """The parameter in C."""
        if self.kind == "length":
            return f"long long {self.name}"
        const = "const " if self.kind == "read" else ""
        return f"{const}{self.c_type} *{self.name}"

    @property
    def c_type(self) -> str:
        """The C type of an element; of complex arrays that of a part."""
        return C_TYPES[part_of(self.node.dtype).name]


def export_c(made: Lowered, graph: FunctionGraph, directory: str, name: str,
             precision: str = "default") -> list[str]:
    """Write ``name.c``, ``name.h`` and ``main.c`` (a small program that calls it) into ``directory``.

    The exported function takes the unknown lengths, pointers to the inputs and shared values, and pointers to the
    outputs (then to the new values of updated shared values); arrays are C-contiguous, and must not overlap.
    Build it with ``cc -std=c99 -O3 NAME.c main.c -lm``.

    Raises:
        ArgumentValueError: ``name`` is no C identifier.
    """
    if not re.fullmatch(r"[A-Za-z]\w*", name) or name in C_WORDS:
        raise ArgumentValueError(f"export_c: {name!r} cannot name a C function; cure: name= letters, digits and _")
    parameters = _parameters(made, graph)
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{name}.h": _header(name, parameters, graph), f"{name}.c": _source(name, parameters, made, precision),
             "main.c": _main(name, parameters, made)}
    for file, text in files.items():
        (folder / file).write_text(text)
    return [str(folder / file) for file in files]


def _parameters(made: Lowered, graph: FunctionGraph) -> list[Parameter]:
    taken = set(_OWN_NAMES)

    def parameter(name: str, kind: str, node: Node) -> Parameter:
        return Parameter(_identifier(name, taken), kind, node)
    lengths = [parameter(dims.name_of(d), "length", d) for d in made.program.dims]
    reads = [parameter(n, "read", x) for n, x in zip(graph.input_names, graph.inputs, strict=True)]
    states = [parameter(x.attr("state").name or "state", "read", x) for x in graph.read]
    n = graph.n_results
    results = [parameter(f"out{k + 1}", "write", x) for k, x in enumerate(graph.outputs[:n])]
    named = [graph.states[k].attr("state").name or "state" for k in graph.updated]
    updates = [parameter(f"new_{s}", "write", x) for s, x in zip(named, graph.outputs[n:], strict=True)]
    return [*lengths, *reads, *states, *results, *updates]


def _identifier(name: str, taken: set[str]) -> str:
    """A C identifier like ``name`` that is not taken yet."""
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "x"
    if plain[0].isdigit() or plain in C_WORDS or keyword.iskeyword(plain) or plain.startswith("sn_"):
        plain = f"a_{plain}"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}_{number}", number + 1
    taken.add(found)
    return found


def _signature(name: str, parameters: Sequence[Parameter]) -> str:
    listed = ", ".join(p.declaration for p in parameters) or "void"
    return f"int {name}({listed})"


def _comment(lines: Iterable[str]) -> str:
    return "/*\n" + "".join(f" * {line.replace('*/', '* /')}\n" for line in lines) + " */\n"


def _shape(node: Node, lengths: Sequence[Parameter]) -> str:
    text = dims.text(node.shape)
    for p in sorted(lengths, key=lambda p: -len(dims.name_of(p.node))):
        text = text.replace(dims.name_of(p.node), p.name)
    return text if node.shape else "one number"


def _header(name: str, parameters: Sequence[Parameter], graph: FunctionGraph) -> str:
    lengths = [p for p in parameters if p.kind == "length"]
    pairs = any(is_complex(p.node.dtype) for p in parameters)
    lines = [f"{name}: generated by symnum.", "",
             *(f"{p.name}: length, at least 0" for p in lengths),
             *(f"{p.name}: {p.node.dtype.name}, {_shape(p.node, lengths)}, {p.kind}" for p in parameters
               if p.kind != "length"),
             "", *(["Complex numbers are pairs: the real part, then the imaginary part."] if pairs else []),
             "Arrays are in C order and must not overlap.  Returns 0, or an error code:",
             "2 lengths that must be equal differ, 4 maximum or minimum of nothing, 5 index out of range,",
             "7 out of memory, 10 an integer to a negative integer power, 11 a matrix that must be square is not,",
             "12 a matrix is singular, 13 a matrix is not positive definite."]
    guard = f"{name.upper()}_H"
    return (_comment(lines) + f"#ifndef {guard}\n#define {guard}\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n"
            f"{_signature(name, parameters)};\n#ifdef __cplusplus\n}}\n#endif\n#endif\n")


def _source(name: str, parameters: Sequence[Parameter], made: Lowered, precision: str) -> str:
    program = made.program
    lengths = [p.name for p in parameters if p.kind == "length"]
    buffers = [p.name for p in parameters if p.kind != "length"]
    rank = sum(len(b.shape) for b in program.of_role("output"))
    prefix = program.name
    body = f"""
#include <stdlib.h>
#include "{name}.h"

{_signature(name, parameters)} {{
  sn_i64 lengths[{max(len(lengths), 1)}] = {{{', '.join(lengths) or '0'}}};
  sn_i64 shapes[{max(rank, 1)}], bytes = 0;
  void *buffers[{max(len(buffers), 1)}] = {{{', '.join(f'(void *){b}' for b in buffers) or '0'}}};
  char *memory = NULL;
  sn_error error = {{0, 0, {{0, 0, 0, 0}}}};
  sn_call call;
  int code = {prefix}_plan(lengths, shapes, &bytes, &error);
  if (code) return code;
  if (bytes > 0 && (memory = malloc((size_t)bytes + 64)) == NULL) return 7;
  call.buffers = buffers;
  call.dims = lengths;
  call.workspace = memory == NULL ? NULL : memory + (64 - (size_t)memory % 64);
  call.error = error;
  code = {prefix}_run(&call);
  free(memory);
  return code;
}}
"""
    return c99_program(*planned(program), precision).text + body


def _main(name: str, parameters: Sequence[Parameter], made: Lowered) -> str:
    sample = {p.node: _SAMPLE_LENGTH for p in parameters if p.kind == "length"}
    lines, calls, prints = [], [], []
    for p in parameters:
        if p.kind == "length":
            calls.append(str(_SAMPLE_LENGTH))
            continue
        size, c_type = _size(p.node, sample), p.c_type
        lines.append(f"  static {c_type} {p.name}[{max(1, size)}];")
        if p.kind == "read":
            value = "i % 2" if p.node.dtype.kind == "b" else "0.125 * (i % 7 + 1)"
            lines.append(f"  for (i = 0; i < {size}; i++) {p.name}[i] = ({c_type})({value});")
        else:
            prints.append(f"  for (i = 0; i < {size}; i++) printf(\"{p.name}[%d] = %.17g\\n\", i, "
                          f"(double){p.name}[i]);")
        calls.append(p.name)
    declared = [line for line in lines if line.startswith("  static")]
    filled = [line for line in lines if not line.startswith("  static")]
    return "\n".join([
        f'#include <stdio.h>\n#include "{name}.h"\n', "int main(void) {", *declared, "  int i = 0, code;", *filled,
        f"  code = {name}({', '.join(calls)});", "  if (code) {", '    printf("error %d\\n", code);',
        "    return code;", "  }", *prints, "  return i < 0;", "}", ""])


def _size(node: Node, sample: dict[Node, int]) -> int:
    """Number of elements when the unknown lengths are as in ``sample``; complex ones count as two."""
    length = dims.as_node(dims.product((*node.shape, 2) if is_complex(node.dtype) else node.shape))
    return int(evaluate([length], {d: np.asarray(n) for d, n in sample.items()})[0])
