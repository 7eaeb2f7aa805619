"""Systems of ordinary differential equations, ready for integrators: right-hand side, Jacobian, function pointers."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError
from ..function import Function, function
from ..grad import grad
from ..records import dataclass
from ..tensor.convert import is_sympy
from ..tensor.creation import as_tensor, tensor
from ..tensor.functions import stack
from ..tensor.symbolic import Tensor
from .several import several

if TYPE_CHECKING:
    from scipy import LowLevelCallable

_POINTER = ctypes.POINTER(ctypes.c_double)


@dataclass(frozen=True, slots=True)
class ODE:
    """What :func:`ode` gives.  ``rhs(t, y, *params)`` and ``jac(t, y, *params)`` are what ``solve_ivp`` calls.

    ``state`` says what the elements of ``y`` are: the functions of the equations and their lower derivatives, or the
    state as it was given.
    """

    state: tuple[Any, ...]
    rhs: Function
    jac: Function

    @property
    def low_level(self) -> LowLevelCallable:
        """The right-hand side as ``void f(double t, double *y, double *dydt, double *params)``, native code.

        SciPy's own integrators call Python; this is what integrators in C, Fortran and Numba take.  ``params`` points
        to the parameters one after the other.  Where the system fails, ``dydt`` is NaN.  It is compiled where it is
        asked for: keep it.
        """
        return _low_level(self.rhs)

    @property
    def low_level_jac(self) -> LowLevelCallable:
        """The Jacobian as ``void f(double t, double *y, double *jac, double *params)``, by rows, native code."""
        return _low_level(self.jac)

    @property
    def address(self) -> int:
        """Where the function of ``low_level`` lies, as an int; it stays there while the process lives."""
        return ctypes.cast(self.low_level.function, ctypes.c_void_p).value or 0


def ode(system: Any, state: Any, params: Any = (), *, t: Any = None, mode: str | None = None) -> ODE:
    """A system of ordinary differential equations, compiled.

    Args:
        system: equations of SymPy (``Eq``, or what is zero) of any order, linear in the highest derivatives, whose
            state are functions such as ``x(t)``; or the right-hand sides of a system of first order, expressions or
            tensors of rank 0 in the order of the state, or in a dict by its elements; or one tensor of rank 1, or
            matrix of one column.  One equation or expression may stand alone.
        state: the functions, symbols or float64 scalars in that order, or one tensor of rank 1 and known length, or a
            matrix symbol of one column.  A function of order k brings its derivatives below k into the state, after
            all functions.
        params: symbols or tensors that ``solve_ivp`` hands through by ``args=``; one may stand alone.
        t: the symbol or float64 scalar of time; not needed for functions of it, and where nothing depends on it.
        mode: as of :func:`symnum.function`; the function pointers are always native code.

    Returns:
        An :class:`ODE`: ``rhs`` gives an array (n,), ``jac`` one of (n, n), both float64.

    Raises:
        GraphError: state, equations and right-hand sides do not go together, or depend on something else.
        UnsupportedError: an equation is not linear in the highest derivatives, or has a function that symnum lacks.

    >>> import sympy
    >>> time, w = sympy.symbols("t w")
    >>> x = sympy.Function("x")(time)
    >>> swing = ode([sympy.Eq(x.diff(time, 2), -w**2 * x)], [x], [w], mode="numpy")
    >>> swing.state, swing.rhs(0.0, [1.0, 0.0], 2.0)
    ((x(t), Derivative(x(t), t)), array([ 0., -4.]))
    >>> swing.jac(0.0, [1.0, 0.0], 2.0)
    array([[ 0.,  1.],
           [-4.,  0.]])
    """
    if isinstance(state, Tensor) and state.ndim == 1:
        time, names, y, rates, given = t, (state,), state, _rates(system, state), {}
        rows = [grad(rate, state, disconnected_inputs="ignore") for rate in rates]
    elif is_sympy(state) and getattr(state, "is_MatrixExpr", False):
        leaf, rates = _column(system, state)
        time, names, y = t, (state,), tensor("y", dtype="float64", shape=(len(rates),))
        given = {leaf: y.reshape((len(rates), 1))}
        rows = [grad(rate, leaf, disconnected_inputs="ignore")[:, 0] for rate in rates]
    else:
        time, names, leaves, rates = _scalars(_in_order(system, several(state)), several(state), t)
        y = tensor("y", dtype="float64", shape=(len(leaves),))
        given = {leaf: y[k] for k, leaf in enumerate(leaves)}
        rows = [stack(grad(rate, leaves, disconnected_inputs="ignore")) for rate in rates]
    inputs = [tensor("t", dtype="float64") if time is None else time, y, *several(params)]

    def made(output: Tensor, name: str) -> Function:
        return function(inputs, output, givens=given, name=name, mode=mode, on_unused_input="ignore")
    return ODE(names, made(stack(rates), "rhs"), made(stack(rows), "jac"))


def _rates(system: Any, state: Tensor) -> list[Tensor]:
    found = as_tensor(system, dtype="float64")
    if not isinstance(state.shape[0], int) or found.shape != state.shape:
        raise GraphError(f"ode: state and right-hand side must have one known shape (n,); given {state!r} and "
                         f"{found!r}")
    return [found[k] for k in range(state.shape[0])]


def _column(system: Any, state: Any) -> tuple[Tensor, list[Tensor]]:
    """The column that a matrix symbol is, and the derivative of each of its elements."""
    from ..operands import tensor_of
    leaf, found = tensor_of(state), as_tensor(system, dtype="float64")
    if leaf.ndim != 2 or leaf.shape[1] != 1 or found.shape != leaf.shape:
        raise GraphError(f"ode: a matrix symbol as state must be a column, and the right-hand side too; given shapes "
                         f"{leaf.shape} and {found.shape}")
    return leaf, [found[k, 0] for k in range(int(leaf.shape[0]))]


def _in_order(system: Any, state: Sequence[Any]) -> list[Any]:
    """Equations or right-hand sides; those that a dict gives for the elements of the state in the order of these."""
    if not isinstance(system, Mapping):
        return several(system)
    missing = [x for x in state if x not in system]
    if missing or len(system) != len(state):
        raise GraphError(f"ode: a dict must give the derivative of each element of the state {list(state)}; given "
                         f"those of {list(system)}")
    return [system[x] for x in state]


def _scalars(system: list[Any], state: list[Any], t: Any) -> tuple[Any, tuple[Any, ...], list[Tensor], list[Tensor]]:
    """Time, state, its inputs and their derivatives, of a system whose state is a list."""
    if any(_is_equation(e, state) for e in system):
        from .equations import first_order
        found = first_order(system, state)
        return found.time, found.state, list(found.leaves), [x.astype(np.float64) for x in found.rates]
    if len(system) != len(state):
        raise GraphError(f"ode: a state of {len(state)} needs as many right-hand sides; given {len(system)}")
    if any(map(is_sympy, state)):
        from ..operands import tensor_of
        leaves = [tensor_of(x) if is_sympy(x) else x for x in state]
    else:
        leaves = state
    return t, tuple(state), leaves, [as_tensor(x, dtype="float64") for x in system]


def _is_equation(e: Any, state: Sequence[Any]) -> bool:
    """Whether e is an equation, or has derivatives of functions in the state, so that e = 0 is meant."""
    if not is_sympy(e):
        return False
    import sympy
    return isinstance(e, sympy.Eq) or any(d.expr in state for d in e.atoms(sympy.Derivative))


def _low_level(made: Function) -> LowLevelCallable:
    from scipy import LowLevelCallable

    from .low_level import Entry, c_entry
    params, place = [], 0
    for x in made.inputs[2:]:
        params.append(f"(params + {place})")
        place += x.size if isinstance(x.size, int) else 0
    size = made.outputs[0].size
    entry = Entry("void sn_entry(double t, double *y, double *out, double *params)",
                  ["&t", "y", *params, "out"], "(void)params;",
                  f"if (code) for (int k = 0; k < {size}; k++) out[k] = __builtin_nan(\"\");")
    found = c_entry(made, entry).sn_entry
    found.restype, found.argtypes = None, (ctypes.c_double, _POINTER, _POINTER, _POINTER)
    return LowLevelCallable(found)
