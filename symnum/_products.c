/* Products of matrices by the threads of the pool: panels of operands, tiles of results in registers.
 *
 * The bits of an element depend on its row, its column and the instruction set alone: not on the number of threads, and
 * not on where in the matrix it lies. */
#include "_pool.h"

#define DEPTH 256        /* additions between two visits of a tile: panels of A and B fit into the first cache */
#define GROUP 16         /* panels of A that fit into the second cache */
#define FEW_PANELS 4     /* with so few panels of A, B is read where it lies */
#define SERIAL (1 << 18) /* multiplications that are not worth a second thread */
#define PACKED (1 << 26) /* bytes of packed operands */
#define ON_STACK 8192
#ifndef MOST_BYTES
#define MOST_BYTES 64    /* of a vector: tests go below */
#endif
#define FOUR 4           /* lines of a matrix that are read side by side */
#define COLUMNS 1024     /* columns that one sum goes over, and elements of a piece of y */
#define PIECE 512
#define LINES 128        /* rows of a few columns that the first cache holds, and vectors of them that are few */
#define NARROW 8
#define PARTS 4          /* pieces of COLUMNS rows for each thread that are worth sharing out */
#define BLOCK (1 << 15)  /* bytes of the rows that are read twice while they are in that cache */
#define ELEMENTS 16384   /* elements of a matrix that are a thread's least share */

#if defined(__GNUC__) || defined(__clang__)

typedef struct {
  const sn_product *product;
  void *a, *b;
  sn_i64 first, k, depth, row_panels, column_panels;
  sn_i64 packed_rows, packed_columns;  /* the last panels of A, all or none of B; others by the way, if at all */
  int in_place;          /* whole panels of B are read where they lie */
  int half;              /* A is B transposed: tiles above the diagonal are left out */
} work;

typedef struct {  /* y = a x: rows or columns of the m by k matrix a lie step elements apart */
  const void *a, *x;
  void *y;
  sn_i64 m, k, step, pieces;
} line;

typedef struct {  /* the transposed matrix of first by a vector that body makes of first.y, by blocks of rows */
  line first, last;
  int (*body)(void *, sn_i64, sn_i64);
  void *context;
  sn_i64 block;
} passage;

typedef struct {
  int (*pack)(void *, sn_i64, sn_i64), (*multiply)(void *, sn_i64, sn_i64), (*mirror)(void *, sn_i64, sn_i64);
  int (*dots)(void *, sn_i64, sn_i64), (*columns)(void *, sn_i64, sn_i64), (*by_rows)(void *, sn_i64, sn_i64);
  void (*total)(const line *, sn_i64, void *);
  sn_i64 rows, panel, size;
} kind;

static inline sn_i64 least(sn_i64 a, sn_i64 b) { return a < b ? a : b; }

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)
#define NAME(x) JOIN(x, SUFFIX)

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,fma")))
#define BYTES 64
#define ROWS 12
#define REAL float
#define SUFFIX f32_512
#include "_product_kernel.h"
#undef REAL
#undef SUFFIX
#define REAL double
#define SUFFIX f64_512
#include "_product_kernel.h"
#undef REAL
#undef SUFFIX
#undef TARGET
#undef BYTES
#undef ROWS
#define TARGET __attribute__((target("avx2,fma")))
#define BYTES 32
#define ROWS 6
#define REAL float
#define SUFFIX f32_256
#include "_product_kernel.h"
#undef REAL
#undef SUFFIX
#define REAL double
#define SUFFIX f64_256
#include "_product_kernel.h"
#undef REAL
#undef SUFFIX
#undef TARGET
#undef BYTES
#undef ROWS
#endif

#define TARGET
#define BYTES 16
#ifdef __aarch64__
#define ROWS 12
#else
#define ROWS 6
#endif
#define REAL float
#define SUFFIX f32
#include "_product_kernel.h"
#undef REAL
#undef SUFFIX
#define REAL double
#define SUFFIX f64
#include "_product_kernel.h"

static const kind *kinds[2] = {&kind_f32, &kind_f64};

static int all(const sn_rt *rt, int (*task)(void *, sn_i64, sn_i64), work *x, sn_i64 items, int serial) {
  return serial ? task(x, 0, items) : rt->parallel_for(rt, task, x, items, 1);
}

/* Memory to work in, at most as much as codegen/products.py says. */
static void *take(const sn_rt *rt, const sn_product *p, sn_i64 bytes) {
  return bytes <= p->room_bytes ? p->room : rt->alloc(rt, bytes);
}

static void give(const sn_rt *rt, const sn_product *p, void *memory) {
  if (memory != p->room) rt->release(rt, memory);
}

static int clear(const sn_product *p) {
  for (sn_i64 i = 0; i < p->m; i++)
    for (sn_i64 j = 0; j < p->n; j++)
      if (p->wide) ((double *)p->c)[i * p->c_row + j] = 0;
      else ((float *)p->c)[i * p->c_row + j] = 0;
  return 0;
}

/* A matrix by a vector; -1 if it does not lie as it should. */
static int multiply_vector(const sn_rt *rt, const sn_product *p, const kind *with) {
  const int row = p->vector == 1;
  const sn_i64 along = row ? p->b_column : p->a_row, across = row ? p->b_row : p->a_column;
  line x = {row ? p->b : p->a, row ? p->a : p->b, p->c, row ? p->n : p->m, p->k, 0, 0};
  if (p->sign || (row ? p->a_column : p->b_row) != 1 || (row ? 1 : p->c_row) != 1) return -1;
  const int serial = (double)x.m * (double)x.k < 2 * ELEMENTS;
  if (across == 1) {
    x.step = along;
    const sn_i64 grain = (ELEMENTS / x.k / FOUR + 1) * FOUR;
    return serial ? with->dots(&x, 0, x.m) : rt->parallel_for(rt, with->dots, &x, x.m, grain);
  }
  if (along != 1) return -1;
  const sn_i64 parts = (x.k + COLUMNS - 1) / COLUMNS;
  x.step = across;
  x.pieces = (x.m + PIECE - 1) / PIECE;
  if (parts > 1 && !(x.y = take(rt, p, parts * x.m * with->size))) return SN_NO_MEMORY;
  const int code = serial ? with->columns(&x, 0, parts * x.pieces)
                          : rt->parallel_for(rt, with->columns, &x, parts * x.pieces, 1);
  if (parts > 1) {
    if (!code) with->total(&x, parts, p->c);
    give(rt, p, x.y);
  }
  return code;
}

static int multiply(const sn_rt *rt, const sn_product *p) {
  if (p->m <= 0 || p->n <= 0) return 0;
  if (p->k <= 0) return p->sign ? 0 : clear(p);
  const kind *const with = kinds[p->wide != 0];
  const int done = p->vector ? multiply_vector(rt, p, with) : -1;
  if (done >= 0) return done;
  work x = {.product = p};
  x.row_panels = (p->m + with->rows - 1) / with->rows;
  x.column_panels = (p->n + with->panel - 1) / with->panel;
  const sn_i64 groups = (x.row_panels + GROUP - 1) / GROUP, a_bytes = p->a_row * with->size;
  x.in_place = p->b_column == 1 && x.row_panels <= FEW_PANELS;
  x.half = p->a == p->b && p->m == p->n && p->a_row == p->b_column && p->a_column == p->b_row && !p->sign;
  /* Rows of A are read well unless they meet in the same lines of a cache. */
  const int read = p->sign >= 0 && (x.column_panels == 1 || (p->a_column == 1 && a_bytes % 1024));
  x.packed_rows = read ? p->m % with->rows != 0 : x.row_panels;
  x.packed_columns = groups > 1 ? x.column_panels : 0;
  const sn_i64 lines = x.packed_rows * with->rows + x.packed_columns * with->panel + 1;
  const sn_i64 most = PACKED / (lines * with->size) / DEPTH * DEPTH, slab = least(p->k, most < DEPTH ? DEPTH : most);
  const sn_i64 bytes = lines * slab * with->size + 64;
  const int serial = (double)p->m * (double)p->n * (double)p->k < SERIAL;
  char on_stack[ON_STACK] __attribute__((aligned(64)));
  char *const memory = bytes > ON_STACK ? take(rt, p, bytes) : on_stack;
  if (!memory) return SN_NO_MEMORY;
  int code = 0;
  x.a = memory;
  for (x.first = 0; !code && x.first < p->k; x.first += slab) {
    x.k = least(slab, p->k - x.first);
    const sn_i64 visits = (x.k + DEPTH - 1) / DEPTH;
    x.depth = (x.k + visits - 1) / visits;
    x.b = memory + (x.packed_rows * with->rows * x.k * with->size + 63) / 64 * 64;
    const sn_i64 panels = x.packed_rows + x.packed_columns;
    if (panels) code = all(rt, with->pack, &x, panels, serial || panels < 4);
    if (!code) code = all(rt, with->multiply, &x, groups * x.column_panels, serial);
  }
  if (!code && x.half) code = all(rt, with->mirror, &x, x.row_panels, serial);
  if (memory != on_stack) give(rt, p, memory);
  return code;
}

int sn_by_rows(const sn_rt *rt, const sn_rows *rows, int (*body)(void *, sn_i64, sn_i64), void *context) {
  const sn_product *const first = &rows->first, *const last = &rows->last;
  const kind *const with = kinds[first->wide != 0];
  const sn_i64 m = first->m, k = first->k;
  const sn_i64 parts = (m + COLUMNS - 1) / COLUMNS;
  const int serial = (double)m * (double)k < 2 * ELEMENTS;
  if (m <= 0 || k <= 0 || (!serial && parts < PARTS * rt->threads(rt))) {  /* few rows to share out */
    int code = multiply(rt, first);
    if (!code && body && m > 0) code = rt->parallel_for(rt, body, context, m, COLUMNS);
    return code ? code : multiply(rt, last);
  }
  const sn_i64 fit = BLOCK / (k * with->size) / 16 * 16;
  passage x = {{first->a, first->b, first->c, m, k, k, 0}, {last->a, last->b, last->c, k, m, k, 0}, body, context,
               fit < FOUR ? FOUR : least(fit, COLUMNS)};
  if (parts > 1 && !(x.last.y = take(rt, last, parts * k * with->size))) return SN_NO_MEMORY;
  const int code = serial ? with->by_rows(&x, 0, parts) : rt->parallel_for(rt, with->by_rows, &x, parts, 1);
  if (parts > 1) {
    if (!code) with->total(&x.last, parts, last->c);
    give(rt, last, x.last.y);
  }
  return code;
}

int (*sn_products_init(void))(const sn_rt *, const sn_product *) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (MOST_BYTES >= 64 && __builtin_cpu_supports("avx512f")) kinds[0] = &kind_f32_512, kinds[1] = &kind_f64_512;
  else if (MOST_BYTES >= 32 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    kinds[0] = &kind_f32_256, kinds[1] = &kind_f64_256;
#endif
  return multiply;
}

#else  /* no vectors: BLAS instead */

int sn_by_rows(const sn_rt *rt, const sn_rows *rows, int (*body)(void *, sn_i64, sn_i64), void *context) {
  (void)rt, (void)rows, (void)body, (void)context;
  return SN_NO_MEMORY;  /* never called: it is in no table */
}

int (*sn_products_init(void))(const sn_rt *, const sn_product *) { return 0; }

#endif
