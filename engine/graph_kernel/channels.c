/* clics.model.channels: distances and angles on a logarithmic scale. */

#include "kernel.h"

#define FARTHEST 6.2 /* tolerances beyond which exp(-x²) does not change a sum that is at least 1 */

void direction_monomials(const double *unit, const int64_t *exponents, double *result) {
    double powers[3][5];
    for (int k = 0; k < 3; k++) {
        powers[k][0] = 1.0;
        for (int degree = 1; degree < 5; degree++) powers[k][degree] = powers[k][degree - 1] * unit[k];
    }
    for (int m = 0; m < MONOMIALS; m++) {
        const int64_t *exponent = exponents + 3 * m;
        result[m] = powers[0][exponent[0]] * powers[1][exponent[1]] * powers[2][exponent[2]];
    }
}

static void legendre(double x, double *result) { /* of degrees 1 to DIRECTIONS */
    double previous = 1.0, current = x;
    result[0] = x;
    for (int degree = 2; degree <= DIRECTIONS; degree++) {
        const double next = ((2 * degree - 1) * x * current - (degree - 1) * previous) / degree;
        previous = current;
        current = next;
        result[degree - 1] = next;
    }
}

/* Bond-orientational order parameters and special angles of an atom, from all pairs of its edges. */
static void angle_channels(const double *unit, const double *distance, const double *weights, int edges,
                           const Tables *tables, double *amplitudes, float *order, float *special) {
    double nearest = distance[0], power[WIDTHS][DIRECTIONS] = {{0}}, totals[WIDTHS] = {0};
    double weighted[COSINES] = {0}, pairs = 0.0;
    LogSum plain[COSINES];
    for (int c = 0; c < COSINES; c++) plain[c] = (LogSum){1.0, 0.0, 0, 0};
    for (int k = 1; k < edges; k++)
        if (distance[k] < nearest) nearest = distance[k];
    for (int w = 0; w < WIDTHS; w++)
        for (int k = 0; k < edges; k++) {
            const double beyond = distance[k] / nearest - 1.0;
            const double amplitude = weights[k] * exp(-(beyond * beyond) / tables->radial_widths[w]);
            amplitudes[w * edges + k] = amplitude;
            totals[w] += amplitude;
            for (int degree = 0; degree < DIRECTIONS; degree++) power[w][degree] += amplitude * amplitude;
        }
    for (int k = 0; k < edges; k++)
        for (int l = k + 1; l < edges; l++) {
            const double cosine = dot(unit + 3 * k, unit + 3 * l), weight = weights[k] * weights[l];
            double polynomial[DIRECTIONS];
            legendre(cosine, polynomial);
            for (int w = 0; w < WIDTHS; w++) {
                const double pair = 2.0 * amplitudes[w * edges + k] * amplitudes[w * edges + l];
                for (int degree = 0; degree < DIRECTIONS; degree++) power[w][degree] += pair * polynomial[degree];
            }
            pairs += weight;
            for (int c = 0; c < COSINES; c++) {
                const double off = fabs(cosine - tables->special_cosines[c]);
                if (weight == 1.0) log_sum_add(&plain[c], off);
                else weighted[c] += weight * log_scale(off);
            }
        }
    for (int w = 0; w < WIDTHS; w++)
        for (int degree = 0; degree < DIRECTIONS; degree++) {
            const double share = power[w][degree] / (totals[w] * totals[w]);
            order[w * DIRECTIONS + degree] = (float)log_scale(share > 0.0 ? sqrt(share) : 0.0);
        }
    for (int c = 0; c < COSINES; c++) special[c] = (float)((log_sum(&plain[c]) + weighted[c]) / pairs);
}

int atom_channels(const double *ranges, int range, double scale, const double *unit, const double *distance,
                  const double *weights, int edges, const Tables *tables, float *result) {
    double *amplitudes = malloc((size_t)WIDTHS * edges * sizeof *amplitudes);
    if (!amplitudes) return -1;
    for (int k = 0; k < range; k++) result[k] = (float)(ranges[k] / scale - 1.5);
    result += range;
    for (int k = 0; k < range - 1; k++) result[k] = (float)log_scale(ranges[k + 1] - ranges[k]);
    result += range - 1;
    for (int t = 0; t < TOLERANCES; t++) {
        const double squared = tables->shell_tolerances[t] * tables->shell_tolerances[t];
        double shells = 0.0;
        for (int k = 0; k < range - 1; k++) {
            const double gap = ranges[k + 1] - ranges[k];
            shells += gap * gap / (gap * gap + squared);
        }
        result[t] = (float)(shells / range);
    }
    result += TOLERANCES;
    angle_channels(unit, distance, weights, edges, tables, amplitudes, result, result + WIDTHS * DIRECTIONS);
    free(amplitudes);
    return 0;
}

void edge_channels(const double *distance, int edges, const Tables *tables, float *result) {
    const int deepest = (int)tables->edge_ranks[RANKS - 1];
    for (int edge = 0; edge < edges; edge++) {
        double closest[16]; /* ascending; ranks are below 16 */
        int filled = 0;
        for (int other = 0; other < edges; other++) {
            if (other == edge) continue;
            const double difference = fabs(distance[other] - distance[edge]);
            if (filled > deepest && difference >= closest[deepest]) continue;
            int at = filled > deepest ? deepest : filled++;
            for (; at > 0 && closest[at - 1] > difference; at--) closest[at] = closest[at - 1];
            closest[at] = difference;
        }
        for (int r = 0; r < RANKS; r++) {
            const int rank = (int)tables->edge_ranks[r];
            const double difference = rank < filled && closest[rank] < 10.0 ? closest[rank] : 10.0;
            result[RANKS * edge + r] = (float)log_scale(difference);
        }
    }
}

/* Effective numbers of distinct distance lists among ``members`` (m,) of one element, at each tolerance. */
static int effective_classes(const double *ranges, int range, const int *members, int m, const Tables *tables,
                             double *result) {
    double *equal = malloc((size_t)TOLERANCES * m * sizeof *equal), widest = 0.0;
    if (!equal) return -1;
    for (int i = 0; i < TOLERANCES * m; i++) equal[i] = 1.0;
    for (int t = 0; t < TOLERANCES; t++)
        if (tables->shell_tolerances[t] > widest) widest = tables->shell_tolerances[t];
    for (int i = 0; i < m; i++)
        for (int j = i + 1; j < m; j++) {
            const double *a = ranges + (size_t)range * members[i], *b = ranges + (size_t)range * members[j];
            double farthest = 0.0;
            for (int k = 0; k < range && farthest <= FARTHEST * widest; k++) {
                const double difference = fabs(a[k] - b[k]);
                if (difference > farthest) farthest = difference;
            }
            for (int t = 0; t < TOLERANCES; t++) {
                const double x = farthest / tables->shell_tolerances[t];
                if (x > FARTHEST) continue;
                const double share = exp(-x * x);
                equal[t * m + i] += share;
                equal[t * m + j] += share;
            }
        }
    for (int t = 0; t < TOLERANCES; t++) {
        result[t] = 0.0;
        for (int i = 0; i < m; i++) result[t] += 1.0 / equal[t * m + i];
    }
    free(equal);
    return 0;
}

/* Gaps between neighbour distances over all atoms: mean, least and largest logarithm, logarithm of the mean. */
static void gap_channels(const double *ranges, int n, int range, float *result) {
    for (int k = 0; k < range - 1; k++) {
        LogSum logarithms = {1.0, 0.0, 0, 0};
        double least = INFINITY, most = -INFINITY, sum = 0.0;
        for (int atom = 0; atom < n; atom++) {
            const double *own = ranges + (size_t)range * atom, gap = own[k + 1] - own[k];
            log_sum_add(&logarithms, gap);
            if (gap < least) least = gap;
            if (gap > most) most = gap;
            sum += gap;
        }
        result[k] = (float)(log_sum(&logarithms) / n);
        result[range - 1 + k] = (float)log_scale(least);
        result[2 * (range - 1) + k] = (float)log_scale(most);
        result[3 * (range - 1) + k] = (float)log_scale(sum / n);
    }
}

static void add_spread(const double *ranges, int range, const int *members, int m, double *mean, double *most) {
    for (int k = 0; k < range; k++) {
        double centre = 0.0, squared = 0.0;
        for (int i = 0; i < m; i++) centre += ranges[(size_t)range * members[i] + k];
        centre /= m;
        for (int i = 0; i < m; i++) {
            const double off = ranges[(size_t)range * members[i] + k] - centre;
            squared += off * off;
        }
        const double deviation = sqrt(squared / m);
        mean[k] += m * deviation;
        if (deviation > most[k]) most[k] = deviation;
    }
}

int crystal_channels(const double *lattice, const int64_t *numbers, const double *ranges, int n, int range, double scale,
                     const Tables *tables, float *result) {
    double lengths[LATTICE_VECTORS], *spread = calloc(2 * range, sizeof *spread);
    double classes[TOLERANCES] = {0}, least_share[TOLERANCES];
    int *members = malloc(n * sizeof *members), status = -1;
    if (!spread || !members) goto end;
    for (int t = 0; t < TOLERANCES; t++) least_share[t] = INFINITY;
    for (int element = 0; element < 128; element++) {
        double own[TOLERANCES];
        int m = 0;
        for (int atom = 0; atom < n; atom++)
            if (numbers[atom] == element) members[m++] = atom;
        if (!m) continue;
        add_spread(ranges, range, members, m, spread, spread + range);
        if (effective_classes(ranges, range, members, m, tables, own)) goto end;
        for (int t = 0; t < TOLERANCES; t++) {
            classes[t] += own[t];
            if (own[t] / m < least_share[t]) least_share[t] = own[t] / m;
        }
    }
    shortest_vectors(lattice, lengths);
    for (int k = 0; k < LATTICE_VECTORS; k++) result[k] = (float)(lengths[k] / scale / 2.0 - 1.0);
    result += LATTICE_VECTORS;
    for (int k = 0; k < LATTICE_VECTORS - 1; k++) result[k] = (float)log_scale(lengths[k + 1] - lengths[k]);
    result += LATTICE_VECTORS - 1;
    gap_channels(ranges, n, range, result);
    result += 4 * (range - 1);
    for (int k = 0; k < range; k++) {
        result[k] = (float)log_scale(spread[k] / n);
        result[range + k] = (float)log_scale(spread[range + k]);
    }
    result += 2 * range;
    for (int t = 0; t < TOLERANCES; t++) {
        result[3 * t] = (float)(classes[t] / n);
        result[3 * t + 1] = (float)least_share[t];
        result[3 * t + 2] = (float)log10(classes[t]);
    }
    result += 3 * TOLERANCES;
    result[0] = (float)log10(n);
    result[1] = (float)(scale / 2.0 - 1.0);
    status = 0;
end:
    free(spread);
    free(members);
    return status;
}
