/* clics.model.graph: neighbours of each atom out to a margin beyond a given number of them, by a cell list. */

#include "kernel.h"

typedef struct {
    double distance, vector[3]; /* Å */
    double steps[4]; /* distance and vector in steps: the order of equal distances must not depend on rounding or cell */
    int atom;
} Pair;

typedef struct {
    Pair *pairs;
    size_t count, room;
} Pairs;

/* Boxes of the cell along each lattice vector, and the atoms of each box. */
typedef struct {
    int sides[3];
    int *first, *next;
} Boxes;

static int by_distance(const void *a, const void *b) {
    const Pair *x = a, *y = b;
    for (int k = 0; k < 4; k++)
        if (x->steps[k] != y->steps[k]) return x->steps[k] < y->steps[k] ? -1 : 1;
    return x->atom - y->atom;
}

static int box_index(const Boxes *boxes, const int *place) {
    return (place[0] * boxes->sides[1] + place[1]) * boxes->sides[2] + place[2];
}

static int make_boxes(Boxes *boxes, const double *frac, int n, const double *heights, double radius) {
    size_t total = 1;
    for (int k = 0; k < 3; k++) {
        const double side = floor(heights[k] / (radius / 2));
        boxes->sides[k] = side < 1 ? 1 : side > 64 ? 64 : (int)side;
        total *= boxes->sides[k];
    }
    boxes->first = malloc(total * sizeof(int));
    boxes->next = malloc(n * sizeof(int));
    if (!boxes->first || !boxes->next) return -1;
    for (size_t box = 0; box < total; box++) boxes->first[box] = -1;
    for (int atom = n - 1; atom >= 0; atom--) {
        int place[3];
        for (int k = 0; k < 3; k++) {
            place[k] = (int)(frac[3 * atom + k] * boxes->sides[k]);
            if (place[k] >= boxes->sides[k]) place[k] = boxes->sides[k] - 1;
        }
        const int box = box_index(boxes, place);
        boxes->next[atom] = boxes->first[box];
        boxes->first[box] = atom;
    }
    return 0;
}

static int append(Pairs *all, const Pair *pair) {
    if (all->count == all->room) {
        const size_t room = all->room ? 2 * all->room : 4096;
        Pair *grown = realloc(all->pairs, room * sizeof *grown);
        if (!grown) return -1;
        all->pairs = grown;
        all->room = room;
    }
    all->pairs[all->count++] = *pair;
    return 0;
}

/* Append the pairs of one centre within ``radius``, sorted; -1 where memory runs out. */
static int pairs_of(int centre, const double *lattice, const double *frac, const double *cartesian, const Boxes *boxes,
                    const double *heights, double radius, Pairs *all) {
    const size_t start = all->count;
    int low[3], high[3];
    for (int k = 0; k < 3; k++) {
        const double x = frac[3 * centre + k], reach = radius / heights[k] + 1e-9;
        low[k] = (int)floor((x - reach) * boxes->sides[k]);
        high[k] = (int)floor((x + reach) * boxes->sides[k]);
    }
    int at[3];
    for (at[0] = low[0]; at[0] <= high[0]; at[0]++)
        for (at[1] = low[1]; at[1] <= high[1]; at[1]++)
            for (at[2] = low[2]; at[2] <= high[2]; at[2]++) {
                Pair pair;
                double shift[3], offset[3];
                int place[3];
                for (int k = 0; k < 3; k++) {
                    shift[k] = floor((double)at[k] / boxes->sides[k]);
                    place[k] = at[k] - (int)shift[k] * boxes->sides[k];
                }
                row_times_matrix(shift, lattice, offset);
                for (int atom = boxes->first[box_index(boxes, place)]; atom >= 0; atom = boxes->next[atom]) {
                    for (int k = 0; k < 3; k++)
                        pair.vector[k] = cartesian[3 * atom + k] + offset[k] - cartesian[3 * centre + k];
                    const double squared = dot(pair.vector, pair.vector);
                    if (squared > radius * radius || squared <= 1e-8) continue;
                    pair.atom = atom;
                    pair.distance = sqrt(squared);
                    pair.steps[0] = in_steps(pair.distance);
                    for (int k = 0; k < 3; k++) pair.steps[k + 1] = in_steps(pair.vector[k]);
                    if (append(all, &pair)) return -1;
                }
            }
    qsort(all->pairs + start, all->count - start, sizeof(Pair), by_distance);
    return 0;
}

static int copy_lists(const Pairs *all, Neighbours *result) {
    result->target = malloc((all->count + 1) * sizeof(int64_t));
    result->distance = malloc((all->count + 1) * sizeof(double));
    result->vector = malloc((3 * all->count + 1) * sizeof(double));
    if (!result->target || !result->distance || !result->vector) return -1;
    for (size_t e = 0; e < all->count; e++) {
        result->target[e] = all->pairs[e].atom;
        result->distance[e] = all->pairs[e].distance;
        memcpy(result->vector + 3 * e, all->pairs[e].vector, sizeof all->pairs[e].vector);
    }
    return 0;
}

void free_neighbours(Neighbours *lists) {
    free(lists->offsets);
    free(lists->target);
    free(lists->distance);
    free(lists->vector);
}

int neighbour_lists(const double *lattice, const double *frac, int n, int count, double margin, Neighbours *result) {
    const double volume = fabs(determinant(lattice));
    /* first guess: the sphere that holds some more than ``count`` atoms at the mean density */
    double radius = pow(3 * (count + 8) * volume / (4 * 3.141592653589793 * n), 1.0 / 3.0) * 1.1 + margin;
    double heights[3], inverse[9];
    invert(lattice, inverse);
    for (int k = 0; k < 3; k++) {
        const double column[3] = {inverse[k], inverse[3 + k], inverse[6 + k]};
        heights[k] = 1.0 / length(column);
    }
    double *cartesian = malloc(3 * n * sizeof *cartesian);
    Pairs all = {0};
    Boxes boxes = {0};
    int status = -1;
    result->offsets = malloc((n + 1) * sizeof *result->offsets);
    if (!cartesian || !result->offsets) goto end;
    for (int atom = 0; atom < n; atom++) row_times_matrix(frac + 3 * atom, lattice, cartesian + 3 * atom);
    for (int attempt = 0; attempt < 60; attempt++) {
        double images = n;
        for (int k = 0; k < 3; k++) images *= 2 * (ceil(radius / heights[k]) + 1) + 1;
        if (!(images <= 3e7)) {
            status = -2;
            goto end;
        }
        free(boxes.first);
        free(boxes.next);
        boxes = (Boxes){0};
        if (make_boxes(&boxes, frac, n, heights, radius)) goto end;
        all.count = 0;
        int enough = 1;
        double last = 0.0;
        for (int atom = 0; atom < n; atom++) {
            const size_t start = all.count;
            result->offsets[atom] = (int64_t)start;
            if (pairs_of(atom, lattice, frac, cartesian, &boxes, heights, radius, &all)) goto end;
            if (all.count - start < (size_t)count) {
                enough = 0;
                break;
            }
            const double own = all.pairs[start + count - 1].distance;
            if (own > last) last = own;
        }
        result->offsets[n] = (int64_t)all.count;
        if (!enough) {
            radius *= 1.25;
        } else if (last + margin <= radius) {
            status = copy_lists(&all, result);
            goto end;
        } else {
            radius = last + margin + 1e-6;
        }
    }
    status = -2;
end:
    free(cartesian);
    free(all.pairs);
    free(boxes.first);
    free(boxes.next);
    return status;
}
