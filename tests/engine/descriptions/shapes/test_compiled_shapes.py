"""The compiled kernel gives the measures that numpy gives; numpy is the reference, and is used where no kernel is."""

from __future__ import annotations

import numpy as np
import pytest
from clics.descriptions.shapes import compiled, small
from clics.descriptions.shapes.measures import near_measures, shape_measures
from clics.descriptions.shapes.overlap import normalised
from clics.descriptions.shapes.reference import vertices_of

SIZES = [n for n in range(2, 17) if vertices_of(n)]
needs_kernel = pytest.mark.skipif(compiled.kernel is None, reason="the kernel was not compiled")


def polyhedra(count, number):
    """Distorted references, ideal ones among them, and random directions."""
    rng = np.random.default_rng(count)
    shapes = vertices_of(count)
    for k in range(number):
        yield shapes[k % len(shapes)] + rng.normal(0, (0.0, 0.02, 0.1, 0.3)[k % 4], (count, 3))
    directions = rng.normal(size=(count, 3))
    yield directions / np.linalg.norm(directions, axis=1)[:, None]
    flat = rng.normal(size=(count, 3))
    flat[:, 2] = 0.0
    yield flat
    yield np.outer(np.linspace(-1, 1, count) + 0.1, [1.0, 2.0, 3.0])


@needs_kernel
@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("measures", [near_measures, shape_measures])
def test_the_kernel_gives_the_measures_of_numpy(count, measures, monkeypatch):
    some = list(polyhedra(count, 8 if measures is near_measures or count <= small.LARGEST else 1))
    fast = [measures(vectors) for vectors in some]
    monkeypatch.setattr(compiled, "kernel", None)
    for vectors, quick in zip(some, fast, strict=True):
        slow = measures(vectors)
        assert list(quick) == list(slow)
        assert quick == pytest.approx(slow, abs=1e-6)


@needs_kernel
def test_tables_that_do_not_fit_are_refused():
    table, points = small.assignments(4), normalised(vertices_of(4)[0])
    begins = np.append(table.begins, len(table.rows))
    assert len(compiled.kernel.small(points, table.references, table.rows, begins)) == 8 * len(table.begins)
    for arguments in (
        (points[:-1], table.references, table.rows, begins),
        (points, table.references[:1], table.rows, begins),
        (points, table.references, table.rows[:1], begins),
        (points, table.references, np.full_like(table.rows, 9), begins),
        (np.zeros((12, 3)), table.references, table.rows, begins),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            compiled.kernel.small(*arguments)
    with pytest.raises(ValueError, match="do not fit"):
        compiled.kernel.large(points, points, points, points, np.array([3, 1]), 0.03, 1e-6, 4)
