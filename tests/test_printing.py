"""``pp`` and ``dprint``: formulas that mean what was built, and trees that show every node."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from work import calls

from symnum import tensor as T
from symnum.ir.build import o
from symnum.ir.node import Node
from symnum.tensor import Tensor

DEPTH = 20_000
INPUTS = {
    "x": T.dmatrix("x"), "y": T.dmatrix("y"), "v": T.dvector("v"), "s": T.dscalar("s"), "i": T.ivector("i"),
    "c": T.tensor("c", shape=(10,)), "z": T.dtensor3("z"), "r": T.drow("r"), "f": T.fscalar("f")}
X, V, S = INPUTS["x"], INPUTS["v"], INPUTS["s"]


def tree(x: Any) -> str:
    out = io.StringIO()
    T.dprint(x, file=out)
    return out.getvalue()


# formulas ---------------------------------------------------------------------------------------------------

# Each is built by Python from its text, and prints as that text: precedence and grouping, ...
FORMULAS = """
1/(1 + exp(-x))
-x**2
(-x)**2
x**-1
x**0.5
2**x
(2**x)**3
2**x**3
-(-x)
-(x + y)
-(x*y)
-x*y
x - y - s
x - (y - s)
x + (y + s)
x*y/s
x*(y/s)
x/y/s
(x + 1)*(y - 2)
x // 2 % 3
x*(-1)
x + (-y)
(x < 1) & (y >= 2)
~(x == y) | (x != s)
i << 2 >> 1
i << (i >> 1)
i & 1 ^ 2 | 4
(x < y) == (x > s)
x + v
i/2
i + 0.5
f*0.1
exp(i)
where(x > 0, x, 0.1)
abs(x)
astype(x, float32)
logaddexp(x, y)
arctan2(y, x)
clip(x, 0, 1)
x.T @ x
x @ v
transpose(z, (1, 0, 2))
sum(x)
sum(x, axis=0)
sum(z, axis=(0, 1))
argmax(x, axis=1)
x - max(x, axis=1, keepdims=True)
sum(astype(i, float64))/i.shape[0]
reshape(x, (x.shape[0]*x.shape[1],))
broadcast_to(v, (3, v.shape[0]))
squeeze(r, axis=0)
broadcast_to(s, (3,)) + broadcast_to(s, (3,))
astype(i, float64) + astype(i, float64)
sum(x, axis=0)[:, None]
x[:, None, :]
concatenate([v, [1.0, 2.0]], axis=0)
v[0]
v[-1]
v[v.shape[0] - 1]
x[2]
x[1:, 0]
x[:, ::2]
v[1:]
v[:-1]
v[1:-2]
v[:3]
v[1:4]
v[-3:]
v[-3:-1]
v[::2]
v[1:5:2]
v[::-1]
v[5:1:-1]
v[-2:0:-1]
v[:-4:-1]
v[:v.shape[0]//2]
v[v.shape[0]//2:]
c[1:]
c[:9]
c[::-1]
c[8:2:-2]
c[1::3]
c[9]
s + 1
s + 0.1
s*(-0.0)
s*1e+300
s + inf
s - (-inf)
where(s > 0, True, False)
[1, 2] + i
x.shape[0]*s
""".strip().splitlines()


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas(text: str) -> None:
    assert T.pp(built(text)) == text


def built(text: str) -> Tensor:
    """The tensor that the last line of a formula means."""
    scope: dict[str, Any] = {name: getattr(T, name) for name in T.__all__}
    scope |= {"inf": float("inf"), "float32": "float32", "float64": "float64"} | INPUTS
    *definitions, last = text.splitlines()
    for line in definitions:
        name, _, formula = line.partition(" = ")
        scope[name] = eval(formula, scope)
    return eval(last, scope)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("expression", "text"), [
    (INPUTS["c"][:-1], "c[:9]"), (INPUTS["c"][-1], "c[9]"), (INPUTS["c"][1:8:3], "c[1::3]"),
    (V.mean(), "sum(v)/v.shape[0]"),
    (X.ravel().T, "reshape(x, (x.shape[0]*x.shape[1],))"), (X[0].T, "x[0]"),
    (T.constant(np.zeros((9, 9))) @ V, "constant1 @ v"), (T.constant(2.0), "2"),
    (T.constant([1.0, 0.5]), "[1.0, 0.5]"), (T.constant(np.float32(0.1)) + S, "0.1 + s"),
], ids=str)
def test_other_spellings(expression: Tensor, text: str) -> None:
    assert T.pp(expression) == text


UNARY = ["exp", "negative", "abs", "sqrt", "square"]
BINARY = ["add", "subtract", "multiply", "true_divide", "power", "floor_divide", "remainder", "maximum"]


NUMBERS = st.sampled_from([2, -1, 0.5, -2.5])


def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    one, two = st.sampled_from(UNARY), st.sampled_from(BINARY)
    return st.tuples(one, inner) | st.tuples(two, inner, inner | NUMBERS) | st.tuples(two, NUMBERS, inner)


@given(st.recursive(st.sampled_from(["x", "y", "v", "s", "i"]), larger, max_leaves=25))
@settings(deadline=None, max_examples=200)
def test_any_formula_means_what_was_built(recipe: Any) -> None:
    def made(part: Any) -> Any:
        if isinstance(part, tuple):
            return getattr(T, part[0])(*map(made, part[1:]))
        return INPUTS.get(part, part)

    expression = T.as_tensor(made(recipe)) + S
    assert built(T.pp(expression)).same_as(expression)


def test_long_shared_parts_are_named() -> None:
    e = T.exp(X - X.max(axis=1, keepdims=True))
    softmax = e / e.sum(axis=1, keepdims=True)
    assert T.pp(softmax) == "t1 = exp(x - max(x, axis=1, keepdims=True))\nt1/sum(t1, axis=1, keepdims=True)"
    assert T.pp([softmax, T.log(e)]).splitlines()[1:] == ["t1/sum(t1, axis=1, keepdims=True)", "log(t1)"]
    t1 = T.dmatrix("t1")
    again = T.exp(t1 - t1.max(axis=1, keepdims=True))
    assert T.pp(again * again) == "t2 = exp(t1 - max(t1, axis=1, keepdims=True))\nt2*t2"
    assert T.pp(T.exp(S) * T.exp(S)) == "exp(s)*exp(s)", "short parts are repeated"


def test_leaves_without_names_and_with_equal_names() -> None:
    a, b = T.dscalars(2)
    assert T.pp(a + b * a) == "input1 + input2*input1"
    assert T.pp(T.dscalar("a") + T.dscalar("a")) == "a + a_1"
    assert T.pp(T.shared(1.0) * T.shared(2.0, "w")) == "shared1*w"
    assert T.pp(X.shape[0] + T.dim()) == "x.shape[0] + dim1"


def test_other_rows_are_written_as_calls() -> None:
    node: Node = o.embed(V[1:].node, shape=V.node.shape, starts=(1,), steps=(1,))
    assert T.pp(Tensor(node)) == "embed(v[1:], shape=(v.shape[0],), starts=(1,), steps=(1,))"
    assert T.pp([1, 2]) == "[1, 2]"


def test_graphs_that_share_do_not_explode() -> None:
    y = V
    for _ in range(2000):
        y = y + y * y
    text = T.pp(y)
    assert len(text) < 200_000
    assert len(tree(y)) < 1_000_000
    assert built(text).same_as(y)


def test_deep_graphs_print_in_linear_time() -> None:
    def chain(depth):
        y = S
        for k in range(depth):
            y = y * 2.5 if k % 2 else T.sin(y)
        return y

    def work(depth):
        y = chain(depth)
        return calls(lambda: (T.pp(y), tree(y)))
    work(10)
    assert work(4000) < 5 * work(1000)
    y = chain(DEPTH)
    text, shown = T.pp(y), tree(y)
    assert max(map(len, text.splitlines())) < 500
    assert max(map(len, shown.splitlines())) < 200
    assert text.count("sin") == DEPTH // 2
    assert shown.count("sin [") >= DEPTH // 2


# trees ------------------------------------------------------------------------------------------------------

def test_a_tree_shows_every_node() -> None:
    x = T.fmatrix("x")
    e = T.exp(x)
    assert tree(e / (e.sum(axis=1, keepdims=True) + 1)) == """\
true_divide [0] float32 (x.shape[0], x.shape[1])
|- exp [1] float32 (x.shape[0], x.shape[1])
|  `- input x [2] float32 (x.shape[0], x.shape[1])
`- broadcast_to{shape=(x.shape[0], x.shape[1])} [3] float32 (x.shape[0], x.shape[1])
   `- add [4] float32 (x.shape[0], 1)
      |- expand_dims{axis=(1,)} [5] float32 (x.shape[0], 1)
      |  `- sum{axis=(1,)} [6] float32 (x.shape[0],)
      |     `- exp [1] float32 (x.shape[0], x.shape[1]) ^
      `- broadcast_to{shape=(x.shape[0], 1)} [7] float32 (x.shape[0], 1)
         `- constant 1 [8] float32 ()
"""


def test_several_trees_share_their_numbers() -> None:
    a = S + 1
    assert tree([a, a * S]) == """\
add [0] float64 ()
|- input s [1] float64 ()
`- constant 1 [2] float64 ()
multiply [3] float64 ()
|- add [0] float64 () ^
`- input s [1] float64 ()
"""


def test_what_lies_deep_is_a_tree_of_its_own() -> None:
    y = S
    for _ in range(20):
        y = T.sin(y)
    lines = tree(y).splitlines()
    assert lines[16] == " " * 45 + "`- sin [16] float64 () v"
    assert lines[17] == "sin [16] float64 ()"
    assert lines[-1].endswith("`- input s [20] float64 ()")


def test_trees_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    T.dprint(S)
    assert capsys.readouterr().out == "input s [0] float64 ()\n"


def test_text_is_the_same_in_every_process() -> None:
    program = """
from symnum import tensor as T
import sys
junk = [T.dvector() for _ in range(int(sys.argv[1]))]
x, y = T.dmatrices("x", "y")
w, a, b = T.shared([1.0], "w"), T.dscalar(), T.dscalar()
e = T.exp(x @ y - w) + a*b
z = e/e.sum() + T.concatenate([x, y])[:1].sum() + T.where(x.T > 0, y, 0).max()
print(T.pp([z, e]))
T.dprint(z)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    texts = [subprocess.run(
        [sys.executable, "-c", program, seed], check=True, capture_output=True, text=True,
        env={**environment, "PYTHONHASHSEED": seed}).stdout for seed in "17"]
    assert texts[0] == texts[1]
    assert "true_divide" in texts[0]
