"""Formulas as users write them, by topic; ``tests/corpus.py`` says what the names stand for."""

from __future__ import annotations

STATISTICS = """
((x - x.mean()) ** 2).mean()
sn.sqrt((x ** 2).sum())
x / sn.sqrt((x ** 2).sum())
(x / sn.sqrt((x ** 2).sum())) ** 2
(x * x).sum() / x.shape[0]
sn.sqrt((x * x).sum()) * sn.sqrt((x * x).sum())
sn.exp(-(x - a) ** 2 / (2 * b ** 2)) / (b * sn.sqrt(2 * pi))
sn.log(sn.prod(x))
(3 * x).sum() + (-y).sum()
(-x).prod()
(2 * i).sum()
sn.max(sn.exp(x))
sn.max(sn.max(X, axis=1))
sn.any(~p)
sn.all(sn.logical_not(p))
sn.concatenate([x, y]).sum()
sn.max(sn.concatenate([x, y]))
sn.max(x[None, :], axis=0)
sn.max(sn.broadcast_to(v, (3, 4)), axis=0)
sn.erf(x / sn.sqrt(2)) / 2 + 0.5
1 - sn.erf(x)
1 - sn.erfc(x)
sn.std(X, axis=0)
sn.cov(X)
(-A).prod(axis=0)
sn.max(sn.concatenate([A, B]), axis=0)
-(v * sn.log(v)).sum()
sn.sort(sn.sort(X))
sn.cumsum(A, axis=1)[:, -1]
sn.diff(sn.cumsum(A, axis=1), axis=1)
(A * A).mean(axis=1) - A.mean(axis=1) ** 2
2 - sn.erfc(x)
sn.log(sn.erfc(x))
sn.log(0.5 * (1 + sn.erf(x / sn.sqrt(2))))
sn.exp(-x**2) / sn.erfc(x)
""".strip()

NETWORKS = """
1 / (1 + sn.exp(-x))
sn.log(1 + sn.exp(x))
sn.log1p(sn.exp(x))
sn.exp(X) / sn.exp(X).sum(axis=1, keepdims=True)
sn.log(sn.exp(X).sum(axis=0))
sn.log(sn.exp(X) / sn.exp(X).sum(axis=1, keepdims=True))
-(y * sn.log(1 / (1 + sn.exp(-x))) + (1 - y) * sn.log(1 - 1 / (1 + sn.exp(-x)))).mean()
sn.log1p(-sn.sigmoid(x))
sn.sigmoid(x) * (1 - sn.sigmoid(x))
sn.exp(x) * sn.sigmoid(-x)
sn.sigmoid(x) * sn.log(sn.sigmoid(x))
(X @ W - 1) ** 2
sn.tanh(X @ W + x)
x * sn.tanh(sn.log(1 + sn.exp(x)))
sn.where(x > 0, x, 0 * x)
sn.maximum(x, 0)
sn.maximum(x, 0) - sn.minimum(x, 0)
sn.where(x > 0, x, sn.exp(x) - 1)
sn.exp(sn.softplus(x)) + sn.expm1(sn.softplus(y))
sn.softplus(x) - sn.softplus(-x)
sn.sigmoid(sn.log(x)) + sn.softplus(sn.log(y))
sn.sigmoid(sn.log(x) - sn.log1p(-x))
sn.tanh(x) * sn.cosh(x) + sn.sinh(y) / sn.cosh(y)
sn.sigmoid(x) - sn.sigmoid(-x)
(sn.exp(x) - 1) / (sn.exp(x) + 1)
(sn.exp(x) + 1) / (sn.exp(x) - 1)
sn.sigmoid(x) / sn.sigmoid(-x)
sn.log((sn.exp(v) / sn.exp(v).sum())[i])
sn.log((sn.exp(A) / sn.exp(A).sum(axis=1, keepdims=True))[:, sn.argmax(A, axis=1)])
""".strip()

EXPONENTIALS = """
sn.exp(a) / (sn.exp(a) + sn.exp(b) + sn.exp(c))
sn.exp(a) / (sn.exp(a) + sn.exp(b))
sn.log(2 * sn.exp(x) + 3 * sn.exp(y))
sn.log((2 ** x + 2 ** y) / 2)
(sn.exp(x) - 1) * sn.exp(-x)
x * x * sn.exp(x) / ((sn.exp(x) - 1) * (sn.exp(x) - 1))
sn.log(2 * sn.cosh(x))
sn.log(2 * sn.sinh(x / 2))
(x + 1) * sn.log(x + 1) - x * sn.log(x) - 1
sn.log(a * b / c)
sn.log(x * x + 1) / 2
a * b * (1 + b) ** c / ((1 + b) ** c - 1)
sn.sigmoid(x) - sn.sigmoid(y)
sn.log(sn.exp(x)) + sn.exp(sn.log(y))
sn.log(sn.exp(x) * y) - sn.log(sn.exp(z) / y)
sn.log(sn.exp(x) + sn.exp(y) + 1)
sn.log(sn.exp(x) - 1) + sn.log(1 - sn.exp(y))
sn.log(sn.exp(x) - sn.exp(y))
sn.log1p(-sn.exp(-sn.abs(x)))
sn.log(-sn.expm1(x)) + sn.log(sn.expm1(y))
sn.log((1 + x) / (1 - x)) / 2
sn.log(1 / x) + sn.log(sn.sqrt(y)) + sn.log(z ** 2)
sn.log(sn.assume(x, positive=True) ** y)
sn.log(x ** y)
sn.log1p(sn.expm1(x)) + sn.expm1(sn.log1p(y)) + sn.exp(sn.log1p(z))
sn.expm1(sn.log(x)) + sn.exp2(sn.log2(y)) + sn.log2(sn.exp2(z))
sn.exp(x) * sn.exp(y) + sn.exp(x) / sn.exp(z)
sn.exp(x) ** 4 + sn.exp(sn.log(x) + sn.log(y))
2 ** x + 1 ** x
sn.sqrt(sn.exp(x))
(sn.exp(x) + sn.exp(-x)) / 2 + (sn.exp(y) - sn.exp(-y)) / 2
sn.sinh(x) / (sn.exp(x) + sn.exp(-x)) + (sn.exp(y) + sn.exp(-y)) / sn.sinh(y)
sn.expm1(x) / (1 + sn.exp(x)) + (1 + sn.exp(y)) / sn.expm1(y)
sn.expm1(x) * sn.sigmoid(-x)
sn.log(x + sn.sqrt(x * x + 1))
sn.polygamma(0, x) + sn.polygamma(1, y)
sn.exp(v * sn.log(A[0]))
sn.log((sn.exp(A) * B).sum(axis=1))
sn.log(1 + sn.exp(A).sum(axis=1))
(sn.exp(A) * B).sum(axis=1) / sn.exp(A).sum(axis=1)
(1 + v) ** A[0] - 1
(1 + x) ** 0.3 - 1
(2.0 ** x - 1) * (sn.exp2(y) - 1) * (x ** z - 1)
(x + 1) ** 0.3 - x ** 0.3
sn.exp(v + A[0]) - sn.exp(v)
sn.log(sn.cosh(x)) + sn.log(sn.sinh(y))
sn.exp(0.75 * sn.log(x))
sn.log1p(x - 1)
sn.expm1(x) + 1
""".strip()

ANGLES = """
1 - sn.cos(x) * sn.cos(y)
sn.arccos(sn.sqrt(1 - x * x))
sn.cosh(x + y) - sn.cosh(x)
sn.sin(x + y) - 2 * sn.sin(x) + sn.sin(x - y)
sn.cosh(x) / sn.sinh(x)
sn.sin(x) ** 2 + sn.cos(x) ** 2
sn.cosh(x) ** 2 - sn.sinh(x) ** 2
1 - sn.sin(x) ** 2
1 - sn.cos(x) ** 2
1 - sn.tanh(x) ** 2
sn.cosh(x) ** 2 - 1
1 + sn.sinh(x) ** 2
sn.sin(x) / sn.cos(x)
sn.tan(x) * sn.cos(x)
(1 - sn.cos(x)) / sn.sin(x) + sn.sin(y) / (1 + sn.cos(y))
sn.sin(x) / (1 - sn.cos(x))
(sn.cosh(x) - 1) / sn.sinh(x) + sn.sinh(y) / (1 + sn.cosh(y))
sn.cosh(x) - 1
sn.exp(x) + sn.exp(-x) - 2
sn.arccos(1 - x) * sn.arccosh(1 + y)
(pi / 2 - sn.arctan(x)) * (pi - sn.arccos(y))
sn.tan(x + 0.001 * y) - sn.tan(x)
sn.arcsin(sn.sin(sn.assume(x, lower=-1, upper=1))) + sn.arctan(sn.tan(sn.assume(y, lower=-1, upper=1)))
sn.arccos(sn.cos(sn.assume(x, lower=0, upper=3)))
sn.cos(sn.arccos(x)) + sn.tan(sn.arctan(y))
sn.arctanh(sn.tanh(x)) + sn.arcsinh(sn.sinh(y)) + sn.sinh(sn.arcsinh(z)) + sn.arccosh(sn.cosh(x))
sn.tanh(sn.arctanh(x)) + sn.cosh(sn.arccosh(y))
sn.deg2rad(sn.rad2deg(x)) + sn.rad2deg(sn.deg2rad(y))
sn.cos(-x) + sn.sin(-y)
sn.sinh(x) / x - 1
sn.cbrt(x ** 3)
sn.tan(v + 0.001 * A[0]) - sn.tan(v)
""".strip()

ALGEBRA = """
sn.sqrt(x + 1) - 2 * sn.sqrt(x) + sn.sqrt(x - 1)
(x * x + y * y) / 2 - ((x + y) / 2) ** 2
x ** 5 - y ** 5
sn.sqrt((1 + x) / (1 - x)) - 1
(sn.abs(X) ** 3).sum(axis=1) ** (1 / 3)
x * y / x + (-x) * (-y)
x + 0 - (0 - y) + 0.0 * z
x * 1 + y / 1 + z / -1 + -1 * x
sn.add(x, -0.0) + sn.subtract(y, -0.0) + sn.subtract(-0.0, z)
+x - (-y)
i // 1 + j * 0
0 / x
x ** 0 + y ** 1 + z ** 2 + x ** 3 + y ** 4 + z ** -1
x ** -2 + y ** -0.5 + z ** 0.5 + x ** 1.5
(x ** 3) ** 2 + (i ** 3) ** 2 + i ** 5
a * x + a * y - a * z
2 * x + 3 * x - y / 4
x + 1 - 1 + (y + 2) + 3
(x ** 2 - y ** 2) / (x - y)
(x + y) ** 2 - x ** 2 - 2 * x * y - y ** 2
((x * 2) * 3) / 6
x ** 4 + 2 * x ** 3 + 3 * x ** 2 + 4 * x + 5
x / sn.sqrt(x) + sn.sqrt(y) * sn.sqrt(y)
1 / sn.sqrt(x) + 1 / (y * sn.sqrt(y)) + z / (x * sn.sqrt(x))
1 / sn.sqrt(x) - 1 / sn.sqrt(x + 1)
1 / (1 / x) + sn.reciprocal(sn.reciprocal(y))
sn.sqrt(x ** 2) + sn.square(sn.sqrt(y))
(-b + sn.sqrt(b * b - 4 * a * c)) / (2 * a)
abs(-x) + abs(abs(y)) + abs(x * y) / abs(x)
x / abs(x) + sn.sign(-y) + sn.sign(sn.sign(z))
abs(x) ** 2 + abs(u)
abs(sn.exp(x)) + abs(sn.assume(y, negative=True)) + abs(sn.assume(z, nonpositive=True))
abs(sn.assume(x, nonnegative=True)) + sn.sign(sn.assume(y, positive=True)) + sn.sign(sn.assume(z, negative=True))
sn.conj(sn.conj(sn.tensor.zvector('w')))
sn.tensor.zvector('w') * 1 + sn.tensor.zvector('w') ** 2 / 1
sn.real(sn.conj(sn.tensor.zvector('w'))) + sn.imag(sn.conj(sn.tensor.zvector('w')))
abs(sn.conj(sn.tensor.zvector('w')))
sn.where(x < 0, -x, x)
i // 8 + j % 8
i // 3 + j % 3
x // 3 + y % 3
x // 4 + y % 4
sn.maximum(x, -x)
(a * c + b * s) / (c * c + s * s)
(x - a) / (b - a)
""".strip()

CONDITIONS = """
sn.where(True, x, y) + sn.where(False, x, y) + sn.where(x > 0, y, y)
sn.where(~p, x, y) + sn.where(p, sn.where(p, x, y), z) + sn.where(p, x, sn.where(p, y, z))
sn.where(p, x, 0) + sn.where(p, 0, y) + x * sn.where(q, 0, y)
sn.where(p, a * x, y) / a
sn.where(p, True, False) | sn.where(q, False, True)
sn.where(p, q, False) | sn.where(p, True, q)
(p & True) | False
(p & False) | (q | True)
~~p & (p | p) & (q & q)
(p == True) & (q == False) & (p != True) & (q != False)
(p ^ p) | (q ^ False) | (p ^ True)
(p & ~p) | (q | ~q) | (p ^ ~p)
(p & (p | q)) | (q | (p & q))
(~p & ~q) | (~p | ~q)
~(x == y) & ~(x != y) & ~(i < j) & ~(i <= j)
~(i > j) & ~(i >= j) & sn.logical_not(p)
(x < x) | (x > x) | (i == i) | (i != i)
(i <= i) | (i >= i) | (x <= x) | (x >= x)
x != x
(i & 0) + (i & -1) + (i & j & i & i) + (i | 0)
(i | -1) + (i | i) + (i ^ 0) + (i ^ -1) + (i ^ i) + ~~j
(i & i) + (j | j)
sn.less_equal(x, y) & sn.greater_equal(y, x)
sn.where(x <= y, x, y) + sn.where(y >= x, x, y)
(i + 1 == 3) | (i - j == 0) | (-i == -j)
(x - y < 0) | (-x < -y) | (sn.exp(x) < sn.exp(y))
i.astype('float64') < 3
sn.maximum(x, x) + sn.minimum(y, y)
sn.maximum(x, sn.maximum(x, y)) + sn.minimum(x, sn.minimum(x, y))
sn.maximum(x, sn.minimum(x, y)) + sn.minimum(x, sn.maximum(x, y))
sn.maximum(-x, -y) + sn.minimum(-x, -y)
sn.maximum(sn.maximum(x, 1), 2) + sn.minimum(sn.minimum(x, 2), 1)
sn.where(v > 1, sn.where(v > 1, v, -v), v + 1) + sn.where(v > 2, v, sn.where(v > 2, -v, v + 1))
(v <= A[0]) & (v != A[0]) | (v >= A[1]) & (v != A[1])
""".strip()

ASSUMPTIONS = """
sn.assume(sn.assume(x, positive=True), upper=5) + sn.assume(abs(sn.assume(y, positive=True)), nonnegative=True)
(sn.assume(i, nonnegative=True) < 0) | (sn.assume(x, positive=True) > 0)
sn.maximum(sn.assume(i, nonnegative=True), -1) + sn.maximum(sn.assume(x, nonnegative=True), 0)
sn.clip(sn.assume(x, lower=0, upper=3), 0, 4) + sn.floor(sn.assume(y, integer=True))
sn.assume(x, lower=0, upper=0.5) % sn.assume(y, lower=1)
sn.fmod(sn.assume(x, lower=0, upper=0.5), sn.assume(y, lower=1))
sn.assume(i, lower=0, upper=3) // sn.assume(j, lower=4)
sn.assume(abs(sn.assume(v, positive=True)), nonnegative=True)
sn.assume(abs(v), nonnegative=True)
sn.assume(sn.sqrt(sn.assume(v, lower=1, upper=2)), positive=True)
sn.copysign(x, sn.assume(y, positive=True))
(sn.assume(v, positive=True) ** A[0]) ** A[1]
sn.sqrt(sn.assume(x, positive=True) ** y)
""".strip()

SHAPES = """
A.T.T + A.transpose(0, 1)
sn.squeeze(sn.transpose(sn.expand_dims(A, 1), (2, 1, 0)), 1)
A.T - B.T + A.T
x[0] * x[1] * x[2]
sn.grad(x[0] * sn.sin(x[2]) + x[1] ** 3, x)
A.reshape(16).reshape(2, 8) + sn.maximum(A, 2).reshape(16).reshape(2, 8)
sn.maximum(A, 2).reshape(16)
A[1:][::2][:, 1:3]
sn.exp(x)[2:5]
(A + B)[1]
(A @ B)[1]
A.sum(axis=0)[1]
A.T[1] + sn.broadcast_to(v, (3, 4))[1]
sn.concatenate([A, B])[5:6]
sn.concatenate([sn.concatenate([x, y]), z])
sn.concatenate([A[:, :2], A[:, 2:3]], axis=1)
sn.concatenate([x, y]) + sn.concatenate([y, x])
sn.stack([x, y])[0]
x.at[1].set(5.0)[1]
x.at[2:4].set(0.0)[2:4]
v.at[1:3].add(v[1:3])
v.at[1:3].set(v[1:3])
A.at[0].set(v).at[0].set(2 * v)
x.at[i].add(0.0) + x.at[i].add(y[i])
x.at[sn.arange(3)].set(v[:3])[sn.arange(3)]
A[sn.arange(3)] + A[2 - sn.arange(3)]
A[sn.zeros(4, dtype='int64') - 1]
x.astype('float32').astype('float64') + f.astype('float64').astype('float32')
sn.pad(sn.pad(v, 1), 1)
sn.zeros((4, 4)).at[1:3].set(0.0) + A
sn.zeros((2, 4)).repeat(2, axis=0) + A
sn.diag(v)[0]
sn.ones((3, 4)).T
x.at[i].set(0.0).at[i].set(1.0)
sn.zeros(4).at[i].add(x[i]) + sn.zeros(4).at[j].add(y[j])
sn.where(sn.arange(4) < 2, v, v)
x.at[i].add(1.0).at[i].add(y[i])
sn.tile(v, 3).reshape(3, 4).sum(axis=0)
v.at[sn.arange(3)].set(v[1:])[sn.arange(3)]
sn.pad(sn.zeros((2, 2)), 1) + A
v.at[i].add(0.0)
v.at[sn.arange(3) + 1].set(v[:3])
i.astype('int32').astype('int8')
v.at[sn.argsort(v)].set(A[0])[sn.argsort(v)]
v.at[i].add(sn.zeros((3,)))
sn.argmax(A, axis=1)
A.sum(axis=1).at[sn.argmax(A, axis=1)].add(0.0)
(D @ E)[sn.argmax(A, axis=1)]
""".strip()

MATRICES = """
sn.linalg.inv(A) @ v
sn.linalg.inv(A.T) + sn.linalg.inv(A).T
sn.linalg.solve(A, B) @ v
(-A) @ B + A @ (-B)
(2 * A) @ v
A @ B @ v
(A @ B).sum()
sn.trace(A @ B)
sn.diagonal(A @ B) + sn.diagonal(sn.exp(A))
sn.log(sn.linalg.det(A)) + sn.log(abs(sn.linalg.det(B)))
sn.sign(sn.linalg.det(A)) * sn.linalg.det(A @ B)
sn.linalg.det(A.T)
sn.zeros((4, 4)) @ B
sn.eye(4) @ B + B @ sn.eye(4)
sn.diag(v) @ B + B @ sn.diag(v)
sn.linalg.solve(sn.diag(v), B) + sn.linalg.inv(sn.diag(v))
sn.linalg.det(sn.triu(A)) + sn.linalg.det(sn.diag(v))
sn.linalg.solve(A.T @ A + sn.eye(4), v)
sn.linalg.solve(sn.triu(A), v)
sn.linalg.solve(A, v) + sn.linalg.solve(A.T, v)
sn.linalg.solve(A, v) * sn.linalg.det(A)
sn.linalg.cholesky(sn.linalg.cholesky(A.T @ A + sn.eye(4)) @ sn.linalg.cholesky(A.T @ A + sn.eye(4)).T)
sn.tril(sn.linalg.cholesky(A.T @ A + sn.eye(4)))
sn.linalg.eigvals(A.T @ A)
sn.linalg.solve_triangular(sn.diag(v), B, lower=True)
sn.kron(A, B) @ sn.ones(16)
A @ v[:, None]
A.T @ (A @ v)
sn.linalg.det(sn.linalg.inv(A))
sn.linalg.norm(v) ** 2
sn.sqrt((A * A).mean(1)) + sn.sqrt(sn.sum(A ** 2, axis=0))
sn.linalg.det(A @ B)
sn.tril(sn.linalg.cholesky(A.T @ A + 100 * sn.eye(4)))
sn.linalg.solve_triangular(A * sn.eye(4), B, lower=True)
sn.linalg.inv(A * sn.eye(4)) + sn.linalg.inv(sn.triu(A))
sn.linalg.solve(A, B) + sn.linalg.solve(A.T, C)
sn.linalg.solve(D, E) + sn.linalg.solve(D.T, E)
sn.linalg.solve(D, E) * sn.linalg.det(D)
sn.tril(sn.linalg.cholesky(D.T @ D + 100 * sn.eye(16)))
sn.linalg.solve(2 * A, B)
v @ (A.T @ (A @ v))
sn.linalg.solve(A, 2 * B)
""".strip()

_TOPICS = (STATISTICS, NETWORKS, EXPONENTIALS, ANGLES, ALGEBRA, CONDITIONS, ASSUMPTIONS, SHAPES, MATRICES)
FORMULAS = tuple(line for topic in _TOPICS for line in topic.split("\n"))
