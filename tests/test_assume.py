"""``assume``: facts that rules use, that cost nothing, hide nothing, and that mode "debug" checks."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

import symnum as sn
from symnum import tensor as T
from symnum.errors import ArgumentError, ArgumentValueError, DTypeError, ShapeError
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite

X = T.dvector("x")
POSITIVE = sn.assume(X, positive=True)


def names(f: Any) -> set[str]:
    """The rules that fired."""
    return {event.rule for event in f._lowered().optimised.events}


def rewritten(*tensors: T.Tensor) -> tuple[Node, ...]:
    return rewrite([t.node for t in tensors], RULES).outputs


# values -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", ["c", "numpy", "debug"])
@pytest.mark.parametrize("rewrites", ["real", "specials", "exact", "off"])
def test_values_stay(mode: str, rewrites: str) -> None:
    y = sn.assume(POSITIVE, upper=9)
    f = sn.function([X], [sn.sqrt(y * y), sn.grad(sn.log(y * y).sum(), y), sn.grad((y * y).sum(), X), abs(y)],
                    mode=mode, rewrites=rewrites)
    values = np.array([0.5, 2.0, 9.0])
    for found, wanted in zip(f(values), (values, 2 / values, 2 * values, values), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-15)


def test_it_costs_nothing() -> None:
    plain, stated = (sn.function([X], [sn.tanh(y) * 3, y.sum()]).source() for y in (X, sn.assume(X, upper=7)))
    assert plain == stated


def test_without_rewrites_it_says_nothing() -> None:
    assert names(sn.function([X], abs(POSITIVE), rewrites="off")) == set()
    assert "size_of_plain_positive" in names(sn.function([X], abs(POSITIVE), rewrites="exact"))


def test_what_is_stated_holds_of_the_result_alone() -> None:
    f = sn.function([X], [abs(X), abs(POSITIVE)])
    assert f([-1.0, 2.0])[0].tolist() == [1.0, 2.0]


def test_float16_and_integers() -> None:
    for dtype in ("float16", "float32", "int8", "uint8"):
        x = T.tensor("x", dtype=dtype, shape=(None,))
        f = sn.function([x], [abs(sn.assume(x, positive=True)), sn.maximum(sn.assume(x, lower=1), 1)])
        assert all(found.tolist() == [1, 5] and found.dtype == dtype for found in f(np.array([1, 5], dtype)))


def test_lengths_that_depend_on_data() -> None:
    f = sn.function([X], abs(sn.assume(X[X > 0], positive=True)))
    assert f([-1.0, 3.0, 2.0]).tolist() == [3.0, 2.0]


# facts reach rules, wherever they stand ------------------------------------------------------------------------

@pytest.mark.parametrize("build", [
    lambda y: sn.sqrt(y ** 2), lambda y: abs(y), lambda y: sn.maximum(y, 0.0), lambda y: sn.where(y > 0, y, -y),
    lambda y: sn.exp(sn.log(y)), lambda y: sn.sqrt(y) ** 2, lambda y: (y ** 2) ** 0.5, lambda y: (y ** 0.5) ** 2,
    lambda y: sn.arccosh(sn.cosh(y)), lambda y: sn.clip(y, 0.0, np.inf), lambda y: abs(-y), lambda y: sn.sign(y) * y,
    lambda y: sn.relu(y), lambda y: sn.where(sn.isnan(sn.exp(y)) & (y < 0), 0.0, y), lambda y: sn.expm1(sn.log1p(y)),
    lambda y: sn.maximum(y, sn.minimum(-y, 3.0)), lambda y: sn.sqrt(abs(y) * y)])
def test_a_positive_number_is_itself(build: Callable[[T.Tensor], T.Tensor]) -> None:
    assert rewritten(build(POSITIVE)) == (POSITIVE.node,)
    assert rewritten(build(X)) != (X.node,)


def test_facts_of_what_is_differentiated_by() -> None:
    y = sn.assume(X, positive=True)
    f = sn.function([X], sn.grad(sn.sqrt(y ** 2).sum(), y))
    assert "root_of_power" in names(f) and not any(x.op.name in ("sqrt", "sign") for x in topological(
        f._lowered().computed))
    assert f([3.0, 4.0]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("before", "after"), [
    (sn.log(sn.assume(sn.exp(X), lower=1)), X), (sn.assume(X + 1, lower=0) - 1, X), (sn.assume(2 * X, lower=0) / 2, X),
    (sn.log(1 + sn.assume(sn.exp(X) * 1, lower=1)), sn.softplus(X)),
    (3 * sn.assume(2 * X, lower=0) - 6 * X, sn.zeros_like(X)),
    (sn.assume(sn.assume(X, positive=True), lower=0), POSITIVE), (sn.sqrt(sn.assume(X ** 2, upper=9)), abs(X)),
    (-sn.assume(-X, lower=0), X)])
def test_it_hides_nothing(before: T.Tensor, after: T.Tensor) -> None:
    assert rewritten(before) == rewritten(after)


def test_a_statement_about_a_sum_does_not_outlive_its_terms() -> None:
    # x + y is above 0, which says nothing about y.
    x, y = T.dscalars("x", "y")
    f = sn.function([x, y], abs(sn.assume(x + y, positive=True) - x), mode="numpy")
    assert f(5.0, -2.0) == 2.0


def test_conditions_narrow() -> None:
    y = sn.where(X >= 1, X, 2.0)
    assert rewritten(abs(y)) == (y.node,) and rewritten(sn.maximum(y, 1.0)) == (y.node,)


def test_lengths_are_not_negative() -> None:
    n = X.shape[0]
    assert isinstance(n, T.Tensor)
    found, = rewritten(sn.where(n >= 0, X, 2 * X))
    assert found is X.node


# what is refused ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("stated", [
    {"positive": True, "negative": True}, {"positive": True, "upper": 0}, {"lower": 2, "upper": 1},
    {"lower": 0.2, "upper": 0.8, "integer": True}, {"nonzero": True, "lower": 0, "upper": 0},
    {"integer": True, "positive": True, "upper": 0.5}, {"finite": True, "lower": np.inf}, {"nonzero": False},
    {"lower": np.nan}, {"nonnegative": True, "nonpositive": True, "nonzero": True}])
def test_contradictions(stated: dict[str, Any]) -> None:
    with pytest.raises(ArgumentValueError, match="assume: "):
        sn.assume(X, **stated)


@pytest.mark.parametrize("stated", [
    {"nonnegative": True, "nonpositive": True}, {"lower": 1, "upper": 1, "integer": True}, {"lower": -np.inf},
    {"positive": True, "lower": np.float32(0.5)}, {"integer": True, "lower": 0.5, "upper": np.int64(1)}])
def test_what_is_no_contradiction(stated: dict[str, Any]) -> None:
    assert sn.assume(X, **stated).dtype == X.dtype


def test_dtypes_and_shapes() -> None:
    for x, stated, error in (
            (T.bvector("b") > 0, {"positive": True}, DTypeError), (T.zvector("z"), {"positive": True}, DTypeError),
            (T.zvector("z"), {"upper": 1}, DTypeError), (X, {"diagonal": True}, ShapeError),
            (T.tensor("a", shape=(2, 3)), {"symmetric": True}, ShapeError), (X, {"lower": "1"}, ArgumentError)):
        with pytest.raises(error):
            sn.assume(x, **stated)  # type: ignore[arg-type]
    assert sn.assume(T.zvector("z"), nonzero=True, finite=True).dtype == np.complex128
    assert sn.assume(T.tensor("a", shape=(2, 3)), lower_triangular=True).shape == (2, 3)
    assert sn.assume(X).node is X.node


# mode "debug" -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("stated", "good", "bad"), [
    ({"positive": True}, [1.0, np.nan, np.inf], [1.0, 0.0]), ({"nonnegative": True}, [0.0, -0.0], [2.0, -1e-300]),
    ({"negative": True}, [-1.0], [-0.0]), ({"nonpositive": True}, [-1.0, 0.0], [np.inf]),
    ({"nonzero": True}, [1.0], [0.0]), ({"finite": True}, [1e300], [np.nan]), ({"finite": True}, [0.0], [-np.inf]),
    ({"integer": True}, [2.0, np.inf], [2.5]), ({"lower": 2}, [2.0], [1.9]), ({"upper": 2}, [2.0], [2.1])])
def test_debug_checks_elements(stated: dict[str, Any], good: list[float], bad: list[float]) -> None:
    f = sn.function([X], sn.exp(sn.assume(2 * X / 2, **stated)), mode="debug")
    f(good)
    for values in (bad, [*good, *bad]):
        with pytest.raises(ArgumentValueError, match=r"element \[\d\] of 2\*x/2 is stated to be .*, but is") as error:
            f(values)
    assert repr(float(bad[-1])) in str(error.value)


SPD = [[2.0, 1.0], [1.0, 2.0]]


@pytest.mark.parametrize(("fact", "good", "bad"), [
    ("symmetric", SPD, [[2.0, 1.0], [1.1, 2.0]]), ("positive_definite", SPD, [[1.0, 2.0], [2.0, 1.0]]),
    ("positive_definite", SPD, [[2.0, 1.0], [0.0, 2.0]]), ("diagonal", [[1.0, 0.0], [0.0, 3.0]], SPD),
    ("lower_triangular", [[1.0, 0.0], [2.0, 3.0]], SPD), ("upper_triangular", [[1.0, 2.0], [0.0, 3.0]], SPD),
    ("orthogonal", [[0.6, 0.8], [-0.8, 0.6]], SPD)])
def test_debug_checks_matrices(fact: str, good: Any, bad: Any) -> None:
    a = T.dtensor3("a")
    f = sn.function([a], sn.assume(a, **{fact: True}), mode="debug")
    f([good, good])
    with pytest.raises(ArgumentValueError, match=rf"matrix \[1\] of a .* {fact.replace('_', ' ')}, but is not"):
        f([good, bad])


def test_debug_checks_gradients_and_shared_values() -> None:
    w = T.shared([1.0, -1.0], name="w")
    slope = sn.grad((sn.assume(X, upper=5) ** 2 * w).sum(), X)
    f = sn.function([X], sn.assume(slope, positive=True), mode="debug")
    with pytest.raises(ArgumentValueError, match="is stated to be positive, but is -2"):
        f([1.0, 1.0])
    with pytest.raises(ArgumentValueError, match=r"element \[1\] of x is stated to be at most 5, but is 6"):
        f([1.0, 6.0])
    w.set_value([1.0, 1.0])
    assert f([1.0, 2.0]).tolist() == [2.0, 4.0]


def test_other_modes_check_nothing() -> None:
    assert sn.function([X], POSITIVE, mode="numpy")([-1.0]).tolist() == [-1.0]


# other forms ------------------------------------------------------------------------------------------------------

def test_text_and_pickle() -> None:
    y = sn.assume(X, positive=True, lower=1, upper=np.inf)
    assert sn.loads(sn.dumps(y)).node is y.node
    assert pickle.loads(pickle.dumps(y.node)) is y.node
    assert sn.pp(y) == "assume(x, positive=True, lower=1, upper=inf)"


def test_sympy_symbols_carry_what_is_stated() -> None:
    x, t = sympy.Symbol("x", positive=True), T.dscalar("x")
    made = sn.from_sympy(sympy.Abs(x - 1), symbols={x: t})
    assert sn.pp(made) == "abs(assume(x, positive=True) - 1)"
    expr, table = sn.to_sympy(sn.sqrt(sn.assume(t, positive=True) ** 2))
    assert expr.is_positive and [symbol.name for symbol in table] == ["x"]
    assert sn.pp(sn.from_sympy(expr, symbols=table)) == "assume(x, positive=True)"
    whole = sympy.Symbol("n", integer=True)
    assert sn.pp(sn.from_sympy(whole + 1, symbols={whole: T.lscalar("n")})) == "n + 1"
