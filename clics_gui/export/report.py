"""Report of a crystal: file dialog, composition and writing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from clics.engine_process.operation import SESSION, call
from clics.errors import InputError
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from clics_gui.engine_thread import qt_type_preload
from clics_gui.export.dialog import start_in
from clics_gui.export.page import pdf
from clics_gui.viewer.thumbnail import paint_atoms

if TYPE_CHECKING:
    from clics.engine_process.operation import Operation
    from clics.results import Atoms, Report

    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

FILE_FILTERS = "PDF (*.pdf);;HTML page (*.html)"
PICTURE = (840, 640)
"""Pixels of the picture: 250 an inch where it is printed."""


def ask_where(window: Context, parent: QWidget, picture: Callable[[], QImage | None]) -> None:
    """Ask for a file name and write the report of the current crystal."""
    document = window.documents.current
    if document is None:
        return
    name, kind = QFileDialog.getSaveFileName(
        parent, "Save report", str(start_in(window, document.title, "pdf")), FILE_FILTERS, "PDF (*.pdf)"
    )
    if not name:
        return
    path = Path(name)
    if path.suffix.lower() not in (".pdf", ".html", ".htm"):
        path = path.with_name(path.name + (".html" if "html" in kind.lower() else ".pdf"))
    save_report(window, document, path, picture())


def save_report(window: Context, document: Document, path: Path, picture: QImage | None) -> None:
    """Write the report and tell it in a notification; results that the document lacks are computed."""

    def done(saved: Path) -> None:
        window.notify(
            f"Saved the report to {saved}.", "success",
            action=("Open", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(saved)))),
        )  # fmt: skip

    def write(operation: Operation[None]) -> None:
        window.worker.submit(operation, title=f"Writing {path.name}", done=lambda _: done(path), key="export report")

    qt_type_preload.make_all()
    window.worker.submit(
        call(
            SESSION.reports.crystal, document.crystal, title=document.title, geometry=document.geometry,
            analysis=document.analysis,
        ),
        title=f"Composing {path.name}", key="export report",
        done=lambda report: window.worker.here.run(
            partial(written, report, path, picture, document.atoms), done=write
        ),
    )  # fmt: skip


def written(report: Report, path: Path, picture: QImage | None, atoms: Atoms) -> Operation[None]:
    """Paint a report and return the operation that writes it.

    Args:
        report: The report.
        path: The file.
        picture: Picture of the crystal; None: painted from ``atoms``.
        atoms: Cell and sites.

    Raises:
        InputError: The file is neither PDF nor HTML.
    """
    image = trimmed(picture if picture is not None else painted(atoms))
    if path.suffix.lower() == ".pdf":
        return call(SESSION.exports.file, path, pdf(report, image))
    if path.suffix.lower() in (".html", ".htm"):
        return call(SESSION.reports.write, report, path, png(image))
    raise InputError(f"{path.name}: name the report .pdf or .html.", kind="bad-option")


def painted(atoms: Atoms) -> QImage:
    """Picture of a crystal without the graphics card."""
    return paint_atoms(atoms, *PICTURE)


def trimmed(image: QImage) -> QImage:
    """Picture without its empty margins."""
    if image.isNull():
        return image
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    image.setDevicePixelRatio(1)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    pixels = np.frombuffer(paper.constBits(), np.uint32).reshape(paper.height(), -1)
    drawn = (pixels & 0xFFFFFF) != 0xFFFFFF
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if rows.size == 0:
        return image
    content = QRect(QPoint(int(columns[0]), int(rows[0])), QPoint(int(columns[-1]), int(rows[-1])))
    return paper.copy(content.adjusted(-4, -4, 4, 4) & paper.rect())


def png(image: QImage) -> bytes:
    """Image as bytes of a PNG file; empty for a null image."""
    if image.isNull():
        return b""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())
