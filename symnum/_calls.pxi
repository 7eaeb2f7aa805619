# Part of _runtime.pyx: how a call begins: arguments by position and by keyword, other forms, the locks of the state.

cdef PyObject *call_vector(PyObject *callable, PyObject *const *args, size_t flags, PyObject *names) except NULL:
    """What CPython calls: the arguments lie in an array, those by keyword behind the others."""
    cdef Caller self = <Caller>callable
    cdef Py_ssize_t n = PyVectorcall_NARGS(flags)
    if names == NULL and n == self.n_inputs:
        result = serve_any(self, args, None)
    else:
        result = serve_named(self, args, n, <tuple>names if names != NULL else ())
    Py_INCREF(result)
    return <PyObject *>result


cdef PyObject *call_slot(PyObject *self, PyObject *args, PyObject *keywords) except NULL:
    """The type slot behind ``__call__``, also of subclasses."""
    if (<Caller>self).vector != NULL:
        return PyVectorcall_Call(self, args, keywords)
    result = call_delegate(<Caller>self, <tuple>args, <dict>keywords if keywords != NULL else {})
    Py_INCREF(result)
    return <PyObject *>result


cdef object call_delegate(Caller self, tuple args, dict keywords):
    if self.delegate is None:
        raise TypeError(f"{type(self).__name__} was not initialised: call Caller.__init__ first")
    return self.delegate(*args, **keywords)


cdef void offer_vector(Caller self) noexcept:
    """Let CPython call a ready object without a tuple of arguments."""
    self.vector = call_vector
    offer(<PyObject *>self, <PyTypeObject *>Caller)


cdef void offer(PyObject *self, PyTypeObject *base) noexcept:
    """Let CPython call an object by its vector; its type may be a subclass that has the slot of ``base``."""
    cdef PyTypeObject *type_ = Py_TYPE(self)
    if type_.tp_call == base.tp_call:
        type_.tp_vectorcall_offset = base.tp_vectorcall_offset
        type_.tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL


cdef object serve_named(Caller self, PyObject *const *args, Py_ssize_t n, tuple names):
    """A call with keywords, or with another number of arguments than there are inputs."""
    cdef PyObject *values[NAMED]
    cdef PyObject *target = <PyObject *>None
    cdef Py_ssize_t k
    if self.unique and self.n_inputs <= NAMED and by_name(self, args, n, names, values, &target):
        return serve_any(self, values, <object>target)
    keywords = {names[k]: <object>args[n + k] for k in range(len(names))}
    out = keywords.pop(OUT, None)
    cdef tuple given = arguments.order(self.function, self.names, packed(args, n), keywords, self.defaults)
    return serve_any(self, items(given), out)


cdef bint by_name(Caller self, PyObject *const *args, Py_ssize_t n, tuple names, PyObject **values,
                  PyObject **target):
    """Whether each input is given just once; then ``values`` are all in order, borrowed."""
    cdef Py_ssize_t i, k, missing = self.n_inputs - n
    cdef PyObject *name
    if missing < 0:
        return False
    for i in range(self.n_inputs):
        values[i] = args[i] if i < n else NULL
    for k in range(PyTuple_GET_SIZE(names)):
        name = <PyObject *>PyTuple_GET_ITEM(names, k)
        if name == <PyObject *>OUT:
            target[0] = args[n + k]
            continue
        i = n
        while i < self.n_inputs and <PyObject *>PyTuple_GET_ITEM(self.names, i) != name:
            i += 1
        if i == self.n_inputs or values[i] != NULL:
            return False
        values[i] = args[n + k]
        missing -= 1
    return missing == 0


cdef object serve_any(Caller self, PyObject *const *args, object out):
    return serve_locked(self, args, out) if self.shared else serve_free(self, args, out)


cdef object serve_free(Caller self, PyObject *const *args, object out):
    """Run once, by this form or the one that serves."""
    cdef tuple given
    result = serve(self, args, out)
    if result is GUARD_FAILED:
        given = packed(args, self.n_inputs)
        return self.on_guard(given)(*given, out=out)
    return result


cdef object serve_locked(Caller self, PyObject *const *args, object out):
    cdef list held = []
    try:
        for state in self.locked:
            lock = state.lock
            lock.acquire()
            held.append(lock)
        return serve_free(self, args, out)  # another form must meet the same lengths of shared values
    finally:
        for lock in reversed(held):
            lock.release()


cdef tuple packed(PyObject *const *args, Py_ssize_t n):
    """Arguments as a tuple."""
    cdef Py_ssize_t i
    return tuple([<object>args[i] for i in range(n)])


cdef inline PyObject *const *items(tuple values):
    return (<TupleFields *><PyObject *>values).ob_item


cdef Form form_of(object structure, int n_outputs):
    """The form of results without updates."""
    if structure == "one" and n_outputs == 1:
        return ONE
    if structure == "none" and n_outputs == 0:
        return NONE
    return LIST if structure == "list" else TUPLE if structure == "tuple" else OTHER
