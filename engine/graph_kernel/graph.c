/* clics.model.graph: from a crystal to its graph. */

#include "graph.h"

/* What lies between the crystal and its graph: n atoms of the primitive cell and their kept edges. */
typedef struct {
    double lattice[9], scale;
    int64_t *numbers, *primitive_atom, *offsets, *site;
    double *frac, *ranges, *weights, *unit, *monomials;
    int n;
    Neighbours lists;
} Work;

static void free_work(Work *work) {
    free(work->numbers);
    free(work->primitive_atom);
    free(work->offsets);
    free(work->site);
    free(work->frac);
    free(work->ranges);
    free(work->weights);
    free(work->unit);
    free(work->monomials);
    free_neighbours(&work->lists);
}

void free_graph(Graph *graph) {
    free(graph->numbers);
    free(graph->multiplicity);
    free(graph->edge_offsets);
    free(graph->neighbours);
    free(graph->site_orbit);
    free(graph->vectors);
    free(graph->weights);
    free(graph->moments);
    free(graph->atom_channels);
    free(graph->edge_channels);
    free(graph->crystal_channels);
    free(graph->reflections);
}

/* The nearest distances of each atom, ascending (lists are sorted to a step only). */
static int make_ranges(Work *work, int range) {
    work->ranges = malloc((size_t)range * work->n * sizeof *work->ranges);
    if (!work->ranges) return -1;
    for (int atom = 0; atom < work->n; atom++) {
        double *own = work->ranges + (size_t)range * atom;
        for (int k = 0; k < range; k++) {
            const double distance = work->lists.distance[work->lists.offsets[atom] + k];
            int at = k;
            for (; at > 0 && own[at - 1] > distance; at--) own[at] = own[at - 1];
            own[at] = distance;
        }
    }
    return 0;
}

/* Keep the edges of weight above 0, at the front of the lists: 1, and a smoothstep to 0 over the tie width. */
static int keep_ties(Work *work, const Settings *settings) {
    Neighbours *lists = &work->lists;
    const int64_t total = lists->offsets[work->n];
    work->offsets = malloc((work->n + 1) * sizeof *work->offsets);
    work->weights = malloc((total + 1) * sizeof *work->weights);
    if (!work->offsets || !work->weights) return -1;
    int64_t kept = 0;
    for (int atom = 0; atom < work->n; atom++) {
        const int64_t first = lists->offsets[atom];
        const double last = lists->distance[first + settings->neighbours - 1];
        work->offsets[atom] = kept;
        for (int64_t e = first; e < lists->offsets[atom + 1]; e++) {
            double weight = 1.0;
            if (settings->tie_width == 0.0) {
                if (e - first >= settings->neighbours) continue;
            } else {
                const double overshoot = (lists->distance[e] - last) / settings->tie_width;
                if (!(overshoot < 1.0)) continue;
                const double x = overshoot > 0.0 ? overshoot : 0.0;
                weight = 1.0 - x * x * (3.0 - 2.0 * x);
            }
            work->weights[kept] = weight;
            lists->target[kept] = lists->target[e];
            lists->distance[kept] = lists->distance[e];
            memmove(lists->vector + 3 * kept, lists->vector + 3 * e, 3 * sizeof(double));
            kept++;
        }
    }
    work->offsets[work->n] = kept;
    work->unit = malloc((3 * kept + 1) * sizeof *work->unit);
    work->monomials = malloc((MONOMIALS * kept + 1) * sizeof *work->monomials);
    return work->unit && work->monomials ? 0 : -1;
}

static void make_directions(Work *work, const Tables *tables) {
    for (int64_t e = 0; e < work->offsets[work->n]; e++) {
        for (int k = 0; k < 3; k++) work->unit[3 * e + k] = work->lists.vector[3 * e + k] / work->lists.distance[e];
        direction_monomials(work->unit + 3 * e, tables->exponents, work->monomials + MONOMIALS * e);
    }
}

/* Order of the edges of an atom by far site, then distance: the k-th edge of every atom of a site is then the same edge
   up to orientation. Insertion sort: edges are few, and sorted by distance already. */
static void order_edges(const Work *work, int atom, int64_t *order) {
    const int64_t first = work->offsets[atom], *site = work->site, *target = work->lists.target;
    const double *distance = work->lists.distance;
    for (int64_t e = first; e < work->offsets[atom + 1]; e++) {
        int64_t at = e - first;
        const double step = in_steps(distance[e]);
        for (; at > 0; at--) {
            const int64_t before = order[at - 1];
            const int64_t own = site[target[e]], its = site[target[before]];
            if (its < own || (its == own && in_steps(distance[before]) <= step)) break;
            order[at] = before;
        }
        order[at] = e;
    }
}

/* One atom represents its site: that with the shortest distances, so that the order of the atoms does not decide. */
static int choose_representatives(const Work *work, int range, int sites, int *representative) {
    double *least = malloc(sites * sizeof *least);
    if (!least) return -1;
    for (int s = 0; s < sites; s++) representative[s] = -1;
    for (int atom = 0; atom < work->n; atom++) {
        const int64_t s = work->site[atom];
        double sum = 0.0;
        for (int k = 0; k < range; k++) sum += work->ranges[(size_t)range * atom + k];
        if (representative[s] >= 0 && in_steps(sum) >= least[s]) continue;
        representative[s] = atom;
        least[s] = in_steps(sum);
    }
    free(least);
    return 0;
}

static int allocate(Graph *graph, const Tables *tables, int range, int n, int sites, int64_t edges) {
    graph->atoms = n;
    graph->sites = sites;
    graph->edges = (int)edges;
    graph->atom_width = 2 * range - 1 + TOLERANCES + WIDTHS * DIRECTIONS + COSINES;
    graph->crystal_width = 2 * LATTICE_VECTORS - 1 + 4 * (range - 1) + 2 * range + 3 * TOLERANCES + 2;
    graph->reflection_width = 3 * tables->reflections;
    graph->numbers = malloc(sites * sizeof(int64_t));
    graph->multiplicity = calloc(sites, sizeof(int64_t));
    graph->edge_offsets = calloc(sites + 1, sizeof(int64_t));
    graph->neighbours = malloc((edges + 1) * sizeof(int64_t));
    graph->site_orbit = malloc(n * sizeof(int64_t));
    graph->vectors = malloc((3 * edges + 1) * sizeof(float));
    graph->weights = malloc((edges + 1) * sizeof(float));
    graph->moments = malloc((MOMENT * edges + 1) * sizeof(float));
    graph->atom_channels = malloc((size_t)graph->atom_width * sites * sizeof(float));
    graph->edge_channels = malloc((RANKS * edges + 1) * sizeof(float));
    graph->crystal_channels = malloc(graph->crystal_width * sizeof(float));
    graph->reflections = malloc(graph->reflection_width * sizeof(float));
    return graph->numbers && graph->multiplicity && graph->edge_offsets && graph->neighbours && graph->site_orbit
                   && graph->vectors && graph->weights && graph->moments && graph->atom_channels
                   && graph->edge_channels && graph->crystal_channels && graph->reflections
               ? 0
               : -1;
}

/* Fill edges and channels of each site from its representative, and moments from all of its atoms. */
static int fill_sites(const Work *work, const Tables *tables, int range, const int *representative, Graph *graph) {
    const int64_t most = work->offsets[work->n];
    int64_t *order = malloc((most + 1) * sizeof *order);
    double *moments = calloc(MOMENT * (size_t)graph->edges + 1, sizeof *moments);
    double *unit = malloc((3 * most + 1) * sizeof *unit), *distance = malloc((most + 1) * sizeof *distance);
    double *weights = malloc((most + 1) * sizeof *weights);
    int status = -1;
    if (!order || !moments || !unit || !distance || !weights) goto end;
    for (int atom = 0; atom < work->n; atom++) {
        const int64_t s = work->site[atom], first = graph->edge_offsets[s];
        const int edges = (int)(work->offsets[atom + 1] - work->offsets[atom]);
        order_edges(work, atom, order);
        for (int k = 0; k < edges && first + k < graph->edges; k++) {
            const double weight = work->weights[order[k]], *own = work->monomials + MONOMIALS * order[k];
            double *sum = moments + MOMENT * (first + k);
            for (int m = 0; m < MONOMIALS; m++) sum[m] += weight * own[m];
            sum[MONOMIALS] += weight;
        }
        if (representative[s] != atom) continue;
        graph->numbers[s] = work->numbers[atom];
        for (int k = 0; k < edges; k++) {
            const int64_t e = order[k];
            graph->neighbours[first + k] = work->site[work->lists.target[e]];
            graph->weights[first + k] = (float)work->weights[e];
            for (int c = 0; c < 3; c++) {
                graph->vectors[3 * (first + k) + c] = (float)work->lists.vector[3 * e + c];
                unit[3 * k + c] = work->unit[3 * e + c];
            }
            distance[k] = work->lists.distance[e];
            weights[k] = work->weights[e];
        }
        edge_channels(distance, edges, tables, graph->edge_channels + RANKS * first);
        if (atom_channels(work->ranges + (size_t)range * atom, range, work->scale, unit, distance, weights, edges, tables,
                          graph->atom_channels + (size_t)graph->atom_width * s))
            goto end;
    }
    for (size_t i = 0; i < MOMENT * (size_t)graph->edges; i++) graph->moments[i] = (float)moments[i];
    status = 0;
end:
    free(order);
    free(moments);
    free(unit);
    free(distance);
    free(weights);
    return status;
}

static int prepare(Work *work, const double *lattice, const int64_t *numbers, const double *frac, int n) {
    work->numbers = malloc(n * sizeof *work->numbers);
    work->primitive_atom = malloc(n * sizeof *work->primitive_atom);
    work->site = malloc(n * sizeof *work->site);
    work->frac = malloc(3 * n * sizeof *work->frac);
    if (!work->numbers || !work->primitive_atom || !work->site || !work->frac) return -1;
    memcpy(work->lattice, lattice, sizeof work->lattice);
    memcpy(work->numbers, numbers, n * sizeof *numbers);
    memcpy(work->frac, frac, 3 * n * sizeof *frac);
    work->n = primitive_cell(work->lattice, work->numbers, work->frac, n, 0.01, work->primitive_atom);
    if (work->n < 0) return -1;
    /* distances and lattice vectors enter the channels in units of this length, so that crystals of any density compare */
    work->scale = pow(fabs(determinant(work->lattice)) / work->n, 1.0 / 3.0);
    return 0;
}

int build_graph(const double *lattice, const int64_t *numbers, const double *frac, int n, const Settings *settings,
                const Tables *tables, Graph *graph) {
    Work work = {0};
    const int range = settings->range, count = range > settings->neighbours ? range : settings->neighbours;
    int *representative = NULL, status = prepare(&work, lattice, numbers, frac, n);
    if (status) goto end;
    status = neighbour_lists(work.lattice, work.frac, work.n, count, settings->tie_width, &work.lists);
    if (status) goto end;
    status = -1;
    if (make_ranges(&work, range) || keep_ties(&work, settings)) goto end;
    make_directions(&work, tables);
    const int sites = equivalence_classes(work.numbers, work.ranges, range, work.offsets, work.lists.target,
                                          work.lists.distance, work.weights, work.monomials, work.n, tables, work.site);
    if (sites < 0 || !(representative = malloc(sites * sizeof *representative))) goto end;
    if (choose_representatives(&work, range, sites, representative)) goto end;
    int64_t edges = 0;
    for (int s = 0; s < sites; s++)
        edges += work.offsets[representative[s] + 1] - work.offsets[representative[s]];
    if (allocate(graph, tables, range, n, sites, edges)) goto end;
    for (int s = 0; s < sites; s++)
        graph->edge_offsets[s + 1]
            = graph->edge_offsets[s] + work.offsets[representative[s] + 1] - work.offsets[representative[s]];
    for (int atom = 0; atom < work.n; atom++) graph->multiplicity[work.site[atom]]++;
    for (int atom = 0; atom < n; atom++) graph->site_orbit[atom] = work.site[work.primitive_atom[atom]];
    status = fill_sites(&work, tables, range, representative, graph);
    if (!status)
        status = crystal_channels(work.lattice, work.numbers, work.ranges, work.n, range, work.scale, tables,
                                  graph->crystal_channels);
    if (!status)
        status = reflection_channels(work.lattice, work.frac, work.site, work.n, sites, tables, graph->reflections);
end:
    free(representative);
    free_work(&work);
    return status;
}
