"""Style of a picture: representation (balls, sticks, polyhedra) and preset (colours, light, lines)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clics_gui.viewer.element_styles import element

RGB = tuple[float, float, float]
Palette = Literal["crystal", "classic", "muted"]


@dataclass(frozen=True, slots=True)
class Representation:
    """Sizes of balls and sticks.

    Attributes:
        name: Key of :data:`REPRESENTATIONS`.
        title: Name for people.
        scale: Radius of a ball per covalent radius.
        offset: Added to the radius of a ball, in Å.
        stick: Radius of a stick in Å; 0 draws none.
        polyhedra: Draw polyhedra.
    """

    name: str
    title: str
    scale: float
    offset: float
    stick: float
    polyhedra: bool = False

    def radius(self, symbol: str) -> float:
        """Radius of a ball in Å."""
        return self.scale * element(symbol).radius + self.offset


REPRESENTATIONS = {
    entry.name: entry
    for entry in (
        Representation("ball-and-stick", "Ball and stick", 0.27, 0.13, 0.085),
        Representation("space-filling", "Space filling", 0.95, 0.10, 0.0),
        Representation("polyhedra", "Polyhedra", 0.17, 0.12, 0.05, polyhedra=True),
        Representation("sticks", "Sticks", 0.0, 0.16, 0.16),
    )
}


@dataclass(frozen=True, slots=True)
class Preset:
    """Colours and light of a picture.

    Attributes:
        name: Key of :data:`PRESETS`.
        title: Name for people.
        background: Colour ``#rrggbb``.
        ink: Colour of lines and letters.
        palette: Palette of the elements.
        ambient: Ambient light, 0–1.
        diffuse: Diffuse light, 0–1.
        highlight: Specular light, 0–1.
        outline: Width of the dark rim of a ball in Å.
        outline_colour: Colour of the rim.
        alpha: Opacity of polyhedra.
        accent: Colour of selections and measurements.
    """

    name: str
    title: str
    background: str
    ink: str
    palette: Palette
    ambient: float
    diffuse: float
    highlight: float
    outline: float
    outline_colour: str
    alpha: float
    accent: str = "#ff8c00"

    def colour(self, symbol: str) -> RGB:
        """Colour of an element, 0–1."""
        entry = element(symbol)
        shade = rgb(entry.classic if self.palette == "classic" else entry.crystal)
        return mixed(shade, (0.62, 0.62, 0.62), 0.28) if self.palette == "muted" else shade


PRESETS = {
    entry.name: entry
    for entry in (
        Preset("vesta", "VESTA-like", "#ffffff", "#202020", "crystal", 0.42, 0.62, 0.62, 0.0, "#202020", 0.62),
        Preset("publication", "Publication", "#ffffff", "#000000", "muted", 0.78, 0.26, 0.0, 0.035, "#101010", 0.55),
        Preset("dark", "Dark", "#16181d", "#d7dae0", "classic", 0.40, 0.62, 0.45, 0.0, "#000000", 0.60, "#ffd166"),
    )
}
DEFAULT_PRESET = "vesta"


def rgb(colour: str) -> RGB:
    """``#rrggbb`` as three numbers in 0–1."""
    value = int(colour.lstrip("#"), 16)
    return ((value >> 16 & 255) / 255.0, (value >> 8 & 255) / 255.0, (value & 255) / 255.0)


def mixed(first: RGB, second: RGB, share: float) -> RGB:
    """``first`` with ``share`` (0–1) of ``second`` mixed in."""
    a, b, c = ((1.0 - share) * x + share * y for x, y in zip(first, second, strict=True))
    return (a, b, c)
