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

SN_BODY static void f_k0_c1(const sn_i64 length, double *c1)
{
  SN_INDEPENDENT
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c1[i0] = 0.0;
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
    SN_INDEPENDENT
    for (sn_i64 i1 = 0; i1 < 8; i1++) {
      pad0[i1] = x2[i0 + sn_least(i1, length - i0 - 1)];
      pad1[i1] = x3[i0 + sn_least(i1, length - i0 - 1)];
    }
    f_k0_b0(8, pad0, pad1, pad2);
    SN_INDEPENDENT
    for (sn_i64 i2 = 0; i2 < length - i0; i2++) {
      y1[i0 + i2] = pad2[i2];
    }
  }
}

struct f_k0_t0_context {
  const double *b0;
  double *b1;
  sn_i64 n0;
  sn_i64 n1;
};
static int f_k0_t0(void *pointer, const sn_i64 begin, const sn_i64 end)
{
  const struct f_k0_t0_context *const context = pointer;
  const double *restrict b0 = context->b0;
  double *restrict b1 = context->b1;
  const sn_i64 n0 = context->n0;
  const sn_i64 n1 = context->n1;
  for (sn_i64 i0 = begin; i0 < end; i0++) {
    const sn_i64 i1 = 128 * i0;
    const sn_i64 i2 = sn_least(i1 + 128, n0);
    double sum0[128];
    f_k0_c0(i2 - i1, sum0);
    for (sn_i64 i3 = 0; i3 < n1; i3++) {
      SN_INDEPENDENT
      for (sn_i64 i4 = i1; i4 < i2; i4++) {
        const double t0 = b0[i4 * n1 + i3];
        sum0[i4 - i1] = ((sum0[i4 - i1] <= t0) | (t0 != t0)) ? t0 : sum0[i4 - i1];
      }
    }
    double sum1[128];
    f_k0_c1(i2 - i1, sum1);
    for (sn_i64 i5 = 0; i5 < n1; i5++) {
      double block0[128];
      double block1[128];
      SN_INDEPENDENT
      for (sn_i64 i6 = i1; i6 < i2; i6++) {
        const double t1 = b0[i6 * n1 + i5];
        block0[i6 - i1] = t1;
      }
      f_k0_v0(i2 - i1, block0, sum0, block1);
      SN_INDEPENDENT
      for (sn_i64 i7 = i1; i7 < i2; i7++) {
        const double t2 = block1[i7 - i1];
        b1[i7 * n1 + i5] = t2;
        sum1[i7 - i1] = sum1[i7 - i1] + t2;
      }
    }
    double cell0[128];
    double cell1[128];
    SN_INDEPENDENT
    for (sn_i64 i8 = i1; i8 < i2; i8++) {
      const double t3 = sum1[i8 - i1];
      const double t4 = fabs(t3);
      const unsigned char t5 = t4 < 0x1.0000000000000p-500;
      const unsigned char t6 = t4 > 0x1.0000000000000p+500;
      const double t7 = (double)(t6 ? 0x1.0000000000000p-500 : 1.0);
      const double t8 = (double)(t5 ? 0x1.0000000000000p+500 : t7);
      const double t9 = t3 * t8;
      const double t10 = 1.0 / t9;
      const double t11 = -(t10);
      const double t12 = fma(t11, t9, 1.0);
      const unsigned char t13 = t12 < 0.0;
      const double t14 = t10 * 0x1.fffffffffffffp-1;
      const double t15 = (double)(t13 ? t14 : t10);
      const double t16 = -(t15);
      const double t17 = fma(t16, t9, 1.0);
      const unsigned char t18 = t17 > 0.0;
      const double t19 = (double)(t18 ? t17 : 0x1.0000000000000p-64);
      const double t20 = t19 * t15;
      cell0[i8 - i1] = t15;
      cell1[i8 - i1] = t20;
    }
    for (sn_i64 i9 = 0; i9 < n1; i9++) {
      SN_INDEPENDENT
      for (sn_i64 i10 = i1; i10 < i2; i10++) {
        const double t21 = b1[i10 * n1 + i9];
        const double t22 = sum1[i10 - i1];
        const double t23 = fabs(t22);
        const unsigned char t24 = t23 < 0x1.0000000000000p-500;
        const unsigned char t25 = t23 > 0x1.0000000000000p+500;
        const double t26 = (double)(t25 ? 0x1.0000000000000p-500 : 1.0);
        const double t27 = (double)(t24 ? 0x1.0000000000000p+500 : t26);
        const double t28 = t21 * t27;
        const double t29 = t22 * t27;
        const double t30 = cell0[i10 - i1];
        const double t31 = cell1[i10 - i1];
        const double t32 = sn_divided_f64(t28, t29, t30, t31);
        b1[i10 * n1 + i9] = t32;
      }
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
    SN_INDEPENDENT
    for (sn_i64 i1 = 0; i1 < 8; i1++) {
      pad3[i1] = x5[i0 + sn_least(i1, length - i0 - 1)];
    }
    f_k0_b1(8, pad3, pad4, t0, n1);
    SN_INDEPENDENT
    for (sn_i64 i2 = 0; i2 < length - i0; i2++) {
      y3[i0 + i2] = pad4[i2];
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
    SN_INDEPENDENT
    for (sn_i64 i6 = 0; i6 < 32; i6++) {
      if (i6 < n1 - 32 * i2) {
        const sn_i64 i7 = 32 * i2 + i6;
        const double t1 = b0[i0 * n1 + i7];
        sum2[i6] = ((sum2[i6] <= t1) | (t1 != t1)) ? t1 : sum2[i6];
      }
    }
    SN_INDEPENDENT
    for (sn_i64 i8 = 0; i8 < 16; i8++) {
      sum2[i8] = ((sum2[i8] <= sum2[i8 + 16]) | (sum2[i8 + 16] != sum2[i8 + 16])) ? sum2[i8 + 16] : sum2[i8];
    }
    SN_INDEPENDENT
    for (sn_i64 i9 = 0; i9 < 8; i9++) {
      sum2[i9] = ((sum2[i9] <= sum2[i9 + 8]) | (sum2[i9 + 8] != sum2[i9 + 8])) ? sum2[i9 + 8] : sum2[i9];
    }
    SN_INDEPENDENT
    for (sn_i64 i10 = 0; i10 < 4; i10++) {
      sum2[i10] = ((sum2[i10] <= sum2[i10 + 4]) | (sum2[i10 + 4] != sum2[i10 + 4])) ? sum2[i10 + 4] : sum2[i10];
    }
    SN_INDEPENDENT
    for (sn_i64 i11 = 0; i11 < 2; i11++) {
      sum2[i11] = ((sum2[i11] <= sum2[i11 + 2]) | (sum2[i11 + 2] != sum2[i11 + 2])) ? sum2[i11 + 2] : sum2[i11];
    }
    SN_INDEPENDENT
    for (sn_i64 i12 = 0; i12 < 1; i12++) {
      sum2[i12] = ((sum2[i12] <= sum2[i12 + 1]) | (sum2[i12 + 1] != sum2[i12 + 1])) ? sum2[i12 + 1] : sum2[i12];
    }
    double sum3[32];
    double tree0[48];
    long long top0[1];
    top0[0] = 0LL;
    tree0[0] = 0.0;
    const double t2 = sum2[0];
    for (sn_i64 i13 = 0; i13 < n1; i13 += 4096) {
      const sn_i64 i14 = sn_least(i13 + 4096, n1);
      SN_INDEPENDENT
      for (sn_i64 i15 = 0; i15 < 32; i15++) {
        sum3[i15] = 0.0;
      }
      f_k0_v1(i14 - i13, b0 + i0 * n1 + i13, b1 + i0 * n1 + i13, t2, n1);
      const sn_i64 i16 = (i14 - i13) / 32;
      for (sn_i64 i17 = 0; i17 < i16; i17++) {
        SN_INDEPENDENT
        for (sn_i64 i18 = 0; i18 < 32; i18++) {
          const sn_i64 i19 = i13 + 32 * i17 + i18;
          const double t3 = b1[i0 * n1 + i19];
          sum3[i18] = sum3[i18] + t3;
        }
      }
      SN_INDEPENDENT
      for (sn_i64 i20 = 0; i20 < 32; i20++) {
        if (i20 < i14 - i13 - 32 * i16) {
          const sn_i64 i21 = i13 + 32 * i16 + i20;
          const double t4 = b1[i0 * n1 + i21];
          sum3[i20] = sum3[i20] + t4;
        }
      }
      SN_INDEPENDENT
      for (sn_i64 i22 = 0; i22 < 16; i22++) {
        sum3[i22] = sum3[i22] + sum3[i22 + 16];
      }
      SN_INDEPENDENT
      for (sn_i64 i23 = 0; i23 < 8; i23++) {
        sum3[i23] = sum3[i23] + sum3[i23 + 8];
      }
      SN_INDEPENDENT
      for (sn_i64 i24 = 0; i24 < 4; i24++) {
        sum3[i24] = sum3[i24] + sum3[i24 + 4];
      }
      SN_INDEPENDENT
      for (sn_i64 i25 = 0; i25 < 2; i25++) {
        sum3[i25] = sum3[i25] + sum3[i25 + 2];
      }
      SN_INDEPENDENT
      for (sn_i64 i26 = 0; i26 < 1; i26++) {
        sum3[i26] = sum3[i26] + sum3[i26 + 1];
      }
      const sn_i64 i27 = top0[0];
      tree0[i27] = sum3[0];
      for (sn_i64 i28 = 1; i28 < ((i13 / 4096 + 1) & (0 - i13 / 4096 - 1)); i28 *= 2) {
        const sn_i64 i29 = top0[0];
        tree0[i29 - 1] = tree0[i29 - 1] + tree0[i29];
        const sn_i64 i30 = i29 - 1;
        top0[0] = i30;
      }
      const sn_i64 i31 = top0[0] + 1;
      top0[0] = i31;
    }
    const sn_i64 i32 = top0[0];
    for (sn_i64 i33 = 1; i33 < i32; i33++) {
      tree0[i32 - i33 - 1] = tree0[i32 - i33 - 1] + tree0[i32 - i33];
    }
    const double t5 = tree0[0];
    const double t6 = fabs(t5);
    const unsigned char t7 = t6 < 0x1.0000000000000p-500;
    const unsigned char t8 = t6 > 0x1.0000000000000p+500;
    const double t9 = (double)(t8 ? 0x1.0000000000000p-500 : 1.0);
    const double t10 = (double)(t7 ? 0x1.0000000000000p+500 : t9);
    const double t11 = t5 * t10;
    const double t12 = 1.0 / t11;
    const double t13 = -(t12);
    const double t14 = fma(t13, t11, 1.0);
    const unsigned char t15 = t14 < 0.0;
    const double t16 = t12 * 0x1.fffffffffffffp-1;
    const double t17 = (double)(t15 ? t16 : t12);
    const double t18 = -(t17);
    const double t19 = fma(t18, t11, 1.0);
    const unsigned char t20 = t19 > 0.0;
    const double t21 = (double)(t20 ? t19 : 0x1.0000000000000p-64);
    const double t22 = t21 * t17;
    SN_INDEPENDENT
    for (sn_i64 i34 = 0; i34 < n1; i34++) {
      const double t23 = b1[i0 * n1 + i34];
      const double t24 = t23 * t10;
      const double t25 = sn_divided_f64(t24, t11, t17, t22);
      b1[i0 * n1 + i34] = t25;
    }
  }
  return 0;
}

static int f_k0(const sn_rt *rt, const double *restrict b0, double *restrict b1, const sn_i64 n0, const sn_i64 n1)
{
  if (n1 < 33) {
    if (0 < (n0 + 127) / 128) {
      {
        struct f_k0_t0_context context = {b0, b1, n0, n1};
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
  if (code == SN_OK) { code = f_k0(rt, b0, b1, n0, n1); if (code) call->error.step = 0; }
  call->error.code = code;
  return code;
}
