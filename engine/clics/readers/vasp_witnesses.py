"""What OUTCAR and vasprun.xml say twice: vectors and their reciprocals, the volume, and the positions at the start of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from clics.readers.assemble import Matrix

_FAR = 0.1
"""Å between two lists of the same positions; those with fewest digits have five decimals."""
_JUMP = 1.0
"""Å; an atom that comes that far in one step, to where another one was, did not go there."""


@dataclass(slots=True)
class Witnesses:
    """What stands around the cells and positions of a run.

    Attributes:
        counted: Atoms by ``NIONS`` (0: not stated).
        volume: Å³ of the cell that comes next (0: not stated).
        ionic_step: Number of the step that is computed (0: not stated); some runs print only every tenth.
        listed: Positions at the start of the run, fractional, and Cartesian in Å (None: not listed).
        before: Fractional positions of the step before (None: this is the first one).
        cell_notes: What is wrong with the cell that was read last.
    """

    counted: int = 0
    volume: float = 0.0
    ionic_step: int = 0
    listed: Matrix | None = None
    listed_cartesian: Matrix | None = None
    before: Matrix | None = None
    cell_notes: tuple[str, ...] = ()

    def new_cell(self, lattice: Matrix, reciprocal: Matrix | None) -> None:
        """Compare direct vectors (3, 3) with their reciprocals, without 2π (3, 3), and with the volume above them."""
        notes = []
        with np.errstate(all="ignore"):
            gap = 0.0 if reciprocal is None else np.abs(lattice @ reciprocal.T - np.eye(3)).max()
            found = abs(float(np.linalg.det(lattice)))
        if not gap < 1e-3:
            notes.append("the reciprocal lattice vectors are not those of the direct ones: one of them is damaged.")
        # the volume has two decimals
        if self.volume and not math.isclose(self.volume, found, rel_tol=1e-3, abs_tol=0.01):
            notes.append(f"a volume of the cell of {self.volume:g} Å³ is stated, its vectors span {found:.2f} Å³.")
        self.cell_notes, self.volume = tuple(notes), 0.0

    def of_start(self, lattice: Matrix, count: int) -> list[str]:
        """Notes on the list of positions at the start, by its Cartesian twin."""
        twin = self.listed_cartesian
        if self.listed is None or twin is None or len(self.listed) != len(twin):
            return [*self.cell_notes, *self._of_count(count)]
        apart = _apart(self.listed, twin @ np.linalg.pinv(lattice), lattice)
        return [*self.cell_notes, *self._of_count(count), *_differing(apart, "the Cartesian list of the start")]

    def of_step(self, lattice: Matrix, at: Matrix, species: list[str]) -> list[str]:
        """Notes on the positions of an ionic step.

        Args:
            lattice: Rows a, b, c in Å (3, 3).
            at: Fractional positions (n, 3).
            species: Elements of the atoms (n,).
        """
        before = self.listed if self.before is None else self.before
        first, self.before = self.before is None and self.ionic_step == 1, at
        if before is None or len(before) != len(at):
            notes = []
        elif first:
            notes = _differing(_apart(before, at, lattice), "the list at the start of the run")
        else:
            notes = _exchanged(before, at, lattice, species)
        return [*self.cell_notes, *self._of_count(len(at)), *notes]

    def _of_count(self, count: int) -> list[str]:
        if self.counted in (0, count):
            return []
        return [f"NIONS states {self.counted} atoms, the counts of its kinds make {count}."]


def _apart(one: Matrix, two: Matrix, lattice: Matrix) -> Matrix:
    """Distances in Å between fractional positions, by the nearest images along the axes."""
    gap = one - two
    return np.asarray(np.linalg.norm((gap - np.round(gap)) @ lattice, axis=1))


def _differing(apart: Matrix, other: str) -> list[str]:
    [far] = np.nonzero(~(apart < _FAR))
    if len(far) == 0:
        return []
    atoms = f"{len(far)} atoms differ" if len(far) > 1 else "1 atom differs"
    return [
        f"the positions of {atoms} from {other} (atom {far[0] + 1} by {apart[far[0]]:.2f} Å): one of both is damaged."
    ]


def _exchanged(before: Matrix, at: Matrix, lattice: Matrix, species: list[str]) -> list[str]:
    """Pairs of atoms of two elements that stand in each other's places of the step before."""
    moved = _apart(before, at, lattice)
    [far] = np.nonzero(moved > _JUMP)
    pairs = []
    for one in far[:100]:
        to_places = _apart(before[far], at[one], lattice)
        two = far[int(np.argmin(to_places))]
        back = float(_apart(before[one : one + 1], at[two : two + 1], lattice)[0])
        if (
            one < two
            and species[one] != species[two]
            and max(to_places.min(), back) < 0.3 * min(moved[one], moved[two])
        ):
            pairs.append(f"{one + 1} ({species[one]}) and {two + 1} ({species[two]})")
    if not pairs:
        return []
    return [f"atoms {', '.join(pairs[:3])} stand in each other's places of the step before: lines are exchanged."]
