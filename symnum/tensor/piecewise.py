"""``piecewise``: functions that hold where their conditions do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, DTypeError
from ..ir.build import broadcast_to, convert
from ..ops.table import TABLE
from ..shapes import as_entries
from .convert import ArrayLike, as_node
from .symbolic import Tensor, applied


def piecewise(x: ArrayLike, condlist: Any, funclist: Sequence[Callable[..., Any] | ArrayLike], *args: Any,
              **kw: Any) -> Tensor:
    """For each element the function (or number) of the last condition that is true there, in the dtype of ``x``.

    One function more than conditions is for all other elements, which are 0 without it.  Functions are called with the
    whole of ``x``, and with the further arguments; they must work element by element.

    Args:
        x: any dtype and shape.
        condlist: arrays of bool, or one; their shapes broadcast to that of ``x``.
        funclist: for each condition a function of tensors, or a number or array; one more for what is left.
        args, kw: go to the functions after ``x``.

    Returns:
        The shape and dtype of ``x``.

    Raises:
        ArgumentValueError: there are neither as many functions as conditions, nor one more.
        DTypeError: a condition is not bool, or an operand is no array of numbers.
        ShapeError: shapes do not broadcast.

    >>> import symnum as sn
    >>> x = sn.tensor.dvector("x")
    >>> sn.tensor.piecewise(x, [x < 0, x > 1], [lambda x: -x, 9, 0.5]).eval({x: [-2, 0, 3]})
    array([2. , 0.5, 9. ])
    """
    tensor = Tensor(as_node(x))
    single = not isinstance(condlist, list | tuple) or (bool(condlist) and isinstance(condlist[0], bool | np.bool_))
    conditions = [Tensor(as_node(c)) for c in ([condlist] if single else condlist)]
    count, funclist = len(conditions), as_entries(funclist, "funclist of piecewise")
    if len(funclist) not in (count, count + 1):
        raise ArgumentValueError(f"piecewise: {len(funclist)} functions for {count} conditions; there must be as many, "
                                 "or one more")
    for k, condition in enumerate(conditions):
        if condition.dtype.kind != "b":
            raise DTypeError(f"piecewise: condition {k} is {condition.dtype.name}, expected bool")
    values = [f(tensor, *args, **kw) if callable(f) else f for f in funclist]
    other = values.pop() if len(values) > count else 0
    result = Tensor(broadcast_to(convert(as_node(other), tensor.dtype), tensor.node.shape))
    for condition, value in zip(conditions, values, strict=True):
        result = applied(TABLE["where"], condition, Tensor(convert(as_node(value), tensor.dtype)), result)
    return result
