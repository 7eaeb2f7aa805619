"""The CPU schedule: from a kernel nest to loops, shares of parallel work, and vector bodies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ..ir.nest import Nest, Product
from ..ir.node import Dim, Node
from ..records import dataclass
from .builder import FIRST, Builder
from .folds import fold
from .instructions import ESTIMATES, is_estimate
from .loops import Function, Memory
from .normal import normal
from .phases import HEAVY, folds_below, level, level_of, walks_columns
from .quotients import shared_divisors
from .reductions import columns, rows, whole
from .roots import lowered
from .shares import Schedule, elementwise
from .spans import approximate
from .strides import Algebra
from .texts import calls, is_serial


@dataclass(frozen=True, slots=True)
class KernelCode:
    """A kernel as functions, callees first, the kernel itself last.

    ``scratch`` is memory that is handed to it, with the number of elements; ``parallel`` says whether it hands out
    work, and ``work`` is the price of a call in additions, where all unknown lengths
    are 1.  ``around`` are the products of a row pass.  Code of an earlier kernel is ``given`` memories and lengths in
    the place of its own.
    """

    functions: tuple[Function, ...]
    scratch: tuple[tuple[Memory, Dim], ...]
    parallel: bool
    work: int
    around: tuple[Product, Product] | None = None
    given: tuple[Mapping[Memory, Memory], Mapping[Node, Node]] | None = None


def schedule(given: Nest, memories: Mapping[int, Memory], shapes: Mapping[int, Sequence[Dim]], name: str,
             vector: Collection[str], plain: Collection[str] = (), step: int = 0) -> KernelCode:
    """Loops for a nest on a CPU.

    Args:
        given: the nest.
        memories: the nest's buffers by number.
        shapes: their shapes.
        name: prefix of all functions.
        vector: library functions that gcc has vector versions of; what calls them goes through vector bodies.
        plain: library functions that are arithmetic in the text, and become vector code as that does.
        step: keeps the numbers of its memories apart from those of other nests.

    >>> from symnum.codegen.lower import lower
    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", (3,))
    >>> nest = lower("f", [x], [o.exp(x)]).steps[0].nest
    >>> memories = {k: Memory(k, f"b{k}", x.dtype, "global") for k in range(2)}
    >>> [f.kind for f in schedule(nest, memories, {0: (3,), 1: (3,)}, "f", ["exp"]).functions]
    ['body', 'span', 'kernel']
    """
    algebra = Algebra()
    allowed = frozenset(vector)
    flat = shared_divisors(normal(given, memories, shapes, algebra), algebra)
    values = lowered([s.value for s in flat.stores], ESTIMATES in allowed, ESTIMATES in allowed and "expf" in plain)
    flat = replace(flat, stores=tuple(replace(s, value=x) for s, x in zip(flat.stores, values, strict=True)))
    builder = Builder(name, dict(memories), algebra, lambda b, x: fold(b, x, flat.span(x.attr("axes"))), approximate,
                      lambda x: is_estimate(x) or not calls(x).isdisjoint(allowed),
                      lambda x: is_serial(x, allowed.union(plain)), FIRST * (step + 1),
                      span_of=flat.span, is_long=lambda x: x.dtype.kind == "f" and not calls(x).isdisjoint(plain))
    self = Schedule(name, builder, flat)
    with builder.function(name, "kernel", ()):
        _stores(self)
    return KernelCode(tuple(builder.functions), tuple(self.scratch), self.parallel, self.work)


def _stores(self: Schedule) -> None:
    """All stores of the nest: folds to single values first, then folds inside outer axes."""
    found, algebra, stores = self.nest, self.algebra, self.nest.stores
    levels = [level_of(x, found, algebra) for x in folds_below([s.value for s in stores])]
    known = sorted({k for k in levels if k is not None})

    def is_heavy(node: Node) -> bool:
        return self.builder.is_approximate(node) or node.op.cost >= HEAVY

    make = partial(level, found, algebra, is_heavy=is_heavy)
    if not known:
        elementwise(self, stores)
        return
    if known[0] == 0:
        whole(self, make(0, stores if len(known) == 1 else ()))
    if known[-1] > 0:
        inner = make(known[-1], stores)
        (columns if walks_columns(inner, algebra) else rows)(self, inner)
