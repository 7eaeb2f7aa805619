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

static void f_k0_c1(const sn_i64 length, double *c1)
{
  for (sn_i64 i0 = 0; i0 < length; i0++) {
    c1[i0] = 0.0;
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
      for (sn_i64 i4 = i1; i4 < i2; i4++) {
        const double t0 = b0[i4 * n1 + i3];
        sum0[i4 - i1] = ((sum0[i4 - i1] <= t0) | (t0 != t0)) ? t0 : sum0[i4 - i1];
      }
    }
    double sum1[128];
    f_k0_c1(i2 - i1, sum1);
    for (sn_i64 i5 = 0; i5 < n1; i5++) {
      for (sn_i64 i6 = i1; i6 < i2; i6++) {
        const double t1 = b0[i6 * n1 + i5];
        const double t2 = sum0[i6 - i1];
        const double t3 = t1 - t2;
        const double t4 = exp(t3);
        b1[i6 * n1 + i5] = t4;
        sum1[i6 - i1] = sum1[i6 - i1] + t4;
      }
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
      for (sn_i64 i9 = i1; i9 < i2; i9++) {
        const double t23 = b1[i9 * n1 + i8];
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
        b1[i9 * n1 + i8] = t34;
      }
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
    for (sn_i64 i6 = 0; i6 < 32; i6++) {
      if (i6 < n1 - 32 * i2) {
        const sn_i64 i7 = 32 * i2 + i6;
        const double t1 = b0[i0 * n1 + i7];
        sum2[i6] = ((sum2[i6] <= t1) | (t1 != t1)) ? t1 : sum2[i6];
      }
    }
    for (sn_i64 i8 = 0; i8 < 16; i8++) {
      sum2[i8] = ((sum2[i8] <= sum2[i8 + 16]) | (sum2[i8 + 16] != sum2[i8 + 16])) ? sum2[i8 + 16] : sum2[i8];
    }
    for (sn_i64 i9 = 0; i9 < 8; i9++) {
      sum2[i9] = ((sum2[i9] <= sum2[i9 + 8]) | (sum2[i9 + 8] != sum2[i9 + 8])) ? sum2[i9 + 8] : sum2[i9];
    }
    for (sn_i64 i10 = 0; i10 < 4; i10++) {
      sum2[i10] = ((sum2[i10] <= sum2[i10 + 4]) | (sum2[i10 + 4] != sum2[i10 + 4])) ? sum2[i10 + 4] : sum2[i10];
    }
    for (sn_i64 i11 = 0; i11 < 2; i11++) {
      sum2[i11] = ((sum2[i11] <= sum2[i11 + 2]) | (sum2[i11 + 2] != sum2[i11 + 2])) ? sum2[i11 + 2] : sum2[i11];
    }
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
      for (sn_i64 i15 = 0; i15 < 32; i15++) {
        sum3[i15] = 0.0;
      }
      const sn_i64 i16 = (i14 - i13) / 32;
      for (sn_i64 i17 = 0; i17 < i16; i17++) {
        for (sn_i64 i18 = 0; i18 < 32; i18++) {
          const sn_i64 i19 = i13 + 32 * i17 + i18;
          const double t3 = b0[i0 * n1 + i19];
          const double t4 = t3 - t2;
          const double t5 = exp(t4);
          b1[i0 * n1 + i19] = t5;
          sum3[i18] = sum3[i18] + t5;
        }
      }
      for (sn_i64 i20 = 0; i20 < 32; i20++) {
        if (i20 < i14 - i13 - 32 * i16) {
          const sn_i64 i21 = i13 + 32 * i16 + i20;
          const double t6 = b0[i0 * n1 + i21];
          const double t7 = t6 - t2;
          const double t8 = exp(t7);
          b1[i0 * n1 + i21] = t8;
          sum3[i20] = sum3[i20] + t8;
        }
      }
      for (sn_i64 i22 = 0; i22 < 16; i22++) {
        sum3[i22] = sum3[i22] + sum3[i22 + 16];
      }
      for (sn_i64 i23 = 0; i23 < 8; i23++) {
        sum3[i23] = sum3[i23] + sum3[i23 + 8];
      }
      for (sn_i64 i24 = 0; i24 < 4; i24++) {
        sum3[i24] = sum3[i24] + sum3[i24 + 4];
      }
      for (sn_i64 i25 = 0; i25 < 2; i25++) {
        sum3[i25] = sum3[i25] + sum3[i25 + 2];
      }
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
    const double t9 = tree0[0];
    const double t10 = fabs(t9);
    const unsigned char t11 = t10 < 0x1.0000000000000p-500;
    const unsigned char t12 = t10 > 0x1.0000000000000p+500;
    const double t13 = (double)(t12 ? 0x1.0000000000000p-500 : 1.0);
    const double t14 = (double)(t11 ? 0x1.0000000000000p+500 : t13);
    const double t15 = t9 * t14;
    const double t16 = 1.0 / t15;
    const double t17 = -(t16);
    const double t18 = fma(t17, t15, 1.0);
    const unsigned char t19 = t18 < 0.0;
    const double t20 = t16 * 0x1.fffffffffffffp-1;
    const double t21 = (double)(t19 ? t20 : t16);
    const double t22 = -(t21);
    const double t23 = fma(t22, t15, 1.0);
    const unsigned char t24 = t23 > 0.0;
    const double t25 = (double)(t24 ? t23 : 0x1.0000000000000p-64);
    const double t26 = t25 * t21;
    for (sn_i64 i34 = 0; i34 < n1; i34++) {
      const double t27 = b1[i0 * n1 + i34];
      const double t28 = t27 * t14;
      const double t29 = sn_divided_f64(t28, t15, t21, t26);
      b1[i0 * n1 + i34] = t29;
    }
  }
  return 0;
}

static int f_k0(const double *restrict b0, double *restrict b1, const sn_i64 n0, const sn_i64 n1)
{
  if (n1 < 33) {
    if (0 < (n0 + 127) / 128) {
      {
        struct f_k0_t0_context context = {b0, b1, n0, n1};
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
  if (code == SN_OK) { code = f_k0(b0, b1, n0, n1); if (code) call->error.step = 0; }
  call->error.code = code;
  return code;
}
