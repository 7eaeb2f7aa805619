"""Complex tensors: the language, structure and products in both engines, memory, and whole examples."""

from __future__ import annotations

import pickle
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum.errors import DTypeError, SymnumError
from symnum.ir import build
from symnum.ir.build import o
from symnum.ir.interpret import evaluate
from symnum.pairs import split

T = sn.tensor
Array = np.ndarray[Any, Any]
MODES = ("numpy", "c")
each_mode = pytest.mark.parametrize("mode", MODES)


def draw(*shape: int, seed: int = 0, dtype: str = "complex128") -> Array:
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)


# kernels ------------------------------------------------------------------------------------------------------

@each_mode
def test_pairs_that_are_read_under_masks(mode: str) -> None:
    """gcc 12 swaps parts of masked pairs where it sees their loops as vectors."""
    a, b, c = draw(37), draw(41, seed=1), draw(37, seed=2)
    x, y, z = (T.tensor(k, dtype="complex128", shape=v.shape) for k, v in zip("xyz", (a, b, c), strict=True))
    p, q = np.pad(a, 2), np.pad(c, 2)
    cases = [
        (T.pad(x, 2) * y, p * b), (y * T.pad(x, 2), b * p), (T.pad(x, 2) * y[0], p * b[0]),
        (T.pad(x, 2) * (2 + 3j), p * (2 + 3j)), (T.pad(x, 2) * T.pad(z, 2), p * q),
        (T.square(T.pad(x, 2)), p * p), (T.pad(x, 2) / y[0], p / b[0]),
        (1j * T.pad(x, 2) + T.pad(x, 2), 1j * p + p), (T.pad(x, 2) + 1j * T.pad(z, 2), p + 1j * q),
        (T.concatenate([x, z]) * y[0], np.concatenate([a, c]) * b[0]), (T.conj(T.pad(x, 2)) * y[0], p.conj() * b[0]),
        (x.at[3:20].multiply(y[:17]), np.concatenate([a[:3], a[3:20] * b[:17], a[20:]]))]
    for expression, want in cases:  # one kernel each: together they would be other loops
        f = sn.function([x, y, z], expression, mode=mode, on_unused_input="ignore")
        np.testing.assert_allclose(f(a, b, c), want, rtol=1e-13)


def test_the_memory_of_complex_numbers() -> None:
    z = draw(2, 3)
    node = build.input_leaf("z", "complex128", (2, 3))
    pairs = o.as_pairs(node)
    parts = [o.slice(pairs, starts=(0, 0, k), lengths=(2, 3, 1), steps=(1, 1, 1)) for k in range(2)]
    joined = o.interleave(*(o.squeeze(x, axis=(2,)) for x in parts))
    found = evaluate([pairs, joined, o.as_complex(joined)], {node: z})
    memory = z.view(np.float64).reshape(2, 3, 2)
    for got, want, x in zip(found, (memory, memory, z), (pairs, joined, node), strict=True):
        np.testing.assert_array_equal(got, want)
        assert got.shape == x.shape and got.dtype == x.dtype


# the language -------------------------------------------------------------------------------------------------

def test_dtypes_are_numpys() -> None:
    z, c, x, n = T.zvector("z"), T.cvector("c"), T.fvector("x"), T.ivector("n")
    pairs = [(z, c), (c, x), (c, n), (x, 1j), (n, 2j), (c, 1.5), (c, np.float64(1.5)), (c, True)]
    for a, b in pairs:
        samples = [np.ones(2, v.dtype) if isinstance(v, sn.Tensor) else v for v in (a, b)]
        assert (a + b).dtype == (samples[0] + samples[1]).dtype
    assert (z.real.dtype, c.imag.dtype, abs(c).dtype, T.angle(c).dtype) == (
        np.float64, np.float32, np.float32, np.float32)
    assert T.make_complex(x, 1.0).dtype == np.complex64
    assert T.constant([1j]).dtype == np.complex128


def test_real_tensors_have_parts_too() -> None:
    x = T.dvector("x")
    assert x.real.same_as(x)
    found = sn.function([x], [x.imag, x.conj(), T.angle(x), T.isreal(x), T.iscomplex(x)], mode="numpy")([-1.5, 2.0])
    for a, b in zip(found, ([0, 0], [-1.5, 2], [np.pi, 0], [True, True], [False, False]), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", [
    lambda z: z < z, lambda z: T.maximum(z, 1), lambda z: z.max(), lambda z: z.argmin(), lambda z: T.floor(z),
    lambda z: z // 2, lambda z: z % 2, lambda z: T.hypot(z, z), lambda z: T.clip(z, 0, 1), lambda z: T.sigmoid(z),
    lambda z: T.erfinv(z), lambda z: z.astype("float64"), lambda z: T.make_complex(z, 0.0),
    lambda z: sn.grad(z.sum(), z)])
def test_refused(make: Any) -> None:
    with pytest.raises(DTypeError, match="complex"):
        make(T.zvector("z"))


def test_constants_by_bits() -> None:
    """Signed zeros of either part make constants differ."""
    values = [complex(a, b) for a in (0.0, -0.0) for b in (0.0, -0.0)]
    nodes = {T.constant(v).node for v in values}
    assert len(nodes) == 4
    assert T.constant(1j).node is T.constant(np.complex128(1j)).node
    assert sn.pp(T.zscalar("z") * (1 + 2j)) == "z*(1+2j)"


@each_mode
def test_calls(mode: str) -> None:
    z, c = T.zscalar("z"), T.cvector("c")
    f = sn.function([z], [z * 2j, abs(z)], mode=mode)
    for value in (1 + 2j, 3, 2.5, np.complex64(1j), np.array(2j), True):
        product, size = f(value)
        assert (product.shape, product.dtype) == ((), np.complex128)
        assert product == value * 2j
        assert size == abs(value)
    g = sn.function([c], c + 1, mode=mode)
    np.testing.assert_array_equal(g([1, 2.5, 1j]), np.array([2, 3.5, 1 + 1j], np.complex64))
    np.testing.assert_array_equal(g(np.arange(6, dtype=np.complex64)[::-2]), [6, 4, 2])
    for bad in (np.ones(3), np.ones(3, complex)):
        with pytest.raises(DTypeError):
            g(bad)
    with pytest.raises(DTypeError, match=r"\.real"):
        sn.function([T.dscalar("x")], 1, on_unused_input="ignore", mode=mode)(1j)
    target = np.zeros(2, np.complex64)
    assert g([1, 2], out=target) is target


@pytest.mark.parametrize("value", [3, True, 1.5, 2 - 1j, np.complex64(1j), np.float32(0.5), 10**6], ids=repr)
def test_numbers_for_a_narrow_scalar(value: Any) -> None:
    c = T.cscalar("c")
    found = sn.function([c], c + 0, mode="c")(value)
    assert found.dtype == np.complex64
    assert found == np.complex64(value)


@each_mode
def test_shared_values(mode: str) -> None:
    z, s = T.zscalar("z"), sn.shared(np.array([1j, 2.0]), "s")
    step = sn.function([z], s.sum(), updates=[(s, s * z)], mode=mode)
    assert step(2j) == 2 + 1j
    assert step(1j) == -2 + 4j
    np.testing.assert_array_equal(s.get_value(), [-2j, -4])
    again = pickle.loads(pickle.dumps(step))
    assert again(1.0) == -4 - 2j


# structure and products -----------------------------------------------------------------------------------------

def moves(x: Any, y: Any, numpy: bool) -> dict[str, Any]:
    """Results that NumPy and symnum spell alike."""
    lib: Any = np if numpy else T
    return {
        "transpose": x.T, "slice": x[::-1, 1:], "row": x[1], "concatenate": lib.concatenate([x, y]),
        "reshape": x.reshape(-1), "column sums": x.sum(axis=0), "row sums": x.sum(axis=1), "sum": x.sum(),
        "mean": x.mean(axis=1), "std": x.std(), "var": x.var(axis=0), "prod": x.prod(axis=0), "any": (x * 0).any(),
        "all": x.all(), "where": lib.where(abs(x) < 1, x, y), "product": x @ y.T.conj(), "vector": x[0] @ y[1],
        "narrow": x.astype("complex64"), "truth": x.astype("bool"), "parts": x.real - y.imag, "equal": x == y,
        "row products": x @ y[1], "largest": abs(x).max(axis=1), "same": x, "again": x * 1,
        "outer": x[0][:, None] * y[0], "cast": x.real.astype("complex128") * y}


@cache
def moved(mode: str, dtype: str, rows: int | None) -> Any:
    x, y = (T.tensor(name, dtype=dtype, shape=(rows, None)) for name in "xy")
    return sn.function([x, y], moves(x, y, False), mode=mode)


@each_mode
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
@pytest.mark.parametrize("shape", [(3, 4), (40, 33), (2, 1)], ids=str)
def test_structure(mode: str, dtype: str, shape: tuple[int, int]) -> None:
    a, b = (draw(*shape, seed=k, dtype=dtype) for k in range(2))
    found, wanted = moved(mode, dtype, None)(a, b), moves(a, b, True)
    eps = np.finfo(dtype).eps
    for name, value in wanted.items():
        assert found[name].dtype == np.asarray(value).dtype, name
        size = max(1, np.abs(value).max(initial=0))
        np.testing.assert_allclose(found[name], value, rtol=0, atol=200 * eps * size, err_msg=name)


def test_results_are_separate() -> None:
    z = T.zvector("z")
    a = draw(5)
    f = sn.function([z], [z, z, z + 1, z + 1, z.prod(), z.prod()], mode="c")
    found = f(a)
    assert not any(np.shares_memory(x, y) for k, x in enumerate([*found, a]) for y in found[:k])
    for value, wanted in zip(found, [a, a, a + 1, a + 1, a.prod(), a.prod()], strict=True):
        np.testing.assert_allclose(value, wanted)


def test_no_complex_value_is_computed() -> None:
    """After the pass complex nodes are memory only, and the graph has the same values."""
    z, w = (build.input_leaf(name, "complex128", (None, None)) for name in "zw")
    found = split([o.exp(o.multiply(z, w)), o.absolute(z), o.sum(z, axis=(0,))])
    assert [x.op.name for x in found] == ["as_complex", "hypot", "as_complex"]
    x = build.input_leaf("x", "float64", ())
    assert split([x]) == [x]


def test_a_product_is_one_kernel() -> None:
    z, w = T.zvectors("z", "w")
    text = str(sn.function([z, w], z * w + 1j, mode="c").explain())
    assert text.count("kernel") == 1
    assert "workspace: none" in text and text.count("workspace") == 1


def branches(z: Any, lib: Any) -> list[Any]:
    """What rules about real numbers would change, or get wrong on a branch."""
    return [lib.log(abs(lib.exp(z))), abs(z) ** 2, abs(-z), lib.sqrt(lib.square(z)), lib.log(lib.exp(z)),
            lib.exp(lib.log(z)), lib.square(lib.sqrt(z)), lib.sqrt(z) * lib.sqrt(z.conj()), lib.log(1 + z),
            lib.arctanh(lib.tanh(z)), lib.arccosh(lib.cosh(z)), (z - z).real, (z / z).imag, lib.log(abs(z) ** 2),
            abs(abs(z)), z ** 0.5 * z ** 1.5, 1 / (1 + lib.exp(-z)), lib.log(lib.exp(z).sum()),
            lib.exp(z) / lib.exp(z).sum(), (z * 2 + z * 3) - 5 * z]


@each_mode
@pytest.mark.parametrize("rewrites", ["off", "real"])
def test_rules_keep_the_branch(mode: str, rewrites: str) -> None:
    z = T.zvector("z")
    values = np.array([3 + 4j, -1 + 7j, -2 - 9j, -3 + 0j, 1j, 0.5 - 8j])
    results = sn.function([z], branches(z, T), mode=mode, rewrites=rewrites)(values)
    for found, wanted in zip(results, branches(values, np), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


# whole examples -------------------------------------------------------------------------------------------------

@each_mode
def test_mandelbrot(mode: str) -> None:
    c, z = T.zmatrix("c"), T.zmatrix("z")
    step = sn.function([z, c], [T.where(abs(z) < 2, z * z + c, z), abs(z) < 2], mode=mode)
    points = np.linspace(-2, 1, 40)[None, :] + 1j * np.linspace(-1.2, 1.2, 30)[:, None]
    value, wanted = np.zeros_like(points), np.zeros_like(points)
    for _ in range(30):
        value, inside = step(value, points)
        wanted = np.where(np.abs(wanted) < 2, wanted * wanted + points, wanted)
    assert (inside == (np.abs(wanted) < 2)).mean() > 0.99
    assert 0.1 < inside.mean() < 0.5


@each_mode
def test_roots_of_unity(mode: str) -> None:
    n = 12
    k = T.arange(n)
    roots = T.exp(2j * np.pi * k / n)
    f = sn.function([], [roots.sum(), roots ** n, T.outer(roots, roots.conj()), T.angle(roots)], mode=mode)
    total, powers, products, _ = f()
    assert abs(total) < 1e-14
    np.testing.assert_allclose(powers, 1, atol=1e-13)
    np.testing.assert_allclose(np.diag(products), 1)


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_expressions(data: st.DataObject) -> None:
    """Small random expressions: native code agrees with NumPy."""
    values = [data.draw(st.complex_numbers(max_magnitude=10, allow_subnormal=False), label="operand") for _ in range(6)]
    a = np.array(values[:3])
    b = np.array(values[3:])
    found, wanted = expressions("c")(a, b), expressions("numpy")(a, b)
    for x, y in zip(found, wanted, strict=True):
        scale = np.abs(np.where(np.isfinite(y), y, 0)).max(initial=1)
        np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-11 * scale)


@cache
def expressions(mode: str) -> Any:
    z, w = T.zvectors("z", "w")
    return sn.function([z, w], [
        z * w - w.conj(), (z + 1j) * (w - 2), T.cos(z) + T.exp(w * 0.1), abs(z - w), T.sqrt(z) * T.sqrt(w),
        (z * w).real + z.imag, T.where(z.real < w.real, z, w), T.square(z) + T.tanh(w)], mode=mode)


def test_export(tmp_path: Path) -> None:
    z = T.tensor("z", dtype="complex128", shape=(2,))
    sn.function([z], z * 1j, mode="c", name="turn").export_c(str(tmp_path))
    assert "const double *z, double *out1" in (tmp_path / "turn.h").read_text(encoding="utf-8")
    command = ["gcc", "-std=c99", "-Wall", "-Werror", "turn.c", "main.c", "-lm", "-o", "turn"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run(["./turn"], cwd=tmp_path, capture_output=True, text=True, check=True)
    numbers = [float(line.split()[-1]) for line in done.stdout.splitlines()]
    assert numbers == [-0.25, 0.125, -0.5, 0.375]


@pytest.mark.parametrize("name", ["real", "imag", "conjugate", "make_complex"])
def test_complex_rows_mean_the_same_in_sympy(name: str) -> None:
    args = T.dscalars("a", "b") if name == "make_complex" else (T.zscalar("a"),)
    values = (0.75, -2.5) if len(args) == 2 else (0.75 - 2.5j,)
    expression, table = sn.to_sympy(getattr(T, name)(*args))
    found = complex(expression.subs({x: values["ab".index(x.name)] for x in expression.free_symbols}))
    wanted = sn.function(list(args), getattr(T, name)(*args), mode="numpy")(*values)
    assert found == complex(wanted) and table


def test_sympy_and_back() -> None:
    x, y = sympy.symbols("x y")
    inputs = {x: T.dscalar("x"), y: T.zscalar("y")}
    expression = sympy.exp(sympy.I * x) * (2 - 3 * sympy.I) + sympy.re(y) + sympy.I * sympy.conjugate(y)
    tensor = sn.from_sympy(expression, symbols=inputs)
    found = sn.function(list(inputs.values()), tensor, mode="numpy")(0.3, 1 + 2j)
    np.testing.assert_allclose(found, complex(expression.subs({x: 0.3, y: 1 + 2j})), rtol=1e-14)
    z = T.zscalar("z")
    text, _ = sn.to_sympy(z * (1 + 2j) + T.exp(z.conj()))
    assert str(text) == "z*(1 + 2*I) + exp(conjugate(z))"


def test_text_form_and_pickling_keep_constants() -> None:
    z = T.zvector("z")
    expression = z * complex(-0.0, 2.0) + np.array([1j, 2.0])
    for again in (sn.loads(sn.dumps(expression)), pickle.loads(pickle.dumps(expression))):
        assert again.dtype == np.complex128
        assert sn.pp(again) == sn.pp(expression)


def test_errors_are_symnums() -> None:
    with pytest.raises(SymnumError):
        T.constant(np.ones(2, np.clongdouble))
