"""A tick on a part of a phrase about geometry is right: shapes by an independent computation, networks of textbook crystals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.library.add import add
from clics.library.store import Library
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from clics.query.geometry.concepts import necessary
from clics.query.geometry.truth import holds
from clics.query.recognise import recognise
from clics.results.facts import GeometryFacts
from clics.retrieval.term_conditions import answers_of_term, term_confirmed
from pymatgen.core import Lattice, Structure

VOCABULARY = read_vocabulary(model_folder())


def _structures() -> dict[str, Structure]:
    """Crystals of textbooks (A. F. Wells, Structural Inorganic Chemistry, 5th ed., 1984), in the settings given there."""
    group = Structure.from_spacegroup
    return {
        "MoS2": group(
            "P6_3/mmc", Lattice.hexagonal(3.160, 12.294), ["Mo", "S"], [[1 / 3, 2 / 3, 1 / 4], [1 / 3, 2 / 3, 0.621]]
        ),
        "LiCoO2": group(
            "R-3m", Lattice.hexagonal(2.816, 14.05), ["Co", "Li", "O"], [[0, 0, 0], [0, 0, 0.5], [0, 0, 0.2605]]
        ),
        "CsCl": group("Pm-3m", Lattice.cubic(4.123), ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
        "NaCl": group("Fm-3m", Lattice.cubic(5.640), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
        "ZnS": group("F-43m", Lattice.cubic(5.409), ["Zn", "S"], [[0, 0, 0], [0.25, 0.25, 0.25]]),
        "SrTiO3": group("Pm-3m", Lattice.cubic(3.905), ["Sr", "Ti", "O"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]),
        "TiO2": group("P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]),
        "quartz": group(
            "P3_221", Lattice.hexagonal(4.913, 5.405), ["Si", "O"], [[0.4697, 0, 2 / 3], [0.4133, 0.2672, 0.7855]]
        ),
        "W": group("Im-3m", Lattice.cubic(3.165), ["W"], [[0, 0, 0]]),
    }


@pytest.fixture(scope="module")
def crystals() -> dict[str, GeometryFacts]:
    found = {}
    for name, structure in _structures().items():
        facts = describe(Crystal(name, structure)).geometry
        assert facts is not None
        found[name] = facts
    return found


TRUE: dict[str, set[str]] = {
    "trigonal prismatic": {"MoS2"},
    "TPR-6": {"MoS2"},
    "trigonal prismatic Mo": {"MoS2"},
    "MoS6 trigonal prisms": {"MoS2"},
    "pentagonal pyramidal": set(),
    "octahedral": {"LiCoO2", "NaCl", "SrTiO3", "TiO2"},
    "octahedral Ti": {"SrTiO3", "TiO2"},
    "TiO6 octahedra": {"SrTiO3", "TiO2"},
    "octahedral or trigonal prismatic Mo": {"MoS2"},
    "anion-centred octahedra": {"LiCoO2", "NaCl", "SrTiO3"},
    "Cl-centred octahedra": {"NaCl"},
    "tetrahedra": {"ZnS", "quartz"},
    "tetrahedral Zn": {"ZnS"},
    "cube": {"CsCl", "W"},  # eight nearest neighbours in a body-centred cubic metal
    "cuboctahedral": {"SrTiO3"},
    "CN 12": {"SrTiO3"},
    "CN 8": {"CsCl", "W"},
    "6-coordinate Co": {"LiCoO2"},
    "sixfold coordinated alkali metal": {"LiCoO2", "NaCl"},
    "not octahedral": {"MoS2", "CsCl", "ZnS", "quartz", "W"},
    "edge-sharing octahedra": {"LiCoO2", "NaCl", "TiO2"},
    "layers of edge-sharing octahedra": {"LiCoO2"},
    "edge-sharing CoO6 layers": {"LiCoO2"},
    "CoO2 layers": {"LiCoO2"},
    "CoO3 layers": set(),
    "layers of MoS2": {"MoS2"},
    "MoS3 layers": set(),
    "chains of edge-sharing octahedra": {"TiO2"},
    "chains of edge-sharing octahedra along c": {"TiO2"},
    "chains of edge-sharing octahedra along a": set(),
    "framework of corner-sharing octahedra": {"SrTiO3", "TiO2", "NaCl"},
    "octahedra that share only corners": {"SrTiO3"},
    "corner-sharing SiO4 tetrahedra": {"quartz"},
    "tectosilicate": {"quartz"},
    "phyllosilicate": set(),
    "isolated SiO4": set(),
    "layers of trigonal prisms": {"MoS2"},
    "cuboctahedra that share faces with octahedra": {"SrTiO3"},
    "all cations octahedral": {"LiCoO2", "NaCl", "TiO2"},
    "distorted trigonal prism": set(),
    "slab": set(),
}
"""Phrases, and the crystals that are so by the textbook."""


@pytest.mark.parametrize("phrase", TRUE)
def test_textbook_crystals(crystals: dict[str, GeometryFacts], phrase: str) -> None:
    parsed = recognise(phrase, VOCABULARY)
    assert not parsed.unread
    (group,) = parsed.groups
    assert group.term is not None
    assert {name for name, facts in crystals.items() if holds(group.term, facts) is not group.negated} == TRUE[phrase]


def _shape_measure(vectors: np.ndarray, ideal: np.ndarray) -> float:
    """The continuous shape measure by its definition, over all assignments of few vertices (doi:10.1021/ic9804925)."""
    from itertools import permutations

    from scipy.spatial.transform import Rotation

    points, reference = (np.vstack([np.zeros(3), part]) for part in (vectors, ideal))
    points, reference = (part - part.mean(axis=0) for part in (points, reference))
    best = 100.0
    for order in permutations(range(1, len(points))):
        moved = reference[[0, *order]]
        for sign in (1, -1):
            rotation, _ = Rotation.align_vectors(points, sign * moved)
            turned = rotation.apply(sign * moved)
            scale = (points * turned).sum() / (turned * turned).sum()
            best = min(best, 100 * ((points - scale * turned) ** 2).sum() / (points**2).sum())
    return best


IDEAL = {
    "trigonal prismatic": [
        [x, y, z] for x, y in ((1, 0), (-0.5, 3**0.5 / 2), (-0.5, -(3**0.5) / 2)) for z in (3**0.5 / 2, -(3**0.5) / 2)
    ],
    "octahedral": [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]],
    "tetrahedral": [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]],
    "square planar": [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]],
}
"""Vertices of ideal polyhedra; the prism of SHAPE has edges of one length."""
CLOSE, FAR = 3.0, 9.0
"""Measures at which a polyhedron has a shape without doubt, and has it not."""


@pytest.mark.parametrize("phrase", IDEAL)
def test_a_tick_on_a_shape_is_right_by_its_definition(crystals: dict[str, GeometryFacts], phrase: str) -> None:
    """The nearest neighbours of every site, found by distance alone, against the ideal shape."""
    (group,) = recognise(phrase, VOCABULARY).groups
    ideal = np.array(IDEAL[phrase])
    assert group.term is not None
    for name, structure in _structures().items():
        measures = []
        for site in structure:
            others = sorted(structure.get_neighbors(site, 4.0), key=lambda other: other.nn_distance)
            shell = [other for other in others if other.nn_distance < 1.15 * others[0].nn_distance]
            is_cation = max(other.specie.X for other in shell) >= site.specie.X
            if len(shell) == len(ideal) and is_cation:
                measures.append(_shape_measure(np.array([other.coords - site.coords for other in shell]), ideal))
        true = holds(group.term, crystals[name])
        if measures and min(measures) < CLOSE:
            assert true, (name, measures)
        elif not measures or min(measures) > FAR:
            assert not true, (name, measures)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path: Path = tmp_path_factory.mktemp("textbook") / "textbook.clics"
    with Library(path, "create") as library:
        add(library, [Crystal(name, structure) for name, structure in _structures().items()], None)
        yield library


@pytest.mark.parametrize("phrase", TRUE)
@pytest.mark.parametrize("negated", [False, True])
def test_conditions_find_the_crystals_of_which_it_is_true(library: Library, phrase: str, negated: bool) -> None:
    """Stored concepts in place of descriptions give the same crystals."""
    (group,) = recognise(phrase, VOCABULARY).groups
    assert group.term is not None
    keys = library.keys().tolist()
    answers = answers_of_term(group.term, keys, library)
    found = set(library.keys(term_confirmed(group.term, library, negated=negated)).tolist())
    assert found == {key for key, answer in answers.items() if answer is (not negated)}


def test_simple_terms_need_no_descriptions() -> None:
    sufficient = {
        phrase: necessary(group.term) for phrase in TRUE for group in recognise(phrase, VOCABULARY).groups if group.term
    }
    alone = {phrase for phrase, stored in sufficient.items() if stored is not None and stored.sufficient}
    assert {
        "octahedral",
        "CN 8",
        "TiO6 octahedra",
        "edge-sharing octahedra",
        "tectosilicate",
        "anion-centred octahedra",
    } <= alone
    assert not alone & {"distorted trigonal prism", "all cations octahedral", "layers of edge-sharing octahedra"}
