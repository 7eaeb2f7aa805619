"""What NumPy's functions and ufuncs mean on tensors where symnum has no public function of the name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from .. import tensor as T
from ..dtypes import as_dtype
from .handle import Handle
from .symbolic import Tensor


def _result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    """Tensors stand for their dtypes; Python numbers are weak."""
    return as_dtype(np.result_type(*(x.dtype if isinstance(x, Handle) else x for x in arrays_and_dtypes)))


def _can_cast(from_: Any, to: Any, casting: Any = "safe") -> bool:
    given, wanted = (x.dtype if isinstance(x, Handle) else x for x in (from_, to))
    return np.can_cast(given, wanted, casting)


def _common_type(*arrays: Any) -> type[np.generic]:
    """The scalar type of floats, or of complex numbers, that holds all arrays."""
    found: type[np.generic] = np.common_type(*(np.empty(0, x.dtype) if isinstance(x, Handle) else x for x in arrays))
    return found


def _diag_indices_from(arr: Any) -> Any:
    return T.diag_indices(arr.shape[0], arr.ndim)


def _matvec(a: Any, x: Any) -> Tensor:
    """The matrix (or each of a stack) times a vector (or each of a stack)."""
    return T.squeeze(T.matmul(a, T.expand_dims(x, -1)), -1)


def _vecmat(x: Any, a: Any) -> Tensor:
    """A conjugated vector times the matrix, as rows."""
    return T.squeeze(T.matmul(T.expand_dims(T.conjugate(x), -2), a), -2)


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    "result_type": _result_type,
    "can_cast": _can_cast,
    "iscomplexobj": lambda x: x.dtype.kind == "c",
    "isrealobj": lambda x: x.dtype.kind != "c",
    "common_type": _common_type,
    "min_scalar_type": lambda a: a.dtype,
    "diag_indices_from": _diag_indices_from,
    # Any order in which each of ``kth`` stands where sorting would put it will do.
    "partition": lambda a, kth, axis=-1: T.sort(a, axis=axis),
    "argpartition": lambda a, kth, axis=-1: T.argsort(a, axis=axis),
})

UFUNCS: Mapping[str, Callable[..., Any]] = MappingProxyType({"matvec": _matvec, "vecmat": _vecmat})
