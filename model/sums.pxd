# The types of sums.py, for Cython alone. Without them, and without Cython, it is the same program.
cimport cython


@cython.final
@cython.no_gc
cdef class Step:
    cdef str form
    cdef double plain, negated
    cdef dict tail
    cdef bint word, known, negates
    cdef object state
    cdef Step after

    @cython.locals(step=Step)
    cdef Step before(self, Step after)

    @cython.locals(step=Step)
    cdef Step also(self, double weight)


cdef class Sums:
    cdef readonly dict _weights, _neutral
    cdef dict _parts
    cdef readonly object _phrases
    cdef list _bigrams
    cdef dict _tails, _first
    cdef object _words, _cache

    @cython.locals(
        total=double, mark=double, added=double, weight=double, n=int, unknown=int, scope_end=int, bigrams=dict, piece=str,
        step=Step
    )
    cpdef tuple total(self, text)

    @cython.locals(word=str, letters=str, form=str, kind=str, first=Step, step=Step)
    cpdef Step _read_piece(self, str piece)

    @cython.locals(word=dict, valence=dict, plain=list, negated=list, known=dict, part=str, weight=double, common=double, step=Step)
    cpdef Step _read_word(self, str form)

    @cython.locals(found=list, total=double, step=Step)
    cdef Step _read_other(self, str kind, str form)

    cdef Step _begin(self, Step step)

    cdef double _signal(self, str signal) except? -1

    @cython.locals(first=str, place=Py_ssize_t, end=Py_ssize_t, middle=Py_ssize_t, bigram=str, tail=dict)
    cdef dict _tail(self, str form)


cdef double _add(list weights, double others) except? -1
