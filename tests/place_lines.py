"""Theano's and PyTensor's rewrites of shapes, slices, joins and writes, line by line: what each becomes here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import symnum as sn
import symnum.tensor as T
from symnum.ir.build import input_leaf


def tensor(name: str, *shape: int | None, dtype: str = "float64") -> T.Tensor:
    return T.Tensor(input_leaf(name, dtype, shape))


x, y, z = (tensor(name, 6) for name in "xyz")
X, Y = tensor("X", 5, 4), tensor("Y", 5, 4)
A, B, S = tensor("A", 64, 48), tensor("B", 48, 56), tensor("S", 4, 4)
v, s, row, cube = tensor("v", 4), tensor("s"), tensor("row", 1, 4), tensor("cube", 2, 3, 4)
i, j = tensor("i", 3, dtype="int64"), tensor("j", 2, dtype="int64")
d, D = tensor("d", None), tensor("D", None, None)
n = d.shape[0]
LEAVES = (x, y, z, X, Y, A, B, S, v, s, row, cube, i, j, d, D)


@dataclass(frozen=True)
class Line:
    """One line: its name, the graph before, its formula after, and the steps and workspace buffers of the Program."""

    name: str
    before: Callable[[], T.Tensor]
    after: str
    steps: str = "kernel"
    buffers: int = 0


# Shapes: nothing is run for its shape, and lengths are one formula
SHAPES = (
    Line("shape(exp(x)) -> shape(x)", lambda: T.exp(d).shape[0], "d.shape[0]"),
    Line("size of a matrix that is computed", lambda: T.size(T.exp(D)), "D.shape[0]*D.shape[1]"),
    Line("n*1 + 0 -> n", lambda: T.arange(n * 1 + 0), "arange(d.shape[0])"),
    Line("n - n -> 0", lambda: x[n - n:3], "x[:3]"),
    Line("(n*2)//2 -> n", lambda: d[:(n * 2) // 2], "d"),
    Line("min(n, n) -> n", lambda: T.broadcast_to(s, (T.minimum(n, n),)), "broadcast_to(s, (d.shape[0],))"),
    Line("min(n, 3) + max(n - 3, 0) -> n", lambda: T.concatenate([d[:3], d[3:]]), "d"),
    Line("specify_shape: known lengths are no op", lambda: T.reshape(X, (5, 4)), "X"),
)

# Fills: numbers are not repeated before they are used, and repeats come last
FILLS = (
    Line("f(fill(2)) + Y -> f(2) + Y", lambda: T.exp(T.full((5, 4), 2.0)) + Y, "7.38905609893065 + Y"),
    Line("fill(x, s) * Y -> s * Y", lambda: T.full_like(X, 0) * 0 + T.broadcast_to(s, (5, 4)) * Y, "s*Y"),
    Line("repeat(v) * repeat(s) -> repeat(v * s)", lambda: T.broadcast_to(v, (5, 4)) * T.broadcast_to(s, (5, 4)),
         "broadcast_to(v*s, (5, 4))"),
    Line("f(repeat(v)) -> repeat(f(v))", lambda: T.exp(T.broadcast_to(v, (5, 4))), "broadcast_to(exp(v), (5, 4))",
         "kernel kernel", 1),
    Line("repeat of repeat -> one", lambda: T.broadcast_to(T.broadcast_to(v, (5, 4)), (3, 5, 4)),
         "broadcast_to(v, (3, 5, 4))"),
    Line("rebroadcast that changes nothing", lambda: T.broadcast_to(X, (5, 4)), "X"),
    Line("tile(x, 1) -> x", lambda: T.tile(x, 1), "x"),
    Line("sum(repeat(s)) -> n * s", lambda: T.sum(T.broadcast_to(s, (5,))), "5*s"),
    Line("max(repeat(v)) -> v", lambda: T.max(T.broadcast_to(v, (5, 4)), 0), "v"),
)

# Reshapes: one, or none
RESHAPES = (
    Line("reshape(reshape(x)) -> reshape(x)", lambda: X.reshape((2, 10)).reshape((4, 5)), "reshape(X, (4, 5))"),
    Line("reshape to the own shape -> x", lambda: X.reshape((20,)).reshape((5, 4)), "X"),
    Line("reshape that adds axes of length 1 -> expand_dims", lambda: X.reshape((5, 1, 4)), "X[:, None, :]"),
    Line("reshape that drops them -> squeeze", lambda: row.reshape((4,)), "squeeze(row, axis=0)"),
    Line("squeeze(expand_dims(x)) -> x", lambda: T.squeeze(T.expand_dims(X, 1), 1), "X"),
    Line("expand_dims twice -> once", lambda: T.expand_dims(T.expand_dims(X, 0), 3), "X[None, :, :, None]"),
    Line("squeeze merged into reshape", lambda: T.squeeze(X.reshape((1, 20)), 0), "reshape(X, (20,))"),
    Line("expand_dims merged into reshape", lambda: T.expand_dims(X, 0).reshape((20,)), "reshape(X, (20,))"),
    Line("reshape(f(x)) -> f(reshape(x))", lambda: T.exp(X).reshape((20,)), "exp(reshape(X, (20,)))"),
    Line("reshape(f(reshape(x))) -> f(x)", lambda: T.exp(X.reshape((20,))).reshape((5, 4)), "exp(X)"),
    Line("reshape(f(x, y)) + 1: no array for the shape alone", lambda: (T.exp(X) * Y).reshape((20,)) + 1,
         "exp(reshape(X, (20,)))*reshape(Y, (20,)) + 1"),
    Line("flatten(tanh(x)) summed", lambda: T.sum(T.ravel(T.tanh(X))), "sum(tanh(reshape(X, (20,))))"),
)

# Transposes: one, and as late as may be
TRANSPOSES = (
    Line("(x.T).T -> x", lambda: X.T.T, "X"),
    Line("transposes merge", lambda: T.transpose(T.transpose(cube, (1, 2, 0)), (1, 0, 2)), "cube.T"),
    Line("f(x.T) * y.T -> (f(x) * y).T", lambda: T.exp(X.T) * Y.T, "(exp(X)*Y).T"),
    Line("a transpose of axes of length 1 -> expand_dims", lambda: row.T, "squeeze(row, axis=0)[:, None]"),
    Line("dot(x, y).T -> dot(y.T, x.T)", lambda: T.dot(A, B).T, "B.T @ A.T", "product"),
    Line("sum(x.T, 0) -> sum(x, 1)", lambda: T.sum(X.T, 0), "sum(X, axis=1)"),
    Line("sum(reshape(x)) -> sum(x)", lambda: T.sum(X.reshape((20,))), "sum(X)"),
    Line("sum of an axis of length 1 -> squeeze", lambda: T.sum(T.expand_dims(X, 1), 1), "X"),
)

# Slices: one, and first
SLICES = (
    Line("x[1:][1:4][::-1] -> x[4:1:-1]", lambda: x[1:][1:4][::-1], "x[4:1:-1]"),
    Line("x[:] -> x", lambda: X[:, :], "X"),
    Line("x[:n] -> x", lambda: d[:n], "d"),
    Line("x[::-1][::-1] -> x", lambda: x[::-1][::-1], "x"),
    Line("flip(flip(x)) -> x", lambda: T.flip(T.flip(X, 0), 0), "X"),
    Line("flips of different axes -> one", lambda: T.flip(T.flip(X, 0), 1), "X[::-1, ::-1]"),
    Line("an axis of length 1 indexed by 0 -> squeeze", lambda: row[0], "squeeze(row, axis=0)"),
    Line("f(x)[i] -> f(x[i])", lambda: (T.exp(x) * y)[2], "squeeze(exp(x[2:3])*y[2:3], axis=0)"),
    Line("f(x)[i], f(x) needed elsewhere: stays", lambda: T.stack([T.sum(T.sort(x)), T.sort(x)[2]]),
         "concatenate([sum(x, keepdims=True), sort(x, axis=0)[2:3]], axis=0)", "kernel sort kernel", 2),
    Line("where(c, x, y)[i]", lambda: T.where(x > 0, T.exp(x), y)[1:3], "where(x[1:3] > 0, exp(x[1:3]), y[1:3])"),
    Line("repeat(v)[i] -> v", lambda: T.broadcast_to(v, (5, 4))[2], "v"),
    Line("repeat(v)[a:b] -> repeat(v[...])", lambda: T.broadcast_to(v, (5, 4))[1:3, 1:],
         "broadcast_to(v[1:], (2, 3))"),
    Line("alloc(s)[i] -> s", lambda: T.full((5, 4), s)[1, 2], "s"),
    Line("x.T[i] -> x[:, i]", lambda: X.T[1], "X[:, 1]"),
    Line("expand_dims(x)[:, 0] -> x", lambda: T.expand_dims(X, 1)[:, 0], "X"),
    Line("dot(A, B)[i] -> dot(A[i], B)", lambda: T.dot(A, B)[1], "squeeze(A[1:2] @ B, axis=0)",
         "kernel product kernel", 1),
    Line("dot(A, B)[i, j] -> dot(A[i], B[:, j])", lambda: T.dot(A, B)[1, 2],
         "squeeze(A[1:2] @ B[:, 2:3], axis=(0, 1))"),
    Line("tanh(dot(A, B))[i] -> tanh(dot(A[i], B))", lambda: T.tanh(T.dot(A, B))[0],
         "squeeze(tanh(A[:1] @ B), axis=0)", "kernel product kernel", 1),
    Line("dot(A, B)[1:]: a copy costs more, stays", lambda: T.dot(A, B)[1:], "(A @ B)[1:]", "product kernel", 1),
    Line("sum(x, 1)[i] -> sum(x[i])", lambda: T.sum(X, 1)[2], "squeeze(sum(X[2:3], axis=1), axis=0)"),
    Line("max(x, 0)[a:b] -> max(x[:, a:b], 0)", lambda: T.max(X, axis=0)[1:3], "max(X[:, 1:3], axis=0)"),
    Line("softmax(x)[i] over rows: only that row", lambda: T.softmax(X, axis=1)[2],
         "t1 = exp(X[2:3] - where(isfinite(peak(X[2:3], axis=1)), peak(X[2:3], axis=1), 0)[:, None]); "
         "squeeze(t1/sum(t1, axis=1, keepdims=True), axis=0)", "kernel kernel kernel kernel", 2),
    Line("softmax(x)[i] along its axis: the sum stays whole", lambda: T.softmax(x)[2],
         "t1 = exp(x - where(isfinite(peak(x)), peak(x), 0)); squeeze(t1[2:3]/sum(t1), axis=0)", "kernel kernel"),
    Line("log_softmax(x)[i] over rows", lambda: T.log_softmax(X, axis=1)[2],
         "t1 = X[2:3] - where(isfinite(peak(X[2:3], axis=1)), peak(X[2:3], axis=1), 0)[:, None]; squeeze(t1 - "
         "log(sum(exp(t1), axis=1))[:, None], axis=0)", "kernel kernel kernel", 2),
    Line("cumsum(x)[:k] -> cumsum(x[:k])", lambda: T.cumsum(x)[:2], "cumsum(x[:2], axis=0)", "kernel cumsum", 1),
    Line("cumsum(x, 0)[:, j] -> cumsum(x[:, j])", lambda: T.cumsum(X, axis=0)[:, 1],
         "squeeze(cumsum(X[:, 1:2], axis=0), axis=1)", "kernel cumsum kernel", 1),
    Line("sort(x, 1)[i] -> sort(x[i])", lambda: T.sort(X, axis=1)[2], "squeeze(sort(X[2:3], axis=1), axis=0)",
         "kernel sort kernel", 1),
    Line("x[i][:, j] -> x[:, j][i], all indices looked at", lambda: T.exp(X[i])[:, 1],
         "squeeze(exp(gather(X[:, 1:2], i, axes=(0,))), axis=1)", "kernel kernel", 1),
)

# Joined arrays
JOINS = (
    Line("join(x) -> x", lambda: T.concatenate([x]), "x"),
    Line("split(x, 1) -> x", lambda: T.split(x, 1)[0], "x"),
    Line("join(x, empty) -> x", lambda: T.concatenate([x, T.zeros(0)]), "x"),
    Line("join(empty, x) -> x", lambda: T.concatenate([T.zeros(0), x]), "x"),
    Line("join(join(x, y), z) -> join(x, y, z)", lambda: T.concatenate([T.concatenate([x, y]), z]),
         "concatenate([x, y, z], axis=0)"),
    Line("join(x[:3], x[3:5]) -> x[:5]", lambda: T.concatenate([x[:3], x[3:5]]), "x[:5]"),
    Line("join(x[:, :2], x[:, 2:]) -> x", lambda: T.concatenate([X[:, :2], X[:, 2:]], 1), "X"),
    Line("join(split(x, 3)) -> x", lambda: T.concatenate(T.split(x, 3)), "x"),
    Line("join(x[:k], x[k:]) -> x, length unknown", lambda: T.concatenate([d[:-2], d[-2:]]), "d"),
    Line("join of constants folded", lambda: T.concatenate([x, np.zeros(2), np.ones(2)]),
         "concatenate([x, [0.0, 0.0, 1.0, 1.0]], axis=0)"),
    Line("join of equal numbers", lambda: T.concatenate([T.zeros(3), T.zeros(2), x]),
         "concatenate([broadcast_to(0, (5,)), x], axis=0)"),
    Line("stack of equal rows -> repeat", lambda: T.stack([x, x]), "broadcast_to(x, (2, 6))"),
    Line("join of make_vectors", lambda: T.concatenate([T.stack([s, x[0]]), T.stack([s, s])]),
         "concatenate([s[None], x[:1], broadcast_to(s, (2,))], axis=0)"),
    Line("join(x, y)[:k] -> x[:k]", lambda: T.concatenate([x, y])[1:3], "x[1:3]"),
    Line("join(x, y)[7] -> y[1]", lambda: T.concatenate([x, y])[7], "y[1]"),
    Line("join(x, y, z)[4:8] -> join(x[4:], y[:2])", lambda: T.concatenate([x, y, z])[4:8],
         "concatenate([x[4:], y[:2]], axis=0)"),
    Line("join(x, y)[:, j] -> join(x[:, j], y[:, j])", lambda: T.concatenate([X, Y])[:, 1],
         "squeeze(concatenate([X[:, 1:2], Y[:, 1:2]], axis=0), axis=1)"),
    Line("stack(x, y, z)[1] -> y", lambda: T.stack([x, y, z])[1], "y"),
    Line("[a, b, c][1] -> b", lambda: T.stack([s, x[0], x[1]])[1], "x[0]"),
    Line("split of join -> the part", lambda: T.split(T.concatenate([x, y]), 2)[1], "y"),
    Line("sum(stack(x, y), 0) -> x + y", lambda: T.sum(T.stack([x, y]), 0), "x + y"),
    Line("max(stack(x, y), 0) -> maximum(x, y)", lambda: T.max(T.stack([x, y]), 0), "maximum(x, y)"),
    Line("roll(roll(x)) -> roll(x)", lambda: T.roll(T.roll(x, 1), 2), "concatenate([x[3:], x[:3]], axis=0)"),
    Line("roll(roll(x, k), -k) -> x", lambda: T.roll(T.roll(x, 1), -1), "x"),
)

# Elements at indices
INDICES = (
    Line("x[[1, 2, 3]] -> x[1:4]", lambda: x[np.array([1, 2, 3])], "x[1:4]"),
    Line("x[arange(n)] -> x", lambda: d[T.arange(n)], "d"),
    Line("x[2*arange(3) + 1] -> x[1::2]", lambda: x[2 * T.arange(3) + 1], "x[1::2]"),
    Line("x[5 - arange(6)] -> x[::-1]", lambda: x[5 - T.arange(6)], "x[::-1]"),
    Line("S[arange, arange] -> diagonal", lambda: S[np.arange(4), np.arange(4)], "diagonal(S)"),
    Line("S[arange, arange + 1] -> diagonal of a part", lambda: S[np.arange(3), np.arange(1, 4)],
         "diagonal(S[:3, 1:])"),
    Line("S[i, 2] -> S[:, 2][i]", lambda: S[i, 2], "gather(S[:, 2], i, axes=(0,))", "kernel kernel", 1),
    Line("f(x)[i]: computed where it is read", lambda: T.exp(x)[i], "gather(exp(x), i, axes=(0,))", "kernel kernel",
         1),
    Line("repeat(v)[i]: nothing is repeated", lambda: T.broadcast_to(v, (5, 4))[i],
         "gather(broadcast_to(v, (5, 4)), i, axes=(0,))", "kernel kernel", 1),
    Line("tanh(dot(A, B))[i] -> tanh(dot(A[i], B))", lambda: T.tanh(T.dot(A, B))[i],
         "tanh(gather(A, i, axes=(0,)) @ B)", "kernel product kernel kernel", 1),
    Line("x[i][j]: both indices are looked at", lambda: x[i][j], "gather(gather(x, i, axes=(0,)), j, axes=(0,))",
         "kernel kernel kernel", 2),
    Line("x[i], i unknown: stays", lambda: x[i], "gather(x, i, axes=(0,))", "kernel kernel", 1),
)

# Writes
WRITES = (
    Line("set(x, y, i)[i] -> y", lambda: x.at[2:4].set(y[:2])[2:4], "y[:2]"),
    Line("set(x, s, 2)[2] -> s", lambda: x.at[2].set(s)[2], "s"),
    Line("set(x, y, i)[j] -> x[j]", lambda: x.at[2:4].set(y[:2])[4:], "x[4:]"),
    Line("set(x, y, 1:5)[2:4] -> y[1:3]", lambda: x.at[1:5].set(y[:4])[2:4], "y[1:3]"),
    Line("set at indices that are known, read back",
         lambda: x.at[np.array([4, 0, 1])].set(y[:3])[np.array([4, 0, 1])], "y[:3]"),
    Line("set(set(x, y, i), z, i) -> set(x, z, i)", lambda: x.at[2:4].set(y[:2]).at[2:4].set(z[:2]),
         "where(embed(broadcast_to(True, (2,)), shape=(6,), starts=(2,), steps=(1,)), embed(z[:2], shape=(6,), "
         "starts=(2,), steps=(1,)), x)"),
    Line("set(set(x, y, 2:4), z, 1:5) -> set(x, z, 1:5)", lambda: x.at[2:4].set(y[:2]).at[1:5].set(z[:4]),
         "where(embed(broadcast_to(True, (4,)), shape=(6,), starts=(1,), steps=(1,)), embed(z[:4], shape=(6,), "
         "starts=(1,), steps=(1,)), x)"),
    Line("set(set(x, y, i), z, i), i unknown", lambda: x.at[i].set(y[:3]).at[i].set(z[:3]),
         "scatter(x, z[:3], i, axes=(0,), combine=set)", "kernel scatter", 1),
    Line("set of all -> the value", lambda: x.at[:].set(y), "y"),
    Line("set of all by indices -> the value", lambda: x.at[T.arange(6)].set(y), "y"),
    Line("inc by 0 -> x", lambda: x.at[2:4].add(0), "x"),
    Line("inc into zeros -> set", lambda: T.zeros(6).at[2:4].add(y[:2]),
         "embed(y[:2], shape=(6,), starts=(2,), steps=(1,))"),
    Line("set(x, x[i], i) -> x", lambda: x.at[2:4].set(x[2:4]), "x"),
    Line("set(x, x[i] + y, i): one kernel", lambda: x.at[2:4].set(x[2:4] + y[:2]),
         "where(embed(broadcast_to(True, (2,)), shape=(6,), starts=(2,), steps=(1,)), embed(x[2:4] + y[:2], "
         "shape=(6,), starts=(2,), steps=(1,)), x)"),
    Line("zeros[a:b].set(v) + x", lambda: T.zeros(6).at[2:4].set(y[:2]) + x,
         "embed(y[:2], shape=(6,), starts=(2,), steps=(1,)) + x"),
    Line("zeros[i].add(v) + zeros[j].add(w) -> one array",
         lambda: T.zeros(6).at[i].add(y[:3]) + T.zeros(6).at[j].add(z[:2]),
         "scatter(scatter(broadcast_to(0, (6,)), y[:3], i, axes=(0,), combine=add), z[:2], j, axes=(0,), "
         "combine=add)", "kernel kernel scatter kernel scatter", 1),
    Line("zeros[i].add(v) + x: stays, small values are added up first", lambda: T.zeros(6).at[i].add(y[:3]) + x,
         "scatter(broadcast_to(0, (6,)), y[:3], i, axes=(0,), combine=add) + x", "kernel kernel scatter kernel", 1),
    Line("inc(inc(x, y, i), z, j) in one array", lambda: x.at[i].add(y[:3]).at[j].add(z[:2]),
         "scatter(scatter(x, y[:3], i, axes=(0,), combine=add), z[:2], j, axes=(0,), combine=add)",
         "kernel scatter kernel scatter", 1),
    Line("alloc[i].inc(0) -> zeros", lambda: T.zeros(6).at[np.array([4, 0, 1])].add(0.0) + x, "x"),
    Line("set where, set where -> one", lambda: x.at[x > 0].set(0.0).at[x > 0].set(1.0), "where(x > 0, 1, x)"),
    Line("pad(pad(x)) -> pad(x)", lambda: T.pad(T.pad(x, 1), 2), "embed(x, shape=(12,), starts=(3,), steps=(1,))"),
    Line("pad(x)[2:-2] -> x", lambda: T.pad(x, 2)[2:-2], "x"),
    Line("pad(x)[1:5] -> a part of x, padded", lambda: T.pad(x, 2)[1:5],
         "embed(x[:3], shape=(4,), starts=(1,), steps=(1,))"),
    Line("sum(pad(x)) -> sum(x)", lambda: T.sum(T.pad(x, 2)), "sum(x)"),
)

# Orders, scans and diagonals
ORDERS = (
    Line("sort(sort(x)) -> sort(x)", lambda: T.sort(T.sort(x)), "sort(x, axis=0)", "sort"),
    Line("sort(flip(x)) -> sort(x)", lambda: T.sort(x[::-1]), "sort(x, axis=0)", "sort"),
    Line("max(sort(x)) -> max(x)", lambda: T.max(T.sort(x)), "max(x)"),
    Line("sum(flip(x)) -> sum(x)", lambda: T.sum(x[::-1]), "sum(x)"),
    Line("cumsum(x)[-1] -> sum(x)", lambda: T.cumsum(x)[-1], "sum(x)"),
    Line("diff(cumsum(x)) -> x[1:]", lambda: T.diff(T.cumsum(x)), "x[1:]"),
    Line("diagonal(exp(x)) -> exp(diagonal(x))", lambda: T.diagonal(T.exp(S)), "exp(diagonal(S))"),
    Line("diag(diag(v)) -> v", lambda: T.diag(T.diag(v)), "v"),
    Line("triu(triu(x)) -> triu(x)", lambda: T.triu(T.triu(S)),
         "where(([0, 1, 2, 3] + (-1))[:, None] >= constant1, 0, S)"),
    Line("tril(x, -1) + triu(x) -> x", lambda: T.tril(S, -1) + T.triu(S), "S"),
    Line("trace(dot(A, A.T)): no product", lambda: T.trace(T.dot(S, S.T)), "sum(square_term(S))"),
)

# Gradients of what is taken: one write, and no arrays of zeros
GRADIENTS = (
    Line("x[i]: zeros and sums in the memory of the result", lambda: sn.grad(T.sum(x[i] ** 2), x),
         "scatter(broadcast_to(0, (6,)), 2*gather(x, i, axes=(0,)), i, axes=(0,), combine=add)",
         "kernel kernel scatter", 1),
    Line("x[2]", lambda: sn.grad(x[2] ** 2, x), "embed(2*x[2:3], shape=(6,), starts=(2,), steps=(1,))"),
    Line("x[1:4]", lambda: sn.grad(T.sum(x[1:4] ** 2), x), "embed(2*x[1:4], shape=(6,), starts=(1,), steps=(1,))"),
    Line("two slices of one array: one kernel", lambda: sn.grad(T.sum((x[1:] - x[:-1]) ** 2), x),
         "embed(-(2*(x[1:] - x[:5])), shape=(6,), starts=(0,), steps=(1,)) + embed(2*(x[1:] - x[:5]), "
         "shape=(6,), starts=(1,), steps=(1,))"),
    Line("three slices: one kernel", lambda: sn.grad(T.sum(x[:-2] * x[1:-1] * x[2:]), x),
         "embed(x[:4]*x[1:5], shape=(6,), starts=(2,), steps=(1,)) + embed(x[2:]*x[:4], shape=(6,), starts=(1,), "
         "steps=(1,)) + embed(x[2:]*x[1:5], shape=(6,), starts=(0,), steps=(1,))"),
    Line("slices, length unknown: one kernel", lambda: sn.grad(T.sum((d[1:] - d[:-1]) ** 2), d),
         "embed(-(2*(d[1:] - d[:-1])), shape=(d.shape[0],), starts=(0,), steps=(1,)) + embed(2*(d[1:] - d[:-1]), "
         "shape=(d.shape[0],), starts=(1,), steps=(1,))"),
    Line("two arrays of indices: one result", lambda: sn.grad(T.sum(x[i] ** 2) + T.sum(x[j] ** 3), x),
         "scatter(scatter(broadcast_to(0, (6,)), 3*(gather(x, j, axes=(0,))*gather(x, j, axes=(0,))), j, "
         "axes=(0,), combine=add), 2*gather(x, i, axes=(0,)), i, axes=(0,), combine=add)",
         "kernel kernel scatter kernel scatter", 1),
    Line("join", lambda: sn.grad(T.sum(T.concatenate([x, y]) ** 2), x), "2*x"),
    Line("stack", lambda: sn.grad(T.sum(T.stack([x, y]) ** 2), x), "2*x"),
    Line("reshape", lambda: sn.grad(T.sum(X.reshape((20,)) ** 2), X), "2*X"),
    Line("pad", lambda: sn.grad(T.sum(T.pad(x, 1) ** 2), x), "2*x"),
    Line("set, by the values", lambda: sn.grad(T.sum(x.at[2:4].set(y[:2]) ** 2), y),
         "embed(2*y[:2], shape=(6,), starts=(0,), steps=(1,))"),
    Line("repeat", lambda: sn.grad(T.sum(X * v), v), "sum(X, axis=0)"),
)

# Fusion, and work in place
MEMORY = (
    Line("elementwise ops, repeats, slices and transposes: one kernel", lambda: T.exp(X[1:] * Y[:-1] + v).T * 2 + 1,
         "(exp(X[1:]*Y[:4] + v)*2 + 1).T"),
    Line("elementwise ops and reshapes: one kernel", lambda: T.reshape(T.exp(X) * Y, (2, 10)) + 1,
         "exp(reshape(X, (2, 10)))*reshape(Y, (2, 10)) + 1"),
    Line("a gather, what is computed from it, and its sum: one kernel, and a look at the indices",
         lambda: T.sum(T.exp(X[i]) * v, axis=1), "sum(exp(gather(X, i, axes=(0,)))*v, axis=1)", "kernel kernel", 1),
    Line("several reductions of rows: one pass a row", lambda: X / T.sqrt(T.sum(X ** 2, axis=1, keepdims=True)),
         "t1 = inverse_scale(peak(abs(X), axis=1)); X*(t1*rsqrt(sum(square_term(X*t1[:, None]), axis=1)))[:, None]"),
    Line("set in place: the copy is the result", lambda: T.exp(x).at[i].set(y[:3]),
         "scatter(exp(x), y[:3], i, axes=(0,), combine=set)", "kernel kernel scatter", 1),
    Line("inc in place, twice", lambda: T.zeros(6).at[i].add(y[:3]).at[j].add(z[:2]),
         "scatter(scatter(broadcast_to(0, (6,)), y[:3], i, axes=(0,), combine=add), z[:2], j, axes=(0,), "
         "combine=add)", "kernel kernel scatter kernel scatter", 1),
    Line("elementwise in place of a product", lambda: T.tanh(T.dot(A, B)) + 1, "tanh(A @ B) + 1", "product kernel"),
)

LINES = (*SHAPES, *FILLS, *RESHAPES, *TRANSPOSES, *SLICES, *JOINS, *INDICES, *WRITES, *ORDERS, *GRADIENTS, *MEMORY)
