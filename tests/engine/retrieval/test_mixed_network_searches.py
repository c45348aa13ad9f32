"""Phrases and filters about networks of two kinds of polyhedra, on minerals and battery materials.

The crystals, and what textbooks say of them, are those of ``tests/engine/descriptions/test_mixed_networks.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import textbook
from clics.concepts.registry import MIXED_MARK
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.errors import InputError
from clics.library.add import add
from clics.library.row_conditions import lacks_geometry
from clics.library.store import Library
from clics.library.update_descriptions import update_descriptions
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from clics.query.chips import chips_of
from clics.query.filters import parse_filter
from clics.query.geometry.terms import GeometryTerm
from clics.query.geometry.truth import holds
from clics.query.recognise import recognise
from clics.retrieval.term_conditions import answers_of_term, term_confirmed

VOCABULARY = read_vocabulary(model_folder())
STRUCTURES = {
    "garnet": textbook.GARNET, "forsterite": textbook.FORSTERITE, "nasicon": textbook.NASICON, "spinel": textbook.SPINEL,
    "triphylite": textbook.TRIPHYLITE, "phlogopite": textbook.PHLOGOPITE, "beryl": textbook.BERYL,
    "diopside": textbook.DIOPSIDE, "rutile": textbook.RUTILE, "quartz": textbook.QUARTZ, "perovskite": textbook.PEROVSKITE,
    "licoo2": textbook.LICOO2,
}  # fmt: skip
OCTAHEDRA_AND_TETRAHEDRA = {"garnet", "forsterite", "nasicon", "spinel", "triphylite", "beryl", "diopside"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("mixed") / "mixed.clics", "create") as library:
        add(library, [Crystal(name, structure) for name, structure in STRUCTURES.items()], None)
        yield library


def term_of(phrase: str) -> GeometryTerm:
    parsed = recognise(phrase, VOCABULARY)
    assert not parsed.unread
    (group,) = parsed.groups
    assert group.term is not None
    return group.term


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("framework of corner-sharing TO4 tetrahedra and octahedra", OCTAHEDRA_AND_TETRAHEDRA),
        ("octahedral-tetrahedral framework", OCTAHEDRA_AND_TETRAHEDRA),
        ("framework of octahedra and tetrahedra", OCTAHEDRA_AND_TETRAHEDRA),
        ("octahedra and tetrahedra form a framework", OCTAHEDRA_AND_TETRAHEDRA),
        ("heteropolyhedral framework of octahedra and tetrahedra", OCTAHEDRA_AND_TETRAHEDRA),
        ("layers of corner-sharing octahedra and tetrahedra", {"phlogopite"}),
        ("framework of PO4 tetrahedra and FeO6 octahedra", {"triphylite"}),
        ("framework of corner- and edge-sharing FeO6 octahedra and PO4 tetrahedra", {"triphylite"}),
        ("FeO6 octahedra linked by PO4 tetrahedra into a framework", {"triphylite"}),
        ("framework of corner-sharing ZrO6 octahedra and PO4 tetrahedra", {"nasicon"}),
        ("ZrO6-PO4 framework", {"nasicon"}),
        ("chains of ZrO6 octahedra and PO4 tetrahedra", set()),
        ("framework of AlO6 and SiO4", {"garnet", "beryl"}),
        ("framework of MgO8 and SiO4", {"garnet"}),
        ("layers of BeO4 tetrahedra and AlO6 octahedra", {"beryl"}),
        ("layers of edge-sharing BeO4 tetrahedra and AlO6 octahedra parallel to (001)", {"beryl"}),
        ("layers of edge-sharing BeO4 tetrahedra and AlO6 octahedra parallel to (100)", set()),
        ("layers of edge-sharing MgO6 and AlO6 octahedra", set()),
        ("octahedra connected to tetrahedra", OCTAHEDRA_AND_TETRAHEDRA | {"phlogopite"}),
        ("framework of octahedra and cuboctahedra", {"perovskite"}),
        ("framework of octahedra and square planes", set()),
    ],
)
def test_phrases(library: Library, phrase: str, names: set[str]) -> None:
    term, keys = term_of(phrase), library.keys().tolist()
    answers = answers_of_term(term, keys, library)
    ids = {key: row.id for key, row in library.rows_of(keys).items()}
    assert {ids[key] for key, answer in answers.items() if answer} == names
    for negated in (False, True):
        found = set(library.keys(term_confirmed(term, library, negated=negated)).tolist())
        assert found == {key for key, answer in answers.items() if answer is (not negated)}


@pytest.mark.parametrize(
    ("phrase", "label"),
    [
        (
            "framework of PO4 tetrahedra and FeO6 octahedra",
            "framework of PO4 tetrahedra (T-4) and FeO6 octahedra (OC-6)",
        ),
        ("octahedra connected to tetrahedra", "octahedra (OC-6) connected to tetrahedra (T-4)"),
        ("octahedral-tetrahedral framework", "framework of octahedra (OC-6) and tetrahedra (T-4)"),
    ],
)
def test_they_are_shown_as_understood(phrase: str, label: str) -> None:
    assert [chip.label for chip in chips_of(recognise(phrase, VOCABULARY), phrase, "phrase")] == [label]


@pytest.mark.parametrize(
    "phrase",
    [
        "chains of edge-sharing octahedra and isolated SiO4 tetrahedra",
        "layers of octahedra and square planar Cu",
        "framework of octahedra and tetrahedral chains",
        "chains of octahedra and layers of tetrahedra",
        "framework of octahedra, no tetrahedra",
    ],
)
def test_polyhedra_of_networks_of_their_own_stay_apart(phrase: str) -> None:
    assert [group.term.partner for group in recognise(phrase, VOCABULARY).groups if group.term] == [None, None]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("network:framework@ZrO6+PO4", {"nasicon"}),
        ("network:framework@PO4+ZrO6/corner", {"nasicon"}),
        ("network:framework@PO4+ZrO6/edge", set()),
        ("network:layers@BeO4+AlO6/edge", {"beryl"}),
        ("network:framework@OC-6+tetrahedra/corner", OCTAHEDRA_AND_TETRAHEDRA),
        ("network:layers@octahedron+T-4", {"phlogopite", "beryl", "triphylite"}),
        ("network:groups@NaO6+ZrO6/face", {"nasicon"}),
        ("network:chains@OC-6/edge", {"rutile", "forsterite", "diopside", "triphylite"}),
        ("network:layers@FeO6/corner", {"triphylite"}),
        ("network:layers@FeO6/edge", set()),
        ("network:layers@CoO6/edge", {"licoo2"}),
        ("network:layers@CoO6/corner", set()),
    ],
)
def test_filters(library: Library, where: str, names: set[str]) -> None:
    assert {row.id for row in library.rows(parse_filter(where))} == names


def test_a_pair_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match=r"framework@ZrO6\+PO4"):
        parse_filter("network:framework@ZrO6+zeppelins")


def test_facts_of_an_earlier_version_leave_them_unknown() -> None:
    known = describe(Crystal("nasicon", STRUCTURES["nasicon"])).geometry
    assert known is not None
    old, term = replace(known, mixed=None), term_of("framework of corner-sharing ZrO6 octahedra and PO4 tetrahedra")
    assert (holds(term, known), holds(term, old)) == (True, None)
    assert holds(term_of("framework of TiO6 octahedra and PO4 tetrahedra"), old) is False  # there is no titanium
    assert holds(term_of("framework of corner-sharing ZrO6 octahedra"), old) is False


def test_a_library_of_an_earlier_version_gets_them(library: Library) -> None:
    with library.database.transaction() as connection:
        connection.execute("DELETE FROM fact WHERE concept IN (SELECT key FROM concept WHERE kind = ?)", (MIXED_MARK,))
    assert library.count(lacks_geometry()) == len(STRUCTURES)
    assert update_descriptions(library).described == len(STRUCTURES)
    assert library.count(lacks_geometry()) == 0
    assert library.count(parse_filter("network:framework@ZrO6+PO4")) == 1
