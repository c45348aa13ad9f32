"""Seconds per frame of the library's map: our points beside pyqtgraph's scatter item, in the same plot and run.

    python -m benchmarks.map_frames --crystals 100000

Seconds of the processor, so that other work on the machine counts as little as it can.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

FRAMES = 30


def main() -> None:
    """Print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crystals", type=int, default=100_000)
    count = parser.parse_args().crystals
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(["benchmark"])
    import pyqtgraph as pg
    from PySide6.QtGui import QColor

    from clics_gui.plots.map_plot import MapPlot
    from clics_gui.style.colours import CATEGORIES

    rng = np.random.default_rng(0)
    xy = rng.normal(size=(count, 2)).astype(np.float32)
    groups = rng.integers(0, 7, count).astype(np.uint8)
    colours = [QColor(colour) for colour in CATEGORIES[:7]]

    def ours(plot: MapPlot) -> None:
        plot.show_points(xy)
        plot.show_groups(groups, colours, [True] * 7)

    def theirs(plot: MapPlot) -> None:
        for group, colour in enumerate(colours):
            here = xy[groups == group]
            plot.addItem(pg.ScatterPlotItem(x=here[:, 0], y=here[:, 1], size=5, pen=None, brush=pg.mkBrush(colour)))

    def measure(name: str, fill: Callable[[MapPlot], None]) -> None:
        plot = MapPlot(lambda index: "")
        plot.resize(420, 600)
        plot.show()
        application.processEvents()
        begun = time.process_time()
        fill(plot)
        made = time.process_time() - begun
        application.processEvents()
        frames = []
        for _ in range(FRAMES):
            plot.getViewBox().translateBy(x=0.02, y=0.0)
            begun = time.process_time()
            plot.viewport().repaint()
            frames.append(time.process_time() - begun)
        print(
            f"{name:24} {count:,} dots: set up {1000 * made:.0f} ms, a frame {1000 * statistics.median(frames):.1f} ms "
            f"(slowest {1000 * max(frames):.1f})"
        )
        plot.close()

    measure("clics_gui.plots.dots", ours)
    measure("ScatterPlotItem", theirs)


if __name__ == "__main__":
    main()
