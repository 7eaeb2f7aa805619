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

static inline sn_i64 sn_least(const sn_i64 a, const sn_i64 b) { return a < b ? a : b; }

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


SN_BODY static void f_k0_b0(const sn_i64 length, const double *x0, double *y0)
{
  for (sn_i64 i0 = 0; i0 < length; i0 += 8) {
    __builtin_prefetch(x0 + i0 + 256);
    __builtin_prefetch(y0 + sn_least(i0 + 128, length - 1));
    SN_LANES
    for (sn_i64 i1 = 0; i1 < 8; i1++) {
      const double t0 = x0[i0 + i1];
      const double t1 = -(t0);
      const double t2 = exp(t1);
      const double t3 = 1.0 + t2;
      const double t4 = 1.0 / t3;
      y0[i0 + i1] = t4;
    }
  }
}

static void f_k0_v0(const sn_i64 length, const double *x1, double *y1)
{
  const sn_i64 i0 = 8 * (length / 8);
  f_k0_b0(i0, x1, y1);
  if (i0 < length) {
    double pad0[8];
    double pad1[8];
    const sn_i64 i1 = i0;
    const sn_i64 i2 = length - i0;
    const double t0 = x1[i1];
    SN_INDEPENDENT
    for (sn_i64 i3 = 0; i3 < 8; i3++) {
      const unsigned char t1 = i3 < (long long)i2 || (i2 > 0 && (long long)i2 < 0);
      const double t2 = t1 ? x1[i0 + i3] : 0.0;
      const double t3 = (double)(t1 ? t2 : t0);
      pad0[i3] = t3;
    }
    f_k0_b0(8, pad0, pad1);
    SN_INDEPENDENT
    for (sn_i64 i4 = 0; i4 < 8; i4++) {
      if (i4 < i2) {
        y1[i0 + i4] = pad1[i4];
      }
    }
  }
}

struct f_k0_t0_context {
  const double *b0;
  double *b1;
};
static int f_k0_t0(void *pointer, const sn_i64 begin, const sn_i64 end)
{
  const struct f_k0_t0_context *const context = pointer;
  const double *restrict b0 = context->b0;
  double *restrict b1 = context->b1;
  f_k0_v0(end - begin, b0 + begin, b1 + begin);
  return 0;
}

static int f_k0(const sn_rt *rt, const double *restrict b0, double *restrict b1, const sn_i64 n0)
{
  if (0 < n0) {
    {
      struct f_k0_t0_context context = {b0, b1};
      const int code = 20 * n0 < 65536 ? f_k0_t0(&context, 0, n0)
        : rt->parallel_for(rt, f_k0_t0, &context, n0, 1600);
      if (code) return code;
    }
  }
  return 0;
}

int f_plan(const sn_i64 *dims, sn_i64 *shapes, sn_i64 *workspace, sn_error *error)
{
  const sn_i64 n0 = dims[0];
  (void)n0, (void)dims;
  shapes[0] = n0;
  *workspace = 0;
  (void)shapes, (void)error;
  return SN_OK;
}

int f_run(const sn_rt *rt, sn_call *call)
{
  const sn_i64 n0 = call->dims[0];
  (void)n0, (void)call->dims;
  const double *const b0 = call->buffers[0];
  double *const b1 = call->buffers[1];
  (void)b0, (void)b1;
  (void)rt;
  int code = SN_OK;
  if (code == SN_OK) { code = f_k0(rt, b0, b1, n0); if (code) call->error.step = 0; }
  call->error.code = code;
  return code;
}
