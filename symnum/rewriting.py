"""What users do with rules outside of functions: see what an expression costs, and simplify it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .errors import ArgumentValueError
from .simplify.flops import GUESS
from .tensor.creation import as_tensor
from .tensor.symbolic import Tensor

if TYPE_CHECKING:
    from .simplify.cost import Cost
    from .simplify.rule import RuleSet

Domains = Mapping[Any, tuple[float | None, float | None]]


def simplify(expression: Any, *, rules: str | RuleSet | None = None, engine: str | None = None, transforms: Any = None,
             domains: Domains | None = None, budget_ms: float | None = None, report: bool = False) -> Any:
    """An expression as a function would compute it: derivatives written out, and rules applied until none fires.

    Args:
        expression: a tensor of any dtype and shape, or a list, tuple or dict of them, which are rewritten together.
        rules: "real", which it is if not given, "specials", "exact", "off", or a RuleSet.
        engine: "own", which applies one rule after the other; or "egraph", which then compares many spellings that
            rules and other groupings of sums and products lead to, and takes the cheapest by ``sn.cost``; or "sympy",
            which then hands elementwise regions of floats to SymPy, in windows of at most 40 nodes.  The result is that
            of "own" where nothing costs less.  With "egraph" errors do not grow, but products that are grouped in
            another way may overflow or underflow elsewhere.  With "sympy" an answer comes back only where it is
            measured to be better: at some hundred points its error, beside real values in high precision, is not
            larger, there is no new NaN or infinity, and cost or error is lower.  If no engine is given, it is "sympy"
            where ``transforms`` or ``budget_ms`` are, and else "own".
        transforms: what "sympy" tries with each window: names of together, cancel, factor, expand, trigsimp, powsimp,
            logcombine, radsimp, optims_c99 and simplify, or functions from a SymPy expression to another; all
            of the names, if it is not given.
        domains: for tensors that ``expression`` is computed from, the least and the greatest value of their elements;
            None is no bound.  They are finite there, and the result is right there.
        budget_ms: what "egraph" may take for its search, 1,000 if it is not given.  It is counted in nodes looked at,
            so that results do not depend on the machine; the clock ends what takes longer.  For "sympy" the processor
            time of each transform of a window, 50 if it is not given; what takes longer is ended, and left out.  As
            many windows are looked at as these are milliseconds, those that cost most.
        report: whether to return what was done as well.

    Returns:
        Tensors of the same dtypes and shapes, in the structure of ``expression``; if ``report``, that and an
        explanation, which prints as a table: what was done, and what "sympy" has tried and refused, and why.

    Raises:
        UnknownNameError: there is no rule set, engine or transform of that name.
        ArgumentError: ``transforms`` are given to an engine that has none, or one of them is no function; or
            ``rules`` is no name and no set, or ``budget_ms`` no number.
        ArgumentValueError: ``budget_ms`` is not positive, or given to an engine that has none; or no number lies in
            one of ``domains``.
        DTypeError: ``expression`` holds something that is no tensor, array or number.

    Where the process that runs SymPy does not start, the error is an ``UnsupportedError``.

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
    >>> sn.pp(sn.simplify(sn.sin(x) * sn.cos(x), engine="sympy"))
    '0.5*sin(2*x)'
    """
    from .engines import simplified
    nodes = [x.node for x in _flat(expression)]
    if engine is None:
        engine = "own" if transforms is None and budget_ms is None else "sympy"
    ends, done = simplified(nodes, engine, "real" if rules is None else rules, transforms, domains or {}, budget_ms)
    found = iter(map(Tensor, ends))
    result = _mapped(expression, lambda x: next(found))
    return (result, done) if report else result


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
