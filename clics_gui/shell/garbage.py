"""Cyclic garbage is collected on the GUI thread alone.

Python looks for it on whatever thread makes an object, and so would delete widgets and timers on the thread that reads the
answers of the engine; Qt's objects must end on the thread where they live ("Timers cannot be stopped from another thread",
then a crash). Nothing else of Python does it so: objects without cycles end where their last user ends.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 1000
"""Milliseconds between two looks at the number of new objects."""
NEW_OBJECTS = (10_000, 10, 10)
"""New objects, and collections of the younger generation, after which a generation is collected, as of ``gc``."""


class GarbageCollection(QObject):
    """Collects on the thread that makes it, in place of Python."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(EVERY)

    def collect(self) -> None:
        """Collect the oldest generation that is due; as in Python, none is without those that are younger."""
        oldest = -1
        for count, limit in zip(gc.get_count(), NEW_OBJECTS, strict=True):
            if count <= limit:
                break
            oldest += 1
        if oldest >= 0:
            gc.collect(oldest)
