"""The icon of the program as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def images(drawing: Path, sizes: Sequence[int]) -> dict[int, bytes]:
    """PNG images of an SVG drawing, one for each number of pixels."""
    from PySide6.QtCore import QBuffer, QIODevice, QSize
    from PySide6.QtGui import QGuiApplication, QIcon

    application = QGuiApplication.instance() or QGuiApplication(["icon", "-platform", "offscreen"])
    icon, found = QIcon(str(drawing)), {}
    for size in sizes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        icon.pixmap(QSize(size, size), 1.0).toImage().save(buffer, "PNG")
        found[size] = bytes(buffer.data().data())
    del application
    return found


def as_ico(drawn: dict[int, bytes]) -> bytes:
    """One ``.ico`` file of Windows with all images."""
    head, place = b"\0\0\1\0" + len(drawn).to_bytes(2, "little"), 6 + 16 * len(drawn)
    for size, image in drawn.items():
        side = bytes([size % 256]) * 2
        head += side + b"\0\0\1\0\x20\0" + len(image).to_bytes(4, "little") + place.to_bytes(4, "little")
        place += len(image)
    return head + b"".join(drawn.values())
