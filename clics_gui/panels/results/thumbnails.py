"""Pictures of stored crystals, painted on the engine's thread as they come into sight, and kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from clics_gui.shell import qt_type_preload
from clics_gui.viewer.style import DEFAULT_PRESET
from clics_gui.viewer.thumbnail import paint_atoms

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.session import Session
    from PySide6.QtWidgets import QWidget

    from clics_gui.state.context import Context

SIDE = 160
"""Logical pixels along a side; tables show it smaller."""
KEPT = 400
AT_ONCE = 8
"""Pictures asked for in one request: a search that comes in between waits for so many at most."""


def painted(session: Session, ids: tuple[str, ...], ratio: float, line: str, preset: str) -> dict[str, QImage]:
    """Pictures of stored crystals; one that is not there any more has an empty one."""
    from clics.errors import ClicsError

    found = {}
    for crystal_id in ids:
        try:
            atoms = session.open(id=crystal_id).atoms
            found[crystal_id] = paint_atoms(atoms, SIDE, SIDE, ratio=ratio, line=line, preset=preset)
        except ClicsError:
            found[crystal_id] = QImage()
    return found


class Pictures(QObject):
    """``get`` answers at once, with None for a picture that is still to be painted; ``ready`` tells when it is."""

    ready = Signal(str)

    def __init__(self, window: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = window
        self._view = parent
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: list[str] = []
        self._asked: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        window.theme.changed.connect(self.forget)
        window.worker.session_changed.connect(self.forget)

    def get(self, crystal_id: str) -> QPixmap | None:
        """The picture of a stored crystal, if it is painted; else it soon will be."""
        if crystal_id in self._kept:
            self._kept.move_to_end(crystal_id)
            return self._kept[crystal_id]
        if crystal_id not in self._asked:
            self._asked.add(crystal_id)
            self._wanted.append(crystal_id)
            self._soon.start()
        return None

    def forget(self, *_: object) -> None:
        """Another library, or other colours: everything is painted again when it is looked at."""
        self._kept.clear()
        self._wanted.clear()
        self._asked.clear()

    def _ask(self) -> None:
        batch, self._wanted = tuple(self._wanted[-AT_ONCE:]), self._wanted[:-AT_ONCE]  # what is seen now comes first
        if not batch:
            return
        qt_type_preload.make_all()
        ratio = float(self._view.devicePixelRatioF())
        line = self._window.theme.color("muted").name()
        preset = "dark" if self._window.theme.dark else DEFAULT_PRESET
        self._window.worker.submit(
            lambda session: painted(session, batch, ratio, line, preset), done=self._take, failed=self._give_up
        )

    def _take(self, found: dict[str, QImage]) -> None:
        for crystal_id, image in found.items():
            self._asked.discard(crystal_id)
            self._kept[crystal_id] = QPixmap.fromImage(image)
            self.ready.emit(crystal_id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if self._wanted:
            self._soon.start()

    def _give_up(self, _: ClicsError) -> None:
        """The library is gone: there are no pictures, and the search itself says why."""
        self._wanted.clear()
