"""The Libraries panel on real files: what is listed, what goes in, what comes out, and what stands in the way."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from clics import paths
from clics.crystals.crystal import Refusal
from clics.engine_process.engine_thread import make_session
from clics.engine_process.job import SessionChoice
from clics.errors import LibraryError
from clics.library.store import Library
from clics.results.library import AddReport, Duplicate
from clics.session import Session
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from clics_gui.engine_thread.worker import Worker
from clics_gui.panels.libraries import jobs, labels
from clics_gui.panels.libraries.add_report import ReportDialog
from clics_gui.panels.libraries.crystal_table import CrystalsDialog
from clics_gui.panels.libraries.panel import LibrariesPanel
from clics_gui.state.libraries import Libraries, remembered_library
from clics_gui.state.settings import SettingsStore

from .panel_context import EXAMPLES, LONG, PanelWindow, panel_window

Widget = TypeVar("Widget", bound=QWidget)
PEROVSKITE = EXAMPLES / "srtio3-perovskite.cif"


@pytest.fixture
def make(tiny_model: Path) -> Callable[[SessionChoice], Session]:
    return lambda choice: Session(model=tiny_model, library=choice.library, sandboxed=False)


@pytest.fixture
def window(qapp: object, make: Callable[[SessionChoice], Session]) -> Iterator[PanelWindow]:
    with panel_window(make=make) as window:
        yield window


@pytest.fixture
def panel(qtbot: object, window: PanelWindow) -> LibrariesPanel:
    return shown(qtbot, LibrariesPanel(window))


@pytest.fixture
def filled(tiny_model: Path, tmp_path: Path) -> Path:
    """A library of two crystals."""
    path = tmp_path / "two.clics"
    with Session(model=tiny_model, library=path, sandboxed=False) as session:
        session.library.add([PEROVSKITE, EXAMPLES / "rutile.cif"])
    return path


def shown(qtbot: object, widget: Widget) -> Widget:
    qtbot.addWidget(widget)  # type: ignore[attr-defined]
    widget.resize(400, 760)
    widget.show()
    qtbot.waitExposed(widget)  # type: ignore[attr-defined]
    return widget


def press(box: QWidget, text: str) -> None:
    button = next(button for button in box.findChildren(QPushButton) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def dialog(kind: type[Widget]) -> Widget:
    return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible())


# ---- the list -----------------------------------------------------------------------------------------------------------


def test_at_the_first_start_there_is_the_starter_library(panel: LibrariesPanel, window: PanelWindow) -> None:
    assert panel.model.paths == (None,)
    assert panel.state is not None
    assert (panel.state.info.crystals, panel.state.starter) == (288, True)
    assert window.libraries.name(None) == "AFLOW prototypes"
    assert panel.details.attribution.text().startswith("Data: AFLOW")
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    window.actions["library.delete"].run()
    assert panel.model.paths == (None,)
    for name in ("delete", "forget"):
        enabled = window.actions[f"library.{name}"].enabled_when
        assert enabled is not None
        assert not enabled()


def test_the_first_addition_begins_the_users_own_library(panel: LibrariesPanel, window: PanelWindow) -> None:
    before = paths.starter_library().read_bytes()
    panel.add([PEROVSKITE])
    assert window.said[-1] == ("success", "1 crystal added to My library.")
    assert panel.model.paths == (None, paths.starter_library())
    assert panel.state is not None
    assert (panel.state.info.crystals, panel.state.info.name, panel.state.starter) == (289, "My library", False)
    assert window.libraries.name(None) == "My library"
    assert paths.starter_library().read_bytes() == before
    panel.select(paths.starter_library())
    panel.add([EXAMPLES / "rutile.cif"])  # goes where it may
    assert panel.model.state(None).info.crystals == 290  # type: ignore[union-attr]
    panel.add([PEROVSKITE])
    assert window.said[-1] == ("info", "0 crystals added to My library, 1 already there.")


def test_make_use_rename_and_take_off(panel: LibrariesPanel, window: PanelWindow, tmp_path: Path) -> None:
    path = tmp_path / "oxides.clics"
    panel.tasks.create(path)
    assert panel.selected == path
    assert panel.state is not None
    assert panel.state.info.crystals == 0
    panel.tasks.create(path)
    assert "is there already" in window.said[-1][1]
    QTest.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    assert window.worker.choice.library == path
    assert not panel.use.isEnabled()
    assert window.settings.value.libraries.current == str(path)
    panel.tasks.rename("Oxides of mine")
    assert window.libraries.name(path) == "Oxides of mine"
    assert "Oxides of mine" in panel.searched.text()
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.model.paths == (None,)
    assert window.worker.choice.library is None
    assert path.exists()
    panel.tasks.open_file(path)
    assert panel.selected == path
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert window.worker.choice.library == path


def test_a_file_is_deleted_only_after_a_question(panel: LibrariesPanel, window: PanelWindow, filled: Path) -> None:
    panel.tasks.open_file(filled)
    panel.tasks.ask_delete()
    box = dialog(QMessageBox)
    assert "2 crystals" in box.informativeText()
    press(box, "Cancel")
    assert filled.exists()
    panel.tasks.ask_delete()
    press(dialog(QMessageBox), "Delete file")
    assert not filled.exists()
    assert panel.model.paths == (None,)
    assert window.said[-1] == ("success", "two was deleted.")


def test_files_that_are_no_libraries(panel: LibrariesPanel, window: PanelWindow, tmp_path: Path) -> None:
    letter = tmp_path / "letter.clics"
    letter.write_text("dear reader")
    for path, said in ((letter, "not a library"), (tmp_path / "nowhere.clics", "no library")):
        panel.tasks.open_file(path)
        assert said in window.said[-1][1]
    assert panel.model.paths == (None,)


def test_a_library_that_went_away(
    qtbot: object, panel: LibrariesPanel, window: PanelWindow, filled: Path, tmp_path: Path
) -> None:
    panel.tasks.open_file(filled)
    panel.tasks.use()
    for path in tmp_path.glob("two.clics*"):
        path.unlink()
    panel.look()
    assert panel.model.error(filled) is not None
    assert "file not found" in panel.model.lines(filled)[1]
    assert "no library" in panel.details.problem.text()
    assert remembered_library(window.settings) is None
    shown(qtbot, LibrariesPanel(window))
    assert "your own library is active" in window.said[-1][1]


def test_the_list_outlives_the_program(qapp: object, window: PanelWindow, filled: Path, tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    worker = Worker(make=make_session)
    libraries = Libraries(store, worker)
    libraries.add(filled)
    libraries.use(filled)
    store.reset_all()
    again = SettingsStore(tmp_path / "settings.json")
    assert Libraries(again, worker).known == (None, filled)
    assert remembered_library(again) == filled
    assert libraries.add(paths.user_library()) is None
    for part in (worker, libraries, store, again):
        part.deleteLater()


# ---- adding -------------------------------------------------------------------------------------------------------------


def test_what_was_refused_can_be_read_and_copied(
    panel: LibrariesPanel, window: PanelWindow, tmp_path: Path, qtbot: object
) -> None:
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n_cell_length_a 3\n")
    panel.tasks.create(tmp_path / "new.clics")
    panel.add([PEROVSKITE, bad])
    kind, said = window.said[-1]
    assert (kind, said) == ("warning", "1 crystal added to new, 1 refused.")
    window.last_action[1]()
    report = dialog(ReportDialog)
    assert report.table.rows.rows[0][:2] == ("refused", str(bad))
    press(report, "Copy")
    assert str(bad) in QApplication.clipboard().text()
    report.close()
    QTest.mouseClick(panel.details.refused, Qt.MouseButton.LeftButton)
    again = dialog(ReportDialog)
    assert again.table.in_order()[0][1] == str(bad)
    again.close()


def test_files_are_dropped(panel: LibrariesPanel, window: PanelWindow, filled: Path, tmp_path: Path) -> None:
    panel.tasks.create(tmp_path / "new.clics")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (PEROVSKITE, filled)])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), *arguments)
    panel.dragEnterEvent(enter)
    assert enter.isAccepted()
    panel.dropEvent(QDropEvent(QPointF(5, 5), *arguments))
    assert filled in panel.model.paths
    assert window.said[-1][1] == "1 crystal added to new."


def test_adding_is_stopped_and_goes_on(
    qtbot: object, tiny_model: Path, make: Callable[[SessionChoice], Session], tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(60):
        shutil.copy(PEROVSKITE, many / f"{number}.cif")
    with panel_window(make=make) as window:
        window.worker.synchronous = False
        panel = shown(qtbot, LibrariesPanel(window))
        with qtbot.waitSignal(window.worker.ended, timeout=60_000):  # type: ignore[attr-defined]
            panel.tasks.create(tmp_path / "new.clics")
        qtbot.waitUntil(lambda: panel.selected is not None, timeout=60_000)  # type: ignore[attr-defined]
        panel.add(sorted(many.iterdir())[: jobs.FEW])
        request = next(request for request in window.worker.active if request.title.startswith("Adding"))
        assert request.thread == "long"
        request.cancel()
        qtbot.waitUntil(lambda: request.over, timeout=60_000)  # type: ignore[attr-defined]
        assert "stopped" in window.said[-1][1]
        assert "kept" in window.said[-1][1]
    with Session(model=tiny_model, library=tmp_path / "new.clics", sandboxed=False) as session:
        report = session.library.add(sorted(many.iterdir())[: jobs.FEW])
        assert report.added + report.skipped == jobs.FEW
        assert session.library.check() == jobs.FEW


def test_a_full_disk_is_one_sentence_and_loses_nothing(
    panel: LibrariesPanel, window: PanelWindow, filled: Path
) -> None:
    panel.tasks.open_file(filled)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, limits[1]))
    try:
        panel.add([EXAMPLES / "sio2-quartz.cif"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    kind, said = window.said[-1]
    assert kind == "error"
    assert "disk is full" in said
    panel.look()
    assert panel.state is not None
    assert panel.state.info.crystals == 2
    panel.add([EXAMPLES / "sio2-quartz.cif"])
    assert panel.state.info.crystals == 3


def test_a_library_of_another_model_is_embedded(panel: LibrariesPanel, window: PanelWindow, filled: Path) -> None:
    with Library(filled) as library:
        library.remove_model(library.info().models[0].fingerprint)
    panel.tasks.open_file(filled)
    assert panel.model.lines(filled)[1] == "⚠ embedded by another model"
    assert "2 crystals of 2" in panel.details.problem.text()
    QTest.mouseClick(panel.details.embed, Qt.MouseButton.LeftButton)
    assert panel.model.lines(filled)[1] == "✓ ready"
    assert not panel.details.embed.isVisible()


def test_a_check(panel: LibrariesPanel, window: PanelWindow, filled: Path) -> None:
    panel.tasks.open_file(filled)
    panel.tasks.check()
    assert window.said[-1] == ("success", "two is intact: all 2 crystals were verified.")
    data = bytearray(filled.read_bytes())
    data[4096 * 3 : 4096 * 6] = bytes(range(256)) * 48
    filled.write_bytes(data)
    panel.tasks.check()
    assert window.said[-1][0] == "error"
    assert "damaged" in window.said[-1][1]


def test_crystals_are_looked_through_and_removed(panel: LibrariesPanel, window: PanelWindow, filled: Path) -> None:
    panel.tasks.open_file(filled)
    panel.tasks.show_crystals()
    crystals = dialog(CrystalsDialog)
    assert [row[1] for row in crystals.table.rows.rows] == ["SrTiO₃", "TiO₂"]
    assert not crystals.remove.isEnabled()
    QTest.keyClicks(crystals.where, "el:Sr")
    QTest.keyClick(crystals.where, Qt.Key.Key_Return)
    assert [row[1] for row in crystals.table.rows.rows] == ["SrTiO₃"]
    crystals.table.selectRow(0)
    QTest.mouseClick(crystals.remove, Qt.MouseButton.LeftButton)
    press(dialog(QMessageBox), "Cancel")
    assert panel.state is not None
    assert panel.state.info.crystals == 2
    QTest.mouseClick(crystals.remove, Qt.MouseButton.LeftButton)
    press(dialog(QMessageBox), "Remove")
    assert panel.state.info.crystals == 1
    crystals.where.setText("el:Qq")
    crystals.load()
    assert "Qq" in crystals.state.text()
    crystals.where.setText("el:Ti")
    crystals.load()
    QTest.mouseClick(crystals.remove_all, Qt.MouseButton.LeftButton)
    press(dialog(QMessageBox), "Remove")
    assert panel.state.info.crystals == 0
    crystals.close()


# ---- texts --------------------------------------------------------------------------------------------------------------


def test_every_action_has_a_tip_and_a_shortcut_of_its_own(panel: LibrariesPanel, window: PanelWindow) -> None:
    found = [action for action in window.actions.values() if action.id.startswith("library.")]
    assert len(found) == 13
    assert all(action.tip and action.icon for action in found)
    assert len({action.shortcut for action in found}) == 13
    panel.more.menu().aboutToShow.emit()
    entries = {entry.text().partition("\t")[0]: entry for entry in panel.more.menu().actions()}
    assert not entries["Remove from list (keeps the file)"].isEnabled()
    assert entries["Check library"].isEnabled()


def test_missing_facts_of_geometry_have_a_sentence_and_a_button(panel: LibrariesPanel) -> None:
    assert panel.state is not None
    details = panel.details
    assert details.describe.isHidden()
    details.show_state(replace(panel.state, without_geometry=3, starter=False), None)
    assert not details.describe.isHidden()
    assert "No facts of geometry for 3 crystals of 288" in details.problem.text()
    details.show_state(replace(panel.state, without_geometry=3), None)  # the starter library is never changed
    assert details.describe.isHidden()


def test_words_of_an_addition() -> None:
    report = AddReport(added=1200, skipped=3, renamed=[("a", "a#2")], unembedded=[("b", "disordered: it is mixed")])
    assert labels.added_sentence(report, "X") == (
        "1,200 crystals added to X, 3 already there, 1 not searchable by the model."
    )
    report.duplicates = [Duplicate("spinel copy", "spinel", True, True), Duplicate("c", "d", False, False)]
    report.refused = [Refusal("/a/b.cif", "x", "empty", "/a/b.cif [x]: there are no atoms in it.")]
    report.notes = [("e", "No symmetry is stated.")]
    assert labels.outcomes(report) == [
        ("refused", "/a/b.cif", "x", "There are no atoms in it."),
        ("duplicate, added", "spinel copy", "", "identical to spinel"),
        ("duplicate, skipped", "c", "", "the same crystal as d"),
        ("added under another id", "a", "", "added as a#2"),
        ("not searchable by model", "b", "", "it is mixed"),
        ("note of the reader", "e", "", "No symmetry is stated."),
    ]
    assert labels.size_text(12) == "0 kB"
    assert labels.size_text(2_340_000_000) == "2.3 GB"
    assert labels.error_line(LibraryError("x", kind="else")) == "cannot be opened"


@pytest.mark.parametrize("rows", [[], [("refused", "a", "", "b")], [("refused", LONG, LONG, LONG)] * 3])
def test_reports_of_every_size(qtbot: object, window: PanelWindow, rows: list[tuple[str, ...]]) -> None:
    report = ReportDialog(window, "Title", LONG[:500], rows)
    qtbot.addWidget(report)  # type: ignore[attr-defined]
    report.show()
    report.grab()
    report.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert len(report.table.in_order()) == len(rows)


def test_long_names(panel: LibrariesPanel, window: PanelWindow, filled: Path) -> None:
    panel.tasks.open_file(filled)
    panel.tasks.rename(LONG)
    panel.grab()
    assert window.libraries.name(filled).startswith("a very long name")
    panel.tasks.rename("  ")
    assert "needs a name" in window.said[-1][1]


def test_words_for_a_library_that_only_similar_crystals_cannot_be_found_in(tiny_model: Path, filled: Path) -> None:
    with Session(model=tiny_model, library=filled, sandboxed=False) as session:
        state = session.library.state()
    assert labels.missing_embeddings(state) == ""
    assert labels.readiness(state) == ("ready", True)
    without = replace(state, lacking=2, lacks=("structural", "sites"))
    assert labels.readiness(without) == ("2 without similarity embedding", False)
    assert "Similar panel" in labels.missing_embeddings(without)
    assert labels.readiness(replace(state, lacking=2, lacks=("sites",))) == ("2 without site embeddings", False)
    assert "less accurately" in labels.missing_embeddings(replace(state, lacking=2, lacks=("sites",)))
    other = replace(state, lacking=2, lacks=("shared",), fingerprint="another")
    assert labels.readiness(other) == ("embedded by another model", False)
    assert "do not find them" in labels.missing_embeddings(other)
