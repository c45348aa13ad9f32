"""Pictures of the window for the documentation: every panel and the main uses, light and dark.

    python -m tools.screenshots [--only NAME] [--theme light]

Starts the real window on a virtual screen, with the released model and the starter library, in a user's folder of its own,
and writes PNGs into docs/pictures. A panel that is added to :mod:`clics_gui.shell.panel_registry` is in the next run by itself.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication, QWidget

    from clics_gui.shell.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
EXAMPLES = ROOT / "resources" / "examples"
SIZE = (1520, 940)
PATIENCE = 600.0
"""Time limit in seconds for all pending requests of the window."""


class Studio:
    """One window in one theme."""

    def __init__(self, application: QApplication, window: MainWindow, theme: str, folder: Path, only: str) -> None:
        self._application = application
        self.window = window
        self.theme = theme
        self._folder = folder
        self._only = only

    def wait(self, until: Callable[[], bool] | None = None) -> None:
        """Process events until no request is pending.

        Args:
            until: A further condition to wait for.
        """
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 15 and time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.02)
            quiet = quiet + 1 if not self.window.worker.active and (until is None or until()) else 0
        if quiet < 15:
            raise TimeoutError("The window did not come to rest.")

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Save a picture of the window, or of a part of it."""
        if self._only and self._only not in name:
            return
        self.window.notifications.clear()
        self.wait()
        with without_paths(widget or self.window):
            image = (widget or self.window).grab().toImage()
        self.save(name, image)

    def save(self, name: str, image: QImage) -> None:
        """Write a picture."""
        path = self._folder / f"{name}-{self.theme}.png"
        with_palette(image).save(str(path), "PNG", 0)
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}  {path.stat().st_size // 1024} kB")

    def panel(self, panel_id: str) -> Any:
        """The panel of that name, shown."""
        self.window.show_panel(panel_id)
        self.wait()
        return next(dock for dock in self.window.docks if dock.place.id == panel_id).panel


@contextmanager
def without_paths(widget: QWidget) -> Iterator[None]:
    """Hide the path of the checkout in labels and fields while a picture is taken."""
    from PySide6.QtWidgets import QLabel, QLineEdit

    shown = [*widget.findChildren(QLabel), *widget.findChildren(QLineEdit)]
    changed = [(part, part.text()) for part in shown if str(ROOT) in part.text()]
    for part, text in changed:
        part.blockSignals(True)
        part.setText(text.replace(str(ROOT), "…"))
    yield
    for part, text in changed:
        part.setText(text)
        part.blockSignals(False)


def with_palette(image: QImage) -> QImage:
    """The image in 256 colours (the most frequent ones, and those most different from them): a third of the size."""
    from PySide6.QtGui import QImage

    image = image.convertToFormat(QImage.Format.Format_RGB888)
    width, height, stride = image.width(), image.height(), image.bytesPerLine()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, stride)[:, : 3 * width].reshape(-1, 3)
    bins = (pixels >> 3).astype(np.int64) @ (1024, 32, 1)
    _, of_bin, counts = np.unique(bins, return_inverse=True, return_counts=True)
    means = np.column_stack([np.bincount(of_bin, pixels[:, channel]) / counts for channel in range(3)])
    palette = means[np.argsort(-counts)[:160]]
    apart = np.min([((means - colour) ** 2).sum(axis=1) for colour in palette], axis=0)
    while len(palette) < 256:
        rare = means[np.argmax(apart * counts**0.3)]
        palette = np.vstack([palette, rare])
        apart = np.minimum(apart, ((means - rare) ** 2).sum(axis=1))
    nearest = np.array([np.argmin(((palette - mean) ** 2).sum(axis=1)) for mean in means])
    indices = np.zeros((height, -(-width // 4) * 4), np.uint8)
    indices[:, :width] = nearest[of_bin].reshape(height, width)
    result = QImage(indices.tobytes(), width, height, indices.shape[1], QImage.Format.Format_Indexed8).copy()
    result.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in np.rint(palette).astype(int)])
    return result


def first_look(studio: Studio) -> None:
    """Open a CIF file and highlight the sites of the last cation."""
    studio.take("open")
    window = studio.window
    document = window.documents.current
    assert document is not None
    assert document.geometry is not None
    assert document.geometry.description is not None
    assert document.geometry.description.geometry is not None
    site = [site for site in document.geometry.description.geometry.sites if site.role == "cation"][-1]
    studio.panel("geometry").highlight_sites(f"{site.label} {site.multiplicity}{site.wyckoff}", site.atoms)
    window.registry.trigger("view.style-polyhedra")
    studio.take("environment")
    document.highlight(None)
    window.registry.trigger("view.style-ball-and-stick")


def search(studio: Studio) -> None:
    """Search by a phrase, with hits as a table and as pictures."""
    panel = studio.panel("search")
    panel.form.phrase.setText("corner-sharing octahedra")
    panel.form.filter_box.setText("el:O nsites<40")
    panel.form.submit()
    studio.wait(lambda: bool(panel.results.hits))
    studio.take("search")
    panel.results.set_as_cards(True)
    studio.take("search-pictures")
    panel.results.set_as_cards(False)


def compare(studio: Studio) -> None:
    """Compare crystals side by side at one scale."""
    studio.window.open_paths([EXAMPLES / name for name in ("mgal2o4-spinel.cif", "sio2-quartz.cif", "rutile.cif")])
    studio.wait(lambda: len(studio.window.documents) == 4)
    studio.window.registry.trigger("view.compare")
    studio.take("compare")
    studio.window.area.tabs.setCurrentIndex(0)
    studio.wait()


def dialogs(studio: Studio) -> None:
    """Open the dialogs for training, export and settings."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QDialog

    window = studio.window
    for action, name in (("model.train", "training"), ("file.export-table", "export"), ("file.settings", "settings")):
        if action not in {known.id for known in window.registry} or not window.registry.trigger(action):
            continue
        studio.wait()
        for dialog in [child for child in window.findChildren(QDialog) if child.isVisible()]:
            if name == "export":
                dialog.which.setCurrentIndex(
                    dialog.which.findText("Search results: corner", Qt.MatchFlag.MatchStartsWith)
                )
                studio.wait()
                dialog.adjustSize()
            studio.take(name, dialog)
            dialog.close()


def report(studio: Studio) -> None:
    """The one-page report; once, because it is white in both themes."""
    if studio.theme == "dark":
        return
    from clics.engine_process.operation import SESSION, call
    from PySide6.QtGui import QImage, QPainter

    from clics_gui.export import page
    from clics_gui.export.report import PICTURE, painted, trimmed

    document = studio.window.documents.current
    assert document is not None
    found: list[Any] = []
    studio.window.worker.submit(
        call(
            SESSION.reports.crystal,
            document.crystal,
            title=document.title,
            geometry=document.geometry,
            analysis=document.analysis,
        ),
        done=found.append,
    )
    studio.wait(lambda: bool(found))
    dpi = 110
    sheet = QImage(round(page.WIDTH / 25.4 * dpi), round(page.HEIGHT / 25.4 * dpi), QImage.Format.Format_RGB32)
    sheet.setDotsPerMeterX(round(dpi / 0.0254))
    sheet.setDotsPerMeterY(round(dpi / 0.0254))
    sheet.fill(0xFFFFFFFF)
    painter = QPainter(sheet)
    page.paint(painter, dpi, found[0], trimmed(studio.window.views.picture(*PICTURE) or painted(document.atoms)))
    painter.end()
    studio.save("report", sheet)


def panels(studio: Studio) -> None:
    """Take a picture of every panel."""
    for dock in list(studio.window.docks):
        panel = studio.panel(dock.place.id)
        studio.take(f"panel-{dock.place.id}", panel)


def session(theme: str, folder: Path, only: str) -> None:
    """Take all pictures of one theme, in a process of its own, since Qt can be started only once."""
    from tests.gui.display import start_virtual_screen

    start_virtual_screen("1600x1000")
    from clics_gui.app import start

    application, window, worker = start([EXAMPLES / "catio3-perovskite.cif"])
    sys.excepthook = sys.__excepthook__  # what goes wrong here is not for a notification
    window.settings.set("appearance", "theme", theme)
    window.resize(*SIZE)
    window.docks.arrange(window.size())
    studio = Studio(application, window, theme, folder, only)
    studio.wait(lambda: window.documents.current is not None and window.documents.current.analysis is not None)
    for scene in (first_look, report, search, compare, panels, dialogs):
        scene(studio)
    window.close()
    worker.shutdown(20)
    sys.stdout.flush()
    os._exit(0)  # a busy engine thread is not waited for


def main() -> None:
    """Take the pictures of both themes, each in a process with its own user data folder."""
    import subprocess

    parser = argparse.ArgumentParser(description="Pictures of the window for the documentation.")
    parser.add_argument("--only", default="", help="only pictures whose name holds this")
    parser.add_argument("--theme", choices=("light", "dark"), help="only this theme")
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder of the pictures")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    if given.here:
        session(given.theme, given.to, given.only)
    for theme in (given.theme,) if given.theme else ("light", "dark"):
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-m", "tools.screenshots", "--here", "--theme", theme, "--only", given.only]
            subprocess.run(
                [*command, "--to", str(given.to.absolute())],
                cwd=ROOT,
                env={**os.environ, "CLICS_HOME": home},
                check=True,
            )


if __name__ == "__main__":
    main()
