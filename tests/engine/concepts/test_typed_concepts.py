"""Typed concepts: their phrases are those that version 0.1 stored, the parser is the inverse, and nothing stored is lost."""

from __future__ import annotations

import copy
import json
import pickle
import sqlite3

import pytest
from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.pattern import Clause, PatternConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept, number_of
from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.concepts.labels import name_alone, short_label, short_phrase
from clics.concepts.parse import concept_of, concept_of_phrase
from clics.concepts.registry import BY_NAME, KINDS, LEARNED_KINDS, ROWS
from clics.json_files import read_json
from clics.model.configuration import read_configuration, vocabulary_file
from clics.model.folder import read_vocabulary
from clics.paths import model_folder, starter_library

EXAMPLES: tuple[tuple[Concept, str, str], ...] = (
    (SpaceGroupConcept("P4_2/mnm"), "This material crystallizes in P4_2/mnm space group.", "Space group P4₂/mnm"),
    (SpaceGroupConcept(""), "This material crystallizes in [UNK] space group.", "Space group unknown"),
    (
        EnvironmentConcept("METAL", "octahedral"),
        "[METAL] is bonded in an octahedral geometry.",
        "Metal: octahedral",
    ),
    (
        EnvironmentConcept("NONMETAL", "eight coordinate", True),
        "[NONMETAL] is bonded in a distorted eight coordinate geometry.",
        "Nonmetal: distorted 8-coordinate",
    ),
    (
        EnvironmentConcept("METALLOID", "square co planar"),
        "[METALLOID] is bonded in a square co planar geometry.",
        "Metalloid: square planar",
    ),
    (
        EnvironmentConcept("NONMETAL", "bent [REALVAL] degrees"),
        "[NONMETAL] is bonded in a bent [REALVAL] degrees geometry.",
        "Nonmetal: bent (any angle)",
    ),
    (
        PolyhedraConcept("octahedra", True),
        "This crystal has bondings to form distorted [POLYHEDRA] octahedra.",
        "Distorted octahedra",
    ),
    (
        ConnectionConcept("octahedra", "edge", "octahedra"),
        "This crystal has bondings to form [POLYHEDRA] octahedra that share edges with [POLYHEDRA] octahedra.",
        "Edge-sharing octahedra",
    ),
    (
        ConnectionConcept("octahedra", "corner", "trigonal pyramids"),
        "This crystal has bondings to form [POLYHEDRA] octahedra that share corners with [POLYHEDRA] trigonal pyramids.",
        "Octahedra sharing corners with trigonal pyramids",
    ),
    (
        PatternConcept("tetrahedra", True, sharings=("corner", "edge")),
        "This crystal has bondings to form a mixture of distorted corner and edge sharing [POLYHEDRA] tetrahedra.",
        "Corner- and edge-sharing distorted tetrahedra",
    ),
    (
        PatternConcept("octahedra", clauses=(Clause("corner", 22, "octahedra"), Clause("edge", 1, "octahedra"))),
        "This crystal has bondings to form [POLYHEDRA] octahedra that share corners with twenty two equivalent [POLYHEDRA] "
        "octahedra and an edge-edge with one [POLYHEDRA] octahedra.",
        "Octahedra sharing corners with 22 octahedra and edges with 1 octahedron",
    ),
    (StructureTypeConcept("Spinel"), "This material has Spinel crystal structure.", "Spinel structure"),
)


@pytest.mark.parametrize(("concept", "phrase", "label"), EXAMPLES)
def test_fields_phrase_and_label_belong_together(concept: Concept, phrase: str, label: str) -> None:
    assert concept.phrase == phrase
    assert concept_of(concept.kind, phrase) == concept_of_phrase(phrase) == concept
    assert hash(concept_of(concept.kind, phrase)) == hash(concept)
    assert type(concept_of(concept.kind, phrase)) is type(concept)
    assert short_label(concept) == short_phrase(phrase) == label
    assert pickle.loads(pickle.dumps(concept)) == copy.deepcopy(concept) == concept


def test_every_stored_phrase_is_parsed_and_rendered_as_it_is_stored() -> None:
    counts = read_vocabulary(model_folder()).to_json()["counts"]
    stored = {(kind, phrase) for kind, phrases in counts.items() for phrase in phrases}
    with sqlite3.connect(f"file:{starter_library()}?mode=ro", uri=True) as library:
        stored |= set(library.execute("SELECT kind, phrase FROM concept"))
    assert len(stored) > 5000
    for kind, phrase in stored:
        concept = concept_of(kind, phrase)
        assert not isinstance(concept, UnparsedConcept), phrase
        assert (concept.kind, concept.phrase) == (kind, phrase)
        assert concept_of_phrase(phrase) == concept


def test_the_vocabulary_of_the_model_is_written_as_it_was_read() -> None:
    path = model_folder() / vocabulary_file(read_configuration(model_folder()))
    written = read_json(path)
    assert json.dumps(read_vocabulary(model_folder()).to_json()) == json.dumps(written)


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [
        ("environment", "[METAL] is bonded in a octahedral geometry."),  # the article is not ours
        ("environment", "something else"),
        ("pattern", "This crystal has bondings to form corner and nose sharing [POLYHEDRA] octahedra."),
        ("point_group", "This material belongs to the point group m-3m."),  # a kind of some later version
    ],
)
def test_phrases_of_other_versions_are_kept_as_they_are(kind: str, phrase: str) -> None:
    concept = concept_of(kind, phrase)
    assert isinstance(concept, UnparsedConcept)
    assert (concept.kind, concept.phrase) == (kind, phrase)
    assert concept == UnparsedConcept(kind, phrase)
    assert short_label(concept) == short_phrase(phrase) == phrase


def test_concepts_of_different_kinds_differ() -> None:
    assert UnparsedConcept("polyhedra", "x") != UnparsedConcept("pattern", "x")
    assert EnvironmentConcept("METAL", "octahedral") != EnvironmentConcept("METAL", "octahedral", True)
    assert EnvironmentConcept("METAL", "octahedral") != "[METAL] is bonded in an octahedral geometry."


def test_space_groups_know_their_number() -> None:
    assert SpaceGroupConcept.of_number(225) == SpaceGroupConcept("Fm-3m")
    assert [number_of(SpaceGroupConcept(symbol)) for symbol in ("Pnma", "", "Xy-9z")] == [62, 0, 0]
    assert number_of(PolyhedraConcept("octahedra")) == 0
    assert name_alone(SpaceGroupConcept("Fd-3m").phrase) == "Fd3\N{COMBINING OVERLINE}m"


def test_the_registry_keeps_the_names_and_the_order_that_files_hold() -> None:
    assert KINDS[:6] == ("space_group", "environment", "polyhedra", "connection", "pattern", "structure_type")
    assert KINDS[6:9] == ("dimensionality", "shape", "network")
    assert KINDS[:9] == LEARNED_KINDS
    assert all(row is BY_NAME[row.name] and row.name == row.concept.KIND for row in ROWS)
