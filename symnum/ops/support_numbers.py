"""Support functions of arithmetic, integers, and the bits of floats, in C99."""

from __future__ import annotations

from .scalars import C_TYPES, Support
from .spec import Text

_TWO, _ONE = ("{T} a", "{T} b"), ("{T} a",)

# Division -------------------------------------------------------------------------------------------------

# Divisors whose quotient would trap are replaced by 1, which leaves remainder 0.
_SAFE_DIVISOR = "const {T} d = b == 0 || b == -1 ? 1 : b;\n"

floor_divide = Support("floor_divide", _TWO, Text(
    # After subtracting the remainder the quotient is whole up to rounding, so floor may be one too low.
    f="""const {T} m = fmod{s}(a, b), q = (a - m) / b, zero = copysign{s}(({T})0, a / b);
const {T} d = ((m != 0) & ((b < 0) != (m < 0))) ? q - 1 : q;
const {T} low = floor{s}(d);
const {T} whole = d - low > ({T})0.5 ? low + 1 : low;
return b == 0 ? a / b : d == 0 ? zero : whole;""",
    i="""const {T} d = b == 0 || (b == -1 && a == {MIN}) ? 1 : b;
const {T} q = ({T})(a / d), r = ({T})(a % d);
return ({T})(b == 0 ? 0 : q - (r != 0 && (r < 0) != (d < 0)));""",
    u="return ({T})(b == 0 ? 0 : a / b);"))

remainder = Support("remainder", _TWO, Text(
    f="""const {T} m = fmod{s}(a, b), zero = copysign{s}(({T})0, b);
const {T} moved = (b < 0) != (m < 0) ? m + b : m;
return m == 0 ? zero : moved;""",
    i=_SAFE_DIVISOR + """const {T} r = ({T})(a % d);
return ({T})(r != 0 && (r < 0) != (d < 0) ? r + d : r);""",
    u="return ({T})(b == 0 ? 0 : a % b);"))

fmod = Support("fmod", _TWO, Text(
    i=_SAFE_DIVISOR + "return ({T})(a % d);",
    u="return ({T})(b == 0 ? 0 : a % b);"))

# Integers -------------------------------------------------------------------------------------------------

# The same function of the operands' unsigned twins, modulo 2**n.
_UNSIGNED_TWINS = "return ({T})sn_%s_u{n}(({U})a, ({U})b);"
_MAGNITUDE = "({U})(%s < 0 ? 0u - ({U})%s : ({U})%s)"
_OF_MAGNITUDES = f"""const {{U}} x = {_MAGNITUDE % (("a",) * 3)}, y = {_MAGNITUDE % (("b",) * 3)};
return ({{T}})sn_%s_u{{n}}(x, y);"""

power = Support("power", _TWO, Text(
    i="if (b < 0) return 0;\n" + _UNSIGNED_TWINS % "power",
    u="""{W} factor = a, product = 1;
for ({W} rest = b; rest != 0; rest >>= 1) {
  product = rest & 1 ? product * factor : product;
  factor *= factor;
}
return ({T})product;"""))

gcd = Support("gcd", _TWO, Text(
    i=_OF_MAGNITUDES % "gcd",
    u="""while (b != 0) {
  const {T} rest = ({T})(a % b);
  a = b;
  b = rest;
}
return a;"""))

lcm = Support("lcm", _TWO, Text(
    i=_OF_MAGNITUDES % "lcm",
    u="""const {T} common = sn_gcd_{k}(a, b);
return ({T})(common == 0 ? 0 : ({W})(a / common) * b);"""))

# Adds neighbouring bits, then pairs, then nibbles, then all bytes by one product.
bitwise_count = Support("bitwise_count", _ONE, result="unsigned char", body=Text(
    i=f"return sn_bitwise_count_u{{n}}({_MAGNITUDE % (('a',) * 3)});",
    u="""const {W} bits = a;
const {W} twos = bits - ((bits >> 1) & ({W})0x5555555555555555ULL);
const {W} fours = (twos & ({W})0x3333333333333333ULL) + ((twos >> 2) & ({W})0x3333333333333333ULL);
const {W} bytes = (fours + (fours >> 4)) & ({W})0x0f0f0f0f0f0f0f0fULL;
return (unsigned char)((bytes * ({W})0x0101010101010101ULL) >> (8 * sizeof bytes - 8));"""))

# Choice ---------------------------------------------------------------------------------------------------

clip = Support("clip", ("{T} x", "{T} low", "{T} high"), Text(
    f="""const {T} above = ((x <= low) | (low != low)) ? low : x;
return ((above >= high) | (high != high)) ? high : above;""",
    i="""const {T} above = x > low ? x : low;
return above < high ? above : high;""",
    u="""const {T} above = x > low ? x : low;
return above < high ? above : high;"""))

# Bits of floats -------------------------------------------------------------------------------------------

_BITS = "union { {T} f; {U} u; } "

nextafter = Support("nextafter", _TWO, Text(
    f=_BITS + """next, least;
next.f = a;
next.u = (a < b) == (a > 0) ? next.u + 1 : next.u - 1;
least.u = 1;
const {T} off_zero = copysign{s}(least.f, b);
return ((a != a) | (b != b)) ? a + b : a == b ? b : a == 0 ? off_zero : next.f;"""))

spacing = Support("spacing", _ONE, Text(
    f=_BITS + """next, least;
const {T} size = fabs{s}(a);
next.f = size;
next.u += 1;
least.u = 1;
const {T} step = copysign{s}(next.f - size, a);
return a == 0 ? least.f : step;"""))

# Subnormal numbers are scaled by 2**M first, which makes them normal.
_NORMAL = _BITS + """v;
v.f = fabs{s}(a);
const int small = (v.u >> {M}) == 0;
v.f = small ? v.f * ({T})(({U})1 << {M}) : v.f;
"""
_NO_EXPONENT = "((a == 0) | (a - a != 0))"

frexp_exponent = Support("frexp_exponent", _ONE, result="int", body=Text(
    f=_NORMAL + f"""const int e = (int)(v.u >> {{M}}) - ({{B}} - 1) - (small ? {{M}} : 0);
return {_NO_EXPONENT} ? 0 : e;"""))

frexp_mantissa = Support("frexp_mantissa", _ONE, Text(
    f=_NORMAL + f"""v.u = (v.u & ((({{U}})1 << {{M}}) - 1)) | (({{U}})({{B}} - 1) << {{M}});
const {{T}} signed_part = copysign{{s}}(v.f, a);
return {_NO_EXPONENT} ? a : signed_part;"""))

# Two powers of two: the first product is exact, so that the result is rounded once, also if it is subnormal.
ldexp = Support("ldexp", ("{T} a", "long long e"), Text(
    f=_BITS + f"""first, second;
const int add = (int)(e < -4 * {{B}} ? -4 * {{B}} : e > 4 * {{B}} ? 4 * {{B}} : e);
const int sum = sn_frexp_exponent_{{k}}(a) + add;
const int total = sum < -({{B}} + {{M}} + 4) ? -({{B}} + {{M}} + 4) : sum > {{B}} + 4 ? {{B}} + 4 : sum;
const int most = total < 3 - {{B}} ? 3 - {{B}} : total > {{B}} - 3 ? {{B}} - 3 : total;
first.u = ({{U}})(most + {{B}}) << {{M}};
second.u = ({{U}})(total - most + {{B}}) << {{M}};
return {_NO_EXPONENT} ? a : sn_frexp_mantissa_{{k}}(a) * first.f * second.f;"""))

# Casts: floats outside the integers' range as in NumPy's scalar loops on x86 ------------------------------

_IN_INT = "((x > ({T})-2147483649.0) & (x < ({T})2147483648.0)) ? (int)x : -2147483647 - 1"
_IN_LONG = ("((x >= ({T})-9223372036854775808.0) & (x < ({T})9223372036854775808.0)) ? (long long)x"
            " : -9223372036854775807LL - 1")
_FROM_FLOAT = {
    **dict.fromkeys(("i8", "i16", "u8", "u16"), "return ({R})sn_cast_{k}_i32(x);"),
    "i32": f"return {_IN_INT};",
    "i64": f"return {_IN_LONG};",
    "u32": "return (unsigned int)(unsigned long long)sn_cast_{k}_i64(x);",
    "u64": """const int high = x >= ({T})9223372036854775808.0;
const unsigned long long low = (unsigned long long)sn_cast_{k}_i64(high ? x - ({T})9223372036854775808.0 : x);
return high ? low ^ 0x8000000000000000ULL : low;""",
}


# float16: IEEE 754 binary16 in the bits of an unsigned short ------------------------------------------------

# As a float with the exponent and mantissa in place, scaled by 2**112, which makes subnormal numbers right too.
_FROM_HALF = """union { float f; unsigned int u; } v;
v.u = (unsigned int)(x & 0x7fff) << 13;
v.f *= 0x1p112f;
v.u |= (x & 0x7c00) == 0x7c00 ? 0x7f800000u : 0u;
v.u |= (unsigned int)(x & 0x8000) << 16;
return v.f;"""

# Halves to even, by addition: of half a unit in the last place to the bits, or to a small number of 1/2, whose last
# bit is the least of float16.
_TO_HALF = """union { float f; unsigned int u; } v, small;
v.f = x;
const unsigned int sign = v.u & 0x80000000u, size = v.u ^ sign;
v.u = size;
small.f = v.f + 0.5f;
const unsigned int below = small.u - 0x3f000000u;
const unsigned int usual = (size - 0x38000000u + 0xfffu + ((size >> 13) & 1u)) >> 13;
const unsigned int special = size > 0x7f800000u ? 0x7e00u : 0x7c00u;
const unsigned int half = size < 0x38800000u ? below : usual;
return (unsigned short)((size >= 0x47800000u ? special : half) | (sign >> 16));"""

half = Support("half", ("{T} x",), Text(f=_TO_HALF), result="unsigned short")

# To float first, rounded to odd, so that the second rounding sees on which side of a half a double lies.
_ROUNDED_TO_HALF = """union { float f; unsigned int u; } v;
v.f = (float)x;
const {T} back = v.f;
const unsigned int away = fabs{s}(back) > fabs{s}(x), inexact = back != x;
v.u = (v.u - away) | inexact;
return sn_half_f32(v.f);"""


def _cast(to: str) -> Support:
    if to == "f16":
        whole = "return sn_half_f32((float)x);"
        body = Text(f=_ROUNDED_TO_HALF, i=whole, u=whole, b=whole, h="return x;")
        return Support("cast", ("{T} x",), body, result="{R}", to=to)
    plain = "return x != 0;" if to == "b" else "return ({R})x;"
    stored = _FROM_HALF if to == "f32" else f"return sn_cast_f32_{to}(sn_cast_f16_f32(x));"
    body = Text(f=_FROM_FLOAT.get(to, plain), i=plain, u=plain, b=plain, h=stored)
    return Support("cast", ("{T} x",), body, result="{R}", to=to)


casts = tuple(map(_cast, C_TYPES))

FUNCTIONS = (floor_divide, remainder, fmod, power, gcd, lcm, bitwise_count, clip, nextafter, spacing,
             frexp_exponent, frexp_mantissa, ldexp, half, *casts)
