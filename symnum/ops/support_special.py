"""Support functions around SciPy's special functions, and those that SciPy has not, in C99.

All of them compute in double.  Orders that SciPy wants as integers are looked at first: a conversion of what is no
whole number is undefined in C, and a large order takes time.
"""

from __future__ import annotations

from . import special_limits as limits
from .scalars import Support, apart
from .support_functions import _EULER

_ORDER, _ONE, _TWO = ("{T} n", "{T} x"), ("{T} x",), ("{T} a", "{T} x")
_NONE = "const double none = ((double)n - n) / ((double)n - n);\n"
_WHOLE = f"(n <= {limits.MOST_ORDER} && n >= %s && n - floor((double)n) == 0)"


def _of_order(name: str, call: str, otherwise: str = "none", least: str = "0") -> Support:
    """``call`` where n is a whole number that is at least ``least``, else ``otherwise``."""
    none = _NONE if otherwise == "none" else ""
    return apart(name, _ORDER, f"{none}return ({{T}})({_WHOLE % least} ? {call} : {otherwise});")


_INDEX = "(__PTRDIFF_TYPE__)n"
_ORDERS = (
    _of_order("expn", f"sn_scipy_expn({_INDEX}, x, 0)"),
    _of_order("eval_hermite", f"sn_scipy_eval_hermite({_INDEX}, x, 0)"),
    _of_order("eval_hermitenorm", f"sn_scipy_eval_hermitenorm({_INDEX}, x, 0)"),
    # DLMF 10.47.3 and 10.47.4, where the order is no whole number from 0 on.
    _of_order("spherical_jn", f"sn_scipy_spherical_jn({_INDEX}, x, 0, 0)",
              "sqrt(1.5707963267948966 / x) * sn_scipy_jv((double)n + 0.5, x, 0)"),
    _of_order("spherical_yn", f"sn_scipy_spherical_yn({_INDEX}, x, 0, 0)",
              "sqrt(1.5707963267948966 / x) * sn_scipy_yv((double)n + 0.5, x, 0)"),
)

# Polynomials: of whole degrees by recurrence, else by hypergeometric functions, which take a time without end where
# operands are large.
_POLYNOMIALS = (("chebyt", "x"), ("chebyu", "x"), ("laguerre", "x"), ("legendre", "x"), ("gegenbauer", "a, x"),
                ("genlaguerre", "a, x"), ("jacobi", "a, b, x"))


def _polynomial(name: str, given: str) -> Support:
    params = ("{T} n", *(f"{{T}} {x}" for x in given.split(", ")))
    small = " && ".join(f"fabs((double){x}) <= {limits.POLYNOMIAL_OPERAND}" for x in ("n", *given.split(", ")))
    return apart(
        f"eval_{name}", params,
        f"const int small = {small};\n{_NONE}"
        f"return ({{T}})({_WHOLE % 0} ? sn_scipy_eval_{name}_whole({_INDEX}, {given}, 0)\n"
        f"  : small ? sn_scipy_eval_{name}(n, {given}, 0) : none);")


yv = apart("yv", ("{T} n", "{T} x"), f"""{_NONE}\
return ({{T}})(fabs((double)n) <= {limits.BESSEL_ORDER} ? sn_scipy_yv(n, x, 0) : none);""")

# Functions of SciPy with several results ------------------------------------------------------------------


def _one_of(name: str, call: str, count: int, place: int) -> Support:
    places = ", ".join(f"r{k}" for k in range(count))
    given = ", ".join(f"&r{k}" for k in range(count))
    return apart(name, _ONE, f"double {places};\nsn_scipy_{call}(x, {given});\nreturn ({{T}})r{place};")


_PARTS = (
    *(_one_of(name, "airy", 4, k) for k, name in enumerate(("airyai", "airyaiprime", "airybi", "airybiprime"))),
    *(_one_of(name, "sici", 2, k) for k, name in enumerate(("sine_integral", "cosine_integral"))),
    *(_one_of(name, "shichi", 2, k) for k, name in enumerate(("sinh_integral", "cosh_integral"))),
    *(_one_of(name, "fresnel", 2, k) for k, name in enumerate(("fresnel_s", "fresnel_c"))),
)

# Legendre functions -----------------------------------------------------------------------------------------

lpmv = apart("lpmv", ("{T} m", "{T} v", "{T} x"), f"""const double none = ((double)m - m) / ((double)m - m);
const int fits = fabs((double)m) <= {limits.LEGENDRE_ORDER} && fabs((double)v) <= {limits.MOST_ORDER} &&
  m - floor((double)m) == 0 && fabs((double)x) <= 1;
return ({{T}})(fits ? sn_scipy_lpmv(m, v, x, 0) : none);""")

# Zeta functions ---------------------------------------------------------------------------------------------

# DLMF 25.11.5 by Euler's and Maclaurin's formula for any real s; for s < 0 few terms, which are of both signs, and for
# whole ones none: what is left is a Bernoulli polynomial.
hurwitz_zeta = apart("hurwitz_zeta", ("{T} a", "{T} x"), """static const double euler[12] = { """ + _EULER + """ };
const double s = a, least = s >= 0 ? 10 + 0.7 * s : s == floor(s) && s > -23 ? 0 : 4;
double y = x, sum = 0;
if (!(x > 0)) return ({T})(x == 0 && s > 1 ? 1 / fabs((double)x) : (x - x) / (x - x));
if (s == 1 || s - s != 0) return ({T})(s == 1 ? 1 / (s - 1) : s > 0 ? pow(x, -s) : s - s);
for (int k = 0; k < 200 && y < least; k++, y += 1) {
  const double term = pow(y, -s);
  sum += term;
  if (term <= 1e-18 * sum) return ({T})sum;
}
const double power = pow(y, -s), v = 1 / (y * y);
double rising = power * s / y;
sum += pow(y, 1 - s) / (s - 1) + power / 2;
for (int j = 0; j < 12; j++) {
  sum += euler[j] * rising;
  rising *= (s + (2 * j + 1)) * (s + (2 * j + 2)) * v;
}
return ({T})sum;""")

# DLMF 25.4.1 well below 0; near 0 its sine would lose digits.
riemann_zeta = apart("riemann_zeta", _ONE, """const double s = x;
if (s > -0.5 || s != s) return ({T})sn_hurwitz_zeta_f64(s, 1.0);
const double turns = s / 4 - rint(s / 4), angle = 6.283185307179586 * turns;
const double whole = s / 2 - floor(s / 2);
if (whole == 0) return 0;
const double t = 1 - s, size = pow(6.283185307179586, s / 2);
return ({T})(size * (tgamma(t) * size) * sin(angle) * sn_hurwitz_zeta_f64(t, 1.0) / 3.141592653589793);""")

# Lambert's function -----------------------------------------------------------------------------------------

# w exp(w) = x by Halley's method; near the branch point -1/e by the series of sqrt(2 (1 + e x)) (DLMF 4.13.6), whose
# 1 + e x is taken with e in two parts.
_LAMBERT = """const double e = 2.718281828459045, rest = 1.4456468917292502e-16, z = x;
const double above = fma(e, z, 1.0) + rest * z;
if (!(above >= 0%s)) return ({T})(%s);
const double p = %ssqrt(2 * above);
double w = %s;
if (above > 1e-4) for (int k = 0; k < 20; k++) {
  %s
  w -= step;
  if (fabs(step) <= 1e-16 * fabs(w)) break;
}
return ({T})w;"""
_SERIES = ("-1 + p * (1 + p * (-1. / 3 + p * (11. / 72 + p * (-43. / 540 + p * (769. / 17280 + p * (-221. / 8505 + "
           "p * (680863. / 43545600 + p * (-1963. / 204120)))))))) ")
_STEP = """const double t = exp(w), f = w * t - z, g = w + 1;
  const double step = f / (t * g - (w + 2) * f / (2 * g));"""
lambertw = apart("lambertw", _ONE, _LAMBERT % (
    " && z < 1.7e308", "z > 1 ? z : z >= -0.36787944117144233 ? -1 : (z - z) / (z - z)", "",
    "p < 1 ? " + _SERIES + ": z < 3 ? log1p(z) * (1 - log1p(log1p(z)) / (2 + log1p(z)))"
    " : log(z) - log(log(z))",
    "if (z > 1e300) { const double u = w + log(w) - log(z), s = u * w / (1 + w);\n"
    "    w -= s; if (!(fabs(s) > 1e-16 * w)) break; continue; }\n  " + _STEP))
# For branch -1 the equation log(w/x) = -w keeps its digits where exp(w) is tiny.
lambertw_lower = apart("lambertw_lower", _ONE, _LAMBERT % (
    " && x < 0", "x == 0 ? -1 / fabs(z) : z < 0 && z >= -0.36787944117144233 ? -1 : (z - z) / (z - z)", "-",
    "p > -1 ? " + _SERIES + ": log(-z) - log(-log(-z))",
    "const double step = (w + log(w / z)) * w / (1 + w);"))

# Incomplete gamma functions and exponential integrals -------------------------------------------------------

# E_p(x) (DLMF 8.19): SciPy's for whole orders; by the incomplete gamma function below order 1; by a continued
# fraction (DLMF 8.19.17, even part, by Lentz's method) for x > 1; else by recurrence from an order below 1.
expint = apart("expint", _ORDER, f"""const double p = n, z = x, none = (z - z) / (z - z);
if ({_WHOLE % "0"}) return ({{T}})sn_scipy_expn({_INDEX}, x, 0);
if (!(z > 0)) return ({{T}})(z == 0 && p > 1 ? 1 / (p - 1) : z == 0 && p <= 1 ? 1 / fabs(z) : none);
if (p < 1) return ({{T}})(pow(z, p - 1) * (tgamma(1 - p) * sn_scipy_gammaincc(1 - p, z, 0)));
if (z > 1 || p > 30) {{
  double b = z + p, c = 1e300, d = 1 / b, h = d;
  for (int k = 1; k < 500; k++) {{
    const double t = -k * (p - 1 + k);
    b += 2;
    d = 1 / (t * d + b);
    c = b + t / c;
    h *= c * d;
    if (fabs(c * d - 1) < 1e-16) break;
  }}
  return ({{T}})(h * exp(-z));
}}
double q = p - floor(p), sum;
sum = pow(z, q - 1) * (tgamma(1 - q) * sn_scipy_gammaincc(1 - q, z, 0));
for (; q + 0.5 < p; q += 1) sum = (exp(-z) - z * sum) / q;
return ({{T}})sum;""")
upper_gamma = apart("upper_gamma", _TWO, """const double s = a, z = x;
if (s > 0) return ({T})(tgamma(s) * sn_scipy_gammaincc(s, z, 0));
return ({T})(pow(z, s) * sn_expint_f64(1 - s, z));""")
lower_gamma = apart("lower_gamma", _TWO, """const double s = a, z = x;
if (s > 0) return ({T})(tgamma(s) * sn_scipy_gammainc(s, z, 0));
return ({T})(tgamma(s) - sn_upper_gamma_f64(s, z));""")

# Hypergeometric functions -----------------------------------------------------------------------------------

# DLMF 10.39.9 and 10.16.9, the series (DLMF 16.2.1) for small z.
hyp0f1 = apart("hyp0f1", ("{T} b", "{T} x"), """const double v = b, z = x, root = sqrt(fabs(z));
if (v <= 0 && v == floor(v)) return ({T})((z - z) / (v - v));
if (z == 0) return 1;
if (fabs(z) < 0.25 * (1 + fabs(v))) {
  double term = 1, sum = 1;
  for (int k = 0; k < 200; k++) {
    term *= z / ((v + k) * (k + 1));
    sum += term;
    if (fabs(term) <= 1e-17 * fabs(sum) && v + k > 0) break;
  }
  return ({T})sum;
}
const double bessel = z > 0 ? sn_scipy_iv(v - 1, 2 * root, 0) : sn_scipy_jv(v - 1, 2 * root, 0);
return ({T})(pow(root, (1 - v) / 2) * tgamma(v) * pow(root, (1 - v) / 2) * bessel);""")


def _within(names: str, most: float) -> str:
    """Whether operands are at most so large, and no NaN."""
    return " && ".join(f"fabs((double){name}) <= {most}" for name in names)


hyp1f1 = apart("hyp1f1", ("{T} a", "{T} b", "{T} x"), f"""const double u = a, v = b, none = (u - u) / (u - u);
const int fits = {_within("abx", limits.CONFLUENT_OPERAND)};
return ({{T}})(fits ? sn_scipy_hyp1f1(u, v, x, 0) : none);""")
hyp2f1 = apart("hyp2f1", ("{T} a", "{T} b", "{T} c", "{T} x"), f"""const double none = (x - x) / (x - x);
const int fits = {_within("abc", limits.GAUSS_PARAMETER)} && x <= 1;
return ({{T}})(fits ? sn_scipy_hyp2f1(a, b, c, x, 0) : none);""")
chndtr = apart("chndtr", ("{T} x", "{T} a", "{T} b"), f"""const double none = (x - x) / (x - x);
const int fits = {_within("ab", limits.CHI_SQUARE_PARAMETER)};
return ({{T}})(fits ? sn_scipy_chndtr(x, a, b, 0) : none);""")

FUNCTIONS = (*_ORDERS, *(_polynomial(*one) for one in _POLYNOMIALS), *_PARTS, yv, lpmv, hurwitz_zeta, riemann_zeta,
             lambertw, lambertw_lower, expint, upper_gamma, lower_gamma, hyp0f1, hyp1f1, hyp2f1,
             chndtr)
