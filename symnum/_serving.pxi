# Part of _runtime.pyx: one call, from arguments to results.  Functions instead of methods, so that all becomes one.

cdef object serve(Caller self, PyObject *const *args, object out):
    """Run once, with the locks of the state held; ``GUARD_FAILED`` if another form must serve."""
    cdef sn_i64 few[FEW]
    cdef char room[ROOM + 64]
    cdef sn_i64 *words = few
    cdef Frame frame
    if self.n_words > FEW:
        words = <sn_i64 *>malloc(self.n_words * sizeof(sn_i64))
        if words == NULL:
            raise MemoryError
    lay_out(self, &frame, args, words, room)
    try:
        return serve_frame(self, &frame, out)
    finally:
        if frame.call.workspace != NULL and frame.call.workspace != frame.room:
            sn_buffer_give(frame.call.workspace)
        if words != few:
            free(words)


cdef inline void lay_out(Caller self, Frame *frame, PyObject *const *args, sn_i64 *words, char *room) noexcept:
    """Begin a call whose lists lie in ``words``; ``room`` is for a small workspace."""
    cdef int n_buffers = self.n_inputs + self.n_state + self.n_outputs
    frame.call.buffers = <void **>words
    frame.sizes = words + n_buffers
    frame.dims = frame.sizes + n_buffers
    frame.shapes = frame.dims + self.n_dims
    frame.scalars = frame.shapes + self.n_lengths
    frame.call.dims = frame.dims
    frame.call.workspace = NULL
    frame.room = <char *>((<size_t>room + 63) & ~<size_t>63)
    memset(&frame.call.error, 0, sizeof(sn_error))
    frame.hosts, frame.args = <PyObject *>self.hosts, args
    frame.bytes = 0


cdef inline object serve_frame(Caller self, Frame *frame, object out):
    cdef int i, code
    cdef list kept = None  # arrays that live as long as the call
    for i in range(self.n_dims):
        frame.dims[i] = -1
    for i in range(self.n_inputs):
        if not place_input(self, frame, i, True):
            kept = self.place_converted(frame, i, kept)
    for i in range(self.n_state):
        kept = self.place_state(frame, i, kept)
    code = plan_call(self, frame)
    if code == OK:
        if out is None:
            results = make_outputs(self, frame)
        else:
            results, copies = self.make_outputs_in(frame, out)
        code = execute(self, frame)
    if code != OK:
        if code == GUARD and self.on_guard is not None:
            return GUARD_FAILED
        raise self.failure(code, frame)
    if out is None:
        return results if self.form != OTHER else self.finish(results)
    for target, result in copies:
        np.copyto(target, result)
    return self.finish(results)


cdef inline bint place_input(Caller self, Frame *frame, int i, bint must) except -1:
    """Whether an argument can be used as it is; where it ``must``, lengths that do not fit are an error."""
    cdef PyObject *value = frame.args[i]
    cdef Slot *slot = &self.slots[i]
    if slot.ndim == 0 and scalar(<object>value, slot, &frame.scalars[2 * i]):
        frame.call.buffers[i], frame.sizes[i] = &frame.scalars[2 * i], 0
        return True
    if not fits(value, slot):
        return False
    if place_array(self, frame, i, value):
        return True
    if must:
        self.read_arrays(frame)  # raises
    return False


cdef inline bint place_array(Caller self, Frame *frame, int i, PyObject *array) noexcept:
    """Whether the lengths of an array fit; then it is buffer ``i`` of the call."""
    cdef Slot *slot = &self.slots[i]
    cdef const cnp.npy_intp *shape = (<ArrayFields *>array).dimensions
    cdef sn_i64 length, given, size = slot.itemsize
    cdef int axis
    cdef bint wrong = (<ArrayFields *>array).nd != slot.ndim
    if not wrong:
        for axis in range(slot.ndim):
            length, given = slot.axes[axis], shape[axis]
            size *= given
            if length >= 0:
                wrong |= length != given
            elif frame.dims[-1 - length] < 0:
                frame.dims[-1 - length] = given
            else:
                wrong |= frame.dims[-1 - length] != given
    if wrong:
        return False
    frame.call.buffers[i], frame.sizes[i] = (<ArrayFields *>array).data, size
    frame.bytes += size
    return True


cdef inline int plan_call(Caller self, Frame *frame) except -1:
    cdef sn_i64 workspace = 0
    cdef int code = OK
    cdef int n = self.n_lengths
    if self.fixed != NULL:
        frame.shapes, workspace = self.fixed, self.fixed[n]
    else:
        code = self.plan(frame.dims, frame.shapes, &workspace, &frame.call.error)
        if code == OK and self.n_dims == 0:
            self.fixed = <sn_i64 *>malloc((n + 1) * sizeof(sn_i64))
            if self.fixed == NULL:
                raise MemoryError
            memcpy(self.fixed, frame.shapes, n * sizeof(sn_i64))
            self.fixed[n] = workspace
    if code == OK and workspace > 0:
        frame.bytes += workspace
        frame.call.workspace = frame.room if workspace <= ROOM else <char *>sn_buffer_take(workspace)
        if frame.call.workspace == NULL:
            raise MemoryError(f"{self.function}: no memory for {workspace} bytes of workspace")
    return code


cdef inline object make_outputs(Caller self, Frame *frame):
    """All outputs: in the form of the results if that is made in one step, else a list."""
    cdef int i, first = self.n_inputs + self.n_state
    cdef const sn_i64 *shape = frame.shapes
    if self.single:
        return place(frame, first, new_array(&self.slots[first], shape))
    if self.form == NONE:
        return None
    if self.form == OTHER and self.checked:
        self.check_updates(self.output_shapes(frame))
    results = PyTuple_New(self.n_outputs) if self.form == TUPLE else PyList_New(self.n_outputs)
    for i in range(self.n_outputs):
        array = place(frame, first + i, new_array(&self.slots[first + i], shape))
        shape += self.slots[first + i].ndim
        Py_INCREF(array)
        if self.form == TUPLE:
            PyTuple_SET_ITEM(results, i, array)
        else:
            PyList_SET_ITEM(results, i, array)
    return results


cdef inline int execute(Caller self, Frame *frame) except -1:
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
