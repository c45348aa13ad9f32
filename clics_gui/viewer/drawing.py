"""A scene in VisPy layers, with highlight, selection and a light that is fixed to the viewer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clics_gui.viewer.boundary import Placed
from clics_gui.viewer.meshes import wedge_starts
from clics_gui.viewer.scene import Balls, Scene
from clics_gui.viewer.style import rgb
from clics_gui.viewer.visuals import FINE_DRAFT, FINE_TUBES, LIGHT, BallLayer, FaceLayer, PieLayer, RingLayer, TubeLayer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics_gui.viewer.camera import CameraState
    from clics_gui.viewer.protocols import Species

FADED = 0.84
"""Share of the background in what is not highlighted."""
EMPTY = (0.97, 0.97, 0.97)
"""Colour of the empty share of a partly empty site."""
FINE_PIES = 150
"""Up to so many pies are round; more have fewer corners."""
LINE_WIDTH = 1.3
"""Pixels of the cell's edges."""
TURNED = 0.9986
"""Cosine of the angle (3°) by which a view may turn before things are sorted anew."""


class Drawing:
    """Draws one :class:`Scene` into a VisPy node."""

    def __init__(self, parent: Any) -> None:
        self._tubes = [TubeLayer(parent, 0, sides=sides, shading="smooth") for sides in (18, 6, 3)]
        self._cell = TubeLayer(parent, 1, sides=6, shading=None)
        self._rims = TubeLayer(parent, 1, sides=5, shading=None)
        self._fine_pies = PieLayer(parent, 2, 60)
        self._coarse_pies = PieLayer(parent, 2, 24)
        self._balls = BallLayer(parent, 3)
        self._rings = RingLayer(parent, 4)
        self._faces = FaceLayer(parent, 5)
        self._scene: Scene | None = None
        self._highlighted: frozenset[int] | None = None
        self._selected: frozenset[int] = frozenset()
        self._background = (1.0, 1.0, 1.0)
        self._sorted_for: NDArray[np.float64] | None = None
        self._lines_at = 0.0
        self._draft = False
        self._share = 1.0

    def show(self, scene: Scene, background: tuple[float, float, float]) -> None:
        """Draw a scene before a background of a colour (0–1)."""
        self._scene, self._background = scene, background
        self._refresh()

    def set_highlighted(self, sites: frozenset[int] | None) -> None:
        """Highlight sites and fade the others; None: no site is faded."""
        self._highlighted = sites
        self._refresh()

    def set_selection(self, sites: frozenset[int]) -> None:
        """Draw rings around all images of these sites."""
        self._selected = sites
        if self._scene is not None:
            balls = self._scene.balls
            rows = np.flatnonzero(np.isin(balls.atoms.site, list(sites)))
            radius = balls.radius[rows]
            width = 0.07 + 0.06 * float(radius.mean()) if len(rows) else 0.07
            self._rings.show(balls.centre[rows], radius + width / 2, self._scene.preset.accent, width)

    def set_draft(self, draft: bool, share: float) -> None:
        """Simplify sticks of moving pictures; lines allow for the ``share`` of pixels along a side."""
        self._share = share if draft else 1.0
        if draft != self._draft:
            self._draft = draft
            self._show_sticks()

    def look(self, state: CameraState) -> None:
        """Adapt light, drawing order and line widths to a view."""
        scene = self._scene
        if scene is None:
            return
        towards = state.rotation[2]
        light = LIGHT / np.linalg.norm(LIGHT) @ state.rotation
        for layer in (*self._tubes, self._fine_pies, self._coarse_pies):
            layer.light(scene.preset, light)
        self._faces.mesh.light(scene.preset, light, shine=0.3, ambient=0.22)
        self._fine_pies.face(state.rotation)
        self._coarse_pies.face(state.rotation)
        if self._sorted_for is None or self._sorted_for @ towards < TURNED:
            self._faces.sort(towards)
            self._sorted_for = towards
        pixel = state.scale / self._share
        if abs(self._lines_at / pixel - 1.0) > 0.02:
            self._lines_at = pixel
            ink = self._rgba(np.array([rgb(scene.preset.ink)] * len(scene.cell_edges)), None)
            self._cell.show(scene.cell_edges, LINE_WIDTH / 2 * pixel, ink)

    def _refresh(self) -> None:
        scene = self._scene
        if scene is None:
            return
        balls = scene.balls
        colour = self._faded(balls.colour, balls.atoms.site)
        shared = np.array([_is_shared(parts) for parts in scene.species], dtype=bool)[balls.atoms.site]
        whole = np.flatnonzero(~shared)
        self._balls.show(_some(balls, whole), colour[whole], scene.preset)
        self._show_pies(scene, np.flatnonzero(shared))
        for layer in self._tubes:
            layer.clear()
        self._show_sticks()
        faces = scene.faces
        rgba = self._rgba(faces.colour, faces.site)
        rgba[:, 3] = scene.preset.alpha * np.where(self._bright(faces.site), 1.0, 0.22)
        self._faces.show(faces, rgba)
        sites, first = np.unique(faces.site, return_index=True)
        owner = first[np.searchsorted(sites, faces.line_site)]
        rim = 0.45 * np.array(rgb(scene.preset.ink)) + 0.55 * faces.colour[owner]
        lines = self._rgba(rim, faces.line_site)
        self._rims.show(faces.lines, 0.012, lines)
        self._sorted_for, self._lines_at = None, 0.0
        self.set_selection(self._selected)

    def _show_sticks(self) -> None:
        """Use fewer sides for many sticks, and for drafts."""
        scene = self._scene
        if scene is None:
            return
        sticks = scene.sticks
        level = (1 if len(sticks.ends) <= FINE_DRAFT else 2) if self._draft else int(len(sticks.ends) > FINE_TUBES)
        for place, layer in enumerate(self._tubes):
            if place != level:
                layer.hide()
            elif not layer.reveal():
                layer.show(sticks.ends, sticks.radius, self._rgba(sticks.colour, sticks.sites))

    def _show_pies(self, scene: Scene, rows: NDArray[np.int64]) -> None:
        """Draw pies at these rows of the balls; a vacancy is nearly white."""
        layer, other = self._fine_pies, self._coarse_pies
        if len(rows) > FINE_PIES:
            layer, other = other, layer
        balls = scene.balls
        at, starts, colours = [], [], []
        for site in np.unique(balls.atoms.site[rows]):
            parts = scene.species[site]
            whole = max(1.0, sum(share for _, share in parts))
            shares = [share / whole for _, share in parts]
            wedges = wedge_starts([*shares, 1.0 - sum(shares)], layer.pieces)
            shades = [*(scene.preset.colour(symbol) for symbol, _ in parts), EMPTY]
            mine = rows[balls.atoms.site[rows] == site]
            at.append(np.repeat(mine, len(wedges)))
            starts.append(np.tile([start for _, start in wedges], len(mine)))
            colours.append(np.tile([shades[k] for k, _ in wedges], (len(mine), 1)))
        row = np.concatenate([np.zeros(0, dtype=np.int64), *at])
        colour = self._faded(np.concatenate([np.zeros((0, 3)), *colours]), balls.atoms.site[row])
        layer.show(balls.centre[row], balls.radius[row], np.concatenate([np.zeros(0), *starts]), colour)
        other.show(balls.centre[:0], balls.radius[:0], np.zeros(0), np.zeros((0, 3)))

    def _bright(self, sites: NDArray[np.int64]) -> NDArray[np.bool_]:
        """True for sites (m,) or bonds (m, 2) that are highlighted; a bond is if one of its ends is."""
        if self._highlighted is None:
            return np.ones(len(sites), dtype=bool)
        highlighted = np.isin(sites, list(self._highlighted))
        return highlighted if sites.ndim == 1 else np.logical_or.reduce(highlighted, axis=1)

    def _faded(self, colour: NDArray[np.float64], sites: NDArray[np.int64] | None) -> NDArray[np.float64]:
        if sites is None:
            return colour
        faded = (1.0 - FADED) * colour + FADED * np.array(self._background)
        result: NDArray[np.float64] = np.where(self._bright(sites)[:, None], colour, faded)
        return result

    def _rgba(self, colour: NDArray[np.float64], sites: NDArray[np.int64] | None) -> NDArray[np.float64]:
        colour = colour.reshape(-1, 3)
        return np.column_stack([self._faded(colour, sites), np.ones(len(colour))])


def _is_shared(parts: Species) -> bool:
    """True for sites with several elements or vacancies, which are drawn as pies."""
    return len(parts) > 1 or (len(parts) == 1 and parts[0][1] < 0.999)


def _some(balls: Balls, rows: NDArray[np.int64]) -> Balls:
    atoms = Placed(balls.atoms.site[rows], balls.atoms.cell[rows])
    return replace(balls, atoms=atoms, centre=balls.centre[rows], radius=balls.radius[rows], colour=balls.colour[rows])
