"""Names of 444 sites whose shapes are textbook knowledge.

``textbook-sites.tsv`` has the shape with a reference for each: A. F. Wells, Structural Inorganic Chemistry, 5th ed. (1984);
U. Müller, Inorganic Structural Chemistry, 2nd ed. (2006); F. C. Frank & J. S. Kasper, Acta Cryst. 12, 483 (1959); Y.
Tsujimoto et al., Nature 450, 1062 (2007); B. B. van Aken et al., Nat. Mater. 3, 164 (2004); M. Isobe et al., Acta Cryst.
C46, 1917 (1990); H. Fjellvåg et al., J. Solid State Chem. 124, 190 (1996); T. N. Nguyen & H.-C. zur Loye, J. Solid State
Chem. 117, 300 (1995); G. Meyer & R. Hoppe, J. Less-Common Met. 46, 55 (1976). The crystals are those of the Materials Project
(CC BY 4.0; Jain et al., APL Materials 1, 011002 (2013)). The polyhedron of a site are its nearest neighbours in the number
that the reference has, so that the search for bonds does not come in. The limits were chosen on every second site.
"""

from __future__ import annotations

import csv
import gzip
import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spglib
from clics.descriptions.shapes.naming import shape_of
from clics.descriptions.shapes.reference import family_of
from clics.results.facts import Shape

FOLDER = Path(__file__).parents[3] / "data" / "shapes"
with (FOLDER / "textbook-sites.tsv").open(encoding="utf-8", newline="") as file:
    SITES = list(csv.DictReader(file, delimiter="\t"))
CRYSTALS: dict[str, dict[str, Any]] = {
    crystal["id"]: crystal
    for crystal in map(json.loads, gzip.decompress((FOLDER / "textbook-crystals.jsonl.gz").read_bytes()).splitlines())
}
STEPS = np.array(list(product(range(-4, 5), repeat=3)))


def polyhedron(site: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Vectors to the neighbours of a site, and the Cartesian operations of its site symmetry."""
    crystal, atom = CRYSTALS[site["crystal"]], int(site["atom"])
    lattice, coordinates = np.array(crystal["lattice"]), np.array(crystal["frac_coords"])
    elements = site["elements of neighbours"].split(",")
    ends = [end for end, element in enumerate(crystal["species"]) if element in elements]
    vectors = np.concatenate([(coordinates[end] - coordinates[atom] + STEPS) @ lattice for end in ends])
    lengths = np.linalg.norm(vectors, axis=1)
    near = np.argsort(lengths, kind="stable")[int(lengths.min() < 0.1) :][: int(site["number of neighbours"])]
    numbers = [sorted(set(crystal["species"])).index(element) for element in crystal["species"]]
    symmetry = spglib.get_symmetry((lattice, coordinates, numbers), symprec=0.01)
    rotations = []
    for rotation, translation in zip(symmetry["rotations"], symmetry["translations"], strict=True):
        moved = rotation @ coordinates[atom] + translation - coordinates[atom]
        if np.linalg.norm((moved - np.round(moved)) @ lattice) < 0.05:
            rotations.append(lattice.T @ rotation @ np.linalg.inv(lattice.T))
    return vectors[near], np.array(rotations)


@pytest.fixture(scope="module")
def shapes() -> list[tuple[dict[str, str], Shape]]:
    return [(site, shape_of(*polyhedron(site))) for site in SITES]


def right(site: dict[str, str], shape: Shape) -> bool:
    return shape.nearest is not None and family_of(shape.nearest.symbol).symbol in site["shape"].split()


def test_at_least_99_of_100_sites_have_their_name(shapes: list[tuple[dict[str, str], Shape]]) -> None:
    """Of BaCl2 and BaBr2 two shapes are equally near; grossular lies between a cube and a triangular dodecahedron."""
    without = [(site["formula"], site["element"]) for site, shape in shapes if not (shape.named and right(site, shape))]
    assert len(without) <= 0.01 * len(shapes), without


def test_no_site_has_a_wrong_name(shapes: list[tuple[dict[str, str], Shape]]) -> None:
    wrong = [
        (site["formula"], site["element"], shape) for site, shape in shapes if shape.named and not right(site, shape)
    ]
    assert not wrong


def test_few_of_the_names_say_distorted(shapes: list[tuple[dict[str, str], Shape]]) -> None:
    """Textbooks name these without "distorted", but for stretched prisms and octahedra of odd bond lengths."""
    assert sum(shape.distorted for _, shape in shapes) < 0.08 * len(shapes)
