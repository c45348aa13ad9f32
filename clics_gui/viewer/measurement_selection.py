"""The atoms picked one after the other to be measured: which ball of a site, not only which site."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics_gui.viewer.scene import Scene

MOST = 4
Atom = tuple[int, tuple[int, int, int]]
"""Site and cell of a ball; it names the same atom in another scene of the crystal."""


class Picks:
    """Up to four atoms in the order they were picked."""

    def __init__(self) -> None:
        self._atoms: list[Atom] = []

    def __len__(self) -> int:
        return len(self._atoms)

    @property
    def sites(self) -> frozenset[int]:
        """Their sites."""
        return frozenset(site for site, _ in self._atoms)

    def clear(self) -> None:
        """None is picked."""
        self._atoms = []

    def pick(self, scene: Scene, row: int, *, add: bool) -> None:
        """Pick one ball, alone or after the others; one that is picked already is let go, a fifth begins anew."""
        x, y, z = (int(n) for n in scene.balls.atoms.cell[row])
        atom = (int(scene.balls.atoms.site[row]), (x, y, z))
        if not add or (len(self._atoms) == MOST and atom not in self._atoms):
            self._atoms = [atom]
        elif atom in self._atoms:
            self._atoms.remove(atom)
        else:
            self._atoms.append(atom)

    def rows(self, scene: Scene) -> list[int]:
        """Their rows among the balls of a scene; those that it does not show are left out."""
        atoms = scene.balls.atoms
        where = {
            (int(s), (int(c[0]), int(c[1]), int(c[2]))): k
            for k, (s, c) in enumerate(zip(atoms.site, atoms.cell, strict=True))
        }
        return [where[atom] for atom in self._atoms if atom in where]
