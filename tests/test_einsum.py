"""``einsum`` and the products beside it, against NumPy: random subscripts, orders, native code and derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnum as sn
from symnum import tensor as T
from symnum.codegen.lower import lower
from symnum.errors import ArgumentValueError, ShapeError, SymnumError
from symnum.ir.nest import Call, Product
from symnum.tensor.einsum_order import order_of
from tests.test_autodiff_structure import check, draws, leaf, weighted

Array = np.ndarray[Any, Any]
many = settings(max_examples=150, deadline=None, derandomize=True)

SAMPLES = ["ij,jk->ik", "bij,bjk->bik", "ij,ij", "i,j->ij", "ii", "ii->i", "ij->ji", "...ij,...jk", "i...->...",
           "bij,bj->bi", "ij,jk,kl->il", "abc,bad->dc", "aab,b->a", ",ij->ij", "ijk,ilm,njm,nlk,abc->",
           "bi,bj,bk->bijk", "bhqd,bhkd->bhqk", "ij,kj->ik"]
LENGTHS = dict(zip("abcdefhijklmnq", [2, 3, 2, 4, 3, 2, 3, 2, 4, 3, 2, 2, 3, 4], strict=True))


def arrays(subscripts: str, seed: int = 0) -> list[Array]:
    rng = np.random.default_rng(seed)
    operands = subscripts.partition("->")[0].replace("...", "c").split(",")
    return [rng.uniform(-2, 2, [LENGTHS[t] for t in part]) for part in operands]


@st.composite
def sums(draw: st.DrawFn) -> tuple[str, list[Array]]:
    """Subscripts with operands; labels that repeat, lengths of 1 that broadcast, several dtypes."""
    lengths = {t: draw(st.integers(1, 3)) for t in "abcdA"}
    more = [draw(st.integers(1, 3)) for _ in range(2)]
    dotted = draw(st.booleans())
    parts, operands = [], []
    for k in range(draw(st.integers(1, 4))):
        labels: list[str] = draw(st.lists(st.sampled_from("abcdA"), max_size=3))
        shape = [1 if labels.count(t) == 1 and draw(st.integers(0, 9)) == 0 else lengths[t] for t in labels]
        if dotted and draw(st.booleans()):
            place, count = draw(st.integers(0, len(labels))), draw(st.integers(0, 2))
            labels.insert(place, "...")
            shape[place:place] = [draw(st.sampled_from([1, n])) for n in more[2 - count:]]
        dtype = draw(st.sampled_from(["float64", "float32", "int32", "int8"]))
        parts.append("".join(labels))
        operands.append(np.random.default_rng(k).integers(-3, 4, shape).astype(dtype))
    text = ",".join(parts)
    if draw(st.booleans()):
        known = sorted(set(text) - set(".,"))
        result: list[str] = draw(st.permutations(known))[:draw(st.integers(0, 3))]
        if "..." in text:
            result.insert(draw(st.integers(0, len(result))), "...")
        text += "->" + "".join(result)
    return text, operands


def run(text: str, operands: list[Array], known: bool, mode: str = "numpy", **options: Any) -> Array:
    leaves = [T.tensor(dtype=x.dtype, shape=x.shape if known else (None,) * x.ndim) for x in operands]
    found: Any = sn.function(leaves, T.einsum(text, *leaves, **options), mode=mode)
    result: Array = found(*operands)
    return result


@many
@given(sums(), st.booleans(), st.sampled_from([True, False, "greedy", "optimal"]))
def test_random_subscripts(given_: tuple[str, list[Array]], known: bool, optimize: Any) -> None:
    text, operands = given_
    try:
        wanted = np.asarray(np.einsum(text, *operands))
    except ValueError:
        with pytest.raises((SymnumError, ValueError)):
            run(text, operands, known)
        return
    found = run(text, operands, known, optimize=optimize)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    np.testing.assert_allclose(found, wanted)


@pytest.mark.parametrize("known", [True, False])
def test_native_values(known: bool) -> None:
    given_ = [(text, arrays(text)) for text in SAMPLES]
    leaves = [[T.tensor(shape=x.shape if known else (None,) * x.ndim) for x in operands] for _, operands in given_]
    results = [T.einsum(text, *xs) for (text, _), xs in zip(given_, leaves, strict=True)]
    made: Any = sn.function([x for xs in leaves for x in xs], results, mode="c")
    found = made(*(x for _, operands in given_ for x in operands))
    for (text, operands), value in zip(given_, found, strict=True):
        np.testing.assert_allclose(value, np.einsum(text, *operands), rtol=1e-12, atol=1e-12, err_msg=text)


@pytest.mark.parametrize("text", ["ij,jk->ik", "bij,bjk->bik", "aab,b->a", "...ij,...jk", "ij,jk,kl->il"])
def test_derivatives(text: str) -> None:
    values = arrays(text)
    xs = [leaf(v) for v in values]
    check(xs, weighted(T.einsum(text, *map(sn.Tensor, xs)).node), values, second=text != "ij,jk,kl->il")


def test_interleaved_form_and_paths() -> None:
    a, b, c = (draws((2, 2), k) for k in range(3))
    wanted = np.einsum(a, [0, 1], b, [1, 2], c, [2, 3], [3, 0])
    np.testing.assert_allclose(T.einsum(a, [0, 1], b, [1, 2], c, [2, 3], [3, 0]).eval(), wanted)
    np.testing.assert_allclose(T.einsum(a, [..., 5], b, [5, ...]).eval(), np.einsum(a, [..., 5], b, [5, ...]))
    text = "ij,jk,kl->li"
    for path in (["einsum_path", (1, 2), (0, 1)], [(0, 2), (0, 1)], [(0, 1, 2)], np.einsum_path(text, a, b, c)[0]):
        np.testing.assert_allclose(T.einsum(text, a, b, c, optimize=path).eval(), wanted)


def test_matrix_products_are_products() -> None:
    xs = [leaf(draws((9, 9), 0)), leaf(draws((9, 9), 1))]
    program = lower("f", xs, [T.einsum("ik,jk->ji", *map(sn.Tensor, xs)).node])
    assert any(isinstance(step, Product) for step in program.steps)
    ys = [leaf(draws((3, 9, 9), 0)), leaf(draws((3, 9, 9), 1))]
    program = lower("f", ys, [T.einsum("bij,bjk->bik", *map(sn.Tensor, ys)).node])
    assert [type(step) for step in program.steps] == [Call]


def test_the_order_is_the_cheap_one() -> None:
    # A vector at the end of a chain of matrices is multiplied first; many operands are taken greedily.
    chain = [(k, k + 1) for k in range(4)] + [(4,)]
    lengths = dict.fromkeys(range(9), 50)
    assert [pair[:2] for pair in order_of(chain, (0,), lengths, True)] == [(3, 4), (2, 3), (1, 2), (0, 1)]
    long = [(k, k + 1) for k in range(8)] + [(8,)]
    assert next(iter(order_of(long, (0,), lengths, True)))[:2] == (7, 8)
    assert [pair[:2] for pair in order_of(chain[:3], (0, 3), lengths, False)] == [(0, 1), (0, 1)]


def test_unknown_lengths_are_checked_when_it_runs() -> None:
    a, b = T.dmatrix("a"), T.dmatrix("b")
    product: Any = sn.function([a, b], T.einsum("ij,jk", a, b), mode="numpy")
    with pytest.raises(ShapeError):
        product(np.ones((2, 3)), np.ones((2, 3)))


@pytest.mark.parametrize("shape", [(3, None), (None, 3), (None, None)])
def test_lengths_of_a_diagonal_are_checked_when_it_runs(shape: tuple[int | None, ...]) -> None:
    x = T.tensor("x", shape=shape)
    trace: Any = sn.function([x], T.einsum("ii", x), mode="numpy")
    assert trace(np.ones((3, 3))) == 3.0
    with pytest.raises(ShapeError):
        trace(np.ones((3, 4)))


@pytest.mark.parametrize(("operands", "kind", "message"), [
    ((), ArgumentValueError, "at least one"), (("ij",), ArgumentValueError, "at least one"),
    (("ij,jk", np.ones((2, 2))), ArgumentValueError, "2 operands, given 1"),
    (("i", np.ones((2, 2))), ArgumentValueError, "rank 2, and 1 labels"),
    (("i1", np.ones((2, 2))), ArgumentValueError, "'1'"), (("i->i->i", np.ones(2)), ArgumentValueError, "one '->'"),
    (("ij->ik", np.ones((2, 2))), ArgumentValueError, "'k' of the result is in no operand"),
    (("ij->ii", np.ones((2, 2))), ArgumentValueError, "named twice"),
    (("i...", np.ones(())), ArgumentValueError, r"beside '\.\.\.'"),
    (("...->", np.ones(2)), ArgumentValueError, "the result needs"),
    (("ij,jk", np.ones((2, 3)), np.ones((4, 2))), ShapeError, "broadcast"),
    (("ii", np.ones((2, 3))), ShapeError, "einsum"),
    ((np.ones((2, 2)), [0, 77]), ArgumentValueError, "51"),
])
def test_errors(operands: tuple[Any, ...], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        T.einsum(*operands)


def test_bad_orders_are_refused() -> None:
    x = np.eye(2)
    with pytest.raises(ArgumentValueError, match="optimize"):
        T.einsum("ij,jk,kl", x, x, x, optimize="fast")
    for path in ([(0, 3)], [(0, 1)]):
        with pytest.raises(ArgumentValueError, match="path"):
            T.einsum("ij,jk,kl", x, x, x, optimize=path)


# the products beside it ---------------------------------------------------------------------------------------

a, b = draws((2, 3, 4), 1), draws((2, 3, 4), 2)
PRODUCTS = {
    "vdot": (a, b), "inner": (a, draws((5, 4))), "vecdot": (a, b[0]), "kron": (a[0], b),
    "cross": (a[..., :3], b[0, 0, :3]), "outer": (a[0], b[0, 0]), "matmul": (a, draws((2, 4, 3))),
    "dot": (a, draws((5, 4, 2))),
}


@pytest.mark.parametrize("dtype", ["float64", "int16", "bool"])
def test_products(dtype: str) -> None:
    given_ = {name: [x.astype(dtype) for x in xs] for name, xs in PRODUCTS.items()
              if dtype != "bool" or name not in ("vdot", "cross", "vecdot")}
    leaves = {name: [T.tensor(dtype=x.dtype, shape=(None,) * x.ndim) for x in xs] for name, xs in given_.items()}
    inputs = [x for xs in leaves.values() for x in xs]
    for mode in ("numpy", "c"):
        made: Any = sn.function(inputs, {name: getattr(T, name)(*xs) for name, xs in leaves.items()}, mode=mode)
        found = made(*(x for xs in given_.values() for x in xs))
        for name, xs in given_.items():
            wanted = np.asarray(getattr(np, name)(*xs))
            assert (found[name].shape, found[name].dtype) == (wanted.shape, wanted.dtype), name
            np.testing.assert_allclose(found[name], wanted, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("shapes", [
    ((2, 3, 4), (4, 3)), ((3, 4), (2, 4, 3)), ((2, 1, 3, 4), (5, 4, 3)), ((4,), (2, 4, 3))])
def test_stacked_products_by_derivatives(shapes: Any) -> None:
    values = [draws(shape, k) for k, shape in enumerate(shapes)]
    xs = [leaf(v) for v in values]
    check(xs, weighted(T.matmul(*map(sn.Tensor, xs)).node), values, second=False)


@pytest.mark.parametrize("mode", ["c", "cython"])
def test_stacked_products_in_native_code(mode: str) -> None:
    """By BLAS (c) and by loops (cython): matrices that lie transposed, one matrix for all of a stack, integers."""
    values = draws((3, 9, 8), 1), draws((3, 9, 8), 2)
    x, y = (T.tensor(shape=(None, 9, 8)) for _ in range(2))

    def products(x: Any, y: Any, swap: Any, whole: Any) -> list[Any]:
        return [x @ swap(y), swap(x) @ y, swap(x) @ swap(y[:, :, :8] @ swap(y)), x[0] @ swap(y),
                whole(x) @ swap(whole(y))]

    found: Any = sn.function([x, y], products(x, y, T.matrix_transpose, lambda x: T.astype(10 * x, "int16")), mode=mode)
    wanted = products(*values, np.matrix_transpose, lambda x: (10 * x).astype("int16"))
    for got, value in zip(found(*values), wanted, strict=True):
        assert got.dtype == value.dtype
        np.testing.assert_allclose(got, value, rtol=1e-12, atol=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(-3, 3), st.permutations(range(3)), st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_diagonals(offset: int, axes: list[int], m: int, n: int, known: bool) -> None:
    values = np.arange(2.0 * m * n).reshape(2, m, n).transpose(np.argsort(axes))
    x = T.tensor(shape=values.shape if known else (None,) * 3)
    made: Any = sn.function([x], [T.diagonal(x, offset, axes[1], axes[2]), T.trace(x, offset, axes[1], axes[2])],
                            mode="numpy")
    found = made(values)
    np.testing.assert_array_equal(found[0], np.diagonal(values, offset, axes[1], axes[2]))
    np.testing.assert_allclose(found[1], np.trace(values, offset, axes[1], axes[2]))
