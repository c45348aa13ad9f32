"""The four uses of the window, by clicks and keys, on the released model and the starter library."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from clics import paths as places
from clics.engine_process.engine_thread import make_session
from clics.engine_process.job import SessionChoice
from clics.errors import ModelError
from clics.session import Session
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QWidget

from clics_gui.dialogs.training.dialog import TrainingDialog
from clics_gui.engine_thread.worker import Worker
from clics_gui.export.dialog import ExportDialog
from clics_gui.panels.ranked_list import RankedList
from clics_gui.panels.results.hit_model import CHECKED, FORMULA
from clics_gui.shell.main_window import MainWindow
from clics_gui.state.settings import SettingsStore
from clics_gui.style.theme import Theme

if TYPE_CHECKING:
    from clics_gui.panels.geometry.panel import GeometryPanel
    from clics_gui.panels.search.panel import SearchPanel

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
LONG = 300_000
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier

StartApp = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def released_model() -> None:
    try:
        places.model_folder()
    except ModelError:
        pytest.skip("the released model is not in this checkout")


@pytest.fixture
def app(qtbot: Any, no_leaks: None, tmp_path: Path) -> Iterator[StartApp]:
    """The window as ``clics-gui FILE…`` shows it, with the settings of the first start."""
    workers: list[Worker] = []

    def run(*files: Path, model: Path | None = None, library: Path | None = None) -> MainWindow:
        worker = Worker(choice=SessionChoice(model, library), make=make_session)
        workers.append(worker)
        theme = Theme(worker)
        theme.use("light")
        window = MainWindow(worker, SettingsStore(tmp_path / "settings.json", worker), theme, tmp_path / "session.json")
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.start(list(files))
        qtbot.waitUntil(lambda: all(dock.panel is not None for dock in window.docks), timeout=LONG)
        return window

    yield run
    for worker in workers:
        assert worker.shutdown(60)
        worker.deleteLater()


def panel(window: MainWindow, panel_id: str) -> Any:
    return next(dock.panel for dock in window.docks if dock.place.id == panel_id)


def press(qtbot: Any, window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """A shortcut. The window is given the keyboard first: without a window manager nobody else does."""
    if not window.isActiveWindow():
        with qtbot.waitActive(window, timeout=LONG):
            window.activateWindow()
    QTest.keyClick(window, key, modifiers)


def answered(qtbot: Any, window: MainWindow) -> None:
    """Wait until the crystal in front has its geometry and the model's answer."""
    qtbot.waitUntil(
        lambda: window.documents.current is not None and window.documents.current.analysis is not None, timeout=LONG
    )


def click(view: Any, index: QModelIndex, *, double: bool = False) -> None:
    view.scrollTo(index)
    place = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if double:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, left, none))


def test_a_cif_is_opened_and_its_geometry_lit(app: StartApp, qtbot: Any, tmp_path: Path) -> None:
    mine = tmp_path / "mine.cif"
    shutil.copy(EXAMPLES / "rutile.cif", mine)
    window = app(mine)
    answered(qtbot, window)
    document = window.documents.current
    assert document is not None
    geometry: GeometryPanel = panel(window, "geometry")
    press(qtbot, window, Qt.Key.Key_G, CTRL)
    qtbot.waitUntil(geometry.isVisible, timeout=LONG)
    groups, environments = geometry._ranks.space_groups, geometry._ranks.environments
    best = groups.lines[0]
    assert (best.text, best.word) == ("P4₂/mnm  no. 136", "✓ same")
    assert len(groups.lines) == window.settings.value.analysis.top
    geometry._ranks.fold.open()  # folded where the model ranks shapes
    badges = {line.text: line.word for line in environments.lines}
    assert badges["Ti: octahedral"] == "✓ found"
    assert "✗ not found" in badges.values()

    view = window.views.current
    assert view is not None
    row = next(row for row, line in enumerate(environments.lines) if line.text == "Ti: octahedral")
    click_in_panel(geometry, environments, row)
    titanium = frozenset(i for i, species in enumerate(document.atoms.species) if species[0][0] == "Ti")
    assert document.highlighted == titanium
    assert view.canvas._drawing._highlighted == titanium
    assert "(model). Geometric analysis finds it at the same" in geometry._highlight_note.text.text()
    press(qtbot, window, Qt.Key.Key_L, CTRL)
    assert document.highlighted is None

    drop(window, EXAMPLES / "mgal2o4-spinel.cif")
    qtbot.waitUntil(lambda: len(window.documents) == 2, timeout=LONG)
    answered(qtbot, window)
    assert groups.lines[0].text.startswith("Fd3")
    assert groups.lines[0].word == "✓ same"


def click_in_panel(owner: QWidget, view: RankedList, row: int) -> None:
    from PySide6.QtWidgets import QScrollArea

    index = view.model().index(row, 0)
    place = view.visualRect(index).center()
    area = owner.findChild(QScrollArea)
    assert area is not None
    spot = view.viewport().mapTo(area.widget(), place)
    area.ensureVisible(spot.x(), spot.y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_phrase_finds_crystals_and_the_table_is_exported(
    app: StartApp, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = app(EXAMPLES / "rutile.cif")
    press(qtbot, window, Qt.Key.Key_F, CTRL)
    search: SearchPanel = panel(window, "search")
    qtbot.waitUntil(search.form.phrase.hasFocus, timeout=LONG)
    QTest.keyClicks(search.form.phrase, "corner-sharing octahedra")
    QTest.keyClick(search.form.phrase, Qt.Key.Key_Escape)  # closes the completion
    QTest.keyClick(search.form.phrase, Qt.Key.Key_Return)
    results = search.results
    qtbot.waitUntil(lambda: len(results.hits) > 5, timeout=LONG)
    table, rows = results.table, results.table.model()
    checked = [rows.index(row, CHECKED).data() for row in range(rows.rowCount())]
    assert checked[0] == "✓ matches"
    assert checked[:3].count("✓ matches") >= 2  # polonium has no cations
    assert [hit.score for hit in results.hits] == sorted((hit.score for hit in results.hits), reverse=True)

    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(FORMULA) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    formulas = [hit.formula for hit in results.hits]
    assert formulas in (sorted(formulas), sorted(formulas, reverse=True))
    click(table, rows.index(2, FORMULA))
    assert results.current == results.hits[2]
    QTest.keyClick(table, Qt.Key.Key_Down)
    wanted = results.hits[3]
    assert results.current == wanted
    assert results.preview.isVisible()
    qtbot.waitUntil(lambda: not results.preview._picture.pixmap().isNull(), timeout=LONG)

    press(qtbot, window, Qt.Key.Key_T, CTRL | SHIFT)
    (dialog,) = [child for child in window.findChildren(ExportDialog) if child.isVisible()]
    assert dialog.table.title == "Search results: corner-sharing octahedra"
    qtbot.waitUntil(lambda: dialog._metadata.rowCount() > 2, timeout=LONG)
    path = tmp_path / "hits.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    QTest.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Save), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(path.exists, timeout=LONG)
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["id"] for row in read] == [hit.id for hit in results.hits]
    assert [float(row["score"]) for row in read] == [hit.score for hit in results.hits]
    assert read[0]["library"] == results.result.library  # type: ignore[union-attr]
    assert "released model" in read[0]["model"]
    assert "CC BY 4.0" in read[0]["licence"]
    assert read[0]["query"] == "corner-sharing octahedra"

    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(document.library_id == wanted.id for document in window.documents), timeout=LONG)
    answered(qtbot, window)


def test_a_training_is_launched_and_its_model_used(app: StartApp, qtbot: Any, tmp_path: Path, tiny_model: Path) -> None:
    library = tmp_path / "small.clics"
    shutil.copyfile(places.starter_library(), library)
    with Session(model=tiny_model, library=library, sandboxed=False) as session:
        session.library.remove(where="nsites>2")
    window = app(EXAMPLES / "rutile.cif", model=tiny_model, library=library)
    press(qtbot, window, Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.AltModifier)
    (dialog,) = [child for child in window.findChildren(TrainingDialog) if child.isVisible()]
    form, run = dialog.form, dialog.run
    form._debounce.setInterval(10**6)  # the probe has a test of its own
    qtbot.waitUntil(lambda: form.start.count() > 1 and form.data.text() == str(library), timeout=LONG)
    form.start.addItem("Tiny", tiny_model)
    form.start_from(tiny_model)
    form.epochs.selectAll()
    QTest.keyClicks(form.epochs, "2")
    form.name.selectAll()
    QTest.keyClicks(form.name, "Mine")
    QTest.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.state is not None and run.state.status == "finished", timeout=LONG)
    assert run.state is not None
    assert run.state.after
    QTest.mouseClick(run.use, Qt.MouseButton.LeftButton)
    model = run.state.folder / "model"
    qtbot.waitUntil(lambda: window.worker.choice.model == model, timeout=LONG)
    dialog.close()
    assert any("Mine" in note.message for note in window.notifications.history)


def test_the_report_of_a_crystal(app: StartApp, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = app(EXAMPLES / "rutile.cif")
    answered(qtbot, window)
    path = tmp_path / "rutile.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "PDF (*.pdf)"))
    press(qtbot, window, Qt.Key.Key_R, CTRL)
    qtbot.waitUntil(path.exists, timeout=LONG)
    assert path.read_bytes().startswith(b"%PDF")
    qtbot.waitUntil(lambda: any(path.name in note.message for note in window.notifications.history), timeout=LONG)
