# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The call path, compiled: checks arguments in place, runs the Program, makes results; the two pools.

Whatever does not fit in place (other dtypes, strides, lists, bad arguments) goes to ``symnum.arguments``.
"""

from cpython.exc cimport PyErr_CheckSignals, PyErr_Occurred
from cpython.complex cimport PyComplex_CheckExact, PyComplex_ImagAsDouble, PyComplex_RealAsDouble
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.list cimport PyList_New, PyList_SET_ITEM
from cpython.long cimport PyLong_CheckExact
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_DECREF, Py_INCREF, PyObject
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM
from libc.math cimport isinf
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset, strcpy
cimport numpy as cnp
from symnum._native cimport *

import sys
import threading

import numpy as np

from symnum import _cprogram, _pyruntime, arguments, host_calls, structures
from symnum._pyruntime import PoolInfo
from symnum.codegen import abi

cnp.import_array()
cnp.import_ufunc()


cdef enum:
    FEW = 96  # words of a call's frame that fit on the stack
    ROOM = 2048  # bytes of workspace that do
    NAMED = 32  # inputs up to which keywords are sorted on the stack
    SHORT_BYTES = 32768  # a call that touches more releases the GIL
    SHORT_COST = 10000  # ... and one that is estimated to take more nanoseconds
    OK = 0
    INTERRUPTED = 1
    GUARD = 2
    NO_MEMORY = 7
    HOST = 8


include "_arrays.pxi"


cdef enum Form:  # results that are made in one step: one array, a list, a tuple, nothing; or by ``finish``
    ONE, LIST, TUPLE, NONE, OTHER


cdef struct Frame:  # one call; what Programs see comes first, so that host_call finds the rest
    sn_call call
    PyObject *hosts
    PyObject *const *args
    char *room
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
    cdef bint ready, single, costly, unique, shared
    cdef Form form
    cdef vector_function vector
    cdef object __weakref__

    def __init__(self, interface, run, *, plan=0, name="", keepalive=None, state=(), updates=(),
                 structure="one", on_guard=None, on_error=None, defaults=(), castings=()):
        self.ready, self.vector = False, NULL
        self.interface, self.function, self.keepalive = interface, name or interface.name, keepalive
        self.names = tuple([sys.intern(argument.name) for argument in interface.inputs])
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
        self.shared = len(self.locked) > 0
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
            if rt.multiply != NULL and blas[1:] != "dot":
                continue    # never called; SciPy takes long to import
            rt.blas[abi.BLAS.index(blas)] = <void *><size_t>_cprogram.blas_address(blas)
        self.make_slots(interface)
        self.form = OTHER if updates else form_of(structure, self.n_outputs)
        self.ready = True
        offer_vector(self)

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
        return self(*args, **keywords)  # never runs: ``call_slot`` stands in the type

    cdef list place_converted(self, Frame *frame, int i, list kept):
        value = in_order(frame.args[i], &self.slots[i])
        if value is None:
            value = arguments.convert(self.function, i, self.interface.inputs[i], <object>frame.args[i],
                                      self.castings[i])
        if not place_array(self, frame, i, <PyObject *>value):
            self.read_arrays(frame)  # raises
        return keep(kept, value)

    cdef list place_state(self, Frame *frame, int i, list kept):
        value = self.state[i].value
        if not fits(<PyObject *>value, &self.slots[self.n_inputs + i]):
            value = in_order(<PyObject *>value, &self.slots[self.n_inputs + i])
        if value is None:
            value = np.require(self.state[i].value, self.interface.state[i].dtype, ("C", "A"))
        if not place_array(self, frame, self.n_inputs + i, <PyObject *>value):
            self.read_arrays(frame)  # raises
        return keep(kept, value)

    cdef list read_arrays(self, Frame *frame):
        """Arrays that the call reads, with all checks; raises where the arguments do not fit together."""
        reads = [arguments.convert(self.function, i, argument, value, self.castings[i])
                 for i, (argument, value) in enumerate(zip(self.interface.inputs, packed(frame.args, self.n_inputs)))]
        reads += [s.value for s in self.state[:self.n_state]]
        every = self.interface.inputs + self.interface.state
        arguments.bind(self.function, every, self.n_inputs, reads, self.n_dims)
        return reads

    cdef list fill_outputs(self, Frame *frame, dict given):
        """All outputs, where some are arrays of the user, by position in ``given``."""
        cdef int i, first = self.n_inputs + self.n_state
        cdef const sn_i64 *shape = frame.shapes
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

    cdef tuple make_outputs_in(self, Frame *frame, object out):
        """All outputs, visible ones in the arrays of ``out`` if they can be; and (target, result) to copy."""
        if self.single and self.writable(frame, out):
            return out, ()
        shapes = self.output_shapes(frame)
        targets = structures.split_out(self.function, self.structure, out, len(self.visible))
        given = self.in_place(frame, shapes, targets)
        if given is None:
            outputs = [self.interface.outputs[i] for i in self.visible]
            direct = arguments.check_out(self.function, self.structure, outputs, [shapes[i] for i in self.visible],
                                         targets, self.read_arrays(frame))
            given = {i: target for i, target, can in zip(self.visible, targets, direct) if can}
        self.check_updates(shapes)
        results, copies = self.fill_outputs(frame, given), []
        for i, target in zip(self.visible, targets):
            if target is not None and i not in given:
                copies.append((target, results[i]))
                results[i] = target
        return results[0] if self.single else results, copies

    cdef bint writable(self, Frame *frame, object out):
        """Whether the only output can be written to an array where it lies; if so, it is placed."""
        cdef int k, first = self.n_inputs + self.n_state
        cdef Slot *slot = &self.slots[first]
        cdef ArrayFields *array = <ArrayFields *><PyObject *>out
        if not fits(<PyObject *>out, slot) or not array.flags & cnp.NPY_ARRAY_WRITEABLE:
            return False
        for k in range(slot.ndim):
            if array.dimensions[k] != frame.shapes[k]:
                return False
        place(frame, first, <cnp.ndarray>out)
        for k in range(first):
            if overlap(frame, k, first):
                return False
        return True

    cdef dict in_place(self, Frame *frame, list shapes, tuple targets):
        """Targets by output if each can be written where it lies; None if one needs a closer look."""
        cdef int k, first = self.n_inputs + self.n_state
        cdef dict given = {}
        for i, target in zip(self.visible, targets):
            if target is None:
                continue
            if not fits(<PyObject *>target, &self.slots[first + <int>i]) or target.shape != shapes[i]:
                return None
            if not cnp.PyArray_CHKFLAGS(<cnp.ndarray>target, cnp.NPY_ARRAY_WRITEABLE):
                return None
            place(frame, first + <int>i, <cnp.ndarray>target)
            for k in (*range(first), *[first + j for j in given]):
                if overlap(frame, k, first + <int>i):
                    return None
            given[i] = target
        return given

    cdef object finish(self, object results):
        """Results in the structure that was asked for; from here on, shared values are new."""
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
cdef str OUT = sys.intern("out")
cdef sn_rt rt


include "_calls.pxi"


include "_serving.pxi"


include "_formula.pxi"


include "_ufunc.pxi"


cdef inline cnp.ndarray place(Frame *frame, int i, cnp.ndarray array):
    """Make an array buffer ``i`` of the call."""
    cdef ArrayFields *fields = <ArrayFields *><PyObject *>array
    cdef sn_i64 size = cnp.PyArray_ITEMSIZE(array)
    cdef int axis
    for axis in range(fields.nd):
        size *= fields.dimensions[axis]
    frame.call.buffers[i], frame.sizes[i] = fields.data, size
    frame.bytes += size
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


include "_table.pxi"

set_up()
