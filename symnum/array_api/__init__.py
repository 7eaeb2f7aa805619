"""The Python array API standard, version 2024.12, on symbolic tensors; ``x.__array_namespace__()`` is this module.

Library code that is written for the standard builds graph with it.  The functions are those of ``symnum.tensor``,
which follow NumPy's promotion between kinds of dtypes too, where the standard leaves it open.  Code that must
know values (the truth of a tensor, ``int(x)``) is refused, as for every tensor.

>>> from symnum import tensor as T
>>> xp = T.dvector("x").__array_namespace__()
>>> xp.astype(xp.asarray([1, 2]), xp.float32)
<WritableTensor: float32 (2,)>
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import tensor
from ..dtypes import SUPPORTED
from ..tensor import fft as tensor_fft
from ..tensor import linalg as tensor_linalg
from . import dtypes, functions, names
from .dtypes import __array_namespace_info__
from .found import extension, public
from .placed import placed
from .written import writable

__array_api_version__ = names.VERSION

e, inf, nan, newaxis, pi = math.e, math.inf, math.nan, None, math.pi

_PLACED = frozenset({"arange", "eye", "full", "full_like", "linspace", "ones", "ones_like", "zeros", "zeros_like"})


def _function(name: str) -> Any:
    """What a name of the standard means: the function with its arguments, or that of ``symnum.tensor``."""
    if hasattr(dtypes, name):
        return getattr(dtypes, name)
    found = getattr(functions, name, None) or public(tensor, name)
    return found and writable(placed(found) if name in _PLACED else found)


linalg: ModuleType = extension("linalg", tensor_linalg, names.LINALG)
fft: ModuleType = extension("fft", tensor_fft, names.FFT)

_FOUND = {
    **{dtype.name: dtype for dtype in SUPPORTED if dtype.name in names.DTYPES},
    **{name: found for name in names.FUNCTIONS if (found := _function(name)) is not None}}

__all__ = ["__array_api_version__", "__array_namespace_info__", "fft", "linalg", *names.CONSTANTS, *_FOUND]
globals().update(_FOUND)

if TYPE_CHECKING:
    def __getattr__(name: str) -> Any: ...
