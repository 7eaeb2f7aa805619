/* Logarithms, powers and inverse hyperbolic functions: log(x) = k log(2) + 2 artanh(s), s = (z - 1)/(z + 1),
   for z = x 2**-k between sqrt(1/2) and sqrt(2). */

/* log(x (1 + relative)) for finite x > 0 and a tiny relative, with an error of 2**-64 of it or so. */
static inline snm_pair snm_log(const double x, const double relative) {
  const int tiny = x < 0x1p-1022;
  const double y = tiny ? x * 0x1p54 : x;
  const unsigned long long bits = snm_bits(y), moved = bits + (0x3ff0000000000000ULL - 0x3fe6a09e00000000ULL);
  const double k = snm_real((moved >> 52) | 0x4330000000000000ULL) - (0x1p52 + 1023) - (tiny ? 54 : 0);
  const double z = snm_real(bits - (moved & 0xfff0000000000000ULL) + 0x3ff0000000000000ULL);
  const double f = z - 1, dh = 1 + z, dl = z - (dh - 1), inverse = 1 / dh, s = f * inverse;
  const double sl = -(snm_rest(s, dh, f) + s * dl) * inverse;
  const double square = s * s, square_low = snm_rest(s, s, square) + 2 * s * sl;
  const double first = square * SN_LOG_0, more = square * square * SN_LOG_1(square), third = 0x1.5555555555555p-1;
  const double first_low = snm_rest(square, SN_LOG_0, first) + (square_low * SN_LOG_0 + square * SN_LOG_TAIL);
  const double v1 = third + first, w = v1 + more;
  const double wl = (((third - v1) + first) + ((v1 - w) + more)) + (first_low + 0x1.5555555555555p-55);
  const double cube = s * square, cube_low = snm_rest(s, square, cube) + (s * square_low + sl * square);
  const double v = cube * w, vl = snm_rest(cube, w, v) + (cube * wl + cube_low * w);
  const double h = 2 * s + v, l = ((2 * s - h) + v) + (vl + 2 * sl);
  const double whole = k * 0x1.62e42fefa38p-1, sum = whole + h;
  const snm_pair r = { sum, ((whole - sum) + h) + ((l + k * 0x1.ef35793c7673p-45) + relative) };
  return r;
}

/* r, which holds for finite x > 0; else the logarithm of x as C has it. */
static inline double snm_log_special(const double x, const double r) {
  const double above = x <= 0x1.fffffffffffffp+1023 ? r : x;
  return x > 0 ? above : x == 0 ? -SN_INFINITE : SN_NONE;
}

static inline double sn_own_log(const double x) {
  const snm_pair r = snm_log(x, 0);
  return snm_log_special(x, r.h + r.l);
}

static inline double sn_own_log2(const double x) {
  const snm_pair factor = { 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56 }, r = snm_product(snm_log(x, 0), factor);
  return snm_log_special(x, r.h + r.l);
}

static inline double sn_own_log10(const double x) {
  const snm_pair factor = { 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57 }, r = snm_product(snm_log(x, 0), factor);
  return snm_log_special(x, r.h + r.l);
}

/* log(1 + u) of a pair with u.h > -1. */
static inline snm_pair snm_log_above(const snm_pair u) {
  const snm_pair v = snm_sum(1, u.h), r = snm_log(v.h, (v.l + u.l) / v.h);
  const int tiny = fabs(u.h) < 0x1p-30;
  const double low = u.l - u.h * u.h * (0.5 - u.h * 0x1.5555555555555p-2);
  const snm_pair s = { tiny ? u.h : r.h, tiny ? low : r.l };
  return s;
}

static inline double sn_own_log1p(const double x) {
  const snm_pair u = { x, 0 }, r = snm_log_above(u);
  return x == 0 ? x : snm_log_special(1 + x, r.h + r.l);
}

/* log(a) + log(2), for what is beyond the reach of squares. */
static inline double snm_log_twice(const double a) {
  const snm_pair r = snm_log(a, 0), s = snm_fast_sum(r.h, 0x1.62e42fefa39efp-1);
  return s.h + (s.l + (r.l + 0x1.abc9e3b39803fp-56));
}

/* log1p(a + a**2/(1 + sqrt(1 + a**2))). */
static inline double sn_own_asinh(const double x) {
  const double a = fabs(x), near = a < 0x1p30 ? a : 0x1p30;
  const double square = near * near;
  const snm_pair q = { square, snm_rest(near, near, square) };
  snm_pair w = snm_sum(1, q.h);
  w.l += q.l;
  const snm_pair root = snm_root(w);
  snm_pair d = snm_fast_sum(root.h, 1);
  d.l += root.l;
  const snm_pair more = snm_quotient(q, d);
  snm_pair u = snm_sum(near, more.h);
  u.l += more.l;
  const snm_pair r = snm_log_above(u);
  const double value = a < 0x1p30 ? r.h + r.l : snm_log_twice(a);
  return a < 0x1p-500 || !(a <= 0x1.fffffffffffffp+1023) ? x : copysign(value, x);
}

/* log1p(t + sqrt(x**2 - 1)), t = x - 1. */
static inline double sn_own_acosh(const double x) {
  const double near = x < 0x1p30 ? x : 0x1p30, square = near * near;
  snm_pair w = snm_sum(square, -1);
  w.l += snm_rest(near, near, square);
  const snm_pair root = snm_root(w);
  snm_pair u = snm_fast_sum(root.h, near - 1);
  u.l += root.l;
  const snm_pair r = snm_log_above(u);
  const double value = x < 0x1p30 ? r.h + r.l : snm_log_twice(x);
  return x > 1 ? x <= 0x1.fffffffffffffp+1023 ? value : x : x == 1 ? 0 : SN_NONE;
}

/* log1p(2a/(1 - a))/2. */
static inline double sn_own_atanh(const double x) {
  const double a = fabs(x), near = a < 1 ? a : 0.5;
  const snm_pair twice = { 2 * near, 0 }, r = snm_log_above(snm_quotient(twice, snm_fast_sum(1, -near)));
  const double value = 0.5 * (r.h + r.l);
  return a < 0x1p-500 || x != x ? x : a < 1 ? copysign(value, x) : a == 1 ? copysign(SN_INFINITE, x) : SN_NONE;
}

static inline double sn_own_pow(const double x, const double y) {
  const double a = fabs(x), size = fabs(y), half = 0.5 * size;
  const snm_pair base = snm_log(a, 0);
  const double h = base.h * y, l = snm_rest(base.h, y, h) + base.l * y;
  const int inside = fabs(h) < 1000;
  const snm_pair exponent = { inside ? h : h > 0 ? 1000 : -1000, (inside & (size < 0x1p70)) ? l : 0 };
  const double value = snm_exp_value(snm_exp_power(exponent));
  const int whole = (size >= 0x1p52) | ((size + 0x1p52) - 0x1p52 == size);
  const int odd = whole & !((half >= 0x1p52) | ((half + 0x1p52) - 0x1p52 == half));
  const int up = (a > 1) == (y > 0), end = (a == 0) | (int)(a == SN_INFINITE) | (int)(size == SN_INFINITE);
  const double limit = a == 1 ? 1 : up ? SN_INFINITE : 0;
  const double plain = end ? limit : x < 0 && !whole ? SN_NONE : value;
  const double r = odd ? copysign(plain, x) : plain;
  return y == 0 || x == 1 ? 1 : x != x || y != y ? SN_NONE : r;
}

/* float32, in double */

static inline double snm_log_short(const double x) {
  const unsigned long long bits = snm_bits(x), moved = bits + (0x3ff0000000000000ULL - 0x3fe6a09e00000000ULL);
  const double k = snm_real((moved >> 52) | 0x4330000000000000ULL) - (0x1p52 + 1023);
  const double f = snm_real(bits - (moved & 0xfff0000000000000ULL) + 0x3ff0000000000000ULL) - 1;
  return snm_mad(k, 0x1.62e42fefa39efp-1, snm_mad(f * f, SN_LOG_SHORT(f), f));
}

static inline double snm_log_above_short(const double u) {
  const double v = 1 + u;
  return snm_log_short(v) + (u - (v - 1)) / v;
}

static inline float sn_own_logf(const float x) {
  return (float)snm_log_special(x, snm_log_short(x));
}

static inline float sn_own_log2f(const float x) {
  return (float)snm_log_special(x, snm_log_short(x) * 0x1.71547652b82fep+0);
}

static inline float sn_own_log10f(const float x) {
  return (float)snm_log_special(x, snm_log_short(x) * 0x1.bcb7b1526e50ep-2);
}

static inline float sn_own_log1pf(const float x) {
  return x == 0 ? x : (float)snm_log_special(1 + (double)x, snm_log_above_short(x));
}

static inline float sn_own_asinhf(const float x) {
  const double a = fabs((double)x), q = a * a;
  const float r = (float)copysign(snm_log_above_short(a + q / (1 + sqrt(1 + q))), (double)x);
  return x == 0 || !(a < SN_INFINITE) ? x : r;
}

static inline float sn_own_acoshf(const float x) {
  const double t = (double)x - 1, r = snm_log_above_short(t + sqrt(t * (t + 2)));
  return (float)(t < 0 || x != x ? SN_NONE : t < SN_INFINITE ? r : t);
}

static inline float sn_own_atanhf(const float x) {
  const double a = fabs((double)x), r = 0.5 * snm_log_above_short(2 * a / (1 - a));
  const double value = a < 1 ? r : a == 1 ? SN_INFINITE : SN_NONE;
  return x == 0 || x != x ? x : (float)copysign(value, (double)x);
}

static inline float sn_own_powf(const float xs, const float ys) {
  const double x = xs, y = ys, a = fabs(x), size = fabs(y), half = 0.5 * size, h = y * snm_log_short(a);
  const double exponent = fabs(h) < 200 ? h : h > 0 ? 200 : -200;
  double k;
  const double q = snm_short_power(exponent, &k), value = snm_two(k) * (1 + q);
  const int whole = (size >= 0x1p52) | ((size + 0x1p52) - 0x1p52 == size);
  const int odd = whole & !((half >= 0x1p52) | ((half + 0x1p52) - 0x1p52 == half));
  const int up = (a > 1) == (y > 0), end = (a == 0) | (int)(a == SN_INFINITE) | (int)(size == SN_INFINITE);
  const double limit = a == 1 ? 1 : up ? SN_INFINITE : 0;
  const double plain = end ? limit : x < 0 && !whole ? SN_NONE : value;
  const double r = odd ? copysign(plain, x) : plain;
  return (float)(y == 0 || x == 1 ? 1 : x != x || y != y ? SN_NONE : r);
}
