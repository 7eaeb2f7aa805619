"""The routines by name, and a step's own function as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from ...errors import GraphError
from ...ir.nest import Call, Place
from ...ir.node import Node
from ...ops.spec import Routine
from . import argsort, factors, pivoting, scan, scatter, search, stacks, systems
from .site import RoutineText, Site

ROUTINES: Mapping[str, Callable[[Site], RoutineText]] = MappingProxyType({
    "scan_add": partial(scan.scan, combine="add"),
    "scan_multiply": partial(scan.scan, combine="multiply"),
    "scan_maximum": partial(scan.scan, combine="maximum"),
    "scan_minimum": partial(scan.scan, combine="minimum"),
    "scan_logaddexp": partial(scan.scan, combine="logaddexp"),
    "recurrence": scan.recurrence,
    "scatter": scatter.scatter,
    "stacked_product": stacks.stacked_product,
    "searchsorted": search.searchsorted,
    "argsort": argsort.argsort,
    "cholesky": factors.cholesky,
    "cholesky_pulled": factors.cholesky_pulled,
    "solve_triangular": systems.solve_triangular,
    "solve": systems.solve,
    "inv": systems.inv,
    "det": systems.det,
    "slogdet": systems.slogdet,
    "lu_factor": pivoting.lu_factor,
    "pivots": pivoting.pivots,
})


def routine_text(call: Call, name: str, dialect: str, names: Mapping[Node, str]) -> RoutineText:
    """The text of a call whose function is ``name`` and stands last; ``dialect`` is "c", "c99" or "cython".

    Its parameters are the runtime (in "c"), the values of the error record, the addresses of operands and results,
    and the values of ``names``.

    Raises:
        GraphError: there is no such routine.
    """
    lower = call.op.lower
    if not isinstance(lower, Routine) or lower.name not in ROUTINES:
        raise GraphError(f"op {call.op.name}: there is no routine for {lower!r}; known: {', '.join(ROUTINES)}")
    site = Site(name, call, dialect, names)
    made = ROUTINES[lower.name](site)
    parameters = "sn_i64 *values, void **arrays, const sn_i64 *dims"
    lines = [f"static int {name}({'const sn_rt *rt, ' if dialect == 'c' else ''}{parameters})", "{",
             *("  " + line for line in _declarations(site)), *("  " + line for line in made.body.splitlines()),
             "  return SN_OK;", "}", ""]
    return replace(made, body="\n".join(lines))


def _declarations(site: Site) -> list[str]:
    """The variables that a body finds."""
    def pointer(kind: str, name: str, place: Place, number: int) -> str:
        return f"{kind}{site.type(place)} *const {name} = arrays[{number}];"
    call = site.call
    n = len(call.operands)
    lines = [pointer("const ", f"x{k}", place, k) for k, place in enumerate(call.operands)]
    lines += [pointer("", f"y{k}", place, n + k) for k, place in enumerate(call.results)]
    lines += [f"const sn_i64 {name} = dims[{k}];" for k, name in enumerate(site.names.values())]
    unused = [*(f"x{k}" for k in range(n)), *(f"y{k}" for k in range(len(call.results))), *site.names.values(),
              "values", "dims", *(["rt"] if site.dialect == "c" else [])]
    return [*lines, ", ".join(f"(void){name}" for name in unused) + ";"]
