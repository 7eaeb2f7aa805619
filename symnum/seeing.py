"""What tensors and functions have become: formulas, rewrites, kernels, and the text in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from . import options
from .artifact import PROGRAM, cache_of
from .codegen import compiler, probe
from .codegen.chains import planned
from .codegen.cuda_text import cuda_source
from .codegen.cython_text import cython_module
from .codegen.description import describe
from .codegen.library import library_functions
from .codegen.prepared import prepare, workspace_text
from .codegen.program_text import c99_program, c_program
from .codegen.scratch import scratch_bytes
from .errors import unknown_name
from .functiongraph import FunctionGraph
from .ir import dims
from .ir.build import dim
from .making import made_lowered, made_rewritten
from .pipeline import Lowered, optimise
from .settings import Settings
from .simplify import explain
from .simplify.catalogue import as_ruleset
from .simplify.rule import RuleSet
from .stages import Native, Step, headings, rewritten, staged
from .tensor.creation import as_tensor
from .tensor.symbolic import Tensor


def explanation(made: Lowered, settings: Settings) -> explain.Explanation:
    """What was rewritten in a function, and the kernels that run."""
    return explain.explanation(made.optimised.events, settings.rules, notes=_notes(made))


def _notes(made: Lowered) -> list[str]:
    """A line for each step, with the memory that it takes while it runs, and one for the workspace of all.

    A call allocates no more than its results, the workspace, and what its steps take.
    """
    prepared = prepare(*planned(made.program))
    taken = scratch_bytes(prepared, dim("threads"))
    lines = [line if size == 0 else f"{line}; takes at most {dims.name_of(size)} bytes while it runs"
             for line, size in zip(describe(prepared.program), taken, strict=True)]
    return [*lines, f"workspace: {workspace_text(prepared)}"]


def source(made: Lowered, settings: Settings, target: str) -> str:
    """The text of a function in a language: "c" (what runs here), "c99" (what is exported), "cython", "cuda".

    Raises:
        UnknownNameError: there is no such target.
    """
    if target not in _TEXTS:
        raise unknown_name("target", target, _TEXTS)
    return _TEXTS[target](made, settings)


def staged_explanation(graph: FunctionGraph, settings: Settings) -> explain.Explanation:
    """What was rewritten in a function with stages, and for each stage the kernels that run in it."""
    whole = made_rewritten(graph, settings)
    steps = staged(replace(graph, outputs=whole.outputs))
    made = [_lowered(step, settings) for step in steps]
    events = [event for part in made if part for event in part.optimised.events]
    notes = [note for heading, part in zip(headings(steps), made, strict=True)
             for note in (heading, *(_notes(part) if part else ()))]
    return explain.explanation((*whole.events, *events), settings.rules, notes=notes)


def staged_source(graph: FunctionGraph, settings: Settings, target: str) -> str:
    """The text of a function with stages in a language, each stage below a line that says what it does."""
    steps = staged(rewritten(graph, settings))
    mark = "#" if target == "cython" else "//"
    made = [_lowered(step, settings) for step in steps]
    return "\n".join(f"{mark} {heading}\n{source(part, settings, target) if part else ''}"
                     for heading, part in zip(headings(steps), made, strict=True))


def _lowered(step: Step, settings: Settings) -> Lowered | None:
    return made_lowered(step.graph, {}, settings, PROGRAM) if isinstance(step, Native) else None


def _c(made: Lowered, settings: Settings) -> str:
    cache = cache_of(settings.options)
    found = compiler.find_compiler(settings.options, cache)
    wanted = library_functions(made.program)
    vector = probe.vector_math(found, settings.options, cache, wanted) if found else probe.NO_VECTOR_MATH
    return c_program(*planned(made.program), vector).text


_TEXTS: Mapping[str, Callable[[Lowered, Settings], str]] = {
    "c": _c,
    "c99": lambda made, settings: c99_program(*planned(made.program), settings.options.precision).text,
    "cython": lambda made, settings: cython_module(*planned(made.program)),
    "cuda": lambda made, settings: cuda_source(made.program).text,
}


def expand_derivatives(x: Any, *, rewrites: str | RuleSet = "real") -> Any:
    """A tensor (or a list of them) with each derivative in it written out, after its cost was made stable.

    Args:
        x: a tensor of any dtype and shape, or a list of them.
        rewrites: "real", "specials", "exact", "off", or a RuleSet.

    Returns:
        A tensor, or a list of them.

    Raises:
        UnknownNameError: there is no rule set of that name.
        DTypeError: ``x`` is no tensor, array or number.

    >>> import symnum as sn
    >>> x = sn.tensor.dscalar("x")
    >>> sn.pp(expand_derivatives(sn.grad(sn.sin(x), x)))
    'cos(x)'
    """
    several = isinstance(x, list | tuple)
    tensors = [as_tensor(t) for t in (x if several else [x])]
    rules = as_ruleset(rewrites)
    found = [Tensor(node) for node in optimise([t.node for t in tensors], rules, options.current()).outputs]
    return found if several else found[0]

