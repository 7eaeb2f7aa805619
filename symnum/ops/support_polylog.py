"""Support functions of polylogarithms and of Lerch's function, in C99; all compute in double."""

from __future__ import annotations

from . import special_limits as limits
from .scalars import apart

# sum of (-1)**k w**k / (k + x)**s for 0 <= w <= 1: H. Cohen, F. Rodriguez Villegas and D. Zagier, Experimental
# Mathematics 9 (2000), algorithm 1 with 26 terms.
alternating = apart("alternating_sum", ("{T} w", "{T} s", "{T} x"), """\
double d = 4.0114893348711942e19, b = -1, c = -d, sum = 0, power = 1;
for (int k = 0; k < 26; k++) {
  c = b - c;
  sum += c * power * pow(x + k, -s);
  power *= w;
  b = (k + 26.) * (k - 26.) * b / ((k + 0.5) * (k + 1.));
}
return ({T})(sum / d);""")

# The sum of z**k / (k + x)**s as far as terms count, for |z| < 1.
_DIRECT = """double power = 1, sum = 0;
for (int k = 0; k < 20000; k++) {
  const double term = power * pow(x + k, -s);
  sum += term;
  power *= z;
  if (fabs(term) <= 1e-17 * fabs(sum) && k > -s) break;
}
"""

# Lerch's function for 1/2 < z < 1, x > 0 (DLMF 25.14; A. Erdelyi, Higher Transcendental Functions I, 1.11).
_NEAR_ONE = """const double l = log(z), whole = s == floor(s) && s >= 1;
double factor = 1, near = 0, last = 1;
for (int k = 0; k < 40; k++) {
  double term;
  if (whole && k == s - 1) {
    double harmonic = 0;
    for (int j = 1; j <= k; j++) harmonic += 1. / j;
    term = factor * (harmonic - 0.5772156649015329 - sn_digamma_f64(x) - log(-l));
  } else term = factor * %s;
  near += term;
  factor *= l / (k + 1);
  if (fabs(term) + fabs(last) <= 1e-18 * fabs(near) && k > s + 2) break;  // one of two may be 0
  last = term;
}
if (!whole) near += tgamma(1 - s) * pow(-l, s - 1);
"""

lerch = apart("lerch", ("{T} z0", "{T} s0", "{T} x0"), f"""\
const double z = z0, s = s0, x = x0, none = (x - x) / (x - x);
if (!(x > 0 && x < {limits.LERCH_OPERAND} && fabs(z) <= 1 && fabs(s) < {limits.LERCH_ORDER})) return ({{T}})none;
if (z < 0 && s < {limits.ALTERNATING_ORDER}) return ({{T}})none;
""" + """\
if (z == 1) return ({T})(s > 1 ? sn_hurwitz_zeta_f64(s, x) : 1 / (z - 1));
if (z < -0.5) return ({T})sn_alternating_sum_f64(-z, s, x);
if (z > 0.9 && s < 12 && x * log(z) > -1) {
""" + _NEAR_ONE % "sn_hurwitz_zeta_f64(s - k, x)" + f"""return ({{T}})(near * pow(z, -x));
}}
if (z > {limits.NEAR_ONE} && x > {limits.FAR}) return ({{T}})none;
""" + """\
""" + _DIRECT + "return ({T})sum;")

# Polylogarithms of -exp(l): by the series of l with Dirichlet's eta function for |l| < pi, and for s well below 0 by
# DLMF 25.12.13 with Hurwitz's formula (25.11.9), gamma(1 - s) sum of ((2 k + 1) pi i - l)**(s - 1) over whole k.
eta_series = apart("polylog_eta", ("{T} s", "{T} l"), """double factor = 1, sum = 0;
for (int k = 0; k < 100 && s - k > -160; k++) {
  const double t = s - k, term = factor * (t == 1 ? log(2.) : (1 - exp2(1 - t)) * sn_riemann_zeta_f64(t));
  sum += term;
  factor *= l / (k + 1);
}
return ({T})-sum;""")
below = apart("polylog_below", ("{T} s", "{T} l"), """const double first = hypot(l, 3.141592653589793);
double sum = 0;
for (int k = 0; k < 20000; k++) {
  const double y = (2 * k + 1) * 3.141592653589793, size = pow(hypot(l, y) / first, s - 1);
  sum += size * cos((s - 1) * atan2(y, -l));
  if (size <= 1e-18 * fabs(sum) || size < 1e-30) break;
}
return ({T})(2 * (tgamma(1 - s) * pow(first, s - 1)) * sum);""")

# Below -1 whole orders go by DLMF 25.12.4 and its like; others by the series of log(-z), as far as that converges.
polylog = apart("polylog", ("{T} s0", "{T} z0"), f"""\
const double s = s0, z = z0, x = 1, none = (x - x) / (x - x);
if (!(z <= 1 && z > -{limits.LERCH_OPERAND} && fabs(s) < {limits.LERCH_ORDER})) return ({{T}})none;
const double most = {limits.POLYLOG_LOG};
if (s != floor(s) && z < 0 && s < {limits.ALTERNATING_ORDER}) return ({{T}})none;
""" + """\
if (z == 0) return z0;
if (z == 1) return ({T})(s > 1 ? sn_riemann_zeta_f64(s) : 1 / (1 - z));
if (z < 0 && s < 0) {
  const double l = log(-z);
  if (s < -10 && fabs(l) < -s && (l <= most || s == floor(s))) return ({T})sn_polylog_below_f64(s, l);
  if (fabs(l) <= most) return ({T})sn_polylog_eta_f64(s, l);
}
if (z < -1) {
  const double l = log(-z);
  if (s == floor(s)) {
    const double size = sn_polylog_f64(s, 1 / z), odd = s / 2 - floor(s / 2);
    double sum = 0;
    for (int j = 0; 2 * j <= s; j++) {
      const double eta = j ? (1 - exp2(1. - 2 * j)) * sn_riemann_zeta_f64(2. * j) : 0.5;
      sum += eta * pow(l, s - 2 * j) / tgamma(s - 2 * j + 1);
    }
    return ({T})((odd ? size : -size) - 2 * sum);
  }
  return ({T})(l <= most ? sn_polylog_eta_f64(s, l) : none);
}
if (z < -0.5) return ({T})(z * sn_alternating_sum_f64(-z, s, x));
if (z > 0.5 && s < 12) {
""" + _NEAR_ONE % "sn_riemann_zeta_f64(s - k)" + """return ({T})near;
}
""" + _DIRECT + "return ({T})(z * sum);")

FUNCTIONS = (alternating, eta_series, below, lerch, polylog)
