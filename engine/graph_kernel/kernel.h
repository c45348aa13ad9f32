/* The crystal graph in C, step by step as in the numpy modules of clics.model, which remain the reference and the fallback.

   Arrays are row-major; n atoms, coordinates in Å or fractional. Functions that allocate return NULL or a negative number
   where memory runs out. No fused multiply-add: sums are rounded as numpy rounds them, so that both give the same graph. */

#ifndef CLICS_KERNEL_H
#define CLICS_KERNEL_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MONOMIALS 34 /* x^a y^b z^c of degree 1 to 4 */
#define MOMENT (MONOMIALS + 1)
#define DIRECTIONS 6 /* degrees of the bond-orientational order parameters */
#define COSINES 9
#define TOLERANCES 3
#define WIDTHS 2
#define RANKS 6
#define LATTICE_VECTORS 20
#define FLOOR 1e-4

typedef struct {
    int neighbours, range;
    double tie_width;
} Settings;

/* Tables that the numpy modules own. */
typedef struct {
    const double *special_cosines; /* (COSINES,) */
    const double *shell_tolerances; /* (TOLERANCES,) Å */
    const double *radial_widths; /* (WIDTHS,) */
    const int64_t *edge_ranks; /* (RANKS,) ascending */
    const int64_t *exponents; /* (MONOMIALS, 3) */
    const double *frequencies; /* (functions,) of the waves of an atom's signature */
    const double *phases; /* (at least n, functions) */
    int functions, rounds;
    double class_tolerance;
    const int64_t *indices; /* (reflections, 3) */
    const int64_t *changes; /* (bases, 3, 3) unimodular */
    const double *forms; /* (bases, 9) */
    int reflections, bases;
    double blend, least, absent; /* scale and least weight of the average over bases; magnitude of an absent reflection */
} Tables;

/* Neighbours of n atoms, sorted by centre, then distance and vector, both in steps. */
typedef struct {
    int64_t *offsets; /* (n + 1,) */
    int64_t *target;
    double *distance;
    double *vector; /* (E, 3) */
} Neighbours;

static inline double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
static inline double length(const double *a) { return sqrt(dot(a, a)); }
static inline void row_times_matrix(const double *row, const double *matrix, double *result) {
    for (int k = 0; k < 3; k++) result[k] = row[0] * matrix[k] + row[1] * matrix[3 + k] + row[2] * matrix[6 + k];
}
static inline double log_scale(double x) { return (log10(x + FLOOR) + 4.0) / 2.0 - 1.0; }
/* Lengths that differ by rounding have the same number; see clics.model.graph.in_steps. */
static inline double in_steps(double x) { return rint(x * 9876543.21); }
double determinant(const double *m);
void invert(const double *m, double *inverse);

/* Sum of log_scale over many numbers: logarithms of products, since a logarithm costs as much as 20 products. */
typedef struct {
    double product, logarithms;
    int factors, count;
} LogSum;
static inline void log_sum_add(LogSum *sum, double x) {
    sum->product *= x + FLOOR;
    sum->count++;
    if (++sum->factors == 40) {
        sum->logarithms += log10(sum->product);
        sum->product = 1.0;
        sum->factors = 0;
    }
}
static inline double log_sum(const LogSum *sum) {
    return (sum->logarithms + log10(sum->product) + 4.0 * sum->count) / 2.0 - sum->count;
}

/* cell.c */
int primitive_cell(double *lattice, int64_t *numbers, double *frac, int n, double tolerance, int64_t *primitive_atom);
void shortest_vectors(const double *lattice, double *lengths);

/* neighbours.c: 0, -1 (memory), or -2 (neighbours out of reach) */
int neighbour_lists(const double *lattice, const double *frac, int n, int count, double margin, Neighbours *result);
void free_neighbours(Neighbours *lists);

/* classes.c: number of classes, or -1 */
int equivalence_classes(const int64_t *numbers, const double *ranges, int range, const int64_t *offsets,
                        const int64_t *target, const double *distance, const double *weights, const double *monomials,
                        int n, const Tables *tables, int64_t *classes);

/* channels.c */
void direction_monomials(const double *unit, const int64_t *exponents, double *result);
int atom_channels(const double *ranges, int range, double scale, const double *unit, const double *distance,
                  const double *weights, int edges, const Tables *tables, float *result);
void edge_channels(const double *distance, int edges, const Tables *tables, float *result);
int crystal_channels(const double *lattice, const int64_t *numbers, const double *ranges, int n, int range, double scale,
                     const Tables *tables, float *result);

/* reflections.c */
int reflection_channels(const double *lattice, const double *frac, const int64_t *site, int n, int sites,
                        const Tables *tables, float *result);

#endif
