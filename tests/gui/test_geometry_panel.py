"""The geometry panel and the site table on real crystals, and on what no crystal should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from clics.concepts.phrase_sites import phrase_sites
from clics.errors import ClicsError
from clics.results.analysis import MODEL_PURPOSE, RankedPhrase, RankedSpaceGroup, Symmetry
from clics.results.description import SpaceGroup
from clics.session import Session
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from clics_gui.panels.geometry.description_text import ranking_state, symmetry_line, tolerance_line
from clics_gui.panels.geometry.panel import GeometryPanel
from clics_gui.panels.ranked_list import RankedItem, RankedList
from clics_gui.panels.sites import COLUMNS, SitesPanel
from clics_gui.style.labels import plain_phrase, pretty_formula, pretty_symbol, short_phrase
from clics_gui.style.theme import Theme

from .panel_context import LONG, PanelWindow, panel_window

Widget = TypeVar("Widget", bound=QWidget)
OCTAHEDRAL = "[METAL] is bonded in an octahedral geometry."
CORNERS = "This crystal has bondings to form [POLYHEDRA] octahedra that share corners with [POLYHEDRA] tetrahedra."


@pytest.fixture(scope="module")
def session(tiny_model: Path) -> Session:
    return Session(model=tiny_model, sandboxed=False)


@pytest.fixture
def window(qapp: object) -> Iterator[PanelWindow]:
    with panel_window() as window:
        yield window


def shown(qtbot: object, panel: Widget) -> Widget:
    qtbot.addWidget(panel)  # type: ignore[attr-defined]
    panel.resize(360, 800)
    panel.show()
    qtbot.waitExposed(panel)  # type: ignore[attr-defined]
    return panel


def click(view: RankedList, row: int) -> None:
    rect = view.visualRect(view.model().index(row, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def row_of(view: RankedList, key: str) -> int:
    return next(row for row, line in enumerate(view.lines) if line.key == key)


@pytest.mark.parametrize(
    ("phrase", "short"),
    [
        (OCTAHEDRAL, "Metal: octahedral"),
        (
            "[NONMETAL] is bonded in a distorted bent [REALVAL] degrees geometry.",
            "Nonmetal: distorted bent (any angle)",
        ),
        (CORNERS, "Octahedra sharing corners with tetrahedra"),
        (
            "This crystal has bondings to form [POLYHEDRA] octahedra that share edges with [POLYHEDRA] octahedra.",
            "Edge-sharing octahedra",
        ),
        ("This material crystallizes in P4_2/mnm space group.", "Space group P4₂/mnm"),
        ("anything else", "anything else"),
        ("", ""),
    ],
)
def test_phrases_in_short(phrase: str, short: str) -> None:
    assert short_phrase(phrase) == short


def test_phrases_in_plain_words() -> None:
    assert plain_phrase(OCTAHEDRAL) == "octahedral metal"
    assert plain_phrase("[METAL] is at the centre of a trigonal prism.") == "trigonal prism around a metal"
    assert plain_phrase(CORNERS) == "Octahedra sharing corners with tetrahedra"
    assert plain_phrase("anything: else") == "anything: else"


def test_symbols_and_formulas() -> None:
    assert pretty_symbol("P6_3/mmc") == "P6₃/mmc"
    assert pretty_symbol("Fd-3m") == "Fd3\N{COMBINING OVERLINE}m"
    assert pretty_formula("Ca3(PO4)2") == "Ca₃(PO₄)₂"
    assert pretty_formula("Fe0.5Ni0.5") == "Fe0.5Ni0.5"


def test_space_group_at_three_tolerances() -> None:
    def symmetry(*symbols: str) -> Symmetry:
        tight, main, loose = symbols
        return Symmetry(main, 1, 0.01, (SpaceGroup(tight, 1, 0.001), SpaceGroup(loose, 62, 0.1)))

    assert (
        tolerance_line(symmetry("P1", "P1", "Pnma")).replace("\xa0", " ") == "Pnma at 0.1 Å, P1 at 0.01 Å and 0.001 Å"
    )
    assert tolerance_line(symmetry("P1", "P1", "P1")).replace("\xa0", " ") == "Same at 0.1 Å, 0.01 Å and 0.001 Å"
    assert tolerance_line(replace(symmetry("P1", "P1", "P1"), other_tolerances=())).endswith("0.01\xa0Å")
    assert tolerance_line(None)
    assert symmetry_line(None) == "Space group unknown"


def test_nothing_is_open(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    assert panel._nothing.isVisible()
    panel.copy()
    panel.highlight(OCTAHEDRAL)
    panel.clear_highlight()
    assert shown(qtbot, SitesPanel(window)).table.model().rowCount() == 0


def test_symmetry_comes_before_the_model(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif", analysed=False)
    assert "Analysing symmetry" in panel._facts.note.text()
    geometry = session.geometry(document.crystal)
    document.set_geometry(geometry)
    assert panel._facts.heading.text() == "TiO₂"
    assert panel._facts.group.text() == "P4₂/mnm · no. 136 · tetragonal"
    assert panel._facts.table.rowCount() == 2
    assert "its polyhedron TiO₆ is an octahedron" in panel._words.text.text
    assert not panel._words.fold.opened
    assert "TiO6 octahedra" in panel._words.other_text.text  # robocrystallographer's own
    assert panel._ranks.note.text() == "Running the model…"
    assert not panel._ranks.space_groups.isVisible()
    document.set_analysis(session.rank(document.crystal, geometry))
    assert len(panel._ranks.environments.lines) > 1
    groups = panel._ranks.space_groups.lines
    assert [line.word for line in groups if line.verdict] == ["✓ same"]
    assert all(line.note or line.word for line in groups)  # the relation of the others to P4_2/mnm
    assert sum(line.word.startswith("✗") for line in groups) <= 1
    assert panel._ranks.note.text().startswith(MODEL_PURPOSE)
    assert next(line for line in groups if line.verdict).text == "P4₂/mnm  no. 136"


def test_a_click_on_an_orbit_highlights_its_sites(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif")
    view = panel._coordination.sites.list
    click(view, row_of(view, "Ti1 2a"))
    assert document.highlighted == {0, 1}
    assert panel._highlight_note.text.text() == "Ti1 2a (2 of 6 sites)."
    assert view.currentIndex().row() == row_of(view, "Ti1 2a")
    click(view, row_of(view, "Ti1 2a"))  # the second click ends it
    assert document.highlighted is None
    assert not panel._highlight_note.isVisible()
    assert view.currentIndex().row() == -1


def test_coordination_of_textbook_structures(qtbot: object, window: PanelWindow, session: Session) -> None:
    """Shapes and networks as in Wells, Structural Inorganic Chemistry: chains of TiO6 in rutile, AlO6 and MgO4 in spinel."""
    panel = shown(qtbot, GeometryPanel(window))
    window.open_example(session, "rutile.cif")
    (titanium,) = panel._coordination.sites.lines
    assert (titanium.site, titanium.text) == ("Ti1 2a", " · CN 6 · octahedron")
    assert titanium.detail.startswith("TiO₆ · Ti–O 1.9")
    assert "chains of edge-sharing TiO₆ along [001]" in titanium.detail
    assert "Closest shape: octahedron (OC-6)" in titanium.tip
    assert [line.site for line in panel._coordination.anions.lines] == ["O1 4f"]
    assert not panel._coordination.anions.isVisible()
    QTest.mouseClick(panel._coordination.fold.button, Qt.MouseButton.LeftButton)
    assert panel._coordination.anions.isVisible()
    assert {line.text for line in panel._networks.connections.lines} == {
        "TiO₆ shares corners with 8 TiO₆",
        "TiO₆ shares edges with 2 TiO₆",
    }
    window.open_example(session, "mgal2o4-spinel.cif")
    magnesium, aluminium = panel._coordination.sites.lines
    assert (magnesium.site[:2], magnesium.text) == ("Mg", " · CN 4 · tetrahedron")
    assert (aluminium.site[:2], aluminium.text) == ("Al", " · CN 6 · octahedron")
    assert "AlO₆ shares corners with 6 MgO₄" in {line.text for line in panel._networks.connections.lines}
    assert all("MgAl" not in line.text for line in panel._networks.connections.lines)  # the anions' are folded
    said = " ".join(
        line.text + line.detail for line in (*panel._coordination.sites.lines, *panel._networks.networks.lines)
    )
    assert "metal" not in said.lower()


def test_a_network_and_a_connection_highlight_their_centres(
    qtbot: object, window: PanelWindow, session: Session
) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "mgal2o4-spinel.cif")
    elements = [species[0][0] for species in document.atoms.species]
    view = panel._networks.networks.list
    view.setFocus()
    for row, line in enumerate(view.lines):
        view.setCurrentIndex(view.model().index(row, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        wanted = "Al" if "AlO₆" in line.text else "Mg"
        assert document.highlighted == {site for site, name in enumerate(elements) if name == wanted}
    panel.highlight(CORNERS)  # a phrase of the description, as a hit's phrase is
    assert document.highlighted is not None
    assert {elements[site] for site in document.highlighted} == {"Mg", "Al"}
    window.actions["geometry.clear_highlight"].run()
    assert document.highlighted is None


def test_many_orbits_are_cut(qtbot: object, window: PanelWindow, session: Session) -> None:
    """A crystal without symmetry: rutile, 3 × 3 × 1 cells, every atom moved at random."""
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif", analysed=False)
    rng = np.random.default_rng(16)
    structure = document.crystal.structure.copy()
    structure.make_supercell((3, 3, 1))
    for site in range(len(structure)):
        structure.translate_sites([site], rng.normal(0, 0.03, 3), frac_coords=False)
    document.set_opened(session.open(structure))
    document.set_geometry(session.geometry(document.crystal))
    sites = panel._coordination.sites
    assert len(sites.lines) == 18
    assert len(sites.list.lines) == 12
    assert sites.more.text() == "Show all 18 orbits"
    connections = panel._networks.connections.lines  # of the formulas, not of each pair of orbits
    assert sorted(line.text for line in connections) == [
        "TiO₆ shares corners with 8 TiO₆",
        "TiO₆ shares edges with 2 TiO₆",
    ]
    QTest.mouseClick(sites.more, Qt.MouseButton.LeftButton)
    assert len(sites.list.lines) == 18


def test_a_long_description_is_folded(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    window.open_example(session, "mgal2o4-spinel.cif")
    text = panel._words.text
    qtbot.waitUntil(text.button.isVisible)  # type: ignore[attr-defined]
    folded = text.label.height()
    QTest.mouseClick(text.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text.label.height() > folded)  # type: ignore[attr-defined]
    assert text.button.text() == "Show less"
    whole = text.label.height()
    assert text.text.startswith("MgAl₂O₄ crystallizes in the cubic space group Fd3\N{COMBINING OVERLINE}m (227).")
    QTest.mouseClick(text.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text.label.height() < whole)  # type: ignore[attr-defined]


def test_a_click_on_what_the_model_says_lights_its_sites(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "mgal2o4-spinel.cif")
    assert "highlight its best" in panel._ranks.note.text()
    links = {
        link.phrase: (set(link.atoms), {*link.atoms, *link.partners})
        for link in phrase_sites(document.geometry.description)
    }
    panel._ranks.fold.open()
    told = set()
    for view, ranked in (
        (panel._ranks.environments, document.analysis.environments),
        (panel._ranks.connections, document.analysis.connections),
    ):
        for row, one in enumerate(ranked):
            click(view, row)
            assert document.highlighted == set(one.atoms) != set()
            assert (document.highlighted_phrase, document.highlighted_by_model) == (one.phrase, True)
            said = panel._highlight_note.text.text()
            assert "closest match" in said
            told.add(one.phrase in links)
            assert ("Geometric analysis finds it at" in said) == (one.phrase in links)
            assert ("the same sites" in said) == (set(one.atoms) in links.get(one.phrase, ()))
            if one.phrase in links and "the same sites" not in said:
                assert said.endswith(f"{len(links[one.phrase][1] & set(one.atoms))} of them highlighted.")
    assert told == {True, False}
    click(view, row)
    assert document.highlighted is None
    phrase = next(link.phrase for link in document.geometry.phrases if link.kind == "environment")
    panel.highlight(phrase)
    panel.highlight_by_model(phrase)  # in both lists: the model's word takes the place of the description's
    by_model = next((one.atoms for one in document.analysis.environments if one.phrase == phrase), None)
    assert document.highlighted_by_model == (by_model is not None)


def test_shapes_that_the_model_ranks_come_before_robocrystallographers_terms(
    qtbot: object, window: PanelWindow, session: Session
) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif")
    assert document.analysis.shapes  # the model of the tests has learned shapes
    ranks = panel._ranks
    assert ranks.shapes.isVisible()
    assert not ranks.environments.isVisible()
    confirmed = {line.text for line in ranks.shapes.lines if line.verdict}
    assert confirmed <= {"Ti: octahedron", "O: trigonal planar"}
    QTest.mouseClick(ranks.fold.button, Qt.MouseButton.LeftButton)
    assert ranks.environments.isVisible()
    older = replace(document.analysis, shapes=(), networks=(), dimensionalities=())
    document.set_analysis(older)  # as of a model that has not learned them
    assert not ranks.shapes.isVisible()
    assert not ranks.fold.button.isVisible()
    assert ranks.environments.isVisible()


def test_without_vectors_of_sites_the_description_tells_them(
    qtbot: object, window: PanelWindow, session: Session
) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif")
    plain, shapes = (
        tuple(replace(one, atoms=None) for one in ranked)
        for ranked in (document.analysis.environments, document.analysis.shapes)
    )
    document.set_analysis(replace(document.analysis, environments=plain, shapes=shapes))
    panel._ranks.fold.open()
    assert "highlight its best" not in panel._ranks.note.text()
    click(panel._ranks.environments, row_of(panel._ranks.environments, OCTAHEDRAL))
    assert document.highlighted == {0, 1}
    assert not document.highlighted_by_model


def test_the_sites_of_the_phrase_that_a_crystal_was_found_by(
    qtbot: object, window: PanelWindow, session: Session
) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif")
    assert not panel._ranks.searched.isVisible()
    matches = session.matching_atoms(document.crystal, "octahedral metal and trigonal planar nonmetal")
    assert len(matches) == 2
    document.set_query("octahedral metal and trigonal planar nonmetal")
    document.set_matches(matches)
    assert document.highlighted == {atom for match in matches for atom in match.atoms}
    assert document.highlighted_phrase == document.query_phrase
    view = panel._ranks.searched
    assert [line.key for line in view.lines] == [match.matched_text for match in matches]
    for row, match in enumerate(matches):
        click(view, row)
        assert document.highlighted == set(match.atoms)
        assert view.currentIndex().row() == row
    panel.clear_highlight()
    document.set_matches(matches[:1])  # of another cell: listed, not highlighted again
    assert document.highlighted is None
    document.set_query(matches[0].matched_text)
    document.set_matches(matches[:1])
    assert (document.highlighted, document.highlighted_phrase) == (set(matches[0].atoms), matches[0].matched_text)
    document.forget_model()
    assert (document.highlighted, document.matches, document.analysis) == (None, None, None)
    document.set_matches(None, ClicsError("No."))
    assert document.matches == ()
    assert not view.isVisible()


def test_a_phrase_that_is_not_there_lights_nothing_and_says_so(
    qtbot: object, window: PanelWindow, session: Session
) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif")
    panel.highlight("[METAL] is bonded in a linear geometry.")
    assert document.highlighted is None
    assert "no sites are highlighted" in panel._highlight_note.text.text()


def test_a_selected_site_shows_its_row(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif")
    everything = panel._coordination.sites.lines
    document.select([3])
    assert panel._coordination.heading.text() == "Coordination of site 4 (O1)"
    assert [line.site for line in panel._coordination.sites.lines] == ["O1 4f"]
    assert not panel._coordination.fold.isVisible()
    document.select([])
    assert panel._coordination.sites.lines == everything
    panel._facts.table.selectRow(0)
    assert document.selection == {0, 1}


def test_copying(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    window.open_example(session, "rutile.cif")
    panel.copy()
    text = QGuiApplication.clipboard().text()
    for part in ("TiO2", "P4₂/mnm · no. 136", "Ti1 2a · CN 6 · octahedron (OC-6", "4f", "\tsame", "found"):
        assert part in text
    assert window.said[-1][0] == "success"


def test_a_disordered_crystal(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    window.open_example(session, "fe-ni-taenite.cif")
    assert "no. 225" in panel._facts.group.text()
    assert not panel._coordination.isVisible()
    assert panel._facts.table.isVisible()
    assert "partial occupancies" in panel._words.note.text()
    assert "partial occupancies" in panel._ranks.note.text()
    sites = shown(qtbot, SitesPanel(window))
    assert sites.table.model().index(0, COLUMNS.index("Element / occupancy")).data().startswith("Fe 0.")


def test_errors_instead_of_answers(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, GeometryPanel(window))
    document = window.open_example(session, "rutile.cif", analysed=False)
    document.set_geometry(None, ClicsError("The geometry is beyond words."))
    document.set_analysis(None, ClicsError("The model is missing."))
    assert panel._facts.warning.text() == "The geometry is beyond words."
    assert panel._ranks.note.text() == "The model is missing."
    window.settings.set("analysis", "rank_on_open", False)
    assert ranking_state(None, "", False) == "The model was not run."


def test_documents_come_and_go(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel, sites = shown(qtbot, GeometryPanel(window)), shown(qtbot, SitesPanel(window))
    first, second = (window.open_example(session, name) for name in ("rutile.cif", "srtio3-perovskite.cif"))
    assert panel._facts.heading.text() == "SrTiO₃"
    first.select([0])  # not in front: nothing here may change
    assert not sites.table.selectionModel().hasSelection()
    window.documents.close(second)
    assert panel._facts.heading.text() == "TiO₂"
    assert len(sites.table.selectionModel().selectedRows()) == 1
    window.documents.close(first)
    assert panel._nothing.isVisible()
    document = window.open_example(session, "rutile.cif")
    document.set_opened(session.in_cell(session.in_cell(document.crystal, "conventional").crystal, "niggli"))
    assert panel._facts.heading.text() == "…"


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0, 0.0, 1.0, 7.0, None])
def test_lines_of_every_kind(qtbot: object, qapp: object, score: float | None) -> None:
    theme = Theme()
    view = shown(qtbot, RankedList(theme, "test"))
    view.show_items([])
    view.grab()
    view.show_items([RankedItem("one", score=score)])
    view.grab()
    view.show_items(
        [RankedItem(LONG, LONG, LONG, score, verdict, "✓ found", LONG[:50]) for verdict in (True, False, None)]
    )
    view.grab()
    assert all(isinstance(view.model().index(row, 0).data(role), str)
               for row in range(3) for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole))  # fmt: skip
    view.mark("not there")
    theme.deleteLater()


def test_values_that_no_crystal_should_have(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel, sites = shown(qtbot, GeometryPanel(window)), shown(qtbot, SitesPanel(window))
    document = window.open_example(session, "rutile.cif")
    geometry, analysis, nan = document.geometry, document.analysis, float("nan")
    assert geometry is not None
    assert analysis is not None
    row = replace(geometry.wyckoff[0], label=LONG, site_symmetry=LONG, position=(nan, nan, nan))
    document.set_geometry(replace(geometry, formula=LONG, density=nan, volume=nan, wyckoff=(row,), symmetry=None,
                                  description=None, bonds=(), phrases=(), warnings=(LONG, "")))  # fmt: skip
    document.set_analysis(
        replace(
            analysis,
            space_groups=(RankedSpaceGroup(LONG, None, nan, None),),
            environments=(RankedPhrase(LONG, nan, None), RankedPhrase("", 2.0, True)),
            connections=(),
        )
    )
    panel.grab()
    sites.grab()
    panel.copy()
    assert panel.minimumSizeHint().width() <= 400
    document.set_geometry(replace(geometry, wyckoff=(), phrases=()))
    document.set_analysis(replace(analysis, space_groups=(), environments=()))
    panel.grab()


def test_selection_goes_both_ways(qtbot: object, window: PanelWindow, session: Session) -> None:
    sites = shown(qtbot, SitesPanel(window))
    document = window.open_example(session, "rutile.cif")
    table = sites.table
    assert table.model().rowCount() == 6
    table.sortByColumn(COLUMNS.index("x"), Qt.SortOrder.DescendingOrder)
    told: list[frozenset[int]] = []
    document.selection_changed.connect(lambda: told.append(document.selection))
    table.selectRow(0)
    highest = int(document.atoms.frac[:, 0].argmax())
    assert document.selection == {highest}
    document.select([1, 4])
    marked = {int(index.data()) - 1 for index in table.selectionModel().selectedRows()}
    assert marked == {1, 4}
    assert told == [frozenset({highest}), frozenset({1, 4})]  # nothing echoes
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3
    document.highlight([0], OCTAHEDRAL)
    colours = {table.model().index(row, 0).data(Qt.ItemDataRole.ForegroundRole) is None for row in range(6)}
    assert colours == {True, False}
