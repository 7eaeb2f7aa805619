"""Convolutions, pooling and windows: NumPy's and SciPy's values, and sums written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from language_cases import ARRAYS, Array, Case, Cases
from language_checks import check_compiled, check_gradients, check_interpreted
from numpy.lib.stride_tricks import sliding_window_view
from numpy_values import value

import symnum as sn
from symnum import tensor as T
from symnum.errors import ArgumentValueError, AxisError, DTypeError, IndexBoundsError, ShapeError
from symnum.ir.build import o


def _of_vectors(name: str, mode: str) -> Case:
    def case(m: Any, v: Any, w: Any, j: Any, f: Any) -> list[Any]:
        function = getattr(m, name)
        return [function(v, w, mode), function(w, v, mode), function(j, [1, 2], mode), function(f[0], f[1, :3], mode),
                function(v, [2.0], mode)]
    return case


VECTORS: Cases = {f"{name} {mode}": _of_vectors(name, mode)
                  for name in ("convolve", "correlate") for mode in ("full", "same", "valid")}
WINDOWS: Cases = {"windows": lambda m, v, b: [
    _windows(m)(v, 3), _windows(m)(b, (2, 3), axis=(0, 2)), _windows(m)(b, 2, axis=-2), _windows(m)(b, (1, 2, 3))]}


def _windows(m: Any) -> Any:
    return T.sliding_window_view if m is T else sliding_window_view


@pytest.mark.parametrize("known", [True, False])
def test_vectors_and_windows_are_numpys(known: bool) -> None:
    if known:
        check_interpreted(VECTORS | WINDOWS, known)
    check_interpreted(WINDOWS, known)


def test_compiled_vectors_and_windows_are_numpys() -> None:
    check_compiled(VECTORS | WINDOWS, True)


@pytest.mark.parametrize("name", VECTORS)
def test_gradients_of_vectors(name: str) -> None:
    check_gradients(VECTORS[name])


@pytest.mark.parametrize(("mode", "length"), [("numpy", 51), ("c", 50)])
def test_long_kernels_are_folds(mode: str, length: int) -> None:
    v, k = T.dvector("v"), T.dvector("k")
    numbers = np.random.default_rng(1)
    a, b, direction = numbers.normal(size=200), numbers.normal(size=length), numbers.normal(size=length)
    forms = ("full", "same", "valid")
    outputs = [x for form in forms for x in (
        T.convolve(v, k, form), T.correlate(v, k, form), sn.grad(T.sum(T.convolve(v, k, form)**2), k))]
    found = sn.function([v, k], outputs, mode=mode)(a, b)
    for place, form in enumerate(forms):
        convolved, correlated, slope = found[3 * place:3 * place + 3]
        np.testing.assert_allclose(convolved, np.convolve(a, b, form), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(correlated, np.correlate(a, b, form), rtol=1e-12, atol=1e-12)
        wanted = 2 * (convolved * np.convolve(a, direction, form)).sum()
        np.testing.assert_allclose(slope @ direction, wanted, rtol=1e-10)


# images -----------------------------------------------------------------------------------------------------

def reference(x: Array, w: Array, stride: tuple[int, ...], padding: Any, dilation: tuple[int, ...],
              groups: int) -> Array:
    """Sums over windows, channel by channel."""
    rank = w.ndim - 2
    spans = [(n - 1) * d + 1 for n, d in zip(w.shape[2:], dilation, strict=True)]
    if padding == "same":
        padding = [((n - 1) // 2, n // 2) for n in spans]
    x = np.pad(x, [(0, 0), (0, 0), *padding])
    found = sliding_window_view(x, spans, axis=tuple(range(2, 2 + rank)))
    cut = tuple(slice(None, None, s) for s in stride)
    found = found[(slice(None), slice(None), *cut, *(slice(None, None, d) for d in dilation))]
    inner, outer = w.shape[1], w.shape[0] // groups
    letters = "xyz"[:rank], "ijk"[:rank]
    rule = f"nc{letters[0]}{letters[1]},oc{letters[1]}->no{letters[0]}"
    return np.concatenate([np.einsum(rule, found[:, g * inner:(g + 1) * inner], w[g * outer:(g + 1) * outer])
                           for g in range(groups)], axis=1)


@st.composite
def layers(draw: st.DrawFn) -> tuple[Array, Array, dict[str, Any]]:
    """Images, kernels and the arguments of a convolution."""
    rank, groups = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    inner, outer = draw(st.sampled_from([(1, 1), (2, 3), (3, 1), (20, 2)])), draw(st.integers(1, 2))
    widths = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    dilation = tuple(draw(st.integers(1, 2)) for _ in range(rank))
    stride = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    padding = draw(st.sampled_from(["numbers", "same"]))
    if padding == "same":
        stride = (1,) * rank
    lengths = tuple((n - 1) * d + 1 + draw(st.integers(0, 3)) for n, d in zip(widths, dilation, strict=True))
    numbers = np.random.default_rng(draw(st.integers(0, 9)))
    x = numbers.integers(-4, 5, (outer, inner[0] * groups, *lengths)).astype("float64")
    w = numbers.integers(-4, 5, (inner[1] * groups, inner[0], *widths)).astype("float64")
    around = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank)]
    return x, w, {"stride": stride, "dilation": dilation, "groups": groups,
                  "padding": "same" if padding == "same" else around}


@given(case=layers(), known=st.booleans())
@settings(max_examples=60)
def test_convolutions_are_sums_over_windows(case: tuple[Array, Array, dict[str, Any]], known: bool) -> None:
    x, w, options = case
    image = T.tensor("x", shape=x.shape if known else (None,) * x.ndim)
    kernel = T.tensor("w", shape=w.shape if known else (None,) * w.ndim)
    conv = getattr(T, f"conv{x.ndim - 2}d")
    given = {image: x, kernel: w}
    np.testing.assert_array_equal(value(conv(image, kernel, **options), given), reference(x, w, **options))
    turned = w[(slice(None), slice(None), *(slice(None, None, -1),) * (x.ndim - 2))]
    np.testing.assert_array_equal(value(conv(image, kernel, flip=True, **options), given),
                                  reference(x, turned, **options))


def _image(*shape: int) -> Array:
    return np.random.default_rng(len(shape)).normal(size=shape)


COMPILED: list[tuple[str, tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ("slices", (2, 2, 7, 9), (3, 2, 3, 2), {"padding": "same"}),
    ("stride", (2, 2, 7, 9), (3, 2, 2, 2), {"stride": (2, 3), "padding": [(1, 0), (2, 1)], "dilation": (1, 2)}),
    ("product", (2, 10, 7, 9), (5, 10, 3, 2), {"stride": (2, 1), "padding": [(1, 1), (1, 0)]}),
    ("groups", (2, 20, 6, 5), (4, 10, 2, 2), {"groups": 2}),
    ("each channel", (2, 3, 6, 5), (3, 1, 2, 2), {"groups": 3}),
    ("large kernel", (1, 1, 12, 13), (1, 1, 7, 8), {}),
    ("pixel", (2, 40, 4, 4), (3, 40, 1, 1), {"stride": (2, 1)}),
    ("volume", (1, 2, 4, 5, 6), (2, 2, 2, 2, 2), {"stride": (1, 2, 1)}),
]


def _options(shape: tuple[int, ...], options: dict[str, Any]) -> dict[str, Any]:
    rank = len(shape) - 2
    return {"stride": (1,) * rank, "dilation": (1,) * rank, "groups": 1, "padding": [(0, 0)] * rank} | options


@pytest.mark.parametrize("known", [True, False])
def test_compiled_convolutions_and_their_derivatives(known: bool) -> None:
    leaves, outputs, arrays, wanted = [], [], [], []
    for name, shape, widths, options in COMPILED:
        x, w = _image(*shape), _image(*widths)
        image = T.tensor("x", shape=shape if known else (None,) * len(shape))
        kernel = T.tensor("w", shape=widths if known else (None,) * len(widths))
        full = _options(shape, options)
        result = getattr(T, f"conv{len(shape) - 2}d")(image, kernel, **full)
        want = reference(x, w, **full)
        moved, turned = _image(*shape) + 1, _image(*widths) - 1
        cost = T.sum(result * result) / 2
        dx, dw = sn.grad(cost, [image, kernel])
        leaves += [image, kernel]
        arrays += [x, w]
        outputs += [result, T.sum(dx * moved), T.sum(dw * turned)]
        wanted += [(name, want), (name, (want * reference(moved, w, **full)).sum()),
                   (name, (want * reference(x, turned, **full)).sum())]
    found = sn.function(leaves, outputs, mode="c")(*arrays)
    for got, (name, want) in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-10, err_msg=name)


def test_one_image_is_scipys() -> None:
    x, k = _image(12, 15), _image(3, 5)
    for mode in ("valid", "same"):
        np.testing.assert_allclose(T.conv2d(x, k, padding=mode, flip=True).eval(), scipy.signal.convolve2d(x, k, mode),
                                   rtol=1e-12, atol=1e-12)
    assert T.conv2d(_image(3, 12, 15), _image(2, 3, 3, 3)).shape == (2, 10, 13)
    assert T.conv2d(np.ones((2, 1, 4, 4), "float32"), np.ones((1, 1, 2, 2), "int8")).dtype == np.dtype("float32")


def test_short_kernels_are_one_kernel_and_many_channels_a_product() -> None:
    x, k = T.dmatrix("x"), T.tensor("k", shape=(3, 3))
    told = str(sn.function([x, k], T.conv2d(x, k), mode="c").explain())
    assert told.count("kernel over") == 1 and "workspace: none" in told and told.count("workspace") == 1
    image, kernel = T.tensor("x", shape=(2, 16, 8, 8)), T.tensor("w", shape=(8, 16, 3, 3))
    assert "product of" in str(sn.function([image, kernel], T.conv2d(image, kernel), mode="c").explain())


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("shape", "widths", "options"), [
    ((2, 3, 5), (3, 2, 3), {}),
    ((2, 4, 5), (4, 1, 3), {"stride": (2,), "groups": 2, "padding": [(1, 0)], "dilation": (2,)}),
    ((1, 2, 4, 3), (2, 3, 2, 4), {"stride": (3, 2), "padding": [(0, 1), (2, 2)]}),
    ((1, 20, 3, 3), (20, 2, 2, 2), {"stride": (2, 1)}),
])
def test_transposed_convolutions_are_transposes(
        shape: tuple[int, ...], widths: tuple[int, ...], options: dict[str, Any], known: bool) -> None:
    x, w = _image(*shape), _image(*widths)
    rank, full = len(shape) - 2, _options(shape, options)
    image, kernel = (T.tensor("x", shape=a.shape if known else (None,) * a.ndim) for a in (x, w))
    transposed, conv = getattr(T, f"conv_transpose{rank}d"), getattr(T, f"conv{rank}d")
    found = value(transposed(image, kernel, **full), {image: x, kernel: w})
    other = _image(*found.shape)
    back = conv(other, w, **full).eval()[tuple(slice(n) for n in shape)]
    np.testing.assert_allclose((found * other).sum(), (x * back).sum(), rtol=1e-11)
    longer = {"output_padding": 1} if full["stride"][0] > 1 and rank == 1 else {}
    if longer:
        more = value(transposed(image, kernel, **full, **longer), {image: x, kernel: w})
        assert more.shape[-1] == found.shape[-1] + 1
        np.testing.assert_array_equal(more[..., :-1 - 1], found[..., :-1])


# rows -------------------------------------------------------------------------------------------------------

@given(data=st.data())
@settings(max_examples=60)
def test_shear_and_unshear_are_transposes(data: st.DataObject) -> None:
    step, dilation, width, length = (data.draw(st.integers(low, high)) for low, high in
                                     ((1, 3), (1, 3), (1, 4), (1, 4)))
    room = (length - 1) * step + (width - 1) * dilation + 1 + data.draw(st.integers(0, 2))
    axis, by = data.draw(st.permutations(range(3)))[:2]
    shape = [2, 2, 2]
    shape[axis], shape[by] = room, width
    x, y = T.tensor("x", shape=(None,) * 3), T.tensor("y", shape=(None,) * 3)
    numbers = np.random.default_rng(step)
    options = {"axis": axis, "by": by, "step": step, "dilation": dilation}
    a = numbers.normal(size=shape)
    sheared = T.Tensor(o.shear(x.node, length=length, **options))
    one = value(sheared, {x: a})
    b = numbers.normal(size=one.shape)
    other = value(T.Tensor(o.unshear(y.node, length=room, **options)), {y: b})
    np.testing.assert_allclose((one * b).sum(), (a * other).sum(), rtol=1e-12, atol=1e-12)
    for i in range(length):
        for k in range(width):
            left, right = [slice(None)] * 3, [slice(None)] * 3
            left[axis], left[by], right[axis], right[by] = i, k, i * step + k * dilation, k
            np.testing.assert_array_equal(one[tuple(left)], a[tuple(right)])
    slope = sn.grad(T.sum(sheared * b), x).eval({x: a})
    np.testing.assert_array_equal(slope, other)


def test_windows_that_do_not_fit_are_refused() -> None:
    x = T.tensor("x", shape=(5, 3))
    with pytest.raises(ShapeError, match="do not fit into an axis of length 5"):
        o.shear(x.node, axis=0, by=1, length=4, step=1, dilation=1)


def test_what_is_windowed_is_computed_once() -> None:
    x, k = T.dmatrix("x"), T.dmatrix("k")
    told = str(sn.function([x, k], T.conv2d(T.exp(x), k, padding=1), mode="c").explain())
    assert told.count("kernel over") == 2
    held = o.stored(x.node)
    assert sn.grad(T.sum(T.Tensor(held)**2), x).eval({x: [[3.0]]}) == 6.0
    found = sn.function([x], [T.Tensor(held), T.Tensor(o.stored(o.exp(x.node)))], mode="c")([[0.0, 1.0]])
    np.testing.assert_allclose(found[1], np.exp(found[0]))


# pooling ----------------------------------------------------------------------------------------------------

def pooled(x: Array, size: tuple[int, ...], stride: tuple[int, ...], padding: Any, fold: Any, edge: float) -> Array:
    rank = len(size)
    x = np.pad(x, [(0, 0)] * (x.ndim - rank) + list(padding), constant_values=edge)
    axes = tuple(range(x.ndim - rank, x.ndim))
    found = sliding_window_view(x, size, axis=axes)
    found = found[(..., *(slice(None, None, s) for s in stride), *(slice(None),) * rank)]
    return fold(found, axis=tuple(range(x.ndim, x.ndim + rank)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_pooling_is_numpys_over_windows(mode: str, known: bool) -> None:
    shapes = [((2, 3, 8), (2,), (2,), [(0, 0)]), ((2, 3, 7, 8), (2, 3), (1, 2), [(1, 0), (1, 2)]),
              ((1, 2, 4, 5, 6), (2, 1, 3), (2, 1, 3), [(0, 0)] * 3), ((20, 21), (8, 7), (3, 2), [(2, 2), (0, 3)])]
    leaves, outputs, wanted = [], [], []
    for shape, size, stride, padding in shapes:
        x = T.tensor("x", shape=shape if known else (None,) * len(shape))
        leaves.append(x)
        options: dict[str, Any] = {"stride": stride, "padding": padding}
        mean, largest = (getattr(T, f"{name}_pool{len(size)}d") for name in ("avg", "max"))
        array, ones = _image(*shape), np.ones(shape)
        outputs += [mean(x, size, **options), largest(x, size, **options),
                    mean(x, size, count_include_pad=False, **options)]
        total, number = (pooled(y, size, stride, padding, np.sum, 0) for y in (array, ones))
        wanted += [total / np.prod(size), pooled(array, size, stride, padding, np.max, -np.inf), total / number]
    found = sn.function(leaves, outputs, mode=mode)(*(_image(*shape) for shape, *_ in shapes))
    for got, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)


def test_pooling_of_integers_and_without_stride() -> None:
    i = ARRAYS["i"]
    np.testing.assert_array_equal(T.max_pool1d(i, 2).eval(), i.reshape(3, 2, 2).max(2))
    padded = np.pad(i, ((0, 0), (1, 1)), constant_values=-99)
    np.testing.assert_array_equal(T.max_pool1d(i, 3, stride=1, padding=1).eval(),
                                  np.max([padded[:, k:k + 4] for k in range(3)], 0))
    np.testing.assert_array_equal(T.avg_pool1d(i, 2).eval(), i.reshape(3, 2, 2).mean(2))
    np.testing.assert_array_equal(T.max_pool1d(ARRAYS["p"], 2).eval(), ARRAYS["p"].reshape(3, 2, 2).any(2))


def test_gradient_of_a_maximum_goes_to_the_largest_element() -> None:
    x = T.tensor("x", shape=(6,))
    got = sn.grad(T.sum(T.max_pool1d(x, 3, stride=1) * np.array([1.0, 2, 3, 4])), x).eval({x: [1, 5, 2, 0, 7, 3]})
    np.testing.assert_array_equal(got, [0, 3, 0, 0, 7, 0])


# errors -----------------------------------------------------------------------------------------------------

X, W = T.tensor("x", shape=(2, 4, 8, 8)), T.tensor("w", shape=(6, 4, 3, 3))


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: T.convolve(X, [1.0]), ShapeError, "convolve takes vectors"),
    (lambda: T.convolve([1.0], []), ArgumentValueError, "an operand is empty"),
    (lambda: T.convolve([1.0], [1.0], "some"), ArgumentValueError, "'full', 'same' or 'valid'; given 'some'"),
    (lambda: T.conv2d(X, T.dvector("v")), ShapeError, "weight of shape"),
    (lambda: T.conv1d(X, W), ShapeError, "expected rank 3"),
    (lambda: T.conv2d(X, T.tensor("w", shape=(6, 3, 3, 3))), ShapeError, "4 channels of x for 1 groups of 3 channels"),
    (lambda: T.conv2d(X, T.tensor("w", shape=(5, 2, 3, 3)), groups=2), ShapeError, "not a multiple of 2 groups"),
    (lambda: T.conv2d(X, T.tensor("w", shape=(5, 4, 9, 3))), ShapeError, "a window of 9 elements is longer than axis"),
    (lambda: T.conv2d(X, W, stride=0), ArgumentValueError, "stride of conv2d must be at least 1; given 0"),
    (lambda: T.conv2d(X, W, stride=(1, 2, 3)), ArgumentValueError, "expected one number or 2"),
    (lambda: T.conv2d(X, W, stride=1.5), DTypeError, "stride of conv2d must be an integer"),
    (lambda: T.conv2d(X, W, padding=-1), ArgumentValueError, "padding of conv2d must be at least 0"),
    (lambda: T.conv2d(X, W, padding="full"), ArgumentValueError, "'same' or 'valid'; given 'full'"),
    (lambda: T.conv2d(X, W, padding="same", stride=2), ArgumentValueError, "needs stride 1"),
    (lambda: T.conv_transpose2d(X, T.dvector("v")), ShapeError, "both must have rank 4"),
    (lambda: T.conv_transpose2d(X, W), ShapeError, "4 channels of x for 6 of weight"),
    (lambda: T.conv_transpose2d(X, T.ones((4, 1, 2, 2)), padding=5), ShapeError, "leaves nothing of length 9"),
    (lambda: T.conv_transpose2d(X, T.ones((4, 1, 2, 2)), groups=3), ShapeError, "not a multiple of 3 groups"),
    (lambda: T.conv_transpose2d(X, T.ones((4, 1, 2, 2)), output_padding=1), ArgumentValueError, "below the stride"),
    (lambda: T.max_pool2d(T.dvector("v"), 2), ShapeError, "max_pool2d needs an operand of rank 2"),
    (lambda: T.max_pool2d(X, 2, padding=2), ArgumentValueError, "holds whole windows of 2"),
    (lambda: T.avg_pool2d(X, 9), ShapeError, "a window of 9 elements is longer"),
    (lambda: T.sliding_window_view(X, 3), ShapeError, "1 lengths of a window for 4 axes"),
    (lambda: T.sliding_window_view(X, 3, axis=4), AxisError, "axis 4"),
    (lambda: T.sliding_window_view(X, 9, axis=2), ShapeError, "longer than axis 2"),
])
def test_wrong_arguments_are_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


def test_lengths_are_checked_when_the_graph_runs() -> None:
    v = T.dvector("v")
    with pytest.raises(IndexBoundsError):
        T.convolve(v, [1.0, 2.0, 3.0], "valid").eval({v: [1.0, 2.0]})
    x, w = T.dtensor4("x"), T.dtensor4("w")
    with pytest.raises(ShapeError):
        T.conv2d(x, w).eval({x: np.ones((1, 2, 4, 4)), w: np.ones((1, 3, 2, 2))})
