"""Interactive picture of a crystal: VisPy inside a Qt widget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.style.plain import tooltip
from clics_gui.viewer import orientation
from clics_gui.viewer.camera import CameraState, CrystalCamera
from clics_gui.viewer.drawing import Drawing
from clics_gui.viewer.gizmo import axis_at
from clics_gui.viewer.gl import draw_offscreen, make_canvas
from clics_gui.viewer.overlay import Overlay, Writing, gizmo_origin
from clics_gui.viewer.pointer import Pointer
from clics_gui.viewer.ray_pick import ball_under
from clics_gui.viewer.style import rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent

    from clics_gui.viewer.scene import Scene

MARGIN = 1.12
"""The fitted crystal leaves this much room: the picture is so many times as large as what is in it."""
REST = 180
"""Milliseconds without a movement after which a draft gives way to a picture of full quality."""
KEY_STEP = np.radians(5.0)


class CrystalCanvas(QWidget):
    """Shows a :class:`Scene`. Left drag rotates, right drag or wheel zooms, middle or Shift drag pans, a click picks.

    Signals: ``ball_clicked(row, modifiers)`` and ``site_clicked(site, modifiers)`` (−1: the background),
    ``looked(CameraState)`` after a change of the view by hand or by :meth:`look_along`, ``measured(str)`` the
    measurement.
    """

    ball_clicked = Signal(int, object)
    site_clicked = Signal(int, object)
    looked = Signal(object)
    measured = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Crystal structure")
        self.setMinimumSize(120, 90)
        self._canvas = make_canvas(self)
        self._view: Any = self._canvas.central_widget.add_view(border_width=0)
        self.camera = CrystalCamera()
        self._view.camera = self.camera
        self._drawing = Drawing(self._view.scene)
        self._scene: Scene | None = None
        self.writing = Writing()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._canvas.native)
        self._canvas.native.setFocusProxy(self)
        self._overlay = Overlay(self.camera, self.writing, self)
        self._overlay.raise_()
        self._pointer = Pointer(self)
        self._canvas.native.installEventFilter(self._pointer)
        self._fitted = True
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._settle)

    # ---- what is shown ----------------------------------------------------------------------------------------------

    @property
    def scene(self) -> Scene | None:
        """Scene shown."""
        return self._scene

    @property
    def drawing_area(self) -> QWidget:
        """Widget that is drawn on and receives pointer events."""
        area: QWidget = self._canvas.native
        return area

    def show_scene(self, scene: Scene, *, fit: bool = False) -> None:
        """Show a scene; the first one, and any with ``fit``, in the default orientation, filling the picture."""
        first = self._scene is None
        self._scene = self.writing.scene = scene
        self._overlay.update()
        self._canvas.bgcolor = scene.preset.background
        self._drawing.show(scene, rgb(scene.preset.background))
        if first or fit:
            self.camera.state = replace(self.camera.state, rotation=orientation.first_look(scene.lattice))
            self.fit()
        else:
            self.camera.show(reach=self._reach(scene))
            self._refresh()

    def set_highlighted(self, sites: frozenset[int] | None) -> None:
        """Highlight sites and fade the others; None: no site is faded."""
        self._drawing.set_highlighted(sites)
        self._refresh()

    def set_selection(self, sites: frozenset[int]) -> None:
        """Draw rings around all images of these sites."""
        self._drawing.set_selection(sites)
        self._refresh()

    def set_measured(self, rows: Sequence[int]) -> None:
        """Number these balls, join them and show their distance, angle or dihedral angle."""
        from clics_gui.viewer.measure import measured

        points = self._scene.balls.centre[list(rows)] if self._scene is not None and len(rows) > 1 else np.zeros((0, 3))
        self.writing.points = [(float(x), float(y), float(z)) for x, y, z in points]
        self._overlay.update()
        self.measured.emit(measured(points))

    def set_labels(self, shown: bool) -> None:
        """Label every atom, or none."""
        self.writing.labels = shown
        self._overlay.update()

    def set_gizmo(self, shown: bool) -> None:
        """Show or hide the axes of the cell."""
        self.writing.gizmo = shown
        self._overlay.update()

    # ---- from where it is looked at ---------------------------------------------------------------------------------

    @property
    def state(self) -> CameraState:
        """Present view."""
        return self.camera.state

    def set_state(self, state: CameraState, *, tell: bool = True) -> None:
        """Change the view; ``tell`` emits ``looked``."""
        self.camera.state = state
        if self._canvas.quality.slow and self.isVisible():
            self._draft(True)
            self._rest.start()
        self._refresh()
        if tell:
            self.looked.emit(state)

    def fit(self) -> None:
        """Show the whole crystal as large as possible in every orientation."""
        if self._scene is None:
            return
        self.camera.show(reach=self._reach(self._scene))
        self._fitted = True
        self.set_state(self._fitting(self.camera.state))

    def look_along(
        self, name: str = "", *, uvw: Sequence[float] | None = None, hkl: Sequence[float] | None = None
    ) -> None:
        """View along an axis ``"a"`` … ``"c*"``, a direction [uvw] or the normal of planes (hkl).

        Raises:
            ValueError: The indices are no direction.
        """
        if self._scene is None:
            return
        lattice = self._scene.lattice
        rotation = orientation.look_along(lattice, name) if name else orientation.look(lattice, uvw=uvw, hkl=hkl)
        self.set_state(replace(self.camera.state, rotation=rotation))

    def look_first(self) -> None:
        """Restore the default orientation."""
        if self._scene is not None:
            self.camera.state = replace(self.camera.state, rotation=orientation.first_look(self._scene.lattice))
            self.fit()

    def set_perspective(self, on: bool) -> None:
        """Choose perspective or orthographic projection."""
        self.set_state(replace(self.camera.state, perspective=on))

    def turn(self, right: float = 0.0, up: float = 0.0, roll: float = 0.0) -> None:
        """Rotate the crystal about the axes of the screen; angles in radians."""
        rotation = orientation.turned(self.camera.state.rotation, right=right, up=up, roll=roll)
        self.set_state(replace(self.camera.state, rotation=rotation))

    def move(self, right: float, down: float) -> None:  # type: ignore[override]
        """Pan by pixels."""
        self._fitted = False
        self.set_state(self.camera.moved(right, down))

    def zoom(self, factor: float) -> None:
        """Zoom by a factor."""
        self._fitted = False
        scale = float(np.clip(self.camera.state.scale / factor, 1e-4, 5.0))
        self.set_state(replace(self.camera.state, scale=scale))

    # ---- pointer and keys -------------------------------------------------------------------------------------------

    def click(self, x: float, y: float, modifiers: Qt.KeyboardModifier) -> None:
        """Pick at a pixel: an axis of the gizmo rotates the view, a ball is announced."""
        if self._scene is None:
            return
        axis = self._axis(x, y)
        if axis:
            self.look_along(axis)
            return
        row = self.ball_at(x, y)
        self.ball_clicked.emit(-1 if row is None else row, modifiers)
        self.site_clicked.emit(-1 if row is None else int(self._scene.balls.atoms.site[row]), modifiers)

    def ball_at(self, x: float, y: float) -> int | None:
        """Row of the foremost ball at a pixel, or within three pixels of it."""
        if self._scene is None:
            return None
        origin, ray = self.camera.ray(x, y)
        return ball_under(self._scene.balls, origin, ray, slack=3.0 * self.camera.state.scale)

    def hover(self, x: float, y: float) -> None:
        """Show a tooltip about the ball under the pointer."""
        row = self.ball_at(x, y)
        over = row is not None or self._axis(x, y) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self._canvas.native.setToolTip(tooltip("" if row is None else self._about(row)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows turn, plus and minus zoom, Home shows all."""
        step = KEY_STEP * (3 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        key = event.key()
        turns = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, step),
            Qt.Key.Key_Down: (0.0, -step),
        }
        if key in turns:
            self.turn(*turns[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.15)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / 1.15)
        elif key == Qt.Key.Key_Home:
            self.look_first()
        else:
            super().keyPressEvent(event)

    # ---- pictures ---------------------------------------------------------------------------------------------------

    def grab(  # type: ignore[override]  # the widget's own grab takes no size
        self,
        width: int | None = None,
        height: int | None = None,
        dpi: float = 96.0,
        transparent: bool = False,
        *,
        legend: bool = False,
        background: Literal["preset", "white"] = "preset",
    ) -> QImage:
        """The picture as an image.

        Args:
            width: Pixels; None for the width of the widget.
            height: Pixels; None for the height of the widget.
            dpi: Resolution in dots per inch.
            transparent: Leave the background transparent.
            legend: Paint the legend of elements.
            background: Colour of the preset, or white.

        Raises:
            ValueError: Size or resolution is out of range.
        """
        from clics_gui.viewer.picture import render

        self._settle()
        size = (width or self.width(), height or self.height())
        return render(self, size, dpi=dpi, transparent=transparent, legend=legend, white=background == "white")

    def render_tile(self, size: tuple[int, int], background: str) -> Any:
        """Frame of the camera as an array (height, width, 4) of bytes; for :mod:`picture`."""
        return draw_offscreen(self._canvas, size, background)

    def look_from(self, state: CameraState) -> None:
        """Set light, order and lines for a state used by a picture only; for :mod:`picture`."""
        self._drawing.look(state)

    # ---- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a crystal."""
        return QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the crystal as large relative to the picture as it was when it was fitted."""
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())
        if self._fitted and self._scene is not None:
            self.set_state(self._fitting(self.camera.state), tell=False)

    def shut(self) -> None:
        """Release the graphics context before the widget is deleted."""
        self._rest.stop()
        self._canvas.native.removeEventFilter(self._pointer)
        self._canvas.let_go()
        self._canvas.close()

    def _settle(self) -> None:
        """Draw at full quality after a movement."""
        self._rest.stop()
        if self._canvas.draft:
            self._draft(False)
            self._refresh()

    def _draft(self, draft: bool) -> None:
        self._canvas.draft = draft
        self._drawing.set_draft(draft, self._canvas.quality.share)

    def _refresh(self) -> None:
        self._drawing.look(self.camera.state)
        self._canvas.update()
        self._overlay.follow()

    def _reach(self, scene: Scene) -> float:
        middle, radius = scene.sphere()
        return radius + float(np.linalg.norm(middle - self.camera.state.middle)) + 1.0

    def _fitting(self, state: CameraState) -> CameraState:
        """Fit the present view, but leave room for a long cell to rotate."""
        assert self._scene is not None
        middle, radius = self._scene.sphere()
        width, height = max(self.width(), 1), max(self.height(), 1)
        half = self._scene.half_size(state.rotation)
        here = max(2.0 * half[0] / width, 2.0 * half[1] / height)
        anyhow = 2.0 * radius / min(width, height)
        return replace(state, middle=middle, scale=MARGIN * max(here, 0.7 * anyhow))

    def _axis(self, x: float, y: float) -> str | None:
        if self._scene is None or not self.writing.gizmo:
            return None
        origin = gizmo_origin(*self.camera.size)
        return axis_at(QPointF(x, y), origin, self._scene.lattice, self.camera.state.rotation)

    def _about(self, row: int) -> str:
        assert self._scene is not None
        site = int(self._scene.balls.atoms.site[row])
        parts = self._scene.species[site]
        names = " + ".join(symbol if share > 0.999 else f"{symbol} {share:.3g}" for symbol, share in parts)
        neighbours = int((self._scene.bonds.start == site).sum())
        return f"{names} · site {site + 1} · {neighbours} neighbours"
