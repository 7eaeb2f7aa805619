"""Support functions of generalised hypergeometric series (DLMF 16.2.1), in C99; all compute in pairs of doubles.

A pair (h, l) stands for h + l, with twice the digits of a double (T. J. Dekker, Numerische Mathematik 18, 1971): what
terms of both signs lose against each other does not show in the double that is left.
"""

from __future__ import annotations

from . import special_limits as limits
from .scalars import Support, apart
from .spec import Text

_PAIRS = ("double *h", "double *l", "double x", "double y")
times = Support("pair_times", _PAIRS, Text(f="""\
const double p = *h * x, e = fma(*h, x, -p) + (*h * y + *l * x);
*h = p + e;
*l = e - (*h - p);"""), "void")
over = Support("pair_over", _PAIRS, Text(f="""\
const double q = *h / x, p = q * x;
const double e = (((*h - p) - fma(q, x, -p)) + *l - q * y) / x;
*h = q + e;
*l = e - (*h - q);"""), "void")
plus = Support("pair_plus", _PAIRS, Text(f="""\
const double s = *h + x, v = s - *h;
const double e = ((*h - (s - v)) + (x - v)) + (*l + y);
*h = s + e;
*l = e - (*h - s);"""), "void")
# times x + k, whose sum is no double.
shifted = Support("pair_times_shifted", ("double *h", "double *l", "double x", "double k"), Text(f="""\
const double s = x + k, v = s - x;
sn_pair_times_f64(h, l, s, (x - (s - v)) + (k - v));"""), "void")

# Whether parameters are of a size that leaves digits, and no lower one is a pole before an upper one ends the series;
# those that are both upper and lower are left out: 1 stands for them.
fits = Support("hypergeometric_fits", ("double *a", "int p", "double *b", "int q"), Text(f=f"""\
double last = 1e300, pole = 1e300;
for (int i = 0; i < p; i++) for (int j = 0; j < q; j++) if (a[i] == b[j] && a[i] != 1) {{ a[i] = b[j] = 1; break; }}
for (int i = 0; i < p; i++) {{
  if (!(a[i] > -{limits.SERIES_TERMS} && a[i] <= {limits.SERIES_PARAMETER})) return 0;
  if (a[i] <= 0 && a[i] == floor(a[i]) && -a[i] < last) last = -a[i];
}}
for (int j = 0; j < q; j++) {{
  if (!(b[j] > -{limits.SERIES_TERMS} && b[j] <= {limits.SERIES_PARAMETER})) return 0;
  if (b[j] <= 0 && b[j] == floor(b[j]) && -b[j] < pole) pole = -b[j];
}}
return last < pole ? 2 : pole == 1e300;"""), "int", apart=True)

# The largest ratio of one term to the one before it, from term k on: each factor tends to 1 or falls.
ratio = apart("hypergeometric_ratio", ("const double *a", "int p", "const double *b", "int q", "double z", "double k"),
              """double most = fabs(z);
for (int i = 0; i <= q; i++) {
  const double below = i ? b[i - 1] + k : 1 + k, above = i < p ? a[i] + k : 1;
  if (i >= p || above > below) most *= above / below;
}
return most;""")

series = apart("hypergeometric", ("double *a", "int p", "double *b", "int q", "double z"), f"""\
const double none = (z - z) / (z - z);
const int kind = sn_hypergeometric_fits_f64(a, p, b, q);
double term = 1, low = 0, sum = 1, rest = 0, slope = 0, steep = 0, most = 1;
if (!kind || !(fabs(z) < {limits.SERIES_OPERAND}) || (p > q && kind == 1 && !(fabs(z) < 1))) return none;
for (int k = 0; k < {limits.SERIES_TERMS}; k++) {{
  double up = z, above = 0, down = k + 1, below = 0, least = 1;
  for (int i = 0; i < p; i++) {{
    sn_pair_times_shifted_f64(&up, &above, a[i], k);
    if (a[i] + k < least) least = a[i] + k;
  }}
  for (int j = 0; j < q; j++) {{
    sn_pair_times_shifted_f64(&down, &below, b[j], k);
    if (b[j] + k < least) least = b[j] + k;
  }}
  const int settled = least > 0;
  double left = up == 0 ? 0 : 1;
  if (left != 0 && settled && fabs(term) <= {limits.SERIES_CLOSE} * fabs(sum)) {{
    const double most_ratio = sn_hypergeometric_ratio_f64(a, p, b, q, z, k);
    left = most_ratio < 1 ? fabs(term) * most_ratio / (1 - most_ratio) : 1e300;
    left = left <= {limits.SERIES_REST} * fabs(sum) ? 0 : 1;
  }}
  if (left == 0) {{
    const double size = fabs(sum) > fabs(slope) ? fabs(sum) : fabs(slope);
    return most <= {limits.SERIES_LOSS} * size ? sum : none;
  }}
  const double sign = term < 0 ? -1 : 1;
  sn_pair_over_f64(&up, &above, down, below);
  sn_pair_times_f64(&term, &low, up, above);
  sn_pair_plus_f64(&sum, &rest, term, low);
  double part = term, little = low;
  sn_pair_times_f64(&part, &little, k + 1, 0);
  sn_pair_plus_f64(&slope, &steep, part, little);
  if (fabs(term) > most) most = fabs(term);
  if (!(fabs(sum) < 1.7e308)) return z > 0 && settled ? sign / (z - z) : none;
}}
return none;""")


def _of_counts(p: int, q: int) -> Support:
    """The series with p upper and q lower parameters."""
    upper, lower = [f"a{k}" for k in range(p)], [f"b{k}" for k in range(q)]
    params = (*(f"{{T}} {name}" for name in (*upper, *lower)), "{T} x")
    return apart(f"hyp{p}f{q}", params, f"""\
double a[] = {{ {", ".join(upper) or 0} }}, b[] = {{ {", ".join(lower)} }};
return ({{T}})sn_hypergeometric_f64(a, {p}, b, {q}, x);""")


COUNTS = tuple((p, limits.SERIES_LOWER) for p in range(limits.SERIES_LOWER + 2))
FUNCTIONS = (times, over, plus, shifted, fits, ratio, series, *(_of_counts(p, q) for p, q in COUNTS))
