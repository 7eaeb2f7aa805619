# Part of _runtime.pyx: NumPy's own ufuncs, whose inner loops are Programs.

cdef extern from "numpy/ufuncobject.h":
    ctypedef struct PyUFuncObject:
        PyObject *obj  # what a ufunc keeps alive; the attribute of NumPy's declarations is read-only since 2.5


cdef enum:
    CHUNK = 512  # elements of a block of operands that are copied


cdef struct Loop:  # of one combination of dtypes: a Program of vectors of one length, or a function of Python
    plan_function plan
    run_function run
    PyObject *hosts
    PyObject *python
    int n_in, n_out
    sn_i64 *sizes  # bytes of an element of each operand
    PyObject **descrs


cdef class Loops:
    """What a ufunc needs as long as it lives."""

    cdef Loop *loops
    cdef void **data
    cdef cnp.PyUFuncGenericFunction *functions
    cdef char *types
    cdef sn_i64 *sizes
    cdef PyObject **descrs
    cdef object kept, name, doc

    def __cinit__(self, int count, int n_operands, kept, bytes name, bytes doc):
        self.kept, self.name, self.doc = kept, name, doc
        self.loops = <Loop *>malloc((count + 1) * sizeof(Loop))
        self.data = <void **>malloc((count + 1) * sizeof(void *))
        self.functions = <cnp.PyUFuncGenericFunction *>malloc((count + 1) * sizeof(void *))
        self.types = <char *>malloc(count * n_operands + 1)
        self.sizes = <sn_i64 *>malloc((count * n_operands + 1) * sizeof(sn_i64))
        self.descrs = <PyObject **>malloc((count * n_operands + 1) * sizeof(void *))
        if (self.loops == NULL or self.data == NULL or self.functions == NULL or self.types == NULL
                or self.sizes == NULL or self.descrs == NULL):
            raise MemoryError

    def __dealloc__(self):
        free(self.loops)
        free(self.data)
        free(self.functions)
        free(self.types)
        free(self.sizes)
        free(self.descrs)


def make_ufunc(str name, str doc, int n_in, int n_out, list loops):
    """A ufunc of ``n_in`` arguments and ``n_out`` results.

    Each loop is a pair of dtypes of all operands and what computes it: a Caller of vectors of one length, or a
    function from a list of arrays to one.
    """
    cdef int k, i, count = len(loops), n = n_in + n_out
    cdef Loops holder = Loops(count, n, loops, name.encode(), doc.encode())
    cdef Loop *loop
    cdef Caller caller
    cdef cnp.dtype descr
    for k, (descrs, compute) in enumerate(loops):
        loop = &holder.loops[k]
        loop.n_in, loop.n_out = n_in, n_out
        loop.sizes, loop.descrs = holder.sizes + k * n, holder.descrs + k * n
        loop.plan, loop.run, loop.hosts, loop.python = NULL, NULL, NULL, <PyObject *>compute
        if isinstance(compute, Caller) and (<Caller>compute).ready and (<Caller>compute).n_state == 0:
            caller = compute
            loop.plan, loop.run, loop.hosts, loop.python = caller.plan, caller.run, <PyObject *>caller.hosts, NULL
        for i in range(n):
            descr = descrs[i]
            loop.sizes[i], loop.descrs[i] = descr.itemsize, <PyObject *>descr
            holder.types[k * n + i] = descr.type_num
        holder.data[k] = loop
        holder.functions[k] = <cnp.PyUFuncGenericFunction>ufunc_loop
    made = cnp.PyUFunc_FromFuncAndData(holder.functions, holder.data, holder.types, count, n_in, n_out,
                                       cnp.PyUFunc_None, <char *>holder.name, <char *>holder.doc, 0)
    Py_INCREF(holder)
    (<PyUFuncObject *>made).obj = <PyObject *>holder
    return made


cdef void ufunc_loop(char **args, const cnp.npy_intp *dimensions, const cnp.npy_intp *steps, void *data) noexcept nogil:
    """What NumPy calls for ``dimensions[0]`` elements of all operands."""
    cdef Loop *loop = <Loop *>data
    cdef sn_i64 n = dimensions[0]
    if n == 0:
        return
    if loop.python == NULL and lies_ready(loop, args, steps, n):
        run_loop(loop, args, n)
    else:
        run_chunks(loop, args, steps, n, CHUNK if is_elementwise(loop, args, steps, n) else 1)
    feclearexcept(FE_ALL_EXCEPT)  # of elements that were computed beside those that were asked for


cdef bint meet(Loop *loop, char **args, const cnp.npy_intp *steps, sn_i64 n, int i, int k) noexcept nogil:
    """Whether two operands have memory in common."""
    cdef sn_i64 first = steps[i] * (n - 1), second = steps[k] * (n - 1)
    cdef char *begin = args[i] + (first if first < 0 else 0)
    cdef char *other = args[k] + (second if second < 0 else 0)
    return (begin < other + loop.sizes[k] + (second if second > 0 else 0 - second)
            and other < begin + loop.sizes[i] + (first if first > 0 else 0 - first))


cdef bint lies_ready(Loop *loop, char **args, const cnp.npy_intp *steps, sn_i64 n) noexcept nogil:
    """Whether all operands are vectors that a Program can work on where they lie."""
    cdef int i, k
    for i in range(loop.n_in + loop.n_out):
        if steps[i] != loop.sizes[i] and n > 1:
            return False
    for i in range(loop.n_in, loop.n_in + loop.n_out):
        for k in range(i):
            if meet(loop, args, steps, n, i, k):
                return False
    return True


cdef bint is_elementwise(Loop *loop, char **args, const cnp.npy_intp *steps, sn_i64 n) noexcept nogil:
    """Whether no element of a result is an argument of a later one, as in ``accumulate``."""
    cdef int i, k
    for i in range(loop.n_in, loop.n_in + loop.n_out):
        for k in range(loop.n_in):
            if meet(loop, args, steps, n, i, k) and (args[i] != args[k] or steps[i] != steps[k] or steps[i] == 0):
                return False
    return True


cdef void run_chunks(Loop *loop, char **args, const cnp.npy_intp *steps, sn_i64 n, sn_i64 most) noexcept nogil:
    """Work on copies of a few elements at a time."""
    cdef int i, n_operands = loop.n_in + loop.n_out
    cdef sn_i64 first = 0, count, room = 0
    cdef char *blocks[AXES]
    cdef char *memory
    most = most if most < n else n
    for i in range(n_operands):
        room += 64 + most * loop.sizes[i]
    memory = <char *>malloc(room + 64)
    if memory == NULL:
        loop_failed(loop, NULL, NO_MEMORY)
        return
    blocks[0] = <char *>((<size_t>memory + 63) & ~<size_t>63)
    for i in range(1, n_operands):
        blocks[i] = blocks[i - 1] + ((most * loop.sizes[i - 1] + 63) & ~<sn_i64>63)
    while first < n:
        count = most if most < n - first else n - first
        for i in range(loop.n_in):
            move(blocks[i], loop.sizes[i], args[i] + first * steps[i], steps[i], loop.sizes[i], count)
        if not run_loop(loop, blocks, count):
            break
        for i in range(loop.n_in, n_operands):
            move(args[i] + first * steps[i], steps[i], blocks[i], loop.sizes[i], loop.sizes[i], count)
        first += count
    free(memory)


cdef void move(char *target, sn_i64 target_step, const char *source, sn_i64 step, sn_i64 size,
               sn_i64 count) noexcept nogil:
    """Copy elements between places with strides."""
    cdef sn_i64 k
    if size == 8:
        for k in range(count):
            (<sn_i64 *>(target + k * target_step))[0] = (<const sn_i64 *>(source + k * step))[0]
    else:
        for k in range(count):
            memcpy(target + k * target_step, source + k * step, size)


cdef bint run_loop(Loop *loop, char **args, sn_i64 n) noexcept nogil:
    """Compute ``n`` elements of operands that are contiguous; whether nothing failed."""
    cdef Frame frame
    cdef sn_i64 shapes[AXES]
    cdef sn_i64 workspace = 0
    cdef int code
    if loop.python != NULL:
        return call_python(loop, args, n)
    memset(&frame, 0, sizeof(Frame))
    frame.call.buffers, frame.call.dims, frame.hosts = <void **>args, &n, loop.hosts
    code = loop.plan(&n, shapes, &workspace, &frame.call.error)
    if code == OK and workspace > 0:
        frame.call.workspace = <char *>sn_buffer_take(workspace)
        code = OK if frame.call.workspace != NULL else NO_MEMORY
    if code == OK:
        sn_poll_restart()
        code = loop.run(&rt, &frame.call)
    if frame.call.workspace != NULL:
        sn_buffer_give(frame.call.workspace)
    if code != OK:
        loop_failed(loop, &frame, code)
    return code == OK


cdef void loop_failed(Loop *loop, Frame *frame, int code) noexcept with gil:
    """Set the exception that NumPy finds after the loop."""
    values = tuple([frame.call.error.values[i] for i in range(4)]) if frame != NULL else (0,) * 4
    if PyErr_Occurred() == NULL:
        error = arguments.run_error("ufunc", code, frame.call.error.step if frame != NULL else 0, values)
        PyErr_SetObject(type(error), error)


cdef bint call_python(Loop *loop, char **args, sn_i64 n) noexcept with gil:
    cdef int i
    cdef list arrays = []
    try:
        for i in range(loop.n_in + loop.n_out):
            arrays.append(array_at(<size_t>args[i], <object>loop.descrs[i], (n,)))
        found = (<object>loop.python)(*arrays[:loop.n_in])
        for target, result in zip(arrays[loop.n_in:], found):
            target[...] = result
        return True
    except BaseException as error:
        PyErr_SetObject(type(error), error)
        return False
