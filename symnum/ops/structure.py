"""Ops that move elements: casts, shapes, slices, concatenation, and the matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from . import complex_parts, dtype_rules
from .elementwise import conjugated
from .spec import Absent, Interval, Library, OpSpec, Text, View

_LINEAR = Absent("linear: the op itself, applied to the tangents")
_STRUCTURAL = Absent("a structural op has vjp and jvp")
_NO_C = Absent("moves elements; lowering turns it into indices")
_NO_SYMPY = Absent("moves elements; SymPy sees the elements")
_ANY = (Interval(),)


def _row(name: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": 1, "dtype": dtype_rules.same, "partials": _STRUCTURAL, "jvp": _LINEAR,
        "sympy": _NO_SYMPY, "c": _NO_C, "domain": _ANY, "facts": frozenset({"linear"}), "cost": 0.5}
    return OpSpec(name=name, **(default | columns))


# cast ---------------------------------------------------------------------------------------------------------

cast = _row(
    "cast", kind="elementwise", attrs=("dtype",), dtype=dtype_rules.conversion, jvp=Absent("made from partials"),
    doc="Convert to ``attrs['dtype']``; floats outside an integer's range wrap as in NumPy on x86.  Of complex numbers "
        "real dtypes get the real part.",
    numpy=lambda x, dtype: np.asarray(x if dtype.kind in "cb" else np.real(x)).astype(dtype),
    partials=lambda o, z, x: (1.0 if z.dtype.kind in "fc" and x.dtype.kind in "fc" else None,),
    complex=complex_parts.cast, c=Text(**dict.fromkeys("fiubh", "sn_cast_{k}_{r}({0})")))


# shapes -------------------------------------------------------------------------------------------------------

def _broadcast_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    given, wanted = inputs[0].shape, attrs["shape"]
    lead = len(wanted) - len(given)
    fits = lead >= 0 and all(dims.may_broadcast(s, w) for s, w in zip(given, wanted[lead:], strict=True))
    if not fits:
        raise ShapeError(f"shape {dims.text(given)} cannot be broadcast to {dims.text(wanted)}")
    return tuple(wanted)


def _broadcast_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    x = node.inputs[0]
    own = index[len(index) - len(x.shape):]
    return low.value(x, tuple(low.zero if length == 1 else i for i, length in zip(own, x.shape, strict=True)))


broadcast_to = _row(
    "broadcast_to", attrs=("shape",), shape=_broadcast_shape, numpy=lambda x, shape: np.broadcast_to(x, shape),
    doc="Repeat along new leading axes and along axes of length 1, to a given shape.",
    vjp=lambda o, node, g: (o.sum_to(g, shape=node.inputs[0].shape),), lower=_broadcast_pull, cost=0.0)


def _sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    lead = x.ndim - len(shape)
    ones = tuple(lead + k for k, n in enumerate(shape) if n == 1 and x.shape[lead + k] != 1)
    return x.sum(axis=(*range(lead), *ones), dtype=x.dtype).reshape(shape)


sum_to = _row(
    "sum_to", attrs=("shape",), shape=lambda dims, inputs, attrs: tuple(attrs["shape"]), numpy=_sum_to,
    doc="Sum over the axes that broadcasting to the operand's shape would repeat: the transpose of broadcast_to.",
    vjp=lambda o, node, g: (o.broadcast_to(g, shape=node.inputs[0].shape),),
    lower=Absent("resolved to sum and expand_dims when a function is specialised"))


def _reshape_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    given, wanted = dims.product(inputs[0].shape), dims.product(attrs["shape"])
    if isinstance(given, int) and isinstance(wanted, int) and given != wanted:
        raise ShapeError(f"cannot reshape {dims.text(inputs[0].shape)} ({given} elements) "
                         f"to {dims.text(attrs['shape'])} ({wanted} elements)")
    return tuple(attrs["shape"])


reshape = _row(
    "reshape", attrs=("shape",), shape=_reshape_shape, numpy=lambda x, shape: np.reshape(x, shape), lower=View(),
    doc="The same elements in C order under another shape.",
    vjp=lambda o, node, g: (o.reshape(g, shape=node.inputs[0].shape),), cost=0.0)


def _transpose_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    axes = node.attr("axes")
    return low.value(node.inputs[0], tuple(index[axes.index(k)] for k in range(len(axes))))


transpose = _row(
    "transpose", attrs=("axes",), numpy=lambda x, axes: np.transpose(x, axes),
    shape=lambda dims, inputs, attrs: tuple(inputs[0].shape[k] for k in attrs["axes"]),
    doc="Axes in another order: axis k of the result is axis ``axes[k]`` of the operand.",
    vjp=lambda o, node, g: (o.transpose(g, axes=tuple(int(k) for k in np.argsort(node.attr("axes")))),),
    lower=_transpose_pull)


def _expanded(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    rest, axes = iter(inputs[0].shape), attrs["axis"]
    return tuple(1 if k in axes else next(rest) for k in range(len(inputs[0].shape) + len(axes)))


expand_dims = _row(
    "expand_dims", attrs=("axis",), shape=_expanded, numpy=lambda x, axis: np.expand_dims(x, axis),
    doc="New axes of length 1 at the places ``axis`` of the result.",
    vjp=lambda o, node, g: (o.squeeze(g, axis=node.attr("axis")),), cost=0.0,
    lower=lambda low, node, index: low.value(
        node.inputs[0], tuple(i for k, i in enumerate(index) if k not in node.attr("axis"))))


def _squeezed(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    shape = inputs[0].shape
    for k in attrs["axis"]:
        if shape[k] != 1:
            raise ShapeError(f"squeeze: axis {k} of shape {dims.text(shape)} is not known to have length 1")
    return tuple(n for k, n in enumerate(shape) if k not in attrs["axis"])


def _squeeze_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    rest, axes = iter(index), node.attr("axis")
    return low.value(node.inputs[0],
                     tuple(low.zero if k in axes else next(rest) for k in range(len(node.inputs[0].shape))))


squeeze = _row(
    "squeeze", attrs=("axis",), shape=_squeezed, numpy=lambda x, axis: np.squeeze(x, axis),
    doc="Without the axes ``axis``, each of length 1.",
    vjp=lambda o, node, g: (o.expand_dims(g, axis=node.attr("axis")),), lower=_squeeze_pull, cost=0.0)


# parts --------------------------------------------------------------------------------------------------------

def _places(starts: Sequence[int], lengths: Sequence[int], steps: Sequence[int]) -> Any:
    return np.ix_(*(s + step * np.arange(n) for s, n, step in zip(starts, lengths, steps, strict=True)))


def _slice(x: Any, starts: Sequence[int], lengths: Sequence[int], steps: Sequence[int]) -> Any:
    return x[_places(starts, lengths, steps)] if x.ndim else x


def _embed(x: Any, shape: Sequence[int], starts: Sequence[int], steps: Sequence[int]) -> Any:
    out = np.zeros(shape, x.dtype)
    out[_places(starts, x.shape, steps) if x.ndim else ()] = x
    return out


slice_ = _row(
    "slice", attrs=("starts", "lengths", "steps"), numpy=_slice,
    shape=lambda dims, inputs, attrs: tuple(attrs["lengths"]),
    doc="Element ``starts + i * steps`` of the operand for each index i below ``lengths``; all lie inside.",
    vjp=lambda o, node, g: (o.embed(g, shape=node.inputs[0].shape, starts=o.attr(node, "starts"),
                                    steps=node.attr("steps")),),
    lower=lambda low, node, index: low.value(node.inputs[0], tuple(
        low.add(s, low.multiply(i, step)) for s, i, step in
        zip(low.lengths(node, "starts"), index, node.attr("steps"), strict=True))))


def _embed_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    own, inside = [], low.true
    x = node.inputs[0]
    parts = zip(low.lengths(node, "starts"), node.attr("steps"), index, low.shape(x), strict=True)
    for start, step, i, length in parts:
        place = low.subtract(i, start) if step > 0 else low.subtract(start, i)
        k = low.floor_divide(place, abs(step))
        on_grid = low.equal(low.multiply(k, abs(step)), place)
        inside = low.all(inside, on_grid, low.less_equal(low.zero, k), low.less(k, length))
        own.append(k)
    return low.where(inside, low.value(x, tuple(own), where=inside), low.zero_of(node.dtype))


embed = _row(
    "embed", attrs=("shape", "starts", "steps"), numpy=_embed,
    shape=lambda dims, inputs, attrs: tuple(attrs["shape"]),
    doc="The operand at ``starts + i * steps`` of an array that is zero elsewhere: the transpose of slice.",
    vjp=lambda o, node, g: (o.slice(g, starts=o.attr(node, "starts"), lengths=node.inputs[0].shape,
                                    steps=node.attr("steps")),),
    lower=_embed_pull, facts=frozenset({"linear"}))


def _concatenated(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    axis, first = attrs["axis"], inputs[0].shape
    for x in inputs[1:]:
        same = len(x.shape) == len(first) and all(
            k == axis or dims.may_equal(a, b) for k, (a, b) in enumerate(zip(first, x.shape, strict=True)))
        if not same:
            raise ShapeError(f"concatenate along axis {axis}: shapes {dims.text(first)} and "
                             f"{dims.text(x.shape)} differ elsewhere")
    known = [next((x.shape[k] for x in inputs if isinstance(x.shape[k], int)), n) for k, n in enumerate(first)]
    return (*known[:axis], dims.total(x.shape[axis] for x in inputs), *known[axis + 1:])


def _concatenate_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    axis, begin, result = node.attr("axis"), low.zero, low.zero_of(node.dtype)
    for x in node.inputs:
        end = low.add(begin, low.shape(x)[axis])
        inside = low.all(low.less_equal(begin, index[axis]), low.less(index[axis], end))
        own = (*index[:axis], low.subtract(index[axis], begin), *index[axis + 1:])
        result, begin = low.where(inside, low.value(x, own, where=inside), result), end
    return result


def _concatenate_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    axis, begin, parts = node.attr("axis"), 0, []
    for x in node.inputs:
        starts = tuple(begin if k == axis else 0 for k in range(len(x.shape)))
        parts.append(o.slice(g, starts=starts, lengths=x.shape, steps=(1,) * len(x.shape)))
        begin = o.dims.add(begin, x.shape[axis])
    return tuple(parts)


concatenate = _row(
    "concatenate", arity=None, attrs=("axis",), dtype=dtype_rules.numeric, shape=_concatenated,
    numpy=lambda *xs, axis: np.concatenate(xs, axis), vjp=_concatenate_vjp, lower=_concatenate_pull,
    doc="Operands one after the other along an axis; their other lengths are equal.")


# matrix product -----------------------------------------------------------------------------------------------

def _dot_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    a, b = inputs[0].shape, inputs[1].shape
    if not (1 <= len(a) <= 2 and 1 <= len(b) <= 2 and dims.may_equal(a[-1], b[0])):
        raise ShapeError(f"dot: shapes {dims.text(a)} and {dims.text(b)} do not fit; the last length of the "
                         f"first must equal the first length of the second")
    return (*a[:-1], *b[1:])


def _outer(o: Any, a: Any, b: Any) -> Any:
    return o.multiply(o.expand_dims(a, axis=(1,)), o.expand_dims(b, axis=(0,)))


def _dot_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    a, b = (conjugated(o, x) for x in node.inputs)
    flip = {"axes": (1, 0)}
    if len(a.shape) == 2:
        by_a = o.dot(g, o.transpose(b, **flip)) if len(b.shape) == 2 else _outer(o, g, b)
        return by_a, o.dot(o.transpose(a, **flip), g)
    if len(b.shape) == 2:
        return o.dot(b, g), _outer(o, a, g)
    return o.multiply(g, b), o.multiply(g, a)


def _dot_jvp(o: Any, node: Any, tangents: Sequence[Any]) -> Any:
    (a, b), (da, db) = node.inputs, tangents
    terms = [o.dot(da, b)] * (da is not None) + [o.dot(a, db)] * (db is not None)
    return terms[0] if len(terms) == 1 else o.add(*terms)


dot = _row(
    "dot", arity=2, dtype=dtype_rules.numeric, shape=_dot_shape, numpy=np.dot, vjp=_dot_vjp, jvp=_dot_jvp,
    doc="Product of two vectors or matrices: the sum over the first's last and the second's first axis.",
    lower=Library("gemm"), domain=(Interval(-10, 10), Interval(-10, 10)), tol=64.0,
    facts=frozenset({"bilinear"}), cost=10.0)

ROWS = (cast, broadcast_to, sum_to, reshape, transpose, expand_dims, squeeze, slice_, embed, concatenate, dot)
