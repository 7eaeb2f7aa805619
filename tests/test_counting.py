"""Functions whose results are as long as the data say, and those that count: against NumPy, in both modes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_values import same

import symnum as sn
from symnum import errors
from symnum import tensor as T
from symnum.autodiff.sweep import forward

Array = np.ndarray[Any, Any]
MODES = ("c", "numpy")
few = settings(max_examples=20)


def both(build: Callable[..., list[Any]], *given: Array) -> Callable[..., None]:
    """A check that ``build`` gives NumPy's results, in both modes, for arrays of the dtypes and ranks of ``given``."""
    inputs = [T.tensor(f"x{k}", dtype=a.dtype, shape=(None,) * a.ndim) for k, a in enumerate(given)]
    functions = [sn.function(inputs, build(T, *inputs), mode=mode, on_unused_input="ignore") for mode in MODES]

    def check(*arrays: Array) -> None:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            wanted = list(map(np.asarray, build(np, *arrays)))
        for function in functions:
            for k, (got, want) in enumerate(zip(function(*arrays), wanted, strict=True)):
                assert got.dtype == want.dtype, (k, got.dtype, want.dtype)
                np.testing.assert_array_equal(got, want, err_msg=f"output {k}")
    check(*given)
    return check


def integers(shape: Any, low: int = -2, high: int = 3) -> st.SearchStrategy[Array]:
    def array(dims: tuple[int, ...], seed: int) -> Array:
        return np.random.default_rng(seed).integers(low, high, dims)
    return st.builds(array, shape, st.integers(0, 2**16))


@st.composite
def floats(draw: st.DrawFn, most: int = 12) -> Array:
    some = st.sampled_from([0.0, -0.0, 1.5, -2.0, np.nan, np.inf, -np.inf, 1e-300])
    return np.array(draw(st.lists(some, max_size=most)), np.float64)


vectors = integers(st.tuples(st.integers(0, 9)))
matrices = integers(st.tuples(st.integers(0, 4), st.integers(1, 4)))
A, V = np.array([[0, 1, -2], [2, 0, 1]]), np.array([3, 1, 0, 1, 3])
F = np.array([1.5, np.nan, 0.0, -0.0, 1.5, np.nan])


# places and masks -------------------------------------------------------------------------------------------

def of_masks(m: Any, a: Any, v: Any) -> list[Any]:
    mask = a > 0
    rows, columns = m.any(mask, axis=1), mask[0]
    return [*m.nonzero(a), m.flatnonzero(v), m.argwhere(a), *m.where(mask), m.extract(mask, a),
            m.compress(columns, a, axis=1), a[mask], (a * 2)[mask] + 1, a[rows], a[:, columns], a[rows, 0], a[rows, 1:],
            a[None, mask], v[~m.isnan(v)], v[v == v] * 2, m.count_nonzero(a), a[mask].sum(), v[v > 0].max(initial=0.0)
            if m is np else m.concatenate([v[v > 0], [0.0]]).max()]


def test_places_and_masks_are_those_of_numpy() -> None:
    check = both(of_masks, A, F)

    @few
    @given(integers(st.tuples(st.integers(1, 4), st.integers(1, 4))), floats())
    def examples(a: Array, v: Array) -> None:
        check(a, v)
    examples()


def test_masks_without_elements_and_of_empty_arrays() -> None:
    check = both(lambda m, a, p: [a[p], a[p] + 1, *m.nonzero(p), m.argwhere(p), a[p].sum(axis=0)], A, A > 0)
    for shape in ((2, 3), (0, 3), (2, 0), (0, 0)):
        check(np.ones(shape, np.int64), np.zeros(shape, bool))


@pytest.mark.parametrize("mode", MODES)
def test_a_mask_that_does_not_fit_is_an_index_error(mode: str) -> None:
    x, p = T.dmatrix("x"), T.tensor("p", dtype="bool", shape=(None, None))
    f = sn.function([x, p], x[p], mode=mode)
    same(f(np.ones((2, 3)), np.ones((2, 3), bool)), np.ones(6))
    for shape in ((3, 2), (2, 1), (1, 3), (6, 1)):  # an axis of length 1 is not repeated
        with pytest.raises(IndexError):
            f(np.ones((2, 3)), np.ones(shape, bool))
    with pytest.raises(errors.IndexBoundsError, match=r"\(3, 2\)"):
        T.tensor("y", shape=(2, 3))[T.tensor("q", dtype="bool", shape=(3, 2))]


def test_values_are_put_under_masks() -> None:
    def put(m: Any, a: Any, y: Any) -> list[Any]:
        mask, row = a > 0, m.any(a > 1, axis=1)
        if m is np:
            found = [a.copy() for _ in range(5)]
            found[0][mask], found[1][mask], found[2][row] = 7, y[:mask.sum()], 5
            found[3][row] = y[:a.shape[1]]
            found[4][mask] += y[:mask.sum()]
            np.place(a := a.copy(), mask, [4, 5])
            return [*found, a]
        count = a[mask].shape[0]
        return [a.at[mask].set(7), a.at[mask].set(y[:count]), a.at[row].set(5), a.at[row].set(y[:a.shape[1]]),
                a.at[mask].add(y[:count]), T.place(a, mask, [4, 5])]

    check = both(put, A, np.arange(20))

    @few
    @given(matrices)
    def examples(a: Array) -> None:
        check(a, np.arange(20))
    examples()


def test_elements_are_repeated_as_often_as_counts_say() -> None:
    check = both(lambda m, a, c: [m.repeat(a, c, axis=0), m.repeat(a, c[0]), m.repeat(a[:, 0] * 2, c)],
                 A, np.array([2, 0]))

    @few
    @given(matrices, st.integers(0, 99))
    def examples(a: Array, seed: int) -> None:
        check(a if len(a) else A, np.random.default_rng(seed).integers(0, 3, len(a) or 2))
    examples()
    x, c = T.dvector("x"), T.lvector("c")
    for mode in MODES:
        f = sn.function([x, c], T.repeat(x, c), mode=mode)
        with pytest.raises(ValueError, match=r"negative|at least 0"):
            f([1.0, 2.0], [1, -1])
        with pytest.raises(ValueError):  # noqa: PT011  (NumPy's words differ from the native program's)
            f([1.0, 2.0, 3.0], [1, 1])


def test_what_is_known_has_known_lengths() -> None:
    x = T.tensor("x", shape=(None, 3))
    assert T.compress([True, False, True], x, axis=1).shape[1] == 2
    assert T.flatnonzero([0, 3]).shape == (1,) and T.unique([3, 3.5, 3]).shape == (2,)
    assert [places.shape for places in T.nonzero([[True, False]])] == [(1,), (1,)]
    assert T.repeat(x, T.constant([1, 0, 2]), axis=1).shape[1] == 3
    f = sn.function([x], T.compress([True, False, True], x, axis=1), mode="c")
    assert type(f).__name__ == "_Compiled"
    same(f([[1.0, 2.0, 3.0]]), [[1.0, 3.0]])


# sets -------------------------------------------------------------------------------------------------------

def of_sets(m: Any, v: Any, w: Any, f: Any) -> list[Any]:
    a = v.reshape(1, -1)
    return [m.unique(v), m.unique(f), *m.unique(f, True, True, True),
            *m.unique(f, return_counts=True, equal_nan=False),
            *m.unique(a, return_inverse=True), *m.unique_all(f), *m.unique_counts(v), *m.unique_inverse(a),
            np.unique(w) if m is np else m.unique_values(w), m.union1d(v, w),
            *m.intersect1d(v, w, return_indices=True), m.intersect1d(v, f),
            m.setdiff1d(v, w), m.setdiff1d(w, v, assume_unique=True), m.setxor1d(v, w), m.setxor1d(f, f[:2]),
            m.isin(a, w), m.isin(f, f[:3]), m.isin(v, w, invert=True), m.isin(v, [0, 1]), m.isin(f, 1.5)]


def test_sets_are_those_of_numpy() -> None:
    check = both(of_sets, V, V - 1, F)

    @few
    @given(vectors, vectors, floats())
    def examples(v: Array, w: Array, f: Array) -> None:
        check(v, w, f)
    examples()


def test_rows_are_compared_along_an_axis() -> None:
    check = both(lambda m, a, f: [*m.unique(a, True, True, True, axis=0), m.unique(a, axis=-1),
                                  m.unique(f[:, None], axis=0), *m.unique(a[:, None], return_index=True, axis=2)], A, F)
    check(np.array([[1, 2], [1, 2], [0, 5], [1, 2]]), np.array([np.nan, 1.0, np.nan]))
    x = T.dmatrix("x")
    slope = sn.function([x], sn.grad((T.unique(x, axis=0) ** 2).sum(), x), mode="numpy")
    np.testing.assert_array_equal(slope([[1.0, 2.0], [1.0, 2.0], [0.0, 3.0]]), [[2.0, 4.0], [0.0, 0.0], [0.0, 6.0]])


def test_the_interpreter_counts_what_it_has_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x, calls = T.dvector("x"), list[int]()
    unique = np.unique
    monkeypatch.setattr(np, "unique", lambda *args, **options: calls.append(1) or unique(*args, **options))
    f = sn.function([x], [T.unique(x) * 2, T.unique(x).shape[0], T.unique(x, return_inverse=True)[1]], mode="numpy")
    double, count, places = f([3.0, 1.0, 3.0])
    assert (double.tolist(), int(count), places.tolist()) == ([2.0, 6.0], 2, [1, 0, 1])
    assert len(calls) == 2  # the different elements, and the places


def test_results_of_the_array_api_have_names() -> None:
    x = T.lvector("x")
    assert T.unique_all(x)._fields == ("values", "indices", "inverse_indices", "counts")
    assert T.unique_counts(x)._fields == ("values", "counts")
    assert T.unique_inverse(x).inverse_indices.dtype == np.int64


# counting ---------------------------------------------------------------------------------------------------

def of_counts(m: Any, v: Any, u: Any) -> list[Any]:
    weights = v * 0.5
    edges = m.concatenate([u[:3], [np.inf]])
    return [m.bincount(v), m.bincount(v, minlength=4), m.bincount(v, weights), m.bincount(v > 1),
            *m.histogram(v, 4), *m.histogram(u, 5, (-1.0, 2.0)), *m.histogram(u, bins=edges),
            *m.histogram(v, [0, 1, 1, 3]), *m.histogram(v, 3, weights=weights), m.histogram(v, 3, density=True)[1],
            m.histogram_bin_edges(v, 7), *m.histogram2d(v, v[::-1] * 2.0, (2, 3)),
            *m.histogram2d(v, v, bins=[0.0, 1.0, 2.5])]


def test_counts_are_those_of_numpy() -> None:
    check = both(of_counts, V, np.array([-1.0, 0.5, 2.0, 7.0]))

    @few
    @given(integers(st.tuples(st.integers(1, 30)), 0, 6), floats())
    def examples(v: Array, u: Array) -> None:
        check(v, np.sort(u[~np.isnan(u)]) if len(u) > 3 else np.array([-1.0, 0.5, 2.0, 7.0]))
    examples()


def test_nothing_can_be_counted() -> None:
    check = both(lambda m, v, u: [m.bincount(v), m.bincount(v, minlength=2), *m.histogram(u, 3),
                                  *m.histogram(v, [1, 2])], V, np.ones(1))
    check(V[:0], np.ones(0))


def test_densities_and_bins_between_which_elements_lie_closely() -> None:
    def build(m: Any, u: Any, s: Any) -> list[Any]:
        return [m.histogram(u, 13)[0], m.histogram(u, 10, (0.0, 1.0))[0], m.histogram(s, 9)[0], m.histogram(s, 9)[1]]

    check = both(build, np.linspace(0, 1, 11), np.linspace(0, 1, 10).astype("f4"))
    for seed in range(20):
        numbers = np.random.default_rng(seed)
        edges = np.linspace(0, 1, 11)[numbers.integers(0, 11, 40)]
        check(np.nextafter(edges, numbers.integers(-1, 2, 40)), edges[:7].astype("f4"))
    x = T.dvector("x")
    f = sn.function([x], T.histogram(x, 3, density=True)[0], mode="numpy")
    np.testing.assert_allclose(f([1.0, 2.0, 4.0]), np.histogram([1.0, 2.0, 4.0], 3, density=True)[0], rtol=1e-15)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: T.nonzero(T.dscalar("x")), errors.ArgumentValueError, "rank 0"),
    (lambda: T.where(T.dvector("x") > 0, 1.0), errors.ArgumentValueError, "both or neither"),
    (lambda: T.compress(T.tensor("p", dtype="bool", shape=(2, 2)), [1, 2]), errors.ShapeError, "a vector"),
    (lambda: T.compress([True], T.dvector("x"), axis=1), errors.AxisError, "axis 1"),
    (lambda: T.bincount(T.dvector("x")), errors.DTypeError, "integers that fit int64"),
    (lambda: T.bincount(T.lmatrix("x")), errors.ShapeError, "a vector"),
    (lambda: T.bincount([1], minlength=-1), errors.ArgumentValueError, "at least 0"),
    (lambda: T.bincount([1, 2], [1.0]), errors.ShapeError, "weights of shape"),
    (lambda: T.histogram([1.0], 0), errors.ArgumentValueError, "must be positive"),
    (lambda: T.histogram([1.0], 2.5), errors.DTypeError, "number of bins"),
    (lambda: T.histogram([1.0], [2, 1]), errors.ArgumentValueError, "must not decrease"),
    (lambda: T.histogram([1.0], 2, (1, 0)), errors.ArgumentValueError, "must not decrease"),
    (lambda: T.histogram([1.0], 2, (0, np.inf)), errors.ArgumentValueError, "finite"),
    (lambda: T.histogram([1.0], "auto"), errors.UnsupportedError, "rule 'auto'"),
    (lambda: T.histogram([1.0], np.ones((2, 2))), errors.ShapeError, "a vector"),
    (lambda: T.unique([[1]], axis=2), errors.AxisError, "axis 2"),
    (lambda: T.repeat(T.dvector("x"), T.dvector("c")), errors.DTypeError, "integers"),
    (lambda: T.place([1], [True], []), errors.ArgumentValueError, "no values"),
])
def test_wrong_arguments_are_refused_when_the_graph_is_built(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("mode", MODES)
def test_nothing_under_a_mask_has_no_extreme(mode: str) -> None:
    x = T.dvector("x")
    f = sn.function([x], x[x > 0].max(), mode=mode)
    assert f([1.0, -2.0]) == 1.0
    with pytest.raises(ValueError, match=r"empty|zero-size"):
        f([-1.0])


@pytest.mark.parametrize("mode", MODES)
def test_negative_numbers_cannot_be_counted(mode: str) -> None:
    x = T.lvector("x")
    f = sn.function([x], T.bincount(x), mode=mode)
    with pytest.raises(ValueError, match="given -2"):
        f([1, -2])


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float32", "complex64"])
def test_all_dtypes_can_be_counted_and_masked(dtype: str) -> None:
    both(lambda m, x, p: [m.flatnonzero(x), x[p], x[x != 0], m.unique(x), *m.unique(x, return_counts=True),
                          m.extract(p, x), m.isin(x, x[:2])],
         np.array([1, 0, 2, 1, 0]).astype(dtype), np.array([True, False, True, True, False]))


# derivatives ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", MODES)
def test_derivatives_go_through_masks_and_sets(mode: str) -> None:
    x, y = T.dvector("x"), T.dvector("y")
    mask = T.sin(x) > 0
    cost = ((x[mask] * y[mask]) ** 2).sum() + T.repeat(x, [2, 0, 1, 3])[1:].sum() + (T.unique(x) ** 3).sum()
    cost = cost + T.exp(x.at[mask].set(y[mask] * 2)).sum() + T.extract(x > y, x * y).prod()
    f, df = (sn.function([x, y], out, mode=mode) for out in (cost, sn.grad(cost, [x, y])))
    a, b = np.array([0.3, 2.0, -1.1, 0.9]), np.array([0.1, 0.7, 0.5, -0.2])
    for k, by in enumerate(df(a, b)):
        for i in range(4):
            step = np.zeros((2, 4))
            step[k, i] = 1e-6
            slope = (f(a + step[0], b + step[1]) - f(a - step[0], b - step[1])) / 2e-6
            np.testing.assert_allclose(by[i], slope, rtol=1e-7, atol=1e-7)


def test_tangents_go_through_masks_and_sets() -> None:
    x, dx = T.dvector("x"), T.dvector("dx")
    outputs = [T.unique(x) ** 2, x[x > 0] * 3, *T.unique(x, return_counts=True)[:1], T.repeat(x, [2, 1, 0])]
    tangents = forward([y.node for y in outputs], [x.node], [dx.node])
    f = sn.function([x, dx], [T.Tensor(t) for t in tangents if t is not None])
    found = f([2.0, -1.0, 5.0], [1.0, 10.0, 100.0])
    wanted = [[-20.0, 4.0, 1000.0], [3.0, 300.0], [10.0, 1.0, 100.0], [1.0, 1.0, 10.0]]
    assert [y.tolist() for y in found] == wanted


def test_second_derivatives_go_through_masks() -> None:
    x = T.dvector("x")
    cost = (x[x > 0] ** 3).sum() * x.sum()
    first = sn.grad(cost, x)
    second = sn.function([x], sn.grad((first * T.constant([1.0, -2.0, 3.0])).sum(), x))
    df = sn.function([x], first)
    a, v = np.array([1.2, -0.4, 0.7]), np.array([1.0, -2.0, 3.0])
    slope = [(df(a + e) @ v - df(a - e) @ v) / 2e-6 for e in np.eye(3) * 1e-6]
    np.testing.assert_allclose(second(a), slope, rtol=1e-7)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("least", [0, 3, 9])
def test_a_length_is_computed_without_the_array(mode: str, least: int) -> None:
    x = T.lvector("x")
    f = sn.function([x], [T.bincount(x, minlength=least).shape[0] + 0, T.unique(x).shape[0] + 0], mode=mode)
    for values in ([], [0], [4, 4, 1]):
        given = np.array(values, np.int64)
        assert [int(n) for n in f(given)] == [len(np.bincount(given, minlength=least)), len(np.unique(given))]
