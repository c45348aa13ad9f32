"""VisPy visuals fed with arrays: instanced balls, tubes and triangles, one layer for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from vispy.scene.visuals import InstancedMesh, Markers
from vispy.visuals.filters import InstancedShadingFilter

from clics_gui.viewer.meshes import about_z, triangle, triangles, tube, tubes, wedge
from clics_gui.viewer.style import rgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics_gui.viewer.scene import Balls, Faces
    from clics_gui.viewer.style import Preset

LIGHT = np.array([-0.45, 0.55, 0.85])
"""From where the light comes: right, up, towards the eye. It stays with the eye when the crystal turns."""
FINE_TUBES = 3000
"""Up to so many sticks each has 18 sides, beyond that 6: nobody sees the difference when they are that small."""

FINE_DRAFT = 600
"""The same for drafts: up to so many sticks have 6 sides, beyond that 3."""


class MeshLayer:
    """Instances of one mesh.

    Args:
        parent: VisPy node.
        mesh: Vertices and faces.
        order: Layers of a lower order are drawn first.
        shading: VisPy's shading; None for plain colour.
        translucent: Blend with what lies behind.
    """

    def __init__(
        self, parent: Any, mesh: tuple[Any, Any], order: int, shading: str | None, *, translucent: bool = False
    ) -> None:
        vertices, faces = mesh
        self._visual: Any = InstancedMesh(
            vertices,
            faces,
            color="white",
            instance_positions=np.zeros((1, 3), dtype=np.float32),
            instance_transforms=np.eye(3, dtype=np.float32)[None],
            instance_colors=np.ones((1, 4), dtype=np.float32),
            parent=parent,
        )
        self._visual.order = order
        state = "translucent" if translucent else "opaque"
        self._visual.set_gl_state(state, depth_test=True, cull_face=False, sample_alpha_to_coverage=False)
        self._visual.visible = False
        self._placed = 0
        self._light_settings: tuple[Preset, float, float] | None = None
        # VisPy's own "shading" argument takes the filter for meshes that are not instanced, which knows no matrices.
        self._shading: Any = None
        if shading is not None:
            self._shading = InstancedShadingFilter(shading=shading)
            self._visual.attach(self._shading)

    def place(self, where: NDArray[np.float64], matrices: NDArray[np.float32], rgba: NDArray[np.float64]) -> None:
        """Place instances: positions (m, 3) in Å, matrices (m, 3, 3), colours (m, 4)."""
        self._placed = len(where)
        if not self.reveal():
            return
        self._visual.instance_positions = where
        self._visual.instance_transforms = matrices
        self._visual.instance_colors = np.ascontiguousarray(rgba, dtype=np.float32)
        self._bind()

    def clear(self) -> None:
        """Remove all instances."""
        self._placed = 0
        self._visual.visible = False

    def hide(self) -> None:
        """Draw nothing for now; instances are kept."""
        self._visual.visible = False

    def reveal(self) -> bool:
        """Draw the instances again; False without instances."""
        self._visual.visible = self._placed > 0
        return self._placed > 0

    def turn(self, matrices: NDArray[np.float32]) -> None:
        """Replace the matrices of the instances."""
        self._visual.instance_transforms = matrices
        self._bind()

    def _bind(self) -> None:
        # The filter got the matrices when it was attached; later ones have to be passed on.
        if self._shading is not None:
            buffers = self._visual._instance_transforms_vbos
            for axis, buffer in zip("xyz", buffers, strict=True):
                self._shading.vshader[f"instance_transform_{axis}"] = buffer

    def light(self, preset: Preset, towards: NDArray[np.float64], shine: float = 1.0, ambient: float = 0.0) -> None:
        """Light from the direction ``towards`` (3,); ``ambient`` is added to that of the preset.

        VisPy passes everything to a shader again for each of these, so hidden layers and unchanged values are skipped.
        """
        shading = self._shading
        if shading is None or not self._visual.visible:
            return
        shading.light_dir = tuple(-towards)
        if self._light_settings != (preset, shine, ambient):
            self._light_settings = (preset, shine, ambient)
            shading.ambient_light = min(1.0, preset.ambient + ambient)
            shading.diffuse_light = preset.diffuse
            shading.specular_light = preset.highlight * shine
            shading.shininess = 60


class BallLayer:
    """Balls as spherical markers of VisPy.

    Their soft rims become shares of each pixel's samples (alpha to coverage) instead of being blended with whatever was
    drawn before; so the order of drawing does not matter, and there are no halos before polyhedra.
    """

    def __init__(self, parent: Any, order: int) -> None:
        self._visual: Any = Markers(scaling="scene", spherical=True, method="instanced", antialias=1, parent=parent)
        self._visual.set_gl_state("opaque", depth_test=True, cull_face=False, sample_alpha_to_coverage=True)
        self._visual.order = order
        self._visual.visible = False

    def show(self, balls: Balls, colour: NDArray[np.float64], preset: Preset) -> None:
        """Draw balls in ``colour`` (m, 3)."""
        self._visual.visible = len(balls) > 0
        if not len(balls):
            return
        self._visual.light_position = LIGHT * (1, -1, 1)  # the marker's own picture has its y axis downwards
        self._visual.light_ambient = preset.ambient
        self._visual.light_color = (preset.diffuse,) * 3
        self._visual.set_data(
            balls.centre.astype(np.float32),
            size=(2.0 * balls.radius).astype(np.float32),
            face_color=np.column_stack([colour, np.ones(len(colour))]).astype(np.float32),
            edge_color=np.array([*rgb(preset.outline_colour), 1.0], dtype=np.float32),
            edge_width=preset.outline,
        )


class RingLayer:
    """Rings around selected balls."""

    def __init__(self, parent: Any, order: int) -> None:
        self._visual: Any = Markers(scaling="scene", method="instanced", antialias=1, parent=parent)
        self._visual.set_gl_state("translucent", depth_test=True, cull_face=False, sample_alpha_to_coverage=False)
        self._visual.order = order
        self._visual.visible = False

    def show(self, centre: NDArray[np.float64], radius: NDArray[np.float64], colour: str, width: float) -> None:
        """Draw rings ``width`` Å wide just outside ``radius`` (m,) around ``centre`` (m, 3)."""
        self._visual.visible = len(centre) > 0
        if len(centre):
            size = (2.0 * radius + width).astype(np.float32)
            clear = np.array([0.0, 0.0, 0.0, 0.0], dtype=np.float32)
            self._visual.set_data(
                centre.astype(np.float32), size=size, face_color=clear, edge_color=colour, edge_width=width
            )


class FaceLayer:
    """Translucent faces of polyhedra, drawn from the back to the front."""

    def __init__(self, parent: Any, order: int) -> None:
        self.mesh = MeshLayer(parent, triangle(), order, "flat", translucent=True)
        self._corners = np.zeros((0, 3, 3))
        self._rgba = np.zeros((0, 4))

    def show(self, faces: Faces, rgba: NDArray[np.float64]) -> None:
        """Draw faces in ``rgba`` (f, 4)."""
        self._corners, self._rgba = faces.corners, rgba
        self._matrices = triangles(faces.corners)

    def sort(self, towards: NDArray[np.float64]) -> None:
        """Sort from the back to the front for a viewer in the direction ``towards`` (3,)."""
        order = np.argsort(self._corners.mean(axis=1) @ towards) if len(self._corners) else np.zeros(0, dtype=int)
        self.mesh.place(self._corners[order, 0], self._matrices[order], self._rgba[order])


class TubeLayer(MeshLayer):
    """Sticks, or lines when ``shading`` is None."""

    def __init__(self, parent: Any, order: int, *, sides: int, shading: str | None) -> None:
        super().__init__(parent, tube(sides), order, shading)

    def show(self, ends: NDArray[np.float64], radius: float, rgba: NDArray[np.float64]) -> None:
        """Draw tubes between ``ends`` (m, 2, 3) in Å."""
        self.place(ends[:, 0], tubes(ends, radius), rgba)


class PieLayer(MeshLayer):
    """Balls of shared and partly empty sites: wedges of a ball that always face the viewer."""

    def __init__(self, parent: Any, order: int, pieces: int) -> None:
        super().__init__(parent, wedge(pieces), order, "smooth")
        self.pieces = pieces
        self._turned = np.zeros((0, 3, 3))

    def show(
        self,
        centre: NDArray[np.float64],
        radius: NDArray[np.float64],
        start: NDArray[np.float64],
        colour: NDArray[np.float64],
    ) -> None:
        """Draw wedges (m,) in ``colour`` (m, 3); ``start`` is a fraction of a turn from the top, clockwise."""
        self._turned = about_z(2.0 * np.pi * start) * radius[:, None, None]
        self.place(centre, self._turned.astype(np.float32), np.column_stack([colour, np.ones(len(colour))]))

    def face(self, rotation: NDArray[np.float64]) -> None:
        """Turn the wedges to the viewer; ``rotation`` has the rows right, up, towards the viewer."""
        if len(self._turned):
            self.turn((rotation.T @ self._turned).astype(np.float32))
