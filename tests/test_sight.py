"""How far rules see: no further than they say, and only as far are nodes visited again."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import corpus
import pytest
from work import calls

import symnum as sn
from symnum.ir import build
from symnum.ir.build import input_leaf, o
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.options import current
from symnum.pipeline import optimise
from symnum.simplify import engine
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite
from symnum.simplify.match import Match
from symnum.simplify.pattern import AnyNode, AnySum, p, wild
from symnum.simplify.rule import CANONICALIZE, Rule, RuleSet
from symnum.simplify.sight import SIGHT, step
from symnum.simplify.views import Views

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
import rewriting

X = input_leaf("x", "float64", ())
_OP: Any = Node.__dict__["op"]
_ATTRS: Any = Node.__dict__["attrs"]


class Watch:
    """How far below a root the nodes are whose op or attributes have been read since ``start``."""

    def __init__(self) -> None:
        self.depths: dict[Node, int] = {}
        self.made: set[Node] = set()
        self.seen = 0

    def start(self, root: Node) -> None:
        """Nothing has been read; nodes are as far as from this one."""
        depths, todo = {root: 0}, deque([root])
        while todo:
            node = todo.popleft()
            below = depths[node] + step(node)
            for x in node.operands if below <= SIGHT + 1 else ():
                if below < depths.get(x, SIGHT + 2):
                    depths[x] = below
                    (todo.append if step(node) else todo.appendleft)(x)
        self.made, self.seen, self.depths = set(), 0, depths

    def stop(self) -> int:
        """The furthest that was read."""
        self.depths = {}
        return self.seen

    def read(self, slot: Any) -> property:
        """The slot of a node, which notes who is read; what a rule has made itself is no part of the graph."""
        def get(node: Node) -> Any:
            if self.depths.get(node, 0) > self.seen and node not in self.made:
                self.seen = self.depths[node]
            return slot.__get__(node)
        return property(get)

    def noting(self, make: Callable[..., Any]) -> Callable[..., Any]:
        """A constructor that notes what it gives."""
        def made(*args: Any) -> Any:
            node = make(*args)
            if self.depths:
                self.made.add(node)
            return node
        return made

    def blind(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        """A question about facts, which come from any depth."""
        def answer(*args: Any) -> Any:
            depths, self.depths = self.depths, {}
            found = ask(*args)
            self.depths = depths
            return found
        return answer


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    found = Watch()
    for name in ("find", "intern"):
        monkeypatch.setattr(build, name, found.noting(getattr(build, name)))
    for name in ("facts", "matrix"):
        monkeypatch.setattr(Views, name, found.blind(getattr(Views, name)))
    monkeypatch.setattr(Node, "op", found.read(_OP))
    monkeypatch.setattr(Node, "attrs", found.read(_ATTRS))
    return found


def _graphs() -> Iterator[tuple[Node, ...]]:
    for made in [*corpus.expressions().values()][1::10]:
        nodes = [sn.as_tensor(x).node for x in made]
        yield tuple(nodes)
        yield optimise(nodes, RULES.only("canonicalize"), current()).outputs
    yield tuple(rewriting.random_graph(250))
    yield tuple(rewriting.random_wide(200))


def _too_far(graphs: Iterator[tuple[Node, ...]], rules: RuleSet, watch: Watch) -> dict[str, int]:
    """Rules that see further than they say where they do not fire, and how far."""
    table, found = engine.tables(rules, "specialize", ()).first.at[0], dict[str, int]()
    for outputs in graphs:
        order = topological(outputs)
        uses = engine._consumers(outputs, topological(outputs, lambda node: node.operands))[1]
        facts = Views(uses)
        for node in order:
            for rule in table.of(node, Views(uses), ()):
                views = Views(uses, facts._facts, facts._matrices)
                watch.start(node)
                after = engine.applied(rule, node, views)
                seen = watch.stop()
                if after is None and rule.sight < SIGHT and seen > rule.sight:
                    found[rule.name] = max(found.get(rule.name, 0), seen)
    return found


def test_rules_see_no_further_than_they_say(watch: Watch) -> None:
    assert _too_far(_graphs(), RULES, watch) == {}


def test_a_rule_that_sees_further_than_it_says_is_found(watch: Watch) -> None:
    def of_cosine(m: Match) -> Node | None:
        return X if m.node.inputs[0].inputs[0].op.name == "cos" else None

    rule = Rule(name="deep", phase=CANONICALIZE, lhs=AnyNode(("exp",)), why="", sight=1, rhs=of_cosine)
    assert _too_far(iter([(o.exp(o.log(o.sin(X))),)]), RuleSet((rule,)), watch) == {"deep": 2}


def test_sights_that_are_not_stated() -> None:
    x, parts = wild("x"), {"name": "_", "phase": CANONICALIZE, "why": ""}
    assert Rule(lhs=p.exp(p.log(x)), rhs=x, **parts).sight == 2
    assert Rule(lhs=p.exp(x), rhs=x, when=lambda m: True, **parts).sight == 2
    assert Rule(lhs=AnyNode(), rhs=lambda m: None, **parts).sight == 2
    assert Rule(lhs=AnySum(), rhs=lambda m: None, **parts).sight == 1
    assert Rule(lhs=AnySum(), rhs=lambda m: None, sight=0, **parts).sight == 0


@pytest.mark.parametrize(("sight", "more"), [(2, 0), (SIGHT, 1)])
@pytest.mark.parametrize("between", [1, 6])
def test_a_node_is_visited_again_if_the_rule_sees_what_has_changed(sight: int, more: int, between: int) -> None:
    visits = []
    rule = Rule(name="seen", phase=CANONICALIZE, lhs=AnyNode(("cosh",)), why="", rhs=lambda m: visits.append(m.node),
                sight=sight)
    node = o.log(o.add(1.0, X))
    for _ in range(between):
        node = o.arctan(node)
    found = rewrite([o.cosh(node)], RuleSet((rule, RULES["log1p"])))
    assert [event.rule for event in found.events] == ["log1p"]
    assert len(visits) == 1 + (1 if between == 1 else more)


@pytest.mark.parametrize("made", [rewriting.random_graph(800), rewriting.random_wide(2500), rewriting.gradients(600)])
def test_what_is_left_alone_is_final(made: list[Node]) -> None:
    assert rewrite(rewrite(made, RULES).outputs, RULES).events == ()


def test_patterns_in_long_sums_take_linear_time() -> None:
    small, large = (rewriting.sum_of_many(size) for size in (400, 1600))
    few, many = (calls(lambda made=made: rewrite(made, RULES)) for made in (small, large))  # type: ignore[misc]
    assert many < 5 * few
