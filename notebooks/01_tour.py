# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A tour of symnum
#
# Write mathematics over arrays as in NumPy; symnum simplifies it, makes it numerically stable, differentiates it, and
# runs it as one native kernel. This notebook goes through five small programs, then looks at what happened inside.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

import symnum as sn

T = sn.tensor

# %% [markdown]
# ## Five programs
#
# **1. Adding two numbers.** Inputs are typed: `d` is float64, `f` is float32.

# %%
x, y = T.dscalars("x", "y")
add = sn.function([x, y], x + y)
add(1.5, 2.5)

# %% [markdown]
# **2. The logistic function**, elementwise over a matrix.

# %%
m = T.dmatrix("m")
logistic = sn.function([m], 1 / (1 + sn.exp(-m)))
logistic([[0, 1], [-1, -2]])

# %% [markdown]
# **3. Several results at once**; they share their work, and come from one kernel.

# %%
a, b = T.dmatrices("a", "b")
difference = a - b
compare = sn.function([a, b], {"difference": difference, "absolute": abs(difference), "square": difference**2})
compare([[1, 1], [1, 1]], [[0, 1], [2, 3]])

# %% [markdown]
# **4. A gradient.** `grad` gives an expression; it is compiled like any other.

# %%
gradient = sn.function([m], sn.grad((1 / (1 + sn.exp(-m))).sum(), m))
gradient([[0, 1], [-1, -2]])

# %% [markdown]
# **5. Gradient descent** on a shared value, which keeps its state between calls.

# %%
v, target = T.dvector("v"), T.dscalar("target")
w = sn.shared(np.array([0.2, 0.7]), name="w")
answer = (v * w).sum()
slope = sn.grad((target - answer) ** 2, w)
step = sn.function([v, target], answer, updates={w: w - 0.1 * slope})
[round(float(step([1.0, 1.0], 20.0)), 4) for _ in range(10)]

# %% [markdown]
# ## What is rewritten
#
# `log(1 + exp(x))` overflows at x = 1000 when it is computed as it is written. symnum recognises it, and its gradient
# as well. Each step can be listed, and each rule can be switched off by its name.

# %%
s = T.dscalar("s")
naive = sn.log(1 + sn.exp(s))
stable = sn.function([s], [naive, sn.grad(naive, s)])
as_written = sn.function([s], [naive, sn.grad(naive, s)], rewrites="off")
stable(1000.0), as_written(1000.0)

# %%
stable.explain()

# %% [markdown]
# ## The generated C
#
# This is the whole program behind the logistic function.

# %%
print(logistic.source("c"))

# %% [markdown]
# ## Speed
#
# The gradient of the logistic function, beside the same in NumPy.


# %%
def by_hand(values):
    s = 1 / (1 + np.exp(-values))
    return s * (1 - s)


def median_seconds(function, values, rounds=9):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        function(values)
        times.append(time.perf_counter() - begin)
    return np.median(times)


u = T.dvector("u")
fused = sn.function([u], sn.grad((1 / (1 + sn.exp(-u))).sum(), u))
sizes = [10**k for k in range(2, 7)]
inputs = [np.random.default_rng(0).normal(size=n) for n in sizes]
np.testing.assert_allclose(fused(inputs[-1]), by_hand(inputs[-1]), rtol=1e-10, atol=1e-15)

figure, axes = plt.subplots(figsize=(6, 4))
for name, function in (("NumPy", by_hand), ("symnum", fused)):
    axes.loglog(sizes, [median_seconds(function, v) / v.size * 1e9 for v in inputs], "o-", label=name)
axes.set(xlabel="elements", ylabel="ns per element", title="gradient of the logistic function, float64")
axes.legend()
axes.grid(alpha=0.3)
figure.tight_layout()
plt.show()
