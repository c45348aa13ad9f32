"""What a phrase is understood as, and which of its words are not read."""

from __future__ import annotations

import unicodedata

import pytest
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from clics.query.chips import chips_of
from clics.query.filters import parse_filter
from clics.query.recognise import recognise
from clics.query.typed_positions import normal_form
from clics.results.chips import Chip, Part, State, verdict

VOCABULARY = read_vocabulary(model_folder())


def chips(typed: str) -> tuple[Chip, ...]:
    text, _ = normal_form(typed)
    return chips_of(recognise(text, VOCABULARY), typed)


def not_understood(typed: str) -> list[str]:
    return [chip.text for chip in chips(typed) if chip.kind == "not understood"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("blubb of an unheard kind", ["blubb", "unheard"]),
        ("superconducting perovskites", ["superconducting"]),
        ("materials with a structure of this type", []),
        ("Pnma fast ion conductor", ["fast", "conductor"]),
        ("antiferromagnetic oxides", ["antiferromagnetic"]),
        ("trigonal R-3m", []),  # one part implies the other
    ],
)
def test_words_that_were_not_read(typed: str, words: list[str]) -> None:
    assert not_understood(typed) == words


def test_a_phrase_without_content_says_nothing() -> None:
    assert chips("the structures of these materials") == ()


@pytest.mark.parametrize(
    "typed",
    ["  octahedra\tand   garnet nonsense ", unicodedata.normalize("NFD", "P4̄ garnet"), "lithium  oxides, Fm-3m"],
)
def test_a_chip_has_its_place_in_the_text_as_typed(typed: str) -> None:
    found = chips(typed)
    assert len(found) >= 2
    for chip in found:
        assert " ".join(unicodedata.normalize("NFC", typed[chip.start : chip.end]).split()) == chip.text


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        ("lithium oxides", ["elements:Li,O"]),
        ("oxides or sulfides", ["elements:O|S"]),
        ("halides", ["elements:F|Cl|Br|I"]),
        ("lithium iron phosphates", ["elements:Li,Fe,P,O"]),
        ("containing Li and O", ["elements:Li,O"]),
        ("Cu-based", ["elements:Cu"]),
        ("silicates without hydrogen", ["elements:Si,O", "-elements:H"]),
        ("hydrogen-free", ["-elements:H"]),
        ("not oxides", ["-elements:O"]),
        ("SrTiO3", ["formula:SrTiO3"]),
        ("LiFePO4 with octahedra", ["formula:LiFePO4"]),
        ("titanium", ["elements:Ti"]),
        ("Li Fe O", ["elements:Li,Fe,O"]),
        ("sulfides with octahedra", ["elements:S"]),
        ("oxide ions", []),  # the atoms of a geometry
        ("carbonate groups", []),
        ("TiO6 octahedra", []),  # a polyhedron
        ("NO", []),
        ("octahedra in CN 6", []),
    ],
)
def test_elements_and_formulas_become_conditions(typed: str, condition: list[str]) -> None:
    found = [chip.filter for chip in chips(typed) if chip.kind == "filter"]
    assert found == condition
    for text in found:
        parse_filter(text)


@pytest.mark.parametrize(
    ("typed", "condition", "alone"),
    [
        ("dimensionality=2", "dimensionality=2", True),
        ("octahedra nsites<40 -elements:H", "nsites<40 -elements:H", False),
        ("elements:Li, O", "elements:Li, O", True),
        ("sg=62", "", False),  # a space group
        ("nsites<many", "", False),  # no number
    ],
)
def test_a_filter_in_a_phrase_is_offered_as_one(typed: str, condition: str, alone: bool) -> None:
    parsed = recognise(typed, VOCABULARY)
    assert (parsed.typed_filter, parsed.is_filter) == (condition, alone)
    assert all(not chip.applied for chip in chips(typed) if chip.kind == "filter")


def test_labels_say_what_was_understood() -> None:
    labels = {chip.text: chip.words() for chip in chips("cubic oxides, not garnet, octahedral metal, weird")}
    assert labels["cubic"] == "“cubic” → cubic (space groups 195–230)"
    assert labels["oxides"] == "“oxides” → contains O"
    assert labels["not garnet"] == "“not garnet” → not garnet structure"
    assert labels["weird"] == "“weird” not understood"


def test_what_must_not_be_true_is_one_chip() -> None:
    text = "octahedra and tetrahedra"
    (chip,) = chips_of(recognise(text, VOCABULARY), text, "must_not")
    assert (chip.negated, chip.source, chip.label) == (True, "must_not", "octahedron (OC-6) and tetrahedron (T-4)")


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], "not understood"),
        ([State.NOT_UNDERSTOOD], "not understood"),
        ([State.CONFIRMED, State.CONFIRMED], "confirmed"),
        ([State.CONFIRMED, State.NOT_UNDERSTOOD], "partly"),
        ([State.CONFIRMED, State.REFUTED], "partly"),
        ([State.CONFIRMED, State.UNKNOWN], "partly"),
        ([State.REFUTED, State.UNKNOWN], "refuted"),
        ([State.UNKNOWN, State.NOT_UNDERSTOOD], "unknown"),
    ],
)
def test_a_phrase_is_confirmed_only_as_a_whole(states: list[State], whole: str) -> None:
    assert verdict(Part("x", state) for state in states) == whole
