/* Inverse circular functions, lengths, and cube roots. */

/* atan(n/d) for pairs with 0 <= n <= d: of (n - d)/(n + d) and pi/4 beyond tan(pi/8). */
static inline snm_pair snm_arc(const double n, const double d) {
  const int far = n > 0.41421356237309503 * d;
  const snm_pair less = snm_sum(n, -d), more = snm_sum(d, n);
  const snm_pair p = { far ? less.h : n, far ? less.l : 0 }, q = { far ? more.h : d, far ? more.l : 0 };
  const snm_pair t = snm_quotient(p, q);
  const double z = t.h * t.h, cube = t.h * z * SN_ATAN(z);
  const snm_pair s = snm_fast_sum(far ? 0x1.921fb54442d18p-1 : 0, t.h);
  const snm_pair r = { s.h, s.l + (cube + ((far ? 0x1.1a62633145c07p-55 : 0) + t.l * (1 - z))) };
  return r;
}

/* high + low - a */
static inline snm_pair snm_from(const double high, const double low, const snm_pair a) {
  snm_pair s = snm_fast_sum(high, -a.h);
  s.l += low - a.l;
  return s;
}

static inline double sn_own_atan(const double x) {
  const double size = fabs(x), a = size < 0x1p60 ? size : 0x1p60;
  const snm_pair r = snm_arc(a < 1 ? a : 1, a < 1 ? 1 : a);
  const snm_pair s = snm_from(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, r);
  return x == x ? copysign(a <= 1 ? r.h + r.l : s.h + s.l, x) : x;
}

/* 2**-e for a = z 2**e with z in [1, 2); a between 2**-1000 and 2**1000. */
static inline double snm_inverse_power(const double a) {
  return snm_real(0x7fe0000000000000ULL - (snm_bits(a) & 0x7ff0000000000000ULL));
}

static inline double sn_own_atan2(const double y, const double x) {
  const double ay = fabs(y), ax = fabs(x), big = ay > ax ? ay : ax, small = ay > ax ? ax : ay;
  const double first = big > 0x1p900 ? 0x1p-150 : big < 0x1p-850 ? 0x1p200 : 1;
  const int ends = (big == 0) | (big == SN_INFINITE);
  const double d = ends ? 1 : big * first, scale = snm_inverse_power(d) * 0x1p60;
  const double n = ends ? small == SN_INFINITE ? 1 : 0 : small * first;
  const snm_pair r = snm_arc(n * scale, d * scale);
  const snm_pair up = snm_from(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, r);
  const snm_pair right = { ay > ax ? up.h : r.h, ay > ax ? up.l : r.l };
  const snm_pair left = snm_from(0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53, right);
  const double value = copysign(1, x) < 0 ? left.h + left.l : right.h + right.l;
  return x != x || y != y ? SN_NONE : copysign(value, y);
}

/* asin and acos from s = sqrt((1 - |x|)/2) beyond 1/2: s (and its low part) + s z P(z), z = s**2. */
typedef struct { snm_pair s; double more; int near; } snm_chord;

static inline snm_chord snm_chord_of(const double x) {
  const double a = fabs(x);
  const int near = a < 0.5;
  const double z = near ? a * a : 0.5 * (1 - a), root = sqrt(z), s = near ? a : root;
  const double low = root > 0 ? snm_rest(root, root, z) * (-0.5 / root) : 0;
  const snm_chord c = { { s, near ? 0 : low }, s * z * SN_ASIN(z), near };
  return c;
}

static inline double sn_own_asin(const double x) {
  const snm_chord c = snm_chord_of(x);
  const snm_pair arc = { 2 * c.s.h, 2 * (c.s.l + c.more) };
  const snm_pair far = snm_from(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, arc);
  const double value = c.near ? c.s.h + c.more : far.h + far.l;
  return fabs(x) <= 1 ? copysign(value, x) : SN_NONE;
}

static inline double sn_own_acos(const double x) {
  const snm_chord c = snm_chord_of(x);
  const double sign = copysign(1, x);
  const snm_pair inner = { sign * c.s.h, sign * c.more }, arc = { 2 * c.s.h, 2 * (c.s.l + c.more) };
  const snm_pair near = snm_from(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, inner);
  const snm_pair left = snm_from(0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53, arc);
  const double far = x < 0 ? left.h + left.l : arc.h + arc.l;
  return fabs(x) <= 1 ? c.near ? near.h + near.l : far : SN_NONE;
}

/* z**(-1/3) for z in [1, 2): two thirds of the digits from the polynomial, the others by a step of third order. */
static inline double snm_inverse_root(const double z) {
  const double w = SN_CBRT(z), e = 1 - z * (w * w * w);
  return snm_mad(w * e, snm_mad(e, 0x1.c71c71c71c71cp-3, 0x1.5555555555555p-2), w);
}

static inline double sn_own_cbrt(const double x) {
  const double size = fabs(x);
  const int tiny = size < 0x1p-1022;
  const double a = tiny ? size * 0x1p54 : size;
  const unsigned long long bits = snm_bits(a);
  const double e = snm_real((bits >> 52) | 0x4330000000000000ULL) - (0x1p52 + 1023);
  const double k = snm_whole((e - 1) * 0x1.5555555555555p-2), rest = e - 3 * k;
  const double z = snm_real((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  const double w = snm_inverse_root(z), y = z * w * w, square = y * y;
  const double low = -(snm_rest(square, y, z) + snm_rest(y, y, square) * y) * (w * w) * 0x1.5555555555555p-2;
  const snm_pair factor = { rest < 0.5 ? 1 : rest < 1.5 ? 0x1.428a2f98d728bp+0 : 0x1.965fea53d6e3dp+0,
                           rest < 0.5 ? 0 : rest < 1.5 ? -0x1.ddc22548ea41ep-56 : -0x1.f53e999952f09p-54 };
  const snm_pair root = { y, low }, r = snm_product(root, factor);
  const double value = (r.h + r.l) * snm_two(k - (tiny ? 18 : 0));
  return size > 0 && size < SN_INFINITE ? copysign(value, x) : x + x;
}

static inline double sn_own_hypot(const double x, const double y) {
  const double ax = fabs(x), ay = fabs(y), big = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
  const double first = big > 0x1p900 ? 0x1p-200 : big < 0x1p-800 ? 0x1p250 : 1;
  const double back = big > 0x1p900 ? 0x1p200 : big < 0x1p-800 ? 0x1p-250 : 1;
  const double d = big > 0 && big < SN_INFINITE ? big * first : 1, scale = snm_inverse_power(d);
  const double a = d * scale, b = small * first * scale, aa = a * a, bb = b * b;
  snm_pair sum = snm_fast_sum(aa, bb);
  sum.l += snm_rest(a, a, aa) + snm_rest(b, b, bb);
  const snm_pair root = snm_root(sum);
  const double value = (root.h + root.l) * (1 / scale) * back, known = big > 0 ? value : 0;
  const int far = (ax == SN_INFINITE) | (int)(ay == SN_INFINITE);
  return far ? SN_INFINITE : x != x || y != y ? SN_NONE : known;
}

/* float32, in double */

static inline double snm_arc_short(const double n, const double d) {
  const int far = n > 0.41421356237309503 * d;
  const double t = (far ? n - d : n) / (far ? n + d : d), z = t * t;
  return (far ? 0x1.921fb54442d18p-1 : 0) + snm_mad(t * z, SN_ATAN_SHORT(z), t);
}

static inline float sn_own_atanf(const float x) {
  const double a = fabs((double)x), r = snm_arc_short(a < 1 ? a : 1, a < 1 ? 1 : a);
  const double value = a <= 1 ? r : 0x1.921fb54442d18p+0 - r;
  return x == x ? (float)copysign(a < 0x1p60 ? value : 0x1.921fb54442d18p+0, (double)x) : x;
}

static inline float sn_own_atan2f(const float ys, const float xs) {
  const double y = ys, x = xs, ay = fabs(y), ax = fabs(x), big = ay > ax ? ay : ax, small = ay > ax ? ax : ay;
  const int ends = (big == 0) | (big == SN_INFINITE);
  const double r = snm_arc_short(ends ? small == SN_INFINITE ? 1 : 0 : small, ends ? 1 : big);
  const double right = ay > ax ? 0x1.921fb54442d18p+0 - r : r;
  const double value = copysign(1, x) < 0 ? 0x1.921fb54442d18p+1 - right : right;
  return (float)(x != x || y != y ? SN_NONE : copysign(value, y));
}

static inline double snm_chord_short(const double a, const int near) {
  const double z = near ? a * a : 0.5 * (1 - a), s = near ? a : sqrt(z);
  return snm_mad(s * z, SN_ASIN_SHORT(z), s);
}

static inline float sn_own_asinf(const float x) {
  const double a = fabs((double)x), r = snm_chord_short(a, a < 0.5);
  return (float)(a <= 1 ? copysign(a < 0.5 ? r : 0x1.921fb54442d18p+0 - 2 * r, (double)x) : SN_NONE);
}

static inline float sn_own_acosf(const float x) {
  const double a = fabs((double)x), r = snm_chord_short(a, a < 0.5);
  const double near = 0x1.921fb54442d18p+0 - copysign(r, (double)x), far = x < 0 ? 0x1.921fb54442d18p+1 - 2 * r : 2 * r;
  return (float)(a <= 1 ? a < 0.5 ? near : far : SN_NONE);
}

static inline float sn_own_cbrtf(const float x) {
  const double a = fabs((double)x);
  const unsigned long long bits = snm_bits(a);
  const double e = snm_real((bits >> 52) | 0x4330000000000000ULL) - (0x1p52 + 1023);
  const double k = snm_whole((e - 1) * 0x1.5555555555555p-2), rest = e - 3 * k;
  const double z = snm_real((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL), w = snm_inverse_root(z);
  const double factor = rest < 0.5 ? 1 : rest < 1.5 ? 0x1.428a2f98d728bp+0 : 0x1.965fea53d6e3dp+0;
  const double value = z * w * w * factor * snm_two(k);
  return a > 0 && a < SN_INFINITE ? (float)copysign(value, (double)x) : x + x;
}

static inline float sn_own_hypotf(const float x, const float y) {
  const double a = fabs((double)x), b = fabs((double)y), r = sqrt(a * a + b * b);
  return (float)(((a == SN_INFINITE) | (int)(b == SN_INFINITE)) ? SN_INFINITE : r);
}
