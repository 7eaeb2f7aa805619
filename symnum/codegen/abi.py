"""The C interface between a generated Program and the runtime that calls it.

``C_DECLARATIONS`` is the first part of every generated text (which includes no headers); ``_pool.h`` of the
runtime contains the same text.  A change of layout or meaning raises ``ABI_VERSION``, which is part of every
cache key.
"""

from __future__ import annotations

from enum import IntEnum

ABI_VERSION = 7

CALL_DECLARATIONS = """\
typedef __INT64_TYPE__ sn_i64;
typedef struct { sn_i64 code, step, values[4]; } sn_error;      /* first error wins; code 0 = none */
typedef struct {
  void **buffers;         /* inputs, state, outputs: each C-contiguous and aligned to its itemsize */
  const sn_i64 *dims;     /* values of the Program's dims (unknown lengths), in Program order */
  char *workspace;        /* as many bytes as plan asked for, 64-byte aligned; NULL if 0 */
  sn_error error;
} sn_call;
"""
C_DECLARATIONS = CALL_DECLARATIONS + """\
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
"""


class Code(IntEnum):
    """Error codes; 0 is success.  ``values`` of the error record are given in brackets."""

    OK = 0
    INTERRUPTED = 1
    GUARD = 2  # this specialisation does not fit the dims: choose another
    BROADCAST = 3  # [n, m]
    EMPTY_REDUCTION = 4
    INDEX = 5  # [index, length]
    RESHAPE = 6  # [elements given, elements wanted]
    MEMORY = 7
    HOST = 8  # a Python exception is set
    DIMENSION = 9  # [length]
    NEGATIVE_POWER = 10  # of an integer
    NOT_SQUARE = 11  # [rows, columns, place in LINALG]
    SINGULAR = 12  # [rows, columns, place in LINALG]
    NOT_POSITIVE = 13  # [rows, columns, place in LINALG]


C_CODES = "".join(f"#define SN_{code.name} {code.value}\n" for code in Code)

# Ops of linear algebra whose native steps can fail.
LINALG = ("cholesky", "cholesky_pulled", "solve", "solve_triangular", "inv", "det", "slogdet", "lu_factor", "pivots")
BLAS = ("sdot", "ddot", "sgemv", "dgemv", "sgemm", "dgemm", "sger", "dger", "ssyrk", "dsyrk", "strsm",
        "dtrsm", "strsv", "dtrsv", "spotrf", "dpotrf", "sgetrf", "dgetrf")
BLAS_SLOTS = 32
