"""How far rules see: in ops below their node, of which sums, products, powers, moves, choices and all that is no
elementwise function count as none.

A pattern tells its sight itself; a rule that is a function sees two ops far unless it says otherwise, ``Rule(sight=)``.
What is known of numbers and matrices comes from below at any distance: nodes of which something else is known count as
changed.
"""

from __future__ import annotations

from ..ir.node import Node
from ..ops.table import TABLE
from .numbers import MOVERS
from .pattern import Call, Moved, Pattern
from .terms import PRODUCT, SUM

SIGHT = 3           # so far nearly no rule sees; those that do may see anything
KNOWN = 1 << 30     # further than anything is
_NONE = frozenset({*SUM, *PRODUCT, *MOVERS, "power", "square", "where", "positive", "cast", "assume"})


def step(node: Node) -> int:
    """How much further away the operands of a node are than the node.

    >>> from symnum.ir.build import input_leaf, o
    >>> x = input_leaf("x", "float64", ())
    >>> step(o.exp(x)), step(o.add(x, 1.0))
    (1, 0)
    """
    return int(node.op.kind == "elementwise" and node.op.name not in _NONE)


def depth(pattern: Pattern) -> int:
    """How far the wildcards of a pattern are at most.

    >>> from symnum.simplify.pattern import p, wild
    >>> depth(p.exp(1 + p.log(wild("x"))))
    2
    """
    if isinstance(pattern, Moved):
        return depth(pattern.inner)
    if not isinstance(pattern, Call):
        return 0
    return max(map(depth, pattern.args), default=0) + (
        TABLE[pattern.op].kind == "elementwise" and pattern.op not in _NONE)
