"""Drafts while a slow picture moves, full quality at rest, and how the one follows the other."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from clics_gui.viewer.adaptive_quality import COARSEST, SLOW, AdaptiveQuality
from clics_gui.viewer.canvas import CrystalCanvas
from clics_gui.viewer.no_opengl_view import NoOpenGLView, opengl_works
from clics_gui.viewer.scene import SceneSettings, build_scene

from .crystals import PEROVSKITE


@pytest.fixture
def canvas(qtbot) -> Iterator[CrystalCanvas]:
    canvas = CrystalCanvas()
    canvas.resize(240, 180)
    canvas.show_scene(build_scene(PEROVSKITE, None, SceneSettings()))
    with qtbot.waitExposed(canvas):
        canvas.show()
    yield canvas
    canvas.shut()
    canvas.deleteLater()


def pixels(canvas: CrystalCanvas) -> np.ndarray:
    image = canvas.drawing_area.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def test_pace_learns_from_frames() -> None:
    quality = AdaptiveQuality()
    quality.drew(SLOW / 2, draft=False)
    assert not quality.slow
    quality.drew(SLOW * 2, draft=False)
    assert quality.slow
    for _ in range(20):
        quality.drew(1.0, draft=True)
    assert quality.share == COARSEST
    for _ in range(20):
        quality.drew(0.001, draft=True)
    assert quality.share == 1.0


def test_a_draft_never_wavers_between_two_shares() -> None:
    quality = AdaptiveQuality()
    shares = []
    for _ in range(30):
        quality.drew(0.05 * quality.share**2, draft=True)
        shares.append(quality.share)
    assert len(set(shares[5:])) == 1


def test_what_is_slow_moves_as_a_draft_and_rests_smoothly(qtbot, canvas: CrystalCanvas) -> None:
    at_rest = pixels(canvas)
    canvas._canvas.quality.slow = True
    canvas.turn(right=1e-9)
    assert canvas._canvas.draft
    for _ in range(3):  # frames of one size and of others, each mapped to the whole widget
        draft = pixels(canvas)
        assert np.abs(draft - at_rest).mean() < 25
    qtbot.waitUntil(lambda: not canvas._canvas.draft)
    assert np.abs(pixels(canvas) - at_rest).mean() < 1


def test_what_is_fast_stays_smooth(canvas: CrystalCanvas) -> None:
    canvas._canvas.quality.slow = False
    canvas.turn(right=0.1)
    assert not canvas._canvas.draft


def test_a_picture_for_a_file_is_never_a_draft(canvas: CrystalCanvas) -> None:
    canvas._canvas.quality.slow = True
    canvas.turn(right=0.1)
    canvas.grab(100, 80)
    assert not canvas._canvas.draft


def test_a_still_picture_where_there_is_no_opengl(qtbot) -> None:
    assert opengl_works()
    changed = SimpleNamespace(connect=lambda _slot: None)
    view = NoOpenGLView(SimpleNamespace(atoms=PEROVSKITE, crystal_changed=changed))
    qtbot.addWidget(view)
    view.resize(400, 300)
    image = view.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(60, 340, 5) for y in range(30, 150, 5)}
    assert len(colours) > 20
