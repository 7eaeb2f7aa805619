"""Integrands: formulas that SciPy's quadrature calls as compiled code, without Python between its points."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError
from ..function import Function, function
from ..records import dataclass
from ..tensor.creation import as_tensor
from ..tensor.handle import describe
from .several import several

if TYPE_CHECKING:
    from scipy import LowLevelCallable


@dataclass(frozen=True, slots=True)
class Integrand:
    """What :func:`integrand` gives: the same formula for Python (call it) and for C (``low_level``)."""

    function: Function

    def __call__(self, *args: float) -> np.ndarray[Any, Any]:
        """The value at a point, an array of rank 0; of the variables, then of the parameters."""
        found: np.ndarray[Any, Any] = self.function(*args)
        return found

    @property
    def low_level(self) -> LowLevelCallable:
        """``double f(int n, double *x, void *user_data)``, as ``scipy.integrate.quad`` and ``nquad`` take it.

        ``x`` holds the variables, then what ``args=`` of ``quad`` gives.  Where the formula fails it is NaN.  It is
        compiled where it is asked for: keep it.
        """
        from scipy import LowLevelCallable

        from .low_level import Entry, c_entry
        n = len(self.function.inputs)
        entry = Entry("double sn_entry(int n, double *x, void *user_data)",
                      [*(f"(x + {k})" for k in range(n)), "&value"],
                      f"double value = 0.0; (void)user_data; if (n < {n}) return __builtin_nan(\"\");",
                      "return code ? __builtin_nan(\"\") : value;")
        found = c_entry(self.function, entry).sn_entry
        found.restype = ctypes.c_double
        found.argtypes = (ctypes.c_int, ctypes.POINTER(ctypes.c_double), ctypes.c_void_p)
        return LowLevelCallable(found)


def integrand(expr: Any, variables: Any, params: Any = (), *, mode: str | None = None) -> Integrand:
    """A formula for ``scipy.integrate.quad``, ``dblquad`` and ``nquad``.

    Args:
        expr: a SymPy expression or a tensor of rank 0.
        variables: the symbols (or float64 scalars) that are integrated over, in the order of SciPy's ranges; one may
            stand alone.
        params: those that SciPy hands through, by ``args=``; one may stand alone.
        mode: of the function for Python, as of :func:`symnum.function`; the pointer is always native code.

    Returns:
        An :class:`Integrand`; its ``low_level`` is the ``scipy.LowLevelCallable``.

    Raises:
        GraphError: the expression depends on something else, or is no real number.
        UnsupportedError: a function that symnum does not have, with its place.

    >>> import sympy
    >>> from scipy.integrate import quad
    >>> x, a = sympy.symbols("x a")
    >>> f = integrand(sympy.exp(-a * x**2), [x], [a], mode="numpy")
    >>> f(1.0, 0.0)
    array(1.)
    >>> bool(abs(quad(f.low_level, 0, 5, args=(2.0,))[0] - 0.6266570686577501) < 1e-12)
    True
    """
    value = as_tensor(expr)
    if value.ndim or value.dtype.kind == "c":
        raise GraphError(f"integrand: expected one real number; given {describe(value)}; cure: one integrand for each "
                         "element, or for real and imaginary part")
    inputs = [*several(variables), *several(params)]
    made = function(inputs, value.astype("float64"), name="integrand", mode=mode, on_unused_input="ignore")
    return Integrand(made)
