/* Circular functions.  The argument is multiplied by 2/pi with as many digits as it takes, without branches: for
   |x| = X 2**(32 j) with whole X where j > 0, whole turns are left out of the row j of a table. */

static const double snm_turns_a[31] = { SN_TURNS_A };
static const double snm_turns_b[31] = { SN_TURNS_B };
static const double snm_turns_c[31] = { SN_TURNS_C };
static const double snm_turns_d[31] = { SN_TURNS_D };
static const double snm_turns_short_a[7] = { SN_TURNS_SHORT_A };
static const double snm_turns_short_b[7] = { SN_TURNS_SHORT_B };

/* An angle in [-pi/4, pi/4] or a little more, and the quarter turns before it (modulo 4). */
typedef struct { snm_pair y; unsigned long long quarters; } snm_angle;

/* x modulo 8, exactly: beyond 2**54 everything is a multiple of 4. */
static inline double snm_within(const double x) {
  return x < 0x1p54 ? x - ((x + 0x1.8p55) - 0x1.8p55) : 0;
}

static inline snm_angle snm_reduce(const double x) {
  const unsigned long long bits = snm_bits(fabs(x));
  const long long exponent = (long long)(bits >> 52), beyond = exponent > 1075 ? exponent - 1075 : 0;
  const unsigned long long j = (unsigned long long)beyond >> 5;
  const double a = snm_real(bits - (j << 57));
  const double t0 = snm_turns_a[j], t1 = snm_turns_b[j], t2 = snm_turns_c[j];
  const double p0 = a * t0, p1 = a * t1, p2 = a * t2, p3 = a * snm_turns_d[j];
  const double e0 = snm_rest(a, t0, p0), e1 = snm_rest(a, t1, p1), e2 = snm_rest(a, t2, p2);
  const snm_pair s = snm_sum(snm_within(p0), snm_within(e0)), u = snm_sum(s.h, snm_within(p1));
  const double k = snm_whole(u.h);
  const snm_pair v = snm_sum(e1, p2), w = snm_sum(u.h - k, v.h), rests = snm_sum(s.l, u.l), z = snm_sum(w.h, rests.h);
  const double low = (w.l + z.l) + (v.l + rests.l) + (e2 + p3);
  const snm_pair f = snm_fast_sum(z.h, low), quarter = { 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54 };
  const snm_angle r = { snm_product(f, quarter), snm_bits(k + 0x1.8p52) };
  return r;
}

static inline snm_pair snm_sine(const snm_pair y) {
  const double z = y.h * y.h, cube = y.h * z, cube_low = snm_rest(y.h, z, cube) + y.h * snm_rest(y.h, y.h, z);
  const double first = cube * SN_SIN_0, more = cube * z * SN_SIN_1(z);
  const double first_low = snm_rest(cube, SN_SIN_0, first) + (cube * SN_SIN_TAIL + cube_low * SN_SIN_0);
  const snm_pair s = snm_fast_sum(y.h, first);
  snm_pair r = snm_fast_sum(s.h, more);
  r.l += s.l + (first_low + y.l * (1 - 0.5 * z));
  return r;
}

static inline snm_pair snm_cosine(const snm_pair y) {
  const double z = y.h * y.h, half = 0.5 * z, w = 1 - half;
  const double low = z * z * SN_COS(z) - (y.h * y.l + 0.5 * snm_rest(y.h, y.h, z));
  return snm_fast_sum(w, ((1 - w) - half) + low);
}

/* The sign of the number of half turns, on x. */
static inline double snm_turned(const double x, const unsigned long long quarters) {
  return snm_real(snm_bits(x) ^ ((quarters & 2) << 62));
}

static inline double sn_own_sin(const double x) {
  const snm_angle r = snm_reduce(x);
  const snm_pair s = snm_sine(r.y), c = snm_cosine(r.y);
  const double value = snm_turned(r.quarters & 1 ? c.h + c.l : s.h + s.l, r.quarters);
  return fabs(x) < 0x1p-27 ? x : fabs(x) < SN_INFINITE ? value * copysign(1, x) : SN_NONE;
}

static inline double sn_own_cos(const double x) {
  const snm_angle r = snm_reduce(x);
  const snm_pair s = snm_sine(r.y), c = snm_cosine(r.y);
  const double value = snm_turned(r.quarters & 1 ? s.h + s.l : c.h + c.l, r.quarters + 1);
  return fabs(x) < 0x1p-27 ? 1 : fabs(x) < SN_INFINITE ? value : SN_NONE;
}

static inline double sn_own_tan(const double x) {
  const snm_angle r = snm_reduce(x);
  const snm_pair s = snm_sine(r.y), c = snm_cosine(r.y);
  const int odd = (int)(r.quarters & 1);
  const snm_pair n = { odd ? -c.h : s.h, odd ? -c.l : s.l }, d = { odd ? s.h : c.h, odd ? s.l : c.l };
  const snm_pair q = snm_quotient(n, d);
  return fabs(x) < 0x1p-27 ? x : fabs(x) < SN_INFINITE ? (q.h + q.l) * copysign(1, x) : SN_NONE;
}

/* float32, in double */

static inline double snm_reduce_short(const float x, unsigned long long *const quarters) {
  const unsigned long long bits = snm_bits(fabs((double)x));
  const long long exponent = (long long)(bits >> 52), beyond = exponent > 1046 ? exponent - 1046 : 0;
  const long long known = beyond < 111 ? beyond : 111;
  const unsigned long long j = (unsigned long long)known >> 4;
  const double a = snm_real(bits - (j << 56)), turn = snm_turns_short_a[j];
  const double p = a * turn, whole = snm_whole(p), low = snm_rest(a, turn, p) + a * snm_turns_short_b[j];
  *quarters = snm_bits(whole + 0x1.8p52);
  return ((p - whole) + low) * 0x1.921fb54442d18p+0;
}

static inline double snm_sine_short(const double y, const double z) {
  return snm_mad(y * z, SN_SIN_SHORT(z), y);
}

static inline double snm_cosine_short(const double z) {
  return snm_mad(z * z, SN_COS_SHORT(z), 1 - 0.5 * z);
}

static inline float sn_own_sinf(const float x) {
  unsigned long long quarters;
  const double y = snm_reduce_short(x, &quarters), z = y * y;
  const double r = snm_turned(quarters & 1 ? snm_cosine_short(z) : snm_sine_short(y, z), quarters);
  return x == 0 ? x : (float)(fabs((double)x) < SN_INFINITE ? r * copysign(1, (double)x) : SN_NONE);
}

static inline float sn_own_cosf(const float x) {
  unsigned long long quarters;
  const double y = snm_reduce_short(x, &quarters), z = y * y;
  const double r = snm_turned(quarters & 1 ? snm_sine_short(y, z) : snm_cosine_short(z), quarters + 1);
  return (float)(fabs((double)x) < SN_INFINITE ? r : SN_NONE);
}

static inline float sn_own_tanf(const float x) {
  unsigned long long quarters;
  const double y = snm_reduce_short(x, &quarters), z = y * y, s = snm_sine_short(y, z), c = snm_cosine_short(z);
  const double r = (quarters & 1 ? -c : s) / (quarters & 1 ? s : c);
  return x == 0 ? x : (float)(fabs((double)x) < SN_INFINITE ? r * copysign(1, (double)x) : SN_NONE);
}
