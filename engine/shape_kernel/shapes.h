/* Continuous shape measures in C, as in the numpy modules of clics.descriptions.shapes, which remain the reference and the
   fallback. Points are (n + 1, 3), normalised, the centre last; M = Σ xᵢ yᵢᵀ. */

#ifndef CLICS_SHAPES_H
#define CLICS_SHAPES_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST 16 /* vertices */
#define EXACT 14 /* rounds of iteration of an exact nuclear norm */

/* matrices.c */
double nuclear_norm(const double *m, double enough);
void nearest_orthogonal(const double *m, int rounds, double *result);
void add_outer(const double *x, const double *y, double *m);

/* assignment.c */
void assign(const double *gains, int n, int *columns);

/* small.c */
double best_of_assignments(const double *points, const double *reference, int n, const uint8_t *rows, size_t count);

/* large.c */
typedef struct {
    const double *points; /* (n + 1, 3) */
    const double *reference; /* (n + 1, 3) */
    const float *vertices; /* (starts, n, 3) of the reference, turned */
    const float *centres; /* (starts, 3) */
    int n, starts, rounds;
    const int64_t *keep; /* (rounds,) starts that go through each round of one-to-one assignments */
    double damping, tiny;
} Search;
/* The largest overlap, or -1 where memory runs out; up to ``room`` of the assignments found (room, n) and their number. */
double best_of_starts(const Search *search, int64_t *found, int room, int *count);

#endif
