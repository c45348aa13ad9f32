"""Facts read back from text, and what is true of them."""

from __future__ import annotations

import pytest
from clics.concepts.concept import Truth
from clics.concepts.kinds.dimensionality import DimensionalityConcept
from clics.concepts.kinds.space_group import UNKNOWN
from clics.concepts.parse import concept_of
from clics.concepts.robocrys_text import description_from_text
from clics.concepts.truth import true_concepts
from clics.errors import DescriptionError
from clics.results.description import Connection, Description, Neighbours
from pymatgen.core import Lattice, Structure
from shared_texts import FETA2O6, SROSO3, TMCO4, YBSCBO3, described, needs_shared


def test_facts_of_a_text() -> None:
    read = description_from_text(FETA2O6)
    assert (read.formula, read.crystal_system, read.dimensionality, read.mineral) == ("FeTa2O6", "tetragonal", 3, None)
    assert (read.space_group.symbol, read.space_group.number) == ("P4_2/mnm", 136)
    assert [site.label for site in read.sites] == ["Ta(1)", "Fe(1)", "O(1)", "O(2)"]
    tantalum = read.sites[0]
    assert (tantalum.geometry, tantalum.polyhedra, tantalum.distorted) == ("octahedral", "octahedra", False)
    assert tantalum.neighbours == (Neighbours("O", "O(1)", 2), Neighbours("O", "O(2)", 4))
    assert tantalum.connections == (
        Connection("corner", "octahedra", "Ta", "Ta(1)", 4),
        Connection("corner", "octahedra", "Fe", "Fe(1)", 4),
        Connection("edge", "octahedra", "Ta", "Ta(1)", 1),
        Connection("edge", "octahedra", "Fe", "Fe(1)", 1),
    )
    assert read.sites[2].distorted
    assert read.sites[2].geometry == "T-shaped"


def test_sharing_among_their_own_kind_has_no_counts() -> None:
    thulium = description_from_text(TMCO4).sites[0]
    assert thulium.polyhedra == "hexagonal bipyramids"
    assert thulium.distorted
    assert thulium.connections == (
        Connection("corner", "hexagonal bipyramids", "Tm", "Tm", 0),
        Connection("edge", "hexagonal bipyramids", "Tm", "Tm", 0),
    )


def test_mineral_names_and_bond_lengths_are_no_hindrance() -> None:
    assert description_from_text(SROSO3).mineral == "Orthorhombic Perovskite"
    assert description_from_text(YBSCBO3).mineral == "Calcite-derived"
    assert len(description_from_text(SROSO3).sites) == 4


def test_stated_and_held() -> None:
    truths = true_concepts(description_from_text(YBSCBO3))
    assert truths[concept_of("space_group", "This material crystallizes in R-3 space group.")] is Truth.STATED
    assert truths[concept_of("environment", "[METALLOID] is bonded in a trigonal planar geometry.")] is Truth.STATED
    assert truths[concept_of("environment", "[METAL] is bonded in an octahedral geometry.")] is Truth.HELD
    assert truths[concept_of("polyhedra", "This crystal has bondings to form [POLYHEDRA] octahedra.")] is Truth.STATED
    assert truths[concept_of("structure_type", "This material has Calcite-derived crystal structure.")] is Truth.STATED
    assert concept_of("environment", "[METAL] is bonded in a tetrahedral geometry.") not in truths


def test_an_unknown_symbol_is_the_unknown_space_group() -> None:
    read = description_from_text("SiO2 crystallizes in the cubic Xy-9z space group.")
    assert (read.space_group.number, read.crystal_system) == (0, "cubic")
    assert list(true_concepts(read)) == [UNKNOWN, DimensionalityConcept(3)]
    assert UNKNOWN.phrase == "This material crystallizes in [UNK] space group."


def test_what_the_caller_knows_goes_first() -> None:
    read = description_from_text(TMCO4, symbol="Pnma", crystal_system="orthorhombic", dimensionality=2)
    assert (read.space_group.number, read.crystal_system, read.dimensionality) == (62, "orthorhombic", 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Once upon a time.",
        "SiO2 crystallizes in the cubic Fd-3m space group. Si(1) is bonded somehow.",
        "SiO2 crystallizes in the cubic Fd-3m space group. Si(1) is bonded to four O(1) atoms to form SiO4 spheres.",
    ],
)
def test_texts_that_cannot_be_read(text: str) -> None:
    with pytest.raises(DescriptionError) as refusal:
        description_from_text(text)
    assert refusal.value.kind == "unreadable-description"


@pytest.mark.parametrize("text", [SROSO3, YBSCBO3, FETA2O6, TMCO4])
def test_descriptions_survive_storage(text: str) -> None:
    read = description_from_text(text)
    assert Description.from_json(read.to_json()) == read


@pytest.mark.parametrize(
    "structure",
    [
        Structure.from_spacegroup(
            "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
        ),
        Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.905), ["Sr", "Ti", "O"], [[0.5] * 3, [0] * 3, [0.5, 0, 0]]),
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3]),
        Structure.from_spacegroup("P-3m1", Lattice.hexagonal(4.24, 6.84), ["Cd", "I"], [[0] * 3, [1 / 3, 2 / 3, 0.25]]),
    ],
    ids=["rutile", "perovskite", "rock salt", "cadmium iodide"],
)
def test_the_text_of_a_real_crystal_says_what_its_facts_say(structure: Structure) -> None:
    from clics.crystals.crystal import Crystal
    from clics.descriptions.describe import describe

    facts = describe(Crystal("here", structure))
    read = description_from_text(facts.text)
    kinds = ("space_group", "environment", "polyhedra", "connection")
    of_facts, of_text = (
        {concept: truth for concept, truth in true_concepts(d).items() if concept.kind in kinds} for d in (facts, read)
    )
    assert of_facts == of_text
    patterns_of_text = {c for c in true_concepts(read) if c.kind == "pattern"}
    assert patterns_of_text <= {c for c in true_concepts(facts) if c.kind == "pattern"}


@needs_shared
@pytest.mark.parametrize("part", ["val", "train"])
def test_every_shared_text_can_be_read(part: str) -> None:
    for row in described(part):
        read = description_from_text(row["text"])
        assert (read.space_group.symbol, read.crystal_system) == (row["spg"], row["cs"]), row["id"]
        assert read.dimensionality == row["dim"], row["id"]
        assert read.space_group.number > 0
        assert len(read.sites) == row["text"].count(" is bonded "), row["id"]
        for site, said in zip(read.sites, row["text"].split(" is bonded ")[1:], strict=True):
            clauses = said.split(". ")[0].split(" that share ")
            if len(clauses) == 2:
                assert len(site.connections) == clauses[1].count(" with "), row["id"]
            assert (site.polyhedra is None) == (" geometry to" in said.split(". ")[0]), row["id"]
