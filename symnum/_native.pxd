"""Declarations for ``_runtime``: ``_pool.h``, and what Cython lacks of NumPy's and Python's C interface."""

from cpython.ref cimport PyObject
cimport numpy as cnp


cdef extern from "_pool.h" nogil:
    ctypedef long long sn_i64
    ctypedef struct sn_error:
        sn_i64 code
        sn_i64 step
        sn_i64 values[4]
    ctypedef struct sn_call:
        void **buffers
        const sn_i64 *dims
        char *workspace
        sn_error error
    ctypedef struct sn_product
    ctypedef struct sn_rows
    ctypedef struct sn_rt

ctypedef int (*body_function)(void *, sn_i64, sn_i64) noexcept nogil
ctypedef int (*parallel_for_function)(const sn_rt *, body_function, void *, sn_i64, sn_i64) noexcept nogil
ctypedef int (*poll_function)(const sn_rt *) noexcept nogil
ctypedef void *(*alloc_function)(const sn_rt *, sn_i64) noexcept nogil
ctypedef void (*release_function)(const sn_rt *, void *) noexcept nogil
ctypedef int (*host_function)(const sn_rt *, sn_call *, sn_i64, void **, const sn_i64 *) noexcept nogil
ctypedef int (*threads_function)(const sn_rt *) noexcept nogil
ctypedef int (*multiply_function)(const sn_rt *, const sn_product *) noexcept nogil
ctypedef int (*by_rows_function)(const sn_rt *, const sn_rows *, body_function, void *) noexcept nogil

cdef extern from "_pool.h" nogil:
    ctypedef struct sn_rt:
        sn_i64 version
        sn_i64 size
        parallel_for_function parallel_for
        poll_function poll_interrupt
        alloc_function alloc
        release_function release
        host_function host_call
        multiply_function multiply
        threads_function threads
        by_rows_function by_rows
        void *blas[32]
    ctypedef struct sn_buffer_info:
        sn_i64 live_bytes, live_blocks, idle_bytes, idle_blocks, hits, misses, limit, total_bytes, scratch_bytes
    void sn_pool_init(int (*)() noexcept nogil, unsigned long)
    void sn_pool_set_threads(int)
    int sn_pool_threads()
    int sn_parallel_for(const sn_rt *, body_function, void *, sn_i64, sn_i64) noexcept
    int sn_poll_interrupt(const sn_rt *) noexcept
    void sn_poll_restart()
    multiply_function sn_products_init()
    int sn_by_rows(const sn_rt *, const sn_rows *, body_function, void *) noexcept
    int sn_copy_in_order(const sn_rt *, void *, const void *, int, const sn_i64 *, const sn_i64 *, sn_i64)
    void sn_buffers_init()
    void *sn_buffer_take(size_t)
    void *sn_scratch_take(size_t)
    void sn_buffer_give(void *)
    size_t sn_buffer_bytes(const void *)
    void sn_buffers_set_limit(sn_i64)
    void sn_buffers_clear()
    sn_buffer_info sn_buffers_info()

cdef extern from "numpy/arrayobject.h":
    ctypedef struct PyDataMemAllocator:
        void *ctx
        void *(*malloc)(void *, size_t) noexcept
        void *(*calloc)(void *, size_t, size_t) noexcept
        void *(*realloc)(void *, void *, size_t) noexcept
        void (*free)(void *, void *, size_t) noexcept
    ctypedef struct PyDataMem_Handler:
        char name[127]
        unsigned char version
        PyDataMemAllocator allocator
    ctypedef struct ArrayFields "PyArrayObject_fields":
        char *data
        int nd
        cnp.npy_intp *dimensions
        cnp.npy_intp *strides
        PyObject *base
        void *descr
        int flags
        PyObject *weakreflist
        void *_buffer_info
        PyObject *mem_handler
    bint PyArray_ISNBO(char)
    cnp.dtype PyArray_DescrFromScalar(object)
    void PyArray_ScalarAsCtype(object, void *)
    bint BIG_ENDIAN "(NPY_BYTE_ORDER == NPY_BIG_ENDIAN)"
    object PyArray_Scalar(void *, cnp.dtype, object)
    object PyArray_NewFromDescr(type, cnp.dtype, int, cnp.npy_intp *, cnp.npy_intp *, void *, int, object)

cdef extern from "Python.h":
    ctypedef struct Wrapper "PyWrapperDescrObject":
        void *d_wrapped
    long long PyLong_AsLongLongAndOverflow(object, int *) except? -1
    ctypedef PyObject *(*vector_function "vectorcallfunc")(
        PyObject *, PyObject *const *, size_t, PyObject *) except NULL
    ctypedef PyObject *(*call_function "ternaryfunc")(PyObject *, PyObject *, PyObject *) except NULL
    ctypedef struct TupleFields "PyTupleObject":
        PyObject **ob_item
    ctypedef struct PyTypeObject:
        Py_ssize_t tp_basicsize, tp_itemsize, tp_vectorcall_offset
        unsigned long tp_flags
        call_function tp_call
        void (*tp_free)(void *)
    PyTypeObject *Py_TYPE(PyObject *)
    unsigned long Py_TPFLAGS_HAVE_VECTORCALL, Py_TPFLAGS_HAVE_GC
    void PyErr_SetObject(object, object)
    PyObject *PySequence_Fast_GET_ITEM(PyObject *, Py_ssize_t)
    Py_ssize_t PyVectorcall_NARGS(size_t)
    PyObject *PyVectorcall_Call(PyObject *, PyObject *, PyObject *) except NULL
    void *PyObject_Malloc(size_t)
    void PyObject_Free(void *)
    PyObject *PyObject_Init(PyObject *, PyTypeObject *)

ctypedef int (*plan_function)(const sn_i64 *, sn_i64 *, sn_i64 *, sn_error *) noexcept nogil
ctypedef int (*run_function)(const sn_rt *, sn_call *) noexcept nogil

cdef extern from "<fenv.h>" nogil:
    int feclearexcept(int)
    int FE_ALL_EXCEPT
