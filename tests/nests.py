"""Kernel nests written by hand, with what NumPy makes of the same arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnum.ir import dims
from symnum.ir.build import constant, dim, o
from symnum.ir.nest import Axis, Buffer, Kernel, Nest, Product, Program, Step, Store, axis, fold, load, verify_program
from symnum.ir.node import Dim, Node

Array = np.ndarray[Any, Any]
F8, F4, I8 = np.dtype("float64"), np.dtype("float32"), np.dtype("int64")
M, N, K = dim("m"), dim("n"), dim("k")
LENGTHS = {"m": M, "n": N, "k": K}
ZERO = dims.as_node(0)


@dataclass(frozen=True)
class Case:
    """A Program, its inputs' dtypes and shapes (lengths by letter), and its outputs by NumPy."""

    name: str
    program: Program
    inputs: tuple[tuple[np.dtype[Any], str], ...]
    expected: Callable[..., Sequence[Array]]
    exact: bool = False

    def __str__(self) -> str:
        return self.name

    def arrays(self, **lengths: int) -> list[Array]:
        """Inputs in which the same lengths give the same numbers."""
        rng = np.random.default_rng(sum(lengths.values()))
        return [draw(rng, dtype, tuple(lengths[c] if c.isalpha() else int(c) for c in shape))
                for dtype, shape in self.inputs]


def draw(rng: np.random.Generator, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    if dtype.kind == "f":
        return rng.normal(size=shape).astype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(dtype)
    return rng.integers(0 if dtype.kind == "u" else -50, 50, shape).astype(dtype)


def lengths_of(shape: str) -> tuple[Dim, ...]:
    return tuple(LENGTHS.get(c) or int(c) for c in shape)


def program(inputs: Sequence[tuple[np.dtype[Any], str]], outputs: Sequence[tuple[np.dtype[Any], str]],
            steps: Sequence[Step], workspace: Sequence[tuple[np.dtype[Any], str]] = (), name: str = "f") -> Program:
    """A Program whose buffers are numbered: inputs, outputs, workspace."""
    roles = ["input"] * len(inputs) + ["output"] * len(outputs) + ["workspace"] * len(workspace)
    buffers = [Buffer(k, role, dtype, lengths_of(shape)) for k, (role, (dtype, shape)) in
               enumerate(zip(roles, (*inputs, *outputs, *workspace), strict=True))]
    letters = dict.fromkeys(c for _, shape in inputs for c in shape if c.isalpha())
    return verify_program(Program(name, tuple(LENGTHS[c] for c in letters), tuple(buffers), tuple(steps)))


def nest(outer: str, reduced: str, *stores: Store) -> Kernel:
    """A nest over axes 0, 1, … of the given lengths, the outer ones first."""
    extents = lengths_of(outer + reduced)
    return Kernel(Nest(tuple(Axis(k, n, k >= len(outer)) for k, n in enumerate(extents)), stores))


def one(name: str, inputs: Sequence[tuple[Any, str]], outer: str, reduced: str, value: Node,
        expected: Callable[..., Array], exact: bool = False, order: Sequence[int] | None = None) -> Case:
    """A nest with one store, in the order of its outer axes unless another ``order`` is given."""
    places = list(order if order is not None else range(len(outer)))
    given = [(np.dtype(dtype), shape) for dtype, shape in inputs]
    store = Store(len(given), tuple(axis(k) for k in places), value)
    made = program(given, [(value.dtype, "".join(outer[k] for k in places))], [nest(outer, reduced, store)])
    return Case(name, made, tuple(given), lambda *xs: [np.asarray(expected(*xs), value.dtype)], exact)


A0, A1, A2, A3 = map(axis, range(4))


def at(buffer: int, *index: Node | int, dtype: Any = F8) -> Node:
    return load(buffer, np.dtype(dtype), tuple(map(dims.as_node, index)))


def minus(a: Dim, b: Dim) -> Node:
    return dims.as_node(dims.subtract(a, b))


def sigmoid(x: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def _sigmoid(x: Node) -> Node:
    return o.true_divide(1.0, o.add(1.0, o.exp(o.negative(x))))


def _softmax() -> Case:
    high = fold("maximum", (2,), at(0, A0, A2))
    total = fold("add", (3,), o.exp(o.subtract(at(0, A0, A3), high)))
    value = o.true_divide(o.exp(o.subtract(at(0, A0, A1), high)), total)

    def expected(x: Array) -> Array:
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return one("row softmax", [(F8, "mn")], "mn", "nn", value, expected)


def _column_softmax() -> Case:
    """Over the rows of each column: outer axes are the column, then the row."""
    high = fold("maximum", (2,), at(0, A2, A0))
    total = fold("add", (3,), o.exp(o.subtract(at(0, A3, A0), high)))
    value = o.true_divide(o.exp(o.subtract(at(0, A1, A0), high)), total)

    def expected(x: Array) -> Array:
        e = np.exp(x - x.max(axis=0))
        return e / e.sum(axis=0)
    return one("column softmax", [(F8, "mn")], "nm", "mm", value, expected, order=(1, 0))


def _whole_softmax() -> Case:
    high = fold("maximum", (1,), at(0, A1))
    total = fold("add", (2,), o.exp(o.subtract(at(0, A2), high)))
    value = o.true_divide(o.exp(o.subtract(at(0, A0), high)), total)

    def expected(x: Array) -> Array:
        e = np.exp(x - x.max())
        return e / e.sum()
    return one("softmax of a vector", [(F8, "n")], "n", "nn", value, expected)


def _logsumexp() -> Case:
    high = fold("maximum", (1,), at(0, A0, A1))
    total = fold("add", (2,), o.exp(o.subtract(at(0, A0, A2), high)))
    return one("logsumexp of rows", [(F8, "mn")], "m", "nn", o.add(high, o.log(total)),
               lambda x: np.logaddexp.reduce(x, axis=1))


def _several() -> Case:
    """Stores over a row, and over the rows, in one nest with two folds."""
    mean = o.true_divide(fold("add", (2,), at(0, A0, A2)), o.cast(N, dtype=F8))
    centred = o.subtract(at(0, A0, A1), mean)
    largest = fold("maximum", (2,), at(0, A0, A2))
    stores = (Store(1, (A0, A1), centred), Store(2, (A0,), mean), Store(3, (A0,), largest),
              Store(4, (A0, A1), o.exp(centred)))
    made = program([(F8, "mn")], [(F8, "mn"), (F8, "m"), (F8, "m"), (F8, "mn")], [nest("mn", "n", *stores)])

    def expected(x: Array) -> list[Array]:
        mean = x.mean(axis=1)
        return [x - mean[:, None], mean, x.max(axis=1), np.exp(x - mean[:, None])]
    return Case("several stores and folds", made, ((F8, "mn"),), expected)


def _steps() -> Case:
    """Two kernels with a workspace buffer between them."""
    first = nest("n", "", Store(2, (A0,), o.exp(at(0, A0))))
    second = nest("n", "", Store(1, (A0,), o.multiply(at(2, A0), at(2, minus(minus(N, 1), A0)))))
    made = program([(F8, "n")], [(F8, "n")], [first, second], [(F8, "n")])
    return Case("workspace", made, ((F8, "n"),), lambda x: [np.exp(x) * np.exp(x)[::-1]])


def _constants() -> Case:
    table = np.array([[0.1, np.inf, -0.0], [np.nan, 5e-324, -1e300]])
    buffers = (Buffer(0, "input", F8, (M, 3)), Buffer(1, "output", F8, (M, 3)),
               Buffer(2, "constant", F8, (2, 3), data=table))
    store = Store(1, (A0, A1), o.add(at(0, A0, A1), at(2, 1, A1)))
    other = Buffer(3, "output", F8, (2, 3))
    copy = Store(3, (A0, A1), at(2, A0, A1))
    steps = (nest("m3", "", store), nest("23", "", copy))
    made = verify_program(Program("f", (M,), (*buffers[:2], other, buffers[2]), steps))
    return Case("constant buffers", made, ((F8, "m3"),), lambda x: [x + table[1], table], exact=True)


def _masked() -> Node:
    """x[i - 1] where there is one, else 0."""
    inside = o.greater_equal(minus(A0, 1), 0)
    return o.where(inside, load(0, F8, (minus(A0, 1),), inside), 0.0)


def _product(name: str, a: str, b: str, c: str, flip_a: bool = False, flip_b: bool = False,
             dtype: Any = F8) -> Case:
    dtype = np.dtype(dtype)
    lengths = [LENGTHS.get(x) or int(x) for x in ("m", "n", "k")]
    m = lengths[0] if "m" in c else 1
    n = lengths[1] if "n" in c else 1
    made = program([(dtype, a), (dtype, b)], [(dtype, c)], [Product(0, 1, 2, flip_a, flip_b, m, n, K)])

    def expected(x: Array, y: Array) -> list[Array]:
        return [np.asarray((x.T if flip_a else x) @ (y.T if flip_b else y), dtype)]
    return Case(name, made, ((dtype, a), (dtype, b)), expected)


X, Y = at(0, A0), at(1, A0)
XX = at(0, A0, A1)

ELEMENTWISE = [
    one("sum of vectors", [(F8, "n"), (F8, "n")], "n", "", o.add(X, Y), np.add, True),
    one("sigmoid", [(F8, "n")], "n", "", _sigmoid(X), sigmoid),
    one("sigmoid of float32", [(F4, "n")], "n", "", _sigmoid(at(0, A0, dtype=F4)), sigmoid),
    one("scalar", [(F8, "")], "", "", _sigmoid(at(0)), sigmoid),
    one("exact scalar", [(F8, ""), (F8, "")], "", "", o.add(at(0), at(1)), np.add, True),
    one("matrix", [(F8, "mn")], "mn", "", o.exp(o.multiply(XX, 2.0)), lambda x: np.exp(2 * x)),
    one("row vector", [(F8, "mn"), (F8, "n")], "mn", "", o.add(XX, at(1, A1)), np.add, True),
    one("exp of row and column vectors", [(F8, "mn"), (F8, "n"), (F8, "m")], "mn", "",
        o.exp(o.add(o.add(XX, at(1, A1)), at(2, A0))), lambda x, b, c: np.exp(x + b + c[:, None])),
    one("transposed", [(F8, "mn"), (F8, "nm")], "mn", "", o.subtract(XX, at(1, A1, A0)), lambda x, y: x - y.T, True),
    one("exp of the transposed", [(F8, "mn")], "nm", "", o.exp(at(0, A1, A0)), lambda x: np.exp(x.T)),
    one("reversed", [(F8, "n")], "n", "", o.exp(at(0, minus(minus(N, 1), A0))), lambda x: np.exp(x[::-1])),
    one("strided", [(F8, "n2")], "n", "", o.exp(at(0, A0, 1)), lambda x: np.exp(x[:, 1])),
    one("masked", [(F8, "n")], "n", "", o.exp(_masked()), lambda x: np.exp(np.concatenate([[0.0], x])[:len(x)])),
    one("exact masked", [(F8, "n")], "n", "", _masked(), lambda x: np.concatenate([[0.0], x])[:len(x)], True),
    one("scalar beside a vector", [(F8, "n"), (F8, "")], "n", "", o.multiply(X, o.exp(at(1))),
        lambda x, s: x * np.exp(s)),
    one("positions", [(F8, "n")], "n", "", o.multiply(X, o.cast(A0, dtype=F8)), lambda x: x * np.arange(len(x)), True),
    one("exp of positions", [(F8, "n")], "n", "", o.exp(o.negative(o.cast(A0, dtype=F8))),
        lambda x: np.exp(-np.arange(len(x), dtype=float))),
    one("choice", [(F8, "n"), (F8, "n")], "n", "", o.where(o.less(X, Y), o.exp(X), o.sin(Y)),
        lambda x, y: np.where(x < y, np.exp(x), np.sin(y))),
    one("sine and cosine", [(F8, "n")], "n", "", o.multiply(o.sin(X), o.cos(X)), lambda x: np.sin(x) * np.cos(x)),
    one("float32 and float64", [(F4, "n"), (F8, "n")], "n", "",
        o.add(o.cast(o.exp(at(0, A0, dtype=F4)), dtype=F8), o.exp(Y)),
        lambda x, y: np.exp(x).astype(F8) + np.exp(y)),
    one("three axes", [(F8, "mnk"), (F8, "mk")], "mnk", "", o.exp(o.add(at(0, A0, A1, A2), at(1, A0, A2))),
        lambda x, y: np.exp(x + y[:, None, :])),
    one("exp beside a remainder", [(F8, "n"), (F8, "n")], "n", "", o.exp(o.remainder(o.sin(X), Y)),
        lambda x, y: np.exp(np.remainder(np.sin(x), y))),
    one("constant", [(F8, "n")], "n", "", o.add(o.exp(constant(2.0)), X), lambda x: np.exp(2.0) + x),
    _steps(), _constants(),
]

REDUCTIONS = [
    one("sum", [(F8, "n")], "", "n", fold("add", (0,), X), np.sum),
    one("sum of float32", [(F4, "n")], "", "n", fold("add", (0,), at(0, A0, dtype=F4)), np.sum),
    one("sum of a matrix", [(F8, "mn")], "", "mn", fold("add", (0, 1), XX), np.sum),
    one("sum of exp", [(F8, "n")], "", "n", fold("add", (0,), o.exp(X)), lambda x: np.exp(x).sum()),
    one("sum of a matrix with a row", [(F8, "mn"), (F8, "n")], "", "mn", fold("add", (0, 1), o.multiply(XX, at(1, A1))),
        lambda x, b: (x * b).sum()),
    one("log of a sum", [(F8, "n")], "", "n", o.log(fold("add", (0,), o.square(X))), lambda x: np.log((x * x).sum())),
    one("sums of rows", [(F8, "mn")], "m", "n", fold("add", (1,), XX), lambda x: x.sum(axis=1)),
    one("sums of columns", [(F8, "mn")], "n", "m", fold("add", (1,), at(0, A1, A0)), lambda x: x.sum(axis=0)),
    one("sums of exp of columns", [(F8, "mn")], "n", "m", fold("add", (1,), o.exp(at(0, A1, A0))),
        lambda x: np.exp(x).sum(axis=0)),
    one("sums over the middle", [(F8, "mnk")], "mk", "n", fold("add", (2,), at(0, A0, A2, A1)),
        lambda x: x.sum(axis=1)),
    one("sums over the ends", [(F8, "mnk")], "n", "mk", fold("add", (1, 2), at(0, A1, A0, A2)),
        lambda x: x.sum(axis=(0, 2))),
    one("squared distances", [(F8, "mk"), (F8, "nk")], "mn", "k",
        fold("add", (2,), o.square(o.subtract(at(0, A0, A2), at(1, A1, A2)))),
        lambda x, y: ((x[:, None] - y) ** 2).sum(axis=2)),
    one("rows by their sums", [(F8, "mn")], "mn", "n",
        o.true_divide(XX, fold("add", (2,), o.square(at(0, A0, A2)))),
        lambda x: x / (x * x).sum(axis=1, keepdims=True)),
    one("sum of the maxima of rows", [(F8, "kk")], "", "kk", fold("add", (0,), fold("maximum", (1,), XX)),
        lambda x: x.max(axis=1).sum()),
    one("matrix product", [(F8, "mk"), (F8, "kn")], "mn", "k",
        fold("add", (2,), o.multiply(at(0, A0, A2), at(1, A2, A1))), lambda x, y: x @ y),
    one("integer product", [(I8, "mk"), (I8, "kn")], "mn", "k",
        fold("add", (2,), o.multiply(at(0, A0, A2, dtype=I8), at(1, A2, A1, dtype=I8))), lambda x, y: x @ y, True),
    _softmax(), _column_softmax(), _whole_softmax(), _logsumexp(), _several(),
]

PRODUCTS = [
    _product("vectors", "k", "k", ""), _product("matrix and vector", "mk", "k", "m"),
    _product("vector and matrix", "k", "kn", "n"), _product("matrices", "mk", "kn", "mn"),
    _product("first transposed", "km", "kn", "mn", True), _product("second transposed", "mk", "nk", "mn", False, True),
    _product("both transposed", "km", "nk", "mn", True, True),
    _product("transposed matrix and vector", "km", "k", "m", True),
    _product("vector and transposed matrix", "k", "nk", "n", False, True),
    _product("float32 matrices", "mk", "kn", "mn", dtype=F4), _product("float32 vectors", "k", "k", "", dtype=F4),
    _product("float32 matrix and vector", "mk", "k", "m", dtype=F4),
]


_NUMPY: dict[str, Any] = {"add": np.sum, "multiply": np.prod, "maximum": np.max, "minimum": np.min,
                          "logical_or": np.any, "logical_and": np.all, "argmax": np.argmax, "argmin": np.argmin}


def folding(combine: str, dtypes: Sequence[np.dtype[Any]], column: bool = False) -> Case:
    """Folds of the rows (or columns) of a matrix of each dtype, with the dtype that NumPy reduces in."""
    outer, reduced, along = ("n", "m", 0) if column else ("m", "n", 1)
    values = [_folded(combine, at(k, *((A1, A0) if column else (A0, A1)), dtype=d)) for k, d in enumerate(dtypes)]
    kernels = [nest(outer, reduced, Store(k, (A0,), x)) for k, x in enumerate(values, len(dtypes))]
    inputs = [(dtype, "mn") for dtype in dtypes]
    made = program(inputs, [(x.dtype, outer) for x in values], kernels)
    return Case(f"{combine} of {'columns' if column else 'rows'}", made, tuple(inputs),
                lambda *xs: [_NUMPY[combine](x, axis=along) for x in xs], combine not in ("add", "multiply"))


def _folded(combine: str, element: Node) -> Node:
    if combine in ("argmax", "argmin"):
        return fold(combine, (1,), element, A1)
    if combine in ("logical_or", "logical_and"):
        element = o.not_equal(element, constant(0, element.dtype))
    if combine in ("add", "multiply"):
        wide = {"i": I8, "u": np.dtype("uint64"), "b": I8}.get(element.dtype.kind, element.dtype)
        element = o.cast(element, dtype=wide) if element.dtype != wide else element
    return fold(combine, (1,), element)
