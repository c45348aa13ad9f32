"""The fixed phrases, their numbers, element classes and the space group table."""

from __future__ import annotations

import inflect
import pytest
import spglib
from clics.concepts import number_words, phrases
from clics.concepts.kinds.pattern import PATTERN
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.results.description import Connection, Site
from clics.symmetry import space_groups
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Element


def patterns(site: Site) -> list[str]:
    assert PATTERN.of_site is not None
    return [fact.concept.phrase for fact in PATTERN.of_site(site)]


def octahedra(*connections: Connection, distorted: bool = False) -> Site:
    likeness = 0.2 if distorted else 0.9
    return Site("Ti(1)", "Ti", "METAL", (), "octahedral", likeness, (), "octahedra", connections)


@pytest.mark.parametrize(
    ("geometry", "distorted", "phrase"),
    [
        ("octahedral", False, "[METAL] is bonded in an octahedral geometry."),
        ("octahedral", True, "[METAL] is bonded in a distorted octahedral geometry."),
        ("8-coordinate", False, "[METAL] is bonded in a eight coordinate geometry."),
        ("11-coordinate", False, "[METAL] is bonded in a eleven coordinate geometry."),
        ("21-coordinate", False, "[METAL] is bonded in a twenty one coordinate geometry."),
        ("L-shaped", False, "[METAL] is bonded in an L shaped geometry."),
        ("T-shaped", False, "[METAL] is bonded in a T shaped geometry."),
        ("bent 150 degrees", False, "[METAL] is bonded in a bent [REALVAL] degrees geometry."),
        ("rectangular see-saw-like", True, "[METAL] is bonded in a distorted rectangular see saw like geometry."),
        ("square co-planar", False, "[METAL] is bonded in a square co planar geometry."),
        ("body-centered cubic", False, "[METAL] is bonded in a body centered cubic geometry."),
    ],
)
def test_environments_as_the_paper_spells_them(geometry: str, distorted: bool, phrase: str) -> None:
    assert phrases.environment("METAL", geometry, distorted=distorted) == phrase


def test_examples_of_table_s1() -> None:
    tetrahedron = Connection("edge", "tetrahedra", "Si", "Si(1)", 1)
    assert phrases.space_group("Pmma") == "This material crystallizes in Pmma space group."
    assert phrases.structure_type("Salt") == "This material has Salt crystal structure."
    assert phrases.polyhedra("tetrahedra") == "This crystal has bondings to form [POLYHEDRA] tetrahedra."
    site = octahedra(
        Connection("corner", "pentagonal pyramids", "Na", "Na(1)", 2),
        Connection("corner", "octahedra", "Ti", "Ti(2)", 4),
    )
    assert patterns(site) == [
        "This crystal has bondings to form [POLYHEDRA] octahedra that share corners with four equivalent [POLYHEDRA] "
        "octahedra and corners with two equivalent [POLYHEDRA] pentagonal pyramids."
    ]
    assert phrases.connection("tetrahedra", "edge", "tetrahedra") == (
        "This crystal has bondings to form [POLYHEDRA] tetrahedra that share edges with [POLYHEDRA] tetrahedra."
    )
    edge = Site("Al(1)", "Al", "METAL", (), "tetrahedral", 0.9, (), "tetrahedra", (tetrahedron,))
    assert patterns(edge) == [
        "This crystal has bondings to form [POLYHEDRA] tetrahedra that share an edge-edge with one [POLYHEDRA] "
        "tetrahedra."
    ]


def test_a_pattern_among_its_own_kind_has_the_form_without_counts_too() -> None:
    unknown = octahedra(*(Connection(kind, "octahedra", "Ti", "Ti", 0) for kind in phrases.SHARINGS), distorted=True)
    assert patterns(unknown) == [
        "This crystal has bondings to form a mixture of distorted corner, edge, and face sharing [POLYHEDRA] octahedra."
    ]
    assert patterns(octahedra(Connection("corner", "octahedra", "Ti", "Ti(1)", 6))) == [
        "This crystal has bondings to form [POLYHEDRA] octahedra that share corners with six equivalent [POLYHEDRA] "
        "octahedra.",
        "This crystal has bondings to form corner sharing [POLYHEDRA] octahedra.",
    ]


def test_a_pattern_does_not_depend_on_the_order_of_connections() -> None:
    first = Connection("face", "square pyramids", "Na", "Na(1)", 1)
    second = Connection("corner", "octahedra", "Nb", "Nb(1)", 4)
    assert patterns(octahedra(first, second)) == patterns(octahedra(second, first))


@given(st.integers(0, 999))
def test_numbers_are_spelled_as_robocrystallographer_spells_them(number: int) -> None:
    words = number_words.to_words(number)
    assert words == inflect.engine().number_to_words(number)
    assert number_words.from_words(words) == number_words.from_words(words.replace("-", " ")) == number


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_numbers_that_no_description_has(number: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        number_words.to_words(number)


def test_element_classes_are_those_of_pymatgen() -> None:
    for element in Element:
        expected = "METALLOID" if element.is_metalloid else "METAL" if element.is_metal else "NONMETAL"
        assert ELEMENT_CLASSES[element.symbol] == expected, element


def test_space_group_table_is_that_of_spglib() -> None:
    standard = {}
    for hall_number in range(1, 531):
        of_spglib = spglib.get_spacegroup_type(hall_number)
        standard.setdefault(of_spglib.number, of_spglib)  # the first setting of each group is the standard one
    for number, of_spglib in standard.items():
        group = space_groups.by_number(number)
        assert group.symbol == of_spglib.international_short
        assert group.point_group == of_spglib.pointgroup_international
        assert space_groups.by_symbol(group.symbol) is group
    assert [group.number for group in space_groups.SPACE_GROUPS] == list(range(1, 231))


def test_every_spelling_names_one_group() -> None:
    for group in space_groups.SPACE_GROUPS:
        for spelling in (group.symbol, group.symbol.replace("_", ""), *group.spellings):
            assert space_groups.by_spelling(spelling) is group, spelling


@pytest.mark.parametrize(
    ("number", "system"),
    [
        (1, "triclinic"),
        (3, "monoclinic"),
        (16, "orthorhombic"),
        (75, "tetragonal"),
        (143, "trigonal"),
        (168, "hexagonal"),
        (230, "cubic"),
    ],
)
def test_crystal_systems(number: int, system: str) -> None:
    assert space_groups.by_number(number).crystal_system == system


def test_numbers_of_no_space_group() -> None:
    for number in (0, 231):
        with pytest.raises(KeyError):
            space_groups.by_number(number)
