"""All rules, in the order in which they are tried, and the rule sets that have names."""

from __future__ import annotations

from ..errors import ArgumentError, unknown_name
from .rule import RuleSet
from .rules import (
    algebra,
    angles,
    assumptions,
    comparisons,
    complex_numbers,
    constants,
    differences,
    elements,
    exponential_sums,
    exponentials,
    exponents,
    gathers,
    growth,
    half_turns,
    hyperbolic,
    inverses,
    joins,
    known,
    kronecker,
    lifts,
    linear_systems,
    log_differences,
    log_products,
    logic,
    matrix_chains,
    matrix_structure,
    moves,
    near_powers,
    norms,
    orders,
    parts,
    perfect_squares,
    pieces,
    polynomials,
    positive,
    powers,
    products,
    quadratics,
    quotients,
    reductions,
    repeats,
    root_fractions,
    roots,
    scaling,
    second_differences,
    selections,
    series,
    shifts,
    signs,
    slices,
    softmax,
    squares,
    structure,
    structured_systems,
    sums,
    symmetry,
    trigonometry,
    whole_numbers,
    writes,
)

RULES = RuleSet((
    *constants.RULES, *moves.RULES, *lifts.RULES, *slices.RULES, *joins.RULES, *gathers.RULES, *writes.RULES,
    *structure.RULES, *algebra.RULES, *logic.RULES, *assumptions.RULES, *known.RULES, *signs.RULES, *positive.RULES,
    *comparisons.RULES, *symmetry.RULES, *selections.RULES, *reductions.RULES, *repeats.RULES, *sums.RULES,
    *polynomials.RULES, *sums.LAST, *quotients.RULES, *exponents.RULES, *whole_numbers.RULES, *powers.RULES,
    *trigonometry.RULES, *roots.RULES, *second_differences.RULES, *angles.RULES, *complex_numbers.RULES,
    *norms.RULES, *perfect_squares.RULES, *squares.RULES, *scaling.RULES, *half_turns.RULES,
    *exponential_sums.RULES, *softmax.RULES, *shifts.RULES, *elements.RULES, *inverses.RULES, *hyperbolic.RULES,
    *log_differences.RULES, *growth.RULES, *near_powers.RULES, *differences.RULES,
    *root_fractions.RULES, *quadratics.RULES, *exponentials.RULES, *log_products.RULES, *series.RULES, *products.RULES,
    *linear_systems.RULES, *kronecker.RULES, *matrix_structure.RULES, *structured_systems.RULES,
    *matrix_chains.RULES, *orders.RULES, *parts.RULES, *pieces.RULES))

# What `rewrites=` of `function` may be -> what the rules must keep.
PRESETS = ("real", "specials", "exact", "off")
_LEVELS = {"real": "real", "specials": "specials", "exact": "bits"}


def as_ruleset(rewrites: str | RuleSet) -> RuleSet:
    """The rules of a named set ("real": all; "specials", "exact": see ``Rule.keeps``; "off": none), or as given.

    >>> len(as_ruleset("off")), "log1p" in as_ruleset("real"), "log1p" in as_ruleset("exact")
    (0, True, False)

    Raises:
        UnknownNameError: there is no set of that name.
        ArgumentError: it is neither a name nor a set.
    """
    if isinstance(rewrites, RuleSet):
        return rewrites
    if not isinstance(rewrites, str):
        raise ArgumentError(f"rewrites must be one of {', '.join(PRESETS)}, or a RuleSet; given {rewrites!r} of type "
                            f"{type(rewrites).__name__}; cure for a few rules: rewrites=RuleSet((rule, ...))")
    if rewrites not in PRESETS:
        raise unknown_name("rewrites", rewrites, PRESETS)
    return RuleSet() if rewrites == "off" else RULES.keeping(_LEVELS[rewrites])
