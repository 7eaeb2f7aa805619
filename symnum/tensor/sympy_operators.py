"""What SymPy's operators find in a tensor before they ask for a symbol; SymPy is not imported for it."""

from __future__ import annotations

import sys

from ..errors import UnsupportedError

_ARRAYS = "sympy.tensor.array.ndim_array"
_KEPT = {"__eq__": "==", "__mul__": "*", "__truediv__": "/"}


def priority_for_sympy(x: object) -> float:
    """The priority of a tensor beside SymPy's matrices and expressions, which leave operators to it.

    Raises:
        AttributeError: a wrapper asks that would hand over the tensor itself; without it, it asks for a symbol.
    """
    if sys._getframe(1).f_code.co_name == "__sympifyit_wrapper":
        raise AttributeError("_op_priority")
    return 1000.0


def class_for_sympy(x: object) -> type:
    """The class of a tensor; N-dimensional arrays are stopped in operators that they neither leave to it nor compute.

    They ask for the class of the other operand first of all; ``array == tensor`` would be False after that.

    Raises:
        UnsupportedError: they ask.
    """
    frame = sys._getframe(1)
    if frame.f_globals.get("__name__") == "abc" and frame.f_back is not None:
        frame = frame.f_back
    sign = _KEPT.get(frame.f_code.co_name)
    if sign is not None and frame.f_globals.get("__name__") == _ARRAYS:
        raise UnsupportedError(f"array {sign} tensor: SymPy's N-dimensional arrays do not leave this operator to "
                               f"tensors; cure: symnum.as_tensor(array) {sign} tensor")
    return type(x)
