"""Classes of scalars: elementary functions, roundings, conditions, complex numbers, sums, integrals, derivatives."""

from __future__ import annotations

import sympy
from sympy import S
from sympy.codegen import cfunctions, numpy_nodes

from tests.sympy_classes import Refused, Row, m, n, p, q, r, x, y, z

k, t, j = sympy.symbols("k t j")
f = sympy.Function("f")

_REAL = (-6.0, 6.0)
_UNIT = (-0.99, 0.99)
_ABOVE = (0.05, 20.0)
_NEAR = (0.2, 2.0)
_BOX = ((-3.0, 3.0), (-2.0, 2.0))
_SMALL = ((-0.9, 0.9), (-0.9, 0.9))
_LARGE = ((1.2, 3.0), (0.3, 2.0))


def _choice(condition: object) -> sympy.Piecewise:
    """1 where a condition holds, else 2."""
    return sympy.Piecewise((1, condition), (2, True))


ARITHMETIC: tuple[Row, ...] = (
    Row("Add", x + y - 2 * z, (_REAL, _REAL, _REAL), floor=24, plane=_BOX),
    Row("Mul", -2 * x * y / (3 * z), (_REAL, _REAL, _ABOVE), tol=6, plane=_LARGE),
    Row("Pow", x**y, (_ABOVE, (-3.0, 3.0)), plane=((0.1, 2.0), (-1.0, 1.0)), tol=12),
    Row("Pow", (x + 2) ** -3, (_ABOVE,), plane=_LARGE, tol=12),
    Row("Pow", 2**x - S(5) ** y, (_REAL, (-2.0, 1.0)), floor=400),
    Row("sqrt", sympy.sqrt(x), (_ABOVE,), plane=_BOX),
    Row("cbrt", x ** S("1/3"), (_ABOVE,), plane=_BOX, tol=8, note="of negative real numbers NaN, as all their roots"),
    Row("real_root", sympy.real_root(x, 3), (_REAL,), tol=6, note="negative for negative numbers"),
    Row("hypot, fma", cfunctions.hypot(x, y) + cfunctions.fma(x, y, z), (_ABOVE,) * 3, tol=6,
        want=sympy.sqrt(x**2 + y**2) + x * y + z),
)

FUNCTIONS: tuple[Row, ...] = (
    Row("exp", sympy.exp(x), (_REAL,), plane=_BOX),
    Row("log", sympy.log(x), (_ABOVE,), floor=2, plane=_BOX, tol=12),
    Row("log with a base", sympy.log(x, 2) + sympy.log(y, 10), (_ABOVE, _ABOVE), floor=12, tol=8),
    Row("sin", sympy.sin(x), (_REAL,), floor=1, plane=_BOX),
    Row("cos", sympy.cos(x), (_REAL,), floor=1, plane=_BOX),
    Row("tan", sympy.tan(x), (_UNIT,), plane=_SMALL, tol=8),
    Row("cot", sympy.cot(x), (_NEAR,), floor=4, plane=_SMALL, tol=10),
    Row("sec", sympy.sec(x), (_UNIT,), plane=_SMALL, tol=8),
    Row("csc", sympy.csc(x), (_NEAR,), plane=_SMALL, tol=8),
    Row("sinc", sympy.sinc(x), (_REAL,), floor=4, points=((0.0,),)),
    Row("asin", sympy.asin(x), (_UNIT,), plane=_SMALL, tol=8),
    Row("acos", sympy.acos(x), (_UNIT,), plane=_SMALL, tol=8),
    Row("atan", sympy.atan(x), (_REAL,), plane=_SMALL, tol=8),
    Row("acot", sympy.acot(x), (_REAL,), plane=_LARGE, tol=12),
    Row("asec", sympy.asec(x), ((1.1, 9.0),), plane=_LARGE, tol=20),
    Row("acsc", sympy.acsc(x), ((1.1, 9.0),), plane=_LARGE, tol=20),
    Row("atan2", sympy.atan2(y, x), (_REAL, _REAL), points=((-1.0, 0.0), (0.0, -2.0))),
    Row("sinh", sympy.sinh(x), (_REAL,), plane=_BOX, tol=8),
    Row("cosh", sympy.cosh(x), (_REAL,), plane=_BOX, tol=8),
    Row("tanh", sympy.tanh(x), (_REAL,), plane=_SMALL, tol=8),
    Row("coth", sympy.coth(x), (_NEAR,), plane=_LARGE, tol=8),
    Row("sech", sympy.sech(x), (_REAL,), plane=_SMALL, tol=8),
    Row("csch", sympy.csch(x), (_NEAR,), plane=_LARGE, tol=8),
    Row("asinh", sympy.asinh(x), (_REAL,), plane=_SMALL, tol=12),
    Row("acosh", sympy.acosh(x), ((1.01, 20.0),), plane=_LARGE, tol=12),
    Row("atanh", sympy.atanh(x), (_UNIT,), plane=_SMALL, tol=12),
    Row("asech", sympy.asech(x), ((0.1, 0.95),), plane=_SMALL, tol=40),
    Row("acsch", sympy.acsch(x), (_NEAR,), plane=_LARGE, tol=20),
    Row("acoth", sympy.acoth(x), ((1.1, 9.0),), plane=_LARGE, tol=40),
    Row("expm1, log1p", cfunctions.expm1(x) + cfunctions.log1p(y), (_NEAR, _NEAR),
        want=sympy.exp(x) - 1 + sympy.log(1 + y)),
    Row("logaddexp, logaddexp2", numpy_nodes.logaddexp(x, y) + numpy_nodes.logaddexp2(x, y), (_REAL, _REAL), tol=6,
        floor=4, want=sympy.log(sympy.exp(x) + sympy.exp(y)) + sympy.log(2**x + 2**y, 2)),
)

ROUNDING: tuple[Row, ...] = (
    Row("floor", sympy.floor(x), (_REAL,), tol=0, points=((-2.0,), (-0.5,), (3.0,))),
    Row("ceiling", sympy.ceiling(x), (_REAL,), tol=0, points=((-2.0,), (-0.5,), (3.0,))),
    Row("frac", sympy.frac(x), (_REAL,), tol=1, points=((-2.0,), (-0.25,)), note="x - floor(x), also below 0"),
    Row("Mod", sympy.Mod(x, y), (_REAL, (0.5, 3.0)), floor=2, points=((-7.5, 2.0), (7.5, 2.0), (-6.0, 3.0)),
        note="has the sign of the divisor"),
    Row("Mod", sympy.Mod(x, -y), (_REAL, (0.5, 3.0)), floor=4, points=((-7.5, 2.0), (7.5, 2.0))),
    Row("Mod", sympy.Mod(n, m), ((1, 9), (-20, 20)), tol=0, note="of whole numbers exact"),
    Row("sign", sympy.sign(x), (_REAL,), tol=2, points=((0.0,),), plane=_BOX),
    Row("Abs", sympy.Abs(x), (_REAL,), tol=2, plane=_BOX),
    Row("Heaviside", sympy.Heaviside(x), (_REAL,), tol=0, points=((0.0,),), note="1/2 at 0"),
    Row("Heaviside", sympy.Heaviside(x, S("1/4")), (_REAL,), tol=0, points=((0.0,),)),
    Row("Max", sympy.Max(x, y, 1), (_REAL, _REAL), tol=0),
    Row("Min", sympy.Min(x, y, 1), (_REAL, _REAL), tol=0),
)

CONDITIONS: tuple[Row, ...] = (
    Row("Piecewise", sympy.Piecewise((sympy.sqrt(x), x > 0), (sympy.log(-x), x < -1), (1 / (x - 9), True)), (_REAL,),
        tol=6, floor=2, note="no warning and no NaN from branches that are not taken"),
    Row("Piecewise", sympy.Piecewise((x, x > 1), (2, x < 0)), ((0.1, 0.9),), tol=0, note="NaN where nothing holds"),
    Row("Eq", _choice(sympy.Eq(x, 1)), (_REAL,), tol=0, points=((1.0,),)),
    Row("Ne", _choice(sympy.Ne(x, 1)), (_REAL,), tol=0, points=((1.0,),)),
    Row("Lt", x < y, (_REAL, _REAL), points=((1.0, 1.0),)),
    Row("Le", x <= y, (_REAL, _REAL), points=((1.0, 1.0),)),
    Row("Gt", x > y, (_REAL, _REAL), points=((1.0, 1.0),)),
    Row("Ge", x >= y, (_REAL, _REAL), points=((1.0, 1.0),)),
    Row("And", sympy.And(p, q, r), ((0, 1),) * 3),
    Row("Or", sympy.Or(p, q, r), ((0, 1),) * 3),
    Row("Not", sympy.Not(p), ((0, 1),)),
    Row("Xor", sympy.Xor(p, q, r), ((0, 1),) * 3),
    Row("Nand", sympy.Nand(p, q), ((0, 1),) * 2),
    Row("Nor", sympy.Nor(p, q), ((0, 1),) * 2),
    Row("Implies", sympy.Implies(p, q), ((0, 1),) * 2),
    Row("Equivalent", sympy.Equivalent(p, q, r), ((0, 1),) * 3),
    Row("ITE", sympy.ITE(p, q, r), ((0, 1),) * 3),
    Row("Contains", sympy.Contains(x, sympy.Interval.Lopen(0, 2)), (_REAL,), points=((0.0,), (2.0,))),
    Row("Contains", _choice(sympy.Contains(x, sympy.FiniteSet(1, 3))), (_REAL,), tol=0, points=((1.0,), (3.0,))),
    Row("Contains", _choice(sympy.Contains(x, sympy.Union(sympy.Interval(0, 1), sympy.Interval.open(2, 4)))), (_REAL,),
        tol=0, points=((1.0,), (2.0,), (3.0,))),
)

COMPLEX: tuple[Row, ...] = (
    Row("I", sympy.exp(sympy.I * x) + 2 * sympy.I * y, (_REAL, _REAL), floor=16, dtypes=(), plane=_BOX, tol=8),
    Row("re", sympy.re(x), (_REAL,), tol=0, plane=_BOX),
    Row("im", sympy.im(x) + x, (_REAL,), tol=0, floor=1, plane=_BOX),
    Row("conjugate", sympy.conjugate(x), (_REAL,), tol=0, plane=_BOX),
    Row("arg", sympy.arg(x), (_REAL,), tol=2, plane=_BOX, note="pi for negative real numbers"),
    Row("root of a complex number", x ** S("2/7"), (_NEAR,), tol=12, plane=_BOX),
)

SUMS: tuple[Row, ...] = (
    Row("Sum", sympy.Sum(x**k / sympy.factorial(k), (k, 0, 5)), (_NEAR,), tol=8, plane=_SMALL,
        note="up to 8 terms are written out"),
    Row("Sum", sympy.Sum(x**k / k, (k, 1, 40)), (_UNIT,), tol=60, floor=8, tol32=60, note="a reduction along an axis"),
    Row("Sum", sympy.Sum(k * x**2, (k, 3, n)), ((0, 9), _NEAR), tol=20, want=lambda n, x: _sum_of(n, x),
        note="bounds in the wrong order as Karr has it"),
    Row("Sum", sympy.Sum(j * x**k, (j, 1, k), (k, 1, n)), ((1, 7), _NEAR), tol=30, want=lambda n, x: sum(
        j * x**k for k in range(1, int(n) + 1) for j in range(1, k + 1)), note="bounds that depend on outer indices"),
    Row("Sum", x * sympy.Sum(1 / k**2, (k, 1, sympy.oo)), (_NEAR,), want=x * sympy.pi**2 / 6,
        note="an infinite sum only of numbers"),
    Row("Product", sympy.Product(k + x, (k, 1, 5)), (_NEAR,), tol=12, plane=_BOX),
    Row("Product", sympy.Product(1 + x / k**2, (k, 1, n)), ((0, 30), _NEAR), tol=60,
        want=lambda n, x: sympy.prod(1 + x / S(k) ** 2 for k in range(1, int(n) + 1))),
)


def _sum_of(count: sympy.Integer, value: sympy.Expr) -> sympy.Expr:
    """Σ k x² from 3 on, backwards for fewer than no terms."""
    up, down = range(3, int(count) + 1), range(int(count) + 1, 3)
    return (sum(up) - sum(down)) * value**2


_INSIDE = (0.125, 0.875)
INTEGRALS: tuple[Row, ...] = (
    Row("Integral", sympy.Integral(sympy.exp(-x * t**2), (t, 0, 1)), (_NEAR,), tol=20, plane=_SMALL,
        want=lambda x: sympy.sqrt(sympy.pi / x) / 2 * sympy.erf(sympy.sqrt(x))),
    Row("Integral", sympy.Integral(sympy.exp(-x * t), (t, 0, sympy.oo)), (_NEAR,), tol=40, want=1 / x),
    Row("Integral", sympy.Integral(sympy.exp(-(t**2)) * sympy.cos(x * t), (t, -sympy.oo, sympy.oo)), (_NEAR,), tol=100,
        want=sympy.sqrt(sympy.pi) * sympy.exp(-(x**2) / 4)),
    Row("Integral", sympy.Integral(1 / sympy.sqrt(t), (t, 0, x)), (_NEAR,), tol=20, want=2 * sympy.sqrt(x),
        note="a singularity at 0, at full accuracy"),
    Row("Integral", sympy.Integral(x * t * z, (z, 0, t), (t, y, 1)), (_NEAR, (-0.9, 0.5)), tol=100,
        want=x * (1 - y**4) / 8),
    Row("Integral", sympy.Integral(t**3 / (sympy.exp(t) - 1), (t, 0, sympy.oo)) * x, (_NEAR,), tol=40,
        want=x * sympy.pi**4 / 15),
    Row("Integral", sympy.Integral(1 / sympy.sqrt(x - t), (t, 0, x)), (_NEAR,), tol=20, want=2 * sympy.sqrt(x),
        note="singularities at any end"),
    Row("Integral", sympy.Integral(x / sympy.sqrt(1 - t**2), (t, -1, 1)), (_NEAR,), tol=20, want=x * sympy.pi),
    Row("Integral", sympy.Integral(t**(x - 1) * (1 - t)**(y - 1), (t, 0, 1)), (_NEAR, _NEAR), tol=60, tol32=200,
        want=sympy.beta(x, y)),
    Row("Integral", sympy.Integral(sympy.exp(x - t) / sympy.sqrt(t - x), (t, x, sympy.oo)), (_NEAR,), tol=20,
        want=sympy.sqrt(sympy.pi)),
    Row("Integral", sympy.Integral(sympy.exp(t) / sympy.sqrt(x - t), (t, -sympy.oo, x)), (_NEAR,), tol=40,
        want=sympy.sqrt(sympy.pi) * sympy.exp(x)),
    Row("Integral", sympy.Integral(1 / sympy.sqrt(sympy.Abs(t - x)), (t, 0, 1)), (_INSIDE,), tol=20,
        want=2 * (sympy.sqrt(x) + sympy.sqrt(1 - x)), note="singularities inside, at zeros of polynomials"),
    Row("Integral", sympy.Integral(sympy.log(sympy.Abs(t**2 - sympy.Rational(1, 4))) * x, (t, -1, 1)), (_NEAR,),
        tol=20, want=x * (3 * sympy.log(sympy.Rational(3, 2)) - sympy.log(2) - 4)),
    Row("Integral", sympy.Integral(sympy.Abs(t - x), (t, 1, 0)), ((-1.5, 2.5),), tol=20, floor=4,
        want=lambda x: -(x**2 - x + sympy.Rational(1, 2) if 0 <= x <= 1 else abs(x - sympy.Rational(1, 2))),
        note="kinks and steps: of Abs, sign, Max, Min, Heaviside and conditions"),
    Row("Integral", sympy.Integral(sympy.Piecewise((t, t < x), (y, True)), (t, 0, 1)), (_INSIDE, _NEAR), tol=20,
        want=x**2 / 2 + y * (1 - x)),
    Row("Integral", sympy.Integral(sympy.exp(-sympy.Max(t - x, y - t)), (t, -sympy.oo, sympy.oo)), (_NEAR, _NEAR),
        tol=40, want=2 * sympy.exp((x - y) / 2)),
)

DERIVATIVES: tuple[Row, ...] = (
    Row("Derivative", sympy.Derivative(sympy.sin(x * y), x), (_NEAR, _NEAR), tol=8, floor=4),
    Row("Derivative", sympy.Derivative(sympy.exp(x * y), x, (y, 2)), (_NEAR, _NEAR), tol=30),
    Row("Derivative", sympy.Derivative(sympy.Integral(sympy.sin(x * t), (t, 0, x)), x), (_NEAR,), tol=100,
        want=sympy.diff((1 - sympy.cos(x**2)) / x, x)),
    Row("Derivative", sympy.Derivative(sympy.gamma(x), x), (_NEAR,), tol=40, floor=40),
    Row("Subs", sympy.Subs(sympy.Derivative(sympy.sin(t * y), t), t, x**2), (_NEAR, _NEAR), tol=10, floor=10),
    Row("Lambda", sympy.Lambda(t, t**2 + y)(x), (_NEAR, _NEAR)),
)

ROWS: tuple[Row, ...] = (
    *ARITHMETIC, *FUNCTIONS, *ROUNDING, *CONDITIONS, *COMPLEX, *SUMS, *INTEGRALS, *DERIVATIVES)

REFUSED: tuple[Refused, ...] = (
    Refused("exp_polar", sympy.exp_polar(sympy.I * x), "it does not say on which sheet its value is: `unpolarify`"),
    Refused("DiracDelta", sympy.DiracDelta(x), "it has no values: integrate it in SymPy first"),
    Refused("Limit", sympy.Limit(sympy.sin(y) / y, y, x), "`doit()` finds the limit"),
    Refused("Order", x + sympy.Order(x**2), "`removeO()` leaves the error term out"),
    Refused("Integral", sympy.Integral(sympy.sin(x), x), "without bounds: `doit()` finds a function"),
    Refused("Sum", sympy.Sum(x**k, (k, 0, sympy.oo)), "infinitely many terms with symbols: `doit()`, or a bound"),
    Refused("Sum", sympy.Sum(y, (k, 0, x)), "bounds that are no integers: map them to integer tensors"),
    Refused("Contains", sympy.Contains(x, sympy.ImageSet(sympy.Lambda(y, 2 * y), S.Integers)),
            "sets that comparisons do not describe"),
    Refused("f", f(x), "an undefined function: give it in `symbols=`"),
)
