"""The paper's preprocessing: its worked examples to the letter, and nothing leaks from thousands of real texts."""

from __future__ import annotations

import re

import pytest
from clics.concepts.masking import SENTENCE_RULES, WORD_RULES, mask
from clics.concepts.sentences import masked_sentences
from clics.descriptions.element_classes import ELEMENT_CLASSES
from shared_texts import FETA2O6, SROSO3, SROSO3_MASKED, TMCO4, YBSCBO3, YBSCBO3_MASKED, described, needs_shared


@pytest.mark.parametrize(("original", "masked"), [(SROSO3, SROSO3_MASKED), (YBSCBO3, YBSCBO3_MASKED)])
def test_worked_examples_to_the_letter(original: str, masked: str) -> None:
    assert " ".join(sentence.text for sentence in masked_sentences(original)) == masked


def test_kinds_of_the_first_example() -> None:
    assert [sentence.kind for sentence in masked_sentences(SROSO3)] == [
        "space_group",
        "structure_type",
        "environment",
        "connection",
        "environment",
        "environment",
    ]


@pytest.mark.parametrize(
    ("original", "masked"),
    [
        (
            "O(4) is bonded in a bent 150 degrees geometry to two equivalent Si(1) atoms.",
            "a bent [REALVAL] degrees geometry",
        ),
        ("O(4) is bonded in a see-saw-like geometry to two equivalent Si(1) atoms.", "in a see saw like geometry"),
        ("Ti(2) is bonded in a distorted q6 geometry to six equivalent Ga(1) atoms.", "in a distorted q six geometry"),
        ("Li(1) is bonded in a 12-coordinate geometry to six Ga(1) atoms.", "in a twelve coordinate geometry"),
        (
            "Sn(1) is bonded in a distorted T-shaped geometry to three equivalent Cl(1) atoms.",
            "a distorted T shaped geometry",
        ),
        (
            "In(1) is bonded in an L-shaped geometry to two In(1) atoms.",
            "[METAL] is bonded in an L shaped geometry to two [METAL]",
        ),
        (
            "Sr²⁺ is bonded in a linear geometry to two O²⁻ atoms.",
            "[METAL] is bonded in a linear geometry to two [NONMETAL] atoms.",
        ),
        (
            "Ti4+(1) is bonded in a linear geometry to two O2-(1) atoms.",
            "[METAL] is bonded in a linear geometry to two [NONMETAL]",
        ),
        ("W(1) is bonded in a linear geometry to six equivalent Cl(1,2,3) atoms.", "six equivalent [NONMETAL] atoms."),
    ],
)
def test_words_of_a_sentence(original: str, masked: str) -> None:
    assert masked in mask(original)


@pytest.mark.parametrize(
    ("original", "beginning"),
    [
        ("In each In cluster, In(1) is bonded", "In each [METAL] cluster, [METAL] is bonded"),
        ("In each NH4 cluster, N(2) is bonded", "In each [POLYHEDRA] cluster, [NONMETAL] is bonded"),
        ("In one of the Zn(OH)2 ribbons, Zn(1) is bonded", "In one of the [POLYHEDRA] ribbons, [METAL] is bonded"),
        ("In the Lix0CoO2 sheet, Co(1,3) is bonded", "In the [POLYHEDRA] sheet, [METAL] is bonded"),
        ("In the twenty-first O site, O(21) is bonded", "In the twenty first [NONMETAL] site, [NONMETAL] is bonded"),
        ("In the first In site, In(1) is bonded", "In the first [METAL] site, [METAL] is bonded"),
    ],
)
def test_components_and_sites(original: str, beginning: str) -> None:
    assert mask(f"{original} in a linear geometry to two equivalent O(1) atoms.").startswith(beginning)


def test_shared_once_is_written_as_the_paper_writes_it() -> None:
    texts = [sentence.text for sentence in masked_sentences(FETA2O6)]
    assert texts[1].endswith(
        "to form [POLYHEDRA] octahedra that share corners with four equivalent [POLYHEDRA] octahedra, corners with "
        "four equivalent [POLYHEDRA] octahedra, an edge-edge with one [POLYHEDRA] octahedra, and an edge-edge with one "
        "[POLYHEDRA] octahedra."
    )


def test_ways_of_sharing_have_one_order() -> None:
    swapped = TMCO4.replace("corner and edge-sharing", "edge and corner-sharing")
    assert swapped != TMCO4
    assert masked_sentences(swapped) == masked_sentences(TMCO4)
    assert (
        "a mixture of distorted corner and edge sharing [POLYHEDRA] hexagonal bipyramids"
        in masked_sentences(TMCO4)[1].text
    )


def test_an_unknown_space_group_is_unk() -> None:
    kept = masked_sentences("SiO2 crystallizes in the cubic Xy-9z space group.")
    assert [sentence.text for sentence in kept] == ["This material crystallizes in [UNK] space group."]


def test_sentences_that_no_rule_knows_are_left_out() -> None:
    assert (
        masked_sentences("SiO2 is blue. The structure is three-dimensional. There are two inequivalent O sites.") == []
    )


def test_rules_have_names_of_their_own() -> None:
    for rules in (SENTENCE_RULES, WORD_RULES):
        names = [rule.name for rule in rules]
        assert len(set(names)) == len(names)


@needs_shared
@pytest.mark.parametrize("part", ["val", "train"])
def test_nothing_leaks_from_real_texts(part: str) -> None:
    symbols = sorted(set(ELEMENT_CLASSES) - {"T"}, key=len, reverse=True)
    symbol = re.compile(r"(?<![\w\[])(?:" + "|".join(symbols) + r")(?![\w\]])")
    for row in described(part)[:4000]:
        kept = masked_sentences(row["text"])
        assert kept[0].text == f"This material crystallizes in {row['spg']} space group."
        for sentence in kept[1:]:
            words = re.sub(r"^In (?=the |each |\w+ of the )", "", sentence.text)
            assert not re.search(r"\d|°|Å|  |;", words), row["id"]
            assert not symbol.search(words), row["id"]
            assert not re.search(r"\w-\w", re.sub(r"(corner|edge|face)-\1", "", words)), row["id"]
