"""Work grows as graphs do: many places for one rule in one sum or product, and long chains of other ops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any

import pytest
from rule_cases import Case, cases
from work import calls

import symnum as sn
from symnum.autodiff.derivative import expand
from symnum.ir.build import input_leaf, o
from symnum.ir.node import Node
from symnum.ir.walk import leaves, substitute
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.rule import Rule, RuleSet

T = sn.tensor
Make = Callable[[int], list[Any]]
# These are functions that apply to one place after the other, each time to a whole sum or product.
ONE_BY_ONE = frozenset({
    "complement", "difference_of_angles", "difference_of_exponentials", "difference_of_powers",
    "difference_of_sigmoids", "difference_of_squares", "distributed", "divisor_into_choice", "exponential_below",
    "in_interval", "log_beside_zero", "over_squares", "quotient_of_exponentials", "root_beside_square", "scaled_tail",
    "side_by_side", "sigmoid_slope", "softmax", "softmax_by_inverse", "weighted_mean"})
JOINS = {"sum": "add", "product": "multiply"}


# one rule, many places --------------------------------------------------------------------------------------------

def copies(case: Case, count: int) -> Iterator[Node]:
    """A left side over leaves of its own, so many times."""
    inputs = leaves([case.before], "input")
    for k in range(count):
        yield from substitute([case.before], {
            x: input_leaf(f"{x.attr('name')}{k}", x.dtype, x.shape) for x in inputs})


def joined(case: Case, count: int) -> Node:
    """A sum or product of left sides."""
    return reduce(getattr(o, JOINS[case.rule.root.chain]), copies(case, count))


def growth(few: Callable[[int], list[Node]], small: int, large: int) -> float:
    """How many times more work each part of a large graph is than of a small one."""
    found = []
    for size in (small, large):
        outputs = few(size)
        rewrite(outputs, RULES)
        found.append(calls(lambda outputs=outputs: rewrite(outputs, RULES)) / size)  # type: ignore[misc]
    return found[1] / found[0]


def check_places(rule: Rule, small: int, large: int, sides: int) -> None:
    seen = set[int]()
    for case in cases(RuleSet((rule,))):
        if case.side in seen or len(seen) == sides or case.shapes == "mixed":
            continue
        seen.add(case.side)
        assert growth(lambda count, case=case: [joined(case, count)], small, large) < 1.7, case  # type: ignore[misc]


CHAINS = [rule for rule in RULES if rule.root.chain and rule.name not in ONE_BY_ONE]


@pytest.mark.parametrize("rule", [rule for rule in CHAINS if rule.root.matcher is not None], ids=lambda rule: rule.name)
def test_a_rule_finds_all_its_places_in_one_walk(rule: Rule) -> None:
    check_places(rule, 6, 24, sides=1)


@pytest.mark.fuzz
@pytest.mark.parametrize("rule", CHAINS, ids=lambda rule: rule.name)
def test_a_rule_takes_time_by_its_places(rule: Rule) -> None:
    check_places(rule, 20, 120, sides=99)


def test_equal_terms_far_apart_are_found() -> None:
    x = T.tensor("x", dtype="float64", shape=(60,))
    squares = [sn.sin(x[k]) ** 2 for k in range(60)] + [sn.cos(x[k]) ** 2 for k in reversed(range(60))]
    result = rewrite([reduce(lambda a, b: a + b, squares).node], RULES)
    assert [event.rule for event in result.events].count("sin_cos_squares") == 1
    assert result.outputs[0].op.name == "constant"


def test_a_place_is_taken_once() -> None:
    x, y = (input_leaf(name, "float64", ()) for name in "xy")
    rules = RuleSet((RULES["expm1"],))
    [made] = rewrite([o.add(o.add(o.exp(x), o.exp(y)), -1.0)], rules).outputs
    assert made in (o.add(o.expm1(x), o.exp(y)), o.add(o.exp(y), o.expm1(x)))


# other graphs -----------------------------------------------------------------------------------------------------

def _vector(size: int, name: str = "x") -> Any:
    return T.tensor(name, dtype="float64", shape=(size,))


def concatenations(size: int) -> list[Any]:
    x = _vector(4)
    return [reduce(lambda t, k: T.concatenate([t[1:], sn.sin(t[:1] + float(k))]), range(size), x)]


def stacks(size: int) -> list[Any]:
    x = _vector(size)
    return [T.stack([sn.sin(x[k]) * x[size - 1 - k] for k in range(size)])]


def updates(size: int) -> list[Any]:
    x = _vector(size)
    return [reduce(lambda t, k: t.at[k].set(sn.sin(x[k])), range(size), T.zeros_like(x))]


def updates_of_the_last(size: int) -> list[Any]:
    return [reduce(lambda t, k: t.at[k].set(sn.sin(t[k - 1])), range(1, size), _vector(size))]


def additions_at_places(size: int) -> list[Any]:
    x = _vector(size)
    return [reduce(lambda t, k: t.at[k].add(x[size - 1 - k]), range(size), T.zeros_like(x))]


def slices_of_slices(size: int) -> list[Any]:
    return [reduce(lambda t, k: t[1:], range(size), _vector(size + 2)) * 2.0]


def reductions(size: int) -> list[Any]:
    x = _vector(9)
    return [T.sum(sn.sin(x * float(k + 2))) + T.max(x - float(k)) for k in range(size)]


def fan_out(size: int) -> list[Any]:
    x = sn.exp(_vector(9))
    return [sn.log(x + float(k)) * x for k in range(size)]


def recurrence(size: int) -> list[Any]:
    w, x = T.tensor("w", dtype="float64", shape=(4, 4)), T.tensor("x", dtype="float64", shape=(size, 4))
    return [reduce(lambda h, k: sn.tanh(w @ h + x[k]), range(size), T.zeros((4,)))]


def gradient_of_sum(size: int) -> list[Any]:
    x = _vector(size)
    return [sn.grad(reduce(lambda t, k: t + sn.sin(x[k]) * x[k - 1], range(1, size), x[0]), x)]


def gradient_of_recurrence(size: int) -> list[Any]:
    [h] = recurrence(size)
    [w] = [leaf for leaf in leaves([h.node], "input") if leaf.attr("name") == "w"]
    return [sn.grad(T.sum(h ** 2), sn.tensor.Tensor(w))]


def whole_numbers(size: int) -> list[Any]:
    i = T.tensor("i", dtype="int64", shape=(size,))
    return [reduce(lambda t, k: (t + i[k]) % 7, range(1, size), i[0])]


def choices(size: int) -> list[Any]:
    x = _vector(size)
    return [reduce(lambda t, k: sn.where(x[k] > 0, x[k], t), range(1, size), x[0])]


GRAPHS: Mapping[str, Make] = {f.__name__: f for f in (
    concatenations, stacks, updates, updates_of_the_last, additions_at_places, slices_of_slices, reductions, fan_out,
    recurrence, gradient_of_sum, gradient_of_recurrence, whole_numbers, choices)}


def nodes(kind: str, size: int) -> list[Node]:
    return list(expand([t.node for t in GRAPHS[kind](size)], lambda costs: costs))


@pytest.mark.parametrize("kind", GRAPHS)
def test_work_on_other_graphs_grows_as_they_do(kind: str) -> None:
    assert growth(lambda size: nodes(kind, size), 20, 60) < 1.6
