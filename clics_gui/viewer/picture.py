"""Pictures of any size, drawn in tiles with oversampling and true transparency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage, QPainter

from clics_gui.viewer.overlay import paint_legend, paint_writing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics_gui.viewer.canvas import CrystalCanvas

FINER = 3
"""Drawn pixels for each pixel of the image, along each side."""
TILE = 2048
"""Drawn pixels along the side of a tile; every graphics card can do that."""
LARGEST = 20000
"""Pixels along the longer side of an image."""


def render(
    canvas: CrystalCanvas,
    size: tuple[int, int],
    *,
    dpi: float = 96.0,
    transparent: bool = False,
    legend: bool = False,
    white: bool = False,
) -> QImage:
    """Picture of a canvas at ``size`` pixels; another aspect ratio shows more and does not stretch.

    Lines, axes and letters scale with the picture.

    Args:
        canvas: The canvas.
        size: Width and height in pixels.
        dpi: Resolution stored in the image.
        transparent: Leave the background transparent.
        legend: Paint the legend of elements.
        white: Use a white background.

    Raises:
        ValueError: Size or resolution is out of range, or there is no crystal.
    """
    width, height = size
    if not (16 <= width <= LARGEST and 16 <= height <= LARGEST):
        raise ValueError(f"A picture must have 16 to {LARGEST} pixels per side, not {width} × {height}.")
    if not 1 <= dpi <= 10000:
        raise ValueError(f"The resolution must be 1 to 10000 dots per inch, not {dpi:g}.")
    if canvas.scene is None:
        raise ValueError("No crystal is shown.")
    # Logical size: what the canvas would be if it had the picture's proportions and showed everything it shows now.
    shown = min(canvas.width(), canvas.height())
    factor = min(width, height) / shown
    logical = (width / factor, height / factor)
    background = "#ffffff" if white else canvas.scene.preset.background
    state = canvas.state
    canvas.look_from(state)
    try:
        pixels = _pixels(canvas, size, logical, background, transparent)
        canvas.camera.set_picture(logical)
        image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
        image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(image)
        painter.scale(factor, factor)
        paint_writing(painter, canvas.writing, canvas.camera)
        if legend:
            paint_legend(painter, canvas.scene.legend, canvas.scene.preset.ink, logical[0])
        painter.end()
    finally:
        canvas.camera.set_picture(None)
        canvas.look_from(state)
        canvas.drawing_area.update()
    image.setDotsPerMeterX(round(dpi / 0.0254))
    image.setDotsPerMeterY(round(dpi / 0.0254))
    return image


def _pixels(
    canvas: CrystalCanvas, size: tuple[int, int], logical: tuple[float, float], background: str, transparent: bool
) -> NDArray[np.uint8]:
    """Premultiplied RGBA bytes (height, width, 4)."""
    width, height = size
    result = np.zeros((height, width, 4), dtype=np.uint8)
    step = TILE // FINER
    for top in range(0, height, step):
        for left in range(0, width, step):
            wide, high = min(step, width - left), min(step, height - top)
            frame = (
                2.0 * left / width - 1.0,
                1.0 - 2.0 * (top + high) / height,
                2.0 * (left + wide) / width - 1.0,
                1.0 - 2.0 * top / height,
            )
            canvas.camera.set_picture(logical, frame)
            drawn = (wide * FINER, high * FINER)
            if transparent:
                tile = _see_through(
                    _shrunk(canvas.render_tile(drawn, "#000000")), _shrunk(canvas.render_tile(drawn, "#ffffff"))
                )
            else:
                colour = _shrunk(canvas.render_tile(drawn, background))
                tile = np.dstack([colour, np.full(colour.shape[:2], 255.0)])
            result[top : top + high, left : left + wide] = np.clip(np.rint(tile), 0, 255).astype(np.uint8)
    return result


def _shrunk(drawn: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Means over blocks of ``FINER`` × ``FINER``; (height, width, 3)."""
    high, wide = drawn.shape[0] // FINER, drawn.shape[1] // FINER
    blocks = drawn[:, :, :3].reshape(high, FINER, wide, FINER, 3).astype(np.float64)
    result: NDArray[np.float64] = blocks.mean(axis=(1, 3))
    return result


def _see_through(on_black: NDArray[np.float64], on_white: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colour and opacity from pictures on black and on white: exact, also through faces of polyhedra."""
    alpha = 255.0 - (on_white - on_black).mean(axis=2)
    return np.dstack([np.minimum(on_black, alpha[:, :, None]), alpha])
