"""The passes, in order: from a user's graph to a Program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .autodiff.derivative import expand
from .codegen.abi import Code
from .codegen.lower import lower
from .errors import UnsupportedError
from .ir.build import o
from .ir.nest import Program, Refusal
from .ir.node import Node
from .ir.verify import verify
from .ir.walk import topological, transform
from .options import Options
from .simplify.engine import Event, rewrite
from .simplify.rule import RuleSet
from .specialise import Special, leaf_dims, resolve, specialise

STABILISING = ("canonicalize", "stabilize")
ALL_PHASES = (*STABILISING, "specialize")


@dataclass(frozen=True, slots=True)
class Optimised:
    """Final outputs, and what was rewritten on the way."""

    outputs: tuple[Node, ...]
    events: tuple[Event, ...]


def optimise(outputs: Sequence[Node], rules: RuleSet, options: Options) -> Optimised:
    """Expand derivatives, innermost first, each after its cost was made stable; then rewrite the whole.

    Raises:
        GraphError: a pass made an invalid graph (looked for only if ``options.verify``).
    """
    events: list[Event] = []

    def stabilised(nodes: Sequence[Node]) -> Sequence[Node]:
        return applied(nodes, STABILISING)

    def applied(nodes: Sequence[Node], phases: tuple[str, ...]) -> Sequence[Node]:
        result = rewrite(nodes, rules, phases)
        events.extend(result.events)
        return verify(result.outputs) if options.verify else result.outputs

    expanded = expand(outputs, stabilised)
    final = applied(verify(expanded) if options.verify else expanded, ALL_PHASES)
    return Optimised(tuple(final), tuple(dict.fromkeys(events)))


@dataclass(frozen=True, slots=True)
class Lowered:
    """A specialised, optimised and lowered graph."""

    special: Special
    optimised: Optimised
    program: Program


def lowered(name: str, inputs: Sequence[Node], states: Sequence[Node], outputs: Sequence[Node],
            facts: Mapping[Node, int], rules: RuleSet, options: Options) -> Lowered:
    """The Program that serves calls under ``facts`` (lengths of dims), with all that led to it.

    Raises:
        ShapeError: no call can have these lengths.
    """
    refuse_formulas((*inputs, *states))
    special = specialise(inputs, states, outputs, facts)
    optimised = optimise(special.outputs, rules, options)
    # Derivatives of broadcasts between formulas of lengths come after specialisation.
    optimised = replace(optimised, outputs=tuple(transform(optimised.outputs, resolve)))
    refused = negative_powers(optimised.outputs)
    program = lower(name, special.inputs, (*optimised.outputs, *refused), special.states)
    program = replace(program, dims=leaf_dims((*inputs, *states)), checks=(*special.checks, *program.checks))
    return Lowered(special, optimised, _refusing(program, len(refused)))


def negative_powers(outputs: Sequence[Node]) -> tuple[Node, ...]:
    """For each power of integers whether any exponent is negative, which NumPy refuses."""
    exponents = dict.fromkeys(x.inputs[1] for x in topological(outputs)
                              if x.op.name == "power" and x.dtype.kind == "i" and not _never_negative(x.inputs[1]))
    return tuple(o.any(o.less(e, 0), axis=tuple(range(e.ndim))) for e in exponents)


def _never_negative(exponent: Node) -> bool:
    while exponent.op.name == "broadcast_to":
        exponent = exponent.inputs[0]
    return exponent.op.name == "constant" and bool((exponent.attr("literal").array >= 0).all())


def _refusing(program: Program, count: int) -> Program:
    """The last ``count`` outputs as conditions on which a call fails."""
    last = [b.number for b in program.of_role("output")][-count:] if count else []
    buffers = tuple(replace(b, role="workspace") if b.number in last else b for b in program.buffers)
    return replace(program, buffers=buffers, refusals=tuple(Refusal(k, Code.NEGATIVE_POWER) for k in last))


def refuse_formulas(leaves: Sequence[Node]) -> None:
    """An argument's own length must be a number or a dim.

    Raises:
        UnsupportedError: it is a formula of other lengths.
    """
    for leaf in leaves:
        for n in leaf.shape:
            if isinstance(n, Node) and n.op.name != "dim":
                raise UnsupportedError(f"{leaf!r}: a length of an argument must be a number, None, or a dim; "
                                       "cure: give it a dim of its own")
