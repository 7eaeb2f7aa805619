"""Shapes, joins, parts, repeats, pads and edits: NumPy's values and errors, for known and unknown lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from language_cases import ARRAYS, Case, Cases
from language_checks import check_compiled, check_gradients, check_interpreted

from symnum import tensor as T
from symnum.errors import (
    ArgumentValueError,
    AxisError,
    DTypeError,
    IndexBoundsError,
    ShapeError,
    UnknownNameError,
    UnsupportedError,
)


def pads(m: Any, by_axis: dict[int, tuple[int, int]], of_all: Any) -> Any:
    """Widths by axis, which NumPy knows from version 2.3 on."""
    return of_all if m is np and np.lib.NumpyVersion(np.__version__) < "2.3.0" else by_axis


ANY_LENGTH: Cases = {
    "reshape F": lambda m, b: m.reshape(b, (4, 6), order="F"),
    "reshape F -1": lambda m, b: m.reshape(b, (3, -1), order="F"),
    "reshape A": lambda m, b: m.reshape(b, -1, order="A"),
    "ravel F": lambda m, b: m.ravel(b, order="F"),
    "ravel K": lambda m, i: m.ravel(i, order="K"),
    "matrix_transpose": lambda m, b: m.matrix_transpose(b),
    "rollaxis": lambda m, b: [m.rollaxis(b, k, s) for k, s in ((0, 3), (2, 0), (-1, 1), (1, -1), (1, 1), (0, 2))],
    "permute_dims": lambda m, b: m.permute_dims(b, (2, 0, 1)),
    "atleast_1d": lambda m, s, v: m.atleast_1d(s, v),
    "atleast_2d": lambda m, s, v, a, b: m.atleast_2d(s, v, a, b),
    "atleast_3d": lambda m, s, v, a, b: m.atleast_3d(s, v, a, b),
    "atleast_3d of one": lambda m, u: m.atleast_3d(u),
    "broadcast_arrays": lambda m, a, c, s: m.broadcast_arrays(a, c, s),
    "concat": lambda m, a, c, i: [m.concat([a, c, i]), m.concatenate([a, i], axis=-1, dtype="float32")],
    "stack dtype": lambda m, a, i: m.stack([a, i], axis=1, dtype="float32"),
    "vstack": lambda m, a, w, c: m.vstack([a, w, c]),
    "hstack": lambda m, v, w, a, q: [m.hstack([v, w, 1.0]), m.hstack((a, q))],
    "dstack": lambda m, a, q, w: [m.dstack([a, q]), m.dstack([w, w])],
    "column_stack": lambda m, w: m.column_stack([w, w, w]),
    "append": lambda m, a, c, v: [m.append(a, c, axis=0), m.append(a, v), m.append(v, 3)],
    "block": lambda m, a, c, w: [m.block([[a, a], [c, c]]), m.block([w, 1.0, w]), m.block(a)],
    "tile": lambda m, a, v, s: [m.tile(v, 2), m.tile(a, (2, 1, 3)), m.tile(a, 2), m.tile(s, (2, 3)), m.tile(a, 0)],
    "repeat": lambda m, a, i: [m.repeat(a, 3), m.repeat(i, 2, axis=0), m.repeat(a, 2, axis=-1),
                               m.repeat(a, [2], axis=1)],
    "split": lambda m, v, a: [m.split(v, 3), m.split(a, 2, axis=1), m.split(v, [1, 4]),
                              m.split(a, [0, -1, 7], axis=-1)],
    "array_split": lambda m, v, a: [m.array_split(v, 4), m.array_split(a, 5, axis=0), m.array_split(v, [2, 3])],
    "vsplit": lambda m, a: m.vsplit(a, 3),
    "hsplit": lambda m, v, a: [m.hsplit(v, 2), m.hsplit(a, [1])],
    "dsplit": lambda m, b: m.dsplit(b, 2),
    "pad constant": lambda m, v, a, i: [
        m.pad(v, 2), m.pad(a, ((1, 2), (0, 3)), constant_values=((1, 2), (3, 4))),
        m.pad(i, (1, 2), constant_values=2.7), m.pad(a, pads(m, {1: (1, 2)}, ((0, 0), (1, 2)))),
        m.pad(a, 1, constant_values=-0.0)],
    "pad edge": lambda m, v, b: [m.pad(v, (3, 0), "edge"), m.pad(b, ((1, 1), (0, 2), (2, 0)), "edge")],
    "pad reflect": lambda m, v, a: [m.pad(v, (5, 2), "reflect"), m.pad(a, ((0, 2), (3, 0)), "reflect")],
    "pad symmetric": lambda m, v, a: [m.pad(v, (6, 2), "symmetric"), m.pad(a, ((0, 3), (4, 0)), "symmetric")],
    "pad wrap": lambda m, v, a: [m.pad(v, (6, 2), "wrap"), m.pad(a, ((0, 3), (4, 0)), "wrap")],
    "pad ramp": lambda m, v, a, i: [
        m.pad(v, (3, 2), "linear_ramp", end_values=(5, -4)), m.pad(a, 2, "linear_ramp"), m.pad(i, 3, "linear_ramp")],
    "pad statistics": lambda m, a, i: [
        m.pad(a, 2, "maximum"), m.pad(a, (1, 0), "minimum"), m.pad(a, 1, "mean"), m.pad(i, 1, "mean")],
    "delete one": lambda m, v, a, i: [m.delete(v, 2), m.delete(a, -1, axis=1), m.delete(i, 0, axis=0), m.delete(a, 5)],
    "insert one": lambda m, v, a: [
        m.insert(v, 0, 7), m.insert(v, -1, [1, 2]), m.insert(v, 6, [3]), m.insert(a, 1, 5, axis=1),
        m.insert(a, 1, [1, 2, 3], axis=1), m.insert(a, 2, [1, 2, 3, 4], axis=0)],
}
KNOWN_LENGTH: Cases = {
    "resize": lambda m, a, v: [m.resize(a, (2, 4)), m.resize(v, (5, 4)), m.resize(v, 6), m.resize(v, ())],
    "unstack": lambda m, a: [*m.unstack(a), *m.unstack(a, axis=-1)],
    "repeat each": lambda m, v, a: [
        m.repeat(v, [2, 0, 1, 1, 3, 1]), m.repeat(a, np.array([1, 2, 0]), axis=0), m.repeat(a, [0, 0, 0, 0], axis=1)],
    "many pieces": lambda m, v, a: [
        m.repeat(m.tile(v, 10), np.arange(60) % 3), m.repeat(m.tile(a, (1, 10)), np.arange(40) % 3, axis=1),
        m.delete(m.tile(v, 10), np.arange(0, 60, 2))],
    "pad far": lambda m, v, a: [m.pad(v, (17, 8), mode) for mode in ("reflect", "symmetric", "wrap")],
    "delete several": lambda m, v, a: [
        m.delete(v, [0, -1, 2, 2]), m.delete(a, slice(None, None, 2), axis=1), m.delete(v, []),
        m.delete(a, [True, False, True], axis=0), m.delete(a, slice(1, 9))],
    "insert several": lambda m, v, a: [
        m.insert(v, [0, 3, 3, 6], [1, 2, 3, 4]), m.insert(a, [1, 3], 9, axis=1), m.insert(v, slice(1, 4, 2), 0.5),
        m.insert(a, [0, 2], [[1], [2], [3]], axis=1), m.insert(a, [1], [[1], [2], [3]], axis=1),
        m.insert(v, [-2, 1], [7, 8])],
}
DIFFERENTIABLE = ("reshape F", "block", "tile", "repeat", "split", "array_split", "pad constant", "pad edge",
                  "pad reflect", "pad symmetric", "pad wrap", "pad ramp", "delete one", "insert one", "repeat each",
                  "many pieces", "insert several")


@pytest.mark.parametrize("known", [True, False])
def test_shapes_are_numpys(known: bool) -> None:
    check_interpreted(ANY_LENGTH | (KNOWN_LENGTH if known else {}), known)


def test_compiled_shapes_are_numpys() -> None:
    check_compiled(ANY_LENGTH | KNOWN_LENGTH, True)


def test_compiled_shapes_of_unknown_lengths_are_numpys() -> None:
    check_compiled({k: ANY_LENGTH[k] for k in ("reshape F", "tile", "repeat", "split", "array_split", "pad reflect",
                                               "pad symmetric", "pad wrap", "delete one", "insert one")}, False)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients_of_shapes(name: str) -> None:
    check_gradients((ANY_LENGTH | KNOWN_LENGTH)[name])


def test_numbers_of_repeats_may_be_values_of_inputs() -> None:
    x, counts = T.dvector("x"), T.lvector("counts")
    given = {x: ARRAYS["w"], counts: [2, 0, 1, 3]}
    np.testing.assert_array_equal(T.repeat(x, counts).eval(given), np.repeat(ARRAYS["w"], [2, 0, 1, 3]))
    np.testing.assert_array_equal(x.repeat([1, 0, 0, 2]).eval({x: ARRAYS["w"]}), ARRAYS["w"].repeat([1, 0, 0, 2]))


def test_methods_and_properties() -> None:
    cases: Cases = {
        "cumsum": lambda m, a: [a.cumsum(axis=1), a.cumprod(0), a.argsort(1), a.take([0, 2], axis=1)],
        "diagonal": lambda m, a, b: [a.diagonal(), a.trace(1), b.diagonal(0, 1, 2)],
        "choose": lambda m, u: (u % 2).choose([[5, 6, 7], u]),
        "nonzero": lambda m, i: [*i.nonzero(), i.compress([True, False, True], axis=0)],
        "searchsorted": lambda m, a, w: m.sort(w).searchsorted(a, "right"),
        "sizes": lambda m, a: [a.itemsize, a.nbytes],
        "mT": lambda m, b: b.mT, "repeat": lambda m, a: a.repeat(2, 1), "flatten": lambda m, a: a.flatten("F"),
        "ravel": lambda m, a: a.ravel("F"), "reshape": lambda m, a: a.reshape(4, 3, order="F"),
        "astype": lambda m, a: a.astype("float32", copy=False), "swapaxes": lambda m, b: b.swapaxes(0, 2),
        "flat": lambda m, a: a.copy()}
    check_interpreted(cases, True)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda x: T.reshape(x, 6, order="X"), ArgumentValueError, "order must be one of 'C', 'F', 'A'; given 'X'"),
    (lambda x: T.matrix_transpose(x[0]), AxisError, "expected rank 2 or more"),
    (lambda x: T.rollaxis(x, 3), AxisError, "rollaxis: axis 3 is out of bounds"),
    (lambda x: T.rollaxis(x, 0, 3), AxisError, "rollaxis: start 3 is out of bounds"),
    (lambda x: T.resize(T.dvector("y"), 3), UnsupportedError, "needs known lengths"),
    (lambda x: T.broadcast_arrays(x, [1, 2]), ShapeError, "do not broadcast"),
    (lambda x: T.vstack([]), ShapeError, "vstack needs at least one operand"),
    (lambda x: T.hstack([x, [1.0]]), ShapeError, "differ elsewhere"),
    (lambda x: T.block([[x], []]), ShapeError, "nested equally deep"),
    (lambda x: T.split(x, 2, axis=1), ShapeError, "cannot be cut into 2 equal parts"),
    (lambda x: T.split(x, 0), ArgumentValueError, "the number of parts must be positive"),
    (lambda x: T.split(x, 2, axis=2), AxisError, "split: axis 2 is out of bounds"),
    (lambda x: T.split(x, 1.5), DTypeError, "number of parts of split must be an integer"),
    (lambda x: T.dsplit(x, 2), ShapeError, "dsplit needs an operand of rank 3 or more"),
    (lambda x: T.unstack(T.dvector("y")), ShapeError, "the length of axis 0"),
    (lambda x: T.tile(x, -1), ShapeError, "must be at least 0; given -1"),
    (lambda x: T.repeat(x, [1, 2], axis=1), ShapeError, "2 numbers of repeats for 3 elements along axis 1"),
    (lambda x: T.repeat(x, [1, -2], axis=0), ShapeError, "negative"),
    (lambda x: T.repeat(x, [1.5, 2], axis=0), DTypeError, "expected an integer or a list of them"),
    (lambda x: T.repeat(x, 2, axis=2), AxisError, "repeat: axis 2"),
    (lambda x: T.pad(x, -1), ArgumentValueError, "widths must be at least 0"),
    (lambda x: T.pad(x, 1.5), DTypeError, "a width of pad must be an integer"),
    (lambda x: T.pad(x, ((1, 2),) * 3), ArgumentValueError, "a pair for each of the 2 axes"),
    (lambda x: T.pad(x, 1, "mirror"), UnknownNameError, "unknown mode of pad 'mirror'"),
    (lambda x: T.pad(x, 1, "edge", constant_values=1), UnsupportedError, "does not take constant_values"),
    (lambda x: T.pad(np.zeros((0, 2)), 1, "edge"), ArgumentValueError, "axis 0 is empty"),
    (lambda x: T.pad(np.zeros((0, 2)), 1, "linear_ramp"), ArgumentValueError, "has no edge"),
    (lambda x: T.delete(x, 2, axis=0), IndexBoundsError, "delete: index 2 is out of bounds"),
    (lambda x: T.delete(T.dvector("y"), [1, 2]), UnsupportedError, "unknown length"),
    (lambda x: T.insert(x, 4, 1, axis=1), IndexBoundsError, "insert: index 4 is out of bounds"),
    (lambda x: T.insert(x, [0, 1], [1, 2], axis=0), ShapeError, "broadcast"),
    (lambda x: T.append(x, 1.0, axis=0), ShapeError, "append: an operand has rank 0"),
])
def test_wrong_arguments_are_refused(call: Callable[[Any], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call(T.tensor("x", shape=(2, 3)))
    assert words in str(raised.value)


@pytest.mark.parametrize(("case", "length", "error"), [
    (lambda m, v: m.split(v, 4)[0], 6, ShapeError),
    (lambda m, v: m.pad(v, 3, "reflect"), 3, IndexBoundsError),
    (lambda m, v: m.pad(v, 4, "symmetric"), 3, IndexBoundsError),
    (lambda m, v: m.pad(v, 4, "wrap"), 3, IndexBoundsError),
    (lambda m, v: m.pad(v, 1, "edge"), 0, IndexBoundsError),
    (lambda m, v: m.pad(v, 1, "linear_ramp"), 0, IndexBoundsError),
    (lambda m, v: m.delete(v, 3), 3, IndexBoundsError),
    (lambda m, v: m.insert(v, 4, 1.0), 3, IndexBoundsError),
])
def test_unknown_lengths_are_checked_when_the_graph_runs(case: Case, length: int, error: type[Exception]) -> None:
    v = T.dvector("v")
    with pytest.raises(error):
        case(T, v).eval({v: ARRAYS["b"].ravel()[:length]})
