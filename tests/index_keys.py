"""Random keys of ``x[key]``: all kinds of parts that NumPy knows, most of them inside."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from symnum import tensor as T
from symnum.tensor import Tensor

Array = np.ndarray[Any, Any]
COMMON = [(), (1,), (3,), (2, 1), (2, 3), (1, 3), (0,)]
_BOUND = st.none() | st.integers(-6, 6)
_SLICES = st.builds(slice, _BOUND, _BOUND, st.sampled_from([None, None, 1, 2, -1, -3]))


def _places(draw: st.DrawFn, n: int) -> Any:
    """An array of indices, a list or a number; sometimes one outside."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    places = rng.integers(-n, n, draw(st.sampled_from(COMMON))) if n else np.zeros(0, int)
    if places.size and draw(st.integers(0, 9)) == 0:
        places.flat[0] = n + draw(st.integers(0, 2))
    kind = draw(st.sampled_from(["int64", "int8", "uint8", "list", "number"]))
    if kind == "number":
        return int(rng.integers(-n, n)) if n else 0
    if kind == "list":
        return places.tolist()
    return np.abs(places).astype(kind) if kind == "uint8" else places.astype(kind)


@st.composite
def keys(draw: st.DrawFn, lengths: tuple[int, ...]) -> Any:
    """A key for an operand of these lengths."""
    parts: list[Any] = []
    axis = 0
    while axis < len(lengths) and draw(st.integers(0, 4)):
        kind = draw(st.sampled_from(["slice", "places", "places", "mask", "masks"]))
        if kind == "slice":
            parts.append(draw(_SLICES))
        elif kind == "places":
            parts.append(_places(draw, lengths[axis]))
        else:
            count = min(2 if kind == "masks" else 1, len(lengths) - axis)
            rng = np.random.default_rng(draw(st.integers(0, 999)))
            parts.append(rng.random(lengths[axis:axis + count]) < draw(st.sampled_from([0.5, 0.9])))
            axis += count - 1
        axis += 1
    for extra in draw(st.lists(st.sampled_from([None, None, True, False]), max_size=2)):
        parts.insert(draw(st.integers(0, len(parts))), extra)
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), ...)
    return parts[0] if len(parts) == 1 and draw(st.booleans()) else tuple(parts)


@st.composite
def operands(draw: st.DrawFn) -> tuple[Tensor, Array]:
    """A tensor, some of whose lengths are unknown, and its value."""
    lengths = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    shape = tuple(None if draw(st.booleans()) else n for n in lengths)
    value = np.arange(1, 1 + np.prod(lengths, dtype=int)).astype("float64").reshape(lengths)
    return T.tensor("x", shape=shape), value


def with_inputs(key: Any) -> tuple[Any, dict[Tensor, Any]]:
    """The key with inputs in the place of its arrays, and their values."""
    given: dict[Tensor, Any] = {}

    def replaced(part: Any) -> Any:
        if not isinstance(part, np.ndarray):
            return part
        leaf = T.tensor(f"i{len(given)}", dtype=part.dtype, shape=(None,) * part.ndim)
        given[leaf] = part
        return leaf
    found = tuple(map(replaced, key)) if isinstance(key, tuple) else replaced(key)
    return found, given


def is_quirk(array: Array, key: Any) -> bool:
    """Whether NumPy takes a mask that does not fit because there is nothing to take."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(part, np.ndarray) and part.dtype == bool for part in parts) and 0 in array.shape
