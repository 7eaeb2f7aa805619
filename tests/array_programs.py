"""Random programs over arrays, as a user would write them, and arguments for them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_steps import STEPS
from array_values import EXACT, LARGEST, Labels, Pool, T, Value


@dataclass(frozen=True, slots=True)
class Written:
    """A program: inputs, the last of which holds indices, and outputs."""

    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]


def program(seed: int, dtypes: Sequence[str], lengths: dict[str, Any], longest: int = 600,
            whole: int = 1 << 17) -> Written:
    """A program; ``lengths`` has an int, None or a Dim for each name; no axis is longer than ``longest``, and no array
    that is folded has more elements than ``whole``."""
    draw = random.Random(seed)
    dtype = draw.choice(dtypes)
    inputs = []
    shapes: tuple[Labels, ...] = (("n", "m"), ("n", "m"), ("m",), ("n", "1"), ("m", "k"), (), ("n",))
    for k, labels in enumerate(draw.sample(shapes, 4) + [("n", "m")]):
        shape = tuple(1 if x == "1" else lengths[x] for x in labels)
        size = LARGEST if np.dtype(dtype).kind != "b" else 1
        inputs.append(Value(T.tensor(f"x{k}", dtype=dtype, shape=shape), labels, size))
    places = Value(T.tensor("at", dtype="int64", shape=(lengths["k"],)), ("k",), 0)
    pool = Pool(list(inputs), [places], longest, whole)
    steps, weights = zip(*STEPS, strict=True)
    for _ in range(draw.randint(4, 14)):
        found = draw.choices(steps, weights)[0](draw, pool)
        if found is not None and len(found.labels) <= 3 and 100 * found.error <= found.size * EXACT.get(found.name, 1):
            pool.values.append(found)
    made = pool.values[len(inputs):]
    outputs = made[-1:] + draw.sample(made[:-1], min(2, max(len(made) - 1, 0)))
    return Written((*inputs, places), tuple(outputs))


# arguments --------------------------------------------------------------------------------------------------------

def laid_out(draw: random.Random, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same elements in memory that is strided, turned, shifted by a byte, or the same for all of an axis."""
    sort, axis = draw.randrange(7), draw.randrange(max(array.ndim, 1))
    if array.ndim == 0 or sort == 0:
        return array
    if sort == 1:
        return np.asfortranarray(array)
    if sort == 2:
        return np.repeat(array, 2, axis)[tuple(slice(None, None, 2) if k == axis else slice(None)
                                               for k in range(array.ndim))]
    if sort == 3:
        return np.flip(np.flip(array, axis).copy(), axis)
    if sort == 4:
        raw = np.zeros(array.nbytes + 1, np.uint8)[1:].view()
        shifted = raw[:array.nbytes].view(array.dtype).reshape(array.shape)
        shifted[...] = array
        return shifted
    if sort == 5:
        first = array[tuple(slice(0, 1) if k == axis else slice(None) for k in range(array.ndim))]
        return np.broadcast_to(first, array.shape) if array.shape[axis] else array
    wide = np.zeros(tuple(n + 3 for n in array.shape), array.dtype)[tuple(slice(2, n + 2) for n in array.shape)]
    wide[...] = array
    return wide


def arguments(written: Written, lengths: dict[str, int], seed: int, sort: str = "whole") -> Iterator[Any]:
    """Arrays of whole numbers; with NaN and infinities; or multiples of the least number, which is no normal one."""
    numbers, draw = np.random.default_rng(seed), random.Random(seed)
    for value in written.inputs:
        shape = tuple(1 if x == "1" else lengths[x] for x in value.labels)
        dtype = np.dtype(value.name)
        if value is written.inputs[-1]:
            yield numbers.integers(-lengths["n"], max(lengths["n"], 1), shape)
            continue
        low = 0 if dtype.kind in "ub" else -LARGEST
        array = numbers.integers(low, 2 if dtype.kind == "b" else LARGEST + 1, shape).astype(dtype)
        if dtype.kind == "c":
            array = array + 1j * numbers.integers(low, LARGEST + 1, shape)
        if dtype.kind == "f":
            array = special(numbers, array, sort)
        yield laid_out(draw, np.asarray(array, dtype))


def special(numbers: np.random.Generator, array: Any, sort: str) -> Any:
    array = np.where(array == 0, np.copysign(array, numbers.choice([-1.0, 1.0], array.shape)), array)
    if sort == "subnormal":
        return array * np.finfo(array.dtype).smallest_subnormal
    if sort == "special":
        others = numbers.choice([np.nan, np.inf, -np.inf], array.shape)
        return np.where(numbers.random(array.shape) < 0.1, others, array)
    return array
