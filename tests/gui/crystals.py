"""Crystals for the viewer's tests, written out by hand: prototypes with their bonds known from textbooks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from clics_gui.viewer.bonds import within
from clics_gui.viewer.protocols import Species


@dataclass(frozen=True)
class Crystal:
    """Atoms as the viewer takes them."""

    lattice: NDArray[np.float64]
    frac: NDArray[np.float64]
    species: tuple[Species, ...]


@dataclass(frozen=True)
class Bond:
    i: int
    j: int
    image: tuple[int, int, int]


def crystal(lattice: list[float] | NDArray[np.float64], *sites: tuple[str, float, float, float]) -> Crystal:
    matrix = np.diag(lattice) if np.ndim(lattice) == 1 else np.asarray(lattice, float)
    return Crystal(matrix, np.array([s[1:] for s in sites], float), tuple(((s[0], 1.0),) for s in sites))


def hexagonal(a: float, c: float) -> NDArray[np.float64]:
    return np.array([[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]])


FCC = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
ROCKSALT = crystal(
    [5.64] * 3, *(("Na", *p) for p in FCC), *(("Cl", x + 0.5 if x < 0.5 else x - 0.5, y, z) for x, y, z in FCC)
)
PEROVSKITE = crystal(
    [3.905] * 3, ("Sr", 0.5, 0.5, 0.5), ("Ti", 0, 0, 0), ("O", 0.5, 0, 0), ("O", 0, 0.5, 0), ("O", 0, 0, 0.5)
)
RUTILE = crystal(
    [4.594, 4.594, 2.959],
    ("Ti", 0, 0, 0),
    ("Ti", 0.5, 0.5, 0.5),
    ("O", 0.305, 0.305, 0),
    ("O", 0.695, 0.695, 0),
    ("O", 0.805, 0.195, 0.5),
    ("O", 0.195, 0.805, 0.5),
)
FLUORITE = crystal(
    [5.463] * 3,
    *(("Ca", *p) for p in FCC),
    *(("F", x, y, z) for x in (0.25, 0.75) for y in (0.25, 0.75) for z in (0.25, 0.75)),
)
DIAMOND = crystal([3.567] * 3, *(("C", *p) for p in FCC), *(("C", x + 0.25, y + 0.25, z + 0.25) for x, y, z in FCC))
MOLYBDENITE = crystal(
    hexagonal(3.16, 12.29),
    ("Mo", 1 / 3, 2 / 3, 0.25),
    ("Mo", 2 / 3, 1 / 3, 0.75),
    *(("S", 1 / 3, 2 / 3, z) for z in (0.621, 0.879)),
    *(("S", 2 / 3, 1 / 3, z) for z in (0.121, 0.379)),
)
ALLOY = Crystal(
    np.eye(3) * 3.6,
    np.array(FCC, float),
    ((("Fe", 0.5), ("Ni", 0.5)), (("Fe", 0.5), ("Ni", 0.25), ("Co", 0.25)), (("Fe", 0.7),), (("Ni", 1.0),)),
)
PROTOTYPES = {
    "rocksalt": ROCKSALT,
    "perovskite": PEROVSKITE,
    "rutile": RUTILE,
    "fluorite": FLUORITE,
    "diamond": DIAMOND,
    "molybdenite": MOLYBDENITE,
    "alloy": ALLOY,
}


def given_bonds(atoms: Crystal, first: str, second: str, cutoff: float) -> list[Bond]:
    """Bonds between two elements as the engine gives them: each once, between the sites as they were written."""
    found = within(atoms, cutoff)
    names = [parts[0][0] for parts in atoms.species]
    moved = -np.floor(atoms.frac + 1e-6).astype(int)
    once = {}
    for i, j, cell in zip(found.start, found.end, found.cell):
        image = cell + moved[j] - moved[i]
        if {names[i], names[j]} == {first, second}:
            key = (int(i), int(j), tuple(int(v) for v in image))
            if (int(j), int(i), tuple(-v for v in key[2])) not in once:
                once[key] = Bond(*key)
    return list(once.values())


def random_crystals() -> st.SearchStrategy[Crystal]:
    """Skewed cells of 2–9 Å with up to eight sites anywhere, also outside the cell."""
    length = st.floats(2.0, 9.0)
    skew = st.floats(-0.9, 0.9)
    site = st.tuples(st.sampled_from(["Na", "O", "Si", "Fe"]), *[st.floats(-1.5, 1.5)] * 3)

    def build(lengths: list[float], skews: list[float], sites: list[tuple[str, float, float, float]]) -> Crystal:
        matrix = np.diag(lengths)
        matrix[1, 0], matrix[2, 0], matrix[2, 1] = (s * min(lengths) for s in skews)
        return crystal(matrix, *sites)

    three = st.lists(length, min_size=3, max_size=3)
    return st.builds(build, three, st.lists(skew, min_size=3, max_size=3), st.lists(site, min_size=1, max_size=8))
