/* clics.model.cell: the primitive cell and its reduced lattice. */

#include "kernel.h"

double determinant(const double *m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

void invert(const double *m, double *inverse) {
    const double d = 1.0 / determinant(m);
    inverse[0] = (m[4] * m[8] - m[5] * m[7]) * d;
    inverse[1] = (m[2] * m[7] - m[1] * m[8]) * d;
    inverse[2] = (m[1] * m[5] - m[2] * m[4]) * d;
    inverse[3] = (m[5] * m[6] - m[3] * m[8]) * d;
    inverse[4] = (m[0] * m[8] - m[2] * m[6]) * d;
    inverse[5] = (m[2] * m[3] - m[0] * m[5]) * d;
    inverse[6] = (m[3] * m[7] - m[4] * m[6]) * d;
    inverse[7] = (m[1] * m[6] - m[0] * m[7]) * d;
    inverse[8] = (m[0] * m[4] - m[1] * m[3]) * d;
}

static double image_length(const double *gap, const double *lattice) {
    double nearest[3], cartesian[3];
    for (int k = 0; k < 3; k++) nearest[k] = gap[k] - rint(gap[k]);
    row_times_matrix(nearest, lattice, cartesian);
    return length(cartesian);
}

/* --- reduction ---------------------------------------------------------------------------------------------------- */

static void sort_by_length(double basis[9]) {
    for (int i = 1; i < 3; i++)
        for (int j = i; j > 0 && length(basis + 3 * j) < length(basis + 3 * j - 3); j--)
            for (int k = 0; k < 3; k++) {
                const double other = basis[3 * j + k];
                basis[3 * j + k] = basis[3 * j - 3 + k];
                basis[3 * j - 3 + k] = other;
            }
}

static double total_length(const double *basis) { return length(basis) + length(basis + 3) + length(basis + 6); }

static void minkowski_reduce(double basis[9]) {
    for (int round = 0; round < 100; round++) {
        double shorter[9];
        sort_by_length(basis);
        memcpy(shorter, basis, sizeof shorter);
        double *a = shorter, *b = shorter + 3, *c = shorter + 6;
        const double along = rint(dot(a, b) / dot(a, a));
        for (int k = 0; k < 3; k++) b[k] -= along * a[k];
        /* the lattice point of the plane of a and b that lies nearest to c, and those around it */
        const double aa = dot(a, a), ab = dot(a, b), bb = dot(b, b), ac = dot(a, c), bc = dot(b, c);
        const double area = aa * bb - ab * ab;
        const double u = rint((ac * bb - bc * ab) / area), v = rint((bc * aa - ac * ab) / area);
        double best = INFINITY, nearest[3] = {0};
        for (int i = -1; i <= 1; i++)
            for (int j = -1; j <= 1; j++) {
                double candidate[3];
                for (int k = 0; k < 3; k++) candidate[k] = c[k] - ((u + i) * a[k] + (v + j) * b[k]);
                const double squared = dot(candidate, candidate);
                if (squared < best) {
                    best = squared;
                    memcpy(nearest, candidate, sizeof nearest);
                }
            }
        memcpy(c, nearest, sizeof nearest);
        const int done = total_length(shorter) > total_length(basis) * (1 - 1e-9);
        memcpy(basis, shorter, sizeof shorter);
        if (done) {
            sort_by_length(basis);
            return;
        }
    }
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void shortest_vectors(const double *lattice, double *lengths) {
    double every[364];
    int count = 0;
    for (int i = 0; i <= 4; i++)
        for (int j = i ? -4 : 0; j <= 4; j++)
            for (int k = i || j ? -4 : 1; k <= 4; k++) {
                const double step[3] = {i, j, k};
                double vector[3];
                row_times_matrix(step, lattice, vector);
                every[count++] = length(vector);
            }
    qsort(every, count, sizeof *every, ascending);
    memcpy(lengths, every, LATTICE_VECTORS * sizeof *lengths);
}

/* --- pure translations -------------------------------------------------------------------------------------------- */

/* Atoms in the boxes of a fractional grid, so that an atom at a given place is found without trying all. */
typedef struct {
    int side;
    int *first, *next; /* first atom of a box, next one of the same box; -1: none */
    double reach[3]; /* fractional coordinates by which a distance of the tolerance can differ */
} Grid;

static int box_of(double x, int side) {
    const int box = (int)floor((x - floor(x)) * side);
    return box < side ? box : side - 1;
}

static int make_grid(Grid *grid, const double *lattice, const double *frac, int n, double tolerance) {
    double inverse[9];
    invert(lattice, inverse);
    grid->side = 1;
    while ((grid->side + 1) * (grid->side + 1) * (grid->side + 1) <= n) grid->side++;
    const int side = grid->side, boxes = side * side * side;
    grid->first = malloc(boxes * sizeof(int));
    grid->next = malloc(n * sizeof(int));
    if (!grid->first || !grid->next) return -1;
    for (int box = 0; box < boxes; box++) grid->first[box] = -1;
    for (int atom = 0; atom < n; atom++) {
        const double *x = frac + 3 * atom;
        const int box = (box_of(x[0], side) * side + box_of(x[1], side)) * side + box_of(x[2], side);
        grid->next[atom] = grid->first[box];
        grid->first[box] = atom;
    }
    for (int k = 0; k < 3; k++) {
        const double column[3] = {inverse[k], inverse[3 + k], inverse[6 + k]};
        grid->reach[k] = tolerance * length(column);
    }
    return 0;
}

static int atom_at(const Grid *grid, const double *place, int64_t number, const double *lattice, const int64_t *numbers,
                   const double *frac, double tolerance) {
    const int side = grid->side;
    int low[3], high[3];
    for (int k = 0; k < 3; k++) {
        low[k] = (int)floor((place[k] - grid->reach[k] - 1e-9) * side);
        high[k] = (int)floor((place[k] + grid->reach[k] + 1e-9) * side);
        if (high[k] - low[k] >= side) high[k] = low[k] + side - 1;
    }
    for (int i = low[0]; i <= high[0]; i++)
        for (int j = low[1]; j <= high[1]; j++)
            for (int k = low[2]; k <= high[2]; k++) {
                const int x = (i % side + side) % side, y = (j % side + side) % side, z = (k % side + side) % side;
                for (int atom = grid->first[(x * side + y) * side + z]; atom >= 0; atom = grid->next[atom]) {
                    if (numbers[atom] != number) continue;
                    double gap[3];
                    for (int c = 0; c < 3; c++) gap[c] = place[c] - frac[3 * atom + c];
                    if (image_length(gap, lattice) < tolerance) return atom;
                }
            }
    return -1;
}

/* Translations (m, 3), zero first, written to ``kept`` of room for n; -1 where memory runs out. */
static int pure_translations(const double *lattice, const int64_t *numbers, const double *frac, int n, double tolerance,
                             double *kept) {
    int64_t rarest = 0, divisor = 0;
    int least = n + 1;
    memset(kept, 0, 3 * sizeof *kept);
    for (int atom = 0; atom < n; atom++) {
        int count = 0, seen = 0;
        for (int other = 0; other < n; other++) {
            if (numbers[other] != numbers[atom]) continue;
            seen |= other < atom;
            count++;
        }
        if (seen) continue;
        for (int64_t a = count; a; ) {
            const int64_t rest = divisor % a;
            divisor = a;
            a = rest;
        }
        if (count < least || (count == least && numbers[atom] < rarest)) {
            least = count;
            rarest = numbers[atom];
        }
    }
    if (divisor == 1) return 1;
    Grid grid = {0};
    int m = -1;
    if (make_grid(&grid, lattice, frac, n, tolerance) == 0) {
        int first = 0;
        while (numbers[first] != rarest) first++;
        m = 1;
        for (int candidate = first + 1; candidate < n; candidate++) {
            if (numbers[candidate] != rarest) continue;
            double shift[3];
            for (int k = 0; k < 3; k++) shift[k] = frac[3 * candidate + k] - frac[3 * first + k];
            int maps = 1;
            for (int atom = 0; atom < n && maps; atom++) {
                double place[3];
                for (int k = 0; k < 3; k++) place[k] = frac[3 * atom + k] + shift[k];
                maps = atom_at(&grid, place, numbers[atom], lattice, numbers, frac, tolerance) >= 0;
            }
            if (maps) memcpy(kept + 3 * m++, shift, sizeof shift);
        }
    }
    free(grid.first);
    free(grid.next);
    return m;
}

/* --- folding ------------------------------------------------------------------------------------------------------ */

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

/* Triangular basis of the integer lattice that ``rows`` (count, 3) span (Hermite normal form by Euclid). */
static void row_style_basis(int64_t *rows, int count, int64_t basis[9]) {
    for (int column = 0; column < 3; column++) {
        int pivot = -1;
        for (;;) {
            int live = 0;
            pivot = -1;
            for (int r = 0; r < count; r++) {
                if (!rows[3 * r + column]) continue;
                live++;
                if (pivot < 0 || llabs(rows[3 * r + column]) < llabs(rows[3 * pivot + column])) pivot = r;
            }
            if (live <= 1) break;
            for (int r = 0; r < count; r++) {
                if (r == pivot || !rows[3 * r + column]) continue;
                const int64_t times = floor_divide(rows[3 * r + column], rows[3 * pivot + column]);
                for (int k = 0; k < 3; k++) rows[3 * r + k] -= times * rows[3 * pivot + k];
            }
        }
        memcpy(basis + 3 * column, rows + 3 * pivot, 3 * sizeof *rows);
        memset(rows + 3 * pivot, 0, 3 * sizeof *rows);
    }
}

typedef struct {
    double distance;
    double gap[3];
    int atom;
} Candidate;

static int nearer(const void *a, const void *b) {
    const Candidate *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    return x->atom - y->atom;
}

/* Fold the crystal, in place, into the cell that m translations and its own lattice span; the new number of atoms. */
static int fold(double *lattice, int64_t *numbers, double *frac, int n, const double *translations, int m,
                double tolerance, int64_t *primitive_atom) {
    int64_t basis[9], *rows = calloc(3 * (m + 3), sizeof *rows);
    Candidate *candidates = malloc(n * sizeof *candidates);
    double *folded = malloc(3 * n * sizeof *folded);
    int count = -1;
    if (!rows || !candidates || !folded) goto end;
    for (int k = 0; k < 3; k++) rows[4 * k] = m;
    for (int i = 0; i < 3 * m; i++) rows[9 + i] = (int64_t)rint(translations[i] * m);
    row_style_basis(rows, m + 3, basis);
    const double fraction = (double)m * m * m / fabs((double)(basis[0] * basis[4] * basis[8]));
    count = n;
    if (rint(fraction) != m) goto end; /* the translations do not close into a lattice: keep the cell */
    double small[9], own[9];
    for (int i = 0; i < 9; i++) small[i] = (double)basis[i] / m;
    for (int i = 0; i < 3; i++) row_times_matrix(small + 3 * i, lattice, own + 3 * i);
    for (int atom = 0; atom < n; atom++) {
        const double *f = frac + 3 * atom;
        double *x = folded + 3 * atom; /* x · small = f, small is upper triangular */
        x[0] = f[0] / small[0];
        x[1] = (f[1] - x[0] * small[1]) / small[4];
        x[2] = (f[2] - x[0] * small[2] - x[1] * small[5]) / small[8];
        primitive_atom[atom] = -1;
    }
    count = 0;
    for (int atom = 0; atom < n; atom++) {
        if (primitive_atom[atom] >= 0) continue;
        int near = 0, far = n; /* candidates from the front; those beyond any tolerance from the back */
        for (int other = 0; other < n; other++) {
            if (primitive_atom[other] >= 0 || numbers[other] != numbers[atom]) continue;
            Candidate c = {.atom = other};
            for (int k = 0; k < 3; k++) {
                c.gap[k] = folded[3 * other + k] - folded[3 * atom + k];
                c.gap[k] -= rint(c.gap[k]);
            }
            c.distance = image_length(c.gap, own);
            if (c.distance < 8 * tolerance) candidates[near++] = c;
            else candidates[--far] = c;
        }
        if (near < m) {
            memmove(candidates + near, candidates + far, (n - far) * sizeof *candidates);
            near += n - far;
        }
        qsort(candidates, near, sizeof *candidates, nearer);
        const int members = near < m ? near : m;
        double mean[3] = {0};
        for (int i = 0; i < members; i++) {
            primitive_atom[candidates[i].atom] = count;
            for (int k = 0; k < 3; k++) mean[k] += candidates[i].gap[k];
        }
        /* atoms before this one are assigned, so that its place in ``numbers`` and ``frac`` is free */
        numbers[count] = numbers[atom];
        for (int k = 0; k < 3; k++) frac[3 * count + k] = folded[3 * atom + k] + mean[k] / members;
        count++;
    }
    memcpy(lattice, own, sizeof own);
end:
    free(rows);
    free(candidates);
    free(folded);
    return count;
}

/* Replace a crystal by its primitive cell with a Minkowski-reduced lattice, in place.

   Returns the number of atoms of the primitive cell, or -1. */
int primitive_cell(double *lattice, int64_t *numbers, double *frac, int n, double tolerance, int64_t *primitive_atom) {
    double *translations = malloc(3 * n * sizeof *translations);
    if (!translations) return -1;
    for (int atom = 0; atom < n; atom++) primitive_atom[atom] = atom;
    const int m = pure_translations(lattice, numbers, frac, n, tolerance, translations);
    int count = m < 0 ? -1 : n;
    if (m > 1) count = fold(lattice, numbers, frac, n, translations, m, tolerance, primitive_atom);
    free(translations);
    if (count < 0) return -1;
    double reduced[9], inverse[9];
    memcpy(reduced, lattice, sizeof reduced);
    minkowski_reduce(reduced);
    invert(reduced, inverse);
    for (int atom = 0; atom < count; atom++) {
        double cartesian[3], *x = frac + 3 * atom;
        row_times_matrix(x, lattice, cartesian);
        row_times_matrix(cartesian, inverse, x);
        for (int k = 0; k < 3; k++) x[k] -= floor(x[k]);
    }
    memcpy(lattice, reduced, sizeof reduced);
    return count;
}
