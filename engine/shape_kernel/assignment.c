/* clics.descriptions.shapes.assignment: one linear assignment problem, by shortest augmenting paths. */

#include "shapes.h"

/* The column (n,) of each row that together have the largest sum of gains (n, n). */
void assign(const double *gains, int n, int *columns) {
    double row_price[MOST], column_price[MOST] = {0};
    int owner[MOST];
    for (int j = 0; j < n; j++) owner[j] = -1;
    for (int i = 0; i < n; i++) {
        int best = 0;
        for (int j = 1; j < n; j++)
            if (gains[i * n + j] > gains[i * n + best]) best = j;
        row_price[i] = gains[i * n + best];
        columns[i] = best;
        owner[best] = i; /* of rows that want one column the last keeps it */
    }
    for (int i = 0; i < n; i++)
        if (owner[columns[i]] != i) columns[i] = -1;
    for (int start = 0; start < n; start++) {
        if (columns[start] >= 0) continue;
        double near[MOST];
        int source[MOST] = {0}, done[MOST] = {0}, row = start, end = -1;
        double reached = 0.0;
        for (int j = 0; j < n; j++) near[j] = INFINITY;
        while (end < 0) {
            int next = -1;
            for (int j = 0; j < n; j++) {
                if (done[j]) continue;
                const double reach = column_price[j] - gains[row * n + j] + row_price[row] + reached;
                if (reach < near[j]) {
                    near[j] = reach;
                    source[j] = row;
                }
                if (next < 0 || near[j] < near[next]) next = j;
            }
            reached = near[next];
            if (owner[next] < 0) {
                end = next;
            } else {
                done[next] = 1;
                row = owner[next];
            }
        }
        for (int j = 0; j < n; j++) { /* the prices of what was passed keep every assigned pair tight */
            if (!done[j]) continue;
            column_price[j] += reached - near[j];
            row_price[owner[j]] -= reached - near[j];
        }
        row_price[start] -= reached;
        for (int column = end;;) {
            const int its = source[column], previous = columns[its];
            columns[its] = column;
            owner[column] = its;
            if (its == start) break;
            column = previous;
        }
    }
}
