"""Small pictures without the graphics card: shaded balls, sticks and the cell, painted by Qt in any thread.

On other threads than that of the GUI only after :func:`clics_gui.engine_thread.qt_type_preload.make_all`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRadialGradient

from clics_gui.viewer.element_styles import NONMETALS, element
from clics_gui.viewer.style import DEFAULT_PRESET, PRESETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics_gui.viewer.protocols import AtomsLike

MOST_ATOMS = 600
"""Atoms beyond this are left out: nobody could tell them apart on a small picture."""
BALL = 0.36
"""Radius of a ball, as a part of the covalent radius."""
STRETCH = 1.15
"""Atoms are joined up to this many times the sum of their covalent radii."""
_EDGES = [(i, j) for i in range(8) for j in range(i + 1, 8) if (i ^ j).bit_count() == 1]


def paint_atoms(
    atoms: AtomsLike,
    width: int,
    height: int,
    *,
    ratio: float = 1.0,
    line: str = "#808890",
    preset: str = DEFAULT_PRESET,
) -> QImage:
    """Picture of a cell, seen from a little above its side, on a transparent background.

    An empty picture results if there are no atoms or coordinates are not finite.

    Args:
        atoms: Cell and sites.
        width: Logical pixels.
        height: Logical pixels.
        ratio: Physical pixels per logical pixel.
        line: Colour of the edges of the cell.
        preset: Preset of the colours of elements.
    """
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    if len(atoms.frac) == 0 or not (np.isfinite(atoms.frac).all() and np.isfinite(atoms.lattice).all()):
        return image
    frac, symbols = _filled_cell(atoms)
    colours = {symbol: QColor.fromRgbF(*PRESETS[preset].colour(symbol)) for symbol in set(symbols)}
    view = _view(atoms.lattice)
    corners = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)]) @ atoms.lattice @ view
    places = frac @ atoms.lattice @ view
    radii = np.array([element(symbol).radius for symbol in symbols])
    everything = np.vstack([corners, places])
    margin = BALL * radii.max()
    low, high = everything.min(axis=0) - margin, everything.max(axis=0) + margin
    scale = min((width - 6) / (high[0] - low[0]), (height - 6) / (high[1] - low[1]))
    middle = (low + high) / 2

    def point(place: NDArray[np.float64]) -> QPointF:
        x, y = (place[:2] - middle[:2]) * scale
        return QPointF(width / 2 + x, height / 2 - y)

    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(line), 1.0))
    for i, j in _EDGES:
        painter.drawLine(point(corners[i]), point(corners[j]))
    stick = max(1.2, 0.11 * scale)
    parts: list[tuple[float, int, int]] = [(float(places[i, 2]), i, -1) for i in range(len(places))]
    parts += [(float((places[i, 2] + places[j, 2]) / 2) - 0.1, i, j) for i, j in _pairs(places, radii, symbols)]
    for _, i, j in sorted(parts):
        if j >= 0:
            _stick(painter, point(places[i]), point(places[j]), colours[symbols[i]], colours[symbols[j]], stick)
        else:
            _ball(painter, point(places[i]), BALL * float(radii[i]) * scale, colours[symbols[i]])
    painter.end()
    return image


def _filled_cell(atoms: AtomsLike) -> tuple[NDArray[np.float64], list[str]]:
    """Coordinates and symbols of the atoms in the cell, those on faces on every equivalent face."""
    home = atoms.frac - np.floor(atoms.frac + 1e-6)
    symbols = [max(species, key=lambda part: part[1])[0] if species else "?" for species in atoms.species]
    frac, names = [home], list(symbols)
    for shift in range(1, 8):
        step = np.array([shift >> 2 & 1, shift >> 1 & 1, shift & 1])
        on_face = ((home < 1e-3) | (step == 0)).all(axis=1)
        frac.append(home[on_face] + step)
        names += [symbol for symbol, also in zip(symbols, on_face, strict=True) if also]
    return np.vstack(frac)[:MOST_ATOMS], names[:MOST_ATOMS]


def _view(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns right, up and towards the viewer: c upwards, seen from the side, rotated a little."""
    up = lattice[2] / np.linalg.norm(lattice[2])
    right = lattice[0] - (lattice[0] @ up) * up
    right /= max(float(np.linalg.norm(right)), 1e-9)
    away = np.cross(right, up)
    turn, tilt = np.radians(22), np.radians(12)
    right, away = np.cos(turn) * right + np.sin(turn) * away, np.cos(turn) * away - np.sin(turn) * right
    up, away = np.cos(tilt) * up - np.sin(tilt) * away, np.cos(tilt) * away + np.sin(tilt) * up
    return np.column_stack([right, up, away])


def _pairs(places: NDArray[np.float64], radii: NDArray[np.float64], symbols: list[str]) -> list[tuple[int, int]]:
    """Bonded atoms: near enough, and not both metals or both nonmetals if the crystal has both."""
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    near = distance < STRETCH * (radii[:, None] + radii[None])
    near &= distance > 0.3
    outer = np.array([symbol in NONMETALS for symbol in symbols])
    if outer.any() and not outer.all():
        near &= outer[:, None] != outer[None]
    i, j = np.nonzero(np.triu(near, 1))
    return list(zip(i.tolist(), j.tolist(), strict=True))


def _stick(painter: QPainter, start: QPointF, end: QPointF, first: QColor, second: QColor, width: float) -> None:
    middle = (start + end) / 2
    for a, b, colour in ((start, middle, first), (middle, end, second)):
        pen = QPen(colour.darker(125), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(a, b)


def _ball(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    light = QRadialGradient(centre - QPointF(radius * 0.35, radius * 0.4), radius * 1.5)
    light.setColorAt(0.0, colour.lighter(165))
    light.setColorAt(0.35, colour)
    light.setColorAt(1.0, colour.darker(190))
    painter.setPen(QPen(colour.darker(220), 0.5))
    painter.setBrush(light)
    painter.drawEllipse(centre, radius, radius)
