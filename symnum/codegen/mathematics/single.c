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

/* exp(x) is 4**k exp(r) with |r| < ln 2.  A whole number bounds k, for compilers make branches of a second choice
   between floats; NaN stays in r.  These are the bits of k, to which 1.5*2**23 + 127 is added. */
static inline unsigned snm_single_half(const float c) {
  const int near = (int)snm_float_bits(snm_mad_single(c, 0x1.715476p-1f, 0x1.8p23f + 127)), most = 0x4b400000 + 127 + 64;
  const int least = near < most ? near : most;
  return (unsigned)least;
}

static inline float snm_single_rest(const float c, const float k) {
  const float r = snm_mad_single(k, -0x1.7f7d1cp-19f, snm_mad_single(k, -0x1.62e4p+0f, c));
  return snm_mad_single(snm_mad_single(r, SN_EXP_SINGLE(r), 1), r, 1);
}

/* Two products with 2**k: so results below and above the range are rounded once. */
static inline float sn_single_expf(const float x) {
  const float c = -104 > x ? -104 : x;
  const unsigned bits = snm_single_half(c);
  const float power = snm_float(bits << 23);
  return snm_single_rest(c, snm_float(bits) - (0x1.8p23f + 127)) * power * power;
}
