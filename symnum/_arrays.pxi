# Part of _runtime.pyx: arrays used in place, numbers instead of arrays, new arrays in the pool's memory.

cdef struct Slot:  # one input, state or output
    PyObject *descr  # borrowed from the interface
    const sn_i64 *axes  # known lengths, or -1 - k for dims[k]
    int ndim
    int itemsize
    char kind


cdef enum:
    SMALL = 1024  # bytes below which NumPy's own cache of small blocks is faster than the pool
    IN_PLACE = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED
    OWNED = cnp.NPY_ARRAY_CARRAY | cnp.NPY_ARRAY_F_CONTIGUOUS | cnp.NPY_ARRAY_OWNDATA
    NUMBER = 16  # bytes of the largest single element

cdef cnp.npy_intp MOST = <size_t>-1 >> 1
cdef PyDataMem_Handler handler, number_handler
cdef object pool_handler, number_owner
cdef bint numbers_inside = False  # whether 0-d arrays can hold their element themselves
cdef sn_i64 small_bytes = 0  # of all results that NumPy made room for


cdef inline bint fits(PyObject *value, Slot *slot):
    """Whether an array can be used where it lies."""
    cdef ArrayFields *array = <ArrayFields *>value
    if Py_TYPE(value) != <PyTypeObject *>cnp.ndarray:
        return False
    return (array.nd == slot.ndim and array.flags & IN_PLACE == IN_PLACE
            and (array.descr == <void *>slot.descr or same_type(<cnp.dtype>array.descr, slot)))


cdef object in_order(PyObject *value, Slot *slot):
    """The elements of an array of any strides, in order; None of what is no array that fits but for them."""
    cdef ArrayFields *array = <ArrayFields *>value
    if (Py_TYPE(value) != <PyTypeObject *>cnp.ndarray or array.nd != slot.ndim
            or not array.flags & cnp.NPY_ARRAY_ALIGNED or not same_type(<cnp.dtype>array.descr, slot)):
        return None
    cdef sn_i64 lengths[64]
    cdef sn_i64 strides[64]
    cdef int axis
    for axis in range(array.nd):
        lengths[axis], strides[axis] = array.dimensions[axis], array.strides[axis]
    made = new_array(slot, lengths)
    copy_in_order(<ArrayFields *><PyObject *>made, array, lengths, strides, slot.itemsize)
    return made


cdef int copy_in_order(ArrayFields *target, ArrayFields *source, const sn_i64 *lengths, const sn_i64 *strides,
                       sn_i64 size) except -1:
    cdef int code
    sn_poll_restart()
    with nogil:
        code = sn_copy_in_order(&rt, target.data, source.data, source.nd, lengths, strides, size)
    return -1 if code else 0  # whoever stopped it has set an exception


cdef bint same_type(cnp.dtype descr, Slot *slot):
    return descr.kind == slot.kind and descr.itemsize == slot.itemsize and PyArray_ISNBO(descr.byteorder)


cdef inline bint scalar(object value, Slot *slot, sn_i64 *place):
    """Store a Python number that fits the slot; what does not is left to ``arguments.convert``."""
    cdef int overflow = 0
    cdef long long number
    if PyFloat_CheckExact(value) and slot.kind == c"f":
        return store_float(PyFloat_AS_DOUBLE(value), slot.itemsize, place)
    if slot.kind == c"c":
        return complex_scalar(value, slot, place)
    if PyFloat_CheckExact(value):
        return False
    if value is True or value is False:
        number = value is True
    elif PyLong_CheckExact(value):
        number = PyLong_AsLongLongAndOverflow(value, &overflow)
    else:
        return numpy_scalar(value, slot, place)
    if overflow:
        return False
    if slot.kind == c"f":
        return store_float(<double>number, slot.itemsize, place)
    if not in_range(number, slot):
        return False
    place[0] = number << (64 - 8 * slot.itemsize) if BIG_ENDIAN else number
    return True


cdef bint complex_scalar(object value, Slot *slot, sn_i64 *place):
    """Store a Python float or complex number in the two words of a complex one."""
    cdef int part = slot.itemsize >> 1
    if PyFloat_CheckExact(value):
        return (store_float(PyFloat_AS_DOUBLE(value), part, place)
                and store_float(0.0, part, <char *>place + part))
    if PyComplex_CheckExact(value):
        return (store_float(PyComplex_RealAsDouble(value), part, place)
                and store_float(PyComplex_ImagAsDouble(value), part, <char *>place + part))
    return numpy_scalar(value, slot, place)


cdef bint numpy_scalar(object value, Slot *slot, void *place):
    """Store a NumPy scalar of just the slot's dtype."""
    if not isinstance(value, cnp.generic):
        return False
    cdef cnp.dtype descr = PyArray_DescrFromScalar(value)
    if descr.kind != slot.kind or descr.itemsize != slot.itemsize:
        return False
    PyArray_ScalarAsCtype(value, place)
    return True


cdef inline bint store_float(double number, int itemsize, void *place):
    if itemsize == 8:
        (<double *>place)[0] = number
        return True
    if itemsize != 4:
        return False
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
    """A new array; large ones lie in the pool, and their memory returns to it when the last view dies."""
    global small_bytes
    cdef cnp.npy_intp lengths[64]
    cdef cnp.npy_intp count = slot.itemsize
    cdef void *data = NULL
    cdef cnp.ndarray array
    if slot.ndim == 0 and numbers_inside:
        return new_number(slot)
    for axis in range(slot.ndim):
        lengths[axis] = shape[axis]
        if shape[axis] > 0 and count > MOST // shape[axis]:
            raise MemoryError(f"no array can have shape {tuple([shape[k] for k in range(slot.ndim)])}")
        count *= shape[axis]
    Py_INCREF(<object>slot.descr)
    if count <= SMALL:
        small_bytes += count
        return PyArray_NewFromDescr(cnp.ndarray, <cnp.dtype>slot.descr, slot.ndim, lengths, NULL, NULL, 0,
                                    None)
    data = sn_buffer_take(count)
    if data == NULL:
        raise MemoryError(f"no memory for an array of {count} bytes")
    array = PyArray_NewFromDescr(cnp.ndarray, <cnp.dtype>slot.descr, slot.ndim, lengths, NULL, data,
                                 cnp.NPY_ARRAY_CARRAY, None)
    (<ArrayFields *>array).mem_handler = <PyObject *>pool_handler
    Py_INCREF(pool_handler)
    (<ArrayFields *>array).flags |= cnp.NPY_ARRAY_OWNDATA
    return array


cdef cnp.ndarray new_number(Slot *slot):
    """A new 0-d array with its element behind its head, in one block of memory: half the price of two.

    The element's address is 8 above a multiple of 16, and so is never that of a block of the pool, which takes over
    where the array is resized.
    """
    global small_bytes
    cdef char *block = <char *>PyObject_Malloc(sizeof(ArrayFields) + 8 + NUMBER)
    cdef ArrayFields *array = <ArrayFields *>block
    if block == NULL:
        raise MemoryError
    PyObject_Init(<PyObject *>block, <PyTypeObject *>cnp.ndarray)
    array.data = block + sizeof(ArrayFields) + 8
    array.nd, array.flags = 0, OWNED
    small_bytes += slot.itemsize
    array.dimensions = array.strides = NULL
    array.base = array.weakreflist = NULL
    array._buffer_info = NULL
    array.descr, array.mem_handler = <void *>slot.descr, <PyObject *>number_owner
    Py_INCREF(<object>slot.descr)
    Py_INCREF(number_owner)
    made = <cnp.ndarray><PyObject *>block
    Py_DECREF(made)  # the reference that PyObject_Init made
    return made


cdef void *number_resize(void *context, void *data, size_t size) noexcept:  # ndarray.resize in place
    cdef void *larger
    if <size_t>data % 16 == 0:
        return handler_resize(context, data, size)
    if size <= NUMBER:
        return data
    larger = sn_buffer_take(size)
    if larger != NULL:
        memcpy(larger, data, NUMBER)
    return larger


cdef void number_give(void *context, void *data, size_t size) noexcept:
    if <size_t>data % 16 == 0:
        sn_buffer_give(data)


def array_at(size_t address, dtype, tuple shape):
    """The array at an address, which must stay there as long as the array is used."""
    cdef cnp.npy_intp lengths[64]
    cdef int axis
    for axis in range(len(shape)):
        lengths[axis] = shape[axis]
    if 0 in shape:
        return np.empty(shape, dtype)
    Py_INCREF(dtype)
    return PyArray_NewFromDescr(cnp.ndarray, <cnp.dtype>dtype, len(shape), lengths, NULL, <void *>address,
                                cnp.NPY_ARRAY_CARRAY, None)


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


cdef void set_up_handler() noexcept:
    """Make the handlers that arrays in the memory of the pool and single elements carry."""
    global pool_handler, number_handler, number_owner, numbers_inside
    cdef PyTypeObject *type_ = <PyTypeObject *>cnp.ndarray
    strcpy(handler.name, b"symnum pool")
    handler.version = 1
    handler.allocator = PyDataMemAllocator(NULL, handler_take, handler_take_zeroed, handler_resize,
                                           handler_give)
    pool_handler = PyCapsule_New(&handler, "mem_handler", NULL)
    number_handler = handler
    number_handler.allocator.realloc = number_resize
    number_handler.allocator.free = number_give
    number_owner = PyCapsule_New(&number_handler, "mem_handler", NULL)
    numbers_inside = (sizeof(void *) == 8 and sizeof(ArrayFields) % 16 == 0 and type_.tp_free == PyObject_Free
                      and type_.tp_basicsize == sizeof(ArrayFields) and type_.tp_itemsize == 0
                      and not type_.tp_flags & Py_TPFLAGS_HAVE_GC)
