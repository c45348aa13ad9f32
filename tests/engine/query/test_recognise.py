"""Recognition of concepts in free text, words that are no concepts, and completions."""

from __future__ import annotations

import unicodedata

import pytest
from clics.concepts import phrases
from clics.concepts.parse import concept_of
from clics.concepts.registry import KINDS
from clics.concepts.robocrys_text import description_from_text
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.query.completion import complete
from clics.query.recognise import recognise
from clics.results.description import ElementClass
from clics.symmetry import space_groups
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.concepts.shared_texts import FETA2O6, SROSO3, TMCO4, YBSCBO3

CLASSES: tuple[ElementClass, ...] = ("METAL", "NONMETAL", "METALLOID")
NAMES = (
    *phrases.NOUNS,
    "linear",
    "bent 120 degrees",
    "L-shaped",
    "T-shaped",
    "see-saw-like",
    "rectangular see-saw-like",
)
NAMES += (
    "square co-planar",
    "trigonal planar",
    "trigonal non-coplanar",
    "water-like",
    "single-bond",
    "hexagonal planar",
)
NAMES += ("body-centered cubic", *(f"{count}-coordinate" for count in range(1, 25)))


def _everything() -> Vocabulary:
    """Every class with every geometry and every polyhedron with every other, beside the paper's examples."""
    counts = {
        concept_of("environment", phrases.environment(centre, name, distorted=distorted)): (1, 1)
        for centre in CLASSES
        for name in NAMES
        for distorted in (False, True)
    }
    for noun in phrases.GEOMETRIES:
        for sharing in phrases.SHARINGS:
            for other in phrases.GEOMETRIES:
                counts[concept_of("connection", phrases.connection(noun, sharing, other))] = (1, 1)
        for distorted in (False, True):
            counts[concept_of("polyhedra", phrases.polyhedra(noun, distorted=distorted))] = (1, 1)
    examples = Vocabulary.count(description_from_text(text) for text in (SROSO3, YBSCBO3, FETA2O6, TMCO4))
    return examples + Vocabulary(1, counts)


VOCABULARY = _everything()


def meant(text: str) -> list[set[str]]:
    """Concepts that the words primarily mean."""
    return [{concept.phrase for concept in group} for group in recognise(text, VOCABULARY).primary]


def held(text: str) -> list[set[str]]:
    """Concepts that fulfil the words."""
    return [{concept.phrase for concept in group} for group in recognise(text, VOCABULARY).alternatives]


def denied(text: str) -> list[set[str]]:
    return [{concept.phrase for concept in group} for group in recognise(text, VOCABULARY).negated]


def environment(name: str, *centres: ElementClass, distorted: bool = False) -> set[str]:
    return {phrases.environment(centre, name, distorted=distorted) for centre in centres or CLASSES}


def shared(noun: str, sharing: str, other: str) -> set[str]:
    return {f"This crystal has bondings to form [POLYHEDRA] {noun} that share {sharing}s with [POLYHEDRA] {other}."}


def group(number: int) -> set[str]:
    return {phrases.space_group(space_groups.by_number(number).symbol)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            (text, 225)
            for text in ("Fm-3m", "Fm3m", "F m -3 m", "Fm\u03053m", "Fm3\u0305m", r"F m \bar{3} m", r"$Fm\bar{3}m$")
        ),
        *(
            (text, 225)
            for text in ("No. 225", "no. 225", "sg 225", "sg:225", "#225", "225", "space group 225", "FM-3M", "fm-3m")
        ),
        *(
            (text, 14)
            for text in ("P2_1/c", "P21/c", "P2₁/c", "P 1 21/c 1", "P121/c1", "P2_1/n", "P 21/c", r"$P2_{1}/c$")
        ),
        *(
            (text, 62)
            for text in ("Pbnm", "pnma", "Pnam", "in Pnma.", "(Pnma)", "space group number 62", "Pnma, No. 62")
        ),
        *((text, 64) for text in ("Cmca", "Cmce", "Bmab")),
        ("R-3m:H", 166),
        ("P6_3/mmc", 194),
        ("Cm", 8),
        ("space group Pm", 6),
        ("C2 symmetry", 5),
        ("P\u03051", 2),
    ],
)
def test_space_groups_in_any_usual_spelling(text: str, number: int) -> None:
    assert meant(text) == [group(number)]


@pytest.mark.parametrize("symbol", [group.symbol for group in space_groups.SPACE_GROUPS])
def test_every_standard_symbol(symbol: str) -> None:
    number = space_groups.by_spelling(symbol).number  # type: ignore[union-attr]
    assert meant(symbol) == meant(f"space group {symbol.replace('_', '')}") == [group(number)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "perfect",
        "lead Pb",
        "Cm metal",
        "P4 phosphorus",
        "a C2 dimer",
        "I need a ban",
        "HgI2",
        "space group 300",
        "20 atoms per cell",
        "a 4-fold axis",
        "my notes on Tuesday",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    assert meant(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "not Pnma",
        "no octahedra",
        "not tetrahedral",
        "without edge-sharing octahedra",
        "no metal octahedra",
        "octahedra are absent",
        "free of octahedra",
    ],
)
def test_what_is_denied_must_not_hold(text: str) -> None:
    assert meant(text) == []
    assert len(denied(text)) == 1
    (words,) = recognise(text, VOCABULARY).negated_text
    assert words in text
    assert recognise(text, VOCABULARY).checked(set()) == {words: True}
    concept = recognise(text, VOCABULARY).negated[0][0]
    assert recognise(text, VOCABULARY).checked({concept}) == {words: False}


def test_one_kind_of_sharing_and_not_the_other() -> None:
    said = recognise("octahedra sharing corners but not edges", VOCABULARY)
    assert meant("octahedra sharing corners but not edges") == [shared("octahedra", "corner", "octahedra")]
    assert denied("octahedra sharing corners but not edges") == [shared("octahedra", "edge", "octahedra")]
    assert said.negated_text == ("not edges",) or "edges" in said.negated_text[0]
    assert denied("isolated tetrahedra") == [
        set.union(*(shared("tetrahedra", kind, "tetrahedra") for kind in phrases.SHARINGS))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("octahedral metal", environment("octahedral", "METAL")),
        ("tetrahedrally coordinated nonmetal", environment("tetrahedral", "NONMETAL")),
        ("[METAL] in octahedral geometry", environment("octahedral", "METAL")),
        ("8-coordinate", environment("8-coordinate")),
        ("eight coordinate metal", environment("8-coordinate", "METAL")),
        ("eightfold coordinated metals", environment("8-coordinate", "METAL")),
        ("coordination number of 4", environment("4-coordinate")),
        ("square planar", environment("square co-planar")),
        ("square-planar metal", environment("square co-planar", "METAL")),
        ("body centred cubic metal", environment("body-centered cubic", "METAL")),
        ("trigonal non-coplanar metalloid", environment("trigonal non-coplanar", "METALLOID")),
        ("distorted octahedral metal", environment("octahedral", "METAL", distorted=True)),
        ("bent 150 degrees non-metal", environment("bent 150 degrees", "NONMETAL")),
        ("octahedra", {phrases.polyhedra("octahedra")}),
        ("distorted trigonal bipyramids", {phrases.polyhedra("trigonal bipyramids", distorted=True)}),
        ("atom in an octahedron", environment("octahedral")),
        ("cation in an octahedron", environment("octahedral", "METAL")),
        ("non-linear", environment("bent 150 degrees")),
        ("The bonding of [METAL] has a octahedral geometry.", environment("octahedral", "METAL")),
        ("octahedral or tetrahedral metal", environment("octahedral", "METAL") | environment("tetrahedral", "METAL")),
    ],
)
def test_geometries(text: str, expected: set[str]) -> None:
    assert meant(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("corner-sharing octahedra", [shared("octahedra", "corner", "octahedra")]),
        ("vertex-sharing TiO6 octahedra", [shared("octahedra", "corner", "octahedra")]),
        ("octahedra that share edges with tetrahedra", [shared("octahedra", "edge", "tetrahedra")]),
        ("octahedra linked via corners to tetrahedra", [shared("octahedra", "corner", "tetrahedra")]),
        (
            "corner- and edge-sharing square pyramids",
            [shared("square pyramids", kind, "square pyramids") for kind in ("corner", "edge")],
        ),
        (
            "edge or face sharing tetrahedra",
            [shared("tetrahedra", "edge", "tetrahedra") | shared("tetrahedra", "face", "tetrahedra")],
        ),
        (
            "octahedra that share corners with six equivalent ScO6 octahedra and a face-face with one square pyramid",
            [shared("octahedra", "corner", "octahedra"), shared("octahedra", "face", "square pyramids")],
        ),
    ],
)
def test_connections(text: str, expected: list[set[str]]) -> None:
    assert meant(text) == expected


def test_with_what_is_left_open() -> None:
    assert meant("octahedra sharing faces") == [shared("octahedra", "face", "octahedra")]
    (concepts,) = held("octahedra sharing faces")
    assert concepts == set.union(*(shared("octahedra", "face", noun) for noun in phrases.GEOMETRIES))


def test_everything_said_must_hold() -> None:
    text = "octahedral metal and tetrahedral nonmetal with corner-sharing tetrahedra in Pnma"
    assert meant(text) == [
        environment("octahedral", "METAL"),
        environment("tetrahedral", "NONMETAL"),
        shared("tetrahedra", "corner", "tetrahedra"),
        group(62),
    ]


def test_what_makes_a_geometry_true() -> None:
    either = environment("octahedral", "METAL") | environment("octahedral", "METAL", distorted=True)
    assert held("octahedral metal") == [either]
    assert held("regular octahedral metal") == [environment("octahedral", "METAL")]
    assert held("distorted octahedral metal") == [environment("octahedral", "METAL", distorted=True)]
    assert either < held("six-coordinate metal")[0]
    assert meant("six-coordinate metal") == [environment("6-coordinate", "METAL")]


def test_crystal_systems_are_all_their_groups() -> None:
    (concepts,) = meant("cubic")
    assert concepts == set.union(*(group(number) for number in range(195, 231)))
    assert meant("hexagonal planar") == [environment("hexagonal planar")]
    assert meant("Pnma or Pbca") == [group(62) | group(61)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_phrase_means_its_concept_alone(kind: str) -> None:
    for concept in VOCABULARY.concepts(kind):  # type: ignore[arg-type]
        assert recognise(concept.phrase, VOCABULARY).alternatives == ((concept,),)
        assert recognise(concept.phrase.removesuffix("."), VOCABULARY).alternatives == ((concept,),)


def test_two_phrases_mean_both() -> None:
    both = "This material crystallizes in Pnma space group. [METAL] is bonded in an octahedral geometry."
    assert meant(both) == [group(62), environment("octahedral", "METAL")]


def test_checked_against_the_facts() -> None:
    true = true_concepts(description_from_text(YBSCBO3))
    said = recognise("octahedral metal, tetrahedral metal, R-3", VOCABULARY)
    assert said.checked(true) == {"octahedral": True, "tetrahedral": False, "R-3": True}
    assert recognise("anything", VOCABULARY).checked(true) == {}


def test_words_of_a_group_are_unique() -> None:
    said = recognise("corner and edge sharing octahedra", VOCABULARY)
    assert len(set(said.matched_text)) == len(said.alternatives) == 2


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("PFm-3_1/c aoctahedr,.[]METAL{}$225²\u0305 corner sharing"), max_size=80))
def test_any_text_is_answered(text: str) -> None:
    said = recognise(text, VOCABULARY)
    assert len(said.matched_text) == len(set(said.matched_text)) == len(said.alternatives)
    # a structure type without stored facts has its name alone
    assert all(held or aims for held, aims in zip(said.alternatives, said.primary, strict=True))
    assert unicodedata.is_normalized("NFC", "".join(said.matched_text)) or not unicodedata.is_normalized("NFC", text)


def test_completions() -> None:
    assert complete("pn", VOCABULARY, 1)[0].phrase == phrases.space_group("Pnma")
    assert complete("62", VOCABULARY, 1)[0].phrase == phrases.space_group("Pnma")
    assert all("octahedr" in concept.phrase for concept in complete("octa met", VOCABULARY, 5))
    assert complete("[metal] is bonded in an oct", VOCABULARY, 1)[0].phrase == phrases.environment(
        "METAL", "octahedral"
    )
    assert len(complete("this", VOCABULARY, 7)) == 7
    assert complete("  ", VOCABULARY) == []
    assert complete("zzz", VOCABULARY) == []
