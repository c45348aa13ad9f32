/* clics.model.reflections: magnitudes of structure factors, averaged over all reduced bases. */

#include "kernel.h"

#define HIGHEST 12 /* an index in terms of the given basis: (2, 2, 2) or 6 times an entry of an adjugate of -1, 0, 1 */
#define SPAN (2 * HIGHEST + 1)

typedef struct {
    double real, imaginary;
} Complex;

static Complex times(Complex a, Complex b) {
    return (Complex){a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real};
}

/* Channels of one reflection: is it absent, its mean square, do all sites scatter in phase? */
static void channels_of(const int *hkl, const Complex *waves, const int64_t *site, const double *counts, int n, int sites,
                        double absent, Complex *sums, double *result) {
    memset(sums, 0, sites * sizeof *sums);
    for (int atom = 0; atom < n; atom++) {
        const Complex *own = waves + (size_t)3 * SPAN * atom + HIGHEST;
        const Complex value = times(times(own[hkl[0]], own[SPAN + hkl[1]]), own[2 * SPAN + hkl[2]]);
        sums[site[atom]].real += value.real;
        sums[site[atom]].imaginary += value.imaginary;
    }
    double most = 0.0, least = 2.0, square = 0.0;
    for (int s = 0; s < sites; s++) {
        const double real = sums[s].real, imaginary = sums[s].imaginary;
        const double magnitude = sqrt(real * real + imaginary * imaginary) / counts[s];
        if (magnitude > most) most = magnitude;
        if (magnitude < least) least = magnitude;
        square += counts[s] * magnitude * magnitude;
    }
    const double lack = least < 1.0 ? 1.0 - least : 0.0;
    result[0] = (log10(most + absent) + 3.0) / 1.5 - 1.0;
    result[1] = 2.0 * square / n - 1.0;
    result[2] = (log10(lack + absent) + 3.0) / 1.5 - 1.0;
}

static void adjugate(const int64_t *m, int *result) { /* the inverse of a matrix of determinant 1 */
    result[0] = (int)(m[4] * m[8] - m[5] * m[7]);
    result[1] = (int)(m[2] * m[7] - m[1] * m[8]);
    result[2] = (int)(m[1] * m[5] - m[2] * m[4]);
    result[3] = (int)(m[5] * m[6] - m[3] * m[8]);
    result[4] = (int)(m[0] * m[8] - m[2] * m[6]);
    result[5] = (int)(m[2] * m[3] - m[0] * m[5]);
    result[6] = (int)(m[3] * m[7] - m[4] * m[6]);
    result[7] = (int)(m[1] * m[6] - m[0] * m[7]);
    result[8] = (int)(m[0] * m[4] - m[1] * m[3]);
}

static void waves_of(const double *frac, int n, Complex *waves) {
    for (int i = 0; i < 3 * n; i++) {
        Complex *own = waves + (size_t)SPAN * i + HIGHEST;
        const double angle = 2.0 * 3.141592653589793 * frac[i];
        const Complex one = {cos(angle), sin(angle)};
        own[0] = (Complex){1.0, 0.0};
        for (int h = 1; h <= HIGHEST; h++) {
            own[h] = times(own[h - 1], one);
            own[-h] = (Complex){own[h].real, -own[h].imaginary};
        }
    }
}

int reflection_channels(const double *lattice, const double *frac, const int64_t *site, int n, int sites,
                        const Tables *tables, float *result) {
    const int reflections = tables->reflections;
    double metric[9], least = INFINITY, total = 0.0;
    double *sums = malloc(tables->bases * sizeof *sums), *counts = calloc(sites, sizeof *counts);
    double *mean = calloc(3 * reflections, sizeof *mean), *known = NULL;
    Complex *waves = malloc((size_t)3 * SPAN * n * sizeof *waves), *by_site = malloc(sites * sizeof *by_site);
    char *done = calloc(SPAN * SPAN * SPAN, 1);
    int status = -1;
    known = malloc((size_t)3 * SPAN * SPAN * SPAN * sizeof *known);
    if (!sums || !counts || !mean || !waves || !by_site || !done || !known) goto end;
    const double unit = pow(fabs(determinant(lattice)), 2.0 / 3.0);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) metric[3 * i + j] = dot(lattice + 3 * i, lattice + 3 * j) / unit;
    for (int b = 0; b < tables->bases; b++) {
        const double *form = tables->forms + 9 * b;
        sums[b] = 0.0;
        for (int k = 0; k < 9; k++) sums[b] += form[k] * metric[k];
        if (sums[b] < least) least = sums[b];
    }
    for (int atom = 0; atom < n; atom++) counts[site[atom]]++;
    waves_of(frac, n, waves);
    const double farthest = least - tables->blend * log(tables->least);
    for (int b = 0; b < tables->bases; b++) {
        if (!(sums[b] < farthest)) continue;
        const double weight = exp(-(sums[b] - least) / tables->blend);
        int inverse[9];
        adjugate(tables->changes + 9 * b, inverse);
        total += weight;
        for (int r = 0; r < reflections; r++) {
            const int64_t *index = tables->indices + 3 * r;
            int hkl[3];
            for (int i = 0; i < 3; i++) {
                hkl[i] = 0;
                for (int j = 0; j < 3; j++) hkl[i] += inverse[3 * i + j] * (int)index[j];
            }
            const int at = ((hkl[0] + HIGHEST) * SPAN + hkl[1] + HIGHEST) * SPAN + hkl[2] + HIGHEST;
            double *own = known + (size_t)3 * at;
            if (!done[at]) {
                channels_of(hkl, waves, site, counts, n, sites, tables->absent, by_site, own);
                done[at] = 1;
            }
            for (int k = 0; k < 3; k++) mean[k * reflections + r] += weight * own[k];
        }
    }
    for (int i = 0; i < 3 * reflections; i++) result[i] = (float)(mean[i] / total);
    status = 0;
end:
    free(sums);
    free(counts);
    free(mean);
    free(known);
    free(waves);
    free(by_site);
    free(done);
    return status;
}
