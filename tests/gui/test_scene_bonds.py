"""Bonds across the boundary, corrections pair by pair, complete coordination."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clics_gui.viewer import bonds as bonds_module
from clics_gui.viewer.bonds import BondRule, BondSettings, bonds_of, pair_of, summary, touching, within
from clics_gui.viewer.scene import Scene, SceneSettings, build_scene

from .crystals import (
    ALLOY,
    DIAMOND,
    FLUORITE,
    MOLYBDENITE,
    PEROVSKITE,
    ROCKSALT,
    RUTILE,
    Crystal,
    given_bonds,
    random_crystals,
)

EXPECTED = [
    (ROCKSALT, [6] * 8),
    (RUTILE, [6, 6, 3, 3, 3, 3]),
    (FLUORITE, [8] * 4 + [4] * 8),
    (DIAMOND, [4] * 8),
    (MOLYBDENITE, [6, 6, 3, 3, 3, 3]),
    (ALLOY, [12] * 4),
]


@pytest.mark.parametrize(("atoms", "counts"), EXPECTED)
def test_atoms_that_touch(atoms: Crystal, counts: list[int]) -> None:
    assert touching(atoms).coordination(len(atoms.species)).tolist() == counts


@given(random_crystals(), st.floats(0.5, 4.0))
@settings(max_examples=25, deadline=None)
def test_near_pairs_agree_with_counting_them_all(atoms: Crystal, cutoff: float) -> None:
    found = within(atoms, cutoff)
    reach = range(-8, 9)
    cells = np.array([(x, y, z) for x in reach for y in reach for z in reach])
    cells = cells[np.linalg.norm(cells @ atoms.lattice, axis=1) < 40]
    frac = atoms.frac - np.floor(atoms.frac)
    vectors = (frac[None, :, None, :] - frac[:, None, None, :] + cells[None, None]) @ atoms.lattice
    length = np.linalg.norm(vectors, axis=-1)
    edge = np.abs(length - cutoff) < 1e-6
    if not edge.any() and not (np.abs(length - 0.4) < 1e-6).any():
        assert len(found) == ((length <= cutoff) & (length > 0.4)).sum()


@given(random_crystals(), st.floats(0.5, 4.0))
@settings(max_examples=25, deadline=None)
def test_near_pairs_of_large_crystals_are_the_same(atoms: Crystal, cutoff: float) -> None:
    known = within(atoms, cutoff)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bonds_module, "SMALL", 0)  # pairs of many atoms are looked for in boxes
        found = within(atoms, cutoff)
    for name in ("start", "end", "cell", "length"):
        assert np.array_equal(getattr(found, name), getattr(known, name))


@given(random_crystals())
@settings(max_examples=40, deadline=None)
def test_every_bond_has_its_other_direction(atoms: Crystal) -> None:
    bonds = touching(atoms)
    there = {(int(i), int(j), *map(int, c)) for i, j, c in zip(bonds.start, bonds.end, bonds.cell)}
    assert there == {(j, i, -x, -y, -z) for i, j, x, y, z in there}


def test_bonds_given_between_sites_of_other_cells_are_the_same_bonds() -> None:
    moved = Crystal(
        RUTILE.lattice,
        RUTILE.frac + np.array([[0, 0, 0], [1, 0, -1], [0, 2, 0], [0, 0, 0], [-1, 0, 0], [0, 0, 3]]),
        RUTILE.species,
    )
    for atoms in (RUTILE, moved):
        bonds = bonds_of(atoms, given_bonds(atoms, "Ti", "O", 2.1))
        assert bonds.coordination(6).tolist() == [6, 6, 3, 3, 3, 3]
        np.testing.assert_allclose(bonds.length, 1.97, atol=0.03)


def test_the_table_corrects_pairs() -> None:
    known = [*given_bonds(PEROVSKITE, "Ti", "O", 2.1), *given_bonds(PEROVSKITE, "Sr", "O", 2.9)]
    assert bonds_of(PEROVSKITE, known).coordination(5).tolist() == [12, 6, 6, 6, 6]
    rows = {row.pair: row for row in summary(PEROVSKITE, bonds_of(PEROVSKITE, known))}
    assert (rows["O", "Sr"].count, rows["O", "Ti"].count, rows["O", "O"].count) == (12, 6, 0)
    assert rows["O", "Ti"].longest == pytest.approx(3.905 / 2)

    def with_rule(rule: BondRule) -> list[int]:
        return bonds_of(PEROVSKITE, known, BondSettings({pair_of("Sr", "O"): rule})).coordination(5).tolist()

    assert with_rule(BondRule(shown=False)) == [0, 6, 2, 2, 2]
    assert with_rule(BondRule(longest=2.0)) == [0, 6, 2, 2, 2]
    assert with_rule(BondRule(longest=2.9)) == [12, 6, 6, 6, 6]
    assert with_rule(BondRule(shortest=2.8)) == [0, 6, 2, 2, 2]
    longer = BondSettings({("O", "O"): BondRule(longest=2.8)})
    assert bonds_of(PEROVSKITE, known, longer).coordination(5).tolist() == [12, 6, 14, 14, 14]


def _drawn_neighbours(scene: Scene) -> dict[int, set[tuple[float, ...]]]:
    """Stick directions that leave every ball, by row."""
    found: dict[int, set[tuple[float, ...]]] = {}
    for row, centre in enumerate(scene.balls.centre):
        near = np.linalg.norm(scene.sticks.ends[:, 0] - centre, axis=1) < 1e-6
        found[row] = {tuple(np.round(end - centre, 4)) for end in scene.sticks.ends[near, 1]}
    return found


@pytest.mark.parametrize(("atoms", "counts"), EXPECTED)
@pytest.mark.parametrize("repeats", [(1, 1, 1), (2, 1, 3)])
def test_complete_coordination_of_all_atoms(atoms: Crystal, counts: list[int], repeats: tuple[int, int, int]) -> None:
    scene = build_scene(atoms, None, SceneSettings(completion="all", repeats=repeats))
    drawn = _drawn_neighbours(scene)
    assert scene.balls.inside == len(atoms.species) * np.prod(repeats)
    for row in range(scene.balls.inside):
        assert len(drawn[row]) == counts[scene.balls.atoms.site[row]]


def test_only_polyhedra_are_completed_by_default() -> None:
    scene = build_scene(ROCKSALT, None, SceneSettings())
    names = np.array(["Na"] * 4 + ["Cl"] * 4)[scene.balls.atoms.site]
    drawn = _drawn_neighbours(scene)
    assert all(len(drawn[row]) == 6 for row in np.flatnonzero(names == "Na"))
    assert len(build_scene(ROCKSALT, None, SceneSettings(completion="none")).balls) == 27
    assert len(build_scene(ROCKSALT, None, SceneSettings(completion="none", images=False)).balls) == 8


@given(
    random_crystals(), st.sampled_from(["none", "polyhedra", "all"]), st.booleans(), st.tuples(*[st.integers(1, 2)] * 3)
)
@settings(max_examples=50, deadline=None)
def test_sticks_end_in_balls_and_nothing_is_drawn_twice(atoms: Crystal, completion, images: bool, repeats) -> None:
    scene = build_scene(atoms, None, SceneSettings(completion=completion, images=images, repeats=repeats))
    rows = np.column_stack([scene.balls.atoms.site, scene.balls.atoms.cell])
    assert len(np.unique(rows, axis=0)) == len(rows)
    assert scene.balls.inside == len(atoms.species) * np.prod(repeats)
    centres = {tuple(c) for c in np.round(scene.balls.centre, 5)}
    starts = [tuple(c) for c in np.round(scene.sticks.ends[:, 0], 5)]
    assert set(starts) <= centres
    halves = np.round(scene.sticks.ends.reshape(-1, 6), 5)
    assert len(np.unique(halves, axis=0)) >= len(halves) - 2 * _coincident(atoms) * len(halves)
    _, counts = np.unique(np.round(scene.sticks.ends[:, 1], 4), axis=0, return_counts=True)
    assert (counts % 2 == 0).all() or _coincident(atoms), "every bond has two halves"


def _coincident(atoms: Crystal) -> bool:
    return bool(len(within(atoms, 0.45)) or len(np.unique(np.round(atoms.frac, 2) % 1, axis=0)) < len(atoms.frac))


def test_hidden_elements_take_their_sticks_along() -> None:
    scene = build_scene(RUTILE, None, SceneSettings(hidden=frozenset({"O"}), representation="polyhedra"))
    assert set(scene.balls.atoms.site.tolist()) == {0, 1}
    assert len(scene.sticks.ends) == 0
    assert scene.faces.count > 0, "the polyhedra stay when their corners are hidden"
    assert [(e.symbol, e.count, e.shown) for e in scene.legend] == [("Ti", 2, True), ("O", 4, False)]
