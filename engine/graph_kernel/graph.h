/* The graph that graph.c builds; fields as those of clics.model.graph.CrystalGraph. */

#ifndef CLICS_GRAPH_H
#define CLICS_GRAPH_H

#include "kernel.h"

typedef struct {
    int atoms, sites, edges, atom_width, crystal_width, reflection_width;
    int64_t *numbers, *multiplicity, *edge_offsets, *neighbours, *site_orbit;
    float *vectors, *weights, *moments, *atom_channels, *edge_channels, *crystal_channels, *reflections;
} Graph;

/* 0, -1 (memory), or -2 (neighbours out of reach); the graph is to be freed in each case. */
int build_graph(const double *lattice, const int64_t *numbers, const double *frac, int n, const Settings *settings,
                const Tables *tables, Graph *graph);
void free_graph(Graph *graph);

#endif
