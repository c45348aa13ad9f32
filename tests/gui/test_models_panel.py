"""The models panel: rows of every kind, what can be done with them, and closing the window while a training is at work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from clics import paths
from clics.jobs import models, status
from clics.results import TrainingOptions
from clics.results.training import ModelRow, TrainingState
from clics.services.training import TrainingService
from clics.session import Session
from clics.training.model_card import figures_of_card
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox, QPushButton, QWidget

from clics_gui.panels.models.close_confirmation import CloseConfirmation
from clics_gui.panels.models.comparison import CompareDialog
from clics_gui.panels.models.model_table import ModelTable
from clics_gui.panels.models.panel import ModelsPanel
from clics_gui.state.shutdown import mark_signalled

from .panel_context import LONG, PanelWindow, panel_window

NAN = float("nan")
ROW = ModelRow("Mine", Path("m/model"), Path("m"), "f", "2026-01-02T03:04:05", "data", "", "quick", {}, 10**7)
TRAINING = TrainingState(Path("t"), "T", "s", "quick", "", "", "cpu", "2026-01-02", "running")


@pytest.fixture
def session(tiny_model: Path, tmp_path: Path) -> Iterator[Session]:
    shutil.copyfile(paths.starter_library(), tmp_path / "l.clics")
    with Session(model=tiny_model, library=tmp_path / "l.clics", sandboxed=False) as session:
        session.library.remove(where="nsites>1")
        yield session


@pytest.fixture
def window(qapp: object, session: Session) -> Iterator[PanelWindow]:
    with panel_window(session) as window:
        yield window


@pytest.fixture
def own(own_home: Path, tiny_model: Path) -> Path:
    """A finished training with a model in it."""
    home = models.make_folder(models.spec_of(TrainingOptions(tiny_model, name="Mine", device="cpu")))
    shutil.copytree(tiny_model, home / "model")
    status.write(home, {"ended": "finished", "before": {}, "after": {"space_group_top1": 12.5}})
    return home


@pytest.fixture
def panel(qtbot: object, window: PanelWindow, own: Path) -> ModelsPanel:
    panel = ModelsPanel(window)
    qtbot.addWidget(panel)  # type: ignore[attr-defined]
    panel.resize(700, 240)
    panel.show()
    return panel


def choose(panel: ModelsPanel, *names: str) -> None:
    panel.table.clearSelection()
    for number in range(panel.table.topLevelItemCount()):
        item = panel.table.topLevelItem(number)
        item.setSelected(item.text(0) in names)


def answer(text: str) -> None:
    """Press a button of the next message box."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.findChildren(QPushButton) if button.text().replace("&", "") == text).click()

    QTimer.singleShot(50, press)


def test_models_are_listed_and_one_is_in_use(panel: ModelsPanel, window: PanelWindow, own: Path) -> None:
    texts = [[panel.table.topLevelItem(n).text(c) for c in range(3)] for n in range(2)]
    released = figures_of_card((paths.model_folder() / "MODEL_CARD.md").read_text(encoding="utf-8"))["space_group_top1"]
    assert texts == [["Released model", "● in use", f"{released:.1f}"], ["Mine", "", "12.5"]]
    choose(panel, "Mine")
    panel.use()
    assert window.worker.choice.model == own / "model"
    assert panel.table.topLevelItem(1).text(1) == "● in use"
    assert "in use now" in window.said[-1][1]
    choose(panel, "Released model")
    window.worker.use(model=None)
    assert panel.table.topLevelItem(0).text(1) == "● in use"


def test_a_model_that_cannot_be_loaded_is_not_used(panel: ModelsPanel, window: PanelWindow, own: Path) -> None:
    session = Session(model=own / "model", library=None)
    (own / "model" / "model.safetensors").unlink()
    window.worker.engine._threads["long"]._make = lambda choice: session
    choose(panel, "Mine")
    panel.use()
    assert window.worker.choice.model is None
    assert window.said[-1][0] == "error"
    assert "cannot be used" in window.said[-1][1]


def test_renamed_removed_and_never_the_released_one(
    panel: ModelsPanel, window: PanelWindow, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (" Better  name ", True))
    choose(panel, "Released model")
    for button in ("remove", "open"):
        assert not panel.buttons[button].isEnabled()
    panel.rename()
    panel.remove()
    choose(panel, "Mine")
    panel.rename()
    assert panel.table.topLevelItem(1).text(0) == "Better name"
    choose(panel, "Better name")
    answer("Cancel")
    panel.remove()
    assert own.exists()
    window.worker.use(model=own / "model")
    answer("Remove")
    panel.remove()
    assert not own.exists(), panel.note.text()
    assert window.worker.choice.model is None
    assert panel.table.topLevelItemCount() == 1


def test_two_models_side_by_side(qtbot: object, panel: ModelsPanel, window: PanelWindow, session: Session) -> None:
    choose(panel, "Mine")
    first, second = panel._pair()
    assert (first.name, second.name) == ("Released model", "Mine")
    tiny = replace(second, name=LONG, data="other", figures={"environment_map": NAN})
    dialog = CompareDialog(window, second, tiny)
    dialog.show()
    assert dialog.figures.rowCount() == 2
    assert dialog.moved.topLevelItemCount() >= 1
    dialog.close()


@pytest.mark.parametrize(
    ("rows", "trainings"),
    [
        ((), ()),
        ((ROW,), ()),
        ((replace(ROW, name=LONG, data=LONG, created="", figures={"space_group_top1": NAN}, size=0, home=None),), ()),
        ((ROW, replace(ROW, folder=Path("x"))), tuple(replace(TRAINING, status=c) for c in ("failed", "paused"))),
        ((), (replace(TRAINING, name=LONG, source="", created=""), replace(TRAINING, status="finished"))),
    ],
)
def test_rows_of_every_kind(qtbot: object, rows: tuple[ModelRow, ...], trainings: tuple[TrainingState, ...]) -> None:
    table = ModelTable()
    qtbot.addWidget(table)  # type: ignore[attr-defined]
    for _ in range(2):
        table.fill(rows, trainings, None)
        table.selectAll()
    unfinished = [training for training in trainings if training.status != "finished"]
    assert len(table.chosen()) == len(rows) + len(unfinished)
    table.grab()


def test_the_model_in_use_is_remembered(panel: ModelsPanel, window: PanelWindow, own: Path) -> None:
    window.worker.use(model=own / "model")
    kept = panel.save_state()
    window.worker.use()
    panel.restore_state(kept)
    assert window.worker.choice.model == own / "model"
    window.worker.use()
    for strange in ({}, {"model": 5}, {"model": ""}):
        panel.restore_state(strange)
        assert window.said == []
    panel.restore_state({"model": "/no/such/model"})
    assert "no longer exists" in window.said[-1][1]


@pytest.mark.parametrize("answered", ["Keep training", "Pause training", "Cancel"])
def test_closing_while_a_training_is_at_work_asks(
    qtbot: object, window: PanelWindow, own: Path, monkeypatch: pytest.MonkeyPatch, answered: str
) -> None:
    active = replace(TRAINING, folder=own)
    monkeypatch.setattr(TrainingService, "list", lambda _: (active,))
    host, closed = QWidget(), []
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    leaving = CloseConfirmation(window, host, lambda: closed.append(True))
    assert leaving.may_close(())
    host.show()
    assert not leaving.may_close((active,))
    box = host.findChild(QMessageBox)
    next(button for button in box.buttons() if button.text().replace("&", "") == answered).click()
    assert closed == []
    QCoreApplication.processEvents()
    assert closed == ([] if answered == "Cancel" else [True])
    assert leaving.may_close((active,)) == bool(closed)
    wish = own / status.CONTROL_FILE
    assert (wish.read_text(encoding="utf-8") if wish.exists() else "") == (
        "pause" if answered == "Pause training" else ""
    )


def test_closing_asks_nothing_where_it_is_settled(
    qapp: QApplication, window: PanelWindow, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active, closed = replace(TRAINING, folder=own), []
    leaving = CloseConfirmation(window, QWidget(), lambda: closed.append(True))
    monkeypatch.setattr(TrainingService, "list", lambda _: (replace(active, status="finished"),))
    assert not leaving.may_close((active,))  # known from long ago; it has ended since
    assert closed == [True]
    leaving = CloseConfirmation(window, QWidget(), lambda: closed.append(True))
    mark_signalled(qapp)
    assert leaving.may_close((active,))
    qapp.setProperty("signalled", False)
    window.settings.set("training", "on_close", "keep")
    assert leaving.may_close((active,))
    window.settings.set("training", "on_close", "pause")
    monkeypatch.setattr(TrainingService, "list", lambda _: (active,))
    assert not leaving.may_close((active,))
    assert closed == [True, True]
    assert (own / status.CONTROL_FILE).exists()


def test_actions_have_tips_and_shortcuts_of_their_own(panel: ModelsPanel, window: PanelWindow) -> None:
    assert set(window.actions) == {
        f"model.{name}" for name in ("train", "use", "compare", "rename", "folder", "remove")
    }
    shortcuts = [action.shortcut for action in window.actions.values()]
    assert len(set(shortcuts)) == len(shortcuts)
    assert all(action.tip and action.shortcut for action in window.actions.values())
