"""Views, measures, picks and indices: numbers without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clics_gui.viewer.measure import angle, dihedral, distance, measured
from clics_gui.viewer.measurement_selection import MeasurementSelection
from clics_gui.viewer.meshes import wedge_starts
from clics_gui.viewer.miller_indices import parse
from clics_gui.viewer.orientation import NAMED_VIEWS, direction, look, look_along, turned
from clics_gui.viewer.ray_pick import ball_under
from clics_gui.viewer.scene import SceneSettings, build_scene
from clics_gui.viewer.view_state import usable

from .crystals import PEROVSKITE, ROCKSALT, hexagonal

MONOCLINIC = np.array([[5.1, 0, 0], [0, 5.2, 0], [-0.85, 0, 5.25]])
TRICLINIC = np.array([[7.0, 0, 0], [-1.2, 6.1, 0], [0.9, -1.7, 8.3]])


@pytest.mark.parametrize("lattice", [np.eye(3) * 4, hexagonal(3, 12), MONOCLINIC, TRICLINIC])
@pytest.mark.parametrize("name", NAMED_VIEWS)
def test_the_axis_points_at_the_eye(lattice: np.ndarray, name: str) -> None:
    rotation = look_along(lattice, name)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)
    axes = np.linalg.inv(lattice).T if name.endswith("*") else lattice
    seen = rotation @ axes["abc".index(name[0])]
    assert np.hypot(seen[0], seen[1]) < 1e-9
    assert seen[2] > 0


def test_c_is_up_and_handedness_is_kept() -> None:
    along_a, along_c = look_along(np.eye(3), "a"), look_along(np.eye(3), "c")
    np.testing.assert_allclose(along_a, [[0, 1, 0], [0, 0, 1], [1, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(along_c, np.eye(3), atol=1e-12)


def test_planes_are_seen_from_their_normal() -> None:
    normal = direction(TRICLINIC, hkl=(1, 1, 0))
    assert normal @ (TRICLINIC[0] - TRICLINIC[1]) == pytest.approx(0, abs=1e-9)
    assert normal @ TRICLINIC[2] == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(look(TRICLINIC, uvw=(0, 0, -2))[2], -TRICLINIC[2] / np.linalg.norm(TRICLINIC[2]))
    for wrong in (
        {},
        {"uvw": (0, 0, 0)},
        {"uvw": (1, 0)},
        {"uvw": (1, 0, 0), "hkl": (1, 0, 0)},
        {"uvw": (np.nan, 0, 0)},
    ):
        with pytest.raises(ValueError, match=r"direction|Give either"):
            look(TRICLINIC, **wrong)
    with pytest.raises(ValueError, match="no view along"):
        look_along(TRICLINIC, "d")


@given(st.lists(st.tuples(*[st.floats(-3, 3)] * 3), min_size=1, max_size=200))
@settings(max_examples=20, deadline=None)
def test_turning_never_shears(turns: list[tuple[float, float, float]]) -> None:
    rotation = np.eye(3)
    for right, up, roll in turns:
        rotation = turned(rotation, right=right, up=up, roll=roll)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)


def test_the_near_side_follows_the_pointer() -> None:
    near = np.array([0.0, 0.0, 1.0])
    assert (turned(np.eye(3), right=0.3) @ near)[0] > 0
    assert (turned(np.eye(3), up=0.3) @ near)[1] > 0
    assert (turned(np.eye(3), roll=0.3) @ np.array([1.0, 0, 0]))[1] > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1 1 0]", ("uvw", (1, 1, 0))),
        ("1 -1 0", ("uvw", (1, -1, 0))),
        ("1-10", ("uvw", (1, -1, 0))),
        ("110", ("uvw", (1, 1, 0))),
        ("(1,1,-2)", ("hkl", (1, 1, -2))),
        ("(10 0 1)", ("hkl", (10, 0, 1))),
        ("(1 0 -1 2)", ("hkl", (1, 0, 2))),
        ("[2 -1 -1 0]", ("uvw", (3, 0, 0))),
        ("(1 0 −1)", ("hkl", (1, 0, -1))),
    ],
)
def test_indices_as_they_are_written(text: str, expected: tuple[str, tuple[int, int, int]]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "a", "1 1", "0 0 0", "[1 1 0", "1 2 3 4 5", "1.5 0 0", "(1 1 1 0)"])
def test_what_is_no_direction(text: str) -> None:
    if text == "[1 1 0":  # a bracket that is still to be typed does no harm
        assert parse(text)[0] == "uvw"
        return
    with pytest.raises(ValueError, match=r"direction|add up"):
        parse(text)


def test_distance_angle_dihedral() -> None:
    points = np.array([[1.0, 0, 0], [0, 0, 0], [0, 2.0, 0], [0, 2.0, 3.0]])
    assert distance(points) == 1
    assert angle(points) == 90
    assert dihedral(points) == pytest.approx(-90)
    assert abs(dihedral(np.array([[1.0, 0, 0], [0, 0, 0], [0, 1, 0], [-1, 1, 0]]))) == pytest.approx(180)
    assert [measured(points[:k]) for k in range(5)] == ["", "", "1.000 Å", "90.00°", "-90.00°"]
    assert np.isnan(angle(np.zeros((3, 3))))
    assert np.isnan(dihedral(np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]])))


def test_the_foremost_ball_is_picked() -> None:
    balls = build_scene(ROCKSALT, None, SceneSettings(completion="none")).balls
    eye = np.array([2.82, 2.82, 100.0])
    row = ball_under(balls, eye, np.array([0.0, 0, -1]))
    assert row is not None
    assert balls.centre[row][2] == balls.centre[(np.abs(balls.centre[:, :2] - eye[:2]) < 0.1).all(axis=1), 2].max()
    assert ball_under(balls, np.array([50.0, 50, 50]), np.array([0.0, 0, -1])) is None
    beside = eye + np.array([balls.radius[row] + 0.05, 0, 0])
    assert ball_under(balls, beside, np.array([0.0, 0, -1])) is None
    assert ball_under(balls, beside, np.array([0.0, 0, -1]), slack=0.1) == row


def test_picks_are_atoms_and_survive_another_scene() -> None:
    scene, picks = build_scene(PEROVSKITE, None), MeasurementSelection()
    for row in (3, 7, 9):
        picks.pick(scene, row, add=True)
    assert picks.rows(scene) == [3, 7, 9]
    picks.pick(scene, 7, add=True)
    assert picks.rows(scene) == [3, 9]
    picks.pick(scene, 1, add=False)
    assert picks.rows(scene) == [1]
    for row in (2, 3, 4, 5):
        picks.pick(scene, row, add=True)
    assert picks.rows(scene) == [5], "a fifth begins anew"


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda s: sum(s) > 0.01), st.sampled_from([24, 60]))
def test_shares_of_a_pie_are_true(parts: list[float], pieces: int) -> None:
    shares = [part / sum(parts) for part in parts]
    wedges = wedge_starts(shares, pieces)
    start = 0.0
    for k, share in enumerate(shares):
        mine = [at for which, at in wedges if which == k]
        if share <= 1e-4:
            assert not mine
            continue
        assert max(mine) + 1 / pieces == pytest.approx(start + share)
        covered = min(mine) <= start + 1e-9 or share > 1 / pieces
        assert covered
        gaps = np.diff(sorted(mine))
        assert (gaps <= 1 / pieces + 1e-9).all()
        start += share


def test_a_state_of_another_version_does_no_harm() -> None:
    assert usable({}) == ({}, False)
    changes, perspective = usable(
        {
            "representation": "wax",
            "preset": 3,
            "repeats": [0, 1, 2],
            "hidden": ["O"],
            "images": "yes",
            "perspective": True,
            "x": 1,
        }
    )
    assert changes == {"hidden": frozenset({"O"})}
    assert perspective
