"""Camera: rotation, centre, scale in Å per pixel, and one of two projections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import radians, tan
from typing import TYPE_CHECKING

import numpy as np
from vispy.scene.cameras import BaseCamera
from vispy.visuals.transforms import MatrixTransform

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIELD_OF_VIEW = 30.0
"""Degrees of the perspective, from top to bottom of the picture."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """View of a crystal.

    Attributes:
        rotation: Matrix (3, 3) with the rows right, up and towards the viewer.
        middle: Centre (3,) of the view in Å.
        scale: Å per logical pixel.
        perspective: Perspective instead of orthographic projection.
    """

    rotation: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    middle: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    scale: float = 0.02
    perspective: bool = False


class CrystalCamera(BaseCamera):  # type: ignore[misc]  # VisPy has no types
    """VisPy camera with a :class:`CameraState`. It handles no events: the canvas does, and sets the state.

    ``reach`` is the radius in Å around ``state.middle`` that must not be clipped; ``frame`` the part of the picture
    drawn, as (left, bottom, right, top) in −1…1, for pictures made of tiles; ``size`` overrides the size of the canvas
    in pixels.
    """

    def __init__(self) -> None:
        super().__init__(interactive=False)
        self._state = CameraState()
        self._reach = 10.0
        self._frame = (-1.0, -1.0, 1.0, 1.0)
        self._size: tuple[float, float] | None = None
        # One transform for good: VisPy writes and compiles every shader anew for another.
        self._to_canvas = MatrixTransform()

    @property
    def state(self) -> CameraState:
        """Present view."""
        return self._state

    @state.setter
    def state(self, state: CameraState) -> None:
        self._state = state
        self.view_changed()

    def show(self, *, reach: float) -> None:
        """Set the radius in Å that must not be clipped."""
        self._reach = max(reach, 1.0)
        self.view_changed()

    def set_picture(
        self, size: tuple[float, float] | None, frame: tuple[float, float, float, float] = (-1, -1, 1, 1)
    ) -> None:
        """Draw with another size and one tile of it; None restores the canvas."""
        self._size, self._frame = size, frame
        self.view_changed()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in logical pixels."""
        if self._size is not None:
            return self._size
        width, height = self._viewbox.size if self._viewbox is not None else (1.0, 1.0)
        return max(float(width), 1.0), max(float(height), 1.0)

    @property
    def distance(self) -> float:
        """Distance of the viewer from the centre in Å, in perspective."""
        return self._state.scale * self.size[1] / (2.0 * tan(radians(FIELD_OF_VIEW) / 2.0))

    def project(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels (m, 2) from the upper left corner, and depth (m,) in Å towards the viewer, of points (m, 3)."""
        seen = (np.asarray(points, dtype=np.float64).reshape(-1, 3) - self._state.middle) @ self._state.rotation.T
        shrunk = np.ones(len(seen))
        if self._state.perspective:
            shrunk = self.distance / np.maximum(self.distance - seen[:, 2], 1e-6)
        flat = seen[:, :2] * (shrunk / self._state.scale)[:, None]
        return flat * (1.0, -1.0) + np.array(self.size) / 2.0, seen[:, 2]

    def ray(self, x: float, y: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Origin (3,) and direction (3,) in Å of the line of sight through a pixel."""
        width, height = self.size
        right, up, towards = self._state.rotation
        on_plane = self._state.middle + ((x - width / 2.0) * right + (height / 2.0 - y) * up) * self._state.scale
        if self._state.perspective:
            eye = self._state.middle + self.distance * towards
            return eye, on_plane - eye
        return on_plane + 2.0 * self._reach * towards, -towards

    def moved(self, right: float, down: float) -> CameraState:
        """State after the crystal is dragged by pixels."""
        shift = -right * self._state.rotation[0] + down * self._state.rotation[1]
        return replace(self._state, middle=self._state.middle + shift * self._state.scale)

    def matrix(self) -> NDArray[np.float64]:
        """Transform of row vectors from Å to −1…1; depth 1 is far."""
        width, height = self.size
        half = np.array([width, height]) * self._state.scale / 2.0
        view = np.eye(4)
        view[:3, :3] = self._state.rotation.T
        view[3, :3] = -self._state.middle @ self._state.rotation.T
        projection = np.zeros((4, 4))
        if self._state.perspective:
            distance = self.distance
            far = distance + self._reach * 1.5
            near = max(distance - self._reach * 1.5, far / 1000.0)
            view[3, 2] -= distance
            projection[0, 0], projection[1, 1] = distance / half[0], distance / half[1]
            projection[2, 2] = -(far + near) / (far - near)
            projection[2, 3] = -1.0
            projection[3, 2] = -2.0 * far * near / (far - near)
        else:
            projection[0, 0], projection[1, 1] = 1.0 / half
            projection[2, 2] = -1.0 / (self._reach * 1.5)
            projection[3, 3] = 1.0
        left, bottom, right, top = self._frame
        tile = np.eye(4)
        tile[0, 0], tile[1, 1] = 2.0 / (right - left), 2.0 / (top - bottom)
        tile[3, 0], tile[3, 1] = -(right + left) / (right - left), -(top + bottom) / (top - bottom)
        result: NDArray[np.float64] = view @ projection @ tile
        return result

    def viewbox_resize_event(self, event: object) -> None:
        """Keep the scale after a change of size."""
        self.view_changed()

    def _update_transform(self, event: object = None) -> None:
        """VisPy's hook: pass the transform from Å to pixels to the scene."""
        if self._viewbox is None:
            return
        width, height = self._viewbox.size
        to_pixels = np.diag([width / 2.0, -height / 2.0, 1.0, 1.0])
        to_pixels[3, :2] = width / 2.0, height / 2.0
        self._to_canvas.matrix = self.matrix() @ to_pixels
        if self._viewbox.scene.transform is not self._to_canvas:
            self._set_scene_transform(self._to_canvas)
