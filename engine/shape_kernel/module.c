/* The Python module clics.descriptions.shapes._shape_kernel: buffers in, bytes out; the stable interface of Python 3.11. */

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "shapes.h"

static int fits(int condition) {
    if (!condition) PyErr_SetString(PyExc_ValueError, "the tables do not fit the number of vertices");
    return condition;
}

static PyObject *small(PyObject *self, PyObject *arguments) {
    Py_buffer points, references, rows, begins;
    PyObject *result = NULL;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*", &points, &references, &rows, &begins)) return NULL;
    const int n = (int)(points.len / 24) - 1, shapes = (int)(begins.len / 8) - 1;
    const int64_t *begin = begins.buf;
    if (fits(n >= 1 && n <= 8 && shapes >= 0 && references.len >= (Py_ssize_t)24 * (n + 1) * shapes)
        && (result = PyByteArray_FromStringAndSize(NULL, 8 * shapes))) {
        double *best = (double *)PyByteArray_AsString(result);
        const uint8_t *row = rows.buf;
        uint8_t last = 0;
        for (Py_ssize_t r = 0; r < rows.len; r++) last = row[r] > last ? row[r] : last;
        if (!fits(last < n)) Py_CLEAR(result);
        for (int s = 0; s < shapes && result; s++) {
            if (!fits(begin[s] >= 0 && begin[s] <= begin[s + 1] && begin[s + 1] * n <= rows.len)) {
                Py_CLEAR(result);
                break;
            }
            best[s] = best_of_assignments(points.buf, (const double *)references.buf + 3 * (n + 1) * s, n,
                                          (const uint8_t *)rows.buf + begin[s] * n, (size_t)(begin[s + 1] - begin[s]));
        }
    }
    PyBuffer_Release(&points);
    PyBuffer_Release(&references);
    PyBuffer_Release(&rows);
    PyBuffer_Release(&begins);
    return result;
}

static PyObject *large(PyObject *self, PyObject *arguments) {
    Py_buffer points, reference, vertices, centres, keep;
    PyObject *result = NULL;
    Search search;
    int room, count = 0;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*ddi", &points, &reference, &vertices, &centres, &keep, &search.damping,
                          &search.tiny, &room))
        return NULL;
    search.n = (int)(points.len / 24) - 1;
    search.starts = (int)(centres.len / 12);
    search.rounds = (int)(keep.len / 8);
    if (fits(search.n >= 1 && search.n <= MOST && search.rounds >= 1 && room >= 0 && reference.len == points.len
             && vertices.len == (Py_ssize_t)12 * search.n * search.starts)) {
        int64_t *found = malloc((size_t)8 * search.n * (room + 1));
        search.points = points.buf;
        search.reference = reference.buf;
        search.vertices = vertices.buf;
        search.centres = centres.buf;
        search.keep = keep.buf;
        const double best = found ? best_of_starts(&search, found, room, &count) : -1.0;
        if (best < 0.0) PyErr_NoMemory();
        else
            result = Py_BuildValue("(dN)", best,
                                   PyByteArray_FromStringAndSize((const char *)found, (Py_ssize_t)8 * search.n * count));
        free(found);
    }
    PyBuffer_Release(&points);
    PyBuffer_Release(&reference);
    PyBuffer_Release(&vertices);
    PyBuffer_Release(&centres);
    PyBuffer_Release(&keep);
    return result;
}

static PyMethodDef methods[] = {
    {"small", small, METH_VARARGS, "Largest overlaps over all assignments (clics.descriptions.shapes.small)."},
    {"large", large, METH_VARARGS, "Largest overlap found from all starts (clics.descriptions.shapes.large)."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_shape_kernel", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__shape_kernel(void) { return PyModuleDef_Init(&definition); }
