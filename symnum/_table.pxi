# Part of _runtime.pyx: the table of functions that Programs get, and the threads and memory of the process.

cdef void set_up() noexcept:
    """Fill the table that Programs get, and start what the C parts need."""
    rt.version, rt.size = abi.ABI_VERSION, sizeof(sn_rt)
    rt.parallel_for, rt.poll_interrupt = sn_parallel_for, sn_poll_interrupt
    rt.alloc, rt.release, rt.host_call = rt_take, rt_give, <host_function>rt_host_call
    set_up_handler()
    cdef Caller caller = Caller.__new__(Caller)
    cdef Formula formula = Formula.__new__(Formula)
    let_call(Caller, call_slot, <char *>&caller.vector - <char *><PyObject *>caller)
    let_call(Formula, formula_slot, <char *>&formula.vector - <char *><PyObject *>formula)
    sn_pool_init(<int (*)() noexcept nogil>poll_python, threading.main_thread().ident)
    sn_pool_set_threads(_pyruntime.usable_cores())
    sn_buffers_init()
    rt.multiply, rt.threads = sn_products_init(), rt_threads
    if rt.multiply != NULL:
        rt.by_rows = sn_by_rows


cdef void let_call(object cls, call_function slot, Py_ssize_t offset) noexcept:
    """Give a class, and subclasses made from now on, the slot of calls and the place of the vector."""
    cdef PyTypeObject *type_ = <PyTypeObject *>cls
    type_.tp_call = slot
    type_.tp_vectorcall_offset = offset
    (<Wrapper *><PyObject *>(cls.__dict__["__call__"])).d_wrapped = <void *>slot


cdef int poll_python() except 1 with gil:
    """Let other threads run and Python handle signals; the handler's exception stays set in this thread."""
    with nogil:
        pass
    PyErr_CheckSignals()
    return 0


cdef void *rt_take(const sn_rt *table, sn_i64 size) noexcept nogil:
    return sn_scratch_take(size)


cdef void rt_give(const sn_rt *table, void *block) noexcept nogil:
    sn_buffer_give(block)


cdef int rt_threads(const sn_rt *table) noexcept nogil:
    return sn_pool_threads()


cdef int rt_host_call(const sn_rt *table, sn_call *call, sn_i64 index, void **buffers,
                      const sn_i64 *lengths) except 8 with gil:  # HOST
    host = (<object>(<Frame *>call).hosts)[index]
    cdef list addresses = [], numbers = []
    cdef Py_ssize_t k
    for k in range(len(host.operands) + len(host.results)):
        addresses.append(<size_t>buffers[k])
    for k in range(host.n_lengths):
        numbers.append(lengths[k])
    host_calls.serve(host, addresses, numbers, array_at, sn_pool_threads())
    return OK


def set_num_threads(n) -> None:
    """Set how many threads work on one call, the calling one included.

    Args:
        n: a whole number, at least 1.

    Raises:
        ArgumentValueError: ``n`` is below 1.
        DTypeError: ``n`` is no integer.

    >>> import symnum as sn
    >>> before = sn.get_num_threads()
    >>> sn.set_num_threads(2)
    >>> sn.get_num_threads()
    2
    >>> sn.set_num_threads(before)
    """
    sn_pool_set_threads(_pyruntime.check_threads(n))


def get_num_threads() -> int:
    """How many threads work on one call, the calling one included.

    Returns:
        A whole number, at least 1.

    Raises:
        Nothing.

    >>> import symnum as sn
    >>> sn.get_num_threads() >= 1
    True
    """
    return sn_pool_threads()


def set_pool_limit(n_bytes: int) -> None:
    """Bytes that the pool keeps for the next results; what is kept beyond is freed, oldest first."""
    sn_buffers_set_limit(n_bytes)


def clear_pool() -> None:
    """Give memory that is kept for the next results back to the system.

    Raises:
        Nothing.

    >>> import symnum as sn
    >>> sn.clear_pool()
    >>> sn.pool_info().idle_bytes
    0
    """
    sn_buffers_clear()


def pool_info() -> PoolInfo:
    """Statistics of the buffer pool.

    Returns:
        Blocks in use, blocks kept for reuse, how often one was found, and how many bytes were asked for, as whole
        numbers by name.

    Raises:
        Nothing.

    >>> import symnum as sn
    >>> sn.pool_info().hits >= 0
    True
    """
    info = sn_buffers_info()
    return PoolInfo(info.live_bytes, info.live_blocks, info.idle_bytes, info.idle_blocks, info.hits,
                    info.misses, info.limit, info.total_bytes + small_bytes, info.scratch_bytes)
