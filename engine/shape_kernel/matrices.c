/* clics.descriptions.shapes.overlap and .rotations, one matrix at a time. */

#include "shapes.h"

#define SINGULAR 1e-6

void add_outer(const double *x, const double *y, double *m) {
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) m[3 * a + b] += x[a] * y[b];
}

static void cofactors(const double *m, double *c) {
    c[0] = m[4] * m[8] - m[5] * m[7];
    c[1] = m[5] * m[6] - m[3] * m[8];
    c[2] = m[3] * m[7] - m[4] * m[6];
    c[3] = m[2] * m[7] - m[1] * m[8];
    c[4] = m[0] * m[8] - m[2] * m[6];
    c[5] = m[1] * m[6] - m[0] * m[7];
    c[6] = m[1] * m[5] - m[2] * m[4];
    c[7] = m[2] * m[3] - m[0] * m[5];
    c[8] = m[0] * m[4] - m[1] * m[3];
}

static double squares_of(const double *m) {
    double sum = 0.0;
    for (int i = 0; i < 9; i++) sum += m[i] * m[i];
    return sum;
}

/* Sum of the singular values, or an upper bound of it once that is below ``enough``: the bounds fall monotonically. */
double nuclear_norm(const double *m, double enough) {
    const double squares = squares_of(m);
    double total = sqrt(3.0 * squares);
    if (total < enough) return total;
    double c[9];
    cofactors(m, c);
    const double products = squares_of(c), twice = 2.0 * fabs(m[0] * c[0] + m[1] * c[1] + m[2] * c[2]);
    for (int round = 0; round < EXACT && total >= enough; round++)
        total = sqrt(squares + 2.0 * sqrt(products + twice * total));
    return total;
}

/* Newton's iteration; the result of a singular matrix is some nearly orthogonal one. */
void nearest_orthogonal(const double *m, int rounds, double *result) {
    const double norm = sqrt(squares_of(m)), unit = sqrt(3.0) / (norm > SINGULAR ? norm : SINGULAR);
    for (int i = 0; i < 9; i++) result[i] = m[i] * unit;
    for (int round = 0; round < rounds; round++) {
        double inverse[9];
        cofactors(result, inverse);
        double determinant = result[0] * inverse[0] + result[1] * inverse[1] + result[2] * inverse[2];
        if (fabs(determinant) < SINGULAR) determinant = SINGULAR;
        for (int i = 0; i < 9; i++) inverse[i] /= determinant;
        const double scale = sqrt(sqrt(squares_of(inverse) / squares_of(result)));
        for (int i = 0; i < 9; i++) result[i] = 0.5 * (result[i] * scale + inverse[i] / scale);
    }
}
