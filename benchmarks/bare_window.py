"""A bare Qt window that counts aloud: the reference of :mod:`benchmarks.event_loop`, in a process of its own.

    python -m benchmarks.bare_window FILE

Shows a label whose text changes every 50 ms, and writes the time of each tick of a 10 ms timer (monotonic clock, float64)
to FILE until it is ended. Its gaps tell how late any window is on this machine at that moment.
"""

from __future__ import annotations

import argparse
import struct
import time
from pathlib import Path
from typing import BinaryIO

TICK = 10
COUNT = 50
FLUSH = 20
"""Ticks between two writes."""


def count(file: BinaryIO) -> None:
    """Show the window and write the times of its ticks; returns when the window is closed."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication, QLabel

    application = QApplication(["bare-window"])
    label = QLabel("0")
    label.resize(200, 80)
    label.show()
    ticks: list[float] = []
    shown = 0

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == FLUSH:
            file.write(struct.pack(f"{FLUSH}d", *ticks))
            file.flush()
            ticks.clear()

    def step() -> None:
        nonlocal shown
        shown += 1
        label.setText(str(shown))

    timer, hand = QTimer(timerType=Qt.TimerType.PreciseTimer), QTimer()
    timer.timeout.connect(tick)
    hand.timeout.connect(step)
    timer.start(TICK)
    hand.start(COUNT)
    application.exec()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="file for the times of the ticks")
    with parser.parse_args().file.open("wb") as file:
        count(file)


if __name__ == "__main__":
    main()
