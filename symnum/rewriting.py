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

ENGINES = ("own", "egraph")
_BUDGET = 1000.0  # milliseconds


def simplify(expression: Any, *, rules: str | RuleSet = "real", engine: str = "own", budget_ms: float | None = None,
             report: bool = False) -> Any:
    """An expression as a function would compute it: derivatives written out, and rules applied until none fires.

    Args:
        expression: a tensor of any dtype and shape, or a list, tuple or dict of them, which are rewritten together.
        rules: "real", "specials", "exact", "off", or a RuleSet.
        engine: "own", which applies one rule after the other, or "egraph", which then compares many spellings that
            rules and other groupings of sums and products lead to, and takes the cheapest by ``sn.cost``; the result
            is that of "own" where nothing costs less.  Errors do not grow, but products that are grouped in another
            way may overflow or underflow elsewhere.
        budget_ms: what "egraph" may take for its search, 1,000 if it is not given.  It is counted in nodes looked at,
            so that results do not depend on the machine; the clock ends what takes longer.
        report: whether to return what was done as well.

    Returns:
        Tensors of the same dtypes and shapes, in the structure of ``expression``; if ``report``, that and an
        explanation, which prints as a table.

    Raises:
        UnknownNameError: there is no rule set or engine of that name.
        ArgumentValueError: ``budget_ms`` is not positive, or given to an engine that has none.
        DTypeError: ``expression`` holds something that is no tensor, array or number.

    >>> import symnum as sn
    >>> x, y = sn.tensor.dscalars("x", "y")
    >>> sn.pp(sn.simplify(x * y - y * x + sn.log(sn.exp(x))))
    'x'
    >>> after, done = sn.simplify(sn.sin(x)**2 + sn.cos(x)**2, report=True)
    >>> sn.pp(after), [step.rule for step in done.steps]
    ('1', ['sin_cos_squares'])
    >>> z = sn.tensor.dscalar("z")
    >>> sn.pp(sn.simplify(x / y / z)), sn.pp(sn.simplify(x / y / z, engine="egraph"))
    ('x/y/z', 'x/(y*z)')
    """
    if engine not in ENGINES:
        raise unknown_name("engine", engine, ENGINES)
    if budget_ms is not None and not (engine == "egraph" and budget_ms > 0):
        raise ArgumentValueError(f"simplify: budget_ms must be positive, and engine='egraph'; given {budget_ms!r} and "
                                 f"engine={engine!r}")
    from .pipeline import optimise
    from .searching import search, steps_of
    from .simplify.catalogue import as_ruleset
    from .simplify.explain import explanation
    chosen, nodes, notes = as_ruleset(rules), [x.node for x in _flat(expression)], list[str]()
    if engine == "own":
        made = optimise(nodes, chosen, options.current())
    else:
        made, note = search(nodes, chosen, options.current(), _BUDGET if budget_ms is None else budget_ms)
        notes.append(note)
    found = iter(map(Tensor, made.outputs))
    result = _mapped(expression, lambda x: next(found))
    return (result, explanation(made.events, steps_of(chosen), notes=notes)) if report else result


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
