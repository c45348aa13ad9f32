/* clics.model.equivalence: atoms with the same surroundings, by colour refinement. */

#include "kernel.h"

/* How often each monomial occurs in the expansion of (x x' + y y' + z z')^degree. */
static double multinomial(const int64_t *exponents) {
    static const double factorial[5] = {1, 1, 2, 6, 24};
    return factorial[exponents[0] + exponents[1] + exponents[2]]
           / (factorial[exponents[0]] * factorial[exponents[1]] * factorial[exponents[2]]);
}

/* Split each class where signatures (n, width) differ by more than the tolerance; the new number of classes. */
static int split(const int64_t *classes, const double *signature, int width, int n, double tolerance, int64_t *refined) {
    int count = 0;
    for (int atom = 0; atom < n; atom++) refined[atom] = -1;
    for (int atom = 0; atom < n; atom++) {
        if (refined[atom] >= 0) continue;
        const double *own = signature + (size_t)width * atom;
        for (int other = atom; other < n; other++) {
            if (refined[other] >= 0 || classes[other] != classes[atom]) continue;
            const double *its = signature + (size_t)width * other;
            int k = 0;
            while (k < width && fabs(its[k] - own[k]) < tolerance) k++;
            if (k == width) refined[other] = count;
        }
        count++;
    }
    return count;
}

/* Signature of an atom: sums over edges of waves of the distance, and for powers p of the cosine between two edges
   Σ_kl wave_k wave_l cos^p, which is the squared length of the tensor Σ_k wave_k u_k^⊗p. */
static void signature_of(int64_t first, int64_t end, const int64_t *target, const double *distance,
                         const double *weights, const double *monomials, const int64_t *classes, double mean_edges,
                         const double *multiplicities, const Tables *tables, double *signature) {
    const int functions = tables->functions;
    for (int f = 0; f < functions; f++) {
        double sum = 0.0, tensor[MONOMIALS] = {0}, squared[4] = {0};
        for (int64_t e = first; e < end; e++) {
            const double phase = tables->phases[classes[target[e]] * functions + f];
            const double wave = weights[e] * cos(distance[e] * tables->frequencies[f] + phase);
            const double *own = monomials + MONOMIALS * e;
            sum += wave;
            for (int k = 0; k < MONOMIALS; k++) tensor[k] += wave * own[k];
        }
        for (int k = 0; k < MONOMIALS; k++) {
            const int64_t *exponents = tables->exponents + 3 * k;
            squared[exponents[0] + exponents[1] + exponents[2] - 1] += multiplicities[k] * tensor[k] * tensor[k];
        }
        signature[f] = sum / mean_edges;
        for (int degree = 0; degree < 4; degree++) signature[(degree + 1) * functions + f] = squared[degree] / mean_edges;
    }
}

int equivalence_classes(const int64_t *numbers, const double *ranges, int range, const int64_t *offsets,
                        const int64_t *target, const double *distance, const double *weights, const double *monomials,
                        int n, const Tables *tables, int64_t *classes) {
    const int width = 5 * tables->functions;
    double multiplicities[MONOMIALS], *signature = malloc((size_t)width * n * sizeof *signature);
    int64_t *refined = malloc(n * sizeof *refined);
    int count = -1;
    if (!signature || !refined) goto end;
    for (int k = 0; k < MONOMIALS; k++) multiplicities[k] = multinomial(tables->exponents + 3 * k);
    for (int atom = 0; atom < n; atom++) { /* elements, by ascending atomic number */
        int64_t below[128] = {0};
        classes[atom] = 0;
        for (int other = 0; other < n; other++)
            if (numbers[other] < numbers[atom] && !below[numbers[other] & 127]++) classes[atom]++;
    }
    count = split(classes, ranges, range, n, tables->class_tolerance, refined);
    memcpy(classes, refined, n * sizeof *classes);
    const double mean_edges = (double)offsets[n] / n;
    for (int round = 0; round < tables->rounds; round++) {
        for (int atom = 0; atom < n; atom++)
            signature_of(offsets[atom], offsets[atom + 1], target, distance, weights, monomials, classes, mean_edges,
                         multiplicities, tables, signature + (size_t)width * atom);
        const int finer = split(classes, signature, width, n, tables->class_tolerance, refined);
        memcpy(classes, refined, n * sizeof *classes);
        if (finer == count) break;
        count = finer;
    }
end:
    free(signature);
    free(refined);
    return count;
}
