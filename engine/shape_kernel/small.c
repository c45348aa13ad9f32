/* clics.descriptions.shapes.small: all assignments of up to eight vertices. */

#include "shapes.h"

#define BLOCK 64 /* assignments that are bounded together, so that compilers use vector instructions */
#define LARGEST 8 /* vertices */
#define PADDED 12 /* numbers of a 3 x 3 matrix, padded for vector instructions */
#define ROUGH 3
#define SLACK 1e-3f /* largest error of a bound in single precision */

/* Upper bounds of the nuclear norms of matrices (9, BLOCK). */
static void rough_bounds(const float (*m)[BLOCK], float *bounds) {
    float squares[BLOCK], products[BLOCK], twice[BLOCK];
    for (int k = 0; k < BLOCK; k++) {
        const float c0 = m[4][k] * m[8][k] - m[5][k] * m[7][k], c1 = m[5][k] * m[6][k] - m[3][k] * m[8][k];
        const float c2 = m[3][k] * m[7][k] - m[4][k] * m[6][k], c3 = m[2][k] * m[7][k] - m[1][k] * m[8][k];
        const float c4 = m[0][k] * m[8][k] - m[2][k] * m[6][k], c5 = m[1][k] * m[6][k] - m[0][k] * m[7][k];
        const float c6 = m[1][k] * m[5][k] - m[2][k] * m[4][k], c7 = m[2][k] * m[3][k] - m[0][k] * m[5][k];
        const float c8 = m[0][k] * m[4][k] - m[1][k] * m[3][k];
        squares[k] = m[0][k] * m[0][k] + m[1][k] * m[1][k] + m[2][k] * m[2][k] + m[3][k] * m[3][k] + m[4][k] * m[4][k]
                     + m[5][k] * m[5][k] + m[6][k] * m[6][k] + m[7][k] * m[7][k] + m[8][k] * m[8][k];
        products[k] = c0 * c0 + c1 * c1 + c2 * c2 + c3 * c3 + c4 * c4 + c5 * c5 + c6 * c6 + c7 * c7 + c8 * c8;
        twice[k] = 2.0f * fabsf(m[0][k] * c0 + m[1][k] * c1 + m[2][k] * c2);
        bounds[k] = sqrtf(3.0f * squares[k]);
    }
    for (int round = 0; round < ROUGH; round++)
        for (int k = 0; k < BLOCK; k++)
            bounds[k] = sqrtf(squares[k] + 2.0f * sqrtf(products[k] + twice[k] * bounds[k]));
}

/* M of one assignment, and its nuclear norm where that is above ``enough``. */
static double exact_overlap(const double *points, const double *reference, int n, const uint8_t *row, double enough) {
    double m[9] = {0};
    add_outer(points + 3 * n, reference + 3 * n, m);
    for (int i = 0; i < n; i++) add_outer(points + 3 * i, reference + 3 * row[i], m);
    return nuclear_norm(m, enough);
}

static void outer_product(const double *x, const double *y, float *m) {
    for (int k = 0; k < PADDED; k++) m[k] = k < 9 ? (float)(x[k / 3] * y[k % 3]) : 0.0f;
}

/* Assignments that follow each other share their first vertices, and with these the first terms of M. */
double best_of_assignments(const double *points, const double *reference, int n, const uint8_t *rows, size_t count) {
    float terms[LARGEST][LARGEST][PADDED], partial[LARGEST + 1][PADDED], rough[9][BLOCK] = {{0}}, bounds[BLOCK];
    double best = 0.0;
    outer_product(points + 3 * n, reference + 3 * n, partial[0]);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) outer_product(points + 3 * i, reference + 3 * j, terms[i][j]);
    for (size_t start = 0; start < count; start += BLOCK) {
        const int size = count - start < BLOCK ? (int)(count - start) : BLOCK;
        for (int k = 0; k < size; k++) {
            const uint8_t *row = rows + (start + k) * n;
            int same = 0;
            if (start + k)
                while (row[same] == row[same - n]) same++;
            for (int i = same; i < n; i++)
                for (int c = 0; c < PADDED; c++) partial[i + 1][c] = partial[i][c] + terms[i][row[i]][c];
            for (int c = 0; c < 9; c++) rough[c][k] = partial[n][c];
        }
        rough_bounds((const float(*)[BLOCK])rough, bounds);
        for (int k = 0; k < size; k++) {
            if (bounds[k] < (float)best - SLACK) continue;
            const double overlap = exact_overlap(points, reference, n, rows + (start + k) * n, best);
            if (overlap > best) best = overlap;
        }
    }
    return best;
}
