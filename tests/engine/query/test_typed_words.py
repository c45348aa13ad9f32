"""Phrases as people type them: a sample of the development half of the benchmark, in every way of saying a concept."""

from __future__ import annotations

import pytest
from clics.concepts import phrases
from clics.concepts.parse import concept_of
from clics.concepts.templates import paraphrases
from clics.query import structure_types
from clics.query.normalise import normalise
from clics.query.recognise import recognise
from clics.symmetry import space_groups

from tests.paper_vocabulary import paper_vocabulary

VOCABULARY = paper_vocabulary()
METAL, NONMETAL, METALLOID = "[METAL]", "[NONMETAL]", "[METALLOID]"


def aims(text: str) -> list[set[str]]:
    return [{concept.phrase for concept in group} for group in recognise(text, VOCABULARY).primary]


def site(centre: str, geometry: str) -> set[str]:
    words = phrases.geometry_words(geometry)
    return {f"{centre} is bonded in {phrases.article(words)} {words} geometry."}


def shared(noun: str, sharing: str, other: str) -> set[str]:
    return {phrases.connection(noun, sharing, other)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("face centred cubic rock salt group, number 225", 225),
        ("IT number 14", 14),
        ("Spgr. P2sub1/c", 14),
        ("p bar 1", 2),
        ("D_{2h}^{16}", 62),
        ("Oh5 space group", 225),
        ("T_d^2", 216),
        ("-C 2yc", 15),
        ("P6(3)/mmc", 194),
        ("hexagonal spacegroup n° 194", 194),
        ("number one hundred twenty three space group", 123),
        ("cubic Fm(-3)m phase", 225),
        ("R3mH", 160),
        ("P4/nmmS", 129),
        ("monoclinic Cm", 8),
        ("anatase space group", 141),
        ("half-Heusler group 216", 216),
    ],
)
def test_space_groups(text: str, number: int) -> None:
    assert aims(text) == [{phrases.space_group(space_groups.by_number(number).symbol)}]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("isometric crystal system", range(195, 231)),
        ("anorthic crystals", range(1, 3)),
        ("monoclinic, C-centred and centrosymmetric", (12, 15)),
        ("cubic I lattice", (197, 199, 204, 206, 211, 214, 217, 220, 229, 230)),
        ("221 or 62 space group", (62, 221)),
        ("Fm-3m / Fd-3m", (225, 227)),
        ("hexagonal, non-centrosymmetric", (*range(168, 175), *range(177, 191))),
        ("crystal class -43m", range(215, 221)),
        ("pyroelectric monoclinic crystals", (3, 4, 5, 6, 7, 8, 9)),
        ("piezoelectric cubic", (*range(195, 200), *range(215, 221))),
        ("R3m hexagonal setting", (160,)),
    ],
)
def test_families(text: str, numbers: range | tuple[int, ...]) -> None:
    assert aims(text) == [{phrases.space_group(space_groups.by_number(n).symbol) for n in numbers}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dodeca-coordinated metal", site(METAL, "12-coordinate")),
        ("VII-coordinated metal cation", site(METAL, "7-coordinate")),
        ("metal CN5", site(METAL, "5-coordinate")),
        ("metal with 12 nearest neighbours", site(METAL, "12-coordinate")),
        ("metal with three coplanar neighbours", site(METAL, "trigonal planar")),
        ("metal with 4 atoms around in one plane", site(METAL, "square co-planar")),
        ("MO4 squares", site(METAL, "square co-planar")),
        ("metal at the centre of a cube", site(METAL, "body-centered cubic")),
        (
            "metal in a trigonal prism",
            site(METAL, "distorted pentagonal pyramidal") | site(METAL, "pentagonal pyramidal"),
        ),
        ("SiO6 octahedron, high pressure silicate", site(METALLOID, "octahedral")),
        ("CO3 2- units", site(NONMETAL, "trigonal planar")),
        ("anion with five neighbours as a trigonal bipyramid", site(NONMETAL, "trigonal bipyramidal")),
        ("two neighbours at 90 degrees, nonmetal", site(NONMETAL, "L-shaped")),
        ("nonmetal with two neighbours, not linear", site(NONMETAL, "bent 150 degrees")),
        ("ammonia-like nonmetal", site(NONMETAL, "trigonal non-coplanar")),
        ("axially elongated octahedral metal site", site(METAL, "distorted octahedral")),
        ("metal in a distorted cube", site(METAL, "distorted body-centered cubic")),
        ("mercury linear coordination", site(METAL, "linear")),
        ("metal tbp geometry", site(METAL, "trigonal bipyramidal")),
        ("metal sq. pyramidal", site(METAL, "square pyramidal")),
        ("metal in a tricapped trigonal prism", site(METAL, "9-coordinate")),
        ("eight-coordinate metal, square antiprism", site(METAL, "8-coordinate")),
        ("mono-capped octahedron around a metal", site(METAL, "7-coordinate")),
        ("icosahedral metal", site(METAL, "12-coordinate")),
        ("oxygen bridging two metals linearly", site(NONMETAL, "linear")),
    ],
)
def test_sites(text: str, expected: set[str]) -> None:
    assert aims(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("octahedra having three vertices in common", shared("octahedra", "face", "octahedra")),
        ("M2X9 dimers, two octahedra fused at a face", shared("octahedra", "face", "octahedra")),
        ("corner linked tetraedra", shared("tetrahedra", "corner", "tetrahedra")),
        ("trigonal bipyramids connected at apices", shared("trigonal bipyramids", "corner", "trigonal bipyramids")),
        ("tetrahedron and octahedron with a common edge", shared("tetrahedra", "edge", "octahedra")),
        ("tetrahedra edge-linked to octahedra", shared("tetrahedra", "edge", "octahedra")),
        ("corner-linked octahedra and tetrahedra", shared("octahedra", "corner", "tetrahedra")),
    ],
)
def test_connections(text: str, expected: set[str]) -> None:
    assert aims(text) == [expected]


def test_two_facts_and_a_denial() -> None:
    assert aims("monoclinic P2_1/c, MO6 octahedra") == [
        {phrases.space_group("P2_1/c")},
        site(METAL, "octahedral"),
    ]
    assert aims("metal in cube, nonmetal in tetrahedron (fluorite)")[:2] == [
        site(METAL, "body-centered cubic"),
        site(NONMETAL, "tetrahedral"),
    ]
    said = recognise("P21/c, tetrahedral nonmetal, no octahedral metal", VOCABULARY)
    assert said.matched_text == ("P21/c", "tetrahedral")
    assert said.negated_text == ("no octahedral",)


def test_a_named_type_means_its_minerals_and_aims_at_its_prototype() -> None:
    (aim,) = aims("spinels")
    assert aim == {phrases.structure_type("spinel")}
    (held,) = recognise("spinels", VOCABULARY).alternatives
    assert concept_of("structure_type", phrases.structure_type("Spinel-derived")) in held
    assert aims("spinel-like corner sharing of octahedra") == [shared("octahedra", "corner", "octahedra")]


def test_a_type_that_no_facts_tell_of_is_aimed_at_and_not_checked() -> None:
    for text in ("garnet", "garnets, pyrochlores", "spinel or garnet", "neither garnet nor pyrochlore"):
        said = recognise(text, VOCABULARY)
        assert said
        assert not list(said.parts()), text
    said = recognise("neither garnet nor pyrochlore", VOCABULARY)
    assert [[concept.phrase for concept in aims] for aims in said.negated_primary] == [
        [phrases.structure_type("garnet")], [phrases.structure_type("pyrochlore")],
    ]  # fmt: skip
    said = recognise("garnet, octahedral metal", VOCABULARY)
    assert [words for words, _, _ in said.parts()] == ["octahedral"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("layered perovskites", "layered perovskite"),
        ("double perovskite structure", "double perovskite"),
        ("C14 phase", "c14"),
        ("antifluorite type", "antifluorite"),
        ("A15 structure", "a15"),
        ("312 MAX phase", "max phase"),
        ("delafossite", "delafossite"),
        ("gamma brass", "gamma brass"),
        ("TiNiSi-type", "tinisi"),
    ],
)
def test_the_longest_name_of_a_type_counts(text: str, name: str) -> None:
    ((aim,),) = recognise(text, VOCABULARY).primary
    prototype = structure_types.of_concept(aim)
    assert prototype is not None
    assert name in map(str.lower, prototype.names)


@pytest.mark.parametrize(
    "text", ["", "blue", "my favourite material", "I need something cheap", "band gap 2 eV", "magnetic"]
)
def test_what_says_nothing_of_geometry_is_left_alone(text: str) -> None:
    assert not recognise(text, VOCABULARY)


def test_what_is_read_remembers_what_was_typed() -> None:
    typed = "SiO4 tetrahedra joind at apices, sq. planar metal"
    reading = normalise(typed)
    assert "metalloid tetrahedra" in reading.text
    start = reading.text.index("square")
    assert typed[slice(*reading.typed_span(start, start + len("square")))].startswith("sq.")
    for part in recognise(typed, VOCABULARY).matched_text:
        assert part in typed


@pytest.mark.parametrize("number", [1, 14, 62, 166, 194, 225, 227])
def test_loose_wordings_of_a_space_group_are_recognised_as_it(number: int) -> None:
    concept = concept_of("space_group", phrases.space_group(space_groups.by_number(number).symbol))
    wordings = paraphrases(concept)
    assert wordings is not None
    for text in wordings.all():
        assert any(set(group) == {concept} for group in recognise(text, VOCABULARY).alternatives), text
