"""Support functions of the exponential family and of special functions, in C99.

The polygamma functions are this project's own: recurrence, asymptotic series and reflection from the NIST
Digital Library of Mathematical Functions (DLMF), arranged so that gcc turns digamma and trigamma into vector
code.
"""

from __future__ import annotations

from .scalars import Support
from .spec import Text

_ONE, _TWO = ("{T} x",), ("{T} a", "{T} b")

# Exponential family ---------------------------------------------------------------------------------------

sigmoid = Support("sigmoid", _ONE, Text(
    f="""const {T} e = exp{s}(-fabs{s}(x));
return (x < 0 ? e : 1) / (1 + e);"""))

# log(1 + e) of e in [0, 1].  Powers of tiny e are subnormal, which costs a processor 100 cycles each; adding
# less than half a unit of every e that is not tiny keeps the library from seeing such e.
_LOG_ONE_PLUS = """const int tiny = e < ({T})(sizeof({T}) == 4 ? 3e-8 : 5.5e-17);
const {T} l = log1p{s}(e + ({T})(sizeof({T}) == 4 ? 1e-16 : 1e-33));
const {T} rest = tiny ? e : l;
"""

softplus = Support("softplus", _ONE, Text(
    f="const {T} e = exp{s}(-fabs{s}(x));\n" + _LOG_ONE_PLUS + "return (x > 0 ? x : 0) + rest;"))

# The difference of equal infinities is taken to be 0.
_BELOW = "const {T} below = a == b ? 0 : -fabs{s}(a - b);\n"

logaddexp = Support("logaddexp", _TWO, Text(
    f=_BELOW + "const {T} e = exp{s}(below);\n" + _LOG_ONE_PLUS + "return (a > b ? a : b) + rest;"))

logaddexp2 = Support("logaddexp2", _TWO, Text(
    f=_BELOW + "const {T} e = exp2{s}(below);\n" + _LOG_ONE_PLUS
      + "return (a > b ? a : b) + rest * ({T})1.4426950408889634;"))

log1mexp = Support("log1mexp", _ONE, Text(
    f="""const {T} m = expm1{s}(x), e = exp{s}(x);
const int near = x > ({T})-0.6931471805599453;
const {T} a = log{s}(-m), b = log1p{s}(-e);
return near ? a : b;"""))

compound = Support("compound", _TWO, Text(
    f="""const {T} l = log1p{s}(a);
const {T} near = exp{s}(b * l), far = pow{s}(1 + a, b);
return 64 * fabs{s}(a) < 1 ? near : far;"""))

compoundm1 = Support("compoundm1", _TWO, Text(
    f="""const {T} l = log1p{s}(a);
const {T} x = b * l, size = fabs{s}(a), most = fabs{s}(x);
const {T} near = expm1{s}(x), far = pow{s}(1 + a, b) - 1;
return ((most < 1) | ((64 * size < 1) & (x == x))) ? near : far;"""))

sinc = Support("sinc", _ONE, Text(
    f="""const {T} y = ({T})3.141592653589793 * x;
const {T} sine = sin{s}(y);
return x == 0 ? 1 : sine / y;"""))

# Roots ----------------------------------------------------------------------------------------------------

# b*b and a*c have the scale 4**half; a subnormal number has the exponent of the least normal one.
inverse_scale = Support("inverse_scale", _ONE, Text(
    f="""union { {T} f; {U} u; } bits, scale;
bits.f = x;
const {U} most = 2 * {B} - 1;
const {U} given = bits.u >> {M} & (most + 2);
const {U} exponent = given < 1 ? 1 : given > most ? most : given;
scale.u = (2 * {B} - exponent) << {M};
return scale.f;"""))

# Both operands are brought to [1, 4), and the root back by half of what they were moved.
sqrt_product = Support("sqrt_product", ("{T} a", "{T} b"), Text(
    f="""union { {T} f; {U} u; } x, y, of_a, of_b, back;
x.f = a; y.f = b;
const {U} most = 2 * {B} - 1;
const {U} xe = x.u >> {M} & (most + 2), ye = y.u >> {M} & (most + 2);
const {U} ae = xe < 1 ? 1 : xe > most ? most : xe;
const {U} be = ye < 1 ? 1 : ye > most ? most : ye;
const {U} half = (ae + be) >> 1;
of_a.u = (2 * {B} - ae) << {M};
of_b.u = (2 * {B} + (ae + be - 2 * half) - be) << {M};
back.u = half << {M};
const {T} product = a * of_a.f * (b * of_b.f);
const {T} root = sqrt{s}(product);
return root * back.f;"""))

discriminant_root = Support("discriminant_root", ("{T} b", "{T} a", "{T} c"), Text(
    f="""union { {T} f; {U} u; } x, y, z, under, of_b, of_a, of_c, back;
x.f = b; y.f = a; z.f = c;
const {U} most = 2 * {B} - 1;
const {U} xe = x.u >> {M} & (most + 2), ye = y.u >> {M} & (most + 2), ze = z.u >> {M} & (most + 2);
const {U} be = xe < 1 ? 1 : xe > most ? most : xe;
const {U} ae = ye < 1 ? 1 : ye > most ? most : ye;
const {U} ce = ze < 1 ? 1 : ze > most ? most : ze;
const {U} both = ((a == 0) | (c == 0)) ? 2 : ae + ce;
const {U} half = ((2 * be > both ? 2 * be : both) + 1) >> 1;
const {U} less = 2 * half - both < {B} - 2 ? 2 * half - both : {B} - 2;
under.u = ({B} - less) << {M};
of_b.u = (2 * {B} - half) << {M};
of_a.u = (2 * {B} - ae) << {M};
of_c.u = (2 * {B} - ce) << {M};
back.u = half << {M};
const {T} p = b * of_b.f, q = a * of_a.f * under.f, r = c * of_c.f;
const {T} product = q * r;
const {T} lost = fma{s}(-q, r, product);
const {T} rest = fma{s}(p, p, -product);
const {T} root = sqrt{s}(rest + (lost == lost ? lost : 0));
return root * back.f;"""))

# Half turns: x less the nearest even number is exact, and so is 1 less what lies beyond a quarter of a turn.
_WITHIN_ONE = "const {T} r = x - 2 * rint{s}(({T})0.5 * x);\n"

sinpi = Support("sinpi", _ONE, Text(
    f=_WITHIN_ONE + """const {T} t = fabs{s}(r) > ({T})0.5 ? copysign{s}(({T})1, r) - r : r;
const {T} sine = sin{s}(({T})3.141592653589793 * t);
return t == 0 ? 0 * x : sine;"""))

cospi = Support("cospi", _ONE, Text(
    f=_WITHIN_ONE + """const {T} t = ({T})0.5 - fabs{s}(r);
const {T} sine = sin{s}(({T})3.141592653589793 * t);
return sine;"""))

# Polygamma functions --------------------------------------------------------------------------------------

# Whole shifts k = 1 ... 7 of the recurrence, and the coefficients 1/(root + k) of digamma.
_INVERSES = ("0.40623453916297974", "0.28888107058213706", "0.22413322468275588", "0.18309545085735405",
             "0.15475966095945195", "0.13401893588044738", "0.11818050972525927")
_DIGAMMA_SHIFTS = "\n".join(f"q = q * (w + {k}) + ({{T}}){c} * p; p = p * (w + {k});"
                            for k, c in enumerate(_INVERSES, 1))


def _horner(variable: str, *coefficients: float) -> str:
    """A polynomial as C text, lowest coefficient first."""
    *rest, text = (f"({{T}}){c!r}" for c in coefficients)
    for c in reversed(rest):
        text = f"{c} + {variable} * ({text})"
    return text


# (F(v) - F(v0)) / (v - v0) with F(v) = sum of B(2k)/(2k) v**k for k = 1 ... 9, v0 = 1/y0**2, y0 = root + 8.
_DIGAMMA_TAIL = _horner("v", 0.08324073630258891, -0.008289516096472895, 0.0039226278352283535,
                        -0.004084564711146766, 0.007349970904710713, -0.02021298338580596,
                        0.07876301796983147, -0.4091459787330982, 3.05395433027012)

# DLMF 5.5.2 moves x < 8 up by 8, and 5.11.2 holds there; both are written as differences from their values at
# the positive root and at root + 8, so that digamma keeps its digits near the root.  5.5.4 reflects x <= 0.
digamma = Support("digamma", _ONE, Text(
    f="""const {T} root = ({T})1.4616321449683622, y0 = ({T})9.461632144968362;
const {T} low = ({T})(1.4616321449683622 - (double)root + 9.549995429965697e-17);
const {T} u = x > 0 ? x : 1 - x;
const int small = u < 8;
const {T} w = small ? u : 1, beyond = (w - root) - low;
{T} p = w, q = ({T})0.6841666717870695;
""" + _DIGAMMA_SHIFTS + """
const {T} step = small ? beyond : u - y0;
const {T} y = small ? u + 8 : u < ({T})1e16 ? u : ({T})1e16;
const {T} h = small ? beyond : y - y0;
const {T} v = 1 / (y * y);
const {T} slope = ({T})0.011170378302760374 * (""" + _DIGAMMA_TAIL + """);
const {T} tail = h / (2 * y * y0) + h * (y + y0) * v * slope;
const {T} above = small ? beyond * (q / p) : ({T})2.193470063637455;
const {T} right = above + log1p{s}(step / y0) + tail;
const {T} r = x == 0 ? x : x - rint{s}(x);
const {T} left = right - ({T})3.141592653589793 / tan{s}(({T})3.141592653589793 * r);
return x > 0 ? right : ((x < 0) & (r == 0)) ? r / r : left;"""))

_TRIGAMMA_SHIFTS = "\n".join(f"t = (w + {k}) * (w + {k}); q = q * t + p; p = p * t;" for k in range(6, 0, -1))
_TRIGAMMA_TAIL = _horner("v", 1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
                         43867 / 798, -174611 / 330, 854513 / 138)

# DLMF 5.15.5 moves x < 8 up by 8, 5.15.8 holds there, and 5.15.6 reflects x <= 0.
trigamma = Support("trigamma", _ONE, Text(
    f="""const {T} u = x > 0 ? x : 1 - x;
const int small = u < 8;
const {T} w = small ? u : 1;
{T} t = w + 7, p = t * t, q = 1;
""" + _TRIGAMMA_SHIFTS + """
const {T} shifts = (q * (w * w) + p) / (p * w * w);
const {T} y = small ? u + 8 : u;
const {T} v = 1 / (y * y);
const {T} tail = (1 + ({T})0.5 / y + v * (""" + _TRIGAMMA_TAIL + """)) / y;
const {T} right = small ? shifts + tail : tail;
const {T} near = rint{s}(x), r = x == near ? 0 : x - near;
const {T} sine = sin{s}(({T})3.141592653589793 * r) * ({T})0.3183098861837907;
return x > 0 ? right : 1 / (sine * sine) - right;"""))

# B(2j)/(2j)! for j = 1 ... 12.
_EULER = ("0.08333333333333333, -0.001388888888888889, 3.306878306878307e-05, -8.267195767195768e-07, "
          "2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, "
          "8.586062056277845e-15, -2.174868698558062e-16, 5.509002828360229e-18, -1.3954464685812523e-19")

# The Hurwitz zeta function for s > 1, x >= 0, by Euler's and Maclaurin's formula (DLMF 25.11.5 and 2.10.1).
hurwitz = Support("hurwitz", ("{T} s", "{T} x"), Text(
    f="""static const double euler[12] = { """ + _EULER + """ };
{T} y = x, sum = 0;
for (int k = 0; k < 10; k++, y += 1) sum += pow{s}(y, -s);
const {T} power = pow{s}(y, -s), v = 1 / (y * y);
{T} rising = power * s / y;
sum += pow{s}(y, 1 - s) / (s - 1) + power / 2;
for (int j = 0; j < 12; j++) {
  sum += ({T})euler[j] * rising;
  rising *= (s + (2 * j + 1)) * (s + (2 * j + 2)) * v;
}
return sum;"""))

# DLMF 25.11.12.  Below 0 the terms of the zeta function are split at their change of sign:
# zeta(s, x) = zeta(s, above) + (-1)**s (zeta(s, below) - zeta(s, 1 - x)), with x between two whole numbers.
polygamma = Support("polygamma", ("{T} n", "{T} x"), Text(
    f="""const {T} s = n + 1, low = floor{s}(x);
const int pole = (x <= 0) & (x == low);
const {T} sign = n == 2 * floor{s}(n / 2) ? -1 : 1;
{T} zeta = sn_hurwitz_{k}(s, x > 0 ? x : pole ? 0 : x - low);
if ((x < 0) & !pole) zeta += sign * (sn_hurwitz_{k}(s, ceil{s}(x) - x) - sn_hurwitz_{k}(s, 1 - x));
const {T} order = sign * tgamma{s}(s) * zeta;
const int whole_order = (n > 0) & (n - floor{s}(n) == 0);
const {T} none = (n - n) / (n - n);
return n == 0 ? sn_digamma_{k}(x) : whole_order ? order : none;"""))

# The square's rounding error goes into the product: its exponential would be off by as many units as the square has.
# Far out the product of a huge and a tiny number is a series (DLMF 7.12.1).
erfcx = Support("erfcx", _ONE, Text(
    f="""const {T} square = x * x, v = ({T})0.5 / square;
const {T} rest = square < 750 ? fma{s}(x, x, -square) : 0;
const {T} near = exp{s}(square) * erfc{s}(x) * (1 + rest);
const {T} series = 1 - v * (1 - v * (3 - v * (15 - v * (105 - v * (945 - v * (10395 - v * 135135))))));
return x < (sizeof({T}) == 4 ? 9 : 25) ? near : series * ({T})0.5641895835477562869 / x;"""))

# Quotients ------------------------------------------------------------------------------------------------

# x / y for sizes of y far inside the range of floats, from r = 1 / y rounded towards zero and s = 1 / y - r, or where
# that is 0 less than any other s: N. Brisebarre, J.-M. Muller and S. K. Raina, IEEE Trans. Computers 53 (2004).  What
# is off by less than 2**-51 of a unit (2**-21 for float32) before it is rounded once is the quotient itself, except
# where that lies so close to the middle of two floats.  Below 1e-289 (1e-30), where x * s has few bits, it may be off
# by one unit.
divided = Support("divided", ("{T} x", "{T} y", "{T} r", "{T} s"), Text(
    f="""#ifdef FP_FAST_FMA
(void)y;
return fma{s}(x, r, x * s);
#else
(void)r, (void)s;
return x / y;
#endif"""))

# Sums of squares ------------------------------------------------------------------------------------------

add_square = Support("add_square", ("{T} a", "{T} x"), Text(
    f="""#ifdef FP_FAST_FMA
return fma{s}(x, x, a);
#else
return a + x * x;
#endif"""))

FUNCTIONS = (add_square, divided, sigmoid, softplus, logaddexp, logaddexp2, log1mexp, compound, compoundm1, sinc,
             sinpi, cospi, inverse_scale, sqrt_product, discriminant_root,
             digamma, trigamma, hurwitz, polygamma, erfcx)
