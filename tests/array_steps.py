"""Steps of random array programs: from the values of a pool to another one, or to nothing where none fits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from array_values import EXACT, LARGEST, Labels, Pool, T, Value, broadcasts, joined, rounded, settled

import symnum as sn

Step = Callable[[random.Random, "Pool"], Value | None]
Size = Callable[[float], float]


def same(size: float) -> float:
    return size


def double(size: float) -> float:
    return 2 * size


# By kind of dtype: what is done, how large it gets, and whether the sign of a zero is sure.
ELEMENTWISE: dict[str, list[tuple[Callable[[Any], Any], Size, bool]]] = {
    "f": [(abs, same, True), (lambda t: -t, same, True), (lambda t: t * 2, double, True),
          (lambda t: t + t, double, True), (lambda t: t - 3, lambda size: size + 3, False),
          (sn.square, lambda size: size ** 2, True), (lambda t: sn.maximum(t, 0), same, False)],
    "i": [(abs, same, True), (lambda t: -t, same, True), (lambda t: t * 3, lambda size: 3 * size, True),
          (lambda t: t // 2, same, True), (lambda t: t % 3, lambda size: 3, True),
          (lambda t: t & 5, lambda size: 5, True)],
    "u": [(lambda t: t * 3, lambda size: 3 * size, True), (lambda t: t // 2, same, True),
          (lambda t: t ^ 1, lambda size: size + 1, True)],
    "b": [(lambda t: ~t, same, True), (lambda t: t | True, same, True)],
    "c": [(lambda t: -t, same, True), (sn.conj, same, True), (lambda t: t * t, lambda size: 2 * size ** 2, False)]}


def elementwise(draw: random.Random, pool: Pool) -> Value | None:
    """One argument, exact."""
    if (v := pool.any(draw)) is None:
        return None
    made, size, signed = draw.choice(ELEMENTWISE[v.kind])
    tensor, size = made(v.tensor), size(v.size)
    growth = 2 * v.size if size > 3 * v.size else 3.0
    error = rounded(v.error * growth, size)
    return settled(replace(v, tensor=tensor, size=size, error=error, signed=v.signed and signed))


def smooth(draw: random.Random, pool: Pool) -> Value | None:
    """One argument, rounded; no slope is greater than 1."""
    if (v := pool.any(draw, kinds="f")) is None:
        return None
    t = v.tensor
    tensor, size = draw.choice([
        (sn.exp(-abs(t)), 1), (sn.sqrt(1 + t * t), 1 + v.size), (sn.tanh(t), 1), (sn.log1p(abs(t)), v.size),
        (t / (1 + abs(t)), 1), (sn.sigmoid(t), 1), (sn.arctan(t), 2), (sn.sin(t), 1), (t / 3, v.size)])
    return replace(v, tensor=tensor, size=size, error=2 * v.error + 8 * (size + v.size), signed=False)


def binary(draw: random.Random, pool: Pool) -> Value | None:
    v = pool.any(draw)
    w = v and pool.partner(draw, v)
    if v is None or w is None:
        return None
    a, b = (v, w) if draw.random() < 0.5 else (w, v)
    labels, slope = joined(a.labels, b.labels), max(a.error, b.error)
    if v.kind == "b":
        tensor = draw.choice([a.tensor & b.tensor, a.tensor | b.tensor, a.tensor ^ b.tensor])
        return Value(tensor, labels, 1)
    added, factor = a.size + b.size, 2 if v.kind == "c" else 1
    options = [(a.tensor + b.tensor, added, a.error + b.error), (a.tensor * b.tensor, factor * a.size * b.size,
                                                                factor * (a.error * b.size + b.error * a.size))]
    if v.kind != "u":
        options.append((a.tensor - b.tensor, added, a.error + b.error))
    if v.kind in "fiu":
        options += [(sn.maximum(a.tensor, b.tensor), max(a.size, b.size), slope),
                    (sn.minimum(a.tensor, b.tensor), max(a.size, b.size), slope)]
    tensor, size, error = draw.choice(options)
    return settled(Value(tensor, labels, size, rounded(error, size), signed=False))


def chosen(draw: random.Random, pool: Pool) -> Value | None:
    """where, by a comparison of exact values or of places."""
    v = pool.any(draw, least=1, kinds="fiu")
    w = v and pool.partner(draw, v)
    if v is None or w is None:
        return None
    if v.error or w.error or draw.random() < 0.5:
        places = T.arange(v.tensor.shape[-1])
        test, labels = draw.choice([places < 2, places % 3 == 1, places >= v.tensor.shape[-1] - 2]), v.labels
    else:
        test = draw.choice([v.tensor < w.tensor, v.tensor == w.tensor, v.tensor > 0])
        labels = joined(v.labels, w.labels)
    if not broadcasts(labels, w.labels):
        return None
    return Value(T.where(test, v.tensor, w.tensor), joined(joined(v.labels, w.labels), labels), max(v.size, w.size),
                 max(v.error, w.error), v.signed and w.signed)


def compared(draw: random.Random, pool: Pool) -> Value | None:
    v = pool.any(draw, kinds="fiu")
    if v is None or v.error:
        return None
    return Value(draw.choice([v.tensor > 0, v.tensor == 1, v.tensor != v.tensor.T if v.tensor.ndim == 0 else
                              v.tensor <= 0]), v.labels, 1)


def moved(draw: random.Random, pool: Pool) -> Value | None:
    """Slices, turns and joints: the same elements at other places."""
    if (v := pool.any(draw, least=1)) is None:
        return None
    axis = draw.randrange(len(v.labels))
    key, t, name = [slice(None)] * len(v.labels), v.tensor, v.labels[axis]
    if name == "1":
        return None
    cuts = {f"{name}[1:]": slice(1, None), f"{name}[:-1]": slice(None, -1), f"{name}[::2]": slice(None, None, 2),
            f"{name}[1:-1]": slice(1, -1), f"{name}[:5]": slice(None, 5)}
    sort = draw.randrange(9)
    if sort < 2:
        label, key[axis] = draw.choice(list(cuts.items()))
        return replace(v, tensor=t[tuple(key)], labels=_with(v.labels, axis, label))
    if sort == 2:
        key[axis] = slice(None, None, -1)
        return replace(v, tensor=t[tuple(key)])
    if sort == 3:
        return replace(v, tensor=t.T, labels=v.labels[::-1])
    if sort == 4 and v.kind != "b":
        widths = [(1, 2) if k == axis else (0, 0) for k in range(len(v.labels))]
        return replace(v, tensor=T.pad(t, widths), labels=_with(v.labels, axis, f"{name}+3"))
    if sort == 5:
        return replace(v, tensor=T.concatenate([t, t], axis=axis), labels=_with(v.labels, axis, f"2{name}"))
    if sort == 6:
        return replace(v, tensor=T.roll(t, draw.choice([1, -2]), axis=axis))
    if sort == 7 and len(v.labels) == 2:
        return replace(v, tensor=draw.choice([T.tril, T.triu])(t, draw.choice([-1, 0, 1])))
    if len(v.labels) < 3:
        where = draw.randint(0, len(v.labels))
        return replace(v, tensor=T.expand_dims(t, where), labels=v.labels[:where] + ("1",) + v.labels[where:])
    return None


def _with(labels: Labels, axis: int, label: str) -> Labels:
    return labels[:axis] + (label,) + labels[axis + 1:]


def swept(draw: random.Random, pool: Pool) -> Value | None:
    """Sweeps of a stencil, with edges kept or lost."""
    v = pool.any(draw, least=1, kinds="fi")
    if v is None or v.labels[-1] == "1":
        return None
    keeps, first = draw.random() < 0.5, v.labels[0]
    both = len(v.labels) >= 2 and first != "1" and draw.random() < 0.6
    t, labels, size, error = v.tensor, v.labels, v.size, v.error
    for _ in range(draw.randint(1, 5)):
        around = t[..., 2:] - t[..., :-2]
        inner = around + t[..., 1:-1]
        if both:
            inner = inner[1:-1] + t[:-2, ..., 1:-1] * 2 if len(labels) == 2 else inner[1:-1] - t[2:, ..., 1:-1]
        size, error = 5 * size, 5 * error
        inner = T.clip(inner, -LARGEST, LARGEST)
        error, size = rounded(error, size), LARGEST
        if keeps:
            place = (slice(1, -1), ..., slice(1, -1)) if both else (..., slice(1, -1))
            t, size = t.at[place].set(inner), max(size, v.size)
        else:
            t = inner
            labels = _with(labels, len(labels) - 1, f"{labels[-1]}-2")
            labels = _with(labels, 0, f"{labels[0]}-2") if both else labels
    return settled(Value(t, labels, max(size, v.size), error, signed=False))


def reduced(draw: random.Random, pool: Pool) -> Value | None:
    v = pool.any(draw, least=1)
    if v is None:
        return None
    axis: Any = draw.choice([None, *range(len(v.labels))])
    keep = draw.random() < 0.4
    labels = tuple("1" if keep and axis in (None, k) else x for k, x in enumerate(v.labels)
                   if keep or axis not in (None, k))
    count = pool.longest if axis is not None else pool.whole
    if v.kind == "b":
        return Value(draw.choice([T.any, T.all])(v.tensor, axis=axis, keepdims=keep), labels, 1)
    names = ["sum"] if v.kind == "c" else ["sum", "sum", "max", "min"]
    name = draw.choice(names)
    if name == "sum":
        total = T.sum(v.tensor, axis=axis, keepdims=keep)
        found = Value(total, labels, v.size * count, rounded(v.error * count, v.size * count), signed=False)
        if not v.error and found.size > EXACT.get(v.name, 0):
            return None
        return settled(found)
    return replace(v, tensor=getattr(T, name)(v.tensor, axis=axis, keepdims=keep), labels=labels, signed=False)


def rows(draw: random.Random, pool: Pool) -> Value | None:
    """Chains of map, reduction and map over rows or columns, rounded."""
    v = pool.any(draw, least=1, kinds="f")
    if v is None or v.name == "float16":
        return None
    axis, t = draw.choice([-1, 0]), v.tensor
    error = 8 * v.error + 64 * (v.size + 1)
    made = draw.choice([
        lambda: (T.softmax(t, axis=axis), 1), lambda: (t / (1 + T.sum(abs(t), axis=axis, keepdims=True)), 1),
        lambda: (T.logsumexp(t, axis=axis, keepdims=True) - t, 2 * v.size + 8),
        lambda: (T.exp(t - T.max(t, axis=axis, keepdims=True)), 1),
        lambda: (t - T.mean(t, axis=axis, keepdims=True), 2 * v.size)])
    tensor, size = made()
    return replace(v, tensor=tensor, size=size, error=error, signed=False)


def outer(draw: random.Random, pool: Pool) -> Value | None:
    """Folds in folds: all pairs of rows."""
    v = pool.any(draw, least=2, kinds="fi")
    if v is None or len(v.labels) != 2 or v.labels[-1] == "1":
        return None
    w = pool.partner(draw, v)
    if w is None or len(w.labels) != 2 or w.labels[-1] != v.labels[-1] or v.name in ("int8", "float16"):
        w = v
    if v.name in ("int8", "float16"):
        return None
    difference = v.tensor[:, None, :] - w.tensor[None, :, :]
    size, error = v.size + w.size, v.error + w.error
    pair = draw.choice([abs(difference), difference * difference])
    inner = draw.choice([T.sum, T.max])(pair, axis=2)
    size, error = pool.longest * size ** 2, rounded(pool.longest * 2 * error * size, pool.longest * size ** 2)
    labels = (v.labels[0], w.labels[0])
    if size > EXACT[v.name]:
        return None
    if draw.random() < 0.7:
        inner, labels = draw.choice([T.min, T.max])(inner, axis=1), labels[:1]
    return settled(Value(inner, labels, size, error, signed=False))


def best(draw: random.Random, pool: Pool) -> Value | None:
    """argmin or argmax, with the value there."""
    v = pool.any(draw, least=1, kinds="fiu")
    if v is None or v.error:
        return None
    axis = draw.randrange(len(v.labels))
    places = draw.choice([T.argmin, T.argmax])(v.tensor, axis=axis)
    labels = v.labels[:axis] + v.labels[axis + 1:]
    if draw.random() < 0.5:
        found = T.take_along_axis(v.tensor, T.expand_dims(places, axis), axis=axis)
        return replace(v, tensor=T.sum(found, axis=axis) if v.kind == "f" else T.max(found, axis=axis), labels=labels,
                       signed=False)
    return Value(T.minimum(places, LARGEST), labels, LARGEST)


def indexed(draw: random.Random, pool: Pool) -> Value | None:
    """Gathers, scatter-adds, and rows written."""
    v = pool.any(draw, least=1)
    if v is None or not pool.indices or v.labels[0] != "n" or v.kind == "b":
        return None
    places = draw.choice(pool.indices)
    sort = draw.randrange(3)
    if sort == 0:
        return replace(v, tensor=v.tensor[places.tensor], labels=places.labels + v.labels[1:])
    rest = v.labels[1:]
    if v.name in ("int8", "float16", "uint8"):
        return None
    source = v.tensor[:1] * T.ones((1,) * len(v.labels), dtype=v.name)
    source = T.broadcast_to(source, (places.tensor.shape[0], *v.tensor.shape[1:]))
    if sort == 1:
        size = v.size * (1 + pool.longest)
        if not v.error and size > EXACT[v.name]:
            return None
        return settled(Value(v.tensor.at[places.tensor].add(source), ("n", *rest), size,
                             rounded(v.error * pool.longest, size), signed=False))
    return replace(v, tensor=v.tensor.at[places.tensor].set(source), signed=v.signed)


def product(draw: random.Random, pool: Pool) -> Value | None:
    """Matrix products, with or without something done to the result."""
    v = pool.any(draw, least=2, kinds="fi")
    if v is None or v.name in ("int8", "float16") or len(v.labels) != 2:
        return None
    size = v.size ** 2 * pool.longest
    if size > EXACT[v.name]:
        return None
    error = rounded(2 * v.error * v.size * pool.longest, size)
    fit = [w for w in pool.values if w.name == v.name and w.labels[:1] == v.labels[1:] and 1 <= len(w.labels) <= 2
           and w.size <= v.size and w.error <= v.error]
    if fit and draw.random() < 0.6:
        w = draw.choice(fit)
        found = Value(v.tensor @ w.tensor, v.labels[:1] + w.labels[1:], size, error, signed=False)
    elif draw.random() < 0.5:
        found = Value(v.tensor @ v.tensor.T, (v.labels[0], v.labels[0]), size, error, signed=False)
    else:
        found = Value(v.tensor.T @ v.tensor, (v.labels[1], v.labels[1]), size, error, signed=False)
    return settled(found)


def scanned(draw: random.Random, pool: Pool) -> Value | None:
    v = pool.any(draw, least=1, kinds="fi")
    if v is None or v.error or v.name in ("int8", "float16") or v.size * pool.longest > EXACT[v.name]:
        return None
    axis = draw.randrange(len(v.labels))
    if draw.random() < 0.5:
        return replace(v, tensor=T.sort(v.tensor, axis=axis), signed=False)
    return settled(replace(v, tensor=T.cumsum(v.tensor, axis=axis), size=v.size * pool.longest, signed=False))


def converted(draw: random.Random, pool: Pool) -> Value | None:
    v = pool.any(draw)
    if v is None or v.kind == "c":
        return None
    target = draw.choice(["float32", "float64", "float16"] if v.kind == "f" else ["float32", "float64", "int64"])
    if v.size > EXACT[target]:
        return None
    error = v.error * {"float64": 2.0 ** 53, "float32": 2.0 ** 24, "float16": 2.0 ** 11}.get(v.name, 1.0)
    if v.error and EXACT[target] > EXACT.get(v.name, 0):
        return None
    error = v.error + v.size if error else 0.0
    return replace(v, tensor=v.tensor.astype(target), error=error)


STEPS: tuple[tuple[Step, int], ...] = (
    (elementwise, 4), (smooth, 3), (binary, 6), (chosen, 3), (compared, 1), (moved, 8), (swept, 3),
    (reduced, 5), (rows, 3), (outer, 2), (best, 2), (indexed, 2), (product, 2), (scanned, 1), (converted, 1))
