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
static inline double op_negative_f64_f64(double x0) { return -(x0); }
static inline double op_exp_f64_f64(double x0) { return exp(x0); }
static inline double op_add_f64_f64_f64(double x0, double x1) { return x0 + x1; }
static inline double op_true_divide_f64_f64_f64(double x0, double x1) { return x0 / x1; }
    """
    ctypedef long long sn_i64
    const double SN_INFINITY, SN_NAN
    const sn_i64 SN_LEAST
    double op_negative_f64_f64(double x0) noexcept nogil
    double op_exp_f64_f64(double x0) noexcept nogil
    double op_add_f64_f64_f64(double x0, double x1) noexcept nogil
    double op_true_divide_f64_f64_f64(double x0, double x1) noexcept nogil

cdef void f_k0_t0(sn_i64 begin, sn_i64 end, const double *b0, double *b1) noexcept nogil:
  cdef sn_i64 i0
  cdef double t0
  cdef double t1
  cdef double t2
  cdef double t3
  cdef double t4
  i0 = begin
  while i0 < end:
    t0 = b0[i0]
    t1 = op_negative_f64_f64(t0)
    t2 = op_exp_f64_f64(t1)
    t3 = op_add_f64_f64_f64(1.0, t2)
    t4 = op_true_divide_f64_f64_f64(1.0, t3)
    b1[i0] = t4
    i0 += 1


cdef void f_k0(const double *b0, double *b1, sn_i64 n0) noexcept nogil:
  if 0 < n0:
    f_k0_t0(0, n0, b0, b1)


def plan(dims):
    """Shapes of outputs, and bytes of workspace, for the given lengths."""
    cdef sn_i64 n0 = dims[0]
    return [(n0,)], 0


def run(list buffers, dims, hosts=()):
    """Run on addresses of buffers (inputs, state, outputs) with the given lengths.

    Gives None, or an error code with the values of its record.  Functions in hosts get addresses and lengths.
    """
    cdef bytearray space = bytearray(plan(dims)[1] + 64)
    cdef char *workspace = space
    workspace += -<sn_i64><size_t>workspace & 63
    cdef sn_i64 n0 = dims[0]
    cdef const double *b0 = <const double *><size_t>buffers[0]
    cdef double *b1 = <double *><size_t>buffers[1]
    with nogil:
        f_k0(b0, b1, n0)
