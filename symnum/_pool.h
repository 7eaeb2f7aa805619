/* Thread pool and buffer pool of the call path: plain C, no Python.  _runtime.pyx adds what needs Python. */
#ifndef SYMNUM_POOL_H
#define SYMNUM_POOL_H

#include <stddef.h>

#ifdef _MSC_VER
#define __INT64_TYPE__ long long
#endif

/* The text of codegen/abi.py, letter by letter (a test compares). */
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

#define SN_INTERRUPTED 1
#define SN_NO_MEMORY 7

/* Threads.  poll runs in the main thread only, at most every 20 ms, and returns nonzero to stop the call. */
void sn_pool_init(int (*poll)(void), unsigned long main_thread);
void sn_pool_set_threads(int threads);  /* the caller counts as one; at least 1 */
int sn_pool_threads(void);
int sn_parallel_for(const sn_rt *rt, int (*body)(void *, sn_i64, sn_i64), void *ctx, sn_i64 n, sn_i64 grain);
int sn_poll_interrupt(const sn_rt *rt);
void sn_poll_restart(void);  /* a call starts: its first poll is due in 20 ms */

/* Products of matrices: what goes into the table, or NULL. */
int (*sn_products_init(void))(const sn_rt *, const sn_product *);
int sn_by_rows(const sn_rt *rt, const sn_rows *rows, int (*body)(void *, sn_i64, sn_i64), void *context);

/* An array of any strides (in bytes, a whole number of elements of 1, 2, 4, 8 or 16) into memory in C order; not 0: the
 * call is to stop. */
int sn_copy_in_order(const sn_rt *rt, void *to, const void *from, int rank, const sn_i64 *shape,
                     const sn_i64 *strides, sn_i64 size);

/* Buffers: 64-byte aligned blocks that are kept for the next taker up to a bound. */
typedef struct {
  sn_i64 live_bytes, live_blocks, idle_bytes, idle_blocks, hits, misses, limit;
  sn_i64 total_bytes, scratch_bytes;  /* asked for since the start: results and workspaces; by steps that run */
} sn_buffer_info;
void sn_buffers_init(void);
void *sn_buffer_take(size_t bytes);  /* NULL: out of memory */
void *sn_scratch_take(size_t bytes);  /* the same, counted apart */
void sn_buffer_give(void *data);
size_t sn_buffer_bytes(const void *data);  /* how many bytes the block can hold */
void sn_buffers_set_limit(sn_i64 bytes);  /* bytes kept idle; older blocks are freed first */
void sn_buffers_clear(void);
sn_buffer_info sn_buffers_info(void);

#endif
