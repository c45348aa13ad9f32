"""Shape measures against those of cosymlib 0.12.1, the program SHAPE's successor.

``benchmarks/shapes.py cosymlib`` made the file: 500 random distorted polyhedra of 4 to 12 vertices, with cosymlib's measure
against every reference shape, the centre counted as a vertex.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clics.descriptions.shapes.measures import near_measures, shape_measures
from clics.descriptions.shapes.reference import all_shapes

FILE = Path(__file__).parents[3] / "data" / "shapes" / "cosymlib-measures.jsonl.gz"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in gzip.decompress(FILE.read_bytes()).splitlines()]
OUR_OWN = {"SPY-4", "RD-14", "FK-14", "FK-15", "FK-16"}
"""Shapes that SHAPE does not have."""


def rows_of(count: int) -> list[dict[str, Any]]:
    return [row for row in ROWS if len(row["vertices"]) == count]


def test_the_file_has_500_polyhedra_and_every_shape_of_cosymlib() -> None:
    assert len(ROWS) == 500
    measured = {symbol for row in ROWS for symbol in row["measures"]}
    ours = {s.symbol for s in all_shapes().values() if 4 <= s.coordination_number <= 12} - OUR_OWN
    assert measured == ours


@pytest.mark.parametrize("count", range(4, 13))
def test_every_measure_is_cosymlibs(count: int) -> None:
    for row in rows_of(count):
        measures = shape_measures(np.array(row["vertices"]))
        assert {symbol: measures[symbol] for symbol in row["measures"]} == pytest.approx(row["measures"], abs=1e-3)


@pytest.mark.parametrize("count", range(5, 13))
def test_the_quick_search_finds_the_two_nearest(count: int) -> None:
    for row in rows_of(count):
        quick = near_measures(np.array(row["vertices"]))
        assert sorted(quick.values())[:2] == pytest.approx(sorted(row["measures"].values())[:2], abs=1e-3)


def test_some_of_the_measures_by_cosymlib_as_it_is_installed() -> None:
    shape = pytest.importorskip("cosymlib.shape", reason="cosymlib is an extra of the benchmarks")
    for row in ROWS[::25]:
        points = np.vstack([row["vertices"], np.zeros(3)])
        for symbol, value in row["measures"].items():
            assert shape.Shape(points).measure(symbol, central_atom=len(points)) == pytest.approx(value, abs=1e-3)
