"""The main window: opening, tabs, actions, palette, notifications, session, drag and drop, closing in the middle."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from clics.engine_process.operation import SESSION, call
from clics.progress import CancelToken
from clics.session import Session
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QPushButton, QToolBar, QTreeWidget

from clics_gui.engine_thread.worker import Worker
from clics_gui.shell.main_window import MainWindow
from clics_gui.state.actions import Action
from clics_gui.state.settings import SettingsStore
from clics_gui.style.theme import Theme

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
RUTILE = EXAMPLES / "rutile.cif"
LONG = 300_000

MakeWindow = Callable[..., MainWindow]


class Patient(Session):
    """A session that can be kept busy."""

    def until_stopped(self, *, cancel: CancelToken) -> None:
        while True:
            cancel.check()
            time.sleep(0.005)


@pytest.fixture
def make_window(qtbot, tmp_path: Path) -> Iterator[MakeWindow]:
    """Windows on one session file; none opens an example and none asks the model unless a test wants it."""
    workers: list[Worker] = []

    def make(*paths: Path, rank: bool = False) -> MainWindow:
        worker = Worker(make=lambda choice: Patient(model=choice.model, library=choice.library))
        workers.append(worker)
        settings = SettingsStore(tmp_path / "settings.json", worker)
        settings.set("analysis", "rank_on_open", rank)
        theme = Theme(worker)
        theme.use("light")
        window = MainWindow(worker, settings, theme, tmp_path / "session.json")
        window.window_state.first = False
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.start(list(paths))
        return window

    yield make
    for worker in workers:
        assert worker.shutdown(60)
        worker.deleteLater()


def titles(window: MainWindow) -> list[str]:
    return [document.title for document in window.documents]


def opened(window: MainWindow, count: int) -> Callable[[], bool]:
    return lambda: len(window.documents) == count


def test_a_file_on_the_command_line_is_opened_and_its_geometry_found(make_window, qtbot) -> None:
    window = make_window(RUTILE)
    qtbot.waitUntil(
        lambda: window.documents.current is not None and window.documents.current.geometry is not None, timeout=LONG
    )
    document = window.documents.current
    assert document.geometry.symmetry.symbol == "P4_2/mnm"
    assert document.analysis is None
    assert window.windowTitle().startswith(document.title)
    qtbot.waitUntil(lambda: window.views.current is not None, timeout=LONG)
    assert window.window_state.recent == []


def test_the_model_is_asked_when_the_settings_say_so_or_the_user_does(make_window, qtbot) -> None:
    window = make_window(RUTILE)
    qtbot.waitUntil(
        lambda: window.documents.current is not None and window.documents.current.geometry is not None, timeout=LONG
    )
    window.rank(window.documents.current)
    qtbot.waitUntil(lambda: window.documents.current.analysis is not None, timeout=LONG)
    assert len(window.documents.current.analysis.space_groups) == window.settings.value.analysis.top


def test_every_block_of_a_file_gets_a_tab_but_not_too_many(make_window, qtbot) -> None:
    window = make_window()
    window.settings.set("opening", "most_tabs", 2)
    window.open_paths([EXAMPLES / "titania-polymorphs.cif"])
    qtbot.waitUntil(lambda: len(window.documents) == 2 and bool(window.notifications.history), timeout=LONG)
    assert window.documents.current is next(iter(window.documents))
    assert "Only the first 2 crystals were opened" in window.notifications.history[0].message


def test_what_is_refused_is_told_once(make_window, qtbot, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / f"{name}.cif").write_text("not a crystal")
    window = make_window()
    window.open_paths(sorted(tmp_path.glob("*.cif")))
    qtbot.waitUntil(lambda: bool(window.notifications.banners), timeout=LONG)
    (banner,) = window.notifications.banners
    assert banner.note.kind == "error"
    assert "3 entries" in banner.note.message
    assert banner.note.details.count("three.cif") >= 1
    assert len(window.documents) == 0


def test_opening_a_file_again_reads_it_again(make_window, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "mine.cif"
    shutil.copy(RUTILE, path)
    window = make_window()
    window.open_paths([path])
    qtbot.waitUntil(opened(window, 1), timeout=LONG)
    first = window.documents.current.crystal
    window.open_paths([path])
    qtbot.waitUntil(lambda: window.documents.current.crystal is not first, timeout=LONG)
    assert len(window.documents) == 1
    assert window.window_state.recent == [str(path)]


def test_another_cell_and_back(make_window, qtbot) -> None:
    window = make_window(EXAMPLES / "mgal2o4-spinel.cif")
    qtbot.waitUntil(opened(window, 1), timeout=LONG)
    document = window.documents.current
    sites = len(document.atoms.species)
    assert window.registry.trigger("crystal.cell-primitive")
    qtbot.waitUntil(lambda: document.cell == "primitive", timeout=LONG)
    assert len(document.atoms.species) * 4 == sites
    assert window.registry.trigger("crystal.cell-read")
    assert len(document.atoms.species) == sites


def test_a_drop_opens(make_window, qtbot) -> None:
    window = make_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(RUTILE))])
    event = QDropEvent(
        QPointF(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    qtbot.waitUntil(opened(window, 1), timeout=LONG)


def test_the_session_comes_back(make_window, qtbot) -> None:
    window = make_window(RUTILE, EXAMPLES / "sio2-quartz.cif")
    qtbot.waitUntil(lambda: len(window.documents) == 2 and window.views.current is not None, timeout=LONG)
    window.views.current.change(representation="polyhedra", repeats=(2, 1, 1))
    current = window.documents.current.title
    window.close()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.documents) == 2 and again.views.current is not None, timeout=LONG)
    assert sorted(titles(again)) == sorted(titles(window))
    assert again.documents.current.title == current
    assert again.views.current.settings.representation == "polyhedra"
    assert again.views.current.settings.repeats == (2, 1, 1)


def test_closing_the_last_tab_shows_how_to_begin(make_window, qtbot) -> None:
    window = make_window(RUTILE)
    qtbot.waitUntil(lambda: window.views.current is not None, timeout=LONG)  # OpenGL in it makes Qt exchange the window
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert len(window.documents) == 0
    assert window.area.currentWidget() is window.area.welcome
    assert not window.registry.trigger("file.close")


def test_closing_while_it_computes(make_window, qtbot) -> None:
    window = make_window(RUTILE, rank=True)
    request = window.worker.submit(call(cast("Patient", SESSION).until_stopped))
    qtbot.waitUntil(lambda: request.state == "running", timeout=LONG)
    window.close()
    assert not window.isVisible()
    assert window.worker.shutdown(30)


def test_comparison_goes_with_its_crystals(make_window, qtbot) -> None:
    window = make_window(RUTILE, EXAMPLES / "sio2-quartz.cif")
    qtbot.waitUntil(lambda: len(window.documents) == 2 and window.views.current is not None, timeout=LONG)
    window.refresh_actions()
    assert window.registry.trigger("view.compare")
    assert window.area.tabs.count() == 3
    window.documents.close(window.documents.current)
    assert window.area.tabs.count() == 1


def test_the_palette_runs_what_is_typed(make_window, qtbot) -> None:
    window = make_window()
    assert window.registry.trigger("help.palette")
    line = window.palette_box.findChild(QLineEdit)
    qtbot.keyClicks(line, "about")
    rows = window.palette_box.findChild(QTreeWidget)
    assert rows.topLevelItem(0).text(0) == "About CLICS"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
    assert dialog.windowTitle() == "About CLICS"
    dialog.close()
    assert window.palette_box.isHidden()


def test_the_palette_leaves_with_escape(make_window, qtbot) -> None:
    window = make_window()
    window.registry.trigger("help.palette")
    qtbot.keyClick(window.palette_box.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert window.palette_box.isHidden()


def test_settings_dialog_changes_and_resets(make_window, qtbot) -> None:
    window = make_window()
    window.registry.trigger("file.settings")
    (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
    spin = dialog.findChild(object, "export.dpi")
    spin.setValue(150)
    assert window.settings.value.export.dpi == 150
    window.settings.reset_all()
    assert spin.value() == 300
    dialog.close()


def test_dark_is_dark(make_window, qtbot) -> None:
    window = make_window()
    window.settings.set("appearance", "theme", "dark")
    assert window.theme.dark
    assert window.palette().window().color() == window.theme.color("window")
    window.settings.set("appearance", "theme", "light")
    assert not window.theme.dark


def test_the_same_message_is_counted(make_window, qtbot) -> None:
    window = make_window()
    for _ in range(3):
        window.notify("A thing.", "warning")
    (banner,) = window.notifications.banners
    assert banner.note.times == 3
    for number in range(5):
        window.notify(f"Another {number}.", "error")
    assert len(window.notifications.banners) == 3
    assert len(window.notifications.history) == 6
    window.notifications.clear()
    assert window.notifications.isHidden()


def test_every_action_has_a_tip_and_a_shortcut_of_its_own(make_window, qtbot) -> None:
    window = make_window()
    qtbot.waitUntil(lambda: all(dock.panel is not None for dock in window.docks))
    actions = list(window.registry)
    listed = [action for action in actions if not action.menu.startswith("File/Open ")]
    assert [action.id for action in listed if not (action.tip and action.shortcut)] == []
    shortcuts = [action.shortcut for action in listed]
    assert len(set(shortcuts)) == len(shortcuts)


def test_a_second_action_of_the_same_name_or_shortcut_is_refused(make_window) -> None:
    window = make_window()
    with pytest.raises(ValueError, match=r"file\.open already"):
        window.add_actions([Action("file.open", "X", lambda: None)])
    with pytest.raises(ValueError, match=r"shortcut of file\.open"):
        window.add_actions([Action("x", "X", lambda: None, shortcut="Ctrl+O")])


def test_a_crystal_is_saved(make_window, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = make_window(RUTILE)
    qtbot.waitUntil(opened(window, 1), timeout=LONG)
    target = tmp_path / "saved"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "POSCAR (*.vasp)"))
    window.refresh_actions()
    assert window.registry.trigger("file.save-as")
    qtbot.waitUntil(lambda: bool(window.notifications.banners), timeout=LONG)
    assert target.with_suffix(".vasp").exists()


def test_a_hit_is_opened_with_the_sites_of_its_phrase_lit(make_window, qtbot, tiny_model: Path, tmp_path: Path) -> None:
    library = tmp_path / "mine.clics"
    with Session(model=tiny_model, library=library, sandboxed=False) as session:
        session.library.add([RUTILE])
        (name,) = [row.id for row in session.library.rows()]
        crystal = session.open(id=name).crystal
        (first,) = session.matching_atoms(crystal, "octahedral metal")
        (second,) = session.matching_atoms(crystal, "tetrahedral metalloid")
    window = make_window()
    window.worker.use(model=tiny_model, library=library)
    window.open_stored(name, phrase="octahedral metal")
    qtbot.waitUntil(lambda: bool(window.documents.current and window.documents.current.matches), timeout=LONG)
    document = window.documents.current
    assert document.matches == (first,)
    assert document.highlighted == set(first.atoms)
    assert document.analysis is None
    window.open_stored(name, phrase="tetrahedral metalloid")  # it is open already
    qtbot.waitUntil(lambda: document.matches == (second,), timeout=LONG)
    assert len(window.documents) == 1
    assert (document.highlighted, document.highlighted_phrase) == (set(second.atoms), second.matched_text)
    document.highlight(None)
    window.open_stored(name)
    window.change_cell(document, "conventional")
    qtbot.waitUntil(lambda: document.cell == "conventional" and document.matches is not None, timeout=LONG)
    assert document.highlighted is None


def test_an_unknown_crystal_of_the_library_is_told(make_window, qtbot) -> None:
    window = make_window()
    window.open_stored("no-such-id")
    qtbot.waitUntil(lambda: bool(window.notifications.banners), timeout=LONG)
    assert window.notifications.banners[0].note.kind == "error"
    assert not window.worker.active


def test_corrected_bonds_reach_the_description(make_window, qtbot) -> None:
    """Rutile has four Ti–O bonds of 1.948 Å in a plane and two of 1.982 Å (W. H. Baur, Acta Cryst. 9, 515 (1956): 1.95, 1.98)."""
    window = make_window(EXAMPLES / "rutile.cif")
    qtbot.waitUntil(lambda: bool(window.documents.current and window.documents.current.geometry), timeout=LONG)
    document = window.documents.current
    titanium = lambda: document.geometry.description.geometry.sites[0]  # noqa: E731  asked after every change
    assert titanium().coordination_number == 6
    table = window.views.current.show_bonds()
    row = next(row for row in range(table.table.rowCount()) if table.table.item(row, 0).text() == "O–Ti")
    table.table.cellWidget(row, 5).setValue(1.96)
    assert table.state.text() == "Describing the crystal with these bonds…"
    qtbot.waitUntil(lambda: not document.geometry_outdated, timeout=LONG)
    assert (titanium().coordination_number, titanium().polyhedron) == (4, "TiO4")
    assert titanium().shape.nearest.name == "square planar"
    assert document.geometry.description.geometry.corrected
    assert table.state.text() == "The crystal is described with these bonds."
    reset = next(button for button in table.findChildren(QPushButton) if "Reset" in button.text())
    assert not reset.isDefault()
    assert not reset.autoDefault()
    reset.click()
    qtbot.waitUntil(lambda: not document.geometry_outdated, timeout=LONG)
    assert titanium().coordination_number == 6
    assert table.state.text() == ""
    table.close()


def test_a_noisy_crystal_is_symmetrised_in_a_new_tab(make_window, qtbot, tmp_path: Path) -> None:
    """SrTiO3 (Pm-3m) with every atom moved by 0.05 Å is P1; the group of the undisturbed crystal is proposed and taken."""
    rng = np.random.default_rng(4)
    with Session(sandboxed=False) as session:
        structure = session.read(EXAMPLES / "srtio3-perovskite.cif").structure.copy()
        for site in range(len(structure)):
            step = rng.normal(size=3)
            structure.translate_sites([site], 0.05 * step / np.linalg.norm(step), frac_coords=False)
        session.write(structure, tmp_path / "noisy.cif")
    window = make_window(tmp_path / "noisy.cif")
    qtbot.waitUntil(lambda: bool(window.documents.current and window.documents.current.ladder), timeout=LONG)
    noisy = window.documents.current
    assert noisy.geometry.symmetry.symbol == "P1"
    panel = next(dock.panel for dock in window.docks if dock.place.id == "geometry")
    ladder = panel._ladder
    assert ladder.list.lines[0].text == "P1 · no. 1"
    assert [line.text for line in ladder.list.lines if line.note == "→ proposed"] == [
        "Pm3\N{COMBINING OVERLINE}m · no. 221"
    ]
    assert "atoms move up to 0.0" in ladder.list.lines[-1].detail
    assert ladder.button.text() == "Symmetrise to Pm3\N{COMBINING OVERLINE}m"
    qtbot.mouseClick(ladder.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.documents.current is not noisy, timeout=LONG)
    ideal = window.documents.current
    assert ideal.title == "noisy · SrTiO3 · Pm-3m"
    assert "new tab with exactly Pm3" in window.notifications.history[-1].message
    qtbot.waitUntil(lambda: bool(ideal.ladder), timeout=LONG)
    assert (ideal.geometry.symmetry.symbol, len(ideal.atoms.species)) == ("Pm-3m", 5)
    assert ladder.chosen is None  # nothing is left to symmetrise
    assert "no higher symmetry within 0.5" in ladder.note.text().replace("\xa0", " ")
    assert list(window.documents) == [noisy, ideal]


def test_menus_that_change_leave_nothing_behind(make_window: MakeWindow, qtbot) -> None:
    """Recent files change with every crystal that is opened; Qt keeps a toolbar's separators until they are deleted."""
    window = make_window()

    def objects() -> int:
        qtbot.wait(20)  # deleted objects go with the event loop
        return len(window.findChild(QToolBar).findChildren(QAction))

    window.registry.replace("File/Recent", [Action("recent.0", "a.cif", lambda: None, menu="File/Recent")])
    before = objects()
    for number in range(10):
        window.registry.replace("File/Recent", [Action("recent.0", f"{number}.cif", lambda: None, menu="File/Recent")])
    assert objects() == before
