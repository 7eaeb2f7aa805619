#include <math.h>
#include <stdint.h>
typedef int64_t sn_i64;
typedef struct { sn_i64 code, step, values[4]; } sn_error;      /* first error wins; code 0 = none */
typedef struct {
  void **buffers;         /* inputs, state, outputs: each C-contiguous and aligned to its itemsize */
  const sn_i64 *dims;     /* values of the Program's dims (unknown lengths), in Program order */
  char *workspace;        /* as many bytes as plan asked for, 64-byte aligned; NULL if 0 */
  sn_error error;
} sn_call;

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

static inline sn_i64 sn_least(const sn_i64 a, const sn_i64 b) { return a < b ? a : b; }

static inline sn_i64 sn_most(const sn_i64 a, const sn_i64 b) { return a > b ? a : b; }

static int sn_parallel_for(int (*task)(void *, sn_i64, sn_i64), void *context, sn_i64 extent, sn_i64 grain) {
  const sn_i64 shares = (extent + grain - 1) / grain;
#ifdef _OPENMP
#pragma omp parallel for schedule(static)
#endif
  for (sn_i64 share = 0; share < shares; share++) {
    const sn_i64 begin = share * grain, end = begin + grain;
    (void)task(context, begin, end < extent ? end : extent);
  }
  return 0;
}

static inline double sn_divided_f64(double x, double y, double r, double s) {
#ifdef FP_FAST_FMA
(void)y;
return fma(x, r, x * s);
#else
(void)r, (void)s;
return x / y;
#endif
}

static void f_k0_c0(const sn_i64 length, double *c0)
{
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c0[i0] = (-(double)INFINITY);
  }
}

static void f_k0_c1(const sn_i64 length, const double *c1, double *c2, const sn_i64 n1)
{
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c2[i0] = c1[i0 * n1];
  }
}

static void f_k0_c2(const sn_i64 length, double *c3)
{
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c3[i0] = 0.0;
  }
}

static void f_k0_c3(const sn_i64 length, const double *c4, double *c5, const sn_i64 n1)
{
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c5[i0 * n1] = c4[i0];
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
      for (sn_i64 i6 = i1; i6 < i2; i6++) {
        const double t1 = across1[i6 - i1];
        const double t2 = sum0[i6 - i1];
        const double t3 = t1 - t2;
        const double t4 = exp(t3);
        across2[i6 - i1] = t4;
        sum1[i6 - i1] = sum1[i6 - i1] + t4;
      }
      f_k0_c3(i2 - i1, across2, b1 + n1 * i1 + i5, n1);
    }
    double cell0[128];
    double cell1[128];
    for (sn_i64 i7 = i1; i7 < i2; i7++) {
      const double t5 = sum1[i7 - i1];
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
      cell0[i7 - i1] = t17;
      cell1[i7 - i1] = t22;
    }
    for (sn_i64 i8 = 0; i8 < n1; i8++) {
      double across3[128];
      f_k0_c1(i2 - i1, b1 + n1 * i1 + i8, across3, n1);
      double across4[128];
      for (sn_i64 i9 = i1; i9 < i2; i9++) {
        const double t23 = across3[i9 - i1];
        const double t24 = sum1[i9 - i1];
        const double t25 = fabs(t24);
        const unsigned char t26 = t25 < 0x1.0000000000000p-500;
        const unsigned char t27 = t25 > 0x1.0000000000000p+500;
        const double t28 = (double)(t27 ? 0x1.0000000000000p-500 : 1.0);
        const double t29 = (double)(t26 ? 0x1.0000000000000p+500 : t28);
        const double t30 = t23 * t29;
        const double t31 = t24 * t29;
        const double t32 = cell0[i9 - i1];
        const double t33 = cell1[i9 - i1];
        const double t34 = sn_divided_f64(t30, t31, t32, t33);
        across4[i9 - i1] = t34;
      }
      f_k0_c3(i2 - i1, across4, b1 + n1 * i1 + i8, n1);
    }
  }
  return 0;
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
    for (sn_i64 i1 = 0; i1 < 32; i1++) {
      sum2[i1] = (-(double)INFINITY);
    }
    const sn_i64 i2 = n1 / 32;
    for (sn_i64 i3 = 0; i3 < i2; i3++) {
      for (sn_i64 i4 = 0; i4 < 32; i4++) {
        const sn_i64 i5 = 32 * i3 + i4;
        const double t0 = b0[i0 * n1 + i5];
        sum2[i4] = ((sum2[i4] <= t0) | (t0 != t0)) ? t0 : sum2[i4];
      }
    }
    for (sn_i64 i6 = 0; i6 < n1 - 32 * i2; i6 += 8) {
      const sn_i64 i7 = n1 - 32 * i2 - i6;
      const double t1 = b0[i0 * n1 + 32 * i2 + i6];
      for (sn_i64 i8 = 0; i8 < 8; i8++) {
        const sn_i64 i9 = 32 * i2 + i6 + i8;
        const unsigned char t2 = i8 < (long long)i7 || (i7 > 0 && (long long)i7 < 0);
        const double t3 = t2 ? b0[i0 * n1 + i9] : 0.0;
        const double t4 = (double)(t2 ? t3 : t1);
        const double t5 = (double)(t2 ? t4 : (-(double)INFINITY));
        sum2[i6 + i8] = ((sum2[i6 + i8] <= t5) | (t5 != t5)) ? t5 : sum2[i6 + i8];
      }
    }
    for (sn_i64 i10 = 0; i10 < 16; i10++) {
      sum2[i10] = ((sum2[i10] <= sum2[i10 + 16]) | (sum2[i10 + 16] != sum2[i10 + 16])) ? sum2[i10 + 16] : sum2[i10];
    }
    for (sn_i64 i11 = 0; i11 < 8; i11++) {
      sum2[i11] = ((sum2[i11] <= sum2[i11 + 8]) | (sum2[i11 + 8] != sum2[i11 + 8])) ? sum2[i11 + 8] : sum2[i11];
    }
    for (sn_i64 i12 = 0; i12 < 4; i12++) {
      sum2[i12] = ((sum2[i12] <= sum2[i12 + 4]) | (sum2[i12 + 4] != sum2[i12 + 4])) ? sum2[i12 + 4] : sum2[i12];
    }
    for (sn_i64 i13 = 0; i13 < 2; i13++) {
      sum2[i13] = ((sum2[i13] <= sum2[i13 + 2]) | (sum2[i13 + 2] != sum2[i13 + 2])) ? sum2[i13 + 2] : sum2[i13];
    }
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
      for (sn_i64 i17 = 0; i17 < 32; i17++) {
        sum3[i17] = 0.0;
      }
      const sn_i64 i18 = (i16 - i15) / 32;
      for (sn_i64 i19 = 0; i19 < i18; i19++) {
        for (sn_i64 i20 = 0; i20 < 32; i20++) {
          const sn_i64 i21 = i15 + 32 * i19 + i20;
          const double t7 = b0[i0 * n1 + i21];
          const double t8 = t7 - t6;
          const double t9 = exp(t8);
          b1[i0 * n1 + i21] = t9;
          sum3[i20] = sum3[i20] + t9;
        }
      }
      for (sn_i64 i22 = 0; i22 < i16 - i15 - 32 * i18; i22 += 8) {
        const sn_i64 i23 = i16 - i15 - 32 * i18 - i22;
        const double t10 = b0[i0 * n1 + i15 + 32 * i18 + i22];
        for (sn_i64 i24 = 0; i24 < 8; i24++) {
          const sn_i64 i25 = i15 + 32 * i18 + i22 + i24;
          const unsigned char t11 = i24 < (long long)i23 || (i23 > 0 && (long long)i23 < 0);
          const double t12 = t11 ? b0[i0 * n1 + i25] : 0.0;
          const double t13 = (double)(t11 ? t12 : t10);
          const double t14 = t13 - t6;
          const double t15 = exp(t14);
          const double t16 = (double)(t11 ? t15 : 0.0);
          sum3[i22 + i24] = sum3[i22 + i24] + t16;
          if (i24 < i23) {
            b1[i0 * n1 + i25] = t15;
          }
        }
      }
      for (sn_i64 i26 = 0; i26 < 16; i26++) {
        sum3[i26] = sum3[i26] + sum3[i26 + 16];
      }
      for (sn_i64 i27 = 0; i27 < 8; i27++) {
        sum3[i27] = sum3[i27] + sum3[i27 + 8];
      }
      for (sn_i64 i28 = 0; i28 < 4; i28++) {
        sum3[i28] = sum3[i28] + sum3[i28 + 4];
      }
      for (sn_i64 i29 = 0; i29 < 2; i29++) {
        sum3[i29] = sum3[i29] + sum3[i29 + 2];
      }
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
    const double t17 = tree0[0];
    const double t18 = fabs(t17);
    const unsigned char t19 = t18 < 0x1.0000000000000p-500;
    const unsigned char t20 = t18 > 0x1.0000000000000p+500;
    const double t21 = (double)(t20 ? 0x1.0000000000000p-500 : 1.0);
    const double t22 = (double)(t19 ? 0x1.0000000000000p+500 : t21);
    const double t23 = t17 * t22;
    const double t24 = 1.0 / t23;
    const double t25 = -(t24);
    const double t26 = fma(t25, t23, 1.0);
    const unsigned char t27 = t26 < 0.0;
    const double t28 = t24 * 0x1.fffffffffffffp-1;
    const double t29 = (double)(t27 ? t28 : t24);
    const double t30 = -(t29);
    const double t31 = fma(t30, t23, 1.0);
    const unsigned char t32 = t31 > 0.0;
    const double t33 = (double)(t32 ? t31 : 0x1.0000000000000p-64);
    const double t34 = t33 * t29;
    for (sn_i64 i38 = 0; i38 < n1; i38++) {
      const double t35 = b1[i0 * n1 + i38];
      const double t36 = t35 * t22;
      const double t37 = sn_divided_f64(t36, t23, t29, t34);
      b1[i0 * n1 + i38] = t37;
    }
  }
  return 0;
}

static int f_k0(const double *restrict b0, double *restrict b1, const sn_i64 n1, const sn_i64 n0)
{
  if (n1 < 33) {
    if (0 < (n0 + 127) / 128) {
      {
        struct f_k0_t0_context context = {b0, b1, n1, n0};
        const int code = ((n0 + 127) / 128) * 6912 * n1 < 65536 ? f_k0_t0(&context, 0, (n0 + 127) / 128)
          : sn_parallel_for(f_k0_t0, &context, (n0 + 127) / 128, sn_most(32768 / sn_most(6912 * n1, 1), 1));
        if (code) return code;
      }
    }
  }
  if (32 < n1) {
    if (0 < n0) {
      {
        struct f_k0_t1_context context = {b0, b1, n1};
        const int code = n0 * 54 * n1 < 65536 ? f_k0_t1(&context, 0, n0)
          : sn_parallel_for(f_k0_t1, &context, n0, sn_most(32768 / sn_most(54 * n1, 1), 1));
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

int f_run(sn_call *call)
{
  const sn_i64 n0 = call->dims[0];
  const sn_i64 n1 = call->dims[1];
  (void)n0, (void)n1, (void)call->dims;
  const double *const b0 = call->buffers[0];
  double *const b1 = call->buffers[1];
  (void)b0, (void)b1;
  int code = SN_OK;
  if (code == SN_OK) { code = f_k0(b0, b1, n1, n0); if (code) call->error.step = 0; }
  call->error.code = code;
  return code;
}
