"""Kinds that the facts of geometry decide: phrases, labels, truth, wordings; unknown where the facts are missing.

The facts of the crystals are those of textbooks: molybdenite and rutile of Wells, Structural Inorganic Chemistry (5th ed.,
1984), chapters 12 and 17; diopside, chapter 23.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from clics.concepts import shape_words
from clics.concepts.concept import Concept, Truth, UnparsedConcept
from clics.concepts.kinds.centred_connection import CentredConnectionConcept, FormulaConnectionConcept
from clics.concepts.kinds.centred_shape import CentredShapeConcept
from clics.concepts.kinds.coordination_number import CoordinationNumberConcept
from clics.concepts.kinds.dimensionality import ALL as DIMENSIONALITIES
from clics.concepts.kinds.formula_network import FormulaNetworkConcept
from clics.concepts.kinds.mixed_network import NO_NETWORK, MixedNetworkConcept
from clics.concepts.kinds.network import NetworkConcept
from clics.concepts.kinds.polyhedron import PolyhedronConcept
from clics.concepts.kinds.shape import CLASSES, ShapeConcept, alternatives
from clics.concepts.kinds.silicate_class import SilicateClassConcept
from clics.concepts.labels import short_label
from clics.concepts.parse import concept_of, concept_of_phrase
from clics.concepts.phrase_sites import phrase_sites
from clics.concepts.registry import GEOMETRY_KINDS, ROWS, SITE_SETS, row_of
from clics.concepts.templates import paraphrases, phrase_variants, training_phrase
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.descriptions.shapes.reference import all_shapes
from clics.library.facts import Facts
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from clics.query.completion import complete
from clics.results.description import Description, SpaceGroup
from clics.results.facts import (
    BondGroup,
    Bonding,
    GeometryFacts,
    MixedNetwork,
    Network,
    PolyhedronConnection,
    Shape,
    ShapeMeasure,
    SiteGeometry,
)


def shape(symbol: str, value: float = 0.2, *, named: bool = True) -> Shape:
    """A shape of a reference polyhedron."""
    return Shape(ShapeMeasure(symbol, all_shapes()[symbol].name, value), named=named, distorted=value > 1)


def site(
    label: str, atoms: tuple[int, ...], role: str, bonds: tuple[BondGroup, ...], polyhedron: str, of: Shape | None
) -> SiteGeometry:
    """An orbit; its Wyckoff letter and symmetry do not matter here."""
    element = label.rstrip("0123456789")
    return SiteGeometry(label, element, len(atoms), "a", "1", atoms, role, bonds, polyhedron, of)  # type: ignore[arg-type]


def described(geometry: GeometryFacts | None, dimensionality: int = 3) -> Description:
    """A description with facts of geometry and nothing else."""
    return Description("X", SpaceGroup("P1", 1, 0.01), "triclinic", dimensionality, (), "", geometry=geometry)


MOLYBDENITE = GeometryFacts(
    sites=(
        site("Mo", (0, 1), "cation", (BondGroup("S", 2.417, 6),), "MoS6", shape("TPR-6")),
        site("S", (2, 3, 4, 5), "anion", (BondGroup("Mo", 2.417, 3),), "SMo3", shape("fvOC-3", 1.4)),
    ),
    connections=(PolyhedronConnection("Mo", "Mo", "edge", 6), PolyhedronConnection("S", "S", "corner", 6)),
    networks=(Network("MoS6", "TPR-6", ("Mo",), ("edge",), 2, indices=(0, 0, 1)),),
    bonding=Bonding(2, (0, 0, 1), parts=(("MoS2", 2),)),
)
DIOPSIDE = GeometryFacts(
    sites=(
        site("Ca", (0,), "cation", (BondGroup("O", 2.5, 8),), "CaO8", shape("SAPR-8", 4.0, named=False)),
        site("Mg", (1,), "cation", (BondGroup("O", 2.08, 6),), "MgO6", shape("OC-6", 0.8)),
        site("Si", (2, 3), "cation", (BondGroup("O", 1.63, 4),), "SiO4", shape("T-4")),
        site("O1", (4, 5), "anion", (BondGroup("Si", 1.6, 1),), "OSi", None),
    ),
    connections=(PolyhedronConnection("Si", "Mg", "corner", 3),),
    networks=(
        Network("SiO4", "T-4", ("Si",), ("corner",), 1, indices=(0, 0, 1), name="inosilicate (single chain)"),
        Network("MgO6", "OC-6", ("Mg",), ("edge",), 1, indices=(0, 0, 1)),
        Network("CaO8", None, ("Ca",), (), 0, size=1),
    ),
    bonding=Bonding(3),
)

EXAMPLES: tuple[tuple[Concept, str, str], ...] = (
    (ShapeConcept("METAL", "TPR-6"), "[METAL] is at the centre of a trigonal prism.", "Metal: trigonal prism"),
    (ShapeConcept("NONMETAL", "OC-6"), "[NONMETAL] is at the centre of an octahedron.", "Nonmetal: octahedron"),
    (ShapeConcept("METALLOID", "L-2"), "[METALLOID] is at the centre of a linear group.", "Metalloid: linear group"),
    (
        NetworkConcept("OC-6", 6, ("edge",), 2),
        "Edge-sharing octahedra form layers.",
        "Layers of edge-sharing octahedra",
    ),
    (
        NetworkConcept("T-4", 4, ("corner",), 3),
        "Corner-sharing tetrahedra form a framework.",
        "Framework of corner-sharing tetrahedra",
    ),
    (NetworkConcept("T-4", 4, (), 0), "Tetrahedra are isolated from each other.", "Isolated tetrahedra"),
    (
        NetworkConcept(None, 7, ("corner", "edge", "face"), 1),
        "Corner-, edge-, and face-sharing seven-coordinate polyhedra form chains.",
        "Chains of corner-, edge-, and face-sharing seven-coordinate polyhedra",
    ),
    (
        NetworkConcept("T-4", 4, ("corner",), 0),
        "Corner-sharing tetrahedra form finite groups.",
        "Finite groups of corner-sharing tetrahedra",
    ),
    (NetworkConcept(None, 21, (), 0), "Twenty-one-coordinate polyhedra are isolated from each other.", ""),
    (CoordinationNumberConcept("METAL", 6), "[METAL] has coordination number 6.", "Metal: CN 6"),
    (CoordinationNumberConcept("Ti", 12), "Ti has coordination number 12.", "Ti: CN 12"),
    (CoordinationNumberConcept("anion", 0), "An anion has coordination number 0.", "anion: CN 0"),
    (CentredShapeConcept("Mo", "TPR-6"), "Mo is at the centre of a trigonal prism.", "Mo: trigonal prism"),
    (CentredShapeConcept("cation", "CU-8"), "A cation is at the centre of a cube.", "cation: cube"),
    (PolyhedronConcept("TiO6", "OC-6"), "This material has TiO6 octahedra.", "TiO6 octahedron"),
    (PolyhedronConcept("OMgAl3"), "This material has OMgAl3 polyhedra.", "OMgAl3 polyhedron"),
    (
        FormulaNetworkConcept("CoO6", ("edge",), 2),
        "Edge-sharing CoO6 polyhedra form layers.",
        "Layers of edge-sharing CoO6",
    ),
    (
        FormulaNetworkConcept("SiO4", ("corner",), 0, 2),
        "Corner-sharing SiO4 polyhedra form groups of two.",
        "Groups of 2: corner-sharing SiO4",
    ),
    (FormulaNetworkConcept("SiO4", (), 0, 1), "SiO4 polyhedra are isolated from each other.", "Isolated SiO4"),
    (
        FormulaNetworkConcept("(Al,Si)O4", ("corner",), 3),
        "Corner-sharing (Al,Si)O4 polyhedra form a framework.",
        "Framework of corner-sharing (Al,Si)O4",
    ),
    (
        MixedNetworkConcept(("ZrO6", "PO4"), ("corner",), 3),
        "Corner-sharing ZrO6 and PO4 polyhedra form a framework.",
        "Framework of corner-sharing ZrO6 and PO4",
    ),
    (
        MixedNetworkConcept(("NaO6", "ZrO6", "PO4"), ("corner", "face"), 2),
        "Corner- and face-sharing NaO6, ZrO6 and PO4 polyhedra form layers.",
        "Layers of corner- and face-sharing NaO6, ZrO6 and PO4",
    ),
    (
        MixedNetworkConcept(("OC-6", "T-4"), ("corner",), 3),
        "Corner-sharing octahedra and tetrahedra form a framework.",
        "Framework of corner-sharing octahedra and tetrahedra",
    ),
    (NO_NETWORK, "No two kinds of polyhedra build a network together.", "No network of several kinds of polyhedra"),
    (
        CentredConnectionConcept("cation", "octahedra", "edge", "octahedra"),
        "Cation-centred octahedra share edges with octahedra.",
        "Edge-sharing cation-centred octahedra",
    ),
    (
        CentredConnectionConcept("anion", "tetrahedra", "corner", "seven-coordinate polyhedra"),
        "Anion-centred tetrahedra share corners with seven-coordinate polyhedra.",
        "Anion-centred tetrahedra sharing corners with seven-coordinate polyhedra",
    ),
    (
        FormulaConnectionConcept("TiO6", "edge", "SiO4"),
        "TiO6 polyhedra share edges with SiO4 polyhedra.",
        "TiO6 sharing edges with SiO4",
    ),
    (SilicateClassConcept("phyllosilicate"), "This material is a phyllosilicate.", "Phyllosilicate"),
    (
        SilicateClassConcept("inosilicate (double chain)"),
        "This material is an inosilicate (double chain).",
        "Inosilicate (double chain)",
    ),
)


@pytest.mark.parametrize(("concept", "phrase", "label"), EXAMPLES)
def test_fields_phrase_and_label_belong_together(concept: Concept, phrase: str, label: str) -> None:
    assert concept.phrase == phrase
    parsed = concept_of(concept.kind, phrase)
    assert parsed == concept_of_phrase(phrase) == concept
    assert type(parsed) is type(concept)
    assert repr(parsed) == repr(concept)  # the same fields, not only the same phrase
    assert not label or short_label(concept) == label


def test_every_shape_has_words_of_its_own() -> None:
    families = shape_words.families()
    for symbol, reference in families.items():
        concept = ShapeConcept("METAL", symbol)
        assert concept_of_phrase(concept.phrase) == concept
        count = reference.coordination_number
        assert shape_words.of_polyhedra(shape_words.polyhedra(symbol, count)) == (symbol, count)
        for word in (*shape_words.words_of(symbol), *shape_words.symbols_of(symbol)):
            assert shape_words.named(word) == symbol, word
    for member, reference in all_shapes().items():
        assert shape_words.named(member) == reference.family
    assert shape_words.named("Square-antiprismatic") == "SAPR-8"
    assert shape_words.named("triangular prism") == "TPR-6"
    assert shape_words.named("trigonal antiprism") == "OC-6"
    assert shape_words.named("prismatic") is None


@pytest.mark.parametrize(
    "phrase",
    [
        "[METAL] is at the centre of an trigonal prism.",  # the article is not ours
        "[METAL] is at the centre of a zeppelin.",
        "Edge- and corner-sharing octahedra form layers.",  # the order is not ours
        "Edge-sharing octahedra are isolated from each other.",
        "Octahedra form layers.",
        "This material has TiO6 zeppelins.",
        "Ti has coordination number 06.",
    ],
)
def test_other_phrases_are_not_read(phrase: str) -> None:
    assert concept_of_phrase(phrase) is None
    assert all(isinstance(concept_of(row.name, phrase), UnparsedConcept) for row in ROWS)


def true_of(geometry: GeometryFacts, kind: str) -> set[Concept]:
    """The concepts of a kind that are true of a crystal."""
    return {concept for concept, truth in true_concepts(described(geometry)).items() if concept.kind == kind and truth}


def test_molybdenite_has_layers_of_trigonal_prisms() -> None:
    assert true_of(MOLYBDENITE, "shape") == {ShapeConcept("METAL", "TPR-6"), ShapeConcept("NONMETAL", "vT-3")}
    assert true_of(MOLYBDENITE, "network") == {NetworkConcept("TPR-6", 6, ("edge",), 2)}
    assert true_of(MOLYBDENITE, "formula_network") == {FormulaNetworkConcept("MoS6", ("edge",), 2)}
    assert true_of(MOLYBDENITE, "coordination_number") == {
        CoordinationNumberConcept(centre, number)
        for number, centres in ((6, ("METAL", "Mo", "cation")), (3, ("NONMETAL", "S", "anion")))
        for centre in centres
    }
    assert PolyhedronConcept("MoS6", "TPR-6") in true_of(MOLYBDENITE, "polyhedron")
    assert PolyhedronConcept("MoS6") in true_of(MOLYBDENITE, "polyhedron")
    assert PolyhedronConcept("MoS6", "OC-6") not in true_of(MOLYBDENITE, "polyhedron")
    assert true_of(MOLYBDENITE, "centred_connection") == {
        CentredConnectionConcept("cation", "trigonal prisms", "edge", "trigonal prisms"),
        CentredConnectionConcept("anion", "trigonal pyramids", "corner", "trigonal pyramids"),
    }
    assert true_of(MOLYBDENITE, "formula_connection") == {FormulaConnectionConcept("MoS6", "edge", "MoS6")}
    assert CentredShapeConcept("cation", "TPR-6") in true_of(MOLYBDENITE, "centred_shape")
    assert CentredShapeConcept("anion", "TPR-6") not in true_of(MOLYBDENITE, "centred_shape")


def test_diopside_is_an_inosilicate() -> None:
    assert true_of(DIOPSIDE, "silicate_class") == {
        SilicateClassConcept("inosilicate"),
        SilicateClassConcept("inosilicate (single chain)"),
    }
    assert true_of(DIOPSIDE, "network") == {
        NetworkConcept("T-4", 4, ("corner",), 1),
        NetworkConcept("OC-6", 6, ("edge",), 1),
        NetworkConcept(None, 8, (), 0),
    }
    # calcium has no ideal shape, and one neighbour makes none
    assert true_of(DIOPSIDE, "shape") == {ShapeConcept("METAL", "OC-6"), ShapeConcept("METALLOID", "T-4")}
    assert CentredConnectionConcept("cation", "tetrahedra", "corner", "octahedra") in true_of(
        DIOPSIDE, "centred_connection"
    )


def test_finite_groups_of_some_size_are_finite_groups() -> None:
    pairs = replace(DIOPSIDE, networks=(Network("SiO4", "T-4", ("Si",), ("corner",), 0, 2, None, "sorosilicate"),))
    assert true_of(pairs, "formula_network") == {
        FormulaNetworkConcept("SiO4", ("corner",), 0, 2),
        FormulaNetworkConcept("SiO4", ("corner",), 0),
    }
    assert true_of(pairs, "network") == {NetworkConcept("T-4", 4, ("corner",), 0)}


def test_networks_of_polyhedra_with_different_numbers_of_vertices_are_no_concept() -> None:
    mixed = replace(DIOPSIDE, networks=(Network("MgO6/CaO8", None, ("Mg", "Ca"), ("edge",), 2),))
    assert not true_of(mixed, "network")
    assert true_of(mixed, "formula_network") == {FormulaNetworkConcept("MgO6/CaO8", ("edge",), 2)}


def test_networks_of_two_kinds_by_formula_and_by_shape() -> None:
    network = MixedNetwork(("MgO6", "SiO4"), ("Mg", "Si"), ("corner", "edge"), 3)
    assert true_of(replace(DIOPSIDE, mixed=(network,)), "mixed_network") == {
        MixedNetworkConcept(("MgO6", "SiO4"), ("corner", "edge"), 3),
        MixedNetworkConcept(("OC-6", "T-4"), ("corner", "edge"), 3),
    }
    assert true_of(replace(DIOPSIDE, mixed=()), "mixed_network") == {NO_NETWORK}
    assert not true_of(DIOPSIDE, "mixed_network")  # of an earlier version


def test_phrases_know_their_atoms() -> None:
    linked = {(link.kind, link.phrase): link for link in phrase_sites(described(MOLYBDENITE))}
    prism = linked["shape", "[METAL] is at the centre of a trigonal prism."]
    assert (prism.atoms, prism.listed) == ((0, 1), True)
    shared = linked["centred_connection", "Anion-centred trigonal pyramids share corners with trigonal pyramids."]
    assert shared.atoms == shared.partners == (2, 3, 4, 5)
    assert linked["network", "Edge-sharing trigonal prisms form layers."].atoms == (0, 1)


def test_without_facts_of_geometry_nothing_is_known_and_nothing_false() -> None:
    old = true_concepts(described(None))
    prism, layers = ShapeConcept("METAL", "TPR-6"), NetworkConcept("OC-6", 6, ("edge",), 2)
    assert not any(concept.kind in ("shape", "network", "coordination_number") for concept in old)
    unknown, known = Facts(old, True, False), Facts(true_concepts(described(MOLYBDENITE)), True, False)
    for concept in (prism, layers, PolyhedronConcept("TiO6"), SilicateClassConcept("nesosilicate")):
        assert unknown.holds(concept) is None
    assert known.holds(prism) is True
    assert known.holds(layers) is False
    assert known.holds(SilicateClassConcept("nesosilicate")) is False
    assert Facts({}, False, False).holds(prism) is None


def test_crystals_without_bonds_have_facts_too() -> None:
    argon = GeometryFacts((site("Ar", (0,), "neutral", (), "", None),), (), (), Bonding(0, extent="atoms"))
    argon = replace(argon, sites=(replace(argon.sites[0], polyhedron=None),))
    facts = Facts(true_concepts(described(argon, 0)), True, False)
    assert facts.holds(CoordinationNumberConcept("neutral", 0)) is True
    assert facts.holds(ShapeConcept("NONMETAL", "IC-12")) is False


def test_a_shape_around_any_class() -> None:
    assert {concept.element_class for concept in alternatives("TPR-6")} == set(CLASSES)
    assert alternatives("TPR-6", "METAL") == (ShapeConcept("METAL", "TPR-6"),)


LEARNED = (
    *(ShapeConcept(element_class, symbol) for element_class in CLASSES for symbol in shape_words.families()),
    *(
        NetworkConcept(*polyhedra, ways, dimensionality)
        for polyhedra in (("OC-6", 6), ("T-4", 4), (None, 7))
        for ways in (("corner",), ("edge",), ("corner", "edge"), ("corner", "edge", "face"))
        for dimensionality in range(4)
    ),
    *(NetworkConcept(*polyhedra, (), 0) for polyhedra in (("OC-6", 6), (None, 7))),
)


def test_wordings_name_no_element_and_are_no_validation_phrase() -> None:
    fixed = {concept.phrase for concept in LEARNED}
    symbols = set(ELEMENT_CLASSES) - {"I", "V", "T"}
    for concept in LEARNED:
        variants = phrase_variants(concept)
        assert len(set(variants)) == len(variants) == 4
        loose = paraphrases(concept)
        assert loose is not None
        texts = {*variants, *loose.all()}
        assert not texts & fixed
        assert not {word for text in texts for word in text.split()} & symbols, concept
        rng = random.Random(0)
        assert {training_phrase(concept, rng, loose=1.0) for _ in range(20)} <= texts


def test_different_concepts_have_different_wordings() -> None:
    """A wording that two concepts share would teach a text tower that they are one."""
    stored = read_vocabulary(model_folder())
    others = [concept for kind in ("polyhedra", "connection", "environment") for concept in stored.concepts(kind)]
    owner: dict[str, Concept] = {}
    for concept in (*LEARNED, *DIMENSIONALITIES):
        for text in (*phrase_variants(concept), *wordings(concept)):
            assert owner.setdefault(text, concept) == concept, text
    for concept in others:
        assert not {text for text in wordings(concept) if text in owner}, concept


def wordings(concept: Concept) -> Iterator[str]:
    """The loose wordings of a concept."""
    loose = paraphrases(concept)
    assert loose is not None
    return loose.all()


def test_vocabularies_count_them() -> None:
    vocabulary = Vocabulary.count([described(MOLYBDENITE, 2), described(DIOPSIDE), described(None)])
    assert vocabulary.frequency(ShapeConcept("METAL", "TPR-6")) == 1
    assert next(concept.phrase for concept in vocabulary.concepts("network")).endswith(".")
    assert not vocabulary.concepts("polyhedron")
    assert not vocabulary.concepts("coordination_number")
    assert Vocabulary.from_json(vocabulary.to_json()) == vocabulary
    assert vocabulary.to_json()["counts"]["dimensionality"]
    assert "shape" not in Vocabulary.count([described(None)]).to_json()["counts"]
    assert true_concepts(described(DIOPSIDE))[ShapeConcept("METAL", "OC-6")] is Truth.STATED


def test_completion_offers_shapes_with_any_model() -> None:
    empty = Vocabulary(0, {})
    assert set(complete("tpr-6", empty)) == set(alternatives("TPR-6"))
    assert set(complete("square antip", empty)) >= set(alternatives("SAPR-8"))
    assert set(complete("Archimedean", empty)) == set(alternatives("SAPR-8"))
    counted = Vocabulary(9, {ShapeConcept("METAL", "TPR-6"): (3, 3)})
    assert complete("TPR", counted).count(ShapeConcept("METAL", "TPR-6")) == 1


def test_shapes_are_a_set_of_phrases_of_their_own() -> None:
    assert SITE_SETS["shape"] == ("shape",)
    assert SITE_SETS["environment"] == SITE_SETS["connection"] == ("environment", "polyhedra", "connection")
    assert GEOMETRY_KINDS == ("dimensionality", "shape", "network")
    assert all(row_of(kind).in_bank for kind in GEOMETRY_KINDS)
