"""Facts of geometry of real crystals as concepts, stored in a library, searched and filtered.

Shapes, networks and classes are those of textbooks: Wells, Structural Inorganic Chemistry (5th ed., 1984), chapters 4
(molybdenite, NiAs), 5 and 6 (rutile, spinel, CdI2), 23 (silicates); Pearson, The Crystal Chemistry and Physics of Metals and
Alloys (1972) for Cu, Mg and W; for the prototypes' names see the AFLOW library.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from clics.concepts.concept import Concept
from clics.concepts.kinds.centred_connection import CentredConnectionConcept
from clics.concepts.kinds.centred_shape import CentredShapeConcept
from clics.concepts.kinds.coordination_number import CoordinationNumberConcept
from clics.concepts.kinds.formula_network import FormulaNetworkConcept
from clics.concepts.kinds.network import NetworkConcept
from clics.concepts.kinds.polyhedron import PolyhedronConcept
from clics.concepts.kinds.shape import ShapeConcept
from clics.concepts.kinds.silicate_class import SilicateClassConcept
from clics.concepts.parse import concept_of
from clics.concepts.truth import true_concepts
from clics.crystals.crystal import Crystal
from clics.errors import InputError
from clics.library.add import add
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.query.recognise import recognise
from clics.session import Session
from clics.sources.prototypes import aflow_prototypes
from tiny_encoder import TinyEncoder

VERSION_01 = Path(__file__).resolve().parents[2] / "data" / "fixtures" / "v0_1"
MOLYBDENITE, RUTILE, COPPER, MAGNESIUM = "AB2_hP6_194_c_f", "A2B_tP6_136_f_a", "A_cF4_225_a", "A_hP2_194_c"
NIAS, CAESIUM_CHLORIDE, CDI2, QUARTZ = "AB_hP4_194_c_a", "AB_cP2_221_b_a", "AB2_hP3_164_a_d", "A2B_hP9_152_c_a"
ROCK_SALT, ZINC_BLENDE, TUNGSTEN, ZIRCON = (
    "AB_cF8_225_a_b",
    "AB_cF8_216_c_a",
    "A_cI2_229_a",
    "A4BC_tI24_141_h_b_a",
)
NAMES = (
    MOLYBDENITE, RUTILE, COPPER, MAGNESIUM, NIAS, CAESIUM_CHLORIDE, CDI2, QUARTZ, ROCK_SALT, ZINC_BLENDE, TUNGSTEN, ZIRCON,
)  # fmt: skip
"""Labels of the crystals in the AFLOW library."""

TRUE: dict[str, tuple[Concept, ...]] = {
    MOLYBDENITE: (
        ShapeConcept("METAL", "TPR-6"),
        NetworkConcept("TPR-6", 6, ("edge",), 2),
        FormulaNetworkConcept("MoS6", ("edge",), 2),
        PolyhedronConcept("MoS6", "TPR-6"),
        CentredShapeConcept("Mo", "TPR-6"),
    ),
    RUTILE: (
        ShapeConcept("METAL", "OC-6"),
        NetworkConcept("OC-6", 6, ("edge",), 1),
        NetworkConcept("OC-6", 6, ("corner", "edge"), 3),
        CentredConnectionConcept("cation", "octahedra", "edge", "octahedra"),
        CoordinationNumberConcept("O", 3),
    ),
    COPPER: (ShapeConcept("METAL", "COC-12"), CoordinationNumberConcept("neutral", 12)),
    MAGNESIUM: (ShapeConcept("METAL", "ACOC-12"),),
    NIAS: (
        CentredShapeConcept("As", "TPR-6"),
        CentredShapeConcept("anion", "TPR-6"),
        CentredShapeConcept("Ni", "OC-6"),
    ),
    CAESIUM_CHLORIDE: (CentredShapeConcept("Cs", "CU-8"), CentredShapeConcept("Cl", "CU-8")),
    CDI2: (NetworkConcept("OC-6", 6, ("edge",), 2), FormulaNetworkConcept("CdI6", ("edge",), 2)),
    QUARTZ: (NetworkConcept("T-4", 4, ("corner",), 3), SilicateClassConcept("tectosilicate")),
    ROCK_SALT: (CentredShapeConcept("Na", "OC-6"), CentredShapeConcept("Cl", "OC-6")),
    ZINC_BLENDE: (CentredShapeConcept("Zn", "T-4"), NetworkConcept("T-4", 4, ("corner",), 3)),
    TUNGSTEN: (ShapeConcept("METAL", "CU-8"),),
    ZIRCON: (
        SilicateClassConcept("nesosilicate"),
        NetworkConcept("T-4", 4, (), 0),
        CentredShapeConcept("Zr", "TDD-8"),
    ),
}
FALSE: dict[str, tuple[Concept, ...]] = {
    MOLYBDENITE: (ShapeConcept("METAL", "OC-6"), ShapeConcept("METAL", "PPY-6")),
    COPPER: (ShapeConcept("METAL", "ACOC-12"), ShapeConcept("METAL", "HPR-12"), ShapeConcept("METAL", "IC-12")),
    MAGNESIUM: (ShapeConcept("METAL", "COC-12"),),
    NIAS: (CentredShapeConcept("cation", "TPR-6"),),
    TUNGSTEN: (ShapeConcept("METAL", "SAPR-8"), ShapeConcept("METAL", "HPR-12")),
    QUARTZ: (NetworkConcept("T-4", 4, ("edge",), 3), SilicateClassConcept("phyllosilicate")),
}


@pytest.fixture(scope="module")
def crystals() -> list[Crystal]:
    """The crystals of :data:`NAMES`, with their labels as ids."""
    return [crystal for crystal in aflow_prototypes() if crystal.id in NAMES]


@pytest.fixture(scope="module")
def library(crystals: list[Crystal], tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of them, described today."""
    library = Library(tmp_path_factory.mktemp("library") / "library.clics", "create")
    add(library, crystals, TinyEncoder(), workers=1)
    return library


def test_the_crystals_are_there(library: Library) -> None:
    assert {row.id for row in library.rows()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_textbook_facts_are_stored_and_read_back(name: str, library: Library) -> None:
    facts, description = library.facts(name), library.description(name)
    assert description is not None
    assert description.geometry is not None
    for concept in TRUE[name]:
        assert facts.holds(concept) is True, concept.phrase
    for concept in FALSE.get(name, ()):
        assert facts.holds(concept) is False, concept.phrase
    assert facts.truths == true_concepts(description)
    for concept in facts.truths:
        assert repr(concept_of(concept.kind, concept.phrase)) == repr(concept)


def found(library: Library, where: str) -> set[str]:
    return {row.id for row in library.rows(parse_filter(where))}


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("shape:TPR-6", {MOLYBDENITE}),
        ('shape:"trigonal prismatic"', {MOLYBDENITE}),
        ("shape:TPR-6@As", {NIAS}),
        ("shape:TPR-6@anion", {NIAS}),
        ("shape:TPR-6@mo", {MOLYBDENITE}),
        ("shape:OC-6@metal", {RUTILE, NIAS, CDI2, ROCK_SALT}),
        ("shape:COC-12,anticuboctahedron", {COPPER, MAGNESIUM}),
        ("shape:cube", {CAESIUM_CHLORIDE, TUNGSTEN}),
        ("shape:HPR-12", set()),
        ("cn:12", {COPPER, MAGNESIUM}),
        ("cn:8..14", {COPPER, MAGNESIUM, CAESIUM_CHLORIDE, TUNGSTEN, ZIRCON}),
        ("cn:15..", set()),
        ("cn:3@O", {RUTILE, ZIRCON}),
        ("cn:8@nonmetal", {CAESIUM_CHLORIDE}),
        ("network:layers", {MOLYBDENITE, CDI2, NIAS}),  # by edges alone, octahedra of NiAs are in layers
        ("network:layers@OC-6", {CDI2, NIAS}),
        ("network:2@MoS6", {MOLYBDENITE}),
        ("network:isolated@tetrahedra", {ZIRCON}),
        ("network:isolated@SiO4", {ZIRCON}),
        ("polyhedron:TiO6,SiO4", {RUTILE, QUARTZ, ZIRCON}),
        ("silicate:Nesosilicate", {ZIRCON}),
        ("-cn:6 elements:O", {QUARTZ, ZIRCON}),
    ],
)
def test_filters(where: str, names: set[str], library: Library) -> None:
    assert found(library, where) == names


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("shape:zeppelin", "'zeppelin' is not a shape"),
        ("shape:TPR-6@Xx", "'Xx' is no centre"),
        ("shape<6", "cannot be compared"),
        ("cn:six", "'six' is not a coordination number"),
        ("cn:..", "is not a coordination number"),
        ("cn:9999", "is not a coordination number"),
        ("network:flat", "'flat' is no network"),
        ("network:layers@zeppelins", "neither a shape nor the formula"),
    ],
)
def test_filters_that_cannot_be_read(where: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_filter(where)


def test_a_library_of_version_01_knows_nothing_of_shapes() -> None:
    with Library(VERSION_01 / "library.clics", "read") as stored:
        facts = stored.facts(next(iter(stored.rows())).id)
        assert facts.truths
        assert facts.holds(ShapeConcept("METAL", "TPR-6")) is None
        assert facts.holds(FormulaNetworkConcept("MoS6", ("edge",), 2)) is None
        assert stored.count(parse_filter("shape:TPR-6")) == 0


def test_a_phrase_of_a_kind_that_a_model_has_not_learned_is_decided_by_facts(
    crystals: list[Crystal], tmp_path: Path
) -> None:
    session = Session(model=VERSION_01 / "model", library=tmp_path / "own.clics")
    vocabulary = session.encoder.vocabulary
    assert not vocabulary.concepts("shape")
    session.library.add(crystals)
    result = session.search("[METAL] is at the centre of a trigonal prism.", top=3)
    assert result.hits[0].id == MOLYBDENITE
    assert result.hits[0].reasons[0].phrase == "[METAL] is at the centre of a trigonal prism."
    assert recognise("Edge-sharing CdI6 polyhedra form layers.", vocabulary).by_facts_alone
