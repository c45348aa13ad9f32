"""The view of a document through real clicks and keys, and the pictures it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from clics_gui.state.documents import Document
from clics_gui.viewer.compare import CompareView
from clics_gui.viewer.picture_dialog import PictureDialog
from clics_gui.viewer.scene import SceneSettings
from clics_gui.viewer.view import CrystalView

from .crystals import ALLOY, FLUORITE, MOLYBDENITE, PEROVSKITE, RUTILE, Crystal, given_bonds
from .leaks import settle

Make = Callable[..., CrystalView]
KNOWN = SimpleNamespace(
    bonds=[*given_bonds(PEROVSKITE, "Ti", "O", 2.1), *given_bonds(PEROVSKITE, "Sr", "O", 2.9)], wyckoff=()
)


def document_of(atoms: Crystal, title: str = "crystal") -> Document:
    return Document(SimpleNamespace(crystal=None, atoms=atoms, title=title))


@pytest.fixture
def make(qapp: QApplication) -> Iterator[Make]:
    views = []

    def make(atoms: Crystal = PEROVSKITE, **settings) -> CrystalView:
        view = CrystalView(document_of(atoms), SceneSettings(**settings))
        view.resize(360, 330)
        view.show()
        qapp.processEvents()
        views.append(view)
        return view

    yield make
    for view in views:
        view.close()
        view.deleteLater()
    settle()


def place_of(view: CrystalView, row: int) -> QPoint:
    scene = view.canvas.scene
    assert scene is not None
    ((x, y),) = view.canvas.camera.project(scene.balls.centre[row])[0]
    return QPoint(round(x), round(y))


def click(qtbot, view: CrystalView, row: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mouseClick(view.canvas.drawing_area, Qt.MouseButton.LeftButton, modifiers, place_of(view, row))


def foremost(view: CrystalView) -> list[int]:
    """Rows of the balls whose middle can be clicked."""
    balls = view.canvas.scene.balls
    places = [place_of(view, row) for row in range(len(balls))]
    return [row for row, at in enumerate(places) if view.canvas.ball_at(at.x(), at.y()) == row]


def colour_at(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    colour = QColor(image.pixelColor(x, y))
    return colour.red(), colour.green(), colour.blue()


def test_click_selects_and_measures(qtbot, make: Make) -> None:
    view = make(completion="none")
    view.bar.switches["gizmo"].trigger()  # it lies over some atoms of so small a picture
    said: list[str] = []
    view.canvas.measured.connect(said.append)
    rows = foremost(view)[:4]
    control = Qt.KeyboardModifier.ControlModifier
    click(qtbot, view, rows[0])
    balls = view.canvas.scene.balls
    assert view.document.selection == {balls.atoms.site[rows[0]]}
    for row in rows[1:]:
        click(qtbot, view, row, control)
    expected = np.linalg.norm(balls.centre[rows[1]] - balls.centre[rows[0]])
    assert next(text for text in said if text) == f"{expected:.3f} Å"
    assert said[-1].endswith("°")
    assert view.bar.value.text() == said[-1]
    assert view.document.selection == set(balls.atoms.site[rows].tolist())
    qtbot.mouseClick(view.canvas.drawing_area, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert view.document.selection == frozenset()
    assert said[-1] == ""


def test_selection_comes_from_the_table_too(make: Make, qapp: QApplication) -> None:
    view = make(completion="none", images=False)
    before = view.canvas.grab(200, 180)
    view.document.select([0])
    qapp.processEvents()
    after = view.canvas.grab(200, 180)
    accent = QColor(view.canvas.scene.preset.accent)
    assert not _has(before, accent)
    assert _has(after, accent)


def _has(image: QImage, colour: QColor) -> bool:
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    return bool((np.abs(_pixels(image)[:, :, :3].astype(int) - wanted).max(axis=-1) < 30).any())


def _pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4).copy()


def test_what_is_not_lit_fades(make: Make) -> None:
    view = make(RUTILE, completion="none", cell_edges=False)
    row = next(r for r in foremost(view) if view.canvas.scene.balls.atoms.site[r] > 1)
    at = place_of(view, row)
    size = view.canvas.width(), view.canvas.height()
    bright = colour_at(view.canvas.grab(*size), at.x(), at.y())
    view.document.highlight([0], "octahedral")
    assert view.canvas.scene.faces.count > 0, "the highlighted site's polyhedra are drawn"
    view.document.highlight([1])
    faded = colour_at(view.canvas.grab(*size), at.x(), at.y())
    assert min(faded) > min(bright) + 60
    view.document.highlight(None)
    assert view.canvas.scene.faces.count == 0


def test_geometry_and_another_cell_arrive_later(make: Make) -> None:
    view = make(PEROVSKITE)
    view.document.set_geometry(KNOWN)
    assert view.canvas.scene.bonds.coordination(5).tolist() == [12, 6, 6, 6, 6]
    said: list[str] = []
    view.cell_requested.connect(said.append)
    view.bar.cells.actions()[1].trigger()
    assert said == ["primitive"]
    view.document.set_opened(SimpleNamespace(crystal=None, atoms=RUTILE, title="r"), "primitive")
    assert set(view.canvas.scene.balls.atoms.site.tolist()) == set(range(6))
    assert [a.data() for a in view.bar.cells.actions() if a.isChecked()] == ["primitive"]


def test_legend_hides_an_element(qtbot, make: Make) -> None:
    view = make(RUTILE)
    oxygen = view.legend.entries[1]
    assert oxygen.text().strip() == "O"
    qtbot.mouseClick(oxygen, Qt.MouseButton.LeftButton)
    assert view.settings.hidden == {"O"}
    assert set(view.canvas.scene.balls.atoms.site.tolist()) == {0, 1}
    qtbot.mouseClick(view.legend.entries[1], Qt.MouseButton.LeftButton)
    assert view.settings.hidden == frozenset()
    menu = view.legend.menu_of("Ti")
    menu.actions()[-1].trigger()
    menu.deleteLater()
    assert view.settings.polyhedra_of == {"Ti": True} or view.settings.polyhedra_of == {"Ti": False}


def test_bond_table_corrects_the_picture(make: Make) -> None:
    view = make(PEROVSKITE)
    view.document.set_geometry(KNOWN)
    table = view.show_bonds()
    assert [table.table.item(k, 0).text() for k in range(2)] == ["O–Ti", "O–Sr"]
    assert [table.table.item(k, 2).text() for k in range(2)] == ["6", "12"]
    table.table.cellWidget(1, 1).setChecked(False)
    assert view.canvas.scene.bonds.coordination(5).tolist() == [0, 6, 2, 2, 2]
    table.table.cellWidget(1, 1).setChecked(True)
    table.table.cellWidget(0, 5).setValue(1.5)
    assert view.canvas.scene.bonds.coordination(5)[1] == 0
    table.reset()
    assert view.canvas.scene.bonds.coordination(5).tolist() == [12, 6, 6, 6, 6]
    table.close()


def test_keys_and_pointer_turn_zoom_and_move(qtbot, make: Make) -> None:
    view = make()
    canvas, area = view.canvas, view.canvas.drawing_area
    start = canvas.state
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert not np.allclose(canvas.state.rotation, start.rotation)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.state.scale < start.scale
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    np.testing.assert_allclose(canvas.state.rotation, start.rotation)
    for button, modifier in (
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
    ):
        before = canvas.state
        qtbot.mousePress(area, button, modifier, QPoint(100, 100))
        qtbot.mouseMove(area, QPoint(120, 110))
        qtbot.mouseMove(area, QPoint(140, 125))
        qtbot.mouseRelease(area, button, modifier, QPoint(140, 125))
        assert canvas.state is not before
    assert view.document.selection == frozenset(), "a drag is no click"


def test_gizmo_turns_the_view(qtbot, make: Make) -> None:
    from clics_gui.viewer.gizmo import tips
    from clics_gui.viewer.overlay import gizmo_origin

    view = make(MOLYBDENITE)
    canvas = view.canvas
    tip = tips(canvas.scene.lattice, canvas.state.rotation)["c"]
    at = gizmo_origin(*canvas.camera.size)
    where = QPoint(round(at.x() + tip[0]), round(at.y() + tip[1]))
    qtbot.mouseClick(canvas.drawing_area, Qt.MouseButton.LeftButton, pos=where)
    np.testing.assert_allclose(canvas.state.rotation[2], [0, 0, 1], atol=1e-9)


def test_perspective_agrees_with_its_projection(make: Make, qapp: QApplication) -> None:
    view = make(RUTILE, completion="none", cell_edges=False)
    view.bar.switches["gizmo"].trigger()
    for perspective in (False, True):
        view.canvas.set_perspective(perspective)
        view.canvas.zoom(0.8)
        image = view.canvas.grab(view.canvas.width(), view.canvas.height())
        for row in foremost(view):
            at = place_of(view, row)
            assert colour_at(image, at.x(), at.y()) != (255, 255, 255)
            origin, ray = view.canvas.camera.ray(at.x() + 0.0, at.y() + 0.0)
            centre = view.canvas.scene.balls.centre[row]
            aside = np.linalg.norm(np.cross(centre - origin, ray)) / np.linalg.norm(ray)
            assert aside < 1.5 * view.canvas.state.scale


def test_pictures_have_the_size_resolution_and_transparency_asked_for(make: Make, tmp_path: Path) -> None:
    view = make(FLUORITE, representation="polyhedra")
    dialog = PictureDialog(view.canvas, "fluorite", dpi=300, transparent=True, parent=view)
    dialog.keep.setChecked(False)
    dialog.width_field.setValue(900)
    dialog.height_field.setValue(400)
    assert dialog.printed.text() == "7.6 × 3.4 cm"
    assert dialog.save(tmp_path / "picture")
    image = QImage(str(tmp_path / "picture.png"))
    assert (image.width(), image.height()) == (900, 400)
    assert image.dotsPerMeterX() == round(300 / 0.0254)
    pixels = _pixels(image)
    assert pixels[2, 2, 3] == 0, "nothing in the corner"
    assert pixels[..., 3].max() == 255
    assert ((pixels[..., 3] > 20) & (pixels[..., 3] < 250)).mean() > 0.01, "one sees through polyhedra"
    columns = np.flatnonzero(pixels[..., 3].any(axis=0))
    assert 250 < columns.mean() < 650, "the crystal is in the middle, not stretched into a corner"
    opaque = view.canvas.grab(300, 200)
    assert _pixels(opaque)[..., 3].min() == 255
    assert not dialog.save(tmp_path / "no" / "folder.png")
    assert "could not be written" in dialog.message
    for wrong in ((1, 1), (30000, 10)):
        with pytest.raises(ValueError, match="pixels"):
            view.canvas.grab(*wrong)
    dialog.close()
    dialog.deleteLater()


def test_tiles_join_without_a_seam(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from clics_gui.viewer import picture

    view = make(RUTILE)
    whole = _pixels(view.canvas.grab(260, 200)).astype(int)
    monkeypatch.setattr(picture, "TILE", 192)
    tiled = _pixels(view.canvas.grab(260, 200)).astype(int)
    assert (np.abs(whole - tiled).max(axis=-1) > 40).mean() < 0.003


def test_pies_of_a_disordered_crystal(make: Make) -> None:
    view = make(ALLOY, completion="none")
    image = view.canvas.grab(view.canvas.width(), view.canvas.height())
    row = next(r for r in foremost(view) if view.canvas.scene.balls.atoms.site[r] == 0)
    at = place_of(view, row)
    left, right = (colour_at(image, at.x() + step, at.y()) for step in (-6, 6))
    assert sum(abs(a - b) for a, b in zip(left, right)) > 60, "half iron, half nickel"


def test_supercells_and_too_many_atoms(make: Make) -> None:
    view = make(RUTILE, completion="none", images=False)
    said: list[str] = []
    view.message.connect(said.append)
    view.bar.repeats[0].setValue(3)
    assert view.canvas.scene.balls.inside == 18
    view.change(repeats=(20, 20, 20))
    assert view.settings.repeats == (20, 20, 20)
    view.change(repeats=(200, 200, 200))
    assert view.settings.repeats == (20, 20, 20)
    assert "fewer cells" in said[0]


def test_looks_by_indices_and_refusals(qtbot, make: Make) -> None:
    view = make(PEROVSKITE)
    said: list[str] = []
    view.message.connect(said.append)
    view.bar.indices.setText("(1 1 1)")
    qtbot.keyClick(view.bar.indices, Qt.Key.Key_Return)
    np.testing.assert_allclose(view.canvas.state.rotation[2], np.ones(3) / np.sqrt(3))
    view.bar.indices.setText("up")
    qtbot.keyClick(view.bar.indices, Qt.Key.Key_Return)
    assert "not a direction" in said[0]


def test_state_is_kept_for_a_session(make: Make) -> None:
    first, second = make(RUTILE), make(RUTILE)
    first.change(representation="polyhedra", preset="dark", repeats=(2, 1, 1), hidden=frozenset({"O"}))
    first.canvas.set_perspective(True)
    second.restore(first.state())
    assert second.settings == first.settings
    assert second.canvas.state.perspective


@pytest.mark.parametrize(
    "atoms", [Crystal(np.eye(3) * 3, np.zeros((0, 3)), ()), Crystal(np.eye(3) * 3, np.zeros((1, 3)), ((("Fe", 1.0),),))]
)
def test_nothing_and_one_atom(make: Make, atoms: Crystal, qtbot) -> None:
    view = make(atoms)
    qtbot.mouseClick(view.canvas.drawing_area, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    view.document.set_geometry(SimpleNamespace(bonds=[], wyckoff=()))
    assert not view.canvas.grab(100, 80).isNull()


def test_comparison_turns_together_at_one_scale(qapp: QApplication) -> None:
    documents = [document_of(a, n) for a, n in ((PEROVSKITE, "a"), (RUTILE, "b" * 200), (MOLYBDENITE, "c"))]
    view = CompareView(documents)
    view.resize(500, 420)
    view.show()
    qapp.processEvents()
    view.canvases[1].turn(right=0.7)
    view.canvases[2].zoom(1.3)
    states = [canvas.state for canvas in view.canvases]
    for state in states[1:]:
        np.testing.assert_allclose(state.rotation, states[0].rotation)
        assert state.scale == states[0].scale
    view.linked.setChecked(False)
    view.canvases[0].turn(right=0.5)
    assert not np.allclose(view.canvases[0].state.rotation, view.canvases[1].state.rotation)
    view.linked.setChecked(True)
    np.testing.assert_allclose(view.canvases[0].state.rotation, view.canvases[1].state.rotation)
    sheet = view.picture(400, 300, 150)
    assert (sheet.width(), sheet.height()) == (400, 300)
    with pytest.raises(ValueError, match="compared"):
        CompareView([])
    view.close()
    view.deleteLater()
    settle()
