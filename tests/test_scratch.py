"""What the steps of a call take while they run: at most what their formulas say, whatever the number of threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import tensor as T
from symnum.codegen.chains import planned
from symnum.codegen.prepared import prepare
from symnum.codegen.scratch import allocated_bytes
from symnum.ir import interpret
from symnum.ir.node import Node
from symnum.options import Options

pytest.importorskip("symnum._runtime", reason="NumPy allocates where the compiled call path is not built")
Array = np.ndarray[Any, Any]
Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A step as a function of tensors, the shapes of its operands, and whether one of them must take memory."""

    build: Callable[..., Any]
    sizes: tuple[Shapes, ...]
    takes: bool = True
    positive: bool = False      # the first operand is made positive definite
    dtypes: tuple[str, ...] = ("float64",)


def products() -> Iterator[tuple[str, Case]]:
    """Matrices as they lie and transposed, vectors, stacks."""
    both = ("float64", "float32")
    for a in (False, True):
        for b in (False, True):
            def times(x: Any, y: Any, a: bool = a, b: bool = b) -> Any:
                return (x.T if a else x) @ (y.T if b else y)
            sizes = tuple(((k, m) if a else (m, k), (n, k) if b else (k, n))
                          for m, n, k in ((3, 4, 5), (60, 40, 300), (97, 33, 128), (1, 50, 70), (200, 70, 513)))
            yield f"product{'_t' * a}{'_t' * b}", Case(times, sizes, dtypes=both)
    squares = (((30, 40),), ((200, 150),))
    yield "by_its_transpose", Case(lambda x: x @ x.T, squares)
    yield "product_of_products", Case(lambda x: x @ x.T @ x, squares)
    vector = (((7, 5), (5,)), ((200, 2500), (2500,)))
    yield "matrix_by_vector", Case(lambda x, v: x @ v, vector, takes=False)
    yield "vector_by_matrix", Case(lambda x, v: v @ x.T, vector, takes=False)
    yield "transposed_by_vector", Case(lambda x, v: x.T @ v, (((5, 7), (5,)), ((2500, 200), (2500,))), dtypes=both)
    yield "vectors", Case(lambda v, w: v @ w, (((7,), (7,)), ((3000,), (3000,))), takes=False)
    stacks: tuple[Shapes, ...] = (((50, 3, 4), (50, 4, 5)), ((40, 30, 80), (40, 80, 25)), ((3, 130, 70), (3, 70, 90)))
    yield "stacks", Case(lambda x, y: x @ y, stacks, dtypes=both)
    yield "stack_by_matrix", Case(lambda x, y: x @ y[0], stacks)
    yield "transposed_stacks", Case(lambda x, y: T.swapaxes(x, 1, 2) @ T.swapaxes(y, 1, 2),
                                    tuple(((a[0], a[2], a[1]), (b[0], b[2], b[1])) for a, b in stacks))


def factors() -> Iterator[tuple[str, Case]]:
    """Factorisations and what they serve for, of matrices and of stacks."""
    matrices: tuple[Shapes, ...] = (((5, 5),), ((70, 70),), ((200, 200),), ((6, 30, 30),), ((3, 90, 90),))
    solved = tuple((shape, (*shape[:-1], k)) for (shape,) in matrices for k in (1, 9))
    yield "cholesky", Case(sn.linalg.cholesky, matrices, positive=True)
    yield "cholesky_gradient", Case(lambda x: sn.grad(T.sum(sn.linalg.cholesky(x)), x), matrices, positive=True)
    for lower in (True, False):
        yield f"solve_triangular_{lower}", Case(
            lambda x, y, lower=lower: sn.linalg.solve_triangular(x, y, lower=lower), solved, positive=True)
    yield "solve", Case(sn.linalg.solve, solved, positive=True)
    yield "solve_vector", Case(lambda x, v: sn.linalg.solve(x, v), (((70, 70), (70,)),), positive=True)
    for name in ("inv", "det", "slogdet", "qr", "svd", "eigh"):
        build = getattr(sn.linalg, name)
        yield name, Case(build, matrices, positive=True, takes=name in ("inv", "det", "slogdet"))


def places() -> Iterator[tuple[str, Case]]:
    """Sorts, and what reads or writes at places."""
    vectors: tuple[Shapes, ...] = (((10,),), ((500,),), ((7000,),), ((200_000,),))
    rows: tuple[Shapes, ...] = (((3, 40),), ((40, 100),), ((300, 700),), ((2, 70_000),))
    for name in ("sort", "argsort"):
        takes = name == "argsort"   # NumPy sorts
        yield name, Case(getattr(T, name), vectors, takes, dtypes=("float64", "float32", "int64"))
        for axis in (0, 1):
            yield f"{name}_{axis}", Case(lambda x, name=name, axis=axis: getattr(T, name)(x, axis=axis), rows, takes)
    yield "cumsum", Case(lambda x: T.cumsum(x, axis=1), rows, takes=False)
    yield "searchsorted", Case(lambda x, y: T.searchsorted(x, y), (((50,), (3000,)),), takes=False)
    yield "scatter", Case(lambda x: x.at[[0, 1, 0]].add(1.0), rows, takes=False)
    yield "gather", Case(lambda x: x[[0, 1, 1, 0]], rows, takes=False)
    yield "median", Case(lambda x: T.median(x, axis=1), rows, takes=False)


CASES: Mapping[str, Case] = {**dict(products()), **dict(factors()), **dict(places())}


@pytest.fixture(autouse=True)
def quickly_compiled() -> Iterator[None]:
    before = sn.get_num_threads()
    given = Options.from_environment()
    with given.but(cflags=f"{given.cflags} -O0").active():
        yield
    sn.set_num_threads(before)


def drawn(shapes: Shapes, dtype: str, positive: bool) -> list[Array]:
    random = np.random.default_rng(0)
    arrays = [(100 * random.normal(size=shape)).astype(dtype) for shape in shapes]
    if positive:
        n = shapes[0][-1]
        arrays[0] = (arrays[0] @ np.swapaxes(arrays[0], -1, -2) + 100 * n * np.eye(n)).astype(dtype)
    return arrays


def asked() -> tuple[int, int]:
    """Bytes asked for until now, and those of them for steps that ran."""
    info = sn.pool_info()
    return info.total_bytes + info.scratch_bytes, info.scratch_bytes


def formula(function: Any, arrays: list[Array], threads: int) -> int:
    size = allocated_bytes(prepare(*planned(function._lowered().program)), threads)
    known = interpret.bind_dims([x.node for x in function.inputs], arrays)
    return int(interpret.evaluate([size], known)[0]) if isinstance(size, Node) else size


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_a_call_allocates_results_workspace_and_what_its_steps_say(name: str, known: bool) -> None:
    case, taken, functions = CASES[name], 0, dict[Any, Any]()
    for dtype in case.dtypes:
        for shapes in case.sizes[-1:] if known else case.sizes:
            lengths = shapes if known else tuple((None,) * len(shape) for shape in shapes)
            if (dtype, lengths) not in functions:
                inputs = [T.tensor(f"x{k}", dtype=dtype, shape=shape) for k, shape in enumerate(lengths)]
                functions[dtype, lengths] = sn.function(inputs, case.build(*inputs), mode="c")
            f, arrays = functions[dtype, lengths], drawn(shapes, dtype, case.positive)
            for threads in (1, 2):
                sn.set_num_threads(threads)
                f(*arrays)      # which may compile
                before = asked()
                results = f(*arrays)
                after = asked()
                made = sum(x.nbytes for x in (results if isinstance(results, list | tuple) else (results,)))
                assert after[0] - before[0] <= made + formula(f, arrays, threads), (dtype, shapes, threads)
                taken += after[1] - before[1]
    assert (taken > 0) == case.takes
