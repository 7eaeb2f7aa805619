"""Theano's and PyTensor's optimisations of elementwise algebra and reductions, one row for each line of their list.

A row is the line, an expression as its users write it, and what symnum makes of it, as text.  Where a line is wrong
outside of a domain, the row says what symnum does instead; such rows are met again in ``test_theano_elementwise``.
"""

from __future__ import annotations

from collections.abc import Mapping

import symnum as sn
from symnum import Tensor

Row = tuple[str, Tensor, str]


def leaf(name: str, dtype: str = "float64", shape: tuple[int, ...] = ()) -> Tensor:
    """An argument of rows."""
    return sn.tensor.tensor(name, dtype=dtype, shape=shape)


x, y, z, s, t = (leaf(name) for name in "xyzst")
f, u = leaf("f", "float32"), leaf("u", "uint8")
i, j = leaf("i", "int64"), leaf("j", "int64")
b, c = leaf("b", "bool"), leaf("c", "bool")
v, w, A = leaf("v", shape=(6,)), leaf("w", shape=(6,)), leaf("A", shape=(4, 6))
LEAVES = (x, y, z, s, t, f, u, i, j, b, c, v, w, A)


# 1B, elementwise trivial: U C P
TRIVIAL: tuple[Row, ...] = (
    ("eq(x, x) -> 1: integers", i == i, "True"),
    ("eq(x, x) -> 1: only NaN differs from itself", x == x, "x == x"),
    ("neq(x, x) -> 0", i != i, "False"),
    ("neq(x, x) of floats", x != x, "isnan(x)"),
    ("x < x -> 0", x < x, "False"),
    ("x > x -> 0", i > i, "False"),
    ("x <= x -> 1", i <= i, "True"),
    ("x <= x of floats", x <= x, "x == x"),
    ("x >= x of floats", x >= x, "x == x"),
    ("min(x, x) -> x", sn.minimum(x, x), "x"),
    ("max(x, x) -> x", sn.maximum(x, x), "x"),
    ("x - x -> 0", x - x, "0"),
    ("identity(x) -> x", sn.positive(x), "x"),
    ("and(x, 0)", b & False, "False"),
    ("and(x, 1)", b & True, "b"),
    ("and(x, x)", b & b, "b"),
    ("or(x, 0)", b | False, "b"),
    ("or(x, 1)", b | True, "True"),
    ("or(x, x)", b | b, "b"),
    ("xor(x, x) -> 0", b ^ b, "False"),
    ("xor(x, 0) -> x", b ^ False, "b"),
    ("xor(x, 1) -> not x", b ^ True, "logical_not(b)"),
    ("and of bits with 0", i & 0, "0"),
    ("and of bits with -1", i & -1, "i"),
    ("or of bits with 0", i | 0, "i"),
    ("or of bits with -1", i | -1, "-1"),
    ("xor of bits, self", i ^ i, "0"),
    ("not not x", ~~b, "b"),
    ("invert twice", ~~i, "i"),
    ("and(x, not x)", b & ~b, "False"),
    ("or(x, not x)", b | ~b, "True"),
    ("and(not x, not y)", ~b & ~c, "logical_not(logical_or(b, c))"),
    ("shape facts: a length is not below 0", sn.maximum(v.shape[0], 0), "6"),
)


# 1B, inverse pairs; 1C, exp/log domain: C P
INVERSES: tuple[Row, ...] = (
    ("deg2rad(rad2deg(x)) -> x", sn.deg2rad(sn.rad2deg(x)), "x"),
    ("rad2deg(deg2rad(x)) -> x", sn.rad2deg(sn.deg2rad(x)), "x"),
    ("acosh(cosh(x)) -> |x|, where Theano has x", sn.arccosh(sn.cosh(x)), "abs(x)"),
    ("cosh(acosh(x)) -> x from 1 on", sn.cosh(sn.arccosh(x)), "where(x >= 1, x, nan)"),
    ("atanh(tanh(x)) -> x", sn.arctanh(sn.tanh(x)), "x"),
    ("tanh(atanh(x)) -> x within 1", sn.tanh(sn.arctanh(x)), "where(abs(x) <= 1, x, nan)"),
    ("asinh(sinh(x)) -> x", sn.arcsinh(sn.sinh(x)), "x"),
    ("sinh(asinh(x)) -> x", sn.sinh(sn.arcsinh(x)), "x"),
    ("conj(conj(x)) -> x", sn.conj(sn.conj(x)), "x"),
    ("neg(neg(x)) -> x", -sn.negative(x), "x"),
    ("inv(inv(x)) -> x", 1 / (1 / x), "x"),
    ("reciprocal(reciprocal(x)) -> x", sn.reciprocal(sn.reciprocal(x)), "x"),
    ("sin(arcsin(x))", sn.sin(sn.arcsin(x)), "where(abs(x) <= 1, x, nan)"),
    ("tan(arctan(x))", sn.tan(sn.arctan(x)), "x"),
    ("log(exp(x)) -> x", sn.log(sn.exp(x)), "x"),
    ("log1p(expm1(x)) -> x", sn.log1p(sn.expm1(x)), "x"),
    ("exp(log(x)) -> x from 0 on", sn.exp(sn.log(x)), "where(x >= 0, x, nan)"),
    ("exp(log1p(x)) -> 1 + x from -1 on", sn.exp(sn.log1p(x)), "where(x >= (-1), 1 + x, nan)"),
    ("expm1(log(x)) -> x - 1 from 0 on", sn.expm1(sn.log(x)), "where(x >= 0, x - 1, nan)"),
    ("expm1(log1p(x)) -> x from -1 on", sn.expm1(sn.log1p(x)), "where(x >= (-1), x, nan)"),
    ("exp(softplus(x)) -> 1 + exp(x)", sn.exp(sn.softplus(x)), "1 + exp(x)"),
    ("expm1(softplus(x)) -> exp(x)", sn.expm1(sn.softplus(x)), "exp(x)"),
    ("softplus(log(x)) -> log1p(x) from 0 on", sn.softplus(sn.log(x)), "where(x >= 0, log1p(x), nan)"),
    ("sigmoid(log(x))", sn.sigmoid(sn.log(x)), "where(x >= 0, x/(1 + x), nan)"),
    ("sigm(logit(x)) -> x within 0 and 1", sn.sigmoid(sn.logit(x)), "where(logical_and(x >= 0, x <= 1), x, nan)"),
    ("logit(sigm(x)) -> x", sn.logit(sn.sigmoid(x)), "x"),
    ("exp2(log2(x))", sn.exp2(sn.log2(x)), "where(x >= 0, x, nan)"),
    ("log2(exp2(x))", sn.log2(sn.exp2(x)), "x"),
    ("cbrt(x**3) -> x", sn.cbrt(x**3), "x"),
)


# 1B, casts: C P
CASTS: tuple[Row, ...] = (
    ("cast(cast(x, a), b) -> cast(x, b) after an upcast", f.astype("float64").astype("float32"), "f"),
    ("an upcast between integers", u.astype("int32").astype("int8"), "astype(u, int8)"),
    ("bits that a downcast drops", i.astype("int32").astype("int8"), "astype(i, int8)"),
    ("no merge where digits are lost", x.astype("float32").astype("float64"), "astype(astype(x, float32), float64)"),
    ("no merge where a wrap is lost", i.astype("int8").astype("int64"), "astype(astype(i, int8), int64)"),
    ("cast to the same dtype", x.astype("float64", copy=True), "x"),
    ("bool there and back", b.astype("float64").astype("bool"), "b"),
    ("bool there and back, through an integer", b.astype("int64").astype("bool"), "b"),
    ("two casts to wider integers", u.astype("int16").astype("int64"), "astype(u, int64)"),
    ("a cast to an integer and a float", u.astype("int32").astype("float64"), "astype(u, float64)"),
    ("constants upcast: 1 - x and 1.0 - x are one", (1 - x) - (1.0 - x), "0"),
    ("comparison of casts", f.astype("float64") < 2, "f < 2"),
    ("comparison of cast integers", i.astype("float64") < 3, "i < 3"),
)


# 1A, add canonical, neg_neg, add specialize; 1C, sign/neg: C P
SUMS: tuple[Row, ...] = (
    ("x + 0 -> x", x + 0, "x"),
    ("0 + x -> x", 0.0 + x, "x"),
    ("x - 0 -> x", x - 0, "x"),
    ("0 - x -> -x", 0 - x, "-x"),
    ("one constant", 1 + x + 2, "3 + x"),
    ("equal terms cancel", x + y - x, "y"),
    ("equal terms cancel whatever their order", (x + y + z) - (z + x), "y"),
    ("a*b - b*a -> 0", x * y - y * x, "0"),
    ("x + x + x -> 3*x", x + x + x, "3*x"),
    ("2*x + 3*x -> 5*x", 2 * x + 3 * x, "5*x"),
    ("--x -> x", -sn.negative(x), "x"),
    ("x - (-y) -> x + y", x - (-y), "x + y"),
    ("-x + y -> y - x", -x + y, "y - x"),
    ("x + (-1)*y -> x - y", x + (-1) * y, "x - y"),
    ("-(x - y) -> y - x", -(x - y), "y - x"),
    ("common factor", x * y + x * z, "x*(y + z)"),
    ("common divisor", x / y + (1 - x) / y, "1/y"),
    ("common factor of a product and a multiple", x * y + 3 * x, "x*(y + 3)"),
    ("two common factors", x * y * s + x * y * t, "x*y*(s + t)"),
    ("a common number", 2 * x - 2 * y, "2*(x - y)"),
    ("one term twice, with a number", -0.5 * (x / y) + -0.5 * (x / y), "-(x/y)"),
    ("one term twice, without", x * y + y * x, "x*y + x*y"),
)


# 1A, mul canonical, mul specialize, neg_div_neg; 1B, algebra: C P
PRODUCTS: tuple[Row, ...] = (
    ("x * 1 -> x", x * 1, "x"),
    ("x / 1 -> x", x / 1, "x"),
    ("x * -1 -> -x", x * -1, "-x"),
    ("x * 0 -> 0", x * 0, "0"),
    ("0 / x -> 0", 0 / x, "0"),
    ("x // 1 -> x", i // 1, "i"),
    ("x // 1 of floats", x // 1, "floor(x)"),
    ("x * y / x -> y", x * y / x, "y"),
    ("x / x -> 1", x / x, "1"),
    ("(2*x)/(4*y) -> 0.5*x/y", (2 * x) / (4 * y), "0.5*x/y"),
    ("x/(y/z) -> x*(z/y): where x*z/y could overflow", x / (y / z), "x*(z/y)"),
    ("one number", 2 * x * 4, "8*x"),
    ("x*(1/y) -> x/y", x * (1 / y), "x/y"),
    ("reciprocal and 1/x are one", sn.reciprocal(x) - 1 / x, "0"),
    ("-((-a)/b) -> a/b", -((-x) / y), "x/y"),
    ("-(c/b) -> (-c)/b", -(3 / y), "-3/y"),
    ("-x * -y -> x*y", -x * -y, "x*y"),
    ("2 * -x -> -2*x", 2 * (-x), "-2*x"),
    ("abs(a)*abs(b) -> abs(a*b)", abs(x) * abs(y), "abs(x*y)"),
    ("abs(-x) -> abs(x)", abs(-x), "abs(x)"),
    ("abs(abs(x)) -> abs(x)", abs(abs(x)), "abs(x)"),
    ("abs(x)**2 -> x**2", abs(x) ** 2, "x*x"),
    ("x/abs(x) -> sign(x)", x / abs(x), "sign(x)"),
    ("x*sign(x) -> abs(x)", x * sn.sign(x), "abs(x)"),
    ("abs(x)*sign(x) -> x", abs(x) * sn.sign(x), "x"),
    ("a division by a power of 2", x / 4, "x*0.25"),
    ("integer division by a power of 2", i // 8, "i >> 3"),
    ("remainder by a power of 2", i % 8, "i & 7"),
    ("floor division by a power of 2", x // 4, "floor(x*0.25)"),
    ("((a/x + b/y)*x*y) -> a*y + b*x", (x / s + y / t) * s * t, "x*t + y*s"),
    ("((a/x + b)*x) -> a + b*x", (x / s + y) * s, "x + y*s"),
    ("never (a + b)*x -> a*x + b*x", (x + y) * s, "(x + y)*s"),
)


# 1A, pow specialize; 1C, sqrt/pow; 1D: C P D
POWERS: tuple[Row, ...] = (
    ("x**0 -> 1", x**0, "1"),
    ("x**1 -> x", x**1, "x"),
    ("x**2 -> x*x", x**2, "x*x"),
    ("x**3", x**3, "x*x*x"),
    ("x**.5 -> sqrt(x)", x**0.5, "sqrt(x)"),
    ("x**-.5 -> 1/sqrt(x)", x**-0.5, "rsqrt(x)"),
    ("x**-1 -> 1/x", x**-1, "1/x"),
    ("x**-2 -> 1/x * 1/x", x**-2, "1/x*(1/x)"),
    ("a chain of squares, of integers any length", i**12, "i*i*(i*i)*(i*i*(i*i)*(i*i*(i*i)))"),
    ("of floats as far as it rounds no more than a power", x**5, "x*x*(x*x)*x"),
    ("of floats no further, as a power rounds once", x**7, "x**7"),
    ("x**2 * x**3 -> x**5", x**2 * x**3, "x*x*(x*x)*x"),
    ("(x**a)**b", (x**2) ** 2, "x*x*(x*x)"),
    ("(x**2)**.5 -> abs(x)", (x**2) ** 0.5, "abs(x)"),
    ("1**x -> 1", 1.0**x, "1"),
    ("2**x", 2.0**x, "exp2(x)"),
    ("A/exp(B) -> A*exp(-B)", x / sn.exp(y), "x*exp(-y)"),
    ("exp(x)**4 -> exp(4*x)", sn.exp(x) ** 4, "exp(4*x)"),
    ("exp(x)*exp(-x) -> 1", sn.exp(x) * sn.exp(-x), "1"),
    ("exp(x)*exp(y) -> exp(x + y), and what the sum loses", sn.exp(x) * sn.exp(y), "exp(x + y)*(1 + sum_error(x, y))"),
    ("exp(x)/exp(y) -> exp(x - y), and what that loses", sn.exp(x) / sn.exp(y), "exp(x - y)*(1 + sum_error(x, -y))"),
    ("a**x * a**y: no number where it was NaN", s**x * s**y, "s**x*s**y"),
    ("sqrt(x**2) -> abs(x)", sn.sqrt(x**2), "abs(x)"),
    ("sqrt(x)**2 -> x from 0 on", sn.sqrt(x) ** 2, "where(x >= 0, x, nan)"),
    ("x/sqrt(x) -> sqrt(x)", x / sn.sqrt(x), "sqrt(x)"),
    ("sqrt(x)/x -> 1/sqrt(x)", sn.sqrt(x) / x, "rsqrt(x)"),
)


# 1B, switch: U C P
SELECTIONS: tuple[Row, ...] = (
    ("constant condition", sn.where(True, x, y), "x"),
    ("constant condition, false", sn.where(False, x, y), "y"),
    ("switch(c, a, a) -> a", sn.where(b, x, x), "x"),
    ("not in the condition", sn.where(~b, x, y), "where(b, y, x)"),
    ("nested, condition known", sn.where(b, sn.where(b, x, y), z), "where(b, x, z)"),
    ("nested, condition known to be false", sn.where(b, x, sn.where(b, y, z)), "where(b, x, z)"),
    ("switch(c, True, False) -> c", sn.where(b, True, False), "b"),
    ("switch(c, False, True) -> not c", sn.where(b, False, True), "logical_not(b)"),
    ("switch(c, d, False) -> c and d", sn.where(b, c, False), "logical_and(b, c)"),
    ("switch(c, 1, 0) -> cast(c)", sn.where(b, 1.0, 0.0), "astype(b, float64)"),
    ("A*switch(c, 0, f) -> switch(c, 0, A*f)", x * sn.where(b, 0, y), "where(b, 0, x*y)"),
    ("switch(c, f, 0)*A -> switch(c, f*A, 0)", sn.where(b, y, 0) * x, "where(b, y*x, 0)"),
    ("switch(c, 0, f)/A -> switch(c, 0, f/A)", sn.where(b, 0, y) / x, "where(b, 0, y/x)"),
    ("f(switch(c, ..), switch(c, ..)) merged", sn.where(b, x, 0) + sn.where(b, 0, y), "where(b, x, y)"),
    ("merged where numbers fold", sn.where(b, 2, 3) * 4, "where(b, 8, 12)"),
    ("not merged where nothing is saved", sn.where(b, x, y) + sn.where(b, z, s), "where(b, x, y) + where(b, z, s)"),
    ("switch(x < 0, -x, x) -> abs(x)", sn.where(x < 0, -x, x), "abs(x)"),
    ("max(max(x, 1), 2) -> max(x, 2)", sn.maximum(sn.maximum(x, 1), 2), "maximum(x, 2)"),
    ("max(-x, -y) -> -min(x, y)", sn.maximum(-x, -y), "-minimum(x, y)"),
    ("max(x, -x) -> abs(x)", sn.maximum(x, -x), "abs(x)"),
    ("clip of clip", sn.clip(sn.clip(x, 0, 1), 0, 1), "clip(x, 0, 1)"),
)


# 1B, elementwise trivial; comparisons: U C P
COMPARISONS: tuple[Row, ...] = (
    ("not(x < y): no rule, as both are false with NaN", ~(x < y), "logical_not(x < y)"),
    ("not(i < j) -> i >= j", ~(i < j), "i >= j"),
    ("not(x == y) -> x != y", ~(x == y), "x != y"),
    ("x + c1 < c2 -> x < c2 - c1", x + 1 < 3, "x < 2"),
    ("c1 - x < c2", 1 - x < 3, "x > (-2)"),
    ("c1*x <= c2, negative c1", -2 * x <= 6, "x >= (-3)"),
    ("no rounding of the number", 3 * x < 1, "3*x < 1"),
    ("integers wrap: only equality", i + 1 == 3, "i == 2"),
    ("integers wrap: no order", i + 1 < 3, "i + 1 < 3"),
    ("-x < -y -> x > y", -x < -y, "x > y"),
    ("x - y < 0 -> x < y", x - y < 0, "x < y"),
    ("x - y == 0 -> x == y", x - y == 0, "x == y"),
    ("exp(x) < exp(y) -> x < y", sn.exp(x) < sn.exp(y), "x < y"),
    ("x < y and y > x are one", (x < y) & (y > x), "x < y"),
    ("or(x < y, x == y) -> x <= y", (x < y) | (x == y), "x <= y"),
    ("and(x >= y, x != y) -> x > y", (x >= y) & (x != y), "x > y"),
    ("abs(x) < 0 -> False", abs(x) < 0, "False"),
    ("unsigned below 0", u < 0, "False"),
    ("b == True -> b", sn.equal(b, True), "b"),
)


# 1B, log/exp stable, erf; 1C, logs, special: C S P
LOGARITHMS: tuple[Row, ...] = (
    ("log(1 + x) -> log1p(x)", sn.log(1 + x), "log1p(x)"),
    ("log(1 - x) -> log1p(-x)", sn.log(1 - x), "log1p(-x)"),
    ("exp(x) - 1 -> expm1(x)", sn.exp(x) - 1, "expm1(x)"),
    ("1 - exp(x) -> -expm1(x)", 1 - sn.exp(x), "-expm1(x)"),
    ("log(exp x + exp y) -> logaddexp", sn.log(sn.exp(x) + sn.exp(y)), "logaddexp(x, y)"),
    ("log(1/x) -> -log(x)", sn.log(1 / x), "-log(x)"),
    ("log(sqrt(x)) -> .5*log(x)", sn.log(sn.sqrt(x)), "0.5*log(x)"),
    ("log(x**3) -> 3*log(x)", sn.log(x**3), "3*log(x)"),
    ("log(x**2) -> 2*log(abs(x))", sn.log(x**2), "2*log(abs(x))"),
    ("log(a/const): the difference would cancel near 1", sn.log(x / 3), "log(x/3)"),
    ("log(prod(x)) -> sum(log(x)), any signs", sn.log(sn.prod(v)), "where(prod(sign(v)) < 0, nan, sum(log(abs(v))))"),
    ("log(exp x - exp y)", sn.log(sn.exp(x) - sn.exp(y)), "x + log1mexp(y - x)"),
    ("log1p(-exp(x)) -> log1mexp(x)", sn.log1p(-sn.exp(x)), "log1mexp(x)"),
    ("log(-expm1(x)) -> log1mexp(x)", sn.log(-sn.expm1(x)), "log1mexp(x)"),
    ("log1p(exp(x)) -> softplus(x)", sn.log1p(sn.exp(x)), "softplus(x)"),
    ("log(sigm(x)) -> -softplus(-x)", sn.log(sn.sigmoid(x)), "-softplus(-x)"),
    ("log(1 - sigm(x)) -> -softplus(x)", sn.log(1 - sn.sigmoid(x)), "-softplus(x)"),
    ("log1p(-sigm(x)) -> -softplus(x)", sn.log1p(-sn.sigmoid(x)), "-softplus(x)"),
    ("exp(x)/(1 + exp(x)) -> sigm(x)", sn.exp(x) / (1 + sn.exp(x)), "sigmoid(x)"),
    ("c/(1 + exp(x)) -> c*sigm(-x)", y / (1 + sn.exp(x)), "y*sigmoid(-x)"),
    ("1/(1 + exp(x)) -> sigm(-x)", 1 / (1 + sn.exp(x)), "sigmoid(-x)"),
    ("exp(x)*sigm(-x) anywhere in a product", sn.exp(x) * y * sn.sigmoid(-x), "sigmoid(x)*y"),
    ("1 - sigm(x) -> sigm(-x)", 1 - sn.sigmoid(x), "sigmoid(-x)"),
    ("sigm(x)/(1 - sigm(x)) -> exp(x)", sn.sigmoid(x) / (1 - sn.sigmoid(x)), "exp(x)"),
    ("1 - erf(x) -> erfc(x)", 1 - sn.erf(x), "erfc(x)"),
    ("1 + erf(x) -> erfc(-x)", 1 + sn.erf(x), "erfc(-x)"),
    ("1 - erfc(x) -> erf(x)", 1 - sn.erfc(x), "erf(x)"),
    ("-1 + erf(x) -> -erfc(x)", -1 + sn.erf(x), "-erfc(x)"),
    ("-1 + erfc(x) -> -erf(x)", -1 + sn.erfc(x), "-erf(x)"),
    ("1 - erf(-x) -> erfc(-x)", 1 - sn.erf(-x), "erfc(-x)"),
    ("log(erfc(x)), for large x too", sn.log(sn.erfc(x)), "where(x > 0.5, log(erfcx(x)) - x*x, log1p(-erf(x)))"),
    ("exp(-x**2)/erfc(x), for large x too", sn.exp(-x**2) / sn.erfc(x), "1/erfcx(x)"),
    ("polygamma(0, x) -> digamma(x)", sn.polygamma(0, x), "digamma(x)"),
    ("polygamma(1, x) -> trigamma(x)", sn.polygamma(1, x), "trigamma(x)"),
)


# 1B, softmax/xent; 1C, softmax: C S P
SOFTMAX: tuple[Row, ...] = (
    ("exp(X)/sum(exp(X)) -> softmax(X), shifted", sn.exp(A) / sn.exp(A).sum(axis=1, keepdims=True),
     "t1 = exp(A - where(isfinite(peak(A, axis=1)), peak(A, axis=1), 0)[:, None])\nt1/sum(t1, axis=1, keepdims=True)"),
    ("a vector's softmax, which Theano misses", sn.exp(v) / sn.exp(v).sum(),
     "t1 = exp(v - where(isfinite(peak(v)), peak(v), 0))\nt1/sum(t1)"),
    ("log(sum(exp(x))) -> max + log(sum(exp(x - max)))", sn.log(sn.exp(v).sum()),
     "t1 = where(isfinite(peak(v)), peak(v), 0)\nlog(sum(exp(v - t1))) + t1"),
    ("log(softmax(x)) -> logsoftmax(x)", sn.log(sn.softmax(v)),
     "t1 = v - where(isfinite(peak(v)), peak(v), 0)\nt1 - log(sum(exp(t1)))"),
    ("log of softmax by hand", sn.log(sn.exp(v) / sn.exp(v).sum()),
     "t1 = v - where(isfinite(peak(v)), peak(v), 0)\nt1 - log(sum(exp(t1)))"),
    ("log(softmax(x)[0]), with an index between", sn.log(sn.softmax(v)[0]),
     "t1 = v - where(isfinite(peak(v)), peak(v), 0)\nsqueeze(t1[:1] - log(sum(exp(t1))), axis=0)"),
    ("x - logsumexp(x) is logsoftmax(x)", (v - sn.logsumexp(v)) - sn.log_softmax(v), "broadcast_to(0, (6,))"),
    ("x - logsumexp(x, keepdims) -> logsoftmax(x)", A - sn.logsumexp(A, axis=1, keepdims=True),
     "t1 = A - where(isfinite(peak(A, axis=1)), peak(A, axis=1), 0)[:, None]\nt1 - log(sum(exp(t1), axis=1))[:, None]"),
    ("logsumexp(x) - x[i]", sn.logsumexp(v) - v[2],
     "t1 = where(isfinite(peak(v)), peak(v), 0)\nlog(sum(exp(v - t1))) + (t1 - v[2])"),
    ("softmax by an inverse", sn.exp(v) * (1 / sn.exp(v).sum()),
     "t1 = exp(v - where(isfinite(peak(v)), peak(v), 0))\nt1/sum(t1)"),
    ("log of elements of softmax at known indices", sn.log(sn.softmax(A, axis=1)[[0, 1, 2, 3], [0, 1, 2, 3]]),
     ("t1 = A - where(isfinite(peak(A, axis=1)), peak(A, axis=1), 0)[:, None]\n"
      "diagonal(t1[:, :4]) - log(sum(exp(t1), axis=1))")),
    ("exp(logsoftmax(x)) -> softmax(x)", sn.exp(sn.log_softmax(v)),
     "t1 = exp(v - where(isfinite(peak(v)), peak(v), 0))\nt1/sum(t1)"),
)


# 1C, sign/neg; parity: C
SIGNS: tuple[Row, ...] = (
    ("sign(-x) -> -sign(x)", sn.sign(-x), "-sign(x)"),
    ("sign(sign(x)) -> sign(x)", sn.sign(sn.sign(x)), "sign(x)"),
    ("sign(a/b) with b of known sign", sn.sign(x / sn.exp(y)), "sign(x)"),
    ("sign(a*b) with a of known sign", sn.sign(-2 * x), "-sign(x)"),
    ("sin(-x) -> -sin(x)", sn.sin(-x), "-sin(x)"),
    ("cos(-x) -> cos(x)", sn.cos(-x), "cos(x)"),
    ("erf(-x) -> -erf(x)", sn.erf(-x), "-erf(x)"),
    ("abs(-2*x) -> abs(2*x)", abs(-2 * x), "abs(2*x)"),
    ("abs(exp(x)) -> exp(x)", abs(sn.exp(x)), "exp(x)"),
    ("floor(rint(x)) -> rint(x)", sn.floor(sn.rint(x)), "rint(x)"),
)


# 1A, sum_scalar_mul; 1B, reductions: C P X
REDUCTIONS: tuple[Row, ...] = (
    ("sum(sum(x)) -> sum(x)", A.sum(axis=0).sum(), "sum(A)"),
    ("prod(prod(x)) -> prod(x)", A.prod(axis=1).prod(), "prod(A)"),
    ("max(max(x)) -> max(x)", A.max(axis=1).max(), "max(A)"),
    ("min(min(x)) -> min(x)", A.min(axis=0).min(), "min(A)"),
    ("any(any(x)) -> any(x)", (A > 0).any(axis=1).any(), "any(A > 0)"),
    ("all(all(x)) -> all(x)", (A > 0).all(axis=1).all(), "all(A > 0)"),
    ("all axes by name -> all axes", A.sum(axis=(0, 1)), "sum(A)"),
    ("axis of length 1 dropped: sum", A[:1].sum(axis=0), "A[0]"),
    ("axis of length 1 dropped: max", A[:1].max(axis=0), "A[0]"),
    ("axis of length 1 dropped: argmax", A[:1].argmax(axis=0), "broadcast_to(0, (6,))"),
    ("reduce over no axis", A.sum(axis=()), "A"),
    ("reduce(join(a, b)) -> elementwise", sn.stack([v, w]).sum(axis=0), "v + w"),
    ("max(join(a, b)) -> maximum", sn.stack([v, w]).max(axis=0), "maximum(v, w)"),
    ("sum(join(a, b)) -> sum(a) + sum(b)", sn.concatenate([v, w]).sum(), "sum(v) + sum(w)"),
    ("sum(c*X) -> c*sum(X)", (2 * v).sum(), "2*sum(v)"),
    ("sum(s*X) -> s*sum(X)", (s * v).sum(), "s*sum(v)"),
    ("sum(-X) -> -sum(X)", (-v).sum(), "-sum(v)"),
    ("sum(2*s*X*Y) -> 2*s*sum(X*Y)", (2 * s * v * w).sum(), "2*s*sum(v*w)"),
    ("sum(a/broadcast(b)) -> sum(a)/b", (A / v).sum(axis=0), "sum(A, axis=0)/v"),
    ("sum(c*X*X)", (0.5 * v * v).sum(), "0.5*sum(square_term(v))"),
    ("scaling by hand stays", ((v / s) ** 2).sum(), "sum(square_term(v/s))"),
    ("prod(c*X) -> c**size*prod(X)", (2 * v).prod(), "64*prod(v)"),
    ("prod(-X) -> (-1)**size*prod(X)", (-A).prod(axis=0), "prod(A, axis=0)"),
    ("sum(alloc(c)) -> c*n", sn.full((5,), s).sum(), "5*s"),
    ("prod(alloc(c)) -> c**n", sn.full((5,), s).prod(), "s*s*(s*s)*s"),
    ("prod of repeated rows", sn.broadcast_to(v, (2, 6)).prod(), "prod(v)*prod(v)"),
    ("sum(alloc(2)) -> a number", sn.full((5,), 2.0).sum(), "10"),
    ("max(alloc(c)) -> c", sn.full((5,), s).max(), "s"),
    ("any(repeated)", sn.broadcast_to(A > 0, (3, 4, 6)).any(axis=0), "A > 0"),
    ("sum(sqr(W outer G)) -> sum(sqr W) * sum(sqr G)", ((v[:, None] * w[None, :]) ** 2).sum(),
     "sum(square_term(v))*sum(square_term(w))"),
    ("sum(W outer G) over one axis", (v[:, None] * w[None, :]).sum(axis=0), "sum(v)*w"),
    ("sum(W outer G) -> sum(W)*sum(G)", (v[:, None] * w[None, :]).sum(), "sum(v)*sum(w)"),
    ("-max(-x) -> min(x)", -(-v).max(), "min(v)"),
    ("max(-x) -> -min(x)", (-v).max(), "-min(v)"),
    ("max(c*x) -> c*max(x)", (3 * v).max(), "3*max(v)"),
    ("max(x + c) -> max(x) + c", (v + s).max(), "max(v) + s"),
    ("max(exp(x)) -> exp(max(x))", sn.exp(v).max(), "exp(max(v))"),
    ("argmax(f(x)) -> argmax(x): exp", sn.argmax(sn.exp(v)), "argmax(v)"),
    ("argmax(f(x)): tanh", sn.argmax(sn.tanh(v)), "argmax(v)"),
    ("argmax(f(x)): sigmoid", sn.argmax(sn.sigmoid(v)), "argmax(v)"),
    ("argmax(f(x)): softplus", sn.argmax(sn.softplus(v)), "argmax(v)"),
    ("argmax(f(x)): softmax", sn.argmax(sn.softmax(v)), "argmax(v)"),
    ("argmax(f(x)): softmax by hand", sn.argmax(sn.exp(A) / sn.exp(A).sum(axis=1, keepdims=True), axis=1),
     "argmax(A, axis=1)"),
    ("argmax(log(x)): NaN below 0 decides, no rule", sn.argmax(sn.log(v)), "argmax(log(v))"),
    ("argmax(-x) -> argmin(x)", sn.argmax(-v), "argmin(v)"),
    ("argmax(2*x + 1) -> argmax(x)", sn.argmax(2 * v + 1), "argmax(v)"),
    ("all(not x) -> not any(x)", sn.all(~(A > 0), axis=1), "logical_not(any(A > 0, axis=1))"),
    ("mean of means", A.mean(axis=0).mean(), "sum(A)/24"),
    ("variance in one form", v.var(), "sum(square_term(v - sum(v)/6))/6"),
)


GROUPS: Mapping[str, tuple[Row, ...]] = {
    "trivial": TRIVIAL, "inverses": INVERSES, "casts": CASTS, "sums": SUMS, "products": PRODUCTS, "powers": POWERS,
    "selections": SELECTIONS, "comparisons": COMPARISONS, "logarithms": LOGARITHMS, "softmax": SOFTMAX,
    "signs": SIGNS, "reductions": REDUCTIONS,
}
