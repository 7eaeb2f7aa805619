"""How long rewriting takes: graphs of several kinds and sizes, and all passes of small functions.

    python benchmarks/rewriting.py [--sizes 20,1000,10000] [--profile KIND:SIZE]
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

import symnum as sn
from symnum import options
from symnum.autodiff.derivative import expand
from symnum.codegen.chains import planned
from symnum.codegen.probe import NO_VECTOR_MATH
from symnum.codegen.program_text import c_program
from symnum.ir.build import input_leaf, o
from symnum.ir.node import Node
from symnum.ir.walk import topological
from symnum.pipeline import lowered, optimise
from symnum.simplify.catalogue import RULES
from symnum.simplify.engine import rewrite

UNARY = ("exp", "log", "sin", "tanh", "negative", "sqrt", "square", "log1p", "absolute")
BINARY = ("add", "subtract", "multiply", "true_divide", "maximum")
Make = Callable[[int], list[Node]]


def leaves(count: int = 6) -> list[Node]:
    """A vector of unknown length, and numbers."""
    return [input_leaf("x0", "float64", (None,)), *(input_leaf(f"x{k}", "float64", ()) for k in range(1, count))]


def random_graph(size: int) -> list[Node]:
    """Elementwise ops on operands drawn among the last fifty."""
    return _random(size, 50)


def random_wide(size: int) -> list[Node]:
    """Elementwise ops on operands drawn among all that came before: many are needed often."""
    return _random(size, size)


def _random(size: int, near: int) -> list[Node]:
    rng, pool = np.random.default_rng(size), leaves()
    while len(pool) < size + 6:
        x, y = (pool[-1 - int(rng.integers(min(near, len(pool))))] for _ in range(2))
        kind = rng.random()
        if kind < 0.4:
            pool.append(getattr(o, str(rng.choice(UNARY)))(x))
        elif kind < 0.5:
            pool.append(getattr(o, str(rng.choice(BINARY)))(x, float(rng.choice([0.5, 1.0, 2.0, 3.0, -1.0]))))
        else:
            pool.append(getattr(o, str(rng.choice(BINARY)))(x, y))
    used = {x for node in pool for x in node.inputs}
    return [node for node in pool if node not in used]


def wide_sum(size: int) -> list[Node]:
    """One sum of products of few leaves with numbers: many like terms."""
    rng, xs = np.random.default_rng(size), leaves(40)
    total: Node | None = None
    for _ in range(size // 3):
        x, y = (xs[int(rng.integers(len(xs)))] for _ in range(2))
        term = o.multiply(o.multiply(float(rng.integers(1, 9)), x), y)
        total = term if total is None else o.add(total, term)
    assert total is not None
    return [total]


def sum_of_functions(size: int) -> list[Node]:
    """One sum in which no two terms are alike."""
    xs = leaves(3)
    total, x = xs[0], xs[1]
    for k in range(size // 3):
        total = o.add(total, o.sin(o.multiply(x, float(k))))
    return [total]


def sum_of_many(size: int) -> list[Node]:
    """Sums of roots, quotients, logarithms, exponentials, squares and hyperbolic functions, all different."""
    xs = leaves(7)
    shapes = (lambda x: o.sqrt(x), lambda x: o.true_divide(1.0, x), o.log, o.exp, o.square, o.cosh, o.cbrt,
              lambda x: o.true_divide(o.sin(x), x), lambda x: o.multiply(x, o.log(x)), lambda x: o.power(x, 3.0))
    total = xs[0]
    for k in range(size // 4):
        total = o.add(total, shapes[k % len(shapes)](o.add(xs[k % 5], float(k))))
    return [total]


def chain(size: int) -> list[Node]:
    """A chain of functions, each of the one before."""
    names = ("sin", "exp", "tanh", "log1p")
    node = leaves()[0]
    for k in range(size):
        node = getattr(o, names[k % len(names)])(node)
    return [node]


def gradients(size: int) -> list[Node]:
    """The gradients of a network, as they come out of differentiation: one layer more for each sixty nodes."""
    x = sn.tensor.dmatrix("x")
    weights = [sn.tensor.tensor(f"w{k}", dtype="float64", shape=(8, 8)) for k in range(max(1, size // 60))]
    y = x
    for w in weights:
        y = sn.tanh(y @ w + 1.0) * y + sn.log(1.0 + sn.exp(y))
    cost = (y ** 2).mean()
    return list(expand([g.node for g in sn.grad(cost, weights)], lambda costs: costs))


def elements(size: int) -> list[Node]:
    """The sum of squared differences of the elements of a vector, and the product of all, element by element."""
    x = sn.tensor.tensor("x", dtype="float64", shape=(max(2, size // 8),))
    total, product = x[0], x[0]
    for k in range(1, len(x)):
        total, product = total + (x[k] - x[k - 1]) ** 2, -product * x[k]
    return [total.node, product.node]


KINDS: Mapping[str, Make] = {f.__name__: f for f in (random_graph, random_wide, wide_sum, sum_of_functions, sum_of_many,
                                                      chain, gradients, elements)}


def best(work: Callable[[], object], turns: int) -> float:
    """The least time of several turns, in seconds."""
    found = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def logistic() -> tuple[list[sn.Tensor], sn.Tensor]:
    x = sn.tensor.dvector("x")
    return [x], 1 / (1 + sn.exp(-x))


def logistic_slope() -> tuple[list[sn.Tensor], sn.Tensor]:
    x = sn.tensor.dvector("x")
    return [x], sn.grad((1 / (1 + sn.exp(-x))).sum(), x)


def rosenbrock() -> tuple[list[sn.Tensor], sn.Tensor]:
    x = sn.tensor.dvector("x")
    return [x], (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def softmax() -> tuple[list[sn.Tensor], sn.Tensor]:
    x = sn.tensor.dmatrix("x")
    e = sn.exp(x)
    return [x], e / e.sum(axis=1, keepdims=True)


SMALL = (logistic, logistic_slope, rosenbrock, softmax)


def all_passes(inputs: Sequence[sn.Tensor], output: sn.Tensor) -> str:
    """The C text of a function, by every pass from its graph on."""
    made = lowered("f", [x.node for x in inputs], [], [output.node], {}, RULES, options.current())
    return c_program(*planned(made.program), NO_VECTOR_MATH).text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="20,1000,10000")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--profile", default="")
    given = parser.parse_args()
    if given.profile:
        kind, _, size = given.profile.partition(":")
        made = KINDS[kind](int(size))
        rewrite(made, RULES)
        profile = cProfile.Profile()
        profile.runcall(rewrite, made, RULES)
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return
    print(f"{len(RULES)} rules")
    for name in given.kinds.split(","):
        for size in map(int, given.sizes.split(",")):
            made = KINDS[name](size)
            events = len(rewrite(made, RULES).events)
            spent = best(partial(rewrite, made, RULES), 3 if size < 5000 else 1)
            print(f"{name:18} {len(topological(made)):6} nodes  {events:5} rewrites  {1e3 * spent:9.2f} ms")
    for build in SMALL:
        inputs, output = build()
        all_passes(inputs, output)
        spent = best(partial(all_passes, inputs, output), 5)
        rules = best(partial(optimise, [output.node], RULES, options.current()), 5)
        print(f"{build.__name__:18} all passes {1e3 * spent:9.2f} ms, of which rewriting {1e3 * rules:.2f} ms")


if __name__ == "__main__":
    main()
