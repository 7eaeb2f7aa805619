/* exp and what is made of it: exp(x) = 2**k (1 + q) with |q| < 0.42. */

typedef struct { double k; snm_pair q; } snm_power;

/* exp(r.h + r.l) - 1 for |r| < 0.348. */
static inline snm_pair snm_exp_rest(const snm_pair r) {
  const double square = r.h * r.h, cube = square * r.h * SN_EXP(r.h);
  const snm_pair s = snm_fast_sum(r.h, 0.5 * square), q = snm_fast_sum(s.h, cube);
  const snm_pair sum = { q.h, (q.l + (s.l + 0.5 * snm_rest(r.h, r.h, square))) + snm_mad(r.l, q.h, r.l) };
  return sum;
}

/* exp(x.h + x.l) for |x| < 2**11. */
static inline snm_power snm_exp_power(const snm_pair x) {
  const double k = snm_whole(x.h * 0x1.71547652b82fep+0), t = snm_mad(-k, 0x1.62e42fefa38p-1, x.h);
  const double u = k * 0x1.ef35793c7673p-45;
  snm_pair r = { t - u, 0 };
  r.l = ((t - r.h) - u) + x.l;
  const snm_power p = { k, snm_exp_rest(r) };
  return p;
}

static inline double snm_exp_value(const snm_power p) {
  const snm_pair s = snm_fast_sum(1, p.q.h);
  return snm_scale(s.h + (s.l + p.q.l), p.k);
}

static inline double sn_own_exp(const double x) {
  const double low = x > -746 ? x : -746;
  const snm_pair c = { low < 711 ? low : 711, 0 };
  const double r = snm_exp_value(snm_exp_power(c));
  return x == x ? r : x;
}

static inline double sn_own_exp2(const double x) {
  const double low = x > -1080 ? x : -1080, c = low < 1025 ? low : 1025, k = snm_whole(c), f = c - k;
  const snm_pair a = { f, 0 }, ln2 = { 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56 };
  const snm_power p = { k, snm_exp_rest(snm_product(a, ln2)) };
  const double r = snm_exp_value(p);
  return x == x ? r : x;
}

/* 2**-k for k in [-1022, ...], 0 where it would not be seen beside 1. */
static inline double snm_small(const double k) {
  return snm_two(k < 200 ? -k : -200);
}

static inline double sn_own_expm1(const double x) {
  const double low = x > -40 ? x : -40;
  const snm_pair c = { low < 711 ? low : 711, 0 };
  const snm_power p = snm_exp_power(c);
  const snm_pair one = snm_fast_sum(1, -snm_small(p.k)), s = snm_fast_sum(one.h, p.q.h);
  const double r = snm_scale(s.h + (s.l + (one.l + p.q.l)), p.k);
  return x == 0 || x != x ? x : r;
}

/* The sum of a, b and c where |a| >= |b| or a = 0, and |a + b| >= |c|. */
static inline snm_pair snm_three(const snm_pair a, const snm_pair b, const snm_pair c) {
  const snm_pair s = snm_fast_sum(a.h, b.h), t = snm_fast_sum(s.h, c.h);
  const snm_pair r = { t.h, (s.l + t.l) + (a.l + b.l + c.l) };
  return r;
}

static inline snm_pair snm_times(const snm_pair a, const double power) {
  const snm_pair r = { a.h * power, a.l * power };
  return r;
}

static inline snm_power snm_exp_size(const double x) {
  const double a = fabs(x);
  const snm_pair c = { a < 712 ? a : 712, 0 };
  return snm_exp_power(c);
}

static inline snm_pair snm_one_more(const snm_pair q) {
  snm_pair m = snm_fast_sum(1, q.h);
  m.l += q.l;
  return m;
}

/* With exp(|x|) = 2**k m and t = 4**-k: m - t/m = (1 - t) + q + t q/m, in which nothing cancels. */
static inline double sn_own_sinh(const double x) {
  const snm_power p = snm_exp_size(x);
  const double t = snm_small(2 * p.k);
  const snm_pair d = snm_times(snm_quotient(p.q, snm_one_more(p.q)), t);
  const snm_pair s = snm_three(snm_fast_sum(1, -t), p.q, d);
  const double r = snm_scale(s.h + s.l, p.k - 1);
  return x == x ? copysign(r, x) : x;
}

static inline double sn_own_cosh(const double x) {
  const snm_power p = snm_exp_size(x);
  const snm_pair one = { 1, 0 }, m = snm_one_more(p.q), d = snm_times(snm_quotient(one, m), snm_small(2 * p.k));
  const snm_pair s = snm_sum(m.h, d.h);
  const double r = snm_scale(s.h + (s.l + (m.l + d.l)), p.k - 1);
  return x == x ? r : x;
}

/* (exp(2|x|) - 1) / (exp(2|x|) + 1). */
static inline double sn_own_tanh(const double x) {
  const double a = fabs(x);
  const snm_pair c = { a < 22 ? 2 * a : 44, 0 };
  const snm_power p = snm_exp_power(c);
  const double t = snm_small(p.k);
  const snm_pair less = snm_fast_sum(1, -t), more = snm_fast_sum(1, t);
  snm_pair n = snm_fast_sum(less.h, p.q.h), d = snm_fast_sum(more.h, p.q.h);
  n.l += less.l + p.q.l;
  d.l += more.l + p.q.l;
  const snm_pair r = snm_quotient(n, d);
  return x == x ? copysign(r.h + r.l, x) : x;
}

/* float32, in double: 2**k (1 + q) */

static inline double snm_exp_short(const double r) {
  return snm_mad(r * r, SN_EXP_SHORT(r), r);
}

static inline double snm_short_power(const double x, double *const k) {
  *k = snm_whole(x * 0x1.71547652b82fep+0);
  return snm_exp_short(snm_mad(-*k, 0x1.62e42fefa39efp-1, x));
}

static inline float sn_own_expf(const float x) {
  const double low = x > -110 ? x : -110, c = low < 90 ? low : 90;
  double k;
  const double q = snm_short_power(c, &k);
  return x == x ? (float)(snm_two(k) * (1 + q)) : x;
}

static inline float sn_own_exp2f(const float x) {
  const double low = x > -160 ? x : -160, c = low < 130 ? low : 130, k = snm_whole(c);
  const double q = snm_exp_short((c - k) * 0x1.62e42fefa39efp-1);
  return x == x ? (float)(snm_two(k) * (1 + q)) : x;
}

static inline float sn_own_expm1f(const float x) {
  const double low = x > -40 ? x : -40, c = low < 90 ? low : 90;
  double k;
  const double q = snm_short_power(c, &k), r = snm_two(k) * ((1 - snm_two(-k)) + q);
  return x == 0 || x != x ? x : (float)r;
}

static inline float sn_own_sinhf(const float x) {
  const double a = fabs((double)x), c = a < 91 ? a : 91;
  double k;
  const double q = snm_short_power(c, &k), t = snm_two(-2 * k);
  const double r = snm_two(k - 1) * (((1 - t) + q) + t * (q / (1 + q)));
  return x == x ? (float)copysign(r, (double)x) : x;
}

static inline float sn_own_coshf(const float x) {
  const double a = fabs((double)x), c = a < 91 ? a : 91;
  double k;
  const double m = 1 + snm_short_power(c, &k), r = snm_two(k - 1) * (m + snm_two(-2 * k) / m);
  return x == x ? (float)r : x;
}

static inline float sn_own_tanhf(const float x) {
  const double a = fabs((double)x), c = a < 20 ? 2 * a : 40;
  double k;
  const double q = snm_short_power(c, &k), t = snm_two(-k), r = ((1 - t) + q) / ((1 + t) + q);
  return x == x ? (float)copysign(r, (double)x) : x;
}
