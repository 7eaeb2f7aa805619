"""Row passes: two products that read one matrix once, with the bits of steps of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnum as sn
from symnum import tensor as T
from symnum.codegen.lower import lower
from symnum.codegen.row_passes import apart, with_row_passes
from symnum.ir.build import input_leaf, o
from symnum.ir.nest import RowPass, verify_program

Array = np.ndarray[Any, Any]
# Rows and columns around vectors, blocks and pieces: few and many, narrow and wide, none.
SHAPES = ((1, 1), (3, 7), (40, 16), (700, 50), (1025, 33), (2600, 66), (9000, 5), (130, 1100), (4, 9000), (0, 3),
          (3, 0))


def scores(x: Any, y: Any, w: Any) -> Any:
    return [x.T @ (1 / (1 + sn.exp(-(x @ w))) - y)]


def rows_first(x: Any, y: Any, w: Any) -> Any:
    return [(sn.tanh(w @ x.T) * y) @ x]


def with_loss(x: Any, y: Any, w: Any) -> Any:
    cost = sn.log1p(sn.exp(-y * (x @ w))).mean()
    return [cost, w - 0.1 * sn.grad(cost, w)]


def squares(x: Any, y: Any, w: Any) -> Any:
    return [x.T @ (x @ w)]


def kept(x: Any, y: Any, w: Any) -> Any:
    z = x @ w
    return [z, x.T @ (z * y), z.sum()]


FORMS: tuple[Callable[..., Any], ...] = (scores, rows_first, with_loss, squares, kept)


def made(form: Callable[..., Any], dtype: str, name: str = "x") -> Any:
    inputs = [T.tensor(n, dtype=dtype, shape=(None,) * rank) for n, rank in ((name, 2), ("y", 1), ("w", 1))]
    return sn.function(inputs, form(*inputs), mode="c", on_unused_input="ignore")


def steps_apart(form: Callable[..., Any], dtype: str) -> Any:
    """The same with two matrices, which are equal only in value."""
    x, z = (T.tensor(n, dtype=dtype, shape=(None, None)) for n in "xz")
    y, w = (T.tensor(n, dtype=dtype, shape=(None,)) for n in "yw")
    return sn.function([x, z, y, w], form(_Pair(x, z), y, w), mode="c", on_unused_input="ignore")


class _Pair:
    """Reads ``x`` for ``x @ w`` and ``z`` for everything else."""

    def __init__(self, x: Any, z: Any) -> None:
        self.x, self.T = x, z.T

    def __matmul__(self, other: Any) -> Any:
        return self.x @ other


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("form", FORMS)
def test_values_of_all_lengths_for_any_number_of_threads(form: Callable[..., Any], dtype: str) -> None:
    f, before = made(form, dtype), sn.get_num_threads()
    assert "in one pass over" in str(f.explain())
    reference = sn.function(f.inputs, form(*f.inputs), mode="numpy", on_unused_input="ignore")
    random = np.random.default_rng(0)
    for rows, columns in SHAPES:
        if form is with_loss and not rows:
            continue
        x, y, w = (random.normal(size=s).astype(dtype) for s in ((rows, columns), rows, columns))
        found = []
        for threads in (1, 2, 3):
            sn.set_num_threads(threads)
            found.append(f(x, y, w))
        sn.set_num_threads(before)
        bound = 50 * np.finfo(dtype).eps
        for k, wanted in enumerate(reference(*(a.astype(dtype) for a in (x, y, w)))):
            scale = 1 + rows**0.5 * max(1, columns) ** 0.5 + np.abs(wanted).max(initial=0)
            np.testing.assert_allclose(found[0][k], wanted, atol=bound * scale, err_msg=f"{rows} x {columns}")
            assert found[0][k].tobytes() == found[1][k].tobytes() == found[2][k].tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("form", [scores, squares])
def test_bits_are_those_of_steps_of_their_own(form: Callable[..., Any], dtype: str) -> None:
    together, alone = made(form, dtype), steps_apart(form, dtype)
    assert "in one pass" not in str(alone.explain())
    random = np.random.default_rng(1)
    for rows, columns in SHAPES:
        x, y, w = (random.normal(size=s).astype(dtype) for s in ((rows, columns), rows, columns))
        assert together(x, y, w)[0].tobytes() == alone(x, x.copy(), y, w)[0].tobytes(), (rows, columns)


def test_nan_and_infinity_reach_what_depends_on_them() -> None:
    f, random = made(squares, "float64"), np.random.default_rng(2)
    x, w = random.normal(size=(300, 13)), random.normal(size=13)
    x[299, 12], x[4, 0] = np.inf, 0.0
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(np.isfinite(f(x, x[:, 0], w)[0]), np.isfinite(x.T @ (x @ w)))


def leaves(*shapes: tuple[int | None, ...]) -> list[Any]:
    return [input_leaf(f"x{k}", "float64", shape) for k, shape in enumerate(shapes)]


def is_joined(inputs: list[Any], outputs: list[Any]) -> bool:
    program = verify_program(with_row_passes(lower("f", inputs, outputs)))
    kinds = [type(step) for step in apart(program).steps]
    assert RowPass not in kinds and len(kinds) == len(lower("f", inputs, outputs).steps)
    return any(isinstance(step, RowPass) for step in program.steps)


def test_what_goes_by_rows_is_joined_and_nothing_else() -> None:
    a, v, w = leaves((900, 50), (50,), (900,))
    product, turned = o.dot(a, v), o.transpose(a, axes=(1, 0))
    assert is_joined([a, v, w], [o.dot(turned, o.multiply(product, w))])
    assert is_joined([a, v, w], [o.dot(turned, product)])
    reverse = o.slice(product, starts=(899,), lengths=(900,), steps=(-1,))
    assert not is_joined([a, v, w], [o.dot(turned, o.multiply(reverse, w))])
    total = o.broadcast_to(o.sum(product, axis=(0,)), shape=(900,))
    assert not is_joined([a, v, w], [o.dot(turned, o.multiply(product, total))])
    assert not is_joined([a, v, w], [o.dot(turned, w), product])


def test_another_matrix_of_the_same_shape_is_not_taken_for_the_first() -> None:
    a, b, v = leaves((900, 50), (900, 50), (50,))
    assert not is_joined([a, b, v], [o.dot(o.transpose(b, axes=(1, 0)), o.exp(o.dot(a, v)))])


def test_small_matrices_stay_in_the_cache_anyway() -> None:
    a, v = leaves((20, 5), (5,))
    assert not is_joined([a, v], [o.dot(o.transpose(a, axes=(1, 0)), o.exp(o.dot(a, v)))])
