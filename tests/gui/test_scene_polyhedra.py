"""Polyhedra of known prototypes, pies, and pictures of strange crystals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.spatial import ConvexHull

from clics_gui.viewer.polyhedra import centres, hull
from clics_gui.viewer.scene import SceneSettings, build_scene
from clics_gui.viewer.style import PRESETS, REPRESENTATIONS

from .crystals import (
    ALLOY,
    FLUORITE,
    MOLYBDENITE,
    PEROVSKITE,
    PROTOTYPES,
    ROCKSALT,
    RUTILE,
    Crystal,
    given_bonds,
    random_crystals,
)

POLYHEDRA = SceneSettings(representation="polyhedra")
INSIDE = SceneSettings(representation="polyhedra", images=False)


@pytest.mark.parametrize(
    ("atoms", "site", "triangles", "lines"),
    [(PEROVSKITE, 1, 8, 12), (RUTILE, 0, 8, 12), (ROCKSALT, 0, 8, 12), (FLUORITE, 0, 12, 12), (MOLYBDENITE, 0, 8, 9)],
    ids=["perovskite octahedra", "rutile octahedra", "rocksalt octahedra", "fluorite cubes", "trigonal prisms"],
)
def test_faces_and_edges(atoms: Crystal, site: int, triangles: int, lines: int) -> None:
    scene = build_scene(atoms, None, INSIDE)
    per_site = (scene.balls.atoms.site[: scene.balls.inside] == site).sum()
    assert (scene.faces.site == site).sum() == triangles * per_site
    assert (scene.faces.line_site == site).sum() == lines * per_site


def test_eight_octahedra_at_the_corners_of_a_perovskite() -> None:
    scene = build_scene(PEROVSKITE, None, POLYHEDRA)
    assert (scene.faces.count, len(scene.faces.corners), len(scene.faces.lines)) == (8, 64, 96)
    assert set(scene.faces.site) == {1}


def test_big_polyhedra_on_demand() -> None:
    known = given_bonds(PEROVSKITE, "Ti", "O", 2.1) + given_bonds(PEROVSKITE, "Sr", "O", 2.9)
    assert build_scene(PEROVSKITE, known, POLYHEDRA).faces.count == 8
    strontium = SceneSettings(representation="polyhedra", polyhedra_of={"Sr": True, "Ti": False})
    scene = build_scene(PEROVSKITE, known, strontium)
    assert scene.faces.count == 1
    assert len(scene.faces.lines) == 24, "a cuboctahedron"
    assert build_scene(PEROVSKITE, known, SceneSettings(highlighted=frozenset({0}))).faces.count == 1
    assert build_scene(PEROVSKITE, known, SceneSettings()).faces.count == 0


def test_triangles_turn_outwards() -> None:
    scene = build_scene(PEROVSKITE, None, POLYHEDRA)
    a, b, c = (scene.faces.corners[:, k] for k in range(3))
    normals = np.cross(b - a, c - a)
    of_eight = scene.faces.corners.reshape(8, 8, 3, 3).mean(axis=(1, 2))
    outwards = (a + b + c) / 3 - np.repeat(of_eight, 8, axis=0)
    assert (np.einsum("ij,ij->i", normals, outwards) > 0).all()


@pytest.mark.parametrize("corners", [4, 6, 8, 12, 20])
def test_hulls_are_those_of_scipy(corners: int) -> None:
    """SciPy's Qhull is the independent source; corners in general position, some on a sphere, some inside."""
    for seed in range(20):
        points = np.random.default_rng(seed).normal(size=(corners, 3))
        if seed % 2:
            points *= 2.0 / np.linalg.norm(points, axis=1, keepdims=True)
        found, known = hull(points), ConvexHull(points)
        assert found is not None
        assert {frozenset(three) for three in found.triangles.tolist()} == {
            frozenset(x) for x in known.simplices.tolist()
        }
        a, b, c = (points[found.triangles[:, k]] for k in range(3))
        assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), a - points.mean(axis=0)) > 0).all()
        assert np.einsum("ij,ij->i", np.cross(a, b), c).sum() / 6 == pytest.approx(known.volume)


def test_a_corner_that_is_there_twice_counts_once() -> None:
    cube = np.array([[x, y, z] for x in (0, 2) for y in (0, 2) for z in (0, 2)], float)
    found = hull(np.vstack([cube, cube[:1]]))
    assert found is not None
    assert (len(found.triangles), len(found.edges)) == (12, 12)


def test_what_has_no_hull() -> None:
    assert hull(np.eye(3)) is None
    assert hull(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], float)) is None
    assert hull(np.zeros((5, 3))) is None


def test_only_cations_by_themselves() -> None:
    from clics_gui.viewer.bonds import touching

    assert centres(RUTILE, touching(RUTILE)) == {0, 1}
    assert centres(FLUORITE, touching(FLUORITE), {"F": True, "Ca": False}) == set(range(4, 12))
    assert centres(ALLOY, touching(ALLOY)) == frozenset()


def test_shared_sites_count_by_occupancy() -> None:
    scene = build_scene(ALLOY, None, SceneSettings(images=False, completion="none"))
    assert {e.symbol: pytest.approx(e.count) for e in scene.legend} == {"Fe": 1.7, "Ni": 1.75, "Co": 0.25}
    assert scene.species[2] == (("Fe", 0.7),)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("representation", REPRESENTATIONS)
@pytest.mark.parametrize("name", PROTOTYPES)
def test_every_style_of_every_prototype(name: str, representation: str, preset: str) -> None:
    scene = build_scene(PROTOTYPES[name], None, SceneSettings(representation=representation, preset=preset))
    assert np.isfinite(scene.balls.centre).all()
    assert (scene.balls.radius > 0).all()
    assert ((scene.balls.colour >= 0) & (scene.balls.colour <= 1)).all()
    assert (len(scene.sticks.ends) == 0) == (representation == "space-filling")
    middle, radius = scene.sphere()
    assert (np.linalg.norm(scene.balls.centre - middle, axis=1) + scene.balls.radius <= radius + 1e-6).all()


@given(random_crystals())
@settings(max_examples=30, deadline=None)
def test_any_crystal_becomes_a_picture(atoms: Crystal) -> None:
    scene = build_scene(atoms, None, POLYHEDRA)
    assert len(scene.faces.corners) == len(scene.faces.site)


def test_strange_crystals() -> None:
    nothing = build_scene(Crystal(np.eye(3), np.zeros((0, 3)), ()), None)
    assert len(nothing.balls) == 0
    unknown = Crystal(np.eye(3) * 3, np.zeros((2, 3)), ((), (("Qq", 1.0),)))
    assert len(build_scene(unknown, [], SceneSettings(images=False)).balls) == 2
    with pytest.raises(KeyError):
        build_scene(ROCKSALT, None, SceneSettings(representation="wax"))
