"""What users do with rules outside of functions: see what an expression costs, and simplify it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from . import options
from .errors import ArgumentValueError, unknown_name
from .simplify.flops import GUESS
from .tensor.creation import as_tensor
from .tensor.symbolic import Tensor

if TYPE_CHECKING:
    from .simplify.cost import Cost
    from .simplify.rule import RuleSet

ENGINES = ("own",)


def simplify(expression: Any, *, rules: str | RuleSet = "real", engine: str = "own", report: bool = False) -> Any:
    """An expression as a function would compute it: derivatives written out, and rules applied until none fires.

    Args:
        expression: a tensor of any dtype and shape, or a list, tuple or dict of them, which are rewritten together.
        rules: "real", "specials", "exact", "off", or a RuleSet.
        engine: "own", which applies one rule after the other.
        report: whether to return what was done as well.

    Returns:
        Tensors of the same dtypes and shapes, in the structure of ``expression``; if ``report``, that and an
        explanation, which prints as a table.

    Raises:
        UnknownNameError: there is no rule set or engine of that name.
        DTypeError: ``expression`` holds something that is no tensor, array or number.

    >>> import symnum as sn
    >>> x, y = sn.tensor.dscalars("x", "y")
    >>> sn.pp(sn.simplify(x * y - y * x + sn.log(sn.exp(x))))
    'x'
    >>> after, done = sn.simplify(sn.sin(x)**2 + sn.cos(x)**2, report=True)
    >>> sn.pp(after), [step.rule for step in done.steps]
    ('1', ['sin_cos_squares'])
    """
    if engine not in ENGINES:
        raise unknown_name("engine", engine, ENGINES)
    from .pipeline import optimise
    from .simplify.catalogue import as_ruleset
    from .simplify.explain import explanation
    chosen = as_ruleset(rules)
    made = optimise([x.node for x in _flat(expression)], chosen, options.current())
    found = iter(map(Tensor, made.outputs))
    result = _mapped(expression, lambda x: next(found))
    return (result, explanation(made.events, chosen)) if report else result


def cost(expression: Any, *, length: int = GUESS) -> Cost:
    """What an expression costs as it is written: operations by the prices of the op table, and bytes through memory.

    Args:
        expression: a tensor of any dtype and shape, or a list, tuple or dict of them, which are computed together.
        length: what lengths are taken for that are not known.

    Returns:
        A ``Cost``: ``flops`` in additions, ``bytes``, and ``shares`` by op; printed, a table.  What is needed more than
        once counts once.

    Raises:
        ArgumentValueError: ``length`` is not positive.
        DTypeError: ``expression`` holds something that is no tensor, array or number.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> print(sn.cost(sn.exp(x) / sn.exp(x).sum(), length=1000))
    op           count  operations
    exp          1,000       8,000
    true_divide  1,000       8,000
    sum              1       1,000
    total        2,001      17,000
    16,016 bytes through memory
    """
    if length < 1:
        raise ArgumentValueError(f"cost: length must be positive; given {length}")
    from .autodiff.derivative import expand
    from .simplify.cost import cost_of_graph
    nodes = [x.node for x in _flat(expression)]
    return cost_of_graph(list(expand(nodes, lambda costs: costs)), length)


def _flat(expression: Any) -> Iterator[Tensor]:
    """The tensors of a structure."""
    found: list[Tensor] = []
    _mapped(expression, lambda x: found.append(as_tensor(x)))
    return iter(found)


def _mapped(expression: Any, change: Callable[[Any], Any]) -> Any:
    """A structure of lists, tuples and dicts with each of its tensors changed."""
    if isinstance(expression, dict):
        return {key: _mapped(value, change) for key, value in expression.items()}
    if isinstance(expression, list | tuple):
        return type(expression)([_mapped(x, change) for x in expression])
    return change(expression)
