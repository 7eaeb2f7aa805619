/* Numbers in two parts, the bits of a double, and powers of 2.  A pair is h + l with l below a unit of h, or so. */

typedef struct { double h, l; } snm_pair;

static inline unsigned long long snm_bits(const double x) {
  union { double real; unsigned long long bits; } both;
  both.real = x;
  return both.bits;
}

static inline double snm_real(const unsigned long long bits) {
  union { double real; unsigned long long bits; } both;
  both.bits = bits;
  return both.real;
}

/* a b + c, rounded once where the processor has an instruction for it. */
static inline double snm_mad(const double a, const double b, const double c) {
#ifdef SN_FUSED
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* a b - c for c near a b, without error: by one instruction, or by products of halves (Veltkamp and Dekker). */
static inline double snm_rest(const double a, const double b, const double c) {
#ifdef SN_FUSED
  return __builtin_fma(a, b, -c);
#else
  const double p = a * b, s = a * 134217729.0, t = b * 134217729.0;
  const double ah = s - (s - a), al = a - ah, bh = t - (t - b), bl = b - bh;
  return (p - c) + (((ah * bh - p) + ah * bl + al * bh) + al * bl);
#endif
}

/* a + b for |a| >= |b|, or a = 0. */
static inline snm_pair snm_fast_sum(const double a, const double b) {
  const double h = a + b;
  const snm_pair r = { h, (a - h) + b };
  return r;
}

static inline snm_pair snm_sum(const double a, const double b) {
  const double h = a + b, v = h - a;
  const snm_pair r = { h, (a - (h - v)) + (b - v) };
  return r;
}

static inline snm_pair snm_product(const snm_pair a, const snm_pair b) {
  const double h = a.h * b.h;
  const snm_pair r = { h, snm_rest(a.h, b.h, h) + (a.h * b.l + a.l * b.h) };
  return r;
}

static inline snm_pair snm_quotient(const snm_pair a, const snm_pair b) {
  const double inverse = 1 / b.h, h = a.h * inverse;
  const snm_pair r = { h, ((a.l - snm_rest(h, b.h, a.h)) - h * b.l) * inverse };
  return r;
}

/* The square root of a pair above 0. */
static inline snm_pair snm_root(const snm_pair a) {
  const double h = sqrt(a.h);
  const snm_pair r = { h, (a.l - snm_rest(h, h, a.h)) * (0.5 / h) };
  return r;
}

/* The whole number next to x, for |x| < 2**51. */
static inline double snm_whole(const double x) {
  return (x + 0x1.8p52) - 0x1.8p52;
}

/* 2**k for whole k in [-1022, 1023]. */
static inline double snm_two(const double k) {
  return snm_real((snm_bits(k + 0x1.8p52) + 1023) << 52);
}

/* x 2**k for whole k in [-2044, 2046], rounded once. */
static inline double snm_scale(const double x, const double k) {
  const unsigned long long n = snm_bits(k + 0x1.8p52), half = n >> 1;
  return (x * snm_real((half + 1023) << 52)) * snm_real((n - half + 1023) << 52);
}
