# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The call path, compiled: checks arguments in place, runs the Program, makes results; the two pools.

Whatever does not fit in place (other dtypes, strides, lists, bad arguments) goes to ``symnum.arguments``.
"""

from cpython.exc cimport PyErr_CheckSignals, PyErr_Occurred
from cpython.complex cimport PyComplex_CheckExact, PyComplex_ImagAsDouble, PyComplex_RealAsDouble
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_INCREF, PyObject
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE
from libc.math cimport isinf
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset, strcpy
cimport numpy as cnp
from symnum._native cimport *

import threading

import numpy as np

from symnum import _cprogram, _pyruntime, arguments, host_calls, structures
from symnum._pyruntime import PoolInfo
from symnum.codegen import abi

cnp.import_array()


cdef enum:
    FEW = 96  # words of a call's frame that fit on the stack
    SHORT_BYTES = 32768  # a call that touches more releases the GIL
    SHORT_COST = 10000  # ... and one that is estimated to take more nanoseconds
    OK = 0
    INTERRUPTED = 1
    GUARD = 2
    HOST = 8


include "_arrays.pxi"


cdef struct Frame:  # one call; what Programs see comes first, so that host_call finds the rest
    sn_call call
    PyObject *hosts
    sn_i64 *dims
    sn_i64 *shapes
    sn_i64 *scalars  # two words for each input, as a complex number needs
    sn_i64 *sizes  # bytes of each buffer
    sn_i64 bytes  # of all


cdef class Caller:
    __doc__ = _pyruntime.Caller.__doc__

    cdef readonly object interface
    cdef object function, keepalive, state, locked, updates, structure, on_guard, on_error, hosts, delegate
    cdef object names, visible, checked, defaults
    cdef tuple castings
    cdef plan_function plan
    cdef run_function run
    cdef Slot *slots
    cdef sn_i64 *axes
    cdef sn_i64 *fixed  # shapes and workspace of a Program without dims, planned once
    cdef int n_inputs, n_state, n_outputs, n_dims, n_lengths, n_words
    cdef bint ready, single, costly, unique
    cdef object __weakref__

    def __init__(self, interface, run, *, plan=0, name="", keepalive=None, state=(), updates=(),
                 structure="one", on_guard=None, on_error=None, defaults=(), castings=()):
        self.ready = False
        self.interface, self.function, self.keepalive = interface, name or interface.name, keepalive
        self.names = tuple([argument.name for argument in interface.inputs])
        self.unique = len(set(self.names)) == len(self.names)
        self.delegate = None
        if callable(run):
            self.delegate = _pyruntime.Caller(
                interface, run, name=name, keepalive=keepalive, state=state, updates=updates,
                structure=structure, on_guard=on_guard, on_error=on_error, defaults=defaults,
                castings=castings)
            return
        self.state, self.updates = tuple(state), tuple(updates)
        self.locked = _pyruntime.in_lock_order(state)
        written = {output for _, output in updates}
        self.visible = tuple([i for i in range(len(interface.outputs)) if i not in written])
        self.structure, self.on_guard, self.on_error = structure, on_guard, on_error
        self.hosts, self.defaults = interface.hosts, tuple(defaults)
        self.castings = tuple(castings) or ("safe",) * len(interface.inputs)
        self.single = structure == "one" and not self.updates and len(interface.outputs) == 1
        self.checked = tuple([pair for pair in updates if _may_change_shape(interface, *pair)])
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
        self.n_words = 2 * len(every) + self.n_dims + self.n_lengths + 2 * self.n_inputs
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
        """Run once, with the locks of the state held; ``GUARD_FAILED`` if another form must serve."""
        cdef sn_i64 few[FEW]
        cdef sn_i64 *words = few
        cdef Frame frame
        cdef int n_buffers = self.n_inputs + self.n_state + self.n_outputs
        if self.n_words > FEW:
            words = <sn_i64 *>malloc(self.n_words * sizeof(sn_i64))
            if words == NULL:
                raise MemoryError
        frame.call.buffers = <void **>words
        frame.sizes = words + n_buffers
        frame.dims = frame.sizes + n_buffers
        frame.shapes = frame.dims + self.n_dims
        frame.scalars = frame.shapes + self.n_lengths
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
        return self.finish(results)

    cdef list place_input(self, Frame *frame, int i, tuple args, list kept):
        cdef object value = <object>PyTuple_GET_ITEM(args, i)
        cdef Slot *slot = &self.slots[i]
        if slot.ndim == 0 and scalar(value, slot, &frame.scalars[2 * i]):
            frame.call.buffers[i], frame.sizes[i] = &frame.scalars[2 * i], 0
            return kept
        if not fits(value, slot):
            value = arguments.convert(self.function, i, self.interface.inputs[i], value, self.castings[i])
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
        place(frame, i, array)
        return 0

    cdef list read_arrays(self, tuple args):
        """Arrays that the call reads, with all checks; raises where the arguments do not fit together."""
        reads = [arguments.convert(self.function, i, argument, value, self.castings[i])
                 for i, (argument, value) in enumerate(zip(self.interface.inputs, args))]
        reads += [s.value for s in self.state[:self.n_state]]
        every = self.interface.inputs + self.interface.state
        arguments.bind(self.function, every, self.n_inputs, reads, self.n_dims)
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
        if self.single:
            return place(frame, first, new_array(&self.slots[first], frame.shapes))
        if self.checked:
            self.check_updates(self.output_shapes(frame))
        return self.fill_outputs(frame, {})

    cdef list fill_outputs(self, Frame *frame, dict given):
        """All outputs; those in ``given`` (by position) are arrays of the user."""
        cdef int i, first = self.n_inputs + self.n_state
        cdef sn_i64 *shape = frame.shapes
        cdef list results = []
        for i in range(self.n_outputs):
            array = given[i] if i in given else new_array(&self.slots[first + i], shape)
            results.append(place(frame, first + i, <cnp.ndarray>array))
            shape += self.slots[first + i].ndim
        return results

    cdef list output_shapes(self, Frame *frame):
        cdef int i, axis, k = 0
        shapes = []
        for i in range(self.n_inputs + self.n_state, self.n_inputs + self.n_state + self.n_outputs):
            shapes.append(tuple([frame.shapes[k + axis] for axis in range(self.slots[i].ndim)]))
            k += self.slots[i].ndim
        return shapes

    cdef int check_updates(self, list shapes) except -1:
        for state, output in self.checked:
            arguments.check_update(self.function, self.interface.state[state], shapes[output])
        return 0

    cdef tuple make_outputs_in(self, Frame *frame, tuple args, object out):
        """All outputs, visible ones in the arrays of ``out`` if they can be; and (target, result) to copy."""
        shapes = self.output_shapes(frame)
        targets = structures.split_out(self.function, self.structure, out, len(self.visible))
        given = self.in_place(frame, shapes, targets)
        if given is None:
            outputs = [self.interface.outputs[i] for i in self.visible]
            direct = arguments.check_out(self.function, self.structure, outputs, [shapes[i] for i in self.visible],
                                         targets, self.read_arrays(args))
            given = {i: target for i, target, can in zip(self.visible, targets, direct) if can}
        self.check_updates(shapes)
        results, copies = self.fill_outputs(frame, given), []
        for i, target in zip(self.visible, targets):
            if target is not None and i not in given:
                copies.append((target, results[i]))
                results[i] = target
        return results[0] if self.single else results, copies

    cdef dict in_place(self, Frame *frame, list shapes, tuple targets):
        """Targets by output if each can be written where it lies; None if one needs a closer look."""
        cdef int k, first = self.n_inputs + self.n_state
        cdef dict given = {}
        for i, target in zip(self.visible, targets):
            if target is None:
                continue
            if not fits(target, &self.slots[first + <int>i]) or target.shape != shapes[i]:
                return None
            if not cnp.PyArray_CHKFLAGS(<cnp.ndarray>target, cnp.NPY_ARRAY_WRITEABLE):
                return None
            place(frame, first + <int>i, <cnp.ndarray>target)
            for k in (*range(first), *[first + j for j in given]):
                if overlap(frame, k, first + <int>i):
                    return None
            given[i] = target
        return given

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

    cdef object finish(self, object results):
        if self.single:
            return results
        for state, output in self.updates:
            self.state[state].value = results[output]
        if self.updates:
            results = [results[i] for i in self.visible]
        return results if self.structure == "list" else structures.pack(self.structure, results)

    cdef object failure(self, int code, Frame *frame):
        cdef sn_error *error = &frame.call.error
        values = tuple([error.values[i] for i in range(4)])
        own = self.on_error(code, error.step, values) if self.on_error is not None else None
        return own if own is not None else arguments.run_error(self.function, code, error.step, values)


cdef object GUARD_FAILED = object()
cdef sn_rt rt


cdef object invoke(Caller self, tuple args, dict keywords):
    if not self.ready:
        if self.delegate is None:
            raise TypeError(f"{type(self).__name__} was not initialised: call Caller.__init__ first")
        return self.delegate(*args, **(keywords or {}))
    out = None
    if keywords:
        keywords = dict(keywords)
        out = keywords.pop("out", None)
    if keywords or PyTuple_GET_SIZE(args) != self.n_inputs:
        args = in_order(self, args, keywords or {})
    return serve_locked(self, args, out) if self.locked else serve_any(self, args, out)


cdef PyObject *invoke_slot(PyObject *self, PyObject *args, PyObject *keywords) except NULL:
    """The type slot behind ``__call__``, also of subclasses; makes no dict for absent keywords."""
    result = invoke(<Caller>self, <tuple>args, <dict>keywords if keywords != NULL else None)
    Py_INCREF(result)
    return <PyObject *>result


cdef tuple in_order(Caller self, tuple args, dict keywords):
    """Values of all inputs in their order."""
    cdef Py_ssize_t i, n_args = PyTuple_GET_SIZE(args)
    if self.unique and n_args + len(keywords) == self.n_inputs:
        values = list(args)
        for i in range(n_args, self.n_inputs):
            if self.names[i] not in keywords:
                break
            values.append(keywords[self.names[i]])
        else:
            return tuple(values)
    return arguments.order(self.function, self.names, args, keywords, self.defaults)


cdef cnp.ndarray place(Frame *frame, int i, cnp.ndarray array):
    """Make an array buffer ``i`` of the call."""
    frame.call.buffers[i], frame.sizes[i] = cnp.PyArray_DATA(array), cnp.PyArray_NBYTES(array)
    frame.bytes += frame.sizes[i]
    return array


cdef bint overlap(Frame *frame, int i, int k):
    cdef char *first = <char *>frame.call.buffers[i]
    cdef char *second = <char *>frame.call.buffers[k]
    return first < second + frame.sizes[k] and second < first + frame.sizes[i]


def _may_change_shape(interface, state, output):
    """Whether an update must be checked in each call: the state has a known length, the output not."""
    if state >= len(interface.state):
        return False
    old, new = interface.state[state].shape, interface.outputs[output].shape
    return len(old) != len(new) or any([n >= 0 and m != n for n, m in zip(old, new)])


cdef list keep(list kept, object value):
    if kept is None:
        return [value]
    kept.append(value)
    return kept


cdef object serve_any(Caller self, tuple args, object out):
    """Run once, by this form or the one that serves."""
    result = self.serve(args, out)
    return self.on_guard(args)(*args, out=out) if result is GUARD_FAILED else result


cdef object serve_locked(Caller self, tuple args, object out):
    cdef list held = []
    try:
        for state in self.locked:
            lock = state.lock
            lock.acquire()
            held.append(lock)
        return serve_any(self, args, out)  # another form must meet the same lengths of shared values
    finally:
        for lock in reversed(held):
            lock.release()


include "_table.pxi"

set_up()
