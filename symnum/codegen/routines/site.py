"""``Site``: where a routine is called, with text for all that it works on; and ``RoutineText``: what it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...ir import dims
from ...ir.nest import Call, Place
from ...ir.node import Dim, Node
from ...records import dataclass
from ..dialects import C
from ..render import Printer
from ..shares import GRAIN, LIMIT
from ..texts import key


@dataclass(frozen=True, slots=True)
class RoutineText:
    """C text of a routine at one site: plain C99, without headers.

    ``body`` are the statements of the step's own function.  There, operands are the pointers ``x0``, ``x1``, …, results
    ``y0``, ``y1``, … (NULL where nobody wants one), lengths have the names that :meth:`Site.length` uses; it returns
    an error code to fail, with ``values`` as the record's values, and falls through otherwise.  ``functions`` are
    definitions that stand before it, all named after the site.

    In "c" the step asks ``rt`` once for memory, if at all: for at most ``scratch`` bytes, or for ``shared[0]`` for each
    thread, of which at most ``shared[1]`` work at once.
    """

    body: str
    functions: str = ""
    parallel: bool = False
    blas: tuple[str, ...] = ()      # functions that the body calls in dialect "c", by ``rt->blas``
    work: int | None = None     # the price in additions, where it is known better than by the op's cost
    scratch: Dim = 0
    shared: tuple[Dim, Dim] = (0, 0)


@dataclass(frozen=True, slots=True)
class Site:
    """One call of a routine.

    ``dialect`` is "c" (the body has ``rt``), "c99" or "cython" (plain functions); ``names`` are those of dims.
    """

    name: str
    call: Call
    dialect: str
    names: Mapping[Node, str]

    def length(self, length: Dim) -> str:
        """A length as text that may stand in any expression."""
        return f"({Printer(C, self.names, {}).index(dims.as_node(length))})"

    def count(self, shape: Iterable[Dim]) -> str:
        """The number of elements of a shape."""
        return self.length(dims.product(shape))

    def unpacked(self, source: str) -> str:
        """Declarations of all lengths from an array of them, for functions beside the step's own."""
        names = self.names.values()
        declared = "".join(f"const sn_i64 {name} = {source}[{k}]; " for k, name in enumerate(names))
        return declared + "".join(f"(void){name}; " for name in names)

    def type(self, place: Place) -> str:
        """The C type of an operand's or result's elements."""
        return C.types[key(place.dtype)]

    def share(self, task: str, context: str, extent: str, price: str) -> str:
        """An expression that runs ``int task(void *context, sn_i64 begin, sn_i64 end)`` on [0, extent).

        Several threads do it where ``extent * price`` additions are worth that.  Its value is 0 or an error code; in
        "c99" it is always 0, so that a task should not fail.
        """
        whole = f"{task}({context}, 0, {extent})"
        if self.dialect == "cython":
            return whole
        begin = "rt->parallel_for(rt, " if self.dialect == "c" else "sn_parallel_for("
        grain = f"sn_most(1, {GRAIN} / sn_most(1, {price}))"
        return f"(({extent}) * ({price}) < {LIMIT} ? {whole} : {begin}{task}, {context}, {extent}, {grain}))"
