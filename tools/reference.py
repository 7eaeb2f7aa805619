"""Writes ``docs/reference/``: a page of all ops, from the op table, and one of all public functions.

``python tools/reference.py`` (or ``make reference``) writes the pages; a test says when they are out of date.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import symnum
from symnum import array_api, dtypes, fft, linalg, tensor
from symnum.autodiff.formula import Formula, bare, formulas
from symnum.errors import SymnumError
from symnum.ir import build
from symnum.ir.text import formula
from symnum.ops.spec import Absent, Library, OpSpec, Reduce, Routine, Text, View
from symnum.ops.table import ROWS
from symnum.tensor.creation import INPUTS
from symnum.tensor.protocols import counterpart

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"

_OPS = """\
# Ops

One section for each row of the op table, from which the public functions, derivatives, kernels and tests are made.
`tools/reference.py` writes this page. *dtypes* are those of the operands and of the result; *tolerance* is the greatest
distance between the compiled and NumPy's value, in units in the last place.
"""

_FUNCTIONS = """\
# Public functions

The first line of each docstring; `help(function)` shows all of it. Functions of `sn.tensor` that `sn` has too are
listed once. `tools/reference.py` writes this page.
"""

_KINDS = {"elementwise": "Elementwise", "reduction": "Reductions", "structural": "Structural", "leaf": "Leaves",
          "dim": "Lengths", "count": "Counts of data-dependent lengths", "counted": "Data-dependent lengths",
          "derivative": "Derivatives"}
_CLASSES = {"f": "float", "i": "signed", "u": "unsigned", "b": "bool"}


# ops --------------------------------------------------------------------------------------------------------

def ops() -> str:
    """The page of all ops."""
    return "\n".join([_OPS, *_ops()])


def _ops() -> Iterator[str]:
    kinds = dict.fromkeys([*_KINDS, *(row.kind for row in ROWS)])
    for kind in kinds:
        rows = [row for row in ROWS if row.kind == kind]
        if rows:
            yield f"## {_KINDS.get(kind, kind.capitalize())}\n"
            yield from map(_section, rows)


def _section(row: OpSpec) -> str:
    lines = "\n".join(f"| {key} | {_cell(text)} |" for key, text in _columns(row).items() if text)
    return f"### {row.name}\n\n`{_call(row)}`\n\n{row.doc}\n\n| | |\n|---|---|\n{lines}\n"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def _call(row: OpSpec) -> str:
    operands = ["*xs"] if row.arity is None or row.arity > 3 else ["x", "y", "z"][:row.arity]
    return f"{row.name}({', '.join([*operands, *(f'{name}=' for name in row.attrs)])})"


def _columns(row: OpSpec) -> dict[str, str]:
    return {
        "aliases": ", ".join(f"`{name}`" for name in row.aliases),
        "dtypes": _dtypes(row), "derivative": _derivative(row), "compiled": _compiled(row),
        "NumPy": _reference(row), "SymPy": _sympy(row), "facts": ", ".join(sorted(row.facts)),
        "tested on": _domain(row), "tolerance": f"{row.tol:g} ulp" if row.tol else "exact", "cost": f"{row.cost:g}",
        "results": str(row.results) if row.results > 1 else ""}


def _dtypes(row: OpSpec) -> str:
    if isinstance(row.dtype, Absent):
        return f"none: {row.dtype.reason}"
    if row.arity is None:
        return ""
    results: dict[str, list[str]] = {}
    for given in dtypes.SUPPORTED:
        try:
            found = row.dtype(row.name, (given,) * row.arity, {})
        except (SymnumError, KeyError):  # not defined, or a matter of an attribute
            continue
        own = found[-1] == given and set(found) == {given}
        results.setdefault("the same" if own else _signature(found), []).append(given.name)
    return "; ".join(f"{', '.join(names)} → {result}" for result, names in results.items())


def _signature(found: Sequence[np.dtype[Any]]) -> str:
    operands = dict.fromkeys(dtype.name for dtype in found[:-1])
    return f"{found[-1].name} (computed in {', '.join(operands)})"


def _derivative(row: OpSpec) -> str:
    if row.kind != "elementwise":
        given = [name for name in ("vjp", "jvp") if not isinstance(getattr(row, name), Absent)]
        return ", ".join(given) if given else f"none: {_reason(row.vjp)}"
    if isinstance(row.partials, Absent):
        return f"none: {row.partials.reason}"
    found = _partials(row)
    return "made from partials" if found is None else "; ".join(
        f"by {name}: {text}" for name, text in zip("xyz", found, strict=False))


def _reason(column: object) -> str:
    return column.reason if isinstance(column, Absent) else "not given"


def _partials(row: OpSpec) -> list[str] | None:
    """The partial derivatives as formulas of operands x, y, z; None if they are no plain formulas of floats."""
    assert row.arity is not None and callable(row.partials) and not isinstance(row.dtype, Absent)
    try:
        kinds = row.dtype(row.name, (dtypes.FLOAT64,) * row.arity, {})
        xs = [build.input_leaf(name, kind, ()) for name, kind in zip("xyz", kinds[:-1], strict=False)]
        found = row.partials(formulas, Formula(build.apply(row, *xs)), *map(Formula, xs))
    except (SymnumError, KeyError):
        return None
    return [_partial(bare(part)) for part in found]


def _partial(part: Any) -> str:
    if part is None:
        return "0"
    if isinstance(part, Absent):
        return f"none, {part.reason}"
    return f"`{formula([part])}`" if hasattr(part, "op") else f"`{part:g}`"


def _compiled(row: OpSpec) -> str:
    match row.lower:
        case Reduce(combine=combine):
            return f"in one kernel with its operand, by {combine}"
        case Library(routine=routine):
            return f"a call of the library routine {routine}"
        case Routine(name="host"):
            return "a call of its NumPy or SciPy function between kernels"
        case Routine(name=name):
            return f"a routine of its own in C, {name}"
        case View():
            return "the operand's own memory"
    if isinstance(row.c, Text):
        return "C, fused: " + ", ".join(
            name for key, name in _CLASSES.items() if not isinstance(row.c.of(key), Absent))
    return "fused, as another way to index its operand" if callable(row.lower) else f"no: {_reason(row.c)}"


def _reference(row: OpSpec) -> str:
    if isinstance(row.numpy, Absent):
        return f"none: {row.numpy.reason}"
    if isinstance(row.numpy, str):
        return f"`{row.numpy.replace(':', '.')}`"
    name = getattr(row.numpy, "__name__", "")
    for module in (np, np.linalg):
        if getattr(module, name, None) is row.numpy:
            return f"`{module.__name__}.{name}`"
    return "a function of its own"


def _sympy(row: OpSpec) -> str:
    if isinstance(row.sympy, Absent):
        return f"none: {row.sympy.reason}"
    return f"`{row.sympy.head}`" if isinstance(row.sympy.head, str) else "written with other functions"


def _domain(row: OpSpec) -> str:
    if isinstance(row.domain, Absent):
        return f"nothing: {row.domain.reason}"
    return ", ".join(
        f"[{i.low:g}, {i.high:g}]{' whole' if i.integer else ''}"
        f"{''.join(f' without {point:g}' for point in i.avoid)}" for i in row.domain)


# functions --------------------------------------------------------------------------------------------------

def public_functions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The public names by module, each once: ``sn``, ``sn.tensor`` beyond it, and the modules of extensions."""
    top = {name: getattr(symnum, name) for name in symnum.__all__}
    yield "sn", top
    more = [name for name in tensor.__all__ if name not in top and name not in INPUTS]
    yield "sn.tensor", {name: getattr(tensor, name) for name in more}
    for name, module in modules().items():
        yield f"sn.{name}", {key: getattr(module, key) for key in module.__all__}


def modules() -> dict[str, ModuleType]:
    """Modules of functions beside ``sn.tensor``."""
    return {"linalg": linalg, "fft": fft}


def functions() -> str:
    """The page of all public functions."""
    listed = [_listed(place, found) for place, found in public_functions()]
    return "\n".join([_FUNCTIONS, *listed, _numpy(), _standard()])


def _listed(place: str, found: Mapping[str, Any]) -> str:
    rows = "\n".join(f"| `{name}{_arguments(value)}` | {_cell(first_line(value))} |"
                     for name, value in sorted(found.items(), key=lambda pair: pair[0].lower())
                     if not isinstance(value, ModuleType | str))
    return f"## {place}\n\n| | |\n|---|---|\n{rows}\n"


def _arguments(value: Callable[..., Any] | object) -> str:
    if not callable(value) or isinstance(value, type):
        return ""
    try:
        parameters = inspect.signature(value).parameters.values()
    except ValueError:
        return "(...)"
    plain = [p.replace(annotation=p.empty, default="..." if p.default is not p.empty else p.empty) for p in parameters]
    shown = str(inspect.Signature(plain)).replace("='...'", "=…")
    return shown.replace("|", "\\|")


def first_line(value: object) -> str:
    """The first line (or sentence over several) of a docstring."""
    text = inspect.getdoc(value) or ""
    return re.split(r"\n\s*\n", text)[0]


def _numpy() -> str:
    """Which functions of NumPy build graph."""
    lines = ["## NumPy's functions on tensors\n", _ON_TENSORS.format(version=numpy_version())]
    for module in (np, np.linalg, np.fft):
        functions = {name: f for name in dir(module) if isinstance(f := getattr(module, name), type(np.sum))}
        known = {name: counterpart(f) is not None for name, f in functions.items()}
        for title, wanted in (("build graph", True), ("are refused", False)):
            names = ", ".join(f"`{name}`" for name, found in known.items() if found is wanted)
            if names:
                lines.append(f"{module.__name__}, which {title}: {names}.\n")
    return "\n".join(lines)


_ON_TENSORS = """\
NumPy's ufuncs and functions (NEP 13 and NEP 18) build graph if an argument is a tensor; methods of ufuncs too:
`reduce`, `accumulate` and `outer`. Arguments that write into arrays (`out=`) are refused, and so is what is not listed
here, by a TypeError that names the nearest function and the cure. The lists are of NumPy {version}.
"""


def numpy_version() -> str:
    """NumPy's version without the last number."""
    return ".".join(np.__version__.split(".")[:2])


def _standard() -> str:
    names = ", ".join(f"`{name}`" for name in array_api.__all__ if not name.startswith("__"))
    return f"## sn.array_api\n\nSee [](../array_api.md) for how each compares with the standard. {names}\n"


PAGES: Mapping[str, Callable[[], str]] = {"ops.md": ops, "functions.md": functions}


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())
        print(f"wrote docs/reference/{name}")


if __name__ == "__main__":
    main()
