/* The Python module clics.model._graph_kernel: buffers in, bytes out; the stable interface of Python 3.11. */

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "graph.h"

#define BUFFERS 13

static PyObject *block(const void *data, size_t count, size_t size) {
    return PyByteArray_FromStringAndSize(data, (Py_ssize_t)(count * size));
}

/* A tuple with the bytes of each field, in the order of clics.model.graph.CrystalGraph. */
static PyObject *fields_of(const Graph *graph) {
    const size_t sites = graph->sites, edges = graph->edges;
    return Py_BuildValue("(NNNNNNNNNNNN)", block(graph->numbers, sites, sizeof(int64_t)),
                         block(graph->multiplicity, sites, sizeof(int64_t)),
                         block(graph->edge_offsets, sites + 1, sizeof(int64_t)),
                         block(graph->neighbours, edges, sizeof(int64_t)), block(graph->vectors, 3 * edges, sizeof(float)),
                         block(graph->weights, edges, sizeof(float)), block(graph->moments, MOMENT * edges, sizeof(float)),
                         block(graph->atom_channels, sites * graph->atom_width, sizeof(float)),
                         block(graph->edge_channels, RANKS * edges, sizeof(float)),
                         block(graph->crystal_channels, graph->crystal_width, sizeof(float)),
                         block(graph->reflections, graph->reflection_width, sizeof(float)),
                         block(graph->site_orbit, graph->atoms, sizeof(int64_t)));
}

static int have(const Py_buffer *buffer, size_t numbers) {
    if ((size_t)buffer->len >= 8 * numbers) return 1;
    PyErr_SetString(PyExc_ValueError, "an array is shorter than the crystal or the tables need");
    return 0;
}

static PyObject *build(PyObject *self, PyObject *arguments) {
    Py_buffer b[BUFFERS] = {{0}};
    Settings settings;
    Tables tables = {0};
    PyObject *result = NULL;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "y*y*y*iidy*y*y*y*y*y*y*iidy*y*y*ddd", &b[0], &b[1], &b[2],
                          &settings.neighbours, &settings.range, &settings.tie_width, &b[3], &b[4], &b[5], &b[6], &b[7],
                          &b[8], &b[9], &tables.functions, &tables.rounds, &tables.class_tolerance, &b[10], &b[11], &b[12],
                          &tables.blend, &tables.least, &tables.absent))
        return NULL;
    const size_t n = b[1].len / 8;
    tables.reflections = (int)(b[10].len / 24);
    tables.bases = (int)(b[11].len / 72);
    if (n < 1 || settings.neighbours < 1 || settings.range < 2 || tables.functions < 1) {
        PyErr_SetString(PyExc_ValueError, "a crystal has at least one atom, and an atom at least one neighbour");
    } else if (have(&b[0], 9) && have(&b[2], 3 * n) && have(&b[3], COSINES) && have(&b[4], TOLERANCES)
               && have(&b[5], WIDTHS) && have(&b[6], RANKS) && have(&b[7], 3 * MONOMIALS) && have(&b[8], tables.functions)
               && have(&b[9], n * tables.functions) && have(&b[12], 9 * (size_t)tables.bases)) {
        Graph graph = {0};
        int status;
        tables.special_cosines = b[3].buf;
        tables.shell_tolerances = b[4].buf;
        tables.radial_widths = b[5].buf;
        tables.edge_ranks = b[6].buf;
        tables.exponents = b[7].buf;
        tables.frequencies = b[8].buf;
        tables.phases = b[9].buf;
        tables.indices = b[10].buf;
        tables.changes = b[11].buf;
        tables.forms = b[12].buf;
        Py_BEGIN_ALLOW_THREADS;
        status = build_graph(b[0].buf, b[1].buf, b[2].buf, (int)n, &settings, &tables, &graph);
        Py_END_ALLOW_THREADS;
        if (status == 0) result = fields_of(&graph);
        else if (status == -1) PyErr_NoMemory();
        else result = Py_NewRef(Py_None); /* neighbours out of reach */
        free_graph(&graph);
    }
    for (int i = 0; i < BUFFERS; i++) PyBuffer_Release(&b[i]);
    return result;
}

static PyMethodDef methods[] = {
    {"build", build, METH_VARARGS, "Build a crystal graph (clics.model.compiled_graph)."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_graph_kernel", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__graph_kernel(void) { return PyModuleDef_Init(&definition); }
