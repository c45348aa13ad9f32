"""Every registered panel with nothing, one row, NaN, None, endless texts and markup; a new one is covered by its registration."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from clics.session import Session
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QWidget

from clics_gui.shell.docks import Docks
from clics_gui.shell.panel_registry import PANELS, PanelPlace
from clics_gui.state.context import AsksBeforeClosing, RemembersState

from .fed_results import MODES, FedSession
from .panel_context import EXAMPLES, PanelWindow, panel_window
from .test_plain_texts import faults_of

NARROW = 280
"""Logical pixels of a side panel in a window of 1280 × 800 with panels on both sides."""
BOTTOM = 640
"""Pixels that a panel below the crystals has there at least."""


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A real engine with a library of the examples."""
    path = tmp_path_factory.mktemp("library") / "examples.clics"
    with Session(model=tiny_model, library=path, sandboxed=False) as session:
        session.library.add([EXAMPLES])
        yield session


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PANELS, ids=lambda place: place.id)
def test_a_panel_takes_whatever_comes(
    qtbot: object, session: Session, place: PanelPlace, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = FedSession(session, mode)
    with panel_window(make=lambda _choice: engine) as window:  # type: ignore[arg-type, return-value]
        panel = place.load()(window)
        qtbot.addWidget(panel)  # type: ignore[attr-defined]
        panel.resize(NARROW, 700)
        panel.show()
        document = window.open_example(engine, "rutile.cif")  # type: ignore[arg-type]
        document.set_query("octahedral metal")
        document.set_matches(engine.matching_atoms(document.crystal, "octahedral metal"))
        for theme in ("dark", "light"):
            window.theme.use(theme)  # type: ignore[arg-type]
            _use(panel)
            if len(document.atoms.species):
                document.select([0])
                document.highlight([0], "[METAL] is bonded in an octahedral geometry.")
            panel.grab()
            _fits(panel, place)
            assert not (wrong := faults_of(panel)), "\n".join(wrong)
        window.documents.close(document)
        _remember(panel)
        panel.close()
        _nothing_unexpected(window, caplog)


def test_all_panels_together_fit_a_small_screen(qtbot: object, session: Session) -> None:
    with panel_window(session) as window:
        window.open_example(session, "rutile.cif")
        main = QMainWindow()
        qtbot.addWidget(main)  # type: ignore[attr-defined]
        main.resize(1280, 800)
        main.setCentralWidget(QWidget(minimumWidth=400, minimumHeight=300))
        docks = Docks(main, window, PANELS)
        main.show()
        for place in PANELS:
            docks.show(place.id)
        QCoreApplication.processEvents()
        least = main.minimumSizeHint()
        assert least.width() <= 1280, least
        assert least.height() <= 800, least
        docks.stop()
        main.close()


def _use(panel: QWidget) -> None:
    """Type into every box and press Return, as a user would; then leave it empty."""
    for box in panel.findChildren(QLineEdit):
        if box.isVisible() and box.isEnabled():
            for text in ("octahedral metal", ""):
                box.setText(text)
                QTest.keyClick(box, Qt.Key.Key_Return)
                QCoreApplication.processEvents()


def _fits(panel: QWidget, place: PanelPlace) -> None:
    room = BOTTOM if place.area == Qt.DockWidgetArea.BottomDockWidgetArea else NARROW
    wide = [f"{type(w).__name__} {w.accessibleName()} {w.minimumSizeHint().width()}" for w in panel.findChildren(QWidget)
            if w.isVisible() and w.minimumSizeHint().width() > room]  # fmt: skip
    assert panel.minimumSizeHint().width() <= room, f"the panel would widen the window: {wide}"


def _remember(panel: object) -> None:
    if isinstance(panel, RemembersState):
        state = panel.save_state()
        panel.restore_state(json.loads(json.dumps(state)))
        panel.restore_state({})
    if isinstance(panel, AsksBeforeClosing):
        assert panel.may_close()


def _nothing_unexpected(window: PanelWindow, caplog: pytest.LogCaptureFixture) -> None:
    """The engine's own refusals are texts for the user; anything else is logged with its traceback."""
    bugs = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not bugs, bugs
    assert not [message for kind, message in window.said if "unexpectedly" in message]
