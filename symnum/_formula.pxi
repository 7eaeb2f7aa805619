# Part of _runtime.pyx: calls of formulas, by one of several Programs, whose outputs lie side by side in the results.

cdef enum:
    AXES = 64  # of a NumPy array


cdef struct Result:  # of ``count`` outputs from ``first`` on; ``ndim`` axes before those of the outputs, -1 of none
    int first
    int count
    int ndim
    const sn_i64 *lengths


cdef object MISFIT = object()


cdef class Formula:
    """Calls the first of ``forms`` whose inputs have the dtypes and ranks of the arguments; else ``serve_other``.

    Each result is one output, or several of equal dtype and shape that lie in one array, an axis or more before
    their own; those axes come last where ``leading`` says so.  Outputs of rank 0 come back as NumPy scalars.
    """

    cdef tuple forms
    cdef object structure, slow
    cdef int n_args, n_results
    cdef Result *results
    cdef sn_i64 *lengths
    cdef Form form
    cdef bint leading, flat
    cdef vector_function vector
    cdef object __weakref__

    def __cinit__(self, *args, **keywords):
        self.vector, self.forms, self.n_args = formula_vector, (), -1
        offer(<PyObject *>self, <PyTypeObject *>Formula)

    def __init__(self, layouts, structure, slow, int n_args, bint leading, bint flat):
        cdef int k, i = 0
        if self.results != NULL:
            raise TypeError(f"{type(self).__name__} was initialised before")
        self.structure, self.slow, self.n_args, self.leading, self.flat = structure, slow, n_args, leading, flat
        self.n_results = len(layouts)
        self.results = <Result *>malloc((self.n_results + 1) * sizeof(Result))
        self.lengths = <sn_i64 *>malloc((sum([len(x.shape or ()) for x in layouts]) + 1) * sizeof(sn_i64))
        if self.results == NULL or self.lengths == NULL:
            raise MemoryError
        for k, x in enumerate(layouts):
            self.results[k] = Result(x.first, x.count, -1 if x.shape is None else len(x.shape), self.lengths + i)
            for length in x.shape or ():
                self.lengths[i] = length
                i += 1
        self.form = form_of(structure, self.n_results)

    def __dealloc__(self):
        free(self.results)
        free(self.lengths)

    def __call__(self, *args, **keywords):
        """Compute the results for numbers or arrays; ``out`` takes arrays for them."""
        return self(*args, **keywords)  # never runs: ``formula_slot`` stands in the type

    @staticmethod
    def can_serve(form) -> bool:
        """Whether a function is native code that this class can call."""
        return isinstance(form, Caller) and (<Caller>form).ready

    def add_form(self, Caller form not None) -> None:
        """Serve calls by a function that :meth:`can_serve`, before those that were added earlier."""
        self.forms = (form, *self.forms[:3])

    def serve_any(self, list values, out) -> object:
        """The results of a form that was added, None where no form serves, or cannot write to ``out``."""
        return served_by(self, self.forms, values, out)

    def serve_by(self, Caller form not None, list values, out) -> object:
        """The results of one native form; None where it does not serve, or cannot write to ``out``."""
        return served_by(self, (form,), values, out)


cdef object served_by(Formula self, tuple forms, list values, out):
    cdef tuple given = tuple(values)
    for form in forms:
        if len(given) == (<Caller>form).n_inputs:
            result = serve_formula(self, <Caller>form, items(given), <PyObject *>out)
            if result is not MISFIT:
                return result
    return None


cdef PyObject *formula_vector(PyObject *callable, PyObject *const *args, size_t flags, PyObject *names) except NULL:
    """What CPython calls: the arguments lie in an array, those by keyword behind the others."""
    cdef Formula self = <Formula>callable
    cdef Py_ssize_t k, n = PyVectorcall_NARGS(flags)
    cdef PyObject *out = <PyObject *>None
    cdef bint plain = self.flat and n == self.n_args
    cdef tuple forms = self.forms
    if plain and names != NULL:
        plain = PyTuple_GET_SIZE(<object>names) == 1 and <PyObject *>PyTuple_GET_ITEM(<object>names, 0) == <PyObject *>OUT
        out = args[n]
    result = MISFIT
    if plain:
        for form in forms:
            result = serve_formula(self, <Caller>form, args, out)
            if result is not MISFIT:
                break
    if result is MISFIT:
        if self.slow is None:
            raise TypeError(f"{type(self).__name__} was not initialised: call Formula.__init__ first")
        keywords = {(<tuple>names)[k]: <object>args[n + k]
                    for k in range(PyTuple_GET_SIZE(<object>names) if names != NULL else 0)}
        result = self.slow(packed(args, n), keywords)
    Py_INCREF(result)
    return <PyObject *>result


cdef PyObject *formula_slot(PyObject *self, PyObject *args, PyObject *keywords) except NULL:
    """The type slot behind ``__call__``, also of subclasses."""
    return PyVectorcall_Call(self, args, keywords)


cdef object serve_formula(Formula self, Caller form, PyObject *const *args, PyObject *out):
    """Run a form once; ``MISFIT`` if it does not serve these arguments, or cannot write to ``out``."""
    cdef sn_i64 few[2 * FEW]
    cdef char room[ROOM + 64]
    cdef sn_i64 *words = few
    cdef Frame frame
    cdef tuple given
    if form.n_words + 2 * form.n_outputs > 2 * FEW:
        words = <sn_i64 *>malloc((form.n_words + 2 * form.n_outputs) * sizeof(sn_i64))
        if words == NULL:
            raise MemoryError
    lay_out(form, &frame, args, words, room)
    try:
        result = formula_frame(self, form, &frame, words + form.n_words, out)
    finally:
        if frame.call.workspace != NULL and frame.call.workspace != frame.room:
            sn_buffer_give(frame.call.workspace)
        if words != few:
            free(words)
    if result is GUARD_FAILED:
        given = packed(args, form.n_inputs)
        return serve_formula(self, <Caller>form.on_guard(given), items(given), out)
    return result


cdef inline object formula_frame(Formula self, Caller form, Frame *frame, sn_i64 *numbers, PyObject *out):
    cdef int i, code
    cdef list kept = None  # arrays that live as long as the call
    for i in range(form.n_dims):
        frame.dims[i] = -1
    for i in range(form.n_inputs):
        if not place_input(form, frame, i, False):
            return MISFIT
    for i in range(form.n_state):
        kept = form.place_state(frame, i, kept)
    code = plan_call(form, frame)
    if code == OK:
        if out == <PyObject *>None:
            results = new_results(self, form, frame, numbers)
        elif not place_results(self, form, frame, out):
            return MISFIT
        code = execute(form, frame)
    if code == GUARD and form.on_guard is not None:
        return GUARD_FAILED
    if code != OK:
        raise form.failure(code, frame)
    if out != <PyObject *>None:
        return <object>out if self.form == ONE else given_results(self, out)
    return finished(self, form, results, numbers)


cdef inline list new_results(Formula self, Caller form, Frame *frame, sn_i64 *numbers):
    """New arrays for all results; None for those that are numbers, whose outputs are written to ``numbers``."""
    cdef int k, i, axis, first = form.n_inputs + form.n_state
    cdef const sn_i64 *shape = frame.shapes
    cdef sn_i64 lengths[AXES]
    cdef Slot slot
    cdef Result *result
    cdef list made = []
    for k in range(self.n_results):
        result, i = &self.results[k], first + self.results[k].first
        slot = form.slots[i]
        if result.ndim < 0 and slot.ndim == 0:
            frame.call.buffers[i], frame.sizes[i] = &numbers[2 * result.first], slot.itemsize
            made.append(None)
        elif result.ndim < 0:
            made.append(place(frame, i, new_array(&form.slots[i], shape)))
        else:
            for axis in range(result.ndim):
                lengths[axis] = result.lengths[axis]
            for axis in range(slot.ndim):
                lengths[result.ndim + axis] = shape[axis]
            slot.ndim += result.ndim
            array = new_array(&slot, lengths)
            spread(frame, i, result.count, <PyObject *>array)
            made.append(array)
        shape += result.count * form.slots[i].ndim
    return made


cdef inline void spread(Frame *frame, int i, int count, PyObject *array):
    """Let ``count`` outputs lie side by side in an array."""
    cdef char *data = (<ArrayFields *>array).data
    if count == 0:
        return
    cdef sn_i64 size = cnp.PyArray_NBYTES(<cnp.ndarray>array) // count
    cdef int k
    for k in range(count):
        frame.call.buffers[i + k], frame.sizes[i + k] = data + k * size, size
    frame.bytes += count * size


cdef inline object finished(Formula self, Caller form, list made, sn_i64 *numbers):
    """Results as they are handed out."""
    cdef int k
    cdef Result *result
    cdef Slot *slot
    for k in range(self.n_results):
        result = &self.results[k]
        slot = &form.slots[form.n_inputs + form.n_state + result.first]
        if result.ndim < 0 and slot.ndim == 0:
            made[k] = PyArray_Scalar(&numbers[2 * result.first], <cnp.dtype>slot.descr, None)
        elif self.leading and result.ndim > 0 and slot.ndim > 0:
            made[k] = axes_last(<cnp.ndarray>made[k], result.ndim)
    if self.form == ONE:
        return made[0]
    return made if self.form == LIST else structures.pack(self.structure, made)


cdef object axes_last(cnp.ndarray array, int count):
    """The view in which the first axes come last."""
    cdef cnp.npy_intp order[AXES]
    cdef cnp.PyArray_Dims permutation
    cdef int k, ndim = cnp.PyArray_NDIM(array)
    for k in range(ndim):
        order[k] = (count + k) % ndim
    permutation.ptr, permutation.len = order, ndim
    return cnp.PyArray_Transpose(array, &permutation)


cdef inline bint place_results(Formula self, Caller form, Frame *frame, PyObject *out):
    """Whether all results can be written to ``out``, where it lies; if so, they are placed."""
    cdef int k, i, first = form.n_inputs + form.n_state
    cdef const sn_i64 *shape = frame.shapes
    cdef PyObject *target = out
    if self.form != ONE:
        if not isinstance(<object>out, (list, tuple)) or len(<object>out) != self.n_results:
            return False
    for k in range(self.n_results):
        i = first + self.results[k].first
        if self.form != ONE:
            target = PySequence_Fast_GET_ITEM(out, k)
        if not place_target(self, &self.results[k], &form.slots[i], shape, target):
            return False
        spread(frame, i, self.results[k].count, target)
        shape += self.results[k].count * form.slots[i].ndim
        if touches(frame, i, self.results[k].count):
            return False
    return True


cdef inline bint place_target(Formula self, Result *result, Slot *slot, const sn_i64 *shape, PyObject *target):
    """Whether an array has the dtype, shape and strides of a result, and may be written to."""
    cdef ArrayFields *array = <ArrayFields *>target
    cdef int axis, ndim = max(result.ndim, 0)
    cdef sn_i64 step = slot.itemsize
    if Py_TYPE(target) != <PyTypeObject *>cnp.ndarray or array.nd != ndim + slot.ndim or result.count == 0:
        return False
    if array.descr != <void *>slot.descr and not same_type(<cnp.dtype>array.descr, slot):
        return False
    if not (array.flags & cnp.NPY_ARRAY_WRITEABLE and array.flags & cnp.NPY_ARRAY_ALIGNED):
        return False
    cdef bint last = self.leading and slot.ndim > 0  # whether the axes of the result come last
    for axis in range(slot.ndim - 1, -1, -1):
        if not has_axis(array, axis if last else ndim + axis, shape[axis], &step):
            return False
    for axis in range(ndim - 1, -1, -1):
        if not has_axis(array, slot.ndim + axis if last else axis, result.lengths[axis], &step):
            return False
    return True


cdef inline bint has_axis(ArrayFields *array, int axis, sn_i64 length, sn_i64 *step):
    """Whether an axis has a length and, if it is no 1, the stride ``step``, which becomes that of the next."""
    cdef bint found = array.dimensions[axis] == length and (length == 1 or array.strides[axis] == step[0])
    step[0] *= length
    return found


cdef inline bint touches(Frame *frame, int first, int count):
    """Whether the memory of outputs overlaps that of any buffer before them."""
    cdef char *begin = <char *>frame.call.buffers[first]
    cdef char *end = begin + count * frame.sizes[first]
    cdef int k
    for k in range(first):
        if begin < <char *>frame.call.buffers[k] + frame.sizes[k] and <char *>frame.call.buffers[k] < end:
            return True
    return False


cdef inline object given_results(Formula self, PyObject *out):
    """The arrays of ``out`` in the structure of the results."""
    if self.form == LIST and type(<object>out) is list:
        return <object>out
    return structures.pack(self.structure, list(<object>out))
