"""Geometry in the words of abstracts, pages of minerals, lecture notes and forums: a sample of that benchmark."""

from __future__ import annotations

import pytest
from clics.concepts import phrases
from clics.query import structure_types
from clics.query.normalise import normalise
from clics.query.parsed_query import ParsedQuery
from clics.query.recognise import recognise
from clics.symmetry import point_groups, space_groups

from tests.paper_vocabulary import paper_vocabulary

VOCABULARY = paper_vocabulary()
METAL, NONMETAL, METALLOID = "[METAL]", "[NONMETAL]", "[METALLOID]"


def said(text: str) -> ParsedQuery:
    return recognise(text, VOCABULARY)


def aims(text: str) -> list[set[str]]:
    return [{concept.phrase for concept in group} for group in said(text).primary]


def groups_of(text: str) -> set[int]:
    """Numbers of the space groups that a text asks for, where it asks for nothing else."""
    (group,) = aims(text)
    return {g.number for g in space_groups.SPACE_GROUPS if phrases.space_group(g.symbol) in group}


def site(centre: str, geometry: str) -> str:
    words = phrases.geometry_words(geometry)
    return f"{centre} is bonded in {phrases.article(words)} {words} geometry."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (r"$\mbox{Fm}\bar{3}\mbox{m}$", 225),
        ("space group Fm-3̄m (225)", 225),
        (r"\( Pm\bar{3}m \)", 221),
        (r"Space group :math:`Fm\bar{3}m` (No. 225)", 225),
        ("R 3:R", 146),
        ("monoclinic, Pn, Z = 2", 7),
        ("AB2C_cF16_225_a_c_b", 225),
        ("P21/n (a-a-b+)", 14),
    ],
)
def test_symbols_as_they_are_set(text: str, number: int) -> None:
    assert groups_of(text) == {number}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Isometric - Hexoctahedral", range(221, 231)),
        ("Tetragonal - Ditetragonal Dipyramidal", range(123, 143)),
        ("orthorhombic dipyramidal (mmm)", range(47, 75)),
        ("Monoclinic - Prismatic", range(10, 16)),
        ("Trigonal - Hexagonal Scalenohedral", range(162, 168)),
        ("point group 2/m 2/m 2/m", range(47, 75)),
        ("Point group: m3m (Oh)", range(221, 231)),
        ("D4h (4/mmm)", range(123, 143)),
        (r"$\bar{3}m$ point group", range(162, 168)),
        ("the cubic class 432", range(207, 215)),
        ("Pearson symbol cF8", (196, 202, 203, 209, 210, 216, 219, *range(225, 229))),
        ("hexagonal crystal family", range(143, 195)),
        ("bct", (79, 80, 82, 87, 88, 97, 98, *range(107, 111), *range(119, 123), *range(139, 143))),
    ],
)
def test_classes_and_lattices(text: str, numbers: range | tuple[int, ...]) -> None:
    assert groups_of(text) == set(numbers)


def test_symmetry_in_other_words() -> None:
    acentric = groups_of("noncentrosymmetric")
    for text in (
        "lack of inversion symmetry",
        "absence of a symmetry centre",
        "inversion symmetry is broken",
        "NCS structure",
    ):
        assert groups_of(text) == acentric
    assert groups_of("ferroelectric crystals") == groups_of("pyroelectricity") == groups_of("polar crystal classes")
    symmorphic = groups_of("symmorphic")
    assert len(symmorphic) == 73
    assert groups_of("non-symmorphic space group") == set(range(1, 231)) - symmorphic


def test_every_point_group_has_its_names() -> None:
    for group in space_groups.SPACE_GROUPS:
        assert point_groups.by_symbol(group.point_group) == group.point_group
        assert point_groups.by_schoenflies(space_groups.schoenflies_of(group.point_group)) == group.point_group


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("octahedrally coordinated Ti4+", {site(METAL, "octahedral")}),
        ("M(1) site is octahedrally coordinated", {site(METAL, "octahedral")}),
        ("octahedral voids occupied by Mn, Ni, Cu or Co", {site(METAL, "octahedral")}),
        ("octahedrally co-ordinated Mo", {site(METAL, "octahedral")}),
        ("IrO6 octahedra are significantly distorted", {site(METAL, "distorted octahedral")}),
        ("uranyl square bipyramids", {site(METAL, "octahedral")}),
        ("(SO4) tetrahedra", {site(NONMETAL, "tetrahedral")}),
        ("SiO₄⁴⁻ tetrahedron", {site(METALLOID, "tetrahedral")}),
        ("SiO _{4} tetrahedra", {site(METALLOID, "tetrahedral")}),
        ("[Ba6N] octahedra", {site(NONMETAL, "octahedral")}),
        ("oxocentred [OCu4] tetrahedra", {site(NONMETAL, "tetrahedral")}),
        ("[NiO2(OH)4] octahedra", {site(METAL, "octahedral")}),
        ("carbonate groups", {site(NONMETAL, "trigonal planar")}),
        ("AsO3 pyramids", {site(METALLOID, "trigonal non-coplanar")}),
        ("AX4E2", {site(c, "square co-planar") for c in (METAL, NONMETAL, METALLOID)}),
        ("X(2) site is [8]-coordinated", {site(c, "8-coordinate") for c in (METAL, NONMETAL, METALLOID)}),
        ("REO9 polyhedron", {site(METAL, "9-coordinate")}),
        ("corner-shared CuO4 plaquettes", {site(METAL, "square co-planar")}),
        ("metals in cubic interstitial sites", {site(METAL, "body-centered cubic")}),
        ("linearly coordinated Ag(I)", {site(METAL, "linear")}),
    ],
)
def test_sites(text: str, expected: set[str]) -> None:
    assert [group & expected for group in aims(text)] == [expected]
    assert all(phrase in expected or "bonded in" not in phrase for group in aims(text) for phrase in group)


def test_coordination_of_both_ions() -> None:
    metal, nonmetal = aims("6:3 coordination")
    assert metal == {site(METAL, "6-coordinate")}
    assert nonmetal == {site(NONMETAL, "3-coordinate")}


@pytest.mark.parametrize(
    ("text", "noun", "sharing", "other"),
    [
        ("corner sharing chains of WO _{6} octahedra", "octahedra", "corner", "octahedra"),
        ("isolated, infinite layers of corner-sharing PbX6 octahedra", "octahedra", "corner", "octahedra"),
        ("corner-sharing [ZnS4] tetrahedra", "tetrahedra", "corner", "tetrahedra"),
        ("edge-sharing SiS2-like tetrahedral chains", "tetrahedra", "edge", "tetrahedra"),
        ("face-sharing bioctahedron", "octahedra", "face", "octahedra"),
        ("face-sharing trigonal prisms", "pentagonal pyramids", "face", "pentagonal pyramids"),
    ],
)
def test_connections(text: str, noun: str, sharing: str, other: str) -> None:
    assert {phrases.connection(noun, sharing, other)} in aims(text)  # type: ignore[arg-type]


def test_only_corners_denies_edges_and_faces() -> None:
    denied = said("octahedra are only corner-sharing").negated
    assert phrases.connection("octahedra", "edge", "octahedra") in {c.phrase for c in denied[0]}
    assert phrases.connection("octahedra", "face", "octahedra") in {c.phrase for c in denied[1]}


@pytest.mark.parametrize("text", ["tetrahedra are not polymerized", "SiO4 tetrahedra that occur as isolated units"])
def test_isolated(text: str) -> None:
    assert phrases.connection("tetrahedra", "corner", "tetrahedra") in {c.phrase for g in said(text).negated for c in g}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("L2_1 structure", "Heusler"),
        ("L2₁ structure", "Heusler"),
        ("MgAgAs-type", "half-Heusler"),
        ("Ruddlesden–Popper phase", "layered perovskite"),
        ("galena", "rock salt"),
        ("inverse spinel", "spinel"),
        ("B2 structure", "CsCl"),
    ],
)
def test_types(text: str, first: str) -> None:
    (group,) = said(text).primary
    (concept,) = group
    prototype = structure_types.of_concept(concept)
    assert prototype is not None
    assert prototype.names[0] == first


def test_a_type_before_structure_is_true_of_what_is_derived_from_it() -> None:
    (held,) = said("spinel structure").alternatives
    assert {c.phrase for c in held} >= {
        phrases.structure_type(name) for name in ("Spinel", "Spinel-derived", "Spinel-like")
    }
    assert aims("spinel structure") == [{phrases.structure_type("Spinel")}]


@pytest.mark.parametrize(
    "text",
    [
        "hcp array of oxide ions",
        "hexagonal close-packed O-atom arrangement",
        "bcc anion framework",
        "ReO3-type slabs",
        "brucite-type layers",
        "rock-salt ordering of B cations",
        "octahedral crystals",
        "perfect octahedral cleavage",
        "twofold superstructure",
        "corner-sharing triangles",
        "hexagonal tunnels",
        "nonlinear optical crystals",
        "linear chains",
        "group 14 elements",
        "layers held together by van der Waals forces",
        "in this work we report",
    ],
)
def test_what_was_not_said_is_not_read(text: str) -> None:
    assert not said(text)


@pytest.mark.parametrize(("text", "formula"), [("WO3 thin film", "WO3"), ("LaB6", "LaB6")])
def test_a_compound_is_a_formula_and_no_polyhedron(text: str, formula: str) -> None:
    assert [(group.filter, group.concepts) for group in said(text).groups] == [(f"formula:{formula}", ())]


def test_a_place_in_set_formulas_is_that_of_the_typed_text() -> None:
    text = "edge-sharing $\\mathrm{MnO_6}$ octahedra"
    assert said(text).matched_text == (text,)
    assert "MnO" not in normalise(text).text
