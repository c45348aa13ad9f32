"""The search panel by keys and clicks on the starter library, and results of every kind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from clics.errors import LibraryError
from clics.results.chips import State
from clics.results.geometry import Atoms
from clics.results.search import Hit, Reason, SearchResult
from clics.session import Session
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from clics_gui.panels.results.hit_model import CHECKED, FORMULA, SCORE, Check, score_text, verdict
from clics_gui.panels.results.hits_view import ResultsView
from clics_gui.panels.search.chips import Chip
from clics_gui.panels.search.panel import SearchPanel
from clics_gui.panels.search.query import Query
from clics_gui.panels.search.understood import words_of
from clics_gui.viewer.thumbnail import paint_atoms

from .panel_context import EXAMPLES, LONG, PanelWindow, panel_window

Widget = TypeVar("Widget", bound=QWidget)
NAN = float("nan")


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A small library of the examples, embedded with a small model."""
    session = Session(model=tiny_model, library=tmp_path_factory.mktemp("library") / "examples.clics", sandboxed=False)
    session.library.add([EXAMPLES])
    yield session
    session.close()


@pytest.fixture
def window(qapp: object, session: Session) -> Iterator[PanelWindow]:
    with panel_window(session) as window:
        yield window


def shown(qtbot: object, panel: Widget) -> Widget:
    qtbot.addWidget(panel)  # type: ignore[attr-defined]
    panel.resize(420, 760)
    panel.show()
    qtbot.waitExposed(panel)  # type: ignore[attr-defined]
    return panel


def settle(seconds: float = 0.05) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)


def type_and_return(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Escape)  # closes the completion, if it is open
    QTest.keyClick(widget, Qt.Key.Key_Return)


def result(*hits: Hit) -> SearchResult:
    return SearchResult("query", "examples", len(hits), hits)


def test_nothing_asked(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    assert "corner-sharing octahedra" in panel.results._nothing.text()
    panel.form.submit()
    assert panel.results.hits == ()
    assert panel.results.current is None
    assert panel.history == ()


def test_a_phrase_is_typed_and_crystals_come(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    type_and_return(panel.form.phrase, "corner-sharing octahedra")
    hits = panel.results.hits
    assert len(hits) > 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert panel.results.current == hits[0]
    assert panel.results.preview.isVisible()
    assert "crystals in examples" in panel.results.state.text()
    told: list[Hit | None] = []
    panel.results.previewed.connect(told.append)
    panel.results.table.setFocus()
    QTest.keyClick(panel.results.table, Qt.Key.Key_Down)
    assert told == [hits[1]]
    QTest.keyClick(panel.results.table, Qt.Key.Key_Return)
    assert window.stored == [hits[1].id]
    place = panel.results.table.visualRect(panel.results.table.model().index(0, FORMULA)).center()
    QTest.mouseClick(panel.results.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(panel.results.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.stored == [hits[1].id, hits[0].id]
    assert window.asked == ["corner-sharing octahedra"] * 2


def test_completion_offers_the_vocabulary(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    completer = panel.form.phrase.completer()
    completer.setCompletionPrefix("octahedral")
    offered = [completer.completionModel().index(row, 0).data() for row in range(completer.completionCount())]
    assert "octahedral metal" in offered
    assert not any(":" in text for text in offered)
    completer.setCompletionPrefix("trigonal pri")
    rows = range(completer.completionCount())
    assert "trigonal prism" in {completer.completionModel().index(row, 0).data() for row in rows}
    completer.setCompletionPrefix("p4₂/mnm")
    assert completer.completionCount() == 1


def test_chips_restrict(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    type_and_return(panel.form.phrase, "octahedral metal")
    everything = {hit.formula for hit in panel.results.hits}
    panel.form.phrase.clear()
    QTest.keyClicks(panel.form.phrase, "corner-sharing octahedra")
    QTest.keyClick(panel.form.phrase, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert panel.form.chips.must == ("corner-sharing octahedra",)
    some = {hit.formula for hit in panel.results.hits}
    assert some < everything
    assert "SrTiO3" in some
    QTest.keyClicks(panel.form.phrase, "edge-sharing octahedra")
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel.form.phrase, Qt.Key.Key_Return, modifiers)
    assert panel.form.chips.must_not == ("edge-sharing octahedra",)
    assert "SrTiO3" in {hit.formula for hit in panel.results.hits}
    assert "MgAl2O4" not in {hit.formula for hit in panel.results.hits}
    model = panel.results.model
    assert {model.index(row, CHECKED).data() for row in range(model.rowCount())} == {"✓ matches"}
    for chip in panel.form.chips.findChildren(Chip):
        QTest.mouseClick(chip.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert panel.form.chips.must == panel.form.chips.must_not == ()
    assert not panel.form.chips.isVisible()


def test_a_chip_stands_on_one_side_and_once(qtbot: object, window: PanelWindow) -> None:
    chips = shown(qtbot, SearchPanel(window)).form.chips
    for must in (True, True, False):
        chips.add("  a   phrase ", must=must)
    chips.add("", must=True)
    chips.add(LONG, must=True)
    assert chips.must_not == ("a phrase",)
    assert len(chips.must) == 1


def test_filters(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    panel.form.phrase.setText("octahedra")
    type_and_return(panel.form.filter_box, "el:Ti sg:136")
    assert [hit.formula for hit in panel.results.hits] == ["TiO2"] * len(panel.results.hits)
    assert panel.results.hits
    panel.form.filter_box.clear()
    QTest.keyClicks(panel.form.filter_box, "el:Qq")
    assert not panel.form.problem.isVisible()  # not in the middle of a word
    settle(0.5)
    assert "'Qq' is not a chemical element" in panel.form.problem.text()
    assert panel.form.problem.isVisible()
    QTest.keyClick(panel.form.filter_box, Qt.Key.Key_Return)
    assert panel.results.hits == ()
    assert panel.form.problem.isVisible()
    panel.form.filter_box.setText("el:Xe")
    panel.form.submit()
    assert not panel.form.problem.isVisible()
    assert "relax the filter" in panel.results._nothing.text()


def test_like_the_open_crystal_but(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SearchPanel(window))
    assert not panel.form.like.isEnabled()
    document = window.open_example(session, "rutile.cif", analysed=False)
    document.set_geometry(session.geometry(document.crystal))
    assert panel.form.like.isEnabled()
    panel.form.like.setChecked(True)
    panel.form.phrase.setText("octahedral metal")
    panel.form.slider.setValue(0)
    panel.form.submit()
    plain = session.similar(document.crystal, top=50)
    assert [hit.id for hit in panel.results.hits] == [hit.id for hit in plain.hits]
    panel.form.slider.setValue(panel.form.slider.maximum())
    assert panel.form._balance.text() == "100 % phrase"
    settle(0.5)  # the slider comes to rest and asks by itself
    assert panel.history[0].weight == 1.0
    panel.form.chips.add("octahedral metal", must=True)
    panel.form.submit()
    assert 0 < len(panel.results.hits) < 50
    assert all(hit.checked and all(hit.checked.values()) for hit in panel.results.hits)
    panel.form.chips.add("wonderful", must=True)
    panel.form.submit()
    assert "names no geometry that could be checked" in panel.results._nothing.text()
    window.documents.close(document)
    assert not panel.form.like.isChecked()


def test_history(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    for phrase in ("octahedra", "tetrahedra", "octahedra"):
        panel.form.phrase.setText(phrase)
        panel.form.submit()
    assert [query.phrase for query in panel.history] == ["octahedra", "tetrahedra"]
    panel._fill_history()
    actions = panel.form.history_menu.actions()
    actions[1].trigger()
    assert panel.form.phrase.text() == "tetrahedra"
    assert panel.history[0].phrase == "tetrahedra"
    state = panel.save_state()
    again = shown(qtbot, SearchPanel(window))
    again.restore_state(state)
    assert again.history == panel.history
    again.restore_state({"history": [None, 3, {"phrase": 5, "weight": NAN}, {"must": 7}, {}], "cards": "x"})
    assert [query.phrase for query in again.history] == ["5"]
    again.restore_state({"history": "nonsense"})
    again._fill_history()
    assert not again.form.history_menu.actions()[0].isEnabled()
    window.settings.set("search", "history", 1)
    panel.form.phrase.setText("cubic")
    panel.form.submit()
    assert len(panel.history) == 1


def test_actions(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    panel.form.phrase.setText("octahedra")
    panel.form.submit()
    window.actions["search.pictures"].run()
    assert panel.results.as_cards
    assert panel.results.cards.isVisible()


def test_errors_are_said_in_the_panel(qtbot: object, window: PanelWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = shown(qtbot, SearchPanel(window))

    def gone(*_: object, **__: object) -> None:
        raise LibraryError("The library is gone.")

    monkeypatch.setattr(Session, "search", gone)
    panel.form.phrase.setText("octahedra")
    panel.form.submit()
    assert panel.results._nothing.text() == "The library is gone."
    assert window.said == []


def test_another_library_is_searched_anew(qtbot: object, window: PanelWindow, tmp_path: Path) -> None:
    panel = shown(qtbot, SearchPanel(window))
    panel.form.phrase.setText("octahedra")
    panel.form.submit()
    asked: list[object] = []
    window.worker.ended.connect(asked.append)
    window.worker.use(library=tmp_path / "other.clics")
    assert len(asked) >= 2


HITS = (
    Hit(
        "a",
        "SrTiO3",
        "Pm-3m",
        0.5,
        (Reason("environment", "[METAL] is bonded in an octahedral geometry.", "Metal: octahedral"),),
        {"x": True, "y": False},
    ),
    Hit("nobody", "", "", NAN, (), None),
    Hit(LONG, LONG, LONG, -1.0, (Reason(LONG, LONG, LONG), Reason(LONG, LONG, LONG, 0.5)), {LONG: False}),
    Hit("b", None, None, None, (), {}),  # type: ignore[arg-type]
)


def test_results_say_where_nothing_was_understood(qtbot: object, window: PanelWindow) -> None:
    view = shown(qtbot, ResultsView(window))
    for understood in (("octahedra",), None):
        view.show_result(SearchResult("query", "examples", 1, HITS[:1], understood))
        assert "best first" in view.state.text()
        assert not view.table.isColumnHidden(SCORE)
    view.show_result(SearchResult("blue rabbits", "examples", 1, HITS[:1], ()))
    assert view._nothing.text().startswith("Nothing in “blue rabbits” was understood")
    assert not view.table.isVisible()
    QTest.mouseClick(view.guesses, Qt.MouseButton.LeftButton)
    assert view.table.isVisible()
    assert "guesses" in view.state.text()
    assert view.table.isColumnHidden(SCORE)
    assert "score" not in view.preview._about.text()


def test_parts_of_a_phrase_become_chips(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    type_and_return(panel.form.phrase, "layered octahedral oxides with qwertz")
    words = [words_of(chip.chip) for chip in panel.form.understood.chips]
    assert "layered → 2D layers" in words
    assert any(word.startswith("oxides → contains O") for word in words)
    assert any("qwertz" in word and "not understood" in word for word in words)
    assert panel.form.understood.isVisible()
    rows = range(panel.results.model.rowCount())
    verdicts = {panel.results.model.index(row, CHECKED).data() for row in rows}
    assert verdicts
    assert not any(word.startswith("✓") for word in verdicts)  # a part was not understood: never a whole tick
    lines = panel.results.preview._lines.lines
    assert {line.word for line in lines} >= {"– not understood"}
    panel.form.phrase.clear()
    panel.form.submit()
    assert not panel.form.understood.isVisible()


def test_a_filter_alone_lists(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    type_and_return(panel.form.filter_box, "el:Ti,O")
    assert {hit.formula for hit in panel.results.hits} >= {"TiO2", "SrTiO3", "CaTiO3"}
    assert all("Ti" in hit.formula for hit in panel.results.hits)
    assert panel.results.table.isColumnHidden(SCORE)
    assert "by formula" in panel.results.state.text()
    assert panel.history[0].title() == "[el:Ti,O]"


def test_a_filter_in_the_field_for_phrases_is_offered_as_one(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SearchPanel(window))
    type_and_return(panel.form.phrase, "nsites<9")
    assert panel.results.hits == ()
    assert "“nsites<9” is a filter" in panel.results._nothing.text()
    (chip,) = panel.form.understood.chips
    assert words_of(chip.chip) == "“nsites<9” is a filter"
    QTest.mouseClick(chip.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert (panel.form.phrase.text(), panel.form.filter_box.text()) == ("", "nsites<9")
    assert "TiO2" in {hit.formula for hit in panel.results.hits}
    assert panel.form.understood.chips == ()
    panel.form.filter_box.setText("el:O")
    panel.form.phrase.clear()
    type_and_return(panel.form.phrase, "octahedral nsites<9 metal")
    chip = next(chip for chip in panel.form.understood.chips if not chip.chip.applied)
    QTest.mouseClick(chip.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert (panel.form.phrase.text(), panel.form.filter_box.text()) == ("octahedral metal", "el:O nsites<9")
    assert {hit.formula for hit in panel.results.hits} <= {"TiO2", "SrTiO3"}


def test_the_preview_shows_the_coordination_of_a_hit(qtbot: object, window: PanelWindow, session: Session) -> None:
    view = shown(qtbot, ResultsView(window))
    row = next(row for row in session.library.rows() if row.formula == "SrTiO3")
    reason = Reason("environment", "[METAL] is bonded in an octahedral geometry.", "Metal: octahedral")
    view.show_result(result(Hit(row.id, "SrTiO3", "Pm-3m", 0.5, (reason,))))
    environments = [line.text.split(" · ", 1) for line in view.preview.sites.lines]
    assert [(site[:2], words) for site, words in environments] == [
        ("Sr", "CN 12 · cuboctahedron · SrO₁₂"),
        ("Ti", "CN 6 · octahedron · TiO₆"),
    ]
    assert view.preview._lines.lines == ()  # classes of the model stay inside


@pytest.mark.parametrize("hits", [(), HITS[:1], HITS[1:2], HITS[2:3], HITS[3:], HITS])
@pytest.mark.parametrize("cards", [False, True])
def test_results_of_every_kind(qtbot: object, window: PanelWindow, hits: tuple[Hit, ...], cards: bool) -> None:
    view = shown(qtbot, ResultsView(window))
    view.set_as_cards(cards)
    view.show_result(result(*hits), unwanted=("y",))
    settle()
    view.grab()
    for column in range(view.model.columnCount()):
        view.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        assert len(view.hits) == len(hits)
        for row in range(len(hits)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole):
                view.model.index(row, column).data(role)
    view.show_message("No.")
    assert view.hits == ()
    assert not view.preview.isVisible()


def test_sorting_puts_what_is_no_number_last(qtbot: object, window: PanelWindow) -> None:
    view = shown(qtbot, ResultsView(window))
    view.show_result(result(*HITS))
    view.table.sortByColumn(SCORE, Qt.SortOrder.DescendingOrder)
    assert view.hits[0] is HITS[0]
    assert view.hits[1] is HITS[2]
    assert score_text(NAN) == score_text(None) == "–"


def test_verdicts() -> None:
    """The four states of geometry.md: a phrase is confirmed only where each of its parts is."""
    yes, no, unknown, unread = (Check("x", state) for state in State)
    assert verdict([]) == ""
    assert verdict([yes, Check("y", State.CONFIRMED, negated=True)]) == "✓ matches"
    assert verdict([no]) == verdict([no, unknown]) == "✗ no match"
    assert verdict([yes, no]) == verdict([yes, unread]) == verdict([yes, unknown]) == "◐ 1 of 2"
    assert verdict([unknown]) == verdict([unknown, unread]) == "? unknown"
    assert verdict([unread]) == "– not understood"
    assert [check.word() for check in (yes, no, unknown, unread)] == [
        "✓ confirmed", "✗ refuted", "? unknown", "– not understood",
    ]  # fmt: skip
    assert Check("y", State.CONFIRMED, negated=True).word() == "✓ absent"
    assert Check("y", State.REFUTED, negated=True).word() == "✗ present"


def test_pictures_come_into_table_and_preview(qtbot: object, window: PanelWindow, session: Session) -> None:
    view = shown(qtbot, ResultsView(window))
    ids = [row.id for row in session.library.rows()]
    view.show_result(result(*(Hit(id_, "X", "P1", 0.1) for id_ in [*ids, "nobody"])))
    view.grab()
    qtbot.waitUntil(lambda: not view.preview._picture.pixmap().isNull(), timeout=20_000)  # type: ignore[attr-defined]
    assert view._pictures.get("nobody") is None or view._pictures.get("nobody").isNull()  # type: ignore[union-attr]
    view._pictures.forget()
    assert view._pictures.get(ids[0]) is None


def test_a_painted_crystal_has_the_colours_of_its_elements(qapp: object, session: Session) -> None:
    rutile = next(found for found in session.iter_opened([EXAMPLES / "rutile.cif"]) if hasattr(found, "crystal"))
    image = paint_atoms(rutile.atoms, 160, 160, ratio=2)
    assert (image.width(), image.height(), image.devicePixelRatio()) == (320, 320, 2)
    colours = {QColor(image.pixelColor(x, y)).rgba() for x in range(0, 320, 4) for y in range(0, 320, 4)}
    strong = [QColor.fromRgba(colour) for colour in colours if QColor.fromRgba(colour).alpha() == 255]
    assert any(colour.red() > 180 and colour.green() < 60 for colour in strong)  # oxygen
    assert QColor(image.pixelColor(1, 1)).alpha() == 0


@pytest.mark.parametrize(
    "atoms",
    [
        Atoms(np.eye(3), np.empty((0, 3)), ()),
        Atoms(np.eye(3), np.array([[NAN, 0, 0]]), ((("Na", 1.0),),)),
        Atoms(np.eye(3) * 3, np.array([[0.0, 0, 0]]), ((),)),
        Atoms(np.eye(3) * 3, np.array([[0.0, 0, 0]]), ((("Qq", 0.3), ("Fe3+", 0.6)),)),
        Atoms(np.eye(3) * 40, np.random.default_rng(0).random((3000, 3)), ((("C", 1.0),),) * 3000),
    ],
)
def test_whatever_atoms_there_are_something_is_painted(qapp: object, atoms: Atoms) -> None:
    assert not paint_atoms(atoms, 64, 64).isNull()


def test_queries_in_one_line() -> None:
    query = Query("octahedra", ("a",), ("b",), "el:O")
    assert query.title() == "octahedra  + a  − b  [el:O]"
    assert Query.from_json(query.to_json()) == query
    assert Query(like=True, weight=0.25).title() == "similar to the open crystal"
    leaning = Query("octahedra", like=True, weight=0.25).title()
    assert leaning == "similar to the open crystal, leaning to “octahedra” (25%)"
    assert Query().empty
