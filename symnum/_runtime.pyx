# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The call path, compiled: checks arguments in place, runs the Program, makes results; thread and buffer pool.

Whatever does not fit in place (other dtypes, strides, lists, bad arguments) goes to ``symnum.arguments``.
"""

from cpython.exc cimport PyErr_CheckSignals, PyErr_Occurred
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_INCREF, PyObject
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE
from libc.math cimport isinf
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset, strcpy
cimport numpy as cnp

import threading

import numpy as np

from symnum import _cprogram, _pyruntime, arguments
from symnum._pyruntime import PoolInfo
from symnum.codegen import abi

cnp.import_array()


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
    ctypedef struct sn_rt

ctypedef int (*body_function)(void *, sn_i64, sn_i64) noexcept nogil
ctypedef int (*parallel_for_function)(const sn_rt *, body_function, void *, sn_i64, sn_i64) noexcept nogil
ctypedef int (*poll_function)(const sn_rt *) noexcept nogil
ctypedef void *(*alloc_function)(const sn_rt *, sn_i64) noexcept nogil
ctypedef void (*release_function)(const sn_rt *, void *) noexcept nogil
ctypedef int (*host_function)(const sn_rt *, sn_call *, sn_i64) noexcept nogil

cdef extern from "_pool.h" nogil:
    ctypedef struct sn_rt:
        sn_i64 version
        sn_i64 size
        parallel_for_function parallel_for
        poll_function poll_interrupt
        alloc_function alloc
        release_function release
        host_function host_call
        void *blas[16]
    ctypedef struct sn_buffer_info:
        sn_i64 live_bytes, live_blocks, idle_bytes, idle_blocks, hits, misses, limit
    void sn_pool_init(int (*)() noexcept nogil, unsigned long)
    void sn_pool_set_threads(int)
    int sn_pool_threads()
    int sn_parallel_for(const sn_rt *, body_function, void *, sn_i64, sn_i64) noexcept
    int sn_poll_interrupt(const sn_rt *) noexcept
    void sn_poll_restart()
    void sn_buffers_init()
    void *sn_buffer_take(size_t)
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
        int flags
        PyObject *mem_handler
    bint PyArray_ISNBO(char)
    bint BIG_ENDIAN "(NPY_BYTE_ORDER == NPY_BIG_ENDIAN)"
    object PyArray_NewFromDescr(type, cnp.dtype, int, cnp.npy_intp *, cnp.npy_intp *, void *, int, object)

cdef extern from "Python.h":
    ctypedef struct Wrapper "PyWrapperDescrObject":
        void *d_wrapped
    long long PyLong_AsLongLongAndOverflow(object, int *) except? -1
    ctypedef struct PyTypeObject:
        PyObject *(*tp_call)(PyObject *, PyObject *, PyObject *) except NULL

ctypedef int (*plan_function)(const sn_i64 *, sn_i64 *, sn_i64 *, sn_error *) noexcept nogil
ctypedef int (*run_function)(const sn_rt *, sn_call *) noexcept nogil

cdef enum:
    FEW = 96  # words of a call's frame that fit on the stack
    SMALL = 1024  # bytes below which NumPy's own cache of small blocks is faster than the pool
    SHORT_BYTES = 32768  # a call that touches more releases the GIL
    SHORT_COST = 10000  # ... and one that is estimated to take more nanoseconds
    OK = 0
    INTERRUPTED = 1
    GUARD = 2
    HOST = 8


cdef struct Slot:  # one input, state or output
    PyObject *descr  # borrowed from the interface
    const sn_i64 *axes  # known lengths, or -1 - k for dims[k]
    int ndim
    int itemsize
    char kind


cdef struct Frame:  # one call; what Programs see comes first, so that host_call finds the rest
    sn_call call
    PyObject *hosts
    sn_i64 *dims
    sn_i64 *shapes
    sn_i64 *scalars
    sn_i64 bytes


cdef class Caller:
    __doc__ = _pyruntime.Caller.__doc__

    cdef readonly object interface
    cdef object function, keepalive, state, locked, updates, structure, on_guard, on_error, hosts, delegate, names
    cdef object visible
    cdef plan_function plan
    cdef run_function run
    cdef Slot *slots
    cdef sn_i64 *axes
    cdef sn_i64 *fixed  # shapes and workspace of a Program without dims, planned once
    cdef int n_inputs, n_state, n_outputs, n_dims, n_lengths, n_words
    cdef bint downcast, ready, single, costly
    cdef object __weakref__

    def __init__(self, interface, run, *, plan=0, name="", keepalive=None, state=(), updates=(), structure="one",
                 on_guard=None, on_error=None, hosts=(), allow_input_downcast=False):
        self.ready = False
        self.interface, self.function, self.keepalive = interface, name or interface.name, keepalive
        self.names = tuple([argument.name for argument in interface.inputs])
        self.delegate = None
        if callable(run):
            self.delegate = _pyruntime.Caller(
                interface, run, name=name, keepalive=keepalive, state=state, updates=updates, structure=structure,
                on_guard=on_guard, on_error=on_error, allow_input_downcast=allow_input_downcast)
            return
        self.state, self.updates = tuple(state), tuple(updates)
        self.locked = tuple(sorted({id(s): s for s in state}.values(), key=_token))
        written = {output for _, output in updates}
        self.visible = tuple([i for i in range(len(interface.outputs)) if i not in written])
        self.structure, self.on_guard, self.on_error = structure, on_guard, on_error
        self.hosts, self.downcast = tuple(hosts), allow_input_downcast
        self.single = structure == "one" and not self.updates and len(interface.outputs) == 1
        self.costly = interface.cost > SHORT_COST
        self.plan, self.run = <plan_function><size_t>plan, <run_function><size_t>run
        for blas in interface.blas:
            rt.blas[abi.BLAS.index(blas)] = <void *><size_t>_cprogram.blas_address(blas)
        self.make_slots(interface)
        self.ready = True

    cdef int make_slots(self, interface) except -1:
        cdef int i = 0, k = 0
        every = interface.inputs + interface.state + interface.outputs
        self.n_inputs, self.n_state = len(interface.inputs), len(interface.state)
        self.n_outputs, self.n_dims = len(interface.outputs), interface.n_dims
        self.n_lengths = sum([len(output.shape) for output in interface.outputs])
        self.n_words = len(every) + self.n_dims + self.n_lengths + 1 + self.n_inputs
        self.release_tables()
        self.slots = <Slot *>malloc(max(len(every), 1) * sizeof(Slot))
        self.axes = <sn_i64 *>malloc((sum([len(a.shape) for a in every]) + 1) * sizeof(sn_i64))
        if self.slots == NULL or self.axes == NULL:
            raise MemoryError
        for argument in every:
            self.slots[i] = Slot(<PyObject *>argument.dtype, &self.axes[k], len(argument.shape),
                                 argument.dtype.itemsize, ord(argument.dtype.kind))
            for length in argument.shape:
                self.axes[k] = length
                k += 1
            i += 1
        return 0

    cdef void release_tables(self) noexcept:
        free(self.slots)
        free(self.axes)
        free(self.fixed)
        self.slots, self.axes, self.fixed = NULL, NULL, NULL

    def __dealloc__(self):
        self.release_tables()

    def __call__(self, *args, **keywords):
        """Run the Program on positional or keyword arguments; ``out`` takes arrays for the results."""
        return invoke(self, args, keywords)

    cdef object serve(self, tuple args, object out):
        """Run once; the caller holds the locks of the state.  Returns ``GUARD_FAILED`` if another form must serve."""
        cdef sn_i64 few[FEW]
        cdef sn_i64 *words = few
        cdef Frame frame
        if self.n_words > FEW:
            words = <sn_i64 *>malloc(self.n_words * sizeof(sn_i64))
            if words == NULL:
                raise MemoryError
        frame.call.buffers = <void **>words
        frame.dims = words + self.n_inputs + self.n_state + self.n_outputs
        frame.shapes = frame.dims + self.n_dims
        frame.scalars = frame.shapes + self.n_lengths + 1
        frame.call.dims = frame.dims
        frame.call.workspace = NULL
        memset(&frame.call.error, 0, sizeof(sn_error))
        frame.hosts = <PyObject *>self.hosts
        frame.bytes = 0
        try:
            return self.serve_frame(&frame, args, out)
        finally:
            sn_buffer_give(frame.call.workspace)
            if words != few:
                free(words)

    cdef object serve_frame(self, Frame *frame, tuple args, object out):
        cdef int i, code
        cdef list kept = None  # arrays that live as long as the call
        for i in range(self.n_dims):
            frame.dims[i] = -1
        for i in range(self.n_inputs):
            kept = self.place_input(frame, i, args, kept)
        for i in range(self.n_state):
            kept = self.place_state(frame, i, args, kept)
        code = self.plan_call(frame)
        if code == OK:
            if out is None:
                results = self.make_outputs(frame)
            else:
                results, copies = self.make_outputs_in(frame, args, out)
            code = self.execute(frame)
        if code != OK:
            if code == GUARD and self.on_guard is not None:
                return GUARD_FAILED
            raise self.failure(code, frame)
        if out is not None:
            for target, result in copies:
                np.copyto(target, result)
        return self.finish(results, out)

    cdef list place_input(self, Frame *frame, int i, tuple args, list kept):
        cdef object value = <object>PyTuple_GET_ITEM(args, i)
        cdef Slot *slot = &self.slots[i]
        if slot.ndim == 0 and scalar(value, slot, &frame.scalars[i]):
            frame.call.buffers[i] = &frame.scalars[i]
            return kept
        if not fits(value, slot):
            value = arguments.convert(self.function, i, self.interface.inputs[i], value, self.downcast)
            kept = keep(kept, value)
        self.place_array(frame, i, <cnp.ndarray>value, args)
        return kept

    cdef list place_state(self, Frame *frame, int i, tuple args, list kept):
        value = self.state[i].value
        if not fits(value, &self.slots[self.n_inputs + i]):
            value = np.require(value, self.interface.state[i].dtype, ("C", "A"))
        self.place_array(frame, self.n_inputs + i, <cnp.ndarray>value, args)
        return keep(kept, value)

    cdef int place_array(self, Frame *frame, int i, cnp.ndarray array, tuple args) except -1:
        cdef Slot *slot = &self.slots[i]
        cdef sn_i64 length, given
        cdef int axis
        cdef bint wrong = cnp.PyArray_NDIM(array) != slot.ndim
        if not wrong:
            for axis in range(slot.ndim):
                length, given = slot.axes[axis], cnp.PyArray_DIM(array, axis)
                if length >= 0:
                    wrong |= length != given
                elif frame.dims[-1 - length] < 0:
                    frame.dims[-1 - length] = given
                else:
                    wrong |= frame.dims[-1 - length] != given
        if wrong:
            self.read_arrays(args)  # raises
        frame.call.buffers[i] = cnp.PyArray_DATA(array)
        frame.bytes += cnp.PyArray_NBYTES(array)
        return 0

    cdef list read_arrays(self, tuple args):
        """Arrays that the call reads, with all checks; raises where the arguments do not fit together."""
        reads = [arguments.convert(self.function, i, argument, value, self.downcast)
                 for i, (argument, value) in enumerate(zip(self.interface.inputs, args))]
        reads += [s.value for s in self.state[:self.n_state]]
        arguments.bind(self.function, self.interface.inputs + self.interface.state, self.n_inputs, reads, self.n_dims)
        return reads

    cdef int plan_call(self, Frame *frame) except -1:
        cdef sn_i64 workspace = 0
        cdef int code = OK
        cdef int n = self.n_lengths
        if self.fixed != NULL:
            memcpy(frame.shapes, self.fixed, n * sizeof(sn_i64))
            workspace = self.fixed[n]
        else:
            code = self.plan(frame.dims, frame.shapes, &workspace, &frame.call.error)
            if code == OK and self.n_dims == 0:
                self.fixed = <sn_i64 *>malloc((n + 1) * sizeof(sn_i64))
                if self.fixed == NULL:
                    raise MemoryError
                memcpy(self.fixed, frame.shapes, n * sizeof(sn_i64))
                self.fixed[n] = workspace
        if code == OK and workspace > 0:
            frame.call.workspace = <char *>sn_buffer_take(workspace)
            frame.bytes += workspace
            if frame.call.workspace == NULL:
                raise MemoryError(f"{self.function}: no memory for {workspace} bytes of workspace")
        return code

    cdef object make_outputs(self, Frame *frame):
        cdef int first = self.n_inputs + self.n_state
        cdef list results
        if self.single:
            return self.make_output(frame, first, frame.shapes)
        if self.updates:
            self.check_updates(self.output_shapes(frame))
        results = []
        cdef sn_i64 *shape = frame.shapes
        for i in range(first, first + self.n_outputs):
            results.append(self.make_output(frame, i, shape))
            shape += self.slots[i].ndim
        return results

    cdef cnp.ndarray make_output(self, Frame *frame, int i, sn_i64 *shape):
        cdef cnp.ndarray array = new_array(&self.slots[i], shape)
        frame.call.buffers[i] = cnp.PyArray_DATA(array)
        frame.bytes += cnp.PyArray_NBYTES(array)
        return array

    cdef list output_shapes(self, Frame *frame):
        cdef int i, axis, k = 0
        shapes = []
        for i in range(self.n_inputs + self.n_state, self.n_inputs + self.n_state + self.n_outputs):
            shapes.append(tuple([frame.shapes[k + axis] for axis in range(self.slots[i].ndim)]))
            k += self.slots[i].ndim
        return shapes

    cdef int check_updates(self, list shapes) except -1:
        for state, output in self.updates:
            if state < self.n_state:
                arguments.check_update(self.function, self.interface.state[state], shapes[output])
        return 0

    cdef tuple make_outputs_in(self, Frame *frame, tuple args, object out):
        """All outputs, visible ones in the arrays of ``out`` where they can be; and (target, result) to copy."""
        cdef int first = self.n_inputs + self.n_state
        outputs, shapes = self.interface.outputs, self.output_shapes(frame)
        targets = arguments.split_out(self.function, out, len(self.visible))
        direct = arguments.check_out(self.function, [outputs[i] for i in self.visible],
                                     [shapes[i] for i in self.visible], targets, self.read_arrays(args))
        self.check_updates(shapes)
        use = {i: target for i, target, is_direct in zip(self.visible, targets, direct) if is_direct}
        results, copies = [], []
        cdef sn_i64 *shape = frame.shapes
        for i in range(self.n_outputs):
            if i in use:
                results.append(use[i])
                frame.call.buffers[first + i] = cnp.PyArray_DATA(<cnp.ndarray>use[i])
                frame.bytes += cnp.PyArray_NBYTES(<cnp.ndarray>use[i])
            else:
                results.append(self.make_output(frame, first + i, shape))
            shape += self.slots[first + i].ndim
        for i, target in zip(self.visible, targets):
            if target is not None and i not in use:
                copies.append((target, results[i]))
                results[i] = target
        return results[0] if self.single else results, copies

    cdef int execute(self, Frame *frame) except -1:
        cdef int code
        if frame.bytes <= SHORT_BYTES and not self.costly:
            code = self.run(&rt, &frame.call)
        else:
            with nogil:
                sn_poll_restart()
                code = self.run(&rt, &frame.call)
        if code != OK and PyErr_Occurred() != NULL:  # left behind by poll_interrupt or host_call
            return -1
        return code

    cdef object finish(self, object results, object out):
        if self.single:
            return results
        for state, output in self.updates:
            self.state[state].value = results[output]
        return arguments.pack(self.structure, [results[i] for i in self.visible])

    cdef object failure(self, int code, Frame *frame):
        cdef sn_error *error = &frame.call.error
        values = tuple([error.values[i] for i in range(4)])
        own = self.on_error(code, error.step, values) if self.on_error is not None else None
        return own if own is not None else arguments.run_error(self.function, code, error.step, values)


cdef object GUARD_FAILED = object()
cdef cnp.npy_intp MOST = <size_t>-1 >> 1
cdef sn_rt rt
cdef PyDataMem_Handler handler
cdef object pool_handler


def _token(state):
    return state.token


cdef object invoke(Caller self, tuple args, dict keywords):
    if not self.ready:
        if self.delegate is None:
            raise TypeError(f"{type(self).__name__} was not initialised: call Caller.__init__ first")
        return self.delegate(*args, **(keywords or {}))
    out = None
    if keywords is not None or PyTuple_GET_SIZE(args) != self.n_inputs:
        keywords = dict(keywords or {})
        out = keywords.pop("out", None)
        args = arguments.order(self.function, self.names, args, keywords)
    result = self.serve(args, out) if not self.locked else serve_locked(self, args, out)
    if result is GUARD_FAILED:
        return self.on_guard(args)(*args, out=out)
    return result


cdef PyObject *invoke_slot(PyObject *self, PyObject *args, PyObject *keywords) except NULL:
    """``tp_call`` of Caller and of its subclasses: like ``__call__``, without a dict for keywords that are not there."""
    result = invoke(<Caller>self, <tuple>args, <dict>keywords if keywords != NULL else None)
    Py_INCREF(result)
    return <PyObject *>result


cdef list keep(list kept, object value):
    if kept is None:
        return [value]
    kept.append(value)
    return kept


cdef object serve_locked(Caller self, tuple args, object out):
    cdef list held = []
    try:
        for state in self.locked:
            lock = state.lock
            lock.acquire()
            held.append(lock)
        return self.serve(args, out)
    finally:
        for lock in reversed(held):
            lock.release()


cdef void set_up() noexcept:
    """Fill the table that Programs get, and start what the C parts need."""
    global pool_handler
    rt.version, rt.size = abi.ABI_VERSION, sizeof(sn_rt)
    rt.parallel_for, rt.poll_interrupt = sn_parallel_for, sn_poll_interrupt
    rt.alloc, rt.release, rt.host_call = rt_take, rt_give, <host_function>rt_host_call
    strcpy(handler.name, b"symnum pool")
    handler.version = 1
    handler.allocator = PyDataMemAllocator(NULL, handler_take, handler_take_zeroed, handler_resize, handler_give)
    pool_handler = PyCapsule_New(&handler, "mem_handler", NULL)
    (<PyTypeObject *>Caller).tp_call = invoke_slot  # subclasses inherit it
    (<Wrapper *><PyObject *>(Caller.__dict__["__call__"])).d_wrapped = <void *>invoke_slot
    sn_pool_init(<int (*)() noexcept nogil>poll_python, threading.main_thread().ident)
    sn_pool_set_threads(_pyruntime.usable_cores())
    sn_buffers_init()


cdef inline bint fits(object value, Slot *slot):
    """Whether an array can be used where it lies."""
    if type(value) is not cnp.ndarray:
        return False
    cdef cnp.ndarray array = <cnp.ndarray>value
    cdef cnp.dtype descr = <cnp.dtype>cnp.PyArray_DESCR(array)
    return (descr.kind == slot.kind and cnp.PyArray_ITEMSIZE(array) == slot.itemsize
            and cnp.PyArray_NDIM(array) == slot.ndim and PyArray_ISNBO(descr.byteorder)
            and cnp.PyArray_CHKFLAGS(array, cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED))


cdef inline bint scalar(object value, Slot *slot, sn_i64 *place):
    """Store a Python number that fits the slot; what does not is left to ``arguments.convert``."""
    cdef int overflow = 0
    cdef long long number
    if PyFloat_CheckExact(value):
        return slot.kind == c"f" and store_float(PyFloat_AS_DOUBLE(value), slot.itemsize, place)
    if value is True or value is False:
        number = value is True
    elif PyLong_CheckExact(value):
        number = PyLong_AsLongLongAndOverflow(value, &overflow)
    else:
        return False
    if overflow:
        return False
    if slot.kind == c"f":
        return store_float(<double>number, slot.itemsize, place)
    if not in_range(number, slot):
        return False
    place[0] = number << (64 - 8 * slot.itemsize) if BIG_ENDIAN else number
    return True


cdef inline bint store_float(double number, int itemsize, void *place):
    if itemsize == 8:
        (<double *>place)[0] = number
        return True
    (<float *>place)[0] = <float>number
    return not isinf((<float *>place)[0]) or isinf(number)  # overflow: NumPy's cast warns


cdef inline bint in_range(long long number, Slot *slot):
    if slot.kind == c"b":
        return number == 0 or number == 1
    cdef int bits = 8 * slot.itemsize
    if slot.kind == c"u":
        return number >= 0 and (bits == 64 or number >> bits == 0)
    return bits == 64 or -(1LL << (bits - 1)) <= number < 1LL << (bits - 1)


cdef cnp.ndarray new_array(Slot *slot, const sn_i64 *shape):
    """A new array; large ones lie in the pool, and their memory returns to it when the last view on it dies."""
    cdef cnp.npy_intp lengths[64]
    cdef cnp.npy_intp count = slot.itemsize
    cdef void *data = NULL
    cdef cnp.ndarray array
    for axis in range(slot.ndim):
        lengths[axis] = shape[axis]
        if shape[axis] > 0 and count > MOST // shape[axis]:
            raise MemoryError(f"no array can have shape {tuple([shape[k] for k in range(slot.ndim)])}")
        count *= shape[axis]
    Py_INCREF(<object>slot.descr)
    if count <= SMALL:
        return PyArray_NewFromDescr(cnp.ndarray, <cnp.dtype>slot.descr, slot.ndim, lengths, NULL, NULL, 0, None)
    data = sn_buffer_take(count)
    if data == NULL:
        raise MemoryError(f"no memory for an array of {count} bytes")
    array = PyArray_NewFromDescr(cnp.ndarray, <cnp.dtype>slot.descr, slot.ndim, lengths, NULL, data,
                                 cnp.NPY_ARRAY_CARRAY, None)
    (<ArrayFields *>array).mem_handler = <PyObject *>pool_handler
    Py_INCREF(pool_handler)
    (<ArrayFields *>array).flags |= cnp.NPY_ARRAY_OWNDATA
    return array


cdef void *handler_take(void *context, size_t size) noexcept:
    return sn_buffer_take(size)


cdef void *handler_take_zeroed(void *context, size_t count, size_t size) noexcept:
    cdef void *data = sn_buffer_take(count * size)
    if data != NULL:
        memset(data, 0, count * size)
    return data


cdef void *handler_resize(void *context, void *data, size_t size) noexcept:  # ndarray.resize in place
    cdef void *larger
    if size <= sn_buffer_bytes(data):
        return data
    larger = sn_buffer_take(size)
    if larger != NULL:
        memcpy(larger, data, sn_buffer_bytes(data))
        sn_buffer_give(data)
    return larger


cdef void handler_give(void *context, void *data, size_t size) noexcept:
    sn_buffer_give(data)


cdef int poll_python() except 1 with gil:
    """Let other threads run and Python handle signals; the handler's exception stays set in this thread."""
    with nogil:
        pass
    PyErr_CheckSignals()
    return 0


cdef void *rt_take(const sn_rt *table, sn_i64 size) noexcept nogil:
    return sn_buffer_take(size)


cdef void rt_give(const sn_rt *table, void *block) noexcept nogil:
    sn_buffer_give(block)


cdef int rt_host_call(const sn_rt *table, sn_call *call, sn_i64 index) except 8 with gil:  # HOST
    (<object>(<Frame *>call).hosts)[index](<size_t>call)
    return OK


def set_num_threads(n: int) -> None:
    """Set how many threads work on one call, the calling one included.

    >>> before = get_num_threads(); set_num_threads(2); get_num_threads(); set_num_threads(before)
    2

    Raises:
        ArgumentValueError: ``n`` is below 1.
    """
    sn_pool_set_threads(_pyruntime.check_threads(n))


def get_num_threads() -> int:
    """How many threads work on one call, the calling one included."""
    return sn_pool_threads()


def set_pool_limit(n_bytes: int) -> None:
    """Bytes that the pool keeps for the next results; what is kept beyond is freed, oldest first."""
    sn_buffers_set_limit(n_bytes)


def clear_pool() -> None:
    """Give memory that is kept for the next results back to the system."""
    sn_buffers_clear()


def pool_info() -> PoolInfo:
    """Statistics of the buffer pool."""
    info = sn_buffers_info()
    return PoolInfo(info.live_bytes, info.live_blocks, info.idle_bytes, info.idle_blocks, info.hits, info.misses,
                    info.limit)


set_up()
