"""Truth of robocrystallographer's names by shape measures, on crystals whose coordination is textbook knowledge."""

from __future__ import annotations

from functools import cache

import pytest
from clics.concepts.concept import Truth
from clics.concepts.kinds.shape import of_class
from clics.concepts.parse import concept_of_phrase
from clics.concepts.shape_truth import by_shape
from clics.concepts.truth import true_concepts
from clics.results.description import Description, ElementClass
from clics.session import Session
from pymatgen.core import Lattice, Structure

YBCO_SITES = {
    "Ba": [(0.5, 0.5, 0.1843), (0.5, 0.5, 0.8157)],
    "Y": [(0.5, 0.5, 0.5)],
    "Cu": [(0, 0, 0), (0, 0, 0.3556), (0, 0, 0.6444)],
    "O": [(0, 0.5, 0), (0.5, 0, 0.3773), (0.5, 0, 0.6227), (0, 0.5, 0.3789), (0, 0.5, 0.6211), (0, 0, 0.159), (0, 0, 0.841)],
}  # fmt: skip
"""YBa2Cu3O7: J. D. Jorgensen et al., Phys. Rev. B 41, 1863 (1990)."""


@cache
def described(name: str) -> Description:
    if name == "YBa2Cu3O7":
        species = [element for element, sites in YBCO_SITES.items() for _ in sites]
        coordinates = [site for sites in YBCO_SITES.values() for site in sites]
        structure = Structure(Lattice.orthorhombic(3.82, 3.885, 11.683), species, coordinates)
    elif name == "MoS2":  # 2H; K. D. Bronsema et al., Z. Anorg. Allg. Chem. 540, 15 (1986)
        structure = Structure.from_spacegroup(
            "P6_3/mmc", Lattice.hexagonal(3.161, 12.295), ["Mo", "S"], [(1 / 3, 2 / 3, 0.25), (1 / 3, 2 / 3, 0.6225)]
        )
    elif name == "rutile":
        structure = Structure.from_spacegroup(
            "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [(0, 0, 0), (0.305, 0.305, 0)]
        )
    elif name == "Cr3Si":  # A15; Z14 around Cr, an icosahedron around Si (Daams, Villars & van Vucht 1991)
        structure = Structure.from_spacegroup("Pm-3n", Lattice.cubic(4.564), ["Cr", "Si"], [(0.25, 0, 0.5), (0, 0, 0)])
    elif name == "MgCu2":  # C15; Z16 around Mg, an icosahedron around Cu
        structure = Structure.from_spacegroup(
            "Fd-3m", Lattice.cubic(7.034), ["Mg", "Cu"], [(0, 0, 0), (0.625, 0.625, 0.625)]
        )
    else:  # white tin
        structure = Structure.from_spacegroup("I4_1/amd", Lattice.tetragonal(5.8318, 3.1819), ["Sn"], [(0, 0, 0)])
    return Session(sandboxed=False).describe(structure)


def truth(name: str, phrase: str) -> tuple[bool, bool | None]:
    """Truth by robocrystallographer, and by shape."""
    description, concept = described(name), concept_of_phrase(phrase)
    assert concept is not None
    told = true_concepts(description).get(concept, Truth.FALSE) > Truth.FALSE
    return told, by_shape(concept, told, description.geometry)


OCTAHEDRA = "This crystal has bondings to form [POLYHEDRA] octahedra that share {} with [POLYHEDRA] octahedra."


@pytest.mark.parametrize(
    ("name", "phrase", "right"),
    [
        ("rutile", "[METAL] is bonded in an octahedral geometry.", True),
        ("rutile", "[METAL] is bonded in a distorted octahedral geometry.", False),
        ("rutile", "[METAL] is bonded in a tetrahedral geometry.", False),
        ("rutile", "[NONMETAL] is bonded in an octahedral geometry.", False),
        ("rutile", OCTAHEDRA.format("edges"), True),
        ("rutile", OCTAHEDRA.format("faces"), False),
        # robocrystallographer has no name for a trigonal prism
        ("MoS2", "[METAL] is bonded in a distorted pentagonal pyramidal geometry.", False),
        ("white tin", "[METAL] is bonded in a distorted pentagonal pyramidal geometry.", False),
        # the octahedra of YBa2Cu3O7 are centred by oxygen
        ("YBa2Cu3O7", OCTAHEDRA.format("corners"), False),
        ("YBa2Cu3O7", OCTAHEDRA.format("edges"), False),
        ("YBa2Cu3O7", OCTAHEDRA.format("faces"), False),
        ("YBa2Cu3O7", "[METAL] is bonded in a square co planar geometry.", True),
        ("YBa2Cu3O7", "[METAL] is bonded in a body centered cubic geometry.", True),
    ],
)
def test_names_are_true_where_the_shape_is(name: str, phrase: str, right: bool) -> None:
    assert truth(name, phrase)[1] == right


@pytest.mark.parametrize(
    ("name", "symbol", "element_class", "right"),
    [
        ("Cr3Si", "FK-14", "METAL", None),
        ("Cr3Si", "FK-16", "METAL", False),
        ("Cr3Si", "IC-12", "METALLOID", True),
        ("Cr3Si", "FK-14", "METALLOID", False),
        ("MgCu2", "FK-16", "METAL", None),
        ("MgCu2", "IC-12", "METAL", True),
        ("rutile", "FK-14", "METAL", False),
    ],
)
def test_shapes_of_metals_without_a_gap_are_unknown(
    name: str, symbol: str, element_class: ElementClass, right: bool | None
) -> None:
    description, concept = described(name), of_class(element_class, symbol)
    told = true_concepts(description).get(concept, Truth.FALSE) > Truth.FALSE
    assert by_shape(concept, told, description.geometry) is right


def test_robocrystallographer_says_otherwise_of_some() -> None:
    assert truth("YBa2Cu3O7", OCTAHEDRA.format("faces")) == (True, False)
    assert truth("MoS2", "[METAL] is bonded in a distorted pentagonal pyramidal geometry.") == (True, False)
    assert truth("white tin", "[METAL] is bonded in a distorted pentagonal pyramidal geometry.") == (True, False)


def test_what_is_no_shape_keeps_its_truth() -> None:
    concept = concept_of_phrase("[METAL] is bonded in a six coordinate geometry.")
    assert concept is not None
    geometry = described("rutile").geometry
    assert [by_shape(concept, told, geometry) for told in (True, False, None)] == [True, False, None]
    octahedral = concept_of_phrase("[METAL] is bonded in an octahedral geometry.")
    assert octahedral is not None
    assert by_shape(octahedral, False, None) is False
    group = concept_of_phrase("This material crystallizes in P4_2/mnm space group.")
    assert group is not None
    assert by_shape(group, True, geometry) is True
