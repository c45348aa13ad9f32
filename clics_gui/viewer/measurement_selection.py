"""Atoms picked one after the other for a measurement: a certain image of a site, not only the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics_gui.viewer.scene import Scene

MOST = 4
Atom = tuple[int, tuple[int, int, int]]
"""Site and cell of a ball; it names the same atom in another scene of the crystal."""


class MeasurementSelection:
    """Up to four atoms in the order in which they were picked."""

    def __init__(self) -> None:
        self._atoms: list[Atom] = []

    def __len__(self) -> int:
        return len(self._atoms)

    @property
    def sites(self) -> frozenset[int]:
        """Sites of the atoms."""
        return frozenset(site for site, _ in self._atoms)

    def clear(self) -> None:
        """Remove all atoms."""
        self._atoms = []

    def pick(self, scene: Scene, row: int, *, add: bool) -> None:
        """Pick one ball, alone or after the others; a second pick removes it, a fifth starts again."""
        x, y, z = (int(n) for n in scene.balls.atoms.cell[row])
        atom = (int(scene.balls.atoms.site[row]), (x, y, z))
        if not add or (len(self._atoms) == MOST and atom not in self._atoms):
            self._atoms = [atom]
        elif atom in self._atoms:
            self._atoms.remove(atom)
        else:
            self._atoms.append(atom)

    def rows(self, scene: Scene) -> list[int]:
        """Rows among the balls of a scene; atoms outside it are omitted."""
        atoms = scene.balls.atoms
        where = {
            (int(s), (int(c[0]), int(c[1]), int(c[2]))): k
            for k, (s, c) in enumerate(zip(atoms.site, atoms.cell, strict=True))
        }
        return [where[atom] for atom in self._atoms if atom in where]
