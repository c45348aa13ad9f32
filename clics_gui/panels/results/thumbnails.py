"""Pictures of stored crystals, painted on a thread of the window when they become visible, and cached."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from clics_gui.engine_thread import qt_type_preload
from clics_gui.viewer.style import DEFAULT_PRESET
from clics_gui.viewer.thumbnail import paint_atoms

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Atoms
    from PySide6.QtWidgets import QWidget

    from clics_gui.state.context import Context

SIDE = 160
"""Logical pixels along a side; tables show it smaller."""
KEPT = 400
AT_ONCE = 8
"""Pictures asked for in one request: a search that comes in between waits for so many at most."""


def painted(cells: Mapping[str, Atoms | None], ratio: float, line: str, preset: str) -> dict[str, QImage]:
    """Paint pictures of stored crystals; a crystal that no longer exists gets an empty one."""
    return {
        crystal_id: QImage() if atoms is None else paint_atoms(atoms, SIDE, SIDE, ratio=ratio, line=line, preset=preset)
        for crystal_id, atoms in cells.items()
    }


class Pictures(QObject):
    """Cache of pictures: ``get`` returns None for a picture not painted yet, ``ready`` announces it."""

    ready = Signal(str)

    def __init__(self, window: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = window
        self._view = parent
        self._cache: OrderedDict[str, QPixmap] = OrderedDict()
        self._queue: list[str] = []
        self._requested: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._request)
        window.theme.changed.connect(self.forget)
        window.worker.session_changed.connect(self.forget)

    def get(self, crystal_id: str) -> QPixmap | None:
        """Picture of a stored crystal; None if it is not painted yet."""
        if crystal_id in self._cache:
            self._cache.move_to_end(crystal_id)
            return self._cache[crystal_id]
        if crystal_id not in self._requested:
            self._requested.add(crystal_id)
            self._queue.append(crystal_id)
            self._soon.start()
        return None

    def forget(self, *_: object) -> None:
        """Discard all pictures, for another library or other colours."""
        self._cache.clear()
        self._queue.clear()
        self._requested.clear()

    def _request(self) -> None:
        batch, self._queue = tuple(self._queue[-AT_ONCE:]), self._queue[:-AT_ONCE]  # what is seen now comes first
        if not batch:
            return
        self._window.worker.submit(call(SESSION.library.atoms, batch), done=self._paint, failed=self._give_up)

    def _paint(self, cells: Mapping[str, Atoms | None]) -> None:
        qt_type_preload.make_all()
        ratio = float(self._view.devicePixelRatioF())
        line = self._window.theme.color("muted").name()
        preset = "dark" if self._window.theme.dark else DEFAULT_PRESET
        self._window.worker.here.run(partial(painted, cells, ratio, line, preset), done=self._take)

    def _take(self, images: dict[str, QImage]) -> None:
        for crystal_id, image in images.items():
            if crystal_id not in self._requested:
                continue  # of a library or in colours that were left meanwhile
            self._requested.remove(crystal_id)
            self._cache[crystal_id] = QPixmap.fromImage(image)
            self.ready.emit(crystal_id)
        while len(self._cache) > KEPT:
            self._cache.popitem(last=False)
        if self._queue:
            self._soon.start()

    def _give_up(self, _: ClicsError) -> None:
        """Stop after an error of the library, which the search itself reports."""
        self._queue.clear()
