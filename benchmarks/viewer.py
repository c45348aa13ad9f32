"""Frames of the crystal view against PyVista's, both drawing the same balls and bonds with the same renderer.

    python benchmarks/viewer.py [--atoms 5000] [--frames 20] [--size 800 600]

Where the machine has no screen, a virtual one with Mesa's software renderer is started (Xvfb). PyVista is not a part of the
program: ``pip install pyvista`` first, or leave it out and only the program's own frames are timed. Every frame turns the
crystal by a few degrees, draws it and fetches the pixels, so that nothing is left undone.
Times are wall-clock; the processor's own time is
printed too, for it does not depend on what else the machine does (software rendering uses all cores, so it may exceed the
wall-clock time).
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from clics_gui.viewer.scene import Scene, SceneSettings, build_scene


def rocksalt(atoms: int) -> SimpleNamespace:
    """A cube of rock salt of about so many atoms, as one cell."""
    edge = max(1, round((atoms / 8) ** (1 / 3)))
    corner = np.stack(np.meshgrid(*[np.arange(2 * edge)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    kinds = corner.sum(axis=1) % 2
    species = tuple(((("Na", 1.0),), (("Cl", 1.0),))[kind] for kind in kinds)
    return SimpleNamespace(lattice=np.eye(3) * 5.64 * edge, frac=corner / (2 * edge), species=species)


def timed(frame: Callable[[int], None], frames: int) -> tuple[float, float]:
    """Median wall-clock and mean processor milliseconds of a frame; the first, which compiles shaders, is not counted."""
    frame(0)
    walls = []
    before = time.process_time()
    for k in range(frames):
        start = time.perf_counter()
        frame(k)
        walls.append(time.perf_counter() - start)
    return 1000 * statistics.median(walls), 1000 * (time.process_time() - before) / frames


def vispy_frames(scene: Scene, size: tuple[int, int], frames: int, *, drafts: bool) -> tuple[float, float]:
    """The program's own canvas; ``drafts``: as when somebody drags the crystal, coarser where a frame takes long."""
    from PySide6.QtWidgets import QApplication

    from clics_gui.viewer.canvas import CrystalCanvas

    application = QApplication.instance() or QApplication([])
    canvas = CrystalCanvas()
    canvas.resize(*size)
    canvas.show_scene(scene)
    canvas.show()
    application.processEvents()

    def frame(_: int) -> None:
        if not drafts:
            canvas._canvas.quality.slow = False
        canvas.turn(right=0.06, up=0.01)
        if canvas.drawing_area.grabFramebuffer().isNull():
            raise RuntimeError("nothing was drawn")

    milliseconds = timed(frame, frames)
    canvas.shut()
    return milliseconds


def pyvista_frames(scene: Scene, size: tuple[int, int], frames: int, detail: int) -> tuple[float, float]:
    """PyVista: glyphs of a sphere with ``detail`` segments, and of a tube with as many sides as the program's."""
    import pyvista

    plotter = pyvista.Plotter(off_screen=True, window_size=list(size))
    plotter.enable_parallel_projection()
    plotter.enable_anti_aliasing("msaa", multi_samples=4)
    balls = pyvista.PolyData(scene.balls.centre)
    balls["radius"] = scene.balls.radius
    balls["colour"] = (255 * scene.balls.colour).astype(np.uint8)
    ball = pyvista.Sphere(radius=1.0, theta_resolution=detail, phi_resolution=detail)
    plotter.add_mesh(
        balls.glyph(scale="radius", orient=False, geom=ball), scalars="colour", rgb=True, smooth_shading=True
    )
    along = scene.sticks.ends[:, 1] - scene.sticks.ends[:, 0]
    sticks = pyvista.PolyData(scene.sticks.ends.mean(axis=1))
    sticks["along"] = along
    sticks["colour"] = (255 * scene.sticks.colour).astype(np.uint8)
    length = float(np.linalg.norm(along[0]))
    stick = pyvista.Cylinder(
        radius=scene.sticks.radius, height=length, resolution=6, capping=False, direction=(1, 0, 0)
    )
    plotter.add_mesh(
        sticks.glyph(orient="along", scale=False, geom=stick), scalars="colour", rgb=True, smooth_shading=True
    )
    plotter.show(auto_close=False, interactive=False)

    def frame(_: int) -> None:
        plotter.camera.azimuth += 3.4
        plotter.render()
        plotter.screenshot(return_img=True)

    milliseconds = timed(frame, frames)
    plotter.close()
    return milliseconds


def main() -> None:
    """Time both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atoms", type=int, default=5000)
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--size", type=int, nargs=2, default=(800, 600))
    parser.add_argument("--segments", type=int, nargs="*", default=(16, 30), help="of PyVista's spheres")
    parser.add_argument("--screen", choices=("virtual", "own"), default="virtual")
    chosen = parser.parse_args()
    if chosen.screen == "virtual":
        from tests.gui.display import start_virtual_screen

        start_virtual_screen()
    atoms = rocksalt(chosen.atoms)
    start = time.process_time()
    scene = build_scene(atoms, None, SceneSettings(images=False, completion="none"))
    built = 1000 * (time.process_time() - start)
    size = (chosen.size[0], chosen.size[1])
    print(f"{len(scene.balls)} balls, {len(scene.sticks.ends)} half bonds, {size[0]} × {size[1]} pixels, 4 samples")
    print(f"scene built in {built:.0f} ms of processor time")
    print(f"{'':34}{'ms a frame':>12}{'processor ms':>14}")
    rows = [
        ("this program, as at rest", lambda: vispy_frames(scene, size, chosen.frames, drafts=False)),
        ("this program, while it is turned", lambda: vispy_frames(scene, size, chosen.frames, drafts=True)),
    ]
    if importlib.util.find_spec("pyvista"):
        for detail in chosen.segments:
            title = f"PyVista, spheres of {2 * detail * (detail - 2)} triangles"
            rows.append((title, lambda detail=detail: pyvista_frames(scene, size, chosen.frames, detail)))
    for title, run in rows:
        wall, processor = run()
        print(f"{title:34}{wall:12.0f}{processor:14.0f}", flush=True)


if __name__ == "__main__":
    main()
