"""The hand of crystals in enantiomorphic pairs of space groups; right values are spglib's at 0.01 Å."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import spglib
from clics.elements import BY_SYMBOL
from clics.symmetry.enantiomorphs import ENANTIOMORPHS, SCREWS
from clics.symmetry.handedness import enantiomorph_of_hand, handedness, of_hand

SHARED = Path(__file__).parents[4] / "shared" / "data" / "mp" / "val.jsonl.gz"


def test_screws_are_those_of_the_pairs() -> None:
    """The step of the enantiomorph's screw is that of its mirror image; all 22 groups are there."""
    assert SCREWS.keys() == ENANTIOMORPHS.keys()
    for group, (order, step) in SCREWS.items():
        assert SCREWS[ENANTIOMORPHS[group]] == (order, order - step)


@pytest.mark.parametrize("group", sorted(SCREWS))
def test_a_crystal_of_every_group_and_its_mirror_image(group: int) -> None:
    """One orbit in general position, the operations from spglib's table."""
    lattice = np.diag([6.1, 6.1, 7.3]) if SCREWS[group][0] == 4 and group < 200 else np.diag([7.0, 7.0, 7.0])
    if SCREWS[group][0] in (3, 6):
        lattice = np.array([[6.1, 0, 0], [-3.05, 3.05 * np.sqrt(3), 0], [0, 0, 8.2]])
    hall = next(hall for hall in range(1, 531) if spglib.get_spacegroup_type(hall).number == group)
    operations = spglib.get_symmetry_from_database(hall)
    place = np.array([0.13, 0.29, 0.061])
    frac = operations["rotations"] @ place + operations["translations"]
    numbers = np.full(len(frac), 14)
    assert spglib.get_symmetry_dataset((lattice, frac, numbers)).number == group
    partner = ENANTIOMORPHS[group]
    for asked, other in ((group, partner), (partner, group)):
        assert enantiomorph_of_hand(lattice, numbers, frac, asked, other) == group
        assert enantiomorph_of_hand(-lattice, numbers, frac, asked, other) == partner
    assert handedness(lattice, numbers, frac, SCREWS[group]) == pytest.approx(
        -handedness(-lattice, numbers, frac, SCREWS[group]), abs=1e-6
    )


def test_the_first_of_a_pair_takes_the_hand_of_the_crystal() -> None:
    lattice = np.array([[4.91, 0, 0], [-2.455, 2.455 * np.sqrt(3), 0], [0, 0, 5.40]])
    si, o = (
        (0.4697, 0.0, 0.0),
        (0.4135, 0.2669, 0.1191),
    )  # left quartz, P3_121: Levien et al., Am. Mineral. 65, 920 (1980)
    hall = next(hall for hall in range(1, 531) if spglib.get_spacegroup_type(hall).number == 152)
    operations = spglib.get_symmetry_from_database(hall)
    places: list[np.ndarray] = []
    numbers: list[int] = []
    for number, start in ((14, np.add(si, (0, 0, 1 / 3))), (8, np.add(o, (0, 0, 1 / 3)))):
        for image in operations["rotations"] @ start + operations["translations"]:
            if all(np.abs((image - seen + 0.5) % 1 - 0.5).max() > 1e-3 for seen in places):
                places.append(image)
                numbers.append(number)
    arrays = (lattice, np.array(numbers), np.array(places))
    number = spglib.get_symmetry_dataset((lattice, places, numbers), symprec=1e-3).number
    assert number == 152
    assert of_hand([154, 0, 180, 152, 1], arrays) == [152, 0, of_hand([180], arrays)[0], 154, 1]
    assert of_hand([154], (-lattice, *arrays[1:])) == [154]


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared crystals are not beside the checkout")
def test_real_crystals_also_with_moved_atoms() -> None:
    """At least 95 % of handed crystals, as they are, mirrored, and with every atom moved by 0.05 Å."""
    rng = np.random.default_rng(0)
    right = []
    with gzip.open(SHARED, "rt") as lines:
        entries = [json.loads(line) for line in islice(lines, 2500)]
    for entry in entries:
        if len(entry["species"]) > 60:
            continue
        lattice, frac = np.array(entry["lattice"]), np.array(entry["frac_coords"])
        numbers = np.array([BY_SYMBOL[symbol].number for symbol in entry["species"]])
        found = spglib.get_symmetry_dataset((lattice, frac, numbers), symprec=0.01)
        if found is None or found.number not in SCREWS:
            continue
        partner = ENANTIOMORPHS[found.number]
        moves = rng.normal(size=frac.shape)
        moved = frac + 0.05 * (moves / np.linalg.norm(moves, axis=1)[:, None]) @ np.linalg.inv(lattice)
        right += [
            enantiomorph_of_hand(lattice, numbers, frac, partner, found.number) == found.number,
            enantiomorph_of_hand(-lattice, numbers, frac, found.number, partner) == partner,
            enantiomorph_of_hand(lattice, numbers, moved, partner, found.number) == found.number,
        ]
    assert len(right) > 30
    assert np.mean(right) >= 0.95
