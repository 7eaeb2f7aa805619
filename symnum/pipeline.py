"""The passes, in order: from a user's graph to a Program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .autodiff.derivative import expand
from .codegen.lower import lower
from .errors import UnsupportedError
from .halves import widened
from .ir.build import rebuild
from .ir.nest import Program
from .ir.node import Node
from .ir.verify import verify
from .ir.walk import transform
from .options import Options
from .pairs import split
from .records import dataclass
from .refusals import conditions, refusing
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
    """Compute float16 in float32; expand derivatives, innermost first, each after its cost was made stable; then
    rewrite the whole.

    Raises:
        UnsupportedError: an op depends on the spacing of float16.
        GraphError: a pass made an invalid graph (looked for only if ``options.verify``).
    """
    events: list[Event] = []

    def stabilised(nodes: Sequence[Node]) -> Sequence[Node]:
        return applied(nodes, STABILISING)

    def applied(nodes: Sequence[Node], phases: tuple[str, ...]) -> Sequence[Node]:
        result = rewrite(nodes, rules, phases, strict=options.verify)
        events.extend(result.events)
        return verify(result.outputs) if options.verify else result.outputs

    expanded = expand(widened(outputs), stabilised)
    final = applied(verify(expanded) if options.verify else expanded, ALL_PHASES)
    return Optimised(tuple(final), tuple(dict.fromkeys(events)))


def without_assumptions(optimised: Optimised) -> Optimised:
    """The same with the operand in place of each ``assume``, which no rule needs any more."""
    def step(node: Node, inputs: tuple[Node, ...]) -> Node:
        return inputs[0] if node.op.name == "assume" else rebuild(node, inputs)
    return replace(optimised, outputs=tuple(transform(optimised.outputs, step)))


@dataclass(frozen=True, slots=True)
class Lowered:
    """A specialised, optimised and lowered graph; ``computed`` are the nodes that it was lowered from."""

    special: Special
    optimised: Optimised
    computed: tuple[Node, ...]
    program: Program


def lowered(name: str, inputs: Sequence[Node], states: Sequence[Node], outputs: Sequence[Node],
            facts: Mapping[Node, int], rules: RuleSet, options: Options) -> Lowered:
    """The Program that serves calls under ``facts`` (lengths of dims), with all that led to it.

    Raises:
        ShapeError: no call can have these lengths.
    """
    refuse_formulas((*inputs, *states))
    special = specialise(inputs, states, outputs, facts)
    optimised = without_assumptions(optimise(special.outputs, rules, options))
    # Derivatives of broadcasts between formulas of lengths come after specialisation.
    optimised = replace(optimised, outputs=tuple(transform(optimised.outputs, resolve)))
    refused = conditions(optimised.outputs)
    computed = split((*optimised.outputs, *(x.node for x in refused)))
    program = lower(name, special.inputs, verify(computed) if options.verify else computed, special.states)
    program = replace(program, dims=leaf_dims((*inputs, *states)), checks=(*special.checks, *program.checks))
    return Lowered(special, optimised, tuple(computed), refusing(program, refused))


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
