"""Ops that take and put elements at places given by arrays of integers; the places of an axis; stray indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..dtypes import INT64
from ..errors import DTypeError, IndexBoundsError, ShapeError
from . import dtype_rules
from .elementwise import conjugated
from .spec import Absent, EachPart, Interval, OpSpec, Reduce, Routine

# What the fold of stray indices gives if there is none.
NO_STRAY = int(np.iinfo(np.int64).min)

_STRUCTURAL = Absent("a structural op has vjp and jvp")
_NO_SYMPY = Absent("moves elements; SymPy sees the elements")
_CONSTANT = Absent("locally constant: the derivative is zero")
_COMBINE: Mapping[str, np.ufunc] = {
    "add": np.add, "multiply": np.multiply, "min": np.minimum, "max": np.maximum}


# reference --------------------------------------------------------------------------------------------------

def _refuse_stray(x: Any, indices: Sequence[Any], axes: Sequence[int]) -> None:
    """Raise for the first index outside its axis."""
    for index, axis in zip(map(np.atleast_1d, indices), axes, strict=True):
        length = x.shape[axis]
        stray = index[(index < -length) | (index >= length)]
        if stray.size:
            raise IndexBoundsError(f"index {int(stray[0])} is out of bounds for axis {axis} with length {length}")


def _gather(x: Any, *indices: Any, axes: tuple[int, ...]) -> Any:
    if x.size == 0:  # of such an array NumPy lets stray indices pass before version 2.4
        _refuse_stray(x, indices, axes)
    try:
        return np.moveaxis(x, axes, range(len(axes)))[indices]
    except IndexError:
        _refuse_stray(x, indices, axes)
        raise


def _scatter(x: Any, values: Any, *indices: Any, axes: tuple[int, ...], combine: str) -> Any:
    result = np.array(x)
    view = np.moveaxis(result, axes, range(len(axes)))
    if x.size == 0:
        _refuse_stray(x, indices, axes)
    try:
        if combine == "set":
            view[indices] = values
        else:
            _COMBINE[combine].at(view, indices, values)
    except IndexError:
        _refuse_stray(x, indices, axes)
        raise
    return result


# dtypes and shapes ------------------------------------------------------------------------------------------

def _gather_dtype(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    found = dtype_rules.same(name, operands[:1], attrs)[0]
    return (found, *_indices_dtype(name, operands[1:]), found)


def _scatter_dtype(name: str, operands: Sequence[Any], attrs: Any) -> tuple[np.dtype[Any], ...]:
    found = dtype_rules.numeric(name, operands[:2], attrs)[0]
    return (found, found, *_indices_dtype(name, operands[2:]), found)


def _indices_dtype(name: str, operands: Sequence[Any]) -> tuple[np.dtype[Any], ...]:
    for k, found in enumerate(operands):
        if found is not int and found != INT64:
            raise DTypeError(f"{name}: index {k} has dtype {np.dtype(found).name}, expected int64")
    return (INT64,) * len(operands)


def _others(shape: Sequence[Any], axes: Sequence[int]) -> tuple[Any, ...]:
    return tuple(n for k, n in enumerate(shape) if k not in axes)


def _gathered(dims: Any, name: str, x: Any, indices: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    """The common shape of the indices, then the other axes in order."""
    axes, shape = attrs["axes"], indices[0].shape if indices else ()
    fits = 0 < len(axes) == len(indices) == len(set(axes)) and all(0 <= k < len(x.shape) for k in axes)
    if not fits:
        raise ShapeError(f"{name}: {len(indices)} indices for axes {axes} of shape {dims.text(x.shape)}")
    for index in indices[1:]:
        if len(index.shape) != len(shape) or not all(map(dims.may_equal, shape, index.shape)):
            raise ShapeError(f"{name}: indices of shapes {dims.text(shape)} and {dims.text(index.shape)}; "
                             "they must have one shape")
    return (*shape, *_others(x.shape, axes))


def _gather_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    return _gathered(dims, "gather", inputs[0], inputs[1:], attrs)


def _scatter_shape(dims: Any, inputs: Sequence[Any], attrs: Any) -> tuple[Any, ...]:
    x, values, *indices = inputs
    wanted = _gathered(dims, "scatter", x, indices, attrs)
    if len(values.shape) != len(wanted) or not all(map(dims.may_equal, values.shape, wanted)):
        raise ShapeError(f"scatter: values of shape {dims.text(values.shape)}; expected {dims.text(wanted)}")
    return tuple(x.shape)


# lowering ---------------------------------------------------------------------------------------------------

def _gather_pull(low: Any, node: Any, index: tuple[Any, ...]) -> Any:
    x, *indices = node.operands
    count = len(indices[0].shape)
    inside, rest = low.true, iter(index[count:])
    places: dict[int, Any] = {}
    for i, axis in zip(indices, node.attr("axes"), strict=True):
        if low.is_one(x.shape[axis]):
            places[axis] = low.zero
            continue
        length = low.shape(x)[axis]
        place = low.place(i, index[:count])
        if not low.is_inside(i, x.shape[axis]):
            # Not a choice between two places: compilers make that a branch, which is hard to predict.
            place = low.add(place, low.where(low.less(place, low.zero), length, low.zero))
            # Nothing outside is read; the Program refuses such calls when it has run.
            inside = low.all(inside, low.less_equal(low.zero, place), low.less(place, length))
        places[axis] = place
    own = tuple(places[k] if k in places else next(rest) for k in range(len(x.shape)))
    return low.value(x, own, where=inside)


# derivatives ------------------------------------------------------------------------------------------------

def _zeros(o: Any, x: Any) -> Any:
    return o.broadcast_to(o.constant(0, x.dtype), shape=x.shape)


def _ones(o: Any, x: Any) -> Any:
    return o.broadcast_to(o.constant(1, x.dtype), shape=x.shape)


def _parts(node: Any) -> tuple[Any, Any, tuple[Any, ...], tuple[int, ...], str]:
    x, values, *indices = node.operands
    return x, values, tuple(indices), node.attr("axes"), node.attr("combine")


def _added(o: Any, x: Any, values: Any, indices: Sequence[Any], axes: tuple[int, ...]) -> Any:
    """The sum of all values of each place, in the shape of x."""
    return o.scatter(_zeros(o, x), values, *indices, axes=axes, combine="add")


def _last(o: Any, node: Any) -> tuple[Any, Any]:
    """Which elements of x stay, and which values are not written over by later ones."""
    x, values, indices, axes, _ = _parts(node)
    count = o.dims.product(indices[0].shape)
    own = o.reshape(o.arange(o.dims.as_node(count)), shape=indices[0].shape)
    lengths = tuple(x.shape[k] for k in axes)
    nobody = o.broadcast_to(o.constant(-1, INT64), shape=lengths)
    writer = o.scatter(nobody, own, *indices, axes=tuple(range(len(axes))), combine="set")
    wins = o.equal(o.gather(writer, *indices, axes=tuple(range(len(axes)))), own)
    rest = tuple(k for k in range(len(x.shape)) if k not in axes)
    # The axes of `writer` in the order in which x has them.
    order = tuple(int(k) for k in np.argsort(axes))
    stays = o.expand_dims(o.transpose(o.less(writer, 0), axes=order), axis=rest)
    beside = tuple(range(len(own.shape), len(values.shape)))
    return (o.broadcast_to(stays, shape=x.shape),
            o.broadcast_to(o.expand_dims(wins, axis=beside), shape=values.shape))


def _factors(o: Any, node: Any) -> tuple[Any, Any]:
    """Partial derivatives of a product by x, and by each value: the product of all others, zeros counted apart."""
    x, values, indices, axes, _ = _parts(node)

    def at(whole: Any) -> Any:
        return o.gather(whole, *indices, axes=axes)

    zero = o.equal(values, 0)
    others, zeros = o.where(zero, 1, values), o.where(zero, values, 0)
    flags = o.cast(zero, dtype=x.dtype)
    rest = o.true_divide(at(o.scatter(x, others, *indices, axes=axes, combine="multiply")), others)
    left = o.subtract(at(_added(o, x, flags, indices, axes)), flags)
    # The other zero, if there is one: a factor of value 0 and derivative 1.
    other = o.subtract(at(_added(o, x, zeros, indices, axes)), zeros)
    by_value = o.where(o.equal(left, 0), rest, o.where(o.equal(left, 1), o.multiply(rest, other), 0))
    return o.scatter(_ones(o, x), values, *indices, axes=axes, combine="multiply"), by_value


def _shares(o: Any, node: Any) -> tuple[Any, Any]:
    """Partial derivatives of an extreme: shared evenly among x and the values that are equal to it."""
    x, values, indices, axes, _ = _parts(node)
    extreme = o.gather(node, *indices, axes=axes)
    mine = o.cast(o.equal(x, node), dtype=x.dtype)
    theirs = o.cast(o.equal(values, extreme), dtype=x.dtype)
    count = o.add(mine, _added(o, x, theirs, indices, axes))
    return o.true_divide(mine, count), o.true_divide(theirs, o.gather(count, *indices, axes=axes))


def _scatter_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    _, _, indices, axes, combine = _parts(node)
    taken = o.gather(g, *indices, axes=axes)
    if combine == "add":
        found = g, taken
    elif combine == "set":
        stays, wins = _last(o, node)
        found = o.where(stays, g, 0), o.where(wins, taken, 0)
    else:
        by_x, by_value = _factors(o, node) if combine == "multiply" else _shares(o, node)
        found = o.multiply(g, conjugated(o, by_x)), o.multiply(taken, conjugated(o, by_value))
    return (*found, *(None for _ in indices))


def _scatter_jvp(o: Any, node: Any, tangents: Sequence[Any]) -> Any:
    x, values, indices, axes, combine = _parts(node)
    given = zip((x, values), tangents, strict=False)
    dx, dv = (_zeros(o, operand) if t is None else t for operand, t in given)
    if combine in ("add", "set"):
        return o.scatter(dx, dv, *indices, axes=axes, combine=combine)
    by_x, by_value = _factors(o, node) if combine == "multiply" else _shares(o, node)
    moved = o.multiply(dv, by_value)
    return o.scatter(o.multiply(dx, by_x), moved, *indices, axes=axes, combine="add")


def _gather_vjp(o: Any, node: Any, g: Any) -> tuple[Any, ...]:
    x, *indices = node.operands
    return (_added(o, x, g, indices, node.attr("axes")), *(None for _ in indices))


# rows -------------------------------------------------------------------------------------------------------

def _row(name: str, **columns: Any) -> OpSpec:
    default: dict[str, Any] = {
        "kind": "structural", "arity": None, "partials": _STRUCTURAL, "sympy": _NO_SYMPY,
        "c": Absent("moves elements; lowering turns it into indices"), "domain": (Interval(-10, 10),)}
    return OpSpec(name=name, **(default | columns))


gather = _row(
    "gather", attrs=("axes",), dtype=_gather_dtype, shape=_gather_shape, numpy=_gather, lower=_gather_pull,
    doc="Elements at int64 indices of one common shape, along ``axes``: the shape of the indices, then the other axes "
        "of the operand in order.  Negative indices count from the end; one outside its axis is an IndexError.",
    vjp=_gather_vjp, cost=2.0, complex=EachPart(),
    jvp=lambda o, node, t: o.gather(t[0], *node.operands[1:], axes=node.attr("axes")))

scatter = _row(
    "scatter", attrs=("axes", "combine"), dtype=_scatter_dtype, shape=_scatter_shape, numpy=_scatter,
    lower=Routine("scatter", over=0), c=Absent("a Program step of its own"), tol=16.0, cost=2.0,
    complex=EachPart(lambda node: node.attr("combine") in ("set", "add")),
    doc="The first operand with the second put at int64 indices of one common shape along ``axes``, in C order: "
        "``combine`` is set (the last one stays), add, multiply, min or max.  An index outside is an IndexError.",
    vjp=_scatter_vjp, jvp=_scatter_jvp)

arange = _row(
    "arange", arity=1, dtype=dtype_rules.lengths, numpy=lambda n: np.arange(int(n), dtype=np.int64), cost=0.0,
    shape=lambda dims, inputs, attrs: (dims.simple(inputs[0]),), lower=lambda low, node, index: index[0],
    doc="The places 0, 1, … of an axis whose length is the operand, an int64 scalar that is at least 0.",
    vjp=_CONSTANT, jvp=_CONSTANT, facts=frozenset({"locally_constant"}),
    domain=Absent("the operand is a length"))


def _strays(x: Any, axis: tuple[int, ...]) -> Any:
    return np.max(x, axis=axis, initial=NO_STRAY)


stray = _row(
    "stray", kind="reduction", arity=1, attrs=("axis",), numpy=_strays, lower=Reduce("maximum", True),
    dtype=dtype_rules.lengths, vjp=_CONSTANT, jvp=_CONSTANT, facts=frozenset({"locally_constant"}),
    c=Absent("lowered to a loop over its combining op"),
    shape=lambda dims, inputs, attrs: _others(inputs[0].shape, attrs["axis"]),
    doc=f"Largest element of int64 over axes; {NO_STRAY} over an empty axis.")

ROWS = (gather, scatter, arange, stray)


def operands_at(node: Any) -> Iterator[tuple[Any, Any, int]]:
    """The indices of a gather or scatter, each with the length and the number of its axis."""
    x, *rest = node.operands
    for index, axis in zip(rest[node.op is scatter:], node.attr("axes"), strict=True):
        yield index, x.shape[axis], axis
