/* float32 in float32: forms with errors below 4 units that are short enough to be repeated in every loop. */

static inline unsigned snm_float_bits(const float x) {
  union { float real; unsigned bits; } both;
  both.real = x;
  return both.bits;
}

static inline float snm_float(const unsigned bits) {
  union { float real; unsigned bits; } both;
  both.bits = bits;
  return both.real;
}

static inline float snm_mad_single(const float a, const float b, const float c) {
#ifdef SN_FUSED
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

/* 4**k exp(r) with |r| < ln 2, by two products with 2**k, so that results below and above the range are rounded once.
   A whole number bounds k, for compilers make branches of a second choice between floats.  NaN stays in r. */
static inline float sn_single_expf(const float x) {
  const float c = -104 > x ? -104 : x, whole = 0x1.8p23f + 127;
  const int near = (int)snm_float_bits(snm_mad_single(c, 0x1.715476p-1f, whole)), most = 0x4b400000 + 127 + 64;
  const int least = near < most ? near : most;
  const unsigned bits = (unsigned)least;
  const float k = snm_float(bits) - whole, power = snm_float(bits << 23);
  const float r = snm_mad_single(k, -0x1.7f7d1cp-19f, snm_mad_single(k, -0x1.62e4p+0f, c));
  return snm_mad_single(snm_mad_single(r, SN_EXP_SINGLE(r), 1), r, 1) * power * power;
}
