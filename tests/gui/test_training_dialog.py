"""The training dialog on the real engine with a small model: bad input, a training that is killed, resumed, paused and used."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from clics import paths
from clics.jobs import status
from clics.results import TrainingOptions
from clics.results.training import FIGURES, Curves, Device, Estimate, MovedHit, MovedPhrase, Point, TrainingState
from clics.session import Session
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clics_gui.dialogs.training import labels
from clics_gui.dialogs.training.dialog import TrainingDialog
from clics_gui.dialogs.training.form import TrainingForm
from clics_gui.dialogs.training.outcome import FiguresTable, RankChangesTree
from clics_gui.dialogs.training.run_view import RunView
from clics_gui.plots.curves import CurvesPlot

from .panel_context import LONG, PanelWindow, panel_window

NAN = float("nan")


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A library of some dozens of small prototypes."""
    path = tmp_path_factory.mktemp("library") / "small.clics"
    shutil.copyfile(paths.starter_library(), path)
    with Session(model=tiny_model, library=path, sandboxed=False) as session:
        session.library.remove(where="nsites>2")
        yield session


@pytest.fixture
def window(qapp: object, session: Session) -> Iterator[PanelWindow]:
    with panel_window(session) as window:
        yield window


def state(status: str = "running", **others: object) -> TrainingState:
    facts = {
        "name": "n",
        "source": "s",
        "preset": "quick",
        "start_from": "",
        "start_name": "",
        "device": "cpu",
        "created": "",
    }
    return TrainingState(folder=Path("nowhere"), status=status, **(facts | others))  # type: ignore[arg-type]


def test_from_the_form_to_a_model_in_use(
    qtbot: object, window: PanelWindow, session: Session, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait: Callable[..., None] = qtbot.waitUntil  # type: ignore[attr-defined]
    library = Path(session.library.info().path)
    window.worker.use(model=tiny_model, library=library)
    dialog = TrainingDialog(window)
    dialog.form._debounce.setInterval(10**6)  # the probe has a test of its own
    dialog.show()
    form = dialog.form
    assert form.data.text() == str(library)
    assert form.start.currentText() == "Released model"
    form.start.addItem("Tiny", tiny_model)
    form.start_from(tiny_model)
    form.epochs.setValue(400)
    form.name.setText("Small one")
    QTest.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    run = dialog.run
    wait(lambda: run.state is not None and run.state.text.startswith("epoch"), timeout=180_000)
    assert run.state is not None
    folder = run.state.folder
    assert run.pause.isVisible()
    assert not run.resume.isVisible()
    process = status.process_of(folder, status.read(folder))
    assert isinstance(process, psutil.Process)
    process.kill()
    wait(lambda: run.badge.text() == "⚠ Stopped unexpectedly", timeout=2_000)
    assert "Resume" in run.line.text()
    assert [training.status for training in session.training.list()] == ["interrupted"]
    QTest.mouseClick(run.resume, Qt.MouseButton.LeftButton)
    wait(lambda: run.state.status == "running" and run.state.text.startswith("epoch"), timeout=180_000)
    QTest.mouseClick(run.pause, Qt.MouseButton.LeftButton)
    wait(lambda: run.state.status == "paused", timeout=20_000)
    dialog.close()
    dialog = TrainingDialog(window, folder=folder)  # as after a restart
    dialog.show()
    run = dialog.run
    assert run.state.status == "paused"
    QTest.mouseClick(run.resume, Qt.MouseButton.LeftButton)
    wait(lambda: run.finish.isVisible() and run.state.text.startswith("epoch"), timeout=180_000)
    QTest.mouseClick(run.finish, Qt.MouseButton.LeftButton)
    wait(lambda: run.state.status == "finished", timeout=60_000)
    assert run.figures.rowCount() >= 2
    assert run.moved.topLevelItemCount() >= 3
    assert run.state.after
    QTest.mouseClick(run.use, Qt.MouseButton.LeftButton)
    assert window.worker.choice.model == folder / "model"
    assert window.worker.choice.library == library
    assert window.said[-1][0] == "success"
    assert not run.use.isEnabled()
    dialog.close()


def test_nothing_is_started_without_data(qtbot: object, window: PanelWindow) -> None:
    dialog = TrainingDialog(window)
    dialog.show()
    dialog.form.data.clear()
    dialog.begin.click()
    assert dialog.problem.isVisible()
    dialog.form.data.setText("/no/such/place")
    dialog.begin.click()
    assert "There is no /no/such/place" in dialog.problem.text()
    dialog.form.changed.emit(dialog.form.plan())
    assert "There is no /no/such/place" in dialog.estimate.warning.text()
    assert dialog.pages.currentIndex() == 0
    assert not list(paths.own_models().glob("*"))
    dialog.close()


def test_the_form_waits_until_it_is_left_alone(qtbot: object) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)  # type: ignore[attr-defined]
    form.offer([Device("cuda", "H100", 80 * 10**9, 79 * 10**9), Device("cpu", "CPU", 1, 1)], [])
    assert form.device.currentData() == "cuda"
    assert form.plan() is None
    form.data.setText("x")
    with qtbot.waitSignal(form.changed, timeout=3_000) as signal:  # type: ignore[attr-defined]
        form.preset.setCurrentIndex(form.preset.findData("paper"))
    assert signal.args == [
        TrainingOptions(Path("x"), "My model", "paper", epochs=labels.EPOCHS["paper"], device="cuda")
    ]
    form.stop()


@pytest.mark.parametrize("data", ["folder", "gone"])
def test_a_training_whose_folder_goes(qtbot: object, window: PanelWindow, tmp_path: Path, data: str) -> None:
    run = RunView(window)
    qtbot.addWidget(run)  # type: ignore[attr-defined]
    run.show()
    run.show_training(tmp_path / "gone" if data == "gone" else tmp_path)
    assert "holds no training" in run.line.text()
    assert run.badge.text() == "✗ Not found"
    assert not any(button.isVisible() for button in (run.pause, run.resume, run.finish, run.kill, run.use))


def test_an_estimate_in_words(qtbot: object, window: PanelWindow) -> None:
    dialog = TrainingDialog(window)
    tight = Estimate("cpu", 1000, 60, 0.5, 30, 400, 0, 10**10, 10**10, 10**8, 10**9)
    dialog.estimate._show(tight)
    assert dialog.estimate.time.text() == "About 7 min"
    assert "Little memory" in dialog.estimate.warning.text()
    assert "settling" not in dialog.estimate.rest.text()
    dialog.close()


MOVED = (
    MovedPhrase("[METAL] is bonded in an octahedral geometry.", 2, (
        MovedHit("a", "NaCl", 3, 1, True), MovedHit(LONG, LONG, 1, 2, None), MovedHit("c", "", 2, 9, False))),
    MovedPhrase(LONG, 5, ()),
)  # fmt: skip


def test_outcomes_of_every_kind(qtbot: object) -> None:
    table, tree = FiguresTable("Before", "After"), RankChangesTree()
    for widget in (table, tree):
        qtbot.addWidget(widget)  # type: ignore[attr-defined]
    table.show_figures({}, {})
    assert not table.isVisible()
    table.show_figures({"space_group_top1": 50.0, "environment_top1": NAN}, {"space_group_top1": 60.04, "unknown": 1})
    assert [table.item(0, column).text() for column in (1, 2, 3)] == ["50.0", "60.0", "▲ +10.0"]
    assert [table.item(1, column).text() for column in (1, 2, 3)] == ["–", "–", "–"]
    table.show_figures({"environment_map": 5.0}, {"environment_map": 5.0})
    assert table.item(0, 3).text() == "="
    tree.show_changes(())
    tree.show_changes(MOVED)
    head = tree.topLevelItem(0)
    assert "1 of 2 new" in head.text(0)
    assert (head.text(1), head.text(2)) == ("0/2 ✓", "1/2 ✓")
    assert head.isExpanded()
    assert head.child(2).isDisabled()
    tree.grab()


@pytest.mark.parametrize(
    "curves",
    [
        Curves(),
        Curves((Point(0.0, 1.0),), {"space_group_top1": (Point(0.0, 1.0),)}, 4),
        Curves((Point(0.1, NAN), Point(0.2, float("inf"))), {name: (Point(0.0, NAN),) for name in FIGURES}, 4),
        Curves(tuple(Point(n / 100, 100 / (n + 1)) for n in range(400)), {}, 4),
    ],
)
def test_curves_of_every_kind(qtbot: object, window: PanelWindow, curves: Curves) -> None:
    plot = CurvesPlot(window.theme)
    qtbot.addWidget(plot)  # type: ignore[attr-defined]
    plot.resize(600, 240)
    plot.show()
    for shown in (curves, curves, Curves(), curves):
        plot.show_curves(shown)
    window.theme.use("dark")
    plot.grab()
    window.theme.use("light")


def test_words() -> None:
    assert [labels.duration(s) for s in (0, 40, 89.4, 200, 3600, 12_000, 10**6)] == [
        "1 s", "40 s", "89 s", "3 min", "1 h", "3 h 20 min", "12 days"
    ]  # fmt: skip
    assert [labels.size(b) for b in (0, 23e6, 1.44e9, 2e11)] == ["1 MB", "23 MB", "1.4 GB", "200 GB"]
    assert labels.percent(None) == labels.percent(NAN) == "–"
    assert labels.badge(state("failed")) == ("✗ Failed", "bad")
    assert (
        labels.now(state(phase="training", text="crystal graphs", left=120))
        == "Building crystal graphs, about 2 min left"
    )
    assert labels.now(state(phase="describing", text="NaCl", left=None)) == "Describing: NaCl"
    assert labels.now(state("paused")) == "Paused before the start."
    assert labels.now(state("failed", message=LONG)) == LONG
