/* The error function and its complement: erfc(a) = exp(-a**2) G(t)/(a + 2) for a >= 0, t = (a - 2)/(a + 2), with a
   polynomial for each quarter of t. */

static inline snm_pair snm_scaled_erfc(const double a) {
  const snm_pair n = snm_sum(a, -2), d = snm_sum(a, 2), t = snm_quotient(n, d);
  const double c = t.h < -0.5 ? -0.75 : t.h < 0 ? -0.25 : t.h < 0.5 ? 0.25 : 0.75;
  const snm_pair x = snm_fast_sum(-c, t.h);
  const double slope = SN_ERFCX_SLOPE(t.h), rise = x.h * slope, more = x.h * x.h * SN_ERFCX_2(t.h, x.h);
  const snm_pair s = snm_fast_sum(SN_ERFCX_0(t.h), rise);
  snm_pair g = snm_fast_sum(s.h, more);
  g.l += s.l + (SN_ERFCX_TAIL(t.h) + (snm_rest(x.h, slope, rise) + (x.l + t.l) * slope));
  return snm_quotient(g, d);
}

static inline snm_power snm_bell(const double a) {
  const double square = a * a;
  const snm_pair x = { -square, -snm_rest(a, a, square) };
  return snm_exp_power(x);
}

static inline double sn_own_erf(const double x) {
  const double size = fabs(x), a = size < 6 ? size : 6, z = a * a;
  const double rise = z * SN_ERF_SLOPE, more = z * z * SN_ERF_2(z);
  const snm_pair s = snm_fast_sum(SN_ERF_0, rise), w = snm_fast_sum(s.h, more);
  const double low = snm_rest(z, SN_ERF_SLOPE, rise) + snm_rest(a, a, z) * SN_ERF_SLOPE;
  const double h = a * w.h, near = h + (snm_rest(a, w.h, h) + a * (w.l + (s.l + low) + SN_ERF_TAIL));
  const snm_power p = snm_bell(a);
  const snm_pair c = snm_product(snm_one_more(p.q), snm_scaled_erfc(a));
  const double factor = snm_two(p.k);
  const snm_pair far = snm_fast_sum(1, -c.h * factor);
  const double value = a < 0.8125 ? near : far.h + (far.l - c.l * factor);
  return size < 0x1p-500 || x != x ? x + x * 0x1.06eba8214db69p-3 : copysign(value, x);
}

static inline double sn_own_erfc(const double x) {
  const double size = fabs(x), a = size < 28 ? size : 28;
  const snm_power p = snm_bell(a);
  const snm_pair c = snm_product(snm_one_more(p.q), snm_scaled_erfc(a));
  const double factor = snm_two(p.k > -200 ? p.k : -200);
  const snm_pair left = snm_fast_sum(2, -c.h * factor);
  return x != x ? x : x < 0 ? left.h + (left.l - c.l * factor) : snm_scale(c.h + c.l, p.k);
}

/* float32, in double */

static inline double snm_erfc_short(const double a) {
  const double d = 1 / (a + 2), t = (a - 2) * d;
  const double x = t - (t < -0.5 ? -0.75 : t < 0 ? -0.25 : t < 0.5 ? 0.25 : 0.75);
  double k;
  const double q = snm_short_power(-a * a, &k);
  return snm_two(k) * (1 + q) * (SN_ERFCX_SHORT(t, x) * d);
}

static inline float sn_own_erff(const float x) {
  const double size = fabs((double)x), a = size < 6 ? size : 6, z = a * a;
  const double value = a < 0.75 ? a * SN_ERF_SHORT(z) : 1 - snm_erfc_short(a);
  return x == x ? (float)copysign(value, (double)x) : x;
}

static inline float sn_own_erfcf(const float x) {
  const double size = fabs((double)x), a = size < 11 ? size : 11, r = snm_erfc_short(a);
  return x == x ? (float)(x < 0 ? 2 - r : r) : x;
}
