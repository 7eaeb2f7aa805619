"""Models for curve fitting: values, residuals and exact Jacobians for ``curve_fit`` and ``least_squares``."""

from __future__ import annotations

from typing import Any

from ..algebra.conversions import from_sympy
from ..errors import GraphError
from ..function import Function, function
from ..grad import grad
from ..records import dataclass
from ..tensor.convert import is_sympy
from ..tensor.creation import dim, tensor
from ..tensor.functions import broadcast_to, stack
from ..tensor.symbolic import Tensor
from .several import several


@dataclass(frozen=True, slots=True)
class Curve:
    """What :func:`curve` gives.

    ``model(x, *params)`` and ``model_jac(x, *params)`` are what ``curve_fit(model, xs, ys, jac=model_jac)`` calls;
    ``residual(params, x, y)`` and ``residual_jac(params, x, y)`` what ``least_squares(..., args=(xs, ys))`` calls.
    """

    model: Function
    model_jac: Function
    residual: Function
    residual_jac: Function


def curve(model: Any, x: Any, params: Any, *, mode: str | None = None) -> Curve:
    """A formula to be fitted to points.

    Args:
        model: a SymPy expression of ``x`` and the parameters.
        x: the symbol of the abscissa, or a list of k symbols: then the functions take an array (k, n).
        params: the symbols to be fitted, in the order of SciPy's array; one may stand alone.
        mode: as of :func:`symnum.function`.

    Returns:
        A :class:`Curve`: for n points and m parameters ``model`` and ``residual`` (model minus ``y``) give arrays (n,),
        their Jacobians (n, m), all float64.

    Raises:
        GraphError: no expression of SymPy, or it depends on something else.
        UnsupportedError: a function that symnum does not have, with its place.

    >>> import numpy as np, sympy
    >>> from scipy.optimize import curve_fit
    >>> x, a, k = sympy.symbols("x a k")
    >>> decay = curve(a * sympy.exp(-k * x), x, [a, k], mode="numpy")
    >>> xs = np.linspace(0, 2, 20)
    >>> found, _ = curve_fit(decay.model, xs, 3 * np.exp(-1.5 * xs), p0=[1, 1], jac=decay.model_jac)
    >>> np.round(found, 6)
    array([3. , 1.5])
    """
    if not is_sympy(model):
        raise GraphError(f"curve: the model must be an expression of SymPy; given {model!r}")
    many = isinstance(x, list | tuple)
    n = dim("n")
    points = tensor("x", dtype="float64", shape=(len(x), n) if many else (n,))
    fitted_symbols = several(params)
    names = [tensor(str(symbol), dtype="float64") for symbol in fitted_symbols]
    each = [broadcast_to(p, (n,)) for p in names]
    columns, symbols = ([points[k] for k in range(len(x))], list(x)) if many else ([points], [x])
    stands_for = dict(zip([*symbols, *fitted_symbols], [*columns, *each], strict=True))
    values = broadcast_to(from_sympy(model, symbols=stands_for), (n,)).astype("float64")
    slopes = stack(grad(values.sum(), each, disconnected_inputs="ignore"), axis=1)
    flat, y = tensor("params", dtype="float64", shape=(len(names),)), tensor("y", dtype="float64", shape=(n,))
    given = {p: flat[k] for k, p in enumerate(names)}

    def made(output: Tensor, name: str) -> Function:
        return function([points, *names], output, name=name, mode=mode, on_unused_input="ignore")

    def fitted(output: Tensor, name: str) -> Function:
        return function([flat, points, y], output, name=name, mode=mode, givens=given, on_unused_input="ignore")
    return Curve(made(values, "model"), made(slopes, "model_jac"), fitted(values - y, "residual"),
                 fitted(slopes, "residual_jac"))
