/* clics.descriptions.shapes.large: the best local maximum of the overlap over all orientations of a reference. */

#include "shapes.h"

typedef struct {
    double value; /* bound or overlap, by which the best are kept */
    double products[MOST * MOST]; /* of the points with the vertices of the turned reference */
    int columns[MOST], order;
} Start;

static int better(const void *a, const void *b) {
    const Start *x = *(Start *const *)a, *y = *(Start *const *)b;
    if (x->value != y->value) return x->value > y->value ? -1 : 1;
    return x->order - y->order;
}

static void turned_products(const Search *search, const double *turn, const double *vertices, double *products) {
    const int n = search->n;
    for (int j = 0; j < n; j++) {
        double turned[3];
        for (int a = 0; a < 3; a++)
            turned[a] = turn[3 * a] * vertices[3 * j] + turn[3 * a + 1] * vertices[3 * j + 1]
                        + turn[3 * a + 2] * vertices[3 * j + 2];
        for (int i = 0; i < n; i++) {
            const double *x = search->points + 3 * i;
            products[i * n + j] = x[0] * turned[0] + x[1] * turned[1] + x[2] * turned[2];
        }
    }
}

/* One rotation that fits every point to its nearest vertex; the bound of the overlap is that of nearest vertices. */
static void begin(const Search *search, int number, Start *start) {
    const int n = search->n;
    const double *centre = search->points + 3 * n;
    double vertices[3 * MOST], own[3], m[9] = {0}, turn[9], norm = 0.0;
    for (int k = 0; k < 3 * n; k++) vertices[k] = search->vertices[(size_t)3 * n * number + k];
    for (int k = 0; k < 3; k++) own[k] = search->centres[3 * number + k];
    for (int i = 0; i < n; i++) {
        const double *x = search->points + 3 * i;
        double most = -INFINITY;
        int nearest = 0;
        for (int j = 0; j < n; j++) {
            const double product = x[0] * vertices[3 * j] + x[1] * vertices[3 * j + 1] + x[2] * vertices[3 * j + 2];
            if (product > most) {
                most = product;
                nearest = j;
            }
        }
        add_outer(x, vertices + 3 * nearest, m);
    }
    add_outer(centre, own, m);
    for (int k = 0; k < 9; k++) norm += m[k] * m[k];
    for (int k = 0; k < 9; k += 4) m[k] += search->damping * sqrt(norm) + search->tiny;
    nearest_orthogonal(m, 3, turn);
    turned_products(search, turn, vertices, start->products);
    double of_points = 0.0, of_vertices = 0.0, together = 0.0;
    for (int i = 0; i < n; i++) {
        double row = -INFINITY, column = -INFINITY;
        for (int j = 0; j < n; j++) {
            if (start->products[i * n + j] > row) row = start->products[i * n + j];
            if (start->products[j * n + i] > column) column = start->products[j * n + i];
        }
        of_points += row;
        of_vertices += column;
        start->columns[i] = -1;
    }
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) together += centre[a] * turn[3 * a + b] * own[b];
    start->value = (of_points < of_vertices ? of_points : of_vertices) + together;
    start->order = number;
}

double best_of_starts(const Search *search, int64_t *found, int room, int *count) {
    const int n = search->n;
    Start *starts = malloc(search->starts * sizeof *starts), **live = malloc(search->starts * sizeof *live);
    double best = -1.0;
    *count = 0;
    if (!starts || !live) goto end;
    best = 0.0;
    int left = search->starts;
    for (int s = 0; s < left; s++) {
        begin(search, s, &starts[s]);
        live[s] = &starts[s];
    }
    for (int round = 0; left; round++) {
        qsort(live, left, sizeof *live, better);
        const int64_t kept = round < search->rounds ? search->keep[round] : 0;
        const int stays = (int)(kept > 1 ? kept : 1);
        if (left > stays) left = stays;
        if (round) { /* the assignments of the round before, best first */
            for (int s = 0; s < left && *count < room; s++, ++*count)
                for (int i = 0; i < n; i++) found[(size_t)n * *count + i] = live[s]->columns[i];
            if (round == search->rounds) break;
        }
        int moved = 0;
        for (int s = 0; s < left; s++) {
            Start *start = live[s];
            double m[9] = {0}, turn[9];
            int columns[MOST];
            if (round) {
                for (int i = 0; i < n; i++) add_outer(search->points + 3 * i, search->reference + 3 * start->columns[i], m);
                add_outer(search->points + 3 * n, search->reference + 3 * n, m);
                for (int k = 0; k < 9; k += 4) m[k] += search->tiny;
                nearest_orthogonal(m, 6, turn);
                turned_products(search, turn, search->reference, start->products);
            }
            assign(start->products, n, columns);
            if (!memcmp(columns, start->columns, n * sizeof *columns)) continue;
            memcpy(start->columns, columns, n * sizeof *columns);
            memset(m, 0, sizeof m);
            for (int i = 0; i < n; i++) add_outer(search->points + 3 * i, search->reference + 3 * columns[i], m);
            add_outer(search->points + 3 * n, search->reference + 3 * n, m);
            start->value = nuclear_norm(m, 0.0);
            if (start->value > best) best = start->value;
            live[moved++] = start;
        }
        left = moved;
    }
end:
    free(starts);
    free(live);
    return best;
}
