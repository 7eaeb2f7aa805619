typedef __INT64_TYPE__ sn_i64;
typedef struct { sn_i64 code, step, values[4]; } sn_error;      /* first error wins; code 0 = none */
typedef struct {
  void **buffers;         /* inputs, state, outputs: each C-contiguous and aligned to its itemsize */
  const sn_i64 *dims;     /* values of the Program's dims (unknown lengths), in Program order */
  char *workspace;        /* as many bytes as plan asked for, 64-byte aligned; NULL if 0 */
  sn_error error;
} sn_call;
typedef struct {          /* c = a b (sign 0), c += a b (1) or c -= a b (-1), of float or, if wide, double */
  sn_i64 m, n, k, wide;   /* a is (m, k), b is (k, n), c is (m, n) */
  const void *a;
  sn_i64 a_row, a_column; /* how far the next row and column lie, in elements */
  const void *b;
  sn_i64 b_row, b_column;
  void *c;
  sn_i64 c_row, sign;
  sn_i64 vector;          /* not 0: known to have one row (1) or column (2) wherever the product stands */
  void *room;             /* memory to work in; if it is too small, the runtime takes some */
  sn_i64 room_bytes;
} sn_product;
typedef struct {          /* a matrix by a vector (vector 2), and the same matrix transposed by a vector */
  sn_product first, last;
} sn_rows;
typedef struct sn_rt {
  sn_i64 version, size;
  /* body(ctx, begin, end) over [0, n) in chunks that are multiples of grain (the last may be short) */
  int (*parallel_for)(const struct sn_rt *rt, int (*body)(void *ctx, sn_i64 begin, sn_i64 end), void *ctx,
                      sn_i64 n, sn_i64 grain);
  int (*poll_interrupt)(const struct sn_rt *rt);  /* nonzero: stop and return SN_INTERRUPTED */
  void *(*alloc)(const struct sn_rt *rt, sn_i64 bytes);
  void (*release)(const struct sn_rt *rt, void *block);
  /* host call number index of the Program; takes the GIL itself; buffers: operands, then results (NULL: not wanted) */
  int (*host_call)(const struct sn_rt *rt, sn_call *call, sn_i64 index, void **buffers, const sn_i64 *lengths);
  /* products of matrices by the pool's threads, 0 or SN_MEMORY; NULL where there are none: then BLAS serves */
  int (*multiply)(const struct sn_rt *rt, const sn_product *product);
  int (*threads)(const struct sn_rt *rt);  /* how many may run bodies at once */
  /* the first product, body over its rows, and the last product, one block of rows after the other while it is in the
   * cache, with the bits of three steps; body may be NULL; NULL where multiply is */
  int (*by_rows)(const struct sn_rt *rt, const sn_rows *rows, int (*body)(void *ctx, sn_i64 begin, sn_i64 end),
                 void *ctx);
  void *blas[32];         /* Fortran BLAS, LAPACK in the order of abi.BLAS; NULL until a program needs one */
} sn_rt;

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

#ifdef __clang__
#define SN_FORMS
#else
#define SN_FORMS __attribute__((simd("notinbranch")))
#endif

SN_FORMS __attribute__((const)) double exp(double);

double fabs(double);

double fma(double, double, double);

static inline sn_i64 sn_least(const sn_i64 a, const sn_i64 b) { return a < b ? a : b; }

static inline sn_i64 sn_most(const sn_i64 a, const sn_i64 b) { return a > b ? a : b; }

#if defined(__FP_FAST_FMA) && !defined(FP_FAST_FMA)
#define FP_FAST_FMA 1
#endif

#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed"
#define SN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define SN_INDEPENDENT _Pragma("GCC ivdep")
#endif

#ifdef __clang__
#define SN_BODY __attribute__((noinline))
#define SN_LANES _Pragma("clang loop vectorize(assume_safety) interleave(disable) unroll(disable)")
#else
#define SN_BODY __attribute__((noipa))
#define SN_LANES _Pragma("omp simd")
#endif

static inline __attribute__((always_inline)) double sn_divided_f64(double x, double y, double r, double s) {
#ifdef FP_FAST_FMA
(void)y;
return fma(x, r, x * s);
#else
(void)r, (void)s;
return x / y;
#endif
}

SN_BODY static void f_k0_c0(const sn_i64 length, double *c0)
{
  SN_INDEPENDENT
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c0[i0] = (-__builtin_inf());
  }
}

SN_BODY static void f_k0_c1(const sn_i64 length, const double *c1, double *c2, const sn_i64 n1)
{
  SN_INDEPENDENT
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c2[i0] = c1[i0 * n1];
  }
}

SN_BODY static void f_k0_c2(const sn_i64 length, double *c3)
{
  SN_INDEPENDENT
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c3[i0] = 0.0;
  }
}

SN_BODY static void f_k0_c3(const sn_i64 length, const double *c4, double *c5, const sn_i64 n1)
{
  SN_INDEPENDENT
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c5[i0 * n1] = c4[i0];
  }
}

SN_BODY static void f_k0_b0(const sn_i64 length, const double *x0, const double *x1, double *y0)
{
  for (sn_i64 i0 = 0; i0 < length; i0 += 8) {
    __builtin_prefetch(x0 + i0 + 256);
    __builtin_prefetch(y0 + sn_least(i0 + 128, length - 1));
    SN_LANES
    for (sn_i64 i1 = 0; i1 < 8; i1++) {
      const double t0 = x0[i0 + i1];
      const double t1 = x1[i0 + i1];
      const double t2 = t0 - t1;
      const double t3 = exp(t2);
      y0[i0 + i1] = t3;
    }
  }
}

static void f_k0_v0(const sn_i64 length, const double *x2, const double *x3, double *y1)
{
  const sn_i64 i0 = 8 * (length / 8);
  f_k0_b0(i0, x2, x3, y1);
  if (i0 < length) {
    double pad0[8];
    double pad1[8];
    double pad2[8];
    const sn_i64 i1 = i0;
    const sn_i64 i2 = length - i0;
    const double t0 = x2[i1];
    const double t1 = x3[i1];
    SN_INDEPENDENT
    for (sn_i64 i3 = 0; i3 < 8; i3++) {
      const unsigned char t2 = i3 < (long long)i2 || (i2 > 0 && (long long)i2 < 0);
      const double t3 = t2 ? x2[i0 + i3] : 0.0;
      const double t4 = (double)(t2 ? t3 : t0);
      pad0[i3] = t4;
      const double t5 = t2 ? x3[i0 + i3] : 0.0;
      const double t6 = (double)(t2 ? t5 : t1);
      pad1[i3] = t6;
    }
    f_k0_b0(8, pad0, pad1, pad2);
    SN_INDEPENDENT
    for (sn_i64 i4 = 0; i4 < 8; i4++) {
      if (i4 < i2) {
        y1[i0 + i4] = pad2[i4];
      }
    }
  }
}

struct f_k0_t0_context {
  const double *b0;
  double *b1;
  sn_i64 n1;
  sn_i64 n0;
};
static int f_k0_t0(void *pointer, const sn_i64 begin, const sn_i64 end)
{
  const struct f_k0_t0_context *const context = pointer;
  const double *restrict b0 = context->b0;
  double *restrict b1 = context->b1;
  const sn_i64 n1 = context->n1;
  const sn_i64 n0 = context->n0;
  for (sn_i64 i0 = begin; i0 < end; i0++) {
    const sn_i64 i1 = 128 * i0;
    const sn_i64 i2 = sn_least(i1 + 128, n0);
    double sum0[128];
    f_k0_c0(i2 - i1, sum0);
    for (sn_i64 i3 = 0; i3 < n1; i3++) {
      double across0[128];
      f_k0_c1(i2 - i1, b0 + n1 * i1 + i3, across0, n1);
      SN_INDEPENDENT
      for (sn_i64 i4 = i1; i4 < i2; i4++) {
        const double t0 = across0[i4 - i1];
        sum0[i4 - i1] = ((sum0[i4 - i1] <= t0) | (t0 != t0)) ? t0 : sum0[i4 - i1];
      }
    }
    double sum1[128];
    f_k0_c2(i2 - i1, sum1);
    for (sn_i64 i5 = 0; i5 < n1; i5++) {
      double across1[128];
      f_k0_c1(i2 - i1, b0 + n1 * i1 + i5, across1, n1);
      double across2[128];
      f_k0_v0(i2 - i1, across1, sum0, across2);
      SN_INDEPENDENT
      for (sn_i64 i6 = i1; i6 < i2; i6++) {
        const double t1 = across2[i6 - i1];
        sum1[i6 - i1] = sum1[i6 - i1] + t1;
      }
      f_k0_c3(i2 - i1, across2, b1 + n1 * i1 + i5, n1);
    }
    double cell0[128];
    double cell1[128];
    SN_INDEPENDENT
    for (sn_i64 i7 = i1; i7 < i2; i7++) {
      const double t2 = sum1[i7 - i1];
      const double t3 = fabs(t2);
      const unsigned char t4 = t3 < 0x1.0000000000000p-500;
      const unsigned char t5 = t3 > 0x1.0000000000000p+500;
      const double t6 = (double)(t5 ? 0x1.0000000000000p-500 : 1.0);
      const double t7 = (double)(t4 ? 0x1.0000000000000p+500 : t6);
      const double t8 = t2 * t7;
      const double t9 = 1.0 / t8;
      const double t10 = -(t9);
      const double t11 = fma(t10, t8, 1.0);
      const unsigned char t12 = t11 < 0.0;
      const double t13 = t9 * 0x1.fffffffffffffp-1;
      const double t14 = (double)(t12 ? t13 : t9);
      const double t15 = -(t14);
      const double t16 = fma(t15, t8, 1.0);
      const unsigned char t17 = t16 > 0.0;
      const double t18 = (double)(t17 ? t16 : 0x1.0000000000000p-64);
      const double t19 = t18 * t14;
      cell0[i7 - i1] = t14;
      cell1[i7 - i1] = t19;
    }
    for (sn_i64 i8 = 0; i8 < n1; i8++) {
      double across3[128];
      f_k0_c1(i2 - i1, b1 + n1 * i1 + i8, across3, n1);
      double across4[128];
      SN_INDEPENDENT
      for (sn_i64 i9 = i1; i9 < i2; i9++) {
        const double t20 = across3[i9 - i1];
        const double t21 = sum1[i9 - i1];
        const double t22 = fabs(t21);
        const unsigned char t23 = t22 < 0x1.0000000000000p-500;
        const unsigned char t24 = t22 > 0x1.0000000000000p+500;
        const double t25 = (double)(t24 ? 0x1.0000000000000p-500 : 1.0);
        const double t26 = (double)(t23 ? 0x1.0000000000000p+500 : t25);
        const double t27 = t20 * t26;
        const double t28 = t21 * t26;
        const double t29 = cell0[i9 - i1];
        const double t30 = cell1[i9 - i1];
        const double t31 = sn_divided_f64(t27, t28, t29, t30);
        across4[i9 - i1] = t31;
      }
      f_k0_c3(i2 - i1, across4, b1 + n1 * i1 + i8, n1);
    }
  }
  return 0;
}

SN_BODY static void f_k0_b1(const sn_i64 length, const double *x4, double *y2, const double t0, const sn_i64 n1)
{
  const sn_i64 i0 = sn_least(n1, 16384);
  for (sn_i64 i1 = 0; i1 < length; i1 += 8) {
    __builtin_prefetch(x4 + i1 + i0);
    SN_LANES
    for (sn_i64 i2 = 0; i2 < 8; i2++) {
      const double t1 = x4[i1 + i2];
      const double t2 = t1 - t0;
      const double t3 = exp(t2);
      y2[i1 + i2] = t3;
    }
  }
}

static void f_k0_v1(const sn_i64 length, const double *x5, double *y3, const double t0, const sn_i64 n1)
{
  const sn_i64 i0 = 8 * (length / 8);
  f_k0_b1(i0, x5, y3, t0, n1);
  if (i0 < length) {
    double pad3[8];
    double pad4[8];
    const sn_i64 i1 = i0;
    const sn_i64 i2 = length - i0;
    const double t1 = x5[i1];
    SN_INDEPENDENT
    for (sn_i64 i3 = 0; i3 < 8; i3++) {
      const unsigned char t2 = i3 < (long long)i2 || (i2 > 0 && (long long)i2 < 0);
      const double t3 = t2 ? x5[i0 + i3] : 0.0;
      const double t4 = (double)(t2 ? t3 : t1);
      pad3[i3] = t4;
    }
    f_k0_b1(8, pad3, pad4, t0, n1);
    SN_INDEPENDENT
    for (sn_i64 i4 = 0; i4 < 8; i4++) {
      if (i4 < i2) {
        y3[i0 + i4] = pad4[i4];
      }
    }
  }
}

struct f_k0_t1_context {
  const double *b0;
  double *b1;
  sn_i64 n1;
};
static int f_k0_t1(void *pointer, const sn_i64 begin, const sn_i64 end)
{
  const struct f_k0_t1_context *const context = pointer;
  const double *restrict b0 = context->b0;
  double *restrict b1 = context->b1;
  const sn_i64 n1 = context->n1;
  for (sn_i64 i0 = begin; i0 < end; i0++) {
    double sum2[32];
    SN_INDEPENDENT
    for (sn_i64 i1 = 0; i1 < 32; i1++) {
      sum2[i1] = (-__builtin_inf());
    }
    const sn_i64 i2 = n1 / 32;
    for (sn_i64 i3 = 0; i3 < i2; i3++) {
      SN_INDEPENDENT
      for (sn_i64 i4 = 0; i4 < 32; i4++) {
        const sn_i64 i5 = 32 * i3 + i4;
        const double t0 = b0[i0 * n1 + i5];
        sum2[i4] = ((sum2[i4] <= t0) | (t0 != t0)) ? t0 : sum2[i4];
      }
    }
    for (sn_i64 i6 = 0; i6 < n1 - 32 * i2; i6 += 8) {
      const sn_i64 i7 = n1 - 32 * i2 - i6;
      const double t1 = b0[i0 * n1 + 32 * i2 + i6];
      SN_INDEPENDENT
      for (sn_i64 i8 = 0; i8 < 8; i8++) {
        const sn_i64 i9 = 32 * i2 + i6 + i8;
        const unsigned char t2 = i8 < (long long)i7 || (i7 > 0 && (long long)i7 < 0);
        const double t3 = t2 ? b0[i0 * n1 + i9] : 0.0;
        const double t4 = (double)(t2 ? t3 : t1);
        const double t5 = (double)(t2 ? t4 : (-__builtin_inf()));
        sum2[i6 + i8] = ((sum2[i6 + i8] <= t5) | (t5 != t5)) ? t5 : sum2[i6 + i8];
      }
    }
    SN_INDEPENDENT
    for (sn_i64 i10 = 0; i10 < 16; i10++) {
      sum2[i10] = ((sum2[i10] <= sum2[i10 + 16]) | (sum2[i10 + 16] != sum2[i10 + 16])) ? sum2[i10 + 16] : sum2[i10];
    }
    SN_INDEPENDENT
    for (sn_i64 i11 = 0; i11 < 8; i11++) {
      sum2[i11] = ((sum2[i11] <= sum2[i11 + 8]) | (sum2[i11 + 8] != sum2[i11 + 8])) ? sum2[i11 + 8] : sum2[i11];
    }
    SN_INDEPENDENT
    for (sn_i64 i12 = 0; i12 < 4; i12++) {
      sum2[i12] = ((sum2[i12] <= sum2[i12 + 4]) | (sum2[i12 + 4] != sum2[i12 + 4])) ? sum2[i12 + 4] : sum2[i12];
    }
    SN_INDEPENDENT
    for (sn_i64 i13 = 0; i13 < 2; i13++) {
      sum2[i13] = ((sum2[i13] <= sum2[i13 + 2]) | (sum2[i13 + 2] != sum2[i13 + 2])) ? sum2[i13 + 2] : sum2[i13];
    }
    SN_INDEPENDENT
    for (sn_i64 i14 = 0; i14 < 1; i14++) {
      sum2[i14] = ((sum2[i14] <= sum2[i14 + 1]) | (sum2[i14 + 1] != sum2[i14 + 1])) ? sum2[i14 + 1] : sum2[i14];
    }
    double sum3[32];
    double tree0[48];
    long long top0[1];
    top0[0] = 0LL;
    tree0[0] = 0.0;
    const double t6 = sum2[0];
    for (sn_i64 i15 = 0; i15 < n1; i15 += 4096) {
      const sn_i64 i16 = sn_least(i15 + 4096, n1);
      SN_INDEPENDENT
      for (sn_i64 i17 = 0; i17 < 32; i17++) {
        sum3[i17] = 0.0;
      }
      f_k0_v1(i16 - i15, b0 + i0 * n1 + i15, b1 + i0 * n1 + i15, t6, n1);
      const sn_i64 i18 = (i16 - i15) / 32;
      for (sn_i64 i19 = 0; i19 < i18; i19++) {
        SN_INDEPENDENT
        for (sn_i64 i20 = 0; i20 < 32; i20++) {
          const sn_i64 i21 = i15 + 32 * i19 + i20;
          const double t7 = b1[i0 * n1 + i21];
          sum3[i20] = sum3[i20] + t7;
        }
      }
      for (sn_i64 i22 = 0; i22 < i16 - i15 - 32 * i18; i22 += 8) {
        const sn_i64 i23 = i16 - i15 - 32 * i18 - i22;
        const double t8 = b1[i0 * n1 + i15 + 32 * i18 + i22];
        SN_INDEPENDENT
        for (sn_i64 i24 = 0; i24 < 8; i24++) {
          const sn_i64 i25 = i15 + 32 * i18 + i22 + i24;
          const unsigned char t9 = i24 < (long long)i23 || (i23 > 0 && (long long)i23 < 0);
          const double t10 = t9 ? b1[i0 * n1 + i25] : 0.0;
          const double t11 = (double)(t9 ? t10 : t8);
          const double t12 = (double)(t9 ? t11 : 0.0);
          sum3[i22 + i24] = sum3[i22 + i24] + t12;
        }
      }
      SN_INDEPENDENT
      for (sn_i64 i26 = 0; i26 < 16; i26++) {
        sum3[i26] = sum3[i26] + sum3[i26 + 16];
      }
      SN_INDEPENDENT
      for (sn_i64 i27 = 0; i27 < 8; i27++) {
        sum3[i27] = sum3[i27] + sum3[i27 + 8];
      }
      SN_INDEPENDENT
      for (sn_i64 i28 = 0; i28 < 4; i28++) {
        sum3[i28] = sum3[i28] + sum3[i28 + 4];
      }
      SN_INDEPENDENT
      for (sn_i64 i29 = 0; i29 < 2; i29++) {
        sum3[i29] = sum3[i29] + sum3[i29 + 2];
      }
      SN_INDEPENDENT
      for (sn_i64 i30 = 0; i30 < 1; i30++) {
        sum3[i30] = sum3[i30] + sum3[i30 + 1];
      }
      const sn_i64 i31 = top0[0];
      tree0[i31] = sum3[0];
      for (sn_i64 i32 = 1; i32 < ((i15 / 4096 + 1) & (0 - i15 / 4096 - 1)); i32 *= 2) {
        const sn_i64 i33 = top0[0];
        tree0[i33 - 1] = tree0[i33 - 1] + tree0[i33];
        const sn_i64 i34 = i33 - 1;
        top0[0] = i34;
      }
      const sn_i64 i35 = top0[0] + 1;
      top0[0] = i35;
    }
    const sn_i64 i36 = top0[0];
    for (sn_i64 i37 = 1; i37 < i36; i37++) {
      tree0[i36 - i37 - 1] = tree0[i36 - i37 - 1] + tree0[i36 - i37];
    }
    const double t13 = tree0[0];
    const double t14 = fabs(t13);
    const unsigned char t15 = t14 < 0x1.0000000000000p-500;
    const unsigned char t16 = t14 > 0x1.0000000000000p+500;
    const double t17 = (double)(t16 ? 0x1.0000000000000p-500 : 1.0);
    const double t18 = (double)(t15 ? 0x1.0000000000000p+500 : t17);
    const double t19 = t13 * t18;
    const double t20 = 1.0 / t19;
    const double t21 = -(t20);
    const double t22 = fma(t21, t19, 1.0);
    const unsigned char t23 = t22 < 0.0;
    const double t24 = t20 * 0x1.fffffffffffffp-1;
    const double t25 = (double)(t23 ? t24 : t20);
    const double t26 = -(t25);
    const double t27 = fma(t26, t19, 1.0);
    const unsigned char t28 = t27 > 0.0;
    const double t29 = (double)(t28 ? t27 : 0x1.0000000000000p-64);
    const double t30 = t29 * t25;
    SN_INDEPENDENT
    for (sn_i64 i38 = 0; i38 < n1; i38++) {
      const double t31 = b1[i0 * n1 + i38];
      const double t32 = t31 * t18;
      const double t33 = sn_divided_f64(t32, t19, t25, t30);
      b1[i0 * n1 + i38] = t33;
    }
  }
  return 0;
}

static int f_k0(const sn_rt *rt, const double *restrict b0, double *restrict b1, const sn_i64 n1, const sn_i64 n0)
{
  if (n1 < 33) {
    if (0 < (n0 + 127) / 128) {
      {
        struct f_k0_t0_context context = {b0, b1, n1, n0};
        const int code = ((n0 + 127) / 128) * 6912 * n1 < 65536 ? f_k0_t0(&context, 0, (n0 + 127) / 128)
          : rt->parallel_for(rt, f_k0_t0, &context, (n0 + 127) / 128, sn_most(32768 / sn_most(6912 * n1, 1), 1));
        if (code) return code;
      }
    }
  }
  if (32 < n1) {
    if (0 < n0) {
      {
        struct f_k0_t1_context context = {b0, b1, n1};
        const int code = n0 * 54 * n1 < 65536 ? f_k0_t1(&context, 0, n0)
          : rt->parallel_for(rt, f_k0_t1, &context, n0, sn_most(32768 / sn_most(54 * n1, 1), 1));
        if (code) return code;
      }
    }
  }
  return 0;
}

int f_plan(const sn_i64 *dims, sn_i64 *shapes, sn_i64 *workspace, sn_error *error)
{
  const sn_i64 n0 = dims[0];
  const sn_i64 n1 = dims[1];
  (void)n0, (void)n1, (void)dims;
  shapes[0] = n0;
  shapes[1] = n1;
  *workspace = 0;
  (void)shapes, (void)error;
  return SN_OK;
}

int f_run(const sn_rt *rt, sn_call *call)
{
  const sn_i64 n0 = call->dims[0];
  const sn_i64 n1 = call->dims[1];
  (void)n0, (void)n1, (void)call->dims;
  const double *const b0 = call->buffers[0];
  double *const b1 = call->buffers[1];
  (void)b0, (void)b1;
  (void)rt;
  int code = SN_OK;
  if (code == SN_OK) { code = f_k0(rt, b0, b1, n1, n0); if (code) call->error.step = 0; }
  call->error.code = code;
  return code;
}
