"""Fourier transforms against NumPy: values, dtypes and lengths in both modes, derivatives, errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import fft
from symnum import tensor as T
from symnum.errors import ArgumentValueError, AxisError, DTypeError
from tests.test_autodiff_structure import check, draws, leaf, weighted

Array = np.ndarray[Any, Any]
some = settings(max_examples=60, deadline=None, derandomize=True)

ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
SEVERAL = ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")
OF_REAL = ("rfft", "rfft2", "rfftn", "ihfft")
NORMS = (None, "backward", "ortho", "forward")


def numbers(shape: Sequence[int], name: str, dtype: str = "float64", seed: int = 0) -> Array:
    """Numbers of a dtype; complex ones (of its precision) where the transform takes them."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(-2, 2, shape).astype(dtype)
    if name in OF_REAL or values.dtype.kind != "f":
        return values
    return (values + 1j * rng.uniform(-2, 2, shape)).astype(np.result_type(dtype, "complex64"))


def agree(got: Array, wanted: Array, name: str) -> None:
    assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype), name
    tol = 1e-4 if wanted.dtype in ("float32", "complex64") else 1e-11
    np.testing.assert_allclose(got, wanted, rtol=tol, atol=tol, err_msg=name)


@some
@given(st.sampled_from(ONE), st.lists(st.integers(1, 5), min_size=1, max_size=3), st.data())
def test_one_axis(name: str, shape: list[int], data: st.DataObject) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    n = data.draw(st.none() | st.integers(1, 7))
    if name in ("irfft", "hfft") and n is None and shape[axis] == 1:
        n = 1
    dtype = data.draw(st.sampled_from(["float64", "float32", "float16", "int32", "bool"]))
    norm = data.draw(st.sampled_from(NORMS))
    values = numbers(shape, name, dtype)
    x = T.tensor(dtype=values.dtype, shape=values.shape if data.draw(st.booleans()) else (None,) * values.ndim)
    run: Any = sn.function([x], getattr(fft, name)(x, n, axis, norm), mode="numpy")
    agree(run(values), getattr(np.fft, name)(values, n, axis, norm), name)


@some
@given(st.sampled_from(SEVERAL), st.lists(st.integers(2, 4), min_size=2, max_size=3), st.data())
def test_several_axes(name: str, shape: list[int], data: st.DataObject) -> None:
    axes: Any = data.draw(st.permutations(range(len(shape))))[:2]
    s = data.draw(st.none() | st.lists(st.integers(1, 5) | st.just(-1), min_size=2, max_size=2))
    if s is not None and -1 in s and name.startswith("irfft"):
        s = None        # NumPy's -1 is for transforms of the whole axis
    values = numbers(shape, name)
    options = {"s": s, "axes": axes, "norm": data.draw(st.sampled_from(NORMS))}
    x = T.tensor(dtype=values.dtype, shape=values.shape if data.draw(st.booleans()) else (None,) * values.ndim)
    run: Any = sn.function([x], getattr(fft, name)(x, **options), mode="numpy")
    agree(run(values), getattr(np.fft, name)(values, **options), name)


@pytest.mark.parametrize("known", [True, False])
def test_native_values(known: bool) -> None:
    names = (*ONE, *SEVERAL, "fftshift", "ifftshift")
    given_ = [numbers((4, 5), name, dtype) for name in names for dtype in ("float64", "float32")]
    leaves = [T.tensor(dtype=v.dtype, shape=v.shape if known else (None, None)) for v in given_]
    made: Any = sn.function(leaves, [getattr(fft, names[k // 2])(x) for k, x in enumerate(leaves)], mode="c")
    for k, (got, values) in enumerate(zip(made(*given_), given_, strict=True)):
        agree(got, getattr(np.fft, names[k // 2])(values), names[k // 2])


def test_native_convolution() -> None:
    x, y = T.dvector("x"), T.dvector("y")
    n = x.shape[0] + y.shape[0] - 1
    cost = fft.irfft(fft.rfft(x, n) * fft.rfft(y, n), n)
    made: Any = sn.function([x, y], [cost, sn.grad((cost**2).sum(), x)])
    a, b = draws((5,), 1), draws((4,), 2)
    value, slope = made(a, b)
    np.testing.assert_allclose(value, np.convolve(a, b), atol=1e-12)
    np.testing.assert_allclose(slope, 2 * np.correlate(np.convolve(a, b), b, "valid"), atol=1e-12)


@pytest.mark.parametrize(("n", "d"), [(1, 1.0), (4, 1.0), (5, 0.5), (8, 3)])
def test_frequencies(n: int, d: float) -> None:
    length = T.dim("n")
    x = T.tensor("x", shape=(length,))
    for name in ("fftfreq", "rfftfreq"):
        wanted = getattr(np.fft, name)(n, d)
        np.testing.assert_array_equal(getattr(fft, name)(n, d).eval(), wanted)
        made: Any = sn.function([x], getattr(fft, name)(length, d), mode="numpy", on_unused_input="ignore")
        np.testing.assert_allclose(made(np.ones(n)), wanted, rtol=1e-15)


@some
@given(st.lists(st.integers(0, 4), min_size=1, max_size=3), st.data())
def test_shifts(shape: list[int], data: st.DataObject) -> None:
    axes: Any = data.draw(st.none() | st.integers(0, len(shape) - 1) | st.just(tuple(range(len(shape)))))
    values = numbers(shape, "rfft")
    x = T.tensor(shape=values.shape if data.draw(st.booleans()) else (None,) * values.ndim)
    names = ("fftshift", "ifftshift")
    made: Any = sn.function([x], [getattr(fft, name)(x, axes) for name in names], mode="numpy")
    for got, name in zip(made(values), names, strict=True):
        np.testing.assert_array_equal(got, getattr(np.fft, name)(values, axes))


# derivatives --------------------------------------------------------------------------------------------------

def parts_of(x: Any) -> Any:
    """A real function of both parts of complex numbers."""
    return T.concatenate([T.ravel(T.real(x)), T.ravel(T.imag(x))]) if x.dtype.kind == "c" else x


DERIVED: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    **{f"{name}_{norm}": (lambda x, name=name, norm=norm: getattr(fft, name)(x, norm=norm), (2, 3))
       for name in ("fft", "ifft", "rfft", "ihfft") for norm in ("backward", "ortho", "forward")},
    **{f"{name}_{n}": (lambda x, name=name, n=n: getattr(fft, name)(x, n, 0), (3, 2))
       for name in ("fft", "rfft", "irfft", "hfft") for n in (2, 4, 5)},
    "irfft_of_complex": (lambda x: fft.irfft(fft.rfft(x) * (1 + 2j)), (2, 4)),
    "irfft_odd": (lambda x: fft.irfft(fft.rfft(x) * (1 + 2j), 5, norm="ortho"), (2, 5)),
    "rfftn": (lambda x: fft.rfftn(x), (2, 3)), "irfftn": (lambda x: fft.irfftn(fft.fft2(x) * 1j, (2, 3)), (2, 2)),
    "fft2": (lambda x: fft.ifft2(fft.fft2(x) * (1 - 1j)), (2, 2)), "fftshift": (lambda x: fft.fftshift(x), (3, 2)),
}


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("known", [True, False])
def test_derivatives(name: str, known: bool) -> None:
    function, shape = DERIVED[name]
    values = draws(shape)
    x = leaf(values, known)
    check([x], weighted(parts_of(function(sn.Tensor(x))).node), [values])


# errors -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: fft.fft(np.ones(3), 0), ArgumentValueError, "at least one"),
    (lambda: fft.fft(np.ones((2, 0))), ArgumentValueError, "at least one"),
    (lambda: fft.irfft(np.ones(1)), ArgumentValueError, "at least one"),
    (lambda: fft.fft(np.ones(3), norm="unit"), ArgumentValueError, "norm"),
    (lambda: fft.fft(np.ones(3), axis=1), AxisError, "out of bounds"),
    (lambda: fft.fft(np.float64(3.0)), AxisError, "out of bounds"),
    (lambda: fft.fftn(np.ones((3, 3)), (2, 2), (0,)), ArgumentValueError, "2 lengths for 1 axes"),
    (lambda: fft.fftn(np.ones((3, 3)), axes=(0, -2)), ArgumentValueError, "twice"),
    (lambda: fft.rfftn(np.ones((3, 3)), axes=()), ArgumentValueError, "at least one axis"),
    (lambda: fft.rfft(np.ones(3, complex)), DTypeError, "real"),
    (lambda: fft.fftfreq(0), ArgumentValueError, "at least one"),
    (lambda: fft.fftshift(np.ones(3), 1), AxisError, "out of bounds"),
])
def test_errors(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("mode", ["numpy", "c"])
def test_no_elements_when_it_runs(mode: str) -> None:
    x = T.dvector("x")
    run: Any = sn.function([x], fft.fft(x), mode=mode)
    with pytest.raises(ValueError, match="fft"):
        run(np.ones(0))
