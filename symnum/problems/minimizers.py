"""Problems for ``scipy.optimize.minimize``: value, gradient and Hessian of one expression, of one flat argument."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from ..errors import GraphError, ShapeError
from ..function import Function, function
from ..grad import grad
from ..ir import dims
from ..records import dataclass
from ..tensor.convert import is_sympy
from ..tensor.creation import as_tensor, tensor
from ..tensor.functions import concatenate, stack
from ..tensor.handle import describe
from ..tensor.symbolic import Tensor
from .several import several


@dataclass(frozen=True, slots=True)
class Minimizer:
    """What :func:`minimizer` gives: functions of the flat argument ``x`` and of the data.

    ``value_and_grad`` gives both, as ``minimize(..., jac=True)`` takes them; ``hessp(x, p, *data)`` is the Hessian
    times ``p``.  ``params`` are what the parts of ``x`` stand for, in order.
    """

    params: tuple[Any, ...]
    value: Function
    grad: Function
    hess: Function
    hessp: Function
    value_and_grad: Function


def minimizer(expr: Any, params: Any, data: Any = (), *, mode: str | None = None) -> Minimizer:
    """An expression to be minimised, compiled with its derivatives.

    Args:
        expr: a SymPy expression or matrix of one element, or a float64 tensor of rank 0.
        params: what is varied: a symbol, a float64 input of known shape, or a list of them.  The functions take them
            as one array of rank 1, one after the other, each in C order.
        data: symbols or tensors that ``minimize`` hands through by ``args=``; one may stand alone.
        mode: as of :func:`symnum.function`.

    Returns:
        A :class:`Minimizer`: for n elements ``value`` gives an array of rank 0, ``grad`` one of (n,), ``hess`` one of
        (n, n), all float64.  The Hessian takes n sweeps; for many parameters use ``hessp``.

    Raises:
        GraphError: a parameter is no input, or the expression depends on something else.
        ShapeError: the shape of a parameter is not known, or the expression is no scalar.
        DTypeError: the expression is no float.

    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> rosenbrock = minimizer((1 - a)**2 + 100 * (b - a**2)**2, [a, b], mode="numpy")
    >>> rosenbrock.value([0.0, 1.0]), rosenbrock.grad([1.0, 1.0])
    (array(101.), array([0., 0.]))
    >>> rosenbrock.hess([1.0, 1.0])
    array([[ 802., -400.],
           [-400.,  200.]])
    """
    names = several(params)
    leaves = [_leaf(x) for x in names]
    sizes = [prod(x.shape) for x in leaves]
    x, p = (tensor(name, dtype="float64", shape=(sum(sizes),)) for name in ("x", "p"))
    given = {leaf: _part(x, sum(sizes[:k]), leaf) for k, leaf in enumerate(leaves)}
    cost = as_tensor(expr)
    if cost.shape == (1, 1):    # as v.T*v of SymPy's matrices is
        cost = cost[0, 0]
    slope = _flat(cost, leaves)
    rows = [_flat(slope[k], leaves) for k in range(sum(sizes))]

    def made(output: Any, name: str, *more: Tensor) -> Function:
        inputs = [x, *more, *several(data)]
        return function(inputs, output, givens=given, name=name, mode=mode, on_unused_input="ignore")
    return Minimizer(tuple(names), made(cost, "value"), made(slope, "grad"), made(stack(rows), "hess"),
                     made(_flat((slope * p).sum(), leaves), "hessp", p), made((cost, slope), "value_and_grad"))


def _leaf(x: Any) -> Tensor:
    if is_sympy(x):
        from ..operands import tensor_of
        x = tensor_of(x)
    if not isinstance(x, Tensor) or x.node.op.name != "input":
        raise GraphError(f"minimizer: a parameter must be a symbol or an input; given {x!r}")
    if not all(isinstance(n, int) for n in x.shape):
        raise ShapeError(f"minimizer: the shape of {describe(x)} is not known: {dims.text(x.node.shape)}; cure: "
                         f"tensor(name, shape=(3,))")
    return x


def _flat(cost: Tensor, leaves: Sequence[Tensor]) -> Tensor:
    """The derivative by all parameters, one after the other."""
    return concatenate([_ravel(x) for x in grad(cost, list(leaves), disconnected_inputs="ignore")])


def _part(x: Tensor, start: int, leaf: Tensor) -> Tensor:
    return x[start:start + prod(leaf.shape)].reshape(leaf.shape) if leaf.ndim else x[start]


def _ravel(x: Tensor) -> Tensor:
    """A tensor of known shape as one of rank 1."""
    return x.reshape((prod(x.shape),))
