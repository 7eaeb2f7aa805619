# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False

cdef extern from *:
    """
#include <math.h>
typedef long long sn_i64;
#define SN_INFINITY INFINITY
#define SN_NAN NAN
#define SN_LEAST (-9223372036854775807LL - 1)
#define SN_OK 0
#define SN_INTERRUPTED 1
#define SN_GUARD 2
#define SN_BROADCAST 3
#define SN_EMPTY_REDUCTION 4
#define SN_INDEX 5
#define SN_RESHAPE 6
#define SN_MEMORY 7
#define SN_HOST 8
#define SN_DIMENSION 9
#define SN_NEGATIVE_POWER 10
#define SN_NOT_SQUARE 11
#define SN_SINGULAR 12
#define SN_NOT_POSITIVE 13
static inline double sn_divided_f64(double x, double y, double r, double s) {
#ifdef FP_FAST_FMA
(void)y;
return fma(x, r, x * s);
#else
(void)r, (void)s;
return x / y;
#endif
}
static inline sn_i64 sn_least(const sn_i64 a, const sn_i64 b) { return a < b ? a : b; }
static inline double fold_maximum_f64(double x0, double x1) { return ((x0 <= x1) | (x1 != x1)) ? x1 : x0; }
static inline double op_subtract_f64_f64_f64(double x0, double x1) { return x0 - x1; }
static inline double op_exp_f64_f64(double x0) { return exp(x0); }
static inline double fold_add_f64(double x0, double x1) { return x0 + x1; }
static inline double op_absolute_f64_f64(double x0) { return fabs(x0); }
static inline unsigned char op_less_f64_f64_b(double x0, double x1) { return x0 < x1; }
static inline unsigned char op_greater_f64_f64_b(double x0, double x1) { return x0 > x1; }
static inline double op_where_b_f64_f64_f64(unsigned char x0, double x1, double x2) { return (double)(x0 ? x1 : x2); }
static inline double op_multiply_f64_f64_f64(double x0, double x1) { return x0 * x1; }
static inline double op_true_divide_f64_f64_f64(double x0, double x1) { return x0 / x1; }
static inline double op_negative_f64_f64(double x0) { return -(x0); }
static inline double op_fma_f64_f64_f64_f64(double x0, double x1, double x2) { return fma(x0, x1, x2); }
static inline double op_divided_f64_f64_f64_f64_f64(double x0, double x1, double x2, double x3) { return sn_divided_f64(x0, x1, x2, x3); }
static inline unsigned char op_less_i64_i64_b(long long x0, long long x1) { return x0 < (long long)x1 || (x1 > 0 && (long long)x1 < 0); }
    """
    ctypedef long long sn_i64
    const double SN_INFINITY, SN_NAN
    const sn_i64 SN_LEAST
    sn_i64 sn_least(const sn_i64 a, const sn_i64 b) noexcept nogil
    double fold_maximum_f64(double x0, double x1) noexcept nogil
    double op_subtract_f64_f64_f64(double x0, double x1) noexcept nogil
    double op_exp_f64_f64(double x0) noexcept nogil
    double fold_add_f64(double x0, double x1) noexcept nogil
    double op_absolute_f64_f64(double x0) noexcept nogil
    unsigned char op_less_f64_f64_b(double x0, double x1) noexcept nogil
    unsigned char op_greater_f64_f64_b(double x0, double x1) noexcept nogil
    double op_where_b_f64_f64_f64(unsigned char x0, double x1, double x2) noexcept nogil
    double op_multiply_f64_f64_f64(double x0, double x1) noexcept nogil
    double op_true_divide_f64_f64_f64(double x0, double x1) noexcept nogil
    double op_negative_f64_f64(double x0) noexcept nogil
    double op_fma_f64_f64_f64_f64(double x0, double x1, double x2) noexcept nogil
    double op_divided_f64_f64_f64_f64_f64(double x0, double x1, double x2, double x3) noexcept nogil
    unsigned char op_less_i64_i64_b(long long x0, long long x1) noexcept nogil

cdef void f_k0_c0(sn_i64 length, double *c0) noexcept nogil:
  cdef sn_i64 i0
  i0 = 0
  while i0 < length:
    c0[i0] = (-SN_INFINITY)
    i0 += 1


cdef void f_k0_c1(sn_i64 length, const double *c1, double *c2, sn_i64 n1) noexcept nogil:
  cdef sn_i64 i0
  i0 = 0
  while i0 < length:
    c2[i0] = c1[i0 * n1]
    i0 += 1


cdef void f_k0_c2(sn_i64 length, double *c3) noexcept nogil:
  cdef sn_i64 i0
  i0 = 0
  while i0 < length:
    c3[i0] = 0.0
    i0 += 1


cdef void f_k0_c3(sn_i64 length, const double *c4, double *c5, sn_i64 n1) noexcept nogil:
  cdef sn_i64 i0
  i0 = 0
  while i0 < length:
    c5[i0 * n1] = c4[i0]
    i0 += 1


cdef void f_k0_t0(sn_i64 begin, sn_i64 end, const double *b0, double *b1, sn_i64 n1, sn_i64 n0) noexcept nogil:
  cdef sn_i64 i0
  cdef sn_i64 i1
  cdef sn_i64 i2
  cdef double[128] sum0
  cdef sn_i64 i3
  cdef double[128] across0
  cdef sn_i64 i4
  cdef double t0
  cdef double[128] sum1
  cdef sn_i64 i5
  cdef double[128] across1
  cdef double[128] across2
  cdef sn_i64 i6
  cdef double t1
  cdef double t2
  cdef double t3
  cdef double t4
  cdef double[128] cell0
  cdef double[128] cell1
  cdef sn_i64 i7
  cdef double t5
  cdef double t6
  cdef unsigned char t7
  cdef unsigned char t8
  cdef double t9
  cdef double t10
  cdef double t11
  cdef double t12
  cdef double t13
  cdef double t14
  cdef unsigned char t15
  cdef double t16
  cdef double t17
  cdef double t18
  cdef double t19
  cdef unsigned char t20
  cdef double t21
  cdef double t22
  cdef sn_i64 i8
  cdef double[128] across3
  cdef double[128] across4
  cdef sn_i64 i9
  cdef double t23
  cdef double t24
  cdef double t25
  cdef unsigned char t26
  cdef unsigned char t27
  cdef double t28
  cdef double t29
  cdef double t30
  cdef double t31
  cdef double t32
  cdef double t33
  cdef double t34
  i0 = begin
  while i0 < end:
    i1 = 128 * i0
    i2 = sn_least(i1 + 128, n0)
    f_k0_c0(i2 - i1, sum0)
    i3 = 0
    while i3 < n1:
      f_k0_c1(i2 - i1, b0 + n1 * i1 + i3, across0, n1)
      i4 = i1
      while i4 < i2:
        t0 = across0[i4 - i1]
        sum0[i4 - i1] = fold_maximum_f64(sum0[i4 - i1], t0)
        i4 += 1
      i3 += 1
    f_k0_c2(i2 - i1, sum1)
    i5 = 0
    while i5 < n1:
      f_k0_c1(i2 - i1, b0 + n1 * i1 + i5, across1, n1)
      i6 = i1
      while i6 < i2:
        t1 = across1[i6 - i1]
        t2 = sum0[i6 - i1]
        t3 = op_subtract_f64_f64_f64(t1, t2)
        t4 = op_exp_f64_f64(t3)
        across2[i6 - i1] = t4
        sum1[i6 - i1] = fold_add_f64(sum1[i6 - i1], t4)
        i6 += 1
      f_k0_c3(i2 - i1, across2, b1 + n1 * i1 + i5, n1)
      i5 += 1
    i7 = i1
    while i7 < i2:
      t5 = sum1[i7 - i1]
      t6 = op_absolute_f64_f64(t5)
      t7 = op_less_f64_f64_b(t6, 3.054936363499605e-151)
      t8 = op_greater_f64_f64_b(t6, 3.273390607896142e+150)
      t9 = op_where_b_f64_f64_f64(t8, 3.054936363499605e-151, 1.0)
      t10 = op_where_b_f64_f64_f64(t7, 3.273390607896142e+150, t9)
      t11 = op_multiply_f64_f64_f64(t5, t10)
      t12 = op_true_divide_f64_f64_f64(1.0, t11)
      t13 = op_negative_f64_f64(t12)
      t14 = op_fma_f64_f64_f64_f64(t13, t11, 1.0)
      t15 = op_less_f64_f64_b(t14, 0.0)
      t16 = op_multiply_f64_f64_f64(t12, 0.9999999999999999)
      t17 = op_where_b_f64_f64_f64(t15, t16, t12)
      t18 = op_negative_f64_f64(t17)
      t19 = op_fma_f64_f64_f64_f64(t18, t11, 1.0)
      t20 = op_greater_f64_f64_b(t19, 0.0)
      t21 = op_where_b_f64_f64_f64(t20, t19, 5.421010862427522e-20)
      t22 = op_multiply_f64_f64_f64(t21, t17)
      cell0[i7 - i1] = t17
      cell1[i7 - i1] = t22
      i7 += 1
    i8 = 0
    while i8 < n1:
      f_k0_c1(i2 - i1, b1 + n1 * i1 + i8, across3, n1)
      i9 = i1
      while i9 < i2:
        t23 = across3[i9 - i1]
        t24 = sum1[i9 - i1]
        t25 = op_absolute_f64_f64(t24)
        t26 = op_less_f64_f64_b(t25, 3.054936363499605e-151)
        t27 = op_greater_f64_f64_b(t25, 3.273390607896142e+150)
        t28 = op_where_b_f64_f64_f64(t27, 3.054936363499605e-151, 1.0)
        t29 = op_where_b_f64_f64_f64(t26, 3.273390607896142e+150, t28)
        t30 = op_multiply_f64_f64_f64(t23, t29)
        t31 = op_multiply_f64_f64_f64(t24, t29)
        t32 = cell0[i9 - i1]
        t33 = cell1[i9 - i1]
        t34 = op_divided_f64_f64_f64_f64_f64(t30, t31, t32, t33)
        across4[i9 - i1] = t34
        i9 += 1
      f_k0_c3(i2 - i1, across4, b1 + n1 * i1 + i8, n1)
      i8 += 1
    i0 += 1


cdef void f_k0_t1(sn_i64 begin, sn_i64 end, const double *b0, double *b1, sn_i64 n1) noexcept nogil:
  cdef sn_i64 i0
  cdef double[32] sum2
  cdef sn_i64 i1
  cdef sn_i64 i2
  cdef sn_i64 i3
  cdef sn_i64 i4
  cdef sn_i64 i5
  cdef double t0
  cdef sn_i64 i6
  cdef sn_i64 i7
  cdef double t1
  cdef sn_i64 i8
  cdef sn_i64 i9
  cdef unsigned char t2
  cdef double t3
  cdef double t4
  cdef double t5
  cdef sn_i64 i10
  cdef sn_i64 i11
  cdef sn_i64 i12
  cdef sn_i64 i13
  cdef sn_i64 i14
  cdef double[32] sum3
  cdef double[48] tree0
  cdef long long[1] top0
  cdef double t6
  cdef sn_i64 i15
  cdef sn_i64 i16
  cdef sn_i64 i17
  cdef sn_i64 i18
  cdef sn_i64 i19
  cdef sn_i64 i20
  cdef sn_i64 i21
  cdef double t7
  cdef double t8
  cdef double t9
  cdef sn_i64 i22
  cdef sn_i64 i23
  cdef double t10
  cdef sn_i64 i24
  cdef sn_i64 i25
  cdef unsigned char t11
  cdef double t12
  cdef double t13
  cdef double t14
  cdef double t15
  cdef double t16
  cdef sn_i64 i26
  cdef sn_i64 i27
  cdef sn_i64 i28
  cdef sn_i64 i29
  cdef sn_i64 i30
  cdef sn_i64 i31
  cdef sn_i64 i32
  cdef sn_i64 i33
  cdef sn_i64 i34
  cdef sn_i64 i35
  cdef sn_i64 i36
  cdef sn_i64 i37
  cdef double t17
  cdef double t18
  cdef unsigned char t19
  cdef unsigned char t20
  cdef double t21
  cdef double t22
  cdef double t23
  cdef double t24
  cdef double t25
  cdef double t26
  cdef unsigned char t27
  cdef double t28
  cdef double t29
  cdef double t30
  cdef double t31
  cdef unsigned char t32
  cdef double t33
  cdef double t34
  cdef sn_i64 i38
  cdef double t35
  cdef double t36
  cdef double t37
  i0 = begin
  while i0 < end:
    i1 = 0
    while i1 < 32:
      sum2[i1] = (-SN_INFINITY)
      i1 += 1
    i2 = n1 // 32
    i3 = 0
    while i3 < i2:
      i4 = 0
      while i4 < 32:
        i5 = 32 * i3 + i4
        t0 = b0[i0 * n1 + i5]
        sum2[i4] = fold_maximum_f64(sum2[i4], t0)
        i4 += 1
      i3 += 1
    i6 = 0
    while i6 < n1 - 32 * i2:
      i7 = n1 - 32 * i2 - i6
      t1 = b0[i0 * n1 + 32 * i2 + i6]
      i8 = 0
      while i8 < 8:
        i9 = 32 * i2 + i6 + i8
        t2 = op_less_i64_i64_b(i8, i7)
        t3 = b0[i0 * n1 + i9] if t2 else 0.0
        t4 = op_where_b_f64_f64_f64(t2, t3, t1)
        t5 = op_where_b_f64_f64_f64(t2, t4, (-SN_INFINITY))
        sum2[i6 + i8] = fold_maximum_f64(sum2[i6 + i8], t5)
        i8 += 1
      i6 += 8
    i10 = 0
    while i10 < 16:
      sum2[i10] = fold_maximum_f64(sum2[i10], sum2[i10 + 16])
      i10 += 1
    i11 = 0
    while i11 < 8:
      sum2[i11] = fold_maximum_f64(sum2[i11], sum2[i11 + 8])
      i11 += 1
    i12 = 0
    while i12 < 4:
      sum2[i12] = fold_maximum_f64(sum2[i12], sum2[i12 + 4])
      i12 += 1
    i13 = 0
    while i13 < 2:
      sum2[i13] = fold_maximum_f64(sum2[i13], sum2[i13 + 2])
      i13 += 1
    i14 = 0
    while i14 < 1:
      sum2[i14] = fold_maximum_f64(sum2[i14], sum2[i14 + 1])
      i14 += 1
    top0[0] = 0LL
    tree0[0] = 0.0
    t6 = sum2[0]
    i15 = 0
    while i15 < n1:
      i16 = sn_least(i15 + 4096, n1)
      i17 = 0
      while i17 < 32:
        sum3[i17] = 0.0
        i17 += 1
      i18 = (i16 - i15) // 32
      i19 = 0
      while i19 < i18:
        i20 = 0
        while i20 < 32:
          i21 = i15 + 32 * i19 + i20
          t7 = b0[i0 * n1 + i21]
          t8 = op_subtract_f64_f64_f64(t7, t6)
          t9 = op_exp_f64_f64(t8)
          b1[i0 * n1 + i21] = t9
          sum3[i20] = fold_add_f64(sum3[i20], t9)
          i20 += 1
        i19 += 1
      i22 = 0
      while i22 < i16 - i15 - 32 * i18:
        i23 = i16 - i15 - 32 * i18 - i22
        t10 = b0[i0 * n1 + i15 + 32 * i18 + i22]
        i24 = 0
        while i24 < 8:
          i25 = i15 + 32 * i18 + i22 + i24
          t11 = op_less_i64_i64_b(i24, i23)
          t12 = b0[i0 * n1 + i25] if t11 else 0.0
          t13 = op_where_b_f64_f64_f64(t11, t12, t10)
          t14 = op_subtract_f64_f64_f64(t13, t6)
          t15 = op_exp_f64_f64(t14)
          t16 = op_where_b_f64_f64_f64(t11, t15, 0.0)
          sum3[i22 + i24] = fold_add_f64(sum3[i22 + i24], t16)
          if i24 < i23:
            b1[i0 * n1 + i25] = t15
          i24 += 1
        i22 += 8
      i26 = 0
      while i26 < 16:
        sum3[i26] = fold_add_f64(sum3[i26], sum3[i26 + 16])
        i26 += 1
      i27 = 0
      while i27 < 8:
        sum3[i27] = fold_add_f64(sum3[i27], sum3[i27 + 8])
        i27 += 1
      i28 = 0
      while i28 < 4:
        sum3[i28] = fold_add_f64(sum3[i28], sum3[i28 + 4])
        i28 += 1
      i29 = 0
      while i29 < 2:
        sum3[i29] = fold_add_f64(sum3[i29], sum3[i29 + 2])
        i29 += 1
      i30 = 0
      while i30 < 1:
        sum3[i30] = fold_add_f64(sum3[i30], sum3[i30 + 1])
        i30 += 1
      i31 = top0[0]
      tree0[i31] = sum3[0]
      i32 = 1
      while i32 < ((i15 // 4096 + 1) & (0 - i15 // 4096 - 1)):
        i33 = top0[0]
        tree0[i33 - 1] = fold_add_f64(tree0[i33 - 1], tree0[i33])
        i34 = i33 - 1
        top0[0] = i34
        i32 *= 2
      i35 = top0[0] + 1
      top0[0] = i35
      i15 += 4096
    i36 = top0[0]
    i37 = 1
    while i37 < i36:
      tree0[i36 - i37 - 1] = fold_add_f64(tree0[i36 - i37 - 1], tree0[i36 - i37])
      i37 += 1
    t17 = tree0[0]
    t18 = op_absolute_f64_f64(t17)
    t19 = op_less_f64_f64_b(t18, 3.054936363499605e-151)
    t20 = op_greater_f64_f64_b(t18, 3.273390607896142e+150)
    t21 = op_where_b_f64_f64_f64(t20, 3.054936363499605e-151, 1.0)
    t22 = op_where_b_f64_f64_f64(t19, 3.273390607896142e+150, t21)
    t23 = op_multiply_f64_f64_f64(t17, t22)
    t24 = op_true_divide_f64_f64_f64(1.0, t23)
    t25 = op_negative_f64_f64(t24)
    t26 = op_fma_f64_f64_f64_f64(t25, t23, 1.0)
    t27 = op_less_f64_f64_b(t26, 0.0)
    t28 = op_multiply_f64_f64_f64(t24, 0.9999999999999999)
    t29 = op_where_b_f64_f64_f64(t27, t28, t24)
    t30 = op_negative_f64_f64(t29)
    t31 = op_fma_f64_f64_f64_f64(t30, t23, 1.0)
    t32 = op_greater_f64_f64_b(t31, 0.0)
    t33 = op_where_b_f64_f64_f64(t32, t31, 5.421010862427522e-20)
    t34 = op_multiply_f64_f64_f64(t33, t29)
    i38 = 0
    while i38 < n1:
      t35 = b1[i0 * n1 + i38]
      t36 = op_multiply_f64_f64_f64(t35, t22)
      t37 = op_divided_f64_f64_f64_f64_f64(t36, t23, t29, t34)
      b1[i0 * n1 + i38] = t37
      i38 += 1
    i0 += 1


cdef void f_k0(const double *b0, double *b1, sn_i64 n1, sn_i64 n0) noexcept nogil:
  if n1 < 33:
    if 0 < (n0 + 127) // 128:
      f_k0_t0(0, (n0 + 127) // 128, b0, b1, n1, n0)
  if 32 < n1:
    if 0 < n0:
      f_k0_t1(0, n0, b0, b1, n1)


def plan(dims):
    """Shapes of outputs, and bytes of workspace, for the given lengths."""
    cdef sn_i64 n0 = dims[0]
    cdef sn_i64 n1 = dims[1]
    return [(n0, n1)], 0


def run(list buffers, dims, hosts=()):
    """Run on addresses of buffers (inputs, state, outputs) with the given lengths.

    Gives None, or an error code with the values of its record.  Functions in hosts get addresses and lengths.
    """
    cdef bytearray space = bytearray(plan(dims)[1] + 64)
    cdef char *workspace = space
    workspace += -<sn_i64><size_t>workspace & 63
    cdef sn_i64 n0 = dims[0]
    cdef sn_i64 n1 = dims[1]
    cdef const double *b0 = <const double *><size_t>buffers[0]
    cdef double *b1 = <double *><size_t>buffers[1]
    with nogil:
        f_k0(b0, b1, n1, n0)
